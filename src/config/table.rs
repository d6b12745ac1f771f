//! Reading a table by its description: every key is asked for by name, every mistake is reported where it
//! stands, and a stand-in is returned so that reading goes on and finds the next.

mod nested;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as ValueError, StrDeserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::Document;
use super::problem::{Problems, Spot, Wrong, did_you_mean, listed, nearest, quoted};
use super::schema::{Key, Kind, Need, Section};
use super::value::{Value, Written, described};

/// A table of a file, or the absence of one (then every default holds).
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub document: &'a Document<'a>,
    pub problems: &'a Problems,
    section: &'static Section,
    path: String,
    line: Option<usize>,
    entries: Option<&'a DeTable<'a>>,
    asked: RefCell<BTreeSet<&'static str>>,
}

/// A value and where it stands.
type Placed<'a> = (Spot, &'a DeValue<'a>);

impl<'a> Table<'a> {
    /// The whole file.
    pub fn root(document: &'a Document<'a>, section: &'static Section, problems: &'a Problems) -> Self {
        Self::new(document, problems, section, String::new(), None, Some(document.root()))
    }

    fn new(
        document: &'a Document<'a>,
        problems: &'a Problems,
        section: &'static Section,
        path: String,
        line: Option<usize>,
        entries: Option<&'a DeTable<'a>>,
    ) -> Self {
        let table = Self { document, problems, section, path, line, entries, asked: RefCell::default() };
        table.refuse_unknown();
        table
    }

    fn refuse_unknown(&self) {
        let known = self.section.keys.iter().map(|key| key.name);
        for (name, _) in self.entries.into_iter().flatten() {
            if self.section.key(name.get_ref()).is_none() {
                let spot = self.spot_at(name.get_ref(), name.span().start);
                let what = if self.path.is_empty() {
                    "is not a known key of this file"
                } else {
                    "is not a known key"
                };
                self.problems.error(spot, Wrong::new(what, did_you_mean(name.get_ref(), known.clone())));
            }
        }
    }

    /// True when the table is written.
    pub fn is_present(&self) -> bool {
        self.entries.is_some()
    }

    /// True when the key is written, rightly or wrongly.
    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    pub fn spot(&self) -> Spot {
        Spot { file: self.document.name.to_owned(), line: self.line, key: self.path.clone(), element: false }
    }

    /// Where a key stands, or where it would belong.
    pub fn spot_of(&self, name: &str) -> Spot {
        match self.entries.and_then(|entries| entries.get_key_value(name)) {
            Some((key, _)) => self.spot_at(name, key.span().start),
            None => Spot { key: self.under(name), ..self.spot() },
        }
    }

    pub fn error(&self, name: &str, what: impl Into<String>, remedy: impl Into<String>) {
        self.problems.error(self.spot_of(name), Wrong::new(what, remedy));
    }

    pub fn warning(&self, name: &str, what: impl Into<String>, remedy: impl Into<String>) {
        self.problems.warning(self.spot_of(name), Wrong::new(what, remedy));
    }

    fn spot_at(&self, name: &str, offset: usize) -> Spot {
        let line = Some(self.document.line_at(offset));
        Spot { line, key: self.under(name), ..self.spot() }
    }

    fn under(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn entry(&self, name: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries?.get(name)
    }

    /// The description of a key; what is read without being described is a fault of the program, and said so.
    fn key(&self, name: &str, suits: impl Fn(Kind) -> bool) -> Option<&'static Key> {
        let key = self.section.key(name).filter(|key| suits(key.kind));
        match key {
            Some(key) => {
                self.asked.borrow_mut().insert(key.name);
            }
            None => {
                self.error(name, "is read but not described", "this is a fault of Upheld, please report it")
            }
        }
        key
    }

    /// The value, or its default; none when it is absent or wrong, which is then reported.
    fn get<T>(&self, key: &Key, read: impl Fn(&DeValue<'_>) -> Result<T, Wrong>) -> Option<T> {
        match (self.entry(key.name), key.need) {
            (Some(value), _) => {
                read(value.get_ref()).map_err(|wrong| self.problems.error(self.spot_of(key.name), wrong)).ok()
            }
            (None, Need::Default(text)) => read(DeValue::parse(text).ok()?.get_ref()).ok(),
            (None, Need::Required) => {
                self.missing(key);
                None
            }
            (None, Need::Optional | Need::Otherwise(_)) => None,
        }
    }

    fn missing(&self, key: &Key) {
        if !self.is_misspelt(key.name) {
            self.error(key.name, "is missing", format!("add {} = {}", key.name, key.example));
        }
    }

    /// True when an unknown key was answered with "did you mean" this one, which says enough.
    fn is_misspelt(&self, name: &str) -> bool {
        let known = self.section.keys.iter().map(|key| key.name);
        let written = self.entries.into_iter().flatten().map(|(written, _)| written.get_ref());
        written
            .filter(|written| self.section.key(written).is_none())
            .any(|written| nearest(written, known.clone()) == Some(name))
    }

    /// A single value.
    pub fn value<T: Written>(&self, name: &str) -> Option<T> {
        let key = self.key(name, |kind| matches!(kind, Kind::One(value) if value == T::VALUE))?;
        self.get(key, T::read)
    }

    /// A single text that is not described as one, for keys whose form a caller judges by itself.
    pub fn raw(&self, name: &str, kind: Value) -> Option<Placed<'a>> {
        let key = self.key(name, |is| matches!(is, Kind::One(value) if value == kind))?;
        let value = self.entry(name);
        if value.is_none() && matches!(key.need, Need::Required) {
            self.missing(key);
        }
        Some((self.spot_of(name), value?.get_ref()))
    }

