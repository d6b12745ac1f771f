//! What people read of action items and risks: what is asked for, what is due, and how each stands.

pub mod forms;
pub mod risk;
#[cfg(test)]
pub mod samples;
pub mod steps;

use chrono::NaiveDate;

use crate::core::doc::{Block, Button, Doc, Field, Line, Period, Text, Tone, Value, Weight};
use crate::core::event::{IncidentNumber, PersonId, ProseId};
use crate::core::improvement::{ActionNumber, ActionState, Reminder};
use crate::core::notice::card::button;
use crate::core::notice::rows::dotted;
use crate::core::notice::view::Localized;
use crate::core::notice::words;
use crate::core::time::{Instant, Span};

/// Why there is an action item.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    Provider,
    Wish,
    Missed { objective: String, service: Option<Localized>, period: Period },
    Fallen { survey: Localized, period: Period },
    Cause(IncidentNumber),
}

/// An action item as somebody sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionView {
    pub number: ActionNumber,
    /// None where it concerns no customer.
    pub customer: Option<String>,
    pub internal: bool,
    pub text: Option<ProseId>,
    /// Never shown to customers.
    pub owner: Option<PersonId>,
    pub due: Option<NaiveDate>,
    pub overdue: bool,
    pub state: ActionState,
    pub moved: usize,
    pub age: Span,
    pub reason: Reason,
    /// The numbers and names of what it is about.
    pub about: Vec<Value>,
    pub outcome: Option<ProseId>,
    /// Those who wear the provider's hat read who does it, and can do something about it.
    pub staff: bool,
    pub as_of: Instant,
}

/// Where it stands, in one word.
pub const fn state(state: ActionState) -> Value {
    Value::term(match state {
        ActionState::Wish => "action-state-wish",
        ActionState::Asked => "action-state-asked",
        ActionState::Open => "action-state-open",
        ActionState::Done => "action-state-done",
        ActionState::Dropped => "action-state-dropped",
    })
}

/// `Availability of Checkout was missed in October`
pub fn reason(reason: &Reason) -> Option<Text> {
    let period = |period: Period| Value::Period { period, full: false };
    Some(match reason {
        Reason::Provider | Reason::Wish => return None,
        Reason::Missed { objective, service: None, period: when } => Text::key("action-why-missed")
            .with("objective", words::objective(objective))
            .with("period", period(*when)),
        Reason::Missed { objective, service: Some(service), period: when } => {
            Text::key("action-why-missed-of")
                .with("objective", words::objective(objective))
                .with("service", Value::Localized(service.clone()))
                .with("period", period(*when))
        }
        Reason::Fallen { survey, period: when } => Text::key("action-why-fallen")
            .with("survey", Value::Localized(survey.clone()))
            .with("period", period(*when)),
        Reason::Cause(incident) => {
            Text::key("action-why-cause").with("incident", Value::Code(incident.to_string()))
        }
    })
}

/// What it is: what is to be done, or why something is.
fn subject(view: &ActionView) -> Text {
    let text = view.text.clone().map(Text::Prose);
    text.or_else(|| reason(&view.reason)).unwrap_or_else(|| Text::from(Value::Code(view.number.to_string())))
}

fn head(key: &'static str, view: &ActionView) -> Line {
    dotted(std::iter::once(Text::key(key)).chain(view.customer.clone().map(Text::name)))
}

fn press(view: &ActionView, key: &'static str, action: &str, weight: Weight) -> Button {
    button(key, &format!("action {action} {}", view.number), weight)
}

fn message(tone: Tone, key: &'static str, view: &ActionView) -> Doc {
    let mut doc = Doc::new(tone, head(key, view), view.as_of);
    doc.reference = Some(view.number.to_string());
    doc
}

/// Upheld itself asks for a plan, or for a cause.
pub fn asked(view: &ActionView) -> Doc {
    let (key, demand) = match &view.reason {
        Reason::Cause(_) => ("action-head-cause", "action-demand-cause"),
        _ => ("action-head-plan", "action-demand-plan"),
    };
    let mut doc = message(Tone::Information, key, view);
    doc.blocks.extend(reason(&view.reason).map(|reason| Block::Line(reason.into())));
    if let Some(due) = view.due {
        let demand = Text::Message { key: demand.into(), args: Default::default() };
        doc = doc.line(demand.with("due", due));
    }
    doc.buttons = to_do(view);
    doc
}

