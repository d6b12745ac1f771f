//! A destination that no longer takes messages is reported where somebody still reads.

use crate::core::doc::{Doc, Text, Tone, Value};
use crate::core::notice::rows::dotted;
use crate::core::notice::words;
use crate::core::time::Instant;

/// Messages that do not arrive.
#[derive(Clone, Debug, PartialEq)]
pub struct Dead {
    /// Where they were sent: `discord:1234`.
    pub address: String,
    /// The customer who reads there; none for the operators' own.
    pub customer: Option<String>,
    pub cause: DeadCause,
    pub since: Instant,
    /// How many messages are waiting or failed.
    pub messages: u32,
    pub as_of: Instant,
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
}

/// `DISTURBED · messages to Acme GmbH do not arrive`
pub fn dead(view: &Dead) -> Doc {
    let text = match &view.customer {
        Some(customer) => Text::key("dead-customer").with("customer", Value::Name(customer.clone())),
        None => Text::key("dead-operators"),
    };
    let head = dotted([words::tone(Tone::Disturbed).into(), text]);
    let (cause, advice) = match view.cause {
        DeadCause::Gone => ("dead-gone", "dead-gone-advice"),
        DeadCause::Forbidden => ("dead-forbidden", "dead-forbidden-advice"),
        DeadCause::Unauthorized => ("dead-unauthorized", "dead-unauthorized-advice"),
        DeadCause::Refused => ("dead-refused", "dead-refused-advice"),
    };
    let place = Text::key(cause).with("address", Value::Code(view.address.clone())).with("since", view.since);
    let count = Text::key("dead-messages").with("count", i64::from(view.messages));
    let mut doc = Doc::new(Tone::Disturbed, head, view.as_of).line(place).line(count).line(Text::key(advice));
    doc.footer = Text::from(Value::Zone).into();
    doc
}
