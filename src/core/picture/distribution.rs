//! How many took how long, beside what was promised.

use serde::{Deserialize, Serialize};

use crate::core::doc::Line;
use crate::core::time::Span;

/// Counts by length of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution<L = Line> {
    /// From the shortest times to the longest.
    pub buckets: Vec<Bucket>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub target: Option<Goal<L>>,
}

const fn none<T>() -> Option<T> {
    None
}

/// How many took no longer than `until`, and longer than the bucket before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// None: however long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Span>,
    pub count: u64,
}

/// What was promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal<L = Line> {
    /// Kept at this length, broken above it.
    pub within: Span,
    /// `Promised within 15 min`.
    pub label: L,
}

impl<L> Distribution<L> {
    /// The most edges between buckets.
    pub const MOST_EDGES: usize = 11;

    /// Counts `times` between `edges`. What was promised is an edge, too, so that no bucket is on both
    /// sides of it; of too many edges the longest are left out, never that one.
    pub fn of(times: impl IntoIterator<Item = Span>, edges: &[Span], target: Option<Goal<L>>) -> Self {
        let mut edges = edges.to_vec();
        edges.sort_unstable();
        edges.dedup();
        let promised = target.as_ref().map(|target| target.within);
        edges.retain(|edge| Some(*edge) != promised);
        edges.truncate(Self::MOST_EDGES - usize::from(promised.is_some()));
        edges.extend(promised);
        edges.sort_unstable();
        let mut counts = vec![0; edges.len() + 1];
        for time in times {
            counts[edges.partition_point(|edge| *edge < time)] += 1;
        }
        let ends = edges.into_iter().map(Some).chain([None]);
        let buckets = ends.zip(counts).map(|(until, count)| Bucket { until, count });
        Self { buckets: buckets.collect(), target }
    }

    /// How many kept the promise.
    pub fn in_time(&self) -> Option<u64> {
        let target = self.target.as_ref()?;
        let kept = self.buckets.iter().filter(|bucket| !bucket.is_beyond(target.within));
        Some(kept.map(|bucket| bucket.count).sum())
    }

    pub fn total(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.count).sum()
    }

    /// The same with other labels, each once and in order.
    pub fn map<'a, M>(&'a self, each: &mut dyn FnMut(&'a L) -> M) -> Distribution<M> {
        let target = self.target.as_ref().map(|goal| Goal { within: goal.within, label: each(&goal.label) });
        Distribution { buckets: self.buckets.clone(), target }
    }
}

impl Bucket {
    /// Whether what is in it took longer than `within`.
    pub fn is_beyond(&self, within: Span) -> bool {
        self.until.is_none_or(|until| until > within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_promised_parts_the_buckets() {
        let minutes = |all: &[i64]| all.iter().copied().map(Span::from_minutes).collect::<Vec<_>>();
        let goal = Goal { within: Span::from_minutes(15), label: "promised" };
        let shown = Distribution::of(minutes(&[1, 5, 6, 15, 16, 600]), &minutes(&[60, 5, 5, 10]), Some(goal));
        let counted: Vec<_> =
            shown.buckets.iter().map(|b| (b.until.map(|until| until.seconds() / 60), b.count)).collect();
        assert_eq!(counted, [(Some(5), 2), (Some(10), 1), (Some(15), 1), (Some(60), 1), (None, 1)]);
        assert_eq!((shown.in_time(), shown.total()), (Some(4), 6));
    }

    #[test]
    fn too_many_edges_leave_what_was_promised() {
        let edges: Vec<Span> = (1..40).map(Span::from_minutes).collect();
        let goal = Goal { within: Span::from_minutes(90), label: "promised" };
        let shown = Distribution::of([Span::from_minutes(80)], &edges, Some(goal));
        assert_eq!(shown.buckets.len(), Distribution::<()>::MOST_EDGES + 1);
        assert_eq!(shown.buckets[10], Bucket { until: Some(Span::from_minutes(90)), count: 1 });
        let without = Distribution::<&str>::of([], &edges, None);
        assert_eq!((without.buckets.len(), without.in_time()), (12, None));
    }
}
