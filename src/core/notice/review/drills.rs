//! The exercises of a period, by the clocks that real incidents have.

use std::collections::BTreeSet;

use super::{count, customer};
use crate::core::doc::{Block, Cell, Line, Table, Text, Value, Verdict as Mark};
use crate::core::drill::{Ending, Outcome};
use crate::core::event::AgreementId;
use crate::core::notice::drill::clock_text;
use crate::core::notice::rows::{dotted, joined};
use crate::core::notice::words;
use crate::core::review::Document;
use crate::core::review::document::{DrillClockRow, DrillRow};

pub(super) fn drills(document: &Document) -> Vec<Block> {
    if document.drills.is_empty() {
        return Vec::new();
    }
    let columns = [
        "review-column-drill",
        "review-column-began",
        "review-column-drill-course",
        "review-column-clocks",
        "review-column-calls",
    ];
    let table = Table {
        caption: Text::key("review-caption-drills").into(),
        columns: columns.map(|key| Text::from(Value::term(key)).into()).to_vec(),
        rows: document.drills.iter().map(|row| drill(document, row)).collect(),
    };
    vec![Block::Table(table), Block::Line(Text::key("review-drills-apart").into())]
}

fn drill(document: &Document, row: &DrillRow) -> Vec<Cell> {
    let name = dotted([
        Value::term("drill-mark").into(),
        Value::Code(row.drill.to_string()).into(),
        Value::Localized(row.service.1.clone()).into(),
        Text::name(row.priority.to_string()),
    ]);
    let announced = if row.announced { "review-drill-announced" } else { "review-drill-unannounced" };
    let began = dotted([Value::Moment(row.began).into(), Value::Term(announced.into()).into()]);
    vec![
        Cell::new(name),
        Cell::new(began),
        Cell::new(course(row)),
        clocks(document, row),
        Cell::new(calls(row)),
    ]
}

/// `in hand after 3 min · resolved after 24 min`
fn course(row: &DrillRow) -> Line {
    let taken = match row.acknowledged {
        Some(after) => Text::key("review-step-in-hand").with("after", after),
        None => Text::key("drill-nobody"),
    };
    let end = match (row.ending, row.resolved) {
        (Ending::Resolved, Some(after)) => Text::key("review-step-resolved").with("after", after),
        (Ending::Stopped, _) => Text::key("drill-ended-stopped"),
        _ => Text::key("drill-ended-ran-out"),
    };
    dotted([taken, end])
}

fn clocks(document: &Document, row: &DrillRow) -> Cell {
    let of: BTreeSet<&AgreementId> = row.clocks.iter().map(|clock| &clock.agreement).collect();
    let text = joined(row.clocks.iter().map(|clock| one(document, clock, of.len() > 1)));
    let is = |outcome| row.clocks.iter().any(|clock| clock.outcome == outcome);
    let verdict = match row.clocks.is_empty() {
        true => None,
        false if is(Outcome::Late) => Some(Mark::Broken),
        false if is(Outcome::Undecided) => Some(Mark::Unknown),
        false => Some(Mark::Kept),
    };
    Cell { verdict, text }
}

/// `Response: too late: 19 min (promised 15 min)`, with whose promise it is where several are told.
fn one(document: &Document, clock: &DrillClockRow, several: bool) -> Line {
    let mut line: Line = vec![words::clock_name(clock.clock).into(), Text::mark(" ")];
    if several {
        line.extend([customer(document, &clock.agreement), Text::mark(" ")]);
    }
    line.push(clock_text(clock.outcome, clock.elapsed, clock.target));
    line
}

fn calls(row: &DrillRow) -> Text {
    match row.calls {
        0 => Text::key("drill-no-calls"),
        calls => {
            Text::key("drill-calls").with("count", count(calls)).with("unanswered", count(row.unanswered))
        }
    }
}
