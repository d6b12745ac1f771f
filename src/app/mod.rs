//! The only place that wires the parts together: start, supervision, shutdown.

mod adopt;
mod anonymous;
mod chats;
mod counting;
pub mod gaps;
mod housekeeping;
mod learner;
mod links;
mod ports;
mod reviewer;
mod reviews;
mod supervise;
mod surveyor;
mod voices;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use tokio::signal::unix::Signal;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::announce::Announcements;
use crate::board::Keeper;
use crate::chat::web::{Hub, WebChat};
use crate::chat::{Chat, Health};
use crate::clock::{Clock, SteadyClock};
use crate::commands::desk::{Desk, Reload};
use crate::commands::reading::Learnt;
use crate::config::{Config, Secret, Settings};
use crate::core::time::Span;
use crate::directory::Shared;
use crate::journal::Journal;
use crate::outbox::worker::{self, Worker};
use crate::store::{Mode, Store};
use crate::web::board::{self, Boards};
use crate::web::console::{self, Console, Persona};
use crate::web::feedback::{self, FeedbackPages};
use crate::web::health::Parts;
use crate::web::insight::Insight;
use crate::web::metrics::Metrics;
use crate::web::review::{self, ReviewPages};
use crate::web::site::Site;
use crate::web::survey::{self, SurveyPages};
use crate::web::webhooks::{self, Integrations, Webhooks};
use crate::web::{assemble, exposure, health, metrics, server};

pub use adopt::{adopt, changes, introduce};
pub use supervise::Broken;
use supervise::Supervisor;

/// What the program is started with.
#[derive(Debug)]
pub struct Start {
    pub config: Config,
    /// Where the configuration was read, for reading it again.
    pub path: Option<PathBuf>,
    pub clock: Arc<dyn Clock>,
    /// Accounts of the configuration that any visitor may look through; only a demonstration has any:
    /// (id in addresses, web account's user, the key of a few words).
    pub personas: Vec<(String, String, &'static str)>,
}

/// The running program.
#[derive(Debug)]
pub struct App {
    pub address: SocketAddr,
    pub store: Store,
    pub journal: Journal,
    pub site: Arc<Site>,
    pub hub: Arc<Hub>,
    pub directory: Arc<Shared>,
    pub clock: Arc<dyn Clock>,
    pub parts: Parts,
    pub desk: Arc<dyn crate::chat::Desk>,
    /// How texts are read beside the rules.
    pub learnt: Learnt,
    reloader: Arc<adopt::Reloader>,
    outbox: Worker,
    stop: Stop,
    /// How long what runs may take to end.
    shutdown: Duration,
    writer: JoinHandle<()>,
    server: JoinHandle<std::io::Result<()>>,
    chats: chats::Chats,
    tasks: Vec<JoinHandle<()>>,
    broken: mpsc::Receiver<Broken>,
}

/// The order in which the program ends: first nothing new is let in, then what runs is finished.
#[derive(Debug)]
struct Stop {
    /// Requests, platforms, periodic work.
    outside: CancellationToken,
    /// The journal's writer.
    journal: CancellationToken,
}

impl App {
    /// Starts everything.
    ///
    /// # Errors
    /// A database that cannot be used, a port that is taken, an address that would be open to everybody
    /// without encryption: each says what to do.
    pub async fn start(start: Start) -> Result<Self> {
        let Start { config, path, clock, personas } = start;
        let (settings, listener) = (config.settings.clone(), listen(&config.settings)?);
        let address = listener.local_addr().context("the listening address cannot be read")?;
        let steady = Arc::new(SteadyClock::new(clock));
        let clock: Arc<dyn Clock> = steady.clone();
        let stop = Stop { outside: CancellationToken::new(), journal: CancellationToken::new() };
        let (base, writer) = Base::start(Arc::new(config), clock.clone(), stop.journal.clone()).await?;
        if let Some(last) = base.journal.read().await.now {
            steady.not_before(last);
        }
        let reloader = base.reloader(path);
        let live = &reloader.live;
        let hub = Arc::new(Hub::default());
        let web = base.web(&settings, &hub);
        let desk = base.desk(reloader.clone());
        let chats = base.chats(&settings, desk.clone(), web.clone(), &stop.outside)?;
        let outbox = base.outbox(&settings, &chats);
        let site = Arc::new(site(&settings, address));
        let machines = base.machines(&settings, site.clone(), live.integrations.subscribe());
        let app = match web {
            Some(web) => {
                let session = live.session.subscribe();
                let (desk, site) = (desk.clone(), site.clone());
                let pages = base.pages(session, web, desk, site.clone(), personas, &stop.outside);
                let pages = pages.merge(base.surveys(site.clone())).merge(base.voices(site.clone()));
                assemble(site, pages, machines)
            }
            None => machines,
        };
        let (server, answers) = serve(listener, app, &settings, stop.outside.clone()).await?;
        let (tasks, broken) = base.beside(live, &chats.all, &outbox, answers, &stop.outside);
        let Base { store, journal, directory, parts, learnt, .. } = base;
        Ok(Self {
            address,
            store,
            journal,
            site,
            hub,
            directory,
            clock,
            parts,
            desk,
            learnt,
            reloader,
            outbox,
            stop,
            shutdown: settings.timeouts.shutdown,
            writer,
            server,
            chats,
            tasks,
            broken,
        })
    }

