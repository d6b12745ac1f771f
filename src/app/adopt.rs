//! From the configuration to the journal: what changed in the files becomes a new version, and nothing else.

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::commands::desk::{Reload, Reloaded};
use crate::config::{self, Config, Settings, Severity, Surroundings};
use crate::core::event::Event;
use crate::core::review::ReviewBook;
use crate::core::state::{State, Versions};
use crate::core::time::{Instant, Span};
use crate::directory::{self, Shared};
use crate::journal::Journal;
use crate::logging;
use crate::sources::SourceKind;
use crate::store::bindings::{Binding, ConfigureBindings};
use crate::store::people::{Configure, Configured, Role};
use crate::store::record::Chain;
use crate::store::{Store, StoreError};
use crate::web::webhooks::{Integration, Integrations};

/// The events by which the journal learns what the files say now; none when nothing changed.
pub fn changes(config: &Config, state: &State, now: Instant) -> Vec<Event> {
    let mut events = Vec::new();
    if state.book_sha256() != Some(config.book_sha256.as_str()) {
        let book = Box::new(config.book.clone());
        events.push(Event::ServicesAdopted { effective: now, sha256: config.book_sha256.clone(), book });
    }
    let asked = state.voice.book_sha256();
    // Before the terms, whose promises may name them.
    if asked != Some(config.surveys_sha256.as_str()) && (asked.is_some() || !config.surveys.is_empty()) {
        let book = Box::new(config.surveys.clone());
        events.push(Event::SurveysAdopted { effective: now, sha256: config.surveys_sha256.clone(), book });
    }
    for (id, file) in &config.agreements {
        let versions = state.agreements.get(id);
        let latest = versions.and_then(|versions| versions.latest());
        let withdrawn = versions.is_some_and(Versions::is_withdrawn);
        if latest.is_some_and(|latest| latest.sha256 == file.sha256) && !withdrawn {
            continue;
        }
        events.push(Event::TermsAdopted {
            agreement: id.clone(),
            version: latest.map_or(1, |latest| latest.number + 1),
            // The first version judges the whole term; a later one what follows it, and never before it.
            effective: latest.map_or(file.terms.starts, |latest| latest.effective.max(now)),
            sha256: file.sha256.clone(),
            terms: Box::new(file.terms.clone()),
        });
    }
    let planned = state.reviews.book_sha256();
    let plans = config.reviews != ReviewBook::default();
    if planned != Some(config.reviews_sha256.as_str()) && (planned.is_some() || plans) {
        let book = Box::new(config.reviews.clone());
        events.push(Event::ReviewsAdopted { effective: now, sha256: config.reviews_sha256.clone(), book });
    }
    for (id, versions) in &state.agreements {
        if !versions.is_withdrawn() && !config.agreements.contains_key(id) {
            events.push(Event::TermsWithdrawn { agreement: id.clone(), effective: now });
        }
    }
    events
}

/// Brings the journal in line with the configuration; returns how many agreements have a new version.
///
/// # Errors
/// Those of the database.
pub async fn adopt(journal: &Journal, config: Arc<Config>) -> Result<usize, StoreError> {
    let (told, count) = tokio::sync::oneshot::channel();
    let id = format!("configuration/{}", journal.now().micros());
    let propose = move |state: &State, now: Instant| {
        let events = changes(&config, state, now);
        let terms = events
            .iter()
            .filter(|event| matches!(event, Event::TermsAdopted { .. } | Event::TermsWithdrawn { .. }));
        let terms = terms.count();
        // Nobody waits for it only when the caller is gone.
        let _unheard = told.send(terms);
        events
    };
    journal.note(id, propose).await?;
    Ok(count.await.unwrap_or(0))
}

/// Writes the people and channels of the configuration into the database.
///
/// # Errors
/// Those of the database.
pub async fn introduce(store: &Store, config: &Config, now: Instant) -> Result<(), StoreError> {
    let people =
        config.people.values().filter(|person| !person.accounts.is_empty()).map(|person| Configured {
            name: person.name.clone(),
            accounts: person.accounts.iter().cloned().collect(),
            roles: match person.role {
                config::Role::Operator => [Role::Operator].into(),
                config::Role::Manager => [Role::Manager].into(),
                config::Role::Auditor => [Role::Auditor].into(),
                config::Role::Customer => person.agreements.iter().cloned().map(Role::Customer).collect(),
            },
        });
    let people = Configure { people: people.collect(), now };
    // The channels of an agreement whose file is gone stay its own while something is open under it.
    let kept = directory::keep(store, config).await?;
    let kept = kept.values().flat_map(|kept| &kept.operations.channels);
    let kept = kept.filter(|binding| !config.bindings.contains_key(&binding.address));
    let bindings = config.bindings.values().chain(kept).map(|binding| {
        let audience = match &binding.party {
            config::Party::Operators => Chain::Operators,
            config::Party::Customer(agreement) => Chain::Customer(agreement.clone()),
        };
        let locale = crate::i18n::Locale { language: binding.language, zone: binding.zone };
        (binding.address.clone(), Binding { audience, locale, bound_by: None, bound: now })
    });
    store.write((people, ConfigureBindings(bindings.collect()))).await.map(drop)
}

