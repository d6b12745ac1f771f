//! Who is told of reviews: the operators and the account manager of drafts, both sides of what was issued.

use std::collections::{BTreeMap, BTreeSet};

use super::{Composing, Docs, Letter};
use crate::chat::Platform;
use crate::core::decide::{Notice, NoticeKind};
use crate::core::doc::FileFormat;
use crate::core::event::{AgreementId, PersonId};
use crate::core::notice::review::cards::{self, DraftView, IssuedView};
use crate::core::review::compose::{Given, compose};
use crate::core::review::{Document, Review, ReviewNumber, Subject};
use crate::directory::Directory;
use crate::store::outbox::Urgency;

/// The file that goes with an issued review.
const ENCLOSED: FileFormat = FileFormat::Html;

/// The key of a review's card, without the address. The operators' first shows the draft.
fn card_key(number: ReviewNumber, customer: bool) -> String {
    if customer { format!("review/{}/customer", number.0) } else { format!("review/{}", number.0) }
}

/// The review that a message with this key is about.
pub fn review_of(key: &str) -> Option<ReviewNumber> {
    let (number, _) = key.strip_prefix("review/")?.split_once('/')?;
    number.parse().ok().map(ReviewNumber)
}

/// The page of a review; none without the web.
pub fn link(directory: &Directory, number: ReviewNumber) -> Option<String> {
    let settings = &directory.config.settings;
    settings.platforms.web.as_ref()?;
    Some(format!("{}/review/{number}", settings.server.public_url.trim_end_matches('/')))
}

