//! People and channels: who may do what, and who reads where.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use toml::de::DeValue;

use super::problem::{Problems, Spot, Wrong, did_you_mean, quoted};
use super::schema::Kind::{List, One, OneOf};
use super::schema::Need::{Default, Optional, Otherwise, Required};
use super::schema::{Section, key};
use super::table::{Table, word_of};
use super::value::{Slug, Value, Written};
use crate::chat::{Account, Address, Platform};
use crate::core::event::AgreementId;
use crate::i18n::Language;

/// A person as the files know them. Others come by invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub role: Role,
    /// The agreements a customer representative speaks for; empty for operators and managers.
    pub agreements: Vec<AgreementId>,
    /// `web:` with the id is always the last, so that a person is recognised whatever else changes.
    pub accounts: Vec<Account>,
    /// For their direct messages.
    pub language: Option<Language>,
    pub zone: Option<Tz>,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Operator,
    Manager,
    /// Reads all, changes nothing.
    Auditor,
    Customer,
}

/// Who reads in a channel, and how they are written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    pub address: Address,
    pub party: Party,
    pub language: Language,
    pub zone: Tz,
}

/// Whose channel it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Party {
    Operators,
    Customer(AgreementId),
}

/// The languages as the files name them.
pub(super) const LANGUAGES: &[&str] = &["en", "zh-TW"];

pub(super) static PERSON: Section = Section {
    heading: "[[people]]",
    about: "People that Upheld knows by their accounts. Others join by invitation (`/invite`).",
    keys: &[
        key(
            "id",
            One(Value::Id),
            Required,
            "A short name of their own, used in on-call lists and teams.",
            "\"anna\"",
        ),
        key("name", One(Value::Text), Required, "As other people read it.", "\"Anna Weber\""),
        key(
            "role",
            OneOf(&["operator", "manager", "auditor", "customer"]),
            Required,
            "Operators work on incidents; managers may also bind channels, invite and reload; auditors read all and change nothing; customers see what is theirs.",
            "\"operator\"",
        ),
        key(
            "agreements",
            List(Value::Id),
            Optional,
            "The agreements (by file name) a customer speaks for. Needed for customers, refused for others.",
            "[\"acme\"]",
        ),
        key(
            "accounts",
            List(Value::Account),
            Optional,
            "Their accounts on the platforms. In the web chat everybody has one without it being written: `web:` and their id.",
            "[\"discord:1234567890\", \"telegram:1234567\"]",
        ),
        key(
            "language",
            OneOf(LANGUAGES),
            Optional,
            "For their direct messages; absent means what the platform tells.",
            "\"zh-TW\"",
        ),
        key(
            "zone",
            One(Value::Zone),
            Optional,
            "For times in their direct messages; absent means UTC.",
            "\"Europe/Berlin\"",
        ),
    ],
};

pub(super) static CHANNELS: Section = Section {
    heading: "[channels]",
    about: "The operators' channels. A customer's channels stand in the customer's agreement. More can be bound from chat with `/bind`.",
    keys: &[
        key(
            "operators",
            List(Value::Channel),
            Required,
            "Where operators read every card.",
            "[\"web:operators\"]",
        ),
        key("language", OneOf(LANGUAGES), Default("\"en\""), "The language of these channels.", "\"en\""),
        key(
            "zone",
            One(Value::Zone),
            Default("\"UTC\""),
            "The zone of times in these channels.",
            "\"Europe/Berlin\"",
        ),
    ],
};

static CHANNEL: Section = Section {
    heading: "{ address = … }",
    about: "",
    keys: &[
        key("address", One(Value::Channel), Required, "", "\"web:operators\""),
        key("language", OneOf(LANGUAGES), Otherwise("the list's"), "", "\"en\""),
        key("zone", One(Value::Zone), Otherwise("the list's"), "", "\"Europe/Berlin\""),
    ],
};

