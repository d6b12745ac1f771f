//! How each objective stands over a period: met, at risk, missed, too few to say, or no data.

use serde::{Deserialize, Serialize};

use crate::core::agreement::{
    AvailabilityTerms, ClockKind, ClockTerms, Combination, Impact, Measure, Objective, ObjectiveKind,
    Priority, Terms,
};
use crate::core::availability::{self, Availability, Facts, Rules};
use crate::core::condition::{self, Component};
use crate::core::event::{AgreementId, IncidentNumber, ServiceId};
use crate::core::interval::{Interval, IntervalSet};
use crate::core::ratio::Ratio;
use crate::core::state::{State, Version, Versions};
use crate::core::stopwatch::{Reading, Target};
use crate::core::time::{Instant, Span};
use crate::core::window::window_at;

/// An objective over a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Met,
    AtRisk,
    Missed,
    /// Fewer items than the agreement wants for a judgement.
    Insufficient,
    NoData,
}

/// At this share of the error budget left, in percent, an availability is at risk.
pub const AT_RISK_REMAINING_PERCENT: i64 = 20;

/// One objective, for one service where it is judged by service.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub agreement: AgreementId,
    pub objective: Objective,
    pub service: Option<ServiceId>,
    /// The whole period, in the agreement's zone; of a rolling window the stretch that ends now.
    pub window: Interval,
    /// The period is over, so that the verdict is final but for late facts.
    pub over: bool,
    /// The version that judges it (the last of the period).
    pub version: u32,
    pub as_of: Instant,
    pub verdict: Verdict,
    pub measured: Measured,
}

/// The figures behind a verdict.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured {
    Availability(Box<Availability>),
    Clock(ClockFigures),
}

/// The items of a clock objective in a period.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockFigures {
    pub clock: ClockKind,
    pub measure: Measure,
    /// Decided in the period, in order of decision.
    pub items: Vec<Item>,
    /// Open and not late: shown, not counted.
    pub pending: Vec<Item>,
    /// Of a percentile or mean: for each priority the figure, its target, and whether it is kept.
    pub figures: Vec<Figure>,
}

/// One measured stretch.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub incident: Option<IncidentNumber>,
    pub service: ServiceId,
    pub priority: Priority,
    pub target: Target,
    pub reading: Reading,
}

/// A percentile or mean of one priority.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub priority: Priority,
    pub value: Span,
    pub target: Span,
    pub items: usize,
}

impl ClockFigures {
    pub fn met(&self) -> usize {
        self.items.iter().filter(|item| !item.reading.late).count()
    }
}

/// Every objective of an agreement in the period that contains `at`, as known at `as_of`.
pub fn standings(state: &State, agreement: &AgreementId, at: Instant, as_of: Instant) -> Vec<Standing> {
    let Some(versions) = state.agreements.get(agreement) else { return Vec::new() };
    let Some(version) = versions.at(at) else { return Vec::new() };
    let mut all = Vec::new();
    for objective in &version.terms.objectives {
        let window = window_at(objective.window, version.terms.zone, at);
        match &objective.kind {
            ObjectiveKind::Availability(_) => {
                for service in State::objective_services(&version.terms, objective) {
                    all.extend(availability_standing(
                        state, versions, agreement, objective, &service, window, as_of,
                    ));
                }
            }
            ObjectiveKind::Clock(terms) => {
                all.push(clock_standing(state, versions, agreement, objective, terms, window, as_of));
            }
        }
    }
    all
}

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
    for (part, version) in split_by_version(versions, window, as_of) {
        let same = version.terms.objectives.iter().find(|other| other.name == objective.name)?;
        let ObjectiveKind::Availability(terms) = &same.kind else { continue };
        parts.extend(measure(state, version, same, terms, service, part, as_of));
    }
    let version = versions.at(as_of.min(window.end - Span::from_micros(1)))?;
    let measured = combine(parts)?;
    Some(Standing {
        agreement: agreement.clone(),
        objective: objective.clone(),
        service: Some(service.clone()),
        window,
        over: window.end <= as_of && !matches!(objective.window, crate::core::window::WindowKind::Rolling(_)),
        version: version.number,
        as_of,
        verdict: judge(&measured),
        measured: Measured::Availability(Box::new(measured)),
    })
}

