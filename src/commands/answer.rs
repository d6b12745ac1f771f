//! Answering a survey: a pressed number, the questions that follow it, and a comment.

use std::collections::BTreeMap;
use std::convert::Infallible;

use crate::chat::Platform;
use crate::commands::acts::{LONGEST_TEXT, text_of};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose::OFFERED;
use crate::commands::desk::Desk;
use crate::core::doc::{Block, Doc, Form, Text, Value, Weight};
use crate::core::event::Event;
use crate::core::notice::forms;
use crate::core::notice::quote::ask;
use crate::core::notice::survey as notice;
use crate::core::state::State;
use crate::core::survey::{Given, Identity, NoAnswer, Question, QuestionKind, Survey};
use crate::core::time::Instant;
use crate::core::voice::{Barred, Remark, Respondent, Round, RoundNumber, Via, Word, Wrote, stamp};
use crate::journal::Refused;
use crate::store::prose::Sealed;

/// What somebody is about to answer: the round, the survey, and what is given so far.
pub(super) struct Answering {
    pub(super) number: RoundNumber,
    pub(super) identity: Identity,
    pub(super) survey: Survey,
    /// One for each question answered so far, at least one.
    pub(super) given: Vec<Given>,
}

impl Answering {
    /// The question that comes next; none after the last.
    fn next(&self) -> Option<&Question> {
        self.survey.questions.get(self.given.len())
    }

    /// The answers so far as a button carries them, each with its comma.
    fn carried(&self) -> String {
        self.given.iter().map(|given| format!("{},", carried(given))).collect()
    }

    /// One answer for each question; those not reached are as they were before.
    fn whole(&self, before: &[Given]) -> Vec<Given> {
        let mut given = self.given.clone();
        given.extend(before.iter().skip(given.len()).cloned());
        given.resize(self.survey.questions.len(), Given::Nothing);
        given
    }
}

fn carried(given: &Given) -> String {
    match given {
        Given::Score(score) => score.to_string(),
        Given::Choice(name) => name.clone(),
        Given::Nothing => "-".to_owned(),
    }
}

impl Desk {
    /// `/answer SUR-7 4`
    pub async fn answer_survey(
        &self,
        asking: &Asking,
        round: Option<RoundNumber>,
        value: Option<&str>,
        text: Option<String>,
    ) -> Outcome {
        let (number, answering) = {
            let state = self.journal().read().await;
            let Some((number, known)) = find(&state, asking, round)? else {
                return Err(offer(&state, asking));
            };
            let survey = survey_of(&state, asking, known)?.clone();
            let identity = known.identity;
            let Some(value) = value.filter(|value| !value.trim().is_empty()) else {
                return Err(ask_again(asking, number, &survey, identity));
            };
            if let Some(place) = value.strip_suffix('?') {
                return Ok(Reply::Form(words_form(number, place, &survey)));
            }
            let given = read(asking, number, &survey, identity, value)?;
            (number, Answering { number, identity, survey, given })
        };
        let text = text.filter(|text| !text.trim().is_empty());
        if answering.identity == Identity::Anonymous {
            return self.anonymous(asking, answering, text).await;
        }
        self.named(asking, number, answering, text).await
    }

    /// An answer that is known to be somebody's: every step is stored, a later one replaces it.
    async fn named(
        &self,
        asking: &Asking,
        number: RoundNumber,
        answering: Answering,
        text: Option<String>,
    ) -> Outcome {
        let Some(person) = asking.person.clone() else { return Err(asking.refuse_key("error-no-account")) };
        let mut texts = BTreeMap::new();
        let mut sealed = Vec::new();
        if let Some(text) = text {
            let place = u32::try_from(answering.given.len().saturating_sub(1)).unwrap_or_default();
            let (kept, remark) = self.remark(asking, number, &text).await?;
            sealed.push(kept);
            texts.insert(place, remark);
        }
        let doc = thanks(asking, &answering);
        let propose = move |state: &State, now: Instant| -> Result<Vec<Event>, Barred> {
            let round = state.voice.may_answer(number, &person, now)?;
            let before = round.answers.get(state.voice.whole(&person));
            let wanted = answering.whole(before.map_or(&[][..], |answer| &answer.given));
            let mut kept = before.map(|answer| answer.texts.clone()).unwrap_or_default();
            kept.extend(texts);
            if before.is_some_and(|answer| answer.given == wanted && answer.texts == kept) {
                return Ok(Vec::new());
            }
            let stamp = Box::new(stamp(state, &round.agreement, round.incident, now));
            let word = Word::Answered {
                round: number,
                respondent: Respondent::Self_,
                via: Via::Chat,
                given: wanted,
                texts: kept,
                stamp,
            };
            Ok(vec![Event::Voice { at: now, by: Some(person), word: Box::new(word) }])
        };
        self.say_word(asking, sealed, propose).await.map_err(|barred| match barred {
            Failed::Barred(barred) => self::barred(asking, barred),
            Failed::Store(doc) => *doc,
        })?;
        Ok(Reply::Private(doc))
    }

