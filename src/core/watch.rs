//! What the monitors say of one service: which signals fire, since when, and what has ended.
//!
//! Built so that the order of arrival does not matter: every word is kept with its episode as a minimum, a
//! maximum or an entry by its time, and everything else is derived. Episodes that are long over are folded into
//! the stretches they leave ([`Past`]); nothing that a figure rests on is ever dropped.

mod episode;
mod past;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::agreement::{Impact, Routed};
use crate::core::event::{IntegrationId, Signal};
use crate::core::interval::{Interval, IntervalSet};
use crate::core::time::{Instant, Span};

pub use episode::{Episode, Grade};
pub use past::{Past, Piece};

/// A monitor's word may be backdated at most this far before it was received.
pub const BACKDATED_AT_MOST: Span = Span::from_hours(24);
/// How long an episode that is over is remembered word by word, so that late ones find it.
pub const REMEMBERED: Span = Span::from_days(15);

/// A signal by its integration and the monitor's own key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SignalId {
    pub integration: IntegrationId,
    pub key: String,
}

/// One episode of one signal: the signal and the start its monitor gave.
pub type EpisodeId = (SignalId, Instant);

/// All that is known of one service from its monitors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    #[serde(with = "pairs")]
    episodes: BTreeMap<EpisodeId, Episode>,
    /// Those among them that have no end.
    open: BTreeSet<EpisodeId>,
    /// What those among them left that have one.
    recent: Past,
    /// What episodes left that are no longer remembered word by word.
    frozen: Past,
    /// First and last word received in each ten seconds; tells whether a monitor spoke after a moment.
    words: BTreeMap<i64, (Instant, Instant)>,
}

/// Maps with keys that JSON cannot name are kept as lists of pairs.
pub(super) mod pairs {
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
    /// The signals that fire now and mean something for the service. An episode whose monitor began a later
    /// one without ending it is not among them.
    pub fn firing(&self) -> impl Iterator<Item = (&SignalId, &Episode)> {
        self.open_episodes()
            .filter(|(_, episode, superseded)| superseded.is_none() && episode.impact() != Impact::None)
            .map(|(id, episode, _)| (&id.0, episode))
    }

    /// The open episode of a signal.
    pub fn open_episode(&self, id: &SignalId) -> Option<&Episode> {
        let (_, latest) = self.of(id).next_back()?;
        latest.end().is_none().then_some(latest)
    }

    pub fn episode(&self, id: &EpisodeId) -> Option<&Episode> {
        self.episodes.get(id)
    }

    /// The episodes of a signal, in the order they began by their monitor's clock.
    fn of(&self, id: &SignalId) -> impl DoubleEndedIterator<Item = (&EpisodeId, &Episode)> {
        self.episodes.range((id.clone(), Instant::MIN)..=(id.clone(), Instant::MAX))
    }

    /// Whether a firing word says anything new.
    pub fn would_change(&self, id: &EpisodeId, routed: &Routed) -> bool {
        // Summaries often carry a measured value; a new one alone is no news.
        self.episodes.get(id).is_none_or(|known| {
            known.grade().is_none_or(|grade| {
                (grade.impact, grade.priority, &grade.component)
                    != (routed.impact, routed.priority, &routed.component)
            })
        })
    }

    /// Takes the word that a signal fires.
    pub fn fires(&mut self, id: &EpisodeId, received: Instant, ttl: Span, signal: &Signal, routed: &Routed) {
        if routed.impact != Impact::None {
            self.heard_at(received);
        }
        self.change(id, received, signal, |episode| episode.fires(received, ttl, signal, routed));
    }

    /// Takes the word that an episode has ended; `said` none: when the word was received.
    pub fn ends(
        &mut self,
        id: &EpisodeId,
        said: Option<Instant>,
        received: Instant,
        signal: &Signal,
        routed: &Routed,
    ) {
        self.change(id, received, signal, |episode| episode.ends(said, received, routed));
    }

    /// Takes the word that a signal still fires.
    pub fn confirms(&mut self, id: &SignalId, at: Instant) {
        let Some((id, episode)) = self.of(id).next_back().map(|(id, episode)| (id.clone(), episode)) else {
            return;
        };
        if episode.impact() != Impact::None {
            self.heard_at(at);
        }
        if let Some(episode) = self.episodes.get_mut(&id) {
            episode.confirms(at);
        }
    }

    /// The open episodes of a signal belong to another service, or to none, from `at` on.
    pub fn leaves(&mut self, id: &SignalId, at: Instant) {
        let open: Vec<EpisodeId> = self.open_of(id).collect();
        for id in open {
            self.file(&id, |episode| episode.leaves(at));
        }
    }

    /// The open episodes of a signal belonged to another service before `at`.
    pub fn arrives(&mut self, id: &SignalId, at: Instant) {
        let open: Vec<EpisodeId> = self.open_of(id).collect();
        for id in open {
            self.file(&id, |episode| episode.arrives(at));
        }
    }

