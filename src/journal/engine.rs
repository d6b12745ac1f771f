//! The one writer of the journal: takes deliveries and acts in order, folds them, and commits what follows
//! together with them. State in memory equals the database after every commit, and after every failed one.

use std::convert::Infallible;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, RwLock, RwLockReadGuard, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::repeated::Repeated;
use super::restore::{self, Restored};
use crate::clock::Clock;
use crate::core::decide::{self, Notice};
use crate::core::event::{Entry, Event, IntegrationId};
use crate::core::intake::Intake;
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::core::voice::Word;
use crate::sources::{Parsed, ParsedEvent, SourceKind};
use crate::store::commit::Commit;
use crate::store::inbound::SetMark;
use crate::store::inbox::{Arrival, Kept};
use crate::store::outbox::Message;
use crate::store::prose::Sealed;
use crate::store::{Store, StoreError};

/// At most this many arrivals are journalled in one step.
const ARRIVALS: u32 = 512;
/// And at most this many bytes of bodies, though always one. A step holds them many times over: as bytes, as
/// signals, as entries and as text for the database.
const ARRIVAL_BYTES: u64 = 512 << 10;
/// The journal takes no deliveries for as long as the last ones took it, and at most for this long: what
/// arrives meanwhile shares one step and one commit, and the inbox has the database for itself.
const REST: Duration = Duration::from_millis(25);
/// At most this many acts wait for the journal.
const QUEUE: usize = 1_024;
/// How long the journal waits before it tries again what the database refused.
const RETRY: Duration = Duration::from_millis(500);
/// A snapshot is taken after this many entries.
const SNAPSHOT_EVERY: u64 = 100_000;

/// Turns what is to be said into messages with addresses. Reads, never waits.
pub trait Announcer: Send + Sync + fmt::Debug {
    fn compose(&self, state: &State, notices: &[Notice], now: Instant) -> Composed;
    /// A body that could not be understood was kept; the operators are told once.
    fn unreadable(&self, integration: &IntegrationId, reason: &str, now: Instant) -> Composed;
    /// Somebody tries out the connection: the operators are shown what arrived, and nothing is done with it.
    fn tested(
        &self,
        state: &State,
        integration: &IntegrationId,
        events: &[ParsedEvent],
        now: Instant,
    ) -> Composed;
    /// How bodies of this integration are read; none for one that is no longer configured.
    fn kind(&self, integration: &IntegrationId) -> Option<SourceKind>;
}

/// Messages for the outbox.
#[derive(Clone, Debug, Default)]
pub struct Composed {
    pub posts: Vec<Message>,
    pub cards: Vec<Message>,
    /// Cards at their end; those that nobody saw are not sent any more.
    pub endings: Vec<Message>,
    /// Keys of messages that need not be said any more if they still wait.
    pub unsaid: Vec<String>,
    /// What must be known later of what is said now, such as who was called.
    pub marks: Vec<SetMark>,
}

/// The journal, to be read by everybody and written through one queue.
#[derive(Clone, Debug)]
pub struct Journal(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: RwLock<State>,
    /// The latest moment the journal knows of, in microseconds.
    latest: AtomicI64,
    requests: mpsc::Sender<Proposed>,
    clock: Arc<dyn Clock>,
    poke: Notify,
    /// Rings after every step that changed something.
    changed: watch::Sender<u64>,
    pulse: watch::Receiver<Option<String>>,
}

impl Inner {
    fn learn(&self, state: &State) {
        if let Some(now) = state.now {
            self.latest.store(now.micros(), Ordering::SeqCst);
        }
    }
}

/// Decides, with the state as it is at that moment, what to append; or refuses in its own words.
pub type Proposal<E> = Box<dyn FnOnce(&State, Instant) -> Result<Vec<Event>, E> + Send>;
type Untyped = Box<dyn FnOnce(&State, Instant) -> Option<Vec<Event>> + Send>;

/// Something a person wants appended.
struct Proposed {
    id: String,
    prose: Vec<Sealed>,
    propose: Untyped,
    reply: oneshot::Sender<Result<Appended, StoreError>>,
}

