//! Who is where: the people, their rights, the channels, and what everybody wants to be told. One value,
//! exchanged whole after every change, so that a reader never sees half of one.

mod kept;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::chat::{Account, Address, Platform};
use crate::commands::access::{Place, Rights, Role};
use crate::commands::spec::{NotifyHow, NotifyKind};
use crate::config::{Config, Operations, WakeOn};
use crate::core::agreement::Priority;
use crate::core::event::{AgreementId, PersonId};
use crate::core::scorecard::{TeamId, Teams};
use crate::i18n::{Language, Locale};
use crate::store::bindings::Binding;
use crate::store::people::{self, Person, web_account};
use crate::store::record::Chain;
use crate::store::{Store, StoreError};

pub use kept::{Kept, held, keep};

/// What is known at one moment.
#[derive(Clone, Debug)]
pub struct Directory {
    pub config: Arc<Config>,
    pub people: BTreeMap<PersonId, Person>,
    pub bindings: BTreeMap<Address, Binding>,
    pub wishes: BTreeMap<PersonId, Wishes>,
    /// The agreements that are no longer in the files, while incidents under them are open.
    pub kept: BTreeMap<AgreementId, Kept>,
    accounts: BTreeMap<Account, PersonId>,
    /// The people of the configuration, by the names its lists use.
    slugs: BTreeMap<String, PersonId>,
}

/// What a person wants to be told, and how; what is not named follows the agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wishes(pub BTreeMap<NotifyKind, NotifyHow>);

