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
    let composed = world.acts(19, "Ben", Act::Acknowledged { incident: INCIDENT });
    text += &drawn(&world, "acknowledged", &composed);
    let update = Act::Updated { incident: INCIDENT, agreement: None, text: prose() };
    let composed = world.acts(20, "Ben", update);
    text += &drawn(&world, "the customer is told", &composed);
    world.journal.ends(24, "a", 0);
    let composed = world.take();
    text += &drawn(&world, "it quiets", &composed);
    let composed = world.until(at(30));
    text += &drawn(&world, "resolved", &composed);
    insta::assert_snapshot!("story", text);
}

/// The kinds of the messages that ring or stand alone; lines of the history aside.
fn kinds(composed: &Composed) -> Vec<&str> {
    let alone = composed.posts.iter().filter(|post| post.kind != "history");
    alone.map(|post| post.kind.as_str()).collect()
}

fn ringing<'a>(composed: &'a Composed, kind: &str) -> Vec<&'a Message> {
    composed.posts.iter().filter(|post| post.kind == kind).collect()
}

#[tokio::test]
async fn a_warning_that_calls_is_one_message() {
    let mut world = World::new().await;
    world.journal.fires(0, "a");
    world.take();
    let composed = world.until(at(12));
    assert_eq!(kinds(&composed), ["at_risk", "at_risk"], "one for each operators' channel");
    let at_risk = ringing(&composed, "at_risk")[0];
    assert!(world.calls(at_risk, "Anna") && !world.calls(at_risk, "Ben"));
    // 11:15 + 5 min: nobody has it, so the next is called; nothing else rings then.
    let late = world.until(at(16));
    assert_eq!(kinds(&late).iter().filter(|kind| **kind == "late").count(), 2);
    let next = world.until(at(17));
    assert_eq!(kinds(&next), ["call", "call"]);
    let call = ringing(&next, "call")[0];
    assert!(world.calls(call, "Ben") && !world.calls(call, "Anna"));
}

#[tokio::test]
async fn the_list_is_called_around_until_somebody_has_it() {
    let three = |config: &mut Config| {
        for file in config.agreements.values_mut() {
            file.operations.on_call = ["anna", "ben", "maria"].map(ToOwned::to_owned).into();
            file.operations.wake_on.clear();
        }
    };
    let mut world = World::with(three).await;
    world.journal.fires(0, "a");
    world.take();
    // At risk at 11:15, then every five minutes.
    let mut called = Vec::new();
    for minute in [12, 17, 22, 27, 32] {
        let composed = world.until(at(minute));
        let rang: Vec<&Message> =
            composed.posts.iter().filter(|post| ["at_risk", "call"].contains(&post.kind.as_str())).collect();
        assert_eq!(rang.len(), 2, "one for each operators' channel at {minute}");
        let names = ["Anna", "Ben", "Maria"].into_iter().filter(|name| world.calls(rang[0], name));
        called.push(names.collect::<Vec<_>>());
    }
    assert_eq!(called, [["Anna"], ["Ben"], ["Maria"], ["Anna"], ["Ben"]]);
    world.acts(33, "Ben", Act::Acknowledged { incident: INCIDENT });
    let quiet = world.until(at(60));
    assert!(ringing(&quiet, "call").is_empty(), "somebody has it");
}

/// What is said in the history of the operators, in English.
fn history(world: &World) -> String {
    let incident = world.journal.state.incident(INCIDENT, world.journal.state.now.unwrap()).unwrap();
    let called = crate::announce::history::Called::of(&world.marks);
    let now = world.journal.state.now.unwrap();
    let all = crate::commands::access::Scope::ALL;
    let lines = crate::announce::history::lines(&world.journal.state, &incident, &all, &called, now);
    lines.iter().map(|line| world.text(line, Language::English) + "\n").collect()
}

