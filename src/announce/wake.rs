//! The messages that ring: a clock at risk or late, the call to the next on the list, broken again, and the
//! news that people wish to be woken for. Too many in a minute are told as one.

use super::storm::{self, Ring};
use super::view::{Covering, clock_view, service_name};
use super::{Composing, Docs, Letter, Scene, card_key};
use crate::commands::spec::NotifyKind;
use crate::config::WakeOn;
use crate::core::agreement::ClockKind;
use crate::core::clocks::ClockState;
use crate::core::decide::NoticeKind;
use crate::core::event::{Act, AgreementId, PersonId};
use crate::core::incident::NoticedBy;
use crate::core::notice::clock::{self, ClockNotice};
use crate::core::notice::reopened::{self, Reopened, ReopenedBy, ReopenedForCustomer};
use crate::core::notice::roused::{News, Roused, Warned, roused, warned};
use crate::core::notice::view::{ClockView, by_urgency};
use crate::core::time::Instant;
use crate::store::outbox::Urgency;

/// A clock that is at risk or late, by the notice that says so.
struct Warning<'a> {
    agreement: &'a AgreementId,
    objective: &'a str,
    lap: Instant,
    late: bool,
}

/// Adds people, each once, in order.
fn join(people: &mut Vec<PersonId>, more: impl IntoIterator<Item = PersonId>) {
    for person in more {
        if !people.contains(&person) {
            people.push(person);
        }
    }
}

