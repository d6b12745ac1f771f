//! From what is to be said to messages with addresses: who is told, where, and in which kind of message.
//!
//! [`view`] gathers the facts for one kind of reader, the rooms of the operators, the customers and the
//! monitors choose what each is told, `wake` what rings, and `storm` what is told as one.

mod customers;
mod drills;
pub mod feedback;
mod figures;
pub mod history;
pub mod improvement;
mod monitors;
mod operators;
mod reports;
mod reviews;
mod storm;
mod surveys;
#[cfg(test)]
mod tests;
pub mod view;
mod wake;
mod wishes;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::chat::{Address, Platform};
use crate::core::decide::{Notice, NoticeKind};
use crate::core::doc::{Doc, Line, Text, Value};
use crate::core::event::{AgreementId, IncidentNumber, IntegrationId};
use crate::core::incident::Incident;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::voice::RoundNumber;
use crate::directory::{Directory, Shared};
use crate::journal::engine::{Announcer, Composed};
use crate::sources::{ParsedEvent, SourceKind};
use crate::store::bindings::Binding;
use crate::store::outbox::{Message, Urgency};

use figures::Figures;
pub use reviews::{link as review_link, may_be_on_web as review_may_be_on_web, review_of};
use storm::{Bells, Openings, Reader};
pub use surveys::{SURVEY, round_key, round_of};
use view::Covering;

/// Turns notices into messages.
#[derive(Debug)]
pub struct Announcements {
    directory: Arc<Shared>,
    bells: Bells,
    /// What was last reported of the places where messages do not arrive; one report at a time.
    reporting: tokio::sync::Mutex<BTreeMap<Address, Doc>>,
}

impl Announcements {
    pub fn new(directory: Arc<Shared>) -> Self {
        Self { directory, bells: Bells::default(), reporting: tokio::sync::Mutex::default() }
    }

    /// The cards of what is open, and of the newest reviews, for a channel that has just been tied to its readers.
    pub fn open_cards(&self, state: &State, to: &Address, now: Instant) -> Vec<Message> {
        let open = state
            .ledger
            .unsettled()
            .filter(|number| state.incident(*number, now).is_some_and(|incident| incident.is_open()));
        let changed = open.map(|incident| NoticeKind::Changed { incident });
        let written = state.voice.all_feedback().filter(|(_, known)| known.is_open());
        let written =
            written.map(|(feedback, _)| NoticeKind::FeedbackStepped { feedback, step: String::new() });
        let issued = state.reviews.newest().into_values().map(|review| NoticeKind::ReviewChanged { review });
        let notices = changed.chain(written).chain(issued).map(|kind| Notice { at: now, kind });
        let mut cards = self.compose(state, &notices.collect::<Vec<_>>(), now).cards;
        cards.retain(|card| card.to == *to);
        cards
    }

    fn to_operators(&self, key: &str, kind: &'static str, urgency: Urgency, doc: &Doc) -> Composed {
        let directory = self.directory.get();
        let letter = Letter::post(key.to_owned(), kind, urgency);
        let posts = directory.operators().map(|(address, binding)| letter.to(address, binding, doc));
        Composed { posts: posts.collect(), ..Composed::default() }
    }
}

