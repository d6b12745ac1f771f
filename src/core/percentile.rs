//! Shares, percentiles and means over items, exactly.

use rust_decimal::Decimal;

use super::ratio::Ratio;
use super::time::Span;

/// The share of a part in a whole, exactly. `None` where the whole is nothing.
pub fn share(part: u64, whole: u64) -> Option<Ratio> {
    Ratio::new(part.into(), whole.into())
}

/// Whether "`percent` of the items" holds: `met × 100 ≥ percent × decided`, exactly. `None` when nothing
/// is decided.
pub fn share_attained(met: u64, decided: u64, percent: Decimal) -> Option<bool> {
    share(met, decided).map(|share| share.attains_percent(percent))
}

/// How many of `decided` items may miss while "`percent` of the items" still holds.
pub fn misses_allowed(decided: u64, percent: Decimal) -> u64 {
    let allowed =
        (Decimal::ONE_HUNDRED - percent).max(Decimal::ZERO) * Decimal::from(decided) / Decimal::ONE_HUNDRED;
    u64::try_from(allowed.floor().mantissa()).unwrap_or(u64::MAX).min(decided)
}

/// The nearest-rank percentile: the `ceil(percent × n / 100)`-th smallest. It is at most a target exactly
/// when at least `percent` of the spans are, which no interpolated percentile promises.
pub fn nearest_rank(spans: &[Span], percent: Decimal) -> Option<Span> {
    let last = spans.len().checked_sub(1)?;
    let exact = percent * Decimal::from(spans.len()) / Decimal::ONE_HUNDRED;
    let rank = usize::try_from(exact.ceil().mantissa()).unwrap_or(0).max(1);
    let mut sorted = spans.to_vec();
    let (_, found, _) = sorted.select_nth_unstable((rank - 1).min(last));
    Some(*found)
}

/// The mean, rounded down to a microsecond.
pub fn mean(spans: &[Span]) -> Option<Span> {
    let count = i128::try_from(spans.len()).ok().filter(|count| *count > 0)?;
    let sum: i128 = spans.iter().map(|span| i128::from(span.micros())).sum();
    i64::try_from(sum.div_euclid(count)).ok().map(Span::from_micros)
}

/// Whether the mean is at most the target, without rounding.
pub fn mean_attained(spans: &[Span], target: Span) -> Option<bool> {
    let count = i128::try_from(spans.len()).ok().filter(|count| *count > 0)?;
    let sum: i128 = spans.iter().map(|span| i128::from(span.micros())).sum();
    Some(sum <= i128::from(target.micros()) * count)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_share_is_compared_in_whole_numbers() {
        assert_eq!(share_attained(19, 20, decimal("95")), Some(true));
        assert_eq!(share_attained(18, 19, decimal("95")), Some(false));
        assert_eq!(share_attained(999, 1000, decimal("99.9")), Some(true));
        assert_eq!(share_attained(0, 0, decimal("95")), None);
        assert_eq!((misses_allowed(19, decimal("95")), misses_allowed(20, decimal("95"))), (0, 1));
        assert_eq!((misses_allowed(7, decimal("0")), misses_allowed(7, decimal("100"))), (7, 0));
    }

    #[test]
    fn nothing_has_neither_mean_nor_percentile() {
        assert_eq!(
            (mean(&[]), nearest_rank(&[], decimal("95")), mean_attained(&[], Span::MAX)),
            (None, None, None)
        );
        assert_eq!(mean(&[Span::MAX, Span::MAX]), Some(Span::MAX));
    }

    proptest! {
        #[test]
        fn percentile_and_share_agree(
            raw in vec(0_i64..40, 1..60),
            target in 0_i64..40,
            tenths in 0_i64..=1_000,
        ) {
            let spans: Vec<Span> = raw.iter().copied().map(Span::from_micros).collect();
            let (target, percent) = (Span::from_micros(target), Decimal::new(tenths, 1));
            let met = spans.iter().filter(|span| **span <= target).count() as u64;
            let decided = spans.len() as u64;
            let attained = share_attained(met, decided, percent).unwrap();
            prop_assert_eq!(decided - met <= misses_allowed(decided, percent), attained);
            // The zeroth percentile is the smallest item by convention, though nothing need be met.
            if tenths > 0 {
                prop_assert_eq!(nearest_rank(&spans, percent).unwrap() <= target, attained);
            }
        }

        #[test]
        fn the_mean_lies_between_the_extremes(raw in vec(-1_000_i64..1_000, 1..60), target in -1_000_i64..1_000) {
            let spans: Vec<Span> = raw.iter().copied().map(Span::from_micros).collect();
            let mean = mean(&spans).unwrap();
            prop_assert!(mean <= *spans.iter().max().unwrap() && mean >= *spans.iter().min().unwrap());
            let total: i64 = raw.iter().sum();
            let attained = total <= target * raw.len() as i64;
            prop_assert_eq!(mean_attained(&spans, Span::from_micros(target)), Some(attained));
        }
    }
}
