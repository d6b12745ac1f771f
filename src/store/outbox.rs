//! Messages on their way: posts, said once, and cards, living messages that are edited as things change.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use super::error::StoreError;
use super::ids::Ids;
use super::inbox::json;
use super::record::{self, Chain, Outcome, Said};
use super::tx::{Dialect, Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::chat::{Address, Platform};
use crate::core::doc::Doc;
use crate::core::notice::digest::{self, Collected};
use crate::core::time::Instant;
use crate::i18n::{Language, Locale};

/// The columns of a [`Row`], for `SELECT` and `RETURNING`.
macro_rules! columns {
    () => {
        "id, key, card, destination, chain, kind, priority, language, zone, doc, under, version, \
         sent_version, state, not_before, claim, claimed_until, attempts, first_tried, maybe_repeat, plain, \
         last_error, message, created, changed"
    };
}

/// The next row of each destination that may be spoken to: $3 now, $4 platforms that are up, $5 addresses to
/// leave alone, $6 how many. One message at a time goes to an address, the most urgent first, then the
/// oldest; what hangs under a card waits for the card.
macro_rules! ready {
    () => {
        "SELECT r.id FROM (SELECT o.id, o.priority, \
         ROW_NUMBER() OVER (PARTITION BY o.destination ORDER BY o.priority, o.id) AS place \
         FROM outbox AS o WHERE o.state = 'waiting' AND o.not_before <= $3 \
         AND o.platform IN (SELECT w.value ->> 0 FROM json_each($4) AS w) \
         AND o.destination NOT IN (SELECT w.value ->> 0 FROM json_each($5) AS w) \
         AND NOT EXISTS (SELECT 1 FROM outbox AS b WHERE b.state = 'claimed' AND b.destination = o.destination) \
         AND NOT EXISTS (SELECT 1 FROM outbox AS u WHERE u.key = o.under AND u.message IS NULL \
         AND u.state IN ('waiting', 'claimed'))) AS r WHERE r.place = 1 ORDER BY r.priority, r.id LIMIT $6"
    };
}

/// How a claim changes the rows it takes.
macro_rules! claim {
    () => {
        "UPDATE outbox SET state = 'claimed', claim = $1, claimed_until = $2, attempts = attempts + 1, \
         first_tried = COALESCE(first_tried, $3) WHERE id IN "
    };
}

statements! {
    POST = "INSERT INTO outbox (id, key, card, platform, destination, chain, kind, priority, language, zone, \
            doc, under, version, sent_version, state, not_before, attempts, maybe_repeat, plain, created, \
            changed) SELECT CAST(w.value ->> 0 AS BIGINT), w.value ->> 1, FALSE, w.value ->> 2, \
            w.value ->> 3, w.value ->> 4, w.value ->> 5, CAST(w.value ->> 6 AS BIGINT), w.value ->> 7, \
            w.value ->> 8, w.value ->> 9, w.value ->> 10, 1, 0, 'waiting', CAST(w.value ->> 11 AS BIGINT), \
            0, FALSE, FALSE, CAST(w.value ->> 12 AS BIGINT), CAST(w.value ->> 12 AS BIGINT) \
            FROM json_each($1) AS w WHERE TRUE ON CONFLICT (key) DO NOTHING";
    CARD = "INSERT INTO outbox (id, key, card, platform, destination, chain, kind, priority, language, zone, \
            doc, under, version, sent_version, state, not_before, attempts, maybe_repeat, plain, created, \
            changed) SELECT CAST(w.value ->> 0 AS BIGINT), w.value ->> 1, TRUE, w.value ->> 2, \
            w.value ->> 3, w.value ->> 4, w.value ->> 5, CAST(w.value ->> 6 AS BIGINT), w.value ->> 7, \
            w.value ->> 8, w.value ->> 9, w.value ->> 10, 1, 0, 'waiting', CAST(w.value ->> 11 AS BIGINT), \
            0, FALSE, FALSE, CAST(w.value ->> 12 AS BIGINT), CAST(w.value ->> 12 AS BIGINT) \
            FROM json_each($1) AS w WHERE TRUE ON CONFLICT (key) DO UPDATE SET doc = excluded.doc, \
            kind = excluded.kind, language = excluded.language, zone = excluded.zone, \
            version = outbox.version + 1, changed = excluded.changed, \
            priority = CASE WHEN outbox.state = 'waiting' AND outbox.priority < excluded.priority \
            THEN outbox.priority ELSE excluded.priority END, \
            attempts = CASE WHEN outbox.state IN ('waiting', 'claimed') THEN outbox.attempts ELSE 0 END, \
            first_tried = CASE WHEN outbox.state IN ('waiting', 'claimed') THEN outbox.first_tried END, \
            not_before = CASE WHEN outbox.state IN ('waiting', 'claimed') THEN outbox.not_before \
            WHEN outbox.message IS NOT NULL THEN excluded.changed ELSE excluded.not_before END, \
            state = CASE WHEN outbox.state = 'claimed' THEN 'claimed' ELSE 'waiting' END \
            WHERE outbox.doc <> excluded.doc OR outbox.language <> excluded.language \
            OR outbox.zone <> excluded.zone";
    RENEW = "UPDATE outbox SET claimed_until = $3 WHERE id = $1 AND claim = $2 AND state = 'claimed'";
    INTERRUPTED = concat!("SELECT ", columns!(), " FROM outbox WHERE state = 'claimed' \
                           AND claimed_until <= $1 ORDER BY id LIMIT $2");
    NEXT_DUE = "SELECT MIN(not_before) FROM outbox WHERE state = 'waiting' AND not_before > $1";
    BY_KEY = concat!("SELECT ", columns!(), " FROM outbox WHERE key = $1");
    BY_MESSAGE = concat!("SELECT ", columns!(), " FROM outbox WHERE destination = $1 AND message = $2 \
                          ORDER BY id DESC LIMIT 1");
    MESSAGE_OF = "SELECT message FROM outbox WHERE key = $1";
    COUNTS = "SELECT platform, state, COUNT(*), MIN(created) FROM outbox \
              WHERE state IN ('waiting', 'claimed', 'uncertain', 'failed') GROUP BY platform, state \
              ORDER BY platform, state";
    UNDELIVERED = "SELECT COALESCE(SUM(CASE WHEN state = 'waiting' THEN 0 ELSE 1 END), 0), \
                   COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0) FROM outbox \
                   WHERE destination = $1 AND ((state IN ('failed', 'uncertain') AND changed >= $2) \
                   OR (state = 'waiting' AND attempts > 0))";
    MERGE_LINES = "UPDATE outbox SET state = 'merged', changed = $5 WHERE state = 'waiting' \
                   AND kind = 'collected' AND destination = $1 AND chain = $2 AND not_before <= $3 AND id <> $4 \
                   RETURNING id, key, doc";
    BECOME = "UPDATE outbox SET doc = $3, kind = 'digest' WHERE id = $1 AND claim = $2 AND state = 'claimed'";
    PRUNE = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE changed < $1 \
             AND state IN ('sent', 'failed', 'uncertain', 'merged') ORDER BY changed LIMIT $2)";
}

