//! What is said when it works again: every clock's verdict and how each objective stands.

use crate::core::agreement::ClockKind;
use crate::core::doc::{Block, Doc, Field, Line, Period, Text, Tone, Value};
use crate::core::notice::card;
use crate::core::notice::customer::{said, stopped_row};
use crate::core::notice::rows::{DOT, count, dotted};
use crate::core::notice::view::{
    CustomerView, FiguresView, IncidentView, ObjectiveView, Promised, by_urgency,
};
use crate::core::notice::words;
use crate::core::standing::Verdict;
use crate::core::time::Instant;

/// The summary for operators: a message of its own, because an edited card rings nowhere.
pub fn operators(view: &IncidentView, at: Instant) -> Doc {
    let head = dotted([
        words::tone(Tone::Restored).into(),
        Text::name(view.priority.to_string()),
        card::service(&view.service),
    ]);
    let length =
        Text::key("card-from-to").with("from", view.since).with("to", at).with("length", at - view.since);
    let mut doc = Doc::new(Tone::Restored, head, view.as_of).line(length);
    doc.reference = Some(view.number.to_string());
    for agreement in view.by_urgency() {
        doc.blocks.push(Block::Heading(Text::name(agreement.customer.clone()).into()));
        doc.blocks.push(Block::Fields(card::agreement_rows(view, agreement)));
    }
    doc.footer = Text::from(Value::Zone).into();
    doc
}

/// The summary for the customer; the same as their card once it is resolved, without its buttons.
pub fn customer(view: &CustomerView, at: Instant) -> Doc {
    let view = CustomerView { resolved: Some(at), ..view.clone() };
    let mut doc = super::customer::card(&view);
    doc.buttons.truncate(1);
    doc
}

pub(super) fn customer_blocks(view: &CustomerView, at: Instant) -> Vec<Block> {
    let disturbed = Text::key("customer-was-disturbed").with("from", view.since).with("to", at);
    let mut blocks = vec![Block::Line(disturbed.with("length", at - view.since).into())];
    let clocks: Vec<Field> = by_urgency(&view.clocks).into_iter().map(stopped_row).collect();
    if !clocks.is_empty() {
        blocks.push(Block::Fields(clocks));
    }
    blocks.extend(view.objectives.iter().map(|objective| Block::Line(objective_line(objective))));
    blocks.extend(said(view));
    blocks
}

/// `November so far: 99.90 % (promised 99.9 %)`, in the customer's words.
fn objective_line(objective: &ObjectiveView) -> Line {
    let period = Value::Period { period: objective.period, full: false };
    let clock_line = |key: &'static str, clock: ClockKind, within: &Promised| {
        Text::key(key).with("clock", words::clock_name(clock)).with("target", within.value())
    };
    let text = match &objective.figures {
        FiguresView::Availability { value, target, .. } => {
            let whole = objective.over || matches!(objective.period, Period::Rolling(_));
            let text = match (value, whole) {
                (None, _) => Text::key("customer-availability-no-data"),
                (Some(value), true) => {
                    Text::key("customer-availability").with("value", Value::percent(*value))
                }
                (Some(value), false) => {
                    Text::key("customer-availability-so-far").with("value", Value::percent(*value))
                }
            };
            text.with("target", Value::target(*target))
        }
        FiguresView::Share { clock, percent, within, met, of } => {
            clock_line("customer-share", *clock, within)
                .with("percent", Value::target(*percent))
                .with("met", count(*met))
                .with("of", count(*of))
        }
        FiguresView::Percentile { clock, percent, value: Some(value), within, .. } => {
            let text = clock_line("customer-percentile", *clock, within);
            text.with("percent", Value::target(*percent)).with("value", *value)
        }
        FiguresView::Mean { clock, value: Some(value), within, .. } => {
            clock_line("customer-mean", *clock, within).with("value", *value)
        }
        FiguresView::Percentile { clock, within, .. } | FiguresView::Mean { clock, within, .. } => {
            clock_line("customer-clock-no-data", *clock, within)
        }
    };
    let mut line = vec![text.with("period", period)];
    let standing = match objective.standing {
        Verdict::AtRisk => Some(Text::key("customer-standing-at-risk")),
        Verdict::Missed => Some(Text::key("customer-standing-missed")),
        Verdict::Insufficient => Some(Text::key("customer-standing-insufficient")),
        // Said by the words, and by their absence.
        Verdict::Met | Verdict::NoData => None,
    };
    line.extend(standing.into_iter().flat_map(|standing| [DOT, standing]));
    line
}
