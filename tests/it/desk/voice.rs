//! What customers said, told to everybody as far as it is theirs to know.

use std::time::Duration;

use chrono::Datelike;

use upheld::chat::Answer;
use upheld::core::event::AgreementId;
use upheld::core::time::Span;
use upheld::core::voice::RoundNumber;
use upheld::i18n::picture::SpokenShows;

use super::world::{ACME, OPS, World, said, until};

const ONE: RoundNumber = RoundNumber(1);
const DORA: &str = "discord:77";
const DORA_ALONE: &str = "discord:@77";

async fn world(identity: &str) -> World {
    let text = format!(
        "title = {{ en = \"Our service\", \"zh-TW\" = \"我們的服務\" }}\nidentity = \"{identity}\"\n\
         audience = \"direct\"\nopen_for = \"5d\"\ncooldown = \"0s\"\nquiet_hours = \"03:00-03:01\"\n\
         [trigger]\nafter = \"command\"\n[[questions]]\nname = \"satisfaction\"\nkind = \"csat\"\n\
         text = {{ en = \"How satisfied are you?\", \"zh-TW\" = \"您滿意嗎？\" }}\n"
    );
    World::with(|path| std::fs::write(path.join("surveys/service.toml"), text).unwrap()).await
}

/// Jonas and Dora are asked for Acme; Jonas gives 5, Dora 2, each with words.
async fn answered(identity: &str) -> World {
    let world = world(identity).await;
    world.told("anna", OPS, "/survey send service acme").await;
    until(&world, |state| state.voice.round(ONE).is_some_and(|round| round.asked.is_some())).await;
    for (who, place, score, words) in [
        ("jonas", "web:@jonas", 5, "CANARY-J quick and friendly"),
        (DORA, DORA_ALONE, 2, "CANARY-D far too slow"),
    ] {
        world.told(who, place, &format!("/answer SUR-1 {score}")).await;
        world.told(who, place, &format!("/comment SUR-1 {words}")).await;
    }
    world
}

/// What is said, and what is drawn.
async fn results(world: &World, who: &str, place: &str, more: &str) -> String {
    let spoken = world.told(who, place, &format!("/survey results service {more}")).await;
    spoken.plain_text()
}

/// What no customer but Acme reads in any answer.
const SECRETS: [&str; 5] = ["CANARY", "Jonas", "Dora", "50 %", "Acme"];

