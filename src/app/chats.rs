//! Starts the chat platforms that are configured, each on its own; none can stop another.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::AllChats;
use super::ports::HalfFilled;
use crate::chat::discord::{self, Discord};
use crate::chat::telegram::{self, Telegram};
use crate::chat::web::WebChat;
use crate::chat::{Desk, Platform};
use crate::clock::Clock;
use crate::config::Settings;
use crate::core::time::Span;
use crate::outbox::pace::{Limits, PaceSettings, Rate};
use crate::outbox::retry::Patience;
use crate::outbox::worker;
use crate::store::Store;
use crate::web::health::Parts;

/// The platforms that were started.
#[derive(Debug)]
pub struct Chats {
    pub all: AllChats,
    discord: Option<Arc<Discord>>,
    telegram: Option<JoinHandle<()>>,
}

impl Chats {
    /// Waits until the platforms have ended after their shutdown was asked for.
    pub async fn ended(self) {
        if let Some(discord) = self.discord {
            discord.stopped().await;
        }
        if let Some(telegram) = self.telegram {
            drop(telegram.await);
        }
    }
}

/// Starts what the configuration names. A platform that is down or refuses its token is retried and shows
/// in `/readyz`; it fails nothing here.
pub fn start(
    settings: &Settings,
    store: &Store,
    desk: Arc<dyn Desk>,
    clock: Arc<dyn Clock>,
    parts: &Parts,
    web: Option<Arc<WebChat>>,
    shutdown: &CancellationToken,
) -> Result<Chats> {
    let mut all: AllChats = Vec::new();
    if let Some(web) = web {
        parts.optional(Platform::Web.name());
        all.push(web);
    }
    let mut chats = Chats { all: Vec::new(), discord: None, telegram: None };
    if let Some(configured) = &settings.platforms.discord {
        let timeouts = discord::Settings::configured(configured, &settings.timeouts);
        let discord = Discord::start(timeouts, desk.clone(), clock.clone(), shutdown.clone())?;
        parts.optional(Platform::Discord.name());
        all.push(discord.clone());
        chats.discord = Some(discord);
    }
    if let Some(configured) = &settings.platforms.telegram {
        let token = configured.token.reveal().context("Telegram has no token")?.to_owned();
        let api_url = configured.api_url.as_deref().unwrap_or(telegram::PUBLIC_API);
        let api_url = Url::parse(api_url)
            .with_context(|| format!("{api_url} is not the address of a Bot API server"))?;
        let pace = telegram::Pace {
            time_limit: settings.timeouts.send,
            poll: configured.poll,
            ..telegram::Pace::default()
        };
        let drafts = Arc::new(HalfFilled(store.clone()));
        let telegram = telegram::Settings { token, api_url, pace };
        let (telegram, task) = Telegram::start(&telegram, desk, clock, drafts, shutdown.clone())?;
        parts.optional(Platform::Telegram.name());
        all.push(telegram);
        chats.telegram = Some(task);
    }
    chats.all = all;
    Ok(chats)
}

/// The outbox's settings from the configuration's.
pub fn worker_settings(settings: &Settings) -> worker::Settings {
    let (pace, timeouts) = (&settings.pace, &settings.timeouts);
    let rate = |rate: &crate::config::Rate| Rate::new(rate.every(), rate.count);
    let span = |duration: std::time::Duration| {
        Span::from_micros(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
    };
    let discord = Limits {
        overall: Some(rate(&pace.discord_platform)),
        place: vec![rate(&pace.discord_channel)],
        group: Vec::new(),
    };
    let telegram = Limits {
        overall: Some(rate(&pace.telegram_platform)),
        place: vec![rate(&pace.telegram_chat)],
        group: vec![rate(&pace.telegram_group)],
    };
    worker::Settings {
        pace: PaceSettings(BTreeMap::from([
            (Platform::Discord, discord),
            (Platform::Telegram, telegram),
            (Platform::Web, Limits::web()),
        ])),
        patience: Patience {
            first: span(pace.retry_first),
            cap: span(pace.retry_longest),
            give_up_after: span(pace.give_up_after),
        },
        send_timeout: timeouts.claim / 2,
        claim_for: span(timeouts.claim),
        ..worker::Settings::default()
    }
}
