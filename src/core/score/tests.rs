//! Scores against a slow count over the list of answers, and what must hold of every score.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const FIVE: Scale = Scale::new(1, 5);

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn score(kind: ScoreKind, answers: &[i64]) -> Option<Score> {
    Score::of(kind, &answers.iter().copied().collect())
}

fn counted(kind: ScoreKind, counts: &[(i64, u64)]) -> Score {
    Score::of(kind, &counts.iter().copied().collect()).unwrap()
}

#[test]
fn no_answer_is_no_score_and_not_zero() {
    for kind in [ScoreKind::CSAT, ScoreKind::Nps, ScoreKind::Mean { scale: FIVE }] {
        assert_eq!(score(kind, &[]), None);
        // What the question does not allow is no answer to it.
        assert_eq!(score(kind, &[-1, 11]), None);
    }
    assert_eq!(score(ScoreKind::Nps, &[7, 8]).unwrap().shown(1), decimal("0.0"));
}

#[test]
fn a_score_is_shown_rounded_down_and_judged_without_rounding() {
    let mean = score(ScoreKind::Mean { scale: Scale::new(1, 7) }, &[7, 6, 1]).unwrap();
    assert_eq!((mean.shown(2), mean.n), (decimal("4.66"), 3));
    assert!(mean.attains(decimal("4.666")) && !mean.attains(decimal("4.667")));
    let net = counted(ScoreKind::Nps, &[(0, 7), (7, 4), (9, 6)]);
    assert_eq!(net.shown(2), decimal("-5.89"));
    assert!(net.attains(decimal("-5.9")) && !net.attains(decimal("-5.88")));
    let satisfied = counted(ScoreKind::CSAT, &[(3, 1), (4, 9), (5, 10)]);
    assert!(satisfied.attains(decimal("95")) && !satisfied.attains(decimal("95.000001")));
    assert_eq!(satisfied.shown(0), decimal("95"));
}

#[test]
fn one_answer_has_no_mean_range_and_two_alike_have_a_wide_one() {
    let kind = ScoreKind::Mean { scale: FIVE };
    assert_eq!(score(kind, &[5]).unwrap().range, None);
    let two = score(kind, &[5, 5]).unwrap().range.unwrap();
    assert!(two.low < 3.0 && two.high >= 5.0, "{two:?}");
}

#[test]
fn the_range_of_a_mean_is_students() {
    // Mean 3, variance 2.5, t of 4 degrees 2.776445: 3 ± 1.963243.
    let range = score(ScoreKind::Mean { scale: Scale::new(0, 10) }, &[1, 2, 3, 4, 5]).unwrap().range.unwrap();
    assert!(libm::fabs(range.low - 1.036_756_8) < 1e-6 && libm::fabs(range.high - 4.963_243_2) < 1e-6);
    let cut = score(ScoreKind::Mean { scale: FIVE }, &[1, 5]).unwrap().range.unwrap();
    assert_eq!((cut.low, cut.high), (1.0, 5.0));
}

#[test]
fn noise_is_no_news_and_a_real_change_is() {
    let satisfied = |met, others| counted(ScoreKind::CSAT, &[(5, met), (1, others)]);
    assert_eq!(trend(&satisfied(18, 2), &satisfied(16, 4)), Trend::Unclear);
    assert_eq!(trend(&satisfied(180, 20), &satisfied(160, 40)), Trend::Risen);
    assert_eq!(trend(&satisfied(160, 40), &satisfied(180, 20)), Trend::Fallen);
    // Four answers against four say nothing yet, however they differ.
    assert_eq!(trend(&satisfied(4, 0), &satisfied(0, 4)), Trend::Unclear);
    assert_eq!(trend(&satisfied(5, 0), &satisfied(0, 5)), Trend::Risen);
    let net = |promoters, passives, detractors| {
        counted(ScoreKind::Nps, &[(10, promoters), (8, passives), (3, detractors)])
    };
    assert_eq!(trend(&net(10, 5, 5), &net(8, 5, 7)), Trend::Unclear);
    assert_eq!(trend(&net(50, 20, 30), &net(80, 10, 10)), Trend::Fallen);
}

#[test]
fn different_questions_are_not_compared() {
    let satisfied = counted(ScoreKind::CSAT, &[(5, 100)]);
    let stricter = ScoreKind::Csat { scale: FIVE, satisfied_from: 5 };
    assert_eq!(trend(&satisfied, &counted(stricter, &[(1, 100)])), Trend::Unclear);
    assert_eq!(difference(&satisfied, &counted(ScoreKind::Nps, &[(0, 100)])), None);
}

#[test]
fn counts_are_read_back_even_when_written_by_hand() {
    let counts: Counts = serde_json::from_str("[[4,2],[5,0],[4,1],[-3,7]]").unwrap();
    assert_eq!(serde_json::to_string(&counts).unwrap(), "[[-3,7],[4,3]]");
    assert_eq!([Some(4), None, Some(4), None].into_iter().collect::<Counts>().n(), 2);
    let mut full: Counts = [(1, u64::MAX), (2, 1)].into_iter().collect();
    full.add(1);
    assert_eq!(full.n(), u64::MAX);
}

fn kinds() -> impl Strategy<Value = ScoreKind> {
    let scale = (-3_i64..3, 1_i64..9).prop_map(|(lowest, steps)| Scale::new(lowest, lowest + steps));
    let cut = (scale.clone(), -4_i64..9);
    prop_oneof![
        cut.prop_map(|(scale, satisfied_from)| ScoreKind::Csat { scale, satisfied_from }),
        Just(ScoreKind::Nps),
        scale.prop_map(|scale| ScoreKind::Mean { scale }),
    ]
}

