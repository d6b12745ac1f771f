//! The short messages that ring without speaking of one clock: an incident that opened, what a customer
//! wrote, that it works again, a call where nothing is promised; and many warnings told as one.

use crate::core::agreement::Priority;
use crate::core::doc::{Block, Doc, Line, Text, Tone, Value, Weight};
use crate::core::event::{IncidentNumber, PersonId, ProseId};
use crate::core::notice::card::{button, service};
use crate::core::notice::rows::dotted;
use crate::core::notice::view::Localized;
use crate::core::notice::words;
use crate::core::time::Instant;

/// News of an incident that somebody wants to be woken for.
#[derive(Clone, Debug, PartialEq)]
pub struct Roused {
    pub number: IncidentNumber,
    pub service: Localized,
    pub customers: Vec<String>,
    pub priority: Priority,
    pub news: News,
    /// Those to be woken.
    pub call: Vec<PersonId>,
    pub as_of: Instant,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    Opened { since: Instant },
    Said { by: PersonId, text: ProseId },
    Resolved { at: Instant },
    Called,
}

/// `DISTURBED · P1 · Checkout · Acme GmbH`, and who is to look.
pub fn roused(view: &Roused) -> Doc {
    let (tone, text) = match &view.news {
        News::Opened { since } => (Tone::Disturbed, Text::key("roused-opened").with("since", *since)),
        News::Said { by, .. } => {
            (Tone::Information, Text::key("roused-said").with("person", Value::Person(by.clone())))
        }
        News::Resolved { at } => (Tone::Restored, Text::key("roused-resolved").with("at", *at)),
        News::Called if view.call.is_empty() => (Tone::Disturbed, Text::key("call-nobody")),
        News::Called => (Tone::Disturbed, Text::key("roused-called")),
    };
    let customers: Vec<Value> = view.customers.iter().cloned().map(Value::Name).collect();
    let customers = (!customers.is_empty()).then(|| Text::from(Value::List(customers)));
    let parts = [words::tone(tone).into(), Text::name(view.priority.to_string()), service(&view.service)];
    let mut doc = Doc::new(tone, dotted(parts.into_iter().chain(customers)), view.as_of)
        .line(with_call(text, &view.call));
    if let News::Said { text, .. } = &view.news {
        doc.blocks.push(Block::Quote(Text::Prose(text.clone()).into()));
    }
    doc.reference = Some(view.number.to_string());
    doc.footer = Text::from(Value::Zone).into();
    let command =
        |key: &'static str, word: &str, weight| button(key, &format!("{word} {}", view.number), weight);
    match view.news {
        News::Opened { .. } | News::Called => {
            doc.buttons.push(command("button-acknowledge", "ack", Weight::Primary));
        }
        News::Said { .. } => doc.buttons.push(command("button-update-customer", "update", Weight::Primary)),
        News::Resolved { .. } => {}
    }
    doc.buttons.push(command("button-why", "why", Weight::Secondary));
    doc
}

fn with_call(text: Text, call: &[PersonId]) -> Line {
    let people: Vec<Value> = call.iter().cloned().map(Value::Mention).collect();
    let call = (!people.is_empty()).then(|| [Text::mark(" "), Value::List(people).into()]);
    std::iter::once(text).chain(call.into_iter().flatten()).collect()
}

/// Messages that would have rung within one minute, told as one that is kept up to date.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Warned {
    pub late: usize,
    pub at_risk: usize,
    /// Of other kinds: calls, reopened, opened.
    pub other: usize,
    /// Open incidents that nobody has.
    pub nobody: usize,
    /// Those who would have been woken.
    pub call: Vec<PersonId>,
}

/// `LATE OR AT RISK · 212 warnings within a minute`
pub fn warned(view: &Warned, as_of: Instant) -> Doc {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let all = view.late.saturating_add(view.at_risk).saturating_add(view.other);
    let counts = Text::key("digest-wake-of")
        .with("late", count(view.late))
        .with("risk", count(view.at_risk))
        .with("other", count(view.other));
    let tone = if view.late > 0 { Tone::Late } else { Tone::AtRisk };
    Doc::new(tone, Text::key("digest-wake").with("count", count(all)), as_of)
        .line(with_call(counts, &view.call))
        .line(Text::key("digest-wake-nobody").with("count", count(view.nobody)))
        .line(Text::key("digest-wake-advice"))
}
