//! The delivery record: what was said, when, to whom, and what became of it, in one hash chain for each
//! agreement and one for the operators, so that a customer can check theirs without anyone else's.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::error::StoreError;
use super::inbox::json;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::clock::random;
use crate::core::event::AgreementId;
use crate::core::time::Instant;
use crate::journal::chain::{Break, Framed, Hash, Head};

statements! {
    LAST = "SELECT number, at, hash FROM delivery_record WHERE chain = $1 ORDER BY number DESC LIMIT 1";
    APPEND = "INSERT INTO delivery_record (chain, number, at, destination, key, kind, sha256, message, \
              outcome, hash, salt, destination_digest, key_digest) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    OF_CHAIN = "SELECT chain, number, at, destination, key, kind, sha256, message, outcome, hash, \
                salt, destination_digest, key_digest \
                FROM delivery_record WHERE chain = $1 ORDER BY number DESC LIMIT $2 OFFSET $3";
    TO_DESTINATION = "SELECT chain, number, at, destination, key, kind, sha256, message, outcome, hash, \
                      salt, destination_digest, key_digest \
                      FROM delivery_record WHERE destination = $1 \
                      AND chain IN (SELECT w.value ->> 0 FROM json_each($4) AS w) \
                      ORDER BY at DESC, number DESC, chain LIMIT $2 OFFSET $3";
    AFTER = "SELECT chain, number, at, destination, key, kind, sha256, message, outcome, hash, \
             salt, destination_digest, key_digest \
             FROM delivery_record WHERE chain = $1 AND number > $2 ORDER BY number LIMIT $3";
    OUTCOMES = "SELECT outcome, COUNT(*) FROM delivery_record WHERE chain = $1 AND at >= $2 AND at < $3 \
                GROUP BY outcome ORDER BY outcome";
    HEADS = "SELECT r.chain, r.number, r.at, r.hash FROM (SELECT w.value ->> 0 AS chain FROM json_each($1) AS w) AS k \
             JOIN delivery_record AS r ON r.chain = k.chain AND r.number = \
             (SELECT MAX(l.number) FROM delivery_record AS l WHERE l.chain = k.chain)";
    CHAINS = "SELECT DISTINCT chain FROM delivery_record ORDER BY chain";
}

/// Whose record a message belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chain {
    Operators,
    Customer(AgreementId),
}

impl Chain {
    /// The same kind of text in every table: `operators`, `customer/acme`.
    fn text(&self) -> String {
        match self {
            Self::Operators => "operators".to_owned(),
            Self::Customer(agreement) => format!("customer/{agreement}"),
        }
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl FromStr for Chain {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        match text.strip_prefix("customer/") {
            Some(agreement) => Ok(Self::Customer(AgreementId::from(agreement))),
            None if text == "operators" => Ok(Self::Operators),
            None => Err(StoreError::Unintelligible(format!("`{text}` names no delivery record"))),
        }
    }
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Sent,
    /// The platform may have taken it; nobody knows.
    Uncertain,
    Failed,
    /// Said together with others in one message.
    Merged,
    /// An answer given at once.
    Replied,
}

impl Outcome {
    pub const ALL: [Self; 5] = [Self::Sent, Self::Uncertain, Self::Failed, Self::Merged, Self::Replied];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Uncertain => "uncertain",
            Self::Failed => "failed",
            Self::Merged => "merged",
            Self::Replied => "replied",
        }
    }
}

/// One line of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub at: Instant,
    /// A [`crate::chat::Address`] as text.
    pub destination: String,
    /// The message's key; for an answer the id of the act it answers.
    pub key: String,
    /// The kind of notice, or the command that was answered.
    pub kind: String,
    /// Of the plain text, lower-case hex; empty when the message never got a text.
    pub sha256: String,
    /// The platform's id of the message.
    pub message: Option<String>,
    pub outcome: Outcome,
}

/// A line with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub chain: Chain,
    /// 1, 2, 3, … in this chain.
    pub number: u64,
    /// Destination and key are empty when they were erased.
    pub said: Said,
    /// None in a line of the first form.
    pub digests: Option<Digests>,
    pub hash: String,
}

/// What the chain holds in the place of destination and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// 16 random bytes, lower-case hex; none when destination and key were erased.
    pub salt: Option<String>,
    pub destination: String,
    pub key: String,
}

impl Digests {
    fn new(said: &Said) -> Result<Self, StoreError> {
        let salt = random::<16>()
            .map_err(|error| StoreError::Conflict(format!("the system gives no random numbers: {error}")))?;
        Ok(Self::salted(hex::encode(salt), said))
    }

