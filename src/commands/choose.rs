//! Finding what a command is about: by name, by being the only one, or by offering what there is.

use crate::commands::asking::Asking;
use crate::commands::status;
use crate::commands::words::service_name;
use crate::core::doc::{Doc, Line, Text, Value, Weight};
use crate::core::event::{AgreementId, IncidentNumber, ServiceId};
use crate::core::incident::Incident;
use crate::core::state::{State, Version};

/// At most this many are offered as buttons.
const OFFERED: usize = 20;

/// The incident a command names; with none named the only open one, else the open ones to choose from.
/// An incident that does not exist and one of somebody else give the same answer.
pub fn incident(
    state: &State,
    asking: &Asking,
    named: Option<IncidentNumber>,
    command: &str,
) -> Result<Incident, Doc> {
    let agreements = asking.agreements(state);
    let operators = asking.as_operator();
    if let Some(number) = named {
        let found = state.incident(number, asking.now);
        let seen =
            found.filter(|incident| status::visible(state, incident, &agreements, operators, asking.now));
        return seen.ok_or_else(|| {
            asking.refuse(Text::key("error-no-incident").with("incident", Value::Code(number.to_string())))
        });
    }
    let mut open = status::open(state, &agreements, operators, asking.now);
    match open.len() {
        0 => Err(asking.refuse_key("error-nothing-open")),
        1 => Ok(open.remove(0)),
        _ => Err(offer_incidents(state, asking, &open, command)),
    }
}

fn offer_incidents(state: &State, asking: &Asking, open: &[Incident], command: &str) -> Doc {
    let mut doc = asking.say(Text::key("choose-incident"));
    for incident in open.iter().take(OFFERED) {
        let Some(number) = incident.number() else { continue };
        let label: Line = vec![
            Text::name(number.to_string()),
            Text::mark(" · "),
            Text::Value(service_name(state, &incident.service)),
        ];
        doc = doc.button(label, format!("{command} {number}"), Weight::Secondary);
    }
    doc
}

/// The latest incident of a service in sight, open or not.
pub fn latest(state: &State, asking: &Asking) -> Vec<Incident> {
    let agreements = asking.agreements(state);
    let operators = asking.as_operator();
    let services: Vec<ServiceId> = state.service_ids().cloned().collect();
    let mut all: Vec<Incident> = services
        .iter()
        .flat_map(|service| state.incidents(service, asking.now))
        .filter(|incident| status::visible(state, incident, &agreements, operators, asking.now))
        .collect();
    all.sort_by_key(|incident| (std::cmp::Reverse(incident.opened()), incident.number()));
    all
}

/// The service a word means, among these.
pub fn service(
    state: &State,
    asking: &Asking,
    services: &[ServiceId],
    typed: Option<&str>,
    command: &str,
) -> Result<ServiceId, Doc> {
    if services.is_empty() {
        return Err(asking.refuse_key("error-no-agreement"));
    }
    let Some(typed) = typed else {
        return match services {
            [only] => Ok(only.clone()),
            _ => Err(offer_services(state, asking, services, command)),
        };
    };
    find_service(state, services, typed).ok_or_else(|| {
        let near = services.iter().map(|id| (strsim::damerau_levenshtein(typed, id.as_str()), id)).min();
        let text = match near.filter(|(distance, _)| *distance <= 3) {
            Some((_, near)) => Text::key("error-no-service-near").with("near", Value::Code(near.to_string())),
            None => Text::key("error-no-service"),
        };
        let known = services.iter().map(|id| Value::Code(id.to_string())).collect();
        asking.refuse(
            text.with("service", Value::Untrusted(typed.to_owned())).with("services", Value::List(known)),
        )
    })
}

/// By id, or by name in any language.
pub fn find_service(state: &State, services: &[ServiceId], typed: &str) -> Option<ServiceId> {
    let wanted = typed.trim().to_lowercase();
    let named = |id: &&ServiceId| {
        id.as_str() == wanted
            || state
                .service(id)
                .is_some_and(|service| service.name.values().any(|name| name.to_lowercase() == wanted))
    };
    services.iter().find(named).cloned()
}

/// The services in sight.
pub fn services(state: &State, asking: &Asking) -> Vec<ServiceId> {
    let agreements = asking.agreements(state);
    let covered = agreements.iter().filter_map(|id| state.agreements.get(id)?.at(asking.now));
    let mut services: Vec<ServiceId> = if asking.as_operator() {
        state.book().into_iter().flat_map(|book| book.services.keys().cloned()).collect()
    } else {
        covered.flat_map(|version| version.terms.services.iter().cloned()).collect()
    };
    services.sort();
    services.dedup();
    services
}

/// The agreements in sight under which something can begin now: those that have not ended and were not
/// withdrawn, each with the terms in force.
pub fn in_force<'a>(state: &'a State, asking: &Asking) -> Vec<(AgreementId, &'a Version)> {
    let agreements = asking.agreements(state).into_iter();
    let in_force = agreements.filter_map(|id| {
        let versions = state.agreements.get(&id).filter(|versions| versions.covers(asking.now))?;
        Some((id, versions.at(asking.now)?))
    });
    in_force.collect()
}

fn offer_services(state: &State, asking: &Asking, services: &[ServiceId], command: &str) -> Doc {
    let mut doc = asking.say(Text::key("choose-service"));
    for service in services.iter().take(OFFERED) {
        let label = Text::Value(service_name(state, service));
        doc = doc.button(label, format!("{command} {service}"), Weight::Secondary);
    }
    doc
}

/// The customer a command means: the one named, or the only one in sight, or a choice.
pub fn agreement(
    state: &State,
    asking: &Asking,
    among: &[AgreementId],
    named: Option<&str>,
    command: &str,
) -> Result<AgreementId, Doc> {
    if let Some(named) = named {
        let wanted = named.trim().to_lowercase();
        let found = among.iter().find(|id| {
            let customer = state
                .agreements
                .get(id)
                .and_then(|versions| versions.latest())
                .map(|v| v.terms.customer.to_lowercase());
            id.as_str().to_lowercase() == wanted || customer.as_deref() == Some(wanted.as_str())
        });
        let known = among.iter().map(|id| Value::Code(id.to_string())).collect();
        return found.cloned().ok_or_else(|| {
            let text = Text::key("error-no-customer").with("customer", Value::Untrusted(named.to_owned()));
            asking.refuse(text.with("customers", Value::List(known)))
        });
    }
    match among {
        [] => Err(asking.refuse_key("error-no-agreement")),
        [only] => Ok(only.clone()),
        _ => {
            let mut doc = asking.say(Text::key("choose-customer"));
            for id in among.iter().take(OFFERED) {
                let name = state
                    .agreements
                    .get(id)
                    .and_then(|v| v.latest())
                    .map_or(id.to_string(), |v| v.terms.customer.clone());
                doc = doc.button(Text::name(name), format!("{command} --customer={id}"), Weight::Secondary);
            }
            Err(doc)
        }
    }
}
