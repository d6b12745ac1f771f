//! Answers an interaction in time: at once when the desk is quick, announced first when it is not.
//!
//! Discord waits three seconds for the first answer and fifteen minutes for the rest. A modal can only be
//! the first answer, so a form that comes late is a button that opens it.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use serenity::http::{LightMethod, Route};
use serenity::model::id::{ApplicationId, InteractionId};
use tokio::time::{Instant, sleep, timeout};

use super::api::{ApiError, code, picture as picture_file};
use super::input::{Act, Interaction};
use super::render::{Drawing, message};
use super::{Discord, form};
use crate::chart::Png;
use crate::chat::{Answer, Desk, Inbound, picture};
use crate::i18n::Language;
use crate::i18n::spoken::Spoken;

/// Discord forgets an interaction that has no answer by then.
const FIRST_ANSWER: Duration = Duration::from_millis(2_900);
/// The pause before a failed answer is tried again.
const PAUSE: Duration = Duration::from_millis(150);
/// How often a later answer is tried.
const TRIES: u32 = 5;

/// Discord's kinds of first answers.
mod kind {
    pub(super) const MESSAGE: u8 = 4;
    pub(super) const MESSAGE_LATER: u8 = 5;
    pub(super) const NOTHING: u8 = 6;
    pub(super) const MODAL: u8 = 9;
}

/// Brings an interaction to the desk and shows what it answers.
pub(super) async fn respond(discord: Arc<Discord>, interaction: Interaction, received: Instant) {
    let Some(inbound) = interaction.inbound(&discord.desk.menu(Language::English)) else {
        tracing::info!(id = interaction.id, "an interaction of a kind that Upheld does not use");
        return;
    };
    let Some(line) = Line::new(&discord, &interaction, received) else {
        tracing::warn!(id = interaction.id, "an interaction without usable ids");
        return;
    };
    let mut answer = pin!(drawn_answer(&*discord.desk, inbound));
    if let Ok((answer, png)) = timeout(discord.settings.defer_after, &mut answer).await {
        let mut taken = line.first(first_answer(&answer, &interaction, png.is_some()), png.as_ref()).await;
        if !taken && png.is_some() {
            // Files may be forbidden where words are not.
            taken = line.first(first_answer(&answer, &interaction, false), None).await;
        }
        if let (false, Some((spoken, private))) = (taken, said(&answer)) {
            // Perhaps its form was the trouble; its words must not be lost for that.
            let plain = Drawing { plain: true, private, ..Drawing::default() };
            line.first(json!({ "type": kind::MESSAGE, "data": message(spoken, &plain) }), None).await;
        }
        if matches!(answer, Answer::Nothing) && !interaction.is_from_message() {
            line.withdraw().await;
        }
        return;
    }
    // What it will be is not known yet; only a private announcement gives nothing away.
    let announced = line.first(json!({ "type": kind::MESSAGE_LATER, "data": { "flags": 64 } }), None).await;
    let (answer, png) = match timeout(discord.settings.answer_within, &mut answer).await {
        Ok(answer) => answer,
        Err(_) => {
            tracing::warn!(id = interaction.id, "the desk took too long; Discord no longer takes the answer");
            // The command still ends as it will; only its answer has nowhere to go.
            answer.await;
            return;
        }
    };
    if announced {
        line.later(&answer, png.as_ref()).await;
    }
}

/// The desk's answer with its picture drawn.
async fn drawn_answer(desk: &dyn Desk, inbound: Inbound) -> (Answer, Option<Png>) {
    let answer = desk.handle(inbound).await;
    let png = match said(&answer) {
        Some((spoken, _)) => picture::png(spoken).await,
        None => None,
    };
    (answer, png)
}

/// The words of an answer, and whether they are for the one who asked. What is private Discord shows only
/// until it is dismissed, so that a secret needs no more.
const fn said(answer: &Answer) -> Option<(&Spoken, bool)> {
    match answer {
        Answer::Say { spoken, private } => Some((spoken, *private)),
        Answer::Once(spoken) => Some((spoken, true)),
        Answer::Form(_) | Answer::Nothing => None,
    }
}

fn first_answer(answer: &Answer, interaction: &Interaction, picture: bool) -> Value {
    match answer {
        Answer::Say { spoken, private } => {
            json!({ "type": kind::MESSAGE, "data": drawn(spoken, *private, picture) })
        }
        Answer::Once(spoken) => json!({ "type": kind::MESSAGE, "data": drawn(spoken, true, picture) }),
        Answer::Form(form) if interaction.act() != Some(Act::Modal) => {
            json!({ "type": kind::MODAL, "data": form::modal(form) })
        }
        // A modal cannot open another one.
        Answer::Form(form) => {
            json!({ "type": kind::MESSAGE, "data": drawn(&form::later(form), true, false) })
        }
        Answer::Nothing if interaction.is_from_message() => json!({ "type": kind::NOTHING }),
        Answer::Nothing => json!({ "type": kind::MESSAGE_LATER, "data": { "flags": 64 } }),
    }
}

fn drawn(spoken: &Spoken, private: bool, picture: bool) -> Value {
    message(spoken, &Drawing { private, picture, ..Drawing::default() })
}

