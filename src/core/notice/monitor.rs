//! A monitor that stops reporting, and one that is heard again: silence is never taken for health.

use crate::core::doc::{Doc, Text, Tone, Value};
use crate::core::notice::rows::dotted;
use crate::core::notice::view::Localized;
use crate::core::notice::words;
use crate::core::time::{Instant, Span};

/// A monitor of which nothing has been heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Silent {
    pub integration: String,
    /// Its last word.
    pub since: Instant,
    /// It is silent after this long without a word.
    pub expected_within: Span,
    /// The services of which nothing is known meanwhile.
    pub services: Vec<Localized>,
    pub as_of: Instant,
}

/// A monitor that is heard again.
#[derive(Clone, Debug, PartialEq)]
pub struct HeardAgain {
    pub integration: String,
    pub silent_since: Instant,
    pub at: Instant,
    pub as_of: Instant,
}

/// `DISTURBED · monitor alertmanager is silent`
pub fn silent(view: &Silent) -> Doc {
    let text = Text::key("monitor-silent").with("integration", Value::Name(view.integration.clone()));
    let head = dotted([words::tone(Tone::Disturbed).into(), text]);
    let since = Text::key("monitor-silent-since")
        .with("since", view.since)
        .with("expected", Value::ExactDuration(view.expected_within));
    let services: Vec<Value> = view.services.iter().cloned().map(Value::Localized).collect();
    let unknown = match services.is_empty() {
        true => Text::key("monitor-nothing-unknown"),
        false => Text::key("monitor-unknown").with("services", Value::List(services)),
    };
    let mut doc = Doc::new(Tone::Disturbed, head, view.as_of)
        .line(since)
        .line(unknown)
        .line(Text::key("monitor-advice"));
    doc.footer = Text::from(Value::Zone).into();
    doc
}

/// `RESOLVED · monitor alertmanager is heard again`
pub fn heard_again(view: &HeardAgain) -> Doc {
    let text = Text::key("monitor-heard-again").with("integration", Value::Name(view.integration.clone()));
    let head = dotted([words::tone(Tone::Restored).into(), text]);
    let gap = Text::key("monitor-gap")
        .with("from", view.silent_since)
        .with("to", view.at)
        .with("length", view.at - view.silent_since);
    let mut doc = Doc::new(Tone::Restored, head, view.as_of).line(gap);
    doc.footer = Text::from(Value::Zone).into();
    doc
}
