//! Numbers: percentages as exact decimals, counts, sizes.

use std::str::FromStr;
use std::time::Duration;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use toml::de::DeValue;

use super::{Value, Written, described};
use crate::config::problem::Wrong;
use crate::core::time::Span;

/// A percentage, exactly as written; 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(pub Decimal);

impl Written for Percent {
    const VALUE: Value = Value::Percent;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = || {
            Wrong::new(
                format!("{} is not a percentage", described(value)),
                "write a number such as 99.9 or 95",
            )
        };
        // The text of the number, never its binary approximation.
        let text = match value {
            DeValue::String(text) => text.trim().trim_end_matches('%').trim_end(),
            DeValue::Float(number) => number.as_str(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => return Err(wrong()),
        };
        let number =
            Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).map_err(|_| wrong())?;
        if number > Decimal::ONE_HUNDRED {
            return Err(Wrong::new(format!("{} is over 100 percent", described(value)), "write 100 or less"));
        }
        if number.is_sign_negative() && !number.is_zero() {
            return Err(Wrong::new(
                format!("{} is below 0 percent", described(value)),
                "write a percentage above 0",
            ));
        }
        // 99.90 and 99.9 are one promise and must give one text.
        Ok(Self(number.normalize()))
    }
}

impl Written for u32 {
    const VALUE: Value = Value::Count;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = || {
            let remedy = format!("write a whole number from 0 to {}, without quotes", Self::MAX);
            Wrong::new(format!("{} is not such a number", described(value)), remedy)
        };
        let number = value.as_integer().ok_or_else(wrong)?;
        Self::from_str_radix(number.as_str(), number.radix()).map_err(|_| wrong())
    }
}

/// A platform's number for something, up to 64 bits.
impl Written for u64 {
    const VALUE: Value = Value::Count;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = || Wrong::new(format!("{} is not a number", described(value)), "write digits only");
        match value {
            DeValue::Integer(number) => {
                Self::from_str_radix(number.as_str(), number.radix()).map_err(|_| wrong())
            }
            DeValue::String(text) => text.trim().parse().map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

const UNITS: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

impl Written for Size {
    const VALUE: Value = Value::Size;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = || {
            Wrong::new(
                format!("{} is not a size", described(value)),
                "write a number with its unit, such as \"8 MiB\"",
            )
        };
        let text = value.as_str().ok_or_else(wrong)?.trim();
        let (number, unit) = UNITS
            .iter()
            .find_map(|(name, bytes)| Some((text.strip_suffix(name)?, *bytes)))
            .ok_or_else(wrong)?;
        let number = Decimal::from_str(number.trim()).map_err(|_| wrong())?;
        number.checked_mul(unit.into()).and_then(|bytes| bytes.floor().to_u64()).map(Self).ok_or_else(wrong)
    }
}

/// So many in such a time: evenly in the long run, all at once after a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// At least one.
    pub count: u32,
    pub per: Duration,
}

impl Rate {
    /// The time between two, in the long run.
    pub fn every(self) -> Duration {
        self.per / self.count.max(1)
    }
}

impl Written for Rate {
    const VALUE: Value = Value::Rate;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = || {
            Wrong::new(
                format!("{} is not a rate", described(value)),
                "write for example \"5 in 5s\" or \"20 in 1 min\"",
            )
        };
        let (count, time) = value.as_str().and_then(|text| text.split_once(" in ")).ok_or_else(wrong)?;
        let count = count.trim().parse().ok().filter(|count: &u32| *count > 0).ok_or_else(wrong)?;
        let span = Span::read(&DeValue::String(time.into()))?;
        let per = u64::try_from(span.micros()).map(Duration::from_micros).map_err(|_| wrong())?;
        Ok(Self { count, per })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(toml: &str) -> Result<String, String> {
        let value = DeValue::parse(toml).unwrap();
        Percent::read(value.get_ref()).map(|percent| percent.0.to_string()).map_err(|wrong| wrong.what)
    }

    #[test]
    fn percentages_are_exact_decimals_with_one_spelling() {
        assert_eq!(percent("99.9"), Ok("99.9".into()));
        assert_eq!(percent("99.90"), Ok("99.9".into()));
        assert_eq!(percent("\"99.95 %\""), Ok("99.95".into()));
        assert_eq!(percent("95"), Ok("95".into()));
        assert_eq!(percent("1e2"), Ok("100".into()));
        // As a binary float this would be 99.99999999999999.
        assert_eq!(percent("99.999999999999995"), Ok("99.999999999999995".into()));
    }

    #[test]
    fn what_is_no_percentage_is_refused() {
        for toml in ["nan", "inf", "-1", "100.000000000000001", "\"many\"", "true", "[]", "0x5f", "-0.5"] {
            assert!(percent(toml).is_err(), "{toml}");
        }
    }

    #[test]
    fn rates_are_so_many_in_such_a_time() {
        let rate = |text: &str| Rate::read(&DeValue::String(text.to_owned().into())).ok();
        assert_eq!(rate("5 in 5s").map(Rate::every), Some(Duration::from_secs(1)));
        assert_eq!(rate("20 in 1 min"), Some(Rate { count: 20, per: Duration::from_secs(60) }));
        for text in ["5", "0 in 5s", "5 in", "5 in 5", "-1 in 5s", "5 per 5s"] {
            assert_eq!(rate(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_have_units() {
        let size = |text: &str| Size::read(&DeValue::String(text.to_owned().into())).map(|size| size.0).ok();
        assert_eq!(size("8 MiB"), Some(8_388_608));
        assert_eq!(size("0.5KiB"), Some(512));
        assert_eq!(size("8"), None);
        assert_eq!(size("-1 B"), None);
        assert_eq!(size("99999999999999999999 GiB"), None);
    }
}
