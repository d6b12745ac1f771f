//! How a promised availability stands: each part of the window by the version and the services of its time.

use std::collections::{BTreeMap, BTreeSet};

use super::{AT_RISK_REMAINING_PERCENT, Measured, Standing, Verdict};
use crate::core::agreement::{AvailabilityTerms, Combination, Impact, Objective, ObjectiveKind, Terms};
use crate::core::availability::{self, Availability, Facts, PartialTerm, Rules};
use crate::core::condition::{self, Component, Condition};
use crate::core::event::{AgreementId, ServiceId};
use crate::core::interval::{Interval, IntervalSet};
use crate::core::state::{State, Version, Versions};
use crate::core::time::{Instant, Span};
use crate::core::window::WindowKind;

/// The availability of one service over a window.
pub fn availability_standing(
    state: &State,
    versions: &Versions,
    agreement: &AgreementId,
    objective: &Objective,
    service: &ServiceId,
    window: Interval,
    as_of: Instant,
) -> Option<Standing> {
    let mut parts: Vec<Availability> = Vec::new();
    let mut judged = true;
    for (part, version) in split_by_version(versions, window, as_of) {
        // What a version does not promise for this service it does not judge.
        let Some((same, terms)) = promised(version, &objective.name, service) else { continue };
        judged &= terms.partial_term != PartialTerm::NotJudged || is_whole(versions, version, window);
        parts.extend(measure(state, version, same, terms, service, part, as_of));
    }
    let version = versions.at(as_of.min(window.end - Span::from_micros(1)))?;
    let mut measured = combine(parts)?;
    measured.value = measured.value.filter(|_| judged);
    Some(Standing {
        agreement: agreement.clone(),
        objective: objective.clone(),
        service: Some(service.clone()),
        window,
        over: window.end <= as_of && !matches!(objective.window, WindowKind::Rolling(_)),
        version: version.number,
        as_of,
        verdict: judge(&measured),
        measured: Measured::Availability(Box::new(measured)),
    })
}

/// What a version promises of a service's availability under this name.
fn promised<'a>(
    version: &'a Version,
    name: &str,
    service: &ServiceId,
) -> Option<(&'a Objective, &'a AvailabilityTerms)> {
    let objective = version.terms.objectives.iter().find(|other| other.name == name)?;
    match &objective.kind {
        ObjectiveKind::Availability(terms) => State::objective_services(&version.terms, objective)
            .contains(service)
            .then_some((objective, terms)),
        ObjectiveKind::Clock(_) | ObjectiveKind::Complaints(_) | ObjectiveKind::Satisfaction(_) => None,
    }
}

/// Whether the term covers the whole window.
fn is_whole(versions: &Versions, version: &Version, window: Interval) -> bool {
    let term = Interval::new(version.terms.starts, version.terms.ends.unwrap_or(Instant::MAX));
    window.intersect(term) == window && versions.withdrawn().clip(window).is_empty()
}

/// The parts of a window that each version of the agreement judges; none while it is withdrawn.
pub(super) fn split_by_version(
    versions: &Versions,
    window: Interval,
    as_of: Instant,
) -> Vec<(Interval, &Version)> {
    let Some(first) = versions.at(window.start) else { return Vec::new() };
    let mut parts = vec![(window, first)];
    let later = versions.versions.iter().filter(|version| {
        version.effective > window.start
            && version.effective < window.end
            && version.effective <= as_of
            && version.number != first.number
    });
    for version in later {
        if let Some((last, _)) = parts.last_mut() {
            *last = Interval::new(last.start, version.effective);
        }
        parts.push((Interval::new(version.effective, window.end), version));
    }
    let withdrawn = versions.withdrawn();
    let kept = |(part, version): (Interval, _)| -> Vec<(Interval, _)> {
        IntervalSet::from(part).minus(&withdrawn).iter().map(|part| (*part, version)).collect()
    };
    parts.into_iter().flat_map(kept).collect()
}

