//! What people wish to hear of on their own, and what they must not.

use super::*;
use crate::core::agreement::Publish;
use crate::core::event::IncidentNumber;
use crate::core::testing::{at, prose};

const INCIDENT: IncidentNumber = IncidentNumber(1);

fn alone<'a>(world: &'a World, kind: &str) -> Vec<&'a Message> {
    world.posts.iter().filter(|post| post.kind == kind && post.to.direct).collect()
}

fn texts(world: &World, messages: &[&Message]) -> Vec<String> {
    messages.iter().map(|message| world.text(&message.doc, Language::English)).collect()
}

#[tokio::test]
async fn what_waits_for_a_digest_is_collected_until_the_hour_is_over() {
    let mut world = World::new().await;
    let all = NotifyKind::ALL.map(|kind| (kind, NotifyHow::Digest));
    world.wishes_all("Maria", &all).await;
    world.journal.fires(0, "a");
    world.take();
    world.until(at(16));
    let said = Act::Said { incident: INCIDENT, agreement: "acme".into(), text: prose() };
    world.acts(18, "Lena", said);
    let late = world.posts.iter().find(|post| post.kind == "late").unwrap();
    assert!(!world.calls(late, "Maria"), "she wished otherwise");
    let lines = alone(&world, "collected");
    let person = world.person("Maria");
    // She has no account elsewhere.
    assert!(lines.iter().all(|line| line.to == place(&format!("web:@{person}"))), "{lines:?}");
    assert!(lines.iter().all(|line| line.not_before == Some(at(60)) && line.chain == Chain::Operators));
    let first: Vec<&Message> = lines.iter().copied().filter(|line| line.to == lines[0].to).collect();
    insta::assert_snapshot!("collected-for-maria", texts(&world, &first).join("\n"));
    // Nothing new, nothing to say.
    let count = world.posts.len();
    world.take();
    assert_eq!(world.posts.len(), count);
}

#[tokio::test]
async fn somebody_of_a_customers_hears_what_is_theirs_once_it_is_published() {
    let mut world = World::new().await;
    world.adopt(Terms { publish: Publish::OnApproval, ..testing::terms() });
    let wishes = [
        (NotifyKind::Opened, NotifyHow::Wake),
        (NotifyKind::AtRisk, NotifyHow::Wake),
        (NotifyKind::Late, NotifyHow::Wake),
        (NotifyKind::Call, NotifyHow::Digest),
        (NotifyKind::Said, NotifyHow::Digest),
        (NotifyKind::Resolved, NotifyHow::Wake),
    ];
    world.wishes_all("Lena", &wishes).await;
    world.wishes_all("Olli", &wishes).await;
    world.journal.fires(0, "a");
    world.take();
    world.until(at(13));
    assert!(world.posts.iter().all(|post| !post.to.direct), "nobody may know yet");
    world.acts(14, "Anna", Act::Published { incident: INCIDENT, agreement: "acme".into() });
    world.until(at(16));
    world.acts(17, "Anna", Act::Noted { incident: INCIDENT, text: prose() });
    world.acts(18, "Anna", Act::Updated { incident: INCIDENT, agreement: None, text: prose() });
    world.journal.ends(24, "a", 0);
    world.take();
    world.until(at(40));
    let lena = place("discord:@900");
    assert!(world.posts.iter().all(|post| !post.to.direct || post.to == lena), "Borealis is not concerned");
    insta::assert_snapshot!("woken-lena", texts(&world, &alone(&world, "woken")).join("\n\n"));
    insta::assert_snapshot!("collected-for-lena", texts(&world, &alone(&world, "collected")).join("\n\n"));
    let own = Chain::Customer(AgreementId::new("acme"));
    assert!(world.posts.iter().filter(|post| post.to == lena).all(|post| post.chain == own));
}

#[tokio::test]
async fn a_customers_data_goes_to_no_account_where_it_may_not() {
    let web = |config: &mut Config| {
        for file in config.agreements.values_mut() {
            file.operations.platforms = [crate::chat::Platform::Web].into();
        }
    };
    let mut world = World::with(web).await;
    world.wishes("Lena", NotifyKind::Late, NotifyHow::Wake).await;
    world.wishes("Maria", NotifyKind::Late, NotifyHow::Digest).await;
    world.journal.fires(0, "a");
    world.take();
    world.until(at(16));
    let alone: Vec<String> =
        world.posts.iter().filter(|post| post.to.direct).map(|post| post.to.to_string()).collect();
    assert_eq!(alone.len(), 2, "{alone:?}");
    assert!(alone.iter().all(|to| to.starts_with("web:@")), "{alone:?}");
}

#[tokio::test]
async fn one_customers_report_is_not_told_to_another() {
    let mut world = World::new().await;
    world.share_checkout();
    world.wishes("Olli", NotifyKind::Opened, NotifyHow::Wake).await;
    let report = Act::Reported { service: "checkout".into(), agreement: "acme".into(), text: prose() };
    world.acts(1, "Lena", report);
    let told = texts(&world, &alone(&world, "woken"));
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("We have been alerted") && !told[0].contains("Lena"), "{told:?}");
}
