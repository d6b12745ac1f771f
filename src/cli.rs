//! The command line: what it takes, and which part does it.

mod privacy;
mod review;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use clap::{Parser, Subcommand, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Start};
use crate::clock::{Clock, SystemClock};
use crate::commands::export::{Besides, csv, json};
use crate::config::{self, LogFormat, Logging, Surroundings};
use crate::core::event::{AgreementId, PersonId, ProseId};
use crate::core::voice::Dates;
use crate::core::voice::export::records;
use crate::demo;
use crate::journal::restore::{BUILD, TZDB, fingerprint, replay};
use crate::logging;
use crate::store::{Mode, Store};

/// Upheld keeps both sides of a service level agreement honest.
#[derive(Debug, Parser)]
#[command(name = "upheld", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs Upheld with the configuration in a folder.
    Serve(Files),
    /// Shows what Upheld does: the real program with invented data and a story of three minutes.
    Demo {
        /// The port of the web chat; 0 takes any that is free.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Keep the database and the files after the end.
        #[arg(long)]
        keep: bool,
        /// Only the history, without the story.
        #[arg(long)]
        still: bool,
    },
    /// Reads all configuration files and says what is wrong, and what would be right.
    Check(Files),
    /// Brings the database up to the schema of this version, and starts nothing.
    Migrate(Files),
    /// Builds the state anew from the journal and compares it with what is kept.
    Replay(Files),
    /// Copies the database while Upheld runs, and checks the copy.
    Backup {
        #[command(flatten)]
        files: Files,
        /// Where the copy goes; must not exist yet.
        target: PathBuf,
    },
    /// Puts a backup in place of the database; Upheld must not run. What was erased since is erased again.
    Restore {
        #[command(flatten)]
        files: Files,
        /// The backup.
        from: PathBuf,
    },
    /// Takes out what customers said.
    #[command(subcommand)]
    Voice(VoiceCommand),
    /// The reviews that were issued.
    #[command(subcommand)]
    Review(review::Command),
    /// Looks into the journal.
    #[command(subcommand)]
    Journal(JournalCommand),
    /// What is held of one person: to hand it out, or to erase it.
    #[command(subcommand)]
    Privacy(privacy::Command),
    /// Prints the reference of every configuration key.
    Reference,
    /// Asks a running Upheld whether it is ready; for health checks.
    Health {
        /// Where it listens.
        #[arg(default_value = "http://127.0.0.1:8080", env = "UPHELD_HEALTH_URL")]
        url: String,
    },
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// Checks the chains of hashes from the first entry to the last: the journal's, and every delivery record's.
    Verify(Files),
}

#[derive(Debug, Subcommand)]
enum VoiceCommand {
    /// Writes answers, counts of anonymous rounds, feedback and complaints to the standard output.
    Export {
        #[command(flatten)]
        files: Files,
        /// The agreement.
        #[arg(long)]
        customer: String,
        /// The first date, in the agreement's zone.
        #[arg(long)]
        from: NaiveDate,
        /// The last date, in the agreement's zone.
        #[arg(long)]
        until: NaiveDate,
        #[arg(long, default_value = "csv")]
        format: ExportFormat,
        /// With the names of those who gave named answers or wrote feedback.
        #[arg(long)]
        names: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    Csv,
    Json,
}

#[derive(Clone, Debug, clap::Args)]
struct Files {
    /// The folder with upheld.toml, services.toml, agreements/ and surveys/.
    #[arg(long, short, default_value = "config", env = "UPHELD_CONFIG")]
    config: PathBuf,
}

/// Runs the command line and returns the exit code: 0 done, 1 failed, 2 misused.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("upheld: the system gives no threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("upheld: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(files) => serve(&files.config).await,
        Command::Demo { port, keep, still } => {
            logging::set_up(&Logging { format: LogFormat::Text, filter: "warn".to_owned() });
            // With its terminal the demonstration goes, too.
            demo::run(&demo::Options { port, keep, still }, ended(&[SignalKind::hangup()])?).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Check(files) => check(&files.config),
        Command::Migrate(files) => {
            let store = open(&files.config, Mode::Own).await?;
            println!("{} has the schema of this version.", store.name());
            store.close().await;
            Ok(ExitCode::SUCCESS)
        }
        Command::Backup { files, target } => back_up(&files.config, &target).await,
        Command::Restore { files, from } => bring_back(&files.config, &from).await,
        Command::Replay(files) => rebuild(&files.config).await,
        Command::Journal(JournalCommand::Verify(files)) => verify(&files.config).await,
        Command::Privacy(command) => privacy::run(command).await,
        Command::Review(command) => review::run(command).await,
        Command::Voice(VoiceCommand::Export { files, customer, from, until, format, names }) => {
            let until = until.succ_opt().context("no date follows the last one")?;
            export(&files.config, &customer, Dates { from, until }, format, names).await
        }
        Command::Reference => {
            print!("{}", config::reference());
            Ok(ExitCode::SUCCESS)
        }
        Command::Health { url } => healthy(&url).await,
    }
}

