//! Channels and people: what may be said where, and what a channel is told when it is tied.

use upheld::chat::{Answer, Ask};
use upheld::core::doc::Tone;
use upheld::store::outbox::{Row, State};

use super::world::{OPS, World};

async fn invitation(world: &World) -> String {
    let text = world.told("maria", OPS, "/invite customer acme").await.plain_text();
    text.split("/join ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap().to_owned()
}

fn refusal(answer: Answer) -> String {
    match answer {
        Answer::Say { spoken, private: true } if spoken.tone == Tone::Refused => spoken.plain_text(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_said_aloud_is_worth_nothing_and_counts_as_a_try() {
    let world = World::start().await;
    let (group, alone) = ("telegram:-100", "telegram:@5");
    let token = invitation(&world).await;
    let aloud = refusal(world.ask("telegram:5", group, &format!("/join {token}")).await);
    assert!(aloud.contains("direct message") && !aloud.contains(&token), "{aloud}");
    let late = refusal(world.ask("telegram:5", alone, &format!("/join {token}")).await);
    assert!(late.contains("not valid"), "{late}");
    // A word that never was one gets the same answer.
    assert_eq!(refusal(world.ask("telegram:5", group, "/join abc").await), aloud);
    for _ in 0..3 {
        refusal(world.ask("telegram:5", group, "/join abc").await);
    }
    let token = invitation(&world).await;
    let often = refusal(world.ask("telegram:5", alone, &format!("/join {token}")).await);
    assert!(often.contains("Too many tries"), "{often}");

    // Where nobody else reads it is taken: alone, by slash command, in the web chat.
    world.told("telegram:6", "telegram:@6", &format!("/join {token}")).await;
    let token = invitation(&world).await;
    let words = vec!["join".to_owned(), format!("--token={token}")];
    super::world::said(world.put("discord:6", "discord:9", Ask::Words(words)).await, "slash");
    let token = invitation(&world).await;
    world.told("somebody", "web:acme", &format!("/join {token}")).await;
    world.app.stop().await;
}

/// What became of a message, once something has.
async fn settled(world: &World, key: &str) -> Row {
    let settling = async {
        loop {
            let row = world.app.store.message(key).await.unwrap();
            if let Some(row) = row.filter(|row| !matches!(row.state, State::Waiting | State::Claimed)) {
                return row;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), settling)
        .await
        .unwrap_or_else(|_| panic!("{key}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_takes_the_way_of_every_notice() {
    let world = World::start().await;
    let answer = world.told("anna", "web:formosa", "/test").await;
    assert!(answer.plain_text().contains("送往 web:formosa"), "{}", answer.plain_text());
    let key = format!("test/{}/web:formosa", world.last());
    let row = settled(&world, &key).await;
    assert_eq!(row.state, State::Sent);
    // For everybody there, in their language and by their clocks.
    assert_eq!(row.message.locale.zone, chrono_tz::Asia::Taipei);
    assert_eq!(row.message.locale.language.tag(), "zh-TW");
    let log = world.told("anna", "web:formosa", "/log").await.plain_text();
    assert!(log.contains("測試 · 已送達"), "{log}");

    // Nothing serves Discord here: the test waits, and does not claim to have arrived.
    world.told("anna", "discord:5", "/test").await;
    let key = format!("test/{}/discord:5", world.last());
    let row = world.app.store.message(&key).await.unwrap().unwrap();
    assert_eq!(row.state, State::Waiting);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_channel_speaks_as_its_readers_do_and_shows_what_is_open() {
    let world = World::start().await;
    world.told("anna", OPS, "/open login nobody can log in").await;
    for (line, says) in [
        ("/bind acme", "Acme GmbH's. Language en, times in Europe/Berlin"),
        ("/bind formosa", "Language zh-TW, times in Asia/Taipei"),
        ("/bind operators", "Language en, times in Europe/Berlin"),
        ("/bind hudson", "times in America/New_York"),
        ("/bind hudson --zone=UTC", "Language en, times in UTC"),
        ("/bind --language=zh-TW", "Language zh-TW, times in UTC"),
    ] {
        // An answer is in the language of the channel as it was; this one names the new.
        let answer = world.told("maria", "web:side", line).await;
        assert!(
            answer.plain_text().contains(says) || answer.language.tag() == "zh-TW",
            "{line}: {}",
            answer.plain_text()
        );
        let binding = world.app.directory.get().bindings[&"web:side".parse().unwrap()].locale;
        let named = says.rsplit(' ').next().unwrap();
        assert_eq!(binding.zone.name(), named, "{line}");
    }
    world.told("maria", "web:side", "/bind acme").await;
    world.told("maria", "web:other", "/bind operators").await;
    world.told("maria", "web:third", "/bind formosa").await;
    assert!(world.app.store.message("card/1/acme/web:side").await.unwrap().is_some());
    assert!(world.app.store.message("card/1/web:other").await.unwrap().is_some());
    let held_back = world.app.store.message("card/1/formosa/web:third").await.unwrap();
    assert!(held_back.is_none(), "Formosa is told after ten minutes");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_invited_reads_the_clocks_of_those_they_belong_to() {
    let world = World::start().await;
    let token = invitation(&world).await;
    world.told("telegram:6", "telegram:@6", &format!("/join {token}")).await;
    let customer = world.told("telegram:6", "telegram:@6", "/whoami").await.plain_text();
    assert!(customer.contains("Europe/Berlin"), "{customer}");
    let text = world.told("maria", OPS, "/invite operator").await.plain_text();
    let token = text.split("/join ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    world.told("discord:7", "discord:@7", &format!("/join {token}")).await;
    let operator = world.told("discord:7", "discord:@7", "/whoami").await.plain_text();
    assert!(operator.contains("Europe/Berlin"), "{operator}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_says_what_it_was_about_and_each_customer_reads_their_own() {
    let world = World::start().await;
    world.told("jonas", "web:acme", "/report checkout orders hang").await;
    settled(&world, "card/1/acme/web:acme").await;
    let log = world.told("jonas", "web:acme", "/log").await.plain_text();
    assert!(log.contains("INC-1 · card · delivered"), "{log}");
    assert!(log.contains("answer to /report · answered"), "{log}");

    // What was said here to others before is not theirs.
    world.told("maria", "web:side", "/bind operators").await;
    world.told("anna", "web:side", "/incidents").await;
    let log = world.told("anna", "web:side", "/log").await.plain_text();
    assert!(log.contains("answer to /incidents"), "{log}");
    world.told("maria", "web:side", "/bind acme").await;
    let log = world.told("jonas", "web:side", "/log").await.plain_text();
    assert!(!log.contains("/incidents"), "{log}");
    world.app.stop().await;
}
