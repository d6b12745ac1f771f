//! What the fake Telegram knows: people, chats, messages, updates that wait.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::{BOT, Fault, USERNAME};

/// Every message and update carries this date; nobody reads it.
const DATE: i64 = 1_795_000_000;

/// Files of a request, by the name of their part.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What a chat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Private,
    Group,
    Supergroup,
    Forum,
}

#[derive(Debug)]
pub struct State {
    pub people: BTreeMap<u64, Value>,
    pub chats: BTreeMap<i64, Chat>,
    pub updates: BTreeMap<u32, Value>,
    /// Every update that ever was.
    pub past: BTreeMap<u32, Value>,
    pub next_update: u32,
    pub deliveries: BTreeMap<u32, usize>,
    pub notices: Vec<Notice>,
    /// Presses that wait for their answer.
    pub queries: BTreeSet<String>,
    /// By scope and language.
    pub commands: BTreeMap<String, Vec<(String, String)>>,
    pub calls: Vec<(String, Map<String, Value>)>,
    pub faults: BTreeMap<String, VecDeque<Fault>>,
    pub token_refused: bool,
    pub webhook: String,
    /// The number of the newest request for updates; an older one that still waits is ended.
    pub poll: u64,
    /// Posts and edits that were carried out and whose answer is being held back.
    pub held: usize,
    /// When each post and edit of a chat was taken.
    pub taken: Vec<(Instant, i64)>,
    /// The files of the call that is being carried out.
    pub files: Files,
}

impl Default for State {
    fn default() -> Self {
        Self {
            people: BTreeMap::new(),
            chats: BTreeMap::new(),
            updates: BTreeMap::new(),
            past: BTreeMap::new(),
            next_update: 700,
            deliveries: BTreeMap::new(),
            notices: Vec::new(),
            queries: BTreeSet::new(),
            commands: BTreeMap::new(),
            calls: Vec::new(),
            faults: BTreeMap::new(),
            token_refused: false,
            webhook: String::new(),
            poll: 0,
            held: 0,
            taken: Vec::new(),
            files: Files::new(),
        }
    }
}

#[derive(Debug)]
pub struct Chat {
    pub id: i64,
    pub kind: Kind,
    pub title: String,
    pub topics: BTreeMap<i32, ()>,
    pub messages: BTreeMap<i32, Message>,
    pub next_message: i32,
    /// The bot was removed or blocked.
    pub kicked: bool,
    pub migrated_to: Option<i64>,
}

/// A message as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub id: i32,
    pub from: u64,
    /// The text, or what stands below the picture.
    pub text: String,
    pub photo: Option<Vec<u8>>,
    /// A file of any kind.
    pub document: Option<Vec<u8>>,
    pub entities: Vec<Value>,
    /// The reply markup as it was sent.
    pub markup: Value,
    pub reply_to: Option<i32>,
    pub topic: Option<i32>,
    pub silent: bool,
    pub edits: u32,
}

/// The answer to a pressed button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub query: String,
    pub text: String,
    pub alert: bool,
}

impl Message {
    /// The labels of the buttons, row by row.
    pub fn buttons(&self) -> Vec<Vec<String>> {
        let rows = self.markup["inline_keyboard"].as_array().cloned().unwrap_or_default();
        let label = |key: &Value| key["text"].as_str().unwrap().to_owned();
        rows.iter().map(|row| row.as_array().unwrap().iter().map(label).collect()).collect()
    }

    pub fn data(&self, label: &str) -> Option<String> {
        let rows = self.markup["inline_keyboard"].as_array()?;
        let keys = rows.iter().flat_map(|row| row.as_array().unwrap());
        let key = keys.into_iter().find(|key| key["text"] == label)?;
        key["callback_data"].as_str().map(ToOwned::to_owned)
    }
}

impl Chat {
    pub fn describe(&self, people: &BTreeMap<u64, Value>) -> Value {
        let mut chat = json!({"id": self.id});
        match self.kind {
            Kind::Private => {
                let person = &people[&u64::try_from(self.id).unwrap()];
                chat["type"] = json!("private");
                chat["first_name"] = person["first_name"].clone();
            }
            Kind::Group => {
                chat["type"] = json!("group");
                chat["title"] = json!(self.title);
                chat["all_members_are_administrators"] = json!(false);
            }
            Kind::Supergroup | Kind::Forum => {
                chat["type"] = json!("supergroup");
                chat["title"] = json!(self.title);
            }
        }
        if self.kind == Kind::Forum {
            chat["is_forum"] = json!(true);
        }
        chat
    }
}

pub fn bot() -> Value {
    json!({"id": BOT, "is_bot": true, "first_name": "Upheld", "username": USERNAME})
}

impl State {
    pub fn person(&mut self, name: &str, language: &str) -> u64 {
        let id = 1000 + self.people.len() as u64;
        let person = json!({"id": id, "is_bot": false, "first_name": name, "language_code": language});
        self.people.insert(id, person);
        id
    }

    pub fn private(&mut self, person: u64) -> i64 {
        let id = i64::try_from(person).unwrap();
        self.add(id, Kind::Private, "");
        id
    }

    pub fn chat(&mut self, kind: Kind, title: &str) -> i64 {
        let count = self.chats.len() as i64 + 1;
        let id = if kind == Kind::Group { -count } else { -1_000_000_000_000 - count };
        self.add(id, kind, title);
        id
    }

