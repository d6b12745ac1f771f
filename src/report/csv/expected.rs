//! What is to be expected, and what is recommended, with what it follows from.

use super::heard;
use super::row::{Row, id, maybe, moment, seconds, word};
use crate::core::notice::review::reference;
use crate::core::review::Document;
use crate::core::review::document::{Forecast, Recommendation};
use crate::core::standing::Verdict;

pub(super) fn forecast(document: &Document, row: &Forecast) -> Vec<Row> {
    let verdict = match (row.certain, row.exhausted) {
        (true, _) => Verdict::Missed,
        (false, Some(_)) => Verdict::AtRisk,
        (false, None) => Verdict::Met,
    };
    let of = |record| {
        Row { service: id(row.service.as_ref()), ..Row::new(record, &row.objective) }
            .during(document, row.window)
    };
    let percent = |record, value: rust_decimal::Decimal| Row {
        value: value.to_string(),
        unit: "percent".into(),
        ..of(record)
    };
    let used = Row { verdict: word(&verdict), ..percent("forecast", row.used) };
    let exhausted = row.exhausted.map(|at| Row { until: moment(document, at), ..of("forecast_exhausted") });
    [used, percent("forecast_elapsed", row.elapsed)].into_iter().chain(exhausted).collect()
}

/// Named by its rule; its evidence stands in the text, in words that are no language's.
pub(super) fn recommendation(document: &Document, advice: &Recommendation) -> Vec<Row> {
    let record = "recommendation";
    let row = match advice {
        Recommendation::MissedAgain { objective, service, months } => Row {
            service: id(service.as_ref()),
            from: maybe(months.first()),
            until: maybe(months.last()),
            text: objective.clone(),
            ..Row::count(record, "missed_again", months.len())
        },
        Recommendation::BurnExhausts { objective, service, at, used } => Row {
            service: id(service.as_ref()),
            until: moment(document, *at),
            value: used.to_string(),
            unit: "percent".into(),
            text: objective.clone(),
            ..Row::new(record, "burn_exhausts")
        },
        Recommendation::RecurringCause { cause, incidents } => {
            let known = incidents.iter().map(|number| reference(document, *number));
            Row {
                text: joined([word(cause)].into_iter().chain(known)),
                ..Row::count(record, "recurring_cause", incidents.len())
            }
        }
        Recommendation::FellWhileGreen { survey, from, to, .. } => {
            let known = document.voice.surveys.iter().find(|row| row.survey == *survey);
            let unit = known.map(|row| heard::unit(row.kind)).unwrap_or_default();
            return [(record, to), ("recommendation_before", from)]
                .map(|(record, value)| Row {
                    value: value.to_string(),
                    unit: unit.into(),
                    text: survey.to_string(),
                    ..Row::new(record, "fell_while_green")
                })
                .to_vec();
        }
        Recommendation::UncoveredTheme { theme, feedback, comments, .. } => {
            let texts = feedback.iter().map(ToString::to_string);
            let texts = texts.chain(comments.iter().map(ToString::to_string));
            Row {
                text: joined([theme.to_string()].into_iter().chain(texts)),
                ..Row::count(record, "uncovered_theme", feedback.len() + comments.len())
            }
        }
        Recommendation::Unobserved { service, unknown, integrations } => Row {
            service: service.0.to_string(),
            seconds: seconds(*unknown),
            text: joined(integrations.iter().map(ToString::to_string)),
            ..Row::new(record, "unobserved")
        },
    };
    vec![row]
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}
