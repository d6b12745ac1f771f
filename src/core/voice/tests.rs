//! What survey rounds add up to, whatever the order in which people speak and whoever turns out to be one.

mod quoting;
mod results;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::core::calendar::local_date;
use crate::core::event::{Event, Prose};
use crate::core::score::Counts;
use crate::core::survey::{Audience, Given, Identity, Question, QuestionKind, Trigger};
use crate::core::testing::*;
use crate::core::time::Span;
use crate::core::window::WindowKind;

fn survey(identity: Identity) -> Survey {
    let text: crate::core::survey::Localized = [("en".to_owned(), "How was it?".to_owned())].into();
    let question = Question {
        name: "satisfaction".to_owned(),
        text: text.clone(),
        kind: QuestionKind::Csat,
        optional: false,
    };
    Survey {
        title: text,
        questions: vec![question],
        identity,
        agreements: BTreeSet::new(),
        trigger: Trigger::Command,
        audience: Audience::Channel,
        open_for: Span::from_days(5),
        remind_after: None,
        cooldown: Span::ZERO,
        once_per: Some(WindowKind::Month),
        minimum_group: 3,
        quiet: None,
    }
}

fn stamped(standing: Promise) -> Box<Stamp> {
    Box::new(Stamp { standing, version: 1, budget_left: None, incident: None, to_breach: None })
}

fn asking(survey: Survey) -> Journal {
    let mut journal = Journal::new();
    let book = Box::new(SurveyBook::from([("after".into(), survey)]));
    let event = Event::SurveysAdopted { effective: at(-60), sha256: "surveys".to_owned(), book };
    journal.append(at(-60), "surveys", event);
    journal
}

fn says(journal: &mut Journal, minute: i64, by: &str, word: Word) {
    let by = (!by.is_empty()).then(|| by.into());
    let id = format!("word/{}", journal.entries.len());
    journal.append(at(minute), &id, Event::Voice { at: at(minute), by, word: Box::new(word) });
}

fn opened(round: u32, agreement: &str, minute: i64) -> Word {
    Word::RoundOpened {
        round: RoundNumber(round),
        survey: "after".into(),
        agreement: agreement.into(),
        incident: None,
        closes: at(minute) + Span::from_days(5),
        stamp: stamped(Promise::Met),
    }
}

fn asked(round: u32, people: &[&str]) -> Word {
    let people = people.iter().map(|person| (*person).into()).collect();
    Word::Asked { round: RoundNumber(round), people, spared: 0 }
}

fn answered(round: u32, score: i64, standing: Promise) -> Word {
    Word::Answered {
        round: RoundNumber(round),
        respondent: Respondent::Self_,
        via: Via::Chat,
        given: vec![Given::Score(score)],
        texts: BTreeMap::new(),
        stamp: stamped(standing),
    }
}

fn everything(journal: &Journal) -> Day {
    let tally = journal.state.voice.tally(&"acme".into(), &"after".into()).cloned().unwrap_or_default();
    tally.over(NaiveDate::MIN, NaiveDate::MAX)
}

#[test]
fn an_answer_that_is_changed_counts_once_and_on_the_day_of_the_change() {
    let mut journal = asking(survey(Identity::Named));
    says(&mut journal, 0, "", opened(1, "acme", 0));
    says(&mut journal, 1, "", asked(1, &["ada", "bob"]));
    for (minute, score) in [(2, 1), (3, 5), (3, 5), (1_500, 4)] {
        says(&mut journal, minute, "ada", answered(1, score, Promise::Met));
    }
    let day = everything(&journal);
    assert_eq!((day.asked, day.answered), (2, 1));
    assert_eq!(day.all(), Counts::from_iter([4]));
    assert_eq!(journal.state.voice.recount(RoundNumber(1)), [((Promise::Met, 4), 1)].into());
    let tally = journal.state.voice.tally(&"acme".into(), &"after".into()).unwrap();
    let date = |minute: i64| local_date(chrono_tz::Tz::UTC, at(minute));
    assert_eq!(tally.over(date(0), date(1_500)).all(), Counts::default());
    assert_eq!(tally.over(date(0), date(1_500)).answered, 1, "of those asked that day, whenever");
    // After the end nothing is taken.
    let late = 5 * 1_440;
    says(&mut journal, late, "bob", answered(1, 1, Promise::Met));
    assert_eq!(everything(&journal), day);
}

