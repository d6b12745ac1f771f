//! Pictures of every kind, in both languages, for tests.

mod review;

use rust_decimal::Decimal;

use crate::core::picture::{Leaning, Measure};
use crate::i18n::picture::{SpokenBar, SpokenBars, SpokenPicture, SpokenPoint, SpokenShows, SpokenTrend};
use crate::i18n::{Language, format};

const PERCENT: Measure = Measure::Percent { decimals: 1 };
const NPS: Measure = Measure::Score { least: -100, most: 100, decimals: 0 };

/// By name: every kind as it will be met, and at its ends.
pub fn samples(language: Language) -> Vec<(&'static str, SpokenPicture)> {
    let mut samples = match language {
        Language::English => [english_bars(), english_trends()].concat(),
        Language::TraditionalChinese => chinese(),
    };
    samples.extend(review::samples(language));
    samples
}

/// `+ text`, `~ text` and `- text` lean; anything else is plain.
fn leaning(text: &str) -> (Leaning, &str) {
    let sides = [("+ ", Leaning::Good), ("~ ", Leaning::Between), ("- ", Leaning::Bad)];
    let found = sides.into_iter().find_map(|(mark, side)| Some((side, text.strip_prefix(mark)?)));
    found.unwrap_or((Leaning::Plain, text))
}

/// `rows` as `+ 5 Very satisfied=42; …`, `key` as `+ Satisfied; …`.
fn bars([title, note, alt]: [&str; 3], key: &str, rows: &str) -> SpokenPicture {
    let rows: Vec<(&str, u64)> = rows
        .split("; ")
        .map(|row| row.split_once('=').map(|(label, count)| (label, count.parse().unwrap())).unwrap())
        .collect();
    let all: u64 = rows.iter().map(|(_, count)| count).sum();
    let bar = |(label, count): &(&str, u64)| SpokenBar {
        label: leaning(label).1.to_owned(),
        count: *count,
        counted: count.to_string(),
        share: (count * 100).checked_div(all).map(|share| format!("{share} %")),
        leaning: leaning(label).0,
    };
    let key = key.split("; ").filter(|label| !label.is_empty()).map(leaning);
    let shown = SpokenBars {
        bars: rows.iter().map(bar).collect(),
        key: key.map(|(side, label)| (side, label.to_owned())).collect(),
    };
    SpokenPicture {
        title: title.to_owned(),
        note: note.to_owned(),
        alt: alt.to_owned(),
        shows: SpokenShows::Bars(shown),
    }
}

/// `points` as `Jun=81.2 74.1 86.7; Jul=; …`: the figure and the ends of its interval.
fn trend(
    [title, note, target]: [&str; 3],
    measure: Measure,
    mark: i64,
    points: impl AsRef<str>,
) -> SpokenPicture {
    let point = |point: &str| {
        let (label, figures) = point.split_once('=').unwrap();
        let figures: Vec<Decimal> = figures.split(' ').filter_map(|figure| figure.parse().ok()).collect();
        SpokenPoint {
            label: label.to_owned(),
            value: figures.first().map(|value| (*value, format::measured(*value, measure))),
            interval: figures.get(1).copied().zip(figures.get(2).copied()),
        }
    };
    SpokenPicture {
        title: title.to_owned(),
        note: note.to_owned(),
        alt: title.to_owned(),
        shows: SpokenShows::Trend(SpokenTrend {
            measure,
            points: points.as_ref().split("; ").map(point).collect(),
            target: Some((Decimal::from(mark), target.to_owned())),
        }),
    }
}