#[cfg(test)]
const KEYS: &str = "SELECT key FROM outbox ORDER BY id";

/// Two replicas never wait for each other's rows on PostgreSQL; SQLite has one writer anyway.
const CLAIM: Dialect = Dialect {
    sqlite: concat!(claim!(), "(", ready!(), ") RETURNING ", columns!()),
    postgres: concat!(
        claim!(),
        "(SELECT id FROM outbox WHERE state = 'waiting' AND id IN (",
        ready!(),
        ") FOR UPDATE SKIP LOCKED) RETURNING ",
        columns!()
    ),
};

#[cfg(test)]
pub(super) const DIALECTS: &[(&str, Dialect)] = &[("CLAIM", CLAIM)];

/// What goes first when several messages wait for one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Wakes somebody: late, at risk.
    Wake,
    /// Says that something began.
    Opened,
    Rest,
}

/// A message to be sent: a post or, kept up to date, a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Unrepeatable, with the destination in it: `incident/42/response/late/discord:1234`,
    /// `card/42/discord:1234`.
    pub key: String,
    pub to: Address,
    pub chain: Chain,
    /// The kind of notice, for the record: `late`, `card`.
    pub kind: String,
    pub urgency: Urgency,
    pub locale: Locale,
    pub doc: Doc,
    /// The key of the card it belongs under.
    pub under: Option<String>,
    /// Not to be sent earlier. What stands already is changed at once: that rings for nobody.
    pub not_before: Option<Instant>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Waiting,
    /// Being sent.
    Claimed,
    Sent,
    /// Given up without knowing whether it arrived.
    Uncertain,
    Failed,
    /// Said in another message.
    Merged,
}

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: i64,
    pub card: bool,
    pub message: Message,
    /// Of a card: how often its content changed, and which version people see. A post has version 1.
    pub version: u64,
    pub sent_version: u64,
    pub state: State,
    pub claim: Option<String>,
    /// How often this version was tried, this time included.
    pub attempts: u32,
    pub first_tried: Option<Instant>,
    pub maybe_repeat: bool,
    pub plain: bool,
    pub last_error: Option<String>,
    /// The platform's id, once it arrived.
    pub message_id: Option<String>,
    pub created: Instant,
    /// When its content changed, or when it was settled, whichever was later.
    pub changed: Instant,
}

