//! What had to be said, by the journal alone: each notice has its message, or a digest that holds it.

use upheld::announce::history;
use upheld::core::clocks::ClockState;
use upheld::core::decide::{self, Notice, NoticeKind};
use upheld::core::event::{Act, AgreementId, IncidentNumber};
use upheld::core::incident::Incident;
use upheld::core::state::State;
use upheld::core::time::Instant;

use super::Evidence;
use crate::city::City;

/// Notices, once for each place.
#[derive(Debug, Default)]
pub struct Owed {
    pub notices: usize,
    pub own_messages: usize,
    pub in_a_digest: usize,
}

/// What one notice of a step of the journal leads to.
struct Weighing<'a> {
    evidence: &'a Evidence,
    state: &'a State,
    now: Instant,
    operators: &'a [String],
    customer: &'a [String],
    counts: &'a mut Owed,
}

const MINUTE: i64 = 60_000_000;

impl Owed {
    pub fn of(evidence: &Evidence, city: &City) -> Self {
        let (operators, customer) = (city.operators.addresses(), city.customer.addresses());
        let mut counts = Self::default();
        let mut state = State::default();
        for step in evidence.entries.chunk_by(|one, next| one.recorded == next.recorded) {
            let mut notices: Vec<Notice> = Vec::new();
            for entry in step {
                notices.extend(decide::step(&mut state, entry).notices);
            }
            let mut weighing = Weighing {
                evidence,
                state: &state,
                now: step[0].recorded,
                operators: &operators,
                customer: &customer,
                counts: &mut counts,
            };
            for notice in &notices {
                weighing.weigh(&notice.kind, &notices);
            }
        }
        counts
    }
}

