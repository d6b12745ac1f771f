//! Learning from what people corrected: a naive Bayes classifier over words and pairs of characters, which speaks
//! only where it was measured to be better than the rules ([`Quality`]).

use std::collections::{BTreeMap, BTreeSet};

use super::measure::{Example, Measure, Quality, Yardstick, measure};
use super::pieces::{Kind, pieces};
use super::rules::Rules;
use crate::core::reading::{Reading, Sentiment, ThemeId, Tongue};

/// So many texts are learnt from, the last given; what is older speaks of another time.
pub const MOST_TEXTS: usize = 2_000;

/// A text and what a person says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    pub text: String,
    /// All themes it speaks of; those not named it does not speak of.
    pub themes: BTreeSet<ThemeId>,
    /// None when nobody said.
    pub sentiment: Option<Sentiment>,
}

/// What is to be trained.
#[derive(Clone, Copy, Debug)]
pub struct Classifier;

/// What was learnt, and how good it is.
#[derive(Clone, Debug, Default)]
pub struct Trained {
    vocabulary: Vocabulary,
    /// None while silent.
    sentiment: Option<Bayes<Sentiment>>,
    /// Only those that speak.
    themes: BTreeMap<ThemeId, Bayes<bool>>,
    quality: Quality,
}

impl Classifier {
    /// Learns from the last [`MOST_TEXTS`] texts, and measures itself and the rules on them. The same texts in
    /// another order give the same result, as long as all are taken.
    pub fn train(labelled: &[Labelled], rules: &Rules) -> Trained {
        let newest = labelled.get(labelled.len().saturating_sub(MOST_TEXTS)..).unwrap_or_default();
        let mut vocabulary = Vocabulary::default();
        let texts: Vec<Vec<u32>> = newest.iter().map(|one| vocabulary.learn(&one.text)).collect();
        let read: Vec<Reading> = newest.iter().map(|one| rules.read(&one.text).reading).collect();
        let all = || newest.iter().zip(&texts).zip(&read);
        let feelings: Vec<Example<'_, Sentiment>> = all()
            .filter_map(|((one, features), reading)| {
                let (text, class, by_rules) = (one.text.as_str(), one.sentiment?, reading.sentiment);
                Some(Example { text, features, class, by_rules })
            })
            .collect();
        let (sentiment, measured) = learn(feelings, Yardstick::Accuracy);
        let mut trained = Trained {
            vocabulary,
            sentiment,
            themes: BTreeMap::new(),
            quality: Quality { sentiment: measured, themes: BTreeMap::new() },
        };
        for theme in rules.themes() {
            let about = all().map(|((one, features), reading)| {
                let by_rules = Some(reading.themes.contains(&theme.id));
                Example { text: &one.text, features, class: one.themes.contains(&theme.id), by_rules }
            });
            let (bayes, measured) = learn(about.collect(), Yardstick::Balanced);
            trained.themes.extend(bayes.map(|bayes| (theme.id.clone(), bayes)));
            trained.quality.themes.insert(theme.id.clone(), measured);
        }
        trained
    }
}

/// Measures, and learns from everything where that is good enough.
fn learn<C: Copy + Ord>(examples: Vec<Example<'_, C>>, yardstick: Yardstick) -> (Option<Bayes<C>>, Measure) {
    let measured = measure(&examples, yardstick);
    (measured.speaks().then(|| Bayes::of(&examples)), measured)
}

impl Trained {
    /// How well it does, for people to see.
    pub const fn quality(&self) -> &Quality {
        &self.quality
    }

    /// Corrects what the rules read, where it is good enough and knows anything of the text. A language that is not
    /// read stays unread.
    pub fn correct(&self, text: &str, mut reading: Reading) -> Reading {
        let features = self.vocabulary.known(text);
        if reading.tongue == Tongue::Other || features.is_empty() {
            return reading;
        }
        let before = (reading.sentiment, reading.themes.clone());
        if let Some(sentiment) = self.sentiment.as_ref().and_then(|bayes| bayes.judge(&features)) {
            reading.sentiment = Some(sentiment);
        }
        for (theme, bayes) in &self.themes {
            match bayes.judge(&features) {
                Some(true) => drop(reading.themes.insert(theme.clone())),
                Some(false) => drop(reading.themes.remove(theme)),
                None => {}
            }
        }
        reading.learnt |= before != (reading.sentiment, reading.themes.clone());
        reading
    }
}

/// The features that were seen, by number.
#[derive(Clone, Debug, Default)]
struct Vocabulary(BTreeMap<String, u32>);

impl Vocabulary {
    fn learn(&mut self, text: &str) -> Vec<u32> {
        let mut numbers = Vec::new();
        for feature in features(text) {
            let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
            numbers.push(*self.0.entry(feature).or_insert(next));
        }
        numbers
    }

    fn known(&self, text: &str) -> Vec<u32> {
        features(text).iter().filter_map(|feature| self.0.get(feature).copied()).collect()
    }
}

