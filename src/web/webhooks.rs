//! Where monitors deliver: `POST /webhooks/{integration}`, the secret in a header or as a further path part.
//!
//! Who delivers is settled before a byte of the body is read; 202 is answered only once the delivery is
//! durable. What cannot be understood is kept, answered 202 and told to the operators, since senders either
//! never try such a body again or try it for ever. The decoded path never reaches a log: it may hold a secret.

mod answer;
mod body;
mod integrations;
mod secrets;
mod tell;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::core::event::IntegrationId;
use crate::core::time::Instant;
use crate::sources::{self, Parsed, SourceKind, Warning, WarningCode};
use answer::{Answer, Receipt};
use body::{Content, InFlight, Refusal, Share};
pub use body::{IN_FLIGHT, LARGEST};
pub use integrations::{Admission, Credentials, Integration, Integrations, SecretDigest};
pub use secrets::Secrets;

/// Larger bodies are parsed aside, so that they hold up no other request.
const LARGE: usize = 128 << 10;

/// What is behind the door.
pub trait Intake: Send + Sync + fmt::Debug {
    /// Makes a delivery durable. 202 is answered when, and only when, this returns `Ok`.
    ///
    /// # Errors
    /// When it cannot be stored now; the sender is asked to try again.
    fn accept(&self, delivery: Delivery) -> BoxFuture<'_, Result<(), IntakeError>>;

    /// Tells the operators. Called rarely: `unheard` is how often the same happened since it was last told.
    /// Must not block.
    fn warn(&self, integration: &IntegrationId, warning: Warning, unheard: u64);

    /// Counts an answer; none stands for an integration that does not exist. `outcome` is one of a few fixed
    /// words. Must not block.
    fn answered(&self, _integration: Option<&IntegrationId>, _outcome: &'static str) {}
}

/// A delivery that was let in.
#[derive(Debug)]
pub struct Delivery {
    pub integration: IntegrationId,
    pub kind: SourceKind,
    pub received: Instant,
    /// Decompressed, unless that was impossible, and without the integration's own secrets. Path and other
    /// headers, which hold a secret, are not part of it.
    pub body: Bytes,
    pub content_type: Option<String>,
    pub parsed: Parsed,
}

/// Why a delivery could not be stored now.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// More is waiting to be stored than may wait.
    #[error("the inbox is full")]
    Full,
    #[error("the inbox cannot store: {0}")]
    Unavailable(String),
}

/// What the endpoint may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one body, before and after decompression.
    pub body: usize,
    /// Bytes of bodies that all requests together may hold.
    pub in_flight: usize,
    /// How long the intake may take. Alertmanager gives up after 10 s; an answer that would come later is
    /// better a clear "try again".
    pub patience: Duration,
}

impl Default for Limits {
    /// 8 MiB, 64 MiB and 8 s.
    fn default() -> Self {
        Self { body: LARGEST, in_flight: IN_FLIGHT, patience: Duration::from_secs(8) }
    }
}

/// The webhook endpoint.
#[derive(Clone, Debug)]
pub struct Webhooks(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    integrations: watch::Receiver<Arc<Integrations>>,
    intake: Arc<dyn Intake>,
    clock: Arc<dyn Clock>,
    in_flight: Arc<InFlight>,
    patience: Duration,
    told: tell::Told,
    /// Deliveries to integrations that do not exist.
    strangers: tell::Noted,
}

impl Webhooks {
    /// `integrations` may change at any time; the next request sees it.
    pub fn new(
        integrations: watch::Receiver<Arc<Integrations>>,
        intake: Arc<dyn Intake>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Self {
        let in_flight = Arc::new(InFlight::new(limits.in_flight, limits.body));
        let (patience, told, strangers) = (limits.patience, tell::Told::default(), tell::Noted::default());
        Self(Arc::new(Inner { integrations, intake, clock, in_flight, patience, told, strangers }))
    }

    /// Bytes of bodies held now, by all requests.
    pub fn bytes_in_flight(&self) -> usize {
        self.0.in_flight.used()
    }

    /// The routes, from the root. They bound bodies themselves: put no other body limit before them.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/webhooks/{integration}", any(by_name))
            .route("/webhooks/{integration}/", any(by_name))
            .route("/webhooks/{integration}/{secret}", any(by_name_and_secret))
            .with_state(self.clone())
    }
}

async fn by_name(
    State(webhooks): State<Webhooks>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    match path {
        Ok(Path(name)) => webhooks.0.receive(&name, None, request).await,
        Err(_) => Answer::Unknown.into_response(),
    }
}

async fn by_name_and_secret(
    State(webhooks): State<Webhooks>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    match path {
        Ok(Path((name, secret))) => webhooks.0.receive(&name, Some(&secret), request).await,
        Err(_) => Answer::Unknown.into_response(),
    }
}