impl fmt::Debug for Proposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is in the journal, and so is what followed from it.
    Done { at: Instant },
    /// An act with this id had been taken before; nothing was done again.
    Repeat,
    /// The proposal refused.
    Refused,
}

/// The id of the entry that an act of this id became.
pub fn entry_of(act: &str) -> String {
    format!("act/{act}")
}

/// Why nothing was appended.
#[derive(Debug)]
pub enum Refused<E> {
    Proposal(E),
    Store(StoreError),
}

impl Journal {
    /// Restores the state and starts the writer, which ends when `shutdown` is cancelled. It looks at its clock
    /// at least every `tick`, so that a clock that was set forward is noticed.
    ///
    /// # Errors
    /// Those of the database, and a journal that cannot be read.
    pub async fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        announcer: Arc<dyn Announcer>,
        tick: Duration,
        shutdown: CancellationToken,
    ) -> Result<(Self, tokio::task::JoinHandle<()>), StoreError> {
        let Restored { state, since_snapshot } = restore::restore(&store).await?;
        let (requests, queue) = mpsc::channel(QUEUE);
        let (changed, _) = watch::channel(state.sequence);
        let (beat, pulse) = watch::channel(None);
        let latest = AtomicI64::new(state.now.map_or(i64::MIN, Instant::micros));
        let (state, poke) = (RwLock::new(state), Notify::new());
        let inner = Inner { state, latest, requests, clock, poke, changed, pulse };
        let journal = Self(Arc::new(inner));
        let writer = Writer {
            journal: journal.clone(),
            store,
            announcer,
            intake: Intake::default(),
            repeated: Repeated::default(),
            rested: tokio::time::Instant::now(),
            since_snapshot,
            tick,
            beat,
            unread: None,
            unwritten: None,
        };
        let task = tokio::spawn(writer.run(queue, shutdown));
        Ok((journal, task))
    }

    /// The state after the last commit.
    pub async fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.state.read().await
    }

    /// Now, by the journal's clock. The host's clock may step back; the journal never does.
    pub fn now(&self) -> Instant {
        self.0.clock.now().max(Instant::from_micros(self.0.latest.load(Ordering::SeqCst)))
    }

    /// Looks at the clock at once; for clocks that jump.
    pub fn poke(&self) {
        self.0.poke.notify_one();
    }

    /// Rings with the sequence after every step.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// What keeps the writer from its work; ends when the writer does.
    pub fn pulse(&self) -> watch::Receiver<Option<String>> {
        self.0.pulse.clone()
    }

    /// Says something about surveys, feedback or complaints in Upheld's own name, if the state wants it at that
    /// moment.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn say(
        &self,
        id: String,
        wanted: impl FnOnce(&State) -> bool + Send + 'static,
        word: Word,
    ) -> Result<(), StoreError> {
        self.note(id, move |state, now| {
            let event = Event::Voice { at: now, by: None, word: Box::new(word) };
            if wanted(state) { vec![event] } else { Vec::new() }
        })
        .await
    }

    /// Appends in Upheld's own name what `propose` finds, if anything.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note(
        &self,
        id: String,
        propose: impl FnOnce(&State, Instant) -> Vec<Event> + Send + 'static,
    ) -> Result<(), StoreError> {
        let propose = move |state: &State, now| Ok::<_, Infallible>(propose(state, now));
        match self.append(id, Vec::new(), propose).await {
            Ok(_) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
            Err(Refused::Proposal(never)) => match never {},
        }
    }

    /// Appends what `propose` decides. When this returns it is on the disk.
    ///
    /// # Errors
    /// The proposal's own refusal, or the database's.
    pub async fn append<E, F>(
        &self,
        id: String,
        prose: Vec<Sealed>,
        propose: F,
    ) -> Result<Appended, Refused<E>>
    where
        E: Send + 'static,
        F: FnOnce(&State, Instant) -> Result<Vec<Event>, E> + Send + 'static,
    {
        let (refuse, mut refusal) = oneshot::channel();
        let propose: Untyped = Box::new(move |state, now| match propose(state, now) {
            Ok(events) => Some(events),
            Err(error) => {
                // Nobody waits for it only when the caller is gone.
                drop(refuse.send(error));
                None
            }
        });
        let (reply, answer) = oneshot::channel();
        let request = Proposed { id, prose, propose, reply };
        self.0.requests.send(request).await.map_err(|_| Refused::Store(StoreError::Closed))?;
        let appended =
            answer.await.map_err(|_| Refused::Store(StoreError::Closed))?.map_err(Refused::Store)?;
        match (appended, refusal.try_recv()) {
            (Appended::Refused, Ok(error)) => Err(Refused::Proposal(error)),
            (appended, _) => Ok(appended),
        }
    }
}

