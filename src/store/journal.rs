//! The journal as it is kept: appended in order with its hash chain, read in order with the chain checked.

use std::collections::BTreeSet;

use tokio::task::JoinHandle;

use super::error::StoreError;
use super::inbox::json;
use super::tx::{Tx, on};
use super::{Store, statements};
use crate::core::event::{Entry, Event};
use crate::core::review::{Document, Word};
use crate::core::time::Instant;
use crate::journal::chain::{Break, Hash, Head};

statements! {
    LAST = "SELECT sequence, recorded, hash FROM journal ORDER BY sequence DESC LIMIT 1";
    AT = "SELECT sequence, recorded, hash FROM journal WHERE sequence = $1";
    APPEND = "INSERT INTO journal (sequence, id, recorded, event, hash) \
              SELECT CAST(w.value ->> 0 AS BIGINT), w.value ->> 1, CAST(w.value ->> 2 AS BIGINT), \
              w.value ->> 3, w.value ->> 4 FROM json_each($1) AS w";
    PAGE = "SELECT sequence, id, recorded, event, hash FROM journal WHERE sequence > $1 \
            ORDER BY sequence LIMIT $2";
    ENTRY = "SELECT sequence, id, recorded, event, hash FROM journal WHERE sequence = $1";
    KNOWN = "SELECT id FROM journal WHERE id IN (SELECT w.value ->> 0 FROM json_each($1) AS w)";
}

/// Entries of one `INSERT`, so that its text stays small.
const CHUNK: usize = 2000;
/// Entries read at once.
const PAGE_SIZE: i64 = 4096;

type Row = (i64, String, i64, String, String);

impl Store {
    /// Where the journal ends.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn journal_head(&self) -> Result<Head, StoreError> {
        let mut tx = self.reader().await?;
        head(&mut tx).await.map_err(|error| error.at(self.name()))
    }

    /// The head as it was after entry `sequence`, if there is one; [`Head::START`] for zero. It trusts the
    /// kept hash.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn journal_head_at(&self, sequence: u64) -> Result<Option<Head>, StoreError> {
        if sequence == 0 {
            return Ok(Some(Head::START));
        }
        let mut tx = self.reader().await?;
        let row: Option<(i64, i64, String)> =
            on!(&mut tx, c => sqlx::query_as(AT).bind(signed(sequence)).fetch_optional(c).await)?;
        row.map(read_head).transpose()
    }

    /// One entry; it trusts the kept hash. None when the journal has no such entry.
    ///
    /// # Errors
    /// [`StoreError::Unintelligible`] for an event that this program cannot read, and those of the database.
    pub async fn journal_entry(&self, sequence: u64) -> Result<Option<Entry>, StoreError> {
        let mut tx = self.reader().await?;
        let row: Option<Row> =
            on!(&mut tx, c => sqlx::query_as(ENTRY).bind(signed(sequence)).fetch_optional(c).await)?;
        row.map(read_entry).transpose()
    }

    /// The review that entry `sequence` issued; none when it issued none.
    ///
    /// # Errors
    /// Those of [`Self::journal_entry`].
    pub async fn issued_review(&self, sequence: u64) -> Result<Option<Document>, StoreError> {
        let entry = self.journal_entry(sequence).await?;
        Ok(match entry.map(|entry| entry.event) {
            Some(Event::Review { word, .. }) => match *word {
                Word::Issued { document, .. } => Some(*document),
                _ => None,
            },
            _ => None,
        })
    }

    /// Reads the entries after `head`, in order, checking that each follows.
    pub fn journal_after(&self, head: Head) -> Reader {
        Reader { store: self.clone(), head, ahead: None, done: false }
    }

    /// Which of `ids` the journal has.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn journalled(&self, ids: &[&str]) -> Result<BTreeSet<String>, StoreError> {
        let list = json(&ids.iter().map(|id| (id,)).collect::<Vec<_>>())?;
        let mut tx = self.reader().await?;
        let known: Vec<String> = on!(&mut tx, c => sqlx::query_scalar(KNOWN).bind(list).fetch_all(c).await)?;
        Ok(known.into_iter().collect())
    }

    /// Checks the whole chain without understanding the events: the head, or the first break.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn verify_journal(&self) -> Result<Result<Head, Break>, StoreError> {
        let mut reader = self.journal_after(Head::START);
        while let Some(rows) = reader.page().await? {
            for row in &rows {
                match follow(reader.head, row) {
                    Ok(head) => reader.head = head,
                    Err(broken) => return Ok(Err(broken)),
                }
            }
        }
        Ok(Ok(reader.head))
    }
}