/// Is cancelled by Ctrl-C, by the signal that service managers send, and by those besides.
fn ended(besides: &[SignalKind]) -> Result<CancellationToken> {
    let token = CancellationToken::new();
    let kinds = [SignalKind::terminate(), SignalKind::interrupt()].into_iter().chain(besides.iter().copied());
    for kind in kinds {
        let mut signal = signal(kind).context("signals cannot be received")?;
        let ended = token.clone();
        tokio::spawn(async move {
            signal.recv().await;
            ended.cancel();
        });
    }
    Ok(token)
}

fn load(path: &Path) -> Result<config::Config> {
    let loaded = config::load(path, &Surroundings::of_process(SystemClock.now()));
    for problem in &loaded.problems {
        eprintln!("{problem}");
    }
    match loaded.config {
        Some(config) => Ok(config),
        None => bail!(
            "the configuration in {} has {} errors, so nothing was started; `upheld check` says the same",
            path.display(),
            loaded.problems.iter().filter(|problem| problem.severity == config::Severity::Error).count()
        ),
    }
}

async fn open(path: &Path, mode: Mode) -> Result<Store> {
    let config = load(path)?;
    let url = config.settings.store_url.reveal().context("no database is configured: [store] url")?;
    Ok(Store::open(url, mode).await?)
}

async fn back_up(path: &Path, target: &Path) -> Result<ExitCode> {
    let config = load(path)?;
    let url = config.settings.store_url.reveal().context("no database is configured: [store] url")?;
    let made = crate::store::backup::backup(url, target).await?;
    println!(
        "{}: {} bytes, {} journal entries, the chain holds.",
        target.display(),
        made.bytes,
        made.journal.sequence
    );
    Ok(ExitCode::SUCCESS)
}

async fn bring_back(path: &Path, from: &Path) -> Result<ExitCode> {
    let config = load(path)?;
    let url = config.settings.store_url.reveal().context("no database is configured: [store] url")?;
    let back = crate::store::backup::restore(url, from, SystemClock.now()).await?;
    println!("{} is in place: {} journal entries.", from.display(), back.journal.sequence);
    println!(
        "{} messages were waiting in it; nobody knows which were sent since, so they are uncertain.",
        back.uncertain
    );
    Ok(ExitCode::SUCCESS)
}

async fn serve(path: &Path) -> Result<ExitCode> {
    let mut config = load(path)?;
    logging::set_up(&config.settings.logging);
    for file in config.create_missing_secrets().context("a secret could not be made")? {
        tracing::info!(file = %file.display(), "a secret was made; give it to the monitor that posts here");
    }
    let stop = ended(&[])?;
    // Before anything runs: a hang-up that nobody waits for ends the process.
    let hang_up = signal(SignalKind::hangup())?;
    let app = App::start(Start {
        config,
        path: Some(path.to_owned()),
        clock: Arc::new(SystemClock),
        personas: Vec::new(),
    })
    .await?;
    tracing::info!(address = %app.address, build = BUILD, "Upheld is up");
    if let Some(link) = app.first_link().await? {
        // To the terminal alone: a log may be read by more people.
        println!(
            "Nobody manages Upheld yet. This link makes you a manager; it works once, for 15 minutes:\n  {link}"
        );
    }
    app.run(stop, Some(hang_up)).await?;
    tracing::info!("ended; nothing was lost");
    Ok(ExitCode::SUCCESS)
}