fn english_bars() -> Vec<(&'static str, SpokenPicture)> {
    let checkout = "How satisfied are you with Checkout?";
    let csat = "42 of 88 answered 5, 31 answered 4, 9 answered 3, 4 answered 2, 2 answered 1.";
    vec![
        (
            "csat",
            bars(
                [checkout, "88 of 240 asked answered · November 2026", csat],
                "+ Satisfied: 82.9 %, promised 80 %",
                "+ 5 Very satisfied=42; + 4 Satisfied=31; 3 Neither=9; 2 Dissatisfied=4; 1 Very dissatisfied=2",
            ),
        ),
        (
            "nps",
            bars(
                [
                    "Would you recommend Upheld to a colleague?",
                    "72 answers · score +38",
                    "40 promoters, 20 passives, 12 detractors.",
                ],
                "+ Promoters 55 %; ~ Passives 27 %; - Detractors 16 %",
                "+ 10=18; + 9=22; ~ 8=14; ~ 7=6; - 6=3; - 5=5; - 4=1; - 3=0; - 2=1; - 1=0; - 0=2",
            ),
        ),
        (
            "ces",
            bars(
                ["It was easy to get my problem solved", "49 answers · mean 5.6", "Most agree."],
                "",
                "7 Strongly agree=12; 6 Agree=20; 5 Somewhat agree=9; 4 Neutral=5; 3 Somewhat disagree=2; \
                 2 Disagree=0; 1 Strongly disagree=1",
            ),
        ),
        ("none", bars([checkout, "No answers yet", "No answers yet."], "", "5=0; 4=0; 3=0; 2=0; 1=0")),
        ("one", bars([checkout, "1 answer", "One answer: 4."], "", "5=0; 4=1; 3=0; 2=0; 1=0")),
    ]
}

fn english_trends() -> Vec<(&'static str, SpokenPicture)> {
    let day = |day: u32| {
        let value = 82 + (day * 37) % 90 / 10;
        format!("{day} Oct={value} {} {}", value - 6, value + 5)
    };
    let days: Vec<String> = (1..=31).map(day).collect();
    let months = "Jun=81.2 74.1 86.7; Jul=84.5 79.0 88.9; Aug=79.0 72.2 84.6; Sep=86.8 81.7 90.7; \
                  Oct=88.2 83.0 92.0; Nov=91.3 86.6 94.4";
    let (name, promised) = ("Satisfaction with Checkout", "promised 80 %");
    let interval = "Share satisfied, with its 95 % interval";
    let nps = ["Recommendation", "Net promoter score, with its 95 % interval", "aim 20"];
    vec![
        ("trend", trend([name, interval, promised], PERCENT, 80, months)),
        ("trend-gap", trend(nps, NPS, 20, "Q1=-12 -31 7; Q2=; Q3=14 -3 30; Q4=31 15 46")),
        ("trend-one", trend([name, "The first month", promised], PERCENT, 80, "Nov=91.2 80.0 96.0")),
        ("trend-none", trend([name, "No answers yet", promised], PERCENT, 80, "Oct=; Nov=")),
        ("trend-daily", trend([name, interval, "promised 85 %"], PERCENT, 85, days.join("; "))),
    ]
}

fn chinese() -> Vec<(&'static str, SpokenPicture)> {
    let months = "6 月=81.2 74.1 86.7; 7 月=84.5 79.0 88.9; 8 月=79.0 72.2 84.6; 9 月=86.8 81.7 90.7; \
                  10 月=88.2 83.0 92.0; 11 月=91.3 86.6 94.4";
    vec![
        (
            "csat",
            bars(
                [
                    "您對結帳服務的滿意度如何？",
                    "240 人受邀，88 人回覆 · 2026 年 11 月",
                    "88 人回覆：5 分 42 人，4 分 31 人，3 分 9 人，2 分 4 人，1 分 2 人。",
                ],
                "+ 滿意 82.9 %，承諾 80 %",
                "+ 5 非常滿意=42; + 4 滿意=31; 3 普通=9; 2 不滿意=4; 1 非常不滿意=2",
            ),
        ),
        (
            "nps",
            bars(
                [
                    "您會把我們推薦給同事嗎？",
                    "72 份回覆 · 淨推薦值 +38",
                    "推薦者 40 人，中立者 20 人，批評者 12 人。",
                ],
                "+ 推薦者 55 %; ~ 中立者 27 %; - 批評者 16 %",
                "+ 10=18; + 9=22; ~ 8=14; ~ 7=6; - 6=3; - 5=5; - 4=1; - 3=0; - 2=1; - 1=0; - 0=2",
            ),
        ),
        (
            "long",
            bars(
                [
                    "這次的處理有哪些地方讓您滿意？可以複選，也可以在下方寫下您的想法",
                    "45 份回覆",
                    "45 份回覆。",
                ],
                "",
                "客服人員回覆迅速，而且很清楚地說明了接下來會怎麼處理=14; 問題在承諾的時間內解決=23; 不需要重複說明同樣的事情=8",
            ),
        ),
        ("trend", trend(["結帳服務滿意度", "滿意比例與 95 % 信賴區間", "承諾 80 %"], PERCENT, 80, months)),
    ]
}
