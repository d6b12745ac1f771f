//! `themes.toml`: absent, of one's own, and broken.

use super::*;
use crate::core::reading::{Sentiment, ThemeId};

const THEMES: &str = r#"[sentiment]
positive = ["great*", "很好"]
negative = ["slow", "很慢"]
negations = ["not", "沒有"]

[[theme]]
id = "speed"
name = { en = "Speed", zh-TW = "速度" }
words = ["slow", "很慢"]
covered_by = ["response"]

[[theme]]
id = "price"
name = "Price"
words = ["price*"]
"#;

fn with(themes: &str) -> Loaded {
    let mut files = files(UPHELD, SERVICES, ACME, &[]);
    files.themes = Some(File { name: "config/themes.toml".into(), text: Some(themes.to_owned()) });
    loaded(&files)
}

#[test]
fn without_a_file_the_shipped_one_holds_and_a_file_replaces_it() {
    let without = loaded(&files(UPHELD, SERVICES, ACME, &[])).config.unwrap();
    assert_eq!(without.themes, shipped().config.unwrap().themes);
    assert!(without.themes.themes().len() >= 12);
    let own = with(THEMES);
    assert_eq!(told(&own), Vec::<String>::new());
    let rules = own.config.unwrap().themes;
    assert_eq!(rules.themes().iter().map(|theme| theme.id.as_str()).collect::<Vec<_>>(), ["speed", "price"]);
    assert_eq!(rules.themes()[1].name["en"], "Price");
    assert!(rules.theme(&ThemeId::from("price")).unwrap().covered_by.is_empty());
    assert_eq!(rules.read("没有很慢").reading.sentiment, Some(Sentiment::Positive));
    assert_eq!(rules.read("the outage").reading.themes.len(), 0);
}

#[test]
fn the_shipped_themes_have_names_in_every_language() {
    for theme in shipped_rules().themes() {
        let languages: Vec<&str> = theme.name.keys().map(String::as_str).collect();
        assert_eq!(languages, ["en", "zh-TW"], "{}", theme.id);
    }
}

/// What is replaced, and by what.
const SLIPS: &[(&str, &str, &str)] = &[
    ("no TOML", "[\"slow\", \"很慢\"]\nnegations", "[\"slow\" \"很慢\"]\nnegations"),
    ("unknown key", "positive", "postive"),
    ("unknown table", "[[theme]]\nid = \"price\"", "[[topic]]\nid = \"price\""),
    ("no negations", "negations = [\"not\", \"沒有\"]\n", ""),
    ("no phrase", "\"great*\"", "\"$\""),
    ("empty phrase", "\"great*\"", "\"\""),
    ("number", "\"great*\"", "5"),
    ("star inside", "\"great*\"", "\"gr*t\""),
    ("star after Chinese", "\"很好\"", "\"很好*\""),
    ("punctuation", "\"很好\"", "\"很好，謝謝\""),
    (
        "long",
        "\"很好\"",
        "\"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen\"",
    ),
    ("twice in both scripts", "\"沒有\"", "\"沒有\", \"没有\""),
    ("in two lists", "\"很好\"", "\"很好\", \"Slow\""),
    ("unknown promise", "[\"response\"]", "[\"respons\"]"),
    ("no id", "\"price\"", "\"The price\""),
    ("id twice", "id = \"price\"", "id = \"speed\""),
    ("no English", "en = \"Speed\", ", ""),
    ("no words", "words = [\"price*\"]", "words = []"),
    ("words missing", "words = [\"price*\"]\n", ""),
];

#[test]
fn every_slip_in_the_themes_is_answered_with_where_what_and_what_would_be_right() {
    let mut answers = String::new();
    for (name, good, bad) in SLIPS {
        assert!(THEMES.contains(good), "{name}");
        let loaded = with(&THEMES.replacen(good, bad, 1));
        assert!(loaded.config.is_none(), "{name}");
        answers.push_str(&format!("{name}\n  {}\n", told(&loaded).join("\n  ")));
    }
    let many =
        (0..41).map(|number| format!("[[theme]]\nid = \"t{number}\"\nname = \"T\"\nwords = [\"w\"]\n"));
    let lists = THEMES.split("[[theme]]").next().unwrap();
    answers.push_str(&format!(
        "many\n  {}\n",
        told(&with(&format!("{lists}{}", many.collect::<String>()))).join("\n  ")
    ));
    let words: Vec<String> = (0..1_001).map(|number| format!("\"w{number}\"")).collect();
    let long = THEMES.replacen("[\"price*\"]", &format!("[{}]", words.join(", ")), 1);
    answers.push_str(&format!("many words\n  {}\n", told(&with(&long)).join("\n  ")));
    insta::assert_snapshot!(answers);
}
