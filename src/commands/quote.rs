//! `/quote`: whether what somebody wrote may be quoted in their organisation's reviews, for the writer alone to say.

use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose::OFFERED;
use crate::commands::desk::Desk;
use crate::commands::spec::QuoteHow;
use crate::core::doc::Doc;
use crate::core::event::{Event, PersonId};
use crate::core::notice::quote as notice;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::voice::{Allowed, Said, Word, Wrote};

impl Desk {
    /// `/quote [FB-12 | SUR-7] [named|unnamed|no]`
    pub(super) async fn quote(
        &self,
        asking: &Asking,
        wrote: Option<Wrote>,
        how: Option<QuoteHow>,
    ) -> Outcome {
        let Some(person) = asking.person.clone() else { return Err(asking.refuse_key("error-no-account")) };
        let state = self.journal().read().await;
        let Some(wrote) = wrote else { return Ok(Reply::Private(list(&state, asking, &person))) };
        let said = wrote.by(&person);
        let own = state.voice.own(&said).filter(|own| asking.scope.includes(own.agreement));
        // Taking it back is for its writer wherever they are, and also when they speak for the customer no more.
        let may = own.is_some() || how == Some(QuoteHow::No);
        if !may || !state.voice.is_writer(&said, &person) {
            // What does not exist, and what is somebody else's, give the same answer.
            return Err(asking.refuse(notice::about("error-quote-none", wrote)));
        }
        drop(state);
        let Some(how) = how else { return Ok(Reply::Private(notice::question(wrote, asking.now))) };
        self.allow(asking, said, how).await?;
        Ok(Reply::Private(notice::done(wrote, how.quoting(), asking.now)))
    }

    /// Whether the asker has just written something that may be quoted, and has not said yet whether it may.
    pub(super) async fn may_be_asked(&self, asking: &Asking, wrote: Wrote) -> bool {
        let state = self.journal().read().await;
        let own = asking.person.as_ref().and_then(|person| state.voice.own(&wrote.by(person)));
        own.is_some_and(|own| !state.voice.is_decided(&own.remark.text.id))
    }

    async fn allow(&self, asking: &Asking, said: Said, how: QuoteHow) -> Result<(), Doc> {
        let propose = move |state: &State, now: Instant, by: PersonId| {
            let text = state.voice.own(&said).map(|own| own.remark.text.id.clone());
            let allowed = how.quoting().zip(text).map(|(how, text)| Allowed { text, how });
            let new = state.voice.is_new(&said, allowed.as_ref());
            let word = Box::new(Word::Quotable { said, allowed });
            let event = Event::Voice { at: now, by: Some(by), word };
            Ok(if new { vec![event] } else { Vec::new() })
        };
        self.append(asking, Vec::new(), propose).await.map(drop)
    }
}

/// What the asker wrote, with what they said about it.
fn list(state: &State, asking: &Asking, person: &PersonId) -> Doc {
    let own = state.voice.written_by(person).into_iter();
    let own = own.filter(|(_, own)| asking.scope.includes(own.agreement)).take(OFFERED);
    let own = own.map(|(wrote, own)| {
        let text = &own.remark.text.id;
        (wrote, state.voice.is_decided(text).then(|| state.voice.quoting(text)))
    });
    notice::list(&own.collect::<Vec<_>>(), asking.now)
}
