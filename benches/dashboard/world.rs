//! The program with a thousand services, and somebody who may see all of them.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use reqwest::header::{ACCEPT_ENCODING, COOKIE};
use reqwest::{Client, StatusCode};
use serde_json::json;
use tempfile::TempDir;
use upheld::app::{App, Start};
use upheld::clock::{Clock as _, SystemClock};
use upheld::config::{self, Surroundings};
use upheld::core::event::Event;
use upheld::core::time::Span;
use upheld::journal::Refused;
use upheld::store::people::{OpenSession, Token};

use crate::viewers::Look;

pub const SERVICES: usize = 1_000;
pub const AGREEMENTS: usize = 200;
/// So long nothing was journalled: what was posted is told.
const QUIET: Duration = Duration::from_secs(3);
const SECRET: &str = "the-secret-of-the-benchmark";
const SESSION: &str = "the session of the benchmark";

const UPHELD: &str = r#"
[server]
listen = "127.0.0.1:0"
connections = 4096
connections_per_client = 4096
[store]
url = "sqlite:../upheld.db"
[channels]
operators = ["web:operators"]
language = "en"
zone = "Europe/Berlin"
[[people]]
id = "anna"
name = "Anna Weber"
role = "operator"
zone = "Europe/Berlin"
[integrations.alertmanager]
kind = "alertmanager"
secret = "the-secret-of-the-benchmark"
silence = "up"
"#;

const PROMISES: &str = r#"
zone = "Europe/Berlin"
starts = 2026-01-01
exclusion_mode = "subtract"
[[terms.objectives]]
kind = "availability"
target = 99.9
[[terms.objectives]]
kind = "response"
targets = { P1 = "15m", P2 = "1h" }
share = 95
[[terms.objectives]]
kind = "resolution"
targets = { P1 = "4h", P2 = "8h" }
share = 90
"#;

/// The program in this process.
#[derive(Debug)]
pub struct World {
    app: App,
    client: Client,
    _folder: TempDir,
}

fn service(number: usize) -> String {
    format!("s{number:04}")
}

fn write(folder: &std::path::Path) -> Result<()> {
    let config = folder.join("config");
    std::fs::create_dir_all(config.join("agreements"))?;
    std::fs::write(config.join("upheld.toml"), UPHELD)?;
    let mut services = "[[routes]]\nservice = { label = \"service\" }\n".to_owned();
    for number in 0..SERVICES {
        writeln!(services, "[services.{0}]\nname = {{ en = \"Service {0}\" }}", service(number))?;
        writeln!(
            services,
            "quiet = \"1 min\"\nobserved_by = [\"alertmanager\"]\nobserved_from = 2026-01-01"
        )?;
    }
    std::fs::write(config.join("services.toml"), services)?;
    for number in 0..AGREEMENTS {
        let each = SERVICES / AGREEMENTS;
        let own: Vec<String> =
            (number * each..(number + 1) * each).map(|one| format!("\"{}\"", service(one))).collect();
        let head = format!(
            "[terms]\ncustomer = \"Customer {number:03}\"\nreference = \"C{number:03}\"\nlevel = \"SIL1\"\nservices = [{}]",
            own.join(", ")
        );
        let tail = format!("[operations]\nchannels = [\"web:c{number:03}\"]\non_call = [\"anna\"]\n");
        std::fs::write(
            config.join(format!("agreements/c{number:03}.toml")),
            format!("{head}{PROMISES}{tail}"),
        )?;
    }
    Ok(())
}

