//! After an incident: one card in each channel, one press, one answer, whatever platform it comes from.

use upheld::core::time::Span;
use upheld::core::voice::RoundNumber;

use super::world::{ONE, World, survey, until};

const MORNING: &str = "2026-03-10T09:00:00Z";

fn after_incident() -> String {
    survey("channel", "after = \"incident\"\ndelay = \"30m\"", "quiet_hours = \"20:00-08:00\"")
}

async fn world() -> World {
    let world = World::start(MORNING, after_incident(), |_, _| {}).await;
    world.fails().await;
    world.recovers().await;
    world.pass(Span::from_minutes(29));
    world.settled().await;
    assert_eq!(world.rounds().await, 0, "the delay is not over");
    world.pass(Span::from_minutes(2));
    world.asked(ONE).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_after_an_incident_is_answered_once_from_wherever() {
    let world = world().await;
    let (on_discord, on_telegram) = world.cards(ONE).await;
    assert_eq!(on_discord.buttons, ["1", "2", "3", "4", "5"]);
    assert_eq!(on_telegram.buttons().concat(), ["1", "2", "3", "4", "5"]);
    assert!(
        on_discord.text.contains("INC-1") && on_discord.text.contains("0 of 2 answered"),
        "{on_discord:?}"
    );

    let thanks = world.press(&on_discord.id, "4", &world.jonas.discord).await;
    assert!(thanks.text.contains("Thank you") && thanks.text.contains("4 of 5"), "{thanks:?}");
    world.until_cards_say(ONE, "1 of 2 answered").await;
    let pressed = world.discord.press(&thanks.id, "Add a comment", &world.jonas.discord);
    world.discord.shown(pressed).await;
    let filled = world.discord.fill(pressed, &[("text", "Quick, but nobody told us.")]);
    assert!(world.private(filled).await.text.contains("stands beside your answer"));
    assert_eq!(world.comment(ONE).await.as_deref(), Some("Quick, but nobody told us."));

    // The same person on the other platform thinks again.
    let (chat, jonas) = (world.on_telegram[1], world.jonas.telegram);
    let seen = world.telegram.posts(chat).len();
    world.telegram.press(chat, on_telegram.id, "2", jonas);
    until("a private answer", async || world.alone(jonas, "2 of 5").pop()).await;
    assert_eq!(world.telegram.posts(chat).len(), seen, "nothing of it is said to the others");
    assert_eq!(world.scores(ONE).await, [2]);
    let reply = world.telegram.reply(chat, on_telegram.id, jonas, "It came back twice.");
    world.telegram.confirmed(reply).await;
    assert_eq!(world.comment(ONE).await.as_deref(), Some("It came back twice."));

    // Both at the same moment: one of them stands.
    let one = world.discord.press(&on_discord.id, "3", &world.jonas.discord);
    let other = world.telegram.press(chat, on_telegram.id, "5", jonas);
    world.private(one).await;
    world.telegram.confirmed(other).await;
    let scores = world.scores(ONE).await;
    assert!(matches!(scores[..], [3 | 5]), "{scores:?}");

    let (on_discord, on_telegram) = world.cards(ONE).await;
    assert!(on_discord.text.contains("1 of 2 answered"), "{on_discord:?}");
    assert!(on_telegram.text.contains("1 of 2 answered"), "{on_telegram:?}");
    let operators = world.discord.messages(&world.on_discord[0]);
    let round = operators.iter().filter(|message| message.text.contains("Answers · ")).collect::<Vec<_>>();
    assert_eq!(round.len(), 1, "{operators:#?}");
    let highest = format!("{} of 5", scores[0]);
    let told = until("the operators' card", async || {
        let card = world.discord.messages(&world.on_discord[0]);
        card.into_iter().find(|card| card.text.contains("Answers · ") && card.text.contains(&highest))
    });
    let told = told.await.text;
    assert!(told.contains("Jonas Brandt") && told.contains("It came back twice."), "{told}");

    // Who has no private chat with the bot learns at once that their answer counts, and the group reads nothing.
    world.telegram.kick(i64::try_from(world.lena).unwrap());
    let seen = world.telegram.posts(chat).len();
    let pressed = world.telegram.press(chat, on_telegram.id, "1", world.lena);
    let notice = world.telegram.notice_of(pressed).await;
    assert!(notice.text.contains("1 of 5") && notice.text.contains("private chat"), "{notice:?}");
    world.until_cards_say(ONE, "2 of 2 answered").await;
    world.settled().await;
    assert_eq!(world.telegram.posts(chat).len(), seen);
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_comes_back_withdraws_its_survey_and_asks_anew() {
    let world = world().await;
    let (on_discord, on_telegram) = world.cards(ONE).await;
    let chat = world.on_telegram[1];
    let kept = world.discord.behind(&on_discord.id, "4").unwrap();
    let kept_too = world.telegram.behind(chat, on_telegram.id, "4");
    world.fails().await;
    world.until_cards_say(ONE, "Withdrawn").await;
    let (withdrawn, withdrawn_too) = world.cards(ONE).await;
    assert!(withdrawn.buttons.is_empty(), "{withdrawn:?}");
    assert!(withdrawn_too.buttons().is_empty(), "{withdrawn_too:?}");

    let pressed = world.discord.press_kept(&on_discord.id, &kept, &world.jonas.discord);
    let told = world.private(pressed).await.text;
    assert!(told.contains("was withdrawn") && told.contains("asked again"), "{told}");
    let pressed = world.telegram.press_kept(chat, on_telegram.id, &kept_too, world.lena);
    let told = world.telegram.notice_of(pressed).await;
    assert!(told.text.contains("was withdrawn") && told.alert, "{told:?}");
    assert!(world.answers(ONE).await.is_empty());

    world.recovers().await;
    world.pass(Span::from_minutes(31));
    let again = RoundNumber(2);
    world.asked(again).await;
    let (fresh, _) = world.cards(again).await;
    assert!(fresh.text.contains("INC-1"), "{fresh:?}");
    world.press(&fresh.id, "3", &world.jonas.discord).await;
    assert_eq!(world.scores(again).await, [3]);
    world.ends().await;
}

/// What is withdrawn in the quiet hours is never posted afterwards, and what stands is not left standing.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_withdrawn_before_it_was_said_is_never_said() {
    let world = World::start("2026-03-10T20:30:00Z", after_incident(), |_, _| {}).await;
    world.fails().await;
    world.recovers().await;
    world.pass(Span::from_minutes(31));
    world.asked(ONE).await;
    world.settled().await;
    assert!(world.discord_cards("SUR-1").is_empty(), "these are the quiet hours");
    world.fails().await;
    world.until("withdrawn", |state| state.voice.round(ONE).is_some_and(|round| round.ended.is_some())).await;
    world.pass_until("2026-03-11T07:00:05Z");
    world.settled().await;
    assert_eq!(world.discord_cards("SUR-1").len() + world.telegram_cards("SUR-1").len(), 0);
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_is_withdrawn_in_the_quiet_hours_too() {
    let world = world().await;
    world.cards(ONE).await;
    world.pass_until("2026-03-10T21:00:00Z");
    world.press(&world.cards(ONE).await.0.id, "4", &world.jonas.discord).await;
    world.until_cards_say(ONE, "1 of 2 answered").await;
    world.ends().await;
}
