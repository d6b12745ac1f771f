//! What stands behind the pages of reviews, and behind the files that go with messages: the document as the journal
//! has it, with the names and texts it refers to.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::chat::{Enclosure, Platform};
use crate::commands::desk::facts;
use crate::core::doc::Enclosed;
use crate::core::event::PersonId;
use crate::core::notice::review::lists::{ListedReview, Stage};
use crate::core::notice::review::{days, whole};
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

/// Whether somebody may read a review: the provider's own people all, representatives those of their agreements.
fn may_read(directory: &Directory, person: &PersonId, subject: &Subject) -> bool {
    let rights = directory.rights(person);
    match subject {
        Subject::Operators => !rights.roles.is_empty(),
        Subject::Agreement(agreement) => {
            let theirs = !rights.roles.is_empty() || rights.represents.contains(agreement);
            theirs && directory.may_leave(agreement, Platform::Web)
        }
    }
}

impl Reviews {
    async fn known(&self, number: ReviewNumber) -> Option<Review> {
        self.journal.read().await.reviews.review(number).cloned()
    }

    /// A revision as it was issued, with what it refers to.
    async fn issued(&self, issue: &Issue, beside: &Beside) -> Result<Option<(Document, Facts)>, StoreError> {
        let Some(document) = self.store.issued_review(issue.sequence).await? else { return Ok(None) };
        let directory = self.directory.get();
        let mut known = facts(&self.store, &directory, &whole(&document)).await?;
        let more = facts(&self.store, &directory, &beside.doc(issue.at)).await?;
        known.people.extend(more.people);
        known.prose.extend(more.prose);
        Ok(Some((document, known)))
    }

    async fn found(&self, reader: Reader<'_>, revision: Option<u32>) -> Result<Option<Found>, StoreError> {
        let number = match reader {
            Reader::Person(_, number) => Some(number),
            Reader::Link(hash) => self.store.review_link(hash, self.journal.now()).await?,
        };
        let Some(number) = number else { return Ok(None) };
        let Some(review) = self.known(number).await else { return Ok(None) };
        if let Reader::Person(person, _) = reader
            && !may_read(&self.directory.get(), person, &review.subject)
        {
            return Ok(None);
        }
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
        let entry = Entry { sequence: issue.sequence, sha256: issue.sha256.clone() };
        Ok(found.map(|(document, facts)| {
            // A customer whose data may not be here is told of to nobody here.
            let document = shown(&self.directory.get(), document);
            Found { document, facts, entry, newest, beside }
        }))
    }

    async fn listed(&self, person: &PersonId) -> Result<Vec<ListedReview>, StoreError> {
        let directory = self.directory.get();
        let issued: Vec<(ReviewNumber, Issue)> = {
            let state = self.journal.read().await;
            let all = state.reviews.all().rev();
            let theirs = all.filter(|(_, review)| may_read(&directory, person, &review.subject));
            theirs.filter_map(|(number, review)| Some((number, review.newest()?.clone()))).collect()
        };
        let mut listed = Vec::with_capacity(issued.len());
        for (number, issue) in issued {
            let Some(document) = self.store.issued_review(issue.sequence).await? else { continue };
            let (first, last) = days(&document);
            let (at, revision, signed) = (issue.at, issue.revision, issue.signed.len());
            listed.push(ListedReview {
                number,
                customer: document.agreement.map(|promised| promised.customer),
                period: document.period,
                first,
                last,
                zone: document.zone,
                stage: Stage::Issued { at, revision, signed },
            });
        }
        Ok(listed)
    }

    /// The file that goes with a message; none when there is no such review, or it is too large to go along.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn enclosure(
        &self,
        enclosed: Enclosed,
        language: Language,
    ) -> Result<Option<Enclosure>, StoreError> {
        let Some(review) = self.known(enclosed.review).await else { return Ok(None) };
        let issue = review.issued.iter().find(|issue| issue.revision == enclosed.revision);
        let Some(issue) = issue else { return Ok(None) };
        let Some((document, facts)) = self.issued(issue, &Beside::default()).await? else { return Ok(None) };
        let entry = Entry { sequence: issue.sequence, sha256: issue.sha256.clone() };
        let report = Report { document: &document, facts: &facts, entry: Some(&entry) };
        let file = report::file(&report, enclosed.format, language)
            .map_err(|error| StoreError::Unintelligible(format!("a review cannot be written: {error}")))?;
        if file.bytes.len() > LARGEST_FILE {
            tracing::warn!(review = %enclosed.review, bytes = file.bytes.len(), "a review is too large to go along");
            return Ok(None);
        }
        let settings = &self.directory.get().config.settings;
        let base = settings.server.public_url.trim_end_matches('/');
        let link = settings.platforms.web.as_ref().map(|_| {
            let (number, revision, ending) = (enclosed.review, enclosed.revision, enclosed.format.ending());
            format!("{base}/review/{number}/{revision}.{ending}?lang={language}")
        });
        let (name, media_type, bytes) = (file.name, file.media_type, file.bytes.into());
        Ok(Some(Enclosure { name, media_type, bytes, link }))
    }
}

/// A digest without the customers whose data may not be on the web.
fn shown(directory: &Directory, document: Document) -> Document {
    if document.customers.iter().all(|row| directory.may_leave(&row.agreement, Platform::Web)) {
        return document;
    }
    crate::announce::review_shown_on(directory, Platform::Web, &document)
}

impl crate::web::review::Reviews for Reviews {
    fn listed<'a>(&'a self, person: &'a PersonId) -> BoxFuture<'a, Result<Vec<ListedReview>, StoreError>> {
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
