//! Telegram: cards and posts in groups, topics and private chats; commands, buttons and questions back.

mod api;
mod condition;
mod connect;
mod errors;
mod form;
mod input;
mod lanes;
mod ledger;
pub mod markup;
mod post;
mod reception;
pub mod render;
mod wire;
mod words;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use self::api::PUBLIC_API;
use self::api::{Api, CallError};
use self::condition::Condition;
use self::connect::Listener;
use self::errors::{Doing, Outcome, outcome};
pub use self::form::{Drafts, DraftsError};
use self::post::Post;
use self::reception::Reception;
use self::render::Drawn;
use self::wire::Sent;
use super::picture;
use super::{Address, Chat, Delivered, Desk, FailCause, Health, Outgoing, Platform, SendError};
use crate::chart::Png;
use crate::clock::Clock;

/// What the adapter must be told.
#[derive(Clone)]
pub struct Settings {
    /// From @BotFather; secret.
    pub token: String,
    /// [`PUBLIC_API`], or a Bot API server of one's own.
    pub api_url: Url,
    pub pace: Pace,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Bounds each call.
    pub time_limit: Duration,
    /// How long Telegram holds a request for updates while there are none; whole seconds.
    pub poll: Duration,
    /// The pause before asking again while an update is still being served.
    pub repeat: Duration,
    /// How long a pressed button may spin before it is stopped without an answer.
    pub patience: Duration,
    /// The first wait after a broken connection; it doubles up to the longest.
    pub first_wait: Duration,
    pub longest_wait: Duration,
}

/// The adapter. Cheap to share; speaks through [`Chat`].
#[derive(Debug)]
pub struct Telegram {
    api: Arc<Api>,
    condition: Arc<Condition>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            time_limit: Duration::from_secs(15),
            poll: Duration::from_secs(30),
            repeat: Duration::from_millis(250),
            patience: Duration::from_millis(1500),
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("api_url", &self.api_url.as_str())
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}

impl Telegram {
    /// Starts listening in a task of its own, which ends soon after `shutdown`. A platform that is down or
    /// refuses the token is retried and shows in [`Chat::health`]; it never fails the start.
    ///
    /// # Errors
    /// When no HTTP client can be made (no TLS).
    pub fn start(
        settings: &Settings,
        desk: Arc<dyn Desk>,
        clock: Arc<dyn Clock>,
        drafts: Arc<dyn Drafts>,
        shutdown: CancellationToken,
    ) -> Result<(Arc<Self>, JoinHandle<()>), reqwest::Error> {
        let api = Api::new(settings.api_url.clone(), settings.token.clone(), settings.pace.time_limit)?;
        let (api, condition) = (Arc::new(api), Arc::new(Condition::starting()));
        let reception = Arc::new(Reception {
            fleeting: std::sync::Mutex::default(),
            api: Arc::clone(&api),
            desk,
            clock,
            drafts,
            condition: Arc::clone(&condition),
            patience: settings.pace.patience,
        });
        let listener = Listener::new(Arc::clone(&api), Arc::clone(&condition), reception, settings);
        let listening = tokio::spawn(listener.run(shutdown));
        Ok((Arc::new(Self { api, condition }), listening))
    }

    /// The chats that removed the bot, or whose person blocked it, since the start.
    pub fn lost(&self) -> Vec<Address> {
        let address = |chat: i64| Address {
            platform: Platform::Telegram,
            channel: chat.to_string(),
            thread: None,
            direct: chat > 0,
        };
        self.condition.lost().into_iter().map(address).collect()
    }

    async fn post(&self, outgoing: &Outgoing) -> Result<Delivered, SendError> {
        let (chat, topic) = place(&outgoing.to)?;
        let drawn = render::draw_outgoing(outgoing);
        let silent = !drawn.wakes;
        let reply_to = outgoing.under.as_ref().and_then(|card| card.parse().ok());
        let post = Post { chat, topic, reply_to, drawn, markup: None, silent };
        let error = match self.post_once(&post, outgoing).await {
            Ok(sent) => {
                self.post_file(&post, &sent, outgoing).await;
                return Ok(Delivered { message: sent.message_id.to_string(), moved_to: None });
            }
            Err(error) => error,
        };
        let Outcome::Moved(chat) = outcome(Doing::Post, &error) else {
            return Err(failed(Doing::Post, &error));
        };
        // The old group's messages have other numbers in the new one.
        let moved = Post { chat, topic: None, reply_to: None, ..post };
        let sent = self.post_once(&moved, outgoing).await.map_err(|error| failed(Doing::Post, &error))?;
        self.post_file(&moved, &sent, outgoing).await;
        let moved_to = Address { channel: chat.to_string(), thread: None, ..outgoing.to.clone() };
        Ok(Delivered { message: sent.message_id.to_string(), moved_to: Some(moved_to) })
    }

