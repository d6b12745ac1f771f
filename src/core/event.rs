//! What happened, to which service, when: the events of the journal, and the names they use.
//!
//! Events are facts with effective times of their own. They stay readable for ever: a field may be added
//! with a default, none may change its meaning.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::core::agreement::{Impact, Priority, ServiceBook, Terms};
use crate::core::drill::DrillWord;
use crate::core::improvement;
use crate::core::review::{self, ReviewBook};
use crate::core::survey::SurveyBook;
use crate::core::time::Instant;
use crate::core::voice::Word;

macro_rules! identifiers {
    ($($(#[$note:meta])* $name:ident),* $(,)?) => {$(
        $(#[$note])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
    )*};
}

pub(crate) use identifiers;

identifiers! {
    /// A service of the provider, as named in `config/services.toml`: `checkout`.
    ServiceId,
    /// An agreement, as its file is named: `acme`.
    AgreementId,
    /// A source of webhooks, as named in `config/upheld.toml`: `alertmanager`.
    IntegrationId,
    /// A person, by a random id that says nothing of them.
    PersonId,
    /// Something a person wrote, kept outside the chain under a key of its own.
    ProseId,
    /// A survey, as its file is named: `after_incident`.
    SurveyId,
}

/// An incident's number, unique in one installation; written `INC-42`. Drills have numbers of their own, written
/// `DRILL-3`, so that none of them moves an incident's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentNumber(pub u32);

impl fmt::Display for IncidentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.drill() {
            Some(ordinal) => write!(f, "DRILL-{ordinal}"),
            None => write!(f, "INC-{}", self.0),
        }
    }
}

impl FromStr for IncidentNumber {
    type Err = std::num::ParseIntError;

    /// Reads `INC-42`, a customer's own `ACME-42`, `#42` and `42`; and `DRILL-3`, an exercise.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Some((prefix, ordinal)) = text.rsplit_once('-')
            && prefix.eq_ignore_ascii_case("drill")
        {
            return ordinal.parse().map(Self::of_drill);
        }
        let digits = match text.rsplit_once('-') {
            Some((prefix, digits)) if prefix.chars().all(char::is_alphanumeric) => digits,
            _ => text.strip_prefix('#').unwrap_or(text),
        };
        digits.parse().map(Self)
    }
}

/// A reference to something a person wrote. The chain holds the hash of the ciphertext, never the words,
/// so that erasing the key erases the words and leaves the chain whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prose {
    pub id: ProseId,
    /// SHA-256 of the ciphertext, lower-case hex.
    pub sha256: String,
}

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// 1, 2, 3, … without gaps.
    pub sequence: u64,
    /// The act's own id; an entry with an id seen before changes nothing.
    pub id: String,
    /// When the journal took it; never before the entry that precedes it.
    pub recorded: Instant,
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A version of an agreement takes effect.
    TermsAdopted {
        agreement: AgreementId,
        version: u32,
        effective: Instant,
        sha256: String,
        terms: Box<Terms>,
    },
    /// An agreement covers nothing that starts from now on; what runs under it runs to its end.
    TermsWithdrawn { agreement: AgreementId, effective: Instant },
    /// The services, routes and integrations from now on.
    ServicesAdopted { effective: Instant, sha256: String, book: Box<ServiceBook> },
    /// The surveys that may be asked from now on.
    SurveysAdopted { effective: Instant, sha256: String, book: Box<SurveyBook> },
    /// What one delivery of a monitor changed.
    Signals { integration: IntegrationId, received: Instant, signals: Vec<Signal> },
    /// Firing signals that a monitor repeated without change.
    Confirmed { integration: IntegrationId, at: Instant, keys: Vec<String> },
    /// A delivery arrived, so this integration was alive.
    Heard { integration: IntegrationId, at: Instant, heartbeat: bool },
    /// The number by which people call the episode of `service` that contains `anchor`.
    Numbered { incident: IncidentNumber, service: ServiceId, anchor: Instant },
    /// Something a person did.
    Act { at: Instant, by: PersonId, act: Act },
    /// Something about surveys, feedback or complaints: said by a person, or by Upheld itself.
    Voice { at: Instant, by: Option<PersonId>, word: Box<Word> },
    /// The reviews that are planned from now on.
    ReviewsAdopted { effective: Instant, sha256: String, book: Box<ReviewBook> },
    /// Something about a review: said by a person, or by Upheld itself.
    Review { at: Instant, by: Option<PersonId>, word: Box<review::Word> },
    /// Something about action items or risks: said by a person, or by Upheld itself.
    Improvement { at: Instant, by: Option<PersonId>, word: Box<improvement::Word> },
    /// Something about a drill: said by a person, or by Upheld itself.
    Drill { at: Instant, by: Option<PersonId>, word: DrillWord },
    /// A moment at which something fell due; recorded so that a replay decides it at the same moment.
    Tick { at: Instant },
}

