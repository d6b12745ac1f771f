//! What runs beside the road: states for `/readyz`, gauges, the outgoing heartbeat, and forgetting in time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::adopt::Live;
use super::{AllChats, Base, counting};
use crate::chat::{Health, Platform};
use crate::clock::Clock;
use crate::config::{Heartbeat, Settings};
use crate::core::time::Span;
use crate::directory::{self, Shared};
use crate::journal::Journal;
use crate::outbox::worker::Tuner;
use crate::privacy::retention::{self, Limits};
use crate::store::Store;
use crate::store::feedback_links::PruneFeedbackLinks;
use crate::store::inbound::{PruneHandled, SetMark};
use crate::store::inbox::Prune;
use crate::store::links::PruneLinks;
use crate::store::outbox::State as Row;
use crate::store::people::PruneExpired;
use crate::store::review_links::PruneReviewLinks;
use crate::store::rooms::PruneRooms;
use crate::web::health::{PartState, Parts};
use crate::web::metrics::Metrics;

/// How often states and gauges are read.
const LOOK: Duration = Duration::from_secs(2);
/// How often a database that is well is asked to prove it by a small write.
const PROOF: Duration = Duration::from_secs(30);
/// How often old rows are forgotten.
const TIDY: Duration = Duration::from_secs(600);
/// Rows forgotten in one transaction.
const AT_ONCE: u32 = 500;
/// Acts of platforms are remembered this long; no platform repeats one later.
const ACTS: Span = Span::from_days(7);
/// A clock may be corrected by so much without anybody being told.
const STEP: Span = Span::from_seconds(5);

/// The settings as they are now.
type Now = watch::Receiver<Arc<Settings>>;

/// Starts the periodic work; it ends with `stop`.
pub(super) fn start(
    base: &Base,
    chats: &AllChats,
    live: &Live,
    stop: &CancellationToken,
) -> Vec<JoinHandle<()>> {
    let (store, parts) = (&base.store, &base.parts);
    let mut tasks = vec![
        tokio::spawn(platforms(parts.clone(), chats.clone(), stop.clone())),
        tokio::spawn(time(base.clock.clone(), parts.optional("clock"), stop.clone())),
        tokio::spawn(database(store.clone(), base.clock.clone(), parts.needed("database"), stop.clone())),
        tokio::spawn(gauges(store.clone(), base.journal.clone(), base.metrics.clone(), stop.clone())),
    ];
    let growth = counting::growth(base.journal.clone(), base.first, base.metrics.clone(), stop.clone());
    tasks.push(tokio::spawn(growth));
    let settings = || live.settings.subscribe();
    tasks.push(tokio::spawn(tidy(store.clone(), base.clock.clone(), settings(), stop.clone())));
    tasks.push(tokio::spawn(heart(settings(), parts.clone(), stop.clone())));
    tasks.push(tokio::spawn(let_go(base.journal.clone(), base.directory.clone(), stop.clone())));
    tasks
}

