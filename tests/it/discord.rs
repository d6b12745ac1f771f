//! Stories on Discord: a card's life, people's acts, and everything that goes wrong in between.

mod pictures;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use upheld::chat::discord::{Discord, Settings};
use upheld::chat::{
    Account, Answer, Ask, Chat, CommandSpec, Delivered, Desk, FailCause, Health, Inbound, OptionKind,
    OptionSpec, Outgoing, Platform, SendError,
};
use upheld::clock::{Clock, ManualClock};
use upheld::core::doc::{Press, Tone, Verdict, Weight};
use upheld::core::time::{Instant, Span};
use upheld::i18n::Language;
use upheld::i18n::spoken::{
    Run, RunKind, Spoken, SpokenBlock, SpokenButton, SpokenField, SpokenForm, SpokenFormField,
};
use upheld::store::record::Chain;

use crate::fake::discord::{Fake, Fault, Seen, Shown, TOKEN};
use crate::picture::with_picture;

/// Answers a few commands, remembers what it was asked, and can be made to wait.
#[derive(Debug)]
struct TestDesk {
    asked: Mutex<Vec<Inbound>>,
    gate: Semaphore,
}

impl Desk for TestDesk {
    fn handle(&self, inbound: Inbound) -> BoxFuture<'_, Answer> {
        let command = match &inbound.ask {
            Ask::Words(words) => words.join(" "),
            Ask::Press { command, .. } | Ask::Line(command) => command.clone(),
            Ask::Filled { command, values } => format!("filled {command} {values:?}"),
            Ask::ReplyTo { .. } => "reply".to_owned(),
        };
        self.asked.lock().unwrap().push(inbound);
        Box::pin(async move {
            if command.starts_with("slow") {
                self.gate.acquire().await.unwrap().forget();
            }
            let say = |private| Answer::Say { spoken: spoken(&format!("did {command}")), private };
            match command.split(' ').next().unwrap_or_default() {
                "update" | "slow_form" => Answer::Form(form()),
                "status" | "slow_public" => say(false),
                "quiet" => Answer::Nothing,
                "picture" | "slow_picture" => {
                    let spoken = with_picture(spoken(&format!("did {command}")));
                    Answer::Say { spoken, private: false }
                }
                _ => say(true),
            }
        })
    }

    fn menu(&self, language: Language) -> Vec<CommandSpec> {
        let words = match language {
            Language::English => "Does",
            Language::TraditionalChinese => "執行",
        };
        let option = OptionSpec {
            name: "object".to_owned(),
            description: words.to_owned(),
            required: false,
            positional: true,
            given_as: "object".to_owned(),
            kind: OptionKind::Text,
        };
        ["status", "ack", "update", "quiet", "picture", "slow", "slow_public", "slow_form", "slow_picture"]
            .map(|name| CommandSpec {
                name: name.to_owned(),
                description: format!("{words} {name}"),
                options: vec![option.clone()],
            })
            .to_vec()
    }
}

fn spoken(head: &str) -> Spoken {
    Spoken {
        language: upheld::i18n::Language::English,
        tone: Tone::Late,
        symbol: "■",
        head: vec![Run::own(head)],
        reference: Some("INC-42".to_owned()),
        blocks: Vec::new(),
        picture: None,
        buttons: Vec::new(),
        footer: Vec::new(),
    }
}

fn card(head: &str) -> Spoken {
    let button =
        |label: &str, press| SpokenButton { label: label.to_owned(), press, weight: Weight::Primary };
    Spoken {
        blocks: vec![
            SpokenBlock::Line(vec![Run::untrusted("5xx on api-2 @everyone")]),
            SpokenBlock::Fields(vec![SpokenField {
                name: vec![Run::own("Response")],
                verdict: Some((Verdict::Broken, "✗")),
                value: vec![
                    Run::own("late since "),
                    Run {
                        text: "03:17".to_owned(),
                        kind: RunKind::Moment(Instant::from_seconds(1_764_000_000)),
                    },
                ],
            }]),
        ],
        buttons: vec![
            button("Acknowledge", Press::Command("ack INC-42".to_owned())),
            button("Update customer", Press::Command("update INC-42".to_owned())),
            button("Runbook", Press::Open("https://runbooks.example/checkout".to_owned())),
        ],
        footer: vec![Run::own("Europe/Berlin · agreement v3")],
        ..spoken(head)
    }
}

