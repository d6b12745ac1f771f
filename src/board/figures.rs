//! The figures of every objective, measured when something behind them has changed, and again after a while.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::view::{Budget, Row};
use crate::commands::words::{figure, period, service_name};
use crate::core::agreement::{Measure, Objective, ObjectiveKind};
use crate::core::doc::{Line, Text};
use crate::core::event::{AgreementId, IntegrationId, ServiceId};
use crate::core::notice;
use crate::core::standing::{
    Measured, Standing, availability_standing, clock_standing, complaint_standing, satisfaction_standing,
};
use crate::core::state::{State, Version};
use crate::core::time::{Instant, Span};
use crate::core::window::{WindowKind, window_at};

/// A figure moves by itself as time passes; after so long it is measured again.
pub(super) const KEPT: Span = Span::from_seconds(60);

/// One figure: an objective by its place in the terms and, of an availability, the service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unit {
    pub(super) agreement: AgreementId,
    objective: usize,
    service: Option<ServiceId>,
}

/// What a figure follows from, besides the time.
#[derive(Clone, Debug, PartialEq)]
struct Ground {
    terms: Arc<Terms>,
    moved: u64,
    voiced: u64,
}

/// The part of it that all figures of an agreement share.
#[derive(Clone, Debug, PartialEq)]
struct Terms {
    /// Number and hash of each version.
    versions: Vec<(u32, String)>,
    withdrawn: bool,
    book: String,
    silent: Vec<(IntegrationId, Instant)>,
}

#[derive(Debug)]
struct Kept {
    ground: Ground,
    at: Instant,
    /// None where the agreement promises it no more.
    row: Option<Arc<Row>>,
}

/// Every figure that was measured.
#[derive(Debug, Default)]
pub(super) struct Figures(BTreeMap<Unit, Kept>);

/// A figure to be measured, and what it follows from.
#[derive(Debug)]
pub(super) struct Due {
    unit: Unit,
    ground: Ground,
}

impl Figures {
    /// The figures of an agreement, in the order of its objectives, and those among them that must be measured
    /// now. Those of `disturbed` services fall with every second.
    pub(super) fn plan(
        &self,
        state: &State,
        agreement: &AgreementId,
        version: &Version,
        disturbed: &BTreeSet<ServiceId>,
        now: Instant,
    ) -> (Vec<Unit>, Vec<Due>) {
        let terms = Arc::new(terms(state, agreement));
        let (mut units, mut dues) = (Vec::new(), Vec::new());
        for (place, objective) in version.terms.objectives.iter().enumerate() {
            let services = State::objective_services(&version.terms, objective);
            let mut add = |service: Option<ServiceId>, moved: u64, falls: bool| {
                let unit = Unit { agreement: agreement.clone(), objective: place, service };
                let voiced = if listens(objective) { state.voiced() } else { 0 };
                let ground = Ground { terms: terms.clone(), moved, voiced };
                let fresh = self.0.get(&unit).is_some_and(|kept| {
                    kept.ground == ground && now - kept.at < KEPT && (!falls || kept.at == now)
                });
                if !fresh {
                    dues.push(Due { unit: unit.clone(), ground });
                }
                units.push(unit);
            };
            if matches!(objective.kind, ObjectiveKind::Availability(_)) {
                for service in services {
                    let (moved, falls) = (state.moved(&service), disturbed.contains(&service));
                    add(Some(service), moved, falls);
                }
            } else {
                let moved = services.iter().map(|service| state.moved(service)).max().unwrap_or(0);
                add(None, moved, services.iter().any(|service| disturbed.contains(service)));
            }
        }
        (units, dues)
    }

    /// Measures a figure as it is now. One that comes out as it was is the same row.
    pub(super) fn measure(&mut self, state: &State, due: Due, now: Instant) {
        let Due { unit, ground } = due;
        let row = standing_at(state, &unit, now);
        let before = self.0.get(&unit).and_then(|kept| kept.row.clone());
        let row = match (row, before) {
            (Some(row), Some(before)) if *before == row => Some(before),
            (row, _) => row.map(Arc::new),
        };
        self.0.insert(unit, Kept { ground, at: now, row });
    }

    pub(super) fn row(&self, unit: &Unit) -> Option<Arc<Row>> {
        self.0.get(unit).and_then(|kept| kept.row.clone())
    }

    /// Forgets the figures of agreements that are not among these.
    pub(super) fn keep(&mut self, agreements: &BTreeSet<AgreementId>) {
        self.0.retain(|unit, _| agreements.contains(&unit.agreement));
    }
}

