//! Whom a word means among those who can have something in hand.

use crate::commands::access::Role;
use crate::commands::asking::Asking;
use crate::commands::choose;
use crate::commands::near::near;
use crate::core::doc::{Doc, Text, Value, Weight};
use crate::core::event::PersonId;
use crate::directory::Directory;

/// So much of a person's random id names them in a button.
const SHORT: usize = 12;

/// The word that names a person in a button or a form.
pub fn word(person: &PersonId) -> String {
    person.as_str().chars().take(SHORT).collect()
}

/// Who may have something in hand.
pub fn staff(directory: &Directory) -> Vec<(PersonId, String)> {
    let people = directory.people.values().filter(|person| {
        let roles = directory.rights(&person.id).roles;
        roles.contains(&Role::Operator) || roles.contains(&Role::Manager)
    });
    people.map(|person| (person.id.clone(), person.name.clone())).collect()
}

/// The colleague a word means: oneself by `me`, else by name, by a part of it, or by the beginning of their id. With
/// none, and with one that means nobody, those there are; `line` is the command with one of them.
pub fn colleague(
    asking: &Asking,
    directory: &Directory,
    question: Text,
    line: impl Fn(&str) -> String,
    typed: Option<&str>,
) -> Result<PersonId, Doc> {
    let staff = staff(directory);
    let offer = |doc: Doc| {
        staff.iter().take(choose::OFFERED).fold(doc, |doc, (id, name)| {
            doc.button(Text::Untrusted(name.clone()), line(&word(id)), Weight::Secondary)
        })
    };
    let Some(typed) = typed else { return Err(offer(asking.say(question))) };
    let wanted = typed.trim().trim_start_matches('@').to_lowercase();
    let me = matches!(wanted.as_str(), "me" | "我").then_some(asking.person.as_ref()).flatten();
    let myself = me.and_then(|me| staff.iter().find(|(id, _)| id == me));
    let by_id = || staff.iter().find(|(id, _)| wanted.len() >= SHORT && id.as_str().starts_with(&wanted));
    let whole = || staff.iter().find(|(_, name)| name.to_lowercase() == wanted);
    let part = || {
        let mut some = staff
            .iter()
            .filter(|(_, name)| name.to_lowercase().split_whitespace().any(|part| part == wanted));
        some.next().filter(|_| some.next().is_none())
    };
    let nearly = || near(&wanted, staff.iter().map(|known| (known.1.clone(), known)));
    let found = myself.or_else(by_id).or_else(whole).or_else(part).or_else(nearly);
    found.map(|(id, _)| id.clone()).ok_or_else(|| {
        let text = Text::key("error-no-colleague").with("person", Value::Untrusted(typed.to_owned()));
        offer(asking.refuse(text))
    })
}
