//! The writer when something goes wrong: a commit that fails, a clock that steps back, an end in the middle of work.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::engine::{Announcer, Composed, Journal};
use super::restore::{BUILD, TZDB, restore};
use super::{Appended, Refused};
use crate::clock::ManualClock;
use crate::core::decide::Notice;
use crate::core::event::{Entry, Event, IntegrationId};
use crate::core::state::State;
use crate::core::testing::{self, at};
use crate::core::time::{Instant, Span};
use crate::sources::{ParsedEvent, SourceKind};
use crate::store::commit::Commit;
use crate::store::inbox::Delivery;
use crate::store::testing::Base;
use crate::store::{Store, StoreError};

/// Says nothing, and reads every body as Alertmanager's.
#[derive(Debug)]
struct Silent;

impl Announcer for Silent {
    fn compose(&self, _: &State, _: &[Notice], _: Instant) -> Composed {
        Composed::default()
    }

    fn unreadable(&self, _: &IntegrationId, _: &str, _: Instant) -> Composed {
        Composed::default()
    }

    fn tested(&self, _: &State, _: &IntegrationId, _: &[ParsedEvent], _: Instant) -> Composed {
        Composed::default()
    }

    fn kind(&self, _: &IntegrationId) -> Option<SourceKind> {
        Some(SourceKind::Alertmanager)
    }
}

struct World {
    store: Store,
    clock: Arc<ManualClock>,
    journal: Journal,
    shutdown: CancellationToken,
    writer: tokio::task::JoinHandle<()>,
    base: Base,
}

impl World {
    async fn start(tick: Duration) -> Self {
        let base = Base::sqlite();
        let store = base.open().await;
        let clock = Arc::new(ManualClock::new(at(0)));
        let shutdown = CancellationToken::new();
        let started =
            Journal::start(store.clone(), clock.clone(), Arc::new(Silent), tick, shutdown.clone()).await;
        let (journal, writer) = started.unwrap();
        Self { store, clock, journal, shutdown, writer, base }
    }

    async fn append(&self, id: &str, event: Event) -> Result<Appended, Refused<Infallible>> {
        append(&self.journal, id, event).await
    }

    /// Memory and disk say the same.
    async fn agrees(&self) {
        let kept = restore(&self.store).await.unwrap().state;
        assert!(*self.journal.read().await == kept, "memory and disk differ");
    }

    /// Ends the writer. The database lasts as long as the second value.
    async fn end(self) -> (Store, Base) {
        self.shutdown.cancel();
        self.writer.await.unwrap();
        (self.store, self.base)
    }
}

async fn append(journal: &Journal, id: &str, event: Event) -> Result<Appended, Refused<Infallible>> {
    journal.append(id.to_owned(), Vec::new(), move |_, _| Ok(vec![event])).await
}

/// What nobody understands.
fn delivery() -> Delivery {
    Delivery { integration: "am".into(), received: at(1), headers: BTreeMap::new(), body: "{".into() }
}

/// What a journal begins with, and an incident.
fn events() -> Vec<Event> {
    let mut told = testing::Journal::new();
    told.fires(0, "a");
    told.entries.into_iter().map(|entry| entry.event).collect()
}

#[tokio::test]
async fn after_a_failed_commit_memory_is_what_the_disk_is() {
    let world = World::start(Duration::from_secs(1)).await;
    let mut pulse = world.journal.pulse();
    for (number, event) in events().into_iter().enumerate() {
        world.append(&number.to_string(), event).await.unwrap();
    }
    // Somebody else writes where the next entry was to be, so that it cannot follow.
    let sequence = world.journal.read().await.sequence;
    let event = Event::Tick { at: at(0) };
    let foreign = Entry { sequence: sequence + 1, id: "foreign".to_owned(), recorded: at(0), event };
    world.store.commit(Commit { entries: vec![foreign], ..Commit::at(at(0)) }).await.unwrap();
    let heard = Event::Heard { integration: "am".into(), at: at(1), heartbeat: true };
    let refused = world.append("late", heard.clone()).await.unwrap_err();
    assert!(matches!(refused, Refused::Store(StoreError::Conflict(_))), "{refused:?}");
    assert_eq!(world.journal.read().await.sequence, sequence + 1, "what is on the disk was read again");
    world.agrees().await;
    assert!(pulse.wait_for(Option::is_some).await.unwrap().as_ref().unwrap().contains("not written"));
    // It was not taken, so it can be taken now; and with the next commit all is well.
    let taken = world.append("late", heard).await.unwrap();
    assert!(matches!(taken, Appended::Done { .. }), "{taken:?}");
    assert_eq!(*pulse.wait_for(Option::is_none).await.unwrap(), None);
    world.agrees().await;
    world.end().await.0.close().await;
}

