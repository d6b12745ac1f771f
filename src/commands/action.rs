//! `/action`: what is to become better, who does it and by when.

mod ask;
mod list;

use chrono::NaiveDate;

use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::colleague::{colleague, staff, word};
use crate::commands::day;
use crate::commands::desk::Desk;
use crate::commands::feedback::verbatim;
use crate::commands::spec::{ActionDo, Command, named};
use crate::core::calendar::local_date;
use crate::core::doc::{Doc, Text, Value, Weight};
use crate::core::event::{AgreementId, Event, PersonId, Prose};
use crate::core::improvement::{About, Action, ActionNumber, ActionState, Origin, Touched, Word};
use crate::core::notice::improvement::forms::{self, Colleague};
use crate::core::state::State;
use crate::core::time::Instant;
use crate::journal::entry_of;
use crate::store::prose::Sealed;

/// What `/action` was given beside the action and the number.
#[derive(Clone, Debug)]
struct Given {
    /// What follows the number.
    words: Vec<String>,
    filled: Option<String>,
    owner: Option<String>,
    due: Option<String>,
    customer: Option<String>,
    about: About,
    hidden: bool,
    all: bool,
    page: u32,
}

/// The action item that something is done about, as it was when the asker looked.
#[derive(Clone, Copy)]
struct Case<'a> {
    number: ActionNumber,
    known: &'a Action,
}

impl Given {
    fn text(&self, asking: &Asking) -> Result<Option<String>, Doc> {
        verbatim(asking, &self.words, self.filled.as_ref())
    }
}

/// A value that was given and is not blank.
pub(super) fn filled(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|value| !value.is_empty())
}

/// The date a word means; one that has passed is none.
pub(super) fn date(asking: &Asking, typed: &str, today: NaiveDate) -> Result<NaiveDate, Doc> {
    let typed_value = || Value::Untrusted(typed.to_owned());
    let date = day::read(typed, today)
        .ok_or_else(|| asking.refuse(Text::key("error-no-date").with("typed", typed_value())))?;
    if date < today {
        return Err(asking.refuse(Text::key("error-date-past").with("date", date)));
    }
    Ok(date)
}

/// Today, where the customer is; of what concerns none, where the asker is.
pub(super) fn today(state: &State, asking: &Asking, agreement: Option<&AgreementId>) -> NaiveDate {
    let zone = agreement.map_or(asking.locale.zone, |agreement| state.zone(agreement, asking.now));
    local_date(zone, asking.now)
}

/// A sentence about one action item.
fn about(key: &'static str, number: ActionNumber) -> Text {
    let text = Text::Message { key: key.into(), args: Default::default() };
    text.with("action", Value::Code(number.to_string()))
}

/// What the asker may see of it. What does not exist and what is somebody else's give the same answer.
fn seen<'a>(state: &'a State, asking: &Asking, number: ActionNumber) -> Result<&'a Action, Doc> {
    let known = state.improvement.action(number).filter(|known| is_seen(asking, known));
    known.ok_or_else(|| asking.refuse(about("error-no-action", number)))
}

fn is_seen(asking: &Asking, known: &Action) -> bool {
    asking.sees(known.agreement.as_ref(), known.is_shown())
}

impl Desk {
    /// Appends words about action items and risks; `propose` looks at the state at that very moment.
    pub(super) async fn improve(
        &self,
        asking: &Asking,
        prose: Vec<Sealed>,
        propose: impl FnOnce(&State, Instant) -> Result<Vec<Word>, Doc> + Send + 'static,
    ) -> Result<(), Doc> {
        let propose = move |state: &State, now, by: PersonId| {
            let words = propose(state, now)?.into_iter();
            let event = |word| Event::Improvement { at: now, by: Some(by.clone()), word: Box::new(word) };
            Ok(words.map(event).collect())
        };
        self.append(asking, prose, propose).await.map(drop)
    }

    /// Seals what was written, if anything was.
    pub(super) fn seal_given(
        &self,
        asking: &Asking,
        text: Option<&str>,
    ) -> Result<(Vec<Sealed>, Option<Prose>), Doc> {
        let Some(text) = text else { return Ok((Vec::new(), None)) };
        let (sealed, prose) = self.seal(asking, text)?;
        Ok((vec![sealed], Some(prose)))
    }

