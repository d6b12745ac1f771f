//! The fake's gateway: hello, identify, ready, heartbeats, resumption, dispatches, and every way to close.

use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::Fake;
use super::state::{State, ToGateway};

/// Privileged intents, which the developer portal has not granted: presences, members, message content.
const PRIVILEGED: u64 = 1 << 8 | 1 << 1 | 1 << 15;

pub async fn serve(fake: Arc<Fake>, mut socket: WebSocket) {
    let (tell, mut told) = mpsc::unbounded_channel();
    let hello =
        json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": fake.lock().heartbeat } });
    if socket.send(Message::text(hello.to_string())).await.is_err() {
        return;
    }
    loop {
        let to_send = tokio::select! {
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    let said: Value = serde_json::from_str(&text).unwrap();
                    fake.change(|state| hear(state, &said, &tell));
                    continue;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => continue,
            },
            Some(order) = told.recv() => order,
        };
        let sent = match to_send {
            ToGateway::Text(text) => socket.send(Message::text(text)).await,
            ToGateway::Close(Some(code)) => {
                let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await;
                break;
            }
            ToGateway::CloseWithoutCode => {
                let _ = socket.send(Message::Close(None)).await;
                break;
            }
            // Without a close frame: the connection is simply gone.
            ToGateway::Close(None) => break,
        };
        if sent.is_err() {
            break;
        }
    }
    fake.change(|state| {
        if state.sessions.connection.as_ref().is_some_and(|current| current.same_channel(&tell)) {
            state.sessions.connection = None;
        }
    });
}

fn hear(state: &mut State, said: &Value, tell: &mpsc::UnboundedSender<ToGateway>) {
    let answer = |payload: Value| {
        let _ = tell.send(ToGateway::Text(payload.to_string()));
    };
    let close = |code| {
        let _ = tell.send(ToGateway::Close(Some(code)));
    };
    let data = &said["d"];
    let token = |state: &State| data["token"].as_str() == Some(&format!("Bot {}", state.token));
    match said["op"].as_u64() {
        Some(1) => answer(json!({ "op": 11, "s": null, "t": null, "d": null })),
        Some(2) if !token(state) => close(4_004),
        Some(2) => {
            let intents = data["intents"].as_u64().unwrap_or_default();
            state.sessions.identifies += 1;
            state.sessions.intents = Some(intents);
            if intents & PRIVILEGED != 0 {
                return close(4_014);
            }
            state.sessions.count += 1;
            let session = format!("session{}", state.sessions.count);
            state.sessions.current = Some(session.clone());
            state.sessions.sequence = 0;
            state.sessions.sent.clear();
            state.sessions.connection = Some(tell.clone());
            let ready = json!({
                "v": 10, "user": state.bot_json(), "session_id": session, "resume_gateway_url": "ws://127.0.0.1:1",
                "guilds": [{ "id": state.guild.to_string(), "unavailable": true }], "shard": [0, 1],
                "application": { "id": state.application.to_string(), "flags": 0 },
            });
            state.dispatch("READY", &ready);
        }
        Some(6) if token(state) && data["session_id"].as_str() == state.sessions.current.as_deref() => {
            let seen = data["seq"].as_u64().unwrap_or_default();
            state.sessions.resumes += 1;
            state.sessions.connection = Some(tell.clone());
            for (_, event) in state.sessions.sent.iter().filter(|(number, _)| *number > seen) {
                answer(event.clone());
            }
            state.dispatch("RESUMED", &json!({ "_trace": [] }));
        }
        Some(6) => answer(json!({ "op": 9, "s": null, "t": null, "d": false })),
        _ => {}
    }
}
