//! Every way the endpoint answers, over a real socket.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use upheld::core::time::Span;
use upheld::web::webhooks::{LARGEST, Limits};

use super::server::{Behaviour, SECRET, Server};

const EVENT: &str = r#"{"key":"a","status":"firing","severity":"error","labels":{"service":"checkout"}}"#;

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// A valid Alertmanager body of exactly `length` bytes.
fn padded(length: usize) -> String {
    let body = r#"{"alerts":[],"externalURL":""}"#;
    let (head, tail) = body.split_at(body.len() - 2);
    format!("{head}{}{tail}", "x".repeat(length - body.len()))
}

async fn status(request: reqwest::RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn accepted_after_it_was_stored_with_everything_that_belongs_to_it() {
    let server = Server::start().await;
    let answer = server.post("/webhooks/upheld").body(EVENT).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "accepted": 1, "warnings": [] }));
    let delivery = server.deliveries().remove(0);
    assert_eq!((delivery.integration.as_str(), &delivery.body[..]), ("upheld", EVENT.as_bytes()));
    assert_eq!(delivery.received.to_string(), "2026-11-23T12:00:00Z");
    assert_eq!(delivery.parsed.into_signals()[0].key, "a");
    assert_eq!(server.webhooks.bytes_in_flight(), 0);
}

#[tokio::test]
async fn the_secret_goes_by_bearer_by_basic_or_in_the_path() {
    let server = Server::start().await;
    let at = |path: &str| server.request("POST", path).body(EVENT);
    for request in [
        at("/webhooks/upheld").bearer_auth(SECRET),
        at("/webhooks/upheld/").bearer_auth(SECRET),
        at("/webhooks/upheld").basic_auth("anyone", Some(SECRET)),
        at(&format!("/webhooks/upheld/{SECRET}")),
        at(&format!("/webhooks/upheld/{}", SECRET.replace('-', "%2D"))),
    ] {
        assert_eq!(status(request).await, 202);
    }
    assert_eq!(server.deliveries().len(), 5);
    for (request, answered) in [
        (at("/webhooks/upheld"), 401),
        (at("/webhooks/upheld").bearer_auth("wrong"), 401),
        (at("/webhooks/upheld").basic_auth(SECRET, Some("")), 401),
        (at("/webhooks/upheld/wrong"), 401),
        (at("/webhooks/nobody").bearer_auth(SECRET), 404),
        (at(&format!("/webhooks/nobody/{SECRET}")), 404),
        (at("/webhooks/nobody"), 404),
        (at("/webhooks/upheld/%FF"), 404),
        (at("/webhooks"), 404),
        (at("/webhooks/upheld/a/b"), 404),
    ] {
        assert_eq!(status(request).await, answered);
    }
    assert!(server.deliveries().is_empty());
    let answer = at("/webhooks/upheld").send().await.unwrap();
    assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
}

#[tokio::test]
async fn a_secret_is_rotated_without_a_gap() {
    let server = Server::start().await;
    let with = |secret: &str| server.request("POST", "/webhooks/upheld").bearer_auth(secret).body(EVENT);
    for (valid, old, new) in
        [(&["old"][..], 202, 401), (&["old", "new"], 202, 202), (&["new"], 401, 202), (&[], 401, 401)]
    {
        server.configure(valid);
        assert_eq!(status(with("old")).await.as_u16(), old);
        assert_eq!(status(with("new")).await.as_u16(), new);
    }
}

#[tokio::test]
async fn a_redirected_post_is_refused_and_told_once_an_hour() {
    let server = Server::start().await;
    let redirected =
        || server.request("GET", "/webhooks/alertmanager").header("Content-Type", "application/json");
    for request in [redirected(), redirected(), server.request("GET", "/webhooks/alertmanager")] {
        let answer = request.send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["allow"]), (405, &"POST".parse().unwrap()));
    }
    let told = |unheard| vec![("alertmanager".to_owned(), "wrong_method:GET".to_owned(), unheard)];
    assert_eq!(server.warnings(), told(0));
    server.clock.advance(Span::from_hours(1));
    assert_eq!(status(redirected()).await, 405);
    assert_eq!(server.warnings(), told(1));
    for method in ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let request = server.request(method, &format!("/webhooks/alertmanager/{SECRET}")).body(EVENT);
        assert_eq!(status(request).await, 405, "{method}");
    }
    assert_eq!(status(server.request("GET", "/webhooks/nobody")).await, 404);
    assert!(server.deliveries().is_empty());
}

