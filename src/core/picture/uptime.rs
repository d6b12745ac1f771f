//! How each day went: rows of days, such as one for each service, or one for each month of a quarter.

use serde::{Deserialize, Serialize};

use crate::core::doc::Line;
use crate::core::time::Span;

/// Rows of days above each other, the same day of each in one column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Uptime<L = Line> {
    pub rows: Vec<Days<L>>,
    /// What stands below the first column and below the last: `1 Nov`, `30 Nov`.
    pub first: L,
    pub last: L,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Days<L = Line> {
    pub label: L,
    /// The figure over all of them: `99.93 %`.
    pub value: L,
    /// One after the other; beyond [`Uptime::MOST_DAYS`] the latest.
    pub days: Vec<Day>,
}

/// How one day went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    Up,
    /// Down or degraded, within what was allowed.
    Partly,
    /// Down longer than was allowed.
    Down,
    /// Too little is known of it.
    Unknown,
    /// It does not count.
    Excluded,
    /// It has not come yet, or no promise held.
    Ahead,
}

impl Day {
    /// In the order of a key.
    pub const ALL: [Self; 6] =
        [Self::Up, Self::Partly, Self::Down, Self::Unknown, Self::Excluded, Self::Ahead];

    /// How a day went of which `counted` counts (nothing: excluded). One that is not known for longer
    /// than it may be down was not surely up.
    pub fn of(counted: Span, down: Span, unknown: Span, allowed: Span) -> Self {
        if !counted.is_positive() {
            Self::Excluded
        } else if down > allowed {
            Self::Down
        } else if down.is_positive() {
            Self::Partly
        } else if unknown > allowed {
            Self::Unknown
        } else {
            Self::Up
        }
    }
}

impl Uptime {
    /// The most rows that are drawn; how many more there are is said in words.
    pub const MOST_ROWS: usize = 8;
    /// A quarter.
    pub const MOST_DAYS: usize = 92;
}

impl<L> Uptime<L> {
    /// The same with other labels, each once and in order.
    pub fn map<'a, M>(&'a self, each: &mut dyn FnMut(&'a L) -> M) -> Uptime<M> {
        let row = |row: &'a Days<L>| Days {
            label: each(&row.label),
            value: each(&row.value),
            days: row.days.clone(),
        };
        Uptime { rows: self.rows.iter().map(row).collect(), first: each(&self.first), last: each(&self.last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_never_up_that_is_not_known() {
        let day = |[counted, down, unknown]: [i64; 3]| {
            let span = Span::from_minutes;
            Day::of(span(counted), span(down), span(unknown), span(2))
        };
        assert_eq!(day([1_440, 0, 0]), Day::Up);
        assert_eq!(day([1_440, 0, 2]), Day::Up);
        assert_eq!(day([1_440, 0, 3]), Day::Unknown);
        assert_eq!(day([1_440, 2, 1_000]), Day::Partly);
        assert_eq!(day([1_440, 3, 1_000]), Day::Down);
        assert_eq!(day([0, 3, 0]), Day::Excluded);
    }
}
