//! The clock of one item: how much of a promise is used up, when it is due, and whether it is late.
//! Response, resolution, update, next reply and waiting are all this clock with other starts and stops.

use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, Snap};
use super::interval::{Interval, IntervalSet};
use super::time::{Instant, Span};

mod exchange;
#[cfg(test)]
mod tests;

pub use exchange::{Exchanges, Turn, cadence, exchanges};

/// What was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Target {
    /// So much time of the calendar.
    Elapsed(Span),
    /// So many whole business days later at the same wall time, or at the end of that day's hours.
    BusinessDays { days: u32, end_of_day: bool },
}

/// A stretch of time; without an end it is still going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spell {
    pub start: Instant,
    pub end: Option<Instant>,
}

impl Spell {
    pub const fn new(start: Instant, end: Option<Instant>) -> Self {
        Self { start, end }
    }

    fn until(self, now: Instant) -> Interval {
        Interval::new(self.start, self.end.map_or(now, |end| end.min(now)))
    }
}

/// Everything that decides one clock. Facts later than `now` are ignored.
#[derive(Clone, Debug)]
pub struct Stopwatch<'a> {
    pub calendar: &'a Calendar,
    pub start: Instant,
    /// The act that fulfils the promise.
    pub stop: Option<Instant>,
    /// Pauses that count for this clock. They may overlap.
    pub pauses: &'a [Spell],
    /// From a resolve to the reopening after it. An open one is a clock that stands still, like a pause.
    pub closed: &'a [Spell],
    pub target: Target,
}

/// Why a slice of time does or does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SliceKind {
    /// Open, running: counted.
    Counted,
    /// Open, but paused: subtracted.
    Paused,
    /// Open, but the item was closed: not counted.
    Closed,
}

/// A piece of open calendar time between start and stop (or now), in order; time outside the calendar
/// has no slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    pub interval: Interval,
    pub kind: SliceKind,
}

/// A clock as it stands at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub start: Instant,
    /// The promise in time of the calendar. `None` when the calendar holds no such moment within a
    /// hundred years; such a clock is never due and never late.
    pub target: Option<Span>,
    /// Calendar time used, without pauses and closed spells.
    pub elapsed: Span,
    /// Calendar time of the pauses.
    pub paused: Span,
    /// Calendar time spent closed.
    pub closed: Span,
    /// When it stopped for good.
    pub stopped_at: Option<Instant>,
    /// It runs, but stands still at this moment: a pause or a closed spell is open.
    pub standing_still: bool,
    /// The earliest moment at which elapsed reaches the target if nothing else happens; may lie in the
    /// past. `None` while standing still, and once stopped.
    pub due: Option<Instant>,
    /// The same whether or not the clock still runs: what had to be met, with the pauses known so far.
    pub deadline: Option<Instant>,
    /// The last moment that is still on time, if nothing else happens: the deadline, or, when that falls
    /// on a closing, the next opening. `None` as for `due`.
    pub late_after: Option<Instant>,
    /// Strictly more than the target has elapsed. Exactly the target is on time.
    pub late: bool,
    /// When it became late.
    pub breached_at: Option<Instant>,
    /// Target less elapsed; negative when late.
    pub remaining: Option<Span>,
    /// What `/why` shows.
    pub slices: Vec<Slice>,
}

impl Reading {
    /// Stopped within the target.
    pub fn met(&self) -> bool {
        self.stopped_at.is_some() && !self.late
    }

    /// Whether at least `percent` of the target is used: `elapsed × 100 ≥ target × percent`, exactly.
    pub fn used_at_least(&self, percent: u32) -> bool {
        self.target.is_some_and(|target| {
            i128::from(self.elapsed.micros()) * 100 >= i128::from(target.micros()) * i128::from(percent)
        })
    }

    /// Whole percent of the target used, rounded down. `None` for a target of nothing.
    pub fn used_percent(&self) -> Option<i64> {
        let target = self.target.filter(|target| target.is_positive())?;
        i64::try_from(i128::from(self.elapsed.micros()) * 100 / i128::from(target.micros())).ok()
    }

    /// When the item is decided: at its stop or when it became late, whichever came first. `None` while
    /// it is open and not late.
    pub fn decided_at(&self) -> Option<Instant> {
        match (self.stopped_at, self.breached_at) {
            (Some(stop), Some(breach)) => Some(stop.min(breach)),
            (stop, breach) => stop.or(breach),
        }
    }
}