    fn add(&mut self, id: i64, kind: Kind, title: &str) {
        let (topics, messages) = (BTreeMap::new(), BTreeMap::new());
        let title = title.to_owned();
        let chat =
            Chat { id, kind, title, topics, messages, next_message: 1, kicked: false, migrated_to: None };
        self.chats.entry(id).or_insert(chat);
    }

    /// A topic begins with the message that created it, whose number is the topic's.
    pub fn topic(&mut self, forum: i64) -> i32 {
        let chat = self.chats.get_mut(&forum).unwrap();
        assert_eq!(chat.kind, Kind::Forum);
        let id = chat.next_message;
        chat.next_message += 1;
        chat.topics.insert(id, ());
        id
    }

    pub fn kick(&mut self, chat: i64) {
        let place = self.chats.get_mut(&chat).unwrap();
        place.kicked = true;
        let place = place.describe(&self.people);
        let actor = self.people.values().next().cloned().unwrap_or_else(bot);
        self.update(json!({"my_chat_member": {
            "chat": place, "from": actor, "date": DATE,
            "old_chat_member": {"user": bot(), "status": "member"},
            "new_chat_member": {"user": bot(), "status": "kicked", "until_date": 0},
        }}));
    }

    pub fn migrate(&mut self, group: i64) -> i64 {
        let new = -1_000_000_500_000 + group;
        let title = self.chats[&group].title.clone();
        self.add(new, Kind::Supergroup, &title);
        self.chats.get_mut(&group).unwrap().migrated_to = Some(new);
        let place = self.chats[&group].describe(&self.people);
        let actor = self.people.values().next().cloned().unwrap_or_else(bot);
        self.update(json!({"message": {
            "message_id": 9000, "date": DATE, "chat": place, "from": actor, "migrate_to_chat_id": new,
        }}));
        new
    }

    pub fn say(
        &mut self,
        chat: i64,
        topic: Option<i32>,
        person: u64,
        text: &str,
        reply_to: Option<i32>,
    ) -> u32 {
        let message = Message {
            id: 0,
            from: person,
            text: text.to_owned(),
            photo: None,
            document: None,
            entities: Vec::new(),
            markup: Value::Null,
            reply_to: reply_to.or(topic),
            topic: reply_to.map_or(topic, |quoted| self.chats[&chat].messages[&quoted].topic),
            silent: false,
            edits: 0,
        };
        let id = self.place(chat, message);
        let told = self.tell(chat, id, true);
        self.update(json!({ "message": told }))
    }

    pub fn press(&mut self, chat: i64, message: i32, label: &str, person: u64) -> u32 {
        let pressed = &self.chats[&chat].messages[&message];
        let data = pressed.data(label).unwrap_or_else(|| panic!("no button {label} under {pressed:?}"));
        self.press_kept(chat, message, &data, person)
    }

    pub fn press_kept(&mut self, chat: i64, message: i32, data: &str, person: u64) -> u32 {
        let query = format!("q{}", self.next_update);
        self.queries.insert(query.clone());
        let (told, from) = (self.tell(chat, message, true), self.people[&person].clone());
        self.update(json!({"callback_query": {
            "id": query, "from": from, "chat_instance": "-7", "data": data, "message": told,
        }}))
    }

    pub fn update(&mut self, mut content: Value) -> u32 {
        let id = self.next_update;
        self.next_update += 1;
        content["update_id"] = json!(id);
        self.past.insert(id, content.clone());
        self.updates.insert(id, content);
        id
    }

    /// Puts a message into a chat, under the chat's next number.
    pub fn place(&mut self, chat: i64, mut message: Message) -> i32 {
        let place = self.chats.get_mut(&chat).unwrap();
        message.id = place.next_message;
        place.next_message += 1;
        let id = message.id;
        place.messages.insert(id, message);
        id
    }

    /// A message on the wire; `deep` with the message it answers.
    pub fn tell(&self, chat: i64, id: i32, deep: bool) -> Value {
        let place = &self.chats[&chat];
        let Some(message) = place.messages.get(&id) else {
            // The message that created a topic.
            return json!({"message_id": id, "date": DATE, "chat": place.describe(&self.people), "from": bot(),
                "message_thread_id": id, "is_topic_message": true,
                "forum_topic_created": {"name": "A topic", "icon_color": 7_322_096}});
        };
        let from = if message.from == BOT { bot() } else { self.people[&message.from].clone() };
        let mut told = json!({
            "message_id": id, "date": DATE, "chat": place.describe(&self.people), "from": from,
        });
        told[if message.photo.is_some() { "caption" } else { "text" }] = json!(message.text);
        if let Some(photo) = &message.photo {
            told["photo"] = json!([{"file_id": format!("f{id}"), "file_unique_id": format!("u{id}"),
                "width": 90, "height": 90, "file_size": photo.len()}]);
        }
        if message.text.starts_with('/') {
            let length = message.text.split_whitespace().next().unwrap().encode_utf16().count();
            told["entities"] = json!([{"type": "bot_command", "offset": 0, "length": length}]);
        }
        if !message.entities.is_empty() {
            let name = if message.photo.is_some() { "caption_entities" } else { "entities" };
            told[name] = json!(message.entities);
        }
        if message.markup.get("inline_keyboard").is_some() {
            told["reply_markup"] = message.markup.clone();
        }
        if message.edits > 0 {
            told["edit_date"] = json!(DATE);
        }
        if let Some(topic) = message.topic {
            told["message_thread_id"] = json!(topic);
            told["is_topic_message"] = json!(true);
        }
        if let Some(quoted) = message.reply_to.filter(|_| deep) {
            told["reply_to_message"] = self.tell(chat, quoted, false);
        }
        told
    }
}
