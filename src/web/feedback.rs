//! The pages on which people without an account give feedback or complain, and come back to what they wrote.
//!
//! A link to the first page is for everybody to whom it is given. What somebody wrote has an address of its own,
//! whose last part is a secret that was made with the form: sending the form twice makes one text, and only its
//! writer ever had the secret. Links that are unknown, expired, revoked or somebody else's all look the same.

mod view;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono_tz::Tz;
use futures_util::future::BoxFuture;

use crate::clock::Clock;
use crate::core::doc::Doc;
use crate::core::event::ServiceId;
use crate::core::survey::Localized;
use crate::core::time::Instant;
use crate::core::voice::{FeedbackKind, FeedbackState};
use crate::i18n::Facts;
use crate::store::StoreError;
use crate::store::people::Token;

use super::console::Failure;
use super::site::{self, Site};
use super::survey::{Asked, BODY, LONGEST_TEXT, Peer, Search, Tries, words};
use super::words::Words;
use view::Told;

/// What stands behind the links.
pub trait Voices: Send + Sync + fmt::Debug {
    /// Under what one writes by the link whose secret has this hash; none when it leads nowhere.
    fn find<'a>(&'a self, link: &'a str) -> BoxFuture<'a, Result<Option<Sheet>, StoreError>>;
    /// Takes what somebody wrote. What it reports as taken is durable.
    fn submit<'a>(&'a self, own: &'a Own, written: Written) -> BoxFuture<'a, Result<Taken, StoreError>>;
    /// What became of it; none when there is nothing of that writer's.
    fn follow<'a>(&'a self, own: &'a Own) -> BoxFuture<'a, Result<Option<Followed>, StoreError>>;
    /// Takes what the writer says later, under an id that is the same when it is sent again.
    fn say<'a>(&'a self, own: &'a Own, act: &'a str, said: Said) -> BoxFuture<'a, Result<Taken, StoreError>>;
}

/// By what a text of somebody's is found: the hashes of the link it came by and of its own secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub link: String,
    pub secret: String,
}

/// For whom one writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub customer: String,
    /// Those it can be about.
    pub services: Vec<(ServiceId, Localized)>,
}

/// What somebody writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub kind: FeedbackKind,
    pub service: Option<ServiceId>,
    pub text: String,
    /// It may be quoted in reviews, without a name.
    pub quotable: bool,
}

/// What became of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Taken,
    /// Under this secret something else was written before.
    Other,
    /// The link leads nowhere any more.
    Gone,
}

/// A text and what became of it.
#[derive(Clone, Debug)]
pub struct Followed {
    pub doc: Doc,
    pub facts: Facts,
    pub zone: Tz,
    pub state: FeedbackState,
    /// It may be quoted in reviews.
    pub quotable: bool,
}

/// What the writer says later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Added(String),
    Settled {
        settled: bool,
        text: Option<String>,
    },
    /// It may not be quoted any more.
    Unquoted {
        text: Option<String>,
    },
}

/// What the pages need of the rest.
#[derive(Debug)]
pub struct FeedbackPages {
    pub voices: Arc<dyn Voices>,
    pub site: Arc<Site>,
    pub clock: Arc<dyn Clock>,
    pub tries: Tries,
}

/// The pages behind links. To be put behind [`site::guard`].
pub fn router(pages: Arc<FeedbackPages>) -> Router {
    Router::new()
        .route("/feedback/{token}", get(show).post(submit))
        .route("/feedback/{token}/{secret}", get(follow).post(say))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(pages)
}

/// The address of a link's page, below the site's own.
pub fn path(token: &str) -> String {
    format!("/feedback/{token}")
}

/// The address of what one writer wrote.
fn own_path(token: &str, secret: &str) -> String {
    format!("/feedback/{token}/{secret}")
}

/// Somebody at a link.
struct Visit {
    words: Words,
    now: Instant,
    token: String,
    link: String,
    place: String,
}

/// What stands in the fields of a page.
struct Entered(BTreeMap<String, String>);

