//! One message for many: what was opened while too much was opened to tell one by one, and what a person
//! asked to be told once an hour.

use crate::core::agreement::Priority;
use crate::core::doc::{Block, Doc, Line, Text, Tone, Value};
use crate::core::event::IncidentNumber;
use crate::core::notice::card::service;
use crate::core::notice::rows::{DOT, dotted};
use crate::core::notice::view::Localized;
use crate::core::notice::words;
use crate::core::time::{Instant, Span};

/// Incidents opened in a short time.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// In any order.
    pub incidents: Vec<OpenedIncident>,
    /// The length of time in which they were opened.
    pub within: Span,
    pub as_of: Instant,
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedIncident {
    pub number: IncidentNumber,
    pub service: Localized,
    pub priority: Priority,
    /// Empty in a message to one customer.
    pub customers: Vec<String>,
    pub since: Instant,
}

/// What a person asked to have collected: lines in order of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Collected {
    pub lines: Vec<Line>,
    pub since: Instant,
    pub as_of: Instant,
}

/// So many are named; the rest are counted.
pub const NAMED: usize = 10;

/// `23 incidents opened within 1 min`, the most urgent first.
pub fn opened(view: &Opened) -> Doc {
    let count = i64::try_from(view.incidents.len()).unwrap_or(i64::MAX);
    let text =
        Text::key("digest-opened").with("count", count).with("within", Value::ExactDuration(view.within));
    let head = dotted([words::tone(Tone::Disturbed).into(), text]);
    let mut sorted: Vec<&OpenedIncident> = view.incidents.iter().collect();
    sorted.sort_by_key(|incident| (incident.priority, incident.since, incident.number));
    let mut doc = Doc::new(Tone::Disturbed, head, view.as_of);
    doc.blocks.push(Block::List(sorted.iter().take(NAMED).map(|incident| line(incident)).collect()));
    let rest = i64::try_from(sorted.len().saturating_sub(NAMED)).unwrap_or(i64::MAX);
    if rest > 0 {
        doc.blocks.push(Block::Line(Text::key("digest-more").with("count", rest).into()));
    }
    doc.footer = Text::from(Value::Zone).into();
    doc
}

fn line(incident: &OpenedIncident) -> Line {
    let customers: Vec<Value> = incident.customers.iter().cloned().map(Value::Name).collect();
    let customers = (!customers.is_empty()).then(|| Text::from(Value::List(customers)));
    let parts = [
        Text::from(Value::Code(incident.number.to_string())),
        Text::name(incident.priority.to_string()),
        service(&incident.service),
    ];
    let mut line = dotted(parts.into_iter().chain(customers));
    line.extend([DOT, Text::key("card-since").with("since", incident.since)]);
    line
}

/// So many lines are shown of an hour.
const LINES: usize = 15;

/// `INFORMATION · collected for you since 03:00`
pub fn collected(view: &Collected) -> Doc {
    let text = Text::key("digest-collected").with("since", view.since);
    let head = dotted([words::tone(Tone::Information).into(), text]);
    let shown = view.lines.iter().take(LINES).cloned().collect();
    let mut doc = Doc::new(Tone::Information, head, view.as_of).block(Block::List(shown));
    let rest = i64::try_from(view.lines.len().saturating_sub(LINES)).unwrap_or(i64::MAX);
    if rest > 0 {
        doc.blocks.push(Block::Line(Text::key("digest-collected-more").with("count", rest).into()));
    }
    doc.footer = Text::from(Value::Zone).into();
    doc
}
