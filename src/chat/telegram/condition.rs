//! How the way to Telegram stands: for `/readyz`, the logs and `/status`.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::api::CallError;
use crate::chat::Health;

/// What is known of the connection and of the chats that the bot lost.
#[derive(Debug)]
pub(super) struct Condition {
    health: Mutex<Health>,
    lost: Mutex<BTreeSet<i64>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Condition {
    pub(super) const fn starting() -> Self {
        Self { health: Mutex::new(Health::Starting), lost: Mutex::new(BTreeSet::new()) }
    }

    pub(super) fn health(&self) -> Health {
        locked(&self.health).clone()
    }

    pub(super) fn up(&self) {
        let before = std::mem::replace(&mut *locked(&self.health), Health::Up);
        if before != Health::Up {
            tracing::info!("Telegram is connected");
        }
    }

    pub(super) fn down(&self, reason: String) {
        let now = Health::Down(reason.clone());
        let before = std::mem::replace(&mut *locked(&self.health), now.clone());
        if before != now {
            tracing::warn!(reason, "Telegram is not working; it is being retried");
        }
    }

    pub(super) fn membership(&self, chat: i64, present: bool) {
        let mut lost = locked(&self.lost);
        if present {
            lost.remove(&chat)
        } else {
            lost.insert(chat)
        };
    }

    /// The chats that the bot was removed from, or whose person blocked it, since the start.
    pub(super) fn lost(&self) -> BTreeSet<i64> {
        locked(&self.lost).clone()
    }
}

/// A failed call in words that say what to do.
pub(super) fn words(error: &CallError) -> String {
    let CallError::Refused(refusal) = error else { return format!("Telegram cannot be reached: {error}") };
    match refusal.status {
        401 | 404 => "Telegram refuses the token: copy it again from @BotFather into TELEGRAM_TOKEN, \
                      or check TELEGRAM_API_URL"
            .to_owned(),
        409 if refusal.description.contains("webhook") => {
            "another program receives this bot's messages by a webhook: remove that, or use a bot of its own"
                .to_owned()
        }
        409 => "another program reads this bot's messages with the same token: stop that, or use a bot of its own"
            .to_owned(),
        429 => "Telegram asks to be left alone for a while".to_owned(),
        _ => format!("Telegram answers with an error: {error}"),
    }
}
