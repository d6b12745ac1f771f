//! The customer's voice: survey rounds with their answers, feedback and complaints, as the journal tells them.

mod complaint;
pub mod export;
mod feedback;
mod quoting;
mod results;
mod round;
mod stamp;
mod tally;
#[cfg(test)]
mod tests;
mod word;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::core::event::{AgreementId, PersonId, ProseId, SurveyId};
use crate::core::reading::{Sentiment, ThemeId};
use crate::core::survey::{Survey, SurveyBook};
use crate::core::time::Instant;
use crate::core::watch::pairs;

pub use complaint::{ComplaintClock, complaint_clock, complaint_clocks, judging};
pub use feedback::{Feedback, FeedbackState, Step, StepKind};
pub use quoting::{Allowed, Own, Quotable, Quoting, Wrote};
pub use results::{Contrast, Dates, Results, answers, choices, counted, recount, results, rounds};
pub use round::{Answer, Barred, Ended, Round, Spared};
pub use stamp::{Stamp, stamp};
pub use tally::{Day, Promise, Tally};
pub use word::{Counted, FeedbackKind, FeedbackNumber, Origin, Remark, Respondent, RoundNumber, Via, Word};

/// So many texts on one theme that no objective covers are a recommendation.
pub const UNCOVERED_MAKES_RECOMMENDATION: usize = 3;

/// Everything customers said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    books: Vec<BookVersion>,
    rounds: BTreeMap<RoundNumber, Round>,
    /// Those that can still be answered.
    open: BTreeSet<RoundNumber>,
    /// Anonymous ones that have ended, and of which nobody has said yet what they came to.
    #[serde(default)]
    uncounted: BTreeSet<RoundNumber>,
    feedback: BTreeMap<FeedbackNumber, Feedback>,
    last_round: u32,
    last_feedback: u32,
    /// Who wishes not to be asked, and since when.
    opted_out: BTreeMap<PersonId, Instant>,
    /// Accounts of one person that were once taken for two: which is now whose.
    same: BTreeMap<PersonId, PersonId>,
    /// When somebody was last asked each survey under each agreement.
    #[serde(with = "pairs")]
    asked: BTreeMap<Asking, Instant>,
    /// Where somebody last answered each survey under each agreement.
    #[serde(with = "pairs")]
    answered: BTreeMap<Asking, RoundNumber>,
    #[serde(with = "pairs")]
    tallies: BTreeMap<(AgreementId, SurveyId), Tally>,
    /// The texts that no objective covers, by theme.
    #[serde(with = "pairs")]
    uncovered: BTreeMap<(AgreementId, ThemeId), BTreeSet<Said>>,
    /// The texts that a person said something of, and what.
    #[serde(default)]
    labelled: BTreeMap<ProseId, Label>,
    /// How often somebody did.
    #[serde(default)]
    labels: u64,
    /// The texts of which their writers said whether they may be quoted, and how.
    #[serde(default)]
    consents: BTreeMap<ProseId, quoting::Consent>,
}

/// What a person said of a text; whatever was not said is as it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub themes: bool,
    pub sentiment: bool,
}

/// Who, which survey, and under which agreement: whoever represents two customers is asked by each.
type Asking = (PersonId, SurveyId, AgreementId);

/// Where a text was said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    Feedback(FeedbackNumber),
    Comment(RoundNumber, PersonId),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct BookVersion {
    effective: Instant,
    sha256: String,
    book: Arc<SurveyBook>,
}

/// What an entry changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    Round(RoundNumber),
    Feedback(FeedbackNumber),
}

impl Voice {
    pub(super) fn adopt(&mut self, effective: Instant, sha256: &str, book: &SurveyBook) {
        self.books.push(BookVersion { effective, sha256: sha256.to_owned(), book: Arc::new(book.clone()) });
        self.books.sort_by_key(|version| version.effective);
    }

    /// The surveys that may be asked now.
    pub fn book(&self) -> Option<&Arc<SurveyBook>> {
        self.books.last().map(|version| &version.book)
    }

    /// The hash of the surveys in force.
    pub fn book_sha256(&self) -> Option<&str> {
        self.books.last().map(|version| version.sha256.as_str())
    }

    /// A survey as the newest book has it that knows it; also one that is no longer asked.
    pub fn survey(&self, id: &SurveyId) -> Option<&Survey> {
        self.books.iter().rev().find_map(|version| version.book.get(id))
    }

