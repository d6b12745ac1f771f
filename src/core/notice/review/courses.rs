//! How incidents went, as pictures: stage by stage, and how long the responses took.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::contact::times;
use super::figures::reference;
use super::incidents::course;
use super::{count, stretch};
use crate::core::agreement::Priority;
use crate::core::doc::{Line, Text, Value};
use crate::core::notice::rows::{dotted, joined};
use crate::core::percentile::nearest_rank;
use crate::core::picture::{Course, Distribution, Goal, Picture, Reached, Shows, Timeline};
use crate::core::review::Document;
use crate::core::review::document::{IncidentRow, Response, Times};
use crate::core::time::Span;

/// Lengths of time that people know, in minutes.
const EDGES: [i64; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440, 2_880, 4_320, 10_080];
/// Of fewer responses there is nothing to see.
const FEWEST_RESPONSES: usize = 5;

/// The stages of the gravest incidents.
pub(super) fn timeline(document: &Document) -> Option<Picture> {
    let rows = &document.incidents.rows;
    if rows.is_empty() {
        return None;
    }
    let all = count(document.incidents.count);
    let alt = rows.iter().take(Timeline::MOST_ROWS).map(|row| {
        let mut line = name(document, row);
        line.push(Text::key("review-colon"));
        line.extend(course(row));
        line
    });
    Some(Picture {
        title: Text::key("review-timeline").into(),
        note: dotted([Text::key("review-incidents").with("count", all), Text::key("review-timeline-order")]),
        alt: joined(alt),
        shows: Shows::Timeline(Timeline { rows: rows.iter().map(|row| stages(document, row)).collect() }),
    })
}

/// `ACME-42 Checkout`
fn name(document: &Document, row: &IncidentRow) -> Line {
    let service = Value::Localized(row.service.1.clone()).into();
    vec![Text::name(reference(document, row.number)), Text::mark(" "), service]
}

fn stages(document: &Document, row: &IncidentRow) -> Course {
    let reached = [
        (Reached::Noticed, Some(row.noticed)),
        (Reached::Told, row.told),
        (Reached::Acknowledged, row.acknowledged),
        (Reached::Resolved, row.resolved),
        (Reached::Confirmed, row.confirmed),
        (Reached::Open, row.resolved.is_none().then_some(document.provenance.as_of)),
    ];
    let reached = reached.into_iter().filter_map(|(what, at)| Some((what, at?)));
    Course::new(name(document, row), row.began, reached)
}

/// How long the responses took; where priorities were promised different times, those of one priority.
pub(super) fn responses(document: &Document) -> Option<Picture> {
    let all = &document.incidents.responses;
    let (of, priority) = comparable(all);
    if of.len() < FEWEST_RESPONSES {
        return None;
    }
    let target = of.iter().find_map(|response| response.target);
    let goal = target.map(|within| Goal {
        within,
        label: Text::key("review-promised-within").with("target", Value::ExactDuration(within)).into(),
    });
    let spans: Vec<Span> = of.iter().map(|response| response.took).collect();
    let edges = edges(target, spans.iter().copied().max()?);
    let shown = Distribution::of(spans.iter().copied(), &edges, goal);
    let period = stretch::told(document.zone, document.window.start, document.window.end);
    let which = priority.map(|priority| {
        let text = Text::key("review-responses-of").with("priority", Value::Name(priority.to_string()));
        text.with("count", count(of.len())).with("of", count(all.len())).into()
    });
    let late = of.iter().filter(|response| response.late).count();
    let met = u32::try_from(of.len() - late).unwrap_or(u32::MAX);
    let in_time = super::contact::in_time(met, u32::try_from(of.len()).unwrap_or(u32::MAX)).into();
    Some(Picture {
        title: Text::key("review-responses").into(),
        note: joined([period].into_iter().chain(which.clone())),
        alt: joined(which.into_iter().chain([in_time]).chain(summary(&spans))),
        shows: Shows::Distribution(shown),
    })
}

/// The responses that were promised the same time. Where there are several such times: those of the priority with
/// the most, the stricter of two with as many.
fn comparable(all: &[Response]) -> (Vec<Response>, Option<Priority>) {
    let first = all.first().and_then(|response| response.target);
    if all.iter().all(|response| response.target == first) {
        return (all.to_vec(), None);
    }
    let mut by: BTreeMap<Priority, Vec<Response>> = BTreeMap::new();
    for response in all {
        by.entry(response.priority).or_default().push(*response);
    }
    // Of equal ones the last is the greatest, so that the strictest has to come last.
    let most = by.into_iter().rev().max_by_key(|(_, of)| of.len());
    most.map_or_else(Default::default, |(priority, of)| (of, Some(priority)))
}

/// Those around what was promised, up to the longest.
fn edges(target: Option<Span>, longest: Span) -> Vec<Span> {
    let near = |edge: &Span| {
        target.is_none_or(|target| edge.saturating_mul(16) >= target && *edge <= target.saturating_mul(8))
    };
    let all = EDGES.map(Span::from_minutes);
    let end = all.iter().position(|edge| *edge >= longest).map_or(all.len(), |place| place + 1);
    all.into_iter().take(end).filter(near).collect()
}

fn summary(spans: &[Span]) -> Option<Line> {
    Some(times(Times {
        n: u32::try_from(spans.len()).ok()?,
        median: nearest_rank(spans, Decimal::from(50))?,
        p90: nearest_rank(spans, Decimal::from(90))?,
        longest: spans.iter().copied().max()?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(priority: Priority, target: i64) -> Response {
        let target = Some(Span::from_minutes(target));
        Response { incident: None, priority, took: Span::from_minutes(3), target, late: false }
    }

    #[test]
    fn only_what_was_promised_the_same_is_compared() {
        let (p1, p2) = (response(Priority::P1, 15), response(Priority::P2, 60));
        assert_eq!(comparable(&[p1, p1]), (vec![p1, p1], None));
        assert_eq!(comparable(&[p2, p1, p2, p1]), (vec![p1, p1], Some(Priority::P1)));
        assert_eq!(comparable(&[p2, p1, p2]), (vec![p2, p2], Some(Priority::P2)));
        assert_eq!(comparable(&[]), (vec![], None));
    }

    #[test]
    fn edges_lie_around_what_was_promised() {
        let minutes = Span::from_minutes;
        assert_eq!(edges(Some(minutes(15)), minutes(31)), [1, 2, 5, 10, 15, 30, 60].map(minutes));
        assert_eq!(edges(None, minutes(2)), [1, 2].map(minutes));
    }
}
