//! Asks the people: a round that has begun gets those who represent the customer and may be asked now.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::core::event::PersonId;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::voice::{Round, RoundNumber, Word};
use crate::directory::{Directory, Shared};
use crate::journal::Journal;
use crate::store::StoreError;
use crate::store::people::Role;

/// Watches the journal for rounds that nobody has been asked in, until `stop`.
pub(super) async fn survey(journal: Journal, directory: Arc<Shared>, stop: CancellationToken) {
    let mut changes = journal.changes();
    loop {
        let waiting = waiting(&*journal.read().await, &directory.get(), journal.now());
        for (number, people, spared) in waiting {
            ask(&journal, number, people, spared).await;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

/// The rounds whose people are not known yet, with those to be asked and how many are spared.
fn waiting(
    state: &State,
    directory: &Directory,
    now: Instant,
) -> Vec<(RoundNumber, BTreeSet<PersonId>, u32)> {
    let rounds = state.voice.open_rounds().filter(|(_, round)| round.asked.is_none());
    rounds
        .map(|(number, round)| {
            let (people, spared) = people(state, directory, round, now);
            (number, people, spared)
        })
        .collect()
}

fn people(state: &State, directory: &Directory, round: &Round, now: Instant) -> (BTreeSet<PersonId>, u32) {
    let represents = Role::Customer(round.agreement.clone());
    let all = directory.people.values().filter(|person| person.roles.contains(&represents));
    let all: BTreeSet<PersonId> = all.map(|person| state.voice.whole(&person.id).clone()).collect();
    let zone = state.zone(&round.agreement, now);
    let (asked, spared): (BTreeSet<PersonId>, BTreeSet<PersonId>) = all
        .into_iter()
        .partition(|person| state.voice.spares(person, &round.survey, &round.agreement, zone, now).is_none());
    (asked, u32::try_from(spared.len()).unwrap_or(u32::MAX))
}

async fn ask(journal: &Journal, round: RoundNumber, people: BTreeSet<PersonId>, spared: u32) {
    let waits = move |state: &State| {
        state.voice.round(round).is_some_and(|known| known.asked.is_none() && known.ended.is_none())
    };
    let asked = Word::Asked { round, people, spared };
    // What could not be written is tried again at the next change; the journal says itself that it cannot.
    if let Err(error) = journal.say(format!("survey/{}/asked", round.0), waits, asked).await {
        tracing::warn!(%error, %round, "nobody could be asked yet");
    }
}

/// Asks a round in the customer's channel as well, because somebody cannot be asked alone.
///
/// # Errors
/// Those of the database.
pub(super) async fn elsewhere(journal: &Journal, round: RoundNumber) -> Result<(), StoreError> {
    let alone = move |state: &State| {
        state.voice.round(round).is_some_and(|known| !known.elsewhere && known.ended.is_none())
    };
    journal.say(format!("survey/{}/elsewhere", round.0), alone, Word::Elsewhere { round }).await
}
