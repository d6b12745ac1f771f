//! Backups: a copy of a running database that is whole, and the way back to it.

use std::path::{Path, PathBuf};

use tokio::fs;

use super::Store;
use super::erase::Erase;
use super::error::StoreError;
use super::open::{Mode, Place, hold_file};
use super::settle::Restored;
use super::tx::on;
use crate::core::time::Instant;
use crate::journal::chain::Head;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackedUp {
    pub bytes: u64,
    /// Where its journal ends; the chain up to here was checked in the copy.
    pub journal: Head,
}

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BroughtBack {
    /// Where the journal ends now.
    pub journal: Head,
    /// Messages that were still waiting in the backup; nobody knows which of them were sent since.
    pub uncertain: u64,
    /// How many erasures made after the backup were made again. None when the database that was replaced
    /// could not be read, so that nobody knows of any.
    pub erased_again: Option<usize>,
    /// Where the replaced database lies now, if there was one.
    pub replaced: Option<PathBuf>,
}

/// Copies the SQLite database at `url` to the new file `target` while others go on using it. The copy is
/// complete and checked, and on the disk, when this returns; until then `target` does not exist.
///
/// # Errors
/// [`StoreError::TargetExists`] rather than overwriting anything, [`StoreError::OwnTools`] for PostgreSQL, and
/// those of the database and the disk.
pub async fn backup(url: &str, target: &Path) -> Result<BackedUp, StoreError> {
    let source = sqlite_path(url)?;
    if fs::try_exists(target).await.unwrap_or(true) {
        return Err(StoreError::TargetExists(target.display().to_string()));
    }
    let partial = beside(target, ".partial");
    remove(&partial).await?;
    let store = Store::open(url, Mode::Look).await?;
    let copied = copy_into(&store, &partial).await;
    store.close().await;
    copied?;
    let checked = check(&partial).await;
    if checked.is_err() {
        remove(&partial).await?;
    }
    let journal = checked?;
    sync(&partial).await?;
    fs::rename(&partial, target).await.map_err(|error| disk(target, &error))?;
    sync_directory(target).await?;
    let bytes = fs::metadata(target).await.map_err(|error| disk(&source, &error))?.len();
    Ok(BackedUp { bytes, journal })
}

/// Puts the backup `from` in the place of the SQLite database at `url`, which no process may be using. The
/// database that was there is kept beside it. What was erased since the backup is erased again, and what was
/// waiting to be sent is left alone as uncertain.
///
/// # Errors
/// [`StoreError::InUse`] while the service runs, [`StoreError::OwnTools`] for PostgreSQL, and whatever is wrong
/// with the backup: damaged, too new, or with a broken chain. The database is as it was then.
pub async fn restore(url: &str, from: &Path, now: Instant) -> Result<BroughtBack, StoreError> {
    let path = sqlite_path(url)?;
    let hold = hold_file(&path)?;
    let coming = beside(&path, ".restoring");
    let prepared = prepare(&path, from, &coming, now).await;
    if prepared.is_err() {
        remove_with_companions(&coming).await?;
    }
    let mut done = prepared?;
    done.replaced = exchange(&path, &coming).await?;
    hold.release().await;
    Ok(done)
}

/// Makes `coming` what the database is to be.
async fn prepare(path: &Path, from: &Path, coming: &Path, now: Instant) -> Result<BroughtBack, StoreError> {
    remove_with_companions(coming).await?;
    fs::copy(from, coming).await.map_err(|error| disk(from, &error))?;
    check(coming).await?;
    let erasures = match fs::try_exists(path).await {
        Ok(true) => erasures_of(path).await,
        _ => Some(Vec::new()),
    };
    let store = Store::open(&url_of(coming)?, Mode::Own).await?;
    let done = bring_up(&store, erasures, now).await;
    store.close().await;
    sync(coming).await?;
    done
}

async fn bring_up(
    store: &Store,
    erasures: Option<Vec<Erase>>,
    now: Instant,
) -> Result<BroughtBack, StoreError> {
    let erased_again = erasures.as_ref().map(Vec::len);
    for erase in erasures.into_iter().flatten() {
        store.write(erase).await?;
    }
    let uncertain = store.write(Restored { now }).await?;
    store.scrub().await?;
    let journal = store.journal_head().await?;
    Ok(BroughtBack { journal, uncertain, erased_again, replaced: None })
}

