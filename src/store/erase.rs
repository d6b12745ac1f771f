//! Forgetting: after it no byte of a person or of a text is left in the database, and every hash still holds.

mod marks;
mod needles;
mod said;

use std::collections::BTreeMap;

use super::error::StoreError;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, people, rooms, statements};
use crate::core::event::{PersonId, ProseId};
use crate::core::time::Instant;

use needles::Needles;
pub use said::Elsewhere;

#[cfg(test)]
pub(super) use {marks::STATEMENTS as OF_MARKS, said::STATEMENTS as OF_MESSAGES};

statements! {
    FORGET_KEY = "DELETE FROM prose_keys WHERE id = $1";
    NOTE = "INSERT INTO erasures (subject, id, erased) VALUES ($1, $2, $3) \
            ON CONFLICT (subject, id) DO NOTHING";
    ERASURES = "SELECT subject, id, erased FROM erasures ORDER BY erased, subject, id";
}

/// Makes what is named here unreadable for good, with every copy of it in messages; [`Store::scrub`] then also
/// wipes the freed space.
///
/// Who is named by [`Self::people`] is looked up here, in the database that forgets, so that a backup forgets
/// what it knows itself.
#[derive(Clone, Debug)]
pub struct Erase {
    pub prose: Vec<ProseId>,
    /// Their name, accounts, rights, sessions and preferences go; the random id stays.
    pub people: Vec<PersonId>,
    pub now: Instant,
}

/// What an [`Erase`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Messages of the web chat that were deleted or rewritten.
    pub messages: u64,
    /// Messages on their way or kept to be edited that were deleted.
    pub outbox: u64,
    /// Lines of the delivery record that no longer say to whom.
    pub record: u64,
    /// Lines of the record in its first form, which cannot forget.
    pub lasting: u64,
}

impl Write for Erase {
    type Out = Erased;

    async fn apply(&self, tx: &mut Tx) -> Result<Erased, StoreError> {
        if self.prose.is_empty() && self.people.is_empty() {
            return Ok(Erased::default());
        }
        let needles = Needles::read(tx, &self.people, &self.prose).await?;
        let now = self.now.micros();
        for id in &self.prose {
            on!(&mut *tx, c => sqlx::query(FORGET_KEY).bind(id.as_str()).execute(c).await.map(drop))?;
            note(tx, "prose", id.as_str(), now).await?;
        }
        let mut erased = Erased::default();
        for id in &self.people {
            people::erase(tx, id).await?;
            erased.messages += rooms::forget_person(tx, id, self.now).await?;
            note(tx, "person", id.as_str(), now).await?;
        }
        if needles.is_empty() {
            return Ok(erased);
        }
        let change = |content: crate::chat::web::content::Content| content.without(&|run| needles.is_in(run));
        erased.messages += rooms::forget_within(tx, self.now, change).await?;
        marks::forget(tx, &needles).await?;
        erased.outbox = said::forget_messages(tx, &needles).await?;
        (erased.record, erased.lasting) = said::forget_destinations(tx, &needles).await?;
        Ok(erased)
    }
}

async fn note(tx: &mut Tx, subject: &str, id: &str, now: i64) -> Result<(), StoreError> {
    on!(tx, c => sqlx::query(NOTE).bind(subject).bind(id).bind(now).execute(c).await.map(drop))?;
    Ok(())
}

impl Store {
    /// Everything that was erased, oldest first, as one [`Erase`] for each moment; a restored backup must
    /// forget it again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn erasures(&self) -> Result<Vec<Erase>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<(String, String, i64)> =
            on!(&mut tx, c => sqlx::query_as(ERASURES).fetch_all(c).await)?;
        let mut erasures: BTreeMap<i64, Erase> = BTreeMap::new();
        for (subject, id, erased) in rows {
            let now = Instant::from_micros(erased);
            let fresh = || Erase { prose: Vec::new(), people: Vec::new(), now };
            let erase = erasures.entry(erased).or_insert_with(fresh);
            match subject.as_str() {
                "prose" => erase.prose.push(ProseId(id)),
                _ => erase.people.push(PersonId(id)),
            }
        }
        Ok(erasures.into_values().collect())
    }

    /// The drafts of updates that these people did not send yet.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn drafts_of(&self, people: &[PersonId]) -> Result<Vec<ProseId>, StoreError> {
        marks::drafts(&mut self.reader().await?, people).await
    }

    /// How many messages on other platforms were for these people or show something of theirs.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn elsewhere(&self, people: &[PersonId], prose: &[ProseId]) -> Result<Elsewhere, StoreError> {
        let mut tx = self.reader().await?;
        let (_, accounts) = people::known_as(&mut tx, people).await?;
        said::elsewhere(&mut tx, &accounts, people, prose).await
    }
}
