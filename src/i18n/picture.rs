//! A picture in words: one language, not drawn yet. What `chart` draws.

mod kinds;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::format;
use crate::core::doc::{Line, Text};
use crate::core::picture::{Bar, Bars, Leaning, Matrix, Measure, Picture, Shows, Trend};

pub use kinds::{SpokenBurn, SpokenDistribution, SpokenGrid, SpokenHeat, SpokenTimeline, SpokenUptime};

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
    Uptime(SpokenUptime),
    Burn(SpokenBurn),
    Timeline(SpokenTimeline),
    Distribution(SpokenDistribution),
    Matrix(Matrix<String>),
    Heat(SpokenHeat),
    Grid(SpokenGrid),
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
            shows: SpokenShows::of(&picture.shows, say),
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
            SpokenShows::Uptime(uptime) => uptime.change(&change),
            SpokenShows::Burn(burn) => burn.change(&change),
            SpokenShows::Timeline(timeline) => timeline.change(&change),
            SpokenShows::Distribution(distribution) => distribution.change(&change),
            SpokenShows::Matrix(matrix) => *matrix = matrix.map(&mut |text: &String| change(text)),
            SpokenShows::Heat(heat) => heat.change(&change),
            SpokenShows::Grid(grid) => grid.change(&change),
        }
        for text in texts {
            *text = change(text);
        }
        self
    }
}

impl SpokenShows {
    fn of(shows: &Shows, say: &mut Say<'_>) -> Self {
        match shows {
            Shows::Bars(bars) => Self::Bars(SpokenBars::of(bars, say)),
            Shows::Trend(trend) => Self::Trend(SpokenTrend::of(trend, say)),
            Shows::Uptime(uptime) => Self::Uptime(SpokenUptime::of(uptime, say)),
            Shows::Burn(burn) => Self::Burn(SpokenBurn::of(burn, say)),
            Shows::Timeline(timeline) => Self::Timeline(SpokenTimeline::of(timeline, say)),
            Shows::Distribution(shown) => Self::Distribution(SpokenDistribution::of(shown, say)),
            Shows::Matrix(matrix) => Self::Matrix(matrix.map(&mut |line: &Line| say(line))),
            Shows::Heat(heat) => Self::Heat(SpokenHeat::of(heat, say)),
            Shows::Grid(grid) => Self::Grid(SpokenGrid::of(grid, say)),
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doc::{Doc, Tone, Value};
    use crate::core::picture::{Group, Mark, Point};
    use crate::core::time::Instant;
    use crate::i18n::spoken::SpokenBlock;
    use crate::i18n::{Facts, Language, Locale, speak};

    fn line(text: &str) -> Line {
        Text::Untrusted(text.to_owned()).into()
    }

    fn spoken(shows: Shows) -> crate::i18n::spoken::Spoken {
        let picture =
            Picture { title: line("How\nwas it?"), note: Vec::new(), alt: line("alt \u{202e}"), shows };
        let doc = Doc::new(Tone::Information, Text::key("erased"), Instant::from_seconds(0)).picture(picture);
        let locale = Locale { language: Language::English, zone: chrono_tz::UTC };
        speak(&Doc { footer: line("foot"), ..doc }, locale, &Facts::default())
    }

    #[test]
    fn bars_are_in_words_and_shares_are_rounded_down() {
        let share = Some(Decimal::new(6_699, 2));
        let bar = Bar { label: line("a\u{0}"), count: 12_345, share, leaning: Leaning::Good };
        let key = vec![Group { leaning: Leaning::Good, label: Text::from(Value::Count(7)).into() }];
        let spoken = spoken(Shows::Bars(Bars { bars: vec![bar], key }));
        let picture = spoken.picture.clone().unwrap();
        assert_eq!((picture.title.as_str(), picture.note.as_str()), ("How was it?", ""));
        let bar = SpokenBar {
            label: "a␀".to_owned(),
            count: 12_345,
            counted: "12\u{202f}345".to_owned(),
            share: Some("66 %".to_owned()),
            leaning: Leaning::Good,
        };
        let key = vec![(Leaning::Good, "7".to_owned())];
        assert_eq!(picture.shows, SpokenShows::Bars(SpokenBars { bars: vec![bar], key }));
        assert_eq!(spoken.plain_text(), "[erased]\nalt ⟨U+202E⟩\nfoot");
        let told = spoken.clone().without_picture();
        assert_eq!((told.plain_text(), told.picture), (spoken.plain_text(), None));
        assert!(matches!(&told.blocks[..], [SpokenBlock::Line(_)]));
    }

    #[test]
    fn figures_are_written_as_their_measure_is() {
        let written = |value: Decimal, measure| {
            let point = Point { label: line("Nov"), value: Some(value), interval: None };
            let target = Some(Mark { value, label: line("aim") });
            let spoken = spoken(Shows::Trend(Trend { measure, points: vec![point], target }));
            match spoken.picture.unwrap().shows {
                SpokenShows::Trend(mut trend) => trend.points.remove(0).value.unwrap().1,
                _ => unreachable!(),
            }
        };
        let nps = |decimals| Measure::Score { least: -100, most: 100, decimals };
        assert_eq!(written(Decimal::new(8_499, 2), Measure::Percent { decimals: 1 }), "84.9 %");
        assert_eq!(written(Decimal::new(-125, 1), nps(0)), "−13");
        assert_eq!(written(Decimal::new(5, 0), nps(1)), "5.0");
        assert_eq!(written(Decimal::new(-1, 1), nps(1)), "−0.1");
    }
}
