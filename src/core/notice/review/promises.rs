//! Each promise: in the period, month by month over a year, and in the period that runs.

use super::figures::{before, budget, figure, goal, objective_name, short};
use super::{Told, count};
use crate::core::calendar::local_date;
use crate::core::doc::{Block, Cell, Field, Line, Period, Table, Text, Value, Verdict as Mark};
use crate::core::notice::rows::{dotted, joined};
use crate::core::notice::words;
use crate::core::picture::{Grid, GridCell, GridRow, Picture, Shows};
use crate::core::review::Document;
use crate::core::review::document::{Forecast, Goal, ObjectiveRow, Year, YearCell, YearRow};
use crate::core::score::ScoreKind;
use crate::core::standing::Verdict;

pub(super) fn objectives(document: &Document) -> Vec<Block> {
    if document.objectives.is_empty() {
        return Vec::new();
    }
    let columns = [
        "review-column-objective",
        "review-column-promised",
        "review-column-measured",
        "review-column-standing",
        "review-column-before",
        "review-column-budget",
    ];
    vec![Block::Table(Table {
        caption: Text::key("review-caption-objectives").into(),
        columns: columns.map(|key| Text::from(Value::term(key)).into()).to_vec(),
        rows: document.objectives.iter().map(|row| objective(document, row)).collect(),
    })]
}

fn objective(document: &Document, row: &ObjectiveRow) -> Vec<Cell> {
    let mut name = objective_name(&row.name, row.service.as_ref());
    // A promise over a longer time than the review's says so.
    if row.window != document.window {
        name.extend([Text::mark(" · "), period(document, row).into()]);
    }
    vec![
        Cell::new(name),
        Cell::new(goal(&row.name, &row.target)),
        Cell::new(figure(&row.value, &row.target)),
        Cell::marked(words::standing_mark(row.verdict), standing(row)),
        row.before.as_ref().map(|known| before(known, &row.target, row.trend)).unwrap_or_default(),
        Cell { verdict: None, text: budget(&row.value).map(Line::from).unwrap_or_default() },
    ]
}

/// `met`; of a promise over a time that is not over `met, so far`.
fn standing(row: &ObjectiveRow) -> Line {
    let mut standing: Line = vec![words::standing(row.verdict).into()];
    if !row.over {
        standing.extend([Text::key("review-comma"), Text::key("review-so-far")]);
    }
    standing
}

fn period(document: &Document, row: &ObjectiveRow) -> Value {
    let first = local_date(document.zone, row.window.start);
    Value::Period { period: Period::beginning(row.period, first), full: false }
}

/// A promise in one row of a message: `✓ 99.90 %, promised 99.9 %`.
pub(super) fn field(row: &ObjectiveRow) -> Field {
    let mut value = short(&row.value, &row.target);
    value.extend([Text::key("review-comma"), Text::key("review-promised"), Text::mark(" ")]);
    value.extend(goal(&row.name, &row.target));
    // What runs on may stand as met below its target, as long as it can still be reached.
    if row.verdict != Verdict::Met || !row.over {
        value.push(Text::mark(" → "));
        value.extend(standing(row));
    }
    Field {
        name: objective_name(&row.name, row.service.as_ref()),
        verdict: Some(words::standing_mark(row.verdict)),
        value,
    }
}

pub(super) fn year(document: &Document) -> Told {
    let Some(year) = document.year.as_ref().filter(|year| !year.rows.is_empty()) else {
        return (Vec::new(), Vec::new());
    };
    let first: Line = Text::from(Value::term("review-column-objective")).into();
    let months = year.months.iter().map(|month| Line::from(Text::from(Value::ShortMonth(*month))));
    let caption = match (year.months.first(), year.months.last()) {
        (Some(first), Some(last)) => Text::key("review-caption-year")
            .with("first", whole_month(*first))
            .with("last", whole_month(*last)),
        _ => Text::key("review-chapter-year"),
    };
    let table = Table {
        caption: caption.into(),
        columns: std::iter::once(first).chain(months).collect(),
        rows: year.rows.iter().map(year_row).collect(),
    };
    (vec![Block::Table(table), Block::Line(Text::key("review-legend").into())], vec![grid(year)])
}

