//! Turns the command menu into Discord's registration, in every language, and tells whether it changed. Pure.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::escape::{length, plain};
use crate::chat::{CommandSpec, OptionKind, OptionSpec};

/// Discord's limits.
const COMMANDS: usize = 100;
const OPTIONS: usize = 25;
const CHOICES: usize = 25;
const TEXT: usize = 100;

/// The registration of `commands`, with the descriptions of `localized` (by Discord locale) beside them.
pub fn registration(commands: &[CommandSpec], localized: &[(&str, Vec<CommandSpec>)]) -> Value {
    let drawn = commands.iter().take(COMMANDS).map(|command| {
        let others: Vec<(&str, &CommandSpec)> = localized
            .iter()
            .filter_map(|(locale, menu)| {
                Some((*locale, menu.iter().find(|other| other.name == command.name)?))
            })
            .collect();
        let mut drawn = json!({
            "type": 1,
            "name": command.name,
            "description": words(&command.description, &command.name),
            "options": options(command, &others),
        });
        let descriptions = others.iter().map(|(locale, other)| (*locale, other.description.as_str()));
        localize(&mut drawn, descriptions);
        drawn
    });
    Value::Array(drawn.collect())
}

/// Whether two registrations say the same, whatever a server adds or leaves out when it lists them.
pub fn same(registered: &Value, wanted: &Value) -> bool {
    let by_name = |commands: &Value| -> Option<BTreeMap<String, Value>> {
        commands
            .as_array()?
            .iter()
            .map(|one| Some((one["name"].as_str()?.to_owned(), essence(one))))
            .collect()
    };
    by_name(registered).is_some_and(|registered| by_name(wanted) == Some(registered))
}

/// What of a command or option Upheld sets; absent and empty mean the same.
fn essence(item: &Value) -> Value {
    let mut kept = Map::new();
    for part in ["type", "name", "description", "description_localizations", "required", "choices", "options"]
    {
        let value = match &item[part] {
            Value::Array(items) if part == "options" => Value::Array(items.iter().map(essence).collect()),
            Value::Array(items) => {
                items.iter().map(|choice| json!([choice["name"], choice["value"]])).collect()
            }
            value => value.clone(),
        };
        let is_empty = match &value {
            Value::Null | Value::Bool(false) => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(items) => items.is_empty(),
            _ => false,
        };
        if !is_empty {
            kept.insert(part.to_owned(), value);
        }
    }
    Value::Object(kept)
}

/// Required options first, as Discord insists; [`CommandSpec::words`] puts the values back in order.
fn options(command: &CommandSpec, others: &[(&str, &CommandSpec)]) -> Vec<Value> {
    let mut specs: Vec<&OptionSpec> = command.options.iter().collect();
    specs.sort_by_key(|option| !option.required);
    specs.into_iter().take(OPTIONS).map(|spec| option(spec, others)).collect()
}

fn option(spec: &OptionSpec, others: &[(&str, &CommandSpec)]) -> Value {
    let mut drawn = json!({
        "type": match spec.kind {
            OptionKind::Text | OptionKind::Choice(_) => 3,
            OptionKind::Integer => 4,
            OptionKind::Flag => 5,
        },
        "name": spec.name,
        "description": words(&spec.description, &spec.name),
        "required": spec.required,
    });
    if let OptionKind::Choice(values) = &spec.kind
        && values.len() <= CHOICES
    {
        drawn["choices"] = values
            .iter()
            .filter(|value| !value.trim().is_empty() && length(value) <= TEXT)
            .map(|value| json!({ "name": value, "value": value }))
            .collect();
    }
    let descriptions = others.iter().filter_map(|(locale, command)| {
        let other = command.options.iter().find(|other| other.name == spec.name)?;
        Some((*locale, other.description.as_str()))
    });
    localize(&mut drawn, descriptions);
    drawn
}

fn localize<'a>(drawn: &mut Value, descriptions: impl Iterator<Item = (&'a str, &'a str)>) {
    let descriptions: Map<String, Value> = descriptions
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(locale, text)| (locale.to_owned(), json!(plain(text, TEXT))))
        .collect();
    if !descriptions.is_empty() {
        drawn["description_localizations"] = Value::Object(descriptions);
    }
}

/// A description is required; the name stands in for a missing one.
fn words(text: &str, otherwise: &str) -> String {
    plain(if text.trim().is_empty() { otherwise } else { text }, TEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu(words: &str) -> Vec<CommandSpec> {
        let option = |name: &str, required, kind| OptionSpec {
            name: name.to_owned(),
            description: format!("{words} {name}"),
            required,
            positional: true,
            given_as: name.to_owned(),
            kind,
        };
        vec![CommandSpec {
            name: "status".to_owned(),
            description: words.to_owned(),
            options: vec![
                option("whole", false, OptionKind::Flag),
                option("customer", true, OptionKind::Text),
                option("level", false, OptionKind::Choice(vec!["sil1".to_owned()])),
            ],
        }]
    }

    #[test]
    fn options_that_are_required_come_first_and_words_are_localized() {
        let drawn = registration(&menu("Status"), &[("zh-TW", menu("狀態"))]);
        assert_eq!(drawn[0]["description_localizations"]["zh-TW"], "狀態");
        assert_eq!(drawn[0]["options"][0]["name"], "customer");
        assert_eq!(drawn[0]["options"][0]["type"], 3);
        assert_eq!(drawn[0]["options"][0]["description_localizations"]["zh-TW"], "狀態 customer");
        assert_eq!(drawn[0]["options"][1]["type"], 5);
        assert_eq!(drawn[0]["options"][2]["choices"][0]["value"], "sil1");
    }

    #[test]
    fn what_a_server_adds_is_no_change_and_a_new_word_is_one() {
        let wanted = registration(&menu("Status"), &[("zh-TW", menu("狀態"))]);
        let mut listed = wanted.clone();
        listed[0]["id"] = json!("1");
        listed[0]["version"] = json!("2");
        listed[0]["dm_permission"] = json!(true);
        listed[0]["options"][1].as_object_mut().unwrap().remove("required");
        listed[0]["options"][2]["choices"][0]["name_localizations"] = Value::Null;
        assert!(same(&listed, &wanted));
        assert!(!same(&registration(&menu("State"), &[("zh-TW", menu("狀態"))]), &wanted));
        assert!(!same(&registration(&menu("Status"), &[]), &wanted));
        assert!(!same(&json!([]), &wanted));
        assert!(!same(&json!({"message": "nonsense"}), &wanted));
    }
}
