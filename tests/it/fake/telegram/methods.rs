//! The Bot API's methods as the fake carries them out: strict where Telegram is.

use std::time::Instant;

use serde_json::{Map, Value, json};
use upheld::chat::telegram::markup::{self, EntityKind};

use super::state::{Chat, Kind, Message, Notice, State, bot};
use super::{BOT, Refusal};

type Parameters = Map<String, Value>;
type Done = Result<Value, Refusal>;

/// A number, which a form gives as text.
pub(super) fn number(parameters: &Parameters, name: &str) -> Option<i64> {
    let value = parameters.get(name)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn text<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.get(name)?.as_str()
}

fn flag(parameters: &Parameters, name: &str) -> bool {
    parameters.get(name).is_some_and(|value| value == true || value == "true")
}

/// An object, which a form gives as JSON in text.
fn object(parameters: &Parameters, name: &str) -> Result<Value, Refusal> {
    match parameters.get(name) {
        None => Ok(Value::Null),
        Some(Value::String(json)) => {
            serde_json::from_str(json).map_err(|error| Refusal::bad(format!("can't parse {name}: {error}")))
        }
        Some(value) => Ok(value.clone()),
    }
}

impl State {
    pub(super) fn call(&mut self, method: &str, parameters: &Parameters) -> Done {
        match method {
            "getme" => Ok(me()),
            "getwebhookinfo" => Ok(json!({"url": self.webhook, "has_custom_certificate": false,
                "pending_update_count": self.updates.len(), "allowed_updates": []})),
            "deletewebhook" => {
                self.webhook.clear();
                Ok(json!(true))
            }
            "setmycommands" => self.set_commands(parameters),
            "sendmessage" => self.send(parameters, None),
            "sendphoto" => {
                let photo = self.photo("photo")?;
                self.send(parameters, Some(photo))
            }
            "senddocument" => {
                let file = self.files.get("document").cloned();
                let file = file.ok_or_else(|| Refusal::bad("there is no document in the request"))?;
                self.send_document(parameters, file)
            }
            "editmessagetext" => self.edit(parameters, true),
            "editmessagemedia" => self.edit_media(parameters),
            "editmessagereplymarkup" => self.edit(parameters, false),
            "deletemessage" => self.delete(parameters),
            "answercallbackquery" => self.answer(parameters),
            _ => Err(Refusal::new(404, "Not Found")),
        }
    }

    /// The chat, if the bot may write there.
    fn open(&self, parameters: &Parameters) -> Result<&Chat, Refusal> {
        let id = number(parameters, "chat_id").ok_or_else(|| Refusal::bad("chat_id is empty"))?;
        let Some(chat) = self.chats.get(&id) else {
            let known = u64::try_from(id).is_ok_and(|id| self.people.contains_key(&id));
            return Err(if known {
                Refusal::new(403, "Forbidden: bot can't initiate conversation with a user")
            } else {
                Refusal::bad("chat not found")
            });
        };
        if let Some(new) = chat.migrated_to {
            let mut refusal = Refusal::bad("group chat was upgraded to a supergroup chat");
            refusal.parameters = json!({ "migrate_to_chat_id": new });
            return Err(refusal);
        }
        if chat.kicked {
            return Err(Refusal::new(
                403,
                match chat.kind {
                    Kind::Private => "Forbidden: bot was blocked by the user",
                    Kind::Group => "Forbidden: bot was kicked from the group chat",
                    Kind::Supergroup | Kind::Forum => "Forbidden: bot was kicked from the supergroup chat",
                },
            ));
        }
        Ok(chat)
    }

    /// The uploaded picture: one that Telegram can read, not too large and not too narrow.
    fn photo(&self, part: &str) -> Result<Vec<u8>, Refusal> {
        let file = self.files.get(part).ok_or_else(|| Refusal::bad("there is no photo in the request"))?;
        let pixels = resvg::tiny_skia::Pixmap::decode_png(file);
        let pixels = pixels.map_err(|_| Refusal::bad("IMAGE_PROCESS_FAILED"))?;
        let (width, height) = (pixels.width(), pixels.height());
        if file.len() > 10 << 20 || width + height > 10_000 || width.max(height) > 20 * width.min(height) {
            return Err(Refusal::bad("PHOTO_INVALID_DIMENSIONS"));
        }
        Ok(file.clone())
    }

