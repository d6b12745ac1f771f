//! Sixty-four connections that post as fast as they are answered, for a few seconds.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

use crate::bodies::{Behaviour, Posts};
use crate::client::Connection;
use crate::program::{Kept, ParseOnly, Program};
use crate::table::{Row, head, percentile};

const CONNECTIONS: usize = 64;
/// How long one load lasts.
const LASTS: Duration = Duration::from_secs(4);
/// How long the journal may take afterwards to have everything; a load after which it needs longer is told.
const CATCH_UP: Duration = Duration::from_secs(8);
/// Alerts in a body, and the parts of the parse-only rate that changing bodies and repeats aim at.
const SIZES: [(usize, f64, f64); 2] = [(1, 0.2, 0.4), (50, 0.1, 0.4)];

/// What a load came to. Every post was answered 202.
#[derive(Debug)]
struct Load {
    posts: usize,
    took: Duration,
    latencies: Vec<Duration>,
}

impl Load {
    fn per_second(&self) -> f64 {
        self.posts as f64 / self.took.as_secs_f64()
    }
}

/// Every load at every size, each on a program with an empty database.
pub async fn all() -> Result<()> {
    head();
    for (alerts, aim, aim_repeats) in SIZES {
        let words = if alerts == 1 { "one alert".to_owned() } else { format!("{alerts} alerts") };
        let parse = parse_only(&words, alerts).await?;
        durable(&format!("{words}, all change"), Behaviour::Changes, alerts, parse, Some(aim)).await?;
        durable(&format!("{words}, repeats"), Behaviour::Repeats, alerts, parse, Some(aim_repeats)).await?;
        durable(&format!("{words}, half and half"), Behaviour::Mixed, alerts, parse, None).await?;
    }
    Ok(())
}

/// Posts per second of a route that only reads.
async fn parse_only(words: &str, alerts: usize) -> Result<f64> {
    let mut server = ParseOnly::start()?;
    let load = drive(server.port, Behaviour::Changes, alerts).await?;
    server.stop().await?;
    let per_second = load.per_second();
    let row = Row {
        name: format!("{words}, parse only"),
        alerts,
        posts_per_second: per_second,
        p99: percentile(load.latencies, 99),
        peak: None,
        ratio: None,
        remark: String::new(),
    };
    row.print();
    Ok(per_second)
}

async fn durable(name: &str, how: Behaviour, alerts: usize, parse: f64, aim: Option<f64>) -> Result<()> {
    let mut program = Program::start().await?;
    let load = drive(program.port, how, alerts).await?;
    let behind = program.kept().await?.waiting;
    let begun = Instant::now();
    while program.kept().await?.waiting > 0 && begun.elapsed() < CATCH_UP {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (took, peak) = (begun.elapsed(), program.memory()?.peak);
    program.stop().await?;
    let kept = program.kept().await?;
    check(name, how, alerts, &load, &kept)?;
    let row = Row {
        name: name.to_owned(),
        alerts,
        posts_per_second: load.per_second(),
        p99: percentile(load.latencies, 99),
        peak: Some(peak),
        ratio: Some((load.posts as f64 / load.took.as_secs_f64() / parse, aim)),
        remark: match kept.waiting {
            0 => format!("{behind} waited for the journal, for {:.1} s", took.as_secs_f64()),
            rest => format!("{behind} waited for the journal, {rest} after {} s", CATCH_UP.as_secs()),
        },
    };
    row.print();
    Ok(())
}

/// Whether everything that was answered 202 is in the database, and in the journal if it had the time.
fn check(name: &str, how: Behaviour, alerts: usize, load: &Load, kept: &Kept) -> Result<()> {
    ensure!(
        kept.deliveries == load.posts,
        "{name}: {} posts were answered 202, and {} are kept",
        load.posts,
        kept.deliveries
    );
    match how {
        Behaviour::Repeats => ensure!(
            kept.bodies == CONNECTIONS,
            "{name}: {CONNECTIONS} bodies were repeated, and {} are kept",
            kept.bodies
        ),
        Behaviour::Changes if kept.waiting == 0 => ensure!(
            kept.signals == load.posts * alerts,
            "{name}: {} alerts changed, and {} are in the journal",
            load.posts * alerts,
            kept.signals
        ),
        _ => {}
    }
    Ok(())
}

async fn drive(port: u16, how: Behaviour, alerts: usize) -> Result<Load> {
    let mut connections = Vec::new();
    for number in 0..CONNECTIONS {
        connections.push((Connection::open(port).await?, Posts::new(how, number, alerts)));
    }
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for (mut connection, mut posts) in connections {
        tasks.spawn(async move {
            let mut latencies = Vec::with_capacity(4096);
            while begun.elapsed() < LASTS {
                let request = posts.next();
                let sent = Instant::now();
                connection.post(request).await?;
                latencies.push(sent.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    Ok(Load { posts: latencies.len(), took: begun.elapsed(), latencies })
}
