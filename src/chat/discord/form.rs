//! Draws a form as a Discord modal, or as a message with a button that opens it later. Pure.
//!
//! Modals hold text inputs only, so a choice is an input whose hint names the values to type.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::buttons::custom_id;
use super::escape::plain;
use crate::core::doc::{Press, Tone, Weight};
use crate::i18n::spoken::{Run, Spoken, SpokenBlock, SpokenButton, SpokenForm, SpokenFormField, text_of};

/// Discord's limits, in characters.
const TITLE: usize = 45;
const LABEL: usize = 45;
const HINT: usize = 100;
const NAME: usize = 100;
const VALUE: u16 = 4_000;
const INPUTS: usize = 5;

/// The modal, as the data of an interaction's response.
pub fn modal(form: &SpokenForm) -> Value {
    let mut seen = BTreeSet::new();
    let intro = text_of(&form.intro);
    // A modal has no place for an introduction but the hint of an empty input.
    let introduced = form.fields.iter().position(|field| field.choices.is_empty() && field.value.is_none());
    let inputs: Vec<Value> = form
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| {
            !field.name.trim().is_empty() && field.name.len() <= NAME && seen.insert(&field.name)
        })
        .take(INPUTS)
        .map(|(at, field)| input(field, if introduced == Some(at) { &intro } else { "" }))
        .map(|input| json!({ "type": 1, "components": [input] }))
        .collect();
    json!({ "custom_id": custom_id(&form.command, 0, ""), "title": words(&form.title, TITLE), "components": inputs })
}

/// What stands in for the modal when it can no longer be the first answer: its title and a button.
pub fn later(form: &SpokenForm) -> Spoken {
    Spoken {
        language: form.language,
        tone: Tone::Information,
        symbol: "",
        head: vec![Run::own(form.title.clone())],
        reference: None,
        blocks: if form.intro.is_empty() { Vec::new() } else { vec![SpokenBlock::Line(form.intro.clone())] },
        picture: None,
        buttons: vec![SpokenButton {
            label: form.title.clone(),
            press: Press::Command(form.command.clone()),
            weight: Weight::Primary,
        }],
        footer: Vec::new(),
    }
}

fn input(field: &SpokenFormField, intro: &str) -> Value {
    let most = field.max_length.clamp(1, VALUE);
    let mut input = json!({
        "type": 4,
        "custom_id": field.name,
        "label": words(&field.label, LABEL),
        "style": if field.multiline { 2 } else { 1 },
        "required": field.required,
        "max_length": most,
    });
    if let Some(value) = field.value.as_deref().filter(|value| !value.is_empty()) {
        input["value"] = json!(shortened(value, usize::from(most)));
    }
    let hint = if field.choices.is_empty() { intro.to_owned() } else { choices(&field.choices) };
    if !hint.trim().is_empty() {
        input["placeholder"] = json!(plain(&hint, HINT));
    }
    input
}

/// `high (High) · low (Low)`; the value alone where its label says the same.
fn choices(choices: &[(String, String)]) -> String {
    let one = |(value, label): &(String, String)| {
        if value.eq_ignore_ascii_case(label) { value.clone() } else { format!("{value} ({label})") }
    };
    choices.iter().map(one).collect::<Vec<_>>().join(" · ")
}

fn words(text: &str, limit: usize) -> String {
    let text = plain(text, limit);
    if text.is_empty() { "…".to_owned() } else { text }
}

/// What the person edits is their own text: kept as it is, line breaks too, up to the input's length.
fn shortened(value: &str, limit: usize) -> String {
    let mut units = 0;
    value
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= limit
        })
        .collect()
}
