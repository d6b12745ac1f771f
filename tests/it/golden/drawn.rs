//! The year's reviews of one customer as each platform is given them: kept by their hashes, and within its limits.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use upheld::chat::telegram::{markup, render as telegram};
use upheld::chat::web::render as web;
use upheld::chat::{Account, Platform, discord};
use upheld::core::doc::{Doc, FileFormat, Press};
use upheld::core::event::AgreementId;
use upheld::core::notice::review::cards::{IssuedView, issued};
use upheld::core::notice::review::whole;
use upheld::core::review::Document;
use upheld::i18n::spoken::Spoken;
use upheld::i18n::{Facts, KnownPerson, Language, Locale, speak, speak_in_full};
use upheld::web::words::Words;

use super::{YEAR, monthly};
use crate::fake::discord::limits;
use crate::golden_year::customers::manager;

const CUSTOMER: &str = "acme";
/// What a button may carry, and the label of one; in bytes and in UTF-16 units, as Telegram has it.
const CALLBACK: usize = 64;
const LABEL: usize = 64;

/// The card that the customer gets, and the whole as it is shown when somebody asks for it.
fn said(document: &Document, locale: Locale, facts: &Facts) -> [Spoken; 2] {
    let link = format!("https://upheld.example.com/review/{}", document.review);
    let view = IssuedView {
        document,
        link: Some(&link),
        signed: &BTreeMap::new(),
        enclosed: Some(FileFormat::Html),
        as_of: document.provenance.as_of,
    };
    let card: Doc = issued(&view);
    [speak(&card, locale, facts), speak_in_full(&whole(document), locale, facts)]
}

fn on_discord(spoken: &Spoken, what: &str) -> String {
    let drawing = discord::render::Drawing { marker: "abc", picture: true, ..Default::default() };
    let body = discord::render::message(spoken, &drawing);
    limits::message(&body, false).unwrap_or_else(|refusal| panic!("{what}: {}", refusal.body));
    for embed in body["embeds"].as_array().into_iter().flatten() {
        assert!(embed["fields"].as_array().is_none_or(|fields| fields.len() <= 25), "{what}");
    }
    body.to_string()
}

fn on_telegram(spoken: &Spoken, what: &str) -> String {
    let drawn = telegram::draw(spoken, false);
    assert!(drawn.html, "{what} lost its form");
    let parsed = markup::parse(&drawn.text).unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert!(markup::length(&parsed.text) <= telegram::LONGEST, "{what}");
    let keyboard = serde_json::to_value(&drawn.keyboard).unwrap();
    let rows = keyboard["inline_keyboard"].as_array().cloned().unwrap_or_default();
    let keys: Vec<_> = rows.iter().flat_map(|row| row.as_array().unwrap()).collect();
    assert!(keys.len() <= 100, "{what}");
    for key in keys {
        assert!(key["text"].as_str().is_some_and(|text| markup::length(text) <= LABEL), "{what}: {key}");
        assert!(key["callback_data"].as_str().is_none_or(|data| data.len() <= CALLBACK), "{what}: {key}");
    }
    format!("{}\n{keyboard}", drawn.text)
}

fn on_the_web(spoken: &Spoken, document: &Document, what: &str) -> String {
    let reader = web::Reader {
        account: Account { platform: Platform::Web, user: "jonas".to_owned() },
        words: Words(spoken.language),
        locale: Locale { language: spoken.language, zone: document.zone },
        now: document.provenance.as_of,
        path: "/chat/acme".to_owned(),
        direct: false,
        act: "act".to_owned(),
    };
    let html = web::once(spoken, false, &reader).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(!html.contains("<script"), "{what}");
    html
}

fn in_words(spoken: &Spoken, what: &str) -> String {
    let mut text = spoken.plain_text();
    for button in &spoken.buttons {
        let (Press::Command(target) | Press::Open(target)) = &button.press;
        assert!(target.len() <= Press::LIMIT || target.starts_with("https://"), "{what}: {target}");
        write!(text, "\n[{}] {target}", button.label).unwrap();
    }
    text
}

/// One line for each review, language and platform.
fn lines(document: &Document, language: Language, facts: &Facts) -> Vec<String> {
    let locale = Locale { language, zone: document.zone };
    let said = said(document, locale, facts);
    let line = |platform: &str, draw: &dyn Fn(&Spoken, &str) -> String| {
        let what = format!("{} {} {platform}", document.review, language.tag());
        let drawn: Vec<String> = said.iter().map(|spoken| draw(spoken, &what)).collect();
        format!("{what} {}", hex::encode(Sha256::digest(drawn.join("\n"))))
    };
    vec![
        line("discord", &on_discord),
        line("telegram", &on_telegram),
        line("web", &|spoken, what| on_the_web(spoken, document, what)),
        line("plain", &in_words),
    ]
}

#[test]
fn every_review_of_a_customer_is_drawn_alike_within_the_limits_of_each_platform() {
    let manager = KnownPerson { name: "Maria Conti".to_owned(), accounts: Vec::new() };
    let facts = Facts { people: [(self::manager(), manager)].into(), prose: YEAR.texts.clone() };
    let reviews = monthly(&YEAR);
    let documents = &reviews[&AgreementId::from(CUSTOMER)];
    let all = documents.iter().flat_map(|document| {
        Language::ALL.into_iter().flat_map(|language| lines(document, language, &facts)).collect::<Vec<_>>()
    });
    insta::assert_snapshot!("golden_drawn", all.collect::<Vec<_>>().join("\n"));
}
