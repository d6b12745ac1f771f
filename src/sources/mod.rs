//! What monitors send, turned from bytes into events. Pure: one file per monitor, listed here.
//!
//! Nothing that arrives is lost and nothing panics: a field that cannot be read takes its default and gives
//! a [`Warning`]; a body that cannot be read at all is [`Unreadable`] and yields one remark.

pub mod alertmanager;
mod json;
mod moment;
mod severity;
mod text;
pub mod upheld;
mod warning;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::core::event::{Link, Severity, Signal, SignalStatus};
use crate::core::time::Instant;
use text::Reader;
pub use warning::{Warning, WarningCode, Warnings};

/// At most this many events are read from one body; 8 MiB of real alerts stay below it. More are counted
/// in a warning, and the body itself is kept.
pub const MOST_EVENTS: usize = 20_000;

/// At most this many signals go into one entry of the journal (see [`Parsed::batches`]).
pub const BATCH: usize = 1_000;

/// The monitors that Upheld understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Alertmanager,
    Upheld,
}

impl SourceKind {
    pub const ALL: [Self; 2] = [Self::Alertmanager, Self::Upheld];

    /// The name in configuration: `alertmanager`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alertmanager => "alertmanager",
            Self::Upheld => "upheld",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SourceKind {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(())
    }
}

/// What one body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub kind: SourceKind,
    /// In the order of the body; exact repeats within one body are left out.
    pub events: Vec<ParsedEvent>,
    /// The sender tries out the connection: to be shown, never to be acted upon.
    pub is_test: bool,
    /// Each (code, detail) once.
    pub warnings: Vec<Warning>,
    /// Set when the body could not be understood; then the only event is a remark that says so.
    pub unreadable: Option<Unreadable>,
}

/// Why a body could not be understood. The body is to be kept, and the operators are to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub code: WarningCode,
    /// English, for logs and operators; at most a sentence, never a copy of the body.
    pub reason: String,
}

/// A monitor's word on one thing it watches, as the monitor said it. Richer than [`Signal`]: what only helps
/// to place or explain it stays out of the journal. The description above all: it often carries a measured
/// value, which would make every repeat of an unchanged alert a new fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedEvent {
    /// Unique within the integration; at most [`text::KEY`] bytes.
    pub key: String,
    pub status: SignalStatus,
    pub severity: Severity,
    /// The thing concerned, as far as the body names one. A hint for people; routes decide.
    pub service: String,
    pub started: Option<Instant>,
    pub ended: Option<Instant>,
    pub summary: String,
    pub description: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub links: Vec<Link>,
}

impl ParsedEvent {
    /// What the journal keeps of it.
    pub fn into_signal(self) -> Signal {
        Signal {
            key: self.key,
            status: self.status,
            severity: self.severity,
            started: self.started,
            ended: self.ended,
            summary: self.summary,
            labels: self.labels,
            links: self.links,
        }
    }
}

impl Parsed {
    /// The signals for the journal: none from a test or from a body that could not be understood.
    pub fn into_signals(self) -> Vec<Signal> {
        if self.is_test || self.unreadable.is_some() {
            return Vec::new();
        }
        self.events.into_iter().map(ParsedEvent::into_signal).collect()
    }

    /// The same in pieces of at most [`BATCH`], so that a group of 10,000 alerts becomes ten ordinary
    /// entries of the journal instead of a huge one, and none of its alerts is dropped.
    pub fn batches(self) -> Vec<Vec<Signal>> {
        let mut rest = self.into_signals();
        let mut batches = Vec::with_capacity(rest.len().div_ceil(BATCH));
        while rest.len() > BATCH {
            let later = rest.split_off(BATCH);
            batches.push(std::mem::replace(&mut rest, later));
        }
        if !rest.is_empty() {
            batches.push(rest);
        }
        batches
    }
}

/// How a gzip stream begins; no text does.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads a body as the given monitor writes it. The body decides, not its declared content type: senders
/// mislabel theirs.
pub fn parse(kind: SourceKind, body: &[u8]) -> Parsed {
    // What arrived compressed is kept unpacked, unless that was impossible.
    if body.starts_with(&GZIP) {
        return unreadable(
            kind,
            body,
            WarningCode::NotDecompressed,
            "it is compressed and cannot be unpacked",
        );
    }
    let mut reader = Reader::default();
    let text = json::decode(body, &mut reader);
    let read = match kind {
        SourceKind::Alertmanager => alertmanager::read(&text, &mut reader),
        SourceKind::Upheld => upheld::read(&text, &mut reader),
    };
    match read {
        Ok(Content { events, is_test }) => {
            let events = without_repeats(events, &mut reader.warnings);
            if events.len() > BATCH {
                reader.warnings.add(WarningCode::ManyEvents, events.len().to_string());
            }
            Parsed { kind, events, is_test, warnings: reader.finish(), unreadable: None }
        }
        Err(fault) => not_understood(kind, body, fault, reader),
    }
}

/// What a source's file makes of a body.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub events: Vec<ParsedEvent>,
    pub is_test: bool,
}

/// Why a source's file made nothing of a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub code: WarningCode,
    pub reason: String,
    /// A line of text found in it all the same.
    pub summary: Option<String>,
}

/// What to make of a body that could not even be handed to [`parse`], such as a broken compression.
pub fn unreadable(kind: SourceKind, body: &[u8], code: WarningCode, reason: &str) -> Parsed {
    not_understood(kind, body, Fault { code, reason: reason.to_owned(), summary: None }, Reader::default())
}

fn not_understood(kind: SourceKind, body: &[u8], fault: Fault, reader: Reader) -> Parsed {
    // A shape that is merely unknown differs from message to message; what is not even JSON is one nuisance.
    let key = match fault.code {
        WarningCode::UnrecognisedShape => format!("body-sha256:{}", short_hash(body)),
        _ => "raw".to_owned(),
    };
    let event = ParsedEvent {
        key,
        status: SignalStatus::Info,
        severity: Severity::Unknown,
        service: kind.name().to_owned(),
        started: None,
        ended: None,
        summary: fault.summary.unwrap_or_else(|| "Unparsable webhook body (kept raw)".to_owned()),
        description: None,
        labels: BTreeMap::new(),
        links: Vec::new(),
    };
    let mut warnings = vec![Warning::bare(fault.code)];
    warnings.extend(reader.finish());
    let unreadable = Some(Unreadable { code: fault.code, reason: fault.reason });
    Parsed { kind, events: vec![event], is_test: false, warnings, unreadable }
}

/// The first 32 hexadecimal digits of the SHA-256.
fn short_hash(bytes: &[u8]) -> String {
    let mut digits = hex::encode(Sha256::digest(bytes));
    digits.truncate(32);
    digits
}

/// The key of something that its sender gave none: the hash of its labels, sorted, as compact JSON.
fn labels_key(labels: &BTreeMap<String, String>) -> String {
    let canonical = serde_json::to_vec(labels).unwrap_or_default();
    format!("labels-sha256:{}", short_hash(&canonical))
}

fn without_repeats(events: Vec<ParsedEvent>, warnings: &mut Warnings) -> Vec<ParsedEvent> {
    let mut kept: Vec<ParsedEvent> = Vec::with_capacity(events.len());
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    for event in events {
        if last.get(&event.key).and_then(|&at| kept.get(at)) == Some(&event) {
            warnings.add(WarningCode::Duplicate, event.key);
            continue;
        }
        last.insert(event.key.clone(), kept.len());
        kept.push(event);
    }
    kept
}

#[cfg(test)]
mod tests;