/// What a person did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// An operator opens an incident that no monitor saw.
    Opened {
        service: ServiceId,
        impact: Impact,
        priority: Option<Priority>,
        text: Prose,
    },
    /// A customer representative says that a service is disturbed.
    Reported {
        service: ServiceId,
        agreement: AgreementId,
        text: Prose,
    },
    Acknowledged {
        incident: IncidentNumber,
    },
    /// Stops the resolution clocks; the monitor alone ends downtime that a monitor saw.
    Resolved {
        incident: IncidentNumber,
        text: Option<Prose>,
    },
    /// By an operator, or by a customer for whom it is still broken (then `agreement` is given).
    Reopened {
        incident: IncidentNumber,
        agreement: Option<AgreementId>,
        text: Option<Prose>,
    },
    Prioritised {
        incident: IncidentNumber,
        priority: Priority,
        reason: Prose,
    },
    /// `agreement` names one customer's clocks; none means all.
    Paused {
        incident: IncidentNumber,
        agreement: Option<AgreementId>,
        reason: Prose,
    },
    Resumed {
        incident: IncidentNumber,
        agreement: Option<AgreementId>,
        reason: Option<Prose>,
    },
    Caused {
        incident: IncidentNumber,
        category: CauseCategory,
        internal: Option<Prose>,
        customer: Option<Prose>,
    },
    /// For the operators only.
    Noted {
        incident: IncidentNumber,
        text: Prose,
    },
    /// To the customer (`agreement`), or to all customers concerned.
    Updated {
        incident: IncidentNumber,
        agreement: Option<AgreementId>,
        text: Prose,
    },
    /// A customer representative wrote something under an incident.
    Said {
        incident: IncidentNumber,
        agreement: AgreementId,
        text: Prose,
    },
    /// Somebody wants the next person on the on-call list called now.
    Escalated {
        incident: IncidentNumber,
    },
    /// An operator lets the customer see the incident (publish policy `on approval`).
    Published {
        incident: IncidentNumber,
        agreement: AgreementId,
    },
}

/// Where the fault lay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseCategory {
    Change,
    Capacity,
    Software,
    Hardware,
    Network,
    Security,
    Supplier,
    Customer,
    Human,
    Unknown,
}

impl CauseCategory {
    pub const ALL: [Self; 10] = [
        Self::Change,
        Self::Capacity,
        Self::Software,
        Self::Hardware,
        Self::Network,
        Self::Security,
        Self::Supplier,
        Self::Customer,
        Self::Human,
        Self::Unknown,
    ];
}

/// A monitor's word on one thing it watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// What the monitor calls it, unique within the integration (Alertmanager: the fingerprint).
    pub key: String,
    pub status: SignalStatus,
    pub severity: Severity,
    /// When it began, by the monitor's clock. None on a resolve means: when the open episode began.
    pub started: Option<Instant>,
    /// When it ended. None on a resolve means: when it was received.
    pub ended: Option<Instant>,
    /// Text from outside, shortened by the source.
    pub summary: String,
    pub labels: BTreeMap<String, String>,
    #[serde(default)]
    pub links: Vec<Link>,
}

impl Signal {
    /// The alert's name, or what it says when it has none.
    pub fn name(&self) -> &str {
        self.labels.get("alertname").unwrap_or(&self.summary)
    }
}

/// A link that came with a signal; http or https.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub rel: String,
    pub url: String,
}

/// What the monitor says of it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalStatus {
    Firing,
    Resolved,
    /// Acknowledged in the monitor.
    Ack,
    /// A remark that changes nothing.
    Info,
}

/// How bad the monitor thinks it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Unknown,
    Info,
    Warning,
    Error,
    Critical,
}
