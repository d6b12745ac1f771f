//! How both sides heard of it, and what they agreed on beside the figures: disputes, exclusions, credits.

use rust_decimal::Decimal;

use super::count;
use super::figures::reference;
use crate::core::doc::{Block, Cell, Field, Line, Table, Text, Value, Verdict as Mark};
use crate::core::notice::rows::dotted;
use crate::core::review::Document;
use crate::core::review::document::{Credit, Dispute, Exclusion, Times};

pub(super) fn communication(document: &Document) -> Vec<Block> {
    let heard = &document.communication;
    let mut fields = Vec::new();
    let mut field = |key: &'static str, verdict, value: Line| {
        fields.push(Field { name: Text::from(Value::term(key)).into(), verdict, value });
    };
    if let Some(first) = heard.first_message {
        field("review-row-first-message", None, times(first));
    }
    for (key, kept) in [("review-row-updates", heard.updates), ("review-row-replies", heard.replies)] {
        if let Some((met, of)) = kept.filter(|(_, of)| *of > 0) {
            let mark = if met == of { Mark::Kept } else { Mark::Broken };
            field(key, Some(mark), in_time(met, of).into());
        }
    }
    if heard.unanswered > 0 {
        let text = Text::key("review-unanswered").with("count", i64::from(heard.unanswered));
        field("review-row-unanswered", Some(Mark::Running), text.into());
    }
    if heard.sent > 0 || heard.undelivered > 0 {
        let (mark, text) = match heard.undelivered {
            0 => (Mark::Kept, Text::key("review-delivered-all")),
            lost => (Mark::Broken, Text::key("review-delivered-but").with("lost", count(lost))),
        };
        field("review-row-messages", Some(mark), text.with("count", count(heard.sent)).into());
    }
    if fields.is_empty() { Vec::new() } else { vec![Block::Fields(fields)] }
}

/// `19 of 21 in time (90.4 %)`
pub(super) fn in_time(met: u32, of: u32) -> Text {
    let share = Decimal::from(u64::from(met) * 100) / Decimal::from(of.max(1));
    Text::key("review-in-time")
        .with("met", i64::from(met))
        .with("of", i64::from(of))
        .with("share", Value::Percent { value: share, decimals: 1 })
}

pub(super) fn times(times: Times) -> Line {
    Text::key("review-times")
        .with("median", times.median)
        .with("most", times.p90)
        .with("longest", times.longest)
        .with("count", i64::from(times.n))
        .into()
}

pub(super) fn disputes(document: &Document) -> Vec<Block> {
    document.disputes.iter().flat_map(|dispute| disputed(document, dispute)).collect()
}

fn disputed(document: &Document, dispute: &Dispute) -> Vec<Block> {
    let about = dispute.about.map(|number| Text::from(Value::Code(reference(document, number))));
    let opened = Text::key("review-dispute-opened").with("at", dispute.opened);
    let settled = match dispute.settled {
        Some(at) => Text::key("review-dispute-settled").with("at", at),
        None => Text::key("review-dispute-open"),
    };
    let line = Block::Line(dotted(about.into_iter().chain([opened, settled])));
    let text = dispute.text.clone().map(|text| Block::Quote(Text::Prose(text).into()));
    std::iter::once(line).chain(text).collect()
}

pub(super) fn exclusions(document: &Document) -> Vec<Block> {
    if document.exclusions.is_empty() {
        return Vec::new();
    }
    let columns =
        ["review-column-time", "review-column-length", "review-column-services", "review-column-reason"];
    vec![Block::Table(Table {
        caption: Text::key("review-caption-exclusions").into(),
        columns: columns.map(|key| Text::from(Value::term(key)).into()).to_vec(),
        rows: document.exclusions.iter().map(excluded).collect(),
    })]
}

fn excluded(row: &Exclusion) -> Vec<Cell> {
    let services = match &row.services[..] {
        [] => Text::key("review-all-services"),
        some => Value::List(some.iter().map(|(_, name)| Value::Localized(name.clone())).collect()).into(),
    };
    let time = vec![Value::Moment(row.from).into(), Text::mark(" – "), Value::Moment(row.until).into()];
    vec![
        Cell::new(time),
        Cell::new(Text::from(Value::Duration(row.until - row.from))),
        Cell::new(services),
        Cell::new(Text::Untrusted(row.reason.clone())),
    ]
}

pub(super) fn credits(document: &Document) -> Vec<Block> {
    if document.credits.is_empty() {
        return Vec::new();
    }
    let columns = ["review-column-objective", "review-column-credit"];
    vec![Block::Table(Table {
        caption: Text::key("review-caption-credits").into(),
        columns: columns.map(|key| Text::from(Value::term(key)).into()).to_vec(),
        rows: document.credits.iter().map(due).collect(),
    })]
}

fn due(credit: &Credit) -> Vec<Cell> {
    let amount = format!("{} {}", credit.currency, amount(credit));
    vec![Cell::new(Text::name(credit.objective.clone())), Cell::new(Text::name(amount))]
}

/// What the customer gets back, in whole units of its currency.
pub fn amount(credit: &Credit) -> Decimal {
    Decimal::new(credit.minor_units, decimals(&credit.currency))
}

/// The minor units of a currency (ISO 4217).
fn decimals(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}
