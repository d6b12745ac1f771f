//! The worker: claims messages from the store, has them sent, and settles what became of them.
//!
//! Row times (`not_before`, claims) follow the program's clock; pacing and time-outs are real time. Nothing is
//! sent inside a transaction: a claim is one, a settlement is another, and between them lies the network.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::pace::{Pace, PaceSettings};
use super::retry::{self, Patience, Try};
use crate::chat::{Address, Chat, Delivered, Enclosure, FailCause, Outgoing, Platform, SendError};
use crate::clock::{Clock, random};
use crate::core::time::{Instant, Span};
use crate::i18n::spoken::{Spoken, text_of};
use crate::i18n::{Facts, speak_line};
use crate::store::outbox::{COLLECTED, Claim, Gather, Renew, Row};
use crate::store::settle::{Discard, Ending, Settle};
use crate::store::{Store, StoreError};

/// Turns a row into words for its language and zone, with names and prose filled in.
pub trait Speaker: Send + Sync + std::fmt::Debug {
    /// # Errors
    /// What keeps the words from being found; a passing error of the store is tried again, any other gives
    /// the message up.
    fn speak<'a>(&'a self, row: &'a Row) -> BoxFuture<'a, Result<Spoken, StoreError>>;

    /// The file that goes with it; none for most.
    ///
    /// # Errors
    /// As [`Self::speak`].
    fn enclose<'a>(&'a self, _row: &'a Row) -> BoxFuture<'a, Result<Option<Enclosure>, StoreError>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// Is told what people should know of the outbox. Called after the settlement is on the disk; must not wait.
pub trait Watch: Send + Sync + std::fmt::Debug {
    /// A message was given up.
    fn given_up(&self, failure: &Failure);

    /// A message is still being tried, and people should know. May be called at every further try.
    fn delayed(&self, _failure: &Failure) {}

    /// A message arrived, so long after what caused it.
    fn delivered(&self, _row: &Row, _after: Span) {}

    /// A message did not arrive, or nobody knows, and is tried again.
    fn retried(&self, _row: &Row) {}

    /// A place got another address; bindings and messages have followed already.
    fn moved(&self, _from: &Address, _to: &Address) {}
}

/// A message that does not arrive.
#[derive(Clone, Debug)]
pub struct Failure {
    pub row: Row,
    pub trouble: Trouble,
    pub reason: String,
    /// It is still being tried.
    pub goes_on: bool,
}

/// Why a message does not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The platform says no.
    Refused(FailCause),
    /// The platform cannot be reached, or takes nothing now.
    Unreached,
    /// Nobody knows whether it arrived.
    Uncertain,
    /// It could not be put into words.
    Unspeakable,
}

impl Trouble {
    const fn of(error: &SendError) -> Self {
        match error {
            SendError::Fail { cause, .. } => Self::Refused(*cause),
            SendError::Retry { .. } => Self::Unreached,
            SendError::Uncertain { .. } => Self::Uncertain,
        }
    }
}

/// After this long without success people are told, although it is still being tried. What only a person can
/// mend, a refused token, is told at once.
const TELL_AFTER: Span = Span::from_minutes(10);

/// How the worker works.
#[derive(Clone, Debug)]
pub struct Settings {
    pub pace: PaceSettings,
    pub patience: Patience,
    /// Messages on their way at once.
    pub concurrency: u32,
    /// Longer than any adapter's own time-out; after it the outcome is uncertain.
    pub send_timeout: Duration,
    /// How long a claim lasts unless renewed, by the program's clock.
    pub claim_for: Span,
    /// Looks for work at least this often.
    pub look_every: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pace: PaceSettings::default(),
            patience: Patience::default(),
            concurrency: 32,
            send_timeout: Duration::from_secs(90),
            claim_for: Span::from_minutes(5),
            look_every: Duration::from_secs(30),
        }
    }
}

/// A place rests at most this long because of one message, so that a message the platform cannot bear does not
/// silence the place.
const LONGEST_REST: Duration = Duration::from_secs(30);

