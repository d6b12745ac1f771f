//! The style sheet, the script and the icon: inside the program, under addresses that change with them, so
//! that browsers may keep them for ever.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

struct File {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const FILES: [File; 6] = [
    File { name: "chat.css", kind: "text/css; charset=utf-8", text: include_str!("static/chat.css") },
    File { name: "chat.js", kind: "text/javascript; charset=utf-8", text: include_str!("static/chat.js") },
    File { name: "board.css", kind: "text/css; charset=utf-8", text: include_str!("static/board.css") },
    File { name: "board.js", kind: "text/javascript; charset=utf-8", text: include_str!("static/board.js") },
    File { name: "report.css", kind: "text/css; charset=utf-8", text: crate::report::STYLE },
    File { name: "icon.svg", kind: "image/svg+xml", text: include_str!("static/icon.svg") },
];

/// One address for all, so that the files of one version fit each other.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for file in &FILES {
        hash.update(file.text);
    }
    hex::encode(&hash.finalize()[..8])
});

/// Where `name` is to be found.
pub fn path(name: &str) -> String {
    format!("/static/{}/{name}", *HASH)
}

pub fn router() -> Router {
    Router::new().route("/static/{hash}/{name}", get(file)).route("/favicon.ico", get(icon))
}

async fn file(Path((hash, name)): Path<(String, String)>) -> Response {
    match FILES.iter().find(|file| file.name == name) {
        Some(file) if hash == *HASH => {
            let for_ever = "public, max-age=31536000, immutable";
            ([(header::CONTENT_TYPE, file.kind), (header::CACHE_CONTROL, for_ever)], file.text)
                .into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn icon() -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, path("icon.svg"))]).into_response()
}
