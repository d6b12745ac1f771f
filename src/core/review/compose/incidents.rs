//! The incidents that began in the window: how many, how grave, how long, who noticed, and why.

use std::cmp::Reverse;

use super::agreement::services;
use super::{Scope, count};
use crate::core::agreement::{ClockKind, ObjectiveKind, Publish};
use crate::core::clocks::ClockState;
use crate::core::event::{Act, AgreementId, CauseCategory, IncidentNumber, ProseId};
use crate::core::incident::{Incident, NoticedBy};
use crate::core::interval::{Interval, IntervalSet};
use crate::core::review::document::{IncidentRow, Incidents, MOST_INCIDENTS, MOST_RESPONSES, Response};
use crate::core::standing::{Measured, objective_standings};
use crate::core::state::Version;
use crate::core::time::{Instant, Span};

/// An incident that began in the window and that the reader may know of, and what covers it.
pub(super) struct Known<'a> {
    pub(super) row: IncidentRow,
    pub(super) covering: Vec<&'a AgreementId>,
}

/// Each once, service by service.
pub(super) fn known<'a>(scope: &Scope<'a>) -> Vec<Known<'a>> {
    let mut known = Vec::new();
    each(scope, scope.window, |number, incident, covering| {
        known.push(Known {
            row: row(scope, number, incident, covering),
            covering: covering.iter().map(|(agreement, _)| *agreement).collect(),
        });
    });
    known
}

pub(super) fn incidents(scope: &Scope<'_>, known: &[Known<'_>]) -> Incidents {
    let mut rows: Vec<&IncidentRow> = known.iter().map(|known| &known.row).collect();
    let mut told = Incidents {
        count: count(rows.len()),
        longest: rows.iter().max_by_key(|row| (row.disturbed, Reverse(row.number))).map(|row| row.number),
        responses: responses(scope),
        ..Incidents::default()
    };
    each(scope, scope.before(), |_, _, _| told.before += 1);
    for row in &rows {
        *told.by_priority.entry(row.priority).or_default() += 1;
        match row.cause {
            Some(cause) => *told.by_cause.entry(cause).or_default() += 1,
            None => told.without_cause += 1,
        }
        match row.noticed_by {
            NoticedBy::Monitor => told.noticed_by_monitor += 1,
            NoticedBy::Customer => told.noticed_by_customer += 1,
            NoticedBy::Operator => told.noticed_by_operator += 1,
        }
        told.reopened += u32::from(row.reopened > 0);
    }
    rows.sort_by_key(|row| (row.priority, Reverse(row.disturbed), row.number));
    told.rows = rows.into_iter().take(MOST_INCIDENTS).cloned().collect();
    told
}

/// The versions that cover an incident.
type Covering<'a> = [(&'a AgreementId, &'a Version)];

/// Every incident that began in a window and that the reader may know of, each once.
fn each<'a>(
    scope: &Scope<'a>,
    window: Interval,
    mut each: impl FnMut(IncidentNumber, &Incident, &Covering<'a>),
) {
    let state = scope.state;
    for service in services(scope) {
        state.each_incident(&service, window, scope.as_of, |incident| {
            let Some(number) = incident.number().filter(|_| window.contains(incident.opened())) else {
                return;
            };
            let covering = state.covering(incident, scope.as_of).into_iter();
            let covering: Vec<_> = covering
                .filter(|(agreement, _)| {
                    let known = !scope.customer || state.ledger.is_published(number, agreement);
                    known && scope.agreements.contains_key(agreement)
                })
                .collect();
            if !covering.is_empty() {
                each(number, incident, &covering);
            }
        });
    }
}

