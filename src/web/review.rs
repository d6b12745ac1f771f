//! The pages of reviews: the permanent page of each for who is signed in, and the same behind a link for people
//! without an account; each also as a file.
//!
//! A review that is somebody else's looks like one that does not exist, and so do links that are unknown, expired
//! or revoked.

mod view;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::future::BoxFuture;

use crate::core::doc::FileFormat;
use crate::core::event::PersonId;
use crate::core::notice::review::lists::ListedReview;
use crate::core::review::{Document, ReviewNumber};
use crate::i18n::{Facts, Language};
use crate::report::{self, Beside, Entry, Report};
use crate::store::StoreError;
use crate::store::people::Token;

use super::console::{Console, Failure, Visitor};
use super::site::{self, Site};
use super::survey::{Asked, Peer, Search, Tries, words};
use super::words::Words;

/// Where the reviews are.
pub trait Reviews: Send + Sync + fmt::Debug {
    /// Those that were issued and that somebody may read, the newest first.
    fn listed<'a>(&'a self, person: &'a PersonId) -> BoxFuture<'a, Vec<ListedReview>>;
    /// A revision, the newest where none is asked for; none when there is none for this reader.
    fn find<'a>(
        &'a self,
        reader: Reader<'a>,
        revision: Option<u32>,
    ) -> BoxFuture<'a, Result<Option<Found>, StoreError>>;
}

