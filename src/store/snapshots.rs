//! Snapshots of the fold's state, so that a start need not read the whole journal.

use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::core::time::Instant;
use crate::journal::chain::Head;

statements! {
    KEEP = "INSERT INTO snapshots (sequence, build, tzdb, taken, hash, sha256, state) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (sequence, build, tzdb) DO UPDATE SET \
            taken = excluded.taken, hash = excluded.hash, sha256 = excluded.sha256, state = excluded.state";
    FORGET = "DELETE FROM snapshots WHERE sequence NOT IN \
              (SELECT sequence FROM snapshots ORDER BY sequence DESC LIMIT 2)";
    FORGET_ALL = "DELETE FROM snapshots";
    NEWEST = "SELECT s.sequence, s.sha256, s.state FROM snapshots AS s JOIN journal AS j \
              ON j.sequence = s.sequence AND j.hash = s.hash WHERE s.build = $1 AND s.tzdb = $2 \
              ORDER BY s.sequence DESC";
}

/// The state after an entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The journal's head when it was taken.
    pub head: Head,
    /// Which program made it, and with which time-zone data; another one does not use it.
    pub build: String,
    pub tzdb: String,
    pub state: String,
}

/// Keeps a snapshot, and of the older ones the last.
#[derive(Clone, Debug)]
pub struct KeepSnapshot {
    pub snapshot: Snapshot,
    pub now: Instant,
}

impl Write for KeepSnapshot {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let Snapshot { head, build, tzdb, state } = &self.snapshot;
        let sequence = i64::try_from(head.sequence).unwrap_or(i64::MAX);
        on!(&mut *tx, c => sqlx::query(KEEP)
            .bind(sequence)
            .bind(build)
            .bind(tzdb)
            .bind(self.now.micros())
            .bind(head.hash.to_string())
            .bind(sha256(state))
            .bind(state)
            .execute(c)
            .await
            .map(drop))?;
        on!(tx, c => sqlx::query(FORGET).execute(c).await.map(drop))?;
        Ok(())
    }
}

/// Drops every snapshot: the next start reads the whole journal.
#[derive(Clone, Copy, Debug)]
pub struct ForgetSnapshots;

impl Write for ForgetSnapshots {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(FORGET_ALL).execute(c).await.map(drop))?;
        Ok(())
    }
}

impl Store {
    /// The newest snapshot of this build and time-zone data that is whole and belongs to this journal.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn snapshot(&self, build: &str, tzdb: &str) -> Result<Option<Snapshot>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<(i64, String, String)> =
            on!(&mut tx, c => sqlx::query_as(NEWEST).bind(build).bind(tzdb).fetch_all(c).await)?;
        drop(tx);
        let whole = rows.into_iter().find(|(_, sum, state)| sha256(state) == *sum);
        let Some((sequence, _, state)) = whole else { return Ok(None) };
        let head = self.journal_head_at(sequence.unsigned_abs()).await?;
        Ok(head.map(|head| Snapshot { head, build: build.to_owned(), tzdb: tzdb.to_owned(), state }))
    }
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