impl Composing<'_> {
    /// Everything about the incident that rings.
    pub(super) fn bells(&mut self, scene: &Scene<'_>) {
        if scene.opened() {
            let since = scene.incident.opened();
            self.rouse(scene, NotifyKind::Opened, "opened", &News::Opened { since });
        }
        // A call that falls due with the warning of the response clock is said in the same breath.
        let mut calls: Vec<(&AgreementId, u32)> = Vec::new();
        calls.extend(scene.kinds.iter().filter_map(|kind| match kind {
            NoticeKind::Call { agreement, step, .. } => Some((agreement, *step)),
            _ => None,
        }));
        for kind in scene.kinds {
            match kind {
                NoticeKind::AtRisk { agreement, objective, lap, .. } => {
                    let warning = Warning { agreement, objective, lap: *lap, late: false };
                    self.warning(scene, &warning, &mut calls);
                }
                NoticeKind::Late { agreement, objective, lap, .. } => {
                    let warning = Warning { agreement, objective, lap: *lap, late: true };
                    self.warning(scene, &warning, &mut calls);
                }
                NoticeKind::Done { deed, .. } => self.said(scene, deed),
                NoticeKind::Resolved { .. } => {
                    if let Some((at, _)) = scene.incident.closed() {
                        let name = format!("resolved/{}", self.now.micros());
                        self.rouse(scene, NotifyKind::Resolved, &name, &News::Resolved { at });
                    }
                }
                _ => {}
            }
        }
        for (agreement, step) in calls {
            self.call(scene, agreement, step);
        }
    }

    /// Sends a message that rings, or counts it where too many rang.
    fn ring(&mut self, letter: &Letter, what: Ring, call: &[PersonId], docs: &Docs) {
        for (address, binding) in self.directory.operators() {
            let Some(doc) = docs.get(&address.platform) else { continue };
            match self.bells.ring(address, self.limit(), what, call, self.now) {
                None => self.out.posts.push(letter.to(address, binding, doc)),
                Some(held) => {
                    let view = Warned { nobody: self.openings().without_owner(), ..held };
                    let key = format!("digest/wake/{}", storm::minute(self.now));
                    let letter = Letter::post(key, "digest", Urgency::Wake);
                    self.out.cards.push(letter.to(address, binding, &warned(&view, self.now)));
                }
            }
        }
    }

    fn warning(&mut self, scene: &Scene<'_>, warning: &Warning<'_>, calls: &mut Vec<(&AgreementId, u32)>) {
        // Where it is over, its end tells how its clocks fared.
        if !scene.incident.is_open() {
            return;
        }
        let Some((clock, customer)) = self.lap(scene, warning) else { return };
        // What was at risk a moment ago may be done by the end of this step.
        if !warning.late && (clock.is_stopped() || clock.late_since.is_some()) {
            return;
        }
        let kind = if warning.late { NotifyKind::Late } else { NotifyKind::AtRisk };
        let mut call = Vec::new();
        if clock.kind == ClockKind::Response {
            let due = calls.iter().position(|(whose, _)| *whose == warning.agreement);
            if let Some((agreement, step)) = due.map(|place| calls.remove(place)) {
                call = self.called(scene, agreement, step).unwrap_or_default();
            }
        }
        join(&mut call, self.directory.woken(warning.agreement, kind, scene.incident.priority));
        let view = self.clock_notice(scene, clock, customer, call.clone());
        let (doc, name, what) = match warning.late {
            true => (clock::late(&view), "late", Ring::Late),
            false => (clock::at_risk(&view), "at_risk", Ring::AtRisk),
        };
        let Warning { agreement, objective, lap, .. } = warning;
        let key = scene.key(format_args!("{agreement}/{objective}/{name}/{}", lap.micros()));
        let docs = self.docs_of(agreement, &doc);
        self.ring(&Letter::post(key, name, Urgency::Wake), what, &call, &docs);
    }

    /// The stretch of the clock that a warning speaks of, and whose clock it is.
    fn lap(&self, scene: &Scene<'_>, warning: &Warning<'_>) -> Option<(ClockView, String)> {
        let (_, version) = scene.covering.iter().find(|(known, _)| *known == warning.agreement)?;
        let clocks = self.state.case(scene.incident, version, self.now).clocks();
        let clock = clocks.into_iter().find(|clock| clock.objective == warning.objective)?;
        let lap = clock.laps.iter().find(|lap| lap.start == warning.lap)?.clone();
        let view = clock_view(&ClockState { laps: vec![lap], ..clock }, version);
        Some((view, version.terms.customer.clone()))
    }

    fn clock_notice(
        &self,
        scene: &Scene<'_>,
        clock: ClockView,
        customer: String,
        call: Vec<PersonId>,
    ) -> ClockNotice {
        ClockNotice {
            number: scene.number,
            service: service_name(self.state, &scene.incident.service),
            customer,
            priority: scene.incident.priority,
            clock,
            owner: scene.incident.owner().map(|(person, _)| person.clone()),
            call,
            as_of: self.now,
        }
    }

    /// Whom a call reaches; none when by the end of this step it is no longer wanted.
    fn called(&self, scene: &Scene<'_>, agreement: &AgreementId, step: u32) -> Option<Vec<PersonId>> {
        let escalated = scene.has(|kind| match kind {
            NoticeKind::Done { deed, .. } => scene
                .incident
                .deeds
                .iter()
                .any(|known| known.id == *deed && matches!(known.act, Act::Escalated { .. })),
            _ => false,
        });
        let wanted = scene.incident.is_open() && (escalated || scene.incident.owner().is_none());
        let list = self.directory.on_call(agreement);
        let mut people = Vec::new();
        let turn = u32::try_from(list.len()).ok().filter(|length| *length > 0).map(|length| step % length);
        join(&mut people, turn.and_then(|turn| list.get(usize::try_from(turn).ok()?).cloned()));
        join(&mut people, self.directory.woken(agreement, NotifyKind::Call, scene.incident.priority));
        // That nobody is on the list is said once.
        let says_something = escalated || step == 0 || !people.is_empty();
        (wanted && says_something).then_some(people)
    }

    fn call(&mut self, scene: &Scene<'_>, agreement: &AgreementId, step: u32) {
        let Some(call) = self.called(scene, agreement, step) else { return };
        let Some((_, version)) = scene.covering.iter().find(|(known, _)| *known == agreement) else { return };
        let clocks: Vec<ClockView> = self
            .state
            .case(scene.incident, version, self.now)
            .clocks()
            .iter()
            .map(|clock| clock_view(clock, version))
            .filter(|clock| !clock.is_stopped())
            .collect();
        let response = clocks.iter().find(|clock| clock.kind == ClockKind::Response);
        let tightest = response.or_else(|| by_urgency(&clocks).first().copied());
        // Somebody has it and wants another, or nothing is promised: no clock to speak of.
        let doc = match tightest.filter(|_| scene.incident.owner().is_none()) {
            Some(tightest) => {
                let customer = version.terms.customer.clone();
                clock::call(&self.clock_notice(scene, tightest.clone(), customer, call.clone()))
            }
            None => roused(&self.news(scene, &[(agreement, version)], &News::Called, call.clone())),
        };
        let docs = self.docs_of(agreement, &doc);
        let key = scene.key(format_args!("{agreement}/call/{step}"));
        self.ring(&Letter::post(key, "call", Urgency::Wake), Ring::Other, &call, &docs);
    }

    fn news(&self, scene: &Scene<'_>, covering: &[Covering<'_>], news: &News, call: Vec<PersonId>) -> Roused {
        Roused {
            number: scene.number,
            service: service_name(self.state, &scene.incident.service),
            customers: covering.iter().map(|(_, version)| version.terms.customer.clone()).collect(),
            priority: scene.incident.priority,
            news: news.clone(),
            call,
            as_of: self.now,
        }
    }

    fn wishing(&self, scene: &Scene<'_>, covering: &[Covering<'_>], kind: NotifyKind) -> Vec<PersonId> {
        let mut people = Vec::new();
        for (agreement, _) in covering {
            join(&mut people, self.directory.woken(agreement, kind, scene.incident.priority));
        }
        people
    }

    /// Tells those who wish to be woken for this, if there are any.
    fn rouse(&mut self, scene: &Scene<'_>, kind: NotifyKind, name: &str, news: &News) {
        let docs = self.docs(scene, |covering| {
            let call = self.wishing(scene, covering, kind);
            (!call.is_empty()).then(|| roused(&self.news(scene, covering, news, call)))
        });
        let call = self.wishing(scene, &scene.covering, kind);
        let letter = Letter::post(scene.key(format_args!("woken/{name}")), "woken", Urgency::Wake);
        self.ring(&letter, Ring::Other, &call, &docs);
    }

    /// A customer wrote.
    fn said(&mut self, scene: &Scene<'_>, id: &str) {
        let Some(deed) = scene.incident.deeds.iter().find(|deed| deed.id == id) else { return };
        let (agreement, text) = match &deed.act {
            Act::Said { agreement, text, .. } => (agreement, text),
            Act::Reported { agreement, text, .. } if !scene.opened() => (agreement, text),
            _ => return,
        };
        let whose: Vec<Covering<'_>> =
            scene.covering.iter().filter(|(known, _)| *known == agreement).copied().collect();
        let call = self.wishing(scene, &whose, NotifyKind::Said);
        if call.is_empty() {
            return;
        }
        let news = News::Said { by: deed.by.clone(), text: text.id.clone() };
        let doc = roused(&self.news(scene, &whose, &news, call.clone()));
        let docs = self.docs_of(agreement, &doc);
        let letter = Letter::post(scene.key(format_args!("woken/said/{id}")), "woken", Urgency::Wake);
        self.ring(&letter, Ring::Other, &call, &docs);
    }

    /// It is broken again: whoever has it is called, else the first on each list.
    pub(super) fn reopened(&mut self, scene: &Scene<'_>, at: Instant) {
        if !scene.incident.is_open() {
            return;
        }
        let (by, text, whose) = self.who_reopened(scene, at);
        let service = service_name(self.state, &scene.incident.service);
        let docs = self.docs(scene, |covering| {
            // A platform that may not know of this customer reads that it is broken again, not whose word it is.
            let known = whose.as_ref().is_none_or(|whose| covering.iter().any(|(id, _)| *id == whose));
            let view = Reopened {
                number: scene.number,
                service: service.clone(),
                customers: covering.iter().map(|(_, version)| version.terms.customer.clone()).collect(),
                priority: scene.incident.priority,
                at,
                by: if known { by.clone() } else { ReopenedBy::Monitor },
                text: text.clone().filter(|_| known),
                call: self.recalled(scene, covering),
                as_of: self.now,
            };
            Some(reopened::operators(&view))
        });
        let call = self.recalled(scene, &scene.covering);
        let key = scene.key(format_args!("reopened/{}/{}", at.micros(), self.now.micros()));
        self.ring(&Letter::post(key.clone(), "reopened", Urgency::Wake), Ring::Other, &call, &docs);
        for agreement in self.published(scene) {
            let view = ReopenedForCustomer {
                number: scene.number,
                service: service.clone(),
                at,
                by_you: whose.as_ref() == Some(&agreement),
                as_of: self.now,
            };
            let letter = Letter::under(key.clone(), "reopened", card_key(scene.number, Some(&agreement)));
            self.customers(&agreement, &letter, &reopened::customer(&view));
        }
    }

    fn recalled(&self, scene: &Scene<'_>, covering: &[Covering<'_>]) -> Vec<PersonId> {
        let owner = scene.incident.last_owner().map(|(person, _)| person.clone());
        let mut call: Vec<PersonId> = owner.iter().cloned().collect();
        for (agreement, _) in covering {
            if owner.is_none() {
                join(&mut call, self.directory.on_call(agreement).into_iter().take(1));
            }
            let priority = scene.incident.priority;
            join(&mut call, self.directory.mentioned(agreement, WakeOn::Reopened, priority));
        }
        call
    }

    fn who_reopened(
        &self,
        scene: &Scene<'_>,
        at: Instant,
    ) -> (ReopenedBy, Option<crate::core::event::ProseId>, Option<AgreementId>) {
        let by = scene.incident.stages.last().map_or(NoticedBy::Monitor, |stage| stage.by);
        let deeds = scene.incident.deeds.iter().rev();
        let deed = deeds.into_iter().find(|deed| deed.at == at && matches!(deed.act, Act::Reopened { .. }));
        match (by, deed.map(|deed| (&deed.act, &deed.by))) {
            (NoticedBy::Customer, Some((Act::Reopened { agreement: Some(agreement), text, .. }, _))) => {
                let name = scene.covering.iter().find(|(known, _)| *known == agreement);
                let name = name.map_or_else(|| agreement.to_string(), |(_, v)| v.terms.customer.clone());
                let text = text.as_ref().map(|text| text.id.clone());
                (ReopenedBy::Customer(name), text, Some(agreement.clone()))
            }
            (NoticedBy::Operator, Some((Act::Reopened { text, .. }, person))) => {
                (ReopenedBy::Operator(person.clone()), text.as_ref().map(|text| text.id.clone()), None)
            }
            _ => (ReopenedBy::Monitor, None, None),
        }
    }
}
