//! Runs the webhook samples and captures through the real endpoint.
//!
//! Reads `tests/data/webhooks/`, or the folder named by `UPHELD_WEBHOOKS`: `samples/<source>/<case>.json` with
//! `<case>.expected.json` beside it, and `captured/<sender>/<case>.json`.

mod endpoint;
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use serde_json::{Value, json};
use server::{SECRET, Server};
use upheld::core::event::{Severity, SignalStatus};
use upheld::sources::{ParsedEvent, SourceKind};
use upheld::web::webhooks::Delivery;

#[derive(Default)]
struct Tally {
    ran: usize,
    passed: usize,
    skipped: usize,
    reason: String,
}

/// One request and what must come of it.
struct Case {
    method: String,
    path_and_query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    secret: Option<String>,
    expected: Expected,
}

enum Expected {
    /// As `<case>.expected.json` says.
    Sample(Value),
    /// From a capture: the status, and the alerts as (fingerprint, status, start, end).
    Capture(u16, Vec<(String, String, Option<i64>, Option<i64>)>),
}

#[tokio::test]
async fn samples_and_captures() {
    let folder = std::env::var_os("UPHELD_WEBHOOKS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/webhooks"), PathBuf::from);
    let server = Server::start().await;
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut failures = Vec::new();
    for (kind, suite, id, path) in cases(&folder) {
        let tally = tallies.entry(suite.clone()).or_default();
        let Ok(source) = kind.parse::<SourceKind>() else {
            tally.skipped += 1;
            tally.reason = format!("Upheld has no source {kind} yet");
            continue;
        };
        tally.ran += 1;
        let case = if suite.starts_with("samples") { sample(&path) } else { capture(&path) };
        let outcome = match case {
            Ok(case) => run(&server, source, &case).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => tally.passed += 1,
            Err(difference) => failures.push(format!("FAILED {suite}/{id}\n{difference}")),
        }
    }
    report(&folder, &tallies, &failures);
    assert!(tallies.values().any(|tally| tally.ran > 0), "no case was found in {}", folder.display());
    assert!(failures.is_empty(), "{} cases failed:\n{}", failures.len(), failures.join("\n"));
}

/// Straight to standard output, so that it is seen although the test passes.
fn report(folder: &Path, tallies: &BTreeMap<String, Tally>, failures: &[String]) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nwebhooks from {}", folder.display()).unwrap();
    let mut sum = Tally::default();
    for (suite, tally) in tallies {
        let Tally { ran, passed, skipped, reason } = tally;
        let because = if *skipped > 0 { format!(" ({reason})") } else { String::new() };
        writeln!(out, "  {suite:<40} ran {ran:>3}  passed {passed:>3}  skipped {skipped:>3}{because}")
            .unwrap();
        sum.ran += ran;
        sum.passed += passed;
        sum.skipped += skipped;
    }
    writeln!(out, "  {:<40} ran {:>3}  passed {:>3}  skipped {:>3}", "all", sum.ran, sum.passed, sum.skipped)
        .unwrap();
    for failure in failures {
        writeln!(out, "{failure}").unwrap();
    }
}

