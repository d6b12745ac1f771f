//! `/link`: two accounts of one person become one, so that nobody counts twice.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use crate::commands::answer::Failed;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::core::doc::{Text, Value};
use crate::core::event::{Event, PersonId};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::core::voice::Word;
use crate::store::people::{Token, Unite};

/// How long a code is good for.
const GOOD_FOR: Span = Span::from_minutes(15);

/// Codes that were given out and not used yet, by their hashes: whose, and until when. A restart forgets them.
#[derive(Debug, Default)]
pub(super) struct Codes(Mutex<BTreeMap<String, (PersonId, Instant)>>);

impl Codes {
    fn give(&self, hash: String, person: PersonId, now: Instant) {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.retain(|_, (whose, until)| *until > now && *whose != person);
        codes.insert(hash, (person, now + GOOD_FOR));
    }

    fn take(&self, hash: &str, now: Instant) -> Option<PersonId> {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.remove(hash).filter(|(_, until)| *until > now).map(|(person, _)| person)
    }
}

impl Desk {
    /// `/link` gives a code, `/link <code>` in the other account takes it.
    pub(super) async fn link(&self, asking: &Asking, code: Option<&str>) -> Outcome {
        let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
            let Some(person) = asking.person.clone() else {
                return Err(asking.refuse_key("error-no-account"));
            };
            let token = Token::new().map_err(|error| {
                tracing::error!(%error, "no code could be made");
                asking.refuse_key("error-not-stored")
            })?;
            self.codes().give(token.hash, person, asking.now);
            let doc = asking.say(Text::key("link-code").with("until", asking.now + GOOD_FOR));
            return Ok(Reply::Once(doc.line(Text::Value(Value::Code(format!("/link {}", token.secret))))));
        };
        if !self.may_try(&asking.account, asking.now) {
            return Err(asking.refuse_key("error-too-often"));
        }
        let directory = self.directory().get();
        if directory.config.people.values().any(|person| person.accounts.contains(&asking.account)) {
            return Err(asking.refuse_key("link-configured"));
        }
        let found = self.codes().take(&Token::hash(code), asking.now);
        let person = found.ok_or_else(|| asking.refuse_key("link-unknown"))?;
        if asking.person.as_ref() == Some(&person) {
            return Err(asking.refuse_key("link-same"));
        }
        self.unite(asking, person).await
    }

    /// A code that was said where others read it is worth nothing any more.
    pub(super) fn burn(&self, code: &str, now: Instant) {
        self.codes().take(&Token::hash(code), now);
    }

    /// The journal first: whatever the account said or says counts for the person from then on.
    async fn unite(&self, asking: &Asking, person: PersonId) -> Outcome {
        if let Some(was) = asking.person.clone() {
            let by = person.clone();
            let propose = move |_: &State, now: Instant| {
                let word = Box::new(Word::Linked { person: was });
                Ok::<_, Infallible>(vec![Event::Voice { at: now, by: Some(by), word }])
            };
            self.say_word(asking, Vec::new(), propose).await.map_err(|failed| match failed {
                Failed::Barred(never) => match never {},
                Failed::Store(doc) => *doc,
            })?;
        }
        let (account, was) = (asking.account.clone(), asking.person.clone());
        let united = self.store().write(Unite { account, was, person, now: asking.now }).await;
        self.stored(asking, united).await?;
        Ok(Reply::Private(asking.say(Text::key("link-done"))))
    }
}
