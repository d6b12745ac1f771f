//! Twelve months, objective by objective; of a longer term every month.

use chrono::{Datelike, Months, NaiveDate};

use super::Scope;
use super::figures::{figure, goal};
use crate::core::calendar::{local_date, midnight};
use crate::core::event::{AgreementId, ServiceId};
use crate::core::interval::Interval;
use crate::core::review::document::{Year, YearCell, YearRow};
use crate::core::standing::objective_standings;
use crate::core::state::Versions;
use crate::core::time::Span;
use crate::core::window::{WindowKind, window_at};

const MONTHS: u32 = 12;
/// The most months that are told.
const MOST: u32 = 36;

/// None for the operators, who have no objectives of their own.
pub(super) fn year(scope: &Scope<'_>) -> Option<Year> {
    let (agreement, versions) = scope.own()?;
    let mut year = Year { months: months(scope)?, rows: Vec::new() };
    let columns = year.months.len();
    // From the newest on, so that the rows stand in the order of the terms in force, older ones below.
    for (column, first) in year.months.clone().into_iter().enumerate().rev() {
        month(scope, agreement, versions, first, |key, target, cell| {
            let known = year.rows.iter_mut().find(|row| {
                row.name == key.0 && row.service.as_ref().map(|(service, _)| service) == key.1.as_ref()
            });
            if let Some(row) = known {
                row.cells[column] = Some(cell);
                return;
            }
            let mut cells = vec![None; columns];
            cells[column] = Some(cell);
            let service = key.1.as_ref().map(|service| scope.named(service));
            year.rows.push(YearRow { name: key.0, service, target, cells });
        });
    }
    Some(year)
}

/// The first days of the months, the last of them that of the window's end.
fn months(scope: &Scope<'_>) -> Option<Vec<NaiveDate>> {
    let first_of = |date: NaiveDate| NaiveDate::from_ymd_opt(date.year(), date.month(), 1);
    let last = first_of(local_date(scope.zone, scope.last()))?;
    let begin = first_of(local_date(scope.zone, scope.window.start))?;
    let apart = (last.year() - begin.year()) * 12 + last.month0() as i32 - begin.month0() as i32 + 1;
    let count = u32::try_from(apart).unwrap_or(0).clamp(MONTHS, MOST);
    (0..count).rev().map(|back| last.checked_sub_months(Months::new(back))).collect()
}

/// Every objective in the period that tells of one month: the one that ends in it, or goes on at its end. A
/// longer period is told in the month in which it ends, and in the last month so far.
fn month(
    scope: &Scope<'_>,
    agreement: &AgreementId,
    versions: &Versions,
    first: NaiveDate,
    mut cell: impl FnMut((String, Option<ServiceId>), crate::core::review::document::Goal, YearCell),
) {
    let Some(next) = first.checked_add_months(Months::new(1)) else { return };
    let month = Interval::new(midnight(scope.zone, first), midnight(scope.zone, next));
    let last = month.end.min(scope.as_of).min(scope.window.end) - Span::from_micros(1);
    let Some(version) = versions.at(last) else { return };
    let begun = versions.versions.first().is_some_and(|first| first.terms.starts <= last);
    if last < month.start || !begun {
        return;
    }
    let newest = month.end >= scope.window.end.min(scope.as_of);
    for objective in &version.terms.objectives {
        let window = window_at(objective.window, version.terms.zone, last);
        let long = matches!(objective.window, WindowKind::Quarter | WindowKind::Year);
        if long && window.end > month.end && !newest {
            continue;
        }
        let known = if window.end <= month.end { scope.as_of } else { last + Span::from_micros(1) };
        for standing in objective_standings(scope.state, agreement, &version.terms, objective, window, known)
        {
            let value = figure(&standing.measured).number().map(|value| value.trunc_with_scale(2));
            let key = (objective.name.clone(), standing.service.clone());
            cell(
                key,
                goal(scope.state, &version.terms, objective),
                YearCell { verdict: standing.verdict, value },
            );
        }
    }
}
