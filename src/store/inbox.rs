//! What monitors delivered: each body once, each arrival in its order, until the journal has taken it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

use super::error::StoreError;
use super::ids::Ids;
use super::tx::{Dialect, Tx, on};
use super::writer::{Write, Writer};
use super::{Store, statements};
use crate::core::event::IntegrationId;
use crate::core::time::Instant;

statements! {
    KNOWN = "SELECT i.id, i.integration, i.digest FROM json_each($1) AS w JOIN inbox AS i \
             ON i.integration = (w.value ->> 0) AND i.digest = (w.value ->> 1)";
    COUNT = "UPDATE inbox SET times = times + CAST(w.value ->> 1 AS BIGINT), \
             last_received = CAST(w.value ->> 2 AS BIGINT) FROM json_each($1) AS w \
             WHERE inbox.id = CAST(w.value ->> 0 AS BIGINT)";
    ARRIVE = "INSERT INTO arrivals (id, inbox, received) SELECT CAST(w.value ->> 0 AS BIGINT), \
              CAST(w.value ->> 1 AS BIGINT), CAST(w.value ->> 2 AS BIGINT) FROM json_each($1) AS w";
    WAITING = "SELECT a.id, a.inbox, a.received, CAST(LENGTH(i.body) AS BIGINT) FROM arrivals AS a \
               JOIN inbox AS i ON i.id = a.inbox ORDER BY a.id LIMIT $1";
    BODIES = "SELECT id, integration, headers, body, received, last_received, times, unreadable FROM inbox \
              WHERE id IN (SELECT CAST(w.value ->> 0 AS BIGINT) FROM json_each($1) AS w)";
    DONE = "DELETE FROM arrivals WHERE id IN (SELECT CAST(w.value ->> 0 AS BIGINT) FROM json_each($1) AS w)";
    UNREADABLE = "UPDATE inbox SET unreadable = $2 WHERE id = $1";
    PRUNE = "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE last_received < $1 \
             AND id NOT IN (SELECT inbox FROM arrivals) ORDER BY id LIMIT $2)";
    BACKLOG = "SELECT COUNT(*) FROM arrivals";
}

/// Many deliveries at once: $1 what is said of each, $2 all their bodies in one.
macro_rules! insert {
    ($bodies:literal) => {
        concat!(
            "INSERT INTO inbox (id, integration, digest, headers, body, received, last_received, times) \
             SELECT CAST(w.value ->> 0 AS BIGINT), w.value ->> 1, w.value ->> 2, w.value ->> 3, SUBSTR(",
            $bodies,
            ", CAST(w.value ->> 4 AS INTEGER), CAST(w.value ->> 5 AS INTEGER)), \
             CAST(w.value ->> 6 AS BIGINT), CAST(w.value ->> 6 AS BIGINT), 0 FROM json_each($1) AS w"
        )
    };
}

/// PostgreSQL must be told that $2 is no text; SQLite knows no name for it.
const INSERT: Dialect = Dialect { sqlite: insert!("$2"), postgres: insert!("CAST($2 AS BYTEA)") };

#[cfg(test)]
pub(super) const DIALECTS: &[(&str, Dialect)] = &[("INSERT", INSERT)];

/// A delivery, already authenticated and without the secrets of its integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub integration: IntegrationId,
    pub received: Instant,
    /// The headers that reading the body again needs, by lower-case name. No others: a body under other
    /// headers counts as another body.
    pub headers: BTreeMap<String, String>,
    pub body: Bytes,
}

/// A delivery as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: i64,
    pub integration: IntegrationId,
    pub headers: BTreeMap<String, String>,
    pub body: Bytes,
    pub received: Instant,
    pub last_received: Instant,
    /// How often exactly this arrived.
    pub times: u64,
    /// Why it could not be understood, in words.
    pub unreadable: Option<String>,
}

/// One arrival that the journal has not taken yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Rises with every arrival; handed back in [`super::commit::Commit::taken`].
    pub id: i64,
    /// When this one arrived; the delivery's own times speak of the first and the last.
    pub received: Instant,
    /// What arrived; shared between arrivals of the same body.
    pub delivery: Arc<Kept>,
}

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The kept delivery.
    pub inbox: i64,
    /// The same body arrived before and was only counted.
    pub repeat: bool,
}

impl Store {
    /// Keeps a delivery. When this returns it is on the disk; the monitor may be answered.
    ///
    /// # Errors
    /// Those of the database; the delivery was not taken then.
    pub async fn append(&self, delivery: Delivery) -> Result<Appended, StoreError> {
        let Some(gate) = &self.parts().inbox else {
            return Err(StoreError::Conflict("the database was opened only to look".to_owned()));
        };
        let appended = gate.append(delivery).await?;
        self.parts().changed.inbox.notify_one();
        Ok(appended)
    }

