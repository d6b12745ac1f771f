//! Who people are: their accounts and rights, invitations and sessions, and what wakes them.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::tx::{Tx, on};
use super::writer::Write;
use super::{Store, statements};
use crate::chat::{Account, Platform};
use crate::clock::random;
use crate::core::event::{AgreementId, PersonId};
use crate::core::time::Instant;

statements! {
    ADD = "INSERT INTO people (id, name, added) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
    RENAME = "UPDATE people SET name = $2 WHERE id = $1";
    OWNER = "SELECT person FROM accounts WHERE account = $1";
    LINK = "INSERT INTO accounts (account, person, origin, added) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (account) DO UPDATE SET person = excluded.person, origin = excluded.origin";
    GRANT = "INSERT INTO grants (person, role, agreement, origin, granted_by, granted) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person, role, agreement) DO NOTHING";
    REVOKE = "DELETE FROM grants WHERE person = $1 AND role = $2 AND agreement = $3 \
              AND origin = 'invitation'";
    END_SESSIONS_WITHOUT_RIGHTS = "DELETE FROM sessions WHERE person = $1 \
                                   AND NOT EXISTS (SELECT 1 FROM grants AS g WHERE g.person = $1)";
    WITHDRAW_INVITATIONS = "DELETE FROM invitations WHERE created_by = $1 AND used IS NULL";
    INVITED = "SELECT g.person, g.role, g.agreement FROM grants AS g JOIN people AS p ON p.id = g.person \
               WHERE g.origin = 'invitation' ORDER BY p.name, g.person, g.role, g.agreement";
    MOVE_ACCOUNTS = "UPDATE accounts SET person = $2 WHERE person = $1";
    MOVE_SESSIONS = "UPDATE sessions SET person = $2 WHERE person = $1";
    MOVE_GRANTS = "INSERT INTO grants (person, role, agreement, origin, granted_by, granted) \
                   SELECT $2, g.role, g.agreement, g.origin, g.granted_by, g.granted FROM grants AS g \
                   WHERE g.person = $1 ON CONFLICT (person, role, agreement) DO NOTHING";
    UNLINK_CONFIGURED = "DELETE FROM accounts WHERE origin = 'configuration'";
    REVOKE_CONFIGURED = "DELETE FROM grants WHERE origin = 'configuration'";
    CONFIGURED = "SELECT account, person FROM accounts WHERE origin = 'configuration'";
    PEOPLE = "SELECT id, name FROM people ORDER BY id";
    ACCOUNTS = "SELECT account, person FROM accounts ORDER BY account";
    GRANTS = "SELECT person, role, agreement FROM grants ORDER BY person, role, agreement";
    INVITE = "INSERT INTO invitations (hash, role, agreement, created_by, created, expires) \
              VALUES ($1, $2, $3, $4, $5, $6)";
    INVITATION = "SELECT role, agreement, created_by, expires, used FROM invitations WHERE hash = $1";
    USE_INVITATION = "UPDATE invitations SET used = $2, used_by = $3 WHERE hash = $1 AND used IS NULL";
    WITHDRAW = "UPDATE invitations SET used = $2 WHERE hash = $1 AND used IS NULL";
    PRUNE_INVITATIONS = "DELETE FROM invitations WHERE expires < $1";
    OPEN_SESSION = "INSERT INTO sessions (hash, person, created, expires) VALUES ($1, $2, $3, $4)";
    SESSION = "SELECT person FROM sessions WHERE hash = $1 AND expires > $2";
    END_SESSION = "DELETE FROM sessions WHERE hash = $1";
    PRUNE_SESSIONS = "DELETE FROM sessions WHERE expires < $1";
    SET_NOTIFY = "INSERT INTO preferences (person, notify) VALUES ($1, $2) \
                  ON CONFLICT (person) DO UPDATE SET notify = excluded.notify";
    NOTIFY = "SELECT person, notify FROM preferences ORDER BY person";
    ERASE_NAME = "UPDATE people SET name = '' WHERE id = $1";
    ERASE_ACCOUNTS = "DELETE FROM accounts WHERE person = $1";
    ERASE_GRANTS = "DELETE FROM grants WHERE person = $1";
    ERASE_SESSIONS = "DELETE FROM sessions WHERE person = $1";
    ERASE_PREFERENCES = "DELETE FROM preferences WHERE person = $1";
    ERASE_USE = "UPDATE invitations SET used_by = NULL WHERE used_by = $1";
    ERASE_OFFER = "UPDATE invitations SET created_by = NULL WHERE created_by = $1";
    ERASE_GIVER = "UPDATE grants SET granted_by = NULL WHERE granted_by = $1";
    SESSIONS_OF = "SELECT created, expires FROM sessions WHERE person = $1 ORDER BY created, expires";
    INVITATIONS_OF = "SELECT role, agreement, created, used FROM invitations \
                      WHERE created_by = $1 OR used_by = $1 ORDER BY created, hash";
}

