//! What is to become better, over the real platforms: an action item from an incident to the review that tells what
//! came of it, a risk with its matrix, and a drill that is no incident to anybody.

use serde_json::json;
use upheld::core::event::{AgreementId, IncidentNumber};
use upheld::core::review::{Document, Subject};
use upheld::store::record::Chain;
use upheld::store::rooms::{Audience, Seat};

use super::world::{World, survey, until};
use crate::fake::discord::Seen;
use crate::fake::telegram::Message;
use crate::program::Files;

/// In the middle of a month what was done in the month before has shown what it changed.
const REVIEWED: &str =
    "\n[[operations.reviews]]\nname = \"monthly\"\nschedule = \"0 9 20 * *\"\nperiod = \"month\"\n";
/// Everybody's week, for the operators.
const DIGEST: &str = "[[operators]]\nname = \"weekly\"\nschedule = \"0 8 * * Mon\"\nperiod = \"week\"\nzone = \"Europe/Berlin\"\n";

fn changed(files: &mut Files) {
    let acme = &mut files.agreements[0].1;
    *acme = acme.replace("P1 = \"30s\"", "P1 = \"5m\"");
    acme.push_str(REVIEWED);
    // Lena is a colleague here.
    files.upheld = files.upheld.replace(
        "name = \"Lena Lin\"\nrole = \"customer\"\nagreements = [\"acme\"]",
        "name = \"Lena Lin\"\nrole = \"operator\"",
    );
    files.reviews = DIGEST.to_owned();
}

async fn world(begin: &str, change: impl FnOnce(&mut Files)) -> World {
    let survey = survey("channel", "after = \"command\"", "");
    World::start(begin, survey, |files, _| {
        changed(files);
        change(files);
    })
    .await
}

/// Anna types a slash command in the operators' channel on Discord; what only she reads.
async fn slash(world: &World, name: &str, options: &[(&str, &str)]) -> Seen {
    let options: Vec<_> = options
        .iter()
        .map(|(option, value)| match *option {
            "announced" => (*option, json!(true)),
            _ => (*option, json!(value)),
        })
        .collect();
    let known = |command: &serde_json::Value| command["name"] == name;
    let registered = |state: &crate::fake::discord::State| {
        state.commands.values().flat_map(|all| all.as_array().unwrap()).any(known).then_some(())
    };
    world.discord.until("the commands", registered).await;
    let asked = world.discord.slash(&world.on_discord[0], &world.anna.discord, name, &options);
    world.private(asked).await
}

/// The number in an answer, such as `RISK-3`.
fn number(text: &str, kind: &str) -> String {
    let (_, rest) = text.split_once(&format!("{kind}-")).unwrap_or_else(|| panic!("no {kind}: {text}"));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    format!("{kind}-{digits}")
}

/// What a review of the newest says.
async fn newest(world: &World, subject: &Subject) -> Document {
    let state = world.app().journal.read().await;
    let all = state.reviews.all().filter(|(_, review)| review.subject == *subject);
    let number = all.map(|(number, _)| number).next_back().unwrap();
    state.reviews.document(number).unwrap().clone()
}

async fn issued(world: &World, subject: Subject, from: &str) -> Document {
    until("an issued review", async || {
        let state = world.app().journal.read().await;
        let mut all = state.reviews.all().filter(|(_, review)| review.subject == subject);
        let found = all.any(|(_, review)| {
            review.window.start.to_string().starts_with(from) && !review.issued.is_empty()
        });
        found.then_some(())
    })
    .await;
    world.settled().await;
    newest(world, &subject).await
}

fn acme() -> Subject {
    Subject::Agreement(AgreementId::from("acme"))
}

/// The first incident is in hand too late.
async fn begins_late(world: &World) {
    world.fails().await;
    world.settled().await;
    world.pass(upheld::core::time::Span::from_minutes(6));
    slash(world, "ack", &[]).await;
    world.recovers().await;
}

/// From the incident to its owner.
async fn given(world: &World) {
    let text = "Call the second person earlier";
    let fields = [("action", "add"), ("text", text), ("incident", "INC-1"), ("objective", "response")];
    let added = slash(world, "action", &fields).await;
    assert_eq!(number(&added.text, "ACT"), "ACT-1");
    slash(world, "action", &[("action", "assign"), ("what", "ACT-1"), ("text", "Lena")]).await;
    let hers = until("what is hers", async || world.alone(world.lena, "This is yours now").pop()).await;
    assert!(hers.text.contains("ACT-1") && hers.text.contains(text), "{hers:?}");
    slash(world, "action", &[("action", "due"), ("what", "ACT-1"), ("text", "15 Apr")]).await;
}

