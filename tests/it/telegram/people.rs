//! Commands, buttons, replies and forms, and where their answers go.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Notify;
use upheld::chat::{Ask, Chat};

use super::world::{World, card, outgoing, place};
use crate::fake::telegram::{Fault, Kind, USERNAME};

#[tokio::test]
async fn a_command_in_a_group_is_answered_in_reply() {
    let world = World::new().await;
    let forum = world.fake.chat(Kind::Forum, "Acme");
    let topic = world.fake.topic(forum);
    let ann = world.fake.person("Ann", "zh-hant");
    world.fake.say_in(forum, topic, ann, "good morning");
    world.fake.say_in(forum, topic, ann, "/status@some_other_bot");
    let update = world.fake.say_in(forum, topic, ann, &format!("/status@{USERNAME} acme"));
    let answer = world.fake.post_after(forum, 0).await;
    assert_eq!(answer.text, "Answer to /status acme");
    let asked =
        world.fake.messages(forum).into_iter().find(|message| message.text.starts_with("/status@Upheld"));
    assert_eq!((answer.topic, answer.reply_to), (Some(topic), asked.map(|message| message.id)));
    assert!(answer.silent);
    world.fake.confirmed(update).await;
    let heard = world.desk.heard();
    assert_eq!(heard.len(), 1, "only what was meant for the bot: {heard:#?}");
    assert_eq!(heard[0].id, format!("telegram:update:{update}"));
    assert_eq!(heard[0].from.to_string(), format!("{}/{topic}", place(forum)));
    assert_eq!(heard[0].parent.as_ref().map(ToString::to_string), Some(place(forum)));
    assert_eq!(heard[0].account.to_string(), format!("telegram:{ann}"));
}

#[tokio::test]
async fn a_pressed_button_is_answered_to_the_one_who_pressed() {
    let world = World::new().await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    let posted = world.adapter().send(&outgoing(&place(ops), card("LATE"))).await.unwrap();
    let update = world.fake.press(ops, posted.message.parse().unwrap(), "Acknowledge", ann);
    let notice = world.fake.notice_of(update).await;
    assert_eq!((notice.text.as_str(), notice.alert), ("You have INC-42", true));
    let press = Ask::Press { command: "ack INC-42".to_owned(), message: Some(posted.message) };
    assert_eq!(world.desk.hears(1).await.ask, press);
    world.fake.confirmed(update).await;
    assert_eq!(world.fake.posts(ops).len(), 1, "nothing is said to the others");
}

#[tokio::test]
async fn a_button_does_not_spin_while_the_desk_thinks() {
    let mut world = World::asleep(crate::fake::telegram::Telegram::start().await);
    world.pace.patience = std::time::Duration::from_millis(50);
    world.start();
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    let private = world.fake.start_private(ann);
    let posted = world.adapter().send(&outgoing(&place(ops), card("LATE"))).await.unwrap();
    let gate = world.desk.gate(&place(ops));
    let update = world.fake.press(ops, posted.message.parse().unwrap(), "Acknowledge", ann);
    assert_eq!(world.fake.notice_of(update).await.text, "");
    gate.notify_one();
    assert_eq!(world.fake.post_after(private, 0).await.text, "You have INC-42");
}

#[tokio::test]
async fn a_long_private_answer_goes_to_the_private_chat() {
    let world = World::new().await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    let posted = world.adapter().send(&outgoing(&place(ops), card("LATE"))).await.unwrap();
    let message = posted.message.parse().unwrap();

    // She has never pressed Start: the group learns only that there is an answer.
    let update = world.fake.press(ops, message, "Why?", ann);
    let note = world.fake.post_after(ops, 1).await;
    assert!(!note.text.contains("secret") && note.text.contains("for you alone"), "{}", note.text);
    assert_eq!(note.markup["inline_keyboard"][0][0]["url"], format!("https://t.me/{USERNAME}"));
    assert_eq!(world.fake.notice_of(update).await.text, "");
    world.fake.confirmed(update).await;

    let private = world.fake.start_private(ann);
    let update = world.fake.press(ops, message, "Why?", ann);
    let answer = world.fake.post_after(private, 0).await;
    assert!(answer.text.contains("line 39 of the secret arithmetic"));
    assert_eq!(world.fake.notice_of(update).await.text, "Sent to you in private.");
    let update = world.fake.say(ops, ann, "/secret");
    assert_eq!(world.fake.post_after(private, 1).await.text, "Only you may read this");
    world.fake.confirmed(update).await;
    assert_eq!(world.fake.posts(ops).len(), 2, "nothing more in the group");
}

