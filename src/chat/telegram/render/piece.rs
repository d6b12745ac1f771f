//! The pieces a drawn message is made of, and how they are written as HTML or as plain text.

use super::super::markup;
use crate::chat::Platform;
use crate::chat::inert;
pub(super) use crate::chat::inert::Breaks;
use crate::i18n::spoken::{Run, RunKind};

/// Breaks words without being seen.
const JOINER: char = '\u{2060}';
/// Telegram ignores formatting beyond 100 stretches a message, which would bring tamed text to life; what
/// comes later than this many is therefore tamed by other means.
const MOST_STYLED: usize = 80;
/// The longest text from outside, in characters, that is looked at; more than a message holds.
const LONGEST_RUN: usize = super::LONGEST;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Bold,
    Italic,
    Code,
    /// A person who is called.
    Person(u64),
}

/// A stretch of one style. The text is tamed, not yet escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub text: String,
    pub style: Style,
    /// It came from outside; beside it nothing may come alive either.
    pub outside: bool,
}

pub(super) type Row = Vec<Piece>;

/// What stands around a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Frame {
    #[default]
    None,
    Quote,
    /// A quotation that shows its first lines until it is opened.
    Folded,
}

/// Rows that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub rows: Vec<Row>,
    pub frame: Frame,
    /// An empty line stands before it.
    pub apart: bool,
    /// Among the last to be shortened.
    pub kept: bool,
}

/// Turns runs into pieces and keeps count of the styles used.
#[derive(Debug)]
pub(super) struct Pen {
    plain: bool,
    styled: usize,
}

impl Piece {
    pub(super) const fn plain(text: String) -> Self {
        Self { text, style: Style::Plain, outside: false }
    }

    const fn outside(text: String, style: Style) -> Self {
        Self { text, style, outside: true }
    }
}

impl Pen {
    pub(super) const fn new(plain: bool) -> Self {
        Self { plain, styled: 0 }
    }

    /// The runs as rows; more than one only where `breaks` are kept.
    pub(super) fn rows(&mut self, runs: &[Run], base: Style, breaks: Breaks) -> Vec<Row> {
        let mut rows = vec![Vec::new()];
        for run in runs {
            for piece in self.run(run, base, breaks) {
                for (index, line) in piece.text.split('\n').enumerate() {
                    if index > 0 {
                        rows.push(Vec::new());
                    }
                    if let Some(row) = rows.last_mut().filter(|_| !line.is_empty()) {
                        push(
                            row,
                            Piece { text: line.to_owned(), style: piece.style, outside: piece.outside },
                        );
                    }
                }
            }
        }
        rows
    }

    /// An identifier or address, set so that a touch copies it and nothing in it is live.
    pub(super) fn code(&mut self, text: &str) -> Piece {
        let text = inert::harmless(text, Breaks::Joined, LONGEST_RUN);
        self.style(text, Style::Code)
    }

    fn run(&mut self, run: &Run, base: Style, breaks: Breaks) -> Vec<Piece> {
        match &run.kind {
            RunKind::Own | RunKind::Moment(_) => {
                let text = run.text.replace(|letter: char| letter.is_control(), " ");
                vec![self.style(text, base)]
            }
            RunKind::Untrusted => {
                let text = inert::harmless(&run.text, breaks, LONGEST_RUN);
                if base == Style::Plain { self.untrusted(&text) } else { vec![self.tamed(&text, base)] }
            }
            RunKind::Code => vec![self.code(&run.text)],
            RunKind::Mention(accounts) => {
                let name = inert::harmless(&run.text, Breaks::Joined, LONGEST_RUN);
                let here = accounts.iter().find(|account| account.platform == Platform::Telegram);
                match here.and_then(|account| account.user.parse().ok()) {
                    // Never counted out: calling somebody is what the message is for.
                    Some(id) if !self.plain => vec![Piece::outside(name, Style::Person(id))],
                    _ => vec![self.tamed(&name, base)],
                }
            }
        }
    }