/// What the worker needs.
#[derive(Clone, Debug)]
pub struct Parts {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub chats: Vec<Arc<dyn Chat>>,
    pub speaker: Arc<dyn Speaker>,
    pub watch: Arc<dyn Watch>,
    pub settings: Settings,
}

/// A running worker. Dropping it stops the worker at once, as a crash would.
#[derive(Debug)]
pub struct Worker {
    stop: CancellationToken,
    wake: Arc<Notify>,
    task: JoinHandle<()>,
    pulse: watch::Receiver<Option<String>>,
    tuner: Tuner,
}

/// Changes how fast a running worker speaks.
#[derive(Clone)]
pub struct Tuner(Arc<Desk>);

impl std::fmt::Debug for Tuner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tuner").finish_non_exhaustive()
    }
}

impl Tuner {
    /// From the next message on.
    pub fn tune(&self, pace: PaceSettings, patience: Patience) {
        locked(&self.0.pace).tune(pace);
        *locked(&self.0.patience) = patience;
    }
}

impl Worker {
    /// Starts the worker. Claims left by a process that ended are settled first, so this must be the only
    /// process that speaks.
    pub fn start(parts: Parts) -> Self {
        let stop = CancellationToken::new();
        let wake = Arc::new(Notify::new());
        let desk = Arc::new(Desk {
            chats: parts.chats.iter().map(|chat| (chat.platform(), Arc::clone(chat))).collect(),
            pace: Mutex::new(Pace::new(parts.settings.pace.clone())),
            patience: Mutex::new(parts.settings.patience),
            under_way: Mutex::new(BTreeSet::new()),
            began: tokio::time::Instant::now(),
            stop: stop.clone(),
            parts,
        });
        let (beat, pulse) = watch::channel(None);
        let tuner = Tuner(Arc::clone(&desk));
        let task = tokio::spawn(run(desk, Arc::clone(&wake), beat));
        Self { stop, wake, task, pulse, tuner }
    }

    /// What keeps the worker from claiming messages; ends when the worker does.
    pub fn pulse(&self) -> watch::Receiver<Option<String>> {
        self.pulse.clone()
    }

    /// Changes how fast it speaks, while it runs.
    pub fn tuner(&self) -> Tuner {
        self.tuner.clone()
    }

    /// Looks for work now; needed only when the clock was moved.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Takes no more messages, finishes those being sent, releases the others.
    pub async fn stop(mut self) {
        self.stop.cancel();
        // An error here is a panic inside, which the runtime has already shown.
        drop((&mut self.task).await);
    }

