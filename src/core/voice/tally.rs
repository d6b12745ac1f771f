//! How often each score was given, day by day, so that a month's figure costs a month and not a history.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::score::Counts;
use crate::core::watch::pairs;

/// How the promise stood; the worse, the later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promise {
    /// Nothing could be said of it.
    #[default]
    Unknown,
    Met,
    AtRisk,
    Missed,
}

/// The figures of one survey under one agreement, by dates of the agreement's zone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    days: BTreeMap<NaiveDate, Day>,
}

/// What belongs to one date, or to several together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// People asked in rounds that opened then.
    pub asked: u64,
    /// How many of them answered, whenever.
    pub answered: u64,
    /// Scores given then, by how the promise stood at that moment.
    #[serde(with = "pairs")]
    pub scores: BTreeMap<Promise, Counts>,
}

impl Day {
    /// How often each score was given, however the promise stood.
    pub fn all(&self) -> Counts {
        let mut all = Counts::default();
        self.scores.values().for_each(|counts| all.merge(counts));
        all
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.asked += other.asked;
        self.answered += other.answered;
        for (promise, counts) in &other.scores {
            self.scores.entry(*promise).or_default().merge(counts);
        }
    }
}

impl Tally {
    /// Everything from one date up to another, exclusive.
    pub fn over(&self, from: NaiveDate, until: NaiveDate) -> Day {
        let mut sum = Day::default();
        if from < until {
            self.days.range(from..until).for_each(|(_, day)| sum.merge(day));
        }
        sum
    }

    pub(super) fn ask(&mut self, date: NaiveDate, people: u64) {
        self.days.entry(date).or_default().asked += people;
    }

    pub(super) fn ask_fewer(&mut self, date: NaiveDate, people: u64) {
        let day = self.days.entry(date).or_default();
        day.asked = day.asked.saturating_sub(people);
    }

    /// So many more (or, when negative, fewer) of those asked on that date have answered.
    pub(super) fn answer(&mut self, date: NaiveDate, change: i64) {
        let day = self.days.entry(date).or_default();
        day.answered = day.answered.saturating_add_signed(change);
    }

    /// A score was given so many times.
    pub(super) fn count(&mut self, date: NaiveDate, promise: Promise, score: i64, times: u64) {
        self.days.entry(date).or_default().scores.entry(promise).or_default().add_many(score, times);
    }

    /// A score was taken back.
    pub(super) fn discount(&mut self, date: NaiveDate, promise: Promise, score: i64) {
        self.days.entry(date).or_default().scores.entry(promise).or_default().remove(score);
    }
}
