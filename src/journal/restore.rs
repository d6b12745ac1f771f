//! From the database to the state: the newest snapshot of this very build, then every entry after it.

use sha2::{Digest, Sha256};

use crate::core::decide;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::journal::chain::Head;
use crate::store::snapshots::{KeepSnapshot, Snapshot};
use crate::store::{Store, StoreError};

/// The state as the journal tells it.
#[derive(Debug)]
pub struct Restored {
    pub state: State,
    /// How many entries were read after the snapshot.
    pub since_snapshot: u64,
}

/// Which program this is; a snapshot of another one is not used.
pub const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("UPHELD_BUILD"));
/// Which time-zone data is built in.
pub const TZDB: &str = chrono_tz::IANA_TZDB_VERSION;

/// Reads the state.
///
/// # Errors
/// Those of the database, and a broken chain.
pub async fn restore(store: &Store) -> Result<Restored, StoreError> {
    let (state, head) = match store.snapshot(BUILD, TZDB).await? {
        Some(snapshot) => match serde_json::from_str::<State>(&snapshot.state) {
            Ok(mut state) => {
                state.settle_all();
                (state, snapshot.head)
            }
            Err(error) => {
                tracing::warn!(%error, "a snapshot cannot be read; the whole journal is read instead");
                (State::default(), Head::START)
            }
        },
        None => (State::default(), Head::START),
    };
    replay(store, state, head).await
}

/// Folds every entry after `head` into `state`.
///
/// # Errors
/// Those of the database, and a broken chain.
pub async fn replay(store: &Store, mut state: State, head: Head) -> Result<Restored, StoreError> {
    let mut since_snapshot = 0;
    let mut reader = store.journal_after(head);
    while let Some(entries) = reader.next().await? {
        for entry in &entries {
            // What was to be said was put into the outbox when the entry was written.
            drop(decide::step(&mut state, entry));
        }
        since_snapshot += entries.len() as u64;
    }
    Ok(Restored { state, since_snapshot })
}

/// Keeps a snapshot of the state.
///
/// # Errors
/// Those of the database.
pub async fn keep(store: &Store, state: &State, now: Instant) -> Result<(), StoreError> {
    let Some(head) = store.journal_head_at(state.sequence).await? else {
        return Err(StoreError::Conflict(format!("the journal has no entry {}", state.sequence)));
    };
    let state =
        serde_json::to_string(state).map_err(|error| StoreError::Unintelligible(error.to_string()))?;
    let snapshot = Snapshot { head, build: BUILD.to_owned(), tzdb: TZDB.to_owned(), state };
    store.write(KeepSnapshot { snapshot, now }).await
}

/// A short name for a state: equal states have equal names.
///
/// # Errors
/// When the state cannot be written as JSON.
pub fn fingerprint(state: &State) -> Result<String, serde_json::Error> {
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(state)?)))
}
