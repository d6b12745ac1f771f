//! How the page of a survey looks: one group of choices for each question, and a field for more.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::{Entered, LONGEST_TEXT, Sheet, Visit, path};
use crate::clock::random;
use crate::core::doc::{Doc, Line, Text, Tone, Value};
use crate::core::notice::survey::{ends, promise_of};
use crate::core::survey::{Identity, Localized, Question, QuestionKind};
use crate::i18n::spoken::text_of;
use crate::i18n::{Facts, Locale, speak};
use crate::store::StoreError;
use crate::web::console::{Failure, Frame};
use crate::web::words::Words;

#[derive(Template)]
#[template(path = "survey.html")]
struct View {
    page: Frame,
    action: String,
    act: String,
    title: String,
    about: Option<String>,
    promise: String,
    until: String,
    changes: bool,
    problem: bool,
    questions: Vec<QuestionView>,
    comment: String,
    longest: usize,
}

struct QuestionView {
    number: usize,
    text: String,
    optional: bool,
    missing: bool,
    /// The first that is missing takes the focus.
    focus: bool,
    ends: Option<String>,
    options: Vec<OptionView>,
    /// Whether the options are numbers.
    numbers: bool,
    words: String,
}

struct OptionView {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "survey_said.html")]
struct SaidView {
    page: Frame,
    heading: &'static str,
    explanation: &'static str,
    change: Option<(String, String)>,
}

/// A page without questions.
pub(super) enum Said {
    Thanks {
        /// Where the answer can be changed, and until when in words.
        change: Option<(String, String)>,
    },
    Gone,
    TooMany,
}

pub(super) fn said(status: StatusCode, words: Words, said: &Said) -> Result<Response, Failure> {
    let (heading, explanation, change) = match said {
        Said::Thanks { change } => ("web-survey-thanks-heading", "web-survey-thanks", change.clone()),
        Said::Gone => ("web-survey-gone-heading", "web-survey-gone", None),
        Said::TooMany => ("web-survey-gone-heading", "web-too-many", None),
    };
    let html = SaidView { page: Frame { words }, heading, explanation, change }.render()?;
    Ok((status, Html(html)).into_response())
}

/// A page with questions.
pub(super) struct Page<'a> {
    pub(super) visit: &'a Visit,
    pub(super) sheet: &'a Sheet,
    pub(super) entered: &'a Entered,
}

/// Until when the answer can be given.
pub(super) fn moment(visit: &Visit, sheet: &Sheet) -> String {
    spoken(Text::key("survey-open-until").with("at", sheet.closes).into(), visit, sheet)
}

fn spoken(line: Line, visit: &Visit, sheet: &Sheet) -> String {
    let locale = Locale { language: visit.words.0, zone: sheet.zone };
    text_of(&speak(&Doc::new(Tone::Information, line, visit.now), locale, &Facts::default()).head)
}

pub(super) fn page(status: StatusCode, page: &Page<'_>) -> Result<Response, Failure> {
    let Page { visit, sheet, entered } = page;
    let of = |text: &Localized| spoken(Text::Value(Value::Localized(text.clone())).into(), visit, sheet);
    let zone =
        vec![Text::key("survey-open-until").with("at", sheet.closes), Text::mark(" · "), Value::Zone.into()];
    let no_chance = |error| StoreError::Conflict(format!("the system gives no random numbers: {error}"));
    let view = View {
        page: Frame { words: visit.words },
        action: path(&visit.token),
        act: random::<12>().map(hex::encode).map_err(no_chance)?,
        title: of(&sheet.survey.title),
        about: sheet.incident.as_ref().map(|(number, service)| format!("{number} · {}", of(service))),
        promise: match sheet.survey.identity {
            Identity::Named => visit.words.of("web-survey-named"),
            identity => spoken(promise_of(identity, sheet.survey.minimum_group).into(), visit, sheet),
        },
        until: spoken(zone, visit, sheet),
        changes: sheet.before.is_some(),
        problem: !entered.missing.is_empty(),
        questions: page.questions(),
        comment: entered.of("comment"),
        longest: LONGEST_TEXT,
    };
    Ok((status, Html(view.render()?)).into_response())
}

impl Page<'_> {
    fn questions(&self) -> Vec<QuestionView> {
        let questions = self.sheet.survey.questions.iter().enumerate();
        questions.map(|(number, question)| self.question(number, question)).collect()
    }

    fn question(&self, number: usize, question: &Question) -> QuestionView {
        let Self { visit, sheet, entered } = self;
        let words = entered.of(&format!("q{number}"));
        QuestionView {
            number,
            text: spoken(Text::Value(Value::Localized(question.text.clone())).into(), visit, sheet),
            optional: question.optional,
            missing: entered.missing.contains(&number),
            focus: entered.missing.first() == Some(&number),
            ends: ends(&question.kind).map(|ends| spoken(ends.into(), visit, sheet)),
            options: self.options(&question.kind, &words),
            numbers: question.kind.range().is_some(),
            words,
        }
    }

    fn options(&self, kind: &QuestionKind, chosen: &str) -> Vec<OptionView> {
        let view = |value: String, label: String| OptionView { chosen: value == chosen, value, label };
        match (kind, kind.range()) {
            (_, Some((low, high))) => {
                (low..=high).map(|score| view(score.to_string(), score.to_string())).collect()
            }
            (QuestionKind::Choice { options }, None) => {
                let label = |text: &Localized| {
                    spoken(Text::Value(Value::Localized(text.clone())).into(), self.visit, self.sheet)
                };
                options.iter().map(|option| view(option.name.clone(), label(&option.text))).collect()
            }
            _ => Vec::new(),
        }
    }
}
