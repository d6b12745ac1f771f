//! Who is told of reviews: the operators and the account manager of drafts, both sides of what was issued.

use std::collections::BTreeMap;

use super::{Composing, Docs, Letter};
use crate::chat::Platform;
use crate::core::decide::{Notice, NoticeKind};
use crate::core::doc::{Doc, FileFormat};
use crate::core::event::{AgreementId, PersonId};
use crate::core::notice::review::cards::{self, DraftView, IssuedView};
use crate::core::review::compose::{Given, compose};
use crate::core::review::{Document, Review, ReviewNumber, Reviews, Subject};
use crate::core::state::State;
use crate::directory::Directory;
use crate::store::outbox::Urgency;

/// The file that goes with an issued review.
const ENCLOSED: FileFormat = FileFormat::Html;

/// What is new about a review, beside what its card shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    Drafted,
    /// It is due, and waits for somebody to approve it.
    Waits,
    Issued(u32),
}

/// The key of a review's card, without the address. The operators' first shows the draft.
fn card_key(number: ReviewNumber, customer: bool) -> String {
    if customer { format!("review/{}/customer", number.0) } else { format!("review/{}", number.0) }
}

/// The review that a message with this key is about.
pub fn review_of(key: &str) -> Option<ReviewNumber> {
    let (number, _) = key.strip_prefix("review/")?.split_once('/')?;
    number.parse().ok().map(ReviewNumber)
}

/// Whether a review may be read on the web: everything that it tells may be there.
pub fn may_be_on_web(directory: &Directory, state: &State, review: &Review) -> bool {
    let mut concerned = Reviews::concerned(state, review).into_iter();
    concerned.all(|agreement| directory.may_leave(agreement, Platform::Web))
}

/// The page of a review; none without the web, and where what it tells may not be there.
pub fn link(directory: &Directory, state: &State, review: &Review, number: ReviewNumber) -> Option<String> {
    let settings = &directory.config.settings;
    settings.platforms.web.as_ref().filter(|_| may_be_on_web(directory, state, review))?;
    Some(format!("{}/review/{number}", settings.server.public_url.trim_end_matches('/')))
}

impl Composing<'_> {
    /// Everything that is to be said of reviews.
    pub(super) fn reviews(&mut self, notices: &[Notice]) {
        let mut changed: BTreeMap<ReviewNumber, Option<News>> = BTreeMap::new();
        for notice in notices {
            let (review, news) = match &notice.kind {
                NoticeKind::ReviewChanged { review } => (*review, None),
                NoticeKind::ReviewDrafted { review } => (*review, Some(News::Drafted)),
                NoticeKind::ReviewWaits { review } => (*review, Some(News::Waits)),
                NoticeKind::ReviewIssued { review, revision } => (*review, Some(News::Issued(*revision))),
                _ => continue,
            };
            let known = changed.entry(review).or_default();
            *known = news.or(known.take());
        }
        for (number, news) in changed {
            self.review(number, news);
        }
    }

    fn review(&mut self, number: ReviewNumber, news: Option<News>) {
        let state = self.state;
        let Some(review) = state.reviews.review(number) else { return };
        match state.reviews.document(number) {
            Some(document) => {
                self.issued_cards(number, review, document);
                if let Some(News::Issued(revision)) = news.filter(|_| document.revision > 1) {
                    self.revised(number, review, document, revision);
                }
            }
            None if review.is_draft() => self.drafted(number, review, news),
            None => {}
        }
    }

    /// A draft has a card among the operators; what is new about it the account manager hears alone.
    fn drafted(&mut self, number: ReviewNumber, review: &Review, news: Option<News>) {
        let Some(agreement) = review.subject.agreement() else { return };
        let given = Given { themes: self.directory.config.themes.names(), ..Given::default() };
        let Some(document) = compose(self.state, number, review, &given, self.now) else { return };
        let (due, hold, approved) = (review.due, review.hold, review.approved.as_ref());
        let view = DraftView { document: &document, due, hold, approved, as_of: self.now };
        let letter = Letter::post(card_key(number, false), "review", Urgency::Rest);
        let docs = self.docs_of(agreement, &cards::draft(&view));
        self.put_cards(&letter, &docs);
        match news {
            Some(News::Drafted) => self.tell_manager(number, agreement, "drafted", &cards::draft(&view)),
            Some(News::Waits) => {
                let doc = cards::waits(&view);
                let letter = Letter::post(format!("review/{}/waits", number.0), "review", Urgency::Opened);
                let docs = self.docs_of(agreement, &doc);
                self.operators(&letter, &docs);
                self.tell_manager(number, agreement, "waits", &doc);
            }
            Some(News::Issued(_)) | None => {}
        }
    }

    fn issued_cards(&mut self, number: ReviewNumber, review: &Review, document: &Document) {
        let (link, now) = (link(self.directory, self.state, review, number), self.now);
        let none = BTreeMap::new();
        let signed = review.newest().map_or(&none, |issue| &issue.signed);
        let view =
            IssuedView { document, link: link.as_deref(), signed, enclosed: Some(ENCLOSED), as_of: now };
        let letter = Letter::post(card_key(number, false), "review", Urgency::Rest);
        match &review.subject {
            Subject::Operators => {
                let digest = |platform| {
                    let shown = shown_on(self.directory, platform, document);
                    let whole = shown.customers.len() == document.customers.len();
                    let enclosed = view.enclosed.filter(|_| whole);
                    (platform, cards::digest(&IssuedView { document: &shown, enclosed, ..view }))
                };
                let docs: Docs = self.platforms().into_iter().map(digest).collect();
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
    fn revised(&mut self, number: ReviewNumber, review: &Review, document: &Document, revision: u32) {
        let Some(agreement) = review.subject.agreement() else { return };
        let (link, signed) = (link(self.directory, self.state, review, number), BTreeMap::new());
        let view = IssuedView {
            document,
            link: link.as_deref(),
            signed: &signed,
            enclosed: Some(ENCLOSED),
            as_of: self.now,
        };
        let doc = cards::revised(&view);
        let letter = |whose: &str| {
            let key = format!("{}/revision/{revision}", card_key(number, whose == "customer"));
            Letter::post(key, "review", Urgency::Opened)
        };
        let docs = self.docs_of(agreement, &doc);
        self.operators(&letter("operators"), &docs);
        let (directory, letter) = (self.directory, letter("customer"));
        let posts = directory.customer(agreement);
        self.out.posts.extend(posts.map(|(address, binding)| letter.to(address, binding, &doc)));
    }

    /// The account manager, where they read alone.
    fn tell_manager(&mut self, number: ReviewNumber, agreement: &AgreementId, what: &str, doc: &Doc) {
        let Some(manager) = manager(self.directory, agreement) else { return };
        let letter = Letter::post(format!("review/{}/manager/{what}", number.0), "review", Urgency::Opened);
        if let Some((address, locale)) = self.owner_alone(&manager, Some(agreement)) {
            let message = letter.to(&address, &self.direct(locale), doc);
            self.out.posts.push(message);
        }
    }
}

/// A digest without the customers whose data may not go to a platform, nor what would tell of them.
fn shown_on(directory: &Directory, platform: Platform, document: &Document) -> Document {
    let mut shown = document.clone();
    shown.customers.retain(|row| directory.may_leave(&row.agreement, platform));
    shown.voice.quotes.retain(|quote| directory.may_leave(&quote.agreement, platform));
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