    /// The oldest arrivals that the journal has not taken: at most `limit`, and no more than fit `bytes` of
    /// bodies (but always one). Deliveries that are `known` by their id are not read again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unjournalled(
        &self,
        limit: u32,
        bytes: u64,
        known: impl Fn(i64) -> Option<Arc<Kept>> + Sync,
    ) -> Result<Vec<Arrival>, StoreError> {
        let mut tx = self.reader().await?;
        unjournalled(&mut tx, limit, bytes, known).await.map_err(|error| error.at(self.name()))
    }

    /// How many arrivals wait for the journal.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn backlog(&self) -> Result<u64, StoreError> {
        let mut tx = self.reader().await?;
        let count: i64 = on!(&mut tx, c => sqlx::query_scalar(BACKLOG).fetch_one(c).await)?;
        Ok(count.unsigned_abs())
    }

    /// A kept delivery.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn delivery(&self, id: i64) -> Result<Option<Kept>, StoreError> {
        let mut tx = self.reader().await?;
        Ok(bodies(&mut tx, &BTreeSet::from([id])).await?.into_values().next().map(Arc::unwrap_or_clone))
    }
}

/// Forgets deliveries last received before `before`, except what the journal has not taken.
#[derive(Clone, Copy, Debug)]
pub struct Prune {
    pub before: Instant,
    /// At most this many at once, so that other writes do not wait long.
    pub limit: u32,
}

impl Write for Prune {
    /// How many were forgotten; less than the limit when there are no more.
    type Out = u64;

    async fn apply(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        let (before, limit) = (self.before.micros(), i64::from(self.limit));
        let gone =
            on!(tx, c => sqlx::query(PRUNE).bind(before).bind(limit).execute(c).await?.rows_affected());
        Ok(gone)
    }
}

/// The door of the inbox: deliveries that come while the disk is busy go in together.
#[derive(Clone, Debug)]
pub(super) struct Gate(mpsc::Sender<Waiting>);

struct Waiting {
    ready: Ready,
    reply: oneshot::Sender<Result<Appended, StoreError>>,
}

/// A delivery with its headers as kept and the digest by which it is known again.
#[derive(Clone, Debug)]
struct Ready {
    delivery: Delivery,
    headers: String,
    digest: String,
}

const QUEUE: usize = 1024;
const BATCH: usize = 256;
/// A batch stops growing at this many bytes.
const BATCH_BYTES: usize = 4 << 20;

impl Gate {
    pub fn open(writer: Writer, ids: Arc<Ids>) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(gather(receiver, writer, ids));
        Self(sender)
    }

    async fn append(&self, delivery: Delivery) -> Result<Appended, StoreError> {
        // Hashed here, where many callers run at once, not in the one task behind the gate.
        let ready = Ready::new(delivery)?;
        let (reply, outcome) = oneshot::channel();
        self.0.send(Waiting { ready, reply }).await.map_err(|_| StoreError::Closed)?;
        outcome.await.map_err(|_| StoreError::Closed)?
    }
}

impl Ready {
    fn new(delivery: Delivery) -> Result<Self, StoreError> {
        let headers = json(&delivery.headers)?;
        let mut hash = Sha256::new();
        hash.update((headers.len() as u64).to_be_bytes());
        hash.update(&headers);
        hash.update(&delivery.body);
        Ok(Self { delivery, headers, digest: hex::encode(hash.finalize()) })
    }

    fn key(&self) -> (&str, &str) {
        (self.delivery.integration.as_str(), &self.digest)
    }
}

async fn gather(mut queue: mpsc::Receiver<Waiting>, writer: Writer, ids: Arc<Ids>) {
    while let Some(first) = queue.recv().await {
        let mut bytes = first.ready.delivery.body.len();
        let mut waiting = vec![first];
        while waiting.len() < BATCH && bytes < BATCH_BYTES {
            let Ok(next) = queue.try_recv() else { break };
            bytes = bytes.saturating_add(next.ready.delivery.body.len());
            waiting.push(next);
        }
        append_together(&writer, &ids, waiting).await;
    }
}

