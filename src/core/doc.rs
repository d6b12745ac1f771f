//! The platform-free message: message keys and typed values, never a finished sentence.
//!
//! `i18n` turns a [`Doc`] into words for one language and zone, and each chat platform draws those words.
//! Text from outside stays marked as such all the way, so that every platform can make it inert.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::core::event::{PersonId, ProseId};
use crate::core::picture::Picture;
use crate::core::review::ReviewNumber;
use crate::core::stopwatch::Target;
use crate::core::time::{Instant, Span};
use crate::core::window::WindowKind;

/// A message before it has a language or a platform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Doc {
    pub tone: Tone,
    /// The first line. The tone's symbol stands before it, so it begins with words that say the same.
    pub head: Line,
    /// The reference that people quote, such as `INC-42`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default)]
    pub blocks: Vec<Block>,
    /// Below the blocks; where a platform cannot show it, what it says in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Box<Picture>>,
    /// A file that goes with it, found when the message is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enclosed: Option<Enclosed>,
    #[serde(default)]
    pub buttons: Vec<Button>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub footer: Line,
    /// What the thread is called in which this message stands under another; empty where it is none's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thread: Line,
    /// The moment the message speaks of: times on another day than this are shown with their date.
    pub as_of: Instant,
}

/// A review that was issued, as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosed {
    pub review: ReviewNumber,
    pub revision: u32,
    pub format: FileFormat,
}

/// How a review is written as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// A page whole by itself, to be read and printed.
    Html,
    Markdown,
    /// Its figures as a table.
    Csv,
    /// The document as it was issued.
    Json,
}

impl FileFormat {
    pub const ALL: [Self; 4] = [Self::Html, Self::Markdown, Self::Csv, Self::Json];

    /// How the file's name ends, without its dot.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

impl Enclosed {
    /// `REV-7-1.html`
    pub fn file_name(&self) -> String {
        format!("{}-{}.{}", self.review, self.revision, self.format.ending())
    }
}

/// What kind of news this is. Symbol, word and colour follow from it and say the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// A promise has been broken.
    Late,
    /// A promise will be broken soon unless somebody acts.
    AtRisk,
    /// Something is disturbed; no promise is broken yet.
    Disturbed,
    /// Somebody has it in hand.
    InHand,
    /// It works again.
    Restored,
    /// An answer or a piece of information.
    Information,
    /// A correction of something said before.
    Corrected,
    /// A request that could not be carried out.
    Refused,
}

