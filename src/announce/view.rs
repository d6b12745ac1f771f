//! From the state to plain facts for one kind of reader.

use crate::announce::figures::Figures;
use crate::commands::access::Scope;
use crate::core::agreement::{CustomerText, Publish, labels_match};
use crate::core::clocks::ClockState;
use crate::core::decide::FIRING_SHOWN;
use crate::core::event::{Act, AgreementId, IncidentNumber, PersonId, ProseId, ServiceId};
use crate::core::incident::{Incident, NoticedBy};
use crate::core::notice::view::{
    AgreementView, CauseView, ClockView, CustomerView, IncidentView, Localized, Problem, Publication, Signs,
};
use crate::core::state::{State, Version};
use crate::core::time::Instant;
use crate::core::watch::Episode;
use crate::directory::Directory;

/// An agreement that covers an incident, with the version that judges it.
pub type Covering<'a> = (&'a AgreementId, &'a Version);

/// An incident as operators see it who may know of what is in `scope`; none while it has no number.
pub fn incident_view(
    state: &State,
    directory: &Directory,
    incident: &Incident,
    scope: &Scope,
    now: Instant,
) -> Option<IncidentView> {
    let mut covering = state.covering(incident, now);
    covering.retain(|(agreement, _)| scope.includes(agreement));
    incident_view_under(state, directory, incident, &covering, &Figures::new(state, now), now)
}

/// The same for readers who may know of these agreements alone.
pub fn incident_view_under(
    state: &State,
    directory: &Directory,
    incident: &Incident,
    covering: &[Covering<'_>],
    figures: &Figures<'_>,
    now: Instant,
) -> Option<IncidentView> {
    let number = incident.number()?;
    let agreements =
        covering.iter().map(|whose| agreement_view(state, incident, number, *whose, figures, now));
    Some(IncidentView {
        number,
        service: service_name(state, &incident.service),
        problem: problem(state, incident, covering),
        since: incident.opened(),
        priority: incident.priority,
        noticed_by: incident.noticed_by,
        owner: holder(incident).map(|(person, at)| (person.clone(), at)),
        cause: cause(incident),
        signs: signs(state, incident, now),
        resolved: incident.closed(),
        runbook: runbook(state, incident),
        agreements: agreements.collect(),
        on_call: on_call(directory, covering),
        as_of: now,
    })
}

/// Who has it since it last opened: an acknowledgement of an earlier time says nothing of now.
fn holder(incident: &Incident) -> Option<(&PersonId, Instant)> {
    let opened = incident.stages.last().map(|stage| stage.opened);
    incident.owner().filter(|(_, at)| opened.is_none_or(|opened| *at >= opened))
}

/// In the order in which they are called, each once.
fn on_call(directory: &Directory, covering: &[Covering<'_>]) -> Vec<PersonId> {
    let mut people = Vec::new();
    for person in covering.iter().flat_map(|(agreement, _)| directory.on_call(agreement)) {
        if !people.contains(&person) {
            people.push(person);
        }
    }
    people
}

/// A service's name in every language; its id when the configuration no longer has it.
pub fn service_name(state: &State, id: &ServiceId) -> Localized {
    state
        .service(id)
        .map_or_else(|| Localized::from([("en".to_owned(), id.to_string())]), |service| service.name.clone())
}

fn firing<'a>(state: &'a State, incident: &Incident) -> Vec<&'a Episode> {
    let open = incident.is_open() || incident.still_firing;
    let watch = state.watch(&incident.service).filter(|_| open);
    let mut firing: Vec<&Episode> =
        watch.into_iter().flat_map(|watch| watch.firing()).map(|(_, firing)| firing).collect();
    firing.sort_by_key(|firing| (firing.priority(), firing.start()));
    firing
}

