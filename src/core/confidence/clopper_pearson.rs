//! The exact range of a share: the shares under which what was seen is not yet too unlikely.

use super::Confidence;

/// What each tail may hold: both together 5 %.
const TAIL: f64 = 0.025;
/// Halvings of the range: beyond these a double has no further digits.
const HALVINGS: usize = 64;

/// Clopper and Pearson's interval for the share `met` of `decided`, between 0 and 1. `None` when nothing is
/// decided.
///
/// Its low end is the share under which `met` or more have a probability of 2.5 %, its high end the one
/// under which `met` or fewer have (Clopper and Pearson 1934, Biometrika 26, 404–413). It is never too
/// narrow, and wider than Wilson's.
pub fn clopper_pearson_95(met: u64, decided: u64) -> Option<Confidence> {
    if decided == 0 {
        return None;
    }
    let met = met.min(decided);
    // The high end is the low end of those that were not met, seen from above.
    Some(Confidence { low: low_end(met, decided), high: 1.0 - low_end(decided - met, decided) })
}

fn low_end(met: u64, decided: u64) -> f64 {
    if met == 0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, met as f64 / decided as f64);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if at_least(met, decided, middle) < TAIL {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The probability of `met` or more of `decided` under a share of at most `met / decided`.
///
/// The first term is taken through logarithms, where factorials fit. Each further one is smaller than the
/// one before it, so that the sum may end when a term no longer changes it.
fn at_least(met: u64, decided: u64, share: f64) -> f64 {
    if share <= 0.0 {
        return 0.0;
    }
    if share >= 1.0 {
        return 1.0;
    }
    let (count, first) = (decided as f64, met as f64);
    let choices = libm::lgamma(count + 1.0) - libm::lgamma(first + 1.0) - libm::lgamma(count - first + 1.0);
    let mut term = libm::exp(choices + first * libm::log(share) + (count - first) * libm::log1p(-share));
    let (mut sum, mut reached) = (term, first);
    while reached < count && term > sum * f64::EPSILON {
        term *= (count - reached) / (reached + 1.0) * (share / (1.0 - share));
        reached += 1.0;
        sum += term;
    }
    sum
}