fn form() -> SpokenForm {
    let field = |name: &str, multiline, choices: Vec<(String, String)>| SpokenFormField {
        name: name.to_owned(),
        label: format!("The {name}"),
        value: None,
        multiline,
        required: false,
        max_length: 1_000,
        choices,
    };
    SpokenForm {
        language: upheld::i18n::Language::English,
        title: "Update the customer".to_owned(),
        intro: vec![Run::own("The customer will see this.")],
        command: "update INC-42".to_owned(),
        fields: vec![
            field("text", true, Vec::new()),
            field("state", false, vec![("fixing".to_owned(), "We are on it".to_owned())]),
        ],
        submit: "Send".to_owned(),
        cancel: "/cancel".to_owned(),
    }
}

/// One Upheld beside one Discord.
struct World {
    fake: Arc<Fake>,
    desk: Arc<TestDesk>,
    clock: Arc<ManualClock>,
    chat: Arc<Discord>,
    shutdown: CancellationToken,
    channel: String,
    ann: String,
}

fn settings(fake: &Fake) -> Settings {
    Settings {
        api_url: Some(fake.url()),
        request_timeout: Duration::from_secs(2),
        defer_after: Duration::from_millis(100),
        ready_within: Duration::from_secs(5),
        reconnect_within: Duration::from_secs(2),
        retry_first: Duration::from_millis(20),
        retry_last: Duration::from_millis(100),
        retry_refused: Duration::from_millis(50),
        ..Settings::new(TOKEN)
    }
}

impl World {
    async fn over(fake: Arc<Fake>, settings: Settings) -> Self {
        let desk = Arc::new(TestDesk { asked: Mutex::default(), gate: Semaphore::new(0) });
        let clock = Arc::new(ManualClock::new(Instant::from_seconds(1_764_000_000)));
        let shutdown = CancellationToken::new();
        let (desk_for, clock_for) = (Arc::clone(&desk), Arc::clone(&clock));
        let chat = Discord::start(settings, desk_for, clock_for, shutdown.clone()).unwrap();
        let (channel, ann) = (fake.text_channel("ops"), fake.person("ann", "zh-TW"));
        Self { fake, desk, clock, chat, shutdown, channel, ann }
    }

    /// For stories that only send: whether the gateway is there does not matter.
    async fn sending() -> Self {
        let fake = Fake::start().await;
        let settings = settings(&fake);
        Self::over(fake, settings).await
    }

    async fn connected() -> Self {
        let world = Self::sending().await;
        world.fake.until_connected().await;
        world
    }

    fn outgoing(&self, key: &str, spoken: Spoken) -> Outgoing {
        Outgoing {
            key: format!("{key}:discord:{}", self.channel),
            to: format!("discord:{}", self.channel).parse().unwrap(),
            audience: Chain::Operators,
            under: None,
            thread: None,
            spoken,
            enclosure: None,
            first_tried: None,
            plain: false,
            maybe_repeat: false,
        }
    }

    async fn post(&self, key: &str, spoken: Spoken) -> String {
        self.chat.send(&self.outgoing(key, spoken)).await.unwrap().message
    }

    async fn until_health(&self, is_so: impl FnMut(&Health) -> bool) -> Health {
        let mut changes = self.chat.health_changes();
        let found = tokio::time::timeout(Duration::from_secs(20), changes.wait_for(is_so)).await;
        found.unwrap().unwrap().clone()
    }

    fn asked(&self) -> Vec<Inbound> {
        self.desk.asked.lock().unwrap().clone()
    }
}

fn is_retry(result: &Result<Delivered, SendError>) -> bool {
    matches!(result, Err(SendError::Retry { .. }))
}

fn fail(result: Result<Delivered, SendError>) -> FailCause {
    match result {
        Err(SendError::Fail { cause, .. }) => cause,
        other => unreachable!("no failure: {other:?}"),
    }
}

