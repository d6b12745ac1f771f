//! How a text of a customer was read: its language, its mood, and what it is about.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tongue {
    English,
    TraditionalChinese,
    SimplifiedChinese,
    Other,
    /// Too little to tell.
    Unknown,
}

/// Its mood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sentiment {
    Negative,
    Neutral,
    Positive,
    /// Both praise and blame.
    Mixed,
}

/// A theme, as the rules name it: `speed`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ThemeId(pub String);

/// How a text was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub tongue: Tongue,
    /// None when nothing in it says so.
    pub sentiment: Option<Sentiment>,
    pub themes: BTreeSet<ThemeId>,
    /// What operators corrected before had a part in it, not the rules alone.
    #[serde(default)]
    pub learnt: bool,
}

/// Reads what customers write.
pub trait Reader: Send + Sync + std::fmt::Debug {
    fn read(&self, text: &str) -> Reading;
    /// The objectives that speak of a theme, by name or by kind (`availability`, `response`).
    fn covered_by(&self, theme: &ThemeId) -> BTreeSet<String>;
}
