//! `docs/configuration.md`, written from the descriptions of the keys.

use super::agreement::AGREEMENT_FILE;
use super::reviews::REVIEWS_FILE;
use super::schema::{Key, Kind, Need, Section};
use super::services::SERVICES_FILE;
use super::surveys::SURVEY_FILE;
use super::themes::THEMES_FILE;
use super::upheld::UPHELD_FILE;
use super::value::Value;

const HEAD: &str = "\
# Configuration

<!-- Written from src/config by `UPHELD_WRITE_DOCS=1 cargo test --lib config::reference`. Do not edit. -->

Upheld reads a folder with `upheld.toml`, `services.toml`, `agreements/*.toml` and, where customers are asked anything,
`surveys/*.toml`; if they are there, also `themes.toml` and `reviews.toml`. All of them are [TOML](https://toml.io).
`upheld check` reads them without starting anything and tells every problem at once: file, line, key, what is wrong
and what would be right. Unknown keys are refused. With any error nothing is loaded; a running Upheld that is told to
reload keeps what it has.

";

const FILES: [&Section; 6] =
    [&UPHELD_FILE, &SERVICES_FILE, &AGREEMENT_FILE, &SURVEY_FILE, &THEMES_FILE, &REVIEWS_FILE];

/// The reference of every key, as Markdown.
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    text.push_str("## How values are written\n\n| Value | How |\n|---|---|\n");
    for value in Value::ALL {
        text.push_str(&format!("| {} | {} |\n", value.name(), cell(value.explanation())));
    }
    for file in FILES {
        text.push_str(&format!("\n## `{}`\n\n{}\n", file.heading, file.about));
        if file.keys.iter().any(|key| !is_table(key.kind)) {
            table(file, &mut text);
        }
        children(file, &mut text);
    }
    text
}

fn children(section: &Section, text: &mut String) {
    for key in section.keys {
        if let Kind::Table(child) | Kind::Tables(child) | Kind::Named(child) = key.kind {
            text.push_str(&format!("\n### `{}`\n\n{}\n", child.heading, child.about));
            table(child, text);
            children(child, text);
        }
    }
}

fn table(section: &Section, text: &mut String) {
    text.push_str("\n| Key | Value | Default | Meaning | Example |\n|---|---|---|---|---|\n");
    for key in section.keys {
        text.push_str(&line(key));
    }
}

const fn is_table(kind: Kind) -> bool {
    matches!(kind, Kind::Table(_) | Kind::Tables(_) | Kind::Named(_))
}

fn line(key: &Key) -> String {
    let default = match key.need {
        Need::Required => "**needed**".to_owned(),
        Need::Optional => "–".to_owned(),
        Need::Default(toml) => format!("`{toml}`"),
        Need::Otherwise(words) => words.to_owned(),
    };
    let example =
        if key.example.is_empty() { String::new() } else { format!("`{} = {}`", key.name, key.example) };
    let cells = [format!("`{}`", key.name), kind(key.kind), default, key.meaning.to_owned(), example];
    format!("| {} |\n", cells.map(|text| cell(&text)).join(" | "))
}

fn kind(kind: Kind) -> String {
    let words =
        |words: &[&str]| words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ");
    match kind {
        Kind::One(value) => value.name().to_owned(),
        Kind::List(value) => format!("list of: {}", value.name()),
        Kind::Map(value) => format!("table of: {}", value.name()),
        Kind::OneOf(known) => format!("one of {}", words(known)),
        Kind::ManyOf(known) => format!("list of {}", words(known)),
        Kind::Table(child) | Kind::Tables(child) | Kind::Named(child) => format!("`{}`", child.heading),
    }
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_in_docs_is_what_the_code_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
        if std::env::var_os("UPHELD_WRITE_DOCS").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).unwrap();
            std::fs::write(path, reference()).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            kept == reference(),
            "docs/configuration.md is stale; run: UPHELD_WRITE_DOCS=1 cargo test --lib config::reference"
        );
    }

    fn every_key(section: &'static Section, look: &mut impl FnMut(&'static Section, &'static Key)) {
        for key in section.keys {
            look(section, key);
            if let Kind::Table(child) | Kind::Tables(child) | Kind::Named(child) = key.kind {
                every_key(child, look);
            }
        }
    }

    #[test]
    fn every_default_and_example_is_toml() {
        for file in FILES {
            every_key(file, &mut |section, key| {
                let place = format!("{} {}", section.heading, key.name);
                let defaults = if let Need::Default(text) = key.need { vec![text] } else { vec![] };
                let nested = is_table(key.kind);
                assert!(nested || !key.example.is_empty(), "{place} has no example");
                for text in defaults.into_iter().chain((!nested).then_some(key.example)) {
                    assert!(toml::de::DeValue::parse(text).is_ok(), "{place}: {text}");
                }
            });
        }
    }
}
