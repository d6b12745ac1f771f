//! Opens a database: finds out which one, makes sure nobody else writes to it, and starts the writer.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgConnection};

use tokio::sync::Mutex;

use super::error::StoreError;
use super::ids::Ids;
use super::inbox::Gate;
use super::tx::{Connections, Tx};
use super::writer::Writer;
use super::{Changed, Parts, Store, schema};

/// What the opener wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Read and write, alone: brings the schema up to date and refuses a database that another process
    /// holds.
    Own,
    /// Read only, beside a process that may own it: changes nothing, and wants this program's schema.
    Look,
    /// As [`Mode::Look`], but content with an older schema: for looking at a backup.
    Inspect,
}

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Sqlite(PathBuf),
    Postgres(Box<str>),
}

/// Held as long as the store is open. The kernel or the server lets go of it however the process ends, so
/// there is never anything to repair by hand.
#[derive(Debug)]
pub(super) enum Hold {
    File(File),
    Session(PgConnection),
}

/// How long a statement waits for a lock held by an outside reader of the file (a backup, a shell).
const BUSY: Duration = Duration::from_secs(10);
/// How long PostgreSQL may take to notice that a process is gone.
const NOTICE: Duration = Duration::from_secs(3);
/// The advisory lock on PostgreSQL: "upheld" in ASCII.
const SESSION_LOCK: i64 = 0x7570_6865_6c64;

impl FromStr for Place {
    type Err = StoreError;

    fn from_str(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.into()));
        }
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
        match path {
            Some(path) if !path.is_empty() && !path.starts_with(':') && !path.contains('?') => {
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            _ => Err(StoreError::Address(without_password(url))),
        }
    }
}

impl Place {
    /// The database's name for people; never a password.
    pub fn name(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("the database file {}", path.display()),
            Self::Postgres(url) => format!("the database {}", without_password(url)),
        }
    }
}

/// Scheme, host, port and the database's name, and nothing else: drivers take passwords in the user part
/// and as parameters, and both may come in any spelling.
fn without_password(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(known) if !known.cannot_be_a_base() => {
            let host = known.host_str().unwrap_or_default();
            let port = known.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{host}{port}{}", known.scheme(), known.path())
        }
        // No address at all may be a password in the wrong place.
        _ => match url.split_once(':') {
            Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => format!("{scheme}:…"),
            _ => "…".to_owned(),
        },
    }
}

impl Store {
    /// Opens the database at `url` (`sqlite:///path` or `postgres://…`).
    ///
    /// # Errors
    /// Every variant of [`StoreError`] that says what is wrong with a database; nothing is changed then,
    /// except that a missing SQLite file may have been made.
    pub async fn open(url: &str, mode: Mode) -> Result<Self, StoreError> {
        let place: Place = url.parse()?;
        let name: Arc<str> = place.name().into();
        connect(place, mode, Arc::clone(&name)).await.map_err(|error| error.at(&name))
    }
}

async fn connect(place: Place, mode: Mode, name: Arc<str>) -> Result<Store, StoreError> {
    let hold = match (&place, mode) {
        (_, Mode::Look | Mode::Inspect) => None,
        (Place::Sqlite(path), Mode::Own) => Some(hold_file(path)?),
        (Place::Postgres(url), Mode::Own) => Some(hold_session(url).await?),
    };
    let (writes, reads) = match &place {
        Place::Sqlite(path) => sqlite(path, mode),
        Place::Postgres(url) => postgres(url)?,
    };
    let mut tx = writes.acquire().await?;
    match mode {
        Mode::Own => schema::migrate(&mut tx).await?,
        Mode::Look => schema::expect_current(&mut tx).await?,
        Mode::Inspect => schema::expect_ours(&mut tx).await?,
    }
    let ids = Arc::new(Ids::after_the_last(&mut tx).await?);
    drop(tx);
    let writer = (mode == Mode::Own).then(|| Writer::start(writes.clone(), Arc::clone(&name)));
    let inbox = writer.clone().map(|writer| Gate::open(writer, Arc::clone(&ids)));
    let (hold, changed) = (Mutex::new(hold), Changed::default());
    Ok(Store(Arc::new(Parts { name, place, writes, reads, writer, hold, ids, inbox, changed })))
}

