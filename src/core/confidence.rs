//! How sure a figure can be that a few answers or items gave: 95 % ranges, for display and for trends.
//!
//! No verdict on a promise is taken from them; those are exact and lie elsewhere.

use serde::{Deserialize, Serialize};

mod bootstrap;
mod clopper_pearson;
mod student;

pub use bootstrap::nps_bootstrap_95;
pub use clopper_pearson::clopper_pearson_95;
pub use student::student_95;

#[cfg(test)]
mod tests;

/// The 97.5 % point of the normal distribution: both tails together leave 5 %.
const Z_95: f64 = 1.959_963_984_540_054;

/// With fewer answers the formula for promoters minus detractors, which is one for many, is not shown.
pub const FORMULA_FROM: u64 = 30;

/// The range in which the true figure lies with 95 % confidence, in the figure's own unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confidence {
    pub low: f64,
    pub high: f64,
}

impl Confidence {
    /// Both ends times a positive factor: a share of one becomes percent.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { low: self.low * factor, high: self.high * factor }
    }
}

/// Wilson's interval for the share `met` of `decided`, between 0 and 1. `None` when nothing is decided.
///
/// `(p + z²/2n ± z√(p(1−p)/n + z²/4n²)) / (1 + z²/n)`: Wilson 1927, Journal of the American Statistical
/// Association 22, 209–212.
pub fn wilson_95(met: u64, decided: u64) -> Option<Confidence> {
    if decided == 0 {
        return None;
    }
    let (count, square) = (decided as f64, Z_95 * Z_95);
    let share = met.min(decided) as f64 / count;
    let centre = share + square / (2.0 * count);
    let spread = Z_95 * libm::sqrt(share * (1.0 - share) / count + square / (4.0 * count * count));
    let scale = 1.0 + square / count;
    // At 0 and 1 an end is the share itself, which the last digit must not miss.
    let (low, high) = ((centre - spread) / scale, (centre + spread) / scale);
    Some(Confidence { low: low.max(0.0).min(share), high: high.min(1.0).max(share) })
}

/// The range to show for promoters minus detractors, in percent of `n` answers. `None` without answers.
///
/// Below [`FORMULA_FROM`] answers it comes from resampling, above from the formula. Where all answers are
/// of one kind both would claim to know the figure to the point, and the range of [`unanimous_95`] is given.
pub fn nps_95(promoters: u64, detractors: u64, n: u64) -> Option<Confidence> {
    if promoters >= n {
        unanimous_95(100.0, n, -100.0, 100.0)
    } else if detractors >= n {
        unanimous_95(-100.0, n, -100.0, 100.0)
    } else if promoters == 0 && detractors == 0 {
        unanimous_95(0.0, n, -100.0, 100.0)
    } else if n < FORMULA_FROM {
        nps_bootstrap_95(promoters, detractors, n)
    } else {
        nps_formula_95(promoters, detractors, n)
    }
}

/// The normal range of promoters minus detractors, in percent of `n` answers, from −100 to 100.
///
/// With the shares p and d it is `p − d ± z√((p + d − (p − d)²)/n)`: the variance of an answer that counts
/// 1, 0 or −1. `None` without answers.
pub fn nps_formula_95(promoters: u64, detractors: u64, n: u64) -> Option<Confidence> {
    if n == 0 {
        return None;
    }
    let (promoters, detractors) = at_most(promoters, detractors, n);
    let count = n as f64;
    let score = (promoters as f64 - detractors as f64) / count;
    let variance = ((promoters + detractors) as f64 / count - score * score).max(0.0);
    let spread = Z_95 * libm::sqrt(variance / count);
    let (low, high) = ((score - spread).max(-1.0), (score + spread).min(1.0));
    Some(Confidence { low, high }.times(100.0))
}

/// Student's range of a mean: `mean ± t√(variance/n)` with the 97.5 % point of n − 1 degrees of freedom
/// (Student 1908, Biometrika 6, 1–25). The variance is that of the sample, divided by n − 1. `None` with
/// fewer than two answers, which have no spread.
pub fn mean_95(mean: f64, variance: f64, n: u64) -> Option<Confidence> {
    let freedom = n.checked_sub(1).filter(|freedom| *freedom > 0)?;
    let spread = student_95(freedom) * libm::sqrt(variance.max(0.0) / n as f64);
    Some(Confidence { low: mean - spread, high: mean + spread })
}

/// The range of a mean when `n` answers all count `value`, on a scale from `lowest` to `highest`. `None`
/// without answers.
///
/// Such answers show no spread, but they are few. Wilson bounds from below the share of all who would
/// answer so; the others are taken to answer at the one end of the scale, then at the other.
pub fn unanimous_95(value: f64, n: u64, lowest: f64, highest: f64) -> Option<Confidence> {
    let others = 1.0 - wilson_95(n, n)?.low;
    Some(Confidence { low: value - others * (value - lowest), high: value + others * (highest - value) })
}

/// The range of the difference `a − b` of two independent figures, each with its own range.
///
/// `d − √((a − low_a)² + (high_b − b)²)` to `d + √((high_a − a)² + (b − low_b)²)`. For shares with Wilson's
/// ranges it is method 10 of Newcombe 1998, Statistics in Medicine 17, 873–890; Zou and Donner 2008,
/// Statistics in Medicine 27, 1693–1702, show it for any figures.
pub fn difference_95((a, range_a): (f64, Confidence), (b, range_b): (f64, Confidence)) -> Confidence {
    let down = libm::hypot(a - range_a.low, range_b.high - b);
    let up = libm::hypot(range_a.high - a, b - range_b.low);
    Confidence { low: a - b - down, high: a - b + up }
}

/// Both counts, together at most `n`.
fn at_most(promoters: u64, detractors: u64, n: u64) -> (u64, u64) {
    let promoters = promoters.min(n);
    (promoters, detractors.min(n - promoters))
}
