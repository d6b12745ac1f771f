//! Pictures on Telegram: one message where that is possible, words in every case.

use upheld::chat::{Chat, FailCause, Outgoing, SendError};
use upheld::i18n::spoken::{Run, SpokenBlock};

use super::world::{World, card, outgoing, place, spoken};
use crate::fake::telegram::{Fault, Kind};
use crate::picture::{assert_is_picture, can_draw, file, with_picture};

/// [`crate::picture::ALT`], inert.
const WORDS: &str = "Very satisfied: 3 of 4. <b>@\u{2060}everyone</\u{2060}b>: 1 of 4.";

#[tokio::test]
async fn a_picture_and_its_words_are_one_message_with_its_buttons() {
    if !can_draw() {
        return;
    }
    let world = World::new().await;
    let (ops, adapter) = (world.fake.chat(Kind::Supergroup, "Ops"), world.adapter());
    let posted = adapter.send(&outgoing(&place(ops), with_picture(card("Results")))).await.unwrap();
    let message = world.fake.message(ops, &posted.message);
    assert_is_picture(message.photo.as_deref().unwrap());
    assert!(message.text.starts_with("■ Results  INC-42"), "{}", message.text);
    assert!(message.text.contains("Very satisfied: 3 of 4."), "{}", message.text);
    assert_eq!(message.buttons(), [["Acknowledge", "Why?", "Cause"]]);
    assert_eq!((world.fake.posts(ops).len(), world.fake.calls("sendmessage")), (1, 0));

    let edited = outgoing(&place(ops), with_picture(card("Results so far")));
    assert_eq!(adapter.edit(&posted.message, &edited).await.unwrap(), posted);
    let message = world.fake.message(ops, &posted.message);
    assert!(message.text.starts_with("■ Results so far") && message.photo.is_some(), "{message:?}");
    // A picture cannot be taken away again, so the message is to be posted anew.
    let bare = adapter.edit(&posted.message, &outgoing(&place(ops), card("Results"))).await;
    assert!(matches!(bare, Err(SendError::Fail { cause: FailCause::MessageGone, .. })), "{bare:?}");
}

#[tokio::test]
async fn what_is_too_long_to_stand_below_a_picture_goes_without_it_where_one_message_must_do() {
    let world = World::new().await;
    let (ops, adapter) = (world.fake.chat(Kind::Supergroup, "Ops"), world.adapter());
    let mut long = with_picture(spoken("Results"));
    long.blocks
        .push(SpokenBlock::Lines((0..80).map(|n| vec![Run::own(format!("answer number {n}"))]).collect()));
    let posted = adapter.send(&outgoing(&place(ops), long)).await.unwrap();
    let message = world.fake.message(ops, &posted.message);
    assert_eq!((message.photo, world.fake.posts(ops).len()), (None, 1));
    assert!(message.text.contains("answer number 79") && message.text.ends_with(WORDS), "{}", message.text);
}

#[tokio::test]
async fn a_refused_picture_takes_no_words_with_it_and_an_unknown_outcome_stays_unknown() {
    if !can_draw() {
        return;
    }
    let world = World::new().await;
    let (ops, adapter) = (world.fake.chat(Kind::Supergroup, "Ops"), world.adapter());
    let refused = "Bad Request: not enough rights to send photos to the chat";
    world.fake.fail_next("sendPhoto", Fault::Refuse(400, refused, None));
    let posted = adapter.send(&outgoing(&place(ops), with_picture(spoken("Results")))).await.unwrap();
    let message = world.fake.message(ops, &posted.message);
    assert_eq!((message.photo, message.text.as_str()), (None, &*format!("Results\n{WORDS}")));
    world.fake.fail_next("sendPhoto", Fault::Drop);
    let lost = adapter.send(&outgoing(&place(ops), with_picture(spoken("Results")))).await;
    assert!(matches!(lost, Err(SendError::Uncertain { .. })), "{lost:?}");
}

#[tokio::test]
async fn an_answer_shows_its_picture_below_or_after_its_words() {
    if !can_draw() {
        return;
    }
    let world = World::new().await;
    let ann = world.fake.person("Ann", "en");
    let chat = world.fake.start_private(ann);
    world.fake.say(chat, ann, "/picture");
    let answer = world.fake.post_after(chat, 0).await;
    assert_is_picture(answer.photo.as_deref().unwrap());
    assert_eq!(answer.text, format!("Results\n{WORDS}"));

    world.fake.say(chat, ann, "/picture long");
    let picture = world.fake.post_after(chat, 2).await;
    let words = &world.fake.posts(chat)[1];
    assert!(words.photo.is_none() && words.text.contains("answer number 79"), "{words:?}");
    assert_eq!((picture.text.as_str(), picture.reply_to), ("", Some(words.id)));
    assert_is_picture(picture.photo.as_deref().unwrap());

    let refused = "Bad Request: not enough rights to send photos to the chat";
    world.fake.fail_next("sendPhoto", Fault::Refuse(400, refused, None));
    world.fake.say(chat, ann, "/picture");
    let answer = world.fake.post_after(chat, 3).await;
    assert_eq!((answer.photo, answer.text.as_str()), (None, &*format!("Results\n{WORDS}")));
}

#[tokio::test]
async fn a_file_follows_its_message_and_a_refused_one_takes_no_words_with_it() {
    let world = World::new().await;
    let (ops, adapter) = (world.fake.chat(Kind::Supergroup, "Ops"), world.adapter());
    let whole = |words: &str| Outgoing { enclosure: Some(file()), ..outgoing(&place(ops), card(words)) };
    let posted = adapter.send(&whole("Service review")).await.unwrap();
    let [words, document] = &world.fake.posts(ops)[..] else { unreachable!() };
    assert_eq!(words.id.to_string(), posted.message, "the message is the one with the words");
    assert!(words.text.starts_with("■ Service review") && words.document.is_none(), "{words:?}");
    assert_eq!(document.document.as_deref(), Some(&*file().bytes));
    assert_eq!((document.reply_to, document.silent), (Some(words.id), true));

    // An edit leaves the file where it is.
    adapter.edit(&posted.message, &whole("Signed")).await.unwrap();
    assert_eq!(world.fake.posts(ops).len(), 2);
    for fault in [
        Fault::Refuse(400, "Bad Request: not enough rights to send documents to the chat", None),
        Fault::Drop,
    ] {
        let before = world.fake.posts(ops).len();
        let dropped = matches!(fault, Fault::Drop);
        world.fake.fail_next("sendDocument", fault);
        adapter.send(&whole("Another review")).await.unwrap();
        let posts = world.fake.posts(ops);
        assert!(posts[before].text.starts_with("■ Another review"), "{posts:?}");
        assert_eq!(posts.len() - before, if dropped { 2 } else { 1 }, "nothing is tried anew");
    }
}