fn sqlite(path: &Path, mode: Mode) -> (Connections, Connections) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(mode == Mode::Own);
    // Who only inspects a file leaves it byte for byte as it is.
    let options = match mode {
        Mode::Own | Mode::Look => options.journal_mode(SqliteJournalMode::Wal),
        Mode::Inspect => options,
    };
    let options = options
        // A commit is on the disk, not in the kernel's memory, before anybody hears of it.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        // Overwrites what is deleted wherever that costs nothing; erasure does the rest.
        .pragma("secure_delete", "FAST")
        .disable_statement_logging();
    let pool = || SqlitePoolOptions::new().test_before_acquire(false).max_lifetime(None);
    let writes = pool().max_connections(1).idle_timeout(None).connect_lazy_with(options.clone());
    let look = options.create_if_missing(false).pragma("query_only", "ON");
    let reads =
        pool().max_connections(4).idle_timeout(Duration::from_secs(300)).connect_lazy_with(look.clone());
    let writes = if mode == Mode::Own { writes } else { reads.clone() };
    (Connections::Sqlite(writes), Connections::Sqlite(reads))
}

fn postgres(url: &str) -> Result<(Connections, Connections), StoreError> {
    let options = postgres_options(url)?;
    let pool = |size| PgPoolOptions::new().max_connections(size).acquire_timeout(Duration::from_secs(10));
    let writes = pool(1).connect_lazy_with(options.clone());
    let reads = pool(4).connect_lazy_with(options);
    Ok((Connections::Postgres(writes), Connections::Postgres(reads)))
}

fn postgres_options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options: PgConnectOptions = url.parse().map_err(|_| StoreError::Address(without_password(url)))?;
    Ok(options.disable_statement_logging())
}

/// Locks `<database>.lock`. The lock belongs to the open file, so it ends with the process.
pub(super) fn hold_file(path: &Path) -> Result<Hold, StoreError> {
    let place = format!("the database file {}", path.display());
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let refuse =
        |error: &std::io::Error| StoreError::Unreadable { place: place.clone(), reason: error.to_string() };
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(name)
        .map_err(|e| refuse(&e))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Who holds it is a courtesy; without it the message is shorter.
            drop(file.read_to_string(&mut holder));
            let holder = holder.trim();
            let holder = if holder.is_empty() { String::new() } else { format!(" (process {holder})") };
            return Err(StoreError::InUse { place, holder });
        }
        Err(TryLockError::Error(error)) => return Err(refuse(&error)),
    }
    let noted =
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| write!(file, "{}", std::process::id()));
    noted.map_err(|error| StoreError::Full { place: place.clone(), reason: error.to_string() })?;
    Ok(Hold::File(file))
}

/// Takes an advisory lock on a session of its own. A server needs a moment to notice that the process which
/// had it before is gone.
async fn hold_session(url: &str) -> Result<Hold, StoreError> {
    let mut session = PgConnection::connect_with(&postgres_options(url)?).await?;
    let waited = tokio::time::Instant::now();
    loop {
        let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(SESSION_LOCK)
            .fetch_one(&mut session)
            .await?;
        if taken {
            return Ok(Hold::Session(session));
        }
        if waited.elapsed() >= NOTICE {
            return Err(StoreError::InUse { place: "the database".to_owned(), holder: String::new() });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

impl Hold {
    pub async fn release(self) {
        match self {
            // Closing the file gives up its lock.
            Self::File(file) => drop(file),
            Self::Session(session) => drop(session.close().await),
        }
    }
}

impl Store {
    /// A connection to read from.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn reader(&self) -> Result<Tx, StoreError> {
        self.parts().reads.acquire().await.map_err(|error| error.at(&self.parts().name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_in_a_name() {
        for (url, name) in [
            ("postgres://db.example/upheld?user=u&password=S3cret", "postgres://db.example/upheld"),
            (
                "postgres://u:S3cret@db.example:5433/upheld?sslmode=require",
                "postgres://db.example:5433/upheld",
            ),
            ("postgresql://u:S3cret@[::1]/upheld#S3cret", "postgresql://[::1]/upheld"),
            ("postgres://u:S3cret%40@db.example/up", "postgres://db.example/up"),
            ("postgres:///upheld?host=/run/postgresql&password=S3cret", "postgres:///upheld"),
        ] {
            let place: Place = url.parse().unwrap();
            assert_eq!(place.name(), format!("the database {name}"));
        }
        for url in
            ["mysql://u:S3cret@db/x", "u:S3cret@db", "S3cret", "sqlite:x?key=S3cret", "postgres//S3cret"]
        {
            let error = url.parse::<Place>().unwrap_err().to_string();
            assert!(!error.contains("S3cret"), "{error}");
        }
    }
}