#[tokio::test]
async fn a_card_is_posted_edited_in_place_and_keeps_its_history_in_a_thread() {
    let world = World::sending().await;
    let card_id = world.post("card", card("LATE · response")).await;
    let seen = world.fake.last(&world.channel);
    assert_eq!(
        seen.text,
        "■ LATE · response · INC-42\n5xx on api-2 \\@everyone\n\
        **Response** ✗ late since 03:17 (<t:1764000000:R>)\nEurope/Berlin · agreement v3"
    );
    assert_eq!(seen.buttons, ["Acknowledge", "Update customer", "Runbook"]);
    assert_eq!((seen.id.as_str(), seen.colour, seen.edits), (card_id.as_str(), Some(0x00C9_2A2A), 0));
    assert!(seen.pinged.is_empty());

    let edited = world.chat.edit(&card_id, &world.outgoing("card/2", spoken("in hand"))).await.unwrap();
    assert_eq!(edited.message, card_id);
    let seen = world.fake.last(&world.channel);
    assert_eq!((seen.text.lines().next().unwrap(), seen.edits), ("■ in hand · INC-42", 1));
    assert_eq!(seen.buttons, Vec::<String>::new(), "an edit also removes");

    for line in ["opened", "late", "in hand"] {
        let thread = Some("INC-42 · Checkout".to_owned());
        let history = Outgoing { under: Some(card_id.clone()), thread, ..world.outgoing(line, spoken(line)) };
        world.chat.send(&history).await.unwrap();
    }
    assert_eq!(world.fake.messages(&world.channel).len(), 1);
    assert_eq!(world.fake.history(&card_id).len(), 3);
    assert_eq!(world.fake.lock().channels[&card_id.parse().unwrap()].name, "INC-42 · Checkout");
    assert_eq!(world.fake.calls("/threads"), 1);
}

#[tokio::test]
async fn an_archived_thread_is_opened_before_its_messages_change() {
    let world = World::sending().await;
    let card_id = world.post("card", card("LATE")).await;
    let history = Outgoing { under: Some(card_id.clone()), ..world.outgoing("one", spoken("one")) };
    let entry = world.chat.send(&history).await.unwrap().message;
    let thread: u64 = card_id.parse().unwrap();
    world.fake.lock().channels.get_mut(&thread).unwrap().archived = true;
    world.chat.edit(&entry, &history).await.unwrap();
    assert!(!world.fake.lock().channels[&thread].archived);
    world.fake.lock().channels.get_mut(&thread).unwrap().archived = true;
    let more = Outgoing { under: Some(card_id.clone()), ..world.outgoing("two", spoken("two")) };
    world.chat.send(&more).await.unwrap();
    assert_eq!(world.fake.history(&card_id).len(), 2);
}

#[tokio::test]
async fn where_threads_cannot_be_had_history_is_a_reply() {
    let world = World::sending().await;
    let card_id = world.post("card", card("LATE")).await;
    let number: u64 = world.channel.parse().unwrap();
    world.fake.lock().channels.get_mut(&number).unwrap().threadless = true;
    let history = Outgoing { under: Some(card_id.clone()), ..world.outgoing("one", spoken("one")) };
    let entry = world.chat.send(&history).await.unwrap().message;
    assert_eq!(world.fake.last(&world.channel).reply_to, Some(card_id));
    let again = Outgoing { spoken: spoken("one, corrected"), ..history };
    assert_eq!(world.chat.edit(&entry, &again).await.unwrap().message, entry);
    assert!(world.fake.last(&world.channel).text.contains("corrected"));
}

#[tokio::test]
async fn a_message_that_calls_somebody_rings_only_for_them_and_says_why() {
    let world = World::sending().await;
    let bob = world.fake.person("bob", "en-US");
    let account = |user: &str| Account { platform: Platform::Discord, user: user.to_owned() };
    let mention = |accounts: Vec<Account>| Run { text: "Ann".to_owned(), kind: RunKind::Mention(accounts) };
    let elsewhere = Account { platform: Platform::Telegram, user: "7".to_owned() };
    let mut wake = spoken("AT RISK · response");
    wake.blocks = vec![SpokenBlock::Line(vec![
        Run::own("Acknowledge now. "),
        mention(vec![elsewhere.clone(), account(&world.ann)]),
        mention(vec![elsewhere]),
        Run::untrusted(format!("<@{bob}> @everyone")),
    ])];
    world.post("wake", wake).await;
    let seen = world.fake.last(&world.channel);
    assert_eq!(seen.pinged, std::slice::from_ref(&world.ann));
    assert_eq!(seen.content, format!("<@{}> **■ AT RISK · response · INC-42**", world.ann));
    assert!(seen.text.contains(&format!("<@{}>Ann\\<\\@{bob}\\> \\@everyone", world.ann)), "{}", seen.text);
}

