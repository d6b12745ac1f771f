//! How objectives stood month by month: a row of cells for each, with a symbol, a colour and, where it fits, the
//! figure.

use super::key::{SQUARE, key, remark};
use super::sheet::{
    Anchor, DEEP, GREEN, GROUND, INK, INNER, LABEL, MARGIN, ORANGE, SMALL, SOFT, Sheet, TRACK, Type, fit,
    width,
};
use super::symbol;
use crate::core::picture::{Grid, GridCell, GridRow};
use crate::core::standing::Verdict;
use crate::i18n::picture::SpokenGrid;

const VALUE: f64 = 11.0;
const GAP: f64 = 2.0;
/// With fewer columns than this cells grow no wider.
const FEWEST: usize = 4;

/// Where columns are.
struct Columns {
    pitch: f64,
    /// How many of the oldest are left out.
    skipped: usize,
    count: usize,
}

impl Columns {
    fn of(shown: &Grid<String>) -> Self {
        let count = shown.columns.len().min(Grid::MOST_COLUMNS);
        let pitch = INNER / number(count.max(FEWEST));
        Self { pitch, skipped: shown.columns.len() - count, count }
    }

    fn x(&self, index: usize) -> f64 {
        MARGIN + self.pitch * number(index)
    }
}

pub(super) fn draw(sheet: &mut Sheet, shown: &SpokenGrid) {
    let columns = Columns::of(&shown.shown);
    months(sheet, &columns, &shown.shown.columns[columns.skipped..]);
    for one in shown.shown.rows.iter().take(Grid::MOST_ROWS) {
        row(sheet, &columns, one);
    }
    if let Some(more) = &shown.more {
        remark(sheet, more);
    }
    sheet.bottom += 8.0;
    let names = shown.key.iter().map(|(verdict, name)| (*verdict, name.as_str()));
    key(sheet, names, |sheet, verdict, (x, y)| {
        ground(sheet, verdict, (x, y), (SQUARE, SQUARE));
        symbol::draw(sheet, verdict, (x + SQUARE / 2.0, y + SQUARE / 2.0), 8.0, ink_on(verdict));
    });
}

/// The months' names; where they have no room each, every second or third, always the last.
fn months(sheet: &mut Sheet, columns: &Columns, names: &[String]) {
    sheet.bottom += SMALL * 1.7;
    let fits = |size: &f64| names.iter().all(|name| width(name, *size) + 3.0 <= columns.pitch);
    let size = [SMALL, 12.0].into_iter().find(fits).unwrap_or(11.0);
    let mut free = f64::INFINITY;
    for (index, name) in names.iter().enumerate().rev() {
        let name = fit(name, size, columns.pitch.max(60.0));
        let half = width(&name, size) / 2.0;
        let middle = columns.x(index) + (columns.pitch - GAP) / 2.0;
        let x = middle.max(MARGIN + half).min(super::sheet::RIGHT - half);
        if x + half + 0.5 > free {
            continue;
        }
        free = x - half;
        sheet.text(x, sheet.bottom, &name, Type::new(size, SOFT).anchored(Anchor::Middle));
    }
    sheet.bottom += 4.0;
}

fn row(sheet: &mut Sheet, columns: &Columns, shown: &GridRow<String>) {
    sheet.bottom += LABEL * 1.5;
    sheet.text(MARGIN, sheet.bottom, &fit(&shown.label, LABEL, INNER), Type::new(LABEL, INK));
    let cells: Vec<_> = shown.cells.iter().skip(columns.skipped).take(columns.count).collect();
    let fits = |cell: &&GridCell<String>| {
        !cell.value.trim().is_empty() && width(&cell.value, VALUE) + 2.0 <= columns.pitch - GAP
    };
    let has_values = cells.iter().filter_map(|cell| cell.as_ref()).any(|cell| fits(&cell));
    let high = if has_values { 34.0 } else { 22.0 };
    let top = sheet.bottom + 6.0;
    for (index, one) in cells.into_iter().enumerate() {
        let (place, size) = ((columns.x(index), top), (columns.pitch - GAP, high));
        let Some(one) = one else {
            sheet.rect((place.0, top + high - 2.0), (size.0, 2.0), 1.0, TRACK);
            continue;
        };
        ground(sheet, one.verdict, place, size);
        let (x, ink) = (place.0 + size.0 / 2.0, ink_on(one.verdict));
        let written = has_values && fits(&one);
        symbol::draw(sheet, one.verdict, (x, top + if written { 11.0 } else { high / 2.0 }), 11.0, ink);
        if written {
            let look = Type::new(VALUE, ink).anchored(Anchor::Middle);
            sheet.text(x, top + high - 5.5, one.value.trim(), look);
        }
    }
    sheet.bottom = top + high + 2.0;
}

pub(super) fn ground(sheet: &mut Sheet, verdict: Verdict, place: (f64, f64), size: (f64, f64)) {
    match verdict {
        Verdict::Met => sheet.tint(place, size, GREEN, 0.3),
        Verdict::AtRisk => sheet.rect(place, size, 2.5, ORANGE),
        Verdict::Missed => sheet.rect(place, size, 2.5, DEEP),
        Verdict::Insufficient => sheet.rect(place, size, 2.5, TRACK),
        Verdict::NoData => sheet.frame(place, size, 1.2, "#aab3bc"),
    }
}

const fn ink_on(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Missed => GROUND,
        Verdict::Met | Verdict::AtRisk => INK,
        Verdict::Insufficient | Verdict::NoData => SOFT,
    }
}

/// A number of columns, none of which exceeds [`Grid::MOST_COLUMNS`].
fn number(number: usize) -> f64 {
    u32::try_from(number).map_or(1.0, f64::from)
}
