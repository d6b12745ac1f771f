//! Drills: marked exercises over the whole real route, kept apart from everything that is counted.
//!
//! A drill is no incident: it lies in a place of its own ([`Drills`]), with numbers, deeds and a ledger of its own,
//! under the service's shadow (`checkout#drill`, which no file can name). Nothing that counts, announces, asks or
//! measures incidents looks there; whoever deals with one asks [`State::attended`] for it by its number.

mod result;
#[cfg(test)]
mod tests;
mod word;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::decide::Ledger;
use crate::core::event::{Act, AgreementId, IncidentNumber, PersonId, ServiceId};
use crate::core::incident::{ClosedBy, Deed, Incident, NoticedBy, Stage};
use crate::core::state::State;
use crate::core::time::{Instant, Span};

pub use result::{DrillClock, DrillResult, Outcome, Taken, drills};
pub use word::{DrillWord, Plan};

/// How long a drill goes on when nobody resolves it.
pub const LASTS: Span = Span::from_hours(2);
/// A drill that could not begin within so long after its time does not begin any more.
pub const LATEST: Span = Span::from_hours(1);

/// Every drill there was, and what was announced of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drills {
    known: BTreeMap<IncidentNumber, Drill>,
    /// What was said of drills; that of incidents knows nothing of it.
    pub(super) ledger: Ledger,
}

/// One exercise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drill {
    /// The journal's id of the plan.
    id: String,
    pub plan: Plan,
    pub planned: Instant,
    pub by: PersonId,
    pub began: Option<Instant>,
    /// By a word; a resolution may have ended it before.
    ended: Option<(Instant, Ending)>,
    /// In the order they were journalled.
    deeds: Vec<Deed>,
}

/// How a drill ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// As an incident does: somebody said that it is done.
    Resolved,
    /// Somebody broke it off, perhaps before it began.
    Stopped,
    /// Nobody resolved it in time.
    RanOut,
    /// It could not begin when it should.
    Lapsed,
}

impl IncidentNumber {
    /// From here on numbers are those of drills.
    const DRILLS: u32 = 1_000_000_000;

    /// The number of the `ordinal`-th drill.
    pub const fn of_drill(ordinal: u32) -> Self {
        Self(Self::DRILLS.saturating_add(ordinal))
    }

    /// Whether it is the number of a drill.
    pub const fn is_drill(self) -> bool {
        self.0 > Self::DRILLS
    }

    /// Of a drill which one it was.
    pub const fn drill(self) -> Option<u32> {
        if self.is_drill() { Some(self.0 - Self::DRILLS) } else { None }
    }
}

/// What stands behind the name of a service that is only exercised. No file can name such a service.
const SHADOW: &str = "#drill";

impl ServiceId {
    /// The shadow of a service, under which it is exercised.
    #[must_use]
    pub fn shadow(&self) -> Self {
        Self(format!("{}{SHADOW}", self.real().0))
    }

    /// The service itself, of a shadow or not.
    #[must_use]
    pub fn real(&self) -> Self {
        Self(self.0.strip_suffix(SHADOW).unwrap_or(&self.0).to_owned())
    }

    /// Whether it is one of these, or the shadow of one.
    pub fn is_among(&self, services: &BTreeSet<Self>) -> bool {
        services.contains(self) || services.contains(&self.real())
    }
}

impl Drill {
    /// When and how it ended: by the first of a resolution and a word.
    pub fn ended(&self) -> Option<(Instant, Ending)> {
        let began = self.began.unwrap_or(Instant::MAX);
        let resolves = |deed: &&Deed| matches!(deed.act, Act::Resolved { .. }) && deed.at >= began;
        let resolved = self.deeds.iter().find(resolves).map(|deed| (deed.at, Ending::Resolved));
        resolved.into_iter().chain(self.ended).min_by_key(|(at, _)| *at)
    }

    /// Neither over nor called off.
    pub fn is_coming(&self) -> bool {
        self.began.is_none() && self.ended.is_none()
    }

    pub fn is_running(&self) -> bool {
        self.began.is_some() && self.ended().is_none()
    }

    /// When it ends by itself.
    pub fn runs_out(&self) -> Option<Instant> {
        self.began.map(|began| began + self.plan.lasts)
    }

    /// Whether a customer was told of it and sees it.
    pub fn includes(&self, agreement: &AgreementId) -> bool {
        self.plan.customers.contains(agreement)
    }

