//! That the documents tell the truth: their links lead somewhere, their commands exist, and every migration
//! is one that the program knows.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use crate::source::Source;
use crate::{files, none_of, root, sources};

/// What answers on a path of its own, as a chat command might look.
const PATHS: [&str; 6] = ["healthz", "readyz", "metrics", "webhooks", "login", "log"];

/// The project's own documents, with their text.
fn documents() -> Vec<(String, String)> {
    let markdown =
        files().into_iter().filter(|path| path.ends_with(".md") && !path.starts_with("tests/data/"));
    let found: Vec<_> =
        markdown.map(|path| (path.clone(), std::fs::read_to_string(root().join(path)).unwrap())).collect();
    assert!(found.iter().any(|(path, _)| path == "README.md"), "README.md is missing");
    found
}

/// A document's lines with their numbers, and whether each stands in a fenced block.
fn fenced(text: &str) -> impl Iterator<Item = (usize, &str, bool)> {
    let mut inside = false;
    text.lines().enumerate().map(move |(index, line)| {
        let is_fence = line.trim_start().starts_with("```");
        inside ^= is_fence;
        (index + 1, line, inside && !is_fence)
    })
}

/// The texts in backticks of one line.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

#[test]
fn links_lead_somewhere() {
    let mut findings = Vec::new();
    for (path, text) in documents() {
        for (number, line, inside) in fenced(&text) {
            if inside {
                continue;
            }
            for part in line.split("](").skip(1) {
                let Some(target) = part.split([')', ' ', '#']).next().filter(|target| !target.is_empty())
                else {
                    continue;
                };
                let outside = target.contains("://") || target.starts_with("mailto:");
                if !outside && !root().join(normal(&Path::new(&path).with_file_name(target))).exists() {
                    findings.push(format!("{path}:{number}: links to {target}, which is not there"));
                }
            }
        }
    }
    none_of(&findings);
}

/// The path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// A command line of the program that some file tells people, or a machine, to run.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    command: String,
    /// The word behind it, which may be a command of its own.
    below: Option<String>,
    options: BTreeSet<String>,
    place: String,
}

/// The program's own command lines in one line of shell, a unit or a Dockerfile.
fn told(line: &str, place: &str) -> Vec<Told> {
    let plain: String =
        line.split(" #").next().unwrap_or_default().replace(['[', ']', '"', ',', '=', '`', '('], " ");
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let own = word.trim_end_matches(':') == *word && (*word == "upheld" || word.ends_with("bin/upheld"));
        let by_cargo = *word == "--" && words[..at].contains(&"run");
        let rest = words.get(at + 1..).unwrap_or_default();
        let is_command = rest.first().is_some_and(|name| {
            name.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !name.starts_with('-')
        });
        if (own || by_cargo) && is_command {
            let until = rest
                .iter()
                .position(|word| matches!(*word, "|" | "&&" | "||" | ";" | ">" | "<"))
                .unwrap_or(rest.len());
            let options =
                rest[..until].iter().filter(|word| word.starts_with("--")).map(|word| (*word).to_owned());
            found.push(Told {
                command: rest[0].to_owned(),
                below: rest.get(1).map(|word| (*word).to_owned()),
                options: options.collect(),
                place: place.to_owned(),
            });
        }
    }
    found
}

fn everything_told() -> Vec<Told> {
    let mut all = Vec::new();
    for (path, text) in documents() {
        for (number, line, inside) in fenced(&text) {
            let place = format!("{path}:{number}");
            if inside {
                let shell = line.trim_start().trim_start_matches("$ ");
                let ours = ["upheld ", "sudo ", "cargo run", "docker ", "target/", "./"];
                if ours.iter().any(|start| shell.starts_with(start)) {
                    all.extend(told(shell, &place));
                }
            } else {
                let ours =
                    spans(line).filter(|span| span.starts_with("upheld ") || span.starts_with("cargo run "));
                all.extend(ours.flat_map(|span| told(span, &place)));
            }
        }
    }
    for path in ["Dockerfile", "packaging/upheld.service"] {
        let text = std::fs::read_to_string(root().join(path)).unwrap();
        let lines = text.lines().enumerate().filter(|(_, line)| {
            !line.starts_with('#')
                && ["ExecStart=", "HEALTHCHECK", "CMD"].iter().any(|start| line.starts_with(start))
        });
        all.extend(lines.flat_map(|(index, line)| {
            // Docker runs CMD behind the entry point.
            let line = line.strip_prefix("CMD").map_or(line.to_owned(), |rest| format!("upheld {rest}"));
            told(&line, &format!("{path}:{}", index + 1))
        }));
    }
    all
}