impl Directory {
    /// Reads people, channels and wishes as they are now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(store: &Store, config: Arc<Config>) -> Result<Self, StoreError> {
        let people = store.people().await?;
        let bindings = store.bindings().await?;
        let wishes = store.notify_preferences().await?;
        let wishes = wishes
            .into_iter()
            .map(|(person, text)| (person, serde_json::from_str(&text).unwrap_or_default()));
        let accounts: BTreeMap<Account, PersonId> = people
            .values()
            .flat_map(|person| person.accounts.iter().map(|account| (account.clone(), person.id.clone())))
            .collect();
        let slugs = config.people.values().filter_map(|person| {
            let known = person.accounts.iter().find_map(|account| accounts.get(account))?;
            Some((person.id.clone(), known.clone()))
        });
        let slugs = slugs.collect();
        let kept = kept::kept(store, &config).await?;
        Ok(Self { people, bindings, wishes: wishes.collect(), kept, accounts, slugs, config })
    }

    /// The person behind an account. The web chat knows its visitors by their sessions, and names them by
    /// their ids.
    pub fn person(&self, account: &Account) -> Option<&Person> {
        let visitor = (account.platform == Platform::Web).then(|| PersonId::new(account.user.clone()));
        let id = self.accounts.get(account).or(visitor.as_ref())?;
        self.people.get(id)
    }

    /// What a person may do.
    pub fn rights(&self, person: &PersonId) -> Rights {
        let mut rights = Rights::default();
        for role in self.people.get(person).into_iter().flat_map(|person| &person.roles) {
            match role {
                people::Role::Operator => rights.roles.insert(Role::Operator),
                people::Role::Manager => rights.roles.insert(Role::Manager),
                people::Role::Auditor => rights.roles.insert(Role::Auditor),
                people::Role::Customer(agreement) => rights.represents.insert(agreement.clone()),
            };
        }
        rights
    }

    /// The binding of a channel; a thread or topic that is not bound itself has its parent's.
    pub fn binding(&self, address: &Address, parent: Option<&Address>) -> Option<&Binding> {
        let whole = Address { thread: None, ..address.clone() };
        [Some(address), parent, Some(&whole)]
            .into_iter()
            .flatten()
            .find_map(|address| self.bindings.get(address))
    }

    /// Whose channel this is.
    pub fn place(&self, address: &Address, parent: Option<&Address>) -> Place {
        if address.direct {
            return Place::Direct;
        }
        match self.binding(address, parent).map(|binding| &binding.audience) {
            Some(Chain::Operators) => Place::Operators,
            Some(Chain::Customer(agreement)) => Place::Customer(agreement.clone()),
            None => Place::Unbound,
        }
    }

    /// The operators' channels.
    pub fn operators(&self) -> impl Iterator<Item = (&Address, &Binding)> {
        self.bindings.iter().filter(|(_, binding)| binding.audience == Chain::Operators)
    }

    /// A customer's channels, on the platforms their data may go to.
    pub fn customer<'a>(
        &'a self,
        agreement: &'a AgreementId,
    ) -> impl Iterator<Item = (&'a Address, &'a Binding)> {
        self.bindings.iter().filter(move |(address, binding)| {
            matches!(&binding.audience, Chain::Customer(bound) if bound == agreement)
                && self.may_leave(agreement, address.platform)
        })
    }

    /// Whether a customer's data may go to a platform. Of an agreement of which nothing is known: nowhere.
    pub fn may_leave(&self, agreement: &AgreementId, platform: Platform) -> bool {
        self.operations(agreement).is_some_and(|operations| {
            operations.platforms.is_empty() || operations.platforms.contains(&platform)
        })
    }

    /// How an agreement is carried out: as its file says, or, while incidents are open under one whose file
    /// is gone, as it said last.
    pub fn operations(&self, agreement: &AgreementId) -> Option<&Operations> {
        let file = self.config.agreements.get(agreement).map(|file| &file.operations);
        file.or_else(|| self.kept.get(agreement).map(|kept| &kept.operations))
    }

    /// What the customer of an agreement is called.
    pub fn customer_name(&self, agreement: &AgreementId) -> Option<&str> {
        let file = self.config.agreements.get(agreement).map(|file| file.terms.customer.as_str());
        file.or_else(|| self.kept.get(agreement).map(|kept| kept.customer.as_str()))
    }

    /// The people on call for an agreement, in the order in which they are called.
    pub fn on_call(&self, agreement: &AgreementId) -> Vec<PersonId> {
        let list = self.operations(agreement).map_or(&[][..], |operations| &operations.on_call);
        self.known(list).collect()
    }

    /// The people of the configuration that one of its lists names.
    fn known<'a>(&'a self, list: &'a [String]) -> impl Iterator<Item = PersonId> + 'a {
        list.iter().filter_map(|slug| self.slugs.get(slug)).cloned()
    }

    /// Who is in each team of the configuration.
    pub fn teams(&self) -> Teams {
        let teams = self.config.teams.values();
        teams.map(|team| (TeamId::new(team.id.clone()), self.known(&team.members).collect())).collect()
    }

    /// Whether the agreement lets people be woken for incidents of this priority.
    pub fn may_wake(&self, agreement: &AgreementId, priority: Priority) -> bool {
        self.operations(agreement).is_some_and(|operations| operations.wake_priorities.contains(&priority))
    }

    /// Whether the agreement wants people woken when this happens.
    pub fn wakes(&self, agreement: &AgreementId, on: WakeOn, priority: Priority) -> bool {
        let wanted = |operations: &Operations| operations.wake_on.contains(&on);
        self.may_wake(agreement, priority) && self.operations(agreement).is_some_and(wanted)
    }

    /// Whether the agreement wants people woken for a complaint when this happens; a complaint has no priority.
    pub fn wakes_for_complaints(&self, agreement: &AgreementId, on: WakeOn) -> bool {
        self.operations(agreement).is_some_and(|operations| operations.wake_on.contains(&on))
    }

    /// Those the agreement wants mentioned whenever somebody is woken.
    pub fn mentioned(&self, agreement: &AgreementId) -> Vec<PersonId> {
        let slugs = self.operations(agreement).map_or(&[][..], |operations| &operations.mention);
        self.known(slugs).collect()
    }

    /// Those of `people` who do not wish otherwise, and all who wish to be woken for this. Only people who may
    /// read all.
    pub fn wished(&self, kind: NotifyKind, people: Vec<PersonId>) -> Vec<PersonId> {
        let mut woken = people;
        for (person, wishes) in &self.wishes {
            match wishes.0.get(&kind) {
                Some(NotifyHow::Wake) if !woken.contains(person) && self.reads_all(person) => {
                    woken.push(person.clone());
                }
                Some(NotifyHow::Digest | NotifyHow::Off) => woken.retain(|known| known != person),
                _ => {}
            }
        }
        woken
    }

    /// Whether somebody works for the provider.
    pub fn reads_all(&self, person: &PersonId) -> bool {
        !self.rights(person).roles.is_empty()
    }

    /// Where somebody reads alone: their accounts on the platforms that are allowed; the web chat, which
    /// everybody has, where there is no other.
    pub fn alone(&self, person: &PersonId, allowed: impl Fn(Platform) -> bool) -> Vec<(Address, Locale)> {
        let accounts = self.people.get(person).into_iter().flat_map(|person| &person.accounts);
        let elsewhere = accounts.filter(|account| account.platform != Platform::Web);
        let mut accounts: Vec<Account> =
            elsewhere.filter(|account| allowed(account.platform)).cloned().collect();
        if accounts.is_empty() && allowed(Platform::Web) && self.people.contains_key(person) {
            accounts.push(web_account(person));
        }
        accounts.into_iter().map(|account| (account.direct(), self.own_locale(person, &account))).collect()
    }

    /// Where somebody reads alone on one platform, if they have an account there.
    pub fn alone_on(&self, person: &PersonId, platform: Platform) -> Option<(Address, Locale)> {
        let known = self.people.get(person)?;
        let account = known.accounts.iter().find(|account| account.platform == platform).cloned();
        let account = account.or_else(|| (platform == Platform::Web).then(|| web_account(person)))?;
        Some((account.direct(), self.own_locale(person, &account)))
    }

    /// Language and zone of a person as the configuration has them, whichever their account; of somebody it
    /// does not know, those of a channel of theirs.
    fn own_locale(&self, person: &PersonId, account: &Account) -> Locale {
        let accounts = self.people.get(person).into_iter().flat_map(|person| &person.accounts);
        let configured = accounts
            .chain([account])
            .find(|account| self.config.people.values().any(|person| person.accounts.contains(*account)));
        let rights = self.rights(person);
        let theirs = |binding: &&Binding| match &binding.audience {
            Chain::Operators => !rights.roles.is_empty(),
            Chain::Customer(agreement) => rights.represents.contains(agreement),
        };
        let usual = self.bindings.values().find(theirs).map(|binding| binding.locale);
        let own = self.locale_of(configured.unwrap_or(account), usual.map(|locale| locale.language));
        match usual.filter(|_| own.zone == chrono_tz::UTC) {
            Some(usual) => Locale { zone: usual.zone, ..own },
            None => own,
        }
    }

    /// Language and zone for one person's own messages: as they or the files say, else the platform's language
    /// and the zone of those among whom they are.
    pub fn locale_of(&self, account: &Account, hint: Option<Language>) -> Locale {
        let configured = self.config.people.values().find(|person| person.accounts.contains(account));
        let home = self.person(account).and_then(|person| self.home(&person.id));
        Locale {
            language: configured
                .and_then(|person| person.language)
                .or(hint)
                .or(home.map(|home| home.language))
                .unwrap_or_default(),
            zone: configured
                .and_then(|person| person.zone)
                .or(home.map(|home| home.zone))
                .unwrap_or(chrono_tz::UTC),
        }
    }

    /// The language and zone of the operators' channels, or of the agreement a person speaks for.
    fn home(&self, person: &PersonId) -> Option<Locale> {
        let rights = self.rights(person);
        if !rights.roles.is_empty() {
            return self.operators_locale();
        }
        let operations = rights.represents.iter().find_map(|agreement| self.operations(agreement))?;
        Some(Locale { language: operations.language, zone: operations.zone })
    }

    /// As `[channels]` says, else as the first operators' channel does.
    pub fn operators_locale(&self) -> Option<Locale> {
        let written = self.operators().find(|(_, binding)| binding.bound_by.is_none());
        written.or_else(|| self.operators().next()).map(|(_, binding)| binding.locale)
    }

    /// The agreements that have a customer's name or id like this.
    pub fn agreement_named(&self, text: &str) -> Option<AgreementId> {
        let wanted = text.trim().to_lowercase();
        let files = self.config.agreements.iter();
        let files = files.map(|(id, file)| (id, &file.terms.customer, &file.terms.reference));
        let kept = self.kept.iter().map(|(id, kept)| (id, &kept.customer, &kept.reference));
        let matches = |id: &AgreementId, customer: &str, reference: &str| {
            [id.as_str().to_lowercase(), customer.to_lowercase(), reference.to_lowercase()].contains(&wanted)
        };
        let mut all = files.chain(kept);
        all.find(|(id, customer, reference)| matches(id, customer, reference)).map(|(id, ..)| id.clone())
    }
}

