//! A survey's messages at every stage.

use super::{at, checkout, name, person, prose};
use crate::core::doc::Doc;
use crate::core::event::IncidentNumber;
use crate::core::notice::survey::{self, AnswerView, RoundView, SurveyView};
use crate::core::survey::{ChoiceOption, Identity, Question, QuestionKind};
use crate::core::time::Span;
use crate::core::voice::{Ended, Promise, RoundNumber};

fn question(kind: QuestionKind) -> Question {
    let text = name("How satisfied are you with how this was handled?", "您對這次的處理滿意嗎？");
    Question { name: "satisfaction".to_owned(), text, kind, optional: false }
}

fn card(kind: QuestionKind, identity: Identity) -> SurveyView {
    SurveyView {
        number: RoundNumber(7),
        title: name("After an incident", "服務異常處理後"),
        question: question(kind),
        more: 0,
        identity,
        minimum_group: 5,
        incident: Some((IncidentNumber(42), checkout())),
        call: Vec::new(),
        closes: at("04:00") + Span::from_days(5),
        ended: None,
        response: Some((1, 3)),
        alone: false,
        as_of: at("04:00"),
    }
}

fn choice() -> QuestionKind {
    let option = |id: &str, english: &str, chinese: &str| ChoiceOption {
        name: id.to_owned(),
        text: name(english, chinese),
    };
    QuestionKind::Choice {
        options: vec![
            option("speed", "How fast it was", "處理速度"),
            option("words", "What we were told", "說明內容"),
        ],
    }
}

fn answer(score: i64, promise: Promise) -> AnswerView {
    AnswerView {
        by: Some(person("lena")),
        score: Some(score),
        highest: 5,
        choice: None,
        telephone: false,
        promise,
        comment: None,
    }
}

fn round(identity: Identity) -> RoundView {
    RoundView {
        number: RoundNumber(7),
        title: name("After an incident", "服務異常處理後"),
        customer: "Acme GmbH".to_owned(),
        identity,
        incident: Some((IncidentNumber(42), checkout())),
        closes: at("04:00") + Span::from_days(5),
        ended: None,
        response: (2, 3),
        spared: 1,
        answers: Vec::new(),
        unlisted: 0,
        as_of: at("04:00"),
    }
}

pub(super) fn all() -> Vec<(&'static str, Doc)> {
    let csat = card(QuestionKind::Csat, Identity::Named);
    let called = SurveyView { call: vec![person("lena")], more: 2, ..csat.clone() };
    let nps = SurveyView {
        alone: true,
        incident: None,
        response: None,
        ..card(QuestionKind::Nps, Identity::Confidential)
    };
    let anonymous = SurveyView { response: None, ..card(QuestionKind::Ces, Identity::Anonymous) };
    let scale = QuestionKind::Scale {
        low: 1,
        high: 3,
        low_text: name("worse", "變差"),
        high_text: name("better", "變好"),
    };
    let ended = |ended| SurveyView { ended: Some(ended), ..csat.clone() };
    let happy = AnswerView { comment: Some(prose("report")), ..answer(5, Promise::Missed) };
    let told = AnswerView { telephone: true, ..answer(1, Promise::Met) };
    let hidden = AnswerView { by: None, ..answer(3, Promise::AtRisk) };
    let chosen = AnswerView {
        score: None,
        choice: Some(name("How fast it was", "處理速度")),
        ..answer(0, Promise::Unknown)
    };
    let answers = vec![happy, told, hidden, chosen];
    vec![
        ("survey-csat", survey::card(&csat)),
        ("survey-called", survey::card(&called)),
        ("survey-nps-alone", survey::card(&nps)),
        ("survey-anonymous", survey::card(&anonymous)),
        ("survey-scale", survey::card(&card(scale, Identity::Named))),
        ("survey-choice", survey::card(&card(choice(), Identity::Named))),
        ("survey-closed", survey::card(&ended(Ended::Closed))),
        ("survey-withdrawn", survey::card(&ended(Ended::Withdrawn))),
        ("survey-reminder", survey::reminder(&csat)),
        ("survey-round", survey::round(&RoundView { answers, unlisted: 4, ..round(Identity::Named) })),
        ("survey-round-anonymous", survey::round(&round(Identity::Anonymous))),
        (
            "survey-round-closed",
            survey::round(&RoundView { ended: Some(Ended::Closed), spared: 0, ..round(Identity::Anonymous) }),
        ),
    ]
}
