//! The review: what was promised, what was kept, what comes next. Drafted, commented, approved, issued, signed;
//! as the journal tells it.

pub mod book;
pub mod compose;
pub mod document;
mod restate;
mod word;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::core::event::{AgreementId, PersonId, ProseId};
use crate::core::interval::Interval;
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::window::WindowKind;

pub use book::{BUILT_IN, Plan, ReviewBook, Section, Unapproved};
pub use document::{Comment, Document};
pub use restate::changes;
pub use word::{Occasion, ReviewNumber, Side, Subject, Word};

/// Of so many reviews of one kind it is known without the journal what they say.
const KEPT: usize = 2;

/// Everything known of reviews but what the issued ones say, which stays in the journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reviews {
    book: Arc<ReviewBook>,
    book_sha256: Option<String>,
    /// Made by command, over those of the book.
    planned: BTreeMap<AgreementId, BTreeMap<String, Plan>>,
    reviews: BTreeMap<ReviewNumber, Review>,
    /// Drafted, and neither issued nor dropped.
    drafts: BTreeSet<ReviewNumber>,
    /// What the newest issued ones say; of the others the journal alone knows it.
    documents: BTreeMap<ReviewNumber, Arc<Document>>,
    last: u32,
}

/// One review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    pub subject: Subject,
    pub occasion: Occasion,
    pub window: Interval,
    pub period: Option<WindowKind>,
    pub template: Vec<Section>,
    pub drafted: Instant,
    pub due: Instant,
    pub hold: bool,
    pub comments: BTreeMap<Section, Comment>,
    /// By whom, when, and whether it is published at once.
    pub approved: Option<(PersonId, Instant, bool)>,
    pub dropped: Option<Instant>,
    /// The newest last.
    pub issued: Vec<Issue>,
    pub agenda: Vec<Noted>,
    pub minutes: Vec<Noted>,
}

/// A revision that was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    pub revision: u32,
    pub at: Instant,
    /// The entry of the journal that holds the document.
    pub sequence: u64,
    /// SHA-256 of the document as JSON, lower-case hex.
    pub sha256: String,
    /// Who signed for each side, and when.
    pub signed: BTreeMap<Side, (PersonId, Instant)>,
}

/// Something that somebody wrote beside a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    pub by: PersonId,
    pub at: Instant,
    pub text: ProseId,
}

/// What an entry changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    Review(ReviewNumber),
    Plans,
}

impl Reviews {
    pub fn book(&self) -> &ReviewBook {
        &self.book
    }

    /// The hash of the book in force; none before the first.
    pub fn book_sha256(&self) -> Option<&str> {
        self.book_sha256.as_deref()
    }

    /// The next free number.
    pub const fn next(&self) -> ReviewNumber {
        ReviewNumber(self.last + 1)
    }

    pub fn review(&self, number: ReviewNumber) -> Option<&Review> {
        self.reviews.get(&number)
    }

