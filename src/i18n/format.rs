//! Numbers, lengths of time and moments as people write them in each language.
//!
//! Nothing is rounded up: a figure may look worse than it is, never better.

use chrono::{Datelike, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Timelike};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Language, Locale};
use crate::core::calendar::{local_date, local_time};
use crate::core::doc::Period;
use crate::core::picture::Measure;
use crate::core::stopwatch::Target;
use crate::core::time::{Instant, Span};

/// Stands between groups of three digits: narrow, and no line breaks there.
const GROUP: char = '\u{202f}';
const MINUS: char = '\u{2212}';

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A whole number, its digits grouped by three: `2 574`, `1 914 060`.
pub fn grouped(number: i64) -> String {
    let mut text = if number < 0 { MINUS.to_string() } else { String::new() };
    text.push_str(&group_digits(&number.unsigned_abs().to_string()));
    text
}

fn group_digits(digits: &str) -> String {
    let length = digits.len();
    let gap = |index: usize| index > 0 && (length - index).is_multiple_of(3);
    let mut text = String::with_capacity(length * 2);
    for (index, digit) in digits.chars().enumerate() {
        if gap(index) {
            text.push(GROUP);
        }
        text.push(digit);
    }
    text
}

/// A decimal number with the decimals it has: `12 345.5`.
pub fn number(value: Decimal) -> String {
    let plain = value.abs().normalize().to_string();
    let (whole, decimals) = plain.split_once('.').map_or((plain.as_str(), None), |(a, b)| (a, Some(b)));
    let mut text =
        if value.is_sign_negative() && !value.is_zero() { MINUS.to_string() } else { String::new() };
    text.push_str(&group_digits(whole));
    if let Some(decimals) = decimals {
        text.push('.');
        text.push_str(decimals);
    }
    text
}

/// A percentage rounded down to `decimals`. What is exact with fewer decimals is written with fewer: 99.9
/// is `99.9 %`, but 99.9066 with two is `99.90 %`.
pub fn percent(value: Decimal, decimals: u32) -> String {
    let mut floored = value.round_dp_with_strategy(decimals.min(28), RoundingStrategy::ToNegativeInfinity);
    if floored == value {
        return format!("{} %", number(floored));
    }
    floored.rescale(decimals.min(28));
    let sign = if floored.is_sign_negative() && !floored.is_zero() { "\u{2212}" } else { "" };
    format!("{sign}{} %", floored.abs())
}

/// A figure as its measure is written; a score keeps its decimals, so that figures side by side compare.
pub fn measured(value: Decimal, measure: Measure) -> String {
    match measure {
        Measure::Percent { decimals } => percent(value, decimals),
        Measure::Score { decimals, .. } => {
            let mut floored =
                value.round_dp_with_strategy(decimals.min(28), RoundingStrategy::ToNegativeInfinity);
            floored.rescale(decimals.min(28));
            let sign = if floored.is_sign_negative() && !floored.is_zero() { "\u{2212}" } else { "" };
            format!("{sign}{}", floored.abs())
        }
    }
}

/// The units of a length of time, longest first, and how many microseconds each has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    const ALL: [Self; 4] = [Self::Day, Self::Hour, Self::Minute, Self::Second];

    const fn length(self) -> Span {
        match self {
            Self::Day => Span::from_days(1),
            Self::Hour => Span::from_hours(1),
            Self::Minute => Span::from_minutes(1),
            Self::Second => Span::from_seconds(1),
        }
    }

    const fn name(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::English, Self::Day) => "d",
            (Language::English, Self::Hour) => "h",
            (Language::English, Self::Minute) => "min",
            (Language::English, Self::Second) => "s",
            (Language::TraditionalChinese, Self::Day) => "天",
            (Language::TraditionalChinese, Self::Hour) => "小時",
            (Language::TraditionalChinese, Self::Minute) => "分鐘",
            (Language::TraditionalChinese, Self::Second) => "秒",
        }
    }
}

