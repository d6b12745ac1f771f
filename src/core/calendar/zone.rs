//! Time zones: names, and the one function that turns a wall-clock time into an instant.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::{GapInfo, TZ_VARIANTS, Tz};

use super::spec::CalendarError;
use crate::core::time::Instant;

/// How alike a name must be to be offered as "did you mean", from 0 to 1.
const LIKENESS: f64 = 0.84;

/// The zone of that IANA name. An unknown name is refused together with the nearest known one.
pub fn parse_zone(name: &str) -> Result<Tz, CalendarError> {
    name.parse()
        .map_err(|_| CalendarError::UnknownZone { name: name.to_owned(), nearest: nearest_zone(name) })
}

/// The moment at which clocks in `zone` show `wall`. A time that the clocks skip moves forward by the
/// length of the gap; a time that they show twice is the first of the two (RFC 5545).
pub fn resolve_local(zone: Tz, wall: NaiveDateTime) -> Instant {
    let offset = match zone.offset_from_local_datetime(&wall).earliest() {
        Some(offset) => offset.fix(),
        None => offset_before_gap(zone, wall),
    };
    let seconds = i64::from(offset.local_minus_utc());
    Instant::from_micros(wall.and_utc().timestamp_micros().saturating_sub(seconds.saturating_mul(1_000_000)))
}

/// Reading a skipped time with the offset that held before the gap moves it forward by the gap.
fn offset_before_gap(zone: Tz, wall: NaiveDateTime) -> chrono::FixedOffset {
    match GapInfo::new(&wall, &zone).and_then(|gap| gap.begin) {
        Some((_, offset)) => offset.fix(),
        None => zone.offset_from_utc_datetime(&(wall - Duration::days(1))).fix(),
    }
}

/// What clocks in `zone` show at that moment.
pub fn local_time(zone: Tz, at: Instant) -> NaiveDateTime {
    at.to_utc().with_timezone(&zone).naive_local()
}

/// The date in `zone` at that moment.
pub fn local_date(zone: Tz, at: Instant) -> NaiveDate {
    local_time(zone, at).date()
}

/// The first moment of a local date, by [`resolve_local`].
pub fn midnight(zone: Tz, date: NaiveDate) -> Instant {
    resolve_local(zone, date.and_time(NaiveTime::MIN))
}

fn nearest_zone(name: &str) -> Option<String> {
    let wanted = name.trim().to_lowercase().replace(' ', "_");
    let city = |full: &str| full.rsplit('/').next().unwrap_or(full).to_owned();
    let wanted_city = city(&wanted);
    let mut best: Option<(f64, &str)> = None;
    for zone in TZ_VARIANTS {
        let candidate = zone.name().to_lowercase();
        let whole = strsim::jaro_winkler(&wanted, &candidate);
        // Slightly less than the whole name, so that an exact region wins over a twin city elsewhere.
        let likeness = whole.max(strsim::jaro_winkler(&wanted_city, &city(&candidate)) * 0.99);
        if best.is_none_or(|(score, _)| likeness > score) {
            best = Some((likeness, zone.name()));
        }
    }
    best.filter(|(score, _)| *score >= LIKENESS).map(|(_, zone)| zone.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: Tz, wall: &str) -> String {
        resolve_local(zone, wall.parse().unwrap()).to_string()
    }

    #[test]
    fn a_skipped_time_moves_forward_by_the_gap() {
        assert_eq!(at(Tz::America__Los_Angeles, "2014-03-09T02:30:00"), "2014-03-09T10:30:00Z");
        // Half an hour only.
        assert_eq!(at(Tz::Australia__Lord_Howe, "2025-10-05T02:10:00"), "2025-10-04T15:40:00Z");
        // Midnight itself is skipped.
        assert_eq!(at(Tz::America__Sao_Paulo, "2015-10-18T00:00:00"), "2015-10-18T03:00:00Z");
        // A whole date is skipped.
        assert_eq!(at(Tz::Pacific__Apia, "2011-12-30T12:00:00"), "2011-12-30T22:00:00Z");
    }

    #[test]
    fn a_time_shown_twice_is_the_first() {
        assert_eq!(at(Tz::Europe__Berlin, "2026-10-25T02:30:00"), "2026-10-25T00:30:00Z");
        assert_eq!(at(Tz::America__New_York, "2026-11-01T01:30:00"), "2026-11-01T05:30:00Z");
    }

    #[test]
    fn an_unknown_zone_is_answered_with_the_nearest_name() {
        for (wrong, right) in [
            ("Europe/Berln", "Europe/Berlin"),
            ("berlin", "Europe/Berlin"),
            ("Asia/Tapei", "Asia/Taipei"),
            ("America/New York", "America/New_York"),
        ] {
            let expected = CalendarError::UnknownZone { name: wrong.into(), nearest: Some(right.into()) };
            assert_eq!(parse_zone(wrong), Err(expected));
        }
        let nonsense = parse_zone("12345").unwrap_err();
        assert_eq!(nonsense, CalendarError::UnknownZone { name: "12345".into(), nearest: None });
    }
}
