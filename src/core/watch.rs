//! What the monitors say of one service: which signals fire, since when, and what has ended.
//!
//! Built so that the order of arrival does not matter: every update takes a minimum, a maximum or a union.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::agreement::{Impact, Priority, Routed};
use crate::core::event::{IntegrationId, Link, Severity, Signal};
use crate::core::interval::{Interval, IntervalSet};
use crate::core::time::{Instant, Span};

/// A monitor's word may be backdated at most this far before it was received.
pub const BACKDATED_AT_MOST: Span = Span::from_hours(24);
/// How long an ended signal is remembered, so that a duplicate of its firing is recognised.
const REMEMBERED: Span = Span::from_days(15);

/// A signal by its integration and the monitor's own key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SignalId {
    pub integration: IntegrationId,
    pub key: String,
}

/// A signal that fires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// By the monitor's clock, as it was said; part of the signal's identity.
    pub said_start: Instant,
    pub received: Instant,
    /// The last time the monitor repeated it.
    pub confirmed: Instant,
    pub ttl: Span,
    /// When the same signal began anew without having ended; this episode reaches until then.
    pub superseded: Option<Instant>,
    pub impact: Impact,
    pub priority: Priority,
    pub severity: Severity,
    pub component: Option<String>,
    pub summary: String,
    pub labels: BTreeMap<String, String>,
    pub links: Vec<Link>,
}

impl Firing {
    /// From when it counts: what the monitor said, but neither after it was received nor more than
    /// [`BACKDATED_AT_MOST`] before.
    pub fn start(&self) -> Instant {
        effective_start(self.said_start, self.received)
    }

    /// From when on nobody knows whether it still fires.
    pub fn stale_from(&self) -> Instant {
        self.confirmed + self.ttl
    }
}

fn effective_start(said: Instant, received: Instant) -> Instant {
    said.max(received - BACKDATED_AT_MOST).min(received)
}

/// A stretch of time in which at least one signal fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub start: Instant,
    /// None while it goes on.
    pub end: Option<Instant>,
    /// When the first word of it was received.
    pub received: Instant,
    /// The most urgent priority of its signals.
    pub priority: Priority,
}

/// One episode of one signal: the signal and the start its monitor gave.
pub type EpisodeId = (SignalId, Instant);

/// All that is known of one service from its monitors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    #[serde(with = "pairs")]
    firing: BTreeMap<EpisodeId, Firing>,
    /// Ended episodes, and when they ended.
    #[serde(with = "pairs")]
    ended: BTreeMap<EpisodeId, Instant>,
    /// Ended stretches, disjoint and sorted.
    pieces: Vec<Piece>,
    /// Ended stretches by component and impact.
    #[serde(with = "pairs")]
    marks: BTreeMap<(Option<String>, Impact), IntervalSet>,
    /// First and last word received in each ten seconds; tells whether a monitor spoke after a moment.
    words: BTreeMap<i64, (Instant, Instant)>,
}

/// Maps with keys that JSON cannot name are kept as lists of pairs.
mod pairs {
    use std::collections::BTreeMap;

    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.iter())
    }

    pub fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: DeserializeOwned + Ord,
        V: DeserializeOwned,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

impl Watch {
    /// The signals that fire now. An episode whose monitor began a later one without ending it is not
    /// among them.
    pub fn firing(&self) -> impl Iterator<Item = (&SignalId, &Firing)> {
        self.firing
            .iter()
            .filter(|(_, firing)| firing.superseded.is_none())
            .map(|((id, _), firing)| (id, firing))
    }

    /// The open episode of a signal.
    pub fn open_episode(&self, id: &SignalId) -> Option<&Firing> {
        self.episodes(id).map(|(_, firing)| firing).next_back().filter(|firing| firing.superseded.is_none())
    }

    fn episodes(&self, id: &SignalId) -> impl DoubleEndedIterator<Item = (&EpisodeId, &Firing)> {
        self.firing.range((id.clone(), Instant::MIN)..=(id.clone(), Instant::MAX))
    }

