//! The incidents of a period: how many, how each went from detection to confirmation, and why.

use rust_decimal::Decimal;

use super::figures::reference;
use super::{Told, count, courses};
use crate::core::doc::{Block, Cell, Line, Table, Text, Value, Verdict as Mark};
use crate::core::notice::rows::{dotted, joined};
use crate::core::notice::words;
use crate::core::picture::{Bar, Bars, Leaning, Picture, Shows};
use crate::core::review::Document;
use crate::core::review::document::{IncidentRow, Incidents};
use crate::core::time::Instant;

pub(super) fn told(document: &Document) -> Told {
    let incidents = &document.incidents;
    let mut blocks = vec![Block::Line(summary(document))];
    if incidents.count > 0 {
        blocks.push(Block::Line(noticed(incidents)));
    }
    if !incidents.rows.is_empty() {
        blocks.push(Block::Table(table(document)));
    }
    let more = count(incidents.count) - count(incidents.rows.len());
    if more > 0 && !incidents.rows.is_empty() {
        blocks.push(Block::Line(Text::key("review-incidents-more").with("count", more).into()));
    }
    let pictures = [courses::timeline(document), courses::responses(document), causes(incidents)];
    (blocks, pictures.into_iter().flatten().collect())
}

/// `12 incidents · 9 in the period before · P1 2, P2 10 · longest: ACME-42 (24 min)`
pub(super) fn summary(document: &Document) -> Line {
    let incidents = &document.incidents;
    let mut parts: Vec<Line> = vec![
        Text::key("review-incidents").with("count", i64::from(incidents.count)).into(),
        Text::key("review-incidents-before").with("count", i64::from(incidents.before)).into(),
    ];
    let each = incidents.by_priority.iter().filter(|(_, number)| **number > 0);
    parts.extend(each.map(|(priority, number)| {
        let text = Text::key("review-incidents-of").with("priority", Value::Name(priority.to_string()));
        text.with("count", i64::from(*number)).into()
    }));
    parts.extend(longest(document).map(Line::from));
    if incidents.reopened > 0 {
        parts.push(Text::key("review-reopened").with("count", i64::from(incidents.reopened)).into());
    }
    joined(parts)
}

fn longest(document: &Document) -> Option<Text> {
    let number = document.incidents.longest?;
    let row = document.incidents.rows.iter().find(|row| row.number == number)?;
    Some(
        Text::key("review-longest")
            .with("incident", Value::Name(reference(document, number)))
            .with("length", row.disturbed),
    )
}

fn noticed(incidents: &Incidents) -> Line {
    Text::key("review-noticed")
        .with("monitor", i64::from(incidents.noticed_by_monitor))
        .with("customer", i64::from(incidents.noticed_by_customer))
        .with("operator", i64::from(incidents.noticed_by_operator))
        .into()
}

fn table(document: &Document) -> Table {
    let columns = [
        "review-column-incident",
        "review-column-began",
        "review-column-course",
        "review-column-disturbed",
        "review-column-clocks",
        "review-column-cause",
    ];
    Table {
        caption: Text::key("review-caption-incidents").into(),
        columns: columns.map(|key| Text::from(Value::term(key)).into()).to_vec(),
        rows: document.incidents.rows.iter().map(|row| incident(document, row)).collect(),
    }
}

fn incident(document: &Document, row: &IncidentRow) -> Vec<Cell> {
    let name = dotted([
        Value::Code(reference(document, row.number)).into(),
        Value::Localized(row.service.1.clone()).into(),
        Text::name(row.priority.to_string()),
    ]);
    let began = dotted([Value::Moment(row.began).into(), words::noticed_by(row.noticed_by).into()]);
    vec![
        Cell::new(name),
        Cell::new(began),
        Cell::new(course(row)),
        Cell::new(Text::from(Value::Duration(row.disturbed))),
        clocks(row),
        Cell { verdict: None, text: cause(row) },
    ]
}

/// How long after it was known each step came: `told after 3 min · in hand after 5 min · resolved after 24 min`.
pub(super) fn course(row: &IncidentRow) -> Line {
    let step = |key: &'static str, at: Option<Instant>| {
        at.map(|at| Text::key(key).with("after", (at - row.noticed).or_zero()))
    };
    let steps = [
        step("review-step-told", row.told),
        step("review-step-in-hand", row.acknowledged),
        step("review-step-resolved", row.resolved),
        step("review-step-confirmed", row.confirmed),
    ];
    let open = row.resolved.is_none().then(|| Text::key("review-step-open"));
    let again =
        (row.reopened > 0).then(|| Text::key("review-step-reopened").with("count", i64::from(row.reopened)));
    dotted(steps.into_iter().flatten().chain(open).chain(again))
}

fn clocks(row: &IncidentRow) -> Cell {
    if row.late.is_empty() {
        return Cell::marked(Mark::Kept, Text::key("review-clocks-in-time"));
    }
    let late = Value::List(row.late.iter().map(|kind| words::clock(*kind)).collect());
    Cell::marked(Mark::Broken, Text::key("review-clocks-late").with("clocks", late))
}

fn cause(row: &IncidentRow) -> Line {
    let category = row.cause.map(|cause| Text::from(words::cause(cause)));
    dotted(category.into_iter().chain(row.cause_text.clone().map(Text::Prose)))
}

/// How often each cause came up; none where there is nothing to compare.
fn causes(incidents: &Incidents) -> Option<Picture> {
    let mut known: Vec<(Text, u32)> =
        incidents.by_cause.iter().map(|(cause, number)| (words::cause(*cause).into(), *number)).collect();
    if known.is_empty() || incidents.count < 2 {
        return None;
    }
    // The most frequent first; the order of the categories decides between equals.
    known.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    known.extend(
        (incidents.without_cause > 0).then(|| (Text::key("review-cause-none"), incidents.without_cause)),
    );
    let of = Decimal::from(incidents.count);
    let bar = |(label, number): &(Text, u32)| Bar {
        label: label.clone().into(),
        count: u64::from(*number),
        share: Some(Decimal::from(u64::from(*number) * 100) / of),
        leaning: Leaning::Plain,
    };
    let mut alt: Line = vec![Text::key("review-causes-alt").with("count", i64::from(incidents.count))];
    for (label, number) in &known {
        alt.extend([Text::mark(" · "), label.clone(), Text::mark(" "), Value::Count(count(*number)).into()]);
    }
    Some(Picture {
        title: Text::key("review-causes").into(),
        note: Text::key("review-incidents").with("count", i64::from(incidents.count)).into(),
        alt,
        shows: Shows::Bars(Bars { bars: known.iter().map(bar).collect(), key: Vec::new() }),
    })
}
