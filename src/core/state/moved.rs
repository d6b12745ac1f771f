//! After which entry something was last changed, for whoever keeps what follows from it.

use super::State;
use crate::core::event::ServiceId;

/// The sequence of an entry. No fact of its own: two states with the same facts are equal whatever was changed
/// when, and one that was restored has forgotten it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moved(pub(super) u64);

impl PartialEq for Moved {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl State {
    /// The entry by which something new became known of a service since this state was restored; 0 for none.
    pub fn moved(&self, id: &ServiceId) -> u64 {
        self.services.get(id).map_or(0, |service| service.moved.0)
    }

    /// The entry by which customers last said something since this state was restored; 0 for none.
    pub const fn voiced(&self) -> u64 {
        self.voiced.0
    }
}
