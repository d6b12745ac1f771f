//! The periods over which an objective is judged: calendar windows in the agreement's zone, and rolling ones.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::calendar::{local_date, midnight};
use super::interval::Interval;
use super::time::{Instant, Span};

/// The shortest rolling window. Shorter ones are slips, such as `1m` (a minute) for a month.
pub const SHORTEST_ROLLING: Span = Span::from_hours(1);
/// The longest rolling window: ten years.
pub const LONGEST_ROLLING: Span = Span::from_days(3_653);

/// Written as `month`, `quarter`, `year`, `week` (from Monday) or `rolling 30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum WindowKind {
    Month,
    Quarter,
    Year,
    Week,
    /// A fixed length that ends at the moment of asking.
    Rolling(Span),
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WindowError {
    #[error(
        "`{0}` is not a window; write month, quarter, year, week, or rolling with a length such as `rolling 30d` (w, d, h)"
    )]
    Unknown(String),
    #[error("`{0}` is shorter than one hour; m is minutes, a calendar month is `month`")]
    TooShort(String),
    #[error("`{0}` is longer than ten years")]
    TooLong(String),
}

impl FromStr for WindowKind {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        match text.trim() {
            "month" => Ok(Self::Month),
            "quarter" => Ok(Self::Quarter),
            "year" => Ok(Self::Year),
            "week" => Ok(Self::Week),
            other => {
                let unknown = || WindowError::Unknown(text.to_owned());
                let length = other.strip_prefix("rolling ").ok_or_else(unknown)?;
                let length = self::length(length.trim()).ok_or_else(unknown)?;
                match length {
                    short if short < SHORTEST_ROLLING => Err(WindowError::TooShort(text.to_owned())),
                    long if long > LONGEST_ROLLING => Err(WindowError::TooLong(text.to_owned())),
                    fit => Ok(Self::Rolling(fit)),
                }
            }
        }
    }
}

const UNITS: [(&str, Span); 4] = [
    ("w", Span::from_days(7)),
    ("d", Span::from_days(1)),
    ("h", Span::from_hours(1)),
    ("m", Span::from_minutes(1)),
];

/// A length such as `90m`, `4h`, `2d` or `1w`; none where it is none.
pub fn length(text: &str) -> Option<Span> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = text.strip_prefix(digits)?;
    let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let count = digits.trim_end().parse::<u32>().ok()?;
    Some(length.saturating_mul(i64::from(count)))
}

impl fmt::Display for WindowKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month => f.write_str("month"),
            Self::Quarter => f.write_str("quarter"),
            Self::Year => f.write_str("year"),
            Self::Week => f.write_str("week"),
            Self::Rolling(length) => {
                // Days rather than weeks: people say 28 d, 30 d, 90 d.
                let whole = |unit: &&(&str, Span)| length.micros() % unit.1.micros() == 0;
                let (name, unit) = UNITS[1..].iter().find(whole).copied().unwrap_or(UNITS[3]);
                write!(f, "rolling {}{name}", length.micros() / unit.micros())
            }
        }
    }
}

impl TryFrom<String> for WindowKind {
    type Error = WindowError;
    fn try_from(text: String) -> Result<Self, WindowError> {
        text.parse()
    }
}

impl From<WindowKind> for String {
    fn from(kind: WindowKind) -> Self {
        kind.to_string()
    }
}

impl WindowKind {
    /// The first date of the calendar window of a date, and the one after its last. A rolling window has only the
    /// date itself.
    pub fn dates(self, date: NaiveDate) -> (NaiveDate, NaiveDate) {
        let first = first_date(self, date);
        (first, following(self, first))
    }
}

/// The window that `at` belongs to. A calendar window lies between two local midnights of `zone` and
/// contains `at`; a rolling window ends at `at`.
pub fn window_at(kind: WindowKind, zone: Tz, at: Instant) -> Interval {
    if let WindowKind::Rolling(length) = kind {
        return Interval::new(at - length, at);
    }
    let first = first_date(kind, local_date(zone, at));
    let window = calendar_window(kind, zone, first);
    // Clocks that change around midnight show a date after its window has ended, or before it begins.
    if at >= window.end {
        calendar_window(kind, zone, following(kind, first))
    } else if at < window.start {
        let before = first.pred_opt().unwrap_or(first);
        calendar_window(kind, zone, first_date(kind, before))
    } else {
        window
    }
}

/// The window before that one.
pub fn previous_window(kind: WindowKind, zone: Tz, window: Interval) -> Interval {
    match kind {
        WindowKind::Rolling(length) => Interval::new(window.start - length, window.start),
        _ => window_at(kind, zone, window.start - Span::from_micros(1)),
    }
}

/// The window after that one.
pub fn next_window(kind: WindowKind, zone: Tz, window: Interval) -> Interval {
    match kind {
        WindowKind::Rolling(length) => Interval::new(window.end, window.end + length),
        _ => window_at(kind, zone, window.end),
    }
}

fn calendar_window(kind: WindowKind, zone: Tz, first: NaiveDate) -> Interval {
    Interval::new(midnight(zone, first), midnight(zone, following(kind, first)))
}

/// The first date of the calendar window of a date.
fn first_date(kind: WindowKind, date: NaiveDate) -> NaiveDate {
    let start_of = |month: u32| NaiveDate::from_ymd_opt(date.year(), month, 1).unwrap_or(date);
    match kind {
        WindowKind::Month => start_of(date.month()),
        WindowKind::Quarter => start_of(date.month0() / 3 * 3 + 1),
        WindowKind::Year => start_of(1),
        WindowKind::Week => {
            let days = u64::from(date.weekday().num_days_from_monday());
            date.checked_sub_days(Days::new(days)).unwrap_or(date)
        }
        WindowKind::Rolling(_) => date,
    }
}