    /// What the asker's own act added.
    pub(super) async fn added(&self, asking: &Asking) -> Result<Touched, Doc> {
        let state = self.journal().read().await;
        let added = state.improvement.added_by(&entry_of(&asking.id));
        added.ok_or_else(|| asking.refuse_key("error-not-stored"))
    }

    /// Whoever can have something, for a form.
    pub(super) fn colleagues(&self) -> Vec<Colleague> {
        let staff = staff(&self.directory().get());
        staff.into_iter().map(|(person, name)| (word(&person), name)).collect()
    }

    /// `/action [action] [ACT-7] …`
    pub(super) async fn action(&self, asking: &Asking, command: &Command) -> Outcome {
        let Command::Action {
            action,
            what,
            text,
            owner,
            due,
            customer,
            incident,
            objective,
            feedback,
            risk,
            hidden,
            all,
            filled,
            page,
        } = command
        else {
            return Ok(Reply::Nothing);
        };
        let adds = *action == Some(ActionDo::Add);
        let (number, words) = named::<ActionNumber>(adds, what.as_deref(), text);
        let about = About {
            incident: *incident,
            objective: objective.clone().filter(|name| !name.trim().is_empty()),
            feedback: *feedback,
            risk: *risk,
        };
        let (owner, due, customer, filled) = (owner.clone(), due.clone(), customer.clone(), filled.clone());
        let (hidden, all, page) = (*hidden, *all, *page);
        let given = Given { words, filled, owner, due, customer, about, hidden, all, page };
        self.action_done(asking, *action, number, given).await
    }

    async fn action_done(
        &self,
        asking: &Asking,
        action: Option<ActionDo>,
        named: Option<ActionNumber>,
        given: Given,
    ) -> Outcome {
        let action = match (action, named) {
            (None, None) | (Some(ActionDo::List), _) => return self.list_actions(asking, &given).await,
            (Some(ActionDo::Add), _) => return self.add_action(asking, given).await,
            (None, Some(_)) => ActionDo::Show,
            (Some(action), _) => action,
        };
        let (number, known) = {
            let state = self.journal().read().await;
            let number = ask::one(&state, asking, named, action)?;
            (number, seen(&state, asking, number)?.clone())
        };
        let case = Case { number, known: &known };
        match action {
            ActionDo::List | ActionDo::Add => self.list_actions(asking, &given).await,
            ActionDo::Show => self.show_action(asking, number, given.page).await,
            ActionDo::Plan => self.plan_action(asking, case, given).await,
            ActionDo::Assign => self.assign_action(asking, case, given).await,
            ActionDo::Due => self.date_action(asking, case, given).await,
            ActionDo::Done => self.finish_action(asking, case, given).await,
            ActionDo::Drop => self.drop_action(asking, case, given).await,
            ActionDo::Reopen => self.reopen_action(asking, case, given).await,
            ActionDo::Share => self.share_action(asking, case).await,
        }
    }

    async fn add_action(&self, asking: &Asking, given: Given) -> Outcome {
        let text = given.text(asking)?;
        let (agreement, about, due) = {
            let state = self.journal().read().await;
            let (agreement, about) = ask::concern(&state, asking, &given)?;
            let today = today(&state, asking, agreement.as_ref());
            let due = filled(&given.due).map(|typed| date(asking, typed, today)).transpose()?;
            (agreement, about, due)
        };
        let staff = asking.as_operator();
        let owner = match filled(&given.owner).filter(|_| staff) {
            Some(typed) => Some(self.owner(asking, "action add --owner=", Some(typed))?),
            None => None,
        };
        let Some(text) = text else {
            let mut form = if staff { forms::add(&self.colleagues()) } else { forms::wish() };
            form.fields.retain(|field| match field.name.as_str() {
                "owner" => owner.is_none(),
                "due" => due.is_none(),
                _ => true,
            });
            return Ok(Reply::Form(form));
        };
        let (sealed, prose) = self.seal(asking, &text)?;
        let origin = if staff { Origin::Provider } else { Origin::Wish };
        let hidden = given.hidden && staff;
        let propose = move |state: &State, _: Instant| {
            let action = state.improvement.next_action();
            let (internal, text) = (hidden, Some(prose));
            let due = due.filter(|_| origin == Origin::Provider);
            Ok(vec![Word::Opened { action, agreement, internal, text, owner, due, about, origin }])
        };
        self.improve(asking, vec![sealed], propose).await?;
        let Touched::Action(number) = self.added(asking).await? else {
            return Err(asking.refuse_key("error-not-stored"));
        };
        let key = if staff { "action-done-added" } else { "action-done-wished" };
        Ok(Reply::Private(self.after(asking, key, number).await))
    }

