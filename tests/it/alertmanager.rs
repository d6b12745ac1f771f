//! One night, from firing to resolved: Debian's Alertmanager, the real binary, Discord, Telegram and the web chat.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use upheld::clock::{Clock as _, SystemClock};
use upheld::core::time::Span;
use upheld::store::record::Outcome;

use crate::fake::discord::{self, Fake as Discord};
use crate::fake::telegram::{self, Kind, Telegram};
use crate::program::{Files, Program, SECRET, Visitor, free_port};

const PROGRAM: &str = "/usr/bin/prometheus-alertmanager";
/// Long, because a loaded machine is slow; nothing waits longer than it must.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Prometheus Alertmanager of this test's own.
struct Alertmanager {
    child: Child,
    url: String,
    client: reqwest::Client,
    folder: tempfile::TempDir,
}

impl Alertmanager {
    /// None where it is not installed; under `CI=true` that is a failure.
    async fn start(webhook: &str) -> Option<Self> {
        if !std::path::Path::new(PROGRAM).exists() {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "Alertmanager is needed here and missing");
            let mut shown = std::io::stderr();
            writeln!(shown, "skipped: needs Alertmanager (Debian: apt-get install prometheus-alertmanager)")
                .unwrap();
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let config = CONFIG.replace("{webhook}", webhook).replace("{secret}", SECRET);
        std::fs::write(at("alertmanager.yml"), config).unwrap();
        let port = free_port();
        let child = Command::new(PROGRAM)
            .arg(format!("--config.file={}", at("alertmanager.yml").display()))
            .arg(format!("--storage.path={}", at("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg("--cluster.listen-address=")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(at("log")).unwrap())
            .spawn()
            .unwrap();
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        let started = Self { child, url: format!("http://127.0.0.1:{port}"), client, folder };
        let url = format!("{}/-/ready", started.url);
        let begun = Instant::now();
        while started.client.get(&url).send().await.is_err() {
            assert!(begun.elapsed() < PATIENCE, "Alertmanager does not answer:\n{}", started.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some(started)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Posts alerts as Prometheus does.
    async fn alerts(&self, alerts: &Value) {
        let sent = self.client.post(format!("{}/api/v2/alerts", self.url)).json(alerts).send().await.unwrap();
        assert!(sent.status().is_success(), "{}", sent.text().await.unwrap());
    }

    /// How many deliveries failed so far.
    async fn failures(&self) -> f64 {
        let metrics = self.client.get(format!("{}/metrics", self.url)).send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        let failed = r#"alertmanager_notification_requests_failed_total{integration="webhook"} "#;
        let found = metrics.lines().find_map(|line| line.strip_prefix(failed));
        found.unwrap_or_else(|| panic!("no such metric in:\n{metrics}")).parse().unwrap()
    }

    async fn until_failures_exceed(&self, known: f64) {
        let begun = Instant::now();
        while self.failures().await <= known {
            assert!(begun.elapsed() < PATIENCE, "no delivery fails:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

const CONFIG: &str = r#"
route:
  receiver: upheld
  group_by: [alertname, service]
  group_wait: 100ms
  group_interval: 500ms
  repeat_interval: 1s
receivers:
  - name: upheld
    webhook_configs:
      - url: "{webhook}"
        send_resolved: true
        http_config:
          authorization:
            credentials: "{secret}"
"#;

/// Posts the Watchdog as Prometheus does, until told to stop.
fn watchdog(alertmanager: &Arc<Alertmanager>) -> tokio::task::JoinHandle<()> {
    let alertmanager = Arc::clone(alertmanager);
    tokio::spawn(async move {
        loop {
            let labels = json!({ "alertname": "Watchdog", "severity": "none" });
            alertmanager.alerts(&json!([alert(&labels, &json!({}), 0, Some(4))])).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    })
}

/// An alert that began and ends so many seconds from now.
fn alert(labels: &Value, annotations: &Value, begins: i64, ends: Option<i64>) -> Value {
    let at = |seconds| (SystemClock.now() + Span::from_seconds(seconds)).to_string();
    let mut alert = json!({
        "labels": labels, "annotations": annotations, "startsAt": at(begins),
        "generatorURL": "http://prometheus.example.com/graph",
    });
    if let Some(ends) = ends {
        alert["endsAt"] = json!(at(ends));
    }
    alert
}

fn errors(instance: &str, ends: Option<i64>) -> Value {
    let labels = json!({
        "alertname": "CheckoutErrorsHigh", "service": "checkout", "severity": "critical", "instance": instance,
        "team": "team-payments",
    });
    let annotations = json!({ "summary": format!("5xx ratio above 5 % on {instance}") });
    alert(&labels, &annotations, 0, ends)
}

/// Operators' channel and customer's.
const SIDES: [&str; 2] = ["operators", "acme"];
const UPDATE: &str = "The payment provider is slow; we switch to another.";
const WORDS: &str = "Orders over 100 EUR fail as well.";
/// What a customer must never read: labels, what the monitor wrote, who works for the provider.
const INTERNAL: [&str; 10] = [
    "api-2",
    "api-3",
    "CheckoutErrors",
    "critical",
    "team-payments",
    "5xx",
    "wiki.example",
    "Weber",
    "Okafor",
    "Maria",
];

struct Night {
    program: Program,
    alertmanager: Arc<Alertmanager>,
    discord: Arc<Discord>,
    telegram: Telegram,
    /// Of Maria, who manages and looks at the web chat.
    cookie: String,
    /// Operators' channel and customer's.
    on_discord: [String; 2],
    on_telegram: [i64; 2],
    /// Everybody's accounts on Discord and Telegram.
    anna: (String, u64),
    ben: (String, u64),
    jonas: (String, u64),
}

/// A message as a person reads it, in one line.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    id: String,
    text: String,
}

/// What stands in one channel, oldest first.
#[derive(Clone, Debug)]
struct Room {
    name: String,
    /// Cards and short messages.
    messages: Vec<Shown>,
    /// What hangs under a card.
    history: Vec<Shown>,
}

impl Room {
    fn new(platform: &str, side: &str) -> Self {
        Self { name: format!("{side} on {platform}"), messages: Vec::new(), history: Vec::new() }
    }

    /// The one card.
    fn card(&self) -> Option<&Shown> {
        let mark = if self.name.starts_with("operators") { "agreement v1" } else { "your reference ACME-1" };
        let mut cards = self.messages.iter().filter(|message| message.text.contains(mark));
        let card = cards.next();
        assert_eq!(cards.next(), None, "a second card stands in {self:#?}");
        card
    }

    fn shows(&self, wanted: &str) -> bool {
        self.card().is_some_and(|card| card.text.contains(wanted))
    }

    fn says(&self, wanted: &str) -> bool {
        self.messages.iter().chain(&self.history).any(|message| message.text.contains(wanted))
    }
}

/// Without marks of markup, tags and relative times, and in one line.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                plain.push(' ');
            }
            '*' | '\\' => {}
            _ if inside => {}
            _ => plain.push(c),
        }
    }
    plain.split_whitespace().filter(|word| *word != "(" && *word != ")").collect::<Vec<_>>().join(" ")
}

impl Night {
    async fn begin() -> Option<Self> {
        let (discord, telegram) = (Discord::start().await, Telegram::start().await);
        let on_discord = SIDES.map(|side| discord.text_channel(side));
        let on_telegram = SIDES.map(|side| telegram.chat(Kind::Supergroup, side));
        let person = |name: &str| (discord.person(name, "en-US"), telegram.person(name, "en"));
        let (anna, ben, jonas) = (person("Anna"), person("Ben"), person("Jonas"));
        let [operators, acme] = on_telegram.map(|chat| chat.to_string());
        let mut files = Files::quick()
            .on("discord", &discord.url(), discord::TOKEN, &on_discord[0], &on_discord[1])
            .on("telegram", telegram.url().as_str(), telegram::TOKEN, &operators, &acme);
        for (name, (discord, telegram)) in [("anna", &anna), ("ben", &ben), ("jonas", &jonas)] {
            files = files.account(name, &format!("discord:{discord}"));
            files = files.account(name, &format!("telegram:{telegram}"));
        }
        hasten(&mut files);
        let mut program = Program::prepare(&files);
        let webhook = program.url("/webhooks/alertmanager");
        let alertmanager = Arc::new(Alertmanager::start(&webhook).await?);
        program.run().await;
        discord.until_connected().await;
        let cookie = program.manager("Maria").await.into_cookie();
        let night = Self {
            program,
            alertmanager,
            discord,
            telegram,
            cookie,
            on_discord,
            on_telegram,
            anna,
            ben,
            jonas,
        };
        Some(night)
    }

    fn maria(&self) -> Visitor<'_> {
        self.program.visitor(self.cookie.clone())
    }

    /// What operators see, then what customers see, on Discord, on Telegram and in the web chat.
    async fn rooms(&self) -> [Vec<Room>; 2] {
        let mut rooms = [Vec::new(), Vec::new()];
        for (at, side) in SIDES.into_iter().enumerate() {
            rooms[at].push(self.discord_room(side, &self.on_discord[at]));
            rooms[at].push(self.telegram_room(side, self.on_telegram[at]));
            rooms[at].push(self.web_room(side).await);
        }
        for room in &rooms[1] {
            let text = format!("{room:?}");
            assert_eq!(INTERNAL.iter().find(|word| text.contains(**word)), None, "{room:#?}");
        }
        for call in self.telegram.said_to(self.on_telegram[1]) {
            let text = call.to_string();
            assert_eq!(INTERNAL.iter().find(|word| text.contains(**word)), None, "{text}");
        }
        rooms
    }

    fn discord_room(&self, side: &str, channel: &str) -> Room {
        let shown = |seen: &discord::Seen| Shown { id: seen.id.clone(), text: plain(&seen.text) };
        let mut room = Room::new("Discord", side);
        for message in self.discord.messages(channel) {
            room.history.extend(self.discord.history(&message.id).iter().map(shown));
            room.messages.push(shown(&message));
        }
        room
    }

    fn telegram_room(&self, side: &str, chat: i64) -> Room {
        let mut room = Room::new("Telegram", side);
        for message in self.telegram.posts(chat) {
            let shown = Shown { id: message.id.to_string(), text: plain(&message.text) };
            if message.reply_to.is_some() { &mut room.history } else { &mut room.messages }.push(shown);
        }
        room
    }

    async fn web_room(&self, side: &str) -> Room {
        let page = self.maria().page(&format!("/chat/{side}")).await;
        let mut room = Room::new("the web", side);
        let (_, list) = page.split_once("<ol id=\"messages\">").unwrap();
        for item in list.split("<li id=\"").skip(1) {
            let (id, rest) = item.split_once('"').unwrap();
            let (head, rest) = rest.split_once('>').unwrap();
            // What hangs under a message stands inside of it.
            let text = rest.split("</li>").next().unwrap();
            let shown = Shown { id: id.to_owned(), text: plain(text) };
            if head.contains("data-under") { &mut room.history } else { &mut room.messages }.push(shown);
        }
        room
    }

    /// Waits until operators and customers see this on all three.
    async fn until(&self, what: &str, operators: impl Fn(&Room) -> bool, customers: impl Fn(&Room) -> bool) {
        let begun = Instant::now();
        loop {
            let rooms = self.rooms().await;
            let missing = rooms[0].iter().find(|room| !operators(room));
            let Some(room) = missing.or_else(|| rooms[1].iter().find(|room| !customers(room))) else {
                return;
            };
            assert!(
                begun.elapsed() < PATIENCE,
                "no sign of \"{what}\" to {}: {rooms:#?}\n{}\n{}",
                room.name,
                self.program.log(),
                self.alertmanager.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until everything that was to be said has been sent.
    async fn until_settled(&self) {
        let store = self.program.store().await;
        let begun = Instant::now();
        loop {
            // Only what is unsettled or ended badly is counted.
            let counts = store.outbox_counts().await.unwrap();
            if counts.is_empty() {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "{counts:?}\n{}", self.program.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        store.close().await;
    }

    /// The card of one side on Discord.
    fn discord_card(&self, side: usize) -> String {
        self.discord_room(SIDES[side], &self.on_discord[side]).card().unwrap().id.clone()
    }
}

/// Promises that break within seconds, and a monitor that is missed soon.
fn hasten(files: &mut Files) {
    files.upheld = files.upheld.replace("silence_after = \"10 min\"", "silence_after = \"15s\"");
    let acme = &mut files.agreements[0].1;
    *acme = acme.replace("P1 = \"30s\"", "P1 = \"10s\"");
    *acme = acme.replace("call_again_after = \"10s\"", "call_again_after = \"1h\"\nat_risk = 50");
    *acme = acme.replace("on_call = ", "mention = [\"ben\"]\non_call = ");
}

fn anything(_: &Room) -> bool {
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn one_night_with_a_real_alertmanager() {
    let Some(mut night) = Night::begin().await else { return };
    let watchdog = watchdog(&night.alertmanager);
    it_fires_and_nobody_comes(&night).await;
    let cards = cards(&night).await;
    the_program_is_killed_and_nothing_is_lost_or_doubled(&mut night).await;
    it_is_taken_on_discord(&night).await;
    the_customer_is_told_by_telegram_and_answers_on_discord(&night).await;
    it_recovers(&night).await;
    it_was_still_broken(&night).await;
    the_numbers_are_explained(&night).await;
    watchdog.abort();
    drop(watchdog.await);
    the_watchdog_is_missed(&night).await;
    assert_eq!(self::cards(&night).await, cards, "the cards were changed where they stood");
    everything_was_said_once_and_is_on_record(&mut night).await;
}

async fn cards(night: &Night) -> Vec<(String, String)> {
    let rooms = night.rooms().await;
    rooms.iter().flatten().map(|room| (room.name.clone(), room.card().unwrap().id.clone())).collect()
}

async fn it_fires_and_nobody_comes(night: &Night) {
    night.alertmanager.alerts(&json!([errors("api-2", None)])).await;
    let opened = "5xx ratio above 5 % on api-2";
    let alerted = "We have been alerted; an engineer is being reached.";
    night
        .until(
            "an incident",
            |room| room.shows(opened) && room.shows("Checkout · Acme GmbH") && room.shows("INC-1"),
            |room| room.shows("Checkout: some payments are failing") && room.shows(alerted),
        )
        .await;
    let at_risk = "AT RISK · response · P1 · Checkout · Acme GmbH";
    night.until("at risk", |room| room.says(at_risk) && room.says("Acknowledge by"), anything).await;
    let late = "LATE · response · P1 · Checkout · Acme GmbH";
    night
        .until(
            "late",
            |room| room.says(late) && room.shows("Response ✗ promised within 10 s, late since"),
            |room| room.shows("We are late.") && room.says("Response is late"),
        )
        .await;
    // The warning calls Anna, who is first on the list, and Ben, whom the agreement names; what is late, both
    // again: nobody has it.
    let rung =
        |text: &str| night.discord.messages(&night.on_discord[0]).into_iter().find(|m| m.text.contains(text));
    for text in ["Acknowledge by", "Nobody has it."] {
        assert_eq!(rung(text).unwrap().pinged, [night.anna.0.as_str(), &night.ben.0], "{text}");
    }
    let posts = night.telegram.posts(night.on_telegram[0]);
    let rung = |text: &str| {
        let post = posts.iter().find(|post| post.text.contains(text)).unwrap();
        post.entities.iter().filter_map(|entity| entity["user"]["id"].as_u64()).collect::<Vec<_>>()
    };
    for text in ["Acknowledge by", "Nobody has it."] {
        assert_eq!(rung(text), [night.anna.1, night.ben.1], "{text}");
    }
}

async fn the_program_is_killed_and_nothing_is_lost_or_doubled(night: &mut Night) {
    night.until_settled().await;
    let ids = |rooms: &[Vec<Room>; 2]| {
        let all = rooms.iter().flatten().flat_map(|room| room.messages.iter().chain(&room.history));
        all.map(|message| message.id.clone()).collect::<Vec<_>>()
    };
    let before = ids(&night.rooms().await);
    let sessions = night.discord.lock().sessions.identifies;
    let failed = night.alertmanager.failures().await;
    night.program.kill();
    night.alertmanager.alerts(&json!([errors("api-3", None)])).await;
    night.alertmanager.until_failures_exceed(failed).await;
    night.program.run().await;
    night.until("the second alert", |room| room.shows("on api-3") && room.shows("on api-2"), anything).await;
    night.discord.until_connected_after(sessions).await;
    night.until_settled().await;
    assert_eq!(ids(&night.rooms().await), before, "nothing was said anew");
}

async fn it_is_taken_on_discord(night: &Night) {
    let pressed = night.discord.press(&night.discord_card(0), "Acknowledge", &night.ben.0);
    let answer = night.discord.answer(pressed).await;
    assert!(answer.is_private && answer.text.contains("INC-1 is yours."), "{answer:?}");
    night
        .until(
            "taken",
            |room| room.shows("IN HAND") && room.shows("Ben Okafor at") && room.says("Ben Okafor has it"),
            |room| {
                room.shows("An engineer has been working on it since") && room.says("An engineer is on it")
            },
        )
        .await;
}

async fn the_customer_is_told_by_telegram_and_answers_on_discord(night: &Night) {
    let telegram = &night.telegram;
    let private = telegram.start_private(night.anna.1);
    telegram.say(night.on_telegram[0], night.anna.1, &format!("/update 1 {UPDATE}"));
    let preview = telegram.post_after(private, 0).await;
    assert!(preview.text.contains("So Acme GmbH reads it") && preview.text.contains(UPDATE), "{preview:?}");
    night.until("nothing before it is sent", anything, |room| !room.says(UPDATE)).await;
    telegram.press(private, preview.id, "Send", night.anna.1);
    night.until("the update", |room| room.shows(UPDATE), |room| room.shows(UPDATE)).await;

    let pressed = night.discord.press(&night.discord_card(1), "Tell us something", &night.jonas.0);
    night.discord.shown(pressed).await;
    let filled = night.discord.fill(pressed, &[("text", WORDS)]);
    assert!(night.discord.answer(filled).await.text.contains("The operators have been told."));
    night.until("the customer's words", |room| room.says(WORDS), |room| room.says(WORDS)).await;
}

async fn it_recovers(night: &Night) {
    night.alertmanager.alerts(&json!([errors("api-2", Some(0)), errors("api-3", Some(0))])).await;
    let verdicts = |room: &Room| {
        room.shows("Response ✗ after")
            && room.shows("(promised 10 s)")
            && room.shows("Resolution ✓ after")
            && room.shows("(promised 4 h)")
    };
    night
        .until(
            "the recovery",
            |room| room.shows("RESOLVED · P1 · SIL1") && verdicts(room) && room.shows("promised 99.9 %"),
            |room| room.shows("Checkout works again") && verdicts(room) && room.shows("(promised 99.9 %)"),
        )
        .await;
}

async fn it_was_still_broken(night: &Night) {
    let pressed = night.discord.press(&night.discord_card(1), "Still broken", &night.jonas.0);
    let answer = night.discord.answer(pressed).await;
    assert!(answer.text.contains("The operators have been told that it is still broken."), "{answer:?}");
    night
        .until(
            "it is broken again",
            |room| !room.shows("RESOLVED") && room.says("that it is still broken."),
            |room| room.shows("Checkout is disturbed") && room.says("You told us"),
        )
        .await;
    let resolved = night.maria().ask("operators", "resolve", "/resolve 1 The other provider works.").await;
    assert_eq!(resolved.unwrap(), 200);
    night.until("it is over", |room| room.shows("RESOLVED"), |room| room.shows("Checkout works again")).await;
}

async fn the_numbers_are_explained(night: &Night) {
    let ask = async |side: usize, person: &str, options: &[(&str, Value)]| {
        let asked = night.discord.slash(&night.on_discord[side], person, "why", options);
        plain(&night.discord.answer(asked).await.text)
    };
    for (side, person) in [(0, &night.ben.0), (1, &night.jonas.0)] {
        let clocks = ask(side, person, &[("what", json!("1"))]).await;
        for told in ["s of 10 s → late", "s of 14 400 s → on time", "response · Acme GmbH · agreement v1"]
        {
            assert!(clocks.contains(told), "no {told:?} in {clocks}");
        }
        let figures =
            ask(side, person, &[("what", json!("availability")), ("part", json!("checkout"))]).await;
        let number = |before: &str, after: &str| {
            let (_, rest) =
                figures.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {figures}"));
            let digits: String = rest.split(after).next().unwrap().chars().filter(|c| *c != ' ').collect();
            digits
                .rsplit('=')
                .next()
                .unwrap()
                .parse::<f64>()
                .unwrap_or_else(|_| panic!("{digits} in {figures}"))
        };
        let known = number("window:", " s excluded:") - number("unknown:", " s down:");
        let value = (1.0 - number("down:", " s value:") / known) * 100.0;
        let said = number("unknown) =", " %");
        assert!((0.0..0.0002).contains(&(value - said)), "{value} or {said}: {figures}");
        assert!(figures.contains("promised: 99.9 %"), "{figures}");
        let told = format!("{clocks} {figures}");
        let internal = INTERNAL.iter().find(|word| told.contains(**word));
        assert!(side == 0 || internal.is_none(), "{told}");
    }
}

async fn the_watchdog_is_missed(night: &Night) {
    let silent = "monitor alertmanager is silent";
    night.until("a monitor that was heard all the time", |room| !room.says(silent), anything).await;
    night.until("the silence", |room| room.says(silent), |room| !room.says("monitor")).await;
}

async fn everything_was_said_once_and_is_on_record(night: &mut Night) {
    night.until_settled().await;
    for room in night.rooms().await.iter().flatten() {
        // What hangs under a card may be word for word what the card says now.
        for said in [&room.messages, &room.history] {
            let texts: BTreeSet<&str> = said.iter().map(|message| message.text.as_str()).collect();
            assert_eq!(texts.len(), said.len(), "something was said twice: {room:#?}");
        }
    }
    assert!(night.program.stop().await.success(), "{}", night.program.log());
    let store = night.program.store().await;
    let chains = store.record_chains().await.unwrap();
    assert_eq!(chains.len(), 2, "{chains:?}");
    for chain in chains {
        let head = store.verify_record(&chain).await.unwrap().unwrap();
        let lines = store.record(&chain, 1_000, 0).await.unwrap();
        assert_eq!(head.sequence, lines.len() as u64);
        let bad = lines.iter().find(|line| !matches!(line.said.outcome, Outcome::Sent | Outcome::Replied));
        assert_eq!(bad, None);
    }
    store.close().await;
    assert!(night.program.succeed(&["journal", "verify"]).contains("The chain holds"));
    assert!(night.program.succeed(&["replay"]).contains("No difference"));
}
