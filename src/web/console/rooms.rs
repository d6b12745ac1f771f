//! Which rooms a person may see.

use std::fmt;

use futures_util::future::BoxFuture;

use crate::chat::web::connect::room_name;
use crate::chat::{Address, Platform};
use crate::core::event::PersonId;
use crate::directory::{Directory, Shared};
use crate::i18n::{self, Locale};
use crate::store::StoreError;
use crate::store::bindings::Binding;
use crate::store::people::web_account;
use crate::store::record::Chain;
use crate::store::rooms::{Audience, Seat};

/// Knows the rooms: from the bindings and the rights of people.
pub trait Rooms: Send + Sync + fmt::Debug {
    /// The rooms that `person` may see now, in the order to show them: the operators' for staff, a
    /// customer's for its representatives and staff, and the person's own direct messages. Empty for a
    /// person without any right.
    fn visible<'a>(&'a self, person: &'a PersonId) -> BoxFuture<'a, Result<Vec<Room>, StoreError>>;

    /// Takes notice that somebody came in by an invitation.
    fn refresh(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}

impl Rooms for Shared {
    fn visible<'a>(&'a self, person: &'a PersonId) -> BoxFuture<'a, Result<Vec<Room>, StoreError>> {
        Box::pin(async move { Ok(rooms_of(&self.get(), person)) })
    }

    fn refresh(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.refresh())
    }
}

/// The web's rooms that are bound and that `person` may see, then their own.
fn rooms_of(directory: &Directory, person: &PersonId) -> Vec<Room> {
    let rights = directory.rights(person);
    let staff = rights.is_staff();
    if !staff && rights.represents.is_empty() {
        return Vec::new();
    }
    let mut rooms: Vec<Room> = directory
        .bindings
        .iter()
        .filter(|(address, _)| {
            address.platform == Platform::Web && !address.direct && address.thread.is_none()
        })
        .filter(|(_, binding)| match &binding.audience {
            Chain::Operators => staff,
            Chain::Customer(agreement) => rights.may_see(agreement),
        })
        .map(|(address, binding)| bound(directory, address, binding))
        .collect();
    rooms.sort_by(|a, b| (a.kind, &a.title, &a.address).cmp(&(b.kind, &b.title, &b.address)));
    let account = web_account(person);
    let mut locale = directory.locale_of(&account, None);
    if let Some(first) = rooms.first().filter(|_| locale.zone == chrono_tz::UTC) {
        locale.zone = first.locale.zone;
    }
    let (title, kind) = ("Upheld".to_owned(), RoomKind::Direct);
    rooms.push(Room { address: account.direct(), title, kind, audience: Audience::Person, locale });
    rooms
}

fn bound(directory: &Directory, address: &Address, binding: &Binding) -> Room {
    let locale = binding.locale;
    let (kind, mut title, usual) = match &binding.audience {
        Chain::Operators => (RoomKind::Operators, i18n::words("web-operators", locale.language), "operators"),
        Chain::Customer(agreement) => {
            let file = directory.config.agreements.get(agreement);
            let customer = file.map_or_else(|| agreement.0.clone(), |file| file.terms.customer.clone());
            (RoomKind::Customer, customer, agreement.as_str())
        }
    };
    // A second room of the same people needs a name of its own.
    if address.channel != usual {
        title = format!("{title} · {}", address.channel);
    }
    let audience = Audience::Party(binding.audience.clone());
    Room { address: address.clone(), title, kind, audience, locale }
}

/// A room as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    pub address: Address,
    /// The customer's name, `Operators`, or whatever it is called.
    pub title: String,
    pub kind: RoomKind,
    /// Whose it is now; what was written there for others is not shown.
    pub audience: Audience,
    pub locale: Locale,
}

/// Who is in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoomKind {
    Operators,
    Customer,
    Direct,
}

impl Room {
    /// By this name the room is kept: `operators`, `@3f…`.
    pub fn name(&self) -> String {
        room_name(&self.address)
    }

    /// The address of its page.
    pub fn path(&self) -> String {
        format!("/chat/{}", self.name())
    }
}

impl RoomKind {
    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::Operators => "◆",
            Self::Customer => "◇",
            Self::Direct => "@",
        }
    }

    /// The key of the words that say who is in here.
    pub(super) const fn about(self) -> &'static str {
        match self {
            Self::Operators => "web-about-operators",
            Self::Customer => "web-about-customer",
            Self::Direct => "web-about-direct",
        }
    }

    pub(super) const fn is_direct(self) -> bool {
        matches!(self, Self::Direct)
    }
}

/// What `person` may see when these are their rooms.
pub(super) fn seat(person: &PersonId, rooms: &[Room]) -> Seat {
    let rooms = rooms.iter().map(|room| (room.name(), room.audience.clone())).collect();
    Seat { person: person.clone(), rooms }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::config::Surroundings;
    use crate::core::time::Instant;
    use crate::i18n::Language;
    use crate::store::bindings::Bind;
    use crate::store::people::{Accept, Invite, Role, Token};
    use crate::store::testing::Base;

    #[tokio::test]
    async fn staff_see_every_room_and_a_customer_their_own() {
        let base = Base::sqlite();
        let store = base.open().await;
        let now = Instant::from_seconds(1000);
        for (address, audience) in [
            ("web:operators", Chain::Operators),
            ("web:night", Chain::Operators),
            ("web:acme", Chain::Customer("acme".into())),
            ("web:formosa", Chain::Customer("formosa".into())),
            ("telegram:-100", Chain::Customer("acme".into())),
        ] {
            let locale = Locale { language: Language::English, zone: chrono_tz::Europe::Berlin };
            let binding = Binding { audience, locale, bound_by: None, bound: now };
            store.write(Bind { address: address.parse().unwrap(), binding }).await.unwrap();
        }
        let mut people = Vec::new();
        for role in [Role::Manager, Role::Auditor, Role::Customer("acme".into())] {
            let hash = Token::new().unwrap().hash;
            let expires = Instant::from_seconds(2000);
            let invite = Invite { hash: hash.clone(), role, created_by: None, now, expires };
            store.write(invite).await.unwrap();
            let accept = Accept { hash, account: None, name: "Anna".to_owned(), now };
            people.push(store.write(accept).await.unwrap().unwrap().0);
        }
        let surroundings = Surroundings { now, variables: BTreeMap::new() };
        let loaded = crate::config::load(Path::new("config"), &surroundings);
        let shared = Shared::new(store, Arc::new(loaded.config.unwrap())).await.unwrap();
        let mut seen = Vec::new();
        for person in people.iter().chain([&PersonId::new("stranger")]) {
            let rooms = shared.visible(person).await.unwrap();
            seen.push(rooms.iter().map(|room| room.title.clone()).collect::<Vec<_>>());
            assert!(rooms.last().is_none_or(|room| room.name() == format!("@{person}")));
        }
        let staff = ["Operators", "Operators · night", "Acme GmbH", "福爾摩沙食品股份有限公司", "Upheld"];
        assert_eq!(seen[0], staff);
        assert_eq!(seen[1], staff);
        assert_eq!(seen[2], ["Acme GmbH", "Upheld"]);
        assert_eq!(seen[3], [""; 0]);
    }
}