#[tokio::test]
async fn the_history_tells_warnings_calls_and_what_the_agreement_lets_be_seen() {
    let mut world = World::new().await;
    world.adopt(Terms { publish: Publish::After(Span::from_minutes(5)), ..testing::terms() });
    world.journal.fires(0, "a");
    world.take();
    world.until(at(18));
    world.acts(19, "Ben", Act::Acknowledged { incident: INCIDENT });
    insta::assert_snapshot!("history-told", history(&world));
    // The same under the card, line by line.
    let posted = world.posts.iter().filter(|post| post.kind == "history" && post.to == place("discord:100"));
    let posted: String = posted.map(|post| world.text(&post.doc, Language::English) + "\n").collect();
    insta::assert_snapshot!("history-posted", posted);
    // A customer reads what is theirs to know.
    let theirs = world.posts.iter().filter(|post| post.kind == "history" && post.to == place("web:acme"));
    let theirs: String = theirs.map(|post| world.text(&post.doc, Language::English) + "\n").collect();
    insta::assert_snapshot!("history-customer", theirs);
}

#[tokio::test]
async fn a_thread_is_named_after_the_incident() {
    let mut world = World::new().await;
    world.journal.fires(0, "a");
    world.take();
    world.acts(2, "Ben", Act::Acknowledged { incident: INCIDENT });
    let line =
        world.posts.iter().find(|post| post.kind == "history" && post.to == place("discord:100")).unwrap();
    let locale = Locale { language: Language::English, zone: chrono_tz::UTC };
    let title = crate::i18n::speak_line(&line.doc.thread, locale, &world.facts(), line.doc.as_of);
    assert_eq!(crate::i18n::spoken::text_of(&title), "INC-1 · Checkout");
}

#[tokio::test]
async fn people_are_woken_for_what_the_agreement_says() {
    // For nothing of this priority: the card and the history alone tell it.
    let calm = |config: &mut Config| {
        for file in config.agreements.values_mut() {
            file.operations.wake_priorities = [crate::core::agreement::Priority::P2].into();
            file.operations.wake_on =
                [config::WakeOn::Opened, config::WakeOn::AtRisk, config::WakeOn::Late].into();
        }
    };
    let mut world = World::with(calm).await;
    world.journal.fires(0, "a");
    world.take();
    let composed = world.until(at(30));
    assert_eq!(kinds(&composed), [""; 0]);
    let card = world.text(&world.cards["card/1/web:operators"].doc, Language::English);
    assert!(card.contains("LATE"), "{card}");
    assert!(history(&world).contains("Response late"), "{}", history(&world));
    // For everything: the first on the list is woken when it opens.
    let all = |config: &mut Config| {
        for file in config.agreements.values_mut() {
            file.operations.mention.clear();
            file.operations.wake_on = [config::WakeOn::Opened].into();
        }
    };
    let mut world = World::with(all).await;
    world.journal.fires(0, "a");
    let composed = world.take();
    let opened = ringing(&composed, "woken");
    assert_eq!(opened.len(), 2);
    assert!(world.calls(opened[0], "Anna") && !world.calls(opened[0], "Ben"));
    let late = world.until(at(16));
    assert!(ringing(&late, "late").is_empty(), "only the call goes out: {:?}", kinds(&late));
}

#[tokio::test]
async fn whoever_has_it_is_told_when_their_clock_runs_out() {
    let warned = |config: &mut Config| {
        for file in config.agreements.values_mut() {
            file.operations.mention.clear();
            file.operations.wake_on = [config::WakeOn::AtRisk, config::WakeOn::Late].into();
        }
    };
    let mut world = World::with(warned).await;
    world.journal.fires(0, "a");
    world.take();
    world.acts(2, "Ben", Act::Acknowledged { incident: INCIDENT });
    let composed = world.until(at(35));
    let rang: Vec<&Message> =
        composed.posts.iter().filter(|post| post.to == place("web:operators")).collect();
    for kind in ["at_risk", "late"] {
        let message = rang.iter().find(|post| post.kind == kind).unwrap();
        assert!(message.key.contains("/update/"), "{}", message.key);
        assert!(world.calls(message, "Ben") && !world.calls(message, "Anna"), "{kind}");
    }
    // Nobody has the other night's: those on call whose turn has come.
    let mut world = World::with(warned).await;
    world.journal.fires(0, "a");
    world.take();
    let composed = world.until(at(24));
    let update =
        ringing(&composed, "at_risk").into_iter().find(|post| post.key.contains("/update/")).unwrap();
    assert!(world.calls(update, "Anna") && world.calls(update, "Ben"));
}

