//! Anonymous answers: nobody can know whose they are, whoever has the whole database.
//!
//! Each round has a random key. Who took part is kept as a mark under that key, so that nobody answers twice, and
//! each answer is a ballot encrypted under it. [`CloseAnonymous`] counts the ballots, writes those of a large enough
//! group anew in random order, and deletes key, marks and ballots: what a disk or a page may still hold of them
//! cannot be read without the key. No moment of an answer is ever written down.

use std::collections::BTreeMap;

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use chrono::NaiveDate;
use ring::hmac;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::inbox::json;
use super::open::Place;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::clock::random;
use crate::core::event::{AgreementId, PersonId};
use crate::core::survey::Given;
use crate::core::voice::{Counted, Promise, RoundNumber};

statements! {
    CLOSED = "SELECT counted FROM survey_closed WHERE round = $1";
    KEY = "SELECT key FROM survey_keys WHERE round = $1";
    NEW_KEY = "INSERT INTO survey_keys (round, key) VALUES ($1, $2)";
    TOOK_PART = "SELECT COUNT(*) FROM survey_participation \
                 WHERE mark IN (SELECT CAST(w.value ->> 0 AS BIGINT) FROM json_each($1) AS w)";
    TAKE_PART = "INSERT INTO survey_participation (mark, round) VALUES ($1, $2)";
    CAST_BALLOT = "INSERT INTO survey_ballots (id, round, sealed) VALUES ($1, $2, $3)";
    BALLOT = "SELECT round, sealed FROM survey_ballots WHERE id = $1";
    BALLOTS = "SELECT sealed FROM survey_ballots WHERE round = $1";
    REPLACE_BALLOT = "UPDATE survey_ballots SET sealed = $2 WHERE id = $1";
    DROP_KEY = "DELETE FROM survey_keys WHERE round = $1";
    DROP_PARTICIPATION = "DELETE FROM survey_participation WHERE round = $1";
    DROP_BALLOTS = "DELETE FROM survey_ballots WHERE round = $1";
    DROP_LINKS = "DELETE FROM survey_links WHERE round = $1";
    CLOSE = "INSERT INTO survey_closed (round, counted) VALUES ($1, $2)";
    KEEP = "INSERT INTO survey_answers (id, round, agreement, given, texts, day, standing) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ANSWERS = "SELECT given, texts, day, standing FROM survey_answers WHERE round = $1 AND agreement = $2 \
               ORDER BY id";
}

/// What somebody answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// One for each question, in order.
    pub given: Vec<Given>,
    /// Answers in words, by the number of their question; the comment under the number after the last.
    pub texts: BTreeMap<u32, String>,
    /// How the promise stood.
    pub standing: Promise,
}

/// Which ballot it is; only the running program ever knows whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BallotId(i64);

/// Takes an answer, once.
#[derive(Clone, Debug)]
pub struct TakeAnonymous {
    pub round: RoundNumber,
    /// Every id by which the one person is known; the first is theirs from now on.
    pub person: Vec<PersonId>,
    pub ballot: Ballot,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    New(BallotId),
    /// There is one of this person.
    Already,
    /// The round is counted.
    Closed,
}

impl Write for TakeAnonymous {
    type Out = Taken;

    async fn apply(&self, tx: &mut Tx) -> Result<Taken, StoreError> {
        if closed(tx, self.round).await?.is_some() {
            return Ok(Taken::Closed);
        }
        let secret = match secret(tx, self.round).await? {
            Some(secret) => secret,
            None => Secret::begin(tx, self.round).await?,
        };
        let marks: Vec<i64> = self.person.iter().map(|person| secret.mark(person)).collect();
        let Some(mark) = marks.first().filter(|_| !self.person.is_empty()) else {
            return Err(StoreError::Conflict("an anonymous answer is nobody's".to_owned()));
        };
        if took_part(tx, &marks).await? {
            return Ok(Taken::Already);
        }
        let round = i64::from(self.round.0);
        on!(&mut *tx, c => sqlx::query(TAKE_PART).bind(mark).bind(round).execute(c).await.map(drop))?;
        let (id, sealed) = (random_id()?, secret.seal(&self.ballot)?);
        on!(tx, c => sqlx::query(CAST_BALLOT).bind(id).bind(round).bind(sealed).execute(c).await.map(drop))?;
        Ok(Taken::New(BallotId(id)))
    }
}

