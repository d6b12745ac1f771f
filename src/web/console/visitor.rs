//! Who looks at a page: the person behind the session cookie, and the language they read.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

use super::Console;
use super::page::Failure;
use crate::core::event::PersonId;
use crate::core::time::Span;
use crate::store::people::Token;
use crate::store::visits::Prolong;
use crate::web::words::Words;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub person: PersonId,
    pub name: String,
    pub words: Words,
    /// The hash of the session's token.
    pub session: String,
    /// To be sent with the page, when the session was prolonged.
    pub cookie: Option<HeaderValue>,
}

/// A session is prolonged at most this often.
const PROLONG: Span = Span::from_hours(1);

impl Visitor {
    /// Whether the session still lasts; a stream asks this again and again.
    pub async fn is_still_here(&self, console: &Console) -> bool {
        matches!(console.store.visit(&self.session, console.clock.now()).await, Ok(Some(_)))
    }
}

impl<S> FromRequestParts<S> for Visitor
where
    Arc<Console>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let console = Arc::<Console>::from_ref(state);
        let token = cookie(&parts.headers, session_cookie(&console)).ok_or(Failure::SignIn)?;
        let (session, now) = (Token::hash(&token), console.clock.now());
        let visit = console.store.visit(&session, now).await?.ok_or(Failure::SignIn)?;
        let mut visitor = Self {
            person: visit.person,
            name: visit.name,
            words: words(&parts.headers),
            session,
            cookie: None,
        };
        if visit.expires < now + console.session() - PROLONG {
            let expires = now + console.session();
            console.store.write(Prolong { hash: visitor.session.clone(), expires }).await?;
            visitor.cookie = set_cookie(&console, &token);
        }
        Ok(visitor)
    }
}

/// The `__Host-` prefix makes browsers refuse the cookie from anywhere else, but they also refuse it over
/// plain HTTP.
fn session_cookie(console: &Console) -> &'static str {
    if console.site.is_secure() { "__Host-upheld" } else { "upheld" }
}

const LANGUAGE_COOKIE: &str = "upheld-language";

/// The language chosen on a page, or the one the browser asks for.
pub fn words(headers: &HeaderMap) -> Words {
    let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(|tag| tag.parse().ok());
    let asked = || {
        let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Words::preferred(accept.unwrap_or_default())
    };
    Words(chosen.unwrap_or_else(asked))
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

/// The session cookie with `token`. None only when the token is no token.
pub fn set_cookie(console: &Console, token: &str) -> Option<HeaderValue> {
    build(console, token, console.session().seconds())
}

/// Takes the session cookie away.
pub fn clear_cookie(console: &Console) -> Option<HeaderValue> {
    build(console, "", 0)
}

fn build(console: &Console, token: &str, seconds: i64) -> Option<HeaderValue> {
    let name = session_cookie(console);
    let secure = if console.site.is_secure() { "; Secure" } else { "" };
    let text = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).ok()
}

/// Remembers a language for a year.
pub fn language_cookie(console: &Console, tag: &str) -> Option<HeaderValue> {
    let secure = if console.site.is_secure() { "; Secure" } else { "" };
    let text = format!("{LANGUAGE_COOKIE}={tag}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}