#[tokio::test]
async fn nothing_is_posted_twice_whatever_becomes_of_the_answer() {
    let world = World::sending().await;
    for (key, fault) in [
        ("dropped", Fault::DropAfterAccepting),
        ("slow", Fault::Slow(Duration::from_secs(5))),
        ("failing", Fault::Refuse { status: 502, code: 0, message: "Bad Gateway" }),
        ("page", Fault::Page(503)),
        ("cut", Fault::Drop),
    ] {
        world.fake.fail_next("POST channels", fault);
        let outgoing = world.outgoing(key, card(key));
        let first = world.chat.send(&outgoing).await;
        assert!(is_retry(&first), "{key}: {first:?}");
        let again = Outgoing { first_tried: Some(world.clock.now()), ..outgoing };
        let sent = world.chat.send(&again).await.unwrap();
        assert_eq!(world.fake.last(&world.channel).id, sent.message, "{key}");
    }
    assert_eq!(world.fake.messages(&world.channel).len(), 5);
    assert_eq!(world.fake.calls("GET channels"), 0, "the nonce was enough");
}

#[tokio::test]
async fn after_the_nonce_is_forgotten_the_message_is_found_by_its_marker() {
    let world = World::sending().await;
    // With buttons the marker is in one of them; without, it is in the footer; without markup, in the text.
    let bare = world.outgoing("bare", spoken("no buttons"));
    let plain = Outgoing { plain: true, ..world.outgoing("plain", card("plain")) };
    for outgoing in [world.outgoing("card", card("with buttons")), bare, plain] {
        world.fake.fail_next("POST channels", Fault::DropAfterAccepting);
        assert!(is_retry(&world.chat.send(&outgoing).await));
        let first = world.fake.last(&world.channel);
        let first_tried = Some(world.clock.now());
        world.fake.lock().nonces.clear();
        world.clock.advance(Span::from_minutes(3));
        let again = Outgoing { first_tried, ..outgoing };
        assert_eq!(world.chat.send(&again).await.unwrap().message, first.id);
        let other = Outgoing { key: format!("{}/other", again.key), ..again };
        assert_ne!(world.chat.send(&other).await.unwrap().message, first.id);
    }
    assert_eq!(world.fake.messages(&world.channel).len(), 6);
}

