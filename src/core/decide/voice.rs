//! What is to be said of surveys, feedback and complaints, and what falls due among them.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::dues::Dues;
use super::{Notice, NoticeKind, Step};
use crate::core::event::{AgreementId, Entry, Event, IncidentNumber, SurveyId};
use crate::core::reading::ThemeId;
use crate::core::state::State;
use crate::core::survey::{Identity, Survey, Trigger};
use crate::core::time::{Instant, Span};
use crate::core::voice::{
    Feedback, FeedbackNumber, Round, RoundNumber, Touched, Word, complaint_clocks, judging, stamp,
};

/// What has been planned and announced.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VoiceLedger {
    dues: Dues<Due>,
    told: BTreeMap<FeedbackNumber, Told>,
    recommended: BTreeSet<(AgreementId, ThemeId)>,
    last_round: u32,
}

/// What falls due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Due {
    /// The survey that follows an incident.
    After(IncidentNumber, SurveyId, AgreementId),
    Scheduled(SurveyId, AgreementId),
    Remind(RoundNumber),
    Close(RoundNumber),
    /// A clock of a complaint is at risk or late.
    Complaint(FeedbackNumber),
}

/// What was announced of one complaint, by objective.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Told {
    at_risk: BTreeSet<String>,
    late: BTreeSet<String>,
}

impl VoiceLedger {
    /// The earliest moment at which something falls due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.dues.next()
    }

    /// When the survey of that name is asked next under an agreement by its schedule.
    pub fn next_scheduled(&self, survey: &SurveyId, agreement: &AgreementId) -> Option<Instant> {
        self.dues.at(&Due::Scheduled(survey.clone(), agreement.clone()))
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
    let mut ledger = std::mem::take(&mut state.ledger.voice);
    let mut decider = Decider { state, now, ledger: &mut ledger, step };
    decider.incidents();
    decider.event(entry, touched);
    state.ledger.voice = ledger;
}

struct Decider<'a> {
    state: &'a State,
    now: Instant,
    ledger: &'a mut VoiceLedger,
    step: &'a mut Step,
}

