//! The program as people run it: its binary, files in a folder of its own, and whatever stands beside it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use reqwest::header::{ACCEPT, COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use upheld::clock::{Clock as _, SystemClock};
use upheld::config::{Config, Surroundings};
use upheld::store::{Mode, Store};

/// The secret of the integrations `alertmanager` and `scripts`.
pub const SECRET: &str = "the-secret-of-the-tests-monitor";
pub const BINARY: &str = env!("CARGO_BIN_EXE_upheld");
/// Long, because a loaded machine is slow; nothing waits longer than it must.
const PATIENCE: Duration = Duration::from_secs(60);

/// The configuration of one run; each part is TOML and may be changed before the start.
#[derive(Clone, Debug)]
pub struct Files {
    pub upheld: String,
    pub services: String,
    /// By file name without its ending.
    pub agreements: Vec<(String, String)>,
    /// By name.
    pub surveys: Vec<(String, String)>,
    /// What the operators read, and templates.
    pub reviews: String,
    pub variables: Vec<(&'static str, String)>,
}

impl Files {
    /// Two services, one customer, clocks of seconds, channels of the web chat, and nobody who could sign in
    /// but by the link of the first start.
    pub fn quick() -> Self {
        Self {
            upheld: UPHELD.to_owned(),
            services: SERVICES.to_owned(),
            agreements: vec![("acme".to_owned(), ACME.to_owned())],
            surveys: Vec::new(),
            reviews: String::new(),
            variables: Vec::new(),
        }
    }

    /// Connects a platform: where its server is, the operators' channel and the customer's.
    #[must_use]
    pub fn on(mut self, platform: &str, url: &str, token: &str, operators: &str, customer: &str) -> Self {
        let (token_name, url_name) = match platform {
            "discord" => ("DISCORD_TOKEN", "DISCORD_API_URL"),
            _ => ("TELEGRAM_TOKEN", "TELEGRAM_API_URL"),
        };
        self.variables.push((token_name, token.to_owned()));
        self.variables.push((url_name, url.trim_end_matches('/').to_owned()));
        let more = |room: &str, channel: &str| format!("\"web:{room}\", \"{platform}:{channel}\"");
        self.upheld = self.upheld.replacen("\"web:operators\"", &more("operators", operators), 1);
        self.agreements[0].1 = self.agreements[0].1.replacen("\"web:acme\"", &more("acme", customer), 1);
        self
    }

    /// In place of the two services so many: `s000`, `s001`, …, all of them the customer's.
    #[must_use]
    pub fn with_services(mut self, count: usize, quiet: &str, reopen_within: &str) -> Self {
        let names: Vec<String> = (0..count).map(service).collect();
        self.services = names.iter().fold(ROUTES.to_owned(), |text, name| {
            let service = format!("[services.{name}]\nname = {{ en = \"Service {name}\" }}\n");
            let rules = format!("quiet = \"{quiet}\"\nreopen_within = \"{reopen_within}\"\n");
            format!("{text}\n{service}{rules}observed_by = [\"alertmanager\"]\n")
        });
        let terms = &mut self.agreements[0].1;
        *terms = terms.replacen("\"checkout\", \"search\"", &format!("\"{}\"", names.join("\", \"")), 1);
        self
    }

    /// Gives a person of the configuration an account.
    #[must_use]
    pub fn account(mut self, person: &str, account: &str) -> Self {
        let id = format!("id = \"{person}\"\n");
        let known = format!("{id}accounts = [");
        self.upheld = match self.upheld.contains(&known) {
            true => self.upheld.replacen(&known, &format!("{known}\"{account}\", "), 1),
            false => self.upheld.replacen(&id, &format!("{id}accounts = [\"{account}\"]\n"), 1),
        };
        self
    }

    pub fn write(&self, folder: &Path, port: u16) {
        let config = folder.join("config");
        std::fs::create_dir_all(&config).unwrap();
        let upheld = self.upheld.replace("{port}", &port.to_string());
        std::fs::write(config.join("upheld.toml"), upheld).unwrap();
        std::fs::write(config.join("services.toml"), &self.services).unwrap();
        std::fs::write(config.join("reviews.toml"), &self.reviews).unwrap();
        for (folder, files) in [("agreements", &self.agreements), ("surveys", &self.surveys)] {
            std::fs::create_dir_all(config.join(folder)).unwrap();
            for (name, text) in files {
                std::fs::write(config.join(folder).join(format!("{name}.toml")), text).unwrap();
            }
        }
    }
}

/// A program that runs, or ran, or will run again on the same data.
#[derive(Debug)]
pub struct Program {
    folder: tempfile::TempDir,
    pub port: u16,
    variables: Vec<(&'static str, String)>,
    child: Option<Child>,
    client: Client,
}

impl Program {
    /// Writes the files and starts nothing.
    pub fn prepare(files: &Files) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        files.write(folder.path(), port);
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()
            .unwrap();
        Self { folder, port, variables: files.variables.clone(), child: None, client }
    }

