//! What a survey asks, of whom, when and how: the definitions, as the journal keeps them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::core::agreement::Priority;
use crate::core::event::{AgreementId, SurveyId};
use crate::core::time::Span;
use crate::core::window::WindowKind;

/// A text by language tag; `en` is always there.
pub type Localized = BTreeMap<String, String>;

/// Every survey that may be asked, by name.
pub type SurveyBook = BTreeMap<SurveyId, Survey>;

/// With fewer answers than this an anonymous survey shows nothing, whatever its file says.
pub const SMALLEST_GROUP: u32 = 3;

/// A survey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    pub title: Localized,
    /// One to five; the first is the one that is pressed on the card and that the score is made of.
    pub questions: Vec<Question>,
    pub identity: Identity,
    /// The agreements it is asked under; empty means all.
    #[serde(default)]
    pub agreements: BTreeSet<AgreementId>,
    pub trigger: Trigger,
    pub audience: Audience,
    /// How long it can be answered.
    pub open_for: Span,
    /// When those who have not answered are reminded, once; none is never.
    #[serde(default)]
    pub remind_after: Option<Span>,
    /// Somebody who was asked anything within this long is not asked again.
    pub cooldown: Span,
    /// Nobody is asked twice within one such period of the agreement's zone.
    #[serde(default)]
    pub once_per: Option<WindowKind>,
    /// Of an anonymous survey: with fewer answers nothing is shown. At least [`SMALLEST_GROUP`].
    pub minimum_group: u32,
    /// No message is sent in these hours of the reader's zone.
    #[serde(default)]
    pub quiet: Option<QuietHours>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Unique within the survey, `[a-z0-9_]`.
    pub name: String,
    pub text: Localized,
    pub kind: QuestionKind,
    /// May be left out. The first question never is.
    #[serde(default)]
    pub optional: bool,
}

/// What answers a question takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuestionKind {
    /// Satisfaction, 1 (very dissatisfied) to 5 (very satisfied); satisfied from 4 on.
    Csat,
    /// Recommendation, 0 to 10; promoters from 9 on, detractors up to 6.
    Nps,
    /// How easy it was, 1 (very hard) to 7 (very easy).
    Ces,
    /// Whole numbers from `low` to `high`, at most eleven of them.
    Scale {
        low: i64,
        high: i64,
        #[serde(default)]
        low_text: Localized,
        #[serde(default)]
        high_text: Localized,
    },
    /// One of two to ten.
    Choice { options: Vec<ChoiceOption> },
    /// Free text.
    Text,
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// Unique within the question, `[a-z0-9_]`, at most twelve characters: it travels in a button.
    pub name: String,
    pub text: Localized,
}

/// Whether an answer is known to be somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// The provider sees who answered what.
    Named,
    /// Upheld knows, so that an answer can be changed; nobody is shown who.
    Confidential,
    /// Nobody can know, Upheld included.
    Anonymous,
}

/// What makes a survey be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "trigger", rename_all = "snake_case")]
pub enum Trigger {
    /// After an incident was resolved.
    Incident {
        delay: Span,
        /// Empty means all.
        #[serde(default)]
        priorities: BTreeSet<Priority>,
        /// Of a hundred incidents so many are followed by it, 1 to 100.
        sample_percent: u32,
    },
    /// A five-field schedule, in the agreement's zone.
    Schedule { cron: crate::core::schedule::Schedule },
    /// When somebody says `/survey send`.
    Command,
}

/// Where people are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// One card in the customer's channels, for whoever represents the customer there.
    Channel,
    /// The same card, which calls the representatives by name.
    Representatives,
    /// Each representative alone; in the channel where direct messages are closed.
    Direct,
}

/// From one wall-clock time to another, across midnight where the first is the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// Minutes after midnight, 0 to 1439.
    pub from: u16,
    pub until: u16,
}

/// One answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    Score(i64),
    /// The name of an option.
    Choice(String),
    /// Left out, or a text, which is kept as prose.
    Nothing,
}

/// Why something is no answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    #[error("a whole number from {low} to {high} is wanted")]
    Score { low: i64, high: i64 },
    #[error("none of the options")]
    Choice,
}

