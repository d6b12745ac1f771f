//! A picture in a message: what it shows, neither in words yet nor drawn.
//!
//! `i18n` puts it into words and `chart` draws it. A message has at most one, below its text, because that
//! is what every platform can show; and it always has the same in words, for those who do not see it.

mod burn;
mod distribution;
mod grid;
mod heat;
mod matrix;
mod timeline;
mod uptime;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::core::doc::Line;

pub use burn::{Burn, Left};
pub use distribution::{Bucket, Distribution, Goal};
pub use grid::{Grid, GridCell, GridRow};
pub use heat::{Heat, Hour};
pub use matrix::{Grade, Matrix, Placed};
pub use timeline::{Course, Reached, Stage, Timeline};
pub use uptime::{Day, Days, Uptime};

/// A picture before it has a language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    pub title: Line,
    /// Small, below the title, such as how many answered; may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub note: Line,
    /// What the picture says, in words.
    pub alt: Line,
    pub shows: Shows,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    Bars(Bars),
    Trend(Trend),
    Uptime(Uptime),
    Burn(Burn),
    Timeline(Timeline),
    Distribution(Distribution),
    Matrix(Matrix),
    Heat(Heat),
    Grid(Grid),
}

/// How often each answer was given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// From top to bottom.
    pub bars: Vec<Bar>,
    /// What the leanings are called here, so that no meaning is in a colour alone; may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<Group>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    pub label: Line,
    pub count: u64,
    /// Percent of all answers (0–100), written rounded down to whole ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Decimal>,
    #[serde(default)]
    pub leaning: Leaning,
}

/// Bars of one leaning, and what they have in common: `Promoters (9–10)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub leaning: Leaning,
    pub label: Line,
}

/// To which side an answer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaning {
    /// To none.
    #[default]
    Plain,
    Good,
    Between,
    Bad,
}

/// A figure over periods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    pub measure: Measure,
    /// From the oldest to the newest.
    pub points: Vec<Point>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Mark>,
}

/// How a figure is written and between what it can lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Percent, 0–100, written rounded down to `decimals`.
    Percent { decimals: u32 },
    /// A number between `least` and `most`, written rounded down to `decimals`.
    Score { least: i32, most: i32, decimals: u32 },
}

/// A period and its figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The shorter the better: `Nov`.
    pub label: Line,
    /// None where there is no figure; the line has a gap there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Decimal>,
    /// Between what the figure surely lies: lower and upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<(Decimal, Decimal)>,
}

/// A line across, with its name: `Promised 85 %`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    pub value: Decimal,
    pub label: Line,
}

impl Picture {
    /// Every line of it, for whoever looks for what is referred to.
    pub fn lines(&self) -> Vec<&Line> {
        let mut lines = vec![&self.title, &self.note, &self.alt];
        match &self.shows {
            Shows::Bars(Bars { bars, key }) => {
                lines.extend(bars.iter().map(|bar| &bar.label));
                lines.extend(key.iter().map(|group| &group.label));
            }
            Shows::Trend(trend) => {
                lines.extend(trend.points.iter().map(|point| &point.label));
                lines.extend(trend.target.iter().map(|target| &target.label));
            }
            Shows::Uptime(uptime) => drop(uptime.map(&mut |line| lines.push(line))),
            Shows::Burn(burn) => drop(burn.map(&mut |line| lines.push(line))),
            Shows::Timeline(timeline) => drop(timeline.map(&mut |line| lines.push(line))),
            Shows::Distribution(shown) => drop(shown.map(&mut |line| lines.push(line))),
            Shows::Matrix(matrix) => drop(matrix.map(&mut |line| lines.push(line))),
            Shows::Grid(grid) => drop(grid.map(&mut |line| lines.push(line))),
            Shows::Heat(_) => {}
        }
        lines
    }
}
