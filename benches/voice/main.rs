//! How long the results of surveys take over a million answers, beside a look at every one of them in the same
//! run. The two must agree, or the bench fails.
//!
//! `cargo bench --bench voice`, or with the number of answers: `cargo bench --bench voice -- 100000`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant as Watch};

use chrono::NaiveDate;
use upheld::core::event::{AgreementId, Entry, Event, PersonId, SurveyId};
use upheld::core::score::Score;
use upheld::core::state::State;
use upheld::core::survey::{Audience, Given, Identity, Question, QuestionKind, Survey, SurveyBook, Trigger};
use upheld::core::time::{Instant, Span};
use upheld::core::voice::{Dates, Promise, Respondent, RoundNumber, Stamp, Via, Word, recount, results};

/// Answers to one round.
const A_ROUND: u64 = 20;
/// Customers that are asked in turn.
const CUSTOMERS: u64 = 50;
/// Repetitions of the fast way, for a time that can be told from nothing.
const TIMES: u32 = 200;

fn main() {
    let wanted = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let answers: u64 = wanted.unwrap_or(1_000_000);
    let mut history = History::default();
    let begun = Watch::now();
    history.fill(answers);
    let took = begun.elapsed();
    println!(
        "{answers} answers folded in {took:.1?}, {:.1?} each",
        took / u32::try_from(answers).unwrap_or(1)
    );
    let state = &history.state;
    let survey = SurveyId::from("service");
    let every: BTreeSet<AgreementId> = (0..CUSTOMERS).map(customer).collect();
    let one: BTreeSet<AgreementId> = [customer(7)].into();
    for (what, agreements, days) in [
        ("one customer, a month", &one, 30),
        ("one customer, a year", &one, 365),
        ("every customer, a month", &every, 30),
        ("every customer, a year", &every, 365),
    ] {
        let until = date(365);
        let (period, before) = (
            Dates { from: until - chrono::Duration::days(days), until },
            Dates {
                from: until - chrono::Duration::days(2 * days),
                until: until - chrono::Duration::days(days),
            },
        );
        let (fast, by_days) = timed(TIMES, || results(state, &survey, agreements, period, before));
        let (slow, by_answers) = timed(1, || recount(state, &survey, agreements, period));
        assert_eq!(
            by_days.day.scores.iter().filter(|(_, counts)| counts.n() > 0).collect::<BTreeMap<_, _>>(),
            by_answers.iter().collect::<BTreeMap<_, _>>(),
            "{what}: the days do not say what the answers say"
        );
        let n = by_days.score().map_or(0, |score: Score| score.n);
        let ratio = slow.as_secs_f64() / fast.as_secs_f64().max(f64::EPSILON);
        println!("{what}: {n} answers, {fast:.1?}; every answer {slow:.1?}; {ratio:.0} times as fast");
    }
}

fn timed<T>(times: u32, mut run: impl FnMut() -> T) -> (Duration, T) {
    let begun = Watch::now();
    let mut last = run();
    for _ in 1..times {
        last = run();
    }
    (begun.elapsed() / times, last)
}

fn customer(number: u64) -> AgreementId {
    AgreementId::new(format!("customer-{number}"))
}

fn date(days: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).unwrap_or_default() + chrono::Duration::days(days)
}

fn start() -> Instant {
    Instant::from_seconds(1_735_689_600)
}

/// A year in which every customer is asked again and again.
#[derive(Default)]
struct History {
    state: State,
}

impl History {
    fn append(&mut self, at: Instant, event: Event) {
        let sequence = self.state.sequence + 1;
        let entry = Entry { sequence, id: sequence.to_string(), recorded: at, event };
        self.state.fold(&entry);
    }

    fn say(&mut self, at: Instant, by: Option<PersonId>, word: Word) {
        self.append(at, Event::Voice { at, by, word: Box::new(word) });
    }

    fn fill(&mut self, answers: u64) {
        let book = Box::new(SurveyBook::from([("service".into(), survey())]));
        let event = Event::SurveysAdopted { effective: start(), sha256: String::new(), book };
        self.append(start(), event);
        let rounds = answers.div_ceil(A_ROUND);
        let between = Span::from_micros(365 * 86_400_000_000 / i64::try_from(rounds).unwrap_or(1));
        let mut chance = 1_u64;
        for number in 0..rounds {
            let at = start() + Span::from_micros(between.micros() * i64::try_from(number).unwrap_or(0));
            self.round(number, at, &mut chance);
        }
    }

    fn round(&mut self, number: u64, at: Instant, chance: &mut u64) {
        let round = RoundNumber(u32::try_from(number + 1).unwrap_or(u32::MAX));
        let stamp =
            Stamp { standing: Promise::Met, version: 1, budget_left: None, incident: None, to_breach: None };
        let opened = Word::RoundOpened {
            round,
            survey: "service".into(),
            agreement: customer(number % CUSTOMERS),
            incident: None,
            closes: at + Span::from_days(5),
            stamp: Box::new(stamp.clone()),
        };
        self.say(at, None, opened);
        let people: BTreeSet<PersonId> = (0..A_ROUND).map(|person| person_of(number, person)).collect();
        self.say(at, None, Word::Asked { round, people: people.clone(), spared: 0 });
        for person in people {
            // Marsaglia's xorshift: any spread will do, the same in every run.
            *chance ^= *chance << 13;
            *chance ^= *chance >> 7;
            *chance ^= *chance << 17;
            let standing = [Promise::Met, Promise::AtRisk, Promise::Missed][(*chance % 3) as usize];
            let answered = Word::Answered {
                round,
                respondent: Respondent::Self_,
                via: Via::Chat,
                given: vec![Given::Score((*chance / 3 % 5 + 1) as i64)],
                texts: BTreeMap::new(),
                stamp: Box::new(Stamp { standing, ..stamp.clone() }),
            };
            self.say(at, Some(person), answered);
        }
    }
}

fn person_of(round: u64, person: u64) -> PersonId {
    PersonId::new(format!("{:016x}", round % CUSTOMERS * A_ROUND + person))
}

fn survey() -> Survey {
    let text = BTreeMap::from([("en".to_owned(), "How satisfied are you?".to_owned())]);
    let question = Question {
        name: "satisfaction".to_owned(),
        text: text.clone(),
        kind: QuestionKind::Csat,
        optional: false,
    };
    Survey {
        title: text,
        questions: vec![question],
        identity: Identity::Named,
        agreements: BTreeSet::new(),
        trigger: Trigger::Command,
        audience: Audience::Channel,
        open_for: Span::from_days(5),
        remind_after: None,
        cooldown: Span::ZERO,
        once_per: None,
        minimum_group: 5,
        quiet: None,
    }
}
