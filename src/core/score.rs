//! What people answered, as one figure: the satisfied, promoters minus detractors, or a mean.
//!
//! Figures and verdicts on promises are exact. Their ranges are floating and are for display and trends.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::confidence::{self, Confidence};
use super::ratio::Ratio;

mod counts;

pub use counts::Counts;

#[cfg(test)]
mod tests;

/// With fewer answers on either side no change is called clear: the ranges promise too much there.
pub const TREND_FROM: u64 = 5;

/// The scores that a question allows, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    pub lowest: i64,
    pub highest: i64,
}

impl Scale {
    /// The question how likely one is to recommend somebody.
    pub const NPS: Self = Self { lowest: 0, highest: 10 };

    pub const fn new(lowest: i64, highest: i64) -> Self {
        Self { lowest, highest }
    }

    pub fn contains(self, score: i64) -> bool {
        (self.lowest..=self.highest).contains(&score)
    }
}

/// How answers become a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScoreKind {
    /// The share of answers at or above a score, in percent.
    Csat { scale: Scale, satisfied_from: i64 },
    /// Promoters (9 and 10) minus detractors (0 to 6) in percent of all answers, from −100 to 100.
    Nps,
    /// The mean of the answers, in points of the scale: effort (CES), a rating or any other scale.
    Mean { scale: Scale },
}

impl ScoreKind {
    /// Satisfied are 4 and 5 on a scale from 1 to 5.
    pub const CSAT: Self = Self::Csat { scale: Scale::new(1, 5), satisfied_from: 4 };

    pub const fn scale(self) -> Scale {
        match self {
            Self::Csat { scale, .. } | Self::Mean { scale } => scale,
            Self::Nps => Scale::NPS,
        }
    }

    /// Whether the figure is in percent; otherwise it is in points of the scale.
    pub const fn is_percent(self) -> bool {
        !matches!(self, Self::Mean { .. })
    }
}

/// Answers to the question whether one would recommend somebody, by what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recommendations {
    pub promoters: u64,
    pub passives: u64,
    pub detractors: u64,
}

impl Recommendations {
    /// Promoters gave 9 or 10, passives 7 or 8, detractors 0 to 6; other scores are none of them.
    pub fn of(counts: &Counts) -> Self {
        Self {
            promoters: counts.between(9, 10),
            passives: counts.between(7, 8),
            detractors: counts.between(0, 6),
        }
    }

    pub fn n(self) -> u64 {
        self.promoters.saturating_add(self.passives).saturating_add(self.detractors)
    }
}

/// A figure that answers gave, with what it takes to judge it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    pub kind: ScoreKind,
    /// Exactly. Of one where the kind is in percent (−1 to 1 for [`ScoreKind::Nps`]), else in points.
    pub value: Ratio,
    /// How many answers it rests on.
    pub n: u64,
    /// The 95 % range in the unit that is shown: percent or points. `None` where the answers allow none.
    pub range: Option<Confidence>,
}

impl Score {
    /// The figure over all answers on the kind's scale; others are not counted. `None` without answers: 0 is
    /// a figure too, and none is not 0.
    pub fn of(kind: ScoreKind, counts: &Counts) -> Option<Self> {
        let scale = kind.scale();
        let n = counts.between(scale.lowest, scale.highest);
        let of_all = |part: i128| Ratio::new(part, n.into());
        let (value, range) = match kind {
            ScoreKind::Csat { satisfied_from, .. } => {
                let satisfied = counts.between(satisfied_from.max(scale.lowest), scale.highest);
                let range = confidence::wilson_95(satisfied, n).map(|share| share.times(100.0));
                (of_all(satisfied.into())?, range)
            }
            ScoreKind::Nps => {
                let Recommendations { promoters, detractors, .. } = Recommendations::of(counts);
                let net = i128::from(promoters) - i128::from(detractors);
                (of_all(net)?, confidence::nps_95(promoters, detractors, n))
            }
            ScoreKind::Mean { .. } => {
                let value = of_all(sum(scale, counts))?;
                (value, mean_range(scale, counts, n, float(value)))
            }
        };
        Some(Self { kind, value, n, range })
    }

    /// Whether a promise in the unit that is shown is kept. Exactly the promise is kept; nothing is rounded.
    pub fn attains(&self, target: Decimal) -> bool {
        if self.kind.is_percent() {
            self.value.attains_percent(target)
        } else {
            self.value >= Ratio::from(target)
        }
    }

    /// In percent or points, rounded down (towards negative infinity) to so many decimals.
    pub fn shown(&self, decimals: u32) -> Decimal {
        if self.kind.is_percent() {
            self.value.floor_percent(decimals)
        } else {
            self.value.floor_to(decimals)
        }
    }

    /// In the unit that is shown, for ranges.
    fn estimate(&self) -> f64 {
        if self.kind.is_percent() { float(self.value) * 100.0 } else { float(self.value) }
    }
}

/// What became of a figure since the time before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    Risen,
    Fallen,
    /// The difference may be chance.
    Unclear,
}

/// The 95 % range of `current − previous` in the unit that is shown ([`confidence::difference_95`]). `None`
/// where the two are of different kinds or one has no range.
pub fn difference(current: &Score, previous: &Score) -> Option<Confidence> {
    if current.kind != previous.kind {
        return None;
    }
    let ranged = |score: &Score| score.range.map(|range| (score.estimate(), range));
    Some(confidence::difference_95(ranged(current)?, ranged(previous)?))
}

/// Whether the figure changed by more than chance explains: zero lies outside the range of the
/// [`difference`], and each side rests on at least [`TREND_FROM`] answers.
///
/// That is sharper than to ask for ranges that do not meet: those always mean a change here, but ranges
/// that meet may still belong to a clear change.
pub fn trend(current: &Score, previous: &Score) -> Trend {
    if current.n.min(previous.n) < TREND_FROM {
        return Trend::Unclear;
    }
    match difference(current, previous) {
        Some(range) if range.low > 0.0 => Trend::Risen,
        Some(range) if range.high < 0.0 => Trend::Fallen,
        _ => Trend::Unclear,
    }
}

fn on_scale(scale: Scale, counts: &Counts) -> impl Iterator<Item = (i64, u64)> + '_ {
    counts.iter().filter(move |(score, _)| scale.contains(*score))
}

/// The sum of all answers on the scale.
fn sum(scale: Scale, counts: &Counts) -> i128 {
    let products = on_scale(scale, counts).map(|(score, count)| i128::from(score) * i128::from(count));
    products.fold(0, i128::saturating_add)
}

fn mean_range(scale: Scale, counts: &Counts, n: u64, mean: f64) -> Option<Confidence> {
    let (lowest, highest) = (scale.lowest as f64, scale.highest as f64);
    let freedom = n.checked_sub(1).filter(|freedom| *freedom > 0)?;
    if on_scale(scale, counts).nth(1).is_none() {
        return confidence::unanimous_95(mean, n, lowest, highest);
    }
    let squares = on_scale(scale, counts).map(|(score, count)| {
        let away = score as f64 - mean;
        away * away * count as f64
    });
    let variance = squares.sum::<f64>() / freedom as f64;
    let range = confidence::mean_95(mean, variance, n)?;
    Some(Confidence { low: range.low.max(lowest), high: range.high.min(highest) })
}

fn float(ratio: Ratio) -> f64 {
    ratio.numerator() as f64 / ratio.denominator() as f64
}