/// A length of time as people say it, rounded down: `45 s`, `3 min 20 s`, `17 min`, `4 h 5 min`, `2 d 3 h`.
pub fn duration(span: Span, language: Language) -> String {
    let rest = magnitude(span);
    let smallest = if rest < 600 * SECOND {
        Unit::Second
    } else if rest < 86_400 * SECOND {
        Unit::Minute
    } else {
        Unit::Hour
    };
    with_sign(span, units(rest, smallest, language))
}

/// A length of time with nothing left out: `15 min 12 s`, `2 d 30 min`, `0.4 s`.
pub fn exact_duration(span: Span, language: Language) -> String {
    let rest = magnitude(span);
    let below = rest % SECOND;
    if below == 0 {
        return with_sign(span, units(rest, Unit::Second, language));
    }
    let whole = units(rest - rest % (60 * SECOND), Unit::Minute, language);
    let seconds = format!("{} {}", decimal_seconds(rest % (60 * SECOND)), Unit::Second.name(language));
    with_sign(span, if rest < 60 * SECOND { seconds } else { format!("{whole} {seconds}") })
}

/// What a clock was promised: `15 min`, `4 h of working time`, `2 business days`.
pub fn target(target: Target, working_time: bool, language: Language) -> String {
    match (target, language) {
        (Target::BusinessDays { days: 1, .. }, Language::English) => "1 business day".to_owned(),
        (Target::BusinessDays { days, .. }, Language::English) => format!("{days} business days"),
        (Target::BusinessDays { days, .. }, Language::TraditionalChinese) => format!("{days} 個工作天"),
        (Target::Elapsed(span), _) if !working_time => exact_duration(span, language),
        (Target::Elapsed(span), Language::English) => {
            format!("{} of working time", exact_duration(span, language))
        }
        (Target::Elapsed(span), Language::TraditionalChinese) => {
            format!("{}工作時間", exact_duration(span, language))
        }
    }
}

/// In seconds, nothing left out: `1 914 060 s`.
pub fn seconds(span: Span, language: Language) -> String {
    with_sign(span, format!("{} {}", decimal_seconds(magnitude(span)), Unit::Second.name(language)))
}

const SECOND: u64 = 1_000_000;

fn magnitude(span: Span) -> u64 {
    span.micros().unsigned_abs()
}

fn with_sign(span: Span, text: String) -> String {
    if span < Span::ZERO { format!("{MINUS}{text}") } else { text }
}

fn decimal_seconds(micros: u64) -> String {
    let whole = group_digits(&(micros / SECOND).to_string());
    match micros % SECOND {
        0 => whole,
        below => format!("{whole}.{}", format!("{below:06}").trim_end_matches('0')),
    }
}

/// Every unit that is not zero, down to `smallest`.
fn units(mut rest: u64, smallest: Unit, language: Language) -> String {
    let mut parts = Vec::new();
    for unit in Unit::ALL.into_iter().filter(|unit| *unit <= smallest) {
        let length = magnitude(unit.length());
        let count = rest / length;
        rest %= length;
        if count > 0 {
            parts.push(format!("{} {}", group_digits(&count.to_string()), unit.name(language)));
        }
    }
    if parts.is_empty() {
        parts.push(format!("0 {}", smallest.name(language)));
    }
    parts.join(" ")
}

/// A time of day: `03:17`; with its date when that is not the day of `as_of`, with the year when that
/// differs: `3 Nov 03:17`, `3 Nov 2025 03:17`.
pub fn moment(at: Instant, as_of: Instant, locale: Locale) -> String {
    dated(at, as_of, locale, "%H:%M")
}

/// The same to the second, with as many decimals as it needs: `06:14:20`.
pub fn exact_moment(at: Instant, as_of: Instant, locale: Locale) -> String {
    dated(at, as_of, locale, "%H:%M:%S")
}

