//! What the standings of a period are, for every measure, window and change of terms.

use rust_decimal::Decimal;

use super::*;
use crate::core::agreement::*;
use crate::core::availability::{ExclusionMode, PartialTerm};
use crate::core::event::*;
use crate::core::interval::IntervalSet;
use crate::core::testing::*;
use crate::core::window::WindowKind;

/// One incident at `minute` that is taken and resolved after so many minutes.
fn incident(journal: &mut Journal, minute: i64, taken: i64, lasted: i64) {
    let key = format!("at-{minute}");
    journal.fires(minute, &key);
    let number = journal.state.incidents(&"checkout".into(), at(minute)).pop().unwrap().number().unwrap();
    journal.acts(minute + taken, Act::Acknowledged { incident: number });
    journal.ends(minute + lasted, &key, minute);
    journal.until(at(minute + lasted + 60));
}

pub(super) fn promising(objectives: Vec<Objective>) -> Journal {
    let mut journal = Journal::new();
    let objectives = Terms { objectives, ..terms() };
    journal.adopt(START - Span::from_days(40), 2, objectives);
    journal
}

fn response(window: WindowKind, measure: Measure, minimum_items: u32) -> Objective {
    let mut objective = clock("response", ClockKind::Response, Span::from_minutes(15));
    objective.window = window;
    if let ObjectiveKind::Clock(terms) = &mut objective.kind {
        terms.measure = measure;
        terms.minimum_items = minimum_items;
    }
    objective
}

pub(super) fn first(journal: &Journal, moment: Instant, as_of: Instant) -> Standing {
    standings(&journal.state, &"acme".into(), moment, as_of).remove(0)
}

fn verdict(journal: &Journal, days: i64) -> Verdict {
    let moment = START + Span::from_days(days);
    first(journal, moment, moment).verdict
}

/// Four incidents of Monday, 23 November: answered after 5, 10, 14 and 40 minutes.
fn four(objective: Objective) -> Journal {
    let mut journal = promising(vec![objective]);
    for (place, taken) in [5, 10, 14, 40].into_iter().enumerate() {
        incident(&mut journal, i64::try_from(place).unwrap() * 240, taken, 50);
    }
    journal
}

const SHARE: Measure = Measure::Share { percent: Decimal::from_parts(80, 0, 0, false, 0) };

#[test]
fn a_share_may_recover_until_its_period_is_over() {
    let journal = four(response(WindowKind::Month, SHARE, 0));
    assert_eq!(verdict(&journal, 1), Verdict::AtRisk, "3 of 4, but November goes on");
    let december = START + Span::from_days(10);
    assert_eq!(first(&journal, at(0), december).verdict, Verdict::Missed);
    assert_eq!(verdict(&journal, 10), Verdict::NoData, "nothing happened in December");
    let quarter = four(response(WindowKind::Quarter, SHARE, 0));
    assert_eq!(verdict(&quarter, 10), Verdict::AtRisk, "the quarter goes on");
}

#[test]
fn what_rolls_is_judged_at_every_moment() {
    let journal = four(response(WindowKind::Rolling(Span::from_days(2)), SHARE, 0));
    assert_eq!(verdict(&journal, 1), Verdict::Missed);
    assert_eq!(verdict(&journal, 5), Verdict::NoData, "two days later it is forgotten");
}

#[test]
fn a_percentile_is_the_nearest_rank_and_a_mean_is_exact() {
    let percentile = |percent: i64| Measure::Percentile { percent: Decimal::from(percent) };
    let figure = |journal: &Journal| match first(journal, at(1_400), at(1_400)).measured {
        Measured::Clock(figures) => figures.figures[0].clone(),
        _ => unreachable!("a clock was promised"),
    };
    let at_75 = four(response(WindowKind::Month, percentile(75), 0));
    assert_eq!((figure(&at_75).value, verdict(&at_75, 1)), (Span::from_minutes(14), Verdict::Met));
    let at_76 = four(response(WindowKind::Month, percentile(76), 0));
    assert_eq!((figure(&at_76).value, verdict(&at_76, 1)), (Span::from_minutes(40), Verdict::AtRisk));
    let mean = four(response(WindowKind::Month, Measure::Mean, 0));
    // (5 + 10 + 14 + 40) / 4 = 17.25 minutes.
    assert_eq!(figure(&mean).value, Span::from_seconds(1_035));
    assert_eq!(verdict(&mean, 1), Verdict::AtRisk);
}

#[test]
fn a_mean_is_not_rounded_towards_its_promise() {
    let mut objective = response(WindowKind::Month, Measure::Mean, 0);
    if let ObjectiveKind::Clock(terms) = &mut objective.kind {
        terms.targets.insert(Priority::P1, Target::Elapsed(Span::from_micros(1_035_000_000)));
    }
    assert_eq!(verdict(&four(objective.clone()), 1), Verdict::Met);
    if let ObjectiveKind::Clock(terms) = &mut objective.kind {
        terms.targets.insert(Priority::P1, Target::Elapsed(Span::from_micros(1_034_999_999)));
    }
    assert_eq!(verdict(&four(objective), 1), Verdict::AtRisk);
}

#[test]
fn too_few_say_nothing() {
    assert_eq!(verdict(&four(response(WindowKind::Month, SHARE, 5)), 1), Verdict::Insufficient);
    assert_eq!(verdict(&four(response(WindowKind::Month, SHARE, 4)), 1), Verdict::AtRisk);
}

