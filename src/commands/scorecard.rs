//! `/scorecard`: how we worked in a period, for operators; by team and person, for managers alone.

mod doc;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::commands::access::{Place, Role, Scope};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::commands::read::neither;
use crate::commands::stretch::{self, Stretch};
use crate::core::calendar::{local_date, midnight};
use crate::core::doc::{Doc, Text, Value};
use crate::core::event::{AgreementId, PersonId, ServiceId};
use crate::core::interval::Interval;
use crate::core::scorecard::{Cover, Question, Scorecard, TeamId, scorecard};
use crate::core::state::State;
use crate::core::window::WindowKind;
use crate::directory::Directory;

/// What is told.
#[derive(Clone, Debug)]
struct Told {
    period: Stretch,
    /// The service or customer it is narrowed to.
    of: Option<Value>,
    card: Scorecard,
    /// Each service with its name, in the order of the card.
    services: Vec<Value>,
    /// Each team with its name, in the order of the card.
    teams: Vec<Value>,
    people: People,
}

/// Whose doings are told.
#[derive(Clone, Debug, PartialEq)]
enum People {
    /// The asker may not know, or not here.
    Nobody,
    /// They might ask where nobody else reads.
    Alone,
    All,
    One(PersonId),
    Team {
        id: TeamId,
        name: Value,
        members: BTreeSet<PersonId>,
    },
}

/// What the card is about.
#[derive(Clone, Debug, Default)]
struct Whom {
    service: Option<ServiceId>,
    agreement: Option<AgreementId>,
    person: Option<PersonId>,
    team: Option<TeamId>,
}

impl Desk {
    /// `/scorecard [period] [service, customer, person or team]`
    pub(super) async fn scorecard(
        &self,
        asking: &Asking,
        first: Option<&str>,
        second: Option<&str>,
        page: u32,
    ) -> Outcome {
        let directory = self.directory().get();
        let state = self.journal().read().await;
        let (typed, named) = sorted(asking, first, second);
        let whom = named.map(|word| whom(&state, asking, &directory, word)).transpose()?.unwrap_or_default();
        let zone = whom.agreement.as_ref().map(|id| state.zone(id, asking.now));
        let zone = zone.unwrap_or(asking.locale.zone);
        let today = local_date(zone, asking.now);
        let period = match typed {
            None => Stretch::around(WindowKind::Month, today),
            Some(typed) => stretch::read(typed, today).ok_or_else(|| {
                asking.refuse(Text::key("error-period").with("typed", Value::Untrusted(typed.to_owned())))
            })?,
        };
        let window = |stretch: Stretch| {
            let dates = stretch.dates();
            Interval::new(midnight(zone, dates.from), midnight(zone, dates.until))
        };
        let agreements = in_question(&state, asking, whom.agreement.as_ref());
        let services = whom.service.clone().map(|service| BTreeSet::from([service]));
        let cover = cover(&state, asking, &directory, agreements.as_ref(), services.as_ref());
        let teams = may_know_people(asking).then(|| directory.teams());
        let question = Question {
            services: services.as_ref(),
            agreements: agreements.as_ref(),
            window: window(period),
            before: window(period.before()),
            zone,
            cover: cover.as_ref(),
            teams: teams.as_ref(),
            as_of: asking.now,
        };
        let card = scorecard(&state, &question);
        let name = |id: &ServiceId| crate::commands::words::service_name(&state, id);
        let services = card.services.iter().map(|of| name(&of.service)).collect();
        let of = whom.service.as_ref().map(name);
        let of = of.or_else(|| whom.agreement.as_ref().map(|id| Value::Name(choose::customer(&state, id))));
        let teams = card.teams.iter().map(|of| team_name(&directory, &of.team)).collect();
        let told = Told { period, of, card, services, teams, people: people(asking, &directory, whom) };
        let words = ["scorecard"].into_iter().chain(typed).chain(named);
        let command = shlex::try_join(words).unwrap_or_else(|_| "scorecard".to_owned());
        Ok(Reply::Pages { doc: doc::doc(&told, asking.now), number: page, command })
    }
}

