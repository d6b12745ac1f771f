//! A date as people type it: `2026-12-24`, `24 Dec`, `in 2 weeks`, `tomorrow`, `12月24日`, `兩週後`.

use chrono::{Datelike, Days, Months, NaiveDate};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Nobody plans further ahead: ten years in days.
const FURTHEST: u64 = 3_653;

/// Reads a date; `today` tells which year, week or day is meant where the words leave it open: the next one.
pub fn read(typed: &str, today: NaiveDate) -> Option<NaiveDate> {
    let typed = typed.trim().to_lowercase().replace([',', '，', '。'], " ");
    let words: Vec<&str> = typed.split_whitespace().collect();
    match words.as_slice() {
        ["today" | "今天" | "今日"] => Some(today),
        ["tomorrow" | "明天"] => today.succ_opt(),
        ["in", count, unit] => later(count, unit, today),
        [count, unit] if later(count, unit, today).is_some() => later(count, unit, today),
        [day] | ["on" | "by" | "next", day] if weekday(day).is_some() => following(weekday(day)?, today),
        ["next", unit] => later("1", unit, today),
        [one] => iso(one).or_else(|| chinese(one, today)),
        ["on" | "by", rest @ ..] => named(rest, today),
        words => named(words, today),
    }
}

/// The beginning of these words that is a date, the longest there is, and how many words it takes.
pub fn beginning(words: &[String], today: NaiveDate) -> Option<(NaiveDate, usize)> {
    let longest = words.len().min(4);
    (1..=longest).rev().find_map(|count| Some((read(&words[..count].join(" "), today)?, count)))
}

