//! What Upheld counts of itself, for Prometheus, at `/metrics`. No label names a customer or a person.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::chat::{Health, Platform};
use crate::clock::Clock;
use crate::core::time::Span;

use super::health::Parts;
use super::insight::Insight;

/// Everything that is counted. Parts increment; only `/metrics` reads.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    deliveries: Family<Delivery, Counter>,
    journal_entries: Counter,
    waiting: Family<OnPlatform, Gauge>,
    sends: Family<Sent, Counter>,
    open_incidents: Gauge,
    notice_seconds: Histogram,
    streams: Gauge,
    commands: Family<OnPlatform, Counter>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Delivery {
    integration: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OnPlatform {
    platform: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Sent {
    platform: &'static str,
    outcome: &'static str,
}

/// From 5 ms to about 3 min; the aim is 100 ms at an idle destination.
const NOTICE_BUCKETS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 30.0, 60.0, 180.0];

impl Metrics {
    /// Starts to count at `clock`'s present moment; `parts` are shown as up or down.
    pub fn new(parts: Parts, clock: &dyn Clock) -> Self {
        let mut metrics = Self {
            deliveries: Family::default(),
            journal_entries: Counter::default(),
            waiting: Family::default(),
            sends: Family::default(),
            open_incidents: Gauge::default(),
            notice_seconds: Histogram::new(NOTICE_BUCKETS),
            streams: Gauge::default(),
            commands: Family::default(),
            registry: Registry::default(),
        };
        let mut registry = Registry::default();
        let own = registry.sub_registry_with_prefix("upheld");
        metrics.enter(own);
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        own.register("build", "The running version", version);
        own.register_collector(Box::new(PartsUp(parts)));
        // Conventional names that every dashboard knows, so without the prefix.
        registry.register_collector(Box::new(Process { started: clock.now().micros() }));
        metrics.registry = registry;
        metrics
    }

    fn enter(&self, registry: &mut Registry) {
        let deliveries = self.deliveries.clone();
        registry.register("webhook_deliveries", "Webhook deliveries by integration and outcome", deliveries);
        let entries = self.journal_entries.clone();
        registry.register("journal_entries", "Entries appended to the journal", entries);
        let waiting = self.waiting.clone();
        registry.register("outbox_waiting", "Messages that wait to be sent", waiting);
        registry.register("sends", "Tries to deliver a message, by platform and outcome", self.sends.clone());
        registry.register("open_incidents", "Incidents that are not resolved", self.open_incidents.clone());
        let help =
            "From the arrival of what caused a message to its acceptance by the platform, for each place";
        registry.register_with_unit("notice", help, Unit::Seconds, self.notice_seconds.clone());
        registry.register("web_streams", "Pages that are listening for changes", self.streams.clone());
        let commands = self.commands.clone();
        registry.register("commands", "Commands, buttons and forms that people used", commands);
    }

    /// A webhook delivery; `outcome` is one of a few fixed words, such as `accepted` or `repeated`.
    pub fn delivered(&self, integration: &str, outcome: &'static str) {
        let labels = Delivery { integration: integration.to_owned(), outcome };
        self.deliveries.get_or_create(&labels).inc();
    }

    pub fn journal_grew(&self, entries: u64) {
        self.journal_entries.inc_by(entries);
    }

    pub fn outbox_waiting(&self, platform: Platform, messages: i64) {
        self.waiting.get_or_create(&OnPlatform { platform: platform.name() }).set(messages);
    }

    /// A try to deliver; `outcome` is one of a few fixed words, such as `sent` or `retry`.
    pub fn sent(&self, platform: Platform, outcome: &'static str) {
        self.sends.get_or_create(&Sent { platform: platform.name(), outcome }).inc();
    }

    pub fn open_incidents(&self, incidents: i64) {
        self.open_incidents.set(incidents);
    }

    /// How long a message took from the arrival of its cause to a platform's acceptance.
    pub fn notice_took(&self, span: Span) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a latency needs no more than 52 bits of microseconds"
        )]
        let seconds = span.or_zero().micros() as f64 / 1e6;
        self.notice_seconds.observe(seconds);
    }

    pub fn commanded(&self, platform: Platform) {
        self.commands.get_or_create(&OnPlatform { platform: platform.name() }).inc();
    }

    /// Counts a listening page until the result is dropped.
    #[must_use]
    pub fn listening(&self) -> Listening {
        self.streams.inc();
        Listening(self.streams.clone())
    }

    /// The text that Prometheus reads.
    ///
    /// # Errors
    /// Only when a value cannot be formatted.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// One listening page.
#[derive(Debug)]
pub struct Listening(Gauge);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// `/metrics`, for those with insight.
pub fn router(metrics: Arc<Metrics>, insight: Insight) -> Router {
    Router::new().route("/metrics", get(scrape)).with_state((metrics, insight))
}

