//! Where the parts meet: each small adapter lets one part use another through the trait it asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::reviews::Reviews;
use super::surveyor;
use crate::announce::{Announcements, SURVEY, round_of};
use crate::chat::Platform;
use crate::chat::telegram::{Drafts, DraftsError};
use crate::chat::{Address, Enclosure};
use crate::clock::Clock;
use crate::commands::desk::facts;
use crate::core::event::IntegrationId;
use crate::core::time::{Instant, Span};
use crate::directory::Shared;
use crate::i18n::speak;
use crate::i18n::spoken::Spoken;
use crate::journal::Journal;
use crate::outbox::worker::{Failure, Speaker, Trouble, Watch};
use crate::sources::Warning;
use crate::store::commit::Commit;
use crate::store::inbound::SetMark;
use crate::store::outbox::Row;
use crate::store::{Store, StoreError, inbox};
use crate::web::metrics::Metrics;
use crate::web::webhooks::{Delivery, Intake, IntakeError};

/// Puts deliveries into the inbox, and tells the operators what is odd about them.
#[derive(Debug)]
pub struct Inbox {
    pub store: Store,
    pub announcements: Arc<Announcements>,
    pub clock: Arc<dyn Clock>,
    pub metrics: Arc<Metrics>,
}

impl Intake for Inbox {
    fn accept(&self, delivery: Delivery) -> BoxFuture<'_, Result<(), IntakeError>> {
        Box::pin(async move {
            // What it says may be larger than the body, and only the journal needs it, later.
            drop(delivery.parsed);
            let mut headers = BTreeMap::new();
            headers.extend(delivery.content_type.map(|kind| ("content-type".to_owned(), kind)));
            let kept = inbox::Delivery {
                integration: delivery.integration,
                received: delivery.received,
                headers,
                body: delivery.body,
            };
            self.store.append(kept).await.map(drop).map_err(|error| {
                tracing::error!(%error, "a delivery could not be kept; the sender is asked to try again");
                IntakeError::Unavailable(error.to_string())
            })
        })
    }

    fn warn(&self, integration: &IntegrationId, warning: Warning, unheard: u64) {
        tracing::warn!(%integration, %warning, unheard, "a delivery is odd");
        if !warning.code.concerns_operators() {
            return;
        }
        let now = self.clock.now();
        let composed = self.announcements.warning(integration, &warning, unheard, now);
        post(self.store.clone(), Commit { posts: composed.posts, ..Commit::at(now) });
    }

    fn answered(&self, integration: Option<&IntegrationId>, outcome: &'static str) {
        self.metrics.delivered(integration.map_or("unknown", IntegrationId::as_str), outcome);
    }
}

/// Hands messages to the outbox without waiting.
fn post(store: Store, commit: Commit) {
    if commit.posts.is_empty() {
        return;
    }
    tokio::spawn(async move {
        if let Err(error) = store.commit(commit).await {
            tracing::error!(%error, "a message for the operators could not be put into the outbox");
        }
    });
}

/// Puts rows of the outbox into words, with the names and texts they only refer to.
#[derive(Debug)]
pub(super) struct Words {
    pub reviews: Reviews,
}

impl Speaker for Words {
    fn speak<'a>(&'a self, row: &'a Row) -> BoxFuture<'a, Result<Spoken, StoreError>> {
        Box::pin(async move {
            let directory = self.reviews.directory.get();
            let facts = facts(&self.reviews.store, &directory, &row.message.doc).await?;
            Ok(speak(&row.message.doc, row.message.locale, &facts))
        })
    }

