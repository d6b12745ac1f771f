//! How a text of a customer is read before it is journalled: by whatever reader Upheld was given, if any.

use std::collections::BTreeSet;

use crate::commands::desk::Desk;
use crate::core::agreement::{ObjectiveKind, Terms};
use crate::core::event::AgreementId;
use crate::core::reading::{Reading, ThemeId};

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
        let covered = |theme: &ThemeId| reader.covered_by(theme).iter().any(|name| promised.contains(name));
        !themes.is_empty() && !themes.iter().any(covered)
    }
}

/// What an agreement promises: its objectives by name, and what they measure.
fn promised(terms: &Terms) -> BTreeSet<String> {
    let names = terms.objectives.iter().flat_map(|objective| {
        let kind = match &objective.kind {
            ObjectiveKind::Availability(_) => "availability",
            ObjectiveKind::Clock(clock) => clock.clock.name(),
            ObjectiveKind::Complaints(_) => "complaints",
            ObjectiveKind::Satisfaction(_) => "satisfaction",
        };
        [objective.name.clone(), kind.to_owned()]
    });
    names.collect()
}
