//! One episode of one signal: every word that was said of it, kept so that the order of arrival does not matter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::BACKDATED_AT_MOST;
use crate::core::agreement::{Impact, Priority, Routed};
use crate::core::event::{Link, Severity, Signal};
use crate::core::time::{Instant, Span};

/// What a word meant for the service, from the moment it was received.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grade {
    pub impact: Impact,
    pub priority: Priority,
    pub component: Option<String>,
}

impl Grade {
    fn of(routed: &Routed) -> Self {
        Self { impact: routed.impact, priority: routed.priority, component: routed.component.clone() }
    }

    /// Of two words received at one moment the graver counts.
    fn graver(self, other: Self) -> Self {
        let weight =
            |grade: &Self| (grade.impact, std::cmp::Reverse(grade.priority), grade.component.clone());
        if weight(&other) > weight(&self) { other } else { self }
    }
}

/// What is known of one episode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    /// By the monitor's clock, as it was said; part of the episode's identity.
    pub said_start: Instant,
    /// The first word of it.
    pub received: Instant,
    /// The last word that it fires.
    pub confirmed: Instant,
    pub ttl: Span,
    /// A word that it fires was heard, not only that it ended.
    fired: bool,
    /// What the words that it fires meant, by when they were received; the first holds from the start.
    grades: BTreeMap<Instant, Grade>,
    /// What the words that it ended meant; counts only when no other word was heard.
    at_the_end: Option<Grade>,
    /// The latest end that the monitor named.
    said_end: Option<Instant>,
    /// The first word of an end for which no time was named.
    heard_end: Option<Instant>,
    /// The last word of an end.
    end_told: Option<Instant>,
    /// From then on it belonged to this service; before, to another.
    arrived: Option<Instant>,
    /// From then on it belonged to another service, or to none.
    left: Option<Instant>,
    /// As the latest word had it.
    pub severity: Severity,
    pub summary: String,
    pub labels: BTreeMap<String, String>,
    pub links: Vec<Link>,
}

/// A stretch of an episode with one meaning; without an end it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<'a> {
    pub start: Instant,
    pub end: Option<Instant>,
    pub grade: &'a Grade,
}

impl Episode {
    pub(super) fn new(said_start: Instant, received: Instant, signal: &Signal) -> Self {
        Self {
            said_start,
            received,
            confirmed: received,
            ttl: Span::ZERO,
            fired: false,
            grades: BTreeMap::new(),
            at_the_end: None,
            said_end: None,
            heard_end: None,
            end_told: None,
            arrived: None,
            left: None,
            severity: signal.severity,
            summary: signal.summary.clone(),
            labels: signal.labels.clone(),
            links: signal.links.clone(),
        }
    }

    /// Takes the word that it fires.
    pub(super) fn fires(&mut self, received: Instant, ttl: Span, signal: &Signal, routed: &Routed) {
        if !self.fired || received >= self.confirmed {
            self.severity = signal.severity;
            self.summary.clone_from(&signal.summary);
            self.labels.clone_from(&signal.labels);
            self.links.clone_from(&signal.links);
        }
        self.confirmed = if self.fired { self.confirmed.max(received) } else { received };
        self.fired = true;
        self.received = self.received.min(received);
        self.ttl = self.ttl.max(ttl);
        let grade = Grade::of(routed);
        let grade = match self.grades.remove(&received) {
            Some(known) => known.graver(grade),
            None => grade,
        };
        self.grades.insert(received, grade);
    }

    /// Takes the word that it has ended; `said` none: at the moment the word was received.
    pub(super) fn ends(&mut self, said: Option<Instant>, received: Instant, routed: &Routed) {
        self.received = self.received.min(received);
        self.end_told = self.end_told.max(Some(received));
        match said.map(|end| end.min(received)) {
            Some(end) => self.said_end = self.said_end.max(Some(end)),
            None => self.heard_end = Some(self.heard_end.map_or(received, |known| known.min(received))),
        }
        let grade = Grade::of(routed);
        self.at_the_end = Some(match self.at_the_end.take() {
            Some(known) => known.graver(grade),
            None => grade,
        });
    }

    pub(super) fn confirms(&mut self, at: Instant) {
        self.confirmed = self.confirmed.max(at);
    }

    pub(super) fn arrives(&mut self, at: Instant) {
        self.arrived = self.arrived.max(Some(at));
    }

    pub(super) fn leaves(&mut self, at: Instant) {
        self.left = Some(self.left.map_or(at, |known| known.min(at)));
    }

    /// From when it counts: what the monitor said, but neither after it was received nor more than
    /// [`BACKDATED_AT_MOST`] before, and not before it belonged here.
    pub fn start(&self) -> Instant {
        let backdated = self.said_start.max(self.received - BACKDATED_AT_MOST).min(self.received);
        self.arrived.map_or(backdated, |at| at.max(backdated))
    }

    /// When it ended; none while it goes on.
    pub fn end(&self) -> Option<Instant> {
        let told = self.said_end.or(self.heard_end);
        let end = match (told, self.left) {
            (Some(told), Some(left)) => Some(told.min(left)),
            (told, left) => told.or(left),
        };
        // What fired was there, if only for a moment.
        end.map(|end| if self.fired { end.max(self.start()) } else { end })
    }

    /// It ended before anything that was said can reach back to.
    pub(super) fn is_void(&self) -> bool {
        self.end().is_some_and(|end| end < self.start())
    }

    /// From when on nobody knows whether it still fires.
    pub fn stale_from(&self) -> Instant {
        self.confirmed + self.ttl
    }

    /// What it means as of the latest word.
    pub fn grade(&self) -> Option<&Grade> {
        self.grades.values().next_back().or(self.at_the_end.as_ref())
    }

    pub fn impact(&self) -> Impact {
        self.grade().map_or(Impact::None, |grade| grade.impact)
    }

    pub fn priority(&self) -> Priority {
        self.grade().map_or(Priority::P5, |grade| grade.priority)
    }

    pub fn component(&self) -> Option<&str> {
        self.grade()?.component.as_deref()
    }

    /// The last moment at which anything was said of it.
    pub fn last_word(&self) -> Instant {
        self.confirmed.max(self.received).max(self.end_told.unwrap_or(Instant::MIN))
    }

    /// Its stretches in which it meant anything for the service, until `until` when it has no end of its own.
    pub fn stretches(&self, until: Option<Instant>) -> Vec<Stretch<'_>> {
        let (start, end) = (self.start(), self.end().or(until));
        if end.is_some_and(|end| end < start) {
            return Vec::new();
        }
        let words: Vec<&Grade> = self.grades.values().chain(self.only_end()).collect();
        let begins = std::iter::once(start).chain(self.grades.keys().skip(1).map(|at| (*at).max(start)));
        let begins: Vec<Instant> = begins.map(|at| end.map_or(at, |end| at.min(end))).collect();
        let ends = begins.iter().skip(1).map(|at| Some(*at)).chain([end]);
        let all = words.iter().zip(&begins).zip(ends);
        let all = all.map(|((grade, start), end)| Stretch { start: *start, end, grade });
        let last = words.len().saturating_sub(1);
        all.enumerate()
            .filter(|(index, stretch)| stretch.end != Some(stretch.start) || *index == last)
            .map(|(_, stretch)| stretch)
            .filter(|stretch| stretch.grade.impact != Impact::None)
            .collect()
    }

    fn only_end(&self) -> Option<&Grade> {
        self.at_the_end.as_ref().filter(|_| self.grades.is_empty())
    }
}
