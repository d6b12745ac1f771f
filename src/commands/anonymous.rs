//! Anonymous answers: stored apart from everything that could name whose they are, and told to nobody.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::commands::acts::LONGEST_TEXT;
use crate::commands::answer::{barred, group_hears};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::core::doc::{Doc, Text, Weight};
use crate::core::event::PersonId;
use crate::core::notice::forms;
use crate::core::survey::{Given, QuestionKind};
use crate::core::time::{Instant, Span};
use crate::core::voice::{RoundNumber, stamp};
use crate::store::StoreError;
use crate::store::anonymous::{AddComment, Ballot, BallotId, TakeAnonymous, Taken};

/// So long after an answer its comment may follow.
const COMMENT_WITHIN: Span = Span::from_minutes(15);
/// At most so many answers wait for their comment; the oldest gives way.
const MOST: usize = 2_000;

/// Who may still comment on which ballot: in this program's memory alone, and for minutes.
#[derive(Debug, Default)]
pub(super) struct Tickets(Mutex<VecDeque<Ticket>>);

#[derive(Debug)]
struct Ticket {
    person: PersonId,
    round: RoundNumber,
    ballot: BallotId,
    until: Instant,
}

impl Tickets {
    fn issue(&self, person: PersonId, round: RoundNumber, ballot: BallotId, now: Instant) {
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.retain(|ticket| now < ticket.until);
        if tickets.len() >= MOST {
            tickets.pop_front();
        }
        tickets.push_back(Ticket { person, round, ballot, until: now + COMMENT_WITHIN });
    }

    fn find(&self, person: &PersonId, round: RoundNumber, now: Instant) -> Option<BallotId> {
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.retain(|ticket| now < ticket.until);
        let found = tickets.iter().find(|ticket| ticket.round == round && ticket.person == *person);
        found.map(|ticket| ticket.ballot)
    }

    fn tear(&self, ballot: BallotId) {
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.retain(|ticket| ticket.ballot != ballot);
    }
}

impl Desk {
    /// Takes an answer whole, once and for good. Everything said here leaves no trace
    /// ([`crate::chat::leaves_no_trace`]).
    pub(super) async fn answer_anonymously(
        &self,
        asking: &Asking,
        round: RoundNumber,
        given: Vec<Given>,
        texts: BTreeMap<u32, String>,
    ) -> Outcome {
        let Some(person) = asking.person.clone() else { return Err(asking.refuse_key("error-no-account")) };
        if asking.aloud {
            return Err(asking.refuse_key("survey-anonymous-aloud"));
        }
        let (take, minimum_group) = self.ballot(asking, round, &person, given, texts).await?;
        match self.store().write(take).await.map_err(|error| not_stored(asking, &error))? {
            Taken::Closed => Err(asking.refuse_key("survey-barred-closed")),
            Taken::Already => Err(asking.refuse_key("survey-anonymous-already")),
            Taken::New(ballot) => {
                self.tickets().issue(person, round, ballot, asking.now);
                let kept = Text::key("survey-anonymous-kept").with("count", i64::from(minimum_group));
                let doc = asking.say(Text::key("survey-thanks")).line(kept);
                // Where others read a typed reply there is no comment, and no button keeps the thanks from being
                // shown over the chat, to one person alone.
                let comment = Text::key("button-survey-comment");
                let doc = if group_hears(asking) {
                    doc
                } else {
                    doc.button(comment, format!("comment {round}"), Weight::Primary)
                };
                Ok(Reply::Once(doc))
            }
        }
    }