impl Announcer for Announcements {
    fn compose(&self, state: &State, notices: &[Notice], now: Instant) -> Composed {
        if notices.is_empty() {
            return Composed::default();
        }
        let directory = self.directory.get();
        let mut composing = Composing {
            state,
            directory: &directory,
            bells: &self.bells,
            now,
            figures: Figures::new(state, now),
            openings: OnceCell::new(),
            crowded: BTreeMap::new(),
            digests: BTreeSet::new(),
            exercise: false,
            out: Composed::default(),
        };
        composing.voice(notices);
        composing.improvements(notices);
        composing.reviews(notices);
        let mut touched: BTreeMap<IncidentNumber, Vec<&NoticeKind>> = BTreeMap::new();
        let mut rounds: BTreeMap<RoundNumber, Vec<&NoticeKind>> = BTreeMap::new();
        for notice in notices {
            if let Some(round) = round_about(&notice.kind) {
                rounds.entry(round).or_default().push(&notice.kind);
                continue;
            }
            match incident_of(&notice.kind) {
                Some(number) => touched.entry(number).or_default().push(&notice.kind),
                None => composing.monitors(&notice.kind),
            }
        }
        for (number, kinds) in &rounds {
            composing.survey(*number, kinds);
        }
        for (number, kinds) in &touched {
            if number.is_drill() {
                composing.drill(*number, kinds);
            } else if let Some(incident) = state.incident(*number, now) {
                composing.incident(*number, &incident, kinds);
            }
        }
        composing.finish()
    }

    fn unreadable(&self, integration: &IntegrationId, reason: &str, now: Instant) -> Composed {
        self.unreadable_delivery(integration, reason, now)
    }

    fn tested(
        &self,
        state: &State,
        integration: &IntegrationId,
        events: &[ParsedEvent],
        now: Instant,
    ) -> Composed {
        self.test_signals(state, integration, events, now)
    }

    fn kind(&self, integration: &IntegrationId) -> Option<SourceKind> {
        let directory = self.directory.get();
        directory.config.integrations.get(integration).map(|integration| match integration.kind {
            crate::config::IntegrationKind::Alertmanager => SourceKind::Alertmanager,
            crate::config::IntegrationKind::Upheld => SourceKind::Upheld,
        })
    }
}

/// The round of a survey a notice is about.
const fn round_about(kind: &NoticeKind) -> Option<RoundNumber> {
    match kind {
        NoticeKind::Surveyed { round }
        | NoticeKind::SurveyReminder { round }
        | NoticeKind::SurveyAnswered { round }
        | NoticeKind::SurveyEnded { round } => Some(*round),
        _ => None,
    }
}

/// The incident a notice is about.
const fn incident_of(kind: &NoticeKind) -> Option<IncidentNumber> {
    match kind {
        NoticeKind::Opened { incident }
        | NoticeKind::Published { incident, .. }
        | NoticeKind::AtRisk { incident, .. }
        | NoticeKind::Late { incident, .. }
        | NoticeKind::Call { incident, .. }
        | NoticeKind::Done { incident, .. }
        | NoticeKind::Resolved { incident, .. }
        | NoticeKind::Reopened { incident, .. }
        | NoticeKind::Corrected { incident, .. }
        | NoticeKind::Merged { incident, .. }
        | NoticeKind::Changed { incident } => Some(*incident),
        NoticeKind::DrillPlanned { drill } | NoticeKind::DrillDropped { drill } => Some(*drill),
        NoticeKind::Silent { .. }
        | NoticeKind::HeardAgain { .. }
        | NoticeKind::Unrouted { .. }
        | NoticeKind::Surveyed { .. }
        | NoticeKind::SurveyReminder { .. }
        | NoticeKind::SurveyAnswered { .. }
        | NoticeKind::SurveyEnded { .. }
        | NoticeKind::FeedbackReceived { .. }
        | NoticeKind::FeedbackStepped { .. }
        | NoticeKind::ComplaintAtRisk { .. }
        | NoticeKind::ComplaintLate { .. }
        | NoticeKind::Improvement { .. }
        | NoticeKind::Recommended { .. }
        | NoticeKind::ReviewDrafted { .. }
        | NoticeKind::ReviewWaits { .. }
        | NoticeKind::ReviewIssued { .. }
        | NoticeKind::ReviewChanged { .. } => None,
    }
}

/// What a message needs besides its content and its place.
#[derive(Clone, Debug)]
struct Letter {
    /// The address is added to it.
    key: String,
    kind: &'static str,
    urgency: Urgency,
    /// The key of the card it belongs under, without the address, and what a thread there is called.
    under: Option<(String, Line)>,
}