    /// Whether a firing word says anything new.
    pub fn would_change(&self, episode: &EpisodeId, routed: &Routed) -> bool {
        !self.ended.contains_key(episode)
            && self.firing.get(episode).is_none_or(|known| {
                // Summaries often carry a measured value; a new one alone is no news.
                known.impact != routed.impact
                    || known.priority != routed.priority
                    || known.component != routed.component
            })
    }

    /// Whether the word that an episode ended says anything new.
    pub fn would_end(&self, episode: &EpisodeId, end: Instant) -> bool {
        self.firing.contains_key(episode) || self.ended.get(episode).is_none_or(|known| *known < end)
    }

    /// Takes the word that a signal fires.
    pub fn fires(
        &mut self,
        episode: EpisodeId,
        received: Instant,
        ttl: Span,
        signal: &Signal,
        routed: &Routed,
    ) {
        self.heard_at(received);
        let start = effective_start(episode.1, received);
        self.supersede_older(&episode, start);
        if let Some(end) = self.ended.get(&episode).copied() {
            // A late duplicate of a firing that has ended: it can only widen what is known.
            self.close_stretch(start, end, received, routed);
        } else if let Some(known) = self.firing.get_mut(&episode) {
            known.merge(received, signal, routed);
        } else {
            let superseded = self.next_start(&episode);
            self.firing
                .insert(episode.clone(), Firing::new(episode.1, received, ttl, superseded, signal, routed));
        }
    }

    /// Takes the word that an episode has ended; `said_end` none: when the word was received.
    pub fn ends(
        &mut self,
        episode: EpisodeId,
        said_end: Option<Instant>,
        received: Instant,
        routed: &Routed,
    ) {
        let end = said_end.unwrap_or(received).min(received);
        self.supersede_older(&episode, effective_start(episode.1, received));
        let end = self.ended.get(&episode).copied().map_or(end, |known| known.max(end));
        if let Some(firing) = self.firing.remove(&episode) {
            self.close_stretch(firing.start(), end, firing.received, &firing.routed(routed));
        } else {
            self.close_stretch(effective_start(episode.1, received), end, received, routed);
        }
        self.ended.insert(episode, end);
    }

    /// Takes the word that a signal still fires.
    pub fn confirms(&mut self, id: &SignalId, at: Instant) {
        self.heard_at(at);
        let latest = self.episodes(id).map(|(episode, _)| episode.clone()).next_back();
        if let Some(firing) = latest.and_then(|episode| self.firing.get_mut(&episode)) {
            firing.confirmed = firing.confirmed.max(at);
        }
    }

    /// An earlier episode of the same signal that was never ended went on until this one began.
    fn supersede_older(&mut self, episode: &EpisodeId, start: Instant) {
        let older = (episode.0.clone(), Instant::MIN)..episode.clone();
        for firing in self.firing.range_mut(older).map(|(_, firing)| firing) {
            firing.superseded = Some(firing.superseded.map_or(start, |known| known.min(start)));
        }
    }

    fn next_start(&self, episode: &EpisodeId) -> Option<Instant> {
        use std::ops::Bound::{Excluded, Included};
        let later = (Excluded(episode.clone()), Included((episode.0.clone(), Instant::MAX)));
        let firing = self.firing.range(later.clone()).map(|(_, firing)| firing.start()).next();
        let ended = self.ended.range(later).map(|((_, said), _)| *said).next();
        firing.into_iter().chain(ended).min()
    }

    fn heard_at(&mut self, at: Instant) {
        let word = self.words.entry(bucket(at)).or_insert((at, at));
        *word = (word.0.min(at), word.1.max(at));
    }

    fn close_stretch(&mut self, start: Instant, end: Instant, received: Instant, routed: &Routed) {
        if routed.impact == Impact::None || end <= start {
            return;
        }
        let mark = self.marks.entry((routed.component.clone(), routed.impact)).or_default();
        *mark = mark.union(&IntervalSet::from_unsorted([Interval::new(start, end)]));
        insert_piece(&mut self.pieces, Piece { start, end: Some(end), received, priority: routed.priority });
    }

