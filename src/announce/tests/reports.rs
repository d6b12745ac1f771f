//! What does not arrive is told elsewhere, and odd deliveries are told as what they are.

use super::*;
use crate::chat::FailCause;
use crate::core::doc::Doc;
use crate::core::event::IntegrationId;
use crate::outbox::worker::{Failure, Trouble};
use crate::sources::{SourceKind, Warning, WarningCode, parse};
use crate::store::commit::Commit;
use crate::store::outbox::{State, Urgency};

fn message(to: &str, kind: &str, chain: Chain) -> Message {
    Message {
        key: format!("{kind}/{to}"),
        to: place(to),
        chain,
        kind: kind.to_owned(),
        urgency: Urgency::Rest,
        locale: Locale { language: Language::English, zone: chrono_tz::UTC },
        doc: Doc::new(crate::core::doc::Tone::Information, crate::core::doc::Text::name("x"), START),
        under: None,
        not_before: None,
    }
}

impl World {
    /// A message that does not arrive.
    async fn fails(&self, message: Message, trouble: Trouble, goes_on: bool, now: Instant) {
        let key = message.key.clone();
        self.store.commit(Commit { posts: vec![message], ..Commit::at(now) }).await.unwrap();
        let row = self.store.message(&key).await.unwrap().unwrap();
        let failure = Failure { row, trouble, reason: "no".to_owned(), goes_on };
        self.announcements.report(&self.store, &failure, now).await.unwrap();
    }

    /// The reports that wait, as people read them.
    async fn reports(&self, place: &str) -> Vec<(String, u64)> {
        let keys = self.store.outbox_keys().await;
        let mut reports = Vec::new();
        for key in keys.into_iter().filter(|key| key.starts_with("dead/") && key.ends_with(place)) {
            let row = self.store.message(&key).await.unwrap().unwrap();
            assert_eq!(row.state, State::Waiting);
            reports.push((self.text(&row.message.doc, Language::English), row.version));
        }
        reports
    }
}

fn acme() -> Chain {
    Chain::Customer(AgreementId::new("acme"))
}

#[tokio::test]
async fn every_way_of_not_arriving_is_told_elsewhere() {
    let causes = [
        (Trouble::Refused(FailCause::DestinationGone), false, "is gone"),
        (Trouble::Refused(FailCause::Forbidden), false, "may not write"),
        (Trouble::Refused(FailCause::Unauthorized), true, "refuses Upheld's token"),
        (Trouble::Refused(FailCause::Refused), false, "refuses messages"),
        (Trouble::Unreached, false, "gave up"),
        (Trouble::Unreached, true, "goes on trying"),
        (Trouble::Uncertain, false, "have been lost"),
        (Trouble::Unspeakable, false, "into words"),
    ];
    let world = World::new().await;
    for (turn, (trouble, goes_on, says)) in causes.into_iter().enumerate() {
        let to = format!("discord:50{turn}");
        world.fails(message(&to, "card", acme()), trouble, goes_on, START).await;
        // Where the platform itself may be the trouble, only another one is of use.
        let away = matches!(trouble, Trouble::Unreached | Trouble::Refused(FailCause::Unauthorized));
        let places = if away { &["web:operators"][..] } else { &["web:operators", "discord:100"][..] };
        for place in places {
            let told = world.reports(place).await;
            let told: Vec<_> = told.iter().filter(|(text, _)| text.contains(&to)).collect();
            assert_eq!(told.len(), 1, "{trouble:?}");
            assert!(
                told[0].0.contains(says) && told[0].0.contains("Acme GmbH"),
                "{trouble:?}: {}",
                told[0].0
            );
        }
    }
}

#[tokio::test]
async fn a_place_is_reported_once_an_hour_and_a_report_never() {
    let world = World::new().await;
    let worn = Trouble::Unreached;
    world.fails(message("discord:100", "card", Chain::Operators), worn, false, START).await;
    assert_eq!(world.reports("discord:100").await, [], "it is told elsewhere");
    assert_eq!(world.reports("web:operators").await.len(), 1);
    // More within the hour is added to the report.
    let soon = START + Span::from_minutes(59);
    world.fails(message("discord:100", "late", Chain::Operators), Trouble::Uncertain, false, soon).await;
    let told = world.reports("web:operators").await;
    assert_eq!(told.len(), 1);
    assert!(told[0].0.contains("not known"), "{}", told[0].0);
    // Half a minute later a new hour begins for it.
    let later = START + Span::from_minutes(61);
    world.fails(message("discord:100", "call", Chain::Operators), worn, false, later).await;
    assert_eq!(world.reports("web:operators").await.len(), 2);
    // A report that does not arrive tells nobody.
    world.fails(message("web:operators", "dead", Chain::Operators), worn, false, later).await;
    assert_eq!(world.reports("discord:100").await, []);
}

