//! Pictures of every kind, in both languages, for tests.

use rust_decimal::Decimal;

use crate::core::picture::{Leaning, Measure};
use crate::i18n::Language;
use crate::i18n::picture::{SpokenBar, SpokenBars, SpokenPicture, SpokenPoint, SpokenShows, SpokenTrend};

fn bars(
    title: &str,
    note: &str,
    alt: &str,
    key: &[(Leaning, &str)],
    bars: &[(&str, u64, Leaning)],
) -> SpokenPicture {
    let all: u64 = bars.iter().map(|(_, count, _)| count).sum();
    let bar = |(label, count, leaning): &(&str, u64, Leaning)| SpokenBar {
        label: (*label).to_owned(),
        count: *count,
        counted: count.to_string(),
        share: (count * 100).checked_div(all).map(|share| format!("{share} %")),
        leaning: *leaning,
    };
    SpokenPicture {
        title: title.to_owned(),
        note: note.to_owned(),
        alt: alt.to_owned(),
        shows: SpokenShows::Bars(SpokenBars {
            bars: bars.iter().map(bar).collect(),
            key: key.iter().map(|(leaning, label)| (*leaning, (*label).to_owned())).collect(),
        }),
    }
}

fn trend(
    title: &str,
    note: &str,
    measure: Measure,
    target: (i64, &str),
    points: &[(&str, Option<(i64, i64, i64)>)],
) -> SpokenPicture {
    let point = |(label, value): &(&str, Option<(i64, i64, i64)>)| SpokenPoint {
        label: (*label).to_owned(),
        value: value.map(|(value, ..)| {
            (Decimal::new(value, 1), crate::i18n::format::measured(Decimal::new(value, 1), measure))
        }),
        interval: value.map(|(_, low, high)| (Decimal::new(low, 1), Decimal::new(high, 1))),
    };
    SpokenPicture {
        title: title.to_owned(),
        note: note.to_owned(),
        alt: title.to_owned(),
        shows: SpokenShows::Trend(SpokenTrend {
            measure,
            points: points.iter().map(point).collect(),
            target: Some((Decimal::new(target.0, 1), target.1.to_owned())),
        }),
    }
}

const PERCENT: Measure = Measure::Percent { decimals: 1 };
const NPS: Measure = Measure::Score { least: -100, most: 100, decimals: 0 };
const MONTHS: [Option<(i64, i64, i64)>; 6] = [
    Some((812, 741, 867)),
    Some((845, 790, 889)),
    Some((790, 722, 846)),
    Some((868, 817, 907)),
    Some((882, 830, 920)),
    Some((913, 866, 944)),
];

