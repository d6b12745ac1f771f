//! The same server with nothing behind it: a page, and events, of a given size.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::get;
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;
use upheld::web::server::{self, Limits};

/// Serves until it is dropped.
#[derive(Debug)]
pub struct Baseline {
    port: u16,
    event: Bytes,
    events: broadcast::Sender<Bytes>,
    stop: CancellationToken,
}

impl Baseline {
    pub async fn start(page: usize, event: usize) -> Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let page = Bytes::from(vec![b'x'; page]);
        let event = Bytes::from([vec![b'x'; event.max(200) - 2], b"\n\n".to_vec()].concat());
        let (events, _) = broadcast::channel(64);
        let (sender, first) = (events.clone(), Bytes::from_static(b"event: beat\ndata: 0\n\n"));
        let app = Router::new().route("/page", get(move || async move { page })).route(
            "/events",
            get(move || async move {
                let told = BroadcastStream::new(sender.subscribe()).filter_map(async |event| event.ok());
                let all = futures_util::stream::iter([first]).chain(told).map(Ok::<_, Infallible>);
                ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(all)).into_response()
            }),
        );
        let stop = CancellationToken::new();
        let limits = Limits { connections: 4096, per_client: 4096, ..Limits::default() };
        tokio::spawn(server::run(listener, app, None, limits, Vec::new(), stop.clone()));
        Ok(Self { port, event, events, stop })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Tells everybody.
    pub fn push(&self) -> Result<()> {
        self.events.send(self.event.clone())?;
        Ok(())
    }
}

impl Drop for Baseline {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
