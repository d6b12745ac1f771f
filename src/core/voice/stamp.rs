//! How the promise stood at a moment: joined to every question and every answer, so that "green but unhappy"
//! and "red but forgiven" can be seen.

use serde::{Deserialize, Serialize};

use super::tally::Promise;
use crate::core::clocks::ClockState;
use crate::core::event::{AgreementId, IncidentNumber};
use crate::core::incident::Incident;
use crate::core::standing::{self, Measured, Verdict};
use crate::core::state::State;
use crate::core::time::{Instant, Span};

/// How an agreement stood at one moment, as it was known then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The worst of its objectives but satisfaction, which is compared with it; missed, too, where a clock of the incident it is about was late.
    pub standing: Promise,
    /// The version in force; 0 when none was.
    pub version: u32,
    /// What is left of the smallest error budget of the running period; negative when it is overspent.
    #[serde(default)]
    pub budget_left: Option<Span>,
    /// The incident it is about, or else the first that was open and known to the customer.
    #[serde(default)]
    pub incident: Option<IncidentNumber>,
    /// Until the next running clock is late; negative when one is.
    #[serde(default)]
    pub to_breach: Option<Span>,
}

/// How an agreement stands at `now`; `about` is the incident in question, if one is.
pub fn stamp(state: &State, agreement: &AgreementId, about: Option<IncidentNumber>, now: Instant) -> Stamp {
    let standings = standing::standings(state, agreement, now, now);
    let budget_left = standings.iter().filter_map(|standing| match &standing.measured {
        Measured::Availability(figures) => {
            (figures.full_denominator > Span::ZERO).then_some(figures.remaining)
        }
        _ => None,
    });
    let version = state.agreements.get(agreement).and_then(|versions| versions.at(now));
    let clocks_of = |incident: &Incident| {
        let covering = state.covering(incident, now).into_iter().find(|(id, _)| *id == agreement);
        covering.map(|(_, version)| state.case(incident, version, now).clocks()).unwrap_or_default()
    };
    let others = standings.iter().filter(|standing| !matches!(standing.measured, Measured::Satisfaction(_)));
    let mut standing = Promise::of(others.map(|standing| standing.verdict));
    if let Some(asked) = about.and_then(|number| state.incident(number, now))
        && clocks_of(&asked).iter().any(ClockState::late)
    {
        standing = Promise::Missed;
    }
    let mut incident = about;
    let mut to_breach = None;
    for number in state.ledger.unsettled().filter(|number| state.ledger.is_published(*number, agreement)) {
        let Some(open) = state.incident(number, now).filter(Incident::is_open) else { continue };
        incident = incident.or(Some(number));
        let clocks = clocks_of(&open);
        let left =
            clocks.iter().filter(|clock| clock.running()).filter_map(|clock| clock.current().remaining);
        to_breach = to_breach.into_iter().chain(left).min();
    }
    Stamp {
        standing,
        version: version.map_or(0, |version| version.number),
        budget_left: budget_left.min(),
        incident,
        to_breach,
    }
}

impl Promise {
    /// The worst of several verdicts.
    pub fn of(verdicts: impl Iterator<Item = Verdict>) -> Self {
        let mut worst = Self::Unknown;
        for verdict in verdicts {
            worst = worst.max(match verdict {
                Verdict::Met => Self::Met,
                Verdict::AtRisk => Self::AtRisk,
                Verdict::Missed => Self::Missed,
                Verdict::Insufficient | Verdict::NoData => Self::Unknown,
            });
        }
        worst
    }
}
