//! Half-open intervals of time and sorted, disjoint sets of them: union, minus, intersect, clip, length.

use serde::{Deserialize, Serialize};

use super::time::{Instant, Span};

/// The time from `start` (included) to `end` (excluded). Empty when `end <= start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Interval {
    pub start: Instant,
    pub end: Instant,
}

impl Interval {
    /// From [`Instant::MIN`] to [`Instant::MAX`].
    pub const ALL: Self = Self { start: Instant::MIN, end: Instant::MAX };

    /// `[start, end)`; a reversed pair is kept as it is and counts as empty.
    pub const fn new(start: Instant, end: Instant) -> Self {
        Self { start, end }
    }

    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Never negative.
    pub fn length(self) -> Span {
        (self.end - self.start).or_zero()
    }

    pub fn contains(self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }

    /// The common part; empty when there is none.
    pub fn intersect(self, other: Self) -> Self {
        Self { start: self.start.max(other.start), end: self.end.min(other.end) }
    }

    pub fn overlaps(self, other: Self) -> bool {
        !self.intersect(other).is_empty()
    }
}

/// Intervals in ascending order that neither overlap, touch, nor are empty, so that equal sets of
/// moments are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Interval>", into = "Vec<Interval>")]
pub struct IntervalSet(Vec<Interval>);

impl IntervalSet {
    pub const EMPTY: Self = Self(Vec::new());

