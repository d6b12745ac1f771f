//! The cells of CSV (RFC 4180), which no spreadsheet takes for a formula.

use std::fmt::Write as _;

use rust_decimal::Decimal;

/// Adds one row.
pub fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        let comma = if place > 0 { "," } else { "" };
        // Writing to a string does not fail.
        let _ = write!(text, "{comma}{}", guarded(&cell));
    }
    text.push_str("\r\n");
}

/// A cell that no spreadsheet takes for a formula, quoted where it must be.
pub fn guarded(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<Decimal>().is_err();
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if formula || cell.contains([',', '"', '\n', '\r']) || cell.trim() != cell {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}
