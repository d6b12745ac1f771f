//! What to say, and when: each entry of the journal may give notices, each given once.
//!
//! The ledger remembers what has been announced. It is a function of the journal in sequence, so that a
//! replay announces the same things; the facts it compares with are not.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::agreement::{ClockKind, Publish};
use crate::core::clocks::ClockState;
use crate::core::event::{
    Act, AgreementId, Entry, Event, IncidentNumber, IntegrationId, ServiceId, SignalStatus,
};
use crate::core::incident::Incident;
use crate::core::state::{State, Version};
use crate::core::time::{Instant, Span};

/// Something that somebody is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub at: Instant,
    pub kind: NoticeKind,
}

/// What it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum NoticeKind {
    Opened {
        incident: IncidentNumber,
    },
    /// The customer may see it from now on.
    Published {
        incident: IncidentNumber,
        agreement: AgreementId,
    },
    AtRisk {
        incident: IncidentNumber,
        agreement: AgreementId,
        objective: String,
        lap: Instant,
    },
    Late {
        incident: IncidentNumber,
        agreement: AgreementId,
        objective: String,
        lap: Instant,
    },
    /// Somebody on the on-call list is to be called: the first for step 0, the next for step 1, around again.
    Call {
        incident: IncidentNumber,
        agreement: AgreementId,
        step: u32,
    },
    /// Somebody did something; `deed` is its id.
    Done {
        incident: IncidentNumber,
        deed: String,
    },
    Resolved {
        incident: IncidentNumber,
        at: Instant,
    },
    Reopened {
        incident: IncidentNumber,
        at: Instant,
    },
    /// A late fact changed something that had been announced.
    Corrected {
        incident: IncidentNumber,
        was: Verdicts,
        now: Verdicts,
    },
    /// This incident turned out to be part of an earlier one.
    Merged {
        incident: IncidentNumber,
        into: IncidentNumber,
    },
    /// Nothing to tell, but the card is to show how it stands.
    Changed {
        incident: IncidentNumber,
    },
    /// An integration has gone silent.
    Silent {
        integration: IntegrationId,
        since: Instant,
    },
    HeardAgain {
        integration: IntegrationId,
        silent_since: Instant,
    },
    /// A signal that no route leads anywhere; told once for each alert name.
    Unrouted {
        integration: IntegrationId,
        name: String,
        /// Some labels of the first of its kind, each value cut.
        labels: BTreeMap<String, String>,
        /// How many further labels it has.
        more: usize,
    },
}

/// Something Upheld itself did or noticed under an incident: what no deed of a person tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    pub at: Instant,
    pub agreement: AgreementId,
    pub what: Passed,
}

/// What passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passed {
    AtRisk(ClockKind),
    Late(ClockKind),
    /// Somebody was to be called, with the step on the on-call list.
    Called(u32),
    /// The customer was let see it because the agreement says so.
    Published,
}

/// What was announced of a resolved incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts {
    pub opened: Option<Instant>,
    pub resolved: Option<Instant>,
    /// (agreement, objective): late or not.
    pub late: Vec<(AgreementId, String, bool)>,
}

/// What has been announced.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    last_number: u32,
    told: BTreeMap<IncidentNumber, Told>,
    /// When each of them next has something to say.
    dues: BTreeSet<(Instant, IncidentNumber)>,
    /// Those among them that are neither settled nor merged.
    unsettled: BTreeSet<IncidentNumber>,
    silent: BTreeMap<IntegrationId, Instant>,
    unrouted: BTreeSet<String>,
}

/// What has been announced of one incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Told {
    service: Option<ServiceId>,
    deeds: BTreeSet<String>,
    resolved: Option<Verdicts>,
    /// Closed and announced, and nothing falls due any more.
    settled: bool,
    merged: bool,
    published: BTreeSet<AgreementId>,
    at_risk: BTreeSet<Lap>,
    late: BTreeSet<Lap>,
    /// The last step, and when the next is due.
    calls: BTreeMap<AgreementId, (u32, Instant)>,
    #[serde(default)]
    passages: Vec<Passage>,
    /// What the card showed: quieting, priority, beginning, firing signals.
    shown: String,
    /// When it next has something to say, if nothing else happens.
    due: Option<Instant>,
}

/// A lap of a clock: agreement, objective, and which one it is. Late facts may move its beginning.
type Lap = (AgreementId, String, usize);

