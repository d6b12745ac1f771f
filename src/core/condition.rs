//! What was down and what is not known: of one component from its changes of state, of several together.

use serde::{Deserialize, Serialize};

use super::interval::{Interval, IntervalSet};
use super::time::Instant;

/// The state of a component at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Up,
    Down,
    Unknown,
}

/// Times that were down and times of which nothing is known. What is in neither was up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub down: IntervalSet,
    /// Disjoint from `down`.
    pub unknown: IntervalSet,
}

/// One component. Before its first observation it is absent, which is neither up nor unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// The first observation; `None` when it was never observed.
    pub present_from: Option<Instant>,
    pub down: IntervalSet,
    /// Down wins where both are given.
    pub unknown: IntervalSet,
}

impl Component {
    fn present(&self, bounds: Interval) -> IntervalSet {
        let from = self.present_from.unwrap_or(bounds.end).max(bounds.start);
        IntervalSet::from(Interval::new(from, bounds.end))
    }
}

/// A service that needs all of its components: down if any present one is down, else unknown if any is
/// unknown, else up; unknown while none is present.
pub fn any_down(components: &[Component], bounds: Interval) -> Condition {
    let (mut present, mut down, mut unknown) = Default::default();
    for component in components {
        let here = component.present(bounds);
        down = component.down.intersect(&here).union(&down);
        unknown = component.unknown.intersect(&here).union(&unknown);
        present = here.union(&present);
    }
    unknown = unknown.union(&present.complement(bounds)).minus(&down);
    Condition { down, unknown }
}

/// A service that any of its components can carry: up if any present one is up, else unknown if any is
/// unknown, else down; unknown while none is present.
pub fn all_down(components: &[Component], bounds: Interval) -> Condition {
    let (mut present, mut up, mut unknown): (IntervalSet, IntervalSet, IntervalSet) = Default::default();
    for component in components {
        let here = component.present(bounds);
        up = here.minus(&component.down).minus(&component.unknown).union(&up);
        unknown = component.unknown.minus(&component.down).intersect(&here).union(&unknown);
        present = here.union(&present);
    }
    let down = present.minus(&up).minus(&unknown);
    let unknown = unknown.union(&present.complement(bounds)).minus(&up);
    Condition { down, unknown }
}

/// A change of state; `previous` is what the source says it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub at: Instant,
    pub state: State,
    pub previous: Option<State>,
}

/// The condition within `bounds` from changes in any order (of two at one moment the later listed wins).
/// It begins with the last change at or before the start, else with what the first change says was before it,
/// else with `current`, else up.
pub fn from_changes(changes: &[Change], current: Option<State>, bounds: Interval) -> Condition {
    let mut sorted = changes.to_vec();
    sorted.sort_by_key(|change| change.at);
    let (before, inside) = sorted.split_at(sorted.partition_point(|change| change.at <= bounds.start));
    let first_says = sorted.first().and_then(|change| change.previous);
    let mut state = before.last().map(|change| change.state).or(first_says).or(current).unwrap_or(State::Up);
    let mut since = bounds.start;
    let mut pieces = Vec::new();
    for change in inside.iter().take_while(|change| change.at < bounds.end) {
        pieces.push((state, Interval::new(since, change.at)));
        (state, since) = (change.state, change.at);
    }
    pieces.push((state, Interval::new(since, bounds.end)));
    let of = |wanted: State| {
        pieces.iter().filter(|(state, _)| *state == wanted).map(|(_, piece)| *piece).collect()
    };
    Condition { down: of(State::Down), unknown: of(State::Unknown) }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const UNITS: i64 = 24;

    fn bounds() -> Interval {
        Interval::new(Instant::from_micros(0), Instant::from_micros(UNITS))
    }

    fn set(raw: &[(i64, i64)]) -> IntervalSet {
        raw.iter().map(|(a, b)| Interval::new(Instant::from_micros(*a), Instant::from_micros(*b))).collect()
    }

    fn component() -> impl Strategy<Value = Component> {
        let ranges = || vec((0..UNITS, 0..UNITS), 0..4);
        (prop::option::of(-5..UNITS), ranges(), ranges()).prop_map(|(from, down, unknown)| Component {
            present_from: from.map(Instant::from_micros),
            down: set(&down),
            unknown: set(&unknown),
        })
    }

    fn state_of(component: &Component, at: Instant) -> Option<State> {
        component.present_from.filter(|from| *from <= at)?;
        Some(match (component.down.contains(at), component.unknown.contains(at)) {
            (true, _) => State::Down,
            (false, true) => State::Unknown,
            (false, false) => State::Up,
        })
    }

    fn state_in(condition: &Condition, at: Instant) -> State {
        let (down, unknown) = (condition.down.contains(at), condition.unknown.contains(at));
        assert!(!(down && unknown), "both down and unknown");
        match (down, unknown) {
            (true, _) => State::Down,
            (false, true) => State::Unknown,
            (false, false) => State::Up,
        }
    }

    proptest! {
        #[test]
        fn combinations_follow_the_table(components in vec(component(), 0..4)) {
            let (any, all) = (any_down(&components, bounds()), all_down(&components, bounds()));
            for unit in 0..UNITS {
                let at = Instant::from_micros(unit);
                let states: Vec<State> = components.iter().filter_map(|one| state_of(one, at)).collect();
                let first_of = |order: [State; 3]| {
                    order.into_iter().find(|state| states.contains(state)).unwrap_or(State::Unknown)
                };
                prop_assert_eq!(state_in(&any, at), first_of([State::Down, State::Unknown, State::Up]));
                prop_assert_eq!(state_in(&all, at), first_of([State::Up, State::Unknown, State::Down]));
            }
        }

        #[test]
        fn changes_partition_the_window_in_any_order(
            raw in vec((-10_i64..UNITS + 5, 0_usize..3), 0..8),
            seed in any::<prop::sample::Index>(),
        ) {
            let states = [State::Up, State::Down, State::Unknown];
            let mut changes: Vec<Change> = Vec::new();
            for (at, state) in raw {
                let change = Change { at: Instant::from_micros(at), state: states[state], previous: None };
                if changes.iter().all(|known| known.at != change.at) {
                    changes.push(change);
                }
            }
            let condition = from_changes(&changes, Some(State::Unknown), bounds());
            for unit in 0..UNITS {
                let at = Instant::from_micros(unit);
                let last = changes.iter().filter(|change| change.at <= at).max_by_key(|change| change.at);
                prop_assert_eq!(state_in(&condition, at), last.map_or(State::Unknown, |change| change.state));
            }
            let turn = seed.index(changes.len().max(1)).min(changes.len());
            changes.rotate_left(turn);
            prop_assert_eq!(from_changes(&changes, Some(State::Unknown), bounds()), condition);
        }
    }
}
