//! How each objective stands over a period: met, at risk, missed, too few to say, or no data.

mod available;
#[cfg(test)]
mod tests;
mod voiced;
#[cfg(test)]
mod voiced_tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::core::agreement::{ClockKind, ClockTerms, Measure, Objective, ObjectiveKind, Priority, Terms};
use crate::core::availability::Availability;
use crate::core::event::{AgreementId, IncidentNumber, ServiceId};
use crate::core::incident::Incident;
use crate::core::interval::Interval;
use crate::core::percentile;
use crate::core::state::{State, Versions};
use crate::core::stopwatch::{Reading, Target};
use crate::core::time::{Instant, Span};
use crate::core::window::{WindowKind, window_at};

pub use available::availability_standing;
use available::split_by_version;
pub use voiced::{
    Complaint, ComplaintFigures, SatisfactionFigures, complaint_standing, satisfaction_standing,
};

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
    Complaints(ComplaintFigures),
    Satisfaction(SatisfactionFigures),
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
    /// The strictest of its items; they differ only for business days.
    pub target: Span,
    pub items: usize,
    pub kept: bool,
}

impl ClockFigures {
    pub fn met(&self) -> usize {
        self.items.iter().filter(|item| !item.reading.late).count()
    }
}

/// Every objective of an agreement in the period that contains `at`, as known at `as_of`.
pub fn standings(state: &State, agreement: &AgreementId, at: Instant, as_of: Instant) -> Vec<Standing> {
    let version = state.agreements.get(agreement).and_then(|versions| versions.at(at));
    let Some(version) = version else { return Vec::new() };
    let objectives = version.terms.objectives.iter().flat_map(|objective| {
        let window = window_at(objective.window, version.terms.zone, at);
        objective_standings(state, agreement, &version.terms, objective, window, as_of)
    });
    objectives.collect()
}

/// One objective of an agreement over a period, as known at `as_of`: for each service by itself where it is
/// judged so. `terms` tell which services those are.
pub fn objective_standings(
    state: &State,
    agreement: &AgreementId,
    terms: &Terms,
    objective: &Objective,
    window: Interval,
    as_of: Instant,
) -> Vec<Standing> {
    let Some(versions) = state.agreements.get(agreement) else { return Vec::new() };
    match &objective.kind {
        ObjectiveKind::Availability(_) => {
            let services = State::objective_services(terms, objective).into_iter();
            services
                .filter_map(|service| {
                    availability_standing(state, versions, agreement, objective, &service, window, as_of)
                })
                .collect()
        }
        ObjectiveKind::Clock(clock) => {
            vec![clock_standing(state, versions, agreement, objective, clock, window, as_of)]
        }
        ObjectiveKind::Complaints(complaints) => {
            vec![complaint_standing(state, versions, agreement, objective, complaints, window, as_of)]
        }
        ObjectiveKind::Satisfaction(satisfaction) => {
            vec![satisfaction_standing(state, versions, agreement, objective, satisfaction, window, as_of)]
        }
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
    // A version that was replaced within the window promised it for the services it named.
    let services = split_by_version(versions, window, as_of).into_iter().flat_map(|(_, version)| {
        let same = version.terms.objectives.iter().find(|other| other.name == objective.name);
        same.map(|same| State::objective_services(&version.terms, same)).unwrap_or_default()
    });
    for service in services.collect::<BTreeSet<_>>() {
        let sought = Sought { agreement, objective: &objective.name, service: &service, window, as_of };
        sought.collect(state, &mut figures);
    }
    figures.items.sort_by_key(|item| (item.reading.decided_at(), item.incident));
    figures.figures = per_priority(&figures, terms.measure);
    let rolls = matches!(objective.window, WindowKind::Rolling(_));
    let over = window.end <= as_of && !rolls;
    Standing {
        agreement: agreement.clone(),
        objective: objective.clone(),
        service: None,
        window,
        over,
        version: version.map_or(0, |version| version.number),
        as_of,
        verdict: judge_items(&figures, terms, over || rolls),
        measured: Measured::Clock(figures),
    }
}

/// The items of one objective and service that a window is asked for.
struct Sought<'a> {
    agreement: &'a AgreementId,
    objective: &'a str,
    service: &'a ServiceId,
    window: Interval,
    as_of: Instant,
}