#[cfg(test)]
impl Figures {
    /// What is kept of a figure, and from when it is.
    pub(super) fn kept(&self, unit: &Unit) -> Option<(Option<Arc<Row>>, Instant)> {
        self.0.get(unit).map(|kept| (kept.row.clone(), kept.at))
    }
}

#[cfg(test)]
impl Due {
    pub(super) fn unit(&self) -> &Unit {
        &self.unit
    }
}

/// Whether what customers say moves it.
const fn listens(objective: &Objective) -> bool {
    matches!(objective.kind, ObjectiveKind::Complaints(_) | ObjectiveKind::Satisfaction(_))
}

fn terms(state: &State, agreement: &AgreementId) -> Terms {
    let versions = state.agreements.get(agreement);
    let all = versions.into_iter().flat_map(|versions| &versions.versions);
    Terms {
        versions: all.map(|version| (version.number, version.sha256.clone())).collect(),
        withdrawn: versions.is_some_and(|versions| versions.is_withdrawn()),
        book: state.book_sha256().unwrap_or_default().to_owned(),
        silent: state.ledger.silent().iter().map(|(id, since)| (id.clone(), *since)).collect(),
    }
}

/// A figure as it stands at a moment.
pub(super) fn standing_at(state: &State, unit: &Unit, now: Instant) -> Option<Row> {
    standing(state, unit, now).map(|standing| row(state, &standing, unit.service.clone()))
}

fn standing(state: &State, unit: &Unit, now: Instant) -> Option<Standing> {
    let id = &unit.agreement;
    let versions = state.agreements.get(id)?;
    let version = versions.at(now)?;
    let objective = version.terms.objectives.get(unit.objective)?;
    let window = window_at(objective.window, version.terms.zone, now);
    match &objective.kind {
        ObjectiveKind::Availability(_) => {
            availability_standing(state, versions, id, objective, unit.service.as_ref()?, window, now)
        }
        ObjectiveKind::Clock(terms) => {
            Some(clock_standing(state, versions, id, objective, terms, window, now))
        }
        ObjectiveKind::Complaints(terms) => {
            Some(complaint_standing(state, versions, id, objective, terms, window, now))
        }
        ObjectiveKind::Satisfaction(terms) => {
            Some(satisfaction_standing(state, versions, id, objective, terms, window, now))
        }
    }
}

fn row(state: &State, standing: &Standing, service: Option<ServiceId>) -> Row {
    let mut name: Line = vec![Text::Value(notice::words::objective(&standing.objective.name))];
    if let Some(service) = &service {
        name.extend([Text::mark(" · "), Text::Value(service_name(state, service))]);
    }
    Row {
        name,
        service,
        period: period(state, standing, false),
        verdict: standing.verdict,
        figure: figure(standing),
        budget: budget(standing),
    }
}

/// What is used of what may fail. None without data, and where nothing may fail.
fn budget(standing: &Standing) -> Option<Budget> {
    let rolls = matches!(standing.objective.window, WindowKind::Rolling(_));
    let passed = standing.as_of.min(standing.window.end) - standing.window.start;
    let share = |late: usize, of: usize, promised: Decimal| {
        let allowed = Decimal::from(of) * (Decimal::ONE_HUNDRED - promised);
        let used = (Decimal::from(late) * Decimal::from(10_000)).checked_div(allowed)?.ceil().to_i64()?;
        Some(Budget { used, elapsed: percent(passed, standing.window.length()), is_time: false })
    };
    let budget = match &standing.measured {
        Measured::Availability(measured) => {
            measured.value?;
            let used = ceiling(measured.down, measured.budget)?;
            Budget { used, elapsed: percent(measured.total, measured.full_total), is_time: true }
        }
        Measured::Clock(figures) => match figures.measure {
            Measure::Share { percent } => {
                let late = figures.items.len() - figures.met();
                share(late, figures.items.len(), percent)?
            }
            Measure::Percentile { .. } | Measure::Mean => return None,
        },
        Measured::Complaints(figures) => {
            share(figures.items.len() - figures.met(), figures.items.len(), figures.share)?
        }
        Measured::Satisfaction(_) => return None,
    };
    Some(Budget { elapsed: budget.elapsed.filter(|_| !rolls), ..budget })
}

/// Whole percent, rounded down.
fn percent(part: Span, whole: Span) -> Option<i64> {
    let (part, whole) = (i128::from(part.micros()), i128::from(whole.micros()));
    i64::try_from((part * 100).checked_div_euclid(whole)?).ok()
}

/// Whole percent, rounded up.
fn ceiling(part: Span, whole: Span) -> Option<i64> {
    let (part, whole) = (i128::from(part.micros()), i128::from(whole.micros()));
    i64::try_from((part * 100 + whole - 1).checked_div_euclid(whole)?).ok()
}