/// A row that was claimed; one that cannot be read says why and is to be settled as failed.
pub type Claimed = Result<Row, Unreadable>;

/// A row whose content this program cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub id: i64,
    pub claim: String,
    pub key: String,
    pub reason: String,
}

/// Takes the next messages to be sent, at most one for each address.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Unlike any other claim's.
    pub token: String,
    pub now: Instant,
    /// After this moment others may take it for interrupted. Later than any time-out of a client.
    pub until: Instant,
    pub platforms: BTreeSet<Platform>,
    /// Addresses to leave alone now.
    pub except: BTreeSet<Address>,
    pub limit: u32,
}

impl Write for Claim {
    type Out = Vec<Claimed>;

    async fn apply(&self, tx: &mut Tx) -> Result<Vec<Claimed>, StoreError> {
        let platforms = json(&self.platforms.iter().map(|platform| (platform.name(),)).collect::<Vec<_>>())?;
        let except = json(&self.except.iter().map(|address| (address.to_string(),)).collect::<Vec<_>>())?;
        let sql = tx.spelling(CLAIM);
        let mut rows: Vec<Raw> = on!(tx, c => sqlx::query_as(sql)
            .bind(&self.token)
            .bind(self.until.micros())
            .bind(self.now.micros())
            .bind(platforms)
            .bind(except)
            .bind(i64::from(self.limit))
            .fetch_all(c)
            .await)?;
        rows.sort_by_key(|row| (row.priority, row.id));
        Ok(rows.into_iter().map(Raw::claimed).collect())
    }
}

/// Keeps a claim alive. False when it is lost.
#[derive(Clone, Debug)]
pub struct Renew {
    pub id: i64,
    pub claim: String,
    pub until: Instant,
}

impl Write for Renew {
    type Out = bool;

    async fn apply(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let (until, claim) = (self.until.micros(), &self.claim);
        let renewed = on!(tx, c => sqlx::query(RENEW)
            .bind(self.id).bind(claim).bind(until).execute(c).await?.rows_affected());
        Ok(renewed == 1)
    }
}

