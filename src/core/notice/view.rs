//! What the messages are made of: plain facts, already chosen for one kind of reader.
//!
//! A customer's view has no place for another customer, a label or an internal word, so that no message
//! to a customer can hold one.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::core::agreement::{ClockKind, Priority, ServiceLevel};
use crate::core::clocks::ClockState;
use crate::core::doc::{Period, Value};
use crate::core::event::{CauseCategory, IncidentNumber, PersonId, ProseId};
use crate::core::incident::{ClosedBy, NoticedBy};
use crate::core::standing::Verdict;
use crate::core::stopwatch::Target;
use crate::core::time::{Instant, Span};

/// A text of the configuration by language tag.
pub type Localized = BTreeMap<String, String>;

/// One incident as operators see it.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentView {
    pub number: IncidentNumber,
    pub service: Localized,
    pub problem: Problem,
    pub since: Instant,
    pub priority: Priority,
    pub noticed_by: NoticedBy,
    /// Who has it, and since when.
    pub owner: Option<(PersonId, Instant)>,
    pub cause: Option<CauseView>,
    pub signs: Signs,
    pub resolved: Option<(Instant, ClosedBy)>,
    pub runbook: Option<String>,
    /// Every agreement that covers the service, in any order.
    pub agreements: Vec<AgreementView>,
    /// The people on call now, the next to be called first.
    pub on_call: Vec<PersonId>,
    pub as_of: Instant,
}

/// What is wrong, as far as it was told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problem {
    /// What monitors say; text from outside.
    pub summaries: Vec<String>,
    /// How many further signals fire that are not named here.
    pub more: usize,
    /// What the person wrote who opened or reported it.
    pub told: Option<ProseId>,
    /// Names of the components concerned; text from outside.
    pub components: Vec<String>,
}

/// What the monitors say at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// At least one signal fires, or no monitor ever saw it.
    AsExpected,
    /// All signals have ended since then; resolved when it stays so.
    Quieting(Instant),
    /// Somebody resolved it, but signals still fire.
    StillFiring,
    /// The monitor has not been heard since then.
    NoWord(Instant),
}

/// Where the fault lay.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseView {
    pub category: CauseCategory,
    pub internal: Option<ProseId>,
    pub customer: Option<ProseId>,
}

/// One agreement that covers the incident.
#[derive(Clone, Debug, PartialEq)]
pub struct AgreementView {
    pub customer: String,
    /// As in commands: `acme`.
    pub agreement: String,
    /// The customer's own reference, `ACME-42`.
    pub reference: String,
    pub level: ServiceLevel,
    pub version: u32,
    /// In any order.
    pub clocks: Vec<ClockView>,
    pub objectives: Vec<ObjectiveView>,
    pub publication: Publication,
    /// The last update to this customer.
    pub last_update: Option<(Instant, ProseId)>,
    /// Why the clocks are paused, and since when.
    pub pause: Option<(Instant, ProseId)>,
}

/// Whether the customer has been told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publication {
    Told,
    /// Will be told at this moment.
    HeldUntil(Instant),
    /// Waits for somebody to allow it.
    OnApproval,
    /// Will not be told, because it is an exercise that the customer has no part in.
    Drill,
}

/// One clock of one incident under one agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockView {
    pub kind: ClockKind,
    pub priority: Priority,
    pub target: Target,
    /// The clock counts only the hours of a calendar.
    pub working_time: bool,
    /// The target in time of the calendar; none when it is never due.
    pub length: Option<Span>,
    pub elapsed: Span,
    /// When it is due, while it runs.
    pub due: Option<Instant>,
    /// When it became late.
    pub late_since: Option<Instant>,
    /// When it stopped for good.
    pub stopped: Option<Instant>,
    /// Stands still at this moment.
    pub paused: bool,
    /// Runs, is not late, and has used its at-risk share.
    pub at_risk: bool,
    /// An earlier stretch of the same clock was late, although this one is not.
    pub late_before: bool,
}

/// Where a clock stands; the tightest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockStage {
    Late,
    AtRisk,
    Running,
    Paused,
    /// Stopped after its time.
    Broken,
    /// Stopped in time.
    Kept,
}

/// One objective over the current period.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectiveView {
    pub period: Period,
    /// The period is over.
    pub over: bool,
    pub standing: Verdict,
    pub figures: FiguresView,
}

/// What was measured, beside what was promised.
#[derive(Clone, Debug, PartialEq)]
pub enum FiguresView {
    Availability {
        /// Percent, exact; none without data.
        value: Option<Decimal>,
        target: Decimal,
        /// How much may still fail; negative when it is more than used up.
        left: Option<Span>,
    },
    Share {
        clock: ClockKind,
        percent: Decimal,
        within: Promised,
        met: usize,
        of: usize,
    },
    Percentile {
        clock: ClockKind,
        percent: Decimal,
        value: Option<Span>,
        within: Promised,
        of: usize,
    },
    Mean {
        clock: ClockKind,
        value: Option<Span>,
        within: Promised,
        of: usize,
    },
}

/// A promised time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    pub target: Target,
    /// Counts only the hours of a calendar.
    pub working_time: bool,
}

