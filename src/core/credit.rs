//! Service credits: which row of a contract's table a measured value falls into.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ratio::Ratio;

/// A row of a credit table: from `at_least` (included) to `below` (excluded), both in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    pub below_percent: Decimal,
    pub at_least_percent: Decimal,
    /// In percent of the fee.
    pub credit_percent: Decimal,
}

impl Tier {
    fn contains(&self, value: Ratio) -> bool {
        value.cmp_percent(self.below_percent).is_lt() && value.attains_percent(self.at_least_percent)
    }
}

/// The credit for a measured share. Rows apply literally; where rows overlap the highest credit wins;
/// `None` when no row contains the value.
pub fn credit_percent(value: Ratio, tiers: &[Tier]) -> Option<Decimal> {
    tiers.iter().filter(|tier| tier.contains(value)).map(|tier| tier.credit_percent).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier(below: &str, at_least: &str, credit: i64) -> Tier {
        Tier {
            below_percent: below.parse().unwrap(),
            at_least_percent: at_least.parse().unwrap(),
            credit_percent: credit.into(),
        }
    }

    #[test]
    fn rows_apply_to_the_exact_value_at_every_boundary() {
        let tiers = [tier("99.9", "99.0", 10), tier("99.0", "95.0", 25), tier("96.0", "0", 100)];
        let credit = |permille| credit_percent(Ratio::new(permille, 1_000).unwrap(), &tiers);
        assert_eq!(credit(999), None);
        assert_eq!(credit(998), Some(10.into()));
        assert_eq!(credit(990), Some(10.into()));
        assert_eq!(credit(989), Some(25.into()));
        assert_eq!(credit(955), Some(100.into()), "overlapping rows: the highest credit");
        assert_eq!(credit(0), Some(100.into()));
    }
}