/// Reads the journal page by page; while one page is understood, the next is fetched.
#[derive(Debug)]
pub struct Reader {
    store: Store,
    head: Head,
    ahead: Option<JoinHandle<Result<Vec<Row>, StoreError>>>,
    done: bool,
}

impl Reader {
    /// The next entries; none when the journal ends here.
    ///
    /// # Errors
    /// [`StoreError::Broken`] where the chain breaks, [`StoreError::Unintelligible`] for an event that this
    /// program cannot read, and those of the database.
    pub async fn next(&mut self) -> Result<Option<Vec<Entry>>, StoreError> {
        let Some(rows) = self.page().await? else { return Ok(None) };
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            self.head = follow(self.head, &row).map_err(|broken| StoreError::Broken(broken.to_string()))?;
            entries.push(read_entry(row)?);
        }
        Ok(Some(entries))
    }

    /// The head after what was read.
    pub const fn head(&self) -> Head {
        self.head
    }

    async fn page(&mut self) -> Result<Option<Vec<Row>>, StoreError> {
        if self.done {
            return Ok(None);
        }
        let rows = match self.ahead.take() {
            Some(ahead) => ahead.await.map_err(|_| StoreError::Closed)??,
            None => page(self.store.clone(), signed(self.head.sequence)).await?,
        };
        match rows.last() {
            Some((last, ..)) if rows.len() as i64 == PAGE_SIZE => {
                self.ahead = Some(tokio::spawn(page(self.store.clone(), *last)));
            }
            _ => self.done = true,
        }
        Ok((!rows.is_empty()).then_some(rows))
    }
}

async fn page(store: Store, after: i64) -> Result<Vec<Row>, StoreError> {
    let mut tx = store.reader().await?;
    let rows = on!(&mut tx, c => sqlx::query_as(PAGE).bind(after).bind(PAGE_SIZE).fetch_all(c).await);
    rows.map_err(|error| StoreError::from(error).at(store.name()))
}

fn read_entry((sequence, id, recorded, event, _): Row) -> Result<Entry, StoreError> {
    let event: Event = serde_json::from_str(&event)
        .map_err(|error| StoreError::unintelligible(&format!("event {sequence}"), error))?;
    Ok(Entry { sequence: sequence.unsigned_abs(), id, recorded: Instant::from_micros(recorded), event })
}

fn follow(head: Head, (sequence, id, recorded, event, hash): &Row) -> Result<Head, Break> {
    let next = head.then(Instant::from_micros(*recorded), id, event);
    head.accept(sequence.unsigned_abs(), next, hash)
}

pub(super) async fn head(tx: &mut Tx) -> Result<Head, StoreError> {
    let row: Option<(i64, i64, String)> = on!(tx, c => sqlx::query_as(LAST).fetch_optional(c).await)?;
    row.map_or(Ok(Head::START), read_head)
}

fn read_head((sequence, recorded, hash): (i64, i64, String)) -> Result<Head, StoreError> {
    let hash: Hash = hash.parse().map_err(|error| StoreError::unintelligible("a hash", error))?;
    Ok(Head { sequence: sequence.unsigned_abs(), recorded: Instant::from_micros(recorded), hash })
}

/// Appends `entries`, which must follow the last one there.
pub(super) async fn append(tx: &mut Tx, entries: &[Entry]) -> Result<Head, StoreError> {
    let mut last = head(tx).await?;
    for chunk in entries.chunks(CHUNK) {
        let mut rows = Vec::with_capacity(chunk.len());
        for entry in chunk {
            fits(last, entry)?;
            let event = serde_json::to_string(&entry.event)
                .map_err(|error| StoreError::unintelligible("an event to be written", error))?;
            last = last.then(entry.recorded, &entry.id, &event);
            let hash = last.hash.to_string();
            rows.push((entry.sequence, &entry.id, entry.recorded.micros(), event, hash));
        }
        let rows = json(&rows)?;
        on!(tx, c => sqlx::query(APPEND).bind(rows).execute(c).await.map(drop))?;
    }
    Ok(last)
}

fn fits(last: Head, entry: &Entry) -> Result<(), StoreError> {
    if entry.sequence != last.sequence + 1 {
        let (given, wanted) = (entry.sequence, last.sequence + 1);
        return Err(StoreError::Conflict(format!("the journal goes on with entry {wanted}, not {given}")));
    }
    if entry.recorded < last.recorded {
        let (given, before) = (entry.recorded, last.recorded);
        return Err(StoreError::Conflict(format!("entry recorded {given} cannot follow one of {before}")));
    }
    Ok(())
}

/// Sequences start at one and never come near the end of 63 bits.
fn signed(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}