    /// As [`Worker::stop`], but lets go of what is still being sent after `limit`: its claims run out, and the
    /// next start takes it up as interrupted.
    pub async fn stop_within(mut self, limit: Duration) {
        self.stop.cancel();
        if timeout(limit, &mut self.task).await.is_err() {
            tracing::warn!("some messages were still on their way; the next start takes them up");
            self.task.abort();
            drop((&mut self.task).await);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What every message on its way shares.
struct Desk {
    parts: Parts,
    chats: BTreeMap<Platform, Arc<dyn Chat>>,
    pace: Mutex<Pace>,
    patience: Mutex<Patience>,
    /// Rows this process is sending: nobody else's claim, however the clock jumps.
    under_way: Mutex<BTreeSet<i64>>,
    began: tokio::time::Instant,
    stop: CancellationToken,
}

/// No code between lock and unlock can panic, so a poisoned lock guards sound data.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn run(desk: Arc<Desk>, wake: Arc<Notify>, beat: watch::Sender<Option<String>>) {
    let mut flights = JoinSet::new();
    settle_interrupted(&desk, Instant::MAX).await;
    let mut looked = tokio::time::Instant::now();
    while !desk.stop.is_cancelled() {
        while flights.try_join_next().is_some() {}
        if looked.elapsed() >= desk.parts.settings.look_every {
            settle_interrupted(&desk, desk.parts.clock.now()).await;
            looked = tokio::time::Instant::now();
        }
        let departed = depart(&desk, &mut flights).await;
        let trouble = departed.as_ref().err().map(ToString::to_string);
        beat.send_if_modified(|known| std::mem::replace(known, trouble.clone()) != trouble);
        let pause = match departed {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = desk.stop.cancelled() => break,
            () = desk.parts.store.outbox_changed() => {}
            () = wake.notified() => {}
            Some(_) = flights.join_next(), if !flights.is_empty() => {}
            () = sleep(pause) => {}
        }
    }
    while flights.join_next().await.is_some() {}
}

/// Claims what may go now and sends it on its way. Returns how long there is nothing more to do, unless
/// something happens.
async fn depart(desk: &Arc<Desk>, flights: &mut JoinSet<()>) -> Result<Duration, StoreError> {
    let Parts { store, clock, settings, .. } = &desk.parts;
    let busy = locked(&desk.pace).busy(desk.began.elapsed());
    let now = clock.now();
    let under_way = u32::try_from(flights.len()).unwrap_or(u32::MAX);
    let room = settings.concurrency.saturating_sub(under_way);
    let platforms: BTreeSet<Platform> =
        desk.chats.keys().filter(|platform| !busy.platforms.contains(platform)).copied().collect();
    if room > 0 && !platforms.is_empty() {
        let until = now + settings.claim_for;
        let claim = Claim { token: token()?, now, until, platforms, except: busy.places, limit: room };
        for claimed in store.write(claim).await? {
            let flight = match claimed {
                Ok(row) => row,
                Err(unreadable) => {
                    tracing::error!(
                        key = unreadable.key,
                        reason = unreadable.reason,
                        "a message is unreadable"
                    );
                    // The others of this claim go out all the same; this one is settled when its claim runs out.
                    if let Err(error) = store.write(Discard { row: unreadable, now }).await {
                        tracing::warn!(%error, "an unreadable message could not be given up yet");
                    }
                    continue;
                }
            };
            locked(&desk.under_way).insert(flight.id);
            flights.spawn(carry(Arc::clone(desk), flight));
        }
    }
    let due = store.next_due(now).await?.map(|due| clock.real(due - now));
    let free = busy.until.map(|until| until.saturating_sub(desk.began.elapsed()));
    let pause = [due, free].into_iter().flatten().fold(settings.look_every, Duration::min);
    // A clock that stands still must not make this loop spin.
    Ok(pause.max(Duration::from_millis(1)))
}

fn token() -> Result<String, StoreError> {
    let bytes = random::<16>();
    let bytes = bytes.map_err(|error| StoreError::Conflict(format!("no random numbers: {error}")))?;
    Ok(hex::encode(bytes))
}

/// Takes part in chance; without a random source everybody waits equally long.
fn dice() -> u32 {
    random::<4>().map_or(0, u32::from_be_bytes)
}

/// Settles claims whose time is over and that are not ours.
async fn settle_interrupted(desk: &Desk, before: Instant) {
    let Parts { store, clock, .. } = &desk.parts;
    let rows = match store.interrupted(before, 10_000).await {
        Ok(rows) => rows,
        Err(error) => return tracing::warn!(%error, "interrupted messages could not be read"),
    };
    for claimed in rows {
        let now = clock.now();
        let done = match claimed {
            Ok(row) if locked(&desk.under_way).contains(&row.id) => continue,
            Ok(row) => {
                let patience = *locked(&desk.patience);
                let ending = retry::interrupted(patience, Try::of(&row, now), now, dice());
                conclude(desk, row, String::new(), ending, Trouble::Uncertain).await;
                continue;
            }
            Err(row) => store.write(Discard { row, now }).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "an interrupted message could not be settled");
        }
    }
}

/// Sends one message, from claim to settlement.
async fn carry(desk: Arc<Desk>, row: Row) {
    let _under_way = UnderWay { desk: &desk, id: row.id };
    carry_row(&desk, row).await;
}

/// Ends with the flight, also when an adapter panics: the claim then runs out and is settled as interrupted.
struct UnderWay<'a> {
    desk: &'a Desk,
    id: i64,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        locked(&self.desk.under_way).remove(&self.id);
    }
}