/// `2026-12-24`, also with points or slashes between.
fn iso(typed: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = typed.split(['-', '/', '.']).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    if year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// `24 Dec`, `Dec 24`, `24th December 2026`.
fn named(words: &[&str], today: NaiveDate) -> Option<NaiveDate> {
    let (first, second, year) = match words {
        [first, second] => (first, second, None),
        [first, second, year] if year.len() == 4 => (first, second, Some(year.parse::<i32>().ok()?)),
        _ => return None,
    };
    let (day, month) = match (day_of(first), day_of(second)) {
        (Some(day), None) => (day, month_of(second)?),
        (None, Some(day)) => (day, month_of(first)?),
        _ => return None,
    };
    coming(year, month, day, today)
}

fn day_of(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches('.');
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| digits.strip_suffix(end)).unwrap_or(digits);
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn month_of(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.');
    if word.len() < 3 {
        return None;
    }
    let place = MONTHS.iter().position(|month| month.starts_with(word))?;
    u32::try_from(place).ok().map(|place| place + 1)
}

/// In the year that is given, else the next time that date comes.
fn coming(year: Option<i32>, month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    // A 29 February may be some years ahead.
    (0..=4)
        .filter_map(|ahead| NaiveDate::from_ymd_opt(today.year() + ahead, month, day))
        .find(|date| *date >= today)
}

fn weekday(word: &str) -> Option<usize> {
    if word.len() < 3 || !word.is_ascii() {
        return None;
    }
    WEEKDAYS.iter().position(|day| day.starts_with(word))
}

/// The next day of that name, today excepted.
fn following(weekday: usize, today: NaiveDate) -> Option<NaiveDate> {
    let ahead = |days: &u64| {
        today
            .checked_add_days(Days::new(*days))
            .is_some_and(|date| usize::try_from(date.weekday().num_days_from_monday()) == Ok(weekday))
    };
    (1..=7).find(ahead).and_then(|days| today.checked_add_days(Days::new(days)))
}

/// `2 weeks`, `10 days`, `a month`.
fn later(count: &str, unit: &str, today: NaiveDate) -> Option<NaiveDate> {
    let count: u64 = match count {
        "a" | "an" | "one" => 1,
        count => count.parse().ok()?,
    };
    let date = match unit.trim_end_matches('s') {
        "day" | "d" => today.checked_add_days(Days::new(count.min(FURTHEST + 1))),
        "week" | "w" => today.checked_add_days(Days::new(count.saturating_mul(7).min(FURTHEST + 1))),
        "month" => today.checked_add_months(Months::new(u32::try_from(count).ok()?)),
        "year" => today.checked_add_months(Months::new(u32::try_from(count.checked_mul(12)?).ok()?)),
        _ => None,
    }?;
    (date.signed_duration_since(today).num_days().unsigned_abs() <= FURTHEST).then_some(date)
}

/// `12月24日`, `2026年12月24日`, `2天後`, `兩週後`, `1個月後`.
fn chinese(typed: &str, today: NaiveDate) -> Option<NaiveDate> {
    if let Some(span) = typed.strip_suffix('後').or_else(|| typed.strip_suffix('后')) {
        let unit = ["個月", "个月", "月", "星期", "週", "周", "天", "日", "年"];
        let (count, unit) = unit.iter().find_map(|unit| Some((span.strip_suffix(unit)?, *unit)))?;
        let count = match count.trim_end_matches(['個', '个']) {
            "一" => "1",
            "二" | "兩" | "两" => "2",
            "三" => "3",
            "四" => "4",
            digits => digits,
        };
        let unit = match unit {
            "天" | "日" => "day",
            "星期" | "週" | "周" => "week",
            "年" => "year",
            _ => "month",
        };
        return later(count, unit, today);
    }
    let (year, rest) = match typed.split_once('年') {
        Some((year, rest)) => (Some(year.parse().ok()?), rest),
        None => (None, typed),
    };
    let (month, day) = rest.split_once('月')?;
    let day = day.trim_end_matches(['日', '號', '号']);
    coming(year, month.parse().ok()?, day.parse().ok()?, today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_read_as_people_type_it() {
        let today = date("2026-11-23");
        for (typed, wanted) in [
            ("2026-12-24", "2026-12-24"),
            ("2026/12/24", "2026-12-24"),
            ("24 Dec", "2026-12-24"),
            ("Dec 24", "2026-12-24"),
            ("24th December 2027", "2027-12-24"),
            ("by 24 dec", "2026-12-24"),
            ("1 Nov", "2027-11-01"),
            ("29 feb", "2028-02-29"),
            ("in 2 weeks", "2026-12-07"),
            ("10 days", "2026-12-03"),
            ("in a month", "2026-12-23"),
            ("in 3 months", "2027-02-23"),
            ("tomorrow", "2026-11-24"),
            ("today", "2026-11-23"),
            ("friday", "2026-11-27"),
            ("next Monday", "2026-11-30"),
            ("next week", "2026-11-30"),
            ("12月24日", "2026-12-24"),
            ("2027年1月5日", "2027-01-05"),
            ("兩週後", "2026-12-07"),
            ("10天後", "2026-12-03"),
            ("1個月後", "2026-12-23"),
            ("明天", "2026-11-24"),
        ] {
            assert_eq!(read(typed, today), Some(date(wanted)), "{typed}");
        }
        for wrong in
            ["", "soon", "24", "31 Feb 2027", "2026-13-01", "in 2", "in 99999999999 weeks", "12-24", "月日"]
        {
            assert_eq!(read(wrong, today), None, "{wrong}");
        }
    }

    #[test]
    fn what_follows_a_date_is_the_reason() {
        let words = |text: &str| text.split(' ').map(ToOwned::to_owned).collect::<Vec<_>>();
        let today = date("2026-11-23");
        assert_eq!(beginning(&words("24 Dec the freeze ends"), today), Some((date("2026-12-24"), 2)));
        assert_eq!(beginning(&words("in 2 weeks because"), today), Some((date("2026-12-07"), 3)));
        assert_eq!(beginning(&words("2026-12-24"), today), Some((date("2026-12-24"), 1)));
        assert_eq!(beginning(&words("as soon as it goes"), today), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _read = read(&text, date("2026-11-23"));
        }
    }
}
