//! The adapter, a fake Telegram, and a desk that answers as a story asks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use upheld::chat::telegram::{Drafts, DraftsError, Pace, Settings, Telegram};
use upheld::chat::{Answer, Ask, Chat, CommandSpec, Desk, Health, Inbound, Outgoing};
use upheld::clock::ManualClock;
use upheld::core::doc::{Press, Tone, Weight};
use upheld::core::time::Instant;
use upheld::i18n::Language;
use upheld::i18n::spoken::{Run, Spoken, SpokenBlock, SpokenButton, SpokenForm, SpokenFormField};
use upheld::store::record::Chain;

use crate::fake::telegram::{self as fake, TOKEN};
use crate::picture::with_picture;

/// Everything a story needs. The adapter runs on threads of its own, so that it can be killed.
pub struct World {
    pub fake: fake::Telegram,
    pub desk: Arc<TestDesk>,
    pub drafts: Arc<MemoryDrafts>,
    pub pace: Pace,
    running: Option<Running>,
}

struct Running {
    runtime: Runtime,
    adapter: Arc<Telegram>,
    listening: JoinHandle<()>,
    shutdown: CancellationToken,
}

impl World {
    pub async fn new() -> Self {
        Self::on(fake::Telegram::start().await)
    }

    pub fn on(fake: fake::Telegram) -> Self {
        let mut world = Self::asleep(fake);
        world.start();
        world
    }

    /// With the adapter not yet started.
    pub fn asleep(fake: fake::Telegram) -> Self {
        let pace = Pace {
            time_limit: Duration::from_secs(20),
            poll: Duration::from_secs(1),
            repeat: Duration::from_millis(20),
            patience: Duration::from_secs(20),
            first_wait: Duration::from_millis(10),
            longest_wait: Duration::from_millis(50),
        };
        Self { fake, desk: Arc::default(), drafts: Arc::default(), pace, running: None }
    }

    pub fn start(&mut self) {
        self.start_at(self.fake.url());
    }

    pub fn start_at(&mut self, api_url: url::Url) {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let settings = Settings { token: TOKEN.to_owned(), api_url, pace: self.pace };
        let shutdown = CancellationToken::new();
        let inside = runtime.enter();
        let (adapter, listening) = Telegram::start(
            &settings,
            Arc::clone(&self.desk) as Arc<dyn Desk>,
            Arc::new(ManualClock::new(Instant::from_seconds(1_795_000_000))),
            Arc::clone(&self.drafts) as Arc<dyn Drafts>,
            shutdown.clone(),
        )
        .unwrap();
        drop(inside);
        self.running = Some(Running { runtime, adapter, listening, shutdown });
    }

    pub fn adapter(&self) -> Arc<Telegram> {
        Arc::clone(&self.running.as_ref().unwrap().adapter)
    }

    /// Kills the adapter where it stands.
    pub fn crash(&mut self) {
        self.running.take().unwrap().runtime.shutdown_background();
    }

    /// Ends the adapter as the program's end does.
    pub async fn stop(&mut self) {
        let running = self.running.take().unwrap();
        running.shutdown.cancel();
        running.listening.await.unwrap();
        running.runtime.shutdown_background();
    }

    /// Waits until the adapter says so of itself; it tells nobody when it changes.
    pub async fn until_health(&self, wanted: impl Fn(&Health) -> bool) -> Health {
        let adapter = self.adapter();
        for _ in 0..3000 {
            let health = adapter.health();
            if wanted(&health) {
                return health;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("waited in vain for another state than {:?}", adapter.health());
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.runtime.shutdown_background();
        }
    }
}

/// Answers by a fixed table, remembers what it heard, and handles each act once, as the real one does.
#[derive(Default)]
pub struct TestDesk {
    heard: Mutex<Vec<Inbound>>,
    handled: Mutex<BTreeSet<String>>,
    changes: watch::Sender<u64>,
    gates: Mutex<BTreeMap<String, Arc<Notify>>>,
}

impl fmt::Debug for TestDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestDesk")
    }
}

impl TestDesk {
    /// What comes from this place waits until the gate is opened.
    pub fn gate(&self, place: &str) -> Arc<Notify> {
        let gate = Arc::new(Notify::new());
        self.gates.lock().unwrap().insert(place.to_owned(), Arc::clone(&gate));
        gate
    }

    pub fn heard(&self) -> Vec<Inbound> {
        self.heard.lock().unwrap().clone()
    }

    /// Waits until so many acts were heard, repeated ones included, and returns the last.
    pub async fn hears(&self, count: usize) -> Inbound {
        let mut changes = self.changes.subscribe();
        let heard = async {
            loop {
                if let Some(inbound) = self.heard().get(count - 1) {
                    return inbound.clone();
                }
                changes.changed().await.unwrap();
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(30), heard).await;
        waited.unwrap_or_else(|_| panic!("heard only {:#?}", self.heard()))
    }
}

impl Desk for TestDesk {
    fn handle(&self, inbound: Inbound) -> BoxFuture<'_, Answer> {
        async move {
            self.heard.lock().unwrap().push(inbound.clone());
            self.changes.send_modify(|count| *count += 1);
            let gate = self.gates.lock().unwrap().remove(&inbound.from.to_string());
            if let Some(gate) = gate {
                gate.notified().await;
            }
            if !self.handled.lock().unwrap().insert(inbound.id.clone()) {
                return Answer::Nothing;
            }
            answer(&inbound.ask)
        }
        .boxed()
    }

