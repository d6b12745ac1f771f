//! Draws buttons, and puts the command line that a button carries into its `custom_id`. Pure.

use serde_json::{Value, json};

use super::escape::{length, plain};
use crate::core::doc::{Press, Weight};
use crate::i18n::spoken::{Spoken, SpokenButton};

/// Discord's limits, in characters.
const LABEL: usize = 80;
const LINK: usize = 512;
const ROWS: usize = 5;
const BUTTONS_A_ROW: usize = 5;

/// Ends the command line inside a `custom_id`; behind it stand the button's number and the marker.
const COMMAND_END: char = '|';

/// The command line inside a button's or a modal's `custom_id`.
pub fn command_of(custom_id: &str) -> &str {
    custom_id.rsplit_once(COMMAND_END).map_or(custom_id, |(command, _)| command)
}

/// A `custom_id` that carries `command`; `number` tells equal commands in one message apart.
pub(super) fn custom_id(command: &str, number: usize, marker: &str) -> String {
    format!("{command}{COMMAND_END}{number}{marker}")
}

#[derive(Debug)]
pub(super) struct Buttons {
    pub(super) rows: Vec<Value>,
    /// Whether the first command's button, and so the message, carries the marker.
    pub(super) marked: bool,
    /// A line of text for each button that cannot be one.
    pub(super) left_over: Vec<String>,
}

impl Buttons {
    pub(super) fn of(spoken: &Spoken, marker: &str) -> Self {
        let mut drawn = Vec::new();
        let mut left_over = Vec::new();
        for button in &spoken.buttons {
            let fits = drawn.len() < ROWS * BUTTONS_A_ROW;
            match fits.then(|| draw_button(button, drawn.len(), marker)).flatten() {
                Some(button) => drawn.push(button),
                None => left_over.push(spelled_out(button)),
            }
        }
        Self {
            marked: drawn.iter().any(|button| button.get("custom_id").is_some()),
            rows: drawn.chunks(BUTTONS_A_ROW).map(|row| json!({ "type": 1, "components": row })).collect(),
            left_over,
        }
    }
}

fn draw_button(button: &SpokenButton, number: usize, marker: &str) -> Option<Value> {
    let mut label = plain(&button.label, LABEL);
    if label.is_empty() {
        "…".clone_into(&mut label);
    }
    match &button.press {
        Press::Command(command) if command.len() <= Press::LIMIT && !command.is_empty() => Some(json!({
            "type": 2,
            "style": style(button.weight),
            "label": label,
            "custom_id": custom_id(command, number, marker),
        })),
        Press::Open(link) if is_link(link) && length(link) <= LINK => {
            Some(json!({ "type": 2, "style": 5, "label": label, "url": link }))
        }
        Press::Command(_) | Press::Open(_) => None,
    }
}

fn is_link(link: &str) -> bool {
    url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// A button as text: its words and what to type or open instead.
pub(super) fn spelled_out(button: &SpokenButton) -> String {
    match &button.press {
        Press::Command(command) => format!("{}: /{command}", button.label),
        Press::Open(link) if is_link(link) => format!("{}: {link}", button.label),
        Press::Open(_) => button.label.clone(),
    }
}

const fn style(weight: Weight) -> u8 {
    match weight {
        Weight::Primary => 1,
        Weight::Secondary => 2,
        Weight::Danger => 4,
    }
}
