//! What is done about it: action items, risks and drills as a review tells them.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::core::agreement::{ClockKind, Priority};
use crate::core::drill::{Ending, Outcome};
use crate::core::event::{AgreementId, IncidentNumber, PersonId, ProseId, ServiceId, SurveyId};
use crate::core::improvement::{ActionNumber, ActionState, Origin, RiskNumber, RiskState, Score, Subject};
use crate::core::score::Trend;
use crate::core::survey::Localized;
use crate::core::time::{Instant, Span};
use crate::core::voice::FeedbackNumber;

/// One action item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionRow {
    pub number: ActionNumber,
    /// In the operators' digest: whom it concerns.
    pub agreement: Option<AgreementId>,
    pub text: Option<ProseId>,
    pub origin: Origin,
    pub state: ActionState,
    /// In the operators' digest alone.
    pub owner: Option<PersonId>,
    pub due: Option<NaiveDate>,
    pub overdue: bool,
    /// How often it was put off.
    pub moved: u32,
    /// From when it was added until it ended or the window did.
    pub age: Span,
    /// It was there before the window began.
    pub carried: bool,
    pub incident: Option<IncidentNumber>,
    pub objective: Option<String>,
    pub feedback: Option<FeedbackNumber>,
    /// What changed by it, or why it was given up.
    pub outcome: Option<ProseId>,
    pub effects: Vec<EffectRow>,
}

/// What an action item that is done changed: the period before, and the period after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EffectRow {
    pub of: EffectOf,
    pub before: Point,
    /// None as long as the period after has not begun.
    pub after: Option<Point>,
    /// Whether it changed by more than chance; none where no such question can be asked.
    pub trend: Option<Trend>,
}

/// Whose figure it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectOf {
    Objective { name: String, service: Option<(ServiceId, Localized)> },
    Survey { survey: SurveyId, title: Localized },
}

/// A figure of one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub from: Instant,
    pub until: Instant,
    /// The period is over.
    pub over: bool,
    /// Percent or points, rounded down to two decimals; none where nothing was measured.
    pub value: Option<Decimal>,
    pub range: Option<(Decimal, Decimal)>,
    /// It is in percent.
    pub percent: bool,
}

/// One risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskRow {
    pub number: RiskNumber,
    /// In the operators' digest: whom it concerns.
    pub agreement: Option<AgreementId>,
    pub service: Option<(ServiceId, Localized)>,
    /// What somebody wrote of it; none where Upheld saw it itself.
    pub text: Option<ProseId>,
    /// What Upheld saw.
    pub seen: Option<Subject>,
    pub score: Option<Score>,
    pub state: RiskState,
    /// In the operators' digest alone.
    pub owner: Option<PersonId>,
    pub mitigation: Option<ProseId>,
    /// When it is to be looked at again.
    pub review: Option<NaiveDate>,
}

/// One drill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillRow {
    pub drill: IncidentNumber,
    pub service: (ServiceId, Localized),
    pub priority: Priority,
    pub announced: bool,
    pub began: Instant,
    pub ended: Instant,
    pub ending: Ending,
    /// How long after the beginning somebody had it, and somebody said that it was done.
    pub acknowledged: Option<Span>,
    pub resolved: Option<Span>,
    pub clocks: Vec<DrillClockRow>,
    pub calls: u64,
    pub unanswered: u64,
}

/// One clock of a drill; in the operators' digest each agreement has its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillClockRow {
    pub agreement: AgreementId,
    pub clock: ClockKind,
    pub outcome: Outcome,
    pub elapsed: Span,
    pub target: Option<Span>,
}
