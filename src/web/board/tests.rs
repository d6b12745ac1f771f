//! Pages of boards: what a page that is open is told makes it like the new one, and says nothing for nothing.

use std::sync::Arc;

use serde_json::Value as Json;

use super::page::{Drawn, Edition};
use crate::board::Audience;
use crate::board::view::{Board, Budget, Open, Part, Rank, Reviews, Row, Standing};
use crate::core::agreement::ServiceLevel;
use crate::core::doc::{Period, Text, Tone, Value};
use crate::core::standing::Verdict;
use crate::core::time::{Instant, Span};
use crate::i18n::{Language, Locale};

const NOW: Instant = Instant::from_seconds(1_795_402_800);

fn edition(language: Language) -> Edition {
    let locale = Locale { language, zone: chrono_tz::Europe::Berlin };
    Edition { audience: Audience::Provider, locale, path: "/dashboard".to_owned() }
}

fn part(name: &str, rank: Rank, used: i64) -> Arc<Part> {
    let row = Row {
        name: vec![Text::Value(Value::term("row-availability"))],
        service: Some("checkout".into()),
        period: Value::Period { period: Period::Month { year: 2026, month: 11 }, full: false },
        verdict: Verdict::Met,
        figure: vec![Text::key("figure-no-data").with("target", Value::target(99.into()))],
        budget: Some(Budget { used, elapsed: Some(40), is_time: true }),
    };
    Arc::new(Part {
        agreement: name.into(),
        customer: format!("{name} <b>&"),
        level: ServiceLevel::Sil2,
        version: 3,
        room: Some(format!("web:{name}").parse().unwrap()),
        standing: Standing::Met,
        rank,
        rows: vec![Arc::new(row)],
        services: Vec::new(),
        incidents: Vec::new(),
        complaints: Vec::new(),
        reviews: Reviews::default(),
        record: None,
    })
}

fn board(parts: Vec<Arc<Part>>, seconds: i64) -> Board {
    let as_of = NOW + Span::from_seconds(seconds);
    Board { audience: Audience::Provider, parts, loose: Vec::new(), silent: Vec::new(), as_of }
}

fn told(event: &[u8]) -> Json {
    let text = std::str::from_utf8(event).unwrap();
    let data = text.strip_prefix("event: board\ndata: ").and_then(|rest| rest.strip_suffix("\n\n")).unwrap();
    assert!(!data.contains('\n'), "an event is one line");
    serde_json::from_str(data).unwrap()
}

fn text(drawn: &Drawn) -> &str {
    std::str::from_utf8(&drawn.page).unwrap()
}

#[test]
fn only_what_changed_is_told_and_nothing_when_nothing_did() {
    let edition = edition(Language::English);
    let (one, two) = (part("one", Rank::Well, 10), part("two", Rank::Well, 10));
    let first = edition.draw(&board(vec![one.clone(), two.clone()], 0), None).unwrap().unwrap();
    assert!(edition.draw(&board(vec![one.clone(), two.clone()], 5), Some(&first)).unwrap().is_none());

    // The same facts in a new value: drawn again, and nothing to tell.
    let same = part("two", Rank::Well, 10);
    assert!(edition.draw(&board(vec![one.clone(), same], 5), Some(&first)).unwrap().is_none());

    let burnt = part("two", Rank::Broken, 70);
    let second = edition.draw(&board(vec![burnt, one], 60), Some(&first)).unwrap().unwrap();
    assert_eq!(second.version, first.version + 1);
    let step = told(&second.step);
    let pieces: Vec<&String> = step["pieces"].as_object().unwrap().keys().collect();
    assert_eq!(pieces, ["a-two", "board-summary"], "{step}");
    assert_eq!(step["order"]["parts"], serde_json::json!(["a-two", "a-one"]));
    assert_eq!(step["changed"], "Last changed 04:01");
    for piece in ["a-two", "board-summary"] {
        assert!(text(&second).contains(step["pieces"][piece].as_str().unwrap()), "{piece}");
    }
    // Whoever missed one is told everything.
    let whole = told(&second.whole());
    assert_eq!(whole["version"], second.version);
    assert!(whole["pieces"].as_object().unwrap().contains_key("a-one"));
}

#[test]
fn what_stands_beside_the_agreements_comes_and_goes() {
    let edition = edition(Language::English);
    let plain = board(vec![part("one", Rank::Well, 1)], 0);
    let first = edition.draw(&plain, None).unwrap().unwrap();
    let silent = Board { silent: vec![("am".to_owned(), NOW)], ..plain.clone() };
    let second = edition.draw(&silent, Some(&first)).unwrap().unwrap();
    assert!(text(&second).contains("am has been silent since"));
    assert_eq!(told(&second.step)["order"]["beside"], serde_json::json!(["board-silent"]));
    let third = edition.draw(&plain, Some(&second)).unwrap().unwrap();
    assert_eq!(told(&third.step)["order"]["beside"], serde_json::json!([]));
}

#[test]
fn another_day_writes_its_times_anew() {
    let edition = edition(Language::English);
    let mut open = (*part("one", Rank::Open, 1)).clone();
    open.incidents.push(Open {
        number: "INC-1".to_owned(),
        tone: Tone::Disturbed,
        head: vec![Text::name("Checkout")],
        lines: vec![vec![Text::key("card-since").with("since", NOW)]],
        clock: None,
        stage: None,
        due: None,
    });
    let open = Arc::new(open);
    let first = edition.draw(&board(vec![open.clone()], 0), None).unwrap().unwrap();
    assert!(text(&first).contains(">04:00</time>"), "{}", text(&first));
    let second = edition.draw(&board(vec![open], 86_400), Some(&first)).unwrap().unwrap();
    assert!(text(&second).contains(">23 Nov 04:00</time>"), "{}", text(&second));
}

#[test]
fn a_page_is_whole_without_a_script_in_every_language_and_begins_alike() {
    for language in Language::ALL {
        let edition = edition(language);
        let drawn = edition.draw(&board(vec![part("one", Rank::Well, 70)], 0), None).unwrap().unwrap();
        let page = text(&drawn);
        assert!(page.contains("one &#60;b&#62;&#38;"), "text from outside is text: {page}");
        assert!(!page.contains(" style=") && page.matches("<script").count() == 1, "{page}");
        assert!(page.contains("href=\"/chat/one\"") && page.contains("href=\"/dashboard\""));
        assert!(page.contains("Europe/Berlin") && page.contains("70 %") && page.contains("40 %"));
        let beginning = edition.beginning().unwrap();
        assert_eq!(beginning, drawn.page.slice(..drawn.cut));
        assert!(page[drawn.cut..].starts_with("<main id=\"board\""));
    }
}

#[test]
fn a_page_is_compressed_once_and_is_the_same() {
    use std::io::Read as _;
    let drawn =
        edition(Language::English).draw(&board(vec![part("one", Rank::Well, 1)], 0), None).unwrap().unwrap();
    let zipped = drawn.zipped();
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&zipped[..]).read_to_end(&mut plain).unwrap();
    assert_eq!(plain, drawn.page);
    assert_eq!(zipped.as_ptr(), drawn.zipped().as_ptr());
}
