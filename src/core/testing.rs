//! A small world for the tests of the core: one book, one agreement, and a journal in memory.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::core::agreement::*;
use crate::core::availability::{ExclusionMode, PartialTerm, UnknownPolicy};
use crate::core::decide::{self, Notice, NoticeKind};
use crate::core::event::*;
use crate::core::state::State;
use crate::core::stopwatch::Target;
use crate::core::time::{Instant, Span};
use crate::core::window::WindowKind;

/// 2026-11-23T03:00:00Z, a Monday.
pub const START: Instant = Instant::from_seconds(1_795_402_800);

pub fn at(minutes: i64) -> Instant {
    START + Span::from_minutes(minutes)
}

pub fn book() -> ServiceBook {
    let service = |name: &str| Service {
        name: BTreeMap::from([("en".to_owned(), name.to_owned())]),
        components: BTreeSet::new(),
        quiet: Span::from_minutes(5),
        reopen_within: Span::from_minutes(30),
        observed_by: BTreeSet::from(["am".into()]),
        observed_from: None,
        runbook: None,
    };
    ServiceBook {
        services: BTreeMap::from([
            ("checkout".into(), service("Checkout")),
            ("login".into(), service("Login")),
        ]),
        routes: vec![Route {
            integration: None,
            labels: BTreeMap::new(),
            service: Chosen::Label("service".to_owned()),
            component: None,
            impact: None,
            priority: None,
        }],
        integrations: BTreeMap::from([(
            "am".into(),
            Liveness {
                silence_after: Span::from_minutes(10),
                silence: Silence::Up,
                ttl: Span::from_hours(8),
            },
        )]),
        priorities: BTreeMap::from([(Severity::Critical, Priority::P1), (Severity::Warning, Priority::P3)]),
        impacts: BTreeMap::from([(Severity::Critical, Impact::Down), (Severity::Warning, Impact::Degraded)]),
    }
}

pub fn clock(name: &str, clock: ClockKind, p1: Span) -> Objective {
    Objective {
        name: name.to_owned(),
        services: BTreeSet::new(),
        window: WindowKind::Month,
        calendar: "always".to_owned(),
        kind: ObjectiveKind::Clock(ClockTerms {
            clock,
            targets: BTreeMap::from([
                (Priority::P1, Target::Elapsed(p1)),
                (Priority::P2, Target::Elapsed(p1)),
            ]),
            measure: Measure::Share { percent: Decimal::from(95) },
            pauses: clock == ClockKind::Resolution,
            minimum_items: 0,
        }),
    }
}

pub fn terms() -> Terms {
    Terms {
        agreement: "acme".into(),
        customer: "Acme GmbH".to_owned(),
        reference: "ACME".to_owned(),
        level: ServiceLevel::Sil1,
        services: BTreeSet::from(["checkout".into()]),
        scope: Vec::new(),
        customer_duties: Vec::new(),
        contract: None,
        zone: Tz::UTC,
        starts: START - Span::from_days(60),
        ends: None,
        calendars: BTreeMap::new(),
        clocks: ClockRules {
            start: ClockStart::Occurred,
            response_stops_on: ResponseStop::Either,
            at_risk_percent: 75,
            pin_at_start: false,
            call_again_after: Span::from_minutes(5),
        },
        publish: Publish::AtOnce,
        objectives: vec![
            Objective {
                name: "availability".to_owned(),
                services: BTreeSet::new(),
                window: WindowKind::Month,
                calendar: "always".to_owned(),
                kind: ObjectiveKind::Availability(AvailabilityTerms {
                    target: Decimal::new(999, 1),
                    exclusions: ExclusionMode::Subtract,
                    unknown: UnknownPolicy::Leaves,
                    combination: Combination::AnyDown,
                    partial_term: PartialTerm::ShorterWindow,
                    minimum_downtime: Span::ZERO,
                    degraded_is_down: false,
                }),
            },
            clock("response", ClockKind::Response, Span::from_minutes(15)),
            clock("resolution", ClockKind::Resolution, Span::from_hours(4)),
            clock("update", ClockKind::Update, Span::from_minutes(30)),
            clock("next_reply", ClockKind::NextReply, Span::from_minutes(20)),
            clock("waiting", ClockKind::Waiting, Span::from_minutes(20)),
        ],
        exclusions: Vec::new(),
        customer_texts: Vec::new(),
        improvement: crate::core::improvement::Rules::none(),
    }
}

pub fn prose() -> Prose {
    Prose { id: "prose".into(), sha256: String::new() }
}

pub fn signal(key: &str, status: SignalStatus, started: Instant, ended: Option<Instant>) -> Signal {
    Signal {
        key: key.to_owned(),
        status,
        severity: Severity::Critical,
        started: Some(started),
        ended,
        summary: "5xx ratio above 5 %".to_owned(),
        labels: BTreeMap::from([("service".to_owned(), "checkout".to_owned())]),
        links: Vec::new(),
    }
}

/// A journal in memory that folds, ticks when something falls due, and collects what is said.
#[derive(Debug, Default)]
pub struct Journal {
    pub state: State,
    pub entries: Vec<Entry>,
    pub notices: Vec<Notice>,
}

impl Journal {
    pub fn new() -> Self {
        let mut journal = Self::default();
        let early = START - Span::from_days(50);
        let book =
            Event::ServicesAdopted { effective: early, sha256: "book".to_owned(), book: Box::new(book()) };
        journal.append(early, "book", book);
        journal.adopt(early, 1, terms());
        journal.append(
            early,
            "heard",
            Event::Heard { integration: "am".into(), at: early, heartbeat: false },
        );
        journal
    }

