//! Plans made by command.

use super::{Given, offer, typed};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::commands::results::chosen;
use crate::core::doc::{Text, Value};
use crate::core::event::AgreementId;
use crate::core::review::{Plan, Subject, Unapproved, Word};
use crate::core::schedule::Schedule;
use crate::core::time::Span;
use crate::core::window::WindowKind;

/// The longest name of a plan, in characters.
const LONGEST_NAME: usize = 40;

impl Desk {
    /// `/review schedule acme monthly 0 9 1-7 * Mon --period=month`, and `--revoke` to end it.
    pub(super) async fn plan_review(&self, asking: &Asking, given: Given<'_>) -> Outcome {
        let agreement = {
            let state = self.journal().read().await;
            let Some(named) = given.customer.or(given.what) else {
                return Err(offer(asking, &state, "schedule"));
            };
            let (agreements, _) = chosen(&state, asking, Some(named), "review schedule")?;
            agreements.into_iter().next().ok_or_else(|| asking.refuse_key("error-no-agreement"))?
        };
        let mut words = given.words.iter();
        let name: String = words.next().cloned().unwrap_or_default();
        let fits = !name.is_empty()
            && name.chars().count() <= LONGEST_NAME
            && name.chars().all(|letter| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_".contains(letter)
            });
        if !fits {
            return Err(asking.refuse(Text::key("error-plan-name").with("typed", typed(&name))));
        }
        if given.revoke {
            return self.end_plan(asking, agreement, name).await;
        }
        let schedule = words.cloned().collect::<Vec<_>>().join(" ");
        let schedule: Schedule = schedule
            .parse()
            .map_err(|_| asking.refuse(Text::key("error-plan-schedule").with("typed", typed(&schedule))))?;
        let period = given.period.unwrap_or("month");
        let period = period.parse::<WindowKind>().ok().filter(|kind| !matches!(kind, WindowKind::Rolling(_)));
        let Some(period) = period else {
            let text = Text::key("error-plan-period").with("typed", typed(given.period.unwrap_or_default()));
            return Err(asking.refuse(text));
        };
        let plan = Plan {
            name: name.clone(),
            schedule,
            period,
            template: "customer".to_owned(),
            draft_before: Span::ZERO,
            unapproved: Unapproved::Publish,
            zone: None,
        };
        let subject = Subject::Agreement(agreement.clone());
        let word = Word::Planned { agreement, name: name.clone(), plan: Some(plan) };
        self.say_of_review(asking, Vec::new(), move |_, _| Ok(word)).await?;
        let state = self.journal().read().await;
        let text = match state.ledger.reviews.next(&subject, &name) {
            Some(next) => Text::key("review-done-planned").with("next", next),
            None => Text::key("review-done-planned-never"),
        };
        Ok(Reply::Private(asking.say(text.with("name", Value::Name(name)))))
    }

    /// Ends a plan that was made by command; one of the files is ended there.
    async fn end_plan(&self, asking: &Asking, agreement: AgreementId, name: String) -> Outcome {
        let known = {
            let state = self.journal().read().await;
            state.reviews.is_planned_by_command(&agreement, &name)
        };
        if !known {
            return Err(asking.refuse(Text::key("error-plan-unknown").with("typed", typed(&name))));
        }
        let word = Word::Planned { agreement, name: name.clone(), plan: None };
        self.say_of_review(asking, Vec::new(), move |_, _| Ok(word)).await?;
        Ok(Reply::Private(asking.say(Text::key("review-done-unplanned").with("name", Value::Name(name)))))
    }
}
