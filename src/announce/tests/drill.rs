//! A drill goes where an incident would go, says in its first word what it is, and a customer without a part in it
//! hears nothing.

use std::collections::BTreeSet;

use super::*;
use crate::core::agreement::Priority;
use crate::core::drill::{DrillWord, LASTS, Plan};
use crate::core::event::IncidentNumber;
use crate::core::testing::{at, prose};

const DRILL: IncidentNumber = IncidentNumber::of_drill(1);

impl World {
    fn drills(&mut self, minute: i64, plan: Plan) {
        self.until(at(minute));
        let (by, word) = (Some(self.person("Maria")), DrillWord::Planned { plan });
        self.journal.append(at(minute), "plan", Event::Drill { at: at(minute), by, word });
        self.take();
    }
}

fn plan(customers: &[&str], starts: i64) -> Plan {
    let customers = customers.iter().map(|id| AgreementId::new(*id)).collect::<BTreeSet<_>>();
    Plan {
        service: "checkout".into(),
        priority: Priority::P1,
        announced: !customers.is_empty(),
        customers,
        starts: at(starts),
        lasts: LASTS,
    }
}

/// The whole way, with everything that can be done to it.
fn exercise(world: &mut World) {
    world.acts(18, "Anna", Act::Acknowledged { incident: DRILL });
    world.acts(20, "Anna", Act::Updated { incident: DRILL, agreement: None, text: prose() });
    world.acts(21, "Anna", Act::Noted { incident: DRILL, text: prose() });
    world.acts(22, "Anna", Act::Prioritised { incident: DRILL, priority: Priority::P2, reason: prose() });
    world.acts(23, "Anna", Act::Escalated { incident: DRILL });
    world.acts(30, "Ben", Act::Resolved { incident: DRILL, text: Some(prose()) });
    world.until(at(200));
}

#[tokio::test]
async fn every_message_of_a_drill_says_so_first_in_every_language() {
    let mut world = World::new().await;
    world.share_checkout();
    world.wishes("Maria", NotifyKind::Opened, NotifyHow::Wake).await;
    world.wishes("Ben", NotifyKind::Late, NotifyHow::Digest).await;
    let before = world.posts.len();
    world.drills(0, plan(&["acme"], 1));
    exercise(&mut world);
    let messages: Vec<&Message> = world.posts[before..].iter().chain(world.cards.values()).collect();
    assert!(messages.len() > 20, "{}", messages.len());
    for message in &messages {
        for (language, word) in [(Language::English, "DRILL · "), (Language::TraditionalChinese, "演練 · ")]
        {
            let spoken = speak(&message.doc, Locale { language, zone: chrono_tz::UTC }, &world.facts());
            let head = crate::i18n::spoken::text_of(&spoken.head);
            assert!(head.starts_with(word), "{}: {head}", message.key);
        }
        let pressed = format!("{:?}", message.doc.buttons);
        assert!(!pressed.contains("complaint") && !pressed.contains("reopen"), "{}: {pressed}", message.key);
    }
    let kinds: BTreeSet<&str> = messages.iter().map(|message| message.kind.as_str()).collect();
    for kind in ["card", "history", "at_risk", "late", "call", "woken", "drill"] {
        assert!(kinds.contains(kind), "no {kind} in {kinds:?}");
    }
    assert!(!kinds.contains("collected"), "nothing of a drill waits for a digest");
    assert!(messages.iter().any(|message| world.calls(message, "Anna")), "the one on call is called");
    let operators = world.read_at("web:operators");
    assert!(operators.contains("resolved by Ben") && operators.contains("taken by Anna"), "{operators}");
    assert!(
        operators.contains("too late") && operators.contains("and will not be, this is a drill"),
        "{operators}"
    );
    let acme = world.read_at("web:acme");
    assert!(acme.contains("We exercise how we answer") && acme.contains("We are on it."), "{acme}");
    assert_eq!(world.read_at("web:borealis"), "", "who did not agree hears nothing");
}

#[tokio::test]
async fn no_customer_hears_of_a_drill_without_a_part_in_it() {
    let mut world = World::new().await;
    world.share_checkout();
    world.drills(0, plan(&[], 0));
    exercise(&mut world);
    assert_eq!(world.read_at("web:acme") + &world.read_at("web:borealis"), "");
    assert!(world.read_at("discord:100").contains("DRILL · "));
}

#[tokio::test]
async fn a_real_alert_beside_a_drill_says_that_it_is_none_and_reads_as_without_it() {
    let mut both = Vec::new();
    for with in [true, false] {
        let mut world = World::new().await;
        if with {
            world.drills(0, plan(&[], 0));
        }
        world.until(at(3));
        world.journal.fires(3, "a");
        world.take();
        world.until(at(40));
        let real = world.posts.iter().chain(world.cards.values());
        let of_one = |key: &str| key.starts_with("incident/1/") || key.starts_with("card/1/");
        let real = real.filter(|message| of_one(&message.key));
        let texts: BTreeMap<String, String> =
            real.map(|message| (message.key.clone(), world.text(&message.doc, Language::English))).collect();
        both.push(texts);
    }
    let (beside, alone) = (both[0].clone(), both[1].clone());
    let (said, rest): (BTreeMap<_, _>, BTreeMap<_, _>) =
        beside.into_iter().partition(|(key, _)| key.contains("no_drill"));
    assert!(
        said.values().all(|text| text.contains("NO DRILL") && text.contains("INC-1 is real")),
        "{said:?}"
    );
    assert_eq!(said.len(), 2, "in each channel of operators");
    assert!(alone.len() > 5 && rest.values().all(|text| !text.contains("DRILL")));
    assert_eq!(rest, alone, "and nothing else of it is another");
}
