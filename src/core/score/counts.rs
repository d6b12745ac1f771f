//! How many answers gave each score.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Counts by score. Order and time of the answers are not kept; a score that nobody gave has no entry.
///
/// It is written as a list of pairs, because an object's keys are text in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(i64, u64)>", into = "Vec<(i64, u64)>")]
pub struct Counts(BTreeMap<i64, u64>);

impl Counts {
    /// One more answer.
    pub fn add(&mut self, score: i64) {
        self.add_many(score, 1);
    }

    /// So many more answers of one score. Counts end at the largest number instead of beginning anew.
    pub fn add_many(&mut self, score: i64, count: u64) {
        if count > 0 {
            let held = self.0.entry(score).or_default();
            *held = held.saturating_add(count);
        }
    }

    /// Takes an answer back; `false`, and nothing changes, when nobody gave this score.
    pub fn remove(&mut self, score: i64) -> bool {
        let Some(held) = self.0.get_mut(&score) else { return false };
        *held -= 1;
        if *held == 0 {
            self.0.remove(&score);
        }
        true
    }

    /// Adds all answers of another count.
    pub fn merge(&mut self, other: &Self) {
        for (score, count) in other.iter() {
            self.add_many(score, count);
        }
    }

    /// How many answers there are.
    pub fn n(&self) -> u64 {
        self.0.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// How many answers lie from `lowest` to `highest`, both included.
    pub fn between(&self, lowest: i64, highest: i64) -> u64 {
        let inside = self.iter().filter(|(score, _)| (lowest..=highest).contains(score));
        inside.fold(0, |sum, (_, count)| sum.saturating_add(count))
    }

    /// Each score that was given with its count, the lowest first.
    pub fn iter(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        self.0.iter().map(|(score, count)| (*score, *count))
    }
}

impl FromIterator<(i64, u64)> for Counts {
    fn from_iter<I: IntoIterator<Item = (i64, u64)>>(pairs: I) -> Self {
        let mut counts = Self::default();
        pairs.into_iter().for_each(|(score, count)| counts.add_many(score, count));
        counts
    }
}

impl FromIterator<i64> for Counts {
    fn from_iter<I: IntoIterator<Item = i64>>(scores: I) -> Self {
        scores.into_iter().map(|score| (score, 1)).collect()
    }
}

/// Surveys: one that was dismissed has no score and is no answer.
impl FromIterator<Option<i64>> for Counts {
    fn from_iter<I: IntoIterator<Item = Option<i64>>>(surveys: I) -> Self {
        surveys.into_iter().flatten().collect()
    }
}

impl From<Vec<(i64, u64)>> for Counts {
    fn from(pairs: Vec<(i64, u64)>) -> Self {
        pairs.into_iter().collect()
    }
}

impl From<Counts> for Vec<(i64, u64)> {
    fn from(counts: Counts) -> Self {
        counts.0.into_iter().collect()
    }
}
