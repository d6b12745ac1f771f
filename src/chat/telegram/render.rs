//! Draws [`Spoken`] words for Telegram: HTML that always parses and never exceeds the limits, text from
//! outside inert, and a keyboard that fits a phone.

mod fit;
mod keyboard;
mod piece;

use teloxide::types::InlineKeyboardMarkup;

pub(super) use self::keyboard::{OWN, rows as button_rows};
use self::piece::{Breaks, Frame, Part, Pen, Piece, Style};
use super::markup;
use crate::chat::inert;
use crate::chat::{Outgoing, Platform};
use crate::core::doc::Verdict;
use crate::i18n::spoken::{Run, RunKind, Spoken, SpokenBlock, SpokenField};
use crate::i18n::words;

/// The longest text of a message, in UTF-16 units after the markup is read.
pub const LONGEST: usize = 4096;
/// The longest text below a picture, counted alike.
pub const LONGEST_CAPTION: usize = 1024;
/// The longest notice that a pressed button can pop up, in characters.
pub const LONGEST_ALERT: usize = 200;
/// Exact lines beyond this many are folded until the reader opens them.
const OPEN_LINES: usize = 6;

/// A message as Telegram takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    pub text: String,
    /// Whether `text` is HTML; otherwise it is shown as it is.
    pub html: bool,
    pub keyboard: Option<InlineKeyboardMarkup>,
    /// Whether it may make a sound: it calls somebody.
    pub wakes: bool,
}

impl Drawn {
    /// Whether it fits below a picture.
    pub fn is_caption(&self) -> bool {
        let shown = if self.html { markup::parse(&self.text).ok().map(|parsed| parsed.text) } else { None };
        markup::length(shown.as_ref().unwrap_or(&self.text)) <= LONGEST_CAPTION
    }
}

/// Draws a message on its way; one that may be a repeat says so below its head. Telegram recognises no repeat,
/// so nothing else tells the reader.
pub fn draw_outgoing(outgoing: &Outgoing) -> Drawn {
    if !outgoing.maybe_repeat {
        return draw(&outgoing.spoken, outgoing.plain);
    }
    let mut spoken = outgoing.spoken.clone();
    let note = Run::own(words("maybe-repeat", spoken.language));
    spoken.blocks.insert(0, SpokenBlock::Line(vec![note]));
    draw(&spoken, outgoing.plain)
}

/// Draws a message; with `plain`, without any markup, because the platform refused it. What its picture says
/// is among its words, since a picture on Telegram can carry no other text for those who do not see it.
pub fn draw(spoken: &Spoken, plain: bool) -> Drawn {
    if spoken.picture.is_some() {
        return draw(&spoken.clone().without_picture(), plain);
    }
    let drawn = compose(spoken, plain);
    let sound = match markup::parse(&drawn.text) {
        _ if !drawn.html => markup::length(&drawn.text) <= LONGEST && !drawn.text.trim().is_empty(),
        Ok(parsed) => markup::length(&parsed.text) <= LONGEST && !parsed.is_blank(),
        Err(_) => false,
    };
    if sound {
        return drawn;
    }
    // The last resort against a mistake in here: the message arrives, though without its form.
    let text =
        inert::shorten(&inert::still(&spoken.plain_text(), Platform::Telegram), LONGEST, markup::length);
    let text = if text.trim().is_empty() { inert::ELLIPSIS.to_owned() } else { text };
    Drawn { text, html: false, ..drawn }
}

/// A short answer as a notice over the chat, when it is short and simple enough to be read there.
pub fn alert(spoken: &Spoken) -> Option<String> {
    if !spoken.buttons.is_empty() || spoken.picture.is_some() {
        return None;
    }
    noticed(spoken.plain_text())
}

/// The words of a short answer whose buttons cannot be shown, and how to come by them.
pub fn alert_without_buttons(spoken: &Spoken, rest: &str) -> Option<String> {
    if spoken.buttons.is_empty() || spoken.picture.is_some() {
        return None;
    }
    noticed(format!("{}\n{rest}", spoken.plain_text()))
}

fn noticed(text: String) -> Option<String> {
    (text.encode_utf16().count() <= LONGEST_ALERT && !text.trim().is_empty()).then_some(text)
}

