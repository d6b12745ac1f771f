//! The fold: everything the journal has said so far, ready to be asked.
//!
//! The facts here are a function of the set of events and `now`; the ledger of what was announced is a
//! function of their sequence and lives in [`crate::core::decide`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::core::agreement::{Impact, Objective, Routed, Service, ServiceBook, Silence, Terms};
use crate::core::clocks::Case;
use crate::core::decide::Ledger;
use crate::core::drill::Drills;
use crate::core::event::{
    Act, AgreementId, Entry, Event, IncidentNumber, IntegrationId, ServiceId, Signal, SignalStatus,
};
use crate::core::improvement::{self, Improvement};
use crate::core::incident::{Deed, Incident, Rules, RulesOverTime};
use crate::core::interval::{Interval, IntervalSet};
use crate::core::review::{self, Reviews};
use crate::core::time::{Instant, Span};
use crate::core::voice::{Touched, Voice};
use crate::core::watch::{Episode, EpisodeId, SignalId, Watch, pairs};

mod alive;
mod moved;
mod settled;
mod versions;

pub use alive::Alive;
use moved::Moved;
use settled::Settled;
pub use versions::{Version, Versions};

/// Everything the journal has said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The last entry folded; 0 before the first.
    pub sequence: u64,
    /// The latest moment the journal knows of.
    pub now: Option<Instant>,
    pub agreements: BTreeMap<AgreementId, Versions>,
    books: Vec<BookVersion>,
    services: BTreeMap<ServiceId, ServiceState>,
    integrations: BTreeMap<IntegrationId, Alive>,
    numbers: BTreeMap<IncidentNumber, ServiceId>,
    /// Where each signal is open: one service, but for moments of disorder.
    #[serde(with = "pairs")]
    homes: BTreeMap<SignalId, BTreeSet<ServiceId>>,
    /// What customers said: answers, feedback, complaints.
    #[serde(default)]
    pub voice: Voice,
    #[serde(default)]
    pub reviews: Reviews,
    /// Action items and risks.
    #[serde(default)]
    pub improvement: Improvement,
    /// Exercises, which count nowhere else.
    #[serde(default)]
    pub drills: Drills,
    pub ledger: Ledger,
    #[serde(skip)]
    voiced: Moved,
}

/// Of what an entry made something new known.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    pub services: BTreeSet<ServiceId>,
    pub voice: Option<Touched>,
    pub review: Option<review::Touched>,
    pub improvement: Option<improvement::Touched>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct BookVersion {
    effective: Instant,
    sha256: String,
    book: Arc<ServiceBook>,
}

/// What is known of one service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct ServiceState {
    watch: Watch,
    /// Sorted by time and id.
    deeds: Vec<Deed>,
    numbers: Vec<(Instant, IncidentNumber)>,
    #[serde(skip)]
    settled: Settled,
    #[serde(skip)]
    moved: Moved,
}

impl State {
    /// Takes the facts of one entry, and returns of what something new is known. Notices are decided
    /// separately.
    pub fn fold(&mut self, entry: &Entry) -> Folded {
        let mut folded = Folded::default();
        folded.services = self.fold_facts(entry, &mut folded.voice);
        match &entry.event {
            Event::Improvement { at, by, word } => {
                folded.improvement = self.improvement.hear(&entry.id, *at, by.as_ref(), word);
            }
            Event::ReviewsAdopted { sha256, book, .. } => {
                self.reviews.adopt(sha256, book);
                folded.review = Some(review::Touched::Plans);
            }
            Event::Review { at, by, word } => {
                folded.review = self.reviews.hear(entry.sequence, *at, by.as_ref(), word);
            }
            _ => {}
        }
        let moved = Moved(entry.sequence);
        for id in &folded.services {
            if let Some(service) = self.services.get_mut(id) {
                service.moved = moved;
            }
        }
        if folded.voice.is_some() {
            self.voiced = moved;
        }
        folded
    }

