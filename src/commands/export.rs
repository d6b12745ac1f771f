//! What customers said as a file: CSV for tables, JSON for programs. The same data give the same bytes.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use chrono_tz::Tz;
use serde::Serialize;

use crate::core::event::{PersonId, ProseId};
use crate::core::survey::Identity;
use crate::core::voice::Promise;
use crate::core::voice::export::{Record, RecordKind, When};
use crate::report::line;

/// One row, in words.
#[derive(Clone, Debug, Serialize)]
struct Row<'r> {
    record: RecordKind,
    agreement: &'r str,
    survey: Option<&'r str>,
    reference: &'r str,
    identity: Option<Identity>,
    person: Option<&'r str>,
    answer: Option<usize>,
    /// With the offset of the agreement's zone; the date alone where more would tell who it was.
    time: Option<String>,
    time_utc: Option<String>,
    promise: Option<Promise>,
    agreement_version: Option<u32>,
    incident: Option<String>,
    question: Option<&'r str>,
    given: Option<&'r str>,
    asked: Option<u64>,
    count: Option<u64>,
    mood: Option<&'static str>,
    themes: &'r [String],
    language: Option<&'static str>,
    state: Option<&'static str>,
    text: Option<&'r str>,
}

/// What the records only refer to.
#[derive(Clone, Debug)]
pub struct Besides<'b> {
    pub zone: Tz,
    /// Empty where no names are wanted.
    pub names: &'b BTreeMap<PersonId, String>,
    /// Those that were erased are not among them.
    pub texts: &'b BTreeMap<ProseId, String>,
}

fn row<'r>(record: &'r Record, besides: &'r Besides<'_>) -> Row<'r> {
    let (time, time_utc) = match record.when {
        Some(When::Moment(at)) => {
            let utc = at.to_utc();
            let local = utc.with_timezone(&besides.zone).to_rfc3339_opts(SecondsFormat::Secs, false);
            (Some(local), Some(utc.to_rfc3339_opts(SecondsFormat::Secs, true)))
        }
        Some(When::Date(date)) => (Some(date.to_string()), None),
        None => (None, None),
    };
    Row {
        record: record.kind,
        agreement: &record.agreement,
        survey: record.survey.as_ref().map(|survey| survey.as_str()),
        reference: &record.reference,
        identity: record.identity,
        person: record.person.as_ref().and_then(|person| besides.names.get(person)).map(String::as_str),
        answer: record.answer,
        time,
        time_utc,
        promise: record.promise,
        agreement_version: record.version,
        incident: record.incident.map(|incident| incident.to_string()),
        question: record.question.as_deref(),
        given: record.given.as_deref(),
        asked: record.asked,
        count: record.count,
        mood: record.mood,
        themes: &record.themes,
        language: record.language,
        state: record.state,
        text: record.text.as_ref().and_then(|text| besides.texts.get(text)).map(String::as_str),
    }
}

/// The records as one JSON array, each on lines of its own.
///
/// # Errors
/// Those of serde; none is known to happen.
pub fn json(records: &[Record], besides: &Besides<'_>) -> serde_json::Result<String> {
    let rows: Vec<Row<'_>> = records.iter().map(|record| row(record, besides)).collect();
    Ok(serde_json::to_string_pretty(&rows)? + "\n")
}

/// The records as CSV (RFC 4180) with a header.
///
/// # Errors
/// As [`json`], from which the names of the columns come.
pub fn csv(records: &[Record], besides: &Besides<'_>) -> serde_json::Result<String> {
    let mut text = String::new();
    // The header also stands where there are no records.
    let columns = columns(&row(&Record::default(), besides))?;
    line(&mut text, columns.iter().map(|(name, _)| name.clone()));
    for record in records {
        line(&mut text, self::columns(&row(record, besides))?.into_iter().map(|(_, cell)| cell));
    }
    Ok(text)
}

/// The fields of a row in their order, by name.
fn columns(row: &Row<'_>) -> serde_json::Result<Vec<(String, String)>> {
    let cell = |value: serde_json::Value| match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text,
        serde_json::Value::Array(all) => {
            all.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    };
    let fields = serde_json::to_value(row)?;
    let named = |name: &str| (name.to_owned(), cell(fields.get(name).cloned().unwrap_or_default()));
    Ok(COLUMNS.iter().map(|name| named(name)).collect())
}

const COLUMNS: [&str; 21] = [
    "record",
    "agreement",
    "survey",
    "reference",
    "identity",
    "person",
    "answer",
    "time",
    "time_utc",
    "promise",
    "agreement_version",
    "incident",
    "question",
    "given",
    "asked",
    "count",
    "mood",
    "themes",
    "language",
    "state",
    "text",
];

#[cfg(test)]
mod tests;
