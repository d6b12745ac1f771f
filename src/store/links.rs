//! Links by which people without an account answer a survey: each a secret that is kept as its hash, for one
//! respondent, until its round closes or it is revoked.

use super::error::StoreError;
use super::inbox::json;
use super::people::Token;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::core::event::PersonId;
use crate::core::time::Instant;
use crate::core::voice::RoundNumber;

statements! {
    MAKE = "INSERT INTO survey_links (hash, round, person, expires) \
            SELECT w.value ->> 0, $2, w.value ->> 1, $3 FROM json_each($1) AS w";
    FIND = "SELECT round, person FROM survey_links WHERE hash = $1 AND expires > $2";
    REVOKE = "DELETE FROM survey_links WHERE round = $1";
    PRUNE = "DELETE FROM survey_links WHERE expires < $1";
}

/// A link to a round, and by which id its answer is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyLink {
    pub round: RoundNumber,
    pub respondent: PersonId,
}

/// Makes links to a round, for as many people as there are tokens.
#[derive(Clone, Debug)]
pub struct MakeLinks {
    pub round: RoundNumber,
    /// The secrets are for the caller alone to hand out.
    pub tokens: Vec<Token>,
    /// When the round closes.
    pub expires: Instant,
    /// Nobody ever knows who answers by them.
    pub anonymous: bool,
}

impl Write for MakeLinks {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        // Sorted by what is random, so that a link does not tell when it was made among the others.
        let mut rows = self
            .tokens
            .iter()
            .map(|token| {
                let person = if self.anonymous { None } else { Some(Token::new()?.secret) };
                Ok((token.hash.as_str(), person))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        rows.sort();
        on!(tx, c => sqlx::query(MAKE)
            .bind(json(&rows)?).bind(i64::from(self.round.0)).bind(self.expires.micros())
            .execute(c).await.map(drop))?;
        Ok(())
    }
}

/// Makes every link to a round worthless.
#[derive(Clone, Copy, Debug)]
pub struct RevokeLinks(pub RoundNumber);

impl Write for RevokeLinks {
    /// How many there were.
    type Out = u64;

    async fn apply(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        let round = i64::from(self.0.0);
        Ok(on!(tx, c => sqlx::query(REVOKE).bind(round).execute(c).await?.rows_affected()))
    }
}

/// Forgets links that expired before this moment.
#[derive(Clone, Copy, Debug)]
pub struct PruneLinks(pub Instant);

impl Write for PruneLinks {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(PRUNE).bind(self.0.micros()).execute(c).await.map(drop))?;
        Ok(())
    }
}

impl Store {
    /// The link whose secret has this hash, while it lasts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn survey_link(&self, hash: &str, now: Instant) -> Result<Option<SurveyLink>, StoreError> {
        let mut tx = self.reader().await?;
        let row: Option<(i64, Option<String>)> = on!(&mut tx, c => sqlx::query_as(FIND)
            .bind(hash).bind(now.micros()).fetch_optional(c).await)?;
        Ok(row.map(|(round, person)| SurveyLink {
            round: RoundNumber(u32::try_from(round).unwrap_or_default()),
            // Under a round's key the link itself is as good as a person.
            respondent: PersonId(person.unwrap_or_else(|| format!("link/{hash}"))),
        }))
    }
}
