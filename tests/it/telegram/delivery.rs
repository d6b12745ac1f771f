//! Posting and editing: what arrives, how it looks, and what each failure is called.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use upheld::chat::{Chat, Delivered, FailCause, Outgoing, SendError};
use upheld::core::doc::Press;
use upheld::i18n::spoken::{Run, RunKind, Spoken, SpokenBlock};

use super::world::{World, card, outgoing, place, spoken};
use crate::fake::telegram::{Fault, Kind};

fn cause(result: Result<Delivered, SendError>) -> FailCause {
    match result {
        Err(SendError::Fail { cause, .. }) => cause,
        other => panic!("not final: {other:?}"),
    }
}

fn is_uncertain(result: &Result<Delivered, SendError>) -> bool {
    matches!(result, Err(SendError::Uncertain { .. }))
}

#[tokio::test]
async fn a_card_is_posted_and_edited_in_place() {
    let world = World::new().await;
    let (ops, adapter) = (world.fake.chat(Kind::Supergroup, "Ops"), world.adapter());
    let posted = adapter.send(&outgoing(&place(ops), card("LATE · response"))).await.unwrap();
    assert_eq!(posted.moved_to, None);
    let message = world.fake.message(ops, &posted.message);
    assert_eq!(message.text, "■ LATE · response  INC-42\nCheckout · @\u{2060}all <b>5xx</\u{2060}b>");
    assert_eq!(message.buttons(), [["Acknowledge", "Why?", "Cause"]]);
    assert!(message.silent, "a card makes no sound");

    let resolved = outgoing(&place(ops), Spoken { buttons: vec![], ..card("Resolved") });
    let edited = adapter.edit(&posted.message, &resolved).await.unwrap();
    assert_eq!(edited, posted);
    // The same once more: Telegram calls it an error, the outbox must not.
    assert_eq!(adapter.edit(&posted.message, &resolved).await.unwrap(), posted);
    let message = world.fake.message(ops, &posted.message);
    assert_eq!((message.edits, message.text.starts_with("■ Resolved")), (1, true));
    assert!(message.buttons().is_empty());
    assert_eq!(world.fake.posts(ops).len(), 1);
}

#[tokio::test]
async fn history_is_told_as_replies_in_the_same_topic() {
    let world = World::new().await;
    let (forum, adapter) = (world.fake.chat(Kind::Forum, "Acme"), world.adapter());
    let topic = world.fake.topic(forum);
    let to = format!("{}/{topic}", place(forum));
    let posted = adapter.send(&outgoing(&to, card("LATE"))).await.unwrap();
    let under = Outgoing { under: Some(posted.message.clone()), ..outgoing(&to, spoken("Acknowledged")) };
    let history = adapter.send(&under).await.unwrap();
    let history = world.fake.message(forum, &history.message);
    assert_eq!(history.reply_to.map(|id| id.to_string()), Some(posted.message));
    assert_eq!((history.topic, history.silent), (Some(topic), true));
    // A card that was deleted takes nothing with it.
    let orphan = Outgoing { under: Some("31337".to_owned()), ..outgoing(&to, spoken("Resolved")) };
    let orphan = adapter.send(&orphan).await.unwrap();
    assert_eq!(world.fake.message(forum, &orphan.message).reply_to, None);
}

#[tokio::test]
async fn only_what_calls_somebody_makes_a_sound() {
    let world = World::new().await;
    let ops = world.fake.chat(Kind::Supergroup, "Ops");
    let ann = world.fake.person("Ann", "en");
    let called = Run {
        text: "Ann".to_owned(),
        kind: RunKind::Mention(vec![format!("telegram:{ann}").parse().unwrap()]),
    };
    let wake = Spoken { blocks: vec![SpokenBlock::Line(vec![called])], ..spoken("AT RISK") };
    let posted = world.adapter().send(&outgoing(&place(ops), wake)).await.unwrap();
    let message = world.fake.message(ops, &posted.message);
    assert!(!message.silent);
    let mention = message.entities.iter().find(|entity| entity["type"] == "text_mention").unwrap();
    assert_eq!(mention["user"]["id"], ann);
}

