//! Availability day by day, and the error budget that burnt down over the same days.

use chrono::{Datelike, NaiveDate};

use super::figures::{budget, goal, objective_name, short};
use crate::core::calendar::local_date;
use crate::core::doc::{Line, Text, Value};
use crate::core::notice::rows::{dotted, joined};
use crate::core::picture::{self, Burn, Days, Left, Picture, Shows, Uptime};
use crate::core::review::Document;
use crate::core::review::document::{Day, Figure, Goal, ObjectiveRow};
use crate::core::time::Span;

/// The longest row whose days still have names below it, in days.
const LONGEST_ROW: usize = 31;
/// So many of the worst days are told in words.
const MOST_DAYS: usize = 5;

/// Both pictures, as far as there are days to show.
pub(super) fn pictures(document: &Document) -> Vec<Picture> {
    uptime(document).into_iter().chain(burn(document)).collect()
}

fn with_days(document: &Document) -> impl Iterator<Item = &ObjectiveRow> {
    document
        .objectives
        .iter()
        .filter(|row| !row.days.is_empty() && matches!(row.target, Goal::Availability { .. }))
}

/// The days of the period: one row for each promise, or for each month of a longer period.
fn uptime(document: &Document) -> Option<Picture> {
    let same = |row: &&ObjectiveRow| row.window == document.window;
    let window = with_days(document).find(same).or_else(|| with_days(document).next())?.window;
    let rows: Vec<&ObjectiveRow> = with_days(document).filter(|row| row.window == window).collect();
    let dates = dates(document, rows.first()?);
    let (first, last) = (*dates.first()?, *dates.last()?);
    let by_month = dates.len() > LONGEST_ROW;
    let (rows_of_days, ends): (Vec<Days>, [Line; 2]) = if by_month {
        let months = rows.iter().flat_map(|row| months(row, &dates, rows.len() > 1));
        (months.collect(), [1, 31].map(|day| Text::from(Value::Count(day)).into()))
    } else {
        let whole = rows.iter().map(|row| Days {
            label: objective_name(&row.name, row.service.as_ref()),
            value: short(&row.value, &row.target),
            days: shown(row, &dates),
        });
        (whole.collect(), [first, last].map(|date| Text::from(Value::Date(date)).into()))
    };
    let [first, last] = ends;
    Some(Picture {
        title: Text::key("review-uptime").into(),
        note: note(document, &rows, dates.len()),
        alt: joined(rows.iter().map(|row| worst(row))),
        shows: Shows::Uptime(Uptime { rows: rows_of_days, first, last }),
    })
}

/// Every date of the promise's period, also those to come.
fn dates(document: &Document, row: &ObjectiveRow) -> Vec<NaiveDate> {
    let first = local_date(document.zone, row.window.start);
    let last = local_date(document.zone, row.window.end - Span::from_micros(1));
    first.iter_days().take_while(|date| *date <= last).collect()
}

/// What may be down in a day, as its part of what may be down in the whole period.
fn allowed(row: &ObjectiveRow, days: usize) -> Span {
    match &row.value {
        Figure::Availability { budget, .. } => budget.scaled(1, i64::try_from(days.max(1)).unwrap_or(1)),
        _ => Span::ZERO,
    }
}

fn shown(row: &ObjectiveRow, dates: &[NaiveDate]) -> Vec<picture::Day> {
    let allowed = allowed(row, dates.len());
    let one = |date: &NaiveDate| match row.days.iter().find(|day| day.date == *date) {
        Some(day) if day.length.is_positive() => {
            picture::Day::of(day.length - day.excluded, day.down, day.unknown, allowed)
        }
        _ => picture::Day::Ahead,
    };
    dates.iter().map(one).collect()
}

/// A row for each month, with what was down in it.
fn months(row: &ObjectiveRow, dates: &[NaiveDate], several: bool) -> Vec<Days> {
    let days = shown(row, dates);
    let mut rows: Vec<Days> = Vec::new();
    let mut begun = None;
    for (date, day) in dates.iter().zip(days) {
        if begun != Some(date.month()) {
            begun = Some(date.month());
            let month: Line = Text::from(Value::ShortMonth(*date)).into();
            let name = several.then(|| objective_name(&row.name, row.service.as_ref()));
            let down = row.days.iter().filter(|known| known.date.month() == date.month());
            let down: Span = down.map(|known| known.down).sum();
            rows.push(Days {
                label: joined(name.into_iter().chain([month])),
                value: Text::key("review-uptime-down").with("down", down).into(),
                days: Vec::new(),
            });
        }
        if let Some(last) = rows.last_mut() {
            last.days.push(day);
        }
    }
    rows
}

/// `November · a day may be down 1 min`, the latter where it is the same in every row.
fn note(document: &Document, rows: &[&ObjectiveRow], days: usize) -> Line {
    let mut parts: Vec<Line> = Vec::new();
    if let Some(row) = rows.first() {
        parts.push(super::stretch::told(document.zone, row.window.start, row.window.end));
        let all = allowed(row, days);
        if all.is_positive() && rows.iter().all(|row| allowed(row, days) == all) {
            parts.push(Text::key("review-uptime-allowed").with("allowed", whole_seconds(all)).into());
        }
    }
    joined(parts)
}

