//! Brings what a page sends to the desk, and keeps the answer where the person asked.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::connect::{WebChat, room_name};
use super::content::Content;
use crate::chat::{Account, Address, Answer, Ask, Desk, Inbound, Platform, leaves_no_trace};
use crate::core::doc::Press;
use crate::core::event::PersonId;
use crate::i18n::Language;
use crate::i18n::spoken::{Spoken, SpokenForm};
use crate::store::StoreError;
use crate::store::rooms::{Audience, Post, Replace, Reveal, Seat};

/// Who asks, and where.
#[derive(Clone, Debug)]
pub struct Speaker {
    pub seat: Seat,
    pub name: String,
    pub room: Address,
    pub language: Language,
}

impl Speaker {
    /// Whose room it was when the person spoke; what they asked is answered for these eyes.
    fn audience(&self) -> Audience {
        self.seat.rooms.get(&room_name(&self.room)).cloned().unwrap_or(Audience::Person)
    }
}

/// What a page sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Drawn by the page anew for each act; the same when the act is sent again.
    pub act: String,
    pub ask: Ask,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Everything to be seen stands in the room.
    Said,
    Form(SpokenForm),
    /// To be shown now and never again.
    Once {
        spoken: Spoken,
        secret: bool,
    },
}

/// Characters in a typed line or a field.
const LONGEST: usize = 4_000;
const LONGEST_ACT: usize = 64;

/// Reads the fields of a page's form. None when they are not what our pages send.
pub fn read(fields: Vec<(String, String)>) -> Option<Sent> {
    let mut values = BTreeMap::new();
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in fields {
        let value = value.replace("\r\n", "\n");
        if value.chars().count() > LONGEST {
            return None;
        }
        match name.strip_prefix("field-") {
            Some(field) => drop(values.insert(field.to_owned(), value)),
            None => drop(named.insert(name, value)),
        }
    }
    let mut take = |name: &str| named.remove(name).filter(|value| !value.trim().is_empty());
    let act = take("act").filter(|act| act.len() <= LONGEST_ACT)?;
    let (press, form, line) = (take("press"), take("form"), take("line"));
    let message = take("message");
    let fits = |command: &String| command.len() <= Press::LIMIT;
    let ask = match (press, form, line) {
        (Some(command), None, None) if fits(&command) => Ask::Press { command, message },
        (None, Some(command), None) if fits(&command) => Ask::Filled { command, values },
        (None, None, Some(line)) => Ask::Line(line.trim().to_owned()),
        _ => return None,
    };
    Some(Sent { act, ask })
}

impl WebChat {
    /// Asks the desk and keeps the answer. Asking again with the same act changes nothing more here.
    ///
    /// # Errors
    /// Those of the database; what the desk did stays done, and its answer is given when asked again.
    pub async fn ask(&self, desk: &dyn Desk, speaker: &Speaker, sent: Sent) -> Result<Outcome, StoreError> {
        let id = act_id(&speaker.seat.person, &sent);
        let command = first_word(&sent.ask);
        let line = typed(&sent.ask).filter(|line| !leaves_no_trace(line)).map(without_secret);
        if let Some(line) = &line {
            // Before the answer, so that it stands above it; to the others only when the answer is, too.
            let content = Content::Line(line.clone());
            self.keep(speaker, format!("line:{id}"), content, true, true, speaker.audience()).await?;
        }
        let inbound = Inbound {
            id: format!("web:{id}"),
            account: Account { platform: Platform::Web, user: speaker.seat.person.0.clone() },
            display_name: speaker.name.clone(),
            from: speaker.room.clone(),
            parent: None,
            language: Some(speaker.language),
            ask: sent.ask.clone(),
        };
        let answer = desk.handle(inbound).await;
        let public = match &answer {
            Answer::Say { private, .. } => !private,
            // A command that is not answered is not heard: no talk for the others either.
            Answer::Nothing => !line.as_deref().is_some_and(|line| line.starts_with('/')),
            Answer::Once(_) | Answer::Form(_) => false,
        };
        if line.is_some() && public {
            self.store.write(Reveal { key: format!("line:{id}") }).await?;
            self.hub.changed();
        }
        match answer {
            Answer::Nothing => Ok(Outcome::Said),
            Answer::Form(form) => Ok(Outcome::Form(form)),
            Answer::Once(spoken) => {
                // What was erased is gone from the rooms, and no answer stands there that would tell the pages.
                self.hub.changed();
                let secret = !command.as_deref().is_some_and(leaves_no_trace);
                Ok(Outcome::Once { spoken, secret })
            }
            Answer::Say { spoken, private } => {
                self.answer(speaker, &sent.ask, format!("answer:{id}"), spoken, command, private).await?;
                Ok(Outcome::Said)
            }
        }
    }

