//! A review as it is issued: every figure with what it takes to check it, no words of a language, and of people
//! and what they wrote only references, so that they can be forgotten.

mod work;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::book::Section;
use super::word::{Occasion, ReviewNumber, Subject};
use crate::core::agreement::{ClockKind, ComplaintStage, Priority, ServiceLevel};
use crate::core::event::{
    AgreementId, CauseCategory, IncidentNumber, IntegrationId, PersonId, ProseId, ServiceId, SurveyId,
};
use crate::core::incident::NoticedBy;
use crate::core::interval::Interval;
use crate::core::reading::ThemeId;
use crate::core::score::{Counts, ScoreKind, Trend};
use crate::core::scorecard::Scorecard;
use crate::core::standing::Verdict;
use crate::core::stopwatch::Target;
use crate::core::survey::Localized;
use crate::core::time::{Instant, Span};
use crate::core::voice::{FeedbackNumber, Quoting, RoundNumber, Voice as Heard};
use crate::core::window::WindowKind;

pub use work::{ActionRow, DrillClockRow, DrillRow, EffectOf, EffectRow, Point, RiskRow};

/// The form of the document; a later one is read beside it, never instead.
pub const FORMAT: u32 = 1;

/// A whole review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub format: u32,
    pub review: ReviewNumber,
    pub revision: u32,
    pub subject: Subject,
    pub occasion: Occasion,
    /// Of a customer's review.
    pub agreement: Option<Promised>,
    /// In which its times are written and its days begin.
    pub zone: Tz,
    pub window: Interval,
    /// None for a whole term.
    pub period: Option<WindowKind>,
    pub due: Instant,
    /// Later than it was due, because Upheld was not running.
    pub late: bool,
    pub provenance: Provenance,
    /// The chapters that have something to say, in order.
    pub sections: Vec<Section>,
    pub verdict: Overall,
    pub customers: Vec<CustomerRow>,
    pub objectives: Vec<ObjectiveRow>,
    pub year: Option<Year>,
    pub incidents: Incidents,
    pub communication: Communication,
    pub disputes: Vec<Dispute>,
    pub exclusions: Vec<Exclusion>,
    pub credits: Vec<Credit>,
    pub voice: Voice,
    pub forecast: Vec<Forecast>,
    pub recommendations: Vec<Recommendation>,
    pub actions: Vec<ActionRow>,
    pub risks: Vec<RiskRow>,
    pub drills: Vec<DrillRow>,
    /// Of the operators' digest.
    pub scorecard: Option<Box<Scorecard>>,
    pub comments: BTreeMap<Section, Comment>,
    /// What is different from the revision before.
    pub changes: Vec<Change>,
}

impl Document {
    /// The document as JSON, field by field in a fixed order: what its hash is of.
    pub fn json(&self) -> String {
        // Only maps with keys that are no text could fail, and there are none.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The document as it may be shown now: without quotes and names whose writers no longer allow them. Everything
    /// else is as it was issued.
    #[must_use]
    pub fn permitted(mut self, voice: &Heard) -> Self {
        for quote in &mut self.voice.quotes {
            let allowed = quote.text.as_ref().and_then(|text| voice.quoting(text));
            quote.by = quote.by.take().filter(|_| allowed == Some(Quoting::Named));
            quote.text = quote.text.take().filter(|_| allowed.is_some());
        }
        self
    }
}

/// What was agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promised {
    pub agreement: AgreementId,
    pub customer: String,
    pub reference: String,
    pub level: ServiceLevel,
    pub contract: Option<String>,
    /// Every version that was in force in the window: its number, from when, and the hash of its terms.
    pub versions: Vec<(u32, Instant, String)>,
    pub services: Vec<(ServiceId, Localized)>,
}

/// From what it was computed: the same gives the same bytes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    pub as_of: Instant,
    /// The last entry of the journal that it knows.
    pub sequence: u64,
    pub build: String,
    pub tzdb: String,
    /// The head of the customer's own delivery record: its number and hash; none before the first message.
    pub delivery: Option<(u64, String)>,
}

/// The whole in a few counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overall {
    pub met: u32,
    pub at_risk: u32,
    pub missed: u32,
    /// Too few to say, or no data.
    pub unknown: u32,
}

/// One customer in the operators' digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerRow {
    pub agreement: AgreementId,
    pub customer: String,
    pub level: ServiceLevel,
    pub verdict: Overall,
    pub incidents: u32,
    /// Percent of the tightest error budget that is used.
    pub budget_used: Option<Decimal>,
    pub complaints_open: u32,
}

/// How one promise stood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectiveRow {
    /// As the agreement calls it.
    pub name: String,
    pub service: Option<(ServiceId, Localized)>,
    /// The period of the objective itself, which may be longer than the review's.
    pub window: Interval,
    pub period: WindowKind,
    /// That period is over.
    pub over: bool,
    pub version: u32,
    pub verdict: Verdict,
    pub target: Goal,
    pub value: Figure,
    /// Of an availability: day by day, what counted; empty where components are summed or the period is longer
    /// than a quarter.
    pub days: Vec<Day>,
    /// The figure of the period before, and how that stood.
    pub before: Option<(Figure, Verdict)>,
    /// Whether it moved by more than chance; none where that cannot be said.
    pub trend: Option<Trend>,
}

