//! `themes.toml`: how what customers write is read. Without the file the shipped one holds; a file replaces it whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use super::document::Document;
use super::problem::{Problems, Spot, Wrong, quoted};
use super::schema::Kind::{List, ManyOf, One, Table as Sub, Tables};
use super::schema::Need::{Optional, Required};
use super::schema::{Section, key};
use super::table::Table;
use super::value::{Named, Slug, Value, Written};
use crate::analysis::{PhraseError, Rules, SentimentWords, Theme, Wording, check_phrase, normal_form};
use crate::core::reading::ThemeId;

/// What holds without a file of one's own.
const SHIPPED_THEMES: &str = include_str!("../../config/themes.toml");

/// So many themes can still be told apart, and shown.
const MOST_THEMES: usize = 40;
const MOST_PHRASES: usize = 1_000;

const PROMISES: &[&str] = &[
    "availability",
    "response",
    "resolution",
    "update",
    "next_reply",
    "waiting",
    "complaints",
    "satisfaction",
];

pub(super) static THEMES_FILE: Section = Section {
    heading: "themes.toml",
    about: "How the sentiment and the themes of what customers write are read. The file may be absent: then the shipped `config/themes.toml` holds. A file replaces it whole. Phrases are found whatever their capital letters, width or Chinese script; English words match whole, `slow*` is every word that begins so, Chinese is found anywhere.",
    keys: &[
        key("sentiment", Sub(&SENTIMENT), Required, "Whether they are content.", ""),
        key("theme", Tables(&THEME), Required, "What they speak of.", ""),
    ],
};

static SENTIMENT: Section = Section {
    heading: "[sentiment]",
    about: "Words and phrases. Where several begin at one place the longest counts, and a phrase stands in one list only.",
    keys: &[
        key(
            "positive",
            List(Value::Text),
            Required,
            "They say that somebody is content.",
            "[\"great*\", \"很好\"]",
        ),
        key(
            "negative",
            List(Value::Text),
            Required,
            "They say that somebody is not.",
            "[\"slow*\", \"很慢\"]",
        ),
        key(
            "relief",
            List(Value::Text),
            Optional,
            "They say that a trouble is over: positive, and negative words before them in the same statement no longer count.",
            "[\"fixed\", \"恢復\"]",
        ),
        key(
            "wishes",
            List(Value::Text),
            Optional,
            "What follows in the same statement is wished for, not praised: positive words after them do not count.",
            "[\"would be\", \"希望\"]",
        ),
        key(
            "negations",
            List(Value::Text),
            Required,
            "They turn what follows within three words or four characters of Chinese.",
            "[\"not\", \"no longer\", \"沒有\"]",
        ),
        key(
            "intensifiers",
            List(Value::Text),
            Optional,
            "They may stand between a negation and what it turns without using up its reach.",
            "[\"very\", \"那麼\"]",
        ),
        key(
            "turns",
            List(Value::Text),
            Optional,
            "Another thought begins: no negation and no relief reaches over them.",
            "[\"but\", \"但是\"]",
        ),
        key(
            "alternatives",
            List(Value::Text),
            Optional,
            "They carry a negation on to the next word: `no delays or errors`.",
            "[\"or\", \"或\"]",
        ),
        key(
            "neutral",
            List(Value::Text),
            Optional,
            "Phrases that contain one of the others and mean neither.",
            "[\"not only\", \"差不多\"]",
        ),
    ],
};

static THEME: Section = Section {
    heading: "[[theme]]",
    about: "Something customers speak of. A text can speak of several.",
    keys: &[
        key(
            "id",
            One(Value::Id),
            Required,
            "Its id, which stays: what was read is kept under it.",
            "\"speed\"",
        ),
        key(
            "name",
            One(Value::Names),
            Required,
            "As people read it.",
            "{ en = \"Speed\", zh-TW = \"速度\" }",
        ),
        key("words", List(Value::Text), Required, "The phrases that speak of it.", "[\"latency\", \"很慢\"]"),
        key(
            "covered_by",
            ManyOf(PROMISES),
            Optional,
            "The kinds of promise that speak of it. Absent or empty means that none ever does, so that it can be proposed as something to agree on.",
            "[\"availability\"]",
        ),
    ],
};

/// The rules that hold without a file of one's own.
pub fn shipped_rules() -> Arc<Rules> {
    static SHIPPED: LazyLock<Arc<Rules>> = LazyLock::new(|| {
        let problems = Problems::default();
        let document = Document::parse("the shipped themes.toml", SHIPPED_THEMES, &problems);
        let wording = document.map(|document| wording(&Table::root(&document, &THEMES_FILE, &problems)));
        Arc::new(Rules::new(wording.unwrap_or_default()))
    });
    Arc::clone(&SHIPPED)
}

