//! Every message in every language, as people read it, against kept snapshots.

use std::fmt::Write as _;

use super::spoken::Spoken;
use super::{Facts, KnownPerson, Language, Locale, lacks, referenced, speak, tone_symbol, verdict_symbol};
use crate::chat::inert::{self, Limits};
use crate::core::doc::{Doc, Press, Tone};
use crate::core::event::{PersonId, ProseId};
use crate::core::notice::legend::{self, Symbols};
use crate::core::notice::{review, samples};

/// The people and the words of the samples.
fn facts() -> Facts {
    let known = |id: &str, name: &str| {
        let accounts = vec!["discord:1".parse().unwrap()];
        (PersonId::new(id), KnownPerson { name: name.to_owned(), accounts })
    };
    let wrote = |id: &str, text: &str| (ProseId::new(id), text.to_owned());
    Facts {
        people: [known("mira", "Mira"), known("jon", "Jon"), known("lena", "Lena")].into(),
        prose: [
            wrote("report", "Customers cannot pay by card."),
            wrote("update", "We have found the fault and are rolling it back."),
            wrote("reason", "All customers are concerned."),
            wrote("pause", "Waiting for your access to the test account."),
            wrote("internal", "Deploy 4711 broke the card gateway."),
            wrote("public", "A faulty update was rolled back."),
        ]
        .into(),
    }
}

fn locale(language: Language) -> Locale {
    Locale { language, zone: chrono_tz::Europe::Berlin }
}

/// What a person sees, buttons included.
fn drawn(spoken: &Spoken) -> String {
    let mut text = spoken.plain_text();
    for button in &spoken.buttons {
        let (Press::Command(target) | Press::Open(target)) = &button.press;
        write!(text, "\n[{}] {target}", button.label).unwrap();
    }
    text
}

fn in_every_language(doc: &Doc) -> String {
    let all = Language::ALL.map(|language| drawn(&speak(doc, locale(language), &facts())));
    all.join("\n\n")
}

fn every_doc() -> Vec<(String, Doc)> {
    let symbols = Symbols { tone: tone_symbol, verdict: verdict_symbol };
    let mut docs: Vec<(String, Doc)> =
        samples::all().into_iter().map(|(name, doc)| (name.to_owned(), doc)).collect();
    docs.push(("legend".to_owned(), legend::symbols(symbols, samples::at("03:00"))));
    for (name, operators, customer) in samples::history_lines() {
        docs.push((format!("history-{name}"), operators));
        docs.extend(customer.map(|doc| (format!("history-customer-{name}"), doc)));
    }
    docs
}

#[test]
fn messages_read_as_they_were_approved() {
    for (name, doc) in samples::all() {
        insta::assert_snapshot!(name, in_every_language(&doc));
    }
    let legend = every_doc().into_iter().find(|(name, _)| name == "legend").unwrap().1;
    insta::assert_snapshot!("legend", in_every_language(&legend));
}

#[test]
fn history_reads_as_it_was_approved() {
    let lines = samples::history_lines().into_iter().map(|(name, operators, customer)| {
        let customer =
            customer.map_or_else(|| "(nothing for the customer)".to_owned(), |doc| in_every_language(&doc));
        format!("== {name}\n{}\n-- customer\n{customer}\n", in_every_language(&operators))
    });
    insta::assert_snapshot!("history", lines.collect::<String>());
}

/// Every chapter of a review of both kinds, whole.
fn every_chapter() -> Vec<(String, Doc)> {
    let documents = [
        ("customer", review::samples::revised_document()),
        ("operators", review::samples::operators_document()),
    ];
    let of = |(whose, document): (&str, crate::core::review::Document)| {
        review::chapters(&document)
            .into_iter()
            .map(|chapter| {
                let doc = Doc::new(Tone::Information, chapter.heading, document.provenance.as_of);
                let doc = Doc { blocks: chapter.blocks, ..doc };
                let doc = chapter.pictures.into_iter().fold(doc, |doc, picture| doc.picture(picture));
                (format!("review-{whose}-{}", chapter.section.name()), doc)
            })
            .collect::<Vec<_>>()
    };
    documents.into_iter().flat_map(of).collect()
}

