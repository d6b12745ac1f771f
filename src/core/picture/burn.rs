//! An error budget that burns down over its period.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::core::doc::Line;
use crate::core::interval::Interval;
use crate::core::time::{Instant, Span};

/// What was left of a budget over a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Burn<L = Line> {
    /// The whole period, whether or not it is over.
    pub window: Interval,
    /// What stands below the window's ends: `1 Nov`, `30 Nov`.
    pub first: L,
    pub last: L,
    /// In order of time; straight in between.
    pub points: Vec<Left>,
}

/// What was left at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub at: Instant,
    /// Percent of the budget, below 0 when more was used than there is. None: not known from here to the
    /// next point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Decimal>,
}

impl Left {
    /// What is left of a budget, exact; none of no budget, of which no share can be told.
    pub fn of(at: Instant, left: Span, budget: Span) -> Self {
        let share = || Decimal::from(left.micros()) * Decimal::ONE_HUNDRED / Decimal::from(budget.micros());
        Self { at, percent: budget.is_positive().then(share) }
    }

    pub const fn unknown(at: Instant) -> Self {
        Self { at, percent: None }
    }
}

impl<L> Burn<L> {
    /// The points in order of time, those outside of the window left out.
    pub fn new(window: Interval, [first, last]: [L; 2], mut points: Vec<Left>) -> Self {
        points.retain(|point| window.start <= point.at && point.at <= window.end);
        points.sort_by_key(|point| point.at);
        Self { window, first, last, points }
    }

    /// The same with other labels, each once and in order.
    pub fn map<'a, M>(&'a self, each: &mut dyn FnMut(&'a L) -> M) -> Burn<M> {
        let (first, last) = (each(&self.first), each(&self.last));
        Burn { window: self.window, first, last, points: self.points.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_exact_and_of_nothing_nothing_is_told() {
        let at = Instant::from_seconds(0);
        let left = |left, budget| Left::of(at, Span::from_seconds(left), Span::from_seconds(budget)).percent;
        assert_eq!(left(805, 2_300), Some(Decimal::from(35)));
        assert_eq!(left(-1, 4), Some(Decimal::from(-25)));
        assert_eq!(left(0, 0), None);
    }

    #[test]
    fn points_are_in_order_and_within_the_period() {
        let at = Instant::from_seconds;
        let window = Interval::new(at(10), at(20));
        let points = [25, 20, 10, 9].map(|second| Left::unknown(at(second)));
        let burn = Burn::new(window, ["a", "b"], points.to_vec());
        assert_eq!(burn.points, [Left::unknown(at(10)), Left::unknown(at(20))]);
    }
}
