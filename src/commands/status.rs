//! `/status`: how every promise stands, what is open, and how it was a period ago.

use std::collections::BTreeSet;

use crate::commands::words::{figure, mark, period, score_value, service_name, verdict_key};
use crate::core::doc::{Block, Doc, Field, Line, Text, Tone, Value};
use crate::core::event::{AgreementId, ServiceId};
use crate::core::incident::Incident;
use crate::core::notice;
use crate::core::standing::{Measured, Standing, Verdict, standings};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::core::window::previous_window;

/// The standing of every objective of these agreements. `numbers` of incidents are shown as the reader
/// knows them; held-back incidents are not shown to customers.
pub fn status(
    state: &State,
    agreements: &[AgreementId],
    service: Option<&ServiceId>,
    operators: bool,
    now: Instant,
) -> Doc {
    let mut blocks = Vec::new();
    let mut worst = Verdict::Met;
    let (mut unmeasured, mut met) = (false, false);
    for agreement in agreements {
        let Some(version) = state.agreements.get(agreement).and_then(|versions| versions.at(now)) else {
            continue;
        };
        let all = standings(state, agreement, now, now);
        let shown: Vec<&Standing> = all.iter().filter(|standing| concerns(standing, service)).collect();
        worst = shown.iter().map(|standing| standing.verdict).fold(worst, graver);
        unmeasured |= shown.iter().any(|standing| is_unmeasured(standing));
        met |= shown.iter().any(|standing| standing.verdict == Verdict::Met);
        let heading = vec![
            Text::name(version.terms.customer.clone()),
            Text::mark(" · "),
            Text::name(version.terms.level.to_string()),
            Text::mark(" · "),
            Text::key("why-version").with("version", i64::from(version.number)),
        ];
        blocks.push(Block::Heading(heading));
        blocks.push(Block::Fields(shown.iter().map(|standing| field(state, standing, now)).collect()));
        blocks.push(open_incidents(state, agreement, service, operators, now));
    }
    let (tone, head) = match worst {
        Verdict::Missed => (Tone::Late, "status-missed"),
        Verdict::AtRisk => (Tone::AtRisk, "status-at-risk"),
        _ if unmeasured && met => (Tone::Information, "status-met-as-measured"),
        _ if unmeasured => (Tone::Information, "status-unmeasured"),
        _ => (Tone::Information, "status-met"),
    };
    let mut doc = Doc::new(tone, Text::key(head), now);
    doc.blocks = blocks;
    if operators {
        doc.blocks.extend(silent(state));
    }
    doc
}

fn graver(a: Verdict, b: Verdict) -> Verdict {
    let rank = |verdict| match verdict {
        Verdict::Missed => 2,
        Verdict::AtRisk => 1,
        Verdict::Met | Verdict::Insufficient | Verdict::NoData => 0,
    };
    if rank(b) > rank(a) { b } else { a }
}

/// An availability of which nothing, or too little, is known. A clock that nothing started is no lack of data.
fn is_unmeasured(standing: &Standing) -> bool {
    matches!(standing.measured, Measured::Availability(_))
        && matches!(standing.verdict, Verdict::NoData | Verdict::Insufficient)
}

fn concerns(standing: &Standing, service: Option<&ServiceId>) -> bool {
    service.is_none_or(|wanted| standing.service.as_ref().is_none_or(|service| service == wanted))
}

fn field(state: &State, standing: &Standing, now: Instant) -> Field {
    let mut name: Line = vec![Text::Value(notice::words::objective(&standing.objective.name))];
    if let Some(service) = &standing.service {
        name.extend([Text::mark(" · "), Text::Value(service_name(state, service))]);
    }
    let mut value: Line = vec![
        Text::Value(period(state, standing, false)),
        Text::mark(": "),
        Text::Value(Value::term(verdict_key(standing.verdict))),
        Text::mark(" · "),
    ];
    value.extend(figure(standing));
    if let Some(trend) = trend(state, standing, now) {
        value.extend([Text::mark(" · "), trend]);
    }
    Field { name, verdict: Some(mark(standing.verdict)), value }
}