async fn reminded_and_done(world: &World) {
    // Two working days before, in the morning of the customer's clocks.
    world.pass_until("2026-04-13T06:59:00Z");
    world.settled().await;
    assert!(world.alone(world.lena, "DUE SOON").is_empty());
    world.pass_until("2026-04-13T07:00:05Z");
    let reminder = until("the reminder", async || world.alone(world.lena, "DUE SOON").pop()).await;
    assert!(reminder.text.contains("ACT-1") && reminder.text.contains("15 Apr"), "{reminder:?}");
    let done = world.told(world.lena, "/action done ACT-1 She is called after one minute.").await;
    assert!(done.text.contains("ACT-1"), "{done:?}");
    world.pass_until("2026-04-16T08:00:00Z");
    world.settled().await;
    assert!(world.alone(world.lena, "OVERDUE").is_empty(), "what is done is not asked for");
}

/// A risk, drawn where it stands, and looked at again.
async fn a_risk(world: &World) {
    let text = "All of it hangs on one supplier";
    let fields =
        [("action", "add"), ("text", text), ("customer", "acme"), ("probability", "4"), ("impact", "5")];
    let risk = number(&slash(world, "risk", &fields).await.text, "RISK");
    let listed = slash(world, "risk", &[("action", "list")]).await;
    assert!(listed.text.contains("probability 4 × impact 5 = 20 of 25"), "{listed:?}");
    let picture = listed.files.first().unwrap_or_else(|| panic!("no picture: {listed:?}"));
    assert!(picture.name.ends_with(".png") && picture.bytes.starts_with(b"\x89PNG\r\n"), "{}", picture.name);
    assert!(picture.alt.contains(&risk) && picture.alt.contains("20 of 25"), "{}", picture.alt);
    slash(world, "risk", &[("action", "review"), ("what", &risk), ("text", "in 3 months")]).await;
    let shown = slash(world, "risk", &[("action", "show"), ("what", &risk)]).await;
    assert!(shown.text.contains("looked at it") && shown.text.contains(text), "{shown:?}");
}

