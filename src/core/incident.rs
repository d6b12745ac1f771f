//! Incidents: the episodes of one service, derived from what its monitors said and what people did.
//!
//! Derived, never stored: the same facts give the same incidents, whatever the order they arrived in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::agreement::{Impact, Priority};
use crate::core::event::{Act, AgreementId, IncidentNumber, PersonId, Prose, ServiceId};
use crate::core::interval::Interval;
use crate::core::time::{Instant, Span};
use crate::core::watch::{Piece, Watch};

/// Priority of what a customer reports, until somebody changes it.
pub const REPORTED_PRIORITY: Priority = Priority::P2;
/// Priority of what an operator opens without naming one.
pub const OPENED_PRIORITY: Priority = Priority::P3;

/// Something a person did, with when and by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    pub at: Instant,
    /// The journal's id of it.
    pub id: String,
    pub by: PersonId,
    pub act: Act,
}

/// Who noticed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticedBy {
    Monitor,
    Customer,
    Operator,
}

/// What closed a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    Monitor,
    Person,
}

/// From an opening (or reopening) to the close after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    pub opened: Instant,
    /// When this was first known.
    pub recorded: Instant,
    pub by: NoticedBy,
    /// Opened by a person, so that only a person can say that it is over.
    pub held: bool,
    pub closed: Option<(Instant, ClosedBy)>,
}

/// One episode of one service.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    pub service: ServiceId,
    /// Never empty; only the last may be open.
    pub stages: Vec<Stage>,
    pub noticed_by: NoticedBy,
    /// When the first signal was received, if a monitor saw it.
    pub first_signal: Option<Instant>,
    pub first_report: Option<(Instant, AgreementId)>,
    /// All signals have ended, but not yet for long enough to call it resolved.
    pub quieting: Option<Instant>,
    /// Monitors still say it fires, although a person resolved it.
    pub still_firing: bool,
    /// As now in force.
    pub priority: Priority,
    /// As the monitors or the first person had it, before anybody changed it.
    pub found_priority: Priority,
    pub numbers: Vec<IncidentNumber>,
    pub deeds: Vec<Deed>,
}

impl Incident {
    /// When it began.
    pub fn opened(&self) -> Instant {
        self.stages[0].opened
    }

    /// When it was first recorded.
    pub fn recorded(&self) -> Instant {
        self.stages.iter().map(|stage| stage.recorded).min().unwrap_or(self.stages[0].recorded)
    }

    /// When it was resolved for good, so far.
    pub fn closed(&self) -> Option<(Instant, ClosedBy)> {
        self.stages.last().and_then(|stage| stage.closed)
    }

    pub fn is_open(&self) -> bool {
        self.closed().is_none()
    }

    /// The number people call it by: the first it was given.
    pub fn number(&self) -> Option<IncidentNumber> {
        self.numbers.iter().min().copied()
    }

    /// The person who has it: who acknowledged last since it was last opened.
    pub fn owner(&self) -> Option<(&PersonId, Instant)> {
        let reopened = self.stages.len() > 1;
        let since = self.stages.last().map(|stage| stage.opened).filter(|_| reopened);
        self.last_owner().filter(|(_, at)| since.is_none_or(|since| *at >= since))
    }

    /// The person who acknowledged last, also before it was reopened.
    pub fn last_owner(&self) -> Option<(&PersonId, Instant)> {
        self.deeds.iter().rev().find_map(|deed| match deed.act {
            Act::Acknowledged { .. } => Some((&deed.by, deed.at)),
            _ => None,
        })
    }

    /// The times at which people said that the service was at least this badly disturbed, until `now`: from
    /// the opening by hand to the close, and again when a person reopened it.
    pub fn declared(&self, at_least: Impact, now: Instant) -> Vec<Interval> {
        let declares = |act: &Act| matches!(act, Act::Opened { impact, .. } if *impact >= at_least);
        let Some(since) = self.deeds.iter().find(|deed| declares(&deed.act)).map(|deed| deed.at) else {
            return Vec::new();
        };
        let end = |stage: &Stage| stage.closed.map_or(now, |(at, _)| at.min(now));
        let concerned = self.stages.iter().filter(|stage| {
            let within = stage.opened <= since && since <= end(stage);
            within || (stage.opened > since && stage.by != NoticedBy::Monitor)
        });
        concerned.map(|stage| Interval::new(stage.opened.max(since), end(stage).max(since))).collect()
    }

