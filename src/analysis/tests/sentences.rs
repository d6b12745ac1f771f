//! What the shipped rules make of sentences that customers might write.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Sentences {
    known: Vec<Sentence>,
    unseen: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
    tongue: Tongue,
    sentiment: Option<Sentiment>,
    themes: BTreeSet<ThemeId>,
}

/// Of a hundred sentences so many are read rightly: language, sentiment, all themes and no other.
struct Shares {
    tongue: usize,
    sentiment: usize,
    themes: usize,
}

fn shares(name: &str, sentences: &[Sentence]) -> Shares {
    let rules = shipped_rules();
    let (mut tongue, mut sentiment, mut themes) = (0, 0, 0);
    for sentence in sentences {
        let read = rules.read(&sentence.text).reading;
        let right = [
            read.tongue == sentence.tongue,
            read.sentiment == sentence.sentiment,
            read.themes == sentence.themes,
        ];
        tongue += usize::from(right[0]);
        sentiment += usize::from(right[1]);
        themes += usize::from(right[2]);
        if right.contains(&false) {
            let shown =
                |themes: &BTreeSet<ThemeId>| themes.iter().map(ThemeId::as_str).collect::<Vec<_>>().join(" ");
            println!(
                "{name}: {}\n    expected {:?} {:?} [{}]\n    read     {:?} {:?} [{}]",
                sentence.text,
                sentence.tongue,
                sentence.sentiment,
                shown(&sentence.themes),
                read.tongue,
                read.sentiment,
                shown(&read.themes)
            );
        }
    }
    let percent = |right: usize| right * 100 / sentences.len();
    let shares = Shares { tongue: percent(tongue), sentiment: percent(sentiment), themes: percent(themes) };
    println!(
        "{name}: {} sentences, language {} %, sentiment {} %, themes {} %",
        sentences.len(),
        shares.tongue,
        shares.sentiment,
        shares.themes
    );
    shares
}

#[test]
fn the_rules_read_what_customers_write() {
    let text = include_str!("../../../tests/data/readings.toml");
    let sentences: Sentences = toml::from_str(text).unwrap();
    assert!(sentences.known.len() >= 80 && sentences.unseen.len() >= 40);
    let known = shares("known", &sentences.known);
    assert!(known.tongue >= 99 && known.sentiment >= 95 && known.themes >= 90);
    let unseen = shares("unseen", &sentences.unseen);
    assert!(unseen.tongue >= 95 && unseen.sentiment >= 60 && unseen.themes >= 60);
}
