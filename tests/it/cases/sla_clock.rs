//! Cases about the clocks of one item: events in, readings out.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use upheld::core::calendar::Calendar;
use upheld::core::life::{Happened, Opener};
use upheld::core::percentile::mean;
use upheld::core::stopwatch::{Exchanges, Reading, Spell, Stopwatch, Target, Turn, exchanges};
use upheld::core::time::{Instant, Span};

use super::item::{Act, Clocks, Cover, Event, Promise, Status, applies, cover_at, life, read};
use super::{Case, Outcome, Verdict, instant, list, maybe_instant, object, same, seconds, text};

/// A case in the core's terms.
struct Item {
    cover: Cover,
    events: Vec<Event>,
    /// Whether the promise applies to the item at all.
    covered: bool,
    now: Instant,
}

pub(super) fn run(case: &Case<'_>) -> Verdict {
    let item = match item(case) {
        Err(_) if case.wants_refusal() => return Ok(Outcome::Passed),
        other => other?,
    };
    let clocks = if item.covered { read(&item.cover, &item.events, item.now) } else { Clocks::default() };
    let empty = Map::new();
    let derived = case.body["derived"].as_object().unwrap_or(&empty);
    // What another engine derived from the same input holds too, unless the source's answer is corrected.
    let derived = derived.iter().filter(|_| case.body.get("recommended").is_none());
    for (key, wanted) in object(case.expected())?.iter().chain(derived) {
        match expectation(&item, &clocks, key, wanted)? {
            Outcome::Failed(expected, got) => {
                return Ok(Outcome::Failed(format!("{key} {expected}"), format!("{key} {got}")));
            }
            Outcome::Passed => {}
            skipped => return Ok(skipped),
        }
    }
    Ok(Outcome::Passed)
}

fn expectation(item: &Item, clocks: &Clocks, key: &str, wanted: &Value) -> Verdict {
    match key {
        "response" => of_reading(clocks.response.as_ref(), wanted),
        "resolution" => of_reading(clocks.resolution.as_ref(), wanted),
        "update" => of_exchanges(clocks.next_reply.as_ref(), wanted),
        "keep_in_loop" => of_exchanges(clocks.update.as_ref(), wanted),
        "paused_business_s" => {
            let clock = clocks.resolution.as_ref().or(clocks.response.as_ref());
            Ok(same(Some(seconds(wanted)?), clock.map(|reading| reading.paused)))
        }
        "breached" => Ok(same(wanted.as_bool(), Some(clocks.status() == Status::Failed))),
        "applies" => Ok(same(wanted.as_bool(), Some(clocks.status() != Status::NotCovered))),
        "status" => status(clocks.status(), wanted.as_str().unwrap_or_default()),
        "alert_level" => alert_level(item, wanted),
        "issue_metrics" => issue_metrics(item, wanted),
        other => Ok(Outcome::Skipped(format!("expects `{other}`, which no clock states"))),
    }
}

fn of_reading(reading: Option<&Reading>, wanted: &Value) -> Verdict {
    for (key, value) in object(wanted)? {
        let outcome = match key.as_str() {
            "elapsed_s" => same(Some(seconds(value)?), reading.map(|reading| reading.elapsed)),
            "remaining_s" => same(Some(seconds(value)?), reading.and_then(|reading| reading.remaining)),
            "breached" => same(value.as_bool(), Some(reading.is_some_and(|reading| reading.late))),
            "breach_at" => same(maybe_instant(value)?, reading.and_then(|reading| reading.breached_at)),
            "due" => due(wanted, value, reading)?,
            "tie" => Outcome::Passed,
            other => return Ok(Outcome::Skipped(format!("expects `{other}`, which no clock states"))),
        };
        if !matches!(outcome, Outcome::Passed) {
            return Ok(named(key, outcome));
        }
    }
    Ok(Outcome::Passed)
}

/// Of two instants that leave the same elapsed time ours is the earliest. A stopped clock has no due date;
/// a source that still names one names what had to be met.
fn due(wanted: &Value, value: &Value, reading: Option<&Reading>) -> Result<Outcome, String> {
    let ours = maybe_instant(wanted["tie"].get("earliest").unwrap_or(value))?;
    let stopped = reading.filter(|reading| reading.stopped_at.is_some() && ours.is_some());
    let got = stopped.map_or(reading.and_then(|reading| reading.due), |reading| reading.deadline);
    Ok(same(ours, got))
}