/// What a person may be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Operator,
    Manager,
    Auditor,
    /// Represents the customer of this agreement.
    Customer(AgreementId),
}

/// A person as the program knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    /// Empty when it was erased.
    pub name: String,
    pub accounts: BTreeSet<Account>,
    pub roles: BTreeSet<Role>,
}

/// A person as the configuration names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configured {
    pub name: String,
    /// At least one; by these the person is recognised after a change of the files.
    pub accounts: BTreeSet<Account>,
    pub roles: BTreeSet<Role>,
}

/// Brings people in line with the configuration. What invitations gave stays.
#[derive(Clone, Debug)]
pub struct Configure {
    pub people: Vec<Configured>,
    pub now: Instant,
}

impl Write for Configure {
    /// In the order of `people`.
    type Out = Vec<PersonId>;

    async fn apply(&self, tx: &mut Tx) -> Result<Vec<PersonId>, StoreError> {
        let before: Vec<(String, String)> =
            on!(&mut *tx, c => sqlx::query_as(CONFIGURED).fetch_all(c).await)?;
        let before: BTreeMap<String, String> = before.into_iter().collect();
        for statement in [UNLINK_CONFIGURED, REVOKE_CONFIGURED] {
            on!(&mut *tx, c => sqlx::query(statement).execute(c).await.map(drop))?;
        }
        let mut ids = Vec::with_capacity(self.people.len());
        for person in &self.people {
            let mut known = None;
            for account in &person.accounts {
                let owner = owner(tx, account).await?;
                known = known.or(owner).or_else(|| before.get(&account.to_string()).cloned().map(PersonId));
            }
            let id = known.map_or_else(new_person, Ok)?;
            add(tx, &id, &person.name, self.now).await?;
            on!(&mut *tx, c => sqlx::query(RENAME)
                .bind(id.as_str()).bind(&person.name).execute(c).await.map(drop))?;
            for account in &person.accounts {
                link(tx, account, &id, "configuration", self.now).await?;
            }
            for role in &person.roles {
                grant(tx, &id, role, "configuration", None, self.now).await?;
            }
            ids.push(id);
        }
        Ok(ids)
    }
}

/// A secret to be handed out once, and the hash that is kept in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    pub secret: String,
    pub hash: String,
}

impl Token {
    /// 128 random bits, in hex.
    ///
    /// # Errors
    /// When the system has no random source.
    pub fn new() -> Result<Self, StoreError> {
        let secret = hex::encode(random_bytes()?);
        Ok(Self { hash: Self::hash(&secret), secret })
    }

    /// What is kept of a secret that somebody shows.
    pub fn hash(secret: &str) -> String {
        hex::encode(Sha256::digest(secret.trim()))
    }
}

impl std::fmt::Debug for Token {
    /// Never shows the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").finish_non_exhaustive()
    }
}

fn random_bytes() -> Result<[u8; 16], StoreError> {
    random().map_err(|error| StoreError::Conflict(format!("the system gives no random numbers: {error}")))
}

fn new_person() -> Result<PersonId, StoreError> {
    Ok(PersonId(hex::encode(random_bytes()?)))
}

/// Offers a role to whoever shows the secret of `hash` first, until `expires`.
#[derive(Clone, Debug)]
pub struct Invite {
    pub hash: String,
    pub role: Role,
    pub created_by: Option<PersonId>,
    pub now: Instant,
    pub expires: Instant,
}

impl Write for Invite {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let (role, agreement) = self.role.parts();
        on!(tx, c => sqlx::query(INVITE)
            .bind(&self.hash)
            .bind(role)
            .bind(agreement)
            .bind(self.created_by.as_ref().map(PersonId::as_str))
            .bind(self.now.micros())
            .bind(self.expires.micros())
            .execute(c)
            .await
            .map(drop))?;
        Ok(())
    }
}

/// Takes up an invitation, once.
#[derive(Clone, Debug)]
pub struct Accept {
    /// [`Token::hash`] of what the person showed.
    pub hash: String,
    /// Who shows it; none for a browser, which gets a web account.
    pub account: Option<Account>,
    pub name: String,
    pub now: Instant,
}

/// Why an invitation was not accepted. People are told the same for all of these; the log knows which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAccepted {
    Unknown,
    Used,
    Expired,
}

