//! What is to be said of drills: the same as of incidents, from a ledger of their own.
//!
//! Decided last, so that nothing which follows from incidents (surveys, for one) ever sees a notice of a drill.

use super::{Decider, NoticeKind, Step};
use crate::core::drill::{DrillWord, Ending, LATEST};
use crate::core::event::{Entry, Event, IncidentNumber};
use crate::core::state::State;
use crate::core::time::Instant;

pub(super) fn decide(state: &mut State, entry: &Entry, now: Instant, step: &mut Step) {
    if !concerns(entry) || state.drills.all().next().is_none() {
        return;
    }
    follow(state, now, step);
    if let Event::Drill { word, .. } = &entry.event {
        told(state, &entry.id, word, step, now);
    }
    let ledger = std::mem::take(&mut state.drills.ledger);
    let mut decider = Decider { now, step: Step::default(), ledger };
    let begun = state.drills.all().filter(|(_, drill)| drill.began.is_some()).map(|(number, _)| number);
    for number in begun.filter(|number| !decider.ledger.is_settled(*number)).collect::<Vec<_>>() {
        if let Some(incident) = state.drills.incident(number, now) {
            decider.incident(state, number, &incident);
        }
    }
    state.drills.ledger = decider.ledger;
    step.notices.extend(decider.step.notices);
}

/// Whether an entry may have something to say of a drill.
fn concerns(entry: &Entry) -> bool {
    match &entry.event {
        Event::Act { act, .. } => act.incident().is_some_and(IncidentNumber::is_drill),
        Event::Drill { .. }
        | Event::Tick { .. }
        | Event::TermsAdopted { .. }
        | Event::TermsWithdrawn { .. }
        | Event::ServicesAdopted { .. } => true,
        _ => false,
    }
}

/// Lets begin and end what is due.
fn follow(state: &State, now: Instant, step: &mut Step) {
    for (number, drill) in state.drills.all() {
        let ordinal = number.drill().unwrap_or_default();
        let (name, word) = if drill.is_coming() && drill.plan.starts <= now {
            if drill.plan.starts + LATEST < now {
                ("lapsed", DrillWord::Ended { drill: number, ending: Ending::Lapsed })
            } else {
                ("began", DrillWord::Began { drill: number })
            }
        } else if drill.is_running() && drill.runs_out().is_some_and(|end| end <= now) {
            ("ran_out", DrillWord::Ended { drill: number, ending: Ending::RanOut })
        } else {
            continue;
        };
        let event = Event::Drill { at: now, by: None, word };
        step.follow.push((format!("drill/{ordinal}/{name}"), event));
    }
}

/// Tells what no card tells: that a drill is announced, and that one which was announced does not take place.
fn told(state: &State, id: &str, word: &DrillWord, step: &mut Step, at: Instant) {
    let drill = match word {
        DrillWord::Planned { .. } => state.drills.planned_by(id),
        DrillWord::Began { .. } => None,
        DrillWord::Ended { drill, .. } => Some(*drill),
    };
    let Some((drill, known)) = drill.and_then(|number| Some((number, state.drills.get(number)?))) else {
        return;
    };
    let kind = match word {
        DrillWord::Planned { .. } => NoticeKind::DrillPlanned { drill },
        _ if known.began.is_none() => NoticeKind::DrillDropped { drill },
        _ => return,
    };
    if known.plan.announced {
        step.notices.push(super::Notice { at, kind });
    }
}
