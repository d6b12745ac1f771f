//! What was promised: agreements with their objectives, and the services, routes and integrations that
//! tell which signal concerns which promise. Normalised, as the journal keeps it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::core::availability::{ExclusionMode, PartialTerm, UnknownPolicy};
use crate::core::calendar::Calendar;
use crate::core::event::{AgreementId, IntegrationId, ServiceId, Severity, SurveyId};
use crate::core::improvement;
use crate::core::score::ScoreKind;
use crate::core::stopwatch::Target;
use crate::core::time::{Instant, Span};
use crate::core::window::WindowKind;

/// The terms of one agreement: a customer, the services covered, and what is promised of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    pub agreement: AgreementId,
    /// The customer's name as people read it.
    pub customer: String,
    /// Short upper-case prefix of the customer's own references, such as `ACME` in `ACME-42`.
    pub reference: String,
    pub level: ServiceLevel,
    pub services: BTreeSet<ServiceId>,
    #[serde(default)]
    pub scope: Vec<String>,
    #[serde(default)]
    pub customer_duties: Vec<String>,
    #[serde(default)]
    pub contract: Option<String>,
    /// The zone in which calendar windows begin and end.
    pub zone: Tz,
    /// First moment of the term.
    pub starts: Instant,
    /// End of the term, exclusive.
    #[serde(default)]
    pub ends: Option<Instant>,
    /// By name; `always` is round the clock and need not be given.
    #[serde(default)]
    pub calendars: BTreeMap<String, Calendar>,
    pub clocks: ClockRules,
    pub publish: Publish,
    pub objectives: Vec<Objective>,
    #[serde(default)]
    pub exclusions: Vec<DeclaredExclusion>,
    #[serde(default)]
    pub customer_texts: Vec<CustomerText>,
    /// What is asked for by itself when something went wrong; not written where it is the usual, so that terms
    /// from before it was there stay what they were.
    #[serde(default, skip_serializing_if = "improvement::Rules::is_usual")]
    pub improvement: improvement::Rules,
}

/// How an agreement reads its clocks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockRules {
    pub start: ClockStart,
    pub response_stops_on: ResponseStop,
    /// Share of the target, in percent, at which a running clock is at risk.
    pub at_risk_percent: u32,
    /// Keep the target of the priority and version an incident began with.
    #[serde(default)]
    pub pin_at_start: bool,
    /// The next person on the on-call list is called after this long, until someone has it.
    pub call_again_after: Span,
}

/// The instant from which clocks count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockStart {
    /// When the fault began by the monitor's word, backdated at most 24 h.
    Occurred,
    /// When the first signal was received.
    FirstSignal,
    /// When the customer reported it, if they did; otherwise as `occurred`.
    Reported,
    /// When the incident was recorded.
    Recorded,
}

/// The act that counts as a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseStop {
    /// An acknowledgement.
    Acknowledge,
    /// The first update to the customer by a person.
    Update,
    /// Whichever comes first.
    Either,
}

/// When the customer is told of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publish {
    AtOnce,
    After(Span),
    OnApproval,
}

/// SIL1 (highest) to SIL5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ServiceLevel {
    #[serde(rename = "SIL1")]
    Sil1,
    #[serde(rename = "SIL2")]
    Sil2,
    #[serde(rename = "SIL3")]
    Sil3,
    #[serde(rename = "SIL4")]
    Sil4,
    #[serde(rename = "SIL5")]
    Sil5,
}

/// P1 (most urgent) to P5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Priority {
    P1,
    P2,
    P3,
    P4,
    P5,
}

/// One promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// Unique within the agreement: `availability`, `response`.
    pub name: String,
    /// The services concerned; empty means all of the agreement's.
    #[serde(default)]
    pub services: BTreeSet<ServiceId>,
    pub window: WindowKind,
    /// A calendar of the agreement, or `always`.
    pub calendar: String,
    pub kind: ObjectiveKind,
}

/// What is promised, and how it is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ObjectiveKind {
    Availability(AvailabilityTerms),
    Clock(ClockTerms),
    Complaints(ComplaintTerms),
    Satisfaction(SatisfactionTerms),
}

/// A promised time for complaints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComplaintTerms {
    pub stage: ComplaintStage,
    pub target: Target,
    /// At least this percentage of the decided complaints within the target.
    pub share: Decimal,
    /// Below this many decided complaints the objective says `insufficient data`.
    #[serde(default)]
    pub minimum_items: u32,
}

