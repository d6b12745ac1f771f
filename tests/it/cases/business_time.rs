//! Cases about calendars, one operation each.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;
use upheld::core::calendar::{Calendar, CalendarError, CalendarSpec, DayCount, Holidays, Snap};
use upheld::core::calendar::{local_date, midnight, parse_zone, resolve_local};
use upheld::core::interval::Interval;
use upheld::core::time::{Instant, Span};

use super::{Case, Outcome, Verdict, instant, list, maybe_instant, same, seconds, text};

pub(super) fn run(case: &Case<'_>) -> Verdict {
    match text(case.body, "op")? {
        "resolve_local" => local(case),
        "is_holiday" => holiday(case),
        "config_error" => config_error(case),
        "add_error" => add_error(case),
        operation => match Calendar::new(&case.calendar(&case.body["calendar"])?) {
            Ok(_) if case.wants_refusal() => Err("the calendar was accepted".to_owned()),
            Ok(calendar) => with_calendar(case, &calendar, operation),
            Err(_) if case.wants_refusal() => Ok(Outcome::Passed),
            Err(error) => Err(error.to_string()),
        },
    }
}

fn with_calendar(case: &Case<'_>, calendar: &Calendar, operation: &str) -> Verdict {
    let input = &case.body["input"];
    let at = || instant(&input["at"]);
    match operation {
        "add" => added(case, calendar, calendar.add(instant(&input["start"])?, seconds(&input["seconds"])?)),
        "sub" => {
            subtracted(case, calendar, calendar.sub(instant(&input["start"])?, seconds(&input["seconds"])?))
        }
        "elapsed" => {
            let elapsed = calendar.elapsed(instant(&input["start"])?, instant(&input["end"])?);
            Ok(same(seconds(case.expected())?, elapsed))
        }
        "is_open" => flag(case, calendar.is_open(at()?)),
        "on_break" => flag(case, calendar.on_break(at()?)),
        "is_business_day" => flag(case, calendar.is_business_day(date_of(input, calendar)?)),
        "periods_after" => periods(case, calendar.periods_after(instant(&input["from"])?)),
        "periods_before" => periods(case, calendar.periods_before(instant(&input["from"])?)),
        "next_open" => moment(case, calendar.next_open(at()?)),
        "next_close" => moment(case, calendar.next_close(at()?)),
        "previous_open" => moment(case, calendar.previous_open(at()?)),
        "previous_close" => moment(case, calendar.previous_close(at()?)),
        "roll_forward" => moment(case, calendar.roll_forward(at()?)),
        "add_business_days" => {
            let days = input["days"].as_i64().ok_or("`days` is missing")?;
            moment(case, calendar.add_business_days(instant(&input["start"])?, days, snap(&input["snap"])?))
        }
        "business_days_between" => {
            let count = day_count(text(input, "count")?)?;
            let days = calendar.business_days_between(date(&input["from"])?, date(&input["to"])?, count);
            Ok(same(case.expected().as_i64(), Some(i64::from(days))))
        }
        other => Err(format!("unknown operation {other}")),
    }
}

/// Of two instants with the same elapsed time the earliest is ours.
fn added(case: &Case<'_>, calendar: &Calendar, got: Option<Instant>) -> Verdict {
    let start = instant(&case.body["input"]["start"])?;
    match case.body["tie"].get("earliest") {
        Some(earliest) => tied(case, earliest, got, |end| calendar.elapsed(start, end)),
        None => moment(case, got),
    }
}

/// Backwards, the nearest is ours.
fn subtracted(case: &Case<'_>, calendar: &Calendar, got: Option<Instant>) -> Verdict {
    let end = instant(&case.body["input"]["start"])?;
    match case.body["tie"].get("nearest") {
        Some(nearest) => tied(case, nearest, got, |start| calendar.elapsed(start, end)),
        None => moment(case, got),
    }
}

fn tied(case: &Case<'_>, ours: &Value, got: Option<Instant>, elapsed: impl Fn(Instant) -> Span) -> Verdict {
    let wanted = seconds(&case.body["input"]["seconds"])?;
    let both = (elapsed(instant(case.expected())?), got.map(&elapsed));
    match same((wanted, Some(wanted)), both) {
        Outcome::Passed => Ok(same(Some(instant(ours)?), got)),
        failed => Ok(failed),
    }
}

fn moment(case: &Case<'_>, got: Option<Instant>) -> Verdict {
    let expected = case.expected();
    let never = case.wants_no_value()
        || case.wants_refusal()
        || expected.as_str().is_some_and(|text| text.starts_with("error") || text == "never");
    Ok(same(if never { None } else { maybe_instant(expected)? }, got))
}

