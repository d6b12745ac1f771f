//! What the provider did with all that: plans and what came of them, a risk, a drill, and reviews that were approved
//! and signed. The newest draft waits for the visitor.

use anyhow::Result;
use chrono::{Datelike, Days, NaiveDate};

use super::history::{What, Writer};
use crate::core::calendar::{local_date, midnight};
use crate::core::event::{Act, AgreementId, Event, PersonId, ServiceId};
use crate::core::improvement::{
    About, Action, ActionNumber, ActionState, Level, Origin, RiskState, Score, Subject, Word, gaps,
};
use crate::core::review::{Occasion, Review, ReviewNumber, Side, Subject as Of, Word as OfReview};
use crate::core::time::{Instant, Span};
use crate::core::{drill, review};

/// Whose reviews the visitor finds a draft of, and the plan they come by.
const ACME: &str = "acme";
const MONTHLY: &str = "monthly";
/// The zone of the operators' room; the terminal tells times in it, too.
pub(super) const ZONE: chrono_tz::Tz = chrono_tz::Europe::Berlin;
/// The draft is there for so long before its review; longer than it is until [`publication`].
pub(super) const DRAFTED: &str = "8d";
/// Whoever approves does so at most so long before; shorter than it is until [`publication`].
const APPROVED: Span = Span::from_hours(30);

/// The day on which the next monthly review is due: soon after now, and one that every month has.
pub(super) fn publication(now: Instant) -> NaiveDate {
    let soon = local_date(ZONE, now) + Days::new(2);
    match soon.day() {
        1..=28 => soon,
        _ => soon
            .with_day(1)
            .and_then(|first| first.checked_add_months(chrono::Months::new(1)))
            .unwrap_or(soon),
    }
}

/// What is done about a promise that was not kept, by the beginning of its name, and what came of it.
const PLANS: [(&str, &str, &str); 5] = [
    (
        "response",
        "The second person is called after five minutes, no longer after ten.",
        "Called after five minutes since; nobody was late.",
    ),
    (
        "update",
        "Whoever has an incident sends the first update from a prepared text.",
        "The texts are in the handbook, and are used.",
    ),
    (
        "availability",
        "Releases of the checkout go to one machine in ten first.",
        "Two faulty releases were stopped before customers met them.",
    ),
    (
        "satisfaction",
        "Everybody who gave us a bad mark is called.",
        "All were called; most missed an explanation of the cause.",
    ),
    (
        "",
        "The handbook of the service is read by all who are on call.",
        "All have read it, and practised it once.",
    ),
];

/// What is still to be done: days before now, days until it is due from now, the letter it is about, and what.
const ITEMS: [(i64, i64, Option<usize>, &str); 2] = [
    (17, -2, Some(3), "Rewrite the documentation of the new login."),
    (11, 4, None, "Take the second route to the payment provider into use."),
];

const RISK: &str = "All card payments go through one provider. When it is away, nobody can pay.";
const MITIGATION: &str = "A second provider is under contract; the route to it is being built.";

/// The happenings of this room.
pub(super) fn happenings(start: Instant, now: Instant) -> Vec<(Instant, What)> {
    let mut all: Vec<(Instant, What)> = Vec::new();
    // The middle of the month that the draft tells of.
    let told = publication(now) - chrono::Months::new(1);
    let middle = midnight(ZONE, told.with_day(15).unwrap_or(told)) + Span::from_hours(10);
    all.extend([(middle, What::Risk), (middle + Span::from_days(3), What::Mitigated)]);
    let drill = middle - Span::from_days(2);
    all.push((drill, What::Drill));
    all.push((drill + Span::from_minutes(6), What::DrillTaken));
    all.push((drill + Span::from_minutes(41), What::DrillDone));
    for (index, (days, ..)) in ITEMS.iter().enumerate() {
        all.push((now - Span::from_days(*days), What::Item(index)));
    }
    let mut day = start + Span::from_hours(1);
    while day < now {
        all.push((day, What::Day));
        day = day + Span::from_days(1);
    }
    all.retain(|(at, _)| *at > start && *at < now);
    all
}

