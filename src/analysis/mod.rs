//! The analysis of what customers write: language, sentiment and themes, by rules that a manager can read, and what
//! is learnt from corrections. Pure, and nothing leaves the machine.
//!
//! A text becomes [`pieces`] in one spelling for both Chinese scripts; the [`rules`] find their phrases in it and say
//! which words led to what; the [`learning`] corrects them where it was measured to be better.

mod learning;
mod lexicon;
mod measure;
mod pieces;
mod rules;
mod scripts;
mod sentiment;
#[cfg(test)]
mod tests;
mod tongue;

pub use learning::{Classifier, Labelled, MOST_TEXTS, Trained};
pub use lexicon::{LONGEST_PHRASE, PhraseError, check_phrase, normal_form};
pub use measure::{
    FEWEST_OF_A_CLASS, FEWEST_TEXTS, FOLDS, LEAST_PERCENT, Measure, Quality, Silence, Yardstick,
};
pub use pieces::LONGEST_TEXT;
pub use rules::{Evidence, Outcome, Rules, Says, SentimentWords, Theme, Wording};
