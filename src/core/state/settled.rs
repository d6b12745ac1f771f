//! Incidents that nothing can change any more but a late fact: kept, so that a step's work does not grow with the
//! years. They are what the whole history would give, and are derived from it again when a late fact touches them.

use std::sync::Arc;

use super::State;
use crate::core::event::ServiceId;
use crate::core::incident::{self, Incident};
use crate::core::interval::Interval;
use crate::core::time::{Instant, Span};
use crate::core::watch::BACKDATED_AT_MOST;

/// The settled incidents of one service. No fact of its own: two states with the same facts are equal whatever
/// each has kept.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Everything before is told by `incidents`; what begins here or later is derived anew each time.
    pub cut: Instant,
    /// As known then; a look at an earlier moment does not use them.
    as_of: Instant,
    incidents: Vec<Arc<Incident>>,
}

impl Default for Settled {
    fn default() -> Self {
        Self { cut: Instant::MIN, as_of: Instant::MIN, incidents: Vec::new() }
    }
}

impl PartialEq for Settled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl State {
    /// Every incident of a service as known at `now`, in order of time.
    pub fn incidents(&self, id: &ServiceId, now: Instant) -> Vec<Incident> {
        let mut all = Vec::new();
        self.each_incident(id, Interval::ALL, now, |incident| all.push(incident.clone()));
        all
    }

    /// Every incident of a service that touches a window, as known at `now`, in order of time.
    pub fn each_incident(
        &self,
        id: &ServiceId,
        window: Interval,
        now: Instant,
        mut each: impl FnMut(&Incident),
    ) {
        let Some(service) = self.services.get(id) else { return };
        let touches = |incident: &Incident| {
            incident.opened() < window.end && incident.closed().is_none_or(|(at, _)| at >= window.start)
        };
        let settled = Some(&service.settled).filter(|settled| settled.as_of <= now);
        for incident in settled.into_iter().flat_map(|settled| &settled.incidents) {
            if touches(incident) {
                each(incident);
            }
        }
        let from = settled.map_or(Instant::MIN, |settled| settled.cut);
        self.derive(id, from, now).iter().filter(|incident| touches(incident)).for_each(each);
    }

    /// The incidents that are not settled.
    pub fn unsettled_incidents(&self, id: &ServiceId, now: Instant) -> Vec<Incident> {
        let cut = self.services.get(id).map_or(Instant::MIN, |service| service.settled.cut);
        self.derive(id, cut, now)
    }

    fn derive(&self, id: &ServiceId, from: Instant, now: Instant) -> Vec<Incident> {
        let Some(service) = self.services.get(id) else { return Vec::new() };
        let rules = self.rules(id);
        let facts = incident::Facts {
            service: id,
            watch: &service.watch,
            deeds: &service.deeds,
            numbers: &service.numbers,
            rules: &rules,
        };
        incident::incidents(&facts, from, now)
    }

    /// Forgets what was kept of a service, because a late fact touches it.
    pub(super) fn unsettle(&mut self, id: &ServiceId, touched: Instant) {
        if let Some(service) = self.services.get_mut(id).filter(|service| touched < service.settled.cut) {
            service.settled = Settled::default();
        }
    }

    /// Keeps the incidents of a service that are long over and fully told, beside those that are kept already.
    pub fn settle(&mut self, id: &ServiceId) {
        let Some(now) = self.now else { return };
        let known = self.services.get(id).map(|service| &service.settled).filter(|known| known.as_of <= now);
        let from = known.map_or(Instant::MIN, |known| known.cut);
        let incidents = self.derive(id, from, now);
        let count = incidents.iter().take_while(|incident| self.is_settled(id, incident, now)).count();
        let Some((count, cut)) = self.cut(id, from, &incidents, count) else { return };
        if let Some(service) = self.services.get_mut(id) {
            let mut kept = std::mem::take(&mut service.settled);
            if kept.cut != from {
                kept.incidents.clear();
            }
            kept.incidents.extend(incidents.into_iter().take(count).map(Arc::new));
            service.settled = Settled { cut, as_of: now, ..kept };
        }
    }

    /// Nothing but a fact that is more than a day late can reach back to it.
    fn is_settled(&self, id: &ServiceId, incident: &Incident, now: Instant) -> bool {
        let told = incident.number().is_some_and(|number| self.ledger.is_settled(number));
        told && incident.closed().is_some_and(|(closed, _)| {
            let rules = self.rules(id).at(closed);
            closed + rules.reopen_within + rules.quiet < now - BACKDATED_AT_MOST
        })
    }

    /// How many of the first `count` incidents lie before a gap in which nothing goes on, and where it ends.
    fn cut(
        &self,
        id: &ServiceId,
        from: Instant,
        incidents: &[Incident],
        count: usize,
    ) -> Option<(usize, Instant)> {
        let service = self.services.get(id)?;
        let pieces = service.watch.pieces(from);
        let last_deed = service.deeds.last().map(|deed| deed.at);
        let last = pieces.iter().map(|piece| piece.end.unwrap_or(Instant::MAX)).chain(last_deed).max()?;
        (1..=count).rev().find_map(|count| {
            let cut = incidents.get(count).map_or(last + Span::from_micros(1), Incident::opened);
            let crosses =
                pieces.iter().any(|piece| piece.start < cut && piece.end.is_none_or(|end| end >= cut));
            (!crosses).then_some((count, cut))
        })
    }
}
