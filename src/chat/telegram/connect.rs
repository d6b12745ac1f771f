//! Connects to Telegram, stays connected, and takes updates so that none is lost: Telegram may forget an
//! update only after it was served.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use teloxide::payloads::{DeleteWebhook, GetMe, GetUpdates, GetWebhookInfo, SetMyCommands};
use teloxide::types::{AllowedUpdate, BotCommand, User};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::api::{Api, CallError, Refusal};
use super::condition::{Condition, words};
use super::input::{Bot, hear, lane};
use super::lanes::Lanes;
use super::ledger::Ledger;
use super::reception::Reception;
use super::wire::{self, Webhook};
use super::{Pace, Settings};
use crate::chat::CommandSpec;
use crate::i18n::Language;

/// Chats that are served at once.
const WIDTH: usize = 32;
/// Most updates a time; Telegram's own limit.
const MOST_UPDATES: u8 = 100;
/// Most commands Telegram lists, and the longest description it takes, in characters.
const MOST_COMMANDS: usize = 100;
const LONGEST_DESCRIPTION: usize = 256;
/// Telegram's answer to one of two programs that read the same updates.
const CONFLICT: u16 = 409;
/// How long work in hand may take when the program ends.
const LAST_WORK: Duration = Duration::from_secs(15);

/// The listening side of the adapter.
pub(super) struct Listener {
    pub api: Arc<Api>,
    pub condition: Arc<Condition>,
    pub reception: Arc<Reception>,
    pub pace: Pace,
    ledger: Mutex<Ledger>,
    finished: Notify,
}

/// What a connection has done so far, for the next one.
#[derive(Default)]
struct Progress {
    registered: bool,
    /// The connection held, so that the next failure is a new one.
    held: bool,
    /// Another program reads the same updates, as far as is known.
    contested: bool,
}