/// One incident as one customer sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerView {
    pub number: IncidentNumber,
    /// The customer's own reference, `ACME-42`.
    pub reference: String,
    pub service: Localized,
    /// The agreement's `customer_text` for this alert.
    pub problem: Option<Localized>,
    pub since: Instant,
    pub level: ServiceLevel,
    pub priority: Priority,
    /// Why the priority was changed, if it was.
    pub priority_reason: Option<ProseId>,
    /// The customer noticed first.
    pub reported: bool,
    /// Since when somebody has it.
    pub in_hand: Option<Instant>,
    /// When it was disturbed once more, after it had been over.
    pub again: Option<Instant>,
    /// In any order.
    pub clocks: Vec<ClockView>,
    /// Those shown when it is resolved.
    pub objectives: Vec<ObjectiveView>,
    pub last_update: Option<(Instant, ProseId)>,
    pub pause: Option<(Instant, ProseId)>,
    pub resolved: Option<Instant>,
    /// The category, and the text written for the customer.
    pub cause: Option<(CauseCategory, Option<ProseId>)>,
    pub as_of: Instant,
}

impl ClockView {
    /// The clock as it stands: the lap that runs, or, once stopped, the one that decides the verdict.
    pub fn of(state: &ClockState, at_risk_percent: u32, working_time: bool) -> Self {
        // What is only quiet is not over for a reader.
        let quiet = state.provisional;
        let reading = if state.running() || quiet { state.current() } else { state.worst() };
        let runs = reading.stopped_at.is_none() && !reading.standing_still;
        Self {
            kind: state.kind,
            priority: state.priority,
            target: state.target,
            working_time,
            length: reading.target,
            elapsed: reading.elapsed,
            due: if quiet { reading.deadline } else { reading.due },
            late_since: reading.breached_at.filter(|_| reading.late),
            stopped: reading.stopped_at.filter(|_| !quiet),
            paused: reading.standing_still,
            at_risk: runs && !reading.late && reading.used_at_least(at_risk_percent),
            late_before: !reading.late && state.late(),
        }
    }

    pub fn stage(&self) -> ClockStage {
        match (self.stopped.is_some(), self.late_since.is_some()) {
            (true, true) => ClockStage::Broken,
            (true, false) => ClockStage::Kept,
            (false, true) => ClockStage::Late,
            (false, false) if self.paused => ClockStage::Paused,
            (false, false) if self.at_risk => ClockStage::AtRisk,
            (false, false) => ClockStage::Running,
        }
    }

    pub fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    /// What was promised, as a value.
    pub fn promised(&self) -> Value {
        Value::Target { target: self.target, working_time: self.working_time }
    }

    /// The time used; exact where rounding down would hide that it is late.
    pub fn used(&self) -> Value {
        let hidden = match self.length {
            Some(length) => self.elapsed > length && rounded(self.elapsed) <= length,
            None => false,
        };
        if hidden { Value::ExactDuration(self.elapsed) } else { Value::Duration(self.elapsed) }
    }

    /// Sorts the tightest first: late, at risk, running by due time, paused; then the stopped ones in
    /// their natural order.
    fn urgency(&self) -> (ClockStage, Instant, ClockKind) {
        match self.stage() {
            ClockStage::Late => (ClockStage::Late, self.late_since.unwrap_or(Instant::MAX), self.kind),
            stage @ (ClockStage::AtRisk | ClockStage::Running) => {
                (stage, self.due.unwrap_or(Instant::MAX), self.kind)
            }
            ClockStage::Paused => (ClockStage::Paused, Instant::MAX, self.kind),
            ClockStage::Broken | ClockStage::Kept => (ClockStage::Broken, Instant::MAX, self.kind),
        }
    }
}

/// A length as [`Value::Duration`] shows it: to the second below ten minutes, to the minute below a day,
/// to the hour from there on.
fn rounded(span: Span) -> Span {
    let step = if span < Span::from_minutes(10) {
        Span::from_seconds(1)
    } else if span < Span::from_days(1) {
        Span::from_minutes(1)
    } else {
        Span::from_hours(1)
    };
    Span::from_micros(span.micros() - span.micros().rem_euclid(step.micros()))
}

/// The clocks, the tightest first.
pub fn by_urgency(clocks: &[ClockView]) -> Vec<&ClockView> {
    let mut sorted: Vec<&ClockView> = clocks.iter().collect();
    sorted.sort_by_key(|clock| clock.urgency());
    sorted
}

impl IncidentView {
    /// The agreements, the one with the tightest clock first.
    pub fn by_urgency(&self) -> Vec<&AgreementView> {
        let mut sorted: Vec<&AgreementView> = self.agreements.iter().collect();
        sorted.sort_by_key(|agreement| {
            let tightest = by_urgency(&agreement.clocks).first().map(|clock| clock.urgency());
            (tightest.is_none(), tightest, agreement.level, agreement.customer.clone())
        });
        sorted
    }

    /// The tightest clock that still runs, with its agreement.
    pub fn tightest(&self) -> Option<(&AgreementView, &ClockView)> {
        let agreement = *self.by_urgency().first()?;
        let clock = *by_urgency(&agreement.clocks).first()?;
        (!clock.is_stopped()).then_some((agreement, clock))
    }
}