#[tokio::test]
async fn more_than_8_mib_is_refused_and_told() {
    let server = Server::start().await;
    let post = |body: Vec<u8>| status(server.post("/webhooks/alertmanager").body(body));
    assert_eq!(post(padded(LARGEST).into()).await, 202);
    assert_eq!(server.deliveries().remove(0).body.len(), LARGEST);
    assert_eq!(post(padded(LARGEST + 1).into()).await, 413);
    assert_eq!(post(gzip(padded(LARGEST).as_bytes())).await, 202);
    assert_eq!(post(gzip(padded(LARGEST + 1).as_bytes())).await, 413);
    // Chunked: no length is declared.
    let pieces = futures_util::stream::iter((0..9).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1 << 20])));
    let chunked = server.post("/webhooks/alertmanager").body(reqwest::Body::wrap_stream(pieces));
    assert_eq!(status(chunked).await, 413);
    assert_eq!(server.deliveries().len(), 1);
    assert_eq!(server.warnings(), [("alertmanager".to_owned(), "too_large".to_owned(), 0)]);
    assert_eq!(server.webhooks.bytes_in_flight(), 0);
}

#[tokio::test]
async fn bombs_and_broken_streams() {
    let server = Server::start().await;
    let zeros = vec![0; 1 << 20];
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    (0..300).for_each(|_| encoder.write_all(&zeros).unwrap());
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    let post = |body: Vec<u8>| server.post("/webhooks/upheld").header("Content-Encoding", "gzip").body(body);
    assert_eq!(status(post(bomb)).await, 413);
    let whole = gzip(EVENT.as_bytes());
    assert_eq!(status(post(whole.clone())).await, 202);
    assert_eq!(&server.deliveries()[0].body[..], EVENT.as_bytes());
    let cut = whole[..whole.len() - 5].to_vec();
    assert_eq!(status(post(cut.clone())).await, 202);
    let delivery = server.deliveries().remove(0);
    assert_eq!(delivery.body[..], cut[..]);
    assert!(delivery.parsed.unreadable.is_some());
    assert!(server.warnings().contains(&("upheld".to_owned(), "not_decompressed".to_owned(), 0)));
}

#[tokio::test]
async fn what_cannot_be_understood_is_kept_and_told_once() {
    let server = Server::start().await;
    for _ in 0..3 {
        let answer = server.post("/webhooks/alertmanager").body("{\"alerts\":[{\"st").send().await.unwrap();
        assert_eq!(answer.status(), 202);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["accepted"], 0);
        assert_eq!(answer["problem"], "the JSON breaks off");
    }
    let deliveries = server.deliveries();
    assert_eq!(deliveries.len(), 3);
    assert_eq!(&deliveries[0].body[..], b"{\"alerts\":[{\"st");
    assert_eq!(server.warnings(), [("alertmanager".to_owned(), "malformed_json".to_owned(), 0)]);
    server.clock.advance(Span::from_hours(1));
    server.post("/webhooks/alertmanager").body("").send().await.unwrap();
    assert_eq!(server.warnings(), [("alertmanager".to_owned(), "malformed_json".to_owned(), 2)]);
}

#[tokio::test]
async fn what_was_not_stored_is_neither_accepted_nor_told() {
    let server = Server::with(Limits { patience: Duration::from_millis(100), ..Limits::default() }).await;
    for behaviour in [Behaviour::IsFull, Behaviour::IsBroken, Behaviour::Waits] {
        server.behave(behaviour);
        let answer = server.post("/webhooks/upheld").body("nonsense").send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (503, &"5".parse().unwrap())
        );
        assert!(!answer.text().await.unwrap().contains("disk full"));
    }
    assert!(server.deliveries().is_empty());
    assert!(server.warnings().is_empty());
    assert_eq!(server.webhooks.bytes_in_flight(), 0);
    server.behave(Behaviour::Stores);
    assert_eq!(status(server.post("/webhooks/upheld").body("nonsense")).await, 202);
    assert_eq!(server.warnings().len(), 1);
}

