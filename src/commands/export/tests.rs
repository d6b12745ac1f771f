//! The bytes of an export.

use super::*;
use crate::core::event::Event;
use crate::core::reading::{Reading, Sentiment, Tongue};
use crate::core::survey::{Audience, Given, Question, QuestionKind, Survey, SurveyBook, Trigger};
use crate::core::testing::{Journal, at};
use crate::core::time::Span;
use crate::core::voice::export::records;
use crate::core::voice::{
    Counted, Dates, FeedbackKind, Origin, Remark, Respondent, RoundNumber, Stamp, Via, Word,
};

fn survey(identity: Identity) -> Survey {
    let text: crate::core::survey::Localized = [("en".to_owned(), "How was it?".to_owned())].into();
    let question =
        |name: &str, kind| Question { name: name.to_owned(), text: text.clone(), kind, optional: false };
    Survey {
        title: text.clone(),
        questions: vec![question("satisfaction", QuestionKind::Csat), question("why", QuestionKind::Text)],
        identity,
        agreements: Default::default(),
        trigger: Trigger::Command,
        audience: Audience::Channel,
        open_for: Span::from_days(5),
        remind_after: None,
        cooldown: Span::ZERO,
        once_per: None,
        minimum_group: 3,
        quiet: None,
    }
}

fn stamped() -> Box<Stamp> {
    let standing = Promise::Met;
    Box::new(Stamp { standing, version: 1, budget_left: None, incident: None, to_breach: None })
}

fn says(journal: &mut Journal, minute: i64, by: &str, word: Word) {
    let by = (!by.is_empty()).then(|| by.into());
    let id = format!("word/{}", journal.entries.len());
    journal.append(at(minute), &id, Event::Voice { at: at(minute), by, word: Box::new(word) });
}

fn remark(id: &str) -> Remark {
    let themes = [crate::core::reading::ThemeId::from("speed")].into();
    let reading =
        Reading { tongue: Tongue::English, sentiment: Some(Sentiment::Negative), themes, learnt: false };
    let text = crate::core::event::Prose { id: id.into(), sha256: String::new() };
    Remark { text, reading: Some(reading), uncovered: false }
}

fn answers(journal: &mut Journal, minute: i64, round: u32, by: &str, score: i64, text: Option<&str>) {
    let word = Word::Answered {
        round: RoundNumber(round),
        respondent: Respondent::Self_,
        via: Via::Chat,
        given: vec![Given::Score(score), Given::Nothing],
        texts: text.map(|text| (2, remark(text))).into_iter().collect(),
        stamp: stamped(),
    };
    says(journal, minute, by, word);
}

/// A named, a confidential and an anonymous round, and a complaint.
fn journal() -> Journal {
    let mut journal = Journal::new();
    let surveys = [Identity::Named, Identity::Confidential, Identity::Anonymous].map(survey);
    let names = ["named", "quiet", "unsigned"];
    let book: SurveyBook = names.map(Into::into).into_iter().zip(surveys).collect();
    let event =
        Event::SurveysAdopted { effective: at(-60), sha256: "surveys".to_owned(), book: Box::new(book) };
    journal.append(at(-60), "surveys", event);
    for (round, survey) in (1..).zip(names) {
        let word = Word::RoundOpened {
            round: RoundNumber(round),
            survey: survey.into(),
            agreement: "acme".into(),
            incident: None,
            closes: at(0) + Span::from_days(5),
            stamp: stamped(),
        };
        says(&mut journal, 0, "", word);
        let people = ["ada", "bob", "cyd"].map(Into::into).into();
        says(&mut journal, 1, "", Word::Asked { round: RoundNumber(round), people, spared: 0 });
    }
    answers(&mut journal, 5, 1, "bob", 2, Some("formula"));
    answers(&mut journal, 7, 1, "ada", 5, None);
    answers(&mut journal, 8, 2, "bob", 4, None);
    answers(&mut journal, 9, 2, "ada", 1, Some("secret"));
    says(&mut journal, 10, "", Word::Closed { round: RoundNumber(3) });
    let scores = [(Promise::Unknown, [3, 4, 4].into_iter().collect())].into();
    let counted = Counted { answered: 3, scores, answers: vec![BTreeMap::new()] };
    says(&mut journal, 11, "", Word::Counted { round: RoundNumber(3), counted });
    let word = Word::Submitted {
        feedback: crate::core::voice::FeedbackNumber(1),
        kind: FeedbackKind::Complaint,
        agreement: "acme".into(),
        service: None,
        incident: None,
        text: remark("erased"),
        attachments: None,
        origin: Origin::Page,
        stamp: stamped(),
    };
    says(&mut journal, 12, "cyd", word);
    journal
}

fn written(named: bool, write: fn(&[Record], &Besides<'_>) -> serde_json::Result<String>) -> String {
    let journal = journal();
    let dates = Dates { from: "2026-11-23".parse().unwrap(), until: "2026-11-24".parse().unwrap() };
    let records = records(&journal.state, &"acme".into(), dates);
    let names: BTreeMap<PersonId, String> = if named {
        ["ada", "bob", "cyd"].map(|id| (id.into(), id.to_uppercase())).into()
    } else {
        BTreeMap::new()
    };
    let texts: BTreeMap<ProseId, String> = [
        ("formula".into(), "=HYPERLINK(\"http://evil\"), \"now\"".to_owned()),
        ("secret".into(), "-1 for the\nlong wait".to_owned()),
    ]
    .into();
    write(&records, &Besides { zone: chrono_tz::Asia::Taipei, names: &names, texts: &texts }).unwrap()
}

fn golden(file: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/export").join(file);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn an_export_is_the_kept_bytes() {
    for (file, text) in [("voice.csv", written(false, csv)), ("voice.json", written(true, json))] {
        assert!(text == golden(file), "{file} differs; it would be:\n{text}");
    }
}

#[test]
fn nobody_is_named_without_being_asked_for_and_in_no_confidential_answer() {
    let plain = written(false, csv);
    let named = written(true, csv);
    for name in ["ADA", "BOB", "CYD", "ada", "bob", "cyd"] {
        assert!(!plain.contains(name), "{plain}");
    }
    for line in named.lines().filter(|line| line.contains(",quiet,") || line.contains(",unsigned,")) {
        assert!(!line.contains("ADA") && !line.contains("BOB"), "{line}");
    }
    // Neither does the moment tell who it was.
    let quiet: Vec<&str> = named.lines().filter(|line| line.starts_with("answer,acme,quiet")).collect();
    assert!(!quiet.is_empty() && quiet.iter().all(|line| line.contains(",2026-11-23,,")), "{quiet:?}");
    assert!(named.contains("BOB") && named.contains("CYD"));
}

#[test]
fn no_cell_is_a_formula_and_numbers_stay_numbers() {
    for (cell, guarded) in [
        ("=1+1", "\"'=1+1\""),
        ("+49 30 1", "\"'+49 30 1\""),
        ("@SUM(A1)", "\"'@SUM(A1)\""),
        ("-2+3", "\"'-2+3\""),
        ("-2", "-2"),
        ("a,\"b\"", "\"a,\"\"b\"\"\""),
        ("plain", "plain"),
        ("", ""),
    ] {
        assert_eq!(crate::report::guarded(cell), guarded);
    }
}
