//! When an integration was alive, and when a service was therefore observed.

use serde::{Deserialize, Serialize};

use super::State;
use crate::core::agreement::{Liveness, Service, Silence};
use crate::core::event::{IntegrationId, ServiceId};
use crate::core::interval::{Interval, IntervalSet};
use crate::core::time::Instant;

/// What was heard of an integration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alive {
    pub first: Option<Instant>,
    pub last: Option<Instant>,
    /// From each sign of life until silence would begin.
    heard: IntervalSet,
}

impl Alive {
    pub(super) fn hear(&mut self, at: Instant, liveness: Option<&Liveness>) {
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = self.last.max(Some(at));
        let until = match liveness {
            // Its silence says as much as its words; how long that holds is for the book to say.
            None | Some(Liveness { silence: Silence::Up, .. }) => at,
            Some(liveness) => at + liveness.silence_after,
        };
        self.heard = self.heard.union(&IntervalSet::from_unsorted([Interval::new(at, until)]));
    }
}

impl State {
    /// What was heard of an integration; none before its first sign of life.
    pub fn alive(&self, integration: &IntegrationId) -> Option<&Alive> {
        self.integrations.get(integration)
    }

    /// When this integration was alive: each stretch by the book in force in it.
    pub fn spans(&self, integration: &IntegrationId) -> IntervalSet {
        let Some(alive) = self.integrations.get(integration) else { return IntervalSet::default() };
        let Some(first) = alive.first else { return IntervalSet::default() };
        let quiet = self.book_spans().filter(|(_, book)| {
            book.integrations.get(integration).is_some_and(|known| known.silence == Silence::Up)
        });
        let quiet = quiet.map(|(span, _)| Interval::new(span.start.max(first).min(span.end), span.end));
        alive.heard.union(&IntervalSet::from_unsorted(quiet))
    }

    /// When it falls silent if nothing more is heard; none for one whose silence means that all is well, or of
    /// which nothing was ever heard.
    pub fn silent_from(&self, integration: &IntegrationId) -> Option<Instant> {
        let alive = self.integrations.get(integration)?;
        let liveness = self.book()?.integrations.get(integration)?;
        if liveness.silence == Silence::Up {
            return None;
        }
        let last = alive.heard.last().map(|span| span.end).or(alive.last)?;
        // Where its silence meant well until the book was changed, it has its time from then on.
        let changed = self.book_spans().filter(|(_, book)| {
            book.integrations.get(integration).is_some_and(|known| known.silence == Silence::Up)
        });
        let changed = changed.last().map(|(span, _)| span.end + liveness.silence_after);
        Some(changed.map_or(last, |changed| changed.max(last)))
    }

    /// When at least one integration that observes the service was alive, until `now`.
    pub fn observed(&self, id: &ServiceId, now: Instant) -> IntervalSet {
        let mut observed = IntervalSet::default();
        for (span, book) in self.book_spans() {
            let Some(service) = book.services.get(id) else { continue };
            for integration in &service.observed_by {
                observed = observed.union(&self.spans(integration).clip(span));
            }
        }
        let declared =
            self.book().and_then(|book| book.services.get(id)).and_then(|known| self.declared(known));
        observed = observed.union(&IntervalSet::from_unsorted(declared));
        observed.clip(Interval::new(Instant::MIN, now))
    }

    /// The time before anything was heard for which the book says that the service was watched.
    fn declared(&self, service: &Service) -> Option<Interval> {
        let from = service.observed_from?;
        let firsts = service.observed_by.iter().filter_map(|id| self.integrations.get(id)?.first);
        let until = firsts.min().or_else(|| {
            let known = service.observed_by.iter().filter_map(|id| self.book()?.integrations.get(id));
            let reach = |liveness: &Liveness| match liveness.silence {
                Silence::Up => Instant::MAX,
                Silence::Heartbeat { .. } | Silence::Unknown => from + liveness.silence_after,
            };
            known.map(reach).max()
        })?;
        Some(Interval::new(from, until.max(from)))
    }
}
