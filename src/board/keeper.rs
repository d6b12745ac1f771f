//! Looks at the journal when it has changed and gives every audience that is looking its board: once for all who
//! look, at most once a second, and holding the journal only for moments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant as Moment;
use tokio_util::sync::CancellationToken;

use super::Audience;
use super::figures::{Due, Figures, KEPT, Unit};
use super::scene::{Readers, Scene};
use super::view::{Board, Open, Part, Rank, Record, Reviews, Row, ServiceNow, Standing};
use crate::chat::Platform;
use crate::clock::Clock;
use crate::core::agreement::ServiceLevel;
use crate::core::event::AgreementId;
use crate::core::state::{State, Version};
use crate::core::time::Instant;
use crate::directory::{Directory, Shared};
use crate::journal::Journal;
use crate::store::Store;
use crate::store::record::Chain;

/// Two looks are so far apart.
const PACE: Duration = Duration::from_secs(1);
/// For so long the journal is held at a stretch, and for one figure or incident longer.
const SLICE: Duration = Duration::from_millis(3);

/// What everybody who looks at one board follows.
type Told = watch::Sender<Option<Arc<Board>>>;

/// Keeps boards up to date while somebody follows them.
#[derive(Clone, Debug)]
pub struct Keeper(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    journal: Journal,
    store: Store,
    directory: Arc<Shared>,
    clock: Arc<dyn Clock>,
    boards: Mutex<BTreeMap<Audience, Told>>,
    wanted: Notify,
}

/// One agreement while its board is put together.
struct Draft {
    agreement: AgreementId,
    customer: String,
    level: ServiceLevel,
    version: u32,
    units: Vec<Unit>,
    services: Vec<ServiceNow>,
    reviews: Reviews,
}

impl Keeper {
    pub fn new(journal: Journal, store: Store, directory: Arc<Shared>, clock: Arc<dyn Clock>) -> Self {
        let (boards, wanted) = (Mutex::default(), Notify::new());
        Self(Arc::new(Inner { journal, store, directory, clock, boards, wanted }))
    }

    /// The board of an audience, now and whenever something on it may have changed; none until the first look.
    pub fn follow(&self, audience: &Audience) -> watch::Receiver<Option<Arc<Board>>> {
        let mut boards = self.0.boards.lock().unwrap_or_else(PoisonError::into_inner);
        let told = boards.entry(audience.clone()).or_insert_with(|| watch::Sender::new(None));
        let followed = told.subscribe();
        self.0.wanted.notify_one();
        followed
    }