    /// The priority in force at the end, and from when.
    fn settle_priority(&mut self) {
        self.found_priority = self.priority;
        let set = self.deeds.iter().rev().find_map(|deed| match &deed.act {
            Act::Prioritised { priority, .. } => Some(*priority),
            _ => None,
        });
        if let Some(priority) = set {
            self.priority = priority;
        }
    }
}

/// A change of state in the life of a service, in the order of time.
#[derive(Clone, Debug)]
enum Edge<'a> {
    Starts(Piece),
    Deed(&'a Deed),
    /// A monitor spoke again after a person had resolved.
    Word(Instant),
    Ends(Instant),
}

impl Edge<'_> {
    /// At one instant, an end comes after a start and after what people did.
    fn order(&self) -> (Instant, u8) {
        match self {
            Self::Starts(piece) => (piece.start, 0),
            Self::Deed(deed) => (deed.at, 1),
            Self::Word(at) => (*at, 2),
            Self::Ends(at) => (*at, 3),
        }
    }
}

/// The rules by which the stretches of a service become incidents.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub quiet: Span,
    pub reopen_within: Span,
}

impl Default for Rules {
    fn default() -> Self {
        Self { quiet: Span::from_minutes(5), reopen_within: Span::from_minutes(30) }
    }
}

/// The rules in force from each moment on, in order; a change leaves what was before as it is.
#[derive(Clone, Debug, Default)]
pub struct RulesOverTime(pub Vec<(Instant, Rules)>);

impl RulesOverTime {
    /// The rules at a moment; before the first, the first.
    pub fn at(&self, moment: Instant) -> Rules {
        let after = self.0.partition_point(|(from, _)| *from <= moment);
        self.0.get(after.saturating_sub(1)).map_or_else(Rules::default, |(_, rules)| *rules)
    }
}

/// What the incidents of a service are derived from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub service: &'a ServiceId,
    pub watch: &'a Watch,
    /// Sorted by time.
    pub deeds: &'a [Deed],
    /// Sorted pairs of an anchor and the number given to the incident that contains it.
    pub numbers: &'a [(Instant, IncidentNumber)],
    pub rules: &'a RulesOverTime,
}

/// The incidents of a service that begin at `from` or later, in order of time, as known at `now`. Before `from`
/// must lie a gap in which nothing fired and nothing could be reopened.
pub fn incidents(facts: &Facts<'_>, from: Instant, now: Instant) -> Vec<Incident> {
    let Facts { service, watch, deeds, numbers, rules } = *facts;
    let deeds = &deeds[deeds.partition_point(|deed| deed.at < from)..];
    let deeds = &deeds[..deeds.partition_point(|deed| deed.at <= now)];
    let mut edges: Vec<Edge<'_>> = deeds.iter().map(Edge::Deed).collect();
    let resolved = deeds.iter().filter(|deed| matches!(deed.act, Act::Resolved { .. })).map(|deed| deed.at);
    let resolved: Vec<Instant> = resolved.collect();
    for piece in &merge_flaps(known_at(watch.pieces(from), now), rules) {
        edges.push(Edge::Starts(*piece));
        edges.extend(piece.end.map(Edge::Ends));
        let inside = |at: Instant| piece.end.is_none_or(|end| at < end);
        let during = &resolved[resolved.partition_point(|at| *at < piece.start)..];
        let words = during.iter().take_while(|at| inside(**at)).filter_map(|at| watch.first_word_after(*at));
        edges.extend(words.filter(|at| inside(*at) && *at <= now).map(Edge::Word));
    }
    edges.sort_by_key(Edge::order);
    let mut sweep = Sweep { service, rules, now, incidents: Vec::new(), firing: None };
    for edge in edges {
        sweep.take(edge);
    }
    let fires = sweep.firing.is_some();
    let mut incidents = sweep.incidents;
    if let Some(last) = incidents.last_mut() {
        last.still_firing = fires && !last.is_open();
    }
    number_all(&mut incidents, &numbers[numbers.partition_point(|(anchor, _)| *anchor < from)..]);
    assign_deeds(&mut incidents, deeds);
    incidents
}

/// The stretches as they were known at `now`.
fn known_at(pieces: Vec<Piece>, now: Instant) -> Vec<Piece> {
    let begun = pieces.into_iter().filter(|piece| piece.start <= now);
    begun.map(|piece| Piece { end: piece.end.filter(|end| *end <= now), ..piece }).collect()
}

