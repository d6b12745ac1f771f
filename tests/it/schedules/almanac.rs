//! What the clocks of a zone show in every quarter of an hour of seven years, and what follows from that: when a
//! schedule comes, and where a period begins. No line of this asks the core.

use std::collections::BTreeSet;

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Timelike, Weekday};
use chrono_tz::Tz;
use upheld::core::interval::Interval;
use upheld::core::time::{Instant, Span};
use upheld::core::window::WindowKind;

/// With clocks that change by an hour, by half an hour, by two, at midnight, for Ramadan, and not at all.
pub const ZONES: [Tz; 10] = [
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::America__St_Johns,
    Tz::Australia__Lord_Howe,
    Tz::Pacific__Chatham,
    Tz::Africa__Casablanca,
    Tz::America__Havana,
    Tz::America__Santiago,
    Tz::Antarctica__Troll,
    Tz::Asia__Taipei,
];

const QUARTER: i64 = 900;

/// When something is wished for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    FirstMonday,
    Mondays,
    Quarters,
    HalfPastTwo,
    Midnight,
    QuarterPastOne,
}

impl Wish {
    pub const ALL: [Self; 6] = [
        Self::FirstMonday,
        Self::Mondays,
        Self::Quarters,
        Self::HalfPastTwo,
        Self::Midnight,
        Self::QuarterPastOne,
    ];

    pub const fn cron(self) -> &'static str {
        match self {
            Self::FirstMonday => "0 9 1-7 * Mon",
            Self::Mondays => "0 9 * * Mon",
            Self::Quarters => "0 9 1-7 1,4,7,10 Mon",
            Self::HalfPastTwo => "30 2 * * *",
            Self::Midnight => "0 0 * * *",
            Self::QuarterPastOne => "15 1 * * *",
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstMonday => "monthly",
            Self::Mondays => "weekly",
            Self::Quarters => "quarterly",
            Self::HalfPastTwo => "half past two",
            Self::Midnight => "midnight",
            Self::QuarterPastOne => "quarter past one",
        }
    }

    /// The same, by what a clock on the wall shows.
    fn shows(self, wall: NaiveDateTime) -> bool {
        let time = (wall.hour(), wall.minute());
        let monday = wall.weekday() == Weekday::Mon;
        match self {
            Self::FirstMonday => time == (9, 0) && monday && wall.day() <= 7,
            Self::Mondays => time == (9, 0) && monday,
            Self::Quarters => time == (9, 0) && monday && wall.day() <= 7 && wall.month() % 3 == 1,
            Self::HalfPastTwo => time == (2, 30),
            Self::Midnight => time == (0, 0),
            Self::QuarterPastOne => time == (1, 15),
        }
    }
}

/// What the clocks showed.
pub struct Almanac {
    pub from: Instant,
    pub until: Instant,
    /// Each change of the clocks, forward or back.
    pub changes: Vec<Instant>,
    /// By quarters of an hour from some days before `from`.
    walls: Vec<NaiveDateTime>,
    first: i64,
}

impl Almanac {
    /// The years 2024 to 2030, in UTC, with a year before them for the periods.
    pub fn of(zone: Tz) -> Self {
        let seconds = |year| {
            NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp()
        };
        let (first, from, until) = (seconds(2023), seconds(2024), seconds(2031));
        let walls: Vec<NaiveDateTime> = (first..until)
            .step_by(QUARTER as usize)
            .map(|at| Instant::from_seconds(at).to_utc().with_timezone(&zone).naive_local())
            .collect();
        let step = Duration::seconds(QUARTER);
        let changes = walls.windows(2).enumerate().filter(|(_, pair)| pair[1] - pair[0] != step);
        let changes: Vec<Instant> = changes
            .map(|(place, _)| Instant::from_seconds(first + (place as i64 + 1) * QUARTER))
            .filter(|at| *at >= Instant::from_seconds(from))
            .collect();
        let (from, until) = (Instant::from_seconds(from), Instant::from_seconds(until));
        Self { from, until, changes, walls, first }
    }

    /// What the clocks show at a quarter of an hour.
    fn at(&self, place: usize) -> Instant {
        Instant::from_seconds(self.first + place as i64 * QUARTER)
    }

    /// Every moment of the seven years at which the wish is shown: the first time only when it is shown twice, and
    /// as much later as the clocks jump when they skip it.
    pub fn fires(&self, wish: Wish) -> Vec<Instant> {
        let step = Duration::seconds(QUARTER);
        let mut fires = BTreeSet::new();
        let mut latest = NaiveDateTime::MIN;
        for (place, wall) in self.walls.iter().enumerate() {
            let before = place.checked_sub(1).map(|before| self.walls[before]);
            if let Some(before) = before {
                let mut skipped = before + step;
                while skipped < *wall {
                    if wish.shows(skipped) && skipped > latest {
                        fires.insert(
                            self.at(place - 1) + Span::from_seconds((skipped - before).num_seconds()),
                        );
                    }
                    skipped += step;
                }
            }
            if *wall > latest {
                latest = *wall;
                if wish.shows(*wall) {
                    fires.insert(self.at(place));
                }
            }
        }
        fires.into_iter().filter(|at| (self.from..self.until).contains(at)).collect()
    }

    /// The whole period before the one in which `at` lies: from the first moment of its first date.
    pub fn before(&self, period: WindowKind, at: Instant) -> Interval {
        let place = ((at.micros() / 1_000_000 - self.first) / QUARTER) as usize;
        let first = first_date(period, self.walls[place].date());
        let earlier = first_date(period, first.pred_opt().unwrap());
        Interval::new(self.begins(earlier), self.begins(first))
    }

    fn begins(&self, date: NaiveDate) -> Instant {
        let place = self.walls.partition_point(|wall| wall.date() < date);
        self.at(place)
    }
}

fn first_date(period: WindowKind, date: NaiveDate) -> NaiveDate {
    match period {
        WindowKind::Week => date - Duration::days(i64::from(date.weekday().num_days_from_monday())),
        WindowKind::Quarter => NaiveDate::from_ymd_opt(date.year(), date.month0() / 3 * 3 + 1, 1).unwrap(),
        _ => date.with_day(1).unwrap(),
    }
}
