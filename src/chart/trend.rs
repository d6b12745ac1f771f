//! A figure over periods: a line with its figures, the interval they surely lie in as a band, the target across.

use rust_decimal::prelude::ToPrimitive;

use super::MOST_POINTS;
use super::key::line_key;
use super::sheet::{Anchor, BLUE, INK, MARGIN, RIGHT, RULE, SMALL, SOFT, Sheet, Type, VERMILION, fit, width};
use crate::core::picture::Measure;
use crate::i18n::picture::{SpokenPoint, SpokenTrend};

/// How high the space is in which the line goes.
const HIGH: f64 = 180.0;
/// With more figures than this only the first, lowest, highest and last are written.
const ALL_WRITTEN: usize = 6;
/// Up to as many points each has a dot.
const MOST_DOTS: usize = 16;

/// The space for the line and how figures lie in it.
struct Plot {
    left: f64,
    right: f64,
    top: f64,
    low: f64,
    high: f64,
    count: usize,
}

impl Plot {
    fn x(&self, index: usize) -> f64 {
        let (first, last) = (self.left + 16.0, self.right - 16.0);
        match self.count {
            0 | 1 => (first + last) / 2.0,
            count => first + (last - first) * small(index) / small(count - 1),
        }
    }

    fn y(&self, value: f64) -> f64 {
        let part = (value - self.low) / (self.high - self.low);
        self.top + HIGH * (1.0 - part.clamp(0.0, 1.0))
    }
}

pub(super) fn draw(sheet: &mut Sheet, shown: &SpokenTrend) {
    let points = &shown.points[shown.points.len().saturating_sub(MOST_POINTS)..];
    let ticks = ticks(points, shown);
    let written: Vec<String> = ticks.iter().map(|tick| tick_words(*tick, shown.measure)).collect();
    let axis = written.iter().map(|text| width(text, SMALL)).fold(0.0, f64::max);
    let plot = Plot {
        left: MARGIN + axis + 8.0,
        right: RIGHT,
        top: sheet.bottom + 22.0,
        low: ticks.first().copied().unwrap_or(0.0),
        high: ticks.last().copied().unwrap_or(1.0),
        count: points.len(),
    };
    for (tick, words) in ticks.iter().zip(&written) {
        let y = plot.y(*tick);
        sheet.line((plot.left, y), (plot.right, y), 1.0, RULE, false);
        let look = Type::new(SMALL, SOFT).anchored(Anchor::End);
        sheet.text(plot.left - 8.0, y + SMALL * 0.36, words, look);
    }
    bands(sheet, &plot, points);
    if let Some((value, _)) = &shown.target {
        let y = plot.y(float(*value));
        sheet.line((plot.left, y), (plot.right, y), 2.0, VERMILION, true);
    }
    lines(sheet, &plot, points);
    figures(sheet, &plot, points, shown);
    labels(sheet, &plot, points);
    sheet.bottom = plot.top + HIGH + SMALL * 1.8;
    if let Some((_, label)) = &shown.target {
        line_key(sheet, label, VERMILION, true);
    }
}

/// The interval of neighbouring points as one surface; of a point alone, as a bar through it.
fn bands(sheet: &mut Sheet, plot: &Plot, points: &[SpokenPoint]) {
    let interval = |index: usize| {
        points[index].value.as_ref()?;
        points[index].interval.map(|(low, high)| (plot.x(index), plot.y(float(low)), plot.y(float(high))))
    };
    for run in runs(points.len(), |index| interval(index).is_some()) {
        let edges: Vec<(f64, f64, f64)> = run.filter_map(interval).collect();
        if let [(x, low, high)] = edges[..] {
            sheet.band(&[(x - 8.0, low), (x - 8.0, high), (x + 8.0, high), (x + 8.0, low)], BLUE);
            continue;
        }
        let there = edges.iter().map(|(x, _, high)| (*x, *high));
        let back = edges.iter().rev().map(|(x, low, _)| (*x, *low));
        sheet.band(&there.chain(back).collect::<Vec<_>>(), BLUE);
    }
}

fn lines(sheet: &mut Sheet, plot: &Plot, points: &[SpokenPoint]) {
    let place = |index: usize| Some((plot.x(index), plot.y(float(points[index].value.as_ref()?.0))));
    for run in runs(points.len(), |index| place(index).is_some()) {
        let places: Vec<(f64, f64)> = run.filter_map(place).collect();
        if places.len() > 1 {
            sheet.path(&places, 2.5, BLUE);
        }
        // Where many stand close together the line is enough.
        if points.len() <= MOST_DOTS || places.len() == 1 {
            places.iter().for_each(|place| sheet.dot(*place, 4.5, BLUE));
        }
    }
}

/// Stretches of neighbours that have something.
fn runs(count: usize, has: impl Fn(usize) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for index in (0..count).filter(|index| has(*index)) {
        match runs.last_mut() {
            Some(run) if run.end == index => run.end += 1,
            _ => runs.push(index..index + 1),
        }
    }
    runs
}

