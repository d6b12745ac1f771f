//! What arrived and is not as it should be: a signal that no route leads anywhere, a delivery that cannot be
//! read or is odd, and one that only tries out the connection.

use std::collections::BTreeMap;

use crate::core::agreement::Priority;
use crate::core::doc::{Block, Doc, Line, Text, Tone, Value};
use crate::core::notice::view::Localized;
use crate::core::time::Instant;

/// A signal that concerns no service we know.
#[derive(Clone, Debug, PartialEq)]
pub struct Unrouted {
    pub integration: String,
    /// What the monitor calls the alert; text from outside.
    pub name: String,
    /// Text from outside.
    pub labels: BTreeMap<String, String>,
    /// How many further labels it has.
    pub more: usize,
    pub as_of: Instant,
}

/// A delivery that we do not understand.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreadable {
    pub integration: String,
    pub received: Instant,
    /// What was wrong with it; holds text from outside.
    pub reason: String,
    pub as_of: Instant,
}

/// Something odd about a delivery that was not simply kept as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Odd {
    pub integration: String,
    pub what: Oddity,
    /// What it is about: a word, a field, a number; text from outside.
    pub detail: String,
    pub received: Instant,
    /// How often the same happened since it was last told.
    pub more: u32,
    pub as_of: Instant,
}

/// What is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// The sender left alerts out.
    Truncated,
    SeverityUnmapped,
    StatusUnknown,
    TimeUnreadable,
    FieldUnreadable,
    EntryUnreadable,
    /// More events than are read of one body.
    EventsLeft,
    /// A redirect lost the body.
    WrongMethod,
    Unauthorised,
    TooLarge,
}

/// A signal by which somebody tries out the connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    pub integration: String,
    /// Text from outside.
    pub summary: String,
    /// Where a route would lead it.
    pub routed: Option<(Localized, Priority)>,
    pub as_of: Instant,
}

/// `alertmanager sent HighLatency, which no route leads to a service`
pub fn unrouted(view: &Unrouted) -> Doc {
    let head = Text::key("unrouted")
        .with("integration", Value::Name(view.integration.clone()))
        .with("name", Value::Untrusted(view.name.clone()));
    let label = |(name, value): (&String, &String)| -> Line {
        vec![Text::Untrusted(name.clone()), Text::mark(" = "), Text::Untrusted(value.clone())]
    };
    let mut labels: Vec<Line> = view.labels.iter().map(label).collect();
    if view.more > 0 {
        let rest = i64::try_from(view.more).unwrap_or(i64::MAX);
        labels.push(Text::key("unrouted-more-labels").with("count", rest).into());
    }
    let doc = Doc::new(Tone::Information, head, view.as_of);
    let doc = if labels.is_empty() { doc } else { doc.block(Block::List(labels)) };
    doc.line(Text::key("unrouted-advice"))
}

/// `A delivery from alertmanager at 03:05 could not be read`
pub fn unreadable(view: &Unreadable) -> Doc {
    let head = Text::key("unreadable")
        .with("integration", Value::Name(view.integration.clone()))
        .with("at", view.received);
    let mut doc = Doc::new(Tone::Information, head, view.as_of)
        .block(Block::Quote(Text::Untrusted(view.reason.clone()).into()))
        .line(Text::key("unreadable-advice"));
    doc.footer = Text::from(Value::Zone).into();
    doc
}

/// `alertmanager left alerts out of a message`, what that means, and what to do.
pub fn odd(view: &Odd) -> Doc {
    let (head, advice) = match view.what {
        Oddity::Truncated => ("odd-truncated", "odd-truncated-advice"),
        Oddity::SeverityUnmapped => ("odd-severity", "odd-severity-advice"),
        Oddity::StatusUnknown => ("odd-status", "odd-status-advice"),
        Oddity::TimeUnreadable => ("odd-time", "odd-time-advice"),
        Oddity::FieldUnreadable => ("odd-field", "odd-field-advice"),
        Oddity::EntryUnreadable => ("odd-entry", "odd-entry-advice"),
        Oddity::EventsLeft => ("odd-events-left", "odd-events-left-advice"),
        Oddity::WrongMethod => ("odd-method", "odd-method-advice"),
        Oddity::Unauthorised => ("odd-unauthorised", "odd-unauthorised-advice"),
        Oddity::TooLarge => ("odd-too-large", "odd-too-large-advice"),
    };
    let mut head =
        Text::key(head).with("integration", Value::Name(view.integration.clone())).with("at", view.received);
    if !matches!(view.what, Oddity::Unauthorised | Oddity::TooLarge) {
        head = head.with("detail", Value::Untrusted(view.detail.clone()));
    }
    let mut doc = Doc::new(Tone::Information, head, view.as_of).line(Text::key(advice));
    if view.more > 0 {
        doc.blocks.push(Block::Line(Text::key("odd-more").with("count", i64::from(view.more)).into()));
    }
    doc.footer = Text::from(Value::Zone).into();
    doc
}

/// `alertmanager sent a test signal`, and where a real one would have gone.
pub fn test(view: &Test) -> Doc {
    let head = Text::key("test-signal").with("integration", Value::Name(view.integration.clone()));
    let routed = match &view.routed {
        Some((service, priority)) => Text::key("test-signal-routed")
            .with("service", Value::Localized(service.clone()))
            .with("priority", Value::Name(priority.to_string())),
        None => Text::key("test-signal-unrouted"),
    };
    Doc::new(Tone::Information, head, view.as_of)
        .block(Block::Quote(Text::Untrusted(view.summary.clone()).into()))
        .line(routed)
        .line(Text::key("test-signal-advice"))
}
