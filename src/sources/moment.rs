//! Times as monitors write them.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::core::time::Instant;

/// 1971-01-01: nothing that monitoring tells began before; earlier values mean "not set".
const FIRST: Instant = Instant::from_seconds(31_536_000);

/// Not a time.
#[derive(Debug, PartialEq, Eq)]
pub struct NotATime;

/// Reads RFC 3339 (any offset, any number of fraction digits), `2026-03-05 09:15:00 +0300`,
/// `2026-03-05T09:15:00+0000`, the same without a zone (UTC), and numbers since 1970 whose unit shows in
/// their length (up to 11 digits s, 14 ms, 17 µs, more ns). The years 1 and 1970, zero and nothing at all
/// mean that no time was given. Digits beyond microseconds are dropped.
pub fn read(text: &str) -> Result<Option<Instant>, NotATime> {
    let text = text.trim();
    if text.is_empty() || text == "null" {
        return Ok(None);
    }
    let moment = match number(text) {
        Some(found) => found,
        None => calendar(text),
    }
    .ok_or(NotATime)?;
    Ok(Some(moment).filter(|moment| *moment >= FIRST))
}

fn calendar(text: &str) -> Option<Instant> {
    if let Ok(moment) = Instant::parse(text) {
        return Some(moment);
    }
    let text = text.strip_suffix(['Z', 'z']).or_else(|| text.strip_suffix(" UTC")).unwrap_or(text).trim_end();
    let zoned = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z"];
    let zoneless = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
    zoned
        .iter()
        .find_map(|form| DateTime::parse_from_str(text, form).ok())
        .map(|moment| moment.with_timezone(&Utc))
        .or_else(|| {
            zoneless
                .iter()
                .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
                .map(|m| m.and_utc())
        })
        .filter(|moment| moment.timestamp() <= Instant::MAX.to_utc().timestamp())
        .map(Instant::from)
}

/// None when the text is no number; `Some(None)` when the number is no time.
fn number(text: &str) -> Option<Option<Instant>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    if text.starts_with('-') {
        return Some(Some(Instant::MIN)); // before 1970: not set
    }
    let (numerator, denominator): (i128, i128) = match whole.len() {
        0..=11 => (1_000_000, 1),
        12..=14 => (1_000, 1),
        15..=17 => (1, 1),
        18..=20 => (1, 1_000),
        _ => return Some(None),
    };
    let micros_of_fraction = fraction_micros(fraction) * numerator / 1_000_000;
    let micros = whole.parse::<i128>().ok().map(|whole| whole * numerator / denominator + micros_of_fraction);
    Some(micros.and_then(|micros| i64::try_from(micros).ok()).and_then(|micros| {
        let moment = Instant::from_micros(micros);
        (moment.micros() == micros).then_some(moment)
    }))
}

/// Millionths of the unit that a fraction means.
fn fraction_micros(fraction: &str) -> i128 {
    fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(6)
        .fold(0, |sum, digit| sum * 10 + i128::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Result<Option<Instant>, NotATime> {
        Ok(Some(Instant::parse(text).unwrap()))
    }

    #[test]
    fn calendar_forms() {
        for (text, meant) in [
            ("2026-03-05T12:15:00.815215887+03:00", "2026-03-05T09:15:00.815215Z"),
            ("2026-03-05T09:15:00Z", "2026-03-05T09:15:00Z"),
            ("2026-03-05T09:15:00.8Z", "2026-03-05T09:15:00.8Z"),
            ("2026-03-05T09:15:00+0000", "2026-03-05T09:15:00Z"),
            ("2026-03-05 12:15:00 +0300", "2026-03-05T09:15:00Z"),
            ("2026-03-05 12:15:00+03:00", "2026-03-05T09:15:00Z"),
            ("2026-11-23 08:46:21.756", "2026-11-23T08:46:21.756Z"),
            ("2026-03-05 09:15:00 UTC", "2026-03-05T09:15:00Z"),
            ("2026-03-05 09:15:00Z", "2026-03-05T09:15:00Z"),
            (" 2026-03-05T09:15:00Z\n", "2026-03-05T09:15:00Z"),
        ] {
            assert_eq!(read(text), at(meant), "{text}");
        }
    }

    #[test]
    fn numbers_by_their_length() {
        for (text, meant) in [
            ("1772702100", "2026-03-05T09:15:00Z"),
            ("1772702100.568", "2026-03-05T09:15:00.568Z"),
            ("1772702100568", "2026-03-05T09:15:00.568Z"),
            ("1772702100568123", "2026-03-05T09:15:00.568123Z"),
            ("1772702100568123999", "2026-03-05T09:15:00.568123Z"),
        ] {
            assert_eq!(read(text), at(meant), "{text}");
        }
    }

    #[test]
    fn not_set() {
        for text in
            ["", "null", "0", "0.0", "-62135596800", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"]
        {
            assert_eq!(read(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn not_a_time() {
        for text in ["soon", "2026-13-01T00:00:00Z", "{EVENT.DATE}", "1e9", "99999999999999999999999", "."] {
            assert_eq!(read(text), Err(NotATime), "{text}");
        }
    }
}
