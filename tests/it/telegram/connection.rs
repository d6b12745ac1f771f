//! Connecting, staying connected, and losing nothing on the way.

use std::sync::Arc;

use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use upheld::chat::{Chat, FailCause, Health, SendError};

use super::world::{World, card, outgoing, place};
use crate::fake::telegram::{self as fake, Fault, Kind, TOKEN};

fn down(health: &Health) -> Option<&str> {
    match health {
        Health::Down(reason) => Some(reason),
        _ => None,
    }
}

#[tokio::test]
async fn the_commands_stand_in_the_menu_in_both_languages() {
    let world = World::new().await;
    world.until_health(|health| *health == Health::Up).await;
    let commands = world.fake.commands();
    let names = |language: &str| commands[language].clone();
    let pairs = |list: [(&str, &str); 2]| list.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    assert_eq!(names(""), pairs([("ack", "Take an incident"), ("status", "How things stand")]));
    assert_eq!(names("zh"), pairs([("ack", "由我接手"), ("status", "目前狀態")]));
    let allowed = world.fake.last_call("getupdates")["allowed_updates"].clone();
    assert_eq!(allowed, json!(["message", "callback_query", "my_chat_member"]));
}

#[tokio::test]
async fn a_refused_token_is_said_and_retried() {
    let fake = fake::Telegram::start().await;
    fake.refuse_token(true);
    let world = World::on(fake);
    let health = world.until_health(|health| down(health).is_some()).await;
    assert!(down(&health).unwrap().contains("TELEGRAM_TOKEN"), "{health:?}");
    assert!(!format!("{health:?}").contains(TOKEN));
    let ops = world.fake.chat(Kind::Supergroup, "Ops");
    let refused = world.adapter().send(&outgoing(&place(ops), card("LATE"))).await;
    assert!(matches!(refused, Err(SendError::Fail { cause: FailCause::Unauthorized, .. })), "{refused:?}");
    world.fake.refuse_token(false);
    world.until_health(|health| *health == Health::Up).await;
}

#[tokio::test]
async fn a_telegram_that_is_down_at_the_start_is_found_later() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let mut world = World::asleep(fake::Telegram::start().await);
    world.start_at(format!("http://{address}").parse().unwrap());
    let health = world.until_health(|health| down(health).is_some()).await;
    assert!(down(&health).unwrap().contains("cannot be reached"), "{health:?}");
    let unreached = world.adapter().send(&outgoing("telegram:-1", card("LATE"))).await;
    let Err(SendError::Retry { after: None, reason }) = unreached else { panic!("{unreached:?}") };
    assert!(!reason.contains(TOKEN), "{reason}");
    let late = fake::Telegram::on(TcpListener::bind(address).await.unwrap());
    world.until_health(|health| *health == Health::Up).await;
    let ops = late.chat(Kind::Supergroup, "Ops");
    world.adapter().send(&outgoing(&place(ops), card("LATE"))).await.unwrap();
}

#[tokio::test]
async fn nonsense_from_telegram_is_survived() {
    let fake = fake::Telegram::start().await;
    for fault in
        [Fault::Garbage, Fault::Proxy(502), Fault::Drop, Fault::Refuse(429, "Too Many Requests", Some(0))]
    {
        fake.fail_next("getMe", fault.clone());
        fake.fail_next("getUpdates", fault);
    }
    fake.fail_next("setMyCommands", Fault::Refuse(500, "Internal Server Error", None));
    let world = World::on(fake);
    world.until_health(|health| *health == Health::Up).await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    // One that cannot be read, and one of a kind from the future, are passed over.
    let unreadable = world.fake.update(json!({"message": {"message_id": "seven"}}));
    let future = world.fake.update(json!({"thought": {"of": "somebody"}}));
    let update = world.fake.say(ops, ann, "/status");
    for update in [unreadable, future, update] {
        world.fake.confirmed(update).await;
    }
    assert_eq!(world.fake.posts(ops).len(), 1);
}

#[tokio::test]
async fn a_second_reader_is_named_as_what_it_is() {
    let world = World::new().await;
    world.until_health(|health| *health == Health::Up).await;
    let words =
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    for _ in 0..50 {
        world.fake.fail_next("getUpdates", Fault::Refuse(409, words, None));
    }
    // Ends the request that waits.
    world.fake.update(json!({"nothing": {}}));
    let health = world.until_health(|health| down(health).is_some()).await;
    assert!(down(&health).unwrap().contains("same token"), "{health:?}");
    world.until_health(|health| *health == Health::Up).await;
}