    /// Runs until `stop`, then ends in order. On `hang_up` the configuration is read again; whoever starts the
    /// program waits for that signal before, because one that nobody waits for ends the process.
    ///
    /// # Errors
    /// When a part without which nothing works ended by itself: the rest was ended too.
    pub async fn run(mut self, stop: CancellationToken, mut hang_up: Option<Signal>) -> Result<()> {
        let mut again = async || match &mut hang_up {
            Some(signal) => signal.recv().await,
            None => std::future::pending().await,
        };
        let broken = loop {
            tokio::select! {
                () = stop.cancelled() => break None,
                Some(broken) = self.broken.recv() => break Some(broken),
                _ = again() => self.reload().await,
            }
        };
        tracing::info!("ending");
        self.stop().await;
        broken.map_or(Ok(()), |broken| Err(broken.into()))
    }

    /// A link that makes its first visitor a manager, when nobody is one yet; none without the web chat.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn first_link(&self) -> Result<Option<String>> {
        let directory = self.directory.get();
        let manages = |person: &crate::store::people::Person| {
            person.roles.contains(&crate::store::people::Role::Manager)
        };
        let signs_in = directory.people.values().filter(|person| manages(person)).any(|person| {
            person.accounts.iter().any(|account| account.platform != crate::chat::Platform::Web)
        });
        if signs_in
            || directory.people.values().any(|person| manages(person) && !is_configured(&directory, person))
        {
            return Ok(None);
        }
        let Some(web) = &directory.config.settings.platforms.web else {
            tracing::warn!(
                "nobody manages Upheld, and the web chat, by which the first manager signs in, is off: give \
                 somebody of [[people]] the role manager and an account"
            );
            return Ok(None);
        };
        Ok(Some(console::manager_link(&self.store, &*self.clock, &self.site, web.first_link).await?))
    }

    /// Reads the configuration again.
    pub async fn reload(&self) {
        self.reloader.reload().await;
    }

    /// Wakes everything that waits for the clock; after it was moved.
    pub fn clock_moved(&self) {
        self.journal.poke();
        self.outbox.wake();
    }

    /// Ends everything in order; what was accepted is on the disk, what was being sent is settled. What runs has
    /// until `[timeouts] shutdown`, the journal and the database [`LAST`] more.
    pub async fn stop(self) {
        let Self { store, outbox, stop, shutdown, mut writer, server, chats, tasks, .. } = self;
        stop.outside.cancel();
        let outside = timeout(shutdown, async {
            match server.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "the server did not end well"),
                Err(error) => tracing::error!(%error, "the server broke off"),
            }
            chats.ended().await;
            for task in tasks {
                drop(task.await);
            }
        });
        if tokio::join!(outside, outbox.stop_within(shutdown)).0.is_err() {
            tracing::warn!("not everything ended in time");
        }
        stop.journal.cancel();
        if timeout(LAST, &mut writer).await.is_err() {
            tracing::error!("the journal could not be finished; the next start reads it from the database");
            writer.abort();
        }
        if timeout(LAST, store.close()).await.is_err() {
            tracing::error!("the database did not let go in time");
        }
    }
}

