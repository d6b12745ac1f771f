//! Asks the people: a round that has begun gets those who represent the customer and may be asked now.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::core::event::{Event, PersonId};
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::voice::{Round, RoundNumber, Word};
use crate::directory::{Directory, Shared};
use crate::journal::{Journal, Refused};
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
    let id = format!("survey/{}/asked", round.0);
    let propose = move |state: &State, now: Instant| {
        let waits =
            state.voice.round(round).is_some_and(|known| known.asked.is_none() && known.ended.is_none());
        let word = Box::new(Word::Asked { round, people, spared });
        let events = if waits { vec![Event::Voice { at: now, by: None, word }] } else { Vec::new() };
        Ok::<_, std::convert::Infallible>(events)
    };
    match journal.append(id, Vec::new(), propose).await {
        Ok(_) => {}
        // What could not be written is tried again at the next change; the journal says itself that it cannot.
        Err(Refused::Store(error)) => tracing::warn!(%error, %round, "nobody could be asked yet"),
        Err(Refused::Proposal(never)) => match never {},
    }
}

/// Asks a round in the customer's channel as well, because somebody cannot be asked alone.
///
/// # Errors
/// Those of the database.
pub(super) async fn elsewhere(journal: &Journal, round: RoundNumber) -> Result<(), StoreError> {
    let propose = move |state: &State, now: Instant| {
        let alone = state.voice.round(round).is_some_and(|known| !known.elsewhere && known.ended.is_none());
        let event = Event::Voice { at: now, by: None, word: Box::new(Word::Elsewhere { round }) };
        Ok::<_, std::convert::Infallible>(if alone { vec![event] } else { Vec::new() })
    };
    match journal.append(format!("survey/{}/elsewhere", round.0), Vec::new(), propose).await {
        Ok(_) => Ok(()),
        Err(Refused::Store(error)) => Err(error),
        Err(Refused::Proposal(never)) => match never {},
    }
}
