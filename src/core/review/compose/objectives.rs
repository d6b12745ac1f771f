//! How every promise stood in the window, and how many were kept.

use chrono::NaiveDate;

use super::Scope;
use super::figures::{figure, goal, trend};
use crate::core::agreement::{Objective, Terms};
use crate::core::availability::Availability;
use crate::core::calendar::{local_date, midnight};
use crate::core::event::AgreementId;
use crate::core::interval::Interval;
use crate::core::review::document::{Day, ObjectiveRow, Overall};
use crate::core::standing::{Measured, Standing, Verdict, objective_standings};
use crate::core::time::{Instant, Span};
use crate::core::window::{WindowKind, next_window, previous_window, window_at};

/// An objective whose own periods are shorter is told for so many of them one by one; beyond that those that
/// were missed, or else the last.
const TOLD: usize = 3;
/// The longest period that is told day by day, in days.
const LONGEST: i64 = 93;

/// The rows of a customer's review, and the count of every period of every objective in it; none for the
/// operators, who have no objectives of their own.
pub(super) fn objectives(scope: &Scope<'_>) -> (Vec<ObjectiveRow>, Overall) {
    let (mut rows, mut overall) = (Vec::new(), Overall::default());
    let Some((agreement, versions)) = scope.own() else { return (rows, overall) };
    let Some(version) = scope.version(versions) else { return (rows, overall) };
    for objective in &version.terms.objectives {
        let all = standings(scope, agreement, &version.terms, objective);
        all.iter().for_each(|standing| overall.count(standing.verdict));
        let told = chosen(all);
        rows.extend(told.iter().map(|standing| row(scope, &version.terms, objective, standing)));
    }
    (rows, overall)
}

/// The standings of an objective in each of its periods that ends in the window, and in the one that goes on
/// at the window's end when none does.
pub(super) fn standings(
    scope: &Scope<'_>,
    agreement: &AgreementId,
    terms: &Terms,
    objective: &Objective,
) -> Vec<Standing> {
    let mut all = Vec::new();
    for period in periods(scope, terms, objective.window) {
        all.extend(objective_standings(
            scope.state,
            agreement,
            terms,
            objective,
            period,
            scope.known(period),
        ));
    }
    all
}

fn periods(scope: &Scope<'_>, terms: &Terms, kind: WindowKind) -> Vec<Interval> {
    let last = window_at(kind, terms.zone, scope.last());
    if matches!(kind, WindowKind::Rolling(_)) {
        return vec![last];
    }
    let mut period = window_at(kind, terms.zone, scope.window.start.max(terms.starts));
    let mut all = Vec::new();
    while period.end <= scope.window.end.min(scope.as_of) && period.start <= last.start {
        all.push(period);
        period = next_window(kind, terms.zone, period);
    }
    if all.is_empty() {
        all.push(last);
    }
    all
}

/// Those that are told: all, or of many those that were missed, or the last of each service.
fn chosen(mut all: Vec<Standing>) -> Vec<Standing> {
    let starts: std::collections::BTreeSet<Instant> =
        all.iter().map(|standing| standing.window.start).collect();
    let Some(last) = starts.last().copied().filter(|_| starts.len() > TOLD) else { return all };
    let missed = all.iter().filter(|standing| standing.verdict == Verdict::Missed).count();
    if missed == 0 {
        all.retain(|standing| standing.window.start == last);
    } else {
        all.retain(|standing| standing.verdict == Verdict::Missed);
        all.drain(..missed.saturating_sub(TOLD));
    }
    all
}

fn row(scope: &Scope<'_>, terms: &Terms, objective: &Objective, standing: &Standing) -> ObjectiveRow {
    let earlier = previous_window(objective.window, terms.zone, standing.window);
    let before = objective_standings(
        scope.state,
        &standing.agreement,
        terms,
        objective,
        earlier,
        earlier.end.min(scope.as_of),
    );
    let began = earlier.end > terms.starts;
    let before = before.into_iter().find(|other| began && other.service == standing.service);
    ObjectiveRow {
        name: objective.name.clone(),
        service: standing.service.as_ref().map(|service| scope.named(service)),
        window: standing.window,
        period: objective.window,
        over: standing.over,
        version: standing.version,
        verdict: standing.verdict,
        target: goal(scope.state, terms, objective),
        value: figure(&standing.measured),
        days: match &standing.measured {
            Measured::Availability(measured) => days(terms, standing, measured),
            _ => Vec::new(),
        },
        trend: before.as_ref().and_then(|before| trend(&standing.measured, &before.measured)),
        before: before.map(|before| (figure(&before.measured), before.verdict)),
    }
}

/// Day by day, by the dates of the agreement's zone.
fn days(terms: &Terms, standing: &Standing, measured: &Availability) -> Vec<Day> {
    let window = standing.window;
    let until = window.end.min(standing.as_of);
    let whole = measured.down_pieces.length() == measured.down;
    if !whole || window.length() > Span::from_days(LONGEST) {
        return Vec::new();
    }
    let mut days = Vec::new();
    let mut date: NaiveDate = local_date(terms.zone, window.start);
    while let Some(next) = date.succ_opt() {
        let day = Interval::new(midnight(terms.zone, date), midnight(terms.zone, next));
        let so_far = day.intersect(Interval::new(window.start, until));
        if day.start >= until {
            break;
        }
        days.push(Day {
            date,
            down: measured.down_pieces.clip(so_far).length(),
            unknown: measured.unknown_pieces.clip(so_far).length(),
            excluded: measured.excluded_pieces.clip(so_far).length(),
            length: so_far.length(),
        });
        date = next;
    }
    days
}
