//! The accessibility checker axe-core, which is never part of the repository: it is found by `UPHELD_AXE`, or where
//! `npm install --prefix target/tmp/axe axe-core` puts it.

use std::io::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Browser;

/// Where the checker lies. None where it is not installed; under `CI=true` that is a failure.
fn found() -> Option<PathBuf> {
    let cached = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("axe/node_modules/axe-core/axe.min.js");
    let file = std::env::var_os("UPHELD_AXE").map_or(cached, PathBuf::from);
    if file.exists() {
        return Some(file);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "axe-core is needed here and missing");
    let mut shown = std::io::stderr();
    writeln!(shown, "skipped: needs axe-core (npm install --prefix target/tmp/axe axe-core)").unwrap();
    None
}

/// What an element that breaks a rule is, and why.
fn line(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().unwrap().iter();
    let nodes: Vec<String> =
        nodes.map(|node| format!("\n    {} {}", node["html"], node["failureSummary"])).collect();
    format!("  {}: {}{}", violation["id"], violation["help"], nodes.concat())
}

impl Browser {
    /// Fails on whatever breaks a rule of WCAG 2.2 (A and AA) or good practice on the page as it is now, contrast
    /// included. Moving things must have come to rest: take a picture before.
    pub(super) async fn is_accessible(&self, page: &str) {
        let Some(file) = found() else { return };
        let source = std::fs::read_to_string(file).unwrap();
        self.client.execute(&source, Vec::new()).await.unwrap();
        let run = "const done = arguments[arguments.length - 1]; \
                   axe.run(document, { resultTypes: ['violations'] }).then( \
                     (found) => done({ violations: found.violations, checked: found.passes.length }), \
                     (error) => done({ error: String(error) }));";
        let told = self.client.execute_async(run, Vec::new()).await.unwrap();
        assert_eq!(told["error"], Value::Null, "{page}");
        assert!(told["checked"].as_u64().unwrap() > 10, "{page}: hardly anything was checked");
        let violations: Vec<String> = told["violations"].as_array().unwrap().iter().map(line).collect();
        assert_eq!(json!(violations), json!([]), "{page}:\n{}", violations.join("\n"));
    }
}
