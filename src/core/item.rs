//! The life of one item (an incident, a request) as its clocks see it: acts in, readings out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::stopwatch::{Exchanges, Reading, Spell, Stopwatch, Target, Turn, cadence, exchanges};
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

/// What is promised for an item, and what stops or pauses its clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub response: Option<Target>,
    pub resolution: Option<Target>,
    /// Cadence of public updates while the item is open.
    pub update: Option<Target>,
    pub next_reply: Option<Target>,
    pub pause_stops_response: bool,
    pub pause_stops_resolution: bool,
    pub pause_stops_update: bool,
    pub pause_stops_next_reply: bool,
    /// Closing without a response ends the response clock. The alternative keeps it running.
    pub close_stops_response: bool,
    /// A later change of promise or calendar leaves this item alone.
    pub pin_at_start: bool,
}

/// A promise with the calendar that measures it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    pub calendar: Calendar,
    pub promise: Promise,
}

/// Something that happened to an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
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
    /// Another priority or version. It holds from the start of the item; `None`: no promise covers it any more.
    Covered(Option<Box<Cover>>),
}

/// An act and its effective time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Instant,
    pub act: Act,
}

/// What an item's clocks say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No clock runs for this item.
    NotCovered,
    ResponseDue,
    ResolutionDue,
    Paused,
    Fulfilled,
    /// One clock is late, whatever the others say.
    Failed,
}

/// The clocks of an item at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    pub response: Option<Reading>,
    pub resolution: Option<Reading>,
    pub update: Option<Exchanges>,
    pub next_reply: Option<Exchanges>,
    paused: bool,
    closed: bool,
}

impl Clocks {
    pub fn status(&self) -> Status {
        let readings = || self.response.iter().chain(&self.resolution);
        let open =
            |clock: &Option<Reading>| clock.as_ref().is_some_and(|reading| reading.stopped_at.is_none());
        let late =
            readings().any(|reading| reading.late) || self.next_reply.as_ref().is_some_and(Exchanges::late);
        if readings().next().is_none() && self.next_reply.is_none() {
            Status::NotCovered
        } else if late {
            Status::Failed
        } else if self.closed || !(open(&self.response) || open(&self.resolution)) {
            Status::Fulfilled
        } else if self.paused {
            Status::Paused
        } else if open(&self.response) {
            Status::ResponseDue
        } else {
            Status::ResolutionDue
        }
    }
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

impl Life {
    /// Reads acts up to `now` in order of time (of two at one moment, in the order given). Repeated and
    /// impossible acts are ignored: a pause while paused, a reopening of what is open. A close ends a pause.
    pub fn from_events(events: &[Event], now: Instant) -> Self {
        let mut life = Self::default();
        for event in in_order(events, now) {
            life.apply(event.at, &event.act);
        }
        life
    }

    fn apply(&mut self, at: Instant, act: &Act) {
        match act {
            Act::Opened(opener) => self.opened = self.opened.or(Some((at, *opener))),
            Act::Responded => self.responded = self.responded.or(Some(at)),
            Act::CustomerMessage => self.turns.push(Turn::Asked(at)),
            Act::Replied => self.turns.push(Turn::Answered(at)),
            Act::Paused if !self.is_closed() => begin(&mut self.pauses, at),
            Act::Resumed => end(&mut self.pauses, at),
            Act::Closed => {
                end(&mut self.pauses, at);
                begin(&mut self.closed, at);
            }
            Act::Reopened => end(&mut self.closed, at),
            Act::Paused | Act::Covered(_) => {}
        }
    }

    /// When the item was closed for good, as far as is known.
    pub fn closed_at(&self) -> Option<Instant> {
        self.closed.last().filter(|spell| spell.end.is_none()).map(|spell| spell.start)
    }

    /// When the customer heard something: the response and every reply.
    pub fn updates(&self) -> Vec<Instant> {
        let replies = self.turns.iter().filter_map(|turn| match turn {
            Turn::Answered(at) => Some(*at),
            Turn::Asked(_) => None,
        });
        self.responded.into_iter().chain(replies).collect()
    }

    fn is_closed(&self) -> bool {
        self.closed_at().is_some()
    }

