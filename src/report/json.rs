//! A review as JSON: the document byte by byte as it was hashed, and beside it the names and texts it refers to.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Report, referenced};

#[derive(Serialize)]
struct Whole<'a> {
    review: String,
    revision: u32,
    issued: Option<Issued<'a>>,
    /// By id; none for whoever was erased.
    people: BTreeMap<String, Option<&'a str>>,
    texts: BTreeMap<String, Option<&'a str>>,
    document: Box<RawValue>,
}

#[derive(Serialize)]
struct Issued<'a> {
    entry: u64,
    sha256: &'a str,
    how_to_verify: String,
}

pub(super) fn whole(report: &Report<'_>) -> serde_json::Result<String> {
    let document = report.document;
    let (people, texts) = referenced(document);
    let facts = report.facts;
    let issued = report.entry.map(|entry| Issued {
        entry: entry.sequence,
        sha256: &entry.sha256,
        how_to_verify: format!("jq -cj .document {}-{}.json | sha256sum", document.review, document.revision),
    });
    let named = people.into_iter().map(|id| {
        let name = facts.people.get(&id).map(|known| known.name.as_str());
        (id.0, name)
    });
    let written = texts.into_iter().map(|id| {
        let text = facts.prose.get(&id).map(String::as_str);
        (id.0, text)
    });
    let hashed = report.entry.map_or_else(|| document.json(), |entry| entry.json.clone());
    let whole = Whole {
        review: document.review.to_string(),
        revision: document.revision,
        issued,
        people: named.collect(),
        texts: written.collect(),
        document: RawValue::from_string(hashed)?,
    };
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}
