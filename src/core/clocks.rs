//! The clocks of one incident under one agreement: which stretch each measures, and how it stands.

use std::borrow::Cow;

use crate::core::agreement::{
    ClockKind, ClockRules, ClockStart, Objective, ObjectiveKind, Priority, ResponseStop, Terms,
};
use crate::core::calendar::Calendar;
use crate::core::event::{Act, AgreementId};
use crate::core::incident::{Deed, Incident, NoticedBy};
use crate::core::life::{Course, Happened, Life, Opener};
use crate::core::stopwatch::{Reading, Spell, Stopwatch, Target, cadence, exchanges};
use crate::core::time::Instant;

/// One clock of one incident. `laps` holds every stretch measured: one for most clocks, one for each
/// interval between updates, one for each exchange with the customer.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockState {
    pub kind: ClockKind,
    /// The objective it counts for.
    pub objective: String,
    pub priority: Priority,
    pub target: Target,
    /// When the running lap comes (or came) close to its end; none when it does not run.
    pub at_risk_at: Option<Instant>,
    /// In order of time; never empty.
    pub laps: Vec<Reading>,
    /// The running lap counts as stopped because all has gone quiet, and will run on if it does not stay so.
    pub provisional: bool,
}

impl ClockState {
    /// The lap that runs, or ran last.
    pub fn current(&self) -> &Reading {
        &self.laps[self.laps.len() - 1]
    }

    /// The lap that decides the verdict: the first that was late, else the longest.
    pub fn worst(&self) -> &Reading {
        let late = self.laps.iter().filter(|lap| lap.late).min_by_key(|lap| lap.breached_at);
        late.or_else(|| self.laps.iter().max_by_key(|lap| lap.elapsed)).unwrap_or_else(|| self.current())
    }

    pub fn late(&self) -> bool {
        self.laps.iter().any(|lap| lap.late)
    }

    pub fn running(&self) -> bool {
        self.current().stopped_at.is_none()
    }
}

/// Everything the clocks of an agreement need to know of an incident.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub incident: &'a Incident,
    pub terms: &'a Terms,
    pub now: Instant,
}

impl<'a> Case<'a> {
    /// Every clock the agreement promises for this incident, in the order of its objectives.
    pub fn clocks(&self) -> Vec<ClockState> {
        let objectives = self.terms.objectives.iter();
        objectives
            .filter(|objective| objective.covers(self.incident))
            .filter_map(|objective| self.clock(objective))
            .collect()
    }

    /// The clock of one objective; none when the objective is no clock, has no target for the priority, or
    /// the clock never started.
    pub fn clock(&self, objective: &Objective) -> Option<ClockState> {
        let ObjectiveKind::Clock(terms) = &objective.kind else { return None };
        let priority = self.priority();
        let target = *terms.targets.get(&priority)?;
        let calendar = self.terms.calendar(&objective.calendar);
        let life = self.life();
        let (base, laps) = match terms.clock {
            ClockKind::Response => one(life.response(true)?.watch(&calendar, target, terms.pauses), self.now),
            ClockKind::Resolution => one(life.open()?.watch(&calendar, target, terms.pauses), self.now),
            ClockKind::Update => {
                let base = life.open()?.watch(&calendar, target, terms.pauses);
                let laps = cadence(&base, &self.updates(), self.now).readings;
                (base, laps)
            }
            ClockKind::NextReply => {
                let base = life.exchange()?.watch(&calendar, target, terms.pauses);
                let laps = exchanges(&base, &life.turns, self.now).readings;
                (base, laps)
            }
            ClockKind::Waiting => {
                let (start, stop) = self.waiting()?;
                let course = Course { start, stop, closed: &[], pauses: &life.pauses };
                one(course.watch(&calendar, target, terms.pauses), self.now)
            }
        };
        let current = laps.last()?;
        let provisional = self.incident.quieting.is_some() && current.stopped_at == self.incident.quieting;
        let last = Stopwatch { start: current.start, stop: current.stopped_at, ..base };
        let at_risk_at = last.at_risk_at(self.rules().at_risk_percent, self.now);
        Some(ClockState {
            kind: terms.clock,
            objective: objective.name.clone(),
            priority,
            target,
            at_risk_at,
            laps,
            provisional,
        })
    }

