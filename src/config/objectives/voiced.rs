//! The promises that customers judge themselves: complaints handled in time, and satisfaction.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::promised_of;
use crate::config::table::Table;
use crate::config::value::{Number, Slug};
use crate::core::agreement::{ComplaintStage, ComplaintTerms, SatisfactionTerms};
use crate::core::event::SurveyId;
use crate::core::score::{Scale, ScoreKind};
use crate::core::stopwatch::Target;
use crate::core::survey::QuestionKind;

pub(super) fn complaints(
    table: &Table<'_>,
    share: Option<Decimal>,
    minimum_items: Option<u32>,
    wanted: bool,
) -> Option<ComplaintTerms> {
    let stage: Option<ComplaintStage> = table.choice("stage");
    let target: Option<Target> = table.value("within");
    if !wanted {
        return None;
    }
    if matches!(target, Some(Target::Elapsed(span)) if span.is_zero()) {
        table.error("within", "is no time at all", "write a promised time such as \"1 business day\"");
    }
    needed(table, "stage", "stage = \"answer\"");
    needed(table, "within", "within = \"1 business day\"");
    needed(table, "share", "share = 95 (percent of the complaints in time)");
    Some(ComplaintTerms { stage: stage?, target: target?, share: share?, minimum_items: minimum_items? })
}

/// How answers become one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Figure {
    Csat,
    Nps,
    Ces,
    Mean,
}

pub(super) fn satisfaction(table: &Table<'_>, wanted: bool) -> Option<SatisfactionTerms> {
    let survey = table.value("survey").map(|Slug(id)| SurveyId(id));
    let figure: Option<Figure> = table.choice("figure");
    let satisfied_from: Option<i64> = table.value("satisfied_from");
    let (lowest, highest): (Option<i64>, Option<i64>) = (table.value("lowest"), table.value("highest"));
    let at_least: Option<Number> = table.value("at_least");
    let minimum_answers: Option<u32> = table.value("minimum_answers");
    if !wanted {
        return None;
    }
    needed(table, "survey", "survey = \"after_incident\"");
    needed(table, "figure", "figure = \"csat\"");
    needed(table, "at_least", "at_least = 80");
    let figure = figure?;
    foreign(table, figure);
    let score = match figure {
        Figure::Csat => csat(table, satisfied_from?),
        Figure::Nps => ScoreKind::Nps,
        Figure::Ces => QuestionKind::Ces.range().map(mean)?,
        Figure::Mean => {
            needed(table, "lowest", "lowest = 1");
            needed(table, "highest", "highest = 10");
            let (lowest, highest) = (lowest?, highest?);
            if highest <= lowest {
                table.error("highest", "is not above `lowest`", "write the higher number here");
            }
            mean((lowest, highest))
        }
    };
    let target = at_least.map(|Number(target)| target);
    if let Some(target) = target {
        attainable(table, score, target);
    }
    Some(SatisfactionTerms { survey: survey?, score, target: target?, minimum_answers: minimum_answers? })
}

fn needed(table: &Table<'_>, name: &str, example: &str) {
    if !table.has(name) {
        table.error(name, "is missing", format!("add for example {example}"));
    }
}

fn foreign(table: &Table<'_>, figure: Figure) {
    for (own, name) in [(Figure::Csat, "satisfied_from"), (Figure::Mean, "lowest"), (Figure::Mean, "highest")]
    {
        if figure != own && table.has(name) {
            let whose = if own == Figure::Csat { "csat" } else { "mean" };
            table.error(name, format!("is for figure = \"{whose}\" only"), "leave it out");
        }
    }
}

fn csat(table: &Table<'_>, satisfied_from: i64) -> ScoreKind {
    if !(2..=5).contains(&satisfied_from) {
        let what = format!("{satisfied_from} is not from 2 to 5");
        table.error("satisfied_from", what, "write the lowest answer that counts as satisfied, such as 4");
    }
    ScoreKind::Csat { scale: ScoreKind::CSAT.scale(), satisfied_from }
}

fn mean((lowest, highest): (i64, i64)) -> ScoreKind {
    ScoreKind::Mean { scale: Scale::new(lowest, highest) }
}

/// What is promised must be a figure that answers can give, and promise something.
fn attainable(table: &Table<'_>, score: ScoreKind, target: Decimal) {
    let scale = score.scale();
    let (lowest, highest) = match score {
        ScoreKind::Csat { .. } => (Decimal::ZERO, Decimal::ONE_HUNDRED),
        ScoreKind::Nps => (-Decimal::ONE_HUNDRED, Decimal::ONE_HUNDRED),
        ScoreKind::Mean { .. } => (scale.lowest.into(), scale.highest.into()),
    };
    if lowest >= highest {
        return;
    }
    if target < lowest || target > highest {
        let what = format!("{target} is not from {lowest} to {highest}");
        table.error("at_least", what, "write a figure that answers can give");
    } else if target == lowest {
        let what = format!("is {target}, which any answers give, so nothing is promised");
        table.error("at_least", what, "write a higher figure");
    } else if matches!(score, ScoreKind::Csat { .. }) {
        promised_of(table, "at_least", target);
    }
}
