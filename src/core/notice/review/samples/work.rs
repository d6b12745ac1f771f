//! What is done about it, in the samples: action items, risks, drills and how the provider works.

use super::*;
use crate::core::drill::{Ending, Outcome};
use crate::core::improvement::{
    ActionNumber, ActionState, Level, Origin, RiskNumber, RiskState, Score, Subject as Seen,
};
use crate::core::scorecard::{Figures, Grid, Load, Part, Scorecard, Times, Trends};

fn action(number: u32, state: ActionState, days: i64) -> ActionRow {
    ActionRow {
        number: ActionNumber(number),
        agreement: None,
        text: Some(ProseId::new("update")),
        origin: Origin::Provider,
        state,
        owner: None,
        due: Some(day("2026-12-24")),
        overdue: false,
        moved: 0,
        age: Span::from_days(days),
        carried: false,
        incident: None,
        objective: None,
        feedback: None,
        outcome: None,
        effects: Vec::new(),
    }
}

fn october(value: &str, range: Option<(&str, &str)>) -> Point {
    Point {
        from: at("2026-09-30T22:00:00Z"),
        until: at("2026-10-31T23:00:00Z"),
        over: true,
        value: Some(dec(value)),
        range: range.map(|(low, high)| (dec(low), dec(high))),
        percent: true,
    }
}

fn since(value: &str, range: Option<(&str, &str)>) -> Point {
    Point { from: november().start, until: november().end, ..october(value, range) }
}

fn effects() -> Vec<EffectRow> {
    let of = |name: &str| EffectOf::Objective { name: name.to_owned(), service: None };
    let up = EffectOf::Objective { name: "availability".to_owned(), service: Some(service()) };
    vec![
        EffectRow {
            of: of("response"),
            before: october("71.42", Some(("55.1", "83.4"))),
            after: Some(since("95", Some(("83.5", "98.7")))),
            trend: Some(Trend::Risen),
        },
        EffectRow {
            of: of("updates"),
            before: october("90", Some(("59.5", "98.3"))),
            after: Some(Point { over: false, ..since("83.33", Some(("43.6", "97.1"))) }),
            trend: Some(Trend::Unclear),
        },
        EffectRow { of: up, before: october("99.91", None), after: Some(since("99.89", None)), trend: None },
    ]
}

pub(super) fn actions() -> Vec<ActionRow> {
    let missed = Origin::Missed {
        objective: "availability".to_owned(),
        service: Some(ServiceId::new("checkout")),
        from: november().start,
        until: november().end,
    };
    let survey = SurveyId::new("after_incident");
    let fell = Origin::Fallen { survey: survey.clone(), from: day("2026-10-01"), until: day("2026-11-01") };
    let title = name("After an incident", "服務異常處理後");
    let later = EffectRow {
        of: EffectOf::Survey { survey, title },
        before: october("77.7", Some(("45.2", "93.6"))),
        after: None,
        trend: None,
    };
    vec![
        ActionRow {
            overdue: true,
            due: Some(day("2026-11-20")),
            moved: 2,
            carried: true,
            incident: Some(IncidentNumber(17)),
            feedback: Some(FeedbackNumber(3)),
            ..action(5, ActionState::Open, 62)
        },
        ActionRow {
            text: None,
            origin: missed,
            objective: Some("availability".to_owned()),
            due: Some(day("2026-12-14")),
            ..action(7, ActionState::Asked, 7)
        },
        ActionRow {
            text: None,
            origin: Origin::Cause { incident: IncidentNumber(29) },
            incident: Some(IncidentNumber(29)),
            ..action(6, ActionState::Open, 12)
        },
        ActionRow { origin: Origin::Wish, due: None, ..action(8, ActionState::Wish, 3) },
        ActionRow {
            outcome: Some(ProseId::new("report")),
            effects: effects(),
            carried: true,
            moved: 1,
            ..action(3, ActionState::Done, 35)
        },
        ActionRow { origin: fell, effects: vec![later], ..action(4, ActionState::Done, 20) },
        ActionRow { outcome: Some(ProseId::new("reason")), ..action(2, ActionState::Dropped, 90) },
    ]
}

fn risk(number: u32, state: RiskState, levels: Option<(u8, u8)>) -> RiskRow {
    let level = |level| Level::new(level).unwrap();
    RiskRow {
        number: RiskNumber(number),
        agreement: None,
        service: None,
        text: Some(ProseId::new("reason")),
        seen: None,
        score: levels
            .map(|(probability, impact)| Score { probability: level(probability), impact: level(impact) }),
        state,
        owner: None,
        mitigation: None,
        review: None,
    }
}

pub(super) fn risks() -> Vec<RiskRow> {
    vec![
        RiskRow {
            service: Some(service()),
            mitigation: Some(ProseId::new("update")),
            review: Some(day("2027-01-15")),
            ..risk(3, RiskState::Mitigated, Some((4, 4)))
        },
        RiskRow { review: Some(day("2026-12-20")), ..risk(4, RiskState::Open, Some((2, 5))) },
        risk(1, RiskState::Accepted, Some((1, 3))),
    ]
}