    /// The colleague a word means; `line` is what the button with one begins with.
    pub(super) fn owner(&self, asking: &Asking, line: &str, typed: Option<&str>) -> Result<PersonId, Doc> {
        let directory = self.directory().get();
        let question = Text::key("action-choose-person");
        colleague(asking, &directory, question, |person| format!("{line}{person}"), typed)
    }

    /// What was done, and what can be done next.
    async fn after(&self, asking: &Asking, key: &'static str, number: ActionNumber) -> Doc {
        let doc = asking.say(about(key, number));
        let state = self.journal().read().await;
        let Some(known) = state.improvement.action(number).filter(|_| asking.as_operator()) else {
            let show = Text::key("action-button-show");
            return doc.button(show, format!("action show {number}"), Weight::Secondary);
        };
        let position = known.now();
        let open = !position.state.is_over();
        let wanted = [
            (position.owner.is_none() && open, "action-button-assign", "assign"),
            (position.due.is_none() && open, "action-button-due", "due"),
            (true, "action-button-show", "show"),
        ];
        wanted.into_iter().filter(|(wanted, ..)| *wanted).fold(doc, |doc, (_, key, action)| {
            let label = Text::Message { key: key.into(), args: Default::default() };
            doc.button(label, format!("action {action} {number}"), Weight::Secondary)
        })
    }

    /// A step about one that is not over, at the moment when it is journalled.
    async fn step_action(
        &self,
        asking: &Asking,
        number: ActionNumber,
        prose: Vec<Sealed>,
        words: Vec<Word>,
        key: &'static str,
    ) -> Outcome {
        let asker = asking.clone();
        let propose = move |state: &State, _: Instant| {
            open(&asker, Case { number, known: seen(state, &asker, number)? })?;
            Ok(words)
        };
        self.improve(asking, prose, propose).await?;
        Ok(Reply::Private(self.after(asking, key, number).await))
    }

    /// `/action plan ACT-7 <what is to be done> --owner --due`
    async fn plan_action(&self, asking: &Asking, case: Case<'_>, given: Given) -> Outcome {
        let Case { number, known: action } = case;
        open(asking, case)?;
        let text = given.text(asking)?;
        let due = {
            let state = self.journal().read().await;
            let today = today(&state, asking, action.agreement.as_ref());
            filled(&given.due).map(|typed| date(asking, typed, today)).transpose()?
        };
        let line = format!("action plan {number} --owner=");
        let owner = filled(&given.owner).map(|typed| self.owner(asking, &line, Some(typed))).transpose()?;
        let position = action.now();
        let worded = position.text.is_some();
        let (Some(due), true) = (due, worded || text.is_some()) else {
            let mut form = forms::plan(number, worded, &self.colleagues());
            form.fields.retain(|field| match field.name.as_str() {
                "text" => text.is_none(),
                "owner" => owner.is_none(),
                _ => due.is_none(),
            });
            return Ok(Reply::Form(form));
        };
        // Whoever says what is to be done and names nobody does it.
        let owner = owner.or_else(|| position.owner.cloned()).or_else(|| asking.person.clone());
        let (sealed, prose) = self.seal_given(asking, text.as_deref())?;
        let mut words: Vec<Word> =
            prose.into_iter().map(|text| Word::Worded { action: number, text }).collect();
        let new = owner.filter(|owner| position.owner != Some(owner));
        words.extend(new.map(|to| Word::Assigned { action: number, to }));
        words.push(Word::Dated { action: number, due, reason: None });
        self.step_action(asking, number, sealed, words, "action-done-planned").await
    }

