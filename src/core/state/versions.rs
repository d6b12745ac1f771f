//! The versions of one agreement, and when it was in force.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::core::agreement::Terms;
use crate::core::interval::{Interval, IntervalSet};
use crate::core::time::Instant;

/// The versions of one agreement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Versions {
    /// In the order they took effect; never empty.
    pub versions: Vec<Version>,
    /// When it was withdrawn and, perhaps, taken up again.
    gaps: Vec<(Instant, Option<Instant>)>,
}

/// One version of an agreement. Immutable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub number: u32,
    pub effective: Instant,
    pub sha256: String,
    pub terms: Arc<Terms>,
}

impl Versions {
    pub(super) fn adopt(&mut self, version: Version, recorded: Instant) {
        if let Some((_, end)) = self.gaps.last_mut().filter(|(_, end)| end.is_none()) {
            *end = Some(version.effective.max(recorded));
        }
        self.versions.retain(|known| known.number != version.number);
        self.versions.push(version);
        self.versions.sort_by_key(|version| (version.effective, version.number));
    }

    pub(super) fn withdraw(&mut self, effective: Instant) {
        if !self.is_withdrawn() {
            self.gaps.push((effective, None));
        }
    }

    /// Whether it covers nothing new any more.
    pub fn is_withdrawn(&self) -> bool {
        self.gaps.last().is_some_and(|(_, end)| end.is_none())
    }

    /// The times for which it was withdrawn.
    pub fn withdrawn(&self) -> IntervalSet {
        IntervalSet::from_unsorted(
            self.gaps.iter().map(|(from, until)| Interval::new(*from, until.unwrap_or(Instant::MAX))),
        )
    }

    /// The version in force at a moment; before the first took effect, the first.
    pub fn at(&self, moment: Instant) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.effective <= moment).or(self.versions.first())
    }

    pub fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// Whether it was in force at some time of a window.
    pub fn touches(&self, window: Interval) -> bool {
        let (Some(first), Some(latest)) = (self.versions.first(), self.latest()) else { return false };
        let starts = first.terms.starts.min(latest.terms.starts);
        let term = Interval::new(starts, latest.terms.ends.unwrap_or(Instant::MAX));
        !IntervalSet::from(window.intersect(term)).minus(&self.withdrawn()).is_empty()
    }

    /// Whether the agreement covers what begins at this moment.
    pub fn covers(&self, moment: Instant) -> bool {
        !self.withdrawn().contains(moment)
            && self.at(moment).is_some_and(|version| {
                version.terms.starts <= moment && version.terms.ends.is_none_or(|end| moment < end)
            })
    }
}
