//! The small forms behind commands that need words: an update, a reason, a report.

use crate::core::doc::{Form, FormField, Line, Text, Value};
use crate::core::event::{CauseCategory, IncidentNumber};
use crate::core::notice::view::Localized;
use crate::core::notice::words;
use crate::core::voice::RoundNumber;

/// The longest text a form takes, in characters.
pub const LONGEST: u16 = 1_500;

/// Whom a form is about. An agreement comes with its customer's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// One of these, or all when it is left open.
    AllOf(Vec<(String, String)>),
    /// This one, already chosen.
    One(String, String),
}

impl Whom {
    fn field(&self) -> Option<FormField> {
        match self {
            Self::AllOf(customers) => customer_field(customers),
            Self::One(..) => None,
        }
    }

    /// Said where it can no longer be chosen.
    fn named(&self) -> Line {
        match self {
            Self::AllOf(_) => Line::new(),
            Self::One(_, name) => {
                let named = Text::key("form-only-for").with("customer", Value::Name(name.clone()));
                vec![Text::mark(" "), named]
            }
        }
    }

    fn command(&self, name: &str, incident: IncidentNumber) -> String {
        match self {
            Self::AllOf(_) => format!("{name} {incident}"),
            Self::One(agreement, _) => format!("{name} {incident} --customer={agreement}"),
        }
    }
}

/// An update to the customer; shown as a preview before it is sent. `text` is what it said before.
pub fn update(incident: IncidentNumber, whom: &Whom, text: Option<String>) -> Form {
    let asked = FormField { value: text, ..text_field("form-update-text", true) };
    let fields = std::iter::once(asked).chain(whom.field());
    let mut form =
        form("form-update-title", Some("form-update-intro"), whom.command("update", incident), fields);
    form.intro.extend(whom.named());
    form
}

/// A remark for operators only.
pub fn note(incident: IncidentNumber) -> Form {
    form(
        "form-note-title",
        Some("form-note-intro"),
        format!("note {incident}"),
        [text_field("form-note-text", true)],
    )
}

/// A customer tells something about an incident.
pub fn say(incident: IncidentNumber) -> Form {
    form("form-say-title", None, format!("say {incident}"), [text_field("form-say-text", true)])
}

/// Why the clocks rest.
pub fn pause(incident: IncidentNumber, whom: &Whom) -> Form {
    let fields = std::iter::once(text_field("form-reason", true)).chain(whom.field());
    let mut form =
        form("form-pause-title", Some("form-reason-intro"), whom.command("pause", incident), fields);
    form.intro.extend(whom.named());
    form
}

/// Why the priority changes; `priority` is already chosen.
pub fn priority(incident: IncidentNumber, priority: crate::core::agreement::Priority) -> Form {
    let command = format!("priority {incident} {priority}");
    form("form-priority-title", Some("form-reason-intro"), command, [text_field("form-reason", true)])
}

/// Where the fault lay; `named` gives the name of each category in commands.
pub fn cause(
    incident: IncidentNumber,
    category: CauseCategory,
    named: fn(CauseCategory) -> &'static str,
) -> Form {
    let optional =
        |name: &str, label: &'static str| FormField { name: name.to_owned(), ..text_field(label, false) };
    let fields = [optional("internal", "form-cause-internal"), optional("public", "form-cause-public")];
    let mut form = form("form-cause-title", None, format!("cause {incident} {}", named(category)), fields);
    form.intro = Text::key("form-cause-intro").with("cause", words::cause(category)).into();
    form
}

/// A customer says that a service is disturbed.
pub fn report(service: &str, name: &Localized) -> Form {
    let intro = Text::key("form-report-intro").with("service", Value::Localized(name.clone()));
    let mut form =
        form("form-report-title", None, format!("report {service}"), [text_field("form-report-text", true)]);
    form.intro = intro.into();
    form
}

/// An operator opens an incident that no monitor saw.
pub fn open(service: &str, name: &Localized) -> Form {
    let intro = Text::key("form-open-intro").with("service", Value::Localized(name.clone()));
    let mut form =
        form("form-open-title", None, format!("open {service}"), [text_field("form-open-text", true)]);
    form.intro = intro.into();
    form
}

pub(super) fn form(
    title: &'static str,
    intro: Option<&'static str>,
    command: String,
    fields: impl IntoIterator<Item = FormField>,
) -> Form {
    let intro: Line = intro.map(Text::key).into_iter().collect();
    Form { title: Text::key(title).into(), intro, command, fields: fields.into_iter().collect() }
}

pub(super) fn text_field(label: &'static str, required: bool) -> FormField {
    FormField {
        name: "text".to_owned(),
        label: Text::key(label).into(),
        value: None,
        multiline: true,
        required,
        max_length: LONGEST,
        choices: Vec::new(),
    }
}

/// Which customer, where there are several: (agreement, customer). Left open it means all.
fn customer_field(customers: &[(String, String)]) -> Option<FormField> {
    let choices =
        customers.iter().map(|(agreement, name)| (agreement.clone(), Text::name(name.clone()).into()));
    (customers.len() > 1).then(|| FormField {
        name: "customer".to_owned(),
        label: Text::key("form-customer").into(),
        value: None,
        multiline: false,
        required: false,
        max_length: 100,
        choices: choices.collect(),
    })
}
/// The words that answer a question of a survey; `before` are the answers to those before it, as a button
/// carries them.
pub fn survey_words(round: RoundNumber, before: &str, question: &Localized, required: bool) -> Form {
    let command = format!("answer {round} {before}-");
    let mut form = form("form-survey-words", None, command, [text_field("form-survey-text", required)]);
    form.intro = vec![Value::Localized(question.clone()).into()];
    form
}

/// A comment beside an answer.
pub fn survey_comment(round: RoundNumber) -> Form {
    let command = format!("comment {round}");
    form(
        "form-survey-comment",
        Some("form-survey-comment-intro"),
        command,
        [text_field("form-survey-text", true)],
    )
}
