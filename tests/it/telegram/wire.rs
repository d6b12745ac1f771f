//! Keeps the fake honest: teloxide, unmodified, talks to it and reads everything it says.

use serde_json::json;
use teloxide::payloads::{AnswerCallbackQuerySetters, EditMessageTextSetters, SendMessageSetters};
use teloxide::requests::Requester;
use teloxide::types::{
    BotCommand, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntityKind, MessageId, ParseMode,
    UpdateKind,
};
use teloxide::{ApiError, Bot, RequestError};

use crate::fake::telegram::{Fault, Kind, TOKEN, Telegram, USERNAME};

fn bot(fake: &Telegram) -> Bot {
    Bot::new(TOKEN).set_api_url(fake.url())
}

#[tokio::test]
async fn teloxide_reads_what_the_fake_says() {
    let fake = Telegram::start().await;
    let bot = bot(&fake);
    assert_eq!(bot.get_me().await.unwrap().username(), USERNAME);
    assert_eq!(bot.get_webhook_info().await.unwrap().url, None);
    bot.set_my_commands([BotCommand::new("ack", "Take it")]).await.unwrap();

    let (ops, ann) = (fake.chat(Kind::Forum, "Ops"), fake.person("Ann", "en"));
    let topic = fake.topic(ops);
    let keyboard = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("Ack", "ack INC-42")]]);
    let sent = bot
        .send_message(ChatId(ops), "<b>a</b> &lt; <a href=\"tg://user?id=7\">Ann</a>")
        .parse_mode(ParseMode::Html)
        .reply_markup(keyboard.clone())
        .await
        .unwrap();
    assert_eq!(sent.text(), Some("a < Ann"));
    let kinds: Vec<_> = sent.entities().unwrap().iter().map(|entity| entity.kind.clone()).collect();
    assert!(matches!(kinds.as_slice(), [MessageEntityKind::Bold, MessageEntityKind::TextMention { .. }]));
    let edited = bot.edit_message_text(ChatId(ops), sent.id, "b").reply_markup(keyboard).await.unwrap();
    assert_eq!((edited.text(), edited.edit_date().is_some()), (Some("b"), true));

    fake.say_in(ops, topic, ann, "/ack INC-42");
    fake.reply(ops, sent.id.0, ann, "thanks");
    fake.press(ops, sent.id.0, "Ack", ann);
    fake.kick(ops);
    let group = fake.chat(Kind::Group, "Small");
    fake.migrate(group);
    let private = fake.start_private(ann);
    fake.say(private, ann, "hello");
    let updates = bot.get_updates().await.unwrap();
    let mut queries = Vec::new();
    for update in &updates {
        match &update.kind {
            UpdateKind::Message(_) | UpdateKind::MyChatMember(_) => {}
            UpdateKind::CallbackQuery(query) => queries.push(query.clone()),
            other => panic!("teloxide cannot read {other:?}"),
        }
    }
    assert_eq!((updates.len(), queries.len()), (6, 1));
    bot.answer_callback_query(queries[0].id.clone()).text("done").show_alert(true).await.unwrap();
    assert_eq!((fake.notices().len(), fake.notices()[0].text.as_str()), (1, "done"));
}

#[tokio::test]
async fn teloxide_knows_the_fakes_refusals() {
    let fake = Telegram::start().await;
    let bot = bot(&fake);
    let ops = fake.chat(Kind::Supergroup, "Ops");
    let send = |chat: i64, text: &str| bot.send_message(ChatId(chat), text).parse_mode(ParseMode::Html);
    let api = |result: Result<_, RequestError>| match result {
        Err(RequestError::Api(error)) => error,
        other => panic!("not refused: {other:?}"),
    };
    assert!(matches!(api(send(ops, "<b>a").await), ApiError::CantParseEntities(_)));
    assert_eq!(api(send(ops, "<b></b>").await), ApiError::MessageTextIsEmpty);
    assert_eq!(api(send(ops, &"x".repeat(4097)).await), ApiError::MessageIsTooLong);
    assert_eq!(api(send(-5, "a").await), ApiError::ChatNotFound);
    let sent = send(ops, "a").await.unwrap();
    let same = bot.edit_message_text(ChatId(ops), sent.id, "a").await;
    assert_eq!(api(same), ApiError::MessageNotModified);
    let gone = bot.edit_message_text(ChatId(ops), MessageId(99), "a").await;
    assert_eq!(api(gone), ApiError::MessageToEditNotFound);
    let long = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("x", "x".repeat(65))]]);
    assert_eq!(api(send(ops, "a").reply_markup(long).await), ApiError::ButtonDataInvalid);
    let group = fake.chat(Kind::Group, "Small");
    let supergroup = fake.migrate(group);
    let moved = send(group, "a").await;
    assert!(matches!(moved, Err(RequestError::MigrateToChatId(ChatId(id))) if id == supergroup));
    fake.fail_next("sendMessage", Fault::Refuse(429, "Too Many Requests: retry after 3", Some(3)));
    assert!(matches!(send(ops, "a").await, Err(RequestError::RetryAfter(wait)) if wait.seconds() == 3));
    fake.kick(ops);
    assert_eq!(api(send(ops, "a").await), ApiError::BotKickedFromSupergroup);
    fake.refuse_token(true);
    assert!(matches!(bot.get_me().await, Err(RequestError::Api(ApiError::InvalidToken))));
}

#[tokio::test]
async fn parameters_may_come_as_a_form_or_in_parts() {
    let fake = Telegram::start().await;
    let ops = fake.chat(Kind::Supergroup, "Ops");
    let url = format!("{}bot{TOKEN}/sendMessage", fake.url());
    let client = reqwest::Client::new();
    let form = [("chat_id", ops.to_string()), ("text", "as a form".to_owned())];
    let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&form).finish();
    let request = client.post(&url).header("content-type", "application/x-www-form-urlencoded").body(encoded);
    assert!(request.send().await.unwrap().status().is_success());
    let part = |name: &str, value: &str| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let keyboard = json!({"inline_keyboard": [[{"text": "Ack", "callback_data": "ack"}]]}).to_string();
    let body = part("chat_id", &ops.to_string())
        + &part("text", "in parts")
        + &part("reply_markup", &keyboard)
        + "--cut--\r\n";
    let request = client.post(&url).header("content-type", "multipart/form-data; boundary=cut").body(body);
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    let posts = fake.posts(ops);
    assert_eq!((posts[0].text.as_str(), posts[1].text.as_str()), ("as a form", "in parts"));
    assert_eq!(posts[1].buttons(), [["Ack"]]);
}