#[tokio::test]
async fn a_private_answer_is_not_called_sent_unless_it_was() {
    let world = World::new().await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    world.fake.start_private(ann);
    let posted = world.adapter().send(&outgoing(&place(ops), card("LATE"))).await.unwrap();
    let message = posted.message.parse().unwrap();
    world.fake.fail_next("sendMessage", Fault::Drop);
    let update = world.fake.press(ops, message, "Why?", ann);
    let told = world.fake.notice_of(update).await.text;
    assert_eq!(told, "The answer may have reached you in private. If not, ask again.");
    for _ in 0..3 {
        world.fake.fail_next("sendMessage", Fault::Refuse(429, "Too Many Requests", Some(0)));
    }
    let update = world.fake.press(ops, message, "Why?", ann);
    let told = world.fake.notice_of(update).await.text;
    assert_eq!(told, "The answer could not be sent to you just now. Ask again to read it.");
}

#[tokio::test]
async fn in_private_everything_is_meant_for_the_bot() {
    let world = World::new().await;
    let ann = world.fake.person("Ann", "en");
    let private = world.fake.start_private(ann);
    world.fake.say(private, ann, "/start");
    assert_eq!(world.fake.post_after(private, 0).await.text, "Answer to /help");
    world.fake.say(private, ann, "/start Invited-1");
    assert_eq!(world.fake.post_after(private, 1).await.text, "Answer to /join Invited-1");
    world.fake.say(private, ann, "how are you");
    assert_eq!(world.fake.post_after(private, 2).await.text, "I understand commands");
    world.fake.say(private, ann, "/secret");
    assert_eq!(world.fake.post_after(private, 3).await.text, "Only you may read this");
    assert_eq!(world.desk.heard()[0].from.to_string(), format!("telegram:@{ann}"));
}

#[tokio::test]
async fn a_reply_to_a_card_reaches_the_desk() {
    let world = World::new().await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    let posted = world.adapter().send(&outgoing(&place(ops), card("LATE"))).await.unwrap();
    world.fake.reply(ops, posted.message.parse().unwrap(), ann, "still broken for us");
    let reply = Ask::ReplyTo { message: posted.message, text: "still broken for us".to_owned() };
    assert_eq!(world.desk.hears(1).await.ask, reply);
}

#[tokio::test]
async fn an_answer_waits_for_telegram_and_survives_refused_markup() {
    let world = World::new().await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    world.fake.fail_next("sendMessage", Fault::Refuse(429, "Too Many Requests: retry after 0", Some(0)));
    world.fake.fail_next("sendMessage", Fault::Refuse(400, "Bad Request: can't parse entities: x", None));
    world.fake.say(ops, ann, "/status");
    let answer = world.fake.post_after(ops, 0).await;
    assert_eq!((answer.text.as_str(), answer.entities.len()), ("Answer to /status", 0));
    // One that may have arrived is not said twice.
    world.fake.fail_next("sendMessage", Fault::Drop);
    let update = world.fake.say(ops, ann, "/status");
    world.fake.confirmed(update).await;
    assert_eq!(world.fake.posts(ops).len(), 2);
}

