//! A risk of the register, from the first doubt to its end.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::word::{RiskNumber, Score, Subject, Word};
use crate::core::event::{AgreementId, PersonId, Prose, ServiceId};
use crate::core::state::State;
use crate::core::time::Instant;

/// Something that may go wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Risk {
    /// The act that added it.
    pub id: String,
    /// None where it concerns no single customer.
    pub agreement: Option<AgreementId>,
    pub service: Option<ServiceId>,
    /// What the core saw; none where a person did.
    pub subject: Option<Subject>,
    /// None for Upheld itself.
    pub by: Option<PersonId>,
    pub opened: Instant,
    /// What may happen; none where the subject says it.
    pub text: Option<Prose>,
    /// As it was when it was added; [`Risk::now`] says how it is.
    first: First,
    /// In the order they were taken.
    pub steps: Vec<RiskStep>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct First {
    internal: bool,
    score: Option<Score>,
    owner: Option<PersonId>,
    review: Option<NaiveDate>,
}

/// Something that was done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskStep {
    /// The act's own id.
    pub id: String,
    pub at: Instant,
    /// None for Upheld itself.
    pub by: Option<PersonId>,
    pub kind: RiskStepKind,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskStepKind {
    Scored(Score),
    Mitigated(Prose),
    Assigned(PersonId),
    Reviewed(NaiveDate),
    Accepted(Prose),
    Closed(Prose),
    Dismissed(Prose),
    Reopened,
    Shared,
    Gone,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskState {
    /// The core saw it; nobody has taken or dismissed it.
    Proposed,
    Open,
    /// Something is done about it.
    Mitigated,
    /// It is lived with.
    Accepted,
    Closed,
    Dismissed,
    /// It went away before anybody said anything.
    Gone,
}

impl RiskState {
    /// It is on the register and may happen.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::Mitigated | Self::Accepted)
    }

    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Dismissed | Self::Gone)
    }
}

/// How a risk is at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskPosition<'a> {
    pub state: RiskState,
    pub score: Option<Score>,
    pub owner: Option<&'a PersonId>,
    /// What is done about it.
    pub mitigation: Option<&'a Prose>,
    /// Why it was accepted, closed or dismissed.
    pub reason: Option<&'a Prose>,
    /// When it is to be looked at again.
    pub review: Option<NaiveDate>,
    pub internal: bool,
    /// Every score it had, with the moment it got it, the oldest first.
    pub scores: Vec<(Instant, Score)>,
    /// What it was proposed for is not so any more.
    pub gone: bool,
}

impl Risk {
    pub(super) fn added(id: &str, at: Instant, by: Option<&PersonId>, word: &Word) -> Option<Self> {
        let (agreement, service, subject, text, first) = match word {
            Word::RiskAdded { agreement, internal, service, text, score, owner, review, .. } => {
                let (owner, review) = (owner.clone(), *review);
                let first = First { internal: *internal, score: Some(*score), owner, review };
                (agreement, service.clone(), None, Some(text.clone()), first)
            }
            Word::RiskProposed { agreement, subject, .. } => {
                let service = match subject {
                    Subject::Budget { service, .. } => Some(service.clone()),
                    _ => None,
                };
                // Whether the customer is to see it is for a person to say.
                let first = First { internal: true, score: None, owner: None, review: None };
                (agreement, service, Some(subject.clone()), None, first)
            }
            _ => return None,
        };
        Some(Self {
            id: id.to_owned(),
            agreement: agreement.clone(),
            service,
            subject,
            by: by.cloned(),
            opened: at,
            text,
            first,
            steps: Vec::new(),
        })
    }

    /// How it is after every step.
    pub fn now(&self) -> RiskPosition<'_> {
        self.at(Instant::MAX)
    }

    /// How it was after the steps that were taken before a moment.
    pub fn at(&self, moment: Instant) -> RiskPosition<'_> {
        let First { internal, score, owner, review } = &self.first;
        let mut position = RiskPosition {
            state: if self.subject.is_some() { RiskState::Proposed } else { RiskState::Open },
            score: *score,
            owner: owner.as_ref(),
            mitigation: None,
            reason: None,
            review: *review,
            internal: *internal,
            scores: score.iter().map(|score| (self.opened, *score)).collect(),
            gone: false,
        };
        for step in self.steps.iter().filter(|step| step.at < moment) {
            position.take(step);
        }
        position
    }

    /// Whether those who speak for its customer see it.
    pub fn is_shown(&self) -> bool {
        let now = self.now();
        let taken = now.state.is_live() || now.state == RiskState::Closed;
        self.agreement.is_some() && !now.internal && taken
    }
}