    fn is_paused(&self) -> bool {
        self.pauses.last().is_some_and(|spell| spell.end.is_none())
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

fn in_order(events: &[Event], now: Instant) -> Vec<&Event> {
    let mut known: Vec<&Event> = events.iter().filter(|event| event.at <= now).collect();
    known.sort_by_key(|event| event.at);
    known
}

/// The cover that holds at `now`: the latest change, unless the first one is pinned.
pub fn cover_at<'a>(first: &'a Cover, events: &'a [Event], now: Instant) -> Option<&'a Cover> {
    if first.promise.pin_at_start {
        return Some(first);
    }
    let changes = in_order(events, now).into_iter().rev().find_map(|event| match &event.act {
        Act::Covered(cover) => Some(cover.as_deref()),
        _ => None,
    });
    changes.unwrap_or(Some(first))
}

impl Cover {
    /// The response clock of a life; `None` when none is promised or nobody waits for a response.
    pub fn response<'a>(&'a self, life: &'a Life) -> Option<Stopwatch<'a>> {
        let (start, opener) = life.opened?;
        let target = self.promise.response.filter(|_| opener != Opener::Provider)?;
        let closes = self.promise.close_stops_response;
        // Closing comes first when both are known: what is said after it is no response to the promise.
        let stop = match (life.responded, life.closed_at().filter(|_| closes)) {
            (Some(act), Some(close)) => Some(act.min(close)),
            (act, close) => act.or(close),
        };
        let pauses = if self.promise.pause_stops_response { life.pauses.as_slice() } else { &[] };
        let closed = if closes { life.closed.as_slice() } else { &[] };
        Some(Stopwatch { calendar: &self.calendar, start, stop, pauses, closed, target })
    }

    /// The resolution clock of a life.
    pub fn resolution<'a>(&'a self, life: &'a Life) -> Option<Stopwatch<'a>> {
        let (start, _) = life.opened?;
        let target = self.promise.resolution?;
        let pauses = if self.promise.pause_stops_resolution { life.pauses.as_slice() } else { &[] };
        let (stop, closed) = (life.closed_at(), life.closed.as_slice());
        Some(Stopwatch { calendar: &self.calendar, start, stop, pauses, closed, target })
    }

    /// What [`cadence`] needs for the update clock of a life.
    pub fn update<'a>(&'a self, life: &'a Life) -> Option<Stopwatch<'a>> {
        let (start, _) = life.opened?;
        let target = self.promise.update?;
        let pauses = if self.promise.pause_stops_update { life.pauses.as_slice() } else { &[] };
        let (stop, closed) = (life.closed_at(), life.closed.as_slice());
        Some(Stopwatch { calendar: &self.calendar, start, stop, pauses, closed, target })
    }

    /// What [`exchanges`] needs for the next-reply clock of a life; while closed nobody waits.
    pub fn next_reply<'a>(&'a self, life: &'a Life) -> Option<Stopwatch<'a>> {
        let (start, _) = life.opened?;
        let target = self.promise.next_reply?;
        let pauses = if self.promise.pause_stops_next_reply { life.pauses.as_slice() } else { &[] };
        Some(Stopwatch { calendar: &self.calendar, start, stop: None, pauses, closed: &life.closed, target })
    }
}

/// The clocks of an item at `now`, each measured from the item's start by the cover that holds at `now`.
pub fn read(first: &Cover, events: &[Event], now: Instant) -> Clocks {
    let life = Life::from_events(events, now);
    let Some(cover) = cover_at(first, events, now) else { return Clocks::default() };
    Clocks {
        response: cover.response(&life).map(|watch| watch.read(now)),
        resolution: cover.resolution(&life).map(|watch| watch.read(now)),
        update: cover.update(&life).map(|watch| cadence(&watch, &life.updates(), now)),
        next_reply: cover.next_reply(&life).map(|watch| exchanges(&watch, &life.turns, now)),
        paused: life.is_paused(),
        closed: life.is_closed(),
    }
}

/// Whether an item falls under a promise that is limited to certain facts: every condition must be met.
pub fn applies(conditions: &BTreeMap<String, String>, facts: &BTreeMap<String, String>) -> bool {
    conditions.iter().all(|(key, wanted)| facts.get(key) == Some(wanted))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::core::time::Span;

    fn cover(target_minutes: i64) -> Cover {
        let target = Some(Target::Elapsed(Span::from_minutes(target_minutes)));
        let promise = Promise {
            response: target,
            resolution: target,
            update: target,
            next_reply: target,
            pause_stops_response: true,
            pause_stops_resolution: true,
            pause_stops_update: true,
            pause_stops_next_reply: true,
            close_stops_response: true,
            pin_at_start: false,
        };
        Cover { calendar: Calendar::always(chrono_tz::Tz::UTC), promise }
    }

    fn at(minute: i64) -> Instant {
        Instant::from_seconds(minute * 60)
    }

    fn event(minute: i64, act: Act) -> Event {
        Event { at: at(minute), act }
    }

    fn opened() -> Event {
        event(0, Act::Opened(Opener::Customer))
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            Just(Act::CustomerMessage),
            Just(Act::Responded),
            Just(Act::Replied),
            Just(Act::Paused),
            Just(Act::Resumed),
            Just(Act::Closed),
            Just(Act::Reopened),
            (1_i64..200).prop_map(|minutes| Act::Covered(Some(Box::new(cover(minutes))))),
            Just(Act::Covered(None)),
        ]
    }

    proptest! {
        #[test]
        fn neither_order_nor_repetition_changes_a_clock(
            acts in vec(act(), 0..12),
            shuffle in any::<prop::sample::Index>(),
            repeat in any::<prop::sample::Index>(),
            now in 0_i64..140,
        ) {
            let mut events = vec![opened()];
            events.extend((1..).zip(acts).map(|(step, act)| event(step * 10, act)));
            let straight = read(&cover(30), &events, at(now));
            let again = events[repeat.index(events.len())].clone();
            events.push(again);
            let turn = shuffle.index(events.len());
            events.rotate_left(turn);
            events.reverse();
            prop_assert_eq!(read(&cover(30), &events, at(now)), straight);
        }

        #[test]
        fn what_happens_later_does_not_change_what_is_read_now(acts in vec(act(), 0..12), now in 0_i64..140) {
            let mut events = vec![opened()];
            events.extend((1..).zip(acts).map(|(step, act)| event(step * 10, act)));
            let all = read(&cover(30), &events, at(now));
            events.retain(|event| event.at <= at(now));
            prop_assert_eq!(read(&cover(30), &events, at(now)), all);
        }
    }

    #[test]
    fn closing_without_a_response_ends_the_response_clock() {
        let events = [opened(), event(20, Act::Closed), event(50, Act::Responded)];
        let clocks = read(&cover(30), &events, at(60));
        assert_eq!(clocks.response.unwrap().elapsed, Span::from_minutes(20));
        let mut keeps = cover(30);
        keeps.promise.close_stops_response = false;
        let response = read(&keeps, &events, at(60)).response.unwrap();
        assert_eq!((response.elapsed, response.late), (Span::from_minutes(50), true));
    }

    #[test]
    fn a_reopened_item_resumes_its_clocks_and_closed_time_does_not_count() {
        let mut events = vec![opened(), event(10, Act::Closed)];
        let closed = read(&cover(30), &events, at(100));
        assert_eq!(closed.status(), Status::Fulfilled);
        events.push(event(100, Act::Reopened));
        let clocks = read(&cover(30), &events, at(105));
        let resolution = clocks.resolution.unwrap();
        assert_eq!((resolution.elapsed, resolution.due), (Span::from_minutes(15), Some(at(120))));
        assert_eq!(clocks.response.unwrap().due, Some(at(120)));
    }

    #[test]
    fn a_change_of_promise_counts_from_the_start_unless_pinned() {
        let events = [opened(), event(10, Act::Covered(Some(Box::new(cover(90)))))];
        assert_eq!(read(&cover(30), &events, at(10)).resolution.unwrap().due, Some(at(90)));
        let mut pinned = cover(30);
        pinned.promise.pin_at_start = true;
        assert_eq!(read(&pinned, &events, at(10)).resolution.unwrap().due, Some(at(30)));
        let dropped = [opened(), event(10, Act::Covered(None))];
        assert_eq!(read(&cover(30), &dropped, at(40)).status(), Status::NotCovered);
    }

    #[test]
    fn nobody_waits_for_a_response_to_what_the_provider_opened() {
        let clocks = read(&cover(30), &[event(0, Act::Opened(Opener::Provider))], at(40));
        assert!(clocks.response.is_none() && clocks.resolution.unwrap().late);
    }

    #[test]
    fn a_closed_item_has_no_reply_due() {
        let events = [opened(), event(5, Act::CustomerMessage), event(10, Act::Closed)];
        assert_eq!(read(&cover(30), &events, at(20)).next_reply.unwrap().due(), None);
        let open = read(&cover(30), &events, at(9)).next_reply.unwrap();
        assert_eq!(open.due(), Some(at(35)));
    }

    #[test]
    fn the_status_names_the_next_thing_due() {
        let mut without_cadence = cover(30);
        without_cadence.promise.update = None;
        let status = |events: &[Event], now| read(&without_cadence, events, at(now)).status();
        let mut events = vec![opened()];
        assert_eq!(status(&events, 5), Status::ResponseDue);
        events.push(event(6, Act::Responded));
        assert_eq!(status(&events, 7), Status::ResolutionDue);
        events.push(event(8, Act::Paused));
        assert_eq!(status(&events, 90), Status::Paused);
        events.push(event(95, Act::Resumed));
        assert_eq!(status(&events, 200), Status::Failed);
    }

    #[test]
    fn a_promise_applies_when_every_condition_is_met() {
        let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let facts = map(&[("team", "a"), ("stage", "b")]);
        assert!(applies(&map(&[]), &facts) && applies(&map(&[("team", "a")]), &facts));
        assert!(!applies(&map(&[("team", "b")]), &facts) && !applies(&map(&[("tag", "a")]), &facts));
    }
}
