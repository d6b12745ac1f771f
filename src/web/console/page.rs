//! What every page has: its words, its files, and how a failure is shown.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::i18n::Language;
use crate::store::StoreError;
use crate::web::statics;
use crate::web::words::Words;

/// The frame of a page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    pub words: Words,
}

impl Page {
    pub fn style(&self) -> String {
        statics::path("chat.css")
    }

    pub fn script(&self) -> String {
        statics::path("chat.js")
    }

    pub fn icon(&self) -> String {
        statics::path("icon.svg")
    }

    /// The languages to choose from, each in its own words.
    pub fn languages(&self) -> [(&'static str, &'static str); 2] {
        Language::ALL.map(|language| match language {
            Language::English => (language.tag(), "English"),
            Language::TraditionalChinese => (language.tag(), "繁體中文"),
        })
    }
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice {
    page: Page,
    heading: &'static str,
    explanation: &'static str,
}

/// Why a page cannot be shown.
#[derive(Debug)]
pub enum Failure {
    /// Nobody is signed in.
    SignIn,
    /// There is no such room, or it is not for this person; the two look alike.
    NoRoom(Words),
    /// There is no such dashboard, or it is not for this person; the two look alike.
    NoBoard(Words),
    /// There is no such review, or it is not for this person; the two look alike.
    NoReview(Words),
    /// The person is in no room.
    NoRooms(Words),
    /// What was sent is not what our pages send.
    NotUnderstood,
    Store(StoreError),
    Drawing(askama::Error),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Drawing(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let english = Words(Language::English);
        let (status, words, heading, explanation) = match self {
            Self::SignIn => return Redirect::to("/sign-in").into_response(),
            Self::NoRoom(words) => (StatusCode::NOT_FOUND, words, "web-no-room-heading", "web-no-room"),
            Self::NoReview(words) => (StatusCode::NOT_FOUND, words, "web-no-review-heading", "web-no-review"),
            Self::NoBoard(words) => (StatusCode::NOT_FOUND, words, "board-missing-heading", "board-missing"),
            Self::NoRooms(words) => (StatusCode::OK, words, "web-link-heading", "web-no-rooms"),
            Self::NotUnderstood => {
                (StatusCode::BAD_REQUEST, english, "web-trouble-heading", "web-not-understood")
            }
            Self::Store(error) => {
                tracing::error!(%error, "a page could not be served");
                (StatusCode::SERVICE_UNAVAILABLE, english, "web-trouble-heading", "web-trouble")
            }
            Self::Drawing(error) => {
                tracing::error!(%error, "a page could not be drawn");
                (StatusCode::INTERNAL_SERVER_ERROR, english, "web-trouble-heading", "web-trouble")
            }
        };
        let notice = Notice { page: Page { words }, heading, explanation };
        match notice.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(error) => (status, error.to_string()).into_response(),
        }
    }
}

/// A finished page.
pub fn html(template: &impl Template) -> Result<Response, Failure> {
    Ok(Html(template.render()?).into_response())
}
