//! The HTTP server: connections with limits and time-outs, encryption, and an end that finishes what runs.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use tokio_util::sync::CancellationToken;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use super::connection::{self, Bounded};
use crate::config::Network;

/// What one client may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections open at the same time; further ones are closed at once.
    pub connections: usize,
    /// The same for one client address.
    pub per_client: usize,
    /// How long a connection may stay without a request, or with a peer that takes nothing.
    pub idle: Duration,
    /// From a connection's start, or the end of a request, to the whole next request head.
    pub head: Duration,
    /// Between two pieces of a request body.
    pub body_pause: Duration,
    /// From a whole request head to the start of the response.
    pub response: Duration,
    /// Bytes in a request body; a route may set its own.
    pub body: usize,
    /// How long running requests may take to end after shutdown was asked for.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            per_client: 128,
            idle: Duration::from_secs(60),
            head: Duration::from_secs(10),
            body_pause: Duration::from_secs(15),
            response: Duration::from_secs(30),
            body: 8 << 20,
            grace: Duration::from_secs(10),
        }
    }
}

/// Why the certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the certificate {certificate} with the key {key}: {source}")]
pub struct TlsError {
    certificate: String,
    key: String,
    source: io::Error,
}

/// Reads a certificate chain and its key, both PEM. The result can be told to read renewed files later.
///
/// # Errors
/// When a file cannot be read or the two do not belong together.
pub async fn tls(certificate: &Path, key: &Path) -> Result<RustlsConfig, TlsError> {
    // Another part may have chosen the provider already; all choose the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    RustlsConfig::from_pem_file(certificate, key).await.map_err(|source| TlsError {
        certificate: certificate.display().to_string(),
        key: key.display().to_string(),
        source,
    })
}

/// Serves `app` on `listener` until `shutdown`, then lets running requests end.
///
/// Streams of server-sent events must watch the same `shutdown` and end by themselves. `proxies` speak for many
/// clients, so that the limit for one does not hold for them.
///
/// # Errors
/// When the listener fails for good.
pub async fn run(
    listener: TcpListener,
    app: Router,
    tls: Option<RustlsConfig>,
    limits: Limits,
    proxies: Vec<Network>,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let handle = Handle::new();
    let stop = tokio::spawn({
        let handle = handle.clone();
        async move {
            shutdown.cancelled().await;
            handle.graceful_shutdown(Some(limits.grace));
        }
    });
    let service = limited(app, limits).into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(listener)?.handle(handle).first_request_timeout(limits.head);
    set_timers(&mut server, limits);
    let bounded = Bounded::new(limits, proxies);
    let result = match tls {
        Some(config) => {
            let encrypting = RustlsAcceptor::new(config).handshake_timeout(limits.head).acceptor(bounded);
            server.acceptor(encrypting).serve(service).await
        }
        None => server.acceptor(bounded).serve(service).await,
    };
    stop.abort();
    result
}

fn limited(app: Router, limits: Limits) -> Router {
    app.layer(DefaultBodyLimit::max(limits.body))
        .layer(RequestBodyTimeoutLayer::new(limits.body_pause))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limits.response))
        .layer(from_fn(connection::watch))
}

