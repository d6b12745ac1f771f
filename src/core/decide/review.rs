//! When reviews are drafted and published, and what is to be said of them.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::dues::Dues;
use super::{Notice, NoticeKind, Step};
use crate::core::event::{AgreementId, Entry, Event};
use crate::core::interval::Interval;
use crate::core::review::{Occasion, Plan, ReviewNumber, Section, Subject, Touched, Unapproved, Word};
use crate::core::state::{State, Versions};
use crate::core::time::{Instant, Span};
use crate::core::watch::pairs;
use crate::core::window::{previous_window, window_at};

/// So many schedule times are looked at to find one whose period the agreement covers.
const LOOKED_AT: usize = 400;

/// What is planned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReviewLedger {
    dues: Dues<Due>,
    /// When each plan's next review is to be published.
    #[serde(with = "pairs")]
    fires: BTreeMap<Subject, BTreeMap<String, Instant>>,
    last: u32,
}

/// What falls due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Due {
    /// The draft of the next review of a plan.
    Draft(Subject, String),
    /// The term of an agreement is over.
    Closing(AgreementId),
    Publish(ReviewNumber),
}

impl ReviewLedger {
    /// The earliest moment at which something falls due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.dues.next()
    }

    /// When the next review of a plan is published that is not drafted yet.
    pub fn next(&self, subject: &Subject, plan: &str) -> Option<Instant> {
        self.fires.get(subject)?.get(plan).copied()
    }
}

impl State {
    /// When the next review of each subject and plan is published after `now`, drafted or not. One that never comes
    /// again is not among them.
    pub fn next_reviews(&self, now: Instant) -> BTreeMap<(&Subject, &str), Instant> {
        let fires = self.ledger.reviews.fires.iter();
        let planned =
            fires.flat_map(|(subject, plans)| plans.iter().map(move |(plan, at)| (subject, plan, *at)));
        let drafted =
            self.reviews.drafts().filter(|(_, review)| review.due > now).filter_map(|(_, review)| {
                let Occasion::Plan(plan) = &review.occasion else { return None };
                Some((&review.subject, plan, review.due))
            });
        let mut next = BTreeMap::new();
        for (subject, plan, at) in planned.chain(drafted) {
            let soonest = next.entry((subject, plan.as_str())).or_insert(at);
            *soonest = at.min(*soonest);
        }
        next
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
    let mut ledger = std::mem::take(&mut state.ledger.reviews);
    let mut decider = Decider { state, now, ledger: &mut ledger, step };
    decider.event(entry, touched);
    state.ledger.reviews = ledger;
}

struct Decider<'a> {
    state: &'a State,
    now: Instant,
    ledger: &'a mut ReviewLedger,
    step: &'a mut Step,
}

