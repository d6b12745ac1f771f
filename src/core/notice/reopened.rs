//! It is broken again, or still: the message that says so to each side.

use crate::core::agreement::Priority;
use crate::core::doc::{Block, Doc, Text, Tone, Value, Weight};
use crate::core::event::{IncidentNumber, PersonId, ProseId};
use crate::core::notice::card::{button, service};
use crate::core::notice::rows::dotted;
use crate::core::notice::view::Localized;
use crate::core::notice::words;
use crate::core::time::Instant;

/// An incident that was thought to be over.
#[derive(Clone, Debug, PartialEq)]
pub struct Reopened {
    pub number: IncidentNumber,
    pub service: Localized,
    pub customers: Vec<String>,
    pub priority: Priority,
    pub at: Instant,
    pub by: ReopenedBy,
    pub text: Option<ProseId>,
    /// Those to be woken.
    pub call: Vec<PersonId>,
    pub as_of: Instant,
}

/// Who says so.
#[derive(Clone, Debug, PartialEq)]
pub enum ReopenedBy {
    Monitor,
    Operator(PersonId),
    /// The customer, by the agreement's customer name.
    Customer(String),
}

/// The same for the customer concerned.
#[derive(Clone, Debug, PartialEq)]
pub struct ReopenedForCustomer {
    pub number: IncidentNumber,
    pub service: Localized,
    pub at: Instant,
    /// They told us so.
    pub by_you: bool,
    pub as_of: Instant,
}

/// `DISTURBED · again · P1 · Checkout · Acme GmbH`
pub fn operators(view: &Reopened) -> Doc {
    let customers: Vec<Value> = view.customers.iter().cloned().map(Value::Name).collect();
    let customers = (!customers.is_empty()).then(|| Text::from(Value::List(customers)));
    let parts = [
        words::tone(Tone::Disturbed).into(),
        Text::key("reopened-again"),
        Text::name(view.priority.to_string()),
        service(&view.service),
    ];
    let says = match &view.by {
        ReopenedBy::Monitor => Text::key("reopened-by-monitor"),
        ReopenedBy::Operator(person) => {
            Text::key("reopened-by-operator").with("person", Value::Person(person.clone()))
        }
        ReopenedBy::Customer(name) => {
            Text::key("reopened-by-customer").with("customer", Value::Name(name.clone()))
        }
    };
    let mut line = vec![says.with("at", view.at)];
    if !view.call.is_empty() {
        let people = view.call.iter().map(|person| Value::Mention(person.clone())).collect();
        line.extend([Text::mark(" "), Value::List(people).into()]);
    }
    let mut doc =
        Doc::new(Tone::Disturbed, dotted(parts.into_iter().chain(customers)), view.as_of).line(line);
    doc.blocks.extend(view.text.clone().map(|text| Block::Quote(Text::Prose(text).into())));
    doc.reference = Some(view.number.to_string());
    doc.footer = Text::from(Value::Zone).into();
    doc.buttons = vec![
        button("button-acknowledge", &format!("ack {}", view.number), Weight::Primary),
        button("button-why", &format!("why {}", view.number), Weight::Secondary),
    ];
    doc
}

/// `Checkout is disturbed again`
pub fn customer(view: &ReopenedForCustomer) -> Doc {
    let head = Text::key("customer-disturbed-again").with("service", Value::Localized(view.service.clone()));
    let key = if view.by_you { "customer-reopened-by-you" } else { "customer-reopened" };
    let mut doc = Doc::new(Tone::Disturbed, head, view.as_of).line(Text::key(key).with("at", view.at));
    doc.reference = Some(view.number.to_string());
    doc.footer = Text::from(Value::Zone).into();
    doc.buttons = vec![
        button("button-why", &format!("why {}", view.number), Weight::Secondary),
        button("button-say", &format!("say {}", view.number), Weight::Primary),
    ];
    doc
}
