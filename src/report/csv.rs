//! The figures of a review as one table: a row for each promise, incident, action item, risk and whatever else its
//! chapters tell; then where they come from. What a row is of stands in its first column.

mod expected;
mod heard;
mod row;
mod scorecard;
mod work;

use super::{Report, line};
use crate::core::notice::review::amount;
use crate::core::notice::review::reference;
use crate::core::review::document::{
    Credit, CustomerRow, Exclusion, Figure, Goal, IncidentRow, ObjectiveRow, Overall, Response, YearCell,
};
use crate::core::review::{Document, Section};
use crate::core::score::ScoreKind;
use row::{COLUMNS, Row, id, maybe, moment, prose, seconds, word};

pub(super) fn whole(report: &Report<'_>) -> String {
    let document = report.document;
    let chapters = document.sections.iter().flat_map(|section| chapter(report, *section));
    let mut text = String::new();
    line(&mut text, COLUMNS.into_iter().map(ToOwned::to_owned));
    let rows = std::iter::once(review(document)).chain(chapters).chain(provenance(report));
    rows.for_each(|row| line(&mut text, row.cells().into_iter()));
    text
}

/// The figures of one chapter.
fn chapter(report: &Report<'_>, section: Section) -> Vec<Row> {
    let document = report.document;
    match section {
        Section::Verdict => verdicts("", document.verdict),
        Section::Customers => document.customers.iter().flat_map(customer).collect(),
        Section::Objectives => document.objectives.iter().flat_map(|row| objective(document, row)).collect(),
        Section::Year => year(document),
        Section::Incidents => incidents(report),
        Section::Communication => heard::communication(document),
        Section::Disputes => heard::disputes(report),
        Section::Exclusions => document.exclusions.iter().map(|row| exclusion(document, row)).collect(),
        Section::Credits => document.credits.iter().map(credit).collect(),
        Section::Voice => heard::voice(report),
        Section::Forecast => {
            document.forecast.iter().flat_map(|row| expected::forecast(document, row)).collect()
        }
        Section::Recommendations => {
            document.recommendations.iter().flat_map(|row| expected::recommendation(document, row)).collect()
        }
        Section::Actions => document.actions.iter().flat_map(|row| work::action(report, row)).collect(),
        Section::Risks => document.risks.iter().flat_map(|row| work::risk(report, row)).collect(),
        Section::Drills => document.drills.iter().flat_map(|row| work::drill(document, row)).collect(),
        Section::Scorecard => {
            document.scorecard.iter().flat_map(|card| scorecard::rows(document, card)).collect()
        }
    }
}

/// How many promises stand how: of the whole, or of one customer.
fn verdicts(agreement: &str, verdict: Overall) -> Vec<Row> {
    let each = [
        ("met", verdict.met),
        ("at_risk", verdict.at_risk),
        ("missed", verdict.missed),
        ("unknown", verdict.unknown),
    ];
    let row = |(verdict, number): (&str, u32)| Row {
        verdict: verdict.to_owned(),
        agreement: agreement.to_owned(),
        ..Row::count("verdict", "", number)
    };
    each.map(row).to_vec()
}

fn customer(row: &CustomerRow) -> Vec<Row> {
    let agreement = row.agreement.as_str();
    let whose = |row: Row| Row { agreement: agreement.to_owned(), ..row };
    let budget = row.budget_used.map(|used| Row {
        value: used.to_string(),
        unit: "percent".into(),
        ..Row::new("customer", "budget_used")
    });
    let level = Row { text: row.customer.clone(), ..Row::new("customer", row.level) };
    let counts = [
        Row::count("customer", "incidents", row.incidents),
        Row::count("customer", "complaints_open", row.complaints_open),
    ];
    let own = [level].into_iter().chain(counts).chain(budget).map(whose);
    own.chain(verdicts(agreement, row.verdict)).collect()
}

fn year(document: &Document) -> Vec<Row> {
    let mut rows = Vec::new();
    for row in document.year.iter().flat_map(|year| &year.rows) {
        let months = document.year.iter().flat_map(|year| &year.months).zip(&row.cells);
        let months = months.filter_map(|(month, cell)| Some((month, cell.as_ref()?)));
        rows.extend(months.map(|(first, cell)| Row {
            service: id(row.service.as_ref()),
            from: first.to_string(),
            target: target(&row.target),
            ..month(&row.name, &row.target, cell)
        }));
    }
    rows
}

