//! One asking of one survey: who was asked, who may answer, what they said.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::word::{Counted, Remark, RoundNumber, Via};
use super::{Said, Stamp, Touched, Voice};
use crate::core::calendar::local_date;
use crate::core::event::{AgreementId, IncidentNumber, PersonId, SurveyId};
use crate::core::survey::{Given, Identity};
use crate::core::time::Instant;
use crate::core::window::window_at;

/// One asking of one survey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    pub survey: SurveyId,
    pub agreement: AgreementId,
    pub identity: Identity,
    pub incident: Option<IncidentNumber>,
    /// Who asked; none when Upheld did by itself.
    pub by: Option<PersonId>,
    pub opened: Instant,
    pub closes: Instant,
    /// How the promise stood when it was asked.
    pub stamp: Box<Stamp>,
    /// None until it is known who is asked.
    pub asked: Option<BTreeSet<PersonId>>,
    /// So many were not asked, because they wish so or were asked something lately.
    pub spared: u32,
    /// It was for each alone, and somebody could not be reached so: the channel is asked as well.
    #[serde(default)]
    pub elsewhere: bool,
    pub reminded: Option<Instant>,
    pub ended: Option<(Instant, Ended)>,
    /// By person; empty in an anonymous round.
    pub answers: BTreeMap<PersonId, Answer>,
    /// Of an anonymous round, once it has ended.
    pub counted: Option<Counted>,
    zone: Tz,
}

/// How a round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Its time was over.
    Closed,
    /// What it asked about was not over.
    Withdrawn,
}

/// What somebody answered last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub at: Instant,
    pub via: Via,
    /// Who wrote it down, where that was somebody else.
    pub by: Option<PersonId>,
    pub given: Vec<Given>,
    /// By the number of the question; the comment under the number after the last.
    pub texts: BTreeMap<u32, Remark>,
    /// How the promise stood when it was answered.
    pub stamp: Box<Stamp>,
}

/// Why somebody is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spared {
    /// They wish not to be asked.
    OptedOut,
    /// They were asked something lately.
    Cooling,
    /// They were asked this survey in the running period.
    Period,
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// There is no such round.
    Unknown,
    /// Its time is over.
    Closed,
    /// It was withdrawn.
    Withdrawn,
    /// They answered this survey in the running period, in that round.
    Period(RoundNumber),
}

impl Answer {
    /// The number that the score is made of.
    pub fn score(&self) -> Option<i64> {
        match self.given.first() {
            Some(Given::Score(score)) => Some(*score),
            _ => None,
        }
    }

    /// What was said beside the questions.
    pub fn comment(&self) -> Option<&Remark> {
        self.texts.get(&u32::try_from(self.given.len()).ok()?)
    }
}

impl Round {
    /// The date in the agreement's zone.
    pub fn date_of(&self, at: Instant) -> chrono::NaiveDate {
        local_date(self.zone, at)
    }

    /// Whether it can be answered at `now`.
    pub fn is_open(&self, now: Instant) -> bool {
        self.ended.is_none() && now < self.closes
    }

    /// How many of those asked have answered, and how many were asked.
    pub fn response(&self) -> (u64, u64) {
        let asked = self.asked.as_ref();
        let own = self.answers.keys().filter(|person| asked.is_some_and(|asked| asked.contains(*person)));
        let named = own.count() as u64;
        let asked = asked.map_or(0, BTreeSet::len) as u64;
        (self.counted.as_ref().map_or(named, |counted| u64::from(counted.answered).min(asked)), asked)
    }
}

/// What begins a round.
pub(super) struct Opening<'a> {
    pub(super) survey: &'a SurveyId,
    pub(super) agreement: &'a AgreementId,
    pub(super) incident: Option<IncidentNumber>,
    pub(super) by: Option<&'a PersonId>,
    pub(super) closes: Instant,
    pub(super) stamp: &'a Stamp,
}

