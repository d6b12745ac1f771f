//! The page of a survey behind a link, for people without an account: it shows the questions as often as it is
//! opened, and takes the answer.
//!
//! A link that is unknown, used up, revoked or over looks the same as any other such link. Chat programs open links
//! to show a preview, so that only sending the form uses anything up.

mod view;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono_tz::Tz;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::core::event::IncidentNumber;
use crate::core::survey::{Given, Localized, QuestionKind, Survey};
use crate::core::time::{Instant, Span};
use crate::i18n::Language;
use crate::store::StoreError;
use crate::store::people::Token;

use super::console::Failure;
use super::site::{self, Site};
use super::words::Words;
use view::{Page, Said};

/// What stands behind links.
pub trait Surveys: Send + Sync + fmt::Debug {
    /// What is asked behind the link whose secret has this hash; none when it leads to nothing that can be answered.
    fn find<'a>(&'a self, hash: &'a str) -> BoxFuture<'a, Result<Option<Sheet>, StoreError>>;
    /// Takes an answer. What it reports as taken is durable.
    fn answer<'a>(&'a self, hash: &'a str, filled: Filled) -> BoxFuture<'a, Result<Answered, StoreError>>;
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub survey: Survey,
    /// The incident it is about, with the service's name.
    pub incident: Option<(IncidentNumber, Localized)>,
    pub closes: Instant,
    /// In which its times are written.
    pub zone: Tz,
    /// What was answered by this link before; it can be changed.
    pub before: Option<Vec<Given>>,
}

/// What somebody answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The same when the same form is sent again.
    pub act: String,
    pub given: Vec<Given>,
    /// By the number of the question; the comment under the number after the last.
    pub texts: BTreeMap<u32, String>,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Taken,
    /// It can no longer be answered.
    NotOpen,
}

/// What the pages need of the rest.
#[derive(Debug)]
pub struct SurveyPages {
    pub surveys: Arc<dyn Surveys>,
    pub site: Arc<Site>,
    pub clock: Arc<dyn Clock>,
    pub tries: Tries,
}

/// The longest text, in characters.
pub(super) const LONGEST_TEXT: usize = 4_000;
/// No page sends more than a form of a few fields.
pub(super) const BODY: usize = 64 << 10;

/// The pages behind links. To be put behind [`site::guard`].
pub fn router(pages: Arc<SurveyPages>) -> Router {
    Router::new()
        .route("/survey/{token}", get(show).post(answer))
        .route("/survey/{token}/thanks", get(thanks))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(pages)
}

/// The address of a link's page, below the site's own.
pub fn path(secret: &str) -> String {
    format!("/survey/{secret}")
}

/// How often something was tried of late: a link that leads nowhere from one place, an answer by one link.
#[derive(Debug, Default)]
pub struct Tries(Mutex<BTreeMap<String, (Instant, u32)>>);

/// So many tries are borne within [`WINDOW`].
const ALLOWED: u32 = 20;
const WINDOW: Span = Span::from_minutes(10);
/// So many are remembered; more of them at once is an attack, and then nobody may.
const REMEMBERED: usize = 10_000;

/// What became of a search for what stands behind a link.
pub(super) enum Search<T> {
    Found(T),
    /// Unknown, expired, revoked or somebody else's: all look alike.
    Gone,
    TooMany,
}

impl Tries {
    pub(super) fn may(&self, what: &str, now: Instant) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|_, (since, _)| now - *since < WINDOW);
        tries.len() < REMEMBERED && tries.get(what).is_none_or(|(_, times)| *times < ALLOWED)
    }

    /// What a link leads to, as long as not too many from one place have led nowhere.
    pub(super) async fn search<T, E>(
        &self,
        place: &str,
        now: Instant,
        search: impl Future<Output = Result<Option<T>, E>>,
    ) -> Result<Search<T>, E> {
        if !self.may(place, now) {
            return Ok(Search::TooMany);
        }
        let found = search.await?;
        if found.is_none() {
            self.note(place.to_owned(), now);
        }
        Ok(found.map_or(Search::Gone, Search::Found))
    }

    pub(super) fn note(&self, what: String, now: Instant) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.entry(what).or_insert((now, 0)).1 += 1;
    }
}

/// What an address says beside the link.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    pub(super) lang: Option<String>,
}

/// The language of the address, or the one the browser asks for.
pub(super) fn words(tag: Option<&str>, headers: &HeaderMap) -> Words {
    let asked = || {
        let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Words::preferred(accept.unwrap_or_default())
    };
    Words(tag.and_then(|tag| tag.parse::<Language>().ok()).unwrap_or_else(asked))
}

/// Somebody at a link.
struct Visit {
    words: Words,
    now: Instant,
    token: String,
    hash: String,
    place: String,
}

pub(super) type Peer = Option<axum::Extension<ConnectInfo<SocketAddr>>>;

impl SurveyPages {
    fn visit(&self, token: String, tag: Option<&str>, peer: &Peer, headers: &HeaderMap) -> Visit {
        let client = self.site.client(site::peer_of(peer.as_deref()), headers);
        Visit {
            words: words(tag, headers),
            now: self.clock.now(),
            hash: Token::hash(&token),
            token,
            place: site::place(client).to_string(),
        }
    }

    /// What is asked behind the link, or the page that says why nothing is.
    async fn sheet(&self, visit: &Visit) -> Result<Result<Sheet, Response>, Failure> {
        let search = self.surveys.find(&visit.hash);
        Ok(match self.tries.search(&visit.place, visit.now, search).await? {
            Search::Found(sheet) => Ok(sheet),
            Search::Gone => Err(view::said(StatusCode::NOT_FOUND, visit.words, &Said::Gone)?),
            Search::TooMany => Err(view::said(StatusCode::TOO_MANY_REQUESTS, visit.words, &Said::TooMany)?),
        })
    }
}

