//! The rows that cards and messages share: how a clock stands, how an objective stands.

use crate::core::agreement::ClockKind;
use crate::core::doc::{Field, Line, Text, Value, Verdict as Mark};
use crate::core::notice::view::{ClockStage, ClockView, FiguresView, ObjectiveView, Promised};
use crate::core::notice::words;
use crate::core::standing::Verdict;
use crate::core::time::Span;

/// Between the parts of a line.
pub const DOT: Text = Text::mark(" · ");

/// The parts with ` · ` between them.
pub fn dotted(parts: impl IntoIterator<Item = Text>) -> Line {
    let mut line = Line::new();
    for part in parts {
        if !line.is_empty() {
            line.push(DOT);
        }
        line.push(part);
    }
    line
}

/// A clock's row on the operators' card. `nobody`: say that nobody has it.
pub fn clock_row(clock: &ClockView, nobody: bool) -> Field {
    let mut value: Line = clock_text(clock).into();
    if nobody && !clock.is_stopped() {
        value.push(Text::key("clock-and-nobody-has-it"));
    }
    if clock.late_before {
        value.push(Text::key("clock-and-late-before"));
    }
    let name = match (clock.kind, clock.is_stopped()) {
        // The row that says what the customer is to hear next.
        (ClockKind::Update, false) => Value::term("row-customer"),
        (kind, _) => words::clock_name(kind),
    };
    Field { name: Text::from(name).into(), verdict: Some(clock_mark(clock)), value }
}

/// The mark beside a clock.
pub fn clock_mark(clock: &ClockView) -> Mark {
    match clock.stage() {
        ClockStage::Late | ClockStage::Broken => Mark::Broken,
        ClockStage::AtRisk => Mark::AtRisk,
        ClockStage::Running => Mark::Running,
        ClockStage::Paused => Mark::Paused,
        ClockStage::Kept => Mark::Kept,
    }
}

pub(super) fn clock_text(clock: &ClockView) -> Text {
    let update = clock.kind == ClockKind::Update;
    let promised = |key: &'static str| Text::key(key).with("target", clock.promised());
    match (clock.stage(), clock.due, clock.late_since) {
        (ClockStage::Late, _, Some(since)) if update => promised("clock-update-late").with("since", since),
        (ClockStage::Late, _, Some(since)) => promised("clock-late").with("since", since),
        (ClockStage::AtRisk, Some(due), _) if update => promised("clock-update-at-risk").with("due", due),
        (ClockStage::AtRisk, Some(due), _) => promised("clock-at-risk").with("due", due),
        (ClockStage::Running, Some(due), _) if update => promised("clock-update-running").with("due", due),
        (ClockStage::Running, Some(due), _) => promised("clock-running").with("due", due),
        (ClockStage::Paused, ..) => promised("clock-paused").with("used", clock.used()),
        (ClockStage::Broken | ClockStage::Kept, ..) => stopped(clock),
        (ClockStage::Late | ClockStage::AtRisk | ClockStage::Running, ..) => promised("clock-never-due"),
    }
}

/// `after 19 min (promised 15 min)`, for both sides.
pub fn stopped(clock: &ClockView) -> Text {
    let text = match clock.kind {
        ClockKind::Update => Text::key("clock-update-stopped"),
        _ => Text::key("clock-stopped"),
    };
    text.with("used", clock.used()).with("target", clock.promised())
}

/// An objective's row on the operators' card.
pub fn objective_row(objective: &ObjectiveView) -> Field {
    let name = match objective.figures {
        FiguresView::Availability { .. } => Value::term("row-availability"),
        FiguresView::Share { .. } | FiguresView::Percentile { .. } | FiguresView::Mean { .. } => {
            Value::term("row-objective")
        }
    };
    let mut value = objective_text(objective);
    let said_already = matches!(objective.figures, FiguresView::Availability { value: None, .. });
    if objective.standing != Verdict::Met && !said_already {
        value.push(Text::mark(" → "));
        value.push(words::standing(objective.standing).into());
    }
    Field { name: Text::from(name).into(), verdict: Some(words::standing_mark(objective.standing)), value }
}

/// The figures of an objective with what was promised, without its standing.
pub fn objective_text(objective: &ObjectiveView) -> Line {
    let period = Value::Period { period: objective.period, full: false };
    match &objective.figures {
        FiguresView::Availability { value, target, left } => {
            let Some(value) = value else {
                return Text::key("availability-no-data")
                    .with("period", period)
                    .with("target", Value::target(*target))
                    .into();
            };
            let key = match (objective.over, rolling(objective)) {
                (true, _) | (false, true) => "availability-whole",
                (false, false) => "availability-so-far",
            };
            let text = Text::key(key)
                .with("period", period)
                .with("value", Value::percent(*value))
                .with("target", Value::target(*target));
            std::iter::once(text).chain(left.filter(|_| !objective.over).map(budget)).collect()
        }
        FiguresView::Share { clock, percent, within, met, of } => Text::key("share")
            .with("clock", words::clock(*clock))
            .with("percent", Value::target(*percent))
            .with("target", within.value())
            .with("met", count(*met))
            .with("of", count(*of))
            .with("period", period)
            .into(),
        FiguresView::Percentile { clock, percent, value, within, of } => {
            let text = match value {
                Some(value) => Text::key("percentile").with("value", *value),
                None => Text::key("percentile-no-data"),
            };
            text.with("clock", words::clock(*clock))
                .with("percent", Value::target(*percent))
                .with("target", within.value())
                .with("of", count(*of))
                .with("period", period)
                .into()
        }
        FiguresView::Mean { clock, value, within, of } => {
            let text = match value {
                Some(value) => Text::key("mean").with("value", *value),
                None => Text::key("mean-no-data"),
            };
            text.with("clock", words::clock(*clock))
                .with("target", within.value())
                .with("of", count(*of))
                .with("period", period)
                .into()
        }
    }
}

fn budget(left: Span) -> Text {
    if left < Span::ZERO {
        Text::key("budget-over").with("over", -left)
    } else {
        Text::key("budget-left").with("left", left)
    }
}

const fn rolling(objective: &ObjectiveView) -> bool {
    matches!(objective.period, crate::core::doc::Period::Rolling(_))
}

/// Lines as one, with ` · ` between them.
pub(super) fn joined(lines: impl IntoIterator<Item = Line>) -> Line {
    let mut whole = Line::new();
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        if !whole.is_empty() {
            whole.push(DOT);
        }
        whole.extend(line);
    }
    whole
}

pub(super) fn count(items: usize) -> Value {
    Value::Count(i64::try_from(items).unwrap_or(i64::MAX))
}

impl Promised {
    pub(super) fn value(self) -> Value {
        Value::Target { target: self.target, working_time: self.working_time }
    }
}
