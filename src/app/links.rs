//! What stands behind a link to a survey: the round it leads to, and the answer that comes by it.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::commands::reading::Learnt;
use crate::core::event::{Event, PersonId};
use crate::core::state::State;
use crate::core::survey::Identity;
use crate::core::time::Instant;
use crate::core::voice::{Barred, Remark, Respondent, Round, RoundNumber, Via, Word, stamp};
use crate::directory::Shared;
use crate::journal::{Journal, Refused};
use crate::store::anonymous::{Ballot, TakeAnonymous, Taken};
use crate::store::links::SurveyLink;
use crate::store::prose::Sealed;
use crate::store::{Store, StoreError};
use crate::web::survey::{Answered, Filled, Sheet, Surveys};

/// Finds and fills the sheets of surveys.
#[derive(Debug)]
pub(super) struct Links {
    pub store: Store,
    pub journal: Journal,
    pub directory: Arc<Shared>,
    pub learnt: Learnt,
}

impl Links {
    async fn sheet(&self, hash: &str) -> Result<Option<Sheet>, StoreError> {
        let now = self.journal.now();
        let Some(link) = self.store.survey_link(hash, now).await? else { return Ok(None) };
        if self.store.took_part(link.round, &link.respondent).await? {
            return Ok(None);
        }
        let state = self.journal.read().await;
        let round = state.voice.may_answer(link.round, &link.respondent, now).ok();
        Ok(round.and_then(|round| sheet(&state, &link, round, now)))
    }

    async fn take(&self, hash: &str, filled: Filled) -> Result<Answered, StoreError> {
        let now = self.journal.now();
        let Some(link) = self.store.survey_link(hash, now).await? else { return Ok(Answered::NotOpen) };
        let ballot = {
            let state = self.journal.read().await;
            let Ok(round) = state.voice.may_answer(link.round, &link.respondent, now) else {
                return Ok(Answered::NotOpen);
            };
            (round.identity == Identity::Anonymous).then(|| Ballot {
                given: filled.given.clone(),
                texts: filled.texts.clone(),
                standing: stamp(&state, &round.agreement, round.incident, now).standing,
            })
        };
        match ballot {
            Some(ballot) => self.cast(link, ballot).await,
            None => self.append(link.round, link.respondent, filled, now).await,
        }
    }

    async fn cast(&self, link: SurveyLink, ballot: Ballot) -> Result<Answered, StoreError> {
        let take = TakeAnonymous { round: link.round, person: vec![link.respondent], ballot };
        Ok(match self.store.write(take).await? {
            Taken::New(_) => Answered::Taken,
            Taken::Already | Taken::Closed => Answered::NotOpen,
        })
    }

    /// A later answer by the same link replaces the one before.
    async fn append(
        &self,
        number: RoundNumber,
        person: PersonId,
        filled: Filled,
        now: Instant,
    ) -> Result<Answered, StoreError> {
        let agreement = self.journal.read().await.voice.round(number).map(|round| round.agreement.clone());
        let Some(agreement) = agreement else { return Ok(Answered::NotOpen) };
        let mut texts = BTreeMap::new();
        let mut prose = Vec::new();
        for (place, text) in &filled.texts {
            let sealed = Sealed::new(text, now)?;
            let (reading, uncovered) =
                self.learnt.read_under(&self.directory, &self.journal, &agreement, text).await;
            let remark = Remark { text: sealed.reference(), reading: Some(reading), uncovered };
            texts.insert(*place, remark);
            prose.push(sealed);
        }
        let by = person.clone();
        let propose = move |state: &State, now: Instant| -> Result<Vec<Event>, Barred> {
            let round = state.voice.may_answer(number, &person, now)?;
            let stamp = Box::new(stamp(state, &round.agreement, round.incident, now));
            let (respondent, via, given) = (Respondent::Self_, Via::Link, filled.given);
            let word = Word::Answered { round: number, respondent, via, given, texts, stamp };
            Ok(vec![Event::Voice { at: now, by: Some(by), word: Box::new(word) }])
        };
        match self.journal.append(format!("survey/link/{}", filled.act), prose, propose).await {
            Ok(_) => Ok(Answered::Taken),
            Err(Refused::Proposal(_)) => Ok(Answered::NotOpen),
            Err(Refused::Store(error)) => Err(error),
        }
    }
}

fn sheet(state: &State, link: &SurveyLink, round: &Round, now: Instant) -> Option<Sheet> {
    let survey = state.voice.survey_at(&round.survey, round.opened)?.clone();
    let incident = round.incident.and_then(|number| {
        let service = state.service(&state.incident(number, now)?.service)?;
        Some((number, service.name.clone()))
    });
    Some(Sheet {
        survey,
        incident,
        closes: round.closes,
        zone: state.zone(&round.agreement, now),
        before: round.answers.get(state.voice.whole(&link.respondent)).map(|answer| answer.given.clone()),
    })
}

impl Surveys for Links {
    fn find<'a>(&'a self, hash: &'a str) -> BoxFuture<'a, Result<Option<Sheet>, StoreError>> {
        Box::pin(self.sheet(hash))
    }

    fn answer<'a>(&'a self, hash: &'a str, filled: Filled) -> BoxFuture<'a, Result<Answered, StoreError>> {
        Box::pin(self.take(hash, filled))
    }
}
