//! What is to become better, and what may go wrong: action items and the risk register, as the journal tells them.

mod action;
mod carried;
mod effect;
mod risk;
mod rules;
#[cfg(test)]
mod tests;
mod word;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::core::calendar::resolve_local;
use crate::core::event::{AgreementId, PersonId};
use crate::core::time::Instant;
use crate::core::watch::pairs;

pub use action::{Action, ActionState, ActionStep, ActionStepKind, Position};
pub use carried::{Carried, carried};
pub use effect::{Effect, Figure, Of, Reached, effects};
pub use risk::{Risk, RiskPosition, RiskState, RiskStep, RiskStepKind, gaps, matrix};
pub use rules::Rules;
pub use word::{About, ActionNumber, Level, Origin, RiskNumber, Score, Subject, Word};

/// Every action item and every risk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Improvement {
    actions: BTreeMap<ActionNumber, Action>,
    risks: BTreeMap<RiskNumber, Risk>,
    last_action: u32,
    last_risk: u32,
    /// What the core saw and what has not gone away since, with the risk that was proposed for it.
    #[serde(with = "pairs")]
    seen: BTreeMap<(Option<AgreementId>, Subject), RiskNumber>,
}

/// What an entry changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    Action(ActionNumber),
    Risk(RiskNumber),
}

impl Improvement {
    pub fn action(&self, number: ActionNumber) -> Option<&Action> {
        self.actions.get(&number)
    }

    /// Every action item, oldest first.
    pub fn actions(&self) -> impl DoubleEndedIterator<Item = (ActionNumber, &Action)> {
        self.actions.iter().map(|(number, action)| (*number, action))
    }

    pub fn risk(&self, number: RiskNumber) -> Option<&Risk> {
        self.risks.get(&number)
    }

    /// Every risk, oldest first.
    pub fn risks(&self) -> impl DoubleEndedIterator<Item = (RiskNumber, &Risk)> {
        self.risks.iter().map(|(number, risk)| (*number, risk))
    }

    /// The next free number of an action item.
    pub const fn next_action(&self) -> ActionNumber {
        ActionNumber(self.last_action + 1)
    }

    /// The next free number of a risk.
    pub const fn next_risk(&self) -> RiskNumber {
        RiskNumber(self.last_risk + 1)
    }

    /// What an act of this id added; for a delivery that is repeated.
    pub fn added_by(&self, act: &str) -> Option<Touched> {
        let action = self.actions.iter().rev().find(|(_, action)| action.id == act);
        let risk = || self.risks.iter().rev().find(|(_, risk)| risk.id == act);
        let action = action.map(|(number, _)| Touched::Action(*number));
        action.or_else(|| risk().map(|(number, _)| Touched::Risk(*number)))
    }

    /// The risk that stands for what the core sees, as long as that has not gone away.
    pub fn seen(&self, agreement: Option<&AgreementId>, subject: &Subject) -> Option<RiskNumber> {
        self.seen.get(&(agreement.cloned(), subject.clone())).copied()
    }

    /// Everything the core has seen and that has not gone away.
    pub fn all_seen(&self) -> impl Iterator<Item = (&Option<AgreementId>, &Subject, RiskNumber)> {
        self.seen.iter().map(|((agreement, subject), number)| (agreement, subject, *number))
    }

    /// Takes one word of the journal.
    pub(super) fn hear(
        &mut self,
        id: &str,
        at: Instant,
        by: Option<&PersonId>,
        word: &Word,
    ) -> Option<Touched> {
        match word {
            Word::Opened { action, .. } => {
                let opened = Action::opened(id, at, by, word)?;
                if self.actions.contains_key(action) {
                    return None;
                }
                self.last_action = self.last_action.max(action.0);
                self.actions.insert(*action, opened);
                Some(Touched::Action(*action))
            }
            Word::RiskAdded { risk, .. } | Word::RiskProposed { risk, .. } => {
                let added = Risk::added(id, at, by, word)?;
                if self.risks.contains_key(risk) {
                    return None;
                }
                self.last_risk = self.last_risk.max(risk.0);
                if let Some(subject) = &added.subject {
                    self.seen.insert((added.agreement.clone(), subject.clone()), *risk);
                }
                self.risks.insert(*risk, added);
                Some(Touched::Risk(*risk))
            }
            word => self.step(id, at, by, word),
        }
    }