#[tokio::test]
async fn links_that_telegram_refuses_do_not_cost_the_message() {
    let world = World::new().await;
    let ops = world.fake.chat(Kind::Supergroup, "Ops");
    let mut linked = card("LATE");
    linked.buttons[1].press = Press::Open("http://wiki/runbook".to_owned());
    linked.buttons[2].press = Press::Open("https://wiki.example.com/runbook".to_owned());
    let posted = world.adapter().send(&outgoing(&place(ops), linked)).await.unwrap();
    let message = world.fake.message(ops, &posted.message);
    assert_eq!(message.buttons(), [["Acknowledge", "Cause"]]);
    assert!(message.text.ends_with("Why?: http://wiki/runbook"));
    assert_eq!(world.fake.last_call("sendmessage")["link_preview_options"]["is_disabled"], true);
}

#[tokio::test]
async fn what_may_have_arrived_is_uncertain_and_not_repeated() {
    let mut world = World::new().await;
    let ops = world.fake.chat(Kind::Supergroup, "Ops");
    let message = outgoing(&place(ops), card("LATE"));
    let adapter = world.adapter();
    for (count, fault) in [(1, Fault::Drop), (2, Fault::Garbage)] {
        world.fake.fail_next("sendMessage", fault);
        let result = adapter.send(&message).await;
        assert!(is_uncertain(&result), "{result:?}");
        assert_eq!(world.fake.posts(ops).len(), count, "accepted, once");
    }
    world.fake.fail_next("sendMessage", Fault::Proxy(502));
    assert!(is_uncertain(&adapter.send(&message).await));
    world.fake.fail_next("sendMessage", Fault::Refuse(500, "Internal Server Error", None));
    let before = std::time::Instant::now();
    assert!(is_uncertain(&adapter.send(&message).await));
    assert!(before.elapsed() < Duration::from_secs(5), "no long sleep in between");
    assert_eq!(world.fake.posts(ops).len(), 2);

    // A call that takes too long.
    world.crash();
    world.pace.time_limit = Duration::from_millis(300);
    world.start();
    world.fake.fail_next("sendMessage", Fault::Hold(Arc::new(Notify::new())));
    let result = world.adapter().send(&message).await;
    assert!(is_uncertain(&result), "{result:?}");
    assert_eq!(world.fake.posts(ops).len(), 3);
}

#[tokio::test]
async fn what_may_be_a_repeat_says_so_when_posted_and_when_edited() {
    let world = World::new().await;
    let (ops, adapter) = (world.fake.chat(Kind::Supergroup, "Ops"), world.adapter());
    let mut message = outgoing(&place(ops), card("LATE"));
    message.maybe_repeat = true;
    let posted = adapter.send(&message).await.unwrap();
    let says = |line: &str| world.fake.message(ops, &posted.message).text.lines().nth(1) == Some(line);
    assert!(says("This may be a repeat."));
    message.spoken.language = upheld::i18n::Language::TraditionalChinese;
    adapter.edit(&posted.message, &message).await.unwrap();
    assert!(says("這則訊息可能重複。"));
}

#[tokio::test]
async fn an_edit_can_always_be_tried_again() {
    let world = World::new().await;
    let (ops, adapter) = (world.fake.chat(Kind::Supergroup, "Ops"), world.adapter());
    let posted = adapter.send(&outgoing(&place(ops), card("LATE"))).await.unwrap();
    let changed = outgoing(&place(ops), card("Acknowledged"));
    for fault in [Fault::Drop, Fault::Garbage, Fault::Refuse(502, "Bad Gateway", None)] {
        world.fake.fail_next("editMessageText", fault);
        let result = adapter.edit(&posted.message, &changed).await;
        assert!(matches!(result, Err(SendError::Retry { after: None, .. })), "{result:?}");
    }
    assert_eq!(adapter.edit(&posted.message, &changed).await, Ok(posted.clone()));
    assert_eq!(world.fake.message(ops, &posted.message).edits, 1);
}

#[tokio::test]
async fn telegram_says_how_long_to_wait() {
    let world = World::new().await;
    let ops = world.fake.chat(Kind::Supergroup, "Ops");
    world.fake.fail_next("sendMessage", Fault::Refuse(429, "Too Many Requests: retry after 7", Some(7)));
    let result = world.adapter().send(&outgoing(&place(ops), card("LATE"))).await;
    let Err(SendError::Retry { after, .. }) = result else { panic!("{result:?}") };
    assert_eq!(after, Some(Duration::from_secs(7)));
    assert!(world.fake.posts(ops).is_empty());
}

