//! Posts and edits in the rooms, as every platform does; here the platform is our own database.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::content::Content;
use super::hub::Hub;
use crate::chat::{Address, Chat, Delivered, FailCause, Health, Outgoing, Platform, SendError};
use crate::clock::Clock;
use crate::core::doc::{Press, Weight};
use crate::i18n::spoken::SpokenButton;
use crate::store::rooms::{Audience, Post, Replace};
use crate::store::{Store, StoreError};

/// The built-in web chat.
#[derive(Clone, Debug)]
pub struct WebChat {
    pub(super) store: Store,
    pub(super) hub: Arc<Hub>,
    pub(super) clock: Arc<dyn Clock>,
}

impl WebChat {
    pub const fn new(store: Store, hub: Arc<Hub>, clock: Arc<dyn Clock>) -> Self {
        Self { store, hub, clock }
    }

    /// Where pages learn that there is something new.
    pub const fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    async fn post(&self, outgoing: &Outgoing) -> Result<Delivered, SendError> {
        let audience = match outgoing.to.direct {
            true => Audience::Person,
            false => Audience::Party(outgoing.audience.clone()),
        };
        let post = Post {
            room: room_of(&outgoing.to)?,
            audience,
            key: outgoing.key.clone(),
            under: outgoing.under.as_deref().and_then(|under| under.parse().ok()),
            content: content_of(outgoing)?,
            author: None,
            private_to: None,
            at: self.clock.now(),
        };
        let posted = self.store.write(post).await.map_err(refusal)?;
        if !posted.repeat {
            self.hub.changed();
        }
        Ok(Delivered { message: posted.id.to_string(), moved_to: None })
    }

    async fn replace(&self, message: &str, outgoing: &Outgoing) -> Result<Delivered, SendError> {
        let gone = || SendError::Fail {
            cause: FailCause::MessageGone,
            reason: format!("the room has no message {message}"),
        };
        let replace = Replace {
            room: room_of(&outgoing.to)?,
            id: message.parse().map_err(|_| gone())?,
            content: content_of(outgoing)?,
            at: self.clock.now(),
        };
        if !self.store.write(replace).await.map_err(refusal)? {
            return Err(gone());
        }
        self.hub.changed();
        Ok(Delivered { message: message.to_owned(), moved_to: None })
    }
}

/// The room's name: its channel, or `@` and the person for direct messages.
pub fn room_name(address: &Address) -> String {
    let at = if address.direct { "@" } else { "" };
    format!("{at}{}", address.channel)
}

fn room_of(address: &Address) -> Result<String, SendError> {
    if address.platform != Platform::Web || address.thread.is_some() {
        let reason = format!("{address} is no room of the web chat");
        return Err(SendError::Fail { cause: FailCause::DestinationGone, reason });
    }
    Ok(room_name(address))
}

fn content_of(outgoing: &Outgoing) -> Result<String, SendError> {
    let mut spoken = outgoing.spoken.clone();
    let file = outgoing.enclosure.as_ref().and_then(|file| Some((file.name.clone(), file.link.clone()?)));
    spoken.buttons.extend(file.map(|(name, link)| SpokenButton {
        label: format!("{name} ↓"),
        press: Press::Open(link),
        weight: Weight::Secondary,
    }));
    let content = Content::Said { spoken, command: None };
    content
        .to_json()
        .map_err(|error| SendError::Fail { cause: FailCause::Refused, reason: error.to_string() })
}

/// A post is recognised by its key, so that trying again is safe even where the outcome is not known.
fn refusal(error: StoreError) -> SendError {
    let reason = error.to_string();
    if error.is_passing() || error == StoreError::Closed {
        SendError::Retry { after: None, reason }
    } else {
        SendError::Fail { cause: FailCause::Refused, reason }
    }
}

impl Chat for WebChat {
    fn platform(&self) -> Platform {
        Platform::Web
    }

    /// Always up: when the database is not, that part says so.
    fn health(&self) -> Health {
        Health::Up
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Delivered, SendError>> {
        Box::pin(self.post(outgoing))
    }

    fn edit<'a>(
        &'a self,
        message: &'a str,
        outgoing: &'a Outgoing,
    ) -> BoxFuture<'a, Result<Delivered, SendError>> {
        Box::pin(self.replace(message, outgoing))
    }
}
