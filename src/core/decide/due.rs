//! When an incident next has something to say, if nothing else happens.

use super::ledger::{Lap, Told};
use crate::core::agreement::{ClockKind, Publish};
use crate::core::clocks::ClockState;
use crate::core::event::AgreementId;
use crate::core::incident::Incident;
use crate::core::state::{State, Version};
use crate::core::time::{Instant, Span};

/// Every moment at which this incident may have something to say, in the past (overdue) or the future.
pub(super) fn incident_dues(state: &State, told: &Told, incident: &Incident, now: Instant) -> Vec<Instant> {
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
            && !incident.numbers.iter().any(|number| number.is_drill())
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

pub(super) fn lap_key(agreement: &AgreementId, clock: &ClockState, ordinal: usize) -> Lap {
    (agreement.clone(), clock.objective.clone(), ordinal)
}

/// When the next person is to be called, until somebody has it: first when the response clock is at risk, or
/// at once when it was answered and is broken again.
pub(super) fn next_call(
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
