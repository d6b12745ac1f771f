//! Who is told of action items and risks: whoever has one in messages to them alone, the operators of what nobody
//! has yet, and a customer of what became of their wish.

use super::{Composing, Letter};
use crate::announce::view::service_name;
use crate::chat::{Address, Platform};
use crate::core::calendar::local_date;
use crate::core::decide::{Improved, Notice, NoticeKind};
use crate::core::doc::{Doc, Period, Value};
use crate::core::event::{AgreementId, PersonId};
use crate::core::improvement::{
    Action, ActionNumber, ActionState, ActionStepKind, Origin, Reminder, Risk, RiskNumber, RiskStepKind,
    Subject, is_overdue,
};
use crate::core::notice::improvement::risk::{self, RiskView, Sign};
use crate::core::notice::improvement::{self as words, ActionView, Reason};
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::window::WindowKind;
use crate::i18n::Locale;
use crate::store::bindings::Binding;
use crate::store::outbox::Urgency;
use crate::store::record::Chain;

fn customer(state: &State, agreement: &AgreementId) -> String {
    let latest = state.agreements.get(agreement).and_then(|versions| versions.latest());
    latest.map_or_else(|| agreement.to_string(), |version| version.terms.customer.clone())
}

/// An action item as operators (`staff`) or its customer see it.
pub fn action_view(
    state: &State,
    number: ActionNumber,
    action: &Action,
    staff: bool,
    now: Instant,
) -> ActionView {
    let position = action.now();
    let zone = action.agreement.as_ref().map_or(chrono_tz::UTC, |agreement| state.zone(agreement, now));
    let open = !position.state.is_over();
    let about = &action.about;
    let about = [
        about.incident.map(|number| Value::Code(number.to_string())),
        about.objective.clone().map(Value::Name),
        about.feedback.map(|number| Value::Code(number.to_string())),
        about.risk.filter(|_| staff).map(|number| Value::Code(number.to_string())),
    ];
    ActionView {
        number,
        customer: action.agreement.as_ref().map(|agreement| customer(state, agreement)),
        internal: position.internal,
        text: position.text.map(|text| text.id.clone()),
        owner: position.owner.filter(|_| staff).cloned(),
        due: position.due,
        overdue: open && position.due.is_some_and(|due| is_overdue(zone, due, now)),
        state: position.state,
        moved: position.moved,
        age: action.age(now),
        reason: reason(state, action, zone),
        about: about.into_iter().flatten().collect(),
        outcome: position.outcome.map(|text| text.id.clone()),
        staff,
        as_of: now,
    }
}

fn reason(state: &State, action: &Action, zone: chrono_tz::Tz) -> Reason {
    match &action.origin {
        Origin::Provider => Reason::Provider,
        Origin::Wish => Reason::Wish,
        Origin::Cause { incident } => Reason::Cause(*incident),
        Origin::Missed { objective, service, from, .. } => {
            let version = action.agreement.as_ref().and_then(|id| state.agreements.get(id)?.at(*from));
            let mut known = version.into_iter().flat_map(|version| version.terms.objectives.iter());
            let kind = known.find(|known| known.name == *objective).map(|known| known.window);
            let period = Period::beginning(kind.unwrap_or(WindowKind::Month), local_date(zone, *from));
            let service = service.as_ref().map(|service| service_name(state, service));
            Reason::Missed { objective: objective.clone(), service, period }
        }
        Origin::Fallen { survey, from, until } => {
            let long = until.signed_duration_since(*from).num_days() > 31;
            let kind = if long { WindowKind::Quarter } else { WindowKind::Month };
            let title = state.voice.survey(survey).map(|survey| survey.title.clone());
            let survey = title.unwrap_or_else(|| [("en".to_owned(), survey.to_string())].into());
            Reason::Fallen { survey, period: Period::beginning(kind, *from) }
        }
    }
}