impl Letter {
    const fn post(key: String, kind: &'static str, urgency: Urgency) -> Self {
        Self { key, kind, urgency, under: None }
    }

    /// A line of history under the incident's card: the operators', or one customer's.
    fn under(key: String, kind: &'static str, scene: &Scene<'_>, customer: Option<&AgreementId>) -> Self {
        let under = Some((card_key(scene.number, customer), scene.title.clone()));
        Self { key, kind, urgency: Urgency::Rest, under }
    }

    fn to(&self, to: &Address, binding: &Binding, doc: &Doc) -> Message {
        let mut doc = doc.clone();
        doc.thread = self.under.as_ref().map_or_else(Line::new, |(_, title)| title.clone());
        Message {
            key: format!("{}/{to}", self.key),
            to: to.clone(),
            chain: binding.audience.clone(),
            kind: self.kind.to_owned(),
            urgency: self.urgency,
            locale: binding.locale,
            doc,
            under: self.under.as_ref().map(|(card, _)| format!("{card}/{to}")),
            not_before: None,
        }
    }
}

/// The key of an incident's card, without the address: the operators', or one customer's.
fn card_key(number: IncidentNumber, customer: Option<&AgreementId>) -> String {
    match customer {
        None => format!("card/{}", number.0),
        Some(agreement) => format!("card/{}/{agreement}", number.0),
    }
}

/// What operators read on each platform; none where they may not.
type Docs = BTreeMap<Platform, Doc>;

/// One incident about which there is something to say.
struct Scene<'a> {
    number: IncidentNumber,
    incident: &'a Incident,
    covering: Vec<Covering<'a>>,
    kinds: &'a [&'a NoticeKind],
    /// `INC-42 · Checkout`
    title: Line,
}

impl Scene<'_> {
    fn has(&self, kind: impl Fn(&NoticeKind) -> bool) -> bool {
        self.kinds.iter().any(|known| kind(known))
    }

    fn opened(&self) -> bool {
        self.has(|kind| matches!(kind, NoticeKind::Opened { .. }))
    }

    /// Nothing happened but that it opened and was looked at.
    fn is_quiet(&self) -> bool {
        !self.has(|kind| {
            !matches!(
                kind,
                NoticeKind::Opened { .. } | NoticeKind::Published { .. } | NoticeKind::Changed { .. }
            )
        })
    }

    /// What the customer of an agreement is called.
    fn customer(&self, agreement: &AgreementId) -> String {
        let version = self.covering.iter().find(|(known, _)| *known == agreement);
        version.map_or_else(|| agreement.to_string(), |(_, version)| version.terms.customer.clone())
    }

    fn key(&self, rest: impl std::fmt::Display) -> String {
        format!("incident/{}/{rest}", self.number.0)
    }
}

/// Messages being put together for one step of the journal.
struct Composing<'a> {
    state: &'a State,
    directory: &'a Directory,
    bells: &'a Bells,
    now: Instant,
    figures: Figures<'a>,
    openings: OnceCell<Openings>,
    /// For each reader the incidents that a digest tells.
    crowded: BTreeMap<Reader, BTreeSet<IncidentNumber>>,
    /// The digests to be brought up to date: whose, and of which minute.
    digests: BTreeSet<(Reader, i64)>,
    /// What is being told is a drill, which weighs on nothing.
    exercise: bool,
    out: Composed,
}

