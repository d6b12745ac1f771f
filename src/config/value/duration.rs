//! Lengths of time as people write them: `15m`, `1h30m`, `2 business days`.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use toml::de::DeValue;

use super::{Value, Written, described};
use crate::config::problem::{Wrong, quoted};
use crate::core::agreement::Publish;
use crate::core::stopwatch::Target;
use crate::core::time::Span;
use crate::core::window::WindowKind;

const REMEDY: &str = "write a number with its unit, such as \"15m\", \"4 h\" or \"1h30m\"";
/// Longer than any contract; keeps every sum far from its limits.
const LONGEST: Span = Span::from_days(36_525);

const UNITS: [(&[&str], Span); 6] = [
    (&["ms", "millisecond", "milliseconds"], Span::from_millis(1)),
    (&["s", "sec", "secs", "second", "seconds"], Span::from_seconds(1)),
    (&["m", "min", "mins", "minute", "minutes"], Span::from_minutes(1)),
    (&["h", "hr", "hrs", "hour", "hours"], Span::from_hours(1)),
    (&["d", "day", "days"], Span::from_days(1)),
    (&["w", "week", "weeks"], Span::from_days(7)),
];

fn parse(text: &str) -> Result<Span, Wrong> {
    let wrong = || Wrong::new(format!("{} is not a duration", quoted(text)), REMEDY);
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    if rest.starts_with(['-', '−']) {
        return Err(Wrong::new(format!("{} is negative", quoted(text)), "write a duration of zero or more"));
    }
    let mut total = Span::ZERO;
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        let number: Decimal = rest[..rest.len() - digits.len()].parse().map_err(|_| wrong())?;
        let unit_on = digits.trim_start();
        let after = unit_on.trim_start_matches(char::is_alphabetic);
        total += in_unit(number, &unit_on[..unit_on.len() - after.len()], text)?;
        rest = after.trim_start();
    }
    if total > LONGEST {
        return Err(Wrong::new(
            format!("{} is longer than a hundred years", quoted(text)),
            "write a shorter duration",
        ));
    }
    Ok(total)
}

fn in_unit(number: Decimal, unit: &str, text: &str) -> Result<Span, Wrong> {
    if unit.is_empty() {
        return Err(Wrong::new(format!("{} has no unit", quoted(text)), REMEDY));
    }
    if unit == "M" {
        return Err(Wrong::new(
            format!("`M` in {} could be minutes or months", quoted(text)),
            "write `min` for minutes; a calendar month is a window, not a duration",
        ));
    }
    let lower = unit.to_lowercase();
    let known = UNITS.iter().find(|(names, _)| names.contains(&lower.as_str())).ok_or_else(|| {
        Wrong::new(
            format!("{} in {} is not a unit", quoted(unit), quoted(text)),
            "the units are ms, s, min, h, d and w",
        )
    })?;
    number
        .checked_mul(Decimal::from(known.1.micros()))
        .and_then(|micros| micros.floor().to_i64())
        .map(Span::from_micros)
        .ok_or_else(|| Wrong::new(format!("{} is too long", quoted(text)), "write a shorter duration"))
}

impl Written for Span {
    const VALUE: Value = Value::Duration;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        match value {
            DeValue::String(text) => parse(text),
            DeValue::Integer(_) | DeValue::Float(_) => {
                Err(Wrong::new(format!("{} has no unit", described(value)), REMEDY))
            }
            _ => Err(Wrong::new(format!("{} is not a duration", described(value)), REMEDY)),
        }
    }
}

impl Written for Target {
    const VALUE: Value = Value::Target;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        match value.as_str().map(|text| business_days(text.trim())) {
            Some(Some(target)) => target,
            Some(None) | None => Span::read(value).map(Self::Elapsed),
        }
    }
}

/// `2 business days`, `5 working days to end of day`; none when it does not speak of business days.
fn business_days(text: &str) -> Option<Result<Target, Wrong>> {
    let lower = text.to_lowercase();
    let (start, end) = ["business day", "working day"].iter().find_map(|word| lower.split_once(word))?;
    let remedy = "write for example \"2 business days\" or \"5 business days to end of day\"";
    let end_of_day = match end.trim_start_matches('s').trim() {
        "" => false,
        "to end of day" | "to the end of the day" | "to the end of day" => true,
        other => {
            return Some(Err(Wrong::new(
                format!("{} is not understood after the days", quoted(other)),
                remedy,
            )));
        }
    };
    Some(match start.trim().parse::<u32>() {
        Ok(0) if !end_of_day => Err(Wrong::new("0 business days is no time at all", remedy)),
        Ok(days) if days <= 3_650 => Ok(Target::BusinessDays { days, end_of_day }),
        _ => Err(Wrong::new(format!("{} is not a number of business days", quoted(start.trim())), remedy)),
    })
}

