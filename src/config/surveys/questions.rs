//! `[[questions]]`: what is asked, and what answers it.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::texts;
use crate::config::problem::quoted;
use crate::config::schema::Kind::{One, OneOf, Tables};
use crate::config::schema::Need::{Default, Optional, Otherwise, Required};
use crate::config::schema::{Section, key};
use crate::config::table::Table;
use crate::config::value::Value;
use crate::core::survey::{ChoiceOption, Localized, Question, QuestionKind};

/// Lengths of texts, in characters: a question, and what stands on a button.
const LONGEST_TEXT: usize = 300;
const LONGEST_LABEL: usize = 80;
const MOST_QUESTIONS: usize = 5;
/// How many numbers a scale has at most; each is a button.
const LONGEST_SCALE: i64 = 11;
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=10;
const LONGEST_NAME: usize = 40;
/// It travels in a button.
const LONGEST_OPTION_NAME: usize = 12;

pub(super) static QUESTION: Section = Section {
    heading: "[[questions]]",
    about: "One question. The first is the one that is pressed on the card and that the figure is made of, so it cannot be a text; the others are asked afterwards. Beside the last question there is always room for a comment. Kinds: `csat` (satisfaction, 1 to 5), `nps` (recommendation, 0 to 10), `ces` (how easy it was, 1 to 7), `scale` (whole numbers of your own), `choice` (one of several), `text` (in words).",
    keys: &[
        key(
            "name",
            One(Value::Text),
            Required,
            "What exports call it: lower-case letters, digits and `_`, at most 40; unique in the survey.",
            "\"satisfaction\"",
        ),
        key(
            "kind",
            OneOf(&["csat", "nps", "ces", "scale", "choice", "text"]),
            Required,
            "What answers it.",
            "\"csat\"",
        ),
        key(
            "text",
            One(Value::Names),
            Required,
            "The question, in each language that Upheld speaks; at most 300 characters.",
            "{ en = \"How satisfied are you with how this was handled?\", zh-TW = \"您對這次的處理滿意嗎？\" }",
        ),
        key(
            "optional",
            One(Value::Flag),
            Default("false"),
            "It may be left out; the first never is.",
            "true",
        ),
        key("low", One(Value::Number), Otherwise("needed for scales"), "Scales: the lowest number.", "1"),
        key(
            "high",
            One(Value::Number),
            Otherwise("needed for scales"),
            "Scales: the highest number; there are at most eleven.",
            "10",
        ),
        key(
            "low_text",
            One(Value::Names),
            Optional,
            "Scales: what the lowest number means.",
            "{ en = \"never\", zh-TW = \"從未\" }",
        ),
        key(
            "high_text",
            One(Value::Names),
            Optional,
            "Scales: what the highest number means.",
            "{ en = \"always\", zh-TW = \"總是\" }",
        ),
        key("options", Tables(&OPTION), Otherwise("needed for choices"), "Choices: two to ten options.", ""),
    ],
};