impl Voice {
    pub(super) fn round_opened(
        &mut self,
        number: RoundNumber,
        at: Instant,
        opening: &Opening<'_>,
        zone: Tz,
    ) -> Option<Touched> {
        if self.rounds.contains_key(&number) {
            return None;
        }
        let identity = self.survey_at(opening.survey, at).map_or(Identity::Named, |survey| survey.identity);
        let round = Round {
            survey: opening.survey.clone(),
            agreement: opening.agreement.clone(),
            identity,
            incident: opening.incident,
            by: opening.by.cloned(),
            opened: at,
            closes: opening.closes,
            stamp: Box::new(opening.stamp.clone()),
            asked: None,
            spared: 0,
            elsewhere: false,
            reminded: None,
            ended: None,
            answers: BTreeMap::new(),
            counted: None,
            zone,
        };
        self.last_round = self.last_round.max(number.0);
        self.rounds.insert(number, round);
        self.open.insert(number);
        Some(Touched::Round(number))
    }

    pub(super) fn asked(
        &mut self,
        number: RoundNumber,
        at: Instant,
        people: &BTreeSet<PersonId>,
        spared: u32,
    ) -> Option<Touched> {
        let people: BTreeSet<PersonId> = people.iter().map(|person| self.whole(person).clone()).collect();
        let round = self.rounds.get_mut(&number).filter(|round| round.asked.is_none())?;
        for person in &people {
            self.asked.insert((person.clone(), round.survey.clone(), round.agreement.clone()), at);
        }
        let tally = self.tallies.entry((round.agreement.clone(), round.survey.clone())).or_default();
        let opened = local_date(round.zone, round.opened);
        tally.ask(opened, people.len() as u64);
        round.asked = Some(people);
        round.spared = spared;
        // Somebody may have answered before it was known who is asked.
        let (answered, _) = round.response();
        tally.answer(opened, i64::try_from(answered).unwrap_or(i64::MAX));
        Some(Touched::Round(number))
    }

    pub(super) fn elsewhere(&mut self, number: RoundNumber) -> Option<Touched> {
        let round = self.rounds.get_mut(&number).filter(|round| !round.elsewhere && round.ended.is_none())?;
        round.elsewhere = true;
        Some(Touched::Round(number))
    }

    pub(super) fn reminded(&mut self, number: RoundNumber, at: Instant) -> Option<Touched> {
        let round = self.rounds.get_mut(&number).filter(|round| round.reminded.is_none())?;
        round.reminded = Some(at);
        Some(Touched::Round(number))
    }

    pub(super) fn ended(&mut self, number: RoundNumber, at: Instant, how: Ended) -> Option<Touched> {
        let round = self.rounds.get_mut(&number).filter(|round| round.ended.is_none())?;
        round.ended = Some((at, how));
        self.open.remove(&number);
        if round.identity == Identity::Anonymous && round.counted.is_none() {
            self.uncounted.insert(number);
        }
        Some(Touched::Round(number))
    }

    pub(super) fn answered(
        &mut self,
        number: RoundNumber,
        person: &PersonId,
        answer: Answer,
    ) -> Option<Touched> {
        let person = self.whole(person).clone();
        let round = self.rounds.get(&number)?;
        if round.identity == Identity::Anonymous || !round.is_open(answer.at) {
            return None;
        }
        self.withdraw_answer(number, &person);
        self.put_answer(number, &person, answer);
        Some(Touched::Round(number))
    }

    pub(super) fn commented(
        &mut self,
        number: RoundNumber,
        at: Instant,
        person: &PersonId,
        text: &Remark,
    ) -> Option<Touched> {
        let person = self.whole(person).clone();
        let round = self.rounds.get(&number).filter(|round| round.is_open(at))?;
        let mut answer = round.answers.get(&person)?.clone();
        let place = u32::try_from(answer.given.len()).ok()?;
        answer.texts.insert(place, text.clone());
        self.withdraw_answer(number, &person);
        self.put_answer(number, &person, answer);
        Some(Touched::Round(number))
    }

    pub(super) fn comment_labelled(
        &mut self,
        number: RoundNumber,
        person: &PersonId,
        label: impl FnOnce(&mut Remark),
    ) -> Option<Touched> {
        let person = self.whole(person).clone();
        let mut answer = self.rounds.get(&number)?.answers.get(&person)?.clone();
        let place = u32::try_from(answer.given.len()).ok()?;
        label(answer.texts.get_mut(&place)?);
        self.withdraw_answer(number, &person);
        self.put_answer(number, &person, answer);
        Some(Touched::Round(number))
    }

