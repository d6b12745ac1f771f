//! The item clock against a counter that ticks once a minute, and the ties that decide quarrels.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::core::calendar::CalendarSpec;

const MINUTE: Span = Span::from_minutes(1);
/// How far the counter looks: three weeks.
const MINUTES: i64 = 21 * 1_440;

fn calendar(json: serde_json::Value) -> Calendar {
    Calendar::new(&serde_json::from_value::<CalendarSpec>(json).unwrap()).unwrap()
}

/// Clock changes, lunch, a holiday, a night shift, and around the clock.
fn calendars() -> Vec<(Calendar, Instant)> {
    let day = serde_json::json!([["09:00", "17:30"]]);
    let noon = serde_json::json!([["12:00", "12:45"]]);
    let office = serde_json::json!({
        "tz": "Europe/Berlin", "holidays": ["2026-03-31"],
        "weekly": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day},
        "weekly_breaks": {"mon": noon, "tue": noon, "wed": noon, "thu": noon, "fri": noon}
    });
    let night = serde_json::json!([["22:00", "06:00"]]);
    let nights = serde_json::json!({
        "tz": "America/New_York", "weekly": {"mon": night, "wed": night, "sat": night, "sun": night}
    });
    let at = |text: &str| Instant::parse(text).unwrap();
    vec![
        (calendar(office), at("2026-03-26T00:00:00Z")),
        (calendar(nights), at("2026-10-28T00:00:00Z")),
        (Calendar::always(chrono_tz::Tz::UTC), at("2026-01-01T00:00:00Z")),
    ]
}

#[derive(Clone, Debug)]
struct Story {
    calendar: usize,
    start: i64,
    stop: Option<i64>,
    pauses: Vec<(i64, Option<i64>)>,
    closed: Vec<(i64, Option<i64>)>,
    target: i64,
    now: i64,
}

fn story() -> impl Strategy<Value = Story> {
    let spells = || vec((0_i64..8_000, prop::option::weighted(0.9, 0_i64..2_000)), 0..4);
    let parts = (0_usize..3, 0_i64..3_000, prop::option::of(0_i64..8_000), spells(), spells());
    (parts, 0_i64..3_000, 0_i64..9_000).prop_map(|((calendar, start, stop, pauses, closed), target, now)| {
        let spells = |raw: Vec<(i64, Option<i64>)>| {
            raw.into_iter().map(|(from, length)| (from, length.map(|length| from + length))).collect()
        };
        Story { calendar, start, stop, pauses: spells(pauses), closed: spells(closed), target, now }
    })
}

/// What the counter finds; moments in minutes from the calendar's origin.
#[derive(Debug, PartialEq)]
struct Counted {
    elapsed: i64,
    paused: i64,
    closed: i64,
    deadline: Option<i64>,
    late_after: Option<i64>,
    standing_still: bool,
}

/// Ticks through every minute. After now (or the stop) only the calendar goes on.
fn count(story: &Story, open: &[bool]) -> Counted {
    let stop = story.stop.filter(|stop| *stop <= story.now).map(|stop| stop.max(story.start));
    let until = stop.unwrap_or(story.now).max(story.start);
    let covers = |spells: &[(i64, Option<i64>)], minute: i64| {
        spells.iter().any(|(from, to)| *from <= minute && to.is_none_or(|to| minute < to))
    };
    let mut counted =
        Counted { elapsed: 0, paused: 0, closed: 0, deadline: None, late_after: None, standing_still: false };
    let mut ran = 0;
    for minute in story.start..MINUTES {
        if ran == story.target && counted.deadline.is_none() {
            counted.deadline = Some(minute);
        }
        let known = minute < until;
        let closed = known && covers(&story.closed, minute);
        let paused = known && covers(&story.pauses, minute) && !closed;
        let counts = open[minute as usize] && !closed && !paused;
        if counts && ran == story.target && counted.late_after.is_none() {
            counted.late_after = Some(minute);
        }
        ran += i64::from(counts);
        counted.elapsed += i64::from(known && counts);
        counted.closed += i64::from(open[minute as usize] && closed);
        counted.paused += i64::from(open[minute as usize] && paused);
    }
    let still = covers(&story.pauses, story.now) || covers(&story.closed, story.now);
    counted.standing_still = stop.is_none() && still;
    counted
}

