//! From deliveries to events: what a monitor's word changes goes into the journal; what it only repeats is
//! remembered, and journalled before the lack of it could change a number.

use std::collections::BTreeMap;

use crate::core::agreement::{Routed, ServiceBook};
use crate::core::event::{Event, IntegrationId, Signal, SignalStatus};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::core::watch::{Episode, SignalId};

/// Signs of life are journalled at least this often, as long as there are any.
const HEARD_AT_LEAST: Span = Span::from_minutes(1);
/// A word that something fires which was said to be over is a late duplicate for so long after that was said;
/// then it fires again, although its monitor names the old beginning.
const FIRES_AGAIN_AFTER: Span = Span::from_minutes(10);

/// What was heard and is not in the journal yet.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    heard: BTreeMap<IntegrationId, (Instant, bool)>,
    confirmed: BTreeMap<SignalId, Repeat>,
    /// None of `confirmed` is due earlier, so that a step need not look at thousands of them.
    first_due: Option<Instant>,
}

/// The last time that a signal was repeated.
#[derive(Clone, Debug)]
struct Repeat {
    at: Instant,
    /// Not to be journalled before; words journalled since may have put it off.
    due: Instant,
}

/// When the journal must hear that a signal still fires.
fn due(firing: &Episode) -> Instant {
    firing.stale_from() - firing.ttl.scaled(1, 4)
}

impl Intake {
    /// The events of one delivery, in order.
    pub fn take(
        &mut self,
        state: &State,
        integration: &IntegrationId,
        received: Instant,
        signals: Vec<Signal>,
    ) -> Vec<Event> {
        let Some(book) = state.book_at(received) else { return Vec::new() };
        let mut heartbeat = false;
        let mut changed = Vec::new();
        let mut confirmed = Vec::new();
        for mut signal in signals {
            if signal.status == SignalStatus::Resolved {
                place_by_key(state, integration, &changed, &mut signal);
            }
            if book.is_heartbeat(integration, &signal.labels) {
                heartbeat |= signal.status == SignalStatus::Firing;
                continue;
            }
            match self.weigh(state, &book, integration, received, signal) {
                Weighed::New(signal) => changed.push(signal),
                Weighed::Confirmation(key) => confirmed.push(key),
                Weighed::Nothing => {}
            }
        }
        let mut events = Vec::new();
        events.extend(self.life(state, integration, received, heartbeat));
        if !confirmed.is_empty() {
            events.push(Event::Confirmed { integration: integration.clone(), at: received, keys: confirmed });
        }
        if !changed.is_empty() {
            events.push(Event::Signals { integration: integration.clone(), received, signals: changed });
        }
        events
    }

    fn weigh(
        &mut self,
        state: &State,
        book: &ServiceBook,
        integration: &IntegrationId,
        received: Instant,
        signal: Signal,
    ) -> Weighed {
        let routed = book.route(integration, signal.severity, &signal.labels);
        let id = SignalId { integration: integration.clone(), key: signal.key.clone() };
        let open = state.open_episode(&id);
        match (signal.status, routed) {
            (SignalStatus::Firing, Some(routed)) => self.firing(state, id, open, received, signal, &routed),
            // It is over for the service it belonged to, and told once.
            (SignalStatus::Firing, None) => {
                let known = state.ledger.knows_unrouted(integration, signal.name());
                let started = signal.started.or_else(|| open.map(|open| open.said_start)).unwrap_or(received);
                if open.is_none() && known {
                    Weighed::Nothing
                } else {
                    Weighed::New(Signal { started: Some(started), ..signal })
                }
            }
            (SignalStatus::Resolved, routed) => resolved(state, &id, open, received, signal, routed.as_ref()),
            (SignalStatus::Ack | SignalStatus::Info, _) => Weighed::Nothing,
        }
    }

