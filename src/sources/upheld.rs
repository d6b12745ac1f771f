//! Upheld's own format, for anything that can run curl.
//!
//! ```json
//! { "key": "backup-db1", "status": "firing", "severity": "error", "summary": "Backup of db1 failed",
//!   "started": "2026-03-05T09:15:00Z", "labels": { "service": "backup" },
//!   "links": { "runbook": "https://runbooks.example.test/backup" } }
//! ```
//!
//! One object, a list of objects, one object a line, or a form (`curl -d key=… -d status=… -d label.service=…`).
//! Only `key` and `status` matter to the clocks; everything else may be left out. `test: true` tries the way out.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::json::{self, Fields};
use super::text::{DESCRIPTION, Reader, SUMMARY};
use super::{Content, Fault, MOST_EVENTS, ParsedEvent, SourceKind, WarningCode, labels_key, short_hash};
use crate::core::event::{Link, SignalStatus};

/// An event as its sender wrote it, in whichever form.
#[derive(Debug, Default)]
struct Said {
    key: Option<String>,
    status: Option<String>,
    severity: Option<String>,
    service: Option<String>,
    summary: Option<String>,
    description: Option<String>,
    started: Option<String>,
    ended: Option<String>,
    test: Option<String>,
    labels: BTreeMap<String, String>,
    links: Vec<(String, String)>,
}

pub(super) fn read(text: &str, reader: &mut Reader) -> Result<Content, Fault> {
    let said = match text.trim_start().as_bytes().first() {
        Some(b'{' | b'[') => from_json(text, reader)?,
        _ => from_form(text, reader)?,
    };
    let entries = said.len();
    let mut content = Content { events: Vec::with_capacity(entries), is_test: false };
    for (index, said) in said.into_iter().enumerate() {
        content.is_test |= said.as_ref().is_some_and(Said::is_test);
        match said.and_then(|said| said.event(index, reader)) {
            Some(event) => content.events.push(event),
            None => reader.warnings.add(WarningCode::EntryUnreadable, (index + 1).to_string()),
        }
    }
    if entries == 0 {
        reader.warnings.add(WarningCode::NoAlerts, "");
    } else if content.events.is_empty() {
        return Err(not_events());
    }
    Ok(content)
}

fn not_events() -> Fault {
    Fault {
        code: WarningCode::UnrecognisedShape,
        reason: "no event in it; an event is an object with at least key and status".to_owned(),
        summary: None,
    }
}

/// One object, a list, or one object a line. A member that is no object is none.
fn from_json(text: &str, reader: &mut Reader) -> Result<Vec<Option<Said>>, Fault> {
    let fault = match json::whole(text) {
        Ok(value) => {
            let Some(list) = json::list(value) else {
                return Ok(vec![Fields::of(value).map(|fields| Said::from_fields(&fields, reader))]);
            };
            list.tell(reader);
            return Ok(list.members.iter().map(|member| said(member, reader)).collect());
        }
        Err(fault) => fault,
    };
    let mut lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MOST_EVENTS {
        reader.warnings.add(WarningCode::EventsLeft, (lines.len() - MOST_EVENTS).to_string());
        lines.truncate(MOST_EVENTS);
    }
    let read: Vec<_> =
        lines.iter().map(|line| json::whole(line).ok().and_then(|value| said(value, reader))).collect();
    if read.iter().any(Option::is_some) { Ok(read) } else { Err(fault) }
}

fn said(value: &RawValue, reader: &mut Reader) -> Option<Said> {
    Fields::of(value).map(|fields| Said::from_fields(&fields, reader))
}

/// `key=backup&status=firing&label.service=backup&link.runbook=https%3A%2F%2F…`, as `curl -d` sends it.
fn from_form(text: &str, reader: &mut Reader) -> Result<Vec<Option<Said>>, Fault> {
    let mut said = Said::default();
    let mut known = false;
    for (name, value) in url::form_urlencoded::parse(text.trim().as_bytes()) {
        let value = reader.clean(value);
        if let Some(label) = name.strip_prefix("label.") {
            said.labels.insert(reader.clean(label.into()), value);
        } else if let Some(rel) = name.strip_prefix("link.") {
            said.links.push((reader.clean(rel.into()), value));
        } else if let Some(place) = said.place(&name) {
            *place = Some(value);
            known |= name == "key" || name == "status";
        }
    }
    if known {
        return Ok(vec![Some(said)]);
    }
    Err(Fault {
        code: WarningCode::MalformedJson,
        reason: "neither JSON nor a form with key and status".to_owned(),
        summary: None,
    })
}

