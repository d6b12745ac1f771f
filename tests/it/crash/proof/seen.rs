//! What people see in the end: each message once, and every card as it stands.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use upheld::chat::discord::render::{self as on_discord, Drawing};
use upheld::chat::telegram::{markup, render as on_telegram};
use upheld::chat::web::content::Content;
use upheld::chat::{Outgoing, Platform};
use upheld::commands::desk::facts;
use upheld::i18n::speak;
use upheld::i18n::spoken::Spoken;
use upheld::store::outbox::{Row, State as Sending};

use super::Evidence;
use crate::city::{City, open};
use crate::fake::telegram::{BOT, Message};

/// Messages on each platform.
#[derive(Debug, Default)]
#[expect(dead_code, reason = "counted to be printed")]
pub struct Seen {
    pub discord: usize,
    /// Posts that Discord got again and knew by their nonce.
    pub recognised_by_discord: usize,
    pub telegram: usize,
    /// Second copies on Telegram, each of a message that says it may be a repeat.
    pub marked_repeats_on_telegram: usize,
    pub web: usize,
}

const MARK: &str = "This may be a repeat.";

impl Seen {
    pub async fn of(evidence: &Evidence, city: &City) -> Self {
        let mut seen = Self { recognised_by_discord: city.discord.lock().recognised, ..Self::default() };
        let spoken = evidence.spoken().await;
        seen.discord = discord(evidence, city, &spoken);
        for chat in [city.operators.telegram, city.customer.telegram] {
            let (all, repeats) = telegram(evidence, city, chat, &spoken);
            seen.telegram += all;
            seen.marked_repeats_on_telegram += repeats;
        }
        seen.web = web(evidence, city, &spoken).await;
        seen
    }
}

impl Evidence {
    /// The words of every message.
    async fn spoken(&self) -> BTreeMap<&str, Spoken> {
        let mut all = BTreeMap::new();
        for (key, row) in &self.rows {
            let facts = facts(&self.store, &self.directory, &row.message.doc).await.unwrap();
            all.insert(key.as_str(), speak(&row.message.doc, row.message.locale, &facts));
        }
        all
    }

    fn on(&self, platform: Platform) -> impl Iterator<Item = (&String, &Row)> {
        self.rows.iter().filter(move |(_, row)| row.message.to.platform == platform)
    }
}

fn is_up_to_date(row: &Row) -> bool {
    row.state == Sending::Sent && row.sent_version == row.version
}

/// Every message is exactly one row's, and shows what the row says.
fn discord(evidence: &Evidence, city: &City, spoken: &BTreeMap<&str, Spoken>) -> usize {
    let state = city.discord.lock();
    let public = state.messages.values().filter(|message| message.only_for.is_none());
    let mut unclaimed: BTreeSet<u64> = public.map(|message| message.id).collect();
    let all = unclaimed.len();
    for (key, row) in evidence.on(Platform::Discord) {
        assert!(is_up_to_date(row), "{row:#?}");
        let id: u64 = row.message_id.as_ref().unwrap().parse().unwrap();
        assert!(unclaimed.remove(&id), "{key}: two messages are one, or none");
        assert!(!row.maybe_repeat, "Discord recognises a repeat: {row:#?}");
        let expected = on_discord::message(&spoken[key.as_str()], &Drawing::default());
        assert_eq!(shown(&state.messages[&id].body), shown(&expected), "{key}");
    }
    let orphans: Vec<_> = unclaimed.iter().map(|id| &state.messages[id]).collect();
    assert!(orphans.is_empty(), "Discord shows what is no message's, or a message twice: {orphans:#?}");
    all
}

/// Without the marker.
fn shown(body: &Value) -> Value {
    let embed = &body["embeds"][0];
    let rows = body["components"].as_array().cloned().unwrap_or_default();
    let labels = rows.iter().flat_map(|row| row["components"].as_array().unwrap());
    let labels: Value = labels.map(|button| button["label"].clone()).collect();
    serde_json::json!([body["content"].as_str(), embed["title"], embed["description"], labels])
}

