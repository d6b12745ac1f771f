//! How a calendar is written: the serde shape, its validation, and the text of what is wrong.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(super) const DAY: u32 = 86_400;

/// A range as written: `["09:00", "17:00"]`.
pub type RangeSpec = [String; 2];

/// A calendar as written in a file. Times are `HH:MM` or `HH:MM:SS` on the clocks of `tz`; a range
/// that closes at or before its opening runs past midnight and belongs to the date it starts on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    /// IANA name, such as `Europe/Berlin`.
    pub tz: String,
    #[serde(default)]
    pub weekly: Week,
    /// Hours of single dates (`YYYY-MM-DD`), in place of both the weekly hours and the weekly breaks.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub date_hours: BTreeMap<String, Vec<RangeSpec>>,
    /// Closed parts of single dates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub breaks: BTreeMap<String, Vec<RangeSpec>>,
    /// Closed parts of weekdays.
    #[serde(default, skip_serializing_if = "Week::is_empty")]
    pub weekly_breaks: Week,
    /// Dates (`YYYY-MM-DD`) that are closed from midnight to midnight, whatever else is said of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<String>,
    /// The same in every year (`MM-DD`); `02-29` exists in leap years only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub yearly_holidays: Vec<String>,
}

/// One list of ranges per weekday.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Week {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mon: Vec<RangeSpec>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tue: Vec<RangeSpec>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wed: Vec<RangeSpec>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thu: Vec<RangeSpec>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fri: Vec<RangeSpec>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sat: Vec<RangeSpec>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sun: Vec<RangeSpec>,
}

impl Week {
    pub fn is_empty(&self) -> bool {
        self.days().iter().all(|(_, ranges)| ranges.is_empty())
    }

    /// From Monday to Sunday, with the key of each.
    pub fn days(&self) -> [(&'static str, &[RangeSpec]); 7] {
        [
            ("mon", &self.mon),
            ("tue", &self.tue),
            ("wed", &self.wed),
            ("thu", &self.thu),
            ("fri", &self.fri),
            ("sat", &self.sat),
            ("sun", &self.sun),
        ]
    }

    pub(super) fn from_days([mon, tue, wed, thu, fri, sat, sun]: [Vec<RangeSpec>; 7]) -> Self {
        Self { mon, tue, wed, thu, fri, sat, sun }
    }
}

/// What is wrong with a calendar. `key` is the place in the file, such as `weekly.mon`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    #[error("`{name}` is not a time zone{}", suggestion(.nearest))]
    UnknownZone { name: String, nearest: Option<String> },
    #[error("{key}: `{text}` is not a time of day; write HH:MM or HH:MM:SS, up to 24:00 as an end")]
    BadTime { key: String, text: String },
    #[error("{key}: `{text}` is not a date; write YYYY-MM-DD")]
    BadDate { key: String, text: String },
    #[error("{key}: `{text}` is not a day of the year; write MM-DD")]
    BadYearlyDate { key: String, text: String },
    #[error("{key}: {first} and {second} overlap; join them or move one")]
    Overlap { key: String, first: String, second: String },
    #[error(
        "the calendar is never open; give `weekly` or `date_hours` at least one range outside its breaks and holidays"
    )]
    NeverOpen,
}

impl CalendarError {
    /// The key within the calendar that the error is about.
    pub fn key(&self) -> &str {
        match self {
            Self::UnknownZone { .. } => "tz",
            Self::BadTime { key, .. }
            | Self::BadDate { key, .. }
            | Self::BadYearlyDate { key, .. }
            | Self::Overlap { key, .. } => key,
            Self::NeverOpen => "weekly",
        }
    }
}

fn suggestion(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// Seconds after the midnight that starts the date; `close` exceeds a day when the range runs past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WallRange {
    pub open: u32,
    pub close: u32,
}

impl WallRange {
    pub fn to_spec(self) -> RangeSpec {
        let close = if self.close > DAY { self.close - DAY } else { self.close };
        [time_text(self.open), time_text(close)]
    }