    /// Writes the files, starts the program and waits until it answers.
    pub async fn start(files: &Files) -> Self {
        let mut program = Self::prepare(files);
        program.run().await;
        program
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it (again) and waits until it answers.
    pub async fn run(&mut self) {
        self.launch();
        self.until_healthy().await;
    }

    /// Waits until it answers.
    pub async fn until_healthy(&mut self) {
        let begun = std::time::Instant::now();
        while !self.is_healthy().await {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "it ended with {ended:?}:\n{}", self.log());
            assert!(begun.elapsed() < PATIENCE, "it does not answer:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Starts it and waits for nothing.
    pub fn launch(&mut self) {
        self.launch_as(self.command(&["serve"]));
    }

    /// Starts it by a command of the caller's, such as one that watches it.
    pub fn launch_as(&mut self, mut command: Command) {
        let append =
            |name: &str| File::options().append(true).create(true).open(self.folder.path().join(name));
        command.stdin(Stdio::null()).stdout(append("said").unwrap()).stderr(append("log").unwrap());
        self.child = Some(command.spawn().unwrap());
    }

    /// The binary with these arguments, on these files.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(arguments);
        self.furnish(&mut command);
        command
    }

    /// Gives a command what the binary needs: its files and its part of the environment.
    pub fn furnish(&self, command: &mut Command) {
        command.current_dir(self.folder.path());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("UPHELD_CONFIG", self.folder.path().join("config"));
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
    }

    /// Runs another command of the program to its end.
    pub fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What another command of the program prints; it must succeed.
    pub fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?} ended with {}:\n{said}\n{log}", output.status);
        said
    }

    /// The configuration as the program reads it.
    pub fn config(&self) -> Config {
        let variables = self.variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let surroundings = Surroundings { now: SystemClock.now(), variables: variables.collect() };
        upheld::config::load(&self.folder.path().join("config"), &surroundings).config.unwrap()
    }

