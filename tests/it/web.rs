//! The pages over HTTP, without a browser: signing in, separation, what is sent, what is heard.

use std::time::Duration;

use reqwest::header::{ACCEPT, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use upheld::chat::web::Banner;
use upheld::chat::{Chat, FailCause, Outgoing, SendError};
use upheld::core::doc::Tone;
use upheld::core::time::Span;
use upheld::i18n::Language;
use upheld::store::people::Role;
use upheld::web::console;

use crate::picture::{file, with_picture};
use crate::web_world::{World, operators, outgoing, say};

/// Somebody with a browser, perhaps signed in.
struct Guest<'a> {
    world: &'a World,
    client: Client,
    cookie: String,
}

impl<'a> Guest<'a> {
    fn new(world: &'a World) -> Self {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // The certificate of the tests is nobody's.
            .danger_accept_invalid_certs(true)
            .build()
            .unwrap();
        Self { world, client, cookie: String::new() }
    }

    async fn signed_in(world: &'a World, role: Role, name: &str) -> Self {
        let mut guest = Self::new(world);
        let code = world.invite(role).await;
        let entered = guest.post("/sign-in", &[("code", &code), ("name", name)]).await;
        assert_eq!(entered.status(), StatusCode::SEE_OTHER);
        guest.take_cookie(&entered);
        guest
    }

    fn take_cookie(&mut self, response: &Response) {
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.world.base));
        request.header(COOKIE, &self.cookie).timeout(Duration::from_secs(10))
    }

    async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.request(Method::POST, path).header(ORIGIN, &self.world.base);
        request.form(fields).send().await.unwrap()
    }

    /// As the script sends it.
    async fn ask(&self, room: &str, fields: &[(&str, &str)]) -> Value {
        let request = self.request(Method::POST, &format!("/chat/{room}/commands"));
        let request = request.header(ORIGIN, &self.world.base).header(ACCEPT, "application/json");
        let response = request.form(fields).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    async fn listen(&self, room: &str, after: i64) -> Ear {
        let response = self.get(&format!("/chat/{room}/events?after={after}")).await;
        assert_eq!(response.status(), StatusCode::OK);
        Ear { response, heard: String::new() }
    }
}

/// A stream of server-sent events.
struct Ear {
    response: Response,
    heard: String,
}

impl Ear {
    /// The next event: its name and data. None at the end of the stream.
    async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some((event, rest)) = self.heard.split_once("\n\n") {
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .unwrap_or_default()
                        .trim()
                        .to_owned()
                };
                let found = (field("event:"), field("data:"));
                self.heard = rest.to_owned();
                return Some(found);
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk()).await;
            let chunk = chunk.expect("an event in time").ok().flatten()?;
            self.heard.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn next_of(&mut self, name: &str) -> String {
        while let Some((event, data)) = self.next().await {
            if event == name {
                return data;
            }
        }
        panic!("the stream ended without {name}");
    }

    async fn message(&mut self) -> Value {
        serde_json::from_str(&self.next_of("message").await).unwrap()
    }
}

async fn post(world: &World, key: &str, room: &str, head: &str) -> String {
    let to = format!("web:{room}").parse().unwrap();
    world.chat.send(&outgoing(key, to, say(Tone::Information, head))).await.unwrap().message
}