#[test]
fn commands_in_documents_exist() {
    let told = everything_told();
    assert!(told.iter().any(|told| told.command == "demo"), "README.md does not tell how to start the demo");
    let mut findings = Vec::new();
    for Told { command, below, options, place } in told {
        let ask = |words: &[&str]| {
            Command::new(env!("CARGO_BIN_EXE_upheld")).args(words).arg("--help").output().unwrap()
        };
        let mut output = ask(&[&command]);
        if let Some(below) = below.filter(|_| String::from_utf8_lossy(&output.stdout).contains("\nCommands:"))
        {
            output = ask(&[&command, &below]);
        }
        let help = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() || !help.contains("Usage:") {
            findings.push(format!(
                "{place}: `upheld {command}` does not exist; correct the text or add the command"
            ));
            continue;
        }
        let known: BTreeSet<&str> = help.split([' ', '\n', ',', '=', '[', ']', '<']).collect();
        for option in options.iter().filter(|option| !known.contains(option.as_str())) {
            findings.push(format!("{place}: `upheld {command}` has no {option}"));
        }
    }
    none_of(&findings);
}

#[test]
fn chat_commands_in_documents_exist() {
    let known = upheld::commands::spec::names();
    let mut findings = Vec::new();
    for (path, text) in documents() {
        for (number, line, inside) in fenced(&text) {
            let spans = spans(line).filter(|_| !inside).filter_map(|span| span.strip_prefix('/'));
            for name in spans.filter_map(|span| span.split_whitespace().next()) {
                let plain = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                if plain && !PATHS.contains(&name) && !known.iter().any(|known| known == name) {
                    findings.push(format!("{path}:{number}: there is no chat command /{name}"));
                }
            }
        }
    }
    none_of(&findings);
}

#[test]
fn what_documents_name_exists() {
    let folders = ["src/", "tests/", "docs/", "config/", "packaging/", "migrations/", ".ci/"];
    let functions: BTreeSet<String> =
        sources().iter().flat_map(Source::functions).map(|function| function.name).collect();
    let mut findings = Vec::new();
    for (path, text) in documents() {
        for (number, line, inside) in fenced(&text) {
            for span in spans(line).filter(|_| !inside) {
                let is_path =
                    folders.iter().any(|folder| span.starts_with(folder)) && !span.contains(['*', '<', '{']);
                if is_path && !root().join(span.split([':', ' ']).next().unwrap()).exists() {
                    findings.push(format!("{path}:{number}: names {span}, which is not there"));
                }
                // In the map, what reads like a test is one.
                let is_test = path == "docs/architecture.md"
                    && span.matches('_').count() >= 2
                    && span.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                if is_test && !functions.contains(span) {
                    findings.push(format!("{path}:{number}: names the test {span}, which is not there"));
                }
            }
        }
    }
    none_of(&findings);
}

#[test]
fn every_migration_is_known_to_the_program() {
    let migrations: Vec<String> =
        files().into_iter().filter(|path| path.starts_with("migrations/")).collect();
    if migrations.is_empty() {
        assert!(!root().join("src/store").exists(), "src/store has no migrations");
        return;
    }
    let schema = std::fs::read_to_string(root().join("src/store/schema.rs")).unwrap();
    let mut findings = Vec::new();
    for (index, path) in migrations.iter().enumerate() {
        if !path.starts_with(&format!("migrations/{:04}_", index + 1)) {
            findings.push(format!("{path}:1: number migrations without a gap; this is number {}", index + 1));
        }
        if !schema.contains(&format!("include_str!(\"../../{path}\")")) {
            findings.push(format!(
                "{path}:1: src/store/schema.rs does not list it; add it at the end of MIGRATIONS"
            ));
        }
    }
    none_of(&findings);
}

#[test]
fn decisions_have_numbers_of_their_own() {
    let decisions: Vec<String> = files()
        .into_iter()
        .filter_map(|path| path.strip_prefix("docs/decisions/").map(ToOwned::to_owned))
        .collect();
    let mut findings = Vec::new();
    for (earlier, name) in decisions.iter().zip(decisions.iter().skip(1)) {
        if earlier[..4] == name[..4] {
            findings.push(format!("docs/decisions/{name}:1: number {} is taken by {earlier}", &name[..4]));
        }
    }
    for name in &decisions {
        let text = std::fs::read_to_string(root().join("docs/decisions").join(name)).unwrap();
        let number = name[..4].trim_start_matches('0');
        if !text.starts_with(&format!("# {number}. ")) {
            findings.push(format!("docs/decisions/{name}:1: begin with `# {number}. <title>`"));
        }
        for part in ["**Context.**", "**Decision.**", "**Consequence.**"] {
            if !text.contains(part) {
                findings.push(format!("docs/decisions/{name}:1: has no {part}"));
            }
        }
    }
    none_of(&findings);
}

#[test]
fn command_lines_are_found_where_they_stand() {
    let names = |line: &str| told(line, "x:1").into_iter().map(|told| told.command).collect::<Vec<_>>();
    assert_eq!(names("cargo run --release -- demo --keep"), ["demo"]);
    assert_eq!(names("sudo -u upheld /usr/local/bin/upheld check --config /etc/upheld  # all"), ["check"]);
    assert_eq!(names("HEALTHCHECK --interval=30s CMD [\"upheld\", \"health\"]"), ["health"]);
    assert_eq!(names("docker run --rm upheld"), Vec::<String>::new());
    assert_eq!(
        told("upheld backup --to x | cat --all", "x:1")[0].options,
        BTreeSet::from(["--to".to_owned()])
    );
}
