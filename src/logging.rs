//! The program's log, on standard error, so that what a command prints stays its own.

use std::io::IsTerminal as _;
use std::sync::OnceLock;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::reload::{self, Handle};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry};

use crate::config::{LogFormat, Logging};

/// Changes what the log of this process tells; a process has one log.
static FILTER: OnceLock<Handle<EnvFilter, Registry>> = OnceLock::new();

/// What `RUST_LOG` says, else what the configuration says.
fn filter(configured: &str) -> EnvFilter {
    EnvFilter::try_from_default_env()
        .or_else(|_| EnvFilter::try_new(configured))
        .unwrap_or_else(|_| EnvFilter::new("info"))
}

/// Sets the log up, once.
pub fn set_up(logging: &Logging) {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // Colours are for a terminal; in a file or a journal they are noise.
        .with_ansi(std::io::stderr().is_terminal())
        // On a full disk a line of the log is lost; telling of that on the same disk would end the task that logs.
        .log_internal_errors(false);
    let (filter, handle) = reload::Layer::new(filter(&logging.filter));
    let filtered = tracing_subscriber::registry().with(filter);
    let set = match logging.format {
        LogFormat::Json => filtered.with(lines.json()).try_init(),
        LogFormat::Text => filtered.with(lines).try_init(),
    };
    match set {
        Ok(()) => drop(FILTER.set(handle)),
        Err(error) => eprintln!("upheld: logging could not be set up: {error}"),
    }
}

/// Tells more or less from now on. `RUST_LOG` goes before it here too.
pub fn tell(configured: &str) {
    if let Some(handle) = FILTER.get()
        && let Err(error) = handle.reload(filter(configured))
    {
        tracing::error!(%error, "the log's filter could not be changed");
    }
}
