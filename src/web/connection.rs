//! Connections within bounds: so many in all, so many of one client, and none for ever.
//!
//! A client that says nothing keeps a place from somebody who would, and one that answers pings looks alive
//! for ever. What counts is a request: a connection without one is closed after a while, and so is one whose
//! peer takes nothing of what is written to it. A stream of events is a request that lasts.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::{AddExtension, Next};
use axum::response::Response;
use axum_server::accept::Accept;
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};
use tower::Layer;

use super::server::Limits;
use super::site;
use crate::config::Network;

/// Lets only so many connections in; one more is closed at once, so that sockets cannot pile up.
#[derive(Clone, Debug)]
pub struct Bounded {
    all: Arc<Semaphore>,
    clients: Arc<Clients>,
    idle: Duration,
}

/// How many connections each client has.
#[derive(Debug)]
struct Clients {
    most: usize,
    /// They speak for many, so that they are not counted.
    proxies: Vec<Network>,
    open: Mutex<BTreeMap<IpAddr, usize>>,
}

impl Bounded {
    pub fn new(limits: Limits, proxies: Vec<Network>) -> Self {
        let clients = Clients { most: limits.per_client, proxies, open: Mutex::default() };
        Self {
            all: Arc::new(Semaphore::new(limits.connections)),
            clients: Arc::new(clients),
            idle: limits.idle,
        }
    }

    fn admit(&self, stream: TcpStream) -> io::Result<Held> {
        let place = Place::take(&self.clients, stream.peer_addr()?.ip().to_canonical())?;
        let permit = Arc::clone(&self.all).try_acquire_owned();
        let permit = permit.map_err(|_| io::Error::other("too many connections"))?;
        stream.set_nodelay(true)?;
        Ok(Held {
            stream,
            activity: Activity::default(),
            idle: self.idle,
            silence: Box::pin(sleep_until(Instant::now() + self.idle)),
            stalled: None,
            _permit: permit,
            _place: place,
        })
    }
}

impl<S> Accept<TcpStream, S> for Bounded {
    type Stream = Held;
    type Service = AddExtension<S, Activity>;
    type Future = Ready<io::Result<(Held, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(self.admit(stream).map(|held| {
            let service = Extension(held.activity.clone()).layer(service);
            (held, service)
        }))
    }
}

/// One of the connections of a client.
#[derive(Debug)]
struct Place(Option<(Arc<Clients>, IpAddr)>);

impl Place {
    fn take(clients: &Arc<Clients>, peer: IpAddr) -> io::Result<Self> {
        if clients.proxies.iter().any(|proxy| proxy.contains(peer)) {
            return Ok(Self(None));
        }
        let client = site::place(peer);
        let mut open = clients.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(client).or_insert(0);
        if *count >= clients.most {
            return Err(io::Error::other("too many connections from one client"));
        }
        *count += 1;
        Ok(Self(Some((Arc::clone(clients), client))))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((clients, client)) = &self.0 else { return };
        let mut open = clients.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(client) {
            *count -= 1;
            if *count == 0 {
                open.remove(client);
            }
        }
    }
}

/// What goes on on a connection, above its bytes.
#[derive(Clone, Debug)]
pub struct Activity(Arc<Mutex<Requests>>);

#[derive(Debug)]
struct Requests {
    under_way: usize,
    /// When the last one ended, or the connection began.
    ended: Instant,
}

impl Default for Activity {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Requests { under_way: 0, ended: Instant::now() })))
    }
}

impl Activity {
    fn begin(&self) -> UnderWay {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).under_way += 1;
        UnderWay(self.clone())
    }

    /// Since when there is no request; none while there is one.
    fn idle_since(&self) -> Option<Instant> {
        let requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (requests.under_way == 0).then_some(requests.ended)
    }
}

/// A request whose answer has not ended.
#[derive(Debug)]
struct UnderWay(Activity);

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut requests = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.under_way -= 1;
        requests.ended = Instant::now();
    }
}

/// Notes each request of a connection, from its head to the end of its answer.
pub async fn watch(request: Request, next: Next) -> Response {
    let Some(activity) = request.extensions().get::<Activity>() else { return next.run(request).await };
    let under_way = activity.begin();
    next.run(request).await.map(|body| Body::new(Answer { body, _under_way: under_way }))
}

/// The body of an answer, which keeps its request under way.
struct Answer {
    body: Body,
    _under_way: UnderWay,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection and its place among those allowed.
#[derive(Debug)]
pub struct Held {
    stream: TcpStream,
    activity: Activity,
    idle: Duration,
    /// Wakes the reader when the connection has perhaps been idle for too long.
    silence: Pin<Box<Sleep>>,
    /// Runs while the peer takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    _permit: OwnedSemaphorePermit,
    _place: Place,
}

impl Held {
    /// Ready when there has been no request for too long.
    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let now = Instant::now();
            let due = self.activity.idle_since().unwrap_or(now) + self.idle;
            if due <= now {
                return Poll::Ready(());
            }
            self.silence.as_mut().reset(due);
            ready!(self.silence.as_mut().poll(cx));
        }
    }

    /// Passes on what became of a write, unless nothing was taken for too long.
    fn heed<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let idle = self.idle;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + idle)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the peer takes nothing")))
    }
}

impl AsyncRead for Held {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            // Nothing read means that the peer has closed; here it means that we do.
            Poll::Pending => self.poll_idle(cx).map(Ok),
            read => read,
        }
    }
}

impl AsyncWrite for Held {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.heed(cx, written)
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
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.heed(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
