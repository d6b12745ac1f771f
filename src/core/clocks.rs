//! The clocks of one incident under one agreement: which stretch each measures, and how it stands.

use std::borrow::Cow;

use crate::core::agreement::{
    ClockKind, ClockRules, ClockStart, Objective, ObjectiveKind, Priority, ResponseStop, Terms,
};
use crate::core::calendar::Calendar;
use crate::core::event::{Act, AgreementId};
use crate::core::incident::{Deed, Incident, NoticedBy};
use crate::core::stopwatch::{Reading, Spell, Stopwatch, Target, Turn, exchanges};
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
        let pauses = if terms.pauses { self.pauses() } else { Vec::new() };
        let closed = self.incident.closed_spells();
        let base = Stopwatch {
            calendar: &calendar,
            start: self.start(),
            stop: None,
            pauses: &pauses,
            closed: &closed,
            target,
        };
        let watches: Vec<Stopwatch<'_>> = self
            .laps(terms.clock)
            .into_iter()
            .map(|lap| Stopwatch { start: lap.start, stop: lap.stop, ..base.clone() })
            .collect();
        let laps = match terms.clock {
            ClockKind::NextReply => exchanges(&base, &self.turns(), self.now).readings,
            _ => watches.iter().map(|watch| watch.read(self.now)).collect(),
        };
        let current = laps.last()?;
        let last = Stopwatch { start: current.start, stop: current.stopped_at, ..base };
        let at_risk_at = last.at_risk_at(self.rules().at_risk_percent, self.now);
        Some(ClockState {
            kind: terms.clock,
            objective: objective.name.clone(),
            priority,
            target,
            at_risk_at,
            laps,
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

    fn first(&self, counts: impl Fn(&Act) -> bool) -> Option<Instant> {
        self.own_deeds().find(|deed| counts(&deed.act)).map(|deed| deed.at)
    }

    fn laps(&self, clock: ClockKind) -> Vec<Lap> {
        match clock {
            ClockKind::Response => self.response(),
            ClockKind::Resolution => {
                vec![Lap { start: self.start(), stop: self.incident.closed().map(|(at, _)| at) }]
            }
            ClockKind::Update => self.cadence(),
            // Measured by its turns, not by laps.
            ClockKind::NextReply => Vec::new(),
            ClockKind::Waiting => self.waiting(),
        }
    }

    /// None for what the provider opened itself: nobody waits for a response to it.
    fn response(&self) -> Vec<Lap> {
        if self.incident.noticed_by == NoticedBy::Operator && self.report().is_none() {
            return Vec::new();
        }
        let rule = self.rules().response_stops_on;
        let act = self.first(|act| match act {
            Act::Acknowledged { .. } => rule != ResponseStop::Update,
            Act::Updated { .. } => rule != ResponseStop::Acknowledge,
            _ => false,
        });
        // A resolution answers too, whoever or whatever brought it about.
        let stop = [act, self.incident.first_closed()].into_iter().flatten().min();
        vec![Lap { start: self.start(), stop }]
    }

    /// From the opening to the first update, from each update to the next, from the last to the close.
    fn cadence(&self) -> Vec<Lap> {
        let end = self.incident.closed().map(|(at, _)| at);
        let start = self.start();
        let updates =
            self.own_deeds().filter(|deed| matches!(deed.act, Act::Updated { .. })).map(|deed| deed.at);
        let updates: Vec<Instant> =
            updates.filter(|at| *at > start && end.is_none_or(|end| *at < end)).collect();
        let starts = std::iter::once(start).chain(updates.iter().copied());
        let stops = updates.iter().copied().map(Some).chain(std::iter::once(end));
        starts.zip(stops).map(|(start, stop)| Lap { start, stop }).collect()
    }

    /// What the customer wrote and what the provider answered; a resolution answers too.
    fn turns(&self) -> Vec<Turn> {
        let said = self.own_deeds().filter_map(|deed| match deed.act {
            Act::Reported { .. } | Act::Said { .. } | Act::Reopened { agreement: Some(_), .. } => {
                Some(Turn::Asked(deed.at))
            }
            Act::Updated { .. } => Some(Turn::Answered(deed.at)),
            _ => None,
        });
        let closes = self.incident.stages.iter().filter_map(|stage| stage.closed);
        said.chain(closes.map(|(at, _)| Turn::Answered(at))).collect()
    }

    fn waiting(&self) -> Vec<Lap> {
        let Some(start) = self.report() else { return Vec::new() };
        let reply = self
            .own_deeds()
            .find(|deed| deed.at >= start && matches!(deed.act, Act::Updated { .. } | Act::Resolved { .. }));
        vec![Lap { start, stop: reply.map(|deed| deed.at) }]
    }

    /// This customer's pauses, and everybody's.
    pub fn pauses(&self) -> Vec<Spell> {
        let mut pauses = Vec::new();
        let mut open: Option<Instant> = None;
        for deed in self.own_deeds() {
            match deed.act {
                Act::Paused { .. } => {
                    open.get_or_insert(deed.at);
                }
                Act::Resumed { .. } => pauses.extend(open.take().map(|from| Spell::new(from, Some(deed.at)))),
                _ => {}
            }
        }
        pauses.extend(open.map(|from| Spell::new(from, None)));
        pauses
    }
}

#[derive(Clone, Copy)]
struct Lap {
    start: Instant,
    stop: Option<Instant>,
}

impl Objective {
    /// Whether an incident counts for this objective.
    pub fn covers(&self, incident: &Incident) -> bool {
        self.services.is_empty() || self.services.contains(&incident.service)
    }
}

impl Terms {
    /// A calendar by name; `always`, and any name the validation would have refused, is round the clock.
    pub fn calendar(&self, name: &str) -> Cow<'_, Calendar> {
        self.calendars.get(name).map_or_else(|| Cow::Owned(Calendar::always(self.zone)), Cow::Borrowed)
    }
}
