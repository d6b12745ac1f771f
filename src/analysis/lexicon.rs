//! Phrases to be found in a text: whole words, beginnings of words (`slow*`), and Chinese anywhere.

use std::collections::BTreeMap;

use super::pieces::{Kind, Piece, pieces};

/// The most words and Chinese characters one phrase has.
pub const LONGEST_PHRASE: usize = 16;

/// Why a text is no phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Nothing in it can be found in a text.
    #[error("holds no word")]
    NoWord,
    #[error("has more than {LONGEST_PHRASE} words and Chinese characters")]
    TooLong,
    /// `*` stands elsewhere than at the end of a word in letters.
    #[error("has a `*` that does not end a word")]
    Star,
    /// Punctuation in the midst.
    #[error("holds punctuation, over which no phrase is found")]
    Punctuation,
}

/// Says whether a text can be a phrase.
///
/// # Errors
/// When it cannot, with the reason.
pub fn check_phrase(text: &str) -> Result<(), PhraseError> {
    parts(text).map(|_| ())
}

/// The form in which two spellings of one phrase are the same.
pub fn normal_form(text: &str) -> String {
    let shown = |part: &Part| if part.open { format!("{}*", part.text) } else { part.text.clone() };
    parts(text).map(|parts| parts.iter().map(shown).collect::<Vec<_>>().join(" ")).unwrap_or_default()
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    text: String,
    /// Any word that begins so.
    open: bool,
}

fn parts(text: &str) -> Result<Vec<Part>, PhraseError> {
    let mut parts = Vec::new();
    for written in text.split_whitespace() {
        let closed = written.strip_suffix('*');
        let word = closed.unwrap_or(written);
        if word.contains('*') {
            return Err(PhraseError::Star);
        }
        let found = pieces(word);
        if found.iter().any(|piece| !piece.is_said()) {
            return Err(PhraseError::Punctuation);
        }
        if closed.is_some() && found.last().is_none_or(|last| last.kind != Kind::Word) {
            return Err(PhraseError::Star);
        }
        let last = found.len().saturating_sub(1);
        let open = |place: usize| closed.is_some() && place == last;
        let new = found.into_iter().enumerate();
        parts.extend(new.map(|(place, piece)| Part { open: open(place), text: piece.text }));
    }
    match parts.len() {
        0 => Err(PhraseError::NoWord),
        1..=LONGEST_PHRASE => Ok(parts),
        _ => Err(PhraseError::TooLong),
    }
}

/// Phrases, each with what it says.
#[derive(Clone, Debug)]
pub(super) struct Lexicon<T> {
    phrases: Vec<(Vec<Part>, T)>,
    /// By the first word: the places of the phrases that begin with it.
    whole: BTreeMap<String, Vec<usize>>,
    /// The same by the beginning of the first word.
    open: BTreeMap<String, Vec<usize>>,
    /// The longest of these beginnings, in bytes.
    longest_open: usize,
}

/// A phrase found: from piece to piece, the end exclusive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'l, T> {
    pub end: usize,
    pub says: &'l T,
}

impl<T> Lexicon<T> {
    /// What cannot be a phrase ([`check_phrase`]) is left out.
    pub fn new<'t>(phrases: impl IntoIterator<Item = (&'t str, T)>) -> Self {
        let mut lexicon =
            Self { phrases: Vec::new(), whole: BTreeMap::new(), open: BTreeMap::new(), longest_open: 0 };
        for (text, says) in phrases {
            let Ok(parts) = parts(text) else { continue };
            let Some(first) = parts.first() else { continue };
            let place = lexicon.phrases.len();
            if first.open {
                lexicon.longest_open = lexicon.longest_open.max(first.text.len());
            }
            let index = if first.open { &mut lexicon.open } else { &mut lexicon.whole };
            index.entry(first.text.clone()).or_default().push(place);
            lexicon.phrases.push((parts, says));
        }
        lexicon
    }

    /// Every phrase that stands at this place, in the order of the lexicon.
    pub fn all_at<'l>(&'l self, text: &[Piece], start: usize) -> Vec<Found<'l, T>> {
        let Some(first) = text.get(start).filter(|piece| piece.is_said()) else { return Vec::new() };
        let mut places: Vec<usize> = self.whole.get(&first.text).into_iter().flatten().copied().collect();
        if first.kind == Kind::Word {
            let ends = first.text.char_indices().map(|(at, letter)| at + letter.len_utf8());
            for end in ends.take_while(|end| *end <= self.longest_open) {
                places.extend(self.open.get(&first.text[..end]).into_iter().flatten());
            }
        }
        places.sort_unstable();
        let stands = |place: usize| {
            let (parts, says) = self.phrases.get(place)?;
            let end = start + parts.len();
            let said = text.get(start..end)?;
            let fits = parts.iter().zip(said).all(|(part, piece)| part.fits(piece));
            fits.then_some(Found { end, says })
        };
        places.into_iter().filter_map(stands).collect()
    }

    /// The longest phrase at this place; of several, the first of the lexicon.
    pub fn longest_at<'l>(&'l self, text: &[Piece], start: usize) -> Option<Found<'l, T>> {
        self.all_at(text, start).into_iter().rev().max_by_key(|found| found.end)
    }
}

impl Part {
    fn fits(&self, piece: &Piece) -> bool {
        piece.is_said()
            && match self.open {
                true => piece.kind == Kind::Word && piece.text.starts_with(&self.text),
                false => piece.text == self.text,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lexicon: &Lexicon<&'static str>, text: &str) -> Vec<&'static str> {
        let pieces = pieces(text);
        (0..pieces.len()).flat_map(|at| lexicon.all_at(&pieces, at)).map(|found| *found.says).collect()
    }

    #[test]
    fn words_are_whole_beginnings_open_and_chinese_anywhere() {
        let phrases = ["slow*", "time out", "bill", "很慢", "API 太慢", "no long* work*", "👍"];
        let lexicon = Lexicon::new(phrases.map(|text| (text, text)));
        for (text, expected) in [
            ("Slowly, a time-out", &["slow*", "time out"][..]),
            ("the billing; a bill", &["bill"]),
            ("真的很慢！", &["很慢"]),
            ("API太慢了", &["API 太慢"]),
            ("it no longer works", &["no long* work*"]),
            ("no long, works", &[]),
            ("👍🏾", &["👍"]),
            ("s lo w", &[]),
        ] {
            assert_eq!(found(&lexicon, text), expected, "{text}");
        }
    }

    #[test]
    fn the_longest_phrase_wins_and_the_first_of_equals() {
        let lexicon = Lexicon::new([("不", 1), ("不错", 2), ("slow", 3), ("slow*", 4)]);
        let says = |text: &str| lexicon.longest_at(&pieces(text), 0).map(|found| *found.says);
        assert_eq!(
            [says("不錯"), says("不好"), says("slow"), says("slower")],
            [Some(2), Some(1), Some(3), Some(4)]
        );
    }

    #[test]
    fn what_is_no_phrase_is_told_why() {
        for (text, why) in [
            (" ", PhraseError::NoWord),
            ("$", PhraseError::NoWord),
            ("*", PhraseError::Star),
            ("s*w", PhraseError::Star),
            ("慢*", PhraseError::Star),
            ("slow, bad", PhraseError::Punctuation),
            ("一二三四五六七八九十一二三四五六七", PhraseError::TooLong),
        ] {
            assert_eq!(check_phrase(text), Err(why), "{text}");
        }
        assert_eq!(normal_form("Time-Out*  很慢"), "time out* 很 慢");
    }
}
