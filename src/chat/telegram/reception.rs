//! Serves one person after the other: brings what they ask to the desk and shows the answer at once, to them
//! alone where it is private.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use super::api::Api;
use super::condition::Condition;
use super::errors::{Doing, Outcome, outcome};
use super::form::{Draft, Drafts};
use super::input::{Bot, Heard, Scene, Speaker, inbound};
use super::post::Post;
use super::render::{self, Drawn, OWN, draw};
use super::wire::Sent;
use super::words::{Word, say};
use crate::chart::Png;
use crate::chat::picture;
use crate::chat::{Answer, Ask, Desk, FailCause, SendError, leaves_no_trace};
use crate::clock::Clock;
use crate::i18n::Language;
use crate::i18n::spoken::Spoken;

/// How often an answer is tried while Telegram says "later", and the longest wait between. Answers go out at
/// once or not at all; whoever asked can ask again.
const TRIES: usize = 3;
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What serving a person takes.
#[derive(Debug)]
pub(super) struct Reception {
    pub api: Arc<Api>,
    pub desk: Arc<dyn Desk>,
    pub clock: Arc<dyn Clock>,
    pub drafts: Arc<dyn Drafts>,
    /// The half-filled forms of commands that leave no trace; a restart forgets them.
    pub fleeting: Mutex<BTreeMap<String, Draft>>,
    pub condition: Arc<Condition>,
    /// How long a pressed button may spin before it is stopped without an answer.
    pub patience: Duration,
}

/// One act of one person.
struct Visit<'a> {
    update: u32,
    scene: Scene,
    speaker: Speaker,
    me: &'a Bot,
    /// The pressed button that still spins.
    query: Option<String>,
}

impl Reception {
    /// Serves an update. What the desk did is durable when this returns.
    pub(super) async fn serve(&self, update: u32, heard: Heard, me: &Bot) {
        let visit = |scene, speaker, query| Visit { update, scene, speaker, me, query };
        match heard {
            Heard::Said { scene, speaker, text, reply_to } => {
                self.said(visit(scene, speaker, None), text, reply_to).await;
            }
            Heard::Pressed { scene, speaker, query, data } => {
                self.pressed(visit(scene, speaker, Some(query)), data).await;
            }
            Heard::PressedNothing { query } => self.api.answer_press(&query, None, false).await,
            Heard::Anonymous { scene } => {
                self.note(&scene, Language::default(), Word::Anonymous, None).await;
            }
            Heard::Membership { chat, present } => {
                self.condition.membership(chat, present);
                tracing::info!(chat, present, "the bot's place in a chat changed");
            }
            Heard::Moved { from, to } => {
                tracing::info!(from, to, "a group became a supergroup; what is sent there follows it");
            }
            Heard::Nothing => {}
        }
    }

    async fn said(&self, visit: Visit<'_>, text: String, reply_to: Option<i32>) {
        let command = text.strip_prefix('/').map(|line| line.trim_end());
        let may_answer = reply_to.is_some()
            || matches!(command, Some("cancel" | "skip"))
            || (visit.scene.private && command.is_none());
        if may_answer {
            match self.draft(&visit).await {
                Ok(Some(draft)) => match command {
                    Some("cancel") => return self.give_up(&visit, &draft).await,
                    Some("skip") => return self.step(visit, draft, |d, update| d.skip(update)).await,
                    None if visit.scene.private || reply_to == draft.question => {
                        return self.step(visit, draft, |d, update| d.answer(&text, update)).await;
                    }
                    _ => {}
                },
                Ok(None) => {}
                Err(()) => return self.try_again(&visit).await,
            }
        }
        let ask = match reply_to {
            Some(message) if command.is_none() => Ask::ReplyTo { message: message.to_string(), text },
            _ => Ask::Line(text),
        };
        let answer = self.desk.handle(inbound(visit.update, &visit.scene, &visit.speaker, ask)).await;
        self.show(visit, answer).await;
    }

