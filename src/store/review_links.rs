//! Links by which people without an account read a review: each a secret that is kept as its hash, for one review,
//! as often as it is used, until it expires or is revoked.

use super::error::StoreError;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::core::review::ReviewNumber;
use crate::core::time::{Instant, Span};

statements! {
    MAKE = "INSERT INTO review_links (hash, review, expires) VALUES ($1, $2, $3)";
    FIND = "SELECT review FROM review_links WHERE hash = $1 AND expires > $2";
    REVOKE = "DELETE FROM review_links WHERE review = $1 AND expires > $2";
    PRUNE = "DELETE FROM review_links WHERE expires < $1";
}

/// How long a link is good for unless something else is said.
pub const GOOD_FOR: Span = Span::from_days(30);

/// Makes a link to a review, by the hash of its secret.
#[derive(Clone, Debug)]
pub struct MakeReviewLink {
    pub hash: String,
    pub review: ReviewNumber,
    pub expires: Instant,
}

impl Write for MakeReviewLink {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(MAKE)
            .bind(&self.hash).bind(i64::from(self.review.0)).bind(self.expires.micros())
            .execute(c).await.map(drop))?;
        Ok(())
    }
}

/// Makes every link to a review worthless.
#[derive(Clone, Copy, Debug)]
pub struct RevokeReviewLinks {
    pub review: ReviewNumber,
    pub now: Instant,
}

impl Write for RevokeReviewLinks {
    /// How many there were that still led somewhere.
    type Out = u64;

    async fn apply(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        Ok(on!(tx, c => sqlx::query(REVOKE)
            .bind(i64::from(self.review.0)).bind(self.now.micros())
            .execute(c).await?.rows_affected()))
    }
}

/// Forgets links that expired before this moment.
#[derive(Clone, Copy, Debug)]
pub struct PruneReviewLinks(pub Instant);

impl Write for PruneReviewLinks {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(PRUNE).bind(self.0.micros()).execute(c).await.map(drop))?;
        Ok(())
    }
}

impl Store {
    /// The review of the link whose secret has this hash, while it lasts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn review_link(&self, hash: &str, now: Instant) -> Result<Option<ReviewNumber>, StoreError> {
        let mut tx = self.reader().await?;
        let found: Option<i64> = on!(&mut tx, c => sqlx::query_scalar(FIND)
            .bind(hash).bind(now.micros()).fetch_optional(c).await)?;
        Ok(found.and_then(|number| u32::try_from(number).ok()).map(ReviewNumber))
    }
}