fn clock(agreement: &str, clock: ClockKind, outcome: Outcome, seconds: i64, target: i64) -> DrillClockRow {
    DrillClockRow {
        agreement: AgreementId::from(agreement),
        clock,
        outcome,
        elapsed: Span::from_seconds(seconds),
        target: Some(minutes(target)),
    }
}

fn drill(number: u32, began: &str, lasted: i64) -> DrillRow {
    DrillRow {
        drill: IncidentNumber::of_drill(number),
        service: service(),
        priority: Priority::P1,
        announced: true,
        began: at(began),
        ended: at(began) + minutes(lasted),
        ending: Ending::Resolved,
        acknowledged: Some(minutes(6)),
        resolved: Some(minutes(lasted)),
        clocks: vec![
            clock("acme", ClockKind::Response, Outcome::Met, 365, 15),
            clock("acme", ClockKind::Update, Outcome::Late, 1_903, 30),
        ],
        calls: 2,
        unanswered: 1,
    }
}

pub(super) fn drills() -> Vec<DrillRow> {
    let alone = DrillRow {
        announced: false,
        ending: Ending::RanOut,
        acknowledged: None,
        resolved: None,
        clocks: vec![clock("acme", ClockKind::Resolution, Outcome::Undecided, 7_200, 240)],
        calls: 0,
        unanswered: 0,
        ..drill(4, "2026-11-19T02:10:00Z", 120)
    };
    let kept = DrillRow {
        clocks: vec![clock("acme", ClockKind::Response, Outcome::Met, 365, 15)],
        ..drill(5, "2026-11-26T14:00:00Z", 41)
    };
    vec![drill(3, "2026-11-12T09:00:00Z", 38), alone, kept]
}

/// The same as operators see them: whose they are, who has them, and what is only proposed.
pub(super) fn of_operators(document: Document) -> Document {
    let (acme, mira) = (Some(AgreementId::from("acme")), Some(person("mira")));
    let mut actions = actions();
    for row in &mut actions {
        row.agreement.clone_from(&acme);
        row.owner = mira.clone().filter(|_| row.text.is_some());
    }
    actions.push(ActionRow { owner: mira.clone(), ..action(9, ActionState::Open, 1) });
    let mut risks = risks();
    for row in &mut risks {
        row.agreement.clone_from(&acme);
        row.owner.clone_from(&mira);
    }
    let budget = Seen::Budget { objective: "availability".to_owned(), service: ServiceId::new("checkout") };
    let silent = Seen::Silent { integration: "alertmanager".into() };
    let proposed = [budget, Seen::NobodyOnCall, silent, Seen::OneChannel];
    risks.extend(proposed.into_iter().zip(6..).map(|(seen, number)| RiskRow {
        agreement: Some(AgreementId::from("formosa")),
        text: None,
        seen: Some(seen),
        ..risk(number, RiskState::Proposed, None)
    }));
    let mut drills = drills();
    drills[0].clocks.push(clock("formosa", ClockKind::Response, Outcome::Met, 365, 30));
    Document { actions, risks, drills, scorecard: Some(Box::new(scorecard(&document))), ..document }
}

fn scorecard(document: &Document) -> Scorecard {
    let part = |part, whole| Part { part, whole };
    let times = |lengths: &[i64]| Times::of(&lengths.iter().copied().map(minutes).collect::<Vec<_>>());
    let whole = Figures {
        opened: 23,
        acknowledged: times(&[3, 4, 4, 6, 7, 9, 12, 31]),
        restored: times(&[17, 24, 41, 55, 180]),
        first_owner: part(17, 20),
        reopened: part(1, 22),
        updates: part(38, 40),
        responses: part(48, 50),
    };
    let earlier = Figures {
        opened: 31,
        acknowledged: times(&[9, 12, 20]),
        restored: Times::default(),
        first_owner: part(20, 24),
        reopened: part(4, 27),
        updates: part(0, 0),
        responses: part(30, 50),
    };
    let mut opened = Grid::default();
    for (day, hours) in opened.0.iter_mut().enumerate().take(6) {
        hours[9] = 1;
        hours[14] = u64::from(day == 1) * 4 + 1;
    }
    opened.0[5][3] = 7;
    let (risen, unclear) = (Trend::Risen, Trend::Unclear);
    let trends = Trends { first_owner: unclear, reopened: unclear, updates: unclear, responses: risen };
    Scorecard {
        window: document.window,
        before: Interval::new(document.window.start - Span::from_days(7), document.window.start),
        zone: document.zone,
        as_of: document.provenance.as_of,
        whole,
        earlier,
        trends,
        services: Vec::new(),
        people: Vec::new(),
        teams: Vec::new(),
        load: Load { opened, against: None },
    }
}
