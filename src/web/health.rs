//! Tells a machine whether the process lives (`/healthz`) and whether its parts work (`/readyz`). Why one does
//! not is told only to those with insight: reasons name hosts and files.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use super::insight::Insight;
use crate::chat::Health;

/// The state of every part, kept up to date by the parts themselves.
#[derive(Clone, Debug, Default)]
pub struct Parts(Arc<RwLock<BTreeMap<String, Part>>>);

#[derive(Clone, Debug)]
struct Part {
    needed: bool,
    health: Health,
}

/// One part's pen: only it writes its own state.
#[derive(Clone, Debug)]
pub struct PartState {
    parts: Parts,
    name: String,
}

impl Parts {
    /// Enters a part without which Upheld cannot do its work, such as the database; it is starting.
    pub fn needed(&self, name: &str) -> PartState {
        self.enter(name, true)
    }

    /// Enters a part whose failure is shown but does not stop the rest, such as a chat platform.
    pub fn optional(&self, name: &str) -> PartState {
        self.enter(name, false)
    }

    fn enter(&self, name: &str, needed: bool) -> PartState {
        let part = Part { needed, health: Health::Starting };
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), part);
        PartState { parts: self.clone(), name: name.to_owned() }
    }

    /// Whether every needed part is up.
    pub fn ready(&self) -> bool {
        self.snapshot().values().all(|part| !part.needed || part.health == Health::Up)
    }

    /// Every part and its state, by name.
    pub fn states(&self) -> BTreeMap<String, Health> {
        self.snapshot().into_iter().map(|(name, part)| (name, part.health)).collect()
    }

    fn snapshot(&self) -> BTreeMap<String, Part> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl PartState {
    /// Says how this part stands now.
    pub fn set(&self, health: Health) {
        let mut parts = self.parts.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = parts.get_mut(&self.name) {
            part.health = health;
        }
    }
}

/// `/healthz` and `/readyz`.
pub fn router(parts: Parts, insight: Insight) -> Router {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).with_state((parts, insight))
}

async fn alive() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "alive\n").into_response()
}

async fn ready(
    State((parts, insight)): State<(Parts, Insight)>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let inside = insight.is_granted(peer.as_deref(), &headers, &uri);
    let status = if parts.ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let described: BTreeMap<String, Value> =
        parts.snapshot().into_iter().map(|(name, part)| (name, describe(&part, inside))).collect();
    let body = json!({ "ready": status == StatusCode::OK, "parts": described });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn describe(part: &Part, inside: bool) -> Value {
    match &part.health {
        Health::Down(_) if !inside => json!({ "state": "down", "needed": part.needed }),
        Health::Starting => json!({ "state": "starting", "needed": part.needed }),
        Health::Up => json!({ "state": "up", "needed": part.needed }),
        Health::Down(reason) => json!({ "state": "down", "reason": reason, "needed": part.needed }),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn ask(parts: &Parts, path: &str) -> (StatusCode, String) {
        ask_from(parts, path, "127.0.0.1:1", "").await
    }

    async fn ask_from(parts: &Parts, path: &str, peer: &str, token: &str) -> (StatusCode, String) {
        let request = Request::get(path)
            .header("host", "localhost:8080")
            .header("authorization", format!("Bearer {token}"))
            .extension(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
        let app = router(parts.clone(), crate::web::insight::tests::with_token("t0ken"));
        let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_needed_part_decides_and_a_platform_is_only_shown() {
        let parts = Parts::default();
        let database = parts.needed("database");
        let discord = parts.optional("discord");
        assert_eq!(ask(&parts, "/healthz").await.0, StatusCode::OK);
        assert_eq!(ask(&parts, "/readyz").await.0, StatusCode::SERVICE_UNAVAILABLE);

        database.set(Health::Up);
        discord.set(Health::Down("token refused".to_owned()));
        let (status, body) = ask(&parts, "/readyz").await;
        assert_eq!(status, StatusCode::OK);
        let expected = json!({ "ready": true, "parts": {
            "database": { "state": "up", "needed": true },
            "discord": { "state": "down", "reason": "token refused", "needed": false },
        }});
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);

        let (status, body) = ask_from(&parts, "/readyz", "203.0.113.9:1", "guess").await;
        assert_eq!(status, StatusCode::OK);
        let bare = json!({ "ready": true, "parts": {
            "database": { "state": "up", "needed": true },
            "discord": { "state": "down", "needed": false },
        }});
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), bare);
        assert!(ask_from(&parts, "/readyz", "203.0.113.9:1", "t0ken").await.1.contains("token refused"));
        assert_eq!(ask_from(&parts, "/healthz", "203.0.113.9:1", "").await.0, StatusCode::OK);

        database.set(Health::Down("disk full".to_owned()));
        let (status, body) = ask(&parts, "/readyz").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains("disk full"));
    }
}
