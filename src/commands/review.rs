//! `/review`: the reviews there are and those that come, their drafts, and what both sides say of them.

mod act;
mod link;
mod plan;
mod show;

use crate::commands::access::Role;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose::{self, OFFERED};
use crate::commands::desk::Desk;
use crate::commands::spec::{Command, ReviewDo};
use crate::core::doc::{Doc, Line, Text, Value, Weight};
use crate::core::notice::review::{called, lists::spans};
use crate::core::review::{Review, ReviewNumber, Reviews, Subject};
use crate::core::state::State;

/// What `/review` was given beside the action.
#[derive(Clone, Copy, Debug)]
struct Given<'a> {
    what: Option<&'a str>,
    words: &'a [String],
    filled: Option<&'a String>,
    customer: Option<&'a str>,
    period: Option<&'a str>,
    section: Option<&'a str>,
    revision: Option<u32>,
    at_once: bool,
    revoke: bool,
    write: bool,
    page: u32,
}

impl Given<'_> {
    /// The text that was typed or filled in.
    fn text(&self) -> Option<String> {
        let text = self.filled.cloned().unwrap_or_else(|| self.words.join(" "));
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

impl Desk {
    /// `/review [action] [REV-7 | customer] …`
    pub async fn review(&self, asking: &Asking, command: &Command) -> Outcome {
        let Command::Review {
            action,
            what,
            text: words,
            customer,
            period,
            section,
            revision,
            now,
            revoke,
            write,
            filled,
            page,
        } = command
        else {
            return Ok(Reply::Nothing);
        };
        let given = Given {
            what: what.as_deref(),
            words,
            filled: filled.as_ref(),
            customer: customer.as_deref(),
            period: period.as_deref(),
            section: section.as_deref(),
            revision: *revision,
            at_once: *now,
            revoke: *revoke,
            write: *write,
            page: *page,
        };
        match action.unwrap_or(ReviewDo::List) {
            ReviewDo::List => self.list_reviews(asking, given).await,
            ReviewDo::Next => self.next_reviews(asking).await,
            ReviewDo::Show => self.show_review(asking, given).await,
            ReviewDo::Now => self.review_now(asking, given).await,
            ReviewDo::Draft => self.draft_review(asking, given).await,
            ReviewDo::Comment => self.comment_review(asking, given).await,
            ReviewDo::Approve => self.approve_review(asking, given).await,
            ReviewDo::Drop => self.drop_review(asking, given).await,
            ReviewDo::Agenda | ReviewDo::Minutes => {
                self.meet(asking, given, *action == Some(ReviewDo::Agenda)).await
            }
            ReviewDo::Sign => self.sign_review(asking, given).await,
            ReviewDo::Link => self.review_link(asking, given).await,
            ReviewDo::Schedule => self.plan_review(asking, given).await,
        }
    }
}

/// Whether the asker may know of a review: the provider's people where all that it tells may be, customers of their
/// own, once it is issued.
fn visible(state: &State, asking: &Asking, review: &Review) -> bool {
    let mut concerned = Reviews::concerned(state, review).into_iter();
    let own = review.subject != Subject::Operators && !review.issued.is_empty();
    (asking.as_operator() || own) && concerned.all(|agreement| asking.scope.includes(agreement))
}

/// The review that was named, else the only one that fits, else those that fit to choose from. One that does not
/// exist and one of somebody else give the same answer.
fn one<'s>(
    state: &'s State,
    asking: &Asking,
    given: Given<'_>,
    action: ReviewDo,
    fits: impl Fn(&Review) -> bool,
) -> Result<(ReviewNumber, &'s Review), Doc> {
    let unknown = |typed: &str| {
        asking.refuse(Text::key("error-no-review").with("review", Value::Untrusted(typed.to_owned())))
    };
    if let Some(typed) = given.what {
        let number: ReviewNumber = typed.parse().map_err(|_| unknown(typed))?;
        let known = state.reviews.review(number).filter(|review| visible(state, asking, review));
        return known.map(|review| (number, review)).ok_or_else(|| unknown(typed));
    }
    let all = state.reviews.all().rev().filter(|(_, review)| visible(state, asking, review) && fits(review));
    let fitting: Vec<(ReviewNumber, &Review)> = all.take(OFFERED).collect();
    match fitting.as_slice() {
        [] => Err(asking.refuse_key("error-no-review-fits")),
        [only] => Ok(*only),
        several => {
            let mut doc = asking.say(Text::key("choose-review"));
            for (number, review) in several {
                let mut label = vec![Text::name(number.to_string()), Text::mark(" · ")];
                label.extend(title_of(state, asking, review));
                doc = doc.button(label, format!("review {} {number}", action.name()), Weight::Secondary);
            }
            Err(doc)
        }
    }
}

/// `Acme GmbH · November 2026`
fn title_of(state: &State, asking: &Asking, review: &Review) -> Line {
    let (first, last, _) = spans(state, review, asking.locale.zone);
    let mut line: Line = match review.subject.agreement() {
        Some(agreement) => Text::name(choose::customer(state, agreement)).into(),
        None => Text::key("review-of-operators").into(),
    };
    line.push(Text::mark(" · "));
    line.extend(called(review.period, first, last));
    line
}

fn about(key: &'static str, number: ReviewNumber) -> Text {
    Text::key(key).with("review", Value::Code(number.to_string()))
}

fn manages(asking: &Asking) -> bool {
    asking.rights.roles.contains(&Role::Manager)
}

/// So that a customer's name is offered where several are meant.
fn offer(asking: &Asking, state: &State, action: &str) -> Doc {
    let own: Vec<_> = asking.agreements(state).into_iter().collect();
    choose::offer_customers(asking, &choose::customers(state, &own), |agreement| {
        format!("review {action} {agreement}")
    })
}

/// A value for a name that somebody typed.
fn typed(text: &str) -> Value {
    Value::Untrusted(text.chars().take(60).collect())
}
