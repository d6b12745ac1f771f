//! Whole configurations: the shipped examples, broken files with their messages, and files of chance.

mod broken;
mod chance;
mod settings;
mod surveys;
mod themes;

use std::collections::BTreeMap;
use std::path::Path;

use super::files::File;
use super::*;
use crate::core::time::Instant;

fn surroundings() -> Surroundings {
    Surroundings { now: Instant::parse("2026-11-23T03:41:00Z").unwrap(), variables: BTreeMap::new() }
}

fn shipped() -> Loaded {
    load(Path::new("config"), &surroundings())
}

const UPHELD: &str = r#"[channels]
operators = ["web:operators"]

[[people]]
id = "anna"
name = "Anna"
role = "operator"

[integrations.prom]
kind = "alertmanager"
secret = "0123456789abcdef"
heartbeat = { alertname = "Watchdog" }
silence_after = "10 min"
"#;

const SERVICES: &str = r#"[services.checkout]
name = "Checkout"
components = ["web", "payments"]
observed_by = ["prom"]

[[routes]]
labels = { job = "checkout" }
service = "checkout"
component = "web"
"#;

const ACME: &str = r#"[terms]
customer = "Acme GmbH"
reference = "ACME"
level = "SIL1"
services = ["checkout"]
zone = "Europe/Berlin"
starts = 2026-01-01
exclusion_mode = "subtract"

[terms.calendars.office.hours]
mon-fri = ["09:00-18:00"]

[[terms.objectives]]
kind = "availability"
target = 99.9

[[terms.objectives]]
kind = "response"
calendar = "office"
targets = { P1 = "15m", P2 = "1h", P3 = "4h" }
share = 95

[operations]
channels = ["web:acme"]
on_call = ["anna"]
"#;

const AFTER: &str = r#"title = { en = "After an incident" }
identity = "named"
audience = "channel"
open_for = "5d"
remind_after = "2d"

[trigger]
after = "incident"

[[questions]]
name = "satisfaction"
kind = "csat"
text = { en = "How satisfied are you?" }
"#;

/// Good files with another agreement, and a survey `after`.
fn asking(acme: &str, after: &str) -> Files {
    let file = File { name: "config/surveys/after.toml".to_owned(), text: Some(after.to_owned()) };
    let surveys = BTreeMap::from([(SurveyId::new("after"), file)]);
    Files { surveys, ..files(UPHELD, SERVICES, acme, &[]) }
}

/// The three files above as a configuration, `others` beside `acme`.
fn files(upheld: &str, services: &str, acme: &str, others: &[(&str, &str)]) -> Files {
    let file = |name: &str, text: &str| File { name: format!("config/{name}"), text: Some(text.to_owned()) };
    let agreements = [("acme", acme)].into_iter().chain(others.iter().copied());
    Files {
        folder: "config".into(),
        upheld: file("upheld.toml", upheld),
        services: file("services.toml", services),
        themes: None,
        reviews: None,
        agreements: agreements
            .map(|(id, text)| (AgreementId::new(id), file(&format!("agreements/{id}.toml"), text)))
            .collect(),
        surveys: BTreeMap::new(),
    }
}

fn loaded(files: &Files) -> Loaded {
    read(files, &surroundings(), Problems::default())
}

fn told(loaded: &Loaded) -> Vec<String> {
    loaded.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn the_shipped_examples_have_no_problems() {
    let loaded = shipped();
    assert_eq!(told(&loaded), Vec::<String>::new());
    assert_eq!(loaded.config.unwrap().agreements.len(), 3);
}

#[test]
fn the_report_says_what_was_understood() {
    // The hash changes with every word of the examples; that it is right is tested elsewhere.
    let report = check_report(&shipped(), surroundings().now);
    let lines: Vec<&str> = report.lines().filter(|line| !line.contains("sha256")).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_least_configuration_has_no_problems() {
    assert_eq!(told(&loaded(&files(UPHELD, SERVICES, ACME, &[]))), Vec::<String>::new());
}

#[test]
fn the_normalised_terms_outlive_comments_layout_and_spelling() {
    let one = loaded(&files(UPHELD, SERVICES, ACME, &[])).config.unwrap();
    let other = ACME
        .replace("target = 99.9\n", "target = \"99.90 %\"   # the same\n")
        .replace("services = [\"checkout\"]", "services = [\n  \"checkout\",\n]")
        .replace("{ P1 = \"15m\", P2 = \"1h\", P3 = \"4h\" }", "{ P3 = '240 min', P2 = '60m', P1 = '0.25h' }")
        .replace("starts = 2026-01-01", "starts = 2025-12-31T23:00:00Z")
        .replace("share = 95", "share = 95.0\nwindow = \"month\"")
        .replace("mon-fri = [\"09:00-18:00\"]", "mon-thu = [\"09:00 – 18:00\"]\nfri = \"09:00-18:00\"");
    let other = loaded(&files(UPHELD, SERVICES, &other, &[])).config.unwrap();
    let id = AgreementId::new("acme");
    assert_eq!(normalised(&one.agreements[&id].terms), normalised(&other.agreements[&id].terms));
    assert_eq!(one.agreements[&id].sha256, other.agreements[&id].sha256);
    let changed = loaded(&files(UPHELD, SERVICES, &ACME.replace("99.9", "99.91"), &[])).config.unwrap();
    assert_ne!(one.agreements[&id].sha256, changed.agreements[&id].sha256);
}

#[test]
fn the_normalised_text_is_read_back_as_the_same_terms() {
    let config = shipped().config.unwrap();
    for file in config.agreements.values() {
        let text = normalised(&file.terms);
        let back: Terms = serde_json::from_str(&text).unwrap();
        assert_eq!(back, file.terms);
        assert_eq!(normalised(&back), text);
    }
    let book: ServiceBook = serde_json::from_str(&normalised(&config.book)).unwrap();
    assert_eq!(book, config.book);
}

#[test]
fn a_file_and_its_folder_load_the_same_and_what_is_missing_is_told() {
    let by_file = load(Path::new("config/upheld.toml"), &surroundings());
    assert_eq!(by_file.config, shipped().config);
    let folder = tempfile::tempdir().unwrap();
    let empty = load(folder.path(), &surroundings());
    let place = folder.path().display().to_string();
    let told: Vec<String> = told(&empty).iter().map(|line| line.replace(&place, "X")).collect();
    assert_eq!(
        told,
        [
            "X/agreements: cannot be read: No such file or directory (os error 2); make this folder, with one file for each agreement",
            "X/services.toml: does not exist; write one; the shipped config/services.toml is an example",
            "X/upheld.toml: does not exist; write one; the shipped config/upheld.toml is an example",
        ]
    );
    assert!(empty.config.is_none());
    std::fs::write(folder.path().join("upheld.toml"), b"[server]\nlisten = \"\xff\"\n").unwrap();
    let told = self::told(&load(folder.path(), &surroundings()));
    assert!(
        told.iter().any(|line| line.ends_with("upheld.toml: is not UTF-8 (line 2); save it as UTF-8")),
        "{told:?}"
    );
}
