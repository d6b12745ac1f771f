//! `surveys/<id>.toml`: what is asked, of whom, when and how.

mod questions;
mod trigger;

use std::collections::BTreeSet;

use questions::{QUESTION, questions};
use trigger::{TRIGGER, trigger};

use super::problem::Wrong;
use super::schema::Kind::{List, One, OneOf, Table as Sub, Tables};
use super::schema::Need::{Default, Optional, Required};
use super::schema::{Section, key};
use super::table::Table;
use super::value::{Named, Quiet, Slug, Value, duration_words};
use crate::core::event::AgreementId;
use crate::core::survey::{Audience, Identity, Localized, SMALLEST_GROUP, Survey, Trigger};
use crate::core::time::Span;
use crate::core::window::WindowKind;

const SHORTEST_OPEN: Span = Span::from_hours(1);
const LONGEST_OPEN: Span = Span::from_days(60);
/// In characters.
const LONGEST_TITLE: usize = 200;

pub(super) static SURVEY_FILE: Section = Section {
    heading: "surveys/<id>.toml",
    about: "One survey; the file's name is its id, by which commands call it. The folder may be left out. A change counts for what is asked from then on; a round that is open keeps what it was asked with. Answers are added up by this id: a first question of another kind is another survey, with a file of its own.",
    keys: &[
        key(
            "title",
            One(Value::Names),
            Required,
            "What heads the card, in each language that Upheld speaks; at most 200 characters.",
            "{ en = \"After an incident\", zh-TW = \"服務異常處理後\" }",
        ),
        key(
            "identity",
            OneOf(&["named", "confidential", "anonymous"]),
            Required,
            "Who learns whose answer it is: the provider (`named`); Upheld alone, so that an answer can be changed until the close (`confidential`); nobody, Upheld included (`anonymous`: an answer cannot be changed, and is counted when the round closes).",
            "\"named\"",
        ),
        key(
            "audience",
            OneOf(&["channel", "representatives", "direct"]),
            Default("\"channel\""),
            "Where people are asked: by one card in the customer's channels, by the same card calling the representatives by name, or each representative alone (in the channel where direct messages are closed).",
            "\"direct\"",
        ),
        key(
            "agreements",
            List(Value::Id),
            Optional,
            "The agreements under which it is asked, by the names of their files; absent means all.",
            "[\"acme\"]",
        ),
        key(
            "open_for",
            One(Value::Duration),
            Default("\"5d\""),
            "How long it can be answered: one hour to 60 days.",
            "\"5d\"",
        ),
        key(
            "remind_after",
            One(Value::Duration),
            Optional,
            "When those who have not answered are reminded, once; before the end of `open_for`. Absent means never.",
            "\"2d\"",
        ),
        key(
            "cooldown",
            One(Value::Duration),
            Default("\"7d\""),
            "Whoever was asked anything within this long is not asked this; `\"0s\"` is no such pause.",
            "\"7d\"",
        ),
        key(
            "once_per",
            OneOf(&["week", "month", "quarter", "year"]),
            Optional,
            "Nobody is asked this twice within one such period of the agreement's zone.",
            "\"month\"",
        ),
        key(
            "quiet_hours",
            One(Value::Quiet),
            Default("\"20:00-08:00\""),
            "When nobody is asked or reminded, by the reader's clocks.",
            "\"20:00-08:00\"",
        ),
        key(
            "minimum_group",
            One(Value::Count),
            Default("5"),
            "Anonymous surveys: with fewer answers nothing is shown. At least 3.",
            "5",
        ),
        key("trigger", Sub(&TRIGGER), Required, "What makes it be asked.", ""),
        key("questions", Tables(&QUESTION), Required, "One to five questions.", ""),
    ],
};

/// Reads a file; none where something essential is wrong, which is then reported.
pub(super) fn survey(root: &Table<'_>) -> Option<Survey> {
    let title = texts(root, "title", LONGEST_TITLE);
    let identity: Option<Identity> = root.choice("identity");
    let audience: Option<Audience> = root.choice("audience");
    let agreements = agreements(root);
    let (open_for, remind_after) = open(root);
    let cooldown: Option<Span> = root.value("cooldown");
    let once_per: Option<WindowKind> = root.choice("once_per");
    let quiet: Option<Quiet> = root.value("quiet_hours");
    let minimum_group = minimum_group(root);
    let trigger = root.table("trigger").and_then(|table| trigger(&table));
    let questions = questions(root);
    root.finish();
    if identity == Some(Identity::Anonymous) && matches!(trigger, Some(Trigger::Incident { .. })) {
        root.warning(
            "identity",
            "is anonymous, and only a few people are asked after an incident: with fewer answers than `minimum_group` nothing is ever shown",
            "ask by schedule, write identity = \"confidential\", or leave it so where many answer",
        );
    }
    Some(Survey {
        title: title?,
        questions: questions?,
        identity: identity?,
        agreements,
        trigger: trigger?,
        audience: audience?,
        open_for: open_for?,
        remind_after,
        cooldown: cooldown?,
        once_per,
        minimum_group: minimum_group?,
        quiet: quiet?.0,
    })
}

/// A text in each language, none of them too long.
fn texts(table: &Table<'_>, name: &str, most: usize) -> Option<Localized> {
    let Named(texts) = table.value(name)?;
    for (language, text) in &texts {
        let length = text.chars().count();
        if length > most {
            let what = format!("the text for `{language}` has {length} characters, and {most} are the most");
            table.problems.error(table.spot_of(name), Wrong::new(what, "write a shorter one"));
        }
    }
    Some(texts)
}

fn agreements(root: &Table<'_>) -> BTreeSet<AgreementId> {
    let listed: Vec<Slug> = root.list("agreements");
    let agreements: BTreeSet<AgreementId> = listed.iter().map(|Slug(id)| AgreementId::new(id)).collect();
    if agreements.is_empty() && root.has("agreements") && !root.problems.spoilt(&root.spot_of("agreements")) {
        root.error("agreements", "is empty", "name agreements, or leave the key out for all of them");
    }
    agreements
}

/// How long it can be answered, and when those who are missing are reminded.
fn open(root: &Table<'_>) -> (Option<Span>, Option<Span>) {
    let open_for: Option<Span> = root.value("open_for");
    let remind_after: Option<Span> = root.value("remind_after");
    if let Some(span) = open_for.filter(|span| !(SHORTEST_OPEN..=LONGEST_OPEN).contains(span)) {
        let what = format!("{} is not between 1 h and 60 d", duration_words(span));
        root.error("open_for", what, "write for example \"5d\"");
    }
    if let (Some(open_for), Some(remind_after)) = (open_for, remind_after) {
        if remind_after.is_zero() {
            root.error("remind_after", "is zero", "write a longer duration, or leave it out for no reminder");
        } else if remind_after >= open_for {
            let what = format!("is not before the end: it can be answered for {}", duration_words(open_for));
            root.error("remind_after", what, "write a shorter duration, or leave it out for no reminder");
        }
    }
    (open_for, remind_after)
}

fn minimum_group(root: &Table<'_>) -> Option<u32> {
    let smallest: u32 = root.value("minimum_group")?;
    if smallest < SMALLEST_GROUP {
        let what = format!("is {smallest}, and {SMALLEST_GROUP} is the least that hides anybody");
        root.error("minimum_group", what, format!("write {SMALLEST_GROUP} or more"));
    }
    Some(smallest)
}
