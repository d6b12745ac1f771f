//! Shortens a message that is too long, visibly: every part keeps its beginning, the first and last lines
//! longest.

use super::super::markup;
use super::super::words::{Word, say};
use super::piece::{Part, Piece, Row, row_length};
use crate::chat::inert;
use crate::i18n::Language;

/// The most that the head and the footer may take of a message that is too long.
const KEPT: usize = 600;
/// Below this many units a part says nothing any more; then later parts are left out instead.
const LEAST: usize = 120;
/// The line breaks around a part.
const GAP: usize = 2;

/// The parts within `limit` units.
pub(super) fn fit(parts: Vec<Part>, limit: usize, language: Language) -> Vec<Part> {
    if total(&parts) <= limit {
        return parts;
    }
    let kept = |part: &Part| if part.kept { length(part).min(KEPT) + GAP } else { 0 };
    let room = limit.saturating_sub(parts.iter().map(kept).sum());
    let lengths: Vec<usize> = parts.iter().filter(|part| !part.kept).map(length).collect();
    let cap = level(&lengths, room);
    if cap >= LEAST {
        return parts
            .into_iter()
            .map(|part| {
                let cap = if part.kept { KEPT } else { cap };
                shorten(part, cap, language)
            })
            .collect();
    }
    leave_out(parts, room, language)
}

/// The largest cap at which parts of these lengths fit into `room`.
fn level(lengths: &[usize], room: usize) -> usize {
    let fits = |cap: usize| lengths.iter().map(|length| length.min(&cap) + GAP).sum::<usize>() <= room;
    let (mut low, mut high) = (0, room);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

/// So many parts that each would shrink to nothing: the first ones, and how many lines are missing.
fn leave_out(parts: Vec<Part>, room: usize, language: Language) -> Vec<Part> {
    let note = |rows: usize| note(rows, language);
    let reserve = row_length(&note(usize::MAX)) + GAP;
    let mut room = room.saturating_sub(reserve);
    let (mut fitted, mut footer, mut missing) = (Vec::new(), Vec::new(), 0);
    for (index, part) in parts.into_iter().enumerate() {
        if part.kept {
            let place = if index == 0 { &mut fitted } else { &mut footer };
            place.push(shorten(part, KEPT, language));
            continue;
        }
        let rows = part.rows.len();
        let part = shorten(part, LEAST, language);
        let needed = length(&part) + GAP;
        if missing == 0 && needed <= room {
            room -= needed;
            fitted.push(part);
        } else {
            missing += rows;
        }
    }
    if missing > 0 {
        fitted.push(Part { rows: vec![note(missing)], ..Part::default() });
    }
    fitted.append(&mut footer);
    fitted
}

fn note(rows: usize, language: Language) -> Row {
    vec![Piece::plain(say(language, Word::MoreLines(rows)))]
}

fn length(part: &Part) -> usize {
    part.rows.iter().map(row_length).sum::<usize>() + part.rows.len().saturating_sub(1)
}

fn total(parts: &[Part]) -> usize {
    parts.iter().map(|part| length(part) + GAP).sum()
}

/// The part's first rows within `cap`, and a note of how many are missing.
fn shorten(mut part: Part, cap: usize, language: Language) -> Part {
    if length(&part) <= cap {
        return part;
    }
    let reserve = row_length(&note(part.rows.len(), language)) + 1;
    let mut room = cap.saturating_sub(reserve);
    let all = part.rows.len();
    let mut rows = Vec::new();
    for row in std::mem::take(&mut part.rows) {
        let needed = row_length(&row) + 1;
        if needed > room {
            if rows.is_empty() || room > LEAST {
                rows.push(cut(row, room.max(1)));
            }
            break;
        }
        room -= needed;
        rows.push(row);
    }
    if rows.len() < all {
        rows.push(note(all - rows.len(), language));
    }
    part.rows = rows;
    part
}

/// The row's beginning within `room`, ending in `…`.
fn cut(row: Row, room: usize) -> Row {
    let mut left = room;
    let mut kept = Vec::new();
    for piece in row {
        let needed = markup::length(&piece.text);
        if needed < left {
            left -= needed;
            kept.push(piece);
            continue;
        }
        let text = inert::shorten(&piece.text, left.saturating_sub(1), markup::length);
        let text = if text.ends_with(inert::ELLIPSIS) { text } else { text + inert::ELLIPSIS };
        kept.push(Piece { text, ..piece });
        break;
    }
    kept
}