/// The sum of what the answers count in the unit that is shown, answer by answer, and how many they are.
fn slow(kind: ScoreKind, answers: &[i64]) -> (i64, i64) {
    let (mut sum, mut n) = (0, 0);
    for answer in answers {
        let (inside, worth) = match kind {
            ScoreKind::Csat { scale, satisfied_from } => {
                (scale.contains(*answer), if *answer >= satisfied_from { 100 } else { 0 })
            }
            ScoreKind::Nps => match answer {
                0..=6 => (true, -100),
                7 | 8 => (true, 0),
                9 | 10 => (true, 100),
                _ => (false, 0),
            },
            ScoreKind::Mean { scale } => (scale.contains(*answer), *answer),
        };
        if inside {
            sum += worth;
            n += 1;
        }
    }
    (sum, n)
}

proptest! {
    #[test]
    fn counts_equal_the_list_of_answers(
        answers in vec(-3_i64..13, 0..60),
        others in vec(-3_i64..13, 0..20),
        (lowest, highest) in (-4_i64..14, -4_i64..14),
        more in -3_i64..13,
    ) {
        let counts: Counts = answers.iter().copied().collect();
        prop_assert_eq!(counts.n(), answers.len() as u64);
        let inside = answers.iter().filter(|answer| **answer >= lowest && **answer <= highest).count();
        prop_assert_eq!(counts.between(lowest, highest), inside as u64);
        let mut merged = counts.clone();
        merged.merge(&others.iter().copied().collect());
        prop_assert_eq!(&merged, &answers.iter().chain(&others).copied().collect::<Counts>());
        let mut changed = counts.clone();
        changed.add(more);
        prop_assert_ne!(&changed, &counts);
        prop_assert!(changed.remove(more));
        prop_assert_eq!(&changed, &counts);
        prop_assert_eq!(changed.remove(more), answers.contains(&more));
        let text = serde_json::to_string(&counts).unwrap();
        prop_assert_eq!(serde_json::from_str::<Counts>(&text).unwrap(), counts);
    }

    #[test]
    fn a_score_equals_the_slow_sum_and_its_verdict_the_cross_product(
        kind in kinds(),
        answers in vec(-3_i64..13, 0..60),
        thousandths in -101_000_i64..101_000,
    ) {
        let (sum, n) = slow(kind, &answers);
        let got = score(kind, &answers);
        prop_assert_eq!(got.is_none(), n == 0);
        if let Some(got) = got {
            prop_assert_eq!(got.n, n as u64);
            prop_assert_eq!(got.shown(3), Decimal::new((sum * 1_000).div_euclid(n), 3));
            for target in [thousandths, (sum * 1_000).div_euclid(n), (sum * 1_000).div_euclid(n) + 1] {
                prop_assert_eq!(got.attains(Decimal::new(target, 3)), sum * 1_000 >= target * n);
            }
            let text = serde_json::to_string(&got).unwrap();
            prop_assert_eq!(serde_json::from_str::<Score>(&text).unwrap().value, got.value);
        }
    }

    #[test]
    fn a_range_contains_its_score_stays_on_the_scale_and_shrinks(
        kind in kinds(),
        answers in vec(-3_i64..13, 1..60),
    ) {
        let Some(got) = score(kind, &answers) else { return Ok(()) };
        let Some(range) = got.range else {
            prop_assert!(!kind.is_percent() && got.n == 1);
            return Ok(());
        };
        let (lowest, highest) = match kind {
            ScoreKind::Csat { .. } => (0.0, 100.0),
            ScoreKind::Nps => (-100.0, 100.0),
            ScoreKind::Mean { scale } => (scale.lowest as f64, scale.highest as f64),
        };
        let value = got.estimate();
        prop_assert!(lowest <= range.low && range.low <= value, "{:?}", got);
        prop_assert!(value <= range.high && range.high <= highest, "{:?}", got);
        let fourfold = answers.repeat(4);
        let surer = score(kind, &fourfold).unwrap().range.unwrap();
        // A range that the scale cut on both sides may stay so.
        let cut = range.low <= lowest && range.high >= highest;
        prop_assert!(surer.high - surer.low < range.high - range.low || cut, "{:?} {:?}", range, surer);
    }

    #[test]
    fn a_trend_turns_with_time_and_follows_from_ranges_apart(
        kind in kinds(),
        before in vec(-3_i64..13, 1..60),
        after in vec(-3_i64..13, 1..60),
    ) {
        let (Some(before), Some(after)) = (score(kind, &before), score(kind, &after)) else { return Ok(()) };
        prop_assert_eq!(trend(&before, &before), Trend::Unclear);
        let turned = match trend(&before, &after) {
            Trend::Risen => Trend::Fallen,
            Trend::Fallen => Trend::Risen,
            Trend::Unclear => Trend::Unclear,
        };
        let got = trend(&after, &before);
        prop_assert_eq!(got, turned);
        prop_assert!(got != Trend::Risen || after.value > before.value);
        prop_assert!(got != Trend::Fallen || after.value < before.value);
        if let (Some(now), Some(then)) = (after.range, before.range) {
            let enough = after.n.min(before.n) >= TREND_FROM;
            prop_assert!(!(enough && now.low > then.high) || got == Trend::Risen);
            prop_assert!(!(enough && now.high < then.low) || got == Trend::Fallen);
        }
    }
}