    pub fn id(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Kills it where it stands.
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Asks it to end, and waits.
    pub async fn stop(&mut self) -> ExitStatus {
        self.signal("-TERM");
        self.ended().await
    }

    /// Waits until it ends by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().unwrap();
        let begun = std::time::Instant::now();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Its log so far, of all runs.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// What it printed so far, in all runs.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("said")).unwrap_or_default()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    pub async fn is_healthy(&self) -> bool {
        let answer = self.client.get(self.url("/healthz")).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    pub async fn get(&self, path: &str) -> String {
        self.client.get(self.url(path)).send().await.unwrap().text().await.unwrap()
    }

    /// Posts to a webhook; an error is a connection that broke.
    pub async fn post(&self, integration: &str, body: &Value) -> reqwest::Result<StatusCode> {
        let request = self.client.post(self.url(&format!("/webhooks/{integration}")));
        Ok(request.bearer_auth(SECRET).json(body).send().await?.status())
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("upheld.db")
    }

    /// A look at the database beside the running program.
    pub async fn store(&self) -> Store {
        Store::open(&format!("sqlite://{}", self.database().display()), Mode::Look).await.unwrap()
    }

    /// The link that the first start prints.
    pub async fn first_link(&self) -> String {
        let begun = std::time::Instant::now();
        loop {
            let said = self.said();
            if let Some(link) = said.split_whitespace().find(|word| word.contains("/join/")) {
                return link.to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "no link:\n{said}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Signs in by the link that the first start prints.
    pub async fn manager(&self, name: &str) -> Visitor<'_> {
        let link = self.first_link().await;
        self.sign_in(link.rsplit('/').next().unwrap(), name).await
    }

    /// Somebody who signed in before.
    pub const fn visitor(&self, cookie: String) -> Visitor<'_> {
        Visitor { program: self, cookie }
    }

    /// Signs in by the code of an invitation.
    pub async fn sign_in(&self, code: &str, name: &str) -> Visitor<'_> {
        let request = self.client.post(self.url("/sign-in")).header(ORIGIN, self.url(""));
        let entered = request.form(&[("code", code), ("name", name)]).send().await.unwrap();
        assert_eq!(entered.status(), StatusCode::SEE_OTHER);
        let cookie = entered.headers()[SET_COOKIE].to_str().unwrap();
        Visitor { program: self, cookie: cookie.split(';').next().unwrap().to_owned() }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Somebody signed in to the web chat.
#[derive(Debug)]
pub struct Visitor<'a> {
    program: &'a Program,
    cookie: String,
}

impl Visitor<'_> {
    /// What the browser keeps when the program goes.
    pub fn into_cookie(self) -> String {
        self.cookie
    }

    pub async fn page(&self, path: &str) -> String {
        let request = self.program.client.get(self.program.url(path)).header(COOKIE, &self.cookie);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    /// Types a line in a room; an error is a connection that broke.
    pub async fn ask(&self, room: &str, act: &str, line: &str) -> reqwest::Result<StatusCode> {
        let request = self.program.client.post(self.program.url(&format!("/chat/{room}/commands")));
        let request = request.header(ORIGIN, self.program.url("")).header(COOKIE, &self.cookie);
        let request = request.header(ACCEPT, "application/json");
        Ok(request.form(&[("act", act), ("line", line)]).send().await?.status())
    }

    /// Waits until the page of a room says this.
    pub async fn until(&self, room: &str, wanted: &str) -> String {
        let begun = std::time::Instant::now();
        loop {
            let page = self.page(&format!("/chat/{room}")).await;
            if page.contains(wanted) {
                return page;
            }
            assert!(begun.elapsed() < PATIENCE, "no {wanted:?} in:\n{page}\n{}", self.program.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The name of a service of [`Files::with_services`].
pub fn service(number: usize) -> String {
    format!("s{number:03}")
}

/// A port that is free now, and below those that the system gives to connections: a program that is started
/// again finds it free, too.
pub fn free_port() -> u16 {
    loop {
        let port = 15_000 + u16::from_be_bytes(upheld::clock::random().unwrap()) % 15_000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A body as Alertmanager posts it, of one alert.
pub fn alert(fingerprint: &str, labels: &Value, starts: &str, ends: Option<&str>) -> Value {
    let status = if ends.is_some() { "resolved" } else { "firing" };
    json!({
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": status, "receiver": "upheld",
        "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.com",
        "alerts": [{
            "status": status, "labels": labels, "annotations": {}, "startsAt": starts,
            "endsAt": ends.unwrap_or("0001-01-01T00:00:00Z"),
            "generatorURL": "http://prometheus.example.com/graph", "fingerprint": fingerprint,
        }],
    })
}

/// One alert that fires from now on.
pub fn firing(key: &str, service: &str) -> Value {
    let labels = json!({ "alertname": "Trouble", "service": service, "severity": "critical" });
    alert(key, &labels, &SystemClock.now().to_string(), None)
}

/// The alerts of several bodies in one, as Alertmanager groups them.
pub fn together(bodies: Vec<Value>) -> Value {
    let mut bodies = bodies.into_iter();
    let mut first = bodies.next().unwrap();
    let alerts = first["alerts"].as_array_mut().unwrap();
    for mut body in bodies {
        alerts.append(body["alerts"].as_array_mut().unwrap());
    }
    first
}

/// The same alerts, ended now.
pub fn resolved(mut body: Value) -> Value {
    body["status"] = json!("resolved");
    for alert in body["alerts"].as_array_mut().unwrap() {
        alert["status"] = json!("resolved");
        alert["endsAt"] = json!(SystemClock.now().to_string());
    }
    body
}

const UPHELD: &str = r#"
[server]
listen = "127.0.0.1:{port}"

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

[[people]]
id = "ben"
name = "Ben Okafor"
role = "operator"

[[people]]
id = "jonas"
name = "Jonas Brandt"
role = "customer"
agreements = ["acme"]

[integrations.alertmanager]
kind = "alertmanager"
secret = "the-secret-of-the-tests-monitor"
heartbeat = { alertname = "Watchdog" }
silence_after = "10 min"

[integrations.scripts]
kind = "upheld"
secret = "the-secret-of-the-tests-monitor"
silence = "up"
ttl = "24h"

[pace]
tick = "100 ms"
discord_channel = "1000 in 1s"
discord_platform = "1000 in 1s"
telegram_chat = "1000 in 1s"
telegram_group = "1000 in 1s"
telegram_platform = "1000 in 1s"
retry_first = "20 ms"
retry_longest = "200 ms"

[timeouts]
send = "1s"
claim = "2s"
"#;

const SERVICES: &str = r#"
[services.checkout]
name = { en = "Checkout", zh-TW = "結帳服務" }
quiet = "1s"
reopen_within = "1h"
observed_by = ["alertmanager"]
runbook = "https://wiki.example.com/runbooks/checkout"

[services.search]
name = { en = "Search", zh-TW = "搜尋服務" }
quiet = "1s"
observed_by = ["alertmanager", "scripts"]

[[routes]]
service = { label = "service" }
"#;

const ROUTES: &str = r#"
[[routes]]
service = { label = "service" }
"#;

const ACME: &str = r#"
[terms]
customer = "Acme GmbH"
reference = "ACME"
level = "SIL1"
services = ["checkout", "search"]
zone = "Europe/Berlin"
starts = 2026-01-01
exclusion_mode = "subtract"

[terms.clocks]
call_again_after = "10s"

[[terms.objectives]]
kind = "availability"
target = 99.9

[[terms.objectives]]
kind = "response"
targets = { P1 = "30s", P2 = "1h" }
share = 95

[[terms.objectives]]
kind = "resolution"
targets = { P1 = "4h", P2 = "8h" }
share = 90

[[terms.customer_text]]
labels = { alertname = "CheckoutErrors*" }
text = { en = "some payments are failing", zh-TW = "部分付款失敗" }

[operations]
channels = ["web:acme"]
on_call = ["anna", "ben"]
"#;
