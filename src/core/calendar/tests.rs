//! The calendar against a slow counter that looks at every minute, across clock changes of all kinds.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::{Duration, NaiveDateTime, TimeZone, Utc};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;

const MINUTE: Span = Span::from_minutes(1);
/// What is compared: eight days from the scenario's date.
const WATCHED: i64 = 8 * 1_440;
/// What the counter knows before and after, for ranges that reach in.
const MARGIN: i64 = 6 * 1_440;

/// The clocks of a zone, minute by minute, as the oracle reads them.
struct Clocks {
    zone: Tz,
    date: NaiveDate,
    origin: NaiveDateTime,
    shown: Vec<NaiveDateTime>,
    first_shown: BTreeMap<NaiveDateTime, i64>,
}

impl std::fmt::Debug for Clocks {
    /// The tables would drown what failed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} from {}", self.zone, self.date)
    }
}

impl Clocks {
    fn new(zone: Tz, date: &str) -> Self {
        let date: NaiveDate = date.parse().unwrap();
        let origin = date.and_time(NaiveTime::MIN) - Duration::minutes(MARGIN);
        let shown: Vec<NaiveDateTime> = (0..WATCHED + 2 * MARGIN)
            .map(|minute| zone.from_utc_datetime(&(origin + Duration::minutes(minute))).naive_local())
            .collect();
        let mut first_shown = BTreeMap::new();
        for (minute, wall) in (0..).zip(&shown) {
            first_shown.entry(*wall).or_insert(minute);
        }
        Self { zone, date, origin, shown, first_shown }
    }

    /// The minute of a wall time: when it is first shown, else moved by the jump that skips it.
    fn minute_of(&self, wall: NaiveDateTime) -> i64 {
        if let Some(minute) = self.first_shown.get(&wall) {
            return *minute;
        }
        let before = self.shown.windows(2).position(|pair| pair[0] < wall && wall < pair[1]).unwrap();
        before as i64 + (wall - self.shown[before]).num_minutes()
    }

    fn instant(&self, minute: i64) -> Instant {
        Instant::from(Utc.from_utc_datetime(&(self.origin + Duration::minutes(minute))))
    }

    fn watched(&self) -> Interval {
        Interval::new(self.instant(MARGIN), self.instant(MARGIN + WATCHED))
    }

    fn dates(&self) -> impl Iterator<Item = NaiveDate> {
        (self.date - Days::new(5)).iter_days().take(16)
    }

    fn paint(&self, flags: &mut [bool], date: NaiveDate, [open, close]: &RangeSpec, value: bool) {
        let time = |text: &str| {
            let (hours, minutes) = text.split_once(':').unwrap();
            hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap()
        };
        let (open, close) = (time(open), time(close));
        let close = if close <= open { close + 1_440 } else { close };
        let wall = |minutes| self.minute_of(date.and_time(NaiveTime::MIN) + Duration::minutes(minutes));
        for minute in wall(open)..wall(close) {
            flags[minute as usize] = value;
        }
    }

    /// One flag per minute, painted in the order of the rules: hours, then breaks, then holidays.
    fn open_minutes(&self, spec: &CalendarSpec) -> Vec<bool> {
        let mut flags = vec![false; self.shown.len()];
        let of_day = |week: &Week, date: NaiveDate| {
            week.days()[date.weekday().num_days_from_monday() as usize].1.to_vec()
        };
        let holiday = |date: NaiveDate| {
            spec.holidays.contains(&date.to_string())
                || spec.yearly_holidays.contains(&date.format("%m-%d").to_string())
        };
        for date in self.dates().filter(|date| !holiday(*date)) {
            let hours = spec.date_hours.get(&date.to_string()).cloned();
            for range in hours.unwrap_or_else(|| of_day(&spec.weekly, date)) {
                self.paint(&mut flags, date, &range, true);
            }
        }
        for date in self.dates() {
            let special = spec.date_hours.contains_key(&date.to_string());
            let weekly = if special { Vec::new() } else { of_day(&spec.weekly_breaks, date) };
            for range in spec.breaks.get(&date.to_string()).into_iter().flatten().chain(&weekly) {
                self.paint(&mut flags, date, range, false);
            }
            if holiday(date) {
                self.paint(&mut flags, date, &["00:00".into(), "24:00".into()], false);
            }
        }
        flags
    }
}

