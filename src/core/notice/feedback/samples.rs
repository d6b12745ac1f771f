//! Feedback and complaints at every stage, for the tests that render them.

use std::collections::BTreeSet;

use super::steps;
use super::writer::{HeardAt, Told, WriterView, followed, receipt, told};
use super::*;
use crate::core::agreement::Priority;
use crate::core::event::{Prose, ProseId};
use crate::core::notice::samples::{at, checkout, name, person};
use crate::core::reading::{ThemeId, Tongue};
use crate::core::stopwatch::Target;
use crate::core::time::Span;
use crate::core::voice::{RoundNumber, Step, StepKind};

const NUMBER: FeedbackNumber = FeedbackNumber(12);

fn prose(id: &str) -> Prose {
    Prose { id: ProseId::new(id), sha256: String::new() }
}

/// A clock of a complaint written at 03:10, as it stands at `now`.
fn clock(stage: ComplaintStage, minutes: i64, stop: Option<&str>, now: &str) -> HandlingClock {
    let (start, target) = (at("03:10"), Span::from_minutes(minutes));
    let stopped = stop.map(at);
    let elapsed = stopped.unwrap_or_else(|| at(now)) - start;
    let late = elapsed > target;
    let kind = match stage {
        ComplaintStage::Acknowledge => ClockKind::Response,
        ComplaintStage::Answer => ClockKind::NextReply,
        ComplaintStage::Resolve => ClockKind::Resolution,
    };
    let clock = ClockView {
        kind,
        priority: Priority::P5,
        target: Target::Elapsed(target),
        working_time: true,
        length: Some(target),
        elapsed,
        due: stopped.is_none().then_some(start + target),
        late_since: late.then_some(start + target),
        stopped,
        paused: false,
        at_risk: stopped.is_none() && !late && elapsed.micros() * 100 >= target.micros() * 75,
        late_before: false,
    };
    HandlingClock { objective: stage.name().to_owned(), stage, clock }
}

fn clocks(now: &str, seen: Option<&str>, answered: Option<&str>, over: Option<&str>) -> Vec<HandlingClock> {
    vec![
        clock(ComplaintStage::Acknowledge, 60, seen, now),
        clock(ComplaintStage::Answer, 240, answered, now),
        clock(ComplaintStage::Resolve, 480, over, now),
    ]
}

fn complaint(now: &str) -> FeedbackView {
    FeedbackView {
        number: NUMBER,
        kind: FeedbackKind::Complaint,
        customer: "Acme GmbH".to_owned(),
        by: Some(person("lena")),
        submitted: at("03:10"),
        text: ProseId::new("report"),
        attachments: None,
        service: Some(checkout()),
        incident: Some(IncidentNumber(42)),
        objective: None,
        stamp: Stamp {
            standing: Promise::AtRisk,
            version: 3,
            budget_left: Some(Span::from_minutes(22)),
            incident: Some(IncidentNumber(42)),
            to_breach: Some(Span::from_minutes(14)),
        },
        clocks: clocks(now, None, None, None),
        owner: None,
        state: FeedbackState::New,
        reading: None,
        uncovered: false,
        as_of: at(now),
    }
}

fn feedback() -> FeedbackView {
    let stamp =
        Stamp { standing: Promise::Met, version: 3, budget_left: None, incident: None, to_breach: None };
    FeedbackView {
        kind: FeedbackKind::Feedback,
        service: None,
        incident: None,
        clocks: Vec::new(),
        stamp,
        ..complaint("03:12")
    }
}