/// What the customer's group on Telegram gets: the card, and the file below it.
async fn told_on_telegram(world: &World, wanted: &str) -> (Message, String) {
    let card = until("the review", async || world.telegram_cards(wanted).pop()).await;
    let file = until("its file", async || {
        let all = world.telegram.posts(world.on_telegram[1]);
        all.into_iter().filter(|message| message.id >= card.id).find_map(|message| message.document)
    })
    .await;
    (card, String::from_utf8(file).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_after_an_incident_is_told_with_what_it_changed() {
    let world = world("2026-03-10T09:00:00Z", |_| {}).await;
    begins_late(&world).await;
    given(&world).await;
    reminded_and_done(&world).await;
    // The next time it goes faster.
    world.pass_until("2026-05-05T08:00:00Z");
    let reported = world.told(world.jonas.telegram, "/report checkout orders hang").await;
    assert!(reported.text.contains("ACME-2") || reported.text.contains("INC-2"), "{reported:?}");
    let taken = slash(&world, "ack", &[]).await;
    assert!(taken.text.contains("INC-2"), "{taken:?}");
    a_risk(&world).await;
    world.pass_until("2026-05-20T07:00:05Z");
    let document = issued(&world, acme(), "2026-03-31").await;
    assert_eq!(document.actions.iter().filter(|row| row.number.to_string() == "ACT-1").count(), 1);
    let (_, file) = told_on_telegram(&world, "April 2026").await;
    for told in [
        "Call the second person earlier",
        "She is called after one minute.",
        "March: 0 %",
        "May so far: 100 %",
        "All of it hangs on one supplier",
        "<svg",
    ] {
        assert!(file.contains(told), "no {told}: {file}");
    }
    assert!(!file.contains("Lena"), "who does it is the provider's own matter");
    world.ends().await;
}

/// A second customer of the same service, who knows nothing of drills.
fn hudson(files: &mut Files) {
    let text = files.agreements[0].1.replace("Acme GmbH", "Hudson Books LLC").replace("ACME", "HUDSON");
    let channels = text.find("channels = ").unwrap();
    let end = text[channels..].find('\n').unwrap() + channels;
    let text = format!("{}channels = [\"web:hudson\"]{}", &text[..channels], &text[end..]);
    files.agreements.push(("hudson".to_owned(), text));
}

/// The customer's group on Telegram reads Chinese.
fn chinese(files: &mut Files) {
    let acme = &mut files.agreements[0].1;
    let start = acme.find("\"telegram:").unwrap();
    let end = acme[start + 1..].find('"').unwrap() + start + 2;
    let channel = format!("{{ address = {}, language = \"zh-TW\" }}", &acme[start..end]);
    acme.replace_range(start..end, &channel);
}

/// The first word of a message; symbols and who is called by it are none.
fn first_word(text: &str) -> &str {
    let is_word = |word: &&str| word.starts_with(char::is_alphanumeric);
    text.split_whitespace().find(is_word).unwrap_or_default()
}

/// Everything that was written of the drill, in both channels of each platform, says so first.
fn every_message_says_so(world: &World) {
    for (side, telegram) in [(0, "DRILL"), (1, "演練")] {
        let posts = world.telegram.posts(world.on_telegram[side]);
        let messages = world.discord.messages(&world.on_discord[side]);
        assert!(posts.len() >= 2 && messages.len() >= 2, "{posts:#?} {messages:#?}");
        for post in posts {
            assert_eq!(first_word(&post.text), telegram, "{post:?}");
        }
        for seen in messages {
            assert_eq!(first_word(&seen.text), "DRILL", "{seen:?}");
        }
    }
}

/// Everything in a customer's room of the web chat.
async fn room(world: &World, name: &str) -> String {
    let directory = world.app().directory.get();
    let person = directory.people.keys().next().unwrap().clone();
    let party = Audience::Party(Chain::Customer(name.into()));
    let seat = Seat { person, rooms: [(name.to_owned(), party)].into() };
    let page = world.app().store.room_page(&seat, name, None, 50).await.unwrap();
    page.messages.into_iter().map(|message| message.content).collect()
}

/// The operators' card on Discord.
fn card(world: &World) -> Option<Seen> {
    let all = world.discord.messages(&world.on_discord[0]);
    all.into_iter().find(|seen| seen.buttons.iter().any(|label| label == "Acknowledge"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_says_so_everywhere_and_is_told_to_whom_it_concerns() {
    let world = world("2026-04-14T08:00:00Z", |files| {
        hudson(files);
        chinese(files);
    })
    .await;
    let fields = [("what", "checkout"), ("detail", "P1"), ("announced", "true"), ("customer", "acme")];
    let begun = slash(&world, "drill", &fields).await;
    assert_eq!(first_word(&begun.text), "DRILL", "{begun:?}");
    let shown = until("the card", async || card(&world)).await;
    let taken = world.press(&shown.id, "Acknowledge", &world.anna.discord).await;
    assert_eq!(first_word(&taken.text), "DRILL", "{taken:?}");
    world.pass(upheld::core::time::Span::from_minutes(12));
    let resolved = world.told(world.anna.telegram, "/resolve DRILL-1 The second person came at once.").await;
    assert_eq!(first_word(&resolved.text), "DRILL", "{resolved:?}");
    let drill = IncidentNumber::of_drill(1);
    world.until("its result", |state| state.drill_result(drill).is_some()).await;
    world.settled().await;
    every_message_says_so(&world);
    let result = until("the result", async || {
        let all = world
            .discord
            .lock()
            .messages
            .values()
            .map(|message| message.body.to_string())
            .collect::<Vec<_>>();
        all.into_iter().find(|text| text.contains("resolved by Anna Weber after 12 min"))
    });
    assert!(result.await.contains("in time"));
    // It is in the digest of the operators and in the review of the customer who took part.
    world.pass_until("2026-04-20T06:00:05Z");
    assert_eq!(issued(&world, Subject::Operators, "2026-04-12").await.drills.len(), 1);
    world.pass_until("2026-05-20T07:00:05Z");
    assert_eq!(issued(&world, acme(), "2026-03-31").await.drills.len(), 1);
    let hudson = issued(&world, Subject::Agreement(AgreementId::from("hudson")), "2026-03-31").await;
    assert_eq!((hudson.drills.len(), hudson.incidents.count), (0, 0));
    let read = room(&world, "hudson").await;
    assert!(read.contains("April 2026") && !read.contains("DRILL") && !read.contains("演練"), "{read}");
    world.ends().await;
}