impl Stopwatch<'_> {
    /// The clock at `now`.
    pub fn read(&self, now: Instant) -> Reading {
        let stop = self.stop.filter(|stop| *stop <= now).map(|stop| stop.max(self.start));
        let until = stop.unwrap_or(now).max(self.start);
        let off = Off::new(self, until);
        let slices = self.slices(&off, until);
        let total = |kind| {
            slices.iter().filter(|slice| slice.kind == kind).map(|slice| slice.interval.length()).sum()
        };
        let elapsed: Span = total(SliceKind::Counted);

        let target = self.target_span();
        let deadline = self.deadline(target, &off);
        let last_on_time = deadline.and_then(|deadline| self.last_on_time(deadline, &off));
        let late = target.is_some_and(|target| elapsed > target);
        let standing_still = stop.is_none() && self.stands_still(now);
        let running = |moment: Option<Instant>| moment.filter(|_| stop.is_none() && !standing_still);
        Reading {
            start: self.start,
            target,
            elapsed,
            paused: total(SliceKind::Paused),
            closed: total(SliceKind::Closed),
            stopped_at: stop,
            standing_still,
            due: running(deadline),
            deadline,
            late_after: running(last_on_time),
            late,
            breached_at: last_on_time.filter(|_| late),
            remaining: target.map(|target| target - elapsed),
            slices,
        }
    }

    /// The earliest moment at which elapsed reaches `percent` of the target, if nothing else happens.
    /// `None` when the clock does not run at `now`.
    pub fn at_risk_at(&self, percent: u32, now: Instant) -> Option<Instant> {
        // Rounded up: one microsecond less would be less than the share.
        let share = -(-self.target_span()?).scaled(i64::from(percent), 100);
        self.reaches(share, now)
    }

    /// The earliest moment at which elapsed is `offset` more (or less, when negative) than the target.
    /// `None` when the clock does not run at `now`, or when that is before its start.
    pub fn offset_from_due(&self, offset: Span, now: Instant) -> Option<Instant> {
        if self.target_span()? + offset < Span::ZERO {
            return None;
        }
        self.reaches(self.target_span()? + offset, now)
    }

    fn reaches(&self, elapsed: Span, now: Instant) -> Option<Instant> {
        if self.stop.is_some_and(|stop| stop <= now) || self.stands_still(now) {
            return None;
        }
        self.walk(elapsed, &Off::new(self, now.max(self.start)))
    }

    /// The target in time of the calendar, pauses aside.
    fn target_span(&self) -> Option<Span> {
        match self.target {
            Target::Elapsed(span) => Some(span.or_zero()),
            Target::BusinessDays { .. } => Some(self.calendar.elapsed(self.start, self.promised_day()?)),
        }
    }

    fn promised_day(&self) -> Option<Instant> {
        let Target::BusinessDays { days, end_of_day } = self.target else { return None };
        let snap = if end_of_day { Snap::EndOfDay } else { Snap::WallTime };
        self.calendar.add_business_days(self.start, i64::from(days), snap)
    }

    fn deadline(&self, target: Option<Span>, off: &Off) -> Option<Instant> {
        match self.promised_day() {
            // A day keeps its wall time, open or not; only what was paused moves it.
            Some(day) => {
                let moved = self.open_within(&off.all.clip(Interval::new(self.start, day)));
                if moved.is_zero() { Some(day) } else { self.walk(target?, off) }
            }
            None => self.walk(target?, off),
        }
    }

    /// The earliest moment at which elapsed reaches `goal`, with nothing off after the known spells.
    fn walk(&self, goal: Span, off: &Off) -> Option<Instant> {
        let mut left = goal;
        let mut from = self.start;
        for gap in &off.all {
            let counted = self.calendar.elapsed(from, gap.start);
            // A target of nothing is reached at once, even when the clock starts paused.
            if counted >= left {
                return self.calendar.add(from, left);
            }
            left -= counted;
            from = gap.end;
        }
        self.calendar.add(from, left)
    }

    /// The first moment from the deadline on at which more time starts to count.
    fn last_on_time(&self, deadline: Instant, off: &Off) -> Option<Instant> {
        let mut moment = self.calendar.roll_forward(deadline)?;
        while let Some(gap) = off.all.piece_at(moment) {
            moment = self.calendar.roll_forward(gap.end)?;
        }
        Some(moment)
    }

    fn stands_still(&self, now: Instant) -> bool {
        let open = |spell: &Spell| spell.start <= now && spell.end.is_none_or(|end| end > now);
        self.pauses.iter().chain(self.closed).any(open)
    }

    fn open_within(&self, set: &IntervalSet) -> Span {
        set.iter().map(|piece| self.calendar.elapsed(piece.start, piece.end)).sum()
    }

    fn slices(&self, off: &Off, until: Instant) -> Vec<Slice> {
        let open = self.calendar.open_intervals(Interval::new(self.start, until));
        let counted = open.minus(&off.all);
        let paused = open.intersect(&off.paused).minus(&off.closed);
        let closed = open.intersect(&off.closed);
        let labelled =
            [(counted, SliceKind::Counted), (paused, SliceKind::Paused), (closed, SliceKind::Closed)];
        let mut slices: Vec<Slice> = labelled
            .into_iter()
            .flat_map(|(set, kind)| set.into_iter().map(move |interval| Slice { interval, kind }))
            .collect();
        slices.sort_unstable_by_key(|slice| slice.interval);
        slices
    }
}

/// The times at which a clock does not count.
struct Off {
    paused: IntervalSet,
    closed: IntervalSet,
    all: IntervalSet,
}

impl Off {
    fn new(watch: &Stopwatch<'_>, until: Instant) -> Self {
        let bounds = Interval::new(watch.start, until);
        let known = |spells: &[Spell]| -> IntervalSet {
            IntervalSet::from_unsorted(spells.iter().map(|spell| spell.until(until))).clip(bounds)
        };
        let (paused, closed) = (known(watch.pauses), known(watch.closed));
        let all = paused.union(&closed);
        Self { paused, closed, all }
    }
}
