//! The dashboards: all customers for who works for the provider, their own for who speaks for customers; live.
//!
//! A board is drawn once for everybody who reads it in the same language and zone, and each of its changes is put
//! into bytes once. Without a script the page is whole and has a link to load it again.

mod draw;
mod events;
mod gallery;
mod page;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::console::{Console, Failure, Visitor};
use crate::board::{Audience, Keeper};
use crate::chat::Platform;
use crate::core::event::AgreementId;
use crate::directory::{Directory, Shared};
use crate::i18n::Locale;
use gallery::{Gallery, Shown};
use page::Edition;

/// The address of the page of who asks.
const HOME: &str = "/dashboard";
/// Who comes before the figures are there waits no longer than this for them.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the pages need of the rest.
#[derive(Clone, Debug)]
pub struct Boards {
    console: Arc<Console>,
    directory: Arc<Shared>,
    gallery: Gallery,
}

impl FromRef<Boards> for Arc<Console> {
    fn from_ref(boards: &Boards) -> Self {
        boards.console.clone()
    }
}

impl Boards {
    /// The boards that `keeper` keeps, for the visitors of `console`, until `stop`.
    pub fn new(
        console: Arc<Console>,
        directory: Arc<Shared>,
        keeper: Keeper,
        stop: CancellationToken,
    ) -> Self {
        Self { console, directory, gallery: Gallery::new(keeper, stop) }
    }

    /// What a visitor sees at an address: their own board, or one agreement's; what is not theirs to see is as
    /// what is not there.
    fn edition(&self, visitor: &Visitor, agreement: Option<&str>) -> Result<Edition, Failure> {
        let directory = self.directory.get();
        let rights = directory.rights(&visitor.person);
        let (audience, path) = match agreement {
            None => {
                let audience = Audience::of(&rights).ok_or(Failure::NoRooms(visitor.words))?;
                (audience, HOME.to_owned())
            }
            Some(id) => {
                let agreement = AgreementId::from(id);
                let known = directory.may_leave(&agreement, Platform::Web);
                let audience = Audience::one(&rights, &agreement).filter(|_| known);
                (audience.ok_or(Failure::NoBoard(visitor.words))?, format!("{HOME}/{id}"))
            }
        };
        Ok(Edition { audience, locale: locale(&directory, visitor), path })
    }
}

/// The language of the pages, and the zone of the reader: their own, else that of those among whom they are.
fn locale(directory: &Directory, visitor: &Visitor) -> Locale {
    let own = directory.alone_on(&visitor.person, Platform::Web);
    Locale { language: visitor.words.0, zone: own.map_or(chrono_tz::UTC, |(_, locale)| locale.zone) }
}

/// The pages. To be put behind [`super::site::guard`].
pub fn router(boards: Boards) -> Router {
    Router::new()
        .route(HOME, get(own))
        .route("/dashboard/events", get(events::own))
        .route("/dashboard/{agreement}", get(one))
        .route("/dashboard/{agreement}/events", get(events::one))
        .with_state(boards)
}

async fn own(
    State(boards): State<Boards>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let edition = boards.edition(&visitor, None)?;
    show(&boards, visitor, &edition, &headers).await
}

async fn one(
    State(boards): State<Boards>,
    visitor: Visitor,
    Path(agreement): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let edition = boards.edition(&visitor, Some(&agreement))?;
    show(&boards, visitor, &edition, &headers).await
}

async fn show(
    boards: &Boards,
    visitor: Visitor,
    edition: &Edition,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let shown = boards.gallery.follow(edition);
    let drawn = shown.borrow().clone();
    let mut response = match drawn {
        Some(drawn) if takes_gzip(headers) => {
            let zipped = tokio::task::spawn_blocking(move || drawn.zipped()).await.unwrap_or_default();
            ([(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))], Body::from(zipped))
                .into_response()
        }
        Some(drawn) => Body::from(drawn.page.clone()).into_response(),
        None => Body::from_stream(arriving(edition, shown)?).into_response(),
    };
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("accept-encoding, accept-language, cookie"));
    if let Some(cookie) = visitor.cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|line| line.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(";q=").unwrap_or((coding, "1"));
        name.trim().eq_ignore_ascii_case("gzip")
            && weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0)
    })
}

/// The beginning of the page at once, and the rest when it is drawn.
fn arriving(
    edition: &Edition,
    mut shown: watch::Receiver<Shown>,
) -> Result<impl futures_util::Stream<Item = Result<Bytes, Infallible>> + use<>, Failure> {
    let beginning = edition.beginning()?;
    let late = super::words::Words(edition.locale.language).of("board-late");
    let rest = async move {
        let drawn = tokio::time::timeout(PATIENCE, shown.wait_for(Option::is_some)).await;
        match drawn {
            Ok(Ok(drawn)) => drawn.as_ref().map_or_else(Bytes::new, |drawn| drawn.page.slice(drawn.cut..)),
            _ => {
                Bytes::from(format!("<main id=\"board\"><p class=\"empty\">{late}</p></main></body></html>"))
            }
        }
    };
    use futures_util::stream::{StreamExt as _, once};
    Ok(once(async move { Ok(beginning) }).chain(once(async move { Ok(rest.await) })))
}

#[cfg(test)]
mod tests;
