//! `/risk`: what may go wrong, how likely that is, how bad it would be, and what is done about it.

mod list;

use std::collections::BTreeSet;

use crate::commands::action::{date, filled, today};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::day;
use crate::commands::desk::Desk;
use crate::commands::feedback::verbatim;
use crate::commands::spec::{Command, RiskDo, named};
use crate::core::doc::{Doc, Text, Value, Weight};
use crate::core::event::{AgreementId, PersonId, Prose, ServiceId};
use crate::core::improvement::{Level, Risk, RiskNumber, RiskState, Score, Touched, Word};
use crate::core::notice::improvement::forms;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::store::prose::Sealed;

/// What `/risk` was given beside the action and the number.
#[derive(Clone, Debug)]
struct Given {
    /// What follows the number.
    words: Vec<String>,
    filled: Option<String>,
    probability: Option<Level>,
    impact: Option<Level>,
    owner: Option<String>,
    due: Option<String>,
    customer: Option<String>,
    service: Option<String>,
    hidden: bool,
    all: bool,
    page: u32,
}

impl Given {
    fn text(&self, asking: &Asking) -> Result<Option<String>, Doc> {
        verbatim(asking, &self.words, self.filled.as_ref())
    }

    /// Both levels, by name or as the first two words.
    fn score(&self) -> Option<Score> {
        let level = |place: usize| self.words.get(place)?.parse().ok().and_then(Level::new);
        let probability = self.probability.or_else(|| level(0))?;
        let impact = self.impact.or_else(|| level(1))?;
        Some(Score { probability, impact })
    }
}

/// The risk that something is done about, as it was when the asker looked.
#[derive(Clone, Copy)]
struct Case<'a> {
    number: RiskNumber,
    known: &'a Risk,
}

/// A sentence about one risk.
fn about(key: &'static str, number: RiskNumber) -> Text {
    let text = Text::Message { key: key.into(), args: Default::default() };
    text.with("risk", Value::Code(number.to_string()))
}

/// What the asker may see of it. What does not exist and what is somebody else's give the same answer.
fn seen<'a>(state: &'a State, asking: &Asking, number: RiskNumber) -> Result<&'a Risk, Doc> {
    let known = state.improvement.risk(number).filter(|known| is_seen(asking, known));
    known.ok_or_else(|| asking.refuse(about("error-no-risk", number)))
}

fn is_seen(asking: &Asking, known: &Risk) -> bool {
    asking.sees(known.agreement.as_ref(), known.is_shown())
}

impl Desk {
    /// `/risk [action] [RISK-3] …`
    pub(super) async fn risk(&self, asking: &Asking, command: &Command) -> Outcome {
        let Command::Risk {
            action,
            what,
            text,
            probability,
            impact,
            owner,
            due,
            customer,
            service,
            hidden,
            all,
            filled,
            page,
        } = command
        else {
            return Ok(Reply::Nothing);
        };
        let adds = *action == Some(RiskDo::Add);
        let (number, words) = named::<RiskNumber>(adds, what.as_deref(), text);
        let given = Given {
            words,
            filled: filled.clone(),
            probability: *probability,
            impact: *impact,
            owner: owner.clone(),
            due: due.clone(),
            customer: customer.clone(),
            service: service.clone(),
            hidden: *hidden,
            all: *all,
            page: *page,
        };
        self.risk_done(asking, *action, number, given).await
    }

    async fn risk_done(
        &self,
        asking: &Asking,
        action: Option<RiskDo>,
        named: Option<RiskNumber>,
        given: Given,
    ) -> Outcome {
        let action = match (action, named) {
            (None, None) | (Some(RiskDo::List), _) => return self.list_risks(asking, &given).await,
            (Some(RiskDo::Add), _) => return self.add_risk(asking, given).await,
            (None, Some(_)) => RiskDo::Show,
            (Some(action), _) => action,
        };
        let (number, known) = {
            let state = self.journal().read().await;
            let number = one(&state, asking, named, action)?;
            (number, seen(&state, asking, number)?.clone())
        };
        let case = Case { number, known: &known };
        match action {
            RiskDo::List | RiskDo::Add => self.list_risks(asking, &given).await,
            RiskDo::Show => self.show_risk(asking, number, given.page).await,
            RiskDo::Score => self.score_risk(asking, case, given).await,
            RiskDo::Assign => self.assign_risk(asking, case, given).await,
            RiskDo::Review => self.review_risk(asking, case, given).await,
            RiskDo::Mitigate | RiskDo::Accept | RiskDo::Close | RiskDo::Dismiss => {
                self.reason_risk(asking, case, action, given).await
            }
            RiskDo::Reopen => self.reopen_risk(asking, case).await,
            RiskDo::Share => self.share_risk(asking, case).await,
        }
    }

