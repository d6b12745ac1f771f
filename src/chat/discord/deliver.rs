//! Delivers one message: into its channel, thread or direct messages, and never twice.
//!
//! Every create carries a nonce made from the outbox key, and Discord answers a repeated nonce with the
//! first message. It remembers a nonce for a few minutes only, so a later repeat first looks through the
//! channel for the key's marker. That is why an unanswered create, or a 5xx, is simply
//! [`SendError::Retry`]; only a success that cannot be read, and whose message cannot be found, is
//! [`SendError::Uncertain`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use serenity::builder::CreateAttachment;
use serenity::http::{LightMethod, Route};
use serenity::model::id::{ChannelId, MessageId};
use sha2::{Digest, Sha256};

use super::Settings;
use super::api::{self, Api, ApiError, code};
use super::escape::plain;
use super::render::{self, Drawing};
use crate::chart::Png;
use crate::chat::picture;
use crate::chat::{Address, Delivered, Enclosure, FailCause, Outgoing, Platform, SendError};
use crate::clock::Clock;
use crate::core::time::Span;
use crate::i18n::spoken::text_of;
use crate::i18n::words;

/// The longest nonce Discord does not cut.
const NONCE: usize = 25;
/// Fifty bits: enough to find one message among a hundred.
const MARKER: usize = 10;
/// How many of a channel's last messages are looked through; Discord's most.
const LOOK_THROUGH: &str = "100";
const THREAD_NAME: usize = 100;

/// A message with its picture drawn, and the file that goes with it.
struct Parcel<'a> {
    outgoing: &'a Outgoing,
    png: Option<Png>,
    file: Option<&'a Enclosure>,
}

impl<'a> Parcel<'a> {
    async fn pack(outgoing: &'a Outgoing) -> Self {
        if outgoing.plain {
            return Self { outgoing, png: None, file: None };
        }
        let png = picture::png(&outgoing.spoken).await;
        Self { outgoing, png, file: outgoing.enclosure.as_ref() }
    }

    /// Leaves the file out, then the picture, when Discord refused the message with them: files may be forbidden
    /// where words are not. Whether there is anything to try anew.
    fn lighten<T>(&mut self, result: &Result<T, ApiError>) -> bool {
        let refused = matches!(result, Err(ApiError::Refused { status: 400 | 403 | 413, .. }));
        refused && (self.file.take().is_some() || self.png.take().is_some())
    }

    /// In the order in which the body speaks of them.
    fn files(&self) -> Vec<CreateAttachment> {
        let file = self.file.map(|file| CreateAttachment::bytes(file.bytes.to_vec(), file.name.clone()));
        api::picture(self.png.as_ref()).into_iter().chain(file).collect()
    }
}

/// Delivers messages with one bot's access.
#[derive(Debug)]
pub(super) struct Courier {
    pub(super) api: Arc<Api>,
    pub(super) clock: Arc<dyn Clock>,
    /// A create first tried this long ago looks before it repeats.
    pub(super) nonce_memory: Span,
    /// Minutes of silence until Discord archives a history thread.
    pub(super) archive_after: u32,
    /// Direct-message channels by person.
    direct: Mutex<BTreeMap<u64, ChannelId>>,
}

impl Courier {
    pub(super) fn new(api: Arc<Api>, clock: Arc<dyn Clock>, settings: &Settings) -> Self {
        Self {
            api,
            clock,
            nonce_memory: settings.nonce_memory,
            archive_after: settings.archive_after,
            direct: Mutex::default(),
        }
    }

    /// Posts a message once, however often it is called with the same key.
    pub(super) async fn post(&self, outgoing: &Outgoing) -> Result<Delivered, SendError> {
        let here = self.channel(&outgoing.to).await?;
        let card = outgoing.under.as_deref().map(message_id).transpose()?;
        let mut parcel = Parcel::pack(outgoing).await;
        let mut posted = self.post_parcel(here, card, &parcel).await;
        while parcel.lighten(&posted) {
            posted = self.post_parcel(here, card, &parcel).await;
        }
        posted.map_err(|error| send_error(error, outgoing.plain))
    }

