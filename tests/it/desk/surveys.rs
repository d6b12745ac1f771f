//! Surveys through the real program: who is asked where, what is recorded, and what is not.

use upheld::chat::{Answer, Ask};
use upheld::core::survey::Given;
use upheld::core::time::Span;
use upheld::core::voice::{Answer as Answered, Round, RoundNumber, Via};

use super::world::{ACME, OPS, World, behind, buttons, said, until};

const ONE: RoundNumber = RoundNumber(1);

/// A survey of one question, by command, with this more in its file.
pub fn survey(audience: &str, identity: &str, more: &str) -> String {
    format!(
        "title = {{ en = \"Our service\", \"zh-TW\" = \"我們的服務\" }}\nidentity = \"{identity}\"\n\
         audience = \"{audience}\"\nopen_for = \"5d\"\ncooldown = \"0s\"\nquiet_hours = \"03:00-03:01\"\n{more}\n\
         [trigger]\nafter = \"command\"\n[[questions]]\nname = \"satisfaction\"\nkind = \"csat\"\n\
         text = {{ en = \"How satisfied are you?\", \"zh-TW\" = \"您滿意嗎？\" }}\n"
    )
}

async fn world(audience: &str, identity: &str, more: &str) -> World {
    let text = survey(audience, identity, more);
    World::with(|path| std::fs::write(path.join("surveys/service.toml"), text).unwrap()).await
}

pub async fn asked(world: &World, round: RoundNumber) {
    until(world, |state| state.voice.round(round).is_some_and(|round| round.asked.is_some())).await;
}

async fn sent(world: &World) {
    world.told("anna", OPS, "/survey send service acme").await;
    asked(world, ONE).await;
}

async fn round(world: &World, number: RoundNumber) -> Round {
    world.app.journal.read().await.voice.round(number).unwrap().clone()
}

async fn answers(world: &World) -> Vec<Answered> {
    round(world, ONE).await.answers.into_values().collect()
}

fn scores(answers: &[Answered]) -> Vec<Option<i64>> {
    answers.iter().map(Answered::score).collect()
}

