//! Upheld is down for hours, days or months, again and again: each review that was missed comes once, marked late,
//! and of the operators' digests only the newest.

use std::collections::BTreeSet;

use upheld::core::interval::Interval;
use upheld::core::review::{Occasion, Subject};
use upheld::core::time::{Instant, Span};
use upheld::core::window::WindowKind;

use super::almanac::{Almanac, Wish, ZONES};
use super::watchmaker::{Watchmaker, plan};
use crate::golden_year::chance::Chance;

const RUNS: u64 = 40;
const LATE_AFTER: Span = Span::from_minutes(15);

#[test]
fn what_was_missed_comes_once_and_late_and_nothing_is_forgotten() {
    let (mut missed, mut skipped) = (0, 0);
    for run in 0..RUNS {
        let mut chance = Chance::of(44, run);
        let zone = chance.pick(ZONES[0], &ZONES);
        let almanac = Almanac::of(zone);
        let from = almanac.from + Span::from_days(chance.between(0, 1_700));
        let until = from + Span::from_days(600);
        let mut watchmaker = Watchmaker::new(zone, from - Span::from_days(200), None);
        let before = Span::from_days(chance.between(0, 9));
        watchmaker.plans(plan("monthly", Wish::FirstMonday.cron(), WindowKind::Month, before));
        watchmaker.plans(plan("weekly", Wish::Mondays.cron(), WindowKind::Week, Span::ZERO));
        let mut digest = plan("digest", Wish::Mondays.cron(), WindowKind::Week, Span::ZERO);
        digest.zone = Some(zone);
        watchmaker.book.operators.push(digest);
        watchmaker.away = outages(&mut chance, &almanac, from, until);
        watchmaker.begin(from);
        watchmaker.until(until);

        let back = |fire: Instant| {
            watchmaker.away.iter().find(|away| away.contains(fire)).map_or(fire, |away| away.end)
        };
        for (name, wish) in [("monthly", Wish::FirstMonday), ("weekly", Wish::Mondays)] {
            let wanted = almanac.fires(wish).into_iter().filter(|fire| from < *fire && back(*fire) <= until);
            let wanted: Vec<_> =
                wanted.map(|fire| (fire, back(fire), back(fire) - fire > LATE_AFTER)).collect();
            missed += wanted.iter().filter(|(_, _, late)| *late).count();
            let came: Vec<_> = watchmaker.came(name).iter().map(|it| (it.due, it.issued, it.late)).collect();
            assert_eq!(came, wanted, "run {run}, {zone}, {name}, away {:?}", watchmaker.away);
        }
        // Of several that were missed in one outage only the last comes.
        let fires: Vec<Instant> =
            almanac.fires(Wish::Mondays).into_iter().filter(|at| from < *at && back(*at) <= until).collect();
        let newest = |fire: &Instant| {
            let away = watchmaker.away.iter().find(|away| away.contains(*fire));
            away.is_none_or(|away| !fires.iter().any(|other| other > fire && away.contains(*other)))
        };
        let wanted: BTreeSet<Instant> = fires.iter().copied().filter(newest).collect();
        skipped += fires.len() - wanted.len();
        let came: Vec<Instant> = watchmaker.came("digest").iter().map(|it| it.due).collect();
        assert_eq!(came, wanted.into_iter().collect::<Vec<_>>(), "run {run}, {zone}");
        let mut left = watchmaker.state.reviews.drafts();
        assert!(left.all(|(_, draft)| draft.due > until), "run {run} forgets a draft");
    }
    assert!(missed > 100 && skipped > 50, "{missed} were missed, {skipped} digests skipped");
    println!("{missed} reviews came late, {skipped} digests not at all");
}

/// Some at any time, some around a due time.
fn outages(chance: &mut Chance, almanac: &Almanac, from: Instant, until: Instant) -> Vec<Interval> {
    let mut all = Vec::new();
    let mut at = from + Span::from_hours(chance.between(1, 400));
    let mondays = almanac.fires(Wish::Mondays);
    while at < until - Span::from_days(130) {
        if chance.percent(50)
            && let Some(monday) = mondays.iter().find(|monday| **monday > at)
        {
            at = *monday - Span::from_minutes(chance.between(-1, 30));
        }
        let lasts = match chance.between(0, 4) {
            0 => Span::from_minutes(chance.between(1, 40)),
            1 => Span::from_hours(chance.between(1, 60)),
            2 => Span::from_days(chance.between(2, 20)),
            _ => Span::from_days(chance.between(20, 110)),
        };
        all.push(Interval::new(at, at + lasts));
        at = at + lasts + Span::from_hours(chance.between(1, 900));
    }
    all
}

/// The term ends while nothing runs: one closing report, late.
#[test]
fn a_term_that_ends_while_nothing_runs_is_closed_once() {
    let zone = ZONES[0];
    let almanac = Almanac::of(zone);
    let (starts, ends) = (almanac.from + Span::from_days(40), almanac.from + Span::from_days(400));
    let mut watchmaker = Watchmaker::new(zone, starts, Some(ends));
    watchmaker.plans(plan("monthly", Wish::FirstMonday.cron(), WindowKind::Month, Span::from_days(2)));
    watchmaker.away = vec![Interval::new(ends - Span::from_days(1), ends + Span::from_days(70))];
    watchmaker.begin(almanac.from);
    watchmaker.until(ends + Span::from_days(300));
    let closing = watchmaker.closing();
    assert_eq!(closing.len(), 1, "{closing:?}");
    assert_eq!(closing[0].window, Interval::new(starts, ends));
    assert_eq!((closing[0].issued, closing[0].late), (ends + Span::from_days(70), true));
    assert_eq!(closing[0].subject, Subject::Agreement(Watchmaker::acme()));
    assert_eq!(closing[0].occasion, Occasion::Closing);
    // Every month that the term touched is told once, the last of them late.
    let months: Vec<Interval> = watchmaker.came("monthly").iter().map(|it| it.window).collect();
    let touched = |fire: &Instant| {
        let window = almanac.before(WindowKind::Month, *fire);
        window.end > starts && window.start < ends
    };
    let fires = almanac.fires(Wish::FirstMonday).into_iter().filter(touched);
    let wanted: Vec<Interval> = fires.map(|fire| almanac.before(WindowKind::Month, fire)).collect();
    assert_eq!(months, wanted);
}
