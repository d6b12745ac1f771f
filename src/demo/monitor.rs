//! The demonstration's own monitor: posts what a real Alertmanager would, to the real webhook.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::clock::{Clock, ScaledClock};
use crate::core::time::Instant;

/// A monitor that knows where to post.
#[derive(Debug)]
pub struct Monitor {
    client: reqwest::Client,
    url: String,
    secret: String,
    clock: Arc<ScaledClock>,
}

/// Something the monitor watches.
#[derive(Clone, Copy, Debug)]
pub struct Alert {
    pub fingerprint: &'static str,
    pub name: &'static str,
    pub job: &'static str,
    pub instance: &'static str,
    pub severity: &'static str,
    pub summary: &'static str,
}

const WATCHDOG: Alert = Alert {
    fingerprint: "00d0900000000001",
    name: "Watchdog",
    job: "prometheus",
    instance: "prometheus-1",
    severity: "none",
    summary: "This alert always fires.",
};

impl Monitor {
    pub fn new(address: SocketAddr, secret: String, clock: Arc<ScaledClock>) -> Self {
        let url = format!("http://{address}/webhooks/alertmanager");
        Self { client: reqwest::Client::new(), url, secret, clock }
    }

    /// Says that an alert fires since `started`.
    ///
    /// # Errors
    /// When the webhook does not answer 202.
    pub async fn fires(&self, alerts: &[Alert], started: Instant) -> Result<()> {
        self.post(alerts, started, None).await
    }

    /// Says that it has ended now.
    ///
    /// # Errors
    /// When the webhook does not answer 202.
    pub async fn ends(&self, alerts: &[Alert], started: Instant) -> Result<()> {
        self.post(alerts, started, Some(self.clock.now())).await
    }

    async fn post(&self, alerts: &[Alert], started: Instant, ended: Option<Instant>) -> Result<()> {
        let body = body(alerts, started, ended);
        let answer = self.client.post(&self.url).bearer_auth(&self.secret).json(&body).send().await;
        let status = answer.context("the webhook cannot be reached")?.status();
        ensure!(status.as_u16() == 202, "the webhook answered {status}");
        Ok(())
    }

    /// Keeps telling that the monitor lives.
    pub async fn watchdog(&self) {
        let started = self.clock.now();
        loop {
            if let Err(error) = self.fires(&[WATCHDOG], started).await {
                tracing::warn!(%error, "the monitor's sign of life was not taken");
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }
}

/// A body in Alertmanager's webhook format, version 4.
fn body(alerts: &[Alert], started: Instant, ended: Option<Instant>) -> Value {
    let status = if ended.is_some() { "resolved" } else { "firing" };
    let member = |alert: &Alert| {
        json!({
            "status": status,
            "labels": {
                "alertname": alert.name, "job": alert.job, "instance": alert.instance, "severity": alert.severity,
            },
            "annotations": { "summary": alert.summary },
            "startsAt": started.to_string(),
            "endsAt": ended.map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), |at| at.to_string()),
            "generatorURL": "http://prometheus.example.com/graph",
            "fingerprint": alert.fingerprint,
        })
    };
    json!({
        "version": "4",
        "groupKey": "{}/{}:{}",
        "truncatedAlerts": 0,
        "status": status,
        "receiver": "upheld",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.com",
        "alerts": alerts.iter().map(member).collect::<Vec<_>>(),
    })
}