impl World {
    /// Starts it, with an outage of ten minutes behind each service.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        write(folder.path())?;
        let path = folder.path().join("config");
        let loaded =
            config::load(&path, &Surroundings { now: SystemClock.now(), variables: Default::default() });
        let config = loaded.config.with_context(|| format!("{:?}", loaded.problems.last()))?;
        let start = Start { config, path: Some(path), clock: Arc::new(SystemClock), personas: Vec::new() };
        let app = App::start(start).await?;
        let person = app.directory.get().person(&"web:anna".parse()?).context("nobody")?.id.clone();
        let now = SystemClock.now();
        let (hash, expires) = (Token::hash(SESSION), now + Span::from_days(1));
        app.store.write(OpenSession { hash, person, now, expires }).await?;
        let client = Client::builder().no_proxy().build()?;
        let world = Self { app, client, _folder: folder };
        let begin = now - Span::from_hours(5);
        for (at, ends) in [(begin, None), (begin, Some(begin + Span::from_minutes(10)))] {
            let alerts = (0..SERVICES).map(|number| alert(number, &format!("past-{number}"), at, ends));
            world.post(alerts.collect()).await?;
        }
        world.comes_to_rest().await;
        Ok(world)
    }

    /// Waits until nothing more follows from what was posted.
    async fn comes_to_rest(&self) {
        let (mut known, mut since) = (0, Instant::now());
        while since.elapsed() < QUIET {
            tokio::time::sleep(QUIET / 10).await;
            let now = self.app.journal.read().await.sequence;
            if now != known {
                (known, since) = (now, Instant::now());
            }
        }
    }

    async fn post(&self, alerts: Vec<serde_json::Value>) -> Result<()> {
        let body = json!({ "version": "4", "groupKey": "{}", "status": "firing", "receiver": "upheld",
            "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "", "alerts": alerts });
        let request = self.client.post(self.url("/webhooks/alertmanager")).bearer_auth(SECRET);
        let status = request.json(&body).send().await?.status();
        ensure!(status == StatusCode::ACCEPTED, "a delivery was answered {status}");
        Ok(())
    }

    /// Something new happens to one service.
    pub async fn alert(&self, number: usize) -> Result<()> {
        self.post(vec![alert(number * 7 % SERVICES, &format!("now-{number}"), SystemClock.now(), None)]).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.app.address.port())
    }

    /// The version of the dashboard as it is now.
    pub async fn version(&self) -> Result<String> {
        let page = self.client.get(self.url("/dashboard")).header(COOKIE, Self::cookie()).send().await?;
        let page = page.text().await?;
        let (_, rest) = page.split_once("data-version=\"").context("a page without a version")?;
        Ok(rest.chars().take_while(char::is_ascii_digit).collect())
    }

    pub fn cookie() -> String {
        format!("upheld={SESSION}")
    }

    /// The dashboard, fetched once.
    pub async fn page(&self, zipped: bool) -> Result<Look> {
        self.fetch(&self.url("/dashboard"), zipped).await
    }

    pub async fn fetch(&self, url: &str, zipped: bool) -> Result<Look> {
        let begun = Instant::now();
        let mut request = self.client.get(url).header(COOKIE, Self::cookie());
        if zipped {
            request = request.header(ACCEPT_ENCODING, "gzip");
        }
        Look::at(request.send().await?, begun).await
    }

    /// The longest of so many waits for the journal's writer.
    pub async fn waits(&self, times: usize) -> Result<Duration> {
        let mut longest = Duration::ZERO;
        for _ in 0..times {
            let begun = Instant::now();
            let nothing = |_: &_, _| -> Result<Vec<Event>, ()> { Err(()) };
            let refused = self.app.journal.append("nothing".to_owned(), Vec::new(), nothing).await;
            ensure!(matches!(refused, Err(Refused::Proposal(()))), "the journal took nothing for something");
            longest = longest.max(begun.elapsed());
        }
        Ok(longest)
    }

    pub async fn stop(self) {
        self.app.stop().await;
    }
}

fn alert(
    number: usize,
    name: &str,
    at: upheld::core::time::Instant,
    ends: Option<upheld::core::time::Instant>,
) -> serde_json::Value {
    json!({
        "status": if ends.is_some() { "resolved" } else { "firing" },
        "labels": { "alertname": "Down", "service": service(number), "severity": "critical" },
        "annotations": {}, "startsAt": at.to_string(), "fingerprint": name, "generatorURL": "",
        "endsAt": ends.map_or("0001-01-01T00:00:00Z".to_owned(), |at| at.to_string()),
    })
}