    /// The exercise as an incident would look that a monitor had seen; none before it begins.
    fn as_incident(&self, number: IncidentNumber, now: Instant) -> Option<Incident> {
        let began = self.began.filter(|began| *began <= now)?;
        let deeds: Vec<Deed> = self.deeds.iter().filter(|deed| deed.at <= now).cloned().collect();
        let set = deeds.iter().rev().find_map(|deed| match deed.act {
            Act::Prioritised { priority, .. } => Some(priority),
            _ => None,
        });
        let closed = self.ended().filter(|(at, _)| *at <= now).map(|(at, ending)| match ending {
            Ending::Resolved | Ending::Stopped => (at, ClosedBy::Person),
            Ending::RanOut | Ending::Lapsed => (at, ClosedBy::Monitor),
        });
        let stage = Stage { opened: began, recorded: began, by: NoticedBy::Monitor, held: true, closed };
        Some(Incident {
            service: self.plan.service.shadow(),
            stages: vec![stage],
            noticed_by: NoticedBy::Monitor,
            first_signal: Some(began),
            first_report: None,
            quieting: None,
            still_firing: false,
            priority: set.unwrap_or(self.plan.priority),
            found_priority: self.plan.priority,
            numbers: vec![number],
            deeds,
        })
    }
}

impl Drills {
    /// Takes a word about drills.
    pub(super) fn hear(&mut self, id: &str, at: Instant, by: Option<&PersonId>, word: &DrillWord) {
        match word {
            DrillWord::Planned { plan } => {
                let Some(by) = by.filter(|_| self.known.values().all(|known| known.id != id)) else { return };
                let (id, plan, by) = (id.to_owned(), plan.clone(), by.clone());
                let drill = Drill { id, plan, planned: at, by, began: None, ended: None, deeds: Vec::new() };
                self.known.insert(self.next(), drill);
            }
            DrillWord::Began { drill } => {
                if let Some(drill) = self.known.get_mut(drill).filter(|drill| drill.is_coming()) {
                    drill.began = Some(at);
                }
            }
            DrillWord::Ended { drill, ending } => {
                if let Some(drill) = self.known.get_mut(drill).filter(|drill| drill.ended.is_none()) {
                    drill.ended = Some((at, *ending));
                }
            }
        }
    }

    /// Takes what somebody did; true when a drill was meant.
    pub(super) fn take(&mut self, deed: &Deed) -> bool {
        let Some(number) = deed.act.incident().filter(|number| number.is_drill()) else { return false };
        if let Some(drill) = self.known.get_mut(&number)
            && drill.deeds.iter().all(|known| known.id != deed.id)
        {
            drill.deeds.push(deed.clone());
        }
        true
    }

    /// The drill that this entry of the journal planned.
    pub fn planned_by(&self, id: &str) -> Option<IncidentNumber> {
        self.known.iter().find(|(_, drill)| drill.id == id).map(|(number, _)| *number)
    }

    fn next(&self) -> IncidentNumber {
        IncidentNumber::of_drill(u32::try_from(self.known.len()).unwrap_or(u32::MAX).saturating_add(1))
    }

    pub fn get(&self, number: IncidentNumber) -> Option<&Drill> {
        self.known.get(&number)
    }

    /// Every drill, the first planned first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = (IncidentNumber, &Drill)> {
        self.known.iter().map(|(number, drill)| (*number, drill))
    }

    /// Those that run now.
    pub fn running(&self) -> impl Iterator<Item = (IncidentNumber, &Drill)> {
        self.all().filter(|(_, drill)| drill.is_running())
    }

    /// The one that runs, or is planned, for a service.
    pub fn of_service(&self, service: &ServiceId) -> Option<(IncidentNumber, &Drill)> {
        self.all().find(|(_, drill)| {
            drill.plan.service == service.real() && (drill.is_running() || drill.is_coming())
        })
    }

    /// The earliest moment at which a drill is to begin, or has to end, or something is to be said of one.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let moments = self.known.values().filter_map(|drill| match drill.began {
            None if drill.is_coming() => Some(drill.plan.starts),
            Some(_) if drill.is_running() => drill.runs_out(),
            _ => None,
        });
        moments.chain(self.ledger.next_due()).min()
    }

    pub(super) fn incident(&self, number: IncidentNumber, now: Instant) -> Option<Incident> {
        self.known.get(&number)?.as_incident(number, now)
    }
}

impl State {
    /// An incident, or a drill that looks like one, by its number: for those who deal with it, never for a figure.
    pub fn attended(&self, number: IncidentNumber, now: Instant) -> Option<Incident> {
        if number.is_drill() { self.drills.incident(number, now) } else { self.incident(number, now) }
    }

    /// What was announced, of incidents or of drills as the number says.
    pub const fn told(&self, number: IncidentNumber) -> &Ledger {
        if number.is_drill() { &self.drills.ledger } else { &self.ledger }
    }

    /// Whether the customer of an agreement may be told of it at all: of a drill only who agreed to it.
    pub fn may_be_told(&self, number: IncidentNumber, agreement: &AgreementId) -> bool {
        !number.is_drill() || self.drills.get(number).is_some_and(|drill| drill.includes(agreement))
    }
}
