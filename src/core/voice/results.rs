//! What a survey came to over some dates: the score, how it moved, and how it stood with the promise.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::round::{Answer, Round};
use super::tally::{Day, Promise};
use super::word::{Counted, RoundNumber};
use crate::core::event::{AgreementId, PersonId, SurveyId};
use crate::core::score::{self, Counts, Scale, Score, ScoreKind, TREND_FROM, Trend};
use crate::core::state::State;
use crate::core::survey::{Given, Question, QuestionKind};

/// Dates from one up to another, exclusive, in the zone of each agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    pub from: NaiveDate,
    pub until: NaiveDate,
}

impl Dates {
    pub fn contains(self, date: NaiveDate) -> bool {
        self.from <= date && date < self.until
    }
}

/// What score and promise say only together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contrast {
    /// Green but unhappy: the promise was met, and fewer than half are content.
    MetYetUnhappy,
    /// Red but forgiven: it was missed, and more than half are content.
    MissedYetForgiven,
    /// Those were less content for whom it was met than those for whom it was missed.
    BetterWhereMissed,
}

/// What one survey came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// None where the first question has no numbers.
    pub kind: Option<ScoreKind>,
    pub day: Day,
    /// The same of the period before.
    pub before: Day,
}

impl QuestionKind {
    /// How its answers become one figure; none where they are no numbers.
    pub fn score_kind(&self) -> Option<ScoreKind> {
        match self {
            Self::Csat => Some(ScoreKind::CSAT),
            Self::Nps => Some(ScoreKind::Nps),
            Self::Ces | Self::Scale { .. } => {
                let (low, high) = self.range()?;
                Some(ScoreKind::Mean { scale: Scale::new(low, high) })
            }
            Self::Choice { .. } | Self::Text => None,
        }
    }
}

impl Results {
    /// The figure with its range; none without answers.
    pub fn score(&self) -> Option<Score> {
        Score::of(self.kind?, &self.day.all())
    }

    /// That of the period before.
    pub fn previous(&self) -> Option<Score> {
        Score::of(self.kind?, &self.before.all())
    }

    /// Whether it moved by more than chance would move it; none where there is nothing to compare.
    pub fn trend(&self) -> Option<Trend> {
        Some(score::trend(&self.score()?, &self.previous()?))
    }

    /// By how the promise stood when the answer was given, the best first.
    pub fn by_promise(&self) -> Vec<(Promise, Score)> {
        let Some(kind) = self.kind else { return Vec::new() };
        let scores = self.day.scores.iter();
        scores.filter_map(|(promise, counts)| Some((*promise, Score::of(kind, counts)?))).collect()
    }

    /// Where satisfaction and promise disagree by more than chance would have it, with at least
    /// [`TREND_FROM`] answers on each side that is spoken of.
    pub fn contrasts(&self) -> Vec<Contrast> {
        let by_promise: BTreeMap<Promise, Score> = self.by_promise().into_iter().collect();
        let of = |promise| by_promise.get(&promise).filter(|score| score.n >= TREND_FROM);
        let (met, missed) = (of(Promise::Met), of(Promise::Missed));
        let mut found = Vec::new();
        if met.and_then(|met| met.range).zip(self.middle()).is_some_and(|(range, middle)| range.high < middle)
        {
            found.push(Contrast::MetYetUnhappy);
        }
        if missed
            .and_then(|missed| missed.range)
            .zip(self.middle())
            .is_some_and(|(range, middle)| range.low > middle)
        {
            found.push(Contrast::MissedYetForgiven);
        }
        if met.zip(missed).is_some_and(|(met, missed)| score::trend(met, missed) == Trend::Fallen) {
            found.push(Contrast::BetterWhereMissed);
        }
        found
    }

    /// Where as many are content as are not, in the unit that is shown.
    fn middle(&self) -> Option<f64> {
        Some(match self.kind? {
            ScoreKind::Csat { .. } => 50.0,
            ScoreKind::Nps => 0.0,
            ScoreKind::Mean { scale } => (scale.lowest + scale.highest) as f64 / 2.0,
        })
    }

    /// How many of those asked have answered, and how many were asked.
    pub const fn response(&self) -> (u64, u64) {
        (self.day.answered, self.day.asked)
    }

    /// How often each score was given, those that nobody gave included.
    pub fn distribution(&self) -> Vec<(i64, u64)> {
        let Some(kind) = self.kind else { return Vec::new() };
        let (counts, scale) = (self.day.all(), kind.scale());
        (scale.lowest..=scale.highest).map(|score| (score, counts.between(score, score))).collect()
    }
}

