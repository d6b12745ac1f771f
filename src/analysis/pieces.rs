//! A text in pieces: words, single characters of Chinese and signs, and the breaks between them, in one spelling
//! (NFKC, lower case, one script), each with its place in what was written.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::scripts::{is_han, one_spelling};

/// How many characters of a text are read; nobody writes more by hand.
pub const LONGEST_TEXT: usize = 10_000;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters and digits that stand together.
    Word,
    /// One character of Chinese.
    Han,
    /// An emoji or another sign that may mean something.
    Sign,
    /// A comma, a bracket, a dash: no negation reaches over it.
    Pause,
    /// The end of a sentence.
    End,
}

/// One piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub kind: Kind,
    /// In the one spelling; empty for breaks.
    pub text: String,
    /// Where it stands in the text as written, in bytes.
    pub at: Range<usize>,
}

impl Piece {
    /// True for what can be part of a phrase.
    pub fn is_said(&self) -> bool {
        !matches!(self.kind, Kind::Pause | Kind::End)
    }
}

/// Cuts a text into pieces; beyond [`LONGEST_TEXT`] characters it is not read.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(at, _)| at);
    let mut cutter = Cutter::default();
    let mut clusters = text[..end].grapheme_indices(true).peekable();
    while let Some((at, cluster)) = clusters.next() {
        let follows = clusters.peek().is_some_and(|(_, next)| next.starts_with(char::is_alphanumeric));
        for letter in cluster.nfkc().filter(|letter| !is_hidden(*letter)).flat_map(char::to_lowercase) {
            cutter.take(letter, at..at + cluster.len(), follows);
        }
    }
    cutter.flush();
    cutter.pieces
}

/// Characters that are not seen, and those that only colour an emoji.
const fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[derive(Default)]
struct Cutter {
    pieces: Vec<Piece>,
    word: String,
    begins: usize,
    ends: usize,
    /// A blank came after the last piece.
    blank: bool,
}

impl Cutter {
    /// Takes one letter; `follows` says that a letter or digit comes right after.
    fn take(&mut self, letter: char, at: Range<usize>, follows: bool) {
        let in_word = !self.word.is_empty();
        match letter {
            _ if is_han(letter) => {
                self.flush();
                if self.blank && self.pieces.last().is_some_and(|last| last.kind == Kind::Han) {
                    self.put(Kind::Pause, String::new(), at.start..at.start);
                }
                self.put(Kind::Han, one_spelling(letter).to_string(), at);
            }
            '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}' if in_word && follows => {
                self.extend('\'', at);
            }
            '.' | ',' | ':' | '-' | '\u{2010}' | '\u{2011}' | '_' | '/' if in_word && follows => self.flush(),
            _ if letter.is_alphanumeric() || (in_word && is_mark(letter)) => self.extend(letter, at),
            '.' | '!' | '?' | ';' | '。' | '\n' | '\r' => self.stop(Kind::End, at),
            _ if letter.is_whitespace() => {
                self.flush();
                self.blank = true;
            }
            ','
            | ':'
            | '('
            | ')'
            | '['
            | ']'
            | '"'
            | '-'
            | '~'
            | '\u{2010}'..='\u{2027}'
            | '\u{3001}'..='\u{303f}' => {
                self.stop(Kind::Pause, at);
            }
            '\u{2190}'.. => {
                self.flush();
                self.put(Kind::Sign, letter.to_string(), at);
            }
            _ => self.flush(),
        }
    }

    fn extend(&mut self, letter: char, at: Range<usize>) {
        if self.word.is_empty() {
            self.begins = at.start;
        }
        self.ends = at.end;
        self.word.push(letter);
    }

    fn flush(&mut self) {
        if !self.word.is_empty() {
            let word = std::mem::take(&mut self.word);
            self.put(Kind::Word, word, self.begins..self.ends);
        }
    }

    fn stop(&mut self, kind: Kind, at: Range<usize>) {
        self.flush();
        self.put(kind, String::new(), at);
    }

    fn put(&mut self, kind: Kind, text: String, at: Range<usize>) {
        self.blank = false;
        self.pieces.push(Piece { kind, text, at });
    }
}

/// Marks that belong to the letter before them and have no composed form.
const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> String {
        let shown = pieces(text).into_iter().map(|piece| match piece.kind {
            Kind::Pause => ",".to_owned(),
            Kind::End => ".".to_owned(),
            _ => piece.text,
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn texts_become_pieces_in_one_spelling() {
        for (text, expected) in [
            ("It’s a Time-out, again!", "it's a time out , again ."),
            ("ＡＰＩ 延遲，v2.0 很慢。", "api 延 迟 , v2 0 很 慢 ."),
            ("沒有 很慢", "没 有 , 很 慢"),
            ("API太慢 API", "api 太 慢 api"),
            ("Great 👍🏽 job\u{200b}s", "great 👍 jobs"),
            ("cafe\u{301} — 'quoted'", "café , quoted"),
            ("", ""),
        ] {
            assert_eq!(cut(text), expected, "{text}");
        }
    }

    #[test]
    fn every_piece_knows_where_it_stands() {
        let text = "Ｔhe 伺服器 is slow";
        let found: Vec<&str> = pieces(text).iter().map(|piece| &text[piece.at.clone()]).collect();
        assert_eq!(found, ["Ｔhe", "伺", "服", "器", "is", "slow"]);
    }

    #[test]
    fn a_text_without_end_is_read_to_a_bound() {
        assert_eq!(pieces(&"慢".repeat(LONGEST_TEXT + 5)).len(), LONGEST_TEXT);
    }
}
