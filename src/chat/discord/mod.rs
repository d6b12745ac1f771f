//! Discord: cards as embeds, histories in threads, commands by slash, button and modal.
//!
//! [`connect`] keeps the gateway, [`input`] reads what people do, `respond` answers it in time, `deliver`
//! carries messages through `api`, and [`render`], [`buttons`], [`form`] and [`menu`] draw without any network.

pub mod buttons;
pub mod form;
pub mod input;
pub mod menu;
pub mod render;

mod api;
mod connect;
mod deliver;
mod escape;
mod gateway;
mod respond;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::api::Api;
use self::deliver::Courier;
use super::{Chat, Delivered, Desk, FailCause, Health, Outgoing, Platform, SendError};
use crate::clock::Clock;
use crate::config;
use crate::core::time::Span;

/// Leaves the announcement of a slow answer time to reach Discord within its three seconds.
const LATEST_ANNOUNCEMENT: Duration = Duration::from_millis(2_200);

/// How to reach Discord and how patient to be with it.
#[derive(Clone)]
pub struct Settings {
    /// The bot's token, with or without `Bot ` before it.
    pub token: String,
    /// Stands in for `https://discord.com`; `None` is Discord itself.
    pub api_url: Option<String>,
    /// Registers the commands in this server only, where they appear at once, instead of everywhere.
    pub guild_id: Option<u64>,
    /// How long one call may take, and all the calls that deliver one message.
    pub request_timeout: Duration,
    pub send_within: Duration,
    /// An answer that takes longer is announced first and shown later. Discord waits three seconds.
    pub defer_after: Duration,
    /// How long an announced answer may take; Discord's tokens live fifteen minutes.
    pub answer_within: Duration,
    /// How long the gateway may take to greet us, and to come back after a loss.
    pub ready_within: Duration,
    pub reconnect_within: Duration,
    /// Pauses between tries, doubling from the first to the last.
    pub retry_first: Duration,
    pub retry_last: Duration,
    /// The pause after a refused token: ten thousand refusals in ten minutes bring a ban.
    pub retry_refused: Duration,
    /// How long Discord surely remembers a nonce.
    pub nonce_memory: Span,
    /// Minutes of silence until Discord archives a thread: 60, 1,440, 4,320 or 10,080.
    pub archive_after: u32,
    /// How long answers under way may take when Upheld stops.
    pub drain_within: Duration,
}

impl Settings {
    /// The usual settings for a token.
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            api_url: None,
            guild_id: None,
            request_timeout: Duration::from_secs(10),
            send_within: Duration::from_secs(15),
            defer_after: Duration::from_millis(1_500),
            answer_within: Duration::from_secs(14 * 60),
            ready_within: Duration::from_secs(30),
            reconnect_within: Duration::from_secs(60),
            retry_first: Duration::from_secs(1),
            retry_last: Duration::from_secs(60),
            retry_refused: Duration::from_secs(5 * 60),
            nonce_memory: Span::from_minutes(2),
            archive_after: 10_080,
            drain_within: Duration::from_secs(5),
        }
    }
}

impl Settings {
    /// The settings that the configuration gives; a missing token is refused by Discord, in clear words.
    pub fn configured(discord: &config::Discord, timeouts: &config::Timeouts) -> Self {
        let usual = Self::new(discord.token.reveal().unwrap_or_default());
        Self {
            api_url: discord.api_url.clone(),
            guild_id: discord.guild,
            request_timeout: usual.request_timeout.min(timeouts.send),
            send_within: timeouts.send,
            defer_after: timeouts.answer.min(LATEST_ANNOUNCEMENT),
            drain_within: timeouts.shutdown,
            ..usual
        }
    }
}

impl fmt::Debug for Settings {
    /// Leaves the token out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("api_url", &self.api_url)
            .field("guild_id", &self.guild_id)
            .finish_non_exhaustive()
    }
}

/// Discord as a place to speak; running until its shutdown is called for.
#[derive(Debug)]
pub struct Discord {
    courier: Courier,
    health: watch::Sender<Health>,
    /// A call was refused as unauthorized: look at the token again.
    doubt: Notify,
    settings: Settings,
    desk: Arc<dyn Desk>,
    shutdown: CancellationToken,
    tasks: TaskTracker,
}

impl Discord {
    /// Begins to connect and returns at once; [`Chat::health`] tells how it goes. Messages can be sent
    /// before and without the gateway. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When this machine cannot make HTTPS requests at all.
    pub fn start(
        settings: Settings,
        desk: Arc<dyn Desk>,
        clock: Arc<dyn Clock>,
        shutdown: CancellationToken,
    ) -> Result<Arc<Self>, reqwest::Error> {
        let api = Api::new(&settings.token, settings.api_url.as_deref(), settings.request_timeout)?;
        let discord = Arc::new(Self {
            courier: Courier::new(Arc::new(api), clock, &settings),
            health: watch::Sender::new(Health::Starting),
            doubt: Notify::new(),
            settings,
            desk,
            shutdown,
            tasks: TaskTracker::new(),
        });
        discord.tasks.spawn(connect::supervise(Arc::clone(&discord)));
        Ok(discord)
    }

    /// After shutdown was called for: ends when the answers under way are given, within reason.
    pub async fn stopped(&self) {
        self.tasks.close();
        if timeout(self.settings.drain_within, self.tasks.wait()).await.is_err() {
            tracing::warn!(left = self.tasks.len(), "answers on Discord were cut off by the stop");
        }
    }

    /// Tells of every change of [`Chat::health`].
    pub fn health_changes(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    fn set_health(&self, health: Health) {
        self.health.send_replace(health);
    }

    /// Ends in time, which is harmless: a repeated post is recognised. Tells the supervisor when the token
    /// may no longer be good.
    async fn in_time(
        &self,
        call: impl Future<Output = Result<Delivered, SendError>>,
    ) -> Result<Delivered, SendError> {
        let late = || SendError::Retry { after: None, reason: "no answer in time".to_owned() };
        let result = timeout(self.settings.send_within, call).await.unwrap_or_else(|_| Err(late()));
        if matches!(result, Err(SendError::Fail { cause: FailCause::Unauthorized, .. })) {
            self.doubt.notify_one();
        }
        result
    }
}

impl Chat for Discord {
    fn platform(&self) -> Platform {
        Platform::Discord
    }

    fn health(&self) -> Health {
        self.health.borrow().clone()
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Delivered, SendError>> {
        Box::pin(self.in_time(self.courier.post(outgoing)))
    }

    fn edit<'a>(
        &'a self,
        message: &'a str,
        outgoing: &'a Outgoing,
    ) -> BoxFuture<'a, Result<Delivered, SendError>> {
        Box::pin(self.in_time(self.courier.replace(message, outgoing)))
    }
}
