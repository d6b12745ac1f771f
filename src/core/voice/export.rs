//! What customers said, record by record, with nothing in it that tells whose it is unless the survey told them so.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use super::{Answer, Counted, Dates, Feedback, FeedbackNumber, Promise, Remark, Round, RoundNumber, Voice};
use crate::core::calendar::local_date;
use crate::core::event::{AgreementId, IncidentNumber, PersonId, ProseId, SurveyId};
use crate::core::state::State;
use crate::core::survey::{Given, Identity, Survey};
use crate::core::time::Instant;

/// One record. What does not concern its kind is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    pub kind: RecordKind,
    pub agreement: String,
    pub survey: Option<SurveyId>,
    /// `SUR-7`, `FB-12`.
    pub reference: String,
    pub identity: Option<Identity>,
    /// Of a named answer, and of feedback.
    pub person: Option<PersonId>,
    /// Which answer of its round it belongs to, from 1.
    pub answer: Option<usize>,
    pub when: Option<When>,
    pub promise: Option<Promise>,
    pub version: Option<u32>,
    pub incident: Option<IncidentNumber>,
    /// A question's name; `comment` for what is said beside all of them.
    pub question: Option<String>,
    pub given: Option<String>,
    /// How many: those asked, those who gave this answer.
    pub asked: Option<u64>,
    pub count: Option<u64>,
    pub mood: Option<&'static str>,
    pub themes: Vec<String>,
    pub language: Option<&'static str>,
    /// Where it stands, of feedback.
    pub state: Option<&'static str>,
    pub text: Option<ProseId>,
}

/// What a record is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// How many were asked and answered.
    #[default]
    Round,
    Answer,
    /// How often an anonymous answer was given.
    Count,
    Feedback,
    Complaint,
}

/// To the second; to the day where the second could tell who it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Moment(Instant),
    Date(NaiveDate),
}

/// Everything of one agreement that was said on these dates, in an order that does not depend on who said it.
pub fn records(state: &State, agreement: &AgreementId, dates: Dates) -> Vec<Record> {
    let own = BTreeSet::from([agreement.clone()]);
    let mut records = Vec::new();
    for id in state.voice.survey_ids() {
        for (number, round) in super::rounds(state, id, &own) {
            records.extend(of_round(&state.voice, number, round, dates));
        }
    }
    let feedback = state.voice.all_feedback().filter(|(_, feedback)| {
        let zone = state.zone(agreement, feedback.submitted);
        feedback.agreement == *agreement && dates.contains(local_date(zone, feedback.submitted))
    });
    records.extend(feedback.map(|(number, feedback)| of_feedback(number, feedback)));
    records
}

fn of_round(voice: &Voice, number: RoundNumber, round: &Round, dates: Dates) -> Vec<Record> {
    let Some(survey) = voice.survey_at(&round.survey, round.opened) else { return Vec::new() };
    let base = Record {
        agreement: round.agreement.to_string(),
        survey: Some(round.survey.clone()),
        reference: number.to_string(),
        identity: Some(round.identity),
        incident: round.incident,
        ..Record::default()
    };
    let mut records = Vec::new();
    if dates.contains(round.date_of(round.opened)) {
        let (answered, asked) = round.response();
        records.push(Record {
            when: Some(When::Moment(round.opened)),
            promise: Some(round.stamp.standing),
            version: Some(round.stamp.version),
            asked: Some(asked),
            count: Some(answered),
            ..base.clone()
        });
    }
    let ended = round.ended.map(|(at, _)| round.date_of(at)).filter(|date| dates.contains(*date));
    if let Some((date, counted)) = ended.zip(round.counted.as_ref()) {
        records.extend(counts(&base, survey, date, counted));
    }
    let answers = round.answers.iter().filter(|(_, answer)| dates.contains(round.date_of(answer.at)));
    let mut answers: Vec<(&PersonId, &Answer)> = answers.collect();
    match round.identity {
        Identity::Named => answers.sort_by_key(|(person, answer)| (answer.at, (*person).clone())),
        // Neither the order of people nor that of moments.
        _ => answers.sort_by_key(|(_, answer)| {
            let texts: Vec<ProseId> = answer.texts.values().map(|remark| remark.text.id.clone()).collect();
            (round.date_of(answer.at), answer.given.clone(), answer.stamp.standing, texts)
        }),
    }
    for (place, (person, answer)) in answers.into_iter().enumerate() {
        let named = round.identity == Identity::Named;
        let when = if named { When::Moment(answer.at) } else { When::Date(round.date_of(answer.at)) };
        let whose = Record {
            kind: RecordKind::Answer,
            person: named.then(|| person.clone()),
            answer: Some(place + 1),
            when: Some(when),
            promise: Some(answer.stamp.standing),
            version: Some(answer.stamp.version),
            ..base.clone()
        };
        records.extend(of_answer(&whose, survey, answer));
    }
    records
}

