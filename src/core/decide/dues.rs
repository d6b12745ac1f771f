//! What falls due, and when: each thing at most once, in the order of time.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::time::Instant;
use crate::core::watch::pairs;

/// Things of one kind that are planned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(serialize = "D: Serialize + Ord", deserialize = "D: serde::de::DeserializeOwned + Ord"))]
pub(super) struct Dues<D> {
    #[serde(with = "pairs")]
    planned: BTreeMap<D, Instant>,
    /// The same, in order of time.
    order: BTreeSet<(Instant, D)>,
}

impl<D> Default for Dues<D> {
    fn default() -> Self {
        Self { planned: BTreeMap::new(), order: BTreeSet::new() }
    }
}

impl<D: Clone + Ord> Dues<D> {
    /// The earliest moment at which something falls due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.order.first().map(|(due, _)| *due)
    }

    /// Plans something; what was planned of it before is forgotten.
    pub(super) fn plan(&mut self, due: D, at: Instant) {
        self.cancel(&due);
        self.order.insert((at, due.clone()));
        self.planned.insert(due, at);
    }

    pub(super) fn cancel(&mut self, due: &D) {
        if let Some(at) = self.planned.remove(due) {
            self.order.remove(&(at, due.clone()));
        }
    }

    /// Takes out what is due, in order.
    pub(super) fn take(&mut self, now: Instant) -> Vec<D> {
        let mut due = Vec::new();
        while let Some((at, first)) = self.order.first().filter(|(at, _)| *at <= now).cloned() {
            self.order.remove(&(at, first.clone()));
            self.planned.remove(&first);
            due.push(first);
        }
        due
    }

    pub(super) fn at(&self, due: &D) -> Option<Instant> {
        self.planned.get(due).copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&D, Instant)> {
        self.planned.iter().map(|(due, at)| (due, *at))
    }
}
