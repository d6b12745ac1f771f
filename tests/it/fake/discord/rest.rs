//! The fake's REST side: each call as Discord takes it, its refusals included.

use serde_json::{Value, json};

use super::limits::{self, Refusal};
use super::state::{Channel, Interaction, Shown, State};

pub type Answer = Result<(u16, Value), Refusal>;

fn unknown(what: &str, code: i64) -> Refusal {
    Refusal::new(404, code, &format!("Unknown {what}"))
}

fn id(text: &str) -> Result<u64, Refusal> {
    text.parse().map_err(|_| Refusal::new(400, 50_035, "Invalid Form Body"))
}

/// Carries out one call. `path` has no `/api/v10`.
pub fn call(state: &mut State, base: &str, method: &str, path: &[&str], token: &str, body: &Value) -> Answer {
    // These carry their own token, or need none.
    match (method, path) {
        ("POST", ["interactions", interaction, secret, "callback"]) => {
            respond(state, id(interaction)?, secret, body)
        }
        ("POST", ["webhooks", _, secret]) => follow_up(state, secret, body),
        ("PATCH", ["webhooks", _, secret, "messages", "@original"]) => edit_original(state, secret, body),
        ("DELETE", ["webhooks", _, secret, "messages", "@original"]) => delete_original(state, secret),
        ("GET", ["gateway"]) => Ok((200, json!({ "url": base.replace("http", "ws") }))),
        _ if token != format!("Bot {}", state.token) => Err(Refusal::new(401, 0, "401: Unauthorized")),
        ("GET", ["gateway", "bot"]) => Ok((
            200,
            json!({
                "url": base.replace("http", "ws"), "shards": 1,
                "session_start_limit": { "total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1 },
            }),
        )),
        ("GET", ["users", "@me"]) => Ok((200, state.bot_json())),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => {
            Ok((200, json!({ "id": state.application.to_string(), "name": "upheld" })))
        }
        ("POST", ["users", "@me", "channels"]) => open_direct(state, body),
        ("GET", ["applications", _, rest @ ..]) => commands(state, rest, None),
        ("PUT", ["applications", _, rest @ ..]) => commands(state, rest, Some(body)),
        (_, ["channels", channel, rest @ ..]) => in_channel(state, method, id(channel)?, rest, body),
        _ => Err(Refusal::new(404, 0, "404: Not Found")),
    }
}

fn commands(state: &mut State, path: &[&str], body: Option<&Value>) -> Answer {
    let scope = match path {
        ["commands"] => "global".to_owned(),
        ["guilds", guild, "commands"] if id(guild)? == state.guild => (*guild).to_owned(),
        ["guilds", _, "commands"] => return Err(Refusal::new(403, 50_001, "Missing Access")),
        _ => return Err(Refusal::new(404, 0, "404: Not Found")),
    };
    if let Some(body) = body {
        limits::commands(body)?;
        let mut kept = body.clone();
        for command in kept.as_array_mut().unwrap() {
            command["id"] = json!(state.id().to_string());
            command["version"] = json!("1");
            command["dm_permission"] = json!(true);
        }
        state.commands.insert(scope.clone(), kept);
    }
    Ok((200, state.commands.get(&scope).cloned().unwrap_or_else(|| json!([]))))
}

fn open_direct(state: &mut State, body: &Value) -> Answer {
    let person = id(body["recipient_id"].as_str().unwrap_or_default())?;
    if !state.people.contains_key(&person) {
        return Err(unknown("User", 10_013));
    }
    let channel = state.direct(person);
    Ok((200, json!({ "id": channel.to_string(), "type": 1, "recipients": [] })))
}

fn in_channel(state: &mut State, method: &str, channel: u64, path: &[&str], body: &Value) -> Answer {
    let found = state.channels.get(&channel).ok_or_else(|| unknown("Channel", 10_003))?;
    if let Some(code) = found.closed {
        let message = if code == 50_001 { "Missing Access" } else { "Missing Permissions" };
        return Err(Refusal::new(403, code, message));
    }
    match (method, path) {
        ("GET", []) => Ok((200, state.channel_json(channel))),
        ("PATCH", []) => {
            if let Some(archived) = body["archived"].as_bool() {
                state.channels.get_mut(&channel).unwrap().archived = archived;
            }
            Ok((200, state.channel_json(channel)))
        }
        ("GET", ["messages"]) => {
            if found.unreadable {
                return Err(Refusal::new(403, 50_013, "Missing Permissions"));
            }
            let shown =
                state.messages.values().rev().filter(|m| m.channel == channel && m.only_for.is_none());
            Ok((200, shown.take(100).map(|message| state.message_json(message.id)).collect()))
        }
        ("GET", ["messages", message]) => {
            let message = in_here(state, channel, message)?;
            Ok((200, state.message_json(message)))
        }
        ("POST", ["messages"]) => create(state, channel, body),
        ("PATCH", ["messages", message]) => edit(state, channel, message, body),
        ("POST", ["messages", message, "threads"]) => start_thread(state, channel, message, body),
        _ => Err(Refusal::new(404, 0, "404: Not Found")),
    }
}

fn in_here(state: &State, channel: u64, message: &str) -> Result<u64, Refusal> {
    let message = id(message)?;
    let found = state.messages.get(&message).filter(|m| m.channel == channel && m.only_for.is_none());
    found.map(|message| message.id).ok_or_else(|| unknown("Message", 10_008))
}

fn create(state: &mut State, channel: u64, body: &Value) -> Answer {
    limits::message(body, false)?;
    limits::files(body, &state.upload)?;
    let place = state.channels.get_mut(&channel).unwrap();
    if place.person.is_some_and(|person| state.reclusive.contains(&person)) {
        return Err(Refusal::new(403, 50_007, "Cannot send messages to this user"));
    }
    // A post opens an archived thread; an edit does not.
    place.archived = false;
    let reply = &body["message_reference"];
    if let Some(card) = reply["message_id"].as_str()
        && reply["fail_if_not_exists"] != false
    {
        in_here(state, channel, card)?;
    }
    let nonce = body["nonce"].as_str().unwrap_or_default().to_owned();
    let known = (body["enforce_nonce"] == true).then(|| state.nonces.get(&nonce).copied()).flatten();
    state.note(channel);
    let message = match known {
        Some(message) => {
            state.recognised += 1;
            message
        }
        None => state.add_message(channel, body.clone(), None),
    };
    if !nonce.is_empty() {
        state.nonces.insert(nonce.clone(), message);
    }
    let mut answer = state.message_json(message);
    answer["nonce"] = json!(nonce);
    Ok((200, answer))
}

fn edit(state: &mut State, channel: u64, message: &str, body: &Value) -> Answer {
    limits::message(body, true)?;
    limits::files(body, &state.upload)?;
    if state.channels[&channel].archived {
        return Err(Refusal::new(400, 50_083, "Thread is archived"));
    }
    let message = in_here(state, channel, message)?;
    state.note(channel);
    replace(state, message, body);
    Ok((200, state.message_json(message)))
}

fn replace(state: &mut State, message: u64, body: &Value) {
    let files = state.attached(body);
    let kept = state.messages.get_mut(&message).unwrap();
    if body.get("attachments").is_some() {
        kept.files.clear();
    }
    kept.files.extend(files);
    for part in ["content", "embeds", "components", "allowed_mentions"] {
        if body.get(part).is_some() {
            kept.body[part] = body[part].clone();
        }
    }
    kept.edits += 1;
}

fn start_thread(state: &mut State, channel: u64, message: &str, body: &Value) -> Answer {
    let message = in_here(state, channel, message)?;
    let place = &state.channels[&channel];
    if place.kind != 0 {
        return Err(Refusal::new(400, 50_024, "Cannot execute action on this channel type"));
    }
    if place.threadless {
        return Err(Refusal::new(403, 50_013, "Missing Permissions"));
    }
    if state.channels.contains_key(&message) {
        return Err(Refusal::new(400, 160_004, "A thread has already been created for this message"));
    }
    let name = body["name"].as_str().unwrap_or_default();
    let duration = body["auto_archive_duration"].as_u64().unwrap_or(1_440);
    if !(1..=100).contains(&name.chars().count()) || ![60, 1_440, 4_320, 10_080].contains(&duration) {
        return Err(Refusal::new(400, 50_035, "Invalid Form Body"));
    }
    let thread = Channel { parent: Some(channel), ..Channel::new(name, 11) };
    state.channels.insert(message, thread);
    Ok((201, state.channel_json(message)))
}

/// The first answer to an interaction.
fn respond(state: &mut State, interaction: u64, secret: &str, body: &Value) -> Answer {
    let found = state.interactions.get(&interaction).filter(|found| found.token == secret);
    let found = found.cloned().ok_or_else(|| unknown("interaction", 10_062))?;
    if found.shown.is_some() {
        return Err(Refusal::new(400, 40_060, "Interaction has already been acknowledged."));
    }
    if found.is_late() {
        return Err(unknown("interaction", 10_062));
    }
    let (data, kind) = (&body["data"], body["type"].as_u64().unwrap_or_default());
    let is_private = data["flags"].as_u64().unwrap_or_default() & 64 != 0;
    let (shown, step) = match (kind, found.kind) {
        (4, _) => {
            limits::message(data, false)?;
            limits::files(data, &state.upload)?;
            let only_for = is_private.then_some(found.person);
            (Shown::Message(state.add_message(found.channel, data.clone(), only_for)), "message")
        }
        (5, _) => (Shown::Announced, "announced"),
        (6, 3 | 5) if found.message.is_some() => (Shown::Nothing, "nothing"),
        (9, 2 | 3) => {
            limits::modal(data)?;
            (Shown::Modal(data.clone()), "modal")
        }
        _ => return Err(Refusal::new(400, 50_035, "Invalid Form Body")),
    };
    let kept = state.interactions.get_mut(&interaction).unwrap();
    kept.is_private = is_private;
    kept.shown = Some(shown);
    kept.steps.push(step);
    Ok((204, Value::Null))
}

fn by_token<'a>(state: &'a mut State, secret: &str) -> Result<&'a mut Interaction, Refusal> {
    let found = state.interactions.values_mut().find(|found| found.token == secret && found.shown.is_some());
    found.ok_or_else(|| unknown("Webhook", 10_015))
}

