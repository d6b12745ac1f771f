//! Scores in words: the figure with its range and how many answered, and whether it moved.

use rust_decimal::Decimal;

use crate::commands::words::score_value;
use crate::core::confidence::Confidence;
use crate::core::doc::{Period, Text, Value};
use crate::core::picture::Measure;
use crate::core::score::{Counts, Recommendations, Score, ScoreKind, Trend};
use crate::core::survey::Localized;
use crate::core::voice::Results;

/// A count as messages hold it.
pub fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The figure, between what it surely lies, and what it rests on.
pub fn score_text(score: &Score, counts: &Counts) -> Text {
    let Some((low, high)) = ends(score) else { return value_of("score-alone", score) };
    let text = match score.kind {
        ScoreKind::Csat { scale, satisfied_from } => value_of("score-csat", score)
            .with("satisfied", count(counts.between(satisfied_from, scale.highest))),
        ScoreKind::Nps => {
            let Recommendations { promoters, passives, detractors } = Recommendations::of(counts);
            let text = value_of("score-nps", score).with("promoters", count(promoters));
            text.with("passives", count(passives)).with("detractors", count(detractors))
        }
        ScoreKind::Mean { scale } => {
            value_of("score-mean", score).with("lowest", scale.lowest).with("highest", scale.highest)
        }
    };
    text.with("low", Value::Number(low)).with("high", Value::Number(high))
}

/// `75.0 % of 12 answers`
pub fn score_short(score: &Score) -> Text {
    value_of("score-short", score)
}

fn value_of(key: &'static str, score: &Score) -> Text {
    Text::key(key).with("value", score_value(score)).with("count", count(score.n))
}

/// What became of it since the period before; none without a figure.
pub fn trend_text(results: &Results, before: Period) -> Option<Text> {
    results.score()?;
    let period = Value::Period { period: before, full: false };
    let Some((previous, trend)) = results.previous().zip(results.trend()) else {
        return Some(Text::key("score-nothing-before").with("period", period));
    };
    let key = match trend {
        Trend::Risen => "score-risen",
        Trend::Fallen => "score-fallen",
        Trend::Unclear => "score-unclear",
    };
    Some(value_of(key, &previous).with("period", period))
}

/// The range in the unit that is shown, rounded to its decimals.
pub fn ends(score: &Score) -> Option<(Decimal, Decimal)> {
    let Confidence { low, high } = score.range?;
    let decimals = match score.kind {
        ScoreKind::Csat { .. } => 1,
        ScoreKind::Nps => 0,
        ScoreKind::Mean { .. } => 2,
    };
    let round = |end: f64| Some(Decimal::try_from(end).ok()?.round_dp(decimals));
    Some((round(low)?, round(high)?))
}

/// How pictures write it.
pub fn measure(kind: ScoreKind) -> Measure {
    let bound = |bound: i64| i32::try_from(bound).unwrap_or_default();
    match kind {
        ScoreKind::Csat { .. } => Measure::Percent { decimals: 1 },
        ScoreKind::Nps => Measure::Score { least: -100, most: 100, decimals: 0 },
        ScoreKind::Mean { scale } => {
            Measure::Score { least: bound(scale.lowest), most: bound(scale.highest), decimals: 2 }
        }
    }
}

/// How many of those asked answered; said whatever else is.
pub fn response_text(results: &Results) -> Text {
    let (answered, asked) = results.response();
    if asked == 0 {
        return Text::key("results-nobody-asked");
    }
    let share = Decimal::from(answered.saturating_mul(100)) / Decimal::from(asked);
    Text::key("results-response")
        .with("answered", count(answered))
        .with("asked", count(asked))
        .with("share", Value::Percent { value: share, decimals: 0 })
}

/// A text from configuration.
pub fn localized(text: &Localized) -> Text {
    Value::Localized(text.clone()).into()
}