/// Which stretch of a complaint is measured, always from the moment it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintStage {
    /// Until somebody shows that it has been seen.
    Acknowledge,
    /// Until the writer is answered in words.
    Answer,
    /// Until it is closed for good.
    Resolve,
}

/// A promised satisfaction, measured by a survey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SatisfactionTerms {
    pub survey: SurveyId,
    /// How answers become one figure.
    pub score: ScoreKind,
    /// At least this much: percent for CSAT, -100 to 100 for NPS, a score for a mean.
    pub target: Decimal,
    /// Below this many answers the objective says `insufficient data`.
    #[serde(default)]
    pub minimum_answers: u32,
}

/// A promised availability, judged for each service by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AvailabilityTerms {
    /// Percent, such as 99.9; at most 100.
    pub target: Decimal,
    pub exclusions: ExclusionMode,
    pub unknown: UnknownPolicy,
    #[serde(default)]
    pub combination: Combination,
    #[serde(default)]
    pub partial_term: PartialTerm,
    /// Outages shorter than this do not count.
    #[serde(default)]
    pub minimum_downtime: Span,
    /// Counts a degraded service as down.
    #[serde(default)]
    pub degraded_is_down: bool,
}

/// How the components of a service become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combination {
    /// Down while any component is down.
    #[default]
    AnyDown,
    /// Down while all components are down.
    AllDown,
    /// The sum of the components' seconds.
    ComponentSeconds,
}

/// A promised time, for each incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockTerms {
    pub clock: ClockKind,
    /// A priority without a target has no such clock.
    pub targets: BTreeMap<Priority, Target>,
    pub measure: Measure,
    /// A pause stops this clock.
    pub pauses: bool,
    /// Below this many decided items the objective says `insufficient data`.
    #[serde(default)]
    pub minimum_items: u32,
}

/// Which stretch of an incident a clock measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// From the start to the first qualifying act.
    Response,
    /// From the start to the resolution.
    Resolution,
    /// The longest time between two updates to the customer while the incident is open.
    Update,
    /// From the customer's earliest unanswered message to the next reply.
    NextReply,
    /// From the customer's report to the first human reply.
    Waiting,
}

/// How the incidents of a window become one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "measure", rename_all = "snake_case")]
pub enum Measure {
    /// At least this percentage of the decided items within their target.
    Share { percent: Decimal },
    /// The nearest-rank percentile within the target, per priority.
    Percentile { percent: Decimal },
    /// The mean within the target, per priority.
    Mean,
}

/// Time that both sides agreed beforehand not to count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeclaredExclusion {
    pub from: Instant,
    pub until: Instant,
    /// Empty means all services of the agreement.
    #[serde(default)]
    pub services: BTreeSet<ServiceId>,
    pub reason: String,
}

/// What a customer reads in place of an alert's labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerText {
    /// Labels that must all match; a value that ends in `*` matches its beginning.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    #[serde(default)]
    pub service: Option<ServiceId>,
    /// By language tag (`en`, `zh-TW`).
    pub text: BTreeMap<String, String>,
}

/// The provider's services, how signals find them, and how each monitor's silence is read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceBook {
    pub services: BTreeMap<ServiceId, Service>,
    /// The first route that matches wins.
    pub routes: Vec<Route>,
    pub integrations: BTreeMap<IntegrationId, Liveness>,
    /// Severity to priority, where the route gives none.
    pub priorities: BTreeMap<Severity, Priority>,
    /// Severity to impact, where the route gives none.
    pub impacts: BTreeMap<Severity, Impact>,
}

/// A service that customers use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// By language tag; `en` is always there.
    pub name: BTreeMap<String, String>,
    /// A signal that names no component concerns the service as a whole.
    #[serde(default)]
    pub components: BTreeSet<String>,
    /// How long all signals must have ended before the incident counts as resolved.
    pub quiet: Span,
    /// A fault that returns within this long after it was resolved reopens the incident.
    pub reopen_within: Span,
    /// The integrations whose life proves that this service is observed.
    pub observed_by: BTreeSet<IntegrationId>,
    /// Observed from this moment, if before the first delivery.
    #[serde(default)]
    pub observed_from: Option<Instant>,
    #[serde(default)]
    pub runbook: Option<String>,
}

