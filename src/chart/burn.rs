//! A budget that burns down: what was left as a line, down to nothing and below.

use rust_decimal::prelude::ToPrimitive;

use super::key::{SQUARE, key, line_key};
use super::sheet::{
    Anchor, BLUE, BOLD, INK, INNER, MARGIN, ORANGE, RIGHT, RULE, SMALL, SOFT, Sheet, TRACK, Type, VERMILION,
    fit, width,
};
use crate::core::picture::{Burn, Left};
use crate::core::time::Instant;
use crate::i18n::picture::SpokenBurn;

/// How high the space is in which the line goes.
const HIGH: f64 = 170.0;
/// What lies lower is drawn here, and written as it is.
const LOWEST: f64 = -100.0;
/// The most points; of more the latest are drawn.
const MOST_POINTS: usize = 1_000;

/// Where moments and shares lie.
struct Plot {
    left: f64,
    top: f64,
    low: f64,
    from: Instant,
    /// In microseconds.
    length: f64,
}

impl Plot {
    fn x(&self, at: Instant) -> f64 {
        self.left
            + (RIGHT - self.left) * (micros(at.micros() - self.from.micros()) / self.length).clamp(0.0, 1.0)
    }

    fn y(&self, percent: f64) -> f64 {
        self.top + HIGH * (100.0 - percent.clamp(self.low, 100.0)) / (100.0 - self.low)
    }

    fn bottom(&self) -> f64 {
        self.top + HIGH
    }
}

pub(super) fn draw(sheet: &mut Sheet, shown: &SpokenBurn) {
    let points = &shown.shown.points[shown.shown.points.len().saturating_sub(MOST_POINTS)..];
    let lowest = points.iter().filter_map(known).fold(0.0, f64::min).max(LOWEST);
    let plot = Plot {
        left: MARGIN + width("\u{2212}100 %", SMALL) + 6.0,
        top: sheet.bottom + 14.0,
        low: low(lowest),
        from: shown.shown.window.start,
        length: micros(shown.shown.window.length().micros()).max(1.0),
    };
    let at_risk = shown.at_risk.0.to_f64().unwrap_or(0.0);
    gaps(sheet, &plot, points);
    rules(sheet, &plot, at_risk);
    for run in runs(points) {
        stretch(sheet, &plot, &run);
    }
    latest(sheet, &plot, shown);
    axis(sheet, &plot, &shown.shown);
    line_key(sheet, &shown.at_risk.1, ORANGE, true);
    line_key(sheet, &shown.used_up, VERMILION, false);
    if let Some(unknown) = &shown.unknown {
        key(sheet, [((), unknown.as_str())], |sheet, (), place| unclear(sheet, place, (SQUARE, SQUARE)));
    }
}

/// Where the space ends: with nothing left, or below what is drawn so far that words have room there.
fn low(lowest: f64) -> f64 {
    if lowest < 0.0 { libm::floor((lowest - 15.0) / 25.0) * 25.0 } else { 0.0 }
}

fn known(point: &Left) -> Option<f64> {
    point.percent.and_then(|percent| percent.to_f64())
}

/// Lines across with their figures; those at which something begins stand out.
fn rules(sheet: &mut Sheet, plot: &Plot, at_risk: f64) {
    for step in -3_i8..=2 {
        let percent = f64::from(step) * 50.0;
        if percent < plot.low {
            continue;
        }
        let y = plot.y(percent);
        if step == 0 {
            sheet.line((plot.left, y), (RIGHT, y), 2.0, VERMILION, false);
        } else {
            sheet.line((plot.left, y), (RIGHT, y), 1.0, RULE, false);
        }
        let words = format!("{percent} %").replace('-', "\u{2212}");
        let look = Type::new(SMALL, SOFT).anchored(Anchor::End);
        sheet.text(plot.left - 6.0, y + SMALL * 0.36, &words, look);
    }
    let y = plot.y(at_risk);
    sheet.line((plot.left, y), (RIGHT, y), 2.0, ORANGE, true);
}