impl Entered {
    fn of(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// As it was written, without the blanks around it; browsers send two letters for the end of a line.
    fn text(&self) -> String {
        self.of("text").replace("\r\n", "\n").trim().to_owned()
    }

    /// The secret that came with the page.
    fn act(&self) -> Result<String, Failure> {
        let act = self.of("act");
        let made_here = act.len() == 32 && act.bytes().all(|byte| byte.is_ascii_hexdigit());
        made_here.then(|| act.to_owned()).ok_or(Failure::NotUnderstood)
    }
}

/// What is wrong with what was sent; each is told beside its field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wrong {
    kind: bool,
    service: bool,
    /// The key of what is wrong with the text.
    text: Option<&'static str>,
}

fn wrong_text(text: &str) -> Option<&'static str> {
    match text.chars().count() {
        0 => Some("web-feedback-text-missing"),
        count if count > LONGEST_TEXT => Some("web-feedback-text-long"),
        _ => None,
    }
}

fn read(entered: &Entered, sheet: &Sheet) -> Result<Written, Wrong> {
    let kind = match entered.of("kind") {
        "feedback" => Some(FeedbackKind::Feedback),
        "complaint" => Some(FeedbackKind::Complaint),
        _ => None,
    };
    let typed = entered.of("service");
    let service = sheet.services.iter().find(|(id, _)| id.as_str() == typed).map(|(id, _)| id.clone());
    let text = entered.text();
    let wrong_service = !typed.is_empty() && service.is_none();
    match (kind, wrong_service, wrong_text(&text)) {
        (Some(kind), false, None) => {
            Ok(Written { kind, service, text, quotable: entered.of("quotable") == "yes" })
        }
        (kind, service, text) => Err(Wrong { kind: kind.is_none(), service, text }),
    }
}

impl FeedbackPages {
    fn visit(&self, token: String, tag: Option<&str>, peer: &Peer, headers: &HeaderMap) -> Visit {
        let client = self.site.client(site::peer_of(peer.as_deref()), headers);
        let (words, now) = (words(tag, headers), self.clock.now());
        Visit { words, now, link: Token::hash(&token), token, place: site::place(client).to_string() }
    }

    /// What was found, or the page that says why nothing is.
    async fn found<T>(
        &self,
        visit: &Visit,
        search: BoxFuture<'_, Result<Option<T>, StoreError>>,
    ) -> Result<Result<T, Response>, Failure> {
        Ok(match self.tries.search(&visit.place, visit.now, search).await? {
            Search::Found(found) => Ok(found),
            Search::Gone => Err(view::told(StatusCode::NOT_FOUND, visit.words, Told::Gone)?),
            Search::TooMany => Err(view::told(StatusCode::TOO_MANY_REQUESTS, visit.words, Told::TooMany)?),
        })
    }

    /// Whether this client has not sent too much of late; counts this time.
    fn may_send(&self, visit: &Visit) -> bool {
        let what = format!("sent/{}", visit.place);
        let may = self.tries.may(&what, visit.now);
        self.tries.note(what, visit.now);
        may
    }

    /// The writer's own page, which may be reloaded.
    fn to_own(visit: &Visit, secret: &str) -> Response {
        let to = format!("{}?lang={}", own_path(&visit.token, secret), visit.words.tag());
        Redirect::to(&to).into_response()
    }
}

type Fields = Result<Form<BTreeMap<String, String>>, FormRejection>;

fn entered(fields: Fields) -> Result<Entered, Failure> {
    fields.map(|Form(fields)| Entered(fields)).map_err(|_| Failure::NotUnderstood)
}

async fn show(
    State(pages): State<Arc<FeedbackPages>>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    peer: Peer,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let visit = pages.visit(token, asked.lang.as_deref(), &peer, &headers);
    match pages.found(&visit, pages.voices.find(&visit.link)).await? {
        Ok(sheet) => {
            let empty = Entered(BTreeMap::new());
            view::sheet(StatusCode::OK, &visit, &sheet, &empty, Wrong::default())
        }
        Err(told) => Ok(told),
    }
}

