//! Three hundred alerts on two hundred services within a minute: no channel drowns, and nothing is lost.

use std::collections::BTreeSet;

use super::*;
use crate::core::event::{IncidentNumber, ServiceId, Signal, SignalStatus};
use crate::core::testing::signal;

const SERVICES: usize = 200;
const LIMIT: usize = 20;

fn service(index: usize) -> ServiceId {
    ServiceId::new(format!("s{:03}", index % SERVICES))
}

/// A world of many services, all of them Acme's.
async fn large() -> World {
    let mut world = World::new().await;
    let mut book = testing::book();
    let like = book.services[&ServiceId::new("checkout")].clone();
    for index in 0..SERVICES {
        let name = [("en".to_owned(), format!("Service {index:03}"))].into();
        book.services.insert(service(index), crate::core::agreement::Service { name, ..like.clone() });
    }
    let early = START - Span::from_days(50);
    let event =
        Event::ServicesAdopted { effective: early, sha256: "large".to_owned(), book: Box::new(book.clone()) };
    world.journal.append(early, "large", event);
    let services = book.services.keys().cloned().collect();
    world.adopt(Terms { services, ..testing::terms() });
    world
}

fn alert(index: usize, now: Instant) -> Signal {
    let labels = [("service".to_owned(), service(index).to_string())].into();
    Signal { labels, ..signal(&format!("alert-{index}"), SignalStatus::Firing, now, None) }
}

/// Three hundred alerts, ten at a time, all within a minute.
fn storm(world: &mut World) {
    for batch in 0..30 {
        let now = START + Span::from_seconds(i64::try_from(batch).unwrap());
        let signals = (batch * 10..batch * 10 + 10).map(|index| alert(index, now)).collect();
        let event = Event::Signals { integration: "am".into(), received: now, signals };
        world.journal.append(now, &format!("storm/{batch}"), event);
        world.take();
    }
}

fn cards_of(world: &World, start: &str, address: &str) -> usize {
    let cards = world.cards.values().filter(|card| card.to == place(address));
    cards.filter(|card| card.key.starts_with(start)).count()
}

#[tokio::test]
async fn a_storm_is_told_in_a_digest_and_every_card_comes_when_something_happens() {
    let mut world = large().await;
    storm(&mut world);
    for address in ["web:operators", "discord:100", "web:acme"] {
        assert_eq!(cards_of(&world, "card/", address), LIMIT, "{address}");
        assert_eq!(cards_of(&world, "digest/opened/", address), 1, "{address}");
    }
    assert!(world.posts.is_empty());
    let digest =
        world.cards.values().find(|card| card.kind == "digest" && card.to == place("web:acme")).unwrap();
    let text = world.text(&digest.doc, Language::English);
    assert!(text.contains("200"), "{text}");
    assert!(!text.contains("Acme"), "a customer's digest names no customer: {text}");
    // At the at-risk time every incident speaks up, and then has a card.
    world.until(START + Span::from_minutes(14));
    assert_eq!(cards_of(&world, "card/", "web:operators"), SERVICES);
}

#[tokio::test]
async fn at_most_so_many_messages_ring_in_a_minute() {
    let mut world = large().await;
    storm(&mut world);
    let composed = world.until(START + Span::from_minutes(14));
    let rang = composed.posts.iter().filter(|post| post.kind == "at_risk");
    let rang = rang.filter(|post| post.to == place("web:operators")).count();
    assert_eq!(rang, LIMIT);
    let digests: Vec<&Message> = world
        .cards
        .values()
        .filter(|card| card.key.starts_with("digest/wake/") && card.to == place("web:operators"))
        .collect();
    assert_eq!(digests.len(), 1);
    let text = world.text(&digests[0].doc, Language::English);
    assert!(text.contains(&(SERVICES - LIMIT).to_string()) && text.contains("Anna"), "{text}");
}

#[tokio::test]
async fn the_digest_holds_whatever_has_no_card() {
    let mut world = large().await;
    storm(&mut world);
    let carded: BTreeSet<u32> = world
        .cards
        .keys()
        .filter_map(|key| key.strip_prefix("card/")?.strip_suffix("/web:operators")?.parse().ok())
        .collect();
    let open: BTreeSet<u32> = world.journal.state.ledger.unsettled().map(|IncidentNumber(n)| n).collect();
    assert_eq!(open.len(), SERVICES);
    assert!(carded.is_subset(&open) && carded.len() == LIMIT);
    // The first twenty were told one by one.
    assert_eq!(carded, (1..=20).collect());
}

#[tokio::test]
async fn as_many_as_the_limit_are_told_one_by_one() {
    let mut world = large().await;
    let signals = (0..LIMIT).map(|index| alert(index, START)).collect();
    let event = Event::Signals { integration: "am".into(), received: START, signals };
    world.journal.append(START, "twenty", event);
    world.take();
    assert_eq!(cards_of(&world, "card/", "web:operators"), LIMIT);
    assert_eq!(cards_of(&world, "digest/", "web:operators"), 0);
}