    /// Host names and addresses are set as code, so that they can be copied as they are; all else that
    /// Telegram would make live is broken by an invisible joiner.
    fn untrusted(&mut self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut pending = String::new();
        for word in text.split_inclusive([' ', '\n']) {
            let bare = word.trim_end_matches([' ', '\n']);
            if looks_like_host(bare) && !self.plain && self.styled < MOST_STYLED {
                if !pending.is_empty() {
                    pieces.push(self.tamed(&std::mem::take(&mut pending), Style::Plain));
                }
                pieces.push(self.style(bare.to_owned(), Style::Code));
                pending.push_str(&word[bare.len()..]);
            } else {
                pending.push_str(word);
            }
        }
        if !pending.is_empty() {
            pieces.push(self.tamed(&pending, Style::Plain));
        }
        pieces
    }

    /// Text from outside with nothing alive in it.
    pub(super) fn tamed(&mut self, text: &str, style: Style) -> Piece {
        let text = inert::still(text, Platform::Telegram).into_owned();
        Piece { outside: true, ..self.style(text, style) }
    }

    fn style(&mut self, text: String, style: Style) -> Piece {
        if style == Style::Plain {
            return Piece::plain(text);
        }
        if self.plain || self.styled >= MOST_STYLED {
            return match style {
                Style::Code => {
                    Piece::outside(inert::still(&text, Platform::Telegram).into_owned(), Style::Plain)
                }
                _ => Piece::plain(text),
            };
        }
        self.styled += 1;
        Piece { text, style, outside: style == Style::Code }
    }
}

/// Adds a piece to a row; where two pieces would come alive together, such as `evil.` and `com`, with an
/// invisible joiner between them.
fn push(row: &mut Row, mut piece: Piece) {
    // What stands before may be spread over pieces as short as a dot.
    let mut before: Vec<char> = Vec::new();
    let mut outside = piece.outside;
    for earlier in row.iter().rev() {
        outside |= earlier.outside;
        before.extend(earlier.text.chars().rev().take(2 - before.len()));
        if before.len() == 2 {
            break;
        }
    }
    if outside && !before.is_empty() {
        let end: String = before.into_iter().rev().collect();
        let begin: String = piece.text.chars().take(3).collect();
        let still = |text: &str| inert::still(text, Platform::Telegram).into_owned();
        if still(&format!("{end}{begin}")) != still(&end) + &still(&begin) {
            piece.text.insert(0, JOINER);
        }
    }
    row.push(piece);
}

/// `api-2.example.com`, `10.0.0.1:9090`, but not `0.5` or a sentence's end.
fn looks_like_host(word: &str) -> bool {
    let inside = |index: usize| {
        let (before, after) = (word[..index].chars().next_back(), word[index + 1..].chars().next());
        before.is_some_and(|c| c.is_ascii_alphanumeric()) && after.is_some_and(|c| c.is_ascii_alphanumeric())
    };
    word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'))
        && word.match_indices('.').any(|(index, _)| inside(index))
        && word.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric())
        && word.parse::<f64>().is_err()
}

/// The length of a row in Telegram's units.
pub(super) fn row_length(row: &Row) -> usize {
    row.iter().map(|piece| markup::length(&piece.text)).sum()
}

/// The parts as one text.
pub(super) fn write(parts: &[Part], plain: bool) -> String {
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(if part.apart { "\n\n" } else { "\n" });
        }
        let (open, close) = match part.frame {
            _ if plain => ("", ""),
            Frame::None => ("", ""),
            Frame::Quote => ("<blockquote>", "</blockquote>"),
            Frame::Folded => ("<blockquote expandable>", "</blockquote>"),
        };
        out.push_str(open);
        for (index, row) in part.rows.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            row.iter().for_each(|piece| write_piece(piece, plain, &mut out));
        }
        out.push_str(close);
    }
    out
}

fn write_piece(piece: &Piece, plain: bool, out: &mut String) {
    if plain {
        out.push_str(&piece.text);
        return;
    }
    let (open, close) = match piece.style {
        Style::Plain => (String::new(), ""),
        Style::Bold => ("<b>".to_owned(), "</b>"),
        Style::Italic => ("<i>".to_owned(), "</i>"),
        Style::Code => ("<code>".to_owned(), "</code>"),
        Style::Person(id) => (format!("<a href=\"tg://user?id={id}\">"), "</a>"),
    };
    out.push_str(&open);
    markup::escape(&piece.text, out);
    out.push_str(close);
}