/// The parts of a window that each version of the agreement judges.
fn split_by_version(versions: &Versions, window: Interval, as_of: Instant) -> Vec<(Interval, &Version)> {
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
    parts
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

/// One condition of the whole service, or one of each component when their seconds are summed.
fn conditions(
    state: &State,
    rules: &AvailabilityTerms,
    service: &ServiceId,
    bounds: Interval,
) -> Vec<condition::Condition> {
    let names = state.service(service).map(|service| service.components.clone()).unwrap_or_default();
    let names: Vec<Option<String>> =
        if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() };
    let at_least = if rules.degraded_is_down { Impact::Degraded } else { Impact::Down };
    let components: Vec<Component> = names
        .iter()
        .map(|name| {
            let timeline = state.timeline(service, name.as_deref(), at_least, bounds.end);
            let present_from =
                timeline.first_observed.into_iter().chain(timeline.bad.first().map(|down| down.start)).min();
            Component { present_from, down: timeline.bad, unknown: timeline.unknown }
        })
        .collect();
    match rules.combination {
        Combination::AnyDown => vec![condition::any_down(&components, bounds)],
        Combination::AllDown => vec![condition::all_down(&components, bounds)],
        Combination::ComponentSeconds => {
            components.chunks(1).map(|component| condition::any_down(component, bounds)).collect()
        }
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

/// A clock objective over a window.
pub fn clock_standing(
    state: &State,
    versions: &Versions,
    agreement: &AgreementId,
    objective: &Objective,
    terms: &ClockTerms,
    window: Interval,
    as_of: Instant,
) -> Standing {
    let version = versions.at(as_of.min(window.end - Span::from_micros(1)));
    let mut figures = ClockFigures {
        clock: terms.clock,
        measure: terms.measure,
        items: Vec::new(),
        pending: Vec::new(),
        figures: Vec::new(),
    };
    let services =
        version.map(|version| State::objective_services(&version.terms, objective)).unwrap_or_default();
    for service in services {
        collect(state, agreement, &objective.name, &service, window, as_of, &mut figures);
    }
    figures.items.sort_by_key(|item| (item.reading.decided_at(), item.incident));
    figures.figures = per_priority(&figures, terms.measure);
    let over =
        window.end <= as_of && !matches!(objective.window, crate::core::window::WindowKind::Rolling(_));
    Standing {
        agreement: agreement.clone(),
        objective: objective.clone(),
        service: None,
        window,
        over,
        version: version.map_or(0, |version| version.number),
        as_of,
        verdict: judge_items(&figures, terms, over),
        measured: Measured::Clock(figures),
    }
}

fn collect(
    state: &State,
    agreement: &AgreementId,
    objective: &str,
    service: &ServiceId,
    window: Interval,
    as_of: Instant,
    figures: &mut ClockFigures,
) {
    for incident in state.incidents(service, as_of) {
        let Some((_, version)) =
            state.covering(&incident, as_of).into_iter().find(|(id, _)| *id == agreement)
        else {
            continue;
        };
        let Some(promised) = version.terms.objectives.iter().find(|other| other.name == objective) else {
            continue;
        };
        let Some(clock) = state.case(&incident, version, as_of).clock(promised) else { continue };
        for reading in clock.laps {
            let decided = reading.decided_at().filter(|at| *at <= as_of);
            let item = Item {
                incident: incident.number(),
                service: service.clone(),
                priority: clock.priority,
                target: clock.target,
                reading,
            };
            match decided {
                Some(at) if window.contains(at) => figures.items.push(item),
                None if item.reading.start < window.end => figures.pending.push(item),
                Some(_) | None => {}
            }
        }
    }
}

fn per_priority(figures: &ClockFigures, measure: Measure) -> Vec<Figure> {
    let mut all = Vec::new();
    for priority in Priority::ALL {
        let items: Vec<&Item> = figures.items.iter().filter(|item| item.priority == priority).collect();
        let spans: Vec<Span> = items.iter().map(|item| item.reading.elapsed).collect();
        let value = match measure {
            Measure::Share { .. } => None,
            Measure::Percentile { percent } => crate::core::percentile::nearest_rank(&spans, percent),
            Measure::Mean => crate::core::percentile::mean(&spans),
        };
        let target = items.iter().filter_map(|item| item.reading.target).min();
        all.extend(value.zip(target).map(|(value, target)| Figure {
            priority,
            value,
            target,
            items: spans.len(),
        }));
    }
    all
}

/// Below its target, a share (or percentile, or mean) of a running period may still recover: at risk. When
/// the period is over it is missed.
fn judge_items(figures: &ClockFigures, terms: &ClockTerms, over: bool) -> Verdict {
    let decided = figures.items.len();
    if decided == 0 {
        return Verdict::NoData;
    }
    if decided < usize::try_from(terms.minimum_items).unwrap_or(usize::MAX) {
        return Verdict::Insufficient;
    }
    let kept = match terms.measure {
        Measure::Share { percent } => {
            let share = Ratio::new(figures.met() as i128, decided as i128);
            share.is_some_and(|share| share.attains_percent(percent))
        }
        Measure::Percentile { .. } | Measure::Mean => {
            figures.figures.iter().all(|figure| figure.value <= figure.target)
        }
    };
    match (kept, over) {
        (true, _) => Verdict::Met,
        (false, false) => Verdict::AtRisk,
        (false, true) => Verdict::Missed,
    }
}
