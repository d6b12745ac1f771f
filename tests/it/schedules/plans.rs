//! Plans and terms that change while a draft is open, and drafts that wait for somebody.

use upheld::core::decide::NoticeKind;
use upheld::core::event::Event;
use upheld::core::interval::Interval;
use upheld::core::review::{Unapproved, Word};
use upheld::core::time::{Instant, Span};
use upheld::core::window::WindowKind;

use super::almanac::{Almanac, Wish, ZONES};
use super::watchmaker::{Watchmaker, plan};

const HOUR: Span = Span::from_hours(1);
const DAY: Span = Span::from_days(1);

/// A customer in Berlin with a review each first Monday, drafted three days before; from the middle of January
/// 2024 on, and when the clocks show that time.
fn world() -> (Watchmaker, Vec<Instant>, Almanac) {
    let mut almanac = Almanac::of(ZONES[0]);
    almanac.from = almanac.from + Span::from_days(15);
    let mut watchmaker = Watchmaker::new(ZONES[0], almanac.from - Span::from_days(100), None);
    watchmaker.plans(plan("monthly", Wish::FirstMonday.cron(), WindowKind::Month, Span::from_days(3)));
    let fires = almanac.fires(Wish::FirstMonday);
    (watchmaker, fires, almanac)
}

fn windows(watchmaker: &Watchmaker) -> Vec<Interval> {
    watchmaker.came("monthly").iter().map(|came| came.window).collect()
}

fn told_once(watchmaker: &Watchmaker, almanac: &Almanac, fires: &[Instant]) {
    let wanted: Vec<Interval> = fires.iter().map(|fire| almanac.before(WindowKind::Month, *fire)).collect();
    assert_eq!(windows(watchmaker), wanted, "{:#?}", watchmaker.came);
}

#[test]
fn a_plan_that_moves_while_its_draft_is_open_tells_each_period_once() {
    for moved in ["0 9 1-7 * Tue", "0 15 1-7 * Mon", "0 9 8-14 * Mon"] {
        // The draft is open; and it is issued already, and comes later on the same day or in the same week.
        for after in [-DAY, HOUR] {
            let (mut watchmaker, fires, almanac) = world();
            watchmaker.begin(almanac.from);
            watchmaker.until(fires[0] + after);
            watchmaker.book.agreements.insert(
                Watchmaker::acme(),
                vec![plan("monthly", moved, WindowKind::Month, Span::from_days(3))],
            );
            watchmaker.adopt_book(fires[0] + after);
            watchmaker.until(fires[3] - DAY);
            told_once(&watchmaker, &almanac, &fires[..3]);
            assert_eq!(watchmaker.came("monthly")[0].issued, fires[0], "{moved}");
        }
    }
}

#[test]
fn a_plan_that_is_taken_away_or_made_by_command_tells_each_period_once() {
    let (mut watchmaker, fires, almanac) = world();
    watchmaker.begin(almanac.from);
    watchmaker.until(fires[0] - DAY);
    // The draft is open and stays; nothing comes after it.
    watchmaker.book.agreements.clear();
    watchmaker.adopt_book(fires[0] - DAY);
    watchmaker.until(fires[2] + HOUR);
    told_once(&watchmaker, &almanac, &fires[..1]);
    // By command, and under the same name: it goes on where the other ended.
    let same = plan("monthly", Wish::FirstMonday.cron(), WindowKind::Month, Span::ZERO);
    let planned = Word::Planned { agreement: Watchmaker::acme(), name: same.name.clone(), plan: Some(same) };
    watchmaker.say(fires[2] + HOUR, planned);
    watchmaker.until(fires[4] + HOUR);
    told_once(&watchmaker, &almanac, &[fires[0], fires[3], fires[4]]);
    let gone = Word::Planned { agreement: Watchmaker::acme(), name: "monthly".to_owned(), plan: None };
    watchmaker.say(fires[4] + DAY, gone);
    watchmaker.until(fires[6] + HOUR);
    assert_eq!(watchmaker.came("monthly").len(), 3);
}