    /// What is to be stored, if the asker may answer now; and from how many answers on anything is shown.
    async fn ballot(
        &self,
        asking: &Asking,
        number: RoundNumber,
        person: &PersonId,
        given: Vec<Given>,
        texts: BTreeMap<u32, String>,
    ) -> Result<(TakeAnonymous, u32), Doc> {
        let state = self.journal().read().await;
        let now = self.journal().now();
        let round = state.voice.may_answer(number, person, now).map_err(|why| barred(asking, why))?;
        let survey = state.voice.survey_at(&round.survey, round.opened);
        let survey = survey.ok_or_else(|| asking.refuse_key("error-not-read"))?;
        let whole = state.voice.whole(person).clone();
        // Nobody can look up who answered an earlier round; who was asked in this one was not asked before.
        if survey.once_per.is_some() && !round.asked.as_ref().is_some_and(|asked| asked.contains(&whole)) {
            return Err(asking.refuse_key("survey-anonymous-others"));
        }
        let mut parts = state.voice.parts(&whole);
        parts.remove(&whole);
        let standing = stamp(&state, &round.agreement, round.incident, now).standing;
        let cut = |text: String| text.trim().chars().take(LONGEST_TEXT).collect();
        let texts = texts.into_iter().map(|(place, text)| (place, cut(text))).collect();
        let ballot = Ballot { given, texts, standing };
        let person = std::iter::once(whole).chain(parts).collect();
        Ok((TakeAnonymous { round: number, person, ballot }, survey.minimum_group))
    }

    /// Adds a comment to the asker's answer, within minutes of it; asks for the words when there are none yet.
    pub(super) async fn comment_anonymously(
        &self,
        asking: &Asking,
        round: RoundNumber,
        text: Option<&str>,
    ) -> Outcome {
        if asking.aloud || group_hears(asking) {
            return Err(asking.refuse_key("survey-anonymous-aloud"));
        }
        let person = asking.person.as_ref();
        let ticket = person.and_then(|person| self.tickets().find(person, round, asking.now));
        let Some(id) = ticket else {
            // A number written under the card is an answer.
            return match text {
                Some(text) if self.is_answer(round, text).await => {
                    Box::pin(self.answer_survey(asking, Some(round), Some(text), None)).await
                }
                _ => Err(asking.refuse_key("survey-comment-anonymous")),
            };
        };
        let Some(text) = text else { return Ok(Reply::Form(forms::survey_comment(round))) };
        let text = text.trim().chars().take(LONGEST_TEXT).collect();
        let added = self.store().write(AddComment { id, text }).await;
        let added = added.map_err(|error| not_stored(asking, &error))?;
        self.tickets().tear(id);
        match added {
            true => Ok(Reply::Once(asking.say(Text::key("survey-commented-anonymous")))),
            false => Err(asking.refuse_key("survey-comment-anonymous")),
        }
    }

    /// Whether a text answers the first question.
    async fn is_answer(&self, round: RoundNumber, text: &str) -> bool {
        let state = self.journal().read().await;
        let survey =
            state.voice.round(round).and_then(|round| state.voice.survey_at(&round.survey, round.opened));
        let question = survey.and_then(|survey| survey.scored());
        question.is_some_and(|question| {
            !matches!(question.kind, QuestionKind::Text) && question.kind.read(text).is_ok()
        })
    }
}

/// Names neither whose nor which answer it was.
fn not_stored(asking: &Asking, error: &StoreError) -> Doc {
    tracing::error!(%error, "an anonymous answer could not be stored");
    asking.refuse_key("error-not-stored")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::Base;

    #[tokio::test]
    async fn a_ticket_is_its_persons_for_its_round_and_for_minutes() {
        let base = Base::sqlite();
        let store = base.open().await;
        let (anna, ben, round) = (PersonId::from("anna"), PersonId::from("ben"), RoundNumber(7));
        let ballot = Ballot { given: vec![Given::Score(4)], ..Ballot::default() };
        let take = TakeAnonymous { round, person: vec![anna.clone()], ballot };
        let Taken::New(id) = store.write(take).await.unwrap() else { unreachable!() };
        let (tickets, now) = (Tickets::default(), Instant::from_seconds(1_000));
        tickets.issue(anna.clone(), round, id, now);
        assert_eq!(tickets.find(&anna, round, now), Some(id));
        assert_eq!(tickets.find(&ben, round, now), None);
        assert_eq!(tickets.find(&anna, RoundNumber(8), now), None);
        assert_eq!(tickets.find(&anna, round, now + COMMENT_WITHIN), None);
        tickets.issue(anna.clone(), round, id, now);
        tickets.tear(id);
        assert_eq!(tickets.find(&anna, round, now), None);
        for _ in 0..MOST + 5 {
            tickets.issue(ben.clone(), round, id, now);
        }
        assert_eq!(tickets.0.lock().unwrap().len(), MOST);
        store.close().await;
    }
}
