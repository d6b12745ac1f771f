//! The language of a text: by its script first, then by how many of its words are English.

use std::collections::BTreeSet;
use std::ops::Range;

use super::pieces::{Kind, Piece};
use super::scripts::{Proof, proof};
use crate::core::reading::Tongue;

/// Words that no English sentence does without for long, and that are none in the languages around it.
const ENGLISH: &str = "a about after again all always am and any anyone are as at be because been before but by can \
    can't cannot could did didn't do does doesn't doing done don't down each even ever every everything few for from \
    get gets getting give got had has have he hello her here his how i i'd i'll i'm i've if into is isn't it it's its \
    just keep keeps know last let like made make makes many may me more most much must my need needs never new nice \
    no nobody none not nothing now of off often on once one only or other our out over please quite really said same \
    say see she should since so some something soon still such take takes team thank thanks than that that's the their \
    them then there these they they're thing things think this those three time times to today too tried try two \
    until up us use used using very want wants was wasn't way we we've well went were what when where which while who \
    whole why will wish with without won't work worked working works would yes yesterday yet you your";

/// From this many words on, a text of Latin letters with hardly any English word is another language.
const ENOUGH_WORDS: usize = 4;
/// Of English sentences at least every fifth word is one of those.
const ENGLISH_SHARE: usize = 5;

/// The language of a text whose pieces in `known` are phrases of the rules.
pub(super) fn tongue(written: &str, text: &[Piece], known: &[Range<usize>]) -> Tongue {
    let mut letters = Letters::default();
    let known: BTreeSet<usize> = known.iter().cloned().flatten().collect();
    for (place, piece) in text.iter().enumerate() {
        match piece.kind {
            Kind::Han => letters.han(written.get(piece.at.clone()).unwrap_or_default()),
            Kind::Word => letters.word(&piece.text, known.contains(&place)),
            Kind::Sign | Kind::Pause | Kind::End => {}
        }
    }
    letters.tongue()
}

#[derive(Debug, Default)]
struct Letters {
    han: usize,
    traditional: usize,
    simplified: usize,
    kana: usize,
    /// Letters that are neither Latin nor Chinese nor kana.
    foreign: usize,
    latin: usize,
    /// Words in Latin letters, and those of them that are English.
    words: usize,
    english: usize,
}

impl Letters {
    fn han(&mut self, written: &str) {
        self.han += 1;
        match written.chars().find_map(proof) {
            Some(Proof::Traditional) => self.traditional += 1,
            Some(Proof::Simplified) => self.simplified += 1,
            None => {}
        }
    }

    fn word(&mut self, word: &str, known: bool) {
        let letters = || word.chars().filter(|letter| letter.is_alphabetic());
        let kana = letters().filter(|letter| matches!(letter, '\u{3040}'..='\u{30ff}')).count();
        let latin = letters().filter(|letter| is_latin(*letter)).count();
        self.kana += kana;
        self.latin += latin;
        self.foreign += letters().count() - kana - latin;
        if latin > 0 {
            self.words += 1;
            self.english += usize::from(known || ENGLISH.split_whitespace().any(|english| english == word));
        }
    }

    fn tongue(&self) -> Tongue {
        let latin_words = self.words;
        if self.han + self.kana + self.foreign + self.latin == 0 {
            Tongue::Unknown
        } else if self.kana > 0 && self.kana * 2 >= self.han || self.foreign > self.latin.max(self.han) {
            Tongue::Other
        } else if self.han > 0 && self.han >= latin_words {
            match self.simplified > self.traditional {
                true => Tongue::SimplifiedChinese,
                false => Tongue::TraditionalChinese,
            }
        } else if latin_words >= ENOUGH_WORDS && self.english * ENGLISH_SHARE < latin_words {
            Tongue::Other
        } else if self.english > 0 {
            Tongue::English
        } else {
            Tongue::Unknown
        }
    }
}

const fn is_latin(letter: char) -> bool {
    matches!(letter, 'a'..='z' | '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}
