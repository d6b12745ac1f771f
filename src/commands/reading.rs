//! How texts of customers are read: by the rules of the configuration, and by what operators' corrections taught.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use crate::analysis::{Rules, Trained};
use crate::commands::desk::Desk;
use crate::core::agreement::{ClockKind, ObjectiveKind, Terms};
use crate::core::event::AgreementId;
use crate::core::reading::{PromiseKind, Reading, ThemeId};
use crate::core::state::State;
use crate::core::time::Instant;
use crate::directory::Shared;
use crate::journal::Journal;

/// What was learnt so far, shared by those who learn and those who read.
#[derive(Clone, Debug, Default)]
pub struct Learnt(Arc<RwLock<Option<Arc<Trained>>>>);

impl Learnt {
    /// None until there was time to learn.
    pub fn get(&self) -> Option<Arc<Trained>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads a text by the rules, corrected where what was learnt is better.
    pub fn read(&self, rules: &Rules, text: &str) -> Reading {
        let reading = rules.read(text).reading;
        match self.get() {
            Some(trained) => trained.correct(text, reading),
            None => reading,
        }
    }

    /// How a text under an agreement is read now, and whether it speaks of what no objective of it covers.
    pub async fn read_under(
        &self,
        directory: &Shared,
        journal: &Journal,
        agreement: &AgreementId,
        text: &str,
    ) -> (Reading, bool) {
        let rules = directory.get().config.themes.clone();
        let reading = self.read(&rules, text);
        let now = journal.now();
        let state = journal.read().await;
        let uncovered = is_uncovered(&state, &rules, agreement, &reading.themes, now);
        (reading, uncovered)
    }

    pub fn set(&self, trained: Trained) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(trained));
    }
}

impl Desk {
    /// How a text is read, and whether it speaks of what no objective of the agreement covers.
    pub(super) async fn read_text(&self, agreement: &AgreementId, text: &str) -> (Option<Reading>, bool) {
        let (read, uncovered) =
            self.learnt().read_under(self.directory(), self.journal(), agreement, text).await;
        (Some(read), uncovered)
    }

    /// Whether there are themes, and no objective of the agreement in force speaks of any of them.
    pub(super) async fn uncovered(&self, agreement: &AgreementId, themes: &BTreeSet<ThemeId>) -> bool {
        let rules = self.directory().get().config.themes.clone();
        let now = self.journal().now();
        is_uncovered(&*self.journal().read().await, &rules, agreement, themes, now)
    }
}

/// Whether there are themes, and no objective of the agreement at `now` is of a kind that covers any of them.
fn is_uncovered(
    state: &State,
    rules: &Rules,
    agreement: &AgreementId,
    themes: &BTreeSet<ThemeId>,
    now: Instant,
) -> bool {
    let version = state.agreements.get(agreement).and_then(|versions| versions.at(now));
    let promised = version.map(|version| promised(&version.terms)).unwrap_or_default();
    let covered = |theme| rules.theme(theme).is_some_and(|theme| !theme.covered_by.is_disjoint(&promised));
    !themes.is_empty() && !themes.iter().any(covered)
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