    async fn post_parcel(
        &self,
        here: ChannelId,
        card: Option<MessageId>,
        parcel: &Parcel<'_>,
    ) -> Result<Delivered, ApiError> {
        match card {
            Some(card) if has_threads(&parcel.outgoing.to) => self.post_history(here, card, parcel).await,
            reply_to => self.post_in(here, reply_to, parcel).await,
        }
    }

    /// Replaces a message. Repeating it is harmless, so nothing about it is uncertain.
    pub(super) async fn replace(&self, message: &str, outgoing: &Outgoing) -> Result<Delivered, SendError> {
        let message = message_id(message)?;
        let here = self.channel(&outgoing.to).await?;
        let thread = match outgoing.under.as_deref().map(message_id).transpose()? {
            Some(card) if has_threads(&outgoing.to) => Some(thread_of(card)),
            _ => None,
        };
        let mut parcel = Parcel::pack(outgoing).await;
        let mut result = self.edit(thread.unwrap_or(here), message, &parcel).await;
        while parcel.lighten(&result) {
            result = self.edit(thread.unwrap_or(here), message, &parcel).await;
        }
        if thread.is_some() && result.as_ref().is_err_and(|error| error.is(code::UNKNOWN_CHANNEL)) {
            result = self.edit(here, message, &parcel).await;
        }
        match result {
            // Which message it is was known before.
            Ok(_) | Err(ApiError::Unreadable(_)) => Ok(delivered(message)),
            Err(error) => Err(send_error(error, outgoing.plain)),
        }
    }

    async fn edit(
        &self,
        channel: ChannelId,
        message: MessageId,
        parcel: &Parcel<'_>,
    ) -> Result<Value, ApiError> {
        let nonce = nonce(&parcel.outgoing.key);
        let mut body = draw(parcel, &nonce[..MARKER]);
        if parcel.png.is_none() && parcel.file.is_none() {
            // An earlier picture or file goes.
            body["attachments"] = json!([]);
        }
        let route = Route::ChannelMessage { channel_id: channel, message_id: message };
        self.in_open_thread(channel, LightMethod::Patch, route, &body, parcel).await
    }

    /// Into the card's thread, which is started if need be; as a reply where threads cannot be had.
    async fn post_history(
        &self,
        here: ChannelId,
        card: MessageId,
        parcel: &Parcel<'_>,
    ) -> Result<Delivered, ApiError> {
        match self.post_in(thread_of(card), None, parcel).await {
            Err(ApiError::Refused { status: 404, .. }) => {
                match self.start_thread(here, card, parcel.outgoing).await {
                    Ok(()) => self.post_in(thread_of(card), None, parcel).await,
                    // Not permitted, or a kind of channel that has none.
                    Err(ApiError::Refused { status: 400 | 403, .. }) => {
                        self.post_in(here, Some(card), parcel).await
                    }
                    Err(error) => Err(error),
                }
            }
            result => result,
        }
    }

    async fn post_in(
        &self,
        channel: ChannelId,
        reply_to: Option<MessageId>,
        parcel: &Parcel<'_>,
    ) -> Result<Delivered, ApiError> {
        let outgoing = parcel.outgoing;
        let nonce = nonce(&outgoing.key);
        let marker = &nonce[..MARKER];
        if self.must_look(outgoing)
            && let Some(found) = self.look(channel, marker, outgoing.maybe_repeat).await?
        {
            return Ok(delivered(found));
        }
        let mut body = draw(parcel, marker);
        body["nonce"] = json!(nonce);
        body["enforce_nonce"] = json!(true);
        if let Some(card) = reply_to {
            // A card that was deleted must not take its history with it.
            body["message_reference"] =
                json!({ "message_id": card.to_string(), "fail_if_not_exists": false });
        }
        let route = Route::ChannelMessages { channel_id: channel };
        let reason = match self.in_open_thread(channel, LightMethod::Post, route, &body, parcel).await {
            Ok(created) => match id_of(&created) {
                Some(id) => return Ok(delivered(id)),
                None => "it names no message".to_owned(),
            },
            Err(ApiError::Unreadable(reason)) => reason,
            Err(error) => return Err(error),
        };
        // It was posted: which message is it?
        match self.find(channel, marker).await {
            Ok(Some(found)) => Ok(delivered(found)),
            Ok(None) | Err(_) => Err(ApiError::Unreadable(reason)),
        }
    }