#[tokio::test]
async fn all_bodies_together_are_bounded() {
    let limits = Limits { in_flight: 100_000, patience: Duration::from_secs(60), ..Limits::default() };
    let server = std::sync::Arc::new(Server::with(limits).await);
    server.behave(Behaviour::Waits);
    let post = |length| {
        let server = std::sync::Arc::clone(&server);
        tokio::spawn(async move { status(server.post("/webhooks/alertmanager").body(padded(length))).await })
    };
    let (one, two) = (post(40_000), post(40_000));
    server.intake.entered.acquire_many(2).await.unwrap().forget();
    assert_eq!(server.webhooks.bytes_in_flight(), 80_000);
    assert_eq!(post(30_000).await.unwrap(), 503);
    assert_eq!(server.webhooks.bytes_in_flight(), 80_000);
    let three = post(20_000);
    server.intake.entered.acquire().await.unwrap().forget();
    server.intake.gate.add_permits(3);
    for held in [one, two, three] {
        assert_eq!(held.await.unwrap(), 202);
    }
    assert_eq!(server.webhooks.bytes_in_flight(), 0);
    server.behave(Behaviour::Stores);
    assert_eq!(post(100_000).await.unwrap(), 202);
}

#[tokio::test]
async fn a_chunked_body_in_slow_pieces_is_one_body() {
    let server = Server::start().await;
    let mut socket = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /webhooks/upheld/{SECRET} HTTP/1.1\r\nHost: upheld.test\r\nConnection: close\r\n\
         Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    for piece in EVENT.as_bytes().chunks(7) {
        let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        socket.write_all(&chunk).await.unwrap();
        socket.flush().await.unwrap();
        tokio::task::yield_now().await;
    }
    socket.write_all(b"0\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    let delivery = server.deliveries().remove(0);
    assert_eq!(
        (&delivery.body[..], delivery.content_type.as_deref()),
        (EVENT.as_bytes(), Some("text/plain"))
    );
}

#[tokio::test]
async fn a_sender_that_hangs_up_leaves_nothing_behind() {
    let server = Server::start().await;
    let mut socket = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /webhooks/upheld/{SECRET} HTTP/1.1\r\nHost: upheld.test\r\nContent-Length: 500\r\n\r\n{{\"key\":"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    while server.webhooks.bytes_in_flight() == 0 {
        tokio::task::yield_now().await;
    }
    drop(socket);
    while server.webhooks.bytes_in_flight() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(server.deliveries().is_empty());
}

#[tokio::test]
async fn a_wrong_secret_is_told_once_a_day_and_its_body_is_not_read_in() {
    let server = Server::start().await;
    let wrong = || server.request("POST", "/webhooks/alertmanager/wrong").body(padded(500_000));
    assert_eq!(status(wrong()).await, 401);
    assert_eq!(status(wrong()).await, 401);
    assert_eq!(server.warnings(), [("alertmanager".to_owned(), "unauthorised".to_owned(), 0)]);
    server.clock.advance(Span::from_hours(24));
    assert_eq!(status(wrong()).await, 401);
    assert_eq!(server.warnings(), [("alertmanager".to_owned(), "unauthorised".to_owned(), 1)]);
}

#[tokio::test]
async fn every_example_in_the_guide_works() {
    let server = Server::start().await;
    let guide = include_str!("../../../docs/webhooks.md");
    let examples: Vec<&str> =
        guide.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() >= 3, "the guide has lost its examples");
    for example in examples {
        let answer = server.post("/webhooks/upheld").body(example).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!((&answer["warnings"], answer.get("problem")), (&json!([]), None), "{example}");
    }
    for code in upheld::sources::WarningCode::ALL {
        assert!(guide.contains(&format!("`{}", code.name())), "the guide does not explain {}", code.name());
    }
}

#[tokio::test]
async fn the_secret_is_taken_out_of_what_is_kept() {
    let server = Server::start().await;
    let body = EVENT.replace("checkout", &format!("see /webhooks/upheld/{SECRET}"));
    let request = server.request("POST", &format!("/webhooks/upheld/{SECRET}")).body(gzip(body.as_bytes()));
    let request = request.header("content-type", format!("application/json; from={SECRET}"));
    assert_eq!(status(request).await, 202);
    let delivery = server.deliveries().remove(0);
    assert!(!format!("{delivery:?}").contains(SECRET), "{delivery:?}");
    assert!(String::from_utf8_lossy(&delivery.body).contains("see /webhooks/upheld/[secret]"));
    assert_eq!(delivery.content_type.as_deref(), Some("application/json; from=[secret]"));
}
