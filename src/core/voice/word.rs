//! What can be said about surveys, feedback and complaints: the words of the journal.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::tally::Promise;
use super::{Allowed, Said, Stamp};
use crate::core::event::{AgreementId, IncidentNumber, PersonId, Prose, ServiceId, SurveyId};
use crate::core::number::numbers;
use crate::core::reading::{Reading, Sentiment, ThemeId};
use crate::core::score::Counts;
use crate::core::survey::Given;
use crate::core::time::Instant;

numbers! {
    /// One asking of one survey under one agreement; written `SUR-7`.
    RoundNumber = "SUR",
    /// A piece of feedback or a complaint; written `FB-12`.
    FeedbackNumber = "FB",
}

/// Something a customer wrote, and how it was read at that moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    pub text: Prose,
    #[serde(default)]
    pub reading: Option<Reading>,
    /// It has themes, and no objective of the agreement speaks of any of them.
    #[serde(default)]
    pub uncovered: bool,
}

/// How an answer reached Upheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Pressed or typed by the person.
    Chat,
    /// Through a link, by somebody who has no account.
    Link,
    /// Told to the provider's staff, who wrote it down.
    Telephone,
}

/// Whose answer it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Respondent {
    /// Whoever says it.
    Self_,
    /// Somebody else, for whom it is written down.
    Other(PersonId),
}

/// What is wanted from the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    Feedback,
    Complaint,
}

/// Where something was written, so that the writer hears of it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// In a channel, by its address.
    Channel(String),
    /// Alone with Upheld, on the platform of this name.
    Direct(String),
    /// On a page behind a link; the writer comes back there.
    Page,
}

/// The answers of an anonymous round, as its close leaves them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// How many answered.
    pub answered: u32,
    /// By how the promise stood: how often each score was given. Empty below the smallest group.
    #[serde(with = "crate::core::watch::pairs")]
    pub scores: BTreeMap<Promise, Counts>,
    /// For each question, in order, how often each answer was given.
    #[serde(default)]
    pub answers: Vec<BTreeMap<String, u64>>,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum Word {
    /// A round begins.
    RoundOpened {
        round: RoundNumber,
        survey: SurveyId,
        agreement: AgreementId,
        #[serde(default)]
        incident: Option<IncidentNumber>,
        closes: Instant,
        stamp: Box<Stamp>,
    },
    /// These people are asked; nobody else is counted as asked.
    Asked {
        round: RoundNumber,
        people: BTreeSet<PersonId>,
        spared: u32,
    },
    /// Somebody cannot be reached alone, so that the customer's channel is asked as well.
    Elsewhere {
        round: RoundNumber,
    },
    /// Those who have not answered are asked once more.
    Reminded {
        round: RoundNumber,
    },
    /// Somebody's answer; a later one replaces it.
    Answered {
        round: RoundNumber,
        respondent: Respondent,
        via: Via,
        /// One for each question, in order.
        given: Vec<Given>,
        /// Answers in words, by the number of their question; the comment under the number after the last.
        #[serde(default, with = "crate::core::watch::pairs")]
        texts: BTreeMap<u32, Remark>,
        stamp: Box<Stamp>,
    },
    /// A comment beside an answer already given.
    Commented {
        round: RoundNumber,
        text: Remark,
    },
    /// Nobody answers any more, because what was asked about is not over.
    Withdrawn {
        round: RoundNumber,
    },
    /// The time to answer is over.
    Closed {
        round: RoundNumber,
    },
    /// What an anonymous round came to.
    Counted {
        round: RoundNumber,
        counted: Counted,
    },
    /// Whoever says it wishes not to be asked any more, or again.
    OptedOut,
    OptedIn,
    /// `person` turned out to be whoever says it.
    Linked {
        person: PersonId,
    },

    /// A customer wrote something to the provider.
    Submitted {
        feedback: FeedbackNumber,
        kind: FeedbackKind,
        agreement: AgreementId,
        #[serde(default)]
        service: Option<ServiceId>,
        #[serde(default)]
        incident: Option<IncidentNumber>,
        text: Remark,
        /// Links to what came with it, as one text.
        #[serde(default)]
        attachments: Option<Prose>,
        origin: Origin,
        stamp: Box<Stamp>,
    },
    /// The provider has seen it.
    Acknowledged {
        feedback: FeedbackNumber,
    },
    Assigned {
        feedback: FeedbackNumber,
        to: PersonId,
    },
    /// How an operator reads it; replaces what the rules made of it.
    Labelled {
        feedback: FeedbackNumber,
        #[serde(default)]
        themes: Option<BTreeSet<ThemeId>>,
        #[serde(default)]
        sentiment: Option<Sentiment>,
        /// As [`Remark::uncovered`], with these themes.
        uncovered: bool,
    },
    /// The same for a comment of a survey.
    CommentLabelled {
        round: RoundNumber,
        respondent: PersonId,
        #[serde(default)]
        themes: Option<BTreeSet<ThemeId>>,
        #[serde(default)]
        sentiment: Option<Sentiment>,
        uncovered: bool,
    },
    /// The provider answers the writer.
    Replied {
        feedback: FeedbackNumber,
        text: Prose,
    },
    /// The writer, or somebody of the same customer, adds something.
    Added {
        feedback: FeedbackNumber,
        text: Prose,
    },
    /// The provider considers it done.
    FeedbackClosed {
        feedback: FeedbackNumber,
        #[serde(default)]
        text: Option<Prose>,
    },
    FeedbackReopened {
        feedback: FeedbackNumber,
        #[serde(default)]
        text: Option<Prose>,
    },
    /// It is about this incident, or this objective.
    Tied {
        feedback: FeedbackNumber,
        #[serde(default)]
        incident: Option<IncidentNumber>,
        #[serde(default)]
        objective: Option<String>,
    },
    /// It was filed as the other kind.
    Refiled {
        feedback: FeedbackNumber,
        kind: FeedbackKind,
    },
    /// The writer says whether it is settled.
    Settled {
        feedback: FeedbackNumber,
        settled: bool,
    },
    /// The writer of what stands there says whether it may be quoted in reviews; none takes every permission back.
    Quotable {
        said: Said,
        #[serde(default)]
        allowed: Option<Allowed>,
    },
    /// A theme that no objective covers has come up often enough to be recommended.
    Recommended {
        agreement: AgreementId,
        theme: ThemeId,
    },
}

impl Word {
    /// Every text in it.
    pub fn prose(&self) -> Vec<&Prose> {
        match self {
            Self::Answered { texts, .. } => texts.values().map(|remark| &remark.text).collect(),
            Self::Commented { text, .. } => vec![&text.text],
            Self::Submitted { text, attachments, .. } => {
                std::iter::once(&text.text).chain(attachments).collect()
            }
            Self::Replied { text, .. } | Self::Added { text, .. } => vec![text],
            Self::FeedbackClosed { text, .. } | Self::FeedbackReopened { text, .. } => text.iter().collect(),
            _ => Vec::new(),
        }
    }
}
