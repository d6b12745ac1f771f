//! Business calendars: when a service or a desk is open, and how much open time lies between two moments.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::interval::{Interval, IntervalSet};
use super::time::{Instant, Span};

mod days;
mod search;
mod spec;
mod zone;

#[cfg(test)]
mod tests;

pub use days::{DayCount, Snap};
pub use spec::{CalendarError, CalendarSpec, RangeSpec, Week};
pub use zone::{local_date, local_time, midnight, parse_zone, resolve_local};

use spec::{DAY, DatedRanges, Overlaps, WallRange};

/// Weekly patterns repeat with the leap years after 28 years (within a century; more than enough here).
const PATTERN_YEARS: u64 = 28;

/// A validated calendar. Reads and writes as [`CalendarSpec`], normalised: equal calendars have equal text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CalendarSpec", into = "CalendarSpec")]
pub struct Calendar {
    weekly: [Vec<WallRange>; 7],
    weekly_breaks: [Vec<WallRange>; 7],
    date_hours: DatedRanges,
    breaks: DatedRanges,
    holidays: Holidays,
    /// From here on the calendar is open without interruption.
    open_for_good_from: Option<Instant>,
    /// First and last date with hours, when no weekly hours ever open; `None` when openings recur.
    only_dates: Option<(NaiveDate, NaiveDate)>,
}

/// Closed dates in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holidays {
    zone: Tz,
    dates: BTreeSet<NaiveDate>,
    yearly: BTreeSet<(u32, u32)>,
}

impl Holidays {
    /// The holidays of a calendar alone, whether or not the calendar is ever open.
    pub fn new(spec: &CalendarSpec) -> Result<Self, CalendarError> {
        Ok(Self {
            zone: parse_zone(&spec.tz)?,
            dates: spec::parse_holidays(&spec.holidays)?,
            yearly: spec::parse_yearly(&spec.yearly_holidays)?,
        })
    }

    pub fn contains(&self, date: NaiveDate) -> bool {
        self.dates.contains(&date) || self.yearly.contains(&(date.month(), date.day()))
    }

    /// Whether the local date of that moment is a holiday.
    pub fn is_holiday(&self, at: Instant) -> bool {
        self.contains(local_date(self.zone, at))
    }

    fn is_empty(&self) -> bool {
        self.dates.is_empty() && self.yearly.is_empty()
    }
}

impl Calendar {
    /// Validates what was written; the first mistake found is returned.
    pub fn new(spec: &CalendarSpec) -> Result<Self, CalendarError> {
        let mut calendar = Self {
            weekly: spec::parse_week("weekly", &spec.weekly, Overlaps::Refused)?,
            weekly_breaks: spec::parse_week("weekly_breaks", &spec.weekly_breaks, Overlaps::Harmless)?,
            date_hours: spec::parse_dated("date_hours", &spec.date_hours, Overlaps::Refused)?,
            breaks: spec::parse_dated("breaks", &spec.breaks, Overlaps::Harmless)?,
            holidays: Holidays::new(spec)?,
            open_for_good_from: None,
            only_dates: None,
        };
        calendar.open_for_good_from = calendar.find_open_for_good();
        if !calendar.opens_weekly() {
            let mut dates = calendar.date_hours.keys().filter(|date| calendar.is_business_day(**date));
            let first = dates.next().ok_or(CalendarError::NeverOpen)?;
            calendar.only_dates = Some((*first, *dates.next_back().unwrap_or(first)));
        }
        Ok(calendar)
    }

    /// Open at every moment; the zone still tells dates and wall-clock windows.
    pub fn always(zone: Tz) -> Self {
        let day = vec![WallRange { open: 0, close: DAY }];
        Self {
            weekly: std::array::from_fn(|_| day.clone()),
            weekly_breaks: Default::default(),
            date_hours: DatedRanges::new(),
            breaks: DatedRanges::new(),
            holidays: Holidays { zone, dates: BTreeSet::new(), yearly: BTreeSet::new() },
            open_for_good_from: Some(Instant::MIN),
            only_dates: None,
        }
    }