    fn salted(salt: String, said: &Said) -> Self {
        let of = |part: &str, text: &str| {
            let digest = Framed::new("upheld delivery record part", Hash([0; 32]));
            digest.part(salt.as_bytes()).part(part.as_bytes()).part(text.as_bytes()).hash().to_string()
        };
        let (destination, key) = (of("destination", &said.destination), of("key", &said.key));
        Self { salt: Some(salt), destination, key }
    }
}

/// Records something that was said outside the outbox, such as an answer to a command.
#[derive(Clone, Debug)]
pub struct Record {
    pub chain: Chain,
    pub said: Said,
}

impl Write for Record {
    type Out = Head;

    async fn apply(&self, tx: &mut Tx) -> Result<Head, StoreError> {
        append(tx, &self.chain, &self.said).await
    }
}

impl Store {
    /// What was said in one chain, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(&self, chain: &Chain, limit: u32, skip: u32) -> Result<Vec<Recorded>, StoreError> {
        self.lines(OF_CHAIN, &chain.text(), i64::from(limit), i64::from(skip)).await
    }

    /// What was said at one address as far as it belongs to these records, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn said_at(
        &self,
        address: &str,
        chains: &[Chain],
        limit: u32,
        skip: u32,
    ) -> Result<Vec<Recorded>, StoreError> {
        let chains = json(&chains.iter().map(|chain| (chain.text(),)).collect::<Vec<_>>())?;
        let mut tx = self.reader().await?;
        let rows: Vec<Row> = on!(&mut tx, c => sqlx::query_as(TO_DESTINATION)
            .bind(address).bind(i64::from(limit)).bind(i64::from(skip)).bind(chains).fetch_all(c).await)?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Lines of a chain after line `number`, in order, for an export.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_after(
        &self,
        chain: &Chain,
        number: u64,
        limit: u32,
    ) -> Result<Vec<Recorded>, StoreError> {
        let after = i64::try_from(number).unwrap_or(i64::MAX);
        self.lines(AFTER, &chain.text(), after, i64::from(limit)).await
    }

    /// How many lines of a chain ended how, from one moment up to another, exclusive.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outcomes(
        &self,
        chain: &Chain,
        from: Instant,
        until: Instant,
    ) -> Result<Vec<(Outcome, u64)>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<(String, i64)> = on!(&mut tx, c => sqlx::query_as(OUTCOMES)
            .bind(chain.text()).bind(from.micros()).bind(until.micros()).fetch_all(c).await)?;
        let read = |(name, count): (String, i64)| Ok((outcome(&name)?, count.unsigned_abs()));
        rows.into_iter().map(read).collect()
    }

    /// Every chain that has a line.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_chains(&self) -> Result<Vec<Chain>, StoreError> {
        let mut tx = self.reader().await?;
        let chains: Vec<String> = on!(&mut tx, c => sqlx::query_scalar(CHAINS).fetch_all(c).await)?;
        chains.iter().map(|chain| chain.parse()).collect()
    }

    /// The heads of those of these chains that have a line.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_heads(&self, chains: &[Chain]) -> Result<BTreeMap<Chain, Head>, StoreError> {
        let chains = json(&chains.iter().map(|chain| (chain.text(),)).collect::<Vec<_>>())?;
        let mut tx = self.reader().await?;
        let rows: Vec<(String, i64, i64, String)> =
            on!(&mut tx, c => sqlx::query_as(HEADS).bind(chains).fetch_all(c).await)?;
        let head = |(chain, number, at, hash): (String, i64, i64, String)| {
            let hash: Hash = hash.parse().map_err(|error| StoreError::unintelligible("a hash", error))?;
            let recorded = Instant::from_micros(at);
            Ok((chain.parse()?, Head { sequence: number.unsigned_abs(), recorded, hash }))
        };
        rows.into_iter().map(head).collect()
    }

    /// Checks a chain: its head, or its first break.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn verify_record(&self, chain: &Chain) -> Result<Result<Head, Break>, StoreError> {
        let mut head = Head::START;
        loop {
            let lines = self.record_after(chain, head.sequence, 4096).await?;
            if lines.is_empty() {
                return Ok(Ok(head));
            }
            for line in lines {
                match head.accept(
                    line.number,
                    next(head, chain, &line.said, line.digests.as_ref()),
                    &line.hash,
                ) {
                    Ok(next) => head = next,
                    Err(broken) => return Ok(Err(broken)),
                }
            }
        }
    }

    async fn lines(
        &self,
        statement: &'static str,
        of: &str,
        a: i64,
        b: i64,
    ) -> Result<Vec<Recorded>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<Row> =
            on!(&mut tx, c => sqlx::query_as(statement).bind(of).bind(a).bind(b).fetch_all(c).await)?;
        rows.into_iter().map(Row::read).collect()
    }
}