impl Write for Accept {
    type Out = Result<(PersonId, Role), NotAccepted>;

    async fn apply(&self, tx: &mut Tx) -> Result<Self::Out, StoreError> {
        type Row = (String, String, Option<String>, i64, Option<i64>);
        let row: Option<Row> =
            on!(&mut *tx, c => sqlx::query_as(INVITATION).bind(&self.hash).fetch_optional(c).await)?;
        let Some((role, agreement, created_by, expires, used)) = row else {
            return Ok(Err(NotAccepted::Unknown));
        };
        if used.is_some() {
            return Ok(Err(NotAccepted::Used));
        }
        if expires <= self.now.micros() {
            return Ok(Err(NotAccepted::Expired));
        }
        let role = Role::read(&role, &agreement)?;
        let known = match &self.account {
            Some(account) => owner(tx, account).await?,
            None => None,
        };
        let person = known.map_or_else(new_person, Ok)?;
        let taken = on!(&mut *tx, c => sqlx::query(USE_INVITATION)
            .bind(&self.hash).bind(self.now.micros()).bind(person.as_str())
            .execute(c).await?.rows_affected());
        if taken != 1 {
            return Ok(Err(NotAccepted::Used));
        }
        let account = self.account.clone().unwrap_or_else(|| web_account(&person));
        if owner(tx, &account).await?.is_none() {
            add(tx, &person, &self.name, self.now).await?;
            link(tx, &account, &person, "invitation", self.now).await?;
        }
        grant(tx, &person, &role, "invitation", created_by.as_deref(), self.now).await?;
        Ok(Ok((person, role)))
    }
}

/// Makes an invitation worthless before anybody took it up.
#[derive(Clone, Debug)]
pub struct Withdraw {
    /// [`Token::hash`] of its secret.
    pub hash: String,
    pub now: Instant,
}

impl Write for Withdraw {
    /// Whether there was one to take up.
    type Out = bool;

    async fn apply(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let gone = on!(tx, c => sqlx::query(WITHDRAW)
            .bind(&self.hash).bind(self.now.micros()).execute(c).await?.rows_affected());
        Ok(gone == 1)
    }
}

/// The account by which a person uses the web chat.
pub fn web_account(person: &PersonId) -> Account {
    Account { platform: Platform::Web, user: person.0.clone() }
}

/// Gives an account that nobody has to a person, such as a web account to somebody known on Discord.
#[derive(Clone, Debug)]
pub struct Link {
    pub account: Account,
    pub person: PersonId,
    pub now: Instant,
}

impl Write for Link {
    /// False when the account is somebody's already.
    type Out = bool;

    async fn apply(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        if owner(tx, &self.account).await?.is_some() {
            return Ok(false);
        }
        link(tx, &self.account, &self.person, "invitation", self.now).await?;
        Ok(true)
    }
}

/// An account turned out to be this person's; whoever it was taken for before becomes part of them, with
/// every account, right and session.
#[derive(Clone, Debug)]
pub struct Unite {
    pub account: Account,
    pub was: Option<PersonId>,
    pub person: PersonId,
    pub now: Instant,
}

impl Write for Unite {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        if let Some(was) = &self.was {
            for statement in [MOVE_ACCOUNTS, MOVE_SESSIONS, MOVE_GRANTS] {
                on!(&mut *tx, c => sqlx::query(statement)
                    .bind(was.as_str()).bind(self.person.as_str()).execute(c).await.map(drop))?;
            }
            on!(&mut *tx, c => sqlx::query(ERASE_GRANTS).bind(was.as_str()).execute(c).await.map(drop))?;
        }
        link(tx, &self.account, &self.person, "invitation", self.now).await
    }
}

/// Takes from a person a role that an invitation gave. Who is left without any is signed out everywhere,
/// and the invitations that a manager made and nobody used go with the manager.
#[derive(Clone, Debug)]
pub struct Revoke {
    pub person: PersonId,
    pub role: Role,
}

impl Write for Revoke {
    /// False when no invitation gave it.
    type Out = bool;

    async fn apply(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let (role, agreement) = self.role.parts();
        let gone = on!(&mut *tx, c => sqlx::query(REVOKE)
            .bind(self.person.as_str()).bind(role).bind(agreement).execute(c).await?.rows_affected());
        let mut after = vec![END_SESSIONS_WITHOUT_RIGHTS];
        if self.role == Role::Manager {
            after.push(WITHDRAW_INVITATIONS);
        }
        for statement in after {
            on!(&mut *tx, c => sqlx::query(statement).bind(self.person.as_str()).execute(c).await.map(drop))?;
        }
        Ok(gone == 1)
    }
}

