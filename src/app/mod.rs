//! The only place that wires the parts together: start, supervision, shutdown.

mod adopt;
mod chats;
mod housekeeping;
mod ports;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::announce::Announcements;
use crate::chat::web::{Hub, WebChat};
use crate::chat::{Chat, Health};
use crate::clock::Clock;
use crate::commands::desk::{Desk, Reload};
use crate::config::{Config, Settings};
use crate::core::time::Span;
use crate::directory::Shared;
use crate::journal::Journal;
use crate::outbox::worker::{self, Worker};
use crate::store::{Mode, Store};
use crate::web::console::{self, Console, Persona};
use crate::web::health::Parts;
use crate::web::metrics::Metrics;
use crate::web::site::Site;
use crate::web::webhooks::{self, Integrations, Webhooks};
use crate::web::{assemble, exposure, health, metrics, server};

pub use adopt::{adopt, changes};

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
    reloader: Arc<adopt::Reloader>,
    outbox: Worker,
    stop: Stop,
    writer: JoinHandle<()>,
    server: JoinHandle<std::io::Result<()>>,
    chats: chats::Chats,
    tasks: Vec<JoinHandle<()>>,
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
        let settings = config.settings.clone();
        let listener = listen(&settings)?;
        let address = listener.local_addr().context("the listening address cannot be read")?;
        let url = settings.store_url.reveal().context("no database is configured: [store] url")?;
        let store = Store::open(url, Mode::Own).await?;
        adopt::introduce(&store, &config, clock.now()).await?;
        let stop = Stop { outside: CancellationToken::new(), journal: CancellationToken::new() };
        let (base, writer) =
            Base::start(store, Arc::new(config), clock.clone(), stop.journal.clone()).await?;
        let (integrations, table) =
            watch::channel(Arc::new(adopt::integrations(&base.directory.get().config)));
        let reloader = base.reloader(path, integrations);
        let hub = Arc::new(Hub::default());
        let web = Arc::new(WebChat::new(base.store.clone(), hub.clone(), clock.clone()));
        let desk = base.desk(reloader.clone());
        let chats = chats::start(
            &settings,
            &base.store,
            desk.clone(),
            clock.clone(),
            &base.parts,
            web.clone(),
            &stop.outside,
        )?;
        let outbox = base.outbox(&settings, &chats);
        let site = Arc::new(Site::new(
            Url::parse(&settings.server.public_url).ok().as_ref(),
            address,
            settings.server.tls.is_some(),
            settings.server.trusted_proxies.clone(),
        ));
        let pages = base.pages(&settings, web, desk.clone(), site.clone(), personas, &stop.outside);
        let app = assemble(site.clone(), pages, base.machines(&settings, table));
        let server = serve(listener, app, &settings, stop.outside.clone()).await?;
        let tasks = housekeeping::start(&base, &chats.all, &settings, &stop.outside);
        let Base { store, journal, directory, parts, .. } = base;
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
            reloader,
            outbox,
            stop,
            writer,
            server,
            chats,
            tasks,
        })
    }

    /// A link that makes its first visitor a manager, when nobody is one yet.
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
        let lasts = directory
            .config
            .settings
            .platforms
            .web
            .as_ref()
            .map_or(Span::from_minutes(15), |web| web.first_link);
        Ok(Some(console::manager_link(&self.store, &*self.clock, &self.site, lasts).await?))
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

    /// Ends everything in order; what was accepted is on the disk, what was being sent is settled.
    pub async fn stop(self) {
        let Self { store, outbox, stop, writer, server, chats, tasks, .. } = self;
        stop.outside.cancel();
        match server.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the server did not end well"),
            Err(error) => tracing::error!(%error, "the server broke off"),
        }
        chats.ended().await;
        for task in tasks {
            drop(task.await);
        }
        stop.journal.cancel();
        drop(writer.await);
        outbox.stop().await;
        store.close().await;
    }
}

/// What most parts need.
#[derive(Debug)]
struct Base {
    store: Store,
    directory: Arc<Shared>,
    announcements: Arc<Announcements>,
    journal: Journal,
    clock: Arc<dyn Clock>,
    parts: Parts,
    metrics: Arc<Metrics>,
}

