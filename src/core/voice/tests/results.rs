//! What a survey came to over some dates, against figures by hand and against a look at every answer.

use super::*;
use crate::core::score::{ScoreKind, Trend};
use crate::core::survey::ChoiceOption;

const AFTER: &str = "after";

fn day(number: i64) -> NaiveDate {
    local_date(chrono_tz::Tz::UTC, at(number * 1_440))
}

fn days(from: i64, until: i64) -> Dates {
    Dates { from: day(from), until: day(until) }
}

fn came_to(journal: &Journal, period: Dates, before: Dates) -> Results {
    results(&journal.state, &AFTER.into(), &["acme".into()].into(), period, before)
}

/// So many answers of each score under each standing, all on one day, each by somebody else.
fn given(journal: &mut Journal, round: u32, on: i64, answers: &[(Promise, i64, usize)]) {
    says(journal, on * 1_440, "", opened(round, "acme", on * 1_440));
    let mut people = Vec::new();
    for (promise, score, times) in answers {
        for _ in 0..*times {
            let person = format!("person-{round}-{}", people.len());
            says(journal, on * 1_440 + 1, &person, answered(round, *score, *promise));
            people.push(person);
        }
    }
    let people: Vec<&str> = people.iter().map(String::as_str).chain(["silent"]).collect();
    says(journal, on * 1_440 + 2, "", asked(round, &people));
}

#[test]
fn fifteen_of_eighteen_are_satisfied_and_the_range_says_how_sure_that_is() {
    let mut journal = asking(Survey { once_per: None, ..survey(Identity::Named) });
    given(&mut journal, 1, 0, &[(Promise::Met, 5, 9), (Promise::Met, 2, 3), (Promise::Missed, 4, 6)]);
    let results = came_to(&journal, days(0, 1), days(-1, 0));
    let score = results.score().unwrap();
    assert_eq!((score.shown(1).to_string().as_str(), score.n), ("83.3", 18));
    let range = score.range.unwrap();
    assert_eq!((format!("{:.1}", range.low), format!("{:.1}", range.high)), ("60.8".into(), "94.2".into()));
    assert_eq!(results.response(), (18, 19));
    assert_eq!(results.distribution(), [(1, 0), (2, 3), (3, 0), (4, 6), (5, 9)]);
    let by_promise: Vec<_> =
        results.by_promise().into_iter().map(|(promise, score)| (promise, score.n, score.shown(0))).collect();
    assert_eq!(by_promise, [(Promise::Met, 12, 75.into()), (Promise::Missed, 6, 100.into())]);
    assert_eq!((results.previous(), results.trend()), (None, None), "there is nothing to compare");
    // The next day nobody answered: none, and not 0 %.
    assert_eq!(came_to(&journal, days(1, 2), days(0, 1)).score(), None);
}

#[test]
fn a_trend_is_told_only_where_chance_does_not_explain_it() {
    let mut journal = asking(Survey { once_per: None, ..survey(Identity::Named) });
    given(&mut journal, 1, 0, &[(Promise::Met, 5, 2), (Promise::Met, 1, 18)]);
    given(&mut journal, 2, 1, &[(Promise::Met, 5, 18), (Promise::Met, 1, 2)]);
    given(&mut journal, 3, 2, &[(Promise::Met, 5, 16), (Promise::Met, 1, 4)]);
    given(&mut journal, 4, 3, &[(Promise::Met, 1, 4)]);
    let trend = |from| came_to(&journal, days(from, from + 1), days(from - 1, from)).trend();
    assert_eq!(trend(1), Some(Trend::Risen));
    assert_eq!(trend(2), Some(Trend::Unclear));
    assert_eq!(trend(3), Some(Trend::Unclear), "four answers are too few");
}

#[test]
fn green_but_unhappy_and_red_but_forgiven_are_seen_with_enough_answers() {
    let contrasts = |answers: &[(Promise, i64, usize)]| {
        let mut journal = asking(Survey { once_per: None, ..survey(Identity::Named) });
        given(&mut journal, 1, 0, answers);
        came_to(&journal, days(0, 1), days(-1, 0)).contrasts()
    };
    let (met, missed) = (Promise::Met, Promise::Missed);
    assert_eq!(contrasts(&[(met, 1, 9), (met, 5, 1)]), [Contrast::MetYetUnhappy]);
    assert_eq!(contrasts(&[(missed, 5, 9), (missed, 1, 1)]), [Contrast::MissedYetForgiven]);
    let all = [Contrast::MetYetUnhappy, Contrast::MissedYetForgiven, Contrast::BetterWhereMissed];
    assert_eq!(contrasts(&[(met, 1, 9), (met, 5, 1), (missed, 5, 9), (missed, 1, 1)]), all);
    assert_eq!(contrasts(&[(met, 1, 4), (missed, 5, 4)]), [], "four on a side are too few");
    assert_eq!(contrasts(&[(met, 1, 5), (met, 5, 5), (missed, 5, 5), (missed, 1, 5)]), []);
    assert_eq!(contrasts(&[(met, 5, 9), (missed, 1, 9)]), [], "as it is to be expected");
}

