//! Who is asked what where: the cards of survey rounds, the reminders, and what the operators see of answers.

use super::{Composing, Letter};
use crate::chat::{Address, Platform};
use crate::core::calendar::local_time;
use crate::core::decide::NoticeKind;
use crate::core::doc::Doc;
use crate::core::event::{AgreementId, PersonId};
use crate::core::notice::survey::{self, AnswerView, RoundView, SurveyView};
use crate::core::survey::{Audience, Given, Identity, QuestionKind, QuietHours, Survey};
use crate::core::time::{Instant, Span};
use crate::core::voice::{Answer, Round, RoundNumber, Via};
use crate::i18n::Locale;
use crate::store::bindings::Binding;
use crate::store::outbox::{Message, Urgency};
use crate::store::record::Chain;

/// The kind of a message that asks; what becomes of it is looked at, because direct messages may be closed.
pub const SURVEY: &str = "survey";
/// Answers listed on the operators' card.
const ANSWERS_SHOWN: usize = 10;

/// The key of a round's card, without the address.
pub fn round_key(round: RoundNumber) -> String {
    format!("survey/{}", round.0)
}

/// The key of its reminder, without the address.
fn reminder_key(round: RoundNumber) -> String {
    format!("{}/reminder", round_key(round))
}

/// The round that a message with this key is about.
pub fn round_of(key: &str) -> Option<RoundNumber> {
    let (number, _) = key.strip_prefix("survey/")?.split_once('/')?;
    number.parse().ok().map(RoundNumber)
}

/// What a message is to those who read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A living card.
    Card,
    /// The same, for the last time.
    Ending,
    /// A message of the moment.
    Post,
}

/// What is sent, and how.
struct Mailing<'a> {
    agreement: &'a AgreementId,
    letter: &'a Letter,
    doc: &'a Doc,
    quiet: Option<QuietHours>,
    part: Part,
}

