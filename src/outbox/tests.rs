//! The worker against platforms that misbehave: nothing is lost, nothing is said twice without a word.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::{Notify, Semaphore};

use super::pace::{Limits, PaceSettings, Rate};
use super::retry::Patience;
use super::worker::{Failure, Parts, Settings, Speaker, Trouble, Watch, Worker};
use crate::chat::{Address, Chat, Delivered, FailCause, Health, Outgoing, Platform, SendError};
use crate::clock::{Clock, ManualClock};
use crate::core::doc::{Block, Doc, Text, Tone, Value};
use crate::core::time::{Instant, Span};
use crate::i18n::spoken::{Run, Spoken};
use crate::i18n::{Language, Locale};
use crate::store::commit::Commit;
use crate::store::outbox::{Message, Row, State, Urgency};
use crate::store::record::{Chain, Outcome};
use crate::store::testing::{Base, on_both};
use crate::store::{Store, StoreError};

/// More calls than ever come through the gate at once.
const WIDE: u32 = 10_000;
const START: Instant = Instant::from_seconds(1_700_000_000);

/// What a call to the platform does.
#[derive(Clone, Debug)]
enum Answer {
    Accept,
    Refuse(SendError),
    /// Takes the message, and the answer never comes.
    AcceptAndHang,
    /// Neither takes it nor answers.
    Hang,
    AcceptAndMove(&'static str),
    Panic,
}

/// A call as the platform saw it.
#[derive(Clone, Debug, PartialEq)]
struct Call {
    key: String,
    to: Address,
    /// The message that was edited.
    edits: Option<String>,
    text: String,
    under: Option<String>,
    first_tried: Option<Instant>,
    plain: bool,
    maybe_repeat: bool,
    at: Duration,
}

/// A platform in memory: it remembers what is visible, and does what the script says, then accepts.
#[derive(Debug)]
struct Model {
    platform: Platform,
    began: std::time::Instant,
    gate: Semaphore,
    changed: Notify,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    script: VecDeque<Answer>,
    calls: Vec<Call>,
    /// Every message that was accepted: id, place, key, text, marked as a repeat.
    visible: Vec<(String, Address, String, String, bool)>,
    by_place: BTreeMap<Address, (u32, u32)>,
}

/// Counts a call as ended also when the worker is killed in the middle of it.
struct Inside<'a>(&'a Model, Address);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inner.lock().unwrap().by_place.get_mut(&self.1).unwrap().0 -= 1;
        self.0.changed.notify_waiters();
    }
}

impl Model {
    fn new(platform: Platform) -> Arc<Self> {
        Arc::new(Self {
            platform,
            began: std::time::Instant::now(),
            gate: Semaphore::new(WIDE as usize),
            changed: Notify::new(),
            inner: Mutex::default(),
        })
    }

    fn script(self: &Arc<Self>, answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        self.inner.lock().unwrap().script.extend(answers);
        Arc::clone(self)
    }

    fn calls(&self) -> Vec<Call> {
        self.inner.lock().unwrap().calls.clone()
    }

    fn visible(&self) -> Vec<(String, Address, String, String, bool)> {
        self.inner.lock().unwrap().visible.clone()
    }

    /// The most calls that were open at once for one place.
    fn crowd(&self) -> u32 {
        self.inner.lock().unwrap().by_place.values().map(|(_, most)| *most).max().unwrap_or(0)
    }

