//! The whole in one sentence, and each customer in one line.

use super::count;
use crate::core::doc::{Block, Cell, Line, Table, Text, Value, Verdict as Mark};
use crate::core::notice::rows::{dotted, joined};
use crate::core::review::document::{CustomerRow, Overall};
use crate::core::review::{Document, Occasion};

/// `7 of 8 promises kept, 1 missed.`
pub fn sentence(overall: Overall) -> Line {
    let Overall { met, at_risk, missed, unknown } = overall;
    let of = i64::from(met) + i64::from(at_risk) + i64::from(missed) + i64::from(unknown);
    if of == 0 {
        return Text::key("review-verdict-nothing").into();
    }
    if i64::from(met) == of {
        return Text::key("review-verdict-all").with("of", of).into();
    }
    let mut line: Line = vec![Text::key("review-verdict-kept").with("met", i64::from(met)).with("of", of)];
    let rest = [
        (missed, "review-verdict-missed"),
        (at_risk, "review-verdict-at-risk"),
        (unknown, "review-verdict-unknown"),
    ];
    line.extend(
        rest.into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, key)| Text::key(key).with("count", i64::from(number))),
    );
    line.push(Text::key("review-verdict-end"));
    line
}

pub(super) const fn mark(overall: Overall) -> Mark {
    match overall {
        Overall { missed: 1.., .. } => Mark::Broken,
        Overall { at_risk: 1.., .. } => Mark::AtRisk,
        Overall { met: 1.., .. } => Mark::Kept,
        _ => Mark::Unknown,
    }
}

pub(super) fn verdict(document: &Document) -> Vec<Block> {
    let mut blocks = vec![Block::Line(sentence(document.verdict))];
    blocks.extend(agreed(document).map(Block::Line));
    if document.occasion == Occasion::Closing {
        blocks.push(Block::Line(Text::key("review-closing").into()));
    }
    blocks.extend(late(document).map(|text| Block::Line(text.into())));
    blocks
}

/// Why it comes late.
pub(super) fn late(document: &Document) -> Option<Text> {
    document.late.then(|| Text::key("review-late").with("due", document.due))
}

/// `SIL1 · contract C-2026-7 · agreement version 3 since 1 Nov 00:00`
fn agreed(document: &Document) -> Option<Line> {
    let promised = document.agreement.as_ref()?;
    let contract = promised
        .contract
        .clone()
        .map(|contract| Text::key("review-contract").with("contract", Value::Untrusted(contract)));
    let versions = promised.versions.iter().map(|(version, since, _)| {
        Text::key("review-version").with("version", i64::from(*version)).with("since", *since)
    });
    Some(dotted([Text::name(promised.level.to_string())].into_iter().chain(contract).chain(versions)))
}

pub(super) fn customers(document: &Document) -> Vec<Block> {
    if document.customers.is_empty() {
        return Vec::new();
    }
    let columns = [
        "review-column-customer",
        "review-column-promises",
        "review-column-incidents",
        "review-column-budget",
        "review-column-complaints",
    ];
    vec![Block::Table(Table {
        caption: Text::key("review-caption-customers").into(),
        columns: columns.map(|key| Text::from(Value::term(key)).into()).to_vec(),
        rows: document.customers.iter().map(row).collect(),
    })]
}

fn row(row: &CustomerRow) -> Vec<Cell> {
    let name = dotted([Text::name(row.customer.clone()), Text::name(row.level.to_string())]);
    let used = row.budget_used.map(|used| Text::from(Value::Percent { value: used, decimals: 0 }));
    vec![
        Cell::new(name),
        Cell::marked(mark(row.verdict), sentence(row.verdict)),
        Cell::new(Text::from(Value::Count(count(row.incidents)))),
        Cell::new(used.unwrap_or_else(|| Text::key("review-no-budget"))),
        Cell::new(Text::from(Value::Count(count(row.complaints_open)))),
    ]
}

/// One customer in one line of a digest.
pub(super) fn field(row: &CustomerRow) -> crate::core::doc::Field {
    let used = row
        .budget_used
        .map(|used| Text::key("review-used").with("used", Value::Percent { value: used, decimals: 0 }));
    let incidents = Text::key("review-incidents").with("count", i64::from(row.incidents));
    let complaints = (row.complaints_open > 0)
        .then(|| Text::key("review-complaints-open").with("count", i64::from(row.complaints_open)));
    let rest = [Some(incidents), used, complaints].into_iter().flatten().map(Line::from);
    crate::core::doc::Field {
        name: dotted([Text::name(row.customer.clone()), Text::name(row.level.to_string())]),
        verdict: Some(mark(row.verdict)),
        value: joined(std::iter::once(sentence(row.verdict)).chain(rest)),
    }
}
