//! What comes late, twice, after a restart, or from somebody who has another name or has left.

use serde_json::Value;
use upheld::core::time::Span;

use super::world::{ONE, World, survey, until};

const MORNING: &str = "2026-03-10T09:00:00Z";

async fn world() -> World {
    let survey = survey("channel", "after = \"command\"", "");
    let maria = |files: &mut crate::program::Files| {
        files.upheld = files.upheld.replace("id = \"anna\"\n", "id = \"anna\"\nzone = \"Europe/Berlin\"\n");
        files.upheld = files.upheld.replacen("role = \"operator\"", "role = \"manager\"", 1);
    };
    let world = World::start(MORNING, survey, |files, _| maria(files)).await;
    world.sends(ONE).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_is_one_record_however_often_it_is_delivered_and_after_a_restart() {
    let mut world = world().await;
    let (on_discord, on_telegram) = world.cards(ONE).await;
    let chat = world.on_telegram[1];
    let pressed = world.discord.press(&on_discord.id, "4", &world.jonas.discord);
    world.private(pressed).await;
    let update = world.telegram.press(chat, on_telegram.id, "2", world.lena);
    world.telegram.confirmed(update).await;
    world.settled().await;
    let (on_discord, on_telegram) = world.cards(ONE).await;
    let before = world.app().journal.read().await.sequence;
    // Each thinks again, and then the first press of each is delivered once more.
    world.press(&on_discord.id, "5", &world.jonas.discord).await;
    let later = world.telegram.press(chat, on_telegram.id, "1", world.lena);
    world.telegram.confirmed(later).await;
    for old in [true, false] {
        world.discord.repeat(pressed);
        world.telegram.repeat(update);
        world.telegram.delivered(update, 2).await;
        world.telegram.confirmed(update).await;
        // What follows them is answered, so they were taken.
        let after = world.press(&on_discord.id, "5", &world.jonas.discord).await;
        assert!(after.text.contains("5 of 5"), "{after:?}");
        let mut scores = world.scores(ONE).await;
        scores.sort_unstable();
        assert_eq!(scores, [1, 5], "before a restart: {old}");
        if old {
            world.stop().await;
            world.run().await;
        }
    }
    let state = world.app().journal.read().await;
    let answers = state.voice.round(ONE).unwrap().answers.len();
    assert_eq!((answers, state.sequence > before), (2, true));
    drop(state);
    // The cards of before the restart still work, and are still the only ones.
    world.press(&on_discord.id, "3", &world.jonas.discord).await;
    let mut scores = world.scores(ONE).await;
    scores.sort_unstable();
    assert_eq!(scores, [1, 3]);
    world.cards(ONE).await;
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_its_end_an_old_button_says_so_and_records_nothing() {
    let mut world = world().await;
    let (on_discord, on_telegram) = world.cards(ONE).await;
    let chat = world.on_telegram[1];
    let kept: Value = world.discord.behind(&on_discord.id, "4").unwrap();
    let kept_too = world.telegram.behind(chat, on_telegram.id, "4");
    // Its time ends while the program is down: nobody has taken the buttons away yet.
    world.stop().await;
    world.pass(Span::from_days(6));
    world.run().await;
    let told = world.discord.press_kept(&on_discord.id, &kept, &world.jonas.discord);
    let told = world.private(told).await.text;
    assert!(told.contains("closed") && told.contains("Nothing was recorded"), "{told}");
    world.until_cards_say(ONE, "Closed").await;
    let (closed, closed_too) = world.cards(ONE).await;
    assert!(closed.buttons.is_empty() && closed_too.buttons().is_empty(), "{closed:?} {closed_too:?}");
    let pressed = world.telegram.press_kept(chat, on_telegram.id, &kept_too, world.lena);
    let notice = world.telegram.notice_of(pressed).await;
    assert!(notice.text.contains("closed") && notice.text.contains("Nothing was recorded"), "{notice:?}");
    assert!(world.answers(ONE).await.is_empty());
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_is_the_same_person_and_who_left_has_no_voice() {
    let mut world = world().await;
    let (on_discord, on_telegram) = world.cards(ONE).await;
    let chat = world.on_telegram[1];
    world.press(&on_discord.id, "4", &world.jonas.discord).await;
    world.discord.rename(&world.jonas.discord, "jonny");
    world.telegram.rename(world.jonas.telegram, "Jonny");
    world.files.upheld = world.files.upheld.replace("\"Jonas Brandt\"", "\"Jonas Brandt-Lee\"");
    world.reload().await;
    let pressed = world.telegram.press(chat, on_telegram.id, "3", world.jonas.telegram);
    until("the answer to Jonas", async || world.alone(world.jonas.telegram, "3 of 5").pop()).await;
    world.telegram.confirmed(pressed).await;
    assert_eq!(world.scores(ONE).await, [3]);
    until("the new name", async || {
        let told = world.discord.messages(&world.on_discord[0]);
        told.iter()
            .any(|seen| seen.text.contains("Answers · ") && seen.text.contains("Jonas Brandt-Lee"))
            .then_some(())
    })
    .await;

    // Somebody who was invited answers, and then the invitation is taken back.
    let sam = world.telegram.person("Sam", "en");
    world.telegram.start_private(sam);
    let invitation = world.told(world.anna.telegram, "/invite customer acme").await.text;
    let word = invitation.split("/join ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    world.told(sam, &format!("/join {word}")).await;
    let (_, card) = world.cards(ONE).await;
    let pressed = world.telegram.press(chat, card.id, "5", sam);
    world.telegram.confirmed(pressed).await;
    assert_eq!(world.answers(ONE).await.len(), 2);
    world.told(world.anna.telegram, "/revoke Sam customer acme").await;
    let pressed = world.telegram.press(chat, card.id, "1", sam);
    world.telegram.confirmed(pressed).await;
    // Lena left, and her file with her.
    let lena = world.files.upheld.find("[[people]]\nid = \"lena\"").unwrap();
    let end = lena
        + world.files.upheld[lena..].find("zone = \"Asia/Taipei\"\n").unwrap()
        + "zone = \"Asia/Taipei\"\n".len();
    world.files.upheld.replace_range(lena..end, "");
    world.reload().await;
    let pressed = world.telegram.press(chat, card.id, "1", world.lena);
    world.telegram.confirmed(pressed).await;
    let mut scores = world.scores(ONE).await;
    scores.sort_unstable();
    assert_eq!(scores, [3, 5], "what they said before stands, and nothing is added");
    world.ends().await;
}
