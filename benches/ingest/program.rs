//! The programs under measurement, each a process of its own: the real binary on files of its own, and the
//! route that only parses.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::post;
use bytes::Bytes;
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Row as _};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use upheld::sources::{self, SourceKind};
use upheld::web::server::{self, Limits};

use crate::PARSE_ONLY;
use crate::bodies::{PATH, SECRET, SERVICES};

/// Services with nothing to say until their first alert; see the part `notice`.
pub const QUIET_SERVICES: usize = 100;
/// Longer than starting or ending may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The real binary, on an empty database.
#[derive(Debug)]
pub struct Program {
    folder: TempDir,
    pub port: u16,
    child: Process,
}

/// Resident memory in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub now: u64,
    pub peak: u64,
}

/// What the database holds.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Deliveries, each repeat counted.
    pub deliveries: usize,
    pub bodies: usize,
    /// Deliveries that the journal has not taken yet.
    pub waiting: usize,
    /// Signals in the journal.
    pub signals: usize,
}

impl Program {
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        write_files(folder.path(), port)?;
        let file = |name: &str| File::create(folder.path().join(name));
        let child = Command::new(env!("CARGO_BIN_EXE_upheld"))
            .arg("serve")
            .current_dir(folder.path())
            .env_clear()
            .env("UPHELD_CONFIG", folder.path().join("config"))
            // As the unit and the image have it.
            .env("MALLOC_ARENA_MAX", "2")
            .stdin(Stdio::null())
            .stdout(file("said")?)
            .stderr(file("log")?)
            .spawn()
            .context("the program cannot be started")?;
        let child = Process(child);
        let mut program = Self { folder, port, child };
        let begun = Instant::now();
        while reqwest::get(program.url("/healthz")).await.is_err() {
            ensure!(program.child.0.try_wait()?.is_none(), "the program ended:\n{}", program.read("log")?);
            ensure!(begun.elapsed() < PATIENCE, "the program does not answer:\n{}", program.read("log")?);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(program)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// What it printed (`said`) or logged (`log`).
    pub fn read(&self, name: &str) -> Result<String> {
        Ok(std::fs::read_to_string(self.folder.path().join(name))?)
    }

    pub fn memory(&self) -> Result<Memory> {
        let id = self.child.0.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).context("no /proc")?;
        let bytes = |name: &str| -> Result<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
            Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
        };
        Ok(Memory { now: bytes("VmRSS:")?, peak: bytes("VmHWM:")? })
    }

    pub async fn kept(&self) -> Result<Kept> {
        let file = self.folder.path().join("upheld.db");
        let options = SqliteConnectOptions::new().filename(file).busy_timeout(PATIENCE);
        let mut database = SqliteConnection::connect_with(&options).await?;
        let row = sqlx::query(
            "SELECT (SELECT TOTAL(times) FROM inbox), (SELECT COUNT(*) FROM inbox), \
             (SELECT COUNT(*) FROM arrivals), \
             (SELECT TOTAL(json_array_length(event, '$.signals')) FROM journal)",
        )
        .fetch_one(&mut database)
        .await?;
        let count = |column: usize| row.try_get::<i64, _>(column).map(|count| count as usize);
        let total = |column: usize| row.try_get::<f64, _>(column).map(|count| count as usize);
        let kept = Kept { deliveries: total(0)?, bodies: count(1)?, waiting: count(2)?, signals: total(3)? };
        database.close().await?;
        Ok(kept)
    }

    /// Asks it to end; it must end well.
    pub async fn stop(&mut self) -> Result<()> {
        self.child.stop().await.with_context(|| self.read("log").unwrap_or_default())
    }
}

/// A child that never outlives us.
#[derive(Debug)]
struct Process(Child);

