//! Ranges against published values, and what must hold of every range.

use proptest::prelude::*;

use super::*;

fn close(range: Option<Confidence>, low: f64, high: f64, tolerance: f64) {
    let range = range.unwrap();
    let off = libm::fabs(range.low - low).max(libm::fabs(range.high - high));
    assert!(off < tolerance, "{range:?} instead of {low} to {high}");
}

#[test]
fn wilson_equals_published_values() {
    close(wilson_95(4, 20), 0.080_657_662_579_798_1, 0.416_017_432_251_893_5, 1e-8);
    close(wilson_95(4, 200), 0.007_804_426_416_349_47, 0.050_287_086_906_825_43, 1e-8);
    close(wilson_95(190, 200), 0.910_421_851_861_224, 0.972_617_354_399_236, 1e-8);
    close(wilson_95(0, 30), 0.0, 0.113_513_39, 1e-8);
    assert_eq!(wilson_95(0, 0), None);
}

#[test]
fn clopper_pearson_equals_published_values() {
    close(clopper_pearson_95(18, 20), 0.683_017_285_980_917_6, 0.987_651_472_829_705_2, 1e-8);
    close(clopper_pearson_95(190, 200), 0.909_972_462_298_648_6, 0.975_765_834_527_891, 1e-8);
    close(clopper_pearson_95(0, 30), 0.0, 0.115_703_31, 1e-8);
    assert_eq!(clopper_pearson_95(0, 0), None);
}

#[test]
fn clopper_pearson_of_none_and_all_is_a_root() {
    for n in [1, 7, 30, 1_000, 1_000_000] {
        let root = libm::pow(0.025, 1.0 / n as f64);
        close(clopper_pearson_95(0, n), 0.0, 1.0 - root, 1e-8);
        close(clopper_pearson_95(n, n), root, 1.0, 1e-8);
    }
}

#[test]
fn student_equals_the_tables() {
    for (freedom, point) in [
        (1, 12.706_204_736),
        (2, 4.302_652_730),
        (9, 2.262_157_163),
        (10, 2.228_138_852),
        (29, 2.045_229_642),
        (30, 2.042_272_456),
        (100, 1.983_971_519),
        (120, 1.979_930_405),
        (1_000, 1.962_339_081),
    ] {
        let got = student_95(freedom);
        assert!(libm::fabs(got - point) < 2e-9, "{freedom}: {got} instead of {point}");
    }
}

#[test]
fn student_falls_to_the_normal_point_without_a_step() {
    let points: Vec<f64> = (1..=400).map(student_95).collect();
    assert!(points.windows(2).all(|pair| pair[0] > pair[1]));
    assert!(student_95(u64::MAX) >= Z_95 && student_95(u64::MAX) - Z_95 < 1e-12);
    // Where the sum hands over to the expansion, the step is as large as its neighbours.
    let step = |from: usize| points[from - 1] - points[from];
    assert!(libm::fabs(step(200) - 0.5 * (step(199) + step(201))) < 1e-8);
}

#[test]
fn a_difference_of_shares_equals_the_published_example() {
    let share = |met: u64, decided: u64| (met as f64 / decided as f64, wilson_95(met, decided).unwrap());
    close(Some(difference_95(share(56, 70), share(48, 80))), 0.0524, 0.3339, 5e-5);
}

#[test]
fn few_answers_that_agree_do_not_pretend_to_know() {
    let one = nps_95(1, 0, 1).unwrap();
    assert!(one.low < 0.0 && one.high >= 100.0, "{one:?}");
    let many = nps_95(1_000, 0, 1_000).unwrap();
    assert!(many.low > 99.0 && many.low < 100.0, "{many:?}");
    let passive = nps_95(0, 0, 40).unwrap();
    assert!(passive.low < 0.0 && passive.high > 0.0 && passive.low > -10.0, "{passive:?}");
    assert_eq!((nps_95(0, 0, 0), nps_formula_95(0, 0, 0), nps_bootstrap_95(0, 0, 0)), (None, None, None));
}

#[test]
fn what_is_shown_is_chosen_by_the_number_of_answers() {
    assert_eq!(nps_95(12, 8, 29), nps_bootstrap_95(12, 8, 29));
    assert_ne!(nps_95(12, 8, 29), nps_formula_95(12, 8, 29));
    assert_eq!(nps_95(12, 8, 30), nps_formula_95(12, 8, 30));
}

/// The probability of each possible count among so many, built one item at a time.
fn binomial(share: f64, count: usize) -> Vec<f64> {
    (0..count).fold(vec![1.0], |chances, _| {
        let mut next = vec![0.0; chances.len() + 1];
        for (met, chance) in chances.iter().enumerate() {
            next[met] += chance * (1.0 - share);
            next[met + 1] += chance * share;
        }
        next
    })
}