#[test]
fn an_answer_before_it_is_known_who_is_asked_counts_among_those_asked() {
    let mut journal = asking(survey(Identity::Named));
    says(&mut journal, 0, "", opened(1, "acme", 0));
    says(&mut journal, 1, "ada", answered(1, 5, Promise::Met));
    says(&mut journal, 1, "eve", answered(1, 1, Promise::Met));
    says(&mut journal, 2, "", asked(1, &["ada", "bob"]));
    assert_eq!((everything(&journal).asked, everything(&journal).answered), (2, 1));
    says(&mut journal, 3, "ada", answered(1, 4, Promise::Met));
    assert_eq!((everything(&journal).asked, everything(&journal).answered), (2, 1));
}

#[test]
fn an_anonymous_round_counts_when_it_is_counted_and_no_answer_of_it_is_a_word() {
    let mut journal = asking(survey(Identity::Anonymous));
    says(&mut journal, 0, "", opened(1, "acme", 0));
    says(&mut journal, 1, "", asked(1, &["ada", "adas_phone", "bob", "eve"]));
    says(&mut journal, 2, "ada", answered(1, 1, Promise::Met));
    assert_eq!(everything(&journal).all(), Counts::default());
    let end = 5 * 1_440;
    says(&mut journal, end, "", Word::Closed { round: RoundNumber(1) });
    let scores = BTreeMap::from([(Promise::Met, Counts::from_iter([4, 4, 5, 2]))]);
    let counted = Counted { answered: 4, scores, answers: Vec::new() };
    let word = Word::Counted { round: RoundNumber(1), counted };
    says(&mut journal, end + 5, "", word.clone());
    says(&mut journal, end + 6, "", word);
    assert_eq!((everything(&journal).asked, everything(&journal).answered), (4, 4));
    assert_eq!(everything(&journal).all(), Counts::from_iter([2, 4, 4, 5]));
    let tally = journal.state.voice.tally(&"acme".into(), &"after".into()).unwrap();
    let date = local_date(chrono_tz::Tz::UTC, at(end));
    assert_eq!(tally.over(date, date.succ_opt().unwrap()).all().n(), 4, "on the date of the close");
    // Two accounts of one person: three were asked, and no more can have answered.
    says(&mut journal, end + 7, "ada", Word::Linked { person: "adas_phone".into() });
    assert_eq!((everything(&journal).asked, everything(&journal).answered), (3, 3));
    let (of, all) = journal.state.voice.round(RoundNumber(1)).unwrap().response();
    assert_eq!((of, all), (3, 3));
}

#[test]
fn counts_are_taken_of_anonymous_rounds_only() {
    let mut journal = asking(survey(Identity::Confidential));
    says(&mut journal, 0, "", opened(1, "acme", 0));
    let scores = BTreeMap::from([(Promise::Met, Counts::from_iter([5, 5, 5]))]);
    let counted = Counted { answered: 3, scores, answers: Vec::new() };
    says(&mut journal, 1, "", Word::Counted { round: RoundNumber(1), counted });
    assert_eq!(everything(&journal), Day::default());
}

#[test]
fn a_period_is_each_agreements_own_and_a_pause_the_persons() {
    let mut journal = asking(survey(Identity::Named));
    let spared = |journal: &Journal, agreement: &str, minute: i64| {
        let zone = chrono_tz::Tz::UTC;
        journal.state.voice.spares(&"ada".into(), &"after".into(), &agreement.into(), zone, at(minute))
    };
    // 23 November under acme, the day after under beta: acme's period is not forgotten.
    says(&mut journal, 0, "", opened(1, "acme", 0));
    says(&mut journal, 1, "", asked(1, &["ada"]));
    assert_eq!(spared(&journal, "acme", 60), Some(Spared::Period));
    assert_eq!(spared(&journal, "beta", 60), None);
    says(&mut journal, 6 * 1_440, "", opened(2, "beta", 6 * 1_440));
    says(&mut journal, 6 * 1_440, "", asked(2, &["ada"]));
    assert_eq!(spared(&journal, "acme", 6 * 1_440 + 60), Some(Spared::Period));
    // In December, while beta's round of November is open, both may ask.
    let december = 9 * 1_440;
    assert_eq!((spared(&journal, "acme", december), spared(&journal, "beta", december)), (None, None));
    says(&mut journal, december, "", opened(3, "acme", december));
    says(&mut journal, december, "", asked(3, &["ada"]));
    assert_eq!(spared(&journal, "beta", december + 60), None);
}

