//! Answers and letters counted again, one by one.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use upheld::core::event::{AgreementId, Entry, Event, PersonId, SurveyId};
use upheld::core::interval::Interval;
use upheld::core::review::document::{Handled, SurveyRow};
use upheld::core::survey::Given;
use upheld::core::time::Instant;
use upheld::core::voice::{FeedbackKind, RoundNumber, Word};

use super::{YEAR, monthly};

/// What became of one survey in a month.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    asked: u64,
    answered: u64,
    scores: BTreeMap<i64, u64>,
}

/// One round as the journal tells it.
struct Round<'a> {
    survey: &'a SurveyId,
    agreement: &'a AgreementId,
    opened: Instant,
    ended: Option<Instant>,
    asked: &'a BTreeSet<PersonId>,
    /// The last answer of each.
    answers: BTreeMap<&'a PersonId, (Instant, i64)>,
    anonymous: Option<(u64, BTreeMap<i64, u64>)>,
}

fn rounds(entries: &[Entry]) -> BTreeMap<RoundNumber, Round<'_>> {
    static NOBODY: BTreeSet<PersonId> = BTreeSet::new();
    let mut rounds: BTreeMap<RoundNumber, Round<'_>> = BTreeMap::new();
    for entry in entries {
        let Event::Voice { at, by, word } = &entry.event else { continue };
        match &**word {
            Word::RoundOpened { round, survey, agreement, .. } => {
                let new = Round {
                    survey,
                    agreement,
                    opened: *at,
                    ended: None,
                    asked: &NOBODY,
                    answers: BTreeMap::new(),
                    anonymous: None,
                };
                rounds.insert(*round, new);
            }
            Word::Asked { round, people, .. } => rounds.get_mut(round).unwrap().asked = people,
            Word::Answered { round, given, .. } => {
                let round = rounds.get_mut(round).unwrap();
                if let Some(Given::Score(score)) = given.first()
                    && round.ended.is_none()
                {
                    round.answers.insert(by.as_ref().unwrap(), (*at, *score));
                }
            }
            Word::Closed { round } | Word::Withdrawn { round } => {
                rounds.get_mut(round).unwrap().ended = Some(*at);
            }
            Word::Counted { round, counted } => {
                let mut scores = BTreeMap::new();
                for (score, count) in counted.scores.values().flat_map(|counts| counts.iter()) {
                    *scores.entry(score).or_default() += count;
                }
                rounds.get_mut(round).unwrap().anonymous = Some((counted.answered.into(), scores));
            }
            _ => {}
        }
    }
    rounds
}

fn count(
    rounds: &BTreeMap<RoundNumber, Round<'_>>,
    agreement: &AgreementId,
    survey: &SurveyId,
    zone: Tz,
    window: Interval,
) -> Counted {
    let date = |at: Instant| at.to_utc().with_timezone(&zone).date_naive();
    let (first, last) = (date(window.start), date(window.end));
    let within = |at: Instant| first <= date(at) && date(at) < last;
    let mut counted = Counted::default();
    for round in rounds.values().filter(|round| round.agreement == agreement && round.survey == survey) {
        if within(round.opened) {
            counted.asked += round.asked.len() as u64;
            counted.answered +=
                round.anonymous.as_ref().map_or(round.answers.len() as u64, |(answered, _)| *answered);
        }
        for (_, score) in round.answers.values().filter(|(at, _)| within(*at)) {
            *counted.scores.entry(*score).or_default() += 1;
        }
        if let (Some((_, scores)), Some(ended)) = (&round.anonymous, round.ended)
            && within(ended)
        {
            for (score, count) in scores {
                *counted.scores.entry(*score).or_default() += count;
            }
        }
    }
    counted
}

fn said(row: Option<&SurveyRow>) -> Counted {
    row.map_or_else(Counted::default, |row| Counted {
        asked: row.asked,
        answered: row.answered,
        scores: row.counts.iter().filter(|(_, count)| *count > 0).collect(),
    })
}

#[test]
fn surveys_are_what_a_look_at_every_answer_gives_for_every_customer_and_month() {
    let (mut rows, mut answers) = (0, 0);
    for (agreement, documents) in monthly(&YEAR) {
        for document in documents {
            let rounds = rounds(&YEAR.entries[..document.provenance.sequence as usize]);
            for survey in ["monthly", "quarterly", "after_incident"] {
                let survey = SurveyId::from(survey);
                let row = document.voice.surveys.iter().find(|row| row.survey == survey);
                let counted = count(&rounds, agreement, &survey, document.zone, document.window);
                assert_eq!(said(row), counted, "{agreement} {survey} {}", document.window.start);
                rows += usize::from(row.is_some());
                answers += counted.scores.values().sum::<u64>();
            }
        }
    }
    assert!(rows > 150 && answers > 800, "{rows} {answers}");
    println!("{answers} answers in {rows} rows");
}

/// Letters that were written in the month, by what had become of them when the review was made.
#[test]
fn letters_are_what_a_look_at_every_letter_gives_for_every_customer_and_month() {
    let mut letters = 0;
    for (agreement, documents) in monthly(&YEAR) {
        for document in documents {
            let entries = &YEAR.entries[..document.provenance.sequence as usize];
            for (kind, said) in [
                (FeedbackKind::Complaint, document.voice.complaints),
                (FeedbackKind::Feedback, document.voice.feedback),
            ] {
                let (open, closed) = tell(entries, agreement, kind, document.window);
                let Handled { open: is_open, closed: is_closed, .. } = said;
                assert_eq!(
                    (is_open, is_closed),
                    (open, closed),
                    "{agreement} {kind:?} {}",
                    document.window.start
                );
                letters += open + closed;
            }
        }
    }
    assert!(letters > 250, "{letters}");
}

fn tell(entries: &[Entry], agreement: &AgreementId, kind: FeedbackKind, window: Interval) -> (u32, u32) {
    let mut open = BTreeSet::new();
    let mut closed = BTreeSet::new();
    for entry in entries {
        let Event::Voice { at, word, .. } = &entry.event else { continue };
        match &**word {
            Word::Submitted { feedback, kind: of, agreement: whose, .. }
                if whose == agreement && *of == kind && window.contains(*at) =>
            {
                open.insert(*feedback);
            }
            Word::FeedbackClosed { feedback, .. } if open.remove(feedback) => {
                closed.insert(*feedback);
            }
            Word::Settled { feedback, settled: false } if closed.remove(feedback) => {
                open.insert(*feedback);
            }
            _ => {}
        }
    }
    (open.len() as u32, closed.len() as u32)
}
