//! What may be quoted in reviews: a text by whoever wrote it themselves, as long as they allow it.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::word::{FeedbackNumber, Origin, Remark, RoundNumber};
use super::{Answer, Feedback, Said, Voice};
use crate::core::event::{AgreementId, PersonId, ProseId};
use crate::core::survey::Identity;
use crate::core::time::Instant;

/// How somebody allows that a text is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quoting {
    /// With their name.
    Named,
    /// As somebody of their organisation.
    Unnamed,
}

/// A permission, for this very text: what is written in its place later needs one of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    pub text: ProseId,
    pub how: Quoting,
}

/// What the writer of a text said about quoting it; none that it may not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Consent {
    said: Said,
    how: Option<Quoting>,
}

/// A text that is known to be somebody's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Own<'a> {
    /// None for a page without an account.
    pub by: Option<&'a PersonId>,
    pub agreement: &'a AgreementId,
    pub at: Instant,
    pub remark: &'a Remark,
}

/// A text that may be quoted, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Quotable<'a> {
    pub said: Said,
    pub own: Own<'a>,
    pub how: Quoting,
}

/// What somebody wrote, as they call it: `FB-12`, or `SUR-7` for their comment there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrote {
    Feedback(FeedbackNumber),
    Comment(RoundNumber),
}

impl Wrote {
    /// Where it stands when `person` wrote it.
    pub fn by(self, person: &PersonId) -> Said {
        match self {
            Self::Feedback(number) => Said::Feedback(number),
            Self::Comment(number) => Said::Comment(number, person.clone()),
        }
    }
}

impl From<&Said> for Wrote {
    fn from(said: &Said) -> Self {
        match said {
            Said::Feedback(number) => Self::Feedback(*number),
            Said::Comment(number, _) => Self::Comment(*number),
        }
    }
}

impl fmt::Display for Wrote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Feedback(number) => number.fmt(f),
            Self::Comment(number) => number.fmt(f),
        }
    }
}

impl FromStr for Wrote {
    type Err = ParseIntError;

    /// Reads `SUR-7` as a comment, and any other number as feedback.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let of_round = text.trim().get(..4).is_some_and(|letters| letters.eq_ignore_ascii_case("SUR-"));
        if of_round { text.parse().map(Self::Comment) } else { text.parse().map(Self::Feedback) }
    }
}

