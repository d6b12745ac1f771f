//! The fake's socket side: requests in JSON, forms and multipart, connections that break, long polling.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::{IntoResponse, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use super::state::Files;
use super::{Fault, Refusal, Shared, TOKEN};

/// Most bytes of a request.
const LONGEST: usize = 1 << 20;

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with the server, so that no connection outlives it.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        let service = tower::service_fn(move |request: axum::http::Request<_>| {
            let shared = Arc::clone(&shared);
            async move { answer(&shared, request.map(Body::new)).await }
        });
        connections.spawn(async move {
            let serving = Builder::new(TokioExecutor::new());
            let _ = serving.serve_connection(TokioIo::new(socket), TowerToHyperService::new(service)).await;
        });
    }
}

/// An error breaks the connection.
async fn answer(shared: &Arc<Shared>, request: Request) -> Result<Response, io::Error> {
    let path = request.uri().path().to_owned();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let [bot, method] = parts.as_slice() else { return Ok(refuse(&Refusal::new(404, "Not Found"))) };
    let token = bot.strip_prefix("bot").unwrap_or_default();
    if token != TOKEN || shared.look().token_refused {
        return Ok(refuse(&Refusal::new(401, "Unauthorized")));
    }
    let method = method.to_lowercase();
    let (parameters, files) = match parameters(request).await {
        Ok(read) => read,
        Err(error) => return Ok(refuse(&Refusal::bad(error))),
    };
    let fault = shared.change(|state| {
        state.calls.push((method.clone(), parameters.clone()));
        state.faults.get_mut(&method).and_then(std::collections::VecDeque::pop_front)
    });
    if let Some(Fault::Refuse(status, description, retry_after)) = &fault {
        let mut refusal = Refusal::new(*status, *description);
        if let Some(retry_after) = retry_after {
            refusal.parameters = json!({ "retry_after": retry_after });
        }
        return Ok(refuse(&refusal));
    }
    if let Some(Fault::Proxy(status)) = &fault {
        let status = axum::http::StatusCode::from_u16(*status).unwrap();
        return Ok((status, "<html><h1>The proxy has a bad day</h1></html>").into_response());
    }
    let result = if method == "getupdates" {
        updates(shared, &parameters).await
    } else {
        shared.change(|state| {
            state.files = files;
            state.call(&method, &parameters)
        })
    };
    match fault {
        Some(Fault::Drop) => return Err(io::Error::other("the connection is dropped on purpose")),
        Some(Fault::Garbage) => return Ok("<html>nonsense</html>".into_response()),
        Some(Fault::Hold(gate)) => {
            let is_message = matches!(method.as_str(), "sendmessage" | "sendphoto" | "editmessagetext");
            let _held = is_message.then(|| Held::new(shared));
            gate.notified().await;
        }
        _ => {}
    }
    Ok(match result {
        Ok(result) => axum::Json(json!({"ok": true, "result": result})).into_response(),
        Err(refusal) => refuse(&refusal),
    })
}

/// Counts an answer that is held back, also when whoever waits for it goes away.
struct Held(Arc<Shared>);

impl Held {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.change(|state| state.held += 1);
        Self(Arc::clone(shared))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.change(|state| state.held -= 1);
    }
}

fn refuse(refusal: &Refusal) -> Response {
    let status = axum::http::StatusCode::from_u16(refusal.status).unwrap();
    (status, axum::Json(refusal.body())).into_response()
}

/// The parameters in whatever form they come, and the files among them.
async fn parameters(request: Request) -> Result<(Map<String, Value>, Files), String> {
    let kind =
        request.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or("").to_owned();
    if kind.starts_with("multipart/form-data") {
        let mut form = Multipart::from_request(request, &()).await.map_err(|error| error.to_string())?;
        let (mut parameters, mut files) = (Map::new(), Files::new());
        while let Some(field) = form.next_field().await.map_err(|error| error.to_string())? {
            let name = field.name().unwrap_or_default().to_owned();
            if field.file_name().is_some() {
                files.insert(name, field.bytes().await.map_err(|error| error.to_string())?.to_vec());
                continue;
            }
            parameters.insert(name, Value::String(field.text().await.map_err(|error| error.to_string())?));
        }
        return Ok((parameters, files));
    }
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = to_bytes(request.into_body(), LONGEST).await.map_err(|error| error.to_string())?;
    if kind.starts_with("application/json") && !body.is_empty() {
        let read = serde_json::from_slice(&body).map_err(|error| format!("can't parse JSON: {error}"))?;
        return Ok((read, Files::new()));
    }
    let pairs = url::form_urlencoded::parse(query.as_bytes()).chain(url::form_urlencoded::parse(&body));
    let read = pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect();
    Ok((read, Files::new()))
}

/// Long polling: forgets what the offset confirms, and waits for something to tell.
async fn updates(shared: &Arc<Shared>, parameters: &Map<String, Value>) -> Result<Value, Refusal> {
    let number = |name: &str| super::methods::number(parameters, name);
    let (offset, limit) = (number("offset").unwrap_or(0), number("limit").unwrap_or(100));
    let patience = Duration::from_secs(u64::try_from(number("timeout").unwrap_or(0)).unwrap());
    let mut changes = shared.changes.subscribe();
    let mine = shared.change(|state| {
        if !state.webhook.is_empty() {
            let words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
            return Err(Refusal::new(409, words));
        }
        if let Ok(offset) = u32::try_from(offset) && offset > 0 {
            state.updates = state.updates.split_off(&offset);
        }
        state.poll += 1;
        Ok(state.poll)
    })?;
    let news = async {
        loop {
            {
                let state = shared.look();
                if state.poll != mine {
                    let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
                    return Err(Refusal::new(409, words));
                }
                if !state.updates.is_empty() {
                    return Ok(());
                }
            }
            let _ = changes.changed().await;
        }
    };
    if let Ok(news) = tokio::time::timeout(patience.max(Duration::from_millis(1)), news).await {
        news?;
    }
    shared.change(|state| {
        let limit = usize::try_from(limit).unwrap();
        let told: Vec<(u32, Value)> =
            state.updates.iter().take(limit).map(|(id, update)| (*id, update.clone())).collect();
        for (id, _) in &told {
            *state.deliveries.entry(*id).or_default() += 1;
        }
        Ok::<_, Refusal>(Value::Array(told.into_iter().map(|(_, update)| update).collect()))
    })
}
