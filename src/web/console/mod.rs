//! The web chat's pages: sign-in, rooms, and what a page sends and hears.

mod commands;
mod events;
mod page;
mod room;
pub mod rooms;
mod sign_in;
mod visitor;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::chat::Desk;
use crate::chat::web::WebChat;
use crate::clock::Clock;
use crate::core::event::PersonId;
use crate::core::time::Span;
use crate::store::Store;

use super::metrics::Metrics;
use super::site::Site;
use super::statics;

pub(super) use page::{Failure, Page as Frame};
pub use rooms::{Room, RoomKind, Rooms};
pub use sign_in::{Attempts, manager_link};
pub(super) use visitor::Visitor;

/// What the pages need of the rest.
#[derive(Debug)]
pub struct Console {
    pub store: Store,
    pub chat: Arc<WebChat>,
    pub desk: Arc<dyn Desk>,
    pub rooms: Arc<dyn Rooms>,
    pub clock: Arc<dyn Clock>,
    pub site: Arc<Site>,
    pub metrics: Arc<Metrics>,
    /// People whom any visitor may be; only a demonstration has any.
    pub personas: Vec<Persona>,
    pub attempts: Attempts,
    /// How long a session lasts after it was last used; may change at any time.
    pub session: watch::Receiver<Span>,
    /// Ends the streams of events.
    pub shutdown: CancellationToken,
}

/// A person of a demonstration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    /// In addresses: `operator`.
    pub id: String,
    pub person: PersonId,
    pub name: String,
    /// The key of a few words on who this is.
    pub about: &'static str,
}

impl Console {
    fn session(&self) -> Span {
        *self.session.borrow()
    }
}

/// No page sends more than a form of a few fields.
const BODY: usize = 64 << 10;

/// Every page. To be put behind [`super::site::guard`].
pub fn router(console: Arc<Console>) -> Router {
    Router::new()
        .route("/", get(room::home))
        .route("/chat", get(room::home))
        .route("/chat/{room}", get(room::show))
        .route("/chat/{room}/events", get(events::listen))
        .route("/chat/{room}/commands", post(commands::run))
        .route("/sign-in", get(sign_in::ask).post(sign_in::enter))
        .route("/join/{code}", get(sign_in::ask_with_code))
        .route("/sign-out", post(sign_in::leave))
        .route("/persona", post(sign_in::become_persona))
        .route("/language", post(sign_in::choose_language))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(console)
        .merge(statics::router())
}