    /// The stretches in which anything fired, sorted and disjoint; what fires now is the last.
    pub fn pieces(&self) -> Vec<Piece> {
        let mut all = self.pieces.clone();
        for firing in self.firing.values().filter(|firing| firing.impact != Impact::None) {
            if firing.superseded.is_none_or(|end| end > firing.start()) {
                let (start, end) = (firing.start(), firing.superseded);
                insert_piece(
                    &mut all,
                    Piece { start, end, received: firing.received, priority: firing.priority },
                );
            }
        }
        all
    }

    /// When this component (or the service as a whole) was at least this badly disturbed, and when that
    /// is not known because nobody repeated it; both until `now`.
    pub fn marks(
        &self,
        component: Option<&str>,
        at_least: Impact,
        now: Instant,
    ) -> (IntervalSet, IntervalSet) {
        let concerns = |whose: &Option<String>| whose.is_none() || whose.as_deref() == component;
        let mut bad = IntervalSet::default();
        for ((whose, impact), marks) in &self.marks {
            if concerns(whose) && *impact >= at_least {
                bad = bad.union(marks);
            }
        }
        let open = || self.firing.values().filter(|f| concerns(&f.component) && f.impact >= at_least);
        let end = |f: &Firing| f.superseded.unwrap_or(now).min(now);
        let firm = open().map(|f| Interval::new(f.start(), f.stale_from().min(end(f))));
        let stale = open().map(|f| Interval::new(f.stale_from(), end(f)));
        (bad.union(&IntervalSet::from_unsorted(firm)), IntervalSet::from_unsorted(stale))
    }

    /// The first word that was received after `moment`, to within ten seconds.
    pub fn first_word_after(&self, moment: Instant) -> Option<Instant> {
        let words = self.words.range(bucket(moment)..);
        words.flat_map(|(_, (first, last))| [*first, *last]).find(|at| *at > moment)
    }

    /// Forgets what no monitor can repeat any more.
    pub fn forget(&mut self, now: Instant) {
        let horizon = now - REMEMBERED;
        self.ended.retain(|_, end| *end > horizon);
        self.firing.retain(|_, firing| firing.superseded.is_none_or(|end| end > horizon));
        self.words = self.words.split_off(&bucket(horizon));
    }
}

fn bucket(at: Instant) -> i64 {
    at.micros().div_euclid(10_000_000)
}

impl Firing {
    fn new(
        said_start: Instant,
        received: Instant,
        ttl: Span,
        superseded: Option<Instant>,
        signal: &Signal,
        routed: &Routed,
    ) -> Self {
        Self {
            said_start,
            received,
            confirmed: received,
            ttl,
            superseded,
            impact: routed.impact,
            priority: routed.priority,
            severity: signal.severity,
            component: routed.component.clone(),
            summary: signal.summary.clone(),
            labels: signal.labels.clone(),
            links: signal.links.clone(),
        }
    }

    fn merge(&mut self, received: Instant, signal: &Signal, routed: &Routed) {
        if received >= self.confirmed {
            self.summary.clone_from(&signal.summary);
            self.labels.clone_from(&signal.labels);
            self.links.clone_from(&signal.links);
            self.component.clone_from(&routed.component);
            self.impact = routed.impact;
            self.priority = routed.priority;
        }
        self.received = self.received.min(received);
        self.confirmed = self.confirmed.max(received);
    }

    fn routed(&self, routed: &Routed) -> Routed {
        Routed {
            service: routed.service.clone(),
            component: self.component.clone(),
            impact: self.impact,
            priority: self.priority,
        }
    }
}

/// Puts a stretch among disjoint sorted ones, joining those it touches.
fn insert_piece(pieces: &mut Vec<Piece>, piece: Piece) {
    let reaches = |known: &Piece, start: Instant| known.end.is_none_or(|end| end >= start);
    let from = pieces.partition_point(|known| !reaches(known, piece.start));
    let until = pieces.partition_point(|known| piece.end.is_none_or(|end| known.start <= end));
    let until = until.max(from);
    let merged = pieces[from..until].iter().fold(piece, |a, b| join(a, *b));
    pieces.splice(from..until, [merged]);
}

fn join(a: Piece, b: Piece) -> Piece {
    Piece {
        start: a.start.min(b.start),
        end: a.end.zip(b.end).map(|(a, b)| a.max(b)),
        received: a.received.min(b.received),
        priority: a.priority.min(b.priority),
    }
}
