//! What is done about a review: its draft is shown, begun, commented, approved or dropped; both sides meet and sign.

use super::show::{beside, stretch_of, whole, window};
use super::{Given, about, manages, one};
use crate::commands::access::Role;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::commands::results::chosen;
use crate::commands::spec::ReviewDo;
use crate::core::doc::{Block, Doc, Text, Weight};
use crate::core::event::Event;
use crate::core::notice::review::{forms, heading};
use crate::core::review::compose::{Given as Beside, compose};
use crate::core::review::{Occasion, Review, ReviewNumber, Section, Side, Subject, Word};
use crate::core::state::State;
use crate::core::time::Instant;
use crate::core::window::WindowKind;
use crate::journal::{BUILD, TZDB};
use crate::store::prose::Sealed;

impl Desk {
    /// A draft as the customer will see it; with a customer in the place of a number a new one begins.
    pub(super) async fn draft_review(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        let names_number = given.what.is_none_or(|what| what.parse::<ReviewNumber>().is_ok());
        if !names_number {
            return self.begin_review(asking, given).await;
        }
        let themes = self.directory().get().config.themes.names();
        let state = self.journal().read().await;
        let (number, review) = one(&state, asking, given, ReviewDo::Draft, Review::is_draft)?;
        if !review.is_draft() {
            let doc = asking.refuse(about("error-review-no-draft", number));
            let show = Text::key("review-button-show");
            return Err(doc.button(show, format!("review show {number}"), Weight::Primary));
        }
        let beside = Beside { build: BUILD.into(), tzdb: TZDB.into(), themes, ..Beside::default() };
        let document = compose(&state, number, review, &beside, asking.now);
        let document = document.ok_or_else(|| asking.refuse_key("error-no-agreement"))?;
        let mut doc = whole(asking, &document);
        let until = about("review-draft-until", number).with("due", review.due);
        doc.blocks.insert(0, Block::Line(until.into()));
        let press = |doc: Doc, key: &'static str, action: &str, weight| {
            doc.button(Text::key(key), format!("review {action} {number}"), weight)
        };
        doc = press(doc, "review-button-comment", "comment", Weight::Secondary);
        if manages(asking) {
            doc = press(doc, "review-button-approve", "approve", Weight::Primary);
            doc = press(doc, "review-button-drop", "drop", Weight::Danger);
        }
        Ok(Reply::Pages { doc, number: given.page, command: format!("review draft {number}") })
    }

    /// Begins a review by hand: a draft that waits until somebody approves it.
    async fn begin_review(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        if !manages(asking) {
            return Err(asking.refuse_key("error-review-manager"));
        }
        let (agreement, window, period) = {
            let state = self.journal().read().await;
            let (agreements, _) = chosen(&state, asking, given.customer.or(given.what), "review draft")?;
            let Some(agreement) = agreements.into_iter().next() else {
                return Err(asking.refuse_key("error-no-agreement"));
            };
            let typed = given.period.map(ToOwned::to_owned).or_else(|| given.text());
            let typed = typed.unwrap_or_else(|| "last-month".to_owned());
            let stretch = stretch_of(&state, asking, &agreement, Some(&typed), WindowKind::Month)?;
            let window = window(&state, asking, &agreement, stretch);
            if window.start >= asking.now {
                return Err(asking.refuse_key("error-review-future"));
            }
            (agreement, window, stretch.kind())
        };
        let propose = move |state: &State, now: Instant| {
            Ok(Word::Drafted {
                review: state.reviews.next(),
                subject: Subject::Agreement(agreement),
                occasion: Occasion::Command,
                window,
                period: Some(period),
                template: state.reviews.book().template("customer"),
                due: now,
                hold: true,
            })
        };
        self.say_of_review(asking, Vec::new(), propose).await?;
        let state = self.journal().read().await;
        let newest = state.reviews.drafts().map(|(number, _)| number).last();
        let number = newest.ok_or_else(|| asking.refuse_key("error-not-stored"))?;
        let doc = asking.say(about("review-begun", number));
        let see = Text::key("review-button-preview");
        Ok(Reply::Private(doc.button(see, format!("review draft {number}"), Weight::Primary)))
    }

    /// `/review comment REV-7 incidents text`
    pub(super) async fn comment_review(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        let (number, template) = {
            let state = self.journal().read().await;
            let (number, review) = one(&state, asking, given, ReviewDo::Comment, Review::is_draft)?;
            draft(asking, number, review)?;
            (number, review.template.clone())
        };
        let (section, text) = commented(given);
        let Some(section) = section.filter(|section| template.contains(section)) else {
            return Err(offer_sections(asking, number, &template));
        };
        if given.revoke {
            let take_back = Word::Commented { review: number, section, text: None };
            self.of_draft(asking, number, Vec::new(), take_back).await?;
            return Ok(Reply::Private(asking.say(about("review-comment-gone", number))));
        }
        let Some(text) = text else { return Ok(Reply::Form(forms::comment(number, section))) };
        short_enough(asking, &text)?;
        let (sealed, prose) = self.seal(asking, &text)?;
        let word = Word::Commented { review: number, section, text: Some(prose) };
        self.of_draft(asking, number, vec![sealed], word).await?;
        let doc = asking.say(about("review-comment-kept", number));
        let see = Text::key("review-button-preview");
        Ok(Reply::Private(doc.button(see, format!("review draft {number}"), Weight::Secondary)))
    }

    pub(super) async fn approve_review(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        let (number, due) = {
            let state = self.journal().read().await;
            let (number, review) = one(&state, asking, given, ReviewDo::Approve, Review::is_draft)?;
            draft(asking, number, review)?;
            (number, review.due)
        };
        let word = Word::Approved { review: number, at_once: given.at_once };
        self.of_draft(asking, number, Vec::new(), word).await?;
        if given.at_once || due <= asking.now {
            return Ok(Reply::Private(asking.say(about("review-done-approved-now", number))));
        }
        let doc = asking.say(about("review-done-approved", number).with("due", due));
        let at_once = Text::key("review-button-now");
        Ok(Reply::Private(doc.button(at_once, format!("review approve {number} --now"), Weight::Secondary)))
    }

    pub(super) async fn drop_review(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        let number = {
            let state = self.journal().read().await;
            let (number, review) = one(&state, asking, given, ReviewDo::Drop, Review::is_draft)?;
            draft(asking, number, review)?;
            number
        };
        self.of_draft(asking, number, Vec::new(), Word::Dropped { review: number }).await?;
        Ok(Reply::Private(asking.say(about("review-done-dropped", number))))
    }

    /// The agenda or the minutes of a meeting: shown, or added to.
    pub(super) async fn meet(&self, asking: &Asking, given: Given<'_>, agenda: bool) -> Outcome {
        let action = if agenda { ReviewDo::Agenda } else { ReviewDo::Minutes };
        let (number, review) = {
            let state = self.journal().read().await;
            let (number, review) = one(&state, asking, given, action, |review| !review.issued.is_empty())?;
            (number, review.clone())
        };
        let Some(text) = given.text() else {
            if given.write {
                return Ok(Reply::Form(forms::meeting(number, agenda)));
            }
            let doc = self.meeting(asking, number, &review).await;
            let key = if agenda { "review-button-add-agenda" } else { "review-button-add-minutes" };
            let line = format!("review {} {number} --write", action.name());
            return Ok(Reply::Private(doc.button(Text::key(key), line, Weight::Primary)));
        };
        short_enough(asking, &text)?;
        let (sealed, text) = self.seal(asking, &text)?;
        let word = if agenda {
            Word::AgendaAdded { review: number, text }
        } else {
            Word::Minuted { review: number, text }
        };
        self.say_of_review(asking, vec![sealed], move |_, _| Ok(word)).await?;
        let key = if agenda { "review-done-agenda" } else { "review-done-minutes" };
        Ok(Reply::Private(asking.say(about(key, number))))
    }

    /// What there is to talk about: what was missed and what is recommended, and what both sides added.
    async fn meeting(&self, asking: &Asking, number: ReviewNumber, review: &Review) -> Doc {
        let mut doc = asking.say(about("review-meeting", number));
        let state = self.journal().read().await;
        if let Some(document) = state.reviews.document(number) {
            let points = crate::core::notice::review::points(document);
            doc.blocks.extend((!points.is_empty()).then_some(Block::List(points)));
        }
        drop(state);
        let noted = beside(asking, review);
        if noted.is_empty() && doc.blocks.is_empty() {
            return doc.line(Text::key("review-meeting-empty"));
        }
        doc.blocks.extend(noted);
        doc
    }

    /// Takes the newest revision as agreed, for the side the asker speaks for.
    pub(super) async fn sign_review(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        let (number, review) = {
            let state = self.journal().read().await;
            let (number, review) =
                one(&state, asking, given, ReviewDo::Sign, |review| !review.issued.is_empty())?;
            (number, review.clone())
        };
        let side = side(asking, &review).ok_or_else(|| asking.refuse_key("error-review-sign"))?;
        let Some(issue) = review.newest() else {
            return Err(asking.refuse(about("review-still-draft", number)));
        };
        let revision = issue.revision;
        if issue.signed.contains_key(&side) {
            return Ok(Reply::Private(asking.say(about("review-signed-before", number))));
        }
        let word = Word::Signed { review: number, revision, side };
        self.say_of_review(asking, Vec::new(), move |_, _| Ok(word)).await?;
        let text = about("review-done-signed", number).with("revision", i64::from(revision));
        Ok(Reply::Private(asking.say(text)))
    }

    /// Says something of a draft, if it still is one at that moment.
    async fn of_draft(
        &self,
        asking: &Asking,
        number: ReviewNumber,
        prose: Vec<Sealed>,
        word: Word,
    ) -> Result<(), Doc> {
        let asker = asking.clone();
        let propose = move |state: &State, _: Instant| {
            let review = state.reviews.review(number);
            draft(&asker, number, review.ok_or_else(|| asker.refuse_key("error-not-read"))?)?;
            Ok(word)
        };
        self.say_of_review(asking, prose, propose).await
    }

    pub(super) async fn say_of_review(
        &self,
        asking: &Asking,
        prose: Vec<Sealed>,
        propose: impl FnOnce(&State, Instant) -> Result<Word, Doc> + Send + 'static,
    ) -> Result<(), Doc> {
        let propose = move |state: &State, now, by| {
            let word = Box::new(propose(state, now)?);
            Ok(vec![Event::Review { at: now, by: Some(by), word }])
        };
        self.append(asking, prose, propose).await.map(drop)
    }
}

