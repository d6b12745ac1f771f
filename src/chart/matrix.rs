//! Risks by probability and impact: five by five cells, the graver the darker, with their names in them.

use super::sheet::{Anchor, INK, INNER, MARGIN, RIGHT, SMALL, SOFT, Sheet, Type, VERMILION, fit};
use crate::core::picture::{Grade, Matrix, Placed};

const HIGH: f64 = 50.0;
/// Left of the cells, for the grades.
const AXIS: f64 = 18.0;
const GAP: f64 = 3.0;
const NAME: f64 = 12.0;
/// So many names have room in a cell.
const NAMES: usize = 2;

pub(super) fn draw(sheet: &mut Sheet, shown: &Matrix<String>) {
    sheet.bottom += SMALL * 1.6;
    let probability = format!("↑ {}", fit(&shown.probability, SMALL, INNER - 20.0));
    sheet.text(MARGIN, sheet.bottom, &probability, Type::new(SMALL, SOFT));
    let (left, top) = (MARGIN + AXIS, sheet.bottom + 8.0);
    let wide = (RIGHT - left) / f64::from(Grade::MOST);
    for row in 0..Grade::MOST {
        let y = top + HIGH * f64::from(row);
        let probability = Grade::MOST - row;
        let look = Type::new(SMALL, SOFT).anchored(Anchor::Middle);
        let middle = y + HIGH / 2.0 + SMALL * 0.36;
        sheet.text(MARGIN + AXIS / 2.0 - 3.0, middle, &probability.to_string(), look);
        for column in 0..Grade::MOST {
            let impact = column + 1;
            let place = (left + wide * f64::from(column), y);
            let here =
                |risk: &&Placed<String>| (risk.probability.get(), risk.impact.get()) == (probability, impact);
            let risks: Vec<&Placed<String>> = shown.risks.iter().filter(here).collect();
            cell(sheet, place, (wide - GAP, HIGH - GAP), probability * impact, &risks);
        }
    }
    sheet.bottom = top + HIGH * f64::from(Grade::MOST);
    sheet.bottom += SMALL * 1.1;
    for column in 0..Grade::MOST {
        let x = left + wide * f64::from(column) + (wide - GAP) / 2.0;
        let look = Type::new(SMALL, SOFT).anchored(Anchor::Middle);
        sheet.text(x, sheet.bottom, &(column + 1).to_string(), look);
    }
    sheet.bottom += SMALL * 1.5;
    let impact = format!("{} →", fit(&shown.impact, SMALL, INNER - 20.0));
    sheet.text(RIGHT - GAP, sheet.bottom, &impact, Type::new(SMALL, SOFT).anchored(Anchor::End));
}

/// One cell: how grave it is as a shade and as a number, and what is in it.
fn cell(
    sheet: &mut Sheet,
    (x, y): (f64, f64),
    (wide, high): (f64, f64),
    product: u8,
    risks: &[&Placed<String>],
) {
    let most = f64::from(Grade::MOST * Grade::MOST);
    sheet.tint((x, y), (wide, high), VERMILION, 0.06 + 0.62 * f64::from(product) / most);
    let look = Type::new(10.0, INK).anchored(Anchor::End);
    sheet.text(x + wide - 3.0, y + 10.5, &product.to_string(), look);
    let kept = if risks.len() > NAMES { NAMES - 1 } else { risks.len() };
    let more = risks.len() - kept;
    let names = risks.iter().take(kept).map(|risk| fit(&risk.label, NAME * 1.06, wide - 4.0));
    let mut names: Vec<String> = names.collect();
    if more > 0 {
        names.push(format!("+{more}"));
    }
    let mut base = y + high - 6.0 - 14.0 * if names.len() > 1 { 1.0 } else { 0.25 };
    for name in names {
        let look = Type::new(NAME, INK).bold().anchored(Anchor::Middle);
        sheet.text(x + wide / 2.0, base, &name, look);
        base += 14.0;
    }
}
