//! The files of a review: complete, the same every time, and harmless whatever people wrote.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::*;
use crate::chat::inert;
use crate::core::notice::review::samples::{document, operators_document, revised_document};
use crate::core::review::Document;
use crate::i18n::KnownPerson;

fn facts() -> Facts {
    let known = |name: &str| KnownPerson { name: name.to_owned(), accounts: Vec::new() };
    let wrote = |id: &str, text: &str| (ProseId::new(id), text.to_owned());
    Facts {
        people: [(PersonId::new("mira"), known("Mira")), (PersonId::new("lena"), known("Lena"))].into(),
        prose: [
            wrote("report", "Customers cannot pay by card."),
            wrote("update", "We have found the fault and are rolling it back."),
            wrote("reason", "All customers are concerned."),
            wrote("public", "=HYPERLINK(\"https://evil.example\")"),
        ]
        .into(),
    }
}

fn entry(document: &Document) -> Entry {
    let json = document.json();
    Entry { sequence: 41_234, sha256: hex::encode(Sha256::digest(&json)), json }
}

fn written(document: &Document, facts: &Facts, format: FileFormat, language: Language) -> String {
    let entry = entry(document);
    let report = Report { document, facts, entry: Some(&entry) };
    String::from_utf8(file(&report, format, language).unwrap().bytes).unwrap()
}

/// Written beside the tests that need a review without this library's own test code.
#[test]
fn the_kept_documents_are_the_samples() {
    for (name, document) in
        [("acme", document()), ("acme-2", revised_document()), ("week", operators_document())]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/review/{name}.json"));
        let json = serde_json::to_string_pretty(&document).unwrap() + "\n";
        if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &json).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap();
        assert_eq!(kept, json, "{name}");
        assert_eq!(serde_json::from_str::<Document>(&kept).unwrap(), document, "{name} is read as it was");
    }
}

#[test]
fn files_read_as_they_were_approved() {
    let (whole, week) = (revised_document(), operators_document());
    for language in Language::ALL {
        let text = written(&whole, &facts(), FileFormat::Markdown, language);
        insta::assert_snapshot!(format!("review-{language}.md"), text);
    }
    insta::assert_snapshot!(
        "digest-en.md",
        written(&week, &facts(), FileFormat::Markdown, Language::English)
    );
    insta::assert_snapshot!("review.csv", written(&whole, &facts(), FileFormat::Csv, Language::English));
    insta::assert_snapshot!("review-en.html", written(&whole, &facts(), FileFormat::Html, Language::English));
}

#[test]
fn the_same_review_gives_the_same_bytes() {
    let whole = document();
    for format in FileFormat::ALL {
        for language in Language::ALL {
            let once = written(&whole, &facts(), format, language);
            assert_eq!(once, written(&whole.clone(), &facts(), format, language));
        }
    }
}

#[test]
fn the_json_holds_the_document_as_it_was_hashed() {
    let whole = document();
    let text = written(&whole, &facts(), FileFormat::Json, Language::English);
    assert!(text.contains(&whole.json()));
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["issued"]["sha256"], hex::encode(Sha256::digest(whole.json())));
    assert_eq!(read["people"]["lena"], "Lena");
    assert_eq!(serde_json::from_value::<Document>(read["document"].clone()).unwrap(), whole);
}

#[test]
fn every_figure_says_where_it_comes_from() {
    let whole = document();
    for format in FileFormat::ALL {
        let text = written(&whole, &facts(), format, Language::English);
        let hash = entry(&whole).sha256;
        let delivery = "4c".repeat(32);
        for part in ["0.1.0", "2025b", hash.as_str(), delivery.as_str(), "812"] {
            assert!(text.contains(part), "{format:?} lacks {part}");
        }
    }
}

#[test]
fn what_was_erased_is_shown_so() {
    let whole = document();
    let nothing = Facts::default();
    for (language, erased) in [(Language::English, "[erased]"), (Language::TraditionalChinese, "[已刪除]")]
    {
        assert!(written(&whole, &nothing, FileFormat::Html, language).contains(erased));
        let markdown = written(&whole, &nothing, FileFormat::Markdown, language);
        assert!(markdown.replace('\\', "").contains(erased));
    }
    let json: serde_json::Value =
        serde_json::from_str(&written(&whole, &nothing, FileFormat::Json, Language::English)).unwrap();
    assert!(json["people"]["lena"].is_null() && json["texts"]["report"].is_null());
}