fn check(path: &Path) -> Result<ExitCode> {
    let now = SystemClock.now();
    let loaded = config::load(path, &Surroundings::of_process(now));
    println!("{}", config::check_report(&loaded, now));
    Ok(if loaded.config.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Folds the whole journal and holds the result against every snapshot and the state kept at the end.
async fn rebuild(path: &Path) -> Result<ExitCode> {
    let store = open(path, Mode::Look).await?;
    let kept = crate::journal::restore::restore(&store).await?.state;
    let anew = replay(&store, Default::default(), crate::journal::chain::Head::START).await?;
    let (kept_name, anew_name) = (fingerprint(&kept)?, fingerprint(&anew.state)?);
    println!("{} entries folded by build {BUILD} with time-zone data {TZDB}", anew.since_snapshot);
    println!("kept  {kept_name}\nanew  {anew_name}");
    store.close().await;
    if kept == anew.state {
        println!("No difference.");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "They differ: what is kept does not follow from the journal. Restart Upheld to rebuild it, and report this."
    );
    Ok(ExitCode::FAILURE)
}

async fn verify(path: &Path) -> Result<ExitCode> {
    let store = open(path, Mode::Look).await?;
    let verified = store.verify_journal().await?;
    let mut whole = verified.is_ok();
    match verified {
        Ok(head) => println!(
            "The chain holds: {} entries, the last at {}, head {}",
            head.sequence,
            head.recorded,
            hex::encode(head.hash.0)
        ),
        Err(broken) => println!("{broken}"),
    }
    for chain in store.record_chains().await? {
        match store.verify_record(&chain).await? {
            Ok(head) => println!("The delivery record of {chain} holds: {} lines", head.sequence),
            Err(broken) => {
                println!("The delivery record of {chain} does not hold: {broken}");
                whole = false;
            }
        }
    }
    store.close().await;
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes what customers said; the database is only read.
async fn export(
    path: &Path,
    customer: &str,
    dates: Dates,
    format: ExportFormat,
    with_names: bool,
) -> Result<ExitCode> {
    let store = open(path, Mode::Look).await?;
    let state = crate::journal::restore::restore(&store).await?.state;
    let agreement = AgreementId::new(customer);
    if !state.agreements.contains_key(&agreement) {
        let known: Vec<&str> = state.agreements.keys().map(|id| id.as_str()).collect();
        bail!("there is no agreement `{customer}`; there are {}", known.join(", "));
    }
    let records = records(&state, &agreement, dates);
    let ids: Vec<ProseId> = records.iter().filter_map(|record| record.text.clone()).collect();
    let texts = store.prose(&ids).await?;
    let people = if with_names { store.people().await? } else { BTreeMap::new() };
    store.close().await;
    let names: BTreeMap<PersonId, String> =
        people.into_iter().map(|(id, person)| (id, person.name)).collect();
    let zone = state.zone(&agreement, SystemClock.now());
    let besides = Besides { zone, names: &names, texts: &texts };
    print!(
        "{}",
        match format {
            ExportFormat::Csv => csv(&records, &besides)?,
            ExportFormat::Json => json(&records, &besides)?,
        }
    );
    Ok(ExitCode::SUCCESS)
}

async fn healthy(url: &str) -> Result<ExitCode> {
    let url = format!("{}/readyz", url.trim_end_matches('/'));
    let client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(4)).build()?;
    let answer = client.get(&url).send().await.with_context(|| format!("{url} does not answer"))?;
    let status = answer.status();
    println!("{}", answer.text().await.unwrap_or_default());
    Ok(if status.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
