//! An agreement whose file is gone while something is open under it: what it said last stays in force until
//! that is over, and not a moment longer.

use super::*;
use crate::chat::Platform;
use crate::core::event::IncidentNumber;
use crate::core::testing::at;
use crate::directory::{held, keep};

const INCIDENT: IncidentNumber = IncidentNumber(1);

fn only_on_the_web(config: &mut Config) {
    for file in config.agreements.values_mut() {
        file.operations.platforms = [Platform::Web].into();
    }
}

/// The files without Acme's.
fn without_acme(world: &World) -> Arc<Config> {
    let mut config = (*world.directory.get().config).clone();
    config.agreements.remove(&AgreementId::new("acme"));
    Arc::new(config)
}

fn withdraw(world: &mut World, minute: i64) {
    let event = Event::TermsWithdrawn { agreement: "acme".into(), effective: at(minute) };
    world.journal.append(at(minute), "withdrawn", event);
    world.take();
}

#[tokio::test]
async fn what_a_withdrawn_agreement_said_last_holds_until_its_incidents_are_over() {
    let mut world = World::with(only_on_the_web).await;
    let acme = AgreementId::new("acme");
    keep(&world.store, &world.directory.get().config).await.unwrap();
    world.journal.fires(0, "a");
    world.take();
    // The file is removed, and the program starts again.
    let config = without_acme(&world);
    assert!(keep(&world.store, &config).await.unwrap().contains_key(&acme));
    let shared = Arc::new(Shared::new(world.store.clone(), config).await.unwrap());
    world.announcements = Announcements::new(shared.clone());
    world.directory = shared;
    withdraw(&mut world, 5);
    let composed = world.until(at(16));
    let called = composed.posts.iter().find(|post| post.kind == "at_risk").unwrap();
    assert!(world.calls(called, "Anna"), "the list still holds");
    assert_eq!(world.read_at("discord:100"), "", "their data stays on the web");
    let card = world.text(&world.cards["card/1/acme/web:acme"].doc, Language::English);
    assert!(card.contains("We are late."), "{card}");
    // While something is open nothing is let go of.
    let now = world.journal.state.now.unwrap();
    world.directory.release(&held(&world.journal.state, now)).await.unwrap();
    assert!(world.directory.get().kept.contains_key(&acme));
    world.acts(17, "Ben", Act::Acknowledged { incident: INCIDENT });
    world.journal.ends(20, "a", 0);
    world.take();
    world.until(at(60 * 24 * 3));
    let card = world.text(&world.cards["card/1/acme/web:acme"].doc, Language::English);
    assert!(card.contains("works again"), "{card}");
    let now = world.journal.state.now.unwrap();
    world.directory.release(&held(&world.journal.state, now)).await.unwrap();
    let directory = world.directory.get();
    assert!(directory.kept.is_empty() && !directory.may_leave(&acme, Platform::Web));
    assert_eq!(world.store.marks("operations/acme").await.unwrap(), []);
}

#[tokio::test]
async fn of_an_agreement_of_which_nothing_is_known_nothing_leaves() {
    let mut world = World::new().await;
    world.journal.fires(0, "a");
    world.take();
    let config = without_acme(&world);
    world.directory.replace(config).await.unwrap();
    withdraw(&mut world, 5);
    let count = world.posts.len();
    world.until(at(30));
    assert_eq!(world.posts.len(), count);
    for platform in Platform::ALL {
        assert!(!world.directory.get().may_leave(&AgreementId::new("acme"), platform));
    }
}

#[tokio::test]
async fn the_channels_of_a_withdrawn_agreement_stay_bound_while_something_is_open() {
    let mut world = World::new().await;
    let change = |config: &mut Config| {
        let file = config.agreements.get_mut(&AgreementId::new("acme")).unwrap();
        file.operations.channels = vec![config::Binding {
            address: place("web:acme-too"),
            party: config::Party::Customer(AgreementId::new("acme")),
            language: Language::English,
            zone: chrono_tz::UTC,
        }];
        config.bindings = file
            .operations
            .channels
            .iter()
            .map(|binding| (binding.address.clone(), binding.clone()))
            .collect();
    };
    let mut config = (*world.directory.get().config).clone();
    change(&mut config);
    crate::app::introduce(&world.store, &config, START).await.unwrap();
    config.agreements.remove(&AgreementId::new("acme"));
    config.bindings.clear();
    crate::app::introduce(&world.store, &config, START).await.unwrap();
    world.directory.replace(Arc::new(config)).await.unwrap();
    assert!(world.directory.get().bindings.contains_key(&place("web:acme-too")));
    world.journal.fires(0, "a");
    world.take();
    assert!(world.cards.contains_key("card/1/acme/web:acme-too"), "{:?}", world.cards.keys());
    world.directory.release(&std::collections::BTreeSet::new()).await.unwrap();
    assert!(!world.directory.get().bindings.contains_key(&place("web:acme-too")));
}