/// What the file says, as it is written.
pub(super) fn wording(root: &Table<'_>) -> Wording {
    let sentiment = root.table("sentiment").map(|table| sentiment(&table)).unwrap_or_default();
    let tables = root.tables("theme");
    if tables.len() > MOST_THEMES {
        root.error(
            "theme",
            format!("there are {} of them, more than {MOST_THEMES}", tables.len()),
            "join those that nobody tells apart",
        );
    } else if tables.is_empty() && root.has("theme") {
        root.error("theme", "is empty", "add at least one [[theme]]");
    }
    let mut themes: Vec<Theme> = Vec::new();
    for table in &tables {
        let theme = theme(table);
        if !theme.id.as_str().is_empty() && themes.iter().any(|other| other.id == theme.id) {
            let what = format!("{} is the id of an earlier theme", quoted(theme.id.as_str()));
            table.error("id", what, "join the two, or give this one an id of its own");
        }
        themes.push(theme);
    }
    root.finish();
    Wording { sentiment, themes }
}

fn sentiment(table: &Table<'_>) -> SentimentWords {
    let mut heard = BTreeMap::new();
    let mut list = |name: &'static str| phrases(table, name, &mut heard);
    let words = SentimentWords {
        positive: list("positive"),
        negative: list("negative"),
        relief: list("relief"),
        wishes: list("wishes"),
        negations: list("negations"),
        intensifiers: list("intensifiers"),
        turns: list("turns"),
        alternatives: list("alternatives"),
        neutral: list("neutral"),
    };
    table.finish();
    words
}

fn theme(table: &Table<'_>) -> Theme {
    let id = table.value("id").map(|Slug(id)| id).unwrap_or_default();
    let name: Option<Named> = table.value("name");
    let words = phrases(table, "words", &mut BTreeMap::new());
    if words.is_empty() && table.has("words") && !table.problems.spoilt_within(&table.spot_of("words")) {
        table.error("words", "is empty", "add the phrases that speak of it, or remove the theme");
    }
    let covered_by = table.choices("covered_by").into_iter().collect::<BTreeSet<_>>();
    table.finish();
    Theme { id: ThemeId::new(id), name: name.unwrap_or_default().0, words, covered_by }
}

/// A list of phrases; `heard` holds those of the lists before, by their normal form.
fn phrases(
    table: &Table<'_>,
    name: &'static str,
    heard: &mut BTreeMap<String, (String, &'static str)>,
) -> Vec<String> {
    let places = table.places(name, Value::Text);
    if places.len() > MOST_PHRASES {
        let what = format!("holds {} phrases, more than {MOST_PHRASES}", places.len());
        table.error(name, what, "let `word*` stand for its forms, and leave out what nobody writes");
        return Vec::new();
    }
    let mut phrases = Vec::new();
    for (spot, value) in places {
        let read = String::read(value).and_then(|text| phrase(text, name, heard));
        match read {
            Ok(text) => phrases.push(text),
            Err(wrong) => table.problems.error(Spot { element: true, ..spot }, wrong),
        }
    }
    phrases
}

fn phrase(
    text: String,
    list: &'static str,
    heard: &mut BTreeMap<String, (String, &'static str)>,
) -> Result<String, Wrong> {
    check_phrase(&text).map_err(|error| {
        let remedy = match error {
            PhraseError::NoWord => "write a word, Chinese characters or an emoji",
            PhraseError::TooLong => "shorten it to what always stands in it",
            PhraseError::Star => "write `*` only after letters, where it stands for any ending",
            PhraseError::Punctuation => "leave the punctuation out, or make two phrases of it",
        };
        Wrong::new(format!("{} {error}", quoted(&text)), remedy)
    })?;
    let before = heard.insert(normal_form(&text), (text.clone(), list));
    match before {
        None => Ok(text),
        Some((other, place)) if place == list => {
            let what = format!("{} is there already as {}", quoted(&text), quoted(&other));
            Err(Wrong::new(what, "leave one out; both scripts and hyphens are read alike"))
        }
        Some((other, place)) => {
            let what = format!("{} is also in {place}, as {}", quoted(&text), quoted(&other));
            Err(Wrong::new(what, "leave it in one of the two lists"))
        }
    }
}

#[cfg(test)]
mod unit {
    use super::*;
    use crate::core::reading::PromiseKind;

    #[test]
    fn the_words_of_the_file_are_the_kinds_of_promise() {
        assert_eq!(PromiseKind::ALL.map(PromiseKind::name), PROMISES);
        assert!(PROMISES.iter().all(|word| crate::config::table::word_of::<PromiseKind>(word).is_some()));
    }
}