    /// Waits until the platform has seen what is wanted.
    async fn until(&self, wanted: impl Fn(&Inner) -> bool) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if wanted(&self.inner.lock().unwrap()) {
                return;
            }
            changed.await;
        }
    }

    fn take(&self, edits: Option<&str>, outgoing: &Outgoing) -> Answer {
        let mut inner = self.inner.lock().unwrap();
        let to = outgoing.to.clone();
        inner.calls.push(Call {
            key: outgoing.key.clone(),
            to: to.clone(),
            edits: edits.map(ToOwned::to_owned),
            text: outgoing.spoken.plain_text(),
            under: outgoing.under.clone(),
            first_tried: outgoing.first_tried,
            plain: outgoing.plain,
            maybe_repeat: outgoing.maybe_repeat,
            at: self.began.elapsed(),
        });
        let crowd = inner.by_place.entry(to).or_default();
        crowd.0 += 1;
        crowd.1 = crowd.1.max(crowd.0);
        let answer = inner.script.pop_front().unwrap_or(Answer::Accept);
        drop(inner);
        self.changed.notify_waiters();
        answer
    }

    fn accept(&self, edits: Option<&str>, outgoing: &Outgoing) -> Result<Delivered, SendError> {
        let mut inner = self.inner.lock().unwrap();
        let text = outgoing.spoken.plain_text();
        let known = match edits {
            Some(id) => inner.visible.iter().position(|(known, ..)| known == id),
            // Discord's nonce and the web's key; Telegram has none.
            None if self.platform == Platform::Telegram => None,
            None => inner.visible.iter().position(|(_, _, key, ..)| *key == outgoing.key),
        };
        let message = match known {
            Some(index) => {
                if edits.is_some() {
                    inner.visible[index].3 = text;
                    inner.visible[index].4 = outgoing.maybe_repeat;
                }
                inner.visible[index].0.clone()
            }
            None => {
                let id = format!("{}", 100 + inner.visible.len());
                let row =
                    (id.clone(), outgoing.to.clone(), outgoing.key.clone(), text, outgoing.maybe_repeat);
                inner.visible.push(row);
                id
            }
        };
        drop(inner);
        self.changed.notify_waiters();
        Ok(Delivered { message, moved_to: None })
    }

    async fn serve(&self, edits: Option<&str>, outgoing: &Outgoing) -> Result<Delivered, SendError> {
        let answer = self.take(edits, outgoing);
        let _inside = Inside(self, outgoing.to.clone());
        let _through = self.gate.acquire().await.unwrap();
        match answer {
            Answer::Accept => self.accept(edits, outgoing),
            Answer::Refuse(error) => Err(error),
            Answer::AcceptAndHang => {
                drop(self.accept(edits, outgoing));
                std::future::pending().await
            }
            Answer::Hang => std::future::pending().await,
            Answer::AcceptAndMove(to) => {
                let moved_to = Some(to.parse().unwrap());
                self.accept(edits, outgoing).map(|delivered| Delivered { moved_to, ..delivered })
            }
            Answer::Panic => panic!("an adapter that panics (this is part of the test)"),
        }
    }
}

impl Chat for Model {
    fn platform(&self) -> Platform {
        self.platform
    }

    fn health(&self) -> Health {
        Health::Up
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Delivered, SendError>> {
        self.serve(None, outgoing).boxed()
    }

    fn edit<'a>(
        &'a self,
        message: &'a str,
        outgoing: &'a Outgoing,
    ) -> BoxFuture<'a, Result<Delivered, SendError>> {
        self.serve(Some(message), outgoing).boxed()
    }
}

#[derive(Debug)]
struct Plain;

impl Speaker for Plain {
    fn speak<'a>(&'a self, row: &'a Row) -> BoxFuture<'a, Result<Spoken, StoreError>> {
        let text = match &row.message.doc.head[0] {
            Text::Value(Value::Name(text)) => text.clone(),
            _ => match &row.message.doc.blocks[0] {
                Block::List(lines) => format!("{} lines", lines.len()),
                other => panic!("{other:?}"),
            },
        };
        let outcome = match text.as_str() {
            "unspeakable" => Err(StoreError::Broken("no words".to_owned())),
            _ => Ok(Spoken {
                language: crate::i18n::Language::English,
                tone: Tone::Information,
                symbol: "i",
                head: vec![Run::own(text)],
                reference: None,
                blocks: Vec::new(),
                picture: None,
                buttons: Vec::new(),
                footer: Vec::new(),
            }),
        };
        std::future::ready(outcome).boxed()
    }
}

/// Remembers what it was told.
#[derive(Debug, Default)]
struct Told {
    given_up: Mutex<Vec<Failure>>,
    delayed: Mutex<Vec<Failure>>,
    delivered: Mutex<Vec<(String, Span)>>,
    moved: Mutex<Vec<(String, String)>>,
    changed: Notify,
}

impl Watch for Told {
    fn given_up(&self, failure: &Failure) {
        self.given_up.lock().unwrap().push(failure.clone());
        self.changed.notify_waiters();
    }

