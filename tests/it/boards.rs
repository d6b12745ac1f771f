//! The dashboards of the real program over HTTP: what each reader sees, and what never reaches another.

use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response, StatusCode};
use serde_json::json;
use upheld::clock::{Clock as _, SystemClock};
use upheld::core::time::Span;
use upheld::store::people::{OpenSession, Token};

use crate::desk::feedback::promise;
use crate::desk::world::{ACME, OPS, World};
use crate::program::alert;

/// Long, because a loaded machine is slow; nothing waits longer than it must.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the pages of a world are.
pub fn base(world: &World) -> String {
    format!("http://localhost:{}", world.app.address.port())
}

/// Opens a session for somebody of the configuration, and gives its token.
pub async fn session(world: &World, name: &str) -> String {
    let token = Token::new().unwrap().secret;
    let directory = world.app.directory.get();
    let person = directory.person(&format!("web:{name}").parse().unwrap()).unwrap().id.clone();
    let now = SystemClock.now();
    let (hash, expires) = (Token::hash(&token), now + Span::from_days(1));
    world.app.store.write(OpenSession { hash, person, now, expires }).await.unwrap();
    token
}

/// Alertmanager says that a job's alert fires since `minutes` ago.
pub async fn fires(world: &World, job: &str, name: &str, minutes: i64) {
    let secret = std::fs::read_to_string(world.folder.path().join("data/alertmanager.secret")).unwrap();
    let began = (SystemClock.now() - Span::from_minutes(minutes)).to_string();
    let labels = json!({ "alertname": name, "job": job, "instance": "node-7", "severity": "critical" });
    let request = Client::new().post(format!("{}/webhooks/alertmanager", base(world)));
    let body = alert(&format!("{job}/{name}"), &labels, &began, None);
    let sent = request.bearer_auth(secret.trim()).json(&body).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::ACCEPTED);
}

/// Somebody with a browser.
struct Reader<'a> {
    world: &'a World,
    client: Client,
    cookie: String,
}

