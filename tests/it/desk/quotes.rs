//! Quotes by permission: from the text over the button to the review, and back.

use reqwest::header::COOKIE;
use upheld::chat::{Answer, Ask, Inbound};
use upheld::clock::{Clock as _, SystemClock};
use upheld::core::event::PersonId;
use upheld::core::review::{Document, ReviewNumber};
use upheld::core::time::Span;
use upheld::core::voice::{FeedbackNumber, Quoting, RoundNumber, Said};
use upheld::i18n::spoken::Spoken;

use super::feedback::known;
use super::privacy::sound;
use super::surveys::{asked, survey};
use super::world::{ACME, OPS, World, behind, buttons, said, until};
use super::written_pages::{Guest, link};
use crate::boards::{base, session};

const WORDS: &str = "CANARY-Q the checkout is terribly slow again";
const GONE: &str = "is quoted no longer";

/// Issues a review of Acme's running month.
async fn issued(world: &World, number: u32) -> Document {
    let zone = chrono_tz::Europe::Berlin;
    let month = SystemClock.now().to_utc().with_timezone(&zone).format("%Y-%m").to_string();
    world.told("maria", OPS, &format!("/review draft acme {month}")).await;
    world.told("maria", OPS, &format!("/review approve REV-{number} --now")).await;
    let number = ReviewNumber(number);
    until(world, |state| state.reviews.document(number).is_some()).await;
    world.app.journal.read().await.reviews.document(number).unwrap().clone()
}

/// All pages of an issued review.
async fn shown(world: &World, who: &str, place: &str, number: u32) -> String {
    let (mut whole, mut page) = (String::new(), 1);
    loop {
        let told = world.told(who, place, &format!("/review show REV-{number} --page={page}")).await;
        whole.push_str(&told.plain_text());
        page += 1;
        let next = format!("--page={page}");
        if !buttons(&told).iter().any(|(_, line)| line.ends_with(&next)) {
            return whole;
        }
        world.pass(Span::from_seconds(20));
    }
}

/// Every file of an issued review, and its page.
async fn files(world: &World, number: u32) -> Vec<String> {
    let cookie = format!("upheld={}", session(world, "jonas").await);
    let mut all = Vec::new();
    for rest in ["?lang=en", "/1.html?lang=en", "/1.md?lang=en", "/1.csv", "/1.json"] {
        let path = format!("{}/review/REV-{number}{rest}", base(world));
        let request = reqwest::Client::new().get(path).header(COOKIE, cookie.clone());
        all.push(request.send().await.unwrap().error_for_status().unwrap().text().await.unwrap());
    }
    all
}

async fn person(world: &World, who: &str) -> PersonId {
    world.app.directory.get().person(&format!("web:{who}").parse().unwrap()).unwrap().id.clone()
}

async fn quoting(world: &World, said: &Said) -> Option<Quoting> {
    let state = world.app.journal.read().await;
    state.voice.own(said).and_then(|own| state.voice.quoting(&own.remark.text.id))
}