impl Composing<'_> {
    /// Everything that is to be said of reviews.
    pub(super) fn reviews(&mut self, notices: &[Notice]) {
        let mut changed = BTreeSet::new();
        for notice in notices {
            match &notice.kind {
                NoticeKind::ReviewDrafted { review } | NoticeKind::ReviewChanged { review } => {
                    changed.insert(*review);
                    if matches!(notice.kind, NoticeKind::ReviewDrafted { .. }) {
                        self.tell_manager(*review, "drafted", Urgency::Rest, cards::draft);
                    }
                }
                NoticeKind::ReviewWaits { review } => {
                    changed.insert(*review);
                    self.wait(*review);
                }
                NoticeKind::ReviewIssued { review, revision } => {
                    changed.insert(*review);
                    if *revision > 1 {
                        self.revised(*review, *revision);
                    }
                }
                _ => {}
            }
        }
        for number in changed {
            self.review_cards(number);
        }
    }

    fn review_cards(&mut self, number: ReviewNumber) {
        let state = self.state;
        let Some(review) = state.reviews.review(number) else { return };
        match state.reviews.document(number) {
            Some(document) => self.issued_cards(number, review, document),
            None if review.is_draft() => {
                let Some(document) = self.draft_of(number, review) else { return };
                let doc = cards::draft(&self.draft_view(review, &document));
                let letter = Letter::post(card_key(number, false), "review", Urgency::Rest);
                let docs = self.for_operators(&review.subject, |_| doc.clone());
                self.put_cards(&letter, &docs);
            }
            None => {}
        }
    }

    fn issued_cards(&mut self, number: ReviewNumber, review: &Review, document: &Document) {
        let (link, now) = (link(self.directory, number), self.now);
        let none = BTreeMap::new();
        let signed = review.newest().map_or(&none, |issue| &issue.signed);
        let view =
            IssuedView { document, link: link.as_deref(), signed, enclosed: Some(ENCLOSED), as_of: now };
        let letter = Letter::post(card_key(number, false), "review", Urgency::Rest);
        match &review.subject {
            Subject::Operators => {
                let docs = self.for_operators(&review.subject, |platform| {
                    let shown = shown_on(self.directory, platform, document);
                    let whole = shown.customers.len() == document.customers.len();
                    let enclosed = view.enclosed.filter(|_| whole);
                    cards::digest(&IssuedView { document: &shown, enclosed, ..view })
                });
                self.put_cards(&letter, &docs);
            }
            Subject::Agreement(agreement) => {
                let docs = self.docs_of(agreement, &cards::issued_to_operators(&view));
                self.put_cards(&letter, &docs);
                let letter = Letter::post(card_key(number, true), "review", Urgency::Opened);
                self.put_customer_cards(agreement, &letter, &cards::issued(&view));
            }
        }
    }

    /// A later revision is news, and the card shows it as well.
    fn revised(&mut self, number: ReviewNumber, revision: u32) {
        let state = self.state;
        let Some((review, document)) = state.reviews.review(number).zip(state.reviews.document(number))
        else {
            return;
        };
        let (link, signed) = (link(self.directory, number), BTreeMap::new());
        let view = IssuedView {
            document,
            link: link.as_deref(),
            signed: &signed,
            enclosed: Some(ENCLOSED),
            as_of: self.now,
        };
        let doc = cards::revised(&view);
        let letter =
            Letter::post(format!("review/{}/revision/{revision}", number.0), "review", Urgency::Opened);
        let Subject::Agreement(agreement) = &review.subject else {
            return;
        };
        let docs = self.docs_of(agreement, &doc);
        self.operators(&letter, &docs);
        let directory = self.directory;
        let letter = Letter::post(
            format!("review/{}/customer/revision/{revision}", number.0),
            "review",
            Urgency::Opened,
        );
        let posts = directory.customer(agreement);
        self.out.posts.extend(posts.map(|(address, binding)| letter.to(address, binding, &doc)));
    }

    /// Its time has come, and nobody has approved it: the operators and the account manager hear it.
    fn wait(&mut self, number: ReviewNumber) {
        let state = self.state;
        let Some(review) = state.reviews.review(number) else { return };
        let Some(document) = self.draft_of(number, review) else { return };
        let doc = cards::waits(&self.draft_view(review, &document));
        let letter = Letter::post(format!("review/{}/waits", number.0), "review", Urgency::Opened);
        let docs = self.for_operators(&review.subject, |_| doc.clone());
        self.operators(&letter, &docs);
        self.tell_manager(number, "waits", Urgency::Opened, cards::waits);
    }

    /// The account manager, where they read alone.
    fn tell_manager(
        &mut self,
        number: ReviewNumber,
        what: &str,
        urgency: Urgency,
        say: fn(&DraftView<'_>) -> crate::core::doc::Doc,
    ) {
        let state = self.state;
        let Some(review) = state.reviews.review(number).filter(|review| review.is_draft()) else { return };
        let Some(agreement) = review.subject.agreement() else { return };
        let Some(manager) = manager(self.directory, agreement) else { return };
        let Some(document) = self.draft_of(number, review) else { return };
        let doc = say(&self.draft_view(review, &document));
        let letter = Letter::post(format!("review/{}/manager/{what}", number.0), "review", urgency);
        if let Some((address, locale)) = self.owner_alone(&manager, Some(agreement)) {
            let message = letter.to(&address, &self.direct(locale), &doc);
            self.out.posts.push(message);
        }
    }

    /// With the figures as they are now.
    fn draft_of(&self, number: ReviewNumber, review: &Review) -> Option<Document> {
        let config = &self.directory.config;
        let zone = self.state.reviews.zone(review);
        let given = Given { themes: config.themes.names(), zone, ..Given::default() };
        compose(self.state, number, review, &given, self.now)
    }

    fn draft_view<'v>(&self, review: &'v Review, document: &'v Document) -> DraftView<'v> {
        let (due, hold, approved) = (review.due, review.hold, review.approved.as_ref());
        DraftView { document, due, hold, approved, as_of: self.now }
    }

    /// On every platform where the operators may read it.
    fn for_operators(&self, subject: &Subject, doc: impl Fn(Platform) -> crate::core::doc::Doc) -> Docs {
        let allowed = |platform: &Platform| {
            subject.agreement().is_none_or(|agreement| self.directory.may_leave(agreement, *platform))
        };
        self.platforms().into_iter().filter(allowed).map(|platform| (platform, doc(platform))).collect()
    }
}

/// A digest without the customers whose data may not go to a platform, nor what would tell of them.
pub fn shown_on(directory: &Directory, platform: Platform, document: &Document) -> Document {
    let mut shown = document.clone();
    shown.customers.retain(|row| directory.may_leave(&row.agreement, platform));
    if shown.customers.len() < document.customers.len() {
        shown.recommendations.clear();
        shown.incidents.rows.clear();
    }
    shown
}

/// The person who looks after a customer.
fn manager(directory: &Directory, agreement: &AgreementId) -> Option<PersonId> {
    let id = directory.config.agreements.get(agreement)?.operations.account_manager.as_ref()?;
    let accounts = &directory.config.people.get(id)?.accounts;
    accounts.iter().find_map(|account| directory.person(account)).map(|person| person.id.clone())
}
