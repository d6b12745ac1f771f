//! How promises stand that customers judge themselves: examples worked out by hand.

use rust_decimal::Decimal;

use super::tests::*;
use super::*;
use crate::core::agreement::*;
use crate::core::calendar::{Calendar, CalendarSpec};
use crate::core::event::*;
use crate::core::score::{Counts, ScoreKind};
use crate::core::survey::{Audience, Given, Identity, Question, QuestionKind, Survey, SurveyBook, Trigger};
use crate::core::testing::*;
use crate::core::voice::*;
use crate::core::window::WindowKind;

/// Minutes of a day, and of START to the first of December.
const DAY: i64 = 1_440;
const DECEMBER: i64 = 7 * DAY + 21 * 60;

fn complaints(stage: ComplaintStage, hours: i64, share: i64) -> Objective {
    Objective {
        name: "complaints".to_owned(),
        services: BTreeSet::new(),
        window: WindowKind::Month,
        calendar: "always".to_owned(),
        kind: ObjectiveKind::Complaints(ComplaintTerms {
            stage,
            target: Target::Elapsed(Span::from_hours(hours)),
            share: Decimal::from(share),
            minimum_items: 0,
        }),
    }
}

fn satisfaction(at_least: Decimal, minimum_answers: u32) -> Objective {
    Objective {
        name: "satisfaction".to_owned(),
        services: BTreeSet::new(),
        window: WindowKind::Month,
        calendar: "always".to_owned(),
        kind: ObjectiveKind::Satisfaction(SatisfactionTerms {
            survey: "after".into(),
            score: ScoreKind::CSAT,
            target: at_least,
            minimum_answers,
        }),
    }
}

fn says(journal: &mut Journal, minute: i64, by: &str, word: Word) {
    journal.until(at(minute));
    let id = format!("word/{}", journal.entries.len());
    let by = Some(by.into());
    journal.append(at(minute), &id, Event::Voice { at: at(minute), by, word: Box::new(word) });
}

fn stamped() -> Box<Stamp> {
    Box::new(Stamp { standing: Promise::Met, version: 1, budget_left: None, incident: None, to_breach: None })
}

fn written(journal: &mut Journal, minute: i64, number: u32, kind: FeedbackKind) {
    let word = Word::Submitted {
        feedback: FeedbackNumber(number),
        kind,
        agreement: "acme".into(),
        service: None,
        incident: None,
        text: Remark { text: prose(), reading: None, uncovered: false },
        attachments: None,
        origin: Origin::Page,
        stamp: stamped(),
    };
    says(journal, minute, "ada", word);
}

fn complains(journal: &mut Journal, minute: i64, number: u32) {
    written(journal, minute, number, FeedbackKind::Complaint);
}

fn replies(journal: &mut Journal, minute: i64, number: u32) {
    says(journal, minute, "anna", Word::Replied { feedback: FeedbackNumber(number), text: prose() });
}

fn closes(journal: &mut Journal, minute: i64, number: u32) {
    says(journal, minute, "anna", Word::FeedbackClosed { feedback: FeedbackNumber(number), text: None });
}

fn as_of(journal: &Journal, moment: i64, minute: i64) -> Standing {
    first(journal, at(moment), at(minute))
}

fn figures(standing: &Standing) -> &ComplaintFigures {
    match &standing.measured {
        Measured::Complaints(figures) => figures,
        _ => unreachable!("complaints were promised"),
    }
}

#[test]
fn a_share_of_complaints_is_at_risk_while_its_month_runs_and_missed_when_it_is_over() {
    let mut journal = promising(vec![complaints(ComplaintStage::Answer, 8, 75)]);
    assert_eq!(as_of(&journal, 0, 0).verdict, Verdict::NoData);
    for number in 1..=4 {
        complains(&mut journal, i64::from(number), number);
    }
    // Exactly eight hours is in time; one minute more is not.
    for (number, minute) in [(1, 60), (2, 2 + 480), (3, 3 + 481)] {
        replies(&mut journal, minute, number);
    }
    let now = as_of(&journal, 485, 485);
    assert_eq!((figures(&now).items.len(), figures(&now).met()), (4, 2), "the fourth is late, unanswered");
    assert_eq!((now.verdict, now.over), (Verdict::AtRisk, false), "2 of 4 where 3 were promised");
    for number in 5..=8 {
        complains(&mut journal, 600 + i64::from(number), number);
        replies(&mut journal, 620, number);
    }
    assert_eq!(as_of(&journal, 700, 700).verdict, Verdict::Met, "6 of 8 are exactly 75 %");
    complains(&mut journal, DECEMBER - 600, 9);
    let late = as_of(&journal, 0, DECEMBER);
    assert_eq!((late.verdict, late.over), (Verdict::Missed, true), "6 of 9");
    assert_eq!(
        as_of(&journal, DECEMBER, DECEMBER).verdict,
        Verdict::NoData,
        "nothing was decided in December"
    );
}

