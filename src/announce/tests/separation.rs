//! Two customers of one service never read of each other, and no data goes where the agreement forbids it.

use std::collections::BTreeSet;

use super::*;
use crate::chat::Platform;
use crate::core::event::{Act, IncidentNumber};
use crate::core::testing::{at, prose};

const INCIDENT: IncidentNumber = IncidentNumber(1);

/// An incident with everything that can be said of it.
fn eventful(world: &mut World) {
    world.journal.fires(0, "a");
    world.take();
    let acts = [
        (2, Act::Said { incident: INCIDENT, agreement: "borealis".into(), text: prose() }),
        (3, Act::Noted { incident: INCIDENT, text: prose() }),
        (17, Act::Acknowledged { incident: INCIDENT }),
        (18, Act::Paused { incident: INCIDENT, agreement: Some("borealis".into()), reason: prose() }),
        (19, Act::Resumed { incident: INCIDENT, agreement: Some("borealis".into()), reason: None }),
        (20, Act::Updated { incident: INCIDENT, agreement: Some("acme".into()), text: prose() }),
        (21, Act::Resolved { incident: INCIDENT, text: Some(prose()) }),
        (22, Act::Reopened { incident: INCIDENT, agreement: Some("borealis".into()), text: Some(prose()) }),
    ];
    for (minute, act) in acts {
        world.until(at(minute));
        let event = Event::Act { at: at(minute), by: world.person("Anna"), act };
        world.journal.append(at(minute), &format!("act/{minute}"), event);
        world.take();
    }
    world.journal.ends(23, "a", 0);
    world.take();
    world.until(at(90));
}

#[tokio::test]
async fn customers_of_one_service_never_see_each_other() {
    let mut world = World::new().await;
    world.share_checkout();
    eventful(&mut world);
    for (own, other) in [("acme", "borealis"), ("borealis", "acme")] {
        let text = world.read_at(&format!("web:{own}")).to_lowercase();
        assert!(text.contains("checkout"), "{text}");
        for hidden in [other, "5xx", "ben okafor", "maria", "runbook", "critical"] {
            assert!(!text.contains(hidden), "{own} reads `{hidden}`:\n{text}");
        }
        let chain = Chain::Customer(AgreementId::new(own));
        let here = world.posts.iter().chain(world.cards.values());
        for message in here.filter(|message| message.to == place(&format!("web:{own}"))) {
            assert_eq!(message.chain, chain, "{}", message.key);
        }
    }
    // What Borealis did under the shared incident is Borealis' own.
    let acme = world.read_at("web:acme").to_lowercase();
    assert!(!acme.contains("paused"), "{acme}");
}

fn only_on_the_web(config: &mut Config) {
    let file = config.agreements.get_mut(&AgreementId::new("borealis")).unwrap();
    file.operations.platforms = BTreeSet::from([Platform::Web]);
}

#[tokio::test]
async fn operators_read_of_a_customer_only_where_their_data_may_go() {
    let mut world = World::with(only_on_the_web).await;
    world.share_checkout();
    eventful(&mut world);
    let discord = world.read_at("discord:100");
    assert!(discord.contains("Acme GmbH"), "{discord}");
    assert!(!discord.to_lowercase().contains("borealis"), "{discord}");
    assert!(world.read_at("web:operators").contains("Borealis Oy"));
}

#[tokio::test]
async fn an_incident_of_such_a_customer_alone_is_not_told_elsewhere() {
    let mut world = World::with(only_on_the_web).await;
    world.share_checkout();
    let early = START - Span::from_days(50);
    let end = Event::TermsWithdrawn { agreement: "acme".into(), effective: early };
    world.journal.append(early, "end", end);
    eventful(&mut world);
    assert_eq!(world.read_at("discord:100"), "");
    assert!(world.read_at("web:operators").contains("Borealis Oy"));
}

#[tokio::test]
async fn a_silent_monitor_names_what_nobody_watches() {
    let mut world = World::new().await;
    let mut book = testing::book();
    let probe = crate::core::event::IntegrationId::new("probe");
    let mut liveness = book.integrations[&"am".into()].clone();
    liveness.silence = crate::core::agreement::Silence::Unknown;
    book.integrations.insert(probe.clone(), liveness);
    // Checkout is watched by the probe alone, login by another as well.
    book.services.get_mut(&"checkout".into()).unwrap().observed_by = [probe.clone()].into();
    book.services.get_mut(&"login".into()).unwrap().observed_by.insert(probe.clone());
    let now = START - Span::from_days(40);
    let book = Event::ServicesAdopted { effective: now, sha256: "2".to_owned(), book: Box::new(book) };
    world.journal.append(now, "book/2", book);
    let heard = Event::Heard { integration: probe, at: START, heartbeat: false };
    world.journal.append(START, "heard/2", heard);
    world.take();
    world.until(at(15));
    let silent: Vec<&Message> = world.posts.iter().filter(|post| post.kind == "silent").collect();
    let text = world.text(&silent.last().unwrap().doc, Language::English);
    assert!(text.contains("Checkout") && !text.contains("Login"), "{text}");
}
