//! How the provider works: how fast incidents are taken and restored, whether promises of the desk are kept, and when
//! the load comes. A function of the facts; nothing of it is kept.
//!
//! Times are wall-clock times, whatever calendar an agreement counts by. Of nothing there is no mean and no share.

mod grid;
mod sweep;
mod team;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::core::event::{AgreementId, PersonId, ServiceId};
use crate::core::interval::Interval;
use crate::core::percentile;
use crate::core::ratio::Ratio;
use crate::core::score::{self, Counts, Scale, Score, ScoreKind, Trend};
use crate::core::state::State;
use crate::core::time::{Instant, Span};

pub use grid::{Cover, Grid};
pub use team::{OfTeam, TeamId, Teams};

/// What a scorecard is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// None: every service.
    pub services: Option<&'a BTreeSet<ServiceId>>,
    /// None: every incident. Else those that one of these covers, and the clocks of these alone.
    pub agreements: Option<&'a BTreeSet<AgreementId>>,
    pub window: Interval,
    /// What the window is compared with.
    pub before: Interval,
    /// In which weekdays and hours are told.
    pub zone: Tz,
    pub cover: Option<&'a Cover>,
    /// None: nothing is told by team.
    pub teams: Option<&'a Teams>,
    pub as_of: Instant,
}

/// How the provider worked over a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scorecard {
    pub window: Interval,
    pub before: Interval,
    pub zone: Tz,
    pub as_of: Instant,
    pub whole: Figures,
    /// The same figures over the window before.
    pub earlier: Figures,
    pub trends: Trends,
    /// Those about which there is anything to say, by id.
    pub services: Vec<OfService>,
    /// Those who did anything, by id. For managers.
    pub people: Vec<OfPerson>,
    /// Those of the teams asked about whose people did anything, by id. For managers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<OfTeam>,
    pub load: Load,
}

/// What is told of all incidents, or of one service's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Incidents that opened in the window.
    pub opened: u64,
    /// From the opening to the first acknowledgement, of those first acknowledged in the window.
    pub acknowledged: Times,
    /// How long it was open (without the time between a resolution and a reopening), of those that were closed in
    /// the window and are closed.
    pub restored: Times,
    /// Of those that somebody had acknowledged when they were closed in the window: where nobody else acknowledged,
    /// and nobody else said that it was over.
    pub first_owner: Part,
    /// Of the closings in the window: those after which it opened again.
    pub reopened: Part,
    /// Of the promised updates that fell due in the window or were given: those in time.
    pub updates: Part,
    /// Of the responses promised: those in time.
    pub responses: Part,
}

/// Lengths of time, as far as there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    pub count: u64,
    /// Rounded down to a microsecond.
    pub mean: Option<Span>,
    /// The nearest-rank median: the lower of the two in the middle.
    pub median: Option<Span>,
    /// Nine in ten are no longer (nearest rank).
    pub ninetieth: Option<Span>,
}

/// A part of a whole, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub part: u64,
    pub whole: u64,
}

/// Whether a share moved by more than chance explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trends {
    pub first_owner: Trend,
    pub reopened: Trend,
    pub updates: Trend,
    pub responses: Trend,
}

/// One service's figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfService {
    pub service: ServiceId,
    pub figures: Figures,
}

/// What one person did in the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfPerson {
    pub person: PersonId,
    #[serde(flatten)]
    pub did: Doings,
}

/// What one person, or all of a team, did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doings {
    /// From the opening to their acknowledgement, where theirs was the first.
    pub acknowledged: Times,
    /// Closings of which they said that it was over.
    pub resolved: u64,
    /// Of those closed in the window that they had acknowledged first: those that stayed theirs to the end.
    pub first_owner: Part,
    /// Updates they wrote to customers.
    pub updates: u64,
}

/// When incidents opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    pub opened: Grid,
    /// None where nothing is known of who is on call.
    pub against: Option<Against>,
}

/// The load beside the hours in which somebody is on call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    pub cover: Cover,
    /// Incidents that opened while somebody was on call, of all.
    pub covered: Part,
    /// How much of the window (so far) somebody is on call.
    pub on_call: Span,
    /// How much of it nobody is.
    pub nobody: Span,
}

impl Part {
    pub(super) fn add(&mut self, counts: bool) {
        self.whole += 1;
        self.part += u64::from(counts);
    }

    fn merge(&mut self, other: Self) {
        self.whole += other.whole;
        self.part += other.part;
    }

    /// Exactly; none of nothing.
    pub fn share(self) -> Option<Ratio> {
        percentile::share(self.part, self.whole)
    }

    /// The share with its range, to be compared with another one's.
    fn score(self) -> Option<Score> {
        let kind = ScoreKind::Csat { scale: Scale::new(0, 1), satisfied_from: 1 };
        let rest = self.whole.saturating_sub(self.part);
        Score::of(kind, &Counts::from_iter([(1, self.part), (0, rest)]))
    }

    /// What became of it since another window, as [`score::trend`] tells it.
    pub fn trend(self, before: Self) -> Trend {
        match (self.score(), before.score()) {
            (Some(now), Some(before)) => score::trend(&now, &before),
            _ => Trend::Unclear,
        }
    }
}

impl Times {
    pub fn of(spans: &[Span]) -> Self {
        Self {
            count: spans.len() as u64,
            mean: percentile::mean(spans),
            median: percentile::nearest_rank(spans, Decimal::from(50)),
            ninetieth: percentile::nearest_rank(spans, Decimal::from(90)),
        }
    }
}

impl Trends {
    fn between(now: &Figures, before: &Figures) -> Self {
        Self {
            first_owner: now.first_owner.trend(before.first_owner),
            reopened: now.reopened.trend(before.reopened),
            updates: now.updates.trend(before.updates),
            responses: now.responses.trend(before.responses),
        }
    }
}

/// How the provider worked over a window, as known at `as_of`. Drills are no incidents and count nowhere in it.
pub fn scorecard(state: &State, question: &Question<'_>) -> Scorecard {
    let now = sweep::sweep(state, question, question.window);
    let before = sweep::sweep(state, question, question.before);
    let (whole, earlier) = (now.whole(), before.whole());
    let trends = Trends::between(&whole, &earlier);
    let opened = Grid::of(&now.openings, question.zone);
    let so_far = Interval::new(question.window.start, question.window.end.min(question.as_of));
    let against = question.cover.map(|cover| cover.against(&now.openings, so_far, question.zone));
    Scorecard {
        window: question.window,
        before: question.before,
        zone: question.zone,
        as_of: question.as_of,
        whole,
        earlier,
        trends,
        services: now.services(),
        people: now.people(),
        teams: now.teams(),
        load: Load { opened, against },
    }
}