/// The directory, shared by everybody who speaks or answers.
#[derive(Debug)]
pub struct Shared {
    store: Store,
    current: RwLock<Arc<Directory>>,
    /// The configuration in force. Held while a directory is read and exchanged, so that no change is
    /// overtaken by one that began earlier with an older configuration or older rows.
    config: Mutex<Arc<Config>>,
}

impl Shared {
    /// Reads the directory for the first time.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn new(store: Store, config: Arc<Config>) -> Result<Self, StoreError> {
        let current = RwLock::new(Arc::new(Directory::read(&store, config.clone()).await?));
        Ok(Self { store, current, config: Mutex::new(config) })
    }

    /// The directory as it is now.
    pub fn get(&self) -> Arc<Directory> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads people, channels and wishes again after a change.
    ///
    /// # Errors
    /// Those of the database; the directory stays as it was.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let config = self.config.lock().await;
        self.exchange(config.clone()).await
    }

    /// Takes a new configuration.
    ///
    /// # Errors
    /// Those of the database; the directory stays as it was.
    pub async fn replace(&self, config: Arc<Config>) -> Result<(), StoreError> {
        let mut current = self.config.lock().await;
        self.exchange(config.clone()).await?;
        *current = config;
        Ok(())
    }

    /// Only while [`Self::config`] is held.
    async fn exchange(&self, config: Arc<Config>) -> Result<(), StoreError> {
        let fresh = Arc::new(Directory::read(&self.store, config).await?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::config::Surroundings;
    use crate::core::time::Instant;
    use crate::store::testing::Base;

    #[tokio::test]
    async fn a_refresh_that_began_before_a_reload_does_not_bring_the_old_configuration_back() {
        let base = Base::sqlite();
        let store = base.open().await;
        let surroundings =
            Surroundings { now: Instant::from_seconds(1_780_000_000), variables: BTreeMap::new() };
        let old = crate::config::load(Path::new("config"), &surroundings).config.unwrap();
        let mut new = old.clone();
        new.agreements.pop_first();
        let left = new.agreements.len();
        let shared = Arc::new(Shared::new(store, Arc::new(old)).await.unwrap());
        let mut early = Box::pin(shared.refresh());
        assert!(futures_util::poll!(&mut early).is_pending());
        let reloading = shared.clone();
        let mut late = tokio::spawn(async move { reloading.replace(Arc::new(new)).await });
        // As far as it comes while the refresh stands still.
        let early_bird = tokio::time::timeout(Duration::from_millis(500), &mut late).await;
        early.await.unwrap();
        match early_bird {
            Ok(done) => done.unwrap().unwrap(),
            Err(_) => late.await.unwrap().unwrap(),
        }
        assert_eq!(shared.get().config.agreements.len(), left);
    }
}
