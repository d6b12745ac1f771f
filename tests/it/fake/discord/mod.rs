//! A model of Discord on port 0: REST v10 and the gateway over real sockets, for an unmodified serenity.
//!
//! It holds what Discord would hold, refuses what Discord would refuse, and takes faults. Stories act as
//! people do (`slash`, `press`, `fill`) and look at what people see (`last`, `history`, `shown`).

pub mod limits;

mod cord;
mod gateway;
mod rest;
mod server;
mod state;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use self::cord::{Cord, Cords};
pub use self::state::{Fault, File, Shown, State};
use self::state::{Message, Person, ToGateway};

pub const TOKEN: &str = "MTQ.secret.token";
/// How long a story waits for anything before it fails. Long, because a loaded machine is slow.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Fake {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    address: SocketAddr,
}

/// A message as people see it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub id: String,
    pub content: String,
    /// Content, title, description and footer, one below the other.
    pub text: String,
    pub buttons: Vec<String>,
    pub colour: Option<u64>,
    pub is_private: bool,
    pub edits: usize,
    /// Who was called by it.
    pub pinged: Vec<String>,
    pub reply_to: Option<String>,
    pub files: Vec<File>,
    /// Which of them stands below the text.
    pub picture: Option<String>,
}

impl Fake {
    pub async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Arc::new(Self {
            state: Mutex::new(State::new(TOKEN)),
            changed: watch::Sender::new(0),
            address: listener.local_addr().unwrap(),
        });
        let router = Router::new().fallback(server::serve).with_state(Arc::clone(&fake));
        let service = router.into_make_service_with_connect_info::<Cord>();
        tokio::spawn(axum::serve(Cords(listener), service).into_future());
        fake
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Changes the state and wakes whoever waits for a change.
    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.send_modify(|count| *count += 1);
        result
    }

    /// Waits until `look` sees what the story waits for.
    pub async fn until<T>(&self, what: &str, mut look: impl FnMut(&State) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        let waiting = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look(&self.lock()) {
                    return found;
                }
                changes.changed().await.unwrap();
            }
        };
        let found = tokio::time::timeout(PATIENCE, waiting).await;
        found.unwrap_or_else(|_| {
            let state = self.lock();
            unreachable!("no {what} in {PATIENCE:?}; calls: {:#?}", state.calls)
        })
    }

    pub fn text_channel(&self, name: &str) -> String {
        self.change(|state| state.channel(name, 0)).to_string()
    }

    pub fn person(&self, name: &str, locale: &str) -> String {
        self.change(|state| {
            let id = state.id();
            let nick = Some(format!("{name} the nick"));
            state.people.insert(id, Person { id, name: name.to_owned(), nick, locale: locale.to_owned() });
            id.to_string()
        })
    }

    /// The next call whose `METHOD path` contains `pattern` meets this fault.
    pub fn fail_next(&self, pattern: &str, fault: Fault) {
        self.change(|state| state.faults.push_back((pattern.to_owned(), fault)));
    }

    /// No faults from now on.
    pub fn calm(&self) {
        self.change(|state| state.faults.clear());
    }

    /// From now on (or no longer) nobody answers at all.
    pub fn set_down(&self, is_down: bool) {
        self.change(|state| state.is_down = is_down);
        if is_down {
            self.close_gateway(None);
        }
    }

    pub fn close_gateway(&self, code: Option<u16>) {
        let connection = self.lock().sessions.connection.clone();
        if let Some(connection) = connection {
            let _ = connection.send(ToGateway::Close(code));
        }
    }

    pub fn close_gateway_without_code(&self) {
        let connection = self.lock().sessions.connection.clone();
        let _ = connection.unwrap().send(ToGateway::CloseWithoutCode);
    }

    /// Tells the client to come back, or that its session is no more.
    pub fn say_to_gateway(&self, payload: &Value) {
        let connection = self.lock().sessions.connection.clone();
        if let Some(connection) = connection {
            let _ = connection.send(ToGateway::Text(payload.to_string()));
        }
    }

    pub async fn until_connected(&self) {
        self.until("gateway connection", |state| state.sessions.connection.as_ref().map(|_| ())).await;
        self.until("registration", |state| (!state.commands.is_empty()).then_some(())).await;
    }

    /// Waits for a connection that identified itself after this many had.
    pub async fn until_connected_after(&self, identified: u64) {
        self.until("new gateway connection", |state| {
            let is_new = state.sessions.identifies > identified && state.sessions.connection.is_some();
            is_new.then_some(())
        })
        .await;
    }

    /// How many calls contained `pattern`.
    pub fn calls(&self, pattern: &str) -> usize {
        self.lock().calls.iter().filter(|call| call.contains(pattern)).count()
    }

    /// What everybody sees in a channel, oldest first.
    pub fn messages(&self, channel: &str) -> Vec<Seen> {
        let state = self.lock();
        let channel: u64 = channel.parse().unwrap();
        let here = state.messages.values().filter(|m| m.channel == channel && m.only_for.is_none());
        here.map(Seen::of).collect()
    }

    pub fn last(&self, channel: &str) -> Seen {
        self.messages(channel).pop().unwrap()
    }

    /// The messages of the thread that was started from a card.
    pub fn history(&self, card: &str) -> Vec<Seen> {
        self.messages(card)
    }

    /// What a person saw that nobody else did, in order.
    pub fn private(&self, person: &str) -> Vec<Seen> {
        let state = self.lock();
        let person: u64 = person.parse().unwrap();
        state.messages.values().filter(|m| m.only_for == Some(person)).map(Seen::of).collect()
    }

    /// The direct messages with a person.
    pub fn direct(&self, person: &str) -> Vec<Seen> {
        let channel = self.change(|state| state.direct(person.parse().unwrap()));
        self.messages(&channel.to_string())
    }

    /// A person types a slash command; the client lets through only what is registered.
    pub fn slash(&self, channel: &str, person: &str, name: &str, options: &[(&str, Value)]) -> u64 {
        self.change(|state| {
            let command = state.commands.values().flat_map(|all| all.as_array().unwrap());
            let command = command.into_iter().find(|command| command["name"] == name).unwrap().clone();
            let given = options.iter().map(|(option, value)| {
                let all = command["options"].as_array().unwrap();
                let spec = all.iter().find(|spec| spec["name"] == *option).unwrap();
                json!({ "name": option, "type": spec["type"], "value": value })
            });
            let data = json!({
                "id": command["id"], "name": name, "type": 1, "options": given.collect::<Vec<_>>(),
            });
            self::begin(state, 2, person, channel.parse().unwrap(), None, &data)
        })
    }

    /// A person presses the button with this label.
    pub fn press(&self, message: &str, label: &str, person: &str) -> u64 {
        self.try_press(message, label, person).unwrap()
    }

    /// The same, unless the button is gone by now.
    pub fn try_press(&self, message: &str, label: &str, person: &str) -> Option<u64> {
        let kept = self.behind(message, label)?;
        Some(self.press_kept(message, &kept, person))
    }

    /// What a button would tell the bot, if it is there.
    pub fn behind(&self, message: &str, label: &str) -> Option<Value> {
        let state = self.lock();
        let buttons = buttons(&state.messages.get(&message.parse().unwrap())?.body);
        buttons.into_iter().find(|button| button["label"] == label).map(|button| button["custom_id"].clone())
    }

    /// A person presses a button that their client still shows, whether or not it is there.
    pub fn press_kept(&self, message: &str, kept: &Value, person: &str) -> u64 {
        self.change(|state| {
            let message: u64 = message.parse().unwrap();
            let channel = state.messages[&message].channel;
            let data = json!({ "custom_id": kept, "component_type": 2 });
            self::begin(state, 3, person, channel, Some(message), &data)
        })
    }

    /// The gateway tells of an interaction once more.
    pub fn repeat(&self, interaction: u64) {
        self.change(|state| {
            let event = state.interactions[&interaction].event.clone();
            state.dispatch("INTERACTION_CREATE", &event);
        });
    }

    /// A person has another name from now on.
    pub fn rename(&self, person: &str, name: &str) {
        self.change(|state| {
            let person = state.people.get_mut(&person.parse().unwrap()).unwrap();
            (person.name, person.nick) = (name.to_owned(), None);
        });
    }

    /// A person takes no direct messages.
    pub fn seclude(&self, person: &str) {
        self.change(|state| state.reclusive.insert(person.parse().unwrap()));
    }

    /// A person fills the modal that an interaction showed; inputs are given by their names.
    pub fn fill(&self, interaction: u64, values: &[(&str, &str)]) -> u64 {
        self.change(|state| {
            let from = state.interactions[&interaction].clone();
            let Some(Shown::Modal(modal)) = from.shown else { unreachable!("no modal: {:?}", from.shown) };
            let rows = modal["components"].as_array().unwrap().iter().map(|row| {
                let input = &row["components"][0];
                let given = values.iter().find(|(name, _)| input["custom_id"] == *name);
                let value =
                    given.map_or_else(|| input["value"].as_str().unwrap_or_default(), |(_, text)| text);
                assert!(input["required"] == false || !value.is_empty(), "the client insists on {input}");
                let input = json!({ "type": 4, "custom_id": input["custom_id"], "value": value });
                json!({ "type": 1, "components": [input] })
            });
            let data = json!({ "custom_id": modal["custom_id"], "components": rows.collect::<Vec<_>>() });
            let person = from.person.to_string();
            self::begin(state, 5, &person, from.channel, from.message, &data)
        })
    }

    /// Waits for what an interaction finally showed: anything but an announcement.
    pub async fn shown(&self, interaction: u64) -> Shown {
        self.until("answer", |state| {
            state.interactions[&interaction].shown.clone().filter(|shown| *shown != Shown::Announced)
        })
        .await
    }

    /// The message that answered an interaction.
    pub async fn answer(&self, interaction: u64) -> Seen {
        let Shown::Message(message) = self.shown(interaction).await else {
            unreachable!("no message: {:?}", self.lock().interactions[&interaction])
        };
        Seen::of(&self.lock().messages[&message])
    }

    pub fn steps(&self, interaction: u64) -> Vec<&'static str> {
        self.lock().interactions[&interaction].steps.clone()
    }
}