async fn scrape(
    State((metrics, insight)): State<(Arc<Metrics>, Insight)>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if !insight.is_granted(peer.as_deref(), &headers, &uri) {
        let text = "Only this machine may read this, or who bears the token of [server] metrics_token.\n";
        let wanted = [(header::WWW_AUTHENTICATE, "Bearer realm=\"upheld\"")];
        return (StatusCode::UNAUTHORIZED, wanted, text).into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match metrics.text() {
        Ok(text) => {
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[derive(Debug)]
struct PartsUp(Parts);

impl Collector for PartsUp {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let up: Family<PartName, Gauge> = Family::default();
        for (part, health) in self.0.states() {
            up.get_or_create(&PartName { part }).set(i64::from(health == Health::Up));
        }
        let gauge = encoder.encode_descriptor(
            "part_up",
            "Whether a part of Upheld works: 1 or 0",
            None,
            prometheus_client::metrics::MetricType::Gauge,
        )?;
        up.encode(gauge)
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct PartName {
    part: String,
}

/// What the kernel knows of this process; read at each scrape, left out where there is no `/proc`.
#[derive(Debug)]
struct Process {
    started: i64,
}

/// Linux's unit of processor time in `/proc/self/stat`: 100 a second on every platform Upheld runs on.
const TICKS: f64 = 100.0;
const PAGE: u64 = 4096;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let started = self.started.div_euclid(1_000_000);
        let mut gauge = |name: &str, help: &str, value: Option<i64>| -> fmt::Result {
            let Some(value) = value else { return Ok(()) };
            let gauge = ConstGauge::new(value);
            let kind = prometheus_client::metrics::MetricType::Gauge;
            gauge.encode(encoder.encode_descriptor(name, help, None, kind)?)
        };
        gauge("process_start_time_seconds", "When this process started, since 1970", Some(started))?;
        gauge("process_resident_memory_bytes", "Memory in use", resident())?;
        gauge("process_open_fds", "Open file descriptors", open_files())?;
        if let Some(seconds) = processor_seconds() {
            let counter = ConstCounter::new(seconds);
            let kind = prometheus_client::metrics::MetricType::Counter;
            let help = "Processor time used";
            counter.encode(encoder.encode_descriptor("process_cpu_seconds", help, None, kind)?)?;
        }
        Ok(())
    }
}

fn resident() -> Option<i64> {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    i64::try_from(pages * PAGE).ok()
}

fn open_files() -> Option<i64> {
    i64::try_from(std::fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}

fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name and may contain spaces; count from its closing bracket.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some((f64::from(user) + f64::from(system)) / TICKS)
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt;

    use super::*;
    use crate::clock::ManualClock;
    use crate::core::time::Instant;

    #[tokio::test]
    async fn only_this_machine_and_who_bears_the_token_may_read() {
        let clock = ManualClock::new(Instant::from_seconds(1_700_000_000));
        let metrics = Arc::new(Metrics::new(Parts::default(), &clock));
        let app = router(metrics, crate::web::insight::tests::with_token("t0ken"));
        let ask = async |peer: &str, token: &str| {
            let request = axum::http::Request::get("/metrics")
                .header("host", "localhost")
                .header("authorization", format!("Bearer {token}"))
                .extension(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
            let response =
                app.clone().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
            response.status()
        };
        assert_eq!(ask("203.0.113.9:1", "guess").await, StatusCode::UNAUTHORIZED);
        assert_eq!(ask("203.0.113.9:1", "t0ken").await, StatusCode::OK);
        assert_eq!(ask("127.0.0.1:1", "").await, StatusCode::OK);
    }

    #[test]
    fn what_was_counted_is_told() {
        let parts = Parts::default();
        parts.needed("database").set(Health::Up);
        let _ = parts.optional("telegram");
        let metrics = Metrics::new(parts, &ManualClock::new(Instant::from_seconds(1_700_000_000)));
        metrics.delivered("alert\"manager", "accepted");
        metrics.delivered("alert\"manager", "accepted");
        metrics.journal_grew(50);
        metrics.sent(Platform::Web, "sent");
        metrics.outbox_waiting(Platform::Discord, 3);
        metrics.notice_took(Span::from_millis(40));
        let listening = metrics.listening();
        let text = metrics.text().unwrap();
        for line in [
            r#"upheld_webhook_deliveries_total{integration="alert\"manager",outcome="accepted"} 2"#,
            "upheld_journal_entries_total 50",
            r#"upheld_sends_total{platform="web",outcome="sent"} 1"#,
            r#"upheld_outbox_waiting{platform="discord"} 3"#,
            r#"upheld_notice_seconds_bucket{le="0.05"} 1"#,
            r#"upheld_notice_seconds_bucket{le="0.025"} 0"#,
            "upheld_web_streams 1",
            r#"upheld_part_up{part="database"} 1"#,
            r#"upheld_part_up{part="telegram"} 0"#,
            "process_start_time_seconds 1700000000",
        ] {
            assert!(text.lines().any(|found| found == line), "no `{line}` in\n{text}");
        }
        assert!(text.contains("\nprocess_resident_memory_bytes "), "{text}");
        drop(listening);
        assert!(metrics.text().unwrap().contains("upheld_web_streams 0"));
        assert!(text.ends_with("# EOF\n"));
    }
}