/// The first date of the next calendar window.
fn following(kind: WindowKind, first: NaiveDate) -> NaiveDate {
    let next = match kind {
        WindowKind::Month => first.checked_add_months(Months::new(1)),
        WindowKind::Quarter => first.checked_add_months(Months::new(3)),
        WindowKind::Year => first.checked_add_months(Months::new(12)),
        WindowKind::Week => first.checked_add_days(Days::new(7)),
        WindowKind::Rolling(_) => None,
    };
    next.unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [WindowKind; 4] =
        [WindowKind::Month, WindowKind::Quarter, WindowKind::Year, WindowKind::Week];

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn hours(kind: WindowKind, zone: Tz, moment: &str) -> i64 {
        window_at(kind, zone, at(moment)).length().seconds() / 3_600
    }

    #[test]
    fn calendar_windows_follow_the_clocks_of_the_zone() {
        let new_york = Tz::America__New_York;
        assert_eq!(hours(WindowKind::Month, new_york, "2026-03-15T00:00:00Z"), 31 * 24 - 1);
        assert_eq!(hours(WindowKind::Month, new_york, "2026-11-15T00:00:00Z"), 30 * 24 + 1);
        assert_eq!(hours(WindowKind::Month, Tz::Europe__Riga, "2019-10-15T00:00:00Z"), 745);
        assert_eq!(hours(WindowKind::Year, Tz::Europe__Riga, "2024-10-15T00:00:00Z"), 366 * 24);
        let quarter = window_at(WindowKind::Quarter, Tz::UTC, at("2026-06-30T23:59:59.999999Z"));
        assert_eq!(quarter, Interval::new(at("2026-04-01T00:00:00Z"), at("2026-07-01T00:00:00Z")));
        let week = window_at(WindowKind::Week, Tz::Asia__Taipei, at("2026-11-22T16:00:00Z"));
        assert_eq!(week.start, at("2026-11-22T16:00:00Z"));
    }

    #[test]
    fn a_date_shown_twice_belongs_to_the_window_that_has_begun() {
        // Havana goes back from 01:00 to 00:00 on 1 November 2015: midnight of the month occurs twice.
        let again = window_at(WindowKind::Month, Tz::America__Havana, at("2015-11-01T05:30:00Z"));
        assert_eq!(again.start, at("2015-11-01T04:00:00Z"));
    }

    #[test]
    fn windows_are_written_as_words() {
        for text in ["month", "quarter", "year", "week", "rolling 30d", "rolling 36h", "rolling 90m"] {
            assert_eq!(text.parse::<WindowKind>().unwrap().to_string(), text);
        }
        assert_eq!("rolling 4w".parse::<WindowKind>().unwrap().to_string(), "rolling 28d");
        let refused = |text: &str| text.parse::<WindowKind>().unwrap_err();
        assert_eq!(refused("rolling 1m"), WindowError::TooShort("rolling 1m".into()));
        assert_eq!(refused("rolling 0d"), WindowError::TooShort("rolling 0d".into()));
        assert_eq!(refused("rolling 99999999d"), WindowError::TooLong("rolling 99999999d".into()));
        for text in ["", "monthly", "rolling", "rolling 1M", "rolling -3d", "rolling 3", "30d"] {
            assert_eq!(refused(text), WindowError::Unknown(text.into()));
        }
    }

    #[test]
    fn the_ends_of_time_give_windows_too() {
        for kind in KINDS {
            for moment in [Instant::MIN, Instant::MAX] {
                let window = window_at(kind, Tz::Asia__Taipei, moment);
                assert!(window.start <= moment && moment <= window.end);
            }
        }
    }

    proptest! {
        #[test]
        fn windows_follow_one_another_without_gap(
            kind in prop::sample::select(KINDS.to_vec()),
            zone in prop::sample::select(vec![Tz::UTC, Tz::America__Sao_Paulo, Tz::Asia__Tehran,
                Tz::Pacific__Apia, Tz::America__Havana, Tz::Europe__Berlin]),
            seconds in 0_i64..2_000_000_000,
        ) {
            let moment = Instant::from_seconds(seconds);
            let window = window_at(kind, zone, moment);
            prop_assert!(window.contains(moment));
            prop_assert_eq!(window_at(kind, zone, window.start), window);
            let (before, after) = (previous_window(kind, zone, window), next_window(kind, zone, window));
            prop_assert_eq!(before.end, window.start);
            prop_assert_eq!(after.start, window.end);
            prop_assert_eq!(next_window(kind, zone, before), window);
        }

        #[test]
        fn rolling_windows_have_their_length(hours in 1_i64..20_000, seconds in 0_i64..2_000_000_000) {
            let (kind, moment) = (WindowKind::Rolling(Span::from_hours(hours)), Instant::from_seconds(seconds));
            let window = window_at(kind, Tz::Europe__Berlin, moment);
            prop_assert_eq!((window.end, window.length()), (moment, Span::from_hours(hours)));
            prop_assert_eq!(next_window(kind, Tz::UTC, previous_window(kind, Tz::UTC, window)), window);
            prop_assert_eq!(kind.to_string().parse::<WindowKind>().unwrap(), kind);
        }
    }
}
