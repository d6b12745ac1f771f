//! How the pages of reviews look: the article that the file has as well, and around it what leads elsewhere.

use askama::Template;
use askama::filters::Safe;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::Found;
use crate::core::doc::FileFormat;
use crate::core::notice::review::lists::{ListedReview, listed};
use crate::core::time::Instant;
use crate::i18n::spoken::text_of;
use crate::i18n::{Facts, Locale, speak_line};
use crate::report::{Report, article, notes};
use crate::web::console::{Failure, Frame};
use crate::web::statics;
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "review.html")]
struct PageView {
    page: Frame,
    style: String,
    title: String,
    /// Where this revision is, without its ending.
    path: String,
    /// Where the newest is, when this is an older one.
    newest: Option<String>,
    /// Whether there are other reviews to go to.
    signed_in: bool,
    files: [(&'static str, &'static str); 4],
    article: Safe<String>,
    notes: Safe<String>,
}

#[derive(Template)]
#[template(path = "reviews.html")]
struct ListView {
    page: Frame,
    style: String,
    reviews: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "survey_said.html")]
struct ToldView {
    page: Frame,
    heading: &'static str,
    explanation: &'static str,
    change: Option<(String, String)>,
}

/// A review; `base` is the address of its newest revision.
pub(super) fn page(words: Words, found: &Found, base: &str, signed_in: bool) -> Result<Response, Failure> {
    let document = &found.document;
    let report = Report { document, facts: &found.facts, entry: Some(&found.entry) };
    let beside = match signed_in {
        true => notes(&report, &found.beside, words.0, found.for_operators),
        false => String::new(),
    };
    let view = PageView {
        page: Frame { words },
        style: statics::path("report.css"),
        title: document.review.to_string(),
        path: format!("{base}/{}", document.revision),
        newest: (document.revision < found.newest).then(|| format!("{base}/{}", found.newest)),
        signed_in,
        files: FileFormat::ALL.map(|format| {
            let name = match format {
                FileFormat::Html => "HTML",
                FileFormat::Markdown => "Markdown",
                FileFormat::Csv => "CSV",
                FileFormat::Json => "JSON",
            };
            (format.ending(), name)
        }),
        article: Safe(article(&report, words.0)),
        notes: Safe(beside),
    };
    Ok(Html(view.render()?).into_response())
}

/// Every review a person may read.
pub(super) fn list(words: Words, reviews: &[ListedReview], now: Instant) -> Result<Response, Failure> {
    let row = |review: &ListedReview| {
        let locale = Locale { language: words.0, zone: review.zone };
        let line = speak_line(&listed(review), locale, &Facts::default(), now);
        (format!("/review/{}", review.number), text_of(&line))
    };
    let style = statics::path("report.css");
    let view = ListView { page: Frame { words }, style, reviews: reviews.iter().map(row).collect() };
    Ok(Html(view.render()?).into_response())
}

pub(super) fn too_many(words: Words) -> Result<Response, Failure> {
    let (heading, explanation) = ("web-no-review-heading", "web-too-many");
    let html = ToldView { page: Frame { words }, heading, explanation, change: None }.render()?;
    Ok((StatusCode::TOO_MANY_REQUESTS, Html(html)).into_response())
}