/// Counts of promoters and detractors, and of all.
fn recommendations(n: std::ops::Range<u64>) -> impl Strategy<Value = (u64, u64, u64)> {
    n.prop_flat_map(|n| (0..=n).prop_flat_map(move |promoters| (Just(promoters), 0..=n - promoters, Just(n))))
}

fn width(range: Option<Confidence>) -> f64 {
    range.map(|range| range.high - range.low).unwrap()
}

proptest! {
    #[test]
    fn each_tail_of_the_exact_range_holds_two_and_a_half_percent(n in 1_usize..60, met in 0_usize..60) {
        let met = met.min(n);
        let range = clopper_pearson_95(met as u64, n as u64).unwrap();
        let share = met as f64 / n as f64;
        prop_assert!(0.0 <= range.low && range.low <= share && share <= range.high && range.high <= 1.0);
        if met > 0 {
            let above: f64 = binomial(range.low, n)[met..].iter().sum();
            prop_assert!(libm::fabs(above - 0.025) < 1e-9, "above {above}");
        }
        if met < n {
            let below: f64 = binomial(range.high, n)[..=met].iter().sum();
            prop_assert!(libm::fabs(below - 0.025) < 1e-9, "below {below}");
        }
    }

    #[test]
    fn wilson_solves_its_equation_and_shrinks(n in 1_u64..2_000, met in 0_u64..2_000, more in 2_u64..20) {
        let met = met.min(n);
        let (share, range) = (met as f64 / n as f64, wilson_95(met, n).unwrap());
        prop_assert!(0.0 <= range.low && range.low <= share && share <= range.high && range.high <= 1.0);
        // Its ends are the shares from which what was seen is z deviations away.
        for end in [range.low, range.high] {
            let away = share - end;
            let off = away * away - Z_95 * Z_95 * end * (1.0 - end) / n as f64;
            prop_assert!(libm::fabs(off) < 1e-12, "{off}");
        }
        prop_assert!(width(wilson_95(met * more, n * more)) < width(wilson_95(met, n)));
    }

    #[test]
    fn the_formula_is_the_spread_of_the_answers(
        (promoters, detractors, n) in recommendations(1..300),
        more in 2_u64..20,
    ) {
        let mut answers = vec![1.0; promoters as usize];
        answers.resize((promoters + detractors) as usize, -1.0);
        answers.resize(n as usize, 0.0);
        let mean = answers.iter().sum::<f64>() / n as f64;
        let variance = answers.iter().map(|one| (one - mean) * (one - mean)).sum::<f64>() / n as f64;
        let half = Z_95 * libm::sqrt(variance / n as f64);
        let range = nps_formula_95(promoters, detractors, n).unwrap();
        let (low, high) = ((mean - half).max(-1.0) * 100.0, (mean + half).min(1.0) * 100.0);
        // A root makes much of the last digit where all answers agree and the spread is nothing.
        prop_assert!(libm::fabs(range.low - low) < 1e-5 && libm::fabs(range.high - high) < 1e-5);
        prop_assert!(width(nps_formula_95(promoters * more, detractors * more, n * more)) <= width(Some(range)) + 1e-9);
    }

    #[test]
    fn what_is_shown_contains_the_score_and_lies_in_range(
        (promoters, detractors, n) in recommendations(1..60),
    ) {
        let score = (promoters as f64 - detractors as f64) / n as f64 * 100.0;
        let range = nps_95(promoters, detractors, n).unwrap();
        prop_assert!(-100.0 <= range.low && range.low <= score && score <= range.high && range.high <= 100.0);
        prop_assert!(range.low < range.high);
        prop_assert!(width(nps_95(promoters * 4, detractors * 4, n * 4)) < range.high - range.low);
    }

    #[test]
    fn resampling_repeats_itself_and_meets_the_formula((promoters, detractors, n) in recommendations(30..60)) {
        let range = nps_bootstrap_95(promoters, detractors, n).unwrap();
        prop_assert_eq!(nps_bootstrap_95(promoters, detractors, n), Some(range));
        let formula = nps_formula_95(promoters, detractors, n).unwrap();
        // Scores lie on steps of 100/n, and rare answers are drawn unevenly.
        let near = 250.0 / n as f64;
        prop_assert!(libm::fabs(range.low - formula.low) < near, "{:?} {:?}", range, formula);
        prop_assert!(libm::fabs(range.high - formula.high) < near, "{:?} {:?}", range, formula);
    }

    #[test]
    fn a_mean_is_surer_of_more_answers(mean in -5.0..5.0, variance in 0.01..9.0, n in 2_u64..3_000) {
        let range = mean_95(mean, variance, n).unwrap();
        prop_assert!(range.low < mean && mean < range.high);
        prop_assert!(width(mean_95(mean, variance, n + 1)) < range.high - range.low);
        prop_assert_eq!(mean_95(mean, variance, n % 2), None);
    }
}
