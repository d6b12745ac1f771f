//! What came of a drill: each clock kept or late, who took it and after how long, and calls that nobody answered.

use serde::{Deserialize, Serialize};

use super::{Drill, Ending};
use crate::core::agreement::{ClockKind, Priority};
use crate::core::clocks::ClockState;
use crate::core::decide::Passed;
use crate::core::event::{Act, AgreementId, IncidentNumber, PersonId, ServiceId};
use crate::core::incident::{Deed, Incident};
use crate::core::interval::Interval;
use crate::core::state::State;
use crate::core::time::{Instant, Span};

/// A drill that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillResult {
    pub drill: IncidentNumber,
    pub service: ServiceId,
    pub priority: Priority,
    pub announced: bool,
    /// The customer in question (or any) was told of it and saw it.
    pub told: bool,
    pub began: Instant,
    pub ended: Instant,
    pub ending: Ending,
    /// Who acknowledged first.
    pub acknowledged: Option<Taken>,
    /// Who said that it was done.
    pub resolved: Option<Taken>,
    /// In the order of agreements and of their objectives.
    pub clocks: Vec<DrillClock>,
    /// How often somebody on an on-call list was to be called.
    pub calls: u64,
    /// Calls after which nobody took it before the next call or the end.
    pub unanswered: u64,
}

/// Somebody's deed, and how long after the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub by: PersonId,
    pub after: Span,
}

/// One clock under one agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillClock {
    pub agreement: AgreementId,
    pub objective: String,
    pub clock: ClockKind,
    pub outcome: Outcome,
    /// Of the stretch that decides: the first that was late, else the longest.
    pub elapsed: Span,
    /// In time of the calendar; none when it is never due.
    pub target: Option<Span>,
}

/// Whether a clock was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Met,
    Late,
    /// The drill ended before it was decided.
    Undecided,
}

/// The drills that ended within a window and before `now`, the first to end first; of one agreement with its clocks
/// alone. What was called off before it began was none.
pub fn drills(
    state: &State,
    agreement: Option<&AgreementId>,
    service: Option<&ServiceId>,
    window: Interval,
    now: Instant,
) -> Vec<DrillResult> {
    let meant =
        state.drills.all().filter(|(_, drill)| service.is_none_or(|it| drill.plan.service == it.real()));
    let results = meant.filter_map(|(number, drill)| result(state, number, drill, agreement));
    let mut results: Vec<DrillResult> =
        results.filter(|result| window.contains(result.ended) && result.ended <= now).collect();
    results.sort_by_key(|result| (result.ended, result.drill));
    results
}

impl State {
    /// What came of one drill; none while it runs.
    pub fn drill_result(&self, number: IncidentNumber) -> Option<DrillResult> {
        result(self, number, self.drills.get(number)?, None)
    }
}

fn result(
    state: &State,
    number: IncidentNumber,
    drill: &Drill,
    only: Option<&AgreementId>,
) -> Option<DrillResult> {
    let (began, (ended, ending)) = (drill.began?, drill.ended()?);
    let incident = judged(drill.as_incident(number, ended)?, ending);
    let mut covering = state.covering(&incident, ended);
    covering.retain(|(agreement, _)| only.is_none_or(|only| only == *agreement));
    if covering.is_empty() && only.is_some() {
        return None;
    }
    let clocks = covering.iter().flat_map(|(agreement, version)| {
        let clocks = state.case(&incident, version, ended).clocks();
        clocks.into_iter().map(|clock| judge((*agreement).clone(), &clock))
    });
    let clocks = clocks.collect();
    let (mut calls, mut unanswered) = (0, 0);
    for (agreement, _) in &covering {
        let (all, missed) = called(state, number, agreement, &incident, ended);
        (calls, unanswered) = (calls + all, unanswered + missed);
    }
    let taken = |deed: &Deed| Taken { by: deed.by.clone(), after: deed.at - began };
    let first = |matches: fn(&Act) -> bool| incident.deeds.iter().find(|deed| matches(&deed.act)).map(taken);
    Some(DrillResult {
        drill: number,
        service: drill.plan.service.clone(),
        priority: incident.priority,
        announced: drill.plan.announced,
        told: only.map_or(!drill.plan.customers.is_empty(), |only| drill.includes(only)),
        began,
        ended,
        ending,
        acknowledged: first(|act| matches!(act, Act::Acknowledged { .. })),
        resolved: first(|act| matches!(act, Act::Resolved { .. })).filter(|_| ending == Ending::Resolved),
        clocks,
        calls,
        unanswered,
    })
}

/// What was broken off or ran out was not resolved: its clocks are read as they ran at that moment.
fn judged(mut incident: Incident, ending: Ending) -> Incident {
    if ending != Ending::Resolved {
        incident.stages.iter_mut().for_each(|stage| stage.closed = None);
    }
    incident
}

fn judge(agreement: AgreementId, clock: &ClockState) -> DrillClock {
    let worst = clock.worst();
    let outcome = match (clock.late(), clock.running()) {
        (true, _) => Outcome::Late,
        // An update that was not due yet was not missed.
        (false, true) if clock.kind != ClockKind::Update => Outcome::Undecided,
        (false, _) => Outcome::Met,
    };
    DrillClock {
        agreement,
        objective: clock.objective.clone(),
        clock: clock.kind,
        outcome,
        elapsed: worst.elapsed,
        target: worst.target,
    }
}

/// How often somebody was called under one agreement, and how often in vain.
fn called(
    state: &State,
    number: IncidentNumber,
    agreement: &AgreementId,
    incident: &Incident,
    ended: Instant,
) -> (u64, u64) {
    let passages = state.told(number).passages(number).iter();
    let own = passages.filter(|passage| passage.agreement == *agreement);
    let calls: Vec<Instant> =
        own.filter(|passage| matches!(passage.what, Passed::Called(_))).map(|passage| passage.at).collect();
    let taken = |from: Instant, until: Instant| {
        let takes =
            |deed: &Deed| matches!(deed.act, Act::Acknowledged { .. }) && from <= deed.at && deed.at <= until;
        incident.deeds.iter().any(takes)
    };
    let until = |place: usize| calls.get(place + 1).copied().unwrap_or(ended);
    let missed = calls.iter().enumerate().filter(|(place, at)| !taken(**at, until(*place))).count();
    (calls.len() as u64, missed as u64)
}