async fn carry_row(desk: &Desk, row: Row) {
    let row = match gathered(desk, row.clone()).await {
        Ok(Some(row)) => row,
        Ok(None) => return,
        Err(error) => return conclude_unspoken(desk, row, &error).await,
    };
    let outgoing = match compose(desk, &row).await {
        Ok(outgoing) => outgoing,
        Err(error) => return conclude_unspoken(desk, row, &error).await,
    };
    let sha256 = hex::encode(Sha256::digest(outgoing.spoken.plain_text()));
    let at = locked(&desk.pace).reserve(&row.message.to, desk.began.elapsed());
    tokio::select! {
        biased;
        () = desk.stop.cancelled() => {
            return conclude(desk, row, sha256, Ending::Released, Trouble::Unreached).await;
        }
        () = tokio::time::sleep_until(desk.began + at) => {}
    }
    let outcome = with_claim(desk, &row, deliver(desk, &row, &outgoing)).await;
    let now = desk.parts.clock.now();
    let (ending, trouble) = match outcome {
        Ok(Delivered { message, moved_to }) => {
            (Ending::Sent { message_id: message, moved_to }, Trouble::Unreached)
        }
        Err(error) => {
            let dice = dice();
            let patience = *locked(&desk.patience);
            rest(desk, &row, &error, dice);
            (retry::decide(patience, Try::of(&row, now), &error, now, dice), Trouble::of(&error))
        }
    };
    conclude(desk, row, sha256, ending, trouble).await;
}

/// A line that waited for its hour takes in the others; any other row stays as it is.
async fn gathered(desk: &Desk, row: Row) -> Result<Option<Row>, StoreError> {
    if row.message.kind != COLLECTED {
        return Ok(Some(row));
    }
    desk.parts.store.write(Gather { row, now: desk.parts.clock.now() }).await
}

/// Finds the words, and the message this one belongs under.
async fn compose(desk: &Desk, row: &Row) -> Result<Outgoing, StoreError> {
    let under = match &row.message.under {
        Some(card) => desk.parts.store.message_id(card).await?,
        None => None,
    };
    let spoken = desk.parts.speaker.speak(row).await?;
    let enclosure = desk.parts.speaker.enclose(row).await?;
    // A card that is posted anew is another message than the one that is gone.
    let key = match row.sent_version {
        0 => row.message.key.clone(),
        version => format!("{}#{version}", row.message.key),
    };
    let doc = &row.message.doc;
    let title = speak_line(&doc.thread, row.message.locale, &Facts::default(), doc.as_of);
    Ok(Outgoing {
        key,
        to: row.message.to.clone(),
        audience: row.message.chain.clone(),
        under,
        thread: (!title.is_empty()).then(|| text_of(&title)),
        spoken,
        enclosure,
        first_tried: row.first_tried.filter(|_| row.attempts > 1),
        plain: row.plain,
        maybe_repeat: row.maybe_repeat,
    })
}

async fn deliver(desk: &Desk, row: &Row, outgoing: &Outgoing) -> Result<Delivered, SendError> {
    let Some(chat) = desk.chats.get(&row.message.to.platform) else {
        return Err(SendError::Retry { after: None, reason: "this platform is not connected".to_owned() });
    };
    let sending = match &row.message_id {
        Some(message) => chat.edit(message, outgoing),
        None => chat.send(outgoing),
    };
    let reason = || "the platform did not answer in time".to_owned();
    let answer = timeout(desk.parts.settings.send_timeout, sending).await;
    answer.unwrap_or_else(|_| Err(SendError::Uncertain { reason: reason() }))
}