fn read<T>(story: &Story, tell: impl Fn(&Stopwatch<'_>, Instant, &[bool], Instant) -> T) -> T {
    let all = calendars();
    let (calendar, origin) = &all[story.calendar];
    let at = |minute: i64| *origin + MINUTE.saturating_mul(minute);
    let spells = |raw: &[(i64, Option<i64>)]| -> Vec<Spell> {
        raw.iter().map(|(from, to)| Spell::new(at(*from), to.map(at))).collect()
    };
    let set = calendar.open_intervals(Interval::new(*origin, at(MINUTES)));
    let open: Vec<bool> = (0..MINUTES).map(|minute| set.contains(at(minute))).collect();
    let (pauses, closed) = (spells(&story.pauses), spells(&story.closed));
    let target = Target::Elapsed(MINUTE.saturating_mul(story.target));
    let (start, stop) = (at(story.start), story.stop.map(at));
    let watch = Stopwatch { calendar, start, stop, pauses: &pauses, closed: &closed, target };
    tell(&watch, at(story.now), &open, *origin)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_reading_equals_the_minute_counter(story in story()) {
        read(&story, |watch, now, open, origin| {
            let reading = watch.read(now);
            let minutes = |span: Span| span.micros() / MINUTE.micros();
            let counted = count(&story, open);
            let minute = |moment: Option<Instant>| moment.map(|moment| minutes(moment - origin));
            let running = reading.stopped_at.is_none() && !reading.standing_still;
            let seen = |moment: Option<i64>| moment.filter(|minute| *minute < MINUTES);
            let got = Counted {
                elapsed: minutes(reading.elapsed),
                paused: minutes(reading.paused),
                closed: minutes(reading.closed),
                deadline: seen(minute(reading.deadline)),
                late_after: if running { seen(minute(reading.late_after)) } else { counted.late_after },
                standing_still: reading.standing_still,
            };
            prop_assert_eq!(&got, &counted);
            prop_assert_eq!(reading.late, counted.elapsed > story.target);
            prop_assert_eq!(minute(reading.breached_at), counted.late_after.filter(|_| reading.late));
            prop_assert_eq!(reading.due, reading.deadline.filter(|_| running));
            prop_assert_eq!(reading.remaining, Some(MINUTE.saturating_mul(story.target - counted.elapsed)));
            Ok(())
        })?;
    }

    #[test]
    fn slices_are_disjoint_and_add_up(story in story()) {
        read(&story, |watch, now, _, _| {
            let reading = watch.read(now);
            let of = |kind| reading.slices.iter().filter(|one| one.kind == kind).map(|one| one.interval.length()).sum();
            prop_assert!(reading.slices.windows(2).all(|pair| pair[0].interval.end <= pair[1].interval.start));
            let (counted, paused, closed): (Span, Span, Span) =
                (of(SliceKind::Counted), of(SliceKind::Paused), of(SliceKind::Closed));
            prop_assert_eq!((counted, paused, closed), (reading.elapsed, reading.paused, reading.closed));
            let until = reading.stopped_at.unwrap_or(now).max(watch.start);
            prop_assert_eq!(counted + paused + closed, watch.calendar.elapsed(watch.start, until));
            Ok(())
        })?;
    }

    #[test]
    fn at_risk_is_the_first_moment_with_that_share(story in story(), percent in 1_u32..100) {
        read(&story, |watch, now, _, _| {
            let Some(at) = watch.at_risk_at(percent, now) else {
                let reading = watch.read(now);
                prop_assert!(reading.stopped_at.is_some() || reading.standing_still);
                return Ok(());
            };
            // Reading at a later moment needs the facts known now only.
            let known = |spells: &[Spell]| -> Vec<Spell> {
                let started = spells.iter().filter(|spell| spell.start <= now);
                started.map(|spell| Spell::new(spell.start, Some(spell.end.unwrap_or(now).min(now)))).collect()
            };
            let (pauses, closed) = (known(watch.pauses), known(watch.closed));
            let watch = Stopwatch { stop: None, pauses: &pauses, closed: &closed, ..watch.clone() };
            prop_assert!(watch.read(at).used_at_least(percent));
            if at > watch.start {
                prop_assert!(!watch.read(at - Span::from_micros(1)).used_at_least(percent));
            }
            prop_assert!(watch.read(now).due.is_none_or(|due| at <= due));
            Ok(())
        })?;
    }

    #[test]
    fn exchanges_follow_the_earliest_unanswered_message(turns in vec((0_i64..500, any::<bool>()), 0..12), now in 0_i64..600) {
        let calendar = Calendar::always(chrono_tz::Tz::UTC);
        let at = |minute: i64| Instant::from_seconds(minute * 60);
        let target = Target::Elapsed(Span::from_minutes(45));
        let watch = Stopwatch { calendar: &calendar, start: at(0), stop: None, pauses: &[], closed: &[], target };
        let listed: Vec<Turn> =
            turns.iter().map(|(minute, asks)| if *asks { Turn::Asked(at(*minute)) } else { Turn::Answered(at(*minute)) }).collect();
        let all = exchanges(&watch, &listed, at(now));

        let mut waits: Vec<i64> = Vec::new();
        let mut waiting_since = None;
        for minute in 0..=now {
            for (_, asks) in turns.iter().filter(|(when, _)| *when == minute) {
                match (asks, waiting_since) {
                    (true, None) => waiting_since = Some(minute),
                    (false, Some(since)) => {
                        waits.push(minute - since);
                        waiting_since = None;
                    }
                    _ => {}
                }
            }
        }
        let open = waiting_since.map(|since| now - since);
        waits.extend(open);
        let got: Vec<i64> = all.readings.iter().map(|reading| reading.elapsed.seconds() / 60).collect();
        prop_assert_eq!(&got, &waits);
        prop_assert_eq!(all.longest().map(|reading| reading.elapsed.seconds() / 60), waits.iter().copied().max());
        prop_assert_eq!(all.due(), waiting_since.map(|since| at(since + 45)));
        prop_assert_eq!(all.late(), waits.iter().any(|wait| *wait > 45));
    }
}

fn office() -> Calendar {
    let day = serde_json::json!([["10:00", "18:00"]]);
    calendar(
        serde_json::json!({"tz": "UTC", "weekly": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day}}),
    )
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn watch<'a>(calendar: &'a Calendar, start: &str, target: Target) -> Stopwatch<'a> {
    Stopwatch { calendar, start: at(start), stop: None, pauses: &[], closed: &[], target }
}

