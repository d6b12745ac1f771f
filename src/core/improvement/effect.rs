//! What an action item changed: the figure of the period before it was done, and of the period after.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::action::{Action, ActionState};
use super::word::Origin;
use crate::core::calendar::{local_date, midnight};
use crate::core::confidence::{Confidence, difference_95, wilson_95};
use crate::core::event::{AgreementId, ServiceId, SurveyId};
use crate::core::interval::Interval;
use crate::core::ratio::Ratio;
use crate::core::score::{self, Score, Trend};
use crate::core::standing::{Measured, Standing, Verdict, standings};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::core::voice::{Dates, results};
use crate::core::window::{WindowKind, next_window, previous_window, window_at};

/// What was reached in a period.
#[derive(Clone, Debug, PartialEq)]
pub enum Reached {
    /// The share of the time that was up. It is measured, not sampled, so that it has no interval.
    Availability(Ratio),
    /// So many within their time, of so many, with the 95 % range of the share (Wilson), between 0 and 1.
    Share { met: u64, of: u64, range: Confidence },
    /// What answers came to, with the range of the score.
    Score(Score),
}

/// The figure of one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub window: Interval,
    /// The period is over; otherwise the figure is what has come of it so far.
    pub over: bool,
    /// None where nothing was measured.
    pub reached: Option<Reached>,
    /// None where nothing was promised, such as for a survey alone.
    pub verdict: Option<Verdict>,
}

/// Before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// An objective of the agreement, or the survey whose figure fell.
    pub of: Of,
    pub before: Figure,
    /// None as long as the period after has not begun.
    pub after: Option<Figure>,
}

/// Whose figure it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    Objective { name: String, service: Option<ServiceId> },
    Survey(SurveyId),
}

impl Effect {
    /// Whether the figure changed by more than chance explains. None where one is missing, or where it is measured
    /// and needs no such question (availability: its two values are what they are).
    pub fn change(&self) -> Option<Trend> {
        match (self.before.reached.as_ref()?, self.after.as_ref()?.reached.as_ref()?) {
            (Reached::Share { met, of, range }, Reached::Share { met: met2, of: of2, range: range2 }) => {
                if (*of).min(*of2) < score::TREND_FROM {
                    return Some(Trend::Unclear);
                }
                let share = |met: u64, of: u64| met as f64 / of as f64;
                let difference = difference_95((share(*met2, *of2), *range2), (share(*met, *of), *range));
                Some(match difference {
                    range if range.low > 0.0 => Trend::Risen,
                    range if range.high < 0.0 => Trend::Fallen,
                    _ => Trend::Unclear,
                })
            }
            (Reached::Score(before), Reached::Score(after)) => Some(score::trend(after, before)),
            _ => None,
        }
    }
}

/// What an action item that is done changed: of the objective it is about, or of the survey that fell. The period
/// before is the last that ended before it was done; the period after is the first that began since. Of a rolling
/// window they are the lengths that end and begin at that moment. Nothing for one that is about neither, or not done.
pub fn effects(state: &State, action: &Action, now: Instant) -> Vec<Effect> {
    let position = action.at(now);
    let (Some(agreement), Some(done)) = (&action.agreement, position.ended) else { return Vec::new() };
    if position.state != ActionState::Done {
        return Vec::new();
    }
    match (&action.origin, &action.about.objective) {
        (Origin::Fallen { survey, from, until }, _) => {
            of_survey(state, agreement, survey, (*from, *until), done, now).into_iter().collect()
        }
        (Origin::Missed { objective, service, .. }, _) => {
            of_objective(state, agreement, objective, service.as_ref(), done, now)
        }
        (_, Some(objective)) => of_objective(state, agreement, objective, None, done, now),
        _ => Vec::new(),
    }
}

fn of_objective(
    state: &State,
    agreement: &AgreementId,
    name: &str,
    service: Option<&ServiceId>,
    done: Instant,
    now: Instant,
) -> Vec<Effect> {
    let Some(version) = state.agreements.get(agreement).and_then(|versions| versions.at(done)) else {
        return Vec::new();
    };
    let Some(objective) = version.terms.objectives.iter().find(|known| known.name == name) else {
        return Vec::new();
    };
    let (kind, zone) = (objective.window, version.terms.zone);
    let (before, after) = match kind {
        WindowKind::Rolling(length) => {
            (Interval::new(done - length, done), Interval::new(done, done + length))
        }
        kind => {
            let during = window_at(kind, zone, done);
            (previous_window(kind, zone, during), next_window(kind, zone, during))
        }
    };
    let measured = |window: Interval| -> Vec<Standing> {
        // A rolling window ends where it is asked for, a calendar one contains it.
        let at = match kind {
            WindowKind::Rolling(_) => window.end.min(now),
            _ => window.end - Span::from_micros(1),
        };
        let mut all = standings(state, agreement, at, now);
        all.retain(|known| {
            known.objective.name == name && (service.is_none() || known.service.as_ref() == service)
        });
        all
    };
    let later = if after.start < now { measured(after) } else { Vec::new() };
    let effect = |known: Standing| {
        let of = Of::Objective { name: name.to_owned(), service: known.service.clone() };
        let same = later.iter().find(|other| other.service == known.service);
        let after = same.map(|same| figure(same, after, now));
        Effect { of, before: figure(&known, before, now), after }
    };
    measured(before).into_iter().map(effect).collect()
}

fn figure(standing: &Standing, window: Interval, now: Instant) -> Figure {
    let share = |met: usize, of: usize| {
        let (met, of) = (met as u64, of as u64);
        wilson_95(met, of).map(|range| Reached::Share { met, of, range })
    };
    let reached = match &standing.measured {
        Measured::Availability(measured) => measured.value.map(Reached::Availability),
        Measured::Clock(figures) => share(figures.met(), figures.items.len()),
        Measured::Complaints(figures) => share(figures.met(), figures.items.len()),
        Measured::Satisfaction(figures) => figures.score().map(Reached::Score),
    };
    Figure { window, over: window.end <= now, reached, verdict: Some(standing.verdict) }
}

fn of_survey(
    state: &State,
    agreement: &AgreementId,
    survey: &SurveyId,
    (from, until): (NaiveDate, NaiveDate),
    done: Instant,
    now: Instant,
) -> Option<Effect> {
    let zone = state.zone(agreement, done);
    let days = until.signed_duration_since(from).num_days();
    let kind = if days > 31 { WindowKind::Quarter } else { WindowKind::Month };
    let (first, until) = kind.dates(local_date(zone, done));
    let (before, _) = kind.dates(first.checked_sub_days(Days::new(1))?);
    let (_, after) = kind.dates(until);
    let own = BTreeSet::from([agreement.clone()]);
    let over = |from: NaiveDate, until: NaiveDate| {
        let dates = Dates { from, until };
        let window = Interval::new(midnight(zone, from), midnight(zone, until));
        let reached = results(state, survey, &own, dates, dates).score().map(Reached::Score);
        Figure { window, over: window.end <= now, reached, verdict: None }
    };
    let later = (midnight(zone, until) < now).then(|| over(until, after));
    Some(Effect { of: Of::Survey(survey.clone()), before: over(before, first), after: later })
}