    async fn answer(
        &self,
        speaker: &Speaker,
        ask: &Ask,
        key: String,
        spoken: Spoken,
        command: Option<String>,
        private: bool,
    ) -> Result<(), StoreError> {
        let before = match ask {
            Ask::Press { message: Some(message), .. } if private => {
                self.same_answer(speaker, message, command.as_deref()).await?
            }
            _ => None,
        };
        let audience = match command.as_deref() {
            Some("bind") if !private => self.present(speaker).await?,
            _ => speaker.audience(),
        };
        let content = Content::Said { spoken, command };
        match before {
            Some(id) => {
                let content = to_json(&content)?;
                let room = room_name(&speaker.room);
                self.store.write(Replace { room, id, content, at: self.clock.now() }).await?;
                self.hub.changed();
            }
            None => self.keep(speaker, key, content, private, false, audience).await?,
        }
        Ok(())
    }

    /// Whose room it is by now: that it changed hands is for those who have it to read.
    async fn present(&self, speaker: &Speaker) -> Result<Audience, StoreError> {
        let bound = self.store.bindings().await?.remove(&speaker.room);
        Ok(bound.map_or_else(|| speaker.audience(), |binding| Audience::Party(binding.audience)))
    }

    /// The pressed message, when it is an earlier private answer to the same command: the next page of a
    /// long answer takes the place of the one before.
    async fn same_answer(
        &self,
        speaker: &Speaker,
        message: &str,
        command: Option<&str>,
    ) -> Result<Option<i64>, StoreError> {
        let Ok(id) = message.parse() else { return Ok(None) };
        let room = room_name(&speaker.room);
        let pressed = self.store.room_message(&speaker.seat, &room, id).await?;
        Ok(pressed.filter(|pressed| pressed.private).and_then(|pressed| {
            match Content::from_json(&pressed.content) {
                Ok(Content::Said { command: Some(of), .. }) if Some(of.as_str()) == command => Some(id),
                _ => None,
            }
        }))
    }

    async fn keep(
        &self,
        speaker: &Speaker,
        key: String,
        content: Content,
        private: bool,
        own: bool,
        audience: Audience,
    ) -> Result<(), StoreError> {
        let person = &speaker.seat.person;
        let post = Post {
            room: room_name(&speaker.room),
            audience,
            key,
            under: None,
            content: to_json(&content)?,
            author: own.then(|| person.clone()),
            private_to: private.then(|| person.clone()),
            at: self.clock.now(),
        };
        if !self.store.write(post).await?.repeat {
            self.hub.changed();
        }
        Ok(())
    }
}

fn to_json(content: &Content) -> Result<String, StoreError> {
    content.to_json().map_err(|error| StoreError::unintelligible("a message for a room", error))
}

/// The same for the same act of the same person, sent again.
fn act_id(person: &PersonId, sent: &Sent) -> String {
    let mut hash = Sha256::new();
    for part in [person.as_str(), &sent.act, &format!("{:?}", sent.ask)] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(&hash.finalize()[..16])
}

/// What a person typed into the room, as against pressed or filled in.
fn typed(ask: &Ask) -> Option<&str> {
    match ask {
        Ask::Line(line) => Some(line),
        Ask::Words(_) | Ask::Press { .. } | Ask::Filled { .. } | Ask::ReplyTo { .. } => None,
    }
}

/// A line as it is kept: the word of an invitation is worth something until it is used, so it is left out.
fn without_secret(line: &str) -> String {
    let mut words = line.split_whitespace();
    match (words.next(), words.next()) {
        (Some(command), Some(_)) if command.trim_start_matches('/').eq_ignore_ascii_case("join") => {
            format!("{command} …")
        }
        _ => line.to_owned(),
    }
}

/// The command's name.
fn first_word(ask: &Ask) -> Option<String> {
    let line = match ask {
        Ask::Line(line) => line,
        Ask::Press { command, .. } | Ask::Filled { command, .. } => command,
        Ask::Words(words) => words.first()?,
        Ask::ReplyTo { .. } => return None,
    };
    line.trim_start_matches('/').split_whitespace().next().map(ToOwned::to_owned)
}