/// Elapsed and remaining are those of the longest exchange; the due date is that of the open one.
fn of_exchanges(all: Option<&Exchanges>, wanted: &Value) -> Verdict {
    let longest = all.and_then(Exchanges::longest);
    for (key, value) in object(wanted)? {
        let outcome = match key.as_str() {
            "elapsed_s" => same(Some(seconds(value)?), longest.map(|reading| reading.elapsed)),
            "remaining_s" => same(Some(seconds(value)?), longest.and_then(|reading| reading.remaining)),
            "breached" => same(value.as_bool(), Some(all.is_some_and(Exchanges::late))),
            "due" => {
                let ours = maybe_instant(wanted["tie"].get("earliest").unwrap_or(value))?;
                same(ours, all.and_then(Exchanges::due))
            }
            "breach_at" => {
                let first = all.and_then(|all| all.readings.iter().find_map(|reading| reading.breached_at));
                same(maybe_instant(value)?, first)
            }
            "tie" => Outcome::Passed,
            other => return Ok(Outcome::Skipped(format!("expects `{other}`, which no clock states"))),
        };
        if !matches!(outcome, Outcome::Passed) {
            return Ok(named(key, outcome));
        }
    }
    Ok(Outcome::Passed)
}

fn named(key: &str, outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Failed(expected, got) => {
            Outcome::Failed(format!("{key} {expected}"), format!("{key} {got}"))
        }
        other => other,
    }
}

fn status(got: Status, wanted: &str) -> Verdict {
    let expected = match wanted.to_lowercase().as_str() {
        "paused" => Status::Paused,
        "first response due" => Status::ResponseDue,
        "resolution due" => Status::ResolutionDue,
        "fulfilled" | "hit" => Status::Fulfilled,
        "failed" | "missed" => Status::Failed,
        other => return Ok(Outcome::Skipped(format!("status `{other}` has no counterpart"))),
    };
    Ok(same(expected, got))
}

/// A moment before or after the due date of the item's only clock.
fn alert_level(item: &Item, wanted: &Value) -> Verdict {
    let life = life(&item.events, item.now);
    let cover = cover_at(&item.cover, &item.events, item.now).ok_or("no promise covers the item")?;
    let watch = cover.resolution(&life).or_else(|| cover.response(&life)).ok_or("no clock for the alert")?;
    let got = match wanted["offset"].as_str() {
        None => watch.offset_from_due(seconds(&wanted["offset"])?, item.now),
        Some(words) => {
            let shift = words.split_whitespace().next().and_then(|days| days.parse::<i64>().ok());
            let shift = shift.ok_or_else(|| format!("unknown offset {words}"))?;
            let Target::BusinessDays { days, end_of_day } = watch.target else {
                return Err("an offset in days needs a target in days".to_owned());
            };
            let days = u32::try_from(i64::from(days) + shift).map_err(|error| error.to_string())?;
            Stopwatch { target: Target::BusinessDays { days, end_of_day }, ..watch }.read(item.now).due
        }
    };
    Ok(same(maybe_instant(&wanted["at"])?, got))
}

/// Wall-clock figures: the same clocks on a calendar that is always open.
fn issue_metrics(item: &Item, wanted: &Value) -> Verdict {
    let calendar = Calendar::always(chrono_tz::Tz::UTC);
    let life = life(&item.events, item.now);
    let (start, _) = life.opened.ok_or("never opened")?;
    let mut turns = vec![Turn::Asked(start)];
    turns.extend(life.responded.map(Turn::Answered));
    turns.extend(&life.turns);
    let waits = waits_for_customer(&turns);
    let watch = |pauses| {
        let target = Target::Elapsed(Span::MAX);
        Stopwatch { calendar: &calendar, start, stop: life.closed_at(), pauses, closed: &[], target }
    };
    let (wall, user) = (wanted.get("resolution_wall_s"), wanted.get("user_resolution_wall_s"));
    // A wait for the customer that no event tells of: the case rests on a message it leaves out.
    let untold = waits.is_empty() && user.is_some() && user != wall;
    for (key, value) in object(wanted)? {
        let got = match key.as_str() {
            "resolution_wall_s" => Some(watch(&[]).read(item.now).elapsed),
            "avg_response_s" | "user_resolution_wall_s" if untold => continue,
            "user_resolution_wall_s" => Some(watch(&waits).read(item.now).elapsed),
            "avg_response_s" => {
                let all = exchanges(&Stopwatch { stop: None, ..watch(&[]) }, &turns, item.now);
                mean(&all.readings.iter().map(|reading| reading.elapsed).collect::<Vec<_>>())
            }
            other => return Ok(Outcome::Skipped(format!("expects `{other}`, which no clock states"))),
        };
        let outcome = same(Some(seconds(value)?), got);
        if !matches!(outcome, Outcome::Passed) {
            return Ok(named(key, outcome));
        }
    }
    if untold {
        let reason = "resolution_wall_s holds; the other figures rest on a message that the events leave out";
        return Ok(Outcome::Skipped(reason.to_owned()));
    }
    Ok(Outcome::Passed)
}