impl<'a> Reader<'a> {
    async fn new(world: &'a World, name: &str) -> Self {
        let cookie = format!("upheld={}", session(world, name).await);
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { world, client, cookie }
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", base(self.world))).header(COOKIE, &self.cookie);
        request.send().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    /// The page, once it says so.
    async fn until(&self, words: &str) -> String {
        let begun = std::time::Instant::now();
        loop {
            let page = self.page("/dashboard").await;
            if page.contains(words) {
                return page;
            }
            assert!(begun.elapsed() < PATIENCE, "never {words}: {page}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// What a stream says until it says this.
async fn hears(stream: &mut Response, words: &str) -> String {
    let mut heard = String::new();
    let listening = async {
        while !heard.contains(words) {
            let Some(bytes) = stream.chunk().await.unwrap() else { panic!("it ends with {heard}") };
            heard.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    };
    tokio::time::timeout(PATIENCE, listening).await.unwrap_or_else(|_| panic!("never {words}"));
    heard
}

/// Every one of these words is there; none of those.
fn holds(page: &str, these: &[&str], not: &[&str]) {
    for words in these {
        assert!(page.contains(words), "{words}: {page}");
    }
    for words in not {
        assert!(!page.contains(words), "{words}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reader_sees_what_is_theirs_in_their_words() {
    let world = World::start().await;
    promise(&world).await;
    let (anna, adam) = (Reader::new(&world, "anna").await, Reader::new(&world, "adam").await);
    let jonas = Reader::new(&world, "jonas").await;
    let (chen, dora) = (Reader::new(&world, "chen").await, Reader::new(&world, "dora").await);
    // Acme is told at once; Formosa, who has the same service, only after ten minutes.
    fires(&world, "auth", "LoginErrorsHigh", 1).await;
    anna.until("INC-1").await;
    world.told("anna", OPS, "/ack 1").await;
    world.told("jonas", ACME, "/complaint Nobody answers the telephone.").await;
    anna.until("FB-1").await;
    let operators = anna.until("Anna Weber</bdi> has it").await;
    let shown = ["Acme GmbH", "福爾摩沙", "Hudson", "P1", "Open complaints", "error budget", "agreement v2"];
    holds(&operators, &shown, &[]);
    // An auditor reads what operators read.
    holds(&adam.until("Anna Weber</bdi> has it").await, &shown, &[]);

    let own = jonas.until("An engineer has been working on it").await;
    let told =
        ["Acme GmbH", "INC-1", "signing in fails or is slow", "disturbed since", "no disturbance known"];
    let others = ["福爾摩沙", "Formosa", "Hudson", "Search", "LoginErrors", "node-7"];
    holds(&own, &told, &others);
    holds(&own, &["Checkout"], &["Anna", "FB-1", "error budget", "silent"]);
    let waiting = chen.page("/dashboard").await;
    holds(&waiting, &["福爾摩沙", "no disturbance is known"], &["INC-1", "Acme"]);
    let both = dora.until("INC-1").await;
    holds(&both, &["Acme GmbH", "福爾摩沙"], &["Hudson"]);
    assert_eq!(both.matches("signing in fails").count(), 1, "under one agreement it is not told yet");

    world.pass(Span::from_minutes(11));
    world.app.clock_moved();
    chen.until("INC-1").await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_leads_to_what_is_not_ones_own() {
    let world = World::start().await;
    let jonas = Reader::new(&world, "jonas").await;
    let hugo = Reader::new(&world, "hugo").await;
    for (reader, foreign) in [(&jonas, "formosa"), (&jonas, "hudson"), (&hugo, "acme")] {
        for end in ["", "/events"] {
            let there = reader.get(&format!("/dashboard/{foreign}{end}")).await;
            let missing = reader.get(&format!("/dashboard/nobody{end}")).await;
            assert_eq!(there.status(), StatusCode::NOT_FOUND);
            let names = |response: &Response| {
                response
                    .headers()
                    .iter()
                    .filter(|(name, _)| *name != "date")
                    .map(|(n, v)| (n.clone(), v.clone()))
                    .collect::<Vec<_>>()
            };
            assert_eq!((there.status(), names(&there)), (missing.status(), names(&missing)));
            assert_eq!(there.text().await.unwrap(), missing.text().await.unwrap(), "{foreign}{end}");
        }
    }
    // Their own is there under its name, too; and operators see it as the customer does.
    let (own, anna) = (jonas.page("/dashboard/acme").await, Reader::new(&world, "anna").await);
    assert!(own.contains("Acme GmbH"));
    assert_eq!(anna.page("/dashboard/acme").await, own);
    assert_eq!(anna.get("/dashboard/nobody").await.status(), StatusCode::NOT_FOUND);
    // Nobody in particular is sent away.
    let nobody = Reader { cookie: "upheld=guessed".to_owned(), ..Reader::new(&world, "anna").await };
    assert_eq!(nobody.get("/dashboard").await.headers()["location"], "/sign-in");
    assert_eq!(nobody.get("/dashboard/acme").await.headers()["location"], "/sign-in");
    assert_eq!(nobody.get("/dashboard/events").await.status(), StatusCode::UNAUTHORIZED);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_tells_what_changed_and_nothing_of_others() {
    let world = World::start().await;
    let (jonas, anna) = (Reader::new(&world, "jonas").await, Reader::new(&world, "anna").await);
    // Version 0 is none, so that the whole board comes first.
    let mut own = jonas.get("/dashboard/events?version=0").await;
    let mut all = anna.get("/dashboard/events?version=0").await;
    assert_eq!(own.headers()["content-type"], "text/event-stream");
    assert_eq!(own.headers()["x-content-type-options"], "nosniff", "behind the guard");
    let mut heard = hears(&mut own, "\"version\"").await;
    hears(&mut all, "\"version\"").await;
    // Search is no matter of Acme's.
    fires(&world, "search", "SearchDown", 1).await;
    let told = hears(&mut all, "INC-1").await;
    assert!(told.contains("\"a-formosa\":") && !told.contains("\"a-acme\":"), "only what changed: {told}");
    fires(&world, "payments", "PaymentErrorsHigh", 1).await;
    heard.push_str(&hears(&mut own, "some payments are failing").await);
    for words in ["ormosa", "福爾摩沙", "SearchDown", "PaymentErrors", ">INC-1<"] {
        assert!(!heard.contains(words), "{words}: {heard}");
    }
    // The program ends while both still listen, and says so.
    let begun = std::time::Instant::now();
    let ended = tokio::spawn(async move { hears(&mut own, "event: bye\ndata: shutdown").await });
    world.app.stop().await;
    ended.await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(9), "no stream holds up the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_no_longer_read_hears_no_more() {
    let world = World::start().await;
    let code = world.invited("/invite customer acme").await;
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.post(format!("{}/sign-in", base(&world))).header(ORIGIN, base(&world));
    let entered = request.form(&[("code", code.as_str()), ("name", "newcomer")]).send().await.unwrap();
    let cookie = entered.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let reader = Reader { world: &world, client, cookie };
    let mut stream = reader.get("/dashboard/events?version=0").await;
    hears(&mut stream, "Acme GmbH").await;
    world.told("maria", OPS, "/revoke newcomer customer acme").await;
    fires(&world, "payments", "PaymentErrorsHigh", 1).await;
    let heard = hears(&mut stream, "event: bye").await;
    assert!(!heard.contains("INC-1"), "{heard}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_read_alike_get_the_same_bytes() {
    let world = World::start().await;
    let (anna, ben) = (Reader::new(&world, "anna").await, Reader::new(&world, "ben").await);
    anna.page("/dashboard").await;
    let plain = anna.get("/dashboard").await;
    assert_eq!(plain.headers().get("content-encoding"), None);
    let plain = plain.bytes().await.unwrap();
    assert_eq!(ben.get("/dashboard").await.bytes().await.unwrap(), plain);
    let request = ben.client.get(format!("{}/dashboard", base(&world))).header(COOKIE, &ben.cookie);
    let zipped = request.header(ACCEPT_ENCODING, "br, gzip").send().await.unwrap();
    assert_eq!(zipped.headers()["content-encoding"], "gzip");
    assert!(zipped.bytes().await.unwrap().len() * 3 < plain.len());
    // Mei reads in Taipei's time.
    let mei = Reader::new(&world, "mei").await;
    let other = mei.page("/dashboard").await;
    assert!(other.contains("Asia/Taipei") && !other.contains("Europe/Berlin"), "{other}");
    world.app.stop().await;
}
