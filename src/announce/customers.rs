//! What a customer is told of an incident: only once it is published to them, only on the platforms their
//! data may go to, and only what their own view holds.

use super::storm::Reader;
use super::view::{clock_view, customer_view_with};
use super::{Composing, Letter, Scene, card_key, history};
use crate::core::doc::Doc;
use crate::core::event::{Act, AgreementId};
use crate::core::incident::Deed;
use crate::core::notice::history::{self as lines, Happening, What};
use crate::core::notice::view::CustomerView;
use crate::core::notice::{customer, resolved};
use crate::core::time::Instant;
use crate::store::outbox::Urgency;

impl Composing<'_> {
    pub(super) fn customers(&mut self, agreement: &AgreementId, letter: &Letter, doc: &Doc) {
        for (address, binding) in self.directory.customer(agreement) {
            self.out.posts.push(letter.to(address, binding, doc));
        }
    }

    /// The agreements whose customers may see the incident.
    pub(super) fn published(&self, scene: &Scene<'_>) -> Vec<AgreementId> {
        let covering = scene.covering.iter().map(|(agreement, _)| *agreement);
        covering
            .filter(|agreement| self.state.told(scene.number).is_published(scene.number, agreement))
            .cloned()
            .collect()
    }

    fn customer_sees(&self, scene: &Scene<'_>, agreement: &AgreementId) -> Option<CustomerView> {
        customer_view_with(self.state, scene.incident, agreement, &self.figures, self.now)
    }

    pub(super) fn customers_cards(&mut self, scene: &Scene<'_>) {
        for agreement in self.published(scene) {
            if self.is_crowded(scene, &Reader::Customer(agreement.clone())) {
                continue;
            }
            let Some(view) = self.customer_sees(scene, &agreement) else { continue };
            let new = scene.has(|kind| {
                matches!(kind, crate::core::decide::NoticeKind::Published { agreement: whom, .. } if *whom == agreement)
            });
            let urgency = if new { Urgency::Opened } else { Urgency::Rest };
            let letter = Letter::post(card_key(scene.number, Some(&agreement)), "card", urgency);
            self.put_customer_cards(&agreement, &letter, &customer::card(&view));
        }
    }

    pub(super) fn put_customer_cards(&mut self, agreement: &AgreementId, letter: &Letter, doc: &Doc) {
        for (address, binding) in self.directory.customer(agreement) {
            self.out.cards.push(letter.to(address, binding, doc));
        }
    }

    fn line(&mut self, scene: &Scene<'_>, agreement: &AgreementId, key: String, happening: &Happening) {
        let Some(doc) = lines::customer(happening, self.now) else { return };
        self.customers(agreement, &Letter::under(key, "history", scene, Some(agreement)), &doc);
    }

    pub(super) fn deed_for_customers(&mut self, scene: &Scene<'_>, deed: &Deed) {
        // A resolution and a reopening have messages of their own.
        if matches!(deed.act, Act::Resolved { .. } | Act::Reopened { .. } | Act::Opened { .. }) {
            return;
        }
        let Some(happening) = history::happening(self.state, scene.incident, deed) else { return };
        for agreement in self.published(scene) {
            if deed.act.agreement().is_none_or(|whom| *whom == agreement) {
                self.line(scene, &agreement, scene.key(format_args!("deed/{}", deed.id)), &happening);
            }
        }
    }

    /// A broken promise is told, not only shown on a card that changes in silence.
    pub(super) fn late_for_customer(
        &mut self,
        scene: &Scene<'_>,
        agreement: &AgreementId,
        objective: &str,
        lap: Instant,
    ) {
        let published = self.state.told(scene.number).is_published(scene.number, agreement);
        let whose = scene.covering.iter().find(|(known, _)| *known == agreement);
        let Some((_, version)) = whose.filter(|_| published && scene.incident.is_open()) else { return };
        let clocks = self.state.case(scene.incident, version, self.now).clocks();
        let Some(clock) = clocks.iter().find(|clock| clock.objective == objective) else { return };
        let name = version.terms.customer.clone();
        let at = clock_view(clock, version).late_since.unwrap_or(self.now);
        let happening = Happening { at, what: What::Late { clock: clock.kind, customer: name } };
        let key = scene.key(format_args!("{agreement}/{objective}/late/{}", lap.micros()));
        self.line(scene, agreement, key, &happening);
    }

    pub(super) fn resolved_for_customers(&mut self, scene: &Scene<'_>) {
        let Some((at, _)) = scene.incident.closed() else { return };
        let key = scene.key(format_args!("resolved/{}/{}", at.micros(), self.now.micros()));
        for agreement in self.published(scene) {
            let Some(view) = self.customer_sees(scene, &agreement) else { continue };
            let letter = Letter::under(key.clone(), "resolved", scene, Some(&agreement));
            self.customers(&agreement, &letter, &resolved::customer(&view, at));
        }
    }

    /// The card of a number that turned out to be another incident says so.
    pub(super) fn merged_for_customers(&mut self, scene: &Scene<'_>) {
        let Some(into) = scene.incident.number() else { return };
        let happening = Happening { at: self.now, what: What::Merged { into } };
        let Some(doc) = lines::customer(&happening, self.now) else { return };
        let doc = Doc { reference: Some(scene.number.to_string()), ..doc };
        for agreement in self.published(scene) {
            let letter = Letter::post(card_key(scene.number, Some(&agreement)), "card", Urgency::Rest);
            self.put_customer_cards(&agreement, &letter, &doc);
        }
    }
}
