//! People, rights, invitations, sessions and bindings.

use std::collections::{BTreeMap, BTreeSet};

use super::super::bindings::{Bind, Binding, ConfigureBindings, Unbind};
use super::super::erase::Erase;
use super::super::inbound::{Handled, PruneHandled, SetMark};
use super::super::people::{
    Accept, Configure, Configured, EndSession, Invite, Link, NotAccepted, OpenSession, PruneExpired, Revoke,
    Role, SetNotify, Token, web_account,
};
use super::super::record::Chain;
use super::super::testing::{Base, on_both};
use crate::chat::{Account, Address};
use crate::core::event::{AgreementId, PersonId};
use crate::core::time::{Instant, Span};
use crate::i18n::{Language, Locale};

fn at(second: i64) -> Instant {
    Instant::from_seconds(1_700_000_000 + second)
}

fn account(text: &str) -> Account {
    text.parse().unwrap()
}

fn acme() -> Role {
    Role::Customer(AgreementId::from("acme"))
}

fn configured(name: &str, accounts: &[&str], roles: &[Role]) -> Configured {
    let accounts = accounts.iter().map(|text| account(text)).collect();
    Configured { name: name.to_owned(), accounts, roles: roles.iter().cloned().collect() }
}

#[tokio::test]
async fn a_person_stays_the_same_when_the_configuration_changes() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let ann = configured("Ann", &["discord:1", "telegram:2"], &[Role::Operator, Role::Manager]);
        let bob = configured("Bob", &["discord:3"], &[acme()]);
        let ids = store.write(Configure { people: vec![ann, bob], now: at(0) }).await.unwrap();
        assert_ne!(ids[0], ids[1]);
        assert!(!ids[0].as_str().contains("Ann"), "an id says nothing of a person");
        store.close().await;

        let store = base.open().await;
        let ann = configured("Anna", &["telegram:2", "web:anna"], &[Role::Operator]);
        let again = store.write(Configure { people: vec![ann], now: at(1) }).await.unwrap();
        assert_eq!(again, ids[..1]);
        let people = store.people().await.unwrap();
        let anna = &people[&ids[0]];
        assert_eq!(anna.name, "Anna");
        assert_eq!(anna.accounts, BTreeSet::from([account("telegram:2"), account("web:anna")]));
        assert_eq!(anna.roles, BTreeSet::from([Role::Operator]));
        // Who left the files has no way in any more.
        assert!(people[&ids[1]].accounts.is_empty() && people[&ids[1]].roles.is_empty());
        assert_eq!(store.person_of(&account("discord:3")).await.unwrap(), None);
        assert_eq!(store.person_of(&account("web:anna")).await.unwrap(), Some(ids[0].clone()));
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_accepted_once_even_when_many_try_at_once() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let token = Token::new().unwrap();
        assert_eq!(token.secret.len(), 32);
        assert!(!format!("{token:?}").contains(&token.secret));
        let expires = at(0) + Span::from_hours(48);
        let invite = Invite { hash: token.hash.clone(), role: acme(), created_by: None, now: at(0), expires };
        store.write(invite).await.unwrap();
        let tries = (0..20).map(|n| {
            let account = Some(account(&format!("discord:{n}")));
            let name = format!("Guest {n}\0");
            store.write(Accept { hash: Token::hash(&token.secret), account, name, now: at(1) })
        });
        let outcomes: Vec<_> =
            futures_util::future::join_all(tries).await.into_iter().map(Result::unwrap).collect();
        let accepted: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
        assert_eq!(accepted.len(), 1);
        assert_eq!(accepted[0].1, acme());
        assert!(outcomes.iter().filter(|o| o.is_err()).all(|o| *o == Err(NotAccepted::Used)));
        let people = store.people().await.unwrap();
        assert_eq!(people.len(), 1, "those who came too late left no trace");
        assert_eq!(people[&accepted[0].0].roles, BTreeSet::from([acme()]));

        let late = Token::new().unwrap();
        let invite = Invite { hash: late.hash, role: acme(), created_by: None, now: at(0), expires };
        store.write(invite).await.unwrap();
        let accept = |secret: &str, now| {
            store.write(Accept { hash: Token::hash(secret), account: None, name: "x".to_owned(), now })
        };
        assert_eq!(accept(&late.secret, expires).await.unwrap(), Err(NotAccepted::Expired));
        assert_eq!(accept("nonsense", at(1)).await.unwrap(), Err(NotAccepted::Unknown));
        let (person, _) = accept(&late.secret, expires - Span::from_micros(1)).await.unwrap().unwrap();
        assert_eq!(store.person_of(&web_account(&person)).await.unwrap(), Some(person));
    })
    .await;
}

