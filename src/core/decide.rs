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
use crate::core::watch::SignalId;

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
    at_risk: BTreeSet<(AgreementId, String, Instant)>,
    late: BTreeSet<(AgreementId, String, Instant)>,
    calls: BTreeMap<AgreementId, (u32, Instant)>,
    #[serde(default)]
    passages: Vec<Passage>,
    /// What the card showed: quieting, priority, beginning, firing signals.
    shown: String,
    /// When it next has something to say, if nothing else happens.
    due: Option<Instant>,
}

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
    state.fold(entry);
    let now = state.now.unwrap_or(entry.recorded);
    let mut decider = Decider { now, step: Step::default(), ledger: std::mem::take(&mut state.ledger) };
    decider.integrations(state, &entry.event);
    for service in touched(state, &decider.ledger, &entry.event, now) {
        decider.service(state, &service);
    }
    state.ledger = decider.ledger;
    decider.step
}

/// The earliest moment at which a tick would have something to say; in the future, or just passed.
pub fn next_due(state: &State) -> Option<Instant> {
    let incidents = state.ledger.told.values().filter_map(|told| told.due);
    let silences = watched_integrations(state)
        .filter(|integration| !state.ledger.silent.contains_key(integration))
        .filter_map(|integration| state.alive(&integration)?.silent_from());
    incidents.chain(silences).filter(|due| *due < Instant::MAX).min()
}

fn watched_integrations(state: &State) -> impl Iterator<Item = IntegrationId> + use<'_> {
    state.book().into_iter().flat_map(|book| book.integrations.keys().cloned())
}

fn touched(state: &State, ledger: &Ledger, event: &Event, now: Instant) -> BTreeSet<ServiceId> {
    match event {
        Event::Signals { integration, received, signals } => {
            state.book_at(*received).map_or_else(BTreeSet::new, |book| {
                let routed = signals
                    .iter()
                    .filter_map(|signal| book.route(integration, signal.severity, &signal.labels));
                routed.map(|routed| routed.service).collect()
            })
        }
        Event::Numbered { service, .. } => BTreeSet::from([service.clone()]),
        Event::Act { act, .. } => match act {
            Act::Opened { service, .. } | Act::Reported { service, .. } => BTreeSet::from([service.clone()]),
            act => {
                let told = act.incident().and_then(|number| ledger.told.get(&number));
                told.and_then(|told| told.service.clone()).into_iter().collect()
            }
        },
        Event::Tick { .. } => {
            let due = ledger.told.values().filter(|told| told.due.is_some_and(|due| due <= now));
            due.filter_map(|told| told.service.clone()).collect()
        }
        Event::TermsAdopted { .. } | Event::TermsWithdrawn { .. } | Event::ServicesAdopted { .. } => ledger
            .told
            .values()
            .filter(|told| !told.settled)
            .filter_map(|told| told.service.clone())
            .collect(),
        Event::Confirmed { integration, keys, .. } => {
            let ids: Vec<SignalId> = keys
                .iter()
                .map(|key| SignalId { integration: integration.clone(), key: key.clone() })
                .collect();
            let fires = |service: &&ServiceId| {
                state
                    .watch(service)
                    .is_some_and(|watch| ids.iter().any(|id| watch.open_episode(id).is_some()))
            };
            state.service_ids().filter(fires).cloned().collect()
        }
        Event::Heard { .. } => BTreeSet::new(),
    }
}

/// Every moment at which this incident may have something to say, in the past (overdue) or the future.
fn incident_dues(state: &State, told: &Told, incident: &Incident, now: Instant) -> Vec<Instant> {
    let mut dues = Vec::new();
    let service = state.service(&incident.service);
    if let Some(quieting) = incident.quieting {
        dues.extend(service.map(|service| quieting + service.quiet));
    }
    if let Some((closed, _)) = incident.closed() {
        dues.extend(
            service.map(|service| closed + service.reopen_within + service.quiet + Span::from_micros(1)),
        );
    }
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
    let key = (agreement.clone(), clock.objective.clone(), lap.start);
    if lap.stopped_at.is_some() || told.late.contains(&key) {
        return Vec::new();
    }
    // Exactly at the deadline is still on time.
    let late = lap.late_after.map(|at| at + Span::from_micros(1));
    let at_risk = clock.at_risk_at.filter(|_| !told.at_risk.contains(&key));
    late.into_iter().chain(at_risk).collect()
}

