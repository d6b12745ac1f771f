//! How a text of a customer is read before it is journalled: by whatever reader Upheld was given, if any.

use std::collections::BTreeSet;

use crate::commands::desk::Desk;
use crate::core::agreement::{ClockKind, ObjectiveKind, Terms};
use crate::core::event::AgreementId;
use crate::core::reading::{PromiseKind, Reading, ThemeId};

impl Desk {
    /// How a text is read, and whether it speaks of what no objective of the agreement covers.
    pub(super) async fn read_text(&self, agreement: &AgreementId, text: &str) -> (Option<Reading>, bool) {
        let Some(reading) = self.reader().map(|reader| reader.read(text)) else { return (None, false) };
        let uncovered = self.uncovered(agreement, &reading.themes).await;
        (Some(reading), uncovered)
    }

    /// Whether there are themes, and no objective of the agreement speaks of any of them. Without a reader
    /// nobody knows what covers them.
    pub(super) async fn uncovered(&self, agreement: &AgreementId, themes: &BTreeSet<ThemeId>) -> bool {
        let Some(reader) = self.reader() else { return false };
        let now = self.journal().now();
        let state = self.journal().read().await;
        let version = state.agreements.get(agreement).and_then(|versions| versions.at(now));
        let promised = version.map(|version| promised(&version.terms)).unwrap_or_default();
        let covered = |theme: &ThemeId| reader.covered_by(theme).iter().any(|kind| promised.contains(kind));
        !themes.is_empty() && !themes.iter().any(covered)
    }
}

/// What kinds of promises an agreement makes.
fn promised(terms: &Terms) -> BTreeSet<PromiseKind> {
    let kinds = terms.objectives.iter().map(|objective| match &objective.kind {
        ObjectiveKind::Availability(_) => PromiseKind::Availability,
        ObjectiveKind::Clock(clock) => match clock.clock {
            ClockKind::Response => PromiseKind::Response,
            ClockKind::Resolution => PromiseKind::Resolution,
            ClockKind::Update => PromiseKind::Update,
            ClockKind::NextReply => PromiseKind::NextReply,
            ClockKind::Waiting => PromiseKind::Waiting,
        },
        ObjectiveKind::Complaints(_) => PromiseKind::Complaints,
        ObjectiveKind::Satisfaction(_) => PromiseKind::Satisfaction,
    });
    kinds.collect()
}