    fn open_of(&self, id: &SignalId) -> impl Iterator<Item = EpisodeId> + use<'_> {
        self.open.range((id.clone(), Instant::MIN)..=(id.clone(), Instant::MAX)).cloned()
    }

    fn change(&mut self, id: &EpisodeId, received: Instant, signal: &Signal, take: impl Fn(&mut Episode)) {
        if !self.episodes.contains_key(id) {
            self.episodes.insert(id.clone(), Episode::new(id.1, received, signal));
            self.open.insert(id.clone());
        }
        self.file(id, take);
    }

    /// Changes an episode and keeps what is derived from it in step.
    fn file(&mut self, id: &EpisodeId, take: impl Fn(&mut Episode)) {
        let Some(episode) = self.episodes.get_mut(id) else { return };
        take(episode);
        if episode.end().is_none() {
            self.open.insert(id.clone());
            return;
        }
        if self.open.remove(id) {
            self.recent.add(episode, None);
        } else {
            // A late word on what was over.
            self.recent = over(&self.episodes);
        }
    }

    /// Episodes without an end, with the moment at which a later one of the same signal began, if any: such a
    /// one went on until then.
    fn open_episodes(&self) -> impl Iterator<Item = (&EpisodeId, &Episode, Option<Instant>)> {
        self.open.iter().filter_map(|id| {
            let episode = self.episodes.get(id)?;
            Some((id, episode, self.superseded(id)))
        })
    }

    fn superseded(&self, id: &EpisodeId) -> Option<Instant> {
        let later = self.of(&id.0).rev().take_while(|(other, _)| *other > id);
        later.filter(|(_, episode)| !episode.is_void()).map(|(_, episode)| episode.start()).min()
    }

    fn heard_at(&mut self, at: Instant) {
        let word = self.words.entry(bucket(at)).or_insert((at, at));
        *word = (word.0.min(at), word.1.max(at));
    }

    /// The stretches that reach to `from` or beyond in which anything fired, sorted and disjoint; what fires
    /// now is the last.
    pub fn pieces(&self, from: Instant) -> Vec<Piece> {
        let mut all = Vec::new();
        for past in [&self.frozen, &self.recent] {
            let pieces = past.pieces();
            let first = pieces.partition_point(|piece| piece.end.is_some_and(|end| end < from));
            all.extend_from_slice(&pieces[first..]);
        }
        for (_, episode, superseded) in self.open_episodes() {
            let stretches = episode.stretches(superseded).into_iter();
            let reaching = stretches.filter(|stretch| stretch.end.is_none_or(|end| end >= from));
            all.extend(reaching.map(|stretch| Piece {
                start: stretch.start,
                end: stretch.end,
                received: episode.received,
                priority: stretch.grade.priority,
            }));
        }
        past::union(all)
    }

    /// When this component (or the service as a whole) was at least this badly disturbed, and when that
    /// is not known because nobody repeated it; both until `now`.
    pub fn marks(
        &self,
        component: Option<&str>,
        at_least: Impact,
        now: Instant,
    ) -> (IntervalSet, IntervalSet) {
        let concerns = |whose: Option<&str>| whose.is_none() || whose == component;
        let open = self.open_episodes();
        let open = Past::of(open.map(|(_, episode, later)| (episode, Some(later.unwrap_or(now).min(now)))));
        let parts = [&self.frozen, &self.recent, &open].map(|past| past.marks(concerns, at_least));
        let bounds = Interval::new(Instant::MIN, now);
        let mut all = (IntervalSet::default(), IntervalSet::default());
        for (bad, stale) in parts {
            all = (all.0.union(&bad), all.1.union(&stale));
        }
        (all.0.clip(bounds), all.1.clip(bounds))
    }

    /// The first word that was received after `moment`, to within ten seconds.
    pub fn first_word_after(&self, moment: Instant) -> Option<Instant> {
        let words = self.words.range(bucket(moment)..);
        words.flat_map(|(_, (first, last))| [*first, *last]).find(|at| *at > moment)
    }

    /// Folds episodes that are long over into what they left, and drops words that decide nothing: of those
    /// before the horizon only the first after each of the `resolves` of a person.
    pub fn forget(&mut self, now: Instant, resolves: &[Instant]) {
        let horizon = now - REMEMBERED;
        let mut gone: BTreeSet<EpisodeId> = BTreeSet::new();
        let mut stays: Option<&SignalId> = None;
        for (id, episode) in &self.episodes {
            let superseded = self.superseded(id);
            let end = episode.end().or(superseded);
            let over = end.is_some_and(|end| end < horizon) && episode.last_word() < horizon;
            if over && stays != Some(&id.0) {
                gone.insert(id.clone());
                self.frozen.add(episode, superseded);
            } else if episode.end().is_none() {
                // It ends where the next one begins, so that the next ones must stay with it.
                stays = Some(&id.0);
            }
        }
        if !gone.is_empty() {
            self.episodes.retain(|id, _| !gone.contains(id));
            self.open.retain(|id| !gone.contains(id));
            self.recent = over(&self.episodes);
        }
        let decisive = resolves.iter().filter_map(|at| self.first_word_after(*at)).map(bucket);
        let decisive: BTreeSet<i64> = decisive.collect();
        self.words.retain(|at, _| *at >= bucket(horizon) || decisive.contains(at));
    }
}

/// What the episodes left that have an end.
fn over(episodes: &BTreeMap<EpisodeId, Episode>) -> Past {
    Past::of(episodes.values().filter(|episode| episode.end().is_some()).map(|episode| (episode, None)))
}

fn bucket(at: Instant) -> i64 {
    at.micros().div_euclid(10_000_000)
}
