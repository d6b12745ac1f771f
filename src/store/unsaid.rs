//! What need not be said any more: a message that waits, was never tried, and has lost its reason.

use std::collections::BTreeSet;

use super::error::StoreError;
use super::ids::Ids;
use super::inbox::json;
use super::outbox::{Message, put_cards};
use super::statements;
use super::tx::{Tx, on};
use crate::core::time::Instant;

statements! {
    DROP = "DELETE FROM outbox WHERE state = 'waiting' AND message IS NULL AND attempts = 0 \
            AND key IN (SELECT w.value ->> 0 FROM json_each($1) AS w)";
    KNOWN = "SELECT key FROM outbox WHERE key IN (SELECT w.value ->> 0 FROM json_each($1) AS w)";
}

fn list<'a>(keys: impl Iterator<Item = &'a String>) -> Result<String, StoreError> {
    json(&keys.map(|key| (key,)).collect::<Vec<_>>())
}

/// Takes out what waits under these keys; what was tried may have been read and stays.
pub(super) async fn drop_waiting(tx: &mut Tx, keys: &[String]) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let keys = list(keys.iter())?;
    on!(tx, c => sqlx::query(DROP).bind(keys).execute(c).await.map(drop))?;
    Ok(())
}

/// Brings cards to their end: those that people see are changed, those that nobody saw are not sent any more.
pub(super) async fn end_cards(
    tx: &mut Tx,
    ids: &Ids,
    cards: &[Message],
    now: Instant,
) -> Result<(), StoreError> {
    if cards.is_empty() {
        return Ok(());
    }
    let keys: Vec<String> = cards.iter().map(|card| card.key.clone()).collect();
    drop_waiting(&mut *tx, &keys).await?;
    let keys = list(keys.iter())?;
    let known: Vec<String> = on!(&mut *tx, c => sqlx::query_scalar(KNOWN).bind(keys).fetch_all(c).await)?;
    let known: BTreeSet<String> = known.into_iter().collect();
    let seen: Vec<Message> = cards.iter().filter(|card| known.contains(&card.key)).cloned().collect();
    put_cards(tx, ids, &seen, now).await
}
