//! How each day went: a row of bars, the shorter the worse, with the row's figure beside its name.

use super::key::{SQUARE, key, remark};
use super::sheet::{
    Anchor, BOLD, GREEN, INK, INNER, LABEL, MARGIN, ORANGE, RIGHT, RULE, SMALL, SOFT, Sheet, TRACK, Type,
    VERMILION, fit, width,
};
use crate::core::picture::{Day, Days, Uptime};
use crate::i18n::picture::SpokenUptime;

/// How high the bars are.
const HIGH: f64 = 26.0;
/// Fewer days than this have no wider bars.
const FEWEST: usize = 14;

pub(super) fn draw(sheet: &mut Sheet, shown: &SpokenUptime) {
    let rows = &shown.shown.rows[..shown.shown.rows.len().min(Uptime::MOST_ROWS)];
    let most = rows.iter().map(|row| row.days.len()).max().unwrap_or(0);
    let pitch = INNER / columns(most.clamp(FEWEST, Uptime::MOST_DAYS));
    sheet.bottom += 4.0;
    for one in rows {
        row(sheet, one, pitch);
    }
    axis(sheet, &shown.shown, pitch * columns(most.min(Uptime::MOST_DAYS)));
    if let Some(more) = &shown.more {
        remark(sheet, more);
    }
    sheet.bottom += 4.0;
    let names = shown.key.iter().map(|(what, name)| (*what, name.as_str()));
    key(sheet, names, |sheet, what, place| day(sheet, what, place, (SQUARE, SQUARE)));
}

fn row(sheet: &mut Sheet, shown: &Days<String>, pitch: f64) {
    sheet.bottom += LABEL * 1.5;
    let value = fit(&shown.value, LABEL * BOLD, INNER * 0.5);
    let room = INNER - width(&value, LABEL * BOLD) - 10.0;
    sheet.text(MARGIN, sheet.bottom, &fit(&shown.label, LABEL, room), Type::new(LABEL, INK));
    sheet.text(RIGHT, sheet.bottom, &value, Type::new(LABEL, INK).bold().anchored(Anchor::End));
    let top = sheet.bottom + 7.0;
    let gap = if pitch > 7.0 { 2.0 } else { 0.8 };
    let days = &shown.days[shown.days.len().saturating_sub(Uptime::MOST_DAYS)..];
    let mut x = MARGIN;
    for one in days {
        day(sheet, *one, (x + gap / 2.0, top), (pitch - gap, HIGH));
        x += pitch;
    }
    sheet.bottom = top + HIGH + 6.0;
}

/// The names of the first and the last day, below theirs.
fn axis(sheet: &mut Sheet, shown: &Uptime<String>, long: f64) {
    let half = INNER / 2.0 - 8.0;
    let first = fit(&shown.first, SMALL, half);
    let last = fit(&shown.last, SMALL, half);
    if first.is_empty() && last.is_empty() {
        return;
    }
    sheet.bottom += SMALL;
    sheet.text(MARGIN, sheet.bottom, &first, Type::new(SMALL, SOFT));
    let end = (MARGIN + long).max(MARGIN + width(&first, SMALL) + 8.0 + width(&last, SMALL));
    sheet.text(end, sheet.bottom, &last, Type::new(SMALL, SOFT).anchored(Anchor::End));
}

/// One day: up is a whole bar, partly down one that lacks its top, down a stump below a mark.
pub(super) fn day(sheet: &mut Sheet, day: Day, (x, y): (f64, f64), (wide, high): (f64, f64)) {
    let round = (wide / 5.0).min(2.0);
    match day {
        Day::Up => sheet.rect((x, y), (wide, high), round, GREEN),
        Day::Partly => sheet.rect((x, y + high * 0.4), (wide, high * 0.6), round, ORANGE),
        Day::Down => {
            sheet.rect((x, y + high * 0.7), (wide, high * 0.3), round, VERMILION);
            let (half, top) = ((wide / 2.0).max(2.4), y + high * 0.1);
            let middle = x + wide / 2.0;
            let points = [(middle - half, top), (middle + half, top), (middle, top + half * 1.6)];
            sheet.surface(&points.map(|(x, down)| (x, down.min(y + high * 0.62))), VERMILION);
        }
        Day::Unknown => sheet.frame((x, y), (wide, high), 1.2, SOFT),
        Day::Excluded => {
            sheet.rect((x, y), (wide, high), round, TRACK);
            sheet.hatch((x, y), (wide, high), 4.0, SOFT);
        }
        Day::Ahead => sheet.rect((x, y + high - 2.0), (wide, 2.0), 1.0, RULE),
    }
}

/// A number of columns, none of which exceeds [`Uptime::MOST_DAYS`].
fn columns(number: usize) -> f64 {
    u32::try_from(number).map_or(1.0, f64::from)
}