/// Who asks for which review.
#[derive(Clone, Copy, Debug)]
pub enum Reader<'a> {
    Person(&'a PersonId, ReviewNumber),
    /// By a link, whose secret has this hash and which leads to one review.
    Link(&'a str),
}

/// A revision with all it takes to show it.
#[derive(Clone, Debug)]
pub struct Found {
    pub document: Document,
    /// Who people are and what they wrote, in the document and beside it.
    pub facts: Facts,
    pub entry: Entry,
    /// The newest revision there is.
    pub newest: u32,
    pub beside: Beside,
    /// The reader is one of the provider's.
    pub for_operators: bool,
}

/// What the pages need of the rest.
#[derive(Clone, Debug)]
pub struct ReviewPages {
    pub reviews: Arc<dyn Reviews>,
    pub console: Arc<Console>,
    pub site: Arc<Site>,
    pub tries: Arc<Tries>,
}

impl FromRef<ReviewPages> for Arc<Console> {
    fn from_ref(pages: &ReviewPages) -> Self {
        pages.console.clone()
    }
}

/// The pages. To be put behind [`site::guard`].
pub fn router(pages: ReviewPages) -> Router {
    Router::new()
        .route("/reviews", get(list))
        .route("/review/{number}", get(newest))
        .route("/review/{number}/{revision}", get(one))
        .route("/review/link/{token}", get(linked))
        .route("/review/link/{token}/{revision}", get(linked_one))
        .with_state(pages)
}

/// The address of a link's page, below the site's own.
pub fn path(token: &str) -> String {
    format!("/review/link/{token}")
}

/// What an address asks for: `2`, `2.md`.
fn wanted(text: &str) -> Option<(u32, Option<FileFormat>)> {
    let Some((revision, ending)) = text.split_once('.') else { return Some((text.parse().ok()?, None)) };
    let format = FileFormat::ALL.into_iter().find(|format| format.ending() == ending)?;
    Some((revision.parse().ok()?, Some(format)))
}

/// The revision and the format, the newest as a page where nothing is asked for.
fn asked_for(revision: Option<&str>, words: Words) -> Result<(Option<u32>, Option<FileFormat>), Failure> {
    let Some(text) = revision else { return Ok((None, None)) };
    let (revision, format) = wanted(text).ok_or(Failure::NoReview(words))?;
    Ok((Some(revision), format))
}

/// The language of the address, or that of the page.
fn in_words(asked: &Asked, words: Words) -> Words {
    Words(asked.lang.as_ref().and_then(|tag| tag.parse::<Language>().ok()).unwrap_or(words.0))
}

async fn list(
    State(pages): State<ReviewPages>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let words = in_words(&asked, visitor.words);
    let listed = pages.reviews.listed(&visitor.person).await;
    with_cookie(view::list(words, &listed, pages.console.clock.now()), visitor)
}

async fn newest(
    State(pages): State<ReviewPages>,
    visitor: Visitor,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    show(&pages, visitor, &number, None, &asked).await
}

async fn one(
    State(pages): State<ReviewPages>,
    visitor: Visitor,
    Path((number, revision)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    show(&pages, visitor, &number, Some(&revision), &asked).await
}

async fn show(
    pages: &ReviewPages,
    visitor: Visitor,
    number: &str,
    revision: Option<&str>,
    asked: &Asked,
) -> Result<Response, Failure> {
    let words = in_words(asked, visitor.words);
    let number: ReviewNumber = number.parse().map_err(|_| Failure::NoReview(words))?;
    let (revision, format) = asked_for(revision, words)?;
    let found = pages.reviews.find(Reader::Person(&visitor.person, number), revision).await?;
    let found = found.ok_or(Failure::NoReview(words))?;
    let response = match format {
        Some(format) => download(&found, format, words),
        None => view::page(words, &found, &format!("/review/{number}"), true),
    };
    with_cookie(response, visitor)
}

fn with_cookie(response: Result<Response, Failure>, visitor: Visitor) -> Result<Response, Failure> {
    let mut response = response?;
    response.headers_mut().extend(visitor.cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

async fn linked(
    State(pages): State<ReviewPages>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    peer: Peer,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    by_link(&pages, &token, None, &asked, &peer, &headers).await
}

async fn linked_one(
    State(pages): State<ReviewPages>,
    Path((token, revision)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    peer: Peer,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    by_link(&pages, &token, Some(&revision), &asked, &peer, &headers).await
}

/// What a link leads to. Nothing is used up by looking: chat programs look as well, to show a preview.
async fn by_link(
    pages: &ReviewPages,
    token: &str,
    revision: Option<&str>,
    asked: &Asked,
    peer: &Peer,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let words = words(asked.lang.as_deref(), headers);
    let client = pages.site.client(site::peer_of(peer.as_deref()), headers);
    let (place, now) = (site::place(client).to_string(), pages.console.clock.now());
    let (revision, format) = asked_for(revision, words)?;
    let hash = Token::hash(token);
    let search = pages.reviews.find(Reader::Link(&hash), revision);
    let found = match pages.tries.search(&place, now, search).await? {
        Search::Found(found) => found,
        Search::Gone => return Err(Failure::NoReview(words)),
        Search::TooMany => return view::too_many(words),
    };
    match format {
        Some(format) => download(&found, format, words),
        None => view::page(words, &found, &path(token), false),
    }
}

fn download(found: &Found, format: FileFormat, words: Words) -> Result<Response, Failure> {
    let report = Report { document: &found.document, facts: &found.facts, entry: Some(&found.entry) };
    let file = report::file(&report, format, words.0).map_err(|error| {
        Failure::Store(StoreError::Unintelligible(format!("a review could not be written: {error}")))
    })?;
    let named = format!("attachment; filename=\"{}\"", file.name);
    let kind = [(header::CONTENT_TYPE, file.media_type.to_owned()), (header::CONTENT_DISPOSITION, named)];
    Ok((StatusCode::OK, kind, file.bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_a_revision_or_a_file_of_it() {
        assert_eq!(wanted("2"), Some((2, None)));
        assert_eq!(wanted("2.html"), Some((2, Some(FileFormat::Html))));
        assert_eq!(wanted("12.csv"), Some((12, Some(FileFormat::Csv))));
        for nonsense in ["", "x", "2.", "2.exe", ".md", "-1", "2.md.md"] {
            assert_eq!(wanted(nonsense), None, "{nonsense}");
        }
    }
}
