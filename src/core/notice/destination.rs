//! A destination that no longer takes messages is reported where somebody still reads.

use crate::core::doc::{Doc, Text, Tone, Value};
use crate::core::event::PersonId;
use crate::core::notice::rows::dotted;
use crate::core::notice::words;
use crate::core::time::Instant;

/// Messages that do not arrive.
#[derive(Clone, Debug, PartialEq)]
pub struct Dead {
    /// Where they were sent: `discord:1234`.
    pub address: String,
    pub whose: Whose,
    pub cause: DeadCause,
    pub since: Instant,
    /// How many messages were given up.
    pub lost: u32,
    /// How many are being tried again.
    pub waiting: u32,
    pub as_of: Instant,
}

/// Who reads there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    Customer(String),
    Operators,
    /// One person alone, of the provider or of a customer.
    Person(PersonId),
}

/// Why they do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadCause {
    /// The channel, topic or conversation is gone, or Upheld was removed from it.
    Gone,
    /// Upheld may not write there.
    Forbidden,
    /// The platform refuses Upheld's token.
    Unauthorized,
    /// Refused for another reason.
    Refused,
    /// It cannot be reached; Upheld goes on trying.
    Unreachable,
    /// It could not be reached for as long as Upheld tries.
    WornOut,
    /// Nobody knows whether they arrived.
    Uncertain,
    /// Upheld could not put them into words.
    Unspeakable,
}

/// `DISTURBED · messages to Acme GmbH do not arrive`
pub fn dead(view: &Dead) -> Doc {
    let maybe = view.cause == DeadCause::Uncertain;
    let either = |certain, uncertain| Text::key(if maybe { uncertain } else { certain });
    let text = match &view.whose {
        Whose::Customer(customer) => {
            let text = either("dead-customer", "dead-maybe-customer");
            text.with("customer", Value::Name(customer.clone()))
        }
        Whose::Operators => either("dead-operators", "dead-maybe-operators"),
        Whose::Person(person) => {
            either("dead-person", "dead-maybe-person").with("person", Value::Person(person.clone()))
        }
    };
    let head = dotted([words::tone(Tone::Disturbed).into(), text]);
    let alone = matches!(view.whose, Whose::Person(_));
    let (cause, advice) = match view.cause {
        DeadCause::Gone | DeadCause::Forbidden if alone => ("dead-alone", "dead-alone-advice"),
        DeadCause::Gone => ("dead-gone", "dead-gone-advice"),
        DeadCause::Forbidden => ("dead-forbidden", "dead-forbidden-advice"),
        DeadCause::Unauthorized => ("dead-unauthorized", "dead-unauthorized-advice"),
        DeadCause::Refused => ("dead-refused", "dead-refused-advice"),
        DeadCause::Unreachable => ("dead-unreachable", "dead-unreachable-advice"),
        DeadCause::WornOut => ("dead-worn-out", "dead-worn-out-advice"),
        DeadCause::Uncertain => ("dead-uncertain", "dead-uncertain-advice"),
        DeadCause::Unspeakable => ("dead-unspeakable", "dead-unspeakable-advice"),
    };
    let place = Text::key(cause).with("address", Value::Code(view.address.clone())).with("since", view.since);
    // The question is whether these arrived, not how many did not.
    let lost = if maybe { "dead-messages-uncertain" } else { "dead-messages" };
    let counts = [(lost, view.lost), ("dead-messages-waiting", view.waiting)];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    let counts = counts.map(|(key, count)| Text::key(key).with("count", i64::from(count)));
    let mut doc = Doc::new(Tone::Disturbed, head, view.as_of).line(place);
    doc = counts.fold(doc, Doc::line).line(Text::key(advice));
    doc.footer = Text::from(Value::Zone).into();
    doc
}