/// How long the journal, and then the database, may take to finish at the end.
const LAST: Duration = Duration::from_secs(5);

/// What most parts need.
#[derive(Debug)]
struct Base {
    store: Store,
    directory: Arc<Shared>,
    announcements: Arc<Announcements>,
    journal: Journal,
    /// Where the journal ended at the start.
    first: u64,
    clock: Arc<dyn Clock>,
    parts: Parts,
    metrics: Arc<Metrics>,
    learnt: Learnt,
    keeper: Keeper,
}

impl Base {
    /// Opens the database, restores the journal and brings both in line with the configuration.
    async fn start(
        config: Arc<Config>,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
    ) -> Result<(Self, JoinHandle<()>)> {
        let url = config.settings.store_url.reveal().context("no database is configured: [store] url")?;
        let store = Store::open(url, Mode::Own).await?;
        adopt::introduce(&store, &config, clock.now()).await?;
        let directory = Arc::new(Shared::new(store.clone(), config.clone()).await?);
        let announcements = Arc::new(Announcements::new(directory.clone()));
        let parts = Parts::default();
        let metrics = Arc::new(Metrics::new(parts.clone(), &*clock));
        let tick = config.settings.pace.tick;
        let (journal, writer) =
            Journal::start(store.clone(), clock.clone(), announcements.clone(), tick, stop).await?;
        let first = journal.read().await.sequence;
        adopt(&journal, config).await?;
        let learnt = Learnt::default();
        let keeper = Keeper::new(journal.clone(), store.clone(), directory.clone(), clock.clone());
        let base =
            Self { store, directory, announcements, journal, first, clock, parts, metrics, learnt, keeper };
        Ok((base, writer))
    }

    fn desk(&self, reload: Arc<dyn Reload>) -> Arc<dyn crate::chat::Desk> {
        let parts = self.parts.clone();
        let states = Arc::new(move || parts.states().into_iter().collect::<Vec<(String, Health)>>());
        let desk = Arc::new(Desk::new(
            self.journal.clone(),
            self.store.clone(),
            self.directory.clone(),
            self.announcements.clone(),
            reload,
            states,
            self.learnt.clone(),
        ));
        Arc::new(counting::Counted { desk, metrics: self.metrics.clone() })
    }

    fn web(&self, settings: &Settings, hub: &Arc<Hub>) -> Option<Arc<WebChat>> {
        let web = || Arc::new(WebChat::new(self.store.clone(), hub.clone(), self.clock.clone()));
        settings.platforms.web.as_ref().map(|_| web())
    }

    fn chats(
        &self,
        settings: &Settings,
        desk: Arc<dyn crate::chat::Desk>,
        web: Option<Arc<WebChat>>,
        shutdown: &CancellationToken,
    ) -> Result<chats::Chats> {
        chats::start(settings, &self.store, desk, self.clock.clone(), &self.parts, web, shutdown)
    }

    fn reloader(&self, path: Option<PathBuf>) -> Arc<adopt::Reloader> {
        let config = self.directory.get().config.clone();
        Arc::new(adopt::Reloader {
            path,
            store: self.store.clone(),
            journal: self.journal.clone(),
            directory: self.directory.clone(),
            clock: self.clock.clone(),
            live: adopt::Live::of(&config),
            started: config.settings.clone(),
            turn: tokio::sync::Mutex::default(),
        })
    }

    fn outbox(&self, settings: &Settings, chats: &chats::Chats) -> Worker {
        Worker::start(worker::Parts {
            store: self.store.clone(),
            clock: self.clock.clone(),
            chats: chats.all.clone(),
            speaker: Arc::new(ports::Words { reviews: self.reviews() }),
            watch: Arc::new(ports::Post {
                store: self.store.clone(),
                directory: self.directory.clone(),
                announcements: self.announcements.clone(),
                clock: self.clock.clone(),
                metrics: self.metrics.clone(),
                journal: self.journal.clone(),
            }),
            settings: chats::worker_settings(settings),
        })
    }

