//! The figures of a review as one table: a row for each promise, each incident, each month of each promise and
//! each quote; then where they come from.

use chrono::SecondsFormat;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{Report, line};
use crate::core::notice::review::{customer_name, reference};
use crate::core::review::Document;
use crate::core::review::document::{Figure, Goal, IncidentRow, ObjectiveRow, Quote, YearCell};
use crate::core::score::ScoreKind;
use crate::core::time::{Instant, Span};

const COLUMNS: [&str; 18] = [
    "record",
    "reference",
    "service",
    "priority",
    "from",
    "until",
    "verdict",
    "target",
    "value",
    "unit",
    "met",
    "of",
    "pending",
    "coverage_percent",
    "seconds",
    "allowed_seconds",
    "late",
    "text",
];

/// One row, by the names of the columns; what is not said is empty.
#[derive(Default)]
struct Row {
    record: &'static str,
    reference: String,
    service: String,
    priority: String,
    from: String,
    until: String,
    verdict: String,
    target: String,
    value: String,
    unit: &'static str,
    met: String,
    of: String,
    pending: String,
    coverage: String,
    seconds: String,
    allowed: String,
    late: String,
    text: String,
}

impl Row {
    fn cells(self) -> [String; 18] {
        let (record, unit) = (self.record.to_owned(), self.unit.to_owned());
        let first = [record, self.reference, self.service, self.priority, self.from, self.until];
        let then = [self.verdict, self.target, self.value, unit, self.met, self.of];
        let last = [self.pending, self.coverage, self.seconds, self.allowed, self.late, self.text];
        let mut all = first.into_iter().chain(then).chain(last);
        std::array::from_fn(|_| all.next().unwrap_or_default())
    }
}

pub(super) fn whole(report: &Report<'_>) -> String {
    let document = report.document;
    let mut rows = vec![review(document)];
    rows.extend(document.objectives.iter().flat_map(|row| objective(document, row)));
    rows.extend(document.incidents.rows.iter().map(|row| incident(report, row)));
    for row in document.year.iter().flat_map(|year| &year.rows) {
        let months = document.year.iter().flat_map(|year| &year.months).zip(&row.cells);
        let months = months.filter_map(|(month, cell)| Some((month, cell.as_ref()?)));
        rows.extend(months.map(|(first, cell)| Row {
            record: "month",
            reference: row.name.clone(),
            service: row.service.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default(),
            from: first.to_string(),
            target: target(&row.target),
            ..month(&row.target, cell)
        }));
    }
    rows.extend(document.voice.quotes.iter().filter_map(|known| quote(report, known)));
    rows.extend(provenance(report));
    let mut text = String::new();
    line(&mut text, COLUMNS.into_iter().map(ToOwned::to_owned));
    rows.into_iter().for_each(|row| line(&mut text, row.cells().into_iter()));
    text
}

/// With the offset of the review's zone.
fn moment(document: &Document, at: Instant) -> String {
    at.to_utc().with_timezone(&document.zone).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// As JSON writes it: `at_risk`.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(ToOwned::to_owned))
        .unwrap_or_default()
}

fn seconds(span: Span) -> String {
    Decimal::new(span.micros(), 6).normalize().to_string()
}

fn review(document: &Document) -> Row {
    let customer = document.agreement.as_ref().map(|promised| promised.customer.clone());
    Row {
        record: "review",
        reference: format!("{}-{}", document.review, document.revision),
        from: moment(document, document.window.start),
        until: moment(document, document.window.end),
        met: document.verdict.met.to_string(),
        text: customer.unwrap_or_default(),
        ..Row::default()
    }
}

fn target(goal: &Goal) -> String {
    match goal {
        Goal::Availability { percent }
        | Goal::Share { percent, .. }
        | Goal::Percentile { percent, .. }
        | Goal::Complaints { percent, .. } => percent.to_string(),
        Goal::Satisfaction { at_least, .. } => at_least.to_string(),
        Goal::Mean { .. } => String::new(),
    }
}