impl Voice {
    /// The text that stands there, where it is known to be its writer's own: feedback, and the comment of a named
    /// answer that nobody else wrote down.
    pub fn own(&self, said: &Said) -> Option<Own<'_>> {
        match said {
            Said::Feedback(number) => of_feedback(self.feedback.get(number)?),
            Said::Comment(number, person) => {
                let round = self.rounds.get(number).filter(|round| round.identity == Identity::Named)?;
                let (person, answer) = round.answers.get_key_value(self.whole(person))?;
                of_answer(&round.agreement, person, answer)
            }
        }
    }

    /// How a text may be quoted now; none while its writer does not allow it.
    pub fn quoting(&self, text: &ProseId) -> Option<Quoting> {
        self.consents.get(text)?.how
    }

    /// Whether the writer of a text said already whether it may be quoted.
    pub fn is_decided(&self, text: &ProseId) -> bool {
        self.consents.contains_key(text)
    }

    /// Whether it is for `person` to say whether what stands there, or stood there, may be quoted.
    pub fn is_writer(&self, said: &Said, person: &PersonId) -> bool {
        let whole = self.whole(person);
        match said {
            Said::Feedback(_) => {
                self.own(said).and_then(|own| own.by).is_some_and(|by| self.whole(by) == whole)
            }
            Said::Comment(_, by) => {
                self.whole(by) == whole && (self.own(said).is_some() || self.earlier(said).next().is_some())
            }
        }
    }

    /// Whether saying so would change anything.
    pub fn is_new(&self, said: &Said, allowed: Option<&Allowed>) -> bool {
        match allowed {
            Some(Allowed { text, how }) => self.quoting(text) != Some(*how),
            None => {
                let open = self.own(said).is_some_and(|own| !self.is_decided(&own.remark.text.id));
                open || self.earlier(said).any(|text| self.quoting(text).is_some())
            }
        }
    }

    /// What somebody wrote that could be quoted, the newest first.
    pub fn written_by(&self, person: &PersonId) -> Vec<(Wrote, Own<'_>)> {
        let whole = self.whole(person);
        let feedback = self.feedback.keys().map(|number| Said::Feedback(*number));
        let comments = self.rounds.keys().map(|number| Said::Comment(*number, whole.clone()));
        let own = feedback.chain(comments).filter_map(|said| Some((Wrote::from(&said), self.own(&said)?)));
        let mut own: Vec<(Wrote, Own<'_>)> =
            own.filter(|(_, own)| own.by.is_some_and(|by| self.whole(by) == whole)).collect();
        own.sort_by(|(one, mine), (other, theirs)| (theirs.at, other).cmp(&(mine.at, one)));
        own
    }

    /// The texts of which was said whether they may be quoted, and that stand or stood there.
    fn earlier<'a>(&'a self, said: &Said) -> impl Iterator<Item = &'a ProseId> + use<'a> {
        let said = self.whole_said(said);
        let there = self.consents.iter().filter(move |(_, known)| self.whole_said(&known.said) == said);
        there.map(|(text, _)| text)
    }

    /// Everything that may be quoted now, the newest first.
    pub fn quotable(&self) -> Vec<Quotable<'_>> {
        let allowed = self.consents.iter().filter_map(|(text, consent)| {
            let (how, own) = (consent.how?, self.own(&consent.said)?);
            // Something else may stand there by now.
            (own.remark.text.id == *text).then(|| Quotable { said: consent.said.clone(), own, how })
        });
        let mut allowed: Vec<Quotable<'_>> = allowed.collect();
        allowed.sort_by(|one, other| (other.own.at, &other.said).cmp(&(one.own.at, &one.said)));
        allowed
    }

    /// Takes what somebody says about quoting what stands there. Only its writer's word counts. A refusal is of
    /// everything they ever wrote there.
    pub(super) fn consented(&mut self, said: &Said, by: Option<&PersonId>, allowed: Option<&Allowed>) {
        let said = self.whole_said(said);
        let whole = by.map(|by| self.whole(by).clone());
        match allowed {
            Some(Allowed { text, how }) => {
                let own = self.own(&said).filter(|own| own.remark.text.id == *text);
                let writer = own.map(|own| own.by.map(|by| self.whole(by).clone()));
                // A name that nobody knows cannot be told.
                if writer == Some(whole.clone()) && (*how == Quoting::Unnamed || whole.is_some()) {
                    self.consents.insert(text.clone(), Consent { said, how: Some(*how) });
                }
            }
            None => self.refused(&said, whole.as_ref()),
        }
    }

    fn refused(&mut self, said: &Said, whole: Option<&PersonId>) {
        let writer = match said {
            Said::Feedback(number) => self.feedback.get(number).map(|known| known.by.as_ref()),
            Said::Comment(_, person) => Some(Some(person)),
        };
        if writer.map(|writer| writer.map(|writer| self.whole(writer))) != Some(whole) {
            return;
        }
        let now = self.own(said).map(|own| own.remark.text.id.clone());
        let earlier: Vec<ProseId> = self.earlier(said).cloned().collect();
        for text in earlier.into_iter().chain(now) {
            self.consents.insert(text, Consent { said: said.clone(), how: None });
        }
    }

    /// The same place, under the person that its writer turned out to be.
    fn whole_said(&self, said: &Said) -> Said {
        match said {
            Said::Feedback(number) => Said::Feedback(*number),
            Said::Comment(number, person) => Said::Comment(*number, self.whole(person).clone()),
        }
    }
}

fn of_feedback(known: &Feedback) -> Option<Own<'_>> {
    (known.by.is_some() || known.origin == Origin::Page).then_some(Own {
        by: known.by.as_ref(),
        agreement: &known.agreement,
        at: known.submitted,
        remark: &known.text,
    })
}

fn of_answer<'a>(agreement: &'a AgreementId, person: &'a PersonId, answer: &'a Answer) -> Option<Own<'a>> {
    let remark = answer.comment().filter(|_| answer.by.is_none())?;
    Some(Own { by: Some(person), agreement, at: answer.at, remark })
}