/// What stands in the outbox for a place, as text.
async fn card(world: &World, key: &str) -> Option<String> {
    let row = world.app.store.message(key).await.unwrap()?;
    Some(serde_json::to_string(&row.message.doc).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_one_press_and_can_be_changed_until_the_end() {
    let world = world("channel", "named", "").await;
    sent(&world).await;
    let card = card(&world, "survey/1/web:acme").await.unwrap();
    assert!(card.contains("answer SUR-1 5") && card.contains("survey-named"), "{card}");
    let thanks = said(world.press("jonas", ACME, "answer SUR-1 4").await, "the press");
    let text = thanks.plain_text();
    assert!(text.contains("Thank you") && text.contains("4 of 5"), "{text}");
    world.press("jonas", ACME, "answer SUR-1 2").await;
    assert_eq!(scores(&answers(&world).await), [Some(2)]);
    // A comment stands beside it and survives a further change.
    let Answer::Form(form) = world.press("jonas", ACME, &behind(&thanks, "Add a comment")).await else {
        panic!("no form for a comment")
    };
    said(world.fill("jonas", ACME, &form, &[("text", "Slow, but friendly.")]).await, "the comment");
    world.press("jonas", ACME, "answer SUR-1 3").await;
    let after = answers(&world).await;
    assert_eq!(scores(&after), [Some(3)]);
    let prose = after[0].comment().unwrap().text.id.clone();
    assert_eq!(
        world.app.store.prose(std::slice::from_ref(&prose)).await.unwrap()[&prose],
        "Slow, but friendly."
    );
    // The same again is nothing new.
    let before = world.app.journal.read().await.sequence;
    world.press("jonas", ACME, "answer SUR-1 3").await;
    assert_eq!(world.app.journal.read().await.sequence, before);
    world.pass(Span::from_days(6));
    world.app.clock_moved();
    let late = world.refused("jonas", ACME, "/answer SUR-1 1").await;
    assert!(late.contains("closed") && late.contains("Nothing was recorded"), "{late}");
    assert_eq!(scores(&answers(&world).await), [Some(3)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_asked_again_and_never_a_low_score() {
    let world = world("channel", "named", "").await;
    sent(&world).await;
    for typed in ["0", "6", "bad", "1.5", "9999999999"] {
        let again = world.told("jonas", ACME, &format!("/answer SUR-1 {typed}")).await;
        let text = again.plain_text();
        assert!(text.contains("Nothing was recorded"), "{typed}: {text}");
        assert_eq!(buttons(&again).len(), 5, "{typed}");
    }
    let reply = |text: &str| Ask::Filled {
        command: "comment SUR-1".to_owned(),
        values: [("text".to_owned(), text.to_owned())].into(),
    };
    // A word written under the card is no score; a number is.
    let asked = said(world.put("jonas", ACME, reply("terrible!")).await, "a word");
    assert_eq!(buttons(&asked).len(), 5);
    assert!(answers(&world).await.is_empty());
    said(world.put("jonas", ACME, reply("４")).await, "a number");
    assert_eq!(scores(&answers(&world).await), [Some(4)]);
    said(world.put("jonas", ACME, reply("all good")).await, "a comment");
    assert!(answers(&world).await[0].comment().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_counts_once_however_often_and_wherever_they_press() {
    let world = world("channel", "confidential", "").await;
    sent(&world).await;
    let presses = [
        ("discord:77", "discord:@77", "answer SUR-1 1"),
        ("telegram:77", "telegram:@77", "answer SUR-1 5"),
        ("discord:77", "discord:@77", "answer SUR-1 1"),
        ("telegram:77", "telegram:@77", "answer SUR-1 5"),
    ];
    let at_once = presses.map(|(who, place, line)| world.press(who, place, line));
    for (answer, (who, ..)) in futures_util::future::join_all(at_once).await.into_iter().zip(presses) {
        said(answer, who);
    }
    assert_eq!(answers(&world).await.len(), 1);
    // Two accounts that nobody knows to be one person, until they say so.
    let token = world.invited("/invite customer acme").await;
    world.told("discord:5", "discord:@5", &format!("/join {token}")).await;
    let token = world.invited("/invite customer acme").await;
    world.told("telegram:6", "telegram:@6", &format!("/join {token}")).await;
    world.press("discord:5", "discord:@5", "answer SUR-1 2").await;
    world.press("telegram:6", "telegram:@6", "answer SUR-1 4").await;
    assert_eq!(answers(&world).await.len(), 3);
    let code = world.told("discord:5", "discord:@5", "/link").await.plain_text();
    let code = code.split("/link ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    world.told("telegram:6", "telegram:@6", &format!("/link {code}")).await;
    let mut both = scores(&answers(&world).await);
    both.sort();
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both.contains(&Some(4)) && !both.contains(&Some(2)), "the later one stands: {both:?}");
    let refused = world.refused("telegram:6", "telegram:@6", &format!("/link {code}")).await;
    assert!(refused.contains("not known"), "a code is good once: {refused}");
    world.press("telegram:6", "telegram:@6", "answer SUR-1 1").await;
    assert_eq!(answers(&world).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_presses_in_a_minute_are_one_answer_each() {
    let world = world("channel", "named", "").await;
    sent(&world).await;
    let before = world.app.journal.read().await.sequence;
    let presses = (0..10_000_u32).map(|number| {
        let (who, score) = if number % 2 == 0 { ("jonas", number / 2 % 5 + 1) } else { ("discord:77", 3) };
        let place = if number % 2 == 0 { ACME } else { "discord:@77" };
        let line = format!("answer SUR-1 {score}");
        let world = &world;
        async move { world.press(who, place, &line).await }
    });
    use futures_util::StreamExt as _;
    let heard: Vec<Answer> = futures_util::stream::iter(presses).buffer_unordered(64).collect().await;
    assert_eq!(heard.len(), 10_000);
    assert_eq!(answers(&world).await.len(), 2);
    let entries = world.app.journal.read().await.sequence - before;
    assert!(entries < 600, "{entries} entries for two answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_represent_the_customer_has_no_voice_there() {
    let world = world("channel", "named", "").await;
    sent(&world).await;
    let foreign = world.refused("chen", "web:formosa", "/answer SUR-1 5").await;
    let missing = world.refused("chen", "web:formosa", "/answer SUR-9 5").await;
    assert_eq!(foreign.replace("SUR-1", "SUR-9"), missing, "what is not theirs looks like what is not there");
    world.refused("anna", ACME, "/answer SUR-1 5").await;
    world.refused("nobody", ACME, "/answer SUR-1 5").await;
    // Somebody who left.
    let token = world.invited("/invite customer acme").await;
    world.told("newcomer", "web:@newcomer", &format!("/join {token}")).await;
    world.told("newcomer", ACME, "/answer SUR-1 5").await;
    world.told("maria", OPS, "/revoke newcomer customer acme").await;
    world.refused("newcomer", ACME, "/answer SUR-1 1").await;
    assert_eq!(scores(&answers(&world).await), [Some(5)], "what they said before stands");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wishes_not_to_be_asked_is_not_asked() {
    let world = world("direct", "named", "").await;
    world.told("jonas", ACME, "/survey stop").await;
    sent(&world).await;
    let first = round(&world, ONE).await;
    assert_eq!((first.asked.unwrap().len(), first.spared), (1, 1));
    let dora = card(&world, "survey/1/discord:@77").await.unwrap();
    assert!(dora.contains("survey stop"), "{dora}");
    assert!(card(&world, "survey/1/web:acme").await.is_none(), "each is asked alone");
    world.told("jonas", ACME, "/survey start").await;
    world.told("anna", OPS, "/survey close SUR-1").await;
    world.told("anna", OPS, "/survey send service acme").await;
    asked(&world, RoundNumber(2)).await;
    assert_eq!(round(&world, RoundNumber(2)).await.asked.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_by_telephone_is_marked_so() {
    let world = world("channel", "named", "").await;
    sent(&world).await;
    let how = world.refused("anna", OPS, "/survey record SUR-1").await;
    assert!(how.contains("--score"), "{how}");
    let who = world.refused("anna", OPS, "/survey record SUR-1 --score=4 --person=Nobody").await;
    assert!(who.contains("Jonas Brandt"), "{who}");
    let line = "/survey record SUR-1 --score=2 --person='Jonas Brandt' --said='Too slow'";
    world.told("anna", OPS, line).await;
    world.told("anna", OPS, "/survey record SUR-1 --score=5").await;
    let told = answers(&world).await;
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|answer| answer.via == Via::Telephone && answer.by.is_some()));
    // The person's own word replaces what was written down for them.
    world.press("jonas", ACME, "answer SUR-1 3").await;
    let own = answers(&world).await;
    let own = own.iter().find(|answer| answer.score() == Some(3)).unwrap();
    assert_eq!((own.via, own.by.clone()), (Via::Chat, None));
    world.refused("jonas", ACME, "/survey record SUR-1 --score=5").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn further_questions_follow_the_first() {
    let more = "[[questions]]\nname = \"why\"\nkind = \"choice\"\noptional = true\n\
                text = { en = \"What mattered most?\", \"zh-TW\" = \"最重要的是？\" }\n\
                [[questions.options]]\nname = \"speed\"\ntext = { en = \"Speed\", \"zh-TW\" = \"速度\" }\n\
                [[questions.options]]\nname = \"words\"\ntext = { en = \"Words\", \"zh-TW\" = \"說明\" }\n\
                [[questions]]\nname = \"else\"\nkind = \"text\"\noptional = true\n\
                text = { en = \"Anything else?\", \"zh-TW\" = \"還有嗎？\" }\n";
    let text = survey("channel", "named", "") + more;
    let world = World::with(|path| std::fs::write(path.join("surveys/service.toml"), text).unwrap()).await;
    sent(&world).await;
    let second = said(world.press("jonas", ACME, "answer SUR-1 4").await, "the first");
    assert!(second.plain_text().contains("What mattered most?"), "{}", second.plain_text());
    assert_eq!(answers(&world).await[0].given, [Given::Score(4), Given::Nothing, Given::Nothing]);
    let third = said(world.press("jonas", ACME, &behind(&second, "Speed")).await, "the second");
    let Answer::Form(form) = world.press("jonas", ACME, &behind(&third, "Write")).await else {
        panic!("no form: {}", third.plain_text())
    };
    let thanks = said(world.fill("jonas", ACME, &form, &[("text", "Keep on.")]).await, "the words");
    assert!(thanks.plain_text().contains("Thank you"));
    let all = answers(&world).await;
    assert_eq!(all[0].given, [Given::Score(4), Given::Choice("speed".to_owned()), Given::Nothing]);
    assert!(all[0].texts.contains_key(&2) && all[0].comment().is_none());
    // Another number changes the first answer and leaves the others.
    world.press("jonas", ACME, "answer SUR-1 5").await;
    assert_eq!(answers(&world).await[0].given[..2], [Given::Score(5), Given::Choice("speed".to_owned())]);
}