/// What a text is known by: its words and pairs of words, pairs of Chinese characters, and signs. Each counts once,
/// for in short texts it matters that a word is there, not how often (Wang and Manning, 2012).
fn features(text: &str) -> BTreeSet<String> {
    let mut features = BTreeSet::new();
    let mut before: Option<(Kind, String)> = None;
    for piece in pieces(text) {
        if !piece.is_said() {
            before = None;
            continue;
        }
        if let Some((kind, previous)) = before.take().filter(|(kind, _)| *kind == piece.kind) {
            let between = if kind == Kind::Han { "" } else { " " };
            features.insert(format!("{previous}{between}{}", piece.text));
        }
        let telling = piece.kind != Kind::Han && piece.text.chars().any(|letter| !letter.is_numeric());
        if telling {
            features.insert(piece.text.clone());
        }
        before = Some((piece.kind, piece.text));
    }
    features
}

/// A multinomial naive Bayes classifier: for each class how many texts, and how many of them have each feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bayes<C> {
    classes: BTreeMap<C, Counts>,
    /// How many different features were seen.
    seen: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    texts: u32,
    total: u32,
    /// By the feature's number.
    features: Vec<u32>,
}

impl Counts {
    fn of(&self, feature: u32) -> u32 {
        usize::try_from(feature).ok().and_then(|place| self.features.get(place)).copied().unwrap_or(0)
    }

    fn add(&mut self, features: &[u32]) {
        self.texts += 1;
        for place in features.iter().filter_map(|feature| usize::try_from(*feature).ok()) {
            if self.features.len() <= place {
                self.features.resize(place + 1, 0);
            }
            if let Some(count) = self.features.get_mut(place) {
                *count += 1;
                self.total += 1;
            }
        }
    }
}

impl<C: Copy + Ord> Bayes<C> {
    /// Learns from these; a class with too few texts is not learnt.
    pub fn of<'e, 't: 'e>(examples: impl IntoIterator<Item = &'e Example<'t, C>>) -> Self
    where
        C: 'e,
    {
        let mut classes: BTreeMap<C, Counts> = BTreeMap::new();
        for example in examples {
            classes.entry(example.class).or_default().add(example.features);
        }
        let width = classes.values().map(|counts| counts.features.len()).max().unwrap_or(0);
        let has = |place: &usize| {
            classes.values().any(|counts| counts.features.get(*place).is_some_and(|n| *n > 0))
        };
        let seen = u32::try_from((0..width).filter(has).count()).unwrap_or(u32::MAX);
        Self { classes, seen }
    }

    /// The likeliest class; of equals the first. None when no feature was ever seen.
    ///
    /// `log P(c) + Σ log((n_cf + 1) / (n_c + V))`, with Laplace's smoothing (Manning, Raghavan and Schütze,
    /// Introduction to Information Retrieval, 13.2).
    pub fn judge(&self, features: &[u32]) -> Option<C> {
        let seen = |feature: &&u32| self.classes.values().any(|counts| counts.of(**feature) > 0);
        let known: Vec<u32> = features.iter().filter(seen).copied().collect();
        if known.is_empty() {
            return None;
        }
        let mut best: Option<(f64, C)> = None;
        for (class, counts) in &self.classes {
            let denominator = libm::log(f64::from(counts.total) + f64::from(self.seen));
            let likelihood =
                known.iter().map(|feature| libm::log(f64::from(counts.of(*feature) + 1)) - denominator);
            let score = libm::log(f64::from(counts.texts)) + likelihood.sum::<f64>();
            if best.is_none_or(|(highest, _)| score > highest) {
                best = Some((score, *class));
            }
        }
        best.map(|(_, class)| class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_known_by_words_and_pairs() {
        let known = features("Totally borked 3 times, API 又擺爛了 👍👍");
        let expected = [
            "3 times",
            "api",
            "borked",
            "borked 3",
            "times",
            "totally",
            "totally borked",
            "又摆",
            "摆烂",
            "烂了",
            "👍",
            "👍 👍",
        ];
        assert_eq!(known.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_likeliest_class_is_the_one_of_the_book() {
        // Manning, Raghavan and Schütze, example 13.1, each word counted once in a text.
        let texts: [(&[u32], bool); 4] =
            [(&[0, 1], true), (&[0, 2], true), (&[0, 3], true), (&[0, 4, 5], false)];
        let example =
            |(features, class): (&'static [u32], bool)| Example { text: "", features, class, by_rules: None };
        let examples: Vec<_> = texts.map(example).into();
        let bayes = Bayes::of(&examples);
        assert_eq!(bayes.seen, 6);
        assert_eq!(bayes.judge(&[0]), Some(true));
        assert_eq!(bayes.judge(&[4, 5]), Some(false));
        assert_eq!(bayes.judge(&[9]), None);
    }
}
