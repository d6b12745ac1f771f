//! What stands behind a link to write by: the agreement it leads to, what comes by it, and what became of that.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::announce::feedback::writer_view;
use crate::commands::choose::customer;
use crate::commands::desk::facts;
use crate::commands::reading::Learnt;
use crate::core::event::{AgreementId, Event};
use crate::core::notice::feedback::writer::followed;
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::core::voice::{Allowed, Feedback, FeedbackNumber, Origin, Quoting, Remark, Said, Word, stamp};
use crate::directory::Shared;
use crate::journal::{Appended, Journal, Refused, entry_of};
use crate::store::prose::Sealed;
use crate::store::{Store, StoreError};
use crate::web::feedback::{Followed, Own, Said as Later, Sheet, Taken, Written};

/// So long after the last step of a closed one its writer's page still leads to it.
const KEPT: Span = Span::from_days(90);

/// Takes and follows what is written by links.
#[derive(Debug)]
pub(super) struct Voices {
    pub store: Store,
    pub journal: Journal,
    pub directory: Arc<Shared>,
    pub learnt: Learnt,
}

/// The act that submits it. It holds both hashes, so that no other link leads to it, and is in the journal with it.
fn act(own: &Own) -> String {
    format!("feedback/page/{}/{}", own.link, own.secret)
}

/// What was written under this secret by this link, while its page leads there.
fn known<'a>(state: &'a State, own: &Own, now: Instant) -> Option<(FeedbackNumber, &'a Feedback)> {
    let number = state.voice.submitted_by(&entry_of(&act(own)))?;
    let feedback = state.voice.feedback(number)?;
    let last = feedback.steps.last().map_or(feedback.submitted, |step| step.at);
    // As long as it may be quoted its writer can take that back.
    let quotable = state.voice.quoting(&feedback.text.text.id).is_some();
    (feedback.is_open() || quotable || now - last < KEPT).then_some((number, feedback))
}

impl Voices {
    /// The agreement of a link under which something can begin now.
    async fn agreement(&self, link: &str) -> Result<Option<AgreementId>, StoreError> {
        let now = self.journal.now();
        let Some(agreement) = self.store.feedback_link(link, now).await? else { return Ok(None) };
        let state = self.journal.read().await;
        let versions = state.agreements.get(&agreement);
        Ok(versions.is_some_and(|versions| versions.covers(now)).then_some(agreement))
    }

    async fn sheet(&self, link: &str) -> Result<Option<Sheet>, StoreError> {
        let Some(agreement) = self.agreement(link).await? else { return Ok(None) };
        let state = self.journal.read().await;
        let version = state.agreements.get(&agreement).and_then(|known| known.at(self.journal.now()));
        let services = version.into_iter().flat_map(|version| version.terms.services.iter());
        let services =
            services.filter_map(|id| Some((id.clone(), state.service(id)?.name.clone()))).collect();
        Ok(Some(Sheet { customer: customer(&state, &agreement), services }))
    }

    async fn take(&self, own: &Own, written: Written) -> Result<Taken, StoreError> {
        let Some(agreement) = self.agreement(&own.link).await? else { return Ok(Taken::Gone) };
        let Written { kind, service, text, quotable } = written;
        let (reading, uncovered) =
            self.learnt.read_under(&self.directory, &self.journal, &agreement, &text).await;
        let sealed = Sealed::new(&text, self.journal.now())?;
        let remark = Remark { text: sealed.reference(), reading: Some(reading), uncovered };
        let number = |state: &State| state.voice.next_feedback();
        let allowed = quotable.then(|| Allowed { text: remark.text.id.clone(), how: Quoting::Unnamed });
        let word = move |state: &State, now| Word::Submitted {
            feedback: number(state),
            kind,
            stamp: Box::new(stamp(state, &agreement, None, now)),
            agreement,
            service,
            incident: None,
            text: remark,
            attachments: None,
            origin: Origin::Page,
        };
        let propose = move |state: &State, now| {
            let said = Said::Feedback(number(state));
            let quotable = allowed.map(|allowed| Word::Quotable { said, allowed: Some(allowed) });
            Some([word(state, now)].into_iter().chain(quotable).collect())
        };
        let appended = self.append(act(own), vec![sealed], propose);
        match appended.await? {
            Some(Appended::Repeat) => {
                Ok(if self.says(own, &text).await? { Taken::Taken } else { Taken::Other })
            }
            Some(_) => Ok(Taken::Taken),
            None => Ok(Taken::Gone),
        }
    }

