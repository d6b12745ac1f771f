//! How many took how long: a bar for each bucket from the shortest times down, parted by what was promised.

use super::key::{SQUARE, key};
use super::sheet::{
    Anchor, BLUE, BOLD, GROUND, INK, INNER, LABEL, MARGIN, RIGHT, SMALL, SOFT, Sheet, TRACK, Type, VERMILION,
    fit, width,
};
use crate::core::picture::Distribution;
use crate::i18n::picture::SpokenDistribution;

const PITCH: f64 = 27.0;
const THICK: f64 = 17.0;
const GAP: f64 = 10.0;
/// A bar that stands for something is never shorter.
const LEAST: f64 = 3.0;

/// Between what bars grow.
struct Columns {
    left: f64,
    right: f64,
    most: u64,
}

pub(super) fn draw(sheet: &mut Sheet, shown: &SpokenDistribution) {
    let most = Distribution::<String>::MOST_EDGES + 1;
    let rows: Vec<_> = shown.shown.buckets.iter().zip(&shown.buckets).take(most).collect();
    let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
    let names = widest(&mut rows.iter().map(|(_, (name, _))| width(name, LABEL))).min(INNER * 0.4);
    let counts = widest(&mut rows.iter().map(|(_, (_, count))| width(count, LABEL * BOLD)));
    let columns = Columns {
        left: MARGIN + names + GAP,
        right: RIGHT - counts - GAP,
        most: rows.iter().map(|(bucket, _)| bucket.count).max().unwrap_or(0).max(1),
    };
    sheet.bottom += 10.0;
    let target = shown.shown.target.as_ref();
    let mut is_marked = false;
    for (bucket, (name, count)) in rows {
        let beyond = target.is_some_and(|target| bucket.is_beyond(target.within));
        if let Some(target) = target.filter(|_| beyond && !is_marked) {
            mark(sheet, &target.label);
            is_marked = true;
        }
        one(sheet, &columns, (name, count), bucket.count, beyond);
    }
    sheet.bottom -= 4.0;
    if let Some((met, late)) = shown.in_time.as_ref().filter(|_| shown.shown.total() > 0) {
        let names = [(false, met.as_str()), (true, late.as_str())];
        key(sheet, names, |sheet, beyond, place| fill(sheet, place, (SQUARE, SQUARE), beyond));
    }
}

/// What was promised: a line across, its name on it.
fn mark(sheet: &mut Sheet, label: &str) {
    let middle = sheet.bottom + 10.0;
    let words = fit(label, SMALL, INNER - 40.0);
    sheet.line((MARGIN, middle), (RIGHT, middle), 2.0, VERMILION, true);
    let look = Type::new(SMALL, INK).anchored(Anchor::End);
    let wide = width(&words, SMALL);
    sheet.rect((RIGHT - wide - 8.0, middle - 8.0), (wide + 8.0, 16.0), 0.0, GROUND);
    sheet.text(RIGHT, middle + SMALL * 0.36, &words, look);
    sheet.bottom += 20.0;
}

fn one(sheet: &mut Sheet, columns: &Columns, (name, counted): (&str, &str), count: u64, beyond: bool) {
    let Columns { left, right, most } = *columns;
    let middle = sheet.bottom + PITCH / 2.0;
    let base = middle + LABEL * 0.36;
    let name = fit(name, LABEL, left - GAP - MARGIN);
    sheet.text(left - GAP, base, &name, Type::new(LABEL, INK).anchored(Anchor::End));
    let top = middle - THICK / 2.0;
    sheet.rect((left, top), (right - left, THICK), 3.0, TRACK);
    if count > 0 {
        let long = ((right - left) * share(count, most)).max(LEAST);
        fill(sheet, (left, top), (long, THICK), beyond);
    }
    let look = if count > 0 { Type::new(LABEL, INK).bold() } else { Type::new(LABEL, SOFT) };
    sheet.text(RIGHT, base, counted, look.anchored(Anchor::End));
    sheet.bottom += PITCH;
}

/// In time is plain, too late is hatched.
pub(super) fn fill(sheet: &mut Sheet, place: (f64, f64), size: (f64, f64), beyond: bool) {
    sheet.rect(place, size, 2.5, if beyond { VERMILION } else { BLUE });
    if beyond {
        sheet.hatch(place, size, 5.0, GROUND);
    }
}

/// How much of the whole, 0–1; exact enough for a length.
#[expect(clippy::cast_precision_loss, reason = "a length in a picture needs no more than a few digits")]
const fn share(count: u64, most: u64) -> f64 {
    count as f64 / most as f64
}