    /// What runs beside the road: periodic work, and the watch over the essential tasks.
    fn beside(
        &self,
        live: &adopt::Live,
        chats: &AllChats,
        outbox: &Worker,
        answers: supervise::Pulse,
        stop: &CancellationToken,
    ) -> (Vec<JoinHandle<()>>, mpsc::Receiver<Broken>) {
        let (supervisor, broken) = Supervisor::new(self.parts.clone(), stop.clone());
        let mut tasks = housekeeping::start(self, chats, live, stop);
        let tuned = housekeeping::tune(outbox.tuner(), live.settings.subscribe(), stop.clone());
        tasks.push(tokio::spawn(tuned));
        let surveyor = surveyor::survey(self.journal.clone(), self.directory.clone(), stop.clone());
        tasks.push(supervisor.beside("surveys", surveyor));
        tasks.push(supervisor.beside("reviews", self.reviewer().run(stop.clone())));
        tasks.push(supervisor.beside("dashboards", self.keeper.clone().run(stop.clone())));
        let gaps = gaps::watch(self.journal.clone(), self.directory.clone(), stop.clone());
        tasks.push(supervisor.beside("risks", gaps));
        let (store, learnt) = (self.store.clone(), self.learnt.clone());
        let learner =
            learner::learn(self.journal.clone(), store, self.directory.clone(), learnt, stop.clone());
        tasks.push(tokio::spawn(learner));
        tasks.push(supervisor.follow("journal", self.journal.pulse()));
        tasks.push(supervisor.follow("outbox", outbox.pulse()));
        tasks.push(supervisor.guard("HTTP server", answers));
        let (beat, pulse) = watch::channel(None);
        let counting = anonymous::count(self.store.clone(), self.journal.clone(), beat, stop.clone());
        tasks.push(tokio::spawn(counting));
        tasks.push(supervisor.guard("count of anonymous answers", pulse));
        tasks.extend(self.store.pulse().map(|pulse| supervisor.guard("database's writer", pulse)));
        (tasks, broken)
    }

    fn reviews(&self) -> reviews::Reviews {
        let (store, journal) = (self.store.clone(), self.journal.clone());
        reviews::Reviews { store, journal, directory: self.directory.clone() }
    }

    fn reviewer(&self) -> reviewer::Reviewer {
        let (store, journal) = (self.store.clone(), self.journal.clone());
        reviewer::Reviewer { store, journal, directory: self.directory.clone() }
    }