/// The figures beside their points; above where the line goes down from there, below where it comes up.
fn figures(sheet: &mut Sheet, plot: &Plot, points: &[SpokenPoint], shown: &SpokenTrend) {
    let known: Vec<(usize, f64, &str)> = points
        .iter()
        .enumerate()
        .filter_map(|(index, point)| point.value.as_ref().map(|(v, text)| (index, float(*v), text.as_str())))
        .collect();
    let by_value = |a: &&(usize, f64, &str), b: &&(usize, f64, &str)| a.1.total_cmp(&b.1);
    let ends = [known.last(), known.iter().max_by(by_value), known.iter().min_by(by_value), known.first()];
    let chosen: Vec<_> = if known.len() <= ALL_WRITTEN {
        known.iter().rev().collect()
    } else {
        ends.into_iter().flatten().collect()
    };
    let target = shown.target.as_ref().map(|(value, _)| plot.y(float(*value)));
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for (index, value, text) in chosen {
        let half = width(text, SMALL) / 2.0;
        let x = plot.x(*index).min(plot.right - half).max(plot.left + half);
        let base = base(plot, points, *index, *value, target);
        let covers = |other: &(f64, f64, f64)| {
            x - half < other.1 && x + half > other.0 && (base - other.2).abs() < SMALL + 2.0
        };
        if taken.iter().any(covers) {
            continue;
        }
        taken.push((x - half, x + half, base));
        if points.len() > MOST_DOTS {
            sheet.dot((plot.x(*index), plot.y(*value)), 4.5, BLUE);
        }
        sheet.text(x, base, text, Type::new(SMALL, INK).bold().anchored(Anchor::Middle).rimmed());
    }
}

/// The base line of a figure, out of the way of the line and of the target.
fn base(plot: &Plot, points: &[SpokenPoint], index: usize, value: f64, target: Option<f64>) -> f64 {
    let y = plot.y(value);
    let neighbours = points.get(index.wrapping_sub(1)).into_iter().chain(points.get(index + 1));
    let higher = neighbours.filter_map(|point| point.value.as_ref()).any(|(other, _)| float(*other) > value);
    let (above, below) = (y - 10.0, y + 10.0 + SMALL * 0.72);
    let crosses = |base: f64| target.is_some_and(|line| line > base - SMALL - 2.0 && line < base + 4.0);
    let low = (higher && !crosses(below)) || crosses(above);
    if low && below < plot.top + HIGH - 2.0 { below } else { above }
}

/// The periods' names below, as many as have room, always the last.
fn labels(sheet: &mut Sheet, plot: &Plot, points: &[SpokenPoint]) {
    let mut free = f64::INFINITY;
    for (index, point) in points.iter().enumerate().rev() {
        let text = fit(&point.label, SMALL, 110.0);
        let half = width(&text, SMALL) / 2.0;
        let x = plot.x(index).min(RIGHT - half).max(MARGIN + half);
        if x + half + 6.0 > free {
            continue;
        }
        free = x - half;
        let look = Type::new(SMALL, SOFT).anchored(Anchor::Middle);
        sheet.text(x, plot.top + HIGH + SMALL * 1.6, &text, look);
    }
}

/// The figures at which lines go across: round ones, around everything that is shown.
fn ticks(points: &[SpokenPoint], shown: &SpokenTrend) -> Vec<f64> {
    let (least, most) = match shown.measure {
        Measure::Percent { .. } => (0.0, 100.0),
        Measure::Score { least, most, .. } => (f64::from(least.min(most)), f64::from(most.max(least + 1))),
    };
    let target = shown.target.iter().map(|(value, _)| float(*value));
    let drawn = points.iter().flat_map(|point| {
        let ends = point.interval.filter(|_| point.value.is_some()).map(|(low, high)| [low, high]);
        point.value.as_ref().map(|(value, _)| *value).into_iter().chain(ends.into_iter().flatten()).map(float)
    });
    let all: Vec<f64> = target.chain(drawn).map(|value| value.clamp(least, most)).collect();
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // A target alone says nothing of what is near it.
    let is_empty = points.iter().all(|point| point.value.is_none());
    let (low, high) = if is_empty { (least, most) } else { (low, high) };
    // Not so near that a small change looks like a great one.
    let span = (high - low).max((most - least) / 20.0);
    let step = round_step(span / 3.0);
    let first = libm::floor(low / step) * step;
    let mut ticks = vec![first];
    while ticks.len() < 12 && ticks[ticks.len() - 1] < high.max(first + step) - step / 1e6 {
        ticks.push(first + step * small(ticks.len()));
    }
    ticks
}

/// The smallest of 1, 2, 5 and their tens that is no smaller.
fn round_step(least: f64) -> f64 {
    let steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 500.0];
    steps.into_iter().find(|step| *step >= least).unwrap_or(1_000.0)
}

fn tick_words(tick: f64, measure: Measure) -> String {
    // Steps have two decimals at most, so this is exact.
    let rounded = libm::round(tick * 100.0) / 100.0 + 0.0;
    let number = format!("{rounded}").replace('-', "\u{2212}");
    match measure {
        Measure::Percent { .. } => format!("{number} %"),
        Measure::Score { .. } => number,
    }
}

fn float(value: rust_decimal::Decimal) -> f64 {
    value.to_f64().unwrap_or(0.0)
}

/// A number of points, none of which exceeds [`MOST_POINTS`].
fn small(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