    fn fold_facts(&mut self, entry: &Entry, voiced: &mut Option<Touched>) -> BTreeSet<ServiceId> {
        self.sequence = entry.sequence;
        let before = self.now;
        self.now = self.now.max(Some(entry.recorded));
        if before.is_some_and(|before| day(before) < day(entry.recorded)) {
            self.forget();
        }
        match &entry.event {
            Event::TermsAdopted { agreement, version, effective, sha256, terms } => {
                let (sha256, terms) = (sha256.clone(), Arc::new((**terms).clone()));
                let version = Version { number: *version, effective: *effective, sha256, terms };
                self.agreements.entry(agreement.clone()).or_default().adopt(version, entry.recorded);
            }
            Event::TermsWithdrawn { agreement, effective } => {
                if let Some(versions) = self.agreements.get_mut(agreement) {
                    versions.withdraw(*effective);
                }
            }
            Event::ServicesAdopted { effective, sha256, book } => self.adopt_book(*effective, sha256, book),
            Event::Signals { integration, received, signals } => {
                let touched = signals.iter().flat_map(|signal| self.signal(integration, *received, signal));
                return touched.collect();
            }
            Event::Confirmed { integration, at, keys } => return self.confirmed(integration, *at, keys),
            Event::Heard { integration, at, heartbeat } => self.heard(integration, *at, *heartbeat),
            Event::Numbered { incident, service, anchor } => {
                self.numbers.insert(*incident, service.clone());
                self.unsettle(service, *anchor);
                let numbers = &mut self.services.entry(service.clone()).or_default().numbers;
                if !numbers.iter().any(|(_, known)| known == incident) {
                    let place = numbers.partition_point(|known| *known < (*anchor, *incident));
                    numbers.insert(place, (*anchor, *incident));
                }
                return BTreeSet::from([service.clone()]);
            }
            Event::Act { at, by, act } => {
                let deed = Deed { at: *at, id: entry.id.clone(), by: by.clone(), act: act.clone() };
                if !self.drills.take(&deed) {
                    return self.deed(deed).into_iter().collect();
                }
            }
            Event::Drill { at, by, word } => self.drills.hear(&entry.id, *at, by.as_ref(), word),
            Event::SurveysAdopted { effective, sha256, book } => self.voice.adopt(*effective, sha256, book),
            Event::Voice { at, by, word } => {
                let agreements = &self.agreements;
                let zone = |id: &AgreementId| zone_of(agreements, id, *at);
                *voiced = self.voice.hear(&entry.id, *at, by.as_ref(), word, &zone);
            }
            Event::Improvement { .. }
            | Event::ReviewsAdopted { .. }
            | Event::Review { .. }
            | Event::Tick { .. } => {}
        }
        BTreeSet::new()
    }

    fn adopt_book(&mut self, effective: Instant, sha256: &str, book: &ServiceBook) {
        for id in book.services.keys() {
            self.services.entry(id.clone()).or_default();
        }
        self.books.push(BookVersion { effective, sha256: sha256.to_owned(), book: Arc::new(book.clone()) });
        self.books.sort_by_key(|version| version.effective);
        for service in self.services.values_mut() {
            service.settled = Settled::default();
        }
    }

    /// Takes one word of a monitor. A signal belongs where its latest word is routed: from then on it is over
    /// for the service it belonged to before.
    fn signal(
        &mut self,
        integration: &IntegrationId,
        received: Instant,
        signal: &Signal,
    ) -> BTreeSet<ServiceId> {
        let (Some(book), Some(started)) = (self.book_at(received), signal.started) else {
            return BTreeSet::new();
        };
        let routed = book.route(integration, signal.severity, &signal.labels);
        let ttl = book.integrations.get(integration).map_or(Span::from_hours(8), |liveness| liveness.ttl);
        let id = SignalId { integration: integration.clone(), key: signal.key.clone() };
        let episode: EpisodeId = (id.clone(), started);
        let homes = self.homes.get(&id).cloned().unwrap_or_default();
        let mut touched = BTreeSet::new();
        match signal.status {
            SignalStatus::Firing => {
                if let Some(routed) = &routed {
                    self.watch_of(&routed.service, &mut touched, &episode, |watch| {
                        watch.fires(&episode, received, ttl, signal, routed);
                    });
                }
                self.rehome(
                    &id,
                    &episode,
                    received,
                    &homes,
                    routed.map(|routed| routed.service),
                    &mut touched,
                );
            }
            SignalStatus::Resolved => {
                let places = if homes.is_empty() {
                    routed.iter().map(|routed| routed.service.clone()).collect()
                } else {
                    homes
                };
                for place in places {
                    let Some(routed) = routed.clone().or_else(|| self.last_route(&place, &id)) else {
                        continue;
                    };
                    self.watch_of(&place, &mut touched, &episode, |watch| {
                        watch.ends(&episode, signal.ended, received, signal, &routed);
                    });
                }
            }
            SignalStatus::Ack | SignalStatus::Info => {}
        }
        touched
    }