/// The kind of a line that waits for the end of its hour, to be sent with the others for the same reader.
pub const COLLECTED: &str = "collected";

/// Makes the message of an hour of a claimed line: it takes in every other line that waits for the same reader
/// and is due, and these are settled as said with it.
#[derive(Clone, Debug)]
pub struct Gather {
    pub row: Row,
    pub now: Instant,
}

impl Write for Gather {
    /// The row as it is to be sent; none when the claim is lost.
    type Out = Option<Row>;

    async fn apply(&self, tx: &mut Tx) -> Result<Option<Row>, StoreError> {
        let (row, now) = (&self.row, self.now);
        let Some(claim) = &row.claim else { return Ok(None) };
        let others: Vec<(i64, String, String)> = on!(&mut *tx, c => sqlx::query_as(MERGE_LINES)
            .bind(row.message.to.to_string()).bind(row.message.chain.to_string())
            .bind(now.micros()).bind(row.id).bind(now.micros())
            .fetch_all(c).await)?;
        let mut lines = vec![(row.id, row.message.doc.clone())];
        for (id, key, doc) in others {
            let read = serde_json::from_str(&doc);
            lines.push((id, read.map_err(|error| StoreError::unintelligible("a collected line", error))?));
            let said = Said {
                at: now,
                destination: row.message.to.to_string(),
                key,
                kind: COLLECTED.to_owned(),
                sha256: String::new(),
                message: None,
                outcome: Outcome::Merged,
            };
            record::append(tx, &row.message.chain, &said).await?;
        }
        // Ids grow as lines are written.
        lines.sort_by_key(|(id, _)| *id);
        let since = lines.iter().map(|(_, doc): &(i64, Doc)| doc.as_of).min().unwrap_or(now);
        let lines = lines.into_iter().map(|(_, doc)| doc.head).collect();
        let doc = digest::collected(&Collected { lines, since, as_of: now });
        let text = json(&doc)?;
        let changed = on!(tx, c => sqlx::query(BECOME)
            .bind(row.id).bind(claim).bind(text).execute(c).await?.rows_affected());
        let message = Message { doc, kind: "digest".to_owned(), ..row.message.clone() };
        Ok((changed == 1).then(|| Row { message, ..row.clone() }))
    }
}

/// Forgets settled messages last changed before `before`. A card forgotten here is posted anew when it
/// changes again, and a post's key could be used again: keep them longer than any incident lasts.
#[derive(Clone, Copy, Debug)]
pub struct PruneOutbox {
    pub before: Instant,
    pub limit: u32,
}

impl Write for PruneOutbox {
    type Out = u64;

    async fn apply(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        let (before, limit) = (self.before.micros(), i64::from(self.limit));
        Ok(on!(tx, c => sqlx::query(PRUNE).bind(before).bind(limit).execute(c).await?.rows_affected()))
    }
}

/// How many rows of a platform are in a state, and since when the oldest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub platform: Platform,
    pub state: State,
    pub rows: u64,
    pub oldest: Instant,
}