#[tokio::test]
async fn where_operators_have_no_other_channel_they_are_told_alone() {
    let world = World::new().await;
    world.store.write(crate::store::bindings::Unbind(place("discord:100"))).await.unwrap();
    world.directory.refresh().await.unwrap();
    let gone = Trouble::Refused(FailCause::DestinationGone);
    world.fails(message("web:operators", "card", Chain::Operators), gone, false, START).await;
    let keys = world.store.outbox_keys().await;
    assert!(keys.iter().any(|key| key.starts_with("dead/") && key.contains(":@")), "{keys:?}");
}

#[tokio::test]
async fn a_report_goes_only_where_the_customer_may_be_named() {
    let web = |config: &mut Config| {
        for file in config.agreements.values_mut() {
            file.operations.platforms = [crate::chat::Platform::Web].into();
        }
    };
    let world = World::with(web).await;
    let gone = Trouble::Refused(FailCause::DestinationGone);
    world.fails(message("web:acme", "card", acme()), gone, false, START).await;
    assert_eq!(world.reports("discord:100").await, []);
    assert_eq!(world.reports("web:operators").await.len(), 1);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told_once() {
    let world = World::new().await;
    let am = IntegrationId::from("am");
    // At the door it is only logged; the journal tells it.
    let parsed = parse(SourceKind::Alertmanager, b"{\"alerts\": ");
    for warning in &parsed.warnings {
        assert!(world.announcements.warning(&am, warning, 0, START).posts.is_empty(), "{warning}");
    }
    let reason = parsed.unreadable.unwrap().reason;
    let told = world.announcements.unreadable(&am, &reason, START);
    assert_eq!(told.posts.len(), 2, "one for each operators' channel");
    let again = world.announcements.unreadable(&am, &reason, START + Span::from_hours(1));
    assert_eq!(told.posts[0].key, again.posts[0].key);
    // What could not be unpacked is told as that, not as text that makes no sense.
    let packed = parse(SourceKind::Alertmanager, &[0x1f, 0x8b, 8, 0]).unreadable.unwrap();
    assert!(packed.reason.contains("compressed"), "{}", packed.reason);
}

#[tokio::test]
async fn every_warning_for_operators_has_words_of_its_own() {
    let world = World::new().await;
    let am = IntegrationId::from("am");
    let mut seen = std::collections::BTreeSet::new();
    for code in WarningCode::ALL {
        let told = world.announcements.warning(&am, &Warning::new(code, "7"), 2, START);
        for language in Language::ALL {
            let Some(post) = told.posts.first() else { continue };
            assert!(code.concerns_operators());
            assert_eq!(lacks(&post.doc), []);
            let text = world.text(&post.doc, language);
            assert!(text.contains("am"), "{text}");
            assert!(seen.insert(text.clone()), "said twice: {text}");
        }
    }
    assert_eq!(seen.len(), 20);
}

#[tokio::test]
async fn a_signal_without_a_home_names_its_labels() {
    let mut world = World::new().await;
    let mut signal = testing::signal("x", crate::core::event::SignalStatus::Firing, testing::at(0), None);
    signal.labels = (0..12).map(|index| (format!("label{index:02}"), "z".repeat(500))).collect();
    signal.labels.insert("alertname".to_owned(), "Lost".to_owned());
    let event = Event::Signals { integration: "am".into(), received: testing::at(0), signals: vec![signal] };
    world.journal.append(testing::at(0), "stray", event);
    world.take();
    let stray = world.posts.iter().find(|post| post.kind == "unrouted").unwrap();
    let text = world.text(&stray.doc, Language::English);
    assert!(text.contains("Lost") && text.contains("label00") && text.contains("label07"), "{text}");
    assert!(!text.contains("label08") && text.contains("4 more labels"), "{text}");
    assert!(text.len() < 1_600, "{}", text.len());
}

#[tokio::test]
async fn a_test_signal_is_shown_as_one_and_does_nothing() {
    let world = World::new().await;
    let (am, state) = (IntegrationId::from("am"), &world.journal.state);
    let body = br#"{"key": "try", "status": "firing", "summary": "hello", "test": true,
                    "labels": {"service": "checkout"}}"#;
    let parsed = parse(SourceKind::Upheld, body);
    assert!(parsed.is_test);
    let told = world.announcements.tested(state, &am, &parsed.events, START);
    assert_eq!(told.posts.len(), 2);
    let text = world.text(&told.posts[0].doc, Language::English);
    assert!(text.contains("test signal") && text.contains("hello") && text.contains("Checkout"), "{text}");
    // Tried twice within a minute: told once.
    let again = world.announcements.tested(state, &am, &parsed.events, START + Span::from_seconds(5));
    assert_eq!(told.posts[0].key, again.posts[0].key);
}