fn edit_original(state: &mut State, secret: &str, body: &Value) -> Answer {
    limits::message(body, true)?;
    limits::files(body, &state.upload)?;
    let found = by_token(state, secret)?.clone();
    let message = match found.shown {
        Some(Shown::Message(message)) => {
            replace(state, message, body);
            message
        }
        Some(Shown::Announced) => {
            state.add_message(found.channel, body.clone(), found.is_private.then_some(found.person))
        }
        _ => return Err(unknown("Message", 10_008)),
    };
    let kept = by_token(state, secret)?;
    kept.shown = Some(Shown::Message(message));
    kept.steps.push("edited");
    Ok((200, state.message_json(message)))
}

fn delete_original(state: &mut State, secret: &str) -> Answer {
    let kept = by_token(state, secret)?;
    let gone = match kept.shown {
        Some(Shown::Message(message)) => Some(message),
        Some(Shown::Announced) => None,
        _ => return Err(unknown("Message", 10_008)),
    };
    kept.shown = Some(Shown::Withdrawn);
    kept.steps.push("withdrawn");
    if let Some(message) = gone {
        state.messages.remove(&message);
    }
    Ok((204, Value::Null))
}

/// While the announcement stands, a follow-up takes its place and its privacy.
fn follow_up(state: &mut State, secret: &str, body: &Value) -> Answer {
    limits::message(body, false)?;
    limits::files(body, &state.upload)?;
    let found = by_token(state, secret)?.clone();
    if found.shown == Some(Shown::Announced) {
        return edit_original(state, secret, body);
    }
    let is_private = body["flags"].as_u64().unwrap_or_default() & 64 != 0;
    let message = state.add_message(found.channel, body.clone(), is_private.then_some(found.person));
    let kept = by_token(state, secret)?;
    kept.follow_ups.push(message);
    kept.steps.push("followed up");
    Ok((200, state.message_json(message)))
}
