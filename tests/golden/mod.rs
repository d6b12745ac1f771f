//! The golden year: one invented year of ten customers, forty services and some four thousand incidents, the same
//! to the byte whenever and wherever it is played.

pub mod chance;
pub mod customers;
pub mod player;
pub mod plenty;
pub mod terms;
pub mod troubles;
pub mod voices;

use upheld::core::review::{ReviewNumber, Word};
use upheld::core::state::State;
use upheld::core::time::Instant;

pub use player::{Year, play};

/// Makes the word that issues a review which is ready; none when there is nothing to say of it yet.
pub type Issuing<'a> = &'a mut dyn FnMut(&State, ReviewNumber, Instant) -> Option<Word>;

/// Midnight in UTC of a day of 2026, or of a later year when there are more days than it has.
pub const fn day(days: i64) -> Instant {
    // 2026-01-01T00:00:00Z
    Instant::from_seconds(1_767_225_600 + days * 86_400)
}

/// The year is told up to here: behind the reviews of December.
pub const END: Instant = day(371);

/// Upheld was not running from Saturday, 4 July, 13:00 to Monday, 6 July, 11:00 UTC. The first Monday of July at
/// nine lay within for most customers.
pub const AWAY: (Instant, Instant) =
    (Instant::from_seconds(1_783_170_000), Instant::from_seconds(1_783_335_600));