    fn firing(
        &mut self,
        state: &State,
        id: SignalId,
        open: Option<&Episode>,
        received: Instant,
        mut signal: Signal,
        routed: &Routed,
    ) -> Weighed {
        let mut started = signal.started.or_else(|| open.map(|open| open.said_start)).unwrap_or(received);
        let watch = state.watch(&routed.service);
        let known = watch.and_then(|watch| watch.episode(&(id.clone(), started)));
        if let Some(over) = known.filter(|known| known.end().is_some()) {
            started = match open {
                Some(open) => open.said_start,
                None if received > over.last_word() + FIRES_AGAIN_AFTER => received,
                None => return Weighed::Nothing,
            };
        }
        signal.started = Some(started);
        let episode = (id.clone(), started);
        if watch.is_none_or(|watch| watch.would_change(&episode, routed)) {
            return Weighed::New(signal);
        }
        let Some(firing) = open else { return Weighed::Nothing };
        // A monitor that still speaks after a person resolved reopens the incident: that cannot wait.
        let after_resolve =
            state.last_resolve(&routed.service).is_some_and(|at| firing.confirmed <= at && received > at);
        if after_resolve || received >= firing.confirmed + firing.ttl.scaled(1, 4) {
            self.confirmed.remove(&id);
            return Weighed::Confirmation(signal.key);
        }
        let repeat = Repeat { at: received, due: due(firing) };
        self.first_due = Some(self.first_due.map_or(repeat.due, |first| first.min(repeat.due)));
        self.confirmed.insert(id, repeat);
        Weighed::Nothing
    }

    fn life(
        &mut self,
        state: &State,
        integration: &IntegrationId,
        received: Instant,
        heartbeat: bool,
    ) -> Option<Event> {
        let journalled = state.alive(integration).and_then(|alive| alive.last);
        let needs_heartbeat = state.needs_heartbeat(integration);
        if needs_heartbeat && !heartbeat {
            return None;
        }
        let pause = state.silence_after(integration).scaled(1, 4).min(HEARD_AT_LEAST);
        if journalled.is_some_and(|last| received < last + pause) {
            self.heard.insert(integration.clone(), (received, heartbeat));
            return None;
        }
        self.heard.remove(integration);
        Some(Event::Heard { integration: integration.clone(), at: received, heartbeat })
    }

    /// What must be journalled at `now`, because something would expire without it; at shutdown, all.
    pub fn flush(&mut self, state: &State, now: Instant, all: bool) -> Vec<Event> {
        let mut events = Vec::new();
        self.heard.retain(|integration, (at, heartbeat)| {
            let expires = match state.silent_from(integration) {
                Some(silent) => silent - HEARD_AT_LEAST <= now,
                // Never heard of before, or its silence says nothing.
                None => state.alive(integration).is_none(),
            };
            let due = all || expires;
            if due {
                events.push(Event::Heard {
                    integration: integration.clone(),
                    at: *at,
                    heartbeat: *heartbeat,
                });
            }
            !due
        });
        events.extend(self.flush_confirmed(state, now, all));
        events
    }

    fn flush_confirmed(&mut self, state: &State, now: Instant, all: bool) -> Vec<Event> {
        if !all && self.first_due.is_none_or(|first| first > now) {
            return Vec::new();
        }
        let mut keys: BTreeMap<(IntegrationId, Instant), Vec<String>> = BTreeMap::new();
        self.confirmed.retain(|id, repeat| {
            if repeat.due > now && !all {
                return true;
            }
            let Some(firing) = state.open_episode(id) else { return false };
            repeat.due = due(firing);
            if repeat.due > now && !all {
                return true;
            }
            keys.entry((id.integration.clone(), repeat.at)).or_default().push(id.key.clone());
            false
        });
        self.first_due = self.confirmed.values().map(|repeat| repeat.due).min();
        let confirmed = |((integration, at), keys): ((_, _), _)| Event::Confirmed { integration, at, keys };
        keys.into_iter().map(confirmed).collect()
    }
}

/// A resolve that gives only its key belongs where the signal was opened, perhaps by the same delivery.
fn place_by_key(state: &State, integration: &IntegrationId, changed: &[Signal], signal: &mut Signal) {
    let id = SignalId { integration: integration.clone(), key: signal.key.clone() };
    let before = |other: &&Signal| other.key == signal.key && other.status == SignalStatus::Firing;
    if let Some(opened) = changed.iter().rev().find(before) {
        signal.started = signal.started.or(opened.started);
        signal.labels.clone_from(&opened.labels);
        signal.severity = opened.severity;
    } else if let Some(open) = state.open_episode(&id) {
        signal.labels.clone_from(&open.labels);
        signal.severity = open.severity;
    }
}

