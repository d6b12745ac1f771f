//! What is done about it: action items, risks and drills.

use super::row::{Row, id, maybe, prose, seconds, word};
use crate::core::drill::Outcome;
use crate::core::improvement::Subject;
use crate::core::interval::Interval;
use crate::core::notice::review::reference;
use crate::core::review::Document;
use crate::core::review::document::{
    ActionRow, DrillClockRow, DrillRow, EffectOf, EffectRow, Point, RiskRow,
};
use crate::report::Report;

/// The item, how often it was put off, what became of it, and what that changed.
pub(super) fn action(report: &Report<'_>, row: &ActionRow) -> Vec<Row> {
    let of = |record| Row { agreement: maybe(row.agreement.as_ref()), ..Row::new(record, row.number) };
    let item = Row {
        verdict: word(&row.state),
        until: maybe(row.due),
        seconds: seconds(row.age),
        late: if row.overdue { "due".to_owned() } else { String::new() },
        text: maybe(row.text.as_ref().map(|id| prose(report, id))),
        ..of("action")
    };
    let incident = row.incident.map(|number| reference(report.document, number));
    let feedback = row.feedback.map(|number| number.to_string());
    let about = incident.into_iter().chain(row.objective.clone()).chain(feedback);
    let about = about.map(|about| Row { text: about, ..of("action_about") });
    let moved = (row.moved > 0).then(|| Row {
        value: row.moved.to_string(),
        unit: "count".into(),
        ..of("action_put_off")
    });
    let outcome = row.outcome.as_ref().map(|id| Row { text: prose(report, id), ..of("action_outcome") });
    let effects = row.effects.iter().flat_map(|effect| self::effect(report.document, effect, &of));
    [item].into_iter().chain(about).chain(moved).chain(outcome).chain(effects).collect()
}

/// The period before, and the period after as soon as it began.
fn effect(document: &Document, effect: &EffectRow, of: &dyn Fn(&'static str) -> Row) -> Vec<Row> {
    let (service, what) = match &effect.of {
        EffectOf::Objective { name, service } => (id(service.as_ref()), name.clone()),
        EffectOf::Survey { survey, .. } => (String::new(), survey.to_string()),
    };
    let row = |record, point: &Point| {
        let row = Row { service: service.clone(), text: what.clone(), ..of(record) };
        let unit = match point.value {
            None => "",
            Some(_) if point.percent => "percent",
            Some(_) => "points",
        };
        Row { value: maybe(point.value), unit: unit.into(), ..row }
            .during(document, Interval::new(point.from, point.until))
    };
    let after = effect
        .after
        .as_ref()
        .map(|after| Row { verdict: maybe(effect.trend.as_ref().map(word)), ..row("action_after", after) });
    [row("action_before", &effect.before)].into_iter().chain(after).collect()
}

/// The risk with its rating, probability and impact alone, and what is done about it.
pub(super) fn risk(report: &Report<'_>, row: &RiskRow) -> Vec<Row> {
    let of = |record| Row {
        service: id(row.service.as_ref()),
        agreement: maybe(row.agreement.as_ref()),
        ..Row::new(record, row.number)
    };
    let points = |row: Row, value: u8, most: u8| Row {
        value: value.to_string(),
        unit: "points".into(),
        of: most.to_string(),
        ..row
    };
    let written = row.text.as_ref().map(|id| prose(report, id));
    let risk = Row {
        verdict: word(&row.state),
        until: maybe(row.review),
        text: maybe(written.or_else(|| row.seen.as_ref().map(seen))),
        ..of("risk")
    };
    let risk = match row.score {
        Some(score) => points(risk, score.product(), 25),
        None => risk,
    };
    let parts = row.score.into_iter().flat_map(|score| {
        let each = [("risk_probability", score.probability), ("risk_impact", score.impact)];
        each.map(|(record, level)| points(of(record), level.into(), 5))
    });
    let done = row.mitigation.as_ref().map(|id| Row { text: prose(report, id), ..of("risk_mitigation") });
    [risk].into_iter().chain(parts).chain(done).collect()
}

/// What Upheld saw itself, in words that are no language's.
fn seen(subject: &Subject) -> String {
    match subject {
        Subject::Budget { objective, service } => format!("budget {objective} {service}"),
        Subject::NobodyOnCall => "nobody_on_call".to_owned(),
        Subject::Silent { integration } => format!("silent {integration}"),
        Subject::OneChannel => "one_channel".to_owned(),
    }
}

/// The drill with the calls that somebody answered, how long it took to be taken and resolved, and its clocks.
pub(super) fn drill(document: &Document, row: &DrillRow) -> Vec<Row> {
    let of = |record| Row {
        service: row.service.0.to_string(),
        priority: row.priority.to_string(),
        ..Row::new(record, row.drill)
    };
    let drill = Row {
        verdict: word(&row.ending),
        met: row.calls.saturating_sub(row.unanswered).to_string(),
        of: row.calls.to_string(),
        text: if row.announced { "announced".to_owned() } else { String::new() },
        ..of("drill")
    }
    .during(document, Interval::new(row.began, row.ended));
    let took = [("drill_acknowledged", row.acknowledged), ("drill_resolved", row.resolved)];
    let took =
        took.into_iter().filter_map(|(record, span)| Some(Row { seconds: seconds(span?), ..of(record) }));
    let clocks = row.clocks.iter().map(|clock| drill_clock(of("drill_clock"), clock));
    [drill].into_iter().chain(took).chain(clocks).collect()
}

fn drill_clock(of: Row, clock: &DrillClockRow) -> Row {
    let kind = word(&clock.clock);
    Row {
        verdict: word(&clock.outcome),
        seconds: seconds(clock.elapsed),
        allowed: maybe(clock.target.map(seconds)),
        late: if clock.outcome == Outcome::Late { kind.clone() } else { String::new() },
        text: kind,
        agreement: clock.agreement.to_string(),
        ..of
    }
}
