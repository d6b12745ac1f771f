//! Who is looking at a page: a session with its person's name, prolonged while it is used.

use super::error::StoreError;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::core::event::PersonId;
use crate::core::time::Instant;

statements! {
    VISIT = "SELECT s.person, p.name, s.expires FROM sessions AS s JOIN people AS p ON p.id = s.person \
             WHERE s.hash = $1 AND s.expires > $2";
    PROLONG = "UPDATE sessions SET expires = $2 WHERE hash = $1 AND expires < $2";
}

/// A session that lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub person: PersonId,
    pub name: String,
    pub expires: Instant,
}

impl Store {
    /// Whose session this is, if it still lasts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn visit(&self, hash: &str, now: Instant) -> Result<Option<Visit>, StoreError> {
        let mut tx = self.reader().await?;
        let row: Option<(String, String, i64)> = on!(&mut tx, c => sqlx::query_as(VISIT)
            .bind(hash).bind(now.micros()).fetch_optional(c).await)?;
        Ok(row.map(|(person, name, expires)| Visit {
            person: PersonId::new(person),
            name,
            expires: Instant::from_micros(expires),
        }))
    }
}

/// Lets a session last until `expires`, if that is later.
#[derive(Clone, Debug)]
pub struct Prolong {
    pub hash: String,
    pub expires: Instant,
}

impl Write for Prolong {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(PROLONG)
            .bind(&self.hash).bind(self.expires.micros()).execute(c).await.map(drop))?;
        Ok(())
    }
}
