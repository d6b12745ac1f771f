//! Words that must not stand in the project: unfinished work, silenced lints, and names of places that are not
//! part of it.

use crate::{files, none_of, root, sources};

#[test]
fn every_file_says_what_it_is_for() {
    let silent = sources().into_iter().filter(|source| !source.text.starts_with("//! "));
    let findings: Vec<String> = silent
        .map(|source| format!("{}:1: open with a line `//! …` that says what the file is for", source.path))
        .collect();
    none_of(&findings);
}

#[test]
fn nothing_is_left_for_later() {
    // Written in halves, so that this file does not find itself.
    let remarks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    let code = ["todo!", "unimplemented!", "#[ignore", "#[allow(", "#![allow("];
    let mut findings = Vec::new();
    for source in sources() {
        for (number, line) in source.text.lines().enumerate() {
            for remark in remarks.into_iter().filter(|remark| line.contains(remark)) {
                findings.push(format!("{}:{}: {remark}; do it, or write an issue", source.path, number + 1));
            }
        }
        for (number, line) in source.lines() {
            let squeezed: String = line.split_whitespace().collect();
            for word in code.into_iter().filter(|word| squeezed.contains(word)) {
                findings.push(format!(
                    "{}:{number}: {word}; finish it, mend the cause, or use #[expect(…, reason = \"…\")]",
                    source.path
                ));
            }
        }
    }
    none_of(&findings);
}

#[test]
fn the_project_names_no_workplace() {
    let places = [concat!("/wo", "rk/"), concat!("fa", "rm"), concat!("sha", "red/"), "/tmp/w/", "/tmp/t/"];
    let mut findings = Vec::new();
    for path in files() {
        // Data is as it was found, and the lock file is cargo's.
        if path.starts_with("tests/data/") || path == "Cargo.lock" || path == "tests/tidy/words.rs" {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            let line = line.to_lowercase();
            for place in places.into_iter().filter(|place| names(&line, place)) {
                findings.push(format!(
                    "{path}:{}: names {place:?}, a place outside of the project; leave it out",
                    number + 1
                ));
            }
        }
    }
    none_of(&findings);
}

/// Whether `place` stands in `line` as a word of its own.
fn names(line: &str, place: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric();
    line.match_indices(place).any(|(at, _)| {
        let starts = !line[..at].chars().next_back().is_some_and(inside) || place.starts_with('/');
        let ends = !line[at + place.len()..].chars().next().is_some_and(inside) || place.ends_with('/');
        starts && ends
    })
}

#[test]
fn a_place_is_a_word_of_its_own() {
    assert!(names("see the farm.", "farm") && names("/home/shared/x", "shared/"));
    assert!(!names("farmer and pharmfarms", "farm") && !names("unshared/", "shared/"));
}
