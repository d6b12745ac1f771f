//! Searching a calendar forwards and backwards: adding open time, the next and previous openings.

use super::{Calendar, shifted};
use crate::core::calendar::midnight;
use crate::core::interval::Interval;
use crate::core::time::{Instant, Span};

/// How far a search looks, either way.
const HORIZON: Span = Span::from_days(36_525);
/// Searches read this much at first, then twice as much each time.
const FIRST_BLOCK: Span = Span::from_days(8);
const LARGEST_BLOCK: Span = Span::from_days(1_024);

impl Calendar {
    /// The earliest moment at which `open` time has passed since `start`. `None` when `open` is negative
    /// or when so much open time does not follow within a hundred years.
    pub fn add(&self, start: Instant, open: Span) -> Option<Instant> {
        if open <= Span::ZERO {
            return open.is_zero().then_some(start);
        }
        let mut left = open;
        for piece in self.blocks_after(start).flat_map(|block| self.open_intervals(block)) {
            if piece.length() >= left {
                return Some(piece.start + left);
            }
            left -= piece.length();
        }
        None
    }

    /// The latest moment from which `open` time passes until `end`. `None` as for [`Self::add`].
    pub fn sub(&self, end: Instant, open: Span) -> Option<Instant> {
        if open <= Span::ZERO {
            return open.is_zero().then_some(end);
        }
        let mut left = open;
        for piece in self.blocks_before(end).flat_map(|block| self.open_intervals(block).into_iter().rev()) {
            if piece.length() >= left {
                return Some(piece.end - left);
            }
            left -= piece.length();
        }
        None
    }

    /// The open periods from `from` on, the first one cut at `from`; they end after a hundred years.
    pub fn periods_after(&self, from: Instant) -> impl Iterator<Item = Interval> + '_ {
        let pieces = self.blocks_after(from).flat_map(|block| self.open_intervals(block));
        Joined { pieces, pending: None }
    }

    /// The open periods before `from`, latest first, the first one cut at `from`.
    pub fn periods_before(&self, from: Instant) -> impl Iterator<Item = Interval> + '_ {
        let pieces = self.blocks_before(from).flat_map(|block| self.open_intervals(block).into_iter().rev());
        Joined { pieces, pending: None }
    }

    /// The moment itself when open, else the next opening.
    pub fn roll_forward(&self, at: Instant) -> Option<Instant> {
        let mut pieces = self.blocks_after(at).flat_map(|block| self.open_intervals(block));
        pieces.next().map(|piece| piece.start)
    }

    /// The first opening after `at`.
    pub fn next_open(&self, at: Instant) -> Option<Instant> {
        self.periods_after(at).map(|period| period.start).find(|start| *start > at)
    }

    /// The first closing after `at`; `None` when it does not close within a hundred years.
    pub fn next_close(&self, at: Instant) -> Option<Instant> {
        let close = self.periods_after(at).next()?.end;
        (close < self.last_moment(at)).then_some(close)
    }

    /// The last opening at or before `at`; `None` when it has been open for a hundred years.
    pub fn previous_open(&self, at: Instant) -> Option<Instant> {
        let after = at + Span::from_micros(1);
        let open = self.periods_before(after).next()?.start;
        (open > self.first_moment(after)).then_some(open)
    }

    /// The last closing at or before `at`.
    pub fn previous_close(&self, at: Instant) -> Option<Instant> {
        let open = self.is_open(at);
        self.periods_before(at).map(|period| period.end).find(|end| *end < at || !open)
    }

    fn last_moment(&self, from: Instant) -> Instant {
        let end = from + HORIZON;
        self.only_dates.map_or(end, |(_, last)| end.min(midnight(self.zone(), shifted(last, 4))))
    }

    fn first_moment(&self, until: Instant) -> Instant {
        let start = until - HORIZON;
        self.only_dates.map_or(start, |(first, _)| start.max(midnight(self.zone(), first)))
    }

    /// Growing stretches of time that follow one another from `start`.
    fn blocks_after(&self, start: Instant) -> impl Iterator<Item = Interval> + use<> {
        let (mut cursor, end) = (start, self.last_moment(start));
        block_sizes().map_while(move |size| {
            let block = Interval::new(cursor, (cursor + size).min(end));
            cursor = block.end;
            (!block.is_empty()).then_some(block)
        })
    }

    /// The same backwards from `end`.
    fn blocks_before(&self, end: Instant) -> impl Iterator<Item = Interval> + use<> {
        let (mut cursor, start) = (end, self.first_moment(end));
        block_sizes().map_while(move |size| {
            let block = Interval::new((cursor - size).max(start), cursor);
            cursor = block.start;
            (!block.is_empty()).then_some(block)
        })
    }
}

fn block_sizes() -> impl Iterator<Item = Span> {
    std::iter::successors(Some(FIRST_BLOCK), |size| Some(size.saturating_mul(2).min(LARGEST_BLOCK)))
}

/// Pieces that were cut at the edges of blocks, joined again.
struct Joined<I> {
    pieces: I,
    pending: Option<Interval>,
}

impl<I: Iterator<Item = Interval>> Iterator for Joined<I> {
    type Item = Interval;

    fn next(&mut self) -> Option<Interval> {
        loop {
            let Some(piece) = self.pieces.next() else { return self.pending.take() };
            match self.pending {
                Some(last) if last.end == piece.start || piece.end == last.start => {
                    self.pending = Some(Interval::new(last.start.min(piece.start), last.end.max(piece.end)));
                }
                last => {
                    self.pending = Some(piece);
                    if last.is_some() {
                        return last;
                    }
                }
            }
        }
    }
}