/// Lets go of agreements whose files are gone once nothing is open under them.
async fn let_go(journal: Journal, directory: Arc<Shared>, stop: CancellationToken) {
    loop {
        if !directory.get().kept.is_empty() {
            let held = directory::held(&*journal.read().await, journal.now());
            if let Err(error) = directory.release(&held).await {
                tracing::warn!(%error, "an agreement whose file is gone could not be let go of");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Shows whether the database can be read and written: looked at now and then, at once after a write that
/// failed, and often while it is down.
async fn database(store: Store, clock: Arc<dyn Clock>, part: PartState, stop: CancellationToken) {
    let Some(mut pulse) = store.pulse() else { return };
    loop {
        let tried = async {
            store.backlog().await?;
            // SQLite writes nothing when nothing changes.
            let value = clock.now().micros().to_string();
            store.write(SetMark { name: "database/proof".to_owned(), value }).await
        };
        let health = tried.await.map_or_else(|error| Health::Down(error.to_string()), |()| Health::Up);
        let pause = if health == Health::Up { PROOF } else { LOOK };
        part.set(health);
        pulse.borrow_and_update();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
            changed = pulse.changed() => {
                if changed.is_err() {
                    return part.set(Health::Down("its writer ended unexpectedly".to_owned()));
                }
            }
        }
    }
}

/// Shows whether the host's clock stands behind the time that was told already.
async fn time(clock: Arc<dyn Clock>, part: PartState, stop: CancellationToken) {
    let mut late = false;
    loop {
        let health = clock_health(clock.ahead());
        if let (Health::Down(reason), false) = (&health, std::mem::replace(&mut late, health != Health::Up)) {
            tracing::error!(reason, "the clock stepped back");
        }
        part.set(health);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn platforms(parts: Parts, chats: AllChats, stop: CancellationToken) {
    let states: Vec<(PartState, _)> =
        chats.into_iter().map(|chat| (parts.optional(chat.platform().name()), chat)).collect();
    loop {
        for (state, chat) in &states {
            state.set(chat.health());
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn gauges(store: Store, journal: Journal, metrics: Arc<Metrics>, stop: CancellationToken) {
    loop {
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

fn clock_health(ahead: Span) -> Health {
    if ahead <= STEP {
        return Health::Up;
    }
    Health::Down(format!(
        "this machine's clock was set back by {} s. Time goes on here a little slower until it has caught up; \
         times that are shown meanwhile are ahead of it. See that the clock is right",
        ahead.micros() / 1_000_000
    ))
}

async fn tidy(store: Store, clock: Arc<dyn Clock>, settings: Now, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TIDY) => {}
        }
        let (now, kept) = (clock.now(), settings.borrow().retention.clone());
        let outcome = async {
            let limits = Limits {
                feedback_texts: now - kept.feedback_texts,
                survey_comments: now - kept.survey_comments,
            };
            retention::forget(&store, limits, now).await?;
            if let Some(before) = kept.room_messages.map(|kept| now - kept) {
                while store.write(PruneRooms { before, limit: AT_ONCE }).await? >= u64::from(AT_ONCE) {}
            }
            let bodies = Prune { before: now - kept.bodies, limit: AT_ONCE };
            while store.write(bodies).await? >= u64::from(AT_ONCE) {}
            store.write(PruneHandled(now - ACTS)).await?;
            store
                .write((
                    PruneExpired(now),
                    (PruneLinks(now), (PruneFeedbackLinks(now), PruneReviewLinks(now))),
                ))
                .await
                .map(drop)
        };
        if let Err(error) = outcome.await {
            tracing::warn!(%error, "old rows could not be forgotten; trying again later");
        }
    }
}

/// Lets the outbox follow the settings' pace.
pub(super) async fn tune(tuner: Tuner, mut settings: Now, stop: CancellationToken) {
    while let Some(Ok(())) = stop.run_until_cancelled(settings.changed()).await {
        let worker = super::chats::worker_settings(&settings.borrow_and_update());
        tuner.tune(worker.pace, worker.patience);
    }
}

/// Beats as the settings say, also when they change.
async fn heart(mut settings: Now, parts: Parts, stop: CancellationToken) {
    let mut beats: Option<Heartbeat> = None;
    let mut beating = CancellationToken::new();
    loop {
        let wanted = settings.borrow_and_update().heartbeat.clone();
        if wanted != beats {
            beating.cancel();
            beating = stop.child_token();
            if let Some(heartbeat) = wanted.clone() {
                tokio::spawn(beat(heartbeat, parts.clone(), beating.clone()));
            }
            beats = wanted;
        }
        if !matches!(stop.run_until_cancelled(settings.changed()).await, Some(Ok(()))) {
            return;
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
        let sent = client.get(url).send();
        let Some(answer) = stop.run_until_cancelled(sent).await else { return };
        match answer.and_then(reqwest::Response::error_for_status) {
            Ok(_) => tracing::debug!("heartbeat sent"),
            Err(error) => tracing::warn!(error = %error.without_url(), "the heartbeat did not arrive"),
        }
    }
}
