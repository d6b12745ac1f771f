//! The service as its operator meets it: health, heartbeat, reload, metrics, limits, and the other commands.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use sqlx::Connection as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use upheld::app::{App, Start};
use upheld::chat::{Health, Platform};
use upheld::clock::{Clock as _, SystemClock};
use upheld::config::{self, Surroundings};
use upheld::core::event::Event;
use upheld::core::time::Span;
use upheld::store::outbox::State;

use crate::fake::telegram::{self, Fault, Kind, TOKEN};
use crate::program::{Files, Program, SECRET, alert, free_port};

/// Long, because a loaded machine is slow; nothing waits longer than it must.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `look` finds something.
async fn until<T>(what: &str, program: &Program, look: impl AsyncFn() -> Option<T>) -> T {
    let begun = std::time::Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "never {what}:\n{}", program.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn now() -> String {
    SystemClock.now().to_string()
}

fn fires(name: &str) -> Value {
    let labels = json!({ "alertname": "CheckoutErrorsHigh", "service": "checkout", "severity": "critical" });
    alert(name, &labels, &now(), None)
}

async fn ready(program: &Program) -> Value {
    serde_json::from_str(&program.get("/readyz").await).unwrap()
}

/// Where a watchdog outside listens: counts the calls.
struct Watchdog {
    url: String,
    calls: watch::Receiver<u32>,
}

impl Watchdog {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/beat", listener.local_addr().unwrap());
        let (count, calls) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                drop(stream.write_all(answer.as_bytes()).await);
                count.send_modify(|calls| *calls += 1);
            }
        });
        Self { url, calls }
    }

    async fn beats(&self, more: u32) {
        let mut calls = self.calls.clone();
        let known = *calls.borrow_and_update();
        let heard = calls.wait_for(|calls| *calls >= known + more);
        tokio::time::timeout(PATIENCE, heard).await.expect("the heart beats").unwrap();
    }

    fn calls(&self) -> u32 {
        *self.calls.borrow()
    }
}

/// What no file may grow beyond: as on a full disk, whatever is written fails.
fn room(program: &Program, bytes: &str) {
    let limit = format!("--fsize={bytes}:unlimited");
    let set = Command::new("prlimit").args(["--pid", &program.id().to_string(), &limit]).status();
    assert!(set.unwrap().success());
}