fn compose(spoken: &Spoken, plain: bool) -> Drawn {
    let (keyboard, unpressable) = keyboard::keyboard(&spoken.buttons, plain);
    let mut pen = Pen::new(plain);
    let mut parts = vec![head(&mut pen, spoken)];
    parts.extend(spoken.blocks.iter().filter_map(|block| body(&mut pen, block)));
    for (label, target) in unpressable {
        let row = vec![pen.tamed(&format!("{label}: "), Style::Plain), pen.code(&target)];
        parts.push(Part { rows: vec![row], ..Part::default() });
    }
    if !spoken.footer.is_empty() {
        let rows = pen.rows(&spoken.footer, Style::Italic, Breaks::Joined);
        parts.push(Part { rows, apart: true, kept: true, frame: Frame::None });
    }
    let parts = fit::fit(parts, LONGEST, spoken.language);
    let text = piece::write(&parts, plain);
    Drawn { text, html: !plain, keyboard, wakes: wakes(spoken) }
}

/// Symbol, words, and the reference that people quote, set so that a touch copies it.
fn head(pen: &mut Pen, spoken: &Spoken) -> Part {
    let mut row = Vec::new();
    if !spoken.symbol.is_empty() {
        row.push(Piece::plain(format!("{} ", spoken.symbol)));
    }
    row.extend(pen.rows(&spoken.head, Style::Bold, Breaks::Joined).into_iter().flatten());
    if let Some(reference) = &spoken.reference {
        row.push(Piece::plain("  ".to_owned()));
        row.push(pen.code(reference));
    }
    Part { rows: vec![row], kept: true, ..Part::default() }
}

/// A block as a part; none when it is empty.
fn body(pen: &mut Pen, block: &SpokenBlock) -> Option<Part> {
    let part = match block {
        SpokenBlock::Line(runs) => {
            Part { rows: pen.rows(runs, Style::Plain, Breaks::Joined), ..Part::default() }
        }
        SpokenBlock::Heading(runs) => {
            Part { rows: pen.rows(runs, Style::Bold, Breaks::Joined), apart: true, ..Part::default() }
        }
        SpokenBlock::Fields(fields) => {
            let rows = fields.iter().map(|one| field(pen, one)).collect();
            Part { rows, apart: true, ..Part::default() }
        }
        SpokenBlock::Table(table) => {
            let rows = table.fields().iter().map(|one| field(pen, one)).collect();
            Part { rows, apart: true, ..Part::default() }
        }
        SpokenBlock::List(items) => {
            let rows = items.iter().map(|item| {
                let bullet = std::iter::once(Piece::plain("• ".to_owned()));
                bullet.chain(pen.rows(item, Style::Plain, Breaks::Joined).into_iter().flatten()).collect()
            });
            Part { rows: rows.collect(), ..Part::default() }
        }
        SpokenBlock::Quote(runs) => {
            let rows = pen.rows(runs, Style::Plain, Breaks::Kept);
            Part { rows, frame: Frame::Quote, ..Part::default() }
        }
        SpokenBlock::Lines(lines) => {
            let rows: Vec<_> = lines
                .iter()
                .map(|line| pen.rows(line, Style::Plain, Breaks::Joined).into_iter().flatten().collect())
                .collect();
            let frame = if rows.len() > OPEN_LINES { Frame::Folded } else { Frame::None };
            Part { rows, frame, apart: true, kept: false }
        }
    };
    (!part.rows.is_empty()).then_some(part)
}

/// Name, the verdict's symbol, value.
fn field(pen: &mut Pen, field: &SpokenField) -> Vec<Piece> {
    let mut row: Vec<Piece> =
        pen.rows(&field.name, Style::Bold, Breaks::Joined).into_iter().flatten().collect();
    row.push(Piece::plain(match field.verdict {
        Some((Verdict::Unknown, "")) | None => ": ".to_owned(),
        Some((_, symbol)) => format!(" {symbol} "),
    }));
    row.extend(pen.rows(&field.value, Style::Plain, Breaks::Joined).into_iter().flatten());
    row
}

/// Whether somebody is called: only then does a message make a sound.
fn wakes(spoken: &Spoken) -> bool {
    let called = |runs: &[Run]| runs.iter().any(|run| matches!(run.kind, RunKind::Mention(_)));
    called(&spoken.head)
        || called(&spoken.footer)
        || spoken.blocks.iter().any(|block| match block {
            SpokenBlock::Line(runs) | SpokenBlock::Quote(runs) | SpokenBlock::Heading(runs) => called(runs),
            SpokenBlock::Fields(fields) => fields.iter().any(|f| called(&f.name) || called(&f.value)),
            SpokenBlock::List(rows) | SpokenBlock::Lines(rows) => rows.iter().any(|row| called(row)),
            SpokenBlock::Table(table) => table.rows.iter().flatten().any(|cell| called(&cell.text)),
        })
}

#[cfg(test)]
mod tests;
