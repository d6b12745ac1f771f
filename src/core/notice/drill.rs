//! What is said of drills alone, and the mark that every message of a drill bears.

use crate::core::agreement::Priority;
use crate::core::doc::{
    Block, Button, Doc, Field, Form, Line, Press, Text, Tone, Value, Verdict as Mark, Weight,
};
use crate::core::drill::{DrillClock, DrillResult, Ending, Outcome};
use crate::core::event::{AgreementId, IncidentNumber};
use crate::core::notice::card::{button, service};
use crate::core::notice::rows::{DOT, dotted};
use crate::core::notice::view::Localized;
use crate::core::notice::words;
use crate::core::time::{Instant, Span};

/// The word that stands first in every message of a drill.
const MARK: Value = Value::term("drill-mark");
/// What makes no sense in an exercise.
const USELESS: [&str; 3] = ["complaint ", "reopen ", "publish "];

fn mark(line: &mut Line) {
    if line.first() != Some(&Text::Value(MARK)) {
        line.splice(0..0, [MARK.into(), DOT]);
    }
}

/// The same message as one of a drill: its first word says so, also where it names a thread, and it offers nothing
/// that only an incident has.
pub fn marked(mut doc: Doc) -> Doc {
    mark(&mut doc.head);
    if !doc.thread.is_empty() {
        mark(&mut doc.thread);
    }
    let useless = |button: &Button| match &button.press {
        Press::Command(line) => USELESS.iter().any(|command| line.starts_with(command)),
        Press::Open(_) => false,
    };
    doc.buttons.retain(|button| !useless(button));
    doc
}

/// The same form as one of a drill.
pub fn marked_form(mut form: Form) -> Form {
    mark(&mut form.title);
    form
}

/// A drill that is to come.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub drill: IncidentNumber,
    pub service: Localized,
    pub priority: Priority,
    pub starts: Instant,
    pub lasts: Span,
    pub as_of: Instant,
}

/// `DRILL · P1 · Checkout`: when it comes, and what is expected of whom.
pub fn planned(view: &Planned) -> Doc {
    let text =
        Text::key("drill-planned").with("starts", view.starts).with("lasts", Value::Duration(view.lasts));
    let doc = about(view).line(text).line(Text::key("drill-planned-how"));
    let stop = button("button-drill-stop", &format!("drill stop {}", view.drill), Weight::Secondary);
    marked(Doc { buttons: vec![stop], ..doc })
}

/// The same for a customer who agreed to it.
pub fn planned_for_customer(view: &Planned) -> Doc {
    let text = Text::key("drill-planned-customer").with("starts", view.starts);
    marked(about(view).line(text.with("lasts", Value::Duration(view.lasts))))
}

/// One that was announced does not take place.
pub fn dropped(view: &Planned) -> Doc {
    marked(about(view).line(Text::key("drill-dropped").with("starts", view.starts)))
}

fn about(view: &Planned) -> Doc {
    let head = dotted([Text::name(view.priority.to_string()), service(&view.service)]);
    let mut doc = Doc::new(Tone::Information, head, view.as_of);
    doc.reference = Some(view.drill.to_string());
    doc.footer = Text::from(Value::Zone).into();
    doc
}

/// What came of a drill, for operators: each clock kept or late, who took it, and calls that nobody answered.
/// `customers` names those whose clocks may be told; what is not named is left out.
pub fn result(
    result: &DrillResult,
    name: &Localized,
    customers: &[(AgreementId, String)],
    as_of: Instant,
) -> Doc {
    let head = dotted([Text::key("drill-over"), Text::name(result.priority.to_string()), service(name)]);
    let span = Text::key("card-from-to").with("from", result.began).with("to", result.ended);
    let mut doc = Doc::new(Tone::Information, head, as_of)
        .line(span.with("length", result.ended - result.began))
        .line(vec![ending(result), DOT, acknowledged(result)]);
    let rows = result.clocks.iter().filter_map(|clock| {
        let (_, customer) = customers.iter().find(|(id, _)| *id == clock.agreement)?;
        Some(clock_row(clock, customer, customers.len() > 1))
    });
    doc = doc.block(Block::Fields(rows.collect())).line(calls(result));
    doc.reference = Some(result.drill.to_string());
    doc.footer = Text::from(Value::Zone).into();
    marked(doc)
}

/// How it ended.
pub fn ending(result: &DrillResult) -> Text {
    match (result.ending, &result.resolved) {
        (Ending::Resolved, Some(resolved)) => Text::key("drill-ended-resolved")
            .with("person", Value::Person(resolved.by.clone()))
            .with("after", Value::Duration(resolved.after)),
        (Ending::Stopped, _) => Text::key("drill-ended-stopped"),
        _ => Text::key("drill-ended-ran-out"),
    }
}

/// Who took it, and after how long.
pub fn acknowledged(result: &DrillResult) -> Text {
    match &result.acknowledged {
        Some(taken) => Text::key("drill-acknowledged")
            .with("person", Value::Person(taken.by.clone()))
            .with("after", Value::Duration(taken.after)),
        None => Text::key("drill-nobody"),
    }
}

fn clock_row(clock: &DrillClock, customer: &str, several: bool) -> Field {
    let verdict = match clock.outcome {
        Outcome::Met => Mark::Kept,
        Outcome::Late => Mark::Broken,
        Outcome::Undecided => Mark::Unknown,
    };
    let mut value: Line = vec![clock_text(clock.outcome, clock.elapsed, clock.target)];
    if several {
        value.extend([DOT, Text::name(customer.to_owned())]);
    }
    Field { name: Text::from(words::clock_name(clock.clock)).into(), verdict: Some(verdict), value }
}

/// `too late: 19 min 12 s (promised 15 min)`
pub fn clock_text(outcome: Outcome, elapsed: Span, target: Option<Span>) -> Text {
    let key = match outcome {
        Outcome::Met => "drill-clock-met",
        Outcome::Late => "drill-clock-late",
        Outcome::Undecided => "drill-clock-undecided",
    };
    let elapsed = match outcome {
        // Rounding would hide that it was late.
        Outcome::Late => Value::ExactDuration(elapsed),
        Outcome::Met | Outcome::Undecided => Value::Duration(elapsed),
    };
    let text = Text::Message { key: key.into(), args: Default::default() }.with("elapsed", elapsed);
    match target {
        Some(target) => text.with("target", Value::ExactDuration(target)),
        None => Text::key("drill-clock-never-due"),
    }
}

fn calls(result: &DrillResult) -> Text {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    if result.calls == 0 {
        return Text::key("drill-no-calls");
    }
    Text::key("drill-calls").with("count", count(result.calls)).with("unanswered", count(result.unanswered))
}

/// `NO DRILL · Checkout`: a real incident opened at a service that is being exercised.
pub fn no_drill(incident: IncidentNumber, drill: IncidentNumber, name: &Localized, as_of: Instant) -> Doc {
    let head = dotted([Text::key("drill-no-drill"), service(name)]);
    let text = Text::key("drill-no-drill-text").with("incident", Value::Code(incident.to_string()));
    let mut doc =
        Doc::new(Tone::Disturbed, head, as_of).line(text.with("drill", Value::Code(drill.to_string())));
    doc.reference = Some(incident.to_string());
    doc.footer = Text::from(Value::Zone).into();
    doc.buttons = vec![button("button-acknowledge", &format!("ack {incident}"), Weight::Primary)];
    doc
}