#[test]
fn reviews_read_as_they_were_approved() {
    let chapters = every_chapter();
    assert!(chapters.len() > 15);
    let text: String =
        chapters.iter().map(|(name, doc)| format!("== {name}\n{}\n\n", in_every_language(doc))).collect();
    insta::assert_snapshot!("review-chapters", text);
    for (name, doc) in chapters {
        assert_eq!(lacks(&doc), [], "{name}");
    }
}

#[test]
fn no_message_lacks_a_word_a_person_or_a_text() {
    for (name, doc) in every_doc() {
        assert_eq!(lacks(&doc), [], "{name}");
        let (people, prose) = referenced(&doc);
        assert!(people.iter().all(|person| facts().people.contains_key(person)), "{name}");
        assert!(prose.iter().all(|prose| facts().prose.contains_key(prose)), "{name}");
        for language in Language::ALL {
            let text = drawn(&speak(&doc, locale(language), &facts()));
            assert!(
                !text.contains("[erased]") && !text.contains('{') && !text.contains('!'),
                "{name}: {text}"
            );
        }
    }
}

#[test]
fn buttons_fit_every_platform_and_are_commands() {
    for (name, doc) in every_doc() {
        assert!(doc.buttons.len() <= 12, "{name}");
        for button in &doc.buttons {
            match &button.press {
                Press::Command(command) => {
                    assert!(command.len() <= Press::LIMIT, "{name}: {command}");
                    let words = crate::commands::spec::split(command).unwrap();
                    assert!(crate::commands::spec::read(&words).is_ok(), "{name}: {command}");
                }
                Press::Open(url) => assert!(url.starts_with("https://"), "{name}"),
            }
        }
    }
}

#[test]
fn a_message_to_a_customer_names_no_label_nor_anybody_of_the_provider() {
    let customers = every_doc().into_iter().filter(|(name, _)| {
        name.starts_with("customer-") || name.starts_with("history-customer-") || name == "corrected-customer"
    });
    let mut seen = 0;
    for (name, doc) in customers {
        for language in Language::ALL {
            let text = drawn(&speak(&doc, locale(language), &facts()));
            for internal in ["api-2", "5xx", "Mira", "Jon", "Borealis", "4711", "runbooks", "ack INC"] {
                assert!(!text.contains(internal), "{name}: {text}");
            }
        }
        seen += 1;
    }
    assert!(seen > 20);
}

/// Limits like those of a small platform.
const SMALL: Limits = Limits {
    measure: |text| text.encode_utf16().count(),
    total: 1_000,
    row_extra: 4,
    head: 200,
    row: 300,
    field_name: 60,
    field_value: 300,
    fields: 20,
    footer: 200,
    buttons: 8,
    button_label: 60,
};

#[test]
fn hostile_words_are_shown_and_bounded_in_every_message() {
    let docs: Vec<(String, Doc)> =
        every_doc().into_iter().filter(|(_, doc)| referenced(doc) != (Vec::new(), Vec::new())).collect();
    assert!(docs.len() > 40);
    for (turn, hostile) in inert::hostile().into_iter().enumerate() {
        let mut facts = facts();
        facts.people.values_mut().for_each(|person| person.name.clone_from(&hostile));
        facts.prose.values_mut().for_each(|prose| prose.clone_from(&hostile));
        // Each text meets a quarter of the messages, each message a quarter of the texts.
        for (name, doc) in docs.iter().skip(turn % 4).step_by(4) {
            let spoken = inert::fit(speak(doc, locale(Language::English), &facts), &SMALL);
            let text = spoken.plain_text();
            assert!(text.encode_utf16().count() <= SMALL.total, "{name}: {hostile:?}");
            let hidden = |c: char| {
                (c.is_control() && c != '\n')
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}')
            };
            assert!(!text.contains(hidden), "{name}: {text:?}");
            assert!(text.starts_with(tone_symbol(doc.tone)), "{name}");
        }
    }
}

#[test]
fn every_message_fits_a_screen() {
    for (name, doc) in every_doc() {
        for language in Language::ALL {
            let text = speak(&doc, locale(language), &facts()).plain_text();
            assert!(text.lines().count() <= 24, "{name} is {} lines long", text.lines().count());
        }
    }
}
