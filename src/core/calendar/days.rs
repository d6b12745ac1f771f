//! Counting in business days: whole local dates on which the calendar has hours.

use chrono::NaiveDate;

use super::{Calendar, local_time, resolve_local, shifted};
use crate::core::time::Instant;

/// How many dates [`Calendar::add_business_days`] looks at, either way: a hundred years.
const FARTHEST: i64 = 36_525;

/// Where a moment found by its wall time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snap {
    /// It stays, open or not.
    WallTime,
    /// To the next opening, unless open.
    NextOpen,
    /// To the last closing, unless open.
    PreviousClose,
    /// To the end of that date's hours.
    EndOfDay,
}

/// Which ends [`Calendar::business_days_between`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayCount {
    Inclusive,
    /// From the first date, up to but without the last.
    WithoutLast,
    /// From the day after the first date, up to the last.
    WithoutFirst,
}

impl Calendar {
    /// Whether hours begin on that local date (and breaks leave some of them).
    pub fn is_business_day(&self, date: NaiveDate) -> bool {
        !self.holidays.contains(date)
            && !self.ranges_on(date).is_empty()
            && !self.open_on_dates((date, date)).is_empty()
    }

    /// How many business days lie between two dates; zero when reversed.
    pub fn business_days_between(&self, from: NaiveDate, to: NaiveDate, count: DayCount) -> u32 {
        let (first, last) = match count {
            DayCount::Inclusive => (from, to),
            DayCount::WithoutLast => (from, shifted(to, -1)),
            DayCount::WithoutFirst => (shifted(from, 1), to),
        };
        let dates = first.iter_days().take_while(|date| *date <= last);
        dates.filter(|date| self.is_business_day(*date)).fold(0, |days, _| days + 1)
    }

    /// The same wall time `days` business days later (or earlier, when negative), then `snap`. The date of
    /// `start` itself is not counted. `None` when there are not so many within a hundred years.
    pub fn add_business_days(&self, start: Instant, days: i64, snap: Snap) -> Option<Instant> {
        let wall = local_time(self.zone(), start);
        let date = self.business_date(wall.date(), days)?;
        // Zero days leave even the second pass of a repeated hour where it is.
        let moved = if days == 0 { start } else { resolve_local(self.zone(), date.and_time(wall.time())) };
        match snap {
            Snap::WallTime => Some(moved),
            Snap::NextOpen => self.roll_forward(moved),
            Snap::PreviousClose if self.is_open(moved) => Some(moved),
            Snap::PreviousClose => self.previous_close(moved),
            Snap::EndOfDay => self.end_of_business(date),
        }
    }

    fn business_date(&self, from: NaiveDate, days: i64) -> Option<NaiveDate> {
        let step = days.signum();
        let mut left = days.unsigned_abs();
        let mut date = from;
        for _ in 0..FARTHEST {
            if left == 0 {
                return Some(date);
            }
            date = shifted(date, step);
            left -= u64::from(self.is_business_day(date));
        }
        None
    }

    /// The end of the hours of that date, or of the next business day.
    fn end_of_business(&self, date: NaiveDate) -> Option<Instant> {
        let mut dates =
            (0..FARTHEST).map(|days| self.open_on_dates((shifted(date, days), shifted(date, days))));
        dates.find_map(|hours| hours.last()).map(|last| last.end)
    }
}
