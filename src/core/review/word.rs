//! What can be said of reviews: the words of the journal.

use serde::{Deserialize, Serialize};

use super::book::{Plan, Section};
use super::document::Document;
use crate::core::event::{AgreementId, Prose};
use crate::core::interval::Interval;
use crate::core::number::numbers;
use crate::core::time::Instant;
use crate::core::window::WindowKind;

numbers! {
    /// One review of one period; written `REV-7`. Its revisions share it.
    ReviewNumber = "REV",
}

/// Whom a review tells of, and to whom it belongs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Agreement(AgreementId),
    /// All customers, for the operators alone.
    Operators,
}

impl Subject {
    pub const fn agreement(&self) -> Option<&AgreementId> {
        match self {
            Self::Agreement(agreement) => Some(agreement),
            Self::Operators => None,
        }
    }
}

/// Why there is a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// Its plan, by name.
    Plan(String),
    /// Somebody asked for it.
    Command,
    /// The agreement's term is over.
    Closing,
}

/// Which side signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Provider,
    Customer,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum Word {
    /// A review begins: from now on there is a draft of it.
    Drafted {
        review: ReviewNumber,
        subject: Subject,
        occasion: Occasion,
        /// The time it tells of.
        window: Interval,
        /// How that time is called; none for a whole term.
        #[serde(default)]
        period: Option<WindowKind>,
        template: Vec<Section>,
        /// When it is (or was) to be published.
        due: Instant,
        /// Until somebody approves it, it waits even then.
        #[serde(default)]
        hold: bool,
    },
    /// The account manager says something to a chapter; none takes it back.
    Commented {
        review: ReviewNumber,
        section: Section,
        #[serde(default)]
        text: Option<Prose>,
    },
    /// It may be published as it is: when its time has come, or at once.
    Approved { review: ReviewNumber, at_once: bool },
    /// It is not published.
    Dropped { review: ReviewNumber },
    /// It was published, and is from now on what it says.
    Issued {
        review: ReviewNumber,
        /// 1 for the first; each later one corrects the one before.
        revision: u32,
        /// SHA-256 of the document as JSON, lower-case hex.
        sha256: String,
        document: Box<Document>,
    },
    /// Something to talk about when both sides meet.
    AgendaAdded { review: ReviewNumber, text: Prose },
    /// What both sides said when they met.
    Minuted { review: ReviewNumber, text: Prose },
    /// A side takes a revision as agreed.
    Signed { review: ReviewNumber, revision: u32, side: Side },
    /// A plan made by command; none takes back the one of that name.
    Planned {
        agreement: AgreementId,
        name: String,
        #[serde(default)]
        plan: Option<Plan>,
    },
}

impl Word {
    /// Every text in it.
    pub fn prose(&self) -> Vec<&Prose> {
        match self {
            Self::Commented { text, .. } => text.iter().collect(),
            Self::AgendaAdded { text, .. } | Self::Minuted { text, .. } => vec![text],
            _ => Vec::new(),
        }
    }

    /// The review it is about.
    pub const fn review(&self) -> Option<ReviewNumber> {
        match self {
            Self::Drafted { review, .. }
            | Self::Commented { review, .. }
            | Self::Approved { review, .. }
            | Self::Dropped { review }
            | Self::Issued { review, .. }
            | Self::AgendaAdded { review, .. }
            | Self::Minuted { review, .. }
            | Self::Signed { review, .. } => Some(*review),
            Self::Planned { .. } => None,
        }
    }
}
