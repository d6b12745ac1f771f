//! How agreements are carried out whose files are gone while incidents under them are still open: as they
//! said last. Kept in the database, so that a restart keeps it too.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Shared;
use crate::config::{Config, Operations};
use crate::core::event::AgreementId;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::store::bindings::Unbind;
use crate::store::inbound::{ForgetMark, SetMark};
use crate::store::record::Chain;
use crate::store::{Store, StoreError};

/// What is needed to go on speaking under an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub customer: String,
    pub reference: String,
    pub operations: Operations,
}

/// The names of the marks begin so.
const MARK: &str = "operations/";

async fn marks(store: &Store) -> Result<BTreeMap<AgreementId, String>, StoreError> {
    let marks = store.marks(MARK).await?.into_iter();
    Ok(marks.filter_map(|(name, value)| Some((AgreementId::new(name.strip_prefix(MARK)?), value))).collect())
}

/// The agreements that the files no longer have.
pub(super) async fn kept(store: &Store, config: &Config) -> Result<BTreeMap<AgreementId, Kept>, StoreError> {
    let gone = marks(store).await?.into_iter().filter(|(id, _)| !config.agreements.contains_key(id));
    let read = |(id, value): (AgreementId, String)| match serde_json::from_str(&value) {
        Ok(kept) => Some((id, kept)),
        Err(error) => {
            tracing::error!(agreement = %id, %error, "how this agreement was carried out cannot be read");
            None
        }
    };
    Ok(gone.filter_map(read).collect())
}

/// Remembers how the agreements of the files are carried out. Returns those that the files no longer have.
///
/// # Errors
/// Those of the database.
pub async fn keep(store: &Store, config: &Config) -> Result<BTreeMap<AgreementId, Kept>, StoreError> {
    let before = marks(store).await?;
    for (id, file) in &config.agreements {
        let kept = Kept {
            customer: file.terms.customer.clone(),
            reference: file.terms.reference.clone(),
            operations: file.operations.clone(),
        };
        let value = serde_json::to_string(&kept)
            .map_err(|error| StoreError::unintelligible("an agreement to be kept", error))?;
        if before.get(id) != Some(&value) {
            store.write(SetMark { name: format!("{MARK}{id}"), value }).await?;
        }
    }
    kept(store, config).await
}

/// The agreements under which something is still open.
pub fn held(state: &State, now: Instant) -> BTreeSet<AgreementId> {
    let open = state.ledger.unsettled().filter_map(|number| state.incident(number, now));
    let incidents = open.flat_map(|incident| {
        let covering = state.covering(&incident, now);
        covering.into_iter().map(|(agreement, _)| agreement.clone()).collect::<Vec<_>>()
    });
    let feedback = state.voice.all_feedback().filter(|(_, feedback)| feedback.is_open());
    incidents.chain(feedback.map(|(_, feedback)| feedback.agreement.clone())).collect()
}

impl Shared {
    /// Lets go of the agreements that the files no longer have, except those of `held`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn release(&self, held: &BTreeSet<AgreementId>) -> Result<(), StoreError> {
        let directory = self.get();
        let done: Vec<_> = directory.kept.iter().filter(|(id, _)| !held.contains(*id)).collect();
        for (id, kept) in &done {
            for channel in &kept.operations.channels {
                let own = directory.bindings.get(&channel.address).is_some_and(|binding| {
                    binding.bound_by.is_none() && binding.audience == Chain::Customer((*id).clone())
                });
                if own {
                    self.store.write(Unbind(channel.address.clone())).await?;
                }
            }
            self.store.write(ForgetMark(format!("{MARK}{id}"))).await?;
            tracing::info!(agreement = %id, "nothing is open any more under an agreement whose file is gone");
        }
        if done.is_empty() { Ok(()) } else { self.refresh().await }
    }
}
