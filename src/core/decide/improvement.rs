//! What is to be said of action items and risks, what the core asks for by itself, and what falls due among them.

mod asks;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::dues::Dues;
use super::{Notice, NoticeKind, Step};
use crate::core::event::{Act, AgreementId, Entry, Event, IncidentNumber, IntegrationId};
use crate::core::improvement::{
    ActionNumber, ActionState, Origin, Reminder, RiskNumber, Rules, Subject, Touched, Word, is_overdue,
    next_reminder, next_weekly,
};
use crate::core::state::State;
use crate::core::time::{Instant, Span};

/// A period is judged so long after its end, when the last words of the monitors have arrived.
const SETTLES: Span = Span::from_hours(1);
/// Whoever resolves an incident has so long to say why it was, before they are asked.
const CAUSE_MAY_WAIT: Span = Span::from_hours(1);
/// A monitor that has been silent for so long is a risk.
pub const SILENT_IS_A_RISK: Span = Span::from_hours(4);

/// What somebody may be told of action items and risks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Improved {
    /// It is new, or something was done about it; `id` is the entry's.
    Action { action: ActionNumber, id: String },
    /// Its date is near, or has passed.
    ActionDue { action: ActionNumber, reminder: Reminder },
    /// It is new, or something was done about it; `id` is the entry's.
    Risk { risk: RiskNumber, id: String },
    /// It is to be looked at again.
    RiskReview { risk: RiskNumber },
}

/// What has been planned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImprovementLedger {
    dues: Dues<Due>,
    /// Up to when each agreement's periods were judged.
    judged: BTreeMap<AgreementId, Instant>,
    last_action: u32,
    last_risk: u32,
}

/// What falls due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Due {
    /// A period of an agreement has ended.
    Period(AgreementId),
    /// Nobody has said yet why there was an incident.
    Cause(IncidentNumber),
    Silent(IntegrationId),
    Remind(ActionNumber),
    Review(RiskNumber),
}

impl ImprovementLedger {
    /// The earliest moment at which something falls due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.dues.next()
    }

    /// Plans something, or nothing any more; what was planned of it before is forgotten.
    fn plan(&mut self, due: Due, at: Option<Instant>) {
        match at {
            Some(at) => self.dues.plan(due, at),
            None => self.dues.cancel(&due),
        }
    }
}

/// Decides what follows from an entry that has just been folded.
pub(super) fn decide(
    state: &mut State,
    entry: &Entry,
    now: Instant,
    touched: Option<Touched>,
    step: &mut Step,
) {
    let mut ledger = std::mem::take(&mut state.ledger.improvement);
    let mut decider = Decider { state, now, ledger: &mut ledger, step };
    decider.notices();
    decider.event(entry, touched);
    state.ledger.improvement = ledger;
}

struct Decider<'a> {
    state: &'a State,
    now: Instant,
    ledger: &'a mut ImprovementLedger,
    step: &'a mut Step,
}

