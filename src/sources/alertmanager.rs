//! Prometheus Alertmanager, webhook version 4 (and its legacy and embedded relatives).
//!
//! ```json
//! { "receiver": "web\\.hook", "status": "firing", "version": "4", "truncatedAlerts": 0,
//!   "groupKey": "{}:{alertname=\"HighErrorRate\"}", "externalURL": "http://am.example.test:9093",
//!   "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
//!   "alerts": [{
//!     "status": "firing", "fingerprint": "a1b2c3d4e5f60718",
//!     "labels": { "alertname": "HighErrorRate", "service": "checkout", "severity": "critical" },
//!     "annotations": { "summary": "5xx ratio above 5 %", "runbook_url": "https://runbooks.example.test/5xx" },
//!     "startsAt": "2026-03-05T09:15:00.568Z", "endsAt": "0001-01-01T00:00:00Z",
//!     "generatorURL": "http://prom.example.test/graph" }] }
//! ```
//!
//! - Each alert's own status counts: the group says `firing` while any member fires.
//! - `receiver` arrives escaped as a regular expression and `groupKey` changes with the routes; neither is used.
//! - The fingerprint hashes the labels alone: an alert that fires again keeps it, with a new `startsAt`.
//! - A firing alert has no end, whatever `endsAt` says.
//! - Unknown fields are welcome: versions differ.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::json::{self, Fields};
use super::text::{DESCRIPTION, Reader, SUMMARY};
use super::{Content, Fault, ParsedEvent, SourceKind, WarningCode, labels_key};
use crate::core::event::{Link, SignalStatus};

/// Label by which the thing concerned is named, best first.
const SERVICE_LABELS: [&str; 4] = ["service", "job", "instance", "alertname"];
/// Annotation that says it in a line, best first.
const SUMMARY_ANNOTATIONS: [&str; 4] = ["summary", "title", "message", "description"];

pub(super) fn read(text: &str, reader: &mut Reader) -> Result<Content, Fault> {
    let Some(group) = Fields::of(json::whole(text)?) else { return Err(not_a_group(None)) };
    // Go writes an empty list as null.
    let alerts = match group.raw("alerts").map(RawValue::get) {
        Some("null") => json::List::default(),
        _ => group.list("alerts").ok_or_else(|| not_a_group(custom_text(&group)))?,
    };
    alerts.tell(reader);
    if alerts.members.is_empty() {
        reader.warnings.add(WarningCode::NoAlerts, "");
    }
    let truncated = group.text("truncatedAlerts", reader).filter(|count| count != "0" && !count.is_empty());
    if let Some(count) = truncated {
        reader.warnings.add(WarningCode::Truncated, count);
    }
    let mut events = Vec::with_capacity(alerts.members.len());
    for (index, alert) in alerts.members.iter().enumerate() {
        match Fields::of(alert) {
            Some(alert) => events.push(event(&alert, reader)),
            None => reader.warnings.add(WarningCode::EntryUnreadable, (index + 1).to_string()),
        }
    }
    Ok(Content { events, is_test: false })
}

fn not_a_group(summary: Option<String>) -> Fault {
    Fault {
        code: WarningCode::UnrecognisedShape,
        reason: "no list of alerts in it; is a custom payload configured in Alertmanager?".to_owned(),
        summary,
    }
}

/// The line that a custom payload most likely means to say.
fn custom_text(body: &Fields<'_>) -> Option<String> {
    let mut aside = Reader::default();
    let found = ["text", "summary", "title", "message"].iter().find_map(|name| body.text(name, &mut aside));
    found.map(|text| aside.shorten(text, SUMMARY, "summary"))
}

fn event(alert: &Fields<'_>, reader: &mut Reader) -> ParsedEvent {
    let all_labels = alert.texts("labels", reader);
    let mut annotations = alert.texts("annotations", reader);
    annotations.retain(|_, text| !text.is_empty());
    let fingerprint = alert.text("fingerprint", reader);
    let status = status(alert.text("status", reader).as_deref(), reader);
    let started = alert.text("startsAt", reader);
    let ended = alert.text("endsAt", reader);
    let key = reader.key(fingerprint.as_deref()).unwrap_or_else(|| labels_key(&all_labels));
    let links = links(alert, &annotations, reader);
    let labels = reader.labels(all_labels);
    let description = annotations.get("description").or_else(|| annotations.get("message")).cloned();
    ParsedEvent {
        key,
        status,
        severity: reader.severity(labels.get("severity").map(String::as_str)),
        service: SERVICE_LABELS
            .iter()
            .find_map(|name| labels.get(*name).filter(|value| !value.is_empty()))
            .cloned()
            .unwrap_or_else(|| SourceKind::Alertmanager.name().to_owned()),
        started: reader.moment(started.as_deref(), "startsAt"),
        ended: match status {
            SignalStatus::Resolved => reader.moment(ended.as_deref(), "endsAt"),
            SignalStatus::Firing | SignalStatus::Ack | SignalStatus::Info => None,
        },
        summary: reader.shorten(summary(&annotations, &labels), SUMMARY, "summary"),
        description: description.map(|text| reader.shorten(text, DESCRIPTION, "description")),
        labels,
        links,
    }
}

fn status(word: Option<&str>, reader: &mut Reader) -> SignalStatus {
    match word.unwrap_or_default().trim().to_lowercase().as_str() {
        "firing" => SignalStatus::Firing,
        "resolved" => SignalStatus::Resolved,
        other => {
            reader.warnings.add(WarningCode::StatusUnknown, other);
            SignalStatus::Info
        }
    }
}

/// What it is, in a line: said by its author, or else by its name, or else by its labels.
fn summary(annotations: &BTreeMap<String, String>, labels: &BTreeMap<String, String>) -> String {
    let said = SUMMARY_ANNOTATIONS.iter().find_map(|name| annotations.get(*name));
    let named = || labels.get("alertname").filter(|name| !name.is_empty());
    said.or_else(named).cloned().unwrap_or_else(|| {
        let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { "Alert without labels".to_owned() } else { pairs.join(", ") }
    })
}

fn links(alert: &Fields<'_>, annotations: &BTreeMap<String, String>, reader: &mut Reader) -> Vec<Link> {
    let mut links = Vec::new();
    let generator = alert.text("generatorURL", reader);
    let annotation = |name: &str| annotations.get(name).map(String::as_str);
    reader.link(&mut links, "generator", generator.as_deref());
    reader.link(&mut links, "runbook", annotation("runbook_url").or_else(|| annotation("runbook")));
    reader.link(&mut links, "dashboard", annotation("dashboard_url"));
    links
}