/// Lets a browser in until `expires`.
#[derive(Clone, Debug)]
pub struct OpenSession {
    pub hash: String,
    pub person: PersonId,
    pub now: Instant,
    pub expires: Instant,
}

impl Write for OpenSession {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(OPEN_SESSION)
            .bind(&self.hash)
            .bind(self.person.as_str())
            .bind(self.now.micros())
            .bind(self.expires.micros())
            .execute(c)
            .await
            .map(drop))?;
        Ok(())
    }
}

/// Ends a session, by its hash.
#[derive(Clone, Debug)]
pub struct EndSession(pub String);

impl Write for EndSession {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(END_SESSION).bind(&self.0).execute(c).await.map(drop))?;
        Ok(())
    }
}

/// Forgets sessions and invitations that ended before this moment.
#[derive(Clone, Copy, Debug)]
pub struct PruneExpired(pub Instant);

impl Write for PruneExpired {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        for statement in [PRUNE_SESSIONS, PRUNE_INVITATIONS] {
            on!(&mut *tx, c => sqlx::query(statement).bind(self.0.micros()).execute(c).await.map(drop))?;
        }
        Ok(())
    }
}

/// What wakes a person and what waits, as JSON that the caller understands.
#[derive(Clone, Debug)]
pub struct SetNotify {
    pub person: PersonId,
    pub notify: String,
}

impl Write for SetNotify {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(SET_NOTIFY)
            .bind(self.person.as_str()).bind(&self.notify).execute(c).await.map(drop))?;
        Ok(())
    }
}

impl Store {
    /// Everybody, by id.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn people(&self) -> Result<BTreeMap<PersonId, Person>, StoreError> {
        let mut tx = self.reader().await?;
        let names: Vec<(String, String)> = on!(&mut tx, c => sqlx::query_as(PEOPLE).fetch_all(c).await)?;
        let accounts: Vec<(String, String)> = on!(&mut tx, c => sqlx::query_as(ACCOUNTS).fetch_all(c).await)?;
        let grants: Vec<(String, String, String)> =
            on!(&mut tx, c => sqlx::query_as(GRANTS).fetch_all(c).await)?;
        let person = |(id, name): (String, String)| {
            let id = PersonId(id);
            let person = Person { id: id.clone(), name, accounts: BTreeSet::new(), roles: BTreeSet::new() };
            (id, person)
        };
        let mut people: BTreeMap<PersonId, Person> = names.into_iter().map(person).collect();
        for (account, person) in accounts {
            let account = account.parse().map_err(|error| StoreError::unintelligible("an account", error))?;
            if let Some(person) = people.get_mut(&PersonId(person)) {
                person.accounts.insert(account);
            }
        }
        for (person, role, agreement) in grants {
            if let Some(person) = people.get_mut(&PersonId(person)) {
                person.roles.insert(Role::read(&role, &agreement)?);
            }
        }
        Ok(people)
    }

    /// The rights that invitations gave, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn invited(&self) -> Result<Vec<(PersonId, Role)>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<(String, String, String)> =
            on!(&mut tx, c => sqlx::query_as(INVITED).fetch_all(c).await)?;
        rows.into_iter()
            .map(|(person, role, agreement)| Ok((PersonId(person), Role::read(&role, &agreement)?)))
            .collect()
    }

    /// When the sessions of a person began and end.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sessions_of(&self, person: &PersonId) -> Result<Vec<(Instant, Instant)>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<(i64, i64)> =
            on!(&mut tx, c => sqlx::query_as(SESSIONS_OF).bind(person.as_str()).fetch_all(c).await)?;
        let moments = |(created, expires)| (Instant::from_micros(created), Instant::from_micros(expires));
        Ok(rows.into_iter().map(moments).collect())
    }

    /// The invitations a person made or took: for what, when made, and when taken.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn invitations_of(
        &self,
        person: &PersonId,
    ) -> Result<Vec<(Role, Instant, Option<Instant>)>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<(String, String, i64, Option<i64>)> =
            on!(&mut tx, c => sqlx::query_as(INVITATIONS_OF).bind(person.as_str()).fetch_all(c).await)?;
        let read = |(role, agreement, created, used): (String, String, i64, Option<i64>)| {
            let used = used.map(Instant::from_micros);
            Ok((Role::read(&role, &agreement)?, Instant::from_micros(created), used))
        };
        rows.into_iter().map(read).collect()
    }

    /// Whose account this is.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn person_of(&self, account: &Account) -> Result<Option<PersonId>, StoreError> {
        let mut tx = self.reader().await?;
        owner(&mut tx, account).await
    }

    /// Whose session this is, if it still lasts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn session(&self, hash: &str, now: Instant) -> Result<Option<PersonId>, StoreError> {
        let now = now.micros();
        let mut tx = self.reader().await?;
        let person: Option<String> =
            on!(&mut tx, c => sqlx::query_scalar(SESSION).bind(hash).bind(now).fetch_optional(c).await)?;
        Ok(person.map(PersonId))
    }

    /// What wakes whom, as set with [`SetNotify`].
    ///
    /// # Errors
    /// Those of the database.
    pub async fn notify_preferences(&self) -> Result<BTreeMap<PersonId, String>, StoreError> {
        let mut tx = self.reader().await?;
        let rows: Vec<(String, String)> = on!(&mut tx, c => sqlx::query_as(NOTIFY).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(person, notify)| (PersonId(person), notify)).collect())
    }
}

