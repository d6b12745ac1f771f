//! From the state to a review: every chapter by the same core that answers every other question.

mod agreement;
mod communication;
mod figures;
mod forecast;
mod incidents;
mod objectives;
mod operators;
mod recommend;
mod voice;
mod work;
mod year;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::core::calendar::local_date;
use crate::core::event::{AgreementId, Event, ServiceId};
use crate::core::interval::Interval;
use crate::core::reading::ThemeId;
use crate::core::review::document::{self, Document, FORMAT, Overall, Provenance, Recommendation};
use crate::core::review::{Occasion, Review, ReviewNumber, Section, Subject, Word, changes};
use crate::core::standing::Verdict;
use crate::core::state::{State, Version, Versions};
use crate::core::survey::Localized;
use crate::core::time::{Instant, Span};
use crate::core::voice::Dates;
use crate::core::window::{WindowKind, previous_window};

/// What the journal does not know and a review tells. The document keeps it, so that it can be composed again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    pub build: String,
    pub tzdb: String,
    /// The head of the customer's own delivery record: its number and hash.
    pub delivery: Option<(u64, String)>,
    /// Messages to the customer in the window, and how many of them did not arrive.
    pub sent: u64,
    pub undelivered: u64,
    /// What the themes are called.
    pub themes: BTreeMap<ThemeId, Localized>,
}

impl Given {
    /// What a document was given when it was composed, as far as it tells of it.
    pub fn of(document: &Document) -> Self {
        let written = document.voice.themes.iter().map(|row| (&row.theme, &row.name));
        let uncovered = document.recommendations.iter().filter_map(|one| match one {
            Recommendation::UncoveredTheme { theme, name, .. } => Some((theme, name)),
            _ => None,
        });
        let named = written.chain(uncovered).filter_map(|(theme, name)| Some((theme.clone(), name.clone()?)));
        Self {
            build: document.provenance.build.clone(),
            tzdb: document.provenance.tzdb.clone(),
            delivery: document.provenance.delivery.clone(),
            sent: document.communication.sent,
            undelivered: document.communication.undelivered,
            themes: named.collect(),
        }
    }
}

/// A review later than this was due is marked late, unless somebody let it wait.
const LATE_AFTER: Span = Span::from_minutes(15);

/// The review as it is known at `as_of`. None when nothing is known of the agreement.
pub fn compose(
    state: &State,
    number: ReviewNumber,
    review: &Review,
    given: &Given,
    as_of: Instant,
) -> Option<Document> {
    let scope = Scope::of(state, review, as_of)?;
    let known = incidents::known(&scope);
    let customers = operators::customers(&scope, &known);
    let (objectives, own) = objectives::objectives(&scope);
    let mut document = Document {
        format: FORMAT,
        review: number,
        revision: review.newest().map_or(1, |issue| issue.revision + 1),
        subject: review.subject.clone(),
        occasion: review.occasion.clone(),
        agreement: agreement::promised(&scope),
        zone: scope.zone,
        window: review.window,
        period: review.period,
        due: review.due,
        late: is_late(review, as_of),
        provenance: Provenance {
            as_of,
            sequence: state.sequence,
            build: given.build.clone(),
            tzdb: given.tzdb.clone(),
            delivery: given.delivery.clone(),
        },
        sections: Vec::new(),
        verdict: customers.iter().fold(own, |sum, row| sum.plus(row.verdict)),
        customers,
        objectives,
        year: year::year(&scope),
        incidents: incidents::incidents(&scope, &known),
        communication: communication::communication(&scope, given, &known),
        disputes: Vec::new(),
        exclusions: agreement::exclusions(&scope),
        credits: Vec::new(),
        voice: voice::voice(&scope, given),
        forecast: forecast::forecast(&scope),
        recommendations: Vec::new(),
        actions: work::actions(&scope),
        risks: work::risks(&scope),
        drills: work::drills(&scope),
        scorecard: work::scorecard(&scope),
        comments: review.comments.clone(),
        changes: Vec::new(),
    };
    document.recommendations = recommend::recommendations(&scope, &document, &known, given);
    document.sections = review.template.iter().copied().filter(|section| document.says(*section)).collect();
    Some(document)
}

/// An issued review composed once more, from the state before the entry that issued it; `replaced` is the revision
/// before. With the same build and time-zone data it is the same, to the byte. None when the state does not know
/// of it.
pub fn again(state: &State, issued: &Document, replaced: Option<&Document>) -> Option<Document> {
    let review = state.reviews.review(issued.review)?;
    let mut document = compose(state, issued.review, review, &Given::of(issued), issued.provenance.as_of)?;
    document.changes = replaced.map(|replaced| changes(replaced, &document)).unwrap_or_default();
    Some(document)
}

/// What issues a draft, when its time has come.
pub fn issue(state: &State, number: ReviewNumber, given: &Given, now: Instant) -> Option<Event> {
    let review = state.reviews.review(number).filter(|review| review.is_ready(now))?;
    compose(state, number, review, given, now).map(|document| issued(document, now))
}

/// A document as the journal takes it.
pub fn issued(document: Document, now: Instant) -> Event {
    let (review, revision) = (document.review, document.revision);
    let sha256 = hex::encode(Sha256::digest(document.json()));
    let word = Word::Issued { review, revision, sha256, document: Box::new(document) };
    Event::Review { at: now, by: None, word: Box::new(word) }
}

