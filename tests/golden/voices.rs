//! What customers say: answers to surveys, feedback and complaints, and what the provider does about them.

use std::collections::BTreeMap;

use upheld::core::agreement::ServiceLevel;
use upheld::core::event::{AgreementId, Event, PersonId, ServiceId};
use upheld::core::reading::{Reading, Sentiment, ThemeId, Tongue};
use upheld::core::review::{self, ReviewNumber, Section, Side};
use upheld::core::score::Counts;
use upheld::core::state::State;
use upheld::core::survey::{Given, Identity, QuestionKind};
use upheld::core::time::{Instant, Span};
use upheld::core::voice::{
    Counted, FeedbackKind, FeedbackNumber, Origin, Promise, Remark, Respondent, RoundNumber, Stamp, Via, Word,
};

use super::chance::Chance;
use super::customers::{CUSTOMERS, Customer, manager, operator};
use super::day;
use super::player::{Plan, What};
use super::plenty::{LETTERS, REPLIES};
use super::terms::HOLDS;

const SEED: u64 = 62;

fn say(plan: &mut Plan, at: Instant, by: Option<PersonId>, word: Word) {
    plan.add(at, What::Event(Event::Voice { at, by, word: Box::new(word) }));
}

/// Something a customer wrote, and how it was read.
fn remark(plan: &mut Plan, chance: &mut Chance) -> Remark {
    let (words, theme, mood, uncovered) = chance.pick(LETTERS[0], &LETTERS);
    let reading = Reading {
        tongue: if words.is_ascii() { Tongue::English } else { Tongue::TraditionalChinese },
        sentiment: Some(match mood {
            1 => Sentiment::Positive,
            -1 => Sentiment::Negative,
            _ => Sentiment::Neutral,
        }),
        themes: [ThemeId::from(theme)].into(),
        learnt: false,
    };
    Remark { text: plan.prose(words), reading: Some(reading), uncovered }
}

/// Letters of all customers over the year, each with what became of it.
pub fn letters(plan: &mut Plan) {
    let mut chance = Chance::new(SEED);
    let mut letters: Vec<(Instant, &Customer)> = Vec::new();
    for customer in &CUSTOMERS {
        for month in 0..12 {
            let more = if customer.bad_month == Some(month) { 6 } else { 0 };
            for _ in 0..chance.between(1, 5) + more {
                let at =
                    day(month * 30 + chance.between(0, 30)) + Span::from_minutes(chance.between(300, 1_100));
                letters.push((at, customer));
            }
        }
    }
    letters.sort_by_key(|(at, customer)| (*at, customer.id));
    for (number, (at, customer)) in (1..).zip(letters) {
        letter(plan, &mut chance, FeedbackNumber(number), at, customer);
    }
}

fn letter(plan: &mut Plan, chance: &mut Chance, feedback: FeedbackNumber, at: Instant, customer: &Customer) {
    let people = customer.people();
    let by = people[usize::try_from(chance.between(0, 4)).unwrap_or(0)].clone();
    let kind = if chance.percent(35) { FeedbackKind::Complaint } else { FeedbackKind::Feedback };
    let submitted = Word::Submitted {
        feedback,
        kind,
        agreement: customer.agreement(),
        service: chance.percent(50).then(|| ServiceId::new(format!("{}_shop", customer.id))),
        incident: None,
        text: remark(plan, chance),
        attachments: None,
        origin: Origin::Page,
        stamp: Box::new(plain()),
    };
    say(plan, at, Some(by.clone()), submitted);
    let operator = Some(operator(chance.between(0, 4)));
    let seen = at + Span::from_minutes(chance.between(20, 1_500));
    say(plan, seen, operator.clone(), Word::Acknowledged { feedback });
    if chance.percent(8) {
        return;
    }
    let words = chance.pick(REPLIES[0], &REPLIES);
    let text = plan.prose(words);
    let replied = seen + Span::from_hours(chance.between(1, 70));
    say(plan, replied, operator.clone(), Word::Replied { feedback, text });
    let closed = replied + Span::from_hours(chance.between(1, 90));
    say(plan, closed, operator, Word::FeedbackClosed { feedback, text: None });
    if chance.percent(60) {
        let settled = chance.percent(85);
        say(plan, closed + Span::from_hours(20), Some(by), Word::Settled { feedback, settled });
    }
}

/// Where it does not matter how the promise stood.
fn plain() -> Stamp {
    Stamp { standing: Promise::Met, version: 1, budget_left: None, incident: None, to_breach: None }
}

