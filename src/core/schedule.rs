//! Schedules that people write: five fields as Unix cron has them, in a zone that keeps its own clock changes.

use std::fmt;
use std::str::FromStr;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::core::calendar::{local_time, resolve_local};
use crate::core::time::Instant;

/// A five-field schedule: minute, hour, day of the month, month, weekday by name. When both a day and a
/// weekday are given both must match: `0 9 1-7 * Mon` is the first Monday at nine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Schedule {
    text: String,
    fields: Box<cron::Schedule>,
}

/// Why a text is no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("has {0} fields and needs five: minute, hour, day of the month, month, weekday")]
    Fields(usize),
    #[error("names a weekday by number, which counts differently elsewhere; write Mon, Tue, … Sun")]
    WeekdayNumber,
    #[error("cannot be read; write for example `0 9 1-7 * Mon` for the first Monday of a month at nine")]
    Unreadable,
    #[error("never comes")]
    Never,
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(ScheduleError::Fields(fields.len()));
        };
        if weekday.chars().any(|c| c.is_ascii_digit()) {
            return Err(ScheduleError::WeekdayNumber);
        }
        let six = format!("0 {minute} {hour} {day} {month} {weekday}");
        let parsed = six.parse::<cron::Schedule>().map_err(|_| ScheduleError::Unreadable)?;
        let beginning = chrono::DateTime::UNIX_EPOCH;
        if parsed.after(&beginning).next().is_none() {
            return Err(ScheduleError::Never);
        }
        Ok(Self { text: fields.join(" "), fields: Box::new(parsed) })
    }
}

impl Schedule {
    /// The first moment after `after` at which clocks in `zone` show a time of this schedule. A time that the
    /// clocks skip comes when they have moved on by the gap; one that they show twice comes the first time
    /// only. None when it never comes again.
    pub fn next_after(&self, after: Instant, zone: Tz) -> Option<Instant> {
        // The library walks wall-clock times; from a day before, so that no change of the clocks hides one.
        let from = local_time(zone, after) - chrono::Duration::days(1);
        let mut walls = self.fields.after(&from.and_utc()).map(|wall| wall.naive_utc());
        let moment = |wall| Some(resolve_local(zone, wall)).filter(|at| *at > after);
        let first = walls.find(|wall| moment(*wall).is_some())?;
        // A skipped time moves behind times that stand after it.
        let close = walls.take_while(|wall| *wall - first < chrono::Duration::hours(3));
        std::iter::once(first).chain(close).filter_map(moment).min()
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> Self {
        schedule.text
    }
}

impl TryFrom<String> for Schedule {
    type Error = ScheduleError;

    fn try_from(text: String) -> Result<Self, ScheduleError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(schedule: &str, after: &str, zone: Tz) -> Option<String> {
        let schedule: Schedule = schedule.parse().unwrap();
        Some(schedule.next_after(Instant::parse(after).unwrap(), zone)?.to_string())
    }

    #[test]
    fn it_comes_by_the_clocks_of_the_zone() {
        let berlin = Tz::Europe__Berlin;
        let first_monday = next("0 9 1-7 * Mon", "2026-11-25T12:00:00Z", berlin);
        assert_eq!(first_monday.as_deref(), Some("2026-12-07T08:00:00Z"));
        // Strictly after.
        assert_eq!(
            next("0 9 1-7 * Mon", "2026-12-07T08:00:00Z", berlin).as_deref(),
            Some("2027-01-04T08:00:00Z")
        );
        // In summer nine o'clock is an hour earlier.
        assert_eq!(
            next("0 9 * * *", "2026-06-01T12:00:00Z", berlin).as_deref(),
            Some("2026-06-02T07:00:00Z")
        );
    }

    #[test]
    fn a_skipped_time_comes_after_the_gap_and_a_repeated_one_once() {
        let berlin = Tz::Europe__Berlin;
        assert_eq!(
            next("30 2 * * *", "2026-03-28T12:00:00Z", berlin).as_deref(),
            Some("2026-03-29T01:30:00Z")
        );
        assert_eq!(
            next("30 2 * * *", "2026-10-24T12:00:00Z", berlin).as_deref(),
            Some("2026-10-25T00:30:00Z")
        );
        assert_eq!(
            next("30 2 * * *", "2026-10-25T00:30:00Z", berlin).as_deref(),
            Some("2026-10-26T01:30:00Z")
        );
    }

    #[test]
    fn what_is_no_schedule_says_why() {
        let wrong = |text: &str| text.parse::<Schedule>().unwrap_err();
        assert_eq!(wrong("0 9 * *"), ScheduleError::Fields(4));
        assert_eq!(wrong("0 0 9 * * Mon"), ScheduleError::Fields(6));
        assert_eq!(wrong("0 9 * * 1"), ScheduleError::WeekdayNumber);
        assert_eq!(wrong("0 9 * * Mon#1"), ScheduleError::WeekdayNumber);
        assert_eq!(wrong("61 9 * * *"), ScheduleError::Unreadable);
        assert_eq!(wrong("0 9 30 2 *"), ScheduleError::Never);
    }

    /// Every fire is strictly later than the one before, through every change of the clocks.
    #[test]
    fn it_only_goes_forward() {
        for zone in [Tz::Europe__Berlin, Tz::America__New_York, Tz::Asia__Taipei, Tz::Australia__Lord_Howe] {
            let schedule: Schedule = "*/20 0-3 * * *".parse().unwrap();
            let mut at = Instant::parse("2026-03-01T00:00:00Z").unwrap();
            for _ in 0..4_000 {
                let next = schedule.next_after(at, zone).unwrap();
                assert!(next > at);
                at = next;
            }
        }
    }
}