fn flag(case: &Case<'_>, got: bool) -> Verdict {
    Ok(same(case.expected().as_bool(), Some(got)))
}

/// The source lists as many periods as it looked at.
fn periods(case: &Case<'_>, got: impl Iterator<Item = Interval>) -> Verdict {
    let listed = list(case.expected())?;
    let expected = listed
        .iter()
        .map(|pair| Ok(Interval::new(instant(&pair[0])?, instant(&pair[1])?)))
        .collect::<Result<Vec<_>, String>>()?;
    Ok(same(expected, got.take(listed.len()).collect()))
}

/// A date, or the local date of a moment.
fn date_of(input: &Value, calendar: &Calendar) -> Result<NaiveDate, String> {
    if input["date"].is_null() {
        Ok(local_date(calendar.zone(), instant(&input["at"])?))
    } else {
        date(&input["date"])
    }
}

fn date(value: &Value) -> Result<NaiveDate, String> {
    let text = value.as_str().ok_or_else(|| format!("{value} is not a date"))?;
    text.parse().map_err(|error| format!("{text}: {error}"))
}

fn snap(value: &Value) -> Result<Snap, String> {
    match value.as_str() {
        None => Ok(Snap::WallTime),
        Some("next_open") => Ok(Snap::NextOpen),
        Some("previous_close") => Ok(Snap::PreviousClose),
        Some("end_of_day") => Ok(Snap::EndOfDay),
        Some(other) => Err(format!("unknown snap {other}")),
    }
}

fn day_count(text: &str) -> Result<DayCount, String> {
    match text.split_whitespace().next() {
        Some("inclusive") => Ok(DayCount::Inclusive),
        Some("half_open_start") => Ok(DayCount::WithoutLast),
        Some("half_open_end") => Ok(DayCount::WithoutFirst),
        _ => Err(format!("unknown count {text}")),
    }
}

fn local(case: &Case<'_>) -> Verdict {
    let input = &case.body["input"];
    let zone = match parse_zone(text(input, "tz")?) {
        Ok(zone) => zone,
        Err(_) if case.wants_refusal() => return Ok(Outcome::Passed),
        Err(error) => return Err(error.to_string()),
    };
    let time = text(input, "time")?;
    let time = if time.len() == 5 { format!("{time}:00") } else { time.to_owned() };
    let wall: NaiveDateTime =
        format!("{}T{time}", text(input, "date")?).parse().map_err(|error| format!("{error}"))?;
    moment(case, Some(resolve_local(zone, wall)))
}

/// Holidays can be asked for even when the calendar is never open.
fn holiday(case: &Case<'_>) -> Verdict {
    let spec = case.calendar(&case.body["calendar"])?;
    let holidays = Holidays::new(&spec).map_err(|error| error.to_string())?;
    let input = &case.body["input"];
    let at = if input["at"].is_null() {
        let zone = parse_zone(&spec.tz).map_err(|error| error.to_string())?;
        midnight(zone, date(&input["date"])?)
    } else {
        instant(&input["at"])?
    };
    if let Ok(calendar) = Calendar::new(&spec)
        && calendar.is_holiday(at) != holidays.is_holiday(at)
    {
        return Err("the calendar and its holidays disagree".to_owned());
    }
    flag(case, holidays.is_holiday(at))
}

/// The calendar, named or written in the input, must be refused.
fn config_error(case: &Case<'_>) -> Verdict {
    let input = &case.body["input"];
    let written = match (&case.body["calendar"], input.get("calendar")) {
        (Value::Null, Some(inner)) => inner,
        (Value::Null, None) if input.as_object().is_some_and(|map| !map.is_empty()) => input,
        (Value::Null, None) => {
            return Ok(Outcome::Skipped("the case writes no calendar to refuse".to_owned()));
        }
        (named, _) => named,
    };
    let refused = case.calendar(written).and_then(|spec: CalendarSpec| {
        Calendar::new(&spec).map_err(|error: CalendarError| error.to_string())
    });
    if refused.is_err() { Ok(Outcome::Passed) } else { Err("the calendar was accepted".to_owned()) }
}

/// Adding a negative amount must fail. The case leaves calendar and amount open.
fn add_error(case: &Case<'_>) -> Verdict {
    let input = &case.body["input"];
    let calendar = match &case.body["calendar"] {
        Value::Null => Calendar::always(chrono_tz::Tz::UTC),
        named => Calendar::new(&case.calendar(named)?).map_err(|error| error.to_string())?,
    };
    let start = maybe_instant(&input["start"])?.unwrap_or(Instant::from_seconds(0));
    let amount = if input["seconds"].is_null() { Span::from_hours(-1) } else { seconds(&input["seconds"])? };
    Ok(same(None, calendar.add(start, amount)))
}
