//! From a POST to the first notice in an open page of the web chat, while repeats of other alerts pour in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::bodies::{Behaviour, Posts, SERVICES};
use crate::client::Connection;
use crate::program::{Program, QUIET_SERVICES, quiet_service};
use crate::table::{milliseconds, percentile};

/// Repeats in a second, from so many connections.
const REPEATS: u32 = 1_000;
const CONNECTIONS: usize = 20;
/// Between two first alerts.
const PAUSE: Duration = Duration::from_millis(90);
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn first_notice() -> Result<()> {
    let mut program = Program::start().await?;
    let mut page = Page::open(&program).await?;
    let stop = CancellationToken::new();
    let posted = Arc::new(AtomicUsize::new(0));
    let mut background = JoinSet::new();
    for number in 0..CONNECTIONS {
        let connection = Connection::open(program.port).await?;
        background.spawn(repeat(connection, number, Arc::clone(&posted), stop.clone()));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (begun, before) = (Instant::now(), posted.load(Ordering::Relaxed));
    let mut took = Vec::new();
    let mut connection = Connection::open(program.port).await?;
    for number in 0..QUIET_SERVICES {
        tokio::time::sleep(PAUSE).await;
        let service = quiet_service(number);
        let mut posts = Posts::single(1_000_000 + number, &service);
        let sent = Instant::now();
        connection.post(posts.next()).await?;
        page.until(&format!("The {service}.")).await?;
        took.push(sent.elapsed());
    }
    let rate = (posted.load(Ordering::Relaxed) - before) as f64 / begun.elapsed().as_secs_f64();
    stop.cancel();
    while let Some(done) = background.join_next().await {
        done??;
    }
    println!(
        "From a POST to its first notice in an open page, with {rate:.0} repeats/s beside it: p50 {:.1} ms, \
         p99 {:.1} ms (aim: p99 under 100 ms)",
        milliseconds(percentile(took.clone(), 50)),
        milliseconds(percentile(took, 99)),
    );
    let peak = program.memory()?.peak;
    println!("Peak memory meanwhile: {:.1} MB", crate::table::megabytes(peak));
    program.stop().await?;
    let kept = program.kept().await?;
    let sent = posted.load(Ordering::Relaxed) + QUIET_SERVICES;
    ensure!(kept.deliveries == sent, "{sent} posts were answered 202, and {} are kept", kept.deliveries);
    Ok(())
}

/// Posts the same bytes at a steady pace.
async fn repeat(
    mut connection: Connection,
    number: usize,
    posted: Arc<AtomicUsize>,
    stop: CancellationToken,
) -> Result<()> {
    let mut posts = Posts::new(Behaviour::Repeats, number % SERVICES, 1);
    let mut pace = tokio::time::interval(Duration::from_secs(1) * CONNECTIONS as u32 / REPEATS);
    while !stop.is_cancelled() {
        pace.tick().await;
        connection.post(posts.next()).await?;
        posted.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// The operators' room as a browser follows it.
#[derive(Debug)]
struct Page {
    stream: reqwest::Response,
    seen: String,
}

impl Page {
    /// Signs in by the link of the first start, and listens.
    async fn open(program: &Program) -> Result<Self> {
        let client =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        let begun = Instant::now();
        let code = loop {
            let said = program.read("said")?;
            if let Some((_, rest)) = said.split_once("/join/") {
                break rest.split_whitespace().next().context("no code")?.to_owned();
            }
            ensure!(begun.elapsed() < PATIENCE, "no link for the first manager");
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        let enter = client.post(program.url("/sign-in")).header(ORIGIN, program.url(""));
        let entered = enter.form(&[("code", code.as_str()), ("name", "The bench")]).send().await?;
        let cookie = entered.headers().get(SET_COOKIE).context("not signed in")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let listen = client.get(program.url("/chat/operators/events")).header(COOKIE, cookie);
        Ok(Self { stream: listen.send().await?.error_for_status()?, seen: String::new() })
    }

    /// Reads on until the page shows this.
    async fn until(&mut self, wanted: &str) -> Result<()> {
        let begun = Instant::now();
        while !self.seen.contains(wanted) {
            ensure!(begun.elapsed() < PATIENCE, "the page never showed {wanted:?}");
            let piece = tokio::time::timeout(PATIENCE, self.stream.chunk()).await??;
            self.seen.push_str(&String::from_utf8_lossy(&piece.context("the stream ended")?));
        }
        self.seen.clear();
        Ok(())
    }
}
