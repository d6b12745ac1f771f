//! What happened to an incident, line by line, for the eyes of one kind of reader.

use std::collections::BTreeMap;

use crate::commands::access::Scope;
use crate::core::decide::{Passage, Passed};
use crate::core::doc::Doc;
use crate::core::event::{Act, AgreementId, IncidentNumber, PersonId};
use crate::core::incident::{ClosedBy, Deed, Incident, NoticedBy};
use crate::core::notice::history::{Happening, What, customer, operators};
use crate::core::state::State;
use crate::core::time::Instant;
use crate::store::inbound::SetMark;
use crate::store::{Store, StoreError};

/// Who was called for an incident, by agreement and step on the on-call list. The list itself may change, so
/// that it is kept beside the message which calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Called(BTreeMap<(AgreementId, u32), Vec<PersonId>>);

impl Called {
    /// Who was called for this incident so far.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(store: &Store, incident: &Incident) -> Result<Self, StoreError> {
        let mut called = BTreeMap::new();
        for number in &incident.numbers {
            let beginning = format!("called/{}/", number.0);
            for (name, people) in store.marks(&beginning).await? {
                let whose = name.strip_prefix(&beginning).and_then(|rest| rest.rsplit_once('/'));
                let whose = whose
                    .and_then(|(agreement, step)| Some((AgreementId::new(agreement), step.parse().ok()?)));
                called.extend(whose.map(|whose| (whose, serde_json::from_str(&people).unwrap_or_default())));
            }
        }
        Ok(Self(called))
    }

    pub(super) fn mark(
        number: IncidentNumber,
        agreement: &AgreementId,
        step: u32,
        people: &[PersonId],
    ) -> SetMark {
        SetMark {
            name: format!("called/{}/{agreement}/{step}", number.0),
            value: serde_json::to_string(people).unwrap_or_default(),
        }
    }

    #[cfg(test)]
    pub(super) fn of(marks: &[SetMark]) -> Self {
        let read = |mark: &SetMark| {
            let mut parts = mark.name.split('/').skip(2);
            let agreement = AgreementId::new(parts.next()?);
            Some(((agreement, parts.next()?.parse().ok()?), serde_json::from_str(&mark.value).ok()?))
        };
        Self(marks.iter().filter_map(read).collect())
    }
}

/// What Upheld itself did and noticed, beside what people did.
fn passages<'a>(
    state: &'a State,
    incident: &'a Incident,
    scope: &'a Scope,
    called: &'a Called,
) -> impl Iterator<Item = Happening> + 'a {
    let numbers = incident.numbers.iter();
    let passages = numbers.flat_map(|number| state.told(*number).passages(*number));
    passages.filter(|passage| scope.includes(&passage.agreement)).filter_map(
        |Passage { at, agreement, what }| {
            let customer = name(state, agreement);
            let what = match what {
                Passed::AtRisk(clock) => What::AtRisk { clock: *clock, customer },
                Passed::Late(clock) => What::Late { clock: *clock, customer },
                Passed::Called(step) => {
                    // Of a step that called nobody any more nothing was said.
                    let people = called.0.get(&(agreement.clone(), *step))?.clone();
                    What::Called { people, customer }
                }
                Passed::Published => What::Shown { customer },
            };
            Some(Happening { at: *at, what })
        },
    )
}

/// Everything that happened so far, in order.
pub fn lines(state: &State, incident: &Incident, scope: &Scope, called: &Called, now: Instant) -> Vec<Doc> {
    let mut happenings: Vec<Happening> = Vec::new();
    for (index, stage) in incident.stages.iter().enumerate() {
        if stage.by == NoticedBy::Monitor {
            let what = if index == 0 { What::OpenedByMonitor } else { What::ReopenedByMonitor };
            happenings.push(Happening { at: stage.opened, what });
        }
        if let Some((at, ClosedBy::Monitor)) = stage.closed {
            happenings.push(Happening { at, what: What::ResolvedByMonitor });
        }
    }
    for deed in &incident.deeds {
        if concerns(&deed.act, scope) {
            happenings.extend(happening(state, incident, deed));
        }
    }
    happenings.extend(passages(state, incident, scope, called));
    happenings.sort_by_key(|happening| happening.at);
    match scope {
        Scope::AllBut(_) => happenings.iter().map(|happening| operators(happening, now)).collect(),
        Scope::Of(_) => happenings.iter().filter_map(|happening| customer(happening, now)).collect(),
    }
}

/// Whether a reader may know of an act: those that name a customer are that customer's.
pub fn concerns(act: &Act, scope: &Scope) -> bool {
    act.agreement().is_none_or(|agreement| scope.includes(agreement))
}

fn name(state: &State, agreement: &AgreementId) -> String {
    let version = state.agreements.get(agreement).and_then(|versions| versions.latest());
    version.map_or_else(|| agreement.to_string(), |version| version.terms.customer.clone())
}

/// An act as a happening; none for what is told otherwise.
pub fn happening(state: &State, incident: &Incident, deed: &Deed) -> Option<Happening> {
    let by = deed.by.clone();
    let named = |agreement: &Option<AgreementId>| agreement.as_ref().map(|agreement| name(state, agreement));
    let what = match &deed.act {
        Act::Opened { text, .. } => What::Opened { by, text: text.id.clone() },
        Act::Reported { agreement, text, .. } => {
            What::Reported { by, customer: name(state, agreement), text: text.id.clone() }
        }
        Act::Acknowledged { .. } => What::Acknowledged { by },
        Act::Resolved { text, .. } => What::Resolved { by, text: text.as_ref().map(|text| text.id.clone()) },
        Act::Reopened { agreement, text, .. } => {
            What::Reopened { by, customer: named(agreement), text: text.as_ref().map(|text| text.id.clone()) }
        }
        Act::Prioritised { priority, reason, .. } => {
            let from = priority_before(incident, deed);
            What::Prioritised { by, from, to: *priority, reason: reason.id.clone() }
        }
        Act::Paused { agreement, reason, .. } => {
            What::Paused { by, customer: named(agreement), reason: reason.id.clone() }
        }
        Act::Resumed { agreement, reason, .. } => What::Resumed {
            by,
            customer: named(agreement),
            reason: reason.as_ref().map(|reason| reason.id.clone()),
        },
        Act::Caused { category, internal, customer, .. } => What::Caused {
            by,
            category: *category,
            internal: internal.as_ref().map(|text| text.id.clone()),
            public: customer.as_ref().map(|text| text.id.clone()),
        },
        Act::Noted { text, .. } => What::Noted { by, text: text.id.clone() },
        Act::Updated { agreement, text, .. } => {
            What::Updated { by, customer: named(agreement), text: text.id.clone() }
        }
        Act::Said { agreement, text, .. } => {
            What::Said { by, customer: name(state, agreement), text: text.id.clone() }
        }
        Act::Published { agreement, .. } => What::Published { by, customer: name(state, agreement) },
        // The call itself is told.
        Act::Escalated { .. } => return None,
    };
    Some(Happening { at: deed.at, what })
}

/// The priority an incident had just before a change.
fn priority_before(incident: &Incident, deed: &Deed) -> crate::core::agreement::Priority {
    let earlier = incident.deeds.iter().take_while(|other| other.id != deed.id);
    let set = earlier.filter_map(|other| match &other.act {
        Act::Prioritised { priority, .. } => Some(*priority),
        _ => None,
    });
    set.last().unwrap_or(incident.found_priority)
}