fn measure(
    state: &State,
    version: &Version,
    objective: &Objective,
    rules: &AvailabilityTerms,
    service: &ServiceId,
    window: Interval,
    as_of: Instant,
) -> Vec<Availability> {
    let terms = &version.terms;
    let calendar = terms.calendar(&objective.calendar);
    let hours = (!calendar.is_always()).then(|| calendar.open_intervals(window));
    let exclusions = exclusions(terms, service);
    let conditions = conditions(state, rules, service, Interval::new(Instant::MIN, as_of));
    let rules = Rules {
        target_percent: rules.target,
        exclusions: rules.exclusions,
        unknown: rules.unknown,
        partial_term: rules.partial_term,
        minimum_downtime: rules.minimum_downtime,
    };
    let measured = conditions.iter().filter_map(|condition| {
        let facts = Facts {
            window,
            term: Interval::new(terms.starts, terms.ends.unwrap_or(Instant::MAX)),
            service_hours: hours.as_ref(),
            exclusions: &exclusions,
            unknown: &condition.unknown,
            downs: &condition.down,
            as_of,
        };
        availability::measure(&facts, &rules).ok()
    });
    measured.collect()
}

fn exclusions(terms: &Terms, service: &ServiceId) -> IntervalSet {
    let declared = terms
        .exclusions
        .iter()
        .filter(|exclusion| exclusion.services.is_empty() || exclusion.services.contains(service));
    IntervalSet::from_unsorted(declared.map(|exclusion| Interval::new(exclusion.from, exclusion.until)))
}

/// One condition of the whole service, or one of each component when their seconds are summed. Each stretch of
/// time is read by the services as they were then.
fn conditions(
    state: &State,
    rules: &AvailabilityTerms,
    service: &ServiceId,
    bounds: Interval,
) -> Vec<Condition> {
    let at_least = if rules.degraded_is_down { Impact::Degraded } else { Impact::Down };
    let component = |name: Option<&str>| {
        let timeline = state.timeline(service, name, at_least, bounds.end);
        let present_from =
            timeline.first_observed.into_iter().chain(timeline.bad.first().map(|down| down.start)).min();
        Component { present_from, down: timeline.bad, unknown: timeline.unknown }
    };
    let known: BTreeSet<String> =
        state.components(service).into_iter().flat_map(|(_, components)| components).collect();
    let whole = component(None);
    let named: BTreeMap<String, Component> =
        known.into_iter().map(|name| (name.clone(), component(Some(&name)))).collect();
    let mut conditions: BTreeMap<Option<String>, Known> = BTreeMap::new();
    for (span, names) in state.components(service) {
        let span = span.intersect(bounds);
        let parts: Vec<(Option<String>, Component)> = if names.is_empty() {
            vec![(None, whole.clone())]
        } else {
            names.iter().filter_map(|name| Some((Some(name.clone()), named.get(name)?.clone()))).collect()
        };
        let all: Vec<Component> = parts.iter().map(|(_, component)| component.clone()).collect();
        let read = match rules.combination {
            Combination::AnyDown => vec![(None, condition::any_down(&all, span))],
            Combination::AllDown => vec![(None, condition::all_down(&all, span))],
            Combination::ComponentSeconds => parts
                .into_iter()
                .map(|(name, component)| (name, condition::any_down(std::slice::from_ref(&component), span)))
                .collect(),
        };
        for (name, read) in read {
            let known = conditions.entry(name).or_default();
            known.down = known.down.union(&read.down);
            known.unknown = known.unknown.union(&read.unknown);
            known.read = known.read.union(&IntervalSet::from(span));
        }
    }
    if conditions.is_empty() {
        conditions.insert(None, Known::default());
    }
    conditions.into_values().map(|known| known.over(bounds)).collect()
}

/// A condition put together from stretches of time.
#[derive(Default)]
struct Known {
    down: IntervalSet,
    unknown: IntervalSet,
    /// Of these times something was read.
    read: IntervalSet,
}

impl Known {
    /// While it was not offered nothing is known of it.
    fn over(self, bounds: Interval) -> Condition {
        Condition { unknown: self.unknown.union(&self.read.complement(bounds)), down: self.down }
    }
}

/// Sums parts whose targets may differ: what may be down is the sum of what each allows.
fn combine(parts: Vec<Availability>) -> Option<Availability> {
    let target = parts.last()?.target_percent;
    if parts.len() == 1 {
        return parts.into_iter().next();
    }
    let budget: Span = parts.iter().map(|part| part.budget).sum();
    let mut sum = availability::component_seconds(&parts, target);
    sum.budget = budget;
    sum.remaining = budget - sum.down;
    Some(sum)
}

fn judge(measured: &Availability) -> Verdict {
    if measured.value.is_none() {
        Verdict::NoData
    } else if measured.certain_breach() {
        Verdict::Missed
    } else if measured.remaining.saturating_mul(100)
        <= measured.budget.saturating_mul(AT_RISK_REMAINING_PERCENT)
        && measured.down.is_positive()
    {
        Verdict::AtRisk
    } else {
        Verdict::Met
    }
}
