//! Counts anonymous rounds that have ended: first nobody can know any more who answered, then the journal hears what
//! it came to.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::core::state::State;
use crate::core::survey::SMALLEST_GROUP;
use crate::core::voice::{RoundNumber, Word};
use crate::journal::Journal;
use crate::store::anonymous::CloseAnonymous;
use crate::store::{Store, StoreError};

/// How long after a failure it is tried again.
const RETRY: Duration = Duration::from_secs(5);

/// Watches the journal for anonymous rounds that have ended and are not counted, until `stop`. `beat` says what
/// keeps it from its work.
pub(super) async fn count(
    store: Store,
    journal: Journal,
    beat: watch::Sender<Option<String>>,
    stop: CancellationToken,
) {
    let mut changes = journal.changes();
    loop {
        changes.borrow_and_update();
        let waiting = waiting(&*journal.read().await);
        let mut trouble = None;
        for close in waiting {
            let round = close.round;
            if let Err(error) = close_round(&store, &journal, close).await {
                tracing::warn!(%error, %round, "an anonymous round could not be counted; trying again");
                trouble = Some(error.to_string());
            }
        }
        let again = trouble.is_some();
        beat.send_replace(trouble);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RETRY), if again => {}
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

fn waiting(state: &State) -> Vec<CloseAnonymous> {
    let ended = state.voice.uncounted_rounds().filter_map(|(number, round)| {
        let (ended, _) = round.ended?;
        let survey = state.voice.survey_at(&round.survey, round.opened);
        let minimum_group = survey.map_or(SMALLEST_GROUP, |survey| survey.minimum_group.max(SMALLEST_GROUP));
        let (agreement, day) = (round.agreement.clone(), round.date_of(ended));
        Some(CloseAnonymous { round: number, agreement, minimum_group, day })
    });
    ended.collect()
}

/// Each step may be done again: after a crash in between all are.
async fn close_round(store: &Store, journal: &Journal, close: CloseAnonymous) -> Result<(), StoreError> {
    let round: RoundNumber = close.round;
    let counted = store.write(close).await?;
    store.wipe_rounds().await?;
    journal.say(format!("survey/{}/counted", round.0), |_| true, Word::Counted { round, counted }).await
}
