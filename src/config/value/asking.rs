//! What surveys are made of: schedules, quiet hours, and figures that may lie below zero.

use rust_decimal::Decimal;
use toml::de::DeValue;

use super::{Value, Written, described};
use crate::config::problem::{Wrong, quoted};
use crate::core::schedule::{Schedule, ScheduleError};
use crate::core::survey::QuietHours;

// How they are written, for the reference.
pub(super) const NUMBER: &str =
    "A number without quotes, read as the exact decimal it is written as, also below zero: `42.5`, `-10`.";
pub(super) const SCHEDULE: &str = "Minute, hour, day of the month, month and weekday as cron has them, by the clocks of the agreement's zone; weekdays by name. Where a day and a weekday are given both must match: `\"0 9 1-7 * Mon\"` is the first Monday of a month at nine.";
pub(super) const QUIET: &str = "From one time to another by the reader's clocks, also across midnight: `\"20:00-08:00\"`; or `\"never\"`.";

/// An exact number, also below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number(pub Decimal);

impl Written for Number {
    const VALUE: Value = Value::Number;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = || {
            Wrong::new(
                format!("{} is not a number", described(value)),
                "write a number such as 42.5 or -10, without quotes",
            )
        };
        // The text of the number, never its binary approximation.
        let text = match value {
            DeValue::Float(number) => number.as_str(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => return Err(wrong()),
        };
        let text = text.strip_prefix('+').unwrap_or(text);
        let number = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
        number.map(|number| Self(number.normalize())).map_err(|_| wrong())
    }
}

/// A whole number, also below zero.
impl Written for i64 {
    const VALUE: Value = Value::Number;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = || {
            Wrong::new(
                format!("{} is not a whole number", described(value)),
                "write a whole number, without quotes",
            )
        };
        let number = value.as_integer().ok_or_else(wrong)?;
        Self::from_str_radix(number.as_str(), number.radix()).map_err(|_| wrong())
    }
}

impl Written for Schedule {
    const VALUE: Value = Value::Schedule;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        const EXAMPLE: &str = "write for example \"0 9 1-7 * Mon\", the first Monday of a month at nine";
        let Some(text) = value.as_str() else {
            return Err(Wrong::new(format!("{} is not a schedule", described(value)), EXAMPLE));
        };
        text.parse().map_err(|error| {
            let why = match error {
                ScheduleError::Fields(found) => {
                    format!(
                        "has {found} fields and needs five: minute, hour, day of the month, month, weekday"
                    )
                }
                ScheduleError::WeekdayNumber => {
                    "names a weekday by number, which counts differently elsewhere".to_owned()
                }
                ScheduleError::Unreadable => "cannot be read".to_owned(),
                ScheduleError::Never => "never comes".to_owned(),
            };
            let remedy = match error {
                ScheduleError::WeekdayNumber => "write Mon, Tue, … Sun",
                ScheduleError::Fields(_) | ScheduleError::Unreadable | ScheduleError::Never => EXAMPLE,
            };
            Wrong::new(format!("{} {why}", quoted(text)), remedy)
        })
    }
}

/// Hours in which nobody is written to, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet(pub Option<QuietHours>);

impl Written for Quiet {
    const VALUE: Value = Value::Quiet;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        match value.as_str().map(str::trim) {
            Some("never") => Ok(Self(None)),
            Some(text) => text.parse().map(|hours| Self(Some(hours))).map_err(|()| wrong(value)),
            None => Err(wrong(value)),
        }
    }
}

fn wrong(value: &DeValue<'_>) -> Wrong {
    Wrong::new(
        format!("{} are not quiet hours", described(value)),
        "write two different times such as \"20:00-08:00\", or \"never\"",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Written>(toml: &str) -> Result<T, String> {
        let value = DeValue::parse(toml).unwrap();
        T::read(value.get_ref()).map_err(|wrong| format!("{}; {}", wrong.what, wrong.remedy))
    }

    #[test]
    fn numbers_are_exact_and_may_be_negative() {
        let number = |toml: &str| read::<Number>(toml).map(|number| number.0.to_string());
        assert_eq!(number("-10"), Ok("-10".into()));
        assert_eq!(number("+42.50"), Ok("42.5".into()));
        assert_eq!(number("99.999999999999995"), Ok("99.999999999999995".into()));
        for toml in ["nan", "-inf", "\"5\"", "0x10", "true", "1e400"] {
            assert!(number(toml).is_err(), "{toml}");
        }
        assert_eq!(read::<i64>("-3"), Ok(-3));
        for toml in ["3.5", "\"3\"", "9223372036854775808"] {
            assert!(read::<i64>(toml).is_err(), "{toml}");
        }
    }

    #[test]
    fn schedules_and_quiet_hours_say_what_would_be_right() {
        assert_eq!(read::<Schedule>("\"0 9 1-7 * Mon\"").unwrap().to_string(), "0 9 1-7 * Mon");
        assert_eq!(
            read::<Schedule>("\"0 9 * * 1\"").unwrap_err(),
            "`0 9 * * 1` names a weekday by number, which counts differently elsewhere; write Mon, Tue, … Sun"
        );
        assert!(
            read::<Schedule>("\"0 9 30 2 *\"").unwrap_err().starts_with("`0 9 30 2 *` never comes; write")
        );
        assert_eq!(read::<Quiet>("\"never\""), Ok(Quiet(None)));
        assert_eq!(read::<Quiet>("\"20:00-08:00\""), Ok(Quiet("20:00-08:00".parse().ok())));
        for toml in ["\"8-20\"", "\"08:00-08:00\"", "20"] {
            assert!(read::<Quiet>(toml).is_err(), "{toml}");
        }
    }
}
