//! What the fake Discord holds: channels, threads, messages, people, commands, interactions, sessions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

/// The first answer to an interaction must come within this.
const FIRST_ANSWER: Duration = Duration::from_secs(3);
const JOINED: &str = "2026-01-01T00:00:00.000000+00:00";

/// A fault for the next call that it fits.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answers so, and does nothing.
    Refuse { status: u16, code: i64, message: &'static str },
    /// 429, in seconds.
    TooMany(f64),
    /// Does what is asked, then closes the connection without a word.
    DropAfterAccepting,
    /// Closes the connection without doing anything.
    Drop,
    /// Does what is asked and answers only after this long.
    Slow(Duration),
    /// Does what is asked and answers 200 with half a body.
    Malformed,
    /// Answers with a page of some proxy's.
    Page(u16),
}

#[derive(Clone, Debug)]
pub struct Channel {
    pub kind: u8,
    pub name: String,
    /// The card's channel, for a thread.
    pub parent: Option<u64>,
    pub archived: bool,
    /// For a direct-message channel, with whom.
    pub person: Option<u64>,
    /// Codes with which the bot is refused: to post, to read, to start threads.
    pub closed: Option<i64>,
    pub unreadable: bool,
    pub threadless: bool,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub id: u64,
    pub channel: u64,
    pub body: Value,
    /// The one person who sees it.
    pub only_for: Option<u64>,
    pub edits: usize,
    pub files: Vec<File>,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its number within the request that brought it.
    pub id: u64,
    pub name: String,
    pub bytes: Vec<u8>,
    /// What those are told who do not see it.
    pub alt: String,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub id: u64,
    pub name: String,
    pub nick: Option<String>,
    pub locale: String,
}

/// How far an interaction has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// A message, at once or in place of the announcement.
    Message(u64),
    /// "… is thinking".
    Announced,
    /// Taken in silence.
    Nothing,
    Modal(Value),
    /// The announcement or answer was taken back.
    Withdrawn,
}

#[derive(Clone, Debug)]
pub struct Interaction {
    pub token: String,
    pub kind: u8,
    pub person: u64,
    pub channel: u64,
    pub message: Option<u64>,
    /// As the bot was told of it.
    pub event: Value,
    pub began: Instant,
    pub is_private: bool,
    pub shown: Option<Shown>,
    /// Every step, in order.
    pub steps: Vec<&'static str>,
    pub follow_ups: Vec<u64>,
}

#[derive(Debug)]
pub enum ToGateway {
    Text(String),
    /// With a code, or without any frame.
    Close(Option<u16>),
    /// With a frame that gives no code.
    CloseWithoutCode,
}

#[derive(Debug, Default)]
pub struct Sessions {
    pub current: Option<String>,
    pub count: u64,
    pub sequence: u64,
    /// What was dispatched in the current session.
    pub sent: Vec<(u64, Value)>,
    pub connection: Option<UnboundedSender<ToGateway>>,
    pub identifies: u64,
    pub resumes: u64,
    pub intents: Option<u64>,
}

#[derive(Debug)]
pub struct State {
    pub token: String,
    pub application: u64,
    pub bot: u64,
    pub guild: u64,
    next: u64,
    pub channels: BTreeMap<u64, Channel>,
    pub messages: BTreeMap<u64, Message>,
    pub nonces: BTreeMap<String, u64>,
    pub people: BTreeMap<u64, Person>,
    /// People who take no direct messages.
    pub reclusive: BTreeSet<u64>,
    pub commands: BTreeMap<String, Value>,
    pub interactions: BTreeMap<u64, Interaction>,
    pub faults: VecDeque<(String, Fault)>,
    /// `METHOD path` of every call that arrived.
    pub calls: Vec<String>,
    pub is_down: bool,
    /// The files of the call that is being carried out.
    pub upload: Vec<File>,
    pub sessions: Sessions,
    pub heartbeat: u64,
    /// Posts and edits that were carried out and whose answer is being held back.
    pub held: usize,
    /// Posts that were recognised by their nonce.
    pub recognised: usize,
    /// When each post and edit of a channel, its threads included, was taken.
    pub taken: Vec<(Instant, u64)>,
}