    /// Intervals in any order, overlapping or empty ones included.
    pub fn from_unsorted(intervals: impl IntoIterator<Item = Interval>) -> Self {
        let mut pieces: Vec<Interval> = intervals.into_iter().filter(|piece| !piece.is_empty()).collect();
        pieces.sort_unstable();
        merge_sorted(pieces, |gap| gap.is_zero())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of separate pieces.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn as_slice(&self) -> &[Interval] {
        &self.0
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Interval> {
        self.0.iter()
    }

    pub fn first(&self) -> Option<Interval> {
        self.0.first().copied()
    }

    pub fn last(&self) -> Option<Interval> {
        self.0.last().copied()
    }

    /// The sum of all lengths.
    pub fn length(&self) -> Span {
        self.0.iter().map(|piece| piece.length()).sum()
    }

    pub fn contains(&self, at: Instant) -> bool {
        self.piece_at(at).is_some()
    }

    /// The piece that contains `at`.
    pub fn piece_at(&self, at: Instant) -> Option<Interval> {
        let piece = self.0.get(self.0.partition_point(|piece| piece.end <= at))?;
        piece.contains(at).then_some(*piece)
    }

    /// Every moment in either set.
    pub fn union(&self, other: &Self) -> Self {
        if other.is_empty() {
            return self.clone();
        }
        if self.is_empty() {
            return other.clone();
        }
        let mut pieces = Vec::with_capacity(self.len() + other.len());
        let (mut left, mut right) = (self.0.as_slice(), other.0.as_slice());
        while let (Some((a, rest_left)), Some((b, rest_right))) = (left.split_first(), right.split_first()) {
            if a.start <= b.start {
                pieces.push(*a);
                left = rest_left;
            } else {
                pieces.push(*b);
                right = rest_right;
            }
        }
        pieces.extend_from_slice(left);
        pieces.extend_from_slice(right);
        merge_sorted(pieces, |gap| gap.is_zero())
    }

    /// Every moment in this set and not in the other.
    pub fn minus(&self, other: &Self) -> Self {
        let mut kept = Vec::with_capacity(self.len());
        let mut next = 0;
        for piece in &self.0 {
            while other.0.get(next).is_some_and(|cut| cut.end <= piece.start) {
                next += 1;
            }
            let mut start = piece.start;
            for cut in other.0[next..].iter().take_while(|cut| cut.start < piece.end) {
                kept.push(Interval::new(start, cut.start));
                start = cut.end;
            }
            kept.push(Interval::new(start, piece.end));
        }
        kept.retain(|piece| !piece.is_empty());
        Self(kept)
    }

    /// Every moment in both sets.
    pub fn intersect(&self, other: &Self) -> Self {
        let mut common = Vec::new();
        let (mut left, mut right) = (self.0.as_slice(), other.0.as_slice());
        while let (Some((a, rest_left)), Some((b, rest_right))) = (left.split_first(), right.split_first()) {
            let both = a.intersect(*b);
            if !both.is_empty() {
                common.push(both);
            }
            if a.end <= b.end {
                left = rest_left;
            } else {
                right = rest_right;
            }
        }
        Self(common)
    }

    /// The part inside one interval.
    pub fn clip(&self, bounds: Interval) -> Self {
        let from = self.0.partition_point(|piece| piece.end <= bounds.start);
        let inside = self.0[from..].iter().take_while(|piece| piece.start < bounds.end);
        Self(inside.map(|piece| piece.intersect(bounds)).filter(|piece| !piece.is_empty()).collect())
    }

    /// The moments of `bounds` that are not in this set.
    pub fn complement(&self, bounds: Interval) -> Self {
        Self::from(bounds).minus(self)
    }

    /// Joins pieces whose gap is shorter than `gap` (flapping counts as one episode).
    pub fn merge_gaps(&self, gap: Span) -> Self {
        merge_sorted(self.0.clone(), |between| between < gap)
    }

    /// Drops pieces shorter than `minimum`; a piece of exactly the minimum stays.
    pub fn drop_shorter(&self, minimum: Span) -> Self {
        Self(self.0.iter().filter(|piece| piece.length() >= minimum).copied().collect())
    }
}

/// Joins neighbours that overlap, touch, or whose gap `joins` accepts.
fn merge_sorted(mut pieces: Vec<Interval>, joins: impl Fn(Span) -> bool) -> IntervalSet {
    pieces.dedup_by(|next, last| {
        let join = next.start <= last.end || joins(next.start - last.end);
        if join {
            last.end = last.end.max(next.end);
        }
        join
    });
    IntervalSet(pieces)
}

impl From<Interval> for IntervalSet {
    fn from(interval: Interval) -> Self {
        Self::from_unsorted([interval])
    }
}

impl From<Vec<Interval>> for IntervalSet {
    fn from(intervals: Vec<Interval>) -> Self {
        Self::from_unsorted(intervals)
    }
}

impl From<IntervalSet> for Vec<Interval> {
    fn from(set: IntervalSet) -> Self {
        set.0
    }
}

impl FromIterator<Interval> for IntervalSet {
    fn from_iter<I: IntoIterator<Item = Interval>>(intervals: I) -> Self {
        Self::from_unsorted(intervals)
    }
}

impl IntoIterator for IntervalSet {
    type Item = Interval;
    type IntoIter = std::vec::IntoIter<Interval>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a IntervalSet {
    type Item = &'a Interval;
    type IntoIter = std::slice::Iter<'a, Interval>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const UNITS: usize = 48;

    fn unit(index: usize) -> Instant {
        Instant::from_micros(index as i64)
    }

    /// The oracle: one flag per microsecond.
    fn bitmap(set: &IntervalSet) -> [bool; UNITS] {
        std::array::from_fn(|index| {
            set.iter().any(|piece| piece.start <= unit(index) && unit(index) < piece.end)
        })
    }

    fn painted(raw: &[(usize, usize)]) -> [bool; UNITS] {
        std::array::from_fn(|index| raw.iter().any(|(start, end)| *start <= index && index < *end))
    }

    fn interval((start, end): (usize, usize)) -> Interval {
        Interval::new(unit(start), unit(end))
    }

    fn set(raw: &[(usize, usize)]) -> IntervalSet {
        raw.iter().copied().map(interval).collect()
    }

    fn raw() -> impl Strategy<Value = Vec<(usize, usize)>> {
        vec((0..UNITS, 0..UNITS), 0..8)
    }

    fn check(set: &IntervalSet, expected: [bool; UNITS]) -> Result<(), TestCaseError> {
        prop_assert_eq!(bitmap(set), expected);
        prop_assert!(set.as_slice().windows(2).all(|pair| pair[0].end < pair[1].start), "not disjoint");
        prop_assert!(set.iter().all(|piece| !piece.is_empty()), "empty piece");
        prop_assert_eq!(set.length().micros() as usize, expected.iter().filter(|on| **on).count());
        Ok(())
    }

    /// The runs of equal flags: `(value, first, one past last)`.
    fn runs(flags: &[bool]) -> Vec<(bool, usize, usize)> {
        let mut runs: Vec<(bool, usize, usize)> = Vec::new();
        for (index, flag) in flags.iter().enumerate() {
            match runs.last_mut() {
                Some(run) if run.0 == *flag => run.2 = index + 1,
                _ => runs.push((*flag, index, index + 1)),
            }
        }
        runs
    }

    proptest! {
        #[test]
        fn set_operations_equal_the_bitmap(a in raw(), b in raw(), bounds in (0..UNITS, 0..UNITS)) {
            let (left, right) = (painted(&a), painted(&b));
            let (one, two) = (set(&a), set(&b));
            check(&one, left)?;
            check(&one.union(&two), std::array::from_fn(|i| left[i] || right[i]))?;
            check(&one.minus(&two), std::array::from_fn(|i| left[i] && !right[i]))?;
            check(&one.intersect(&two), std::array::from_fn(|i| left[i] && right[i]))?;
            let inside = |i: usize| bounds.0 <= i && i < bounds.1;
            check(&one.clip(interval(bounds)), std::array::from_fn(|i| left[i] && inside(i)))?;
            check(&one.complement(interval(bounds)), std::array::from_fn(|i| !left[i] && inside(i)))?;
            for (index, flag) in left.iter().enumerate() {
                prop_assert_eq!(one.contains(unit(index)), *flag);
            }
        }

        #[test]
        fn gaps_and_short_pieces_follow_the_runs(a in raw(), size in 0_usize..12) {
            let one = set(&a);
            let mut filled = painted(&a);
            let mut pruned = filled;
            let all = runs(&filled);
            for (position, (flag, first, end)) in all.iter().copied().enumerate() {
                let inner = position > 0 && position + 1 < all.len();
                if !flag && inner && end - first < size {
                    filled[first..end].fill(true);
                }
                if flag && end - first < size {
                    pruned[first..end].fill(false);
                }
            }
            check(&one.merge_gaps(Span::from_micros(size as i64)), filled)?;
            check(&one.drop_shorter(Span::from_micros(size as i64)), pruned)?;
        }

        #[test]
        fn reading_back_what_was_written_gives_the_same_set(a in raw()) {
            let one = set(&a);
            let text = serde_json::to_string(&one).unwrap();
            prop_assert_eq!(serde_json::from_str::<IntervalSet>(&text).unwrap(), one);
        }
    }

    #[test]
    fn touching_pieces_become_one_and_reversed_ones_vanish() {
        assert_eq!(set(&[(3, 5), (5, 9), (20, 12)]).as_slice(), [interval((3, 9))]);
    }

    #[test]
    fn an_interval_excludes_its_end() {
        let hour = interval((3, 5));
        assert!(hour.contains(unit(3)) && !hour.contains(unit(5)));
        assert_eq!(hour.length(), Span::from_micros(2));
        assert_eq!(interval((5, 3)).length(), Span::ZERO);
    }
}
