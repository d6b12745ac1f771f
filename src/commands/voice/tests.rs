//! What customers said, as people read it.

use super::*;
use crate::analysis::Silence;
use crate::core::score::{Counts, ScoreKind};
use crate::core::time::Instant;
use crate::core::voice::{Day, Promise};
use crate::i18n::{Facts, Language, Locale, lacks, speak};

fn name(english: &str, chinese: &str) -> Localized {
    [("en", english), ("zh-TW", chinese)].map(|(tag, text)| (tag.to_owned(), text.to_owned())).into()
}

fn results(now: &[i64], before: &[i64]) -> Results {
    let day = |scores: &[i64]| {
        let counts: Counts = scores.iter().copied().collect();
        let n = counts.n();
        Day { asked: n + 2, answered: n, scores: [(Promise::Met, counts)].into() }
    };
    Results { kind: Some(ScoreKind::CSAT), day: day(now), before: day(before) }
}

fn heard() -> Heard {
    let period = stretch::read("2026-q4", "2026-11-23".parse().unwrap()).unwrap();
    let results = results(&[5, 5, 5, 4, 1, 5], &[1, 1, 2, 1, 2, 5]);
    let last = results.score();
    let points = period.latest(PERIODS).into_iter();
    let points = points.map(|other| (other, last.filter(|_| other == period))).collect();
    let speed = Theme {
        name: ThemeName::Known(name("Speed", "速度")),
        texts: 9,
        before: 1,
        negative: 7,
        positive: 1,
        uncovered: 9,
        quotes: vec!["slow".into(), "erased".into()],
    };
    let price = Theme {
        name: ThemeName::Id("price".into()),
        texts: 1,
        before: 2,
        negative: 0,
        positive: 0,
        uncovered: 0,
        quotes: Vec::new(),
    };
    let recommended = Recommended {
        customer: "Acme GmbH".to_owned(),
        theme: ThemeName::Known(name("Speed", "速度")),
        texts: 9,
    };
    Heard {
        customer: Some("Acme GmbH".to_owned()),
        period,
        surveys: vec![(name("After an incident", "服務異常處理後"), results)],
        complaints: Handled { open: 1, closed: 3, late: 1, in_time: 2 },
        feedback: Handled { open: 0, closed: 1, ..Handled::default() },
        texts: (12, 20),
        uncovered: 9,
        themes: vec![speed, price],
        recommended: vec![recommended],
        satisfaction: Some(Satisfaction {
            title: name("After an incident", "服務異常處理後"), points
        }),
        learnt: Some(Measure { texts: 12, silence: Some(Silence::TooFewTexts), ..Measure::default() }),
    }
}

fn read(heard: &Heard) -> String {
    let doc = doc::doc(heard, Instant::parse("2026-11-23T02:00:00Z").unwrap());
    assert_eq!(lacks(&doc), []);
    let facts =
        Facts { prose: [("slow".into(), "It took all night.".to_owned())].into(), ..Facts::default() };
    let speak =
        |language| speak(&doc, Locale { language, zone: chrono_tz::Europe::Berlin }, &facts).plain_text();
    Language::ALL.map(speak).join("\n\n")
}

#[test]
fn all_that_was_said_is_one_answer() {
    insta::assert_snapshot!("voice", read(&heard()));
}

#[test]
fn a_period_in_which_nothing_was_said_says_so() {
    let nothing = Heard {
        surveys: Vec::new(),
        complaints: Handled::default(),
        feedback: Handled::default(),
        texts: (0, 0),
        uncovered: 0,
        themes: Vec::new(),
        recommended: Vec::new(),
        satisfaction: None,
        learnt: None,
        ..heard()
    };
    insta::assert_snapshot!("nothing", read(&nothing));
}

#[test]
fn the_learner_says_how_good_it_is_or_why_it_is_silent() {
    let measure = |silence| Measure {
        texts: 64,
        learnt_percent: Some(81),
        rules_percent: Some(70),
        silence,
        ..Measure::default()
    };
    let silences = [
        Silence::TooFewTexts,
        Silence::TooFewOfAClass,
        Silence::NotGoodEnough,
        Silence::NoBetterThanGuessing,
        Silence::NoBetterThanTheRules,
    ];
    let all: Vec<String> = std::iter::once(None)
        .chain(silences.map(Some))
        .map(|silence| read(&Heard { learnt: Some(measure(silence)), ..heard() }))
        .map(|text| text.lines().filter(|line| line.contains("64")).collect::<Vec<_>>().join("\n"))
        .collect();
    insta::assert_snapshot!("learner", all.join("\n"));
}
