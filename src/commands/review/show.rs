//! What there is to read of reviews: the lists, one of them whole, and how it stands now.

use super::{Given, about, one, visible};
use crate::announce::review_link;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::commands::results::chosen;
use crate::commands::spec::ReviewDo;
use crate::commands::stretch::{self, Stretch};
use crate::core::calendar::{local_date, midnight};
use crate::core::doc::{Block, Button, Doc, Line, Press, Text, Value, Weight};
use crate::core::event::AgreementId;
use crate::core::interval::Interval;
use crate::core::notice::review::{self as words, ListedReview, PlannedReview, Stage};
use crate::core::review::compose::{Given as Beside, compose};
use crate::core::review::{Document, Occasion, Review, ReviewNumber, Subject};
use crate::core::state::State;
use crate::core::window::WindowKind;
use crate::journal::{BUILD, TZDB};

/// So many are on one page of the list.
const LISTED: usize = 20;

impl Desk {
    pub(super) async fn list_reviews(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        let state = self.journal().read().await;
        let skip = LISTED * usize::try_from(given.page.saturating_sub(1)).unwrap_or(0);
        let all: Vec<(ReviewNumber, &Review)> =
            state.reviews.all().rev().filter(|(_, review)| visible(&state, asking, review)).collect();
        let shown: Vec<ListedReview> = all
            .iter()
            .skip(skip)
            .take(LISTED)
            .map(|(number, review)| ListedReview::of(&state, *number, review, asking.locale.zone, asking.now))
            .collect();
        let more = all.len().saturating_sub(skip + shown.len());
        let mut doc = words::list(&shown, more, asking.now);
        for review in shown.iter().take(5) {
            let action = if matches!(review.stage, Stage::Issued { .. }) { "show" } else { "draft" };
            let label = Text::name(review.number.to_string());
            doc = doc.button(label, format!("review {action} {}", review.number), Weight::Secondary);
        }
        if more > 0 {
            let next = format!("review list --page={}", given.page.saturating_add(1));
            doc = doc.button(Text::key("review-more"), next, Weight::Secondary);
        }
        Ok(Reply::Private(doc))
    }

    pub(super) async fn next_reviews(&self, asking: &Asking) -> Outcome {
        let state = self.journal().read().await;
        let next = state.next_reviews(asking.now);
        let mut coming = Vec::new();
        let own = asking.agreements(&state).into_iter().map(Subject::Agreement);
        let digests = asking.as_operator().then_some(Subject::Operators);
        for subject in own.chain(digests) {
            let customer = subject.agreement().map(|agreement| choose::customer(&state, agreement));
            for plan in state.reviews.plans(&subject) {
                let at = next.get(&(&subject, plan.name.as_str())).copied();
                let draft = at.filter(|_| plan.draft_before.is_positive() && asking.as_operator());
                coming.push(PlannedReview {
                    customer: customer.clone(),
                    plan: plan.name.clone(),
                    at,
                    draft: draft.map(|at| at - plan.draft_before).filter(|at| *at > asking.now),
                });
            }
        }
        coming.sort_by_key(|review| (review.at.is_none(), review.at));
        Ok(Reply::Private(words::planned(&coming, asking.now)))
    }

    pub(super) async fn show_review(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        let (number, review) = {
            let state = self.journal().read().await;
            let (number, review) =
                one(&state, asking, given, ReviewDo::Show, |review| !review.issued.is_empty())?;
            (number, review.clone())
        };
        let issue = match given.revision {
            Some(wanted) => review.issued.iter().find(|issue| issue.revision == wanted),
            None => review.newest(),
        };
        let Some(issue) = issue else {
            let key = if review.is_draft() { "review-still-draft" } else { "review-no-revision" };
            let doc = asking.refuse(about(key, number));
            let draft = review.is_draft() && asking.as_operator();
            let see = Text::key("review-button-preview");
            return Err(if draft {
                doc.button(see, format!("review draft {number}"), Weight::Primary)
            } else {
                doc
            });
        };
        let read = self.store().issued_review(issue.sequence).await.map_err(|error| {
            tracing::error!(%error, "an issued review could not be read");
            asking.refuse_key("error-not-read")
        })?;
        let document = read.ok_or_else(|| asking.refuse_key("error-not-read"))?;
        let (document, link) = {
            let (directory, state) = (self.directory().get(), self.journal().read().await);
            (document.permitted(&state.voice), review_link(&directory, &state, &review, number))
        };
        let mut doc = whole(asking, &document);
        doc.blocks.extend(beside(asking, &review));
        if let Some(link) = link {
            let label: Line = Text::key("review-button-open").into();
            doc.buttons.push(Button { label, press: Press::Open(link), weight: Weight::Secondary });
        }
        let command = match given.revision {
            Some(revision) => format!("review show {number} --revision={revision}"),
            None => format!("review show {number}"),
        };
        Ok(Reply::Pages { doc, number: given.page, command })
    }