    async fn pressed(&self, mut visit: Visit<'_>, data: String) {
        if data.starts_with(OWN) {
            return self.chosen(visit, &data).await;
        }
        let ask = Ask::Press { command: data, message: Some(visit.scene.message.to_string()) };
        let inbound = inbound(visit.update, &visit.scene, &visit.speaker, ask);
        let mut answer = pin!(self.desk.handle(inbound));
        let answer = match tokio::time::timeout(self.patience, &mut answer).await {
            Ok(answer) => answer,
            Err(_) => {
                self.stop_spinning(&mut visit).await;
                answer.await
            }
        };
        self.show(visit, answer).await;
    }

    async fn stop_spinning(&self, visit: &mut Visit<'_>) {
        if let Some(query) = visit.query.take() {
            self.api.answer_press(&query, None, false).await;
        }
    }

    /// Shows an answer where the person asked, or to them alone.
    async fn show(&self, mut visit: Visit<'_>, answer: Answer) {
        // What a private chat shows, Telegram keeps.
        let answer = match answer {
            Answer::Once(spoken) => Answer::Say { spoken, private: true },
            other => other,
        };
        match answer {
            Answer::Nothing | Answer::Once(_) => {}
            Answer::Form(form) => {
                let draft = Draft::begin(form, visit.update, self.clock.now());
                self.stop_spinning(&mut visit).await;
                self.proceed(visit, draft).await;
                return;
            }
            Answer::Say { spoken, private: true } if !visit.scene.private => {
                return self.show_privately(visit, &spoken).await;
            }
            Answer::Say { spoken, private } => {
                if private
                    && let Some(query) = visit.query.clone()
                    && let Some(text) = render::alert(&spoken)
                {
                    return self.api.answer_press(&query, Some(text), true).await;
                }
                self.stop_spinning(&mut visit).await;
                let drawn = draw(&spoken, false);
                let silent = !drawn.wakes;
                let post = Post { silent, ..reply(&visit.scene, drawn) };
                let _ = self.deliver(post, Some(&spoken)).await;
            }
        }
        self.stop_spinning(&mut visit).await;
    }

    /// As a notice over the chat, else in the person's private chat, else a line that says there is an
    /// answer and nothing of what it says.
    async fn show_privately(&self, mut visit: Visit<'_>, spoken: &Spoken) {
        if let Some(query) = visit.query.clone()
            && let Some(text) = render::alert(spoken)
        {
            return self.api.answer_press(&query, Some(text), true).await;
        }
        let Ok(chat) = i64::try_from(visit.speaker.id) else { return };
        let drawn = draw(spoken, false);
        let post = Post { chat, topic: None, reply_to: None, drawn, markup: None, silent: false };
        let language = spoken.language;
        match self.deliver(post, Some(spoken)).await {
            Err(SendError::Fail { .. }) => {
                self.stop_spinning(&mut visit).await;
                let link = url::Url::parse(&format!("https://t.me/{}", visit.me.username)).ok();
                let key =
                    link.map(|url| InlineKeyboardButton::url(say(language, Word::OpenPrivateChat), url));
                self.note(&visit.scene, language, Word::OnlyForYou, key).await;
            }
            outcome => {
                if let Some(query) = visit.query.take() {
                    let word = match outcome {
                        Ok(_) => Word::SentPrivately,
                        Err(SendError::Uncertain { .. }) => Word::PerhapsSentPrivately,
                        Err(SendError::Retry { .. } | SendError::Fail { .. }) => Word::NotSent,
                    };
                    self.api.answer_press(&query, Some(say(language, word)), false).await;
                }
            }
        }
    }

    /// A short text of the adapter's own.
    async fn note(&self, scene: &Scene, language: Language, word: Word, key: Option<InlineKeyboardButton>) {
        let keyboard = key.map(|key| InlineKeyboardMarkup::new([[key]]));
        let drawn = Drawn { text: say(language, word), html: false, keyboard, wakes: false };
        let _ = self.deliver(reply(scene, drawn), None).await;
    }

