//! The symbols that say what a colour says, drawn, so that no font is asked for them.

use super::sheet::Sheet;
use crate::core::standing::Verdict;

/// Draws the symbol of a verdict around `centre`, `size` wide and high.
pub(super) fn draw(sheet: &mut Sheet, verdict: Verdict, (x, y): (f64, f64), size: f64, ink: &'static str) {
    let half = size / 2.0;
    let at = |across: f64, down: f64| (x + across * half, y + down * half);
    let thick = (size / 5.0).max(1.6);
    match verdict {
        Verdict::Met => sheet.path(&[at(-0.8, 0.1), at(-0.2, 0.7), at(0.85, -0.65)], thick, ink),
        Verdict::AtRisk => sheet.surface(&[at(-0.8, -0.8), at(0.8, -0.8), at(-0.8, 0.8)], ink),
        Verdict::Missed => {
            sheet.path(&[at(-0.7, -0.7), at(0.7, 0.7)], thick, ink);
            sheet.path(&[at(-0.7, 0.7), at(0.7, -0.7)], thick, ink);
        }
        Verdict::Insufficient => {
            let dots = [-0.75, 0.0, 0.75].map(|across| at(across, 0.0));
            dots.into_iter().for_each(|dot| sheet.rect((dot.0 - 1.0, dot.1 - 1.0), (2.0, 2.0), 1.0, ink));
        }
        Verdict::NoData => sheet.path(&[at(-0.7, 0.0), at(0.7, 0.0)], thick, ink),
    }
}