    /// A call that an archived thread refuses until it is opened.
    async fn in_open_thread(
        &self,
        channel: ChannelId,
        method: LightMethod,
        route: Route<'_>,
        body: &Value,
        parcel: &Parcel<'_>,
    ) -> Result<Value, ApiError> {
        match self.api.send_with(method, route, body, parcel.files(), None).await {
            Err(error) if error.is(code::THREAD_ARCHIVED) => {
                let open = json!({ "archived": false });
                let thread = Route::Channel { channel_id: channel };
                match self.api.send(LightMethod::Patch, thread, &open, None).await {
                    Ok(_) | Err(ApiError::Unreadable(_)) => {
                        self.api.send_with(method, route, body, parcel.files(), None).await
                    }
                    Err(error) => Err(error),
                }
            }
            result => result,
        }
    }

    async fn channel(&self, to: &Address) -> Result<ChannelId, SendError> {
        if to.platform != Platform::Discord {
            return Err(refused(format!("`{to}` is not on Discord")));
        }
        let channel = number(to.thread.as_deref().unwrap_or(&to.channel))?;
        if !to.direct {
            return Ok(ChannelId::new(channel));
        }
        if let Some(known) = self.direct.lock().unwrap_or_else(PoisonError::into_inner).get(&channel) {
            return Ok(*known);
        }
        let body = json!({ "recipient_id": channel.to_string() });
        let opened = self.api.send(LightMethod::Post, Route::UserMeDmChannels, &body, None).await;
        let opened = match opened {
            Ok(opened) => id_of(&opened).map(|id| ChannelId::new(id.get())),
            Err(ApiError::Unreadable(_)) => None,
            Err(error) => return Err(send_error(error, true)),
        };
        let opened = opened.ok_or_else(|| SendError::Retry {
            after: None,
            reason: "the answer names no direct-message channel".to_owned(),
        })?;
        self.direct.lock().unwrap_or_else(PoisonError::into_inner).insert(channel, opened);
        Ok(opened)
    }