fn cards() -> Vec<(&'static str, Doc)> {
    let taken = FeedbackView {
        owner: Some(person("mira")),
        state: FeedbackState::Acknowledged,
        clocks: clocks("03:40", Some("03:30"), None, None),
        reading: Some(Reading {
            tongue: Tongue::English,
            sentiment: Some(Sentiment::Negative),
            themes: BTreeSet::from([ThemeId("billing".to_owned()), ThemeId("outage".to_owned())]),
            learnt: false,
        }),
        uncovered: true,
        ..complaint("03:40")
    };
    let over = FeedbackView {
        state: FeedbackState::Settled,
        clocks: clocks("09:00", Some("03:30"), Some("07:30"), Some("08:00")),
        objective: Some("response".to_owned()),
        ..taken.clone()
    };
    let mut page = feedback();
    page.by = None;
    page.attachments = Some(ProseId::new("public"));
    page.stamp.standing = Promise::Unknown;
    page.stamp.to_breach = Some(-Span::from_minutes(3));
    let empty = Doc::new(Tone::Information, Text::key("inbox-head").with("count", 2), at("05:00"));
    let listed =
        empty.block(Block::List(vec![entry(&complaint("05:00")), entry(&feedback()), entry(&taken)]));
    vec![
        ("feedback-card-new", card(&complaint("03:12"))),
        ("feedback-card-at-risk", card(&complaint("04:00"))),
        ("feedback-card-late", card(&complaint("05:00"))),
        ("feedback-card-taken", card(&taken)),
        ("feedback-card-settled", card(&over)),
        ("feedback-card-feedback", card(&feedback())),
        ("feedback-card-page", card(&page)),
        ("feedback-listed", listed),
        (
            "feedback-wrote",
            wrote(&complaint("03:12"), Some(&person("lena")), &ProseId::new("report"), &[person("mira")]),
        ),
        (
            "feedback-recommended",
            recommended(&Uncovered {
                customer: "Acme GmbH".to_owned(),
                theme: name("Billing", "計費"),
                said: vec![
                    Said::Feedback(FeedbackNumber(3)),
                    Said::Feedback(FeedbackNumber(7)),
                    Said::Comment(RoundNumber(4), person("lena")),
                ],
                as_of: at("05:00"),
            }),
        ),
    ]
}

fn warnings() -> Vec<(&'static str, Doc)> {
    let warning = |stage, minutes, now: &str, owner: Option<&str>, call: &[&str]| Warning {
        number: NUMBER,
        customer: "Acme GmbH".to_owned(),
        text: ProseId::new("report"),
        clock: clock(stage, minutes, None, now),
        owner: owner.map(person),
        call: call.iter().map(|id| person(id)).collect(),
        as_of: at(now),
    };
    let mut undue = warning(ComplaintStage::Resolve, 480, "09:30", None, &[]);
    undue.clock.clock.due = None;
    vec![
        (
            "feedback-at-risk-seen",
            at_risk(&warning(ComplaintStage::Acknowledge, 60, "04:00", None, &["mira", "jon"])),
        ),
        (
            "feedback-at-risk-answer",
            at_risk(&warning(ComplaintStage::Answer, 240, "06:20", Some("mira"), &["mira"])),
        ),
        ("feedback-at-risk-never-due", at_risk(&undue)),
        (
            "feedback-late-answer",
            late(&warning(ComplaintStage::Answer, 240, "07:11", Some("mira"), &["mira"])),
        ),
        ("feedback-late-closed", late(&warning(ComplaintStage::Resolve, 480, "11:11", None, &[]))),
    ]
}

fn step_lines() -> Vec<(&'static str, Doc)> {
    let by = |who: &str, kind| {
        let step = Step { id: "s".to_owned(), at: at("03:30"), by: Some(person(who)), kind };
        steps::line(&step, "Acme GmbH", at("04:00"))
    };
    let mut page = Step { id: "s".to_owned(), at: at("03:30"), by: None, kind: StepKind::Settled(true) };
    let settled = steps::line(&page, "Acme GmbH", at("04:00"));
    page.kind = StepKind::Added(prose("report"));
    let tied = StepKind::Tied { incident: Some(IncidentNumber(42)), objective: Some("response".to_owned()) };
    vec![
        ("feedback-step-acknowledged", by("mira", StepKind::Acknowledged)),
        ("feedback-step-assigned", by("mira", StepKind::Assigned(person("jon")))),
        ("feedback-step-assigned-self", by("jon", StepKind::Assigned(person("jon")))),
        ("feedback-step-labelled", by("mira", StepKind::Labelled)),
        ("feedback-step-replied", by("mira", StepKind::Replied(prose("update")))),
        ("feedback-step-added", by("lena", StepKind::Added(prose("report")))),
        ("feedback-step-added-page", steps::line(&page, "Acme GmbH", at("04:00"))),
        ("feedback-step-closed", by("mira", StepKind::Closed(Some(prose("public"))))),
        ("feedback-step-reopened", by("mira", StepKind::Reopened(None))),
        ("feedback-step-tied", by("mira", tied)),
        ("feedback-step-refiled", by("mira", StepKind::Refiled(FeedbackKind::Feedback))),
        ("feedback-step-settled", by("lena", StepKind::Settled(true))),
        ("feedback-step-settled-page", settled),
        ("feedback-step-unsettled", by("lena", StepKind::Settled(false))),
    ]
}

