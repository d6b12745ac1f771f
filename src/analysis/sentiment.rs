//! Whether a text is content or not: words that say so, negations that turn them, words that say a trouble is over.

use std::ops::Range;

use super::lexicon::Lexicon;
use super::pieces::{Kind, Piece};
use super::rules::SentimentWords;
use crate::core::reading::Sentiment;

/// How far a negation reaches: over three words, or four characters of Chinese.
const REACH: u32 = 12;
const WORD: u32 = 4;
const HAN: u32 = 3;
/// So many negations of one word are told; an even number.
const MOST_NEGATIONS: usize = 4;

/// What a phrase does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Positive,
    Negative,
    /// The trouble is over: positive, and sets the negative words before it in the same statement aside.
    Relief,
    /// What follows is wished for, not praised.
    Wish,
    Negation,
    Intensifier,
    /// Another thought begins.
    Turn,
    /// What was negated goes on: `no delays or errors`.
    Alternative,
    Neutral,
}

/// A word that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Felt {
    pub positive: bool,
    /// Its pieces.
    pub at: Range<usize>,
    /// The pieces of the negations that reach it.
    pub negations: Vec<Range<usize>>,
}

/// Makes the lexicon of all these words.
pub(super) fn lexicon(words: &SentimentWords) -> Lexicon<Role> {
    let roles = [
        (&words.neutral, Role::Neutral),
        (&words.positive, Role::Positive),
        (&words.negative, Role::Negative),
        (&words.relief, Role::Relief),
        (&words.wishes, Role::Wish),
        (&words.negations, Role::Negation),
        (&words.intensifiers, Role::Intensifier),
        (&words.turns, Role::Turn),
        (&words.alternatives, Role::Alternative),
    ];
    Lexicon::new(
        roles.into_iter().flat_map(|(list, role)| list.iter().map(move |text| (text.as_str(), role))),
    )
}

/// The words that count, in the order of the text, and the pieces the lexicon knows.
pub(super) fn felt(lexicon: &Lexicon<Role>, text: &[Piece]) -> (Vec<Felt>, Vec<Range<usize>>) {
    let mut listener = Listener::default();
    let mut known = Vec::new();
    let mut at = 0;
    while let Some(piece) = text.get(at) {
        match (piece.kind, lexicon.longest_at(text, at)) {
            (Kind::Pause, _) => listener.pause(),
            (Kind::End, _) => listener.turn(),
            (_, Some(found)) => {
                listener.hear(*found.says, at..found.end);
                known.push(at..found.end);
                at = found.end;
                continue;
            }
            (Kind::Han, None) => listener.walk(HAN),
            (Kind::Word | Kind::Sign, None) => listener.walk(WORD),
        }
        at += 1;
    }
    (listener.felt, known)
}

#[derive(Default)]
struct Listener {
    felt: Vec<Felt>,
    /// Where in `felt` the present statement begins.
    statement: usize,
    /// The present statement wishes for something.
    wished: bool,
    negations: Vec<Range<usize>>,
    /// How far the negations still reach.
    reach: u32,
    /// The negations of the word just heard, should an alternative to it follow.
    before: Vec<Range<usize>>,
}

impl Listener {
    fn pause(&mut self) {
        self.negations.clear();
        self.before.clear();
    }

    fn turn(&mut self) {
        self.pause();
        self.statement = self.felt.len();
        self.wished = false;
    }

    fn walk(&mut self, length: u32) {
        self.before.clear();
        match self.reach.checked_sub(length) {
            Some(left) => self.reach = left,
            None => self.negations.clear(),
        }
    }

    fn hear(&mut self, role: Role, at: Range<usize>) {
        match role {
            Role::Negation => {
                self.before.clear();
                // Two cancel out, and no sentence needs more.
                if self.negations.len() >= MOST_NEGATIONS {
                    self.negations.drain(..2);
                }
                self.negations.push(at);
                self.reach = REACH;
            }
            Role::Alternative => {
                if !self.before.is_empty() {
                    self.negations = std::mem::take(&mut self.before);
                    self.reach = REACH;
                }
            }
            Role::Turn => self.turn(),
            Role::Wish => {
                self.pause();
                self.wished = true;
            }
            Role::Intensifier => {}
            Role::Neutral => self.walk(WORD),
            Role::Positive => self.feel(true, at),
            Role::Negative => self.feel(false, at),
            Role::Relief => {
                if !self.wished && self.negations.len().is_multiple_of(2) {
                    let kept: Vec<Felt> =
                        self.felt.drain(self.statement..).filter(|felt| felt.is_content()).collect();
                    self.felt.extend(kept);
                }
                self.feel(true, at);
            }
        }
    }

    fn feel(&mut self, positive: bool, at: Range<usize>) {
        self.before = std::mem::take(&mut self.negations);
        let felt = Felt { positive, at, negations: self.before.clone() };
        if !(self.wished && felt.is_content()) {
            self.felt.push(felt);
        }
    }
}

impl Felt {
    /// What the word comes to with its negations: two of them cancel out.
    pub fn is_content(&self) -> bool {
        self.positive == self.negations.len().is_multiple_of(2)
    }
}

/// What the words come to together.
pub(super) fn together(felt: &[Felt]) -> Option<Sentiment> {
    let content = felt.iter().filter(|felt| felt.is_content()).count();
    match (content, felt.len() - content) {
        (0, 0) => None,
        (_, 0) => Some(Sentiment::Positive),
        (0, _) => Some(Sentiment::Negative),
        _ => Some(Sentiment::Mixed),
    }
}
