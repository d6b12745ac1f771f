//! Names: ids, texts by language, names taken from a label, channels and accounts.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::{Value, Written, described};
use crate::chat::{Account, Address, AddressError};
use crate::config::problem::{Wrong, did_you_mean, quoted};
use crate::core::agreement::Chosen;
use crate::i18n::Language;

/// A short name that commands and addresses can carry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slug(pub String);

impl Slug {
    /// What is wrong with `text` as an id, if anything.
    pub fn check(text: &str) -> Result<Self, Wrong> {
        let fits = |letter: char| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '_')
        };
        let first = text.chars().next().is_some_and(|letter| letter.is_ascii_alphanumeric());
        if first && text.len() <= 40 && text.chars().all(fits) {
            return Ok(Self(text.to_owned()));
        }
        Err(Wrong::new(
            format!("{} is not an id", quoted(text)),
            "write lower-case letters, digits, - and _, at most 40, beginning with a letter or digit",
        ))
    }
}

impl Written for Slug {
    const VALUE: Value = Value::Id;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        Self::check(&String::read(value)?)
    }
}

/// A text in each language; `en` is always there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named(pub BTreeMap<String, String>);

impl Written for Named {
    const VALUE: Value = Value::Names;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let english = || Language::English.tag().to_owned();
        let Some(table) = value.as_table() else {
            return String::read(value).map(|text| Self([(english(), text)].into()));
        };
        let mut texts = BTreeMap::new();
        for (tag, text) in table {
            let tag = tag.get_ref();
            let language: Language = tag.parse().map_err(|_| {
                let known = Language::ALL.map(Language::tag);
                Wrong::new(
                    format!("{} is not a language Upheld speaks", quoted(tag)),
                    did_you_mean(tag, known),
                )
            })?;
            let text = String::read(text.get_ref())
                .map_err(|wrong| Wrong::new(format!("`{language}`: {}", wrong.what), wrong.remedy))?;
            texts.insert(language.tag().to_owned(), text);
        }
        if !texts.contains_key(&english()) {
            return Err(Wrong::new("has no English text", "add en = \"…\""));
        }
        Ok(Self(texts))
    }
}

impl Written for Chosen {
    const VALUE: Value = Value::Chosen;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let Some(table) = value.as_table() else {
            return String::read(value).map(Self::Fixed);
        };
        let remedy = "write a name in quotes, or { label = \"service\" } to take it from a label";
        match (table.get("label"), table.len()) {
            (Some(label), 1) => String::read(label.get_ref()).map(Self::Label),
            _ => Err(Wrong::new("is neither a name nor a label", remedy)),
        }
    }
}

fn spoken<T: std::str::FromStr<Err = AddressError>>(
    value: &DeValue<'_>,
    noun: &str,
    remedy: &str,
) -> Result<T, Wrong> {
    let text =
        value.as_str().ok_or_else(|| Wrong::new(format!("{} is not {noun}", described(value)), remedy))?;
    text.trim().parse().map_err(|_| Wrong::new(format!("{} is not {noun}", quoted(text)), remedy))
}

impl Written for Address {
    const VALUE: Value = Value::Channel;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let address: Self = spoken(
            value,
            "a channel",
            "write for example \"web:operators\", \"discord:1234567890\" or \"telegram:-1001234567890/7\"",
        )?;
        if address.direct {
            return Err(Wrong::new(
                format!("{} is a person's direct messages, not a channel", quoted(&address.to_string())),
                "name a channel; people are listed under [[people]]",
            ));
        }
        Ok(address)
    }
}

impl Written for Account {
    const VALUE: Value = Value::Account;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        spoken(value, "an account", "write for example \"discord:1234567890\" or \"telegram:1234567\"")
    }
}
