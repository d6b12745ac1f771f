//! Finding what a command is about: by name, by being the only one, or by offering what there is.

use crate::commands::asking::Asking;
use crate::commands::near::near;
use crate::commands::status;
use crate::commands::words::service_name;
use crate::core::doc::{Doc, Text, Value, Weight};
use crate::core::event::{AgreementId, IncidentNumber, ServiceId};
use crate::core::incident::Incident;
use crate::core::state::{State, Version};

/// At most this many are offered as buttons.
pub const OFFERED: usize = 20;

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

/// An incident or a drill, as for [`incident`]: for what can be done to both.
pub fn attended(
    state: &State,
    asking: &Asking,
    named: Option<IncidentNumber>,
    command: &str,
) -> Result<Incident, Doc> {
    let (agreements, operators) = (asking.agreements(state), asking.as_operator());
    if let Some(number) = named.filter(|number| number.is_drill()) {
        asking.exercising();
        let found = state.attended(number, asking.now);
        let seen =
            found.filter(|incident| status::visible(state, incident, &agreements, operators, asking.now));
        return seen.ok_or_else(|| {
            asking.refuse(Text::key("error-no-incident").with("incident", Value::Code(number.to_string())))
        });
    }
    let mut drills = status::open_drills(state, &agreements, operators, asking.now);
    if named.is_some() || drills.is_empty() {
        return incident(state, asking, named, command);
    }
    let mut open = status::open(state, &agreements, operators, asking.now);
    if open.is_empty() && drills.len() == 1 {
        asking.exercising();
        return Ok(drills.remove(0));
    }
    open.append(&mut drills);
    Err(offer_incidents(state, asking, &open, command))
}

fn offer_incidents(state: &State, asking: &Asking, open: &[Incident], command: &str) -> Doc {
    let mut doc = asking.say(Text::key("choose-incident"));
    for incident in open.iter().take(OFFERED) {
        let Some(number) = incident.number() else { continue };
        let label = status::incident_label(state, incident);
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
        let instead = |service: &ServiceId| format!("{command} {service}");
        no_service(state, asking, services, typed, instead)
    })
}

/// No such service: the nearest one, and all there are. `instead` is the command with another one.
pub fn no_service(
    state: &State,
    asking: &Asking,
    services: &[ServiceId],
    typed: &str,
    instead: impl Fn(&ServiceId) -> String,
) -> Doc {
    let names = services.iter().flat_map(|id| {
        let named = state.service(id).map(|service| service.name.values().cloned().collect::<Vec<_>>());
        std::iter::once(id.to_string()).chain(named.unwrap_or_default()).map(move |name| (name, id))
    });
    let nearest = near(typed, names);
    let own: Vec<AgreementId> = asking.agreements(state).into_iter().collect();
    let of = match (own.as_slice(), asking.as_operator()) {
        ([only], false) => Some(Value::Name(customer(state, only))),
        _ => None,
    };
    let text = match (nearest, &of) {
        (Some(near), Some(_)) => {
            Text::key("error-no-service-of-near").with("near", Value::Code(near.to_string()))
        }
        (Some(near), None) => Text::key("error-no-service-near").with("near", Value::Code(near.to_string())),
        (None, Some(_)) => Text::key("error-no-service-of"),
        (None, None) => Text::key("error-no-service"),
    };
    let text = of.into_iter().fold(text, |text, of| text.with("customer", of));
    let known = services.iter().map(|id| Value::Code(id.to_string())).collect();
    let doc = asking.refuse(
        text.with("service", Value::Untrusted(typed.to_owned())).with("services", Value::List(known)),
    );
    nearest.into_iter().fold(doc, |doc, near| {
        doc.button(Text::Value(service_name(state, near)), instead(near), Weight::Primary)
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
    let instead = |agreement: &AgreementId| format!("{command} --customer={agreement}");
    if let Some(named) = named.filter(|named| !named.trim().is_empty()) {
        let customers = customers(state, among);
        return find_agreement(state, among, named)
            .ok_or_else(|| no_customer(asking, &customers, named, instead));
    }
    match among {
        [] => Err(asking.refuse_key("error-no-agreement")),
        [only] => Ok(only.clone()),
        _ => Err(offer_customers(asking, &customers(state, among), instead)),
    }
}

/// By id, by the customer's name, or by the reference of its incidents.
pub fn find_agreement(state: &State, among: &[AgreementId], named: &str) -> Option<AgreementId> {
    let wanted = named.trim().to_lowercase();
    let named = |id: &&AgreementId| {
        let terms = state.agreements.get(id).and_then(|versions| versions.latest()).map(|v| &v.terms);
        id.as_str().to_lowercase() == wanted
            || terms.is_some_and(|terms| {
                terms.customer.to_lowercase() == wanted || terms.reference.to_lowercase() == wanted
            })
    };
    among.iter().find(named).cloned()
}

/// The customer of an agreement by name.
pub fn customer(state: &State, agreement: &AgreementId) -> String {
    let latest = state.agreements.get(agreement).and_then(|versions| versions.latest());
    latest.map_or_else(|| agreement.to_string(), |version| version.terms.customer.clone())
}

/// Agreements with their customers' names.
pub fn customers(state: &State, agreements: &[AgreementId]) -> Vec<(AgreementId, String)> {
    agreements.iter().map(|id| (id.clone(), customer(state, id))).collect()
}

/// Which customer? `instead` is the command with one.
pub fn offer_customers(
    asking: &Asking,
    customers: &[(AgreementId, String)],
    instead: impl Fn(&AgreementId) -> String,
) -> Doc {
    let doc = asking.say(Text::key("choose-customer"));
    customers
        .iter()
        .take(OFFERED)
        .fold(doc, |doc, (id, name)| doc.button(Text::name(name.clone()), instead(id), Weight::Secondary))
}

/// No such customer: the nearest one, and all there are.
pub fn no_customer(
    asking: &Asking,
    customers: &[(AgreementId, String)],
    typed: &str,
    instead: impl Fn(&AgreementId) -> String,
) -> Doc {
    let names = customers.iter().flat_map(|known| [(known.0.to_string(), known), (known.1.clone(), known)]);
    let nearest = near(typed, names);
    let text = match nearest {
        Some((id, _)) => Text::key("error-no-customer-near").with("near", Value::Code(id.to_string())),
        None => Text::key("error-no-customer"),
    };
    let known = customers.iter().map(|(id, _)| Value::Code(id.to_string())).collect();
    let doc = asking.refuse(
        text.with("customer", Value::Untrusted(typed.to_owned())).with("customers", Value::List(known)),
    );
    nearest
        .into_iter()
        .fold(doc, |doc, (id, name)| doc.button(Text::name(name.clone()), instead(id), Weight::Primary))
}
