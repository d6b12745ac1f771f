//! What a room may name: the pure rooms know no runtime, no database and no platform, and time has one door.

use crate::source::{Source, line_of, words};
use crate::{none_of, sources};

/// Rooms whose results reach people and must be the same on every machine and in every replay.
const PURE: [&str; 5] = ["src/core/", "src/sources/", "src/analysis/", "src/chart/", "src/report/"];

/// The sources in which `wanted` identifiers occur, as `file:line: … names x`.
fn naming(sources: &[Source], wanted: &[&str], advice: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources {
        for (at, word) in words(&source.code) {
            if wanted.contains(&word) {
                let line = line_of(&source.code, at);
                findings.push(format!("{}:{line}: names {word}; {advice}", source.path));
            }
        }
    }
    findings
}

fn pure() -> Vec<Source> {
    let pure: Vec<Source> = sources()
        .into_iter()
        .filter(|source| PURE.iter().any(|room| source.path.starts_with(room)))
        .collect();
    assert!(pure.len() > 20, "the pure rooms have moved: correct the list in tests/tidy/rooms.rs");
    pure
}

#[test]
fn pure_rooms_name_no_runtime_database_or_platform() {
    let outside = ["tokio", "sqlx", "serenity", "teloxide", "axum", "reqwest"];
    none_of(&naming(
        &pure(),
        &outside,
        "this room is pure: take values in and give values out, and let app wire them",
    ));
}

#[test]
fn pure_rooms_iterate_in_order() {
    let hashed = ["HashMap", "HashSet", "hash_map", "hash_set", "RandomState", "DefaultHasher", "IndexMap"];
    none_of(&naming(&pure(), &hashed, "its order differs from run to run: take BTreeMap or BTreeSet"));
}

#[test]
fn pure_rooms_compute_alike_on_every_machine() {
    const FUNCTIONS: [&str; 26] = [
        "ln",
        "ln_1p",
        "log",
        "log2",
        "log10",
        "exp",
        "exp2",
        "exp_m1",
        "sqrt",
        "cbrt",
        "powf",
        "powi",
        "hypot",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "sin_cos",
        "sinh",
        "cosh",
        "tanh",
        "mul_add",
        "rem_euclid_f64",
    ];
    let mut findings = Vec::new();
    for source in pure() {
        for (number, line) in source.lines() {
            for function in FUNCTIONS {
                let called =
                    [format!(".{function}("), format!("f64::{function}"), format!("f32::{function}")];
                if called.iter().any(|call| line.contains(call)) {
                    findings.push(format!(
                        "{}:{number}: calls {function} of std, whose last digit depends on the machine; take libm::{function}",
                        source.path
                    ));
                }
            }
        }
    }
    none_of(&findings);
}

#[test]
fn the_core_knows_no_sibling() {
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("src/core")) {
        let deep = source.path.matches('/').count() - usize::from(source.path.ends_with("/mod.rs"));
        for (number, line) in source.lines() {
            for (at, _) in line.match_indices("crate::") {
                let rest = &line[at + "crate::".len()..];
                if !rest.starts_with("core::") && !rest.starts_with("core;") && !line[..at].ends_with('$') {
                    findings.push(format!(
                        "{}:{number}: the core reaches for {}; it may name only crate::core, so turn the dependency around",
                        source.path,
                        rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
                    ));
                }
            }
            // In src/core/x.rs one `super` is the core and two are its house; a module of tests lies one deeper.
            let out = deep + usize::from(source.is_test[number - 1]);
            if line.contains(&"super::".repeat(out)) {
                findings
                    .push(format!("{}:{number}: climbs out of the core; name crate::core::…", source.path));
            }
        }
    }
    none_of(&findings);
}

/// What the map in docs/architecture.md lets a room name, by the room's path.
fn map() -> Vec<(String, Vec<String>)> {
    let text = std::fs::read_to_string(crate::root().join("docs/architecture.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let room =
            cells.get(1)?.strip_prefix('`')?.strip_suffix('`').filter(|room| room.starts_with("src/"))?;
        let names = cells.get(3)?.split(", ").map(ToOwned::to_owned).collect();
        Some((room.to_owned(), names))
    });
    rows.collect()
}

#[test]
fn rooms_name_what_the_map_allows() {
    let map = map();
    assert!(map.len() > 12, "the map of rooms has moved: correct tests/tidy/rooms.rs");
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| !source.path.contains("/tests")) {
        let file = source.path.trim_end_matches(".rs");
        let room = map.iter().find(|(room, _)| {
            let folder = room.trim_end_matches(".rs");
            file == folder || source.path.starts_with(&format!("{folder}/"))
        });
        let Some((room, allowed)) = room.filter(|(_, allowed)| !allowed[0].starts_with("everything")) else {
            continue;
        };
        let own = room.trim_start_matches("src/").trim_end_matches(".rs");
        for (number, line) in source.lines().filter(|(number, _)| !source.is_test[number - 1]) {
            for (at, _) in line.match_indices("crate::") {
                let rest = &line[at + "crate::".len()..];
                let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                let known = name.is_empty() || name == own || allowed.iter().any(|allowed| allowed == name);
                if !known && !line[..at].ends_with('$') {
                    findings.push(format!(
                        "{}:{number}: {room} names {name}, which the map in docs/architecture.md does not say; \
                         turn the dependency around, or say it there",
                        source.path
                    ));
                }
            }
        }
    }
    none_of(&findings);
}

#[test]
fn time_and_chance_come_through_one_door() {
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.path != "src/clock.rs") {
        for (number, line) in source.lines() {
            for ambient in
                ["Utc::now", "Local::now", "SystemTime::now", "rand::", "getrandom::", "thread_rng"]
            {
                let found = line.match_indices(ambient).any(|(at, _)| {
                    !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_')
                });
                if found {
                    findings.push(format!(
                        "{}:{number}: uses {ambient}; take the instant or the number as an argument, or ask crate::clock",
                        source.path
                    ));
                }
            }
        }
    }
    none_of(&findings);
}

#[test]
fn the_rules_bite() {
    let bad = Source::new(
        "src/core/x.rs",
        "use std::collections::HashMap; // BTreeMap\nlet s = \"tokio\";".to_owned(),
    );
    assert_eq!(naming(std::slice::from_ref(&bad), &["HashMap", "tokio"], "no").len(), 1);
}
