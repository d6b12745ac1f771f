//! Each alone: direct messages, those who take none, the quiet hours of each reader, and one reminder.

use upheld::core::time::Span;

use super::world::{ONE, World, survey, until};
use crate::fake::discord::Seen;

/// Half past nine in the evening in Berlin, half past four in the morning in Taipei.
const NIGHT: &str = "2026-03-10T20:30:00Z";
const MIA: &str = "\n[[people]]\nid = \"mia\"\nname = \"Mia Moll\"\nrole = \"customer\"\n\
                   agreements = [\"acme\"]\nzone = \"Europe/Berlin\"\n";

fn direct(more: &str) -> String {
    survey("direct", "after = \"command\"", more)
}

/// With Mia, who has an account on Discord alone.
async fn world(begin: &str, more: &str) -> (World, String) {
    let mut mia = String::new();
    let world = World::start(begin, direct(more), |files, discord| {
        mia = discord.person("mia", "en-US");
        let integrations = files.upheld.find("[integrations.alertmanager]").unwrap();
        files.upheld.insert_str(integrations, &format!("{MIA}\n"));
        *files = files.clone().account("mia", &format!("discord:{mia}"));
    });
    (world.await, mia)
}

fn direct_cards(world: &World, person: &str) -> Vec<Seen> {
    world.discord.direct(person).into_iter().filter(|seen| seen.text.contains("SUR-1")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_asked_alone_after_the_quiet_hours_and_in_the_channel_who_cannot_be() {
    let (world, mia) = world(NIGHT, "quiet_hours = \"20:00-08:00\"").await;
    world.discord.seclude(&mia);
    world.sends(ONE).await;
    let reached = |who: &str| {
        (
            who.to_owned(),
            direct_cards(&world, &world.jonas.discord).len(),
            world.alone(world.lena, "SUR-1").len(),
        )
    };
    assert_eq!(reached("nobody"), ("nobody".to_owned(), 0, 0));
    world.pass_until("2026-03-11T00:00:05Z");
    until("the card in Taipei", async || (!world.alone(world.lena, "SUR-1").is_empty()).then_some(())).await;
    world.settled().await;
    assert_eq!(reached("Lena"), ("Lena".to_owned(), 0, 1));
    world.pass_until("2026-03-11T06:59:30Z");
    world.settled().await;
    assert_eq!(reached("Lena still"), ("Lena still".to_owned(), 0, 1));
    world.pass_until("2026-03-11T07:00:05Z");
    world.until("elsewhere", |state| state.voice.round(ONE).is_some_and(|round| round.elsewhere)).await;
    let (channel, _) = world.cards(ONE).await;
    assert_eq!(reached("everybody"), ("everybody".to_owned(), 1, 1));
    assert!(direct_cards(&world, &mia).is_empty());
    assert!(world.alone(world.jonas.telegram, "SUR-1").is_empty(), "in one place only");
    let report = until("the report to the operators", async || {
        let told = world.telegram.posts(world.on_telegram[0]);
        told.into_iter().map(|message| message.text).find(|text| text.contains("in private since"))
    });
    let report = report.await;
    assert!(report.contains("messages to Mia Moll alone do not arrive"), "{report}");

    // Everybody answers where they read it.
    world.press(&channel.id, "2", &mia).await;
    world.press(&direct_cards(&world, &world.jonas.discord)[0].id, "3", &world.jonas.discord).await;
    let card = world.alone(world.lena, "SUR-1")[0].clone();
    let chat = i64::try_from(world.lena).unwrap();
    let pressed = world.telegram.press(chat, card.id, "5", world.lena);
    world.telegram.confirmed(pressed).await;
    let mut scores = world.scores(ONE).await;
    scores.sort_unstable();
    assert_eq!(scores, [2, 3, 5]);
    world.until_cards_say(ONE, "3 of 3 answered").await;
    world.cards(ONE).await;
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_not_answered_is_reminded_and_only_once() {
    let (world, mia) = world("2026-03-10T09:00:00Z", "remind_after = \"1d\"").await;
    world.sends(ONE).await;
    let jonas = direct_cards(&world, &world.jonas.discord).remove(0);
    world.press(&jonas.id, "4", &world.jonas.discord).await;
    // Mia wishes not to be asked any more.
    let card = direct_cards(&world, &mia).remove(0);
    let stopped = world.press(&card.id, "Don't ask me", &mia).await;
    assert!(stopped.text.contains("not be asked any more"), "{stopped:?}");
    world.pass(Span::from_hours(25));
    until("the reminder", async || (!world.alone(world.lena, "Still open").is_empty()).then_some(())).await;
    world.settled().await;
    let reminded =
        |who: &str| direct_cards(&world, who).iter().filter(|seen| seen.text.contains("Still open")).count();
    assert_eq!((reminded(&world.jonas.discord), reminded(&mia)), (0, 0));
    world.pass(Span::from_days(2));
    world.settled().await;
    assert_eq!(world.alone(world.lena, "Still open").len(), 1);
    let reminder = world.alone(world.lena, "Still open").remove(0);
    let chat = i64::try_from(world.lena).unwrap();
    let pressed = world.telegram.press(chat, reminder.id, "5", world.lena);
    world.telegram.confirmed(pressed).await;
    assert_eq!(world.answers(ONE).await.len(), 2);
    world.ends().await;
}

/// The reminder falls into the night and waits; whoever answers meanwhile is spared.
#[tokio::test(flavor = "multi_thread")]
async fn who_answers_before_the_reminder_is_said_is_not_reminded() {
    let more = "remind_after = \"11h 30m\"\nquiet_hours = \"20:00-08:00\"";
    let (world, mia) = world("2026-03-10T09:00:00Z", more).await;
    world.sends(ONE).await;
    world.pass_until("2026-03-10T20:31:00Z");
    world
        .until("reminded", |state| state.voice.round(ONE).is_some_and(|round| round.reminded.is_some()))
        .await;
    world.settled().await;
    let card = direct_cards(&world, &world.jonas.discord).remove(0);
    world.press(&card.id, "4", &world.jonas.discord).await;
    world.pass_until("2026-03-11T07:00:05Z");
    until("Mia's reminder", async || {
        direct_cards(&world, &mia).iter().any(|seen| seen.text.contains("Still open")).then_some(())
    })
    .await;
    world.settled().await;
    let jonas = direct_cards(&world, &world.jonas.discord);
    assert_eq!(jonas.len(), 1, "{jonas:#?}");
    world.ends().await;
}