impl Store {
    /// Claims whose time is over: whoever had them is gone or hangs. With [`Instant::MAX`], every claim;
    /// right at the start of a process that owns the database alone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn interrupted(&self, now: Instant, limit: u32) -> Result<Vec<Claimed>, StoreError> {
        let (now, limit) = (now.micros(), i64::from(limit));
        let mut tx = self.reader().await?;
        let rows: Vec<Raw> =
            on!(&mut tx, c => sqlx::query_as(INTERRUPTED).bind(now).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Raw::claimed).collect())
    }

    /// When the next message that is not yet due becomes due.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_due(&self, now: Instant) -> Result<Option<Instant>, StoreError> {
        let now = now.micros();
        let mut tx = self.reader().await?;
        let due: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(NEXT_DUE).bind(now).fetch_one(c).await)?;
        Ok(due.map(Instant::from_micros))
    }

    /// The row with this key.
    ///
    /// # Errors
    /// [`StoreError::Unintelligible`] when it cannot be read, and those of the database.
    pub async fn message(&self, key: &str) -> Result<Option<Row>, StoreError> {
        let mut tx = self.reader().await?;
        let row: Option<Raw> = on!(&mut tx, c => sqlx::query_as(BY_KEY).bind(key).fetch_optional(c).await)?;
        row.map(Raw::read).transpose()
    }

    /// The platform's id of the message with this key, once it arrived.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn message_id(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut tx = self.reader().await?;
        let id: Option<Option<String>> =
            on!(&mut tx, c => sqlx::query_scalar(MESSAGE_OF).bind(key).fetch_optional(c).await)?;
        Ok(id.flatten())
    }

    /// What Upheld said in the message that a person replied to.
    ///
    /// # Errors
    /// [`StoreError::Unintelligible`] when it cannot be read, and those of the database.
    pub async fn message_at(&self, at: &Address, message_id: &str) -> Result<Option<Row>, StoreError> {
        let at = at.to_string();
        let mut tx = self.reader().await?;
        let row: Option<Raw> = on!(&mut tx, c => sqlx::query_as(BY_MESSAGE)
            .bind(&at).bind(message_id).fetch_optional(c).await)?;
        row.map(Raw::read).transpose()
    }

    /// How many messages to a place were given up since then, and how many are being tried again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn undelivered(&self, to: &Address, since: Instant) -> Result<(u32, u32), StoreError> {
        let to = to.to_string();
        let mut tx = self.reader().await?;
        let (lost, waiting): (i64, i64) = on!(&mut tx, c => sqlx::query_as(UNDELIVERED)
            .bind(&to).bind(since.micros()).fetch_one(c).await)?;
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        Ok((count(lost), count(waiting)))
    }

    /// The key of every row.
    #[cfg(test)]
    pub async fn outbox_keys(&self) -> Vec<String> {
        let mut tx = self.reader().await.unwrap();
        let rows = async {
            Ok::<Vec<String>, StoreError>(on!(&mut tx, c => sqlx::query_scalar(KEYS).fetch_all(c).await)?)
        };
        rows.await.unwrap()
    }

    /// What is unsettled or ended badly, by platform.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outbox_counts(&self) -> Result<Vec<Count>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<(String, String, i64, i64)> =
            on!(&mut tx, c => sqlx::query_as(COUNTS).fetch_all(c).await)?;
        let count = |(platform, state, rows, oldest): (String, String, i64, i64)| {
            Ok(Count {
                platform: Platform::ALL
                    .into_iter()
                    .find(|known| known.name() == platform)
                    .ok_or_else(|| StoreError::Unintelligible(format!("platform `{platform}`")))?,
                state: State::read(&state)?,
                rows: rows.unsigned_abs(),
                oldest: Instant::from_micros(oldest),
            })
        };
        rows.into_iter().map(count).collect()
    }
}

/// Puts posts into the outbox; one whose key is there already changes nothing.
pub(super) async fn put_posts(
    tx: &mut Tx,
    ids: &Ids,
    posts: &[Message],
    now: Instant,
) -> Result<(), StoreError> {
    put(tx, POST, ids, posts, now).await
}

/// Puts cards into the outbox, or brings those that are there up to date.
pub(super) async fn put_cards(
    tx: &mut Tx,
    ids: &Ids,
    cards: &[Message],
    now: Instant,
) -> Result<(), StoreError> {
    // One statement may touch a row once; of several versions of a card the last is the one that counts.
    let mut seen = BTreeSet::new();
    let mut last: Vec<&Message> = cards.iter().rev().filter(|card| seen.insert(&card.key)).collect();
    last.reverse();
    put(tx, CARD, ids, last, now).await
}