    /// Whether what was written under this secret is this very text.
    async fn says(&self, own: &Own, text: &str) -> Result<bool, StoreError> {
        let id = {
            let state = self.journal.read().await;
            known(&state, own, self.journal.now()).map(|(_, feedback)| feedback.text.text.id.clone())
        };
        let Some(id) = id else { return Ok(false) };
        Ok(self.store.prose(std::slice::from_ref(&id)).await?.get(&id).is_some_and(|known| known == text))
    }

    async fn followed(&self, own: &Own) -> Result<Option<Followed>, StoreError> {
        let now = self.journal.now();
        let found = {
            let state = self.journal.read().await;
            known(&state, own, now).map(|(number, feedback)| {
                let view = writer_view(&state, number, feedback, now);
                let stands = feedback.state();
                let doc = followed(&view, stands, &feedback.text.text.id, &feedback.steps);
                let quotable = state.voice.quoting(&feedback.text.text.id).is_some();
                (doc, state.zone(&feedback.agreement, now), stands, quotable)
            })
        };
        let Some((doc, zone, state, quotable)) = found else { return Ok(None) };
        let facts = facts(&self.store, &self.directory.get(), &doc).await?;
        Ok(Some(Followed { doc, facts, zone, state, quotable }))
    }

    async fn add(&self, own: &Own, id: &str, said: Later) -> Result<Taken, StoreError> {
        let text = match &said {
            Later::Added(text) => Some(text),
            Later::Settled { text, .. } | Later::Unquoted { text } => text.as_ref(),
        };
        let sealed = text.map(|text| Sealed::new(text, self.journal.now())).transpose()?;
        let prose = sealed.as_ref().map(Sealed::reference);
        let whose = own.clone();
        let propose = move |state: &State, now| {
            let (number, feedback) = known(state, &whose, now)?;
            let added = prose.map(|text| Word::Added { feedback: number, text });
            // Somebody may have opened it again in between; then nothing is settled.
            let first = match said {
                Later::Settled { settled, .. } if !feedback.is_open() => {
                    Some(Word::Settled { feedback: number, settled })
                }
                Later::Unquoted { .. } => {
                    Some(Word::Quotable { said: Said::Feedback(number), allowed: None })
                }
                _ => None,
            };
            Some(first.into_iter().chain(added).collect())
        };
        let id = format!("{}/{id}", act(own));
        let appended = self.append(id, sealed.into_iter().collect(), propose).await?;
        Ok(if appended.is_some() { Taken::Taken } else { Taken::Gone })
    }

    /// Appends words of nobody whom Upheld knows; none when there is nothing to say them of.
    async fn append(
        &self,
        id: String,
        prose: Vec<Sealed>,
        propose: impl FnOnce(&State, Instant) -> Option<Vec<Word>> + Send + 'static,
    ) -> Result<Option<Appended>, StoreError> {
        let propose = move |state: &State, now| {
            let words = propose(state, now).ok_or(())?.into_iter();
            Ok(words.map(|word| Event::Voice { at: now, by: None, word: Box::new(word) }).collect())
        };
        match self.journal.append(id, prose, propose).await {
            Ok(appended) => Ok(Some(appended)),
            Err(Refused::Proposal(())) => Ok(None),
            Err(Refused::Store(error)) => Err(error),
        }
    }
}

impl crate::web::feedback::Voices for Voices {
    fn find<'a>(&'a self, link: &'a str) -> BoxFuture<'a, Result<Option<Sheet>, StoreError>> {
        Box::pin(self.sheet(link))
    }

    fn submit<'a>(&'a self, own: &'a Own, written: Written) -> BoxFuture<'a, Result<Taken, StoreError>> {
        Box::pin(self.take(own, written))
    }

    fn follow<'a>(&'a self, own: &'a Own) -> BoxFuture<'a, Result<Option<Followed>, StoreError>> {
        Box::pin(self.followed(own))
    }

    fn say<'a>(&'a self, own: &'a Own, id: &'a str, said: Later) -> BoxFuture<'a, Result<Taken, StoreError>> {
        Box::pin(self.add(own, id, said))
    }
}
