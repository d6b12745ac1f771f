//! What stands for what: a small mark before each name.

use super::sheet::{INNER, MARGIN, RIGHT, SMALL, SOFT, Sheet, Type, fit, width};

/// The side of the square before a name.
pub(super) const SQUARE: f64 = 12.0;
const GAP: f64 = 6.0;

/// Squares and names, as many on a line as fit. `draw` fills the square whose upper left corner it is given.
pub(super) fn key<'a, T: Copy>(
    sheet: &mut Sheet,
    names: impl IntoIterator<Item = (T, &'a str)>,
    draw: impl Fn(&mut Sheet, T, (f64, f64)),
) {
    let mut x = RIGHT;
    for (what, name) in names {
        let name = fit(name, SMALL, INNER - SQUARE - GAP);
        let needed = SQUARE + GAP + width(&name, SMALL);
        if x + needed > RIGHT {
            x = MARGIN;
            sheet.bottom += SMALL * 1.6;
        }
        let base = sheet.bottom;
        draw(sheet, what, (x, base - SQUARE + 1.5));
        sheet.text(x + SQUARE + GAP, base, &name, Type::new(SMALL, SOFT));
        x += needed + 14.0;
    }
}

/// A line and its name.
pub(super) fn line_key(sheet: &mut Sheet, name: &str, ink: &'static str, dashed: bool) {
    sheet.bottom += SMALL * 1.7;
    let middle = sheet.bottom - SMALL * 0.36;
    sheet.line((MARGIN, middle), (MARGIN + 24.0, middle), 2.0, ink, dashed);
    let room = RIGHT - MARGIN - 32.0;
    sheet.text(MARGIN + 32.0, sheet.bottom, &fit(name, SMALL, room), Type::new(SMALL, SOFT));
}

/// A small remark in a line of its own, such as how many more there are.
pub(super) fn remark(sheet: &mut Sheet, text: &str) {
    sheet.bottom += SMALL * 1.7;
    sheet.text(MARGIN, sheet.bottom, &fit(text, SMALL, INNER), Type::new(SMALL, SOFT));
}
