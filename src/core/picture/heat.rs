//! When the load comes: the hours of a week, and in which of them nobody was on call.

use serde::{Deserialize, Serialize};

/// Twenty-four hours of seven days, from Monday.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heat {
    week: Box<[[Hour; 24]; 7]>,
}

/// One hour of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hour {
    /// How many incidents.
    pub count: u64,
    /// Nobody was on call in it, at least once.
    #[serde(default)]
    pub uncovered: bool,
}

impl Heat {
    /// So many in each hour from Monday's first on; nobody is on call where `on_call` is known and says 0.
    pub fn of(counts: &[[u64; 24]; 7], on_call: Option<&[[u64; 24]; 7]>) -> Self {
        let hour = |day: usize, hour: usize| Hour {
            count: counts[day][hour],
            uncovered: on_call.is_some_and(|people| people[day][hour] == 0),
        };
        let week = std::array::from_fn(|day| std::array::from_fn(|at| hour(day, at)));
        Self { week: Box::new(week) }
    }

    /// The days from Monday with their hours from midnight.
    pub const fn week(&self) -> &[[Hour; 24]; 7] {
        &self.week
    }

    /// How many came in hours without anybody on call.
    pub fn uncovered(&self) -> u64 {
        let hours = self.week.iter().flatten().filter(|hour| hour.uncovered);
        hours.map(|hour| hour.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_taken_as_it_was_counted() {
        let (mut counts, mut on_call) = ([[0; 24]; 7], [[1; 24]; 7]);
        counts[6][23] = 4;
        on_call[6][23] = 0;
        assert_eq!(Heat::of(&counts, Some(&on_call)).uncovered(), 4);
        assert_eq!(Heat::of(&counts, None).week()[6][23], Hour { count: 4, uncovered: false });
    }
}
