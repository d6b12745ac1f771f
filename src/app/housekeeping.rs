//! What runs beside the road: states for `/readyz`, gauges, the outgoing heartbeat, and forgetting in time.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{AllChats, Base};
use crate::chat::{Health, Platform};
use crate::clock::Clock;
use crate::config::{Heartbeat, Settings};
use crate::core::time::Span;
use crate::directory::{self, Shared};
use crate::journal::Journal;
use crate::store::Store;
use crate::store::inbound::PruneHandled;
use crate::store::inbox::Prune;
use crate::store::outbox::State as Row;
use crate::store::people::PruneExpired;
use crate::web::health::{PartState, Parts};
use crate::web::metrics::Metrics;

/// How often states and gauges are read.
const LOOK: Duration = Duration::from_secs(2);
/// How often old rows are forgotten.
const TIDY: Duration = Duration::from_secs(600);
/// Rows forgotten in one transaction.
const AT_ONCE: u32 = 500;
/// Acts of platforms are remembered this long; no platform repeats one later.
const ACTS: Span = Span::from_days(7);

/// Starts the periodic work; it ends with `stop`.
pub(super) fn start(
    base: &Base,
    chats: &AllChats,
    settings: &Settings,
    stop: &CancellationToken,
) -> Vec<JoinHandle<()>> {
    let (store, parts) = (&base.store, &base.parts);
    let mut tasks = vec![tokio::spawn(look(
        store.clone(),
        base.journal.clone(),
        base.directory.clone(),
        base.metrics.clone(),
        parts.clone(),
        chats.clone(),
        stop.clone(),
    ))];
    tasks.push(tokio::spawn(tidy(store.clone(), base.clock.clone(), settings.clone(), stop.clone())));
    if let Some(heartbeat) = &settings.heartbeat {
        tasks.push(tokio::spawn(beat(heartbeat.clone(), parts.clone(), stop.clone())));
    }
    tasks
}

async fn look(
    store: Store,
    journal: Journal,
    directory: Arc<Shared>,
    metrics: Arc<Metrics>,
    parts: Parts,
    chats: AllChats,
    stop: CancellationToken,
) {
    let database = parts.needed("database");
    let states: Vec<(PartState, _)> =
        chats.into_iter().map(|chat| (parts.optional(chat.platform().name()), chat)).collect();
    loop {
        database.set(match store.backlog().await {
            Ok(_) => Health::Up,
            Err(error) => Health::Down(error.to_string()),
        });
        for (state, chat) in &states {
            state.set(chat.health());
        }
        let open = {
            let state = journal.read().await;
            let now = journal.now();
            state
                .ledger
                .unsettled()
                .filter_map(|number| state.incident(number, now))
                .filter(|i| i.is_open())
                .count()
        };
        if !directory.get().kept.is_empty() {
            let held = directory::held(&*journal.read().await, journal.now());
            if let Err(error) = directory.release(&held).await {
                tracing::warn!(%error, "an agreement whose file is gone could not be let go of");
            }
        }
        metrics.open_incidents(i64::try_from(open).unwrap_or(i64::MAX));
        if let Ok(counts) = store.outbox_counts().await {
            for platform in Platform::ALL {
                let waiting =
                    counts.iter().filter(|count| count.platform == platform && count.state == Row::Waiting);
                let waiting: u64 = waiting.map(|count| count.rows).sum();
                metrics.outbox_waiting(platform, i64::try_from(waiting).unwrap_or(i64::MAX));
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn tidy(store: Store, clock: Arc<dyn Clock>, settings: Settings, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TIDY) => {}
        }
        let now = clock.now();
        let outcome = async {
            let bodies = Prune { before: now - settings.retention.bodies, limit: AT_ONCE };
            while store.write(bodies).await? >= u64::from(AT_ONCE) {}
            store.write(PruneHandled(now - ACTS)).await?;
            store.write(PruneExpired(now)).await
        };
        if let Err(error) = outcome.await {
            tracing::warn!(%error, "old rows could not be forgotten; trying again later");
        }
    }
}

/// Tells an outside watchdog that Upheld works. Only while every needed part does, so that silence speaks.
async fn beat(heartbeat: Heartbeat, parts: Parts, stop: CancellationToken) {
    let Some(url) = heartbeat.url.reveal() else { return };
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(heartbeat.interval.min(Duration::from_secs(10)))
        .build();
    let client = match client {
        Ok(client) => client,
        Err(error) => return tracing::error!(%error, "no heartbeat can be sent"),
    };
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(heartbeat.interval) => {}
        }
        if !parts.ready() {
            continue;
        }
        // The address may hold a secret; errors are told without it.
        match client.get(url).send().await.and_then(reqwest::Response::error_for_status) {
            Ok(_) => tracing::debug!("heartbeat sent"),
            Err(error) => tracing::warn!(error = %error.without_url(), "the heartbeat did not arrive"),
        }
    }
}
