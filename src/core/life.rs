//! The life of one item (an incident, a request) as its clocks see it: from what happened to when each clock
//! starts, stops and rests.

use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::stopwatch::{Spell, Stopwatch, Target, Turn};
use super::time::Instant;

/// Who opened an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opener {
    Customer,
    /// A person of the provider, on the customer's behalf: nobody waits for a response.
    Provider,
    Monitor,
}

/// Something that happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    Opened(Opener),
    CustomerMessage,
    /// The first act that counts as a response: an acknowledgement or a public reply.
    Responded,
    /// A reply to the customer; ends an exchange.
    Replied,
    Paused,
    Resumed,
    /// Resolved or closed: the two do not differ here.
    Closed,
    Reopened,
}

/// The life of an item up to a moment, in the terms of its clocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    pub opened: Option<(Instant, Opener)>,
    pub responded: Option<Instant>,
    pub pauses: Vec<Spell>,
    /// From each close to the reopening after it; the last one may be open.
    pub closed: Vec<Spell>,
    pub turns: Vec<Turn>,
}

/// From when to when one clock of a life runs, and when it rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course<'a> {
    pub start: Instant,
    pub stop: Option<Instant>,
    pub closed: &'a [Spell],
    pub pauses: &'a [Spell],
}

impl Life {
    /// Reads what happened up to `now` in order of time (of two things at one moment, in the order given).
    /// Repeated and impossible ones are ignored: a pause while paused, a reopening of what is open. A close
    /// ends a pause.
    pub fn read(events: &[(Instant, Happened)], now: Instant) -> Self {
        let mut known: Vec<_> = events.iter().filter(|(at, _)| *at <= now).collect();
        known.sort_by_key(|(at, _)| *at);
        let mut life = Self::default();
        for (at, happened) in known {
            life.apply(*at, *happened);
        }
        life
    }

    fn apply(&mut self, at: Instant, happened: Happened) {
        match happened {
            Happened::Opened(opener) => self.opened = self.opened.or(Some((at, opener))),
            Happened::Responded => self.responded = self.responded.or(Some(at)),
            Happened::CustomerMessage => self.turns.push(Turn::Asked(at)),
            Happened::Replied => self.turns.push(Turn::Answered(at)),
            Happened::Paused if !self.is_closed() => begin(&mut self.pauses, at),
            Happened::Resumed => end(&mut self.pauses, at),
            Happened::Closed => {
                end(&mut self.pauses, at);
                begin(&mut self.closed, at);
            }
            Happened::Reopened => end(&mut self.closed, at),
            Happened::Paused => {}
        }
    }

    /// When the item was closed for good, as far as is known.
    pub fn closed_at(&self) -> Option<Instant> {
        self.closed.last().filter(|spell| spell.end.is_none()).map(|spell| spell.start)
    }

    /// When the customer heard something: every reply.
    pub fn replies(&self) -> Vec<Instant> {
        let replies = self.turns.iter().filter_map(|turn| match turn {
            Turn::Answered(at) => Some(*at),
            Turn::Asked(_) => None,
        });
        replies.collect()
    }

    pub fn is_closed(&self) -> bool {
        self.closed_at().is_some()
    }

    pub fn is_paused(&self) -> bool {
        self.pauses.last().is_some_and(|spell| spell.end.is_none())
    }

    /// The response clock; none when nobody waits for a response, because the provider opened the item.
    /// `close_answers`: closing without a response ends the clock, and a reopening resumes it.
    pub fn response(&self, close_answers: bool) -> Option<Course<'_>> {
        let (start, opener) = self.opened?;
        if opener == Opener::Provider {
            return None;
        }
        // Closing comes first when both are known: what is said after it is no response to the promise.
        let stop = match (self.responded, self.closed_at().filter(|_| close_answers)) {
            (Some(act), Some(close)) => Some(act.min(close)),
            (act, close) => act.or(close),
        };
        let closed = if close_answers { self.closed.as_slice() } else { &[] };
        Some(Course { start, stop, closed, pauses: &self.pauses })
    }

    /// The clocks that run while the item is open: resolution, and the cadence of updates.
    pub fn open(&self) -> Option<Course<'_>> {
        let (start, _) = self.opened?;
        Some(Course { start, stop: self.closed_at(), closed: &self.closed, pauses: &self.pauses })
    }

    /// What the exchanges with the customer share; while closed nobody waits.
    pub fn exchange(&self) -> Option<Course<'_>> {
        self.open().map(|course| Course { stop: None, ..course })
    }
}

impl<'a> Course<'a> {
    /// The clock that measures it; `rests` is whether pauses stop it.
    pub const fn watch(self, calendar: &'a Calendar, target: Target, rests: bool) -> Stopwatch<'a> {
        let pauses: &[Spell] = if rests { self.pauses } else { &[] };
        Stopwatch { calendar, start: self.start, stop: self.stop, pauses, closed: self.closed, target }
    }
}

fn begin(spells: &mut Vec<Spell>, at: Instant) {
    if spells.last().is_none_or(|spell| spell.end.is_some()) {
        spells.push(Spell::new(at, None));
    }
}

fn end(spells: &mut [Spell], at: Instant) {
    if let Some(spell) = spells.last_mut().filter(|spell| spell.end.is_none()) {
        spell.end = Some(at);
    }
}