/// Adds a comment to a ballot that has none.
#[derive(Clone, Debug)]
pub struct AddComment {
    pub id: BallotId,
    pub text: String,
}

impl Write for AddComment {
    /// False when there is a comment already, or the round is counted.
    type Out = bool;

    async fn apply(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let row: Option<(i64, Vec<u8>)> =
            on!(&mut *tx, c => sqlx::query_as(BALLOT).bind(self.id.0).fetch_optional(c).await)?;
        let Some((round, sealed)) = row else { return Ok(false) };
        let round = RoundNumber(u32::try_from(round).unwrap_or_default());
        let Some(secret) = secret(tx, round).await? else { return Ok(false) };
        let mut ballot = secret.open(&sealed)?;
        let place = u32::try_from(ballot.given.len()).unwrap_or(u32::MAX);
        if ballot.texts.contains_key(&place) {
            return Ok(false);
        }
        ballot.texts.insert(place, self.text.clone());
        let sealed = secret.seal(&ballot)?;
        on!(tx, c => sqlx::query(REPLACE_BALLOT).bind(self.id.0).bind(sealed).execute(c).await.map(drop))?;
        Ok(true)
    }
}

/// Counts a round and makes it impossible to say who answered; from then on nobody answers. Closing it again gives
/// the same counts. [`Store::wipe_rounds`] is to follow.
#[derive(Clone, Debug)]
pub struct CloseAnonymous {
    pub round: RoundNumber,
    pub agreement: AgreementId,
    /// With fewer answers only their number is left.
    pub minimum_group: u32,
    /// The date of the close in the agreement's zone; it is the day of every answer.
    pub day: NaiveDate,
}

impl Write for CloseAnonymous {
    type Out = Counted;

    async fn apply(&self, tx: &mut Tx) -> Result<Counted, StoreError> {
        if let Some(counted) = closed(tx, self.round).await? {
            return Ok(counted);
        }
        let mut ballots = self.ballots(tx).await?;
        let answered = u32::try_from(ballots.len()).unwrap_or(u32::MAX);
        let counted = if answered < self.minimum_group.max(1) {
            ballots.clear();
            Counted { answered, ..Counted::default() }
        } else {
            blur(&mut ballots, self.minimum_group);
            count(&ballots)
        };
        self.forget(tx).await?;
        self.keep(tx, &ballots).await?;
        let text = serde_json::to_string(&counted).map_err(|error| unreadable(&error))?;
        on!(tx, c => sqlx::query(CLOSE)
            .bind(i64::from(self.round.0)).bind(text).execute(c).await.map(drop))?;
        Ok(counted)
    }
}

impl CloseAnonymous {
    async fn ballots(&self, tx: &mut Tx) -> Result<Vec<Ballot>, StoreError> {
        let Some(secret) = secret(tx, self.round).await? else { return Ok(Vec::new()) };
        let rows: Vec<(Vec<u8>,)> = on!(tx, c => sqlx::query_as(BALLOTS)
            .bind(i64::from(self.round.0)).fetch_all(c).await)?;
        rows.iter().map(|(sealed,)| secret.open(sealed)).collect()
    }

    async fn forget(&self, tx: &mut Tx) -> Result<(), StoreError> {
        pages_are_wiped(tx, true).await?;
        for statement in [DROP_KEY, DROP_PARTICIPATION, DROP_BALLOTS, DROP_LINKS] {
            on!(&mut *tx, c => sqlx::query(statement)
                .bind(i64::from(self.round.0)).execute(c).await.map(drop))?;
        }
        pages_are_wiped(tx, false).await
    }