/// The people of `upheld.toml`, by id. Ids and accounts given twice are reported.
pub(super) fn people(tables: &[Table<'_>]) -> BTreeMap<String, Person> {
    let mut people = BTreeMap::new();
    let mut accounts: BTreeMap<String, String> = BTreeMap::new();
    for table in tables {
        let Some(person) = person(table) else { continue };
        if people.contains_key(&person.id) {
            let what = format!("{} is already taken", quoted(&person.id));
            table.error("id", what, "give each person an id of their own");
            continue;
        }
        for account in &person.accounts {
            if let Some(other) = accounts.insert(account.to_string(), person.id.clone()) {
                let what = format!("{} is also given to `{other}`", quoted(&account.to_string()));
                table.error("accounts", what, "an account is one person's; leave it with one of them");
            }
        }
        people.insert(person.id.clone(), person);
    }
    people
}

fn person(table: &Table<'_>) -> Option<Person> {
    let (id, name, role) = (table.value("id"), table.value("name"), table.choice::<Role>("role"));
    let agreements: Vec<Slug> = table.list("agreements");
    let mut accounts: Vec<Account> = table.list("accounts");
    let (language, zone) = (table.choice("language"), table.value("zone"));
    table.finish();
    match role {
        Some(Role::Customer) if agreements.is_empty() && !table.has("agreements") => {
            table.error(
                "agreements",
                "is missing: a customer without an agreement may see nothing",
                "add agreements = [\"…\"]",
            );
        }
        Some(Role::Operator | Role::Manager | Role::Auditor) if !agreements.is_empty() => {
            table.error(
                "agreements",
                "is for customers; the others see all",
                "leave it out, or write role = \"customer\"",
            );
        }
        _ => {}
    }
    let agreements = agreements.into_iter().map(|Slug(id)| AgreementId(id)).collect();
    let id = id.map(|Slug(id)| id)?;
    let own = Account { platform: Platform::Web, user: id.clone() };
    accounts.retain(|account| *account != own);
    accounts.push(own);
    Some(Person { id, name: name?, role: role?, agreements, accounts, language, zone })
}

/// The channels of a list, each with its own language and zone or those given. One named twice is reported.
pub(super) fn bindings(
    table: &Table<'_>,
    name: &str,
    party: &Party,
    language: Language,
    zone: Tz,
) -> Vec<Binding> {
    let mut bindings: Vec<Binding> = Vec::new();
    for (spot, value) in table.places(name, Value::Channel) {
        let Some((address, own)) = channel(value, &spot, table.problems) else { continue };
        if bindings.iter().any(|binding| binding.address == address) {
            let what = format!("{} is listed twice", quoted(&address.to_string()));
            table.problems.error(spot, Wrong::new(what, "leave one out"));
            continue;
        }
        let (language, zone) = (own.0.unwrap_or(language), own.1.unwrap_or(zone));
        bindings.push(Binding { address, party: party.clone(), language, zone });
    }
    bindings
}

type OwnLocale = (Option<Language>, Option<Tz>);

fn channel(value: &DeValue<'_>, spot: &Spot, problems: &Problems) -> Option<(Address, OwnLocale)> {
    let report = |wrong: Wrong| problems.error(spot.clone(), wrong);
    let Some(entries) = value.as_table() else {
        return Address::read(value).map(|address| (address, (None, None))).map_err(report).ok();
    };
    let known = CHANNEL.keys.iter().map(|key| key.name);
    for (name, _) in entries.iter().filter(|(name, _)| CHANNEL.key(name.get_ref()).is_none()) {
        report(Wrong::new(
            format!("has an unknown key {}", quoted(name.get_ref())),
            did_you_mean(name.get_ref(), known.clone()),
        ));
    }
    let language = entries.get("language").and_then(|tag| {
        let language = tag.get_ref().as_str().and_then(word_of);
        if language.is_none() {
            report(Wrong::new("has a `language` that Upheld does not speak", "write \"en\" or \"zh-TW\""));
        }
        language
    });
    let zone = entries.get("zone").and_then(|zone| Tz::read(zone.get_ref()).map_err(report).ok());
    let Some(address) = entries.get("address") else {
        report(Wrong::new(
            "has no `address`",
            "write { address = \"discord:1234567890\", language = \"zh-TW\" }",
        ));
        return None;
    };
    let address = Address::read(address.get_ref()).map_err(report).ok()?;
    Some((address, (language, zone)))
}

/// The operators' channels.
pub(super) fn operators(table: &Table<'_>) -> Vec<Binding> {
    let language = table.choice("language").unwrap_or_default();
    let zone = table.value("zone").unwrap_or(Tz::UTC);
    let bindings = bindings(table, "operators", &Party::Operators, language, zone);
    if bindings.is_empty() && table.has("operators") && !table.problems.spoilt(&table.spot_of("operators")) {
        table.error(
            "operators",
            "is empty: nobody would be told of an incident",
            "name a channel, such as \"web:operators\"",
        );
    }
    table.finish();
    bindings
}