#[tokio::test]
async fn an_invitation_adds_to_a_known_person_and_outlives_the_configuration() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let ann = || configured("Ann", &["discord:1"], &[Role::Operator]);
        let id = store.write(Configure { people: vec![ann()], now: at(0) }).await.unwrap().remove(0);
        let token = Token::new().unwrap();
        let created_by = Some(id.clone());
        let invite =
            Invite { hash: token.hash.clone(), role: acme(), created_by, now: at(0), expires: at(9) };
        store.write(invite).await.unwrap();
        let account = Some(account("discord:1"));
        let accept = Accept { hash: token.hash, account, name: "ann on Discord".to_owned(), now: at(1) };
        assert_eq!(store.write(accept).await.unwrap(), Ok((id.clone(), acme())));
        store.write(Configure { people: vec![ann()], now: at(2) }).await.unwrap();
        let people = store.people().await.unwrap();
        assert_eq!(people[&id].name, "Ann");
        assert_eq!(people[&id].roles, BTreeSet::from([Role::Operator, acme()]));
        assert!(store.write(Revoke { person: id.clone(), role: acme() }).await.unwrap());
        assert!(!store.write(Revoke { person: id.clone(), role: acme() }).await.unwrap());
        let web = web_account(&id);
        assert!(store.write(Link { account: web.clone(), person: id.clone(), now: at(3) }).await.unwrap());
        assert!(!store.write(Link { account: web, person: id, now: at(3) }).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn sessions_end_and_a_hash_is_not_the_secret() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let ann = configured("Ann", &["discord:1"], &[]);
        let person = store.write(Configure { people: vec![ann], now: at(0) }).await.unwrap().remove(0);
        let token = Token::new().unwrap();
        let open = |hash: &str| OpenSession {
            hash: hash.to_owned(),
            person: person.clone(),
            now: at(0),
            expires: at(100),
        };
        store.write(open(&token.hash)).await.unwrap();
        store.write(open("other")).await.unwrap();
        assert_eq!(store.session(&Token::hash(&token.secret), at(99)).await.unwrap(), Some(person.clone()));
        assert_eq!(store.session(&token.secret, at(99)).await.unwrap(), None);
        assert_eq!(store.session(&token.hash, at(100)).await.unwrap(), None);
        store.write(EndSession(token.hash.clone())).await.unwrap();
        assert_eq!(store.session(&token.hash, at(1)).await.unwrap(), None);
        assert_eq!(store.session("other", at(1)).await.unwrap(), Some(person));
        store.write(PruneExpired(at(101))).await.unwrap();
        assert_eq!(store.session("other", at(1)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn erasing_a_person_leaves_the_random_id_alone() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let ann = configured("Ann", &["discord:1"], &[Role::Operator]);
        let person = store.write(Configure { people: vec![ann], now: at(0) }).await.unwrap().remove(0);
        let notify = "{\"wake\":[\"P1\"]}".to_owned();
        store.write(SetNotify { person: person.clone(), notify: notify.clone() }).await.unwrap();
        assert_eq!(store.notify_preferences().await.unwrap(), BTreeMap::from([(person.clone(), notify)]));
        let people = vec![person.clone()];
        store.write(Erase { prose: Vec::new(), people, now: at(1) }).await.unwrap();
        let left = &store.people().await.unwrap()[&person];
        assert!(left.name.is_empty() && left.accounts.is_empty() && left.roles.is_empty());
        assert!(store.notify_preferences().await.unwrap().is_empty());
        assert_eq!(store.erasures().await.unwrap()[0].people, [person]);
    })
    .await;
}