    async fn start_thread(
        &self,
        channel: ChannelId,
        card: MessageId,
        outgoing: &Outgoing,
    ) -> Result<(), ApiError> {
        let spoken = &outgoing.spoken;
        let named = outgoing.thread.clone().or_else(|| spoken.reference.clone());
        let name = named.unwrap_or_else(|| text_of(&spoken.head));
        let name = plain(&name, THREAD_NAME);
        let name = if name.is_empty() { card.to_string() } else { name };
        let body = json!({ "name": name, "auto_archive_duration": self.archive_after });
        let route = Route::ChannelMessageThreads { channel_id: channel, message_id: card };
        match self.api.send(LightMethod::Post, route, &body, None).await {
            Ok(_) | Err(ApiError::Unreadable(_)) => Ok(()),
            Err(error) if error.is(code::THREAD_EXISTS) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn must_look(&self, outgoing: &Outgoing) -> bool {
        outgoing.first_tried.is_some_and(|first| self.clock.now() - first >= self.nonce_memory)
    }

    /// Looks for the message an earlier try may have posted. Where the history may not be read, a message
    /// that says it may be a repeat is sent all the same.
    async fn look(
        &self,
        channel: ChannelId,
        marker: &str,
        may_repeat: bool,
    ) -> Result<Option<MessageId>, ApiError> {
        match self.find(channel, marker).await {
            // No thread yet, so nothing in it.
            Err(error) if error.is(code::UNKNOWN_CHANNEL) => Ok(None),
            Err(ApiError::Refused { status: 403, .. } | ApiError::Unreadable(_)) if may_repeat => Ok(None),
            Err(ApiError::Refused { status: 403, reason, .. }) => {
                Err(ApiError::Unreadable(format!("earlier messages may not be read: {reason}")))
            }
            result => result,
        }
    }

    async fn find(&self, channel: ChannelId, marker: &str) -> Result<Option<MessageId>, ApiError> {
        let params = vec![("limit", LOOK_THROUGH.to_owned())];
        let listed = self.api.get(Route::ChannelMessages { channel_id: channel }, params).await?;
        let listed =
            listed.as_array().ok_or_else(|| ApiError::Unreadable("not a list of messages".to_owned()))?;
        Ok(listed.iter().find(|message| render::carries(message, marker)).and_then(id_of))
    }
}

fn draw(parcel: &Parcel<'_>, marker: &str) -> Value {
    let outgoing = parcel.outgoing;
    let note =
        if outgoing.maybe_repeat { words("maybe-repeat", outgoing.spoken.language) } else { String::new() };
    let picture = parcel.png.is_some();
    let drawing = Drawing { marker, plain: outgoing.plain, note: &note, private: false, picture };
    let mut body = render::message(&outgoing.spoken, &drawing);
    if let Some(file) = parcel.file {
        let mut known = body["attachments"].as_array().cloned().unwrap_or_default();
        known.push(json!({ "id": known.len(), "filename": file.name }));
        body["attachments"] = json!(known);
    }
    body
}

/// The first characters of the key's hash, in letters and digits that read well aloud.
fn nonce(key: &str) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let hash = Sha256::digest(key.as_bytes());
    (0..NONCE)
        .map(|place| {
            let bit = place * 5;
            let pair = u16::from(hash[bit / 8]) << 8 | u16::from(hash[bit / 8 + 1]);
            char::from(ALPHABET[usize::from(pair >> (11 - bit % 8) & 31)])
        })
        .collect()
}

fn delivered(message: MessageId) -> Delivered {
    Delivered { message: message.to_string(), moved_to: None }
}

fn id_of(object: &Value) -> Option<MessageId> {
    object["id"].as_str()?.parse().ok().filter(|id: &u64| *id > 0).map(MessageId::new)
}

fn number(id: &str) -> Result<u64, SendError> {
    let number = id.parse().ok().filter(|id: &u64| *id > 0);
    number.ok_or_else(|| refused(format!("`{}` is no id of Discord's", plain(id, 40))))
}

fn refused(reason: String) -> SendError {
    SendError::Fail { cause: FailCause::Refused, reason }
}

/// Discord gives the thread that is started from a message the message's own id.
fn thread_of(card: MessageId) -> ChannelId {
    ChannelId::new(card.get())
}

/// Threads cannot be started in direct messages or in other threads.
fn has_threads(to: &Address) -> bool {
    !to.direct && to.thread.is_none()
}

fn message_id(id: &str) -> Result<MessageId, SendError> {
    number(id).map(MessageId::new).map_err(|error| match error {
        SendError::Fail { reason, .. } => SendError::Fail { cause: FailCause::MessageGone, reason },
        other => other,
    })
}

/// What a failed call means for the outbox.
pub(super) fn send_error(error: ApiError, is_plain: bool) -> SendError {
    let reason = error.to_string();
    let cause = match error {
        ApiError::TooMany { after } => return SendError::Retry { after, reason },
        ApiError::Unreachable(_) | ApiError::Unanswered(_) | ApiError::Failing { .. } => {
            return SendError::Retry { after: None, reason };
        }
        ApiError::Unreadable(_) => return SendError::Uncertain { reason },
        ApiError::Refused { code: code::UNKNOWN_MESSAGE, .. } => FailCause::MessageGone,
        ApiError::Refused {
            code: code::UNKNOWN_CHANNEL | code::UNKNOWN_GUILD | code::UNKNOWN_USER, ..
        } => FailCause::DestinationGone,
        ApiError::Refused { status: 401, .. } => FailCause::Unauthorized,
        ApiError::Refused { status: 403, .. } => FailCause::Forbidden,
        ApiError::Refused { code: code::INVALID_FORM | code::EMPTY_MESSAGE, .. }
        | ApiError::Refused { status: 413, .. }
            if !is_plain =>
        {
            FailCause::Markup
        }
        ApiError::Refused { .. } => FailCause::Refused,
    };
    SendError::Fail { cause, reason }
}