/// Unrouted alert names remembered; beyond this many further names are not told.
const UNROUTED_LIMIT: usize = 1_000;

/// So many labels of an unrouted signal are told, and so many characters of each.
const LABELS_TOLD: usize = 8;
const LABEL_LENGTH: usize = 120;

/// So many firing signals are named on a card; the rest are counted.
pub const FIRING_SHOWN: usize = 3;

/// What an entry leads to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    pub notices: Vec<Notice>,
    /// To be journalled at once, in order, before anything else.
    pub follow: Vec<(String, Event)>,
}

/// Folds an entry and decides what is to be said of it.
pub fn step(state: &mut State, entry: &Entry) -> Step {
    let mut touched = state.fold(entry);
    let now = state.now.unwrap_or(entry.recorded);
    let mut decider = Decider { now, step: Step::default(), ledger: std::mem::take(&mut state.ledger) };
    decider.integrations(state, &entry.event);
    touched.extend(decider.ledger.concerned(&entry.event, now));
    for service in &touched {
        decider.service(state, service);
    }
    state.ledger = decider.ledger;
    for service in &touched {
        state.resettle(service);
    }
    decider.step
}

/// The earliest moment at which a tick would have something to say; in the future, or just passed.
pub fn next_due(state: &State) -> Option<Instant> {
    let incidents = state.ledger.dues.first().map(|(due, _)| *due);
    let silences = watched_integrations(state)
        .filter(|integration| !state.ledger.silent.contains_key(integration))
        .filter_map(|integration| state.silent_from(&integration));
    incidents.into_iter().chain(silences).filter(|due| *due < Instant::MAX).min()
}

fn watched_integrations(state: &State) -> impl Iterator<Item = IntegrationId> + use<'_> {
    state.book().into_iter().flat_map(|book| book.integrations.keys().cloned())
}

/// Every moment at which this incident may have something to say, in the past (overdue) or the future.
fn incident_dues(state: &State, told: &Told, incident: &Incident, now: Instant) -> Vec<Instant> {
    let mut dues = Vec::new();
    let rules = state.rules(&incident.service);
    dues.extend(incident.quieting.map(|quieting| quieting + rules.at(quieting).quiet));
    dues.extend(incident.closed().map(|(closed, _)| {
        let rules = rules.at(closed);
        closed + rules.reopen_within + rules.quiet + Span::from_micros(1)
    }));
    for (agreement, version) in state.covering(incident, now) {
        if let Publish::After(delay) = version.terms.publish
            && incident.is_open()
            && !told.published.contains(agreement)
        {
            dues.push(incident.recorded() + delay);
        }
        for clock in state.case(incident, version, now).clocks() {
            dues.extend(clock_dues(told, agreement, &clock));
        }
        dues.extend(next_call(state, told, agreement, version, incident, now));
    }
    dues
}

fn clock_dues(told: &Told, agreement: &AgreementId, clock: &ClockState) -> Vec<Instant> {
    let lap = clock.current();
    let key = lap_key(agreement, clock, clock.laps.len() - 1);
    if lap.stopped_at.is_some() || told.late.contains(&key) {
        return Vec::new();
    }
    // Exactly at the deadline is still on time.
    let late = lap.late_after.map(|at| at + Span::from_micros(1));
    let at_risk = clock.at_risk_at.filter(|_| !told.at_risk.contains(&key));
    late.into_iter().chain(at_risk).collect()
}

fn lap_key(agreement: &AgreementId, clock: &ClockState, ordinal: usize) -> Lap {
    (agreement.clone(), clock.objective.clone(), ordinal)
}

/// When the next person is to be called, until somebody has it: first when the response clock is at risk, or
/// at once when it was answered and is broken again.
fn next_call(
    state: &State,
    told: &Told,
    agreement: &AgreementId,
    version: &Version,
    incident: &Incident,
    now: Instant,
) -> Option<Instant> {
    if !incident.is_open() || incident.quieting.is_some() || incident.owner().is_some() {
        return None;
    }
    if let Some((_, due)) = told.calls.get(agreement) {
        return Some(*due);
    }
    let clocks = state.case(incident, version, now).clocks();
    let response = clocks.iter().find(|clock| clock.kind == ClockKind::Response)?;
    // Answered once, and broken again: nothing is at risk any more, but nobody has it.
    let reopened = incident.stages.last().filter(|_| incident.stages.len() > 1);
    response.at_risk_at.or_else(|| reopened.map(|stage| stage.recorded))
}

