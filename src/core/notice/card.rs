//! The operators' living card of an incident: one message that changes as the incident does.

use crate::core::agreement::ClockKind;
use crate::core::doc::{Block, Button, Doc, Field, Line, Press, Text, Tone, Value, Weight};
use crate::core::incident::NoticedBy;
use crate::core::notice::rows::{DOT, clock_row, dotted, objective_row};
use crate::core::notice::view::{
    AgreementView, ClockStage, ClockView, IncidentView, Localized, Problem, Publication, Signs, by_urgency,
};
use crate::core::notice::words;

/// The card as the incident stands.
pub fn card(view: &IncidentView) -> Doc {
    let mut doc = Doc::new(tone(view), head(view), view.as_of);
    doc.reference = Some(view.number.to_string());
    doc.blocks.push(Block::Line(whose(view)));
    doc.blocks.extend(problem_lines(view));
    for agreement in view.by_urgency() {
        if view.agreements.len() > 1 {
            doc.blocks.push(Block::Heading(agreement_heading(agreement)));
        }
        doc.blocks.push(Block::Fields(agreement_rows(view, agreement)));
    }
    let rows = incident_rows(view);
    if !rows.is_empty() {
        doc.blocks.push(Block::Fields(rows));
    }
    doc.buttons = buttons(view);
    doc.footer = footer(view);
    doc
}

/// What the card is about at this moment.
pub fn tone(view: &IncidentView) -> Tone {
    if view.resolved.is_some() {
        return Tone::Restored;
    }
    let running = view.agreements.iter().flat_map(|agreement| &agreement.clocks).map(ClockView::stage);
    match running.min() {
        Some(ClockStage::Late) => Tone::Late,
        Some(ClockStage::AtRisk) => Tone::AtRisk,
        _ if view.owner.is_some() => Tone::InHand,
        _ => Tone::Disturbed,
    }
}

/// `LATE · response · P1 · SIL1`
fn head(view: &IncidentView) -> Line {
    let tone = tone(view);
    let pressing = view.tightest().filter(|_| matches!(tone, Tone::Late | Tone::AtRisk));
    let level = view.by_urgency().first().map(|agreement| agreement.level);
    dotted(
        [
            Some(Text::from(words::tone(tone))),
            pressing.map(|(_, clock)| words::clock(clock.kind).into()),
            Some(Text::name(view.priority.to_string())),
            level.map(|level| Text::name(level.to_string())),
        ]
        .into_iter()
        .flatten(),
    )
}

/// `Checkout · Acme GmbH`
fn whose(view: &IncidentView) -> Line {
    let customers = view.by_urgency().into_iter().map(|agreement| Value::Name(agreement.customer.clone()));
    let customers: Vec<Value> = customers.collect();
    let of = if customers.is_empty() { Value::term("no-agreement") } else { Value::List(customers) };
    dotted([service(&view.service), of.into()])
}

/// A service by its name in the reader's language.
pub fn service(name: &Localized) -> Text {
    Value::Localized(name.clone()).into()
}

fn problem_lines(view: &IncidentView) -> Vec<Block> {
    let mut line = problem(&view.problem);
    if !line.is_empty() {
        line.push(DOT);
    }
    line.push(match view.resolved {
        Some((at, _)) => {
            Text::key("card-from-to").with("from", view.since).with("to", at).with("length", at - view.since)
        }
        None => Text::key("card-since").with("since", view.since),
    });
    if view.noticed_by != NoticedBy::Monitor {
        line.extend([DOT, words::noticed_by(view.noticed_by).into()]);
    }
    let told = view.problem.told.clone().map(|told| Block::Quote(Text::Prose(told).into()));
    std::iter::once(Block::Line(line)).chain(told).collect()
}

/// `5xx ratio above 5 % · api-2, api-3`; components that the words already name are not repeated.
fn problem(problem: &Problem) -> Line {
    let named = |component: &&String| !problem.summaries.iter().any(|text| text.contains(component.as_str()));
    let components: Vec<Value> =
        problem.components.iter().filter(named).map(|name| Value::Untrusted(name.clone())).collect();
    let summaries = problem.summaries.iter().map(|text| Text::Untrusted(text.clone()));
    let more = i64::try_from(problem.more).unwrap_or(i64::MAX);
    let more = (more > 0).then(|| Text::key("card-more-signals").with("count", more));
    let components = (!components.is_empty()).then(|| Value::List(components).into());
    dotted(summaries.chain(more).chain(components))
}

/// `Acme GmbH · SIL1 · agreement v3`, where there are several.
fn agreement_heading(agreement: &AgreementView) -> Line {
    dotted([
        Text::name(agreement.customer.clone()),
        Text::name(agreement.level.to_string()),
        version(agreement),
    ])
}

fn version(agreement: &AgreementView) -> Text {
    Text::key("agreement-version").with("version", i64::from(agreement.version))
}

