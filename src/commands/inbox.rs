//! `/inbox`: what customers wrote, for the operators, and everything that is done about it.

mod ask;
mod link;
mod show;

use std::collections::BTreeSet;

use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::colleague::colleague;
use crate::commands::desk::Desk;
use crate::commands::feedback::{about, offer, seen, some, verbatim};
use crate::commands::spec::{Command, Filed, InboxAction, Mood};
use crate::core::doc::{Doc, Text, Value};
use crate::core::event::IncidentNumber;
use crate::core::notice::feedback::{forms, kind};
use crate::core::reading::{Sentiment, ThemeId};
use crate::core::state::State;
use crate::core::voice::{Feedback, FeedbackNumber, FeedbackState, Word};

/// The most themes a text has, and the longest name of one in characters.
const MOST_THEMES: usize = 10;
const LONGEST_THEME: usize = 40;

/// What `/inbox` was given beside the action and the number.
#[derive(Clone, Copy, Debug)]
struct Given<'a> {
    pub words: &'a [String],
    pub filled: Option<&'a String>,
    pub mood: Option<Mood>,
    pub incident: Option<IncidentNumber>,
    pub objective: Option<&'a str>,
    pub filed: Option<Filed>,
    pub wordless: bool,
    pub unsure: bool,
    pub page: u32,
}

/// The piece of feedback that something is done about, as it was when the asker looked.
#[derive(Clone, Copy)]
struct Case<'a> {
    number: FeedbackNumber,
    known: &'a Feedback,
}

impl Desk {
    /// `/inbox [action] [FB-12] …`
    pub async fn inbox(&self, asking: &Asking, command: &Command) -> Outcome {
        let Command::Inbox {
            action,
            feedback: named,
            text: words,
            mood,
            incident,
            objective,
            filed,
            filled,
            customer,
            revoke,
            wordless,
            unsure,
            page,
        } = command
        else {
            return Ok(Reply::Nothing);
        };
        if *action == Some(InboxAction::Link) {
            return self.feedback_link(asking, customer.as_deref(), *revoke).await;
        }
        let (mood, incident, objective) = (*mood, *incident, objective.as_deref());
        let (filed, filled, wordless, unsure, page) = (*filed, filled.as_ref(), *wordless, *unsure, *page);
        let given = Given { words, filled, mood, incident, objective, filed, wordless, unsure, page };
        self.triage(asking, *action, *named, given).await
    }

    async fn triage(
        &self,
        asking: &Asking,
        action: Option<InboxAction>,
        named: Option<FeedbackNumber>,
        given: Given<'_>,
    ) -> Outcome {
        let action = match (action, named) {
            (None, None) | (Some(InboxAction::List), _) => return self.list_inbox(asking, given.page).await,
            (None, Some(_)) => InboxAction::Show,
            (Some(action), _) => action,
        };
        let (number, known) = {
            let state = self.journal().read().await;
            let number = one(&state, asking, named, action)?;
            (number, seen(&state, asking, number)?.clone())
        };
        let case = Case { number, known: &known };
        match action {
            InboxAction::List | InboxAction::Link => self.list_inbox(asking, given.page).await,
            InboxAction::Show => self.show_feedback(asking, number, given.page).await,
            InboxAction::Take => self.take_feedback(asking, case).await,
            InboxAction::Assign => self.assign(asking, case, given).await,
            InboxAction::Label => self.label(asking, case, given).await,
            InboxAction::Answer => self.answer_writer(asking, case, given).await,
            InboxAction::Close => self.close_feedback(asking, case, given).await,
            InboxAction::Reopen => self.reopen_feedback(asking, case, given).await,
            InboxAction::Tie => self.tie(asking, case, given).await,
            InboxAction::File => self.file(asking, case, given).await,
        }
    }

    async fn take_feedback(&self, asking: &Asking, case: Case<'_>) -> Outcome {
        let Case { number, known } = case;
        open(asking, case)?;
        let me = asking.person.clone().ok_or_else(|| asking.refuse_key("error-no-account"))?;
        let word = match known.owner() {
            Some(owner) if *owner == me => {
                return Ok(Reply::Private(asking.say(about("feedback-done-taken-before", number))));
            }
            Some(_) => Word::Assigned { feedback: number, to: me },
            None => Word::Acknowledged { feedback: number },
        };
        self.append_word(asking, Vec::new(), move |_, _| Ok(word)).await?;
        Ok(Reply::Private(asking.say(about("feedback-done-taken", number))))
    }

