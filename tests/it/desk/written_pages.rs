//! The pages on which people without an account write: the whole way, and what nobody else sees by them.

use reqwest::{Client, Response, StatusCode};
use upheld::core::time::Span;
use upheld::core::voice::{FeedbackKind, FeedbackState, Origin, StepKind};
use upheld::i18n::spoken::Spoken;
use upheld::store::people::Token;

use super::feedback::{count, known, promise, words};
use super::world::{ACME, OPS, World};

/// Somebody with a browser and no account.
pub struct Guest<'a> {
    world: &'a World,
    client: Client,
}

impl<'a> Guest<'a> {
    pub fn new(world: &'a World) -> Self {
        Self { world, client: Client::new() }
    }

    fn base(&self) -> String {
        format!("http://localhost:{}", self.world.app.address.port())
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base())).send().await.unwrap()
    }

    pub async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.client.post(format!("{}{path}", self.base())).header("origin", self.base());
        request.form(fields).send().await.unwrap()
    }

    /// What the form on this page brings with it.
    async fn act(&self, path: &str) -> String {
        let page = self.page(path).await;
        page.split("name=\"act\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// Writes, and comes to a page of their own.
    pub async fn writes(&self, path: &str, kind: &str, text: &str) -> (String, String) {
        self.writes_with(path, kind, text, &[]).await
    }

    /// The same with more fields filled in.
    pub async fn writes_with(
        &self,
        path: &str,
        kind: &str,
        text: &str,
        more: &[(&str, &str)],
    ) -> (String, String) {
        let act = self.act(path).await;
        let fields = [&[("act", act.as_str()), ("kind", kind), ("text", text)], more].concat();
        let written = self.post(path, &fields).await;
        assert_eq!(written.status(), StatusCode::OK);
        let own = written.url().path().to_owned();
        assert_eq!(own, format!("{path}/{act}"));
        (own, written.text().await.unwrap())
    }

    pub async fn says(&self, own: &str, what: &str, text: &str) -> String {
        let act = self.act(own).await;
        let said = self.post(own, &[("act", &act), ("do", what), ("text", text)]).await;
        assert_eq!(said.status(), StatusCode::OK);
        said.text().await.unwrap()
    }
}

/// A fresh link for a customer: the path of its page.
pub async fn link(world: &World, customer: &str) -> String {
    let told: Spoken = world.told("anna", OPS, &format!("/inbox link --customer={customer}")).await;
    let text = told.plain_text();
    let secret: String =
        text.split("/feedback/").nth(1).unwrap().chars().take_while(char::is_ascii_alphanumeric).collect();
    format!("/feedback/{secret}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_on_a_page_from_the_first_word_to_the_last() {
    let world = World::start().await;
    promise(&world).await;
    let guest = Guest::new(&world);
    let path = link(&world, "acme").await;
    let empty = guest.page(&path).await;
    assert!(empty.contains("Acme GmbH") && !empty.contains(" checked"), "nothing is chosen: {empty}");
    assert!(!empty.contains("<script"), "no script");
    let text = "It's \"slow\" & <b>late</b>\n  since --Monday";
    let act = guest.act(&path).await;
    let fields = [
        ("act", act.as_str()),
        ("kind", "complaint"),
        ("service", "checkout"),
        ("text", "  It's \"slow\" & <b>late</b>\r\n  since --Monday\r\n"),
    ];
    for _ in 0..2 {
        let written = guest.post(&path, &fields).await;
        assert_eq!(written.url().path(), format!("{path}/{act}"));
        let page = written.text().await.unwrap();
        for part in ["FB-1", "We have received your complaint", "seen by", "an answer by", "not_there"] {
            assert_eq!(page.contains(part), part != "not_there", "{part}: {page}");
        }
    }
    assert_eq!(count(&world).await, 1, "sent twice, it is one");
    let complaint = known(&world, 1).await;
    assert_eq!((complaint.kind, &complaint.origin), (FeedbackKind::Complaint, &Origin::Page));
    assert_eq!((complaint.by.as_ref(), complaint.service.as_ref()), (None, Some(&"checkout".into())));
    assert!(complaint.text.reading.as_ref().is_some_and(|reading| !reading.themes.is_empty()));
    assert_eq!(complaint.stamp.version, 2);
    assert_eq!(words(&world, &complaint).await, text, "letter by letter");

    let own = format!("{path}/{act}");
    let added = guest.says(&own, "add", "And today again.").await;
    assert!(added.contains("And today again.") && added.contains("you added"), "{added}");
    world.told("anna", OPS, "/inbox take 1").await;
    world.told("anna", OPS, "/inbox answer 1 We changed the gateway.").await;
    let page = guest.page(&own).await;
    assert!(page.contains("We changed the gateway.") && !page.contains("Anna"), "{page}");
    world.told("anna", OPS, "/inbox close 1 Now it holds.").await;
    assert!(guest.page(&own).await.contains("Is it settled?"));
    let open = guest.says(&own, "no", "It broke again.").await;
    assert!(open.contains("is open again") && !open.contains("Is it settled?"), "{open}");
    assert!(known(&world, 1).await.is_open());
    world.told("anna", OPS, "/inbox close 1 Now it really holds.").await;
    let thanks = guest.says(&own, "yes", "").await;
    assert!(thanks.contains("FB-1 is settled"), "{thanks}");
    let done = known(&world, 1).await;
    assert_eq!(done.state(), FeedbackState::Settled);
    let own_steps = done.steps.iter().filter(|step| step.by.is_none());
    let own_steps: Vec<&str> = own_steps
        .map(|step| match step.kind {
            StepKind::Added(_) => "added",
            StepKind::Settled(true) => "yes",
            StepKind::Settled(false) => "no",
            _ => "?",
        })
        .collect();
    assert_eq!(own_steps, ["added", "no", "added", "yes"]);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_lead_nowhere_look_alike_and_no_link_shows_what_came_by_another() {
    let world = World::start().await;
    let guest = Guest::new(&world);
    let (acme, second) = (link(&world, "acme").await, link(&world, "acme").await);
    let formosa = link(&world, "formosa").await;
    let (own, _) = guest.writes(&acme, "feedback", "A secret of Acme").await;
    let secret = own.rsplit('/').next().unwrap();
    let other = guest.writes(&formosa, "feedback", "Something of Formosa").await.0;
    let other = other.rsplit('/').next().unwrap();
    let never = format!("/feedback/{}", Token::new().unwrap().secret);
    let gone = guest.get(&never).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    let gone = gone.text().await.unwrap();
    let foreign = [
        format!("{formosa}/{secret}"),
        format!("{second}/{secret}"),
        format!("{acme}/{other}"),
        format!("{never}/{secret}"),
        format!("{acme}/x"),
    ];
    for path in &foreign {
        let shown = guest.get(path).await;
        assert_eq!(shown.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(shown.text().await.unwrap(), gone, "{path}");
    }
    let act = Token::new().unwrap().secret;
    let added = guest.post(&foreign[0], &[("act", &act), ("do", "add"), ("text", "x")]).await;
    assert_eq!((added.status(), added.text().await.unwrap()), (StatusCode::NOT_FOUND, gone.clone()));
    assert!(known(&world, 1).await.steps.is_empty());
    assert!(!guest.page(&formosa).await.contains("Acme"), "a page names its own customer alone");

    // Of a link that was taken back or expired, what was written stays where its writer finds it.
    world.told("anna", OPS, "/inbox link --revoke --customer=formosa").await;
    for path in [&formosa, &acme] {
        if path == &acme {
            world.pass(Span::from_days(90));
        }
        let shown = guest.get(path).await;
        assert_eq!(shown.status(), StatusCode::NOT_FOUND);
        assert_eq!(shown.text().await.unwrap(), gone);
        let fields = [("act", act.as_str()), ("kind", "feedback"), ("text", "x")];
        assert_eq!(guest.post(path, &fields).await.text().await.unwrap(), gone);
    }
    assert_eq!(count(&world).await, 2);
    assert!(guest.page(&own).await.contains("A secret of Acme"), "it is open still");
    world.told("anna", OPS, "/inbox close 1 done").await;
    guest.page(&own).await;
    world.pass(Span::from_days(90));
    assert_eq!(guest.get(&own).await.text().await.unwrap(), gone, "some day it is over");
    for line in ["/inbox link", "/inbox link --customer=acme", "/inbox link --revoke --customer=acme"] {
        world.refused("jonas", ACME, line).await;
    }
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_beside_its_field_and_what_is_hostile_is_text() {
    let world = World::start().await;
    let guest = Guest::new(&world);
    let path = link(&world, "acme").await;
    let hostile = "<script>alert(1)</script>\"'><img src=x onerror=y> @everyone \u{202e}txt";
    let act = guest.act(&path).await;
    let act = act.as_str();
    let long = "字".repeat(4_001);
    for (fields, errors) in [
        (vec![("act", act), ("text", hostile)], vec!["kind-error"]),
        (vec![("act", act), ("kind", "complaint")], vec!["text-error"]),
        (vec![("act", act), ("kind", "x"), ("text", "  ")], vec!["kind-error", "text-error"]),
        (vec![("act", act), ("kind", "feedback"), ("text", &long)], vec!["text-error"]),
        (
            vec![("act", act), ("kind", "feedback"), ("text", "x"), ("service", "nobodys")],
            vec!["service-error"],
        ),
    ] {
        let again = guest.post(&path, &fields).await;
        assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = again.text().await.unwrap();
        for error in ["kind-error", "text-error", "service-error"] {
            let told = page.contains(&format!("id=\"{error}\""));
            assert_eq!(told, errors.contains(&error), "{error}: {page}");
        }
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    }
    let fields = [("act", "too short"), ("kind", "feedback"), ("text", "x")];
    assert_eq!(guest.post(&path, &fields).await.status(), StatusCode::BAD_REQUEST);
    let foreign =
        guest.client.post(format!("{}{path}", guest.base())).header("origin", "http://evil.example");
    let foreign = foreign.form(&[("act", act), ("kind", "feedback"), ("text", "x")]).send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    assert_eq!(count(&world).await, 0);

    let (own, page) = guest.writes(&path, "feedback", hostile).await;
    assert!(page.contains("alert(1)") && !page.contains("<script") && !page.contains("<img"), "{page}");
    assert!(!page.contains('\u{202e}'), "what turns text around is shown: {page}");
    let (longest, secret) = ("字".repeat(4_000), Token::new().unwrap().secret);
    let fields = [("act", secret.as_str()), ("kind", "feedback"), ("text", &longest)];
    assert_eq!(guest.post(&path, &fields).await.status(), StatusCode::OK);
    assert_eq!(words(&world, &known(&world, 2).await).await, longest);
    // Gone back to the form, something else is written: a text of its own.
    let secret = own.rsplit('/').next().unwrap();
    let another = guest.post(&path, &[("act", secret), ("kind", "complaint"), ("text", "Another")]).await;
    assert_ne!(another.url().path(), own);
    assert!(another.text().await.unwrap().contains("Another"));
    assert_eq!(count(&world).await, 3);
    assert!(guest.page(&own).await.contains("alert(1)"));
    let chinese = guest.page(&format!("{own}?lang=zh-TW")).await;
    assert!(chinese.contains("我們已收到您的意見"), "{chinese}");
    let nothing = guest.post(&own, &[("act", act), ("do", "add"), ("text", " ")]).await;
    assert_eq!(nothing.status(), StatusCode::UNPROCESSABLE_ENTITY);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_too_much_or_guesses_is_stopped_for_a_while() {
    let world = World::start().await;
    let guest = Guest::new(&world);
    let path = link(&world, "acme").await;
    for _ in 0..20 {
        guest.writes(&path, "feedback", "again").await;
    }
    let secret = Token::new().unwrap().secret;
    let fields = [("act", secret.as_str()), ("kind", "feedback"), ("text", "again")];
    assert_eq!(guest.post(&path, &fields).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(count(&world).await, 20);
    guest.page(&path).await;
    for _ in 0..20 {
        assert_eq!(guest.get("/feedback/guess").await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(guest.get(&path).await.status(), StatusCode::TOO_MANY_REQUESTS);
    world.pass(Span::from_minutes(10));
    assert_eq!(guest.post(&path, &fields).await.status(), StatusCode::OK);
    world.app.stop().await;
}