    /// What an anonymous round came to: counted on the date it ended, because nobody knows more.
    pub(super) fn counted(&mut self, number: RoundNumber, at: Instant, counted: &Counted) -> Option<Touched> {
        let round = self.rounds.get_mut(&number)?;
        if round.identity != Identity::Anonymous || round.counted.is_some() {
            return None;
        }
        let tally = self.tallies.entry((round.agreement.clone(), round.survey.clone())).or_default();
        let date = local_date(round.zone, round.ended.map_or(at, |(ended, _)| ended));
        for (promise, scores) in &counted.scores {
            for (score, count) in scores.iter() {
                tally.count(date, *promise, score, count);
            }
        }
        round.counted = Some(counted.clone());
        self.uncounted.remove(&number);
        let (answered, _) = round.response();
        let opened = local_date(round.zone, round.opened);
        tally.answer(opened, i64::try_from(answered).unwrap_or(i64::MAX));
        Some(Touched::Round(number))
    }

    fn put_answer(&mut self, number: RoundNumber, person: &PersonId, answer: Answer) {
        self.tell_tally(number, person, &answer, 1);
        let Some(round) = self.rounds.get_mut(&number) else { return };
        self.answered.insert((person.clone(), round.survey.clone(), round.agreement.clone()), number);
        round.answers.insert(person.clone(), answer);
    }

    fn withdraw_answer(&mut self, number: RoundNumber, person: &PersonId) {
        let answer = self.rounds.get_mut(&number).and_then(|round| round.answers.remove(person));
        if let Some(answer) = answer {
            self.tell_tally(number, person, &answer, -1);
        }
    }

    /// Counts an answer, or, with -1, counts it no more.
    fn tell_tally(&mut self, number: RoundNumber, person: &PersonId, answer: &Answer, change: i64) {
        let Some(round) = self.rounds.get(&number) else { return };
        let tally = self.tallies.entry((round.agreement.clone(), round.survey.clone())).or_default();
        if let Some(score) = answer.score() {
            let date = local_date(round.zone, answer.at);
            match change {
                1 => tally.count(date, answer.stamp.standing, score, 1),
                _ => tally.discount(date, answer.stamp.standing, score),
            }
        }
        if round.asked.as_ref().is_some_and(|asked| asked.contains(person)) {
            tally.answer(local_date(round.zone, round.opened), change);
        }
        let (agreement, said) = (round.agreement.clone(), Said::Comment(number, person.clone()));
        for remark in answer.texts.values() {
            self.mark(&agreement, remark, &said, change > 0);
        }
    }

    /// Why somebody is not to be asked this survey at `now`; none when they may be.
    pub fn spares(
        &self,
        person: &PersonId,
        survey: &SurveyId,
        agreement: &AgreementId,
        zone: Tz,
        now: Instant,
    ) -> Option<Spared> {
        let person = self.whole(person);
        let terms = self.survey(survey)?;
        if self.opted_out.contains_key(person) {
            return Some(Spared::OptedOut);
        }
        // The period of a survey is each agreement's own; the pause is the person's.
        let last = self.asked.get(&(person.clone(), survey.clone(), agreement.clone())).copied();
        let in_period = |(period, last)| window_at(period, zone, now).contains(last);
        if terms.once_per.zip(last).is_some_and(in_period) {
            return Some(Spared::Period);
        }
        let own = self.asked.range((person.clone(), SurveyId::new(""), AgreementId::new(""))..);
        let mut own = own.take_while(|((asked, ..), _)| asked == person);
        own.any(|(_, last)| now - *last < terms.cooldown).then_some(Spared::Cooling)
    }

