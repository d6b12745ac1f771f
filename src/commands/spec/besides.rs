//! What goes along when the rest of a command is asked back: the options that were given, and the text.

use super::{Command, ReviewDo, cause_name};
use crate::core::review::Section;

impl Command {
    /// What was given beside the object, as words that say it again: the options, and the text. It goes
    /// along when the rest of the command is asked back.
    pub fn besides(&self) -> Vec<String> {
        let words: Vec<Option<String>> = match self {
            Self::Pause { reason: words, customer, filled, .. }
            | Self::Resume { reason: words, customer, filled, .. }
            | Self::Report { text: words, customer, filled, .. }
            | Self::Reopen { text: words, customer, filled, .. }
            | Self::Update { text: words, customer, filled, .. }
            | Self::Say { text: words, customer, filled, .. } => {
                vec![option("customer", customer), text(words, filled)]
            }
            Self::Resolve { text: words, filled, .. } | Self::Note { text: words, filled, .. } => {
                vec![text(words, filled)]
            }
            Self::Incident { customer, .. }
            | Self::Publish { customer, .. }
            | Self::Preview { customer, .. } => {
                vec![option("customer", customer)]
            }
            Self::Bind { language, zone, .. } => vec![option("language", language), option("zone", zone)],
            Self::Review { .. }
            | Self::Feedback { .. }
            | Self::Complaint { .. }
            | Self::Inbox { .. }
            | Self::Survey { .. }
            | Self::Voice { .. }
            | Self::Answer { .. }
            | Self::Why { .. }
            | Self::Drill { .. }
            | Self::Comment { .. } => self.besides_said(),
            Self::Action { .. } | Self::Risk { .. } => self.besides_improved(),
            Self::Open { .. } | Self::Priority { .. } | Self::Cause { .. } => self.besides_graded(),
            Self::Status { .. }
            | Self::Incidents { .. }
            | Self::Ack { .. }
            | Self::Call { .. }
            | Self::Notify { .. }
            | Self::Invite { .. }
            | Self::Revoke { .. }
            | Self::Join { .. }
            | Self::Link { .. }
            | Self::Privacy { .. }
            | Self::Whoami
            | Self::Settled { .. }
            | Self::Quote { .. }
            | Self::Scorecard { .. }
            | Self::Log { .. }
            | Self::Test
            | Self::Reload
            | Self::Help { .. } => Vec::new(),
        };
        words.into_iter().flatten().collect()
    }

    fn besides_graded(&self) -> Vec<Option<String>> {
        match self {
            Self::Open { text: words, priority, down, filled, .. } => vec![
                option("priority", &priority.map(|priority| priority.to_string())),
                down.then(|| "--down".to_owned()),
                text(words, filled),
            ],
            Self::Priority { priority, reason, filled, .. } => {
                vec![option("priority", &priority.map(|priority| priority.to_string())), text(reason, filled)]
            }
            Self::Cause { category, internal, public, .. } => vec![
                option("category", &category.map(|category| cause_name(category).to_owned())),
                option("internal", internal),
                option("public", public),
            ],
            _ => Vec::new(),
        }
    }

    fn besides_said(&self) -> Vec<Option<String>> {
        match self {
            Self::Why { customer, whole, .. } => {
                vec![option("customer", customer), whole.then(|| "--whole".to_owned())]
            }
            Self::Drill { announced, customer, within, lasts, .. } => vec![
                announced.then(|| "--announced".to_owned()),
                option("customer", customer),
                option("within", within),
                option("lasts", lasts),
            ],
            Self::Voice { period, .. } => vec![option("period", period)],
            Self::Review { action, text: words, customer, period, section, filled, .. } => vec![
                option("customer", customer),
                option("period", period),
                option("section", section),
                text(written(*action, words), filled),
            ],
            Self::Answer { filled, .. } => vec![text(&[], filled)],
            Self::Comment { text: words, filled, .. } => vec![text(words, filled)],
            Self::Survey { customer, person, score, said, count, revoke, period, .. } => vec![
                option("period", period),
                option("customer", customer),
                option("person", person),
                option("score", score),
                option("said", said),
                option("count", &count.map(|count| count.to_string())),
                revoke.then(|| "--revoke".to_owned()),
            ],
            Self::Feedback { text: words, service, incident, customer, filled, .. }
            | Self::Complaint { text: words, service, incident, customer, filled } => {
                // A word alone that is to become an action is no text.
                let said = if filled.is_none() && words == &["list"] { None } else { text(words, filled) };
                let incident = option("incident", &incident.map(|number| number.to_string()));
                vec![option("customer", customer), option("service", service), incident, said]
            }
            Self::Inbox {
                text: words, mood, incident, objective, filed, filled, customer, revoke, ..
            } => vec![
                option("customer", customer),
                revoke.then(|| "--revoke".to_owned()),
                option("mood", &mood.map(|mood| mood.name().to_owned())),
                option("incident", &incident.map(|number| number.to_string())),
                option("objective", objective),
                option("as", &filed.map(|filed| filed.name().to_owned())),
                text(words, filled),
            ],
            _ => Vec::new(),
        }
    }
}

/// An option that says a value again.
pub(super) fn option(name: &str, value: &Option<String>) -> Option<String> {
    value.as_ref().filter(|value| !value.trim().is_empty()).map(|value| format!("--{name}={value}"))
}

/// The text again, typed or filled in.
pub(super) fn text(words: &[String], filled: &Option<String>) -> Option<String> {
    option("text", &Some(filled.clone().unwrap_or_else(|| words.join(" "))))
}

/// What is written among the words after a review: the first of a comment names its chapter.
fn written(action: Option<ReviewDo>, words: &[String]) -> &[String] {
    match words {
        [first, rest @ ..] if action == Some(ReviewDo::Comment) && Section::named(first).is_some() => rest,
        words => words,
    }
}