impl Writer<'_> {
    pub(super) fn work(&mut self, at: Instant, what: What) -> Result<()> {
        match what {
            What::Day => return self.day(at),
            What::Item(index) => return self.item(at, index),
            What::Risk => return self.risk(at),
            What::Mitigated => return self.mitigated(at),
            What::Drill => self.drill(at),
            What::DrillTaken => self.drilled(at, false),
            What::DrillDone => self.drilled(at, true),
            _ => {}
        }
        Ok(())
    }

    fn improve(&mut self, at: Instant, id: &str, by: &PersonId, word: Word) {
        let event = Event::Improvement { at, by: Some(by.clone()), word: Box::new(word) };
        self.append(at, format!("act/history/{id}"), event);
    }

    fn of_review(&mut self, at: Instant, id: &str, by: &PersonId, word: OfReview) {
        let event = Event::Review { at, by: Some(by.clone()), word: Box::new(word) };
        self.append(at, format!("act/history/{id}"), event);
    }

    /// What somebody of the provider looks through once a day.
    fn day(&mut self, at: Instant) -> Result<()> {
        self.dismiss_gaps(at)?;
        self.follow_plans(at)?;
        self.approve(at);
        self.sign(at);
        Ok(())
    }

    /// That each customer has one room is what a demonstration looks like, and no risk.
    fn dismiss_gaps(&mut self, at: Instant) -> Result<()> {
        let rooms = self.config.agreements.keys().map(|id| (id.clone(), Subject::OneChannel));
        for word in gaps(&self.state, &rooms.collect()) {
            let Word::RiskProposed { risk, .. } = word else { continue };
            let event = Event::Improvement { at, by: None, word: Box::new(word) };
            self.append(at, format!("history/gap/{}", risk.0), event);
        }
        let maria = self.customers.maria.clone();
        let proposed = self.state.improvement.risks().filter(|(_, risk)| {
            risk.subject == Some(Subject::OneChannel) && risk.now().state == RiskState::Proposed
        });
        for risk in proposed.map(|(number, _)| number).collect::<Vec<_>>() {
            let reason = self.seal("The service desk's number is on every contract.", at)?;
            self.improve(at, &format!("dismissed/{}", risk.0), &maria, Word::RiskDismissed { risk, reason });
        }
        Ok(())
    }

    /// Every plan that was asked for is made the day after, and done when it is due.
    fn follow_plans(&mut self, at: Instant) -> Result<()> {
        let actions = self.state.improvement.actions();
        let asked = actions.filter(|(_, action)| {
            matches!(action.origin, Origin::Missed { .. } | Origin::Fallen { .. })
                && !action.now().state.is_over()
        });
        let today = local_date(ZONE, at);
        let asked =
            asked.map(|(number, action)| (number, plan_for(action), action.now().state, action.now().due));
        for (number, (plan, outcome), state, due) in asked.collect::<Vec<_>>() {
            if state == ActionState::Asked {
                self.plan(at, number, plan, today + Days::new(12))?;
            } else if due.is_some_and(|due| due <= today) {
                let ben = self.customers.ben.clone();
                let text = Some(self.seal(outcome, at)?);
                self.improve(at, &format!("done/{}", number.0), &ben, Word::Done { action: number, text });
            }
        }
        Ok(())
    }

    fn plan(&mut self, at: Instant, action: ActionNumber, text: &str, due: NaiveDate) -> Result<()> {
        let (anna, to) = (self.customers.anna.clone(), self.customers.ben.clone());
        let text = self.seal(text, at)?;
        for (name, word) in [
            ("worded", Word::Worded { action, text }),
            ("assigned", Word::Assigned { action, to }),
            ("dated", Word::Dated { action, due, reason: None }),
        ] {
            self.improve(at, &format!("{name}/{}", action.0), &anna, word);
        }
        Ok(())
    }

    /// Maria approves what she is shown; Acme's months the day before.
    fn approve(&mut self, at: Instant) {
        let drafts = self.state.reviews.drafts().filter(|(_, review)| {
            review.approved.is_none() && (!is_months(review) || review.due - at < APPROVED)
        });
        for review in drafts.map(|(number, _)| number).collect::<Vec<_>>() {
            let maria = self.customers.maria.clone();
            let word = OfReview::Approved { review, at_once: false };
            self.of_review(at, &format!("approved/{}", review.0), &maria, word);
        }
    }

    /// What was agreed on when both sides met; the newest is still to be talked about.
    fn sign(&mut self, at: Instant) {
        let acme = Of::Agreement(AgreementId::from(ACME));
        let issued: Vec<(ReviewNumber, u32)> = self
            .state
            .reviews
            .all()
            .filter(|(_, review)| review.subject == acme)
            .filter_map(|(number, review)| review.newest().map(|issue| (number, issue)))
            .map(|(number, issue)| (number, if issue.signed.is_empty() { issue.revision } else { 0 }))
            .collect();
        let Some((_, older)) = issued.split_last() else { return };
        let (maria, jonas) = (self.customers.maria.clone(), self.customers.people.get(&ACME.into()).cloned());
        for (review, revision) in older.iter().copied().filter(|(_, revision)| *revision > 0) {
            let signs = [(Side::Provider, Some(&maria)), (Side::Customer, jonas.as_ref())];
            for (side, by) in signs.into_iter().filter_map(|(side, by)| Some((side, by?))) {
                let id = format!("signed/{}/{side:?}", review.0);
                self.of_review(at, &id, by, OfReview::Signed { review, revision, side });
            }
        }
    }

    fn item(&mut self, at: Instant, index: usize) -> Result<()> {
        let (days, until, letter, text) = ITEMS[index];
        let due = local_date(ZONE, at + Span::from_days(days + until));
        let feedback =
            letter.and_then(|letter| self.state.voice.submitted_by(&format!("act/history/letter/{letter}")));
        let (anna, ben) = (self.customers.anna.clone(), self.customers.ben.clone());
        let word = Word::Opened {
            action: self.state.improvement.next_action(),
            agreement: Some(ACME.into()),
            internal: false,
            text: Some(self.seal(text, at)?),
            owner: Some(if index == 0 { anna.clone() } else { ben }),
            due: Some(due),
            about: About { feedback, ..About::default() },
            origin: Origin::Provider,
        };
        self.improve(at, &format!("item/{index}"), &anna, word);
        Ok(())
    }

    fn risk(&mut self, at: Instant) -> Result<()> {
        let (Some(probability), Some(impact)) = (Level::new(3), Level::new(5)) else { return Ok(()) };
        let (anna, ben) = (self.customers.anna.clone(), self.customers.ben.clone());
        let word = Word::RiskAdded {
            risk: self.state.improvement.next_risk(),
            agreement: Some(ACME.into()),
            internal: false,
            service: Some(ServiceId::new("checkout")),
            text: self.seal(RISK, at)?,
            score: Score { probability, impact },
            owner: Some(ben),
            review: Some(local_date(ZONE, at) + Days::new(90)),
        };
        self.improve(at, "risk", &anna, word);
        Ok(())
    }

    fn mitigated(&mut self, at: Instant) -> Result<()> {
        let added = self.state.improvement.risks().find(|(_, risk)| risk.subject.is_none());
        let Some(risk) = added.map(|(number, _)| number) else { return Ok(()) };
        let (ben, text) = (self.customers.ben.clone(), self.seal(MITIGATION, at)?);
        self.improve(at, "mitigated", &ben, Word::RiskMitigated { risk, text });
        Ok(())
    }

    /// Acme takes part, and was told beforehand.
    fn drill(&mut self, at: Instant) {
        let plan = drill::Plan {
            service: ServiceId::new("checkout"),
            priority: crate::core::agreement::Priority::P1,
            announced: true,
            customers: [ACME.into()].into(),
            starts: at,
            lasts: drill::LASTS,
        };
        let by = Some(self.customers.maria.clone());
        let event = Event::Drill { at, by, word: drill::DrillWord::Planned { plan } };
        self.append(at, "act/history/drill".to_owned(), event);
    }

    fn drilled(&mut self, at: Instant, done: bool) {
        let Some(incident) = self.state.drills.all().map(|(number, _)| number).next_back() else { return };
        let act = if done { Act::Resolved { incident, text: None } } else { Act::Acknowledged { incident } };
        let event = Event::Act { at, by: self.customers.anna.clone(), act };
        self.append(at, format!("act/history/drilled/{done}"), event);
    }
}

/// What is done about it, and what comes of it.
fn plan_for(action: &Action) -> (&'static str, &'static str) {
    let objective = match &action.origin {
        Origin::Missed { objective, .. } => objective.as_str(),
        _ => "satisfaction",
    };
    let known = PLANS.iter().find(|(name, ..)| objective.starts_with(name));
    known.map_or(("", ""), |(_, plan, outcome)| (plan, outcome))
}

fn is_months(review: &Review) -> bool {
    review.subject == review::Subject::Agreement(ACME.into())
        && review.occasion == Occasion::Plan(MONTHLY.to_owned())
}