const fn unit(goal: &Goal) -> &'static str {
    match goal {
        Goal::Satisfaction { kind: ScoreKind::Nps | ScoreKind::Mean { .. }, .. } => "points",
        Goal::Percentile { .. } | Goal::Mean { .. } => "seconds",
        _ => "percent",
    }
}

fn month(goal: &Goal, cell: &YearCell) -> Row {
    let value = cell.value.map(|value| value.to_string()).unwrap_or_default();
    let unit = if value.is_empty() { "" } else { unit(goal) };
    Row { verdict: word(&cell.verdict), value, unit, ..Row::default() }
}

/// One row; of a percentile or mean one for each priority.
fn objective(document: &Document, row: &ObjectiveRow) -> Vec<Row> {
    let base = || Row {
        record: "objective",
        reference: row.name.clone(),
        service: row.service.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default(),
        from: moment(document, row.window.start),
        until: moment(document, row.window.end),
        verdict: word(&row.verdict),
        target: target(&row.target),
        unit: unit(&row.target),
        ..Row::default()
    };
    let text = |value: &Option<Decimal>| value.map(|value| value.to_string()).unwrap_or_default();
    match &row.value {
        Figure::Availability { value, coverage, down, budget, .. } => vec![Row {
            value: text(value),
            coverage: text(coverage),
            seconds: seconds(*down),
            allowed: seconds(*budget),
            ..base()
        }],
        Figure::InTime { met, of, pending, .. } => {
            vec![Row { met: met.to_string(), of: of.to_string(), pending: pending.to_string(), ..base() }]
        }
        Figure::Times { rows, of, pending } if rows.is_empty() => {
            vec![Row { of: of.to_string(), pending: pending.to_string(), ..base() }]
        }
        Figure::Times { rows, pending, .. } => rows
            .iter()
            .map(|times| Row {
                priority: times.priority.to_string(),
                seconds: seconds(times.value),
                allowed: seconds(times.target),
                of: times.of.to_string(),
                pending: pending.to_string(),
                ..base()
            })
            .collect(),
        Figure::Score { value, asked, answered, .. } => {
            vec![Row { value: text(value), met: answered.to_string(), of: asked.to_string(), ..base() }]
        }
    }
}

fn incident(report: &Report<'_>, row: &IncidentRow) -> Row {
    let document = report.document;
    let late: Vec<String> = row.late.iter().map(word).collect();
    let cause = row.cause_text.as_ref().and_then(|id| report.facts.prose.get(id)).cloned();
    Row {
        record: "incident",
        reference: reference(document, row.number),
        service: row.service.0.to_string(),
        priority: row.priority.to_string(),
        from: moment(document, row.began),
        until: row.resolved.map(|at| moment(document, at)).unwrap_or_default(),
        seconds: seconds(row.disturbed),
        late: late.join(" "),
        text: cause.or_else(|| row.cause.as_ref().map(word)).unwrap_or_default(),
        ..Row::default()
    }
}

/// Whose words they are, by the customer and where they are named by the name, and the words. None of what may not
/// be quoted any more.
fn quote(report: &Report<'_>, known: &Quote) -> Option<Row> {
    let text = report.facts.prose.get(known.text.as_ref()?).cloned().unwrap_or_default();
    let by = known.by.as_ref().and_then(|by| report.facts.people.get(by)).map(|person| person.name.clone());
    let (reference, value) = (customer_name(report.document, &known.agreement), by.unwrap_or_default());
    Some(Row { record: "quote", reference, value, text, ..Row::default() })
}

fn provenance(report: &Report<'_>) -> Vec<Row> {
    let from = &report.document.provenance;
    let row = |reference: &str, value: String, text: String| Row {
        record: "provenance",
        reference: reference.to_owned(),
        value,
        text,
        ..Row::default()
    };
    let mut rows = vec![
        row("build", String::new(), from.build.clone()),
        row("time_zone_data", String::new(), from.tzdb.clone()),
        row("journal", from.sequence.to_string(), String::new()),
    ];
    rows.extend(report.entry.map(|entry| row("entry", entry.sequence.to_string(), entry.sha256.clone())));
    rows.extend(
        from.delivery.as_ref().map(|(number, hash)| row("delivery", number.to_string(), hash.clone())),
    );
    rows
}
