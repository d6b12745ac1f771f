//! Clocks that start more than once: the next reply to each message, the cadence of updates.

use serde::{Deserialize, Serialize};

use super::{Reading, Stopwatch};
use crate::core::time::Instant;

/// What was said, and when, for the next-reply clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The customer wrote.
    Asked(Instant),
    /// The provider answered the customer.
    Answered(Instant),
}

impl Turn {
    fn at(self) -> Instant {
        match self {
            Self::Asked(at) | Self::Answered(at) => at,
        }
    }
}

/// The next-reply or update clock: one reading per exchange (or per stretch between updates), in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchanges {
    pub readings: Vec<Reading>,
}

impl Exchanges {
    /// The exchange that waits for an answer.
    pub fn open(&self) -> Option<&Reading> {
        self.readings.last().filter(|reading| reading.stopped_at.is_none())
    }

    /// The exchange that took longest so far, answered or not; the first of equals.
    pub fn longest(&self) -> Option<&Reading> {
        self.readings.iter().rev().max_by_key(|reading| reading.elapsed)
    }

    pub fn due(&self) -> Option<Instant> {
        self.open().and_then(|reading| reading.due)
    }

    /// Whether any exchange was late.
    pub fn late(&self) -> bool {
        self.readings.iter().any(|reading| reading.late)
    }
}

/// Reads the update clock: the promised cadence while an item is open. It starts at the opening, starts
/// anew at each public update, and ends at the stop of `watch`; later updates are ignored.
pub fn cadence(watch: &Stopwatch<'_>, updates: &[Instant], now: Instant) -> Exchanges {
    let counts = |update: &Instant| {
        watch.start < *update && *update <= now && watch.stop.is_none_or(|stop| *update < stop)
    };
    let mut known: Vec<Instant> = updates.iter().copied().filter(counts).collect();
    known.sort_unstable();
    known.dedup();
    let starts = [watch.start].into_iter().chain(known.iter().copied());
    let stops = known.iter().map(|update| Some(*update)).chain([watch.stop]);
    let readings =
        starts.zip(stops).map(|(start, stop)| Stopwatch { start, stop, ..watch.clone() }.read(now));
    Exchanges { readings: readings.collect() }
}

/// Reads the next-reply clock. An exchange starts at the earliest unanswered message of the customer;
/// repeats do not move it; the next answer stops it. Turns may come in any order; of two at the same
/// moment the one listed first came first. `watch` gives calendar, target, pauses and closed spells.
pub fn exchanges(watch: &Stopwatch<'_>, turns: &[Turn], now: Instant) -> Exchanges {
    let mut known: Vec<Turn> = turns.iter().copied().filter(|turn| turn.at() <= now).collect();
    known.sort_by_key(|turn| turn.at());
    let mut readings = Vec::new();
    let mut asked = None;
    for turn in known {
        match (turn, asked) {
            (Turn::Asked(at), None) => asked = Some(at),
            (Turn::Answered(at), Some(start)) => {
                readings.push(Stopwatch { start, stop: Some(at), ..watch.clone() }.read(now));
                asked = None;
            }
            (Turn::Asked(_), Some(_)) | (Turn::Answered(_), None) => {}
        }
    }
    readings.extend(asked.map(|start| Stopwatch { start, stop: None, ..watch.clone() }.read(now)));
    Exchanges { readings }
}