impl Written for WindowKind {
    const VALUE: Value = Value::Window;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        const REMEDY: &str = "write week, month, quarter, year, or a length such as \"rolling 30d\"";
        let text = value
            .as_str()
            .ok_or_else(|| Wrong::new(format!("{} is not a window", described(value)), REMEDY))?;
        if let Ok(kind) = text.parse() {
            return Ok(kind);
        }
        let Some(length) =
            text.trim().strip_prefix("rolling").map(parse).or_else(|| parse(text).ok().map(Ok))
        else {
            return Err(Wrong::new(format!("{} is not a window", quoted(text)), REMEDY));
        };
        let length = length?;
        if !text.trim().starts_with("rolling") {
            return Err(Wrong::new(
                format!("{} is a length, not a window", quoted(text)),
                "write \"rolling 30d\" for one that ends now, or month, quarter, year",
            ));
        }
        // One grammar of windows: what was meant, in its own short form.
        format!("rolling {}m", length.micros() / Span::from_minutes(1).micros()).parse().map_err(
            |error: crate::core::window::WindowError| {
                Wrong::new(error.to_string(), "a rolling window is 1 hour to 10 years")
            },
        )
    }
}

impl Written for Publish {
    const VALUE: Value = Value::Publish;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        const REMEDY: &str = "write \"at once\", \"after 10 min\" or \"on approval\"";
        let wrong = || Wrong::new(format!("{} is not a publish policy", described(value)), REMEDY);
        let text = value.as_str().ok_or_else(wrong)?.trim();
        match text {
            "at once" => Ok(Self::AtOnce),
            "on approval" => Ok(Self::OnApproval),
            _ => {
                let delay = parse(text.strip_prefix("after ").ok_or_else(wrong)?)?;
                Ok(if delay.is_zero() { Self::AtOnce } else { Self::After(delay) })
            }
        }
    }
}

/// A duration in the words the files use: `1h 30m`.
pub fn duration_words(span: Span) -> String {
    let mut rest = span.or_zero().micros();
    let mut parts = Vec::new();
    for (unit, length) in [
        ("d", Span::from_days(1)),
        ("h", Span::from_hours(1)),
        ("min", Span::from_minutes(1)),
        ("s", Span::from_seconds(1)),
    ] {
        let count = rest / length.micros();
        rest %= length.micros();
        if count > 0 {
            parts.push(format!("{count} {unit}"));
        }
    }
    if rest > 0 {
        parts.push(format!("{} ms", rest / 1_000));
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

/// A promised time in words.
pub fn target_words(target: Target) -> String {
    match target {
        Target::Elapsed(span) => duration_words(span),
        Target::BusinessDays { days, end_of_day } => {
            let plural = if days == 1 { "" } else { "s" };
            let end = if end_of_day { " to end of day" } else { "" };
            format!("{days} business day{plural}{end}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Written>(text: &str) -> Result<T, String> {
        T::read(&DeValue::String(text.into())).map_err(|wrong| format!("{}; {}", wrong.what, wrong.remedy))
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, micros) in [
            ("15m", 900_000_000_i64),
            ("15 min", 900_000_000),
            ("4 h", 14_400_000_000),
            ("1h30m", 5_400_000_000),
            ("1 hour 30 minutes", 5_400_000_000),
            ("1.5h", 5_400_000_000),
            ("90 s", 90_000_000),
            ("250ms", 250_000),
            ("2 days", 172_800_000_000),
            ("1W", 604_800_000_000),
            ("0s", 0),
        ] {
            assert_eq!(read::<Span>(text), Ok(Span::from_micros(micros)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_answered_with_what_is() {
        for text in [
            "",
            "15",
            "m",
            "soon",
            "-5m",
            "1M",
            "1.2.3h",
            "5 parsecs",
            "1h30",
            "99999999999999999999w",
            "200000d",
        ] {
            assert!(read::<Span>(text).is_err(), "{text}");
        }
        assert_eq!(read::<Span>("15").unwrap_err(), format!("`15` has no unit; {REMEDY}"));
        assert_eq!(read::<Span>("-5m").unwrap_err(), "`-5m` is negative; write a duration of zero or more");
    }

    #[test]
    fn targets_know_business_days() {
        assert_eq!(read("2 business days"), Ok(Target::BusinessDays { days: 2, end_of_day: false }));
        assert_eq!(read("1 working day"), Ok(Target::BusinessDays { days: 1, end_of_day: false }));
        assert_eq!(
            read("5 business days to end of day"),
            Ok(Target::BusinessDays { days: 5, end_of_day: true })
        );
        assert_eq!(read("4h"), Ok(Target::Elapsed(Span::from_hours(4))));
        for text in ["some business days", "0 business days", "2 business days later", "-1 business days"] {
            assert!(read::<Target>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn windows_and_publish_policies() {
        assert_eq!(read("month"), Ok(WindowKind::Month));
        assert_eq!(read("rolling 30d"), Ok(WindowKind::Rolling(Span::from_days(30))));
        assert_eq!(read("rolling 30 days"), Ok(WindowKind::Rolling(Span::from_days(30))));
        for text in ["30d", "rolling", "rolling 5m", "monthly", "rolling 99999999h"] {
            assert!(read::<WindowKind>(text).is_err(), "{text}");
        }
        assert_eq!(read("at once"), Ok(Publish::AtOnce));
        assert_eq!(read("after 10 min"), Ok(Publish::After(Span::from_minutes(10))));
        assert_eq!(read("on approval"), Ok(Publish::OnApproval));
        assert!(read::<Publish>("later").is_err());
    }

    #[test]
    fn words_are_read_back_as_the_same_length() {
        for micros in [0, 1_000, 90_000_000, 5_400_000_000, 90_061_000_000] {
            let span = Span::from_micros(micros);
            assert_eq!(read(&duration_words(span)), Ok(span));
        }
    }
}
