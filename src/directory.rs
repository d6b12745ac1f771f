//! Who is where: the people, their rights, the channels, and what everybody wants to be told. One value,
//! exchanged whole after every change, so that a reader never sees half of one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::chat::{Account, Address, Platform};
use crate::commands::access::{Place, Rights, Role};
use crate::commands::spec::{NotifyHow, NotifyKind};
use crate::config::{Config, Operations, WakeOn};
use crate::core::agreement::Priority;
use crate::core::event::{AgreementId, PersonId};
use crate::i18n::{Language, Locale};
use crate::store::bindings::Binding;
use crate::store::people::{self, Person};
use crate::store::record::Chain;
use crate::store::{Store, StoreError};

/// What is known at one moment.
#[derive(Clone, Debug)]
pub struct Directory {
    pub config: Arc<Config>,
    pub people: BTreeMap<PersonId, Person>,
    pub bindings: BTreeMap<Address, Binding>,
    pub wishes: BTreeMap<PersonId, Wishes>,
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
        Ok(Self { people, bindings, wishes: wishes.collect(), accounts, slugs, config })
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

    /// Whether a customer's data may go to a platform.
    pub fn may_leave(&self, agreement: &AgreementId, platform: Platform) -> bool {
        self.operations(agreement).is_none_or(|operations| {
            operations.platforms.is_empty() || operations.platforms.contains(&platform)
        })
    }

    pub fn operations(&self, agreement: &AgreementId) -> Option<&Operations> {
        self.config.agreements.get(agreement).map(|file| &file.operations)
    }

    /// The people on call for an agreement, in the order in which they are called.
    pub fn on_call(&self, agreement: &AgreementId) -> Vec<PersonId> {
        let list = self.operations(agreement).map_or(&[][..], |operations| &operations.on_call);
        list.iter().filter_map(|slug| self.slugs.get(slug)).cloned().collect()
    }

    /// Those the agreement wants mentioned when this happens.
    pub fn mentioned(&self, agreement: &AgreementId, on: WakeOn, priority: Priority) -> Vec<PersonId> {
        let operations = self.operations(agreement).filter(|operations| {
            operations.wake_on.contains(&on) && operations.wake_priorities.contains(&priority)
        });
        let slugs = operations.map_or(&[][..], |operations| &operations.mention);
        slugs.iter().filter_map(|slug| self.slugs.get(slug)).cloned().collect()
    }

    /// Who is woken by a notice of this kind: those the agreement names, and those who wish it, without
    /// those who wish otherwise. Only people who may read all.
    pub fn woken(&self, agreement: &AgreementId, kind: NotifyKind, priority: Priority) -> Vec<PersonId> {
        let mut woken: BTreeSet<PersonId> = BTreeSet::new();
        woken.extend(wake_on(kind).into_iter().flat_map(|on| self.mentioned(agreement, on, priority)));
        for (person, wishes) in &self.wishes {
            match wishes.0.get(&kind) {
                Some(NotifyHow::Wake) if !self.rights(person).roles.is_empty() => {
                    woken.insert(person.clone())
                }
                Some(NotifyHow::Digest | NotifyHow::Off) => woken.remove(person),
                _ => false,
            };
        }
        woken.into_iter().collect()
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
        let matches = |id: &AgreementId, customer: &str, reference: &str| {
            [id.as_str().to_lowercase(), customer.to_lowercase(), reference.to_lowercase()].contains(&wanted)
        };
        files
            .filter(|(id, file)| matches(id, &file.terms.customer, &file.terms.reference))
            .map(|(id, _)| id.clone())
            .next()
    }
}

const fn wake_on(kind: NotifyKind) -> Option<WakeOn> {
    match kind {
        NotifyKind::Opened => Some(WakeOn::Opened),
        NotifyKind::AtRisk => Some(WakeOn::AtRisk),
        NotifyKind::Late => Some(WakeOn::Late),
        NotifyKind::Call | NotifyKind::Said | NotifyKind::Resolved => None,
    }
}

/// The directory, shared by everybody who speaks or answers.
#[derive(Debug)]
pub struct Shared {
    store: Store,
    current: RwLock<Arc<Directory>>,
}

impl Shared {
    /// Reads the directory for the first time.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn new(store: Store, config: Arc<Config>) -> Result<Self, StoreError> {
        let current = RwLock::new(Arc::new(Directory::read(&store, config).await?));
        Ok(Self { store, current })
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
        self.replace(self.get().config.clone()).await
    }

    /// Takes a new configuration.
    ///
    /// # Errors
    /// Those of the database; the directory stays as it was.
    pub async fn replace(&self, config: Arc<Config>) -> Result<(), StoreError> {
        let fresh = Arc::new(Directory::read(&self.store, config).await?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}