    /// Writes the ballots down under new random numbers, in the order of these.
    async fn keep(&self, tx: &mut Tx, ballots: &[Ballot]) -> Result<(), StoreError> {
        let numbered = ballots.iter().map(|ballot| Ok((random_id()?, ballot)));
        let numbered: BTreeMap<i64, &Ballot> = numbered.collect::<Result<_, StoreError>>()?;
        if numbered.len() != ballots.len() {
            return Err(StoreError::Conflict("two random numbers are the same".to_owned()));
        }
        for (id, ballot) in numbered {
            on!(&mut *tx, c => sqlx::query(KEEP)
                .bind(id).bind(i64::from(self.round.0)).bind(self.agreement.as_str())
                .bind(json(&ballot.given)?).bind(json(&ballot.texts)?)
                .bind(self.day.to_string()).bind(json(&ballot.standing)?)
                .execute(c).await.map(drop))?;
        }
        Ok(())
    }
}

/// How the promise stood tells when somebody answered. Unless every standing has a group large enough, nobody is
/// told apart by it.
fn blur(ballots: &mut [Ballot], minimum_group: u32) {
    let mut groups: BTreeMap<Promise, u32> = BTreeMap::new();
    ballots.iter().for_each(|ballot| *groups.entry(ballot.standing).or_default() += 1);
    if groups.len() > 1 && groups.values().any(|group| *group < minimum_group) {
        ballots.iter_mut().for_each(|ballot| ballot.standing = Promise::Unknown);
    }
}

fn count(ballots: &[Ballot]) -> Counted {
    let mut counted =
        Counted { answered: u32::try_from(ballots.len()).unwrap_or(u32::MAX), ..Counted::default() };
    let questions = ballots.iter().map(|ballot| ballot.given.len()).max().unwrap_or_default();
    counted.answers.resize(questions, BTreeMap::new());
    for ballot in ballots {
        if let Some(Given::Score(score)) = ballot.given.first() {
            counted.scores.entry(ballot.standing).or_default().add(*score);
        }
        for (given, counts) in ballot.given.iter().zip(&mut counted.answers) {
            let answer = match given {
                Given::Score(score) => score.to_string(),
                Given::Choice(name) => name.clone(),
                Given::Nothing => continue,
            };
            *counts.entry(answer).or_default() += 1;
        }
    }
    counted
}

/// An answer of a closed round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    pub ballot: Ballot,
    /// The date of the close.
    pub day: NaiveDate,
}

impl Store {
    /// The answers of a closed round of this agreement, in no order; none where too few answered.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn anonymous_answers(
        &self,
        round: RoundNumber,
        agreement: &AgreementId,
    ) -> Result<Vec<Unsigned>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<(String, String, String, String)> = on!(&mut tx, c => sqlx::query_as(ANSWERS)
            .bind(i64::from(round.0)).bind(agreement.as_str()).fetch_all(c).await)?;
        rows.into_iter()
            .map(|(given, texts, day, standing)| {
                let ballot =
                    Ballot { given: parse(&given)?, texts: parse(&texts)?, standing: parse(&standing)? };
                let day = day.parse().map_err(|error| StoreError::unintelligible("a day", error))?;
                Ok(Unsigned { ballot, day })
            })
            .collect()
    }

    /// Whether somebody has answered a round that is not counted yet.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn took_part(&self, round: RoundNumber, person: &PersonId) -> Result<bool, StoreError> {
        let mut tx = self.reader().await?;
        let Some(secret) = secret(&mut tx, round).await? else { return Ok(false) };
        took_part(&mut tx, &[secret.mark(person)]).await
    }

    /// Makes sure that no file of the database holds what [`CloseAnonymous`] deleted. Writes wait meanwhile, for as
    /// long as it takes to bring the latest changes from the log into the file.
    ///
    /// # Errors
    /// Those of the database, and [`StoreError::Unreachable`] while a reader is in the way; it is to be tried again.
    pub async fn wipe_rounds(&self) -> Result<(), StoreError> {
        let statements: &'static [&'static str] = match self.parts().place {
            Place::Sqlite(_) => &["PRAGMA wal_checkpoint(TRUNCATE)"],
            Place::Postgres(_) => &[
                "VACUUM (FULL) survey_keys",
                "VACUUM (FULL) survey_participation",
                "VACUUM (FULL) survey_ballots",
                "VACUUM (FULL) survey_links",
            ],
        };
        match &self.parts().writer {
            Some(writer) => writer.outside(statements).await,
            None => Err(StoreError::Conflict("the database was opened only to look".to_owned())),
        }
    }
}

