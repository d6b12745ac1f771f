//! How a try to send a message ends: the row and its line in the delivery record change together.

use super::error::StoreError;
use super::outbox::Row;
use super::record::{self, Chain, Outcome, Said};
use super::statements;
use super::tx::{Tx, on};
use super::writer::Write;
use crate::chat::Address;
use crate::core::time::Instant;

statements! {
    SENT = "UPDATE outbox SET state = CASE WHEN version > $3 THEN 'waiting' ELSE 'sent' END, \
            sent_version = $3, message = $4, attempts = 0, plain = FALSE, \
            first_tried = CASE WHEN card THEN NULL ELSE first_tried END, last_error = NULL, claim = NULL, \
            claimed_until = NULL, changed = CASE WHEN version > $3 THEN changed ELSE $5 END, not_before = $5 \
            WHERE id = $1 AND claim = $2 AND state = 'claimed'";
    AGAIN = "UPDATE outbox SET state = 'waiting', not_before = $3, last_error = $4, maybe_repeat = $5, \
             plain = $6, message = CASE WHEN $7 THEN NULL ELSE message END, \
             first_tried = CASE WHEN $7 THEN NULL ELSE first_tried END, claim = NULL, claimed_until = NULL \
             WHERE id = $1 AND claim = $2 AND state = 'claimed'";
    GIVE_UP = "UPDATE outbox SET state = CASE WHEN version > $3 THEN 'waiting' ELSE $4 END, \
               attempts = CASE WHEN version > $3 THEN 0 ELSE attempts END, \
               first_tried = CASE WHEN version > $3 THEN NULL ELSE first_tried END, last_error = $5, claim = NULL, \
               claimed_until = NULL, changed = $6 WHERE id = $1 AND claim = $2 AND state = 'claimed'";
    RELEASE = "UPDATE outbox SET state = 'waiting', attempts = attempts - 1, claim = NULL, \
               first_tried = CASE WHEN attempts = 1 THEN NULL ELSE first_tried END, claimed_until = NULL \
               WHERE id = $1 AND claim = $2 AND state = 'claimed'";
    MERGE = "UPDATE outbox SET state = 'merged', changed = $2 WHERE key = $1 AND state = 'waiting' \
             AND card = FALSE RETURNING destination, chain, kind";
    MOVE_ROWS = "UPDATE outbox SET destination = $2, changed = $3 WHERE destination = $1";
    MOVE_KEYS = "UPDATE outbox SET key = SUBSTR(key, 1, LENGTH(key) - LENGTH($1)) || $2 \
                 WHERE key LIKE '%/' || $1 AND NOT EXISTS (SELECT 1 FROM outbox AS other \
                 WHERE other.key = SUBSTR(outbox.key, 1, LENGTH(outbox.key) - LENGTH($1)) || $2)";
    MOVE_UNDER = "UPDATE outbox SET under = SUBSTR(under, 1, LENGTH(under) - LENGTH($1)) || $2 \
                  WHERE under LIKE '%/' || $1";
    UNBIND_OLD = "DELETE FROM bindings WHERE address = $1 \
                  AND EXISTS (SELECT 1 FROM bindings AS b WHERE b.address = $2)";
    MOVE_BINDING = "UPDATE bindings SET address = $2 WHERE address = $1";
    RESTORED = "UPDATE outbox SET state = 'uncertain', claim = NULL, claimed_until = NULL, \
                last_error = $1, changed = $2 WHERE state IN ('waiting', 'claimed')";
}

/// What became of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It arrived, under this id.
    Sent { message_id: String, moved_to: Option<Address> },
    /// It is to be tried again.
    Again(Again),
    /// Given up without knowing whether it arrived.
    Uncertain { reason: String },
    /// Given up: it did not arrive and will not.
    Failed { reason: String },
    /// It was not tried; somebody else may.
    Released,
}

/// How the next try differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    pub not_before: Instant,
    pub reason: String,
    /// This try may have arrived: the record says so, and the next try will too.
    pub uncertain: bool,
    pub maybe_repeat: bool,
    pub plain: bool,
    /// The message that was to be edited is gone: post anew.
    pub anew: bool,
}

/// Ends a claim.
#[derive(Clone, Debug)]
pub struct Settle {
    pub row: Row,
    /// SHA-256 of the text as it was sent, lower-case hex; empty when there was none.
    pub sha256: String,
    pub ending: Ending,
    pub now: Instant,
}

impl Write for Settle {
    /// False when the claim was lost to somebody else; nothing was changed then.
    type Out = bool;

    async fn apply(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let Some(claim) = &self.row.claim else { return Ok(false) };
        let changed = self.change(tx, claim).await?;
        if changed != 1 {
            return Ok(false);
        }
        if let Some((outcome, message)) = self.outcome() {
            let said = Said {
                at: self.now,
                destination: self.row.message.to.to_string(),
                key: self.row.message.key.clone(),
                kind: self.row.message.kind.clone(),
                sha256: self.sha256.clone(),
                message,
                outcome,
            };
            record::append(tx, &self.row.message.chain, &said).await?;
        }
        if let Ending::Sent { moved_to: Some(moved), .. } = &self.ending {
            relocate(tx, &self.row.message.to, moved, self.now).await?;
        }
        Ok(true)
    }
}