/// The period and the name, in whichever order they were typed.
fn sorted<'a>(
    asking: &Asking,
    first: Option<&'a str>,
    second: Option<&'a str>,
) -> (Option<&'a str>, Option<&'a str>) {
    let today = local_date(asking.locale.zone, asking.now);
    let given = |word: Option<&'a str>| word.filter(|word| !word.trim().is_empty());
    let is_period = |word: &str| stretch::read(word, today).is_some();
    match (given(first), given(second)) {
        (Some(first), None) if !is_period(first) => (None, Some(first)),
        (Some(first), Some(second)) if !is_period(first) && is_period(second) => (Some(second), Some(first)),
        other => other,
    }
}

/// Who did what is a manager's to know, where nobody else reads.
fn may_know_people(asking: &Asking) -> bool {
    asking.rights.roles.contains(&Role::Manager) && asking.place == Place::Direct
}

fn people(asking: &Asking, directory: &Directory, whom: Whom) -> People {
    match (whom.person, whom.team) {
        (Some(person), _) => People::One(person),
        (None, Some(id)) => {
            let members = directory.teams().remove(&id).unwrap_or_default();
            People::Team { name: team_name(directory, &id), members, id }
        }
        _ if may_know_people(asking) => People::All,
        _ if asking.rights.roles.contains(&Role::Manager) => People::Alone,
        _ => People::Nobody,
    }
}

fn team_name(directory: &Directory, team: &TeamId) -> Value {
    let known = directory.config.teams.get(team.as_str());
    Value::Name(known.map_or_else(|| team.to_string(), |team| team.name.clone()))
}

fn whom(state: &State, asking: &Asking, directory: &Directory, word: &str) -> Result<Whom, Doc> {
    let services = choose::services(state, asking);
    if let Some(service) = choose::find_service(state, &services, word) {
        return Ok(Whom { service: Some(service), ..Whom::default() });
    }
    let agreements: Vec<AgreementId> = asking.agreements(state).into_iter().collect();
    if let Some(agreement) = choose::find_agreement(state, &agreements, word) {
        return Ok(Whom { agreement: Some(agreement), ..Whom::default() });
    }
    match someone(directory, word).filter(|_| may_know_people(asking)) {
        Some(whom) => Ok(whom),
        None => Err(neither(state, asking, &services, &agreements, word, "scorecard")),
    }
}

/// A person of the provider by name, or a team by id or name.
fn someone(directory: &Directory, word: &str) -> Option<Whom> {
    let wanted = word.trim().to_lowercase();
    let mut staff = directory.people.values().filter(|person| directory.reads_all(&person.id));
    let person = staff.find(|person| !wanted.is_empty() && person.name.to_lowercase() == wanted);
    if let Some(person) = person {
        return Some(Whom { person: Some(person.id.clone()), ..Whom::default() });
    }
    let teams = &directory.config.teams;
    let named = || teams.values().find(|team| team.name.to_lowercase() == wanted);
    let team = teams.get(&wanted).or_else(named)?;
    Some(Whom { team: Some(TeamId::new(team.id.clone())), ..Whom::default() })
}

/// None: every incident, also what no agreement covers.
fn in_question(state: &State, asking: &Asking, one: Option<&AgreementId>) -> Option<BTreeSet<AgreementId>> {
    let withheld = !matches!(&asking.scope, Scope::AllBut(withheld) if withheld.is_empty());
    match one {
        Some(one) => Some(BTreeSet::from([one.clone()])),
        None => withheld.then(|| asking.agreements(state)),
    }
}

/// Who is on call for what is in question. The lists name people and no hours, so that they hold at all hours.
fn cover(
    state: &State,
    asking: &Asking,
    directory: &Directory,
    agreements: Option<&BTreeSet<AgreementId>>,
    services: Option<&BTreeSet<ServiceId>>,
) -> Option<Cover> {
    let meant = asking.agreements(state).into_iter().filter(|id| {
        let version = state.agreements.get(id).and_then(|versions| versions.at(asking.now));
        let covers = |services: &BTreeSet<ServiceId>| {
            version.is_some_and(|version| !version.terms.services.is_disjoint(services))
        };
        agreements.is_none_or(|agreements| agreements.contains(id)) && services.is_none_or(covers)
    });
    let people: BTreeSet<PersonId> = meant.flat_map(|id| directory.on_call(&id)).collect();
    (!people.is_empty()).then(|| Cover::around_the_clock(people.len() as u64))
}
