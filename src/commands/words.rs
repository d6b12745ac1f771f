//! The words that several answers share: names, verdicts, figures with their targets.

use crate::core::agreement::{AvailabilityTerms, ClockKind, Measure, ObjectiveKind};
use crate::core::availability::Availability;
use crate::core::doc::{Line, Period, Text, Value, Verdict as Mark};
use crate::core::event::ServiceId;
use crate::core::score::{Score, ScoreKind};
use crate::core::standing::{
    ClockFigures, ComplaintFigures, Measured, SatisfactionFigures, Standing, Verdict,
};
use crate::core::state::State;
use crate::core::stopwatch::Target;
use crate::core::time::Span;

/// A service by its name in the reader's language; by its id when the configuration no longer has it.
pub fn service_name(state: &State, id: &ServiceId) -> Value {
    state
        .service(id)
        .map_or_else(|| Value::Name(id.to_string()), |service| Value::Localized(service.name.clone()))
}

/// The word for a kind of clock.
pub const fn clock_key(clock: ClockKind) -> &'static str {
    match clock {
        ClockKind::Response => "clock-response",
        ClockKind::Resolution => "clock-resolution",
        ClockKind::Update => "clock-update",
        ClockKind::NextReply => "clock-next-reply",
        ClockKind::Waiting => "clock-waiting",
    }
}

/// The word for a verdict over a period.
pub const fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "standing-met",
        Verdict::AtRisk => "standing-at-risk",
        Verdict::Missed => "standing-missed",
        Verdict::Insufficient => "standing-insufficient",
        Verdict::NoData => "standing-no-data",
    }
}

/// The symbol beside the word.
pub const fn mark(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Met => Mark::Kept,
        Verdict::AtRisk => Mark::AtRisk,
        Verdict::Missed => Mark::Broken,
        Verdict::Insufficient | Verdict::NoData => Mark::Unknown,
    }
}

/// The period of a standing, in the agreement's zone.
pub fn period(state: &State, standing: &Standing, full: bool) -> Value {
    let zone = state
        .agreements
        .get(&standing.agreement)
        .and_then(|versions| versions.at(standing.as_of))
        .map_or(chrono_tz::UTC, |version| version.terms.zone);
    let first = standing.window.start.to_utc().with_timezone(&zone).date_naive();
    Value::Period { period: Period::beginning(standing.objective.window, first), full }
}

/// A promised time.
pub fn target(target: Target) -> Text {
    match target {
        Target::Elapsed(span) => Text::Value(Value::ExactDuration(span)),
        Target::BusinessDays { days, end_of_day: false } => {
            Text::key("target-business-days").with("days", i64::from(days))
        }
        Target::BusinessDays { days, end_of_day: true } => {
            Text::key("target-business-days-to-end").with("days", i64::from(days))
        }
    }
}

/// The figure of a standing with its target beside it, in one line.
pub fn figure(standing: &Standing) -> Line {
    match (&standing.measured, &standing.objective.kind) {
        (Measured::Availability(measured), ObjectiveKind::Availability(terms)) => {
            availability_figure(measured, terms)
        }
        (Measured::Clock(figures), _) => clock_figure(figures),
        (Measured::Complaints(figures), _) => complaint_figure(figures),
        (Measured::Satisfaction(figures), _) => satisfaction_figure(figures),
        (Measured::Availability(_), _) => Vec::new(),
    }
}

fn availability_figure(measured: &Availability, terms: &AvailabilityTerms) -> Line {
    let Some(value) = measured.value else {
        return Text::key("figure-no-data").with("target", Value::target(terms.target)).into();
    };
    let value = Value::percent(value.floor_percent(4));
    let text = if measured.remaining < Span::ZERO {
        Text::key("figure-availability-over").with("over", -measured.remaining)
    } else {
        Text::key("figure-availability").with("left", measured.remaining)
    };
    let text = match text {
        Text::Message { key, mut args } => {
            args.insert("value".into(), value);
            args.insert("target".into(), Value::target(terms.target));
            Text::Message { key, args }
        }
        other => other,
    };
    text.into()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn clock_figure(figures: &ClockFigures) -> Line {
    let (met, decided, pending) = (figures.met(), figures.items.len(), figures.pending.len());
    let mut line: Line = match figures.measure {
        Measure::Share { percent } if decided == 0 => {
            Text::key("figure-share-none").with("target", Value::target(percent)).into()
        }
        Measure::Share { percent } => Text::key("figure-share")
            .with("met", count(met))
            .with("decided", count(decided))
            .with("target", Value::target(percent))
            .into(),
        Measure::Percentile { .. } | Measure::Mean if figures.figures.is_empty() => {
            Text::key("figure-time-none").into()
        }
        Measure::Percentile { percent } => times(figures, Some(Value::target(percent))),
        Measure::Mean => times(figures, None),
    };
    if pending > 0 {
        line.push(Text::mark(" · "));
        line.push(Text::key("figure-pending").with("count", count(pending)));
    }
    line
}

fn complaint_figure(figures: &ComplaintFigures) -> Line {
    let (met, decided, pending) = (figures.met(), figures.items.len(), figures.pending.len());
    let target = Value::target(figures.share);
    let mut line: Line = if decided == 0 {
        Text::key("figure-complaints-none").with("target", target).into()
    } else {
        let text = Text::key("figure-complaints").with("met", count(met)).with("decided", count(decided));
        text.with("target", target).into()
    };
    if pending > 0 {
        line.push(Text::mark(" · "));
        line.push(Text::key("figure-pending").with("count", count(pending)));
    }
    line
}

fn satisfaction_figure(figures: &SatisfactionFigures) -> Line {
    let Some(score) = figures.score() else {
        return Text::key("figure-satisfaction-none").into();
    };
    let key = match score.kind {
        ScoreKind::Csat { .. } => "figure-satisfaction-share",
        ScoreKind::Nps => "figure-satisfaction-nps",
        ScoreKind::Mean { .. } => "figure-satisfaction-mean",
    };
    let target = match score.kind {
        ScoreKind::Csat { .. } => Value::target(figures.target),
        ScoreKind::Nps | ScoreKind::Mean { .. } => Value::Number(figures.target.normalize()),
    };
    let answers = i64::try_from(score.n).unwrap_or(i64::MAX);
    Text::key(key).with("value", score_value(&score)).with("target", target).with("count", answers).into()
}

/// A score as people read it, rounded down: percent, NPS points, or a mean.
pub fn score_value(score: &Score) -> Value {
    match score.kind {
        ScoreKind::Csat { .. } => Value::Percent { value: score.shown(1), decimals: 1 },
        ScoreKind::Nps => Value::Number(score.shown(0)),
        ScoreKind::Mean { .. } => Value::Number(score.shown(2)),
    }
}

fn times(figures: &ClockFigures, percentile: Option<Value>) -> Line {
    let mut line = Line::new();
    for figure in &figures.figures {
        if !line.is_empty() {
            line.push(Text::mark(" · "));
        }
        let text = match &percentile {
            Some(percent) => Text::key("figure-percentile").with("percent", percent.clone()),
            None => Text::key("figure-mean"),
        };
        line.push(
            text.with("priority", Value::Name(figure.priority.to_string()))
                .with("value", Value::ExactDuration(figure.value))
                .with("target", Value::ExactDuration(figure.target))
                .with("count", count(figure.items)),
        );
    }
    line
}