/// The way back to the person who asked.
struct Line<'a> {
    discord: &'a Discord,
    application_id: ApplicationId,
    interaction_id: InteractionId,
    token: &'a str,
    received: Instant,
}

impl<'a> Line<'a> {
    fn new(discord: &'a Discord, interaction: &'a Interaction, received: Instant) -> Option<Self> {
        let id = |text: &str| text.parse().ok().filter(|id: &u64| *id > 0);
        let has_good_token = interaction
            .token
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=' | ':' | '+' | '~'));
        has_good_token.then_some(())?;
        Some(Self {
            discord,
            application_id: ApplicationId::new(id(&interaction.application_id)?),
            interaction_id: InteractionId::new(id(&interaction.id)?),
            token: &interaction.token,
            received,
        })
    }

    /// Gives the first answer, as often as time allows; whether Discord has one now.
    async fn first(&self, body: Value, png: Option<&Png>) -> bool {
        loop {
            let left = FIRST_ANSWER.saturating_sub(self.received.elapsed());
            let route = Route::InteractionResponse { interaction_id: self.interaction_id, token: self.token };
            let api = &self.discord.courier.api;
            let result = api.send_with(LightMethod::Post, route, &body, picture_file(png), Some(left)).await;
            let error = match result {
                Ok(_) | Err(ApiError::Unreadable(_)) => return true,
                Err(error) if error.is(code::ALREADY_ANSWERED) => {
                    // The event came twice, or our first try arrived after all.
                    tracing::debug!(id = %self.interaction_id, "the interaction has an answer already");
                    return true;
                }
                Err(error) => error,
            };
            let wait = match error {
                ApiError::TooMany { after: Some(after) } => after.max(PAUSE),
                _ => PAUSE,
            };
            if !error.is_passing() || self.received.elapsed() + wait >= FIRST_ANSWER {
                let hint = if error.is(code::UNKNOWN_INTERACTION) { "it came too late" } else { "" };
                tracing::warn!(id = %self.interaction_id, %error, hint, "Discord did not take an answer");
                return false;
            }
            sleep(wait).await;
        }
    }

    /// Puts the answer in the place of the announcement; beside it when everybody may see it.
    async fn later(&self, answer: &Answer, png: Option<&Png>) {
        match answer {
            Answer::Say { spoken, private: true } | Answer::Once(spoken) => {
                let taken = self.replace(&drawn(spoken, false, png.is_some()), png).await;
                if !taken && png.is_some() {
                    self.replace(&drawn(spoken, false, false), None).await;
                }
            }
            Answer::Form(form) => {
                self.replace(&drawn(&form::later(form), false, false), None).await;
            }
            Answer::Say { spoken, private: false } => {
                // While the announcement stands Discord would give the answer its privacy.
                self.withdraw().await;
                let taken = self.follow_up(&drawn(spoken, false, png.is_some()), png).await;
                if !taken && png.is_some() {
                    self.follow_up(&drawn(spoken, false, false), None).await;
                }
            }
            Answer::Nothing => self.withdraw().await,
        }
    }

    async fn replace(&self, body: &Value, png: Option<&Png>) -> bool {
        self.persist("edit", || async {
            let route = Route::WebhookOriginalInteractionResponse {
                application_id: self.application_id,
                token: self.token,
            };
            self.discord.courier.api.send_with(LightMethod::Patch, route, body, picture_file(png), None).await
        })
        .await
    }

    async fn withdraw(&self) {
        self.persist("withdraw", || async {
            let route = Route::WebhookOriginalInteractionResponse {
                application_id: self.application_id,
                token: self.token,
            };
            match self.discord.courier.api.delete(route).await {
                Err(error) if error.is(code::UNKNOWN_MESSAGE) => Ok(Value::Null),
                result => result,
            }
        })
        .await;
    }

    async fn follow_up(&self, body: &Value, png: Option<&Png>) -> bool {
        self.persist("follow-up", || async {
            let route =
                Route::WebhookFollowupMessages { application_id: self.application_id, token: self.token };
            match self
                .discord
                .courier
                .api
                .send_with(LightMethod::Post, route, body, picture_file(png), None)
                .await
            {
                // It may be there already; an answer twice is worse than a line in the log.
                Err(ApiError::Unanswered(reason)) => {
                    tracing::warn!(reason, "whether an answer arrived on Discord is not known");
                    Ok(Value::Null)
                }
                result => result,
            }
        })
        .await
    }

    /// Whether Discord took it in the end.
    async fn persist<F: Future<Output = Result<Value, ApiError>>>(
        &self,
        what: &str,
        call: impl Fn() -> F,
    ) -> bool {
        for tried in 1..=TRIES {
            let error = match call().await {
                Ok(_) | Err(ApiError::Unreadable(_)) => return true,
                Err(error) => error,
            };
            if !error.is_passing() || tried == TRIES {
                tracing::warn!(id = %self.interaction_id, %error, what, "Discord did not take an answer");
                break;
            }
            let wait = match error {
                ApiError::TooMany { after: Some(after) } => after,
                _ => PAUSE * 2_u32.pow(tried),
            };
            sleep(wait).await;
        }
        false
    }
}