fn months(names: [&'static str; 6]) -> Vec<(&'static str, Option<(i64, i64, i64)>)> {
    names.into_iter().zip(MONTHS).collect()
}

/// By name: every kind as it will be met, and at its ends.
pub fn samples(language: Language) -> Vec<(&'static str, SpokenPicture)> {
    match language {
        Language::English => english(),
        Language::TraditionalChinese => chinese(),
    }
}

fn english() -> Vec<(&'static str, SpokenPicture)> {
    use Leaning::{Bad, Between, Good, Plain};
    let csat = [
        ("5 Very satisfied", 42, Good),
        ("4 Satisfied", 31, Good),
        ("3 Neither", 9, Plain),
        ("2 Dissatisfied", 4, Plain),
        ("1 Very dissatisfied", 2, Plain),
    ];
    let nps_counts = [18, 22, 14, 6, 3, 5, 1, 0, 1, 0, 2];
    let scores = ["10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0"];
    let side = |index: usize| {
        if index < 2 {
            Good
        } else if index < 4 {
            Between
        } else {
            Bad
        }
    };
    let nps: Vec<_> = (0..11).map(|at| (scores[at], nps_counts[at], side(at))).collect();
    let ces: Vec<_> = [
        ("7 Strongly agree", 12),
        ("6 Agree", 20),
        ("5 Somewhat agree", 9),
        ("4 Neutral", 5),
        ("3 Somewhat disagree", 2),
        ("2 Disagree", 0),
        ("1 Strongly disagree", 1),
    ]
    .map(|(label, count)| (label, count, Plain))
    .to_vec();
    let none: Vec<_> = ["5", "4", "3", "2", "1"].map(|label| (label, 0, Plain)).to_vec();
    let one: Vec<_> =
        [("5", 0, Plain), ("4", 1, Plain), ("3", 0, Plain), ("2", 0, Plain), ("1", 0, Plain)].to_vec();
    let nps_trend = [
        ("Q1", Some((-120, -310, 70))),
        ("Q2", None),
        ("Q3", Some((140, -30, 300))),
        ("Q4", Some((310, 150, 460))),
    ];
    let days: Vec<String> = (1..=31).map(|day| format!("{day} Oct")).collect();
    let daily: Vec<(&str, Option<(i64, i64, i64)>)> = days
        .iter()
        .enumerate()
        .map(|(at, day)| {
            let at = i64::try_from(at).unwrap();
            let value = 850 + (at * 37) % 90 - 30;
            (day.as_str(), Some((value, value - 60, (value + 50).min(1_000))))
        })
        .collect();
    vec![
        (
            "csat",
            bars(
                "How satisfied are you with Checkout?",
                "88 of 240 asked answered · November 2026",
                "42 of 88 answered 5, 31 answered 4, 9 answered 3, 4 answered 2, 2 answered 1.",
                &[(Good, "Satisfied: 82.9 %, promised 80 %")],
                &csat,
            ),
        ),
        (
            "nps",
            bars(
                "Would you recommend Upheld to a colleague?",
                "72 answers · score +38",
                "40 promoters, 20 passives, 12 detractors.",
                &[(Good, "Promoters 55 %"), (Between, "Passives 27 %"), (Bad, "Detractors 16 %")],
                &nps,
            ),
        ),
        (
            "ces",
            bars("It was easy to get my problem solved", "49 answers · mean 5.6", "Most agree.", &[], &ces),
        ),
        (
            "none",
            bars("How satisfied are you with Checkout?", "No answers yet", "No answers yet.", &[], &none),
        ),
        ("one", bars("How satisfied are you with Checkout?", "1 answer", "One answer: 4.", &[], &one)),
        (
            "trend",
            trend(
                "Satisfaction with Checkout",
                "Share satisfied, with its 95 % interval",
                PERCENT,
                (800, "promised 80 %"),
                &months(["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]),
            ),
        ),
        (
            "trend-gap",
            trend(
                "Recommendation",
                "Net promoter score, with its 95 % interval",
                NPS,
                (200, "aim 20"),
                &nps_trend,
            ),
        ),
        (
            "trend-one",
            trend(
                "Satisfaction with Checkout",
                "The first month",
                PERCENT,
                (800, "promised 80 %"),
                &[("Nov", Some((912, 800, 960)))],
            ),
        ),
        (
            "trend-none",
            trend(
                "Satisfaction with Checkout",
                "No answers yet",
                PERCENT,
                (800, "promised 80 %"),
                &[("Oct", None), ("Nov", None)],
            ),
        ),
        (
            "trend-daily",
            trend(
                "Satisfaction by day",
                "Share satisfied, with its 95 % interval",
                PERCENT,
                (850, "promised 85 %"),
                &daily,
            ),
        ),
    ]
}

fn chinese() -> Vec<(&'static str, SpokenPicture)> {
    use Leaning::{Bad, Between, Good, Plain};
    let csat = [
        ("5 非常滿意", 42, Good),
        ("4 滿意", 31, Good),
        ("3 普通", 9, Plain),
        ("2 不滿意", 4, Plain),
        ("1 非常不滿意", 2, Plain),
    ];
    let scores = ["10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0"];
    let nps_counts = [18, 22, 14, 6, 3, 5, 1, 0, 1, 0, 2];
    let side = |index: usize| {
        if index < 2 {
            Good
        } else if index < 4 {
            Between
        } else {
            Bad
        }
    };
    let nps: Vec<_> = (0..11).map(|at| (scores[at], nps_counts[at], side(at))).collect();
    let long: Vec<_> = [
        ("客服人員回覆迅速，而且很清楚地說明了接下來會怎麼處理", 14),
        ("問題在承諾的時間內解決", 23),
        ("不需要重複說明同樣的事情", 8),
    ]
    .map(|(label, count)| (label, count, Plain))
    .to_vec();
    vec![
        (
            "csat",
            bars(
                "您對結帳服務的滿意度如何？",
                "240 人受邀，88 人回覆 · 2026 年 11 月",
                "88 人回覆：5 分 42 人，4 分 31 人，3 分 9 人，2 分 4 人，1 分 2 人。",
                &[(Good, "滿意 82.9 %，承諾 80 %")],
                &csat,
            ),
        ),
        (
            "nps",
            bars(
                "您會把我們推薦給同事嗎？",
                "72 份回覆 · 淨推薦值 +38",
                "推薦者 40 人，中立者 20 人，批評者 12 人。",
                &[(Good, "推薦者 55 %"), (Between, "中立者 27 %"), (Bad, "批評者 16 %")],
                &nps,
            ),
        ),
        (
            "long",
            bars(
                "這次的處理有哪些地方讓您滿意？可以複選，也可以在下方寫下您的想法",
                "45 份回覆",
                "45 份回覆。",
                &[],
                &long,
            ),
        ),
        (
            "trend",
            trend(
                "結帳服務滿意度",
                "滿意比例與 95 % 信賴區間",
                PERCENT,
                (800, "承諾 80 %"),
                &months(["6 月", "7 月", "8 月", "9 月", "10 月", "11 月"]),
            ),
        ),
    ]
}