    fn text(self) -> String {
        self.to_spec().join("–")
    }
}

fn time_text(seconds: u32) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if seconds == 0 {
        format!("{hours:02}:{minutes:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    }
}

/// Whether a list of ranges may overlap: hours may not (a likely slip), breaks may.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Overlaps {
    Refused,
    Harmless,
}

/// The ranges of one day, in order.
pub(super) fn parse_ranges(
    key: &str,
    ranges: &[RangeSpec],
    overlaps: Overlaps,
) -> Result<Vec<WallRange>, CalendarError> {
    let mut parsed = ranges.iter().map(|range| parse_range(key, range)).collect::<Result<Vec<_>, _>>()?;
    parsed.sort_unstable();
    let clash = parsed.windows(2).find(|pair| pair[1].open < pair[0].close);
    match clash {
        Some([first, second]) if overlaps == Overlaps::Refused => {
            Err(CalendarError::Overlap { key: key.to_owned(), first: first.text(), second: second.text() })
        }
        _ => Ok(parsed),
    }
}

fn parse_range(key: &str, [open, close]: &RangeSpec) -> Result<WallRange, CalendarError> {
    let bad = |text: &str| CalendarError::BadTime { key: key.to_owned(), text: text.to_owned() };
    let opens = parse_time(open).filter(|seconds| *seconds < DAY).ok_or_else(|| bad(open))?;
    let closes = parse_time(close).ok_or_else(|| bad(close))?;
    Ok(WallRange { open: opens, close: if closes <= opens { closes + DAY } else { closes } })
}

/// Seconds after midnight, from 0 to 86,400.
fn parse_time(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(|part| {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    });
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    let total = hours * 3_600 + minutes * 60 + seconds;
    (parts.next().is_none() && minutes < 60 && seconds < 60 && total <= DAY).then_some(total)
}

pub(super) fn parse_date(key: &str, text: &str) -> Result<NaiveDate, CalendarError> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    date.filter(|date| (1..=9_999).contains(&date.year()))
        .ok_or_else(|| CalendarError::BadDate { key: key.to_owned(), text: text.to_owned() })
}

pub(super) type DatedRanges = BTreeMap<NaiveDate, Vec<WallRange>>;

pub(super) fn parse_dated(
    key: &str,
    dated: &BTreeMap<String, Vec<RangeSpec>>,
    overlaps: Overlaps,
) -> Result<DatedRanges, CalendarError> {
    dated
        .iter()
        .map(|(date, ranges)| {
            let ranges = parse_ranges(&format!("{key}.{date}"), ranges, overlaps)?;
            Ok((parse_date(key, date)?, ranges))
        })
        .collect()
}

pub(super) fn parse_week(
    key: &str,
    week: &Week,
    overlaps: Overlaps,
) -> Result<[Vec<WallRange>; 7], CalendarError> {
    let mut parsed: [Vec<WallRange>; 7] = Default::default();
    for (ranges, (day, written)) in parsed.iter_mut().zip(week.days()) {
        *ranges = parse_ranges(&format!("{key}.{day}"), written, overlaps)?;
    }
    Ok(parsed)
}

pub(super) fn parse_holidays(texts: &[String]) -> Result<BTreeSet<NaiveDate>, CalendarError> {
    texts.iter().map(|text| parse_date("holidays", text)).collect()
}

/// `(month, day)` pairs.
pub(super) fn parse_yearly(texts: &[String]) -> Result<BTreeSet<(u32, u32)>, CalendarError> {
    let parse = |text: &String| {
        // A leap year, so that 02-29 is accepted.
        let date = NaiveDate::parse_from_str(&format!("2024-{text}"), "%Y-%m-%d").ok();
        date.map(|date| (date.month(), date.day())).ok_or_else(|| CalendarError::BadYearlyDate {
            key: "yearly_holidays".to_owned(),
            text: text.clone(),
        })
    };
    texts.iter().map(parse).collect()
}
