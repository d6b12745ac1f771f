//! What people wish to hear of on their own: collected for an hour, or, for somebody of a customer's, at once.
//!
//! A line that waits is a row of the outbox like any other; when its hour is over the outbox sends the lines of
//! one reader as one message. Operators who wish to be woken are named in the messages that ring.

use super::storm::Ring;
use super::view::{customer_view_with, service_name};
use super::{Composing, Scene, history};
use crate::chat::Platform;
use crate::commands::spec::{NotifyHow, NotifyKind};
use crate::core::decide::NoticeKind;
use crate::core::doc::Doc;
use crate::core::event::{Act, AgreementId, PersonId};
use crate::core::incident::{ClosedBy, Deed, NoticedBy};
use crate::core::notice::customer;
use crate::core::notice::history::{self as lines, About, Happening, What};
use crate::core::time::{Instant, Span};
use crate::store::outbox::{COLLECTED, Message, Urgency};
use crate::store::record::Chain;

const HOUR: Span = Span::from_hours(1);

/// The end of the hour.
fn hour_after(now: Instant) -> Instant {
    Instant::from_micros((now.micros().div_euclid(HOUR.micros()) + 1) * HOUR.micros())
}

/// Something that people may wish to hear of.
struct News<'n> {
    kind: NotifyKind,
    /// Unlike that of any other news of the incident.
    key: String,
    happening: Happening,
    /// The agreement it concerns alone.
    whose: Option<&'n AgreementId>,
    /// Who did it and knows.
    by: Option<PersonId>,
    staff: bool,
    customers: bool,
}

impl<'n> News<'n> {
    const fn new(kind: NotifyKind, key: String, happening: Happening) -> Self {
        Self { kind, key, happening, whose: None, by: None, staff: true, customers: true }
    }

    fn of(self, agreement: &'n AgreementId) -> Self {
        Self { whose: Some(agreement), ..self }
    }

    fn for_staff(self) -> Self {
        Self { customers: false, ..self }
    }

    fn for_customers(self) -> Self {
        Self { staff: false, ..self }
    }
}

