//! Every text that a person reads in chat or page, in every language Upheld speaks.

mod bundle;
pub mod format;
pub mod picture;
mod speak;
pub mod spoken;

#[cfg(test)]
mod keys;
#[cfg(test)]
mod notices;

pub use bundle::Lack;
pub use speak::{
    Facts, KnownPerson, LONGEST_PIECE, LONGEST_QUOTE, counted, lacks, referenced, referenced_by_form, speak,
    speak_form, speak_in_full, speak_line, speak_picture, tone_symbol, verdict_symbol, words,
};

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The languages Upheld speaks, each complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    /// Traditional Chinese as used in Taiwan.
    #[serde(rename = "zh-TW")]
    TraditionalChinese,
}

/// What must be known of a reader to write for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locale {
    pub language: Language,
    pub zone: chrono_tz::Tz,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::TraditionalChinese];

    /// BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::TraditionalChinese => "zh-TW",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(tag: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(tag)).ok_or_else(|| {
            format!(
                "`{tag}` is not a language Upheld speaks; it speaks {}",
                Self::ALL.map(Self::tag).join(" and ")
            )
        })
    }
}