impl Inner {
    async fn receive(&self, name: &str, secret: Option<&str>, request: Request) -> Response {
        let table = Arc::clone(&self.integrations.borrow());
        let admission = table.admit(name, &Credentials::of(request.headers(), secret));
        let (integration, answer) = match admission {
            Admission::Admitted(id, kind) if request.method() == Method::POST => {
                let answer = self.deliver(&table, &id, kind, request).await;
                (Some(id), answer)
            }
            refused => {
                let refused = self.refuse(refused, &request);
                body::refuse(request.into_body()).await;
                refused
            }
        };
        self.intake.answered(integration.as_ref(), answer.outcome());
        answer.into_response()
    }

    /// The answer to a request whose body nobody wants.
    fn refuse(&self, admission: Admission, request: &Request) -> (Option<IntegrationId>, Answer) {
        let (id, secret_is_right) = match admission {
            Admission::Unknown => {
                if let Some(unnoted) = self.strangers.due(self.clock.now()) {
                    tracing::warn!(unnoted, "a webhook was sent to an integration that does not exist");
                }
                return (None, Answer::Unknown);
            }
            Admission::Refused(id) => (id, false),
            Admission::Admitted(id, _) => (id, true),
        };
        let answer = if request.method() == Method::POST {
            self.tell(&id, Warning::bare(WarningCode::Unauthorised));
            Answer::Unauthorised
        } else {
            // A redirected POST keeps its content type; a browser that merely looks has none.
            if secret_is_right || request.headers().contains_key(header::CONTENT_TYPE) {
                self.tell(&id, Warning::new(WarningCode::WrongMethod, request.method()));
            }
            Answer::WrongMethod
        };
        (Some(id), answer)
    }

    async fn deliver(
        &self,
        table: &Integrations,
        integration: &IntegrationId,
        kind: SourceKind,
        request: Request,
    ) -> Answer {
        let received = self.clock.now();
        let (parts, body) = request.into_parts();
        let mut share = self.in_flight.share();
        let understood = match body::read(&parts.headers, body, &mut share).await {
            Ok(body) => {
                understand(kind, table.secrets(integration), parts.headers.clone(), body, share).await
            }
            Err(refusal) => Err(refusal),
        };
        let Understood { body, parsed, share } = match understood {
            Ok(understood) => understood,
            Err(refusal) => return self.not_taken_in(integration, refusal),
        };
        let content_type = parts.headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let content_type = content_type.map(|value| table.secrets(integration).out_of_text(value));
        let receipt = Receipt::of(&parsed);
        let told = parsed.warnings.clone();
        let delivery =
            Delivery { integration: integration.clone(), kind, received, body, content_type, parsed };
        let stored = tokio::time::timeout(self.patience, self.intake.accept(delivery)).await;
        drop(share);
        match stored {
            Ok(Ok(())) => {
                tracing::debug!(%integration, events = receipt.accepted, "delivery stored");
                told.into_iter().for_each(|warning| self.tell(integration, warning));
                Answer::Accepted(receipt)
            }
            Ok(Err(error)) => {
                tracing::error!(%integration, %error, "delivery not stored");
                Answer::NotStored
            }
            Err(_) => {
                tracing::error!(%integration, "delivery not stored in time");
                Answer::NotStored
            }
        }
    }

    fn not_taken_in(&self, integration: &IntegrationId, refusal: Refusal) -> Answer {
        match refusal {
            Refusal::TooLarge => {
                self.tell(integration, Warning::bare(WarningCode::TooLarge));
                Answer::TooLarge
            }
            Refusal::Busy => {
                tracing::warn!(%integration, "delivery refused: too many bytes in flight");
                Answer::Busy
            }
            Refusal::Broken => Answer::Broken,
        }
    }

    fn tell(&self, integration: &IntegrationId, warning: Warning) {
        if let Some(unheard) = self.told.due(integration, warning.code, self.clock.now()) {
            tracing::warn!(%integration, %warning, unheard, "odd delivery");
            self.intake.warn(integration, warning, unheard);
        }
    }
}

/// A body with what it says.
struct Understood {
    body: Bytes,
    parsed: Parsed,
    share: Share,
}

async fn understand(
    kind: SourceKind,
    secrets: Secrets,
    headers: HeaderMap,
    body: Bytes,
    mut share: Share,
) -> Result<Understood, Refusal> {
    let large = body.len() > LARGE || body::is_gzip(&body);
    let work = move || {
        let (body, parsed) = match body::decompress(&headers, body, &mut share)? {
            Content::Plain(body) => {
                let body = secrets.out_of(body);
                let parsed = sources::parse(kind, &body);
                (body, parsed)
            }
            Content::Compressed(body, reason) => {
                let body = secrets.out_of(body);
                let parsed = sources::unreadable(kind, &body, WarningCode::NotDecompressed, &reason);
                (body, parsed)
            }
        };
        Ok(Understood { body, parsed, share })
    };
    if large { tokio::task::spawn_blocking(work).await.map_err(|_| Refusal::Busy)? } else { work() }
}
