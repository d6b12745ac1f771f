//! Signing in and out: an invitation becomes a session; only a demonstration lets visitors choose who to be.
//!
//! Opening a link never uses it up, because chat programs open links to show a preview; the button does.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{ConnectInfo, Form, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page::{self, Failure, Page};
use super::visitor::{self, Visitor};
use super::{Console, Persona};
use crate::chat::inert::{Breaks, harmless};
use crate::clock::{Clock, random};
use crate::core::event::PersonId;
use crate::core::time::{Instant, Span};
use crate::i18n::Language;
use crate::store::people::{Accept, EndSession, Invite, NotAccepted, OpenSession, Role, Token, web_account};
use crate::store::{Store, StoreError};
use crate::web::site::{self, Site};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    page: Page,
    heading: &'static str,
    explanation: &'static str,
    problem: Option<&'static str>,
    code: String,
    name: String,
    personas: Vec<PersonaView>,
}

/// A persona as a page shows it.
#[derive(Clone, Debug)]
pub struct PersonaView {
    pub id: String,
    pub name: String,
    pub about: String,
    pub current: bool,
}

const LONGEST_NAME: usize = 60;

/// A link by which one person becomes a manager, once, within `lasts`; the first start prints one.
///
/// # Errors
/// Those of the database, and of the system's random source.
pub async fn manager_link(
    store: &Store,
    clock: &dyn Clock,
    site: &Site,
    lasts: Span,
) -> Result<String, StoreError> {
    let token = Token::new()?;
    let now = clock.now();
    let expires = now + lasts;
    store.write(Invite { hash: token.hash, role: Role::Manager, created_by: None, now, expires }).await?;
    Ok(site.link(&format!("/join/{}", token.secret)))
}

/// The personas, described in the page's language.
pub fn personas(console: &Console, page: Page, current: Option<&PersonId>) -> Vec<PersonaView> {
    let view = |persona: &Persona| PersonaView {
        id: persona.id.clone(),
        name: persona.name.clone(),
        about: page.words.of(persona.about),
        current: current == Some(&persona.person),
    };
    console.personas.iter().map(view).collect()
}

fn sign_in_page(
    console: &Console,
    headers: &HeaderMap,
    code: &str,
    problem: Option<&'static str>,
) -> Result<Response, Failure> {
    let page = Page { words: visitor::words(headers) };
    let demo = !console.personas.is_empty() && code.is_empty();
    let (heading, explanation) = match (demo, code.is_empty()) {
        (true, _) => ("web-demo-heading", "web-demo-explain"),
        (false, true) => ("web-sign-in", "web-sign-in-explain"),
        (false, false) => ("web-link-heading", "web-link-explain"),
    };
    let personas = if demo { personas(console, page, None) } else { Vec::new() };
    let (code, name) = (code.to_owned(), String::new());
    page::html(&SignIn { page, heading, explanation, problem, code, name, personas })
}

pub async fn ask(State(console): State<Arc<Console>>, headers: HeaderMap) -> Result<Response, Failure> {
    sign_in_page(&console, &headers, "", None)
}

/// A link with a code in it. Shows a button; looks nothing up and uses nothing up.
pub async fn ask_with_code(
    State(console): State<Arc<Console>>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    sign_in_page(&console, &headers, &code, None)
}

#[derive(Debug, Deserialize)]
pub struct Entry {
    #[serde(default)]
    code: String,
    #[serde(default)]
    name: String,
}

pub async fn enter(
    State(console): State<Arc<Console>>,
    visitor: Result<Visitor, Failure>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Form(entry): Form<Entry>,
) -> Result<Response, Failure> {
    let client = console.site.client(site::peer_of(peer.as_deref()), &headers);
    let now = console.clock.now();
    let again = |status, problem| {
        sign_in_page(&console, &headers, "", Some(problem)).map(|page| (status, page).into_response())
    };
    if !console.attempts.may(client, now) {
        return again(StatusCode::TOO_MANY_REQUESTS, "web-too-many");
    }
    if entry.name.trim().is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, "web-name-missing");
    }
    let accept = Accept {
        hash: Token::hash(&entry.code),
        // Who is signed in already gains the right and stays the same person.
        account: visitor.ok().map(|visitor| web_account(&visitor.person)),
        name: harmless(entry.name.trim(), Breaks::Joined, LONGEST_NAME),
        now,
    };
    match console.store.write(accept).await? {
        Ok((person, role)) => {
            tracing::info!(%person, ?role, "signed in by invitation");
            console.rooms.refresh().await?;
            open_session(&console, person).await
        }
        Err(why) => {
            console.attempts.failed(client, now);
            tracing::warn!(%client, ?why, "an invitation was refused");
            let (NotAccepted::Unknown | NotAccepted::Used | NotAccepted::Expired) = why;
            again(StatusCode::FORBIDDEN, "web-code-refused")
        }
    }
}

