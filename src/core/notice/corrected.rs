//! A late fact reversed something that had been announced: told to everyone who was told.

use crate::core::doc::{Block, Doc, Line, Text, Tone, Value, Weight};
use crate::core::event::IncidentNumber;
use crate::core::notice::card::{button, service};
use crate::core::notice::rows::{dotted, stopped};
use crate::core::notice::view::{ClockView, Localized};
use crate::core::notice::words;
use crate::core::time::Instant;

/// What was said, and what is so.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrected {
    pub number: IncidentNumber,
    pub service: Localized,
    /// Named to operators; none in a message to the customer.
    pub customer: Option<String>,
    pub changes: Vec<Change>,
    pub as_of: Instant,
}

/// One correction.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Began {
        said: Instant,
        is: Instant,
    },
    Ended {
        said: Instant,
        is: Instant,
    },
    /// It was said to be over, and is not.
    NotOver {
        said: Instant,
    },
    /// A clock that was said to be late (`said_late`) and is not, or the reverse.
    Clock {
        said_late: bool,
        is: ClockView,
    },
}

/// `CORRECTED · Checkout · Acme GmbH`, and each change with what was said before.
pub fn corrected(view: &Corrected) -> Doc {
    let customer = view.customer.clone().map(Text::name);
    let parts = [words::tone(Tone::Corrected).into(), service(&view.service)];
    let mut doc = Doc::new(Tone::Corrected, dotted(parts.into_iter().chain(customer)), view.as_of)
        .line(Text::key("corrected-why"))
        .block(Block::List(view.changes.iter().map(line).collect()));
    doc.buttons = vec![button("button-why", &format!("why {}", view.number), Weight::Secondary)];
    doc.reference = Some(view.number.to_string());
    doc.footer = Text::from(Value::Zone).into();
    doc
}

fn line(change: &Change) -> Line {
    match change {
        Change::Began { said, is } => Text::key("corrected-began").with("said", *said).with("is", *is).into(),
        Change::Ended { said, is } => Text::key("corrected-ended").with("said", *said).with("is", *is).into(),
        Change::NotOver { said } => Text::key("corrected-not-over").with("said", *said).into(),
        Change::Clock { said_late, is } => {
            let key = match (said_late, is.late_since.is_some()) {
                (true, false) => "corrected-not-late",
                (false, true) => "corrected-late",
                (true, true) | (false, false) => "corrected-clock",
            };
            let text = Text::key(key).with("clock", words::clock_name(is.kind));
            vec![text, stopped(is)]
        }
    }
}
