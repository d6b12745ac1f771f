//! When the load comes: days side by side, hours from the top down, as a phone is higher than it is wide.

use super::key::{SQUARE, key};
use super::sheet::{
    Anchor, BLUE, GROUND, INK, MARGIN, RIGHT, SMALL, SOFT, Sheet, TRACK, Type, VERMILION, fit,
};
use crate::core::picture::Hour;
use crate::i18n::picture::SpokenHeat;

const HIGH: f64 = 15.0;
const GAP: f64 = 2.0;
/// Left of the cells, for the hours.
const AXIS: f64 = 26.0;
/// How little of the ground is seen through, from a few to the most. None lies where neither ink reads well.
const SHADES: [f64; 5] = [0.15, 0.3, 0.5, 0.7, 1.0];
/// Counts are written this small, and only where they fit.
const COUNT: f64 = 12.0;

pub(super) fn draw(sheet: &mut Sheet, shown: &SpokenHeat) {
    let left = MARGIN + AXIS;
    let wide = (RIGHT - left) / 7.0;
    sheet.bottom += SMALL * 1.7;
    let mut x = left;
    for day in shown.weekdays.iter().take(7) {
        let look = Type::new(SMALL, SOFT).anchored(Anchor::Middle);
        sheet.text(x + (wide - GAP) / 2.0, sheet.bottom, &fit(day, SMALL, wide - GAP), look);
        x += wide;
    }
    let top = sheet.bottom + 6.0;
    let most = shown.shown.week().iter().flatten().map(|hour| hour.count).max().unwrap_or(0).max(1);
    for row in 0..24_u8 {
        let y = top + HIGH * f64::from(row);
        if row % 3 == 0 {
            let look = Type::new(SMALL, SOFT).anchored(Anchor::End);
            sheet.text(left - 6.0, y + HIGH / 2.0 + 3.6, &format!("{row:02}"), look);
        }
        let mut x = left;
        for day in shown.shown.week() {
            cell(sheet, (x, y), (wide - GAP, HIGH - GAP), day[usize::from(row)], most);
            x += wide;
        }
    }
    sheet.bottom = top + HIGH * 24.0;
    let names = [(0, shown.uncovered.0.as_str()), (1, shown.uncovered.1.as_str())];
    let is_covered = !shown.shown.week().iter().flatten().any(|hour| hour.uncovered);
    let shown = names.into_iter().filter(|_| !is_covered);
    key(sheet, shown, |sheet, count, place| {
        cell(sheet, place, (SQUARE, SQUARE), Hour { count, uncovered: true }, 2);
    });
}

/// One hour: the more the darker, the count in it; hatched or framed where nobody was on call.
fn cell(sheet: &mut Sheet, place: (f64, f64), size: (f64, f64), hour: Hour, most: u64) {
    if hour.count == 0 {
        sheet.rect(place, size, 2.0, TRACK);
        if hour.uncovered {
            sheet.hatch(place, size, 5.0, "#8a949e");
        }
        return;
    }
    let shade = SHADES[step(hour.count, most)];
    sheet.tint(place, size, BLUE, shade);
    if hour.uncovered {
        sheet.frame(place, size, 2.2, VERMILION);
    }
    let words = hour.count.to_string();
    if size.0 > SQUARE && super::sheet::width(&words, COUNT) + 6.0 <= size.0 {
        let look = Type::new(COUNT, if shade > 0.8 { GROUND } else { INK }).bold().anchored(Anchor::Middle);
        sheet.text(place.0 + size.0 / 2.0, place.1 + size.1 / 2.0 + 4.3, &words, look);
    }
}

/// The shade of a count, which is not 0, beside the greatest.
fn step(count: u64, most: u64) -> usize {
    let last = SHADES.len() as u64;
    let fifth = count.saturating_mul(last).div_ceil(most.max(1)).clamp(1, last);
    usize::try_from(fifth).map_or(0, |fifth| fifth - 1)
}
