//! The demonstration: the real program on a database of its own, some months of history, and a story of about
//! three minutes that its own monitor tells over the real webhook.

mod customers;
mod files;
mod history;
mod monitor;
mod story;
#[cfg(test)]
mod tests;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tokio_util::sync::CancellationToken;

use crate::announce::Announcements;
use crate::app::{App, Start};
use crate::clock::{Clock, ScaledClock, random};
use crate::config::{self, Party, Surroundings};
use crate::core::decide::{Notice, NoticeKind};
use crate::journal::engine::Announcer as _;
use crate::store::commit::Commit;
use crate::store::{Mode, Store};

/// Seconds of Upheld's clock in a real second, while the story lasts.
pub const FACTOR: u32 = 12;

/// How the demonstration is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// 0 for any free port.
    pub port: u16,
    /// Leave the database and the files where they are.
    pub keep: bool,
    /// Leave out the story, with the history only.
    pub still: bool,
}

/// Runs until `stop`.
///
/// # Errors
/// What keeps the program from starting.
pub async fn run(options: &Options, stop: CancellationToken) -> Result<()> {
    let folder = Folder::new(options.keep)?;
    let clock = Arc::new(ScaledClock::new(if options.still { 1 } else { FACTOR }));
    let written = files::write(&folder.path, options.port, clock.now());
    written.context("the demonstration's files cannot be written")?;
    let mut config = load(&folder.path, clock.now())?;
    config.create_missing_secrets().context("a secret cannot be made")?;
    let url = config.settings.store_url.reveal().context("the demonstration has no database")?.to_owned();
    println!("Upheld · demonstration with invented data");
    println!("Writing some months of history …");
    let store = Store::open(&url, Mode::Own).await?;
    let entries = history::write(&store, &config, clock.now()).await?.sequence;
    store.close().await;
    let secret = config
        .integrations
        .get(&"alertmanager".into())
        .and_then(|integration| integration.secrets.first())
        .and_then(|secret| secret.reveal())
        .context("the demonstration's monitor has no secret")?
        .to_owned();
    let personas = vec![
        ("operator".to_owned(), "anna".to_owned(), "web-persona-operator"),
        ("manager".to_owned(), "maria".to_owned(), "web-persona-manager"),
        ("customer".to_owned(), "jonas".to_owned(), "web-persona-customer"),
    ];
    let app = App::start(Start { config, path: None, clock: clock.clone(), personas }).await?;
    show_reviews(&app).await?;
    println!("{entries} journal entries, chained and ready.\n");
    println!("  Open   http://{}", shown(app.address));
    println!(
        "  and look through the eyes of an operator (Anna), of a manager (Maria, who has a review to approve)"
    );
    println!("  or of a customer (Jonas of Acme).");
    println!("  End it with Ctrl-C{}.\n", if options.keep { "" } else { "; nothing is left behind" });
    let monitor = monitor::Monitor::new(app.address, secret, clock.clone());
    let told = tokio::select! {
        told = story::tell(&app, &monitor, &clock, options.still) => told,
        () = stop.cancelled() => Ok(()),
    };
    if let Err(error) = told {
        tracing::error!(%error, "the story broke off; the program goes on");
    }
    app.run(stop, None).await?;
    println!("\nEnded.");
    if options.keep {
        println!("Everything is kept in {}", folder.path.display());
    }
    Ok(())
}

/// The newest review of each customer is in their room, and the draft that waits is with the operators and its
/// manager, as it would be had the program run all the time.
async fn show_reviews(app: &App) -> Result<()> {
    let directory = app.directory.get();
    let rooms = directory.config.bindings.iter().filter(|(_, binding)| binding.party != Party::Operators);
    let announcements = Announcements::new(app.directory.clone());
    let now = app.journal.now();
    let state = app.journal.read().await;
    let mut cards: Vec<_> =
        rooms.flat_map(|(address, _)| announcements.open_cards(&state, address, now)).collect();
    let waiting = state.reviews.drafts().filter(|(_, review)| review.approved.is_none());
    let drafted = waiting.map(|(review, _)| Notice { at: now, kind: NoticeKind::ReviewDrafted { review } });
    let drafts = announcements.compose(&state, &drafted.collect::<Vec<_>>(), now);
    cards.extend(drafts.cards);
    app.store.commit(Commit { cards, posts: drafts.posts, ..Commit::at(now) }).await?;
    drop(state);
    app.clock_moved();
    Ok(())
}

fn shown(address: std::net::SocketAddr) -> String {
    if address.ip().is_loopback() { format!("127.0.0.1:{}", address.port()) } else { address.to_string() }
}

fn load(folder: &Path, now: crate::core::time::Instant) -> Result<config::Config> {
    let loaded = config::load(&folder.join("config"), &Surroundings { now, variables: Default::default() });
    match loaded.config {
        Some(config) => Ok(config),
        None => {
            let problems: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
            bail!("the demonstration's own configuration is wrong: {}", problems.join("; "))
        }
    }
}

/// A folder that goes when the demonstration ends, unless it is to be kept.
struct Folder {
    path: PathBuf,
    keep: bool,
}

impl Folder {
    fn new(keep: bool) -> Result<Self> {
        let name = format!(
            "upheld-demo-{}",
            hex::encode(random::<6>().context("the system gives no random numbers")?)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self { path, keep })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.keep
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            eprintln!("{} could not be removed: {error}", self.path.display());
        }
    }
}