    pub fn adopt(&mut self, effective: Instant, version: u32, terms: Terms) {
        let agreement = terms.agreement.clone();
        let event = Event::TermsAdopted {
            agreement,
            version,
            effective,
            sha256: String::new(),
            terms: Box::new(terms),
        };
        self.append(effective, &format!("terms/{version}"), event);
    }

    /// Takes an event, and whatever follows from it.
    pub fn append(&mut self, recorded: Instant, id: &str, event: Event) {
        let mut waiting = vec![(id.to_owned(), event)];
        while !waiting.is_empty() {
            let (id, event) = waiting.remove(0);
            let sequence = self.state.sequence + 1;
            let entry = Entry { sequence, id, recorded, event };
            let step = decide::step(&mut self.state, &entry);
            self.entries.push(entry);
            self.notices.extend(step.notices);
            let place = 0;
            waiting.splice(place..place, step.follow);
        }
    }

    /// Lets time pass, deciding everything at the moment it falls due.
    pub fn until(&mut self, moment: Instant) {
        while let Some(due) = decide::next_due(&self.state).filter(|due| *due <= moment) {
            self.append(due, &format!("tick/{}", due.micros()), Event::Tick { at: due });
        }
    }

    pub fn fires(&mut self, minute: i64, key: &str) {
        self.until(at(minute));
        let signals = vec![signal(key, SignalStatus::Firing, at(minute), None)];
        let event = Event::Signals { integration: "am".into(), received: at(minute), signals };
        self.append(at(minute), &format!("fires/{key}/{minute}"), event);
    }

    pub fn ends(&mut self, minute: i64, key: &str, started: i64) {
        self.until(at(minute));
        let signals = vec![signal(key, SignalStatus::Resolved, at(started), Some(at(minute)))];
        let event = Event::Signals { integration: "am".into(), received: at(minute), signals };
        self.append(at(minute), &format!("ends/{key}/{minute}"), event);
    }

    pub fn acts(&mut self, minute: i64, act: Act) {
        self.until(at(minute));
        let id = format!("act/{minute}/{}", self.entries.len());
        self.append(at(minute), &id, Event::Act { at: at(minute), by: "anna".into(), act });
    }

    /// What was said, in short: minute and kind.
    pub fn said(&self) -> Vec<String> {
        self.notices
            .iter()
            .map(|notice| format!("{:>4} {}", (notice.at - START).seconds() / 60, name(&notice.kind)))
            .collect()
    }
}

fn name(kind: &NoticeKind) -> String {
    match kind {
        NoticeKind::Opened { incident } => format!("opened {incident}"),
        NoticeKind::Published { incident, agreement } => format!("published {incident} {agreement}"),
        NoticeKind::AtRisk { incident, objective, .. } => format!("at risk {incident} {objective}"),
        NoticeKind::Late { incident, objective, .. } => format!("late {incident} {objective}"),
        NoticeKind::Call { incident, step, .. } => format!("call {incident} {step}"),
        NoticeKind::Done { incident, .. } => format!("done {incident}"),
        NoticeKind::Resolved { incident, at } => {
            format!("resolved {incident} at {}", (*at - START).seconds() / 60)
        }
        NoticeKind::Reopened { incident, at } => {
            format!("reopened {incident} at {}", (*at - START).seconds() / 60)
        }
        NoticeKind::Corrected { incident, .. } => format!("corrected {incident}"),
        NoticeKind::Merged { incident, into } => format!("merged {incident} into {into}"),
        NoticeKind::Changed { incident } => format!("changed {incident}"),
        NoticeKind::DrillPlanned { drill } => format!("planned {drill}"),
        NoticeKind::DrillDropped { drill } => format!("dropped {drill}"),
        NoticeKind::Silent { integration, .. } => format!("silent {integration}"),
        NoticeKind::HeardAgain { integration, .. } => format!("heard again {integration}"),
        NoticeKind::Unrouted { name, .. } => format!("unrouted {name}"),
        NoticeKind::Surveyed { round } => format!("surveyed {round}"),
        NoticeKind::SurveyReminder { round } => format!("survey reminder {round}"),
        NoticeKind::SurveyAnswered { round } => format!("survey answered {round}"),
        NoticeKind::SurveyEnded { round } => format!("survey ended {round}"),
        NoticeKind::FeedbackReceived { feedback } => format!("feedback received {feedback}"),
        NoticeKind::FeedbackStepped { feedback, .. } => format!("feedback step {feedback}"),
        NoticeKind::ComplaintAtRisk { feedback, objective } => {
            format!("complaint at risk {feedback} {objective}")
        }
        NoticeKind::ComplaintLate { feedback, objective } => format!("complaint late {feedback} {objective}"),
        NoticeKind::Improvement { what } => format!("improvement {what:?}"),
        NoticeKind::Recommended { agreement, theme } => format!("recommended {agreement} {}", theme.0),
        NoticeKind::ReviewDrafted { review } => format!("drafted {review}"),
        NoticeKind::ReviewWaits { review } => format!("waits {review}"),
        NoticeKind::ReviewIssued { review, revision } => format!("issued {review} {revision}"),
        NoticeKind::ReviewChanged { review } => format!("changed {review}"),
    }
}
