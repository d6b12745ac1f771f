//! Acts of people that were already handled, and small marks such as how far Telegram was read.

use super::error::StoreError;
use super::inbox::json;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::core::time::Instant;

statements! {
    NOTE = "INSERT INTO inbound (id, handled) SELECT w.value ->> 0, CAST(w.value ->> 1 AS BIGINT) \
            FROM json_each($1) AS w WHERE TRUE ON CONFLICT (id) DO NOTHING";
    IS_HANDLED = "SELECT COUNT(*) FROM inbound WHERE id = $1";
    PRUNE = "DELETE FROM inbound WHERE handled < $1";
    SET_MARK = "INSERT INTO marks (name, value) VALUES ($1, $2) \
                ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    MARK = "SELECT value FROM marks WHERE name = $1";
    MARKS = "SELECT name, value FROM marks WHERE SUBSTR(name, 1, LENGTH($1)) = $1 ORDER BY name";
    FORGET_MARK = "DELETE FROM marks WHERE name = $1";
}

/// Notes that these acts ([`crate::chat::Inbound::id`]) were handled.
#[derive(Clone, Debug)]
pub struct Handled {
    pub ids: Vec<String>,
    pub now: Instant,
}

impl Write for Handled {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        note(tx, &self.ids, self.now).await
    }
}

/// Forgets acts handled before this moment; platforms repeat a delivery within hours, never after days.
#[derive(Clone, Copy, Debug)]
pub struct PruneHandled(pub Instant);

impl Write for PruneHandled {
    type Out = u64;

    async fn apply(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        Ok(on!(tx, c => sqlx::query(PRUNE).bind(self.0.micros()).execute(c).await?.rows_affected()))
    }
}

/// Remembers a small thing, such as `telegram offset`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetMark {
    pub name: String,
    pub value: String,
}

impl Write for SetMark {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        set_mark(tx, self).await
    }
}

/// Forgets a small thing.
#[derive(Clone, Debug)]
pub struct ForgetMark(pub String);

impl Write for ForgetMark {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(FORGET_MARK).bind(&self.0).execute(c).await.map(drop))?;
        Ok(())
    }
}

pub(super) async fn set_mark(tx: &mut Tx, SetMark { name, value }: &SetMark) -> Result<(), StoreError> {
    on!(tx, c => sqlx::query(SET_MARK).bind(name).bind(value).execute(c).await.map(drop))?;
    Ok(())
}

impl Store {
    /// Whether an act was handled before.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_handled(&self, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.reader().await?;
        let found: i64 = on!(&mut tx, c => sqlx::query_scalar(IS_HANDLED).bind(id).fetch_one(c).await)?;
        Ok(found > 0)
    }

    /// What was remembered under `name`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark(&self, name: &str) -> Result<Option<String>, StoreError> {
        let mut tx = self.reader().await?;
        Ok(on!(&mut tx, c => sqlx::query_scalar(MARK).bind(name).fetch_optional(c).await)?)
    }

    /// Everything that was remembered under names that begin like this.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn marks(&self, beginning: &str) -> Result<Vec<(String, String)>, StoreError> {
        let mut tx = self.reader().await?;
        Ok(on!(&mut tx, c => sqlx::query_as(MARKS).bind(beginning).fetch_all(c).await)?)
    }
}

pub(super) async fn note(tx: &mut Tx, ids: &[String], now: Instant) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let rows = json(&ids.iter().map(|id| (id, now.micros())).collect::<Vec<_>>())?;
    on!(tx, c => sqlx::query(NOTE).bind(rows).execute(c).await.map(drop))?;
    Ok(())
}
