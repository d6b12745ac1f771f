//! What stands behind the pages of reviews, and behind the files that go with messages: the document as the journal
//! has it, with the names and texts it refers to.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::announce::review_may_be_on_web;
use crate::chat::{Enclosure, Platform};
use crate::commands::access::Rights;
use crate::commands::desk::facts;
use crate::core::doc::Enclosed;
use crate::core::event::PersonId;
use crate::core::notice::review::lists::ListedReview;
use crate::core::notice::review::whole;
use crate::core::review::{Document, Issue, Review, ReviewNumber, Subject};
use crate::directory::{Directory, Shared};
use crate::i18n::{Facts, Language};
use crate::journal::Journal;
use crate::report::{self, Beside, Entry, Report};
use crate::store::{Store, StoreError};
use crate::web::review::{Found, Reader};

/// A file larger than this goes with no message; the page has it all the same.
const LARGEST_FILE: usize = 8 << 20;

/// Reads the reviews that were issued.
#[derive(Clone, Debug)]
pub(super) struct Reviews {
    pub store: Store,
    pub journal: Journal,
    pub directory: Arc<Shared>,
}

/// A revision, as far as it may be shown now.
struct Shown {
    document: Document,
    facts: Facts,
    entry: Entry,
}

/// Whether somebody may read a review: the provider's own people all, representatives those of their agreements.
fn may_read(rights: &Rights, subject: &Subject) -> bool {
    match subject {
        Subject::Operators => rights.is_staff(),
        Subject::Agreement(agreement) => rights.may_see(agreement),
    }
}

impl Reviews {
    /// A revision as it was issued, as far as it may be shown now, with what it refers to.
    async fn issued(&self, issue: &Issue, beside: &Beside) -> Result<Option<Shown>, StoreError> {
        let Some(document) = self.store.issued_review(issue.sequence).await? else { return Ok(None) };
        let directory = self.directory.get();
        let entry = Entry { sequence: issue.sequence, sha256: issue.sha256.clone(), json: document.json() };
        let document = document.permitted(&self.journal.read().await.voice);
        let mut doc = whole(&document);
        doc.blocks.extend(beside.blocks());
        let facts = facts(&self.store, &directory, &doc).await?;
        Ok(Some(Shown { document, facts, entry }))
    }

    async fn found(&self, reader: Reader<'_>, revision: Option<u32>) -> Result<Option<Found>, StoreError> {
        let number = match reader {
            Reader::Person(_, number) => Some(number),
            Reader::Link(hash) => self.store.review_link(hash, self.journal.now()).await?,
        };
        let Some(number) = number else { return Ok(None) };
        let directory = self.directory.get();
        let Some(review) = self.here(&directory, number).await else { return Ok(None) };
        let for_operators = match reader {
            Reader::Person(person, _) => {
                let rights = directory.rights(person);
                if !may_read(&rights, &review.subject) {
                    return Ok(None);
                }
                rights.is_staff()
            }
            Reader::Link(_) => false,
        };
        let newest = review.newest().map_or(0, |issue| issue.revision);
        let wanted = revision.unwrap_or(newest);
        let Some(issue) = review.issued.iter().find(|issue| issue.revision == wanted) else {
            return Ok(None);
        };
        let beside = Beside {
            signed: issue.signed.clone(),
            agenda: review.agenda.clone(),
            minutes: review.minutes.clone(),
        };
        let found = self.issued(issue, &beside).await?;
        Ok(found.map(|shown| {
            let Shown { document, facts, entry } = shown;
            Found { document, facts, entry, newest, beside, for_operators }
        }))
    }

    /// A review, where what it tells may be on the web.
    async fn here(&self, directory: &Directory, number: ReviewNumber) -> Option<Review> {
        let state = self.journal.read().await;
        let review = state.reviews.review(number)?;
        review_may_be_on_web(directory, &state, review).then(|| review.clone())
    }

    async fn listed(&self, person: &PersonId) -> Vec<ListedReview> {
        let (directory, now) = (self.directory.get(), self.journal.now());
        let rights = directory.rights(person);
        let state = self.journal.read().await;
        let theirs = state.reviews.all().rev().filter(|(_, review)| {
            let issued = !review.issued.is_empty();
            issued && may_read(&rights, &review.subject) && review_may_be_on_web(&directory, &state, review)
        });
        theirs.map(|(number, review)| ListedReview::of(&state, number, review, chrono_tz::UTC, now)).collect()
    }

    /// The file that goes with a message; none when there is no such review, or it is too large to go along. A room of
    /// the web chat leads to it, and needs no bytes.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn enclosure(
        &self,
        enclosed: Enclosed,
        to: Platform,
        language: Language,
    ) -> Result<Option<Enclosure>, StoreError> {
        let settings = &self.directory.get().config.settings;
        let base = settings.server.public_url.trim_end_matches('/');
        let link = settings.platforms.web.as_ref().map(|_| {
            let (number, revision, ending) = (enclosed.review, enclosed.revision, enclosed.format.ending());
            format!("{base}/review/{number}/{revision}.{ending}?lang={language}")
        });
        if to == Platform::Web {
            let (name, media_type) = (enclosed.file_name(), enclosed.format.media_type());
            return Ok(Some(Enclosure { name, media_type, bytes: Vec::new().into(), link }));
        }
        let review = self.journal.read().await.reviews.review(enclosed.review).cloned();
        let issue = review
            .and_then(|review| review.issued.into_iter().find(|issue| issue.revision == enclosed.revision));
        let Some(issue) = issue else { return Ok(None) };
        let Some(Shown { document, facts, entry }) = self.issued(&issue, &Beside::default()).await? else {
            return Ok(None);
        };
        // Every picture is drawn: too long for a thread that serves others.
        let written = tokio::task::spawn_blocking(move || {
            let report = Report { document: &document, facts: &facts, entry: Some(&entry) };
            report::file(&report, enclosed.format, language)
        });
        let file = written.await.map_err(|_| StoreError::Closed)?;
        let file =
            file.map_err(|error| StoreError::Unintelligible(format!("a review cannot be written: {error}")))?;
        if file.bytes.len() > LARGEST_FILE {
            tracing::warn!(review = %enclosed.review, bytes = file.bytes.len(), "a review is too large to go along");
            return Ok(None);
        }
        let (name, media_type, bytes) = (file.name, file.media_type, file.bytes.into());
        Ok(Some(Enclosure { name, media_type, bytes, link }))
    }
}

impl crate::web::review::Reviews for Reviews {
    fn listed<'a>(&'a self, person: &'a PersonId) -> BoxFuture<'a, Vec<ListedReview>> {
        Box::pin(self.listed(person))
    }

    fn find<'a>(
        &'a self,
        reader: Reader<'a>,
        revision: Option<u32>,
    ) -> BoxFuture<'a, Result<Option<Found>, StoreError>> {
        Box::pin(self.found(reader, revision))
    }
}