async fn put<'a>(
    tx: &mut Tx,
    statement: &'static str,
    ids: &Ids,
    messages: impl IntoIterator<Item = &'a Message>,
    now: Instant,
) -> Result<(), StoreError> {
    let rows = messages.into_iter().map(|message| {
        let doc = serde_json::to_string(&message.doc)
            .map_err(|error| StoreError::unintelligible("a message to be written", error))?;
        Ok((
            ids.next(now),
            &message.key,
            message.to.platform.name(),
            message.to.to_string(),
            message.chain.to_string(),
            &message.kind,
            message.urgency as i64,
            message.locale.language.tag(),
            message.locale.zone.name(),
            doc,
            &message.under,
            message.not_before.map_or(now, |moment| moment.max(now)).micros(),
            now.micros(),
        ))
    });
    let rows: Vec<_> = rows.collect::<Result<_, StoreError>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    let rows = json(&rows)?;
    on!(tx, c => sqlx::query(statement).bind(rows).execute(c).await.map(drop))?;
    Ok(())
}

impl State {
    const ALL: [Self; 6] =
        [Self::Waiting, Self::Claimed, Self::Sent, Self::Uncertain, Self::Failed, Self::Merged];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Claimed => "claimed",
            Self::Sent => "sent",
            Self::Uncertain => "uncertain",
            Self::Failed => "failed",
            Self::Merged => "merged",
        }
    }

    fn read(name: &str) -> Result<Self, StoreError> {
        let state = Self::ALL.into_iter().find(|state| state.name() == name);
        state.ok_or_else(|| StoreError::Unintelligible(format!("state `{name}`")))
    }
}

/// A row as it is kept.
#[derive(sqlx::FromRow)]
struct Raw {
    id: i64,
    key: String,
    card: bool,
    destination: String,
    chain: String,
    kind: String,
    priority: i64,
    language: String,
    zone: String,
    doc: String,
    under: Option<String>,
    version: i64,
    sent_version: i64,
    state: String,
    not_before: i64,
    claim: Option<String>,
    attempts: i64,
    first_tried: Option<i64>,
    maybe_repeat: bool,
    plain: bool,
    last_error: Option<String>,
    message: Option<String>,
    created: i64,
    changed: i64,
}

impl Raw {
    fn claimed(self) -> Claimed {
        let (id, key, claim) = (self.id, self.key.clone(), self.claim.clone().unwrap_or_default());
        self.read().map_err(|error| Unreadable { id, claim, key, reason: error.to_string() })
    }

    fn read(self) -> Result<Row, StoreError> {
        fn wrong(what: &str, error: impl std::fmt::Display) -> StoreError {
            StoreError::unintelligible(&format!("the {what} of a message"), error)
        }
        let language: Language = self.language.parse().map_err(|error| wrong("language", error))?;
        let zone: Tz = self.zone.parse().map_err(|error| wrong("zone", error))?;
        Ok(Row {
            id: self.id,
            card: self.card,
            message: Message {
                key: self.key,
                to: self.destination.parse().map_err(|error| wrong("destination", error))?,
                chain: self.chain.parse()?,
                kind: self.kind,
                urgency: match self.priority {
                    0 => Urgency::Wake,
                    1 => Urgency::Opened,
                    _ => Urgency::Rest,
                },
                locale: Locale { language, zone },
                doc: serde_json::from_str(&self.doc).map_err(|error| wrong("content", error))?,
                under: self.under,
                not_before: Some(Instant::from_micros(self.not_before)),
            },
            version: self.version.unsigned_abs(),
            sent_version: self.sent_version.unsigned_abs(),
            state: State::read(&self.state)?,
            claim: self.claim,
            attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            first_tried: self.first_tried.map(Instant::from_micros),
            maybe_repeat: self.maybe_repeat,
            plain: self.plain,
            last_error: self.last_error,
            message_id: self.message,
            created: Instant::from_micros(self.created),
            changed: Instant::from_micros(self.changed),
        })
    }
}