#[tokio::test]
async fn what_was_to_be_told_of_a_body_is_told_after_a_failed_commit() {
    let world = World::start(Duration::from_secs(1)).await;
    for (number, event) in events().into_iter().enumerate() {
        world.append(&number.to_string(), event).await.unwrap();
    }
    let sequence = world.journal.read().await.sequence;
    let event = Event::Tick { at: at(0) };
    let foreign = Entry { sequence: sequence + 1, id: "foreign".to_owned(), recorded: at(0), event };
    world.store.commit(Commit { entries: vec![foreign], ..Commit::at(at(0)) }).await.unwrap();
    let mut pulse = world.journal.pulse();
    let kept = world.store.append(delivery()).await.unwrap().inbox;
    assert!(pulse.wait_for(Option::is_some).await.unwrap().as_ref().unwrap().contains("not written"));
    while world.store.backlog().await.unwrap() > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let kept = world.store.delivery(kept).await.unwrap().unwrap();
    assert!(kept.unreadable.is_some(), "{kept:?}");
    world.end().await.0.close().await;
}

#[tokio::test]
async fn a_writer_in_trouble_finds_out_by_itself_that_it_is_over() {
    let world = World::start(Duration::from_millis(20)).await;
    let mut pulse = world.journal.pulse();
    let foreign = Event::Tick { at: at(0) };
    let foreign = Entry { sequence: 1, id: "foreign".to_owned(), recorded: at(0), event: foreign };
    world.store.commit(Commit { entries: vec![foreign], ..Commit::at(at(0)) }).await.unwrap();
    world.append("late", events().remove(0)).await.unwrap_err();
    // Nothing is appended any more, and yet:
    pulse.wait_for(Option::is_some).await.unwrap();
    pulse.wait_for(Option::is_none).await.unwrap();
    world.end().await.0.close().await;
}

#[tokio::test]
async fn what_was_handed_in_before_the_end_is_on_the_disk_with_a_snapshot() {
    let world = World::start(Duration::from_secs(1)).await;
    let events = events();
    // While somebody reads, the writer cannot finish a step, and the rest waits in its queue.
    let reading = world.journal.read().await;
    let mut waiting = tokio::task::JoinSet::new();
    for (number, event) in events.into_iter().enumerate() {
        let journal = world.journal.clone();
        waiting.spawn(async move { append(&journal, &number.to_string(), event).await });
    }
    world.store.append(delivery()).await.unwrap();
    tokio::task::yield_now().await;
    world.shutdown.cancel();
    drop(reading);
    let mut taken = 0;
    while let Some(appended) = waiting.join_next().await {
        match appended.unwrap() {
            Ok(Appended::Done { .. }) => taken += 1,
            // Who comes when the door is shut hears so, and was not taken.
            Err(Refused::Store(StoreError::Closed)) => {}
            other => panic!("{other:?}"),
        }
    }
    let journal = world.journal.clone();
    let (store, _base) = world.end().await;
    assert_eq!(store.backlog().await.unwrap(), 0, "every delivery was taken");
    let state = journal.read().await;
    assert!(taken > 0 && state.sequence >= taken, "{taken}");
    let snapshot = store.snapshot(BUILD, TZDB).await.unwrap().unwrap();
    assert_eq!(snapshot.head.sequence, state.sequence);
    assert_eq!(store.verify_journal().await.unwrap().unwrap().sequence, state.sequence);
    store.close().await;
}

#[tokio::test]
async fn the_journal_never_steps_back_though_the_clock_does() {
    let world = World::start(Duration::from_secs(1)).await;
    world.clock.set(at(10));
    let mut events = events().into_iter();
    assert_eq!(world.append("1", events.next().unwrap()).await.unwrap(), Appended::Done { at: at(10) });
    world.clock.set(at(0));
    assert_eq!(world.append("2", events.next().unwrap()).await.unwrap(), Appended::Done { at: at(10) });
    world.clock.set(at(11));
    assert_eq!(world.append("3", events.next().unwrap()).await.unwrap(), Appended::Done { at: at(11) });
    world.agrees().await;
    let (store, _base) = world.end().await;
    store.verify_journal().await.unwrap().unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_clock_that_was_set_forward_is_noticed_within_a_tick() {
    let world = World::start(Duration::from_millis(10)).await;
    for (number, event) in events().into_iter().enumerate() {
        world.append(&number.to_string(), event).await.unwrap();
    }
    let began = std::time::Instant::now();
    for _ in 0..4 {
        let mut changes = world.journal.changes();
        let known = *changes.borrow_and_update();
        let due = crate::core::decide::next_due(&*world.journal.read().await).unwrap();
        world.clock.set(due + Span::from_millis(1));
        changes.wait_for(|sequence| *sequence > known).await.unwrap();
    }
    let taken = began.elapsed();
    assert!(taken < Duration::from_secs(2), "{taken:?} for four ticks");
    world.end().await.0.close().await;
}

#[tokio::test]
async fn a_fault_ends_the_pulse() {
    let world = World::start(Duration::from_secs(1)).await;
    let mut pulse = world.journal.pulse();
    let fault = world
        .journal
        .append("1".to_owned(), Vec::new(), |_, _| -> Result<Vec<Event>, Infallible> { panic!("a fault") });
    assert!(matches!(fault.await, Err(Refused::Store(StoreError::Closed))));
    while pulse.changed().await.is_ok() {}
    assert!(world.writer.await.unwrap_err().is_panic());
    world.store.close().await;
}