#[tokio::test]
async fn a_reopened_incident_is_in_nobodys_hands() {
    let mut world = World::new().await;
    world.journal.fires(0, "a");
    world.take();
    world.acts(2, "Ben", Act::Acknowledged { incident: INCIDENT });
    world.journal.ends(3, "a", 0);
    world.take();
    world.until(at(10));
    world.acts(40, "Lena", Act::Reopened { incident: INCIDENT, agreement: Some("acme".into()), text: None });
    for place in ["card/1/acme/web:acme", "card/1/web:operators"] {
        let card = world.text(&world.cards[place].doc, Language::English);
        assert!(!card.contains("working on it since") && !card.contains("Ben Okafor at"), "{card}");
    }
    let card = world.text(&world.cards["card/1/acme/web:acme"].doc, Language::English);
    assert!(card.contains("Since 03:00, and again since 03:40. An engineer is being reached."), "{card}");
    world.acts(45, "Anna", Act::Acknowledged { incident: INCIDENT });
    let card = world.text(&world.cards["card/1/acme/web:acme"].doc, Language::English);
    assert!(card.contains("An engineer has been working on it since 03:45."), "{card}");
}

#[tokio::test]
async fn a_text_for_every_alert_is_used_for_what_no_monitor_saw() {
    let mut world = World::new().await;
    let text = crate::core::agreement::CustomerText {
        service: None,
        labels: BTreeMap::new(),
        text: [("en".to_owned(), "something is wrong".to_owned())].into(),
    };
    world.adopt(Terms { customer_texts: vec![text], ..testing::terms() });
    let report = Act::Reported { service: "checkout".into(), agreement: "acme".into(), text: prose() };
    world.acts(1, "Lena", report);
    let card = world.text(&world.cards["card/1/acme/web:acme"].doc, Language::English);
    assert!(card.contains("Checkout: something is wrong"), "{card}");
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
    let here = world.posts.iter().filter(|post| post.to == place("web:operators") && post.kind != "history");
    let said: Vec<&Message> = here
        .filter(|post| world.text(&post.doc, Language::English).contains("nobody is on the on-call list"))
        .collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].kind, "call");
    let told = history(&world);
    assert_eq!(told.matches("the on-call list is empty").count(), 1, "{told}");
}

#[tokio::test]
async fn a_customer_is_told_when_it_is_allowed_and_not_before() {
    let mut world = World::new().await;
    world.adopt(Terms { publish: Publish::OnApproval, ..testing::terms() });
    world.journal.fires(0, "a");
    world.take();
    world.acts(5, "Anna", Act::Acknowledged { incident: INCIDENT });
    world.until(at(20));
    assert_eq!(world.read_at("web:acme"), "");
    world.acts(21, "Anna", Act::Published { incident: INCIDENT, agreement: "acme".into() });
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
    let rang = kinds(&composed).into_iter().filter(|kind| *kind != "resolved");
    assert_eq!(rang.collect::<Vec<_>>(), [""; 0]);
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
    world.acts(8, "Anna", resolve());
    let reopen = Act::Reopened { incident: INCIDENT, agreement: Some("acme".into()), text: None };
    let composed = world.acts(10, "Anna", reopen);
    assert!(composed.posts.iter().any(|post| post.kind == "reopened" && post.to == place("web:acme")));
    world.acts(12, "Anna", resolve());
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
    let composed = world.acts(3, "Anna", said);
    let woken: Vec<&Message> = composed.posts.iter().filter(|post| post.kind == "woken").collect();
    assert_eq!(woken.len(), 2);
    assert!(world.text(&woken[0].doc, Language::English).contains("Maria"));
}
