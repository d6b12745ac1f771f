//! What the operators are told of an incident. Their channels may be on platforms to which a customer's data
//! may not go; there they read what concerns the others, or nothing.

use std::collections::BTreeSet;

use super::view::{Covering, clock_view, incident_view_under, service_name};
use super::{Composing, Docs, Letter, Scene, card_key, history};
use crate::chat::Platform;
use crate::core::decide::{Passed, Verdicts};
use crate::core::doc::Doc;
use crate::core::event::{Act, AgreementId};
use crate::core::incident::Deed;
use crate::core::notice::corrected::{Change, Corrected, corrected};
use crate::core::notice::history::{self as lines, Happening, What};
use crate::core::notice::view::ClockView;
use crate::core::notice::{card, resolved};
use crate::store::outbox::Urgency;

use super::storm::Reader;

impl Composing<'_> {
    /// The platforms where operators read.
    pub(super) fn platforms(&self) -> BTreeSet<Platform> {
        self.directory.operators().map(|(address, _)| address.platform).collect()
    }

    /// What operators read of an incident on each platform, made from the agreements they may know of there.
    pub(super) fn docs(&self, scene: &Scene<'_>, make: impl Fn(&[Covering<'_>]) -> Option<Doc>) -> Docs {
        let mut docs = Docs::new();
        for platform in self.platforms() {
            let known = scene.covering.iter().copied();
            let known: Vec<Covering<'_>> =
                known.filter(|(agreement, _)| self.directory.may_leave(agreement, platform)).collect();
            if !known.is_empty() || scene.covering.is_empty() {
                docs.extend(make(&known).map(|doc| (platform, doc)));
            }
        }
        docs
    }

    /// What concerns one agreement, wherever its data may go.
    pub(super) fn docs_of(&self, agreement: &AgreementId, doc: &Doc) -> Docs {
        let allowed = self.platforms().into_iter();
        let allowed = allowed.filter(|platform| self.directory.may_leave(agreement, *platform));
        allowed.map(|platform| (platform, doc.clone())).collect()
    }

    pub(super) fn operators(&mut self, letter: &Letter, docs: &Docs) {
        for (address, binding) in self.directory.operators() {
            if let Some(doc) = docs.get(&address.platform) {
                self.out.posts.push(letter.to(address, binding, doc));
            }
        }
    }

    /// What names no customer.
    pub(super) fn operators_everywhere(&mut self, letter: &Letter, doc: &Doc) {
        for (address, binding) in self.directory.operators() {
            self.out.posts.push(letter.to(address, binding, doc));
        }
    }

    pub(super) fn put_cards(&mut self, letter: &Letter, docs: &Docs) {
        for (address, binding) in self.directory.operators() {
            if let Some(doc) = docs.get(&address.platform) {
                self.out.cards.push(letter.to(address, binding, doc));
            }
        }
    }

    pub(super) fn operators_cards(&mut self, scene: &Scene<'_>) {
        let crowded: BTreeSet<Platform> = self
            .platforms()
            .into_iter()
            .filter(|platform| self.is_crowded(scene, &Reader::Operators(*platform)))
            .collect();
        let mut docs = self.docs(scene, |covering| {
            let view = incident_view_under(
                self.state,
                self.directory,
                scene.incident,
                covering,
                &self.figures,
                self.now,
            );
            view.map(|view| card::card(&view))
        });
        docs.retain(|platform, _| !crowded.contains(platform));
        let urgency = if scene.opened() { Urgency::Opened } else { Urgency::Rest };
        self.put_cards(&Letter::post(card_key(scene.number, None), "card", urgency), &docs);
    }

    /// A line under the card for what somebody did.
    pub(super) fn deed_for_operators(&mut self, scene: &Scene<'_>, deed: &Deed) {
        // The card itself says how it opened.
        if scene.opened() && matches!(deed.act, Act::Opened { .. } | Act::Reported { .. }) {
            return;
        }
        let Some(happening) = history::happening(self.state, scene.incident, deed) else { return };
        let doc = lines::operators(&happening, self.now);
        let mut docs = self.docs(scene, |_| Some(doc.clone()));
        if let Some(agreement) = deed.act.agreement() {
            docs.retain(|platform, _| self.directory.may_leave(agreement, *platform));
        }
        let key = scene.key(format_args!("deed/{}", deed.id));
        let mut letter = Letter::under(key, "history", scene, None);
        if matches!(deed.act, Act::Said { .. } | Act::Reported { .. }) {
            letter.urgency = Urgency::Wake;
        }
        self.operators(&letter, &docs);
    }

    /// A line under the card for what the agreement itself lets the customer see.
    pub(super) fn shown_for_operators(&mut self, scene: &Scene<'_>, agreement: &AgreementId) {
        let passages = self.state.told(scene.number).passages(scene.number).iter();
        let mut own = passages.filter(|passage| passage.agreement == *agreement);
        let by_policy = own.any(|passage| passage.what == Passed::Published);
        // When it opens, the card says what the customer knows.
        if !by_policy || scene.opened() {
            return;
        }
        let what = What::Shown { customer: scene.customer(agreement) };
        let docs = self.docs_of(agreement, &lines::operators(&Happening { at: self.now, what }, self.now));
        let key = scene.key(format_args!("{agreement}/shown"));
        self.operators(&Letter::under(key, "history", scene, None), &docs);
    }

    pub(super) fn resolved_for_operators(&mut self, scene: &Scene<'_>) {
        // In one step it may have been resolved and opened again; then there is nothing to sum up.
        let Some((at, _)) = scene.incident.closed() else { return };
        let docs = self.docs(scene, |covering| {
            let view = incident_view_under(
                self.state,
                self.directory,
                scene.incident,
                covering,
                &self.figures,
                self.now,
            );
            view.map(|view| resolved::operators(&view, at))
        });
        let key = scene.key(format_args!("resolved/{}/{}", at.micros(), self.now.micros()));
        self.operators(&Letter::under(key, "resolved", scene, None), &docs);
    }

    pub(super) fn corrected(&mut self, scene: &Scene<'_>, was: &Verdicts, is: &Verdicts) {
        let key = scene.key(format_args!("corrected/{}", self.now.micros()));
        let (number, now) = (scene.number, self.now);
        let service = service_name(self.state, &scene.incident.service);
        let correction = |customer: Option<String>, changes: Vec<Change>| {
            let view = Corrected { number, service: service.clone(), customer, changes, as_of: now };
            corrected(&view)
        };
        if scene.covering.is_empty() {
            let doc = correction(None, changes(None, was, is, |_| None));
            let letter = Letter::under(key, "corrected", scene, None);
            let docs = self.docs(scene, |_| Some(doc.clone()));
            self.operators(&letter, &docs);
            return;
        }
        for (agreement, version) in &scene.covering {
            let clocks = self.state.case(scene.incident, version, self.now).clocks();
            let changes = changes(Some(agreement), was, is, |objective| {
                let clock = clocks.iter().find(|clock| clock.objective == objective)?;
                Some(clock_view(clock, version))
            });
            if changes.is_empty() {
                continue;
            }
            let doc = correction(Some(version.terms.customer.clone()), changes.clone());
            let docs = self.docs_of(agreement, &doc);
            let key = format!("{key}/{agreement}");
            self.operators(&Letter::under(key.clone(), "corrected", scene, None), &docs);
            if self.state.told(scene.number).is_published(scene.number, agreement) {
                let letter = Letter::under(key, "corrected", scene, Some(agreement));
                self.customers(agreement, &letter, &correction(None, changes));
            }
        }
    }

    /// The card of a number that turned out to be another incident says so.
    pub(super) fn merged_for_operators(&mut self, scene: &Scene<'_>) {
        let Some(into) = scene.incident.number() else { return };
        let doc = lines::operators(&Happening { at: self.now, what: What::Merged { into } }, self.now);
        let doc = Doc { reference: Some(scene.number.to_string()), ..doc };
        let docs = self.docs(scene, |_| Some(doc.clone()));
        self.put_cards(&Letter::post(card_key(scene.number, None), "card", Urgency::Rest), &docs);
    }
}

/// What a correction says to the readers of one agreement; to those of none, the times alone.
fn changes(
    agreement: Option<&AgreementId>,
    was: &Verdicts,
    is: &Verdicts,
    view: impl Fn(&str) -> Option<ClockView>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    if let (Some(said), Some(is)) = (was.opened, is.opened)
        && said != is
    {
        changes.push(Change::Began { said, is });
    }
    match (was.resolved, is.resolved) {
        (Some(said), Some(is)) if said != is => changes.push(Change::Ended { said, is }),
        (Some(said), None) => changes.push(Change::NotOver { said }),
        _ => {}
    }
    for (whose, objective, late) in &is.late {
        let before = was.late.iter().find(|(other, name, _)| other == whose && name == objective);
        if Some(whose) == agreement && before.is_some_and(|(_, _, said)| said != late) {
            changes.extend(view(objective).map(|is| Change::Clock { said_late: !late, is }));
        }
    }
    changes
}
