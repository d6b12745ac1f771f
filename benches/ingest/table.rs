//! How figures are printed.

use std::time::Duration;

/// One line of the table of loads.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub alerts: usize,
    pub posts_per_second: f64,
    pub p99: Duration,
    pub peak: Option<u64>,
    /// Posts per second as a part of those of the route that only parses, and the aim.
    pub ratio: Option<(f64, Option<f64>)>,
    pub remark: String,
}

pub fn head() {
    println!(
        "{:<34} {:>9} {:>9} {:>9} {:>9}   {:<22} afterwards",
        "", "posts/s", "alerts/s", "p99 ms", "peak MB", "of parse-only"
    );
}

impl Row {
    pub fn print(&self) {
        let peak = self.peak.map_or(String::new(), |peak| format!("{:.1}", megabytes(peak)));
        let ratio = match self.ratio {
            Some((ratio, Some(aim))) => format!("{ratio:.2} (aim: {aim})"),
            Some((ratio, None)) => format!("{ratio:.2}"),
            None => String::new(),
        };
        println!(
            "{:<34} {:>9.0} {:>9.0} {:>9.1} {peak:>9}   {ratio:<22} {}",
            self.name,
            self.posts_per_second,
            self.posts_per_second * self.alerts as f64,
            milliseconds(self.p99),
            self.remark
        );
    }
}

pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

pub fn milliseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

/// The value that `percent` in a hundred do not exceed; zero of nothing.
pub fn percentile(mut all: Vec<Duration>, percent: usize) -> Duration {
    all.sort_unstable();
    let at = (all.len() * percent).div_ceil(100).saturating_sub(1);
    all.get(at).copied().unwrap_or_default()
}