impl Composing<'_> {
    pub(super) fn survey(&mut self, number: RoundNumber, kinds: &[&NoticeKind]) {
        let Some(round) = self.state.voice.round(number) else { return };
        // Where nobody was asked, nobody is told.
        if round.asked.as_ref().is_none_or(|people| people.is_empty()) {
            return;
        }
        let Some(terms) = self.state.voice.survey_at(&round.survey, round.opened) else { return };
        let has = |wanted: fn(&NoticeKind) -> bool| kinds.iter().any(|kind| wanted(kind));
        let begins = has(|kind| matches!(kind, NoticeKind::Surveyed { .. }));
        let reminds = has(|kind| matches!(kind, NoticeKind::SurveyReminder { .. }));
        // A card that changed while others answer would tell when they did.
        if begins || round.ended.is_some() || round.identity != Identity::Anonymous {
            self.cards(number, round, terms);
        }
        if reminds && round.ended.is_none() {
            self.remind(number, round, terms);
        } else {
            self.spare(number, round, terms);
        }
        if !round.answers.is_empty() || round.ended.is_some() {
            self.round_for_operators(number, round, terms);
        }
    }

    fn in_channel(round: &Round, terms: &Survey) -> bool {
        terms.audience != Audience::Direct || round.elsewhere
    }

    fn cards(&mut self, number: RoundNumber, round: &Round, terms: &Survey) {
        let letter = Letter::post(round_key(number), SURVEY, Urgency::Rest);
        let part = if round.ended.is_some() { Part::Ending } else { Part::Card };
        if Self::in_channel(round, terms) {
            let Some(view) = self.view(number, round, terms, false) else { return };
            let doc = survey::card(&view);
            self.mail_channels(&Mailing {
                agreement: &round.agreement,
                letter: &letter,
                doc: &doc,
                quiet: terms.quiet,
                part,
            });
        }
        if terms.audience == Audience::Direct {
            let Some(view) = self.view(number, round, terms, true) else { return };
            let doc = survey::card(&view);
            for person in round.asked.iter().flatten() {
                self.mail_person(
                    person,
                    &Mailing {
                        agreement: &round.agreement,
                        letter: &letter,
                        doc: &doc,
                        quiet: terms.quiet,
                        part,
                    },
                );
            }
        }
    }

    /// Once, and only those who may still answer; where nobody can know who that is, everybody.
    fn remind(&mut self, number: RoundNumber, round: &Round, terms: &Survey) {
        let missing =
            |person: &&PersonId| !round.answers.contains_key(*person) && !self.state.voice.opted_out(person);
        let missing: Vec<PersonId> = round.asked.iter().flatten().filter(missing).cloned().collect();
        if missing.is_empty() {
            return;
        }
        let letter = Letter::post(reminder_key(number), SURVEY, Urgency::Rest);
        if Self::in_channel(round, terms) {
            let Some(mut view) = self.view(number, round, terms, false) else { return };
            if terms.audience == Audience::Representatives && round.identity != Identity::Anonymous {
                view.call.clone_from(&missing);
            }
            let doc = survey::reminder(&view);
            self.mail_channels(&Mailing {
                agreement: &round.agreement,
                letter: &letter,
                doc: &doc,
                quiet: terms.quiet,
                part: Part::Post,
            });
        }
        if terms.audience == Audience::Direct {
            let Some(view) = self.view(number, round, terms, true) else { return };
            let doc = survey::reminder(&view);
            for person in &missing {
                self.mail_person(
                    person,
                    &Mailing {
                        agreement: &round.agreement,
                        letter: &letter,
                        doc: &doc,
                        quiet: terms.quiet,
                        part: Part::Post,
                    },
                );
            }
        }
    }

    fn mail_channels(&mut self, mailing: &Mailing<'_>) {
        let places = self.directory.customer(mailing.agreement);
        let messages: Vec<Message> =
            places.map(|(address, binding)| self.mail(mailing, address, binding)).collect();
        self.put(mailing, messages);
    }

    fn mail_person(&mut self, person: &PersonId, mailing: &Mailing<'_>) {
        let Some((address, locale)) = self.alone(person, mailing.agreement) else { return };
        let audience = Chain::Customer(mailing.agreement.clone());
        let binding = Binding { audience, locale, bound_by: None, bound: self.now };
        let message = self.mail(mailing, &address, &binding);
        self.put(mailing, [message]);
    }

    /// A reminder that waits for the end of the quiet hours is not said to whoever has answered meanwhile.
    fn spare(&mut self, number: RoundNumber, round: &Round, terms: &Survey) {
        if round.reminded.is_none() {
            return;
        }
        let done = |person: &PersonId| {
            round.ended.is_some() || round.answers.contains_key(person) || self.state.voice.opted_out(person)
        };
        let asked = || round.asked.iter().flatten();
        let mut places: Vec<Address> = Vec::new();
        if Self::in_channel(round, terms) && asked().all(done) {
            places.extend(self.directory.customer(&round.agreement).map(|(address, _)| address.clone()));
        }
        if terms.audience == Audience::Direct {
            let alone = asked().filter(|person| done(person));
            places.extend(alone.filter_map(|person| Some(self.alone(person, &round.agreement)?.0)));
        }
        let key = reminder_key(number);
        self.out.unsaid.extend(places.iter().map(|place| format!("{key}/{place}")));
    }

    /// Not before the quiet hours are over there.
    fn mail(&self, mailing: &Mailing<'_>, address: &Address, binding: &Binding) -> Message {
        let message = mailing.letter.to(address, binding, mailing.doc);
        let until = mailing.quiet.and_then(|quiet| end_of_quiet(quiet, message.locale, self.now));
        Message { not_before: until, ..message }
    }

    fn put(&mut self, mailing: &Mailing<'_>, messages: impl IntoIterator<Item = Message>) {
        let out = match mailing.part {
            Part::Card => &mut self.out.cards,
            Part::Ending => &mut self.out.endings,
            Part::Post => &mut self.out.posts,
        };
        out.extend(messages);
    }

    /// Where somebody is asked alone: in one place only, or they would be asked twice.
    fn alone(&self, person: &PersonId, agreement: &AgreementId) -> Option<(Address, Locale)> {
        let allowed = |platform: Platform| self.directory.may_leave(agreement, platform);
        self.directory.alone(person, allowed).into_iter().next()
    }

    fn view(&self, number: RoundNumber, round: &Round, terms: &Survey, alone: bool) -> Option<SurveyView> {
        let calls = terms.audience == Audience::Representatives && !alone && round.ended.is_none();
        let call = if calls { round.asked.iter().flatten().cloned().collect() } else { Vec::new() };
        Some(SurveyView {
            number,
            title: terms.title.clone(),
            question: terms.scored()?.clone(),
            more: terms.questions.len() - 1,
            identity: round.identity,
            minimum_group: terms.minimum_group,
            incident: self.subject(round),
            call,
            closes: round.closes,
            ended: round.ended.map(|(_, how)| how),
            response: (!alone && round.identity != Identity::Anonymous).then(|| round.response()),
            alone,
            as_of: round.opened,
        })
    }

    fn subject(
        &self,
        round: &Round,
    ) -> Option<(crate::core::event::IncidentNumber, crate::core::survey::Localized)> {
        let number = round.incident?;
        let incident = self.state.incident(number, self.now)?;
        Some((number, super::view::service_name(self.state, &incident.service)))
    }

    fn round_for_operators(&mut self, number: RoundNumber, round: &Round, terms: &Survey) {
        let customer = self.directory.customer_name(&round.agreement);
        let shown = round.answers.len().min(ANSWERS_SHOWN);
        let mut answers: Vec<(&PersonId, &Answer)> = round.answers.iter().collect();
        answers.sort_by_key(|(person, answer)| (answer.at, *person));
        let latest = answers[answers.len() - shown..].iter();
        let view = RoundView {
            number,
            title: terms.title.clone(),
            customer: customer.map_or_else(|| round.agreement.to_string(), ToOwned::to_owned),
            identity: round.identity,
            incident: self.subject(round),
            closes: round.closes,
            ended: round.ended.map(|(_, how)| how),
            response: round.response(),
            spared: round.spared,
            answers: latest.map(|(person, answer)| answer_view(round, terms, person, answer)).collect(),
            unlisted: round.answers.len() - shown,
            as_of: round.opened,
        };
        let doc = survey::round(&view);
        let letter = Letter::post(format!("round/{}", number.0), "round", Urgency::Rest);
        for (address, binding) in self.directory.operators() {
            if self.directory.may_leave(&round.agreement, address.platform) {
                self.out.cards.push(letter.to(address, binding, &doc));
            }
        }
    }
}