    async fn assign_action(&self, asking: &Asking, case: Case<'_>, given: Given) -> Outcome {
        let number = case.number;
        open(asking, case)?;
        let typed = match filled(&given.owner) {
            Some(owner) => Some(owner.to_owned()),
            None => given.text(asking)?,
        };
        let to = self.owner(asking, &format!("action assign {number} "), typed.as_deref())?;
        let words = vec![Word::Assigned { action: number, to }];
        self.step_action(asking, number, Vec::new(), words, "action-done-assigned").await
    }

    /// `/action due ACT-7 24 Dec <why>`
    async fn date_action(&self, asking: &Asking, case: Case<'_>, given: Given) -> Outcome {
        let number = case.number;
        open(asking, case)?;
        let today = {
            let state = self.journal().read().await;
            today(&state, asking, case.known.agreement.as_ref())
        };
        let (due, why) = match filled(&given.due) {
            Some(typed) => (date(asking, typed, today)?, given.text(asking)?),
            None => {
                let Some(written) = given.text(asking)? else { return Ok(Reply::Form(forms::due(number))) };
                let words: Vec<String> = written.split_whitespace().map(ToOwned::to_owned).collect();
                let found = day::beginning(&words, today);
                let (_, count) = found.unwrap_or((today, words.len()));
                let (when, why) = words.split_at(count);
                let due = date(asking, &when.join(" "), today)?;
                (due, verbatim(asking, why, None)?)
            }
        };
        let (sealed, reason) = self.seal_given(asking, why.as_deref())?;
        let words = vec![Word::Dated { action: number, due, reason }];
        self.step_action(asking, number, sealed, words, "action-done-dated").await
    }

    async fn finish_action(&self, asking: &Asking, case: Case<'_>, given: Given) -> Outcome {
        let number = case.number;
        open(asking, case)?;
        if case.known.now().state == ActionState::Asked {
            let doc = asking.refuse(about("error-action-unplanned", number));
            let plan = Text::key("action-button-plan");
            return Err(doc.button(plan, format!("action plan {number}"), Weight::Primary));
        }
        let Some(text) = given.text(asking)? else { return Ok(Reply::Form(forms::done(number))) };
        let (sealed, text) = self.seal(asking, &text)?;
        let words = vec![Word::Done { action: number, text: Some(text) }];
        self.step_action(asking, number, vec![sealed], words, "action-done-done").await
    }

    async fn drop_action(&self, asking: &Asking, case: Case<'_>, given: Given) -> Outcome {
        let number = case.number;
        open(asking, case)?;
        let Some(text) = given.text(asking)? else { return Ok(Reply::Form(forms::drop(number))) };
        let (sealed, reason) = self.seal(asking, &text)?;
        let words = vec![Word::Dropped { action: number, reason }];
        self.step_action(asking, number, vec![sealed], words, "action-done-dropped").await
    }

    async fn reopen_action(&self, asking: &Asking, case: Case<'_>, given: Given) -> Outcome {
        let number = case.number;
        if !case.known.now().state.is_over() {
            return Ok(Reply::Private(asking.say(about("action-done-open-already", number))));
        }
        let (sealed, text) = self.seal_given(asking, given.text(asking)?.as_deref())?;
        let word = Word::Reopened { action: number, text };
        self.improve(asking, sealed, move |_, _| Ok(vec![word])).await?;
        Ok(Reply::Private(self.after(asking, "action-done-reopened", number).await))
    }

    async fn share_action(&self, asking: &Asking, case: Case<'_>) -> Outcome {
        let number = case.number;
        if case.known.agreement.is_none() {
            return Err(asking.refuse(about("error-action-nobodys", number)));
        }
        if !case.known.is_shown() {
            let word = Word::Shared { action: number };
            self.improve(asking, Vec::new(), move |_, _| Ok(vec![word])).await?;
        }
        Ok(Reply::Private(asking.say(about("action-done-shared", number))))
    }
}

fn open(asking: &Asking, case: Case<'_>) -> Result<(), Doc> {
    if !case.known.now().state.is_over() {
        return Ok(());
    }
    let doc = asking.refuse(about("error-action-over", case.number));
    let line = format!("action reopen {}", case.number);
    Err(doc.button(Text::key("button-reopen"), line, Weight::Secondary))
}