fn dated(at: Instant, as_of: Instant, locale: Locale, pattern: &str) -> String {
    let local = local_time(locale.zone, at);
    let today = local_date(locale.zone, as_of);
    let mut text = match day(local.date(), today, locale.language) {
        Some(date) => format!("{date} {}", local.format(pattern)),
        None => local.format(pattern).to_string(),
    };
    let below = local.nanosecond() % 1_000_000_000 / 1_000;
    if pattern.ends_with("%S") && below > 0 {
        text.push_str(&format!(".{}", format!("{below:06}").trim_end_matches('0')));
    }
    if let Some(zone) = distinguishing_zone(local, at, locale) {
        text.push(' ');
        text.push_str(&zone);
    }
    text
}

/// Where the clocks are set back a time of day comes twice; then the name of its offset says which is meant.
fn distinguishing_zone(local: NaiveDateTime, at: Instant, locale: Locale) -> Option<String> {
    match locale.zone.from_local_datetime(&local) {
        LocalResult::Ambiguous(..) => Some(at.to_utc().with_timezone(&locale.zone).format("%Z").to_string()),
        LocalResult::Single(_) | LocalResult::None => None,
    }
}

/// A date as it is written beside a time; none on the same day, the year only when it differs.
fn day(date: NaiveDate, today: NaiveDate, language: Language) -> Option<String> {
    if date == today {
        return None;
    }
    Some(self::date(date, today, language))
}

/// A date by itself: `24 Dec`; with its year when that is not the year of `as_of`.
pub fn on(date: NaiveDate, as_of: Instant, locale: Locale) -> String {
    self::date(date, local_date(locale.zone, as_of), locale.language)
}

fn date(date: NaiveDate, today: NaiveDate, language: Language) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match (language, year == today.year()) {
        (Language::English, true) => format!("{day} {}", short_month(month)),
        (Language::English, false) => format!("{day} {} {year}", short_month(month)),
        (Language::TraditionalChinese, true) => format!("{month}月{day}日"),
        (Language::TraditionalChinese, false) => format!("{year}年{month}月{day}日"),
    }
}

/// A month among others: `Nov`.
pub fn month(date: NaiveDate, language: Language) -> String {
    match language {
        Language::English => short_month(date.month()).to_owned(),
        Language::TraditionalChinese => format!("{} 月", date.month()),
    }
}

fn month_name(month: u32) -> &'static str {
    let index = usize::try_from(month.saturating_sub(1)).unwrap_or(0);
    MONTHS.get(index).copied().unwrap_or(MONTHS[0])
}

fn short_month(month: u32) -> &'static str {
    &month_name(month)[..3]
}

/// A period's name: `November`, `Q4`, `last 30 d`; with its year when that differs from the year of
/// `as_of`, or always when `full`.
pub fn period(period: Period, full: bool, as_of: Instant, locale: Locale) -> String {
    let today = local_date(locale.zone, as_of);
    let shows = |year: i32| full || year != today.year();
    match (locale.language, period) {
        (Language::English, Period::Month { year, month }) if shows(year) => {
            format!("{} {year}", month_name(month))
        }
        (Language::English, Period::Month { month, .. }) => month_name(month).to_owned(),
        (Language::English, Period::Quarter { year, quarter }) if shows(year) => format!("Q{quarter} {year}"),
        (Language::English, Period::Quarter { quarter, .. }) => format!("Q{quarter}"),
        (Language::English, Period::Year(year)) => year.to_string(),
        (Language::English, Period::Week(first)) => {
            format!("week of {}", date(first, when(full, first, today), locale.language))
        }
        (Language::English, Period::Rolling(length)) => {
            format!("last {}", exact_duration(length, locale.language))
        }
        (Language::TraditionalChinese, Period::Month { year, month }) if shows(year) => {
            format!("{year} 年 {month} 月")
        }
        (Language::TraditionalChinese, Period::Month { month, .. }) => format!("{month} 月"),
        (Language::TraditionalChinese, Period::Quarter { year, quarter }) if shows(year) => {
            format!("{year} 年第 {quarter} 季")
        }
        (Language::TraditionalChinese, Period::Quarter { quarter, .. }) => format!("第 {quarter} 季"),
        (Language::TraditionalChinese, Period::Year(year)) => format!("{year} 年"),
        (Language::TraditionalChinese, Period::Week(first)) => {
            format!("{}當週", date(first, when(full, first, today), locale.language))
        }
        (Language::TraditionalChinese, Period::Rolling(length)) => {
            format!("最近 {}", exact_duration(length, locale.language))
        }
    }
}

