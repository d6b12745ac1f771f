//! How the pages for feedback look: what kind, about what, the text; and what became of it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::{Entered, Followed, Sheet, Visit, Wrong, own_path, path};
use crate::core::doc::{Doc, Text, Tone, Value};
use crate::core::survey::Localized;
use crate::core::voice::FeedbackState;
use crate::i18n::spoken::{Run, Spoken, SpokenBlock, text_of};
use crate::i18n::{Facts, Locale, speak, speak_in_full};
use crate::store::people::Token;
use crate::web::console::{Failure, Frame};
use crate::web::survey::LONGEST_TEXT;
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "feedback.html")]
struct SheetView {
    page: Frame,
    action: String,
    act: String,
    customer: String,
    kind: String,
    service: String,
    services: Vec<(String, String)>,
    text: String,
    quotable: bool,
    longest: usize,
    wrong: Wrong,
    problem: bool,
}

#[derive(Template)]
#[template(path = "feedback_own.html")]
struct OwnView {
    page: Frame,
    action: String,
    address: String,
    act: String,
    spoken: Spoken,
    closed: bool,
    settled: bool,
    quotable: bool,
    text: String,
    longest: usize,
    wrong: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "survey_said.html")]
struct ToldView {
    page: Frame,
    heading: &'static str,
    explanation: &'static str,
    change: Option<(String, String)>,
}

impl SheetView {
    fn wrong_text(&self) -> Option<String> {
        self.wrong.text.map(|key| self.page.words.counted(key, LONGEST_TEXT))
    }
}

impl OwnView {
    fn wrong_text(&self) -> Option<String> {
        self.wrong.map(|key| self.page.words.counted(key, LONGEST_TEXT))
    }

    fn said(&self, runs: &[Run]) -> String {
        text_of(runs)
    }
}

/// A page without a form.
#[derive(Clone, Copy)]
pub(super) enum Told {
    Gone,
    TooMany,
}

pub(super) fn told(status: StatusCode, words: Words, told: Told) -> Result<Response, Failure> {
    let explanation = match told {
        Told::Gone => "web-feedback-gone",
        Told::TooMany => "web-too-many",
    };
    let heading = "web-feedback-gone-heading";
    let html = ToldView { page: Frame { words }, heading, explanation, change: None }.render()?;
    Ok((status, Html(html)).into_response())
}

/// The form.
pub(super) fn sheet(
    status: StatusCode,
    visit: &Visit,
    sheet: &Sheet,
    entered: &Entered,
    wrong: Wrong,
) -> Result<Response, Failure> {
    let named = |name: &Localized| {
        let name = Text::Value(Value::Localized(name.clone()));
        let locale = Locale { language: visit.words.0, zone: chrono_tz::UTC };
        text_of(&speak(&Doc::new(Tone::Information, name, visit.now), locale, &Facts::default()).head)
    };
    let view = SheetView {
        page: Frame { words: visit.words },
        action: path(&visit.token),
        act: Token::new()?.secret,
        customer: sheet.customer.clone(),
        kind: entered.of("kind").to_owned(),
        service: entered.of("service").to_owned(),
        services: sheet.services.iter().map(|(id, name)| (id.to_string(), named(name))).collect(),
        text: entered.text(),
        quotable: entered.of("quotable") == "yes",
        longest: LONGEST_TEXT,
        wrong,
        problem: wrong != Wrong::default(),
    };
    Ok((status, Html(view.render()?)).into_response())
}

/// Where one writer's page is.
pub(super) struct Place<'a> {
    pub(super) secret: &'a str,
    pub(super) address: String,
}

/// What became of it, and what more can be said.
pub(super) fn own(
    status: StatusCode,
    visit: &Visit,
    followed: &Followed,
    place: &Place<'_>,
    entered: &Entered,
    wrong: Option<&'static str>,
) -> Result<Response, Failure> {
    let locale = Locale { language: visit.words.0, zone: followed.zone };
    let view = OwnView {
        page: Frame { words: visit.words },
        action: own_path(&visit.token, place.secret),
        address: place.address.clone(),
        act: Token::new()?.secret,
        spoken: speak_in_full(&followed.doc, locale, &followed.facts),
        closed: followed.state == FeedbackState::Closed,
        settled: followed.state == FeedbackState::Settled,
        quotable: followed.quotable,
        text: entered.text(),
        longest: LONGEST_TEXT,
        wrong,
    };
    Ok((status, Html(view.render()?)).into_response())
}