    fn delayed(&self, failure: &Failure) {
        self.delayed.lock().unwrap().push(failure.clone());
        self.changed.notify_waiters();
    }

    fn delivered(&self, row: &Row, after: Span) {
        self.delivered.lock().unwrap().push((row.message.key.clone(), after));
        self.changed.notify_waiters();
    }

    fn moved(&self, from: &Address, to: &Address) {
        self.moved.lock().unwrap().push((from.to_string(), to.to_string()));
        self.changed.notify_waiters();
    }
}

impl Told {
    async fn until(&self, wanted: impl Fn(&Self) -> bool) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if wanted(self) {
                return;
            }
            changed.await;
        }
    }

    /// Waits until so many messages arrived.
    async fn delivered(&self, count: usize) {
        self.until(|told| told.delivered.lock().unwrap().len() >= count).await;
    }

    /// Waits until so many messages were given up, and returns them.
    async fn given_up(&self, count: usize) -> Vec<Failure> {
        self.until(|told| told.given_up.lock().unwrap().len() >= count).await;
        self.given_up.lock().unwrap().clone()
    }
}

/// Everything a worker needs, with no pacing and short waits.
struct World {
    store: Store,
    clock: Arc<ManualClock>,
    told: Arc<Told>,
    chats: Vec<Arc<dyn Chat>>,
    settings: Settings,
}

impl World {
    async fn new<const N: usize>(base: &Base, chats: [&Arc<Model>; N]) -> Self {
        let chat = |model: &Arc<Model>| Arc::clone(model) as Arc<dyn Chat>;
        Self {
            store: base.open().await,
            clock: Arc::new(ManualClock::new(START)),
            told: Arc::default(),
            chats: chats.into_iter().map(chat).collect(),
            settings: Settings {
                pace: PaceSettings(BTreeMap::new()),
                patience: Patience { first: Span::from_millis(20), ..Patience::default() },
                look_every: Duration::from_millis(50),
                ..Settings::default()
            },
        }
    }

    fn work(&self) -> Worker {
        Worker::start(Parts {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            chats: self.chats.clone(),
            speaker: Arc::new(Plain),
            watch: Arc::clone(&self.told) as Arc<dyn Watch>,
            settings: self.settings.clone(),
        })
    }

    async fn post(&self, posts: Vec<Message>) {
        self.store.commit(Commit { posts, ..Commit::at(self.clock.now()) }).await.unwrap();
    }

    async fn card(&self, number: u32, to: &str, words: &str) {
        let cards = vec![Message { doc: doc(words), ..post(&format!("card/{number}"), to) }];
        self.store.commit(Commit { cards, ..Commit::at(self.clock.now()) }).await.unwrap();
    }

    /// Lets the waits between tries pass.
    fn later(&self, worker: &Worker) {
        self.clock.advance(Span::from_minutes(10));
        worker.wake();
    }

    /// Lets time pass, minute by minute, until the platform has seen what is wanted.
    async fn until(&self, worker: &Worker, model: &Model, wanted: impl Fn(&Inner) -> bool) {
        while tokio::time::timeout(Duration::from_millis(20), model.until(&wanted)).await.is_err() {
            self.clock.advance(Span::from_minutes(1));
            worker.wake();
        }
    }

    async fn outcomes(&self) -> Vec<Outcome> {
        let mut lines = self.store.record(&Chain::Operators, 10_000, 0).await.unwrap();
        lines.reverse();
        lines.into_iter().map(|line| line.said.outcome).collect()
    }
}

fn doc(words: &str) -> Doc {
    Doc::new(Tone::Information, Text::name(words), START)
}

fn post(key: &str, to: &str) -> Message {
    Message {
        key: format!("{key}/{to}"),
        to: to.parse().unwrap(),
        chain: Chain::Operators,
        kind: "late".to_owned(),
        urgency: Urgency::Rest,
        locale: Locale { language: Language::English, zone: chrono_tz::UTC },
        doc: doc(key),
        under: None,
        not_before: None,
    }
}

fn retry(after: Option<Duration>) -> Answer {
    Answer::Refuse(SendError::Retry { after, reason: "429".to_owned() })
}

fn unsure() -> Answer {
    Answer::Refuse(SendError::Uncertain { reason: "time-out".to_owned() })
}

