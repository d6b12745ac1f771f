//! What was said to a person: messages on their way, and the delivery record.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::error::StoreError;
use super::super::tx::{Tx, on};
use super::needles::Needles;
use crate::chat::{Account, Platform};
use crate::core::event::{PersonId, ProseId};

super::super::statements! {
    AFTER = "SELECT id, key, destination, doc, under, last_error FROM outbox WHERE id > $1 \
             ORDER BY id LIMIT $2";
    DELETE = "DELETE FROM outbox WHERE id = $1";
    ARRIVED = "SELECT id, platform, destination, doc FROM outbox WHERE id > $1 \
               AND message IS NOT NULL AND platform <> 'web' ORDER BY id LIMIT $2";
    LINES = "SELECT chain, number, destination, key, destination_digest FROM delivery_record \
             WHERE destination = $1 OR REPLACE(key, $1, '') <> key ORDER BY chain, number";
    FORGET_LINE = "UPDATE delivery_record SET destination = '', key = '', salt = NULL \
                   WHERE chain = $1 AND number = $2 AND destination_digest IS NOT NULL";
}

/// How many messages stand on each platform where Upheld cannot delete them.
pub type Elsewhere = BTreeMap<Platform, u64>;

/// Rows looked at together.
const AT_ONCE: i64 = 500;

type Row = (i64, String, String, String, Option<String>, Option<String>);

/// Deletes messages to them alone, and others that name them in plain text; what only refers to them by their
/// random ids stays and shows that it was erased.
pub(super) async fn forget_messages(tx: &mut Tx, needles: &Needles) -> Result<u64, StoreError> {
    let (mut after, mut count) = (i64::MIN, 0);
    loop {
        let page: Vec<Row> =
            on!(&mut *tx, c => sqlx::query_as(AFTER).bind(after).bind(AT_ONCE).fetch_all(c).await)?;
        let Some(last) = page.last() else { return Ok(count) };
        after = last.0;
        for (id, key, destination, doc, under, last_error) in page {
            let beside = [Some(key), under, last_error].into_iter().flatten();
            let named = beside.into_iter().any(|text| needles.names(&text));
            if named || needles.addresses.contains(&destination) || shown_in(&doc, needles) {
                on!(&mut *tx, c => sqlx::query(DELETE).bind(id).execute(c).await.map(drop))?;
                count += 1;
            }
        }
    }
}

fn shown_in(doc: &str, needles: &Needles) -> bool {
    fn any(value: &Value, needles: &Needles) -> bool {
        match value {
            Value::String(text) => needles.shows(text),
            Value::Array(values) => values.iter().any(|value| any(value, needles)),
            Value::Object(values) => values.values().any(|value| any(value, needles)),
            _ => false,
        }
    }
    serde_json::from_str(doc).map_or_else(|_| needles.shows(doc), |doc: Value| any(&doc, needles))
}

/// Takes destination, key and salt out of the lines that name one of their addresses. Returns how many, and how
/// many are of the first form, which the chain holds in plain text.
pub(super) async fn forget_destinations(tx: &mut Tx, needles: &Needles) -> Result<(u64, u64), StoreError> {
    type Line = (String, i64, String, String, Option<String>);
    let (mut gone, mut lasting) = (BTreeSet::new(), BTreeSet::new());
    for address in &needles.addresses {
        let lines: Vec<Line> = on!(&mut *tx, c => sqlx::query_as(LINES).bind(address).fetch_all(c).await)?;
        for (chain, number, destination, key, digest) in lines {
            if destination != *address && !needles.names(&key) {
                continue;
            }
            if digest.is_none() {
                lasting.insert((chain, number));
                continue;
            }
            on!(&mut *tx, c => sqlx::query(FORGET_LINE)
                .bind(&chain).bind(number).execute(c).await.map(drop))?;
            gone.insert((chain, number));
        }
    }
    Ok((gone.len() as u64, lasting.len() as u64))
}

/// Counts what arrived on other platforms for these accounts alone, or with a reference to these.
pub(super) async fn elsewhere(
    tx: &mut Tx,
    accounts: &BTreeSet<Account>,
    people: &[PersonId],
    prose: &[ProseId],
) -> Result<Elsewhere, StoreError> {
    let addresses: BTreeSet<String> = accounts.iter().map(|account| account.direct().to_string()).collect();
    let ids = people.iter().map(PersonId::as_str).chain(prose.iter().map(ProseId::as_str));
    let ids: BTreeSet<String> = ids.map(|id| format!("\"{id}\"")).collect();
    let (mut after, mut found) = (i64::MIN, Elsewhere::new());
    loop {
        let page: Vec<(i64, String, String, String)> =
            on!(&mut *tx, c => sqlx::query_as(ARRIVED).bind(after).bind(AT_ONCE).fetch_all(c).await)?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.0;
        for (_, platform, destination, doc) in page {
            let theirs = addresses.contains(&destination) || ids.iter().any(|id| doc.contains(id.as_str()));
            let platform = Platform::ALL.into_iter().find(|known| known.name() == platform);
            if let Some(platform) = platform.filter(|_| theirs) {
                *found.entry(platform).or_default() += 1;
            }
        }
    }
}
