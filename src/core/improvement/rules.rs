//! What an agreement asks for by itself when something went wrong, and within how many days.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::core::agreement::Priority;

/// The rules of one agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// A missed objective and a fallen survey ask for a plan.
    pub plans: bool,
    /// What looks like a risk is proposed as one.
    pub risks: bool,
    /// Incidents of these priorities ask for their cause.
    pub causes: BTreeSet<Priority>,
    /// A plan is to be there within so many days.
    pub plan_days: u32,
    /// A cause is to be named within so many days.
    pub cause_days: u32,
    /// Somebody is reminded so many working days before a date.
    pub remind_days: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            plans: true,
            risks: true,
            causes: BTreeSet::from([Priority::P1]),
            plan_days: 10,
            cause_days: 5,
            remind_days: 2,
        }
    }
}

impl Rules {
    /// Whether they are those of an agreement that says nothing of them.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Nothing is asked for.
    #[cfg(test)]
    pub fn none() -> Self {
        Self { plans: false, risks: false, causes: BTreeSet::new(), ..Self::default() }
    }
}
