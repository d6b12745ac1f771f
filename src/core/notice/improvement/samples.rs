//! Action items and risks at every stage, for the tests that render them.

use super::risk::{self, RiskView, Sign};
use super::*;
use crate::core::event::Prose;
use crate::core::improvement::{
    ActionStep, ActionStepKind, Level, RiskNumber, RiskState, RiskStep, RiskStepKind, Score,
};
use crate::core::notice::samples::{at, checkout, name, person};
use crate::core::window::WindowKind;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn prose(id: &str) -> Prose {
    Prose { id: ProseId::new(id), sha256: String::new() }
}

fn october() -> Period {
    Period::beginning(WindowKind::Month, date("2026-10-01"))
}

fn missed() -> ActionView {
    ActionView {
        number: ActionNumber(7),
        customer: Some("Acme GmbH".to_owned()),
        internal: false,
        text: None,
        owner: None,
        due: Some(date("2026-12-04")),
        overdue: false,
        state: ActionState::Asked,
        moved: 0,
        age: Span::from_days(2),
        reason: Reason::Missed {
            objective: "availability".to_owned(),
            service: Some(checkout()),
            period: october(),
        },
        about: vec![Value::Name("availability".to_owned())],
        outcome: None,
        staff: true,
        as_of: at("09:00"),
    }
}

fn planned() -> ActionView {
    ActionView {
        text: Some(ProseId::new("update")),
        owner: Some(person("mira")),
        due: Some(date("2026-12-24")),
        state: ActionState::Open,
        moved: 2,
        age: Span::from_days(12),
        ..missed()
    }
}

fn wish() -> ActionView {
    ActionView {
        text: Some(ProseId::new("report")),
        due: None,
        state: ActionState::Wish,
        reason: Reason::Wish,
        about: Vec::new(),
        ..missed()
    }
}

fn actions() -> Vec<(&'static str, Doc)> {
    let cause = ActionView {
        reason: Reason::Cause(IncidentNumber(42)),
        state: ActionState::Open,
        about: vec![Value::Code("INC-42".to_owned())],
        ..missed()
    };
    let survey =
        Reason::Fallen { survey: name("After an incident", "服務異常處理後"), period: october() };
    let fallen = ActionView { reason: survey, about: Vec::new(), ..missed() };
    let whole = Reason::Missed { objective: "response".to_owned(), service: None, period: october() };
    let done = ActionView {
        state: ActionState::Done,
        outcome: Some(ProseId::new("public")),
        reason: whole,
        ..planned()
    };
    let dropped = ActionView { state: ActionState::Dropped, outcome: Some(ProseId::new("reason")), ..wish() };
    let overdue = ActionView { overdue: true, due: Some(date("2026-11-20")), moved: 1, ..planned() };
    let hidden = ActionView { internal: true, ..planned() };
    let ours = ActionView { customer: None, internal: true, reason: Reason::Provider, ..planned() };
    let theirs = ActionView { staff: false, owner: None, ..planned() };
    let taken = ActionView { staff: false, state: ActionState::Open, due: planned().due, ..wish() };
    let told = |view: &ActionView| answered(&ActionView { staff: false, ..view.clone() });
    let listed = Doc::new(Tone::Information, Text::key("action-list-head").with("count", 5), at("09:00"));
    let entries = [overdue.clone(), missed(), hidden.clone(), ours.clone(), wish(), theirs.clone()];
    vec![
        ("action-asked", asked(&missed())),
        ("action-asked-survey", asked(&fallen)),
        ("action-asked-cause", asked(&cause)),
        ("action-wished", wished(&wish())),
        ("action-given", given(&planned())),
        ("action-soon", reminder(&planned(), Reminder::Soon)),
        ("action-soon-plan", reminder(&missed(), Reminder::Soon)),
        ("action-overdue", reminder(&overdue, Reminder::Overdue)),
        ("action-answered-taken", answered(&taken)),
        ("action-answered-done", told(&ActionView { reason: Reason::Wish, ..done.clone() })),
        ("action-answered-dropped", told(&dropped)),
        ("action-card-asked", card(&missed())),
        ("action-card-open", card(&hidden)),
        ("action-card-overdue", card(&overdue)),
        ("action-card-done", card(&done)),
        ("action-card-wish", card(&wish())),
        ("action-card-customer", card(&theirs)),
        ("action-card-ours", card(&ours)),
        ("action-listed", listed.block(Block::List(entries.iter().map(entry).collect()))),
    ]
}

fn score(probability: u8, impact: u8) -> Score {
    Score { probability: Level::new(probability).unwrap(), impact: Level::new(impact).unwrap() }
}

