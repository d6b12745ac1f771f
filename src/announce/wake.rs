//! The messages that ring: a clock at risk or late, the call to the next on the list, broken again, and the
//! news that people wish to be woken for. Too many in a minute are told as one.

use std::collections::BTreeMap;

use super::history::Called;
use super::storm::{self, Ring};
use super::view::{Covering, clock_view, service_name};
use super::{Composing, Docs, Letter, Scene};
use crate::commands::spec::NotifyKind;
use crate::config::WakeOn;
use crate::core::agreement::ClockKind;
use crate::core::clocks::ClockState;
use crate::core::decide::NoticeKind;
use crate::core::event::{Act, AgreementId, PersonId};
use crate::core::incident::NoticedBy;
use crate::core::notice::clock::{self, ClockNotice};
use crate::core::notice::history::{self as lines, Happening, What};
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
pub(super) fn join(people: &mut Vec<PersonId>, more: impl IntoIterator<Item = PersonId>) {
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
            let news = News::Opened { since };
            self.rouse(scene, NotifyKind::Opened, Some(WakeOn::Opened), "opened", &news);
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
                        self.rouse(scene, NotifyKind::Resolved, None, &name, &News::Resolved { at });
                    }
                }
                NoticeKind::Reopened { at, .. } => self.reopened(scene, *at, &mut calls),
                _ => {}
            }
        }
        for (agreement, step) in calls {
            self.call(scene, agreement, step);
        }
    }

    /// Sends a message that rings, or counts it where too many rang.
    pub(super) fn ring(&mut self, letter: &Letter, what: Ring, call: &[PersonId], docs: &Docs) {
        // A drill rings beside the count, so that it holds back nothing real.
        if self.exercise {
            return self.operators(letter, docs);
        }
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
        let (kind, on) = match warning.late {
            true => (NotifyKind::Late, WakeOn::Late),
            false => (NotifyKind::AtRisk, WakeOn::AtRisk),
        };
        let Warning { agreement, objective, lap, .. } = warning;
        let woken = self.woken(scene, agreement, kind, Some(on));
        let due = calls.iter().position(|(whose, _)| whose == agreement);
        let due = due.filter(|_| clock.kind == ClockKind::Response);
        let called = due.and_then(|place| self.called(scene, agreement, calls[place].1));
        // A call that finds nobody is told by itself, unless others are woken anyway.
        let rings = woken.is_some() || called.as_ref().is_some_and(|people| !people.is_empty());
        let passed = match warning.late {
            true => What::Late { clock: clock.kind, customer: customer.clone() },
            false => What::AtRisk { clock: clock.kind, customer: customer.clone() },
        };
        let name = if warning.late { "late" } else { "at_risk" };
        let key = scene.key(format_args!("{agreement}/{objective}/{name}/{}", lap.micros()));
        let at = if warning.late { clock.late_since.unwrap_or(self.now) } else { self.now };
        self.passed(scene, agreement, &key, &Happening { at, what: passed }, rings);
        if !rings {
            return;
        }
        let unstaffed = called.as_ref().is_some_and(Vec::is_empty);
        let mut call = called.clone().unwrap_or_default();
        join(&mut call, woken.into_iter().flatten());
        if let (Some(place), Some(people)) = (due, &called) {
            let (_, step) = calls.remove(place);
            self.note_call(scene, agreement, step, people, true);
        }
        let view = ClockNotice { unstaffed, ..self.clock_notice(scene, clock, customer, call.clone()) };
        let (doc, what) = match warning.late {
            true => (clock::late(&view), Ring::Late),
            false => (clock::at_risk(&view), Ring::AtRisk),
        };
        let docs = self.docs_of(agreement, &doc);
        self.ring(&Letter::post(key, name, Urgency::Wake), what, &call, &docs);
    }

    /// A line of the history for what Upheld noticed or did. Where the history stands among the messages
    /// themselves, a message that rings says enough.
    fn passed(
        &mut self,
        scene: &Scene<'_>,
        agreement: &AgreementId,
        key: &str,
        happening: &Happening,
        rings: bool,
    ) {
        let mut docs = self.docs_of(agreement, &lines::operators(happening, self.now));
        docs.retain(|platform, _| !rings || platform.has_threads());
        let letter = Letter::under(format!("{key}/history"), "history", scene, None);
        self.operators(&letter, &docs);
    }

    /// Remembers who was called, and tells the history.
    fn note_call(
        &mut self,
        scene: &Scene<'_>,
        agreement: &AgreementId,
        step: u32,
        people: &[PersonId],
        rings: bool,
    ) {
        self.out.marks.push(Called::mark(scene.number, agreement, step, people));
        let customer = scene.customer(agreement);
        let what = What::Called { people: people.to_vec(), customer };
        let key = scene.key(format_args!("{agreement}/call/{step}"));
        self.passed(scene, agreement, &key, &Happening { at: self.now, what }, rings);
    }

    /// Whom something wakes under one agreement: those whose it is and those it names, where it wants that,
    /// and whoever wishes it. None when nobody is to be woken.
    fn woken(
        &self,
        scene: &Scene<'_>,
        agreement: &AgreementId,
        kind: NotifyKind,
        on: Option<WakeOn>,
    ) -> Option<Vec<PersonId>> {
        let priority = scene.incident.priority;
        let wanted = on.is_some_and(|on| self.directory.wakes(agreement, on, priority));
        let mut people = Vec::new();
        if wanted {
            join(&mut people, self.on_duty(scene, agreement));
            join(&mut people, self.directory.mentioned(agreement));
        }
        // An agreement that names nobody still wants the message.
        let unnamed = wanted && people.is_empty();
        let people = self.directory.wished(kind, people);
        (unnamed || !people.is_empty()).then_some(people)
    }

    /// Whoever has it; while nobody has, those on call whose turn has come.
    fn on_duty(&self, scene: &Scene<'_>, agreement: &AgreementId) -> Vec<PersonId> {
        if let Some((owner, _)) = scene.incident.owner() {
            return vec![owner.clone()];
        }
        let turns = self
            .state
            .told(scene.number)
            .called(scene.number, agreement)
            .map_or(1, |step| step.saturating_add(1));
        let turns = usize::try_from(turns).unwrap_or(usize::MAX);
        self.directory.on_call(agreement).into_iter().take(turns).collect()
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
            unstaffed: false,
            as_of: self.now,
        }
    }

    /// Whom a call reaches; none when by the end of this step it is no longer wanted.
    pub(super) fn called(
        &self,
        scene: &Scene<'_>,
        agreement: &AgreementId,
        step: u32,
    ) -> Option<Vec<PersonId>> {
        let escalated = scene.has(|kind| match kind {
            NoticeKind::Done { deed, .. } => scene
                .incident
                .deeds
                .iter()
                .any(|known| known.id == *deed && matches!(known.act, Act::Escalated { .. })),
            _ => false,
        });
        let may = self.directory.may_wake(agreement, scene.incident.priority);
        let wanted = scene.incident.is_open() && (escalated || (may && scene.incident.owner().is_none()));
        let list = self.directory.on_call(agreement);
        let mut people = Vec::new();
        let turn = u32::try_from(list.len()).ok().filter(|length| *length > 0).map(|length| step % length);
        join(&mut people, turn.and_then(|turn| list.get(usize::try_from(turn).ok()?).cloned()));
        // A duty is no wish: whoever is on the list is called. Others may wish to be called as well.
        join(&mut people, self.directory.wished(NotifyKind::Call, Vec::new()));
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
        self.note_call(scene, agreement, step, &call, true);
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

    /// Whom something wakes under any of these agreements; none when nobody is to be woken.
    fn woken_by_any(
        &self,
        scene: &Scene<'_>,
        covering: &[Covering<'_>],
        kind: NotifyKind,
        on: Option<WakeOn>,
    ) -> Option<Vec<PersonId>> {
        let mut woken: Option<Vec<PersonId>> = None;
        for (agreement, _) in covering {
            if let Some(people) = self.woken(scene, agreement, kind, on) {
                join(woken.get_or_insert_default(), people);
            }
        }
        woken
    }

    /// A short message for something that wakes people, if there are any.
    fn rouse(&mut self, scene: &Scene<'_>, kind: NotifyKind, on: Option<WakeOn>, name: &str, news: &News) {
        let docs = self.docs(scene, |covering| {
            let call = self.woken_by_any(scene, covering, kind, on)?;
            Some(roused(&self.news(scene, covering, news, call)))
        });
        let call = self.woken_by_any(scene, &scene.covering, kind, on).unwrap_or_default();
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
        let Some(call) = self.woken_by_any(scene, &whose, NotifyKind::Said, None) else { return };
        let news = News::Said { by: deed.by.clone(), text: text.id.clone() };
        let doc = roused(&self.news(scene, &whose, &news, call.clone()));
        let docs = self.docs_of(agreement, &doc);
        let letter = Letter::post(scene.key(format_args!("woken/said/{id}")), "woken", Urgency::Wake);
        self.ring(&letter, Ring::Other, &call, &docs);
    }

    /// It is broken again. Whoever had it last is told, else those on call, where the agreement wants that; and
    /// a call that is due is said in the same breath.
    fn reopened(&mut self, scene: &Scene<'_>, at: Instant, calls: &mut Vec<(&AgreementId, u32)>) {
        if !scene.incident.is_open() {
            return;
        }
        let (by, text, whose) = self.who_reopened(scene, at);
        let mut called: BTreeMap<&AgreementId, Vec<PersonId>> = BTreeMap::new();
        let due = std::mem::take(calls);
        for (agreement, step) in due {
            match self.called(scene, agreement, step) {
                Some(people) if !people.is_empty() => {
                    self.note_call(scene, agreement, step, &people, true);
                    called.insert(agreement, people);
                }
                // A call that finds nobody is told by itself.
                _ => calls.push((agreement, step)),
            }
        }
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
                call: self.recalled(scene, covering, &called)?,
                as_of: self.now,
            };
            Some(reopened::operators(&view))
        });
        let call = self.recalled(scene, &scene.covering, &called);
        let key = scene.key(format_args!("reopened/{}/{}", at.micros(), self.now.micros()));
        let letter = Letter::post(key.clone(), "reopened", Urgency::Wake);
        self.ring(&letter, Ring::Other, &call.clone().unwrap_or_default(), &docs);
        if by == ReopenedBy::Monitor {
            let happening = Happening { at, what: What::ReopenedByMonitor };
            let doc = lines::operators(&happening, self.now);
            let mut docs = self.docs(scene, |_| Some(doc.clone()));
            docs.retain(|platform, _| call.is_none() || platform.has_threads());
            let letter = Letter::under(format!("{key}/history"), "history", scene, None);
            self.operators(&letter, &docs);
        }
        for agreement in self.published(scene) {
            let view = ReopenedForCustomer {
                number: scene.number,
                service: service.clone(),
                at,
                by_you: whose.as_ref() == Some(&agreement),
                as_of: self.now,
            };
            let letter = Letter::under(key.clone(), "reopened", scene, Some(&agreement));
            self.customers(&agreement, &letter, &reopened::customer(&view));
        }
    }

    /// Whom it wakes that it is broken again; none when nobody is to be woken.
    fn recalled(
        &self,
        scene: &Scene<'_>,
        covering: &[Covering<'_>],
        called: &BTreeMap<&AgreementId, Vec<PersonId>>,
    ) -> Option<Vec<PersonId>> {
        let mut woken = self.woken_by_any(scene, covering, NotifyKind::Opened, Some(WakeOn::Reopened));
        if let Some(people) = &mut woken {
            let had =
                scene.incident.deeds.iter().rev().find(|deed| matches!(deed.act, Act::Acknowledged { .. }));
            let had = had.map(|deed| deed.by.clone()).into_iter().collect();
            join(people, self.directory.wished(NotifyKind::Opened, had));
        }
        for people in covering.iter().filter_map(|(agreement, _)| called.get(*agreement)) {
            join(woken.get_or_insert_default(), people.iter().cloned());
        }
        woken
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