impl<'a> RiskPosition<'a> {
    fn take(&mut self, step: &'a RiskStep) {
        // Whoever does something about a proposal takes it.
        let taken = |state| if state == RiskState::Proposed { RiskState::Open } else { state };
        match &step.kind {
            RiskStepKind::Scored(score) => {
                self.score = Some(*score);
                self.scores.push((step.at, *score));
                self.state = taken(self.state);
            }
            RiskStepKind::Mitigated(text) => {
                self.mitigation = Some(text);
                self.end(RiskState::Mitigated, None);
            }
            RiskStepKind::Assigned(to) => {
                self.owner = Some(to);
                self.state = taken(self.state);
            }
            RiskStepKind::Reviewed(next) => {
                self.review = Some(*next);
                self.state = taken(self.state);
            }
            RiskStepKind::Accepted(text) => self.end(RiskState::Accepted, Some(text)),
            RiskStepKind::Closed(text) => self.end(RiskState::Closed, Some(text)),
            RiskStepKind::Dismissed(text) => self.end(RiskState::Dismissed, Some(text)),
            RiskStepKind::Reopened => self.end(RiskState::Open, None),
            RiskStepKind::Shared => self.internal = false,
            RiskStepKind::Gone => {
                self.gone = true;
                if self.state == RiskState::Proposed {
                    self.state = RiskState::Gone;
                }
            }
        }
    }

    const fn end(&mut self, state: RiskState, reason: Option<&'a Prose>) {
        self.state = state;
        self.reason = reason;
    }
}

pub(super) fn step_of(word: &Word) -> Option<(RiskNumber, RiskStepKind)> {
    Some(match word {
        Word::RiskScored { risk, score } => (*risk, RiskStepKind::Scored(*score)),
        Word::RiskMitigated { risk, text } => (*risk, RiskStepKind::Mitigated(text.clone())),
        Word::RiskAssigned { risk, to } => (*risk, RiskStepKind::Assigned(to.clone())),
        Word::RiskReviewed { risk, next } => (*risk, RiskStepKind::Reviewed(*next)),
        Word::RiskAccepted { risk, reason } => (*risk, RiskStepKind::Accepted(reason.clone())),
        Word::RiskClosed { risk, reason } => (*risk, RiskStepKind::Closed(reason.clone())),
        Word::RiskDismissed { risk, reason } => (*risk, RiskStepKind::Dismissed(reason.clone())),
        Word::RiskReopened { risk } => (*risk, RiskStepKind::Reopened),
        Word::RiskShared { risk } => (*risk, RiskStepKind::Shared),
        Word::RiskGone { risk } => (*risk, RiskStepKind::Gone),
        _ => return None,
    })
}

/// The cells of the matrix: every live risk that has a score, with probability and impact, among those that
/// `wanted` lets pass.
pub fn matrix(state: &State, wanted: impl Fn(&Risk) -> bool) -> Vec<(RiskNumber, u8, u8)> {
    let live = state.improvement.risks().filter(|(_, risk)| wanted(risk));
    live.filter_map(|(number, risk)| {
        let now = risk.now();
        let score = now.score.filter(|_| now.state.is_live())?;
        Some((number, score.probability.get(), score.impact.get()))
    })
    .collect()
}

/// What is to be said of the gaps in the configuration, which the journal does not know: the words by which those
/// that are new are proposed, and those that are filled go away. `present` are all that there are now.
pub fn gaps(state: &State, present: &BTreeSet<(AgreementId, Subject)>) -> Vec<Word> {
    let known: BTreeMap<(AgreementId, Subject), RiskNumber> = state
        .improvement
        .all_seen()
        .filter(|(_, subject, _)| matches!(subject, Subject::NobodyOnCall | Subject::OneChannel))
        .filter_map(|(agreement, subject, risk)| Some(((agreement.clone()?, subject.clone()), risk)))
        .collect();
    let gone = known.iter().filter(|(gap, _)| !present.contains(*gap));
    let mut words: Vec<Word> = gone.map(|(_, risk)| Word::RiskGone { risk: *risk }).collect();
    let mut next = state.improvement.next_risk();
    for (agreement, subject) in present.iter().filter(|gap| !known.contains_key(*gap)) {
        let (agreement, subject) = (Some(agreement.clone()), subject.clone());
        words.push(Word::RiskProposed { risk: next, agreement, subject });
        next.0 += 1;
    }
    words
}
