//! One file as a tree that remembers where everything stands.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problems, Spot, Wrong};

/// A parsed file.
#[derive(Debug)]
pub(super) struct Document<'t> {
    /// The path as it was given.
    pub name: &'t str,
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

/// What a path leads to.
enum Found<'d, 't> {
    Table(&'d DeTable<'t>),
    Value(&'d DeValue<'t>),
}

impl<'t> Document<'t> {
    /// Reads a file; none, with every mistake of grammar reported, when it is not TOML.
    pub fn parse(name: &'t str, text: &'t str, problems: &Problems) -> Option<Self> {
        let (root, mistakes) = DeTable::parse_recoverable(text);
        let document = Self { name, text, root };
        for mistake in &mistakes {
            let line = mistake.span().map(|span| document.line_at(span.start));
            let spot = Spot { line, ..Spot::file(name) };
            problems
                .error(spot, Wrong::new(format!("not TOML: {}", mistake.message()), grammar_remedy(mistake)));
        }
        mistakes.is_empty().then_some(document)
    }

    pub fn root(&self) -> &DeTable<'t> {
        self.root.get_ref()
    }

    /// From 1.
    pub fn line_at(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// How many elements the list at a path of tables has.
    pub fn count(&self, path: &[&str]) -> usize {
        let Some((last, before)) = path.split_last() else { return 0 };
        let table = before.iter().try_fold(self.root(), |table, step| table.get(*step)?.get_ref().as_table());
        table.and_then(|table| table.get(*last)?.get_ref().as_array()).map_or(0, |list| list.iter().count())
    }

    /// Where a path stands, or the nearest part of it that exists. A list is entered by an element's `id`,
    /// `name` or `kind`, by its text, or by its number from 1.
    pub fn locate(&self, path: &[&str]) -> Spot {
        let mut here = Found::Table(self.root());
        let mut line = None;
        let mut key = Vec::new();
        let mut element = false;
        for step in path {
            let next = match here {
                Found::Table(table) => table.get_key_value(*step).map(|(name, value)| {
                    key.push((*step).to_owned());
                    let start =
                        if value.get_ref().is_table() { value.span().start } else { name.span().start };
                    (start, value)
                }),
                Found::Value(value) => value.as_array().and_then(|list| {
                    let (place, found) =
                        list.iter().enumerate().find(|(place, item)| is_called(item, *place, step))?;
                    element = !found.get_ref().is_table();
                    if !element {
                        key.push(label(found, place));
                    }
                    Some((found.span().start, found))
                }),
            };
            let Some((start, value)) = next else {
                if matches!(here, Found::Table(_)) {
                    key.push((*step).to_owned());
                }
                break;
            };
            line = Some(self.line_at(start));
            here = match value.get_ref() {
                DeValue::Table(table) => Found::Table(table),
                other => Found::Value(other),
            };
        }
        Spot { file: self.name.to_owned(), line, key: key.join("."), element }
    }
}

/// What TOML itself would need, for the slips people make most.
fn grammar_remedy(mistake: &toml::de::Error) -> &'static str {
    let message = mistake.message();
    if message.contains("must be quoted") {
        "put texts in quotes: \"…\""
    } else if message.contains("duplicate key") {
        "give each key and each [table] once; repeated tables are written [[like this]]"
    } else if message.contains("date") || message.contains("time") {
        "write dates as 2026-03-05 and moments as 2026-03-05T09:15:00+01:00"
    } else {
        "see https://toml.io for the form"
    }
}

/// The name by which a list's element is known: its `id`, `name` or `kind`, else its number from 1.
pub(super) fn label(item: &Spanned<DeValue<'_>>, place: usize) -> String {
    own_name(item).map_or_else(|| (place + 1).to_string(), ToOwned::to_owned)
}

fn own_name<'v>(item: &'v Spanned<DeValue<'_>>) -> Option<&'v str> {
    let table = item.get_ref().as_table()?;
    ["id", "name", "kind"].iter().find_map(|key| table.get(*key)?.get_ref().as_str())
}

fn is_called(item: &Spanned<DeValue<'_>>, place: usize, wanted: &str) -> bool {
    match item.get_ref() {
        DeValue::String(text) => text == wanted,
        _ => label(item, place) == wanted || (place + 1).to_string() == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
[terms]
services = [
  \"checkout\",
  \"login\",
]
[[terms.objectives]]
kind = \"availability\"
target = 99.9
[[terms.objectives]]
name = \"answer\"
targets = { P1 = \"15m\" }
";

    fn spot(path: &[&str]) -> (Option<usize>, String) {
        let problems = Problems::default();
        let document = Document::parse("a.toml", TEXT, &problems).unwrap();
        let spot = document.locate(path);
        (spot.line, spot.key)
    }

    #[test]
    fn every_path_leads_to_its_line_or_to_what_holds_it() {
        assert_eq!(spot(&["terms"]), (Some(1), "terms".into()));
        assert_eq!(spot(&["terms", "services", "login"]), (Some(4), "terms.services".into()));
        assert_eq!(spot(&["terms", "services", "absent"]), (Some(2), "terms.services".into()));
        assert_eq!(
            spot(&["terms", "objectives", "availability", "target"]),
            (Some(8), "terms.objectives.availability.target".into())
        );
        assert_eq!(
            spot(&["terms", "objectives", "answer", "targets", "P1"]),
            (Some(11), "terms.objectives.answer.targets.P1".into())
        );
        assert_eq!(spot(&["terms", "objectives", "2"]), (Some(9), "terms.objectives.answer".into()));
        assert_eq!(spot(&["terms", "zone"]), (Some(1), "terms.zone".into()));
        assert_eq!(spot(&["operations", "channels"]), (None, "operations".into()));
    }

    #[test]
    fn every_mistake_of_grammar_is_told_with_its_line() {
        let problems = Problems::default();
        assert!(Document::parse("a.toml", "a = x\nb = 1\nb = 2\n", &problems).is_none());
        let lines: Vec<_> = problems.into_sorted().iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "a.toml:1: not TOML: string values must be quoted, expected literal string; put texts in quotes: \"…\"",
                "a.toml:3: not TOML: duplicate key; give each key and each [table] once; repeated tables are written \
                 [[like this]]",
            ]
        );
    }
}
