//! The golden year: one invented year of ten customers, forty services and some four thousand incidents, the same
//! to the byte whenever and wherever it is played.

pub mod chance;
pub mod customers;
pub mod player;
pub mod plenty;
pub mod terms;
pub mod troubles;
pub mod voices;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use upheld::core::reading::ThemeId;
use upheld::core::review::compose::{Given, compose};
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

/// What a review is given that the journal does not know. Build and time-zone data have names of their own, so that
/// what is kept changes with the figures alone.
pub fn given() -> Given {
    let named = |english: &str, chinese: &str| {
        BTreeMap::from([("en".to_owned(), english.to_owned()), ("zh-TW".to_owned(), chinese.to_owned())])
    };
    let themes = [
        ("speed", named("Speed", "速度")),
        ("help", named("Help", "協助")),
        ("communication", named("Communication", "溝通")),
        ("invoices", named("Invoices", "帳單")),
        ("wishes", named("Wishes", "建議")),
    ];
    Given {
        build: "golden".to_owned(),
        tzdb: "golden".to_owned(),
        delivery: Some((7, "0123456789abcdef".repeat(4))),
        sent: 120,
        undelivered: 1,
        themes: themes.into_iter().map(|(id, name)| (ThemeId::from(id), name)).collect(),
    }
}

/// Issues a review as the program does: composed from the state, with the hash of what it says.
pub fn issue(state: &State, number: ReviewNumber, now: Instant) -> Option<Word> {
    let review = state.reviews.review(number)?;
    let document = compose(state, number, review, &given(), now)?;
    let sha256 = hex::encode(Sha256::digest(document.json()));
    Some(Word::Issued { review: number, revision: document.revision, sha256, document: Box::new(document) })
}
