//! What is open at a moment: once for everybody who looks, apart for each agreement and kind of reader.

use std::collections::{BTreeMap, BTreeSet};

use super::view::{Open, Record, Reviews, ServiceNow};
use crate::announce::feedback::feedback_view;
use crate::announce::view::{clock_view, customer_view};
use crate::commands::words::service_name;
use crate::core::agreement::Priority;
use crate::core::doc::{Line, Text, Tone, Value};
use crate::core::event::{AgreementId, IncidentNumber, PersonId, ServiceId};
use crate::core::incident::Incident;
use crate::core::notice::feedback::kind_name;
use crate::core::notice::review::called;
use crate::core::notice::review::lists::spans;
use crate::core::notice::view::{ClockStage, ClockView, by_urgency};
use crate::core::notice::{clock_row, customer, words};
use crate::core::review::{ReviewNumber, Subject};
use crate::core::state::{State, Version};
use crate::core::time::Instant;
use crate::core::voice::{FeedbackKind, FeedbackNumber};
use crate::directory::Directory;

/// What is open.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) as_of: Instant,
    /// For the provider.
    pub(super) incidents: BTreeMap<AgreementId, Vec<Open>>,
    pub(super) complaints: BTreeMap<AgreementId, Vec<Open>>,
    pub(super) loose: Vec<Open>,
    /// For the customer of each agreement: only what was published to them.
    pub(super) published: BTreeMap<AgreementId, Vec<Open>>,
    /// Since when each service is disturbed, as far as that was published.
    told: BTreeMap<AgreementId, BTreeMap<ServiceId, Instant>>,
    /// The services with an open incident.
    pub(super) disturbed: BTreeSet<ServiceId>,
    /// The heads of the delivery records.
    pub(super) records: BTreeMap<AgreementId, Record>,
    /// The newest issued review of each agreement.
    issued: BTreeMap<AgreementId, ReviewNumber>,
    /// When the next planned one comes.
    coming: BTreeMap<AgreementId, Instant>,
}

/// Whose readers look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Readers<'a> {
    pub(super) provider: bool,
    pub(super) customers: &'a BTreeSet<AgreementId>,
}

impl Scene {
    /// Nothing is open yet.
    pub(super) fn at(state: &State, as_of: Instant) -> Self {
        let own = |subject: &Subject| subject.agreement().cloned();
        let issued = state.reviews.newest().into_iter();
        let mut coming = BTreeMap::new();
        for ((subject, _), at) in state.next_reviews(as_of) {
            let Some(agreement) = own(subject) else { continue };
            let soonest = coming.entry(agreement).or_insert(at);
            *soonest = at.min(*soonest);
        }
        Self {
            as_of,
            incidents: BTreeMap::new(),
            complaints: BTreeMap::new(),
            loose: Vec::new(),
            published: BTreeMap::new(),
            told: BTreeMap::new(),
            disturbed: BTreeSet::new(),
            records: BTreeMap::new(),
            issued: issued.filter_map(|(subject, number)| Some((own(subject)?, number))).collect(),
            coming,
        }
    }

    pub(super) fn reviews(&self, state: &State, agreement: &AgreementId) -> Reviews {
        let newest = self.issued.get(agreement).and_then(|number| {
            let review = state.reviews.review(*number)?;
            let (first, last, _) = spans(state, review, state.zone(agreement, self.as_of));
            Some((*number, called(review.period, first, last)))
        });
        Reviews { newest, next: self.coming.get(agreement).copied() }
    }

    /// Adds an incident, if it is open.
    pub(super) fn incident(
        &mut self,
        state: &State,
        directory: &Directory,
        number: IncidentNumber,
        readers: Readers<'_>,
        now: Instant,
    ) {
        let Some(incident) = state.incident(number, now).filter(Incident::is_open) else { return };
        // Of two that became one, both numbers lead to it.
        if incident.number() != Some(number) {
            return;
        }
        self.disturbed.insert(incident.service.clone());
        let covering = state.covering(&incident, now);
        for (agreement, version) in &covering {
            if readers.provider {
                let open = provider(state, directory, &incident, number, Some(version), now);
                self.incidents.entry((*agreement).clone()).or_default().push(open);
            }
            if readers.customers.contains(*agreement) && state.ledger.is_published(number, agreement) {
                self.customer(state, &incident, agreement, now);
            }
        }
        if covering.is_empty() && readers.provider {
            self.loose.push(provider(state, directory, &incident, number, None, now));
        }
    }

    fn customer(&mut self, state: &State, incident: &Incident, agreement: &AgreementId, now: Instant) {
        let Some(view) = customer_view(state, incident, agreement, now) else { return };
        let tightest = by_urgency(&view.clocks).into_iter().find(|clock| !clock.is_stopped());
        let stage = tightest.map(ClockView::stage);
        let tone = match stage {
            Some(ClockStage::Late) => Tone::Late,
            _ if view.in_hand.is_some() => Tone::InHand,
            _ => Tone::Disturbed,
        };
        let open = Open {
            number: view.number.to_string(),
            tone,
            head: customer::head(&view),
            lines: customer::summary(&view),
            clock: None,
            stage,
            due: tightest.and_then(|clock| clock.late_since.or(clock.due)),
        };
        self.published.entry(agreement.clone()).or_default().push(open);
        let told = self.told.entry(agreement.clone()).or_default();
        let since = told.entry(incident.service.clone()).or_insert(view.since);
        *since = view.since.min(*since);
    }