async fn open_session(console: &Console, person: PersonId) -> Result<Response, Failure> {
    let token = random::<32>()
        .map(hex::encode)
        .map_err(|error| StoreError::Conflict(format!("the system gives no random numbers: {error}")))?;
    let now = console.clock.now();
    let (hash, expires) = (Token::hash(&token), now + console.session());
    console.store.write(OpenSession { hash, person, now, expires }).await?;
    Ok(go("/chat", visitor::set_cookie(console, &token)))
}

/// After a POST, to a page that may be reloaded.
fn go(to: &str, cookie: Option<HeaderValue>) -> Response {
    let mut response = Redirect::to(to).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

pub async fn leave(State(console): State<Arc<Console>>, visitor: Visitor) -> Result<Response, Failure> {
    console.store.write(EndSession(visitor.session)).await?;
    console.chat.hub().changed();
    Ok(go("/sign-in", visitor::clear_cookie(&console)))
}

#[derive(Debug, Deserialize)]
pub struct Choice {
    persona: String,
}

pub async fn become_persona(
    State(console): State<Arc<Console>>,
    visitor: Result<Visitor, Failure>,
    Form(choice): Form<Choice>,
) -> Result<Response, Failure> {
    let persona = console.personas.iter().find(|persona| persona.id == choice.persona);
    let person = persona.ok_or(Failure::SignIn)?.person.clone();
    if let Ok(visitor) = visitor {
        console.store.write(EndSession(visitor.session)).await?;
    }
    open_session(&console, person).await
}

#[derive(Debug, Deserialize)]
pub struct LanguageChoice {
    language: String,
    #[serde(default)]
    back: String,
}

pub async fn choose_language(
    State(console): State<Arc<Console>>,
    Form(choice): Form<LanguageChoice>,
) -> Result<Response, Failure> {
    let language: Language = choice.language.parse().map_err(|_| Failure::NotUnderstood)?;
    // Only ever to a page of ours: `//host` and `/\host` would lead away.
    let known = ["/chat/", "/dashboard"].iter().any(|page| choice.back.starts_with(page));
    let ours = known && !choice.back.contains(['\\', '\n', '\r']);
    let back = if ours { choice.back.as_str() } else { "/" };
    Ok(go(back, visitor::language_cookie(&console, language.tag())))
}

/// Failed attempts to sign in, by where they came from.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<BTreeMap<IpAddr, (Instant, u32)>>);

/// So many failures are borne from one place within [`WINDOW`].
const ALLOWED: u32 = 10;
const WINDOW: Span = Span::from_minutes(10);
/// So many places are remembered; more of them at once is an attack, and then nobody may.
const PLACES: usize = 10_000;

impl Attempts {
    fn may(&self, client: IpAddr, now: Instant) -> bool {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|_, (since, _)| now - *since < WINDOW);
        places.len() < PLACES
            && places.get(&site::place(client)).is_none_or(|(_, failures)| *failures < ALLOWED)
    }

    fn failed(&self, client: IpAddr, now: Instant) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.entry(site::place(client)).or_insert((now, 0)).1 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_limited_by_place_and_for_a_while() {
        let attempts = Attempts::default();
        let now = Instant::from_seconds(1000);
        let one: IpAddr = "2001:db8:1:2::1".parse().unwrap();
        let neighbour: IpAddr = "2001:db8:1:2:ffff::9".parse().unwrap();
        let other: IpAddr = "2001:db8:1:3::1".parse().unwrap();
        for _ in 0..ALLOWED {
            assert!(attempts.may(one, now));
            attempts.failed(one, now);
        }
        assert!(!attempts.may(one, now));
        assert!(!attempts.may(neighbour, now));
        assert!(attempts.may(other, now));
        assert!(attempts.may(one, now + WINDOW));
    }
}
