//! The customer's living card: what is wrong in their words, what was promised, what comes next.

use crate::core::agreement::ClockKind;
use crate::core::doc::{Block, Button, Doc, Field, Line, Text, Tone, Value, Weight};
use crate::core::notice::card::button;
use crate::core::notice::rows::{DOT, clock_mark, dotted, stopped};
use crate::core::notice::view::{ClockStage, ClockView, CustomerView, by_urgency};
use crate::core::notice::{resolved, words};
use crate::core::time::Instant;

/// The card as the customer sees the incident.
pub fn card(view: &CustomerView) -> Doc {
    let mut doc = Doc::new(tone(view), head(view), view.as_of);
    doc.reference = Some(view.number.to_string());
    doc.blocks = match view.resolved {
        Some(at) => resolved::customer_blocks(view, at),
        None => open_blocks(view),
    };
    doc.buttons = buttons(view);
    doc.footer = footer(view);
    doc
}

fn tone(view: &CustomerView) -> Tone {
    if view.resolved.is_some() {
        return Tone::Restored;
    }
    match view.clocks.iter().map(ClockView::stage).min() {
        Some(ClockStage::Late) => Tone::Late,
        _ if view.in_hand.is_some() => Tone::InHand,
        _ => Tone::Disturbed,
    }
}

/// What is wrong, who is on it and what is promised, without what people wrote.
pub fn summary(view: &CustomerView) -> Vec<Line> {
    let clocks = by_urgency(&view.clocks);
    let promises = clocks.iter().filter(|clock| !clock.is_stopped()).filter_map(|clock| promise(clock));
    std::iter::once(state(view).with("since", view.since)).chain(promises).map(Line::from).collect()
}

/// `Checkout: some payments are failing`
pub fn head(view: &CustomerView) -> Line {
    let service = Value::Localized(view.service.clone());
    match (&view.resolved, &view.problem) {
        (Some(_), _) => Text::key("customer-works-again").with("service", service),
        (None, Some(problem)) => Text::key("customer-problem")
            .with("service", service)
            .with("problem", Value::Localized(problem.clone())),
        (None, None) => Text::key("customer-disturbed").with("service", service),
    }
    .into()
}

fn open_blocks(view: &CustomerView) -> Vec<Block> {
    let mut blocks = vec![Block::Line(state(view).with("since", view.since).into())];
    let clocks = by_urgency(&view.clocks);
    let running = clocks.iter().filter(|clock| !clock.is_stopped());
    blocks.extend(running.filter_map(|clock| promise(clock)).map(|text| Block::Line(text.into())));
    let done: Vec<Field> =
        clocks.iter().filter(|clock| clock.is_stopped()).map(|clock| stopped_row(clock)).collect();
    if !done.is_empty() {
        blocks.push(Block::Fields(done));
    }
    blocks.extend(said(view));
    blocks
}

/// Who is on it.
fn state(view: &CustomerView) -> Text {
    match (view.in_hand, view.again, view.reported) {
        (Some(at), ..) => Text::key("customer-in-hand").with("at", at),
        (None, Some(at), _) => Text::key("customer-again").with("at", at),
        (None, None, true) => Text::key("customer-reported"),
        (None, None, false) => Text::key("customer-alerted"),
    }
}

/// A promise that still runs: what, until when, and whether it is late.
fn promise(clock: &ClockView) -> Option<Text> {
    let late = clock.late_since;
    if clock.stage() == ClockStage::Paused {
        let text = Text::key("customer-paused").with("clock", words::clock_name(clock.kind));
        return Some(text.with("used", clock.used()).with("target", clock.promised()));
    }
    let due: Instant = late.or(clock.due)?;
    let key = match (clock.kind, late.is_some()) {
        (ClockKind::Response, false) => "customer-response",
        (ClockKind::Response, true) => "customer-response-late",
        (ClockKind::Resolution, false) => "customer-resolution",
        (ClockKind::Resolution, true) => "customer-resolution-late",
        (ClockKind::Update, false) => "customer-update",
        (ClockKind::Update, true) => "customer-update-late",
        (ClockKind::NextReply | ClockKind::Waiting, false) => "customer-reply",
        (ClockKind::NextReply | ClockKind::Waiting, true) => "customer-reply-late",
    };
    Some(Text::key(key).with("due", due))
}

/// `Response ✗ after 19 min (promised 15 min)`
pub(super) fn stopped_row(clock: &ClockView) -> Field {
    Field {
        name: Text::from(words::clock_name(clock.kind)).into(),
        verdict: Some(clock_mark(clock)),
        value: stopped(clock).into(),
    }
}

/// What people wrote for the customer: the last update, why a clock rests, why the priority changed.
pub(super) fn said(view: &CustomerView) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some((at, text)) = &view.last_update {
        blocks.push(Block::Line(Text::key("customer-last-update").with("at", *at).into()));
        blocks.push(Block::Quote(Text::Prose(text.clone()).into()));
    }
    if let Some((since, reason)) = view.pause.as_ref().filter(|_| view.resolved.is_none()) {
        let line = vec![Text::key("customer-pause").with("since", *since), Text::Prose(reason.clone())];
        blocks.push(Block::Line(line));
    }
    if let Some(reason) = &view.priority_reason {
        let text = Text::key("customer-priority").with("priority", Value::Name(view.priority.to_string()));
        blocks.push(Block::Line(vec![text, Text::Prose(reason.clone())]));
    }
    if let Some((category, text)) = &view.cause {
        let mut line = vec![Text::key("customer-cause").with("cause", words::cause(*category))];
        line.extend(text.clone().into_iter().flat_map(|text| [DOT, Text::Prose(text)]));
        blocks.push(Block::Line(line));
    }
    blocks
}

fn buttons(view: &CustomerView) -> Vec<Button> {
    let number = view.number;
    let complain =
        button("feedback-button-complain", &format!("complaint --incident {number}"), Weight::Secondary);
    if view.resolved.is_some() {
        return vec![
            button("button-still-broken", &format!("reopen {number}"), Weight::Danger),
            button("button-why", &format!("why {number}"), Weight::Secondary),
            complain,
        ];
    }
    vec![
        button("button-why", &format!("why {number}"), Weight::Secondary),
        button("button-say", &format!("say {number}"), Weight::Primary),
        complain,
    ]
}

/// `P1 · SIL1 · your reference ACME-42 · Europe/Berlin`
fn footer(view: &CustomerView) -> Line {
    let reference = Text::key("customer-reference").with("reference", Value::Name(view.reference.clone()));
    dotted([
        Text::name(view.priority.to_string()),
        Text::name(view.level.to_string()),
        reference,
        Value::Zone.into(),
    ])
}
