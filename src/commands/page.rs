//! Long answers, cut into pages that each fit every platform; nothing is left out.

use crate::core::doc::{Block, Doc, Text, Weight};

/// Rows on one page; a screen of a phone, and within the limits of every platform.
const ROWS: usize = 18;

/// The page of this number, from 1, with buttons to its neighbours. `command` shows the same again.
pub fn page(doc: Doc, number: u32, command: &str) -> Doc {
    let pages = cut(doc.blocks.clone());
    if pages.len() <= 1 {
        return doc;
    }
    let last = pages.len();
    let index = usize::try_from(number).unwrap_or(usize::MAX).clamp(1, last);
    let mut doc = Doc { blocks: pages.into_iter().nth(index - 1).unwrap_or_default(), ..doc };
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    doc.blocks
        .push(Block::Line(Text::key("page-of").with("page", count(index)).with("pages", count(last)).into()));
    let command = command.trim_end();
    if index > 1 {
        doc = doc.button(
            Text::key("button-previous"),
            format!("{command} --page={}", index - 1),
            Weight::Secondary,
        );
    }
    if index < last {
        doc = doc.button(
            Text::key("button-next"),
            format!("{command} --page={}", index + 1),
            Weight::Secondary,
        );
    }
    doc
}

/// Blocks in pages of at most [`ROWS`] rows; a long block goes on on the next page, and a heading never
/// stands last on a page.
fn cut(blocks: Vec<Block>) -> Vec<Vec<Block>> {
    let mut pages: Vec<Vec<Block>> = vec![Vec::new()];
    let mut rows = 0;
    for piece in blocks.into_iter().flat_map(split) {
        let size = size(&piece);
        if rows + size > ROWS && rows > 0 {
            let heading =
                pages.last_mut().and_then(|page| page.pop_if(|last| matches!(last, Block::Heading(_))));
            rows = usize::from(heading.is_some());
            pages.push(heading.into_iter().collect());
        }
        rows += size;
        if let Some(page) = pages.last_mut() {
            page.push(piece);
        }
    }
    pages.retain(|page| !page.is_empty());
    pages
}

fn size(block: &Block) -> usize {
    match block {
        Block::Line(_) | Block::Quote(_) | Block::Heading(_) => 1,
        Block::Fields(fields) => fields.len(),
        Block::List(items) | Block::Lines(items) => items.len(),
    }
}

/// A block in pieces of at most half a page.
fn split(block: Block) -> Vec<Block> {
    const PIECE: usize = ROWS / 2;
    match block {
        Block::Fields(fields) => fields.chunks(PIECE).map(|part| Block::Fields(part.to_vec())).collect(),
        Block::List(items) => items.chunks(PIECE).map(|part| Block::List(part.to_vec())).collect(),
        Block::Lines(items) => items.chunks(PIECE).map(|part| Block::Lines(part.to_vec())).collect(),
        other => vec![other],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doc::{Line, Tone};
    use crate::core::time::Instant;

    #[test]
    fn every_row_is_on_exactly_one_page() {
        let lines: Vec<Line> = (0..100).map(|row| Text::name(row.to_string()).into()).collect();
        let doc =
            Doc::new(Tone::Information, Text::name("x"), Instant::MIN).block(Block::Lines(lines.clone()));
        let mut seen: Vec<Line> = Vec::new();
        for number in 1..=7 {
            for block in page(doc.clone(), number, "log").blocks {
                if let Block::Lines(rows) = block {
                    seen.extend(rows);
                }
            }
        }
        assert_eq!(seen[..100], lines[..]);
        assert_eq!(page(doc.clone(), 99, "log"), page(doc, 6, "log"), "a page beyond the last is the last");
    }

    #[test]
    fn a_short_answer_is_left_alone() {
        let doc = Doc::new(Tone::Information, Text::name("x"), Instant::MIN).line(Text::name("y"));
        assert_eq!(page(doc.clone(), 3, "log"), doc);
    }
}