#[test]
fn a_pause_ends_exactly_when_it_is_over() {
    let pausing = Survey { cooldown: Span::from_days(7), once_per: None, ..survey(Identity::Named) };
    let mut journal = asking(pausing);
    says(&mut journal, 0, "", opened(1, "beta", 0));
    says(&mut journal, 0, "", asked(1, &["ada"]));
    let spared = |person: &str, moment| {
        let voice = &journal.state.voice;
        voice.spares(&person.into(), &"after".into(), &"acme".into(), chrono_tz::Tz::UTC, moment)
    };
    let week = at(7 * 1_440);
    assert_eq!(spared("ada", week - Span::from_micros(1)), Some(Spared::Cooling));
    assert_eq!(spared("ada", week), None);
    assert_eq!(spared("ad", at(1)), None, "somebody else whose name begins alike");
}

#[test]
fn an_answer_can_be_changed_although_a_later_round_was_answered() {
    let mut journal = asking(survey(Identity::Named));
    let december = 8 * 1_440;
    says(&mut journal, december - 1_000, "", opened(1, "acme", december - 1_000));
    says(&mut journal, december - 900, "ada", answered(1, 2, Promise::Met));
    says(&mut journal, december + 1, "", opened(2, "acme", december + 1));
    says(&mut journal, december + 2, "ada", answered(2, 5, Promise::Met));
    says(&mut journal, december + 3, "", opened(3, "acme", december + 3));
    let voice = &journal.state.voice;
    let may = |round: u32| voice.may_answer(RoundNumber(round), &"ada".into(), at(december + 4)).map(|_| ());
    assert_eq!((may(1), may(2)), (Ok(()), Ok(())));
    assert_eq!(may(3), Err(Barred::Period(RoundNumber(2))));
    assert_eq!(may(4), Err(Barred::Unknown));
}

const PEOPLE: [&str; 5] = ["ada", "bob", "cyd", "dan", "eve"];
const PROMISES: [Promise; 4] = [Promise::Unknown, Promise::Met, Promise::AtRisk, Promise::Missed];

/// In which round, by whom; the score, and how the promise stood.
type Answered = ((u32, usize), (i64, usize));

#[derive(Clone, Debug)]
enum Deed {
    Answers { person: usize, round: u32, score: i64, promise: usize },
    Asks { round: u32, people: BTreeSet<usize> },
    Links { person: usize, into: usize },
}

fn deed() -> impl Strategy<Value = Deed> {
    let answers = (0..5_usize, 1..4_u32, 1..6_i64, 0..4_usize)
        .prop_map(|(person, round, score, promise)| Deed::Answers { person, round, score, promise });
    let asks = (1..4_u32, prop::collection::btree_set(0..5_usize, 1..5))
        .prop_map(|(round, people)| Deed::Asks { round, people });
    let links = (0..5_usize, 0..5_usize).prop_map(|(person, into)| Deed::Links { person, into });
    prop_oneof![6 => answers, 2 => asks, 1 => links]
}

/// Three rounds, and then one deed in every five hours of the first days.
fn done(deeds: &[Deed]) -> Journal {
    let mut journal = asking(Survey { once_per: None, ..survey(Identity::Confidential) });
    (1..4)
        .for_each(|round| says(&mut journal, i64::from(round), "", opened(round, "acme", i64::from(round))));
    for (place, deed) in deeds.iter().enumerate() {
        let minute = 10 + 300 * i64::try_from(place).unwrap();
        match deed {
            Deed::Answers { person, round, score, promise } => {
                says(&mut journal, minute, PEOPLE[*person], answered(*round, *score, PROMISES[*promise]));
            }
            Deed::Asks { round, people } => {
                let people: Vec<&str> = people.iter().map(|person| PEOPLE[*person]).collect();
                says(&mut journal, minute, "", asked(*round, &people));
            }
            Deed::Links { person, into } => {
                let word = Word::Linked { person: PEOPLE[*person].into() };
                says(&mut journal, minute, PEOPLE[*into], word);
            }
        }
    }
    journal
}

