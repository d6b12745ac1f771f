//! Issues the reviews whose time has come, once, and looks each day whether late facts have changed an issued one.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::core::review::compose::{Given, compose, issue, issued};
use crate::core::review::document::{Change, Document};
use crate::core::review::{ReviewNumber, Subject, changes};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::directory::Shared;
use crate::journal::{BUILD, Journal, TZDB};
use crate::store::record::{Chain, Outcome};
use crate::store::{Store, StoreError};

/// For so long after it was issued a review is compared with what is known now.
const COMPARED_FOR: Span = Span::from_days(100);

/// What composing needs besides the state.
#[derive(Clone, Debug)]
pub struct Reviewer {
    pub store: Store,
    pub journal: Journal,
    pub directory: Arc<Shared>,
}

impl Reviewer {
    /// Watches the journal until `stop`.
    pub(super) async fn run(self, stop: CancellationToken) {
        let mut rung = self.journal.changes();
        let mut compared: Option<i64> = None;
        loop {
            rung.borrow_and_update();
            for number in self.ready().await {
                // What could not be written is tried again at the next change; the journal says itself that it
                // cannot.
                if let Err(error) = self.issue(number).await {
                    tracing::warn!(%error, review = %number, "a review could not be issued yet");
                }
            }
            let today = self.journal.now().micros().div_euclid(Span::from_days(1).micros());
            if compared != Some(today) {
                compared = Some(today);
                self.restate().await;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                changed = rung.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn ready(&self) -> Vec<ReviewNumber> {
        let now = self.journal.now();
        let state = self.journal.read().await;
        state.reviews.drafts().filter(|(_, review)| review.is_ready(now)).map(|(number, _)| number).collect()
    }

    async fn issue(&self, number: ReviewNumber) -> Result<(), StoreError> {
        let given = self.given(number).await?;
        let propose =
            move |state: &State, now: Instant| issue(state, number, &given, now).into_iter().collect();
        self.journal.note(format!("review/{}/issued/1", number.0), propose).await
    }

    /// Issues a new revision of every review that late facts, another build or other time-zone data changed.
    async fn restate(&self) {
        for (number, sequence) in self.issued().await {
            if let Err(error) = self.compare(number, sequence).await {
                tracing::warn!(%error, review = %number, "an issued review could not be compared with what is known now");
            }
        }
    }

    /// Those that are compared, with the entry of the newest revision.
    async fn issued(&self) -> Vec<(ReviewNumber, u64)> {
        let now = self.journal.now();
        let state = self.journal.read().await;
        let issued = state.reviews.all().filter_map(|(number, review)| {
            let newest = review.newest()?;
            let first = review.issued.first()?;
            (now - first.at < COMPARED_FOR).then_some((number, newest.sequence))
        });
        issued.collect()
    }

    async fn compare(&self, number: ReviewNumber, sequence: u64) -> Result<(), StoreError> {
        let kept = self.journal.read().await.reviews.document(number).cloned();
        let was = match kept {
            Some(kept) => kept,
            None => match self.store.issued_review(sequence).await? {
                Some(read) => read,
                None => return Ok(()),
            },
        };
        if self.differences(number, &was).await.is_empty() {
            return Ok(());
        }
        let given = self.given(number).await?;
        let revision = was.revision + 1;
        let propose = move |state: &State, now: Instant| {
            let review = state.reviews.review(number);
            let newest =
                review.filter(|review| review.newest().is_some_and(|newest| newest.sequence == sequence));
            let is = newest.and_then(|review| compose(state, number, review, &given, now));
            let events = is.into_iter().filter_map(|is| {
                let changes = changes(&was, &is);
                (!changes.is_empty()).then(|| issued(Document { changes, ..is }, now))
            });
            events.collect()
        };
        self.journal.note(format!("review/{}/issued/{revision}", number.0), propose).await
    }

    /// What is compared needs nothing that the journal does not know.
    async fn differences(&self, number: ReviewNumber, was: &Document) -> Vec<Change> {
        let given = Given { build: BUILD.to_owned(), tzdb: TZDB.to_owned(), ..Given::default() };
        let now = self.journal.now();
        let state = self.journal.read().await;
        let is = state.reviews.review(number).and_then(|review| compose(&state, number, review, &given, now));
        is.map(|is| changes(was, &is)).unwrap_or_default()
    }

    /// What the journal does not know of a review.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn given(&self, number: ReviewNumber) -> Result<Given, StoreError> {
        let known = self.journal.read().await.reviews.review(number).cloned();
        let Some(review) = known else { return Ok(Given::default()) };
        let chain = match &review.subject {
            Subject::Agreement(agreement) => Chain::Customer(agreement.clone()),
            Subject::Operators => Chain::Operators,
        };
        let head = self.store.record(&chain, 1, 0).await?;
        let outcomes = self.store.outcomes(&chain, review.window.start, review.window.end).await?;
        let count = |wanted: &[Outcome]| {
            outcomes.iter().filter(|(outcome, _)| wanted.contains(outcome)).map(|(_, count)| count).sum()
        };
        let config = self.directory.get().config.clone();
        Ok(Given {
            build: BUILD.to_owned(),
            tzdb: TZDB.to_owned(),
            delivery: head.first().map(|line| (line.number, line.hash.clone())),
            sent: count(&[Outcome::Sent, Outcome::Uncertain, Outcome::Failed]),
            undelivered: count(&[Outcome::Failed]),
            themes: config.themes.names(),
        })
    }
}