impl Weighing<'_> {
    /// The notice was told at every one of these places, by a message of its own or in a digest.
    fn told(&mut self, places: &[String], own: &str, digest: Option<String>) {
        for place in places {
            self.counts.notices += 1;
            if self.evidence.rows.contains_key(&format!("{own}/{place}")) {
                self.counts.own_messages += 1;
                continue;
            }
            let digest = digest.as_ref().map(|digest| format!("{digest}/{place}"));
            let is_there = digest.as_ref().is_some_and(|key| self.evidence.rows.contains_key(key));
            assert!(is_there, "{place} was never told {own}, and has no {digest:?}");
            self.counts.in_a_digest += 1;
        }
    }

    /// Those who see the incident beside the operators.
    fn customer(&self, number: IncidentNumber) -> Vec<String> {
        let whom = AgreementId::from("acme");
        let sees = self.state.ledger.is_published(number, &whom);
        if sees { self.customer.to_vec() } else { Vec::new() }
    }

    fn wake(&self) -> Option<String> {
        Some(format!("digest/wake/{}", self.now.micros().div_euclid(MINUTE)))
    }

    fn weigh(&mut self, kind: &NoticeKind, together: &[Notice]) {
        let (operators, now) = (self.operators, self.now);
        let Some((number, incident)) = self.incident(kind) else { return };
        let n = number.0;
        let opened = Some(format!("digest/opened/{}", incident.recorded().micros().div_euclid(MINUTE)));
        match kind {
            NoticeKind::Opened { .. } => self.told(operators, &format!("card/{n}"), opened),
            NoticeKind::Published { agreement, .. } => {
                self.told(&self.customer(number), &format!("card/{n}/{agreement}"), opened);
            }
            NoticeKind::Done { deed, .. } => {
                let deed = incident.deeds.iter().find(|known| known.id == *deed);
                let deed = deed.filter(|deed| history::happening(self.state, &incident, deed).is_some());
                if let Some(deed) = deed.filter(|deed| !matches!(deed.act, Act::Opened { .. })) {
                    self.told(operators, &format!("incident/{n}/deed/{}", deed.id), None);
                }
            }
            NoticeKind::Resolved { .. } => {
                if let Some((at, _)) = incident.closed() {
                    let key = format!("incident/{n}/resolved/{}/{}", at.micros(), now.micros());
                    self.told(operators, &key, None);
                    self.told(&self.customer(number), &key, None);
                }
            }
            NoticeKind::Reopened { at, .. } if incident.is_open() => {
                let key = format!("incident/{n}/reopened/{}/{}", at.micros(), now.micros());
                // It wakes people where a call is due; else its history says so. What a person reopened is their
                // deed, and told as that.
                let by_person = incident
                    .deeds
                    .iter()
                    .any(|deed| deed.at == *at && matches!(deed.act, Act::Reopened { .. }));
                if !by_person {
                    let wakes = |place: &&String| self.evidence.rows.contains_key(&format!("{key}/{place}"));
                    let (woken, calm): (Vec<&String>, Vec<&String>) = operators.iter().partition(wakes);
                    let own = |places: Vec<&String>| places.into_iter().cloned().collect::<Vec<_>>();
                    let (woken, calm) = (own(woken), own(calm));
                    self.told(&woken, &key, None);
                    self.told(&calm, &format!("{key}/history"), self.wake());
                }
                self.told(&self.customer(number), &key, None);
            }
            _ => self.weigh_clock(kind, &incident, n, together),
        }
    }

    fn weigh_clock(&mut self, kind: &NoticeKind, incident: &Incident, n: u32, together: &[Notice]) {
        let operators = self.operators;
        if !incident.is_open() {
            return;
        }
        match kind {
            NoticeKind::Late { agreement, objective, lap, .. } => {
                let key = format!("incident/{n}/{agreement}/{objective}/late/{}", lap.micros());
                self.told(operators, &key, self.wake());
                self.told(&self.customer(IncidentNumber(n)), &key, None);
            }
            NoticeKind::AtRisk { agreement, objective, lap, .. } => {
                let clock = self.clock(incident, agreement, objective);
                let lap_now = clock.laps.iter().find(|known| known.start == *lap).unwrap();
                if lap_now.stopped_at.is_none() && !lap_now.late {
                    let key = format!("incident/{n}/{agreement}/{objective}/at_risk/{}", lap.micros());
                    self.told(operators, &key, self.wake());
                }
            }
            // Said in the same breath as a warning of that moment, or as that it is broken again, and not at all
            // once somebody has it.
            NoticeKind::Call { agreement, step, .. } if incident.owner().is_none() => {
                let is_warned = together.iter().any(|other| match &other.kind {
                    NoticeKind::AtRisk { incident, .. }
                    | NoticeKind::Late { incident, .. }
                    | NoticeKind::Reopened { incident, .. } => incident.0 == n,
                    _ => false,
                });
                if !is_warned {
                    self.told(operators, &format!("incident/{n}/{agreement}/call/{step}"), self.wake());
                }
            }
            _ => {}
        }
    }

    fn clock(&self, incident: &Incident, agreement: &AgreementId, objective: &str) -> ClockState {
        let covering = self.state.covering(incident, self.now);
        let (_, version) = covering.into_iter().find(|(known, _)| *known == agreement).unwrap();
        let clocks = self.state.case(incident, version, self.now).clocks();
        clocks.into_iter().find(|clock| clock.objective == objective).unwrap()
    }

    /// The incident that a notice is about, unless it turned out to be another one.
    fn incident(&self, kind: &NoticeKind) -> Option<(IncidentNumber, Incident)> {
        let number = match kind {
            NoticeKind::Opened { incident }
            | NoticeKind::Published { incident, .. }
            | NoticeKind::Done { incident, .. }
            | NoticeKind::Resolved { incident, .. }
            | NoticeKind::Reopened { incident, .. }
            | NoticeKind::AtRisk { incident, .. }
            | NoticeKind::Late { incident, .. }
            | NoticeKind::Call { incident, .. } => *incident,
            _ => return None,
        };
        let incident = self.state.incident(number, self.now)?;
        (incident.number() == Some(number)).then_some((number, incident))
    }
}