#[test]
fn new_terms_and_a_new_book_plan_nothing_twice() {
    let (mut watchmaker, fires, almanac) = world();
    watchmaker.begin(almanac.from);
    // Again and again: before the draft, while it is open, at the very moment, and after it was issued.
    let moments = [-DAY - DAY - DAY - DAY, -DAY, Span::ZERO, HOUR];
    for fire in &fires[..6] {
        for moment in moments {
            watchmaker.until(*fire + moment);
            watchmaker.adopt_terms(*fire + moment);
            watchmaker.adopt_book(*fire + moment);
        }
    }
    watchmaker.until(fires[6] - DAY);
    told_once(&watchmaker, &almanac, &fires[..6]);
}

#[test]
fn a_draft_that_waits_says_so_once_and_comes_when_it_is_approved() {
    let (mut watchmaker, fires, almanac) = world();
    let mut held = plan("monthly", Wish::FirstMonday.cron(), WindowKind::Month, Span::from_days(3));
    held.unapproved = Unapproved::Hold;
    watchmaker.book.agreements.insert(Watchmaker::acme(), vec![held]);
    watchmaker.begin(almanac.from);
    watchmaker.until(fires[0] + DAY);
    assert!(watchmaker.came.is_empty());
    let (first, _) = watchmaker.state.reviews.drafts().next().unwrap();
    let waits = |said: &[NoticeKind]| {
        said.iter().filter(|kind| matches!(kind, NoticeKind::ReviewWaits { .. })).count()
    };
    assert_eq!(waits(&watchmaker.said), 1);
    watchmaker.say(fires[0] + DAY, Word::Approved { review: first, at_once: false });
    let came = watchmaker.came("monthly");
    assert_eq!(
        (came[0].issued, came[0].late),
        (fires[0] + DAY, false),
        "it waited for a person, not for Upheld"
    );
    // Approved before its time it comes at its time; approved to come at once, at once; dropped, never.
    watchmaker.until(fires[1] - DAY);
    let (second, _) = watchmaker.state.reviews.drafts().next().unwrap();
    watchmaker.say(fires[1] - DAY, Word::Approved { review: second, at_once: false });
    watchmaker.until(fires[2] - DAY);
    let (third, _) = watchmaker.state.reviews.drafts().next().unwrap();
    watchmaker.say(fires[2] - DAY, Word::Approved { review: third, at_once: true });
    watchmaker.until(fires[3] - DAY);
    let (fourth, _) = watchmaker.state.reviews.drafts().next().unwrap();
    watchmaker.say(fires[3] - DAY, Word::Dropped { review: fourth });
    watchmaker.until(fires[4] - DAY - DAY - DAY - HOUR);
    let issued: Vec<Instant> = watchmaker.came("monthly").iter().map(|came| came.issued).collect();
    assert_eq!(issued, [fires[0] + DAY, fires[1], fires[2] - DAY]);
    assert_eq!(waits(&watchmaker.said), 1);
}

#[test]
fn an_agreement_that_is_withdrawn_issues_its_draft_and_no_other() {
    let (mut watchmaker, fires, almanac) = world();
    watchmaker.begin(almanac.from);
    watchmaker.until(fires[1] - DAY);
    let effective = fires[1] - DAY;
    watchmaker.append(effective, Event::TermsWithdrawn { agreement: Watchmaker::acme(), effective });
    watchmaker.until(fires[5]);
    told_once(&watchmaker, &almanac, &fires[..2]);
}

#[test]
fn a_term_that_begins_far_away_is_reviewed_from_its_first_period_on() {
    let almanac = Almanac::of(ZONES[0]);
    let starts = almanac.from + Span::from_days(1_000) + HOUR;
    let mut watchmaker = Watchmaker::new(ZONES[0], starts, None);
    watchmaker.plans(plan("monthly", Wish::FirstMonday.cron(), WindowKind::Month, Span::ZERO));
    watchmaker.plans(plan("nightly", Wish::HalfPastTwo.cron(), WindowKind::Week, Span::ZERO));
    watchmaker.begin(almanac.from);
    watchmaker.until(starts + Span::from_days(40));
    let first = |name: &str| watchmaker.came(name).first().map(|came| came.due);
    let wanted = |wish: Wish, period| {
        let covered = |fire: &Instant| almanac.before(period, *fire).end > starts;
        almanac.fires(wish).into_iter().find(covered)
    };
    assert_eq!(first("monthly"), wanted(Wish::FirstMonday, WindowKind::Month));
    assert_eq!(first("nightly"), wanted(Wish::HalfPastTwo, WindowKind::Week));
}