/// A customer wishes something.
pub fn wished(view: &ActionView) -> Doc {
    let mut doc = message(Tone::Information, "action-head-wish", view);
    doc.blocks.push(Block::Quote(subject(view).into()));
    doc.buttons = to_do(view);
    doc
}

/// Somebody is given it, in a message to them alone.
pub fn given(view: &ActionView) -> Doc {
    let mut doc = message(Tone::Information, "action-head-yours", view);
    doc.blocks.push(Block::Quote(subject(view).into()));
    doc.blocks.extend(view.due.map(|due| Block::Line(Text::key("action-due").with("due", due).into())));
    doc.buttons = to_do(view);
    doc
}

/// Its date is near, or has passed.
pub fn reminder(view: &ActionView, reminder: Reminder) -> Doc {
    let (tone, key) = match reminder {
        Reminder::Soon => (Tone::AtRisk, "action-head-soon"),
        Reminder::Overdue => (Tone::Late, "action-head-overdue"),
    };
    let mut doc = message(tone, key, view);
    doc.blocks.push(Block::Quote(subject(view).into()));
    let due = view.due.map(|due| match (reminder, view.state) {
        (Reminder::Soon, ActionState::Asked) => Text::key("action-plan-due").with("due", due),
        (Reminder::Soon, _) => Text::key("action-due").with("due", due),
        (Reminder::Overdue, _) => {
            Text::key("action-overdue").with("due", due).with("age", Value::Duration(view.age))
        }
    });
    doc.blocks.push(Block::Line(dotted(due.into_iter().chain([owner(view)]))));
    doc.buttons = to_do(view);
    doc
}

/// What became of a customer's wish, for the customer.
pub fn answered(view: &ActionView) -> Doc {
    let (tone, key) = match view.state {
        ActionState::Done => (Tone::Restored, "action-told-done"),
        ActionState::Dropped => (Tone::Information, "action-told-dropped"),
        _ => (Tone::InHand, "action-told-taken"),
    };
    let mut doc = message(tone, key, view);
    doc.blocks.push(Block::Quote(subject(view).into()));
    doc.blocks.extend(view.outcome.clone().map(|text| Block::Quote(Text::Prose(text).into())));
    let open = view.due.filter(|_| !view.state.is_over());
    doc.blocks.extend(open.map(|due| Block::Line(Text::key("action-due").with("due", due).into())));
    doc.buttons = vec![press(view, "action-button-show", "show", Weight::Secondary)];
    doc
}

/// All of it.
pub fn card(view: &ActionView) -> Doc {
    let tone = match view.state {
        ActionState::Done => Tone::Restored,
        _ if view.overdue => Tone::Late,
        ActionState::Open => Tone::InHand,
        _ => Tone::Information,
    };
    let head = dotted([standing(view)].into_iter().chain(view.customer.clone().map(Text::name)));
    let mut doc = Doc::new(tone, head, view.as_of);
    doc.reference = Some(view.number.to_string());
    doc.blocks.extend(view.text.clone().map(|text| Block::Quote(Text::Prose(text).into())));
    doc.blocks.push(Block::Fields(rows(view)));
    if let Some(outcome) = &view.outcome {
        doc.blocks.push(Block::Heading(state(view.state).into_line()));
        doc.blocks.push(Block::Quote(Text::Prose(outcome.clone()).into()));
    }
    doc.buttons = if view.staff { to_do(view) } else { Vec::new() };
    doc.buttons.retain(|button| button.label != Line::from(Text::key("action-button-show")));
    doc
}

/// `OVERDUE` or where it stands.
fn standing(view: &ActionView) -> Text {
    if view.overdue { Text::key("action-head-overdue") } else { state(view.state).into() }
}

fn row(name: &'static str, value: impl Into<Line>) -> Field {
    Field { name: Text::from(Value::term(name)).into(), verdict: None, value: value.into() }
}

