//! The forms of feedback and complaints, for both sides.

use crate::core::doc::{Form, FormField, Line, Text, Value};
use crate::core::event::{IncidentNumber, ProseId, ServiceId};
use crate::core::notice::forms::{form, text_field};
use crate::core::notice::view::Localized;
use crate::core::reading::Sentiment;
use crate::core::voice::{FeedbackKind, FeedbackNumber};

/// The longest text that is taken, in characters.
pub const LONGEST: u16 = 4_000;

fn text(label: &'static str, required: bool) -> FormField {
    FormField { max_length: LONGEST, ..text_field(label, required) }
}

/// The command of a kind.
pub const fn command(kind: FeedbackKind) -> &'static str {
    match kind {
        FeedbackKind::Feedback => "feedback",
        FeedbackKind::Complaint => "complaint",
    }
}

/// A customer writes; `services` are those to choose from where none is known yet.
pub fn write(
    kind: FeedbackKind,
    incident: Option<IncidentNumber>,
    services: &[(ServiceId, Localized)],
) -> Form {
    let (title, intro, label) = match kind {
        FeedbackKind::Feedback => {
            ("feedback-form-feedback", "feedback-form-feedback-intro", "feedback-form-feedback-text")
        }
        FeedbackKind::Complaint => {
            ("feedback-form-complaint", "feedback-form-complaint-intro", "feedback-form-complaint-text")
        }
    };
    let incident = incident.map(|number| format!(" --incident {number}")).unwrap_or_default();
    let command = format!("{}{incident}", command(kind));
    let choices =
        services.iter().map(|(id, name)| (id.to_string(), Text::from(Value::Localized(name.clone())).into()));
    let service = (services.len() > 1 && incident.is_empty()).then(|| FormField {
        name: "service".to_owned(),
        label: Text::key("feedback-form-service").into(),
        value: None,
        multiline: false,
        required: false,
        max_length: 100,
        choices: choices.collect(),
    });
    form(title, Some(intro), command, std::iter::once(text(label, true)).chain(service))
}

/// A customer adds something to what they wrote.
pub fn add(number: FeedbackNumber) -> Form {
    form(
        "feedback-form-add",
        None,
        format!("feedback --about {number}"),
        [text("feedback-form-add-text", true)],
    )
}

/// A customer says why it is not settled.
pub fn unsettled(number: FeedbackNumber) -> Form {
    form(
        "feedback-form-unsettled",
        Some("feedback-form-unsettled-intro"),
        format!("feedback --about {number}"),
        [text("feedback-form-unsettled-text", true)],
    )
}

/// The answer to the writer, under the writer's own words.
pub fn answer(number: FeedbackNumber, wrote: &ProseId) -> Form {
    let mut form = form(
        "feedback-form-answer",
        None,
        format!("inbox answer {number}"),
        [text("feedback-form-answer-text", true)],
    );
    form.intro = their_words(wrote);
    form
}

/// The last word to the writer, if any.
pub fn close(number: FeedbackNumber, wrote: &ProseId) -> Form {
    let mut form = form(
        "feedback-form-close",
        None,
        format!("inbox close {number} --wordless"),
        [text("feedback-form-close-text", false)],
    );
    form.intro = their_words(wrote);
    form
}

fn their_words(wrote: &ProseId) -> Line {
    vec![Text::key("feedback-form-goes-out"), Text::mark(" "), Text::Prose(wrote.clone())]
}

/// How an operator reads it; `named` gives the name of each mood in commands.
pub fn label(number: FeedbackNumber, moods: &[(Sentiment, &str)]) -> Form {
    let choices = moods
        .iter()
        .map(|(sentiment, name)| ((*name).to_owned(), Text::from(super::mood(*sentiment)).into()));
    let mood = FormField {
        name: "mood".to_owned(),
        label: Text::key("feedback-form-mood").into(),
        value: None,
        multiline: false,
        required: false,
        max_length: 20,
        choices: choices.collect(),
    };
    let themes = FormField { multiline: false, max_length: 200, ..text_field("feedback-form-themes", true) };
    form("feedback-form-label", None, format!("inbox label {number}"), [themes, mood])
}