/// One record for each question that was answered, and one for each text.
fn of_answer(base: &Record, survey: &Survey, answer: &Answer) -> Vec<Record> {
    let name =
        |place: usize| survey.questions.get(place).map_or("comment", |question| question.name.as_str());
    let given = answer.given.iter().enumerate().filter_map(|(place, given)| {
        let given = match given {
            Given::Score(score) => score.to_string(),
            Given::Choice(name) => name.clone(),
            Given::Nothing => return None,
        };
        Some(Record { question: Some(name(place).to_owned()), given: Some(given), ..base.clone() })
    });
    let texts = answer.texts.iter().map(|(place, remark)| {
        let place = usize::try_from(*place).unwrap_or(usize::MAX);
        read(Record { question: Some(name(place).to_owned()), ..base.clone() }, remark)
    });
    given.chain(texts).collect()
}

fn counts(base: &Record, survey: &Survey, date: NaiveDate, counted: &Counted) -> Vec<Record> {
    let one = |place: usize, given: String, count: u64, promise| Record {
        kind: RecordKind::Count,
        when: Some(When::Date(date)),
        question: survey.questions.get(place).map(|question| question.name.clone()),
        given: Some(given),
        count: Some(count),
        promise,
        ..base.clone()
    };
    let scores = counted.scores.iter().flat_map(|(promise, counts)| {
        counts.iter().map(move |(score, count)| one(0, score.to_string(), count, Some(*promise)))
    });
    // The first question's numbers are told by how the promise stood.
    let told = usize::from(!counted.scores.is_empty());
    let others = counted.answers.iter().enumerate().skip(told).flat_map(|(place, counts)| {
        counts.iter().map(move |(given, count)| one(place, given.clone(), *count, None))
    });
    scores.chain(others).collect()
}

fn of_feedback(number: FeedbackNumber, feedback: &Feedback) -> Record {
    use super::{FeedbackKind, FeedbackState};
    let record = Record {
        kind: match feedback.kind {
            FeedbackKind::Feedback => RecordKind::Feedback,
            FeedbackKind::Complaint => RecordKind::Complaint,
        },
        agreement: feedback.agreement.to_string(),
        reference: number.to_string(),
        person: feedback.by.clone(),
        when: Some(When::Moment(feedback.submitted)),
        promise: Some(feedback.stamp.standing),
        version: Some(feedback.stamp.version),
        incident: feedback.incident,
        state: Some(match feedback.state() {
            FeedbackState::New => "new",
            FeedbackState::Acknowledged => "acknowledged",
            FeedbackState::Answered => "answered",
            FeedbackState::Closed => "closed",
            FeedbackState::Settled => "settled",
        }),
        ..Record::default()
    };
    read(record, &feedback.text)
}

fn read(record: Record, remark: &Remark) -> Record {
    let reading = remark.reading.as_ref();
    Record {
        text: Some(remark.text.id.clone()),
        mood: reading.and_then(|reading| reading.sentiment).map(crate::core::reading::Sentiment::name),
        language: reading.map(|reading| reading.tongue.name()),
        themes: reading.into_iter().flat_map(|reading| &reading.themes).map(ToString::to_string).collect(),
        ..record
    }
}
