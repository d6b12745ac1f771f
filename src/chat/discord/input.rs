//! Reads Discord's interactions: a slash command, a pressed button, a filled modal → [`Inbound`]. Pure.
//!
//! It reads the JSON itself and asks for no more than it needs, because serenity 0.12.5 refuses a whole
//! interaction over one field that a newer or smaller server leaves out.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::buttons::command_of;
use crate::chat::{Account, Address, Ask, CommandSpec, Inbound, Platform};
use crate::i18n::Language;

/// An `INTERACTION_CREATE`, as far as Upheld reads it.
#[derive(Clone, Debug, Deserialize)]
pub struct Interaction {
    pub id: String,
    pub application_id: String,
    /// Answers go to this; it is good for 15 minutes.
    pub token: String,
    #[serde(rename = "type", default)]
    kind: u8,
    #[serde(default)]
    data: Data,
    #[serde(default)]
    guild_id: Option<String>,
    #[serde(default)]
    channel: Option<Channel>,
    #[serde(default)]
    channel_id: Option<String>,
    #[serde(default)]
    member: Option<Member>,
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    message: Option<Message>,
    #[serde(default)]
    locale: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Data {
    #[serde(default)]
    name: String,
    #[serde(default)]
    options: Vec<Given>,
    #[serde(default)]
    custom_id: String,
    #[serde(default)]
    components: Vec<Row>,
}

#[derive(Clone, Debug, Deserialize)]
struct Given {
    name: String,
    #[serde(default)]
    value: Value,
}

#[derive(Clone, Debug, Deserialize)]
struct Row {
    #[serde(default)]
    components: Vec<Filled>,
}

#[derive(Clone, Debug, Deserialize)]
struct Filled {
    #[serde(default)]
    custom_id: String,
    #[serde(default)]
    value: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Channel {
    #[serde(rename = "type", default)]
    kind: u8,
    #[serde(default)]
    parent_id: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Member {
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    nick: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct User {
    id: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    global_name: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Message {
    id: String,
}

/// What kind of act an [`Interaction`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Slash,
    Press,
    Modal,
}

impl Interaction {
    /// `None` for what Upheld does not use (pings, autocompletion, kinds to come).
    pub const fn act(&self) -> Option<Act> {
        match self.kind {
            2 => Some(Act::Slash),
            3 => Some(Act::Press),
            5 => Some(Act::Modal),
            _ => None,
        }
    }

    /// Whether it came from a message's button, directly or through a modal, so that it can be taken in
    /// silence.
    pub const fn is_from_message(&self) -> bool {
        self.message.is_some()
    }

    /// What was done and by whom; `None` when it names nobody or no known act. `menu` is in any language.
    pub fn inbound(&self, menu: &[CommandSpec]) -> Option<Inbound> {
        let person = self.member.as_ref().and_then(|member| member.user.as_ref()).or(self.user.as_ref())?;
        let account = Account { platform: Platform::Discord, user: person.id.clone() };
        let nick = self.member.as_ref().and_then(|member| member.nick.clone());
        let (from, parent) = self.place(&account)?;
        Some(Inbound {
            id: format!("discord:interaction:{}", self.id),
            display_name: nick
                .or_else(|| person.global_name.clone())
                .unwrap_or_else(|| person.username.clone()),
            account,
            from,
            parent,
            language: self.locale.as_deref().and_then(language),
            ask: self.ask(menu)?,
        })
    }

    /// Where it happened and, for a thread, the channel around it.
    fn place(&self, account: &Account) -> Option<(Address, Option<Address>)> {
        if self.guild_id.is_none() {
            return Some((account.direct(), None));
        }
        let channel = |id: &str, thread: Option<String>| Address {
            platform: Platform::Discord,
            channel: id.to_owned(),
            thread,
            direct: false,
        };
        let here = self.channel_id.clone()?;
        let parent = self.channel.as_ref().filter(|channel| is_thread(channel.kind));
        match parent.and_then(|channel| channel.parent_id.as_deref()) {
            Some(parent) => Some((channel(parent, Some(here)), Some(channel(parent, None)))),
            None => Some((channel(&here, None), None)),
        }
    }

    fn ask(&self, menu: &[CommandSpec]) -> Option<Ask> {
        Some(match self.act()? {
            Act::Slash => Ask::Words(self.words(menu)),
            Act::Press => Ask::Press {
                command: command_of(&self.data.custom_id).to_owned(),
                message: self.message.as_ref().map(|message| message.id.clone()),
            },
            Act::Modal => Ask::Filled {
                command: command_of(&self.data.custom_id).to_owned(),
                values: self
                    .data
                    .components
                    .iter()
                    .flat_map(|row| &row.components)
                    .filter_map(|input| Some((input.custom_id.clone(), input.value.clone()?)))
                    .filter(|(_, value)| !value.is_empty())
                    .collect(),
            },
        })
    }

    fn words(&self, menu: &[CommandSpec]) -> Vec<String> {
        let values: BTreeMap<String, String> =
            self.data.options.iter().map(|given| (given.name.clone(), written(&given.value))).collect();
        match menu.iter().find(|command| command.name == self.data.name) {
            Some(command) => command.words(&values),
            // A registration older than this program: the desk says what to do instead.
            None => vec![self.data.name.clone()],
        }
    }
}

fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// Announcement, public and private threads.
const fn is_thread(kind: u8) -> bool {
    matches!(kind, 10..=12)
}

/// The language nearest to a Discord locale.
fn language(locale: &str) -> Option<Language> {
    match locale.split('-').next()? {
        "en" => Some(Language::English),
        "zh" => Some(Language::TraditionalChinese),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::chat::{OptionKind, OptionSpec};

    fn interaction(parts: Value) -> Interaction {
        let mut whole = json!({
            "id": "9", "application_id": "8", "token": "t", "version": 1,
            "guild_id": "1", "channel_id": "2", "channel": { "id": "2", "type": 0, "parent_id": "77" },
            "member": { "nick": "Ann", "user": { "id": "5", "username": "ann_the_operator" } },
            "locale": "zh-TW",
        });
        for (key, value) in parts.as_object().unwrap() {
            whole[key] = value.clone();
        }
        serde_json::from_value(whole).unwrap()
    }

    #[test]
    fn a_slash_command_becomes_words_in_the_order_of_its_definition() {
        let option = |name: &str, positional, kind| OptionSpec {
            name: name.to_owned(),
            description: String::new(),
            required: false,
            positional,
            given_as: name.to_owned(),
            kind,
        };
        let menu = [CommandSpec {
            name: "pause".to_owned(),
            description: String::new(),
            options: vec![
                option("incident", true, OptionKind::Text),
                option("reason", true, OptionKind::Text),
                option("minutes", false, OptionKind::Integer),
                option("all", false, OptionKind::Flag),
            ],
        }];
        let slash = interaction(json!({ "type": 2, "data": { "id": "1", "name": "pause", "options": [
            { "name": "reason", "type": 3, "value": "--all waiting" },
            { "name": "all", "type": 5, "value": true },
            { "name": "minutes", "type": 4, "value": 30 },
            { "name": "incident", "type": 3, "value": "INC-42" },
        ] } }));
        let inbound = slash.inbound(&menu).unwrap();
        let words = ["pause", "--incident=INC-42", "--reason=--all waiting", "--minutes=30", "--all"];
        assert_eq!(inbound.ask, Ask::Words(words.map(ToOwned::to_owned).to_vec()));
        assert_eq!(inbound.id, "discord:interaction:9");
        assert_eq!(inbound.display_name, "Ann");
        assert_eq!(inbound.account.to_string(), "discord:5");
        assert_eq!((inbound.from.to_string(), inbound.parent), ("discord:2".to_owned(), None));
        assert_eq!(inbound.language, Some(Language::TraditionalChinese));
        assert_eq!(slash.inbound(&[]).unwrap().ask, Ask::Words(vec!["pause".to_owned()]));
    }

    #[test]
    fn a_thread_names_its_parent_and_a_direct_message_its_person() {
        let press = json!({ "type": 3, "data": { "custom_id": "ack INC-42|0abcdefghij", "component_type": 2 },
            "message": { "id": "66" }, "channel": { "id": "2", "type": 11, "parent_id": "1" } });
        let inbound = interaction(press).inbound(&[]).unwrap();
        assert_eq!(inbound.from.to_string(), "discord:1/2");
        assert_eq!(inbound.parent.unwrap().to_string(), "discord:1");
        let command = "ack INC-42".to_owned();
        assert_eq!(inbound.ask, Ask::Press { command, message: Some("66".to_owned()) });

        let direct = json!({ "type": 2, "guild_id": null, "member": null, "locale": "fr",
            "user": { "id": "5", "username": "ann", "global_name": "Ann A." }, "data": { "name": "whoami" } });
        let inbound = interaction(direct).inbound(&[]).unwrap();
        assert_eq!((inbound.from.to_string().as_str(), inbound.language), ("discord:@5", None));
        assert_eq!(inbound.display_name, "Ann A.");
    }

    #[test]
    fn a_modal_gives_the_values_that_were_filled_in() {
        let modal = interaction(json!({ "type": 5, "data": { "custom_id": "update INC-42|0", "components": [
            { "type": 1, "components": [{ "type": 4, "custom_id": "text", "value": "a\n| b" }] },
            { "type": 1, "components": [{ "type": 4, "custom_id": "next", "value": "" }] },
        ] } }));
        let values = BTreeMap::from([("text".to_owned(), "a\n| b".to_owned())]);
        let command = "update INC-42".to_owned();
        assert_eq!(modal.inbound(&[]).unwrap().ask, Ask::Filled { command, values });
        assert!(!modal.is_from_message());
    }

    #[test]
    fn what_upheld_does_not_use_is_nothing() {
        assert_eq!(interaction(json!({ "type": 4 })).inbound(&[]), None);
        assert_eq!(interaction(json!({ "type": 2, "member": null })).inbound(&[]), None);
        assert_eq!(interaction(json!({ "type": 3, "channel_id": null })).inbound(&[]), None);
    }
}
