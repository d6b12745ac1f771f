//! What to say, and when: each entry of the journal may give notices, each given once.
//!
//! The ledger remembers what has been announced. It is a function of the journal in sequence, so that a
//! replay announces the same things; the facts it compares with are not.

mod drill;
mod due;
mod dues;
mod improvement;
mod ledger;
mod notice;
mod review;
mod voice;

use std::collections::{BTreeMap, BTreeSet};

use crate::core::agreement::Publish;
use crate::core::clocks::ClockState;
use crate::core::event::{
    Act, AgreementId, Entry, Event, IncidentNumber, IntegrationId, ServiceId, SignalStatus,
};
use crate::core::incident::Incident;
use crate::core::state::{Folded, State, Version};
use crate::core::time::{Instant, Span};

use due::{incident_dues, lap_key, next_call};
pub use improvement::{Improved, ImprovementLedger};
pub use ledger::Ledger;
use ledger::{Lap, Told, unsettled};
pub use notice::{Notice, NoticeKind, Passage, Passed, Verdicts};
use notice::{is_late, verdicts};
pub use review::ReviewLedger;
pub use voice::VoiceLedger;

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
    let Folded { services: mut touched, voice, improvement, review } = state.fold(entry);
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
    let mut step = decider.step;
    voice::decide(state, entry, now, voice, &mut step);
    review::decide(state, entry, now, review, &mut step);
    improvement::decide(state, entry, now, improvement, &mut step);
    drill::decide(state, entry, now, &mut step);
    step
}

/// The earliest moment at which a tick would have something to say; in the future, or just passed.
pub fn next_due(state: &State) -> Option<Instant> {
    let incidents = state.ledger.next_due().into_iter().chain(state.drills.next_due());
    let silences = watched_integrations(state)
        .filter(|integration| !state.ledger.silent.contains_key(integration))
        .filter_map(|integration| state.silent_from(&integration));
    let voices = state.ledger.voice.next_due();
    let improvements = state.ledger.improvement.next_due();
    let reviews = state.ledger.reviews.next_due();
    let said = voices.into_iter().chain(improvements).chain(reviews);
    incidents.chain(silences).chain(said).filter(|due| *due < Instant::MAX).min()
}

fn watched_integrations(state: &State) -> impl Iterator<Item = IntegrationId> + use<'_> {
    state.book().into_iter().flat_map(|book| book.integrations.keys().cloned())
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
            if state.may_be_told(number, agreement) {
                self.publish(number, incident, agreement, version, &mut told);
            }
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
            // Who may be told of a drill agreed to it.
            _ if number.is_drill() => true,
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