struct Decider {
    now: Instant,
    step: Step,
    ledger: Ledger,
}

impl Decider {
    fn say(&mut self, kind: NoticeKind) {
        self.step.notices.push(Notice { at: self.now, kind });
    }

    fn integrations(&mut self, state: &State, event: &Event) {
        if let Event::Signals { integration, received, signals } = event {
            self.unrouted(state, integration, *received, signals);
        }
        for integration in watched_integrations(state) {
            let known = self.ledger.silent.get(&integration).copied();
            match state.silent_from(&integration) {
                Some(since) if since <= self.now => {
                    if known.is_none() {
                        self.ledger.silent.insert(integration.clone(), since);
                        self.say(NoticeKind::Silent { integration, since });
                    }
                }
                Some(_) => {
                    if let Some(silent_since) = self.ledger.silent.remove(&integration) {
                        self.say(NoticeKind::HeardAgain { integration, silent_since });
                    }
                }
                // Its silence means nothing any more.
                None => drop(self.ledger.silent.remove(&integration)),
            }
        }
        if let (Event::ServicesAdopted { .. }, Some(book)) = (event, state.book()) {
            self.ledger.silent.retain(|integration, _| book.integrations.contains_key(integration));
        }
    }

    fn unrouted(
        &mut self,
        state: &State,
        integration: &IntegrationId,
        received: Instant,
        signals: &[crate::core::event::Signal],
    ) {
        let Some(book) = state.book_at(received) else { return };
        for signal in signals.iter().filter(|signal| signal.status == SignalStatus::Firing) {
            let leads_nowhere = book.route(integration, signal.severity, &signal.labels).is_none();
            if !leads_nowhere || book.is_heartbeat(integration, &signal.labels) {
                continue;
            }
            let name = signal.name().to_owned();
            let room = self.ledger.unrouted.len() < UNROUTED_LIMIT;
            if room && self.ledger.unrouted.insert(format!("{integration}/{name}")) {
                let cut = |value: &String| value.chars().take(LABEL_LENGTH).collect::<String>();
                let told = signal.labels.iter().filter(|(label, _)| *label != "alertname");
                let labels: BTreeMap<String, String> =
                    told.clone().take(LABELS_TOLD).map(|(label, value)| (cut(label), cut(value))).collect();
                let more = told.count().saturating_sub(LABELS_TOLD);
                self.say(NoticeKind::Unrouted { integration: integration.clone(), name, labels, more });
            }
        }
    }

    fn service(&mut self, state: &State, service: &ServiceId) {
        let mut seen = BTreeSet::new();
        for incident in state.unsettled_incidents(service, self.now) {
            seen.extend(incident.numbers.iter().copied());
            let Some(number) = incident.number() else {
                self.number(service, &incident);
                continue;
            };
            for other in incident.numbers.iter().copied().filter(|other| *other != number) {
                self.merged(service, other, number);
            }
            self.incident(state, number, &incident);
        }
        self.ledger.drop_dues_but(service, &seen);
    }

    fn number(&mut self, service: &ServiceId, incident: &Incident) {
        self.ledger.last_number += 1;
        let number = IncidentNumber(self.ledger.last_number);
        let event = Event::Numbered { incident: number, service: service.clone(), anchor: incident.opened() };
        self.step.follow.push((format!("number/{}", number.0), event));
    }

    fn merged(&mut self, service: &ServiceId, incident: IncidentNumber, into: IncidentNumber) {
        let mut told = self.ledger.take(incident).unwrap_or_default();
        told.service.get_or_insert_with(|| service.clone());
        told.due = None;
        if !std::mem::replace(&mut told.merged, true) {
            self.say(NoticeKind::Merged { incident, into });
        }
        self.ledger.put(incident, told);
    }

