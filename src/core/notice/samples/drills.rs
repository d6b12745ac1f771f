//! What is said of a drill at every stage.

use super::{at, checkout, minutes, operators, person};
use crate::core::agreement::{ClockKind, Priority};
use crate::core::doc::Doc;
use crate::core::drill::{DrillClock, DrillResult, Ending, Outcome, Taken};
use crate::core::event::IncidentNumber;
use crate::core::notice::card;
use crate::core::notice::drill::{Planned, dropped, marked, no_drill, planned, planned_for_customer, result};
use crate::core::notice::view::{Problem, Publication};

const DRILL: IncidentNumber = IncidentNumber::of_drill(3);

fn over() -> DrillResult {
    let clock = |clock, objective: &str, outcome, elapsed, target| DrillClock {
        agreement: "acme".into(),
        objective: objective.to_owned(),
        clock,
        outcome,
        elapsed: minutes(elapsed),
        target: Some(minutes(target)),
    };
    let taken = |who: &str, after| Taken { by: person(who), after: minutes(after) };
    DrillResult {
        drill: DRILL,
        service: "checkout".into(),
        priority: Priority::P1,
        announced: false,
        told: false,
        began: at("03:02"),
        ended: at("03:40"),
        ending: Ending::Resolved,
        acknowledged: Some(taken("mira", 17)),
        resolved: Some(taken("jon", 38)),
        clocks: vec![
            clock(ClockKind::Response, "response", Outcome::Late, 17, 15),
            clock(ClockKind::Resolution, "resolution", Outcome::Met, 38, 240),
        ],
        calls: 2,
        unanswered: 1,
    }
}

pub(super) fn all() -> Vec<(&'static str, Doc)> {
    let view = Planned {
        drill: DRILL,
        service: checkout(),
        priority: Priority::P1,
        starts: at("03:02"),
        lasts: minutes(120),
        as_of: at("02:30"),
    };
    let customers = vec![("acme".into(), "Acme GmbH".to_owned())];
    let resolved = result(&over(), &checkout(), &customers, at("03:40"));
    let undecided = DrillClock { outcome: Outcome::Undecided, ..over().clocks[1].clone() };
    let late = DrillClock { elapsed: minutes(120), ..over().clocks[0].clone() };
    let alone = DrillResult {
        ended: at("05:02"),
        ending: Ending::RanOut,
        acknowledged: None,
        resolved: None,
        clocks: vec![late, DrillClock { elapsed: minutes(120), ..undecided }],
        calls: 0,
        unanswered: 0,
        ..over()
    };
    let mut running = operators("03:04", None, None);
    running.number = DRILL;
    running.problem = Problem::default();
    running.agreements[0].objectives.clear();
    running.agreements[0].publication = Publication::Drill;
    vec![
        ("drill-planned", planned(&view)),
        ("drill-planned-customer", planned_for_customer(&view)),
        ("drill-dropped", dropped(&view)),
        ("drill-result", resolved),
        ("drill-ran-out", result(&alone, &checkout(), &customers, at("05:02"))),
        ("drill-beside", no_drill(IncidentNumber(42), DRILL, &checkout(), at("03:10"))),
        ("drill-card", marked(card::card(&running))),
    ]
}