#[test]
fn an_open_complaint_in_time_is_shown_and_not_counted_and_too_few_say_nothing() {
    let mut objective = complaints(ComplaintStage::Acknowledge, 8, 90);
    if let ObjectiveKind::Complaints(terms) = &mut objective.kind {
        terms.minimum_items = 2;
    }
    let mut journal = promising(vec![objective]);
    complains(&mut journal, 0, 1);
    let open = as_of(&journal, 10, 10);
    assert_eq!((figures(&open).items.len(), figures(&open).pending.len()), (0, 1));
    assert_eq!(open.verdict, Verdict::NoData);
    says(&mut journal, 20, "anna", Word::Assigned { feedback: FeedbackNumber(1), to: "ben".into() });
    assert_eq!(as_of(&journal, 30, 30).verdict, Verdict::Insufficient);
    complains(&mut journal, 40, 2);
    says(&mut journal, 50, "anna", Word::Acknowledged { feedback: FeedbackNumber(2) });
    assert_eq!(as_of(&journal, 60, 60).verdict, Verdict::Met);
}

/// Monday, 23 November, 06:00 to 10:00 and Tuesday the same; START is 03:00.
#[test]
fn a_complaint_in_office_hours_ends_on_time_with_its_day_and_is_late_after_the_next_opening() {
    let spec = serde_json::json!({
        "tz": "UTC",
        "weekly": { "mon": [["06:00", "10:00"]], "tue": [["06:00", "10:00"]] },
    });
    let spec: CalendarSpec = serde_json::from_value(spec).unwrap();
    let office = Calendar::new(&spec).unwrap();
    let mut objective = complaints(ComplaintStage::Answer, 4, 90);
    objective.calendar = "office".to_owned();
    let mut journal = Journal::new();
    let calendars = [("office".to_owned(), office)].into();
    journal.adopt(
        START - Span::from_days(40),
        2,
        Terms { objectives: vec![objective], calendars, ..terms() },
    );
    complains(&mut journal, 0, 1);
    complains(&mut journal, 0, 2);
    // In the evening four hours of open time are used: exactly what was promised.
    replies(&mut journal, 12 * 60, 1);
    replies(&mut journal, DAY + 3 * 60 + 1, 2);
    let standing = as_of(&journal, 2 * DAY, 2 * DAY);
    let [on_time, late] = figures(&standing).items.as_slice() else { panic!("{standing:?}") };
    assert_eq!((on_time.feedback, on_time.reading.late), (FeedbackNumber(1), false));
    assert_eq!(on_time.reading.elapsed, Span::from_hours(4));
    assert_eq!((late.feedback, late.reading.late), (FeedbackNumber(2), true));
    assert_eq!(late.reading.breached_at, Some(at(DAY + 3 * 60)), "the next opening");
    let said = journal.said();
    assert!(said.contains(&format!("{:>4} complaint late FB-2 complaints", DAY + 3 * 60)), "{said:?}");
    assert!(!said.iter().any(|line| line.contains("late FB-1")), "{said:?}");
}

#[test]
fn what_is_open_again_is_not_resolved_and_its_rest_does_not_count() {
    let mut journal = promising(vec![complaints(ComplaintStage::Resolve, 8, 90)]);
    complains(&mut journal, 0, 1);
    closes(&mut journal, 60, 1);
    assert_eq!(as_of(&journal, 61, 61).verdict, Verdict::Met);
    says(&mut journal, 600, "ada", Word::Settled { feedback: FeedbackNumber(1), settled: false });
    let open = as_of(&journal, 601, 601);
    assert_eq!((open.verdict, figures(&open).pending.len()), (Verdict::NoData, 1));
    // One hour before the closing, six after the reopening.
    closes(&mut journal, 960, 1);
    let standing = as_of(&journal, 961, 961);
    assert_eq!(figures(&standing).items[0].reading.elapsed, Span::from_hours(7));
    assert_eq!(standing.verdict, Verdict::Met);
    says(&mut journal, 970, "ada", Word::FeedbackReopened { feedback: FeedbackNumber(1), text: None });
    assert_eq!(as_of(&journal, 1_030, 1_030).verdict, Verdict::NoData, "exactly eight hours");
    assert_eq!(as_of(&journal, 1_031, 1_031).verdict, Verdict::AtRisk);
}

