//! The webhook endpoint on a real socket, with an intake that remembers and can be told to fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{Semaphore, watch};
use upheld::clock::ManualClock;
use upheld::core::event::IntegrationId;
use upheld::core::time::Instant;
use upheld::sources::{SourceKind, Warning};
use upheld::web::webhooks::{Delivery, Intake, IntakeError, Integration, Integrations, Limits, Webhooks};

pub const SECRET: &str = "a-webhook-secret-for-tests";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    Stores,
    IsFull,
    IsBroken,
    /// Waits until [`RememberingIntake::gate`] has a permit.
    Waits,
}

#[derive(Debug)]
pub struct RememberingIntake {
    pub behaviour: Mutex<Behaviour>,
    pub gate: Semaphore,
    pub entered: Semaphore,
    deliveries: Mutex<Vec<Delivery>>,
    warnings: Mutex<Vec<(String, String, u64)>>,
}

impl Intake for RememberingIntake {
    fn accept(&self, delivery: Delivery) -> BoxFuture<'_, Result<(), IntakeError>> {
        Box::pin(async move {
            let behaviour = *self.behaviour.lock().unwrap();
            match behaviour {
                Behaviour::IsFull => return Err(IntakeError::Full),
                Behaviour::IsBroken => return Err(IntakeError::Unavailable("disk full".to_owned())),
                Behaviour::Stores => {}
                Behaviour::Waits => {
                    self.entered.add_permits(1);
                    self.gate.acquire().await.unwrap().forget();
                }
            }
            self.deliveries.lock().unwrap().push(delivery);
            Ok(())
        })
    }

    fn warn(&self, integration: &IntegrationId, warning: Warning, unheard: u64) {
        self.warnings.lock().unwrap().push((integration.to_string(), warning.to_string(), unheard));
    }
}

pub struct Server {
    pub intake: Arc<RememberingIntake>,
    pub clock: Arc<ManualClock>,
    pub webhooks: Webhooks,
    pub address: std::net::SocketAddr,
    integrations: watch::Sender<Arc<Integrations>>,
    client: reqwest::Client,
}

impl Server {
    /// With the integrations `alertmanager` and `upheld`, whose secret is [`SECRET`].
    pub async fn start() -> Self {
        Self::with(Limits::default()).await
    }

    pub async fn with(limits: Limits) -> Self {
        let intake = Arc::new(RememberingIntake {
            behaviour: Mutex::new(Behaviour::Stores),
            gate: Semaphore::new(0),
            entered: Semaphore::new(0),
            deliveries: Mutex::default(),
            warnings: Mutex::default(),
        });
        let clock = Arc::new(ManualClock::new(Instant::parse("2026-11-23T12:00:00Z").unwrap()));
        let (integrations, receiver) = watch::channel(Arc::new(Integrations::default()));
        let webhooks = Webhooks::new(receiver, intake.clone(), clock.clone(), limits);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = webhooks.router();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
        let server = Self { intake, clock, webhooks, address, integrations, client };
        server.configure(&[SECRET]);
        server
    }

    /// As a reload does: from now on every integration has these secrets.
    pub fn configure(&self, secrets: &[&str]) {
        let by_id: BTreeMap<_, _> = SourceKind::ALL
            .into_iter()
            .map(|kind| (kind.name().into(), Integration::new(kind, secrets)))
            .collect();
        self.integrations.send_replace(Arc::new(Integrations::new(by_id)));
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *self.intake.behaviour.lock().unwrap() = behaviour;
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), format!("http://{}{path}", self.address))
    }

    /// A POST with the right secret.
    pub fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.request("POST", path).bearer_auth(SECRET)
    }

    pub fn deliveries(&self) -> Vec<Delivery> {
        std::mem::take(&mut self.intake.deliveries.lock().unwrap())
    }

    /// Integration, warning, how often unheard.
    pub fn warnings(&self) -> Vec<(String, String, u64)> {
        std::mem::take(&mut self.intake.warnings.lock().unwrap())
    }
}