#[tokio::test]
async fn a_channel_has_one_binding_and_the_files_win() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let address = |text: &str| text.parse::<Address>().unwrap();
        let locale = |language, zone: &str| Locale { language, zone: zone.parse().unwrap() };
        let german = locale(Language::English, "Europe/Berlin");
        let taiwan = locale(Language::TraditionalChinese, "Asia/Taipei");
        let by = Some(PersonId::from("p1"));
        let customer = Chain::Customer(AgreementId::from("acme"));
        let ours = Binding { audience: Chain::Operators, locale: german, bound_by: by.clone(), bound: at(0) };
        let theirs = Binding { audience: customer, locale: taiwan, bound_by: by, bound: at(1) };
        let bind = |text, binding: &Binding| Bind { address: address(text), binding: binding.clone() };
        store.write(bind("discord:1", &ours)).await.unwrap();
        store.write(bind("discord:1", &theirs)).await.unwrap();
        store.write(bind("telegram:-100123/7", &ours)).await.unwrap();
        let from_files = Binding { bound_by: None, ..ours.clone() };
        let files = BTreeMap::from([(address("web:operators"), from_files.clone())]);
        store.write(ConfigureBindings(files)).await.unwrap();
        store.close().await;
        let store = base.open().await;
        let expected = BTreeMap::from([
            (address("discord:1"), theirs.clone()),
            (address("telegram:-100123/7"), ours),
            (address("web:operators"), from_files.clone()),
        ]);
        assert_eq!(store.bindings().await.unwrap(), expected);
        let files = BTreeMap::from([(address("discord:1"), from_files.clone())]);
        store.write(ConfigureBindings(files)).await.unwrap();
        let now = store.bindings().await.unwrap();
        assert_eq!(now.get(&address("discord:1")), Some(&from_files));
        assert_eq!(now.get(&address("web:operators")), None);
        assert!(store.write(Unbind(address("discord:1"))).await.unwrap());
        assert!(!store.write(Unbind(address("discord:1"))).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn handled_acts_and_marks_are_remembered() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let ids = || vec!["telegram:update:1".to_owned(), "telegram:update:2".to_owned()];
        store.write(Handled { ids: ids(), now: at(0) }).await.unwrap();
        store.write(Handled { ids: ids(), now: at(9) }).await.unwrap();
        assert!(store.is_handled("telegram:update:1").await.unwrap());
        assert!(!store.is_handled("telegram:update:3").await.unwrap());
        assert_eq!(store.write(PruneHandled(at(1))).await.unwrap(), 2);
        assert!(!store.is_handled("telegram:update:1").await.unwrap());
        assert_eq!(store.mark("telegram offset").await.unwrap(), None);
        for value in ["991", "992"] {
            let (name, value) = ("telegram offset".to_owned(), value.to_owned());
            store.write(SetMark { name, value }).await.unwrap();
        }
        assert_eq!(store.mark("telegram offset").await.unwrap().as_deref(), Some("992"));
    })
    .await;
}

#[tokio::test]
async fn what_an_invitation_gave_is_taken_back_with_what_hangs_on_it() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let invite = async |role: Role, by: Option<PersonId>| {
            let hash = Token::new().unwrap().hash;
            let expires = at(1000);
            store
                .write(Invite { hash: hash.clone(), role, created_by: by, now: at(0), expires })
                .await
                .unwrap();
            hash
        };
        let accept = async |hash: String, account: Option<Account>| {
            let accept = Accept { hash, account, name: "Kim".to_owned(), now: at(1) };
            store.write(accept).await.unwrap()
        };
        let (kim, _) = accept(invite(Role::Manager, None).await, None).await.unwrap();
        accept(invite(Role::Operator, None).await, Some(web_account(&kim))).await.unwrap();
        let left_behind = invite(Role::Manager, Some(kim.clone())).await;
        let session =
            OpenSession { hash: "s".to_owned(), person: kim.clone(), now: at(1), expires: at(1000) };
        store.write(session).await.unwrap();
        assert_eq!(
            store.invited().await.unwrap(),
            [(kim.clone(), Role::Manager), (kim.clone(), Role::Operator)]
        );
        assert!(store.write(Revoke { person: kim.clone(), role: Role::Manager }).await.unwrap());
        assert_eq!(accept(left_behind, None).await, Err(NotAccepted::Unknown));
        assert_eq!(store.session("s", at(2)).await.unwrap(), Some(kim.clone()), "an operator still");
        assert!(store.write(Revoke { person: kim.clone(), role: Role::Operator }).await.unwrap());
        assert_eq!(store.session("s", at(2)).await.unwrap(), None);
        assert!(store.invited().await.unwrap().is_empty());
        // The configuration's word is the configuration's to take back.
        let ann = configured("Ann", &["discord:1"], &[Role::Manager]);
        let ids = store.write(Configure { people: vec![ann], now: at(3) }).await.unwrap();
        assert!(!store.write(Revoke { person: ids[0].clone(), role: Role::Manager }).await.unwrap());
        assert!(store.people().await.unwrap()[&ids[0]].roles.contains(&Role::Manager));
    })
    .await;
}
