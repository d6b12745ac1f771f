//! A picture in words: one language, not drawn yet. What `chart` draws.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::format;
use crate::core::doc::Text;
use crate::core::picture::{Bar, Bars, Leaning, Measure, Picture, Shows, Trend};

/// A [`crate::core::picture::Picture`] in words. Every text may hold text from outside, made harmless.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenPicture {
    pub title: String,
    pub note: String,
    /// What the picture says, for those who do not see it.
    pub alt: String,
    pub shows: SpokenShows,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpokenShows {
    Bars(SpokenBars),
    Trend(SpokenTrend),
}

/// How often each answer was given, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SpokenBars {
    pub bars: Vec<SpokenBar>,
    /// What the leanings are called.
    pub key: Vec<(Leaning, String)>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenBar {
    pub label: String,
    pub count: u64,
    /// The count as written.
    pub counted: String,
    /// The share as written: `48 %`.
    pub share: Option<String>,
    pub leaning: Leaning,
}

/// A figure over periods, from the oldest to the newest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenTrend {
    pub measure: Measure,
    pub points: Vec<SpokenPoint>,
    pub target: Option<(Decimal, String)>,
}

/// A period and its figure, also as written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenPoint {
    pub label: String,
    pub value: Option<(Decimal, String)>,
    pub interval: Option<(Decimal, Decimal)>,
}

/// Puts one line into words.
type Say<'a> = dyn FnMut(&[Text]) -> String + 'a;

impl SpokenPicture {
    pub(super) fn of(picture: &Picture, say: &mut Say<'_>) -> Self {
        Self {
            title: say(&picture.title),
            note: say(&picture.note),
            alt: say(&picture.alt),
            shows: match &picture.shows {
                Shows::Bars(bars) => SpokenShows::Bars(SpokenBars::of(bars, say)),
                Shows::Trend(trend) => SpokenShows::Trend(SpokenTrend::of(trend, say)),
            },
        }
    }

    /// The same with every name that is drawn changed by `change`; figures and the alternative text stay.
    #[must_use]
    pub fn with_texts(mut self, change: impl Fn(&str) -> String) -> Self {
        let mut texts = vec![&mut self.title, &mut self.note];
        match &mut self.shows {
            SpokenShows::Bars(SpokenBars { bars, key }) => {
                texts.extend(bars.iter_mut().map(|bar| &mut bar.label));
                texts.extend(key.iter_mut().map(|(_, label)| label));
            }
            SpokenShows::Trend(SpokenTrend { points, target, .. }) => {
                texts.extend(points.iter_mut().map(|point| &mut point.label));
                texts.extend(target.as_mut().map(|(_, label)| label));
            }
        }
        for text in texts {
            *text = change(text);
        }
        self
    }
}

impl SpokenBars {
    fn of(Bars { bars, key }: &Bars, say: &mut Say<'_>) -> Self {
        Self {
            bars: bars.iter().map(|bar| SpokenBar::of(bar, say)).collect(),
            key: key.iter().map(|group| (group.leaning, say(&group.label))).collect(),
        }
    }
}

impl SpokenBar {
    fn of(bar: &Bar, say: &mut Say<'_>) -> Self {
        Self {
            label: say(&bar.label),
            count: bar.count,
            counted: format::grouped(i64::try_from(bar.count).unwrap_or(i64::MAX)),
            share: bar.share.map(|share| format::percent(share.floor(), 0)),
            leaning: bar.leaning,
        }
    }
}

impl SpokenTrend {
    fn of(trend: &Trend, say: &mut Say<'_>) -> Self {
        let written = |value| (value, format::measured(value, trend.measure));
        let points = trend.points.iter().map(|point| SpokenPoint {
            label: say(&point.label),
            value: point.value.map(written),
            interval: point.interval,
        });
        Self {
            measure: trend.measure,
            points: points.collect(),
            target: trend.target.as_ref().map(|mark| (mark.value, say(&mark.label))),
        }
    }
}
