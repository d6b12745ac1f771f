//! Links by which people without an account write to the provider: each a secret that is kept as its hash, for one
//! agreement, as often as it is used, until it expires or is revoked.

use super::error::StoreError;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::core::event::AgreementId;
use crate::core::time::Instant;

statements! {
    MAKE = "INSERT INTO feedback_links (hash, agreement, expires) VALUES ($1, $2, $3)";
    FIND = "SELECT agreement FROM feedback_links WHERE hash = $1 AND expires > $2";
    REVOKE = "DELETE FROM feedback_links WHERE agreement = $1 AND expires > $2";
    PRUNE = "DELETE FROM feedback_links WHERE expires < $1";
}

/// Makes a link under an agreement, by the hash of its secret.
#[derive(Clone, Debug)]
pub struct MakeFeedbackLink {
    pub hash: String,
    pub agreement: AgreementId,
    pub expires: Instant,
}

impl Write for MakeFeedbackLink {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(MAKE)
            .bind(&self.hash).bind(self.agreement.as_str()).bind(self.expires.micros())
            .execute(c).await.map(drop))?;
        Ok(())
    }
}

/// Makes every link under an agreement worthless.
#[derive(Clone, Debug)]
pub struct RevokeFeedbackLinks {
    pub agreement: AgreementId,
    pub now: Instant,
}

impl Write for RevokeFeedbackLinks {
    /// How many there were that still led somewhere.
    type Out = u64;

    async fn apply(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        Ok(on!(tx, c => sqlx::query(REVOKE)
            .bind(self.agreement.as_str()).bind(self.now.micros())
            .execute(c).await?.rows_affected()))
    }
}

/// Forgets links that expired before this moment.
#[derive(Clone, Copy, Debug)]
pub struct PruneFeedbackLinks(pub Instant);

impl Write for PruneFeedbackLinks {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(PRUNE).bind(self.0.micros()).execute(c).await.map(drop))?;
        Ok(())
    }
}

impl Store {
    /// The agreement of the link whose secret has this hash, while it lasts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn feedback_link(&self, hash: &str, now: Instant) -> Result<Option<AgreementId>, StoreError> {
        let mut tx = self.reader().await?;
        let found: Option<String> = on!(&mut tx, c => sqlx::query_scalar(FIND)
            .bind(hash).bind(now.micros()).fetch_optional(c).await)?;
        Ok(found.map(AgreementId))
    }
}
