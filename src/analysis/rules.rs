//! Reading by rules: which phrases were found, and what follows from them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::lexicon::Lexicon;
use super::pieces::{Piece, pieces};
use super::sentiment::{Role, felt, lexicon, together};
use super::tongue::tongue;
use crate::core::reading::{PromiseKind, Reading, Sentiment, ThemeId, Tongue};
use crate::core::survey::Localized;

/// The rules as they are written in `config/themes.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    pub sentiment: SentimentWords,
    /// In the order written.
    pub themes: Vec<Theme>,
}

/// The phrases by which sentiment is read. The longest phrase that stands somewhere counts there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentimentWords {
    pub positive: Vec<String>,
    pub negative: Vec<String>,
    /// They say that a trouble is over; negative words before them in the same statement no longer count.
    pub relief: Vec<String>,
    /// What follows in the same statement is wished for, not praised: positive words after them do not count.
    pub wishes: Vec<String>,
    /// They turn what follows within three words or four characters of Chinese.
    pub negations: Vec<String>,
    /// They may stand between a negation and what it turns without using up its reach.
    pub intensifiers: Vec<String>,
    /// Another thought begins: no negation and no relief reaches over them.
    pub turns: Vec<String>,
    /// They carry a negation on to the next word.
    pub alternatives: Vec<String>,
    /// They contain one of the others and mean neither.
    pub neutral: Vec<String>,
}

/// Something customers speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    pub id: ThemeId,
    /// Its name by language tag; `en` is always there.
    pub name: BTreeMap<String, String>,
    pub words: Vec<String>,
    /// The kinds of promise that speak of it; empty means that none ever does.
    pub covered_by: BTreeSet<PromiseKind>,
}

/// The rules, ready to read with.
#[derive(Clone, Debug)]
pub struct Rules {
    wording: Wording,
    feelings: Lexicon<Role>,
    themes: Lexicon<ThemeId>,
}

impl PartialEq for Rules {
    fn eq(&self, other: &Self) -> bool {
        self.wording == other.wording
    }
}

/// What was read, and which words led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub reading: Reading,
    /// In the order of the text; what was set aside is not here.
    pub evidence: Vec<Evidence>,
}

/// Some words of a text and what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// As they were written.
    pub found: String,
    pub says: Says,
    /// The negations that turned them, as they were written.
    pub negated_by: Vec<String>,
}

/// What words say, after any negation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    Positive,
    Negative,
    Theme(ThemeId),
}

impl Rules {
    /// What is no phrase is left out; the configuration refuses it before.
    pub fn new(wording: Wording) -> Self {
        let feelings = lexicon(&wording.sentiment);
        let words = |theme: &Theme| -> Vec<(String, ThemeId)> {
            theme.words.iter().map(|word| (word.clone(), theme.id.clone())).collect()
        };
        let all: Vec<(String, ThemeId)> = wording.themes.iter().flat_map(words).collect();
        let themes = Lexicon::new(all.iter().map(|(word, theme)| (word.as_str(), theme.clone())));
        Self { wording, feelings, themes }
    }

    /// The themes there are, in the order written.
    pub fn themes(&self) -> &[Theme] {
        &self.wording.themes
    }

    /// What each theme is called that has a name.
    pub fn names(&self) -> BTreeMap<ThemeId, Localized> {
        let named = self.themes().iter().filter(|theme| !theme.name.is_empty());
        named.map(|theme| (theme.id.clone(), theme.name.clone())).collect()
    }

    pub fn theme(&self, id: &ThemeId) -> Option<&Theme> {
        self.wording.themes.iter().find(|theme| theme.id == *id)
    }

    /// Reads a text. A text without words, or in a language that is not read here, gets no sentiment and no themes.
    pub fn read(&self, text: &str) -> Outcome {
        let pieces = pieces(text);
        let (felt, mut known) = felt(&self.feelings, &pieces);
        let themes = self.spoken_of(&pieces);
        known.extend(themes.iter().map(|(at, _)| at.clone()));
        let tongue = tongue(text, &pieces, &known);
        if tongue == Tongue::Other {
            let reading = Reading { tongue, sentiment: None, themes: BTreeSet::new(), learnt: false };
            return Outcome { reading, evidence: Vec::new() };
        }
        let neither = (tongue != Tongue::Unknown).then_some(Sentiment::Neutral);
        let sentiment = together(&felt).or(neither);
        let words = |at: &Range<usize>| written(text, &pieces, at);
        let feelings = felt.iter().map(|felt| {
            let says = if felt.is_content() { Says::Positive } else { Says::Negative };
            let negated_by = felt.negations.iter().map(words).collect();
            (felt.at.start, Evidence { found: words(&felt.at), says, negated_by })
        });
        let about = themes.iter().map(|(at, theme)| {
            let says = Says::Theme((*theme).clone());
            (at.start, Evidence { found: words(at), says, negated_by: Vec::new() })
        });
        let mut evidence: Vec<(usize, Evidence)> = feelings.chain(about).collect();
        evidence.sort_by(|one, other| (one.0, &one.1.says).cmp(&(other.0, &other.1.says)));
        let themes = themes.into_iter().map(|(_, theme)| theme.clone()).collect();
        Outcome {
            reading: Reading { tongue, sentiment, themes, learnt: false },
            evidence: evidence.into_iter().map(|(_, evidence)| evidence).collect(),
        }
    }

    /// Every theme's phrases; of several of one theme that overlap, the first and longest.
    fn spoken_of(&self, pieces: &[Piece]) -> Vec<(Range<usize>, &ThemeId)> {
        let mut spoken: Vec<(Range<usize>, &ThemeId)> = Vec::new();
        let mut covered: BTreeMap<&ThemeId, usize> = BTreeMap::new();
        for start in 0..pieces.len() {
            let mut longest: BTreeMap<&ThemeId, usize> = BTreeMap::new();
            for found in self.themes.all_at(pieces, start) {
                let end = longest.entry(found.says).or_default();
                *end = found.end.max(*end);
            }
            for (theme, end) in longest {
                if covered.get(theme).is_none_or(|until| *until <= start) {
                    covered.insert(theme, end);
                    spoken.push((start..end, theme));
                }
            }
        }
        spoken
    }
}

/// The words of a text at these pieces.
fn written(text: &str, pieces: &[Piece], at: &Range<usize>) -> String {
    let first = pieces.get(at.start).map_or(0, |piece| piece.at.start);
    let last = at.end.checked_sub(1).and_then(|last| pieces.get(last)).map_or(first, |piece| piece.at.end);
    text.get(first..last).unwrap_or_default().to_owned()
}
