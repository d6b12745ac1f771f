//! When nothing goes right: each kind of trouble has a clear message, a defined behaviour, and a test on the binary.

mod clock;
mod configuration;
mod database;
mod disk;
mod end;
mod platforms;
mod start;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use upheld::clock::{Clock as _, SystemClock};

use crate::program::{Program, alert};

/// Long, because a loaded machine is slow; nothing waits longer than it must.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `look` finds something.
async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    within(look).await.unwrap_or_else(|| panic!("no sign of {what}"))
}

async fn within<T>(look: impl AsyncFn() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(found) = look().await {
            return Some(found);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    None
}

/// Waits until the log of all runs holds this so often.
async fn until_logged(program: &Program, wanted: &str, times: usize) {
    let found = within(async || (program.log().matches(wanted).count() >= times).then_some(())).await;
    assert!(found.is_some(), "no {wanted:?} in:\n{}", program.log());
}

/// Waits until `/readyz` shows the state of a part, and gives the whole answer.
async fn until_part(program: &Program, part: &str, state: &str) -> Value {
    let found = within(async || {
        let shown: Value = serde_json::from_str(&program.get("/readyz").await).unwrap();
        (shown["parts"][part]["state"] == state).then_some(shown)
    });
    match found.await {
        Some(shown) => shown,
        None => panic!("{part} is not {state}: {}\n{}", program.get("/readyz").await, program.log()),
    }
}

/// Starts it and waits until it gives up; what it says by then.
async fn refuses_to_start(program: &mut Program) -> String {
    let before = program.log().len();
    program.launch();
    let status = program.ended().await;
    assert_eq!(status.code(), Some(1), "{}", program.log());
    program.log().split_off(before)
}

/// Checkout fails on this instance, from now on.
fn failing(instance: &str) -> Value {
    let labels = json!({
        "alertname": "CheckoutErrorsHigh", "service": "checkout", "severity": "critical", "instance": instance,
    });
    alert(instance, &labels, &now(), None)
}

fn now() -> String {
    SystemClock.now().to_string()
}