    fn menu(&self, language: Language) -> Vec<CommandSpec> {
        let described = |english: &str, chinese: &str| match language {
            Language::English => english.to_owned(),
            Language::TraditionalChinese => chinese.to_owned(),
        };
        let spec =
            |name: &str, description| CommandSpec { name: name.to_owned(), description, options: vec![] };
        vec![
            spec("ack", described("Take an incident", "由我接手")),
            spec("status", described("How things stand", "目前狀態")),
            spec("Not a command", described("left out", "略過")),
        ]
    }
}

fn answer(ask: &Ask) -> Answer {
    let say = |text: &str, private| Answer::Say { spoken: spoken(text), private };
    match ask {
        Ask::Line(line) if line == "/panic" => panic!("the desk breaks on purpose"),
        Ask::Line(line) if line.starts_with("/secret") => say("Only you may read this", true),
        Ask::Line(line) if line.starts_with("/cause") => Answer::Form(cause()),
        Ask::Line(line) if line.starts_with("/picture") => {
            let rows = if line.ends_with("long") { 80 } else { 0 };
            let rows = (0..rows).map(|n| vec![Run::own(format!("answer number {n}"))]).collect();
            let blocks = if line.ends_with("long") { vec![SpokenBlock::Lines(rows)] } else { Vec::new() };
            let spoken = with_picture(Spoken { blocks, ..spoken("Results") });
            Answer::Say { spoken, private: false }
        }
        Ask::Line(line) if line.starts_with('/') => say(&format!("Answer to {line}"), false),
        Ask::Line(_) => say("I understand commands", false),
        Ask::Press { command, .. } if command.starts_with("why") => {
            let rows =
                (0..40).map(|n| vec![Run::own(format!("line {n} of the secret arithmetic"))]).collect();
            let spoken = Spoken { blocks: vec![SpokenBlock::Lines(rows)], ..spoken("Why") };
            Answer::Say { spoken, private: true }
        }
        Ask::Press { command, .. } if command.starts_with("cause") => Answer::Form(cause()),
        Ask::Press { .. } => say("You have INC-42", true),
        Ask::Filled { .. } => say("The cause is noted", false),
        Ask::ReplyTo { .. } | Ask::Words(_) => say("Noted", false),
    }
}

fn cause() -> SpokenForm {
    let field = |name: &str, required, choices| SpokenFormField {
        name: name.to_owned(),
        label: format!("The {name}"),
        value: None,
        multiline: false,
        required,
        max_length: 20,
        choices,
    };
    let choice = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    SpokenForm {
        language: Language::English,
        title: "Cause of INC-42".to_owned(),
        intro: vec![Run::own("What was it?")],
        command: "cause INC-42".to_owned(),
        fields: vec![
            field("category", true, vec![choice("net", "Network"), choice("app", "Program")]),
            field("text", true, vec![]),
            field("remark", false, vec![]),
        ],
        submit: "Send".to_owned(),
        cancel: "/cancel".to_owned(),
    }
}

/// A message of one line.
pub fn spoken(text: &str) -> Spoken {
    Spoken {
        language: Language::English,
        tone: Tone::Information,
        symbol: "",
        head: vec![Run::own(text)],
        reference: None,
        blocks: Vec::new(),
        picture: None,
        buttons: Vec::new(),
        footer: Vec::new(),
    }
}

/// An incident's card with its buttons.
pub fn card(head: &str) -> Spoken {
    let button = |label: &str, command: &str| SpokenButton {
        label: label.to_owned(),
        press: Press::Command(command.to_owned()),
        weight: Weight::Secondary,
    };
    Spoken {
        symbol: "■",
        reference: Some("INC-42".to_owned()),
        blocks: vec![SpokenBlock::Line(vec![Run::own("Checkout · "), Run::untrusted("@all <b>5xx</b>")])],
        buttons: vec![
            button("Acknowledge", "ack INC-42"),
            button("Why?", "why INC-42"),
            button("Cause", "cause INC-42"),
        ],
        ..spoken(head)
    }
}

pub fn outgoing(to: &str, spoken: Spoken) -> Outgoing {
    Outgoing {
        key: "incident/42/card".to_owned(),
        to: to.parse().unwrap(),
        audience: Chain::Operators,
        under: None,
        thread: None,
        spoken,
        enclosure: None,
        first_tried: None,
        plain: false,
        maybe_repeat: false,
    }
}

pub fn place(chat: i64) -> String {
    if chat > 0 { format!("telegram:@{chat}") } else { format!("telegram:{chat}") }
}

/// Drafts that outlive the adapter, as a database does.
#[derive(Debug, Default)]
pub struct MemoryDrafts(Mutex<BTreeMap<String, String>>);

impl MemoryDrafts {
    pub fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl Drafts for MemoryDrafts {
    fn save<'a>(
        &'a self,
        key: &'a str,
        draft: &'a str,
        _: Instant,
    ) -> BoxFuture<'a, Result<(), DraftsError>> {
        self.0.lock().unwrap().insert(key.to_owned(), draft.to_owned());
        std::future::ready(Ok(())).boxed()
    }

    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<String>, DraftsError>> {
        std::future::ready(Ok(self.0.lock().unwrap().get(key).cloned())).boxed()
    }

    fn forget<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), DraftsError>> {
        self.0.lock().unwrap().remove(key);
        std::future::ready(Ok(())).boxed()
    }
}
