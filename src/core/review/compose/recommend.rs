//! What follows, by rules that one can read, each with what it follows from.

use std::collections::{BTreeMap, BTreeSet};

use super::incidents::Known;
use super::{Given, Scope};
use crate::core::event::{CauseCategory, IncidentNumber};
use crate::core::ratio::Ratio;
use crate::core::review::document::{Document, Figure, Goal, Recommendation};
use crate::core::score::Trend;
use crate::core::standing::Verdict;
use crate::core::time::{Instant, Span};
use crate::core::voice::{Said, UNCOVERED_MAKES_RECOMMENDATION};

/// Missed in so many months one after the other.
const RUNNING: usize = 3;
/// So many incidents of one cause make it a recurring one.
const RECURRING: usize = 3;
/// From so many percent of the time without data on, the monitoring is to be looked at.
const UNOBSERVED_PERCENT: i64 = 1;

pub(super) fn recommendations(
    scope: &Scope<'_>,
    document: &Document,
    known: &[Known<'_>],
    given: &Given,
) -> Vec<Recommendation> {
    let mut all = missed_again(document);
    all.extend(document.forecast.iter().filter_map(|forecast| {
        Some(Recommendation::BurnExhausts {
            objective: forecast.objective.clone(),
            service: forecast.service.clone(),
            at: forecast.exhausted?,
            used: forecast.used,
        })
    }));
    all.extend(recurring(known));
    all.extend(fell_while_green(document));
    all.extend(uncovered(scope, given));
    all.extend(unobserved(scope, document));
    all
}

/// An objective that was missed in each of the last months.
fn missed_again(document: &Document) -> Vec<Recommendation> {
    let Some(year) = &document.year else { return Vec::new() };
    let rows = year.rows.iter().filter_map(|row| {
        let missed = row
            .cells
            .iter()
            .rev()
            .take_while(|cell| cell.is_some_and(|cell| cell.verdict == Verdict::Missed));
        let running = missed.count();
        let months = year.months[year.months.len() - running..].to_vec();
        (running >= RUNNING).then(|| Recommendation::MissedAgain {
            objective: row.name.clone(),
            service: row.service.clone(),
            months,
        })
    });
    rows.collect()
}

fn recurring(known: &[Known<'_>]) -> Vec<Recommendation> {
    let mut by_cause: BTreeMap<CauseCategory, Vec<IncidentNumber>> = BTreeMap::new();
    for row in known.iter().map(|known| &known.row) {
        if let Some(cause) = row.cause.filter(|cause| *cause != CauseCategory::Unknown) {
            by_cause.entry(cause).or_default().push(row.number);
        }
    }
    let often = by_cause.into_iter().filter(|(_, incidents)| incidents.len() >= RECURRING);
    often
        .map(|(cause, mut incidents)| {
            incidents.sort_unstable();
            Recommendation::RecurringCause { cause, incidents }
        })
        .collect()
}

/// A survey that fell by more than chance, although every other promise was kept.
fn fell_while_green(document: &Document) -> Vec<Recommendation> {
    let others = document
        .objectives
        .iter()
        .filter(|row| !matches!(row.target, Goal::Satisfaction { .. }))
        .map(|row| row.verdict);
    let mut judged =
        others.filter(|verdict| !matches!(verdict, Verdict::NoData | Verdict::Insufficient)).peekable();
    if judged.peek().is_none() || !judged.all(|verdict| verdict == Verdict::Met) {
        return Vec::new();
    }
    let fallen = document.voice.surveys.iter().filter(|row| row.trend == Some(Trend::Fallen));
    fallen
        .filter_map(|row| {
            Some(Recommendation::FellWhileGreen {
                survey: row.survey.clone(),
                title: row.title.clone(),
                from: row.before?,
                to: row.value?,
            })
        })
        .collect()
}

/// Themes that no objective covers, when something new was written of them in the window; with all that was
/// written of them up to its end.
fn uncovered(scope: &Scope<'_>, given: &Given) -> Vec<Recommendation> {
    let Some((agreement, _)) = scope.own() else { return Vec::new() };
    let voice = &scope.state.voice;
    let themes = voice.recommended(agreement).filter_map(|(theme, said)| {
        let known = said.iter().filter_map(|said| Some((said, voice.written(said)?)));
        let (said, at): (Vec<&Said>, Vec<Instant>) = known.filter(|(_, at)| *at < scope.window.end).unzip();
        let told = said.len() >= UNCOVERED_MAKES_RECOMMENDATION;
        if !told || !at.iter().any(|at| scope.window.contains(*at)) {
            return None;
        }
        let feedback = said.iter().filter_map(|said| match said {
            Said::Feedback(number) => Some(*number),
            Said::Comment(..) => None,
        });
        let comments = said.iter().filter_map(|said| match said {
            Said::Comment(round, _) => Some(*round),
            Said::Feedback(_) => None,
        });
        Some(Recommendation::UncoveredTheme {
            theme: theme.clone(),
            name: given.themes.get(theme).cloned(),
            feedback: feedback.collect(),
            // Several people may have said it in one round.
            comments: comments.collect::<BTreeSet<_>>().into_iter().collect(),
        })
    });
    themes.collect()
}

fn unobserved(scope: &Scope<'_>, document: &Document) -> Vec<Recommendation> {
    let mut told = BTreeMap::new();
    for row in document.objectives.iter().filter(|row| row.window == document.window) {
        let (Some(service), Figure::Availability { unknown, .. }) = (&row.service, &row.value) else {
            continue;
        };
        let length = scope.as_of.min(document.window.end) - document.window.start;
        let much = Ratio::of_spans(*unknown, length)
            .is_some_and(|share| share.attains_percent(UNOBSERVED_PERCENT.into()));
        if much && *unknown > Span::ZERO {
            told.insert(service.0.clone(), (service.clone(), *unknown));
        }
    }
    told.into_values()
        .map(|(service, unknown)| {
            let known = scope.state.service(&service.0);
            let integrations = known.map(|known| known.observed_by.iter().cloned().collect());
            Recommendation::Unobserved { service, unknown, integrations: integrations.unwrap_or_default() }
        })
        .collect()
}
