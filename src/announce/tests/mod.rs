//! Announcements end to end: a journal in memory, a directory from real files, and every message drawn.

mod drill;
mod feedback;
mod reports;
mod separation;
mod storm;
mod story;
mod wishes;
mod withdrawn;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::Announcements;
use crate::chat::Address;
use crate::commands::spec::{NotifyHow, NotifyKind};
use crate::config::{self, Config, Surroundings};
use crate::core::agreement::Terms;
use crate::core::decide;
use crate::core::doc::Doc;
use crate::core::event::{Act, AgreementId, Event, PersonId};
use crate::core::testing::{self, Journal, START};
use crate::core::time::{Instant, Span};
use crate::directory::Shared;
use crate::i18n::{Facts, KnownPerson, Language, Locale, lacks, speak};
use crate::journal::engine::{Announcer, Composed};
use crate::store::Store;
use crate::store::bindings::{Bind, Binding};
use crate::store::inbound::SetMark;
use crate::store::outbox::Message;
use crate::store::people::{Configure, Configured, Role, SetNotify};
use crate::store::record::Chain;
use crate::store::testing::Base;

/// Operators on two platforms, and two customers with a channel each.
const CHANNELS: [(&str, Option<&str>); 4] = [
    ("web:operators", None),
    ("discord:100", None),
    ("web:acme", Some("acme")),
    ("web:borealis", Some("borealis")),
];

struct World {
    journal: Journal,
    announcements: Announcements,
    directory: Arc<Shared>,
    store: Store,
    /// How many notices were composed already.
    taken: usize,
    posts: Vec<Message>,
    /// As they read now, by key.
    cards: BTreeMap<String, Message>,
    marks: Vec<SetMark>,
    _base: Base,
}

fn place(text: &str) -> Address {
    text.parse().unwrap()
}

/// The files that are shipped, with two agreements of our own.
fn configuration() -> Config {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let mut config = config::load(&folder, &Surroundings::of_process(START)).config.unwrap();
    let file = config.agreements.get(&AgreementId::new("acme")).unwrap().clone();
    config.agreements.clear();
    for id in ["acme", "borealis"] {
        let mut file = file.clone();
        file.operations.on_call = vec!["anna".to_owned(), "ben".to_owned()];
        file.operations.mention = vec!["maria".to_owned()];
        file.operations.wake_on = [config::WakeOn::Late].into();
        file.operations.platforms.clear();
        config.agreements.insert(AgreementId::new(id), file);
    }
    config
}