    /// Every review, oldest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = (ReviewNumber, &Review)> {
        self.reviews.iter().map(|(number, review)| (*number, review))
    }

    /// Those that are neither issued nor dropped, oldest first.
    pub fn drafts(&self) -> impl Iterator<Item = (ReviewNumber, &Review)> {
        self.drafts.iter().filter_map(|number| Some((*number, self.reviews.get(number)?)))
    }

    /// The agreements a review tells of.
    pub fn concerned<'s>(state: &'s State, review: &'s Review) -> Vec<&'s AgreementId> {
        match &review.subject {
            Subject::Agreement(agreement) => vec![agreement],
            Subject::Operators => {
                let all = state.agreements.iter();
                all.filter(|(_, versions)| versions.touches(review.window)).map(|(id, _)| id).collect()
            }
        }
    }

    /// What a review says that was issued lately; the journal has the others.
    pub fn document(&self, number: ReviewNumber) -> Option<&Document> {
        self.documents.get(&number).map(Arc::as_ref)
    }

    /// The newest issued review of each subject.
    pub fn newest(&self) -> BTreeMap<&Subject, ReviewNumber> {
        // In the order of their numbers, so that a later one takes the place of an earlier one.
        let issued = self.documents.keys();
        issued.filter_map(|number| Some((&self.reviews.get(number)?.subject, *number))).collect()
    }

    /// The plans of a subject in force: those of the book, and over them those made by command.
    pub fn plans(&self, subject: &Subject) -> Vec<&Plan> {
        let Subject::Agreement(agreement) = subject else { return self.book.operators.iter().collect() };
        let own = self.planned.get(agreement);
        let of_book = self.book.agreements.get(agreement).into_iter().flatten();
        let of_book = of_book.filter(|plan| own.is_none_or(|own| !own.contains_key(&plan.name)));
        of_book.chain(own.into_iter().flat_map(BTreeMap::values)).collect()
    }

    /// The zone of an operators' digest; none for a customer's review, or when its plan is not known any more.
    pub fn zone(&self, review: &Review) -> Option<Tz> {
        let Occasion::Plan(name) = &review.occasion else { return None };
        let mut plans = self.book.operators.iter().filter(|_| review.subject == Subject::Operators);
        plans.find(|plan| plan.name == *name)?.zone
    }

    pub(super) fn adopt(&mut self, sha256: &str, book: &ReviewBook) {
        self.book = Arc::new(book.clone());
        self.book_sha256 = Some(sha256.to_owned());
    }

    /// Takes one word of the journal; `sequence` is its entry's.
    pub(super) fn hear(
        &mut self,
        sequence: u64,
        at: Instant,
        by: Option<&PersonId>,
        word: &Word,
    ) -> Option<Touched> {
        match word {
            Word::Drafted { .. } => self.drafted(at, word)?,
            Word::Planned { agreement, name, plan } => {
                let own = self.planned.entry(agreement.clone()).or_default();
                match plan {
                    Some(plan) => drop(own.insert(name.clone(), plan.clone())),
                    None => drop(own.remove(name)),
                }
                return Some(Touched::Plans);
            }
            Word::Issued { review, revision, sha256, document } => {
                let known = self.reviews.get_mut(review)?;
                let expected = known.issued.last().map_or(1, |last| last.revision + 1);
                if *revision != expected {
                    return None;
                }
                let (revision, sha256) = (*revision, sha256.clone());
                known.issued.push(Issue { revision, at, sequence, sha256, signed: BTreeMap::new() });
                self.drafts.remove(review);
                self.keep(*review, document);
            }
            Word::Dropped { review } => {
                self.reviews.get_mut(review).filter(|known| known.is_draft())?.dropped = Some(at);
                self.drafts.remove(review);
            }
            word => self.reviews.get_mut(&word.review()?)?.hear(at, by?, word)?,
        }
        word.review().map(Touched::Review)
    }

    /// Keeps what a review says as long as it is among the newest of its kind.
    fn keep(&mut self, number: ReviewNumber, document: &Document) {
        let Some(kind) =
            self.reviews.get(&number).map(|review| (review.subject.clone(), review.occasion.clone()))
        else {
            return;
        };
        self.documents.insert(number, Arc::new(document.clone()));
        let same = self.documents.keys().filter(|other| {
            self.reviews
                .get(other)
                .is_some_and(|other| (&other.subject, &other.occasion) == (&kind.0, &kind.1))
        });
        let same: Vec<ReviewNumber> = same.copied().collect();
        for old in same.iter().rev().skip(KEPT) {
            self.documents.remove(old);
        }
    }

    /// Whether a plan of that name was made by command.
    pub fn is_planned_by_command(&self, agreement: &AgreementId, name: &str) -> bool {
        self.planned.get(agreement).is_some_and(|own| own.contains_key(name))
    }

    fn drafted(&mut self, at: Instant, word: &Word) -> Option<()> {
        let Word::Drafted { review, subject, occasion, window, period, template, due, hold } = word else {
            return None;
        };
        let begun = Review::begun(subject.clone(), occasion.clone(), *window, *period, template.clone(), at);
        let new = Review { due: *due, hold: *hold, ..begun };
        self.last = self.last.max(review.0);
        self.reviews.entry(*review).or_insert(new);
        self.drafts.insert(*review);
        Some(())
    }
}

impl Review {
    /// One that begins, and is due at once.
    pub const fn begun(
        subject: Subject,
        occasion: Occasion,
        window: Interval,
        period: Option<WindowKind>,
        template: Vec<Section>,
        at: Instant,
    ) -> Self {
        Self {
            subject,
            occasion,
            window,
            period,
            template,
            drafted: at,
            due: at,
            hold: false,
            comments: BTreeMap::new(),
            approved: None,
            dropped: None,
            issued: Vec::new(),
            agenda: Vec::new(),
            minutes: Vec::new(),
        }
    }

    /// Neither issued nor dropped.
    pub fn is_draft(&self) -> bool {
        self.issued.is_empty() && self.dropped.is_none()
    }

    /// Whether it is to be issued now.
    pub fn is_ready(&self, now: Instant) -> bool {
        let at_once = self.approved.as_ref().is_some_and(|(_, _, at_once)| *at_once);
        let freed = self.approved.is_some() || !self.hold;
        self.is_draft() && (at_once || (freed && self.due <= now))
    }

    /// The newest revision.
    pub fn newest(&self) -> Option<&Issue> {
        self.issued.last()
    }

    fn hear(&mut self, at: Instant, by: &PersonId, word: &Word) -> Option<()> {
        match word {
            Word::Commented { section, text, .. } if self.is_draft() => {
                match text {
                    Some(text) => {
                        let comment = Comment { by: by.clone(), at, text: text.id.clone() };
                        self.comments.insert(*section, comment);
                    }
                    None => drop(self.comments.remove(section)?),
                }
                // Whoever approved has not seen it.
                self.approved = None;
            }
            Word::Approved { at_once, .. } if self.is_draft() => {
                self.approved = Some((by.clone(), at, *at_once));
            }
            Word::AgendaAdded { text, .. } => {
                self.agenda.push(Noted { by: by.clone(), at, text: text.id.clone() });
            }
            Word::Minuted { text, .. } => {
                self.minutes.push(Noted { by: by.clone(), at, text: text.id.clone() });
            }
            Word::Signed { revision, side, .. } => {
                let issue = self.issued.iter_mut().find(|issue| issue.revision == *revision)?;
                issue.signed.entry(*side).or_insert_with(|| (by.clone(), at));
            }
            _ => return None,
        }
        Some(())
    }
}