/// The integrations as the webhook endpoint checks them.
pub fn integrations(config: &Config) -> Integrations {
    let table = config.integrations.iter().map(|(id, integration)| {
        let secrets: Vec<&str> = integration.secrets.iter().filter_map(|secret| secret.reveal()).collect();
        (id.clone(), Integration::new(source_kind(integration), &secrets))
    });
    Integrations::new(table.collect())
}

/// How bodies of an integration are read.
pub const fn source_kind(integration: &config::Integration) -> SourceKind {
    match integration.kind {
        config::IntegrationKind::Alertmanager => SourceKind::Alertmanager,
        config::IntegrationKind::Upheld => SourceKind::Upheld,
    }
}

/// What a running program takes from its settings whenever they change.
#[derive(Debug)]
pub struct Live {
    pub settings: watch::Sender<Arc<Settings>>,
    pub session: watch::Sender<Span>,
    pub integrations: watch::Sender<Arc<Integrations>>,
}

impl Live {
    pub fn of(config: &Config) -> Self {
        Self {
            settings: watch::Sender::new(Arc::new(config.settings.clone())),
            session: watch::Sender::new(session(&config.settings)),
            integrations: watch::Sender::new(Arc::new(integrations(config))),
        }
    }

    fn take(&self, config: &Config) {
        self.integrations.send_replace(Arc::new(integrations(config)));
        self.session.send_replace(session(&config.settings));
        self.settings.send_replace(Arc::new(config.settings.clone()));
        logging::tell(&config.settings.logging.filter);
    }
}

/// How long a session of the web chat lasts; nobody has one while it is off.
fn session(settings: &Settings) -> Span {
    settings.platforms.web.as_ref().map_or(Span::from_days(30), |web| web.session)
}

/// Reads the files again and puts them in force, whole or not at all.
#[derive(Debug)]
pub struct Reloader {
    pub path: Option<PathBuf>,
    pub store: Store,
    pub journal: Journal,
    pub directory: Arc<Shared>,
    pub clock: Arc<dyn Clock>,
    pub live: Live,
    /// The settings this program was started with.
    pub started: Settings,
    /// A second reload waits for the first, so that what is in force is one configuration's and not two's.
    pub turn: tokio::sync::Mutex<()>,
}

/// Why a configuration was not taken.
struct NotTaken {
    error: String,
    /// Why, besides, the new people and channels could not be taken back.
    half: Option<StoreError>,
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        Self { error: error.to_string(), half: None }
    }
}

impl Reloader {
    /// People and channels first, because what the journal announces goes to them; then the journal. If that
    /// fails the people and channels are taken back. What only lives in memory comes last and cannot fail.
    async fn take(&self, config: Arc<Config>) -> Result<usize, NotTaken> {
        if let Some(error) = self.journal.pulse().borrow().clone() {
            return Err(NotTaken { error, half: None });
        }
        let before = self.directory.get().config.clone();
        self.settle(&config).await?;
        match adopt(&self.journal, config.clone()).await {
            Ok(changed) => {
                self.live.take(&config);
                Ok(changed)
            }
            Err(error) => {
                let half = self.settle(&before).await.err();
                Err(NotTaken { error: error.to_string(), half })
            }
        }
    }

    /// Puts people and channels in force.
    async fn settle(&self, config: &Arc<Config>) -> Result<(), StoreError> {
        introduce(&self.store, config, self.clock.now()).await?;
        self.directory.replace(config.clone()).await
    }

    /// The customers whose agreement has no file any more while incidents under it are open.
    async fn departing(&self) -> Vec<String> {
        let directory = self.directory.get();
        let state = self.journal.read().await;
        let held = directory::held(&state, self.journal.now());
        let mut customers = Vec::new();
        for agreement in held.iter().filter(|id| !directory.config.agreements.contains_key(*id)) {
            tracing::warn!(%agreement, "its file is gone; its open incidents run to their end under its last terms");
            let terms = state.agreements.get(agreement).and_then(|versions| versions.latest());
            customers.extend(terms.map(|version| version.terms.customer.clone()));
        }
        customers
    }

