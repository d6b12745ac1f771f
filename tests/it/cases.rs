//! Runs the case files: facts that other projects' suites state about time, clocks, availability and satisfaction.
//!
//! `cargo test --test it cases` reads `tests/data/cases/*.json`, or the folder that `UPHELD_CASES` names. The
//! adapters below it translate shapes; every number comes from the core.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use rust_decimal::Decimal;
use serde_json::{Map, Value};
use upheld::core::calendar::CalendarSpec;
use upheld::core::time::{Instant, Span};

mod availability;
mod business_time;
mod csat;
mod item;
mod sla_clock;

/// What became of a case.
enum Outcome {
    Passed,
    /// Why it cannot be judged here.
    Skipped(String),
    /// Expected and got.
    Failed(String, String),
}

/// `Err` is a failure to understand the case, or a refusal by the core where none was expected.
type Verdict = Result<Outcome, String>;

/// Passed when equal, else failed with both.
fn same<T: PartialEq + std::fmt::Debug>(expected: T, got: T) -> Outcome {
    if expected == got {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("{expected:?}"), format!("{got:?}"))
    }
}

/// One case of a file, with the calendars of the file.
struct Case<'a> {
    body: &'a Value,
    calendars: &'a Value,
}

impl Case<'_> {
    fn id(&self) -> &str {
        self.body["id"].as_str().unwrap_or("without id")
    }

    /// What is to be asserted: `recommended` where the source's own answer is not to be copied.
    fn expected(&self) -> &Value {
        self.body.get("recommended").unwrap_or(&self.body["expected"])
    }

    /// The engine must have no value for it.
    fn wants_no_value(&self) -> bool {
        self.expected()["no_value"] == true
    }

    /// The engine must refuse it.
    fn wants_refusal(&self) -> bool {
        self.expected()["invalid"] == true
    }

    /// A calendar by name, or written in place.
    fn calendar(&self, name: &Value) -> Result<CalendarSpec, String> {
        let written = name.as_str().map_or(name, |name| &self.calendars[name]);
        serde_json::from_value(written.clone()).map_err(|error| format!("calendar {name}: {error}"))
    }

    fn tolerance(&self) -> Decimal {
        // Sources print ten digits or binary fractions.
        decimal(&self.body["tolerance"]).unwrap_or(Decimal::new(1, 7))
    }
}

fn text<'a>(map: &'a Value, key: &str) -> Result<&'a str, String> {
    map[key].as_str().ok_or_else(|| format!("`{key}` is missing"))
}

fn instant(value: &Value) -> Result<Instant, String> {
    match value {
        Value::String(text) => Instant::parse(text).map_err(|error| format!("{text}: {error}")),
        Value::Number(_) => Ok(Instant::MIN.max(Instant::from_micros(seconds(value)?.micros()))),
        other => Err(format!("{other} is not a moment")),
    }
}

/// `null` is `None`.
fn maybe_instant(value: &Value) -> Result<Option<Instant>, String> {
    if value.is_null() { Ok(None) } else { instant(value).map(Some) }
}

fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.to_string();
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

fn seconds(value: &Value) -> Result<Span, String> {
    let micros = decimal(value).and_then(|seconds| seconds.checked_mul(Decimal::from(1_000_000)));
    let micros = micros.and_then(|micros| i64::try_from(micros.trunc().mantissa()).ok());
    micros.map(Span::from_micros).ok_or_else(|| format!("{value} is not a number of seconds"))
}

fn object(value: &Value) -> Result<&Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("{value} is not an object"))
}

fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().ok_or_else(|| format!("{value} is not a list"))
}

fn run(case: &Case<'_>) -> Verdict {
    let body = case.body;
    if body.get("policy").is_some() && body.get("events").is_some() {
        sla_clock::run(case)
    } else if body["input"]["model"].is_string() {
        availability::run(case)
    } else if body.get("op").is_some() && body.get("calendar").is_some() {
        business_time::run(case)
    } else if csat::knows(&body["op"]) {
        csat::run(case)
    } else {
        Ok(Outcome::Skipped("not a case about time, clocks, availability or satisfaction".to_owned()))
    }
}

/// Counts of one suite.
#[derive(Default)]
struct Tally {
    ran: usize,
    passed: usize,
    skipped: Vec<String>,
    failed: Vec<String>,
}

impl Tally {
    fn add(&mut self, case: &Case<'_>) {
        let verdict = catch_unwind(AssertUnwindSafe(|| run(case)));
        let verdict = verdict.unwrap_or_else(|_| Err("the core panicked".to_owned()));
        self.ran += 1;
        match verdict {
            Ok(Outcome::Passed) => self.passed += 1,
            Ok(Outcome::Skipped(reason)) => {
                self.ran -= 1;
                self.skipped.push(format!("skipped {}: {reason}", case.id()));
            }
            Ok(Outcome::Failed(expected, got)) => {
                self.failed.push(format!("FAILED {}\n  expected {expected}\n  got      {got}", case.id()));
            }
            Err(reason) => {
                let expected = case.expected();
                self.failed.push(format!("FAILED {}\n  expected {expected}\n  got      {reason}", case.id()));
            }
        }
    }
}

fn folder() -> PathBuf {
    std::env::var_os("UPHELD_CASES")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases"), PathBuf::from)
}

/// `file › suite` → counts, over every JSON file of the folder.
fn run_folder() -> Result<BTreeMap<String, Tally>, String> {
    let folder = folder();
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for path in paths {
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file: Value =
            serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for body in file["cases"].as_array().into_iter().flatten() {
            let suite = body["source"]["suite"].as_str().unwrap_or("no suite");
            let tally = tallies.entry(format!("{stem} › {suite}")).or_default();
            tally.add(&Case { body, calendars: &file["calendars"] });
        }
    }
    Ok(tallies)
}

/// Written past the test harness's capture, so that the counts show in every run.
fn report(tallies: &BTreeMap<String, Tally>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out)?;
    for (suite, tally) in tallies {
        let (skipped, failed) = (tally.skipped.len(), tally.failed.len());
        writeln!(
            out,
            "{suite}: {} ran, {} passed, {failed} failed, {skipped} skipped",
            tally.ran, tally.passed
        )?;
        for line in tally.skipped.iter().chain(&tally.failed) {
            writeln!(out, "  {}", line.replace('\n', "\n  "))?;
        }
    }
    let total = |count: fn(&Tally) -> usize| tallies.values().map(count).sum::<usize>();
    let (ran, passed) = (total(|tally| tally.ran), total(|tally| tally.passed));
    writeln!(out, "cases: {ran} ran, {passed} passed, {} skipped", total(|tally| tally.skipped.len()))
}

#[test]
fn every_case_holds() {
    let tallies = run_folder().unwrap();
    report(&tallies).unwrap();
    let failed: usize = tallies.values().map(|tally| tally.failed.len()).sum();
    let ran: usize = tallies.values().map(|tally| tally.ran).sum();
    assert!(ran > 0, "no case was found in {}", folder().display());
    assert_eq!(failed, 0, "cases failed; each is printed above with what was expected and what was got");
}