/// Whether it came later than it was due for no other reason than that Upheld did not run.
fn is_late(review: &Review, as_of: Instant) -> bool {
    let waited = review.approved.as_ref().is_some_and(|(_, at, _)| *at > review.due);
    let planned = !matches!(review.occasion, Occasion::Command);
    let first = review.newest().map_or(as_of, |issue| issue.at);
    planned && !waited && !(review.hold && review.approved.is_none()) && first - review.due > LATE_AFTER
}

impl Document {
    /// Whether a chapter has something to say to its reader.
    pub fn says(&self, section: Section) -> bool {
        let internal = self.subject == Subject::Operators;
        let said = match section {
            Section::Verdict => true,
            Section::Customers => !self.customers.is_empty(),
            Section::Objectives => !self.objectives.is_empty(),
            Section::Year => self.year.as_ref().is_some_and(|year| !year.rows.is_empty()),
            Section::Incidents => true,
            Section::Communication => self.communication != document::Communication::default(),
            Section::Disputes => !self.disputes.is_empty(),
            Section::Exclusions => !self.exclusions.is_empty(),
            Section::Credits => !self.credits.is_empty(),
            Section::Voice => self.voice != document::Voice::default(),
            Section::Forecast => !self.forecast.is_empty(),
            Section::Recommendations => !self.recommendations.is_empty(),
            Section::Actions => !self.actions.is_empty(),
            Section::Risks => !self.risks.is_empty(),
            Section::Drills => !self.drills.is_empty(),
            Section::Scorecard => self.scorecard.is_some(),
        };
        said && (internal || !section.is_internal())
    }
}

/// What a review looks at.
struct Scope<'a> {
    state: &'a State,
    /// Those whose review it is: one, or for the operators all.
    agreements: BTreeMap<&'a AgreementId, &'a Versions>,
    /// For the customer: what they may know, in their words.
    customer: bool,
    zone: chrono_tz::Tz,
    window: Interval,
    period: Option<WindowKind>,
    as_of: Instant,
}

impl<'a> Scope<'a> {
    fn of(state: &'a State, review: &'a Review, as_of: Instant) -> Option<Self> {
        let (window, period) = (review.window, review.period);
        let (agreements, customer, zone) = match &review.subject {
            Subject::Agreement(agreement) => {
                let versions = state.agreements.get(agreement)?;
                let last = window.end.min(as_of) - Span::from_micros(1);
                let zone = versions.at(last)?.terms.zone;
                (BTreeMap::from([(agreement, versions)]), true, zone)
            }
            Subject::Operators => {
                let touched = state.agreements.iter().filter(|(_, versions)| versions.touches(window));
                (touched.collect(), false, state.reviews.zone(review).unwrap_or(chrono_tz::UTC))
            }
        };
        Some(Self { state, agreements, customer, zone, window, period, as_of })
    }

    /// The customer's own, when it is a customer's review.
    fn own(&self) -> Option<(&'a AgreementId, &'a Versions)> {
        self.agreements
            .iter()
            .next()
            .filter(|_| self.customer)
            .map(|(agreement, versions)| (*agreement, *versions))
    }

    /// The last moment it tells of.
    fn last(&self) -> Instant {
        self.window.end.min(self.as_of) - Span::from_micros(1)
    }

    /// The version in force at the end.
    fn version(&self, versions: &'a Versions) -> Option<&'a Version> {
        versions.at(self.last())
    }

    /// Up to when a period of an objective is told: one that ends within the window with all that is known of
    /// it, one that goes on as it stood at the window's end.
    fn known(&self, period: Interval) -> Instant {
        if period.end <= self.window.end { self.as_of } else { self.as_of.min(self.window.end) }
    }

    /// The window before that one, of the same kind, or as long.
    fn before(&self) -> Interval {
        match self.period {
            Some(period) => previous_window(period, self.zone, self.window),
            None => Interval::new(self.window.start - self.window.length(), self.window.start),
        }
    }

    /// The dates of a window.
    fn dates(&self, window: Interval) -> Dates {
        let last = window.end.min(self.as_of).max(window.start + Span::from_micros(1)) - Span::from_micros(1);
        let (from, last) = (local_date(self.zone, window.start), local_date(self.zone, last));
        Dates { from, until: last.succ_opt().unwrap_or(last) }
    }

    fn ids(&self) -> BTreeSet<AgreementId> {
        self.agreements.keys().map(|id| (*id).clone()).collect()
    }

    fn named(&self, service: &ServiceId) -> (ServiceId, Localized) {
        (service.clone(), named(self.state, service))
    }
}

/// What a service is called; its id where nothing is known of it.
fn named(state: &State, service: &ServiceId) -> Localized {
    let known = state.service(service).map(|service| service.name.clone());
    known.unwrap_or_else(|| Localized::from([("en".to_owned(), service.to_string())]))
}

impl Overall {
    fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Met => self.met += 1,
            Verdict::AtRisk => self.at_risk += 1,
            Verdict::Missed => self.missed += 1,
            Verdict::Insufficient | Verdict::NoData => self.unknown += 1,
        }
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            met: self.met + other.met,
            at_risk: self.at_risk + other.at_risk,
            missed: self.missed + other.missed,
            unknown: self.unknown + other.unknown,
        }
    }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
