//! The HTTP server: connections with limits and time-outs, encryption, and an end that finishes what runs.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

/// What one client may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections open at the same time; further ones are closed at once.
    pub connections: usize,
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
/// Streams of server-sent events must watch the same `shutdown` and end by themselves.
///
/// # Errors
/// When the listener fails for good.
pub async fn run(
    listener: TcpListener,
    app: Router,
    tls: Option<RustlsConfig>,
    limits: Limits,
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
    let bounded = Bounded(Arc::new(Semaphore::new(limits.connections)));
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

/// Lets only so many connections in; one more is closed at once, so that sockets cannot pile up.
#[derive(Clone)]
struct Bounded(Arc<Semaphore>);

impl<S> Accept<TcpStream, S> for Bounded {
    type Stream = Held;
    type Service = S;
    type Future = std::future::Ready<io::Result<(Held, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let held = Arc::clone(&self.0)
            .try_acquire_owned()
            .map_err(|_| io::Error::other("too many connections"))
            .and_then(|permit| {
                stream.set_nodelay(true)?;
                Ok((Held { stream, _permit: permit }, service))
            });
        std::future::ready(held)
    }
}

/// A connection and its place among those allowed.
struct Held {
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for Held {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Held {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

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

    fn start(
        app: Router,
        limits: Limits,
    ) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<io::Result<()>>) {
        let listener = crate::web::exposure::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(run(listener, app, None, limits, shutdown.clone()));
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