async fn append_together(writer: &Writer, ids: &Arc<Ids>, waiting: Vec<Waiting>) {
    let (batch, replies): (Vec<_>, Vec<_>) = waiting.into_iter().map(|one| (one.ready, one.reply)).unzip();
    let batch = Arc::new(batch);
    let together = AppendAll { batch: Arc::clone(&batch), ids: Arc::clone(ids) };
    match writer.write(together).await {
        Ok(appended) => {
            for (reply, appended) in replies.into_iter().zip(appended) {
                // A monitor that hung up has lost only its answer.
                drop(reply.send(Ok(appended)));
            }
        }
        Err(error) if replies.len() == 1 || error.is_passing() || error == StoreError::Closed => {
            for reply in replies {
                drop(reply.send(Err(error.clone())));
            }
        }
        Err(_) => {
            for (reply, ready) in replies.into_iter().zip(batch.iter()) {
                let alone = AppendAll { batch: Arc::new(vec![ready.clone()]), ids: Arc::clone(ids) };
                let alone = writer.write(alone).await;
                drop(reply.send(alone.and_then(|all| all.first().copied().ok_or(StoreError::Closed))));
            }
        }
    }
}

/// Appends many deliveries in as few statements as possible.
struct AppendAll {
    batch: Arc<Vec<Ready>>,
    ids: Arc<Ids>,
}

/// By integration and digest.
type Seen<'a> = BTreeMap<(&'a str, &'a str), i64>;

impl Write for AppendAll {
    type Out = Vec<Appended>;

    async fn apply(&self, tx: &mut Tx) -> Result<Vec<Appended>, StoreError> {
        let mut seen = self.seen(tx).await?;
        let mut fresh = Fresh::default();
        let mut appended = Vec::with_capacity(self.batch.len());
        let mut counts: BTreeMap<i64, (u64, Instant)> = BTreeMap::new();
        for ready in self.batch.iter() {
            let received = ready.delivery.received;
            let found = seen.get(&ready.key()).copied();
            let inbox = found.unwrap_or_else(|| {
                let id = self.ids.next(received);
                fresh.add(id, ready);
                seen.insert(ready.key(), id);
                id
            });
            let (times, last) = counts.entry(inbox).or_insert((0, received));
            (*times, *last) = (*times + 1, received);
            appended.push(Appended { inbox, repeat: found.is_some() });
        }
        fresh.insert(tx).await?;
        count(tx, &counts).await?;
        self.arrive(tx, &appended).await?;
        Ok(appended)
    }
}

/// Deliveries that were not kept before, on their way into the table: one statement for all of them, because
/// each statement is a trip to the database's own thread and back.
#[derive(Default)]
struct Fresh<'a> {
    /// id, integration, digest, headers, where its body begins (from 1) and how long it is, received.
    rows: Vec<(i64, &'a str, &'a str, &'a str, usize, usize, i64)>,
    bodies: Vec<u8>,
}

impl<'a> Fresh<'a> {
    fn add(&mut self, id: i64, ready: &'a Ready) {
        let Ready { delivery, headers, digest } = ready;
        let (begin, length) = (self.bodies.len() + 1, delivery.body.len());
        self.bodies.extend_from_slice(&delivery.body);
        let received = delivery.received.micros();
        self.rows.push((id, delivery.integration.as_str(), digest, headers, begin, length, received));
    }

    async fn insert(mut self, tx: &mut Tx) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        // No part of nothing, not even an empty one, is anything to SQLite.
        self.bodies.push(0);
        let (rows, sql) = (json(&self.rows)?, tx.spelling(INSERT));
        on!(tx, c => sqlx::query(sql).bind(rows).bind(self.bodies).execute(c).await.map(drop))?;
        Ok(())
    }
}

impl AppendAll {
    /// Which of these were kept before.
    async fn seen(&self, tx: &mut Tx) -> Result<Seen<'_>, StoreError> {
        let wanted: BTreeSet<(&str, &str)> = self.batch.iter().map(Ready::key).collect();
        let list = json(&wanted)?;
        let rows: Vec<(i64, String, String)> =
            on!(tx, c => sqlx::query_as(KNOWN).bind(list).fetch_all(c).await)?;
        let ids: BTreeMap<(String, String), i64> =
            rows.into_iter().map(|(id, integration, digest)| ((integration, digest), id)).collect();
        let known = |key: (&'_ str, &'_ str)| ids.get(&(key.0.to_owned(), key.1.to_owned())).copied();
        Ok(wanted.into_iter().filter_map(|key| Some((key, known(key)?))).collect())
    }

    async fn arrive(&self, tx: &mut Tx, appended: &[Appended]) -> Result<(), StoreError> {
        let arrival = |(ready, appended): (&Ready, &Appended)| {
            let received = ready.delivery.received;
            (self.ids.next(received), appended.inbox, received.micros())
        };
        let rows: Vec<(i64, i64, i64)> = self.batch.iter().zip(appended).map(arrival).collect();
        let rows = json(&rows)?;
        on!(tx, c => sqlx::query(ARRIVE).bind(rows).execute(c).await.map(drop))?;
        Ok(())
    }
}