/// Every message is a row's own, or an earlier copy of one whose later copies say that they may be repeats.
/// How many there are, and how many copies.
fn telegram(evidence: &Evidence, city: &City, chat: i64, spoken: &BTreeMap<&str, Spoken>) -> (usize, usize) {
    let here = |row: &Row| row.message.to.channel == chat.to_string();
    let posts = city.telegram.posts(chat);
    let mut copies: BTreeMap<i32, &Message> = posts.iter().map(|post| (post.id, post)).collect();
    // What an unmarked copy may be of: a post by its whole text, a card by its reference.
    let mut unmarked: BTreeMap<String, usize> = BTreeMap::new();
    for (key, row) in evidence.on(Platform::Telegram).filter(|(_, row)| here(row)) {
        let spoken = &spoken[key.as_str()];
        if let Some(id) = &row.message_id {
            assert!(is_up_to_date(row) || row.state == Sending::Uncertain, "{row:#?}");
            let copy =
                copies.remove(&id.parse().unwrap()).unwrap_or_else(|| panic!("no message of {row:#?}"));
            if is_up_to_date(row) {
                assert_eq!(copy.text, text(row, spoken, row.maybe_repeat), "{key}");
            }
        }
        if row.maybe_repeat || row.state == Sending::Uncertain {
            *unmarked.entry(subject(row, spoken)).or_default() += 1;
        }
    }
    for copy in copies.values().filter(|copy| !copy.text.contains(MARK)) {
        let of = unmarked.iter_mut().find(|(subject, left)| **left > 0 && is_of(copy, subject));
        let Some((_, left)) = of else {
            panic!("shown twice without a word: {copy:#?}");
        };
        *left -= 1;
    }
    assert!(posts.iter().all(|post| post.from == BOT));
    (posts.len(), copies.len())
}

fn text(row: &Row, spoken: &Spoken, maybe_repeat: bool) -> String {
    let drawn = on_telegram::draw_outgoing(&Outgoing {
        key: row.message.key.clone(),
        to: row.message.to.clone(),
        audience: row.message.chain.clone(),
        under: None,
        thread: None,
        spoken: spoken.clone(),
        enclosure: None,
        first_tried: None,
        plain: false,
        maybe_repeat,
    });
    let text = if drawn.html { markup::parse(&drawn.text).unwrap().text } else { drawn.text };
    text.trim_end().to_owned()
}

fn subject(row: &Row, spoken: &Spoken) -> String {
    match (row.card, &spoken.reference) {
        (true, Some(reference)) => format!("card {reference}"),
        (true, None) => "digest".to_owned(),
        (false, _) => text(row, spoken, false),
    }
}

fn is_of(copy: &Message, subject: &str) -> bool {
    let head = copy.text.lines().next().unwrap_or_default();
    match subject.strip_prefix("card ") {
        Some(reference) => head.split_whitespace().any(|word| word == reference),
        None if subject == "digest" => !head.contains("INC-") && !head.contains("ACME-"),
        None => copy.text == subject,
    }
}

/// Every message of the rooms that is not an answer is exactly one row's, and shows what the row says.
async fn web(evidence: &Evidence, city: &City, spoken: &BTreeMap<&str, Spoken>) -> usize {
    let mut database = open(&city.program.database()).await;
    let all =
        "SELECT id, key, content FROM room_messages WHERE key NOT LIKE 'line:%' AND key NOT LIKE 'answer:%'";
    let all: Vec<(i64, String, String)> = sqlx::query_as(all).fetch_all(&mut database).await.unwrap();
    let mut messages: BTreeMap<String, (String, String)> =
        all.into_iter().map(|(id, key, content)| (id.to_string(), (key, content))).collect();
    let count = messages.len();
    for (key, row) in evidence.on(Platform::Web) {
        assert!(is_up_to_date(row) && !row.maybe_repeat, "{row:#?}");
        let message = messages.remove(row.message_id.as_ref().unwrap());
        let (posted_as, content) = message.unwrap_or_else(|| panic!("no message of {row:#?}"));
        assert_eq!(&posted_as, key);
        let Content::Said { spoken: said, .. } = Content::from_json(&content).unwrap() else {
            panic!("{key} is a line")
        };
        assert_eq!(said, spoken[key.as_str()], "{key}");
    }
    assert!(messages.is_empty(), "the rooms show what is no message's: {messages:#?}");
    count
}
