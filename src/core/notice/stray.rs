//! What arrived and could not be placed: a signal that no route leads anywhere, a delivery that cannot be
//! read. Each is kept, and told once.

use std::collections::BTreeMap;

use crate::core::doc::{Block, Doc, Line, Text, Tone, Value};
use crate::core::time::Instant;

/// A signal that concerns no service we know.
#[derive(Clone, Debug, PartialEq)]
pub struct Unrouted {
    pub integration: String,
    /// What the monitor calls the alert; text from outside.
    pub name: String,
    /// Text from outside.
    pub labels: BTreeMap<String, String>,
    pub as_of: Instant,
}

/// A delivery that we do not understand.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreadable {
    pub integration: String,
    pub received: Instant,
    /// What was wrong with it; holds text from outside.
    pub reason: String,
    /// How many more of the kind have come since the first.
    pub more: u32,
    pub as_of: Instant,
}

/// So many labels are shown.
const LABELS: usize = 8;

/// `alertmanager sent HighLatency, which no route leads to a service`
pub fn unrouted(view: &Unrouted) -> Doc {
    let head = Text::key("unrouted")
        .with("integration", Value::Name(view.integration.clone()))
        .with("name", Value::Untrusted(view.name.clone()));
    let label = |(name, value): (&String, &String)| -> Line {
        vec![Text::Untrusted(name.clone()), Text::mark(" = "), Text::Untrusted(value.clone())]
    };
    let mut labels: Vec<Line> = view.labels.iter().take(LABELS).map(label).collect();
    let rest = view.labels.len().saturating_sub(LABELS);
    if rest > 0 {
        let rest = i64::try_from(rest).unwrap_or(i64::MAX);
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
        .block(Block::Quote(Text::Untrusted(view.reason.clone()).into()));
    if view.more > 0 {
        doc.blocks.push(Block::Line(Text::key("unreadable-more").with("count", i64::from(view.more)).into()));
    }
    let mut doc = doc.line(Text::key("unreadable-advice"));
    doc.footer = Text::from(Value::Zone).into();
    doc
}
