//! The form in which the description of every key is kept. One description serves the reader (which keys are
//! known, which are needed, what stands in for an absent one) and the reference in `docs/configuration.md`.

use super::value::Value;

/// A table of a file, and its keys.
#[derive(Debug)]
pub(super) struct Section {
    /// As written in the file: `[server]`, `[[routes]]`, `[services.<id>]`.
    pub heading: &'static str,
    pub about: &'static str,
    pub keys: &'static [Key],
}

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    pub name: &'static str,
    pub kind: Kind,
    pub need: Need,
    pub meaning: &'static str,
    /// A value as TOML, where the default is no sufficient example.
    pub example: &'static str,
}

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    One(Value),
    List(Value),
    /// Values under names of the writer's choice.
    Map(Value),
    OneOf(&'static [&'static str]),
    ManyOf(&'static [&'static str]),
    /// `[a.b]`
    Table(&'static Section),
    /// `[[a.b]]`
    Tables(&'static Section),
    /// `[a.b.<name>]`, under names of the writer's choice.
    Named(&'static Section),
}

/// Whether a key must be there, and what holds when it is not.
#[derive(Clone, Copy, Debug)]
pub(super) enum Need {
    Required,
    /// Absent means absent; the meaning says what follows.
    Optional,
    /// As if this TOML had been written.
    Default(&'static str),
    /// Worked out from other keys; said in words.
    Otherwise(&'static str),
}

impl Section {
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// A line of a key table.
pub(super) const fn key(
    name: &'static str,
    kind: Kind,
    need: Need,
    meaning: &'static str,
    example: &'static str,
) -> Key {
    Key { name, kind, need, meaning, example }
}
