//! Those who look: one page fetched, and many streams that hear of changes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use reqwest::header::COOKIE;
use tokio::sync::mpsc;

use crate::world::World;
use crate::{CHANGES, ms, percentile};

/// Longer than hearing of a change may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long changes lie apart, so that each is told alone.
const APART: Duration = Duration::from_millis(1_300);

/// One page.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub first: Duration,
    pub whole: Duration,
    pub bytes: usize,
}

impl Look {
    pub async fn at(mut response: reqwest::Response, begun: Instant) -> Result<Self> {
        ensure!(response.status().is_success(), "a page was answered {}", response.status());
        let (mut first, mut bytes) = (None, 0);
        while let Some(chunk) = response.chunk().await? {
            first.get_or_insert_with(|| begun.elapsed());
            bytes += chunk.len();
        }
        Ok(Self { first: first.unwrap_or_default(), whole: begun.elapsed(), bytes })
    }

    /// The longest wait for the journal's writer while a customer's page, and all pages anew, are worked out.
    pub async fn waits_while(world: &World) -> Result<Duration> {
        let mut longest = Duration::ZERO;
        let looking = async {
            for number in 0..20 {
                world.fetch(&world.url(&format!("/dashboard/c{number:03}")), false).await?;
            }
            Ok::<_, anyhow::Error>(())
        };
        tokio::pin!(looking);
        loop {
            tokio::select! {
                looked = &mut looking => return looked.map(|()| longest),
                waited = world.waits(1) => longest = longest.max(waited?),
            }
        }
    }
}

/// Streams that are open.
#[derive(Debug)]
pub struct Viewers {
    count: usize,
    /// When an event was whole, and how long it was.
    heard: mpsc::UnboundedReceiver<(Instant, usize)>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

/// What one change costs.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub all: Duration,
    pub processor: Duration,
    pub bytes: usize,
}

impl Viewers {
    pub async fn of(world: &World, count: usize) -> Result<Self> {
        let path = format!("/dashboard/events?version={}", world.version().await?);
        Self::at(&world.url(&path), Some(World::cookie()), count).await
    }

    /// Opens so many streams, and waits until each has heard something.
    pub async fn at(url: &str, cookie: Option<String>, count: usize) -> Result<Self> {
        let client = Client::builder().no_proxy().build()?;
        let (told, heard) = mpsc::unbounded_channel();
        let mut tasks = Vec::new();
        for _ in 0..count {
            let request = client.get(url).header(COOKIE, cookie.clone().unwrap_or_default());
            let mut response = request.send().await?.error_for_status()?;
            let told = told.clone();
            tasks.push(tokio::spawn(async move {
                let (mut bytes, mut listens) = (0, false);
                while let Ok(Some(chunk)) = response.chunk().await {
                    bytes += chunk.len();
                    if chunk.ends_with(b"\n\n") {
                        let event = std::mem::take(&mut bytes);
                        // The first says that they listen; a later heartbeat is no change.
                        let counts = event > 100 || !std::mem::replace(&mut listens, true);
                        if counts && told.send((Instant::now(), event)).is_err() {
                            return;
                        }
                    }
                }
            }));
        }
        let mut viewers = Self { count, heard, tasks };
        viewers.all().await?;
        Ok(viewers)
    }

    /// When each has heard one more event: the first, the last, and its size.
    async fn all(&mut self) -> Result<(Instant, Instant, usize)> {
        let mut told: Option<(Instant, Instant, usize)> = None;
        for number in 0..self.count {
            let heard = tokio::time::timeout(PATIENCE, self.heard.recv()).await;
            let heard = heard.with_context(|| format!("only {number} of {} heard of it", self.count))?;
            let (at, bytes) = heard.context("every stream has ended")?;
            let (first, ..) = told.unwrap_or((at, at, bytes));
            told = Some((first, at, bytes));
        }
        told.context("nobody looks")
    }

    /// Lets changes happen, and prints what one of them costs.
    pub async fn told(mut self, name: &str, change: impl AsyncFn(usize) -> Result<()>) -> Result<Cost> {
        let (mut first, mut all, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
        tokio::time::sleep(APART).await;
        while self.heard.try_recv().is_ok() {}
        let before = processor()?;
        for number in 0..CHANGES {
            let begun = Instant::now();
            change(number + self.count).await?;
            let (one, last, size) = self.all().await?;
            first.push(one - begun);
            all.push(last - begun);
            bytes.push(size);
            // What follows of it, such as the number it gets, is told with the next or after it.
            tokio::time::sleep(APART).await;
            while self.heard.try_recv().is_ok() {}
        }
        let spent = (processor()? - before) / u32::try_from(CHANGES)?;
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
        bytes.sort_unstable();
        let cost = Cost {
            all: percentile(all.into_iter(), 50),
            processor: spent,
            bytes: bytes.get(bytes.len() / 2).copied().unwrap_or(0),
        };
        let first = percentile(first.into_iter(), 50);
        println!(
            "{name:<19} {:>9} {:>12} {:>12} {:>12} {:>9}",
            self.count,
            ms(first),
            ms(cost.all),
            ms(cost.processor),
            cost.bytes
        );
        Ok(cost)
    }
}

/// What this process has used of the processor.
fn processor() -> Result<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(") ").next().context("no fields")?.split(' ').collect();
    let ticks = |place: usize| -> Result<u64> { Ok(fields.get(place).context("no such field")?.parse()?) };
    // User and system time, in hundredths of a second.
    Ok(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
}
