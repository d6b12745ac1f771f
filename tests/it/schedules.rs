//! When reviews come: through every change of the clocks of seven years in ten zones, through outages of hours and of
//! months, and through changes of what was planned. What is right is found by walking the clocks, not by asking the
//! schedule.

mod almanac;
mod outages;
mod plans;
mod watchmaker;

use chrono_tz::Tz;
use upheld::core::schedule::Schedule;
use upheld::core::time::{Instant, Span};
use upheld::core::window::WindowKind;

use self::almanac::{Almanac, Wish, ZONES};
use self::watchmaker::{Watchmaker, plan};

fn schedule(text: &str) -> Schedule {
    text.parse().unwrap()
}

/// Every fire of a schedule in a stretch of time.
fn fires(schedule: &Schedule, zone: Tz, from: Instant, until: Instant) -> Vec<Instant> {
    let mut fires = Vec::new();
    let mut at = from - Span::from_micros(1);
    while let Some(next) = schedule.next_after(at, zone).filter(|next| *next < until) {
        fires.push(next);
        at = next;
    }
    fires
}

#[test]
fn a_schedule_comes_when_the_clocks_show_it_through_seven_years_of_ten_zones() {
    let mut changes = 0;
    for zone in ZONES {
        let almanac = Almanac::of(zone);
        changes += almanac.changes.len();
        for wish in Wish::ALL {
            let found = fires(&schedule(wish.cron()), zone, almanac.from, almanac.until);
            let wanted = almanac.fires(wish);
            if let Some((found, wanted)) = found.iter().zip(&wanted).find(|(found, wanted)| found != wanted) {
                panic!("{zone} {}: comes at {found}, and the clocks say {wanted}", wish.cron());
            }
            assert_eq!(found.len(), wanted.len(), "{zone} {}", wish.cron());
        }
    }
    assert!(changes > 100, "{changes} changes of the clocks are not all of seven years");
    println!("{changes} changes of the clocks");
}

/// Monthly, weekly and quarterly in every zone over all seven years: one draft so many days before, one review at
/// nine by the customer's clocks, over the period before it.
#[test]
fn each_review_comes_once_at_nine_by_the_customers_clocks() {
    let plans = [
        (Wish::FirstMonday, WindowKind::Month, 3),
        (Wish::Mondays, WindowKind::Week, 0),
        (Wish::Quarters, WindowKind::Quarter, 10),
    ];
    for zone in ZONES {
        let almanac = Almanac::of(zone);
        let mut watchmaker = Watchmaker::new(zone, almanac.from - Span::from_days(200), None);
        for (wish, period, days) in plans {
            watchmaker.plans(plan(wish.name(), wish.cron(), period, Span::from_days(days)));
        }
        watchmaker.begin(almanac.from);
        watchmaker.until(almanac.until);
        for (wish, period, days) in plans {
            let came = watchmaker.came(wish.name());
            let wanted: Vec<Instant> = almanac.fires(wish);
            assert_eq!(came.len(), wanted.len(), "{zone} {}", wish.name());
            for (review, fire) in came.iter().zip(wanted) {
                let place = format!("{zone} {} of {fire}", wish.name());
                assert_eq!((review.due, review.issued), (fire, fire), "{place}");
                let draft = (fire - Span::from_days(days)).max(almanac.from);
                assert_eq!(review.drafted, draft, "{place}");
                assert!(!review.late, "{place}");
                assert_eq!(review.window, almanac.before(period, fire), "{place}");
            }
        }
    }
}

/// Half past two and midnight of every night, in the days around each change of the clocks.
#[test]
fn a_nightly_review_comes_once_in_the_night_in_which_the_clocks_change() {
    let mut nights = 0;
    for zone in ZONES {
        let almanac = Almanac::of(zone);
        for change in &almanac.changes {
            let (from, until) = (*change - Span::from_days(3), *change + Span::from_days(3));
            let mut watchmaker = Watchmaker::new(zone, from - Span::from_days(60), None);
            for wish in [Wish::HalfPastTwo, Wish::Midnight] {
                watchmaker.plans(plan(wish.name(), wish.cron(), WindowKind::Week, Span::ZERO));
            }
            watchmaker.begin(from);
            watchmaker.until(until);
            for wish in [Wish::HalfPastTwo, Wish::Midnight] {
                let wanted: Vec<Instant> =
                    almanac.fires(wish).into_iter().filter(|fire| from < *fire && *fire <= until).collect();
                let came: Vec<Instant> = watchmaker.came(wish.name()).iter().map(|it| it.issued).collect();
                assert_eq!(came, wanted, "{zone} {} around {change}", wish.name());
                nights += wanted.len();
            }
        }
    }
    println!("{nights} nights");
}
