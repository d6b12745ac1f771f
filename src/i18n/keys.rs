//! The language files against each other and against the code: nothing missing, nothing unused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_bundle::FluentResource;

use super::Language;

type Messages = BTreeMap<String, BTreeSet<String>>;

/// Every message of a file with the arguments it uses. The files keep to messages: no terms, no attributes.
fn messages(language: Language) -> Messages {
    let mut found = Messages::new();
    let mut current: Option<String> = None;
    for line in language.source().lines() {
        if let Some(key) = key_of(line) {
            assert!(looks_like_a_key(&key) || !key.contains('-'), "{language}: {key} is no key");
            let before = found.insert(key.clone(), BTreeSet::new());
            assert_eq!(before, None, "{language}: {key} is there twice");
            current = Some(key);
        } else {
            assert!(line.is_empty() || line.starts_with(['#', ' ', '}']), "{language}: {line}");
        }
        let Some(arguments) = current.as_ref().and_then(|key| found.get_mut(key)) else { continue };
        let names = line.split('$').skip(1).map(|rest| {
            let end =
                rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
            rest[..end].to_owned()
        });
        arguments.extend(names);
    }
    found
}

/// Every source file and page of the library with its text, without comments and tests.
fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = without_tests(&text).lines().filter(|line| !line.trim_start().starts_with("//"));
                files.push((path, code.collect::<Vec<_>>().join("\n")));
            } else if path.extension().is_some_and(|extension| extension == "html") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files.sort();
    files
}

/// Up to the tests that stand in the file itself; those in a file of their own are one line of it.
fn without_tests(text: &str) -> &str {
    let mut all = text.match_indices("#[cfg(test)]\nmod ");
    let inside = all.find(|(at, _)| text[*at..].lines().nth(1).is_some_and(|line| line.ends_with('{')));
    inside.map_or(text, |(at, _)| &text[..at])
}

/// What stands between any two quotation marks: all string literals, and much that is none.
fn literals(code: &str) -> Vec<&str> {
    code.lines().flat_map(|line| line.split('"')).collect()
}

fn looks_like_a_key(text: &str) -> bool {
    text.contains('-')
        && text.split('-').all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

#[test]
fn the_files_hold_no_mistake() {
    for language in Language::ALL {
        if let Err((_, errors)) = FluentResource::try_new(language.source().to_owned()) {
            panic!("{language}: {errors:?}");
        }
    }
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_arguments() {
    let (english, chinese) = (messages(Language::English), messages(Language::TraditionalChinese));
    let keys = |messages: &Messages| messages.keys().cloned().collect::<BTreeSet<_>>();
    let only =
        |one: &Messages, other: &Messages| keys(one).difference(&keys(other)).cloned().collect::<Vec<_>>();
    assert_eq!(only(&english, &chinese), Vec::<String>::new(), "missing in Chinese");
    assert_eq!(only(&chinese, &english), Vec::<String>::new(), "missing in English");
    for (key, arguments) in &english {
        assert_eq!(arguments, &chinese[key], "{key}");
    }
}

#[test]
fn the_files_are_in_the_same_order() {
    let order = |language: Language| language.source().lines().filter_map(key_of).collect::<Vec<_>>();
    assert_eq!(order(Language::English), order(Language::TraditionalChinese));
}

fn key_of(line: &str) -> Option<String> {
    let (key, _) = line.split_once(" = ")?;
    (!key.starts_with([' ', '#'])).then(|| key.to_owned())
}

/// What stands before a key.
const CALLS: [&str; 6] =
    ["Text::key(\"", "Value::term(\"", "words(\"", "counted(\"", "words.of(\"", "refuse_key(\""];

#[test]
fn every_key_in_the_code_is_in_the_files() {
    let known = messages(Language::English);
    let mut missing = Vec::new();
    for (path, code) in sources() {
        let in_notices = path.components().any(|part| part.as_os_str() == "notice");
        let of_samples =
            path.ends_with("samples.rs") || path.components().any(|part| part.as_os_str() == "samples");
        // This file names them to look for them.
        let calls = if path.ends_with("i18n/keys.rs") { &[] } else { &CALLS[..] };
        for call in calls {
            let keys = code.split(*call).skip(1).filter_map(|rest| rest.split('"').next());
            missing.extend(
                keys.filter(|key| !known.contains_key(*key)).map(|key| format!("{}: {key}", path.display())),
            );
        }
        if in_notices && !of_samples {
            let keys = literals(&code).into_iter().filter(|text| looks_like_a_key(text));
            missing.extend(
                keys.filter(|key| !known.contains_key(*key)).map(|key| format!("{}: {key}", path.display())),
            );
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// Beginnings of keys that are put together from a name: the outcome of a delivery.
const MADE: [&str; 1] = ["outcome-"];

#[test]
fn every_key_in_the_files_is_in_the_code() {
    let code = sources();
    let used: BTreeSet<&str> = code.iter().flat_map(|(_, code)| literals(code)).collect();
    // Commands and their options are described by their names.
    let described: BTreeSet<String> = described_commands();
    let made = |key: &str| MADE.iter().any(|beginning| key.starts_with(beginning));
    let unused: Vec<String> = messages(Language::English)
        .into_keys()
        .filter(|key| !used.contains(key.as_str()) && !described.contains(key) && !made(key))
        .collect();
    assert_eq!(unused, Vec::<String>::new());
}

fn described_commands() -> BTreeSet<String> {
    let keys = std::cell::RefCell::new(BTreeSet::new());
    crate::commands::spec::specs(|key| {
        keys.borrow_mut().insert(key.to_owned());
        String::new()
    });
    keys.into_inner()
}

#[test]
fn every_command_and_option_is_described_in_every_language() {
    for language in Language::ALL {
        let known = messages(language);
        for key in described_commands() {
            let arguments = known.get(&key).unwrap_or_else(|| panic!("{language} does not describe {key}"));
            assert!(arguments.is_empty(), "{key}");
            let words = super::words(&key, language);
            assert!(words.chars().count() <= 100, "{key} is longer than Discord takes: {words}");
        }
    }
}

/// The arguments given with `.with("name", …)` behind each `Text::key("…")`, where they are given at once.
fn given(code: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found = Vec::new();
    for rest in code.split("Text::key(\"").skip(1) {
        let Some((key, mut rest)) = rest.split_once("\")") else { continue };
        let mut names = BTreeSet::new();
        while let Some(call) = rest.trim_start().strip_prefix(".with(") {
            let Some((name, after)) =
                call.trim_start().strip_prefix('"').and_then(|call| call.split_once('"'))
            else {
                break;
            };
            names.insert(name.to_owned());
            rest = after_call(after);
        }
        found.push((key.to_owned(), names));
    }
    found
}

/// What follows the parenthesis that closes the call.
fn after_call(code: &str) -> &str {
    let mut depth = 1;
    for (index, letter) in code.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &code[index + 1..];
        }
    }
    ""
}

#[test]
fn no_message_is_given_an_argument_it_does_not_use() {
    let known = messages(Language::English);
    for (path, code) in sources() {
        for (key, names) in given(&code) {
            let Some(wanted) = known.get(&key) else { continue };
            let superfluous: Vec<&String> = names.difference(wanted).collect();
            assert!(superfluous.is_empty(), "{}: {key} does not use {superfluous:?}", path.display());
        }
    }
}