proptest! {
    /// Against a slow count that knows only the rounds as they are at the end.
    #[test]
    fn a_tally_is_what_a_slow_count_over_the_rounds_gives(deeds in prop::collection::vec(deed(), 0..20)) {
        let journal = done(&deeds);
        let voice = &journal.state.voice;
        let (mut asked, mut answered) = (0, 0);
        let mut scores: BTreeMap<(NaiveDate, Promise, i64), u64> = BTreeMap::new();
        let mut recounted: BTreeMap<(Promise, i64), u64> = BTreeMap::new();
        for (number, round) in voice.rounds() {
            let (of, all) = round.response();
            asked += all;
            answered += of;
            for answer in round.answers.values() {
                let date = local_date(chrono_tz::Tz::UTC, answer.at);
                *scores.entry((date, answer.stamp.standing, answer.score().unwrap())).or_default() += 1;
            }
            for (key, count) in voice.recount(number) {
                *recounted.entry(key).or_default() += count;
            }
        }
        let day = everything(&journal);
        prop_assert_eq!((day.asked, day.answered), (asked, answered));
        let mut told: BTreeMap<(Promise, i64), u64> = BTreeMap::new();
        for (promise, counts) in &day.scores {
            told.extend(counts.iter().map(|(score, count)| ((*promise, score), count)));
        }
        prop_assert_eq!(told, recounted);
        let tally = voice.tally(&"acme".into(), &"after".into()).cloned().unwrap_or_default();
        for ((date, promise, score), count) in scores {
            let of_date = tally.over(date, date.succ_opt().unwrap());
            prop_assert_eq!(of_date.scores[&promise].between(score, score), count);
        }
    }

    /// And against the deeds themselves: the latest answer of each whole person in each round.
    #[test]
    fn whoever_turns_out_to_be_one_counts_once(deeds in prop::collection::vec(deed(), 0..20)) {
        let mut whole: Vec<usize> = (0..5).collect();
        for deed in &deeds {
            if let Deed::Links { person, into } = deed {
                let (part, all) = (whole[*person], whole[*into]);
                whole.iter_mut().filter(|own| **own == part).for_each(|own| *own = all);
            }
        }
        let mut latest: BTreeMap<(u32, usize), i64> = BTreeMap::new();
        let mut asked: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
        for deed in &deeds {
            match deed {
                Deed::Answers { person, round, score, .. } => {
                    latest.insert((*round, whole[*person]), *score);
                }
                Deed::Asks { round, people } => {
                    let people = people.iter().map(|person| whole[*person]).collect();
                    asked.entry(*round).or_insert(people);
                }
                Deed::Links { .. } => {}
            }
        }
        let day = everything(&done(&deeds));
        prop_assert_eq!(day.all(), latest.values().copied().collect::<Counts>());
        prop_assert_eq!(day.asked, asked.values().map(BTreeSet::len).sum::<usize>() as u64);
        let replied = latest.keys().filter(|(round, person)| asked.get(round).is_some_and(|of| of.contains(person)));
        prop_assert_eq!(day.answered, replied.count() as u64);
    }

    #[test]
    fn the_order_of_answers_never_changes_a_tally(
        (answers, shuffled) in prop::collection::btree_map((1..4_u32, 0..5_usize), (1..6_i64, 0..4_usize), 0..15)
            .prop_flat_map(|answers| {
                let answers: Vec<_> = answers.into_iter().collect();
                (Just(answers.clone()), Just(answers).prop_shuffle())
            })
    ) {
        let tally = |answers: &[Answered]| {
            let mut journal = done(&[]);
            for ((round, person), (score, promise)) in answers {
                says(&mut journal, 60, PEOPLE[*person], answered(*round, *score, PROMISES[*promise]));
            }
            journal.state.voice.tally(&"acme".into(), &"after".into()).cloned()
        };
        prop_assert_eq!(tally(&answers), tally(&shuffled));
    }
}