#[test]
fn feedback_that_is_refiled_is_judged_as_what_it_is() {
    let mut journal = promising(vec![complaints(ComplaintStage::Answer, 8, 90)]);
    written(&mut journal, 0, 1, FeedbackKind::Feedback);
    journal.until(at(500));
    assert_eq!(as_of(&journal, 500, 500).verdict, Verdict::NoData);
    let kind = FeedbackKind::Complaint;
    says(&mut journal, 510, "anna", Word::Refiled { feedback: FeedbackNumber(1), kind });
    assert_eq!(
        as_of(&journal, 511, 511).verdict,
        Verdict::AtRisk,
        "it was written more than eight hours ago"
    );
    assert!(
        journal.said().contains(&" 510 complaint late FB-1 complaints".to_owned()),
        "{:?}",
        journal.said()
    );
    let kind = FeedbackKind::Feedback;
    says(&mut journal, 520, "anna", Word::Refiled { feedback: FeedbackNumber(1), kind });
    assert_eq!(as_of(&journal, 521, 521).verdict, Verdict::NoData);
}

#[test]
fn a_new_version_judges_an_open_complaint_unless_clocks_are_pinned() {
    for (pinned, late) in [(false, true), (true, false)] {
        let with = |hours: i64| {
            let mut all =
                Terms { objectives: vec![complaints(ComplaintStage::Answer, hours, 90)], ..terms() };
            all.clocks.pin_at_start = pinned;
            all
        };
        let mut journal = Journal::new();
        journal.adopt(START - Span::from_days(40), 2, with(8));
        complains(&mut journal, 0, 1);
        journal.until(at(60));
        journal.adopt(at(60), 3, with(2));
        journal.until(at(180));
        let standing = as_of(&journal, 180, 180);
        assert_eq!(figures(&standing).items.len(), usize::from(late), "pinned: {pinned}");
        assert_eq!(standing.version, 3);
    }
}

fn surveyed(identity: Identity, objective: Objective) -> Journal {
    let text: crate::core::survey::Localized = [("en".to_owned(), "How was it?".to_owned())].into();
    let question =
        Question { name: "how".to_owned(), text: text.clone(), kind: QuestionKind::Csat, optional: false };
    let survey = Survey {
        title: text,
        questions: vec![question],
        identity,
        agreements: BTreeSet::new(),
        trigger: Trigger::Command,
        audience: Audience::Channel,
        open_for: Span::from_days(5),
        remind_after: None,
        cooldown: Span::ZERO,
        once_per: None,
        minimum_group: 3,
        quiet: None,
    };
    let mut journal = promising(vec![objective]);
    let book = Box::new(SurveyBook::from([("after".into(), survey)]));
    journal.append(at(0), "surveys", Event::SurveysAdopted { effective: at(0), sha256: String::new(), book });
    opens(&mut journal, 0, 1, DAY * 5);
    journal
}

fn opens(journal: &mut Journal, minute: i64, number: u32, length: i64) {
    let word = Word::RoundOpened {
        round: RoundNumber(number),
        survey: "after".into(),
        agreement: "acme".into(),
        incident: None,
        closes: at(minute + length),
        stamp: stamped(),
    };
    says(journal, minute, "anna", word);
    let people = ["a", "b", "c", "d", "e"].into_iter().map(PersonId::new).collect();
    says(journal, minute, "anna", Word::Asked { round: RoundNumber(number), people, spared: 0 });
}

fn answers(journal: &mut Journal, minute: i64, number: u32, who: &str, score: i64) {
    let word = Word::Answered {
        round: RoundNumber(number),
        respondent: Respondent::Self_,
        via: Via::Chat,
        given: vec![Given::Score(score)],
        texts: Default::default(),
        stamp: stamped(),
    };
    says(journal, minute, who, word);
}