async fn submit(
    State(pages): State<Arc<FeedbackPages>>,
    Path(token): Path<String>,
    peer: Peer,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Failure> {
    let entered = entered(fields)?;
    let chosen = entered.0.get("language").or_else(|| entered.0.get("lang"));
    let visit = pages.visit(token, chosen.map(String::as_str), &peer, &headers);
    let sheet = match pages.found(&visit, pages.voices.find(&visit.link)).await? {
        Ok(sheet) => sheet,
        Err(told) => return Ok(told),
    };
    // Another language was pressed: the same page with what is entered so far.
    if entered.0.contains_key("language") {
        return view::sheet(StatusCode::OK, &visit, &sheet, &entered, Wrong::default());
    }
    let written = match read(&entered, &sheet) {
        Ok(written) => written,
        Err(wrong) => {
            return view::sheet(StatusCode::UNPROCESSABLE_ENTITY, &visit, &sheet, &entered, wrong);
        }
    };
    if !pages.may_send(&visit) {
        return view::told(StatusCode::TOO_MANY_REQUESTS, visit.words, Told::TooMany);
    }
    let mut secret = entered.act()?;
    let own = |secret: &str| Own { link: visit.link.clone(), secret: Token::hash(secret) };
    let mut taken = pages.voices.submit(&own(&secret), written.clone()).await?;
    // Somebody went back and wrote something else: it is another text.
    if taken == Taken::Other {
        secret = Token::new()?.secret;
        taken = pages.voices.submit(&own(&secret), written).await?;
    }
    match taken {
        Taken::Taken => Ok(FeedbackPages::to_own(&visit, &secret)),
        Taken::Other | Taken::Gone => view::told(StatusCode::NOT_FOUND, visit.words, Told::Gone),
    }
}

async fn follow(
    State(pages): State<Arc<FeedbackPages>>,
    Path((token, secret)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    peer: Peer,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let visit = pages.visit(token, asked.lang.as_deref(), &peer, &headers);
    let own = Own { link: visit.link.clone(), secret: Token::hash(&secret) };
    match pages.found(&visit, pages.voices.follow(&own)).await? {
        Ok(followed) => {
            let empty = Entered(BTreeMap::new());
            let address = pages.site.link(&own_path(&visit.token, &secret));
            view::own(
                StatusCode::OK,
                &visit,
                &followed,
                &view::Place { secret: &secret, address },
                &empty,
                None,
            )
        }
        Err(told) => Ok(told),
    }
}

async fn say(
    State(pages): State<Arc<FeedbackPages>>,
    Path((token, secret)): Path<(String, String)>,
    peer: Peer,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Failure> {
    let entered = entered(fields)?;
    let chosen = entered.0.get("language").or_else(|| entered.0.get("lang"));
    let visit = pages.visit(token, chosen.map(String::as_str), &peer, &headers);
    let own = Own { link: visit.link.clone(), secret: Token::hash(&secret) };
    let followed = match pages.found(&visit, pages.voices.follow(&own)).await? {
        Ok(followed) => followed,
        Err(told) => return Ok(told),
    };
    let again = |status, wrong| {
        let address = pages.site.link(&own_path(&visit.token, &secret));
        view::own(status, &visit, &followed, &view::Place { secret: &secret, address }, &entered, wrong)
    };
    if entered.0.contains_key("language") {
        return again(StatusCode::OK, None);
    }
    let text = entered.text();
    let wrong = wrong_text(&text);
    let said = match (entered.of("do"), wrong) {
        ("yes", _) if text.is_empty() => Said::Settled { settled: true, text: None },
        ("no", _) if text.is_empty() => Said::Settled { settled: false, text: None },
        ("unquote", _) if text.is_empty() => Said::Unquoted { text: None },
        (_, Some(_)) => return again(StatusCode::UNPROCESSABLE_ENTITY, wrong),
        ("yes", None) => Said::Settled { settled: true, text: Some(text) },
        ("no", None) => Said::Settled { settled: false, text: Some(text) },
        ("unquote", None) => Said::Unquoted { text: Some(text) },
        (_, None) => Said::Added(text),
    };
    if !pages.may_send(&visit) {
        return view::told(StatusCode::TOO_MANY_REQUESTS, visit.words, Told::TooMany);
    }
    match pages.voices.say(&own, &entered.act()?, said).await? {
        Taken::Taken | Taken::Other => Ok(FeedbackPages::to_own(&visit, &secret)),
        Taken::Gone => view::told(StatusCode::NOT_FOUND, visit.words, Told::Gone),
    }
}
