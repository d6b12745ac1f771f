//! The pages of reviews over HTTP: who may read which, what a link opens and until when, and the files.

use std::convert::Infallible;

use reqwest::header::COOKIE;
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use sha2::{Digest, Sha256};
use upheld::clock::{Clock as _, SystemClock};
use upheld::core::event::{Event, Prose};
use upheld::core::review::{Document, Noted, ReviewNumber, Side, Word};
use upheld::core::state::State;
use upheld::core::time::{Instant, Span};
use upheld::core::voice::{self, Allowed, FeedbackKind, Origin, Quoting, Remark, Said, stamp};
use upheld::store::people::Token;
use upheld::store::prose::Sealed;
use upheld::store::review_links::{GOOD_FOR, MakeReviewLink, RevokeReviewLinks};

use crate::boards::{base, session};
use crate::desk::world::World;

/// What people wrote in the kept documents, by the ids they have there.
const WRITTEN: [(&str, &str); 4] = [
    ("report", "Customers cannot pay by card. <b>@everyone</b>"),
    ("update", "The missed availability goes back to two changes in one week."),
    ("reason", "The priority was too low."),
    ("public", "A faulty update was rolled back."),
];

/// A kept document with the names and texts of this world, and those texts.
fn kept(world: &World, name: &str) -> (Document, Vec<Sealed>) {
    let path = format!("{}/tests/data/review/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let mut text = std::fs::read_to_string(path).unwrap();
    let directory = world.app.directory.get();
    for (there, here) in [("lena", "jonas"), ("mira", "anna")] {
        let person = directory.person(&format!("web:{here}").parse().unwrap()).unwrap();
        text = text.replace(&format!("\"{there}\""), &format!("\"{}\"", person.id));
    }
    let mut sealed = Vec::new();
    for (id, words) in WRITTEN {
        let one = Sealed::new(words, SystemClock.now()).unwrap();
        for field in ["text", "cause_text", "outcome", "mitigation"] {
            let there = format!("\"{field}\": \"{id}\"");
            text = text.replace(&there, &format!("\"{field}\": \"{}\"", one.reference().id));
        }
        sealed.push(one);
    }
    (serde_json::from_str(&text).unwrap(), sealed)
}

async fn says(world: &World, id: &str, sealed: Vec<Sealed>, words: Vec<Word>) {
    let propose = move |_: &_, now: Instant| {
        let event = |word| Event::Review { at: now, by: None, word: Box::new(word) };
        Ok::<_, Infallible>(words.into_iter().map(event).collect())
    };
    world.app.journal.append(id.to_owned(), sealed, propose).await.unwrap();
}

/// Issues a kept document as it is, or as another revision.
pub async fn issue(world: &World, name: &str, number: u32) -> Document {
    let (mut document, sealed) = kept(world, name);
    document.review = ReviewNumber(number);
    let drafted = Word::Drafted {
        review: document.review,
        subject: document.subject.clone(),
        occasion: document.occasion.clone(),
        window: document.window,
        period: document.period,
        template: document.sections.clone(),
        due: SystemClock.now() + Span::from_days(9),
        hold: true,
    };
    let issued = Word::Issued {
        review: document.review,
        revision: document.revision,
        sha256: hex::encode(Sha256::digest(document.json())),
        document: Box::new(document.clone()),
    };
    let words = if document.revision == 1 { vec![drafted, issued] } else { vec![issued] };
    let references = sealed.iter().map(Sealed::reference).collect();
    says(world, &format!("test/{name}/{number}"), sealed, words).await;
    quotable(world, &document, references).await;
    document
}

/// Whoever wrote what a document quotes allows it, as the document says.
async fn quotable(world: &World, document: &Document, texts: Vec<Prose>) {
    let jonas = world.app.directory.get().person(&"web:jonas".parse().unwrap()).unwrap().id.clone();
    for quote in document.voice.quotes.clone() {
        let id = quote.text.clone().unwrap();
        let text = texts.iter().find(|text| text.id == id).unwrap().clone();
        let how = if quote.by.is_some() { Quoting::Named } else { Quoting::Unnamed };
        let by = quote.by.unwrap_or_else(|| jonas.clone());
        let act = format!("test/quote/{}/{}/{id}", document.review, document.revision);
        let propose = move |state: &State, now: Instant| {
            let feedback = state.voice.next_feedback();
            let submitted = voice::Word::Submitted {
                feedback,
                kind: FeedbackKind::Feedback,
                agreement: quote.agreement.clone(),
                service: None,
                incident: None,
                text: Remark { text, reading: None, uncovered: false },
                attachments: None,
                origin: Origin::Page,
                stamp: Box::new(stamp(state, &quote.agreement, None, now)),
            };
            let allowed = Some(Allowed { text: id, how });
            let quotable = voice::Word::Quotable { said: Said::Feedback(feedback), allowed };
            let event = |word| Event::Voice { at: now, by: Some(by.clone()), word: Box::new(word) };
            Ok::<_, Infallible>([submitted, quotable].map(event).into())
        };
        world.app.journal.append(act, Vec::new(), propose).await.unwrap();
    }
}

async fn link(world: &World, review: ReviewNumber) -> String {
    let Token { hash, secret } = Token::new().unwrap();
    let expires = SystemClock.now() + GOOD_FOR;
    world.app.store.write(MakeReviewLink { hash, review, expires }).await.unwrap();
    format!("/review/link/{secret}")
}

async fn get(world: &World, who: Option<&str>, path: &str) -> Response {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut request = client.get(format!("{}{path}", base(world)));
    if let Some(name) = who {
        request = request.header(COOKIE, format!("upheld={}", session(world, name).await));
    }
    request.send().await.unwrap()
}

/// The status and the text of a page.
pub async fn page(world: &World, who: Option<&str>, path: &str) -> (StatusCode, String) {
    let response = get(world, who, path).await;
    (response.status(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_what_is_theirs_and_nothing_tells_of_more() {
    let world = World::start().await;
    issue(&world, "acme", 7).await;
    issue(&world, "week", 8).await;
    let never = page(&world, Some("hugo"), "/review/REV-99?lang=en").await;
    assert_eq!(never.0, StatusCode::NOT_FOUND);
    // Who reads what: the number of the review, and whether they may.
    for (who, seven, eight) in
        [("anna", true, true), ("adam", true, true), ("jonas", true, false), ("hugo", false, false)]
    {
        let (_, listed) = page(&world, Some(who), "/reviews?lang=en").await;
        for (number, may) in [(7, seven), (8, eight)] {
            let (status, text) = page(&world, Some(who), &format!("/review/REV-{number}?lang=en")).await;
            assert_eq!(listed.contains(&format!("/review/REV-{number}")), may, "{who} {number}");
            if may {
                assert_eq!(status, StatusCode::OK, "{who} {number}");
                assert!(text.contains("Where these figures come from"), "{who} {number}");
            } else {
                assert_eq!((status, text), never, "{who} {number}: foreign is as missing");
            }
        }
        for file in ["1.html", "1.md", "1.csv", "1.json"] {
            let (status, _) = page(&world, Some(who), &format!("/review/REV-7/{file}")).await;
            assert_eq!(status == StatusCode::OK, seven, "{who} {file}");
        }
    }
    let signed_out = get(&world, None, "/review/REV-7").await;
    assert_eq!(signed_out.headers()["location"], "/sign-in");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_shown_as_it_was_issued_with_names_texts_and_what_came_after() {
    let world = World::start().await;
    let document = issue(&world, "acme", 7).await;
    let (note, minute) = ("Who calls us at night?", "Two people on call from January.");
    let seal = |text: &str| Sealed::new(text, SystemClock.now()).unwrap();
    let (noted, minuted) = (seal(note), seal(minute));
    let by = world.app.directory.get().person(&"web:jonas".parse().unwrap()).unwrap().id.clone();
    let words = [
        Word::AgendaAdded { review: ReviewNumber(7), text: noted.reference() },
        Word::Minuted { review: ReviewNumber(7), text: minuted.reference() },
        Word::Signed { review: ReviewNumber(7), revision: 1, side: Side::Customer },
    ];
    let propose = move |_: &_, now: Instant| {
        let event = |word| Event::Review { at: now, by: Some(by.clone()), word: Box::new(word) };
        Ok::<_, Infallible>(words.into_iter().map(event).collect())
    };
    world.app.journal.append("test/after".to_owned(), vec![noted, minuted], propose).await.unwrap();

    let (_, html) = page(&world, Some("jonas"), "/review/REV-7?lang=en").await;
    let hash = hex::encode(Sha256::digest(document.json()));
    for part in ["3 of 6 promises kept", "ACME-42", "A faulty update was rolled back.", note, minute, &hash] {
        assert!(html.contains(part), "no {part}");
    }
    assert!(!html.contains("<b>@everyone") && !html.contains("[erased]") && !html.contains("<style"));
    let (_, chinese) = page(&world, Some("jonas"), "/review/REV-7/1?lang=zh-TW").await;
    assert!(chinese.contains("<html lang=\"zh-TW\">") && chinese.contains("6 項承諾中 3 項達標"));

    let file = get(&world, Some("jonas"), "/review/REV-7/1.json").await;
    assert_eq!(file.headers()["content-disposition"], "attachment; filename=\"REV-7-1.json\"");
    let text = file.text().await.unwrap();
    assert!(text.contains(&document.json()), "byte by byte as it was hashed");
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["issued"]["sha256"], hash);
    // What came after is not part of what was issued: the file stays the same.
    assert!(!text.contains(note));

    // A later revision is the newest; the older one says so and stays.
    issue(&world, "acme-2", 7).await;
    let (_, newest) = page(&world, Some("jonas"), "/review/REV-7?lang=en").await;
    assert!(newest.contains("REV-7, revision 2") && newest.contains("Different from revision 1"));
    let (_, older) = page(&world, Some("jonas"), "/review/REV-7/1?lang=en").await;
    assert!(older.contains("REV-7, revision 1") && older.contains("This revision has been corrected."));
    assert_eq!(page(&world, Some("jonas"), "/review/REV-7/3").await.0, StatusCode::NOT_FOUND);
    let state = world.app.journal.read().await;
    let agenda: &[Noted] = &state.reviews.review(ReviewNumber(7)).unwrap().agenda;
    assert_eq!(agenda.len(), 1);
    drop(state);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_one_review_as_often_as_it_is_looked_at_until_it_is_taken_back() {
    let world = World::start().await;
    issue(&world, "acme", 7).await;
    let there = link(&world, ReviewNumber(7)).await;
    for _ in 0..2 {
        let (status, html) = page(&world, None, &format!("{there}?lang=en")).await;
        assert_eq!(status, StatusCode::OK, "looking uses nothing up");
        assert!(html.contains("3 of 6 promises kept") && !html.contains("href=\"/reviews"));
    }
    let (status, markdown) = page(&world, None, &format!("{there}/1.md?lang=en")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(markdown.starts_with("# Service review · Acme"), "{markdown}");
    let revoke = RevokeReviewLinks { review: ReviewNumber(7), now: SystemClock.now() };
    assert_eq!(world.app.store.write(revoke).await.unwrap(), 1);
    let gone = page(&world, None, &format!("{there}?lang=en")).await;
    let never = page(&world, None, "/review/link/0123456789abcdef0123456789abcdef?lang=en").await;
    assert_eq!(gone.0, StatusCode::NOT_FOUND);
    assert_eq!(gone, never, "taken back and never made look the same");
    // Whoever guesses is soon told to stop, even with a good link.
    let good = link(&world, ReviewNumber(7)).await;
    let mut seen = StatusCode::NOT_FOUND;
    for guess in 0..30 {
        seen = get(&world, None, &format!("/review/link/{guess:032x}")).await.status();
    }
    assert_eq!(seen, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(get(&world, None, &good).await.status(), StatusCode::TOO_MANY_REQUESTS);
    world.app.stop().await;
}