async fn count(tx: &mut Tx, counts: &BTreeMap<i64, (u64, Instant)>) -> Result<(), StoreError> {
    let rows: Vec<(i64, u64, i64)> =
        counts.iter().map(|(id, (times, last))| (*id, *times, last.micros())).collect();
    let list = json(&rows)?;
    let done = on!(tx, c => sqlx::query(COUNT).bind(list).execute(c).await?.rows_affected());
    // Between reading and counting, another process may have forgotten a body of a month ago.
    if done != rows.len() as u64 {
        return Err(StoreError::Conflict("a delivery was forgotten while it was repeated".to_owned()));
    }
    Ok(())
}

/// A list for `json_each`.
pub(super) fn json<T: serde::Serialize + ?Sized>(list: &T) -> Result<String, StoreError> {
    serde_json::to_string(list).map_err(|error| StoreError::unintelligible("a list to be written", error))
}

async fn unjournalled(
    tx: &mut Tx,
    limit: u32,
    bytes: u64,
    known: impl Fn(i64) -> Option<Arc<Kept>> + Sync,
) -> Result<Vec<Arrival>, StoreError> {
    let limit = i64::from(limit);
    let mut waiting: Vec<(i64, i64, i64, i64)> =
        on!(tx, c => sqlx::query_as(WAITING).bind(limit).fetch_all(c).await)?;
    let mut kept = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    let mut total = 0_u64;
    let fits = waiting.iter().take_while(|(_, inbox, _, length)| {
        if kept.contains_key(inbox) || wanted.contains(inbox) {
            return true;
        }
        if let Some(delivery) = known(*inbox) {
            kept.insert(*inbox, delivery);
            return true;
        }
        total = total.saturating_add(length.unsigned_abs());
        let fits = wanted.is_empty() || total <= bytes;
        if fits {
            wanted.insert(*inbox);
        }
        fits
    });
    let fitting = fits.count();
    waiting.truncate(fitting);
    if !wanted.is_empty() {
        kept.extend(bodies(tx, &wanted).await?);
    }
    let arrival = |(id, inbox, received, _)| {
        let delivery = kept.get(&inbox).map(Arc::clone);
        let delivery =
            delivery.ok_or_else(|| StoreError::Broken(format!("the inbox lost delivery {inbox}")))?;
        Ok(Arrival { id, received: Instant::from_micros(received), delivery })
    };
    waiting.into_iter().map(arrival).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    integration: String,
    headers: String,
    body: Vec<u8>,
    received: i64,
    last_received: i64,
    times: i64,
    unreadable: Option<String>,
}

async fn bodies(tx: &mut Tx, ids: &BTreeSet<i64>) -> Result<BTreeMap<i64, Arc<Kept>>, StoreError> {
    let list = json(&ids.iter().map(|id| (id,)).collect::<Vec<_>>())?;
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(BODIES).bind(list).fetch_all(c).await)?;
    rows.into_iter().map(|row| Ok((row.id, Arc::new(row.kept()?)))).collect()
}

impl Row {
    fn kept(self) -> Result<Kept, StoreError> {
        Ok(Kept {
            id: self.id,
            integration: IntegrationId(self.integration),
            headers: serde_json::from_str(&self.headers)
                .map_err(|error| StoreError::unintelligible("the headers of a delivery", error))?,
            body: self.body.into(),
            received: Instant::from_micros(self.received),
            last_received: Instant::from_micros(self.last_received),
            times: self.times.unsigned_abs(),
            unreadable: self.unreadable,
        })
    }
}

/// Takes arrivals out of the queue, because the journal has them.
pub(super) async fn take(tx: &mut Tx, arrivals: &[i64]) -> Result<(), StoreError> {
    if arrivals.is_empty() {
        return Ok(());
    }
    let list = json(&arrivals.iter().map(|id| (id,)).collect::<Vec<_>>())?;
    let gone = on!(tx, c => sqlx::query(DONE).bind(list).execute(c).await?.rows_affected());
    if gone != arrivals.len() as u64 {
        let lost = arrivals.len() as u64 - gone.min(arrivals.len() as u64);
        return Err(StoreError::Conflict(format!("the journal took {lost} of these deliveries before")));
    }
    Ok(())
}

/// Notes why a kept delivery could not be understood.
pub(super) async fn note_unreadable(tx: &mut Tx, id: i64, reason: &str) -> Result<(), StoreError> {
    // PostgreSQL's text holds no NUL, and the reason may quote what came from outside.
    let reason = reason.replace('\0', "\u{fffd}");
    on!(tx, c => sqlx::query(UNREADABLE).bind(id).bind(reason).execute(c).await.map(drop))?;
    Ok(())
}