    fn rules(&self) -> &'a ClockRules {
        &self.terms.clocks
    }

    /// The priority whose targets apply.
    pub fn priority(&self) -> Priority {
        let deeds = self.incident.deeds.iter().filter(|deed| deed.at <= self.now);
        let first_set = || {
            deeds.clone().find_map(|deed| match &deed.act {
                Act::Opened { priority, .. } => *priority,
                _ => None,
            })
        };
        if self.rules().pin_at_start {
            return first_set().unwrap_or(self.incident.found_priority);
        }
        self.incident.priority
    }

    /// When the clocks of this incident begin to count.
    pub fn start(&self) -> Instant {
        let incident = self.incident;
        match self.rules().start {
            ClockStart::Occurred => incident.opened(),
            ClockStart::FirstSignal => incident.first_signal.unwrap_or_else(|| incident.recorded()),
            ClockStart::Reported => self.report().unwrap_or_else(|| incident.opened()),
            ClockStart::Recorded => incident.recorded(),
        }
    }

    /// This customer's first report.
    fn report(&self) -> Option<Instant> {
        self.own_deeds().find(|deed| matches!(deed.act, Act::Reported { .. })).map(|deed| deed.at)
    }

    /// The deeds that concern this agreement: those that name it, and those that name none.
    pub fn own_deeds(&self) -> impl Iterator<Item = &'a Deed> + use<'a> {
        let (own, now): (&AgreementId, _) = (&self.terms.agreement, self.now);
        self.incident.deeds.iter().filter(move |deed| {
            deed.at <= now && deed.act.agreement().is_none_or(|agreement| agreement == own)
        })
    }

    /// The incident in the terms of its clocks, for this customer.
    fn life(&self) -> Life {
        let opener = match self.incident.noticed_by {
            // Nobody waits for a response to what the provider opened itself, unless a customer reported it too.
            NoticedBy::Operator if self.report().is_none() => Opener::Provider,
            NoticedBy::Operator | NoticedBy::Customer => Opener::Customer,
            NoticedBy::Monitor => Opener::Monitor,
        };
        let mut events = vec![(self.start(), Happened::Opened(opener))];
        for deed in self.own_deeds() {
            events.extend(self.happened(&deed.act).into_iter().map(|happened| (deed.at, happened)));
        }
        let mut stages = self.incident.stages.iter().peekable();
        while let Some(stage) = stages.next() {
            // What has gone quiet counts as over from then on, as it will when it stays quiet.
            let end = stage.closed.map(|(at, _)| at);
            let end = end.or(self.incident.quieting.filter(|_| stages.peek().is_none()));
            if let Some(end) = end {
                // A resolution answers too, whoever or whatever brought it about.
                events.extend([(end, Happened::Replied), (end, Happened::Closed)]);
                events.extend(stages.peek().map(|next| (next.opened.max(end), Happened::Reopened)));
            }
        }
        Life::read(&events, self.now)
    }

    fn happened(&self, act: &Act) -> Vec<Happened> {
        let rule = self.rules().response_stops_on;
        match act {
            Act::Acknowledged { .. } if rule != ResponseStop::Update => vec![Happened::Responded],
            Act::Updated { .. } if rule != ResponseStop::Acknowledge => {
                vec![Happened::Responded, Happened::Replied]
            }
            Act::Updated { .. } => vec![Happened::Replied],
            Act::Reported { .. } | Act::Said { .. } | Act::Reopened { agreement: Some(_), .. } => {
                vec![Happened::CustomerMessage]
            }
            Act::Paused { .. } => vec![Happened::Paused],
            Act::Resumed { .. } => vec![Happened::Resumed],
            _ => Vec::new(),
        }
    }

    /// This customer's pauses, and everybody's.
    pub fn pauses(&self) -> Vec<Spell> {
        self.life().pauses
    }

    /// When the customer was told how it goes.
    fn updates(&self) -> Vec<Instant> {
        let updates = self.own_deeds().filter(|deed| matches!(deed.act, Act::Updated { .. }));
        updates.map(|deed| deed.at).collect()
    }

    /// From the customer's report to the first human reply.
    fn waiting(&self) -> Option<(Instant, Option<Instant>)> {
        let start = self.report()?;
        let reply = self
            .own_deeds()
            .find(|deed| deed.at >= start && matches!(deed.act, Act::Updated { .. } | Act::Resolved { .. }));
        Some((start, reply.map(|deed| deed.at)))
    }
}

/// A clock that runs once.
fn one(watch: Stopwatch<'_>, now: Instant) -> (Stopwatch<'_>, Vec<Reading>) {
    let reading = watch.read(now);
    (watch, vec![reading])
}

impl Objective {
    /// Whether an incident counts for this objective.
    pub fn covers(&self, incident: &Incident) -> bool {
        self.services.is_empty() || incident.service.is_among(&self.services)
    }
}

impl Terms {
    /// A calendar by name; `always`, and any name the validation would have refused, is round the clock.
    pub fn calendar(&self, name: &str) -> Cow<'_, Calendar> {
        self.calendars.get(name).map_or_else(|| Cow::Owned(Calendar::always(self.zone)), Cow::Borrowed)
    }
}