impl Listener {
    pub(super) fn new(
        api: Arc<Api>,
        condition: Arc<Condition>,
        reception: Arc<Reception>,
        settings: &Settings,
    ) -> Arc<Self> {
        let (ledger, finished) = (Mutex::default(), Notify::new());
        Arc::new(Self { api, condition, reception, pace: settings.pace, ledger, finished })
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Connects again and again until the program ends; then finishes the work in hand.
    pub(super) async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        let lanes = Lanes::new(WIDTH);
        let mut progress = Progress::default();
        let mut wait = self.pace.first_wait;
        loop {
            let error = tokio::select! {
                () = shutdown.cancelled() => break,
                error = self.session(&lanes, &mut progress) => error,
            };
            self.condition.down(words(&error));
            tracing::debug!(%error, "the connection to Telegram ended");
            if std::mem::take(&mut progress.held) {
                wait = self.pace.first_wait;
            }
            let (status, asked) = match &error {
                CallError::Refused(Refusal { status, retry_after, .. }) => (*status, *retry_after),
                _ => (0, None),
            };
            progress.contested = status == CONFLICT;
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = tokio::time::sleep(asked.unwrap_or(wait)) => {}
            }
            wait = (wait * 2).min(self.pace.longest_wait);
        }
        if tokio::time::timeout(LAST_WORK, lanes.finish()).await.is_err() {
            tracing::warn!("some updates were still being served; Telegram will deliver them again");
        }
        self.confirm_last().await;
    }

    /// One connection; ends with what broke it.
    async fn session(self: &Arc<Self>, lanes: &Arc<Lanes>, progress: &mut Progress) -> CallError {
        let me = match self.greet(progress).await {
            Ok(me) => Arc::new(me),
            Err(error) => return error,
        };
        // The first look is short: it tells whether updates can be read at all.
        let mut patience = Duration::ZERO;
        loop {
            if let Err(error) = self.poll(lanes, &me, patience).await {
                return error;
            }
            // Of two readers each wins for a moment; only a request that was held shows the other is gone.
            progress.held = patience > Duration::ZERO;
            if progress.held || !progress.contested {
                self.condition.up();
            }
            patience = self.pace.poll;
        }
    }

    /// Learns the bot's own name, and makes sure that updates come this way.
    async fn greet(&self, progress: &mut Progress) -> Result<Bot, CallError> {
        let user: User = self.api.call(&GetMe::new()).await?;
        let webhook: Webhook = self.api.call(&GetWebhookInfo::new()).await?;
        if !webhook.url.is_empty() {
            tracing::warn!("the bot had a webhook, which keeps updates from being read here; it is removed");
            self.api.call::<_, bool>(&DeleteWebhook::new()).await?;
        }
        if !progress.registered {
            progress.registered = self.register().await;
        }
        Ok(Bot { id: user.id.0, username: user.username.unwrap_or_default() })
    }

    /// Shows the commands in Telegram's menu, described in every language. The bot works without.
    async fn register(&self) -> bool {
        let mut registered = true;
        for language in Language::ALL {
            let mut request = SetMyCommands::new(commands(self.reception.desk.menu(language)));
            // Without a code it is what everybody else sees.
            request.language_code = (language != Language::default())
                .then(|| language.tag().split('-').next().unwrap_or_default().to_owned());
            if let Err(error) = self.api.call::<_, bool>(&request).await {
                tracing::warn!(%error, %language, "Telegram does not take the menu of commands");
                registered = false;
            }
        }
        registered
    }

    /// Asks for updates once and hands out the new ones.
    async fn poll(
        self: &Arc<Self>,
        lanes: &Arc<Lanes>,
        me: &Arc<Bot>,
        wait: Duration,
    ) -> Result<(), CallError> {
        let offset = self.ledger().offset();
        let mut request = GetUpdates::new();
        request.offset = offset.map(|offset| i32::try_from(offset).unwrap_or(i32::MAX));
        request.limit = Some(MOST_UPDATES);
        // Whole seconds, and never none by rounding: that would ask without a pause.
        request.timeout = Some(u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX));
        request.allowed_updates =
            Some(vec![AllowedUpdate::Message, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember]);
        let updates: Vec<Box<RawValue>> =
            self.api.call_within(&request, self.api.time_limit() + wait).await?;
        if let Some(offset) = offset {
            self.ledger().confirmed(offset);
        }
        let mut news = false;
        for raw in &updates {
            news |= self.hand_out(lanes, me, raw)?;
        }
        if !news && !updates.is_empty() {
            // Telegram repeats what is still being served at once, without waiting for more.
            let _ = tokio::time::timeout(self.pace.repeat, self.finished.notified()).await;
        }
        Ok(())
    }

    /// Hands an update to its chat's lane; false when it was delivered before.
    fn hand_out(
        self: &Arc<Self>,
        lanes: &Arc<Lanes>,
        me: &Arc<Bot>,
        raw: &RawValue,
    ) -> Result<bool, CallError> {
        let (id, update) = wire::read(raw)
            .map_err(|error| CallError::Lost(format!("an update without a number: {error}")))?;
        if !self.ledger().take(id) {
            return Ok(false);
        }
        let Some(update) = update else {
            tracing::warn!(update = id, "an update could not be read and is passed over");
            self.finish(id);
            return Ok(true);
        };
        let (this, me, lane) = (Arc::clone(self), Arc::clone(me), lane(&update));
        let served = Finish { listener: Arc::clone(self), update: id };
        lanes.push(
            lane,
            Box::pin(async move {
                let served = served;
                this.reception.serve(id, hear(update, &me), &me).await;
                drop(served);
            }),
        );
        Ok(true)
    }

    fn finish(&self, update: u32) {
        self.ledger().finish(update);
        self.finished.notify_one();
    }

    /// Lets Telegram forget what was served since the last look.
    async fn confirm_last(&self) {
        let Some(offset) = self.ledger().offset() else { return };
        let mut request = GetUpdates::new();
        request.offset = Some(i32::try_from(offset).unwrap_or(i32::MAX));
        request.limit = Some(1);
        if let Err(error) = self.api.call::<_, Vec<Box<RawValue>>>(&request).await {
            tracing::debug!(%error, "the last updates are not confirmed; they will be delivered again");
        }
    }
}

/// Marks an update as served when dropped, even by a panic: one that breaks its handler must not come back
/// for ever.
struct Finish {
    listener: Arc<Listener>,
    update: u32,
}

impl Drop for Finish {
    fn drop(&mut self) {
        self.listener.finish(self.update);
    }
}

/// The commands as Telegram's menu takes them; what it would refuse is left out.
fn commands(specs: Vec<CommandSpec>) -> Vec<BotCommand> {
    let fits = |name: &str| {
        (1..=32).contains(&name.len())
            && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
    };
    let described = |spec: CommandSpec| {
        let description: String = spec.description.chars().take(LONGEST_DESCRIPTION).collect();
        let description = if description.trim().is_empty() { spec.name.clone() } else { description };
        BotCommand::new(spec.name, description)
    };
    specs.into_iter().filter(|spec| fits(&spec.name)).map(described).take(MOST_COMMANDS).collect()
}
