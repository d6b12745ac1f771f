//! The live side of a page: a stream of server-sent events that picks up where the page left off.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use super::Console;
use super::page::Failure;
use super::room::Place;
use super::visitor::Visitor;
use crate::chat::web::{Banner, render};
use crate::core::time::{Instant, Span};
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "banner.html")]
struct BannerView<'a> {
    words: Words,
    text: &'a str,
    due: Option<Instant>,
    factor: usize,
}

/// The banner in a reader's language.
///
/// # Errors
/// When it cannot be drawn.
pub fn banner_html(banner: &Banner, words: Words) -> Result<String, askama::Error> {
    let factor = usize::try_from(banner.factor).unwrap_or(usize::MAX);
    BannerView { words, text: banner.text(words.0), due: banner.due, factor }.render()
}

#[derive(Debug, Default, Deserialize)]
pub struct Since {
    #[serde(default)]
    after: i64,
}

/// Changes read at once.
const BATCH: u32 = 50;
/// Events that may wait for a slow browser before we wait for it.
const WAITING: usize = 16;
/// A page that hears nothing for a few of these knows that the connection is gone.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub async fn listen(
    State(console): State<Arc<Console>>,
    visitor: Result<Visitor, Failure>,
    Path(room): Path<String>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let visitor = match visitor {
        // 204 tells a browser to stop; the page's own script then leads to the sign-in page.
        Err(Failure::SignIn) => return Ok(StatusCode::UNAUTHORIZED.into_response()),
        other => other?,
    };
    Place::find(&console, &visitor, &room).await?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let (events, stream) = mpsc::channel(WAITING);
    let follower = Follower {
        changes: console.chat.hub().changes(),
        banners: console.chat.hub().banners(),
        console,
        visitor,
        room,
        after: last.unwrap_or(since.after),
        rooms: String::new(),
        events,
    };
    tokio::spawn(follower.run());
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(ReceiverStream::new(stream))).into_response())
}

/// Follows one room for one page.
struct Follower {
    console: Arc<Console>,
    visitor: Visitor,
    room: String,
    /// The page knows everything up to this change.
    after: i64,
    /// What the page was last told of its other rooms.
    rooms: String,
    changes: watch::Receiver<u64>,
    banners: watch::Receiver<Option<Banner>>,
    events: mpsc::Sender<Result<Event, Infallible>>,
}

/// Why a stream ends.
enum End {
    /// The page went away.
    Left,
    /// The page should come again, or sign in again; it finds out which.
    Closing(&'static str),
}

impl Follower {
    async fn run(mut self) {
        let console = Arc::clone(&self.console);
        let _counted = console.metrics.listening();
        let end = tokio::select! {
            end = self.follow() => end,
            () = console.shutdown.cancelled() => End::Closing("shutdown"),
        };
        if let End::Closing(why) = end {
            // A browser that does not listen any more needs no farewell.
            drop(self.events.try_send(Ok(Event::default().event("bye").data(why))));
        }
    }

    async fn follow(&mut self) -> End {
        if let Err(end) = self.begin().await {
            return end;
        }
        loop {
            let step = tokio::select! {
                () = self.events.closed() => Err(End::Left),
                changed = self.changes.changed() => match changed {
                    Ok(()) => self.catch_up().await,
                    Err(_) => Err(End::Closing("shutdown")),
                },
                changed = self.banners.changed() => match changed {
                    Ok(()) => self.tell_banner().await,
                    Err(_) => Err(End::Closing("shutdown")),
                },
                () = tokio::time::sleep(HEARTBEAT) => self.beat().await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn begin(&mut self) -> Result<(), End> {
        self.tell_clock().await?;
        if self.banners.borrow_and_update().is_some() {
            self.tell_banner().await?;
        }
        self.changes.mark_unchanged();
        self.catch_up().await
    }

    async fn beat(&mut self) -> Result<(), End> {
        self.tell_clock().await?;
        // Rights and sessions also end without any message arriving.
        self.catch_up().await
    }

    /// Tells what the page does not know yet. Asks each time anew whether the visitor may still know it.
    async fn catch_up(&mut self) -> Result<(), End> {
        if !self.visitor.is_still_here(&self.console).await {
            return Err(End::Closing("signed-out"));
        }
        let lost = |error: Failure| {
            tracing::debug!(?error, "a stream ends");
            End::Closing("lost")
        };
        let place = Place::find(&self.console, &self.visitor, &self.room).await.map_err(lost)?;
        let reader = place.reader(&self.console, &self.visitor).map_err(lost)?;
        loop {
            let changes = self.console.store.room_changes(&place.seat, &self.room, self.after, BATCH).await;
            let changes = changes.map_err(|error| lost(error.into()))?;
            for change in &changes {
                let html = render::message(change, &[], &reader).map_err(|error| lost(error.into()))?;
                let data = json!({
                    "id": format!("m{}", change.id),
                    "change": change.change,
                    "under": change.under.map(|under| format!("m{under}")),
                    "own": change.author.as_ref().is_some_and(|(author, _)| *author == self.visitor.person),
                    "html": html,
                });
                let event = Event::default().id(change.change.to_string()).event("message");
                self.send(event.data(data.to_string())).await?;
                self.after = change.change;
            }
            if changes.len() < BATCH as usize {
                break;
            }
        }
        let newest = self.console.store.room_newest(&place.seat).await;
        let newest = json!(newest.map_err(|error| lost(error.into()))?).to_string();
        if newest != self.rooms {
            self.send(Event::default().event("rooms").data(&newest)).await?;
            self.rooms = newest;
        }
        Ok(())
    }

    async fn tell_banner(&mut self) -> Result<(), End> {
        let banner = self.banners.borrow_and_update().clone();
        let html = banner.map(|banner| banner_html(&banner, self.visitor.words)).transpose();
        let html = html.map_err(|_| End::Closing("lost"))?.unwrap_or_default();
        self.tell_clock().await?;
        self.send(Event::default().event("banner").data(json!(html).to_string())).await
    }

    /// What time it is here, and how fast it passes, for times that the page writes by itself.
    async fn tell_clock(&self) -> Result<(), End> {
        let clock = &self.console.clock;
        let real = clock.real(Span::from_seconds(3600)).as_millis().max(1);
        let data = json!({ "now": clock.now().micros() / 1000, "hour": real });
        self.send(Event::default().event("clock").data(data.to_string())).await
    }

    async fn send(&self, event: Event) -> Result<(), End> {
        self.events.send(Ok(event)).await.map_err(|_| End::Left)
    }
}