#[tokio::test(flavor = "multi_thread")]
async fn named_answers_are_named_to_operators_and_managers_alone() {
    let world = answered("named").await;
    let operators = results(&world, "anna", OPS, "acme").await;
    for wanted in ["CSAT 50 %", "1 of 2 satisfied", "2 of 2 asked have answered", "Jonas Brandt", "CANARY-D"]
    {
        assert!(operators.contains(wanted), "{wanted}: {operators}");
    }
    assert!(operators.contains("English") && operators.contains("negative"), "{operators}");
    assert!(operators.contains("nothing to compare with"), "{operators}");
    for (who, place) in [("adam", OPS), ("jonas", ACME), ("anna", ACME)] {
        let told = results(&world, who, place, "").await;
        assert!(
            told.contains("CANARY-D") && !told.contains("Jonas") && !told.contains("Dora"),
            "{who}: {told}"
        );
        assert!(!told.contains("you ·"), "{who}: {told}");
    }
    let own = results(&world, "jonas", "web:@jonas", "").await;
    assert!(own.contains("you · 5 of 5") && own.contains("somebody · 2 of 5"), "{own}");
    // The picture says the same.
    let spoken = world.told("anna", OPS, "/survey results service acme").await;
    let Some(SpokenShows::Bars(bars)) = spoken.picture.map(|picture| picture.shows) else { panic!() };
    let counts: Vec<u64> = bars.bars.iter().map(|bar| bar.count).collect();
    assert_eq!(counts, [1, 0, 0, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_never_sees_anothers_comment_or_figures() {
    let world = answered("named").await;
    for line in ["/survey results service", "/survey results", "/voice", "/voice 2026-q4", "/survey"] {
        for (who, place) in [("chen", "web:formosa"), ("chen", "web:@chen"), ("hugo", "web:hudson")] {
            let answer = world.ask(who, place, line).await;
            let Answer::Say { spoken, private } = answer else { panic!("{line}: {answer:?}") };
            assert!(private);
            let text = format!("{} {:?} {:?}", spoken.plain_text(), spoken.buttons, spoken.picture);
            assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{line} by {who}: {text}");
        }
    }
    // Whether there is such a customer is not theirs to know.
    let foreign = world.refused("chen", "web:@chen", "/survey results service acme").await;
    let none = world.refused("chen", "web:@chen", "/survey results service nobody").await;
    assert_eq!(foreign.replace("acme", "nobody"), none);
    for (who, place) in [("nobody", OPS), ("jonas", OPS), ("jonas", "web:formosa")] {
        world.refused(who, place, "/survey results service").await;
        world.refused(who, place, "/voice").await;
    }
    // Dora speaks for both, and sees in each channel that customer's alone.
    let both = results(&world, DORA, DORA_ALONE, "formosa").await;
    assert!(both.contains("No answers") && !both.contains("CANARY"), "{both}");
}

#[tokio::test(flavor = "multi_thread")]
async fn confidential_answers_are_nobodys() {
    let world = answered("confidential").await;
    for (who, place) in [("anna", OPS), ("maria", OPS), ("adam", OPS), ("jonas", ACME)] {
        for line in ["/survey results service acme", "/voice acme"] {
            let told = world.told(who, place, line).await.plain_text();
            assert!(!told.contains("Jonas") && !told.contains("Dora"), "{who} {line}: {told}");
        }
        let told = results(&world, who, place, "acme").await;
        assert!(told.contains("CANARY-J") && told.contains("somebody · 2 of 5"), "{who}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_too_small_an_anonymous_group_nothing_is_told() {
    let world = world("anonymous").await;
    world.told("anna", OPS, "/survey send service acme").await;
    until(&world, |state| state.voice.round(ONE).is_some_and(|round| round.asked.is_some())).await;
    world.told("jonas", "web:@jonas", "/answer SUR-1 1").await;
    let open = results(&world, "anna", OPS, "acme").await;
    assert!(open.contains("not counted yet") && !open.contains("CSAT"), "{open}");
    world.told("anna", OPS, "/survey close SUR-1").await;
    until(&world, |state| state.voice.round(ONE).is_some_and(|round| round.counted.is_some())).await;
    let few = results(&world, "anna", OPS, "acme").await;
    assert!(few.contains("Fewer than") && !few.contains("CSAT") && !few.contains("(0 %)"), "{few}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_chosen_and_one_without_answers_says_so() {
    let world = answered("named").await;
    let before = results(&world, "anna", OPS, "acme --period=last-year").await;
    assert!(before.contains("No answers in this period") && before.contains("nobody was asked"), "{before}");
    assert!(!before.contains('%'), "{before}");
    let refused = world.refused("anna", OPS, "/survey results service --period=soon").await;
    assert!(refused.contains("2026-q4"), "{refused}");
    // Later it is a quarter like any other, by its name.
    let now = world.app.clock.now().to_utc();
    let (year, quarter) = (now.year(), now.month0() / 3 + 1);
    world.pass(Span::from_days(400));
    let later = results(&world, "anna", OPS, &format!("acme --period={year}-q{quarter}")).await;
    assert!(later.contains("CSAT 50 %"), "{later}");
    let quiet = world.told("anna", OPS, &format!("/voice acme {}", year - 1)).await.plain_text();
    assert!(quiet.contains("No survey was asked") && quiet.contains("Nothing was written"), "{quiet}");
}

#[tokio::test(flavor = "multi_thread")]
async fn themes_are_counted_quoted_and_learnt_from() {
    let world = answered("named").await;
    world.told("jonas", ACME, "/feedback CANARY-F checkout is slow again").await;
    world
        .told("jonas", "web:@jonas", "/complaint --customer=acme --text='CANARY-C the pages are too slow'")
        .await;
    let operators = world.told("anna", OPS, "/voice acme").await.plain_text();
    for wanted in
        ["Our service: CSAT 50 %", "One complaint: 1 open", "One piece of feedback", "4 texts speak"]
    {
        assert!(operators.contains(wanted), "{wanted}: {operators}");
    }
    assert!(operators.contains("Silent: too few corrections (0 of 30)"), "{operators}");
    // What was written alone with Upheld is not quoted in the channel.
    let room = world.told("jonas", ACME, "/voice").await.plain_text();
    assert!(!room.contains("CANARY-C") && !room.contains("Mood:"), "{room}");
    let acme = AgreementId::from("acme");
    let read = world.app.journal.read().await;
    assert!(read.voice.all_feedback().all(|(_, one)| one.agreement == acme && one.text.reading.is_some()));
    drop(read);
    // The list holds no more than may be read.
    let all = world.told("anna", OPS, "/feedback list --state=open --theme=speed").await.plain_text();
    assert!(all.contains("FB-1") && all.contains("FB-2") && all.contains("Acme GmbH"), "{all}");
    let room = world.told("jonas", ACME, "/feedback list").await.plain_text();
    assert!(room.contains("FB-1") && !room.contains("FB-2"), "{room}");
    let alone = world.told("jonas", "web:@jonas", "/feedback list --period=quarter").await.plain_text();
    assert!(alone.contains("FB-1") && alone.contains("FB-2"), "{alone}");
    let closed = world.told("anna", OPS, "/feedback list --state=closed").await.plain_text();
    assert!(closed.contains("Nothing of that kind"), "{closed}");
    let foreign = world.told("chen", "web:formosa", "/feedback list").await.plain_text();
    assert!(!foreign.contains("FB-"), "{foreign}");
    // A text that begins with the word is a text.
    world.told("chen", "web:formosa", "/feedback list the open ones please").await;
    assert!(world.told("chen", "web:formosa", "/feedback list").await.plain_text().contains("FB-3"));
    // An operator's label is something to learn from.
    said(world.ask("anna", OPS, "/inbox label FB-1 --mood=negative speed").await, "label");
    let learnt = async {
        while world.app.learnt.get().is_none_or(|trained| trained.quality().sentiment.texts != 1) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), learnt).await.expect("nothing was learnt");
    let told = world.told("anna", OPS, "/voice acme").await.plain_text();
    assert!(told.contains("too few corrections (1 of 30)"), "{told}");
}