async fn press(world: &World, who: &str, place: &str, under: &Spoken, label: &str) -> Spoken {
    said(world.press(who, place, &behind(under, label)).await, label)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_writer_allows_is_quoted_until_they_take_it_back() {
    let world = World::start().await;
    let receipt = world.told("jonas", ACME, &format!("/complaint {WORDS}")).await;
    let silent = issued(&world, 1).await;
    assert_eq!(silent.voice.quotes, [], "never without being asked");
    let question = press(&world, "jonas", ACME, &receipt, "May be quoted …").await;
    assert!(question.plain_text().contains("at most two texts"), "{}", question.plain_text());
    let done = press(&world, "jonas", ACME, &question, "With my name").await;
    let document = issued(&world, 2).await;
    assert_eq!(document.voice.quotes.len(), 1);
    let by = "Jonas Brandt of Acme GmbH, by permission";
    for (who, place) in [("jonas", ACME), ("dora", ACME), ("anna", OPS)] {
        let text = shown(&world, who, place, 2).await;
        assert!(text.contains(WORDS) && text.contains(by), "{who}: {text}");
    }
    for file in files(&world, 2).await {
        assert!(file.contains(WORDS) && file.contains("Jonas Brandt"), "{file}");
    }
    let export = said(world.ask("jonas", "web:@jonas", "/privacy export").await, "export").plain_text();
    assert!(export.contains("quotable") && export.contains("may be quoted, with your name"), "{export}");

    press(&world, "jonas", ACME, &done, "Take it back").await;
    for (who, place) in [("jonas", ACME), ("anna", OPS)] {
        let text = shown(&world, who, place, 2).await;
        assert!(
            text.contains(GONE) && !text.contains("CANARY-Q") && !text.contains("Jonas"),
            "{who}: {text}"
        );
    }
    for (place, file) in files(&world, 2).await.into_iter().enumerate() {
        assert!(!file.contains("CANARY-Q") && !file.contains("Jonas Brandt"), "{place}: {file}");
        assert!(
            place != 4 || file.contains(&document.json()),
            "the JSON holds it byte by byte as it was hashed"
        );
    }
    assert_eq!(issued(&world, 3).await.voice.quotes, []);
    let text = shown(&world, "jonas", ACME, 3).await;
    assert!(!text.contains("CANARY-Q") && !text.contains(GONE), "{text}");
    let state = world.app.journal.read().await;
    let revisions = state.reviews.review(ReviewNumber(2)).unwrap().issued.len();
    assert_eq!(revisions, 1, "the issued one is kept as it was issued");
    drop(state);
    let World { app, folder, .. } = world;
    app.stop().await;
    sound(&format!("sqlite://{}", folder.path().join("data/upheld.db").display())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_writer_is_asked_once_and_can_say_so() {
    let world = World::start().await;
    let inbound = |id: &str| Inbound {
        id: id.to_owned(),
        account: "web:jonas".parse().unwrap(),
        display_name: "Jonas".to_owned(),
        from: ACME.parse().unwrap(),
        parent: None,
        language: None,
        ask: Ask::Line(format!("/feedback {WORDS}")),
    };
    let asks = |spoken: &Spoken| buttons(spoken).iter().any(|(_, line)| line == "quote FB-1");
    assert!(asks(&said(world.app.desk.handle(inbound("one")).await, "receipt")));
    let said_of = Said::Feedback(FeedbackNumber(1));
    // A colleague, the operators, another customer: as if there were nothing.
    for (who, place) in
        [("dora", ACME), ("dora", "web:@dora"), ("chen", "web:formosa"), ("chen", "web:@chen")]
    {
        for how in ["", " named", " unnamed", " no"] {
            let foreign = world.refused(who, place, &format!("/quote FB-1{how}")).await;
            let missing = world.refused(who, place, &format!("/quote FB-99{how}")).await;
            assert_eq!(foreign.replace("FB-1", "FB-99"), missing, "{who}");
        }
        assert!(!world.told(who, place, "/quote").await.plain_text().contains("FB-1"), "{who}");
    }
    for (who, place) in [("anna", OPS), ("anna", ACME), ("nobody", ACME)] {
        world.refused(who, place, "/quote FB-1 named").await;
        world.refused(who, place, "/quote FB-1 no").await;
    }
    assert_eq!(quoting(&world, &said_of).await, None);
    let listed = world.told("jonas", ACME, "/quote").await;
    assert!(listed.plain_text().contains("you have not said"), "{}", listed.plain_text());
    world.told("jonas", ACME, "/quote FB-1 no").await;
    // The same delivery again brings the same receipt, and does not ask again.
    assert!(!asks(&said(world.app.desk.handle(inbound("one")).await, "receipt")));
    let before = world.app.journal.read().await.sequence;
    world.told("jonas", ACME, "/quote FB-1 no").await;
    assert_eq!(world.app.journal.read().await.sequence, before, "nothing new was said");
    for (line, how) in [("unnamed", Quoting::Unnamed), ("named", Quoting::Named)] {
        world.told("jonas", "web:@jonas", &format!("/quote 1 {line}")).await;
        assert_eq!(quoting(&world, &said_of).await, Some(how));
    }
    // As a slash command with its fields.
    let answer = world.slash("jonas", ACME, "quote", &[("wrote", "FB-1"), ("how", "no")]).await;
    assert!(said(answer, "slash").plain_text().contains("is not quoted"));
    assert_eq!(quoting(&world, &said_of).await, None);
    let refused = world.refused("jonas", ACME, "/quote INC-1").await;
    assert!(refused.contains("FB-12") && refused.contains("SUR-7"), "{refused}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_for_the_customer_no_more_can_still_take_it_back() {
    let world = World::start().await;
    let token = world.invited("/invite customer acme").await;
    let alone = "discord:@5";
    world.told("discord:5", alone, &format!("/join {token}")).await;
    world.told("discord:5", alone, &format!("/feedback {WORDS}")).await;
    world.told("discord:5", alone, "/quote FB-1 named").await;
    let said_of = Said::Feedback(FeedbackNumber(1));
    assert_eq!(quoting(&world, &said_of).await, Some(Quoting::Named));
    let id = known(&world, 1).await.by.unwrap();
    let short: String = id.as_str().chars().take(12).collect();
    world.told("maria", OPS, &format!("/revoke {short} customer acme")).await;
    world.refused("discord:5", alone, "/quote FB-1 unnamed").await;
    assert_eq!(quoting(&world, &said_of).await, Some(Quoting::Named));
    world.told("discord:5", alone, "/quote FB-1 no").await;
    assert_eq!(quoting(&world, &said_of).await, None);
    world.app.stop().await;
}

/// Jonas answers with a comment; what he is told.
async fn commented(identity: &str) -> (World, Spoken) {
    let world = World::with(|path| {
        std::fs::write(path.join("surveys/service.toml"), survey("channel", identity, "")).unwrap();
    });
    let world = world.await;
    world.told("anna", OPS, "/survey send service acme").await;
    asked(&world, RoundNumber(1)).await;
    world.told("jonas", "web:@jonas", "/answer SUR-1 2").await;
    let told = world.told("jonas", "web:@jonas", &format!("/comment SUR-1 {WORDS}")).await;
    (world, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_comment_of_a_named_answer_is_quoted_without_the_name() {
    let (world, told) = commented("named").await;
    let question = press(&world, "jonas", "web:@jonas", &told, "May be quoted …").await;
    press(&world, "jonas", "web:@jonas", &question, "Without my name").await;
    let document = issued(&world, 1).await;
    assert_eq!(document.voice.quotes.len(), 1);
    let jonas = person(&world, "jonas").await;
    assert!(!document.json().contains(jonas.as_str()), "the document does not know whose it is");
    let text = shown(&world, "dora", ACME, 1).await;
    assert!(text.contains(WORDS) && text.contains("somebody of Acme GmbH, by permission"), "{text}");
    // Another comment is another text.
    let again = world.told("jonas", "web:@jonas", "/comment SUR-1 much better now").await;
    assert!(buttons(&again).iter().any(|(_, line)| line == "quote SUR-1"), "it is asked about");
    assert_eq!(issued(&world, 2).await.voice.quotes, []);
    assert!(shown(&world, "dora", ACME, 1).await.contains(WORDS), "the other one is still allowed");
    world.told("jonas", "web:@jonas", "/quote SUR-1 no").await;
    let text = shown(&world, "dora", ACME, 1).await;
    assert!(!text.contains("CANARY-Q") && text.contains(GONE), "a refusal is of all he wrote there: {text}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_about_a_confidential_or_anonymous_comment() {
    for identity in ["confidential", "anonymous"] {
        let (world, told) = commented(identity).await;
        assert!(!buttons(&told).iter().any(|(_, line)| line.starts_with("quote")), "{identity}");
        for line in ["/quote SUR-1", "/quote SUR-1 named", "/quote SUR-1 unnamed", "/quote SUR-1 no"] {
            world.refused("jonas", "web:@jonas", line).await;
        }
        assert!(!world.told("jonas", "web:@jonas", "/quote").await.plain_text().contains("SUR-1"));
        let text = issued(&world, 1).await;
        assert_eq!(text.voice.quotes, [], "{identity}");
        world.app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_of_somebody_who_was_forgotten_is_shown_as_erased() {
    let world = World::start().await;
    world.told("jonas", ACME, &format!("/feedback {WORDS}")).await;
    world.told("jonas", ACME, "/quote FB-1 named").await;
    issued(&world, 1).await;
    assert!(shown(&world, "dora", ACME, 1).await.contains(WORDS));
    let Answer::Once(erased) = world.ask("jonas", "web:@jonas", "/privacy erase --sure").await else {
        panic!()
    };
    assert!(erased.plain_text().contains("Erased"), "{}", erased.plain_text());
    let text = shown(&world, "dora", ACME, 1).await;
    assert!(text.contains("> [erased]") && text.contains("[erased] of Acme GmbH, by permission"), "{text}");
    assert!(!text.contains("CANARY-Q") && !text.contains("Jonas"), "{text}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_page_a_tick_allows_it_without_a_name_and_its_own_page_takes_it_back() {
    let world = World::start().await;
    let guest = Guest::new(&world);
    let path = link(&world, "acme").await;
    assert!(!guest.page(&path).await.contains(" checked"), "nothing is ticked beforehand");
    let (plain, _) = guest.writes(&path, "feedback", "Nobody may quote this").await;
    assert!(!guest.page(&plain).await.contains("value=\"unquote\""));
    let (own, page) = guest.writes_with(&path, "complaint", WORDS, &[("quotable", "yes")]).await;
    assert!(page.contains("value=\"unquote\"") && page.contains("without your name"), "{page}");
    let said_of = Said::Feedback(FeedbackNumber(2));
    assert_eq!(quoting(&world, &said_of).await, Some(Quoting::Unnamed));
    assert_eq!(quoting(&world, &Said::Feedback(FeedbackNumber(1))).await, None);
    issued(&world, 1).await;
    let text = shown(&world, "jonas", ACME, 1).await;
    assert!(text.contains(WORDS) && text.contains("somebody of Acme GmbH"), "{text}");
    assert!(!text.contains("Nobody may quote"), "{text}");
    let page = guest.says(&own, "unquote", "").await;
    assert!(!page.contains("value=\"unquote\""), "{page}");
    assert_eq!(quoting(&world, &said_of).await, None);
    assert!(!shown(&world, "jonas", ACME, 1).await.contains("CANARY-Q"));
    assert!(known(&world, 2).await.steps.is_empty(), "nothing else was done");
    world.app.stop().await;
}