#[test]
fn satisfaction_is_judged_exactly_and_an_answer_counts_when_it_is_given() {
    let mut journal = surveyed(Identity::Named, satisfaction(Decimal::from(75), 3));
    assert_eq!(as_of(&journal, 1, 1).verdict, Verdict::NoData);
    answers(&mut journal, 10, 1, "a", 5);
    answers(&mut journal, 11, 1, "b", 1);
    assert_eq!(as_of(&journal, 20, 20).verdict, Verdict::Insufficient, "two of three");
    answers(&mut journal, 21, 1, "c", 4);
    assert_eq!(as_of(&journal, 30, 30).verdict, Verdict::AtRisk, "66.7 %, and November goes on");
    answers(&mut journal, 31, 1, "d", 4);
    let met = as_of(&journal, 40, 40);
    assert_eq!(met.verdict, Verdict::Met, "3 of 4 are exactly 75 %");
    let Measured::Satisfaction(figures) = &met.measured else { panic!("{met:?}") };
    assert_eq!((figures.asked, figures.answered), (5, 4));
    assert_eq!(figures.counts, Counts::from_iter([1, 4, 4, 5]));
    answers(&mut journal, 50, 1, "d", 3);
    assert_eq!(as_of(&journal, 60, 60).verdict, Verdict::AtRisk, "changed, and counted once");
    assert_eq!(as_of(&journal, 0, DECEMBER).verdict, Verdict::Missed);
    // A round over the end of the month: what is given in December is December's.
    opens(&mut journal, DECEMBER - 60, 2, DAY);
    answers(&mut journal, DECEMBER - 1, 2, "e", 5);
    for who in ["a", "b", "c"] {
        answers(&mut journal, DECEMBER, 2, who, 5);
    }
    let counted = |moment: i64| match as_of(&journal, moment, DECEMBER + 1).measured {
        Measured::Satisfaction(figures) => figures.counts.n(),
        _ => unreachable!("satisfaction was promised"),
    };
    assert_eq!((counted(0), counted(DECEMBER)), (5, 3));
    assert_eq!(as_of(&journal, DECEMBER, DECEMBER + 1).verdict, Verdict::Met);
}

#[test]
fn no_promise_is_kept_by_rounding() {
    let third = Decimal::from_str_exact("66.666666666666666666666666667").unwrap();
    let below = Decimal::from_str_exact("66.666666666666666666666666666").unwrap();
    for (at_least, verdict) in [(third, Verdict::AtRisk), (below, Verdict::Met)] {
        let mut journal = surveyed(Identity::Named, satisfaction(at_least, 0));
        for (who, score) in [("a", 5), ("b", 4), ("c", 3)] {
            answers(&mut journal, 10, 1, who, score);
        }
        assert_eq!(as_of(&journal, 20, 20).verdict, verdict, "{at_least}");
    }
}

#[test]
fn an_anonymous_survey_counts_when_its_round_closes() {
    let mut journal = surveyed(Identity::Anonymous, satisfaction(Decimal::from(75), 3));
    answers(&mut journal, 10, 1, "a", 5);
    assert_eq!(as_of(&journal, 20, 20).verdict, Verdict::NoData);
    journal.until(at(5 * DAY));
    let scores = [(Promise::Met, Counts::from_iter([5, 5, 4, 2]))].into();
    let counted = Counted { answered: 4, scores, answers: Vec::new() };
    says(&mut journal, 5 * DAY + 1, "anna", Word::Counted { round: RoundNumber(1), counted });
    assert_eq!(as_of(&journal, 5 * DAY + 2, 5 * DAY + 2).verdict, Verdict::Met);
}

#[test]
fn a_rolling_satisfaction_forgets_and_is_judged_at_every_moment() {
    let mut objective = satisfaction(Decimal::from(75), 0);
    objective.window = WindowKind::Rolling(Span::from_days(2));
    let mut journal = surveyed(Identity::Named, objective);
    answers(&mut journal, 10, 1, "a", 1);
    assert_eq!(as_of(&journal, 20, 20).verdict, Verdict::Missed);
    assert_eq!(as_of(&journal, DAY + 20, DAY + 20).verdict, Verdict::Missed);
    assert_eq!(as_of(&journal, 2 * DAY + 20, 2 * DAY + 20).verdict, Verdict::NoData);
}

/// Otherwise the unhappy could never be unhappy while the promise was kept.
#[test]
fn how_the_promise_stands_at_an_answer_leaves_satisfaction_out() {
    let mut objectives = vec![satisfaction(Decimal::from(75), 0), complaints(ComplaintStage::Answer, 8, 90)];
    objectives[0].window = WindowKind::Rolling(Span::from_days(2));
    let mut journal = surveyed(Identity::Named, objectives[0].clone());
    journal.adopt(at(1), 3, Terms { objectives, ..terms() });
    answers(&mut journal, 10, 1, "a", 1);
    let now =
        |journal: &Journal, minute: i64| stamp(&journal.state, &"acme".into(), None, at(minute)).standing;
    assert_eq!(as_of(&journal, 20, 20).verdict, Verdict::Missed);
    assert_eq!(now(&journal, 20), Promise::Unknown);
    complains(&mut journal, 30, 1);
    replies(&mut journal, 40, 1);
    assert_eq!(now(&journal, 50), Promise::Met, "green but unhappy");
}