impl Decider<'_> {
    fn say(&mut self, what: Improved) {
        self.step.notices.push(Notice { at: self.now, kind: NoticeKind::Improvement { what } });
    }

    /// Once in a step, whatever led to it.
    fn follow(&mut self, id: String, word: Word) {
        if self.step.follow.iter().any(|(known, _)| *known == id) {
            return;
        }
        self.step.follow.push((id, Event::Improvement { at: self.now, by: None, word: Box::new(word) }));
    }

    /// What became of incidents and monitors in this step.
    fn notices(&mut self) {
        let kinds: Vec<NoticeKind> = self.step.notices.iter().map(|notice| notice.kind.clone()).collect();
        for kind in kinds {
            match kind {
                NoticeKind::Resolved { incident, at } => self.resolved(incident, at),
                NoticeKind::Reopened { incident, .. } | NoticeKind::Merged { incident, .. } => {
                    self.ledger.plan(Due::Cause(incident), None);
                }
                NoticeKind::Silent { integration, since } => {
                    let at = (since + SILENT_IS_A_RISK).max(self.now);
                    self.ledger.plan(Due::Silent(integration), Some(at));
                }
                NoticeKind::HeardAgain { integration, .. } => self.heard(&integration),
                _ => {}
            }
        }
    }

    fn event(&mut self, entry: &Entry, touched: Option<Touched>) {
        match &entry.event {
            Event::Tick { .. } => {
                for due in self.ledger.dues.take(self.now) {
                    self.due(due);
                }
            }
            Event::TermsAdopted { agreement, .. } | Event::TermsWithdrawn { agreement, .. } => {
                self.ledger.judged.entry(agreement.clone()).or_insert(self.now);
                self.plan_period(agreement);
            }
            Event::ServicesAdopted { .. } => self.unwatched(),
            Event::Act { act: Act::Caused { incident, .. }, .. } => self.caused(*incident),
            Event::Improvement { .. } => match touched {
                Some(Touched::Action(action)) => {
                    self.say(Improved::Action { action, id: entry.id.clone() });
                    self.plan_reminder(action);
                }
                Some(Touched::Risk(risk)) => {
                    self.say(Improved::Risk { risk, id: entry.id.clone() });
                    self.plan_review(risk);
                }
                None => {}
            },
            _ => {}
        }
    }

    fn due(&mut self, due: Due) {
        match due {
            Due::Period(agreement) => self.period(&agreement),
            Due::Cause(incident) => self.ask_cause(incident),
            Due::Silent(integration) => {
                if self.state.ledger.silent.contains_key(&integration) {
                    self.propose(None, Subject::Silent { integration });
                }
            }
            Due::Remind(action) => self.remind(action),
            Due::Review(risk) => {
                if self.state.improvement.risk(risk).is_some_and(|known| known.now().state.is_live()) {
                    self.say(Improved::RiskReview { risk });
                }
                self.plan_review(risk);
            }
        }
    }

    fn zone(&self, agreement: Option<&AgreementId>) -> Tz {
        agreement.map_or(Tz::UTC, |agreement| self.state.zone(agreement, self.now))
    }

    fn rules(&self, agreement: Option<&AgreementId>) -> Rules {
        let version = agreement.and_then(|agreement| self.state.agreements.get(agreement)?.at(self.now));
        version.map(|version| version.terms.improvement.clone()).unwrap_or_default()
    }

    /// What concerns no single customer is proposed as long as any of the agreements wants proposals.
    fn wants_risks(&self, agreement: Option<&AgreementId>) -> bool {
        match agreement {
            Some(_) => self.rules(agreement).risks,
            None => self.state.agreements.keys().any(|any| self.rules(Some(any)).risks),
        }
    }

    fn remind(&mut self, number: ActionNumber) {
        let Some(action) = self.state.improvement.action(number) else { return };
        let position = action.now();
        if let (false, Some(due)) = (position.state.is_over(), position.due) {
            // Where the moment before was missed, what is late is said and not what was near.
            let overdue = is_overdue(self.zone(action.agreement.as_ref()), due, self.now);
            let reminder = if overdue { Reminder::Overdue } else { Reminder::Soon };
            self.say(Improved::ActionDue { action: number, reminder });
        }
        self.plan_reminder(number);
    }

    fn plan_reminder(&mut self, number: ActionNumber) {
        let Some(action) = self.state.improvement.action(number) else { return };
        let position = action.now();
        // What is only wished is nobody's duty yet.
        let waits = !position.state.is_over() && position.state != ActionState::Wish;
        let at = position.due.filter(|_| waits).and_then(|due| {
            let agreement = action.agreement.as_ref();
            next_reminder(self.zone(agreement), due, self.rules(agreement).remind_days, self.now)
        });
        self.ledger.plan(Due::Remind(number), at);
    }

    fn plan_review(&mut self, number: RiskNumber) {
        let Some(risk) = self.state.improvement.risk(number) else { return };
        let position = risk.now();
        let date = position.review.filter(|_| position.state.is_live());
        let zone = self.zone(risk.agreement.as_ref());
        let at = date.and_then(|date| next_weekly(zone, date, self.now));
        self.ledger.plan(Due::Review(number), at);
    }

    /// What looks like a risk is proposed, unless it stands already.
    fn propose(&mut self, agreement: Option<&AgreementId>, subject: Subject) {
        let proposed = |event: &Event| match event {
            Event::Improvement { word, .. } => matches!(
                &**word,
                Word::RiskProposed { agreement: whose, subject: other, .. }
                    if whose.as_ref() == agreement && *other == subject
            ),
            _ => false,
        };
        let known = self.state.improvement.seen(agreement, &subject).is_some()
            || self.step.follow.iter().any(|(_, event)| proposed(event));
        if known || !self.wants_risks(agreement) {
            return;
        }
        let next = self.state.improvement.next_risk().0;
        self.ledger.last_risk = self.ledger.last_risk.max(next - 1) + 1;
        let risk = RiskNumber(self.ledger.last_risk);
        let word = Word::RiskProposed { risk, agreement: agreement.cloned(), subject };
        self.follow(format!("risk/{}/proposed", risk.0), word);
    }

    /// What looked like one does so no longer.
    fn gone(&mut self, risk: RiskNumber) {
        self.follow(format!("risk/{}/gone", risk.0), Word::RiskGone { risk });
    }

    fn heard(&mut self, integration: &IntegrationId) {
        self.ledger.plan(Due::Silent(integration.clone()), None);
        let subject = Subject::Silent { integration: integration.clone() };
        if let Some(risk) = self.state.improvement.seen(None, &subject) {
            self.gone(risk);
        }
    }

    /// A monitor that is no longer there cannot be silent.
    fn unwatched(&mut self) {
        let Some(book) = self.state.book() else { return };
        let gone = self.state.improvement.all_seen().filter(|(_, subject, _)| match subject {
            Subject::Silent { integration } => !book.integrations.contains_key(integration),
            _ => false,
        });
        for risk in gone.map(|(.., risk)| risk).collect::<Vec<_>>() {
            self.gone(risk);
        }
    }

    /// Whether somebody is about to do something for the same reason.
    fn is_asked(&self, agreement: &AgreementId, same: impl Fn(&Origin, Option<&str>) -> bool) -> bool {
        let mut own = self.state.improvement.actions().filter(|(_, action)| {
            action.agreement.as_ref() == Some(agreement) && !action.now().state.is_over()
        });
        own.any(|(_, action)| same(&action.origin, action.about.objective.as_deref()))
    }
}
