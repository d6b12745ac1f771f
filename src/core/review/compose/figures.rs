//! From a standing to what a review keeps of it: the goal and the figure, exact or rounded down.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::count;
use crate::core::agreement::{ClockTerms, Measure, Objective, ObjectiveKind, Terms};
use crate::core::availability::Availability;
use crate::core::confidence::{Confidence, wilson_95};
use crate::core::ratio::Ratio;
use crate::core::review::document::{Figure, Goal, TimesRow};
use crate::core::score::{self, Counts, Scale, Score, ScoreKind, Trend};
use crate::core::standing::{ClockFigures, Measured};
use crate::core::state::State;

/// What an objective promises.
pub(super) fn goal(state: &State, terms: &Terms, objective: &Objective) -> Goal {
    match &objective.kind {
        ObjectiveKind::Availability(availability) => Goal::Availability { percent: availability.target },
        ObjectiveKind::Clock(clock) => clock_goal(terms, objective, clock),
        ObjectiveKind::Complaints(complaints) => {
            Goal::Complaints { stage: complaints.stage, percent: complaints.share, target: complaints.target }
        }
        ObjectiveKind::Satisfaction(satisfaction) => Goal::Satisfaction {
            survey: satisfaction.survey.clone(),
            title: state
                .voice
                .survey(&satisfaction.survey)
                .map(|survey| survey.title.clone())
                .unwrap_or_default(),
            kind: satisfaction.score,
            at_least: satisfaction.target,
        },
    }
}

fn clock_goal(terms: &Terms, objective: &Objective, clock: &ClockTerms) -> Goal {
    let working_time = !terms.calendar(&objective.calendar).is_always();
    let (targets, kind): (BTreeMap<_, _>, _) = (clock.targets.clone(), clock.clock);
    match clock.measure {
        Measure::Share { percent } => Goal::Share { clock: kind, percent, targets, working_time },
        Measure::Percentile { percent } => Goal::Percentile { clock: kind, percent, targets, working_time },
        Measure::Mean => Goal::Mean { clock: kind, targets, working_time },
    }
}

/// What was kept of it.
pub(super) fn figure(measured: &Measured) -> Figure {
    match measured {
        Measured::Availability(measured) => available(measured),
        Measured::Clock(figures) => clock(figures),
        Measured::Complaints(figures) => in_time(figures.met(), figures.items.len(), figures.pending.len()),
        Measured::Satisfaction(figures) => {
            let score = figures.score();
            Figure::Score {
                value: score.map(|score| score.shown(2)),
                n: score.map_or(0, |score| score.n),
                range: score.and_then(|score| score.range).and_then(ends),
                asked: figures.asked,
                answered: figures.answered,
            }
        }
    }
}

fn available(measured: &Availability) -> Figure {
    Figure::Availability {
        value: measured.value.map(|value| value.floor_percent(6)),
        coverage: measured.coverage.map(|coverage| coverage.floor_percent(2)),
        down: measured.down,
        unknown: measured.unknown,
        excluded: measured.excluded,
        budget: measured.budget,
        left: measured.remaining,
    }
}

fn clock(figures: &ClockFigures) -> Figure {
    let (of, pending) = (figures.items.len(), figures.pending.len());
    if matches!(figures.measure, Measure::Share { .. }) {
        return in_time(figures.met(), of, pending);
    }
    let rows = figures.figures.iter().map(|figure| TimesRow {
        priority: figure.priority,
        value: figure.value,
        target: figure.target,
        of: count(figure.items),
        kept: figure.kept,
    });
    Figure::Times { rows: rows.collect(), of: count(of), pending: count(pending) }
}

fn in_time(met: usize, of: usize, pending: usize) -> Figure {
    let range = wilson_95(met as u64, of as u64).map(|range| range.times(100.0)).and_then(ends);
    Figure::InTime { met: count(met), of: count(of), pending: count(pending), range }
}

/// Both ends of a range to one decimal, outwards, so that it never promises more than it knows.
pub(super) fn ends(range: Confidence) -> Option<(Decimal, Decimal)> {
    let tenths = |value: f64| Decimal::from_f64(value).map(|value| value * Decimal::TEN);
    let low = tenths(range.low)?.floor() / Decimal::TEN;
    Some((low, tenths(range.high)?.ceil() / Decimal::TEN))
}

impl Figure {
    /// The figure as one number: percent, points, or none where there is none.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Availability { value, .. } | Self::Score { value, .. } => *value,
            Self::InTime { met, of, .. } => {
                Ratio::new((*met).into(), (*of).into()).map(|share| share.floor_percent(2))
            }
            Self::Times { .. } => None,
        }
    }
}

/// Whether a share or a score moved by more than chance.
pub(super) fn trend(now: &Measured, before: &Measured) -> Option<Trend> {
    let score = |measured: &Measured| match measured {
        Measured::Clock(figures) => share(figures.met(), figures.items.len()),
        Measured::Complaints(figures) => share(figures.met(), figures.items.len()),
        Measured::Satisfaction(figures) => figures.score(),
        Measured::Availability(_) => None,
    };
    Some(score::trend(&score(now)?, &score(before)?))
}

fn share(met: usize, of: usize) -> Option<Score> {
    let mut counts = Counts::default();
    counts.add_many(1, met as u64);
    counts.add_many(0, of.saturating_sub(met) as u64);
    Score::of(ScoreKind::Csat { scale: Scale::new(0, 1), satisfied_from: 1 }, &counts)
}