fn scenarios() -> &'static [Clocks] {
    static ALL: OnceLock<Vec<Clocks>> = OnceLock::new();
    ALL.get_or_init(|| {
        vec![
            Clocks::new(Tz::UTC, "2026-02-25"),
            Clocks::new(Tz::Europe__Berlin, "2026-03-27"),
            Clocks::new(Tz::Europe__Berlin, "2026-10-22"),
            Clocks::new(Tz::America__New_York, "2026-10-29"),
            // Midnight is skipped, midnight's hour before is repeated.
            Clocks::new(Tz::America__Sao_Paulo, "2015-10-15"),
            Clocks::new(Tz::America__Sao_Paulo, "2015-02-19"),
            // Half an hour.
            Clocks::new(Tz::Australia__Lord_Howe, "2025-10-03"),
            Clocks::new(Tz::Australia__Lord_Howe, "2026-04-02"),
            // Midnight itself is repeated.
            Clocks::new(Tz::America__Havana, "2015-10-29"),
            // A whole date is skipped.
            Clocks::new(Tz::Pacific__Apia, "2011-12-27"),
            Clocks::new(Tz::Asia__Tehran, "2016-03-18"),
        ]
    })
}

fn time_text(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// No range, one (perhaps past midnight), or two that do not overlap.
fn hours() -> impl Strategy<Value = Vec<RangeSpec>> {
    let range = |open: i64, close: i64| [time_text(open), time_text(close)];
    prop_oneof![
        1 => Just(Vec::new()),
        1 => Just(vec![range(0, 1_440)]),
        3 => (0_i64..1_440, 0_i64..=1_440).prop_map(move |(open, close)| vec![range(open, close)]),
        3 => prop::collection::btree_set(0_i64..=1_440, 4).prop_map(move |cuts| {
            let cuts: Vec<i64> = cuts.into_iter().collect();
            vec![range(cuts[0], cuts[1]), range(cuts[2], cuts[3])]
        }),
    ]
}

fn breaks() -> impl Strategy<Value = Vec<RangeSpec>> {
    vec((0_i64..1_440, 1_i64..180), 0..3).prop_map(|all| {
        let range = |(open, length): (i64, i64)| [time_text(open), time_text((open + length) % 1_440)];
        all.into_iter().map(range).collect()
    })
}

fn week(ranges: impl Strategy<Value = Vec<RangeSpec>>) -> impl Strategy<Value = Week> {
    vec(ranges, 7).prop_map(|days| Week::from_days(days.try_into().unwrap()))
}

fn written() -> impl Strategy<Value = (&'static Clocks, CalendarSpec)> {
    let day = -3_i64..10;
    let parts = (
        0..scenarios().len(),
        week(hours()),
        prop_oneof![Just(Week::default()), week(breaks())],
        btree_map(day.clone(), hours(), 0..3),
        btree_map(day.clone(), breaks(), 0..3),
        vec(day.clone(), 0..3),
        vec(day, 0..2),
    );
    parts.prop_map(|(scenario, weekly, weekly_breaks, date_hours, dated_breaks, holidays, yearly)| {
        let clocks = &scenarios()[scenario];
        let date = |day: i64| shifted(clocks.date, day);
        let dated = |map: BTreeMap<i64, Vec<RangeSpec>>| {
            map.into_iter().map(|(day, ranges)| (date(day).to_string(), ranges)).collect()
        };
        let spec = CalendarSpec {
            tz: clocks.zone.name().to_owned(),
            weekly,
            date_hours: dated(date_hours),
            breaks: dated(dated_breaks),
            weekly_breaks,
            holidays: holidays.into_iter().map(|day| date(day).to_string()).collect(),
            yearly_holidays: yearly.into_iter().map(|day| date(day).format("%m-%d").to_string()).collect(),
        };
        (clocks, spec)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn open_time_equals_the_minute_counter((clocks, spec) in written(), ends in (0..=WATCHED, 0..=WATCHED)) {
        let Ok(calendar) = Calendar::new(&spec) else { return Ok(()) };
        let flags = clocks.open_minutes(&spec);
        let open = calendar.open_intervals(clocks.watched());
        for minute in MARGIN..MARGIN + WATCHED {
            let at = clocks.instant(minute);
            prop_assert_eq!(open.contains(at), flags[minute as usize], "at {} in {}", at, clocks.zone);
        }
        let (from, to) = (MARGIN + ends.0, MARGIN + ends.1);
        let counted = (from..to).filter(|minute| flags[*minute as usize]).count() as i64;
        prop_assert_eq!(calendar.elapsed(clocks.instant(from), clocks.instant(to)), MINUTE.saturating_mul(counted));
        prop_assert_eq!(calendar.is_open(clocks.instant(from)), flags[from as usize]);
    }

    #[test]
    fn add_and_sub_find_the_minute_that_completes_the_count(
        (clocks, spec) in written(),
        from in 0..WATCHED,
        minutes in 1_i64..3_000,
    ) {
        let Ok(calendar) = Calendar::new(&spec) else { return Ok(()) };
        let flags = clocks.open_minutes(&spec);
        let open = |minute: &i64| flags[*minute as usize];
        let (from, wanted) = (MARGIN + from, minutes as usize - 1);
        let span = MINUTE.saturating_mul(minutes);
        // What lies beyond the watched days is left to the inverse below.
        if let Some(last) = (from..MARGIN + WATCHED).filter(open).nth(wanted) {
            prop_assert_eq!(calendar.add(clocks.instant(from), span), Some(clocks.instant(last + 1)));
        }
        if let Some(first) = (MARGIN..from).rev().filter(open).nth(wanted) {
            prop_assert_eq!(calendar.sub(clocks.instant(from), span), Some(clocks.instant(first)));
        }
        if let Some(end) = calendar.add(clocks.instant(from), span) {
            prop_assert_eq!(calendar.elapsed(clocks.instant(from), end), span);
            prop_assert!(calendar.elapsed(clocks.instant(from), end - Span::from_micros(1)) < span);
            prop_assert_eq!(calendar.add(clocks.instant(from), calendar.elapsed(clocks.instant(from), end)), Some(end));
        }
    }

    #[test]
    fn openings_and_closings_are_the_edges_of_the_counter((clocks, spec) in written(), at in 1_440..WATCHED) {
        let Ok(calendar) = Calendar::new(&spec) else { return Ok(()) };
        let flags = clocks.open_minutes(&spec);
        let (minute, at) = (MARGIN + at, clocks.instant(MARGIN + at));
        let edge = |opens: bool| {
            let flags = &flags;
            move |minute: &i64| flags[*minute as usize] == opens && flags[*minute as usize - 1] != opens
        };
        let ahead = minute + 1..MARGIN + WATCHED;
        let behind = || (MARGIN + 1..=minute).rev();
        let instant = |found: Option<i64>| found.map(|found| clocks.instant(found));
        for (expected, got) in [
            (ahead.clone().find(edge(true)), calendar.next_open(at)),
            (ahead.clone().find(edge(false)), calendar.next_close(at)),
            (behind().find(edge(true)), calendar.previous_open(at)),
            (behind().find(edge(false)), calendar.previous_close(at)),
            ((minute..ahead.end).find(|minute| flags[*minute as usize]), calendar.roll_forward(at)),
        ] {
            if expected.is_some() {
                prop_assert_eq!(got, instant(expected));
            }
        }
        let all = calendar.open_intervals(Interval::new(at, clocks.watched().end));
        let periods: IntervalSet =
            calendar.periods_after(at).take_while(|period| period.start < clocks.watched().end).collect();
        prop_assert_eq!(periods.clip(clocks.watched()), all);
        let before: Vec<Interval> =
            calendar.periods_before(at).take_while(|period| period.end > clocks.watched().start).collect();
        prop_assert!(before.windows(2).all(|pair| pair[1].end < pair[0].start));
        let all = calendar.open_intervals(Interval::new(clocks.watched().start, at));
        prop_assert_eq!(IntervalSet::from(before).clip(clocks.watched()), all);
    }

    #[test]
    fn business_days_are_the_dates_with_hours_of_their_own((clocks, spec) in written(), days in 0_i64..5) {
        let Ok(calendar) = Calendar::new(&spec) else { return Ok(()) };
        // Hours of one date alone: every other date is closed, its breaks and holidays stay.
        for date in clocks.date.iter_days().take(7) {
            let others = clocks.dates().filter(|other| *other != date).map(|other| (other.to_string(), Vec::new()));
            let mut alone = spec.clone();
            alone.weekly_breaks = Week::default();
            for other in clocks.dates().filter(|other| !spec.date_hours.contains_key(&other.to_string())) {
                let weekly = spec.weekly_breaks.days()[weekday(other)].1.to_vec();
                alone.breaks.entry(other.to_string()).or_default().extend(weekly);
            }
            alone.date_hours.extend(others);
            let any = clocks.open_minutes(&alone).contains(&true);
            prop_assert_eq!(calendar.is_business_day(date), any, "{}", date);
        }
        let start = clocks.watched().start + Span::from_hours(12);
        let first = local_date(clocks.zone, start);
        if let Some(end) = calendar.add_business_days(start, days, Snap::WallTime) {
            let last = local_date(clocks.zone, end);
            let between = calendar.business_days_between(first, last, DayCount::WithoutFirst);
            // A skipped date may carry the wall time into the next one.
            prop_assert!(i64::from(between) == days || clocks.zone == Tz::Pacific__Apia);
        }
    }

    #[test]
    fn what_is_written_is_read_back_normalised((_, spec) in written()) {
        let Ok(calendar) = Calendar::new(&spec) else { return Ok(()) };
        let text = serde_json::to_string(&calendar).unwrap();
        let again: Calendar = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&again, &calendar);
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), text);
    }
}

