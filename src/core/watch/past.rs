//! What episodes leave behind once they are over: stretches in which the service was disturbed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::episode::Episode;
use super::pairs;
use crate::core::agreement::{Impact, Priority};
use crate::core::interval::{Interval, IntervalSet};
use crate::core::time::Instant;

/// A stretch of time in which at least one signal fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub start: Instant,
    /// None while it goes on.
    pub end: Option<Instant>,
    /// When the first word of it was received.
    pub received: Instant,
    /// The most urgent priority of its signals.
    pub priority: Priority,
}

/// Times by what was disturbed, and how badly.
type Marks = BTreeMap<Key, IntervalSet>;

/// Stretches that have ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// Disjoint and sorted.
    pieces: Vec<Piece>,
    #[serde(with = "pairs")]
    bad: Marks,
    /// Nobody repeated it, so nobody knows.
    #[serde(with = "pairs")]
    stale: Marks,
}

impl Past {
    /// What all of these left; one without an end of its own went on until the moment beside it.
    pub fn of<'a>(episodes: impl IntoIterator<Item = (&'a Episode, Option<Instant>)>) -> Self {
        let mut pieces = Vec::new();
        let (mut bad, mut stale) = (Rows::new(), Rows::new());
        for (episode, until) in episodes {
            for left in leavings(episode, until) {
                pieces.push(left.piece);
                bad.entry(left.key.clone()).or_default().push(left.bad);
                stale.entry(left.key).or_default().push(left.stale);
            }
        }
        let sets = |rows: Rows| -> Marks {
            let sets = rows.into_iter().map(|(key, rows)| (key, IntervalSet::from_unsorted(rows)));
            sets.filter(|(_, set)| !set.is_empty()).collect()
        };
        Self { pieces: union(pieces), bad: sets(bad), stale: sets(stale) }
    }

    /// Adds an episode that is over.
    pub fn add(&mut self, episode: &Episode, until: Option<Instant>) {
        for left in leavings(episode, until) {
            insert(&mut self.pieces, left.piece);
            mark(&mut self.bad, &left.key, left.bad);
            mark(&mut self.stale, &left.key, left.stale);
        }
    }

    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// When anything that fits was at least this bad, and when that is not known.
    pub fn marks(
        &self,
        concerns: impl Fn(Option<&str>) -> bool,
        at_least: Impact,
    ) -> (IntervalSet, IntervalSet) {
        let gather = |marks: &Marks| {
            let fitting =
                marks.iter().filter(|((whose, impact), _)| *impact >= at_least && concerns(whose.as_deref()));
            fitting.fold(IntervalSet::default(), |all, (_, set)| all.union(set))
        };
        (gather(&self.bad), gather(&self.stale))
    }
}

type Key = (Option<String>, Impact);
type Rows = BTreeMap<Key, Vec<Interval>>;

/// What one stretch of an episode leaves.
struct Left {
    piece: Piece,
    key: Key,
    bad: Interval,
    stale: Interval,
}

fn leavings(episode: &Episode, until: Option<Instant>) -> impl Iterator<Item = Left> + use<'_> {
    // An end that was told makes certain that it fired until then.
    let known = if episode.end().is_some() { Instant::MAX } else { episode.stale_from() };
    episode.stretches(until).into_iter().map(move |stretch| {
        let (start, grade) = (stretch.start, stretch.grade);
        let end = stretch.end.unwrap_or(start);
        Left {
            piece: Piece { start, end: Some(end), received: episode.received, priority: grade.priority },
            key: (grade.component.clone(), grade.impact),
            bad: Interval::new(start, end.min(known).max(start)),
            stale: Interval::new(start.max(known).min(end), end),
        }
    })
}

fn mark(marks: &mut Marks, key: &Key, interval: Interval) {
    if !interval.is_empty() {
        let known = marks.entry(key.clone()).or_default();
        *known = known.union(&IntervalSet::from_unsorted([interval]));
    }
}

/// Puts a stretch among disjoint sorted ones, joining those it touches.
fn insert(pieces: &mut Vec<Piece>, piece: Piece) {
    let reaches = |known: &Piece, start: Instant| known.end.is_none_or(|end| end >= start);
    let from = pieces.partition_point(|known| !reaches(known, piece.start));
    let until = pieces.partition_point(|known| piece.end.is_none_or(|end| known.start <= end));
    let until = until.max(from);
    let merged = pieces[from..until].iter().fold(piece, |a, b| join(a, *b));
    pieces.splice(from..until, [merged]);
}

/// All stretches, in order and disjoint.
pub fn union(mut all: Vec<Piece>) -> Vec<Piece> {
    all.sort_unstable_by_key(|piece| piece.start);
    let mut joined: Vec<Piece> = Vec::with_capacity(all.len());
    for piece in all {
        match joined.last_mut() {
            Some(last) if last.end.is_none_or(|end| end >= piece.start) => *last = join(*last, piece),
            _ => joined.push(piece),
        }
    }
    joined
}

fn join(a: Piece, b: Piece) -> Piece {
    Piece {
        start: a.start.min(b.start),
        end: a.end.zip(b.end).map(|(a, b)| a.max(b)),
        received: a.received.min(b.received),
        priority: a.priority.min(b.priority),
    }
}
