//! What breaks, how monitors tell of it, and what people do about it.

use chrono::{Datelike, Timelike};
use upheld::core::agreement::{Impact, Priority, ServiceLevel};
use upheld::core::calendar::local_time;
use upheld::core::event::{
    Act, CauseCategory, Event, IncidentNumber, IntegrationId, ServiceId, Severity, Signal, SignalStatus,
};
use upheld::core::time::{Instant, Span};

use super::chance::Chance;
use super::customers::{CUSTOMERS, Customer, Sold, operator, services};
use super::day;
use super::player::{Plan, What};
use super::plenty::{CAUSES, REASONS, UPDATES};
use super::terms::{maintenance, monitor_of};

const SEED: u64 = 2026;

/// What is wrong, and what a monitor says to it.
const ALERTS: [(&str, &str); 5] = [
    ("ErrorsHigh", "5xx ratio above 5 %"),
    ("LatencyHigh", "p95 latency above 800 ms"),
    ("QueueLong", "more than 10,000 jobs wait"),
    ("DiskFull", "less than 5 % free"),
    ("ProbeFailed", "no answer within 10 s"),
];

/// Signs of life of the monitors: some hours one or the other says nothing at all.
pub fn heard(plan: &mut Plan) {
    let silences = [
        ("zabbix", day(72) + Span::from_hours(2), Span::from_hours(55)),
        ("zabbix", day(250) + Span::from_hours(9), Span::from_hours(21)),
        ("alertmanager", day(40) + Span::from_hours(20), Span::from_hours(9)),
        ("alertmanager", day(318), Span::from_hours(30)),
    ];
    for (monitor, every) in [("alertmanager", 4), ("zabbix", 12), ("kuma", 12)] {
        let mut at = day(0);
        while at < super::END {
            let is_silent = |(whose, from, lasts): &(&str, Instant, Span)| {
                *whose == monitor && *from <= at && at < *from + *lasts
            };
            if !silences.iter().any(is_silent) {
                let event = Event::Heard { integration: monitor.into(), at, heartbeat: true };
                plan.add(at, What::Event(event));
            }
            at = at + Span::from_hours(every);
        }
    }
}

/// Every trouble of the year.
pub fn all(plan: &mut Plan) {
    for (place, sold) in services().iter().enumerate() {
        let mut teller = Teller::new(plan, place, sold);
        for month in 0..12 {
            teller.month(month);
        }
        teller.maintenance();
    }
}

/// Whoever tells of one service.
struct Teller<'a> {
    plan: &'a mut Plan,
    chance: Chance,
    service: ServiceId,
    monitor: IntegrationId,
    /// The customer who suffers most.
    customer: &'static Customer,
    told: u32,
}

/// One disturbance.
#[derive(Clone, Copy)]
struct Trouble {
    severity: Severity,
    from: Instant,
    lasts: Span,
}

impl Trouble {
    fn end(&self) -> Instant {
        self.from + self.lasts
    }
}

impl<'a> Teller<'a> {
    fn new(plan: &'a mut Plan, place: usize, sold: &Sold) -> Self {
        let customers = sold.customers.iter().filter_map(|place| CUSTOMERS.get(*place));
        Self {
            plan,
            chance: Chance::of(SEED, place as u64),
            service: sold.id.clone(),
            monitor: monitor_of(place),
            customer: customers.min_by_key(|customer| customer.level).unwrap_or(&CUSTOMERS[0]),
            told: 0,
        }
    }

    /// One to two weeks have passed between two troubles, but for a bad month.
    fn month(&mut self, month: i64) {
        let is_bad = self.customer.bad_month == Some(month);
        let count = self.chance.between(5, 12) * if is_bad { 3 } else { 1 };
        for _ in 0..count {
            let from = self.moment(month);
            let trouble = self.trouble(from, is_bad);
            match self.chance.between(0, 100) {
                0..6 => self.reported(trouble),
                6..9 => self.opened_by_hand(trouble),
                _ => self.alarmed(trouble),
            }
        }
    }

    /// Some of what happens in a maintenance window is seen by monitors, too.
    fn maintenance(&mut self) {
        for window in maintenance(self.customer) {
            if self.chance.percent(40) {
                let from = window.start + Span::from_minutes(self.chance.between(1, 20));
                let lasts = Span::from_minutes(self.chance.between(5, 25));
                self.alarmed(Trouble { severity: Severity::Critical, from, lasts });
            }
        }
    }

    /// More by day than by night, and fewer at weekends.
    fn moment(&mut self, month: i64) -> Instant {
        loop {
            let at = day(month * 30 + self.chance.between(0, 30))
                + Span::from_seconds(self.chance.between(0, 86_400));
            let local = local_time(self.customer.zone, at);
            let weekend = local.weekday().number_from_monday() > 5;
            let by_day = (8..18).contains(&local.hour());
            let likely = if weekend { 40 } else { 100 } * if by_day { 100 } else { 35 } / 100;
            if self.chance.percent(likely) {
                return at;
            }
        }
    }