struct Writer {
    journal: Journal,
    store: Store,
    announcer: Arc<dyn Announcer>,
    intake: Intake,
    repeated: Repeated,
    /// From when on deliveries are taken again.
    rested: tokio::time::Instant,
    since_snapshot: u64,
    tick: Duration,
    beat: watch::Sender<Option<String>>,
    /// Why the inbox could not be read, and why the last step could not be committed.
    unread: Option<String>,
    unwritten: Option<String>,
}

/// What the writer does next.
enum Work {
    Deliveries(Vec<Arrival>),
    Acts(Vec<Proposed>),
    Look,
}

/// One step under way: a commit being put together, and the state it leads to.
struct Step<'a> {
    state: &'a mut State,
    commit: Commit,
    notices: Vec<Notice>,
    composed: Composed,
}

impl Step<'_> {
    /// Appends an event and everything that follows from it.
    fn append(&mut self, id: String, event: Event) {
        let mut waiting = std::collections::VecDeque::from([(id, event)]);
        while let Some((id, event)) = waiting.pop_front() {
            let entry = Entry { sequence: self.state.sequence + 1, id, recorded: self.commit.now, event };
            let step = decide::step(self.state, &entry);
            self.notices.extend(step.notices);
            self.commit.entries.push(entry);
            for follow in step.follow.into_iter().rev() {
                waiting.push_front(follow);
            }
        }
    }
}