/// Clocks, objectives, and what the customer knows.
pub(super) fn agreement_rows(view: &IncidentView, agreement: &AgreementView) -> Vec<Field> {
    // What the customer hears next comes last, unless it presses.
    let waits = |clock: &&ClockView| clock.kind == ClockKind::Update && clock.stage() == ClockStage::Running;
    let (last, clocks): (Vec<_>, Vec<_>) = by_urgency(&agreement.clocks).into_iter().partition(waits);
    let mut nobody = view.owner.is_none() && view.resolved.is_none();
    let mut rows = Vec::new();
    for clock in clocks {
        rows.push(clock_row(clock, nobody));
        // Said once, beside the tightest clock.
        nobody = false;
    }
    rows.extend(agreement.objectives.iter().map(objective_row));
    rows.extend(last.into_iter().map(|clock| clock_row(clock, nobody)));
    let told = match agreement.publication {
        Publication::Told => None,
        Publication::HeldUntil(at) => Some(Text::key("publication-held-until").with("at", at)),
        Publication::OnApproval => Some(Text::key("publication-on-approval")),
        Publication::Drill => Some(Text::key("publication-drill")),
    };
    rows.extend(told.map(|text| row("row-publication", text)));
    let update = agreement.last_update.clone();
    rows.extend(update.map(|(at, text)| dated_row("row-last-update", at, Text::Prose(text))));
    let pause = agreement.pause.clone();
    rows.extend(pause.map(|(since, reason)| dated_row("row-pause", since, Text::Prose(reason))));
    rows
}

/// Who has it, what the monitors say, where the fault lay.
fn incident_rows(view: &IncidentView) -> Vec<Field> {
    let mut rows = Vec::new();
    let said_already =
        view.agreements.iter().any(|agreement| agreement.clocks.iter().any(|clock| !clock.is_stopped()));
    match &view.owner {
        Some((person, since)) => {
            let text = Text::key("owner-since").with("person", Value::Person(person.clone()));
            rows.push(row("row-owner", text.with("since", *since)));
        }
        None if view.resolved.is_none() && !said_already => {
            rows.push(row("row-owner", Text::key("owner-nobody")))
        }
        None => {}
    }
    let signs = match view.signs {
        Signs::AsExpected => None,
        Signs::Quieting(since) => Some(Text::key("signs-quieting").with("since", since)),
        Signs::StillFiring => Some(Text::key("signs-still-firing")),
        Signs::NoWord(since) => Some(Text::key("signs-no-word").with("since", since)),
    };
    rows.extend(signs.map(|text| row("row-monitor", text)));
    if let Some(cause) = &view.cause {
        let mut value: Line = Text::from(words::cause(cause.category)).into();
        for text in [&cause.internal, &cause.customer].into_iter().flatten() {
            value.extend([DOT, Text::Prose(text.clone())]);
        }
        rows.push(Field { name: Text::key("row-cause").into(), verdict: None, value });
    }
    rows
}

fn row(name: &'static str, value: Text) -> Field {
    Field { name: Text::from(Value::term(name)).into(), verdict: None, value: value.into() }
}

fn dated_row(name: &'static str, at: crate::core::time::Instant, text: Text) -> Field {
    let value = vec![Value::Moment(at).into(), DOT, text];
    Field { name: Text::from(Value::term(name)).into(), verdict: None, value }
}

fn buttons(view: &IncidentView) -> Vec<Button> {
    let number = view.number;
    let press =
        |key: &'static str, command: &str, weight| button(key, &format!("{command} {number}"), weight);
    let mut buttons = Vec::new();
    if view.resolved.is_some() {
        buttons.push(press("button-cause", "cause", Weight::Secondary));
        buttons.push(press("button-update-customer", "update", Weight::Secondary));
        buttons.push(press("button-reopen", "reopen", Weight::Secondary));
    } else {
        if view.owner.is_none() {
            buttons.push(press("button-acknowledge", "ack", Weight::Primary));
            buttons.push(press("button-escalate", "call", Weight::Danger));
        } else {
            buttons.push(press("button-resolve", "resolve", Weight::Primary));
        }
        buttons.push(press("button-update-customer", "update", Weight::Secondary));
        let held = |publication| matches!(publication, Publication::HeldUntil(_) | Publication::OnApproval);
        if view.agreements.iter().any(|agreement| held(agreement.publication)) {
            buttons.push(press("button-publish", "publish", Weight::Secondary));
        }
    }
    buttons.push(press("button-why", "why", Weight::Secondary));
    buttons.extend(view.runbook.clone().map(|url| Button {
        label: Text::key("button-runbook").into(),
        press: Press::Open(url),
        weight: Weight::Secondary,
    }));
    buttons
}

/// A button for a command.
pub(super) fn button(key: &'static str, command: &str, weight: Weight) -> Button {
    Button { label: Text::key(key).into(), press: Press::Command(command.to_owned()), weight }
}

/// `Europe/Berlin · agreement v3 · on call: Mira, Jon`
fn footer(view: &IncidentView) -> Line {
    let version = match view.agreements.as_slice() {
        [only] => Some(version(only)),
        _ => None,
    };
    let people: Vec<Value> = view.on_call.iter().map(|person| Value::Person(person.clone())).collect();
    let on_call = (!people.is_empty()).then(|| Text::key("card-on-call").with("people", Value::List(people)));
    dotted(std::iter::once(Text::from(Value::Zone)).chain(version).chain(on_call))
}