#[tokio::test]
async fn the_heart_stops_while_nothing_can_be_written_and_beats_again() {
    let watchdog = Watchdog::start().await;
    let mut files = Files::quick();
    files.upheld.push_str(&format!("\n[heartbeat]\nurl = \"{}\"\ninterval = \"200 ms\"\n", watchdog.url));
    let mut program = Program::prepare(&files);
    // A file that may not grow is an error to be answered, not a signal that ends the program.
    let serve = program.command(&["serve"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$0\" serve"]).arg(serve.get_program());
    shell.env_clear().current_dir(serve.get_current_dir().unwrap());
    shell.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
    program.launch_as(shell);
    until("answers", &program, async || program.is_healthy().await.then_some(())).await;
    watchdog.beats(2).await;
    let parts = ready(&program).await;
    for part in ["database", "journal", "outbox"] {
        assert_eq!(parts["parts"][part], json!({ "state": "up", "needed": true }), "{parts}");
    }
    let maria = program.manager("Maria").await;
    let labels = json!({ "alertname": "CheckoutErrorsHigh", "service": "checkout", "severity": "critical" });
    let began = (SystemClock.now() - Span::from_seconds(15)).to_string();
    assert_eq!(program.post("alertmanager", &alert("a", &labels, &began, None)).await.unwrap(), 202);
    maria.until("operators", "INC-1").await;

    room(&program, "1");
    assert_eq!(program.post("alertmanager", &fires("b")).await.unwrap(), 503);
    // The journal has something to write by itself: the response clock is at risk within seconds.
    let down = until("not ready", &program, async || {
        let told = ready(&program).await;
        let down = |part: &str| told["parts"][part]["state"] == "down";
        (told["ready"] == false && down("database") && down("journal")).then_some(told)
    });
    assert!(down.await["parts"]["journal"]["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    // One call may have been on its way; then there is silence for as long as five calls would take.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let silent = watchdog.calls();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(watchdog.calls(), silent, "the heart beats while nothing can be written");
    assert!(program.is_healthy().await, "the process lives and answers");

    room(&program, "unlimited");
    until("ready", &program, async || (ready(&program).await["ready"] == true).then_some(())).await;
    watchdog.beats(2).await;
    assert_eq!(program.post("alertmanager", &fires("b")).await.unwrap(), 202);
    assert!(program.stop().await.success(), "{}", program.log());
    assert!(program.succeed(&["journal", "verify"]).contains("The chain holds"));
    assert!(program.succeed(&["replay"]).contains("No difference"));
}

/// The whole program inside this process.
struct Inside {
    app: App,
    folder: tempfile::TempDir,
    files: Files,
}

impl Inside {
    async fn start(files: Files) -> Self {
        let folder = tempfile::tempdir().unwrap();
        files.write(folder.path(), free_port());
        let path = folder.path().join("config");
        let now = SystemClock.now();
        let loaded = config::load(&path, &Surroundings { now, variables: BTreeMap::new() });
        assert_eq!(loaded.errors(), 0, "{:?}", loaded.problems);
        let config = loaded.config.unwrap();
        let start = Start { config, path: Some(path), clock: Arc::new(SystemClock), personas: Vec::new() };
        Self { app: App::start(start).await.unwrap(), folder, files }
    }

    /// A fault inside the journal, as a bug would be.
    async fn break_the_journal(&self) {
        let fault = |_: &_, _| -> Result<Vec<Event>, ()> { panic!("a fault of the tests") };
        self.app.journal.append("fault".to_owned(), Vec::new(), fault).await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_whose_journal_broke_ends_with_an_error() {
    let inside = Inside::start(Files::quick()).await;
    let parts = inside.app.parts.clone();
    while !parts.ready() {
        tokio::task::yield_now().await;
    }
    inside.break_the_journal().await;
    let ended = inside.app.run(CancellationToken::new(), None).await.unwrap_err().to_string();
    assert!(ended.contains("the journal ended unexpectedly"), "{ended}");
    assert!(!parts.ready());
    assert!(matches!(parts.states()["journal"], Health::Down(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_that_the_journal_refuses_is_taken_back_whole() {
    let mut inside = Inside::start(Files::quick()).await;
    inside.break_the_journal().await;
    let before = inside.app.directory.get();
    let agreement = &mut inside.files.agreements[0].1;
    *agreement = agreement.replace("\"web:acme\"", "\"web:elsewhere\"").replace("99.9", "99.5");
    inside.files.write(inside.folder.path(), 1);
    inside.app.reload().await;
    let after = inside.app.directory.get();
    assert!(Arc::ptr_eq(&before.config, &after.config));
    assert_eq!(before.bindings.keys().collect::<Vec<_>>(), after.bindings.keys().collect::<Vec<_>>());
    let kept: Vec<_> = inside.app.store.bindings().await.unwrap().into_keys().collect();
    assert_eq!(kept, before.bindings.keys().cloned().collect::<Vec<_>>());
    inside.app.stop().await;
}

#[tokio::test]
async fn a_reload_takes_what_it_can_and_names_what_waits() {
    let watchdog = Watchdog::start().await;
    let mut files = Files::quick();
    let program = Program::start(&files).await;
    let maria = program.manager("Maria").await;
    let again = |files: &Files| {
        files.write(program.folder(), program.port);
        program.signal("-HUP");
    };
    files.upheld = files.upheld.replace("filter = \"info\"", "filter = \"debug\"");
    files.upheld = files.upheld.replace("telegram_chat = \"1000 in 1s\"", "telegram_chat = \"1 in 1s\"");
    files.upheld = files.upheld.replace("claim = \"2s\"", "claim = \"2s\"\nshutdown = \"9s\"");
    files.upheld = files.upheld.replace("tick = \"100 ms\"", "tick = \"200 ms\"");
    files.upheld.push_str(&format!("\n[heartbeat]\nurl = \"{}\"\ninterval = \"50 ms\"\n", watchdog.url));
    again(&files);
    watchdog.beats(2).await;
    let waiting = "these changes wait for the next start keys=\"pace.tick, timeouts.shutdown\"";
    until("names them", &program, async || program.log().contains(waiting).then_some(())).await;
    assert!(program.log().contains("DEBUG"), "{}", program.log());
    // In chat, in both languages.
    maria.ask("operators", "1", "/reload").await.unwrap();
    maria.until("operators", "wait for the next start").await;
    maria.ask("operators", "2", "/bind operators --language=zh-TW").await.unwrap();
    maria.ask("operators", "3", "/reload").await.unwrap();
    let page = maria.until("operators", "下次啟動才生效").await;
    assert!(page.contains("timeouts.shutdown") && page.contains("pace.tick"), "{page}");
    // What is taken away ends, too; and a broken file changes nothing.
    files.upheld = files.upheld.split("\n[heartbeat]").next().unwrap().to_owned();
    again(&files);
    until("taken", &program, async || (program.log().matches("was read again").count() >= 4).then_some(()))
        .await;
    let silent = watchdog.calls();
    files.upheld.push_str("\n[heartbeat]\nurl = \"https://example.com\"\nrhythm = \"1 min\"\n");
    again(&files);
    until("refused", &program, async || program.log().contains("was not taken").then_some(())).await;
    assert!(watchdog.calls() <= silent + 1);
}

#[tokio::test]
async fn without_the_web_chat_only_machines_are_answered() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let mut files = Files::quick().on("telegram", &nobody, TOKEN, "-100", "-200");
    files = files.account("anna", "telegram:1").account("ben", "telegram:2").account("jonas", "telegram:3");
    files.upheld = files.upheld.replace("\"web:operators\", ", "");
    files.agreements[0].1 = files.agreements[0].1.replace("\"web:acme\", ", "");
    files.upheld.push_str("\n[web]\nenabled = false\n");
    let program = Program::start(&files).await;
    for path in ["/", "/chat", "/chat/operators", "/sign-in", "/join/guess", "/static/chat.css"] {
        let answer = reqwest::get(program.url(path)).await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        assert!(!answer.text().await.unwrap().contains("<html"), "{path}");
    }
    let sign_in = Client::new().post(program.url("/sign-in")).header("origin", program.url(""));
    assert_eq!(sign_in.form(&[("code", "1"), ("name", "Eve")]).send().await.unwrap().status(), 404);
    assert_eq!(program.post("alertmanager", &fires("a")).await.unwrap(), 202);
    until("ready", &program, async || (ready(&program).await["ready"] == true).then_some(())).await;
    assert!(ready(&program).await["parts"]["web"].is_null());
    assert!(program.get("/metrics").await.ends_with("# EOF\n"));
    until("warns", &program, async || program.log().contains("nobody manages Upheld").then_some(())).await;
    assert!(!program.said().contains("/join/"), "{}", program.said());
}

/// Every line of an OpenMetrics text is what the format allows; returns the samples.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut families: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = BTreeMap::new();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.last(), Some(&"# EOF"));
    let plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':');
    for line in &lines[..lines.len() - 1] {
        if let Some(about) = line.strip_prefix("# ") {
            let mut words = about.splitn(3, ' ');
            let (kind, name, rest) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            assert!(["HELP", "TYPE", "UNIT"].contains(&kind) && plain(name) && !rest.is_empty(), "{line}");
            if kind == "TYPE" {
                assert!(["counter", "gauge", "histogram", "info"].contains(&rest), "{line}");
                assert!(families.insert(name, rest).is_none(), "{name} is declared twice");
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        let name = series.split('{').next().unwrap();
        let known = families.iter().any(|(family, kind)| {
            let endings: &[&str] = match *kind {
                "counter" => &["_total"],
                "histogram" => &["_bucket", "_count", "_sum"],
                "info" => &["_info"],
                _ => &[""],
            };
            endings.iter().any(|ending| name == format!("{family}{ending}"))
        });
        assert!(known && plain(name), "{line} belongs to no family");
        let labels = series.strip_prefix(name).unwrap();
        assert!(labels.is_empty() || (labels.starts_with("{") && labels.ends_with("\"}")), "{line}");
        assert!(found.insert(series.to_owned(), value.parse().unwrap()).is_none(), "{series} stands twice");
    }
    found
}

#[tokio::test]
async fn every_metric_counts_what_it_says() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let files = Files::quick().on("telegram", &nobody, TOKEN, "-100", "-200");
    let program = Program::start(&files).await;
    let maria = program.manager("Maria").await;
    let first = samples(&program.get("/metrics").await);
    assert_eq!(program.post("alertmanager", &fires("a")).await.unwrap(), 202);
    maria.until("operators", "INC-1").await;
    maria.ask("operators", "1", "/ack 1").await.unwrap();
    maria.until("operators", "IN HAND").await;
    let count = |samples: &BTreeMap<String, f64>, name: &str| samples.get(name).copied().unwrap_or(0.0);
    let wanted = [
        "upheld_journal_entries_total",
        "upheld_commands_total{platform=\"web\"}",
        "upheld_sends_total{platform=\"web\",outcome=\"sent\"}",
        "upheld_sends_total{platform=\"telegram\",outcome=\"retry\"}",
        "upheld_outbox_waiting{platform=\"telegram\"}",
        "upheld_webhook_deliveries_total{integration=\"alertmanager\",outcome=\"accepted\"}",
        "upheld_open_incidents",
        "upheld_notice_seconds_count",
    ];
    let later = until("counted", &program, async || {
        let now = samples(&program.get("/metrics").await);
        wanted.iter().all(|name| count(&now, name) > count(&first, name)).then_some(now)
    });
    let later = later.await;
    assert_eq!(count(&later, "upheld_commands_total{platform=\"web\"}"), 1.0);
    assert_eq!(count(&later, "upheld_part_up{part=\"journal\"}"), 1.0);
    let entries = program.store().await.journal_head().await.unwrap().sequence;
    until("all entries", &program, async || {
        let counted = count(&samples(&program.get("/metrics").await), "upheld_journal_entries_total");
        #[expect(clippy::cast_precision_loss, reason = "a few entries")]
        (counted >= entries as f64).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_invitation_lasts_as_long_as_the_files_say() {
    let mut files = Files::quick();
    files.upheld.push_str("\n[web]\ninvitation = \"2h\"\n");
    let program = Program::start(&files).await;
    let maria = program.manager("Maria").await;
    maria.ask("operators", "1", "/invite operator").await.unwrap();
    let url = format!("sqlite://{}", program.database().display());
    let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let newest = "SELECT expires - created FROM invitations ORDER BY created DESC LIMIT 1";
    let lasts: i64 = sqlx::query_scalar(newest).fetch_one(&mut database).await.unwrap();
    assert_eq!(lasts, 2 * 3600 * 1_000_000);
}

#[tokio::test]
async fn a_platform_that_does_not_answer_holds_up_the_end_no_longer_than_allowed() {
    let fake = telegram::Telegram::start().await;
    let (ops, acme) = (fake.chat(Kind::Supergroup, "Ops"), fake.chat(Kind::Supergroup, "Acme"));
    let mut files = Files::quick();
    let url = fake.url();
    files = files.on("telegram", url.as_str(), TOKEN, &ops.to_string(), &acme.to_string());
    let slow = "send = \"60s\"\nclaim = \"120s\"\nshutdown = \"1s\"";
    files.upheld = files.upheld.replace("send = \"1s\"\nclaim = \"2s\"", slow);
    files.agreements[0].1 = files.agreements[0].1.replace("P1 = \"30s\"", "P1 = \"1h\"");
    let mut program = Program::start(&files).await;
    let never = Arc::new(Notify::new());
    for _ in 0..2 {
        fake.fail_next("sendMessage", Fault::Hold(never.clone()));
    }
    assert_eq!(program.post("alertmanager", &fires("a")).await.unwrap(), 202);
    until("sends", &program, async || (fake.calls("sendmessage") >= 2).then_some(())).await;
    let began = std::time::Instant::now();
    assert!(program.stop().await.success(), "{}", program.log());
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    // Nobody knows whether they arrived, and the next start takes them up.
    program.run().await;
    until("sends again", &program, async || (fake.calls("sendmessage") >= 4).then_some(())).await;
}

#[tokio::test]
async fn every_answer_of_the_webhooks_on_the_real_program() {
    let mut files = Files::quick();
    let limits = "[server]\nbody_limit = \"10 MiB\"\nin_flight_limit = \"20 MiB\"\n";
    files.upheld = files.upheld.replace("[server]\n", limits);
    let program = Program::start(&files).await;
    let client = Client::new();
    let (right, wrong) = (Some(SECRET), Some("a guess"));
    let hook = "/webhooks/alertmanager";
    let with_secret = format!("{hook}/{SECRET}");
    let mib = 1 << 20;
    for (method, path, secret, length, status) in [
        (Method::POST, hook, right, 100, 202),
        (Method::POST, with_secret.as_str(), None, 101, 202),
        (Method::POST, hook, right, 9 * mib, 202),
        (Method::POST, hook, right, 10 * mib + 1, 413),
        (Method::POST, hook, None, 100, 401),
        (Method::POST, hook, wrong, 100, 401),
        (Method::POST, "/webhooks/alertmanager/guess", None, 100, 401),
        (Method::POST, "/webhooks/nobody", right, 100, 404),
        (Method::POST, "/webhooks", right, 100, 404),
        (Method::GET, hook, right, 0, 405),
        (Method::PUT, hook, right, 100, 405),
    ] {
        let what = format!("{method} {path} {secret:?} {length}");
        let mut request = client.request(method, program.url(path)).body(" ".repeat(length));
        if let Some(secret) = secret {
            request = request.bearer_auth(secret);
        }
        assert_eq!(request.send().await.unwrap().status(), status, "{what}");
    }
    // Bodies that do not end: together they fill what all may hold.
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(("127.0.0.1", program.port)).await.unwrap();
        let head = format!(
            "POST {hook} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\nContent-Length: {}\r\n\r\n",
            10 * mib
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b' '; 9 * mib]).await.unwrap();
        held.push(stream);
    }
    // Nothing tells from outside when the last of it was read.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let post = async || client.post(program.url(hook)).bearer_auth(SECRET).body("{}  ").send().await.unwrap();
    let busy =
        client.post(program.url(hook)).bearer_auth(SECRET).body(" ".repeat(3 * mib)).send().await.unwrap();
    assert_eq!((busy.status().as_u16(), busy.headers()["retry-after"].to_str().unwrap()), (503, "5"));
    assert_eq!(post().await.status(), 202, "what fits is still taken");
    drop(held);
    until("free", &program, async || (post().await.status() == 202).then_some(())).await;
}

/// The exit code and everything that was printed.
fn ended(output: &Output) -> (Option<i32>, String) {
    assert_eq!(output.status.signal(), None);
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn the_other_commands_do_what_they_say() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let files = Files::quick().on("telegram", &nobody, TOKEN, "-100", "-200");
    let mut program = Program::prepare(&files);
    let run = |program: &Program, arguments: &[&str]| ended(&program.output(arguments));

    let reference = program.succeed(&["reference"]);
    assert_eq!(reference, include_str!("../../docs/configuration.md"));
    let (code, told) = run(&program, &["check"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("Agreement acme: Acme GmbH") && told.contains("No "), "{told}");
    let services = program.folder().join("config/services.toml");
    std::fs::write(&services, format!("[services.checkout]\nquite = \"1s\"\n{}", files.services)).unwrap();
    let (code, told) = run(&program, &["check"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("services.toml:") && told.contains("nothing is loaded"), "{told}");
    assert_eq!(run(&program, &["serve"]).0, Some(1));
    std::fs::write(&services, &files.services).unwrap();

    let (code, told) = run(&program, &["backup", "copy.db"]);
    assert_eq!(code, Some(1), "there is nothing yet to copy: {told}");
    assert!(program.succeed(&["migrate"]).contains("has the schema of this version"));
    assert!(program.database().exists());
    let health = program.url("");
    let (code, told) = run(&program, &["health", &health]);
    assert!(code == Some(1) && told.contains("does not answer"), "{told}");

    program.run().await;
    let maria = program.manager("Maria").await;
    assert_eq!(program.post("alertmanager", &fires("a")).await.unwrap(), 202);
    maria.until("operators", "INC-1").await;
    until("ready", &program, async || (ready(&program).await["ready"] == true).then_some(())).await;
    let (code, told) = run(&program, &["health", &health]);
    assert!(code == Some(0) && told.contains("\"ready\":true"), "{told}");
    assert!(program.succeed(&["backup", "copy.db"]).contains("the chain holds"));
    let (code, told) = run(&program, &["backup", "copy.db"]);
    assert!(code == Some(1) && told.contains("is there already"), "{told}");
    assert_eq!(program.post("scripts", &script("after the backup")).await.unwrap(), 202);
    maria.until("operators", "INC-2").await;
    for arguments in [&["restore", "copy.db"][..], &["migrate"], &["serve"]] {
        let (code, told) = run(&program, arguments);
        assert!(code == Some(1) && told.contains("in use"), "{arguments:?}: {told}");
    }
    let cookie = maria.into_cookie();
    assert!(program.stop().await.success(), "{}", program.log());

    let told = program.succeed(&["restore", "copy.db"]);
    assert!(told.contains("is in place") && !told.contains("\n0 messages were waiting"), "{told}");
    assert!(program.succeed(&["replay"]).contains("No difference"));
    program.run().await;
    let page = program.visitor(cookie).until("operators", "INC-1").await;
    assert!(!page.contains("INC-2"), "what came after the backup is gone: {page}");
    let counts = program.store().await.outbox_counts().await.unwrap();
    let states: BTreeSet<State> =
        counts.iter().filter(|count| count.platform == Platform::Telegram).map(|count| count.state).collect();
    assert!(states.contains(&State::Uncertain), "{counts:?}");
    let beside = std::fs::read_dir(program.folder()).unwrap();
    let names: Vec<String> = beside.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.contains(&"upheld.db.replaced-1".to_owned()), "{names:?}");
    assert!(program.stop().await.success(), "{}", program.log());
}

/// An event in Upheld's own format.
fn script(summary: &str) -> Value {
    json!({
        "key": "script", "status": "firing", "severity": "critical", "summary": summary,
        "labels": { "service": "search" },
    })
}
