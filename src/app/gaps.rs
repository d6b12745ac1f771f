//! Looks for gaps that only the configuration knows: a customer for whom nobody is on call, or who can be reached in
//! one place at most. What is found is proposed as a risk; what is filled goes away.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::core::event::{AgreementId, Event};
use crate::core::improvement::{Subject, gaps};
use crate::core::state::State;
use crate::core::time::Instant;
use crate::directory::{Directory, Shared};
use crate::journal::Journal;
use crate::store::StoreError;

/// After a start channels are still being tied and people invited.
const FIRST: Duration = Duration::from_secs(600);
/// A gap that lasts for less is none.
const EVERY: Duration = Duration::from_secs(3_600);

/// Looks again and again, until `stop`.
pub(super) async fn watch(journal: Journal, directory: Arc<Shared>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + FIRST, EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        // What could not be written is found again; the journal says itself that it cannot.
        if let Err(error) = look(&journal, &directory.get()).await {
            tracing::warn!(%error, "gaps in the configuration could not be noted yet");
        }
    }
}

/// Looks once.
///
/// # Errors
/// Those of the database.
pub async fn look(journal: &Journal, directory: &Directory) -> Result<(), StoreError> {
    let present = present(&*journal.read().await, directory, journal.now());
    let none = gaps(&*journal.read().await, &present).is_empty();
    if none {
        return Ok(());
    }
    let id = format!("gaps/{}", journal.now().micros());
    let propose = move |state: &State, now: Instant| {
        let words = gaps(state, &present).into_iter();
        words.map(|word| Event::Improvement { at: now, by: None, word: Box::new(word) }).collect()
    };
    journal.note(id, propose).await
}

/// Every gap there is now, of the agreements that are in force and want to know.
fn present(state: &State, directory: &Directory, now: Instant) -> BTreeSet<(AgreementId, Subject)> {
    let mut found = BTreeSet::new();
    for (id, versions) in &state.agreements {
        let wanted = versions.at(now).is_some_and(|version| version.terms.improvement.risks);
        if !wanted || !versions.covers(now) || directory.operations(id).is_none() {
            continue;
        }
        if directory.on_call(id).is_empty() {
            found.insert((id.clone(), Subject::NobodyOnCall));
        }
        if directory.customer(id).count() < 2 {
            found.insert((id.clone(), Subject::OneChannel));
        }
    }
    found
}
