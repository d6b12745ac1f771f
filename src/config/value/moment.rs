//! Moments and dates as written, before a zone makes them instants; and zones themselves.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use toml::de::DeValue;
use toml::value::{Datetime, Offset};

use super::{Value, Written, described};
use crate::config::problem::{Wrong, quoted};
use crate::core::calendar::{CalendarError, midnight, parse_zone, resolve_local};
use crate::core::time::Instant;

/// Which end of a whole day is meant where a date stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Its first moment.
    Begin,
    /// The first moment of the day after, since ends are exclusive.
    End,
}

/// A moment as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenMoment {
    Exact(Instant),
    Wall(NaiveDateTime),
    Day(NaiveDate),
}

impl WrittenMoment {
    /// The instant meant in `zone`.
    pub fn instant(self, zone: Tz, edge: Edge) -> Instant {
        match (self, edge) {
            (Self::Exact(instant), _) => instant,
            (Self::Wall(wall), _) => resolve_local(zone, wall),
            (Self::Day(date), Edge::Begin) => midnight(zone, date),
            (Self::Day(date), Edge::End) => midnight(zone, date.succ_opt().unwrap_or(date)),
        }
    }
}

impl Written for WrittenMoment {
    const VALUE: Value = Value::Moment;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = || {
            Wrong::new(
                format!("{} is not a moment", described(value)),
                "write a date such as 2026-03-05, or 2026-03-05T09:15:00+01:00",
            )
        };
        match value {
            DeValue::Datetime(written) => from_datetime(written).ok_or_else(wrong),
            // In quotes it means the same.
            DeValue::String(text) => {
                text.trim().parse().ok().and_then(|written| from_datetime(&written)).ok_or_else(wrong)
            }
            _ => Err(wrong()),
        }
    }
}

fn from_datetime(written: &Datetime) -> Option<WrittenMoment> {
    let date = written.date?;
    let date = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
    let Some(time) = written.time else {
        return Some(WrittenMoment::Day(date));
    };
    let second = time.second.unwrap_or(0);
    let time = NaiveTime::from_hms_nano_opt(
        time.hour.into(),
        time.minute.into(),
        second.min(59).into(),
        time.nanosecond.unwrap_or(0),
    )?;
    let wall = date.and_time(time);
    match written.offset {
        None => Some(WrittenMoment::Wall(wall)),
        Some(offset) => {
            let minutes = match offset {
                Offset::Z => 0,
                Offset::Custom { minutes } => i32::from(minutes),
            };
            let moment =
                FixedOffset::east_opt(minutes.checked_mul(60)?)?.from_local_datetime(&wall).single()?;
            Some(WrittenMoment::Exact(moment.to_utc().into()))
        }
    }
}

impl Written for Tz {
    const VALUE: Value = Value::Zone;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        const REMEDY: &str = "write an IANA name such as \"Europe/Berlin\"";
        let text = value
            .as_str()
            .ok_or_else(|| Wrong::new(format!("{} is not a time zone", described(value)), REMEDY))?;
        parse_zone(text).map_err(|error| {
            let nearest = match error {
                CalendarError::UnknownZone { nearest, .. } => nearest,
                _ => None,
            };
            let remedy =
                nearest.map_or_else(|| REMEDY.to_owned(), |name| format!("did you mean \"{name}\"?"));
            Wrong::new(format!("{} is not a time zone", quoted(text)), remedy)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(toml: &str, edge: Edge) -> Option<String> {
        let value = DeValue::parse(toml).unwrap();
        let moment = WrittenMoment::read(value.get_ref()).ok()?;
        Some(moment.instant(Tz::Europe__Berlin, edge).to_string())
    }

    #[test]
    fn a_date_alone_is_its_whole_day_in_the_zone() {
        assert_eq!(instant("2026-07-01", Edge::Begin).unwrap(), "2026-06-30T22:00:00Z");
        assert_eq!(instant("2026-12-31", Edge::End).unwrap(), "2026-12-31T23:00:00Z");
        assert_eq!(instant("\"2026-12-31\"", Edge::End).unwrap(), "2026-12-31T23:00:00Z");
    }

    #[test]
    fn a_time_is_the_zones_unless_it_says_otherwise() {
        assert_eq!(instant("2026-07-01T10:00:00", Edge::End).unwrap(), "2026-07-01T08:00:00Z");
        assert_eq!(instant("2026-07-01T10:00:00Z", Edge::End).unwrap(), "2026-07-01T10:00:00Z");
        assert_eq!(instant("2026-07-01 10:00:00.5+05:30", Edge::Begin).unwrap(), "2026-07-01T04:30:00.500Z");
        // Skipped by the clocks: moved on by the gap.
        assert_eq!(instant("2026-03-29T02:30:00", Edge::Begin).unwrap(), "2026-03-29T01:30:00Z");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for toml in ["\"soon\"", "10:00:00", "5", "\"2026-02-30\""] {
            assert_eq!(instant(toml, Edge::Begin), None, "{toml}");
        }
    }
}
