//! Availability against one flag per unit of time, and the promises that must hold for any history.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const UNITS: i64 = 60;

type Raw = Vec<(i64, i64)>;

/// A history in small whole numbers.
#[derive(Clone, Debug)]
struct History {
    window: (i64, i64),
    term: (i64, i64),
    hours: Option<Raw>,
    exclusions: Raw,
    unknown: Raw,
    downs: Raw,
    as_of: i64,
    minimum: i64,
    exclude: ExclusionMode,
    policy: UnknownPolicy,
    partial: PartialTerm,
}

fn at(unit: i64) -> Instant {
    Instant::from_micros(unit)
}

fn set(raw: &Raw) -> IntervalSet {
    raw.iter().map(|(from, to)| Interval::new(at(*from), at(*to))).collect()
}

fn history() -> impl Strategy<Value = History> {
    let pieces =
        |most: usize| vec((0..UNITS, 1_i64..15).prop_map(|(from, length)| (from, from + length)), 0..most);
    let times =
        ((5_i64..30, 2_i64..30), prop_oneof![Just((0_i64, UNITS)), (0_i64..40, 10_i64..UNITS)], 0..UNITS);
    let sets = (prop::option::of(pieces(6)), pieces(4), pieces(4), pieces(6));
    let rules = (
        prop_oneof![Just(0_i64), 1_i64..8],
        prop_oneof![Just(ExclusionMode::Subtract), Just(ExclusionMode::CountUp)],
        prop_oneof![Just(UnknownPolicy::Leaves), Just(UnknownPolicy::Down), Just(UnknownPolicy::Up)],
        prop_oneof![
            Just(PartialTerm::ShorterWindow),
            Just(PartialTerm::CountsAsUp),
            Just(PartialTerm::NotJudged)
        ],
    );
    (times, sets, rules).prop_map(|(times, sets, rules)| {
        let (((from, length), term, as_of), (hours, exclusions, unknown, downs)) = (times, sets);
        let (minimum, exclude, policy, partial) = rules;
        let window = (from, from + length);
        History { window, term, hours, exclusions, unknown, downs, as_of, minimum, exclude, policy, partial }
    })
}

fn measured(history: &History, target: Decimal) -> Availability {
    let hours = history.hours.as_ref().map(set);
    let facts = Facts {
        window: Interval::new(at(history.window.0), at(history.window.1)),
        term: Interval::new(at(history.term.0), at(history.term.1)),
        service_hours: hours.as_ref(),
        exclusions: &set(&history.exclusions),
        unknown: &set(&history.unknown),
        downs: &set(&history.downs),
        as_of: at(history.as_of),
    };
    let rules = Rules {
        target_percent: target,
        exclusions: history.exclude,
        unknown: history.policy,
        partial_term: history.partial,
        minimum_downtime: Span::from_micros(history.minimum),
    };
    measure(&facts, &rules).unwrap()
}

fn painted(raw: &Raw) -> Vec<bool> {
    (0..2 * UNITS).map(|unit| raw.iter().any(|(from, to)| *from <= unit && unit < *to)).collect()
}