#[test]
fn a_target_used_up_at_closing_is_due_then_but_late_only_after_the_next_opening() {
    let office = office();
    let clock = watch(&office, "2026-11-23T14:00:00Z", Target::Elapsed(Span::from_hours(4)));
    let evening = clock.read(at("2026-11-23T20:00:00Z"));
    assert_eq!(evening.due, Some(at("2026-11-23T18:00:00Z")));
    assert_eq!((evening.late, evening.breached_at, evening.remaining), (false, None, Some(Span::ZERO)));
    assert_eq!(evening.late_after, Some(at("2026-11-24T10:00:00Z")));
    let opening = clock.read(at("2026-11-24T10:00:00Z"));
    assert!(!opening.late, "exactly the target is on time");
    let after = clock.read(at("2026-11-24T10:00:00.000001Z"));
    assert_eq!((after.late, after.breached_at), (true, Some(at("2026-11-24T10:00:00Z"))));
}

#[test]
fn a_stopped_clock_has_no_due_date_and_keeps_its_verdict() {
    let office = office();
    let clock = watch(&office, "2026-11-23T10:00:00Z", Target::Elapsed(Span::from_hours(1)));
    let stopped = Stopwatch { stop: Some(at("2026-11-23T11:00:00Z")), ..clock.clone() };
    let reading = stopped.read(at("2026-12-24T00:00:00Z"));
    assert!(reading.met() && !reading.late);
    assert_eq!((reading.due, reading.deadline), (None, Some(at("2026-11-23T11:00:00Z"))));
    assert_eq!(reading.decided_at(), Some(at("2026-11-23T11:00:00Z")));
    assert_eq!(reading.used_percent(), Some(100));
    let late = Stopwatch { stop: Some(at("2026-11-23T12:30:00Z")), ..clock.clone() }
        .read(at("2026-11-24T00:00:00Z"));
    assert_eq!(late.decided_at(), Some(at("2026-11-23T11:00:00Z")));
    assert_eq!((late.met(), late.used_percent()), (false, Some(250)));
    // A stop that is not yet known does not count.
    assert_eq!(stopped.read(at("2026-11-23T10:30:00Z")).stopped_at, None);
}