impl State {
    pub fn new(token: &str) -> Self {
        let mut state = Self {
            token: token.to_owned(),
            application: 0,
            bot: 0,
            guild: 0,
            next: 1_400_000_000_000_000_000,
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            nonces: BTreeMap::new(),
            people: BTreeMap::new(),
            reclusive: BTreeSet::new(),
            commands: BTreeMap::new(),
            interactions: BTreeMap::new(),
            faults: VecDeque::new(),
            calls: Vec::new(),
            is_down: false,
            upload: Vec::new(),
            sessions: Sessions::default(),
            heartbeat: 41_250,
            held: 0,
            recognised: 0,
            taken: Vec::new(),
        };
        state.application = state.id();
        state.bot = state.id();
        state.guild = state.id();
        state
    }

    pub fn id(&mut self) -> u64 {
        self.next += 4_194_304;
        self.next
    }

    pub fn channel(&mut self, name: &str, kind: u8) -> u64 {
        let id = self.id();
        self.channels.insert(id, Channel::new(name, kind));
        id
    }

    /// The direct-message channel with a person, opened if need be.
    pub fn direct(&mut self, person: u64) -> u64 {
        if let Some((id, _)) = self.channels.iter().find(|(_, channel)| channel.person == Some(person)) {
            return *id;
        }
        let id = self.channel("", 1);
        self.channels.get_mut(&id).unwrap().person = Some(person);
        id
    }

    pub fn add_message(&mut self, channel: u64, body: Value, only_for: Option<u64>) -> u64 {
        let id = self.id();
        let files = self.attached(&body);
        self.messages.insert(id, Message { id, channel, body, only_for, edits: 0, files });
        id
    }

    /// The files that came with a message, as it describes them.
    pub fn attached(&mut self, body: &Value) -> Vec<File> {
        let described = body["attachments"].as_array().cloned().unwrap_or_default();
        let mut files = std::mem::take(&mut self.upload);
        for file in &mut files {
            if let Some(about) = described.iter().find(|about| about["id"] == file.id) {
                file.alt = about["description"].as_str().unwrap_or_default().to_owned();
            }
        }
        files
    }

    /// Notes when a post or an edit was taken.
    pub fn note(&mut self, channel: u64) {
        let parent = self.channels.get(&channel).and_then(|place| place.parent);
        self.taken.push((Instant::now(), parent.unwrap_or(channel)));
    }

    /// A message in full, as every endpoint and event gives it.
    pub fn message_json(&self, id: u64) -> Value {
        let message = &self.messages[&id];
        let body = &message.body;
        let or_empty = |value: &Value| if value.is_null() { json!([]) } else { value.clone() };
        let mut embeds = or_empty(&body["embeds"]);
        for embed in embeds.as_array_mut().unwrap() {
            embed["type"] = json!("rich");
        }
        let attachments: Vec<Value> = (message.files.iter())
            .map(|file| {
                let url = format!("https://cdn.example/{id}/{}", file.name);
                json!({ "id": file.id.to_string(), "filename": file.name, "size": file.bytes.len(),
                    "url": url, "proxy_url": url, "content_type": "image/png", "description": file.alt })
            })
            .collect();
        json!({
            "id": id.to_string(), "channel_id": message.channel.to_string(), "type": 0,
            "author": self.bot_json(), "content": body["content"].as_str().unwrap_or_default(),
            "timestamp": JOINED, "edited_timestamp": if message.edits > 0 { json!(JOINED) } else { Value::Null },
            "tts": false, "mention_everyone": false, "mentions": [], "mention_roles": [],
            "attachments": attachments, "embeds": embeds, "components": or_empty(&body["components"]),
            "pinned": false, "flags": if message.only_for.is_some() { 64 } else { 0 },
        })
    }