    pub fn zone(&self) -> Tz {
        self.holidays.zone
    }

    /// Whether the calendar is open at every moment.
    pub fn is_always(&self) -> bool {
        self.open_for_good_from == Some(Instant::MIN)
    }

    /// The open time within `bounds`.
    pub fn open_intervals(&self, bounds: Interval) -> IntervalSet {
        let settled =
            self.open_for_good_from.unwrap_or(Instant::MAX).clamp(bounds.start, bounds.end.max(bounds.start));
        let varying = Interval::new(bounds.start, settled);
        let rest = Interval::new(settled, bounds.end);
        if varying.is_empty() {
            return IntervalSet::from(rest);
        }
        let varying = self.open_on_dates(self.dates_touching(varying)).clip(varying);
        if rest.is_empty() { varying } else { varying.union(&IntervalSet::from(rest)) }
    }

    /// Open time from `start` to `end`; zero when reversed.
    pub fn elapsed(&self, start: Instant, end: Instant) -> Span {
        self.open_intervals(Interval::new(start, end)).length()
    }

    pub fn is_open(&self, at: Instant) -> bool {
        !self.open_intervals(Interval::new(at, at + Span::from_micros(1))).is_empty()
    }

    /// Whether the local date of that moment is a holiday.
    pub fn is_holiday(&self, at: Instant) -> bool {
        self.holidays.is_holiday(at)
    }

    /// Whether a break covers that moment, open hours or not.
    pub fn on_break(&self, at: Instant) -> bool {
        let moment = Interval::new(at, at + Span::from_micros(1));
        self.closed_parts(self.dates_touching(moment)).contains(at)
    }

    /// The dates whose ranges can reach into `bounds`. A range ends less than two days after its date
    /// begins; clock changes of up to a day in either direction (there have been some) add two more.
    fn dates_touching(&self, bounds: Interval) -> (NaiveDate, NaiveDate) {
        let first = shifted(local_date(self.zone(), bounds.start), -4);
        let last = shifted(local_date(self.zone(), bounds.end), 1);
        match self.only_dates {
            Some((first_hours, last_hours)) => (first.max(first_hours), last.min(last_hours)),
            None => (first, last),
        }
    }

    /// Everything that ranges starting on these dates (both included) leave open.
    fn open_on_dates(&self, (first, last): (NaiveDate, NaiveDate)) -> IntervalSet {
        let ranges =
            first.iter_days().take_while(|date| *date <= last).filter(|date| !self.holidays.contains(*date));
        let open = IntervalSet::from_unsorted(
            ranges.flat_map(|date| self.ranges_on(date).iter().map(move |range| self.resolve(date, *range))),
        );
        // Ranges reach past midnight into following dates, whose breaks and holidays close them too.
        let open = open.minus(&self.closed_parts((shifted(first, -1), shifted(last, 2))));
        open.minus(&self.holiday_intervals((first, shifted(last, 2))))
    }

    /// The breaks of these dates.
    fn closed_parts(&self, (first, last): (NaiveDate, NaiveDate)) -> IntervalSet {
        let dated = match first <= last {
            true => self.breaks.range(first..=last),
            false => self.breaks.range(first..first),
        };
        let dated = dated.flat_map(|(date, ranges)| ranges.iter().map(|range| self.resolve(*date, *range)));
        if self.weekly_breaks.iter().all(Vec::is_empty) {
            return dated.collect();
        }
        let dates = first.iter_days().take_while(|date| *date <= last);
        let weekly = dates.filter(|date| !self.date_hours.contains_key(date)).flat_map(|date| {
            self.weekly_breaks[weekday(date)].iter().map(move |range| self.resolve(date, *range))
        });
        dated.chain(weekly).collect()
    }

