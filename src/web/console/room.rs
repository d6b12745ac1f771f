//! The page of a room.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use askama::filters::Safe;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::page::{self, Failure, Page};
use super::rooms::{self, Room};
use super::sign_in::{self, PersonaView};
use super::visitor::Visitor;
use super::{Console, events};
use crate::chat::web::render::{self, Reader};
use crate::chat::{CommandSpec, OptionKind};
use crate::clock::random;
use crate::i18n::spoken::{Spoken, SpokenForm};
use crate::store::StoreError;
use crate::store::people::web_account;
use crate::store::rooms::{RoomMessage, RoomPage, Seat};

#[derive(Template)]
#[template(path = "room.html")]
struct RoomView {
    page: Page,
    room: Room,
    rooms: Vec<Room>,
    person: String,
    initial: String,
    zone: String,
    personas: Vec<PersonaView>,
    messages: Vec<Safe<String>>,
    latest: i64,
    now: i64,
    earlier: Option<i64>,
    is_past: bool,
    banner: Option<Safe<String>>,
    form: Option<Safe<String>>,
    problem: Option<&'static str>,
    act: String,
    menu: String,
}

/// Messages on one page.
const PAGE: u32 = 40;

/// A person in a room that they may see.
#[derive(Clone, Debug)]
pub struct Place {
    pub room: Room,
    pub rooms: Vec<Room>,
    pub seat: Seat,
}

impl Place {
    /// # Errors
    /// [`Failure::NoRoom`] when there is no such room or the visitor may not see it.
    pub async fn find(console: &Console, visitor: &Visitor, room: &str) -> Result<Self, Failure> {
        let rooms = console.rooms.visible(&visitor.person).await?;
        let seat = rooms::seat(&visitor.person, &rooms);
        let found = rooms.iter().find(|visible| visible.name() == room).cloned();
        let room = found.ok_or(Failure::NoRoom(visitor.words))?;
        Ok(Self { room, rooms, seat })
    }

    /// For whom this place is drawn.
    pub fn reader(&self, console: &Console, visitor: &Visitor) -> Result<Reader, Failure> {
        Ok(Reader {
            account: web_account(&visitor.person),
            words: visitor.words,
            locale: self.room.locale,
            now: console.clock.now(),
            path: self.room.path(),
            direct: self.room.kind.is_direct(),
            act: new_act()?,
        })
    }
}

fn new_act() -> Result<String, Failure> {
    let error = |error| StoreError::Conflict(format!("the system gives no random numbers: {error}"));
    Ok(random::<12>().map(hex::encode).map_err(error)?)
}

/// To the first room there is.
pub async fn home(State(console): State<Arc<Console>>, visitor: Visitor) -> Result<Response, Failure> {
    let rooms = console.rooms.visible(&visitor.person).await?;
    let first = rooms.first().ok_or(Failure::NoRooms(visitor.words))?;
    Ok(Redirect::to(&first.path()).into_response())
}

#[derive(Debug, Default, Deserialize)]
pub struct Stretch {
    before: Option<i64>,
}

pub async fn show(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Path(room): Path<String>,
    Query(stretch): Query<Stretch>,
) -> Result<Response, Failure> {
    let place = Place::find(&console, &visitor, &room).await?;
    let mut response = draw(&console, &visitor, place, stretch.before, Extra::default()).await?;
    if let Some(cookie) = visitor.cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What a page without script shows after something was sent.
#[derive(Debug, Default)]
pub struct Extra {
    pub form: Option<SpokenForm>,
    /// Shown on this page alone.
    pub once: Option<(Spoken, bool)>,
    pub problem: Option<&'static str>,
}

/// The page of a room.
pub async fn draw(
    console: &Console,
    visitor: &Visitor,
    place: Place,
    before: Option<i64>,
    extra: Extra,
) -> Result<Response, Failure> {
    let page = Page { words: visitor.words };
    let reader = place.reader(console, visitor)?;
    let stretch = console.store.room_page(&place.seat, &place.room.name(), before, PAGE).await?;
    let form = match (extra.form, extra.once) {
        (Some(form), _) => Some(render::form(&form, &reader)?),
        (None, once) => once.map(|(spoken, secret)| render::once(&spoken, secret, &reader)).transpose()?,
    };
    let banner = console.chat.hub().banners().borrow().clone();
    let view = RoomView {
        page,
        person: visitor.name.clone(),
        initial: visitor.name.chars().next().map_or_else(|| "?".to_owned(), |c| c.to_uppercase().collect()),
        zone: place.room.locale.zone.name().to_owned(),
        personas: sign_in::personas(console, page, Some(&visitor.person)),
        messages: messages(&stretch, &reader)?,
        latest: stretch.latest,
        now: reader.now.micros() / 1000,
        earlier: stretch.messages.first().filter(|_| stretch.more).map(|first| first.id),
        is_past: before.is_some(),
        banner: banner.map(|banner| events::banner_html(&banner, visitor.words)).transpose()?.map(Safe),
        form: form.map(Safe),
        problem: extra.problem,
        act: reader.act,
        menu: menu(&console.desk.menu(visitor.words.0)),
        room: place.room,
        rooms: place.rooms,
    };
    page::html(&view)
}

fn messages(stretch: &RoomPage, reader: &Reader) -> Result<Vec<Safe<String>>, Failure> {
    let none = Vec::new();
    let under: &BTreeMap<i64, Vec<RoomMessage>> = &stretch.under;
    let draw = |message: &RoomMessage| {
        render::message(message, under.get(&message.id).unwrap_or(&none), reader).map(Safe)
    };
    Ok(stretch.messages.iter().map(draw).collect::<Result<_, _>>()?)
}

/// The commands, as the script reads them.
fn menu(commands: &[CommandSpec]) -> String {
    let command = |command: &CommandSpec| {
        let options: Vec<_> = command
            .options
            .iter()
            .map(|option| {
                let choices = match &option.kind {
                    OptionKind::Choice(choices) => choices.as_slice(),
                    OptionKind::Text | OptionKind::Integer | OptionKind::Flag => &[],
                };
                json!({
                    "name": option.name,
                    "about": option.description,
                    "required": option.required,
                    "positional": option.positional,
                    "flag": option.kind == OptionKind::Flag,
                    "choices": choices,
                })
            })
            .collect();
        json!({ "name": command.name, "about": command.description, "options": options })
    };
    serde_json::Value::Array(commands.iter().map(command).collect()).to_string()
}