#[test]
fn what_is_open_and_in_time_is_shown_and_not_counted() {
    let mut journal = promising(vec![response(WindowKind::Month, SHARE, 0)]);
    journal.fires(0, "a");
    let Measured::Clock(figures) = first(&journal, at(10), at(10)).measured else { panic!() };
    assert_eq!((figures.items.len(), figures.pending.len()), (0, 1));
    let Measured::Clock(figures) = first(&journal, at(16), at(16)).measured else { panic!() };
    assert_eq!((figures.items.len(), figures.pending.len()), (1, 0));
}

fn availability_of(target: i64, partial_term: PartialTerm) -> Objective {
    let mut objective = terms().objectives.remove(0);
    if let ObjectiveKind::Availability(terms) = &mut objective.kind {
        terms.target = Decimal::new(target, 1);
        terms.partial_term = partial_term;
        terms.exclusions = ExclusionMode::Subtract;
    }
    objective
}

fn measured(journal: &Journal, as_of: Instant) -> Availability {
    match first(journal, at(0), as_of).measured {
        Measured::Availability(availability) => *availability,
        _ => unreachable!("availability was promised"),
    }
}

#[test]
fn a_new_target_in_mid_window_allows_what_each_part_allows() {
    let mut journal = promising(vec![availability_of(990, PartialTerm::ShorterWindow)]);
    let change = START + Span::from_hours(21);
    journal.until(change);
    let stricter = vec![availability_of(999, PartialTerm::ShorterWindow)];
    journal.adopt(change, 3, Terms { objectives: stricter, ..terms() });
    // 1 November to the 24th, 00:00: 23 days at 1 %; 7 days at 0.1 %.
    let allowed = Span::from_seconds(23 * 864) + Span::from_micros(7 * 86_400_000);
    let measured = measured(&journal, START + Span::from_days(3));
    assert_eq!(measured.budget, allowed);
    assert_eq!(first(&journal, at(0), START + Span::from_days(3)).version, 3);
}

#[test]
fn what_a_version_did_not_promise_it_does_not_judge() {
    let mut journal = promising(vec![response(WindowKind::Month, SHARE, 0)]);
    incident(&mut journal, 0, 1, 30);
    let change = at(120);
    journal.until(change);
    let promised = vec![availability_of(999, PartialTerm::ShorterWindow)];
    journal.adopt(change, 3, Terms { objectives: promised, ..terms() });
    incident(&mut journal, 200, 1, 10);
    let moment = at(400);
    let standing = first(&journal, moment, moment);
    let Measured::Availability(availability) = standing.measured else { panic!("{standing:?}") };
    assert_eq!(availability.down, Span::from_minutes(10), "the first half hour was not promised");
    assert_eq!(availability.total, Span::from_minutes(280));
}

#[test]
fn items_of_a_service_that_was_dropped_still_count() {
    let mut journal = promising(vec![response(WindowKind::Month, SHARE, 0)]);
    incident(&mut journal, 0, 40, 50);
    journal.until(at(600));
    let elsewhere = Terms {
        services: ["login".into()].into(),
        objectives: vec![response(WindowKind::Month, SHARE, 0)],
        ..terms()
    };
    journal.adopt(at(600), 3, elsewhere);
    let Measured::Clock(figures) = first(&journal, at(700), at(700)).measured else { panic!() };
    assert_eq!((figures.items.len(), figures.met()), (1, 0));
}

#[test]
fn a_window_that_the_term_cuts_may_have_no_value() {
    for (partial, value) in [(PartialTerm::NotJudged, false), (PartialTerm::ShorterWindow, true)] {
        let begins = Terms { starts: at(0), objectives: vec![availability_of(999, partial)], ..terms() };
        let mut journal = Journal::new();
        journal.adopt(START - Span::from_days(40), 2, begins.clone());
        journal.until(at(60));
        // Also when a version changes within it.
        journal.adopt(at(60), 3, begins);
        assert_eq!(measured(&journal, at(120)).value.is_some(), value, "{partial:?}");
    }
}

#[test]
fn nothing_is_judged_while_an_agreement_is_withdrawn() {
    let mut journal = promising(vec![availability_of(999, PartialTerm::ShorterWindow)]);
    incident(&mut journal, 0, 1, 10);
    journal.until(at(100));
    let withdrawn = Event::TermsWithdrawn { agreement: "acme".into(), effective: at(100) };
    journal.append(at(100), "withdrawn", withdrawn);
    journal.fires(200, "b");
    journal.ends(260, "b", 200);
    journal.until(at(400));
    assert_eq!(measured(&journal, at(400)).down, Span::from_minutes(10));
    let again = Terms { objectives: vec![availability_of(999, PartialTerm::ShorterWindow)], ..terms() };
    journal.adopt(at(500), 3, again);
    incident(&mut journal, 600, 1, 20);
    let all = measured(&journal, at(900));
    assert_eq!(all.down, Span::from_minutes(30), "the hour in between is nobody's");
    let judged: IntervalSet = [Interval::new(at(100), at(500))].into_iter().collect();
    assert!(all.down_pieces.intersect(&judged).is_empty());
    let covering = |minute: i64| {
        let state = &journal.state;
        let incidents = state.incidents(&"checkout".into(), at(900));
        let found = incidents.iter().find(|incident| incident.opened() == at(minute)).unwrap();
        state.covering(found, at(900)).len()
    };
    assert_eq!((covering(0), covering(200), covering(600)), (1, 0, 1));
}