/// One day of an availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub date: NaiveDate,
    /// Counted as down.
    pub down: Span,
    pub unknown: Span,
    pub excluded: Span,
    /// Up to now, or to the end of the day.
    pub length: Span,
}

/// What was promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "goal", rename_all = "snake_case")]
pub enum Goal {
    Availability {
        percent: Decimal,
    },
    /// So many percent of the items within the target of their priority.
    Share {
        clock: ClockKind,
        percent: Decimal,
        targets: BTreeMap<Priority, Target>,
        working_time: bool,
    },
    Percentile {
        clock: ClockKind,
        percent: Decimal,
        targets: BTreeMap<Priority, Target>,
        working_time: bool,
    },
    Mean {
        clock: ClockKind,
        targets: BTreeMap<Priority, Target>,
        working_time: bool,
    },
    Complaints {
        stage: ComplaintStage,
        percent: Decimal,
        target: Target,
    },
    Satisfaction {
        survey: SurveyId,
        title: Localized,
        kind: ScoreKind,
        at_least: Decimal,
    },
}

/// What was kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "figure", rename_all = "snake_case")]
pub enum Figure {
    Availability {
        /// Percent, rounded down to six decimals; none when nothing was measured.
        value: Option<Decimal>,
        /// Percent of the time that has data, rounded down to two decimals.
        coverage: Option<Decimal>,
        down: Span,
        unknown: Span,
        excluded: Span,
        /// What may be down in the whole period, and what is left of it; negative when overspent.
        budget: Span,
        left: Span,
    },
    /// Of a clock or of complaints: so many of the decided ones in time, with the 95 % range in percent.
    InTime { met: u32, of: u32, pending: u32, range: Option<(Decimal, Decimal)> },
    /// A percentile or mean of each priority.
    Times { rows: Vec<TimesRow>, of: u32, pending: u32 },
    Score {
        /// Percent or points, rounded down to two decimals; none without answers.
        value: Option<Decimal>,
        n: u64,
        range: Option<(Decimal, Decimal)>,
        asked: u64,
        answered: u64,
    },
}

/// One priority of a percentile or mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimesRow {
    pub priority: Priority,
    pub value: Span,
    pub target: Span,
    pub of: u32,
    pub kept: bool,
}

/// Twelve months, the last of them that of the review's end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Year {
    /// The first day of each month.
    pub months: Vec<NaiveDate>,
    pub rows: Vec<YearRow>,
}

/// One objective over the months, as judged in the period of its own that contains the month's last moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct YearRow {
    pub name: String,
    pub service: Option<(ServiceId, Localized)>,
    /// As in [`Goal`]; of the newest month that has it.
    pub target: Goal,
    /// One for each month; none before the agreement promised it.
    pub cells: Vec<Option<YearCell>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearCell {
    pub verdict: Verdict,
    /// Percent or points, rounded down to two decimals.
    pub value: Option<Decimal>,
}

/// The incidents that began in the window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Incidents {
    pub count: u32,
    /// In the period before.
    pub before: u32,
    pub by_priority: BTreeMap<Priority, u32>,
    pub by_cause: BTreeMap<CauseCategory, u32>,
    /// Without a cause recorded.
    pub without_cause: u32,
    pub noticed_by_monitor: u32,
    pub noticed_by_customer: u32,
    pub noticed_by_operator: u32,
    pub reopened: u32,
    pub longest: Option<IncidentNumber>,
    /// The gravest first, then the longest; at most [`MOST_INCIDENTS`]; the rest is counted.
    pub rows: Vec<IncidentRow>,
    /// Every response that was decided in the window, in that order; at most [`MOST_RESPONSES`].
    pub responses: Vec<Response>,
}

/// So many responses are told one by one.
pub const MOST_RESPONSES: usize = 500;

/// How long one response took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub incident: Option<IncidentNumber>,
    pub priority: Priority,
    /// In the time of the clock's calendar.
    pub took: Span,
    pub target: Option<Span>,
    pub late: bool,
}

/// So many incidents are told one by one.
pub const MOST_INCIDENTS: usize = 20;

/// One incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentRow {
    pub number: IncidentNumber,
    pub service: (ServiceId, Localized),
    pub priority: Priority,
    pub noticed_by: NoticedBy,
    pub began: Instant,
    /// When it was first known.
    pub noticed: Instant,
    /// When the customer was first told of it.
    pub told: Option<Instant>,
    pub acknowledged: Option<Instant>,
    pub resolved: Option<Instant>,
    /// When it had stayed resolved for as long as it could have been reopened.
    pub confirmed: Option<Instant>,
    /// The service was disturbed for so long within the window.
    pub disturbed: Span,
    pub cause: Option<CauseCategory>,
    /// The cause in words for this reader.
    pub cause_text: Option<ProseId>,
    /// The clocks that were late.
    pub late: Vec<ClockKind>,
    pub reopened: u32,
}