#[test]
fn further_questions_are_counted_with_those_of_anonymous_rounds() {
    let text = survey(Identity::Named).title;
    let option = |name: &str| ChoiceOption { name: name.to_owned(), text: text.clone() };
    let kind = QuestionKind::Choice { options: vec![option("speed"), option("words"), option("none")] };
    let improve = Question { name: "improve".to_owned(), text: text.clone(), kind, optional: true };
    let mut two = Survey { once_per: None, ..survey(Identity::Named) };
    two.questions.push(improve.clone());
    let mut journal = asking(two.clone());
    says(&mut journal, 0, "", opened(1, "acme", 0));
    for (person, choice) in [("ada", Some("speed")), ("bob", Some("speed")), ("eve", None)] {
        let Word::Answered { round, respondent, via, texts, stamp, .. } = answered(1, 4, Promise::Met) else {
            unreachable!()
        };
        let second = choice.map_or(Given::Nothing, |name| Given::Choice(name.to_owned()));
        let given = vec![Given::Score(4), second];
        says(&mut journal, 1, person, Word::Answered { round, respondent, via, given, texts, stamp });
    }
    // From now on nobody can know.
    let book = Box::new(SurveyBook::from([(AFTER.into(), Survey { identity: Identity::Anonymous, ..two })]));
    let event = Event::SurveysAdopted { effective: at(5), sha256: "anonymous".to_owned(), book };
    journal.append(at(5), "anonymous", event);
    says(&mut journal, 6, "", opened(2, "acme", 6));
    says(&mut journal, 7, "", Word::Closed { round: RoundNumber(2) });
    let answers = vec![BTreeMap::new(), BTreeMap::from([("words".to_owned(), 3), ("speed".to_owned(), 1)])];
    let scores = BTreeMap::from([(Promise::Unknown, Counts::from_iter([1, 2, 3, 4]))]);
    let counted = Counted { answered: 4, scores, answers };
    says(&mut journal, 8, "", Word::Counted { round: RoundNumber(2), counted });
    let of = |dates: Dates| {
        let counts = choices(&journal.state, &AFTER.into(), &["acme".into()].into(), dates, 1, &improve);
        counts.into_iter().map(|(_, count)| count).collect::<Vec<_>>()
    };
    assert_eq!(of(days(0, 1)), [3, 3, 0]);
    assert_eq!(of(days(1, 2)), [0, 0, 0]);
    assert_eq!(came_to(&journal, days(0, 1), days(-1, 0)).score().unwrap().n, 7);
}

#[test]
fn every_kind_of_question_has_its_figure() {
    let kinds = [
        (QuestionKind::Csat, Some(ScoreKind::CSAT)),
        (QuestionKind::Nps, Some(ScoreKind::Nps)),
        (QuestionKind::Text, None),
        (QuestionKind::Choice { options: Vec::new() }, None),
    ];
    for (kind, figure) in kinds {
        assert_eq!(kind.score_kind(), figure);
    }
    let scale = QuestionKind::Ces.score_kind().unwrap().scale();
    assert_eq!((scale.lowest, scale.highest), (1, 7));
}

proptest! {
    /// Whatever people answer and change, and over whichever dates one looks.
    #[test]
    fn results_are_what_a_look_at_every_answer_gives(
        deeds in prop::collection::vec(deed(), 0..24),
        anonymous in prop::collection::vec(1..6_i64, 0..6),
        (from, length) in (-1..6_i64, 0..6_i64),
    ) {
        let mut journal = done(&deeds);
        let book = SurveyBook::from([(AFTER.into(), survey(Identity::Anonymous))]);
        let event =
            Event::SurveysAdopted { effective: at(8_000), sha256: "anonymous".to_owned(), book: Box::new(book) };
        journal.append(at(8_000), "anonymous", event);
        says(&mut journal, 8_001, "", opened(4, "acme", 3_000));
        says(&mut journal, 8_002, "", Word::Closed { round: RoundNumber(4) });
        let scores = BTreeMap::from([(Promise::AtRisk, Counts::from_iter(anonymous))]);
        let counted = Counted { answered: 6, scores, answers: Vec::new() };
        says(&mut journal, 8_003, "", Word::Counted { round: RoundNumber(4), counted });
        let period = days(from, from + length);
        let by_day = came_to(&journal, period, period);
        let mut recounted = recount(&journal.state, &AFTER.into(), &["acme".into()].into(), period);
        let mut told = by_day.day.scores.clone();
        // What was taken back leaves an empty count behind.
        told.retain(|_, counts| counts.n() > 0);
        recounted.retain(|_, counts| counts.n() > 0);
        prop_assert_eq!(told, recounted);
        let none = results(&journal.state, &AFTER.into(), &["beta".into()].into(), period, period);
        prop_assert_eq!(none.score(), None);
    }
}
