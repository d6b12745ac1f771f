//! A form as a conversation: one question after the other, each answered by a reply, a button or `/skip`.
//!
//! Telegram has no forms, and a message holds too little to carry one along. What has been answered so far is
//! therefore a [`Draft`], kept until the last answer, across restarts.

use std::collections::BTreeMap;
use std::fmt;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use teloxide::types::{ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyMarkup};

use super::input::{Scene, Speaker};
use super::render::{OWN, button_rows};
use super::words::{Word, say};
use crate::chat::inert::{self, Breaks};
use crate::chat::{Account, Platform};
use crate::core::doc::Tone;
use crate::core::time::{Instant, Span};
use crate::i18n::Language;
use crate::i18n::spoken::{Run, RunKind, Spoken, SpokenBlock, SpokenForm, SpokenFormField, text_of};

/// A question that nobody answered for so long is forgotten.
pub(super) const KEPT_FOR: Span = Span::from_hours(24);
/// The longest hint that Telegram shows in the input field, in characters.
const LONGEST_HINT: usize = 64;
/// Most choices that become buttons; others can be typed.
const MOST_CHOICES: usize = 90;

/// Keeps half-filled forms across restarts, by key.
pub trait Drafts: Send + Sync + fmt::Debug {
    /// Durable when it returns. After `until` the draft may be deleted.
    fn save<'a>(
        &'a self,
        key: &'a str,
        draft: &'a str,
        until: Instant,
    ) -> BoxFuture<'a, Result<(), DraftsError>>;
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<String>, DraftsError>>;
    /// Forgets it, if there is one.
    fn forget<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), DraftsError>>;
}

/// Why a draft could not be kept or found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("half-filled forms cannot be kept: {0}")]
pub struct DraftsError(pub String);

/// A form on its way to being filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Draft {
    language: Language,
    title: String,
    intro: String,
    cancel: String,
    pub command: String,
    fields: Vec<Field>,
    pub values: BTreeMap<String, String>,
    /// How many fields are done.
    next: usize,
    /// The message that asks the present question, once it is posted.
    pub question: Option<i32>,
    /// The update that brought the draft to where it is; delivered again, it changes nothing.
    pub update: u32,
    pub until: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Field {
    name: String,
    label: String,
    value: Option<String>,
    required: bool,
    max_length: u16,
    choices: Vec<(String, String)>,
}

impl From<SpokenFormField> for Field {
    fn from(field: SpokenFormField) -> Self {
        let SpokenFormField { name, label, value, required, max_length, choices, .. } = field;
        Self { name, label, value, required, max_length, choices }
    }
}

impl Draft {
    pub(super) fn begin(form: SpokenForm, update: u32, now: Instant) -> Self {
        Self {
            language: form.language,
            title: form.title,
            intro: text_of(&form.intro),
            cancel: form.cancel,
            command: form.command,
            fields: form.fields.into_iter().map(Field::from).collect(),
            values: BTreeMap::new(),
            next: 0,
            question: None,
            update,
            until: now + KEPT_FOR,
        }
    }

    pub(super) const fn language(&self) -> Language {
        self.language
    }

    /// Takes a typed answer to the present question, or says what is wrong with it.
    pub(super) fn answer(&mut self, text: &str, update: u32) -> Result<(), Word> {
        let Some(field) = self.fields.get(self.next) else { return Ok(()) };
        let text = text.trim();
        let value = if field.choices.is_empty() {
            text.to_owned()
        } else {
            let fits = |(value, label): &&(String, String)| {
                value.eq_ignore_ascii_case(text) || label.to_lowercase() == text.to_lowercase()
            };
            field.choices.iter().find(fits).map(|(value, _)| value.clone()).ok_or(Word::Needed)?
        };
        if value.is_empty() {
            return Err(Word::Needed);
        }
        if value.chars().count() > usize::from(field.max_length) {
            return Err(Word::TooLong(field.max_length));
        }
        self.advance(Some(value), update);
        Ok(())
    }

    /// Takes a pressed choice; false when the button belongs to no present question.
    pub(super) fn choose(&mut self, data: &str, update: u32) -> bool {
        let index: Option<usize> = data.strip_prefix(OWN).and_then(|index| index.parse().ok());
        let choices = self.fields.get(self.next).map(|field| field.choices.as_slice()).unwrap_or_default();
        let Some((value, _)) = index.and_then(|index| choices.get(index)).cloned() else { return false };
        self.advance(Some(value), update);
        true
    }

    /// Leaves the present answer as it is, or says that there must be one.
    pub(super) fn skip(&mut self, update: u32) -> Result<(), Word> {
        let Some(field) = self.fields.get(self.next) else { return Ok(()) };
        let value = field.value.clone().filter(|value| !value.is_empty());
        if field.required && value.is_none() {
            return Err(Word::Needed);
        }
        self.advance(value, update);
        Ok(())
    }

    fn advance(&mut self, value: Option<String>, update: u32) {
        if let (Some(field), Some(value)) = (self.fields.get(self.next), value) {
            self.values.insert(field.name.clone(), value);
        }
        self.next += 1;
        self.question = None;
        self.update = update;
    }