impl Role {
    /// As it is kept: the role's name, and the agreement or nothing.
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Operator => ("operator", ""),
            Self::Manager => ("manager", ""),
            Self::Auditor => ("auditor", ""),
            Self::Customer(agreement) => ("customer", agreement.as_str()),
        }
    }

    fn read(role: &str, agreement: &str) -> Result<Self, StoreError> {
        Ok(match role {
            "operator" => Self::Operator,
            "manager" => Self::Manager,
            "auditor" => Self::Auditor,
            "customer" => Self::Customer(AgreementId::from(agreement)),
            other => return Err(StoreError::Unintelligible(format!("role `{other}`"))),
        })
    }
}

async fn owner(tx: &mut Tx, account: &Account) -> Result<Option<PersonId>, StoreError> {
    let account = account.to_string();
    let person: Option<String> =
        on!(tx, c => sqlx::query_scalar(OWNER).bind(&account).fetch_optional(c).await)?;
    Ok(person.map(PersonId))
}

async fn add(tx: &mut Tx, id: &PersonId, name: &str, now: Instant) -> Result<(), StoreError> {
    // A name comes from outside and PostgreSQL's text holds no NUL.
    let name = name.replace('\0', "");
    on!(tx, c => sqlx::query(ADD).bind(id.as_str()).bind(name).bind(now.micros()).execute(c).await.map(drop))?;
    Ok(())
}

async fn link(
    tx: &mut Tx,
    account: &Account,
    person: &PersonId,
    origin: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let account = account.to_string();
    on!(tx, c => sqlx::query(LINK)
        .bind(&account).bind(person.as_str()).bind(origin).bind(now.micros()).execute(c).await.map(drop))?;
    Ok(())
}

async fn grant(
    tx: &mut Tx,
    person: &PersonId,
    role: &Role,
    origin: &str,
    by: Option<&str>,
    now: Instant,
) -> Result<(), StoreError> {
    let (role, agreement) = role.parts();
    on!(tx, c => sqlx::query(GRANT)
        .bind(person.as_str())
        .bind(role)
        .bind(agreement)
        .bind(origin)
        .bind(by)
        .bind(now.micros())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The names and accounts under which these are known.
pub(super) async fn known_as(
    tx: &mut Tx,
    people: &[PersonId],
) -> Result<(Vec<String>, BTreeSet<Account>), StoreError> {
    let names: Vec<(String, String)> = on!(&mut *tx, c => sqlx::query_as(PEOPLE).fetch_all(c).await)?;
    let accounts: Vec<(String, String)> = on!(tx, c => sqlx::query_as(ACCOUNTS).fetch_all(c).await)?;
    let one_of = |id: &str| people.iter().any(|person| person.as_str() == id);
    let names = names.into_iter().filter(|(id, name)| one_of(id) && !name.is_empty());
    let accounts = accounts.into_iter().filter(|(_, person)| one_of(person));
    let read = |(account, _): (String, String)| {
        account.parse().map_err(|error| StoreError::unintelligible("an account", error))
    };
    Ok((names.map(|(_, name)| name).collect(), accounts.map(read).collect::<Result<_, _>>()?))
}

/// Leaves nothing of a person but the random id.
pub(super) async fn erase(tx: &mut Tx, person: &PersonId) -> Result<(), StoreError> {
    let identity = [ERASE_NAME, ERASE_ACCOUNTS, ERASE_GRANTS, ERASE_SESSIONS, ERASE_PREFERENCES];
    let traces = [WITHDRAW_INVITATIONS, ERASE_USE, ERASE_OFFER, ERASE_GIVER];
    for statement in identity.into_iter().chain(traces) {
        on!(&mut *tx, c => sqlx::query(statement).bind(person.as_str()).execute(c).await.map(drop))?;
    }
    Ok(())
}