    /// Changes what is known of an episode at one service, and where the signal is open.
    fn watch_of(
        &mut self,
        place: &ServiceId,
        touched: &mut BTreeSet<ServiceId>,
        episode: &EpisodeId,
        change: impl FnOnce(&mut Watch),
    ) {
        let start = |watch: &Watch| watch.episode(episode).map(Episode::start);
        let watch = &mut self.services.entry(place.clone()).or_default().watch;
        let before = start(watch);
        change(watch);
        let reach = before.into_iter().chain(start(watch)).min();
        let is_open = watch.open_episode(&episode.0).is_some();
        if let Some(reach) = reach {
            self.unsettle(place, reach);
        }
        let homes = self.homes.entry(episode.0.clone()).or_default();
        if is_open {
            homes.insert(place.clone());
        } else {
            homes.remove(place);
        }
        if homes.is_empty() {
            self.homes.remove(&episode.0);
        }
        touched.insert(place.clone());
    }

    /// Ends a signal where it no longer belongs. Of two places the one with the later first word has it.
    fn rehome(
        &mut self,
        id: &SignalId,
        episode: &EpisodeId,
        received: Instant,
        homes: &BTreeSet<ServiceId>,
        here: Option<ServiceId>,
        touched: &mut BTreeSet<ServiceId>,
    ) {
        for other in homes.iter().filter(|other| Some(*other) != here.as_ref()) {
            let first = self.watch(other).and_then(|watch| watch.open_episode(id)).map(|open| open.received);
            let Some(first) = first else { continue };
            let (early, late, at) = if first <= received {
                (Some(other), here.as_ref(), received)
            } else {
                (here.as_ref(), Some(other), first)
            };
            if let Some(late) = late {
                self.watch_of(late, touched, episode, |watch| watch.arrives(id, at));
            }
            if let Some(early) = early {
                self.watch_of(early, touched, episode, |watch| watch.leaves(id, at));
            }
        }
    }

    /// What a signal last meant at a service, for a word that no route leads anywhere.
    fn last_route(&self, place: &ServiceId, id: &SignalId) -> Option<Routed> {
        let grade = self.watch(place)?.open_episode(id)?.grade()?;
        Some(Routed {
            service: place.clone(),
            component: grade.component.clone(),
            impact: grade.impact,
            priority: grade.priority,
        })
    }

    fn confirmed(
        &mut self,
        integration: &IntegrationId,
        at: Instant,
        keys: &[String],
    ) -> BTreeSet<ServiceId> {
        let mut touched = BTreeSet::new();
        for key in keys {
            let id = SignalId { integration: integration.clone(), key: key.clone() };
            for place in self.homes.get(&id).into_iter().flatten() {
                if let Some(service) = self.services.get_mut(place) {
                    service.watch.confirms(&id, at);
                    touched.insert(place.clone());
                }
            }
        }
        touched
    }

    fn heard(&mut self, integration: &IntegrationId, at: Instant, heartbeat: bool) {
        let liveness = self.book_at(at).and_then(|book| book.integrations.get(integration).cloned());
        let needs_heartbeat =
            liveness.as_ref().is_some_and(|l| matches!(l.silence, Silence::Heartbeat { .. }));
        if heartbeat || !needs_heartbeat {
            self.integrations.entry(integration.clone()).or_default().hear(at, liveness.as_ref());
        }
    }

    fn deed(&mut self, deed: Deed) -> Option<ServiceId> {
        let service = match &deed.act {
            Act::Opened { service, .. } | Act::Reported { service, .. } => Some(service.clone()),
            act => act.incident().and_then(|number| self.numbers.get(&number).cloned()),
        }?;
        let known = self.services.entry(service.clone()).or_default();
        let named = deed.act.incident().and_then(|number| {
            known.numbers.iter().rev().find(|(_, known)| *known == number).map(|(anchor, _)| *anchor)
        });
        let reach = named.map_or(deed.at, |anchor| anchor.min(deed.at));
        let place = known.deeds.partition_point(|known| (known.at, &known.id) < (deed.at, &deed.id));
        if known.deeds.get(place).is_none_or(|known| (known.at, &known.id) != (deed.at, &deed.id)) {
            known.deeds.insert(place, deed);
        }
        self.unsettle(&service, reach);
        Some(service)
    }