#[tokio::test]
async fn refused_markup_passes_as_plain_text() {
    let world = World::new().await;
    let (ops, adapter) = (world.fake.chat(Kind::Supergroup, "Ops"), world.adapter());
    let words = "Bad Request: can't parse entities: Unsupported start tag \"blockquote\" at byte offset 3";
    world.fake.fail_next("sendMessage", Fault::Refuse(400, words, None));
    let message = outgoing(&place(ops), card("LATE"));
    assert_eq!(cause(adapter.send(&message).await), FailCause::Markup);
    let plain = adapter.send(&Outgoing { plain: true, ..message }).await.unwrap();
    let plain = world.fake.message(ops, &plain.message);
    assert_eq!(plain.text, "■ LATE  INC-42\nCheckout · @\u{2060}all <b>5xx</\u{2060}b>");
    assert!(plain.entities.is_empty());
    assert_eq!(plain.buttons(), [["Acknowledge", "Why?", "Cause"]]);
}

#[tokio::test]
async fn a_group_that_became_a_supergroup_is_followed() {
    let world = World::new().await;
    let (group, adapter) = (world.fake.chat(Kind::Group, "Ops"), world.adapter());
    let posted = adapter.send(&outgoing(&place(group), card("LATE"))).await.unwrap();
    let supergroup = world.fake.migrate(group);
    let under =
        Outgoing { under: Some(posted.message.clone()), ..outgoing(&place(group), spoken("History")) };
    let moved = adapter.send(&under).await.unwrap();
    assert_eq!(moved.moved_to, Some(place(supergroup).parse().unwrap()));
    assert_eq!(world.fake.message(supergroup, &moved.message).text, "History");
    assert_eq!(cause(adapter.edit(&posted.message, &under).await), FailCause::MessageGone);
}

#[tokio::test]
async fn what_is_gone_is_called_gone() {
    let world = World::new().await;
    let adapter = world.adapter();
    let forum = world.fake.chat(Kind::Forum, "Acme");
    let topic = world.fake.topic(forum);
    let in_topic = outgoing(&format!("{}/{topic}", place(forum)), card("LATE"));
    adapter.send(&in_topic).await.unwrap();
    world.fake.delete_topic(forum, topic);
    assert_eq!(cause(adapter.send(&in_topic).await), FailCause::DestinationGone);

    let unknown = outgoing("telegram:-1009999", card("LATE"));
    assert_eq!(cause(adapter.send(&unknown).await), FailCause::DestinationGone);

    let ops = world.fake.chat(Kind::Supergroup, "Ops");
    let to_ops = outgoing(&place(ops), card("LATE"));
    assert_eq!(cause(adapter.edit("31337", &to_ops).await), FailCause::MessageGone);
    let ann = world.fake.person("Ann", "en");
    world.fake.say(ops, ann, "mine");
    let hers = world.fake.messages(ops)[0].id.to_string();
    assert_eq!(cause(adapter.edit(&hers, &to_ops).await), FailCause::MessageGone);

    world.fake.kick(ops);
    assert_eq!(cause(adapter.send(&to_ops).await), FailCause::DestinationGone);
    assert_eq!(cause(adapter.edit("1", &to_ops).await), FailCause::DestinationGone);

    let private = world.fake.start_private(ann);
    world.fake.kick(private);
    let to_ann = outgoing(&place(private), card("LATE"));
    assert_eq!(cause(adapter.send(&to_ann).await), FailCause::DestinationGone);
    let bob = world.fake.person("Bob", "en");
    let to_bob = outgoing(&format!("telegram:@{bob}"), card("LATE"));
    assert_eq!(cause(adapter.send(&to_bob).await), FailCause::Forbidden, "he never pressed Start");

    let denied = "Bad Request: not enough rights to send text messages to the chat";
    world.fake.fail_next("sendMessage", Fault::Refuse(400, denied, None));
    assert_eq!(cause(adapter.send(&to_ops).await), FailCause::Forbidden);
    let elsewhere = outgoing("discord:5", card("LATE"));
    assert_eq!(cause(adapter.send(&elsewhere).await), FailCause::Refused);
}

#[tokio::test]
async fn the_longest_message_arrives() {
    let world = World::new().await;
    let ops = world.fake.chat(Kind::Supergroup, "Ops");
    let row = |n: usize| vec![Run::untrusted(format!("{n} <&> @all \u{1f600} {}", "中文".repeat(20)))];
    let long = Spoken { blocks: vec![SpokenBlock::Lines((0..500).map(row).collect())], ..card("Why") };
    let posted = world.adapter().send(&outgoing(&place(ops), long)).await.unwrap();
    let message = world.fake.message(ops, &posted.message);
    assert!(message.text.ends_with("more lines"), "{}", message.text);
    assert!(message.entities.iter().any(|entity| entity["type"] == "expandable_blockquote"));
}
