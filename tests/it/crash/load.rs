//! What goes on while the program dies again and again: monitors post, people press, write and type. Whatever
//! the program promised by an answer is noted, to be asked for in the end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::header::{ACCEPT, COOKIE, ORIGIN};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::city::City;
use crate::dice::Dice;
use crate::fake::discord::Fake;
use crate::fake::telegram::{BOT, Telegram};
use crate::program::{SECRET, firing, resolved, service, together};

/// So many of all services are disturbed until the end, so that somebody can always press on their cards; the
/// others come and go.
pub const STEADY: usize = 10;
pub const SERVICES: usize = 30;

/// What was promised.
#[derive(Debug, Default)]
pub struct Promises {
    /// Alerts by key and status, each with its service, as soon as a body with it was answered 202.
    pub alerts: Mutex<BTreeMap<(String, &'static str), String>>,
    /// Notes by their text, and whether they were answered.
    pub notes: Mutex<BTreeMap<String, Note>>,
    /// Presses on Discord, by interaction, with what stood on the button.
    pub pressed: Mutex<Vec<(u64, &'static str)>>,
    /// Presses on Telegram, by update.
    pub touched: Mutex<Vec<(u32, &'static str)>>,
    pub accepted: AtomicUsize,
    pub repeated: AtomicUsize,
    /// Posts whose connection broke, or that found nobody.
    pub unanswered: AtomicUsize,
    pub answers: watch::Sender<u64>,
}

/// How a note was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// By a slash command, whose answer Discord knows.
    Slash(u64),
    /// By a message that Telegram delivers until it is taken.
    Message,
    /// By a line that was repeated until it was answered.
    Line,
}

/// Everybody who does something.
pub struct Crowd {
    client: Client,
    url: String,
    pub promises: Arc<Promises>,
    goes_on: AtomicBool,
    number: AtomicUsize,
}

impl Crowd {
    pub fn new(city: &City) -> Arc<Self> {
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
        Arc::new(Self {
            client,
            url: city.program.url(""),
            promises: Arc::default(),
            goes_on: AtomicBool::new(true),
            number: AtomicUsize::new(0),
        })
    }

    pub fn stop(&self) {
        self.goes_on.store(false, SeqCst);
    }

    fn goes_on(&self) -> bool {
        self.goes_on.load(SeqCst)
    }

    fn number(&self) -> usize {
        self.number.fetch_add(1, SeqCst)
    }

    /// Posts until it is answered 202, as a monitor does.
    async fn deliver(&self, body: &Value) {
        loop {
            let request = self.client.post(format!("{}/webhooks/alertmanager", self.url));
            match request.bearer_auth(SECRET).json(body).send().await.map(|answer| answer.status()) {
                Ok(StatusCode::ACCEPTED) => break,
                Ok(status) => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE),
                Err(_) => drop(self.promises.unanswered.fetch_add(1, SeqCst)),
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        self.promises.accepted.fetch_add(1, SeqCst);
        let mut alerts = self.promises.alerts.lock().unwrap();
        for alert in body["alerts"].as_array().unwrap() {
            let service = alert["labels"]["service"].as_str().unwrap().to_owned();
            alerts.insert((key(alert), status(alert)), service);
        }
        drop(alerts);
        self.promises.answers.send_modify(|count| *count += 1);
    }

    /// Fires one alert on each service that stays disturbed.
    pub async fn disturb(&self) -> Vec<Value> {
        let bodies: Vec<Value> = (0..STEADY).map(|at| firing(&format!("steady{at}"), &service(at))).collect();
        for body in &bodies {
            self.deliver(body).await;
        }
        bodies
    }

    pub async fn resolve(&self, bodies: Vec<Value>) {
        for body in bodies {
            self.deliver(&resolved(body)).await;
        }
    }

    /// A monitor: new alerts, their ends, and bodies sent again.
    pub async fn monitor(self: Arc<Self>, mut dice: Dice) {
        let mut open: Vec<Value> = Vec::new();
        let mut known: Vec<Value> = Vec::new();
        while self.goes_on() {
            let body = match dice.below(100) {
                0..45 => {
                    let alerts = (0..=dice.below(3)).map(|_| {
                        let key = format!("alert{}", self.number());
                        firing(&key, &service(dice.index(SERVICES)))
                    });
                    let body = together(alerts.collect());
                    open.push(body.clone());
                    body
                }
                45..80 if !open.is_empty() => resolved(open.swap_remove(dice.index(open.len()))),
                _ if known.is_empty() => continue,
                _ => {
                    self.promises.repeated.fetch_add(1, SeqCst);
                    dice.pick(&known).clone()
                }
            };
            self.deliver(&body).await;
            known.push(body);
            tokio::time::sleep(dice.time(20, 120)).await;
        }
        self.resolve(open).await;
    }

    /// Somebody in the web chat, who sends each line until it is answered.
    pub async fn visitor(self: Arc<Self>, cookie: String, mut dice: Dice) {
        while self.goes_on() {
            let text = format!("line {} from the web", self.number());
            self.note(&text, Note::Line);
            let line = format!("/note {} {text}", 1 + dice.index(STEADY));
            loop {
                let request = self.client.post(format!("{}/chat/operators/commands", self.url));
                let request = request.header(ORIGIN, &self.url).header(COOKIE, &cookie);
                let request = request.header(ACCEPT, "application/json");
                match request.form(&[("act", &text), ("line", &line)]).send().await {
                    Ok(answer) if answer.status() == StatusCode::OK => break,
                    Ok(answer) => assert!(answer.status().is_server_error(), "{answer:?}"),
                    Err(_) => {}
                }
                tokio::time::sleep(Duration::from_millis(15)).await;
            }
            tokio::time::sleep(dice.time(60, 240)).await;
        }
    }

    fn note(&self, text: &str, how: Note) {
        self.promises.notes.lock().unwrap().insert(text.to_owned(), how);
    }

    /// Operators on Discord, as long as they are connected: they press on cards and write notes.
    pub async fn discord(
        self: Arc<Self>,
        fake: Arc<Fake>,
        channel: String,
        who: [String; 2],
        mut dice: Dice,
    ) {
        while self.goes_on() {
            tokio::time::sleep(dice.time(30, 130)).await;
            if fake.lock().sessions.connection.is_none() {
                continue;
            }
            let person = dice.pick(&who).clone();
            if dice.below(3) == 0 {
                let text = format!("slash {} on Discord", self.number());
                let incident = format!("INC-{}", 1 + dice.index(STEADY));
                let options = [("incident", json!(incident)), ("text", json!(text))];
                let interaction = fake.slash(&channel, &person, "note", &options);
                self.note(&text, Note::Slash(interaction));
                continue;
            }
            let label = *dice.pick(&["Acknowledge", "Escalate"]);
            let mut cards = fake.messages(&channel);
            cards.retain(|card| card.buttons.iter().any(|button| button == label) && is_steady(&card.text));
            let card = (!cards.is_empty()).then(|| dice.pick(&cards));
            let pressed = card.and_then(|card| fake.try_press(&card.id, label, &person));
            self.promises.pressed.lock().unwrap().extend(pressed.map(|pressed| (pressed, label)));
        }
    }

    /// Operators on Telegram, which keeps what they do until it is taken.
    pub async fn telegram(self: Arc<Self>, fake: Arc<Telegram>, chat: i64, who: [u64; 2], mut dice: Dice) {
        while self.goes_on() {
            tokio::time::sleep(dice.time(60, 240)).await;
            let person = *dice.pick(&who);
            if dice.below(3) == 0 {
                let text = format!("message {} on Telegram", self.number());
                self.note(&text, Note::Message);
                fake.say(chat, person, &format!("/note INC-{} {text}", 1 + dice.index(STEADY)));
                continue;
            }
            let label = *dice.pick(&["Acknowledge", "Escalate"]);
            let mut cards = fake.messages(chat);
            cards.retain(|card| card.from == BOT && is_steady(&card.text));
            cards.retain(|card| card.buttons().iter().flatten().any(|key| key == label));
            let card = (!cards.is_empty()).then(|| dice.pick(&cards));
            let touched = card.and_then(|card| fake.try_press(chat, card.id, label, person));
            self.promises.touched.lock().unwrap().extend(touched.map(|touched| (touched, label)));
        }
    }
}

/// Whether a card is of an incident that stays open.
fn is_steady(card: &str) -> bool {
    let head = card.lines().next().unwrap_or_default();
    (1..=STEADY).any(|number| head.split([' ', '*']).any(|word| word == format!("INC-{number}")))
}

pub fn key(alert: &Value) -> String {
    alert["fingerprint"].as_str().unwrap().to_owned()
}

pub fn status(alert: &Value) -> &'static str {
    if alert["status"] == "firing" { "firing" } else { "resolved" }
}
