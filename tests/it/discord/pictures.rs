//! Pictures on Discord: in posts, edits and answers, with their words for those who do not see them.

use std::time::Duration;

use upheld::chat::discord::Settings;
use upheld::chat::{Chat, Outgoing};

use super::{World, settings, spoken};
use crate::fake::discord::{Fake, Fault, File, Seen, Shown, State};
use crate::picture::{ALT, assert_is_picture, can_draw, file, with_picture};

/// Asserts that the message shows the picture, and its words only to those who do not see it.
fn shows_picture(seen: &Seen) {
    let [File { name, bytes, alt, .. }] = &seen.files[..] else { unreachable!("{seen:?}") };
    assert_is_picture(bytes);
    assert_eq!((name.as_str(), alt.as_str()), ("picture.png", ALT));
    assert_eq!(seen.picture.as_deref(), Some("attachment://picture.png"));
    assert!(!seen.text.contains("3 of 4"), "{}", seen.text);
}

/// Upheld that announces an answer only when the desk holds it back, not when drawing takes its time.
async fn patient() -> World {
    let fake = Fake::start().await;
    let settings = Settings { defer_after: Duration::from_secs(2), ..settings(&fake) };
    let world = World::over(fake, settings).await;
    world.fake.until_connected().await;
    world
}

fn tells_picture(seen: &Seen) {
    assert!(seen.files.is_empty() && seen.picture.is_none(), "{seen:?}");
    assert!(seen.text.contains("3 of 4. \\<b\\>\\@everyone\\<\\/b\\>\\: 1 of 4."), "{}", seen.text);
}

#[tokio::test]
async fn a_post_shows_its_picture_and_an_edit_changes_or_removes_it() {
    if !can_draw() {
        return;
    }
    let world = World::sending().await;
    let id = world.post("results", with_picture(spoken("Results"))).await;
    shows_picture(&world.fake.last(&world.channel));
    world.chat.edit(&id, &world.outgoing("results", with_picture(spoken("Results so far")))).await.unwrap();
    let seen = world.fake.last(&world.channel);
    shows_picture(&seen);
    assert!(seen.text.contains("so far"), "{}", seen.text);
    world.chat.edit(&id, &world.outgoing("results", spoken("No results"))).await.unwrap();
    let seen = world.fake.last(&world.channel);
    assert_eq!((seen.files, seen.picture), (Vec::new(), None), "an edit also removes");
}

#[tokio::test]
async fn a_refused_picture_takes_no_words_with_it_and_nothing_is_posted_twice() {
    if !can_draw() {
        return;
    }
    let world = World::sending().await;
    let forbidden = Fault::Refuse { status: 403, code: 50_013, message: "Missing Permissions" };
    world.fake.fail_next("POST channels", forbidden.clone());
    let id = world.post("results", with_picture(spoken("Results"))).await;
    tells_picture(&world.fake.last(&world.channel));
    world.fake.fail_next("PATCH channels", forbidden);
    world.chat.edit(&id, &world.outgoing("results", with_picture(spoken("Results")))).await.unwrap();
    tells_picture(&world.fake.last(&world.channel));

    let outgoing = world.outgoing("again", with_picture(spoken("Results")));
    world.fake.fail_next("POST channels", Fault::DropAfterAccepting);
    assert!(world.chat.send(&outgoing).await.is_err());
    world.chat.send(&outgoing).await.unwrap();
    assert_eq!(world.fake.messages(&world.channel).len(), 2);
    shows_picture(&world.fake.last(&world.channel));
}

#[tokio::test]
async fn an_answer_shows_its_picture_at_once_and_later() {
    if !can_draw() {
        return;
    }
    let world = patient().await;
    let asked = world.fake.slash(&world.channel, &world.ann, "picture", &[]);
    shows_picture(&world.fake.answer(asked).await);

    for refused in [false, true] {
        let asked = world.fake.slash(&world.channel, &world.ann, "slow_picture", &[]);
        let announced =
            |state: &State| (state.interactions[&asked].shown == Some(Shown::Announced)).then_some(());
        world.fake.until("announcement", announced).await;
        if refused {
            // Files may be forbidden where words are not.
            let fault = Fault::Refuse { status: 403, code: 50_013, message: "Missing Permissions" };
            world.fake.fail_next("POST webhooks", fault);
        }
        world.desk.gate.add_permits(1);
        let answered = |state: &State| state.interactions[&asked].follow_ups.first().copied();
        world.fake.until("public answer", answered).await;
        let seen = world.fake.last(&world.channel);
        if refused { tells_picture(&seen) } else { shows_picture(&seen) }
    }
}

#[tokio::test]
async fn a_picture_refused_in_the_first_answer_is_told_in_words_at_once() {
    if !can_draw() {
        return;
    }
    let world = patient().await;
    let fault = Fault::Refuse { status: 400, code: 50_035, message: "Invalid Form Body" };
    world.fake.fail_next("POST interactions", fault);
    let asked = world.fake.slash(&world.channel, &world.ann, "picture", &[]);
    let seen = world.fake.answer(asked).await;
    tells_picture(&seen);
    assert!(seen.colour.is_some(), "it keeps its form: {seen:?}");
}

#[tokio::test]
async fn a_file_goes_with_its_message_and_a_refused_one_takes_no_words_with_it() {
    let world = World::sending().await;
    let whole = |text: &str| Outgoing { enclosure: Some(file()), ..world.outgoing("review", spoken(text)) };
    let sent = world.chat.send(&whole("Service review")).await.unwrap();
    let seen = world.fake.last(&world.channel);
    let [File { name, bytes, .. }] = &seen.files[..] else { unreachable!("{seen:?}") };
    assert_eq!((name.as_str(), bytes.as_slice()), ("REV-7-1.html", &*file().bytes));
    assert!(seen.text.contains("Service review"), "{}", seen.text);
    world.chat.edit(&sent.message, &whole("Signed")).await.unwrap();
    let seen = world.fake.last(&world.channel);
    assert_eq!((seen.files.len(), seen.files[0].name.as_str()), (1, "REV-7-1.html"), "one, not one more");

    let forbidden = Fault::Refuse { status: 403, code: 50_013, message: "Missing Permissions" };
    world.fake.fail_next("POST channels", forbidden);
    let other = Outgoing { key: "other".to_owned(), ..whole("Another review") };
    world.chat.send(&other).await.unwrap();
    let seen = world.fake.last(&world.channel);
    assert!(seen.files.is_empty() && seen.text.contains("Another review"), "{seen:?}");
}

#[tokio::test]
async fn a_file_and_a_picture_go_together_and_the_file_is_let_go_first() {
    if !can_draw() {
        return;
    }
    let world = World::sending().await;
    let whole = |key: &str| Outgoing {
        enclosure: Some(file()),
        ..world.outgoing(key, with_picture(spoken("Service review")))
    };
    world.chat.send(&whole("both")).await.unwrap();
    let seen = world.fake.last(&world.channel);
    let names: Vec<&str> = seen.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["picture.png", "REV-7-1.html"]);
    assert_eq!(seen.picture.as_deref(), Some("attachment://picture.png"));
    let too_large = Fault::Refuse { status: 413, code: 40_005, message: "Request entity too large" };
    world.fake.fail_next("POST channels", too_large);
    world.chat.send(&whole("picture alone")).await.unwrap();
    shows_picture(&world.fake.last(&world.channel));
}