    /// The services, routes and integrations in force at a moment; before the first book, the first.
    pub fn book_at(&self, moment: Instant) -> Option<Arc<ServiceBook>> {
        let in_force = self.books.iter().rev().find(|version| version.effective <= moment);
        in_force.or(self.books.first()).map(|version| version.book.clone())
    }

    pub fn book(&self) -> Option<&Arc<ServiceBook>> {
        self.books.last().map(|version| &version.book)
    }

    /// The hash of the book in force.
    pub fn book_sha256(&self) -> Option<&str> {
        self.books.last().map(|version| version.sha256.as_str())
    }

    /// Each stretch of time with the book that was in force in it; the first reaches back for ever.
    fn book_spans(&self) -> impl Iterator<Item = (Interval, &ServiceBook)> {
        let begins =
            std::iter::once(Instant::MIN).chain(self.books.iter().skip(1).map(|book| book.effective));
        let ends = self.books.iter().skip(1).map(|book| book.effective).chain([Instant::MAX]);
        begins
            .zip(ends)
            .zip(&self.books)
            .map(|((from, until), version)| (Interval::new(from, until), version.book.as_ref()))
    }

    /// A service as the newest book has it that knows it; also one that is no longer offered.
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        let real = id.real();
        self.books.iter().rev().find_map(|version| version.book.services.get(&real))
    }

    /// The rules of a service over time.
    pub fn rules(&self, id: &ServiceId) -> RulesOverTime {
        let known = self.book_spans().filter_map(|(span, book)| {
            let service = book.services.get(id)?;
            Some((span.start, Rules { quiet: service.quiet, reopen_within: service.reopen_within }))
        });
        RulesOverTime(known.collect())
    }

    /// The components of a service, in each stretch of time; none in one in which it was not offered.
    pub fn components(&self, id: &ServiceId) -> Vec<(Interval, BTreeSet<String>)> {
        let known = self
            .book_spans()
            .filter_map(|(span, book)| Some((span, book.services.get(id)?.components.clone())));
        known.collect()
    }

    pub fn service_ids(&self) -> impl Iterator<Item = &ServiceId> {
        self.services.keys()
    }

    pub fn watch(&self, id: &ServiceId) -> Option<&Watch> {
        self.services.get(id).map(|service| &service.watch)
    }

    /// Whether only a heartbeat proves that this integration is alive.
    pub fn needs_heartbeat(&self, integration: &IntegrationId) -> bool {
        let liveness = self.book().and_then(|book| book.integrations.get(integration));
        liveness.is_some_and(|liveness| matches!(liveness.silence, Silence::Heartbeat { .. }))
    }

    /// How long this integration may be quiet before it counts as silent.
    pub fn silence_after(&self, integration: &IntegrationId) -> Span {
        let liveness = self.book().and_then(|book| book.integrations.get(integration));
        liveness.map_or(Span::ZERO, |liveness| liveness.silence_after)
    }

    /// An incident by its number.
    pub fn incident(&self, number: IncidentNumber, now: Instant) -> Option<Incident> {
        let service = self.numbers.get(&number)?;
        let anchor = self.services.get(service)?.numbers.iter().rev().find(|(_, known)| *known == number)?.0;
        let mut found = None;
        self.each_incident(
            service,
            Interval::new(Instant::MIN, anchor + Span::from_micros(1)),
            now,
            |incident| {
                if incident.numbers.contains(&number) {
                    found = Some(incident.clone());
                }
            },
        );
        found
    }

    /// The agreements that cover an incident, with the version that judges it at `now`.
    pub fn covering(&self, incident: &Incident, now: Instant) -> Vec<(&AgreementId, &Version)> {
        let judged = incident.closed().map_or(now, |(at, _)| at);
        self.agreements
            .iter()
            .filter(|(_, versions)| versions.covers(incident.opened()))
            .filter_map(|(id, versions)| {
                let first = versions.at(incident.opened())?;
                let version = if first.terms.clocks.pin_at_start { first } else { versions.at(judged)? };
                incident.service.is_among(&version.terms.services).then_some((id, version))
            })
            .collect()
    }

    /// The clocks of an incident under one of the agreements that cover it.
    pub fn case<'a>(&'a self, incident: &'a Incident, version: &'a Version, now: Instant) -> Case<'a> {
        Case { incident, terms: &version.terms, now }
    }

    /// The open episode of a signal, wherever it was routed.
    pub fn open_episode(&self, id: &SignalId) -> Option<&Episode> {
        self.home(id)?.open_episode(id)
    }

    /// What is known where a signal is open.
    pub fn home(&self, id: &SignalId) -> Option<&Watch> {
        let mut homes = self.homes.get(id)?.iter();
        homes.find_map(|place| self.watch(place).filter(|watch| watch.open_episode(id).is_some()))
    }

    /// When a person last resolved an incident of this service.
    pub fn last_resolve(&self, id: &ServiceId) -> Option<Instant> {
        let deeds = self.services.get(id).map_or(&[][..], |service| &service.deeds);
        deeds.iter().rev().find(|deed| matches!(deed.act, Act::Resolved { .. })).map(|deed| deed.at)
    }

    /// When a service was down (or degraded, if `at_least` says so), unknown and observed until `now`, for
    /// one component.
    pub fn timeline(
        &self,
        id: &ServiceId,
        component: Option<&str>,
        at_least: Impact,
        now: Instant,
    ) -> Timeline {
        let Some(service) = self.services.get(id) else { return Timeline::default() };
        let (marked, stale) = service.watch.marks(component, at_least, now);
        let declared = IntervalSet::from_unsorted(self.declared_downs(id, at_least, now));
        let bad = marked.union(&declared);
        let observed = self.observed(id, now);
        let unknown = stale.union(&observed.complement(Interval::new(Instant::MIN, now))).minus(&bad);
        Timeline { bad, unknown, first_observed: observed.first().map(|span| span.start) }
    }

    /// Downtime that operators declared by hand.
    fn declared_downs(&self, id: &ServiceId, at_least: Impact, now: Instant) -> Vec<Interval> {
        let mut downs = Vec::new();
        let opens = |deed: &Deed| matches!(deed.act, Act::Opened { .. });
        if self.services.get(id).is_some_and(|service| service.deeds.iter().any(opens)) {
            self.each_incident(id, Interval::ALL, now, |incident| {
                downs.extend(incident.declared(at_least, now))
            });
        }
        downs
    }

    /// Folds what is long over into what it left, so that memory and work stay bounded. Done at the first entry
    /// of each day, so that a replay does it at the same place.
    fn forget(&mut self) {
        let Some(now) = self.now else { return };
        for service in self.services.values_mut() {
            let resolves = service.deeds.iter().filter(|deed| matches!(deed.act, Act::Resolved { .. }));
            let resolves: Vec<Instant> = resolves.map(|deed| deed.at).collect();
            service.watch.forget(now, &resolves);
        }
        self.settle_all();
    }

    /// Keeps what is settled of every service; changes no fact.
    pub fn settle_all(&mut self) {
        let ids: Vec<ServiceId> = self.services.keys().cloned().collect();
        for id in ids {
            self.settle(&id);
        }
    }

    /// Keeps what is settled of a service again, when a late fact made that necessary and it is worth it.
    pub fn resettle(&mut self, id: &ServiceId) {
        let long = |service: &ServiceState| {
            service.settled.cut == Instant::MIN && service.numbers.len() > WORTH_SETTLING
        };
        if self.services.get(id).is_some_and(long) {
            self.settle(id);
        }
    }

    /// The zone of an agreement at a moment; UTC for one that nothing is known of.
    pub fn zone(&self, agreement: &AgreementId, at: Instant) -> Tz {
        zone_of(&self.agreements, agreement, at)
    }

    /// The services an objective speaks of.
    pub fn objective_services(terms: &Terms, objective: &Objective) -> BTreeSet<ServiceId> {
        if objective.services.is_empty() { terms.services.clone() } else { objective.services.clone() }
    }
}

/// The zone of an agreement at a moment; UTC for one that nothing is known of.
fn zone_of(agreements: &BTreeMap<AgreementId, Versions>, id: &AgreementId, at: Instant) -> Tz {
    let version = agreements.get(id).and_then(|versions| versions.at(at));
    version.map_or(Tz::UTC, |version| version.terms.zone)
}

/// What is known of one component over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    pub bad: IntervalSet,
    pub unknown: IntervalSet,
    /// Before this moment nothing was observed.
    pub first_observed: Option<Instant>,
}

/// From so many incidents on it is worth keeping those that are settled.
const WORTH_SETTLING: usize = 32;

fn day(at: Instant) -> i64 {
    at.micros().div_euclid(86_400_000_000)
}
