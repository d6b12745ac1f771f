//! From deliveries to events: what a monitor's word changes goes into the journal; what it only repeats is
//! remembered, and journalled before the lack of it could change a number.

use std::collections::BTreeMap;

use crate::core::agreement::{Routed, ServiceBook};
use crate::core::event::{Event, IntegrationId, Signal, SignalStatus};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::core::watch::{Firing, SignalId};

/// Signs of life are journalled at least this often, as long as there are any.
const HEARD_AT_LEAST: Span = Span::from_minutes(1);

/// What was heard and is not in the journal yet.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    heard: BTreeMap<IntegrationId, (Instant, bool)>,
    confirmed: BTreeMap<SignalId, Instant>,
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
                place_by_key(state, integration, &mut signal);
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
        let Some(routed) = book.route(integration, signal.severity, &signal.labels) else {
            let known = state.ledger.knows_unrouted(integration, signal.name());
            return if known || signal.status != SignalStatus::Firing {
                Weighed::Nothing
            } else {
                Weighed::New(signal)
            };
        };
        let id = SignalId { integration: integration.clone(), key: signal.key.clone() };
        let open = state.watch(&routed.service).and_then(|watch| watch.open_episode(&id));
        match signal.status {
            SignalStatus::Firing => self.firing(state, id, open, received, signal, &routed),
            SignalStatus::Resolved => resolved(state, id, open, received, signal, &routed),
            SignalStatus::Ack | SignalStatus::Info => Weighed::Nothing,
        }
    }

    fn firing(
        &mut self,
        state: &State,
        id: SignalId,
        open: Option<&Firing>,
        received: Instant,
        mut signal: Signal,
        routed: &Routed,
    ) -> Weighed {
        let started = signal.started.or_else(|| open.map(|firing| firing.said_start)).unwrap_or(received);
        signal.started = Some(started);
        let episode = (id.clone(), started);
        let Some(watch) = state.watch(&routed.service) else { return Weighed::New(signal) };
        if watch.would_change(&episode, routed) {
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
        self.confirmed.insert(id, received);
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
            let silent_from = state.alive(integration).and_then(super::state::Alive::silent_from);
            let due = all || silent_from.is_none_or(|silent| silent - HEARD_AT_LEAST <= now);
            if due {
                events.push(Event::Heard {
                    integration: integration.clone(),
                    at: *at,
                    heartbeat: *heartbeat,
                });
            }
            !due
        });
        let mut keys: BTreeMap<(IntegrationId, Instant), Vec<String>> = BTreeMap::new();
        self.confirmed.retain(|id, at| {
            let Some(firing) = state.open_episode(id) else { return false };
            let due = all || firing.stale_from() - firing.ttl.scaled(1, 4) <= now;
            if due {
                keys.entry((id.integration.clone(), *at)).or_default().push(id.key.clone());
            }
            !due
        });
        events.extend(keys.into_iter().map(|((integration, at), keys)| Event::Confirmed {
            integration,
            at,
            keys,
        }));
        events
    }
}

/// A resolve that gives only its key belongs where the signal was opened.
fn place_by_key(state: &State, integration: &IntegrationId, signal: &mut Signal) {
    let id = SignalId { integration: integration.clone(), key: signal.key.clone() };
    if let Some(open) = state.open_episode(&id) {
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
    id: SignalId,
    open: Option<&Firing>,
    received: Instant,
    mut signal: Signal,
    routed: &Routed,
) -> Weighed {
    let Some(started) = signal.started.or_else(|| open.map(|firing| firing.said_start)) else {
        // The end of something that was never heard of, without a beginning: nothing is known of it.
        return Weighed::Nothing;
    };
    // An end that precedes the open episode's beginning belongs to nothing that is known.
    if signal.ended.is_some_and(|ended| ended < started) {
        return Weighed::Nothing;
    }
    signal.started = Some(started);
    let end = signal.ended.unwrap_or(received).min(received);
    match state.watch(&routed.service) {
        Some(watch) if !watch.would_end(&(id, started), end) => Weighed::Nothing,
        _ => Weighed::New(signal),
    }
}