impl<'a> Composing<'a> {
    fn scene<'s>(
        &self,
        number: IncidentNumber,
        incident: &'s Incident,
        kinds: &'s [&'s NoticeKind],
    ) -> Scene<'s>
    where
        'a: 's,
    {
        let covering = self.state.covering(incident, self.now);
        let service = Value::Localized(view::service_name(self.state, &incident.service));
        let title = vec![Text::name(number.to_string()), Text::mark(" · "), service.into()];
        Scene { number, incident, covering, kinds, title }
    }

    fn incident(&mut self, number: IncidentNumber, incident: &Incident, kinds: &[&NoticeKind]) {
        let scene = self.scene(number, incident, kinds);
        if incident.number() != Some(number) {
            // It turned out to be another one, which has a card of its own.
            if !scene.opened() {
                self.merged_for_operators(&scene);
                self.merged_for_customers(&scene);
            }
            return;
        }
        self.operators_cards(&scene);
        self.no_drill(&scene);
        self.customers_cards(&scene);
        self.bells(&scene);
        self.wishes(&scene);
        for kind in kinds {
            match kind {
                NoticeKind::Published { agreement, .. } => self.shown_for_operators(&scene, agreement),
                NoticeKind::Late { agreement, objective, lap, .. } => {
                    self.late_for_customer(&scene, agreement, objective, *lap);
                }
                NoticeKind::Done { deed, .. } => {
                    if let Some(deed) = incident.deeds.iter().find(|known| known.id == *deed) {
                        self.deed_for_operators(&scene, deed);
                        self.deed_for_customers(&scene, deed);
                    }
                }
                NoticeKind::Resolved { .. } => {
                    self.resolved_for_operators(&scene);
                    self.resolved_for_customers(&scene);
                }
                NoticeKind::Corrected { was, now, .. } => self.corrected(&scene, was, now),
                _ => {}
            }
        }
    }

    /// Whether a digest tells this reader of the incident, in place of a card.
    fn is_crowded(&mut self, scene: &Scene<'_>, reader: &Reader) -> bool {
        let recorded = scene.incident.recorded();
        let lately = scene.opened() || self.now - recorded < storm::WITHIN;
        if self.exercise || !scene.is_quiet() || !lately {
            return false;
        }
        if !self.crowded.contains_key(reader) {
            let limit = usize::try_from(self.limit()).unwrap_or(usize::MAX);
            let crowded =
                self.openings().crowded(limit, |number, incident| self.sees(reader, number, incident));
            self.crowded.insert(reader.clone(), crowded);
        }
        let told = self.crowded.get(reader).is_some_and(|crowded| crowded.contains(&scene.number));
        if told {
            self.digests.insert((reader.clone(), storm::minute(recorded)));
        }
        told
    }

    fn limit(&self) -> u32 {
        self.directory.config.settings.pace.digest_above
    }

    fn openings(&self) -> &Openings {
        self.openings.get_or_init(|| Openings::of(self.state, self.now))
    }

    fn sees(&self, reader: &Reader, number: IncidentNumber, incident: &Incident) -> bool {
        let covering = self.state.covering(incident, self.now);
        match reader {
            Reader::Operators(platform) => {
                covering.is_empty()
                    || covering.iter().any(|(agreement, _)| self.directory.may_leave(agreement, *platform))
            }
            Reader::Customer(agreement) => {
                covering.iter().any(|(known, _)| *known == agreement)
                    && self.state.ledger.is_published(number, agreement)
            }
        }
    }

    /// Adds the digests. Of several states of one card only the last is kept.
    fn finish(mut self) -> Composed {
        for (reader, minute) in std::mem::take(&mut self.digests) {
            let sees = |number, incident: &Incident| self.sees(&reader, number, incident);
            let doc = self.openings().digest(self.state, minute, &reader, self.directory, sees, self.now);
            let letter = Letter::post(format!("digest/opened/{minute}"), "digest", Urgency::Opened);
            let directory = self.directory;
            let places: Vec<(&Address, &Binding)> = match &reader {
                Reader::Operators(platform) => {
                    directory.operators().filter(|(address, _)| address.platform == *platform).collect()
                }
                Reader::Customer(agreement) => directory.customer(agreement).collect(),
            };
            let cards = places.into_iter().map(|(address, binding)| letter.to(address, binding, &doc));
            self.out.cards.extend(cards);
        }
        let mut seen = BTreeSet::new();
        self.out.cards.reverse();
        self.out.cards.retain(|card| seen.insert(card.key.clone()));
        self.out.cards.reverse();
        self.out
    }
}