    async fn try_again(&self, visit: &Visit<'_>) {
        self.note(&visit.scene, visit.speaker.language.unwrap_or_default(), Word::TryAgain, None).await;
    }

    /// Posts an answer, waits a little where Telegram asks for it, and falls back to plain text. An answer
    /// that may have arrived is not repeated.
    async fn deliver(&self, mut post: Post, spoken: Option<&Spoken>) -> Result<Sent, SendError> {
        let mut tries = 1;
        let mut png = match spoken {
            Some(spoken) => picture::png(spoken).await,
            None => None,
        };
        // Words too many to stand below the picture go before it.
        let mut after = if post.drawn.is_caption() { None } else { png.take() };
        loop {
            let posted = match &png {
                Some(png) => self.api.post_photo(&post, png).await,
                None => self.api.post(&post).await,
            };
            let error = match posted {
                Ok(sent) => {
                    self.add_photo(&post, &sent, after.take()).await;
                    return Ok(sent);
                }
                Err(error) => error,
            };
            let error = match outcome(Doing::Post, &error) {
                Outcome::Moved(chat) if post.chat != chat => {
                    post = Post { chat, topic: None, reply_to: None, ..post };
                    continue;
                }
                Outcome::Failed(error) => error,
                Outcome::Moved(_) | Outcome::Unchanged => {
                    SendError::Fail { cause: FailCause::Refused, reason: error.to_string() }
                }
            };
            match (&error, spoken) {
                (SendError::Retry { after, .. }, _) if tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(after.unwrap_or(Duration::from_secs(1)).min(LONGEST_WAIT)).await;
                }
                // Pictures may be forbidden where words are not.
                (SendError::Fail { .. }, _) if png.is_some() => png = None,
                (SendError::Fail { cause: FailCause::Markup, .. }, Some(spoken)) if post.drawn.html => {
                    post.drawn = draw(spoken, true);
                }
                _ => {
                    // A chat with one person is that person: who asked what is not for the log.
                    let group = (post.chat < 0).then_some(post.chat);
                    tracing::warn!(group, %error, "an answer could not be shown");
                    return Err(error);
                }
            }
        }
    }
}

impl Reception {
    /// The picture under its words. They say what it shows, so nothing is lost when it does not arrive.
    async fn add_photo(&self, post: &Post, below: &Sent, png: Option<Png>) {
        let Some(png) = png else { return };
        let drawn = Drawn { text: String::new(), html: false, keyboard: None, wakes: false };
        let reply_to = Some(below.message_id);
        let photo = Post { reply_to, drawn, markup: None, silent: true, ..post.clone() };
        if let Err(error) = self.api.post_photo(&photo, &png).await {
            tracing::warn!(chat = post.chat, %error, "an answer's picture could not be shown");
        }
    }
}

/// A quiet reply to what was said.
const fn reply(scene: &Scene, drawn: Drawn) -> Post {
    Post {
        chat: scene.chat,
        topic: scene.topic,
        reply_to: Some(scene.message),
        drawn,
        markup: None,
        silent: true,
    }
}

/// Forms: each step is kept before the next question goes out, so that a crash in between repeats a question
/// at most, and an update that comes again changes nothing.
impl Reception {
    /// One form at a time for each person in each topic: what is asked in one is not answered in another.
    fn key(visit: &Visit<'_>) -> String {
        let Scene { chat, topic, .. } = visit.scene;
        let topic = topic.map(|topic| format!("/{topic}")).unwrap_or_default();
        format!("telegram:form:{chat}{topic}:{}", visit.speaker.id)
    }

    /// The person's open form here. An unreadable one, from another version, is none.
    async fn draft(&self, visit: &Visit<'_>) -> Result<Option<Draft>, ()> {
        let key = Self::key(visit);
        if let Some(draft) = self.fleeting().get(&key) {
            return Ok(Some(draft.clone()));
        }
        let kept = self.drafts.load(&key).await.map_err(|error| {
            tracing::error!(%error, "a half-filled form could not be looked up");
        })?;
        let draft: Option<Draft> = kept.and_then(|kept| serde_json::from_str(&kept).ok());
        Ok(draft.filter(|draft| draft.until > self.clock.now()))
    }