    /// The pages of the web chat, and the dashboards for the same visitors.
    fn pages(
        &self,
        session: watch::Receiver<Span>,
        chat: Arc<WebChat>,
        desk: Arc<dyn crate::chat::Desk>,
        site: Arc<Site>,
        personas: Vec<(String, String, &'static str)>,
        stop: &CancellationToken,
    ) -> Router {
        let console = Arc::new(Console {
            store: self.store.clone(),
            chat,
            desk,
            rooms: self.directory.clone(),
            clock: self.clock.clone(),
            site,
            metrics: self.metrics.clone(),
            personas: find_personas(&self.directory, personas),
            attempts: console::Attempts::default(),
            session,
            shutdown: stop.clone(),
        });
        let (directory, keeper) = (self.directory.clone(), self.keeper.clone());
        let boards = Boards::new(console.clone(), directory, keeper, stop.clone());
        let reviews = review::router(ReviewPages {
            reviews: Arc::new(self.reviews()),
            console: console.clone(),
            site: console.site.clone(),
            tries: Arc::default(),
        });
        console::router(console).merge(board::router(boards)).merge(reviews)
    }

    /// The pages behind links to surveys.
    fn surveys(&self, site: Arc<Site>) -> Router {
        survey::router(Arc::new(SurveyPages {
            surveys: Arc::new(links::Links {
                store: self.store.clone(),
                journal: self.journal.clone(),
                directory: self.directory.clone(),
                learnt: self.learnt.clone(),
            }),
            site,
            clock: self.clock.clone(),
            tries: survey::Tries::default(),
        }))
    }

    /// The pages on which people without an account write.
    fn voices(&self, site: Arc<Site>) -> Router {
        feedback::router(Arc::new(FeedbackPages {
            voices: Arc::new(voices::Voices {
                store: self.store.clone(),
                journal: self.journal.clone(),
                directory: self.directory.clone(),
                learnt: self.learnt.clone(),
            }),
            site,
            clock: self.clock.clone(),
            tries: survey::Tries::default(),
        }))
    }

    /// What machines ask for: health, metrics, and the webhooks.
    fn machines(
        &self,
        settings: &Settings,
        site: Arc<Site>,
        table: watch::Receiver<Arc<Integrations>>,
    ) -> Router {
        let intake = ports::Inbox {
            store: self.store.clone(),
            announcements: self.announcements.clone(),
            clock: self.clock.clone(),
            metrics: self.metrics.clone(),
        };
        let limits = webhooks::Limits {
            body: settings.server.body_limit,
            in_flight: settings.server.in_flight_limit,
            patience: settings.timeouts.intake,
        };
        let hooks = Webhooks::new(table, Arc::new(intake), self.clock.clone(), limits);
        let token = settings.server.metrics_token.as_ref().and_then(Secret::reveal);
        let insight = Insight::new(site, token);
        health::router(self.parts.clone(), insight.clone())
            .merge(metrics::router(self.metrics.clone(), insight))
            .merge(hooks.router())
    }
}

/// The names under which the pages answer.
fn site(settings: &Settings, address: SocketAddr) -> Site {
    let server = &settings.server;
    let public_url = Url::parse(&server.public_url).ok();
    Site::new(public_url.as_ref(), address, server.tls.is_some(), server.trusted_proxies.clone())
}

/// Takes the address, unless that would open Upheld to everybody without encryption.
fn listen(settings: &Settings) -> Result<TcpListener> {
    let server = &settings.server;
    exposure::check_exposure(server.listen, server.tls.is_some(), &server.trusted_proxies)?;
    Ok(exposure::bind(server.listen)?)
}

async fn serve(
    listener: TcpListener,
    app: Router,
    settings: &Settings,
    stop: CancellationToken,
) -> Result<(JoinHandle<std::io::Result<()>>, supervise::Pulse)> {
    let tls = match &settings.server.tls {
        Some(tls) => Some(server::tls(&tls.certificate, &tls.key).await?),
        None => None,
    };
    let limits = server::Limits {
        connections: usize::try_from(settings.server.connections).unwrap_or(usize::MAX),
        idle: server::Limits::default().idle,
        per_client: usize::try_from(settings.server.connections_per_client).unwrap_or(usize::MAX),
        head: settings.timeouts.header,
        body_pause: settings.timeouts.body,
        response: settings.timeouts.response,
        body: settings.server.body_limit,
        grace: settings.timeouts.shutdown,
    };
    let (beat, pulse) = watch::channel(None);
    let proxies = settings.server.trusted_proxies.clone();
    let server = tokio::spawn(async move {
        let ended = server::run(listener, app, tls, limits, proxies, stop).await;
        drop(beat);
        ended
    });
    Ok((server, pulse))
}

fn is_configured(directory: &crate::directory::Directory, person: &crate::store::people::Person) -> bool {
    directory
        .config
        .people
        .values()
        .any(|known| known.accounts.iter().any(|account| person.accounts.contains(account)))
}

fn find_personas(directory: &Shared, personas: Vec<(String, String, &'static str)>) -> Vec<Persona> {
    let directory = directory.get();
    let found = personas.into_iter().filter_map(|(id, user, about)| {
        let account = crate::chat::Account { platform: crate::chat::Platform::Web, user };
        let person = directory.person(&account)?;
        Some(Persona { id, person: person.id.clone(), name: person.name.clone(), about })
    });
    found.collect()
}

/// Every platform, as the outbox sees it.
pub type AllChats = Vec<Arc<dyn Chat>>;
