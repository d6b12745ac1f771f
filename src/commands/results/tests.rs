//! What is told of a survey, as people read it.

use std::collections::BTreeMap;

use super::*;
use crate::core::reading::{Sentiment, Tongue};
use crate::core::score::Counts;
use crate::core::survey::{Audience, ChoiceOption, Question, QuestionKind, Trigger};
use crate::core::time::{Instant, Span};
use crate::core::voice::Day;
use crate::i18n::{Facts, KnownPerson, Language, Locale, lacks, speak};

fn name(english: &str, chinese: &str) -> Localized {
    [("en", english), ("zh-TW", chinese)].map(|(tag, text)| (tag.to_owned(), text.to_owned())).into()
}

fn survey(kind: QuestionKind, identity: Identity) -> Survey {
    let option = |id: &str, text: Localized| ChoiceOption { name: id.to_owned(), text };
    let options = vec![
        option("speed", name("Act sooner", "更快處理")),
        option("nothing", name("Nothing", "沒有需要改進的")),
    ];
    let question =
        |id: &str, text: Localized, kind| Question { name: id.to_owned(), text, kind, optional: false };
    Survey {
        title: name("After an incident", "服務異常處理後"),
        questions: vec![
            question("score", name("How satisfied are you?", "您滿意嗎？"), kind),
            question(
                "improve",
                name("What should we do better?", "該改進什麼？"),
                QuestionKind::Choice { options },
            ),
        ],
        identity,
        agreements: BTreeSet::new(),
        trigger: Trigger::Command,
        audience: Audience::Channel,
        open_for: Span::from_days(5),
        remind_after: None,
        cooldown: Span::ZERO,
        once_per: None,
        minimum_group: 5,
        quiet: None,
    }
}

fn day(asked: u64, scores: &[(Promise, &[(i64, u64)])]) -> Day {
    let counted = |given: &[(i64, u64)]| {
        let mut counts = Counts::default();
        given.iter().for_each(|(score, times)| counts.add_many(*score, *times));
        counts
    };
    let scores: BTreeMap<Promise, Counts> =
        scores.iter().map(|(promise, given)| (*promise, counted(given))).collect();
    let answered = scores.values().map(Counts::n).sum();
    Day { asked, answered, scores }
}

fn told(kind: QuestionKind, identity: Identity, day: Day, before: Day) -> Told {
    let survey = survey(kind, identity);
    let kind = survey.scored().unwrap().kind.score_kind();
    Told {
        survey,
        customer: Some("Acme GmbH".to_owned()),
        period: stretch::read("2026-q4", "2026-11-23".parse().unwrap()).unwrap(),
        results: Results { kind, day, before },
        further: Vec::new(),
        waiting: 0,
        hidden: 0,
        comments: Vec::new(),
    }
}

fn comment(who: Who, score: i64, promise: Promise, words: Words) -> Comment {
    let reading = Reading {
        tongue: Tongue::English,
        sentiment: Some(Sentiment::Negative),
        themes: BTreeSet::new(),
        learnt: false,
    };
    let (given, reading) = (Some(Given::Score(score)), Some(reading));
    Comment { who, given, promise, telephone: false, reading, words }
}

/// In both languages; what stands in a picture, in words.
fn read(told: &Told) -> String {
    let now = Instant::parse("2026-11-23T02:00:00Z").unwrap();
    let doc = doc::doc(told, now);
    assert_eq!(lacks(&doc), []);
    let lena = KnownPerson { name: "Lena".to_owned(), accounts: Vec::new() };
    let facts = Facts {
        people: [("lena".into(), lena)].into(),
        prose: [("slow".into(), "It took all night.".to_owned())].into(),
    };
    let speak = |language| {
        let spoken = speak(&doc, Locale { language, zone: chrono_tz::Europe::Berlin }, &facts);
        spoken.plain_text()
    };
    Language::ALL.map(speak).join("\n\n")
}

#[test]
fn a_score_is_told_with_its_range_its_answers_and_where_it_disagrees_with_the_promise() {
    let met: &[(i64, u64)] = &[(5, 1), (2, 6), (1, 5)];
    let missed: &[(i64, u64)] = &[(5, 6), (4, 3)];
    let now = day(30, &[(Promise::Met, met), (Promise::Missed, missed)]);
    let before = day(20, &[(Promise::Met, &[(5, 15), (3, 3)])]);
    let mut told = told(QuestionKind::Csat, Identity::Named, now, before);
    told.further = vec![(1, vec![("speed".to_owned(), 9), ("nothing".to_owned(), 0)])];
    told.comments = vec![
        comment(Who::Person("lena".into()), 2, Promise::Met, Words::Kept("slow".into())),
        comment(Who::Somebody, 1, Promise::Missed, Words::Plain("<b>@everyone</b>".to_owned())),
    ];
    insta::assert_snapshot!("csat", read(&told));
}

#[test]
fn every_kind_of_score_has_its_words() {
    let nps = day(12, &[(Promise::Unknown, &[(10, 4), (8, 3), (3, 2)])]);
    let nps = told(QuestionKind::Nps, Identity::Confidential, nps, Day::default());
    let ces = day(9, &[(Promise::Met, &[(7, 3), (6, 4)])]);
    let ces = told(QuestionKind::Ces, Identity::Named, ces, day(2, &[(Promise::Met, &[(4, 1)])]));
    let one = told(QuestionKind::Ces, Identity::Named, day(1, &[(Promise::Met, &[(4, 1)])]), Day::default());
    insta::assert_snapshot!("kinds", [nps, ces, one].map(|told| read(&told)).join("\n--\n"));
}

#[test]
fn where_nothing_can_be_told_it_is_said_and_never_0_percent() {
    let none = told(QuestionKind::Csat, Identity::Named, Day::default(), Day::default());
    let mut waiting = told(QuestionKind::Csat, Identity::Anonymous, day(7, &[]), Day::default());
    waiting.waiting = 1;
    let mut few = told(QuestionKind::Csat, Identity::Anonymous, day(7, &[]), Day::default());
    few.hidden = 1;
    for told in [&none, &waiting, &few] {
        let doc = doc::doc(told, Instant::from_seconds(0));
        assert_eq!(doc.picture, None);
    }
    let text = [none, waiting, few].map(|told| read(&told)).join("\n--\n");
    assert!(!text.contains(" 0.0"), "{text}");
    insta::assert_snapshot!("nothing", text);
}
