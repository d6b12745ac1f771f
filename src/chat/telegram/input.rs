//! What an update says, for whom and where: pure, from Telegram's words to [`Ask`].

use super::wire::{Chat, Message, Press, Update};
use crate::chat::{Account, Address, Ask, Inbound, Platform};
use crate::i18n::Language;

/// The bot itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bot {
    pub id: u64,
    /// Without `@`.
    pub username: String,
}

/// Where something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scene {
    pub chat: i64,
    /// The forum topic.
    pub topic: Option<i32>,
    pub private: bool,
    /// The message that was said, or the one under which a button was pressed.
    pub message: i32,
}

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Speaker {
    pub id: u64,
    pub name: String,
    pub language: Option<Language>,
}

/// What an update means to Upheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A command, a reply to one of the bot's messages, or any text in a private chat.
    Said {
        scene: Scene,
        speaker: Speaker,
        text: String,
        reply_to: Option<i32>,
    },
    Pressed {
        scene: Scene,
        speaker: Speaker,
        query: String,
        data: String,
    },
    /// A button whose message or data is not told; it must be answered all the same.
    PressedNothing {
        query: String,
    },
    /// A command from somebody who writes as the group.
    Anonymous {
        scene: Scene,
    },
    /// The bot was added to a chat or removed from it, or blocked by a person.
    Membership {
        chat: i64,
        present: bool,
    },
    /// A group became a supergroup.
    Moved {
        from: i64,
        to: i64,
    },
    /// Not meant for Upheld.
    Nothing,
}

/// The chat within which the update's order matters.
pub(super) fn lane(update: &Update) -> i64 {
    let message = update.message.as_ref().map(|message| message.chat.id);
    let pressed = || update.callback_query.as_ref()?.message.as_ref().map(|message| message.chat.id);
    let membership = || update.my_chat_member.as_ref().map(|change| change.chat.id);
    message.or_else(pressed).or_else(membership).unwrap_or(0)
}

/// Reads an update.
pub(super) fn hear(update: Update, me: &Bot) -> Heard {
    if let Some(message) = update.message {
        return said(message, me);
    }
    if let Some(press) = update.callback_query {
        return pressed(press);
    }
    match update.my_chat_member {
        Some(change) => Heard::Membership {
            chat: change.chat.id,
            present: !matches!(change.new_chat_member.status.as_str(), "left" | "kicked"),
        },
        None => Heard::Nothing,
    }
}

fn is_private(chat: &Chat) -> bool {
    chat.kind == "private"
}

fn speaker(user: teloxide::types::User) -> Speaker {
    let language = user.language_code.as_deref().and_then(spoken_language);
    Speaker { id: user.id.0, name: user.full_name(), language }
}

/// The language of Upheld's that somebody with this interface language reads best.
fn spoken_language(code: &str) -> Option<Language> {
    match code.split('-').next()? {
        "en" => Some(Language::English),
        "zh" => Some(Language::TraditionalChinese),
        _ => None,
    }
}

fn said(message: Message, me: &Bot) -> Heard {
    if let Some(to) = message.migrate_to_chat_id {
        return Heard::Moved { from: message.chat.id, to };
    }
    let topic = message.message_thread_id.filter(|_| message.is_topic_message);
    let private = is_private(&message.chat);
    let scene = Scene { chat: message.chat.id, topic, private, message: message.message_id };
    // In a topic, a message that answers nothing claims to answer the topic's first message.
    let reply_to = message
        .reply_to_message
        .filter(|quoted| quoted.from.as_ref().is_some_and(|from| from.id.0 == me.id))
        .map(|quoted| quoted.message_id)
        .filter(|quoted| Some(*quoted) != topic);
    let Some(text) = message.text.and_then(|text| addressed(&text, me)) else { return Heard::Nothing };
    if !text.starts_with('/') && reply_to.is_none() && !private {
        return Heard::Nothing;
    }
    if message.sender_chat.is_some() && !private {
        return if text.starts_with('/') { Heard::Anonymous { scene } } else { Heard::Nothing };
    }
    match message.from {
        Some(from) if !from.is_bot => Heard::Said { scene, speaker: speaker(from), text, reply_to },
        _ => Heard::Nothing,
    }
}