impl Decider<'_> {
    fn say(&mut self, kind: NoticeKind) {
        self.step.notices.push(Notice { at: self.now, kind });
    }

    fn follow(&mut self, id: String, word: Word) {
        self.step.follow.push((id, Event::Voice { at: self.now, by: None, word: Box::new(word) }));
    }

    /// A resolved incident is followed by its surveys; one that is open again is not asked about.
    fn incidents(&mut self) {
        let mut ended = Vec::new();
        let mut again = Vec::new();
        for notice in &self.step.notices {
            match &notice.kind {
                NoticeKind::Resolved { incident, at } => ended.push((*incident, *at)),
                NoticeKind::Reopened { incident, .. } | NoticeKind::Merged { incident, .. } => {
                    again.push(*incident);
                }
                _ => {}
            }
        }
        for incident in again {
            self.reopened(incident);
        }
        for (incident, at) in ended {
            self.resolved(incident, at);
        }
    }

    fn resolved(&mut self, number: IncidentNumber, at: Instant) {
        let state = self.state;
        let (Some(book), Some(incident)) = (state.voice.book(), state.incident(number, self.now)) else {
            return;
        };
        for (agreement, _) in state.covering(&incident, self.now) {
            if !state.ledger.is_published(number, agreement) {
                continue;
            }
            for (id, survey) in book.iter().filter(|(_, survey)| survey.concerns(agreement)) {
                let Trigger::Incident { delay, priorities, sample_percent } = &survey.trigger else {
                    continue;
                };
                let wanted = priorities.is_empty() || priorities.contains(&incident.priority);
                if wanted && is_sampled(number, id, agreement, *sample_percent) {
                    let due = Due::After(number, id.clone(), agreement.clone());
                    self.ledger.dues.plan(due, (at + *delay).max(self.now));
                }
            }
        }
    }

    fn reopened(&mut self, number: IncidentNumber) {
        let planned = self.ledger.dues.iter().map(|(due, _)| due);
        let planned = planned.filter(|due| matches!(due, Due::After(incident, ..) if *incident == number));
        for due in planned.cloned().collect::<Vec<_>>() {
            self.ledger.dues.cancel(&due);
        }
        let open: Vec<RoundNumber> = self
            .state
            .voice
            .open_rounds()
            .filter(|(_, round)| round.incident == Some(number))
            .map(|(round, _)| round)
            .collect();
        for round in open {
            self.follow(format!("survey/{}/withdrawn", round.0), Word::Withdrawn { round });
        }
    }

    fn event(&mut self, entry: &Entry, touched: Option<Touched>) {
        match &entry.event {
            Event::Tick { .. } => {
                for due in self.ledger.dues.take(self.now) {
                    self.due(due);
                }
            }
            Event::SurveysAdopted { .. } | Event::TermsAdopted { .. } | Event::TermsWithdrawn { .. } => {
                self.schedule();
                let open = self.state.voice.all_feedback().filter(|(_, feedback)| feedback.is_open());
                let open: Vec<FeedbackNumber> = open.map(|(number, _)| number).collect();
                open.into_iter().for_each(|number| self.complaint(number));
            }
            Event::Voice { word, .. } => match touched {
                Some(Touched::Round(number)) => self.round(number, word),
                Some(Touched::Feedback(number)) => self.feedback(number, entry, word),
                None => {
                    if let Word::Recommended { agreement, theme } = &**word {
                        let (agreement, theme) = (agreement.clone(), theme.clone());
                        self.say(NoticeKind::Recommended { agreement, theme });
                    }
                }
            },
            _ => {}
        }
    }

    /// When each scheduled survey comes next. One that is overdue stays so, and is asked once.
    fn schedule(&mut self) {
        let state = self.state;
        let mut wanted = BTreeMap::new();
        for (id, survey) in state.voice.book().into_iter().flat_map(|book| book.iter()) {
            let Trigger::Schedule { cron } = &survey.trigger else { continue };
            for (agreement, versions) in &state.agreements {
                if survey.concerns(agreement) && versions.covers(self.now) {
                    let next = cron.next_after(self.now, state.zone(agreement, self.now));
                    wanted.extend(next.map(|next| (Due::Scheduled(id.clone(), agreement.clone()), next)));
                }
            }
        }
        let planned = self.ledger.dues.iter().filter(|(due, _)| matches!(due, Due::Scheduled(..)));
        for (due, at) in planned.map(|(due, at)| (due.clone(), at)).collect::<Vec<_>>() {
            let overdue = at <= self.now && wanted.contains_key(&due);
            if overdue {
                wanted.remove(&due);
            } else {
                self.ledger.dues.cancel(&due);
            }
        }
        for (due, at) in wanted {
            self.ledger.dues.plan(due, at);
        }
    }

    fn due(&mut self, due: Due) {
        let voice = &self.state.voice;
        match due {
            Due::After(incident, survey, agreement) => {
                let ended = self.state.incident(incident, self.now).is_some_and(|known| !known.is_open());
                if ended && self.still_asked(&survey, &agreement) {
                    self.open(&survey, &agreement, Some(incident));
                }
            }
            Due::Scheduled(survey, agreement) => {
                if self.still_asked(&survey, &agreement) {
                    self.open(&survey, &agreement, None);
                }
                self.schedule_again(survey, agreement);
            }
            Due::Remind(round) => {
                if voice
                    .round(round)
                    .is_some_and(|known| known.is_open(self.now) && somebody_is_missing(known))
                {
                    self.follow(format!("survey/{}/reminded", round.0), Word::Reminded { round });
                }
            }
            Due::Close(round) => {
                if voice.round(round).is_some_and(|known| known.ended.is_none()) {
                    self.follow(format!("survey/{}/closed", round.0), Word::Closed { round });
                }
            }
            Due::Complaint(number) => self.complaint(number),
        }
    }

    fn still_asked(&self, survey: &SurveyId, agreement: &AgreementId) -> bool {
        let covered = self.state.agreements.get(agreement).is_some_and(|versions| versions.covers(self.now));
        covered && self.asked(survey).is_some_and(|survey| survey.concerns(agreement))
    }

    fn asked(&self, survey: &SurveyId) -> Option<&Survey> {
        self.state.voice.book()?.get(survey)
    }

    fn schedule_again(&mut self, survey: SurveyId, agreement: AgreementId) {
        let next = match self.asked(&survey).map(|survey| &survey.trigger) {
            Some(Trigger::Schedule { cron }) => {
                cron.next_after(self.now, self.state.zone(&agreement, self.now))
            }
            _ => None,
        };
        if let Some(next) = next {
            self.ledger.dues.plan(Due::Scheduled(survey, agreement), next);
        }
    }

    fn open(&mut self, survey: &SurveyId, agreement: &AgreementId, incident: Option<IncidentNumber>) {
        let Some(terms) = self.asked(survey) else { return };
        let closes = self.now + terms.open_for;
        self.ledger.last_round = self.ledger.last_round.max(self.state.voice.next_round().0 - 1) + 1;
        let round = RoundNumber(self.ledger.last_round);
        let stamp = Box::new(stamp(self.state, agreement, incident, self.now));
        let (survey, agreement) = (survey.clone(), agreement.clone());
        let id = format!("survey/{}/opened", round.0);
        self.follow(id, Word::RoundOpened { round, survey, agreement, incident, closes, stamp });
    }

    fn round(&mut self, number: RoundNumber, word: &Word) {
        let Some(round) = self.state.voice.round(number) else { return };
        match word {
            Word::RoundOpened { .. } => {
                self.ledger.dues.plan(Due::Close(number), round.closes);
                let survey = self.state.voice.survey_at(&round.survey, round.opened);
                let remind = survey.and_then(|survey| survey.remind_after).map(|after| round.opened + after);
                if let Some(at) = remind.filter(|at| *at < round.closes) {
                    self.ledger.dues.plan(Due::Remind(number), at);
                }
            }
            Word::Asked { people, .. } if people.is_empty() => {
                self.follow(format!("survey/{}/closed", number.0), Word::Closed { round: number });
            }
            Word::Asked { .. } | Word::Elsewhere { .. } => self.say(NoticeKind::Surveyed { round: number }),
            Word::Reminded { .. } => self.say(NoticeKind::SurveyReminder { round: number }),
            Word::Answered { .. } | Word::Commented { .. } | Word::CommentLabelled { .. } => {
                self.say(NoticeKind::SurveyAnswered { round: number });
                self.recommend(&round.agreement.clone());
            }
            Word::Withdrawn { .. } | Word::Closed { .. } | Word::Counted { .. } => {
                self.ledger.dues.cancel(&Due::Close(number));
                self.ledger.dues.cancel(&Due::Remind(number));
                self.say(NoticeKind::SurveyEnded { round: number });
            }
            _ => {}
        }
    }

    fn feedback(&mut self, number: FeedbackNumber, entry: &Entry, word: &Word) {
        let Some(feedback) = self.state.voice.feedback(number) else { return };
        self.say(match word {
            Word::Submitted { .. } => NoticeKind::FeedbackReceived { feedback: number },
            _ => NoticeKind::FeedbackStepped { feedback: number, step: entry.id.clone() },
        });
        self.recommend(&feedback.agreement.clone());
        self.complaint(number);
    }

    /// Says what is at risk or late of a complaint, and when to look again.
    fn complaint(&mut self, number: FeedbackNumber) {
        let Some(feedback) = self.state.voice.feedback(number) else { return };
        let mut told = self.ledger.told.remove(&number).unwrap_or_default();
        let mut next: Option<Instant> = None;
        for clock in clocks(self.state, feedback, self.now) {
            let objective = clock.objective.clone();
            let reading = &clock.reading;
            if reading.late {
                if told.late.insert(objective.clone()) {
                    self.say(NoticeKind::ComplaintLate { feedback: number, objective });
                }
                continue;
            }
            if reading.stopped_at.is_some() {
                continue;
            }
            if clock.at_risk_at.is_some_and(|at| at <= self.now) && told.at_risk.insert(objective.clone()) {
                self.say(NoticeKind::ComplaintAtRisk { feedback: number, objective: objective.clone() });
            }
            // Exactly at the deadline is still on time.
            let late = reading.late_after.map(|at| at + Span::from_micros(1));
            let at_risk = clock.at_risk_at.filter(|_| !told.at_risk.contains(&objective));
            let coming = late.into_iter().chain(at_risk).filter(|at| *at > self.now);
            next = next.into_iter().chain(coming).min();
        }
        let due = Due::Complaint(number);
        match next {
            Some(at) => self.ledger.dues.plan(due, at),
            None => self.ledger.dues.cancel(&due),
        }
        if told != Told::default() {
            self.ledger.told.insert(number, told);
        }
    }

    /// Themes that no objective covers and that have come up often enough are recommended, once.
    fn recommend(&mut self, agreement: &AgreementId) {
        let themes: Vec<ThemeId> =
            self.state.voice.recommended(agreement).map(|(theme, _)| theme.clone()).collect();
        for theme in themes {
            if self.ledger.recommended.insert((agreement.clone(), theme.clone())) {
                let id = format!("recommended/{agreement}/{}", theme.0);
                self.follow(id, Word::Recommended { agreement: agreement.clone(), theme });
            }
        }
    }
}

fn clocks(state: &State, feedback: &Feedback, now: Instant) -> Vec<crate::core::voice::ComplaintClock> {
    let versions = state.agreements.get(&feedback.agreement);
    let version = versions.and_then(|versions| judging(versions, feedback, now));
    version.map(|version| complaint_clocks(feedback, &version.terms, now)).unwrap_or_default()
}

/// In an anonymous round nobody knows who is missing.
fn somebody_is_missing(round: &Round) -> bool {
    let asked = round.asked.iter().flatten();
    let mut missing = asked.filter(|person| !round.answers.contains_key(*person));
    missing.next().is_some() || (round.identity == Identity::Anonymous && round.asked.is_some())
}

/// Whether an incident is among the share that is followed by a survey: by the hash of the names, so that a
/// replay chooses the same.
fn is_sampled(incident: IncidentNumber, survey: &SurveyId, agreement: &AgreementId, percent: u32) -> bool {
    let digest = Sha256::digest(format!("{incident}/{survey}/{agreement}"));
    let chance = digest.iter().take(4).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    chance * 100 < u64::from(percent) << 32
}
