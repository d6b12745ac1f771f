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