    fn trouble(&mut self, from: Instant, is_bad: bool) -> Trouble {
        let severity = match self.chance.between(0, 100) {
            0..22 => Severity::Critical,
            22..50 => Severity::Error,
            _ => Severity::Warning,
        };
        let unit = match self.customer.level {
            ServiceLevel::Sil1 => 70,
            ServiceLevel::Sil2 => 150,
            ServiceLevel::Sil3 => 700,
            ServiceLevel::Sil4 => 1_400,
            ServiceLevel::Sil5 => 2_800,
        };
        let times =
            if self.chance.percent(12) { self.chance.between(4, 15) } else { self.chance.between(1, 4) };
        let mut seconds = match severity {
            Severity::Critical => unit * times,
            Severity::Error => 240 + self.chance.between(0, 2_400) * times / 2,
            _ => 300 + self.chance.between(0, 3_600) * times,
        };
        if is_bad {
            seconds *= 2;
        }
        Trouble { severity, from, lasts: Span::from_seconds(seconds + self.chance.between(0, 60)) }
    }

    fn key(&mut self) -> String {
        self.told += 1;
        format!("{}-{}", self.service, self.told)
    }

    /// A monitor sees it: most often at once and in order, sometimes late, twice, or the end before the beginning.
    fn alarmed(&mut self, trouble: Trouble) {
        let key = self.key();
        let alert = self.chance.pick(ALERTS[0], &ALERTS);
        let noticed = trouble.from + Span::from_seconds(self.chance.between(5, 90));
        let told = if self.chance.percent(4) {
            noticed + Span::from_minutes(self.chance.between(5, 40))
        } else {
            noticed
        };
        let ended = trouble.end().max(noticed + Span::from_seconds(30));
        let seen = ended + Span::from_seconds(self.chance.between(5, 90));
        let firing = self.signal(&key, alert, trouble.severity, trouble.from, None);
        let resolved = self.signal(&key, alert, trouble.severity, trouble.from, Some(ended));
        self.signals(told, firing.clone());
        self.signals(seen, resolved.clone());
        if self.chance.percent(6) {
            self.signals(told + Span::from_seconds(20), firing);
            let repeated = seen + Span::from_minutes(self.chance.between(1, 90));
            self.signals(repeated, resolved);
        }
        let mut again = told + Span::from_hours(4);
        while again < ended {
            let keys = vec![key.clone()];
            let event = Event::Confirmed { integration: self.monitor.clone(), at: again, keys };
            self.plan.add(again, What::Event(event));
            again = again + Span::from_hours(4);
        }
        if self.chance.percent(3) && trouble.severity == Severity::Error {
            let worse = told + Span::from_minutes(2);
            let signal = self.signal(&key, alert, Severity::Critical, trouble.from, None);
            self.signals(worse, signal);
        }
        self.people(trouble, told.min(ended), ended);
        if self.chance.percent(4) {
            let from = ended + Span::from_minutes(self.chance.between(7, 28));
            let lasts = Span::from_seconds(self.chance.between(60, 400));
            let key = self.key();
            let firing = self.signal(&key, alert, Severity::Error, from, None);
            let resolved = self.signal(&key, alert, Severity::Error, from, Some(from + lasts));
            self.signals(from + Span::from_seconds(10), firing);
            self.signals(from + lasts + Span::from_seconds(10), resolved);
        }
    }

    fn signal(
        &self,
        key: &str,
        (name, summary): (&str, &str),
        severity: Severity,
        started: Instant,
        ended: Option<Instant>,
    ) -> Signal {
        let labels = [("service", self.service.as_str()), ("alertname", name), ("instance", key)];
        Signal {
            key: key.to_owned(),
            status: if ended.is_some() { SignalStatus::Resolved } else { SignalStatus::Firing },
            severity,
            started: Some(started),
            ended,
            summary: summary.to_owned(),
            labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            links: Vec::new(),
        }
    }

    fn signals(&mut self, received: Instant, signal: Signal) {
        let event = Event::Signals { integration: self.monitor.clone(), received, signals: vec![signal] };
        self.plan.add(received, What::Event(event));
    }

    fn act(&mut self, at: Instant, by: i64, act: impl Fn(IncidentNumber) -> Act + 'static) {
        let what = What::Act { service: self.service.clone(), by: operator(by), act: Box::new(act) };
        self.plan.add(at, what);
    }

    /// A customer writes that something is broken which no monitor saw.
    fn reported(&mut self, trouble: Trouble) {
        let text = self.plan.prose("It does not work for us.");
        let agreement = self.customer.agreement();
        let act = Act::Reported { service: self.service.clone(), agreement: agreement.clone(), text };
        let people = self.customer.people();
        let who = usize::try_from(self.chance.between(0, people.len() as i64)).unwrap_or(0);
        let by = people[who % people.len()].clone();
        self.plan.add(trouble.from, What::Event(Event::Act { at: trouble.from, by: by.clone(), act }));
        let lasts = trouble.lasts.max(Span::from_minutes(12));
        self.people(Trouble { lasts, ..trouble }, trouble.from, trouble.from + lasts);
        let asks = trouble.from + Span::from_minutes(5);
        let text = self.plan.prose("Is there any news?");
        let said = move |incident| Act::Said { incident, agreement: agreement.clone(), text: text.clone() };
        self.plan.add(asks, What::Act { service: self.service.clone(), by, act: Box::new(said) });
        self.resolve(trouble.from + lasts);
    }