impl Decider<'_> {
    fn say(&mut self, kind: NoticeKind) {
        self.step.notices.push(Notice { at: self.now, kind });
    }

    fn event(&mut self, entry: &Entry, touched: Option<Touched>) {
        match (&entry.event, touched) {
            (Event::Tick { .. }, _) => {
                for due in self.ledger.dues.take(self.now) {
                    self.due(due);
                }
            }
            (Event::TermsAdopted { .. } | Event::TermsWithdrawn { .. }, _) | (_, Some(Touched::Plans)) => {
                self.schedule();
            }
            (Event::Review { word, .. }, Some(Touched::Review(number))) => self.review(number, word),
            _ => {}
        }
    }

    /// When each planned review comes next. One that is overdue stays so.
    fn schedule(&mut self) {
        let state = self.state;
        let mut wanted = BTreeMap::new();
        let agreements = state.agreements.keys().cloned().map(Subject::Agreement);
        for subject in agreements.chain([Subject::Operators]) {
            for plan in state.reviews.plans(&subject) {
                if let Some(fire) = first_fire(state, &subject, plan, self.now) {
                    wanted.insert(
                        Due::Draft(subject.clone(), plan.name.clone()),
                        (fire - plan.draft_before, fire),
                    );
                }
            }
            wanted.extend(
                closing(state, &subject).map(|(agreement, ends)| (Due::Closing(agreement), (ends, ends))),
            );
        }
        for (due, at) in self.ledger.dues.iter().map(|(due, at)| (due.clone(), at)).collect::<Vec<_>>() {
            let overdue = at <= self.now && wanted.contains_key(&due);
            match due {
                Due::Publish(_) => {}
                due if overdue => drop(wanted.remove(&due)),
                due => {
                    self.ledger.dues.cancel(&due);
                    self.forget(&due);
                }
            }
        }
        for (due, (at, fire)) in wanted {
            self.plan(due, at, fire);
        }
    }

    fn plan(&mut self, due: Due, at: Instant, fire: Instant) {
        if let Due::Draft(subject, name) = &due {
            self.ledger.fires.entry(subject.clone()).or_default().insert(name.clone(), fire);
        }
        self.ledger.dues.plan(due, at);
    }

    fn forget(&mut self, due: &Due) {
        if let Due::Draft(subject, name) = due
            && let Some(plans) = self.ledger.fires.get_mut(subject)
        {
            plans.remove(name);
        }
    }

    fn due(&mut self, due: Due) {
        match due {
            Due::Draft(subject, name) => {
                let plans = self.state.reviews.plans(&subject);
                let plan = plans.into_iter().find(|plan| plan.name == name).cloned();
                if let (Some(plan), Some(fire)) = (plan, self.ledger.next(&subject, &name)) {
                    self.draft_planned(subject, &plan, fire);
                }
            }
            Due::Closing(agreement) => self.draft_closing(agreement),
            Due::Publish(number) => {
                let waits = self
                    .state
                    .reviews
                    .review(number)
                    .is_some_and(|review| review.is_draft() && !review.is_ready(self.now));
                if waits {
                    self.say(NoticeKind::ReviewWaits { review: number });
                }
            }
        }
    }

    /// Drafts the review of a plan that is to be published at `fire`, and plans the next. Of several that were
    /// missed over one period only the last is made; of the operators' digests only the newest.
    fn draft_planned(&mut self, subject: Subject, plan: &Plan, mut fire: Instant) {
        let zone = zone(self.state, &subject, plan, fire);
        let mut next = plan.schedule.next_after(fire, zone);
        while let Some(later) = next.filter(|later| *later <= self.now) {
            if subject != Subject::Operators && told(plan, zone, later) != told(plan, zone, fire) {
                break;
            }
            fire = later;
            next = plan.schedule.next_after(fire, zone);
        }
        let window = told(plan, zone, fire);
        if covers(self.state, &subject, window) {
            let hold = plan.unapproved == Unapproved::Hold && plan.draft_before.is_positive();
            let occasion = Occasion::Plan(plan.name.clone());
            let template = self.state.reviews.book().template(&plan.template);
            self.draft(Drafting {
                subject: subject.clone(),
                occasion,
                window,
                plan: Some(plan),
                template,
                due: fire,
                hold,
            });
        }
        let due = Due::Draft(subject.clone(), plan.name.clone());
        self.forget(&due);
        if let Some(next) = next.filter(|next| may_come(self.state, &subject, told(plan, zone, *next))) {
            self.plan(due, next - plan.draft_before, next);
        }
    }

    fn draft_closing(&mut self, agreement: AgreementId) {
        let Some(versions) = self.state.agreements.get(&agreement) else { return };
        let Some((starts, ends)) = term(versions) else { return };
        let subject = Subject::Agreement(agreement);
        let plans = self.state.reviews.plans(&subject);
        let Some(plan) = plans.first().map(|plan| (*plan).clone()) else { return };
        let hold = plan.unapproved == Unapproved::Hold && plan.draft_before.is_positive();
        let template = self.state.reviews.book().template("customer");
        self.draft(Drafting {
            subject,
            occasion: Occasion::Closing,
            window: Interval::new(starts, ends),
            plan: None,
            template,
            due: ends + plan.draft_before,
            hold,
        });
    }

    fn draft(&mut self, draft: Drafting<'_>) {
        self.ledger.last = self.ledger.last.max(self.state.reviews.next().0 - 1) + 1;
        let review = ReviewNumber(self.ledger.last);
        let word = Word::Drafted {
            review,
            subject: draft.subject,
            occasion: draft.occasion,
            window: draft.window,
            period: draft.plan.map(|plan| plan.period),
            template: draft.template,
            due: draft.due,
            hold: draft.hold,
        };
        let event = Event::Review { at: self.now, by: None, word: Box::new(word) };
        self.step.follow.push((format!("review/{}/drafted", review.0), event));
    }

    fn review(&mut self, number: ReviewNumber, word: &Word) {
        let Some(review) = self.state.reviews.review(number) else { return };
        match word {
            Word::Drafted { due, .. } => {
                if review.is_draft() && *due > self.now {
                    self.ledger.dues.plan(Due::Publish(number), *due);
                }
                if !review.is_ready(self.now) {
                    self.say(NoticeKind::ReviewDrafted { review: number });
                }
            }
            Word::Issued { revision, .. } => {
                self.ledger.dues.cancel(&Due::Publish(number));
                self.say(NoticeKind::ReviewIssued { review: number, revision: *revision });
            }
            Word::Dropped { .. } => {
                self.ledger.dues.cancel(&Due::Publish(number));
                self.say(NoticeKind::ReviewChanged { review: number });
            }
            _ => self.say(NoticeKind::ReviewChanged { review: number }),
        }
    }
}