impl QuestionKind {
    /// The lowest and highest number it takes; none where it takes no numbers.
    pub const fn range(&self) -> Option<(i64, i64)> {
        match self {
            Self::Csat => Some((1, 5)),
            Self::Nps => Some((0, 10)),
            Self::Ces => Some((1, 7)),
            Self::Scale { low, high, .. } => Some((*low, *high)),
            Self::Choice { .. } | Self::Text => None,
        }
    }

    /// Reads what somebody pressed or typed. What cannot be read is no answer, never a low one.
    ///
    /// # Errors
    /// What would be an answer.
    pub fn read(&self, typed: &str) -> Result<Given, NoAnswer> {
        let typed = typed.trim();
        match self {
            Self::Choice { options } => {
                let known = options.iter().find(|option| option.name.eq_ignore_ascii_case(typed));
                known.map(|option| Given::Choice(option.name.clone())).ok_or(NoAnswer::Choice)
            }
            Self::Text => Ok(Given::Nothing),
            Self::Csat | Self::Nps | Self::Ces | Self::Scale { .. } => {
                let (low, high) = self.range().unwrap_or_default();
                let score = plain_number(typed).filter(|score| (low..=high).contains(score));
                score.map(Given::Score).ok_or(NoAnswer::Score { low, high })
            }
        }
    }
}

/// A whole number in ASCII, full-width or Chinese digits: `4`, `４`, `四`.
fn plain_number(typed: &str) -> Option<i64> {
    const CHINESE: [char; 11] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
    let mut chars = typed.chars();
    if let (Some(only), None) = (chars.next(), chars.next())
        && let Some(value) = CHINESE.iter().position(|digit| *digit == only)
    {
        return i64::try_from(value).ok();
    }
    let ascii: Option<String> = typed
        .chars()
        .map(|c| match c {
            '0'..='9' | '-' => Some(c),
            '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
            _ => None,
        })
        .collect();
    ascii?.parse().ok()
}

impl Survey {
    /// Whether it is asked under this agreement.
    pub fn concerns(&self, agreement: &AgreementId) -> bool {
        self.agreements.is_empty() || self.agreements.contains(agreement)
    }

    /// The question its score is made of.
    pub fn scored(&self) -> Option<&Question> {
        self.questions.first()
    }
}

impl QuietHours {
    /// Whether a wall-clock time, in minutes after midnight, lies in them.
    pub const fn contains(self, minute: u16) -> bool {
        if self.from <= self.until {
            self.from <= minute && minute < self.until
        } else {
            minute >= self.from || minute < self.until
        }
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, until } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)
    }
}

impl FromStr for QuietHours {
    type Err = ();

    /// Reads `20:00-08:00`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (from, until) = text.split_once('-').ok_or(())?;
        let minute = |time: &str| -> Option<u16> {
            let (hours, minutes) = time.trim().split_once(':')?;
            let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
            (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
        };
        let (from, until) = (minute(from).ok_or(())?, minute(until).ok_or(())?);
        if from == until { Err(()) } else { Ok(Self { from, until }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_never_a_score() {
        for typed in ["", " ", "good", "6", "0", "-1", "4.5", "4 5", "99999999999999999999", "五五", "١"] {
            assert_eq!(QuestionKind::Csat.read(typed), Err(NoAnswer::Score { low: 1, high: 5 }), "{typed}");
        }
        for (typed, score) in [("4", 4), (" 5 ", 5), ("３", 3), ("四", 4)] {
            assert_eq!(QuestionKind::Csat.read(typed), Ok(Given::Score(score)), "{typed}");
        }
        assert_eq!(QuestionKind::Nps.read("０"), Ok(Given::Score(0)));
        assert_eq!(QuestionKind::Nps.read("十"), Ok(Given::Score(10)));
    }

    #[test]
    fn quiet_hours_may_cross_midnight() {
        let night: QuietHours = "20:00-08:00".parse().unwrap();
        assert!(night.contains(20 * 60) && night.contains(0) && night.contains(8 * 60 - 1));
        assert!(!night.contains(8 * 60) && !night.contains(20 * 60 - 1));
        let noon: QuietHours = "12:00-13:30".parse().unwrap();
        assert!(noon.contains(12 * 60) && !noon.contains(13 * 60 + 30) && !noon.contains(0));
        assert_eq!(night.to_string().parse(), Ok(night));
        for wrong in ["", "20:00", "24:00-08:00", "20:60-08:00", "08:00-08:00", "8-20"] {
            assert!(wrong.parse::<QuietHours>().is_err(), "{wrong}");
        }
    }
}
