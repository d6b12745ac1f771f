//! The one writer: takes what waits, writes it in one transaction, and answers each caller after the commit.

use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::Row as _;
use tokio::sync::{mpsc, oneshot, watch};

use super::error::StoreError;
use super::tx::{Connections, Tx};

/// A change to the database, whole or not at all.
pub trait Write: Send + Sync + 'static {
    type Out: Send + 'static;

    /// Does it inside `tx`. May run more than once, each time as if for the first: when a neighbour in the
    /// same transaction fails, everything is taken back and each write is done again by itself. No network
    /// and no waiting in here.
    fn apply(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Out, StoreError>> + Send;
}

/// Two changes, whole or not at all.
impl<A: Write, B: Write> Write for (A, B) {
    type Out = (A::Out, B::Out);

    async fn apply(&self, tx: &mut Tx) -> Result<Self::Out, StoreError> {
        Ok((self.0.apply(tx).await?, self.1.apply(tx).await?))
    }
}

/// At most this many writes share a transaction; enough that the disk's flush is a small part of it.
const BATCH: usize = 256;
/// Callers wait when this many writes are queued.
const QUEUE: usize = 1024;

/// Where callers hand in their writes.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    messages: mpsc::Sender<Message>,
    pulse: watch::Receiver<Option<String>>,
}

enum Message {
    Do(Box<dyn Job>),
    /// Statements that no transaction may hold, one after the other.
    Outside(&'static [&'static str], oneshot::Sender<Result<(), StoreError>>),
    /// Finish what was handed in before this, then end.
    End(oneshot::Sender<()>),
}

impl Writer {
    pub fn start(connections: Connections, place: Arc<str>) -> Self {
        let (messages, receiver) = mpsc::channel(QUEUE);
        let (beat, pulse) = watch::channel(None);
        tokio::spawn(run(receiver, connections, place, beat));
        Self { messages, pulse }
    }

    /// What keeps the database from being written; ends when the writer does.
    pub fn pulse(&self) -> watch::Receiver<Option<String>> {
        self.pulse.clone()
    }

    pub async fn write<W: Write>(&self, write: W) -> Result<W::Out, StoreError> {
        let (reply, outcome) = oneshot::channel();
        let job = Box::new(Pending { write, out: None, reply });
        self.messages.send(Message::Do(job)).await.map_err(|_| StoreError::Closed)?;
        outcome.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs statements that no transaction may hold, while no other write runs.
    pub async fn outside(&self, statements: &'static [&'static str]) -> Result<(), StoreError> {
        let (reply, outcome) = oneshot::channel();
        self.messages.send(Message::Outside(statements, reply)).await.map_err(|_| StoreError::Closed)?;
        outcome.await.map_err(|_| StoreError::Closed)?
    }

    pub async fn end(&self) {
        let (done, ended) = oneshot::channel();
        if self.messages.send(Message::End(done)).await.is_ok() {
            // An error means that the writer has ended already, which is what is wanted.
            drop(ended.await);
        }
    }
}

/// A write with its caller, without its type.
trait Job: Send {
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Result<(), StoreError>>;
    fn finish(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Pending<W: Write> {
    write: W,
    out: Option<W::Out>,
    reply: oneshot::Sender<Result<W::Out, StoreError>>,
}

impl<W: Write> Job for Pending<W> {
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.out = Some(self.write.apply(tx).await?);
            Ok(())
        })
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { out, reply, .. } = *self;
        // A caller that no longer waits has lost only the answer.
        drop(reply.send(committed.and_then(|()| out.ok_or(StoreError::Closed))));
    }
}

async fn run(
    mut messages: mpsc::Receiver<Message>,
    connections: Connections,
    place: Arc<str>,
    beat: watch::Sender<Option<String>>,
) {
    while let Some(first) = messages.recv().await {
        let mut jobs = Vec::new();
        let mut next = Some(first);
        let mut other = None;
        while let Some(message) = next.take() {
            match message {
                Message::Do(job) => jobs.push(job),
                message => other = Some(message),
            }
            if other.is_none() && jobs.len() < BATCH {
                next = messages.try_recv().ok();
            }
        }
        batch(&connections, jobs, &place, &beat).await;
        match other {
            Some(Message::Outside(statements, reply)) => {
                let done = outside(&connections, statements).await.map_err(|error| error.at(&place));
                let _caller_may_have_left = reply.send(done);
            }
            Some(Message::End(done)) => {
                // Those who come too late get `Closed` when the queue is dropped.
                let _caller_may_have_left = done.send(());
                return;
            }
            Some(Message::Do(_)) | None => {}
        }
    }
}

async fn outside(connections: &Connections, statements: &[&'static str]) -> Result<(), StoreError> {
    let mut tx = connections.acquire().await?;
    for statement in statements {
        match &mut tx {
            Tx::Sqlite(connection) => {
                let row = sqlx::raw_sql(*statement).fetch_optional(&mut **connection).await?;
                // A checkpoint that a reader held up says so in its first column, and is no error to SQLite.
                if row.is_some_and(|row| row.try_get::<i64, _>(0).is_ok_and(|busy| busy != 0)) {
                    let (place, reason) =
                        ("the database".to_owned(), format!("{statement}: a reader is in the way"));
                    return Err(StoreError::Unreachable { place, reason });
                }
            }
            Tx::Postgres(connection) => {
                sqlx::raw_sql(*statement).execute(&mut **connection).await?;
            }
        }
    }
    Ok(())
}

/// Writes `jobs` together; when that fails, each by itself, so that one never fails its neighbours.
async fn batch(
    connections: &Connections,
    mut jobs: Vec<Box<dyn Job>>,
    place: &str,
    beat: &watch::Sender<Option<String>>,
) {
    if jobs.is_empty() {
        return;
    }
    match together(connections, &mut jobs).await {
        Ok(()) => {
            tell(beat, None);
            jobs.into_iter().for_each(|job| job.finish(Ok(())));
        }
        Err(error) if jobs.len() == 1 => {
            let error = error.at(place);
            tell(beat, Some(&error));
            jobs.into_iter().for_each(|job| job.finish(Err(error.clone())));
        }
        Err(_) => {
            for job in jobs {
                let mut alone = vec![job];
                let outcome = together(connections, &mut alone).await.map_err(|error| error.at(place));
                tell(beat, outcome.as_ref().err());
                alone.into_iter().for_each(|job| job.finish(outcome.clone()));
            }
        }
    }
}

/// Says how the last write went, if that is news. A write that was merely refused says nothing of the database.
fn tell(beat: &watch::Sender<Option<String>>, error: Option<&StoreError>) {
    if error.is_some_and(|error| !error.is_of_the_database()) {
        return;
    }
    let told = error.map(ToString::to_string);
    beat.send_if_modified(|known| {
        let news = *known != told;
        *known = told;
        news
    });
}

/// All of `jobs` in one transaction.
async fn together(connections: &Connections, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let mut tx = connections.acquire().await?;
    let done = each(&mut tx, jobs).await;
    if done.is_err() {
        tx.roll_back().await;
    }
    done
}

async fn each(tx: &mut Tx, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    tx.begin().await?;
    for job in jobs {
        job.run(tx).await?;
    }
    tx.commit().await
}
