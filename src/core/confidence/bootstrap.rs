//! The range of promoters minus detractors from few answers: the answers are drawn anew, again and again.

use super::{Confidence, at_most};

/// How often the answers are drawn anew.
const RESAMPLES: usize = 2_000;
/// The 2.5 % and 97.5 % points of the sorted scores by nearest rank: the 50th and the 1,950th.
const LOW: usize = RESAMPLES / 40 - 1;
const HIGH: usize = RESAMPLES - RESAMPLES / 40 - 1;

/// The percentile bootstrap of promoters minus detractors, in percent of `n` answers (Efron 1979, Annals of
/// Statistics 7, 1–26). `None` without answers.
///
/// The draws follow from the counts alone, so that the same answers give the same range everywhere and for
/// ever. The work grows with `n`; from thirty answers on the formula says the same.
pub fn nps_bootstrap_95(promoters: u64, detractors: u64, n: u64) -> Option<Confidence> {
    if n == 0 {
        return None;
    }
    let (promoters, detractors) = at_most(promoters, detractors, n);
    let mut draws = Draws::seeded(promoters, detractors, n);
    let mut scores = [0_i64; RESAMPLES];
    for score in &mut scores {
        for _ in 0..n {
            let drawn = draws.below(n);
            *score += i64::from(drawn < promoters) - i64::from(drawn >= n - detractors);
        }
    }
    scores.sort_unstable();
    let percent = |score: i64| score as f64 / n as f64 * 100.0;
    let share = (promoters as f64 - detractors as f64) / n as f64 * 100.0;
    Some(Confidence { low: percent(scores[LOW]).min(share), high: percent(scores[HIGH]).max(share) })
}

/// SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
struct Draws(u64);

impl Draws {
    fn seeded(promoters: u64, detractors: u64, n: u64) -> Self {
        [promoters, detractors, n].into_iter().fold(Self(0), |mut draws, count| {
            draws.0 ^= count;
            Self(draws.next())
        })
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 up to, and without, `end`: the upper half of the product, whose bias of `end / 2⁶⁴` nobody meets.
    fn below(&mut self, end: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(end);
        (product >> 64) as u64
    }
}