    fn incident(&mut self, state: &State, number: IncidentNumber, incident: &Incident) {
        let known = self.ledger.take(number);
        let new = known.is_none();
        let mut told = known.unwrap_or_default();
        told.service.get_or_insert_with(|| incident.service.clone());
        // What was part of another one may stand by itself again.
        told.merged = false;
        if told.settled && !unsettled(&told, incident) {
            self.ledger.put(number, told);
            return;
        }
        if new {
            self.say(NoticeKind::Opened { incident: number });
        }
        let before = self.step.notices.len();
        let escalated = self.deeds(number, incident, &mut told);
        let covering = state.covering(incident, self.now);
        for (agreement, version) in &covering {
            self.publish(number, incident, agreement, version, &mut told);
        }
        let clocks: Vec<(&AgreementId, Vec<ClockState>)> = covering
            .iter()
            .map(|(agreement, version)| (*agreement, state.case(incident, version, self.now).clocks()))
            .collect();
        self.stages(number, incident, &clocks, &mut told);
        for ((agreement, version), (_, clocks)) in covering.iter().zip(&clocks) {
            self.clocks(number, agreement, clocks, &mut told);
            if escalated
                || next_call(state, &told, agreement, version, incident, self.now)
                    .is_some_and(|due| due <= self.now)
            {
                self.call(number, agreement, version.terms.clocks.call_again_after, &mut told);
            }
        }
        self.shown(state, number, incident, before, &mut told);
        let dues = incident_dues(state, &told, incident, self.now);
        told.due = dues.into_iter().filter(|due| *due > self.now).min();
        told.settled = told.resolved.is_some() && !incident.is_open() && told.due.is_none();
        if told.settled {
            told.shown.clear();
        }
        self.ledger.put(number, told);
    }

    /// Tells what people did since; true when somebody wants the next person called.
    fn deeds(&mut self, number: IncidentNumber, incident: &Incident, told: &mut Told) -> bool {
        let mut escalated = false;
        for deed in &incident.deeds {
            if told.deeds.insert(deed.id.clone()) {
                escalated |= matches!(deed.act, Act::Escalated { .. });
                self.say(NoticeKind::Done { incident: number, deed: deed.id.clone() });
            }
        }
        escalated
    }

    fn publish(
        &mut self,
        number: IncidentNumber,
        incident: &Incident,
        agreement: &AgreementId,
        version: &Version,
        told: &mut Told,
    ) {
        let approved = incident.deeds.iter().any(|deed| match &deed.act {
            // A customer who reported or was written to knows already.
            Act::Published { agreement: whom, .. } | Act::Reported { agreement: whom, .. } => {
                whom == agreement
            }
            Act::Updated { agreement: whom, .. } => whom.as_ref().is_none_or(|whom| whom == agreement),
            _ => false,
        });
        let due = match version.terms.publish {
            Publish::AtOnce => true,
            Publish::After(delay) => incident.is_open() && incident.recorded() + delay <= self.now,
            Publish::OnApproval => false,
        };
        if (approved || due) && told.published.insert(agreement.clone()) {
            if !approved {
                told.passages.push(Passage {
                    at: self.now,
                    agreement: agreement.clone(),
                    what: Passed::Published,
                });
            }
            self.say(NoticeKind::Published { incident: number, agreement: agreement.clone() });
        }
    }

    fn stages(
        &mut self,
        number: IncidentNumber,
        incident: &Incident,
        clocks: &[(&AgreementId, Vec<ClockState>)],
        told: &mut Told,
    ) {
        let verdicts = || verdicts(incident, clocks);
        match (incident.closed(), told.resolved.take()) {
            (Some((at, _)), None) => {
                self.reversed(number, incident, clocks, told);
                told.resolved = Some(verdicts());
                self.say(NoticeKind::Resolved { incident: number, at });
            }
            (Some(_), Some(was)) => {
                let now = verdicts();
                if was.is_reversed_by(&now, clocks) {
                    self.say(NoticeKind::Corrected { incident: number, was, now: now.clone() });
                }
                told.late.retain(|lap| is_late(clocks, lap));
                told.resolved = Some(now);
            }
            (None, Some(_)) => {
                // Whoever was called before has done their part; now it is the next one's turn.
                told.calls.values_mut().for_each(|(_, due)| *due = self.now);
                let at = incident.stages.last().map_or(self.now, |stage| stage.opened);
                self.say(NoticeKind::Reopened { incident: number, at });
            }
            (None, None) => self.reversed(number, incident, clocks, told),
        }
    }

    /// A late fact shows that a clock that was told late was on time.
    fn reversed(
        &mut self,
        number: IncidentNumber,
        incident: &Incident,
        clocks: &[(&AgreementId, Vec<ClockState>)],
        told: &mut Told,
    ) {
        let reversed: Vec<Lap> = told.late.iter().filter(|lap| !is_late(clocks, lap)).cloned().collect();
        if reversed.is_empty() {
            return;
        }
        let resolved = incident.closed().map(|(at, _)| at);
        let say = |late: bool| Verdicts {
            opened: Some(incident.opened()),
            resolved,
            late: reversed
                .iter()
                .map(|(agreement, objective, _)| (agreement.clone(), objective.clone(), late))
                .collect(),
        };
        self.say(NoticeKind::Corrected { incident: number, was: say(true), now: say(false) });
        told.late.retain(|lap| !reversed.contains(lap));
    }