/// What a survey came to under some agreements, beside the period before.
pub fn results(
    state: &State,
    survey: &SurveyId,
    agreements: &BTreeSet<AgreementId>,
    period: Dates,
    before: Dates,
) -> Results {
    let question = state.voice.survey(survey).and_then(|survey| survey.scored());
    let over = |dates: Dates| {
        let mut sum = Day::default();
        for tally in agreements.iter().filter_map(|agreement| state.voice.tally(agreement, survey)) {
            sum.merge(&tally.over(dates.from, dates.until));
        }
        sum
    };
    let kind = question.and_then(|question| question.kind.score_kind());
    Results { kind, day: over(period), before: over(before) }
}

/// The same figure by looking at every answer and every anonymous round: slow, and for checking the days against it.
pub fn recount(
    state: &State,
    survey: &SurveyId,
    agreements: &BTreeSet<AgreementId>,
    period: Dates,
) -> BTreeMap<Promise, Counts> {
    let mut counts: BTreeMap<Promise, Counts> = BTreeMap::new();
    for (_, _, answer) in answers(state, survey, agreements, period) {
        if let Some(score) = answer.score() {
            counts.entry(answer.stamp.standing).or_default().add(score);
        }
    }
    for (_, _, counted) in counted(state, survey, agreements, period) {
        for (promise, scores) in &counted.scores {
            counts.entry(*promise).or_default().merge(scores);
        }
    }
    counts
}

/// Every answer that is known to be somebody's, given in the period, in the order of rounds and people.
pub fn answers<'s>(
    state: &'s State,
    survey: &SurveyId,
    agreements: &BTreeSet<AgreementId>,
    period: Dates,
) -> impl Iterator<Item = (RoundNumber, &'s PersonId, &'s Answer)> {
    rounds(state, survey, agreements).flat_map(move |(number, round)| {
        let own = round.answers.iter().filter(move |(_, answer)| period.contains(round.date_of(answer.at)));
        own.map(move |(person, answer)| (number, person, answer))
    })
}

/// The anonymous rounds that ended in the period, with what they came to.
pub fn counted<'s>(
    state: &'s State,
    survey: &SurveyId,
    agreements: &BTreeSet<AgreementId>,
    period: Dates,
) -> impl Iterator<Item = (RoundNumber, &'s Round, &'s Counted)> {
    rounds(state, survey, agreements).filter_map(move |(number, round)| {
        round.ended.filter(|(ended, _)| period.contains(round.date_of(*ended)))?;
        Some((number, round, round.counted.as_ref()?))
    })
}

/// The rounds of a survey under some agreements, oldest first.
pub fn rounds<'s>(
    state: &'s State,
    survey: &SurveyId,
    agreements: &BTreeSet<AgreementId>,
) -> impl Iterator<Item = (RoundNumber, &'s Round)> {
    state.voice.rounds().filter(|(_, round)| round.survey == *survey && agreements.contains(&round.agreement))
}

/// How often each answer was given to the question at this place, counting the anonymous rounds that closed in
/// the period.
pub fn choices(
    state: &State,
    survey: &SurveyId,
    agreements: &BTreeSet<AgreementId>,
    period: Dates,
    place: usize,
    question: &Question,
) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (_, _, answer) in answers(state, survey, agreements, period) {
        match answer.given.get(place) {
            Some(Given::Score(score)) => *counts.entry(score.to_string()).or_default() += 1,
            Some(Given::Choice(name)) => *counts.entry(name.clone()).or_default() += 1,
            Some(Given::Nothing) | None => {}
        }
    }
    for (_, _, counted) in counted(state, survey, agreements, period) {
        let other = counted.answers.get(place);
        for (given, times) in other.into_iter().flatten() {
            *counts.entry(given.clone()).or_default() += times;
        }
    }
    named(question).into_iter().map(|name| (name.clone(), counts.get(&name).copied().unwrap_or(0))).collect()
}

/// Every answer a question takes, in its own order.
fn named(question: &Question) -> Vec<String> {
    match &question.kind {
        QuestionKind::Choice { options } => options.iter().map(|option| option.name.clone()).collect(),
        kind => kind
            .range()
            .map_or_else(Vec::new, |(low, high)| (low..=high).map(|score| score.to_string()).collect()),
    }
}