fn review(document: &Document) -> Row {
    let promised = document.agreement.as_ref();
    Row {
        met: document.verdict.met.to_string(),
        text: maybe(promised.map(|promised| &promised.customer)),
        agreement: maybe(promised.map(|promised| &promised.agreement)),
        ..Row::new("review", format!("{}-{}", document.review, document.revision))
    }
    .during(document, document.window)
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

fn month(name: &str, goal: &Goal, cell: &YearCell) -> Row {
    let unit = if cell.value.is_some() { unit(goal) } else { "" };
    Row {
        verdict: word(&cell.verdict),
        value: maybe(cell.value),
        unit: unit.into(),
        ..Row::new("month", name)
    }
}

/// One row; of a percentile or mean one for each priority.
fn objective(document: &Document, row: &ObjectiveRow) -> Vec<Row> {
    let base = || Row {
        service: id(row.service.as_ref()),
        verdict: word(&row.verdict),
        target: target(&row.target),
        unit: unit(&row.target).into(),
        ..Row::new("objective", &row.name).during(document, row.window)
    };
    match &row.value {
        Figure::Availability { value, coverage, down, budget, .. } => vec![Row {
            value: maybe(*value),
            coverage: maybe(*coverage),
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
            vec![Row { value: maybe(*value), met: answered.to_string(), of: asked.to_string(), ..base() }]
        }
    }
}

fn incidents(report: &Report<'_>) -> Vec<Row> {
    let told = &report.document.incidents;
    let counts = [
        ("all", told.count),
        ("before", told.before),
        ("noticed_by_monitor", told.noticed_by_monitor),
        ("noticed_by_customer", told.noticed_by_customer),
        ("noticed_by_operator", told.noticed_by_operator),
        ("reopened", told.reopened),
        ("without_cause", told.without_cause),
    ];
    let counts = counts.map(|(what, number)| Row::count("incidents", what, number));
    let by_priority = told.by_priority.iter().map(|(priority, number)| Row {
        priority: priority.to_string(),
        ..Row::count("incidents", "priority", number)
    });
    let by_cause = told
        .by_cause
        .iter()
        .map(|(cause, number)| Row { text: word(cause), ..Row::count("incidents", "cause", number) });
    let rows = told.rows.iter().map(|row| incident(report, row));
    let responses = told.responses.iter().map(|row| response(report.document, row));
    counts.into_iter().chain(by_priority).chain(by_cause).chain(rows).chain(responses).collect()
}

fn incident(report: &Report<'_>, row: &IncidentRow) -> Row {
    let document = report.document;
    let late: Vec<String> = row.late.iter().map(word).collect();
    let cause = row.cause_text.as_ref().map(|id| prose(report, id));
    Row {
        service: row.service.0.to_string(),
        priority: row.priority.to_string(),
        from: moment(document, row.began),
        until: maybe(row.resolved.map(|at| moment(document, at))),
        seconds: seconds(row.disturbed),
        late: late.join(" "),
        text: cause.or_else(|| row.cause.as_ref().map(word)).unwrap_or_default(),
        ..Row::new("incident", reference(document, row.number))
    }
}

fn response(document: &Document, row: &Response) -> Row {
    Row {
        priority: row.priority.to_string(),
        allowed: maybe(row.target.map(seconds)),
        late: if row.late { "response".to_owned() } else { String::new() },
        ..Row::length("response", maybe(row.incident.map(|number| reference(document, number))), row.took)
    }
}

fn exclusion(document: &Document, row: &Exclusion) -> Row {
    let services: Vec<&str> = row.services.iter().map(|(id, _)| id.as_str()).collect();
    Row {
        service: services.join(" "),
        from: moment(document, row.from),
        until: moment(document, row.until),
        text: row.reason.clone(),
        ..Row::length("exclusion", "", row.until - row.from)
    }
}

fn credit(row: &Credit) -> Row {
    Row {
        value: amount(row).to_string(),
        unit: row.currency.clone().into(),
        ..Row::new("credit", &row.objective)
    }
}

fn provenance(report: &Report<'_>) -> Vec<Row> {
    let from = &report.document.provenance;
    let row = |reference: &str, value: String, text: String| Row {
        value,
        text,
        ..Row::new("provenance", reference)
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