    /// One of the words that the description lists.
    pub fn choice<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let key = self.key(name, |kind| matches!(kind, Kind::OneOf(_)))?;
        let Kind::OneOf(words) = key.kind else { return None };
        self.get(key, |value| word(value, words))
    }

    /// A list of values. A single value may stand for a list of one.
    pub fn list<T: Written>(&self, name: &str) -> Vec<T> {
        self.places(name, T::VALUE)
            .into_iter()
            .filter_map(|(spot, value)| self.read_at(spot, value, T::read))
            .collect()
    }

    /// Where each value of a list stands, and the value as written.
    pub fn places(&self, name: &str, kind: Value) -> Vec<Placed<'a>> {
        self.key(name, |is| matches!(is, Kind::List(value) if value == kind))
            .map(|key| self.items(key))
            .unwrap_or_default()
    }

    /// A list of words that the description lists.
    pub fn choices<T: DeserializeOwned>(&self, name: &str) -> Vec<T> {
        let Some(key) = self.key(name, |kind| matches!(kind, Kind::ManyOf(_))) else { return Vec::new() };
        let Kind::ManyOf(words) = key.kind else { return Vec::new() };
        if let (None, Need::Default(text)) = (self.entry(name), key.need) {
            let default = DeValue::parse(text).ok();
            let items = default.as_ref().and_then(|value| value.get_ref().as_array());
            return items
                .into_iter()
                .flat_map(|list| list.iter())
                .filter_map(|item| word(item.get_ref(), words).ok())
                .collect();
        }
        let items = self.items(key).into_iter();
        items.filter_map(|(spot, value)| self.read_at(spot, value, |value| word(value, words))).collect()
    }

    fn items(&self, key: &Key) -> Vec<Placed<'a>> {
        match self.entry(key.name) {
            Some(entry) => match entry.get_ref() {
                DeValue::Array(list) => {
                    let place = |item: &'a Spanned<DeValue<'a>>| {
                        (self.spot_at(key.name, item.span().start), item.get_ref())
                    };
                    list.iter().map(place).collect()
                }
                single => vec![(self.spot_of(key.name), single)],
            },
            None => {
                if matches!(key.need, Need::Required) {
                    self.missing(key);
                }
                Vec::new()
            }
        }
    }

    fn read_at<T>(
        &self,
        spot: Spot,
        value: &DeValue<'_>,
        read: impl Fn(&DeValue<'_>) -> Result<T, Wrong>,
    ) -> Option<T> {
        read(value).map_err(|wrong| self.problems.error(spot, wrong)).ok()
    }

    /// Values under names of the writer's choice.
    pub fn map<T: Written>(&self, name: &str) -> BTreeMap<String, T> {
        let pairs = self.pairs(name, T::VALUE).into_iter();
        pairs.filter_map(|(key, spot, value)| Some((key, self.read_at(spot, value, T::read)?))).collect()
    }

    /// The names of the writer's choice, where each stands, and what it holds.
    pub fn pairs(&self, name: &str, kind: Value) -> Vec<(String, Spot, &'a DeValue<'a>)> {
        let Some(key) = self.key(name, |is| matches!(is, Kind::Map(value) if value == kind)) else {
            return Vec::new();
        };
        let Some(entry) = self.entry(name) else {
            if matches!(key.need, Need::Required) {
                self.missing(key);
            }
            return Vec::new();
        };
        let Some(table) = entry.get_ref().as_table() else {
            self.not_a_table(name, entry, key.example);
            return Vec::new();
        };
        let place = |(key, value): (&Spanned<std::borrow::Cow<'a, str>>, &'a Spanned<DeValue<'a>>)| {
            let spot = self.spot_at(&format!("{name}.{}", key.get_ref()), key.span().start);
            (key.get_ref().to_string(), spot, value.get_ref())
        };
        table.iter().map(place).collect()
    }

    /// Proves that every described key was read; to be called when a table has been read.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for key in self.section.keys.iter().filter(|key| !asked.contains(key.name)) {
            self.error(key.name, "is described but not read", "this is a fault of Upheld, please report it");
        }
    }
}

/// A word of a fixed list, as the type that has a variant for each.
fn word<T: DeserializeOwned>(value: &DeValue<'_>, words: &'static [&'static str]) -> Result<T, Wrong> {
    let Some(text) = value.as_str() else {
        return Err(Wrong::new(
            format!("{} is not one of the words known here", described(value)),
            format!("write one of {}", listed(words.iter().copied())),
        ));
    };
    let wrong = || {
        let remedy = match did_you_mean(text, words.iter().copied()) {
            remedy if remedy.starts_with("did") => remedy,
            _ => format!("write one of {}", listed(words.iter().copied())),
        };
        Wrong::new(format!("{} is not known here", quoted(text)), remedy)
    };
    if !words.contains(&text) {
        return Err(wrong());
    }
    T::deserialize(StrDeserializer::<ValueError>::new(text)).map_err(|_| wrong())
}

/// The same, for a single word given as text.
pub(super) fn word_of<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    T::deserialize(StrDeserializer::<ValueError>::new(text)).ok()
}
