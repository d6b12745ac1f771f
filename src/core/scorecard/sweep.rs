//! One look at every incident that touches a window.

use std::collections::{BTreeMap, BTreeSet};

use super::{Figures, OfPerson, OfService, Part, Question, Times};
use crate::core::agreement::ClockKind;
use crate::core::event::{Act, PersonId, ServiceId};
use crate::core::incident::{Deed, Incident, Stage};
use crate::core::interval::Interval;
use crate::core::state::{State, Version};
use crate::core::time::{Instant, Span};

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    services: BTreeMap<ServiceId, Tally>,
    people: BTreeMap<PersonId, Doings>,
    pub(super) openings: Vec<Instant>,
}

#[derive(Clone, Debug, Default)]
struct Tally {
    opened: u64,
    acknowledged: Vec<Span>,
    restored: Vec<Span>,
    first_owner: Part,
    reopened: Part,
    updates: Part,
    responses: Part,
}

#[derive(Clone, Debug, Default)]
struct Doings {
    acknowledged: Vec<Span>,
    resolved: u64,
    first_owner: Part,
    updates: u64,
}

impl Tally {
    fn figures(&self) -> Figures {
        Figures {
            opened: self.opened,
            acknowledged: Times::of(&self.acknowledged),
            restored: Times::of(&self.restored),
            first_owner: self.first_owner,
            reopened: self.reopened,
            updates: self.updates,
            responses: self.responses,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.opened += other.opened;
        self.acknowledged.extend(&other.acknowledged);
        self.restored.extend(&other.restored);
        self.first_owner.merge(other.first_owner);
        self.reopened.merge(other.reopened);
        self.updates.merge(other.updates);
        self.responses.merge(other.responses);
    }
}

impl Seen {
    pub(super) fn whole(&self) -> Figures {
        let mut whole = Tally::default();
        self.services.values().for_each(|tally| whole.merge(tally));
        whole.figures()
    }

    pub(super) fn services(&self) -> Vec<OfService> {
        let figures = self.services.iter().map(|(service, tally)| (service, tally.figures()));
        let said = figures.filter(|(_, figures)| *figures != Figures::default());
        said.map(|(service, figures)| OfService { service: service.clone(), figures }).collect()
    }

    pub(super) fn people(&self) -> Vec<OfPerson> {
        let one = |(person, doings): (&PersonId, &Doings)| OfPerson {
            person: person.clone(),
            acknowledged: Times::of(&doings.acknowledged),
            resolved: doings.resolved,
            first_owner: doings.first_owner,
            updates: doings.updates,
        };
        self.people.iter().map(one).collect()
    }

    fn person(&mut self, person: &PersonId) -> &mut Doings {
        self.people.entry(person.clone()).or_default()
    }
}

/// Looks at every incident in question that touches a window.
pub(super) fn sweep(state: &State, question: &Question<'_>, window: Interval) -> Seen {
    let mut seen = Seen::default();
    let asked = |service: &&ServiceId| question.services.is_none_or(|services| services.contains(*service));
    let services: BTreeSet<ServiceId> = state.service_ids().filter(asked).cloned().collect();
    for service in services {
        state.each_incident(&service, window, question.as_of, |incident| {
            let mut covering = state.covering(incident, question.as_of);
            if let Some(agreements) = question.agreements {
                covering.retain(|(agreement, _)| agreements.contains(*agreement));
                if covering.is_empty() {
                    return;
                }
            }
            let versions: Vec<&Version> = covering.into_iter().map(|(_, version)| version).collect();
            let look = Look { state, incident, window, as_of: question.as_of };
            look.at(&versions, &mut seen);
        });
    }
    seen
}

struct Look<'a> {
    state: &'a State,
    incident: &'a Incident,
    window: Interval,
    as_of: Instant,
}

