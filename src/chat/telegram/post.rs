//! Posting and replacing messages: the requests as Telegram takes them.

use serde::Serialize;
use serde_json::json;
use teloxide::payloads::{AnswerCallbackQuery, EditMessageReplyMarkup, EditMessageText, SendMessage};
use teloxide::types::{
    CallbackQueryId, ChatId, InlineKeyboardMarkup, LinkPreviewOptions, MessageId, ParseMode, Recipient,
    ReplyMarkup, ReplyParameters, ThreadId,
};

use super::api::{Api, CallError, Upload};
use super::render::Drawn;
use super::wire::Sent;
use crate::chart::Png;
use crate::chat::Enclosure;

/// A message and where it goes.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub chat: i64,
    pub topic: Option<i32>,
    /// Shown as a reply to this message, if that still exists.
    pub reply_to: Option<i32>,
    pub drawn: Drawn,
    /// In place of the drawn keyboard.
    pub markup: Option<ReplyMarkup>,
    /// Whether it arrives without a sound.
    pub silent: bool,
}

/// [`Post`] below a picture, as a form takes it.
#[derive(Serialize)]
struct Photo<'a> {
    chat_id: i64,
    message_thread_id: Option<i32>,
    caption: &'a str,
    parse_mode: Option<ParseMode>,
    disable_notification: bool,
    reply_parameters: Option<ReplyParameters>,
    reply_markup: Option<ReplyMarkup>,
}

/// A file, as a form takes it; it stands below the message it belongs to.
#[derive(Serialize)]
struct Document {
    chat_id: i64,
    message_thread_id: Option<i32>,
    disable_notification: bool,
    reply_parameters: Option<ReplyParameters>,
}

#[derive(Serialize)]
struct NewPhoto<'a> {
    chat_id: i64,
    message_id: i32,
    media: serde_json::Value,
    reply_markup: Option<&'a InlineKeyboardMarkup>,
}

impl Post {
    fn reply_parameters(&self) -> Option<ReplyParameters> {
        let message = MessageId(self.reply_to?);
        Some(ReplyParameters::new(message).allow_sending_without_reply())
    }

    fn reply_markup(&self) -> Option<ReplyMarkup> {
        let drawn = || self.drawn.keyboard.clone().map(ReplyMarkup::InlineKeyboard);
        self.markup.clone().or_else(drawn)
    }
}

/// Links in messages are shown as links only: a preview would let a stranger's page into the channel.
fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn parse_mode(drawn: &Drawn) -> Option<ParseMode> {
    drawn.html.then_some(ParseMode::Html)
}

fn recipient(chat: i64) -> Recipient {
    Recipient::Id(ChatId(chat))
}

impl Api {
    pub(super) async fn post(&self, post: &Post) -> Result<Sent, CallError> {
        let mut request = SendMessage::new(recipient(post.chat), post.drawn.text.clone());
        request.message_thread_id = post.topic.map(|topic| ThreadId(MessageId(topic)));
        request.parse_mode = parse_mode(&post.drawn);
        request.link_preview_options = Some(no_preview());
        request.disable_notification = Some(post.silent);
        request.reply_parameters = post.reply_parameters();
        request.reply_markup = post.reply_markup();
        self.call(&request).await
    }

    /// Posts a picture with the message below it; the message must fit there ([`Drawn::is_caption`]).
    pub(super) async fn post_photo(&self, post: &Post, png: &Png) -> Result<Sent, CallError> {
        let photo = Photo {
            chat_id: post.chat,
            message_thread_id: post.topic,
            caption: &post.drawn.text,
            parse_mode: parse_mode(&post.drawn),
            disable_notification: post.silent,
            reply_parameters: post.reply_parameters(),
            reply_markup: post.reply_markup(),
        };
        self.call_with_file("SendPhoto", &photo, Upload::picture("photo", png)).await
    }

    /// Posts a file as a reply to the message it belongs to.
    pub(super) async fn post_document(
        &self,
        post: &Post,
        under: i32,
        file: &Enclosure,
    ) -> Result<Sent, CallError> {
        let document = Document {
            chat_id: post.chat,
            message_thread_id: post.topic,
            disable_notification: true,
            reply_parameters: Some(ReplyParameters::new(MessageId(under)).allow_sending_without_reply()),
        };
        let (name, bytes, media_type) = (file.name.as_str(), &*file.bytes, file.media_type);
        let upload = Upload { part: "document", name, media_type, bytes };
        self.call_with_file("SendDocument", &document, upload).await
    }

    /// Replaces a picture and the message below it.
    pub(super) async fn replace_photo(
        &self,
        chat: i64,
        message: i32,
        drawn: &Drawn,
        png: &Png,
    ) -> Result<Sent, CallError> {
        let mut media = json!({ "type": "photo", "media": "attach://picture", "caption": drawn.text });
        if drawn.html {
            media["parse_mode"] = json!(ParseMode::Html);
        }
        let keyboard = drawn.keyboard.as_ref();
        let photo = NewPhoto { chat_id: chat, message_id: message, media, reply_markup: keyboard };
        self.call_with_file("EditMessageMedia", &photo, Upload::picture("picture", png)).await
    }

    /// Replaces the text and the keyboard; without a keyboard, the old one goes.
    pub(super) async fn replace(&self, chat: i64, message: i32, drawn: &Drawn) -> Result<Sent, CallError> {
        let mut request = EditMessageText::new(recipient(chat), MessageId(message), drawn.text.clone());
        request.parse_mode = parse_mode(drawn);
        request.link_preview_options = Some(no_preview());
        request.reply_markup.clone_from(&drawn.keyboard);
        self.call(&request).await
    }

    pub(super) async fn take_buttons_away(&self, chat: i64, message: i32) -> Result<Sent, CallError> {
        self.call(&EditMessageReplyMarkup::new(recipient(chat), MessageId(message))).await
    }

    /// Stops a pressed button's spinning; with a text, shows it to the one who pressed, until closed when
    /// `stays`.
    pub(super) async fn answer_press(&self, query: &str, text: Option<String>, stays: bool) {
        let mut request = AnswerCallbackQuery::new(CallbackQueryId(query.to_owned()));
        request.show_alert = Some(stays && text.is_some());
        request.text = text;
        if let Err(error) = self.call::<_, bool>(&request).await {
            // After some seconds Telegram takes no answer any more; the button has stopped by itself then.
            tracing::debug!(%error, "a pressed button could not be answered");
        }
    }
}
