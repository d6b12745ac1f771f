//! Reviews in lists: those there are, and those that come.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::called;
use crate::core::calendar::local_date;
use crate::core::doc::{Block, Doc, Line, Text, Tone, Value};
use crate::core::notice::rows::{DOT, dotted};
use crate::core::review::{Review, ReviewNumber};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::core::window::WindowKind;

/// A review in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedReview {
    pub number: ReviewNumber,
    /// None for the operators' own.
    pub customer: Option<String>,
    pub period: Option<WindowKind>,
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// In which its days begin, for a reader who has no zone of their own.
    pub zone: Tz,
    pub stage: Stage,
}

/// How far a review is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Draft {
        due: Instant,
        waits: bool,
    },
    /// `signed` is none for the operators' own, which nobody signs.
    Issued {
        at: Instant,
        revision: u32,
        signed: Option<usize>,
    },
    Dropped,
}

impl ListedReview {
    /// A review as it stands at `now`; `zone` is that of the operators' own.
    pub fn of(state: &State, number: ReviewNumber, review: &Review, zone: Tz, now: Instant) -> Self {
        let agreement = review.subject.agreement();
        let (first, last, zone) = spans(state, review, zone);
        let latest = agreement.and_then(|id| state.agreements.get(id)?.latest());
        let stage = match (review.newest(), review.dropped) {
            (Some(issue), _) => {
                let signed = agreement.map(|_| issue.signed.len());
                Stage::Issued { at: issue.at, revision: issue.revision, signed }
            }
            (None, Some(_)) => Stage::Dropped,
            (None, None) => {
                let waits = review.hold && review.approved.is_none() && review.due <= now;
                Stage::Draft { due: review.due, waits }
            }
        };
        let customer = latest.map(|version| version.terms.customer.clone());
        Self { number, customer, period: review.period, first, last, zone, stage }
    }
}

/// The first and the last day a review tells of, and the zone in which they are days.
pub fn spans(state: &State, review: &Review, zone: Tz) -> (NaiveDate, NaiveDate, Tz) {
    let own = review.subject.agreement().map(|agreement| state.zone(agreement, review.window.start));
    let zone = own.or_else(|| state.reviews.zone(review)).unwrap_or(zone);
    let last = review.window.end - Span::from_micros(1);
    (local_date(zone, review.window.start), local_date(zone, last), zone)
}

/// A review that comes by a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedReview {
    pub customer: Option<String>,
    /// The plan's name.
    pub plan: String,
    /// When it is published; none when it never comes again.
    pub at: Option<Instant>,
    /// When its draft is made; none where there is no draft.
    pub draft: Option<Instant>,
}

/// The reviews there are, in the order given; `more` are not told.
pub fn list(reviews: &[ListedReview], more: usize, as_of: Instant) -> Doc {
    let head = Text::key("review-list-head").with("count", super::count(reviews.len() + more));
    let mut doc = Doc::new(Tone::Information, head, as_of);
    if !reviews.is_empty() {
        doc = doc.block(Block::List(reviews.iter().map(listed).collect()));
    }
    if more > 0 {
        doc = doc.line(Text::key("review-list-more").with("count", super::count(more)));
    }
    doc.footer = Text::from(Value::Zone).into();
    doc
}

/// One review in one line.
pub fn listed(review: &ListedReview) -> Line {
    let customer = review.customer.clone().map_or_else(|| Text::key("review-of-operators"), Text::name);
    let mut line = dotted([Value::Code(review.number.to_string()).into(), customer]);
    line.push(DOT);
    line.extend(called(review.period, review.first, review.last));
    line.extend([DOT, stage(review.stage)]);
    line
}

/// How far a review is, in words.
pub fn stage(stage: Stage) -> Text {
    match stage {
        Stage::Draft { due, waits: false } => Text::key("review-stage-draft").with("due", due),
        Stage::Draft { due, waits: true } => Text::key("review-stage-waits").with("due", due),
        Stage::Issued { at, revision, signed } => Text::key(match signed {
            None => "review-stage-told",
            Some(0) => "review-stage-issued",
            Some(1) => "review-stage-signed-once",
            Some(_) => "review-stage-signed",
        })
        .with("at", at)
        .with("revision", i64::from(revision)),
        Stage::Dropped => Text::key("review-stage-dropped"),
    }
}

/// The reviews that come, in the order given.
pub fn planned(reviews: &[PlannedReview], as_of: Instant) -> Doc {
    let head = Text::key("review-next-head").with("count", super::count(reviews.len()));
    let mut doc = Doc::new(Tone::Information, head, as_of);
    if !reviews.is_empty() {
        doc = doc.block(Block::List(reviews.iter().map(coming).collect()));
    }
    doc.footer = Text::from(Value::Zone).into();
    doc
}

fn coming(review: &PlannedReview) -> Line {
    let customer = review.customer.clone().map_or_else(|| Text::key("review-of-operators"), Text::name);
    let at = match review.at {
        Some(at) => Text::key("review-next-at").with("at", at),
        None => Text::key("review-next-never"),
    };
    let draft = review.draft.map(|at| Text::key("review-next-draft").with("at", at));
    dotted([customer, Text::name(review.plan.clone()), at].into_iter().chain(draft))
}