    /// Looks until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut changes = self.0.journal.changes();
        let mut figures = Figures::default();
        loop {
            // The journal rings at every step; only entries change anything.
            let known = *changes.borrow_and_update();
            let begun = Moment::now();
            self.look(&mut figures, false).await;
            // A figure moves with time, although nothing happens; a demonstration's clock runs faster.
            let again = begun + self.0.clock.real(KEPT).max(PACE);
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.0.wanted.notified() => self.look(&mut figures, true).await,
                    changed = change(&mut changes, known, begun + PACE, again) => match changed {
                        Ok(()) => break,
                        Err(_) => return,
                    },
                }
            }
        }
    }

    /// Gives every audience that looks its board; or only those that have none yet.
    async fn look(&self, figures: &mut Figures, new: bool) {
        let audiences: Vec<Audience> = {
            let mut boards = self.0.boards.lock().unwrap_or_else(PoisonError::into_inner);
            boards.retain(|_, told| told.receiver_count() > 0);
            let wanted = boards.iter().filter(|(_, told)| !new || told.borrow().is_none());
            wanted.map(|(audience, _)| audience.clone()).collect()
        };
        if audiences.is_empty() {
            return;
        }
        let sights = self.sights(audiences).await;
        let scene = self.scene(&sights).await;
        for (audience, ids) in sights {
            let board = self.board(&audience, ids, &scene, figures).await;
            let boards = self.0.boards.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(told) = boards.get(&audience) {
                told.send_replace(Some(Arc::new(board)));
            }
        }
    }

    /// Works through `jobs`, and lets go of the journal in between.
    async fn in_slices<J>(
        &self,
        jobs: impl IntoIterator<Item = J>,
        mut work: impl FnMut(&State, Instant, J),
    ) {
        let mut jobs = jobs.into_iter().peekable();
        while jobs.peek().is_some() {
            let state = self.0.journal.read().await;
            let (now, begun) = (self.0.journal.now(), Moment::now());
            for job in jobs.by_ref() {
                work(&state, now, job);
                if begun.elapsed() > SLICE {
                    break;
                }
            }
            drop(state);
            tokio::task::yield_now().await;
        }
    }

    /// What each of these audiences may see here.
    async fn sights(&self, audiences: Vec<Audience>) -> BTreeMap<Audience, Vec<AgreementId>> {
        let (directory, state) = (self.0.directory.get(), self.0.journal.read().await);
        let seen = |audience: Audience| {
            let ids = in_sight(&state, &directory, &audience);
            (audience, ids)
        };
        audiences.into_iter().map(seen).collect()
    }

    /// What is open for these audiences.
    async fn scene(&self, sights: &BTreeMap<Audience, Vec<AgreementId>>) -> Scene {
        let directory = self.0.directory.get();
        let mut customers = BTreeSet::new();
        for audience in sights.keys() {
            if let Audience::Customer(own) = audience {
                customers.extend(own.iter().cloned());
            }
        }
        let readers = Readers { provider: sights.contains_key(&Audience::Provider), customers: &customers };
        let (incidents, complaints, mut scene) = {
            let state = self.0.journal.read().await;
            let incidents: Vec<_> = state.ledger.unsettled().collect();
            let feedback = state.voice.all_feedback().filter(|(_, it)| readers.provider && it.is_open());
            let complaints: Vec<_> = feedback.map(|(number, _)| number).collect();
            (incidents, complaints, Scene::at(&state, self.0.journal.now()))
        };
        scene.records = self.records(sights.values().flatten().cloned().collect()).await;
        self.in_slices(incidents, |state, now, number| {
            scene.incident(state, &directory, number, readers, now);
        })
        .await;
        self.in_slices(complaints, |state, now, number| scene.complaint(state, &directory, number, now))
            .await;
        scene.sort();
        scene
    }

    async fn board(
        &self,
        audience: &Audience,
        ids: Vec<AgreementId>,
        scene: &Scene,
        figures: &mut Figures,
    ) -> Board {
        let directory = self.0.directory.get();
        let silent = {
            let state = self.0.journal.read().await;
            if *audience == Audience::Provider {
                figures.keep(&state.agreements.keys().cloned().collect());
            }
            silent(&state, audience)
        };
        let as_of = scene.as_of;
        let (mut drafts, mut dues): (Vec<Draft>, Vec<Due>) = (Vec::new(), Vec::new());
        self.in_slices(ids, |state, _, id| {
            let version = state.agreements.get(&id).and_then(|versions| versions.at(as_of));
            let Some(version) = version else { return };
            // One moment for all, so that no figure is measured twice in one look.
            let (units, due) = figures.plan(state, &id, version, &scene.disturbed, as_of);
            dues.extend(due);
            let services = match audience {
                Audience::Provider => Vec::new(),
                Audience::Customer(_) => scene.services(state, &id, version),
            };
            let reviews = scene.reviews(state, &id);
            drafts.push(Draft::new(id, version, units, services, reviews));
        })
        .await;
        self.in_slices(dues, |state, _, due| figures.measure(state, due, as_of)).await;
        let before = self.before(audience);
        let parts = drafts.into_iter().map(|draft| {
            let part = draft.part(audience, scene, figures, &directory);
            // What is as it was stays the same, so that it need not be drawn again.
            before
                .get(&part.agreement)
                .filter(|known| ***known == part)
                .cloned()
                .unwrap_or_else(|| Arc::new(part))
        });
        let mut parts: Vec<Arc<Part>> = parts.collect();
        parts.sort_by(|a, b| a.order(b));
        let loose = match audience {
            Audience::Provider => scene.loose.clone(),
            Audience::Customer(_) => Vec::new(),
        };
        Board { audience: audience.clone(), parts, loose, silent, as_of }
    }

    fn before(&self, audience: &Audience) -> BTreeMap<AgreementId, Arc<Part>> {
        let boards = self.0.boards.lock().unwrap_or_else(PoisonError::into_inner);
        let board = boards.get(audience).and_then(|told| told.borrow().clone());
        let parts = board.iter().flat_map(|board| &board.parts);
        parts.map(|part| (part.agreement.clone(), part.clone())).collect()
    }

    /// The head of each agreement's own delivery record.
    async fn records(&self, agreements: BTreeSet<AgreementId>) -> BTreeMap<AgreementId, Record> {
        let chains: Vec<Chain> = agreements.into_iter().map(Chain::Customer).collect();
        let heads = self.0.store.record_heads(&chains).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the heads of the delivery records could not be read");
            BTreeMap::new()
        });
        let of_customer = heads.into_iter().filter_map(|(chain, head)| match chain {
            Chain::Customer(agreement) => {
                let (lines, at, hash) = (head.sequence, head.recorded, head.hash.to_string());
                Some((agreement, Record { lines, at, hash }))
            }
            Chain::Operators => None,
        });
        of_customer.collect()
    }
}