/// From an answer to the customer's next message the provider waits for the customer.
fn waits_for_customer(turns: &[Turn]) -> Vec<Spell> {
    let mut waits = Vec::new();
    for turn in turns {
        let Turn::Answered(answered) = *turn else { continue };
        let later = turns.iter().filter_map(|turn| match turn {
            Turn::Asked(at) if *at > answered => Some(*at),
            _ => None,
        });
        waits.extend(later.min().map(|asked| Spell::new(answered, Some(asked))));
    }
    waits
}

fn item(case: &Case<'_>) -> Result<Item, String> {
    let policy = object(&case.body["policy"])?;
    let calendar =
        Calendar::new(&case.calendar(&case.body["calendar"])?).map_err(|error| error.to_string())?;
    let cover = Cover { calendar, promise: promise(policy)? };
    let mut events = Vec::new();
    let mut facts = BTreeMap::new();
    let mut current = policy.clone();
    for event in list(&case.body["events"])? {
        if event["type"] == "created" {
            facts = strings(event);
        }
        let act = act(case, event, &mut current, &case.body["calendar"])?;
        events.push(Event { at: instant(&event["at"])?, act });
    }
    let last = events.iter().map(|event| event.at).max().ok_or("no events")?;
    Ok(Item {
        covered: applies(&strings(&case.body["policy"]["applies_when"]), &facts),
        now: maybe_instant(&case.body["as_of"])?.unwrap_or(last),
        cover,
        events,
    })
}

fn strings(value: &Value) -> BTreeMap<String, String> {
    let pairs = value.as_object().into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

fn act(
    case: &Case<'_>,
    event: &Value,
    policy: &mut Map<String, Value>,
    calendar: &Value,
) -> Result<Act, String> {
    Ok(match text(event, "type")? {
        "created" => Act::Item(Happened::Opened(opener(&event["by"]))),
        "customer_message" => Act::Item(Happened::CustomerMessage),
        "first_response" => Act::Item(Happened::Responded),
        "agent_update" => Act::Item(Happened::Replied),
        "pause" => Act::Item(Happened::Paused),
        "resume" => Act::Item(Happened::Resumed),
        "close" | "resolve" => Act::Item(Happened::Closed),
        "reopen" => Act::Item(Happened::Reopened),
        "policy_change" if event["applies"] == false => Act::Covered(None),
        "policy_change" => {
            let changes = object(event)?.iter();
            let changes =
                changes.filter(|(key, _)| !["at", "type", "calendar", "applies"].contains(&key.as_str()));
            policy.extend(changes.map(|(key, value)| (key.clone(), value.clone())));
            let calendar = case.calendar(event.get("calendar").unwrap_or(calendar))?;
            let calendar = Calendar::new(&calendar).map_err(|error| error.to_string())?;
            Act::Covered(Some(Box::new(Cover { calendar, promise: promise(policy)? })))
        }
        other => return Err(format!("unknown event {other}")),
    })
}

/// An agent or owner opens for the customer; anyone else is the customer.
fn opener(by: &Value) -> Opener {
    let provider = ["agent", "owner", "provider"];
    if by.as_str().is_some_and(|by| provider.iter().any(|word| by.starts_with(word))) {
        Opener::Provider
    } else {
        Opener::Customer
    }
}

fn promise(policy: &Map<String, Value>) -> Result<Promise, String> {
    let flag = |key: &str, default| policy.get(key).and_then(Value::as_bool).unwrap_or(default);
    let target = |clock: &str| -> Result<Option<Target>, String> {
        if let Some(days) = policy.get(&format!("{clock}_business_days")).and_then(Value::as_u64) {
            let days = u32::try_from(days).map_err(|error| error.to_string())?;
            return Ok(Some(Target::BusinessDays { days, end_of_day: flag("end_of_working_day", false) }));
        }
        let span = policy.get(&format!("{clock}_s")).filter(|value| !value.is_null());
        span.map(|span| seconds(span).map(Target::Elapsed)).transpose()
    };
    Ok(Promise {
        response: target("response")?,
        resolution: target("resolution")?,
        update: target("keep_in_loop")?,
        next_reply: target("update")?,
        pause_stops_response: flag("pause_stops_response", false),
        pause_stops_resolution: flag("pause_stops_resolution", false),
        pause_stops_update: flag("pause_stops_keep_in_loop", false),
        pause_stops_next_reply: flag("pause_stops_update", false),
        close_stops_response: flag("close_stops_response", true),
        pin_at_start: flag("pin_at_start", false),
    })
}
