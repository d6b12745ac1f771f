//! What can go wrong between the program and its database, in words that say what to do.

use sqlx::migrate::MigrateError;

/// Why the database did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error(
        "`{0}` is not a database address; write sqlite:///var/lib/upheld/upheld.db or \
         postgres://user@host/database"
    )]
    Address(String),
    #[error(
        "{place} is in use by another Upheld process{holder}; two processes on one database would \
         contradict each other. Stop the other one, or give this one a database of its own"
    )]
    InUse { place: String, holder: String },
    #[error(
        "{place} cannot be opened: {reason}. Check that the directory exists and that this user may read \
         and write it"
    )]
    Unreadable { place: String, reason: String },
    #[error(
        "{place} cannot be reached: {reason}. Nothing is lost: what was not confirmed was not taken; it is \
         tried again"
    )]
    Unreachable { place: String, reason: String },
    #[error(
        "{place} is damaged or is not a database of Upheld: {reason}. Leave it as it is, restore the last \
         backup (`upheld restore`), and keep the damaged file for an inquiry"
    )]
    Corrupt { place: String, reason: String },
    #[error("{place} has no room left to write: {reason}. Free some space; nothing unconfirmed was taken")]
    Full { place: String, reason: String },
    #[error(
        "{place} was written by a newer Upheld (its schema is at version {found}, this program knows \
         {known}). Run that newer version, or restore a backup from before the upgrade"
    )]
    Newer { place: String, found: i64, known: i64 },
    #[error(
        "{place} needs the schema of this version of Upheld (it is at version {found}, needed is {known}). \
         Run `upheld migrate`"
    )]
    Older { place: String, found: i64, known: i64 },
    #[error(
        "{place} has a schema that differs from what this version of Upheld made in migration {migration}; \
         it was changed by other hands or by another build. Restore a backup, or run the build that made it"
    )]
    Drift { place: String, migration: i64 },
    /// What was to be written contradicts what is there; nothing was written.
    #[error("not written, because {0}")]
    Conflict(String),
    /// The chain of a journal or record is broken.
    #[error(
        "the chain is broken: {0}. What is kept is not what was written: leave the database as it is, restore \
         the last backup (`upheld restore`), and keep the damaged file for an inquiry"
    )]
    Broken(String),
    /// A stored value cannot be read.
    #[error("a stored value cannot be read: {0}")]
    Unintelligible(String),
    #[error("{0} is there already and is not overwritten; name another file")]
    TargetExists(String),
    #[error(
        "{0} is on PostgreSQL, whose own tools make the better copy: save it with `pg_dump --format=custom \
         --file=upheld.dump`, and bring it back with `pg_restore --clean --if-exists` while Upheld is stopped"
    )]
    OwnTools(String),
    /// The store was closed; the program is ending.
    #[error("the database was closed because the program is ending")]
    Closed,
    #[error("{place} refused a statement: {reason}")]
    Database { place: String, reason: String },
}

/// Stands for the place until [`StoreError::at`] names it.
const SOMEWHERE: &str = "the database";

impl StoreError {
    /// The same error, naming the database it concerns.
    #[must_use]
    pub fn at(mut self, name: &str) -> Self {
        match &mut self {
            Self::InUse { place, .. }
            | Self::Unreadable { place, .. }
            | Self::Unreachable { place, .. }
            | Self::Corrupt { place, .. }
            | Self::Full { place, .. }
            | Self::Newer { place, .. }
            | Self::Older { place, .. }
            | Self::Drift { place, .. }
            | Self::Database { place, .. }
                if place == SOMEWHERE =>
            {
                name.clone_into(place);
            }
            _ => {}
        }
        self
    }

    /// Whether the same write may succeed later without anything being repaired by hand in the database.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Full { .. })
    }

    /// Whether the database itself is the trouble, and not what was to be written.
    pub const fn is_of_the_database(&self) -> bool {
        matches!(
            self,
            Self::Unreadable { .. }
                | Self::Unreachable { .. }
                | Self::Corrupt { .. }
                | Self::Full { .. }
                | Self::Database { .. }
                | Self::Closed
        )
    }

    /// A value read from the database that is not what the program wrote.
    pub(crate) fn unintelligible(what: &str, error: impl std::fmt::Display) -> Self {
        Self::Unintelligible(format!("{what}: {error}"))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let place = SOMEWHERE.to_owned();
        let reason = error.to_string();
        match &error {
            sqlx::Error::Database(refusal) => {
                match (refusal.code().as_deref(), refusal.is_unique_violation()) {
                    (_, true) => Self::Conflict(format!("it is there already ({reason})")),
                    (Some(code), _) => Self::from_code(code, reason),
                    (None, _) => Self::Database { place, reason },
                }
            }
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut => {
                Self::Unreachable { place, reason }
            }
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Closed,
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => Self::Unintelligible(reason),
            _ => Self::Database { place, reason },
        }
    }
}

impl StoreError {
    /// SQLite's result codes are numbers of up to four digits, PostgreSQL's states have five characters.
    fn from_code(code: &str, reason: String) -> Self {
        let place = SOMEWHERE.to_owned();
        if code.len() == 5 {
            return match code {
                "53100" => Self::Full { place, reason },
                "XX001" | "XX002" => Self::Corrupt { place, reason },
                "28000" | "28P01" | "3D000" | "42501" => Self::Unreadable { place, reason },
                _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("53") => {
                    Self::Unreachable { place, reason }
                }
                _ if code.starts_with("40") => Self::Unreachable { place, reason },
                _ => Self::Database { place, reason },
            };
        }
        // The low byte is the primary result code: https://www.sqlite.org/rescode.html
        match code.parse::<u32>().map(|code| code & 0xff) {
            Ok(13) => Self::Full { place, reason },
            Ok(11 | 26) => Self::Corrupt { place, reason },
            Ok(3 | 8 | 14 | 23) => Self::Unreadable { place, reason },
            Ok(5 | 6 | 10) => Self::Unreachable { place, reason },
            _ => Self::Database { place, reason },
        }
    }

    /// What a failed migration means; `known` is the newest version this program brings.
    pub(super) fn from_migration(error: MigrateError, known: i64) -> Self {
        let place = SOMEWHERE.to_owned();
        match error {
            MigrateError::VersionMissing(found) => Self::Newer { place, found, known },
            MigrateError::VersionMismatch(migration) | MigrateError::Dirty(migration) => {
                Self::Drift { place, migration }
            }
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Database { place, reason: other.to_string() },
        }
    }
}
