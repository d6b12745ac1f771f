//! The forms of action items and risks.

use crate::core::doc::{Form, FormField, Line, Text};
use crate::core::improvement::{ActionNumber, Level, RiskNumber};
use crate::core::notice::forms::{form, text_field};

/// Somebody who can have it: the word that names them, and their name.
pub type Colleague = (String, String);

fn short(name: &str, label: &'static str, required: bool) -> FormField {
    FormField { name: name.to_owned(), multiline: false, max_length: 100, ..text_field(label, required) }
}

/// At most so many are offered in a form (Discord).
const CHOICES: usize = 25;

fn owner(people: &[Colleague]) -> FormField {
    let choices = people.iter().take(CHOICES);
    let choices = choices.map(|(word, name)| (word.clone(), Line::from(Text::Untrusted(name.clone()))));
    FormField { choices: choices.collect(), ..short("owner", "action-form-owner", false) }
}

/// What is to be done, by whom and by when.
pub fn add(people: &[Colleague]) -> Form {
    let fields =
        [text_field("action-form-text", true), owner(people), short("due", "action-form-due", false)];
    form("action-form-add", None, "action add".to_owned(), fields)
}

/// A customer wishes something.
pub fn wish() -> Form {
    let fields = [text_field("action-form-wish-text", true)];
    form("action-form-wish", Some("action-form-wish-intro"), "action add".to_owned(), fields)
}

/// The plan that is asked for; `worded`: what is to be done is said already.
pub fn plan(number: ActionNumber, worded: bool, people: &[Colleague]) -> Form {
    let fields =
        [text_field("action-form-text", !worded), owner(people), short("due", "action-form-due", true)];
    form("action-form-plan", None, format!("action plan {number}"), fields)
}

/// Another date, and why.
pub fn due(number: ActionNumber) -> Form {
    let fields = [short("due", "action-form-due", true), text_field("action-form-why", false)];
    form("action-form-move", None, format!("action due {number}"), fields)
}

/// What changed by it.
pub fn done(number: ActionNumber) -> Form {
    let fields = [text_field("action-form-changed", true)];
    form("action-form-done", Some("action-form-done-intro"), format!("action done {number}"), fields)
}

/// Why it is given up.
pub fn drop(number: ActionNumber) -> Form {
    let fields = [text_field("action-form-why", true)];
    form("action-form-drop", None, format!("action drop {number}"), fields)
}

fn levels(name: &str, label: &'static str) -> FormField {
    let choices = (1..=Level::MOST).map(|level| (level.to_string(), Text::name(level.to_string()).into()));
    FormField { choices: choices.collect(), ..short(name, label, true) }
}

/// What may happen, how likely it is and how bad it would be.
pub fn risk(people: &[Colleague]) -> Form {
    let fields = [
        text_field("risk-form-text", true),
        levels("probability", "risk-form-probability"),
        levels("impact", "risk-form-impact"),
        owner(people),
        short("due", "risk-form-review", false),
    ];
    form("risk-form-add", None, "risk add".to_owned(), fields)
}

/// How likely it is and how bad it would be.
pub fn score(number: RiskNumber) -> Form {
    let fields = [levels("probability", "risk-form-probability"), levels("impact", "risk-form-impact")];
    form("risk-form-score", None, format!("risk score {number}"), fields)
}

/// When it is looked at next.
pub fn review(number: RiskNumber) -> Form {
    let fields = [short("due", "risk-form-review", true)];
    form("risk-form-review-title", None, format!("risk review {number}"), fields)
}

/// What is done about it.
pub fn mitigate(number: RiskNumber) -> Form {
    let fields = [text_field("risk-form-mitigation", true)];
    form("risk-form-mitigate", None, format!("risk mitigate {number}"), fields)
}

/// Why it is accepted.
pub fn accept(number: RiskNumber) -> Form {
    form("risk-form-accept", None, format!("risk accept {number}"), [text_field("action-form-why", true)])
}

/// Why it is closed.
pub fn close(number: RiskNumber) -> Form {
    form("risk-form-close", None, format!("risk close {number}"), [text_field("action-form-why", true)])
}

/// Why it is none.
pub fn dismiss(number: RiskNumber) -> Form {
    form("risk-form-dismiss", None, format!("risk dismiss {number}"), [text_field("action-form-why", true)])
}