fn a_stamp() -> Box<Stamp> {
    Box::new(Stamp {
        standing: Promise::AtRisk,
        version: 3,
        budget_left: Some(Span::from_seconds(-5)),
        incident: Some(crate::core::event::IncidentNumber(42)),
        to_breach: Some(Span::from_minutes(14)),
    })
}

fn a_remark() -> Remark {
    let reading = crate::core::reading::Reading {
        tongue: crate::core::reading::Tongue::English,
        sentiment: Some(crate::core::reading::Sentiment::Negative),
        themes: [ThemeId::from("speed")].into(),
        learnt: true,
    };
    Remark { text: prose(), reading: Some(reading), uncovered: true }
}

fn words_of_rounds(round: RoundNumber) -> Vec<Word> {
    let counted = Counted {
        answered: 5,
        scores: [(Promise::Met, Counts::from_iter([1, 5, 5]))].into(),
        answers: vec![[("5".to_owned(), 2)].into(), BTreeMap::new()],
    };
    vec![
        Word::RoundOpened {
            round,
            survey: "after".into(),
            agreement: "acme".into(),
            incident: a_stamp().incident,
            closes: at(9),
            stamp: a_stamp(),
        },
        Word::Asked { round, people: ["lena".into()].into(), spared: 2 },
        Word::Elsewhere { round },
        Word::Reminded { round },
        Word::Answered {
            round,
            respondent: Respondent::Other("ben".into()),
            via: Via::Telephone,
            given: vec![Given::Score(-1), Given::Choice("speed".to_owned()), Given::Nothing],
            texts: [(0, a_remark()), (3, a_remark())].into(),
            stamp: a_stamp(),
        },
        Word::Commented { round, text: a_remark() },
        Word::Withdrawn { round },
        Word::Closed { round },
        Word::Counted { round, counted },
        Word::OptedOut,
        Word::OptedIn,
        Word::Linked { person: "ben".into() },
        Word::CommentLabelled {
            round,
            respondent: "ben".into(),
            themes: None,
            sentiment: None,
            uncovered: false,
        },
    ]
}

fn words_of_feedback(feedback: FeedbackNumber) -> Vec<Word> {
    vec![
        Word::Submitted {
            feedback,
            kind: FeedbackKind::Complaint,
            agreement: "acme".into(),
            service: Some("checkout".into()),
            incident: a_stamp().incident,
            text: a_remark(),
            attachments: Some(prose()),
            origin: Origin::Channel("discord:1".to_owned()),
            stamp: a_stamp(),
        },
        Word::Acknowledged { feedback },
        Word::Assigned { feedback, to: "anna".into() },
        Word::Labelled {
            feedback,
            themes: Some([ThemeId::from("price")].into()),
            sentiment: Some(crate::core::reading::Sentiment::Mixed),
            uncovered: true,
        },
        Word::Replied { feedback, text: prose() },
        Word::Added { feedback, text: prose() },
        Word::FeedbackClosed { feedback, text: Some(prose()) },
        Word::FeedbackReopened { feedback, text: None },
        Word::Tied { feedback, incident: None, objective: Some("response".to_owned()) },
        Word::Refiled { feedback, kind: FeedbackKind::Feedback },
        Word::Settled { feedback, settled: false },
        Word::Recommended { agreement: "acme".into(), theme: ThemeId::from("speed") },
        Word::Quotable {
            said: Said::Comment(RoundNumber(7), "lena".into()),
            allowed: Some(Allowed { text: prose().id, how: Quoting::Named }),
        },
        Word::Quotable { said: Said::Feedback(feedback), allowed: None },
    ]
}

/// Every word there is, as it is written into the journal and read from it again.
#[test]
fn every_word_is_read_as_it_was_written() {
    let words = words_of_rounds(RoundNumber(7)).into_iter().chain(words_of_feedback(FeedbackNumber(12)));
    for word in words {
        let event = Event::Voice { at: at(1), by: Some("lena".into()), word: Box::new(word) };
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event, "{text}");
    }
}
