//! How the objectives stand that a card shows. Measured once for all the messages of a step: a storm opens
//! many incidents under one agreement.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::core::agreement::{ClockTerms, Measure, Objective, ObjectiveKind, Priority};
use crate::core::doc::Period;
use crate::core::event::{AgreementId, ServiceId};
use crate::core::incident::Incident;
use crate::core::notice::view::{FiguresView, ObjectiveView, Promised};
use crate::core::standing::{
    ClockFigures, Measured, Standing, Verdict, availability_standing, clock_standing,
};
use crate::core::state::{State, Version};
use crate::core::stopwatch::Target;
use crate::core::time::Instant;
use crate::core::window::window_at;

type Key = (AgreementId, String, Option<ServiceId>);

/// The standings of one moment, each measured when first asked for.
#[derive(Debug)]
pub struct Figures<'a> {
    state: &'a State,
    now: Instant,
    known: RefCell<BTreeMap<Key, Option<Standing>>>,
}

impl<'a> Figures<'a> {
    pub fn new(state: &'a State, now: Instant) -> Self {
        Self { state, now, known: RefCell::default() }
    }

    /// What a card shows of an agreement's objectives: the availability of the service, and those clock
    /// objectives that are in danger. `/status` has them all.
    pub fn of(&self, agreement: &AgreementId, incident: &Incident) -> Vec<ObjectiveView> {
        let version = self.state.agreements.get(agreement).and_then(|versions| versions.at(self.now));
        let Some(version) = version else { return Vec::new() };
        let objectives = version.terms.objectives.iter().filter(|objective| objective.covers(incident));
        objectives
            .filter(|objective| {
                State::objective_services(&version.terms, objective).contains(&incident.service)
            })
            .filter_map(|objective| {
                let standing = self.standing(agreement, version, objective, &incident.service)?;
                let shown = match standing.measured {
                    Measured::Availability(_) => true,
                    Measured::Clock(_) => matches!(standing.verdict, Verdict::AtRisk | Verdict::Missed),
                    // What customers think of the whole is no matter of one incident.
                    Measured::Complaints(_) | Measured::Satisfaction(_) => false,
                };
                if shown { view(&standing, version, incident.priority) } else { None }
            })
            .collect()
    }

    fn standing(
        &self,
        agreement: &AgreementId,
        version: &Version,
        objective: &Objective,
        service: &ServiceId,
    ) -> Option<Standing> {
        let whose = matches!(objective.kind, ObjectiveKind::Availability(_)).then(|| service.clone());
        let key = (agreement.clone(), objective.name.clone(), whose);
        let measure = || {
            let versions = self.state.agreements.get(agreement)?;
            let window = window_at(objective.window, version.terms.zone, self.now);
            match &objective.kind {
                ObjectiveKind::Availability(_) => availability_standing(
                    self.state, versions, agreement, objective, service, window, self.now,
                ),
                ObjectiveKind::Clock(terms) => {
                    Some(clock_standing(self.state, versions, agreement, objective, terms, window, self.now))
                }
                ObjectiveKind::Complaints(_) | ObjectiveKind::Satisfaction(_) => None,
            }
        };
        self.known.borrow_mut().entry(key).or_insert_with(measure).clone()
    }
}

fn view(standing: &Standing, version: &Version, priority: Priority) -> Option<ObjectiveView> {
    let first = standing.window.start.to_utc().with_timezone(&version.terms.zone).date_naive();
    let figures = match (&standing.measured, &standing.objective.kind) {
        (Measured::Availability(measured), ObjectiveKind::Availability(terms)) => FiguresView::Availability {
            value: measured.value.map(|value| value.floor_percent(6)),
            target: terms.target,
            left: measured.value.map(|_| measured.remaining),
        },
        (Measured::Clock(figures), ObjectiveKind::Clock(terms)) => {
            let working_time = !version.terms.calendar(&standing.objective.calendar).is_always();
            clock_figures(figures, terms, priority, working_time)?
        }
        _ => return None,
    };
    let period = Period::beginning(standing.objective.window, first);
    Some(ObjectiveView { period, over: standing.over, standing: standing.verdict, figures })
}

/// One row for the objective: the target of this incident's priority, else the strictest. `/why` has a line
/// for each priority.
fn clock_figures(
    figures: &ClockFigures,
    terms: &ClockTerms,
    priority: Priority,
    working_time: bool,
) -> Option<FiguresView> {
    let promised = terms.targets.get(&priority).or_else(|| terms.targets.values().next()).copied()?;
    let own = figures.figures.iter().find(|figure| figure.priority == priority);
    let figure = own.or_else(|| figures.figures.first());
    let target = figure.map_or(promised, |figure| Target::Elapsed(figure.target));
    let within = |target| Promised { target, working_time };
    let (clock, of, value) = (terms.clock, figures.items.len(), figure.map(|figure| figure.value));
    Some(match terms.measure {
        Measure::Share { percent } => {
            FiguresView::Share { clock, percent, within: within(promised), met: figures.met(), of }
        }
        Measure::Percentile { percent } => {
            FiguresView::Percentile { clock, percent, value, within: within(target), of }
        }
        Measure::Mean => FiguresView::Mean { clock, value, within: within(target), of },
    })
}