    /// In one call, picture and words together, so that nothing of it can arrive twice or halfway. Words too
    /// many to stand below a picture go alone; so they do when Telegram refuses the picture.
    async fn post_once(&self, post: &Post, outgoing: &Outgoing) -> Result<Sent, CallError> {
        if let Some(png) = self.png(&post.drawn, outgoing).await {
            let result = self.api.post_photo(post, &png).await;
            let refused = result.as_ref().is_err_and(|error| {
                matches!(outcome(Doing::Post, error), Outcome::Failed(SendError::Fail { .. }))
            });
            if !refused {
                return result;
            }
        }
        self.api.post(post).await
    }

    /// The file that goes with a message, after it. Whatever becomes of it, the words have arrived; so nothing is
    /// tried anew because of it.
    async fn post_file(&self, post: &Post, sent: &Sent, outgoing: &Outgoing) {
        let Some(file) = outgoing.enclosure.as_ref().filter(|_| !outgoing.plain) else { return };
        if let Err(error) = self.api.post_document(post, sent.message_id, file).await {
            tracing::warn!(%error, key = outgoing.key, file = file.name, "a file could not go with its message");
        }
    }

    async fn png(&self, drawn: &Drawn, outgoing: &Outgoing) -> Option<Png> {
        if drawn.is_caption() && !outgoing.plain { picture::png(&outgoing.spoken).await } else { None }
    }

    async fn replace(&self, message: &str, outgoing: &Outgoing) -> Result<Delivered, SendError> {
        let (chat, _) = place(&outgoing.to)?;
        let gone = |reason: String| SendError::Fail { cause: FailCause::MessageGone, reason };
        let number = message.parse().map_err(|_| gone(format!("`{message}` is no message of Telegram's")))?;
        let drawn = render::draw_outgoing(outgoing);
        let delivered = || Delivered { message: message.to_owned(), moved_to: None };
        let Err(mut error) = self.api.replace(chat, number, &drawn).await else { return Ok(delivered()) };
        if is_photo(&error) {
            let Some(png) = self.png(&drawn, outgoing).await else {
                return Err(gone("a picture cannot become a text".to_owned()));
            };
            match self.api.replace_photo(chat, number, &drawn, &png).await {
                Ok(_) => return Ok(delivered()),
                Err(other) => error = other,
            }
        }
        match outcome(Doing::Edit, &error) {
            Outcome::Unchanged => Ok(delivered()),
            // A message posted anew finds the supergroup by itself.
            Outcome::Moved(_) => Err(gone("the group became a supergroup".to_owned())),
            Outcome::Failed(error) => Err(error),
        }
    }
}

/// The chat and topic of an address.
fn place(to: &Address) -> Result<(i64, Option<i32>), SendError> {
    let chat = to.channel.parse().ok().filter(|_| to.platform == Platform::Telegram);
    let topic = to.thread.as_ref().map(|topic| topic.parse()).transpose().ok();
    chat.zip(topic).ok_or_else(|| SendError::Fail {
        cause: FailCause::Refused,
        reason: format!("{to} is no place on Telegram"),
    })
}

/// Whether a text could not be replaced because the message is a picture.
fn is_photo(error: &CallError) -> bool {
    matches!(error, CallError::Refused(refusal) if refusal.description.contains("no text in the message to edit"))
}

fn failed(doing: Doing, error: &CallError) -> SendError {
    match outcome(doing, error) {
        Outcome::Failed(error) => error,
        Outcome::Unchanged | Outcome::Moved(_) => {
            SendError::Fail { cause: FailCause::Refused, reason: error.to_string() }
        }
    }
}

impl Chat for Telegram {
    fn platform(&self) -> Platform {
        Platform::Telegram
    }

    fn health(&self) -> Health {
        self.condition.health()
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Delivered, SendError>> {
        self.post(outgoing).boxed()
    }

    fn edit<'a>(
        &'a self,
        message: &'a str,
        outgoing: &'a Outgoing,
    ) -> BoxFuture<'a, Result<Delivered, SendError>> {
        self.replace(message, outgoing).boxed()
    }
}