fn fail(cause: FailCause) -> Answer {
    Answer::Refuse(SendError::Fail { cause, reason: "no".to_owned() })
}

#[tokio::test]
async fn a_message_goes_out_once_with_its_card_above_it() {
    on_both(async |base: Base| {
        let discord = Model::new(Platform::Discord);
        let world = World::new(&base, [&discord]).await;
        let worker = world.work();
        world.card(1, "discord:1", "card").await;
        let under = Some("card/1/discord:1".to_owned());
        world.post(vec![Message { under, ..post("late", "discord:1") }]).await;
        world.told.delivered(2).await;
        worker.stop().await;
        let calls = discord.calls();
        assert_eq!(calls.len(), 2);
        assert_eq!((calls[0].text.as_str(), calls[1].text.as_str()), ("i card", "i late"));
        assert_eq!(calls[1].under.as_deref(), Some("100"));
        assert!(calls.iter().all(|call| call.first_tried.is_none() && !call.plain && !call.maybe_repeat));
        assert_eq!(world.outcomes().await, [Outcome::Sent; 2]);
        let line = &world.store.said_at("discord:1", &[Chain::Operators], 1, 0).await.unwrap()[0];
        use sha2::Digest;
        assert_eq!(line.said.sha256, hex::encode(sha2::Sha256::digest("i late")));
        world.store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_rest_that_the_platform_asks_for_is_kept() {
    let telegram = Model::new(Platform::Telegram);
    let rest = Duration::from_millis(150);
    telegram.script([retry(Some(rest))]);
    let base = Base::sqlite();
    let world = World::new(&base, [&telegram]).await;
    let worker = world.work();
    world.post(vec![post("a", "telegram:1"), post("b", "telegram:1"), post("c", "telegram:2")]).await;
    telegram.until(|inner| inner.calls.len() >= 2).await;
    world.later(&worker);
    world.told.delivered(3).await;
    let calls = telegram.calls();
    let resting: Vec<&Call> = calls.iter().filter(|call| call.to.channel == "1").collect();
    assert_eq!(resting.len(), 3);
    let gap = resting[1].at - resting[0].at;
    assert!(gap >= rest, "nothing else went there either: {gap:?}");
    let second = resting.iter().find(|call| call.first_tried.is_some()).unwrap();
    assert_eq!((second.text.as_str(), second.first_tried), ("i a", Some(START)));
    assert_eq!(world.outcomes().await, [Outcome::Sent; 3], "a refusal is no delivery");
    worker.stop().await;
}

#[tokio::test]
async fn an_unclear_outcome_on_telegram_is_repeated_once_and_says_so() {
    on_both(async |base: Base| {
        let telegram = Model::new(Platform::Telegram).script([unsure(), unsure()]);
        let world = World::new(&base, [&telegram]).await;
        let worker = world.work();
        world.post(vec![post("late", "telegram:1")]).await;
        world.until(&worker, &telegram, |inner| inner.calls.len() == 2).await;
        let given_up = world.told.given_up(1).await;
        assert_eq!(given_up[0].trouble, Trouble::Uncertain);
        assert_eq!(given_up[0].reason, "time-out");
        world.later(&worker);
        worker.stop().await;
        let marks: Vec<bool> = telegram.calls().iter().map(|call| call.maybe_repeat).collect();
        assert_eq!(marks, [false, true]);
        assert_eq!(world.outcomes().await, [Outcome::Uncertain; 2]);
        world.store.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_unclear_outcome_is_repeated_freely_where_repeats_are_recognised() {
    let discord =
        Model::new(Platform::Discord).script([Answer::AcceptAndHang, unsure(), unsure(), Answer::Accept]);
    let base = Base::sqlite();
    let mut world = World::new(&base, [&discord]).await;
    world.settings.send_timeout = Duration::from_millis(30);
    let worker = world.work();
    world.card(1, "discord:1", "one").await;
    discord.until(|inner| inner.calls.len() == 1).await;
    // While the first try hangs, the card changes.
    world.card(1, "discord:1", "two").await;
    let shown = |inner: &Inner| inner.visible.len() == 1 && inner.visible[0].3 == "i two";
    world.until(&worker, &discord, shown).await;
    worker.stop().await;
    let calls = discord.calls();
    let creates: Vec<&Call> = calls.iter().filter(|call| call.edits.is_none()).collect();
    assert_eq!(creates.len(), 4);
    assert!(creates.iter().all(|call| call.key == "card/1/discord:1" && !call.maybe_repeat));
    assert!(creates[1].first_tried.is_some());
    assert_eq!(discord.visible().len(), 1, "the first try's message was found and brought up to date");
}

#[tokio::test]
async fn a_card_sent_twice_on_telegram_stays_marked() {
    let telegram = Model::new(Platform::Telegram).script([Answer::AcceptAndHang]);
    let base = Base::sqlite();
    let mut world = World::new(&base, [&telegram]).await;
    world.settings.send_timeout = Duration::from_millis(30);
    let worker = world.work();
    world.card(1, "telegram:1", "one").await;
    world.until(&worker, &telegram, |inner| inner.calls.len() == 2).await;
    world.told.delivered(1).await;
    world.card(1, "telegram:1", "two").await;
    world.told.delivered(2).await;
    worker.stop().await;
    let seen: Vec<(String, bool)> =
        telegram.visible().into_iter().map(|(_, _, _, text, marked)| (text, marked)).collect();
    assert_eq!(seen, [("i one".to_owned(), false), ("i two".to_owned(), true)]);
    assert_eq!(telegram.calls()[2].edits.as_deref(), Some("101"), "the newest is kept up to date");
}

#[tokio::test]
async fn what_keeps_failing_is_told_while_it_is_still_tried() {
    let telegram =
        Model::new(Platform::Telegram).script([retry(None), retry(None), fail(FailCause::Unauthorized)]);
    let base = Base::sqlite();
    let world = World::new(&base, [&telegram]).await;
    let worker = world.work();
    world.post(vec![post("a", "telegram:1")]).await;
    world.until(&worker, &telegram, |inner| inner.calls.len() == 1).await;
    // A first failure is nothing; after a while people must know.
    assert!(world.told.delayed.lock().unwrap().is_empty());
    world.clock.set(START + Span::from_minutes(11));
    worker.wake();
    world.told.until(|told| told.delayed.lock().unwrap().len() == 1).await;
    world.until(&worker, &telegram, |inner| inner.calls.len() == 3).await;
    world.told.until(|told| told.delayed.lock().unwrap().len() == 2).await;
    let told = world.told.delayed.lock().unwrap().clone();
    assert!(told.iter().all(|failure| failure.goes_on));
    let troubles: Vec<Trouble> = told.iter().map(|failure| failure.trouble).collect();
    assert_eq!(troubles, [Trouble::Unreached, Trouble::Refused(FailCause::Unauthorized)]);
    worker.stop().await;
}

#[tokio::test]
async fn lines_of_an_hour_are_one_message() {
    on_both(async |base: Base| {
        let telegram = Model::new(Platform::Telegram);
        let world = World::new(&base, [&telegram]).await;
        let hour = START + Span::from_hours(1);
        let line = |key: &str, to: &str| Message {
            kind: crate::store::outbox::COLLECTED.to_owned(),
            not_before: Some(hour),
            ..post(key, to)
        };
        let worker = world.work();
        world.post(vec![line("a", "telegram:@1"), line("b", "telegram:@1"), line("a", "telegram:@2")]).await;
        world.post(vec![line("c", "telegram:@1"), post("now", "telegram:@1")]).await;
        world.told.delivered(1).await;
        // A restart in between changes nothing.
        worker.stop().await;
        world.clock.set(hour);
        let worker = world.work();
        world.told.delivered(3).await;
        world.later(&worker);
        worker.stop().await;
        let mut seen: Vec<(String, String)> =
            telegram.visible().into_iter().map(|(_, to, _, text, _)| (to.to_string(), text)).collect();
        seen.sort();
        let expected = [("telegram:@1", "i 3 lines"), ("telegram:@1", "i now"), ("telegram:@2", "i 1 lines")];
        assert_eq!(seen, expected.map(|(to, text)| (to.to_owned(), text.to_owned())));
        let merged = world.outcomes().await.into_iter().filter(|outcome| *outcome == Outcome::Merged);
        assert_eq!(merged.count(), 2, "every line is accounted for");
        world.store.close().await;
    })
    .await;
}

#[tokio::test]
async fn refused_markup_becomes_plain_text() {
    let discord = Model::new(Platform::Discord);
    discord.script([
        fail(FailCause::Markup),
        Answer::Accept,
        fail(FailCause::Markup),
        fail(FailCause::Markup),
    ]);
    let base = Base::sqlite();
    let world = World::new(&base, [&discord]).await;
    let worker = world.work();
    world.post(vec![post("a", "discord:1")]).await;
    world.told.delivered(1).await;
    world.post(vec![post("b", "discord:1")]).await;
    let given_up = world.told.given_up(1).await;
    assert_eq!(given_up[0].trouble, Trouble::Refused(FailCause::Markup));
    let plain: Vec<bool> = discord.calls().iter().map(|call| call.plain).collect();
    assert_eq!(plain, [false, true, false, true]);
    worker.stop().await;
}

#[tokio::test]
async fn a_dead_place_is_reported_and_holds_up_no_other() {
    on_both(async |base: Base| {
        let discord = Model::new(Platform::Discord).script([fail(FailCause::DestinationGone)]);
        let world = World::new(&base, [&discord]).await;
        let worker = world.work();
        world.post(vec![post("a", "discord:1")]).await;
        let given_up = world.told.given_up(1).await;
        assert_eq!(given_up[0].trouble, Trouble::Refused(FailCause::DestinationGone));
        assert_eq!(given_up[0].row.message.key, "a/discord:1");
        world.post(vec![post("b", "discord:2"), post("c", "discord:1")]).await;
        world.told.delivered(2).await;
        worker.stop().await;
        assert_eq!(world.outcomes().await, [Outcome::Failed, Outcome::Sent, Outcome::Sent]);
        world.store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_card_whose_message_was_deleted_is_posted_anew() {
    let discord = Model::new(Platform::Discord);
    discord.script([Answer::Accept, fail(FailCause::MessageGone)]);
    let base = Base::sqlite();
    let world = World::new(&base, [&discord]).await;
    let worker = world.work();
    world.card(1, "discord:1", "one").await;
    world.told.delivered(1).await;
    world.card(1, "discord:1", "two").await;
    world.until(&worker, &discord, |inner| inner.calls.len() == 3).await;
    world.told.delivered(2).await;
    worker.stop().await;
    let calls = discord.calls();
    assert_eq!(calls[1].edits.as_deref(), Some("100"));
    assert_eq!(calls[2].edits, None);
    assert_ne!(calls[2].key, calls[0].key, "or Discord would answer with the deleted one");
    assert_eq!(discord.visible().len(), 2);
}

#[tokio::test]
async fn a_thousand_edits_collapse_into_few() {
    let discord = Model::new(Platform::Discord);
    let base = Base::sqlite();
    let world = World::new(&base, [&discord]).await;
    let worker = world.work();
    let closed = discord.gate.acquire_many(WIDE).await.unwrap();
    world.card(1, "discord:1", "0").await;
    discord.until(|inner| inner.calls.len() == 1).await;
    for n in 1..=1000 {
        world.card(1, "discord:1", &n.to_string()).await;
    }
    drop(closed);
    discord.until(|inner| inner.visible.iter().any(|(_, _, _, text, _)| text == "i 1000")).await;
    worker.stop().await;
    assert_eq!(discord.calls().len(), 2);
    let row = world.store.message("card/1/discord:1").await.unwrap().unwrap();
    assert_eq!((row.version, row.sent_version, row.state), (1001, 1001, State::Sent));
}

#[tokio::test]
async fn a_storm_is_paced_and_loses_nothing() {
    on_both(async |base: Base| {
        let telegram = Model::new(Platform::Telegram);
        let mut world = World::new(&base, [&telegram]).await;
        // Telegram's limits, a hundred times faster: 1,000 messages take at least half a second.
        let ms = Duration::from_micros;
        let limits = Limits {
            overall: Some(Rate::new(ms(500), 10)),
            place: vec![Rate::new(ms(10_000), 1)],
            group: Vec::new(),
        };
        world.settings.pace = PaceSettings(BTreeMap::from([(Platform::Telegram, limits)]));
        let posts = (0..1000).map(|n| post(&format!("p{n}"), &format!("telegram:{}", n % 40 + 1)));
        world.post(posts.collect()).await;
        let began = std::time::Instant::now();
        let worker = world.work();
        world.told.delivered(1000).await;
        let took = began.elapsed();
        worker.stop().await;
        assert!(took >= Duration::from_millis(490), "{took:?}");
        assert_eq!(telegram.crowd(), 1, "one at a time for each place");
        let calls = telegram.calls();
        assert_eq!(calls.len(), 1000);
        for place in 1..=40 {
            let channel = place.to_string();
            let texts: Vec<String> =
                calls.iter().filter(|call| call.to.channel == channel).map(|c| c.text.clone()).collect();
            let expected: Vec<String> = (0..25).map(|n| format!("i p{}", n * 40 + place - 1)).collect();
            assert_eq!(texts, expected, "in order");
        }
        assert_eq!(world.outcomes().await.len(), 1000);
        world.store.close().await;
    })
    .await;
}

/// Kills the worker again and again while messages are on their way, on a platform that also hangs, refuses
/// and accepts without answering.
async fn killed_again_and_again(base: &Base, platform: Platform) -> (Arc<Model>, BTreeSet<String>) {
    const POSTS: usize = 120;
    let model = Model::new(platform);
    let name = platform.name();
    let faults = (0..40).map(|n| match n % 5 {
        0 => Answer::AcceptAndHang,
        1 => Answer::Hang,
        2 => retry(None),
        _ => Answer::Accept,
    });
    model.script(faults);
    let mut keys = BTreeSet::new();
    let mut world = World::new(base, [&model]).await;
    let posts: Vec<Message> =
        (0..POSTS).map(|n| post(&format!("p{n}"), &format!("{name}:{}", n % 7 + 1))).collect();
    keys.extend(posts.iter().map(|post| post.key.clone()));
    world.post(posts).await;
    for round in 1..=30_usize {
        let worker = world.work();
        world.later(&worker);
        // Killed after a few more calls, at whatever they are doing.
        let seen = model.calls().len() + round % 4;
        let more = model.until(|inner| inner.calls.len() >= seen);
        drop(tokio::time::timeout(Duration::from_millis(100), more).await);
        drop(worker);
        world.store.close().await;
        let clock = Arc::clone(&world.clock);
        world = World::new(base, [&model]).await;
        world.clock = clock;
    }
    world.settings.send_timeout = Duration::from_millis(100);
    let worker = world.work();
    let unsettled = async || {
        let counts = world.store.outbox_counts().await.unwrap();
        counts.iter().any(|count| matches!(count.state, State::Waiting | State::Claimed))
    };
    while unsettled().await {
        world.clock.advance(Span::from_seconds(1));
        worker.wake();
        drop(tokio::time::timeout(Duration::from_millis(5), model.changed.notified()).await);
    }
    worker.stop().await;
    let lines = world.store.record(&Chain::Operators, 10_000, 0).await.unwrap();
    for line in lines {
        keys.remove(&line.said.key);
    }
    world.store.verify_record(&Chain::Operators).await.unwrap().unwrap();
    world.store.close().await;
    (model, keys)
}

#[tokio::test]
async fn killed_again_and_again_discord_shows_every_message_once() {
    on_both(async |base: Base| {
        let (discord, unrecorded) = killed_again_and_again(&base, Platform::Discord).await;
        assert!(unrecorded.is_empty(), "{unrecorded:?}");
        let visible = discord.visible();
        let keys: BTreeSet<&String> = visible.iter().map(|(_, _, key, ..)| key).collect();
        assert_eq!((keys.len(), visible.len()), (120, 120));
        assert!(visible.iter().all(|(.., marked)| !marked));
        assert_eq!(discord.crowd(), 1);
    })
    .await;
}

#[tokio::test]
async fn killed_again_and_again_telegram_shows_repeats_only_with_a_mark() {
    on_both(async |base: Base| {
        let (telegram, unrecorded) = killed_again_and_again(&base, Platform::Telegram).await;
        assert!(unrecorded.is_empty(), "{unrecorded:?}");
        let mut unmarked = BTreeSet::new();
        let mut shown = BTreeSet::new();
        for (_, _, key, _, marked) in telegram.visible() {
            assert!(marked || unmarked.insert(key.clone()), "{key} was repeated without a word");
            shown.insert(key);
        }
        // What did not arrive was reported as uncertain: the program ended five times over it, or the
        // platform left it unclear twice.
        let store = base.open().await;
        for n in 0..120 {
            let key = format!("p{n}/telegram:{}", n % 7 + 1);
            let row = store.message(&key).await.unwrap().unwrap();
            let expected = if shown.contains(&key) { row.state } else { State::Uncertain };
            assert_eq!(row.state, expected, "{key} is missing");
        }
        assert!(shown.len() > 100, "{}", shown.len());
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_stop_finishes_what_is_being_sent_and_releases_the_rest() {
    on_both(async |base: Base| {
        let discord = Model::new(Platform::Discord);
        let mut world = World::new(&base, [&discord]).await;
        let limits = Limits { place: vec![Rate::new(Duration::from_secs(3600), 1)], ..Limits::default() };
        world.settings.pace = PaceSettings(BTreeMap::from([(Platform::Discord, limits)]));
        let worker = world.work();
        let closed = discord.gate.acquire_many(WIDE).await.unwrap();
        world.post(vec![post("a", "discord:1"), post("b", "discord:1")]).await;
        discord.until(|inner| inner.calls.len() == 1).await;
        let stopping = tokio::spawn(worker.stop());
        drop(closed);
        stopping.await.unwrap();
        let sent = world.store.message("a/discord:1").await.unwrap().unwrap();
        assert_eq!(sent.state, State::Sent);
        let left = world.store.message("b/discord:1").await.unwrap().unwrap();
        assert_eq!((left.state, left.attempts), (State::Waiting, 0));
        world.store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_message_without_words_is_given_up() {
    let discord = Model::new(Platform::Discord);
    let base = Base::sqlite();
    let world = World::new(&base, [&discord]).await;
    let worker = world.work();
    let odd = Message { doc: doc("unspeakable"), ..post("a", "discord:1") };
    world.post(vec![odd, post("b", "discord:1")]).await;
    let given_up = world.told.given_up(1).await;
    assert!(given_up[0].reason.contains("no words"), "{}", given_up[0].reason);
    world.told.delivered(1).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_group_that_moved_is_followed() {
    let telegram = Model::new(Platform::Telegram).script([Answer::AcceptAndMove("telegram:-1005")]);
    let base = Base::sqlite();
    let world = World::new(&base, [&telegram]).await;
    let worker = world.work();
    world.post(vec![post("a", "telegram:-5"), post("b", "telegram:-5")]).await;
    world.told.delivered(2).await;
    worker.stop().await;
    let to: Vec<String> = telegram.calls().iter().map(|call| call.to.to_string()).collect();
    assert_eq!(to, ["telegram:-5", "telegram:-1005"]);
    assert_eq!(*world.told.moved.lock().unwrap(), [("telegram:-5".to_owned(), "telegram:-1005".to_owned())]);
}

#[tokio::test]
async fn an_adapter_that_panics_costs_one_claim() {
    let discord = Model::new(Platform::Discord).script([Answer::Panic]);
    let base = Base::sqlite();
    let world = World::new(&base, [&discord]).await;
    let worker = world.work();
    world.post(vec![post("a", "discord:1"), post("b", "discord:2")]).await;
    world.told.delivered(1).await;
    // Until the claim runs out nobody may touch it; then it is settled as interrupted and tried again.
    world.until(&worker, &discord, |inner| inner.visible.len() == 2).await;
    worker.stop().await;
    assert_eq!(discord.calls().len(), 3);
}

#[tokio::test]
async fn a_jump_of_the_clock_does_not_take_a_message_from_its_sender() {
    let telegram = Model::new(Platform::Telegram);
    let base = Base::sqlite();
    let mut world = World::new(&base, [&telegram]).await;
    world.settings.look_every = Duration::ZERO;
    let worker = world.work();
    let closed = telegram.gate.acquire_many(WIDE).await.unwrap();
    // Each further message shows that the worker looked around once more.
    for place in 1..=5 {
        world.post(vec![post("a", &format!("telegram:{place}"))]).await;
        telegram.until(|inner| inner.calls.len() == place).await;
        world.clock.advance(Span::from_days(2));
    }
    drop(closed);
    world.told.delivered(5).await;
    worker.stop().await;
    assert_eq!(telegram.calls().len(), 5);
}
