//! Reviews by command: a comment through its form, a link and what becomes of it, and words that are erased.

use std::path::Path;

use upheld::core::review::{ReviewNumber, Section};
use upheld::core::time::Span;

use super::world::{ACME, OPS, World, behind, said};
use crate::boards::base;
use crate::fake::discord;
use crate::reviews::page;

const ONE: ReviewNumber = ReviewNumber(1);

async fn until(world: &World, wanted: impl Fn(&upheld::core::state::State) -> bool) {
    let mut changes = world.app.journal.changes();
    while !wanted(&*world.app.journal.read().await) {
        changes.changed().await.unwrap();
    }
}

/// A manager begins Acme's review, and approves it at once.
async fn issue(world: &World, who: &str, place: &str) {
    world.told(who, place, "/review draft acme last-month").await;
    world.told(who, place, "/review approve REV-1 --now").await;
    until(world, |state| state.reviews.review(ONE).is_some_and(|review| !review.is_draft())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_into_a_comments_form_is_kept_letter_by_letter() {
    let world = World::start().await;
    let words = "It was our supplier's fault -- not \"ours\" --now";
    world.told("maria", OPS, "/review draft acme last-month").await;
    let asked = match world.ask("maria", OPS, "/review comment REV-1").await {
        upheld::chat::Answer::Say { spoken, .. } => spoken,
        other => panic!("{other:?}"),
    };
    let chosen = behind(&asked, "Incidents");
    let upheld::chat::Answer::Form(form) = world.press("maria", OPS, &chosen).await else {
        panic!("{chosen}")
    };
    said(world.fill("maria", OPS, &form, &[("text", words)]).await, "a comment");
    let comment = {
        let state = world.app.journal.read().await;
        state.reviews.review(ONE).unwrap().comments[&Section::Incidents].text.clone()
    };
    let kept = world.app.store.prose(std::slice::from_ref(&comment)).await.unwrap();
    assert_eq!(kept[&comment], words);
    // What was typed before the chapter is chosen goes along.
    let asked = match world.ask("maria", OPS, "/review comment REV-1 It was night.").await {
        upheld::chat::Answer::Say { spoken, .. } => spoken,
        other => panic!("{other:?}"),
    };
    said(world.press("maria", OPS, &behind(&asked, "Drills")).await, "another");
    let state = world.app.journal.read().await;
    let comment = state.reviews.review(ONE).unwrap().comments[&Section::Drills].text.clone();
    drop(state);
    let kept = world.app.store.prose(std::slice::from_ref(&comment)).await.unwrap();
    assert_eq!(kept[&comment], "It was night.");
    world.app.stop().await;
}

/// The path of the link that a manager is given.
async fn link(world: &World) -> String {
    let told = world.told("maria", OPS, "/review link REV-1").await.plain_text();
    let (_, secret) = told.split_once("/review/link/").unwrap_or_else(|| panic!("{told}"));
    let secret: String = secret.chars().take_while(char::is_ascii_hexdigit).collect();
    assert!(secret.len() >= 32, "{told}");
    format!("/review/link/{secret}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_by_command_opens_until_it_is_taken_back_or_has_run_out() {
    let world = World::start().await;
    issue(&world, "maria", OPS).await;
    assert!(base(&world).starts_with("http://localhost:"));
    let never = page(&world, None, "/review/link/0123456789abcdef0123456789abcdef?lang=en").await;
    assert_eq!(never.0, 404);
    let there = link(&world).await;
    for _ in 0..3 {
        let (status, html) = page(&world, None, &format!("{there}?lang=en")).await;
        assert_eq!(status, 200, "looking uses nothing up");
        assert!(html.contains("Service review · Acme GmbH") && html.contains("REV-1, revision 1"));
    }
    for foreign in ["jonas", "anna"] {
        assert!(!format!("{:?}", world.ask(foreign, ACME, "/review list").await).contains(&there));
    }
    world.told("maria", OPS, "/review link REV-1 --revoke").await;
    assert_eq!(page(&world, None, &format!("{there}?lang=en")).await, never, "taken back is as never made");
    let (first, second) = (link(&world).await, link(&world).await);
    world.pass(Span::from_days(29));
    assert_eq!(page(&world, None, &first).await.0, 200);
    world.pass(Span::from_days(2));
    for gone in [first, second] {
        assert_eq!(page(&world, None, &format!("{gone}?lang=en")).await, never, "run out is as never made");
    }
    world.app.stop().await;
}

/// Acme's data go to Discord alone, and so do the operators' cards.
fn off_the_web(config: &Path, url: &str, room: &str) {
    let change = |name: &str, change: &dyn Fn(String) -> String| {
        let file = config.join(name);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, change(text)).unwrap();
    };
    change("agreements/acme.toml", &|text| {
        let text = text.replace("[operations]", "[operations]\nplatforms = [\"discord\"]");
        text.replace("  \"web:acme\",\n", "")
    });
    std::fs::write(config.join("token"), discord::TOKEN).unwrap();
    let table = format!("\n[discord]\ntoken = {{ file = \"token\" }}\napi_url = \"{url}\"\n");
    change("upheld.toml", &|text| text.replace("\"web:operators\"", &format!("\"{room}\"")) + &table);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_link_leads_to_what_may_not_be_on_the_web() {
    let discord = discord::Fake::start().await;
    let room = format!("discord:{}", discord.text_channel("operators"));
    let url = discord.url();
    let world = World::with(|config| off_the_web(config, url.trim_end_matches('/'), &room)).await;
    let room = room.as_str();
    issue(&world, "maria", room).await;
    world.told("maria", room, "/review show REV-1").await;
    let refused = world.refused("maria", room, "/review link REV-1").await;
    assert!(refused.contains("may not go to this platform"), "{refused}");
    // What was made before can be taken back all the same.
    world.told("maria", room, "/review link REV-1 --revoke").await;
    world.app.stop().await;
}

const COMMENT: &str = "The marmalade in the gearbox";
const POINT: &str = "Who waters the ferns at night";
const MINUTES: &str = "A bassoon was promised by Friday";

/// Somebody who came by invitation; their account.
async fn comes(world: &World, invitation: &str, account: &'static str) -> (&'static str, String) {
    let token = world.invited(invitation).await;
    let direct = account.replace(':', ":@");
    world.told(account, &direct, &format!("/join {token}")).await;
    (account, direct)
}

/// The pages of an answer, one after the other.
async fn pages(world: &World, who: &str, place: &str, line: &str) -> String {
    let mut whole = String::new();
    for number in 1..=6 {
        let text = world.told(who, place, &format!("{line} --page={number}")).await.plain_text();
        whole.push_str(&text);
    }
    whole
}

/// Everything that is shown of the review: its page, its files, and the answers in the chat.
async fn shown(world: &World) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for path in ["", "/1.html", "/1.md", "/1.csv", "/1.json"] {
        let (status, text) = page(world, Some("jonas"), &format!("/review/REV-1{path}?lang=en")).await;
        assert_eq!(status, 200, "{path}");
        all.push((path, text));
    }
    all.push(("show", pages(world, "anna", OPS, "/review show REV-1").await));
    for line in ["/review agenda REV-1", "/review minutes REV-1"] {
        all.push(("meeting", world.told("anna", OPS, line).await.plain_text()));
    }
    all
}

/// The files of the database in which a word stands.
fn holding(world: &World, word: &str) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(world.folder.path().join("data")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let holds = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(word.len()).any(|window| window == word.as_bytes())
    };
    files.filter(holds).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_in_a_review_is_forgotten_in_every_form_of_it() {
    let world = World::start().await;
    let (manager, direct) = comes(&world, "/invite manager", "discord:4201").await;
    let (customer, theirs) = comes(&world, "/invite customer acme", "discord:4202").await;
    world.told(manager, &direct, "/review draft acme last-month").await;
    world.told(manager, &direct, &format!("/review comment REV-1 incidents {COMMENT}")).await;
    world.told(manager, &direct, "/review approve REV-1 --now").await;
    until(&world, |state| state.reviews.review(ONE).is_some_and(|review| !review.is_draft())).await;
    world.told(customer, &theirs, &format!("/review agenda REV-1 {POINT}")).await;
    world.told(manager, &direct, &format!("/review minutes REV-1 {MINUTES}")).await;
    let before = shown(&world).await;
    let told = |words: &str| before.iter().filter(|(_, text)| text.contains(words)).count();
    assert!(told(COMMENT) >= 4 && told(POINT) >= 2 && told(MINUTES) >= 2, "{before:#?}");
    world.told(customer, &theirs, "/privacy erase --sure").await;
    world.told(manager, &direct, "/privacy erase --sure").await;
    for (place, text) in shown(&world).await {
        for words in [COMMENT, POINT, MINUTES, "marmalade", "ferns", "bassoon"] {
            assert!(!text.contains(words), "{words} in {place}");
        }
        let said = before.iter().any(|(known, text)| *known == place && text.contains(COMMENT));
        // In Markdown brackets are escaped; in JSON a text that is gone is null.
        let erased = if place == "/1.json" { "\": null" } else { "[erased]" };
        assert!(!said || text.replace('\\', "").contains(erased), "{place}: {text}");
    }
    let meeting = world.told("anna", OPS, "/review minutes REV-1").await.plain_text();
    assert!(meeting.matches("[erased]").count() >= 2, "{meeting}");
    for word in ["marmalade", "ferns", "bassoon"] {
        assert_eq!(holding(&world, word), [] as [std::path::PathBuf; 0], "{word}");
    }
    world.app.stop().await;
}
