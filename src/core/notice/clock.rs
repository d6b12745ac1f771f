//! The short messages about one clock, sent beside the card because they must reach a person: at risk,
//! late, and the call to whoever is next on the on-call list.

use crate::core::agreement::{ClockKind, Priority};
use crate::core::doc::{Doc, Line, Text, Tone, Value, Weight};
use crate::core::event::{IncidentNumber, PersonId};
use crate::core::notice::card::{button, service};
use crate::core::notice::rows::dotted;
use crate::core::notice::view::{ClockView, Localized};
use crate::core::notice::words;
use crate::core::time::Instant;

/// A clock that needs somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockNotice {
    pub number: IncidentNumber,
    pub service: Localized,
    pub customer: String,
    pub priority: Priority,
    pub clock: ClockView,
    pub owner: Option<PersonId>,
    /// Those to be woken.
    pub call: Vec<PersonId>,
    /// Somebody on the on-call list was to be called, and nobody is on it.
    pub unstaffed: bool,
    pub as_of: Instant,
}

/// A clock runs out soon: `Acknowledge by 03:17 (promised within 15 min). @on-call`.
pub fn at_risk(view: &ClockNotice) -> Doc {
    finish(view, Tone::AtRisk, vec![with_call(view, demand(view))])
}

/// A clock has run out.
pub fn late(view: &ClockNotice) -> Doc {
    finish(view, Tone::Late, vec![with_call(view, lateness(view))])
}

/// The next person on the list is called, because nobody has it.
pub fn call(view: &ClockNotice) -> Doc {
    let people: Vec<Value> = view.call.iter().map(|person| Value::Mention(person.clone())).collect();
    let called = match people.is_empty() {
        true => None,
        false => Some(Text::key("call-people").with("people", Value::List(people))),
    };
    let view = &ClockNotice { unstaffed: called.is_none(), ..view.clone() };
    let (tone, state) = match view.clock.late_since {
        Some(since) => {
            let text = Text::key("late-since").with("target", view.clock.promised()).with("since", since);
            (Tone::Late, text)
        }
        None => (Tone::AtRisk, demand(view)),
    };
    finish(view, tone, called.into_iter().chain([state]).map(Line::from).collect())
}

/// What is to be done, and by when.
fn demand(view: &ClockNotice) -> Text {
    let Some(due) = view.clock.due else {
        return Text::key("demand-never-due").with("target", view.clock.promised());
    };
    let key = match view.clock.kind {
        ClockKind::Response => "demand-response",
        ClockKind::Resolution => "demand-resolution",
        ClockKind::Update => "demand-update",
        ClockKind::NextReply => "demand-next-reply",
        ClockKind::Waiting => "demand-waiting",
    };
    Text::key(key).with("due", due).with("target", view.clock.promised())
}

fn lateness(view: &ClockNotice) -> Text {
    let Some(since) = view.clock.late_since else { return demand(view) };
    let text = match &view.owner {
        Some(person) => Text::key("late-owner").with("person", Value::Person(person.clone())),
        None => Text::key("late-nobody"),
    };
    text.with("target", view.clock.promised()).with("since", since)
}

fn with_call(view: &ClockNotice, text: Text) -> Line {
    let people: Vec<Value> = view.call.iter().map(|person| Value::Mention(person.clone())).collect();
    let call = (!people.is_empty()).then(|| [Text::mark(" "), Value::List(people).into()]);
    std::iter::once(text).chain(call.into_iter().flatten()).collect()
}

fn finish(view: &ClockNotice, tone: Tone, lines: Vec<Line>) -> Doc {
    let head = dotted([
        words::tone(tone).into(),
        words::clock(view.clock.kind).into(),
        Text::name(view.priority.to_string()),
        service(&view.service),
        Text::name(view.customer.clone()),
    ]);
    let nobody = view.unstaffed.then(|| Text::key("call-nobody").into());
    let mut doc = lines.into_iter().chain(nobody).fold(Doc::new(tone, head, view.as_of), Doc::line);
    doc.reference = Some(view.number.to_string());
    doc.footer = Text::from(Value::Zone).into();
    let number = view.number;
    let act = match view.clock.kind {
        ClockKind::Response => ("button-acknowledge", "ack"),
        ClockKind::Resolution if view.owner.is_none() => ("button-acknowledge", "ack"),
        ClockKind::Resolution => ("button-resolve", "resolve"),
        ClockKind::Update | ClockKind::NextReply | ClockKind::Waiting => ("button-update-customer", "update"),
    };
    doc.buttons = vec![
        button(act.0, &format!("{} {number}", act.1), Weight::Primary),
        button("button-why", &format!("why {number}"), Weight::Secondary),
    ];
    doc
}