/// The same months as a picture.
fn grid(year: &Year) -> Picture {
    let rows = year.rows.iter().map(|row| GridRow {
        label: objective_name(&row.name, row.service.as_ref()),
        cells: row.cells.iter().map(|cell| cell.as_ref().map(grid_cell)).collect(),
    });
    let ends = year.months.first().zip(year.months.last());
    let note = ends
        .map(|(first, last)| vec![whole_month(*first).into(), Text::mark(" – "), whole_month(*last).into()]);
    Picture {
        title: Text::key("review-chapter-year").into(),
        note: note.unwrap_or_default(),
        alt: joined(year.rows.iter().map(|row| kept(year, row))),
        shows: Shows::Grid(Grid {
            columns: year.months.iter().map(|month| Text::from(Value::ShortMonth(*month)).into()).collect(),
            rows: rows.collect(),
        }),
    }
}

fn grid_cell(cell: &YearCell) -> GridCell {
    let value = cell.value.map(|value| Text::from(Value::Number(value.normalize())));
    GridCell { verdict: cell.verdict, value: value.into_iter().collect() }
}

/// `availability · Checkout: met in 8 of 10 months, missed in Nov`
fn kept(year: &Year, row: &YearRow) -> Line {
    let all = || year.months.iter().zip(&row.cells).filter_map(|(month, cell)| Some((month, cell.as_ref()?)));
    let months = |verdict| -> Vec<Value> {
        all()
            .filter(|(_, cell)| cell.verdict == verdict)
            .map(|(month, _)| Value::ShortMonth(*month))
            .collect()
    };
    let met = Text::key("review-year-met")
        .with("met", count(months(Verdict::Met).len()))
        .with("of", count(all().count()));
    let missed = Some(months(Verdict::Missed)).filter(|months| !months.is_empty());
    let missed = missed.map(|months| Text::key("review-year-missed").with("months", Value::List(months)));
    let mut line = objective_name(&row.name, row.service.as_ref());
    line.push(Text::key("review-colon"));
    line.extend(dotted([met].into_iter().chain(missed)));
    line
}

fn whole_month(first: chrono::NaiveDate) -> Value {
    let period = Period::beginning(crate::core::window::WindowKind::Month, first);
    Value::Period { period, full: true }
}

fn year_row(row: &YearRow) -> Vec<Cell> {
    let name = Cell::new(objective_name(&row.name, row.service.as_ref()));
    let cells = row.cells.iter().map(|cell| cell.as_ref().map(|cell| year_cell(cell, &row.target)));
    std::iter::once(name).chain(cells.map(Option::unwrap_or_default)).collect()
}

fn year_cell(cell: &YearCell, goal: &Goal) -> Cell {
    let text = match (cell.value, goal) {
        (Some(value), Goal::Satisfaction { kind: ScoreKind::Nps | ScoreKind::Mean { .. }, .. }) => {
            Text::from(Value::Number(value))
        }
        (Some(value), _) => Text::from(Value::percent(value)),
        (None, _) => words::standing(cell.verdict).into(),
    };
    Cell::marked(words::standing_mark(cell.verdict), text)
}

pub(super) fn forecast(document: &Document) -> Vec<Block> {
    if document.forecast.is_empty() {
        return Vec::new();
    }
    vec![Block::Fields(document.forecast.iter().map(|row| expected(document, row)).collect())]
}

fn expected(document: &Document, row: &Forecast) -> Field {
    let first = local_date(document.zone, row.window.start);
    let used = Text::key("review-forecast-used")
        .with("used", Value::Percent { value: row.used, decimals: 0 })
        .with("elapsed", Value::Percent { value: row.elapsed, decimals: 0 })
        .with("period", Value::Period { period: Period::beginning(row.period, first), full: false });
    let (mark, end) = match (row.certain, row.exhausted) {
        (true, _) => (Mark::Broken, Text::key("review-forecast-certain")),
        (false, Some(at)) => (Mark::AtRisk, Text::key("review-forecast-exhausted").with("at", at)),
        (false, None) => (Mark::Kept, Text::key("review-forecast-lasts")),
    };
    Field {
        name: objective_name(&row.objective, row.service.as_ref()),
        verdict: Some(mark),
        value: vec![used, Text::key("review-semicolon"), end],
    }
}