/// When the next person is to be called: from the response clock's at-risk time on, until somebody has it.
fn next_call(
    state: &State,
    told: &Told,
    agreement: &AgreementId,
    version: &Version,
    incident: &Incident,
    now: Instant,
) -> Option<Instant> {
    if !incident.is_open() || incident.owner().is_some() {
        return None;
    }
    match told.calls.get(agreement) {
        Some((_, last)) => Some(*last + version.terms.clocks.call_again_after),
        None => {
            let clocks = state.case(incident, version, now).clocks();
            let response = clocks.iter().find(|clock| clock.kind == ClockKind::Response)?;
            // Answered once, and broken again: nothing is at risk any more, but nobody has it.
            response.at_risk_at.or_else(|| {
                incident.stages.last().filter(|_| incident.stages.len() > 1).map(|stage| stage.recorded)
            })
        }
    }
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
            let Some(silent_from) = state.alive(&integration).and_then(super::state::Alive::silent_from)
            else {
                continue;
            };
            let known = self.ledger.silent.get(&integration).copied();
            if silent_from <= self.now && known.is_none() {
                self.ledger.silent.insert(integration.clone(), silent_from);
                self.say(NoticeKind::Silent { integration, since: silent_from });
            } else if silent_from > self.now
                && let Some(silent_since) = self.ledger.silent.remove(&integration)
            {
                self.say(NoticeKind::HeardAgain { integration, silent_since });
            }
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
        for incident in state.incidents(service, self.now) {
            let Some(number) = incident.number() else {
                self.number(service, &incident);
                continue;
            };
            for other in incident.numbers.iter().copied().filter(|other| *other != number) {
                self.merged(service, other, number);
            }
            self.incident(state, number, &incident);
        }
    }

    fn number(&mut self, service: &ServiceId, incident: &Incident) {
        self.ledger.last_number += 1;
        let number = IncidentNumber(self.ledger.last_number);
        let event = Event::Numbered { incident: number, service: service.clone(), anchor: incident.opened() };
        self.step.follow.push((format!("number/{}", number.0), event));
    }

    fn merged(&mut self, service: &ServiceId, incident: IncidentNumber, into: IncidentNumber) {
        let told = self.ledger.told.entry(incident).or_default();
        told.service.get_or_insert_with(|| service.clone());
        told.due = None;
        if !std::mem::replace(&mut told.merged, true) {
            self.say(NoticeKind::Merged { incident, into });
        }
    }

    fn incident(&mut self, state: &State, number: IncidentNumber, incident: &Incident) {
        let new = !self.ledger.told.contains_key(&number);
        let mut told = self.ledger.told.remove(&number).unwrap_or_default();
        told.service.get_or_insert_with(|| incident.service.clone());
        if told.settled && !unsettled(&told, incident) {
            self.ledger.told.insert(number, told);
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
        self.stages(state, number, incident, &covering, &mut told);
        for (agreement, version) in &covering {
            let clocks = state.case(incident, version, self.now).clocks();
            self.clocks(number, agreement, &clocks, &mut told);
            if escalated
                || next_call(state, &told, agreement, version, incident, self.now)
                    .is_some_and(|due| due <= self.now)
            {
                self.call(number, agreement, &mut told);
            }
        }
        self.shown(state, number, incident, before, &mut told);
        self.settle(state, incident, &mut told);
        let dues = if told.settled { Vec::new() } else { incident_dues(state, &told, incident, self.now) };
        told.due = dues.into_iter().filter(|due| *due > self.now).min();
        self.ledger.told.insert(number, told);
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
        state: &State,
        number: IncidentNumber,
        incident: &Incident,
        covering: &[(&AgreementId, &Version)],
        told: &mut Told,
    ) {
        let verdicts = || verdicts(state, incident, covering, self.now);
        match (incident.closed(), told.resolved.take()) {
            (Some((at, _)), None) => {
                told.resolved = Some(verdicts());
                self.say(NoticeKind::Resolved { incident: number, at });
            }
            (Some(_), Some(was)) => {
                let now = verdicts();
                if was != now {
                    self.say(NoticeKind::Corrected { incident: number, was, now: now.clone() });
                }
                told.resolved = Some(now);
            }
            (None, Some(_)) => {
                let at = incident.stages.last().map_or(self.now, |stage| stage.opened);
                self.say(NoticeKind::Reopened { incident: number, at });
            }
            (None, None) => {}
        }
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
            for lap in &clock.laps {
                let key = (agreement.clone(), clock.objective.clone(), lap.start);
                let (incident, objective) = (number, clock.objective.clone());
                let passed = |at: Option<Instant>, what| Passage {
                    at: at.unwrap_or(now),
                    agreement: agreement.clone(),
                    what,
                };
                if lap.late {
                    if told.late.insert(key) {
                        told.passages.push(passed(lap.breached_at, Passed::Late(clock.kind)));
                        self.say(NoticeKind::Late {
                            incident,
                            agreement: agreement.clone(),
                            objective,
                            lap: lap.start,
                        });
                    }
                } else if lap.start == clock.current().start
                    && lap.stopped_at.is_none()
                    && clock.at_risk_at.is_some_and(|at| at <= self.now)
                    && told.at_risk.insert(key)
                {
                    told.passages.push(passed(clock.at_risk_at, Passed::AtRisk(clock.kind)));
                    self.say(NoticeKind::AtRisk {
                        incident,
                        agreement: agreement.clone(),
                        objective,
                        lap: lap.start,
                    });
                }
            }
        }
    }

    fn call(&mut self, number: IncidentNumber, agreement: &AgreementId, told: &mut Told) {
        let step = told.calls.get(agreement).map_or(0, |(step, _)| step + 1);
        told.calls.insert(agreement.clone(), (step, self.now));
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

    fn settle(&self, state: &State, incident: &Incident, told: &mut Told) {
        let over = |closed: Instant| {
            state
                .service(&incident.service)
                .is_none_or(|service| closed + service.reopen_within + service.quiet < self.now)
        };
        told.settled = told.resolved.is_some() && incident.closed().is_some_and(|(closed, _)| over(closed));
        if told.settled {
            told.shown.clear();
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

fn verdicts(
    state: &State,
    incident: &Incident,
    covering: &[(&AgreementId, &Version)],
    now: Instant,
) -> Verdicts {
    let clocks = covering.iter().flat_map(|(agreement, version)| {
        let clocks = state.case(incident, version, now).clocks();
        clocks.into_iter().map(|clock| ((*agreement).clone(), clock.objective.clone(), clock.late()))
    });
    Verdicts {
        opened: Some(incident.opened()),
        resolved: incident.closed().map(|(at, _)| at),
        late: clocks.collect(),
    }
}

impl Ledger {
    /// The incidents that are not settled yet.
    pub fn unsettled(&self) -> impl Iterator<Item = IncidentNumber> + use<'_> {
        self.told.iter().filter(|(_, told)| !told.settled && !told.merged).map(|(number, _)| *number)
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
