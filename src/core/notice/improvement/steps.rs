//! What was done about action items and risks, line by line, for the operators.

use crate::core::doc::{Block, Text, Value};
use crate::core::event::{PersonId, Prose};
use crate::core::improvement::{ActionStep, ActionStepKind, RiskStep, RiskStepKind};
use crate::core::notice::rows::DOT;
use crate::core::time::Instant;

/// `3 Dec 09:12 · Mira moved it to 24 Dec`, with what was written.
pub fn action(step: &ActionStep) -> Vec<Block> {
    let (text, prose) = match &step.kind {
        ActionStepKind::Worded(text) => (Text::key("action-step-worded"), Some(text)),
        ActionStepKind::Assigned(to) => (assigned(to), None),
        ActionStepKind::Dated { due, reason } => {
            (Text::key("action-step-dated").with("due", *due), reason.as_ref())
        }
        ActionStepKind::Done(text) => (Text::key("action-step-done"), text.as_ref()),
        ActionStepKind::Dropped(text) => (Text::key("action-step-dropped"), Some(text)),
        ActionStepKind::Reopened(text) => (Text::key("action-step-reopened"), text.as_ref()),
        ActionStepKind::Shared => (Text::key("action-step-shared"), None),
    };
    line(step.at, step.by.as_ref(), text, prose)
}

/// The same of a risk.
pub fn risk(step: &RiskStep) -> Vec<Block> {
    let (text, prose) = match &step.kind {
        RiskStepKind::Scored(score) => (super::risk::score(*score), None),
        RiskStepKind::Mitigated(text) => (Text::key("risk-step-mitigated"), Some(text)),
        RiskStepKind::Assigned(to) => (assigned(to), None),
        RiskStepKind::Reviewed(next) => (Text::key("risk-step-reviewed").with("date", *next), None),
        RiskStepKind::Accepted(text) => (Text::key("risk-step-accepted"), Some(text)),
        RiskStepKind::Closed(text) => (Text::key("risk-step-closed"), Some(text)),
        RiskStepKind::Dismissed(text) => (Text::key("risk-step-dismissed"), Some(text)),
        RiskStepKind::Reopened => (Text::key("action-step-reopened"), None),
        RiskStepKind::Shared => (Text::key("action-step-shared"), None),
        RiskStepKind::Gone => (Text::key("risk-gone"), None),
    };
    line(step.at, step.by.as_ref(), text, prose)
}

fn assigned(to: &PersonId) -> Text {
    Text::key("action-step-assigned").with("to", Value::Person(to.clone()))
}

fn line(at: Instant, by: Option<&PersonId>, text: Text, prose: Option<&Prose>) -> Vec<Block> {
    let by = match by {
        Some(person) => Value::Person(person.clone()),
        None => Value::Name("Upheld".to_owned()),
    };
    let head = vec![Value::Moment(at).into(), DOT, by.into(), DOT, text];
    let quote = prose.map(|prose| Block::Quote(Text::Prose(prose.id.clone()).into()));
    std::iter::once(Block::Line(head)).chain(quote).collect()
}