    fn send(&mut self, parameters: &Parameters, photo: Option<Vec<u8>>) -> Done {
        let chat = self.open(parameters)?;
        let (text, entities) =
            if photo.is_some() { caption(parameters)? } else { shown(parameters, "text", 4096)? };
        let topic = number(parameters, "message_thread_id").map(|topic| i32::try_from(topic).unwrap());
        if topic.is_some_and(|topic| !chat.topics.contains_key(&topic)) {
            return Err(Refusal::bad("message thread not found"));
        }
        let reply = object(parameters, "reply_parameters")?;
        let quoted = reply["message_id"].as_i64().map(|id| i32::try_from(id).unwrap());
        let reply_to = quoted.filter(|id| chat.messages.contains_key(id));
        if quoted.is_some() && reply_to.is_none() && reply["allow_sending_without_reply"] != true {
            return Err(Refusal::bad("message to be replied not found"));
        }
        let markup = keyboard(parameters)?;
        let (id, silent) = (chat.id, flag(parameters, "disable_notification"));
        let message = Message {
            id: 0,
            from: BOT,
            text,
            photo,
            document: None,
            entities,
            markup,
            reply_to,
            topic,
            silent,
            edits: 0,
        };
        self.taken.push((Instant::now(), id));
        let message = self.place(id, message);
        Ok(self.tell(id, message, true))
    }

    fn send_document(&mut self, parameters: &Parameters, file: Vec<u8>) -> Done {
        if file.len() > 50 << 20 || file.is_empty() {
            return Err(Refusal::bad("file is too big or empty"));
        }
        let chat = self.open(parameters)?;
        let reply = object(parameters, "reply_parameters")?;
        let quoted = reply["message_id"].as_i64().map(|id| i32::try_from(id).unwrap());
        let reply_to = quoted.filter(|id| chat.messages.contains_key(id));
        let topic = number(parameters, "message_thread_id").map(|topic| i32::try_from(topic).unwrap());
        let (id, silent) = (chat.id, flag(parameters, "disable_notification"));
        let (text, entities, markup, edits) = (String::new(), Vec::new(), Value::Null, 0);
        let (photo, document) = (None, Some(file));
        let message = Message {
            id: 0,
            from: BOT,
            text,
            photo,
            document,
            entities,
            markup,
            reply_to,
            topic,
            silent,
            edits,
        };
        let message = self.place(id, message);
        Ok(self.tell(id, message, true))
    }

    fn edit(&mut self, parameters: &Parameters, with_text: bool) -> Done {
        let chat = self.open(parameters)?.id;
        let id = number(parameters, "message_id")
            .ok_or_else(|| Refusal::bad("message identifier is not specified"))?;
        let id = i32::try_from(id).unwrap();
        let Some(before) = self.chats[&chat].messages.get(&id) else {
            return Err(Refusal::bad("message to edit not found"));
        };
        if before.from != BOT {
            return Err(Refusal::bad("message can't be edited"));
        }
        if with_text && before.photo.is_some() {
            return Err(Refusal::bad("there is no text in the message to edit"));
        }
        let (text, entities) = if with_text {
            shown(parameters, "text", 4096)?
        } else {
            (before.text.clone(), before.entities.clone())
        };
        let markup = keyboard(parameters)?;
        if text == before.text && entities == before.entities && markup == before.markup {
            return Err(Refusal::bad(
                "message is not modified: specified new message content and reply markup are exactly the same \
                 as a current content and reply markup of the message",
            ));
        }
        let message = Message { text, entities, markup, edits: before.edits + 1, ..before.clone() };
        self.taken.push((Instant::now(), chat));
        self.chats.get_mut(&chat).unwrap().messages.insert(id, message);
        Ok(self.tell(chat, id, true))
    }

    fn edit_media(&mut self, parameters: &Parameters) -> Done {
        let chat = self.open(parameters)?.id;
        let media = object(parameters, "media")?;
        let part = media["media"].as_str().and_then(|name| name.strip_prefix("attach://"));
        let photo = self.photo(part.unwrap_or_default())?;
        let (text, entities) = caption(media.as_object().unwrap())?;
        let markup = keyboard(parameters)?;
        let id = number(parameters, "message_id").and_then(|id| i32::try_from(id).ok());
        let found = id.and_then(|id| self.chats.get_mut(&chat).unwrap().messages.get_mut(&id));
        let message = found.ok_or_else(|| Refusal::bad("message to edit not found"))?;
        let edits = message.edits + 1;
        *message = Message { text, photo: Some(photo), entities, markup, edits, ..message.clone() };
        let id = message.id;
        Ok(self.tell(chat, id, true))
    }

    fn delete(&mut self, parameters: &Parameters) -> Done {
        let chat = self.open(parameters)?.id;
        let id = number(parameters, "message_id").and_then(|id| i32::try_from(id).ok());
        let messages = &mut self.chats.get_mut(&chat).unwrap().messages;
        let gone = id.and_then(|id| messages.remove(&id));
        gone.map(|_| json!(true)).ok_or_else(|| Refusal::bad("message to delete not found"))
    }