/// The day to compare with: when the year must be shown, one of another year.
fn when(full: bool, first: NaiveDate, today: NaiveDate) -> NaiveDate {
    if full { NaiveDate::from_ymd_opt(first.year() + 1, 1, 1).unwrap_or(today) } else { today }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, TraditionalChinese};
    use proptest::prelude::*;

    #[test]
    fn a_date_stands_by_itself() {
        let (date, now) = (NaiveDate::from_ymd_opt(2026, 12, 24).unwrap(), at("2026-11-23T03:00:00Z"));
        assert_eq!(on(date, now, locale(English, "UTC")), "24 Dec");
        assert_eq!(on(date, at("2025-12-31T23:00:00Z"), locale(English, "UTC")), "24 Dec 2026");
        assert_eq!(on(date, now, locale(TraditionalChinese, "UTC")), "12月24日");
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn locale(language: Language, zone: &str) -> Locale {
        Locale { language, zone: zone.parse().unwrap() }
    }

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(2_574), "2\u{202f}574");
        assert_eq!(grouped(1_914_060), "1\u{202f}914\u{202f}060");
        assert_eq!(grouped(-18_000), "\u{2212}18\u{202f}000");
        assert_eq!(
            grouped(i64::MIN),
            "\u{2212}9\u{202f}223\u{202f}372\u{202f}036\u{202f}854\u{202f}775\u{202f}808"
        );
        assert_eq!(number(dec("-12345.50")), "\u{2212}12\u{202f}345.5");
        assert_eq!(number(dec("-0.0")), "0");
    }

    #[test]
    fn percentages_are_floored_and_say_how_exact_they_are() {
        assert_eq!(percent(dec("99.999"), 2), "99.99 %");
        assert_eq!(percent(dec("99.9"), 2), "99.9 %");
        assert_eq!(percent(dec("99.900"), 2), "99.9 %");
        assert_eq!(percent(dec("99.9066"), 2), "99.90 %");
        assert_eq!(percent(dec("99.9066"), 4), "99.9066 %");
        assert_eq!(percent(dec("100"), 2), "100 %");
        assert_eq!(percent(dec("99.99999999999999999999"), 2), "99.99 %");
        assert_eq!(percent(dec("0.001"), 2), "0.00 %");
        assert_eq!(percent(dec("-0.001"), 2), "\u{2212}0.01 %");
    }

    #[test]
    fn lengths_of_time_are_said_as_people_say_them() {
        let cases = [
            (0, "0 s", "0 秒"),
            (45, "45 s", "45 秒"),
            (200, "3 min 20 s", "3 分鐘 20 秒"),
            (17 * 60 + 59, "17 min", "17 分鐘"),
            (4 * 3600, "4 h", "4 小時"),
            (4 * 3600 + 30 * 60 + 1, "4 h 30 min", "4 小時 30 分鐘"),
            (86_400 - 1, "23 h 59 min", "23 小時 59 分鐘"),
            (51 * 3600 + 1800, "2 d 3 h", "2 天 3 小時"),
            (-90, "\u{2212}1 min 30 s", "\u{2212}1 分鐘 30 秒"),
        ];
        for (seconds, english, chinese) in cases {
            assert_eq!(duration(Span::from_seconds(seconds), English), english);
            assert_eq!(duration(Span::from_seconds(seconds), TraditionalChinese), chinese);
        }
    }

    #[test]
    fn exact_lengths_leave_nothing_out() {
        assert_eq!(exact_duration(Span::from_seconds(912), English), "15 min 12 s");
        assert_eq!(exact_duration(Span::from_seconds(86_400 + 1_800), English), "1 d 30 min");
        assert_eq!(exact_duration(Span::from_micros(900_400_000), English), "15 min 0.4 s");
        assert_eq!(exact_duration(Span::from_micros(1), TraditionalChinese), "0.000001 秒");
        assert_eq!(seconds(Span::from_seconds(1_914_060), English), "1\u{202f}914\u{202f}060 s");
        assert_eq!(seconds(Span::from_millis(12_500), TraditionalChinese), "12.5 秒");
        assert_eq!(seconds(Span::from_micros(i64::MIN), English).chars().next(), Some(MINUS));
    }

    #[test]
    fn targets_say_which_time_they_count() {
        let say =
            |of: Target, working_time: bool| Language::ALL.map(|language| target(of, working_time, language));
        let four = Target::Elapsed(Span::from_hours(4));
        assert_eq!(say(four, false), ["4 h", "4 小時"]);
        assert_eq!(say(four, true), ["4 h of working time", "4 小時工作時間"]);
        let days = |days| Target::BusinessDays { days, end_of_day: true };
        assert_eq!(say(days(1), true), ["1 business day", "1 個工作天"]);
        assert_eq!(say(days(5), true), ["5 business days", "5 個工作天"]);
    }

    #[test]
    fn a_date_is_shown_when_it_is_not_the_readers_day() {
        let english = locale(English, "Europe/Berlin");
        let chinese = locale(TraditionalChinese, "Asia/Taipei");
        let noon = at("2026-11-23T11:00:00Z");
        assert_eq!(moment(at("2026-11-23T02:17:00Z"), noon, english), "03:17");
        assert_eq!(moment(at("2026-11-03T02:17:00Z"), noon, english), "3 Nov 03:17");
        assert_eq!(moment(at("2026-11-03T02:17:00Z"), noon, chinese), "11月3日 10:17");
        assert_eq!(moment(at("2025-11-03T02:17:00Z"), noon, english), "3 Nov 2025 03:17");
        assert_eq!(moment(at("2027-01-01T02:17:00Z"), noon, chinese), "2027年1月1日 10:17");
        assert_eq!(exact_moment(at("2026-11-23T05:14:20Z"), noon, english), "06:14:20");
        assert_eq!(exact_moment(at("2026-11-23T05:14:20.25Z"), noon, english), "06:14:20.25");
        assert_eq!(exact_moment(at("2026-11-22T05:14:20Z"), noon, english), "22 Nov 06:14:20");
    }

    #[test]
    fn midnight_belongs_to_the_new_day_of_the_zone() {
        let berlin = locale(English, "Europe/Berlin");
        let as_of = at("2026-11-23T23:00:00Z");
        assert_eq!(moment(at("2026-11-23T23:00:00Z"), as_of, berlin), "00:00");
        assert_eq!(moment(at("2026-11-23T22:59:59Z"), as_of, berlin), "23 Nov 23:59");
        // The same two moments fall on one day further west.
        let new_york = locale(English, "America/New_York");
        assert_eq!(moment(at("2026-11-23T22:59:59Z"), as_of, new_york), "17:59");
    }

    #[test]
    fn a_time_that_comes_twice_says_which_it_is() {
        let berlin = locale(English, "Europe/Berlin");
        let as_of = at("2026-10-25T10:00:00Z");
        assert_eq!(moment(at("2026-10-25T00:30:00Z"), as_of, berlin), "02:30 CEST");
        assert_eq!(moment(at("2026-10-25T01:30:00Z"), as_of, berlin), "02:30 CET");
        assert_eq!(moment(at("2026-10-25T02:30:00Z"), as_of, berlin), "03:30");
        // The hour that is skipped in spring does not exist.
        assert_eq!(moment(at("2026-03-29T00:59:59Z"), at("2026-03-29T10:00:00Z"), berlin), "01:59");
        assert_eq!(moment(at("2026-03-29T01:00:00Z"), at("2026-03-29T10:00:00Z"), berlin), "03:00");
    }

    #[test]
    fn periods_have_names() {
        let as_of = at("2026-11-23T11:00:00Z");
        let name = |of: Period, full: bool, language| period(of, full, as_of, locale(language, "UTC"));
        let november = Period::Month { year: 2026, month: 11 };
        assert_eq!(name(november, false, English), "November");
        assert_eq!(name(november, true, English), "November 2026");
        assert_eq!(name(november, false, TraditionalChinese), "11 月");
        assert_eq!(name(november, true, TraditionalChinese), "2026 年 11 月");
        assert_eq!(name(Period::Month { year: 2025, month: 11 }, false, English), "November 2025");
        assert_eq!(name(Period::Quarter { year: 2026, quarter: 4 }, false, English), "Q4");
        assert_eq!(
            name(Period::Quarter { year: 2026, quarter: 4 }, true, TraditionalChinese),
            "2026 年第 4 季"
        );
        assert_eq!(name(Period::Year(2026), false, TraditionalChinese), "2026 年");
        let monday = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        assert_eq!(name(Period::Week(monday), false, English), "week of 23 Nov");
        assert_eq!(name(Period::Week(monday), true, TraditionalChinese), "2026年11月23日當週");
        assert_eq!(name(Period::Rolling(Span::from_days(30)), false, English), "last 30 d");
        assert_eq!(name(Period::Rolling(Span::from_days(30)), true, TraditionalChinese), "最近 30 天");
    }

    /// Reads a written percentage back.
    fn read_percent(text: &str) -> Decimal {
        dec(&text.replace(MINUS, "-").replace(['\u{202f}', ' ', '%'], ""))
    }

    /// Reads a written English length back, in microseconds.
    fn read_duration(text: &str) -> i128 {
        let (sign, text) = text.strip_prefix(MINUS).map_or((1, text), |rest| (-1, rest));
        let words: Vec<&str> = text.split(' ').collect();
        let micros: i128 = words
            .chunks(2)
            .map(|pair| {
                let count = dec(&pair[0].replace(GROUP, "")) * Decimal::from(1_000_000);
                let unit = match pair[1] {
                    "d" => 86_400,
                    "h" => 3_600,
                    "min" => 60,
                    "s" => 1,
                    other => panic!("{other}"),
                };
                i128::try_from(count).unwrap() * unit
            })
            .sum();
        sign * micros
    }

    proptest! {
        #[test]
        fn a_shown_percentage_never_exceeds_the_exact_one(
            mantissa in -100_000_000_000_i64..100_000_000_001, scale in 0_u32..12, decimals in 0_u32..8,
        ) {
            let exact = Decimal::new(mantissa, scale);
            let shown = read_percent(&percent(exact, decimals));
            prop_assert!(shown <= exact);
            prop_assert!(exact - shown < Decimal::new(1, decimals), "no more than one step below");
        }

        #[test]
        fn a_shown_length_never_exceeds_the_exact_one(micros in any::<i64>()) {
            let span = Span::from_micros(micros);
            let (exact, shown) = (i128::from(micros), read_duration(&duration(span, English)));
            prop_assert!(shown.abs() <= exact.abs());
            let step = if exact.abs() < 600_000_000 { 1 } else if exact.abs() < 86_400_000_000 { 60 } else { 3_600 };
            prop_assert!(exact.abs() - shown.abs() < step * 1_000_000);
            prop_assert_eq!(read_duration(&exact_duration(span, English)), exact);
            prop_assert_eq!(read_duration(&seconds(span, English)), exact);
        }

        #[test]
        fn every_moment_can_be_written_in_every_zone(
            micros in Instant::MIN.micros()..=Instant::MAX.micros(), as_of in any::<i64>(), zone in 0_usize..500,
        ) {
            let zone = chrono_tz::TZ_VARIANTS[zone % chrono_tz::TZ_VARIANTS.len()];
            for language in Language::ALL {
                let locale = Locale { language, zone };
                let (at, as_of) = (Instant::from_micros(micros), Instant::from_micros(as_of));
                let text = moment(at, as_of, locale);
                prop_assert_eq!(text.contains(' '), local_date(zone, at) != local_date(zone, as_of)
                    || matches!(zone.from_local_datetime(&local_time(zone, at)), LocalResult::Ambiguous(..)));
                prop_assert!(exact_moment(at, as_of, locale).len() > text.len());
            }
        }
    }
}