/// What follows when a round begins: who is asked, and what they answer.
pub fn round_opened(plan: &mut Plan, state: &State, number: RoundNumber, at: Instant) {
    let Some(round) = state.voice.round(number) else { return };
    let Some(customer) = Customer::of(&round.agreement) else { return };
    let mut chance = Chance::of(SEED, u64::from(number.0));
    let people = customer.people();
    let asked = Word::Asked { round: number, people: people.iter().cloned().collect(), spared: 0 };
    say(plan, at + Span::from_seconds(2), None, asked);
    if round.identity == Identity::Anonymous {
        return;
    }
    let kind = state.voice.survey(&round.survey).and_then(|survey| Some(survey.scored()?.kind.clone()));
    let Some(kind) = kind else { return };
    for person in people {
        if !chance.percent(62) {
            continue;
        }
        let score = score(&mut chance, &kind, customer, at);
        let texts = if chance.percent(22) {
            BTreeMap::from([(1, remark(plan, &mut chance))])
        } else {
            BTreeMap::new()
        };
        let answered = Word::Answered {
            round: number,
            respondent: Respondent::Self_,
            via: if chance.percent(80) { Via::Chat } else { Via::Link },
            given: vec![Given::Score(score)],
            texts,
            stamp: round.stamp.clone(),
        };
        let when = at + Span::from_minutes(chance.between(3, 6 * 1_440));
        say(plan, when, Some(person), answered);
    }
}

/// Content on the whole, in a bad month not.
fn score(chance: &mut Chance, kind: &QuestionKind, customer: &Customer, at: Instant) -> i64 {
    let (low, high) = kind.range().unwrap_or((1, 5));
    let month = (at - day(0)).seconds() / 86_400 / 30;
    let unhappy = customer.bad_month == Some(month) || (customer.id == "hudson" && month >= 8);
    let content = match customer.level {
        ServiceLevel::Sil1 | ServiceLevel::Sil2 => 80,
        _ => 70,
    };
    if chance.percent(if unhappy { 25 } else { content }) {
        chance.between(high - 1, high + 1)
    } else {
        chance.between(low, high)
    }
}

/// What an anonymous round came to, once it has ended.
pub fn round_closed(plan: &mut Plan, state: &State, number: RoundNumber, at: Instant) {
    let Some(round) = state.voice.round(number).filter(|round| round.identity == Identity::Anonymous) else {
        return;
    };
    let Some(customer) = Customer::of(&round.agreement) else { return };
    let mut chance = Chance::of(SEED + 1, u64::from(number.0));
    let answered = chance.between(2, i64::try_from(customer.people).unwrap_or(4) + 1);
    let mut counts = Counts::default();
    let mut answers: BTreeMap<String, u64> = BTreeMap::new();
    for _ in 0..answered {
        let score = score(&mut chance, &QuestionKind::Nps, customer, at);
        counts.add(score);
        *answers.entry(score.to_string()).or_default() += 1;
    }
    // Below the smallest group nothing is known but how many they were.
    let few = answered < 4;
    let counted = Counted {
        answered: u32::try_from(answered).unwrap_or(0),
        scores: if few { BTreeMap::new() } else { BTreeMap::from([(round.stamp.standing, counts)]) },
        answers: if few { Vec::new() } else { vec![answers] },
    };
    say(plan, at + Span::from_minutes(1), None, Word::Counted { round: number, counted });
}

fn of_review(plan: &mut Plan, at: Instant, by: PersonId, word: review::Word) {
    plan.add(at, What::Event(Event::Review { at, by: Some(by), word: Box::new(word) }));
}

/// What people say of a draft: one customer's is commented, another's waits to be approved, and once it was
/// forgotten until after its day.
pub fn drafted(plan: &mut Plan, state: &State, review: ReviewNumber, at: Instant) {
    let Some(draft) = state.reviews.review(review) else { return };
    let Some(agreement) = draft.subject.agreement() else { return };
    if draft.due <= at {
        return;
    }
    let approved = review::Word::Approved { review, at_once: false };
    if agreement.as_str() == "acme" {
        let text = Some(plan.prose("We have replaced the second line of the carrier since."));
        let comment = review::Word::Commented { review, section: Section::Incidents, text };
        of_review(plan, at + Span::from_hours(3), manager(), comment);
        of_review(plan, at + Span::from_hours(4), manager(), approved);
    } else if agreement.as_str() == HOLDS {
        let forgotten = draft.due >= day(150) && draft.due < day(170);
        let when = if forgotten { draft.due + Span::from_hours(26) } else { at + Span::from_hours(20) };
        of_review(plan, when, manager(), approved);
    }
}

/// What both sides do with a review that was issued.
pub fn issued(plan: &mut Plan, agreement: &AgreementId, review: ReviewNumber, revision: u32, at: Instant) {
    let Some(customer) = Customer::of(agreement) else { return };
    let somebody = customer.people().first().cloned().unwrap_or_else(manager);
    if review.0.is_multiple_of(3) {
        let text = plan.prose("How do we go on with the second line?");
        of_review(
            plan,
            at + Span::from_hours(5),
            somebody.clone(),
            review::Word::AgendaAdded { review, text },
        );
        let text = plan.prose("Both sides agree to test it in spring.");
        of_review(plan, at + Span::from_hours(30), manager(), review::Word::Minuted { review, text });
    }
    for (side, by, hours) in [(Side::Provider, manager(), 31), (Side::Customer, somebody, 52)] {
        of_review(plan, at + Span::from_hours(hours), by, review::Word::Signed { review, revision, side });
    }
}
