//! What was done about a piece of feedback, line by line, for the operators.

use crate::core::doc::{Block, Doc, Line, Text, Tone, Value};
use crate::core::event::PersonId;
use crate::core::notice::rows::DOT;
use crate::core::time::Instant;
use crate::core::voice::{Step, StepKind};

/// `09:12 · Mira answered`, with what was written.
pub fn line(step: &Step, customer: &str, as_of: Instant) -> Doc {
    let (text, prose) = words(step, customer);
    let head: Line = vec![Value::Moment(step.at).into(), DOT, text];
    let doc = Doc::new(Tone::Information, head, as_of);
    prose.into_iter().fold(doc, |doc, prose| doc.block(Block::Quote(prose.into())))
}

fn words(step: &Step, customer: &str) -> (Text, Option<Text>) {
    let by = |key: &'static str| match &step.by {
        Some(person) => Text::key(key).with("person", Value::Person(person.clone())),
        // Through a page without an account.
        None => Text::key(key).with("person", Value::Name(customer.to_owned())),
    };
    let of = |key: &'static str| by(key).with("customer", Value::Name(customer.to_owned()));
    match &step.kind {
        StepKind::Acknowledged => (by("feedback-step-acknowledged"), None),
        StepKind::Assigned(to) => (assigned(step, to), None),
        StepKind::Labelled => (by("feedback-step-labelled"), None),
        StepKind::Replied(text) => (by("feedback-step-replied"), Some(Text::Prose(text.id.clone()))),
        StepKind::Added(text) => (of("feedback-step-added"), Some(Text::Prose(text.id.clone()))),
        StepKind::Closed(text) => {
            (by("feedback-step-closed"), text.as_ref().map(|text| Text::Prose(text.id.clone())))
        }
        StepKind::Reopened(text) => {
            (by("feedback-step-reopened"), text.as_ref().map(|text| Text::Prose(text.id.clone())))
        }
        StepKind::Tied { incident, objective } => {
            let incident = incident.map(|number| Value::Code(number.to_string()));
            let to = incident.into_iter().chain(objective.clone().map(Value::Name));
            (by("feedback-step-tied").with("to", Value::List(to.collect())), None)
        }
        StepKind::Refiled(kind) => (by("feedback-step-refiled").with("kind", super::kind(*kind)), None),
        StepKind::Settled(true) => (of("feedback-step-settled"), None),
        StepKind::Settled(false) => (of("feedback-step-unsettled"), None),
    }
}

fn assigned(step: &Step, to: &PersonId) -> Text {
    match &step.by {
        Some(by) if by != to => Text::key("feedback-step-assigned")
            .with("person", Value::Person(by.clone()))
            .with("to", Value::Person(to.clone())),
        _ => Text::key("feedback-step-acknowledged").with("person", Value::Person(to.clone())),
    }
}