static OPTION: Section = Section {
    heading: "[[questions.options]]",
    about: "One option of a choice; also written in the question, `options = [{ name = \"speed\", text = \"Speed\" }, …]`.",
    keys: &[
        key(
            "name",
            One(Value::Text),
            Required,
            "What exports call it: lower-case letters, digits and `_`, at most 12; unique in the question.",
            "\"speed\"",
        ),
        key(
            "text",
            One(Value::Names),
            Required,
            "What the button says; at most 80 characters.",
            "{ en = \"Speed\", zh-TW = \"速度\" }",
        ),
    ],
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Asked {
    Csat,
    Nps,
    Ces,
    Scale,
    Choice,
    Text,
}

const SCALE_KEYS: &[&str] = &["low", "high", "low_text", "high_text"];
const CHOICE_KEYS: &[&str] = &["options"];

/// The questions in the order written; none where the first could not be read or a limit is broken.
pub(super) fn questions(root: &Table<'_>) -> Option<Vec<Question>> {
    let tables = root.tables("questions");
    let mut questions: Vec<Question> = Vec::new();
    let mut names = BTreeSet::new();
    for (place, table) in tables.iter().enumerate() {
        let Some(question) = question(table, place == 0) else { continue };
        if !names.insert(question.name.clone()) {
            let what = format!("there is already a question {}", quoted(&question.name));
            table.error("name", what, "give each question a name of its own");
        }
        questions.push(question);
    }
    if tables.is_empty() && root.has("questions") && !root.problems.spoilt(&root.spot_of("questions")) {
        root.error("questions", "is empty, so nothing is asked", "add at least one [[questions]]");
    }
    if tables.len() > MOST_QUESTIONS {
        let what = format!("there are {}, and {MOST_QUESTIONS} are the most", tables.len());
        root.error("questions", what, "keep those that change what you do");
    }
    (questions.len() == tables.len() && !questions.is_empty()).then_some(questions)
}

fn question(table: &Table<'_>, first: bool) -> Option<Question> {
    let name = name(table, LONGEST_NAME);
    let kind: Option<Asked> = table.choice("kind");
    let text = texts(table, "text", LONGEST_TEXT);
    let optional: Option<bool> = table.value("optional");
    let scale = scale(table, kind == Some(Asked::Scale));
    let options = options(table, kind == Some(Asked::Choice));
    table.finish();
    for (whose, names, kinds) in
        [(Asked::Scale, SCALE_KEYS, "scales"), (Asked::Choice, CHOICE_KEYS, "choices")]
    {
        for name in names.iter().filter(|name| kind.is_some_and(|kind| kind != whose) && table.has(name)) {
            table.error(name, format!("is for {kinds} only"), "leave it out");
        }
    }
    if first && kind == Some(Asked::Text) {
        table.error(
            "kind",
            "is text, but the first question is answered by pressing a button",
            "begin with csat, nps, ces, scale or choice",
        );
    }
    if first && optional == Some(true) {
        table.error("optional", "is true, but the first question is the answer itself", "leave it out");
    }
    let kind = match kind? {
        Asked::Csat => QuestionKind::Csat,
        Asked::Nps => QuestionKind::Nps,
        Asked::Ces => QuestionKind::Ces,
        Asked::Scale => scale?,
        Asked::Choice => QuestionKind::Choice { options: options? },
        Asked::Text => QuestionKind::Text,
    };
    Some(Question { name: name?, text: text?, kind, optional: optional? })
}

/// A name that exports and buttons carry.
fn name(table: &Table<'_>, most: usize) -> Option<String> {
    let name: String = table.value("name")?;
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    if name.len() > most || !name.chars().all(fits) {
        table.error(
            "name",
            format!("{} is not a name here", quoted(&name)),
            format!("write lower-case letters, digits and _, at most {most}"),
        );
    }
    Some(name)
}

fn scale(table: &Table<'_>, wanted: bool) -> Option<QuestionKind> {
    let (low, high): (Option<i64>, Option<i64>) = (table.value("low"), table.value("high"));
    let end = |name: &str| -> Localized { texts(table, name, LONGEST_LABEL).unwrap_or_default() };
    let (low_text, high_text) = (end("low_text"), end("high_text"));
    if !wanted {
        return None;
    }
    for (name, example) in [("low", "low = 1"), ("high", "high = 5")] {
        if !table.has(name) {
            table.error(name, "is missing", format!("add for example {example}"));
        }
    }
    let (low, high) = (low?, high?);
    if high <= low {
        table.error("high", "is not above `low`", "write the higher number here");
    } else if high.checked_sub(low).is_none_or(|steps| steps >= LONGEST_SCALE) {
        let what = format!("{low} to {high} is more than {LONGEST_SCALE} numbers");
        table.error("high", what, "write a shorter scale: each number is a button");
    }
    Some(QuestionKind::Scale { low, high, low_text, high_text })
}

fn options(table: &Table<'_>, wanted: bool) -> Option<Vec<ChoiceOption>> {
    let tables = table.tables("options");
    let mut options: Vec<ChoiceOption> = Vec::new();
    for one in &tables {
        let (name, text) = (name(one, LONGEST_OPTION_NAME), texts(one, "text", LONGEST_LABEL));
        one.finish();
        let (Some(name), Some(text)) = (name, text) else { continue };
        if options.iter().any(|other| other.name == name) {
            let what = format!("there is already an option {}", quoted(&name));
            one.error("name", what, "give each option a name of its own");
        }
        options.push(ChoiceOption { name, text });
    }
    if wanted && !OPTIONS.contains(&tables.len()) && !table.problems.spoilt(&table.spot_of("options")) {
        let what = if table.has("options") {
            format!("has {} of two to ten options", tables.len())
        } else {
            "is missing".to_owned()
        };
        let remedy = "write two to ten: options = [{ name = \"speed\", text = \"Speed\" }, …]";
        table.error("options", what, remedy);
    }
    (wanted && options.len() == tables.len()).then_some(options)
}