    /// Whether an answer of `person` is taken at `now`.
    ///
    /// # Errors
    /// Why it is not.
    pub fn may_answer(&self, number: RoundNumber, person: &PersonId, now: Instant) -> Result<&Round, Barred> {
        let round = self.rounds.get(&number).ok_or(Barred::Unknown)?;
        match round.ended {
            Some((_, Ended::Withdrawn)) => return Err(Barred::Withdrawn),
            Some((_, Ended::Closed)) => return Err(Barred::Closed),
            None if now >= round.closes => return Err(Barred::Closed),
            None => {}
        }
        let person = self.whole(person);
        // Whoever answered here may think again.
        if round.answers.contains_key(person) {
            return Ok(round);
        }
        let before = self.answered.get(&(person.clone(), round.survey.clone(), round.agreement.clone()));
        let before = before.and_then(|before| Some((*before, self.rounds.get(before)?)));
        if let Some((earlier, other)) = before
            && let Some(period) = self.survey(&round.survey).and_then(|survey| survey.once_per)
            && let Some(answer) = other.answers.get(person)
            && window_at(period, round.zone, now).contains(answer.at)
        {
            return Err(Barred::Period(earlier));
        }
        Ok(round)
    }

    /// `person` turned out to be `whole`: what both said counts once, the later of it.
    pub(super) fn linked(&mut self, person: &PersonId, whole: &PersonId) {
        let (part, whole) = (self.whole(person).clone(), self.whole(whole).clone());
        if part == whole {
            return;
        }
        let both: Vec<RoundNumber> = self.rounds.keys().copied().collect();
        for number in both {
            let Some(round) = self.rounds.get(&number) else { continue };
            let (of_part, of_whole) = (round.answers.get(&part).cloned(), round.answers.get(&whole).cloned());
            let was_asked = round.asked.as_ref().is_some_and(|asked| asked.contains(&part));
            if of_part.is_none() && !was_asked {
                continue;
            }
            self.withdraw_answer(number, &part);
            self.withdraw_answer(number, &whole);
            self.count_once(number, &part, &whole);
            if let Some(last) = of_part.into_iter().chain(of_whole).max_by_key(|answer| answer.at) {
                self.put_answer(number, &whole, last);
            }
        }
        self.move_marks(&part, &whole);
        for other in self.same.values_mut().filter(|other| **other == part) {
            *other = whole.clone();
        }
        self.same.insert(part, whole);
    }

    fn count_once(&mut self, number: RoundNumber, part: &PersonId, whole: &PersonId) {
        let Some(round) = self.rounds.get_mut(&number) else { return };
        let (answered, _) = round.response();
        let Some(asked) = round.asked.as_mut() else { return };
        if asked.remove(part) && !asked.insert(whole.clone()) {
            let key = (round.agreement.clone(), round.survey.clone());
            let date = local_date(round.zone, round.opened);
            let tally = self.tallies.entry(key).or_default();
            tally.ask_fewer(date, 1);
            // No more than those asked can have answered an anonymous round.
            if round.counted.is_some() && round.response().0 < answered {
                tally.answer(date, -1);
            }
        }
    }

    fn move_marks(&mut self, part: &PersonId, whole: &PersonId) {
        if let Some(since) = self.opted_out.remove(part) {
            self.opted_out.entry(whole.clone()).or_insert(since);
        }
        let asked = self.asked.extract_if(.., |(person, ..), _| person == part);
        for ((_, survey, agreement), at) in asked.collect::<Vec<_>>() {
            let last = self.asked.entry((whole.clone(), survey, agreement)).or_insert(at);
            *last = at.max(*last);
        }
        let answered = self.answered.extract_if(.., |(person, ..), _| person == part);
        for ((_, survey, agreement), round) in answered.collect::<Vec<_>>() {
            let last = self.answered.entry((whole.clone(), survey, agreement)).or_insert(round);
            *last = round.max(*last);
        }
    }

    /// How many scores each standing of the promise has; for a check against the days.
    #[cfg(test)]
    pub(super) fn recount(&self, number: RoundNumber) -> BTreeMap<(super::Promise, i64), u64> {
        let mut counts = BTreeMap::new();
        for answer in self.rounds[&number].answers.values() {
            if let Some(score) = answer.score() {
                *counts.entry((answer.stamp.standing, score)).or_default() += 1;
            }
        }
        counts
    }
}