    fn answer(&mut self, parameters: &Parameters) -> Done {
        let query = text(parameters, "callback_query_id").unwrap_or_default().to_owned();
        let text = text(parameters, "text").unwrap_or_default().to_owned();
        if text.chars().count() > 200 {
            return Err(Refusal::bad("MESSAGE_TOO_LONG"));
        }
        if !self.queries.remove(&query) {
            let words = "query is too old and response timeout expired or query ID is invalid";
            return Err(Refusal::bad(words));
        }
        self.notices.push(Notice { query, text, alert: flag(parameters, "show_alert") });
        Ok(json!(true))
    }

    fn set_commands(&mut self, parameters: &Parameters) -> Done {
        let commands = object(parameters, "commands")?;
        let mut list = Vec::new();
        for command in commands.as_array().ok_or_else(|| Refusal::bad("can't parse commands"))? {
            let name = command["command"].as_str().unwrap_or_default();
            let description = command["description"].as_str().unwrap_or_default();
            let fits = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if name.is_empty() || name.len() > 32 || !fits {
                return Err(Refusal::bad("BOT_COMMAND_INVALID"));
            }
            if description.is_empty() || description.chars().count() > 256 {
                return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
            }
            list.push((name.to_owned(), description.to_owned()));
        }
        if list.len() > 100 {
            return Err(Refusal::bad("BOT_COMMANDS_TOO_MUCH"));
        }
        let language = text(parameters, "language_code").unwrap_or_default();
        self.commands.insert(language.to_owned(), list);
        Ok(json!(true))
    }
}

fn me() -> Value {
    let mut me = bot();
    for (name, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[name] = json!(value);
    }
    me
}

/// The text below a picture, which there need not be.
fn caption(parameters: &Parameters) -> Result<(String, Vec<Value>), Refusal> {
    match text(parameters, "caption") {
        None | Some("") => Ok((String::new(), Vec::new())),
        Some(_) => shown(parameters, "caption", 1024),
    }
}

/// The text as it will be shown, with what is set apart in it.
fn shown(parameters: &Parameters, part: &str, most: usize) -> Result<(String, Vec<Value>), Refusal> {
    let raw = text(parameters, part).unwrap_or_default();
    let (text, entities) = match text(parameters, "parse_mode") {
        None => (raw.to_owned(), Vec::new()),
        Some("HTML") => {
            let parsed =
                markup::parse(raw).map_err(|error| Refusal::bad(format!("can't parse entities: {error}")))?;
            (parsed.text, parsed.entities.iter().map(entity).collect())
        }
        Some(_) => return Err(Refusal::bad("unsupported parse_mode")),
    };
    let text = text.trim_end().to_owned();
    if text.trim().is_empty() {
        return Err(Refusal::bad("message text is empty"));
    }
    if text.encode_utf16().count() > most {
        return Err(Refusal::bad(if part == "text" {
            "message is too long"
        } else {
            "message caption is too long"
        }));
    }
    Ok((text, entities))
}

fn entity(entity: &markup::Entity) -> Value {
    let mut told = json!({"offset": entity.offset, "length": entity.length});
    told["type"] = json!(match &entity.kind {
        EntityKind::Bold => "bold",
        EntityKind::Italic => "italic",
        EntityKind::Underline => "underline",
        EntityKind::Strikethrough => "strikethrough",
        EntityKind::Spoiler => "spoiler",
        EntityKind::Code => "code",
        EntityKind::Pre => "pre",
        EntityKind::Quote { expandable: false } => "blockquote",
        EntityKind::Quote { expandable: true } => "expandable_blockquote",
        EntityKind::Link(url) => {
            told["url"] = json!(url);
            "text_link"
        }
        EntityKind::Person(id) => {
            told["user"] = json!({"id": id, "is_bot": false, "first_name": "Somebody"});
            "text_mention"
        }
    });
    told
}

/// The reply markup, if every button of it is acceptable.
fn keyboard(parameters: &Parameters) -> Result<Value, Refusal> {
    let markup = object(parameters, "reply_markup")?;
    for row in markup["inline_keyboard"].as_array().into_iter().flatten() {
        for key in
            row.as_array().ok_or_else(|| Refusal::bad("can't parse inline keyboard: rows must be arrays"))?
        {
            let label = key["text"].as_str().unwrap_or_default();
            if label.trim().is_empty() {
                return Err(Refusal::bad(
                    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
                ));
            }
            match (key["callback_data"].as_str(), key["url"].as_str()) {
                (Some(data), None) if (1..=64).contains(&data.len()) => {}
                (Some(_), None) => return Err(Refusal::bad("BUTTON_DATA_INVALID")),
                (None, Some(url)) if links(url) => {}
                (None, Some(url)) => {
                    let words = format!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL");
                    return Err(Refusal::bad(words));
                }
                _ => return Err(Refusal::bad("BUTTON_TYPE_INVALID")),
            }
        }
    }
    Ok(markup)
}

fn links(address: &str) -> bool {
    let Ok(url) = url::Url::parse(address) else { return false };
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.'))
}
