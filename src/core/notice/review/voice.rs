//! What the customer said: surveys, complaints, themes, and two quotes by permission.

use chrono::NaiveDate;

use super::figures::{answers, moved, range, score_kind, score_value};
use super::{Told, count, customer_name};
use crate::core::doc::{Block, Cell, Field, Line, Period, Table, Text, Value, Verdict as Mark};
use crate::core::notice::rows::{dotted, joined};
use crate::core::picture::{Measure, Picture, Point, Shows, Trend};
use crate::core::review::Document;
use crate::core::review::document::{Handled, Quote, SurveyRow, ThemeRow, Voice};
use crate::core::score::ScoreKind;
use crate::core::window::WindowKind;

pub(super) fn told(document: &Document) -> Told {
    let voice = &document.voice;
    let mut blocks = Vec::new();
    if !voice.surveys.is_empty() {
        blocks.push(Block::Table(surveys(voice)));
    }
    blocks.extend(written(voice).map(Block::Line));
    if !voice.themes.is_empty() {
        blocks.push(Block::Heading(Text::key("review-themes").into()));
        blocks.push(Block::Fields(voice.themes.iter().map(theme).collect()));
    }
    blocks.extend(voice.quotes.iter().flat_map(|known| quote(document, known)));
    (blocks, voice.surveys.iter().filter_map(|row| history(document, row)).collect())
}

/// The words and whose they are; of what may not be quoted any more only that it is so.
fn quote(document: &Document, known: &Quote) -> Vec<Block> {
    let of = |key: &'static str| {
        Text::key(key).with("customer", Value::Name(customer_name(document, &known.agreement)))
    };
    let Some(text) = known.text.clone() else {
        return vec![Block::Line(of("review-quote-taken-back").into())];
    };
    let by = match known.by.clone() {
        Some(person) => of("review-quote-by").with("person", Value::Person(person)),
        None => of("review-quote-by-somebody"),
    };
    vec![Block::Quote(Text::Excerpt(text).into()), Block::Line(by.into())]
}

fn surveys(voice: &Voice) -> Table {
    let columns = [
        "review-column-survey",
        "review-column-figure",
        "review-column-range",
        "review-column-answers",
        "review-column-before",
    ];
    Table {
        caption: Text::key("review-caption-surveys").into(),
        columns: columns.map(|key| Text::from(Value::term(key)).into()).to_vec(),
        rows: voice.surveys.iter().map(survey).collect(),
    }
}

fn survey(row: &SurveyRow) -> Vec<Cell> {
    let figure = match row.value {
        Some(value) => Text::from(score_value(row.kind, value)),
        None => Text::key("review-no-answers"),
    };
    let name: Line =
        vec![Value::Localized(row.title.clone()).into(), Text::mark(" · "), score_kind(row.kind).into()];
    let percent = matches!(row.kind, ScoreKind::Csat { .. });
    let ends = row.range.filter(|_| row.value.is_some()).map(|ends| range(ends, percent));
    let before = row.before.map(|before| Text::from(score_value(row.kind, before)));
    let mut then: Line = before.into_iter().collect();
    then.extend(row.trend.into_iter().flat_map(|trend| [Text::mark(" → "), moved(trend)]));
    vec![
        Cell::new(name),
        Cell::new(figure),
        Cell { verdict: None, text: ends.map(Line::from).unwrap_or_default() },
        Cell::new(answers(row.answered, row.asked)),
        Cell { verdict: None, text: then },
    ]
}

/// Complaints and feedback, each in one line; nothing is said where there was neither.
fn written(voice: &Voice) -> impl Iterator<Item = Line> {
    let all = [(voice.complaints, "review-complaints"), (voice.feedback, "review-feedback")];
    all.into_iter().filter_map(|(handled, key)| {
        let Handled { open, closed, late } = handled;
        (open + closed > 0).then(|| {
            Text::key(key)
                .with("count", i64::from(open) + i64::from(closed))
                .with("open", i64::from(open))
                .with("closed", i64::from(closed))
                .with("late", i64::from(late))
                .into()
        })
    })
}

fn theme(row: &ThemeRow) -> Field {
    let name = match &row.name {
        Some(name) => Text::from(Value::Localized(name.clone())),
        None => Text::name(row.theme.to_string()),
    };
    let mut parts: Vec<Text> = vec![Text::key("review-texts").with("count", i64::from(row.texts))];
    if row.negative > 0 {
        parts.push(Text::key("voice-negative").with("count", i64::from(row.negative)));
    }
    if row.positive > 0 {
        parts.push(Text::key("voice-positive").with("count", i64::from(row.positive)));
    }
    if row.uncovered {
        parts.push(Text::key("voice-theme-uncovered"));
    }
    Field { name: name.into(), verdict: row.uncovered.then_some(Mark::AtRisk), value: dotted(parts) }
}

/// The figure of a survey over its last periods; none where there is nothing to compare.
fn history(document: &Document, row: &SurveyRow) -> Option<Picture> {
    if row.history.iter().filter(|point| point.value.is_some()).count() < 2 {
        return None;
    }
    let bound = |bound: i64| i32::try_from(bound).unwrap_or_default();
    let measure = match row.kind {
        ScoreKind::Csat { .. } => Measure::Percent { decimals: 1 },
        ScoreKind::Nps => Measure::Score { least: -100, most: 100, decimals: 0 },
        ScoreKind::Mean { scale } => {
            Measure::Score { least: bound(scale.lowest), most: bound(scale.highest), decimals: 2 }
        }
    };
    let points = row.history.iter().map(|point| Point {
        label: Text::from(label(document, point.first)).into(),
        value: point.value,
        interval: point.range,
    });
    let alt = row.history.iter().map(|point| {
        let figure = match point.value {
            Some(value) => Text::key("review-figure-from")
                .with("value", score_value(row.kind, value))
                .with("count", count(point.n)),
            None => Text::key("review-no-answers"),
        };
        vec![label(document, point.first).into(), Text::key("review-colon"), figure]
    });
    Some(Picture {
        title: Text::from(Value::Localized(row.title.clone())).into(),
        note: vec![score_kind(row.kind).into(), Text::mark(" · "), answers(row.answered, row.asked)],
        alt: joined(alt),
        shows: Shows::Trend(Trend { measure, points: points.collect(), target: None }),
    })
}

/// What a period that begins on a date is called in few letters.
fn label(document: &Document, first: NaiveDate) -> Value {
    match document.period {
        Some(kind @ (WindowKind::Quarter | WindowKind::Year)) => {
            Value::Period { period: Period::beginning(kind, first), full: false }
        }
        Some(WindowKind::Month) => Value::ShortMonth(first),
        Some(WindowKind::Week | WindowKind::Rolling(_)) | None => Value::Date(first),
    }
}
