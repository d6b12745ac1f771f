//! The stages of incidents, from when each began until it was over.

use serde::{Deserialize, Serialize};

use crate::core::doc::Line;
use crate::core::time::{Instant, Span};

/// Several incidents, each as one bar; or one, stage by stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timeline<L = Line> {
    pub rows: Vec<Course<L>>,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course<L = Line> {
    /// `INC-42 Checkout`.
    pub label: L,
    /// One after the other.
    pub stages: Vec<Stage>,
}

/// The time until something was reached, since what was reached before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub until: Reached,
    pub took: Span,
}

/// What a stage ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    Noticed,
    /// The first message to the customer.
    Told,
    Acknowledged,
    Resolved,
    /// By the customer.
    Confirmed,
    /// It goes on.
    Open,
}

impl Reached {
    /// In the order of a key.
    pub const ALL: [Self; 6] =
        [Self::Noticed, Self::Told, Self::Acknowledged, Self::Resolved, Self::Confirmed, Self::Open];
}

impl Timeline {
    /// The most rows that are drawn; how many more there are is said in words.
    pub const MOST_ROWS: usize = 10;
}

impl<L> Timeline<L> {
    /// The same with other labels, each once and in order.
    pub fn map<'a, M>(&'a self, each: &mut dyn FnMut(&'a L) -> M) -> Timeline<M> {
        let row = |row: &'a Course<L>| Course { label: each(&row.label), stages: row.stages.clone() };
        Timeline { rows: self.rows.iter().map(row).collect() }
    }
}

impl<L> Course<L> {
    /// What was reached when, in any order; what lies before `began` was reached at once.
    pub fn new(label: L, began: Instant, reached: impl IntoIterator<Item = (Reached, Instant)>) -> Self {
        let mut reached: Vec<(Instant, Reached)> =
            reached.into_iter().map(|(what, at)| (at.max(began), what)).collect();
        reached.sort_unstable();
        let mut from = began;
        let stages = reached.into_iter().map(|(at, until)| {
            let took = at - from;
            from = at;
            Stage { until, took }
        });
        Self { label, stages: stages.collect() }
    }

    /// From the beginning to what was reached last.
    pub fn total(&self) -> Span {
        self.stages.iter().fold(Span::ZERO, |sum, stage| sum + stage.took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_follow_each_other_whatever_the_order_they_are_told_in() {
        let at = |minutes| Instant::from_seconds(0) + Span::from_minutes(minutes);
        let told = [(Reached::Resolved, at(30)), (Reached::Noticed, at(-1)), (Reached::Told, at(6))];
        let course = Course::new("INC-1", at(0), told);
        let stage = |until, minutes| Stage { until, took: Span::from_minutes(minutes) };
        assert_eq!(
            course.stages,
            [stage(Reached::Noticed, 0), stage(Reached::Told, 6), stage(Reached::Resolved, 24)]
        );
        assert_eq!(course.total(), Span::from_minutes(30));
    }
}
