//! The program beside its platforms, and what people do and see there.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::Connection as _;
use upheld::app::{App, Start};
use upheld::clock::{Clock, SystemClock};
use upheld::config::{self, Surroundings};
use upheld::core::event::IncidentNumber;
use upheld::core::state::State;
use upheld::core::time::{Instant, Span};
use upheld::core::voice::{Answer, Round, RoundNumber};
use upheld::store::record::Chain;
use upheld::store::rooms::{Audience, Seat};

use crate::fake::discord::{self, Fake as Discord, Seen};
use crate::fake::telegram::{self, Kind, Message, Telegram};
use crate::program::{Files, SECRET, alert};

pub const ONE: RoundNumber = RoundNumber(1);
/// Operators' channel and customer's.
const SIDES: [&str; 2] = ["operators", "acme"];
/// Long, because a loaded machine is slow; nothing waits longer than it must.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `look` finds something.
pub async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let begun = std::time::Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "no sign of {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Goes as the host's clock does, from where the story begins, and may be set forward.
#[derive(Debug)]
struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Instant {
        SystemClock.now() + Span::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// One person's accounts.
#[derive(Clone, Debug)]
pub struct Account {
    pub discord: String,
    pub telegram: u64,
}

pub struct World {
    pub discord: Arc<Discord>,
    pub telegram: Telegram,
    pub on_discord: [String; 2],
    pub on_telegram: [i64; 2],
    pub anna: Account,
    pub jonas: Account,
    /// Has an account on Telegram alone, and lives in Taipei.
    pub lena: u64,
    pub files: Files,
    folder: tempfile::TempDir,
    clock: Arc<Hands>,
    /// When the alert began.
    began: Mutex<String>,
    app: Option<App>,
}

/// Who represents Acme: Jonas, whom the quick files know, and Lena.
const LENA: &str = "\n[[people]]\nid = \"lena\"\nname = \"Lena Lin\"\nrole = \"customer\"\n\
                    agreements = [\"acme\"]\nzone = \"Asia/Taipei\"\n";

/// A survey of one question; `more` are further keys of it.
pub fn survey(audience: &str, trigger: &str, more: &str) -> String {
    format!(
        "title = {{ en = \"Our service\", zh-TW = \"我們的服務\" }}\nidentity = \"named\"\n\
         audience = \"{audience}\"\nopen_for = \"5d\"\ncooldown = \"0s\"\n{more}\n[trigger]\n{trigger}\n\
         [[questions]]\nname = \"satisfaction\"\nkind = \"csat\"\n\
         text = {{ en = \"How satisfied are you?\", zh-TW = \"您滿意嗎？\" }}\n"
    )
}

impl World {
    /// Begins at a moment; `change` has the last word on the files.
    pub async fn start(begin: &str, survey: String, change: impl FnOnce(&mut Files, &Discord)) -> Self {
        let (discord, telegram) = (Discord::start().await, Telegram::start().await);
        let on_discord = SIDES.map(|side| discord.text_channel(side));
        let on_telegram = SIDES.map(|side| telegram.chat(Kind::Supergroup, side));
        let account =
            |name| Account { discord: discord.person(name, "en-US"), telegram: telegram.person(name, "en") };
        let (anna, jonas) = (account("anna"), account("jonas"));
        let lena = telegram.person("lena", "en");
        for person in [anna.telegram, jonas.telegram, lena] {
            telegram.start_private(person);
        }
        let mut files =
            Files::quick().on("discord", &discord.url(), discord::TOKEN, &on_discord[0], &on_discord[1]);
        let [operators, acme] = on_telegram.map(|chat| chat.to_string());
        files = files.on("telegram", telegram.url().as_str(), telegram::TOKEN, &operators, &acme);
        // In the files and not in the environment, so that they can be read again.
        files.variables.clear();
        let folder = tempfile::tempdir().unwrap();
        for (platform, token, url) in [
            ("discord", discord::TOKEN, discord.url()),
            ("telegram", telegram::TOKEN, telegram.url().to_string()),
        ] {
            let file = folder.path().join(platform);
            std::fs::write(&file, token).unwrap();
            let (file, url) = (file.display(), url.trim_end_matches('/'));
            let table = format!("[{platform}]\ntoken = {{ file = \"{file}\" }}\napi_url = \"{url}\"\n");
            files.upheld.push_str(&table);
        }
        let integrations = files.upheld.find("[integrations.alertmanager]").unwrap();
        files.upheld.insert_str(integrations, &format!("{LENA}\n"));
        for (person, known) in [("anna", &anna), ("jonas", &jonas)] {
            files = files.account(person, &format!("discord:{}", known.discord));
            files = files.account(person, &format!("telegram:{}", known.telegram));
        }
        files = files.account("lena", &format!("telegram:{lena}"));
        files.upheld = files
            .upheld
            .replace("name = \"Jonas Brandt\"", "name = \"Jonas Brandt\"\nzone = \"Europe/Berlin\"");
        files.surveys.push(("service".to_owned(), survey));
        change(&mut files, &discord);
        let begin: DateTime<Utc> = begin.parse().unwrap();
        let ahead = Instant::from(begin) - SystemClock.now();
        let clock = Arc::new(Hands(AtomicI64::new(ahead.micros())));
        let mut world = Self {
            discord,
            telegram,
            on_discord,
            on_telegram,
            anna,
            jonas,
            lena,
            files,
            folder,
            clock,
            began: Mutex::default(),
            app: None,
        };
        world.run().await;
        world
    }

    /// Starts the program, or starts it again on the same data.
    pub async fn run(&mut self) {
        self.files.write(self.folder.path(), 0);
        let path = self.folder.path().join("config");
        let variables = self.files.variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let surroundings = Surroundings { now: self.clock.now(), variables: variables.collect() };
        let loaded = config::load(&path, &surroundings);
        let config = loaded.config.unwrap_or_else(|| panic!("{:?}", loaded.problems));
        let identified = self.discord.lock().sessions.identifies;
        let start = Start { config, path: Some(path), clock: self.clock.clone(), personas: Vec::new() };
        self.app = Some(App::start(start).await.unwrap());
        self.discord.until_connected_after(identified).await;
    }

    pub async fn stop(&mut self) {
        self.app.take().unwrap().stop().await;
    }

    pub const fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    /// Takes the changed files.
    pub async fn reload(&self) {
        self.files.write(self.folder.path(), 0);
        self.app().reload().await;
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Sets the clock forward while nothing runs, or for what runs to notice.
    pub fn pass(&self, span: Span) {
        self.clock.0.fetch_add(span.micros(), Ordering::SeqCst);
        if let Some(app) = &self.app {
            app.clock_moved();
        }
    }

    /// Sets the clock forward to a moment.
    pub fn pass_until(&self, moment: &str) {
        let moment: DateTime<Utc> = moment.parse().unwrap();
        let span = Instant::from(moment) - self.now();
        assert!(span > Span::ZERO, "it is {} already", self.now());
        self.pass(span);
    }

    /// Waits until the journal says so.
    pub async fn until(&self, what: &str, wanted: impl Fn(&State) -> bool) {
        let mut changes = self.app().journal.changes();
        let waited = tokio::time::timeout(PATIENCE, async {
            while !wanted(&*self.app().journal.read().await) {
                changes.changed().await.unwrap();
            }
        });
        waited.await.unwrap_or_else(|_| panic!("the journal never says {what}"));
    }

    /// Waits until a round's people are known.
    pub async fn asked(&self, round: RoundNumber) {
        let known = |state: &State| state.voice.round(round).is_some_and(|round| round.asked.is_some());
        self.until("who is asked", known).await;
    }

    pub async fn round(&self, round: RoundNumber) -> Round {
        self.app().journal.read().await.voice.round(round).unwrap().clone()
    }

    pub async fn rounds(&self) -> usize {
        self.app().journal.read().await.voice.rounds().count()
    }

    pub async fn answers(&self, round: RoundNumber) -> Vec<Answer> {
        self.round(round).await.answers.into_values().collect()
    }

    pub async fn scores(&self, round: RoundNumber) -> Vec<i64> {
        self.answers(round).await.iter().filter_map(Answer::score).collect()
    }

    /// The comment beside the only answer.
    pub async fn comment(&self, round: RoundNumber) -> Option<String> {
        let answers = self.answers(round).await;
        assert_eq!(answers.len(), 1, "{answers:?}");
        let id = answers[0].comment()?.text.id.clone();
        self.app().store.prose(std::slice::from_ref(&id)).await.unwrap().remove(&id)
    }

    /// Waits until everything that may be said by now has been sent.
    pub async fn settled(&self) {
        let url = format!("sqlite://{}", self.folder.path().join("upheld.db").display());
        let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let open =
            "SELECT COUNT(*) FROM outbox WHERE state = 'claimed' OR state = 'waiting' AND not_before <= ?";
        let begun = std::time::Instant::now();
        loop {
            let before = self.app().journal.read().await.sequence;
            let now = self.now().micros();
            let open: i64 = sqlx::query_scalar(open).bind(now).fetch_one(&mut database).await.unwrap();
            if open == 0 && before == self.app().journal.read().await.sequence {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "{open} messages are never sent");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        database.close().await.unwrap();
    }

    async fn post(&self, body: serde_json::Value) {
        let url = format!("http://localhost:{}/webhooks/alertmanager", self.app().address.port());
        let sent = reqwest::Client::new().post(url).bearer_auth(SECRET).json(&body).send().await.unwrap();
        assert_eq!(sent.status(), 202);
    }

    fn alert(&self, ends: Option<&str>) -> serde_json::Value {
        let labels =
            json!({ "alertname": "CheckoutErrorsHigh", "service": "checkout", "severity": "critical" });
        alert("a", &labels, &self.began.lock().unwrap(), ends)
    }

    /// Checkout fails until it recovers, under the first incident.
    pub async fn fails(&self) {
        *self.began.lock().unwrap() = self.now().to_string();
        self.post(self.alert(None)).await;
        self.incident(true).await;
    }

    pub async fn recovers(&self) {
        self.pass(Span::from_minutes(1));
        let now = self.now();
        self.post(self.alert(Some(&now.to_string()))).await;
        self.pass(Span::from_seconds(5));
        self.incident(false).await;
    }

    async fn incident(&self, open: bool) {
        let is_so = |state: &State| {
            state.incident(IncidentNumber(1), self.now()).is_some_and(|incident| incident.is_open() == open)
        };
        until(if open { "an incident" } else { "the end of it" }, async || {
            self.app().clock_moved();
            is_so(&*self.app().journal.read().await).then_some(())
        })
        .await;
    }

    /// The messages about a round in the customer's room of the web chat.
    pub async fn web(&self, wanted: &str) -> Vec<String> {
        let directory = self.app().directory.get();
        let person = directory.people.keys().next().unwrap().clone();
        let party = Audience::Party(Chain::Customer("acme".into()));
        let seat = Seat { person, rooms: [("acme".to_owned(), party)].into() };
        let page = self.app().store.room_page(&seat, "acme", None, 50).await.unwrap();
        let all = page.messages.into_iter().map(|message| message.content);
        all.filter(|content| content.contains(wanted)).collect()
    }

    /// The customer's messages with this text on Discord.
    pub fn discord_cards(&self, wanted: &str) -> Vec<Seen> {
        let all = self.discord.messages(&self.on_discord[1]).into_iter();
        all.filter(|message| message.text.contains(wanted)).collect()
    }

    pub fn telegram_cards(&self, wanted: &str) -> Vec<Message> {
        let all = self.telegram.posts(self.on_telegram[1]).into_iter();
        all.filter(|message| message.text.contains(wanted)).collect()
    }

    /// The bot's messages with this text to somebody alone on Telegram.
    pub fn alone(&self, person: u64, wanted: &str) -> Vec<Message> {
        let all = self.telegram.posts(i64::try_from(person).unwrap()).into_iter();
        all.filter(|message| message.text.contains(wanted)).collect()
    }

    /// The one card of a round on each platform; once each, in the web chat, too.
    pub async fn cards(&self, round: RoundNumber) -> (Seen, Message) {
        self.settled().await;
        let name = round.to_string();
        let (discord, telegram) = (self.discord_cards(&name), self.telegram_cards(&name));
        let web = self.web(&name).await;
        assert_eq!(
            (discord.len(), telegram.len(), web.len()),
            (1, 1, 1),
            "{discord:#?} {telegram:#?} {web:#?}"
        );
        (discord[0].clone(), telegram[0].clone())
    }

    /// Waits until the card of a round says this everywhere.
    pub async fn until_cards_say(&self, round: RoundNumber, wanted: &str) {
        let name = round.to_string();
        until(wanted, async || {
            let discord = self.discord_cards(&name).iter().any(|card| card.text.contains(wanted));
            let telegram = self.telegram_cards(&name).iter().any(|card| card.text.contains(wanted));
            let web = self.web(&name).await.iter().any(|card| card.contains(wanted));
            (discord && telegram && web).then_some(())
        })
        .await;
    }

    /// Somebody presses on Discord; what only they read.
    pub async fn press(&self, message: &str, label: &str, person: &str) -> Seen {
        let pressed = self.discord.press(message, label, person);
        self.private(pressed).await
    }

    pub async fn private(&self, interaction: u64) -> Seen {
        let answer = self.discord.answer(interaction).await;
        assert!(answer.is_private, "{answer:?}");
        answer
    }

    /// Somebody types a line alone with the bot on Telegram; what they read.
    pub async fn told(&self, person: u64, line: &str) -> Message {
        let chat = i64::try_from(person).unwrap();
        let seen = self.telegram.posts(chat).len();
        self.telegram.say(chat, person, line);
        self.telegram.post_after(chat, seen).await
    }

    /// An operator has the survey sent.
    pub async fn sends(&self, round: RoundNumber) {
        self.told(self.anna.telegram, "/survey send service acme").await;
        self.asked(round).await;
        self.settled().await;
    }

    /// Everything holds together at the end.
    pub async fn ends(mut self) {
        self.settled().await;
        self.stop().await;
    }
}