    async fn add_risk(&self, asking: &Asking, given: Given) -> Outcome {
        let (agreement, service, review) = {
            let state = self.journal().read().await;
            let (agreement, service) = concern(&state, asking, &given)?;
            let today = today(&state, asking, agreement.as_ref());
            let review = filled(&given.due).map(|typed| date(asking, typed, today)).transpose()?;
            (agreement, service, review)
        };
        let owner = filled(&given.owner);
        let owner = owner.map(|typed| self.owner(asking, "risk add --owner=", Some(typed))).transpose()?;
        let text = given.text(asking)?;
        let score = given.probability.zip(given.impact);
        let (Some(text), Some((probability, impact))) = (&text, score) else {
            let mut form = forms::risk(&self.colleagues());
            form.fields.retain(|field| match field.name.as_str() {
                "text" => text.is_none(),
                "probability" => given.probability.is_none(),
                "impact" => given.impact.is_none(),
                "owner" => owner.is_none(),
                _ => review.is_none(),
            });
            return Ok(Reply::Form(form));
        };
        let (sealed, text) = self.seal(asking, text)?;
        let (score, internal) = (Score { probability, impact }, given.hidden);
        let propose = move |state: &State, _: Instant| {
            let risk = state.improvement.next_risk();
            Ok(vec![Word::RiskAdded { risk, agreement, internal, service, text, score, owner, review }])
        };
        self.improve(asking, vec![sealed], propose).await?;
        let Touched::Risk(number) = self.added(asking).await? else {
            return Err(asking.refuse_key("error-not-stored"));
        };
        Ok(Reply::Private(risk_after(asking, "risk-done-added", number)))
    }

    async fn step_risk(
        &self,
        asking: &Asking,
        number: RiskNumber,
        prose: Vec<Sealed>,
        word: Word,
        key: &'static str,
    ) -> Outcome {
        let asker = asking.clone();
        let propose = move |state: &State, _: Instant| {
            open(&asker, Case { number, known: seen(state, &asker, number)? })?;
            Ok(vec![word])
        };
        self.improve(asking, prose, propose).await?;
        Ok(Reply::Private(risk_after(asking, key, number)))
    }

    /// `/risk score RISK-3 4 5`: how likely, how bad. Whoever scores a proposal takes it.
    async fn score_risk(&self, asking: &Asking, case: Case<'_>, given: Given) -> Outcome {
        open(asking, case)?;
        let Some(score) = given.score() else {
            if given.words.is_empty() && given.probability.is_none() && given.impact.is_none() {
                return Ok(Reply::Form(forms::score(case.number)));
            }
            return Err(asking.refuse(about("error-risk-levels", case.number)));
        };
        let word = Word::RiskScored { risk: case.number, score };
        self.step_risk(asking, case.number, Vec::new(), word, "risk-done-scored").await
    }

    async fn assign_risk(&self, asking: &Asking, case: Case<'_>, given: Given) -> Outcome {
        open(asking, case)?;
        let typed = match filled(&given.owner) {
            Some(owner) => Some(owner.to_owned()),
            None => given.text(asking)?,
        };
        let to: PersonId = self.owner(asking, &format!("risk assign {} ", case.number), typed.as_deref())?;
        let word = Word::RiskAssigned { risk: case.number, to };
        self.step_risk(asking, case.number, Vec::new(), word, "risk-done-assigned").await
    }

    /// `/risk review RISK-3 in 3 months`: it was looked at; when it is looked at next.
    async fn review_risk(&self, asking: &Asking, case: Case<'_>, given: Given) -> Outcome {
        open(asking, case)?;
        let today = {
            let state = self.journal().read().await;
            today(&state, asking, case.known.agreement.as_ref())
        };
        let typed = match filled(&given.due) {
            Some(due) => Some(due.to_owned()),
            None => given.text(asking)?,
        };
        let Some(typed) = typed else { return Ok(Reply::Form(forms::review(case.number))) };
        let words: Vec<String> = typed.split_whitespace().map(ToOwned::to_owned).collect();
        let next = match day::beginning(&words, today) {
            Some((next, count)) if count == words.len() && next >= today => next,
            _ => date(asking, &typed, today)?,
        };
        let word = Word::RiskReviewed { risk: case.number, next };
        self.step_risk(asking, case.number, Vec::new(), word, "risk-done-reviewed").await
    }