fn rows(view: &ActionView) -> Vec<Field> {
    let mut rows = Vec::new();
    rows.extend(reason(&view.reason).map(|reason| row("action-row-why", reason)));
    if view.reason == Reason::Wish {
        rows.push(row("action-row-why", Text::key("action-why-wish")));
    }
    if view.staff {
        rows.push(row("action-row-owner", owner(view)));
    }
    if let Some(due) = view.due {
        let name = if view.state == ActionState::Asked { "action-row-plan-due" } else { "action-row-due" };
        rows.push(row(name, dotted([Text::from(Value::Date(due))].into_iter().chain(moved(view)))));
    }
    rows.push(row("action-row-age", Text::from(Value::Duration(view.age))));
    if !view.about.is_empty() {
        rows.push(row("action-row-about", Text::from(Value::List(view.about.clone()))));
    }
    if view.staff {
        let key = if view.internal { "action-seen-internal" } else { "action-seen-customer" };
        rows.push(row("action-row-seen", Text::from(Value::term(key))));
    }
    rows
}

fn owner(view: &ActionView) -> Text {
    match &view.owner {
        Some(person) => Text::from(Value::Person(person.clone())),
        None => Text::key("action-nobody"),
    }
}

/// `put off 2 times`
fn moved(view: &ActionView) -> Option<Text> {
    let times = i64::try_from(view.moved).unwrap_or(i64::MAX);
    (times > 0).then(|| Text::key("action-moved").with("count", times))
}

/// One line of a list: `ACT-7 · OVERDUE · Acme GmbH · Mira · due 24 Dec · 12 d · …`
pub fn entry(view: &ActionView) -> Line {
    let due = view.due.filter(|_| !view.state.is_over()).map(|due| Text::key("action-due").with("due", due));
    let owner = view.staff.then(|| owner(view));
    let age = Text::key("action-age").with("age", Value::Duration(view.age));
    let internal = (view.staff && view.internal && view.customer.is_some())
        .then(|| Value::term("action-seen-internal").into());
    dotted(
        [Value::Code(view.number.to_string()).into(), standing(view)]
            .into_iter()
            .chain(view.customer.clone().filter(|_| view.staff).map(Text::name))
            .chain(internal)
            .chain(owner)
            .chain(due)
            .chain(moved(view))
            .chain([age, subject(view)]),
    )
}

/// What its owner can do next.
fn to_do(view: &ActionView) -> Vec<Button> {
    let show = press(view, "action-button-show", "show", Weight::Secondary);
    let mut buttons = match (view.state, &view.reason) {
        (ActionState::Done | ActionState::Dropped, _) => {
            vec![press(view, "button-reopen", "reopen", Weight::Secondary)]
        }
        (ActionState::Wish, _) => vec![
            press(view, "action-button-take", "plan", Weight::Primary),
            press(view, "action-button-drop", "drop", Weight::Secondary),
        ],
        (ActionState::Asked, _) => vec![
            press(view, "action-button-plan", "plan", Weight::Primary),
            press(view, "action-button-drop", "drop", Weight::Secondary),
        ],
        (ActionState::Open, Reason::Cause(incident)) => vec![
            button("action-button-cause", &format!("cause {incident}"), Weight::Primary),
            press(view, "action-button-assign", "assign", Weight::Secondary),
            press(view, "action-button-drop", "drop", Weight::Secondary),
        ],
        (ActionState::Open, _) => vec![
            press(view, "action-button-done", "done", Weight::Primary),
            press(view, "action-button-due", "due", Weight::Secondary),
            press(view, "action-button-assign", "assign", Weight::Secondary),
            press(view, "action-button-drop", "drop", Weight::Secondary),
        ],
    };
    if view.internal && view.customer.is_some() && !view.state.is_over() {
        buttons.push(press(view, "action-button-share", "share", Weight::Secondary));
    }
    buttons.push(show);
    buttons
}

trait IntoLine {
    fn into_line(self) -> Line;
}

impl IntoLine for Value {
    fn into_line(self) -> Line {
        Text::from(self).into()
    }
}