/// SQLite overwrites deleted rows anyway; with this whole pages that are let go, too. PostgreSQL wipes by writing
/// the tables anew.
async fn pages_are_wiped(tx: &mut Tx, are: bool) -> Result<(), StoreError> {
    let pragma = if are { "PRAGMA secure_delete = ON" } else { "PRAGMA secure_delete = FAST" };
    if let Tx::Sqlite(connection) = tx {
        sqlx::raw_sql(pragma).execute(&mut **connection).await?;
    }
    Ok(())
}

async fn closed(tx: &mut Tx, round: RoundNumber) -> Result<Option<Counted>, StoreError> {
    let counted: Option<String> =
        on!(tx, c => sqlx::query_scalar(CLOSED).bind(i64::from(round.0)).fetch_optional(c).await)?;
    counted.map(|counted| parse(&counted)).transpose()
}

async fn took_part(tx: &mut Tx, marks: &[i64]) -> Result<bool, StoreError> {
    let marks = json(&marks.iter().map(|mark| (mark,)).collect::<Vec<_>>())?;
    let found: i64 = on!(tx, c => sqlx::query_scalar(TOOK_PART).bind(marks).fetch_one(c).await)?;
    Ok(found > 0)
}

async fn secret(tx: &mut Tx, round: RoundNumber) -> Result<Option<Secret>, StoreError> {
    let key: Option<Vec<u8>> =
        on!(tx, c => sqlx::query_scalar(KEY).bind(i64::from(round.0)).fetch_optional(c).await)?;
    Ok(key.map(|key| Secret::of(&key)))
}

/// What is made of a round's key.
struct Secret {
    hash: hmac::Key,
    cipher: ChaCha20Poly1305,
}

impl Secret {
    fn of(key: &[u8]) -> Self {
        let hash = hmac::Key::new(hmac::HMAC_SHA256, key);
        let mut ballots = Key::default();
        ballots.copy_from_slice(hmac::sign(&hash, b"ballots").as_ref());
        Self { cipher: ChaCha20Poly1305::new(&ballots), hash }
    }

    async fn begin(tx: &mut Tx, round: RoundNumber) -> Result<Self, StoreError> {
        let key = random::<32>().map_err(no_chance)?;
        on!(tx, c => sqlx::query(NEW_KEY)
            .bind(i64::from(round.0)).bind(&key[..]).execute(c).await.map(drop))?;
        Ok(Self::of(&key))
    }

    /// The same for the same person; without the key it says nothing of them.
    fn mark(&self, person: &PersonId) -> i64 {
        let tag = hmac::sign(&self.hash, format!("person/{person}").as_bytes());
        positive(tag.as_ref().first_chunk().copied().unwrap_or_default())
    }

    fn seal(&self, ballot: &Ballot) -> Result<Vec<u8>, StoreError> {
        let nonce = random::<12>().map_err(no_chance)?;
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), json(ballot)?.as_bytes());
        let sealed = sealed
            .map_err(|_| StoreError::Conflict("an answer of this length cannot be encrypted".to_owned()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    fn open(&self, sealed: &[u8]) -> Result<Ballot, StoreError> {
        let broken = || StoreError::Unintelligible("an answer does not fit its key".to_owned());
        let (nonce, sealed) = sealed.split_first_chunk::<12>().ok_or_else(broken)?;
        let plain = self.cipher.decrypt(&Nonce::from(*nonce), sealed).map_err(|_| broken())?;
        serde_json::from_slice(&plain).map_err(|error| unreadable(&error))
    }
}

fn random_id() -> Result<i64, StoreError> {
    random().map(positive).map_err(no_chance)
}

/// 63 of the bits.
const fn positive(bytes: [u8; 8]) -> i64 {
    i64::from_be_bytes(bytes) & i64::MAX
}

fn no_chance(error: impl std::fmt::Display) -> StoreError {
    StoreError::Conflict(format!("the system gives no random numbers: {error}"))
}

fn unreadable(error: &serde_json::Error) -> StoreError {
    StoreError::unintelligible("an anonymous answer", error)
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| unreadable(&error))
}