fn spec(json: serde_json::Value) -> CalendarSpec {
    serde_json::from_value(json).unwrap()
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn refusal(json: serde_json::Value) -> String {
    Calendar::new(&spec(json)).unwrap_err().to_string()
}

#[test]
fn a_mistake_is_named_with_its_place_and_its_remedy() {
    use serde_json::json;
    assert_eq!(
        refusal(json!({"tz": "UTC", "weekly": {"mon": [["13:00", "18:00"], ["09:00", "14:00"]]}})),
        "weekly.mon: 09:00–14:00 and 13:00–18:00 overlap; join them or move one"
    );
    assert_eq!(
        refusal(json!({"tz": "UTC", "date_hours": {"2026-01-02": [["18:00", "02:00"], ["23:00", "23:30"]]}})),
        "date_hours.2026-01-02: 18:00–02:00 and 23:00–23:30 overlap; join them or move one"
    );
    assert_eq!(
        refusal(json!({"tz": "Europe/Berln"})),
        "`Europe/Berln` is not a time zone; did you mean `Europe/Berlin`?"
    );
    for time in ["25:00", "24:01", "9", "09:60", "09:00:61", "", "-1:00", "09:00:00:00", "+9:00"] {
        let message = refusal(json!({"tz": "UTC", "weekly": {"tue": [["08:00", time]]}}));
        assert!(message.starts_with(&format!("weekly.tue: `{time}` is not a time of day")), "{message}");
    }
    assert!(
        refusal(json!({"tz": "UTC", "weekly": {"tue": [["24:00", "01:00"]]}})).contains("`24:00` is not")
    );
    assert!(
        refusal(json!({"tz": "UTC", "holidays": ["2026-02-29"]}))
            .starts_with("holidays: `2026-02-29` is not")
    );
    assert!(
        refusal(json!({"tz": "UTC", "yearly_holidays": ["02-30"]}))
            .contains("`02-30` is not a day of the year")
    );
    assert!(refusal(json!({"tz": "UTC", "breaks": {"tomorrow": []}})).contains("`tomorrow` is not a date"));
}

#[test]
fn a_calendar_that_never_opens_is_refused() {
    use serde_json::json;
    let never = CalendarError::NeverOpen.to_string();
    assert_eq!(refusal(json!({"tz": "UTC"})), never);
    assert_eq!(
        refusal(
            json!({"tz": "UTC", "weekly": {"mon": [["09:00", "12:00"]]}, "weekly_breaks": {"mon": [["08:00", "13:00"]]}})
        ),
        never
    );
    let hours = json!({"2026-01-02": [["09:00", "12:00"]]});
    assert_eq!(refusal(json!({"tz": "UTC", "date_hours": hours, "holidays": ["2026-01-02"]})), never);
    let year: Vec<String> =
        (0..366).map(|day| shifted(NaiveDate::default(), 730 + day).format("%m-%d").to_string()).collect();
    assert!(year.contains(&"02-29".to_owned()));
    let mondays = json!({"mon": [["09:00", "12:00"]]});
    assert_eq!(refusal(json!({"tz": "UTC", "weekly": mondays, "yearly_holidays": year})), never);
    // One day in 28 years is enough: 29 February on a Monday.
    let but_leap: Vec<&String> = year.iter().filter(|day| *day != "02-29").collect();
    let leap =
        Calendar::new(&spec(json!({"tz": "UTC", "weekly": mondays, "yearly_holidays": but_leap}))).unwrap();
    assert_eq!(leap.next_open(at("2026-01-01T00:00:00Z")), Some(at("2044-02-29T09:00:00Z")));
}

#[test]
fn searches_without_an_answer_end() {
    let once = serde_json::json!({"tz": "UTC", "date_hours": {"2016-11-11": [["09:00", "12:00"]]}});
    let once = Calendar::new(&spec(once)).unwrap();
    let later = at("2023-05-17T12:00:00Z");
    assert_eq!(once.add(later, MINUTE), None);
    assert_eq!(once.next_open(later), None);
    assert_eq!(once.roll_forward(later), None);
    assert_eq!(once.previous_close(later), Some(at("2016-11-11T12:00:00Z")));
    assert_eq!(once.add_business_days(later, 1, Snap::EndOfDay), None);
    assert_eq!(once.elapsed(Instant::MIN, Instant::MAX), Span::from_hours(3));
    assert_eq!(once.sub(at("2016-11-11T10:00:00Z"), Span::from_hours(2)), None);
    assert_eq!(once.add(Instant::MAX, MINUTE), None);
    assert_eq!(once.sub(Instant::MIN, MINUTE), None);
}

#[test]
fn around_the_clock_is_short_work_and_equal_to_the_long_way() {
    let day = serde_json::json!([["00:00", "24:00"]]);
    let mut week = serde_json::json!({
        "mon": day, "tue": day, "wed": [["00:00", "09:00"], ["09:00", "24:00"]],
        "thu": day, "fri": day, "sat": day, "sun": day
    });
    let always = Calendar::new(&spec(serde_json::json!({"tz": "Europe/Berlin", "weekly": week}))).unwrap();
    assert!(always.is_always());
    assert!(Calendar::always(Tz::UTC).is_always());
    assert_eq!(always.elapsed(Instant::MIN, Instant::MAX), Instant::MAX - Instant::MIN);
    let now = at("2026-10-24T12:00:00Z");
    assert_eq!(always.add(now, Span::from_days(3)), Some(now + Span::from_days(3)));
    assert_eq!(always.add(now, Span::from_days(40_000)), None);
    assert_eq!(
        (always.next_open(now), always.next_close(now), always.previous_open(now)),
        (None, None, None)
    );

    let holiday = serde_json::json!({"tz": "Europe/Berlin", "weekly": week, "holidays": ["2026-10-25"]});
    let once_closed = Calendar::new(&spec(holiday)).unwrap();
    // 25 October has 25 hours in Berlin.
    assert_eq!(
        once_closed.elapsed(now, now + Span::from_days(30)),
        Span::from_days(30) - Span::from_hours(25)
    );
    assert_eq!(once_closed.elapsed(now, Instant::MAX), Instant::MAX - now - Span::from_hours(25));
    assert_eq!(once_closed.next_close(at("2026-12-01T00:00:00Z")), None);
    week["wed"] = serde_json::json!([["00:00", "09:00"], ["09:01", "24:00"]]);
    let gap = Calendar::new(&spec(serde_json::json!({"tz": "UTC", "weekly": week}))).unwrap();
    assert!(!gap.is_always());
}

#[test]
fn a_leap_day_holiday_exists_in_leap_years_only() {
    let json = serde_json::json!({
        "tz": "UTC", "yearly_holidays": ["02-29"],
        "weekly": {"mon": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]], "thu": [["00:00", "24:00"]]}
    });
    let calendar = Calendar::new(&spec(json)).unwrap();
    assert!(calendar.is_holiday(at("2024-02-29T12:00:00Z")));
    assert!(
        !calendar.is_holiday(at("2026-02-28T12:00:00Z")) && !calendar.is_holiday(at("2026-03-01T12:00:00Z"))
    );
    assert!(!calendar.is_open(at("2024-02-29T12:00:00Z")) && calendar.is_open(at("2026-03-01T12:00:00Z")));
}

#[test]
fn a_holiday_closes_the_tail_of_the_night_before_and_the_night_that_starts_on_it() {
    let night = serde_json::json!([["22:00", "06:00"]]);
    let json = serde_json::json!({
        "tz": "UTC", "holidays": ["2026-05-05"], "weekly": {"mon": night, "tue": night, "wed": night}
    });
    let calendar = Calendar::new(&spec(json)).unwrap();
    let week = Interval::new(at("2026-05-04T00:00:00Z"), at("2026-05-09T00:00:00Z"));
    let expected = [
        Interval::new(at("2026-05-04T22:00:00Z"), at("2026-05-05T00:00:00Z")),
        Interval::new(at("2026-05-06T22:00:00Z"), at("2026-05-07T06:00:00Z")),
    ];
    assert_eq!(calendar.open_intervals(week).as_slice(), expected);
}