/// A review that begins.
struct Drafting<'a> {
    subject: Subject,
    occasion: Occasion,
    window: Interval,
    plan: Option<&'a Plan>,
    template: Vec<Section>,
    due: Instant,
    hold: bool,
}

/// When the next review of a plan is published that has not been begun yet; one whose draft is overdue is
/// drafted at once.
fn first_fire(state: &State, subject: &Subject, plan: &Plan, now: Instant) -> Option<Instant> {
    let mut fire = now.max(begins(state, subject));
    for _ in 0..LOOKED_AT {
        let zone = zone(state, subject, plan, fire);
        fire = plan.schedule.next_after(fire, zone)?;
        let window = told(plan, zone, fire);
        if !may_come(state, subject, window) {
            return None;
        }
        if covers(state, subject, window) && !is_begun(state, subject, plan, zone, fire) {
            return Some(fire);
        }
    }
    None
}

/// Whether there is a review of that time already: the one that is due then, or one that tells of the same
/// period and was due at a time that the plan had before it was changed.
fn is_begun(state: &State, subject: &Subject, plan: &Plan, zone: Tz, fire: Instant) -> bool {
    let window = told(plan, zone, fire);
    let middle = window.start + Span::from_micros(window.length().micros() / 2);
    let comes_at = |at: Instant| plan.schedule.next_after(at - Span::from_micros(1), zone) == Some(at);
    let own = state.reviews.all().rev().filter(|(_, review)| {
        review.subject == *subject && review.occasion == Occasion::Plan(plan.name.clone())
    });
    own.map(|(_, review)| review).any(|review| {
        let same = review.period == Some(plan.period) && review.window.contains(middle);
        review.due == fire || (same && !comes_at(review.due))
    })
}

/// When the term of an agreement begins; always for the operators.
fn begins(state: &State, subject: &Subject) -> Instant {
    let Subject::Agreement(agreement) = subject else { return Instant::MIN };
    state.agreements.get(agreement).and_then(term).map_or(Instant::MIN, |(starts, _)| starts)
}

/// The period a review tells of that is published at `fire`.
fn told(plan: &Plan, zone: Tz, fire: Instant) -> Interval {
    previous_window(plan.period, zone, window_at(plan.period, zone, fire))
}

fn zone(state: &State, subject: &Subject, plan: &Plan, at: Instant) -> Tz {
    match subject {
        Subject::Agreement(agreement) => state.zone(agreement, at),
        Subject::Operators => plan.zone.unwrap_or(Tz::UTC),
    }
}

/// Whether the agreement's term has begun before the period's end, and not ended before its beginning.
fn covers(state: &State, subject: &Subject, window: Interval) -> bool {
    let Subject::Agreement(agreement) = subject else { return true };
    let versions = state.agreements.get(agreement).filter(|versions| !versions.is_withdrawn());
    versions.and_then(term).is_some_and(|(starts, ends)| starts < window.end && window.start < ends)
}

/// Whether a period may be covered that begins no earlier.
fn may_come(state: &State, subject: &Subject, window: Interval) -> bool {
    let Subject::Agreement(agreement) = subject else { return true };
    let versions = state.agreements.get(agreement).filter(|versions| !versions.is_withdrawn());
    versions.and_then(term).is_some_and(|(_, ends)| window.start < ends)
}

/// The term as the newest version has it, from the first version's beginning.
fn term(versions: &Versions) -> Option<(Instant, Instant)> {
    let (first, latest) = (versions.versions.first()?, versions.latest()?);
    Some((first.terms.starts.min(latest.terms.starts), latest.terms.ends.unwrap_or(Instant::MAX)))
}

/// When the term of an agreement that is reviewed at all is over, unless it was told already.
fn closing(state: &State, subject: &Subject) -> Option<(AgreementId, Instant)> {
    let Subject::Agreement(agreement) = subject else { return None };
    let versions = state.agreements.get(agreement).filter(|versions| !versions.is_withdrawn())?;
    let (_, ends) = term(versions)?;
    let told = state.reviews.all().any(|(_, review)| {
        review.subject == *subject && review.occasion == Occasion::Closing && review.window.end == ends
    });
    (ends < Instant::MAX && !told && !state.reviews.plans(subject).is_empty())
        .then(|| (agreement.clone(), ends))
}
