//! Promises and what was kept of them, as lines: a number never stands without its unit.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::count;
use crate::core::agreement::{ClockKind, ComplaintStage, Priority};
use crate::core::doc::{Cell, Line, Text, Value};
use crate::core::event::{IncidentNumber, ServiceId};
use crate::core::notice::rows::{DOT, dotted, joined};
use crate::core::notice::words;
use crate::core::review::Document;
use crate::core::review::document::{Figure, Goal, TimesRow};
use crate::core::score::{ScoreKind, Trend};
use crate::core::standing::Verdict;
use crate::core::stopwatch::Target;
use crate::core::survey::Localized;

/// `availability · Checkout`
pub fn objective_name(name: &str, service: Option<&(ServiceId, Localized)>) -> Line {
    let service = service.map(|(_, name)| Text::from(Value::Localized(name.clone())));
    dotted([words::objective(name).into()].into_iter().chain(service))
}

/// An incident as this reader knows it: `ACME-42`, `INC-42`.
pub fn reference(document: &Document, number: IncidentNumber) -> String {
    match &document.agreement {
        Some(promised) => format!("{}-{}", promised.reference, number.0),
        None => number.to_string(),
    }
}

/// What was promised; the clock is named where the objective is not called after it.
pub fn goal(name: &str, goal: &Goal) -> Line {
    let of = |clock: ClockKind, text: Text| -> Line {
        let named = (name != clock.name()).then(|| [words::clock(clock).into(), Text::key("review-colon")]);
        named.into_iter().flatten().chain([text]).collect()
    };
    match goal {
        Goal::Availability { percent } => Text::from(Value::target(*percent)).into(),
        Goal::Share { clock, percent, targets, working_time } => {
            let text = Text::key("review-goal-share").with("percent", Value::target(*percent));
            within(of(*clock, text), targets, *working_time)
        }
        Goal::Percentile { clock, percent, targets, working_time } => {
            let text = Text::key("review-goal-percentile").with("percent", Value::target(*percent));
            within(of(*clock, text), targets, *working_time)
        }
        Goal::Mean { clock, targets, working_time } => {
            within(of(*clock, Text::key("review-goal-mean")), targets, *working_time)
        }
        Goal::Complaints { stage, percent, target } => Text::key(match stage {
            ComplaintStage::Acknowledge => "review-goal-acknowledged",
            ComplaintStage::Answer => "review-goal-answered",
            ComplaintStage::Resolve => "review-goal-closed",
        })
        .with("percent", Value::target(*percent))
        .with("target", Value::Target { target: *target, working_time: false })
        .into(),
        Goal::Satisfaction { kind, at_least, .. } => {
            let value = match kind {
                ScoreKind::Csat { .. } => Value::target(*at_least),
                ScoreKind::Nps | ScoreKind::Mean { .. } => Value::Number(*at_least),
            };
            Text::key("review-goal-score").with("score", score_kind(*kind)).with("value", value).into()
        }
    }
}

/// The text, and the target of each priority: ` (P1 15 min · P2 1 h)`.
fn within(mut line: Line, targets: &BTreeMap<Priority, Target>, working_time: bool) -> Line {
    for (place, (priority, target)) in targets.iter().enumerate() {
        line.push(if place == 0 { Text::key("review-open") } else { DOT });
        line.push(Text::name(priority.to_string()));
        line.push(Text::mark(" "));
        line.push(Value::Target { target: *target, working_time }.into());
    }
    if !targets.is_empty() {
        line.push(Text::key("review-close"));
    }
    line
}

/// What a score is called: `CSAT`.
pub(super) const fn score_kind(kind: ScoreKind) -> Value {
    Value::term(match kind {
        ScoreKind::Csat { .. } => "review-score-csat",
        ScoreKind::Nps => "review-score-nps",
        ScoreKind::Mean { .. } => "review-score-mean",
    })
}

/// A score in its own unit, rounded down.
pub(super) fn score_value(kind: ScoreKind, value: Decimal) -> Value {
    let floored = |decimals| value.round_dp_with_strategy(decimals, RoundingStrategy::ToNegativeInfinity);
    match kind {
        ScoreKind::Csat { .. } => Value::Percent { value, decimals: 1 },
        ScoreKind::Nps => Value::Number(floored(0)),
        ScoreKind::Mean { .. } => Value::Number(floored(2)),
    }
}

/// `between 71 and 96 %`: the lower end rounded down, the upper one up.
pub(super) fn range((low, high): (Decimal, Decimal), percent: bool) -> Text {
    let low = low.round_dp_with_strategy(1, RoundingStrategy::ToNegativeInfinity);
    let high = high.round_dp_with_strategy(1, RoundingStrategy::ToPositiveInfinity);
    let key = if percent { "review-range-percent" } else { "review-range" };
    Text::key(key).with("low", Value::Number(low)).with("high", Value::Number(high))
}