    fn enclose<'a>(&'a self, row: &'a Row) -> BoxFuture<'a, Result<Option<Enclosure>, StoreError>> {
        Box::pin(async move {
            let to = row.message.to.platform;
            // What goes without pictures goes without files; Telegram sends one with the card's first words alone.
            let bare = row.plain || (to == Platform::Telegram && row.message_id.is_some());
            let Some(enclosed) = row.message.doc.enclosed.filter(|_| !bare) else { return Ok(None) };
            match self.reviews.enclosure(enclosed, to, row.message.locale.language).await {
                Err(error) if !error.is_passing() => {
                    tracing::warn!(%error, review = %enclosed.review, "a file cannot go with its message");
                    Ok(None)
                }
                other => other,
            }
        })
    }
}

/// Watches what becomes of messages, for the metrics and for those who must know that one did not arrive.
#[derive(Debug)]
pub struct Post {
    pub store: Store,
    pub directory: Arc<Shared>,
    pub announcements: Arc<Announcements>,
    pub clock: Arc<dyn Clock>,
    pub metrics: Arc<Metrics>,
    pub journal: Journal,
}

impl Post {
    /// Somebody cannot be asked alone: the customer's channel is asked as well, without waiting.
    fn ask_elsewhere(&self, failure: &Failure) {
        let message = &failure.row.message;
        let round = round_of(&message.key).filter(|_| message.kind == SURVEY && message.to.direct);
        let Some(round) = round else { return };
        let journal = self.journal.clone();
        tokio::spawn(async move {
            if let Err(error) = surveyor::elsewhere(&journal, round).await {
                tracing::error!(%error, %round, "who cannot be asked alone could not be asked in the channel");
            }
        });
    }

    /// Tells the operators elsewhere, without waiting.
    fn report(&self, failure: &Failure) {
        let (store, announcements) = (self.store.clone(), self.announcements.clone());
        let (failure, now) = (failure.clone(), self.clock.now());
        tokio::spawn(async move {
            if let Err(error) = announcements.report(&store, &failure, now).await {
                tracing::error!(%error, "that a message does not arrive could not be told");
            }
        });
    }
}

impl Watch for Post {
    fn given_up(&self, failure: &Failure) {
        let to = &failure.row.message.to;
        let uncertain = failure.trouble == Trouble::Uncertain;
        self.metrics.sent(to.platform, if uncertain { "uncertain" } else { "failed" });
        tracing::error!(%to, key = failure.row.message.key, reason = failure.reason, "a message was given up");
        self.ask_elsewhere(failure);
        self.report(failure);
    }

    fn delayed(&self, failure: &Failure) {
        self.report(failure);
    }

    fn delivered(&self, row: &Row, after: Span) {
        self.metrics.sent(row.message.to.platform, "sent");
        self.metrics.notice_took(after);
    }

    fn retried(&self, row: &Row) {
        self.metrics.sent(row.message.to.platform, "retry");
    }

    fn moved(&self, from: &Address, to: &Address) {
        tracing::info!(%from, %to, "a channel moved");
        let directory = self.directory.clone();
        tokio::spawn(async move {
            if let Err(error) = directory.refresh().await {
                tracing::error!(%error, "the directory could not be read again");
            }
        });
    }
}

/// Half-filled forms of platforms that ask one question at a time.
#[derive(Debug)]
pub struct HalfFilled(pub Store);

fn failed(error: &StoreError) -> DraftsError {
    DraftsError(error.to_string())
}

impl Drafts for HalfFilled {
    fn save<'a>(
        &'a self,
        key: &'a str,
        draft: &'a str,
        _until: Instant,
    ) -> BoxFuture<'a, Result<(), DraftsError>> {
        Box::pin(async move {
            let mark = SetMark { name: format!("form/{key}"), value: draft.to_owned() };
            self.0.write(mark).await.map_err(|error| failed(&error))
        })
    }

    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<String>, DraftsError>> {
        Box::pin(async move {
            let kept = self.0.mark(&format!("form/{key}")).await.map_err(|error| failed(&error))?;
            Ok(kept.filter(|draft| !draft.is_empty()))
        })
    }

    fn forget<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), DraftsError>> {
        Box::pin(async move { self.save(key, "", Instant::MIN).await })
    }
}