fn merge_flaps(pieces: Vec<Piece>, rules: &RulesOverTime) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match merged.last_mut() {
            Some(last) if last.end.is_none_or(|end| piece.start - end < rules.at(end).quiet) => {
                last.end = last.end.zip(piece.end).map(|(a, b)| a.max(b));
                last.received = last.received.min(piece.received);
                last.priority = last.priority.min(piece.priority);
            }
            _ => merged.push(piece),
        }
    }
    merged
}

struct Sweep<'a> {
    service: &'a ServiceId,
    rules: &'a RulesOverTime,
    now: Instant,
    incidents: Vec<Incident>,
    /// The stretch that fires at this point of the sweep.
    firing: Option<Piece>,
}

impl Sweep<'_> {
    fn take(&mut self, edge: Edge<'_>) {
        match edge {
            Edge::Starts(piece) => {
                self.firing = Some(piece);
                self.open(piece.start, piece.received, NoticedBy::Monitor, piece.priority, false);
                if let Some(incident) = self.incidents.last_mut() {
                    incident.first_signal =
                        Some(incident.first_signal.map_or(piece.received, |at| at.min(piece.received)));
                    incident.priority = incident.priority.min(piece.priority);
                }
            }
            Edge::Ends(at) => self.monitor_ends(at),
            Edge::Word(at) => {
                if let Some(piece) = self.firing {
                    self.open(at, at, NoticedBy::Monitor, piece.priority, true);
                }
            }
            Edge::Deed(deed) => self.deed(deed),
        }
    }

    fn monitor_ends(&mut self, at: Instant) {
        self.firing = None;
        let settled = at + self.rules.at(at).quiet <= self.now;
        let Some(incident) = self.incidents.last_mut() else { return };
        let ends = |stage: &&mut Stage| stage.closed.is_none() && !stage.held;
        let Some(stage) = incident.stages.last_mut().filter(ends) else { return };
        if settled {
            stage.closed = Some((at.max(stage.opened), ClosedBy::Monitor));
            incident.quieting = None;
        } else {
            incident.quieting = Some(at);
        }
    }

    fn deed(&mut self, deed: &Deed) {
        match &deed.act {
            Act::Opened { priority, .. } => {
                self.hold(deed.at, NoticedBy::Operator, priority.unwrap_or(OPENED_PRIORITY), false);
            }
            Act::Reported { agreement, .. } => {
                self.hold(deed.at, NoticedBy::Customer, REPORTED_PRIORITY, false);
                if let Some(incident) = self.incidents.last_mut() {
                    incident.first_report.get_or_insert((deed.at, agreement.clone()));
                }
            }
            Act::Reopened { agreement, .. } => {
                let by = if agreement.is_some() { NoticedBy::Customer } else { NoticedBy::Operator };
                self.hold(deed.at, by, OPENED_PRIORITY, true);
            }
            Act::Resolved { .. } => self.person_resolves(deed.at),
            _ => {}
        }
    }

    fn hold(&mut self, at: Instant, by: NoticedBy, priority: Priority, same: bool) {
        self.open(at, at, by, priority, same);
        if let Some(incident) = self.incidents.last_mut() {
            incident.quieting = None;
        }
    }

    fn person_resolves(&mut self, at: Instant) {
        let Some(incident) = self.incidents.last_mut() else { return };
        // What had ended by itself ended then; the person only says so.
        let ended = incident.quieting.take().map(|end| (end, ClosedBy::Monitor));
        if let Some(stage) = incident.stages.last_mut() {
            let (end, by) = ended.unwrap_or((at, ClosedBy::Person));
            stage.closed.get_or_insert((end.max(stage.opened), by));
        }
    }

    /// Opens a new incident, reopens the last (`same`, or soon enough after it), or joins the open one.
    fn open(&mut self, at: Instant, recorded: Instant, by: NoticedBy, priority: Priority, same: bool) {
        let held = by != NoticedBy::Monitor;
        let stage = Stage { opened: at, recorded, by, held, closed: None };
        if let Some(last) = self.incidents.last_mut() {
            match last.closed() {
                None => return,
                Some((closed, _)) if same || at - closed <= self.rules.at(closed).reopen_within => {
                    last.stages.push(Stage { opened: at.max(closed), ..stage });
                    return;
                }
                Some(_) => {}
            }
        }
        self.incidents.push(Incident {
            service: self.service.clone(),
            stages: vec![stage],
            noticed_by: by,
            first_signal: None,
            first_report: None,
            quieting: None,
            still_firing: false,
            priority,
            found_priority: priority,
            numbers: Vec::new(),
            deeds: Vec::new(),
        });
    }
}

