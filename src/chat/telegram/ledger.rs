//! Which updates are finished, and up to where Telegram may forget them: never past one that is not.

use std::collections::BTreeMap;

/// The updates that Telegram still keeps; true when finished here.
///
/// Telegram forgets every update below the offset it is asked with, and delivers all others again.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    updates: BTreeMap<u32, bool>,
}

impl Ledger {
    /// Notes a delivered update; false when it was delivered before and is in hand or finished.
    pub(super) fn take(&mut self, id: u32) -> bool {
        let new = !self.updates.contains_key(&id);
        if new {
            self.updates.insert(id, false);
        }
        new
    }

    pub(super) fn finish(&mut self, id: u32) {
        self.updates.insert(id, true);
    }

    /// The offset to ask with: the lowest unfinished update, or one past the last. None when Telegram keeps
    /// nothing that we know; then it is asked without an offset, because after a quiet week it may begin
    /// again with lower numbers.
    pub(super) fn offset(&self) -> Option<u32> {
        let unfinished = self.updates.iter().find(|(_, finished)| !**finished).map(|(id, _)| *id);
        unfinished.or_else(|| self.updates.keys().next_back().map(|last| last.saturating_add(1)))
    }

    /// Telegram was asked with this offset and answered: what lies below is forgotten.
    pub(super) fn confirmed(&mut self, offset: u32) {
        self.updates = self.updates.split_off(&offset);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_unfinished_update_holds_the_offset() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.offset(), None);
        assert!(ledger.take(5) && ledger.take(6) && ledger.take(7) && !ledger.take(6));
        ledger.finish(6);
        assert_eq!(ledger.offset(), Some(5));
        ledger.finish(5);
        assert_eq!(ledger.offset(), Some(7));
        ledger.confirmed(7);
        ledger.finish(7);
        assert_eq!(ledger.offset(), Some(8));
        ledger.confirmed(8);
        assert_eq!(ledger.offset(), None);
        assert!(ledger.take(3), "numbers may begin again");
    }

    proptest! {
        /// Against Telegram's rule: nothing unfinished is ever forgotten, everything finished is in the end.
        #[test]
        fn nothing_unfinished_is_forgotten(steps in proptest::collection::vec((0..3_u8, 0..20_u32), 0..200)) {
            let mut ledger = Ledger::default();
            let mut kept: BTreeSet<u32> = (0..20).collect();
            let (mut open, mut finished) = (BTreeSet::new(), BTreeSet::new());
            for (step, number) in steps {
                match step {
                    0 => {
                        let offset = ledger.offset();
                        if let Some(offset) = offset {
                            kept = kept.split_off(&offset);
                            ledger.confirmed(offset);
                        }
                        for id in kept.iter().take(3) {
                            prop_assert_eq!(ledger.take(*id), !open.contains(id) && !finished.contains(id));
                            if !finished.contains(id) {
                                open.insert(*id);
                            }
                        }
                    }
                    _ => {
                        if open.remove(&number) {
                            finished.insert(number);
                            ledger.finish(number);
                        }
                    }
                }
                prop_assert!(open.is_subset(&kept));
            }
        }
    }
}
