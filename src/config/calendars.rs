//! `[terms.calendars.<name>]`: hours, breaks and holidays as people write them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use toml::de::DeValue;

use super::problem::{Spot, Wrong, quoted};
use super::schema::Kind::{List, Map, One};
use super::schema::Need::{Optional, Otherwise, Required};
use super::schema::{Section, key};
use super::table::Table;
use super::value::{Slug, Value, described};
use crate::core::calendar::{Calendar, CalendarError, CalendarSpec, RangeSpec, Week};
use crate::core::interval::Interval;
use crate::core::time::{Instant, Span};

pub(super) static CALENDAR: Section = Section {
    heading: "[terms.calendars.<name>]",
    about: "Business hours, by a name that objectives use. `always` (round the clock) is there without being written.",
    keys: &[
        key(
            "zone",
            One(Value::Zone),
            Otherwise("the agreement's `zone`"),
            "The zone of these hours.",
            "\"Asia/Taipei\"",
        ),
        key(
            "hours",
            Map(Value::Hours),
            Required,
            "By weekday (`mon` to `sun`), range of weekdays (`mon-fri`) or single date (`2026-12-24`, in place of its weekday). Days that are not named are closed.",
            "{ mon-fri = [\"09:00-18:00\"], 2026-12-24 = [\"09:00-12:00\"] }",
        ),
        key(
            "breaks",
            Map(Value::Hours),
            Optional,
            "Closed parts of those hours, by weekday or date in the same way.",
            "{ mon-fri = [\"12:30-13:15\"] }",
        ),
        key(
            "holidays",
            List(Value::Holiday),
            Optional,
            "Closed days: dates, or days of every year as `\"MM-DD\"`.",
            "[2026-04-06, \"12-25\"]",
        ),
    ],
};

const DAYS: [(&str, &str); 7] = [
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];

/// What one key of `hours` or `breaks` stands for.
enum Day {
    Week(Vec<usize>),
    Date(String),
}

/// The calendars of an agreement. One that is wrong is reported and stands in as always open.
pub(super) fn calendars(terms: &Table<'_>, zone: Tz) -> BTreeMap<String, Calendar> {
    let mut calendars = BTreeMap::new();
    for (name, table) in terms.named("calendars") {
        if name == "always" {
            terms.problems.error(
                table.spot(),
                Wrong::new("is round the clock and cannot be changed", "choose another name"),
            );
            continue;
        }
        if let Err(wrong) = Slug::check(&name) {
            terms.problems.error(table.spot(), wrong);
        }
        calendars.insert(name, calendar(&table, zone));
    }
    calendars
}

fn calendar(table: &Table<'_>, zone: Tz) -> Calendar {
    let zone: Tz = table.value("zone").unwrap_or(zone);
    let mut spec = CalendarSpec { tz: zone.name().to_owned(), ..CalendarSpec::default() };
    let hours = Hours { table, key: "hours", place: set_hours };
    (spec.weekly, spec.date_hours) = hours.read();
    refuse_overlaps(table, &spec.weekly);
    let breaks = Hours { table, key: "breaks", place: set_breaks };
    (spec.weekly_breaks, spec.breaks) = breaks.read();
    for (spot, value) in table.places("holidays", Value::Holiday) {
        holiday(value, &mut spec).unwrap_or_else(|wrong| table.problems.error(spot, wrong));
    }
    table.finish();
    let calendar = Calendar::new(&spec);
    if let Err(error) = &calendar {
        // Whatever single keys did not show, above all a calendar without open time.
        let spot = table.spot_of("hours");
        if !table.problems.spoilt_within(&table.spot()) {
            let wrong = match error {
                CalendarError::NeverOpen => Wrong::new(
                    "leaves no open time at all, so no clock would ever run",
                    "give some day hours outside its breaks and holidays",
                ),
                other => Wrong::new(other.to_string(), "correct it"),
            };
            table.problems.error(spot, wrong);
        }
    }
    calendar.unwrap_or_else(|_| Calendar::always(zone))
}

type Dated = BTreeMap<String, Vec<RangeSpec>>;

/// One map of hours, by weekday and date.
struct Hours<'t, 'a> {
    table: &'t Table<'a>,
    key: &'static str,
    /// Puts the ranges of one day alone into a calendar, to see whether they are in order.
    place: fn(&mut CalendarSpec, &Day, &[RangeSpec]),
}

impl Hours<'_, '_> {
    fn read(&self) -> (Week, Dated) {
        let mut week: [Option<(String, Vec<RangeSpec>)>; 7] = Default::default();
        let mut dated = Dated::new();
        for (name, spot, value) in self.table.pairs(self.key, Value::Hours) {
            let (Some(day), Some(ranges)) = (self.day(&name, &spot), self.ranges(value, &spot)) else {
                continue;
            };
            if !self.in_order(&day, &ranges, &spot) {
                continue;
            }
            match day {
                Day::Date(date) => {
                    dated.insert(date, ranges);
                }
                Day::Week(days) => {
                    for day in days {
                        if let Some((other, _)) = &week[day] {
                            let what = format!("gives {} hours, as `{other}` does already", DAYS[day].1);
                            self.table
                                .problems
                                .error(spot.clone(), Wrong::new(what, "name each weekday once"));
                        }
                        week[day] = Some((name.clone(), ranges.clone()));
                    }
                }
            }
        }
        let [mon, tue, wed, thu, fri, sat, sun] =
            week.map(|day| day.map(|(_, ranges)| ranges).unwrap_or_default());
        (Week { mon, tue, wed, thu, fri, sat, sun }, dated)
    }

