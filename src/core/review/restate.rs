//! What is different between an issued review and the same one composed from what is known now.

use super::document::{Change, Document, Figure, ObjectiveRow};
use crate::core::event::ServiceId;
use crate::core::standing::Verdict;
use crate::core::time::Instant;

/// Every figure of the window that late facts, another build or other time-zone data have changed; empty when
/// the review holds. What only goes on after the window (items that were still open, people who answer later)
/// changes nothing.
pub fn changes(was: &Document, is: &Document) -> Vec<Change> {
    let mut all = Vec::new();
    for row in &was.objectives {
        let now = is.objectives.iter().find(|other| key(other) == key(row));
        let (before, after) = (claim(row), now.map(claim));
        if after.as_ref() != Some(&before) {
            all.push(Change::Objective {
                name: row.name.clone(),
                service: row.service.clone(),
                was: Some((row.value.clone(), row.verdict)),
                is: now.map(|row| (row.value.clone(), row.verdict)),
            });
        }
    }
    for row in is.objectives.iter().filter(|row| !was.objectives.iter().any(|other| key(other) == key(row))) {
        all.push(Change::Objective {
            name: row.name.clone(),
            service: row.service.clone(),
            was: None,
            is: Some((row.value.clone(), row.verdict)),
        });
    }
    if was.incidents.count != is.incidents.count {
        all.push(Change::Incidents { was: was.incidents.count, is: is.incidents.count });
    }
    let made = |document: &Document| (document.provenance.build.clone(), document.provenance.tzdb.clone());
    if !all.is_empty() && made(was) != made(is) {
        all.push(Change::Provenance { was: made(was), is: made(is) });
    }
    all
}

type Key<'a> = (&'a str, Option<&'a ServiceId>, Instant);

fn key(row: &ObjectiveRow) -> Key<'_> {
    (&row.name, row.service.as_ref().map(|(service, _)| service), row.window.start)
}

/// What the row claims for good.
fn claim(row: &ObjectiveRow) -> (Figure, Verdict) {
    let mut figure = row.value.clone();
    match &mut figure {
        Figure::InTime { pending, .. } | Figure::Times { pending, .. } => *pending = 0,
        Figure::Score { asked, answered, .. } => (*asked, *answered) = (0, 0),
        Figure::Availability { .. } => {}
    }
    (figure, row.verdict)
}
