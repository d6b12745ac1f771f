//! A complaint, from a group on Telegram over an operator on Discord to its end.

use upheld::core::voice::{Feedback, FeedbackNumber, FeedbackState, StepKind};

use super::world::{World, survey, until};
use crate::fake::discord::Seen;

/// Friday, half past four in the afternoon in Berlin.
const FRIDAY: &str = "2026-03-13T15:30:00Z";
const PROMISE: &str = "\n[terms.calendars.office.hours]\nmon-fri = [\"09:00-17:00\"]\n\n\
                       [[terms.objectives]]\nkind = \"complaints\"\nstage = \"answer\"\n\
                       calendar = \"office\"\nwithin = \"2h\"\nshare = 90\n\n[operations]";

async fn complaint(world: &World) -> Feedback {
    world.app().journal.read().await.voice.feedback(FeedbackNumber(1)).unwrap().clone()
}

/// The operators' card on Discord.
fn card(world: &World) -> Option<Seen> {
    let all = world.discord.messages(&world.on_discord[0]);
    all.into_iter().find(|seen| seen.text.contains("FB-1") && !seen.buttons.is_empty())
}

/// What the writer's group reads last with this in it.
async fn heard(world: &World, wanted: &str) -> crate::fake::telegram::Message {
    until(wanted, async || world.telegram_cards(wanted).pop()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_goes_from_telegram_over_discord_late_to_settled() {
    let survey = survey("channel", "after = \"command\"", "");
    let world = World::start(FRIDAY, survey, |files, _| {
        files.agreements[0].1 = files.agreements[0].1.replace("\n[operations]", PROMISE);
    })
    .await;
    let (chat, jonas, anna) = (world.on_telegram[1], world.jonas.telegram, &world.anna.discord);
    world.telegram.say(chat, jonas, "/complaint The third outage this month.");
    let receipt =
        until("the receipt", async || world.alone(jonas, "We have received your complaint").pop()).await;
    // Half an hour on Friday, one and a half on Monday.
    assert!(receipt.text.contains("an answer by") && receipt.text.contains("10:30"), "{receipt:?}");
    let shown = until("the operators' card", async || card(&world)).await;
    assert!(shown.text.contains("The third outage this month."), "{shown:?}");
    let taken = world.press(&shown.id, "Take it", anna).await;
    assert!(taken.text.contains("is yours"), "{taken:?}");
    let hears = heard(&world, "your complaint of").await;
    world.settled().await;
    let reply = world.telegram.reply(chat, hears.id, jonas, "And nobody called us.");
    world.telegram.confirmed(reply).await;
    assert!(complaint(&world).await.steps.iter().any(|step| matches!(step.kind, StepKind::Added(_))));

    world.pass_until("2026-03-16T09:29:00Z");
    world.settled().await;
    assert!(world.telegram_cards("We are late with your complaint").is_empty(), "the weekend does not count");
    world.pass_until("2026-03-16T09:30:05Z");
    heard(&world, "We are late with your complaint").await;
    until("LATE on the card", async || card(&world).filter(|card| card.text.contains("LATE"))).await;

    let pressed = world.discord.press(&shown.id, "Answer", anna);
    world.discord.shown(pressed).await;
    let filled = world.discord.fill(pressed, &[("text", "We changed the gateway.")]);
    world.private(filled).await;
    heard(&world, "We changed the gateway.").await;
    let pressed = world.discord.press(&shown.id, "Close", anna);
    world.discord.shown(pressed).await;
    let filled = world.discord.fill(pressed, &[("text", "It holds.")]);
    world.private(filled).await;
    let closed = heard(&world, "Is it settled?").await;
    assert!(closed.text.contains("It holds."), "{closed:?}");
    let settled = world.telegram.press(chat, closed.id, "Yes, settled", jonas);
    world.telegram.confirmed(settled).await;
    let done = complaint(&world).await;
    assert_eq!(done.state(), FeedbackState::Settled);
    until("the end on the card", async || {
        let all = world.discord.messages(&world.on_discord[0]);
        all.into_iter().find(|seen| seen.text.contains("closed, and the writer agrees"))
    })
    .await;
    world.settled().await;
    let late = world.telegram_cards("We are late with your complaint");
    assert_eq!(late.len(), 1, "{late:#?}");
    world.ends().await;
}