fn set_timers<A>(server: &mut Server<SocketAddr, A>, limits: Limits) {
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(128)
        .keep_alive_interval(limits.head)
        .keep_alive_timeout(limits.head);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::body::{Body, Bytes};
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpSocket, TcpStream};

    use super::*;

    fn quick() -> Limits {
        Limits {
            connections: 2,
            head: Duration::from_millis(300),
            body_pause: Duration::from_millis(300),
            body: 1000,
            ..Limits::default()
        }
    }

    type Started = (SocketAddr, CancellationToken, tokio::task::JoinHandle<io::Result<()>>);

    fn start(app: Router, limits: Limits) -> Started {
        start_behind(app, limits, Vec::new())
    }

    fn start_behind(app: Router, limits: Limits, proxies: Vec<Network>) -> Started {
        let listener = crate::web::exposure::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(run(listener, app, None, limits, proxies, shutdown.clone()));
        (address, shutdown, task)
    }

    /// Sends `bytes` and reads until the server closes.
    async fn talk(address: SocketAddr, bytes: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn app() -> Router {
        Router::new()
            .route("/", get(|| async { "hello" }))
            .route("/", post(|body: Bytes| async move { body.len().to_string() }))
    }

    #[tokio::test]
    async fn a_client_that_never_finishes_is_let_go() {
        let (address, shutdown, task) = start(app(), quick());
        let half_a_head = talk(address, "GET / HTTP/1.1\r\nHost: x\r\n").await;
        assert!(!half_a_head.contains("200"), "{half_a_head}");
        let half_a_body = talk(address, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc").await;
        assert!(half_a_body.starts_with("HTTP/1.1 4"), "{half_a_body}");
        let silence = talk(address, "").await;
        assert_eq!(silence, "");
        shutdown.cancel();
        task.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused() {
        let (address, shutdown, task) = start(app(), quick());
        let post = |n: usize| {
            format!(
                "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {n}\r\n\r\n{}",
                "a".repeat(n)
            )
        };
        assert!(talk(address, &post(1000)).await.starts_with("HTTP/1.1 200"));
        assert!(talk(address, &post(1001)).await.starts_with("HTTP/1.1 413"));
        shutdown.cancel();
        task.await.unwrap().unwrap();
    }

    async fn connect_from(from: &str, to: SocketAddr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
        socket.connect(to).await.unwrap()
    }

    /// Whether a connection is let in: asks once and leaves it open.
    async fn is_let_in(stream: &mut TcpStream) -> bool {
        let mut answer = [0; 12];
        let asked = stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        asked.is_ok() && stream.read_exact(&mut answer).await.is_ok() && answer == *b"HTTP/1.1 200"
    }

    #[tokio::test]
    async fn one_client_cannot_take_every_place_and_a_proxy_is_not_one_client() {
        let limits = Limits { connections: 8, per_client: 2, ..Limits::default() };
        let proxy = Network::parse("127.0.0.3").unwrap();
        let (address, shutdown, task) = start_behind(app(), limits, vec![proxy]);
        let mut open = Vec::new();
        for (from, let_in) in [
            ("127.0.0.1", true),
            ("127.0.0.1", true),
            ("127.0.0.1", false),
            ("127.0.0.2", true),
            ("127.0.0.3", true),
            ("127.0.0.3", true),
            ("127.0.0.3", true),
        ] {
            let mut stream = connect_from(from, address).await;
            assert_eq!(is_let_in(&mut stream).await, let_in, "{from}, {}", open.len());
            open.push(stream);
        }
        // A place that was left is free again.
        open.remove(0);
        let mut again = connect_from("127.0.0.1", address).await;
        while !is_let_in(&mut again).await {
            again = connect_from("127.0.0.1", address).await;
        }
        drop((open, again));
        shutdown.cancel();
        task.await.unwrap().unwrap();
    }

    /// A frame of HTTP/2.
    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap();
        [&[0, 0, length, kind, flags, 0, 0, 0, stream], payload].concat()
    }

    #[tokio::test]
    async fn a_peer_that_only_answers_pings_is_let_go() {
        let limits = Limits {
            head: Duration::from_millis(200),
            idle: Duration::from_millis(700),
            ..Limits::default()
        };
        let (address, shutdown, task) = start(app(), limits);
        let mut stream = TcpStream::connect(address).await.unwrap();
        let get = [0x82, 0x86, 0x84, 0x41, 1, b'x'];
        let hello = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(4, 0, 0, &[]), frame(1, 5, 1, &get)];
        stream.write_all(&hello.concat()).await.unwrap();
        let (mut pings, mut head) = (0, [0; 9]);
        while stream.read_exact(&mut head).await.is_ok() {
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            stream.read_exact(&mut payload).await.unwrap();
            if (head[3], head[4]) == (6, 0) {
                pings += 1;
                // A server that let us go in the meantime does not hear it.
                let _ = stream.write_all(&frame(6, 1, 0, &payload)).await;
            }
        }
        assert!(pings > 1, "it looked alive: {pings} pings");
        shutdown.cancel();
        task.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_stream_that_goes_on_is_no_idle_connection() {
        let limits = Limits { idle: Duration::from_millis(200), ..quick() };
        let slow = get(|| async {
            let pieces = futures_util::stream::unfold(0, |n| async move {
                tokio::time::sleep(Duration::from_millis(500)).await;
                (n < 3).then(|| (Ok::<_, std::convert::Infallible>(format!("piece {n}\n")), n + 1))
            });
            Body::from_stream(pieces)
        });
        let (address, shutdown, task) = start(Router::new().route("/", slow), limits);
        let heard = talk(address, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(heard.contains("piece 2"), "{heard}");
        shutdown.cancel();
        task.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn one_connection_too_many_is_closed_and_shutdown_finishes_what_runs() {
        let gate = Arc::new(tokio::sync::Notify::new());
        let entered = Arc::new(tokio::sync::Notify::new());
        let slow = {
            let (gate, entered) = (Arc::clone(&gate), Arc::clone(&entered));
            get(move || async move {
                entered.notify_one();
                gate.notified().await;
                "done"
            })
        };
        let limits = Limits { connections: 1, ..Limits::default() };
        let (address, shutdown, task) = start(Router::new().route("/slow", slow), limits);
        let running =
            tokio::spawn(talk(address, "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        entered.notified().await;
        assert_eq!(talk(address, "").await, "", "the second connection is closed unanswered");
        shutdown.cancel();
        gate.notify_one();
        assert!(running.await.unwrap().ends_with("done"));
        task.await.unwrap().unwrap();
    }
}
