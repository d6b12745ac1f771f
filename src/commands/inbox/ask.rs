//! What `/inbox` asks back: what it is about, what it is.

use super::Case;
use crate::commands::asking::Asking;
use crate::commands::choose;
use crate::commands::feedback::about;
use crate::commands::near::near;
use crate::commands::spec::Filed;
use crate::commands::status;
use crate::core::doc::{Doc, Text, Value, Weight};
use crate::core::event::IncidentNumber;
use crate::core::incident::Incident;
use crate::core::notice::feedback::kind_name;
use crate::core::state::State;
use crate::core::voice::{Feedback, FeedbackNumber};

fn concerns(state: &State, asking: &Asking, known: &Feedback, incident: &Incident) -> bool {
    state.covering(incident, asking.now).iter().any(|(agreement, _)| **agreement == known.agreement)
}

/// An incident that concerns the same customer.
pub fn incident(
    state: &State,
    asking: &Asking,
    known: &Feedback,
    named: IncidentNumber,
) -> Result<IncidentNumber, Doc> {
    let found = choose::incident(state, asking, Some(named), "inbox tie")?;
    let number = found.number().filter(|_| concerns(state, asking, known, &found));
    number.ok_or_else(|| {
        asking.refuse(Text::key("error-no-incident").with("incident", Value::Code(named.to_string())))
    })
}

fn objectives(state: &State, asking: &Asking, known: &Feedback) -> Vec<String> {
    let version = state.agreements.get(&known.agreement).and_then(|versions| versions.at(asking.now));
    let all = version.into_iter().flat_map(|version| version.terms.objectives.iter());
    all.map(|objective| objective.name.clone()).collect()
}

/// An objective of the same agreement.
pub fn objective(state: &State, asking: &Asking, case: Case<'_>, named: &str) -> Result<String, Doc> {
    let all = objectives(state, asking, case.known);
    if let Some(found) = all.iter().find(|name| name.eq_ignore_ascii_case(named.trim())) {
        return Ok(found.clone());
    }
    let list = Value::List(all.iter().cloned().map(Value::Code).collect());
    let typed = Value::Untrusted(named.to_owned());
    let nearest = near(named, all.iter().map(|name| (name.clone(), name.clone())));
    Err(match nearest {
        Some(near) => {
            let text = Text::key("error-no-objective-near").with("near", Value::Code(near.clone()));
            let doc = asking.refuse(text.with("objective", typed).with("objectives", list));
            let line = format!("inbox tie {} --objective={near}", case.number);
            doc.button(Text::name(near), line, Weight::Primary)
        }
        None => {
            let text = Text::key("error-no-objective").with("objective", typed);
            asking.refuse(text.with("objectives", list))
        }
    })
}

/// The customer's incidents, the latest first, and the objectives of the agreement.
pub fn offer_ties(state: &State, asking: &Asking, case: Case<'_>) -> Doc {
    let Case { number, known } = case;
    let mut doc = asking.say(about("feedback-choose-tie", number));
    let latest = choose::latest(state, asking).into_iter();
    let own = latest.filter(|incident| concerns(state, asking, known, incident));
    for incident in own.take(choose::OFFERED / 2) {
        let Some(named) = incident.number() else { continue };
        let label = status::incident_label(state, &incident);
        doc = doc.button(label, format!("inbox tie {number} --incident {named}"), Weight::Secondary);
    }
    for name in objectives(state, asking, known).into_iter().take(choose::OFFERED / 2) {
        let line = format!("inbox tie {number} --objective={name}");
        doc = doc.button(Text::name(name), line, Weight::Secondary);
    }
    doc
}

/// Complaint or feedback?
pub fn offer_kinds(asking: &Asking, number: FeedbackNumber) -> Doc {
    let doc = asking.say(about("feedback-choose-kind", number));
    [Filed::Complaint, Filed::Feedback].into_iter().fold(doc, |doc, filed| {
        let line = format!("inbox file {number} --as={}", filed.name());
        doc.button(Text::from(kind_name(filed.kind())), line, Weight::Secondary)
    })
}

/// What is closed can be opened again.
pub fn offer_reopening(doc: Doc, case: Case<'_>) -> Doc {
    doc.button(Text::key("button-reopen"), format!("inbox reopen {}", case.number), Weight::Secondary)
}
