//! What the operators hear of the monitors themselves: silence, strange deliveries, signals without a home.

use super::{Composing, Letter};
use crate::core::decide::NoticeKind;
use crate::core::event::IntegrationId;
use crate::core::notice::monitor::{self, HeardAgain, Silent};
use crate::core::notice::stray::{self, Unrouted};
use crate::core::notice::view::Localized;
use crate::core::time::Instant;
use crate::store::outbox::Urgency;

impl Composing<'_> {
    pub(super) fn monitors(&mut self, kind: &NoticeKind) {
        match kind {
            NoticeKind::Silent { integration, since } => self.silent(integration, *since),
            NoticeKind::HeardAgain { integration, silent_since } => {
                let doc = monitor::heard_again(&HeardAgain {
                    integration: integration.to_string(),
                    silent_since: *silent_since,
                    at: self.now,
                    as_of: self.now,
                });
                let key = format!("heard/{integration}/{}", silent_since.micros());
                self.operators_everywhere(&Letter::post(key, "heard", Urgency::Rest), &doc);
            }
            NoticeKind::Unrouted { integration, name, labels, more } => {
                let doc = stray::unrouted(&Unrouted {
                    integration: integration.to_string(),
                    name: name.clone(),
                    labels: labels.clone(),
                    more: *more,
                    as_of: self.now,
                });
                let letter =
                    Letter::post(format!("unrouted/{integration}/{name}"), "unrouted", Urgency::Rest);
                self.operators_everywhere(&letter, &doc);
            }
            _ => {}
        }
    }

    fn silent(&mut self, integration: &IntegrationId, since: Instant) {
        let expected = self.state.silence_after(integration);
        let doc = monitor::silent(&Silent {
            integration: integration.to_string(),
            since: since - expected,
            expected_within: expected,
            services: self.watched_alone(integration),
            as_of: self.now,
        });
        let key = format!("silent/{integration}/{}", since.micros());
        self.operators_everywhere(&Letter::post(key, "silent", Urgency::Wake), &doc);
    }

    /// The services of which nothing is known while this integration is silent.
    fn watched_alone(&self, integration: &IntegrationId) -> Vec<Localized> {
        let Some(book) = self.state.book() else { return Vec::new() };
        let alive =
            |other: &IntegrationId| other != integration && self.state.spans(other).contains(self.now);
        let blind = book.services.values().filter(|service| {
            service.observed_by.contains(integration) && !service.observed_by.iter().any(alive)
        });
        blind.map(|service| service.name.clone()).collect()
    }
}