fn answer_view(round: &Round, terms: &Survey, person: &PersonId, answer: &Answer) -> AnswerView {
    let kind = terms.scored().map(|question| &question.kind);
    let choice = match (kind, answer.given.first()) {
        (Some(QuestionKind::Choice { options }), Some(Given::Choice(name))) => {
            options.iter().find(|option| option.name == *name).map(|option| option.text.clone())
        }
        _ => None,
    };
    AnswerView {
        by: (round.identity == Identity::Named && answer.via != Via::Link).then(|| person.clone()),
        score: answer.score(),
        highest: kind.and_then(QuestionKind::range).map_or(0, |(_, high)| high),
        choice,
        telephone: answer.via == Via::Telephone,
        promise: answer.stamp.standing,
        comment: answer.comment().map(|remark| remark.text.id.clone()),
    }
}

/// When the quiet hours are over that hold in this zone now; none outside them.
pub fn end_of_quiet(quiet: QuietHours, locale: Locale, now: Instant) -> Option<Instant> {
    use chrono::Timelike;
    let wall = local_time(locale.zone, now);
    let minute = u16::try_from(wall.hour() * 60 + wall.minute()).unwrap_or(0);
    if !quiet.contains(minute) {
        return None;
    }
    let until = wall.date().and_hms_opt(u32::from(quiet.until / 60), u32::from(quiet.until % 60), 0)?;
    let until = if minute < quiet.until { until } else { until + chrono::Duration::days(1) };
    Some(crate::core::calendar::resolve_local(locale.zone, until).max(now + Span::from_micros(1)))
}