/// Neighbours of which something is known, each with where it lies; a stretch ends where the next begins
/// of which nothing is known.
fn runs(points: &[Left]) -> Vec<Vec<(Instant, f64)>> {
    let mut runs = vec![Vec::new()];
    for point in points {
        match known(point) {
            Some(percent) => runs[0].push((point.at, percent)),
            None => {
                // What was left holds until nothing is known any more.
                let held = runs[0].last().map(|(_, percent)| (point.at, *percent));
                runs[0].extend(held);
                runs.insert(0, Vec::new());
            }
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn gaps(sheet: &mut Sheet, plot: &Plot, points: &[Left]) {
    for (index, point) in points.iter().enumerate().filter(|(_, point)| point.percent.is_none()) {
        let next = points[index + 1..].first();
        let from = plot.x(point.at);
        let until = next.map_or(RIGHT, |next| plot.x(next.at));
        unclear(sheet, (from, plot.top), ((until - from).max(2.0), HIGH));
    }
}

fn unclear(sheet: &mut Sheet, place: (f64, f64), size: (f64, f64)) {
    sheet.rect(place, size, 0.0, TRACK);
    sheet.hatch(place, size, 6.0, "#aab3bc");
}

/// One line without a gap, and the surface between it and nothing; what is below is another colour and
/// hatched.
fn stretch(sheet: &mut Sheet, plot: &Plot, run: &[(Instant, f64)]) {
    let zero = plot.y(0.0);
    for pair in run.windows(2) {
        let [(from, before), (until, after)] = [pair[0], pair[1]];
        let (from, until) = ((plot.x(from), plot.y(before)), (plot.x(until), plot.y(after)));
        for part in cut(from, until, zero) {
            let ink = if part[0].1.max(part[1].1) > zero + 0.01 { VERMILION } else { BLUE };
            sheet.band(&[part[0], part[1], (part[1].0, zero), (part[0].0, zero)], ink);
            sheet.path(&part, 2.5, ink);
        }
    }
    if let [(at, percent)] = run {
        sheet.dot((plot.x(*at), plot.y(*percent)), 4.0, BLUE);
    }
}

/// A piece of the line, in two where it crosses `zero`.
fn cut(from: (f64, f64), until: (f64, f64), zero: f64) -> Vec<[(f64, f64); 2]> {
    if (from.1 - zero) * (until.1 - zero) >= 0.0 {
        return vec![[from, until]];
    }
    let part = (zero - from.1) / (until.1 - from.1);
    let middle = (from.0 + (until.0 - from.0) * part, zero);
    vec![[from, middle], [middle, until]]
}

/// What is left at last: a dot with its figure, where that covers neither the line nor another.
fn latest(sheet: &mut Sheet, plot: &Plot, shown: &SpokenBurn) {
    let Some((point, words)) = &shown.latest else { return };
    let percent = known(point).unwrap_or(0.0);
    let (x, y) = (plot.x(point.at), plot.y(percent));
    let words = fit(words, SMALL, INNER / 2.0);
    let wide = width(&words, SMALL) * BOLD;
    sheet.dot((x, y), 5.0, if percent < 0.0 { VERMILION } else { BLUE });
    let look = Type::new(SMALL, INK).bold().rimmed();
    if x + 10.0 + wide <= RIGHT {
        // The line comes from the left.
        sheet.text(x + 10.0, y + SMALL * 0.36, &words, look);
        return;
    }
    let is_over = |other: &Left| {
        let (across, down) = (plot.x(other.at), known(other).map_or(y, |percent| plot.y(percent)));
        across > x - wide && down < y - 4.0
    };
    // Where the line last came down over it, words begin behind that.
    let over = shown.shown.points.iter().filter(|point| is_over(point)).map(|point| plot.x(point.at));
    let edge = over.fold(0.0, f64::max) + 10.0;
    if edge > 10.0 && edge + wide <= RIGHT {
        sheet.text(edge, y - 11.0, &words, look);
        return;
    }
    let at_risk = plot.y(shown.at_risk.0.to_f64().unwrap_or(0.0));
    let crosses = |base: f64| {
        [at_risk, plot.y(0.0)].into_iter().any(|line| line > base - SMALL - 2.0 && line < base + 4.0)
    };
    let (above, below) = (y - 11.0, y + 11.0 + SMALL * 0.72);
    let is_above = crosses(below) || below > plot.bottom() - 2.0 || edge <= 10.0;
    sheet.text(
        x.max(plot.left + wide),
        if is_above { above } else { below },
        &words,
        look.anchored(Anchor::End),
    );
}

fn axis(sheet: &mut Sheet, plot: &Plot, shown: &Burn<String>) {
    sheet.bottom = plot.bottom() + SMALL * 1.6;
    let half = (RIGHT - plot.left) / 2.0 - 6.0;
    sheet.text(plot.left, sheet.bottom, &fit(&shown.first, SMALL, half), Type::new(SMALL, SOFT));
    let look = Type::new(SMALL, SOFT).anchored(Anchor::End);
    sheet.text(RIGHT, sheet.bottom, &fit(&shown.last, SMALL, half), look);
}

/// A length of time, exact enough for a place.
#[expect(clippy::cast_precision_loss, reason = "a place in a picture needs no more than a few digits")]
const fn micros(micros: i64) -> f64 {
    micros as f64
}