    /// Appends words of somebody, as far as `propose` allows.
    pub(super) async fn say_word<E: Send + 'static>(
        &self,
        asking: &Asking,
        prose: Vec<Sealed>,
        propose: impl FnOnce(&State, Instant) -> Result<Vec<Event>, E> + Send + 'static,
    ) -> Result<(), Failed<E>> {
        match self.journal().append(asking.id.clone(), prose, propose).await {
            Ok(_) => Ok(()),
            Err(Refused::Proposal(error)) => Err(Failed::Barred(error)),
            Err(Refused::Store(error)) => {
                tracing::error!(%error, "what somebody said could not be journalled");
                Err(Failed::Store(Box::new(asking.refuse_key("error-not-stored"))))
            }
        }
    }

    /// Seals what somebody wrote in a round, and reads what it says.
    pub(super) async fn remark(
        &self,
        asking: &Asking,
        number: RoundNumber,
        text: &str,
    ) -> Result<(Sealed, Remark), Doc> {
        let agreement = {
            let state = self.journal().read().await;
            state.voice.round(number).map(|round| round.agreement.clone())
        };
        let text: String = text.trim().chars().take(LONGEST_TEXT).collect();
        let (sealed, prose) = self.seal(asking, &text)?;
        let (reading, uncovered) = match agreement {
            Some(agreement) => self.read_text(&agreement, &text).await,
            None => (None, false),
        };
        Ok((sealed, Remark { text: prose, reading, uncovered }))
    }

    /// `/comment SUR-7 text`
    pub async fn comment(
        &self,
        asking: &Asking,
        round: Option<RoundNumber>,
        words: &[String],
        filled: Option<&String>,
    ) -> Outcome {
        let text = text_of(words, filled);
        let number = {
            let state = self.journal().read().await;
            let Some((number, known)) = find(&state, asking, round)? else {
                return Err(offer(&state, asking));
            };
            let survey = survey_of(&state, asking, known)?;
            if known.identity == Identity::Anonymous {
                drop(state);
                return self.comment_anonymously(asking, number, text.as_deref()).await;
            }
            let answered =
                asking.person.as_ref().and_then(|person| known.answers.get(state.voice.whole(person)));
            match (&text, answered) {
                // A number written under the card is an answer; anything else needs one first.
                (Some(text), None) => {
                    let read = survey.scored().map(|question| question.kind.read(text));
                    if !matches!(read, Some(Ok(Given::Score(_) | Given::Choice(_)))) {
                        return Err(ask_again(asking, number, survey, known.identity));
                    }
                }
                (None, None) => return Err(ask_again(asking, number, survey, known.identity)),
                (None, Some(_)) => return Ok(Reply::Form(forms::survey_comment(number))),
                (Some(_), Some(_)) if asking.aloud && known.identity == Identity::Confidential => {
                    return Err(asking.refuse_key("survey-comment-aloud"));
                }
                (Some(_), Some(_)) => {}
            }
            if answered.is_none() {
                drop(state);
                return Box::pin(self.answer_survey(asking, Some(number), text.as_deref(), None)).await;
            }
            number
        };
        self.keep_comment(asking, number, &text.unwrap_or_default()).await
    }

    async fn keep_comment(&self, asking: &Asking, number: RoundNumber, text: &str) -> Outcome {
        let Some(person) = asking.person.clone() else { return Err(asking.refuse_key("error-no-account")) };
        let (sealed, remark) = self.remark(asking, number, text).await?;
        let propose = move |state: &State, now: Instant| -> Result<Vec<Event>, Barred> {
            state.voice.may_answer(number, &person, now)?;
            let word = Box::new(Word::Commented { round: number, text: remark });
            Ok(vec![Event::Voice { at: now, by: Some(person), word }])
        };
        self.say_word(asking, vec![sealed], propose).await.map_err(|failed| match failed {
            Failed::Barred(barred) => self::barred(asking, barred),
            Failed::Store(doc) => *doc,
        })?;
        let mut doc = asking.say(Text::key("survey-commented"));
        doc.buttons.extend(
            self.may_be_asked(asking, Wrote::Comment(number)).await.then(|| ask(Wrote::Comment(number))),
        );
        Ok(Reply::Private(doc))
    }

    /// `/survey stop` and `/survey start`
    pub(super) async fn opt(&self, asking: &Asking, out: bool) -> Outcome {
        let Some(person) = asking.person.clone() else { return Err(asking.refuse_key("error-no-account")) };
        let propose = move |state: &State, now: Instant| {
            let changes = state.voice.opted_out(&person) != out;
            let word = Box::new(if out { Word::OptedOut } else { Word::OptedIn });
            let event = Event::Voice { at: now, by: Some(person), word };
            Ok::<_, Infallible>(if changes { vec![event] } else { Vec::new() })
        };
        self.say_word(asking, Vec::new(), propose).await.map_err(|failed| match failed {
            Failed::Barred(never) => match never {},
            Failed::Store(doc) => *doc,
        })?;
        let doc = asking.say(Text::key(if out { "survey-stopped" } else { "survey-started" }));
        let (key, command) =
            if out { ("button-survey-start", "survey start") } else { ("button-survey-stop", "survey stop") };
        Ok(Reply::Private(doc.button(Text::key(key), command, Weight::Secondary)))
    }

    /// An anonymous answer is stored whole, once, at the last question.
    async fn anonymous(&self, asking: &Asking, answering: Answering, text: Option<String>) -> Outcome {
        if asking.aloud {
            return Err(asking.refuse_key("survey-anonymous-aloud"));
        }
        if answering.next().is_some() {
            return Ok(Reply::Once(next_question(asking, &answering)));
        }
        let place = u32::try_from(answering.given.len().saturating_sub(1)).unwrap_or_default();
        let texts = text.map(|text| (place, text)).into_iter().collect();
        self.answer_anonymously(asking, answering.number, answering.whole(&[]), texts).await
    }
}