    fn day(&self, name: &str, spot: &Spot) -> Option<Day> {
        let number = |day: &str| DAYS.iter().position(|(short, _)| *short == day.trim());
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            if let Ok(date) = NaiveDate::parse_from_str(name, "%Y-%m-%d") {
                return Some(Day::Date(date.to_string()));
            }
            self.table.problems.error(
                spot.clone(),
                Wrong::new(format!("{} is not a date", quoted(name)), "write a date such as 2026-12-24"),
            );
            return None;
        }
        let (first, last) = name.split_once('-').unwrap_or((name, name));
        if let (Some(first), Some(last)) = (number(first), number(last)) {
            // `sat-mon` goes around the end of the week.
            let count = (last + 7 - first) % 7 + 1;
            return Some(Day::Week((0..count).map(|step| (first + step) % 7).collect()));
        }
        let what = format!("{} is neither a weekday nor a date", quoted(name));
        self.table.problems.error(
            spot.clone(),
            Wrong::new(what, "write mon, tue, … sun, a range such as mon-fri, or a date such as 2026-12-24"),
        );
        None
    }

    fn ranges(&self, value: &DeValue<'_>, spot: &Spot) -> Option<Vec<RangeSpec>> {
        let texts: Vec<&DeValue<'_>> = match value {
            DeValue::Array(list) => list.iter().map(toml::Spanned::get_ref).collect(),
            single => vec![single],
        };
        let range = |value: &DeValue<'_>| {
            let halves = value.as_str().and_then(|text| text.split_once(['-', '–']));
            halves.map(|(open, close)| [open.trim().to_owned(), close.trim().to_owned()]).ok_or_else(|| {
                Wrong::new(
                    format!("{} is not a range of hours", described(value)),
                    "write for example [\"09:00-12:30\", \"13:00-18:00\"]",
                )
            })
        };
        let ranges: Result<Vec<_>, _> = texts.into_iter().map(range).collect();
        ranges.map_err(|wrong| self.table.problems.error(spot.clone(), wrong)).ok()
    }

    /// Asks the calendar itself, with nothing in it but this day.
    fn in_order(&self, day: &Day, ranges: &[RangeSpec], spot: &Spot) -> bool {
        let mut spec = CalendarSpec { tz: "UTC".to_owned(), ..CalendarSpec::default() };
        (self.place)(&mut spec, day, ranges);
        let wrong = match Calendar::new(&spec) {
            Ok(_) | Err(CalendarError::NeverOpen) => return true,
            Err(CalendarError::BadTime { text, .. }) => Wrong::new(
                format!("{} is not a time of day", quoted(&text)),
                "write HH:MM, from 00:00 to 24:00",
            ),
            Err(CalendarError::Overlap { first, second, .. }) => {
                Wrong::new(format!("{first} and {second} overlap"), "join them or move one")
            }
            Err(other) => Wrong::new(other.to_string(), "correct it"),
        };
        self.table.problems.error(spot.clone(), wrong);
        false
    }
}

fn set_hours(spec: &mut CalendarSpec, day: &Day, ranges: &[RangeSpec]) {
    match day {
        Day::Week(_) => spec.weekly.mon = ranges.to_vec(),
        Day::Date(date) => {
            spec.date_hours.insert(date.clone(), ranges.to_vec());
        }
    }
}

fn set_breaks(spec: &mut CalendarSpec, day: &Day, ranges: &[RangeSpec]) {
    match day {
        Day::Week(_) => spec.weekly_breaks.mon = ranges.to_vec(),
        Day::Date(date) => {
            spec.breaks.insert(date.clone(), ranges.to_vec());
        }
    }
}

/// Hours past midnight may not run into the next day's own.
fn refuse_overlaps(table: &Table<'_>, weekly: &Week) {
    let days = weekly.days();
    // A week without special dates, in a zone whose clocks never change: 5 January 1970 was a Monday.
    let monday = Instant::from_seconds(4 * 86_400);
    let open = |day: usize| {
        let mut only: [Vec<RangeSpec>; 7] = Default::default();
        only[day] = days[day].1.to_vec();
        let [mon, tue, wed, thu, fri, sat, sun] = only;
        let weekly = Week { mon, tue, wed, thu, fri, sat, sun };
        let calendar =
            Calendar::new(&CalendarSpec { tz: "UTC".to_owned(), weekly, ..CalendarSpec::default() });
        calendar
            .ok()
            .map(|calendar| calendar.open_intervals(Interval::new(monday, monday + Span::from_days(8))))
    };
    for (day, (_, name)) in DAYS.iter().enumerate() {
        let next = (day + 1) % 7;
        if let (Some(today), Some(tomorrow)) = (open(day), open(next))
            && !today.intersect(&tomorrow).is_empty()
        {
            let what = format!("{name}'s hours run past midnight into {}'s", DAYS[next].1);
            table.error("hours", what, "end them earlier, or begin the next day later");
        }
    }
}

fn holiday(value: &DeValue<'_>, spec: &mut CalendarSpec) -> Result<(), Wrong> {
    let wrong = || {
        Wrong::new(
            format!("{} is not a holiday", described(value)),
            "write a date such as 2026-04-06, or \"12-25\" for every year",
        )
    };
    let text = match value {
        DeValue::Datetime(moment) if moment.time.is_none() => moment.to_string(),
        DeValue::String(text) => text.trim().to_owned(),
        _ => return Err(wrong()),
    };
    if NaiveDate::parse_from_str(&text, "%Y-%m-%d").is_ok() {
        spec.holidays.push(text);
    } else if text.len() == 5 && NaiveDate::parse_from_str(&format!("2024-{text}"), "%Y-%m-%d").is_ok() {
        spec.yearly_holidays.push(text);
    } else {
        return Err(wrong());
    }
    Ok(())
}
