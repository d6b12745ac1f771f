//! Counts for `/metrics` what passes through: commands of every platform, and entries of the journal.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::chat::{Answer, CommandSpec, Desk, Inbound};
use crate::i18n::Language;
use crate::journal::Journal;
use crate::web::metrics::Metrics;

/// A desk whose commands are counted.
#[derive(Debug)]
pub(super) struct Counted {
    pub desk: Arc<dyn Desk>,
    pub metrics: Arc<Metrics>,
}

impl Desk for Counted {
    fn handle(&self, inbound: Inbound) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            let platform = inbound.from.platform;
            let answer = self.desk.handle(inbound).await;
            // What was not meant for Upheld is no command.
            if !matches!(answer, Answer::Nothing) {
                self.metrics.commanded(platform);
            }
            answer
        })
    }

    fn menu(&self, language: Language) -> Vec<CommandSpec> {
        self.desk.menu(language)
    }
}

/// Counts the journal's entries from `known` on.
pub(super) async fn growth(journal: Journal, mut known: u64, metrics: Arc<Metrics>, stop: CancellationToken) {
    let mut changes = journal.changes();
    loop {
        let sequence = *changes.borrow_and_update();
        metrics.journal_grew(sequence.saturating_sub(known));
        known = known.max(sequence);
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}
