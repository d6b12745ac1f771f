//! Telegram, as far as a bot can tell: a Bot API server on a port of its own that holds chats, people and
//! messages, speaks the real wire format, refuses what Telegram refuses, and takes faults.

mod http;
mod methods;
mod state;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use self::state::State;
pub use self::state::{Kind, Message, Notice};

pub const TOKEN: &str = "4242:AAtheTokenOfTheTests";
pub const BOT: u64 = 4242;
pub const USERNAME: &str = "UpheldTestBot";

/// What goes wrong with a call.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Refused, nothing done: status, description, `retry_after`.
    Refuse(u16, &'static str, Option<u64>),
    /// Done, but the connection breaks before the answer.
    Drop,
    /// Done, but the answer is no JSON.
    Garbage,
    /// Done, but the answer comes only when the gate is opened.
    Hold(Arc<Notify>),
    /// An answer of a proxy in between, nothing done: status and HTML.
    Proxy(u16),
}

/// The server. Stops with the test.
#[derive(Debug)]
pub struct Telegram {
    url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// Counts changes, for everyone who waits for one.
    changes: watch::Sender<u64>,
}

impl Shared {
    fn look(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.look());
        self.changes.send_modify(|count| *count += 1);
        result
    }
}

impl Drop for Telegram {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Telegram {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener)
    }

    /// A server on a port that was taken before, as when it comes up late.
    pub fn on(listener: tokio::net::TcpListener) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared { state: Mutex::default(), changes: watch::Sender::new(0) });
        let serving = tokio::spawn(http::serve(listener, Arc::clone(&shared)));
        Self { url, shared, serving }
    }

    pub fn url(&self) -> url::Url {
        self.url.parse().unwrap()
    }

    /// Waits until `look` finds something. Fails after a long time, so that a test can end.
    pub async fn until<T>(&self, what: &str, look: impl Fn(&State) -> Option<T>) -> T {
        let mut changes = self.shared.changes.subscribe();
        let found = async {
            loop {
                if let Some(found) = look(&self.shared.look()) {
                    return found;
                }
                changes.changed().await.unwrap();
            }
        };
        match tokio::time::timeout(Duration::from_secs(60), found).await {
            Ok(found) => found,
            Err(_) => panic!("waited in vain for {what}; {:#?}", self.shared.look()),
        }
    }

    // People and places.

    pub fn person(&self, name: &str, language: &str) -> u64 {
        self.shared.change(|state| state.person(name, language))
    }

    /// The person opens the private chat with the bot and presses Start; no update is made of it.
    pub fn start_private(&self, person: u64) -> i64 {
        self.shared.change(|state| state.private(person))
    }

    pub fn chat(&self, kind: Kind, title: &str) -> i64 {
        self.shared.change(|state| state.chat(kind, title))
    }

    pub fn topic(&self, forum: i64) -> i32 {
        self.shared.change(|state| state.topic(forum))
    }

    pub fn delete_topic(&self, forum: i64, topic: i32) {
        self.shared.change(|state| state.chats.get_mut(&forum).unwrap().topics.remove(&topic));
    }

    /// The bot is removed from a group, or blocked by a person.
    pub fn kick(&self, chat: i64) {
        self.shared.change(|state| state.kick(chat));
    }

    /// The group becomes a supergroup, with another id.
    pub fn migrate(&self, group: i64) -> i64 {
        self.shared.change(|state| state.migrate(group))
    }

    // What people do. Each returns the number of the update.

    pub fn say(&self, chat: i64, person: u64, text: &str) -> u32 {
        self.shared.change(|state| state.say(chat, None, person, text, None))
    }

    pub fn say_in(&self, forum: i64, topic: i32, person: u64, text: &str) -> u32 {
        self.shared.change(|state| state.say(forum, Some(topic), person, text, None))
    }

    pub fn reply(&self, chat: i64, message: i32, person: u64, text: &str) -> u32 {
        self.shared.change(|state| state.say(chat, None, person, text, Some(message)))
    }

    /// Presses the button with this label.
    pub fn press(&self, chat: i64, message: i32, label: &str, person: u64) -> u32 {
        self.shared.change(|state| state.press(chat, message, label, person))
    }

    /// What a button would tell the bot.
    pub fn behind(&self, chat: i64, message: i32, label: &str) -> String {
        self.message(chat, &message.to_string()).data(label).unwrap()
    }

    /// A person presses a button that their client still shows, whether or not it is there.
    pub fn press_kept(&self, chat: i64, message: i32, kept: &str, person: u64) -> u32 {
        self.shared.change(|state| state.press_kept(chat, message, kept, person))
    }

    /// Tells of an update once more, although it was confirmed.
    pub fn repeat(&self, update: u32) {
        self.shared.change(|state| {
            let content = state.past[&update].clone();
            state.updates.insert(update, content);
        });
    }

    /// A person has another name from now on.
    pub fn rename(&self, person: u64, name: &str) {
        self.shared.change(|state| state.people.get_mut(&person).unwrap()["first_name"] = json!(name));
    }

    /// The same, unless the button is gone by now.
    pub fn try_press(&self, chat: i64, message: i32, label: &str, person: u64) -> Option<u32> {
        self.shared.change(|state| {
            let buttons = state.chats[&chat].messages.get(&message)?.buttons();
            let is_there = buttons.iter().flatten().any(|button| button == label);
            is_there.then(|| state.press(chat, message, label, person))
        })
    }

    /// Waits until every update was taken and confirmed.
    pub async fn until_all_confirmed(&self, patience: Duration) {
        let mut changes = self.shared.changes.subscribe();
        let waiting = async {
            while !self.shared.look().updates.is_empty() {
                changes.changed().await.unwrap();
            }
        };
        let waited = tokio::time::timeout(patience, waiting).await;
        assert!(waited.is_ok(), "not confirmed: {:#?}", self.shared.look().updates);
    }

    /// An update as it stands, for what no person does.
    pub fn update(&self, content: Value) -> u32 {
        self.shared.change(|state| state.update(content))
    }

    // What there is to see.

    pub fn messages(&self, chat: i64) -> Vec<Message> {
        self.shared.look().chats[&chat].messages.values().cloned().collect()
    }

    /// The messages of the bot.
    pub fn posts(&self, chat: i64) -> Vec<Message> {
        self.messages(chat).into_iter().filter(|message| message.from == BOT).collect()
    }

    /// The bot's last message in a chat.
    pub fn last_message(&self, chat: i64) -> Message {
        self.posts(chat).pop().unwrap()
    }

    pub fn message(&self, chat: i64, id: &str) -> Message {
        self.shared.look().chats[&chat].messages[&id.parse::<i32>().unwrap()].clone()
    }

    /// Waits for the bot's next message after `seen` of them.
    pub async fn post_after(&self, chat: i64, seen: usize) -> Message {
        self.until("a message of the bot", |state| {
            let mut posts = state.chats[&chat].messages.values().filter(|message| message.from == BOT);
            posts.nth(seen).cloned()
        })
        .await
    }

    pub fn notices(&self) -> Vec<Notice> {
        self.shared.look().notices.clone()
    }

    /// Waits until a pressed button is answered.
    pub async fn notice_of(&self, update: u32) -> Notice {
        let query = format!("q{update}");
        self.until("the answer to a press", |state| state.notices.iter().find(|n| n.query == query).cloned())
            .await
    }

    pub fn commands(&self) -> BTreeMap<String, Vec<(String, String)>> {
        self.shared.look().commands.clone()
    }

    /// Waits until Telegram has forgotten the update because the bot confirmed it.
    pub async fn confirmed(&self, update: u32) {
        self.until("an update to be confirmed", |state| (!state.updates.contains_key(&update)).then_some(()))
            .await;
    }

    pub fn is_confirmed(&self, update: u32) -> bool {
        !self.shared.look().updates.contains_key(&update)
    }

    /// Waits until the update was delivered so often.
    pub async fn delivered(&self, update: u32, times: usize) {
        self.until("an update to be delivered", |state| {
            (state.deliveries.get(&update).copied().unwrap_or(0) >= times).then_some(())
        })
        .await;
    }

    /// How often a method was called.
    pub fn calls(&self, method: &str) -> usize {
        self.shared.look().calls.iter().filter(|(name, _)| name == method).count()
    }

    /// The parameters of all calls that concern a chat: whatever was ever written there, before any edit.
    pub fn said_to(&self, chat: i64) -> Vec<Value> {
        let state = self.shared.look();
        let here =
            state.calls.iter().filter(|(_, parameters)| methods::number(parameters, "chat_id") == Some(chat));
        here.map(|(_, parameters)| Value::Object(parameters.clone())).collect()
    }

    /// The parameters of the last call of a method.
    pub fn last_call(&self, method: &str) -> Value {
        let state = self.shared.look();
        let last = state.calls.iter().rev().find(|(name, _)| name == method);
        last.map(|(_, parameters)| Value::Object(parameters.clone())).unwrap()
    }

    // What goes wrong.

    /// The next call of the method ends so.
    pub fn fail_next(&self, method: &str, fault: Fault) {
        self.shared.change(|state| state.faults.entry(method.to_lowercase()).or_default().push_back(fault));
    }

    /// No faults from now on.
    pub fn calm(&self) {
        self.shared.change(|state| state.faults.clear());
    }

    /// A look at everything it holds.
    pub fn look(&self) -> MutexGuard<'_, State> {
        self.shared.look()
    }

    pub fn refuse_token(&self, refused: bool) {
        self.shared.change(|state| state.token_refused = refused);
    }

    pub fn set_webhook(&self, url: &str) {
        self.shared.change(|state| state.webhook = url.to_owned());
    }

    /// The next number that an update gets; Telegram may begin anew after a quiet week.
    pub fn renumber(&self, next: u32) {
        self.shared.change(|state| state.next_update = next);
    }
}

/// An error as Telegram words it.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub status: u16,
    pub description: String,
    pub parameters: Value,
}

impl Refusal {
    pub(super) fn new(status: u16, description: impl Into<String>) -> Self {
        Self { status, description: description.into(), parameters: Value::Null }
    }

    pub(super) fn bad(description: impl std::fmt::Display) -> Self {
        Self::new(400, format!("Bad Request: {description}"))
    }

    fn body(&self) -> Value {
        let mut body = json!({"ok": false, "error_code": self.status, "description": self.description});
        if !self.parameters.is_null() {
            body["parameters"] = self.parameters.clone();
        }
        body
    }
}