fn writers() -> Vec<(&'static str, Doc)> {
    let view = |kind, clocks, now: &str| WriterView {
        number: NUMBER,
        kind,
        submitted: at("03:10"),
        clocks,
        undecided: true,
        as_of: at(now),
    };
    let complaint = |now: &str, seen: Option<&str>, answered: Option<&str>| {
        view(FeedbackKind::Complaint, clocks(now, seen, answered, None), now)
    };
    let feedback = || view(FeedbackKind::Feedback, Vec::new(), "03:10");
    let said = |id: &str| ProseId::new(id);
    let seen = complaint("03:30", Some("03:30"), None);
    let answered = complaint("05:00", Some("03:30"), Some("05:00"));
    let step = |at_: &str, kind| Step { id: at_.to_owned(), at: at(at_), by: None, kind };
    let mut passed = vec![
        step("03:30", StepKind::Acknowledged),
        step("03:32", StepKind::Refiled(FeedbackKind::Complaint)),
        step("03:33", StepKind::Assigned(person("jon"))),
        step("03:34", StepKind::Labelled),
        step("03:40", StepKind::Added(prose("update"))),
        step("05:00", StepKind::Replied(prose("public"))),
    ];
    let open = followed(&answered, FeedbackState::Answered, &said("report"), &passed);
    passed.extend([
        step("05:10", StepKind::Closed(None)),
        step("05:20", StepKind::Settled(false)),
        step("05:25", StepKind::Reopened(None)),
        step("05:30", StepKind::Closed(Some(prose("pause")))),
        step("05:40", StepKind::Settled(true)),
    ]);
    let over = followed(&answered, FeedbackState::Settled, &said("report"), &passed);
    vec![
        ("customer-feedback-followed-new", followed(&feedback(), FeedbackState::New, &said("report"), &[])),
        ("customer-feedback-followed", open),
        ("customer-feedback-followed-settled", over),
        ("customer-feedback-receipt", receipt(&complaint("03:10", None, None), HeardAt::Channel)),
        (
            "customer-feedback-receipt-alone",
            receipt(&WriterView { undecided: false, ..feedback() }, HeardAt::Alone),
        ),
        ("customer-feedback-seen", told(&seen, &Told::Seen)),
        ("customer-feedback-in-hand", told(&seen, &Told::InHand)),
        ("customer-feedback-answered", told(&answered, &Told::Answered(said("update")))),
        ("customer-feedback-closed", told(&answered, &Told::Closed(None))),
        ("customer-feedback-closed-with-words", told(&feedback(), &Told::Closed(Some(said("public"))))),
        ("customer-feedback-reopened", told(&answered, &Told::Reopened(Some(said("pause"))))),
        ("customer-feedback-refiled", told(&feedback(), &Told::Refiled)),
        (
            "customer-feedback-late",
            told(&complaint("07:11", Some("03:30"), None), &Told::Late(ComplaintStage::Answer, at("07:10"))),
        ),
    ]
}

/// Every sample by name.
pub fn all() -> Vec<(&'static str, Doc)> {
    [cards(), warnings(), step_lines(), writers()].concat()
}