    async fn again(&self) -> Reloaded {
        let Some(path) = &self.path else {
            return Reloaded::Done { changed: 0, waiting: Vec::new(), departing: Vec::new() };
        };
        let _turn = self.turn.lock().await;
        let loaded = config::load(path, &Surroundings::of_process(self.clock.now()));
        let errors = loaded.problems.iter().filter(|problem| problem.severity == Severity::Error);
        let problems: Vec<String> = errors.map(ToString::to_string).collect();
        let Some(mut config) = loaded.config else {
            tracing::error!(
                count = problems.len(),
                first = problems.first(),
                "the configuration was not taken"
            );
            return Reloaded::Refused { problems };
        };
        if let Err(error) = config.create_missing_secrets() {
            return refused(format!("a secret could not be made: {error}"));
        }
        let waiting = config::waiting(&self.started, &config.settings);
        match self.take(Arc::new(config)).await {
            Ok(changed) => {
                tracing::info!(changed, "the configuration was read again");
                if !waiting.is_empty() {
                    tracing::warn!(keys = waiting.join(", "), "these changes wait for the next start");
                }
                Reloaded::Done { changed, waiting, departing: self.departing().await }
            }
            Err(NotTaken { error, half: None }) => refused(error),
            Err(NotTaken { error, half: Some(again) }) => {
                tracing::error!(
                    error,
                    %again,
                    "people and channels are the new ones, everything else is the old; reload again once the \
                     database works"
                );
                Reloaded::Half { problems: vec![error, again.to_string()] }
            }
        }
    }
}

fn refused(problem: String) -> Reloaded {
    tracing::error!(error = problem, "the configuration was not taken");
    Reloaded::Refused { problems: vec![problem] }
}

impl Reload for Reloader {
    fn reload(&self) -> BoxFuture<'_, Reloaded> {
        Box::pin(self.again())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::decide;
    use crate::core::event::Entry;

    fn shipped() -> Config {
        let now = Instant::parse("2026-11-23T03:41:00Z").unwrap();
        let surroundings = Surroundings { now, variables: Default::default() };
        config::load(std::path::Path::new("config"), &surroundings).config.unwrap()
    }

    /// Takes what the configuration changes; returns the names of the events.
    fn take(config: &Config, state: &mut State, entries: &mut Vec<Entry>, minute: i64) -> Vec<&'static str> {
        let now = Instant::parse("2026-11-23T04:00:00Z").unwrap() + Span::from_minutes(minute);
        let mut names = Vec::new();
        for event in changes(config, state, now) {
            names.push(match &event {
                Event::ServicesAdopted { .. } => "services",
                Event::SurveysAdopted { .. } => "surveys",
                Event::TermsAdopted { .. } => "terms",
                Event::ReviewsAdopted { .. } => "reviews",
                _ => "other",
            });
            let sequence = state.sequence + 1;
            let entry = Entry { sequence, id: format!("{minute}/{sequence}"), recorded: now, event };
            decide::step(state, &entry);
            entries.push(entry);
        }
        names
    }

    fn asking(mut config: Config, change: impl FnOnce(&mut Config)) -> Config {
        change(&mut config);
        config.surveys_sha256 = config::sha256(&config.surveys);
        config
    }

    #[test]
    fn changed_surveys_are_adopted_once_before_the_terms_and_a_replay_knows_the_same() {
        let (mut state, mut entries) = (State::default(), Vec::new());
        let first = take(&shipped(), &mut state, &mut entries, 0);
        assert_eq!(first, ["services", "surveys", "terms", "terms", "terms", "reviews"]);
        assert_eq!(take(&shipped(), &mut state, &mut entries, 1), [""; 0]);
        let fewer = asking(shipped(), |config| drop(config.surveys.pop_first()));
        assert_eq!(take(&fewer, &mut state, &mut entries, 2), ["surveys"]);
        assert_eq!(state.voice.book().map(|book| book.len()), Some(3));
        let none = asking(shipped(), |config| config.surveys.clear());
        assert_eq!(take(&none, &mut state, &mut entries, 3), ["surveys"]);
        assert_eq!(take(&none, &mut state, &mut entries, 4), [""; 0]);
        assert_eq!(state.voice.book().map(|book| book.len()), Some(0));
        assert_eq!(take(&shipped(), &mut state, &mut entries, 5), ["surveys"]);
        let mut again = State::default();
        for entry in &entries {
            decide::step(&mut again, entry);
        }
        assert_eq!(again, state);
    }

    #[test]
    fn where_nobody_was_ever_asked_anything_no_empty_book_is_adopted() {
        let none = asking(shipped(), |config| config.surveys.clear());
        let names = take(&none, &mut State::default(), &mut Vec::new(), 0);
        assert_eq!(names, ["services", "terms", "terms", "terms", "reviews"]);
    }
}
