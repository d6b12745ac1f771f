//! An action item, from the wish or the plan to what it changed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::word::{About, ActionNumber, Origin, Word};
use crate::core::event::{AgreementId, PersonId, Prose};
use crate::core::time::{Instant, Span};

/// Something that is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The act that added it.
    pub id: String,
    /// None where it concerns no customer.
    pub agreement: Option<AgreementId>,
    /// None for Upheld itself.
    pub by: Option<PersonId>,
    pub opened: Instant,
    pub about: About,
    pub origin: Origin,
    /// As it was when it was added; [`Action::now`] says how it is.
    first: First,
    /// In the order they were taken.
    pub steps: Vec<ActionStep>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct First {
    internal: bool,
    text: Option<Prose>,
    owner: Option<PersonId>,
    due: Option<NaiveDate>,
}

/// Something that was done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionStep {
    /// The act's own id.
    pub id: String,
    pub at: Instant,
    /// None for Upheld itself.
    pub by: Option<PersonId>,
    pub kind: ActionStepKind,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionStepKind {
    Worded(Prose),
    Assigned(PersonId),
    Dated { due: NaiveDate, reason: Option<Prose> },
    Done(Option<Prose>),
    Dropped(Prose),
    Reopened(Option<Prose>),
    Shared,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionState {
    /// A customer wishes it, and nobody of the provider's has taken it.
    Wish,
    /// A plan is asked for: what is to be done, by whom and by when.
    Asked,
    Open,
    Done,
    Dropped,
}

impl ActionState {
    /// Nothing is to be done any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Dropped)
    }
}

/// How an action item is at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Position<'a> {
    pub state: ActionState,
    /// What is to be done.
    pub text: Option<&'a Prose>,
    pub owner: Option<&'a PersonId>,
    pub due: Option<NaiveDate>,
    /// The customer does not see it.
    pub internal: bool,
    /// How often it was put off: dates that replaced one that somebody had chosen.
    pub moved: usize,
    /// When it was done or dropped.
    pub ended: Option<Instant>,
    /// What changed by it, or why it was dropped.
    pub outcome: Option<&'a Prose>,
}

impl Action {
    pub(super) fn opened(id: &str, at: Instant, by: Option<&PersonId>, word: &Word) -> Option<Self> {
        let Word::Opened { agreement, internal, text, owner, due, about, origin, .. } = word else {
            return None;
        };
        let first = First { internal: *internal, text: text.clone(), owner: owner.clone(), due: *due };
        Some(Self {
            id: id.to_owned(),
            agreement: agreement.clone(),
            by: by.cloned(),
            opened: at,
            about: about.clone(),
            origin: origin.clone(),
            first,
            steps: Vec::new(),
        })
    }

    /// How it is after every step.
    pub fn now(&self) -> Position<'_> {
        self.at(Instant::MAX)
    }

    /// How it was after the steps that were taken before a moment.
    pub fn at(&self, moment: Instant) -> Position<'_> {
        let asks = matches!(self.origin, Origin::Missed { .. } | Origin::Fallen { .. });
        let First { internal, text, owner, due } = &self.first;
        let mut position = Position {
            state: ActionState::Open,
            text: text.as_ref(),
            owner: owner.as_ref(),
            due: *due,
            internal: *internal,
            moved: 0,
            ended: None,
            outcome: None,
        };
        // The date by which a plan is wanted is nobody's choice for what the plan says.
        let mut chosen = due.is_some() && !asks;
        let mut taken = false;
        for step in self.steps.iter().filter(|step| step.at < moment) {
            match &step.kind {
                ActionStepKind::Worded(text) => position.text = Some(text),
                ActionStepKind::Assigned(to) => position.owner = Some(to),
                ActionStepKind::Dated { due, .. } => {
                    position.moved += usize::from(chosen && position.due != Some(*due));
                    position.due = Some(*due);
                    chosen = true;
                }
                ActionStepKind::Done(text) => position.end(ActionState::Done, step.at, text.as_ref()),
                ActionStepKind::Dropped(text) => position.end(ActionState::Dropped, step.at, Some(text)),
                ActionStepKind::Reopened(_) => {
                    (position.state, position.ended, position.outcome) = (ActionState::Open, None, None);
                }
                ActionStepKind::Shared => position.internal = false,
            }
            taken |= !matches!(step.kind, ActionStepKind::Shared);
        }
        if position.state == ActionState::Open {
            let planned = position.text.is_some() && position.owner.is_some() && chosen;
            if asks && !planned {
                position.state = ActionState::Asked;
            } else if self.origin == Origin::Wish && !taken {
                position.state = ActionState::Wish;
            }
        }
        position
    }

    /// How long it has been there, until it ended or until `now`.
    pub fn age(&self, now: Instant) -> Span {
        self.at(now).ended.unwrap_or(now) - self.opened
    }

    /// Whether those who speak for its customer see it.
    pub fn is_shown(&self) -> bool {
        self.agreement.is_some() && !self.now().internal
    }
}

impl<'a> Position<'a> {
    fn end(&mut self, state: ActionState, at: Instant, outcome: Option<&'a Prose>) {
        (self.state, self.ended, self.outcome) = (state, Some(at), outcome);
    }
}

pub(super) fn step_of(word: &Word) -> Option<(ActionNumber, ActionStepKind)> {
    Some(match word {
        Word::Worded { action, text } => (*action, ActionStepKind::Worded(text.clone())),
        Word::Assigned { action, to } => (*action, ActionStepKind::Assigned(to.clone())),
        Word::Dated { action, due, reason } => {
            (*action, ActionStepKind::Dated { due: *due, reason: reason.clone() })
        }
        Word::Done { action, text } => (*action, ActionStepKind::Done(text.clone())),
        Word::Dropped { action, reason } => (*action, ActionStepKind::Dropped(reason.clone())),
        Word::Reopened { action, text } => (*action, ActionStepKind::Reopened(text.clone())),
        Word::Shared { action } => (*action, ActionStepKind::Shared),
        _ => return None,
    })
}