/// Why a word was not taken.
pub(super) enum Failed<E> {
    Barred(E),
    Store(Box<Doc>),
}

/// The round a command means, if it is one of the asker's; with none named the only one that is open.
fn find<'s>(
    state: &'s State,
    asking: &Asking,
    named: Option<RoundNumber>,
) -> Result<Option<(RoundNumber, &'s Round)>, Doc> {
    let Some(number) = named else {
        let mut open = own_rounds(state, asking);
        let first = open.next();
        return Ok(first.filter(|_| open.next().is_none()));
    };
    let known = state.voice.round(number).filter(|round| asking.scope.includes(&round.agreement));
    known.map(|round| Some((number, round))).ok_or_else(|| no_round(asking, number))
}

pub(super) fn no_round(asking: &Asking, number: RoundNumber) -> Doc {
    asking.refuse(Text::key("error-no-round").with("round", Value::Code(number.to_string())))
}

/// The rounds that somebody may answer here.
pub(super) fn own_rounds<'s>(
    state: &'s State,
    asking: &Asking,
) -> impl Iterator<Item = (RoundNumber, &'s Round)> {
    let (scope, now) = (asking.scope.clone(), asking.now);
    state.voice.open_rounds().filter(move |(_, round)| {
        scope.includes(&round.agreement) && round.is_open(now) && round.asked.is_some()
    })
}

fn offer(state: &State, asking: &Asking) -> Doc {
    let mut doc = asking.say(Text::key("choose-round"));
    for (number, round) in own_rounds(state, asking).take(OFFERED) {
        let title = state.voice.survey_at(&round.survey, round.opened).map(|survey| survey.title.clone());
        let mut label = vec![Text::name(number.to_string())];
        label.extend(title.into_iter().flat_map(|title| [Text::mark(" · "), Value::Localized(title).into()]));
        doc = doc.button(label, format!("answer {number}"), Weight::Secondary);
    }
    if doc.buttons.is_empty() { asking.refuse_key("error-no-open-round") } else { doc }
}

fn survey_of<'s>(state: &'s State, asking: &Asking, round: &Round) -> Result<&'s Survey, Doc> {
    let survey = state.voice.survey_at(&round.survey, round.opened);
    survey.ok_or_else(|| asking.refuse_key("error-not-read"))
}

/// The question with its buttons; nothing was recorded.
fn ask_again(asking: &Asking, number: RoundNumber, survey: &Survey, identity: Identity) -> Doc {
    let Some(question) = survey.scored() else { return asking.refuse_key("error-not-read") };
    let mut doc = asking.say(Text::Value(Value::Localized(question.text.clone())));
    doc.blocks.extend(notice::ends(&question.kind).map(|line| Block::Line(line.into())));
    doc = doc.line(notice::promise_of(identity, survey.minimum_group));
    doc.buttons = notice::answers(number, "", question);
    doc
}