fn number_all(incidents: &mut [Incident], numbers: &[(Instant, IncidentNumber)]) {
    for (anchor, number) in numbers {
        if let Some(incident) = containing(incidents, *anchor) {
            incident.numbers.push(*number);
        }
    }
}

/// The incident whose time this is: from its opening until the next one opens.
fn containing(incidents: &mut [Incident], at: Instant) -> Option<&mut Incident> {
    let after = incidents.partition_point(|incident| incident.opened() <= at);
    after.checked_sub(1).and_then(|index| incidents.get_mut(index))
}

fn assign_deeds(incidents: &mut [Incident], deeds: &[Deed]) {
    let places = incidents.iter().enumerate();
    let by_number: BTreeMap<IncidentNumber, usize> = places
        .flat_map(|(place, incident)| incident.numbers.iter().map(move |number| (*number, place)))
        .collect();
    for deed in deeds {
        let incident = match deed.act.incident() {
            None => containing(incidents, deed.at),
            Some(number) => by_number.get(&number).and_then(|place| incidents.get_mut(*place)),
        };
        if let Some(incident) = incident {
            incident.deeds.push(deed.clone());
        }
    }
    for incident in incidents.iter_mut() {
        incident.settle_priority();
        incident.noticed_by = noticed_first(incident);
    }
}

/// Who noticed first is who told first, not whose word reaches back furthest.
fn noticed_first(incident: &Incident) -> NoticedBy {
    let mut told: Vec<(Instant, u8, NoticedBy)> = Vec::new();
    told.extend(incident.first_signal.map(|at| (at, 0, NoticedBy::Monitor)));
    told.extend(incident.first_report.as_ref().map(|(at, _)| (*at, 1, NoticedBy::Customer)));
    told.extend(incident.deeds.iter().find_map(|deed| match deed.act {
        Act::Opened { .. } => Some((deed.at, 2, NoticedBy::Operator)),
        _ => None,
    }));
    told.into_iter().min_by_key(|(at, rank, _)| (*at, *rank)).map_or(incident.noticed_by, |(_, _, by)| by)
}

impl Act {
    /// The incident it names; none for the acts that open one.
    pub const fn incident(&self) -> Option<IncidentNumber> {
        match self {
            Self::Opened { .. } | Self::Reported { .. } => None,
            Self::Acknowledged { incident }
            | Self::Resolved { incident, .. }
            | Self::Reopened { incident, .. }
            | Self::Prioritised { incident, .. }
            | Self::Paused { incident, .. }
            | Self::Resumed { incident, .. }
            | Self::Caused { incident, .. }
            | Self::Noted { incident, .. }
            | Self::Updated { incident, .. }
            | Self::Said { incident, .. }
            | Self::Escalated { incident }
            | Self::Published { incident, .. } => Some(*incident),
        }
    }

    /// Every text in it.
    pub fn prose(&self) -> Vec<&Prose> {
        match self {
            Self::Opened { text, .. }
            | Self::Reported { text, .. }
            | Self::Noted { text, .. }
            | Self::Updated { text, .. }
            | Self::Said { text, .. }
            | Self::Prioritised { reason: text, .. }
            | Self::Paused { reason: text, .. } => vec![text],
            Self::Resolved { text, .. }
            | Self::Reopened { text, .. }
            | Self::Resumed { reason: text, .. } => text.iter().collect(),
            Self::Caused { internal, customer, .. } => internal.iter().chain(customer).collect(),
            Self::Acknowledged { .. } | Self::Escalated { .. } | Self::Published { .. } => Vec::new(),
        }
    }

    /// The agreement whose clocks it concerns, when it names one.
    pub const fn agreement(&self) -> Option<&AgreementId> {
        match self {
            Self::Reported { agreement, .. }
            | Self::Said { agreement, .. }
            | Self::Published { agreement, .. } => Some(agreement),
            Self::Reopened { agreement, .. }
            | Self::Paused { agreement, .. }
            | Self::Resumed { agreement, .. }
            | Self::Updated { agreement, .. } => agreement.as_ref(),
            _ => None,
        }
    }
}
