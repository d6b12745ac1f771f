//! The parts of Telegram's updates that Upheld reads, and no more: whatever else an update carries, a
//! command or a pressed button in it is still understood.

use serde::Deserialize;
use serde_json::value::RawValue;
use teloxide::types::User;

/// An update whose content is read apart, so that one that cannot be read has at least its number.
#[derive(Deserialize)]
pub(super) struct Envelope {
    pub update_id: u32,
}

/// Something that happened.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Update {
    pub message: Option<Message>,
    pub callback_query: Option<Press>,
    pub my_chat_member: Option<Membership>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Message {
    pub message_id: i32,
    /// Set for every message of a forum topic, and for replies elsewhere.
    pub message_thread_id: Option<i32>,
    #[serde(default)]
    pub is_topic_message: bool,
    pub from: Option<User>,
    /// Set when somebody writes as a group or channel.
    pub sender_chat: Option<Chat>,
    pub chat: Chat,
    pub text: Option<String>,
    pub reply_to_message: Option<Box<Quoted>>,
    pub migrate_to_chat_id: Option<i64>,
}

/// A message that is answered.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Quoted {
    pub message_id: i32,
    pub from: Option<User>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Chat {
    pub id: i64,
    #[serde(rename = "type")]
    pub kind: String,
}

/// A pressed button.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Press {
    pub id: String,
    pub from: User,
    pub message: Option<Pressed>,
    pub data: Option<String>,
}

/// The message under which a button was pressed; of an old one little more than the id is told.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Pressed {
    pub message_id: i32,
    pub message_thread_id: Option<i32>,
    #[serde(default)]
    pub is_topic_message: bool,
    pub chat: Chat,
}

/// What became of the bot itself in a chat.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Membership {
    pub chat: Chat,
    pub new_chat_member: Member,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Member {
    pub status: String,
}

/// What is read of a sent message.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Sent {
    pub message_id: i32,
}

/// What is read of the webhook's state.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Webhook {
    #[serde(default)]
    pub url: String,
}

/// The update's number, and its content unless that cannot be read.
pub(super) fn read(raw: &RawValue) -> Result<(u32, Option<Update>), serde_json::Error> {
    let Envelope { update_id } = serde_json::from_str(raw.get())?;
    Ok((update_id, serde_json::from_str(raw.get()).ok()))
}