/// A risk as operators (`staff`) or its customer see it.
pub fn risk_view(state: &State, number: RiskNumber, risk: &Risk, staff: bool, now: Instant) -> RiskView {
    let position = risk.now();
    let sign = risk.subject.as_ref().map(|subject| match subject {
        Subject::Budget { objective, service } => {
            Sign::Budget { objective: objective.clone(), service: service_name(state, service) }
        }
        Subject::NobodyOnCall => Sign::NobodyOnCall,
        Subject::Silent { integration } => Sign::Silent { integration: integration.to_string() },
        Subject::OneChannel => Sign::OneChannel,
    });
    let named_already = matches!(risk.subject, Some(Subject::Budget { .. }));
    RiskView {
        number,
        customer: risk.agreement.as_ref().map(|agreement| customer(state, agreement)),
        internal: position.internal,
        service: risk.service.as_ref().filter(|_| !named_already).map(|service| service_name(state, service)),
        sign,
        text: risk.text.as_ref().map(|text| text.id.clone()),
        score: position.score,
        scores: position.scores,
        owner: position.owner.filter(|_| staff).cloned(),
        mitigation: position.mitigation.map(|text| text.id.clone()),
        reason: position.reason.map(|text| text.id.clone()),
        review: position.review,
        state: position.state,
        gone: position.gone,
        staff,
        as_of: now,
    }
}

