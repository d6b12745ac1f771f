//! `/survey results`: what customers said in a period, as far as the asker may know it.

mod doc;
mod picture;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::commands::access::{Place, Role};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::commands::stretch::{self, Stretch};
use crate::commands::survey::{Wanted, choose_survey};
use crate::core::calendar::local_date;
use crate::core::doc::{Doc, Text, Value};
use crate::core::event::{AgreementId, PersonId, ProseId, SurveyId};
use crate::core::reading::Reading;
use crate::core::state::State;
use crate::core::survey::{Given, Identity, Localized, Survey, SurveyBook};
use crate::core::voice::{
    Promise, Remark, Results, Round, RoundNumber, Via, answers, choices, counted, results, rounds,
};
use crate::core::window::WindowKind;
use crate::store::StoreError;

/// Everything that is told of a survey.
#[derive(Clone, Debug)]
struct Told {
    survey: Survey,
    /// None where several are taken together.
    customer: Option<String>,
    period: Stretch,
    results: Results,
    /// By the place of its question: how often each answer was given.
    further: Vec<(usize, Vec<(String, u64)>)>,
    /// Anonymous rounds that are not counted yet.
    waiting: u64,
    /// Anonymous rounds that too few answered.
    hidden: u64,
    comments: Vec<Comment>,
}

/// Something that was said beside a score.
#[derive(Clone, Debug)]
struct Comment {
    who: Who,
    given: Option<Given>,
    promise: Promise,
    telephone: bool,
    reading: Option<Reading>,
    words: Words,
}

#[derive(Clone, Debug)]
enum Who {
    Person(PersonId),
    Own,
    Somebody,
}

#[derive(Clone, Debug)]
enum Words {
    Kept(ProseId),
    /// Of an anonymous answer, which no key of its own keeps.
    Plain(String),
}

impl Desk {
    /// `/survey results [survey] [customer] [--period 2026-q4]`
    pub(super) async fn results(&self, asking: &Asking, wanted: Wanted<'_>) -> Outcome {
        let (mut told, anonymous, command) = {
            let state = self.journal().read().await;
            let book = visible(&state, asking);
            let only = book.keys().next().filter(|_| book.len() == 1).map(ToString::to_string);
            let named = wanted.what.filter(|what| !what.trim().is_empty()).or(only.as_deref());
            let survey = choose_survey(asking, &book, named, "survey results")?;
            let again = format!("survey results {survey}");
            let (agreements, customer) = chosen(&state, asking, wanted.customer, &again)?;
            let period = period(&state, asking, &agreements, wanted.period)?;
            let told = gather(&state, asking, (&survey, &book[&survey]), &agreements, period, customer);
            (
                told,
                counted_rounds(&state, &survey, &agreements, period),
                command(&survey, &agreements, wanted),
            )
        };
        for (number, round) in anonymous {
            let said = self.anonymous_comments(number, &round).await.map_err(|error| {
                tracing::error!(%error, "anonymous comments could not be read");
                asking.refuse_key("error-not-read")
            })?;
            told.comments.extend(said);
        }
        Ok(Reply::Pages { doc: doc::doc(&told, asking.now), number: wanted.page, command })
    }

    /// What was said in an anonymous round, which holds nothing but what a large enough group said.
    async fn anonymous_comments(
        &self,
        number: RoundNumber,
        round: &Round,
    ) -> Result<Vec<Comment>, StoreError> {
        let rules = self.directory().get().config.themes.clone();
        let all = self.store().anonymous_answers(number, &round.agreement).await?;
        let said = all.into_iter().flat_map(|answer| {
            let (given, promise) = (answer.ballot.given.first().cloned(), answer.ballot.standing);
            answer.ballot.texts.into_values().map(move |text| (given.clone(), promise, text))
        });
        let comments = said.map(|(given, promise, text)| Comment {
            who: Who::Somebody,
            given,
            promise,
            telephone: false,
            reading: Some(rules.read(&text).reading),
            words: Words::Plain(text),
        });
        Ok(comments.collect())
    }
}

/// The surveys that were, or may be, asked under an agreement in sight.
fn visible(state: &State, asking: &Asking) -> SurveyBook {
    let agreements = asking.agreements(state);
    let concerns = |id: &SurveyId, survey: &Survey| {
        agreements
            .iter()
            .any(|agreement| survey.concerns(agreement) || state.voice.tally(agreement, id).is_some())
    };
    let known = state.voice.survey_ids().into_iter().filter_map(|id| Some((id, state.voice.survey(id)?)));
    known
        .filter(|(id, survey)| concerns(id, survey))
        .map(|(id, survey)| (id.clone(), survey.clone()))
        .collect()
}

/// The agreements that are meant, and the customer's name where it is one.
pub(super) fn chosen(
    state: &State,
    asking: &Asking,
    named: Option<&str>,
    command: &str,
) -> Result<(BTreeSet<AgreementId>, Option<String>), Doc> {
    let among: Vec<AgreementId> = asking.agreements(state).into_iter().collect();
    let meant = match named.filter(|named| !named.trim().is_empty()) {
        None => among,
        Some(named) => {
            let instead = |agreement: &AgreementId| format!("{command} --customer={agreement}");
            let found = choose::find_agreement(state, &among, named);
            vec![found.ok_or_else(|| {
                choose::no_customer(asking, &choose::customers(state, &among), named, instead)
            })?]
        }
    };
    let customer = match meant.as_slice() {
        [] => return Err(asking.refuse_key("error-no-agreement")),
        [only] => Some(choose::customer(state, only)),
        _ => None,
    };
    Ok((meant.into_iter().collect(), customer))
}