#[test]
fn whole_days_keep_the_wall_time_until_a_pause_moves_them() {
    let office = office();
    let days = |end_of_day| Target::BusinessDays { days: 2, end_of_day };
    let morning = watch(&office, "2026-11-20T06:00:00Z", days(false));
    // Friday 06:00 + 2 days: Tuesday 06:00, before opening.
    let reading = morning.read(at("2026-11-20T12:00:00Z"));
    assert_eq!((reading.due, reading.target), (Some(at("2026-11-24T06:00:00Z")), Some(Span::from_hours(16))));
    let end = watch(&office, "2026-11-20T06:00:00Z", days(true)).read(at("2026-11-20T12:00:00Z"));
    assert_eq!(end.due, Some(at("2026-11-24T18:00:00Z")));

    let pause = [Spell::new(at("2026-11-20T11:00:00Z"), Some(at("2026-11-20T12:30:00Z")))];
    let paused = Stopwatch { pauses: &pause, ..morning.clone() };
    assert_eq!(paused.read(at("2026-11-20T11:30:00Z")).due, None);
    assert_eq!(paused.read(at("2026-11-20T13:00:00Z")).due, Some(at("2026-11-24T11:30:00Z")));
    // Out of hours a pause takes nothing away.
    let idle = [Spell::new(at("2026-11-20T18:00:00Z"), Some(at("2026-11-23T10:00:00Z")))];
    let idle = Stopwatch { pauses: &idle, ..morning }.read(at("2026-11-24T00:00:00Z"));
    assert_eq!((idle.paused, idle.due), (Span::ZERO, Some(at("2026-11-24T06:00:00Z"))));
}

#[test]
fn a_calendar_without_the_promised_time_is_never_due() {
    let once = calendar(serde_json::json!({"tz": "UTC", "date_hours": {"2026-11-23": [["10:00", "12:00"]]}}));
    let now = at("2026-12-24T00:00:00Z");
    let hours = watch(&once, "2026-11-23T00:00:00Z", Target::Elapsed(Span::from_hours(3))).read(now);
    assert_eq!((hours.due, hours.late, hours.remaining), (None, false, Some(Span::from_hours(1))));
    let days = Target::BusinessDays { days: 2, end_of_day: true };
    let days = watch(&once, "2026-11-23T00:00:00Z", days).read(now);
    assert_eq!((days.due, days.late, days.target, days.remaining), (None, false, None, None));
}

#[test]
fn an_alert_before_the_start_does_not_exist() {
    let office = office();
    let clock = watch(&office, "2026-11-23T10:00:00Z", Target::Elapsed(Span::from_minutes(30)));
    let now = at("2026-11-23T10:00:00Z");
    assert_eq!(clock.offset_from_due(Span::from_minutes(-10), now), Some(at("2026-11-23T10:20:00Z")));
    assert_eq!(clock.offset_from_due(Span::from_minutes(-31), now), None);
    assert_eq!(clock.offset_from_due(Span::from_hours(8), now), Some(at("2026-11-24T10:30:00Z")));
}

#[test]
fn the_update_clock_starts_anew_at_each_update_and_ends_with_the_item() {
    let always = Calendar::always(chrono_tz::Tz::UTC);
    let clock = watch(&always, "2026-11-23T10:00:00Z", Target::Elapsed(Span::from_minutes(30)));
    let updates = ["2026-11-23T10:50:00Z", "2026-11-23T10:20:00Z", "2026-11-23T12:00:00Z"].map(at);
    let open = cadence(&clock, &updates, at("2026-11-23T10:55:00Z"));
    assert_eq!(open.readings.len(), 3);
    assert_eq!((open.due(), open.late()), (Some(at("2026-11-23T11:20:00Z")), false));
    assert_eq!(open.longest().unwrap().elapsed, Span::from_minutes(30));

    let closed = Stopwatch { stop: Some(at("2026-11-23T11:30:00Z")), ..clock };
    let closed = cadence(&closed, &updates, at("2026-11-24T00:00:00Z"));
    assert_eq!((closed.due(), closed.readings.len(), closed.late()), (None, 3, true));
    assert_eq!(closed.readings[2].elapsed, Span::from_minutes(40));
}
