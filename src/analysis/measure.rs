//! How good what was learnt is: five times a fifth is held back and judged by what was learnt from the others. What
//! is not good enough stays silent.

use std::collections::{BTreeMap, BTreeSet};

use super::learning::Bayes;
use crate::core::reading::ThemeId;

/// So many parts the texts are divided into; each is held back once.
pub const FOLDS: usize = 5;
/// With fewer labelled texts nothing is learnt.
pub const FEWEST_TEXTS: usize = 30;
/// A class with fewer texts is not learnt: then each part that is held back has at least one.
pub const FEWEST_OF_A_CLASS: usize = FOLDS;
/// At least so many in a hundred must be right.
pub const LEAST_PERCENT: u32 = 75;

/// What is called right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Yardstick {
    /// The share of texts that are right.
    #[default]
    Accuracy,
    /// The mean of the shares that are right among the texts with and among those without a theme. Most texts do not
    /// speak of a given theme, so that always saying no has a high accuracy; it has 50 % here, however rare the theme
    /// is. F1 would have another zero for each theme, and no one threshold would do for all.
    Balanced,
}

/// Why nothing learnt is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Fewer than [`FEWEST_TEXTS`] labelled texts.
    TooFewTexts,
    /// Fewer than two classes have [`FEWEST_OF_A_CLASS`] texts.
    TooFewOfAClass,
    /// Below [`LEAST_PERCENT`].
    NotGoodEnough,
    /// Always guessing the most frequent would be right as often.
    NoBetterThanGuessing,
    /// The rules are right as often.
    NoBetterThanTheRules,
}

/// How good one thing that is learnt is, on texts that were held back. Percentages are floored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    pub yardstick: Yardstick,
    /// Labelled texts.
    pub texts: usize,
    /// How many of them are of the most frequent class.
    pub most_frequent: usize,
    /// What was learnt, by the yardstick; none when there are too few texts to measure.
    pub learnt_percent: Option<u32>,
    /// The rules on the same texts, by the same yardstick; none without texts.
    pub rules_percent: Option<u32>,
    /// Always guessing the most frequent, by the same yardstick; none without texts.
    pub guess_percent: Option<u32>,
    /// None when it speaks.
    pub silence: Option<Silence>,
}

/// How good what was learnt is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    pub sentiment: Measure,
    pub themes: BTreeMap<ThemeId, Measure>,
}

impl Measure {
    /// True when what was learnt is used.
    pub const fn speaks(&self) -> bool {
        self.silence.is_none()
    }
}

/// A labelled text, as one thing is learnt from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Example<'t, C> {
    pub text: &'t str,
    pub features: &'t [u32],
    pub class: C,
    /// What the rules say.
    pub by_rules: Option<C>,
}

