//! Promises as the case files write them, held against the core's life of an item and its clocks.

use std::collections::BTreeMap;

use upheld::core::calendar::Calendar;
use upheld::core::life::{Happened, Life, Opener};
use upheld::core::stopwatch::{Exchanges, Reading, Stopwatch, Target, cadence, exchanges};
use upheld::core::time::Instant;

/// What is promised for an item, and what stops or pauses its clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    pub calendar: Calendar,
    pub promise: Promise,
}

/// Something that happened to an item, or to its promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Item(Happened),
    /// Another priority or version. It holds from the start of the item; `None`: no promise covers it any more.
    Covered(Option<Box<Cover>>),
}

/// An act and its effective time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: Instant,
    pub act: Act,
}

/// What an item's clocks say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// What happened to the item itself.
pub fn life(events: &[Event], now: Instant) -> Life {
    let happened = events.iter().filter_map(|event| match event.act {
        Act::Item(happened) => Some((event.at, happened)),
        Act::Covered(_) => None,
    });
    Life::read(&happened.collect::<Vec<_>>(), now)
}

/// The cover that holds at `now`: the latest change, unless the first one is pinned.
pub fn cover_at<'a>(first: &'a Cover, events: &'a [Event], now: Instant) -> Option<&'a Cover> {
    if first.promise.pin_at_start {
        return Some(first);
    }
    let mut known: Vec<&Event> = events.iter().filter(|event| event.at <= now).collect();
    known.sort_by_key(|event| event.at);
    let changes = known.into_iter().rev().find_map(|event| match &event.act {
        Act::Covered(cover) => Some(cover.as_deref()),
        Act::Item(_) => None,
    });
    changes.unwrap_or(Some(first))
}

impl Cover {
    pub fn response<'a>(&'a self, life: &'a Life) -> Option<Stopwatch<'a>> {
        let course = life.response(self.promise.close_stops_response)?;
        Some(course.watch(&self.calendar, self.promise.response?, self.promise.pause_stops_response))
    }

    pub fn resolution<'a>(&'a self, life: &'a Life) -> Option<Stopwatch<'a>> {
        let target = self.promise.resolution?;
        Some(life.open()?.watch(&self.calendar, target, self.promise.pause_stops_resolution))
    }

    fn update<'a>(&'a self, life: &'a Life) -> Option<Stopwatch<'a>> {
        let target = self.promise.update?;
        Some(life.open()?.watch(&self.calendar, target, self.promise.pause_stops_update))
    }

    fn next_reply<'a>(&'a self, life: &'a Life) -> Option<Stopwatch<'a>> {
        let target = self.promise.next_reply?;
        Some(life.exchange()?.watch(&self.calendar, target, self.promise.pause_stops_next_reply))
    }
}

/// The clocks of an item at `now`, each measured from the item's start by the cover that holds at `now`.
pub fn read(first: &Cover, events: &[Event], now: Instant) -> Clocks {
    let life = life(events, now);
    let Some(cover) = cover_at(first, events, now) else { return Clocks::default() };
    // In the cases a response is an answer that the customer reads.
    let updates: Vec<Instant> = life.responded.into_iter().chain(life.replies()).collect();
    Clocks {
        response: cover.response(&life).map(|watch| watch.read(now)),
        resolution: cover.resolution(&life).map(|watch| watch.read(now)),
        update: cover.update(&life).map(|watch| cadence(&watch, &updates, now)),
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
    use upheld::core::time::Span;

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
        event(0, Act::Item(Happened::Opened(Opener::Customer)))
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            Just(Act::Item(Happened::CustomerMessage)),
            Just(Act::Item(Happened::Responded)),
            Just(Act::Item(Happened::Replied)),
            Just(Act::Item(Happened::Paused)),
            Just(Act::Item(Happened::Resumed)),
            Just(Act::Item(Happened::Closed)),
            Just(Act::Item(Happened::Reopened)),
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
        let events =
            [opened(), event(20, Act::Item(Happened::Closed)), event(50, Act::Item(Happened::Responded))];
        let clocks = read(&cover(30), &events, at(60));
        assert_eq!(clocks.response.unwrap().elapsed, Span::from_minutes(20));
        let mut keeps = cover(30);
        keeps.promise.close_stops_response = false;
        let response = read(&keeps, &events, at(60)).response.unwrap();
        assert_eq!((response.elapsed, response.late), (Span::from_minutes(50), true));
    }

    #[test]
    fn a_reopened_item_resumes_its_clocks_and_closed_time_does_not_count() {
        let mut events = vec![opened(), event(10, Act::Item(Happened::Closed))];
        let closed = read(&cover(30), &events, at(100));
        assert_eq!(closed.status(), Status::Fulfilled);
        events.push(event(100, Act::Item(Happened::Reopened)));
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
        let clocks = read(&cover(30), &[event(0, Act::Item(Happened::Opened(Opener::Provider)))], at(40));
        assert!(clocks.response.is_none() && clocks.resolution.unwrap().late);
    }

    #[test]
    fn a_closed_item_has_no_reply_due() {
        let events = [
            opened(),
            event(5, Act::Item(Happened::CustomerMessage)),
            event(10, Act::Item(Happened::Closed)),
        ];
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
        events.push(event(6, Act::Item(Happened::Responded)));
        assert_eq!(status(&events, 7), Status::ResolutionDue);
        events.push(event(8, Act::Item(Happened::Paused)));
        assert_eq!(status(&events, 90), Status::Paused);
        events.push(event(95, Act::Item(Happened::Resumed)));
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
