//! Teams: people who are told of together. Nothing here changes a number.

use std::collections::BTreeMap;

use super::operations::each_once;
use super::problem::quoted;
use super::schema::Kind::{List, One};
use super::schema::Need::Required;
use super::schema::{Section, key};
use super::table::Table;
use super::value::{Slug, Value};

/// People who are told of together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    pub id: String,
    pub name: String,
    /// Ids of people of the files, each once, at least one.
    pub members: Vec<String>,
}

pub(super) static TEAM: Section = Section {
    heading: "[[teams]]",
    about: "Teams of people, by which `/scorecard` tells managers how we worked, beside each person. They change no number and no right.",
    keys: &[
        key(
            "id",
            One(Value::Id),
            Required,
            "A short name of its own, for `/scorecard`, which takes a service, customer or person of the same name first.",
            "\"payments\"",
        ),
        key("name", One(Value::Text), Required, "As people read it.", "\"Payments\""),
        key(
            "members",
            List(Value::Id),
            Required,
            "People (by id) of `[[people]]`, operators, managers or auditors. A person may be in several teams. Earlier periods are told by who is in it now.",
            "[\"anna\", \"ben\"]",
        ),
    ],
};

/// The teams of `upheld.toml`, by id. Ids and names given twice and teams of nobody are reported.
pub(super) fn teams(tables: &[Table<'_>]) -> BTreeMap<String, Team> {
    let mut teams: BTreeMap<String, Team> = BTreeMap::new();
    for table in tables {
        let Some(team) = team(table) else { continue };
        if teams.contains_key(&team.id) {
            let what = format!("{} is already taken", quoted(&team.id));
            table.error("id", what, "give each team an id of its own");
            continue;
        }
        let mut others = teams.values();
        if let Some(other) = others.find(|other| other.name.to_lowercase() == team.name.to_lowercase()) {
            let what = format!("{} is also the name of `{}`", quoted(&team.name), other.id);
            table.error("name", what, "give each team a name of its own");
        }
        teams.insert(team.id.clone(), team);
    }
    teams
}

fn team(table: &Table<'_>) -> Option<Team> {
    let (id, name) = (table.value("id"), table.value("name"));
    let members = each_once(table, "members");
    table.finish();
    if members.is_empty() && table.has("members") && !table.problems.spoilt_within(&table.spot_of("members"))
    {
        table.error(
            "members",
            "is empty: nobody is in this team",
            "name people of [[people]], or leave the team out",
        );
    }
    Some(Team { id: id.map(|Slug(id)| id)?, name: name?, members })
}
