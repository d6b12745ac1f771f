//! From what a review was computed, and how anybody can check that it is as it was issued.

use super::Report;
use crate::core::doc::{Block, Field, Line, Text, Value};
use crate::core::notice::review::days;

pub(super) fn blocks(report: &Report<'_>) -> Vec<Block> {
    let document = report.document;
    let from = &document.provenance;
    let mut fields = Vec::new();
    let mut field = |key: &'static str, value: Text| {
        let name = Text::from(Value::Term(key.into()));
        fields.push(Field { name: name.into(), verdict: None, value: value.into() });
    };
    let (first, last) = days(document);
    field(
        "report-row-period",
        Text::key("report-days").with("first", Value::Date(first)).with("last", Value::Date(last)),
    );
    let knows = i64::try_from(from.sequence).unwrap_or(i64::MAX);
    field("report-row-computed", Text::key("report-computed").with("at", from.as_of).with("sequence", knows));
    let program = Text::key("report-program").with("build", Value::Code(from.build.clone()));
    field("report-row-program", program.with("tzdb", Value::Code(from.tzdb.clone())));
    for (version, _, sha256) in document.agreement.iter().flat_map(|promised| &promised.versions) {
        let terms = Text::key("report-terms").with("version", i64::from(*version));
        field("report-row-terms", terms.with("sha256", Value::Code(sha256.clone())));
    }
    if let Some(entry) = report.entry {
        let number = i64::try_from(entry.sequence).unwrap_or(i64::MAX);
        let issued = Text::key("report-entry").with("sequence", number);
        field("report-row-entry", issued.with("sha256", Value::Code(entry.sha256.clone())));
    }
    if let Some((number, head)) = &from.delivery {
        let number = i64::try_from(*number).unwrap_or(i64::MAX);
        let delivered = Text::key("report-delivery").with("number", number);
        field("report-row-delivery", delivered.with("hash", Value::Code(head.clone())));
    }
    std::iter::once(Block::Fields(fields)).chain(verify(report)).collect()
}

/// How it is checked.
fn verify(report: &Report<'_>) -> Option<Block> {
    let entry = report.entry?;
    let name = format!("{}-{}.json", report.document.review, report.document.revision);
    let command = format!("jq -cj .document {name} | sha256sum");
    let mut lines: Vec<Line> = vec![Text::key("report-verify").with("command", Value::Code(command)).into()];
    let number = i64::try_from(entry.sequence).unwrap_or(i64::MAX);
    lines.push(Text::key("report-verify-entry").with("sequence", number).into());
    if let Some((number, _)) = &report.document.provenance.delivery {
        let number = i64::try_from(*number).unwrap_or(i64::MAX);
        lines.push(Text::key("report-verify-delivery").with("number", number).into());
    }
    Some(Block::List(lines))
}
