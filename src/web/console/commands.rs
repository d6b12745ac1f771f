//! What a page sends: a typed line, a pressed button, a filled form.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::Console;
use super::page::Failure;
use super::room::{self, Extra, Place};
use super::visitor::Visitor;
use crate::chat::web::input::{self, Outcome, Speaker};
use crate::chat::web::render;

/// Hands it to the desk. The script asks for JSON; a page without script gets a page.
pub async fn run(
    State(console): State<Arc<Console>>,
    visitor: Result<Visitor, Failure>,
    Path(room): Path<String>,
    headers: HeaderMap,
    fields: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Failure> {
    let scripted = headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
    let visitor = match visitor {
        Err(Failure::SignIn) if scripted => return Ok(StatusCode::UNAUTHORIZED.into_response()),
        other => other?,
    };
    let place = Place::find(&console, &visitor, &room).await?;
    let sent = fields.ok().and_then(|Form(fields)| input::read(fields)).ok_or(Failure::NotUnderstood)?;
    let speaker = Speaker {
        seat: place.seat.clone(),
        name: visitor.name.clone(),
        room: place.room.address.clone(),
        language: visitor.words.0,
    };
    match console.chat.ask(&*console.desk, &speaker, sent).await? {
        Outcome::Said if scripted => Ok(Json(json!({ "kind": "said" })).into_response()),
        Outcome::Said => Ok(Redirect::to(&place.room.path()).into_response()),
        Outcome::Form(form) if scripted => {
            let html = render::form(&form, &place.reader(&console, &visitor)?)?;
            Ok(Json(json!({ "kind": "form", "html": html })).into_response())
        }
        Outcome::Form(form) => {
            let extra = Extra { form: Some(form), ..Extra::default() };
            room::draw(&console, &visitor, place, None, extra).await
        }
        Outcome::Once { spoken, secret } if scripted => {
            let html = render::once(&spoken, secret, &place.reader(&console, &visitor)?)?;
            Ok(Json(json!({ "kind": "form", "html": html })).into_response())
        }
        Outcome::Once { spoken, secret } => {
            let extra = Extra { once: Some((spoken, secret)), ..Extra::default() };
            room::draw(&console, &visitor, place, None, extra).await
        }
    }
}
