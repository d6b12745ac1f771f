//! One look at every incident that touches a window.

use std::collections::{BTreeMap, BTreeSet};

use super::{Doings, Figures, OfPerson, OfService, OfTeam, Part, Question, TeamId, Teams, Times};
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
    people: BTreeMap<PersonId, Done>,
    teams: BTreeMap<TeamId, Done>,
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

/// What a person or a team did.
#[derive(Clone, Debug, Default)]
struct Done {
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

impl Done {
    fn doings(&self) -> Doings {
        Doings {
            acknowledged: Times::of(&self.acknowledged),
            resolved: self.resolved,
            first_owner: self.first_owner,
            updates: self.updates,
        }
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
        let one =
            |(person, done): (&PersonId, &Done)| OfPerson { person: person.clone(), did: done.doings() };
        self.people.iter().map(one).collect()
    }

    pub(super) fn teams(&self) -> Vec<OfTeam> {
        let one = |(team, done): (&TeamId, &Done)| OfTeam { team: team.clone(), did: done.doings() };
        self.teams.iter().map(one).collect()
    }

    /// Notes what a person did, for them and for each of these teams they are in.
    fn did(&mut self, person: &PersonId, teams: Option<&Teams>, note: impl Fn(&mut Done)) {
        note(self.people.entry(person.clone()).or_default());
        for (team, _) in teams_of(teams, person) {
            note(self.teams.entry(team.clone()).or_default());
        }
    }
}

fn teams_of<'a>(
    teams: Option<&'a Teams>,
    person: &PersonId,
) -> impl Iterator<Item = (&'a TeamId, &'a BTreeSet<PersonId>)> {
    teams.into_iter().flatten().filter(move |(_, people)| people.contains(person))
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
            let look = Look { state, incident, window, teams: question.teams, as_of: question.as_of };
            look.at(&versions, &mut seen);
        });
    }
    seen
}

struct Look<'a> {
    state: &'a State,
    incident: &'a Incident,
    window: Interval,
    teams: Option<&'a Teams>,
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
            seen.did(&deed.by, self.teams, |done| done.acknowledged.push(taken));
        }
        self.closings(&mut tally);
        if let Some((at, _)) = incident.closed().filter(|(at, _)| self.window.contains(*at)) {
            tally.restored.push(open_for(incident, at));
            self.owner(first, &mut tally, seen);
        }
        for deed in incident.deeds.iter().filter(|deed| self.window.contains(deed.at)) {
            if matches!(deed.act, Act::Updated { .. }) {
                seen.did(&deed.by, self.teams, |done| done.updates += 1);
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

    /// Whether the one who took it first, and each team of theirs, had it to the end.
    fn owner(&self, first: Option<&Deed>, tally: &mut Tally, seen: &mut Seen) {
        let resolver = resolver(self.incident);
        if let Some(resolver) = resolver {
            seen.did(resolver, self.teams, |done| done.resolved += 1);
        }
        let Some(first) = first.map(|deed| &deed.by) else { return };
        let took = self.incident.deeds.iter().filter(|deed| is_acknowledgement(self.incident, deed));
        let stayed_with = |own: &dyn Fn(&PersonId) -> bool| {
            took.clone().all(|deed| own(&deed.by)) && resolver.is_none_or(own)
        };
        let kept = stayed_with(&|person| person == first);
        tally.first_owner.add(kept);
        seen.people.entry(first.clone()).or_default().first_owner.add(kept);
        for (team, people) in teams_of(self.teams, first) {
            let kept = stayed_with(&|person| people.contains(person));
            seen.teams.entry(team.clone()).or_default().first_owner.add(kept);
        }
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