    fn holiday_intervals(&self, (first, last): (NaiveDate, NaiveDate)) -> IntervalSet {
        if self.holidays.is_empty() {
            return IntervalSet::EMPTY;
        }
        let dates =
            first.iter_days().take_while(|date| *date <= last).filter(|date| self.holidays.contains(*date));
        dates.map(|date| self.resolve(date, WallRange { open: 0, close: DAY })).collect()
    }

    fn ranges_on(&self, date: NaiveDate) -> &[WallRange] {
        self.date_hours.get(&date).unwrap_or(&self.weekly[weekday(date)])
    }

    fn resolve(&self, date: NaiveDate, range: WallRange) -> Interval {
        Interval::new(self.at_second(date, range.open), self.at_second(date, range.close))
    }

    fn at_second(&self, date: NaiveDate, second: u32) -> Instant {
        let (days, second) = (i64::from(second / DAY), second % DAY);
        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap_or(NaiveTime::MIN);
        resolve_local(self.zone(), shifted(date, days).and_time(time))
    }

    /// The earliest moment from which nothing closes the calendar any more.
    fn find_open_for_good(&self) -> Option<Instant> {
        let all_day = |ranges: &Vec<WallRange>| {
            let end = ranges
                .iter()
                .fold(0, |end, range| if range.open <= end { range.close.max(end) } else { end });
            end >= DAY
        };
        let interrupted = !self.weekly_breaks.iter().all(Vec::is_empty) || !self.holidays.yearly.is_empty();
        if interrupted || !self.weekly.iter().all(all_day) {
            return None;
        }
        Some(self.last_special_date().map_or(Instant::MIN, |date| midnight(self.zone(), shifted(date, 4))))
    }

    /// The last date that is treated unlike its weekday.
    fn last_special_date(&self) -> Option<NaiveDate> {
        let hours = self.date_hours.last_key_value().map(|(date, _)| *date);
        let breaks = self.breaks.last_key_value().map(|(date, _)| *date);
        hours.max(breaks).max(self.holidays.dates.last().copied())
    }

    /// Whether the weekly hours ever open, outside of special dates.
    fn opens_weekly(&self) -> bool {
        if self.weekly.iter().all(Vec::is_empty) {
            return false;
        }
        let first = shifted(self.last_special_date().unwrap_or_default(), 4);
        let years = usize::try_from(PATTERN_YEARS * 366).unwrap_or_default();
        first.iter_days().take(years).any(|date| self.is_business_day(date))
    }
}

fn weekday(date: NaiveDate) -> usize {
    date.weekday().num_days_from_monday() as usize
}

/// The date `days` later, held at the ends of what chrono can show.
fn shifted(date: NaiveDate, days: i64) -> NaiveDate {
    let distance = Days::new(days.unsigned_abs());
    if days < 0 {
        date.checked_sub_days(distance).unwrap_or(NaiveDate::MIN)
    } else {
        date.checked_add_days(distance).unwrap_or(NaiveDate::MAX)
    }
}

impl TryFrom<CalendarSpec> for Calendar {
    type Error = CalendarError;
    fn try_from(spec: CalendarSpec) -> Result<Self, CalendarError> {
        Self::new(&spec)
    }
}

impl From<Calendar> for CalendarSpec {
    fn from(calendar: Calendar) -> Self {
        let ranges = |ranges: &Vec<WallRange>| ranges.iter().map(|range| range.to_spec()).collect();
        let dated =
            |dated: &DatedRanges| dated.iter().map(|(date, list)| (date.to_string(), ranges(list))).collect();
        Self {
            tz: calendar.zone().name().to_owned(),
            weekly: Week::from_days(calendar.weekly.each_ref().map(ranges)),
            date_hours: dated(&calendar.date_hours),
            breaks: dated(&calendar.breaks),
            weekly_breaks: Week::from_days(calendar.weekly_breaks.each_ref().map(ranges)),
            holidays: calendar.holidays.dates.iter().map(NaiveDate::to_string).collect(),
            yearly_holidays: calendar
                .holidays
                .yearly
                .iter()
                .map(|(month, day)| format!("{month:02}-{day:02}"))
                .collect(),
        }
    }
}
