//! The hours of a week, as clocks on the wall show them: what happened in each, and who is on call.

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Against, Part};
use crate::core::calendar::local_time;
use crate::core::interval::Interval;
use crate::core::time::{Instant, Span};

/// Clocks change by whole quarters of an hour, so that within one they show one hour.
const QUARTER: Span = Span::from_minutes(15);

/// A count for each hour of the week: Monday first, then from midnight on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grid(pub [[u64; 24]; 7]);

/// How many people are on call in each hour of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cover(pub Grid);

impl Grid {
    /// How many of these moments lie in each hour. An hour that the clocks show twice has those of both; one that
    /// they skip has none.
    pub fn of(moments: &[Instant], zone: Tz) -> Self {
        let mut grid = Self::default();
        for moment in moments {
            grid.add(place(zone, *moment));
        }
        grid
    }

    fn add(&mut self, (day, hour): (usize, usize)) {
        if let Some(count) = self.0.get_mut(day).and_then(|day| day.get_mut(hour)) {
            *count += 1;
        }
    }

    fn at(&self, (day, hour): (usize, usize)) -> u64 {
        self.0.get(day).and_then(|day| day.get(hour)).copied().unwrap_or_default()
    }

    /// All together.
    pub fn total(&self) -> u64 {
        self.0.iter().flatten().sum()
    }

    /// Of one day of the week, Monday being 0.
    pub fn of_day(&self, day: usize) -> u64 {
        self.0.get(day).map_or(0, |hours| hours.iter().sum())
    }

    /// Of one hour of all days.
    pub fn of_hour(&self, hour: usize) -> u64 {
        self.0.iter().filter_map(|day| day.get(hour)).sum()
    }
}

impl Cover {
    /// So many people at all hours: what a list of people says that names no hours.
    pub const fn around_the_clock(people: u64) -> Self {
        Self(Grid([[people; 24]; 7]))
    }

    fn is_covered(&self, zone: Tz, at: Instant) -> bool {
        self.0.at(place(zone, at)) > 0
    }

    pub(super) fn against(&self, openings: &[Instant], window: Interval, zone: Tz) -> Against {
        let mut covered = Part::default();
        for opening in openings {
            covered.add(self.is_covered(zone, *opening));
        }
        let (mut on_call, mut nobody) = (Span::ZERO, Span::ZERO);
        let mut at = window.start;
        while at < window.end {
            let quarter = at.micros().div_euclid(QUARTER.micros()) + 1;
            let until = Instant::from_micros(quarter.saturating_mul(QUARTER.micros())).min(window.end);
            let length = if self.is_covered(zone, at) { &mut on_call } else { &mut nobody };
            *length += until - at;
            at = until;
        }
        Against { cover: *self, covered, on_call, nobody }
    }
}

/// Day of the week and hour that clocks in a zone show.
fn place(zone: Tz, at: Instant) -> (usize, usize) {
    let shown = local_time(zone, at);
    let day = shown.weekday().num_days_from_monday();
    (usize::try_from(day).unwrap_or_default(), usize::try_from(shown.hour()).unwrap_or_default())
}