/// A run of texts on one line.
pub type Line = Vec<Text>;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Text {
    /// A message of `src/i18n` with its arguments.
    Message { key: Cow<'static, str>, args: BTreeMap<Cow<'static, str>, Value> },
    /// Text from outside Upheld (labels, summaries, what somebody typed): data, never markup.
    Untrusted(String),
    /// What a person wrote, kept under a key of its own and fetched when the message is drawn.
    Prose(ProseId),
    /// The beginning of it, where there is room for a few lines.
    Excerpt(ProseId),
    /// A value that stands alone.
    Value(Value),
    /// Punctuation between pieces, such as ` · `; no words.
    Mark(Cow<'static, str>),
}

/// A typed value; `i18n` decides how it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Count(i64),
    Number(Decimal),
    /// Percent (0–100), already exact or floored by the core; written floored to `decimals`.
    Percent {
        value: Decimal,
        decimals: u32,
    },
    /// A time of day, with its date when that is not the message's day.
    Moment(Instant),
    /// Date and time to the second.
    ExactMoment(Instant),
    /// A date by itself: `24 Dec`, with its year when that is not the message's year.
    Date(NaiveDate),
    /// As people say it, rounded down: `17 min`, `4 h`, `2 d 3 h`.
    Duration(Span),
    /// In the same words, nothing left out: `15 min 12 s`. For what was promised, and wherever rounding
    /// would hide a breach.
    ExactDuration(Span),
    /// What a clock was promised: `15 min`, `2 business days`; of working time where the clock counts
    /// only that.
    Target {
        target: Target,
        working_time: bool,
    },
    /// To the second, grouped: `1 914 060 s`.
    Seconds(Span),
    /// A month of a row of months, by one of its days: `Nov`.
    ShortMonth(NaiveDate),
    /// The stretch of time a figure is measured over: `November`, `Q4`, `last 30 d`. With its year where
    /// that is not the message's year, or always when `full`.
    Period {
        period: Period,
        full: bool,
    },
    /// A name from configuration (customer, service, objective).
    Name(String),
    /// A text from configuration by language tag; another language's where the reader's is missing.
    Localized(BTreeMap<String, String>),
    /// Text from outside, inside a sentence.
    Untrusted(String),
    /// A message key inside a sentence, such as the word for a kind of clock.
    Term(Cow<'static, str>),
    /// A person, by display name.
    Person(PersonId),
    /// A person to be called: a mention where the platform has one, the name elsewhere.
    Mention(PersonId),
    /// A reference or identifier, set apart as code.
    Code(String),
    /// Several values, separated as the language does.
    List(Vec<Value>),
    /// The time zone in which the message's times are written.
    Zone,
}

/// A stretch of time as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Month {
        year: i32,
        /// 1–12.
        month: u32,
    },
    Quarter {
        year: i32,
        /// 1–4.
        quarter: u32,
    },
    Year(i32),
    /// The week that begins on this Monday.
    Week(NaiveDate),
    /// A length that ends at the message's moment.
    Rolling(Span),
}

/// A part of a message below its first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    Line(Line),
    /// Rows of name and value with a mark that says at a glance how it stands.
    Fields(Vec<Field>),
    List(Vec<Line>),
    /// What somebody wrote, set apart.
    Quote(Line),
    /// Exact lines, such as the arithmetic of `/why`; wrapped, not cut.
    Lines(Vec<Line>),
    /// A small heading between parts of a long answer.
    Heading(Line),
    /// Rows with columns; fields, one for each row, where a platform has no tables.
    Table(Table),
}

/// Rows with columns. Nothing in it depends on columns standing below each other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it shows.
    pub caption: Line,
    /// The names of the columns. The first names the rows.
    pub columns: Vec<Line>,
    /// Each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell of a [`Table`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Empty where there is nothing to say.
    pub text: Line,
}

/// One row of [`Block::Fields`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub name: Line,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    pub value: Line,
}

/// How one promise stands, as a symbol beside words that say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// ✓ kept.
    Kept,
    /// ✗ broken.
    Broken,
    /// … still running.
    Running,
    /// ◤ running and close to its end.
    AtRisk,
    /// ‖ paused.
    Paused,
    /// ? not known.
    Unknown,
}

/// Something to press.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Button {
    pub label: Line,
    pub press: Press,
    #[serde(default)]
    pub weight: Weight,
}

/// What a button does. A pressed command takes the same way as a typed one: parsed, checked, run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    /// A command line without its slash, such as `ack INC-42`; at most [`Press::LIMIT`] bytes.
    Command(String),
    /// A link, http or https.
    Open(String),
}

impl Press {
    /// Telegram's limit on callback data, in bytes; the smallest of all platforms.
    pub const LIMIT: usize = 64;
}

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    Primary,
    #[default]
    Secondary,
    Danger,
}

/// A small form: a modal on Discord, a question to reply to on Telegram, fields in the web chat.
/// Filled in, it becomes `command --name=value …` and takes the way of every command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Form {
    pub title: Line,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intro: Line,
    /// The command line the values are added to; at most [`Press::LIMIT`] bytes.
    pub command: String,
    /// At most five (Discord).
    pub fields: Vec<FormField>,
}