/// Begins an interaction and tells the bot; what is told must be what serenity, being strict, can read.
fn begin(state: &mut State, kind: u8, person: &str, channel: u64, message: Option<u64>, data: &Value) -> u64 {
    let (id, event) = state.begin(kind, person.parse().unwrap(), channel, message, data);
    let read = serde_json::from_value::<serenity::model::application::Interaction>(event.clone());
    assert!(read.is_ok(), "serenity cannot read {event:#}: {read:?}");
    state.dispatch("INTERACTION_CREATE", &event);
    id
}

fn buttons(body: &Value) -> Vec<Value> {
    let each = |value: &Value| value.as_array().cloned().unwrap_or_default();
    each(&body["components"]).iter().flat_map(|row| each(&row["components"])).collect()
}

impl Seen {
    fn of(message: &Message) -> Self {
        let body = &message.body;
        let embed = &body["embeds"][0];
        let part = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let content = part(&body["content"]);
        let parts =
            [&content, &part(&embed["title"]), &part(&embed["description"]), &part(&embed["footer"]["text"])];
        let allowed = body["allowed_mentions"]["users"].as_array().cloned().unwrap_or_default();
        let called =
            allowed.iter().filter_map(Value::as_str).filter(|id| content.contains(&format!("<@{id}>")));
        Self {
            id: message.id.to_string(),
            text: parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n"),
            buttons: buttons(body).iter().map(|button| part(&button["label"])).collect(),
            colour: embed["color"].as_u64(),
            is_private: message.only_for.is_some(),
            edits: message.edits,
            pinged: called.map(ToOwned::to_owned).collect(),
            reply_to: body["message_reference"]["message_id"].as_str().map(ToOwned::to_owned),
            files: message.files.clone(),
            picture: embed["image"]["url"].as_str().map(ToOwned::to_owned),
            content,
        }
    }
}