impl Writer {
    async fn run(mut self, mut queue: mpsc::Receiver<Proposed>, shutdown: CancellationToken) {
        loop {
            let work = tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                Some(first) = queue.recv() => Work::Acts(gather(first, &mut queue)),
                () = self.deliveries_wait() => self.arrivals().await,
                () = self.journal.0.poke.notified() => Work::Look,
                () = tokio::time::sleep(self.pause().await) => {
                    self.prove().await;
                    self.arrivals().await
                }
            };
            if self.step(work, false).await.is_break() {
                return tracing::error!("the connection to the database is gone for good; the journal ends");
            }
        }
        queue.close();
        while let Some(first) = queue.recv().await {
            let acts = gather(first, &mut queue);
            if self.step(Work::Acts(acts), false).await.is_break() {
                return;
            }
        }
        let rest = self.arrivals().await;
        if self.step(rest, true).await.is_continue() {
            self.snapshot(true).await;
        }
    }

    /// Says how the writer stands, if that is news.
    fn tell(&self) {
        let trouble = self.unwritten.clone().or_else(|| self.unread.clone());
        self.beat.send_if_modified(|known| {
            let news = *known != trouble;
            *known = trouble;
            news
        });
    }

    /// After a failed commit there may be nothing to commit for long; whether it would succeed again shows by
    /// writing something small.
    async fn prove(&mut self) {
        if self.unwritten.is_some() {
            let proof =
                SetMark { name: "journal/proof".to_owned(), value: self.journal.now().micros().to_string() };
            self.unwritten = self.store.write(proof).await.err().map(|error| error.to_string());
            self.tell();
        }
    }

    /// Until there are deliveries, and the journal has rested from the last ones.
    async fn deliveries_wait(&self) {
        tokio::time::sleep_until(self.rested).await;
        self.store.inbox_changed().await;
    }

    /// Until something falls due, and never long.
    async fn pause(&self) -> Duration {
        let state = self.journal.0.state.read().await;
        let now = self.journal.now();
        let clock = &self.journal.0.clock;
        decide::next_due(&state)
            .map_or(self.tick, |due| clock.real((due - now).or_zero()).min(self.tick))
            .max(Duration::from_millis(1))
    }

    async fn arrivals(&mut self) -> Work {
        let repeated = &self.repeated;
        let known = |id| repeated.delivery(id);
        let read = self.store.unjournalled(ARRIVALS, ARRIVAL_BYTES, known).await;
        self.unread = read.as_ref().err().map(ToString::to_string);
        self.tell();
        match read {
            Ok(arrivals) => Work::Deliveries(arrivals),
            Err(error) => {
                tracing::error!(%error, "the inbox cannot be read; trying again");
                tokio::time::sleep(RETRY).await;
                Work::Look
            }
        }
    }

    /// Does one step. Breaks when no further one can succeed, whatever is waited for.
    async fn step(&mut self, work: Work, last: bool) -> ControlFlow<()> {
        let begun = tokio::time::Instant::now();
        let took_some = matches!(&work, Work::Deliveries(arrivals) if !arrivals.is_empty());
        let journal = self.journal.clone();
        let mut state = journal.0.state.write().await;
        let now = journal.now();
        let mut step = Step {
            state: &mut state,
            commit: Commit::at(now),
            notices: Vec::new(),
            composed: Composed::default(),
        };
        let mut replies = Vec::new();
        match work {
            Work::Deliveries(arrivals) => self.deliveries(&mut step, &arrivals),
            Work::Acts(acts) => replies = self.acts(&mut step, acts).await,
            Work::Look => {}
        }
        self.look(&mut step, last);
        let outcome = self.finish(step).await;
        match &outcome {
            Ok(true) => self.unwritten = None,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, "the journal could not be written; the state is read again from the database");
                self.unwritten = Some(error.to_string());
            }
        }
        self.tell();
        let gone = matches!(outcome, Err(StoreError::Closed));
        if outcome.is_err() && !gone {
            *state = self.rebuild().await;
        }
        let sequence = state.sequence;
        journal.0.learn(&state);
        drop(state);
        for (reply, appended) in replies {
            drop(reply.send(outcome.clone().map(|_| appended)));
        }
        if gone {
            return ControlFlow::Break(());
        }
        journal.0.changed.send_replace(sequence);
        self.snapshot(false).await;
        if outcome.is_err() {
            tokio::time::sleep(RETRY).await;
        } else if took_some {
            // There may be more than one step could take.
            self.store.look_at_inbox();
            let now = tokio::time::Instant::now();
            self.rested = now + (now - begun).min(REST);
        }
        ControlFlow::Continue(())
    }

    fn deliveries(&mut self, step: &mut Step<'_>, arrivals: &[Arrival]) {
        for arrival in arrivals {
            step.commit.taken.push(arrival.id);
            let Some(parsed) = self.read(step, &arrival.delivery) else { continue };
            let integration = &arrival.delivery.integration;
            step.commit.arrived = step.commit.arrived.min(arrival.received);
            if parsed.is_test {
                let told = self.announcer.tested(step.state, integration, &parsed.events, step.commit.now);
                step.composed.posts.extend(told.posts);
            }
            let mut number = 0;
            let batches = Arc::unwrap_or_clone(parsed).batches();
            let batches = if batches.is_empty() { vec![Vec::new()] } else { batches };
            for signals in batches {
                for event in self.intake.take(step.state, integration, arrival.received, signals) {
                    step.append(format!("delivery/{}/{number}", arrival.id), event);
                    number += 1;
                }
            }
        }
    }

    /// How a body reads; repeats are read once.
    fn read(&mut self, step: &mut Step<'_>, kept: &Arc<Kept>) -> Option<Arc<Parsed>> {
        let kind = self.announcer.kind(&kept.integration)?;
        if let Some(parsed) = self.repeated.reads(kept.id, kind) {
            return Some(parsed);
        }
        let parsed = Arc::new(crate::sources::parse(kind, &kept.body));
        if let Some(unreadable) = &parsed.unreadable {
            step.commit.unreadable.push((kept.id, unreadable.reason.clone()));
            let told = self.announcer.unreadable(&kept.integration, &unreadable.reason, step.commit.now);
            step.composed.posts.extend(told.posts);
        }
        // The second time may be a sender's retry; from the third on more will follow. What cannot be
        // understood is told once.
        if kept.times > 2 || parsed.unreadable.is_some() {
            self.repeated.remember(kept, kind, &parsed);
        }
        Some(parsed)
    }

    async fn acts(
        &self,
        step: &mut Step<'_>,
        acts: Vec<Proposed>,
    ) -> Vec<(oneshot::Sender<Result<Appended, StoreError>>, Appended)> {
        let ids: Vec<String> = acts.iter().map(|act| entry_of(&act.id)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut known = match self.store.journalled(&ids).await {
            Ok(known) => known,
            Err(error) => {
                for act in acts {
                    drop(act.reply.send(Err(error.clone())));
                }
                return Vec::new();
            }
        };
        let mut replies = Vec::new();
        for act in acts {
            let id = entry_of(&act.id);
            if !known.insert(id.clone()) {
                replies.push((act.reply, Appended::Repeat));
                continue;
            }
            let Some(events) = (act.propose)(step.state, step.commit.now) else {
                replies.push((act.reply, Appended::Refused));
                continue;
            };
            step.commit.prose.extend(act.prose);
            for (number, event) in events.into_iter().enumerate() {
                let id = if number == 0 { id.clone() } else { format!("{id}/{number}") };
                step.append(id, event);
            }
            replies.push((act.reply, Appended::Done { at: step.commit.now }));
        }
        replies
    }

    /// Journals what would expire, and what falls due now.
    fn look(&mut self, step: &mut Step<'_>, last: bool) {
        let now = step.commit.now;
        for event in self.intake.flush(step.state, now, last) {
            let id = format!("heard/{}", step.state.sequence + 1);
            step.append(id, event);
        }
        if decide::next_due(step.state).is_some_and(|due| due <= now) {
            step.append(format!("tick/{}", step.state.sequence + 1), Event::Tick { at: now });
        }
    }

    /// Commits a step; false when there was nothing to commit.
    async fn finish(&mut self, step: Step<'_>) -> Result<bool, StoreError> {
        let Step { state, mut commit, notices, composed } = step;
        let said = self.announcer.compose(state, &notices, commit.now);
        commit.posts = composed.posts;
        commit.posts.extend(said.posts);
        commit.cards = said.cards;
        commit.endings = said.endings;
        commit.unsaid = said.unsaid;
        commit.marks = said.marks;
        if commit.entries.is_empty() && commit.taken.is_empty() && commit.posts.is_empty() {
            return Ok(false);
        }
        self.since_snapshot += commit.entries.len() as u64;
        self.store.commit(commit).await.map(|_| true)
    }

    /// Reads the state again, for as long as it takes: without it nothing can be right.
    async fn rebuild(&mut self) -> State {
        self.intake = Intake::default();
        // What was to be told of a body went with the commit.
        self.repeated = Repeated::default();
        loop {
            match restore::restore(&self.store).await {
                Ok(Restored { state, since_snapshot }) => {
                    self.since_snapshot = since_snapshot;
                    return state;
                }
                Err(error) => {
                    tracing::error!(%error, "the journal cannot be read; trying again");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    async fn snapshot(&mut self, now: bool) {
        if self.since_snapshot == 0 || (!now && self.since_snapshot < SNAPSHOT_EVERY) {
            return;
        }
        let state = self.journal.0.state.read().await;
        match restore::keep(&self.store, &state, self.journal.now()).await {
            Ok(()) => self.since_snapshot = 0,
            Err(error) => {
                tracing::warn!(%error, "no snapshot could be kept; the next start reads the whole journal")
            }
        }
    }
}

fn gather(first: Proposed, queue: &mut mpsc::Receiver<Proposed>) -> Vec<Proposed> {
    let mut acts = vec![first];
    while acts.len() < QUEUE
        && let Ok(next) = queue.try_recv()
    {
        acts.push(next);
    }
    acts
}

/// How long a clock's span is in real time, for waiting.
pub fn real(clock: &dyn Clock, span: Span) -> Duration {
    clock.real(span.or_zero())
}
