//! How much the program takes in, and how fast it speaks: `cargo bench --bench ingest`.
//!
//! The real binary on a file of its own (SQLite, `synchronous=FULL`), over HTTP on loopback with 64
//! connections, beside a route that only reads the same bodies (same HTTP server, same `sources::parse`), all
//! in one run, so that the ratio means something on any machine. Figures are printed beside their aims and
//! never asserted; the run fails when a delivery is refused, or answered 202 and not found afterwards.
//!
//! `cargo bench --bench ingest -- history` (or `idle`, `load`, `notice`) runs one part alone.

mod bodies;
mod client;
mod history;
mod load;
mod notice;
mod program;
mod table;

use std::process::ExitCode;

use anyhow::{Context, Result};

/// The argument by which this program, started again by itself, becomes the route that only parses.
const PARSE_ONLY: &str = "parse-only";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| !one.starts_with("--")).collect();
    let done = match arguments.first().map(String::as_str) {
        Some(PARSE_ONLY) => run(program::parse_only()),
        Some(part) => run(parts(&[part])),
        None => run(parts(&["idle", "load", "notice", "history"])),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ingest: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(part: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("no runtime")?.block_on(part)
}

async fn parts(wanted: &[&str]) -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    println!("On {cores} cores, which the program shares with what drives it.");
    for part in wanted {
        println!();
        match *part {
            "idle" => idle().await?,
            "load" => load::all().await?,
            "notice" => notice::first_notice().await?,
            "history" => history::steps()?,
            other => anyhow::bail!("there is no part {other:?}; there are idle, load, notice and history"),
        }
    }
    Ok(())
}

/// What the program holds when nothing happens.
async fn idle() -> Result<()> {
    let mut program = program::Program::start().await?;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let memory = program.memory()?;
    println!("Idle: {:.1} MB resident (aim: under 25 MB)", table::megabytes(memory.now));
    program.stop().await
}
