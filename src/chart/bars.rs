//! How often each answer was given: a bar for each from the top down, its count and share beside it.

use super::MOST_BARS;
use super::key::{SQUARE, key};
use super::sheet::{Anchor, INK, INNER, LABEL, MARGIN, RIGHT, SOFT, Sheet, TRACK, Type, colour, fit, width};
use crate::i18n::picture::{SpokenBar, SpokenBars};

/// Labels wider than this stand above their bars.
const BESIDE: f64 = 132.0;
const GAP: f64 = 10.0;
/// A bar that stands for something is never thinner, so that one answer in a thousand is seen.
const LEAST: f64 = 3.0;

/// Where things stand beside each other.
struct Columns {
    /// Labels stand in lines of their own.
    above: bool,
    /// Between what bars grow.
    left: f64,
    right: f64,
    /// The end of the counts; that of the shares is the margin.
    counts: f64,
    pitch: f64,
    thick: f64,
}

impl Columns {
    fn of(bars: &[SpokenBar]) -> Self {
        let widest =
            |texts: &mut dyn Iterator<Item = &str>| texts.map(|text| width(text, LABEL)).fold(0.0, f64::max);
        let labels = widest(&mut bars.iter().map(|bar| bar.label.as_str()));
        let shares = widest(&mut bars.iter().filter_map(|bar| bar.share.as_deref()));
        let counts = widest(&mut bars.iter().map(|bar| bar.counted.as_str()));
        let above = labels > BESIDE;
        let end = if shares > 0.0 { RIGHT - shares - GAP } else { RIGHT };
        let (pitch, thick) = if bars.len() > 7 { (25.0, 16.0) } else { (32.0, 20.0) };
        let left = if above { MARGIN } else { MARGIN + labels + GAP };
        Self { above, left, right: end - counts - GAP, counts: end, pitch, thick }
    }
}

pub(super) fn draw(sheet: &mut Sheet, shown: &SpokenBars) {
    let names = shown.key.iter().take(MOST_BARS).map(|(leaning, name)| (*leaning, name.as_str()));
    key(sheet, names, |sheet, leaning, place| sheet.rect(place, (SQUARE, SQUARE), 2.5, colour(leaning)));
    let bars = &shown.bars[..shown.bars.len().min(MOST_BARS)];
    let columns = Columns::of(bars);
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    sheet.bottom += 12.0;
    for bar in bars {
        one(sheet, &columns, bar, most);
    }
    sheet.bottom -= 4.0;
}

fn one(sheet: &mut Sheet, columns: &Columns, bar: &SpokenBar, most: u64) {
    let Columns { above, left, right, counts, pitch, thick } = *columns;
    if above {
        sheet.bottom += LABEL * 1.4;
        sheet.text(MARGIN, sheet.bottom - 5.0, &fit(&bar.label, LABEL, INNER), Type::new(LABEL, INK));
    }
    let middle = sheet.bottom + if above { thick } else { pitch } / 2.0;
    let base = middle + LABEL * 0.36;
    if !above {
        sheet.text(left - GAP, base, &bar.label, Type::new(LABEL, INK).anchored(Anchor::End));
    }
    let top = middle - thick / 2.0;
    sheet.rect((left, top), (right - left, thick), 3.0, TRACK);
    if bar.count > 0 {
        let long = ((right - left) * share(bar.count, most)).max(LEAST);
        sheet.rect((left, top), (long, thick), 3.0, colour(bar.leaning));
    }
    let look = if bar.count > 0 { Type::new(LABEL, INK).bold() } else { Type::new(LABEL, SOFT) };
    sheet.text(counts, base, &bar.counted, look.anchored(Anchor::End));
    if let Some(share) = &bar.share {
        sheet.text(RIGHT, base, share, Type::new(LABEL, SOFT).anchored(Anchor::End));
    }
    sheet.bottom += if above { thick + 10.0 } else { pitch };
}

/// How much of the whole, 0–1; exact enough for a length.
#[expect(clippy::cast_precision_loss, reason = "a length in a picture needs no more than a few digits")]
const fn share(count: u64, most: u64) -> f64 {
    count as f64 / most as f64
}