/// For which side somebody may sign: a representative for the customer, a manager for the provider.
fn side(asking: &Asking, review: &Review) -> Option<Side> {
    let own =
        review.subject.agreement().is_some_and(|agreement| asking.rights.represents.contains(agreement));
    let manager = asking.rights.roles.contains(&Role::Manager) && review.subject != Subject::Operators;
    match (own && !asking.as_operator(), manager) {
        (true, _) => Some(Side::Customer),
        (false, true) => Some(Side::Provider),
        (false, false) => None,
    }
}

fn draft(asking: &Asking, number: ReviewNumber, review: &Review) -> Result<(), Doc> {
    if review.is_draft() { Ok(()) } else { Err(asking.refuse(about("error-review-no-draft", number))) }
}

/// What is kept letter by letter is refused when it is too long, never cut.
fn short_enough(asking: &Asking, text: &str) -> Result<(), Doc> {
    let most = forms::LONGEST;
    if text.chars().count() <= usize::from(most) {
        return Ok(());
    }
    Err(asking.refuse(Text::key("error-review-text-too-long").with("count", i64::from(most))))
}

/// The chapter and the text: the chapter as an option, or as the first word.
fn commented(given: Given<'_>) -> (Option<Section>, Option<String>) {
    if let Some(named) = given.section {
        return (Section::named(named), given.text());
    }
    let mut words = given.words.iter();
    let section = words.next().and_then(|word| Section::named(word));
    let rest = words.cloned().collect::<Vec<_>>().join(" ");
    let text = given.filled.cloned().or(Some(rest)).map(|text| text.trim().to_owned());
    (section, text.filter(|text| !text.is_empty()))
}

fn offer_sections(asking: &Asking, number: ReviewNumber, template: &[Section]) -> Doc {
    let mut doc = asking.say(about("choose-chapter", number));
    for section in template {
        let line = format!("review comment {number} {}", section.name());
        doc = doc.button(heading(*section), line, Weight::Secondary);
    }
    doc
}
