//! What is to be expected of the running period: whether its error budget will last, if it goes on as it did.

use rust_decimal::Decimal;

use super::Scope;
use crate::core::agreement::ObjectiveKind;
use crate::core::availability::Availability;
use crate::core::ratio::Ratio;
use crate::core::review::document::Forecast;
use crate::core::standing::{Measured, Standing, objective_standings};
use crate::core::time::{Instant, Span};
use crate::core::window::{WindowKind, window_at};

/// Before so many percent of a period are over, nothing is foretold of it.
const GATE_PERCENT: i64 = 10;

/// Those of whose running period there is something to fear.
pub(super) fn forecast(scope: &Scope<'_>) -> Vec<Forecast> {
    let Some((agreement, versions)) = scope.own() else { return Vec::new() };
    let Some(version) = versions.at(scope.as_of).filter(|_| versions.covers(scope.as_of)) else {
        return Vec::new();
    };
    let mut told = Vec::new();
    for objective in &version.terms.objectives {
        if !matches!(objective.kind, ObjectiveKind::Availability(_))
            || matches!(objective.window, WindowKind::Rolling(_))
        {
            continue;
        }
        let window = window_at(objective.window, version.terms.zone, scope.as_of);
        let standings =
            objective_standings(scope.state, agreement, &version.terms, objective, window, scope.as_of);
        told.extend(standings.iter().filter_map(|standing| one(scope, standing)));
    }
    told
}

fn one(scope: &Scope<'_>, standing: &Standing) -> Option<Forecast> {
    let Measured::Availability(measured) = &standing.measured else { return None };
    let (exhausted, certain) = (exhausted(standing, measured), measured.certain_breach());
    if exhausted.is_none() && !certain {
        return None;
    }
    let percent = |part: Span, whole: Span| {
        Ratio::of_spans(part, whole).map_or(Decimal::ZERO, |share| share.floor_percent(1))
    };
    Some(Forecast {
        objective: standing.objective.name.clone(),
        service: standing.service.as_ref().map(|service| scope.named(service)),
        window: standing.window,
        period: standing.objective.window,
        exhausted,
        certain,
        used: percent(measured.budget - measured.remaining, measured.budget),
        elapsed: percent(measured.total, measured.full_total),
    })
}

/// The moment at which the budget is spent when the service goes on being down for the share of time that it
/// was so far: `as_of + remaining · total / down`, by the wall clock. None when it lasts, when it is spent
/// already, and before [`GATE_PERCENT`] of the period are over.
fn exhausted(standing: &Standing, measured: &Availability) -> Option<Instant> {
    let gate = measured.total.saturating_mul(100) >= measured.full_total.saturating_mul(GATE_PERCENT);
    if !gate || !measured.down.is_positive() || !measured.remaining.is_positive() {
        return None;
    }
    let elapsed = standing.as_of - standing.window.start;
    let lasts = i128::from(measured.remaining.micros()) * i128::from(elapsed.micros())
        / i128::from(measured.down.micros());
    let at = standing.as_of + Span::from_micros(i64::try_from(lasts).ok()?);
    (at < standing.window.end).then_some(at)
}