fn row(
    scope: &Scope<'_>,
    number: IncidentNumber,
    incident: &Incident,
    covering: &Covering<'_>,
) -> IncidentRow {
    let closed = incident.closed().map(|(at, _)| at);
    let rules = scope.state.rules(&incident.service);
    let confirmed = closed.map(|at| at + rules.at(at).reopen_within).filter(|at| *at <= scope.as_of);
    let acknowledged = incident.deeds.iter().find(|deed| matches!(deed.act, Act::Acknowledged { .. }));
    let (cause, cause_text) = cause(scope, incident);
    IncidentRow {
        number,
        service: scope.named(&incident.service),
        priority: incident.priority,
        noticed_by: incident.noticed_by,
        began: incident.opened(),
        noticed: incident.recorded(),
        told: covering
            .iter()
            .filter_map(|(agreement, version)| told(incident, agreement, version, scope.as_of))
            .min(),
        acknowledged: acknowledged.map(|deed| deed.at),
        resolved: closed,
        confirmed,
        disturbed: disturbed(scope, incident),
        cause,
        cause_text,
        late: late(scope, incident, covering),
        reopened: count(incident.stages.len().saturating_sub(1)),
    }
}

/// For how long it was open within the window.
fn disturbed(scope: &Scope<'_>, incident: &Incident) -> Span {
    let stages = incident.stages.iter().map(|stage| {
        Interval::new(stage.opened, stage.closed.map_or(scope.as_of, |(at, _)| at).max(stage.opened))
    });
    IntervalSet::from_unsorted(stages).clip(scope.window).length()
}

/// The cause as last said, with its words for this reader.
fn cause(scope: &Scope<'_>, incident: &Incident) -> (Option<CauseCategory>, Option<ProseId>) {
    let mut said = incident.deeds.iter().rev().filter_map(|deed| match &deed.act {
        Act::Caused { category, internal, customer, .. } => {
            let text = if scope.customer { customer } else { internal };
            Some((Some(*category), text.as_ref().map(|text| text.id.clone())))
        }
        _ => None,
    });
    said.next().unwrap_or_default()
}

/// When the customer first heard of it: they said so themselves, were written to, or saw its card.
fn told(incident: &Incident, agreement: &AgreementId, version: &Version, now: Instant) -> Option<Instant> {
    let deeds = incident.deeds.iter().filter_map(|deed| match &deed.act {
        Act::Published { agreement: whom, .. } | Act::Reported { agreement: whom, .. } => {
            (whom == agreement).then_some(deed.at)
        }
        Act::Updated { agreement: whom, .. } => {
            whom.as_ref().is_none_or(|whom| whom == agreement).then_some(deed.at)
        }
        _ => None,
    });
    let recorded = incident.recorded();
    let by_policy = match version.terms.publish {
        Publish::AtOnce => Some(recorded),
        Publish::After(delay) => {
            Some(recorded + delay).filter(|at| incident.closed().is_none_or(|(closed, _)| closed > *at))
        }
        Publish::OnApproval => None,
    };
    deeds.chain(by_policy).filter(|at| *at <= now).min()
}

fn late(scope: &Scope<'_>, incident: &Incident, covering: &Covering<'_>) -> Vec<ClockKind> {
    let clocks =
        covering.iter().flat_map(|(_, version)| scope.state.case(incident, version, scope.as_of).clocks());
    let mut late: Vec<ClockKind> = clocks.filter(ClockState::late).map(|clock| clock.kind).collect();
    late.sort_unstable();
    late.dedup();
    late
}

/// Every response decided in the window, in the order of decision.
fn responses(scope: &Scope<'_>) -> Vec<Response> {
    let mut told = Vec::new();
    for (agreement, versions) in &scope.agreements {
        let Some(version) = scope.version(versions) else { continue };
        let promised = version.terms.objectives.iter().find(|objective| {
            matches!(&objective.kind, ObjectiveKind::Clock(clock) if clock.clock == ClockKind::Response)
        });
        let Some(objective) = promised else { continue };
        let standings =
            objective_standings(scope.state, agreement, &version.terms, objective, scope.window, scope.as_of);
        for standing in standings {
            let Measured::Clock(figures) = standing.measured else { continue };
            told.extend(figures.items.iter().map(|item| {
                let response = Response {
                    incident: item.incident,
                    priority: item.priority,
                    took: item.reading.elapsed,
                    target: item.reading.target,
                    late: item.reading.late,
                };
                (item.reading.decided_at(), response)
            }));
        }
    }
    told.sort_by_key(|(at, response)| (*at, response.incident));
    told.truncate(MOST_RESPONSES);
    told.into_iter().map(|(_, response)| response).collect()
}
