//! What was read in something a customer wrote: its language, its sentiment, its themes. How it is read is told
//! elsewhere; here is what is kept of it, so that a replay need not read again.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::event::identifiers;

identifiers! {
    /// A theme that customers speak of, as named in `config/themes.toml`: `speed`.
    ThemeId,
}

/// The language a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tongue {
    English,
    /// Also Chinese of which no character belongs to one script only.
    TraditionalChinese,
    SimplifiedChinese,
    /// A language that is not read here.
    Other,
    /// Too little to tell, or no words at all.
    Unknown,
}

impl Tongue {
    pub const ALL: [Self; 5] =
        [Self::English, Self::TraditionalChinese, Self::SimplifiedChinese, Self::Other, Self::Unknown];

    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "english",
            Self::TraditionalChinese => "traditional_chinese",
            Self::SimplifiedChinese => "simplified_chinese",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether a text is content or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sentiment {
    Negative,
    /// It was understood, and says neither.
    Neutral,
    Positive,
    /// It says both.
    Mixed,
}

impl Sentiment {
    pub const ALL: [Self; 4] = [Self::Negative, Self::Neutral, Self::Positive, Self::Mixed];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
            Self::Mixed => "mixed",
        }
    }
}

/// A kind of promise, by which a theme can be covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseKind {
    Availability,
    Response,
    Resolution,
    Update,
    NextReply,
    Waiting,
    Complaints,
    Satisfaction,
}

impl PromiseKind {
    pub const ALL: [Self; 8] = [
        Self::Availability,
        Self::Response,
        Self::Resolution,
        Self::Update,
        Self::NextReply,
        Self::Waiting,
        Self::Complaints,
        Self::Satisfaction,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::Response => "response",
            Self::Resolution => "resolution",
            Self::Update => "update",
            Self::NextReply => "next_reply",
            Self::Waiting => "waiting",
            Self::Complaints => "complaints",
            Self::Satisfaction => "satisfaction",
        }
    }
}

/// What was read in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub tongue: Tongue,
    /// None when nothing could be read: no words, or a language that is not read here.
    pub sentiment: Option<Sentiment>,
    #[serde(default)]
    pub themes: BTreeSet<ThemeId>,
    /// True when sentiment or themes differ from what the rules say, by what people corrected before.
    #[serde(default)]
    pub learnt: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_the_journal_holds() {
        for tongue in Tongue::ALL {
            assert_eq!(serde_json::to_value(tongue).unwrap(), tongue.name());
        }
        for sentiment in Sentiment::ALL {
            assert_eq!(serde_json::to_value(sentiment).unwrap(), sentiment.name());
        }
        for promise in PromiseKind::ALL {
            assert_eq!(serde_json::to_value(promise).unwrap(), promise.name());
        }
    }

    #[test]
    fn a_reading_is_kept_in_few_words() {
        let reading = Reading {
            tongue: Tongue::TraditionalChinese,
            sentiment: Some(Sentiment::Negative),
            themes: [ThemeId::from("speed")].into(),
            learnt: false,
        };
        let text =
            r#"{"tongue":"traditional_chinese","sentiment":"negative","themes":["speed"],"learnt":false}"#;
        assert_eq!(serde_json::to_string(&reading).unwrap(), text);
        assert_eq!(serde_json::from_str::<Reading>(text).unwrap(), reading);
        let least = r#"{"tongue":"unknown","sentiment":null}"#;
        assert_eq!(serde_json::from_str::<Reading>(least).unwrap().themes, BTreeSet::new());
    }
}
