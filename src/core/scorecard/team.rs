//! Teams: people who answer together for what one of them took.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Doings;
use crate::core::event::{PersonId, identifiers};

identifiers! {
    /// A team, as the configuration calls it: `payments`.
    TeamId,
}

/// Who is in each team; a person may be in several. As it is when the question is put, also for earlier windows: no
/// journal knows of teams.
pub type Teams = BTreeMap<TeamId, BTreeSet<PersonId>>;

/// What one team did in the window.
///
/// An incident was taken by a team when the person who acknowledged it first is in it. It stayed in that team when
/// every other acknowledgement, and the last word that it was over, came from people in it, whether or not they are
/// the same person; whom it went to within the team does not matter. What a person did counts once in each team they
/// are in, so that teams that share people do not add up to the whole; what people in no team did counts in none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfTeam {
    pub team: TeamId,
    #[serde(flatten)]
    pub did: Doings,
}
