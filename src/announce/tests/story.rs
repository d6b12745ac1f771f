//! One night at Checkout: what each side reads, in order.

use std::fmt::Write as _;

use super::*;
use crate::core::agreement::Publish;
use crate::core::event::{Act, IncidentNumber, Signal, SignalStatus};
use crate::core::testing::{at, prose, signal};

const INCIDENT: IncidentNumber = IncidentNumber(1);

/// Each message with its key, place and urgency, and its words in both languages.
fn drawn(world: &World, title: &str, composed: &Composed) -> String {
    let mut text = format!("==== {title}\n");
    for message in composed.cards.iter().chain(&composed.posts) {
        let under = message.under.as_ref().map_or_else(String::new, |under| format!(" under {under}"));
        writeln!(text, "-- {} · {:?} · {}{under}", message.kind, message.urgency, message.key).unwrap();
        for language in Language::ALL {
            writeln!(text, "{}\n", world.text(&message.doc, language)).unwrap();
        }
    }
    text
}

/// The people of the story act by the ids of the directory.
fn acts(world: &mut World, minute: i64, name: &str, act: Act) -> Composed {
    let mut composed = world.until(at(minute));
    let by = world.person(name);
    let id = format!("act/{minute}");
    world.journal.append(at(minute), &id, Event::Act { at: at(minute), by, act });
    let more = world.take();
    composed.posts.extend(more.posts);
    composed.cards.extend(more.cards);
    composed
}

#[tokio::test]
async fn a_night_at_checkout() {
    let mut world = World::with(|_| {}).await;
    // One operators' channel is enough to read.
    world.store.write(crate::store::bindings::Unbind(place("discord:100"))).await.unwrap();
    world.directory.refresh().await.unwrap();
    let mut text = String::new();
    world.journal.fires(0, "a");
    let composed = world.take();
    text += &drawn(&world, "it fires", &composed);
    let composed = world.until(at(12));
    text += &drawn(&world, "at risk, and Anna is called", &composed);
    let composed = world.until(at(17));
    text += &drawn(&world, "late, and Ben is called", &composed);
    let composed = acts(&mut world, 19, "Ben", Act::Acknowledged { incident: INCIDENT });
    text += &drawn(&world, "acknowledged", &composed);
    let update = Act::Updated { incident: INCIDENT, agreement: None, text: prose() };
    let composed = acts(&mut world, 20, "Ben", update);
    text += &drawn(&world, "the customer is told", &composed);
    world.journal.ends(24, "a", 0);
    let composed = world.take();
    text += &drawn(&world, "it quiets", &composed);
    let composed = world.until(at(30));
    text += &drawn(&world, "resolved", &composed);
    insta::assert_snapshot!("story", text);
}

fn kinds(composed: &Composed) -> Vec<&str> {
    composed.posts.iter().map(|post| post.kind.as_str()).collect()
}

#[tokio::test]
async fn a_warning_that_calls_is_one_message() {
    let mut world = World::new().await;
    world.journal.fires(0, "a");
    world.take();
    let composed = world.until(at(12));
    assert_eq!(kinds(&composed), ["at_risk", "at_risk"], "one for each operators' channel");
    let (anna, ben) = (world.person("Anna"), world.person("Ben"));
    let mentions =
        |message: &Message, person: &PersonId| format!("{:?}", message.doc).contains(person.as_str());
    assert!(mentions(&composed.posts[0], &anna) && !mentions(&composed.posts[0], &ben));
    // 11:15 + 5 min: nobody has it, so the next is called; nothing else rings then.
    let late = world.until(at(16));
    assert_eq!(kinds(&late).iter().filter(|kind| **kind == "late").count(), 2);
    let next = world.until(at(17));
    assert_eq!(kinds(&next), ["call", "call"]);
    assert!(mentions(&next.posts[0], &ben) && !mentions(&next.posts[0], &anna));
}

