//! What was odd about a body: a code that the interface can translate, and a detail from outside.

use std::fmt;

/// Everything that can be odd about a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WarningCode {
    /// Not JSON, or JSON cut off. The body was kept.
    MalformedJson,
    /// JSON, but not of this source. The body was kept.
    UnrecognisedShape,
    /// JSON nested deeper than 64. The body was kept.
    TooDeep,
    /// Compressed in a way that could not be undone. The body was kept.
    NotDecompressed,
    /// A message without a single alert.
    NoAlerts,
    /// Detail: how many alerts the sender left out (`max_alerts`); their ends may never arrive.
    Truncated,
    /// Detail: the word that is no severity.
    SeverityUnmapped,
    /// Detail: the word that is no status; taken as a remark.
    StatusUnknown,
    /// U+0000 became U+FFFD.
    NulReplaced,
    /// Bytes that are no UTF-8 became U+FFFD.
    InvalidUtf8,
    /// Detail: the field whose time could not be read; taken as not given.
    TimeUnreadable,
    /// Detail: the field that had another type than it must have; taken as not given.
    FieldUnreadable,
    /// Detail: the kind of link that was neither http nor https.
    LinkDropped,
    /// Detail: the field that was shortened.
    Shortened,
    /// Detail: the key that was said twice in the same words.
    Duplicate,
    /// Detail: the position (from 1) of an entry from which no event could be made.
    EntryUnreadable,
    /// Detail: the position (from 1) of an entry without a key of its own.
    KeyMissing,
    /// Detail: how many events came in one body.
    ManyEvents,
    /// Detail: how many events beyond the limit were not read. The body was kept.
    EventsLeft,
    /// Detail: the method. A redirect, usually from http to https, made a POST into this and lost its body.
    WrongMethod,
    /// A delivery with a wrong secret, or with none.
    Unauthorised,
    /// A delivery larger than 8 MiB was refused.
    TooLarge,
}

impl WarningCode {
    pub const ALL: [Self; 22] = [
        Self::MalformedJson,
        Self::UnrecognisedShape,
        Self::TooDeep,
        Self::NotDecompressed,
        Self::NoAlerts,
        Self::Truncated,
        Self::SeverityUnmapped,
        Self::StatusUnknown,
        Self::NulReplaced,
        Self::InvalidUtf8,
        Self::TimeUnreadable,
        Self::FieldUnreadable,
        Self::LinkDropped,
        Self::Shortened,
        Self::Duplicate,
        Self::EntryUnreadable,
        Self::KeyMissing,
        Self::ManyEvents,
        Self::EventsLeft,
        Self::WrongMethod,
        Self::Unauthorised,
        Self::TooLarge,
    ];

    /// As it stands in logs, answers and message keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MalformedJson => "malformed_json",
            Self::UnrecognisedShape => "unrecognised_shape",
            Self::TooDeep => "too_deep",
            Self::NotDecompressed => "not_decompressed",
            Self::NoAlerts => "no_alerts",
            Self::Truncated => "truncated",
            Self::SeverityUnmapped => "severity_unmapped",
            Self::StatusUnknown => "status_unknown",
            Self::NulReplaced => "nul_replaced",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::TimeUnreadable => "time_unreadable",
            Self::FieldUnreadable => "field_unreadable",
            Self::LinkDropped => "link_dropped",
            Self::Shortened => "shortened",
            Self::Duplicate => "duplicate",
            Self::EntryUnreadable => "entry_unreadable",
            Self::KeyMissing => "key_missing",
            Self::ManyEvents => "many_events",
            Self::EventsLeft => "events_left",
            Self::WrongMethod => "wrong_method",
            Self::Unauthorised => "unauthorised",
            Self::TooLarge => "too_large",
        }
    }

    /// True when an operator can or must do something about it; the rest is for logs and the sender.
    pub const fn concerns_operators(self) -> bool {
        match self {
            Self::MalformedJson
            | Self::UnrecognisedShape
            | Self::TooDeep
            | Self::NotDecompressed
            | Self::Truncated
            | Self::SeverityUnmapped
            | Self::StatusUnknown
            | Self::TimeUnreadable
            | Self::FieldUnreadable
            | Self::EntryUnreadable
            | Self::EventsLeft
            | Self::WrongMethod
            | Self::Unauthorised
            | Self::TooLarge => true,
            Self::NoAlerts
            | Self::NulReplaced
            | Self::InvalidUtf8
            | Self::LinkDropped
            | Self::Shortened
            | Self::Duplicate
            | Self::KeyMissing
            | Self::ManyEvents => false,
        }
    }
}

/// Something odd. Written `code` or `code:detail`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    pub code: WarningCode,
    /// From outside, at most [`DETAIL`] characters; may be empty.
    pub detail: String,
}

/// The length to which details are cut, in characters.
pub const DETAIL: usize = 80;

/// At most this many warnings are kept of one body.
pub const MOST: usize = 50;

impl Warning {
    pub const fn bare(code: WarningCode) -> Self {
        Self { code, detail: String::new() }
    }

    pub fn new(code: WarningCode, detail: impl AsRef<str>) -> Self {
        Self { code, detail: detail.as_ref().chars().take(DETAIL).collect() }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.name())?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ":{}", self.detail) }
    }
}

/// Collects warnings, each once.
#[derive(Clone, Debug, Default)]
pub struct Warnings(Vec<Warning>);

impl Warnings {
    pub fn add(&mut self, code: WarningCode, detail: impl AsRef<str>) {
        if self.0.len() < MOST {
            let warning = Warning::new(code, detail);
            if !self.0.contains(&warning) {
                self.0.push(warning);
            }
        }
    }

    pub fn into_vec(self) -> Vec<Warning> {
        self.0
    }
}
