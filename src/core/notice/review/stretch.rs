//! Stretches of time by their names, as far as they have one.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use chrono_tz::Tz;

use crate::core::calendar::{local_date, midnight};
use crate::core::doc::{Line, Period, Text, Value};
use crate::core::time::{Instant, Span};
use crate::core::window::WindowKind;

/// A stretch of time as people name it: one of a calendar by its name, any other by its length.
pub(in crate::core::notice) fn named(zone: Tz, from: Instant, until: Instant) -> Period {
    let kind = calendar(zone, from, until).unwrap_or(WindowKind::Rolling(until - from));
    Period::beginning(kind, local_date(zone, from))
}

/// The same, where one without a name is told by its first and its last day.
pub(super) fn told(zone: Tz, from: Instant, until: Instant) -> Line {
    let first = local_date(zone, from);
    match calendar(zone, from, until) {
        Some(kind) => {
            Text::from(Value::Period { period: Period::beginning(kind, first), full: false }).into()
        }
        None => {
            let last = local_date(zone, until - Span::from_micros(1));
            vec![Value::Date(first).into(), Text::mark(" – "), Value::Date(last).into()]
        }
    }
}

fn calendar(zone: Tz, from: Instant, until: Instant) -> Option<WindowKind> {
    let (first, next) = (local_date(zone, from), local_date(zone, until));
    let whole = midnight(zone, first) == from && midnight(zone, next) == until;
    whole.then(|| of_dates(first, next)).flatten()
}

/// The kind of calendar period that goes from one date up to another one.
pub(super) fn of_dates(first: NaiveDate, next: NaiveDate) -> Option<WindowKind> {
    let lasts = |months| first.day() == 1 && first.checked_add_months(Months::new(months)) == Some(next);
    if lasts(1) {
        Some(WindowKind::Month)
    } else if lasts(3) && first.month0().is_multiple_of(3) {
        Some(WindowKind::Quarter)
    } else if lasts(12) && first.month() == 1 {
        Some(WindowKind::Year)
    } else if first.weekday() == Weekday::Mon && first.checked_add_days(Days::new(7)) == Some(next) {
        Some(WindowKind::Week)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_periods_of_the_calendar_have_a_name() {
        let kind = |first: &str, next: &str| of_dates(first.parse().unwrap(), next.parse().unwrap());
        assert_eq!(kind("2026-02-01", "2026-03-01"), Some(WindowKind::Month));
        assert_eq!(kind("2026-10-01", "2027-01-01"), Some(WindowKind::Quarter));
        assert_eq!(kind("2026-11-01", "2027-02-01"), None);
        assert_eq!(kind("2026-01-01", "2027-01-01"), Some(WindowKind::Year));
        assert_eq!(kind("2026-11-16", "2026-11-23"), Some(WindowKind::Week));
        assert_eq!(kind("2026-11-17", "2026-11-24"), None);
    }

    #[test]
    fn a_period_begins_and_ends_at_midnight_of_the_zone() {
        let at = |text: &str| Instant::parse(text).unwrap();
        let (from, until) = (at("2026-10-31T23:00:00Z"), at("2026-11-30T23:00:00Z"));
        assert_eq!(named(Tz::Europe__Berlin, from, until), Period::Month { year: 2026, month: 11 });
        assert_eq!(named(Tz::UTC, from, until), Period::Rolling(Span::from_days(30)));
    }
}
