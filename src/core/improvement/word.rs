//! What can be said about action items and risks: the words of the journal.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::event::{AgreementId, IncidentNumber, IntegrationId, PersonId, Prose, ServiceId, SurveyId};
use crate::core::number::numbers;
use crate::core::time::Instant;
use crate::core::voice::FeedbackNumber;

numbers! {
    /// An action item; written `ACT-7`.
    ActionNumber = "ACT",
    /// A risk; written `RISK-3`.
    RiskNumber = "RISK",
}

/// What an action item is about; nothing where it stands for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objective: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback: Option<FeedbackNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<RiskNumber>,
}

/// Why there is an action item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "origin", rename_all = "snake_case")]
pub enum Origin {
    /// Somebody of the provider's wants it.
    Provider,
    /// Somebody of the customer's wishes it.
    Wish,
    /// An objective was missed over a period.
    Missed {
        objective: String,
        #[serde(default)]
        service: Option<ServiceId>,
        from: Instant,
        until: Instant,
    },
    /// A survey's figure fell by more than chance, from the period before to these dates.
    Fallen { survey: SurveyId, from: NaiveDate, until: NaiveDate },
    /// Nobody has said why there was an incident.
    Cause { incident: IncidentNumber },
}

/// What looks like a risk by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "subject", rename_all = "snake_case")]
pub enum Subject {
    /// Little is left of an error budget.
    Budget { objective: String, service: ServiceId },
    /// Nobody is called when something happens to this customer.
    NobodyOnCall,
    /// A monitor has been silent for long.
    Silent { integration: IntegrationId },
    /// The customer can be reached in one place at most.
    OneChannel,
}

/// One of five steps: 1 is the least, 5 the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    pub const MOST: u8 = 5;

    /// None outside of 1 to 5.
    pub const fn new(level: u8) -> Option<Self> {
        if 1 <= level && level <= Self::MOST { Some(Self(level)) } else { None }
    }

    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Level {
    type Error = String;

    fn try_from(level: u8) -> Result<Self, String> {
        Self::new(level).ok_or_else(|| format!("{level} is not between 1 and {}", Self::MOST))
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.0
    }
}

/// How likely a risk is, and how bad it would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Score {
    pub probability: Level,
    pub impact: Level,
}

impl Score {
    /// Probability times impact, 1 to 25.
    pub const fn product(self) -> u8 {
        self.probability.0 * self.impact.0
    }
}

/// One word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum Word {
    /// There is something to do.
    Opened {
        action: ActionNumber,
        /// None where it concerns no customer.
        #[serde(default)]
        agreement: Option<AgreementId>,
        /// The customer does not see it.
        #[serde(default)]
        internal: bool,
        /// What is to be done; none as long as that is asked for.
        #[serde(default)]
        text: Option<Prose>,
        #[serde(default)]
        owner: Option<PersonId>,
        /// In the agreement's zone. While a plan is asked for: when it is to be there.
        #[serde(default)]
        due: Option<NaiveDate>,
        #[serde(default)]
        about: About,
        origin: Origin,
    },
    /// What is to be done, in other words than before.
    Worded {
        action: ActionNumber,
        text: Prose,
    },
    Assigned {
        action: ActionNumber,
        to: PersonId,
    },
    /// It is due on another date than before.
    Dated {
        action: ActionNumber,
        due: NaiveDate,
        #[serde(default)]
        reason: Option<Prose>,
    },
    /// It is done, and what changed by it; without words where Upheld saw it by itself.
    Done {
        action: ActionNumber,
        #[serde(default)]
        text: Option<Prose>,
    },
    Dropped {
        action: ActionNumber,
        reason: Prose,
    },
    Reopened {
        action: ActionNumber,
        #[serde(default)]
        text: Option<Prose>,
    },
    /// The customer sees it from now on.
    Shared {
        action: ActionNumber,
    },

    /// Somebody sees a risk.
    RiskAdded {
        risk: RiskNumber,
        #[serde(default)]
        agreement: Option<AgreementId>,
        #[serde(default)]
        internal: bool,
        #[serde(default)]
        service: Option<ServiceId>,
        text: Prose,
        score: Score,
        #[serde(default)]
        owner: Option<PersonId>,
        /// When it is to be looked at again.
        #[serde(default)]
        review: Option<NaiveDate>,
    },
    /// Something looks like a risk; somebody takes it as one or dismisses it.
    RiskProposed {
        risk: RiskNumber,
        #[serde(default)]
        agreement: Option<AgreementId>,
        #[serde(flatten)]
        subject: Subject,
    },
    RiskScored {
        risk: RiskNumber,
        score: Score,
    },
    /// What is done about it.
    RiskMitigated {
        risk: RiskNumber,
        text: Prose,
    },
    RiskAssigned {
        risk: RiskNumber,
        to: PersonId,
    },
    /// Somebody looked at it again; when it is to be looked at next.
    RiskReviewed {
        risk: RiskNumber,
        next: NaiveDate,
    },
    /// It is lived with.
    RiskAccepted {
        risk: RiskNumber,
        reason: Prose,
    },
    RiskClosed {
        risk: RiskNumber,
        reason: Prose,
    },
    /// What looked like one is none.
    RiskDismissed {
        risk: RiskNumber,
        reason: Prose,
    },
    RiskReopened {
        risk: RiskNumber,
    },
    /// The customer sees it from now on.
    RiskShared {
        risk: RiskNumber,
    },
    /// What it was proposed for is not so any more.
    RiskGone {
        risk: RiskNumber,
    },
}

impl Word {
    /// Every text in it.
    pub fn prose(&self) -> Vec<&Prose> {
        match self {
            Self::Opened { text, .. }
            | Self::Dated { reason: text, .. }
            | Self::Done { text, .. }
            | Self::Reopened { text, .. } => text.iter().collect(),
            Self::Worded { text, .. }
            | Self::Dropped { reason: text, .. }
            | Self::RiskAdded { text, .. }
            | Self::RiskMitigated { text, .. }
            | Self::RiskAccepted { reason: text, .. }
            | Self::RiskClosed { reason: text, .. }
            | Self::RiskDismissed { reason: text, .. } => vec![text],
            Self::Assigned { .. }
            | Self::Shared { .. }
            | Self::RiskProposed { .. }
            | Self::RiskScored { .. }
            | Self::RiskAssigned { .. }
            | Self::RiskReviewed { .. }
            | Self::RiskReopened { .. }
            | Self::RiskShared { .. }
            | Self::RiskGone { .. } => Vec::new(),
        }
    }

    /// What it is about, as people call it: `ACT-7`, `RISK-3`.
    pub fn about(&self) -> String {
        match self {
            Self::Opened { action, .. }
            | Self::Worded { action, .. }
            | Self::Assigned { action, .. }
            | Self::Dated { action, .. }
            | Self::Done { action, .. }
            | Self::Dropped { action, .. }
            | Self::Reopened { action, .. }
            | Self::Shared { action } => action.to_string(),
            Self::RiskAdded { risk, .. }
            | Self::RiskProposed { risk, .. }
            | Self::RiskScored { risk, .. }
            | Self::RiskMitigated { risk, .. }
            | Self::RiskAssigned { risk, .. }
            | Self::RiskReviewed { risk, .. }
            | Self::RiskAccepted { risk, .. }
            | Self::RiskClosed { risk, .. }
            | Self::RiskDismissed { risk, .. }
            | Self::RiskReopened { risk }
            | Self::RiskShared { risk }
            | Self::RiskGone { risk } => risk.to_string(),
        }
    }
}