/// Which signals concern which service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    #[serde(default)]
    pub integration: Option<IntegrationId>,
    /// Labels that must all match; a value that ends in `*` matches its beginning.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    pub service: Chosen,
    #[serde(default)]
    pub component: Option<Chosen>,
    #[serde(default)]
    pub impact: Option<Impact>,
    #[serde(default)]
    pub priority: Option<Priority>,
}

/// A fixed name, or the value of a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    Fixed(String),
    Label(String),
}

/// What a signal means for its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Told to nobody, counted nowhere.
    None,
    Degraded,
    Down,
}

/// How the life and the silence of an integration are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Liveness {
    /// Without a delivery for this long the integration is silent.
    pub silence_after: Span,
    pub silence: Silence,
    /// A firing signal that is not confirmed for this long is unknown from then on.
    pub ttl: Span,
}

/// What silence of an integration means for what it observes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// Only a heartbeat proves life: a signal with these labels. Its absence means unknown.
    Heartbeat { labels: BTreeMap<String, String> },
    /// Any delivery proves life; silence means unknown.
    Unknown,
    /// The sender is silent while all is well; silence means up.
    Up,
}

impl Priority {
    pub const ALL: [Self; 5] = [Self::P1, Self::P2, Self::P3, Self::P4, Self::P5];
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl FromStr for Priority {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|priority| priority.to_string().eq_ignore_ascii_case(text)).ok_or(())
    }
}

impl fmt::Display for ServiceLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sil1 => "SIL1",
            Self::Sil2 => "SIL2",
            Self::Sil3 => "SIL3",
            Self::Sil4 => "SIL4",
            Self::Sil5 => "SIL5",
        })
    }
}

impl ComplaintStage {
    pub const ALL: [Self; 3] = [Self::Acknowledge, Self::Answer, Self::Resolve];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Answer => "answer",
            Self::Resolve => "resolve",
        }
    }
}

impl ClockKind {
    pub const ALL: [Self; 5] =
        [Self::Response, Self::Resolution, Self::Update, Self::NextReply, Self::Waiting];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Resolution => "resolution",
            Self::Update => "update",
            Self::NextReply => "next_reply",
            Self::Waiting => "waiting",
        }
    }
}

/// True when every wanted label is there; a wanted value that ends in `*` matches by its beginning.
pub fn labels_match(wanted: &BTreeMap<String, String>, labels: &BTreeMap<String, String>) -> bool {
    wanted.iter().all(|(name, pattern)| {
        labels.get(name).is_some_and(|value| match pattern.strip_suffix('*') {
            Some(beginning) => value.starts_with(beginning),
            None => value == pattern,
        })
    })
}

impl Chosen {
    fn pick<'a>(&'a self, labels: &'a BTreeMap<String, String>) -> Option<&'a str> {
        match self {
            Self::Fixed(name) => Some(name),
            Self::Label(label) => labels.get(label).map(String::as_str),
        }
    }
}

/// Where a signal belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    pub service: ServiceId,
    pub component: Option<String>,
    pub impact: Impact,
    pub priority: Priority,
}

impl ServiceBook {
    /// The service, component, impact and priority of a signal; none when no route leads to a known service.
    pub fn route(
        &self,
        integration: &IntegrationId,
        severity: Severity,
        labels: &BTreeMap<String, String>,
    ) -> Option<Routed> {
        self.routes
            .iter()
            .filter(|route| route.integration.as_ref().is_none_or(|wanted| wanted == integration))
            .filter(|route| labels_match(&route.labels, labels))
            .find_map(|route| {
                let service = ServiceId::new(route.service.pick(labels)?);
                let known = self.services.get(&service)?;
                let component = route.component.as_ref().and_then(|chosen| chosen.pick(labels));
                Some(Routed {
                    component: component
                        .filter(|name| known.components.contains(*name))
                        .map(ToOwned::to_owned),
                    service,
                    impact: route
                        .impact
                        .or_else(|| self.impacts.get(&severity).copied())
                        .unwrap_or(Impact::Degraded),
                    priority: route
                        .priority
                        .or_else(|| self.priorities.get(&severity).copied())
                        .unwrap_or(Priority::P3),
                })
            })
    }

    /// True when the signal is the heartbeat of its integration.
    pub fn is_heartbeat(&self, integration: &IntegrationId, labels: &BTreeMap<String, String>) -> bool {
        self.integrations.get(integration).is_some_and(|liveness| match &liveness.silence {
            Silence::Heartbeat { labels: wanted } => labels_match(wanted, labels),
            Silence::Unknown | Silence::Up => false,
        })
    }
}