/// The period that is meant; the running quarter where none is named.
pub(super) fn period(
    state: &State,
    asking: &Asking,
    agreements: &BTreeSet<AgreementId>,
    typed: Option<&str>,
) -> Result<Stretch, Doc> {
    let zone = match agreements.first() {
        Some(only) if agreements.len() == 1 => state.zone(only, asking.now),
        _ => asking.locale.zone,
    };
    let today = local_date(zone, asking.now);
    let Some(typed) = typed.filter(|typed| !typed.trim().is_empty()) else {
        return Ok(Stretch::around(WindowKind::Quarter, today));
    };
    stretch::read(typed, today).ok_or_else(|| {
        asking.refuse(Text::key("error-period").with("typed", Value::Untrusted(typed.to_owned())))
    })
}

/// The command that shows the same again.
fn command(survey: &SurveyId, agreements: &BTreeSet<AgreementId>, wanted: Wanted<'_>) -> String {
    let mut words = vec!["survey".to_owned(), "results".to_owned(), survey.to_string()];
    words.extend(agreements.first().filter(|_| wanted.customer.is_some()).map(ToString::to_string));
    words.extend(wanted.period.map(|period| format!("--period={}", period.trim())));
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| format!("survey results {survey}"))
}

fn gather(
    state: &State,
    asking: &Asking,
    (id, survey): (&SurveyId, &Survey),
    agreements: &BTreeSet<AgreementId>,
    period: Stretch,
    customer: Option<String>,
) -> Told {
    let (dates, before) = (period.dates(), period.before().dates());
    let plain = survey.scored().is_some_and(|question| question.kind.score_kind().is_none());
    let places = survey.questions.iter().enumerate().skip(usize::from(!plain));
    let further =
        places.map(|(place, question)| (place, choices(state, id, agreements, dates, place, question)));
    let further = further.filter(|(_, counts)| counts.iter().any(|(_, count)| *count > 0)).collect();
    let unsigned = rounds(state, id, agreements).filter(|(_, round)| round.identity == Identity::Anonymous);
    let waiting = unsigned.filter(|(_, round)| round.counted.is_none() && round.asked.is_some());
    let waiting = waiting.filter(|(_, round)| dates.contains(round.date_of(round.opened))).count() as u64;
    let hidden = counted(state, id, agreements, dates).filter(|(_, _, counted)| counted.scores.is_empty());
    Told {
        survey: survey.clone(),
        customer,
        period,
        results: results(state, id, agreements, dates, before),
        further,
        waiting,
        hidden: hidden.count() as u64,
        comments: comments(state, asking, (id, agreements), period),
    }
}

/// What was said beside answers that are somebody's, the newest first, with as much of whose it is as the asker
/// may know.
fn comments(
    state: &State,
    asking: &Asking,
    (survey, agreements): (&SurveyId, &BTreeSet<AgreementId>),
    period: Stretch,
) -> Vec<Comment> {
    let mut said: Vec<(RoundNumber, &PersonId, _, &Remark)> = Vec::new();
    for (number, person, answer) in answers(state, survey, agreements, period.dates()) {
        said.extend(answer.texts.values().map(|remark| (number, person, answer, remark)));
    }
    // By nothing that tells whose it is.
    said.sort_by_key(|(number, _, answer, remark)| {
        (std::cmp::Reverse((*number, answer.at)), remark.text.id.clone())
    });
    let comment =
        |(number, person, answer, remark): (RoundNumber, &PersonId, &crate::core::voice::Answer, &Remark)| {
            let identity = state.voice.round(number).map_or(Identity::Confidential, |round| round.identity);
            Comment {
                who: who(state, asking, identity, person),
                given: answer.given.first().cloned(),
                promise: answer.stamp.standing,
                telephone: answer.via == Via::Telephone,
                reading: remark.reading.clone(),
                words: Words::Kept(remark.text.id.clone()),
            }
        };
    said.into_iter().map(comment).collect()
}

/// Names are for operators and managers, and of named answers only; somebody's own is theirs to see where nobody
/// else reads.
fn who(state: &State, asking: &Asking, identity: Identity, person: &PersonId) -> Who {
    let roles = &asking.rights.roles;
    let staff = asking.as_operator() && (roles.contains(&Role::Operator) || roles.contains(&Role::Manager));
    let own = asking.person.as_ref().is_some_and(|asker| state.voice.whole(asker) == person);
    match identity {
        Identity::Named if staff => Who::Person(person.clone()),
        _ if own && asking.place == Place::Direct => Who::Own,
        _ => Who::Somebody,
    }
}

/// The anonymous rounds of the period that enough answered.
fn counted_rounds(
    state: &State,
    survey: &SurveyId,
    agreements: &BTreeSet<AgreementId>,
    period: Stretch,
) -> Vec<(RoundNumber, Round)> {
    let enough = counted(state, survey, agreements, period.dates()).filter(|(_, round, counted)| {
        let least =
            state.voice.survey_at(survey, round.opened).map_or(u32::MAX, |survey| survey.minimum_group);
        counted.answered >= least
    });
    enough.map(|(number, round, _)| (number, round.clone())).collect()
}

/// What an option of a choice, or a score, is called.
fn answer_name(survey: &Survey, place: usize, name: &str) -> Option<Localized> {
    let crate::core::survey::QuestionKind::Choice { options } = &survey.questions.get(place)?.kind else {
        return None;
    };
    options.iter().find(|option| option.name == name).map(|option| option.text.clone())
}
