//! What people see of a survey: the card that asks, the reminder, and what the operators see of the answers.

use crate::core::doc::{Block, Doc, Field, Line, Text, Tone, Value, Verdict as Mark, Weight};
use crate::core::event::{IncidentNumber, PersonId, ProseId};
use crate::core::notice::card::button;
use crate::core::notice::rows::dotted;
use crate::core::survey::{Identity, Localized, Question, QuestionKind};
use crate::core::time::Instant;
use crate::core::voice::{Ended, Promise, RoundNumber};

/// A round as those see it who are asked.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyView {
    pub number: RoundNumber,
    pub title: Localized,
    /// The question that is pressed, and how many follow it.
    pub question: Question,
    pub more: usize,
    pub identity: Identity,
    /// Of an anonymous one: with fewer answers nothing is shown.
    pub minimum_group: u32,
    /// The incident it is about, with the service's name.
    pub incident: Option<(IncidentNumber, Localized)>,
    /// Those who are called by name.
    pub call: Vec<PersonId>,
    pub closes: Instant,
    pub ended: Option<Ended>,
    /// How many of how many have answered; none where that is not told.
    pub response: Option<(u64, u64)>,
    /// It stands where one person reads alone.
    pub alone: bool,
    pub as_of: Instant,
}

/// A round as the operators see it.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundView {
    pub number: RoundNumber,
    pub title: Localized,
    pub customer: String,
    pub identity: Identity,
    pub incident: Option<(IncidentNumber, Localized)>,
    pub closes: Instant,
    pub ended: Option<Ended>,
    /// How many of how many have answered, and how many were not asked.
    pub response: (u64, u64),
    pub spared: u32,
    /// Answers that may be shown, the latest last.
    pub answers: Vec<AnswerView>,
    /// So many more answers than are listed.
    pub unlisted: usize,
    pub as_of: Instant,
}

/// One answer as the operators see it.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerView {
    /// None where nobody is shown who.
    pub by: Option<PersonId>,
    pub score: Option<i64>,
    pub highest: i64,
    pub choice: Option<Localized>,
    pub telephone: bool,
    pub promise: Promise,
    pub comment: Option<ProseId>,
}

/// Which incident a survey is about, as people name it.
fn about(incident: Option<&(IncidentNumber, Localized)>) -> Option<[Text; 2]> {
    let (number, service) = incident?;
    Some([Text::name(number.to_string()), Value::Localized(service.clone()).into()])
}

/// The card with the question and its buttons.
pub fn card(view: &SurveyView) -> Doc {
    let title = Text::Value(Value::Localized(view.title.clone()));
    let head = dotted(
        [Text::key("survey-head"), title]
            .into_iter()
            .chain(about(view.incident.as_ref()).into_iter().flatten()),
    );
    let mut doc = Doc::new(Tone::Information, head, view.as_of);
    doc.reference = Some(view.number.to_string());
    match view.ended {
        Some(Ended::Closed) => doc = doc.line(Text::key("survey-closed")),
        Some(Ended::Withdrawn) => doc = doc.line(Text::key("survey-withdrawn")),
        None => doc = ask(doc, view),
    }
    if let Some((answered, asked)) = view.response {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        doc = doc
            .line(Text::key("survey-response").with("answered", count(answered)).with("asked", count(asked)));
    }
    doc
}

fn ask(doc: Doc, view: &SurveyView) -> Doc {
    let mut question: Line = vec![Value::Localized(view.question.text.clone()).into()];
    if !view.call.is_empty() {
        let people = view.call.iter().cloned().map(Value::Mention).collect();
        question.extend([Text::mark(" "), Value::List(people).into()]);
    }
    let mut doc = doc.line(question);
    doc.blocks.extend(ends(&view.question.kind).map(|line| Block::Line(line.into())));
    if view.more > 0 {
        let more = i64::try_from(view.more).unwrap_or(i64::MAX);
        doc = doc.line(Text::key("survey-more").with("count", more));
    }
    doc = doc.line(promise_of(view.identity, view.minimum_group));
    doc.buttons = answers(view.number, "", &view.question);
    if view.alone {
        doc.buttons.push(button("button-survey-stop", "survey stop", Weight::Secondary));
    }
    doc.footer = Text::key("survey-open-until").with("at", view.closes).into();
    doc
}

/// Who will know who answered what.
pub fn promise_of(identity: Identity, minimum_group: u32) -> Text {
    match identity {
        Identity::Named => Text::key("survey-named"),
        Identity::Confidential => Text::key("survey-confidential"),
        Identity::Anonymous => Text::key("survey-anonymous").with("count", i64::from(minimum_group)),
    }
}