    /// A survey as it was asked at a moment.
    pub fn survey_at(&self, id: &SurveyId, at: Instant) -> Option<&Survey> {
        let then = self.books.iter().rev().filter(|version| version.effective <= at);
        then.map(|version| version.book.get(id)).next().flatten().or_else(|| self.survey(id))
    }

    /// Every survey that was ever defined.
    pub fn survey_ids(&self) -> BTreeSet<&SurveyId> {
        self.books.iter().flat_map(|version| version.book.keys()).collect()
    }

    /// The next free number of a round.
    pub const fn next_round(&self) -> RoundNumber {
        RoundNumber(self.last_round + 1)
    }

    /// The next free number of feedback.
    pub const fn next_feedback(&self) -> FeedbackNumber {
        FeedbackNumber(self.last_feedback + 1)
    }

    pub fn round(&self, number: RoundNumber) -> Option<&Round> {
        self.rounds.get(&number)
    }

    /// Every round, oldest first.
    pub fn rounds(&self) -> impl DoubleEndedIterator<Item = (RoundNumber, &Round)> {
        self.rounds.iter().map(|(number, round)| (*number, round))
    }

    /// The rounds that can still be answered, oldest first.
    pub fn open_rounds(&self) -> impl Iterator<Item = (RoundNumber, &Round)> {
        self.open.iter().filter_map(|number| Some((*number, self.rounds.get(number)?)))
    }

    /// The anonymous rounds that have ended and are not counted yet, oldest first.
    pub fn uncounted_rounds(&self) -> impl Iterator<Item = (RoundNumber, &Round)> {
        self.uncounted.iter().filter_map(|number| Some((*number, self.rounds.get(number)?)))
    }

    pub fn feedback(&self, number: FeedbackNumber) -> Option<&Feedback> {
        self.feedback.get(&number)
    }

    /// Everything received, oldest first.
    pub fn all_feedback(&self) -> impl DoubleEndedIterator<Item = (FeedbackNumber, &Feedback)> {
        self.feedback.iter().map(|(number, feedback)| (*number, feedback))
    }

    /// What an act of this id submitted; for a delivery that is repeated.
    pub fn submitted_by(&self, act: &str) -> Option<FeedbackNumber> {
        self.feedback.iter().rev().find(|(_, feedback)| feedback.id == act).map(|(number, _)| *number)
    }

    /// The person a linked account belongs to.
    pub fn whole<'a>(&'a self, person: &'a PersonId) -> &'a PersonId {
        self.same.get(person).unwrap_or(person)
    }

    /// Everybody who turned out to be this person, themselves included.
    pub fn parts(&self, person: &PersonId) -> BTreeSet<PersonId> {
        let whole = self.whole(person);
        let parts = self.same.iter().filter(|(_, other)| *other == whole).map(|(part, _)| part.clone());
        parts.chain([whole.clone()]).collect()
    }

    /// Whether somebody wishes not to be asked.
    pub fn opted_out(&self, person: &PersonId) -> bool {
        self.opted_out.contains_key(self.whole(person))
    }

    /// The day by day figures of one survey under one agreement.
    pub fn tally(&self, agreement: &AgreementId, survey: &SurveyId) -> Option<&Tally> {
        self.tallies.get(&(agreement.clone(), survey.clone()))
    }

    /// The texts that somebody corrected or confirmed, with what was said of them: feedback first, then comments.
    pub fn labelled(&self) -> impl Iterator<Item = (&Remark, Label)> {
        let feedback = self.feedback.values().map(|feedback| &feedback.text);
        let answers = self.rounds.values().flat_map(|round| round.answers.values());
        let all = feedback.chain(answers.flat_map(|answer| answer.texts.values()));
        all.filter_map(|remark| Some((remark, *self.labelled.get(&remark.text.id)?)))
    }

    /// Counts every label that was ever given: when it is another, there is something new to learn.
    pub const fn labels(&self) -> u64 {
        self.labels
    }

    fn label(&mut self, text: &ProseId, themes: Option<&BTreeSet<ThemeId>>, sentiment: Option<Sentiment>) {
        let label = self.labelled.entry(text.clone()).or_default();
        label.themes |= themes.is_some();
        label.sentiment |= sentiment.is_some();
        self.labels += 1;
    }

    /// When a text was written; of an answer that was given again, the last time. None of one that is not known.
    pub fn written(&self, said: &Said) -> Option<Instant> {
        match said {
            Said::Feedback(number) => self.feedback(*number).map(|feedback| feedback.submitted),
            Said::Comment(round, person) => self.round(*round)?.answers.get(person).map(|answer| answer.at),
        }
    }