/// Measures by cross-validation.
pub(super) fn measure<C: Copy + Ord>(examples: &[Example<'_, C>], yardstick: Yardstick) -> Measure {
    let mut sizes: BTreeMap<C, usize> = BTreeMap::new();
    for example in examples {
        *sizes.entry(example.class).or_default() += 1;
    }
    let most_frequent = sizes.values().copied().max().unwrap_or(0);
    // The first of the most frequent.
    let usual = sizes.iter().find(|(_, size)| **size == most_frequent).map(|(class, _)| *class);
    let rules = Score::of(&sizes, examples.iter().map(|example| (example.class, example.by_rules)));
    let guess = Score::of(&sizes, examples.iter().map(|example| (example.class, usual)));
    let mut measure = Measure {
        yardstick,
        texts: examples.len(),
        most_frequent,
        learnt_percent: None,
        rules_percent: rules.percent(yardstick),
        guess_percent: guess.percent(yardstick),
        silence: None,
    };
    let common = sizes.values().filter(|size| **size >= FEWEST_OF_A_CLASS).count();
    measure.silence = match (examples.len(), common) {
        (0..FEWEST_TEXTS, _) => Some(Silence::TooFewTexts),
        (_, 0 | 1) => Some(Silence::TooFewOfAClass),
        _ => {
            let learnt = Score::of(&sizes, held_back(examples, &sizes));
            measure.learnt_percent = learnt.percent(yardstick);
            verdict(&learnt, &rules, &guess, yardstick)
        }
    };
    measure
}

fn verdict(learnt: &Score, rules: &Score, guess: &Score, yardstick: Yardstick) -> Option<Silence> {
    if learnt.percent(yardstick) < Some(LEAST_PERCENT) {
        Some(Silence::NotGoodEnough)
    } else if learnt.right() <= guess.right() {
        // By plain counting also for a theme: otherwise a rare one would be claimed more often wrongly than rightly.
        Some(Silence::NoBetterThanGuessing)
    } else if learnt.exact(yardstick) <= rules.exact(yardstick) {
        Some(Silence::NoBetterThanTheRules)
    } else {
        None
    }
}

/// Each example's class and what was learnt from the other parts says of it. The parts are the same whatever the
/// order of the examples; one text with one class is in one part, and each class is spread over all of them.
fn held_back<C: Copy + Ord>(examples: &[Example<'_, C>], sizes: &BTreeMap<C, usize>) -> Vec<(C, Option<C>)> {
    let keys: BTreeSet<(C, u64, &str)> = examples.iter().map(key).collect();
    let parts: BTreeMap<(C, u64, &str), usize> =
        keys.into_iter().enumerate().map(|(place, key)| (key, place % FOLDS)).collect();
    let part = |example: &Example<'_, C>| parts.get(&key(example)).copied().unwrap_or(0);
    let learnable =
        |example: &&Example<'_, C>| sizes.get(&example.class).is_some_and(|size| *size >= FEWEST_OF_A_CLASS);
    let mut judged = Vec::new();
    for fold in 0..FOLDS {
        let bayes = Bayes::of(examples.iter().filter(learnable).filter(|example| part(example) != fold));
        let held = examples.iter().filter(|example| part(example) == fold);
        judged.extend(held.map(|example| (example.class, bayes.judge(example.features))));
    }
    judged
}

fn key<'t, C: Copy>(example: &Example<'t, C>) -> (C, u64, &'t str) {
    (example.class, scattered(example.text), example.text)
}

/// Fowler, Noll and Vo's hash (FNV-1a, 64 bits), so that neighbours in the alphabet do not share a part.
fn scattered(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Of each class how many there are and how many are right.
#[derive(Debug)]
struct Score(Vec<(u64, u64)>);

impl Score {
    fn of<C: Copy + Ord>(
        sizes: &BTreeMap<C, usize>,
        judged: impl IntoIterator<Item = (C, Option<C>)>,
    ) -> Self {
        let mut right: BTreeMap<C, u64> = BTreeMap::new();
        for (class, said) in judged {
            *right.entry(class).or_default() += u64::from(said == Some(class));
        }
        let of = |(class, size): (&C, &usize)| {
            (u64::try_from(*size).unwrap_or(u64::MAX), right.get(class).copied().unwrap_or(0))
        };
        Self(sizes.iter().map(of).collect())
    }

    fn right(&self) -> u64 {
        self.0.iter().map(|(_, right)| right).sum()
    }

    /// Numerator and denominator of the yardstick, not reduced; of equal labels the denominators are equal.
    fn exact(&self, yardstick: Yardstick) -> (u128, u128) {
        match yardstick {
            Yardstick::Accuracy => {
                let all: u64 = self.0.iter().map(|(size, _)| size).sum();
                (self.right().into(), all.into())
            }
            Yardstick::Balanced => {
                let product: u128 = self.0.iter().map(|(size, _)| u128::from(*size)).product();
                let sum =
                    self.0.iter().map(|(size, right)| product / u128::from(*size) * u128::from(*right)).sum();
                (sum, product * self.0.len() as u128)
            }
        }
    }

    fn percent(&self, yardstick: Yardstick) -> Option<u32> {
        let (right, all) = self.exact(yardstick);
        (right * 100)
            .checked_div(all)
            .filter(|_| !self.0.is_empty())
            .and_then(|percent| u32::try_from(percent).ok())
    }
}