/// What the database to be replaced has erased; none when it cannot say.
async fn erasures_of(path: &Path) -> Option<Vec<Erase>> {
    let store = Store::open(&url_of(path).ok()?, Mode::Look).await.ok()?;
    let erasures = store.erasures().await.ok();
    store.close().await;
    erasures
}

/// Sets the old database aside and the new one in its place. The last step is one rename, so that a crash
/// leaves the one or the other.
async fn exchange(path: &Path, coming: &Path) -> Result<Option<PathBuf>, StoreError> {
    let mut replaced = None;
    if fs::try_exists(path).await.unwrap_or(false) {
        let aside = free_name(path).await;
        fs::copy(path, &aside).await.map_err(|error| disk(&aside, &error))?;
        // What the old database had not merged yet must never be read into the new one.
        let log = beside(path, "-wal");
        if fs::try_exists(&log).await.unwrap_or(false) {
            fs::rename(&log, beside(&aside, "-wal")).await.map_err(|error| disk(&log, &error))?;
        }
        sync(&aside).await?;
        replaced = Some(aside);
    }
    remove(&beside(path, "-shm")).await?;
    remove(&beside(path, "-wal")).await?;
    fs::rename(coming, path).await.map_err(|error| disk(path, &error))?;
    sync_directory(path).await?;
    remove_with_companions(coming).await?;
    Ok(replaced)
}

/// `upheld.db.replaced-1`, or the next number that is free.
async fn free_name(path: &Path) -> PathBuf {
    let mut number = 1_u32;
    loop {
        let name = beside(path, &format!(".replaced-{number}"));
        if !fs::try_exists(&name).await.unwrap_or(false) {
            return name;
        }
        number = number.saturating_add(1);
    }
}

async fn copy_into(store: &Store, target: &Path) -> Result<(), StoreError> {
    let text = target.to_str().ok_or_else(|| StoreError::Address(target.display().to_string()))?;
    let mut tx = store.reader().await?;
    // A look may not write, not even elsewhere.
    let copied = async {
        on!(&mut tx, c => sqlx::raw_sql("PRAGMA query_only = OFF").execute(c).await.map(drop))?;
        on!(&mut tx, c => sqlx::query("VACUUM INTO $1").bind(text).execute(c).await.map(drop))
    };
    copied.await.map_err(|error| StoreError::from(error).at(&format!("the backup {}", target.display())))
}

/// Whether a database file is whole: its pages, and the journal's chain.
async fn check(path: &Path) -> Result<Head, StoreError> {
    let store = Store::open(&url_of(path)?, Mode::Inspect).await?;
    let sound = async {
        let mut tx = store.reader().await?;
        let verdict: String =
            on!(&mut tx, c => sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(c).await)?;
        drop(tx);
        if verdict != "ok" {
            let place = format!("the database file {}", path.display());
            return Err(StoreError::Corrupt { place, reason: verdict });
        }
        store.verify_journal().await?.map_err(|broken| StoreError::Broken(broken.to_string()))
    };
    let head = sound.await;
    store.close().await;
    head
}

fn sqlite_path(url: &str) -> Result<PathBuf, StoreError> {
    match url.parse::<Place>()? {
        Place::Sqlite(path) => Ok(path),
        place @ Place::Postgres(_) => Err(StoreError::OwnTools(place.name())),
    }
}

fn url_of(path: &Path) -> Result<String, StoreError> {
    let text = path.to_str().ok_or_else(|| StoreError::Address(path.display().to_string()))?;
    Ok(format!("sqlite://{text}"))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn disk(path: &Path, error: &std::io::Error) -> StoreError {
    let place = format!("the file {}", path.display());
    let reason = error.to_string();
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            StoreError::Full { place, reason }
        }
        _ => StoreError::Unreadable { place, reason },
    }
}

async fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(disk(path, &error)),
        _ => Ok(()),
    }
}

async fn remove_with_companions(path: &Path) -> Result<(), StoreError> {
    for ending in ["", "-wal", "-shm", ".lock"] {
        remove(&beside(path, ending)).await?;
    }
    Ok(())
}

async fn sync(path: &Path) -> Result<(), StoreError> {
    let file = fs::File::open(path).await.map_err(|error| disk(path, &error))?;
    file.sync_all().await.map_err(|error| disk(path, &error))
}

/// A rename is on the disk when its directory is.
async fn sync_directory(path: &Path) -> Result<(), StoreError> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync(parent).await,
        _ => sync(Path::new(".")).await,
    }
}
