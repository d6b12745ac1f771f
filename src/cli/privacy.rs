//! `upheld privacy`: hands out or erases what is held of one person, for a request that came on paper.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Subcommand;

use super::{Files, load, open};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::core::event::PersonId;
use crate::journal::restore::restore;
use crate::privacy;
use crate::store::people::Person;
use crate::store::{Mode, Store, StoreError};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Writes everything that is held of a person as JSON. Upheld may run meanwhile.
    Export {
        #[command(flatten)]
        files: Files,
        /// Their name, an account of theirs (`discord:5551`), or the beginning of their id.
        #[arg(long)]
        person: String,
        /// Where it goes, readable by you alone; must not exist yet. Without it: standard output.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Erases a person for good. Upheld must not run; while it does, a manager writes `/privacy erase` in chat.
    Erase {
        #[command(flatten)]
        files: Files,
        /// Their name, an account of theirs (`discord:5551`), or the beginning of their id.
        #[arg(long)]
        person: String,
        /// Really erases. Without it only what there is is counted.
        #[arg(long)]
        yes: bool,
    },
}

pub(super) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Export { files, person, out } => export(&files.config, &person, out.as_deref()).await,
        Command::Erase { files, person, yes } => erase(&files.config, &person, yes).await,
    }
}

async fn export(path: &Path, person: &str, out: Option<&Path>) -> Result<ExitCode> {
    let store = open(path, Mode::Look).await?;
    let people = parts(&store, person).await?;
    let held = privacy::gather(&store, &people).await?;
    store.close().await;
    let json = serde_json::to_string_pretty(&privacy::export(&held, SystemClock.now()))?;
    let Some(out) = out else {
        println!("{json}");
        return Ok(ExitCode::SUCCESS);
    };
    write(out, &json).with_context(|| format!("{} could not be written", out.display()))?;
    println!("{}: {} texts, {} messages.", out.display(), held.prose.len(), held.room_lines.len());
    Ok(ExitCode::SUCCESS)
}

/// A new file that nobody else may read.
fn write(out: &Path, json: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(out)?;
    file.write_all(json.as_bytes())?;
    file.sync_all()
}

async fn erase(path: &Path, person: &str, yes: bool) -> Result<ExitCode> {
    let config = load(path)?;
    let url = config.settings.store_url.reveal().context("no database is configured: [store] url")?;
    let mode = if yes { Mode::Own } else { Mode::Look };
    let store = match Store::open(url, mode).await {
        Err(error @ StoreError::InUse { .. }) => {
            bail!("{error}. While Upheld runs, a manager erases in chat: /privacy erase <person>")
        }
        other => other?,
    };
    let done = erase_in(&store, &config, person, yes).await;
    store.close().await;
    done
}

async fn erase_in(store: &Store, config: &Config, person: &str, yes: bool) -> Result<ExitCode> {
    let people = parts(store, person).await?;
    let held = privacy::gather(store, &people).await?;
    println!("{} texts, {} messages of the web chat.", held.prose.len(), held.room_lines.len());
    for (platform, count) in &held.elsewhere {
        println!("{count} messages on {} have to be deleted there.", platform.name());
    }
    if is_configured(config, &held.people) {
        println!(
            "Name and accounts also stand in the configuration files. Take them out, or they come back."
        );
    }
    if !yes {
        println!("Nothing was erased. Say --yes to erase it for good.");
        return Ok(ExitCode::FAILURE);
    }
    let erased = privacy::erase(store, &people, SystemClock.now()).await?;
    println!(
        "Erased. {} messages and {} lines of the delivery record were cleared.",
        erased.messages, erased.record
    );
    if erased.lasting > 0 {
        println!(
            "{} lines of the delivery record were written by an older version and still name an account; \
             their chain would break.",
            erased.lasting
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn is_configured(config: &Config, people: &[Person]) -> bool {
    let mut accounts = people.iter().flat_map(|person| &person.accounts);
    accounts.any(|own| config.people.values().any(|person| person.accounts.contains(own)))
}

/// The one who is meant, with every account that turned out to be theirs.
async fn parts(store: &Store, person: &str) -> Result<BTreeSet<PersonId>> {
    let people = store.people().await?;
    let found = privacy::named(&people, person);
    match found.as_slice() {
        [] => bail!("nobody is called `{person}`, has that account, or an id that begins so"),
        [one] => Ok(privacy::parts(&restore(store).await?.state.voice, std::slice::from_ref(one))),
        several => {
            let ids: Vec<&str> = several.iter().map(PersonId::as_str).collect();
            bail!("several people are called `{person}`; name one by an account or by id: {}", ids.join(", "))
        }
    }
}