impl Settle {
    /// How many rows changed: one, or none when the claim is lost.
    async fn change(&self, tx: &mut Tx, claim: &str) -> Result<u64, StoreError> {
        let (id, now) = (self.row.id, self.now.micros());
        let version = i64::try_from(self.row.version).unwrap_or(i64::MAX);
        let done = match &self.ending {
            Ending::Sent { message_id, .. } => on!(tx, c => sqlx::query(SENT)
                .bind(id).bind(claim).bind(version).bind(message_id).bind(now)
                .execute(c).await?.rows_affected()),
            Ending::Again(again) => on!(tx, c => sqlx::query(AGAIN)
                .bind(id).bind(claim).bind(again.not_before.micros()).bind(clean(&again.reason))
                .bind(again.maybe_repeat).bind(again.plain).bind(again.anew)
                .execute(c).await?.rows_affected()),
            Ending::Uncertain { reason } => give_up(tx, id, claim, version, "uncertain", reason, now).await?,
            Ending::Failed { reason } => give_up(tx, id, claim, version, "failed", reason, now).await?,
            Ending::Released => on!(tx, c => sqlx::query(RELEASE)
                .bind(id).bind(claim).execute(c).await?.rows_affected()),
        };
        Ok(done)
    }

    /// What the record says of it; nothing while nothing can have arrived and it will be tried again.
    fn outcome(&self) -> Option<(Outcome, Option<String>)> {
        match &self.ending {
            Ending::Sent { message_id, .. } => Some((Outcome::Sent, Some(message_id.clone()))),
            Ending::Again(again) if again.uncertain => Some((Outcome::Uncertain, None)),
            Ending::Again(_) | Ending::Released => None,
            Ending::Uncertain { .. } => Some((Outcome::Uncertain, None)),
            Ending::Failed { .. } => Some((Outcome::Failed, None)),
        }
    }
}

async fn give_up(
    tx: &mut Tx,
    id: i64,
    claim: &str,
    version: i64,
    state: &str,
    reason: &str,
    now: i64,
) -> Result<u64, StoreError> {
    let reason = clean(reason);
    Ok(on!(tx, c => sqlx::query(GIVE_UP)
        .bind(id).bind(claim).bind(version).bind(state).bind(reason).bind(now)
        .execute(c).await?.rows_affected()))
}

/// A platform's words as they may be kept: bounded, and without the NUL that PostgreSQL refuses.
fn clean(reason: &str) -> String {
    reason.chars().filter(|letter| *letter != '\0').take(500).collect()
}

/// Gives up a row that cannot be read.
#[derive(Clone, Debug)]
pub struct Discard {
    pub row: super::outbox::Unreadable,
    pub now: Instant,
}

impl Write for Discard {
    type Out = bool;

    async fn apply(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let super::outbox::Unreadable { id, claim, reason, .. } = &self.row;
        // No version is greater, so a later one does not wake it either.
        Ok(give_up(tx, *id, claim, i64::MAX, "failed", reason, self.now.micros()).await? == 1)
    }
}

/// Takes posts that still wait out of the outbox, because one message says them all.
#[derive(Clone, Debug)]
pub struct Merge {
    pub keys: Vec<String>,
    pub now: Instant,
}

impl Write for Merge {
    /// The keys that were still waiting.
    type Out = Vec<String>;

    async fn apply(&self, tx: &mut Tx) -> Result<Vec<String>, StoreError> {
        let mut merged = Vec::new();
        for key in &self.keys {
            let row: Option<(String, String, String)> = on!(&mut *tx, c => sqlx::query_as(MERGE)
                .bind(key).bind(self.now.micros()).fetch_optional(c).await)?;
            let Some((destination, chain, kind)) = row else { continue };
            let chain: Chain = chain.parse()?;
            let (at, outcome) = (self.now, Outcome::Merged);
            let (sha256, message) = (String::new(), None);
            let said = Said { at, destination, key: key.clone(), kind, sha256, message, outcome };
            record::append(tx, &chain, &said).await?;
            merged.push(key.clone());
        }
        Ok(merged)
    }
}

/// A place got another address (a Telegram group became a supergroup): its binding and every message for
/// it follow, with the keys that name it.
#[derive(Clone, Debug)]
pub struct Relocate {
    pub from: Address,
    pub to: Address,
    pub now: Instant,
}

impl Write for Relocate {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        relocate(tx, &self.from, &self.to, self.now).await
    }
}

async fn relocate(tx: &mut Tx, from: &Address, to: &Address, now: Instant) -> Result<(), StoreError> {
    if from == to {
        return Ok(());
    }
    let (from, to) = (from.to_string(), to.to_string());
    for statement in [UNBIND_OLD, MOVE_BINDING, MOVE_UNDER, MOVE_KEYS] {
        on!(&mut *tx, c => sqlx::query(statement).bind(&from).bind(&to).execute(c).await.map(drop))?;
    }
    on!(tx, c => sqlx::query(MOVE_ROWS).bind(&from).bind(&to).bind(now.micros()).execute(c).await.map(drop))?;
    Ok(())
}

/// After a restore nobody knows what was sent since the backup: what still waited in it is left alone.
#[derive(Clone, Debug)]
pub struct Restored {
    pub now: Instant,
}

impl Write for Restored {
    /// How many messages.
    type Out = u64;

    async fn apply(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        let reason = "a backup was restored; whether this was sent is not known";
        let now = self.now.micros();
        Ok(on!(tx, c => sqlx::query(RESTORED).bind(reason).bind(now).execute(c).await?.rows_affected()))
    }
}