#[tokio::test]
async fn an_old_repeat_is_uncertain_where_the_channel_may_not_be_read() {
    let world = World::sending().await;
    let number: u64 = world.channel.parse().unwrap();
    world.fake.lock().channels.get_mut(&number).unwrap().unreadable = true;
    let first_tried = Some(world.clock.now() - Span::from_minutes(10));
    let outgoing = Outgoing { first_tried, ..world.outgoing("wake", spoken("wake")) };
    assert!(matches!(world.chat.send(&outgoing).await, Err(SendError::Uncertain { .. })));
    assert_eq!(world.fake.messages(&world.channel).len(), 0);
    let marked = Outgoing { maybe_repeat: true, ..outgoing };
    world.chat.send(&marked).await.unwrap();
    assert_eq!(world.fake.messages(&world.channel).len(), 1);
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_looked_up_and_only_then_uncertain() {
    let world = World::sending().await;
    world.fake.fail_next("POST channels", Fault::Malformed);
    let sent = world.chat.send(&world.outgoing("one", card("one"))).await.unwrap();
    assert_eq!(world.fake.last(&world.channel).id, sent.message);
    world.fake.fail_next("POST channels", Fault::Malformed);
    world.fake.fail_next("GET channels", Fault::Page(500));
    let outgoing = world.outgoing("two", card("two"));
    assert!(matches!(world.chat.send(&outgoing).await, Err(SendError::Uncertain { .. })));
    let again = world.chat.send(&Outgoing { maybe_repeat: true, ..outgoing }).await.unwrap();
    assert_eq!(world.fake.last(&world.channel).id, again.message);
    assert_eq!(world.fake.messages(&world.channel).len(), 2);
    world.fake.fail_next("PATCH channels", Fault::Malformed);
    assert!(world.chat.edit(&sent.message, &world.outgoing("three", card("three"))).await.is_ok());
}

#[tokio::test]
async fn each_refusal_has_its_cause() {
    let world = World::sending().await;
    let outgoing = world.outgoing("one", card("one"));
    world.fake.fail_next("POST channels", Fault::TooMany(1.25));
    match world.chat.send(&outgoing).await {
        Err(SendError::Retry { after: Some(after), .. }) => assert_eq!(after, Duration::from_secs(2)),
        other => unreachable!("{other:?}"),
    }
    let nowhere = Outgoing { to: "discord:77".parse().unwrap(), ..outgoing.clone() };
    assert_eq!(fail(world.chat.send(&nowhere).await), FailCause::DestinationGone);
    let elsewhere = Outgoing { to: "web:operators".parse().unwrap(), ..outgoing.clone() };
    assert_eq!(fail(world.chat.send(&elsewhere).await), FailCause::Refused);
    assert_eq!(fail(world.chat.edit("77", &outgoing).await), FailCause::MessageGone);
    assert_eq!(fail(world.chat.edit("nonsense", &outgoing).await), FailCause::MessageGone);
    let orphan = Outgoing { under: Some("77".to_owned()), ..outgoing.clone() };
    assert_eq!(fail(world.chat.send(&orphan).await), FailCause::MessageGone);
    let refuse = |status, code, message| Fault::Refuse { status, code, message };
    for (fault, is_plain, cause) in [
        (refuse(400, 50_035, "Invalid Form Body"), false, FailCause::Markup),
        (refuse(400, 50_035, "Invalid Form Body"), true, FailCause::Refused),
        (refuse(401, 0, "401: Unauthorized"), false, FailCause::Unauthorized),
        (refuse(404, 0, "404: Not Found"), false, FailCause::Refused),
    ] {
        world.fake.fail_next("POST channels", fault.clone());
        let outgoing = Outgoing { plain: is_plain, ..outgoing.clone() };
        assert_eq!(fail(world.chat.send(&outgoing).await), cause, "{fault:?}");
    }
    let number: u64 = world.channel.parse().unwrap();
    for code in [50_001, 50_013] {
        world.fake.lock().channels.get_mut(&number).unwrap().closed = Some(code);
        assert_eq!(fail(world.chat.send(&outgoing).await), FailCause::Forbidden);
    }
}

#[tokio::test]
async fn a_direct_message_opens_its_channel_once_and_a_closed_door_is_forbidden() {
    let world = World::sending().await;
    let to = |user: &str| format!("discord:@{user}").parse().unwrap();
    for key in ["one", "two"] {
        let outgoing = Outgoing { to: to(&world.ann), ..world.outgoing(key, spoken(key)) };
        world.chat.send(&outgoing).await.unwrap();
    }
    assert_eq!(world.fake.direct(&world.ann).len(), 2);
    assert_eq!(world.fake.calls("POST users/@me/channels"), 1);
    let bob = world.fake.person("bob", "en-US");
    world.fake.lock().reclusive.insert(bob.parse().unwrap());
    let closed = Outgoing { to: to(&bob), ..world.outgoing("three", spoken("three")) };
    assert_eq!(fail(world.chat.send(&closed).await), FailCause::Forbidden);
    let nobody = Outgoing { to: to("77"), ..world.outgoing("four", spoken("four")) };
    assert_eq!(fail(world.chat.send(&nobody).await), FailCause::DestinationGone);
}

#[tokio::test]
async fn a_pressed_button_is_answered_privately_in_time() {
    let world = World::connected().await;
    let card_id = world.post("card", card("LATE")).await;
    let press = world.fake.press(&card_id, "Acknowledge", &world.ann);
    let answer = world.fake.answer(press).await;
    assert!(answer.is_private && answer.text.contains("did ack INC-42"), "{answer:?}");
    assert_eq!(world.fake.steps(press), ["message"]);
    assert_eq!(world.fake.private(&world.ann).len(), 1);
    assert_eq!(world.fake.messages(&world.channel).len(), 1);
    let asked = world.asked().pop().unwrap();
    assert_eq!(asked.ask, Ask::Press { command: "ack INC-42".to_owned(), message: Some(card_id) });
    assert_eq!(asked.id, format!("discord:interaction:{press}"));
    assert_eq!((asked.display_name.as_str(), asked.language), {
        ("ann the nick", Some(Language::TraditionalChinese))
    });
    assert_eq!(asked.from.to_string(), format!("discord:{}", world.channel));
}

#[tokio::test]
async fn slash_commands_are_registered_in_both_languages_and_run_everywhere() {
    let world = World::connected().await;
    let registered = world.fake.lock().commands["global"].clone();
    assert_eq!(registered[0]["description"], "Does status");
    assert_eq!(registered[0]["description_localizations"]["zh-TW"], "執行 status");
    assert_eq!(world.fake.lock().sessions.intents, Some(0));

    let asked = world.fake.slash(&world.channel, &world.ann, "status", &[("object", json!("--all"))]);
    let answer = world.fake.answer(asked).await;
    assert!(!answer.is_private && answer.text.contains("did status --object=--all"), "{answer:?}");

    let card_id = world.post("card", card("LATE")).await;
    let history = Outgoing { under: Some(card_id.clone()), ..world.outgoing("one", spoken("one")) };
    world.chat.send(&history).await.unwrap();
    let in_thread = world.fake.slash(&card_id, &world.ann, "ack", &[]);
    world.fake.answer(in_thread).await;
    let inbound = world.asked().pop().unwrap();
    assert_eq!(inbound.from.to_string(), format!("discord:{}/{card_id}", world.channel));
    assert_eq!(inbound.parent.unwrap().to_string(), format!("discord:{}", world.channel));

    let direct = world.fake.change(|state| state.direct(world.ann.parse().unwrap())).to_string();
    let in_direct = world.fake.slash(&direct, &world.ann, "ack", &[]);
    world.fake.answer(in_direct).await;
    assert_eq!(world.asked().pop().unwrap().from.to_string(), format!("discord:@{}", world.ann));

    let quiet = world.fake.slash(&world.channel, &world.ann, "quiet", &[]);
    assert_eq!(world.fake.shown(quiet).await, Shown::Withdrawn, "Discord is not left waiting");
}

#[tokio::test]
async fn commands_that_have_not_changed_are_not_registered_again() {
    let world = World::connected().await;
    assert_eq!(world.fake.calls("PUT applications"), 1);
    world.shutdown.cancel();
    world.chat.stopped().await;
    let fake = Arc::clone(&world.fake);
    let second = World::over(Arc::clone(&fake), settings(&fake)).await;
    fake.until("second look", |state| {
        (state.calls.iter().filter(|call| call.starts_with("GET applications")).count() == 2).then_some(())
    })
    .await;
    second.until_health(|health| *health == Health::Up).await;
    assert_eq!(fake.calls("PUT applications"), 1);

    let guild = fake.lock().guild;
    let third = World::over(Arc::clone(&fake), Settings { guild_id: Some(guild), ..settings(&fake) }).await;
    fake.until("guild's commands", |state| state.commands.get(&guild.to_string()).cloned()).await;
    drop((second, third));
}

#[tokio::test]
async fn a_slow_desk_is_announced_and_its_answer_comes_later() {
    let world = World::connected().await;
    let announced = |id: u64| {
        let fake = Arc::clone(&world.fake);
        async move {
            fake.until("announcement", |state| {
                (state.interactions[&id].shown == Some(Shown::Announced)).then_some(())
            })
            .await;
        }
    };
    let asked = world.fake.slash(&world.channel, &world.ann, "slow", &[]);
    announced(asked).await;
    world.fake.fail_next("PATCH webhooks", Fault::TooMany(0.01));
    world.fake.fail_next("PATCH webhooks", Fault::DropAfterAccepting);
    world.desk.gate.add_permits(1);
    let answer = world.fake.answer(asked).await;
    assert!(answer.is_private && answer.text.contains("did slow"), "{answer:?}");

    let asked = world.fake.slash(&world.channel, &world.ann, "slow_public", &[]);
    announced(asked).await;
    world.desk.gate.add_permits(1);
    let seen = world
        .fake
        .until("public answer", |state| state.interactions[&asked].follow_ups.first().copied())
        .await;
    let last = world.fake.last(&world.channel);
    assert_eq!((last.id, last.is_private), (seen.to_string(), false));
    assert_eq!(world.fake.steps(asked), ["announced", "withdrawn", "followed up"]);

    // A modal cannot be a later answer, so a button opens it.
    let asked = world.fake.slash(&world.channel, &world.ann, "slow_form", &[]);
    announced(asked).await;
    world.desk.gate.add_permits(1);
    let answer = world.fake.answer(asked).await;
    assert_eq!(answer.buttons, ["Update the customer"]);
    let press = world.fake.press(&answer.id, "Update the customer", &world.ann);
    assert!(matches!(world.fake.shown(press).await, Shown::Modal(_)));
}

#[tokio::test]
async fn a_form_is_a_modal_and_comes_back_filled() {
    let world = World::connected().await;
    let card_id = world.post("card", card("LATE")).await;
    let press = world.fake.press(&card_id, "Update customer", &world.ann);
    let Shown::Modal(modal) = world.fake.shown(press).await else { unreachable!("no modal") };
    assert_eq!(modal["title"], "Update the customer");
    let hint = |at: usize| modal["components"][at]["components"][0]["placeholder"].clone();
    assert_eq!((hint(0), hint(1)), (json!("The customer will see this."), json!("fixing (We are on it)")));
    let sent = world.fake.fill(press, &[("text", "We found it.\nSoon.")]);
    let answer = world.fake.answer(sent).await;
    assert!(answer.is_private && answer.text.contains("did filled update INC-42"), "{answer:?}");
    let values = BTreeMap::from([("text".to_owned(), "We found it.\nSoon.".to_owned())]);
    let command = "update INC-42".to_owned();
    assert_eq!(world.asked().pop().unwrap().ask, Ask::Filled { command, values });
}

#[tokio::test]
async fn an_answer_survives_a_stumble_and_a_repeated_event() {
    let world = World::connected().await;
    for fault in [
        Fault::TooMany(0.05),
        Fault::Drop,
        Fault::DropAfterAccepting,
        Fault::Refuse { status: 500, code: 0, message: "" },
        Fault::Refuse { status: 400, code: 50_035, message: "Invalid Form Body" },
    ] {
        world.fake.fail_next("/callback", fault.clone());
        let asked = world.fake.slash(&world.channel, &world.ann, "ack", &[]);
        assert!(world.fake.answer(asked).await.text.contains("did ack"), "{fault:?}");
    }
    let asked = world.fake.slash(&world.channel, &world.ann, "ack", &[]);
    world.fake.answer(asked).await;
    world.fake.change(|state| {
        let (_, event) = state.sessions.sent.last().unwrap().clone();
        state.dispatch("INTERACTION_CREATE", &event["d"]);
    });
    world
        .fake
        .until("second answer", |state| {
            let path = format!("POST interactions/{asked}/");
            (state.calls.iter().filter(|call| call.starts_with(&path)).count() == 2).then_some(())
        })
        .await;
    let ids: Vec<String> = world.asked().into_iter().rev().take(2).map(|inbound| inbound.id).collect();
    assert_eq!(ids[0], ids[1], "the desk can tell that it is the same act");
    assert_eq!(world.fake.private(&world.ann).len(), 6);
}

#[tokio::test]
async fn an_interaction_that_serenity_cannot_read_is_answered_all_the_same() {
    let world = World::connected().await;
    let asked = world.fake.change(|state| {
        let (person, channel) = (world.ann.parse().unwrap(), world.channel.parse().unwrap());
        let data = json!({ "id": "1", "name": "ack", "type": 1 });
        let (id, mut event) = state.begin(2, person, channel, None, &data);
        event.as_object_mut().unwrap().remove("attachment_size_limit");
        event["entitlements"] = json!("of a kind to come");
        state.dispatch("SOMETHING_NEW", &json!({ "of": "a kind to come" }));
        state.dispatch("INTERACTION_CREATE", &event);
        id
    });
    assert!(world.fake.answer(asked).await.text.contains("did ack"));
}

#[tokio::test]
async fn a_lost_gateway_is_resumed_and_nothing_pressed_meanwhile_is_lost() {
    let world = World::connected().await;
    let card_id = world.post("card", card("LATE")).await;
    // Closed with a code, cut without one, and asked to come back.
    for (number, lose) in [(1, Some(4_000)), (2, None)] {
        world.fake.close_gateway(lose);
        world
            .fake
            .until("end of the connection", |state| {
                (state.sessions.connection.is_none() || state.sessions.resumes >= number).then_some(())
            })
            .await;
        let press = world.fake.press(&card_id, "Acknowledge", &world.ann);
        world.fake.answer(press).await;
        assert_eq!(world.fake.lock().sessions.resumes, number);
    }
    world.fake.say_to_gateway(&json!({ "op": 7, "d": null }));
    world.fake.until("resumption", |state| (state.sessions.resumes == 3).then_some(())).await;
    assert_eq!(world.fake.lock().sessions.identifies, 1);
    world.until_health(|health| *health == Health::Up).await;
}

#[tokio::test]
async fn an_invalid_session_begins_anew() {
    let world = World::connected().await;
    world.fake.say_to_gateway(&json!({ "op": 9, "d": false }));
    world.fake.until("second session", |state| (state.sessions.identifies >= 2).then_some(())).await;
    let asked = world.fake.slash(&world.channel, &world.ann, "ack", &[]);
    world.fake.answer(asked).await;
    world.until_health(|health| *health == Health::Up).await;
}

#[tokio::test]
async fn a_gateway_that_closes_without_a_code_stops_nobody() {
    let fake = Fake::start().await;
    fake.lock().heartbeat = 1_500;
    let settings = settings(&fake);
    let world = World::over(fake, settings).await;
    world.fake.until_connected().await;
    // serenity now spins on its thread until its next heartbeat; this one, the only other, must go on.
    world.fake.close_gateway_without_code();
    world.post("card", card("LATE")).await;
    world.fake.until("second session", |state| (state.sessions.identifies >= 2).then_some(())).await;
    let asked = world.fake.slash(&world.channel, &world.ann, "ack", &[]);
    world.fake.answer(asked).await;
}

#[tokio::test]
async fn a_gateway_that_does_not_come_back_is_sought_anew() {
    let world = World::connected().await;
    world.fake.set_down(true);
    world
        .until_health(|health| matches!(health, Health::Down(words) if words.contains("cannot be reached")))
        .await;
    world.fake.set_down(false);
    world.until_health(|health| *health == Health::Up).await;
    let asked = world.fake.slash(&world.channel, &world.ann, "ack", &[]);
    world.fake.answer(asked).await;
    assert_eq!(world.fake.lock().sessions.identifies, 2, "the old connection is not kept beside the new one");
}

#[tokio::test]
async fn a_refused_token_is_told_in_clear_words_and_mends_by_itself() {
    let fake = Fake::start().await;
    let good = std::mem::replace(&mut fake.lock().token, "another".to_owned());
    let settings = settings(&fake);
    let world = World::over(fake, settings).await;
    let health = world.until_health(|health| matches!(health, Health::Down(_))).await;
    assert_eq!(health, Health::Down("Discord refuses the token; check DISCORD_TOKEN".to_owned()));
    assert_eq!(fail(world.chat.send(&world.outgoing("one", spoken("one"))).await), FailCause::Unauthorized);
    assert_eq!(world.fake.lock().sessions.identifies, 0);
    world.fake.lock().token = good;
    world.until_health(|health| *health == Health::Up).await;
    world.post("two", spoken("two")).await;

    // A token that is taken back while connected is noticed by the first call.
    world.fake.lock().token = "another".to_owned();
    assert_eq!(fail(world.chat.send(&world.outgoing("one", spoken("one"))).await), FailCause::Unauthorized);
    world
        .until_health(|health| matches!(health, Health::Down(words) if words.contains("refuses the token")))
        .await;
}

#[tokio::test]
async fn discord_may_be_down_or_talk_nonsense_at_the_start() {
    let fake = Fake::start().await;
    fake.set_down(true);
    let settings = settings(&fake);
    let world = World::over(fake, settings).await;
    world
        .until_health(|health| matches!(health, Health::Down(words) if words.contains("cannot be reached")))
        .await;
    assert!(is_retry(&world.chat.send(&world.outgoing("one", spoken("one"))).await));
    world.fake.fail_next("GET gateway", Fault::Malformed);
    world.fake.fail_next("GET gateway", Fault::Page(200));
    world.fake.fail_next("GET gateway", Fault::Refuse { status: 200, code: 0, message: "nonsense" });
    world.fake.fail_next("GET users", Fault::Page(503));
    world.fake.set_down(false);
    world
        .until_health(|health| matches!(health, Health::Down(words) if words.contains("names no gateway")))
        .await;
    world.until_health(|health| *health == Health::Up).await;
    let asked = world.fake.slash(&world.channel, &world.ann, "ack", &[]);
    world.fake.answer(asked).await;
}

#[tokio::test]
async fn the_builders_own_question_failing_does_not_send_the_token_elsewhere() {
    let fake = Fake::start().await;
    // We ask first; serenity asks again and would fall back to Discord itself.
    fake.fail_next("GET gateway", Fault::Slow(Duration::ZERO));
    fake.fail_next("GET gateway", Fault::Page(500));
    let settings = settings(&fake);
    let world = World::over(fake, settings).await;
    world.fake.until_connected().await;
    assert_eq!((world.fake.calls("GET gateway"), world.fake.lock().sessions.identifies), (2, 1));
}

#[tokio::test]
async fn stopping_says_farewell_and_gives_the_answers_under_way() {
    let world = World::connected().await;
    let asked = world.fake.slash(&world.channel, &world.ann, "slow", &[]);
    world.fake.until("announcement", |state| state.interactions[&asked].shown.clone()).await;
    world.shutdown.cancel();
    world.fake.until("farewell", |state| state.sessions.connection.is_none().then_some(())).await;
    world.desk.gate.add_permits(1);
    world.chat.stopped().await;
    let seen: Vec<Seen> = world.fake.private(&world.ann);
    assert!(seen.len() == 1 && seen[0].text.contains("did slow"), "{seen:?}");
}
