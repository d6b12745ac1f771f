//! What the demonstration's customers said in those months: answers to surveys, praise, and complaints.

use std::collections::BTreeMap;

use anyhow::Result;

use super::history::Writer;
use crate::core::event::{AgreementId, Event, PersonId};
use crate::core::survey::Given;
use crate::core::time::Instant;
use crate::core::voice::{FeedbackKind, Origin, Remark, Respondent, RoundNumber, Via, Word, stamp};

/// What is said beside some of the answers, in turn.
const COMMENTS: [(i64, &str); 6] = [
    (5, "Back before our customers noticed. Thank you."),
    (4, "Quick, but please explain the cause."),
    (2, "Nobody told us anything for ten minutes."),
    (5, "The updates were clear."),
    (4, "Well handled in the end."),
    (3, "The same fault as last month."),
];

/// A text to the provider, and what became of it: days before now, whose, a complaint or not, the words, and the
/// answer.
pub(super) const LETTERS: [(i64, &str, bool, &str, Option<&str>); 6] = [
    (
        70,
        "acme",
        false,
        "The monthly figures would be easier to read with a chart.",
        Some("They come with one from now on."),
    ),
    (52, "formosa", true, "發票上的金額和合約不一樣，請確認。", Some("已更正並重新開立，造成不便請見諒。")),
    (
        38,
        "acme",
        true,
        "The documentation of the export is out of date.",
        Some("It was rewritten this morning."),
    ),
    (21, "acme", false, "We cannot find the documentation for the new login.", None),
    (
        13,
        "acme",
        true,
        "Search has been slow every Monday morning.",
        Some("We gave it more room; tell us if it comes back."),
    ),
    (6, "acme", false, "The documentation still describes the old checkout.", None),
];

/// Who is asked and who writes; and who answers at the provider.
pub(super) struct Customers {
    pub(super) anna: PersonId,
    pub(super) ben: PersonId,
    pub(super) maria: PersonId,
    pub(super) people: BTreeMap<AgreementId, PersonId>,
}

impl Writer<'_> {
    /// Whoever is asked meanwhile answers, some hours later.
    pub(super) fn asked(&mut self, at: Instant) -> Result<()> {
        let waiting: Vec<(RoundNumber, AgreementId)> = self
            .state
            .voice
            .open_rounds()
            .filter(|(_, round)| round.asked.is_none())
            .map(|(number, round)| (number, round.agreement.clone()))
            .collect();
        for (round, agreement) in waiting {
            let person = self.customers.people.get(&agreement).cloned();
            let people = person.iter().cloned().collect();
            self.word(at, format!("asked/{}", round.0), None, Word::Asked { round, people, spared: 0 });
            if let Some(person) = person {
                self.answered(at, round, &agreement, person)?;
            }
        }
        Ok(())
    }

    fn answered(
        &mut self,
        at: Instant,
        round: RoundNumber,
        agreement: &AgreementId,
        person: PersonId,
    ) -> Result<()> {
        let Some(known) = self.state.voice.round(round) else { return Ok(()) };
        let survey = self.state.voice.survey_at(&known.survey, known.opened).cloned();
        let (Some(survey), incident) = (survey, known.incident) else { return Ok(()) };
        let highest = survey.scored().and_then(|question| question.kind.range()).map_or(0, |(_, high)| high);
        let before =
            self.state.voice.rounds().filter(|(_, round)| round.answers.contains_key(&person)).count();
        let turn = before % COMMENTS.len();
        let (score, words) = COMMENTS[turn];
        // One in four says nothing at all.
        if round.0 % 4 == 3 || highest == 0 || survey.identity == crate::core::survey::Identity::Anonymous {
            return Ok(());
        }
        let mut given = vec![Given::Score(score * highest / 5)];
        given.resize(survey.questions.len(), Given::Nothing);
        let place = u32::try_from(given.len())?;
        let text = Remark { text: self.seal(words, at)?, reading: self.reading(words), uncovered: false };
        let stamp = Box::new(stamp(&self.state, agreement, incident, at));
        let (respondent, via) = (Respondent::Self_, Via::Chat);
        let texts = BTreeMap::from([(place, text)]);
        let word = Word::Answered { round, respondent, via, given, texts, stamp };
        self.word(at, format!("answered/{}", round.0), Some(person), word);
        Ok(())
    }

    /// A letter arrives, is taken, and is answered the day after where it was.
    pub(super) fn letter(&mut self, at: Instant, index: usize) -> Result<()> {
        let (_, agreement, complaint, words, _) = LETTERS[index];
        let agreement = AgreementId::from(agreement);
        let Some(person) = self.customers.people.get(&agreement).cloned() else { return Ok(()) };
        let reading = self.reading(words);
        let themes = reading.as_ref().map(|reading| reading.themes.clone()).unwrap_or_default();
        let covered = themes
            .iter()
            .any(|theme| self.config.themes.theme(theme).is_some_and(|theme| !theme.covered_by.is_empty()));
        let text = Remark { text: self.seal(words, at)?, reading, uncovered: !themes.is_empty() && !covered };
        let word = Word::Submitted {
            feedback: self.state.voice.next_feedback(),
            kind: if complaint { FeedbackKind::Complaint } else { FeedbackKind::Feedback },
            stamp: Box::new(stamp(&self.state, &agreement, None, at)),
            agreement,
            service: None,
            incident: None,
            text,
            attachments: None,
            origin: Origin::Direct("web".to_owned()),
        };
        self.word(at, format!("letter/{index}"), Some(person), word);
        Ok(())
    }

    pub(super) fn reply(&mut self, at: Instant, index: usize) -> Result<()> {
        let (.., Some(words)) = LETTERS[index] else { return Ok(()) };
        let id = format!("act/history/letter/{index}");
        let Some(feedback) = self.state.voice.submitted_by(&id) else { return Ok(()) };
        let anna = Some(self.customers.anna.clone());
        let text = self.seal(words, at)?;
        self.word(at, format!("reply/{index}"), anna.clone(), Word::Replied { feedback, text });
        self.word(at, format!("closed/{index}"), anna, Word::FeedbackClosed { feedback, text: None });
        Ok(())
    }

    fn reading(&self, words: &str) -> Option<crate::core::reading::Reading> {
        Some(self.config.themes.read(words).reading)
    }

    fn word(&mut self, at: Instant, id: String, by: Option<PersonId>, word: Word) {
        self.append(at, format!("act/history/{id}"), Event::Voice { at, by, word: Box::new(word) });
    }
}
