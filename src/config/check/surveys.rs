//! Surveys across the files: known agreements, every reader's language, and promises that a survey can measure.

use std::collections::BTreeSet;

use super::{Agreed, Asked, Check};
use crate::config::problem::{did_you_mean, quoted};
use crate::core::agreement::{Objective, ObjectiveKind, SatisfactionTerms};
use crate::core::score::ScoreKind;
use crate::core::survey::{Identity, Localized, Question, QuestionKind, Survey};
use crate::i18n::Language;

impl Check<'_> {
    pub(super) fn surveys(&self) {
        for asked in &self.surveys {
            let Some(survey) = asked.survey else { continue };
            self.known_agreements(asked, survey);
            self.spoken(asked, survey);
        }
        for (agreed, terms) in self.terms() {
            for objective in &terms.objectives {
                if let ObjectiveKind::Satisfaction(satisfaction) = &objective.kind {
                    self.measured(agreed, objective, satisfaction);
                }
            }
        }
    }

    fn known_agreements(&self, asked: &Asked<'_>, survey: &Survey) {
        let known = self.agreements.iter().map(|agreed| agreed.id.as_str());
        for id in survey.agreements.iter().filter(|_| self.all_agreements) {
            if !known.clone().any(|other| other == id.as_str()) {
                let what = format!("there is no agreement {}", quoted(id.as_str()));
                let remedy = did_you_mean(id.as_str(), known.clone());
                self.error(asked.document, &["agreements", id.as_str()], what, remedy);
            }
        }
    }

    /// Every text in the language of every channel in which it is read.
    fn spoken(&self, asked: &Asked<'_>, survey: &Survey) {
        let concerned = self.agreements.iter().filter(|agreed| survey.concerns(agreed.id));
        let channels = concerned.flat_map(|agreed| &agreed.written.operations.channels);
        let wanted: BTreeSet<Language> = channels.map(|binding| binding.language).collect();
        let say = |path: &[&str], text: &Localized| {
            for language in wanted.iter().filter(|language| !text.contains_key(language.tag())) {
                let what = format!("has no text in `{language}`, which customers who are asked read");
                self.warning(asked.document, path, what, format!("add {language} = \"…\""));
            }
        };
        say(&["title"], &survey.title);
        for question in &survey.questions {
            let name = question.name.as_str();
            say(&["questions", name, "text"], &question.text);
            match &question.kind {
                QuestionKind::Scale { low_text, high_text, .. } => {
                    let ends = [("low_text", low_text), ("high_text", high_text)];
                    for (key, text) in ends.into_iter().filter(|(_, text)| !text.is_empty()) {
                        say(&["questions", name, key], text);
                    }
                }
                QuestionKind::Choice { options } => {
                    for option in options {
                        say(&["questions", name, "options", &option.name, "text"], &option.text);
                    }
                }
                _ => {}
            }
        }
    }

    /// A promised satisfaction needs a survey that is asked there and gives that figure.
    fn measured(&self, agreed: &Agreed<'_>, objective: &Objective, terms: &SatisfactionTerms) {
        let at = |key: &'static str| ["terms", "objectives", objective.name.as_str(), key];
        let Some(asked) = self.surveys.iter().find(|asked| *asked.id == terms.survey) else {
            let known = self.surveys.iter().map(|asked| asked.id.as_str());
            let what = format!("there is no survey {}", quoted(terms.survey.as_str()));
            let remedy = did_you_mean(terms.survey.as_str(), known);
            self.error(agreed.document, &at("survey"), what, remedy);
            return;
        };
        let Some(survey) = asked.survey else { return };
        if !survey.concerns(agreed.id) {
            let what = format!("{} is not asked under this agreement", quoted(terms.survey.as_str()));
            let remedy = format!("add \"{}\" to `agreements` in {}", agreed.id, asked.document.name);
            self.error(agreed.document, &at("survey"), what, remedy);
        }
        if let Some(question) = survey.scored()
            && let Err((key, remedy)) = gives(question, terms.score)
        {
            let what =
                format!("the first question of {} takes {}", quoted(asked.id.as_str()), takes(question));
            self.error(agreed.document, &at(key), what, remedy);
        }
        if survey.identity == Identity::Anonymous && terms.minimum_answers < survey.minimum_group {
            let what = format!(
                "the survey is anonymous, so that a round with fewer than {} answers counts as none",
                survey.minimum_group
            );
            let remedy = format!("write minimum_answers = {}, so that this is said", survey.minimum_group);
            self.warning(agreed.document, &at("survey"), what, remedy);
        }
    }
}

/// Whether a question gives a figure; else the key to change, and to what.
fn gives(question: &Question, score: ScoreKind) -> Result<(), (&'static str, String)> {
    let fits = match (score, &question.kind) {
        (ScoreKind::Csat { .. }, kind) => *kind == QuestionKind::Csat,
        (ScoreKind::Nps, kind) => *kind == QuestionKind::Nps,
        (ScoreKind::Mean { scale }, kind) => kind.range() == Some((scale.lowest, scale.highest)),
    };
    if fits {
        return Ok(());
    }
    Err(match &question.kind {
        QuestionKind::Csat => ("figure", "write figure = \"csat\"".to_owned()),
        QuestionKind::Nps => ("figure", "write figure = \"nps\"".to_owned()),
        QuestionKind::Ces => ("figure", "write figure = \"ces\"".to_owned()),
        QuestionKind::Scale { low, high, .. } => {
            ("figure", format!("write figure = \"mean\", lowest = {low}, highest = {high}"))
        }
        QuestionKind::Choice { .. } | QuestionKind::Text => {
            ("survey", "name a survey that begins with csat, nps, ces or scale".to_owned())
        }
    })
}

fn takes(question: &Question) -> String {
    match (&question.kind, question.kind.range()) {
        (QuestionKind::Csat, _) => "a satisfaction from 1 to 5 (csat)".to_owned(),
        (QuestionKind::Nps, _) => "a recommendation from 0 to 10 (nps)".to_owned(),
        (QuestionKind::Ces, _) => "an effort from 1 to 7 (ces)".to_owned(),
        (_, Some((low, high))) => format!("numbers from {low} to {high}"),
        (_, None) => "no numbers".to_owned(),
    }
}