#[tokio::test]
async fn nobody_on_the_list_is_said_once() {
    let empty = |config: &mut Config| {
        for file in config.agreements.values_mut() {
            file.operations.on_call.clear();
        }
    };
    let mut world = World::with(empty).await;
    world.journal.fires(0, "a");
    world.take();
    world.until(at(60));
    assert_eq!(world.posts.iter().filter(|post| post.kind == "call").count(), 0);
}

#[tokio::test]
async fn a_customer_is_told_when_it_is_allowed_and_not_before() {
    let mut world = World::new().await;
    world.adopt(Terms { publish: Publish::OnApproval, ..testing::terms() });
    world.journal.fires(0, "a");
    world.take();
    acts(&mut world, 5, "Anna", Act::Acknowledged { incident: INCIDENT });
    world.until(at(20));
    assert_eq!(world.read_at("web:acme"), "");
    acts(&mut world, 21, "Anna", Act::Published { incident: INCIDENT, agreement: "acme".into() });
    assert!(world.cards.contains_key("card/1/acme/web:acme"), "{:?}", world.cards.keys());
}

#[tokio::test]
async fn what_was_over_before_it_could_be_said_wakes_nobody() {
    let mut world = World::new().await;
    // Everything is read in one step, as after an interruption.
    world.journal.fires(0, "a");
    world.journal.ends(40, "a", 0);
    world.journal.until(at(50));
    let composed = world.take();
    let rang: Vec<&Message> = composed.posts.iter().filter(|post| post.kind != "resolved").collect();
    assert!(rang.is_empty(), "{rang:?}");
    assert!(
        world.read_at("web:operators").contains("response")
            || world.read_at("web:operators").contains("Response")
    );
}

#[tokio::test]
async fn an_incident_resolved_twice_is_told_twice() {
    let mut world = World::new().await;
    world.journal.fires(0, "a");
    world.take();
    let resolve = || Act::Resolved { incident: INCIDENT, text: None };
    world.journal.ends(2, "a", 0);
    world.take();
    acts(&mut world, 8, "Anna", resolve());
    let reopen = Act::Reopened { incident: INCIDENT, agreement: Some("acme".into()), text: None };
    let composed = acts(&mut world, 10, "Anna", reopen);
    assert!(kinds(&composed).contains(&"reopened"));
    acts(&mut world, 12, "Anna", resolve());
    let here = |post: &&Message| post.kind == "resolved" && post.to == place("web:acme");
    assert_eq!(world.posts.iter().filter(here).count(), 2);
}

#[tokio::test]
async fn a_merged_incident_points_to_the_other() {
    let mut world = World::new().await;
    world.journal.fires(0, "a");
    world.journal.ends(2, "a", 0);
    world.journal.until(at(40));
    world.take();
    world.journal.fires(50, "a");
    world.take();
    assert!(world.cards.contains_key("card/2/web:operators"));
    // A late word: something else had failed all the while.
    let late = Signal { ended: Some(at(52)), ..signal("b", SignalStatus::Resolved, at(0), None) };
    let event = Event::Signals { integration: "am".into(), received: at(55), signals: vec![late] };
    world.journal.until(at(55));
    world.journal.append(at(55), "late", event);
    world.take();
    let card = &world.cards["card/2/web:operators"];
    let text = world.text(&card.doc, Language::English);
    assert!(text.contains("INC-1") && text.contains("INC-2"), "{text}");
}

#[tokio::test]
async fn people_are_woken_for_what_they_wish() {
    let mut world = World::new().await;
    world.wishes("Maria", NotifyKind::Said, NotifyHow::Wake).await;
    world.journal.fires(0, "a");
    assert_eq!(kinds(&world.take()), [""; 0]);
    let said = Act::Said { incident: INCIDENT, agreement: "acme".into(), text: prose() };
    let composed = acts(&mut world, 3, "Anna", said);
    let woken: Vec<&Message> = composed.posts.iter().filter(|post| post.kind == "woken").collect();
    assert_eq!(woken.len(), 2);
    assert!(world.text(&woken[0].doc, Language::English).contains("Maria"));
}
