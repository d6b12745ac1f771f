//! Incidents: the episodes of one service, derived from what its monitors said and what people did.
//!
//! Derived, never stored: the same facts give the same incidents, whatever the order they arrived in.

use serde::{Deserialize, Serialize};

use crate::core::agreement::{Impact, Priority};
use crate::core::event::{Act, AgreementId, IncidentNumber, PersonId, ServiceId};
use crate::core::stopwatch::Spell;
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

    /// When it was first closed.
    pub fn first_closed(&self) -> Option<Instant> {
        self.stages[0].closed.map(|(at, _)| at)
    }

    /// From each close to the reopening after it.
    pub fn closed_spells(&self) -> Vec<Spell> {
        self.stages
            .windows(2)
            .filter_map(|pair| {
                pair[0].closed.map(|(from, _)| Spell::new(from, Some(pair[1].opened.max(from))))
            })
            .collect()
    }

    /// The number people call it by: the first it was given.
    pub fn number(&self) -> Option<IncidentNumber> {
        self.numbers.iter().min().copied()
    }

    /// The person who acknowledged last.
    pub fn owner(&self) -> Option<(&PersonId, Instant)> {
        self.deeds.iter().rev().find_map(|deed| match deed.act {
            Act::Acknowledged { .. } => Some((&deed.by, deed.at)),
            _ => None,
        })
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

/// All incidents of a service, in order of time.
///
/// `deeds` are sorted by time; `numbers` are pairs of an anchor and the number given to the incident that
/// contains it.
pub fn incidents(
    service: &ServiceId,
    watch: &Watch,
    deeds: &[Deed],
    numbers: &[(Instant, IncidentNumber)],
    rules: Rules,
    now: Instant,
) -> Vec<Incident> {
    let mut edges: Vec<Edge<'_>> = deeds.iter().filter(|deed| deed.at <= now).map(Edge::Deed).collect();
    for piece in &merge_flaps(known_at(watch.pieces(), now), rules.quiet) {
        edges.push(Edge::Starts(*piece));
        edges.extend(piece.end.map(Edge::Ends));
        let resolved = deeds.iter().filter(|deed| matches!(deed.act, Act::Resolved { .. }));
        let during =
            resolved.filter(|deed| deed.at >= piece.start && piece.end.is_none_or(|end| deed.at < end));
        let words = during.filter_map(|deed| watch.first_word_after(deed.at));
        edges.extend(words.filter(|at| piece.end.is_none_or(|end| *at < end)).map(Edge::Word));
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
    number_all(&mut incidents, numbers);
    assign_deeds(&mut incidents, deeds, numbers, now);
    incidents
}

/// The stretches as they were known at `now`.
fn known_at(pieces: Vec<Piece>, now: Instant) -> Vec<Piece> {
    let begun = pieces.into_iter().filter(|piece| piece.start <= now);
    begun.map(|piece| Piece { end: piece.end.filter(|end| *end <= now), ..piece }).collect()
}

fn merge_flaps(pieces: Vec<Piece>, quiet: Span) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match merged.last_mut() {
            Some(last) if last.end.is_none_or(|end| piece.start - end < quiet) => {
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
    rules: Rules,
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
        let settled = at + self.rules.quiet <= self.now;
        let Some(incident) = self.incidents.last_mut() else { return };
        let Some(stage) = incident.stages.last_mut().filter(|stage| stage.closed.is_none()) else { return };
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
        if let Some(stage) = self.incidents.last_mut().and_then(|incident| incident.stages.last_mut()) {
            stage.closed.get_or_insert((at.max(stage.opened), ClosedBy::Person));
        }
    }

    /// Opens a new incident, reopens the last (`same`, or soon enough after it), or joins the open one.
    fn open(&mut self, at: Instant, recorded: Instant, by: NoticedBy, priority: Priority, same: bool) {
        let stage = Stage { opened: at, recorded, by, closed: None };
        if let Some(last) = self.incidents.last_mut() {
            match last.closed() {
                None => return,
                Some((closed, _)) if same || at - closed <= self.rules.reopen_within => {
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

fn assign_deeds(
    incidents: &mut [Incident],
    deeds: &[Deed],
    numbers: &[(Instant, IncidentNumber)],
    now: Instant,
) {
    for deed in deeds.iter().filter(|deed| deed.at <= now) {
        let incident = match deed.act.incident() {
            None => containing(incidents, deed.at),
            Some(number) => numbers
                .iter()
                .find(|(_, known)| *known == number)
                .and_then(|(anchor, _)| containing(incidents, *anchor)),
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

    /// Downtime that an operator declares; monitors do not see it.
    pub fn declares_down(&self) -> bool {
        matches!(self, Self::Opened { impact: Impact::Down, .. })
    }
}