impl Sought<'_> {
    fn collect(&self, state: &State, figures: &mut ClockFigures) {
        // A report may wait for its reply long after the incident is over.
        let touching = match figures.clock {
            ClockKind::Waiting => Interval::new(Instant::MIN, self.window.end),
            _ => self.window,
        };
        state.each_incident(self.service, touching, self.as_of, |incident| {
            for item in self.items(state, incident) {
                match item.reading.decided_at().filter(|at| *at <= self.as_of) {
                    Some(at) if self.window.contains(at) => figures.items.push(item),
                    None if item.reading.start < self.window.end => figures.pending.push(item),
                    Some(_) | None => {}
                }
            }
        });
    }

    fn items(&self, state: &State, incident: &Incident) -> Vec<Item> {
        let mut covering = state.covering(incident, self.as_of).into_iter();
        let Some((_, version)) = covering.find(|(id, _)| *id == self.agreement) else { return Vec::new() };
        let mut promised = version.terms.objectives.iter().filter(|other| other.name == self.objective);
        let promised = promised.find(|promised| promised.covers(incident));
        let Some(clock) = promised.and_then(|it| state.case(incident, version, self.as_of).clock(it)) else {
            return Vec::new();
        };
        let item = |reading| Item {
            incident: incident.number(),
            service: self.service.clone(),
            priority: clock.priority,
            target: clock.target,
            reading,
        };
        clock.laps.into_iter().map(item).collect()
    }
}

fn per_priority(figures: &ClockFigures, measure: Measure) -> Vec<Figure> {
    let mut all = Vec::new();
    for priority in Priority::ALL {
        let items: Vec<&Item> = figures.items.iter().filter(|item| item.priority == priority).collect();
        let spans: Vec<Span> = items.iter().map(|item| item.reading.elapsed).collect();
        let value = match measure {
            Measure::Share { .. } => None,
            Measure::Percentile { percent } => percentile::nearest_rank(&spans, percent),
            Measure::Mean => percentile::mean(&spans),
        };
        let target = items.iter().filter_map(|item| item.reading.target).min();
        all.extend(value.zip(target).map(|(value, target)| Figure {
            priority,
            value,
            target,
            items: spans.len(),
            kept: is_kept(&items, measure),
        }));
    }
    all
}

/// Whether the items of one priority keep what is promised of them. Compared item by item, because the same
/// number of business days is not the same time for all; for equal targets the nearest-rank percentile is
/// within the target exactly when that share of the items is.
fn is_kept(items: &[&Item], measure: Measure) -> bool {
    let sum =
        |spans: &mut dyn Iterator<Item = Span>| -> i128 { spans.map(|span| i128::from(span.micros())).sum() };
    match measure {
        Measure::Share { percent } | Measure::Percentile { percent } => {
            let met = items.iter().filter(|item| !item.reading.late).count();
            percentile::share_attained(met as u64, items.len() as u64, percent).unwrap_or(true)
        }
        Measure::Mean => {
            let promised = sum(&mut items.iter().map(|item| item.reading.target.unwrap_or(Span::MAX)));
            sum(&mut items.iter().map(|item| item.reading.elapsed)) <= promised
        }
    }
}

/// Below its target, a share (or percentile, or mean) of a running period may still recover: at risk. When
/// the period is over it is missed; and so is one that rolls, because it is over at every moment.
fn judge_items(figures: &ClockFigures, terms: &ClockTerms, over: bool) -> Verdict {
    let decided = figures.items.len();
    if decided == 0 {
        return Verdict::NoData;
    }
    if decided < usize::try_from(terms.minimum_items).unwrap_or(usize::MAX) {
        return Verdict::Insufficient;
    }
    let kept = match terms.measure {
        Measure::Share { .. } => is_kept(&figures.items.iter().collect::<Vec<_>>(), terms.measure),
        Measure::Percentile { .. } | Measure::Mean => figures.figures.iter().all(|figure| figure.kept),
    };
    match (kept, over) {
        (true, _) => Verdict::Met,
        (false, false) => Verdict::AtRisk,
        (false, true) => Verdict::Missed,
    }
}
