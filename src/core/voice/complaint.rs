//! The handling clock of a complaint: acknowledged, answered and resolved within what was promised.

use super::feedback::{Feedback, StepKind};
use super::word::FeedbackKind;
use crate::core::agreement::{ComplaintStage, ComplaintTerms, Objective, ObjectiveKind, Terms};
use crate::core::state::{Version, Versions};
use crate::core::stopwatch::{Reading, Spell, Stopwatch, Target};
use crate::core::time::Instant;

/// One clock of one complaint.
#[derive(Clone, Debug, PartialEq)]
pub struct ComplaintClock {
    pub objective: String,
    pub stage: ComplaintStage,
    pub target: Target,
    pub reading: Reading,
    /// When it comes, or came, close to its end; none when it does not run.
    pub at_risk_at: Option<Instant>,
}

/// The version of an agreement that judges a complaint at `now`: the one it was written under, or the latest
/// before its end, as the agreement says for every clock.
pub fn judging<'a>(versions: &'a Versions, complaint: &Feedback, now: Instant) -> Option<&'a Version> {
    let first = versions.at(complaint.submitted)?;
    if first.terms.clocks.pin_at_start {
        return Some(first);
    }
    versions.at(complaint.closed_for_good(now).unwrap_or(now))
}

/// Every clock that is promised for a complaint, in the order of the objectives.
pub fn complaint_clocks(complaint: &Feedback, terms: &Terms, now: Instant) -> Vec<ComplaintClock> {
    terms
        .objectives
        .iter()
        .filter_map(|objective| complaint_clock(complaint, terms, objective, now))
        .collect()
}

/// The clock of one objective; none when it promises nothing for this complaint.
pub fn complaint_clock(
    complaint: &Feedback,
    terms: &Terms,
    objective: &Objective,
    now: Instant,
) -> Option<ComplaintClock> {
    let ObjectiveKind::Complaints(ComplaintTerms { stage, target, .. }) = &objective.kind else {
        return None;
    };
    let concerns = complaint
        .service
        .as_ref()
        .is_none_or(|service| objective.services.is_empty() || objective.services.contains(service));
    if complaint.kind != FeedbackKind::Complaint || !concerns || complaint.submitted > now {
        return None;
    }
    let calendar = terms.calendar(&objective.calendar);
    let closed = complaint.closed_spells(now);
    let (stop, closed) = match stage {
        ComplaintStage::Acknowledge => (complaint.acknowledged(), Vec::new()),
        ComplaintStage::Answer => (complaint.answered(), Vec::new()),
        ComplaintStage::Resolve => (complaint.closed_for_good(now), closed),
    };
    let watch = Stopwatch {
        calendar: &calendar,
        start: complaint.submitted,
        stop,
        pauses: &[],
        closed: &closed,
        target: *target,
    };
    Some(ComplaintClock {
        objective: objective.name.clone(),
        stage: *stage,
        target: *target,
        reading: watch.read(now),
        at_risk_at: watch.at_risk_at(terms.clocks.at_risk_percent, now),
    })
}

impl Feedback {
    /// When the provider first showed that it has been seen.
    pub fn acknowledged(&self) -> Option<Instant> {
        let seen = |kind: &StepKind| {
            matches!(
                kind,
                StepKind::Acknowledged | StepKind::Assigned(_) | StepKind::Replied(_) | StepKind::Closed(_)
            )
        };
        self.steps.iter().filter(|step| seen(&step.kind)).map(|step| step.at).min()
    }

    /// When the writer was first answered in words.
    pub fn answered(&self) -> Option<Instant> {
        let answers = |kind: &StepKind| matches!(kind, StepKind::Replied(_) | StepKind::Closed(Some(_)));
        self.steps.iter().filter(|step| answers(&step.kind)).map(|step| step.at).min()
    }

    /// When it was closed, if nobody has opened it again by `now`.
    pub fn closed_for_good(&self, now: Instant) -> Option<Instant> {
        self.closings(now).1
    }

    /// From each closing to the reopening after it.
    fn closed_spells(&self, now: Instant) -> Vec<Spell> {
        self.closings(now).0
    }

    fn closings(&self, now: Instant) -> (Vec<Spell>, Option<Instant>) {
        let (mut spells, mut closed) = (Vec::new(), None);
        for step in self.steps.iter().filter(|step| step.at <= now) {
            match &step.kind {
                StepKind::Closed(_) => closed = closed.or(Some(step.at)),
                StepKind::Reopened(_) | StepKind::Settled(false) => {
                    spells.extend(closed.take().map(|from| Spell::new(from, Some(step.at))));
                }
                _ => {}
            }
        }
        (spells, closed)
    }
}
