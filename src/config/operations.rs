//! `[operations]`: how an agreement is carried out. Nothing here changes a number.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::people::{Binding, LANGUAGES, Party, bindings};
use super::problem::quoted;
use super::reviews::{PLAN, plans};
use super::schema::Kind::{List, ManyOf, One, OneOf, Tables};
use super::schema::Need::{Default, Optional, Otherwise, Required};
use super::schema::{Section, key};
use super::services::PRIORITIES;
use super::table::Table;
use super::value::{Slug, Value, WebUrl};
use crate::chat::Platform;
use crate::core::agreement::Priority;
use crate::core::event::AgreementId;
use crate::core::review::Plan;
use crate::i18n::Language;

/// How one agreement is carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operations {
    /// The customer's channels.
    pub channels: Vec<Binding>,
    /// Of the customer's channels, where they do not say otherwise.
    pub language: Language,
    /// Of the same channels.
    pub zone: Tz,
    pub contacts: Vec<Contact>,
    /// Ids of people, in the order in which they are called.
    pub on_call: Vec<String>,
    /// Ids of people who are mentioned whenever somebody is woken.
    pub mention: Vec<String>,
    pub wake_on: BTreeSet<WakeOn>,
    pub wake_priorities: BTreeSet<Priority>,
    pub links: Vec<NamedLink>,
    /// The id of the person who looks after the customer, and gets the drafts of their reviews.
    pub account_manager: Option<String>,
    pub reviews: Vec<Plan>,
    /// The platforms to which this customer's data may go.
    pub platforms: BTreeSet<Platform>,
}

/// Somebody the customer can turn to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    pub reach: String,
}

/// A link with its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedLink {
    pub title: String,
    pub url: String,
}

/// What sends a message that wakes people, apart from the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WakeOn {
    Opened,
    AtRisk,
    Late,
    Reopened,
}

pub(super) static OPERATIONS: Section = Section {
    heading: "[operations]",
    about: "Who is told, called and linked to.",
    keys: &[
        key(
            "channels",
            List(Value::Channel),
            Optional,
            "The customer's channels. More can be bound from chat with `/bind`.",
            "[\"web:acme\", \"discord:1234567890\"]",
        ),
        key("language", OneOf(LANGUAGES), Default("\"en\""), "The language of these channels.", "\"zh-TW\""),
        key(
            "zone",
            One(Value::Zone),
            Otherwise("the agreement's `zone`"),
            "The zone of times in these channels.",
            "\"Europe/Berlin\"",
        ),
        key(
            "on_call",
            List(Value::Id),
            Optional,
            "People (by id) in the order in which they are called from the at-risk time on, around again until someone has it; for `wake_priorities` only.",
            "[\"anna\", \"ben\"]",
        ),
        key(
            "mention",
            List(Value::Id),
            Optional,
            "People (by id) who are mentioned besides whenever somebody is woken.",
            "[\"maria\"]",
        ),
        key(
            "account_manager",
            One(Value::Id),
            Optional,
            "The person (by id) who looks after this customer, and gets the drafts of the reviews.",
            "\"maria\"",
        ),
        key("reviews", Tables(&PLAN), Optional, "The reviews that are planned.", ""),
        key(
            "wake_on",
            ManyOf(&["opened", "at_risk", "late", "reopened"]),
            Default("[\"at_risk\", \"late\"]"),
            "What sends a short message that wakes people, beside the card: whoever has it, else those on call. Anything else shows on the card and in the history alone, unless somebody asked for it with `/notify`.",
            "[\"opened\", \"at_risk\", \"late\"]",
        ),
        key(
            "wake_priorities",
            ManyOf(PRIORITIES),
            Default("[\"P1\", \"P2\", \"P3\", \"P4\", \"P5\"]"),
            "The priorities for which people are woken and called. Whoever presses [Escalate] calls in any case.",
            "[\"P1\", \"P2\"]",
        ),
        key(
            "platforms",
            ManyOf(&["web", "discord", "telegram"]),
            Default("[\"web\", \"discord\", \"telegram\"]"),
            "The platforms to which this customer's data may go, in their own channels and the operators'.",
            "[\"web\"]",
        ),
        key("contacts", Tables(&CONTACT), Optional, "Whom the customer can turn to.", ""),
        key("links", Tables(&LINK), Optional, "Links on the customer's cards.", ""),
    ],
};

static CONTACT: Section = Section {
    heading: "[[operations.contacts]]",
    about: "Somebody the customer can turn to outside of the chat.",
    keys: &[
        key("name", One(Value::Text), Required, "A person or a desk.", "\"Service desk\""),
        key(
            "reach",
            One(Value::Text),
            Required,
            "How: a telephone number, an address.",
            "\"+49 30 1234567, round the clock\"",
        ),
    ],
};

static LINK: Section = Section {
    heading: "[[operations.links]]",
    about: "A link on the customer's cards.",
    keys: &[
        key("title", One(Value::Text), Required, "Its words.", "\"Status page\""),
        key("url", One(Value::Url), Required, "Its address.", "\"https://status.example.com\""),
    ],
};

pub(super) fn operations(table: &Table<'_>, id: &AgreementId, zone: Tz) -> Operations {
    let language = table.choice("language").unwrap_or_default();
    let zone = table.value("zone").unwrap_or(zone);
    let channels = bindings(table, "channels", &Party::Customer(id.clone()), language, zone);
    let operations = Operations {
        channels,
        language,
        zone,
        contacts: table.tables("contacts").iter().filter_map(contact).collect(),
        on_call: each_once(table, "on_call"),
        mention: each_once(table, "mention"),
        account_manager: table.value("account_manager").map(|Slug(person)| person),
        reviews: plans(table),
        wake_on: table.choices("wake_on").into_iter().collect(),
        wake_priorities: table.choices("wake_priorities").into_iter().collect(),
        links: table.tables("links").iter().filter_map(link).collect(),
        platforms: table.choices("platforms").into_iter().collect(),
    };
    table.finish();
    operations
}

/// People by id; one named twice is reported.
pub(super) fn each_once(table: &Table<'_>, name: &str) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    for Slug(person) in table.list(name) {
        if people.contains(&person) {
            table.error(name, format!("names {} twice", quoted(&person)), "leave one out");
        } else {
            people.push(person);
        }
    }
    people
}

fn contact(table: &Table<'_>) -> Option<Contact> {
    let (name, reach) = (table.value("name"), table.value("reach"));
    table.finish();
    Some(Contact { name: name?, reach: reach? })
}

fn link(table: &Table<'_>) -> Option<NamedLink> {
    let (title, url) = (table.value("title"), table.value("url"));
    table.finish();
    Some(NamedLink { title: title?, url: url.map(|WebUrl(url)| url)? })
}