    /// Adds a complaint, if it is open.
    pub(super) fn complaint(
        &mut self,
        state: &State,
        directory: &Directory,
        number: FeedbackNumber,
        now: Instant,
    ) {
        let Some(feedback) = state.voice.feedback(number) else { return };
        if feedback.kind != FeedbackKind::Complaint || !feedback.is_open() {
            return;
        }
        let view = feedback_view(state, number, feedback, now);
        let mut clocks: Vec<_> = view.clocks.iter().filter(|clock| !clock.clock.is_stopped()).collect();
        clocks.sort_by_key(|clock| (clock.clock.stage(), clock.clock.late_since.or(clock.clock.due)));
        let tightest = clocks.first();
        let stage = tightest.map(|clock| clock.clock.stage());
        let mut head: Line = vec![kind_name(feedback.kind).into()];
        if let Some(name) = view.service {
            head.extend([Text::mark(" · "), Value::Localized(name).into()]);
        }
        let since = Text::key("card-since").with("since", view.submitted);
        let open = Open {
            number: number.to_string(),
            tone: tone(stage, view.owner.is_some()),
            head,
            lines: vec![vec![since, Text::mark(" · "), holder(directory, view.owner.as_ref())]],
            clock: tightest.map(|clock| clock.row()),
            stage,
            due: tightest.and_then(|clock| clock.clock.late_since.or(clock.clock.due)),
        };
        self.complaints.entry(feedback.agreement.clone()).or_default().push(open);
    }

    /// How the services of an agreement are, as far as its customer was told.
    pub(super) fn services(
        &self,
        state: &State,
        agreement: &AgreementId,
        version: &Version,
    ) -> Vec<ServiceNow> {
        let told = self.told.get(agreement);
        let services = version.terms.services.iter();
        services
            .map(|id| ServiceNow {
                name: service_name(state, id),
                disturbed: told.and_then(|told| told.get(id)).copied(),
            })
            .collect()
    }

    /// Puts the most urgent first.
    pub(super) fn sort(&mut self) {
        let lists = self.incidents.values_mut().chain(self.complaints.values_mut());
        for list in lists.chain(self.published.values_mut()).chain([&mut self.loose]) {
            list.sort_by_key(Open::urgency);
        }
    }
}

/// What the provider sees of an open incident under one agreement.
fn provider(
    state: &State,
    directory: &Directory,
    incident: &Incident,
    number: IncidentNumber,
    version: Option<&Version>,
    now: Instant,
) -> Open {
    let clocks: Vec<ClockView> = version.map_or_else(Vec::new, |version| {
        let clocks = state.case(incident, version, now).clocks();
        clocks.iter().map(|clock| clock_view(clock, version)).collect()
    });
    let tightest = by_urgency(&clocks).into_iter().find(|clock| !clock.is_stopped());
    let stage = tightest.map(ClockView::stage);
    let owner = incident.owner().map(|(person, _)| person);
    let tone = tone(stage, owner.is_some());
    let mut since = vec![Text::key("card-since").with("since", incident.opened()), Text::mark(" · ")];
    since.push(match incident.quieting {
        Some(quiet) => Text::key("signs-quieting").with("since", quiet),
        None => holder(directory, owner),
    });
    if version.is_none() {
        since.extend([Text::mark(" · "), Text::key("no-agreement")]);
    }
    Open {
        number: number.to_string(),
        tone,
        head: head(state, tone, incident.priority, &incident.service),
        lines: vec![since],
        clock: tightest.map(|clock| clock_row(clock, false)),
        stage,
        due: tightest.and_then(|clock| clock.late_since.or(clock.due)),
    }
}

fn head(state: &State, tone: Tone, priority: Priority, service: &ServiceId) -> Line {
    vec![
        words::tone(tone).into(),
        Text::mark(" · "),
        Text::name(priority.to_string()),
        Text::mark(" · "),
        Text::Value(service_name(state, service)),
    ]
}

const fn tone(stage: Option<ClockStage>, in_hand: bool) -> Tone {
    match (stage, in_hand) {
        (Some(ClockStage::Late), _) => Tone::Late,
        (Some(ClockStage::AtRisk), _) => Tone::AtRisk,
        (_, true) => Tone::InHand,
        (_, false) => Tone::Disturbed,
    }
}

/// Who has it. Somebody who was forgotten has no name any more.
fn holder(directory: &Directory, person: Option<&PersonId>) -> Text {
    let Some(person) = person else { return Text::key("board-nobody") };
    let known = directory.people.get(person).filter(|known| !known.name.is_empty());
    let name = known.map_or(Value::term("erased"), |known| Value::Untrusted(known.name.clone()));
    Text::key("board-holder").with("person", name)
}