/// One input of a [`Form`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormField {
    /// The long name of the command's option that receives the value.
    pub name: String,
    pub label: Line,
    #[serde(default)]
    pub value: Option<String>,
    pub multiline: bool,
    pub required: bool,
    /// In characters.
    pub max_length: u16,
    /// When not empty, one of these is to be chosen: (value, label).
    #[serde(default)]
    pub choices: Vec<(String, Line)>,
}

impl Text {
    /// A message without arguments.
    pub fn key(key: &'static str) -> Self {
        Self::Message { key: Cow::Borrowed(key), args: BTreeMap::new() }
    }

    /// Adds an argument to a message; leaves other texts as they are.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        if let Self::Message { args, .. } = &mut self {
            args.insert(Cow::Borrowed(name), value.into());
        }
        self
    }

    /// Punctuation.
    pub const fn mark(mark: &'static str) -> Self {
        Self::Mark(Cow::Borrowed(mark))
    }

    /// A name from configuration.
    pub fn name(name: impl Into<String>) -> Self {
        Self::Value(Value::Name(name.into()))
    }
}

impl Value {
    /// The words behind a message key, inside a sentence.
    pub const fn term(key: &'static str) -> Self {
        Self::Term(Cow::Borrowed(key))
    }

    /// A measured percentage, written with two decimals, rounded down.
    pub const fn percent(value: Decimal) -> Self {
        Self::Percent { value, decimals: 2 }
    }

    /// A promised percentage, written with every decimal it has.
    pub fn target(value: Decimal) -> Self {
        Self::Percent { value, decimals: value.normalize().scale() }
    }
}

impl Period {
    /// The period of a calendar window of `kind` that begins on `first`, a date of the agreement's zone.
    pub fn beginning(kind: WindowKind, first: NaiveDate) -> Self {
        match kind {
            WindowKind::Month => Self::Month { year: first.year(), month: first.month() },
            WindowKind::Quarter => Self::Quarter { year: first.year(), quarter: first.month0() / 3 + 1 },
            WindowKind::Year => Self::Year(first.year()),
            WindowKind::Week => Self::Week(first),
            WindowKind::Rolling(length) => Self::Rolling(length),
        }
    }
}

impl Cell {
    pub fn new(text: impl Into<Line>) -> Self {
        Self { verdict: None, text: text.into() }
    }

    /// With the mark that says the same as its words.
    pub fn marked(verdict: Verdict, text: impl Into<Line>) -> Self {
        Self { verdict: Some(verdict), text: text.into() }
    }
}

impl From<Text> for Line {
    fn from(text: Text) -> Self {
        vec![text]
    }
}

impl From<Value> for Text {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<Instant> for Value {
    fn from(moment: Instant) -> Self {
        Self::Moment(moment)
    }
}

impl From<Span> for Value {
    fn from(span: Span) -> Self {
        Self::Duration(span)
    }
}

impl From<NaiveDate> for Value {
    fn from(date: NaiveDate) -> Self {
        Self::Date(date)
    }
}

impl From<i64> for Value {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl Doc {
    /// A message of one line.
    pub fn new(tone: Tone, head: impl Into<Line>, as_of: Instant) -> Self {
        Self {
            tone,
            head: head.into(),
            reference: None,
            blocks: Vec::new(),
            picture: None,
            enclosed: None,
            buttons: Vec::new(),
            footer: Vec::new(),
            thread: Vec::new(),
            as_of,
        }
    }

    #[must_use]
    pub fn line(mut self, line: impl Into<Line>) -> Self {
        self.blocks.push(Block::Line(line.into()));
        self
    }

    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    #[must_use]
    pub fn picture(mut self, picture: Picture) -> Self {
        self.picture = Some(Box::new(picture));
        self
    }

    #[must_use]
    pub const fn enclosed(mut self, file: Enclosed) -> Self {
        self.enclosed = Some(file);
        self
    }

    #[must_use]
    pub fn button(mut self, label: impl Into<Line>, command: impl Into<String>, weight: Weight) -> Self {
        self.buttons.push(Button { label: label.into(), press: Press::Command(command.into()), weight });
        self
    }
}