impl Said {
    fn place(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "key" => &mut self.key,
            "status" => &mut self.status,
            "severity" => &mut self.severity,
            "service" => &mut self.service,
            "summary" => &mut self.summary,
            "description" => &mut self.description,
            "started" => &mut self.started,
            "ended" => &mut self.ended,
            "test" => &mut self.test,
            _ => return None,
        })
    }

    fn from_fields(fields: &Fields<'_>, reader: &mut Reader) -> Self {
        let mut said = Self::default();
        for name in fields.names() {
            if let Some(place) = said.place(name) {
                *place = fields.text(name, reader);
            }
        }
        said.labels = fields.texts("labels", reader);
        said.links = links(fields, reader);
        said
    }

    fn is_test(&self) -> bool {
        self.test.as_deref().is_some_and(|word| matches!(word, "true" | "1" | "yes"))
    }

    /// None when it says too little: neither key nor labels nor summary.
    fn event(mut self, index: usize, reader: &mut Reader) -> Option<ParsedEvent> {
        if let Some(service) = self.service.take() {
            self.labels.entry("service".to_owned()).or_insert(service);
        }
        let summary = self.summary.take().filter(|text| !text.trim().is_empty());
        let key = match reader.key(self.key.as_deref()) {
            Some(key) => key,
            None => {
                let derived = match &summary {
                    _ if !self.labels.is_empty() => labels_key(&self.labels),
                    Some(summary) => format!("summary-sha256:{}", short_hash(summary.as_bytes())),
                    None => return None,
                };
                reader.warnings.add(WarningCode::KeyMissing, (index + 1).to_string());
                derived
            }
        };
        let labels = reader.labels(self.labels);
        let status = status(self.status.as_deref(), reader);
        let mut links: Vec<Link> = Vec::new();
        for (rel, address) in &self.links {
            let rel = reader.shorten(rel.clone(), 32, "rel");
            reader.link(&mut links, &rel, Some(address));
        }
        Some(ParsedEvent {
            status,
            severity: reader.severity(self.severity.as_deref()),
            service: labels.get("service").cloned().unwrap_or_else(|| SourceKind::Upheld.name().to_owned()),
            started: reader.moment(self.started.as_deref(), "started"),
            ended: match status {
                SignalStatus::Resolved => reader.moment(self.ended.as_deref(), "ended"),
                SignalStatus::Firing | SignalStatus::Ack | SignalStatus::Info => None,
            },
            summary: reader.shorten(summary.unwrap_or_else(|| key.clone()), SUMMARY, "summary"),
            description: self.description.map(|text| reader.shorten(text, DESCRIPTION, "description")),
            key,
            labels,
            links,
        })
    }
}

fn status(word: Option<&str>, reader: &mut Reader) -> SignalStatus {
    match word.unwrap_or_default().trim().to_lowercase().as_str() {
        "firing" | "down" => SignalStatus::Firing,
        "resolved" | "up" | "ok" => SignalStatus::Resolved,
        "ack" | "acknowledged" => SignalStatus::Ack,
        "info" => SignalStatus::Info,
        other => {
            reader.warnings.add(WarningCode::StatusUnknown, other);
            SignalStatus::Info
        }
    }
}

/// `{"runbook": "https://…"}` or `[{"rel": "runbook", "url": "https://…"}]`.
fn links(fields: &Fields<'_>, reader: &mut Reader) -> Vec<(String, String)> {
    let Some(list) = fields.list("links") else {
        return fields.texts("links", reader).into_iter().collect();
    };
    list.members
        .iter()
        .filter_map(|member| {
            let found = Fields::of(member)
                .and_then(|link| Some((link.text("rel", reader), link.text("url", reader)?)));
            if found.is_none() {
                reader.warnings.add(WarningCode::FieldUnreadable, "links");
            }
            found.map(|(rel, address)| (rel.unwrap_or_else(|| "link".to_owned()), address))
        })
        .collect()
}