    fn clocks(
        &mut self,
        number: IncidentNumber,
        agreement: &AgreementId,
        clocks: &[ClockState],
        told: &mut Told,
    ) {
        let now = self.now;
        for clock in clocks {
            for (ordinal, lap) in clock.laps.iter().enumerate() {
                let key = lap_key(agreement, clock, ordinal);
                let (incident, objective) = (number, clock.objective.clone());
                let passed = |at: Option<Instant>, what| Passage {
                    at: at.unwrap_or(now),
                    agreement: agreement.clone(),
                    what,
                };
                let agreement = agreement.clone();
                if lap.late {
                    if told.late.insert(key) {
                        told.passages.push(passed(lap.breached_at, Passed::Late(clock.kind)));
                        self.say(NoticeKind::Late { incident, agreement, objective, lap: lap.start });
                    }
                } else if ordinal + 1 == clock.laps.len()
                    && lap.stopped_at.is_none()
                    && clock.at_risk_at.is_some_and(|at| at <= self.now)
                    && told.at_risk.insert(key)
                {
                    told.passages.push(passed(clock.at_risk_at, Passed::AtRisk(clock.kind)));
                    self.say(NoticeKind::AtRisk { incident, agreement, objective, lap: lap.start });
                }
            }
        }
    }

    fn call(&mut self, number: IncidentNumber, agreement: &AgreementId, again_after: Span, told: &mut Told) {
        let step = told.calls.get(agreement).map_or(0, |(step, _)| step + 1);
        told.calls.insert(agreement.clone(), (step, self.now + again_after));
        told.passages.push(Passage {
            at: self.now,
            agreement: agreement.clone(),
            what: Passed::Called(step),
        });
        self.say(NoticeKind::Call { incident: number, agreement: agreement.clone(), step });
    }

    /// Refreshes the card when something it shows has changed and no other notice does so.
    fn shown(
        &mut self,
        state: &State,
        number: IncidentNumber,
        incident: &Incident,
        before: usize,
        told: &mut Told,
    ) {
        let firing = state.watch(&incident.service).into_iter().flat_map(|watch| watch.firing());
        let firing: Vec<&str> = firing.map(|(id, _)| id.key.as_str()).collect();
        let shown = format!(
            "{:?} {} {:?} {}",
            incident.quieting,
            incident.priority,
            incident.opened(),
            firing.join(" ")
        );
        if told.shown != shown {
            told.shown = shown;
            if self.step.notices.len() == before {
                self.say(NoticeKind::Changed { incident: number });
            }
        }
    }
}

/// Whether late facts have touched an incident that was done with.
fn unsettled(told: &Told, incident: &Incident) -> bool {
    let announced = told.resolved.as_ref();
    announced.is_none_or(|announced| {
        announced.resolved != incident.closed().map(|(at, _)| at)
            || announced.opened != Some(incident.opened())
    }) || incident.deeds.iter().any(|deed| !told.deeds.contains(&deed.id))
}

fn verdicts(incident: &Incident, clocks: &[(&AgreementId, Vec<ClockState>)]) -> Verdicts {
    let late = clocks.iter().flat_map(|(agreement, clocks)| {
        clocks.iter().map(|clock| ((*agreement).clone(), clock.objective.clone(), clock.late()))
    });
    Verdicts {
        opened: Some(incident.opened()),
        resolved: incident.closed().map(|(at, _)| at),
        late: late.collect(),
    }
}

fn is_late(clocks: &[(&AgreementId, Vec<ClockState>)], (agreement, objective, ordinal): &Lap) -> bool {
    let mut own = clocks.iter().filter(|(known, _)| *known == agreement).flat_map(|(_, clocks)| clocks);
    let lap = own.find(|clock| clock.objective == *objective).and_then(|clock| clock.laps.get(*ordinal));
    lap.is_some_and(|lap| lap.late)
}

