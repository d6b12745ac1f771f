//! Keeps Discord connected: looks at the token, finds the gateway, registers the commands, and begins again
//! after every failure, without ever stopping the rest of Upheld.

use std::sync::Arc;

use futures_util::FutureExt;
use serde_json::Value;
use serenity::http::{LightMethod, Route};
use serenity::model::id::{ApplicationId, GuildId};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::api::ApiError;
use super::gateway::{Gateway, News};
use super::input::Interaction;
use super::{Discord, menu, respond};
use crate::chat::Health;
use crate::i18n::Language;

/// Discord's names of the languages beside the first.
const LOCALES: [(&str, Language); 1] = [("zh-TW", Language::TraditionalChinese)];

/// Why a connection ended.
#[derive(Debug)]
enum Ending {
    Shutdown,
    /// Discord does not know this token; asking often would only bring a ban.
    Refused,
    /// It may do better later; `was_up` says that it had worked.
    Failed {
        reason: String,
        was_up: bool,
    },
}

impl Ending {
    fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into(), was_up: false }
    }
}

pub(super) async fn supervise(discord: Arc<Discord>) {
    let settings = &discord.settings;
    let mut pause = settings.retry_first;
    loop {
        let wait = match session(&discord).await {
            Ending::Shutdown => return,
            Ending::Refused => {
                let words = "Discord refuses the token; check DISCORD_TOKEN";
                tracing::error!(retry_in = ?settings.retry_refused, "{words}");
                discord.set_health(Health::Down(words.to_owned()));
                settings.retry_refused
            }
            Ending::Failed { reason, was_up } => {
                pause = if was_up { settings.retry_first } else { pause };
                tracing::warn!(retry_in = ?pause, reason, "Discord is not connected");
                discord.set_health(Health::Down(reason));
                let wait = pause;
                pause = (pause * 2).min(settings.retry_last);
                wait
            }
        };
        tokio::select! {
            () = discord.shutdown.cancelled() => return,
            () = sleep(wait) => {}
        }
    }
}

/// One connection, from the first question to its end.
async fn session(discord: &Arc<Discord>) -> Ending {
    let opened = tokio::select! {
        () = discord.shutdown.cancelled() => return Ending::Shutdown,
        opened = open(discord) => opened,
    };
    match opened {
        Ok(gateway) => listen(discord, gateway).await,
        Err(ending) => ending,
    }
}

/// Everything is asked here first: at build time serenity would swallow the failure and turn to Discord's
/// own gateway, token included.
async fn open(discord: &Discord) -> Result<Gateway, Ending> {
    let api = &discord.courier.api;
    // What was doubted before is about to be answered.
    let _ = discord.doubt.notified().now_or_never();
    match api.get(Route::UserMe, Vec::new()).await {
        Ok(_) => {}
        Err(error) if error.is_unauthorized() => return Err(Ending::Refused),
        Err(error) => return Err(Ending::failed(format!("Discord cannot be reached: {error}"))),
    }
    let url = match api.get(Route::Gateway, Vec::new()).await {
        Ok(answer) => answer["url"].as_str().map(ToOwned::to_owned),
        Err(error) => return Err(Ending::failed(format!("Discord names no gateway: {error}"))),
    };
    let url = url
        .filter(|url| url.starts_with("ws://") || url.starts_with("wss://"))
        .ok_or_else(|| Ending::failed("Discord's answer names no gateway"))?;
    let settings = &discord.settings;
    Gateway::open(&settings.token, settings.api_url.as_deref(), url)
        .map_err(|error| Ending::failed(format!("no thread for Discord's gateway: {error}")))
}

async fn listen(discord: &Arc<Discord>, mut gateway: Gateway) -> Ending {
    let settings = &discord.settings;
    let mut was_up = false;
    // When a connection that is not there must be there.
    let mut due = Some(Instant::now() + settings.ready_within);
    loop {
        let news = tokio::select! {
            biased;
            () = discord.shutdown.cancelled() => {
                gateway.close().await;
                return Ending::Shutdown;
            }
            () = discord.doubt.notified() => {
                return Ending::Failed { reason: "Discord refused a call; looking at the token".to_owned(), was_up };
            }
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                return Ending::Failed { reason: "Discord's gateway does not answer".to_owned(), was_up };
            }
            news = gateway.next() => news,
        };
        match news {
            Some(News::Ready { application }) => {
                discord.tasks.spawn(register(Arc::clone(discord), ApplicationId::new(application)));
            }
            Some(News::Connected(true)) => {
                (was_up, due) = (true, None);
                tracing::info!("Discord is connected");
                discord.set_health(Health::Up);
            }
            Some(News::Connected(false)) => {
                due = Some(Instant::now() + settings.reconnect_within);
                tracing::warn!("Discord's gateway is lost; reconnecting");
                discord.set_health(Health::Down("the connection is lost; reconnecting".to_owned()));
            }
            Some(News::Interaction(interaction)) => take(discord, *interaction),
            Some(News::Ended { is_refused: true, .. }) => return Ending::Refused,
            Some(News::Ended { reason, .. }) => return Ending::Failed { reason, was_up },
            None => return Ending::Failed { reason: "the gateway ended".to_owned(), was_up },
        }
    }
}

fn take(discord: &Arc<Discord>, interaction: Value) {
    let received = Instant::now();
    match serde_json::from_value::<Interaction>(interaction) {
        Ok(interaction) => {
            discord.tasks.spawn(respond::respond(Arc::clone(discord), interaction, received));
        }
        Err(error) => tracing::warn!(%error, "an interaction of Discord's cannot be read"),
    }
}

/// Registers the commands unless they are registered as they are; tries until it succeeds.
async fn register(discord: Arc<Discord>, application: ApplicationId) {
    let mut pause = discord.settings.retry_first;
    loop {
        let error = tokio::select! {
            () = discord.shutdown.cancelled() => return,
            result = register_once(&discord, application) => match result {
                Ok(is_new) => {
                    tracing::info!(is_new, "Discord's commands are registered");
                    return;
                }
                Err(error) => error,
            },
        };
        tracing::warn!(%error, retry_in = ?pause, "Discord's commands cannot be registered");
        if error.is_unauthorized() {
            return;
        }
        tokio::select! {
            () = discord.shutdown.cancelled() => return,
            () = sleep(pause) => {}
        }
        pause = (pause * 2).min(discord.settings.retry_refused);
    }
}

async fn register_once(discord: &Discord, application_id: ApplicationId) -> Result<bool, ApiError> {
    let localized = LOCALES.map(|(locale, language)| (locale, discord.desk.menu(language)));
    let wanted = menu::registration(&discord.desk.menu(Language::English), &localized);
    let route = || match discord.settings.guild_id.filter(|id| *id > 0).map(GuildId::new) {
        Some(guild_id) => Route::GuildCommands { application_id, guild_id },
        None => Route::Commands { application_id },
    };
    let api = &discord.courier.api;
    let listed = api.get(route(), vec![("with_localizations", "true".to_owned())]).await;
    match listed {
        Ok(listed) if menu::same(&listed, &wanted) => return Ok(false),
        Err(error) if error.is_passing() || error.is_unauthorized() => return Err(error),
        // Another list, or a server that does not list: say it again.
        Ok(_) | Err(_) => {}
    }
    match timeout(discord.settings.request_timeout, api.send(LightMethod::Put, route(), &wanted, None)).await
    {
        Ok(Ok(_) | Err(ApiError::Unreadable(_))) => Ok(true),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(ApiError::Unanswered("no answer in time".to_owned())),
    }
}