/// Waits for entries after `known`, and no longer than until `again`; not before `rested`.
async fn change(
    changes: &mut watch::Receiver<u64>,
    known: u64,
    rested: Moment,
    again: Moment,
) -> Result<(), watch::error::RecvError> {
    tokio::time::sleep_until(rested).await;
    tokio::select! {
        changed = changes.wait_for(|sequence| *sequence != known) => changed.map(drop),
        () = tokio::time::sleep_until(again) => Ok(()),
    }
}

/// The agreements that an audience may see here: what an agreement keeps off the web is on no page.
fn in_sight(state: &State, directory: &Directory, audience: &Audience) -> Vec<AgreementId> {
    let all = state.agreements.keys().filter(|id| audience.includes(id));
    all.filter(|id| directory.may_leave(id, Platform::Web)).cloned().collect()
}

fn silent(state: &State, audience: &Audience) -> Vec<(String, Instant)> {
    match audience {
        Audience::Provider => {
            state.ledger.silent().iter().map(|(id, since)| (id.to_string(), *since)).collect()
        }
        Audience::Customer(_) => Vec::new(),
    }
}

impl Draft {
    fn new(
        agreement: AgreementId,
        version: &Version,
        units: Vec<Unit>,
        services: Vec<ServiceNow>,
        reviews: Reviews,
    ) -> Self {
        let customer = version.terms.customer.clone();
        let (level, version) = (version.terms.level, version.number);
        Self { agreement, customer, level, version, units, services, reviews }
    }

    fn part(self, audience: &Audience, scene: &Scene, figures: &Figures, directory: &Directory) -> Part {
        let Self { agreement, customer, level, version, units, services, reviews } = self;
        let record = scene.records.get(&agreement).cloned();
        let of = |all: &BTreeMap<AgreementId, Vec<Open>>| all.get(&agreement).cloned().unwrap_or_default();
        let (incidents, complaints) = match audience {
            Audience::Provider => (of(&scene.incidents), of(&scene.complaints)),
            Audience::Customer(_) => (of(&scene.published), Vec::new()),
        };
        let rows: Vec<Arc<Row>> = units.iter().filter_map(|unit| figures.row(unit)).collect();
        let standing = Standing::of(rows.iter().map(AsRef::as_ref));
        let rank = Rank::of(standing, incidents.iter().chain(&complaints));
        let rooms = directory.customer(&agreement).map(|(address, _)| address);
        let room = rooms.filter(|address| {
            address.platform == Platform::Web && !address.direct && address.thread.is_none()
        });
        let room = room.min().cloned();
        Part {
            agreement,
            customer,
            level,
            version,
            room,
            standing,
            rank,
            rows,
            services,
            incidents,
            complaints,
            reviews,
            record,
        }
    }
}
