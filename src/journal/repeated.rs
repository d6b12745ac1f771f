//! What comes again and again, byte for byte, is read once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::sources::{Parsed, SourceKind};
use crate::store::inbox::Kept;

/// At most this much is remembered: signals and kilobytes together.
const REMEMBERED: usize = 8_000;

/// Bodies that came more than once and will come again, with how they read.
#[derive(Default)]
pub(super) struct Repeated {
    /// By delivery.
    bodies: BTreeMap<i64, Body>,
    weight: usize,
}

struct Body {
    kept: Arc<Kept>,
    /// As what it was read; a reload may make the integration another.
    kind: SourceKind,
    parsed: Arc<Parsed>,
}

impl Body {
    fn weight(&self) -> usize {
        self.kept.body.len() / 1_024 + self.parsed.events.len() + 1
    }
}

impl Repeated {
    pub(super) fn delivery(&self, id: i64) -> Option<Arc<Kept>> {
        self.bodies.get(&id).map(|body| body.kept.clone())
    }

    /// How the delivery reads as this kind.
    pub(super) fn reads(&self, id: i64, kind: SourceKind) -> Option<Arc<Parsed>> {
        self.bodies.get(&id).filter(|body| body.kind == kind).map(|body| body.parsed.clone())
    }

    pub(super) fn remember(&mut self, kept: &Arc<Kept>, kind: SourceKind, parsed: &Arc<Parsed>) {
        let body = Body { kept: kept.clone(), kind, parsed: parsed.clone() };
        self.weight += body.weight();
        if let Some(former) = self.bodies.insert(kept.id, body) {
            self.weight -= former.weight();
        }
        while self.weight > REMEMBERED
            && let Some((_, oldest)) = self.bodies.pop_first()
        {
            self.weight -= oldest.weight();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::at;

    fn came(id: i64, kilobytes: usize) -> Arc<Kept> {
        Arc::new(Kept {
            id,
            integration: "am".into(),
            headers: BTreeMap::new(),
            body: vec![b' '; kilobytes * 1_024].into(),
            received: at(0),
            last_received: at(0),
            times: 3,
            unreadable: None,
        })
    }

    #[test]
    fn what_was_read_as_another_kind_is_read_again() {
        let mut repeated = Repeated::default();
        let kept = came(1, 1);
        for kind in [SourceKind::Upheld, SourceKind::Alertmanager] {
            assert!(repeated.reads(1, kind).is_none());
            repeated.remember(&kept, kind, &Arc::new(crate::sources::parse(kind, &kept.body)));
            assert!(repeated.reads(1, kind).is_some());
        }
        assert!(repeated.reads(1, SourceKind::Upheld).is_none());
    }

    #[test]
    fn the_oldest_give_way_and_nothing_is_counted_twice() {
        let mut repeated = Repeated::default();
        let half = REMEMBERED / 2 - 2;
        let nothing = Arc::new(crate::sources::parse(SourceKind::Alertmanager, b"{"));
        // Its bytes, the remark that it is no alert, and one for itself.
        let weight = |kilobytes| kilobytes + nothing.events.len() + 1;
        for id in [1, 1, 1, 2] {
            let kept = came(id, half);
            repeated.remember(&kept, SourceKind::Upheld, &nothing);
        }
        assert!(repeated.delivery(1).is_some() && repeated.delivery(2).is_some());
        repeated.remember(&came(3, 1), SourceKind::Upheld, &nothing);
        assert!(repeated.delivery(1).is_none() && repeated.delivery(2).is_some());
        assert_eq!(repeated.weight, weight(half) + weight(1));
    }
}