/// The figure of the period before, for comparison.
fn trend(state: &State, standing: &Standing, now: Instant) -> Option<Text> {
    let zone = state.agreements.get(&standing.agreement)?.at(now)?.terms.zone;
    let before = previous_window(standing.objective.window, zone, standing.window);
    let at = before.end - Span::from_micros(1);
    let earlier = standings(state, &standing.agreement, at, at);
    let same = earlier
        .iter()
        .find(|other| other.objective.name == standing.objective.name && other.service == standing.service)?;
    let period = period(state, same, false);
    match &same.measured {
        Measured::Availability(measured) => {
            let value = Value::percent(measured.value?.floor_percent(4));
            Some(Text::key("trend-availability").with("period", period).with("value", value))
        }
        Measured::Clock(figures) if !figures.items.is_empty() => {
            let share = crate::core::ratio::Ratio::new(figures.met() as i128, figures.items.len() as i128)?;
            let value = Value::Percent { value: share.floor_percent(4), decimals: 1 };
            Some(Text::key("trend-share").with("period", period).with("value", value))
        }
        Measured::Complaints(figures) if !figures.items.is_empty() => {
            let share = crate::core::ratio::Ratio::new(figures.met() as i128, figures.items.len() as i128)?;
            let value = Value::Percent { value: share.floor_percent(4), decimals: 1 };
            Some(Text::key("trend-share").with("period", period).with("value", value))
        }
        Measured::Satisfaction(figures) => {
            let score = figures.score()?;
            let answers = i64::try_from(score.n).unwrap_or(i64::MAX);
            let text = Text::key("trend-satisfaction").with("period", period);
            Some(text.with("value", score_value(&score)).with("count", answers))
        }
        Measured::Clock(_) | Measured::Complaints(_) => None,
    }
}

fn open_incidents(
    state: &State,
    agreement: &AgreementId,
    service: Option<&ServiceId>,
    operators: bool,
    now: Instant,
) -> Block {
    let open = open(state, &BTreeSet::from([agreement.clone()]), operators, now);
    let open: Vec<Line> = open
        .iter()
        .filter(|incident| service.is_none_or(|wanted| *wanted == incident.service))
        .map(|incident| incident_line(state, incident, operators))
        .collect();
    if open.is_empty() { Block::Line(Text::key("status-no-incidents").into()) } else { Block::List(open) }
}

/// The open incidents that concern any of these agreements, most urgent first.
pub fn open(
    state: &State,
    agreements: &BTreeSet<AgreementId>,
    operators: bool,
    now: Instant,
) -> Vec<Incident> {
    let mut open: Vec<Incident> = state
        .ledger
        .unsettled()
        .filter_map(|number| state.incident(number, now))
        .filter(Incident::is_open)
        .filter(|incident| visible(state, incident, agreements, operators, now))
        .collect();
    open.sort_by_key(|incident| (incident.priority, incident.opened(), incident.number()));
    open.dedup_by_key(|incident| incident.number());
    open
}

/// The drills that run and that the reader may see: listed beside incidents, never among them.
pub fn open_drills(
    state: &State,
    agreements: &BTreeSet<AgreementId>,
    operators: bool,
    now: Instant,
) -> Vec<Incident> {
    let running = state.drills.running().filter_map(|(number, _)| state.attended(number, now));
    running.filter(|drill| visible(state, drill, agreements, operators, now)).collect()
}

/// Whether an incident concerns these agreements and, for customers, may be seen by them.
pub fn visible(
    state: &State,
    incident: &Incident,
    agreements: &BTreeSet<AgreementId>,
    operators: bool,
    now: Instant,
) -> bool {
    let Some(number) = incident.number() else { return false };
    let covering = state.covering(incident, now);
    covering.iter().any(|(agreement, _)| {
        agreements.contains(*agreement) && (operators || state.told(number).is_published(number, agreement))
    }) || (operators && covering.is_empty())
}

/// An incident as a button names it: `INC-42 · Checkout`.
pub fn incident_label(state: &State, incident: &Incident) -> Line {
    let number = incident.number().map_or_else(String::new, |number| number.to_string());
    vec![Text::name(number), Text::mark(" · "), Text::Value(service_name(state, &incident.service))]
}

/// An incident on one line. Who has it is the operators' to know; customers read that somebody has.
pub fn incident_line(state: &State, incident: &Incident, operators: bool) -> Line {
    let number = incident.number().map_or_else(String::new, |number| number.to_string());
    let key = match (incident.is_open(), incident.quieting.is_some(), incident.owner()) {
        (false, _, _) => "incident-line-resolved",
        (true, true, _) => "incident-line-quieting",
        (true, false, Some(_)) if operators => "incident-line-in-hand",
        (true, false, Some(_)) => "incident-line-taken",
        (true, false, None) => "incident-line-open",
    };
    let owner = incident
        .owner()
        .filter(|_| operators)
        .map_or_else(|| Value::Name(String::new()), |(person, _)| Value::Person(person.clone()));
    Text::key(key)
        .with("incident", Value::Code(number))
        .with("priority", Value::Name(incident.priority.to_string()))
        .with("service", service_name(state, &incident.service))
        .with("since", incident.opened())
        .with("until", incident.closed().map_or(incident.opened(), |(at, _)| at))
        .with("owner", owner)
        .into()
}

/// Integrations of which nothing is heard: what they watch is not known.
fn silent(state: &State) -> Vec<Block> {
    let silent = state.ledger.silent().iter().map(|(integration, since)| -> Line {
        Text::key("status-silent")
            .with("integration", Value::Name(integration.to_string()))
            .with("since", *since)
            .into()
    });
    let silent: Vec<Line> = silent.collect();
    if silent.is_empty() { Vec::new() } else { vec![Block::List(silent)] }
}
