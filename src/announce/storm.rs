//! When too much happens to tell one by one: openings and messages that ring, a minute of them in one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::announce::view::service_name;
use crate::chat::{Address, Platform};
use crate::core::doc::Doc;
use crate::core::event::{AgreementId, IncidentNumber, PersonId};
use crate::core::incident::Incident;
use crate::core::notice::digest::{self, Opened, OpenedIncident};
use crate::core::notice::roused::Warned;
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::directory::Directory;

/// What counts as "at once".
pub const WITHIN: Span = Span::from_minutes(1);

/// The minute a moment belongs to, for keys.
pub const fn minute(at: Instant) -> i64 {
    at.micros().div_euclid(WITHIN.micros())
}

/// How many messages rang lately, by place. Forgotten at a restart; a place then hears a few more.
#[derive(Debug, Default)]
pub struct Bells(Mutex<BTreeMap<Address, Bell>>);

#[derive(Debug, Default)]
struct Bell {
    rang: VecDeque<Instant>,
    minute: i64,
    held: Warned,
}

/// What a message that rings is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ring {
    Late,
    AtRisk,
    Other,
}

impl Bells {
    /// None when one more message may ring here; else what was held back in this minute, this included.
    pub fn ring(
        &self,
        place: &Address,
        limit: u32,
        what: Ring,
        call: &[PersonId],
        now: Instant,
    ) -> Option<Warned> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bell = bells.entry(place.clone()).or_default();
        while bell.rang.front().is_some_and(|at| now - *at >= WITHIN) {
            bell.rang.pop_front();
        }
        if bell.rang.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
            bell.rang.push_back(now);
            return None;
        }
        if bell.minute != minute(now) {
            (bell.minute, bell.held) = (minute(now), Warned::default());
        }
        match what {
            Ring::Late => bell.held.late += 1,
            Ring::AtRisk => bell.held.at_risk += 1,
            Ring::Other => bell.held.other += 1,
        }
        for person in call {
            if !bell.held.call.contains(person) {
                bell.held.call.push(person.clone());
            }
        }
        Some(bell.held.clone())
    }
}

/// Who reads a channel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reader {
    /// Operators, on a platform to which not every customer's data may go.
    Operators(Platform),
    Customer(AgreementId),
}

/// The incidents that are not settled, by when they were recorded.
#[derive(Debug)]
pub struct Openings(Vec<Opening>);

#[derive(Debug)]
struct Opening {
    recorded: Instant,
    number: IncidentNumber,
    incident: Incident,
}

impl Openings {
    pub fn of(state: &State, now: Instant) -> Self {
        let seen = state.ledger.unsettled().filter_map(|number| {
            let incident = state.incident(number, now)?;
            // A number that was merged into another is that other one.
            (incident.number() == Some(number)).then(|| Opening {
                recorded: incident.recorded(),
                number,
                incident,
            })
        });
        let mut all: Vec<Opening> = seen.collect();
        all.sort_by_key(|opening| (opening.recorded, opening.number));
        Self(all)
    }

    /// The incidents for which this reader has no card of their own but a digest: those before which
    /// `limit` others were recorded within the minute.
    pub fn crowded(
        &self,
        limit: usize,
        visible: impl Fn(IncidentNumber, &Incident) -> bool,
    ) -> BTreeSet<IncidentNumber> {
        let seen: Vec<&Opening> =
            self.0.iter().filter(|opening| visible(opening.number, &opening.incident)).collect();
        let mut first = 0;
        let mut crowded = BTreeSet::new();
        for (index, opening) in seen.iter().enumerate() {
            while opening.recorded - seen[first].recorded >= WITHIN {
                first += 1;
            }
            if index - first >= limit {
                crowded.insert(opening.number);
            }
        }
        crowded
    }

    /// How many open incidents nobody has.
    pub fn without_owner(&self) -> usize {
        let open = self.0.iter().filter(|opening| opening.incident.is_open());
        open.filter(|opening| opening.incident.owner().is_none()).count()
    }

    /// The digest of what was recorded in one minute of the clock, as one reader may see it.
    pub fn digest(
        &self,
        state: &State,
        of: i64,
        reader: &Reader,
        directory: &Directory,
        visible: impl Fn(IncidentNumber, &Incident) -> bool,
        now: Instant,
    ) -> Doc {
        let seen = self.0.iter().filter(|opening| minute(opening.recorded) == of);
        let seen = seen.filter(|opening| visible(opening.number, &opening.incident));
        let incidents = seen.map(|Opening { number, incident, .. }| OpenedIncident {
            number: *number,
            service: service_name(state, &incident.service),
            priority: incident.priority,
            customers: match reader {
                Reader::Customer(_) => Vec::new(),
                Reader::Operators(platform) => state
                    .covering(incident, now)
                    .into_iter()
                    .filter(|(agreement, _)| directory.may_leave(agreement, *platform))
                    .map(|(_, version)| version.terms.customer.clone())
                    .collect(),
            },
            since: incident.opened(),
        });
        digest::opened(&Opened { incidents: incidents.collect(), within: WITHIN, as_of: now })
    }
}