fn whole_seconds(span: Span) -> Value {
    Value::ExactDuration(Span::from_seconds(span.seconds()))
}

/// `availability · Checkout: 99.89 %, down on 23 Nov (24 min), 14 Nov (17 min)`
fn worst(row: &ObjectiveRow) -> Line {
    let mut line = objective_name(&row.name, row.service.as_ref());
    line.push(Text::key("review-colon"));
    line.extend(short(&row.value, &row.target));
    let mut days: Vec<&Day> = row.days.iter().filter(|day| day.down.is_positive()).collect();
    days.sort_by_key(|day| (std::cmp::Reverse(day.down), day.date));
    if days.is_empty() {
        line.extend([Text::key("review-comma"), Text::key("review-uptime-never")]);
        return line;
    }
    let more = days.len().saturating_sub(MOST_DAYS);
    days.truncate(MOST_DAYS);
    let each = days.iter().map(|day| {
        let text = Text::key("review-uptime-day").with("day", day.date);
        text.with("down", day.down)
    });
    line.push(Text::key("review-comma"));
    line.extend(dotted(each));
    if more > 0 {
        line.extend([Text::mark(" "), Text::key("review-uptime-more").with("count", super::count(more))]);
    }
    line
}

/// How the budget of the tightest promise was used up; none where no budget is told day by day.
fn burn(document: &Document) -> Option<Picture> {
    let left = |row: &ObjectiveRow| match &row.value {
        Figure::Availability { budget, left, .. } if budget.is_positive() => {
            Left::of(row.window.end, *left, *budget).percent
        }
        _ => None,
    };
    let known = with_days(document).filter_map(|row| Some((left(row)?, row)));
    let (_, row) = known.min_by_key(|(percent, _)| *percent)?;
    let Figure::Availability { budget: whole, .. } = row.value else { return None };
    let last = local_date(document.zone, row.window.end - Span::from_micros(1));
    let ends = [local_date(document.zone, row.window.start), last];
    let mut title: Line = vec![Value::term("review-column-budget").into(), Text::key("review-colon")];
    title.extend(objective_name(&row.name, row.service.as_ref()));
    let period = super::stretch::told(document.zone, row.window.start, row.window.end);
    let promised = vec![Text::key("review-promised"), Text::mark(" ")];
    let note = joined([period, promised.into_iter().chain(goal(&row.name, &row.target)).collect()]);
    let used = budget(&row.value).map(Line::from).unwrap_or_default();
    let spent = spent(row, whole).map(|date| Text::key("review-burn-spent").with("day", date).into());
    Some(Picture {
        title,
        note,
        alt: joined([used].into_iter().chain(spent)),
        shows: Shows::Burn(Burn::new(
            row.window,
            ends.map(|date| Text::from(Value::Date(date)).into()),
            points(row, whole),
        )),
    })
}

/// What was left at the end of each day; of a day of which nothing is known nothing is drawn.
fn points(row: &ObjectiveRow, whole: Span) -> Vec<Left> {
    let (mut at, mut left) = (row.window.start, whole);
    let mut points = vec![Left::of(at, left, whole)];
    for day in &row.days {
        if day.length.is_positive() && day.unknown >= day.length {
            points.push(Left::unknown(at));
        }
        at = at + day.length;
        left -= day.down;
        points.push(Left::of(at, left, whole));
    }
    points
}

/// The day on which nothing was left any more.
fn spent(row: &ObjectiveRow, whole: Span) -> Option<NaiveDate> {
    let mut left = whole;
    let over = |day: &&Day| {
        left -= day.down;
        !left.is_positive()
    };
    row.days.iter().find(over).map(|day| day.date)
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::core::notice::review::samples;

    #[test]
    fn a_budget_ends_where_its_objective_does() {
        let document = samples::document();
        let row = with_days(&document).next().unwrap();
        let Figure::Availability { budget, left, .. } = row.value else { panic!("{row:?}") };
        let last = *points(row, budget).last().unwrap();
        assert_eq!(last, Left::of(row.window.end, left, budget));
        assert!(last.percent < Some(Decimal::ZERO));
        assert_eq!(spent(row, budget), Some("2026-11-23".parse().unwrap()));
    }

    #[test]
    fn every_date_of_the_period_has_its_place() {
        let mut document = samples::document();
        let row = document.objectives.iter_mut().find(|row| !row.days.is_empty()).unwrap();
        row.days.truncate(12);
        let row = with_days(&document).next().unwrap();
        let days = shown(row, &dates(&document, row));
        assert_eq!(days.len(), 30);
        assert_eq!(days[12..], [picture::Day::Ahead; 18]);
        assert_eq!(days[2], picture::Day::Down);
        assert_eq!(days[0], picture::Day::Up);
    }
}