    /// The present question, addressed to the person, and how it is to be answered.
    pub(super) fn ask(&self, scene: &Scene, speaker: &Speaker) -> Option<(Spoken, ReplyMarkup)> {
        let field = self.fields.get(self.next)?;
        let mut asked = Vec::new();
        if !scene.private {
            let account = Account { platform: Platform::Telegram, user: speaker.id.to_string() };
            asked.push(Run { text: speaker.name.clone(), kind: RunKind::Mention(vec![account]) });
            asked.push(Run::own(" · "));
        }
        asked.push(Run::untrusted(field.label.clone()));
        let mut blocks = Vec::new();
        if self.next == 0 && !self.intro.is_empty() {
            blocks.push(SpokenBlock::Line(vec![Run::untrusted(self.intro.clone())]));
        }
        blocks.push(SpokenBlock::Line(asked));
        let preset = field.value.as_ref().filter(|value| !value.is_empty());
        blocks.extend(preset.map(|value| SpokenBlock::Quote(vec![Run::untrusted(value.clone())])));
        let mut footer = vec![self.cancel.clone()];
        if preset.is_some() {
            footer.push(say(self.language, Word::SkipKeep));
        } else if !field.required {
            footer.push(say(self.language, Word::SkipEmpty));
        }
        let count = if self.fields.len() > 1 {
            format!(" {}/{}", self.next + 1, self.fields.len())
        } else {
            String::new()
        };
        let spoken = Spoken {
            language: self.language,
            tone: Tone::Information,
            symbol: "",
            head: vec![Run::untrusted(format!("{}{count}", self.title))],
            reference: None,
            blocks,
            picture: None,
            buttons: Vec::new(),
            footer: vec![Run::own(footer.join(" · "))],
        };
        Some((spoken, field.markup(!scene.private)))
    }
}

impl Field {
    fn markup(&self, selective: bool) -> ReplyMarkup {
        if self.choices.is_empty() {
            let hint = inert::harmless(&self.label, Breaks::Joined, LONGEST_HINT);
            let reply = ForceReply::new().input_field_placeholder(hint);
            return ReplyMarkup::ForceReply(if selective { reply.selective() } else { reply });
        }
        let keys = self.choices.iter().take(MOST_CHOICES).enumerate().map(|(index, (_, label))| {
            let label = inert::harmless(label, Breaks::Joined, LONGEST_HINT);
            InlineKeyboardButton::callback(label, format!("{OWN}{index}"))
        });
        ReplyMarkup::InlineKeyboard(InlineKeyboardMarkup::new(button_rows(keys.collect())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, required: bool) -> SpokenFormField {
        SpokenFormField {
            name: name.to_owned(),
            label: format!("The {name}"),
            value: None,
            multiline: false,
            required,
            max_length: 10,
            choices: Vec::new(),
        }
    }

    fn draft() -> Draft {
        let chosen = SpokenFormField {
            choices: vec![("net".to_owned(), "Network".to_owned()), ("app".to_owned(), "Program".to_owned())],
            ..field("category", true)
        };
        let preset = SpokenFormField { value: Some("kept".to_owned()), ..field("text", true) };
        let form = SpokenForm {
            language: Language::English,
            title: "Cause".to_owned(),
            intro: vec![Run::own("Why?")],
            command: "cause INC-42".to_owned(),
            fields: vec![chosen, preset, field("more", false)],
            submit: "Send".to_owned(),
            cancel: "/cancel".to_owned(),
        };
        Draft::begin(form, 1, Instant::from_seconds(0))
    }

    #[test]
    fn answers_are_checked_and_collected() {
        let mut draft = draft();
        assert_eq!(draft.answer("weather", 2), Err(Word::Needed));
        assert_eq!(draft.skip(2), Err(Word::Needed));
        assert!(!draft.choose("~2", 2) && !draft.choose("ack INC-42", 2));
        assert!(draft.choose("~1", 2));
        assert_eq!(draft.answer("longer than ten", 3), Err(Word::TooLong(10)));
        assert_eq!(draft.answer("  ", 3), Err(Word::Needed));
        assert_eq!(draft.skip(3), Ok(()), "what was there is kept");
        assert_eq!(draft.next, 2);
        assert_eq!(draft.skip(4), Ok(()));
        assert_eq!(draft.next, draft.fields.len());
        let values: Vec<_> =
            draft.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(values, [("category", "app"), ("text", "kept")]);
        assert_eq!(draft.update, 4);
    }

    #[test]
    fn a_choice_may_be_typed() {
        let mut draft = draft();
        assert_eq!(draft.answer("network", 2), Ok(()));
        assert_eq!(draft.values["category"], "net");
    }

    #[test]
    fn a_draft_survives_being_kept() {
        let mut draft = draft();
        draft.choose("~0", 9);
        let kept = serde_json::to_string(&draft).unwrap();
        assert_eq!(serde_json::from_str::<Draft>(&kept).unwrap(), draft);
    }

    #[test]
    fn questions_say_how_to_answer() {
        let scene = Scene { chat: -1, topic: None, private: false, message: 1 };
        let speaker = Speaker { id: 7, name: "Ann".to_owned(), language: None };
        let mut draft = draft();
        let (spoken, markup) = draft.ask(&scene, &speaker).unwrap();
        assert_eq!(spoken.plain_text(), "Cause 1/3\nWhy?\nAnn · The category\n/cancel");
        assert!(matches!(markup, ReplyMarkup::InlineKeyboard(_)));
        draft.choose("~0", 2);
        let (spoken, markup) = draft.ask(&scene, &speaker).unwrap();
        assert_eq!(
            spoken.plain_text(),
            "Cause 2/3\nAnn · The text\n> kept\n/cancel · /skip keeps what is there"
        );
        assert!(matches!(markup, ReplyMarkup::ForceReply(ForceReply { selective: true, .. })));
    }
}
