//! Exact fractions: compared without rounding, shown by rounding down.

use std::cmp::Ordering;
use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::time::Span;

/// A fraction of two whole numbers. Equal when the quotients are: 1/2 = 2/4.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// `None` unless the denominator is positive: nothing measured has no value.
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        (denominator > 0).then_some(Self { numerator, denominator })
    }

    /// The share of a span in another.
    pub fn of_spans(part: Span, whole: Span) -> Option<Self> {
        Self::new(part.micros().into(), whole.micros().into())
    }

    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// Always positive.
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// Compares a share of one with a promise in percent: `99.9` is 999/1000.
    pub fn cmp_percent(self, percent: Decimal) -> Ordering {
        let promised = Self::from(percent);
        // A hundredth of the promise; the denominator of a decimal is at most 10^28.
        self.cmp(&Self { numerator: promised.numerator, denominator: promised.denominator * 100 })
    }

    /// Whether the promise in percent is kept. Exactly the promise is kept.
    pub fn attains_percent(self, percent: Decimal) -> bool {
        self.cmp_percent(percent).is_ge()
    }

    /// Rounded down (towards negative infinity) to so many decimals, at most 20.
    pub fn floor_to(self, decimals: u32) -> Decimal {
        self.floor_scaled(0, decimals)
    }

    /// In percent, rounded down: 0.99999 with two decimals is 99.99.
    pub fn floor_percent(self, decimals: u32) -> Decimal {
        self.floor_scaled(2, decimals)
    }

    /// Long division, so that no intermediate value can overflow.
    fn floor_scaled(self, shift: u32, decimals: u32) -> Decimal {
        let decimals = decimals.min(20);
        let mut quotient = self.numerator.div_euclid(self.denominator);
        let mut rest = self.numerator.rem_euclid(self.denominator);
        for _ in 0..shift + decimals {
            let (digit, left) = next_digit(rest, self.denominator);
            quotient = quotient.saturating_mul(10).saturating_add(digit);
            rest = left;
        }
        let limit = if quotient < 0 { Decimal::MIN } else { Decimal::MAX };
        Decimal::try_from_i128_with_scale(quotient, decimals).unwrap_or(limit)
    }
}

/// `rest × 10` divided by `denominator` with `rest < denominator`, by addition: ten times would overflow.
fn next_digit(rest: i128, denominator: i128) -> (i128, i128) {
    if let Some(ten) = rest.checked_mul(10) {
        return (ten / denominator, ten % denominator);
    }
    let (mut digit, mut left) = (0, 0_i128);
    for _ in 0..10 {
        // left + rest < 2 × denominator, compared without adding.
        if left >= denominator - rest {
            left -= denominator - rest;
            digit += 1;
        } else {
            left += rest;
        }
    }
    (digit, left)
}

impl From<Decimal> for Ratio {
    fn from(value: Decimal) -> Self {
        let value = value.normalize();
        Self { numerator: value.mantissa(), denominator: 10_i128.pow(value.scale()) }
    }
}

impl Ord for Ratio {
    /// Compares whole parts, then the reciprocals of the rests: exact, and without large products.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (self.numerator, self.denominator);
        let (mut c, mut d) = (other.numerator, other.denominator);
        loop {
            let whole = a.div_euclid(b).cmp(&c.div_euclid(d));
            let (rest, other_rest) = (a.rem_euclid(b), c.rem_euclid(d));
            if whole.is_ne() {
                return whole;
            }
            if rest == 0 || other_rest == 0 {
                return rest.cmp(&other_rest);
            }
            (a, b, c, d) = (d, other_rest, b, rest);
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ratio {}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Ratio> for String {
    fn from(ratio: Ratio) -> Self {
        ratio.to_string()
    }
}

impl TryFrom<String> for Ratio {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let parts =
            text.split_once('/').and_then(|(above, below)| Some((above.parse().ok()?, below.parse().ok()?)));
        parts
            .and_then(|(numerator, denominator)| Self::new(numerator, denominator))
            .ok_or_else(|| format!("`{text}` is not a fraction such as 999/1000"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ratio(numerator: i128, denominator: i128) -> Ratio {
        Ratio::new(numerator, denominator).unwrap()
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn display_never_rounds_up_to_a_promise() {
        assert_eq!(ratio(99_999, 100_000).floor_percent(2), decimal("99.99"));
        assert_eq!(ratio(2, 3).floor_percent(1), decimal("66.6"));
        assert_eq!(ratio(-1, 3).floor_to(2), decimal("-0.34"));
        assert_eq!(Ratio::from(decimal("99.999")).floor_to(2), decimal("99.99"));
        assert_eq!(ratio(1, 1).floor_percent(3), decimal("100.000"));
    }

    #[test]
    fn exactly_the_promise_is_kept_and_a_hair_less_is_not() {
        assert!(ratio(999, 1000).attains_percent(decimal("99.9")));
        assert!(!ratio(998_999_999_999, 1_000_000_000_000).attains_percent(decimal("99.9")));
        assert_eq!(Ratio::new(0, 0), None);
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let most = ratio(i128::MAX - 1, i128::MAX);
        assert!(most < ratio(1, 1) && most > ratio(i128::MAX - 2, i128::MAX));
        assert_eq!(most.floor_percent(10), decimal("99.9999999999"));
        assert_eq!(ratio(i128::MAX, 1).floor_to(2), Decimal::MAX);
    }

    proptest! {
        #[test]
        fn order_equals_the_cross_product(
            (a, c) in (-1_000_000_i128..1_000_000, -1_000_000_i128..1_000_000),
            (b, d) in (1_i128..1_000, 1_i128..1_000),
        ) {
            prop_assert_eq!(ratio(a, b).cmp(&ratio(c, d)), (a * d).cmp(&(c * b)));
            prop_assert_eq!(ratio(a, b).floor_to(3), Decimal::from_i128_with_scale((a * 1000).div_euclid(b), 3));
        }

        #[test]
        fn reading_back_gives_the_same(a in any::<i64>(), b in 1_i64..) {
            let one = ratio(a.into(), b.into());
            prop_assert_eq!(serde_json::from_str::<Ratio>(&serde_json::to_string(&one).unwrap()).unwrap(), one);
        }
    }
}
