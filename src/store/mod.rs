//! The database: everything that must survive the program.
//!
//! One SQL text serves SQLite and PostgreSQL through their native drivers: `$1`, `ON CONFLICT`, `RETURNING`,
//! BIGINT microseconds, JSON as TEXT, ids made here, no `now()`; lists travel as one JSON array and are taken
//! apart by `json_each`. [`open`](Store::open) says how a database is found and guarded, [`writer`] how
//! writes share a commit; every other file is one noun.

pub mod anonymous;
pub mod backup;
pub mod bindings;
pub mod commit;
pub mod erase;
mod error;
pub mod feedback_links;
mod ids;
pub mod inbound;
pub mod inbox;
pub mod journal;
pub mod links;
mod open;
pub mod outbox;
pub mod people;
pub mod prose;
pub mod record;
pub mod review_links;
pub mod rooms;
mod schema;
pub mod settle;
pub mod snapshots;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod tx;
mod unsaid;
pub mod visits;
mod writer;

use std::fmt;
use std::sync::Arc;

use tokio::sync::{Mutex, Notify, watch};

pub use error::StoreError;
pub use open::Mode;
pub use tx::Tx;
pub use writer::Write;

use ids::Ids;
use open::{Hold, Place};
use tx::Connections;
use writer::Writer;

/// The statements of a file, as constants; a test prepares each of them on both databases.
macro_rules! statements {
    ($($(#[$note:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$note])* const $name: &str = $sql;)*

        #[cfg(test)]
        pub(in crate::store) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}
use statements;

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Parts>);

/// What [`Store`] consists of.
struct Parts {
    /// For people: `the database file /var/lib/upheld/upheld.db`.
    name: Arc<str>,
    place: Place,
    writes: Connections,
    reads: Connections,
    /// None when it was opened only to look.
    writer: Option<Writer>,
    hold: Mutex<Option<Hold>>,
    ids: Arc<Ids>,
    inbox: Option<inbox::Gate>,
    changed: Changed,
}

/// Rings when there is something new to do.
#[derive(Debug, Default)]
struct Changed {
    inbox: Notify,
    outbox: Notify,
}

impl Store {
    /// Does `write`, whole or not at all, and returns its result after the commit: what this reports is on
    /// the disk. Dropping the future does not take the write back.
    ///
    /// # Errors
    /// Those of the write, and those of the database; nothing was written then. Only
    /// [`StoreError::Unreachable`] leaves open, with PostgreSQL, whether the commit still went through.
    pub async fn write<W: Write>(&self, write: W) -> Result<W::Out, StoreError> {
        match &self.0.writer {
            Some(writer) => writer.write(write).await,
            None => Err(StoreError::Conflict("the database was opened only to look".to_owned())),
        }
    }

    /// What keeps the database from being written, after the last write; rings when that changes, and ends
    /// when the writer does. None when it was opened only to look.
    pub fn pulse(&self) -> Option<watch::Receiver<Option<String>>> {
        self.0.writer.as_ref().map(Writer::pulse)
    }

    /// For people: which database this is. Names no password.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Wipes the space that deleted rows left, after an [`erase::Erase`]. Writes wait while it runs, which
    /// takes about as long as copying the database.
    ///
    /// # Errors
    /// Those of the database; it needs as much free space as the database has.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        let statements: &'static [&'static str] = match self.0.place {
            Place::Sqlite(_) => &["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"],
            Place::Postgres(_) => &[
                "VACUUM (FULL) prose_keys",
                "VACUUM (FULL) people",
                "VACUUM (FULL) accounts",
                "VACUUM (FULL) grants",
                "VACUUM (FULL) sessions",
                "VACUUM (FULL) preferences",
                "VACUUM (FULL) invitations",
                "VACUUM (FULL) room_messages",
                "VACUUM (FULL) outbox",
                "VACUUM (FULL) delivery_record",
                "VACUUM (FULL) marks",
            ],
        };
        match &self.0.writer {
            Some(writer) => writer.outside(statements).await,
            None => Err(StoreError::Conflict("the database was opened only to look".to_owned())),
        }
    }

    /// Finishes what was handed in, then lets go of the database. Every later use says
    /// [`StoreError::Closed`].
    pub async fn close(&self) {
        if let Some(writer) = &self.0.writer {
            writer.end().await;
        }
        self.0.reads.close().await;
        self.0.writes.close().await;
        if let Some(hold) = self.0.hold.lock().await.take() {
            hold.release().await;
        }
    }

    /// Resolves when a delivery was appended to the inbox since the last call.
    pub async fn inbox_changed(&self) {
        self.0.changed.inbox.notified().await;
    }

    /// Makes [`Self::inbox_changed`] resolve: there may be more than was read.
    pub fn look_at_inbox(&self) {
        self.0.changed.inbox.notify_one();
    }

    /// Resolves when rows were put into the outbox since the last call.
    pub async fn outbox_changed(&self) {
        self.0.changed.outbox.notified().await;
    }

    fn parts(&self) -> &Parts {
        &self.0
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.0.name).finish()
    }
}
