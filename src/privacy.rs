//! What Upheld holds of one person: found, handed out, and forgotten.

mod export;
mod held;
pub mod retention;

use std::collections::{BTreeMap, BTreeSet};

use crate::core::event::{PersonId, ProseId};
use crate::core::time::Instant;
use crate::core::voice::Voice;
use crate::store::erase::{Erase, Erased};
use crate::store::people::Person;
use crate::store::{Store, StoreError};

pub use export::export;
pub use held::{Held, Said, gather};

/// So much of a person's random id names them: as much as a button has room for, and no two are alike.
pub const SHORT: usize = 12;

/// Who is meant by a name, an account (`discord:5551`), or the beginning of a random id.
pub fn named(people: &BTreeMap<PersonId, Person>, word: &str) -> Vec<PersonId> {
    let word = word.trim().to_lowercase();
    let is_meant = |person: &&Person| {
        (word.len() >= SHORT && person.id.as_str().starts_with(&word))
            || (!word.is_empty() && person.name.to_lowercase() == word)
            || person.accounts.iter().any(|account| account.to_string() == word)
    };
    people.values().filter(is_meant).map(|person| person.id.clone()).collect()
}

/// Everybody who turned out to be one of these, themselves included.
pub fn parts(voice: &Voice, people: &[PersonId]) -> BTreeSet<PersonId> {
    people.iter().flat_map(|person| voice.parts(person)).chain(people.iter().cloned()).collect()
}

/// Forgets these people and everything they wrote. What they write while this runs is forgotten as well.
///
/// # Errors
/// Those of the database. What was forgotten by then stays forgotten; asking again forgets the rest.
pub async fn erase(store: &Store, people: &BTreeSet<PersonId>, now: Instant) -> Result<Erased, StoreError> {
    let mut total = Erased::default();
    let mut known: BTreeSet<ProseId> = BTreeSet::new();
    loop {
        let texts: BTreeSet<ProseId> = gather(store, people).await?.texts().cloned().collect();
        if texts.is_subset(&known) && !known.is_empty() {
            break;
        }
        let prose: Vec<ProseId> = texts.difference(&known).cloned().collect();
        let none = prose.is_empty();
        let erase = Erase { prose, people: people.iter().cloned().collect(), now };
        let erased = store.write(erase).await?;
        total.messages += erased.messages;
        total.outbox += erased.outbox;
        total.record += erased.record;
        total.lasting = total.lasting.max(erased.lasting);
        known.extend(texts);
        if none {
            break;
        }
    }
    store.scrub().await?;
    Ok(total)
}