/// Reads `4,choice,-`. What cannot be read is asked again, and nothing is recorded.
fn read(
    asking: &Asking,
    number: RoundNumber,
    survey: &Survey,
    identity: Identity,
    value: &str,
) -> Result<Vec<Given>, Doc> {
    let mut given = Vec::new();
    for (question, typed) in survey.questions.iter().zip(value.split(',')) {
        if typed == "-" && (question.optional || matches!(question.kind, QuestionKind::Text)) {
            given.push(Given::Nothing);
            continue;
        }
        match question.kind.read(typed) {
            Ok(answer) => given.push(answer),
            Err(wrong) => {
                let mut doc = ask_again(asking, number, survey, identity);
                doc.blocks.insert(0, Block::Line(unreadable(typed, &wrong).into()));
                return Err(doc);
            }
        }
    }
    if given.is_empty() { Err(ask_again(asking, number, survey, identity)) } else { Ok(given) }
}

fn unreadable(typed: &str, wrong: &NoAnswer) -> Text {
    let typed = Value::Untrusted(typed.chars().take(40).collect());
    match wrong {
        NoAnswer::Score { low, high } => {
            Text::key("survey-not-a-score").with("typed", typed).with("low", *low).with("high", *high)
        }
        NoAnswer::Choice => Text::key("survey-not-a-choice").with("typed", typed),
    }
}

/// Why an answer was not taken, in words.
pub(super) fn barred(asking: &Asking, barred: Barred) -> Doc {
    match barred {
        Barred::Unknown => asking.refuse_key("error-no-open-round"),
        Barred::Closed => asking.refuse_key("survey-barred-closed"),
        Barred::Withdrawn => asking.refuse_key("survey-barred-withdrawn"),
        Barred::Period(earlier) => {
            asking.refuse(Text::key("survey-barred-period").with("round", Value::Code(earlier.to_string())))
        }
    }
}

/// What somebody reads who has just answered: thanks, what was recorded, and what comes next.
fn thanks(asking: &Asking, answering: &Answering) -> Doc {
    let number = answering.number;
    if answering.next().is_some() {
        return next_question(asking, answering);
    }
    let mut doc = asking.say(Text::key("survey-thanks"));
    doc.blocks.extend(recorded(answering).map(|line| Block::Line(line.into())));
    doc = doc.line(Text::key("survey-changeable"));
    let aloud = answering.identity == Identity::Confidential && group_hears(asking);
    if !aloud {
        doc = doc.button(Text::key("button-survey-comment"), format!("comment {number}"), Weight::Primary);
    }
    doc.button(Text::key("button-survey-change"), format!("answer {number}"), Weight::Secondary)
}

/// Where a typed reply is read by others.
pub(super) fn group_hears(asking: &Asking) -> bool {
    asking.from.platform == Platform::Telegram && !asking.from.direct
}

/// The first answer, so that a slip of the finger is seen.
fn recorded(answering: &Answering) -> Option<Text> {
    let question = answering.survey.scored()?;
    match answering.given.first()? {
        Given::Score(score) => {
            let (_, highest) = question.kind.range()?;
            Some(Text::key("survey-recorded").with("score", *score).with("highest", highest))
        }
        Given::Choice(name) => match &question.kind {
            QuestionKind::Choice { options } => {
                let option = options.iter().find(|option| option.name == *name)?;
                Some(
                    Text::key("survey-recorded-choice").with("choice", Value::Localized(option.text.clone())),
                )
            }
            _ => None,
        },
        Given::Nothing => None,
    }
}

fn next_question(asking: &Asking, answering: &Answering) -> Doc {
    let Some(question) = answering.next() else { return asking.refuse_key("error-not-read") };
    let mut doc = asking.say(Text::Value(Value::Localized(question.text.clone())));
    doc.blocks.extend(notice::ends(&question.kind).map(|line| Block::Line(line.into())));
    doc.blocks.extend(recorded(answering).map(|line| Block::Line(line.into())));
    doc.buttons = notice::answers(answering.number, &answering.carried(), question);
    doc
}

/// The words that answer a question; `before` are the answers to the questions before it.
fn words_form(number: RoundNumber, before: &str, survey: &Survey) -> Form {
    let question = survey.questions.get(before.matches(',').count());
    let text = question.map(|question| question.text.clone()).unwrap_or_default();
    forms::survey_words(number, before, &text, question.is_none_or(|question| !question.optional))
}
