//! Learns how texts are to be read: whenever somebody labelled one, from all that were labelled.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::analysis::{Classifier, Labelled, Rules};
use crate::commands::reading::Learnt;
use crate::core::event::ProseId;
use crate::core::state::State;
use crate::directory::Shared;
use crate::journal::Journal;
use crate::store::{Store, StoreError};

/// Learns at the start and after every label, until `stop`.
pub(super) async fn learn(
    journal: Journal,
    store: Store,
    directory: Arc<Shared>,
    learnt: Learnt,
    stop: CancellationToken,
) {
    let mut changes = journal.changes();
    let mut known: Option<(u64, Arc<Rules>)> = None;
    loop {
        let rules = directory.get().config.themes.clone();
        let labels = journal.read().await.voice.labels();
        let fresh = known.as_ref().is_none_or(|(count, own)| *count != labels || !Arc::ptr_eq(own, &rules));
        if fresh {
            let labelled = labelled(&*journal.read().await);
            match train(&store, labelled, rules.clone(), &learnt).await {
                Ok(()) => known = Some((labels, rules)),
                // It is tried again at the next change.
                Err(error) => tracing::warn!(%error, "what was labelled could not be read"),
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

/// What people said of texts, which are not read yet.
fn labelled(state: &State) -> Vec<(ProseId, Labelled)> {
    let all = state.voice.labelled().filter_map(|(remark, label)| {
        let reading = remark.reading.as_ref()?;
        let sentiment = reading.sentiment.filter(|_| label.sentiment);
        let labelled = Labelled { text: String::new(), themes: reading.themes.clone(), sentiment };
        Some((remark.text.id.clone(), labelled))
    });
    all.collect()
}

/// Learns from what can still be read; what was erased is not learnt from.
async fn train(
    store: &Store,
    labelled: Vec<(ProseId, Labelled)>,
    rules: Arc<Rules>,
    learnt: &Learnt,
) -> Result<(), StoreError> {
    let ids: Vec<ProseId> = labelled.iter().map(|(id, _)| id.clone()).collect();
    let mut texts = store.prose(&ids).await?;
    let labelled: Vec<Labelled> = labelled
        .into_iter()
        .filter_map(|(id, labelled)| Some(Labelled { text: texts.remove(&id)?, ..labelled }))
        .collect();
    // It takes a second with many texts, which nobody is to wait for.
    match tokio::task::spawn_blocking(move || Classifier::train(&labelled, &rules)).await {
        Ok(trained) => learnt.set(trained),
        Err(error) => tracing::error!(%error, "learning broke off; the rules read alone"),
    }
    Ok(())
}