impl Process {
    async fn stop(&mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status()?;
        let begun = Instant::now();
        let ended = loop {
            if let Some(ended) = self.0.try_wait()? {
                break ended;
            }
            ensure!(begun.elapsed() < PATIENCE, "it does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        ensure!(ended.success(), "it ended with {ended}");
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// This program again, as [`parse_only`].
#[derive(Debug)]
pub struct ParseOnly {
    child: Process,
    pub port: u16,
}

impl ParseOnly {
    pub fn start() -> Result<Self> {
        let child = Command::new(std::env::current_exe()?)
            .arg(PARSE_ONLY)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut child = Process(child);
        let said = child.0.stdout.take().context("no output")?;
        let port = BufReader::new(said).lines().next().context("it said no port")??;
        Ok(Self { child, port: port.parse()? })
    }

    pub async fn stop(&mut self) -> Result<()> {
        self.child.stop().await
    }
}

/// Serves a route that reads bodies and keeps nothing, behind the program's own HTTP server.
pub async fn parse_only() -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    println!("{}", listener.local_addr()?.port());
    let read = |body: Bytes| async move {
        let parsed = sources::parse(SourceKind::Alertmanager, &body);
        let warnings: Vec<String> = parsed.warnings.iter().map(ToString::to_string).collect();
        (StatusCode::ACCEPTED, Json(json!({ "accepted": parsed.events.len(), "warnings": warnings })))
    };
    let app = Router::new().route(PATH, post(read));
    let stop = CancellationToken::new();
    tokio::spawn({
        let stop = stop.clone();
        let mut ended = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        async move {
            ended.recv().await;
            stop.cancel();
        }
    });
    server::run(listener, app, None, Limits::default(), Vec::new(), stop).await?;
    Ok(())
}

pub fn write_files(folder: &Path, port: u16) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let config = folder.join("config");
    std::fs::create_dir_all(config.join("agreements"))?;
    std::fs::write(config.join("upheld.toml"), upheld(address))?;
    std::fs::write(config.join("services.toml"), services())?;
    for (number, ten) in names().chunks(10).enumerate() {
        if ten.is_empty() {
            bail!("a customer without a service");
        }
        std::fs::write(config.join(format!("agreements/customer-{number}.toml")), agreement(number, ten))?;
    }
    Ok(())
}

/// The name of a service with nothing to say until its first alert.
pub fn quiet_service(number: usize) -> String {
    format!("quiet-{number}")
}

fn names() -> Vec<String> {
    let busy = (0..SERVICES).map(|number| format!("service-{number}"));
    busy.chain((0..QUIET_SERVICES).map(quiet_service)).collect()
}

fn upheld(address: SocketAddr) -> String {
    format!(
        r#"
[server]
listen = "{address}"

[store]
url = "sqlite:../upheld.db"

[logging]
filter = "info"

[channels]
operators = ["web:operators"]
zone = "Europe/Berlin"

[[people]]
id = "anna"
name = "Anna Weber"
role = "operator"

[integrations.alertmanager]
kind = "alertmanager"
secret = "{SECRET}"
silence = "up"

[pace]
# Each opening is told by itself, so that each can be timed.
digest_above = 1000
"#
    )
}

fn services() -> String {
    let service = |name: String| {
        format!("[services.{name}]\nname = {{ en = \"The {name}.\" }}\nobserved_by = [\"alertmanager\"]\n")
    };
    let all: String = names().into_iter().map(service).collect();
    all + "[[routes]]\nservice = { label = \"service\" }\n"
}

/// A customer with a promise of every common kind.
fn agreement(number: usize, services: &[String]) -> String {
    format!(
        r#"
[terms]
customer = "Customer {number}"
reference = "C{number}"
level = "SIL2"
services = {services:?}
zone = "Europe/Berlin"
starts = 2026-01-01
exclusion_mode = "subtract"

[[terms.objectives]]
kind = "availability"
target = 99.9

[[terms.objectives]]
kind = "response"
targets = {{ P1 = "15 min", P2 = "1h" }}
share = 95

[[terms.objectives]]
kind = "resolution"
targets = {{ P1 = "4h", P2 = "8h" }}
share = 90

[operations]
channels = ["web:customer-{number}"]
on_call = ["anna"]
"#
    )
}