    /// Themes of which at least [`UNCOVERED_MAKES_RECOMMENDATION`] texts speak while no objective covers them,
    /// with those texts.
    pub fn recommended(&self, agreement: &AgreementId) -> impl Iterator<Item = (&ThemeId, &BTreeSet<Said>)> {
        let own = self.uncovered.iter().filter(move |((of, _), _)| of == agreement);
        own.map(|((_, theme), said)| (theme, said))
            .filter(|(_, said)| said.len() >= UNCOVERED_MAKES_RECOMMENDATION)
    }
}

/// Where the fold finds the zone of an agreement.
pub(super) type Zones<'a> = &'a dyn Fn(&AgreementId) -> chrono_tz::Tz;

impl Voice {
    /// Remembers, or no longer, that a text speaks of what no objective covers.
    fn mark(&mut self, agreement: &AgreementId, remark: &Remark, said: &Said, is: bool) {
        let reading = remark.reading.as_ref().filter(|_| remark.uncovered);
        for theme in reading.into_iter().flat_map(|reading| &reading.themes) {
            let known = self.uncovered.entry((agreement.clone(), theme.clone())).or_default();
            if is {
                known.insert(said.clone());
            } else {
                known.remove(said);
            }
        }
    }

    /// Takes one word of the journal.
    pub(super) fn hear(
        &mut self,
        id: &str,
        at: Instant,
        by: Option<&PersonId>,
        word: &Word,
        zones: Zones<'_>,
    ) -> Option<Touched> {
        match word {
            Word::RoundOpened { round, survey, agreement, incident, closes, stamp } => {
                let opening =
                    round::Opening { survey, agreement, incident: *incident, by, closes: *closes, stamp };
                self.round_opened(*round, at, &opening, zones(agreement))
            }
            Word::Asked { round, people, spared } => self.asked(*round, at, people, *spared),
            Word::Elsewhere { round } => self.elsewhere(*round),
            Word::Reminded { round } => self.reminded(*round, at),
            Word::Withdrawn { round } => self.ended(*round, at, Ended::Withdrawn),
            Word::Closed { round } => self.ended(*round, at, Ended::Closed),
            Word::Counted { round, counted } => self.counted(*round, at, counted),
            Word::Answered { round, respondent, via, given, texts, stamp } => {
                let (person, recorder) = match respondent {
                    Respondent::Self_ => (by?, None),
                    Respondent::Other(person) => (person, by.cloned()),
                };
                let (given, texts, stamp) = (given.clone(), texts.clone(), stamp.clone());
                let answer = Answer { at, via: *via, by: recorder, given, texts, stamp };
                self.answered(*round, person, answer)
            }
            Word::Commented { round, text } => self.commented(*round, at, by?, text),
            Word::CommentLabelled { round, respondent, themes, sentiment, uncovered } => {
                let mut text = None;
                let touched = self.comment_labelled(*round, respondent, |remark| {
                    remark.label(themes.as_ref(), *sentiment, *uncovered);
                    text = Some(remark.text.id.clone());
                });
                text.iter().for_each(|text| self.label(text, themes.as_ref(), *sentiment));
                touched
            }
            Word::OptedOut => {
                let person = self.whole(by?).clone();
                self.opted_out.entry(person).or_insert(at);
                None
            }
            Word::OptedIn => {
                let person = self.whole(by?).clone();
                self.opted_out.remove(&person);
                None
            }
            Word::Linked { person } => {
                self.linked(person, by?);
                None
            }
            Word::Quotable { said, allowed } => {
                self.consented(said, by, allowed.as_ref());
                None
            }
            Word::Submitted { .. } => self.take_submitted(id, at, by, word),
            Word::Recommended { .. } => None,
            word => self.step(id, at, by, word),
        }
    }

    fn take_submitted(
        &mut self,
        id: &str,
        at: Instant,
        by: Option<&PersonId>,
        word: &Word,
    ) -> Option<Touched> {
        let Word::Submitted {
            feedback,
            kind,
            agreement,
            service,
            incident,
            text,
            attachments,
            origin,
            stamp,
        } = word
        else {
            return None;
        };
        let taken = Feedback {
            id: id.to_owned(),
            kind: *kind,
            agreement: agreement.clone(),
            service: service.clone(),
            incident: *incident,
            objective: None,
            by: by.cloned(),
            submitted: at,
            text: text.clone(),
            attachments: attachments.clone(),
            origin: origin.clone(),
            stamp: stamp.clone(),
            steps: Vec::new(),
        };
        self.submitted(*feedback, taken)
    }
}
