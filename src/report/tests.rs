//! The files of a review: complete, the same every time, and harmless whatever people wrote.

use std::collections::BTreeMap;
use std::path::Path;

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::*;
use crate::chat::inert;
use crate::core::notice::review::samples::{document, operators_document, revised_document};
use crate::core::review::{Document, Section};
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
    insta::assert_snapshot!("digest.csv", written(&week, &facts(), FileFormat::Csv, Language::English));
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
    let erased: BTreeMap<String, usize> =
        rows(&written(&whole, &nothing, FileFormat::Csv, Language::English))
            .into_iter()
            .filter(|row| row[17] == "[erased]")
            .fold(BTreeMap::new(), |mut all, row| {
                *all.entry(row[0].clone()).or_default() += 1;
                all
            });
    let kept = rows(&written(&whole, &facts(), FileFormat::Csv, Language::English));
    for record in ["incident", "dispute", "action", "action_outcome", "risk", "risk_mitigation"] {
        assert!(erased.contains_key(record), "{record}: {erased:?}");
    }
    assert!(kept.iter().all(|row| row[17] != "[erased]"), "what is there is not erased");
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
    let tame = written(&whole, &facts(), FileFormat::Markdown, Language::English);
    for hostile in inert::hostile().into_iter().chain(["</style><script>alert(1)</script>".to_owned()]) {
        let mut facts = facts();
        facts.people.values_mut().for_each(|person| person.name.clone_from(&hostile));
        facts.prose.values_mut().for_each(|prose| prose.clone_from(&hostile));
        let html = written(&whole, &facts, FileFormat::Html, Language::English);
        assert!(!html.contains("<script") && html.matches("</style>").count() == 1, "{hostile:?}");
        assert_eq!(html.matches("<article").count(), 1, "{hostile:?}");
        let csv = written(&whole, &facts, FileFormat::Csv, Language::English);
        for row in rows(&csv) {
            assert_eq!(row.len(), 19, "{hostile:?}: {row:?}");
            let formula = |cell: &&String| {
                cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<Decimal>().is_err()
            };
            assert_eq!(row.iter().find(formula), None, "{hostile:?}: {row:?}");
        }
        let markdown = written(&whole, &facts, FileFormat::Markdown, Language::English);
        assert_eq!(shapes(&markdown), shapes(&tame), "{hostile:?}");
    }
}

/// The cells of a table (RFC 4180), its head among them.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = csv.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && letters.next_if_eq(&'\n').is_some() => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    assert!(cell.is_empty() && row.is_empty() && !quoted, "the last row ends");
    rows
}

/// How many cells each row of each table in Markdown has.
fn shapes(markdown: &str) -> Vec<usize> {
    let bars = |row: &str| row.replace("\\\\", "").replace("\\|", "").matches('|').count();
    markdown.lines().filter(|line| line.starts_with('|')).map(bars).collect()
}

#[test]
fn a_bar_in_code_breaks_no_table() {
    let tame = document();
    let mut whole = document();
    whole.agreement.as_mut().unwrap().reference = "AC|ME`\\".to_owned();
    let told = |document| written(document, &facts(), FileFormat::Markdown, Language::English);
    let text = told(&whole);
    assert!(text.contains("AC\\|ME"), "{text}");
    assert_eq!(shapes(&text), shapes(&told(&tame)));
}

#[test]
fn every_chapter_with_figures_has_rows_of_its_own() {
    let (customer, operators) = (document(), operators_document());
    let of = |whole: &Document, sections: Vec<Section>| {
        let whole = Document { sections, ..whole.clone() };
        rows(&written(&whole, &facts(), FileFormat::Csv, Language::English)).len()
    };
    for section in Section::ALL {
        let whole = if section.is_internal() { &operators } else { &customer };
        assert!(of(whole, vec![section]) > of(whole, Vec::new()), "{}", section.name());
    }
    let csv = rows(&written(&customer, &facts(), FileFormat::Csv, Language::English));
    assert!(csv.iter().all(|row| !["customer", "scorecard", "load"].contains(&row[0].as_str())));
}

#[test]
fn a_table_says_what_the_chapters_say() {
    let csv = rows(&written(&operators_document(), &facts(), FileFormat::Csv, Language::English));
    let find = |wanted: &[(usize, &str)]| {
        let fits = |row: &&Vec<String>| wanted.iter().all(|(place, text)| row[*place] == *text);
        csv.iter().filter(fits).count()
    };
    let whole = |cells: &[(usize, &str)]| assert_eq!(find(cells), 1, "{cells:?}");
    // Sums and shares as the chapters have them, with whose they are.
    whole(&[(0, "customer"), (1, "budget_used"), (8, "109.3"), (18, "acme")]);
    whole(&[(0, "verdict"), (6, "missed"), (8, "1"), (18, "acme")]);
    whole(&[(0, "action"), (1, "ACT-5"), (6, "open"), (5, "2026-11-20"), (16, "due"), (18, "acme")]);
    whole(&[(0, "action_put_off"), (1, "ACT-5"), (8, "2")]);
    whole(&[(0, "risk"), (1, "RISK-3"), (2, "checkout"), (6, "mitigated"), (8, "16"), (11, "25")]);
    whole(&[
        (0, "risk"),
        (1, "RISK-8"),
        (6, "proposed"),
        (8, ""),
        (17, "silent alertmanager"),
        (18, "formosa"),
    ]);
    whole(&[(0, "drill"), (1, "DRILL-3"), (6, "resolved"), (10, "1"), (11, "2")]);
    whole(&[(0, "drill_clock"), (1, "DRILL-3"), (14, "365"), (15, "1800"), (6, "met"), (18, "formosa")]);
    whole(&[(0, "drill_clock"), (1, "DRILL-3"), (17, "update"), (6, "late"), (16, "update")]);
    whole(&[(0, "credit"), (1, "availability"), (8, "1250.50"), (9, "EUR")]);
    whole(&[(0, "exclusion"), (14, "7200"), (17, "planned maintenance")]);
    whole(&[(0, "forecast"), (1, "availability"), (6, "at_risk"), (8, "62.5"), (9, "percent")]);
    // The week and the one before.
    assert_eq!(find(&[(0, "scorecard"), (1, "responses")]), 2);
    whole(&[(0, "scorecard"), (1, "responses"), (10, "48"), (11, "50"), (6, "risen")]);
    whole(&[(0, "scorecard"), (1, "acknowledged_mean"), (14, "570"), (11, "8")]);
    whole(&[(0, "load"), (1, "saturday"), (4, "03:00"), (5, "04:00"), (8, "7")]);
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