/// What was kept, with all it takes to check it.
pub(super) fn figure(figure: &Figure, goal: &Goal) -> Line {
    match figure {
        Figure::Availability { coverage, .. } => {
            let partial = coverage.filter(|coverage| *coverage < Decimal::ONE_HUNDRED);
            let coverage = partial
                .map(|coverage| Text::key("review-coverage").with("coverage", Value::percent(coverage)));
            joined(std::iter::once(short(figure, goal)).chain(coverage.map(Line::from)))
        }
        Figure::InTime { of, pending, range: ends, .. } => {
            let ends = ends.filter(|_| *of > 0).map(|ends| range(ends, true));
            let rest = ends.into_iter().chain(waiting(*pending)).map(Line::from);
            joined(std::iter::once(short(figure, goal)).chain(rest))
        }
        Figure::Times { of, pending, .. } => {
            let from = (*of > 0).then(|| Text::key("review-from").with("count", i64::from(*of)));
            let rest = from.into_iter().chain(waiting(*pending)).map(Line::from);
            joined(std::iter::once(short(figure, goal)).chain(rest))
        }
        Figure::Score { range: ends, asked, answered, value, .. } => {
            let percent = matches!(goal, Goal::Satisfaction { kind: ScoreKind::Csat { .. }, .. });
            let ends = ends.filter(|_| value.is_some()).map(|ends| range(ends, percent));
            let asked = (*asked > 0).then(|| answers(*answered, *asked));
            let rest = ends.into_iter().chain(asked).map(Line::from);
            joined(std::iter::once(short(figure, goal)).chain(rest))
        }
    }
}

pub(super) fn answers(answered: u64, asked: u64) -> Text {
    Text::key("review-answered").with("answered", count(answered)).with("asked", count(asked))
}

fn waiting(pending: u32) -> Option<Text> {
    (pending > 0).then(|| Text::key("review-pending").with("count", i64::from(pending)))
}

/// The same in as few words as can be: `99.90 %`, `19 of 21 in time`.
pub(super) fn short(figure: &Figure, goal: &Goal) -> Line {
    match figure {
        Figure::Availability { value: Some(value), .. } => {
            let promised =
                if let Goal::Availability { percent } = goal { percent.normalize().scale() } else { 0 };
            // One decimal more than what was promised, so that a miss never looks like a hit.
            let decimals = (promised + 1).max(2);
            Text::from(Value::Percent { value: *value, decimals }).into()
        }
        Figure::InTime { met, of, .. } if *of > 0 => {
            let share = Decimal::from(u64::from(*met) * 100) / Decimal::from(*of);
            Text::key("review-in-time")
                .with("met", i64::from(*met))
                .with("of", i64::from(*of))
                .with("share", Value::Percent { value: share, decimals: 1 })
                .into()
        }
        Figure::InTime { .. } => Text::key("review-nothing-to-judge").into(),
        Figure::Times { rows, .. } if !rows.is_empty() => joined(rows.iter().map(times)),
        Figure::Score { value: Some(value), .. } => match goal {
            Goal::Satisfaction { kind, .. } => Text::from(score_value(*kind, *value)).into(),
            _ => Text::from(Value::Number(*value)).into(),
        },
        Figure::Availability { value: None, .. } | Figure::Times { .. } => Text::key("review-no-data").into(),
        Figure::Score { value: None, .. } => Text::key("review-no-answers").into(),
    }
}

/// `P1 12 min`
fn times(row: &TimesRow) -> Line {
    let value = Value::ExactDuration(row.value);
    vec![Text::name(row.priority.to_string()), Text::mark(" "), value.into()]
}

/// How much of an error budget is used; none where there is none.
pub(super) fn budget(figure: &Figure) -> Option<Text> {
    let Figure::Availability { value: Some(_), budget, left, .. } = figure else { return None };
    let (budget, left) = (*budget, *left);
    Some(if left < crate::core::time::Span::ZERO {
        Text::key("review-budget-over").with("over", -left).with("budget", budget)
    } else {
        Text::key("review-budget-used").with("used", budget - left).with("budget", budget)
    })
}

/// The figure of the period before, how it stood, and whether the difference is more than chance.
pub(super) fn before(before: &(Figure, Verdict), goal: &Goal, trend: Option<Trend>) -> Cell {
    let (figure, verdict) = before;
    let mut line = short(figure, goal);
    line.extend([Text::key("review-comma"), words::standing(*verdict).into()]);
    line.extend(trend.into_iter().flat_map(|trend| [Text::mark(" → "), moved(trend)]));
    Cell::new(line)
}

/// Whether a figure moved.
pub(super) const fn moved(trend: Trend) -> Text {
    Text::Value(Value::term(match trend {
        Trend::Risen => "review-risen",
        Trend::Fallen => "review-fallen",
        Trend::Unclear => "review-unclear",
    }))
}