    fn opened_by_hand(&mut self, trouble: Trouble) {
        let text = self.plan.prose("Seen by hand.");
        let (impact, priority) = match trouble.severity {
            Severity::Critical => (Impact::Down, Priority::P1),
            _ => (Impact::Degraded, Priority::P2),
        };
        let act = Act::Opened { service: self.service.clone(), impact, priority: Some(priority), text };
        let by = operator(self.chance.between(0, 4));
        self.plan.add(trouble.from, What::Event(Event::Act { at: trouble.from, by, act }));
        self.people(trouble, trouble.from, trouble.end());
        self.resolve(trouble.end());
    }

    fn resolve(&mut self, at: Instant) {
        let text = self.plan.prose("It works again.");
        self.act(at, 1, move |incident| Act::Resolved { incident, text: Some(text.clone()) });
    }

    /// What people do from the moment it is known.
    fn people(&mut self, trouble: Trouble, known: Instant, ended: Instant) {
        let local = local_time(self.customer.zone, known);
        let slow = local.hour() < 7 || local.weekday().number_from_monday() > 5;
        let taken = match trouble.severity {
            Severity::Warning => 45,
            _ => 88,
        };
        if !self.chance.percent(taken) {
            return;
        }
        let wait = if slow && self.chance.percent(30) {
            self.chance.between(600, 3_000)
        } else {
            self.chance.between(40, 600)
        };
        let (by, acknowledged) = (self.chance.between(0, 4), known + Span::from_seconds(wait));
        self.act(acknowledged, by, |incident| Act::Acknowledged { incident });
        self.updates(acknowledged, ended, by);
        self.pause(acknowledged, ended, by);
        if self.chance.percent(2) {
            let reason = self.plan.prose("Only one customer notices.");
            let priority = Priority::P2;
            let act = move |incident| Act::Prioritised { incident, priority, reason: reason.clone() };
            self.act(acknowledged + Span::from_minutes(1), by, act);
        }
        if self.chance.percent(55) {
            let found = ended + Span::from_minutes(self.chance.between(10, 600));
            self.cause(found, by);
        }
        if self.chance.percent(1) {
            let said = ended + Span::from_minutes(self.chance.between(8, 25));
            self.still_broken(said);
        }
    }

    fn updates(&mut self, from: Instant, ended: Instant, by: i64) {
        let mut at = from + Span::from_minutes(self.chance.between(1, 15));
        while at < ended && self.chance.percent(80) {
            let words = self.chance.pick(UPDATES[0], &UPDATES);
            let text = self.plan.prose(words);
            self.act(at, by, move |incident| Act::Updated { incident, agreement: None, text: text.clone() });
            at = at + Span::from_minutes(self.chance.between(20, 75));
        }
    }

    fn pause(&mut self, from: Instant, ended: Instant, by: i64) {
        if ended - from < Span::from_minutes(30) || !self.chance.percent(25) {
            return;
        }
        let paused = from + Span::from_minutes(self.chance.between(3, 10));
        let resumed = paused + Span::from_minutes(self.chance.between(5, 15));
        let words = self.chance.pick(REASONS[0], &REASONS);
        let reason = self.plan.prose(words);
        let whose = self.chance.percent(50).then(|| self.customer.agreement());
        let agreement = whose.clone();
        self.act(paused, by, move |incident| Act::Paused {
            incident,
            agreement: agreement.clone(),
            reason: reason.clone(),
        });
        self.act(resumed, by, move |incident| Act::Resumed {
            incident,
            agreement: whose.clone(),
            reason: None,
        });
    }

    fn cause(&mut self, at: Instant, by: i64) {
        let category = self.chance.pick(CauseCategory::Change, &CauseCategory::ALL);
        let words = self.chance.pick(CAUSES[0], &CAUSES);
        let internal = self.plan.prose(words);
        let customer = self.chance.percent(60).then(|| self.plan.prose(words));
        self.act(at, by, move |incident| Act::Caused {
            incident,
            category,
            internal: Some(internal.clone()),
            customer: customer.clone(),
        });
    }

    /// For the customer it is not over.
    fn still_broken(&mut self, at: Instant) {
        let text = self.plan.prose("It is still broken here.");
        let agreement = Some(self.customer.agreement());
        self.act(at, 0, move |incident| Act::Reopened {
            incident,
            agreement: agreement.clone(),
            text: Some(text.clone()),
        });
        let works = at + Span::from_minutes(self.chance.between(5, 50));
        self.resolve(works);
    }
}
