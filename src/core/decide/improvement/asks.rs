//! What the core asks for by itself: a plan for what was missed or fell, a cause for what was grave; and the risks
//! that it sees in error budgets.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::{CAUSE_MAY_WAIT, Decider, Due, SETTLES};
use crate::core::agreement::ObjectiveKind;
use crate::core::calendar::local_date;
use crate::core::event::{Act, AgreementId, IncidentNumber, SurveyId};
use crate::core::improvement::{About, ActionNumber, Origin, Subject, Word};
use crate::core::incident::Incident;
use crate::core::score::Trend;
use crate::core::standing::{Standing, Verdict, availability_standing, standings};
use crate::core::state::{State, Version};
use crate::core::time::{Instant, Span};
use crate::core::voice::{Dates, results};
use crate::core::window::{WindowKind, previous_window, window_at};

/// The periods that end for everybody on the same dates.
const CALENDAR: [WindowKind; 4] =
    [WindowKind::Week, WindowKind::Month, WindowKind::Quarter, WindowKind::Year];
/// The periods over which a survey is compared.
const SURVEYED: [WindowKind; 2] = [WindowKind::Month, WindowKind::Quarter];

impl Decider<'_> {
    /// When the next of an agreement's periods ends.
    pub(super) fn plan_period(&mut self, agreement: &AgreementId) {
        let versions = self.state.agreements.get(agreement).filter(|known| !known.is_withdrawn());
        let version = versions.and_then(|versions| versions.at(self.now));
        let wanted = version.filter(|version| {
            let rules = &version.terms.improvement;
            rules.plans || rules.risks
        });
        let next = wanted.and_then(|version| {
            let surveyed = SURVEYED.into_iter().filter(|_| version.terms.improvement.plans);
            let kinds = version.terms.objectives.iter().map(|objective| objective.window).chain(surveyed);
            let kinds = kinds.filter(|kind| CALENDAR.contains(kind));
            let ends =
                kinds.map(|kind| window_at(kind, version.terms.zone, self.now - SETTLES).end + SETTLES);
            let last = version.terms.ends.map_or(Instant::MAX, |ends| ends + SETTLES);
            ends.min().filter(|end| *end <= last)
        });
        self.ledger.plan(Due::Period(agreement.clone()), next);
    }

    /// Judges the periods that have ended since the last time, the latest of each kind.
    pub(super) fn period(&mut self, agreement: &AgreementId) {
        let settled = self.now - SETTLES;
        let judged = self.ledger.judged.insert(agreement.clone(), settled).unwrap_or(settled);
        let state = self.state;
        let version = state.agreements.get(agreement).and_then(|versions| versions.at(settled - MOMENT));
        if let Some(version) = version {
            for kind in CALENDAR {
                let zone = version.terms.zone;
                let window = previous_window(kind, zone, window_at(kind, zone, settled));
                if window.end > judged && window.end <= settled && version.terms.improvement.plans {
                    self.missed(agreement, version, kind, window.end);
                    if SURVEYED.contains(&kind) {
                        self.fallen(agreement, version, kind, window.end);
                    }
                }
            }
        }
        self.recovered(agreement);
        self.plan_period(agreement);
    }

    /// An objective whose period ended missed asks for a plan.
    fn missed(&mut self, agreement: &AgreementId, version: &Version, kind: WindowKind, end: Instant) {
        if !version.terms.objectives.iter().any(|objective| objective.window == kind) {
            return;
        }
        for standing in standings(self.state, agreement, end - MOMENT, self.now) {
            let Standing { objective, service, window, verdict, over, .. } = standing;
            if objective.window != kind || !over || verdict != Verdict::Missed {
                continue;
            }
            let asked = self.is_asked(agreement, |origin, about| match origin {
                Origin::Missed { objective: other, service: whose, .. } => {
                    *other == objective.name && *whose == service
                }
                _ => about == Some(&objective.name),
            });
            if asked {
                continue;
            }
            let origin = Origin::Missed {
                objective: objective.name.clone(),
                service,
                from: window.start,
                until: window.end,
            };
            let about = About { objective: Some(objective.name), ..About::default() };
            self.ask_plan(agreement, version, about, origin);
        }
    }

    /// A survey whose figure fell by more than chance asks for a plan.
    fn fallen(&mut self, agreement: &AgreementId, version: &Version, kind: WindowKind, end: Instant) {
        let state = self.state;
        let Some(book) = state.voice.book() else { return };
        let (from, until) = kind.dates(local_date(version.terms.zone, end - MOMENT));
        let Some((before, _)) = from.pred_opt().map(|last| kind.dates(last)) else { return };
        let own = BTreeSet::from([agreement.clone()]);
        for survey in book.iter().filter(|(_, survey)| survey.concerns(agreement)).map(|(id, _)| id) {
            let period = Dates { from, until };
            let results = results(state, survey, &own, period, Dates { from: before, until: from });
            let asked = |this: &Self, survey: &SurveyId| {
                this.is_asked(
                    agreement,
                    |origin, _| matches!(origin, Origin::Fallen { survey: other, .. } if other == survey),
                )
            };
            let waits = self.step.follow.iter().any(|(id, _)| *id == fallen_id(agreement, survey, until));
            if results.trend() == Some(Trend::Fallen) && !asked(self, survey) && !waits {
                let origin = Origin::Fallen { survey: survey.clone(), from, until };
                self.ask_plan(agreement, version, About::default(), origin);
            }
        }
    }

    fn ask_plan(&mut self, agreement: &AgreementId, version: &Version, about: About, origin: Origin) {
        let id = match &origin {
            Origin::Fallen { survey, until, .. } => fallen_id(agreement, survey, *until),
            Origin::Missed { objective, service, until, .. } => {
                let service = service.as_ref().map_or("", |service| service.as_str());
                format!("plan/{agreement}/{objective}/{service}/{}", until.micros())
            }
            _ => return,
        };
        let due = days_after(version, self.now, version.terms.improvement.plan_days);
        self.open(id, agreement, false, due, about, origin);
    }

    fn open(
        &mut self,
        id: String,
        agreement: &AgreementId,
        internal: bool,
        due: Option<NaiveDate>,
        about: About,
        origin: Origin,
    ) {
        let next = self.state.improvement.next_action().0;
        self.ledger.last_action = self.ledger.last_action.max(next - 1) + 1;
        let action = ActionNumber(self.ledger.last_action);
        let agreement = Some(agreement.clone());
        let (text, owner) = (None, None);
        self.follow(id, Word::Opened { action, agreement, internal, text, owner, due, about, origin });
    }

    /// An incident is over: its cause is asked for where it was grave, and its budgets are looked at.
    pub(super) fn resolved(&mut self, number: IncidentNumber, at: Instant) {
        let state = self.state;
        let Some(incident) = state.incident(number, self.now) else { return };
        let covering = state.covering(&incident, self.now);
        let wanted =
            covering.iter().any(|(_, version)| version.terms.improvement.causes.contains(&incident.priority));
        let due = (wanted && !has_cause(&incident)).then(|| (at + CAUSE_MAY_WAIT).max(self.now));
        self.ledger.plan(Due::Cause(number), due);
        for (agreement, version) in covering {
            self.budgets(agreement, version, &incident);
        }
    }

    pub(super) fn ask_cause(&mut self, number: IncidentNumber) {
        let state = self.state;
        let Some(incident) = state.incident(number, self.now) else { return };
        let Some((closed, _)) = incident.closed() else { return };
        if has_cause(&incident) {
            return;
        }
        for (agreement, version) in state.covering(&incident, self.now) {
            let rules = &version.terms.improvement;
            let asked = state.improvement.actions().any(|(_, action)| {
                action.agreement.as_ref() == Some(agreement) && is_about_cause(&action.origin, number)
            });
            if asked || !rules.causes.contains(&incident.priority) {
                continue;
            }
            let internal = !state.ledger.is_published(number, agreement);
            let due = days_after(version, closed, rules.cause_days);
            let about = About { incident: Some(number), ..About::default() };
            let id = format!("cause/{}/{agreement}", number.0);
            self.open(id, agreement, internal, due, about, Origin::Cause { incident: number });
        }
    }

    /// Somebody said why an incident was: whoever waited for that waits no longer.
    pub(super) fn caused(&mut self, incident: IncidentNumber) {
        self.ledger.plan(Due::Cause(incident), None);
        let waiting =
            self.state.improvement.actions().filter(|(_, action)| {
                is_about_cause(&action.origin, incident) && !action.now().state.is_over()
            });
        for (action, times) in
            waiting.map(|(number, action)| (number, action.steps.len())).collect::<Vec<_>>()
        {
            self.follow(format!("action/{}/caused/{times}", action.0), Word::Done { action, text: None });
        }
    }

    /// Budgets of which little is left are proposed as risks; those that stand and are not low any more go away.
    fn budgets(&mut self, agreement: &AgreementId, version: &Version, incident: &Incident) {
        let Some(versions) = self.state.agreements.get(agreement) else { return };
        for objective in &version.terms.objectives {
            let services = State::objective_services(&version.terms, objective);
            let available = matches!(objective.kind, ObjectiveKind::Availability(_));
            if !available || !services.contains(&incident.service) {
                continue;
            }
            let window = window_at(objective.window, version.terms.zone, self.now);
            let (service, now) = (&incident.service, self.now);
            let standing =
                availability_standing(self.state, versions, agreement, objective, service, window, now);
            let low = standing.is_some_and(|standing| standing.verdict == Verdict::AtRisk);
            let subject =
                Subject::Budget { objective: objective.name.clone(), service: incident.service.clone() };
            match self.state.improvement.seen(Some(agreement), &subject) {
                None if low => self.propose(Some(agreement), subject),
                Some(risk) if !low => self.gone(risk),
                _ => {}
            }
        }
    }

    /// A new period has a budget of its own.
    fn recovered(&mut self, agreement: &AgreementId) {
        let own = |whose: &Option<AgreementId>, subject: &Subject| {
            whose.as_ref() == Some(agreement) && matches!(subject, Subject::Budget { .. })
        };
        if !self.state.improvement.all_seen().any(|(whose, subject, _)| own(whose, subject)) {
            return;
        }
        let low: BTreeSet<(String, Option<_>)> = standings(self.state, agreement, self.now, self.now)
            .into_iter()
            .filter(|standing| standing.verdict == Verdict::AtRisk)
            .map(|standing| (standing.objective.name, standing.service))
            .collect();
        let gone = self.state.improvement.all_seen().filter(|(whose, subject, _)| match subject {
            Subject::Budget { objective, service } => {
                whose.as_ref() == Some(agreement)
                    && !low.contains(&(objective.clone(), Some(service.clone())))
            }
            _ => false,
        });
        for risk in gone.map(|(.., risk)| risk).collect::<Vec<_>>() {
            self.gone(risk);
        }
    }
}

/// The least there is between two moments.
const MOMENT: Span = Span::from_micros(1);

fn fallen_id(agreement: &AgreementId, survey: &SurveyId, until: NaiveDate) -> String {
    format!("plan/{agreement}/survey/{survey}/{until}")
}

fn has_cause(incident: &Incident) -> bool {
    incident.deeds.iter().any(|deed| matches!(deed.act, Act::Caused { .. }))
}

fn is_about_cause(origin: &Origin, number: IncidentNumber) -> bool {
    matches!(origin, Origin::Cause { incident } if *incident == number)
}

fn days_after(version: &Version, at: Instant, days: u32) -> Option<NaiveDate> {
    local_date(version.terms.zone, at).checked_add_days(Days::new(days.into()))
}