impl Composing<'_> {
    /// Everything that is to be said of action items and risks.
    pub(super) fn improvements(&mut self, notices: &[Notice]) {
        for notice in notices {
            let NoticeKind::Improvement { what } = &notice.kind else { continue };
            match what {
                Improved::Action { action, id } => self.action(*action, id),
                Improved::ActionDue { action, reminder } => self.action_due(*action, *reminder, notice.at),
                Improved::Risk { risk, id } => self.risk(*risk, id),
                Improved::RiskReview { risk } => self.risk_review(*risk, notice.at),
            }
        }
    }

    fn action(&mut self, number: ActionNumber, id: &str) {
        let state = self.state;
        let Some(action) = state.improvement.action(number) else { return };
        let view = action_view(state, number, action, true, self.now);
        let agreement = action.agreement.as_ref();
        let letter =
            |what: &str| Letter::post(format!("action/{}/{what}/{id}", number.0), "action", Urgency::Rest);
        if action.id == id {
            match &action.origin {
                Origin::Missed { .. } | Origin::Fallen { .. } | Origin::Cause { .. } => {
                    self.tell_operators(agreement, &letter("asked"), &words::asked(&view));
                }
                Origin::Wish => self.tell_operators(agreement, &letter("wished"), &words::wished(&view)),
                Origin::Provider => {
                    let (owner, by) = (action.now().owner, action.by.as_ref());
                    self.give(owner, by, agreement, &letter("given"), &words::given(&view));
                }
            }
            return;
        }
        let Some(step) = action.steps.iter().find(|step| step.id == id) else { return };
        if let ActionStepKind::Assigned(to) = &step.kind {
            self.give(Some(to), step.by.as_ref(), agreement, &letter("given"), &words::given(&view));
        }
        if action.origin == Origin::Wish {
            self.answer_wish(number, action, id);
        }
    }

    /// The customer hears when their wish is taken on, done or given up.
    fn answer_wish(&mut self, number: ActionNumber, action: &Action, id: &str) {
        let Some(agreement) = &action.agreement else { return };
        let step = action.steps.iter().position(|step| step.id == id);
        let Some((place, step)) = step.and_then(|place| Some((place, action.steps.get(place)?))) else {
            return;
        };
        let ends = matches!(step.kind, ActionStepKind::Done(_) | ActionStepKind::Dropped(_));
        // A plan comes as several steps at once; the first says it.
        if !ends && place > 0 {
            return;
        }
        let view = action_view(self.state, number, action, false, self.now);
        let doc = words::answered(&view);
        let letter = Letter::post(format!("action/{}/answered/{id}", number.0), "action", Urgency::Rest);
        let directory = self.directory;
        let places = directory.customer(agreement);
        self.out.posts.extend(places.map(|(address, binding)| letter.to(address, binding, &doc)));
    }

    fn action_due(&mut self, number: ActionNumber, reminder: Reminder, at: Instant) {
        let state = self.state;
        let Some(action) = state.improvement.action(number) else { return };
        let view = action_view(state, number, action, true, self.now);
        if view.state.is_over() || view.state == ActionState::Wish {
            return;
        }
        let key = format!("action/{}/due/{}", number.0, at.micros());
        let urgency = if reminder == Reminder::Overdue { Urgency::Opened } else { Urgency::Rest };
        let letter = Letter::post(key, "action", urgency);
        let doc = words::reminder(&view, reminder);
        self.remind_owner(action.now().owner, action.agreement.as_ref(), &letter, &doc);
    }

    fn risk(&mut self, number: RiskNumber, id: &str) {
        let state = self.state;
        let Some(risk) = state.improvement.risk(number) else { return };
        let view = risk_view(state, number, risk, true, self.now);
        let agreement = risk.agreement.as_ref();
        let letter =
            |what: &str| Letter::post(format!("risk/{}/{what}/{id}", number.0), "risk", Urgency::Rest);
        if risk.id == id {
            if risk.subject.is_some() {
                self.tell_operators(agreement, &letter("proposed"), &risk::proposed(&view));
            } else {
                let owner = risk.now().owner;
                self.give(owner, risk.by.as_ref(), agreement, &letter("given"), &risk::given(&view));
            }
            return;
        }
        let step = risk.steps.iter().find(|step| step.id == id);
        if let Some(RiskStepKind::Assigned(to)) = step.map(|step| &step.kind) {
            let by = step.and_then(|step| step.by.as_ref());
            self.give(Some(to), by, agreement, &letter("given"), &risk::given(&view));
        }
    }

    fn risk_review(&mut self, number: RiskNumber, at: Instant) {
        let state = self.state;
        let Some(risk) = state.improvement.risk(number) else { return };
        let view = risk_view(state, number, risk, true, self.now);
        let key = format!("risk/{}/review/{}", number.0, at.micros());
        let letter = Letter::post(key, "risk", Urgency::Rest);
        self.remind_owner(risk.now().owner, risk.agreement.as_ref(), &letter, &risk::review(&view));
    }

    /// In every operators' channel where what concerns the agreement may be read.
    fn tell_operators(&mut self, agreement: Option<&AgreementId>, letter: &Letter, doc: &Doc) {
        match agreement {
            Some(agreement) => {
                let docs = self.docs_of(agreement, doc);
                self.operators(letter, &docs);
            }
            None => self.operators_everywhere(letter, doc),
        }
    }

    /// Whoever gets something from somebody else hears of it alone.
    fn give(
        &mut self,
        to: Option<&PersonId>,
        by: Option<&PersonId>,
        agreement: Option<&AgreementId>,
        letter: &Letter,
        doc: &Doc,
    ) {
        let Some(to) = to.filter(|to| Some(*to) != by) else { return };
        if let Some((address, locale)) = self.owner_alone(to, agreement) {
            let message = letter.to(&address, &self.direct(locale), doc);
            self.out.posts.push(message);
        }
    }

    /// Whoever has it is reminded alone; where nobody has it, or they cannot be reached, the operators are.
    fn remind_owner(
        &mut self,
        owner: Option<&PersonId>,
        agreement: Option<&AgreementId>,
        letter: &Letter,
        doc: &Doc,
    ) {
        let alone = owner.and_then(|owner| self.owner_alone(owner, agreement));
        match alone {
            Some((address, locale)) => {
                let message = letter.to(&address, &self.direct(locale), doc);
                self.out.posts.push(message);
            }
            None => self.tell_operators(agreement, letter, doc),
        }
    }

    /// Where somebody of the provider's reads alone.
    pub(super) fn owner_alone(
        &self,
        person: &PersonId,
        agreement: Option<&AgreementId>,
    ) -> Option<(Address, Locale)> {
        if !self.directory.reads_all(person) {
            return None;
        }
        let web = self.directory.config.settings.platforms.web.is_some();
        let allowed = |platform: Platform| {
            let leaves = agreement.is_none_or(|agreement| self.directory.may_leave(agreement, platform));
            leaves && (platform != Platform::Web || web)
        };
        self.directory.alone(person, allowed).into_iter().next()
    }

    pub(super) fn direct(&self, locale: Locale) -> Binding {
        Binding { audience: Chain::Operators, locale, bound_by: None, bound: self.now }
    }
}
