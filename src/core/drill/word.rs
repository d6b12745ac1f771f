//! What the journal says of drills.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Ending;
use crate::core::agreement::Priority;
use crate::core::event::{AgreementId, IncidentNumber, ServiceId};
use crate::core::time::{Instant, Span};

/// What is to be exercised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The service itself, not its shadow.
    pub service: ServiceId,
    pub priority: Priority,
    /// Operators are told beforehand.
    pub announced: bool,
    /// Customers who agreed to it: they are told beforehand and see it. The others hear nothing.
    #[serde(default)]
    pub customers: BTreeSet<AgreementId>,
    /// Chosen when it was planned.
    pub starts: Instant,
    /// It ends by itself after so long.
    pub lasts: Span,
}

/// A word about a drill. Its number follows from the order of the plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum DrillWord {
    Planned {
        plan: Plan,
    },
    /// By Upheld itself, when its time has come.
    Began {
        drill: IncidentNumber,
    },
    /// By a person who breaks it off, or by Upheld itself.
    Ended {
        drill: IncidentNumber,
        ending: Ending,
    },
}
