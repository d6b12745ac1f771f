//! What there is to see on a board: keys and values, no words and no markup.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::board::Audience;
use crate::chat::Address;
use crate::core::agreement::ServiceLevel;
use crate::core::doc::{Field, Line, Tone, Value};
use crate::core::event::{AgreementId, ServiceId};
use crate::core::notice::view::ClockStage;
use crate::core::review::ReviewNumber;
use crate::core::standing::Verdict;
use crate::core::time::Instant;

/// A board at a moment.
#[derive(Clone, Debug)]
pub struct Board {
    pub audience: Audience,
    /// The worst first.
    pub parts: Vec<Arc<Part>>,
    /// Open incidents that no agreement covers; the provider's to know.
    pub loose: Vec<Open>,
    /// Monitors of which nothing is heard, and since when; the provider's to know.
    pub silent: Vec<(String, Instant)>,
    pub as_of: Instant,
}

/// One agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub agreement: AgreementId,
    pub customer: String,
    pub level: ServiceLevel,
    pub version: u32,
    /// Its room in the web chat.
    pub room: Option<Address>,
    pub standing: Standing,
    pub rank: Rank,
    pub rows: Vec<Arc<Row>>,
    /// How each service is now; for customers, as far as they were told.
    pub services: Vec<ServiceNow>,
    /// The most urgent first.
    pub incidents: Vec<Open>,
    /// The most urgent first; the provider's to know.
    pub complaints: Vec<Open>,
    pub reviews: Reviews,
    pub record: Option<Record>,
}

/// The reviews of an agreement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reviews {
    /// The newest issued one, and what it is called.
    pub newest: Option<(ReviewNumber, Line)>,
    /// When the next planned one is issued.
    pub next: Option<Instant>,
}

/// How an agreement stands as a whole: its worst objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Missed,
    AtRisk,
    /// Nothing has been measured yet.
    Unmeasured,
    /// What could be measured is met.
    MetAsMeasured,
    Met,
}

/// How soon somebody should look at an agreement; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// An objective is missed, or a clock is late.
    Broken,
    /// An objective or a clock is at risk.
    AtRisk,
    /// Something is open.
    Open,
    Unmeasured,
    Well,
}

/// One objective over its running period.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub name: Line,
    /// Of an availability, whose it is.
    pub service: Option<ServiceId>,
    pub period: Value,
    pub verdict: Verdict,
    /// What was measured, with what was promised.
    pub figure: Line,
    pub budget: Option<Budget>,
}

/// How fast what may fail is used up, in whole percent: used rounded up, elapsed rounded down, so that it never
/// looks better than it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// May be more than 100.
    pub used: i64,
    /// Of the period; none of one that rolls.
    pub elapsed: Option<i64>,
    /// Of time that may be down, rather than of incidents that may be late.
    pub is_time: bool,
}

/// A service as its customer may know it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceNow {
    pub name: Value,
    /// Since when it is disturbed.
    pub disturbed: Option<Instant>,
}

/// An open incident or complaint.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// `INC-42`, `FB-7`.
    pub number: String,
    pub tone: Tone,
    pub head: Line,
    pub lines: Vec<Line>,
    /// The tightest clock.
    pub clock: Option<Field>,
    pub stage: Option<ClockStage>,
    /// When the tightest clock is due, or since when it is late.
    pub due: Option<Instant>,
}

/// The head of a delivery record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub lines: u64,
    pub at: Instant,
    /// Lower-case hex.
    pub hash: String,
}

impl Standing {
    /// Of these verdicts; an availability without data is told, a clock that nothing started is no lack.
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Row>) -> Self {
        let (mut worst, mut met, mut unmeasured) = (None, false, false);
        for row in rows {
            match row.verdict {
                Verdict::Missed => worst = Some(Self::Missed),
                Verdict::AtRisk => worst = worst.or(Some(Self::AtRisk)),
                Verdict::Met => met = true,
                Verdict::Insufficient | Verdict::NoData => unmeasured |= row.service.is_some(),
            }
        }
        worst.unwrap_or(match (met, unmeasured) {
            (true, true) => Self::MetAsMeasured,
            (false, true) => Self::Unmeasured,
            (_, false) => Self::Met,
        })
    }
}

impl Budget {
    /// More is used than the period is old.
    pub fn burns(&self) -> bool {
        self.used < 100 && self.elapsed.is_some_and(|elapsed| self.used > elapsed)
    }
}

impl Rank {
    pub(super) fn of<'a>(standing: Standing, mut open: impl Iterator<Item = &'a Open>) -> Self {
        let clocks = open.by_ref().map(|open| match open.stage {
            Some(ClockStage::Late) => Self::Broken,
            Some(ClockStage::AtRisk) => Self::AtRisk,
            _ => Self::Open,
        });
        let own = match standing {
            Standing::Missed => Self::Broken,
            Standing::AtRisk => Self::AtRisk,
            Standing::Unmeasured => Self::Unmeasured,
            Standing::MetAsMeasured | Standing::Met => Self::Well,
        };
        clocks.min().map_or(own, |clock| clock.min(own))
    }
}

impl Part {
    /// The worst first, then whatever is due first, then by name.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let due = |part: &Self| {
            let open = part.incidents.iter().chain(&part.complaints);
            open.map(|open| (open.stage.unwrap_or(ClockStage::Kept), open.due.unwrap_or(Instant::MAX)))
                .min()
                .unwrap_or((ClockStage::Kept, Instant::MAX))
        };
        let key = |part: &Self| (part.rank, part.standing, due(part));
        let names = (&self.customer, &self.agreement).cmp(&(&other.customer, &other.agreement));
        key(self).cmp(&key(other)).then(names)
    }
}

impl Open {
    pub(super) fn urgency(&self) -> (ClockStage, Instant) {
        (self.stage.unwrap_or(ClockStage::Kept), self.due.unwrap_or(Instant::MAX))
    }
}