    async fn assign(&self, asking: &Asking, case: Case<'_>, given: Given<'_>) -> Outcome {
        let Case { number, .. } = case;
        open(asking, case)?;
        let typed = verbatim(asking, given.words, given.filled)?;
        let directory = self.directory().get();
        let question = about("feedback-choose-person", number);
        let line = |person: &str| format!("inbox assign {number} {person}");
        let to = colleague(asking, &directory, question, line, typed.as_deref())?;
        let word = Word::Assigned { feedback: number, to: to.clone() };
        self.append_word(asking, Vec::new(), move |_, _| Ok(word)).await?;
        let text = about("feedback-done-assigned", number).with("person", Value::Person(to));
        Ok(Reply::Private(asking.say(text)))
    }

    async fn label(&self, asking: &Asking, case: Case<'_>, given: Given<'_>) -> Outcome {
        let Case { number, known } = case;
        let typed = verbatim(asking, given.words, given.filled)?.unwrap_or_default();
        let (themes, mood) = labels(asking, &typed, given.mood)?;
        if themes.is_empty() && mood.is_none() {
            let moods = Mood::ALL.map(|mood| (mood.sentiment(), mood.name()));
            return Ok(Reply::Form(forms::label(number, &moods)));
        }
        let themes = (!themes.is_empty()).then_some(themes);
        let uncovered = match &themes {
            Some(themes) => self.uncovered(&known.agreement, themes).await,
            None => known.text.uncovered,
        };
        let word = Word::Labelled { feedback: number, themes, sentiment: mood, uncovered };
        self.append_word(asking, Vec::new(), move |_, _| Ok(word)).await?;
        Ok(Reply::Private(asking.say(about("feedback-done-labelled", number))))
    }

    async fn answer_writer(&self, asking: &Asking, case: Case<'_>, given: Given<'_>) -> Outcome {
        let Case { number, known } = case;
        open(asking, case)?;
        let Some(text) = verbatim(asking, given.words, given.filled)? else {
            return Ok(Reply::Form(forms::answer(number, &known.text.text.id)));
        };
        if given.unsure {
            return self.intended(asking, number, text);
        }
        let (sealed, text) = self.seal(asking, &text)?;
        let asker = asking.clone();
        let propose = move |state: &State, _: _| {
            still_open(state, &asker, number)?;
            Ok(Word::Replied { feedback: number, text })
        };
        self.append_word(asking, vec![sealed], propose).await?;
        Ok(Reply::Private(asking.say(about("feedback-done-answered", number))))
    }

    async fn close_feedback(&self, asking: &Asking, case: Case<'_>, given: Given<'_>) -> Outcome {
        let Case { number, known } = case;
        if !known.is_open() {
            return Ok(Reply::Private(asking.say(about("feedback-done-closed-before", number))));
        }
        let text = verbatim(asking, given.words, given.filled)?;
        if text.is_none() && !given.wordless {
            return Ok(Reply::Form(forms::close(number, &known.text.text.id)));
        }
        let (sealed, text) = some(text.map(|text| self.seal(asking, &text)).transpose()?);
        let asker = asking.clone();
        let propose = move |state: &State, _: _| {
            still_open(state, &asker, number)?;
            Ok(Word::FeedbackClosed { feedback: number, text })
        };
        self.append_word(asking, sealed, propose).await?;
        Ok(Reply::Private(asking.say(about("feedback-done-closed", number))))
    }

    async fn reopen_feedback(&self, asking: &Asking, case: Case<'_>, given: Given<'_>) -> Outcome {
        let Case { number, known } = case;
        if known.is_open() {
            return Ok(Reply::Private(asking.say(about("feedback-done-open-already", number))));
        }
        let text = verbatim(asking, given.words, given.filled)?;
        let (sealed, text) = some(text.map(|text| self.seal(asking, &text)).transpose()?);
        let word = Word::FeedbackReopened { feedback: number, text };
        self.append_word(asking, sealed, move |_, _| Ok(word)).await?;
        Ok(Reply::Private(asking.say(about("feedback-done-reopened", number))))
    }

    async fn tie(&self, asking: &Asking, case: Case<'_>, given: Given<'_>) -> Outcome {
        let Case { number, known } = case;
        let (incident, objective) = {
            let state = self.journal().read().await;
            let incident = given.incident.map(|named| ask::incident(&state, asking, known, named));
            let named = given.objective.filter(|named| !named.trim().is_empty());
            let objective = named.map(|named| ask::objective(&state, asking, case, named));
            match (incident.transpose()?, objective.transpose()?) {
                (None, None) => return Err(ask::offer_ties(&state, asking, case)),
                found => found,
            }
        };
        let to = incident.map(|number| Value::Code(number.to_string()));
        let to = to.into_iter().chain(objective.clone().map(Value::Name)).collect();
        let word = Word::Tied { feedback: number, incident, objective };
        self.append_word(asking, Vec::new(), move |_, _| Ok(word)).await?;
        let text = about("feedback-done-tied", number).with("to", Value::List(to));
        Ok(Reply::Private(asking.say(text)))
    }