#[tokio::test]
async fn a_form_is_asked_question_by_question_across_a_restart() {
    let mut world = World::new().await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    let bob = world.fake.person("Bob", "en");
    world.fake.say(ops, ann, "/cause INC-42");
    let first = world.fake.post_after(ops, 0).await;
    assert_eq!(first.text, "Cause of INC-42 1/3\nWhat was it?\nAnn · The category\n\n/cancel");
    assert_eq!(first.buttons(), [["Network", "Program"]]);
    let foreign = world.fake.press(ops, first.id, "Program", bob);
    assert_eq!(world.fake.notice_of(foreign).await.text, "This question is no longer open.");
    world.fake.press(ops, first.id, "Network", ann);

    let second = world.fake.post_after(ops, 1).await;
    assert!(second.text.contains("2/3") && second.text.contains("Ann · The text"), "{}", second.text);
    assert_eq!(second.markup["force_reply"], true);
    assert_eq!(second.markup["selective"], true);
    assert!(second.entities.iter().any(|entity| entity["user"]["id"] == ann), "she is asked by name");
    assert!(world.fake.message(ops, &first.id.to_string()).buttons().is_empty());

    world.stop().await;
    world.start();
    let update = world.fake.reply(ops, second.id, ann, "a text that is much too long for it");
    world.fake.confirmed(update).await;
    let posts = world.fake.posts(ops);
    assert_eq!(posts[2].text, "Too long: at most 20 characters. Please answer again.");
    let again = posts[3].clone();
    world.fake.reply(ops, again.id, bob, "not mine to answer");
    world.fake.reply(ops, again.id, ann, "a cable");
    let third = world.fake.until("the third question", |state| {
        state.chats[&ops].messages.values().find(|message| message.text.contains("3/3")).cloned()
    });
    assert!(third.await.text.ends_with("/cancel · /skip leaves it empty"));
    let update = world.fake.say(ops, ann, "/skip");
    world.fake.confirmed(update).await;

    let filled = world.desk.heard().pop().unwrap();
    let values =
        [("category", "net"), ("text", "a cable")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let command = "cause INC-42".to_owned();
    assert_eq!(filled.ask, Ask::Filled { command, values: BTreeMap::from(values) });
    assert_eq!(filled.id, format!("telegram:update:{update}"));
    assert_eq!(world.fake.last_message(ops).text, "The cause is noted");
    assert_eq!(world.drafts.count(), 0);
}

#[tokio::test]
async fn a_form_in_one_topic_is_not_answered_from_another() {
    let world = World::new().await;
    let (forum, ann) = (world.fake.chat(Kind::Forum, "Ops"), world.fake.person("Ann", "en"));
    let (one, other) = (world.fake.topic(forum), world.fake.topic(forum));
    world.fake.say_in(forum, one, ann, "/cause INC-42");
    let first = world.fake.post_after(forum, 0).await;
    let update = world.fake.say_in(forum, other, ann, "/cancel");
    world.fake.confirmed(update).await;
    assert_eq!(world.drafts.count(), 1, "what is cancelled elsewhere is something else");
    world.fake.press(forum, first.id, "Network", ann);
    world
        .fake
        .until("the second question", |state| {
            state.chats[&forum].messages.values().find(|message| message.text.contains("2/3")).cloned()
        })
        .await;
}

#[tokio::test]
async fn an_answer_that_comes_twice_counts_once() {
    let mut world = World::new().await;
    let ann = world.fake.person("Ann", "en");
    let private = world.fake.start_private(ann);
    world.fake.say(private, ann, "/cause INC-42");
    let first = world.fake.post_after(private, 0).await;
    // The next question is posted, but the adapter dies before it learns of it.
    world.fake.fail_next("sendMessage", Fault::Hold(Arc::new(Notify::new())));
    let update = world.fake.press(private, first.id, "Program", ann);
    world.fake.post_after(private, 1).await;
    world.crash();
    assert!(!world.fake.is_confirmed(update));
    world.start();
    let second = world.fake.post_after(private, 2).await;
    assert!(second.text.contains("2/3"), "the same question, not the one after it: {}", second.text);
    world.fake.confirmed(update).await;
    world.fake.say(private, ann, "in private no reply is needed");
    world
        .fake
        .until("a complaint", |state| {
            state.chats[&private]
                .messages
                .values()
                .any(|message| message.text.starts_with("Too long"))
                .then_some(())
        })
        .await;
    let update = world.fake.say(private, ann, "/cancel");
    world.fake.confirmed(update).await;
    assert_eq!(world.fake.last_message(private).text, "Given up. Nothing was changed.");
    assert_eq!(world.drafts.count(), 0);
    assert!(world.desk.heard().iter().all(|inbound| !matches!(inbound.ask, Ask::Filled { .. })));
}