impl Composing<'_> {
    /// Everything about the incident that somebody wishes to hear of on their own.
    pub(super) fn wishes(&mut self, scene: &Scene<'_>) {
        if self.directory.wishes.is_empty() {
            return;
        }
        for notice in scene.kinds {
            if let Some(news) = self.news_of(scene, notice) {
                self.tell_staff(scene, &news);
                self.tell_customers(scene, &news);
            }
        }
    }

    fn news_of<'n>(&self, scene: &Scene<'n>, notice: &'n NoticeKind) -> Option<News<'n>> {
        let news = match notice {
            NoticeKind::Opened { .. } => {
                let (happening, whose) = self.opening(scene)?;
                let news = News::new(NotifyKind::Opened, "opened".to_owned(), happening).for_staff();
                News { whose, ..news }
            }
            NoticeKind::Published { agreement, .. } => {
                let (happening, whose) = self.opening(scene)?;
                // Another customer's report is theirs; to this one it is a disturbance we know of.
                let foreign = whose.is_some_and(|whose| whose != agreement);
                let plain = Happening { at: happening.at, what: What::OpenedByMonitor };
                let happening = if foreign { plain } else { happening };
                let key = format!("{agreement}/published");
                News::new(NotifyKind::Opened, key, happening).of(agreement).for_customers()
            }
            NoticeKind::AtRisk { agreement, objective, lap, .. } => {
                let clock = self.clock_of(scene, agreement, objective)?;
                let what = What::AtRisk { clock, customer: scene.customer(agreement) };
                let key = format!("{agreement}/{objective}/at_risk/{}", lap.micros());
                News::new(NotifyKind::AtRisk, key, self.just(what)).of(agreement).for_staff()
            }
            NoticeKind::Late { agreement, objective, lap, .. } => {
                let clock = self.clock_of(scene, agreement, objective)?;
                let what = What::Late { clock, customer: scene.customer(agreement) };
                let key = format!("{agreement}/{objective}/late/{}", lap.micros());
                News::new(NotifyKind::Late, key, self.just(what)).of(agreement)
            }
            NoticeKind::Call { agreement, step, .. } => {
                let people = self.called(scene, agreement, *step)?;
                let what = What::Called { people, customer: scene.customer(agreement) };
                let key = format!("{agreement}/call/{step}");
                News::new(NotifyKind::Call, key, self.just(what)).of(agreement).for_staff()
            }
            NoticeKind::Done { deed, .. } => self.written(scene, deed)?,
            NoticeKind::Resolved { .. } => {
                let key = format!("resolved/{}", self.now.micros());
                News::new(NotifyKind::Resolved, key, self.ending(scene)?)
            }
            NoticeKind::Reopened { at, .. } => {
                let key = format!("reopened/{}", self.now.micros());
                News::new(NotifyKind::Opened, key, self.reopening(scene, *at))
            }
            _ => return None,
        };
        Some(news)
    }

    const fn just(&self, what: What) -> Happening {
        Happening { at: self.now, what }
    }

    /// The clock that a warning speaks of, while the incident is open.
    fn clock_of(
        &self,
        scene: &Scene<'_>,
        agreement: &AgreementId,
        objective: &str,
    ) -> Option<crate::core::agreement::ClockKind> {
        let (_, version) = scene.covering.iter().find(|(known, _)| *known == agreement)?;
        let clocks = self.state.case(scene.incident, version, self.now).clocks();
        let open = scene.incident.is_open();
        clocks.iter().find(|clock| open && clock.objective == objective).map(|clock| clock.kind)
    }

    fn told(&self, scene: &Scene<'_>, deed: Option<&Deed>) -> Option<Happening> {
        deed.and_then(|deed| history::happening(self.state, scene.incident, deed))
    }

    /// How it opened, and whose word that was.
    fn opening<'n>(&self, scene: &Scene<'n>) -> Option<(Happening, Option<&'n AgreementId>)> {
        let incident = scene.incident;
        if incident.noticed_by == NoticedBy::Monitor {
            return Some((Happening { at: incident.opened(), what: What::OpenedByMonitor }, None));
        }
        let begins = |deed: &&Deed| matches!(deed.act, Act::Opened { .. } | Act::Reported { .. });
        let deed = incident.deeds.iter().find(begins)?;
        Some((self.told(scene, Some(deed))?, deed.act.agreement()))
    }

    fn ending(&self, scene: &Scene<'_>) -> Option<Happening> {
        let (at, by) = scene.incident.closed()?;
        let ends = |deed: &&Deed| matches!(deed.act, Act::Resolved { .. });
        let deed = scene.incident.deeds.iter().rev().find(ends).filter(|_| by == ClosedBy::Person);
        Some(self.told(scene, deed).unwrap_or(Happening { at, what: What::ResolvedByMonitor }))
    }

    fn reopening(&self, scene: &Scene<'_>, at: Instant) -> Happening {
        let again = |deed: &&Deed| deed.at == at && matches!(deed.act, Act::Reopened { .. });
        let told = self.told(scene, scene.incident.deeds.iter().rev().find(again));
        // Whose word it was is theirs alone; to be told to all it is only that it is so.
        let plain = Happening { at, what: What::ReopenedByMonitor };
        told.filter(|happening| !matches!(happening.what, What::Reopened { customer: Some(_), .. }))
            .unwrap_or(plain)
    }

    /// What was written: by the customer to us, or by us to the customer.
    fn written<'n>(&self, scene: &Scene<'n>, id: &str) -> Option<News<'n>> {
        let deed = scene.incident.deeds.iter().find(|deed| deed.id == id)?;
        let key = format!("deed/{id}");
        let happening = self.told(scene, Some(deed))?;
        let mut news = News::new(NotifyKind::Said, key, happening);
        news.whose = deed.act.agreement();
        news.by = Some(deed.by.clone());
        match deed.act {
            Act::Said { .. } => Some(news),
            Act::Reported { .. } if !scene.opened() => Some(news),
            Act::Updated { .. } => Some(news.for_customers()),
            _ => None,
        }
    }

    fn about(&self, scene: &Scene<'_>) -> About {
        About { number: scene.number, service: service_name(self.state, &scene.incident.service) }
    }

    fn tell_staff(&mut self, scene: &Scene<'_>, news: &News<'_>) {
        if !news.staff {
            return;
        }
        let directory = self.directory;
        let wishing = directory
            .wishes
            .iter()
            .filter(|(_, wishes)| wishes.0.get(&news.kind) == Some(&NotifyHow::Digest));
        for (person, _) in wishing.filter(|(person, _)| directory.reads_all(person)) {
            let allowed = |platform| match news.whose {
                Some(agreement) => directory.may_leave(agreement, platform),
                None => {
                    let mut covering = scene.covering.iter();
                    scene.covering.is_empty()
                        || covering.any(|(agreement, _)| directory.may_leave(agreement, platform))
                }
            };
            let doc = lines::entry(&self.about(scene), &news.happening, self.now);
            self.collect(scene, news, person, &Chain::Operators, allowed, &doc);
        }
    }

    fn tell_customers(&mut self, scene: &Scene<'_>, news: &News<'_>) {
        if !news.customers {
            return;
        }
        let directory = self.directory;
        for agreement in self.published(scene) {
            if news.whose.is_some_and(|whose| *whose != agreement) {
                continue;
            }
            let own = directory.wishes.iter().filter(|(person, _)| {
                let rights = directory.rights(person);
                rights.roles.is_empty() && rights.represents.contains(&agreement)
            });
            for (person, wishes) in own.filter(|(person, _)| news.by.as_ref() != Some(*person)) {
                match wishes.0.get(&news.kind) {
                    Some(NotifyHow::Wake) => self.wake_customer(scene, news, person, &agreement),
                    Some(NotifyHow::Digest) => self.collect_for_customer(scene, news, person, &agreement),
                    Some(NotifyHow::Off) | None => {}
                }
            }
        }
    }

    fn collect_for_customer(
        &mut self,
        scene: &Scene<'_>,
        news: &News<'_>,
        person: &PersonId,
        agreement: &AgreementId,
    ) {
        let Some(doc) = lines::customer_entry(&self.about(scene), &news.happening, self.now) else { return };
        let directory = self.directory;
        let allowed = |platform| directory.may_leave(agreement, platform);
        self.collect(scene, news, person, &Chain::Customer(agreement.clone()), allowed, &doc);
    }

    /// A message to somebody alone; where too many came within a minute, the rest waits with what is collected.
    fn wake_customer(
        &mut self,
        scene: &Scene<'_>,
        news: &News<'_>,
        person: &PersonId,
        agreement: &AgreementId,
    ) {
        let Some(doc) = self.for_customer_alone(scene, news, agreement) else { return };
        let directory = self.directory;
        for (to, locale) in directory.alone(person, |platform| directory.may_leave(agreement, platform)) {
            if self.bells.ring(&to, self.limit(), Ring::Other, &[], self.now).is_some() {
                self.collect_for_customer(scene, news, person, agreement);
                return;
            }
            self.out.posts.push(Message {
                key: format!("{}/{agreement}/{to}", scene.key(format_args!("alone/{}", news.key))),
                to,
                chain: Chain::Customer(agreement.clone()),
                kind: "woken".to_owned(),
                urgency: Urgency::Wake,
                locale,
                doc: doc.clone(),
                under: None,
                not_before: None,
            });
        }
    }

    /// What was written in its own words; anything else as their card has it at this moment.
    fn for_customer_alone(&self, scene: &Scene<'_>, news: &News<'_>, agreement: &AgreementId) -> Option<Doc> {
        if news.kind == NotifyKind::Said {
            return lines::customer_letter(&self.about(scene), &news.happening, self.now);
        }
        let view = customer_view_with(self.state, scene.incident, agreement, &self.figures, self.now)?;
        Some(customer::card(&view))
    }

    /// Leaves a line with what waits for the end of the hour.
    fn collect(
        &mut self,
        scene: &Scene<'_>,
        news: &News<'_>,
        person: &PersonId,
        chain: &Chain,
        allowed: impl Fn(Platform) -> bool,
        doc: &Doc,
    ) {
        let key = scene.key(format_args!("collected/{}/{chain}", news.key));
        for (to, locale) in self.directory.alone(person, allowed) {
            self.out.posts.push(Message {
                key: format!("{key}/{to}"),
                to,
                chain: chain.clone(),
                kind: COLLECTED.to_owned(),
                urgency: Urgency::Rest,
                locale,
                doc: doc.clone(),
                under: None,
                not_before: Some(hour_after(self.now)),
            });
        }
    }
}
