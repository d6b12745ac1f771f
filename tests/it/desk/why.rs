//! `/why`: every number that entered, every pause with its reason; and long answers, of which nothing is lost.

use upheld::chat::Answer;
use upheld::i18n::spoken::Spoken;

use super::world::{ACME, OPS, World, behind, buttons, said};

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_is_told_with_its_reason_and_the_whole_on_request() {
    let world = World::start().await;
    world.told("jonas", ACME, "/report checkout orders hang").await;
    world.told("anna", OPS, "/pause 1 we wait for the carrier").await;
    world.told("anna", OPS, "/resume 1").await;
    world.told("anna", OPS, "/note 1 the carrier sleeps").await;

    let short = world.told("jonas", ACME, "/why 1").await;
    let text = short.plain_text();
    assert!(text.contains("paused") && text.contains("we wait for the carrier"), "{text}");
    assert!(!text.contains("counts from") && !text.contains("sleeps"), "short: {text}");
    let whole = said(world.press("jonas", ACME, &behind(&short, "The whole")).await, "whole");
    let text = all_pages(&world, "jonas", ACME, whole).await;
    assert!(text.contains("counts from") && text.contains("not counted · we wait for the carrier"), "{text}");

    world.told("anna", OPS, "/resolve 1").await;
    let whole = world.told("jonas", ACME, "/why resolution --whole").await;
    let text = all_pages(&world, "jonas", ACME, whole).await;
    for part in ["INC-1", "counted:", "not counted · we wait for the carrier", "judged by agreement v1"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_not_published_is_not_shown() {
    let world = World::start().await;
    world.told("anna", OPS, "/open search --down --priority=P1 nothing is found").await;
    world.told("anna", OPS, "/resolve 1").await;
    for (who, place) in [("hugo", "web:hudson"), ("hugo", "web:@hugo")] {
        for line in ["/why availability search --whole", "/why response --whole", "/why resolution --whole"] {
            if let Answer::Say { spoken, .. } = world.ask(who, place, line).await {
                let text = all_pages(&world, who, place, spoken).await;
                assert!(!text.contains("INC-"), "{line}: {text}");
            }
        }
    }
    let text = world.told("anna", OPS, "/why availability search --customer=hudson").await.plain_text();
    assert!(text.contains("INC-1"), "{text}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_history_is_paged_and_not_cut() {
    let world = World::start().await;
    world.told("anna", OPS, "/open checkout orders hang").await;
    let words: Vec<String> = (0..500).map(|number| format!("w{number:04}")).collect();
    let note = words.join(" ");
    for _ in 0..3 {
        world.told("anna", OPS, &format!("/note 1 {note}")).await;
    }
    let first = world.told("anna", OPS, "/incident 1").await;
    let text = all_pages(&world, "anna", OPS, first).await;
    for word in &words {
        assert_eq!(text.matches(word.as_str()).count(), 3, "{word}");
    }
    assert!(!text.contains('…') || !text.contains("w0499…"), "{text}");
    world.app.stop().await;
}

/// The text of an answer and of every page after it; none longer than the tightest platform takes.
async fn all_pages(world: &World, who: &str, place: &str, first: Spoken) -> String {
    let mut text = String::new();
    let mut page = first;
    loop {
        let shown = page.plain_text();
        assert!(shown.encode_utf16().count() <= 4_000, "{shown}");
        text.push_str(&shown);
        let next = buttons(&page).into_iter().find(|(label, _)| label == "Next page");
        let Some((_, command)) = next else { return text };
        page = said(world.press(who, place, &command).await, &command);
    }
}