/// (source, suite, id, file) of every case, in order.
fn cases(folder: &Path) -> Vec<(String, String, String, PathBuf)> {
    let mut found = Vec::new();
    for group in ["samples", "captured"] {
        for source in entries(&folder.join(group)).into_iter().filter(|path| path.is_dir()) {
            for file in entries(&source) {
                let (name, kind) = (name(&file), name(&source));
                let id = name.strip_suffix(".json").filter(|id| !id.ends_with(".expected"));
                if let Some(id) = id {
                    found.push((kind.clone(), format!("{group}/{kind}"), id.to_owned(), file));
                }
            }
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read_json(path: &Path) -> Result<Value, String> {
    let text = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn sample(path: &Path) -> Result<Case, String> {
    let expected = read_json(&path.with_extension("expected.json"))?;
    let mut body = fs::read(path).map_err(|error| error.to_string())?;
    if let Some(wire) =
        serde_json::from_slice::<Value>(&body).ok().and_then(|body| body.get("$wire").cloned())
    {
        body = match (wire["body_text"].as_str(), wire["body_base64"].as_str()) {
            (Some(text), _) => text.as_bytes().to_vec(),
            (None, Some(text)) => STANDARD.decode(text).map_err(|error| error.to_string())?,
            (None, None) => return Err("the sample has neither body_text nor body_base64".to_owned()),
        };
    }
    let request = &expected["request"];
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let pairs = |value: &Value| -> Vec<(String, String)> {
        value.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect()
    };
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs(&request["query"])).finish();
    Ok(Case {
        method: request["method"].as_str().unwrap_or("POST").to_owned(),
        path_and_query: format!("?{query}"),
        headers: pairs(&request["headers"]),
        body,
        secret: expected["auth"]["secret"].as_str().map(ToOwned::to_owned),
        expected: Expected::Sample(expected["expect"].clone()),
    })
}

fn capture(path: &Path) -> Result<Case, String> {
    let captured = read_json(path)?;
    let method = captured["method"].as_str().ok_or("the capture has no method")?.to_owned();
    let raw = captured["body_raw"].as_str();
    // A long raw text was cut when it was written down.
    let whole = raw.filter(|raw| captured["body_bytes"].as_u64() == Some(raw.len() as u64));
    let body = match (whole, captured.get("body_json"), captured["body_base64"].as_str()) {
        (Some(raw), ..) => raw.as_bytes().to_vec(),
        (None, Some(body), _) => body.to_string().into_bytes(),
        (None, None, Some(text)) => STANDARD.decode(text).map_err(|error| error.to_string())?,
        (None, None, None) => raw.unwrap_or_default().as_bytes().to_vec(),
    };
    let query =
        captured["path"].as_str().and_then(|path| path.split_once('?')).map_or("", |(_, query)| query);
    let headers = captured["headers"].as_array().into_iter().flatten();
    let headers = headers.filter_map(|pair| Some((pair[0].as_str()?.into(), pair[1].as_str()?.into())));
    let alerts = serde_json::from_slice::<Value>(&body).unwrap_or_default()["alerts"].clone();
    let micros = |value: &Value| -> Option<i64> {
        let moment = DateTime::parse_from_rfc3339(value.as_str()?).ok()?;
        Some(moment.timestamp_micros()).filter(|micros| *micros > 0)
    };
    let alerts = alerts.as_array().into_iter().flatten().map(|alert| {
        let text = |name: &str| alert[name].as_str().unwrap_or_default().to_owned();
        let ended = if alert["status"] == "resolved" { micros(&alert["endsAt"]) } else { None };
        (text("fingerprint"), text("status"), micros(&alert["startsAt"]), ended)
    });
    let status = if method == "POST" { 202 } else { 405 };
    let expected = Expected::Capture(status, alerts.collect());
    Ok(Case {
        method,
        path_and_query: format!("?{query}"),
        headers: headers.collect(),
        body,
        secret: None,
        expected,
    })
}

/// Headers that belong to the connection, which the client makes itself.
const HOP_BY_HOP: [&str; 6] =
    ["host", "content-length", "transfer-encoding", "connection", "expect", "accept-encoding"];

async fn run(server: &Server, source: SourceKind, case: &Case) -> Result<(), String> {
    let path = format!("/webhooks/{}{}", source.name(), case.path_and_query);
    let mut request = server.request(&case.method, &path).body(case.body.clone());
    let mut authorization = None;
    for (name, value) in &case.headers {
        if name.eq_ignore_ascii_case("authorization") {
            authorization = Some(value.clone());
        }
        if !HOP_BY_HOP.contains(&name.to_ascii_lowercase().as_str()) {
            request = request.header(name, value);
        }
    }
    let sent = authorization.as_deref().and_then(secret_of);
    server.configure(&[case.secret.as_deref().or(sent.as_deref()).unwrap_or(SECRET)]);
    if authorization.is_none() {
        request = request.bearer_auth(case.secret.as_deref().unwrap_or(SECRET));
    }
    server.deliveries();
    let answer = request.send().await.map_err(|error| error.to_string())?;
    let status = answer.status().as_u16();
    let answer = answer.text().await.map_err(|error| error.to_string())?;
    let mut deliveries = server.deliveries();
    if deliveries.len() != usize::from(status == 202) {
        return Err(format!("answered {status}, but {} deliveries were stored", deliveries.len()));
    }
    compare(&case.expected, status, &answer, deliveries.pop().as_ref())
}

fn secret_of(authorization: &str) -> Option<String> {
    let (scheme, rest) = authorization.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.to_owned());
    }
    let pair = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

fn compare(
    expected: &Expected,
    status: u16,
    answer: &str,
    delivery: Option<&Delivery>,
) -> Result<(), String> {
    match expected {
        Expected::Capture(wanted, alerts) => {
            let got: Vec<_> = delivery
                .into_iter()
                .flat_map(|delivery| &delivery.parsed.events)
                .map(|event| {
                    let micros = |moment: Option<upheld::core::time::Instant>| moment.map(|at| at.micros());
                    let status = status_word(event.status).to_owned();
                    (event.key.clone(), status, micros(event.started), micros(event.ended))
                })
                .collect();
            same("status", &json!(wanted), &json!(status))?;
            if &got == alerts { Ok(()) } else { Err(differs("alerts", &json!(alerts), &json!(got))) }
        }
        Expected::Sample(expected) => sample_as_expected(expected, status, answer, delivery),
    }
}

fn sample_as_expected(
    expected: &Value,
    status: u16,
    answer: &str,
    delivery: Option<&Delivery>,
) -> Result<(), String> {
    same("http_status", &expected["http_status"], &json!(status))?;
    if let Some(body) = expected.get("response_body").filter(|body| !body.is_null()) {
        same("response_body", body, &serde_json::from_str(answer).unwrap_or_default())?;
    }
    let Some(Delivery { kind, parsed, .. }) = delivery else { return Ok(()) };
    same("is_test", &expected["is_test"], &json!(parsed.is_test))?;
    let warnings: Vec<_> = parsed.warnings.iter().map(ToString::to_string).collect();
    same("warnings", &expected["warnings"], &json!(warnings))?;
    let wanted = expected["events"].as_array().ok_or("the sample states no events")?;
    let got: Vec<_> = parsed.events.iter().map(|event| as_json(*kind, event)).collect();
    same("number of events", &json!(wanted.len()), &json!(got.len()))?;
    for (index, (wanted, got)) in wanted.iter().zip(&got).enumerate() {
        for (field, wanted) in wanted.as_object().ok_or("an expected event is no object")? {
            let wanted = if field.ends_with("_at") { floored(wanted) } else { wanted.clone() };
            let got = got.get(field).ok_or_else(|| format!("event {index}: unknown field {field}"))?;
            same(&format!("event {index}, {field}"), &wanted, got)?;
        }
    }
    Ok(())
}

/// Times to the microsecond, as the journal keeps them.
fn floored(time: &Value) -> Value {
    let Some(text) = time.as_str() else { return time.clone() };
    DateTime::parse_from_rfc3339(text).map_or_else(|_| time.clone(), |at| json!(at.timestamp_micros()))
}

fn as_json(kind: SourceKind, event: &ParsedEvent) -> Value {
    json!({
        "source": kind.name(),
        "dedup_key": format!("{}:{}", kind.name(), event.key),
        "status": status_word(event.status),
        "severity": match event.severity {
            Severity::Critical => "critical",
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
            Severity::Unknown => "unknown",
        },
        "service": event.service,
        "started_at": event.started.map(|at| at.micros()),
        "ended_at": event.ended.map(|at| at.micros()),
        "summary": event.summary,
        "description": event.description,
        "labels": event.labels,
        "links": event.links.iter().map(|link| json!({"rel": link.rel, "url": link.url})).collect::<Vec<_>>(),
        // Neither source measures anything.
        "value": null,
        "value_name": null,
    })
}

fn status_word(status: SignalStatus) -> &'static str {
    match status {
        SignalStatus::Firing => "firing",
        SignalStatus::Resolved => "resolved",
        SignalStatus::Ack => "ack",
        SignalStatus::Info => "info",
    }
}

fn same(what: &str, expected: &Value, got: &Value) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(differs(what, expected, got)) }
}

fn differs(what: &str, expected: &Value, got: &Value) -> String {
    format!("  {what}\n    expected: {expected}\n    got:      {got}")
}