/// The head after a line that follows `head`: SHA-256 over `upheld delivery record 2`, the hash before, the
/// number, the chain and every field, framed as [`Framed`] says, with the salted digests of destination and key
/// in their places. Each digest is SHA-256 over `upheld delivery record part`, 32 zero bytes, the salt (in hex),
/// `destination` or `key`, and the text, framed alike. While the salt is there the digests are made anew, so
/// that a changed destination is found. Without digests: the first form, `upheld delivery record 1`, which has
/// destination and key themselves.
pub fn next(head: Head, chain: &Chain, said: &Said, digests: Option<&Digests>) -> Head {
    let sequence = head.sequence + 1;
    let fresh = digests.map(|digests| match &digests.salt {
        Some(salt) => Digests::salted(salt.clone(), said),
        None => digests.clone(),
    });
    let (form, destination, key) = match &fresh {
        Some(digests) => ("upheld delivery record 2", &digests.destination, &digests.key),
        None => ("upheld delivery record 1", &said.destination, &said.key),
    };
    let hash = Framed::new(form, head.hash)
        .number(sequence)
        .part(chain.text().as_bytes())
        .moment(said.at)
        .part(destination.as_bytes())
        .part(key.as_bytes())
        .part(said.kind.as_bytes())
        .part(said.sha256.as_bytes())
        .maybe(said.message.as_deref())
        .part(said.outcome.name().as_bytes())
        .hash();
    Head { sequence, recorded: said.at, hash }
}

/// Appends a line. A clock that stepped back does not make the record step back.
pub(super) async fn append(tx: &mut Tx, chain: &Chain, said: &Said) -> Result<Head, StoreError> {
    let name = chain.text();
    let last: Option<(i64, i64, String)> =
        on!(&mut *tx, c => sqlx::query_as(LAST).bind(&name).fetch_optional(c).await)?;
    let head = match last {
        None => Head::START,
        Some((number, at, hash)) => {
            let hash: Hash = hash.parse().map_err(|error| StoreError::unintelligible("a hash", error))?;
            Head { sequence: number.unsigned_abs(), recorded: Instant::from_micros(at), hash }
        }
    };
    let said = Said { at: said.at.max(head.recorded), ..said.clone() };
    let digests = Digests::new(&said)?;
    let head = next(head, chain, &said, Some(&digests));
    on!(tx, c => sqlx::query(APPEND)
        .bind(&name)
        .bind(i64::try_from(head.sequence).unwrap_or(i64::MAX))
        .bind(said.at.micros())
        .bind(&said.destination)
        .bind(&said.key)
        .bind(&said.kind)
        .bind(&said.sha256)
        .bind(&said.message)
        .bind(said.outcome.name())
        .bind(head.hash.to_string())
        .bind(&digests.salt)
        .bind(&digests.destination)
        .bind(&digests.key)
        .execute(c)
        .await
        .map(drop))?;
    Ok(head)
}

fn outcome(name: &str) -> Result<Outcome, StoreError> {
    let known = Outcome::ALL.into_iter().find(|outcome| outcome.name() == name);
    known.ok_or_else(|| StoreError::Unintelligible(format!("outcome `{name}`")))
}

#[derive(sqlx::FromRow)]
struct Row {
    chain: String,
    number: i64,
    at: i64,
    destination: String,
    key: String,
    kind: String,
    sha256: String,
    message: Option<String>,
    outcome: String,
    hash: String,
    salt: Option<String>,
    destination_digest: Option<String>,
    key_digest: Option<String>,
}

impl Row {
    fn read(self) -> Result<Recorded, StoreError> {
        let outcome = outcome(&self.outcome)?;
        let digests = self.destination_digest.zip(self.key_digest);
        let salt = self.salt;
        Ok(Recorded {
            chain: self.chain.parse()?,
            number: self.number.unsigned_abs(),
            said: Said {
                at: Instant::from_micros(self.at),
                destination: self.destination,
                key: self.key,
                kind: self.kind,
                sha256: self.sha256,
                message: self.message,
                outcome,
            },
            digests: digests.map(|(destination, key)| Digests { salt, destination, key }),
            hash: self.hash,
        })
    }
}
