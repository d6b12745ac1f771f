//! The live side of a dashboard: a stream of server-sent events, each put into bytes once for all who listen.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use super::Boards;
use super::gallery::Shown;
use super::page::{Edition, frame};
use crate::web::console::{Failure, Visitor};

/// A page that hears nothing for a few of these knows that the connection is gone.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Events that may wait for a slow browser before we wait for it.
const WAITING: usize = 2;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Since {
    #[serde(default)]
    version: i64,
}

pub(super) async fn own(
    State(boards): State<Boards>,
    visitor: Result<Visitor, Failure>,
    Query(since): Query<Since>,
) -> Result<Response, Failure> {
    listen(boards, visitor, None, &since)
}

pub(super) async fn one(
    State(boards): State<Boards>,
    visitor: Result<Visitor, Failure>,
    Path(agreement): Path<String>,
    Query(since): Query<Since>,
) -> Result<Response, Failure> {
    listen(boards, visitor, Some(agreement), &since)
}

fn listen(
    boards: Boards,
    visitor: Result<Visitor, Failure>,
    agreement: Option<String>,
    since: &Since,
) -> Result<Response, Failure> {
    let visitor = match visitor {
        Err(Failure::SignIn) => return Ok(StatusCode::UNAUTHORIZED.into_response()),
        other => other?,
    };
    // Who may see nothing at all is told so by a page; a stream that was never there ends for good.
    let edition = boards.edition(&visitor, agreement.as_deref()).map_err(|failure| match failure {
        Failure::NoRooms(words) => Failure::NoBoard(words),
        other => other,
    })?;
    let (events, stream) = mpsc::channel(WAITING);
    let shown = boards.gallery.follow(&edition);
    let listener = Listener { boards, visitor, agreement, edition, version: since.version, shown, events };
    tokio::spawn(listener.run());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(ReceiverStream::new(stream))).into_response())
}

/// Follows one page for one browser.
struct Listener {
    boards: Boards,
    visitor: Visitor,
    agreement: Option<String>,
    edition: Edition,
    /// What the browser shows.
    version: i64,
    shown: watch::Receiver<Shown>,
    events: mpsc::Sender<Result<Bytes, Infallible>>,
}

/// Why a stream ends.
enum End {
    /// The page went away.
    Left,
    /// The page should come again, or sign in again; it finds out which.
    Closing(&'static str),
}

impl Listener {
    async fn run(mut self) {
        let console = self.boards.console.clone();
        let _counted = console.metrics.listening();
        let end = tokio::select! {
            end = self.follow() => end,
            () = console.shutdown.cancelled() => End::Closing("shutdown"),
        };
        if let End::Closing(why) = end {
            // A browser that does not listen any more needs no farewell.
            drop(self.events.try_send(Ok(frame("bye", why))));
        }
    }

    async fn follow(&mut self) -> End {
        self.shown.mark_changed();
        // Of its own, so that a board that never rests does not keep the session from being asked for.
        let mut heart = tokio::time::interval_at(tokio::time::Instant::now() + HEARTBEAT, HEARTBEAT);
        heart.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let step = tokio::select! {
                () = self.events.closed() => Err(End::Left),
                changed = self.shown.changed() => match changed {
                    Ok(()) => self.catch_up().await,
                    Err(_) => Err(End::Closing("shutdown")),
                },
                _ = heart.tick() => self.beat().await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Sessions end without anything on the board changing.
    async fn beat(&mut self) -> Result<(), End> {
        if !self.visitor.is_still_here(&self.boards.console).await {
            return Err(End::Closing("signed-out"));
        }
        self.may_still()?;
        self.send(frame("beat", &self.version.to_string())).await
    }

    /// Tells what the page does not show yet, as long as its reader may know it.
    async fn catch_up(&mut self) -> Result<(), End> {
        self.may_still()?;
        let drawn = self.shown.borrow_and_update().clone();
        let Some(drawn) = drawn else { return Ok(()) };
        if drawn.version == self.version {
            return self.send(frame("beat", &self.version.to_string())).await;
        }
        // The version is the browser's word, and may be any number.
        let next = self.version.checked_add(1) == Some(drawn.version);
        let event = if next { drawn.step.clone() } else { drawn.whole() };
        self.version = drawn.version;
        self.send(event).await
    }

    fn may_still(&self) -> Result<(), End> {
        match self.boards.edition(&self.visitor, self.agreement.as_deref()) {
            Ok(edition) if edition == self.edition => Ok(()),
            _ => Err(End::Closing("lost")),
        }
    }

    async fn send(&self, event: Bytes) -> Result<(), End> {
        self.events.send(Ok(event)).await.map_err(|_| End::Left)
    }
}