fn pressed(press: Press) -> Heard {
    let (Some(message), Some(data)) = (press.message, press.data) else {
        return Heard::PressedNothing { query: press.id };
    };
    let topic = message.message_thread_id.filter(|_| message.is_topic_message);
    let private = is_private(&message.chat);
    let scene = Scene { chat: message.chat.id, topic, private, message: message.message_id };
    Heard::Pressed { scene, speaker: speaker(press.from), query: press.id, data }
}

/// The text without the bot's name behind the command; none when another bot is meant. Telegram's own
/// `/start` of a private chat is the greeting or, with a code, the invitation it was opened with.
fn addressed(text: &str, me: &Bot) -> Option<String> {
    let Some(line) = text.strip_prefix('/') else { return Some(text.to_owned()) };
    let end = line.find(char::is_whitespace).unwrap_or(line.len());
    let (command, rest) = line.split_at(end);
    let command = match command.split_once('@') {
        Some((command, bot)) if bot.eq_ignore_ascii_case(&me.username) => command,
        Some(_) => return None,
        None => command,
    };
    let command = match (command, rest.trim()) {
        ("start", "") => "help",
        ("start", _) => "join",
        _ => command,
    };
    Some(format!("/{command}{rest}"))
}

impl Scene {
    /// The place as the rest of Upheld names it, and the group around it when it is a topic.
    pub(super) fn address(&self) -> (Address, Option<Address>) {
        let at = |thread| Address {
            platform: Platform::Telegram,
            channel: self.chat.to_string(),
            thread,
            direct: self.private,
        };
        let topic = self.topic.map(|topic| topic.to_string());
        let parent = topic.is_some().then(|| at(None));
        (at(topic), parent)
    }
}

