//! How a text of a customer is read before it is journalled: by whatever reader Upheld was given, if any.

use std::collections::BTreeSet;

use crate::commands::desk::Desk;
use crate::core::agreement::{ObjectiveKind, Terms};
use crate::core::event::{AgreementId, Prose};
use crate::core::reading::ThemeId;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::voice::Remark;

impl Desk {
    /// A text with its reading, and whether it speaks of what no objective of the agreement covers.
    pub(super) fn remark(
        &self,
        state: &State,
        agreement: &AgreementId,
        prose: Prose,
        text: &str,
        now: Instant,
    ) -> Remark {
        let reading = self.reader().map(|reader| reader.read(text));
        let uncovered =
            reading.as_ref().is_some_and(|reading| self.uncovered(state, agreement, &reading.themes, now));
        Remark { text: prose, reading, uncovered }
    }

    /// Whether there are themes, and no objective of the agreement speaks of any of them. Without a reader
    /// nobody knows what covers them.
    pub(super) fn uncovered(
        &self,
        state: &State,
        agreement: &AgreementId,
        themes: &BTreeSet<ThemeId>,
        now: Instant,
    ) -> bool {
        let Some(reader) = self.reader() else { return false };
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
