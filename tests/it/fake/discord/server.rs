//! The fake's front door: tells REST from the gateway, records each call, and plays the faults.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{
    ConnectInfo, FromRequest, FromRequestParts, Multipart, Request, State as Held, WebSocketUpgrade,
};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::cord::Cord;
use super::state::File;
use super::{Fake, Fault, gateway, rest};

pub async fn serve(
    Held(fake): Held<Arc<Fake>>,
    ConnectInfo(cord): ConnectInfo<Cord>,
    request: Request,
) -> Response {
    if fake.lock().is_down {
        return cord.cut();
    }
    let (mut parts, body) = request.into_parts();
    let method = parts.method.to_string();
    let path = parts.uri.path().to_owned();
    let Some(path) = path.strip_prefix("/api/v10/") else {
        return match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
            Ok(upgrade) => upgrade.on_upgrade(move |socket| gateway::serve(fake, socket)),
            Err(refused) => refused.into_response(),
        };
    };
    let token = header(&parts.headers, "authorization");
    let (body, files) = read(Request::from_parts(parts, body)).await;
    let called = format!("{method} {path}");
    let fault = fake.change(|state| {
        state.calls.push(called.clone());
        state.fault(&called)
    });
    match fault {
        Some(Fault::Drop) => return cord.cut(),
        Some(Fault::Refuse { status, code, message }) => {
            return answer(status, &json!({ "message": message, "code": code }));
        }
        Some(Fault::Page(status)) => return with(status, "text/html", "<html>sorry</html>".to_owned()),
        Some(Fault::TooMany(seconds)) => {
            let said =
                json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": false });
            let mut response = answer(429, &said);
            response.headers_mut().insert("retry-after", seconds.ceil().to_string().parse().unwrap());
            return response;
        }
        _ => {}
    }
    let segments: Vec<&str> = path.split('/').collect();
    let result = fake.change(|state| {
        state.upload = files;
        let result = rest::call(state, &fake.url(), &method, &segments, &token, &body);
        state.upload.clear();
        result
    });
    match (fault, result) {
        (Some(Fault::DropAfterAccepting), _) => cord.cut(),
        (Some(Fault::Malformed), Ok(_)) => with(200, "application/json", "{\"id\": \"14".to_owned()),
        (fault, result) => {
            if let Some(Fault::Slow(delay)) = fault {
                let is_message = method != "GET" && path.starts_with("channels/");
                let _kept = is_message.then(|| Kept::new(&fake));
                tokio::time::sleep(delay).await;
            }
            match result {
                Ok((status, body)) => answer(status, &body),
                Err(refusal) => answer(refusal.status, &refusal.body),
            }
        }
    }
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The body, and the files that came with it.
async fn read(request: Request) -> (Value, Vec<File>) {
    if header(request.headers(), "content-type").starts_with("multipart/form-data") {
        return form(request).await;
    }
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap_or_default();
    (serde_json::from_slice(&body).unwrap_or(Value::Null), Vec::new())
}

/// A body with files: `payload_json`, and `files[0]` and so on.
async fn form(request: Request) -> (Value, Vec<File>) {
    let (mut body, mut files) = (Value::Null, Vec::new());
    let mut form = Multipart::from_request(request, &()).await.unwrap();
    while let Some(field) = form.next_field().await.unwrap() {
        let part = field.name().unwrap_or_default().to_owned();
        if part == "payload_json" {
            body = serde_json::from_slice(&field.bytes().await.unwrap()).unwrap();
            continue;
        }
        let number = part.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']'));
        let id = number.and_then(|number| number.parse().ok()).expect("a file has a number");
        let name = field.file_name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.unwrap().to_vec();
        files.push(File { id, name, bytes, alt: String::new() });
    }
    (body, files)
}

/// Counts an answer that is held back, also when whoever waits for it goes away.
struct Kept(Arc<Fake>);

impl Kept {
    fn new(fake: &Arc<Fake>) -> Self {
        fake.change(|state| state.held += 1);
        Self(Arc::clone(fake))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.change(|state| state.held -= 1);
    }
}

fn answer(status: u16, body: &Value) -> Response {
    with(status, "application/json", if body.is_null() { String::new() } else { body.to_string() })
}

fn with(status: u16, kind: &str, body: String) -> Response {
    Response::builder().status(status).header("content-type", kind).body(Body::from(body)).unwrap()
}
