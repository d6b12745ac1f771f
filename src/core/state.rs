//! The fold: everything the journal has said so far, ready to be asked.
//!
//! The facts here are a function of the set of events and `now`; the ledger of what was announced is a
//! function of their sequence and lives in [`crate::core::decide`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::core::agreement::{Impact, Liveness, Objective, Service, ServiceBook, Silence, Terms};
use crate::core::clocks::Case;
use crate::core::decide::Ledger;
use crate::core::event::{
    Act, AgreementId, Entry, Event, IncidentNumber, IntegrationId, ServiceId, Signal, SignalStatus,
};
use crate::core::incident::{self, Deed, Incident, Rules};
use crate::core::interval::{Interval, IntervalSet};
use crate::core::time::{Instant, Span};
use crate::core::watch::{EpisodeId, SignalId, Watch};

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
    pub ledger: Ledger,
}

/// The versions of one agreement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Versions {
    /// In the order they took effect; never empty.
    pub versions: Vec<Version>,
    pub withdrawn: Option<Instant>,
}

/// One version of an agreement. Immutable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub number: u32,
    pub effective: Instant,
    pub sha256: String,
    pub terms: Arc<Terms>,
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
}

/// When an integration was alive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alive {
    pub first: Option<Instant>,
    pub last: Option<Instant>,
    pub spans: IntervalSet,
}

impl Versions {
    /// The version in force at a moment; before the first took effect, the first.
    pub fn at(&self, moment: Instant) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.effective <= moment).or(self.versions.first())
    }

    pub fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// Whether the agreement covers what begins at this moment.
    pub fn covers(&self, moment: Instant) -> bool {
        self.withdrawn.is_none_or(|end| moment < end)
            && self.at(moment).is_some_and(|version| {
                version.terms.starts <= moment && version.terms.ends.is_none_or(|end| moment < end)
            })
    }
}

impl State {
    /// Takes the facts of one entry. Notices are decided separately.
    pub fn fold(&mut self, entry: &Entry) {
        self.sequence = entry.sequence;
        self.now = self.now.max(Some(entry.recorded));
        match &entry.event {
            Event::TermsAdopted { agreement, version, effective, sha256, terms } => {
                let versions = self.agreements.entry(agreement.clone()).or_default();
                versions.withdrawn = None;
                versions.versions.retain(|known| known.number != *version);
                versions.versions.push(Version {
                    number: *version,
                    effective: *effective,
                    sha256: sha256.clone(),
                    terms: Arc::new((**terms).clone()),
                });
                versions.versions.sort_by_key(|version| (version.effective, version.number));
            }
            Event::TermsWithdrawn { agreement, effective } => {
                if let Some(versions) = self.agreements.get_mut(agreement) {
                    versions.withdrawn = Some(*effective);
                }
            }
            Event::ServicesAdopted { effective, sha256, book } => self.adopt_book(*effective, sha256, book),
            Event::Signals { integration, received, signals } => {
                for signal in signals {
                    self.signal(integration, *received, signal);
                }
            }
            Event::Confirmed { integration, at, keys } => {
                for key in keys {
                    let id = SignalId { integration: integration.clone(), key: key.clone() };
                    for service in self.services.values_mut() {
                        if service.watch.open_episode(&id).is_some() {
                            service.watch.confirms(&id, *at);
                        }
                    }
                }
            }
            Event::Heard { integration, at, heartbeat } => self.heard(integration, *at, *heartbeat),
            Event::Numbered { incident, service, anchor } => {
                self.numbers.insert(*incident, service.clone());
                let numbers = &mut self.services.entry(service.clone()).or_default().numbers;
                if !numbers.iter().any(|(_, known)| known == incident) {
                    numbers.push((*anchor, *incident));
                    numbers.sort_unstable();
                }
            }
            Event::Act { at, by, act } => {
                self.deed(Deed { at: *at, id: entry.id.clone(), by: by.clone(), act: act.clone() });
            }
            Event::Tick { .. } => {}
        }
    }

    fn adopt_book(&mut self, effective: Instant, sha256: &str, book: &ServiceBook) {
        for (id, service) in &book.services {
            self.services.entry(id.clone()).or_default();
            if let Some(from) = service.observed_from {
                for integration in &service.observed_by {
                    let liveness = book.integrations.get(integration);
                    self.integrations.entry(integration.clone()).or_default().hear(from, liveness);
                }
            }
        }
        self.books.push(BookVersion { effective, sha256: sha256.to_owned(), book: Arc::new(book.clone()) });
        self.books.sort_by_key(|version| version.effective);
    }

    fn signal(&mut self, integration: &IntegrationId, received: Instant, signal: &Signal) {
        let Some(book) = self.book_at(received) else { return };
        let Some(routed) = book.route(integration, signal.severity, &signal.labels) else { return };
        let Some(started) = signal.started else { return };
        let ttl = book.integrations.get(integration).map_or(Span::from_hours(8), |liveness| liveness.ttl);
        let episode: EpisodeId =
            (SignalId { integration: integration.clone(), key: signal.key.clone() }, started);
        let watch = &mut self.services.entry(routed.service.clone()).or_default().watch;
        match signal.status {
            SignalStatus::Firing => watch.fires(episode, received, ttl, signal, &routed),
            SignalStatus::Resolved => watch.ends(episode, signal.ended, received, &routed),
            SignalStatus::Ack | SignalStatus::Info => {}
        }
    }

