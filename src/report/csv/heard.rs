//! How both sides heard of it, and what the customer said.

use super::row::{Row, maybe, moment, person, prose};
use crate::core::notice::review::{customer_name, reference};
use crate::core::review::Document;
use crate::core::review::document::{Handled, Quote, SurveyRow, ThemeRow};
use crate::core::score::ScoreKind;
use crate::report::Report;

pub(super) fn communication(document: &Document) -> Vec<Row> {
    let heard = &document.communication;
    let first = heard.first_message.into_iter().flat_map(|times| {
        let each = [
            ("first_message_median", times.median),
            ("first_message_p90", times.p90),
            ("first_message_longest", times.longest),
        ];
        each.map(|(what, span)| Row { of: times.n.to_string(), ..Row::length("communication", what, span) })
    });
    let kept = |what: &str, kept: Option<(u32, u32)>| {
        kept.map(|(met, of)| Row::part("communication", what, met, of))
    };
    let replies = kept("replies", heard.replies);
    let waiting = replies.is_some() || heard.unanswered > 0;
    let replies = waiting.then(|| Row {
        pending: heard.unanswered.to_string(),
        ..replies.unwrap_or_else(|| Row::new("communication", "replies"))
    });
    let counts = [("messages", heard.sent), ("undelivered", heard.undelivered)];
    let counts = counts.map(|(what, number)| Row::count("communication", what, number));
    first.chain(kept("updates", heard.updates)).chain(replies).chain(counts).collect()
}

pub(super) fn disputes(report: &Report<'_>) -> Vec<Row> {
    let document = report.document;
    let rows = document.disputes.iter().map(|row| Row {
        from: moment(document, row.opened),
        until: maybe(row.settled.map(|at| moment(document, at))),
        text: maybe(row.text.as_ref().map(|id| prose(report, id))),
        ..Row::new("dispute", maybe(row.about.map(|number| reference(document, number))))
    });
    rows.collect()
}

pub(super) fn voice(report: &Report<'_>) -> Vec<Row> {
    let voice = &report.document.voice;
    let surveys = voice.surveys.iter().flat_map(survey);
    let handled = [("complaints", voice.complaints), ("feedback", voice.feedback)];
    let handled = handled.into_iter().flat_map(|(record, handled)| self::handled(record, handled));
    let quotes = voice.quotes.iter().filter_map(|known| quote(report, known));
    surveys.chain(handled).chain(voice.themes.iter().flat_map(theme)).chain(quotes).collect()
}

/// Whose words they are, by the customer and where they are named by the name, and the words. None of what may not
/// be quoted any more.
fn quote(report: &Report<'_>, known: &Quote) -> Option<Row> {
    Some(Row {
        value: maybe(known.by.as_ref().map(|by| person(report, by))),
        text: prose(report, known.text.as_ref()?),
        agreement: known.agreement.to_string(),
        ..Row::new("quote", customer_name(report.document, &known.agreement))
    })
}

pub(super) const fn unit(kind: ScoreKind) -> &'static str {
    match kind {
        ScoreKind::Csat { .. } => "percent",
        ScoreKind::Nps | ScoreKind::Mean { .. } => "points",
    }
}

/// Its figure, how often each score was given, and its figure in the periods before.
fn survey(row: &SurveyRow) -> Vec<Row> {
    let unit = unit(row.kind);
    let figure = Row {
        value: maybe(row.value),
        unit: unit.into(),
        ..Row::part("survey", &row.survey, row.answered, row.asked)
    };
    let scores = row.counts.iter().map(|(score, times)| Row {
        text: score.to_string(),
        ..Row::count("survey_score", &row.survey, times)
    });
    let history = row.history.iter().map(|point| Row {
        from: point.first.to_string(),
        value: maybe(point.value),
        unit: unit.into(),
        of: point.n.to_string(),
        ..Row::new("survey_period", &row.survey)
    });
    [figure].into_iter().chain(scores).chain(history).collect()
}

fn handled(record: &'static str, handled: Handled) -> [Row; 3] {
    [("open", handled.open), ("closed", handled.closed), ("late", handled.late)]
        .map(|(what, number)| Row::count(record, what, number))
}

fn theme(row: &ThemeRow) -> [Row; 3] {
    [("theme", row.texts), ("theme_negative", row.negative), ("theme_positive", row.positive)]
        .map(|(record, number)| Row::count(record, &row.theme, number))
}