    async fn save(&self, visit: &Visit<'_>, draft: &Draft) -> Result<(), ()> {
        if leaves_no_trace(&draft.command) {
            self.fleeting().insert(Self::key(visit), draft.clone());
            return Ok(());
        }
        self.fleeting().remove(&Self::key(visit));
        let kept = serde_json::to_string(draft).unwrap_or_default();
        self.drafts.save(&Self::key(visit), &kept, draft.until).await.map_err(|error| {
            tracing::error!(%error, "a half-filled form could not be kept");
        })
    }

    /// Those that are not forgotten yet.
    fn fleeting(&self) -> MutexGuard<'_, BTreeMap<String, Draft>> {
        let mut fleeting = self.fleeting.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        fleeting.retain(|_, draft| draft.until > now);
        fleeting
    }

    async fn forget(&self, visit: &Visit<'_>) {
        if self.fleeting().remove(&Self::key(visit)).is_some() {
            return;
        }
        if let Err(error) = self.drafts.forget(&Self::key(visit)).await {
            tracing::error!(%error, "a finished form could not be forgotten");
        }
    }

    async fn give_up(&self, visit: &Visit<'_>, draft: &Draft) {
        self.forget(visit).await;
        self.note(&visit.scene, draft.language(), Word::GivenUp, None).await;
    }

    /// Takes an answer, unless this very update already brought it, and asks on.
    async fn step(
        &self,
        visit: Visit<'_>,
        mut draft: Draft,
        take: impl FnOnce(&mut Draft, u32) -> Result<(), Word>,
    ) {
        if draft.update != visit.update
            && let Err(word) = take(&mut draft, visit.update)
        {
            self.note(&visit.scene, draft.language(), word, None).await;
            // A fresh question, because only the latest one shows its field for the reply.
        }
        self.proceed(visit, draft).await;
    }

    /// A choice was pressed.
    async fn chosen(&self, mut visit: Visit<'_>, data: &str) {
        let draft = self.draft(&visit).await.ok().flatten();
        let open =
            draft.filter(|draft| draft.update == visit.update || draft.question == Some(visit.scene.message));
        let language = visit.speaker.language.unwrap_or_default();
        let Some(mut draft) = open else { return self.over(visit, language).await };
        if draft.update != visit.update && !draft.choose(data, visit.update) {
            return self.over(visit, draft.language()).await;
        }
        self.stop_spinning(&mut visit).await;
        if let Err(error) = self.api.take_buttons_away(visit.scene.chat, visit.scene.message).await {
            tracing::debug!(%error, "an answered question keeps its buttons");
        }
        self.proceed(visit, draft).await;
    }

    async fn over(&self, mut visit: Visit<'_>, language: Language) {
        if let Some(query) = visit.query.take() {
            self.api.answer_press(&query, Some(say(language, Word::QuestionOver)), true).await;
        }
    }

    /// Asks the next question, or hands the filled form to the desk.
    async fn proceed(&self, visit: Visit<'_>, mut draft: Draft) {
        if self.save(&visit, &draft).await.is_err() {
            return self.try_again(&visit).await;
        }
        let Some((question, markup)) = draft.ask(&visit.scene, &visit.speaker) else {
            let ask = Ask::Filled { command: draft.command.clone(), values: draft.values.clone() };
            let answer = self.desk.handle(inbound(visit.update, &visit.scene, &visit.speaker, ask)).await;
            self.forget(&visit).await;
            return Box::pin(self.show(visit, answer)).await;
        };
        let post =
            Post { markup: Some(markup), silent: false, ..reply(&visit.scene, draw(&question, false)) };
        if let Ok(sent) = self.deliver(post, Some(&question)).await {
            draft.question = Some(sent.message_id);
            let _ = self.save(&visit, &draft).await;
        }
    }
}
