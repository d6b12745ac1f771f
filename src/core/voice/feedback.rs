//! A piece of feedback or a complaint, from the first word to the last.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::word::{FeedbackKind, FeedbackNumber, Origin, Remark, Word};
use super::{Said, Stamp, Touched, Voice};
use crate::core::event::{AgreementId, IncidentNumber, PersonId, Prose, ServiceId};
use crate::core::reading::{Reading, Sentiment, ThemeId, Tongue};
use crate::core::time::Instant;

/// Something a customer wrote to the provider, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    /// The act that submitted it.
    pub id: String,
    pub kind: FeedbackKind,
    pub agreement: AgreementId,
    pub service: Option<ServiceId>,
    pub incident: Option<IncidentNumber>,
    pub objective: Option<String>,
    /// None for a page without an account.
    pub by: Option<PersonId>,
    pub submitted: Instant,
    pub text: Remark,
    pub attachments: Option<Prose>,
    pub origin: Origin,
    pub stamp: Box<Stamp>,
    /// In the order they were taken.
    pub steps: Vec<Step>,
}

/// Something that was done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The act's own id.
    pub id: String,
    pub at: Instant,
    pub by: Option<PersonId>,
    pub kind: StepKind,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    Acknowledged,
    Assigned(PersonId),
    Labelled,
    Replied(Prose),
    /// By the customer.
    Added(Prose),
    Closed(Option<Prose>),
    Reopened(Option<Prose>),
    Tied {
        incident: Option<IncidentNumber>,
        objective: Option<String>,
    },
    Refiled(FeedbackKind),
    /// The writer says whether it is settled; when not, it is open again.
    Settled(bool),
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeedbackState {
    New,
    Acknowledged,
    Answered,
    Closed,
    /// Closed, and the writer agrees.
    Settled,
}

impl Feedback {
    pub fn state(&self) -> FeedbackState {
        let mut state = FeedbackState::New;
        for step in &self.steps {
            state = match &step.kind {
                StepKind::Acknowledged | StepKind::Assigned(_) => state.max(FeedbackState::Acknowledged),
                StepKind::Replied(_) => state.max(FeedbackState::Answered),
                StepKind::Closed(_) => FeedbackState::Closed,
                StepKind::Settled(true) if state == FeedbackState::Closed => FeedbackState::Settled,
                StepKind::Settled(false) | StepKind::Reopened(_) => state.min(FeedbackState::Answered),
                _ => state,
            };
        }
        state
    }

    pub fn is_open(&self) -> bool {
        self.state() < FeedbackState::Closed
    }

    /// Whoever has it in hand: assigned, or else the first of the provider's who did something.
    pub fn owner(&self) -> Option<&PersonId> {
        let assigned = self.steps.iter().rev().find_map(|step| match &step.kind {
            StepKind::Assigned(to) => Some(to),
            _ => None,
        });
        assigned.or_else(|| {
            let own = self.steps.iter();
            own.filter(|step| matches!(step.kind, StepKind::Acknowledged | StepKind::Replied(_)))
                .find_map(|step| step.by.as_ref())
        })
    }
}

impl Remark {
    /// Puts what an operator says in the place of what the rules read.
    pub(super) fn label(
        &mut self,
        themes: Option<&BTreeSet<ThemeId>>,
        sentiment: Option<Sentiment>,
        uncovered: bool,
    ) {
        let unread =
            Reading { tongue: Tongue::Unknown, sentiment: None, themes: BTreeSet::new(), learnt: false };
        let reading = self.reading.get_or_insert(unread);
        if let Some(themes) = themes {
            reading.themes.clone_from(themes);
        }
        reading.sentiment = sentiment.or(reading.sentiment);
        self.uncovered = uncovered;
    }
}

impl Voice {
    pub(super) fn submitted(&mut self, number: FeedbackNumber, feedback: Feedback) -> Option<Touched> {
        if self.feedback.contains_key(&number) {
            return None;
        }
        self.last_feedback = self.last_feedback.max(number.0);
        self.mark_uncovered(number, &feedback, true);
        self.feedback.insert(number, feedback);
        Some(Touched::Feedback(number))
    }

    fn mark_uncovered(&mut self, number: FeedbackNumber, feedback: &Feedback, is: bool) {
        self.mark(&feedback.agreement, &feedback.text, &Said::Feedback(number), is);
    }

    /// Takes what was done about a piece of feedback.
    pub(super) fn step(
        &mut self,
        id: &str,
        at: Instant,
        by: Option<&PersonId>,
        word: &Word,
    ) -> Option<Touched> {
        let (number, kind) = step_of(word)?;
        let mut feedback = self.feedback.remove(&number)?;
        if feedback.steps.iter().any(|step| step.id == id) {
            self.feedback.insert(number, feedback);
            return None;
        }
        match word {
            Word::Labelled { themes, sentiment, uncovered, .. } => {
                self.mark_uncovered(number, &feedback, false);
                feedback.text.label(themes.as_ref(), *sentiment, *uncovered);
                self.label(&feedback.text.text.id, themes.as_ref(), *sentiment);
                self.mark_uncovered(number, &feedback, true);
            }
            Word::Tied { incident, objective, .. } => {
                feedback.incident = incident.or(feedback.incident);
                feedback.objective = objective.clone().or(feedback.objective);
            }
            Word::Refiled { kind, .. } => feedback.kind = *kind,
            _ => {}
        }
        feedback.steps.push(Step { id: id.to_owned(), at, by: by.cloned(), kind });
        self.feedback.insert(number, feedback);
        Some(Touched::Feedback(number))
    }
}

fn step_of(word: &Word) -> Option<(FeedbackNumber, StepKind)> {
    Some(match word {
        Word::Acknowledged { feedback } => (*feedback, StepKind::Acknowledged),
        Word::Assigned { feedback, to } => (*feedback, StepKind::Assigned(to.clone())),
        Word::Labelled { feedback, .. } => (*feedback, StepKind::Labelled),
        Word::Replied { feedback, text } => (*feedback, StepKind::Replied(text.clone())),
        Word::Added { feedback, text } => (*feedback, StepKind::Added(text.clone())),
        Word::FeedbackClosed { feedback, text } => (*feedback, StepKind::Closed(text.clone())),
        Word::FeedbackReopened { feedback, text } => (*feedback, StepKind::Reopened(text.clone())),
        Word::Tied { feedback, incident, objective } => {
            (*feedback, StepKind::Tied { incident: *incident, objective: objective.clone() })
        }
        Word::Refiled { feedback, kind } => (*feedback, StepKind::Refiled(*kind)),
        Word::Settled { feedback, settled } => (*feedback, StepKind::Settled(*settled)),
        _ => return None,
    })
}
