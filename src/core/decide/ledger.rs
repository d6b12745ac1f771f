//! What has been announced: of each incident, of silent monitors, of signals without a home.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::UNROUTED_LIMIT;
use super::improvement::ImprovementLedger;
use super::notice::{Passage, Verdicts};
use super::review::ReviewLedger;
use super::voice::VoiceLedger;
use crate::core::event::{AgreementId, Event, IncidentNumber, IntegrationId, ServiceId};
use crate::core::incident::Incident;
use crate::core::time::Instant;

/// What has been announced.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    pub(super) last_number: u32,
    pub(super) told: BTreeMap<IncidentNumber, Told>,
    /// When each of them next has something to say.
    pub(super) dues: BTreeSet<(Instant, IncidentNumber)>,
    /// Those among them that are neither settled nor merged.
    pub(super) unsettled: BTreeSet<IncidentNumber>,
    pub(super) silent: BTreeMap<IntegrationId, Instant>,
    pub(super) unrouted: BTreeSet<String>,
    /// What is planned and announced of surveys, feedback and complaints.
    #[serde(default)]
    pub voice: VoiceLedger,
    /// When reviews are drafted and published.
    #[serde(default)]
    pub reviews: ReviewLedger,
    /// What is planned and announced of action items and risks.
    #[serde(default)]
    pub improvement: ImprovementLedger,
}

/// What has been announced of one incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) service: Option<ServiceId>,
    pub(super) deeds: BTreeSet<String>,
    pub(super) resolved: Option<Verdicts>,
    /// Closed and announced, and nothing falls due any more.
    pub(super) settled: bool,
    pub(super) merged: bool,
    pub(super) published: BTreeSet<AgreementId>,
    pub(super) at_risk: BTreeSet<Lap>,
    pub(super) late: BTreeSet<Lap>,
    /// The last step, and when the next is due.
    pub(super) calls: BTreeMap<AgreementId, (u32, Instant)>,
    #[serde(default)]
    pub(super) passages: Vec<Passage>,
    /// What the card showed: quieting, priority, beginning, firing signals.
    pub(super) shown: String,
    /// When it next has something to say, if nothing else happens.
    pub(super) due: Option<Instant>,
}

/// A lap of a clock: agreement, objective, and which one it is. Late facts may move its beginning.
pub(super) type Lap = (AgreementId, String, usize);

/// Whether late facts have touched an incident that was done with.
pub(super) fn unsettled(told: &Told, incident: &Incident) -> bool {
    let announced = told.resolved.as_ref();
    announced.is_none_or(|announced| {
        announced.resolved != incident.closed().map(|(at, _)| at)
            || announced.opened != Some(incident.opened())
    }) || incident.deeds.iter().any(|deed| !told.deeds.contains(&deed.id))
}

impl Ledger {
    /// The earliest moment at which an incident has something to say.
    pub fn next_due(&self) -> Option<Instant> {
        self.dues.first().map(|(due, _)| *due)
    }

    /// Takes out what was told of an incident, to be put back.
    pub(super) fn take(&mut self, number: IncidentNumber) -> Option<Told> {
        let told = self.told.remove(&number)?;
        if let Some(due) = told.due {
            self.dues.remove(&(due, number));
        }
        self.unsettled.remove(&number);
        Some(told)
    }

    pub(super) fn put(&mut self, number: IncidentNumber, told: Told) {
        self.dues.extend(told.due.map(|due| (due, number)));
        if !told.settled && !told.merged {
            self.unsettled.insert(number);
        }
        self.told.insert(number, told);
    }

    /// The services about which this event may have something to say, besides those whose facts it changed.
    pub(super) fn concerned(&self, event: &Event, now: Instant) -> BTreeSet<ServiceId> {
        let service = |number: &IncidentNumber| self.told.get(number)?.service.clone();
        match event {
            Event::Tick { .. } => {
                let due = self.dues.iter().take_while(|(due, _)| *due <= now);
                due.filter_map(|(_, number)| service(number)).collect()
            }
            Event::TermsAdopted { .. } | Event::TermsWithdrawn { .. } | Event::ServicesAdopted { .. } => {
                self.unsettled.iter().filter_map(service).collect()
            }
            Event::Signals { .. }
            | Event::Confirmed { .. }
            | Event::Heard { .. }
            | Event::Numbered { .. }
            | Event::Act { .. }
            | Event::SurveysAdopted { .. }
            | Event::ReviewsAdopted { .. }
            | Event::Review { .. }
            | Event::Drill { .. }
            | Event::Voice { .. }
            | Event::Improvement { .. } => BTreeSet::new(),
        }
    }

    /// Numbers of a service that no incident bears have nothing to say.
    pub(super) fn drop_dues_but(&mut self, service: &ServiceId, seen: &BTreeSet<IncidentNumber>) {
        let gone = self.unsettled.iter().filter(|number| {
            !seen.contains(number)
                && self.told.get(number).is_some_and(|told| told.service.as_ref() == Some(service))
        });
        let gone: Vec<IncidentNumber> = gone.copied().collect();
        for number in gone {
            if let Some(told) = self.take(number) {
                self.put(number, Told { due: None, ..told });
            }
        }
    }

    /// The incidents that are not settled yet.
    pub fn unsettled(&self) -> impl Iterator<Item = IncidentNumber> + use<'_> {
        self.unsettled.iter().copied()
    }

    /// Closed and announced, and nothing falls due any more.
    pub fn is_settled(&self, incident: IncidentNumber) -> bool {
        self.told.get(&incident).is_some_and(|told| told.settled)
    }

    /// Whether a customer may see an incident.
    pub fn is_published(&self, incident: IncidentNumber, agreement: &AgreementId) -> bool {
        self.told.get(&incident).is_some_and(|told| told.published.contains(agreement))
    }

    /// What passed under an incident beside what people did, in the order in which it was noticed.
    pub fn passages(&self, incident: IncidentNumber) -> &[Passage] {
        self.told.get(&incident).map_or(&[], |told| &told.passages)
    }

    /// The latest step on the on-call list that was called for an agreement.
    pub fn called(&self, incident: IncidentNumber, agreement: &AgreementId) -> Option<u32> {
        self.told.get(&incident)?.calls.get(agreement).map(|(step, _)| *step)
    }

    /// Whether an alert name that no route leads anywhere was told already.
    pub fn knows_unrouted(&self, integration: &IntegrationId, name: &str) -> bool {
        self.unrouted.len() >= UNROUTED_LIMIT || self.unrouted.contains(&format!("{integration}/{name}"))
    }

    /// Integrations that are silent now, and since when.
    pub fn silent(&self) -> &BTreeMap<IntegrationId, Instant> {
        &self.silent
    }
}