/// What the lowest and the highest number mean.
pub fn ends(kind: &QuestionKind) -> Option<Text> {
    let (low, high) = kind.range()?;
    let (low_text, high_text): (Value, Value) = match kind {
        QuestionKind::Csat => (Value::term("survey-csat-low"), Value::term("survey-csat-high")),
        QuestionKind::Nps => (Value::term("survey-nps-low"), Value::term("survey-nps-high")),
        QuestionKind::Ces => (Value::term("survey-ces-low"), Value::term("survey-ces-high")),
        QuestionKind::Scale { low_text, high_text, .. } if !low_text.is_empty() && !high_text.is_empty() => {
            (Value::Localized(low_text.clone()), Value::Localized(high_text.clone()))
        }
        _ => return None,
    };
    let text = Text::key("survey-ends").with("low", low).with("high", high);
    Some(text.with("low_text", low_text).with("high_text", high_text))
}

/// One button for each answer to a question; `before` are the answers to those before it, each with its comma.
pub fn answers(round: RoundNumber, before: &str, question: &Question) -> Vec<crate::core::doc::Button> {
    let press = |label: Line, value: &str| crate::core::doc::Button {
        label,
        press: crate::core::doc::Press::Command(format!("answer {round} {before}{value}")),
        weight: Weight::Secondary,
    };
    let mut buttons = Vec::new();
    match &question.kind {
        QuestionKind::Choice { options } => {
            let label = |text: &Localized| Value::Localized(text.clone()).into();
            buttons.extend(options.iter().map(|option| press(vec![label(&option.text)], &option.name)));
        }
        QuestionKind::Text => buttons.push(press(Text::key("button-survey-write").into(), "?")),
        kind => {
            let (low, high) = kind.range().unwrap_or_default();
            buttons.extend(
                (low..=high).map(|score| press(vec![Text::name(score.to_string())], &score.to_string())),
            );
        }
    }
    if question.optional {
        buttons.push(press(Text::key("button-survey-skip").into(), "-"));
    }
    buttons
}

/// The same question once more, for those who have not answered.
pub fn reminder(view: &SurveyView) -> Doc {
    let mut doc = card(view);
    let title = Text::Value(Value::Localized(view.title.clone()));
    doc.head = dotted(
        [Text::key("survey-reminder-head"), title]
            .into_iter()
            .chain(about(view.incident.as_ref()).into_iter().flatten()),
    );
    doc
}

/// What the operators see of a round: how many answered, and what, as far as it may be shown.
pub fn round(view: &RoundView) -> Doc {
    let title = Text::Value(Value::Localized(view.title.clone()));
    let parts = [Text::key("survey-round-head"), title, Text::name(view.customer.clone())];
    let head = dotted(parts.into_iter().chain(about(view.incident.as_ref()).into_iter().flatten()));
    let mut doc = Doc::new(Tone::Information, head, view.as_of);
    doc.reference = Some(view.number.to_string());
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let (answered, asked) = view.response;
    doc =
        doc.line(Text::key("survey-response").with("answered", count(answered)).with("asked", count(asked)));
    if view.spared > 0 {
        doc = doc.line(Text::key("survey-spared").with("count", i64::from(view.spared)));
    }
    if let Some(ended) = view.ended {
        let key = if ended == Ended::Withdrawn { "survey-withdrawn" } else { "survey-closed" };
        doc = doc.line(Text::key(key));
    } else if view.identity == Identity::Anonymous {
        doc = doc.line(Text::key("survey-counted-later"));
    }
    let rows: Vec<Field> = view.answers.iter().map(answer_row).collect();
    if !rows.is_empty() {
        doc.blocks.push(Block::Fields(rows));
    }
    for answer in &view.answers {
        doc.blocks.extend(answer.comment.iter().map(|text| Block::Quote(Text::Prose(text.clone()).into())));
    }
    if view.unlisted > 0 {
        let unlisted = i64::try_from(view.unlisted).unwrap_or(i64::MAX);
        doc = doc.line(Text::key("survey-unlisted").with("count", unlisted));
    }
    if view.ended.is_none() {
        doc.footer = Text::key("survey-open-until").with("at", view.closes).into();
    }
    doc
}

fn answer_row(answer: &AnswerView) -> Field {
    let name = match &answer.by {
        Some(person) => Text::Value(Value::Person(person.clone())),
        None => Text::key("survey-somebody"),
    };
    let mut parts: Vec<Text> = Vec::new();
    parts.extend(
        answer
            .score
            .map(|score| Text::key("survey-score").with("score", score).with("highest", answer.highest)),
    );
    parts.extend(answer.choice.clone().map(|choice| Value::Localized(choice).into()));
    parts.push(promise_text(answer.promise));
    if answer.telephone {
        parts.push(Text::key("survey-by-telephone"));
    }
    Field { name: name.into(), verdict: Some(promise_mark(answer.promise)), value: dotted(parts) }
}

/// How the promise stood, in words.
pub fn promise_text(promise: Promise) -> Text {
    Text::key(match promise {
        Promise::Unknown => "promise-unknown",
        Promise::Met => "promise-met",
        Promise::AtRisk => "promise-at-risk",
        Promise::Missed => "promise-missed",
    })
}

/// The symbol beside those words.
pub const fn promise_mark(promise: Promise) -> Mark {
    match promise {
        Promise::Unknown => Mark::Unknown,
        Promise::Met => Mark::Kept,
        Promise::AtRisk => Mark::AtRisk,
        Promise::Missed => Mark::Broken,
    }
}
