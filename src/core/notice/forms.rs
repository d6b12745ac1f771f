//! The small forms behind commands that need words: an update, a reason, a report.

use crate::core::doc::{Form, FormField, Line, Text, Value};
use crate::core::event::{CauseCategory, IncidentNumber};
use crate::core::notice::view::Localized;
use crate::core::notice::words;

/// The longest text a form takes, in characters.
pub const LONGEST: u16 = 1_500;

/// An update to the customer; shown as a preview before it is sent.
pub fn update(incident: IncidentNumber, customers: &[(String, String)]) -> Form {
    let fields = vec![text_field("form-update-text", true)].into_iter().chain(customer_field(customers));
    form("form-update-title", Some("form-update-intro"), format!("update {incident}"), fields)
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
pub fn pause(incident: IncidentNumber, customers: &[(String, String)]) -> Form {
    let fields = std::iter::once(text_field("form-reason", true)).chain(customer_field(customers));
    form("form-pause-title", Some("form-reason-intro"), format!("pause {incident}"), fields)
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

fn form(
    title: &'static str,
    intro: Option<&'static str>,
    command: String,
    fields: impl IntoIterator<Item = FormField>,
) -> Form {
    let intro: Line = intro.map(Text::key).into_iter().collect();
    Form { title: Text::key(title).into(), intro, command, fields: fields.into_iter().collect() }
}

fn text_field(label: &'static str, required: bool) -> FormField {
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
