//! Tables within tables: `[a.b]`, `[[a.b]]`, `[a.b.<name>]`.

use toml::Spanned;
use toml::de::DeValue;

use super::Table;
use crate::config::document::label;
use crate::config::problem::{Spot, Wrong};
use crate::config::schema::{Kind, Need};
use crate::config::value::described;

impl<'a> Table<'a> {
    pub(super) fn not_a_table(&self, name: &str, entry: &Spanned<DeValue<'_>>, example: &str) {
        self.error(
            name,
            format!("{} is not a table", described(entry.get_ref())),
            format!("write for example {example}"),
        );
    }

    /// `[a.b]`; one that is not written reads as all defaults.
    pub fn table(&self, name: &str) -> Option<Table<'a>> {
        let key = self.key(name, |kind| matches!(kind, Kind::Table(_)))?;
        let Kind::Table(section) = key.kind else { return None };
        let path = self.under(name);
        let Some(entry) = self.entry(name) else {
            if matches!(key.need, Need::Required) {
                self.error(name, "is missing", format!("add the table {}", section.heading));
            }
            return Some(Self::new(self.document, self.problems, section, path, self.line, None));
        };
        let entries = entry.get_ref().as_table();
        if entries.is_none() {
            self.not_a_table(name, entry, section.heading);
        }
        let line = Some(self.document.line_at(entry.span().start));
        Some(Self::new(self.document, self.problems, section, path, line, entries))
    }

    /// `[[a.b]]`, in the order written.
    pub fn tables(&self, name: &str) -> Vec<Table<'a>> {
        let Some(key) = self.key(name, |kind| matches!(kind, Kind::Tables(_))) else { return Vec::new() };
        let Kind::Tables(section) = key.kind else { return Vec::new() };
        let Some(entry) = self.entry(name) else {
            if matches!(key.need, Need::Required) {
                self.error(name, "is missing", format!("add at least one {}", section.heading));
            }
            return Vec::new();
        };
        let Some(list) = entry.get_ref().as_array() else {
            let remedy = format!("begin each with {}", section.heading);
            self.error(name, format!("{} is not a list of tables", described(entry.get_ref())), remedy);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (place, item) in list.iter().enumerate() {
            let path = format!("{}.{}", self.under(name), label(item, place));
            let line = Some(self.document.line_at(item.span().start));
            match item.get_ref().as_table() {
                Some(entries) => {
                    tables.push(Self::new(self.document, self.problems, section, path, line, Some(entries)));
                }
                None => {
                    let spot = Spot { line, key: path, ..self.spot() };
                    let what = format!("{} is not a table", described(item.get_ref()));
                    self.problems
                        .error(spot, Wrong::new(what, format!("begin each with {}", section.heading)));
                }
            }
        }
        tables
    }

    /// `[a.b.<name>]` by name.
    pub fn named(&self, name: &str) -> Vec<(String, Table<'a>)> {
        let Some(key) = self.key(name, |kind| matches!(kind, Kind::Named(_))) else { return Vec::new() };
        let Kind::Named(section) = key.kind else { return Vec::new() };
        let Some(entry) = self.entry(name) else {
            if matches!(key.need, Need::Required) {
                self.error(name, "is missing", format!("add at least one {}", section.heading));
            }
            return Vec::new();
        };
        let Some(members) = entry.get_ref().as_table() else {
            self.not_a_table(name, entry, section.heading);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (member, value) in members {
            let path = format!("{}.{}", self.under(name), member.get_ref());
            let line = Some(self.document.line_at(value.span().start.min(member.span().start)));
            let Some(entries) = value.get_ref().as_table() else {
                let spot = Spot { line, key: path, ..self.spot() };
                let what = format!("{} is not a table", described(value.get_ref()));
                self.problems.error(spot, Wrong::new(what, format!("write {}", section.heading)));
                continue;
            };
            let table = Self::new(self.document, self.problems, section, path, line, Some(entries));
            tables.push((member.get_ref().to_string(), table));
        }
        tables
    }
}
