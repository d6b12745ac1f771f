//! Every customer in one line, for the operators.

use rust_decimal::Decimal;

use super::incidents::Known;
use super::objectives::standings;
use super::{Scope, count};
use crate::core::event::AgreementId;
use crate::core::ratio::Ratio;
use crate::core::review::document::{CustomerRow, Overall};
use crate::core::standing::{Measured, Standing};
use crate::core::state::Versions;
use crate::core::time::Span;
use crate::core::voice::FeedbackKind;

/// The worst first; none in a customer's own review.
pub(super) fn customers(scope: &Scope<'_>, known: &[Known<'_>]) -> Vec<CustomerRow> {
    if scope.customer {
        return Vec::new();
    }
    let all = scope.agreements.iter();
    let mut rows: Vec<CustomerRow> =
        all.filter_map(|(agreement, versions)| row(scope, known, agreement, versions)).collect();
    rows.sort_by(|a, b| {
        let worst = |row: &CustomerRow| (row.verdict.missed, row.verdict.at_risk, row.budget_used);
        worst(b).cmp(&worst(a)).then_with(|| a.agreement.cmp(&b.agreement))
    });
    rows
}

fn row(
    scope: &Scope<'_>,
    known: &[Known<'_>],
    agreement: &AgreementId,
    versions: &Versions,
) -> Option<CustomerRow> {
    let terms = &scope.version(versions)?.terms;
    let (mut verdict, mut budget_used) = (Overall::default(), None);
    for objective in &terms.objectives {
        for standing in standings(scope, agreement, terms, objective) {
            verdict.count(standing.verdict);
            budget_used = budget_used.max(used(&standing));
        }
    }
    let incidents = known.iter().filter(|known| known.covering.contains(&agreement)).count();
    let complaints = scope.state.voice.all_feedback().filter(|(_, feedback)| {
        feedback.agreement == *agreement && feedback.kind == FeedbackKind::Complaint && feedback.is_open()
    });
    Some(CustomerRow {
        agreement: agreement.clone(),
        customer: terms.customer.clone(),
        level: terms.level,
        verdict,
        incidents: count(incidents),
        budget_used,
        complaints_open: count(complaints.count()),
    })
}

/// Percent of an error budget that is used, rounded down.
fn used(standing: &Standing) -> Option<Decimal> {
    let Measured::Availability(measured) = &standing.measured else { return None };
    let spent = measured.budget - measured.remaining;
    let share = Ratio::of_spans(spent, measured.budget).filter(|_| measured.budget > Span::ZERO);
    share.map(|share| share.floor_percent(0))
}