    pub fn channel_json(&self, id: u64) -> Value {
        let channel = &self.channels[&id];
        let mut json = json!({
            "id": id.to_string(), "type": channel.kind, "name": channel.name, "position": 0, "flags": 0,
            "guild_id": self.guild.to_string(), "permission_overwrites": [],
            "parent_id": channel.parent.map(|parent| parent.to_string()),
        });
        if channel.kind == 11 {
            json["thread_metadata"] = json!({
                "archived": channel.archived, "auto_archive_duration": 10_080,
                "archive_timestamp": JOINED, "locked": false,
            });
        }
        json
    }

    pub fn bot_json(&self) -> Value {
        json!({
            "id": self.bot.to_string(), "username": "upheld", "discriminator": "0", "global_name": null,
            "avatar": null, "bot": true,
        })
    }

    fn person_json(&self, person: u64) -> Value {
        let person = &self.people[&person];
        json!({
            "id": person.id.to_string(), "username": person.name, "discriminator": "0",
            "global_name": null, "avatar": null,
        })
    }

    /// Begins an interaction and gives the event that tells of it.
    pub fn begin(
        &mut self,
        kind: u8,
        person: u64,
        channel: u64,
        message: Option<u64>,
        data: &Value,
    ) -> (u64, Value) {
        let id = self.id();
        let token = format!("aW50ZXJhY3Rpb24{id}");
        let mut event = json!({
            "id": id.to_string(), "application_id": self.application.to_string(), "type": kind,
            "data": data, "channel_id": channel.to_string(), "token": token, "version": 1,
            "locale": self.people[&person].locale, "entitlements": [], "app_permissions": "2147483647",
            "attachment_size_limit": 10_485_760,
        });
        let mut place = self.channel_json(channel);
        if self.channels[&channel].person.is_some() {
            event["user"] = self.person_json(person);
            event["context"] = json!(1);
            event["authorizing_integration_owners"] = json!({ "0": "0" });
        } else {
            place["permissions"] = json!("2147483647");
            event["guild_id"] = json!(self.guild.to_string());
            event["guild_locale"] = json!("en-US");
            event["context"] = json!(0);
            event["authorizing_integration_owners"] = json!({ "0": self.guild.to_string() });
            event["member"] = json!({
                "user": self.person_json(person), "nick": self.people[&person].nick, "roles": [],
                "joined_at": JOINED, "deaf": false, "mute": false, "flags": 0, "pending": false,
                "permissions": "2147483647", "avatar": null, "premium_since": null,
            });
        }
        event["channel"] = place;
        if let Some(message) = message {
            event["message"] = self.message_json(message);
        }
        self.interactions.insert(
            id,
            Interaction {
                token,
                kind,
                person,
                channel,
                message,
                event: event.clone(),
                began: Instant::now(),
                is_private: false,
                shown: None,
                steps: Vec::new(),
                follow_ups: Vec::new(),
            },
        );
        (id, event)
    }

    /// The first fault that fits this call, spent.
    pub fn fault(&mut self, call: &str) -> Option<Fault> {
        let at = self.faults.iter().position(|(pattern, _)| call.contains(pattern.as_str()))?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }

    /// The next event of the session, kept for a resumption and sent if somebody listens.
    pub fn dispatch(&mut self, kind: &str, data: &Value) {
        let sessions = &mut self.sessions;
        sessions.sequence += 1;
        let event = json!({ "op": 0, "t": kind, "s": sessions.sequence, "d": data });
        sessions.sent.push((sessions.sequence, event.clone()));
        if let Some(connection) = &sessions.connection {
            let _ = connection.send(ToGateway::Text(event.to_string()));
        }
    }
}

impl Interaction {
    pub fn is_late(&self) -> bool {
        self.began.elapsed() > FIRST_ANSWER
    }
}

impl Channel {
    pub fn new(name: &str, kind: u8) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            parent: None,
            archived: false,
            person: None,
            closed: None,
            unreadable: false,
            threadless: false,
        }
    }
}