async fn show(
    State(pages): State<Arc<SurveyPages>>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    peer: Peer,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let visit = pages.visit(token, asked.lang.as_deref(), &peer, &headers);
    match pages.sheet(&visit).await? {
        Ok(sheet) => {
            let entered = Entered::before(&sheet);
            view::page(StatusCode::OK, &Page { visit: &visit, sheet: &sheet, entered: &entered })
        }
        Err(said) => Ok(said),
    }
}

async fn answer(
    State(pages): State<Arc<SurveyPages>>,
    Path(token): Path<String>,
    peer: Peer,
    headers: HeaderMap,
    fields: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(fields) = fields.map_err(|_| Failure::NotUnderstood)?;
    let chosen = fields.get("language").or_else(|| fields.get("lang"));
    let visit = pages.visit(token, chosen.map(String::as_str), &peer, &headers);
    let sheet = match pages.sheet(&visit).await? {
        Ok(sheet) => sheet,
        Err(said) => return Ok(said),
    };
    let mut entered = Entered { fields, missing: Vec::new() };
    let again =
        |status, entered: &Entered| view::page(status, &Page { visit: &visit, sheet: &sheet, entered });
    // Another language was pressed: the same page with what is entered so far.
    if entered.fields.contains_key("language") {
        return again(StatusCode::OK, &entered);
    }
    let filled = match entered.read(&sheet.survey, &visit.hash) {
        Ok(filled) => filled,
        Err(missing) => {
            entered.missing = missing;
            return again(StatusCode::UNPROCESSABLE_ENTITY, &entered);
        }
    };
    if !pages.tries.may(&visit.hash, visit.now) {
        return view::said(StatusCode::TOO_MANY_REQUESTS, visit.words, &Said::TooMany);
    }
    pages.tries.note(visit.hash.clone(), visit.now);
    match pages.surveys.answer(&visit.hash, filled).await? {
        Answered::Taken => {
            let to = format!("{}/thanks?lang={}", path(&visit.token), visit.words.tag());
            Ok(Redirect::to(&to).into_response())
        }
        Answered::NotOpen => view::said(StatusCode::NOT_FOUND, visit.words, &Said::Gone),
    }
}

/// After an answer, for a page that may be reloaded; it tells nothing of the link that it was not shown.
async fn thanks(
    State(pages): State<Arc<SurveyPages>>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    peer: Peer,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let visit = pages.visit(token, asked.lang.as_deref(), &peer, &headers);
    let sheet =
        if pages.tries.may(&visit.place, visit.now) { pages.surveys.find(&visit.hash).await? } else { None };
    let changeable = sheet.filter(|sheet| sheet.before.is_some());
    let change = changeable.map(|sheet| (path(&visit.token), view::moment(&visit, &sheet)));
    view::said(StatusCode::OK, visit.words, &Said::Thanks { change })
}

/// What stands in the fields of a page.
struct Entered {
    fields: BTreeMap<String, String>,
    /// The questions that want an answer.
    missing: Vec<usize>,
}

impl Entered {
    /// What was answered by this link before.
    fn before(sheet: &Sheet) -> Self {
        let given = sheet.before.iter().flatten().enumerate();
        let fields = given.filter_map(|(number, given)| {
            let value = match given {
                Given::Score(score) => score.to_string(),
                Given::Choice(name) => name.clone(),
                Given::Nothing => return None,
            };
            Some((format!("q{number}"), value))
        });
        Self { fields: fields.collect(), missing: Vec::new() }
    }

    fn of(&self, name: &str) -> String {
        let text = self.fields.get(name).map(|text| text.replace("\r\n", "\n")).unwrap_or_default();
        text.trim().chars().take(LONGEST_TEXT).collect()
    }

    /// The answer, or the questions that are not answered.
    fn read(&self, survey: &Survey, hash: &str) -> Result<Filled, Vec<usize>> {
        let (mut given, mut texts, mut missing) = (Vec::new(), BTreeMap::new(), Vec::new());
        for (number, question) in survey.questions.iter().enumerate() {
            let typed = self.of(&format!("q{number}"));
            let read = match (&question.kind, typed.is_empty()) {
                (_, true) => question.optional.then_some(Given::Nothing),
                (QuestionKind::Text, false) => {
                    texts.insert(place(number), typed);
                    Some(Given::Nothing)
                }
                (kind, false) => kind.read(&typed).ok(),
            };
            match read {
                Some(read) => given.push(read),
                None => missing.push(number),
            }
        }
        let comment = self.of("comment");
        if !comment.is_empty() {
            texts.insert(place(survey.questions.len()), comment);
        }
        let act = Sha256::digest(format!("{hash}/{}", self.of("act")));
        let act = hex::encode(act.get(..16).unwrap_or_default());
        if missing.is_empty() { Ok(Filled { act, given, texts }) } else { Err(missing) }
    }
}

fn place(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_limited_for_a_while_and_each_for_itself() {
        let (tries, now) = (Tries::default(), Instant::from_seconds(1_000));
        for _ in 0..ALLOWED {
            assert!(tries.may("one", now));
            tries.note("one".to_owned(), now);
        }
        assert!(!tries.may("one", now) && tries.may("other", now));
        assert!(tries.may("one", now + WINDOW));
    }
}