    /// How the running period stands, or another one; nothing is issued.
    pub(super) async fn review_now(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        let themes = self.directory().get().config.themes.names();
        let state = self.journal().read().await;
        let named = given.customer.or(given.what);
        let (agreements, _) = chosen(&state, asking, named, "review now")?;
        let mut agreements = agreements.into_iter();
        let (Some(agreement), None) = (agreements.next(), agreements.next()) else {
            let own: Vec<_> = asking.agreements(&state).into_iter().collect();
            return Err(choose::offer_customers(asking, &choose::customers(&state, &own), |agreement| {
                format!("review now {agreement}")
            }));
        };
        let typed = given.period.map(ToOwned::to_owned).or_else(|| given.text());
        let stretch = stretch_of(&state, asking, &agreement, typed.as_deref(), WindowKind::Month)?;
        let window = window(&state, asking, &agreement, stretch);
        let template = state.reviews.book().template("customer");
        let subject = Subject::Agreement(agreement.clone());
        let review =
            Review::begun(subject, Occasion::Command, window, Some(stretch.kind()), template, asking.now);
        let beside = Beside { build: BUILD.into(), tzdb: TZDB.into(), themes, ..Beside::default() };
        let document = compose(&state, state.reviews.next(), &review, &beside, asking.now);
        let document = document.ok_or_else(|| asking.refuse_key("error-no-agreement"))?;
        let mut doc = whole(asking, &document);
        doc.reference = None;
        doc.blocks.insert(0, Block::Line(Text::key("review-now").into()));
        let mut command = format!("review now {agreement}");
        if let Some(typed) = &typed {
            command.push_str(&format!(" --period={}", typed.trim()));
        }
        Ok(Reply::Pages { doc, number: given.page, command })
    }
}

/// The period that is meant; the running one of `kind` where none is named.
pub(super) fn stretch_of(
    state: &State,
    asking: &Asking,
    agreement: &AgreementId,
    typed: Option<&str>,
    kind: WindowKind,
) -> Result<Stretch, Doc> {
    let today = local_date(state.zone(agreement, asking.now), asking.now);
    let Some(typed) = typed else { return Ok(Stretch::around(kind, today)) };
    stretch::read(typed, today).ok_or_else(|| {
        asking.refuse(Text::key("error-period").with("typed", Value::Untrusted(typed.to_owned())))
    })
}

/// A period by the clocks of the agreement.
pub(super) fn window(state: &State, asking: &Asking, agreement: &AgreementId, stretch: Stretch) -> Interval {
    let (zone, dates) = (state.zone(agreement, asking.now), stretch.dates());
    Interval::new(midnight(zone, dates.from), midnight(zone, dates.until))
}

/// Every chapter of a review, one below the other, with the first of its pictures.
pub(super) fn whole(asking: &Asking, document: &Document) -> Doc {
    let picture = words::chapters(document).into_iter().flat_map(|chapter| chapter.pictures).next();
    let revision = Text::key("review-revision").with("revision", i64::from(document.revision));
    let footer = vec![revision, Text::mark(" · "), Value::Zone.into()];
    let doc = Doc { as_of: asking.now, footer, ..words::whole(document) };
    picture.into_iter().fold(doc, Doc::picture)
}

/// What both sides wrote beside it.
pub(super) fn beside(asking: &Asking, review: &Review) -> Vec<Block> {
    let parts = [("review-agenda", &review.agenda), ("review-minutes", &review.minutes)];
    let mut blocks = Vec::new();
    for (key, noted) in parts.into_iter().filter(|(_, noted)| !noted.is_empty()) {
        blocks.push(Block::Heading(Text::key(key).into()));
        blocks.extend(words::noted(noted, asking.as_operator()));
    }
    blocks
}