/// The downs by the rules, unit by unit: merge, subtract, drop the short runs.
fn counted_downs(history: &History) -> Vec<bool> {
    let (mut downs, unknown) = (painted(&history.downs), painted(&history.unknown));
    let excluded = painted(&history.exclusions);
    for unit in 0..downs.len() {
        let counts = match history.policy {
            UnknownPolicy::Down => downs[unit] || unknown[unit],
            UnknownPolicy::Leaves | UnknownPolicy::Up => downs[unit] && !unknown[unit],
        };
        downs[unit] = counts && !excluded[unit] && (unit as i64) < history.as_of;
    }
    let mut from = 0;
    while from < downs.len() {
        let length = downs[from..].iter().take_while(|down| **down).count();
        if (length as i64) < history.minimum {
            downs[from..from + length].fill(false);
        }
        from += length.max(1);
    }
    downs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_sum_equals_the_counted_units(history in history()) {
        let got = measured(&history, Decimal::new(90, 0));
        let (excluded, unknown, downs) = (painted(&history.exclusions), painted(&history.unknown), counted_downs(&history));
        let hours = history.hours.as_ref().map(painted);
        let within = |range: (i64, i64), unit: i64| range.0 <= unit && unit < range.1;
        let in_window = |unit: i64| within(history.window, unit) && hours.as_ref().is_none_or(|hours| hours[unit as usize]);
        let in_term = |unit: i64| in_window(unit) && within(history.term, unit);
        let judged = |unit: i64| if history.partial == PartialTerm::CountsAsUp { in_window(unit) } else { in_term(unit) };
        let past = |unit: i64| unit < history.as_of;
        let count = |test: &dyn Fn(i64) -> bool| (0..2 * UNITS).filter(|unit| test(*unit)).count() as i64;
        let subtracted = |unit: i64| history.exclude == ExclusionMode::Subtract && in_term(unit) && excluded[unit as usize];
        let left = |unit: i64| {
            history.policy == UnknownPolicy::Leaves && in_term(unit) && past(unit) && unknown[unit as usize] && !excluded[unit as usize]
        };
        let full = count(&|unit| judged(unit) && !subtracted(unit) && !left(unit));
        let denominator = count(&|unit| judged(unit) && past(unit) && !subtracted(unit) && !left(unit));
        let down = count(&|unit| in_term(unit) && downs[unit as usize]);
        let rest = count(&|unit| in_term(unit) && !past(unit) && !excluded[unit as usize]);
        let micros = |span: Span| span.micros();
        prop_assert_eq!(micros(got.total), count(&|unit| judged(unit) && past(unit)));
        prop_assert_eq!(micros(got.excluded), count(&|unit| in_term(unit) && past(unit) && excluded[unit as usize]));
        prop_assert_eq!(
            micros(got.unknown),
            count(&|unit| in_term(unit) && past(unit) && unknown[unit as usize] && !excluded[unit as usize])
        );
        prop_assert_eq!((micros(got.down), micros(got.denominator), micros(got.rest)), (down, denominator, rest));
        prop_assert_eq!(micros(got.full_denominator), full);
        prop_assert_eq!(micros(got.budget), full / 10);
        prop_assert_eq!(micros(got.remaining), full / 10 - down);
        let cut = history.term.0 > history.window.0 || history.term.1 < history.window.1;
        let judges = history.partial != PartialTerm::NotJudged || !cut;
        let share = |bad: i64, whole: i64| Ratio::new((whole - bad).into(), whole.into()).filter(|_| judges);
        prop_assert_eq!(got.value, share(down, denominator));
        prop_assert_eq!((got.best_reachable, got.worst_reachable), (share(down, full), share(down + rest, full)));
        let covered = micros(got.total) - micros(got.excluded);
        prop_assert_eq!(got.coverage, Ratio::new((covered - micros(got.unknown)).into(), covered.into()));
    }

    #[test]
    fn more_downtime_never_improves_a_standing(history in history(), from in 0..UNITS, length in 1_i64..20) {
        let before = measured(&history, Decimal::new(95, 0));
        let mut worse = history.clone();
        worse.downs.push((from, from + length));
        let after = measured(&worse, Decimal::new(95, 0));
        prop_assert!(after.value <= before.value);
        prop_assert!(after.remaining <= before.remaining && after.best_reachable <= before.best_reachable);
        prop_assert!(after.worst_reachable <= before.worst_reachable);
        prop_assert!(!before.certain_breach() || after.certain_breach());
    }

    #[test]
    fn parts_of_a_window_add_up_to_the_whole(history in history(), cut in any::<prop::sample::Index>()) {
        let (from, to) = history.window;
        let cut = from + 1 + cut.index((to - from - 1) as usize) as i64;
        let whole = measured(&history, Decimal::new(95, 0));
        let parts: Vec<Availability> = [(from, cut), (cut, to)]
            .into_iter()
            .map(|window| measured(&History { window, ..history.clone() }, Decimal::new(95, 0)))
            .collect();
        let sum = component_seconds(&parts, Decimal::new(95, 0));
        let figures = |one: &Availability| {
            (one.total, one.excluded, one.unknown, one.down, one.denominator, one.full_denominator, one.rest)
        };
        prop_assert_eq!(figures(&sum), figures(&whole));
        prop_assert_eq!(&sum.down_pieces, &whole.down_pieces);
    }

    #[test]
    fn the_verdict_of_a_finished_window_is_the_same_by_value_and_by_budget(history in history(), target in 0_i64..=1_000) {
        let finished = History { as_of: 2 * UNITS, partial: PartialTerm::ShorterWindow, ..history };
        let got = measured(&finished, Decimal::new(target, 1));
        prop_assert_eq!((got.best_reachable, got.worst_reachable), (got.value, got.value));
        if let Some(attained) = got.attained() {
            prop_assert_eq!(attained, !got.certain_breach());
            prop_assert_eq!(attained, got.already_safe());
        }
    }
}

#[test]
fn the_budget_is_that_of_the_full_window_from_its_first_second() {
    let july = Span::from_days(31);
    assert_eq!(allowed_downtime(july, "99".parse().unwrap()), Span::from_seconds(26_784));
    assert_eq!(allowed_downtime(july, Decimal::ONE_HUNDRED), Span::ZERO);
    assert_eq!(allowed_downtime(july, "101".parse().unwrap()), Span::ZERO);
    assert_eq!(allowed_downtime(july, Decimal::ZERO), july);
    // No binary fraction: 100 − 99.9 is exactly 0.1.
    assert_eq!(allowed_downtime(Span::from_days(30), "99.9".parse().unwrap()), Span::from_seconds(2_592));
    assert_eq!(
        allowed_downtime(Span::MAX, "0.000000000000001".parse().unwrap()).micros(),
        9_223_372_036_854_775_807 - 93
    );
}

#[test]
fn nothing_measured_has_no_value() {
    let nothing = History {
        window: (10, 20),
        term: (0, UNITS),
        hours: None,
        exclusions: Vec::new(),
        unknown: vec![(0, UNITS)],
        downs: Vec::new(),
        as_of: 20,
        minimum: 0,
        exclude: ExclusionMode::Subtract,
        policy: UnknownPolicy::Leaves,
        partial: PartialTerm::ShorterWindow,
    };
    let got = measured(&nothing, Decimal::new(999, 1));
    assert_eq!((got.value, got.attained()), (None, None));
    assert_eq!(got.coverage, Ratio::new(0, 10));
    let before = measured(&History { as_of: 5, unknown: Vec::new(), ..nothing }, Decimal::new(999, 1));
    assert_eq!((before.value, before.coverage), (None, None));
}

#[test]
fn a_reversed_window_is_refused() {
    let facts = Facts {
        window: Interval::new(at(2_000), at(1_000)),
        term: Interval::ALL,
        service_hours: None,
        exclusions: &IntervalSet::EMPTY,
        unknown: &IntervalSet::EMPTY,
        downs: &IntervalSet::EMPTY,
        as_of: at(2_000),
    };
    let rules = Rules {
        target_percent: Decimal::ONE_HUNDRED,
        exclusions: ExclusionMode::Subtract,
        unknown: UnknownPolicy::Leaves,
        partial_term: PartialTerm::ShorterWindow,
        minimum_downtime: Span::ZERO,
    };
    assert!(measure(&facts, &rules).is_err());
}