impl Base {
    /// Restores the journal and brings it in line with the configuration.
    async fn start(
        store: Store,
        config: Arc<Config>,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
    ) -> Result<(Self, JoinHandle<()>)> {
        let directory = Arc::new(Shared::new(store.clone(), config.clone()).await?);
        let announcements = Arc::new(Announcements::new(directory.clone()));
        let parts = Parts::default();
        let metrics = Arc::new(Metrics::new(parts.clone(), &*clock));
        let (journal, writer) =
            Journal::start(store.clone(), clock.clone(), announcements.clone(), stop).await?;
        adopt(&journal, config).await?;
        Ok((Self { store, directory, announcements, journal, clock, parts, metrics }, writer))
    }

    fn desk(&self, reload: Arc<dyn Reload>) -> Arc<dyn crate::chat::Desk> {
        let parts = self.parts.clone();
        let states = Arc::new(move || parts.states().into_iter().collect::<Vec<(String, Health)>>());
        let (announcements, directory) = (self.announcements.clone(), self.directory.clone());
        Arc::new(Desk::new(
            self.journal.clone(),
            self.store.clone(),
            directory,
            announcements,
            reload,
            states,
        ))
    }

    fn reloader(
        &self,
        path: Option<PathBuf>,
        integrations: watch::Sender<Arc<Integrations>>,
    ) -> Arc<adopt::Reloader> {
        Arc::new(adopt::Reloader {
            path,
            store: self.store.clone(),
            journal: self.journal.clone(),
            directory: self.directory.clone(),
            clock: self.clock.clone(),
            integrations,
        })
    }

    fn outbox(&self, settings: &Settings, chats: &chats::Chats) -> Worker {
        Worker::start(worker::Parts {
            store: self.store.clone(),
            clock: self.clock.clone(),
            chats: chats.all.clone(),
            speaker: Arc::new(ports::Words { store: self.store.clone(), directory: self.directory.clone() }),
            watch: Arc::new(ports::Post {
                store: self.store.clone(),
                directory: self.directory.clone(),
                announcements: self.announcements.clone(),
                clock: self.clock.clone(),
                metrics: self.metrics.clone(),
            }),
            settings: chats::worker_settings(settings),
        })
    }

    /// The pages of the web chat.
    fn pages(
        &self,
        settings: &Settings,
        chat: Arc<WebChat>,
        desk: Arc<dyn crate::chat::Desk>,
        site: Arc<Site>,
        personas: Vec<(String, String, &'static str)>,
        stop: &CancellationToken,
    ) -> Router {
        console::router(Arc::new(Console {
            store: self.store.clone(),
            chat,
            desk,
            rooms: self.directory.clone(),
            clock: self.clock.clone(),
            site,
            metrics: self.metrics.clone(),
            personas: find_personas(&self.directory, personas),
            attempts: console::Attempts::default(),
            session: settings.platforms.web.as_ref().map_or(Span::from_days(30), |web| web.session),
            shutdown: stop.clone(),
        }))
    }

    /// What machines ask for: health, metrics, and the webhooks.
    fn machines(&self, settings: &Settings, table: watch::Receiver<Arc<Integrations>>) -> Router {
        let intake = ports::Inbox {
            store: self.store.clone(),
            announcements: self.announcements.clone(),
            clock: self.clock.clone(),
            metrics: self.metrics.clone(),
        };
        let limits = webhooks::Limits {
            in_flight: settings.server.in_flight_limit,
            patience: settings.timeouts.intake,
        };
        let hooks = Webhooks::new(table, Arc::new(intake), self.clock.clone(), limits);
        health::router(self.parts.clone()).merge(metrics::router(self.metrics.clone())).merge(hooks.router())
    }
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
) -> Result<JoinHandle<std::io::Result<()>>> {
    let tls = match &settings.server.tls {
        Some(tls) => Some(server::tls(&tls.certificate, &tls.key).await?),
        None => None,
    };
    let limits = server::Limits {
        connections: usize::try_from(settings.server.connections).unwrap_or(usize::MAX),
        head: settings.timeouts.header,
        body_pause: settings.timeouts.body,
        response: settings.timeouts.response,
        body: settings.server.body_limit,
        grace: settings.timeouts.shutdown,
    };
    Ok(tokio::spawn(server::run(listener, app, tls, limits, stop)))
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