fn problem(state: &State, incident: &Incident, covering: &[Covering<'_>]) -> Problem {
    let firing = firing(state, incident);
    let mut summaries: Vec<String> = Vec::new();
    for firing in &firing {
        if !summaries.contains(&firing.summary) {
            summaries.push(firing.summary.clone());
        }
    }
    let more = summaries.len().saturating_sub(FIRING_SHOWN);
    summaries.truncate(FIRING_SHOWN);
    let mut components: Vec<String> =
        firing.iter().filter_map(|firing| firing.component().map(ToOwned::to_owned)).collect();
    components.sort();
    components.dedup();
    let told = incident.deeds.iter().find_map(|deed| match &deed.act {
        Act::Opened { text, .. } => Some(text.id.clone()),
        Act::Reported { agreement, text, .. } => {
            covering.iter().any(|(known, _)| *known == agreement).then(|| text.id.clone())
        }
        _ => None,
    });
    Problem { summaries, more, told, components }
}

fn signs(state: &State, incident: &Incident, now: Instant) -> Signs {
    if let Some(since) = incident.quieting {
        return Signs::Quieting(since);
    }
    if incident.still_firing {
        return Signs::StillFiring;
    }
    let firing = firing(state, incident);
    let stale = firing.iter().map(|firing| firing.stale_from()).max();
    match stale {
        Some(stale) if stale <= now => {
            Signs::NoWord(firing.iter().map(|firing| firing.confirmed).max().unwrap_or(stale))
        }
        _ => Signs::AsExpected,
    }
}

fn cause(incident: &Incident) -> Option<CauseView> {
    incident.deeds.iter().rev().find_map(|deed| match &deed.act {
        Act::Caused { category, internal, customer, .. } => Some(CauseView {
            category: *category,
            internal: internal.as_ref().map(|text| text.id.clone()),
            customer: customer.as_ref().map(|text| text.id.clone()),
        }),
        _ => None,
    })
}

fn runbook(state: &State, incident: &Incident) -> Option<String> {
    let own = state.service(&incident.service).and_then(|service| service.runbook.clone());
    let links = firing(state, incident).into_iter().flat_map(|firing| &firing.links);
    let theirs = links.filter(|link| link.rel == "runbook").map(|link| link.url.clone());
    own.into_iter().chain(theirs).find(|url| url.starts_with("https://") || url.starts_with("http://"))
}

fn clock_views(state: &State, incident: &Incident, version: &Version, now: Instant) -> Vec<ClockView> {
    let clocks = state.case(incident, version, now).clocks();
    clocks.iter().map(|clock| clock_view(clock, version)).collect()
}

/// A clock as messages show it.
pub fn clock_view(clock: &ClockState, version: &Version) -> ClockView {
    let terms = &version.terms;
    let objective = terms.objectives.iter().find(|objective| objective.name == clock.objective);
    let working = objective.is_some_and(|objective| !terms.calendar(&objective.calendar).is_always());
    ClockView::of(clock, terms.clocks.at_risk_percent, working)
}

fn last_update(
    state: &State,
    incident: &Incident,
    version: &Version,
    now: Instant,
) -> Option<(Instant, ProseId)> {
    let deeds: Vec<_> = state.case(incident, version, now).own_deeds().collect();
    deeds.iter().rev().find_map(|deed| match &deed.act {
        Act::Updated { text, .. } => Some((deed.at, text.id.clone())),
        _ => None,
    })
}

/// The pause that is open, with its reason.
fn pause(state: &State, incident: &Incident, version: &Version, now: Instant) -> Option<(Instant, ProseId)> {
    let mut open = None;
    for deed in state.case(incident, version, now).own_deeds() {
        match &deed.act {
            Act::Paused { reason, .. } => open = open.or_else(|| Some((deed.at, reason.id.clone()))),
            Act::Resumed { .. } => open = None,
            _ => {}
        }
    }
    open.filter(|_| incident.is_open())
}

fn agreement_view(
    state: &State,
    incident: &Incident,
    number: IncidentNumber,
    (id, version): Covering<'_>,
    figures: &Figures<'_>,
    now: Instant,
) -> AgreementView {
    let terms = &version.terms;
    AgreementView {
        customer: terms.customer.clone(),
        agreement: id.to_string(),
        reference: reference(&terms.reference, number),
        level: terms.level,
        version: version.number,
        clocks: clock_views(state, incident, version, now),
        objectives: figures.of(id, incident),
        publication: match terms.publish {
            _ if !state.may_be_told(number, id) => Publication::Drill,
            _ if state.told(number).is_published(number, id) => Publication::Told,
            Publish::AtOnce => Publication::Told,
            Publish::After(delay) => Publication::HeldUntil(incident.recorded() + delay),
            Publish::OnApproval => Publication::OnApproval,
        },
        last_update: last_update(state, incident, version, now),
        pause: pause(state, incident, version, now),
    }
}

/// The customer's own reference: `ACME-42`; of a drill its number.
fn reference(prefix: &str, number: IncidentNumber) -> String {
    if number.is_drill() { number.to_string() } else { format!("{prefix}-{}", number.0) }
}

/// An incident as one customer sees it; none when the agreement does not cover it.
pub fn customer_view(
    state: &State,
    incident: &Incident,
    agreement: &AgreementId,
    now: Instant,
) -> Option<CustomerView> {
    customer_view_with(state, incident, agreement, &Figures::new(state, now), now)
}

/// The same with figures that were measured before.
pub fn customer_view_with(
    state: &State,
    incident: &Incident,
    agreement: &AgreementId,
    figures: &Figures<'_>,
    now: Instant,
) -> Option<CustomerView> {
    let (_, version) = state.covering(incident, now).into_iter().find(|(id, _)| *id == agreement)?;
    let number = incident.number()?;
    let terms = &version.terms;
    let own: Vec<_> = state.case(incident, version, now).own_deeds().collect();
    let reason = own.iter().rev().find_map(|deed| match &deed.act {
        Act::Prioritised { reason, .. } => Some(reason.id.clone()),
        _ => None,
    });
    let reported = own.iter().any(|deed| matches!(deed.act, Act::Reported { .. }));
    Some(CustomerView {
        number,
        reference: reference(&terms.reference, number),
        service: service_name(state, &incident.service),
        problem: customer_text(state, incident, version),
        since: incident.opened(),
        level: terms.level,
        priority: incident.priority,
        priority_reason: reason,
        reported: reported && incident.noticed_by == NoticedBy::Customer,
        in_hand: holder(incident).map(|(_, at)| at),
        again: incident.stages.last().filter(|_| incident.stages.len() > 1).map(|stage| stage.opened),
        clocks: clock_views(state, incident, version, now),
        objectives: figures.of(agreement, incident),
        last_update: last_update(state, incident, version, now),
        pause: pause(state, incident, version, now),
        resolved: incident.closed().map(|(at, _)| at),
        cause: cause(incident).map(|cause| (cause.category, cause.customer)),
        as_of: now,
    })
}

/// What the agreement says to its customer of this alert: the first text whose service and labels fit a
/// signal that fires, or that asks for no labels. When none fires (it was reported, or is quieting), the first
/// one for this service or for all.
fn customer_text(state: &State, incident: &Incident, version: &Version) -> Option<Localized> {
    let firing = firing(state, incident);
    let fits = |text: &&CustomerText| match &text.service {
        Some(service) if *service != incident.service.real() => false,
        _ if text.labels.is_empty() => true,
        Some(_) if firing.is_empty() => true,
        _ => firing.iter().any(|firing| labels_match(&text.labels, &firing.labels)),
    };
    version.terms.customer_texts.iter().find(fits).map(|text| text.text.clone())
}