/// How both sides heard of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Communication {
    /// From when an incident was known to the first message to the customer.
    pub first_message: Option<Times>,
    /// Updates promised that came in time, of those due.
    pub updates: Option<(u32, u32)>,
    /// The customer's messages that were answered in time, of those decided; and those that still wait.
    pub replies: Option<(u32, u32)>,
    pub unanswered: u32,
    /// Messages to the customer in the window, and how many of them did not arrive, as the delivery record says.
    pub sent: u64,
    pub undelivered: u64,
}

/// How long something took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    pub n: u32,
    pub median: Span,
    pub p90: Span,
    pub longest: Span,
}

/// A figure that one side does not accept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    pub about: Option<IncidentNumber>,
    pub opened: Instant,
    pub settled: Option<Instant>,
    pub text: Option<ProseId>,
}

/// Time that both sides agreed not to count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    pub from: Instant,
    pub until: Instant,
    /// Empty means all services.
    pub services: Vec<(ServiceId, Localized)>,
    /// As the agreement says it.
    pub reason: String,
}

/// What the customer gets back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    pub objective: String,
    /// In minor units of the currency.
    pub minor_units: i64,
    pub currency: String,
}

/// What the customer said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    pub surveys: Vec<SurveyRow>,
    pub complaints: Handled,
    pub feedback: Handled,
    /// The most frequent first.
    pub themes: Vec<ThemeRow>,
    /// By permission of those who wrote them; at most two.
    pub quotes: Vec<Quote>,
}

/// One survey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurveyRow {
    pub survey: SurveyId,
    pub title: Localized,
    pub kind: ScoreKind,
    /// How often each score was given.
    pub counts: Counts,
    pub asked: u64,
    pub answered: u64,
    pub value: Option<Decimal>,
    pub range: Option<(Decimal, Decimal)>,
    pub before: Option<Decimal>,
    pub trend: Option<Trend>,
    /// Its figure in each of the last periods, the review's last: the period's first day, the figure, its range.
    pub history: Vec<ScorePoint>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScorePoint {
    pub first: NaiveDate,
    pub value: Option<Decimal>,
    pub range: Option<(Decimal, Decimal)>,
    pub n: u64,
}

/// What became of what was written in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    pub open: u32,
    pub closed: u32,
    /// A clock was late.
    pub late: u32,
}

/// What customers spoke of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemeRow {
    pub theme: ThemeId,
    /// As the rules call it; none where they do not know it any more.
    pub name: Option<Localized>,
    pub texts: u32,
    pub negative: u32,
    pub positive: u32,
    /// No objective covers it.
    pub uncovered: bool,
}

/// What somebody of a customer's wrote, as its writer allowed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub agreement: AgreementId,
    /// None where they are not to be named.
    pub by: Option<PersonId>,
    /// None only of a review that is shown after its writer took the permission back; never of one that is issued.
    pub text: Option<ProseId>,
}

/// What is to be expected of the running period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    pub objective: String,
    pub service: Option<(ServiceId, Localized)>,
    pub window: Interval,
    pub period: WindowKind,
    /// When the error budget will be spent if it goes on as it did in this period so far.
    pub exhausted: Option<Instant>,
    /// Even if all is up from now on, it is missed.
    pub certain: bool,
    /// Percent of the budget that is used, and percent of the period that is over.
    pub used: Decimal,
    pub elapsed: Decimal,
}

/// What follows by a rule, with what it follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Recommendation {
    /// Missed in each of the last three months or more.
    MissedAgain { objective: String, service: Option<(ServiceId, Localized)>, months: Vec<NaiveDate> },
    /// The error budget of the running period will be spent before it ends.
    BurnExhausts { objective: String, service: Option<(ServiceId, Localized)>, at: Instant, used: Decimal },
    /// The same cause at least three times.
    RecurringCause { cause: CauseCategory, incidents: Vec<IncidentNumber> },
    /// A survey fell by more than chance while every other promise was met.
    FellWhileGreen { survey: SurveyId, title: Localized, from: Decimal, to: Decimal },
    /// A theme that no objective covers came up three times or more.
    UncoveredTheme {
        theme: ThemeId,
        name: Option<Localized>,
        feedback: Vec<FeedbackNumber>,
        comments: Vec<RoundNumber>,
    },
    /// A monitor was silent, so that so much time of a service is not known.
    Unobserved { service: (ServiceId, Localized), unknown: Span, integrations: Vec<IntegrationId> },
}

/// What the account manager says to a chapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    pub by: PersonId,
    pub at: Instant,
    pub text: ProseId,
}

/// What is different from the revision before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    Objective {
        name: String,
        service: Option<(ServiceId, Localized)>,
        was: Option<(Figure, Verdict)>,
        is: Option<(Figure, Verdict)>,
    },
    /// How many incidents began in the window.
    Incidents { was: u32, is: u32 },
    /// Another build or other time-zone data computed it.
    Provenance { was: (String, String), is: (String, String) },
}