#[tokio::test]
async fn opening_a_link_uses_nothing_up_and_the_button_works_once() {
    let world = World::start(false).await;
    let guest = Guest::new(&world);
    let link = console::manager_link(&world.store, &*world.clock, &world.site, Span::from_minutes(15))
        .await
        .unwrap();
    let path = link.strip_prefix(&world.base).unwrap();
    for _ in 0..3 {
        assert!(guest.page(path).await.contains("<button"));
    }
    let code = path.rsplit('/').next().unwrap();
    let fields = [("code", code), ("name", "Anna")];
    let entered = guest.post("/sign-in", &fields).await;
    assert_eq!(entered.status(), StatusCode::SEE_OTHER);
    let cookie = entered.headers()[SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    // 256 bits in hex.
    assert_eq!(cookie.split(['=', ';']).nth(1).unwrap().len(), 64, "{cookie}");
    assert_eq!(guest.post("/sign-in", &fields).await.status(), StatusCode::FORBIDDEN);
    world.stop().await;
}

#[tokio::test]
async fn encrypted_the_cookie_never_travels_in_the_clear() {
    let world = World::encrypted().await;
    assert!(world.base.starts_with("https://"));
    let guest = Guest::new(&world);
    let code = world.invite(Role::Operator).await;
    let entered = guest.post("/sign-in", &[("code", &code), ("name", "Anna")]).await;
    assert_eq!(entered.headers()["strict-transport-security"], "max-age=31536000");
    let cookie = entered.headers()[SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-upheld=") && cookie.contains("; Secure"), "{cookie}");
    let anna = Guest::signed_in(&world, Role::Operator, "Anna").await;
    assert!(anna.page("/chat/operators").await.contains("Anna"));
    let mut ear = anna.listen("operators", 0).await;
    ear.next_of("clock").await;
    let port = world.base.rsplit(':').next().unwrap();
    let clear = Client::new().get(format!("http://localhost:{port}/sign-in")).send().await;
    assert!(clear.is_err(), "{clear:?}");
    world.stop().await;
    let missing = std::path::Path::new("/no/such/file.pem");
    let error = upheld::web::server::tls(missing, missing).await.unwrap_err();
    assert!(error.to_string().contains("/no/such/file.pem"), "{error}");
}

#[tokio::test]
async fn attempts_run_out() {
    let world = World::start(false).await;
    let guest = Guest::new(&world);
    let fields = [("code", "guess"), ("name", "Eve")];
    for _ in 0..10 {
        assert_eq!(guest.post("/sign-in", &fields).await.status(), StatusCode::FORBIDDEN);
    }
    assert_eq!(guest.post("/sign-in", &fields).await.status(), StatusCode::TOO_MANY_REQUESTS);
    world.stop().await;
}

#[tokio::test]
async fn only_our_own_pages_may_act_and_only_under_our_names() {
    let world = World::start(false).await;
    let guest = Guest::signed_in(&world, Role::Operator, "Anna").await;
    let path = "/chat/operators/commands";
    let fields = [("act", "1"), ("line", "/status")];
    for origin in [None, Some("http://evil.example"), Some("null")] {
        let mut request = guest.request(Method::POST, path).form(&fields);
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        assert_eq!(request.send().await.unwrap().status(), StatusCode::FORBIDDEN, "{origin:?}");
    }
    let foreign = |path: &str| guest.request(Method::GET, path).header(HOST, "evil.example").send();
    assert_eq!(foreign("/sign-in").await.unwrap().status(), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(foreign("/healthz").await.unwrap().status(), StatusCode::OK);
    assert_eq!(guest.ask("operators", &fields).await, json!({ "kind": "said" }));
    world.stop().await;
}

#[tokio::test]
async fn a_customer_sees_their_room_and_nothing_tells_of_others() {
    let world = World::start(false).await;
    post(&world, "1", "acme", "for acme").await;
    post(&world, "2", "nordwind", "for nordwind").await;
    let chen = Guest::signed_in(&world, Role::Customer("acme".into()), "Chen").await;
    let page = chen.page("/chat/acme").await;
    assert!(page.contains("for acme") && !page.contains("ordwind"), "{page}");
    for path in ["", "/events", "/commands"] {
        let mut answers = Vec::new();
        for room in ["nordwind", "operators", "no-such-room"] {
            let path = format!("/chat/{room}{path}");
            let response = match path.ends_with("commands") {
                true => chen.post(&path, &[("act", "1"), ("line", "/status")]).await,
                false => chen.get(&path).await,
            };
            answers.push((response.status(), response.text().await.unwrap()));
        }
        assert_eq!(answers[0].0, StatusCode::NOT_FOUND);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{path}");
    }
    let stranger = Guest::new(&world);
    assert_eq!(stranger.get("/chat/acme").await.headers()[LOCATION], "/sign-in");
    assert_eq!(stranger.get("/chat/acme/events").await.status(), StatusCode::UNAUTHORIZED);
    world.stop().await;
}

#[tokio::test]
async fn a_listening_page_hears_what_is_new_and_picks_up_where_it_left_off() {
    let world = World::start(false).await;
    let anna = Guest::signed_in(&world, Role::Operator, "Anna").await;
    let card = post(&world, "1", "operators", "before").await;
    let mut ear = anna.listen("operators", 0).await;
    let first = ear.message().await;
    assert!(first["html"].as_str().unwrap().contains("before"), "{first}");
    let edited = outgoing("1", operators(), say(Tone::Restored, "after"));
    world.chat.edit(&card, &edited).await.unwrap();
    let second = ear.message().await;
    assert_eq!(second["id"], first["id"]);
    assert!(second["html"].as_str().unwrap().contains("after"), "{second}");
    drop(ear);
    post(&world, "2", "operators", "while away").await;
    post(&world, "3", "acme", "elsewhere").await;
    let seen = second["change"].as_i64().unwrap();
    let again = anna.request(Method::GET, "/chat/operators/events?after=0");
    let response = again.header("last-event-id", seen).send().await.unwrap();
    let mut ear = Ear { response, heard: String::new() };
    assert!(ear.message().await["html"].as_str().unwrap().contains("while away"));
    let rooms: Value = serde_json::from_str(&ear.next_of("rooms").await).unwrap();
    assert_eq!(rooms["acme"], json!(4));
    let texts = [(Language::English, "Next: trouble".to_owned())].into();
    world.chat.hub().set_banner(Some(Banner { texts, due: None, factor: 30 }));
    let banner = ear.next_of("banner").await;
    assert!(banner.contains("Next: trouble") && banner.contains("30"), "{banner}");
    world.stop().await;
    // Shutdown ends the stream instead of waiting for it.
    while let Some((event, _)) = ear.next().await {
        assert_ne!(event, "message");
    }
}

#[tokio::test]
async fn what_is_private_stays_with_the_one_who_asked() {
    let world = World::start(false).await;
    world.desk.open_incident().await;
    let anna = Guest::signed_in(&world, Role::Operator, "Anna").await;
    let bert = Guest::signed_in(&world, Role::Operator, "Bert").await;
    let latest = world.store.rooms_latest().await.unwrap();
    let mut anna_hears = anna.listen("operators", latest).await;
    let mut bert_hears = bert.listen("operators", latest).await;
    anna.ask("operators", &[("act", "1"), ("line", "/why secret-objective")]).await;
    let line = anna_hears.message().await;
    assert!(line["own"].as_bool().unwrap() && line["html"].as_str().unwrap().contains("Only you"), "{line}");
    assert!(anna_hears.message().await["html"].as_str().unwrap().contains("Only you see this"));
    anna.ask("operators", &[("act", "2"), ("line", "/status")]).await;
    let heard = bert_hears.message().await;
    assert!(heard["html"].as_str().unwrap().contains("/status"), "{heard}");
    assert!(!bert.page("/chat/operators").await.contains("secret-objective"));
    assert!(anna.page("/chat/operators").await.contains("secret-objective"));
    world.stop().await;
}

#[tokio::test]
async fn without_script_everything_works_by_reloading() {
    let world = World::start(false).await;
    world.desk.open_incident().await;
    let anna = Guest::signed_in(&world, Role::Operator, "Anna").await;
    let sent = anna.post("/chat/operators/commands", &[("act", "1"), ("line", "/status")]).await;
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let room = sent.headers()[LOCATION].to_str().unwrap().to_owned();
    assert!(anna.page(&room).await.contains("November so far"));
    let press = [("act", "2"), ("message", "2"), ("press", "update INC-42")];
    let form = anna.post("/chat/operators/commands", &press).await.text().await.unwrap();
    assert!(form.contains("What the customer is told") && form.contains("field-text"), "{form}");
    let filled =
        [("act", "3"), ("form", "update INC-42"), ("field-text", "We <b>found</b> it."), ("field-next", "")];
    assert_eq!(anna.post("/chat/operators/commands", &filled).await.status(), StatusCode::SEE_OTHER);
    let page = anna.page("/chat/operators").await;
    assert!(page.contains("We &#60;b&#62;found&#60;/b&#62; it."), "{page}");
    // Nothing inline: the policy would refuse it.
    for page in [&page, &form] {
        assert!(!page.contains(" style=") && !page.contains(" onclick"), "{page}");
        assert_eq!(page.matches("<script").count(), page.matches("<script src=\"/static/").count());
    }
    world.stop().await;
}

#[tokio::test]
async fn the_same_act_again_leaves_one_answer_and_nonsense_is_refused() {
    let world = World::start(false).await;
    let anna = Guest::signed_in(&world, Role::Operator, "Anna").await;
    for _ in 0..3 {
        anna.ask("operators", &[("act", "same"), ("line", "/status")]).await;
    }
    let page = anna.page("/chat/operators").await;
    assert_eq!(page.matches("November so far").count(), 1);
    let path = "/chat/operators/commands";
    let long = "x".repeat(5000);
    let longer = "y".repeat(65);
    for fields in [
        vec![("line", "/status")],
        vec![("act", "1")],
        vec![("act", "1"), ("line", "  ")],
        vec![("act", "1"), ("line", long.as_str())],
        vec![("act", "1"), ("press", longer.as_str())],
        vec![("act", "1"), ("press", "ack"), ("line", "/status")],
    ] {
        assert_eq!(anna.post(path, &fields).await.status(), StatusCode::BAD_REQUEST, "{fields:?}");
    }
    let handled = world.desk.handled.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(handled, 3, "the desk recognises repeats by the id of the act, not we");
    world.stop().await;
}

#[tokio::test]
async fn the_next_page_of_a_private_answer_takes_its_place() {
    let world = World::start(false).await;
    let anna = Guest::signed_in(&world, Role::Operator, "Anna").await;
    anna.ask("operators", &[("act", "1"), ("line", "/why availability")]).await;
    let page = anna.page("/chat/operators").await;
    let message = page.split("name=\"message\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let press = [("act", "2"), ("message", message), ("press", "why availability --page=1")];
    anna.ask("operators", &press).await;
    let page = anna.page("/chat/operators").await;
    assert!(page.contains("Page 2 of 3") && !page.contains("Page 1 of 3"), "{page}");
    // Another person's press on it is an answer of their own.
    let bert = Guest::signed_in(&world, Role::Operator, "Bert").await;
    bert.ask("operators", &press).await;
    assert!(anna.page("/chat/operators").await.contains("Page 2 of 3"));
    world.stop().await;
}

#[tokio::test]
async fn signing_out_ends_the_session_and_its_streams() {
    let world = World::start(false).await;
    let anna = Guest::signed_in(&world, Role::Operator, "Anna").await;
    let mut ear = anna.listen("operators", 0).await;
    ear.next_of("clock").await;
    let left = anna.post("/sign-out", &[]).await;
    assert!(left.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(ear.next_of("bye").await, "signed-out");
    assert_eq!(anna.get("/chat/operators").await.headers()[LOCATION], "/sign-in");
    world.stop().await;
}

#[tokio::test]
async fn personas_exist_only_in_a_demonstration() {
    let world = World::start(false).await;
    let guest = Guest::new(&world);
    assert!(!guest.page("/sign-in").await.contains("persona"));
    let refused = guest.post("/persona", &[("persona", "operator")]).await;
    assert!(refused.headers().get(SET_COOKIE).is_none());
    world.stop().await;

    let world = World::start(true).await;
    let mut guest = Guest::new(&world);
    assert!(guest.page("/sign-in").await.contains("Anna Berger"));
    let entered = guest.post("/persona", &[("persona", "customer")]).await;
    guest.take_cookie(&entered);
    assert_eq!(guest.get("/chat").await.headers()[LOCATION], "/chat/acme");
    let entered = guest.post("/persona", &[("persona", "operator")]).await;
    guest.take_cookie(&entered);
    assert_eq!(guest.get("/chat").await.headers()[LOCATION], "/chat/operators");
    world.stop().await;
}

#[tokio::test]
async fn languages_are_chosen_and_lead_nowhere_else() {
    let world = World::start(false).await;
    let mut guest = Guest::new(&world);
    let chosen = guest.post("/language", &[("language", "zh-TW"), ("back", "//evil.example")]).await;
    assert_eq!(chosen.headers()[LOCATION], "/");
    guest.take_cookie(&chosen);
    assert!(guest.page("/sign-in").await.contains("邀請碼"));
    let back = guest.post("/language", &[("language", "en"), ("back", "/chat/acme")]).await;
    assert_eq!(back.headers()[LOCATION], "/chat/acme");
    assert_eq!(guest.post("/language", &[("language", "xx")]).await.status(), StatusCode::BAD_REQUEST);
    world.stop().await;
}

#[tokio::test]
async fn files_may_be_kept_for_ever_and_change_their_address() {
    let world = World::start(false).await;
    let guest = Guest::new(&world);
    let page = guest.page("/sign-in").await;
    let style = page.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let file = guest.get(style).await;
    assert_eq!(file.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(file.headers()["content-type"], "text/css; charset=utf-8");
    assert_eq!(guest.get("/static/0000000000000000/chat.css").await.status(), StatusCode::NOT_FOUND);
    world.stop().await;
}

#[tokio::test]
async fn as_a_platform_it_is_idempotent_and_says_what_is_gone() {
    let world = World::start(false).await;
    let first = post(&world, "key", "operators", "once").await;
    assert_eq!(post(&world, "key", "operators", "again").await, first);
    let words = outgoing("x", operators(), say(Tone::Information, "x"));
    for gone in ["999", "nonsense"] {
        let error = world.chat.edit(gone, &words).await.unwrap_err();
        assert!(matches!(error, SendError::Fail { cause: FailCause::MessageGone, .. }), "{error}");
    }
    let elsewhere = outgoing("y", "discord:1".parse().unwrap(), say(Tone::Information, "y"));
    let error = world.chat.send(&elsewhere).await.unwrap_err();
    assert!(matches!(error, SendError::Fail { cause: FailCause::DestinationGone, .. }), "{error}");
    let chat = world.chat.clone();
    world.stop().await;
    let error = chat.send(&outgoing("z", operators(), say(Tone::Information, "z"))).await.unwrap_err();
    assert!(matches!(error, SendError::Retry { .. }), "{error}");
}

#[tokio::test]
async fn a_picture_stands_in_its_message_and_is_told_in_words() {
    let world = World::start(false).await;
    let anna = Guest::signed_in(&world, Role::Manager, "Anna").await;
    let results = with_picture(say(Tone::Information, "Results"));
    world.chat.send(&outgoing("results", operators(), results)).await.unwrap();
    let page = anna.page("/chat/operators").await;
    let figure = page.split("<figure").nth(1).unwrap().split("</figure>").next().unwrap();
    assert!(figure.contains("<svg ") && figure.contains("您滿意嗎？") && figure.contains("75 %"), "{figure}");
    // Once for those who do not see it, once for whoever wants to read it.
    assert_eq!(figure.matches("Very satisfied: 3 of 4.").count(), 2, "{figure}");
    // The page's policy allows neither scripts nor styles inside it, and it has none.
    for alive in ["<b>", "<script", "<style", "style=", "href", "url("] {
        assert!(!figure.contains(alive), "{alive} in {figure}");
    }
}

#[tokio::test]
async fn an_invitation_is_shown_once_and_kept_nowhere() {
    let world = World::start(false).await;
    let anna = Guest::signed_in(&world, Role::Manager, "Anna").await;
    let secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    let shown = anna.ask("operators", &[("act", "1"), ("line", "/invite operator")]).await;
    assert_eq!(shown["kind"], "form");
    assert!(shown["html"].as_str().unwrap().contains(secret), "{shown}");
    let bare = anna.post("/chat/operators/commands", &[("act", "2"), ("line", "/invite operator")]).await;
    assert!(bare.text().await.unwrap().contains(secret), "a page without script shows it, too");
    // A word that was mistyped or not taken is worth something still.
    anna.ask("operators", &[("act", "3"), ("line", &format!("/join {secret}"))]).await;
    let page = anna.page("/chat/operators").await;
    assert!(!page.contains(secret), "{page}");
    assert!(page.contains("/join …") && page.contains("/invite operator"), "{page}");
    let kept = world.store.name().rsplit(' ').next().unwrap().to_owned();
    for file in [kept.clone(), format!("{kept}-wal")] {
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{file}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_file_is_a_link_in_the_room() {
    let world = World::start(false).await;
    let words = say(Tone::Information, "Service review");
    let whole = Outgoing { enclosure: Some(file()), ..outgoing("review", operators(), words) };
    world.chat.send(&whole).await.unwrap();
    let guest = Guest::signed_in(&world, Role::Operator, "Ann").await;
    let page = guest.page("/chat/operators").await;
    assert!(page.contains("href=\"https://upheld.example/review/REV-7/1.html\""), "{page}");
    assert!(page.contains("REV-7-1.html ↓") && !page.contains("3 of 6 promises kept"), "{page}");
    world.stop().await;
}
