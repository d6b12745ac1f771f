//! How fast a dashboard of a thousand services is, alone and with five hundred who look: `cargo bench --bench dashboard`.
//!
//! The real program inside this process, over HTTP on loopback, beside the same server that gives a page of the same
//! size and pushes events of the same size which nobody had to work out, in one run, so that the ratios mean something
//! on any machine. Figures are printed and never asserted; the run fails when somebody who looks is not told. It takes
//! about a minute and ends by itself.

mod baseline;
mod viewers;
mod world;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};

use baseline::Baseline;
use viewers::{Look, Viewers};
use world::{AGREEMENTS, SERVICES, World};

/// Those who look at the same time.
const VIEWERS: usize = 500;
/// Pages fetched one after another.
const PAGES: usize = 200;
/// Changes told to all.
const CHANGES: usize = 10;
/// Nothing takes longer, or the run fails.
const LIMIT: Duration = Duration::from_secs(180);

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let run = async { tokio::time::timeout(LIMIT, measure()).await.context("it takes too long")? };
    match runtime.context("no runtime").and_then(|runtime| runtime.block_on(run)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dashboard: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    println!("{SERVICES} services of {AGREEMENTS} customers, on {cores} cores shared with those who look.\n");
    let world = World::start().await?;
    let first = world.page(false).await?;
    world.version().await?;
    let (quiet, looking) = (world.waits(50).await?, Look::waits_while(&world).await?);
    println!("nobody had looked:  first byte {}, whole page {}", ms(first.first), ms(first.whole));
    println!(
        "the journal waits:  {} at most while all figures are measured ({} when nobody looks)",
        ms(looking),
        ms(quiet)
    );
    let zipped = world.page(true).await?;
    println!("size:               {} kB, {} kB compressed\n", first.bytes / 1000, zipped.bytes / 1000);
    pages(&world, first.bytes).await?;
    changes(&world).await?;
    world.stop().await;
    Ok(())
}

/// One page after another, beside one of the same size that was there already.
async fn pages(world: &World, size: usize) -> Result<()> {
    let plain = Baseline::start(size, 0).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..PAGES {
        ours.push(world.page(false).await?);
        theirs.push(world.fetch(&plain.url("/page"), false).await?);
    }
    let first = |looks: &[Look]| percentile(looks.iter().map(|look| look.first), 50);
    let whole = |looks: &[Look], percent| percentile(looks.iter().map(|look| look.whole), percent);
    println!("{:<19} {:>12} {:>12} {:>12}", "page", "first byte", "whole", "whole p99");
    for (name, looks) in [("dashboard", &ours), ("the same bytes", &theirs)] {
        println!(
            "{name:<19} {:>12} {:>12} {:>12}",
            ms(first(looks)),
            ms(whole(looks, 50)),
            ms(whole(looks, 99))
        );
    }
    println!(
        "{:<19} {:>12.2} {:>12.2}\n",
        "ratio",
        ratio(first(&ours), first(&theirs)),
        ratio(whole(&ours, 50), whole(&theirs, 50))
    );
    Ok(())
}

/// Changes with one and with five hundred who look, beside events of the same size.
async fn changes(world: &World) -> Result<()> {
    println!(
        "{:<19} {:>9} {:>12} {:>12} {:>12} {:>9}",
        "a change", "viewers", "first has it", "all have it", "processor", "bytes"
    );
    let mut cost = Vec::new();
    for count in [1, VIEWERS] {
        let viewers = Viewers::of(world, count).await?;
        cost.push(viewers.told("dashboard", async |change| world.alert(change).await).await?);
    }
    let bytes = cost.last().map_or(0, |cost| cost.bytes);
    let plain = Baseline::start(0, bytes).await?;
    let viewers = Viewers::at(&plain.url("/events"), None, VIEWERS).await?;
    let bare = viewers.told("the same bytes", async |_| plain.push()).await?;
    if let [one, all] = cost.as_slice() {
        println!(
            "{:<19} {:>9} {:>12} {:>12.2} {:>12.2}",
            "ratio",
            "",
            "",
            ratio(all.all, bare.all),
            ratio(all.processor, bare.processor)
        );
        println!(
            "With {VIEWERS} a change costs {:.1} times what it costs with one.",
            ratio(all.processor, one.processor)
        );
    }
    Ok(())
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(1e-9)
}

fn ms(span: Duration) -> String {
    format!("{:.2} ms", span.as_secs_f64() * 1e3)
}

/// The value that `percent` in a hundred do not exceed; zero of nothing.
fn percentile(all: impl Iterator<Item = Duration>, percent: usize) -> Duration {
    let mut all: Vec<Duration> = all.collect();
    all.sort_unstable();
    all.get((all.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
}