    /// What is done about it, or why it is lived with, closed, or none.
    async fn reason_risk(&self, asking: &Asking, case: Case<'_>, action: RiskDo, given: Given) -> Outcome {
        let risk = case.number;
        open(asking, case)?;
        let proposed = case.known.now().state == RiskState::Proposed;
        if action == RiskDo::Dismiss && !proposed {
            let doc = asking.refuse(about("error-risk-taken", risk));
            return Err(doc.button(
                Text::key("risk-button-close"),
                format!("risk close {risk}"),
                Weight::Primary,
            ));
        }
        let Some(text) = given.text(asking)? else {
            return Ok(Reply::Form(match action {
                RiskDo::Mitigate => forms::mitigate(risk),
                RiskDo::Accept => forms::accept(risk),
                RiskDo::Dismiss => forms::dismiss(risk),
                _ => forms::close(risk),
            }));
        };
        let (sealed, text): (Sealed, Prose) = self.seal(asking, &text)?;
        let (word, key) = match action {
            RiskDo::Mitigate => (Word::RiskMitigated { risk, text }, "risk-done-mitigated"),
            RiskDo::Accept => (Word::RiskAccepted { risk, reason: text }, "risk-done-accepted"),
            RiskDo::Dismiss => (Word::RiskDismissed { risk, reason: text }, "risk-done-dismissed"),
            // A proposal that is closed is none.
            _ if proposed => (Word::RiskDismissed { risk, reason: text }, "risk-done-dismissed"),
            _ => (Word::RiskClosed { risk, reason: text }, "risk-done-closed"),
        };
        self.step_risk(asking, risk, vec![sealed], word, key).await
    }

    async fn reopen_risk(&self, asking: &Asking, case: Case<'_>) -> Outcome {
        let risk = case.number;
        if !case.known.now().state.is_over() {
            return Ok(Reply::Private(asking.say(about("risk-done-open-already", risk))));
        }
        self.improve(asking, Vec::new(), move |_, _| Ok(vec![Word::RiskReopened { risk }])).await?;
        Ok(Reply::Private(risk_after(asking, "risk-done-reopened", risk)))
    }

    async fn share_risk(&self, asking: &Asking, case: Case<'_>) -> Outcome {
        let risk = case.number;
        if case.known.agreement.is_none() {
            return Err(asking.refuse(about("error-risk-nobodys", risk)));
        }
        if case.known.now().internal {
            self.improve(asking, Vec::new(), move |_, _| Ok(vec![Word::RiskShared { risk }])).await?;
        }
        Ok(Reply::Private(asking.say(about("risk-done-shared", risk))))
    }
}

/// What was done, and the way to all of it.
fn risk_after(asking: &Asking, key: &'static str, number: RiskNumber) -> Doc {
    let doc = asking.say(about(key, number));
    doc.button(Text::key("action-button-show"), format!("risk show {number}"), Weight::Secondary)
}

fn open(asking: &Asking, case: Case<'_>) -> Result<(), Doc> {
    if !case.known.now().state.is_over() {
        return Ok(());
    }
    let doc = asking.refuse(about("error-risk-over", case.number));
    let line = format!("risk reopen {}", case.number);
    Err(doc.button(Text::key("button-reopen"), line, Weight::Secondary))
}

/// The one that was named, else the only one that fits, else those that fit to choose from.
fn one(state: &State, asking: &Asking, named: Option<RiskNumber>, action: RiskDo) -> Result<RiskNumber, Doc> {
    if let Some(number) = named {
        return Ok(number);
    }
    let fits = |known: &Risk| match (action, known.now().state) {
        (RiskDo::Reopen, state) => state.is_over(),
        (RiskDo::Dismiss, state) => state == RiskState::Proposed,
        (_, state) => !state.is_over(),
    };
    let own = state.improvement.risks().filter(|(_, known)| is_seen(asking, known) && fits(known));
    let mut fitting: Vec<RiskNumber> = own.map(|(number, _)| number).collect();
    if action == RiskDo::Reopen {
        fitting.reverse();
    }
    match fitting.as_slice() {
        [] => Err(asking.refuse_key("error-no-risk-open")),
        [only] if action != RiskDo::Reopen => Ok(*only),
        several => {
            let doc = asking.say(Text::key("risk-choose"));
            Err(several.iter().take(choose::OFFERED).fold(doc, |doc, number| {
                let line = format!("risk {} {number}", action.name());
                doc.button(Text::name(number.to_string()), line, Weight::Secondary)
            }))
        }
    }
}

/// Which customer and which service it concerns, if any.
fn concern(
    state: &State,
    asking: &Asking,
    given: &Given,
) -> Result<(Option<AgreementId>, Option<ServiceId>), Doc> {
    let all: Vec<AgreementId> = choose::in_force(state, asking).into_iter().map(|(id, _)| id).collect();
    let agreement = filled(&given.customer)
        .map(|named| choose::agreement(state, asking, &all, Some(named), "risk add"))
        .transpose()?;
    let version = agreement.as_ref().and_then(|id| state.agreements.get(id)?.at(asking.now));
    let covered = version.map(|version| version.terms.services.iter().cloned().collect::<BTreeSet<_>>());
    let services: Vec<ServiceId> =
        covered.map_or_else(|| choose::services(state, asking), |covered| covered.into_iter().collect());
    let service = filled(&given.service)
        .map(|typed| {
            choose::find_service(state, &services, typed).ok_or_else(|| {
                let instead = |service: &ServiceId| format!("risk add --service={service}");
                choose::no_service(state, asking, &services, typed, instead)
            })
        })
        .transpose()?;
    Ok((agreement, service))
}