#[tokio::test]
async fn a_webhook_in_the_way_is_removed() {
    let fake = fake::Telegram::start().await;
    fake.set_webhook("https://old.example.com/hook");
    let world = World::on(fake);
    world.until_health(|health| *health == Health::Up).await;
    assert_eq!(world.fake.calls("deletewebhook"), 1);
}

#[tokio::test]
async fn an_update_is_delivered_again_after_a_crash_before_it_was_served() {
    let mut world = World::new().await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    // The desk has done it, and the answer hangs.
    world.fake.fail_next("sendMessage", Fault::Hold(Arc::new(Notify::new())));
    let update = world.fake.say(ops, ann, "/ack INC-42");
    let beside = world.fake.chat(Kind::Supergroup, "Beside");
    world.desk.hears(1).await;
    world.fake.post_after(ops, 0).await;
    // Later ones that are finished are not forgotten before it.
    let later = world.fake.say(beside, ann, "/status");
    world.fake.post_after(beside, 0).await;
    world.fake.delivered(later, 2).await;
    assert!(!world.fake.is_confirmed(update));
    world.crash();
    world.start();
    let heard = world.desk.hears(4).await;
    let ids: Vec<String> = world.desk.heard().into_iter().map(|inbound| inbound.id).collect();
    assert_eq!(ids.iter().filter(|id| **id == format!("telegram:update:{update}")).count(), 2, "{ids:?}");
    assert!(ids.contains(&heard.id));
    world.fake.confirmed(later).await;
    assert_eq!(world.fake.posts(ops).len(), 1, "the desk knew it");
}

#[tokio::test]
async fn a_slow_chat_keeps_no_other_waiting() {
    let world = World::new().await;
    let ann = world.fake.person("Ann", "en");
    let (slow, quick) = (world.fake.chat(Kind::Supergroup, "Slow"), world.fake.chat(Kind::Group, "Quick"));
    let gate = world.desk.gate(&place(slow));
    let held = world.fake.say(slow, ann, "/first");
    world.desk.hears(1).await;
    world.fake.say(slow, ann, "/second");
    for count in 0..5 {
        world.fake.say(quick, ann, &format!("/quick {count}"));
        let answer = world.fake.post_after(quick, count).await;
        assert_eq!(answer.text, format!("Answer to /quick {count}"));
    }
    assert!(world.fake.posts(slow).is_empty() && !world.fake.is_confirmed(held));
    gate.notify_one();
    world.fake.post_after(slow, 1).await;
    let texts: Vec<_> = world.fake.posts(slow).into_iter().map(|message| message.text).collect();
    assert_eq!(texts, ["Answer to /first", "Answer to /second"]);
    world.fake.confirmed(held).await;
    let lines: Vec<_> = world.desk.heard().into_iter().map(|inbound| inbound.ask).collect();
    assert_eq!(lines.len(), 7, "each once: {lines:?}");
}

#[tokio::test]
async fn a_desk_that_breaks_is_not_asked_for_ever() {
    let world = World::new().await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    let broken = world.fake.say(ops, ann, "/panic");
    world.fake.say(ops, ann, "/status");
    assert_eq!(world.fake.post_after(ops, 0).await.text, "Answer to /status");
    world.fake.confirmed(broken).await;
}

#[tokio::test]
async fn the_end_of_the_program_finishes_what_is_in_hand() {
    let mut world = World::new().await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    let gate = world.desk.gate(&place(ops));
    let update = world.fake.say(ops, ann, "/ack INC-42");
    world.desk.hears(1).await;
    gate.notify_one();
    world.stop().await;
    assert!(world.fake.is_confirmed(update));
    assert_eq!(world.fake.posts(ops).len(), 1);
}

#[tokio::test]
async fn numbers_may_begin_anew() {
    let world = World::new().await;
    let (ops, ann) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.person("Ann", "en"));
    let high = world.fake.say(ops, ann, "/status");
    world.fake.confirmed(high).await;
    world.fake.renumber(5);
    // Told by a request that was made before or after; never lost behind the old offset.
    let low = world.fake.say(ops, ann, "/status again");
    assert_eq!(world.fake.post_after(ops, 1).await.text, "Answer to /status again");
    world.fake.confirmed(low).await;
}

#[tokio::test]
async fn chats_that_are_lost_are_known() {
    let world = World::new().await;
    let ann = world.fake.person("Ann", "en");
    let (ops, private) = (world.fake.chat(Kind::Supergroup, "Ops"), world.fake.start_private(ann));
    world.fake.kick(ops);
    world.fake.kick(private);
    let after = world.fake.chat(Kind::Group, "After");
    let update = world.fake.say(after, ann, "/status");
    world.fake.confirmed(update).await;
    let lost: Vec<String> = world.adapter().lost().iter().map(ToString::to_string).collect();
    assert_eq!(lost, [place(ops), place(private)]);
}