    fn step(&mut self, id: &str, at: Instant, by: Option<&PersonId>, word: &Word) -> Option<Touched> {
        let (id, by) = (id.to_owned(), by.cloned());
        if let Some((number, kind)) = action::step_of(word) {
            let action = self.actions.get_mut(&number)?;
            if action.steps.iter().any(|step| step.id == id) {
                return None;
            }
            action.steps.push(ActionStep { id, at, by, kind });
            return Some(Touched::Action(number));
        }
        let (number, kind) = risk::step_of(word)?;
        let risk = self.risks.get_mut(&number)?;
        if risk.steps.iter().any(|step| step.id == id) {
            return None;
        }
        if let (RiskStepKind::Gone, Some(subject)) = (&kind, &risk.subject) {
            let key = (risk.agreement.clone(), subject.clone());
            if self.seen.get(&key) == Some(&number) {
                self.seen.remove(&key);
            }
        }
        risk.steps.push(RiskStep { id, at, by, kind });
        Some(Touched::Risk(number))
    }
}

/// The hour of a day at which somebody is reminded.
const REMIND_AT: u32 = 9;

/// Nine o'clock of a date.
fn morning(zone: Tz, date: NaiveDate) -> Instant {
    resolve_local(zone, date.and_time(NaiveTime::from_hms_opt(REMIND_AT, 0, 0).unwrap_or_default()))
}

const fn is_weekend(date: Weekday) -> bool {
    matches!(date, Weekday::Sat | Weekday::Sun)
}

/// The date itself, or the Monday after a weekend.
fn workday(mut date: NaiveDate) -> NaiveDate {
    while is_weekend(date.weekday()) {
        let Some(next) = date.succ_opt() else { break };
        date = next;
    }
    date
}

/// So many days before a date, Saturdays and Sundays not counted.
fn workdays_before(mut date: NaiveDate, mut days: u32) -> NaiveDate {
    while days > 0 || is_weekend(date.weekday()) {
        let Some(before) = date.pred_opt() else { break };
        days -= u32::from(days > 0 && !is_weekend(before.weekday()));
        date = before;
    }
    date
}

/// Why somebody is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// The date is near.
    Soon,
    /// It has passed.
    Overdue,
}

/// The next moment after `after` at which somebody is to be reminded of what is due on a date: once some working
/// days before it, once on the working day after it, and from then on every week.
pub fn next_reminder(zone: Tz, due: NaiveDate, remind_before: u32, after: Instant) -> Option<Instant> {
    let soon = morning(zone, workdays_before(due, remind_before));
    if soon > after {
        return Some(soon);
    }
    next_weekly(zone, workday(due.succ_opt()?), after)
}

/// The next moment after `after` in the week's rhythm that begins on a date.
pub fn next_weekly(zone: Tz, first: NaiveDate, after: Instant) -> Option<Instant> {
    let first = workday(first);
    let passed = crate::core::calendar::local_date(zone, after).signed_duration_since(first).num_days();
    let weeks = u64::try_from(passed.max(0) / 7).ok()?;
    (weeks..=weeks + 1)
        .filter_map(|weeks| first.checked_add_days(chrono::Days::new(weeks * 7)))
        .map(|date| morning(zone, date))
        .find(|at| *at > after)
}

/// Whether what is due on a date is overdue at a moment.
pub fn is_overdue(zone: Tz, due: NaiveDate, at: Instant) -> bool {
    crate::core::calendar::local_date(zone, at) > due
}
