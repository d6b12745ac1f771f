//! What people wrote: each piece encrypted under a key of its own, so that erasing the key erases the words
//! and leaves every hash that mentions them true.

use std::collections::BTreeMap;
use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::inbox::json;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::clock::random;
use crate::core::event::{Prose, ProseId};
use crate::core::time::Instant;

statements! {
    KEEP = "INSERT INTO prose (id, ciphertext, sha256, written) VALUES ($1, $2, $3, $4)";
    KEEP_KEY = "INSERT INTO prose_keys (id, key) VALUES ($1, $2)";
    READ = "SELECT p.id, p.ciphertext, k.key FROM prose AS p JOIN prose_keys AS k ON k.id = p.id \
            WHERE p.id IN (SELECT w.value ->> 0 FROM json_each($1) AS w)";
}

/// A text, encrypted and ready to be kept with [`super::commit::Commit::prose`].
#[derive(Clone)]
pub struct Sealed {
    id: ProseId,
    key: [u8; 32],
    ciphertext: Vec<u8>,
    sha256: String,
    written: Instant,
}

impl Sealed {
    /// Encrypts `text` under a new random key and a new random id.
    ///
    /// # Errors
    /// When the system has no random source.
    pub fn new(text: &str, written: Instant) -> Result<Self, StoreError> {
        let no_chance = |error| StoreError::Conflict(format!("the system gives no random numbers: {error}"));
        let id = ProseId(hex::encode(random::<16>().map_err(no_chance)?));
        let key = random::<32>().map_err(no_chance)?;
        let ciphertext = cipher(&key)
            .encrypt(&Nonce::default(), Payload { msg: text.as_bytes(), aad: id.as_str().as_bytes() })
            .map_err(|_| StoreError::Conflict("a text of this length cannot be encrypted".to_owned()))?;
        let sha256 = hex::encode(Sha256::digest(&ciphertext));
        Ok(Self { id, key, ciphertext, sha256, written })
    }

    /// What the journal's entry holds in its place.
    pub fn reference(&self) -> Prose {
        Prose { id: self.id.clone(), sha256: self.sha256.clone() }
    }
}

impl fmt::Debug for Sealed {
    /// Never shows the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One key encrypts one text, so the nonce need not be random.
fn cipher(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(*key))
}

impl Store {
    /// The texts of `ids`. Those that were erased are not among them.
    ///
    /// # Errors
    /// [`StoreError::Unintelligible`] when a text does not fit its key, and those of the database.
    pub async fn prose(&self, ids: &[ProseId]) -> Result<BTreeMap<ProseId, String>, StoreError> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        read(&mut self.reader().await?, ids).await
    }
}

/// The texts of `ids`, without those that were erased.
pub(super) async fn read(tx: &mut Tx, ids: &[ProseId]) -> Result<BTreeMap<ProseId, String>, StoreError> {
    let list = json(&ids.iter().map(|id| (id,)).collect::<Vec<_>>())?;
    let rows: Vec<(String, Vec<u8>, Vec<u8>)> =
        on!(tx, c => sqlx::query_as(READ).bind(list).fetch_all(c).await)?;
    rows.into_iter().map(|(id, text, key)| Ok((ProseId(id.clone()), open(&id, &text, &key)?))).collect()
}

fn open(id: &str, ciphertext: &[u8], key: &[u8]) -> Result<String, StoreError> {
    let broken = || StoreError::Unintelligible(format!("the text {id} does not fit its key"));
    let key: &[u8; 32] = key.try_into().map_err(|_| broken())?;
    let text = cipher(key)
        .decrypt(&Nonce::default(), Payload { msg: ciphertext, aad: id.as_bytes() })
        .map_err(|_| broken())?;
    String::from_utf8(text).map_err(|_| broken())
}

/// Keeps one text that is not in the journal yet, such as a draft.
#[derive(Clone, Debug)]
pub struct KeepProse(pub Sealed);

impl Write for KeepProse {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        keep(tx, std::slice::from_ref(&self.0)).await
    }
}

/// Keeps sealed texts and their keys.
pub(super) async fn keep(tx: &mut Tx, texts: &[Sealed]) -> Result<(), StoreError> {
    for text in texts {
        on!(&mut *tx, c => sqlx::query(KEEP)
            .bind(text.id.as_str())
            .bind(&text.ciphertext)
            .bind(&text.sha256)
            .bind(text.written.micros())
            .execute(c)
            .await
            .map(drop))?;
        on!(&mut *tx, c => sqlx::query(KEEP_KEY)
            .bind(text.id.as_str())
            .bind(&text.key[..])
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}