impl World {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = configuration();
        change(&mut config);
        let base = Base::sqlite();
        let store = base.open().await;
        let people = ["anna", "ben", "maria"].map(|id| Configured {
            name: config.people[id].name.clone(),
            accounts: config.people[id].accounts.iter().cloned().collect(),
            roles: [Role::Operator].into(),
        });
        let customers = [("Lena Acme", "discord:900", "acme"), ("Olli Borealis", "telegram:901", "borealis")];
        let customers = customers.map(|(name, account, agreement)| Configured {
            name: name.to_owned(),
            accounts: [account.parse().unwrap()].into(),
            roles: [Role::Customer(AgreementId::new(agreement))].into(),
        });
        let people = people.into_iter().chain(customers).collect();
        store.write(Configure { people, now: START }).await.unwrap();
        for (address, customer) in CHANNELS {
            let audience = customer.map_or(Chain::Operators, |id| Chain::Customer(AgreementId::new(id)));
            let locale = Locale { language: Language::English, zone: chrono_tz::UTC };
            let binding = Binding { audience, locale, bound_by: None, bound: START };
            store.write(Bind { address: place(address), binding }).await.unwrap();
        }
        let directory = Arc::new(Shared::new(store.clone(), Arc::new(config)).await.unwrap());
        let announcements = Announcements::new(directory.clone());
        let mut world = Self {
            journal: Journal::new(),
            announcements,
            directory,
            store,
            taken: 0,
            posts: Vec::new(),
            cards: BTreeMap::new(),
            marks: Vec::new(),
            _base: base,
        };
        world.take();
        world
    }

    fn person(&self, name: &str) -> PersonId {
        let directory = self.directory.get();
        directory.people.values().find(|person| person.name.starts_with(name)).unwrap().id.clone()
    }

    async fn wishes(&self, name: &str, kind: NotifyKind, how: NotifyHow) {
        self.wishes_all(name, &[(kind, how)]).await;
    }

    async fn wishes_all(&self, name: &str, wishes: &[(NotifyKind, NotifyHow)]) {
        let wishes: BTreeMap<NotifyKind, NotifyHow> = wishes.iter().copied().collect();
        let notify = serde_json::to_string(&wishes).unwrap();
        self.store.write(SetNotify { person: self.person(name), notify }).await.unwrap();
        self.directory.refresh().await.unwrap();
    }

    fn adopt(&mut self, terms: Terms) {
        let early = START - Span::from_days(50);
        let version = 1 + u32::try_from(self.journal.entries.len()).unwrap();
        self.journal.adopt(early, version, terms);
        self.take();
    }

    /// Borealis uses checkout too.
    fn share_checkout(&mut self) {
        self.adopt(Terms {
            agreement: "borealis".into(),
            customer: "Borealis Oy".to_owned(),
            reference: "BOR".to_owned(),
            ..testing::terms()
        });
    }

    /// Composes what was noticed since, and puts it where the outbox would.
    fn take(&mut self) -> Composed {
        let notices = &self.journal.notices[self.taken..];
        let now = self.journal.state.now.unwrap();
        let composed = self.announcements.compose(&self.journal.state, notices, now);
        self.taken = self.journal.notices.len();
        for message in composed.posts.iter().chain(&composed.cards) {
            assert_eq!(lacks(&message.doc), [], "{}", message.key);
            assert!(message.key.ends_with(&message.to.to_string()), "{}", message.key);
        }
        for post in &composed.posts {
            assert!(self.posts.iter().all(|known| known.key != post.key), "twice: {}", post.key);
            self.posts.push(post.clone());
        }
        self.marks.extend(composed.marks.iter().cloned());
        for card in &composed.cards {
            self.cards.insert(card.key.clone(), card.clone());
        }
        composed
    }

    /// The people of the story act by the ids of the directory.
    fn acts(&mut self, minute: i64, name: &str, act: Act) -> Composed {
        let mut composed = self.until(testing::at(minute));
        let by = self.person(name);
        let id = format!("act/{minute}/{name}");
        let at = testing::at(minute);
        self.journal.append(at, &id, Event::Act { at, by, act });
        let more = self.take();
        composed.posts.extend(more.posts);
        composed.cards.extend(more.cards);
        composed
    }

    /// Whether a message calls somebody.
    fn calls(&self, message: &Message, name: &str) -> bool {
        let person = self.person(name);
        format!("{:?}", message.doc).contains(&format!("Mention(PersonId(\"{person}\"))"))
    }

    /// Lets time pass; everything is said at the moment it falls due.
    fn until(&mut self, moment: Instant) -> Composed {
        let mut all = Composed::default();
        while let Some(due) = decide::next_due(&self.journal.state).filter(|due| *due <= moment) {
            self.journal.append(due, &format!("tick/{}", due.micros()), Event::Tick { at: due });
            let composed = self.take();
            all.posts.extend(composed.posts);
            all.cards.extend(composed.cards);
        }
        all
    }

    fn facts(&self) -> Facts {
        let directory = self.directory.get();
        let people = directory.people.values().map(|person| {
            let known = KnownPerson {
                name: person.name.clone(),
                accounts: person.accounts.iter().cloned().collect(),
            };
            (person.id.clone(), known)
        });
        let prose = [("prose".into(), "We are on it.".to_owned())];
        Facts { people: people.collect(), prose: prose.into() }
    }

    fn text(&self, doc: &Doc, language: Language) -> String {
        let locale = Locale { language, zone: chrono_tz::UTC };
        speak(doc, locale, &self.facts()).plain_text()
    }

    /// Everything that ever stood in a place, in English.
    fn read_at(&self, address: &str) -> String {
        let messages = self.posts.iter().chain(self.cards.values());
        let here = messages.filter(|message| message.to == place(address));
        here.map(|message| format!("{}\n{}\n", message.key, self.text(&message.doc, Language::English)))
            .collect()
    }
}
