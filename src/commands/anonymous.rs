//! Anonymous answers: stored apart from everything that could name whose they are.

use std::collections::BTreeMap;

use crate::commands::asking::{Asking, Outcome};
use crate::commands::desk::Desk;
use crate::core::survey::Given;
use crate::core::voice::RoundNumber;

impl Desk {
    pub(super) async fn answer_anonymously(
        &self,
        asking: &Asking,
        _round: RoundNumber,
        _given: Vec<Given>,
        _texts: BTreeMap<u32, String>,
    ) -> Outcome {
        Err(asking.refuse_key("error-not-stored"))
    }
}