    fn heard(&mut self, integration: &IntegrationId, at: Instant, heartbeat: bool) {
        let liveness = self.book_at(at).and_then(|book| book.integrations.get(integration).cloned());
        let needs_heartbeat =
            liveness.as_ref().is_some_and(|l| matches!(l.silence, Silence::Heartbeat { .. }));
        if heartbeat || !needs_heartbeat {
            self.integrations.entry(integration.clone()).or_default().hear(at, liveness.as_ref());
        }
    }

    fn deed(&mut self, deed: Deed) {
        let service = match &deed.act {
            Act::Opened { service, .. } | Act::Reported { service, .. } => Some(service.clone()),
            act => act.incident().and_then(|number| self.numbers.get(&number).cloned()),
        };
        let Some(service) = service else { return };
        let deeds = &mut self.services.entry(service).or_default().deeds;
        let place = deeds.partition_point(|known| (known.at, &known.id) < (deed.at, &deed.id));
        if deeds.get(place).is_none_or(|known| (known.at, &known.id) != (deed.at, &deed.id)) {
            deeds.insert(place, deed);
        }
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

    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        self.book().and_then(|book| book.services.get(id))
    }

    pub fn service_ids(&self) -> impl Iterator<Item = &ServiceId> {
        self.services.keys()
    }

    pub fn watch(&self, id: &ServiceId) -> Option<&Watch> {
        self.services.get(id).map(|service| &service.watch)
    }

    pub fn alive(&self, integration: &IntegrationId) -> Option<&Alive> {
        self.integrations.get(integration)
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

    /// Every incident of a service as known at `now`, in order of time.
    pub fn incidents(&self, id: &ServiceId, now: Instant) -> Vec<Incident> {
        let Some(service) = self.services.get(id) else { return Vec::new() };
        let rules = self.service(id).map_or(Rules::default(), |service| Rules {
            quiet: service.quiet,
            reopen_within: service.reopen_within,
        });
        incident::incidents(id, &service.watch, &service.deeds, &service.numbers, rules, now)
    }

    /// An incident by its number.
    pub fn incident(&self, number: IncidentNumber, now: Instant) -> Option<Incident> {
        let service = self.numbers.get(&number)?;
        self.incidents(service, now).into_iter().find(|incident| incident.numbers.contains(&number))
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
                version.terms.services.contains(&incident.service).then_some((id, version))
            })
            .collect()
    }

    /// The clocks of an incident under one of the agreements that cover it.
    pub fn case<'a>(&'a self, incident: &'a Incident, version: &'a Version, now: Instant) -> Case<'a> {
        Case { incident, terms: &version.terms, now }
    }

    /// The open episode of a signal, wherever it was routed.
    pub fn open_episode(&self, id: &SignalId) -> Option<&crate::core::watch::Firing> {
        self.services.values().find_map(|service| service.watch.open_episode(id))
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
        let declared = IntervalSet::from_unsorted(self.declared_downs(id, now));
        let bad = marked.union(&declared);
        let observed = self.observed(id, now);
        let unknown = stale.union(&observed.complement(Interval::new(Instant::MIN, now))).minus(&bad);
        Timeline { bad, unknown, first_observed: observed.first().map(|span| span.start) }
    }

    /// Downtime that operators declared and ended by hand.
    fn declared_downs(&self, id: &ServiceId, now: Instant) -> Vec<Interval> {
        let deeds = self.services.get(id).map_or(&[][..], |service| &service.deeds);
        let declared =
            deeds.iter().enumerate().filter(|(_, deed)| deed.act.declares_down() && deed.at <= now);
        declared
            .map(|(index, deed)| {
                let ends = deeds[index..].iter().find(|later| matches!(later.act, Act::Resolved { .. }));
                Interval::new(deed.at, ends.map_or(now, |deed| deed.at.min(now)))
            })
            .collect()
    }

    /// When at least one integration that observes the service was alive, until `now`.
    pub fn observed(&self, id: &ServiceId, now: Instant) -> IntervalSet {
        let Some(service) = self.service(id) else { return IntervalSet::default() };
        let alive = service.observed_by.iter().filter_map(|integration| self.integrations.get(integration));
        let union = alive.fold(IntervalSet::default(), |union, alive| union.union(&alive.spans));
        union.clip(Interval::new(Instant::MIN, now))
    }

    /// Forgets what can no longer matter, to keep memory bounded.
    pub fn forget(&mut self) {
        if let Some(now) = self.now {
            for service in self.services.values_mut() {
                service.watch.forget(now);
            }
        }
    }

    /// The services an objective speaks of.
    pub fn objective_services(terms: &Terms, objective: &Objective) -> BTreeSet<ServiceId> {
        if objective.services.is_empty() { terms.services.clone() } else { objective.services.clone() }
    }
}

/// What is known of one component over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    pub bad: IntervalSet,
    pub unknown: IntervalSet,
    /// Before this moment nothing was observed.
    pub first_observed: Option<Instant>,
}

impl Alive {
    fn hear(&mut self, at: Instant, liveness: Option<&Liveness>) {
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = self.last.max(Some(at));
        let until = match liveness {
            Some(Liveness { silence: Silence::Up, .. }) => Instant::MAX,
            Some(liveness) => at + liveness.silence_after,
            None => at,
        };
        self.spans = self.spans.union(&IntervalSet::from_unsorted([Interval::new(at, until)]));
    }

    /// When it falls silent if nothing more is heard.
    pub fn silent_from(&self) -> Option<Instant> {
        self.spans.last().map(|span| span.end)
    }
}
