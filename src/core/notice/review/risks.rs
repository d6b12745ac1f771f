//! What may go wrong: how likely and how bad it is, what is done about it, and when it is looked at again.

use super::{Told, customer, service};
use crate::core::doc::{Block, Cell, Table, Text, Value, Verdict as Mark};
use crate::core::improvement::{RiskState, Subject};
use crate::core::notice::improvement::risk::{self, Sign, score, sign, state};
use crate::core::notice::rows::dotted;
use crate::core::picture::Picture;
use crate::core::review::Document;
use crate::core::review::document::RiskRow;

pub(super) fn told(document: &Document) -> Told {
    if document.risks.is_empty() {
        return (Vec::new(), Vec::new());
    }
    (vec![Block::Table(table(document))], matrix(document).into_iter().collect())
}

fn table(document: &Document) -> Table {
    let mut columns = vec![
        "review-column-risk",
        "review-column-standing",
        "risk-row-score",
        "risk-heading-mitigation",
        "risk-row-review",
    ];
    if document.agreement.is_none() {
        columns.push("action-row-owner");
    }
    Table {
        caption: Text::key("review-caption-risks").into(),
        columns: columns.into_iter().map(|key| Text::from(Value::Term(key.into())).into()).collect(),
        rows: document.risks.iter().map(|row| one(document, row)).collect(),
    }
}

fn one(document: &Document, row: &RiskRow) -> Vec<Cell> {
    let whose = row.agreement.as_ref().map(|agreement| customer(document, agreement));
    let of = row.service.clone().map(|(_, name)| Text::from(Value::Localized(name)));
    let what = row.text.clone().map(Text::Prose);
    let what = what.or_else(|| row.seen.as_ref().map(|seen| saw(document, row, seen)));
    let number = Text::from(Value::Code(row.number.to_string()));
    let mut cells = vec![
        Cell::new(dotted([number].into_iter().chain(whose).chain(of).chain(what))),
        Cell { verdict: mark(row.state), text: Text::from(state(row.state)).into() },
        Cell::new(row.score.map_or_else(|| Text::key("risk-unscored"), score)),
        Cell { verdict: None, text: row.mitigation.clone().map(Text::Prose).into_iter().collect() },
        Cell { verdict: None, text: row.review.map(|date| Value::Date(date).into()).into_iter().collect() },
    ];
    if document.agreement.is_none() {
        let owner = row.owner.clone().map(|person| Text::from(Value::Person(person)));
        cells.push(Cell::new(owner.unwrap_or_else(|| Text::key("action-nobody"))));
    }
    cells
}

const fn mark(state: RiskState) -> Option<Mark> {
    match state {
        RiskState::Proposed => Some(Mark::Unknown),
        RiskState::Open => Some(Mark::AtRisk),
        RiskState::Mitigated => Some(Mark::Running),
        RiskState::Accepted | RiskState::Closed | RiskState::Dismissed | RiskState::Gone => None,
    }
}

/// What Upheld saw by itself.
fn saw(document: &Document, row: &RiskRow, seen: &Subject) -> Text {
    let own = || document.agreement.as_ref().map(|promised| promised.customer.clone());
    let whose = row.agreement.as_ref().map(|agreement| super::customer_name(document, agreement));
    let whose = whose.or_else(own).unwrap_or_default();
    let seen = match seen {
        Subject::Budget { objective, service: id } => {
            let known = row.service.as_ref().filter(|(own, _)| own == id).map(|(_, name)| name.clone());
            let name = known.unwrap_or_else(|| service(document, id));
            Sign::Budget { objective: objective.clone(), service: name }
        }
        Subject::NobodyOnCall => Sign::NobodyOnCall,
        Subject::Silent { integration } => Sign::Silent { integration: integration.to_string() },
        Subject::OneChannel => Sign::OneChannel,
    };
    sign(&seen, whose)
}

/// Those that have a score, where they stand; none where none has one.
fn matrix(document: &Document) -> Option<Picture> {
    let scored = document.risks.iter().filter_map(|row| Some((row.number, row.score?)));
    let scored: Vec<_> = scored.collect();
    risk::matrix(&scored, document.risks.len() - scored.len())
}
