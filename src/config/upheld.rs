//! `upheld.toml`: the program's own settings, people, operators' channels and integrations.

use std::collections::BTreeMap;

use super::integrations::{INTEGRATION, Integration, integrations};
use super::people::{Binding, CHANNELS, PERSON, Person, operators, people};
use super::platforms::{DISCORD, Platforms, TELEGRAM, WEB, discord, telegram, web};
use super::schema::Kind::{Named, Table as Sub, Tables};
use super::schema::Need::Optional;
use super::schema::{Section, key};
use super::secret::{Resolver, Secret};
use super::server::{SERVER, STORE, Server, server, store};
use super::settings::{
    HEARTBEAT, Heartbeat, LOGGING, Logging, PACE, Pace, RETENTION, Retention, TIMEOUTS, Timeouts, heartbeat,
    logging, pace, retention, timeouts,
};
use super::table::Table;
use super::teams::{TEAM, Team, teams};
use crate::core::event::IntegrationId;

/// The program's own settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub server: Server,
    /// The database's address; an SQLite path in it does not depend on where the program was started.
    pub store_url: Secret,
    pub logging: Logging,
    pub platforms: Platforms,
    pub timeouts: Timeouts,
    pub pace: Pace,
    pub heartbeat: Option<Heartbeat>,
    pub retention: Retention,
}

pub(super) static UPHELD_FILE: Section = Section {
    heading: "upheld.toml",
    about: "The program's own settings, the people, the operators' channels and the monitors.",
    keys: &[
        key("server", Sub(&SERVER), Optional, "Where to listen.", ""),
        key("store", Sub(&STORE), Optional, "The database.", ""),
        key("logging", Sub(&LOGGING), Optional, "The log.", ""),
        key("web", Sub(&WEB), Optional, "The built-in web chat.", ""),
        key("discord", Sub(&DISCORD), Optional, "Discord.", ""),
        key("telegram", Sub(&TELEGRAM), Optional, "Telegram.", ""),
        key("channels", Sub(&CHANNELS), Optional, "The operators' channels.", ""),
        key("people", Tables(&PERSON), Optional, "People known by their accounts.", ""),
        key("teams", Tables(&TEAM), Optional, "People who are told of together.", ""),
        key("integrations", Named(&INTEGRATION), Optional, "The monitors.", ""),
        key("heartbeat", Sub(&HEARTBEAT), Optional, "Upheld's own sign of life.", ""),
        key("pace", Sub(&PACE), Optional, "How fast to speak.", ""),
        key("timeouts", Sub(&TIMEOUTS), Optional, "How long to wait.", ""),
        key("retention", Sub(&RETENTION), Optional, "How long to keep.", ""),
    ],
};

/// What the file says.
pub(super) struct Upheld {
    /// None where something essential is wrong, which is then reported.
    pub settings: Option<Settings>,
    pub people: BTreeMap<String, Person>,
    pub teams: BTreeMap<String, Team>,
    pub operators: Vec<Binding>,
    pub integrations: BTreeMap<IntegrationId, Integration>,
}

pub(super) fn upheld(root: &Table<'_>, resolver: &Resolver<'_>) -> Upheld {
    let settings = settings(root, resolver);
    let upheld = Upheld {
        settings,
        people: people(&root.tables("people")),
        teams: teams(&root.tables("teams")),
        operators: root.table("channels").map(|table| operators(&table)).unwrap_or_default(),
        integrations: integrations(&root.named("integrations"), resolver),
    };
    root.finish();
    upheld
}

fn settings(root: &Table<'_>, resolver: &Resolver<'_>) -> Option<Settings> {
    let server = root.table("server").and_then(|table| server(&table, resolver));
    let store_url = root.table("store").and_then(|table| store(&table, resolver));
    let logging = root.table("logging").and_then(|table| logging(&table));
    let (web, invitation) = root.table("web").map(|table| web(&table)).unwrap_or_default();
    let platforms = Platforms {
        discord: root.table("discord").and_then(|table| discord(&table, resolver)),
        telegram: root.table("telegram").and_then(|table| telegram(&table, resolver)),
        web,
        invitation,
    };
    let timeouts = root.table("timeouts").map(|table| timeouts(&table));
    let pace = root.table("pace").map(|table| pace(&table));
    let heartbeat = root.table("heartbeat").and_then(|table| heartbeat(&table, resolver));
    let retention = root.table("retention").map(|table| retention(&table));
    Some(Settings {
        server: server?,
        store_url: store_url?,
        logging: logging?,
        platforms,
        timeouts: timeouts?,
        pace: pace?,
        heartbeat,
        retention: retention?,
    })
}