impl Look<'_> {
    fn at(&self, versions: &[&Version], seen: &mut Seen) {
        let incident = self.incident;
        let mut tally = Tally::default();
        if self.window.contains(incident.opened()) {
            tally.opened = 1;
            seen.openings.push(incident.opened());
        }
        let first = first_acknowledgement(incident);
        if let Some(deed) = first.filter(|deed| self.window.contains(deed.at)) {
            let taken = deed.at - incident.opened();
            tally.acknowledged.push(taken);
            seen.person(&deed.by).acknowledged.push(taken);
        }
        self.closings(&mut tally);
        if let Some((at, _)) = incident.closed().filter(|(at, _)| self.window.contains(*at)) {
            tally.restored.push(open_for(incident, at));
            self.owner(first, &mut tally, seen);
        }
        for deed in incident.deeds.iter().filter(|deed| self.window.contains(deed.at)) {
            if matches!(deed.act, Act::Updated { .. }) {
                seen.person(&deed.by).updates += 1;
            }
        }
        self.clocks(versions, &mut tally);
        seen.services.entry(incident.service.clone()).or_default().merge(&tally);
    }

    fn closings(&self, tally: &mut Tally) {
        let last = self.incident.stages.len() - 1;
        for (place, stage) in self.incident.stages.iter().enumerate() {
            if stage.closed.is_some_and(|(at, _)| self.window.contains(at)) {
                tally.reopened.add(place < last);
            }
        }
    }

    /// Whether the one who took it first had it to the end.
    fn owner(&self, first: Option<&Deed>, tally: &mut Tally, seen: &mut Seen) {
        let resolver = resolver(self.incident);
        if let Some(resolver) = resolver {
            seen.person(resolver).resolved += 1;
        }
        let Some(first) = first.map(|deed| &deed.by) else { return };
        let others = self.incident.deeds.iter().filter(|deed| deed.by != *first);
        let alone = others.clone().all(|deed| !is_acknowledgement(self.incident, deed));
        let kept = alone && resolver.is_none_or(|resolver| resolver == first);
        tally.first_owner.add(kept);
        seen.person(first).first_owner.add(kept);
    }

    fn clocks(&self, versions: &[&Version], tally: &mut Tally) {
        for version in versions {
            for clock in self.state.case(self.incident, version, self.as_of).clocks() {
                let part = match clock.kind {
                    ClockKind::Update => &mut tally.updates,
                    ClockKind::Response => &mut tally.responses,
                    ClockKind::Resolution | ClockKind::NextReply | ClockKind::Waiting => continue,
                };
                for lap in &clock.laps {
                    let decided = lap.decided_at().filter(|at| *at <= self.as_of);
                    if decided.is_some_and(|at| self.window.contains(at)) {
                        part.add(!lap.late);
                    }
                }
            }
        }
    }
}

fn is_open_at(stage: &Stage, at: Instant) -> bool {
    stage.opened <= at && stage.closed.is_none_or(|(closed, _)| at <= closed)
}

/// An acknowledgement while there was something to acknowledge; one that comes after the end changes nothing.
fn is_acknowledgement(incident: &Incident, deed: &Deed) -> bool {
    matches!(deed.act, Act::Acknowledged { .. })
        && incident.stages.iter().any(|stage| is_open_at(stage, deed.at))
}

fn first_acknowledgement(incident: &Incident) -> Option<&Deed> {
    incident.deeds.iter().find(|deed| is_acknowledgement(incident, deed))
}

/// Who said last that it was over, if somebody did since it was last opened.
fn resolver(incident: &Incident) -> Option<&PersonId> {
    let since = incident.stages.last().map(|stage| stage.opened)?;
    let said = |deed: &&Deed| matches!(deed.act, Act::Resolved { .. }) && deed.at >= since;
    incident.deeds.iter().rev().find(said).map(|deed| &deed.by)
}

/// The time it was open, until `end`.
fn open_for(incident: &Incident, end: Instant) -> Span {
    let stages = incident.stages.iter();
    stages.fold(Span::ZERO, |sum, stage| sum + (stage.closed.map_or(end, |(at, _)| at) - stage.opened))
}