    async fn file(&self, asking: &Asking, case: Case<'_>, given: Given<'_>) -> Outcome {
        let Case { number, known } = case;
        let Some(filed) = given.filed else { return Err(ask::offer_kinds(asking, number)) };
        let key = if known.kind == filed.kind() {
            "feedback-done-filed-before"
        } else {
            let word = Word::Refiled { feedback: number, kind: filed.kind() };
            self.append_word(asking, Vec::new(), move |_, _| Ok(word)).await?;
            "feedback-done-filed"
        };
        Ok(Reply::Private(asking.say(about(key, number).with("kind", kind(filed.kind())))))
    }

    /// An operator wrote under the card: what was written may be the answer, or not be for the customer at all.
    fn intended(&self, asking: &Asking, number: FeedbackNumber, text: String) -> Outcome {
        let words = ["inbox", "answer", &number.to_string()].map(ToOwned::to_owned);
        let words = words.into_iter().chain([format!("--text={text}")]).collect();
        let line = self.hold(asking, words).ok_or_else(|| asking.refuse_key("error-not-stored"))?;
        let doc = asking.say(about("feedback-reply-intended", number));
        let doc = doc.block(crate::core::doc::Block::Quote(Text::Untrusted(text).into()));
        let send = Text::key("feedback-button-send");
        Ok(Reply::Private(doc.button(send, line, crate::core::doc::Weight::Primary)))
    }
}

/// The one that was named, else the only open one, else the open ones to choose from.
fn one(
    state: &State,
    asking: &Asking,
    named: Option<FeedbackNumber>,
    action: InboxAction,
) -> Result<FeedbackNumber, Doc> {
    if let Some(number) = named {
        return Ok(number);
    }
    let closed = action == InboxAction::Reopen;
    let own = state.voice.all_feedback().filter(|(_, known)| asking.scope.includes(&known.agreement));
    let fitting = own.filter(|(_, known)| known.is_open() != closed);
    let mut fitting: Vec<_> = fitting.collect();
    if closed {
        // Of those that are over, the latest.
        fitting.reverse();
        fitting.truncate(choose::OFFERED);
    }
    match fitting.as_slice() {
        [] => Err(asking.refuse_key("error-no-feedback-open")),
        [(only, _)] if !closed => Ok(*only),
        several => Err(offer(asking, several, |number| format!("inbox {} {number}", action.name()))),
    }
}

fn open(asking: &Asking, case: Case<'_>) -> Result<(), Doc> {
    let closed = || asking.refuse(about("error-feedback-closed", case.number));
    if case.known.state() < FeedbackState::Closed {
        Ok(())
    } else {
        Err(ask::offer_reopening(closed(), case))
    }
}

/// At the moment when it is journalled.
fn still_open(state: &State, asking: &Asking, number: FeedbackNumber) -> Result<(), Doc> {
    open(asking, Case { number, known: seen(state, asking, number)? })
}

/// Themes, and the mood where it was typed behind them.
fn labels(
    asking: &Asking,
    typed: &str,
    mood: Option<Mood>,
) -> Result<(BTreeSet<ThemeId>, Option<Sentiment>), Doc> {
    let mut mood = mood.map(Mood::sentiment);
    let mut themes = BTreeSet::new();
    let words = typed.split(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | '，'));
    let mut words = words.filter(|word| !word.is_empty());
    let wrong = |word: &str| {
        asking.refuse(Text::key("error-themes").with("typed", Value::Untrusted(word.to_owned())))
    };
    while let Some(word) = words.next() {
        let option = word.strip_prefix("--mood");
        let named = match option {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if option.is_some() {
            let known = Mood::ALL.into_iter().find(|known| Some(known.name()) == named);
            mood = Some(known.ok_or_else(|| wrong(word))?.sentiment());
            continue;
        }
        let word = word.to_ascii_lowercase();
        let fits = word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !fits || word.len() > LONGEST_THEME || themes.len() == MOST_THEMES {
            return Err(wrong(&word));
        }
        themes.insert(ThemeId(word));
    }
    Ok((themes, mood))
}
