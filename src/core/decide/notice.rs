//! What somebody may be told: the kinds of notices, and what was announced of a resolved incident.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::improvement::Improved;
use super::ledger::Lap;
use crate::core::agreement::ClockKind;
use crate::core::clocks::ClockState;
use crate::core::event::{AgreementId, IncidentNumber, IntegrationId};
use crate::core::incident::Incident;
use crate::core::reading::ThemeId;
use crate::core::review::ReviewNumber;
use crate::core::time::Instant;
use crate::core::voice::{FeedbackNumber, RoundNumber};

/// Something that somebody is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub at: Instant,
    pub kind: NoticeKind,
}

/// What it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum NoticeKind {
    Opened {
        incident: IncidentNumber,
    },
    /// The customer may see it from now on.
    Published {
        incident: IncidentNumber,
        agreement: AgreementId,
    },
    AtRisk {
        incident: IncidentNumber,
        agreement: AgreementId,
        objective: String,
        lap: Instant,
    },
    Late {
        incident: IncidentNumber,
        agreement: AgreementId,
        objective: String,
        lap: Instant,
    },
    /// Somebody on the on-call list is to be called: the first for step 0, the next for step 1, around again.
    Call {
        incident: IncidentNumber,
        agreement: AgreementId,
        step: u32,
    },
    /// Somebody did something; `deed` is its id.
    Done {
        incident: IncidentNumber,
        deed: String,
    },
    Resolved {
        incident: IncidentNumber,
        at: Instant,
    },
    Reopened {
        incident: IncidentNumber,
        at: Instant,
    },
    /// A late fact changed something that had been announced.
    Corrected {
        incident: IncidentNumber,
        was: Verdicts,
        now: Verdicts,
    },
    /// This incident turned out to be part of an earlier one.
    Merged {
        incident: IncidentNumber,
        into: IncidentNumber,
    },
    /// Nothing to tell, but the card is to show how it stands.
    Changed {
        incident: IncidentNumber,
    },
    /// A drill is to come, and those it concerns are to know.
    DrillPlanned {
        drill: IncidentNumber,
    },
    /// A drill that was announced does not take place.
    DrillDropped {
        drill: IncidentNumber,
    },
    /// An integration has gone silent.
    Silent {
        integration: IntegrationId,
        since: Instant,
    },
    HeardAgain {
        integration: IntegrationId,
        silent_since: Instant,
    },
    /// A signal that no route leads anywhere; told once for each alert name.
    Unrouted {
        integration: IntegrationId,
        name: String,
        /// Some labels of the first of its kind, each value cut.
        labels: BTreeMap<String, String>,
        /// How many further labels it has.
        more: usize,
    },
    /// A round of a survey has its people: they are to be asked.
    Surveyed {
        round: RoundNumber,
    },
    /// Those who have not answered are to be asked once more.
    SurveyReminder {
        round: RoundNumber,
    },
    /// Somebody answered, or said something beside it.
    SurveyAnswered {
        round: RoundNumber,
    },
    /// Nobody answers any more, or the answers have been counted.
    SurveyEnded {
        round: RoundNumber,
    },
    FeedbackReceived {
        feedback: FeedbackNumber,
    },
    /// Something was done about it; `step` is its id.
    FeedbackStepped {
        feedback: FeedbackNumber,
        step: String,
    },
    ComplaintAtRisk {
        feedback: FeedbackNumber,
        objective: String,
    },
    ComplaintLate {
        feedback: FeedbackNumber,
        objective: String,
    },
    /// Something about an action item or a risk.
    Improvement {
        what: Improved,
    },
    /// A theme that no objective covers has come up often enough.
    Recommended {
        agreement: AgreementId,
        theme: ThemeId,
    },
    /// There is a draft of a review, to be looked at before it is published.
    ReviewDrafted {
        review: ReviewNumber,
    },
    /// Its time has come, and it waits for somebody to approve it.
    ReviewWaits {
        review: ReviewNumber,
    },
    ReviewIssued {
        review: ReviewNumber,
        revision: u32,
    },
    /// Something about a review changed that its card shows.
    ReviewChanged {
        review: ReviewNumber,
    },
}

/// Something Upheld itself did or noticed under an incident: what no deed of a person tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    pub at: Instant,
    pub agreement: AgreementId,
    pub what: Passed,
}

/// What passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passed {
    AtRisk(ClockKind),
    Late(ClockKind),
    /// Somebody was to be called, with the step on the on-call list.
    Called(u32),
    /// The customer was let see it because the agreement says so.
    Published,
}

/// What was announced of a resolved incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts {
    pub opened: Option<Instant>,
    pub resolved: Option<Instant>,
    /// (agreement, objective): late or not.
    pub late: Vec<(AgreementId, String, bool)>,
}

pub(super) fn verdicts(incident: &Incident, clocks: &[(&AgreementId, Vec<ClockState>)]) -> Verdicts {
    let late = clocks.iter().flat_map(|(agreement, clocks)| {
        clocks.iter().map(|clock| ((*agreement).clone(), clock.objective.clone(), clock.late()))
    });
    Verdicts {
        opened: Some(incident.opened()),
        resolved: incident.closed().map(|(at, _)| at),
        late: late.collect(),
    }
}

pub(super) fn is_late(
    clocks: &[(&AgreementId, Vec<ClockState>)],
    (agreement, objective, ordinal): &Lap,
) -> bool {
    let mut own = clocks.iter().filter(|(known, _)| *known == agreement).flat_map(|(_, clocks)| clocks);
    let lap = own.find(|clock| clock.objective == *objective).and_then(|clock| clock.laps.get(*ordinal));
    lap.is_some_and(|lap| lap.late)
}

impl Verdicts {
    /// Whether what was announced is not so. A clock that goes on after the resolution (a report that nobody
    /// answered) and becomes late reverses nothing.
    pub(super) fn is_reversed_by(&self, now: &Self, clocks: &[(&AgreementId, Vec<ClockState>)]) -> bool {
        let runs = |agreement: &AgreementId, objective: &str| {
            let mut own =
                clocks.iter().filter(|(known, _)| *known == agreement).flat_map(|(_, clocks)| clocks);
            own.any(|clock| clock.objective == objective && clock.running())
        };
        let goes_on = |row: &&(AgreementId, String, bool)| row.2 && runs(&row.0, &row.1);
        let changed = now.late.iter().filter(|row| !self.late.contains(row) && !goes_on(row)).count() > 0;
        let gone = self
            .late
            .iter()
            .any(|row| !now.late.iter().any(|other| (&other.0, &other.1) == (&row.0, &row.1)));
        (self.opened, self.resolved) != (now.opened, now.resolved) || changed || gone
    }
}