#[test]
fn what_may_not_be_quoted_any_more_is_in_no_file_and_the_document_is_as_it_was_hashed() {
    let (quoted, quoter) = (ProseId::new("quoted"), PersonId::new("quoter"));
    let mut issued = document();
    for quote in &mut issued.voice.quotes {
        quote.text = Some(quoted.clone());
        quote.by = Some(quoter.clone());
    }
    let entry = entry(&issued);
    let mut facts = facts();
    facts.prose.insert(quoted, "CANARY".to_owned());
    facts.people.insert(quoter, KnownPerson { name: "QUOTED".to_owned(), accounts: Vec::new() });
    assert!(written(&issued, &facts, FileFormat::Csv, Language::English).contains("CANARY"));
    // Nobody allowed anything.
    let shown = issued.clone().permitted(&crate::core::voice::Voice::default());
    let report = Report { document: &shown, facts: &facts, entry: Some(&entry) };
    for format in FileFormat::ALL {
        for language in Language::ALL {
            let text = String::from_utf8(file(&report, format, language).unwrap().bytes).unwrap();
            assert!(!text.contains("CANARY") && !text.contains("QUOTED"), "{format:?}: {text}");
        }
    }
    let markdown = String::from_utf8(file(&report, FileFormat::Markdown, Language::English).unwrap().bytes);
    assert_eq!(markdown.unwrap().matches("is quoted no longer").count(), 2);
    let json = String::from_utf8(file(&report, FileFormat::Json, Language::English).unwrap().bytes).unwrap();
    assert!(json.contains(&issued.json()), "byte by byte");
}

#[test]
fn a_long_quote_is_shortened_visibly_and_no_letter_is_cut() {
    let whole = document();
    let mut facts = facts();
    let family = "👨‍👩‍👧‍👦";
    facts.prose.insert(ProseId::new("report"), family.repeat(2_000));
    let markdown = written(&whole, &facts, FileFormat::Markdown, Language::English);
    let quote = markdown.lines().find(|line| line.starts_with('>') && line.contains(family)).unwrap();
    assert!(quote.ends_with('…'), "{quote}");
    let kept = quote.trim_start_matches("> ").trim_end_matches('…');
    assert_eq!(kept.replace(family, ""), "", "whole letters alone");
    assert!(kept.matches(family).count() <= crate::i18n::LONGEST_PIECE);
}

#[test]
fn hostile_words_stay_words() {
    let whole = document();
    for hostile in inert::hostile().into_iter().chain(["</style><script>alert(1)</script>".to_owned()]) {
        let mut facts = facts();
        facts.people.values_mut().for_each(|person| person.name.clone_from(&hostile));
        facts.prose.values_mut().for_each(|prose| prose.clone_from(&hostile));
        let html = written(&whole, &facts, FileFormat::Html, Language::English);
        assert!(!html.contains("<script") && html.matches("</style>").count() == 1, "{hostile:?}");
        assert_eq!(html.matches("<article").count(), 1, "{hostile:?}");
        let csv = written(&whole, &facts, FileFormat::Csv, Language::English);
        let columns = csv.lines().next().unwrap().split(',').count();
        assert_eq!(columns, 18);
        assert!(!csv.split("\r\n").any(|row| row.starts_with(['=', '+', '@'])), "{hostile:?}");
    }
}

#[test]
fn a_page_whole_by_itself_leads_nowhere_else() {
    let html = written(&document(), &facts(), FileFormat::Html, Language::TraditionalChinese);
    assert!(html.contains("<html lang=\"zh-TW\">"));
    let outside = ["http-equiv", "<script", "<link", "<img", "url(", "@import", " on", "style="];
    for part in &outside[..6] {
        assert!(!html.contains(part), "{part}");
    }
    assert!(!html.contains(" style=\""), "no style beside the sheet, which pages could not have");
    let mut opened: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in ["table", "caption", "section", "h2", "figure", "figcaption"] {
        opened.insert(tag, html.matches(&format!("<{tag}")).count());
    }
    assert_eq!(opened["table"], opened["caption"]);
    assert_eq!(opened["section"], opened["h2"]);
    assert_eq!(opened["figure"], opened["figcaption"]);
    assert!(opened["figure"] >= 2);
}
