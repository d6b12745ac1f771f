//! One agreement with its plans, and a journal that ticks when something falls due and issues what is ready; both can
//! be out of order for a while.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use upheld::core::agreement::{
    ClockRules, ClockStart, Publish, ResponseStop, ServiceBook, ServiceLevel, Terms,
};
use upheld::core::decide::{self, NoticeKind};
use upheld::core::event::{AgreementId, Entry, Event};
use upheld::core::interval::Interval;
use upheld::core::review::compose::{Given, compose};
use upheld::core::review::{Occasion, Plan, ReviewBook, ReviewNumber, Subject, Unapproved, Word};
use upheld::core::state::State;
use upheld::core::time::{Instant, Span};
use upheld::core::window::WindowKind;

pub fn plan(name: &str, schedule: &str, period: WindowKind, draft_before: Span) -> Plan {
    Plan {
        name: name.to_owned(),
        schedule: schedule.parse().unwrap(),
        period,
        template: "short".to_owned(),
        draft_before,
        unapproved: Unapproved::Publish,
        zone: None,
    }
}

/// A review as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    pub number: ReviewNumber,
    pub subject: Subject,
    pub occasion: Occasion,
    pub window: Interval,
    pub drafted: Instant,
    pub due: Instant,
    pub issued: Instant,
    pub late: bool,
}

pub struct Watchmaker {
    pub state: State,
    pub book: ReviewBook,
    pub terms: Terms,
    /// In none of them anything ran.
    pub away: Vec<Interval>,
    pub came: Vec<Came>,
    pub said: Vec<NoticeKind>,
    versions: u32,
}

impl Watchmaker {
    pub fn new(zone: Tz, starts: Instant, ends: Option<Instant>) -> Self {
        let terms = Terms {
            agreement: "acme".into(),
            customer: "Acme".to_owned(),
            reference: "ACME".to_owned(),
            level: ServiceLevel::Sil2,
            services: [].into(),
            scope: Vec::new(),
            customer_duties: Vec::new(),
            contract: None,
            zone,
            starts,
            ends,
            calendars: BTreeMap::new(),
            clocks: ClockRules {
                start: ClockStart::Occurred,
                response_stops_on: ResponseStop::Either,
                at_risk_percent: 75,
                pin_at_start: false,
                call_again_after: Span::from_minutes(5),
            },
            publish: Publish::AtOnce,
            objectives: Vec::new(),
            exclusions: Vec::new(),
            customer_texts: Vec::new(),
            improvement: upheld::core::improvement::Rules::default(),
        };
        Self {
            state: State::default(),
            book: ReviewBook::default(),
            terms,
            away: Vec::new(),
            came: Vec::new(),
            said: Vec::new(),
            versions: 0,
        }
    }

    pub fn acme() -> AgreementId {
        "acme".into()
    }

    /// One more plan for the customer, in the book that is adopted next.
    pub fn plans(&mut self, plan: Plan) {
        self.book.agreements.entry(Self::acme()).or_default().push(plan);
    }

    /// Adopts terms and book.
    pub fn begin(&mut self, at: Instant) {
        let services = Box::new(ServiceBook::default());
        self.append(at, Event::ServicesAdopted { effective: at, sha256: String::new(), book: services });
        self.adopt_terms(at);
        self.adopt_book(at);
    }

    pub fn adopt_terms(&mut self, at: Instant) {
        self.versions += 1;
        let event = Event::TermsAdopted {
            agreement: Self::acme(),
            version: self.versions,
            effective: if self.versions == 1 { self.terms.starts } else { at },
            sha256: self.versions.to_string(),
            terms: Box::new(self.terms.clone()),
        };
        self.append(at, event);
    }

    pub fn adopt_book(&mut self, at: Instant) {
        let book = Box::new(self.book.clone());
        self.append(at, Event::ReviewsAdopted { effective: at, sha256: String::new(), book });
    }

    pub fn say(&mut self, at: Instant, word: Word) {
        self.append(at, Event::Review { at, by: Some("maria".into()), word: Box::new(word) });
    }

    pub fn append(&mut self, recorded: Instant, event: Event) {
        let mut waiting = vec![event];
        while !waiting.is_empty() {
            let event = waiting.remove(0);
            if let Event::Review { word, .. } = &event
                && let Word::Issued { review, document, .. } = &**word
            {
                self.note(*review, recorded, document.late);
            }
            let sequence = self.state.sequence + 1;
            let entry = Entry { sequence, id: sequence.to_string(), recorded, event };
            let step = decide::step(&mut self.state, &entry);
            self.said.extend(step.notices.into_iter().map(|notice| notice.kind));
            waiting.splice(0..0, step.follow.into_iter().map(|(_, event)| event));
            if waiting.is_empty() {
                waiting.extend(self.issue(recorded));
            }
        }
    }

    fn note(&mut self, number: ReviewNumber, issued: Instant, late: bool) {
        let review = self.state.reviews.review(number).unwrap();
        self.came.push(Came {
            number,
            subject: review.subject.clone(),
            occasion: review.occasion.clone(),
            window: review.window,
            drafted: review.drafted,
            due: review.due,
            issued,
            late,
        });
    }

    /// The first review that is ready is issued.
    fn issue(&self, at: Instant) -> Option<Event> {
        let (number, review) = self.state.reviews.drafts().find(|(_, review)| review.is_ready(at))?;
        let document = compose(&self.state, number, review, &Given::default(), at).unwrap();
        let word =
            Word::Issued { review: number, revision: 1, sha256: String::new(), document: Box::new(document) };
        Some(Event::Review { at, by: None, word: Box::new(word) })
    }

    /// Lets time pass; what falls due while nothing runs is found when it runs again, by a state that was read
    /// from what is kept of it.
    pub fn until(&mut self, moment: Instant) {
        while let Some(due) = decide::next_due(&self.state).filter(|due| *due <= moment) {
            let mut at = self.state.now.map_or(due, |now| now.max(due));
            if let Some(away) = self.away.iter().find(|away| away.contains(at)) {
                at = away.end;
                let kept = serde_json::to_string(&self.state).unwrap();
                self.state = serde_json::from_str(&kept).unwrap();
            }
            if at > moment {
                break;
            }
            self.append(at, Event::Tick { at });
        }
    }

    /// The reviews of a plan, in the order in which they came.
    pub fn came(&self, plan: &str) -> Vec<Came> {
        let of_plan = |came: &&Came| came.occasion == Occasion::Plan(plan.to_owned());
        self.came.iter().filter(of_plan).cloned().collect()
    }

    pub fn closing(&self) -> Vec<Came> {
        self.came.iter().filter(|came| came.occasion == Occasion::Closing).cloned().collect()
    }
}