/// What one word of a monitor amounts to.
enum Weighed {
    New(Signal),
    /// It must be journalled that this key still fires.
    Confirmation(String),
    Nothing,
}

fn resolved(
    state: &State,
    id: &SignalId,
    open: Option<&Episode>,
    received: Instant,
    signal: Signal,
    routed: Option<&Routed>,
) -> Weighed {
    let Some(mut started) = signal.started.or_else(|| open.map(|open| open.said_start)) else {
        // The end of something that was never heard of, without a beginning: nothing is known of it.
        return Weighed::Nothing;
    };
    // An end that precedes the beginning belongs to nothing that is known.
    if signal.ended.is_some_and(|ended| ended < started) || (open.is_none() && routed.is_none()) {
        return Weighed::Nothing;
    }
    let end = signal.ended.unwrap_or(received).min(received);
    let watch = state.home(id).or_else(|| state.watch(&routed?.service));
    let known = watch.and_then(|watch| watch.episode(&(id.clone(), started)));
    if let Some(over) = known.and_then(Episode::end) {
        match open {
            // It fired again under its old beginning, and this ends that.
            Some(open) if open.said_start > started && open.said_start <= end => started = open.said_start,
            _ if signal.ended.is_none() || end <= over => return Weighed::Nothing,
            _ => {}
        }
    }
    Weighed::New(Signal { started: Some(started), ..signal })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{Journal, at, signal};

    fn repeats(intake: &mut Intake, journal: &Journal, minute: i64, key: &str) {
        let word = signal(key, SignalStatus::Firing, at(0), None);
        let events = intake.take(&journal.state, &"am".into(), at(minute), vec![word]);
        assert!(confirmed(&events).is_empty(), "{events:?}");
    }

    fn confirmed(events: &[Event]) -> Vec<(Instant, Vec<String>)> {
        let confirmed = events.iter().filter_map(|event| match event {
            Event::Confirmed { at, keys, .. } => Some((*at, keys.clone())),
            _ => None,
        });
        confirmed.collect()
    }

    fn flushed(intake: &mut Intake, journal: &Journal, minute: i64) -> Vec<(Instant, Vec<String>)> {
        confirmed(&intake.flush(&journal.state, at(minute), false))
    }

    #[test]
    fn a_repeat_is_journalled_once_and_before_the_lack_of_it_would_count() {
        let (mut journal, mut intake) = (Journal::new(), Intake::default());
        journal.fires(0, "open");
        journal.fires(0, "over");
        repeats(&mut intake, &journal, 60, "open");
        repeats(&mut intake, &journal, 61, "over");
        journal.ends(70, "over", 0);
        assert!(flushed(&mut intake, &journal, 359).is_empty());
        assert_eq!(flushed(&mut intake, &journal, 360), [(at(60), vec!["open".to_owned()])]);
        assert!(flushed(&mut intake, &journal, 361).is_empty());
        assert!(intake.confirmed.is_empty() && intake.first_due.is_none());
    }

    #[test]
    fn what_the_journal_heard_since_puts_a_repeat_off_and_the_end_of_the_program_does_not() {
        let (mut journal, mut intake) = (Journal::new(), Intake::default());
        journal.fires(0, "a");
        repeats(&mut intake, &journal, 60, "a");
        let keys = vec!["a".to_owned()];
        let heard = Event::Confirmed { integration: "am".into(), at: at(120), keys: keys.clone() };
        journal.append(at(120), "confirmed", heard);
        assert!(flushed(&mut intake, &journal, 360).is_empty());
        assert!(flushed(&mut intake, &journal, 479).is_empty());
        assert_eq!(confirmed(&intake.flush(&journal.state, at(400), true)), [(at(60), keys)]);
    }
}