/// What is put to the desk.
pub(super) fn inbound(update: u32, scene: &Scene, speaker: &Speaker, ask: Ask) -> Inbound {
    let (from, parent) = scene.address();
    Inbound {
        id: format!("telegram:update:{update}"),
        account: Account { platform: Platform::Telegram, user: speaker.id.to_string() },
        display_name: speaker.name.clone(),
        from,
        parent,
        language: speaker.language,
        ask,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn me() -> Bot {
        Bot { id: 42, username: "UpheldBot".to_owned() }
    }

    fn heard(update: Value) -> Heard {
        hear(serde_json::from_value(update).unwrap(), &me())
    }

    fn ann() -> Value {
        json!({"id": 7, "is_bot": false, "first_name": "Ann", "last_name": "Lee", "language_code": "zh-hant"})
    }

    fn message(chat: Value, text: &str, more: &[(&str, Value)]) -> Value {
        let mut message = json!({"message_id": 5, "date": 1, "from": ann(), "chat": chat, "text": text});
        for (name, value) in more {
            message[name] = value.clone();
        }
        json!({"update_id": 1, "message": message})
    }

    fn group() -> Value {
        json!({"id": -100, "type": "supergroup", "title": "Ops", "is_forum": true})
    }

    fn private() -> Value {
        json!({"id": 7, "type": "private", "first_name": "Ann"})
    }

    fn bots(id: i32) -> Value {
        json!({"message_id": id, "date": 1, "chat": group(), "a field": {"of": "tomorrow"},
               "from": {"id": 42, "is_bot": true, "first_name": "Upheld"}})
    }

    fn text(heard: Heard) -> Option<String> {
        match heard {
            Heard::Said { text, .. } => Some(text),
            _ => None,
        }
    }

    #[test]
    fn commands_name_their_bot_or_none() {
        for (said, understood) in [
            ("/ack INC-42", Some("/ack INC-42")),
            ("/ack@UpheldBot INC-42", Some("/ack INC-42")),
            ("/ack@upheldbot", Some("/ack")),
            ("/ack@otherbot INC-42", None),
            (
                "/note INC-42 mail a@b.example\nsecond line",
                Some("/note INC-42 mail a@b.example\nsecond line"),
            ),
            ("/start", Some("/help")),
            ("/start Code-1", Some("/join Code-1")),
            ("hello", None),
        ] {
            assert_eq!(text(heard(message(group(), said, &[]))).as_deref(), understood, "{said}");
        }
        assert_eq!(text(heard(message(private(), "hello", &[]))).as_deref(), Some("hello"));
    }

    #[test]
    fn only_replies_to_the_bot_are_replies() {
        let reply_to = |quoted: Value, topic: bool| {
            let more = [
                ("reply_to_message", quoted),
                ("message_thread_id", json!(9)),
                ("is_topic_message", json!(topic)),
            ];
            match heard(message(group(), "thanks", &more)) {
                Heard::Said { reply_to, scene, .. } => Some((reply_to, scene.topic)),
                _ => None,
            }
        };
        assert_eq!(reply_to(bots(3), true), Some((Some(3), Some(9))));
        assert_eq!(reply_to(bots(3), false), Some((Some(3), None)), "a reply thread is no topic");
        assert_eq!(reply_to(bots(9), true), None, "the topic's first message is not answered");
        let mut other = bots(3);
        other["from"]["id"] = json!(43);
        assert_eq!(reply_to(other, true), None);
    }

    #[test]
    fn places_and_people_have_their_names() {
        let more = [("message_thread_id", json!(9)), ("is_topic_message", json!(true))];
        let Heard::Said { scene, speaker, text, .. } = heard(message(group(), "/status", &more)) else {
            panic!("not heard")
        };
        let inbound = inbound(1, &scene, &speaker, Ask::Line(text));
        assert_eq!(inbound.id, "telegram:update:1");
        assert_eq!(inbound.account.to_string(), "telegram:7");
        assert_eq!(inbound.display_name, "Ann Lee");
        assert_eq!(inbound.from.to_string(), "telegram:-100/9");
        assert_eq!(inbound.parent.unwrap().to_string(), "telegram:-100");
        assert_eq!(inbound.language, Some(Language::TraditionalChinese));
        let Heard::Said { scene, .. } = heard(message(private(), "/status", &[])) else {
            panic!("not heard")
        };
        assert_eq!(scene.address().0.to_string(), "telegram:@7");
        assert_eq!(scene.address().1, None);
    }

    #[test]
    fn bots_and_the_nameless_are_not_asked() {
        let bot = [("from", json!({"id": 8, "is_bot": true, "first_name": "Other"}))];
        assert_eq!(heard(message(group(), "/status", &bot)), Heard::Nothing);
        let nameless = [
            ("from", json!({"id": 1_087_968_824, "is_bot": true, "first_name": "Group"})),
            ("sender_chat", group()),
        ];
        assert!(matches!(heard(message(group(), "/status", &nameless)), Heard::Anonymous { .. }));
    }

    #[test]
    fn presses_carry_their_message() {
        let press = |message: Value| {
            heard(json!({"update_id": 1, "callback_query":
                {"id": "q", "from": ann(), "chat_instance": "x", "data": "ack INC-42", "message": message}}))
        };
        let old = json!({"message_id": 5, "date": 0, "chat": group()});
        let Heard::Pressed { scene, data, .. } = press(old) else { panic!("not heard") };
        assert_eq!((scene.message, data.as_str()), (5, "ack INC-42"));
        assert_eq!(press(Value::Null), Heard::PressedNothing { query: "q".to_owned() });
    }

    #[test]
    fn changes_of_the_chat_are_noticed() {
        let change = |status: &str| {
            let member = json!({"status": status, "user": {"id": 42}});
            heard(json!({"update_id": 1, "my_chat_member": {"chat": group(), "from": ann(), "date": 1,
                "old_chat_member": member, "new_chat_member": member}}))
        };
        assert_eq!(change("kicked"), Heard::Membership { chat: -100, present: false });
        assert_eq!(change("member"), Heard::Membership { chat: -100, present: true });
        let moved = message(group(), "", &[("migrate_to_chat_id", json!(-200))]);
        assert_eq!(heard(moved), Heard::Moved { from: -100, to: -200 });
    }
}
