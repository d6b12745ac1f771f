//! One row of a review's table.

use std::borrow::Cow;
use std::fmt::Display;

use chrono::SecondsFormat;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::core::event::{PersonId, ProseId, ServiceId};
use crate::core::interval::Interval;
use crate::core::review::Document;
use crate::core::survey::Localized;
use crate::core::time::{Instant, Span};
use crate::report::Report;

pub(super) const COLUMNS: [&str; 19] = [
    "record",
    "reference",
    "service",
    "priority",
    "from",
    "until",
    "verdict",
    "target",
    "value",
    "unit",
    "met",
    "of",
    "pending",
    "coverage_percent",
    "seconds",
    "allowed_seconds",
    "late",
    "text",
    "agreement",
];

/// Stands for what was erased, in every language alike.
const ERASED: &str = "[erased]";

/// One row, by the names of the columns; what is not said is empty.
#[derive(Clone, Default)]
pub(super) struct Row {
    pub record: &'static str,
    pub reference: String,
    pub service: String,
    pub priority: String,
    pub from: String,
    pub until: String,
    pub verdict: String,
    pub target: String,
    pub value: String,
    pub unit: Cow<'static, str>,
    pub met: String,
    pub of: String,
    pub pending: String,
    pub coverage: String,
    pub seconds: String,
    pub allowed: String,
    pub late: String,
    pub text: String,
    /// Whose it is, where a row is one customer's among several.
    pub agreement: String,
}

impl Row {
    pub fn new(record: &'static str, reference: impl Display) -> Self {
        Self { record, reference: reference.to_string(), ..Self::default() }
    }

    /// How many there are.
    pub fn count(record: &'static str, reference: impl Display, number: impl Display) -> Self {
        Self { value: number.to_string(), unit: "count".into(), ..Self::new(record, reference) }
    }

    /// So many of so many.
    pub fn part(record: &'static str, reference: impl Display, met: impl Display, of: impl Display) -> Self {
        Self { met: met.to_string(), of: of.to_string(), ..Self::new(record, reference) }
    }

    /// How long something took or lasted.
    pub fn length(record: &'static str, reference: impl Display, span: Span) -> Self {
        Self { seconds: seconds(span), ..Self::new(record, reference) }
    }

    pub fn during(self, document: &Document, window: Interval) -> Self {
        Self { from: moment(document, window.start), until: moment(document, window.end), ..self }
    }

    pub fn cells(self) -> [String; 19] {
        let (record, unit) = (self.record.to_owned(), self.unit.into_owned());
        let first = [record, self.reference, self.service, self.priority, self.from, self.until];
        let then = [self.verdict, self.target, self.value, unit, self.met, self.of];
        let last = [self.pending, self.coverage, self.seconds, self.allowed, self.late, self.text];
        let mut all = first.into_iter().chain(then).chain(last).chain([self.agreement]);
        std::array::from_fn(|_| all.next().unwrap_or_default())
    }
}

/// With the offset of the review's zone.
pub(super) fn moment(document: &Document, at: Instant) -> String {
    at.to_utc().with_timezone(&document.zone).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// As JSON writes it: `at_risk`.
pub(super) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(ToOwned::to_owned))
        .unwrap_or_default()
}

/// Exactly; no more decimals than it takes.
pub(super) fn seconds(span: Span) -> String {
    Decimal::new(span.micros(), 6).normalize().to_string()
}

/// What there is, else nothing.
pub(super) fn maybe(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

pub(super) fn id(service: Option<&(ServiceId, Localized)>) -> String {
    maybe(service.map(|(id, _)| id))
}

/// What somebody is called, or that it was erased.
pub(super) fn person(report: &Report<'_>, id: &PersonId) -> String {
    let known = report.facts.people.get(id);
    known.map_or_else(|| ERASED.to_owned(), |known| known.name.clone())
}

/// What somebody wrote, or that it was erased.
pub(super) fn prose(report: &Report<'_>, id: &ProseId) -> String {
    report.facts.prose.get(id).cloned().unwrap_or_else(|| ERASED.to_owned())
}