fn proposal(sign: Sign) -> RiskView {
    RiskView {
        number: RiskNumber(3),
        customer: Some("Acme GmbH".to_owned()),
        internal: true,
        service: None,
        sign: Some(sign),
        text: None,
        score: None,
        scores: Vec::new(),
        owner: None,
        mitigation: None,
        reason: None,
        review: None,
        state: RiskState::Proposed,
        gone: false,
        staff: true,
        as_of: at("09:00"),
    }
}

fn taken() -> RiskView {
    RiskView {
        sign: None,
        internal: false,
        service: Some(checkout()),
        text: Some(ProseId::new("internal")),
        score: Some(score(3, 4)),
        scores: vec![(at("03:00"), score(4, 4)), (at("08:00"), score(3, 4))],
        owner: Some(person("mira")),
        review: Some(date("2027-02-01")),
        state: RiskState::Open,
        ..proposal(Sign::OneChannel)
    }
}

fn risks() -> Vec<(&'static str, Doc)> {
    let budget = Sign::Budget { objective: "availability".to_owned(), service: checkout() };
    let silent = RiskView { customer: None, ..proposal(Sign::Silent { integration: "am".to_owned() }) };
    let mitigated = RiskView {
        state: RiskState::Mitigated,
        mitigation: Some(ProseId::new("update")),
        gone: true,
        ..taken()
    };
    let accepted = RiskView { state: RiskState::Accepted, reason: Some(ProseId::new("reason")), ..taken() };
    let closed = RiskView { state: RiskState::Closed, reason: Some(ProseId::new("reason")), ..taken() };
    let theirs = RiskView { staff: false, owner: None, ..mitigated.clone() };
    let listed = Doc::new(Tone::Information, Text::key("risk-list-head").with("count", 4), at("09:00"));
    let entries = [silent.clone(), taken(), mitigated.clone(), theirs.clone(), closed.clone()];
    vec![
        ("risk-proposed-budget", risk::proposed(&proposal(budget))),
        ("risk-proposed-on-call", risk::proposed(&proposal(Sign::NobodyOnCall))),
        ("risk-proposed-silent", risk::proposed(&silent)),
        ("risk-proposed-channel", risk::proposed(&proposal(Sign::OneChannel))),
        ("risk-given", risk::given(&taken())),
        ("risk-review", risk::review(&taken())),
        ("risk-card-proposed", risk::card(&proposal(Sign::OneChannel))),
        ("risk-card-open", risk::card(&RiskView { internal: true, ..taken() })),
        ("risk-card-mitigated", risk::card(&mitigated)),
        ("risk-card-accepted", risk::card(&accepted)),
        ("risk-card-closed", risk::card(&closed)),
        ("risk-card-customer", risk::card(&theirs)),
        ("risk-listed", listed.block(Block::List(entries.iter().map(risk::entry).collect()))),
    ]
}

fn step_lines() -> Vec<(&'static str, Doc)> {
    let action = |kind| ActionStep { id: "s".to_owned(), at: at("08:00"), by: Some(person("mira")), kind };
    let risk = |kind| RiskStep { id: "s".to_owned(), at: at("08:00"), by: Some(person("mira")), kind };
    let doc = || Doc::new(Tone::Information, Text::key("inbox-steps"), at("09:00"));
    let dated = ActionStepKind::Dated { due: date("2026-12-24"), reason: Some(prose("pause")) };
    let kinds = [
        ActionStepKind::Worded(prose("update")),
        ActionStepKind::Assigned(person("jon")),
        dated,
        ActionStepKind::Done(Some(prose("public"))),
        ActionStepKind::Reopened(None),
        ActionStepKind::Dropped(prose("reason")),
        ActionStepKind::Shared,
    ];
    let own = ActionStep { by: None, ..action(ActionStepKind::Done(None)) };
    let mut actions = doc();
    actions.blocks.extend(kinds.into_iter().map(action).chain([own]).flat_map(|step| steps::action(&step)));
    let kinds = [
        RiskStepKind::Scored(score(4, 4)),
        RiskStepKind::Mitigated(prose("update")),
        RiskStepKind::Assigned(person("jon")),
        RiskStepKind::Reviewed(date("2027-02-01")),
        RiskStepKind::Accepted(prose("reason")),
        RiskStepKind::Closed(prose("public")),
        RiskStepKind::Dismissed(prose("pause")),
        RiskStepKind::Reopened,
        RiskStepKind::Shared,
        RiskStepKind::Gone,
    ];
    let mut risks = doc();
    risks.blocks.extend(kinds.into_iter().map(risk).flat_map(|step| steps::risk(&step)));
    vec![("action-steps", actions), ("risk-steps", risks)]
}

/// Every sample by name.
pub fn all() -> Vec<(&'static str, Doc)> {
    [actions(), risks(), step_lines()].concat()
}
