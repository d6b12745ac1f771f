//! What follows by rules that one can read, each with its evidence; and what is different from the revision before.

use super::figures::{objective_name, reference, score_value, short};
use crate::core::calendar::local_date;
use crate::core::doc::{Block, Line, Period, Text, Value};
use crate::core::event::ServiceId;
use crate::core::notice::rows::joined;
use crate::core::notice::words;
use crate::core::review::Document;
use crate::core::review::document::{Change, Figure, Goal, Recommendation};
use crate::core::score::ScoreKind;
use crate::core::standing::Verdict;
use crate::core::survey::Localized;
use crate::core::window::WindowKind;

pub(super) fn recommendations(document: &Document) -> Vec<Block> {
    let lines: Vec<Line> = document.recommendations.iter().map(|advice| told(document, advice)).collect();
    if lines.is_empty() { Vec::new() } else { vec![Block::List(lines)] }
}

/// One recommendation with what it follows from.
pub(super) fn told(document: &Document, advice: &Recommendation) -> Line {
    match advice {
        Recommendation::MissedAgain { objective, service, months } => {
            let month = |first: &chrono::NaiveDate| Value::Period {
                period: Period::beginning(WindowKind::Month, *first),
                full: local_date(document.zone, document.window.start).format("%Y").to_string()
                    != first.format("%Y").to_string(),
            };
            let months = Value::List(months.iter().map(month).collect());
            about(objective, service.as_ref(), Text::key("review-advice-missed").with("months", months))
        }
        Recommendation::BurnExhausts { objective, service, at, used } => {
            let text = Text::key("review-advice-burn")
                .with("at", *at)
                .with("used", Value::Percent { value: *used, decimals: 0 });
            about(objective, service.as_ref(), text)
        }
        Recommendation::RecurringCause { cause, incidents } => {
            let known = incidents.iter().map(|number| Value::Code(reference(document, *number)));
            Text::key("review-advice-cause")
                .with("cause", words::cause(*cause))
                .with("incidents", Value::List(known.collect()))
                .into()
        }
        Recommendation::FellWhileGreen { survey, title, from, to } => {
            let kind = document.voice.surveys.iter().find(|row| row.survey == *survey).map(|row| row.kind);
            let value = |value| score_value(kind.unwrap_or(ScoreKind::Nps), value);
            Text::key("review-advice-fell")
                .with("survey", Value::Localized(title.clone()))
                .with("from", value(*from))
                .with("to", value(*to))
                .into()
        }
        Recommendation::UncoveredTheme { theme, name, feedback, comments } => {
            let name = name.clone().map_or_else(|| Value::Name(theme.to_string()), Value::Localized);
            let texts = feedback.iter().map(ToString::to_string);
            let texts = texts.chain(comments.iter().map(ToString::to_string)).map(Value::Code);
            Text::key("review-advice-theme")
                .with("theme", name)
                .with("texts", Value::List(texts.collect()))
                .into()
        }
        Recommendation::Unobserved { service, unknown, integrations } => {
            let text = Text::key("review-advice-unobserved")
                .with("service", Value::Localized(service.1.clone()))
                .with("unknown", *unknown);
            let known = integrations.iter().map(|integration| Value::Code(integration.to_string()));
            let known = Value::List(known.collect());
            let by = Text::key("review-advice-monitors").with("integrations", known);
            std::iter::once(text).chain((!integrations.is_empty()).then_some(by)).collect()
        }
    }
}

/// `availability · Checkout: …`
fn about(objective: &str, service: Option<&(ServiceId, Localized)>, text: Text) -> Line {
    let mut line = objective_name(objective, service);
    line.extend([Text::key("review-colon"), text]);
    line
}

/// What is different from the revision before; nothing in a first one.
pub(super) fn changes(document: &Document) -> Vec<Block> {
    if document.changes.is_empty() {
        return Vec::new();
    }
    let before = i64::from(document.revision) - 1;
    let heading = Text::key("review-changes").with("revision", before);
    let lines = document.changes.iter().map(|change| changed(document, change));
    vec![Block::Line(heading.into()), Block::List(lines.collect())]
}

pub(super) fn changed(document: &Document, change: &Change) -> Line {
    match change {
        Change::Objective { name, service, was, is } => {
            let row = document.objectives.iter().find(|row| row.name == *name && row.service == *service);
            let goal = row.map(|row| &row.target);
            let mut line = objective_name(name, service.as_ref());
            line.push(Text::key("review-colon"));
            line.extend(stood(was.as_ref(), goal));
            line.push(Text::mark(" → "));
            line.extend(stood(is.as_ref(), goal));
            line
        }
        Change::Incidents { was, is } => Text::key("review-change-incidents")
            .with("was", i64::from(*was))
            .with("is", i64::from(*is))
            .into(),
        Change::Provenance { was, is } => {
            Text::key("review-change-computed").with("was", program(was)).with("is", program(is)).into()
        }
    }
}

fn program((build, tzdb): &(String, String)) -> Value {
    Value::List(vec![Value::Code(build.clone()), Value::Code(tzdb.clone())])
}

fn stood(known: Option<&(Figure, Verdict)>, goal: Option<&Goal>) -> Line {
    let Some((figure, verdict)) = known else { return Text::key("review-not-promised").into() };
    let nothing = Goal::Availability { percent: rust_decimal::Decimal::ZERO };
    let figure = short(figure, goal.unwrap_or(&nothing));
    joined([figure, Text::from(words::standing(*verdict)).into()])
}