impl Verdicts {
    /// Whether what was announced is not so. A clock that goes on after the resolution (a report that nobody
    /// answered) and becomes late reverses nothing.
    fn is_reversed_by(&self, now: &Self, clocks: &[(&AgreementId, Vec<ClockState>)]) -> bool {
        let runs = |agreement: &AgreementId, objective: &str| {
            let mut own =
                clocks.iter().filter(|(known, _)| *known == agreement).flat_map(|(_, clocks)| clocks);
            own.any(|clock| clock.objective == objective && clock.running())
        };
        let goes_on = |row: &&(AgreementId, String, bool)| row.2 && runs(&row.0, &row.1);
        let changed = now.late.iter().filter(|row| !self.late.contains(row) && !goes_on(row)).count() > 0;
        let gone = self
            .late
            .iter()
            .any(|row| !now.late.iter().any(|other| (&other.0, &other.1) == (&row.0, &row.1)));
        (self.opened, self.resolved) != (now.opened, now.resolved) || changed || gone
    }
}

impl Ledger {
    /// Takes out what was told of an incident, to be put back.
    fn take(&mut self, number: IncidentNumber) -> Option<Told> {
        let told = self.told.remove(&number)?;
        if let Some(due) = told.due {
            self.dues.remove(&(due, number));
        }
        self.unsettled.remove(&number);
        Some(told)
    }

    fn put(&mut self, number: IncidentNumber, told: Told) {
        self.dues.extend(told.due.map(|due| (due, number)));
        if !told.settled && !told.merged {
            self.unsettled.insert(number);
        }
        self.told.insert(number, told);
    }

    /// The services about which this event may have something to say, besides those whose facts it changed.
    fn concerned(&self, event: &Event, now: Instant) -> BTreeSet<ServiceId> {
        let service = |number: &IncidentNumber| self.told.get(number)?.service.clone();
        match event {
            Event::Tick { .. } => {
                let due = self.dues.iter().take_while(|(due, _)| *due <= now);
                due.filter_map(|(_, number)| service(number)).collect()
            }
            Event::TermsAdopted { .. } | Event::TermsWithdrawn { .. } | Event::ServicesAdopted { .. } => {
                self.unsettled.iter().filter_map(service).collect()
            }
            Event::Signals { .. }
            | Event::Confirmed { .. }
            | Event::Heard { .. }
            | Event::Numbered { .. }
            | Event::Act { .. } => BTreeSet::new(),
        }
    }

    /// Numbers of a service that no incident bears have nothing to say.
    fn drop_dues_but(&mut self, service: &ServiceId, seen: &BTreeSet<IncidentNumber>) {
        let gone = self.unsettled.iter().filter(|number| {
            !seen.contains(number)
                && self.told.get(number).is_some_and(|told| told.service.as_ref() == Some(service))
        });
        let gone: Vec<IncidentNumber> = gone.copied().collect();
        for number in gone {
            if let Some(told) = self.take(number) {
                self.put(number, Told { due: None, ..told });
            }
        }
    }

    /// The incidents that are not settled yet.
    pub fn unsettled(&self) -> impl Iterator<Item = IncidentNumber> + use<'_> {
        self.unsettled.iter().copied()
    }

    /// Closed and announced, and nothing falls due any more.
    pub fn is_settled(&self, incident: IncidentNumber) -> bool {
        self.told.get(&incident).is_some_and(|told| told.settled)
    }

    /// Whether a customer may see an incident.
    pub fn is_published(&self, incident: IncidentNumber, agreement: &AgreementId) -> bool {
        self.told.get(&incident).is_some_and(|told| told.published.contains(agreement))
    }

    /// What passed under an incident beside what people did, in the order in which it was noticed.
    pub fn passages(&self, incident: IncidentNumber) -> &[Passage] {
        self.told.get(&incident).map_or(&[], |told| &told.passages)
    }

    /// The latest step on the on-call list that was called for an agreement.
    pub fn called(&self, incident: IncidentNumber, agreement: &AgreementId) -> Option<u32> {
        self.told.get(&incident)?.calls.get(agreement).map(|(step, _)| *step)
    }

    /// Whether an alert name that no route leads anywhere was told already.
    pub fn knows_unrouted(&self, integration: &IntegrationId, name: &str) -> bool {
        self.unrouted.len() >= UNROUTED_LIMIT || self.unrouted.contains(&format!("{integration}/{name}"))
    }

    /// Integrations that are silent now, and since when.
    pub fn silent(&self) -> &BTreeMap<IntegrationId, Instant> {
        &self.silent
    }
}