/// Renews the claim while `sending` runs.
async fn with_claim<T>(desk: &Desk, row: &Row, sending: impl Future<Output = T>) -> T {
    let Parts { store, clock, settings, .. } = &desk.parts;
    tokio::pin!(sending);
    loop {
        let third = clock.real(settings.claim_for.scaled(1, 3)).max(Duration::from_millis(10));
        tokio::select! {
            done = &mut sending => return done,
            () = sleep(third) => {
                let claim = row.claim.clone().unwrap_or_default();
                let until = clock.now() + settings.claim_for;
                // Lost or not, the platform's answer is worth waiting for; settling will notice.
                if let Err(error) = store.write(Renew { id: row.id, claim, until }).await {
                    tracing::warn!(%error, key = row.message.key, "a claim could not be renewed");
                }
            }
        }
    }
}

/// Leaves the place alone for a while after a failure that concerns the place.
fn rest(desk: &Desk, row: &Row, error: &SendError, dice: u32) {
    let after = match error {
        SendError::Retry { after, .. } => *after,
        SendError::Uncertain { .. } => None,
        SendError::Fail { .. } => return,
    };
    let wait = retry::delay(*locked(&desk.patience), row.attempts, after, dice);
    let wait = Duration::from_micros(wait.micros().unsigned_abs());
    // What the platform asked for is kept whole; our own caution is bounded.
    let wait = wait.min(LONGEST_REST.max(after.unwrap_or_default()));
    locked(&desk.pace).hold(&row.message.to, desk.began.elapsed() + wait);
}

/// A message without words: tried again when the store was away, given up otherwise.
async fn conclude_unspoken(desk: &Desk, row: Row, error: &StoreError) {
    let now = desk.parts.clock.now();
    let reason = error.to_string();
    let ending = if error.is_passing() {
        let error = SendError::Retry { after: None, reason };
        retry::decide(*locked(&desk.patience), Try::of(&row, now), &error, now, dice())
    } else {
        Ending::Failed { reason }
    };
    conclude(desk, row, String::new(), ending, Trouble::Unspeakable).await;
}

/// A platform that recognises a repeated post answers with the message of the first try, whose text may be an
/// older version of the card; an edit must follow.
fn may_show_an_earlier_try(row: &Row) -> bool {
    row.card && row.message_id.is_none() && row.attempts > 1 && row.message.to.platform != Platform::Telegram
}

/// Puts an ending on the disk, waiting for a database that is away, and tells who wants to know.
async fn conclude(desk: &Desk, mut row: Row, sha256: String, ending: Ending, trouble: Trouble) {
    let Parts { store, clock, watch, .. } = &desk.parts;
    let from = row.message.to.clone();
    if may_show_an_earlier_try(&row) && matches!(ending, Ending::Sent { .. }) {
        row.version = row.version.saturating_sub(1);
    }
    let settle = Settle { row, sha256, ending, now: clock.now() };
    let settled = loop {
        match store.write(settle.clone()).await {
            Ok(settled) => break settled,
            Err(error) if error.is_passing() && !desk.stop.is_cancelled() => {
                tracing::warn!(%error, key = settle.row.message.key, "waiting to record a delivery");
                sleep(Duration::from_secs(1)).await;
            }
            Err(error) => {
                tracing::error!(%error, key = settle.row.message.key, "a delivery could not be recorded");
                break false;
            }
        }
    };
    let Settle { row, ending, now, .. } = settle;
    if !settled {
        return;
    }
    match ending {
        Ending::Sent { moved_to, .. } => {
            watch.delivered(&row, now - row.changed.max(row.created));
            if let Some(to) = moved_to {
                watch.moved(&from, &to);
            }
        }
        Ending::Failed { reason } => {
            watch.given_up(&Failure { row, trouble, reason, goes_on: false });
        }
        Ending::Uncertain { reason } => {
            watch.given_up(&Failure { row, trouble: Trouble::Uncertain, reason, goes_on: false });
        }
        Ending::Again(again) => {
            tracing::info!(key = row.message.key, reason = again.reason, "a message is tried again");
            watch.retried(&row);
            let tried_for = row.first_tried.map_or(Span::ZERO, |first| now - first);
            if trouble == Trouble::Refused(FailCause::Unauthorized) || tried_for >= TELL_AFTER {
                watch.delayed(&Failure { row, trouble, reason: again.reason, goes_on: true });
            }
        }
        Ending::Released => {}
    }
}
