//! Whether anything that is kept of a round follows the order in which people answered: many rounds, each attacked in
//! every way we know, against chance.

use std::collections::BTreeMap;

use upheld::core::event::PersonId;
use upheld::core::survey::Given;
use upheld::core::time::Instant;
use upheld::core::voice::{Promise, RoundNumber};
use upheld::store::anonymous::{AddComment, Ballot, CloseAnonymous, TakeAnonymous, Taken};
use upheld::store::inbound::SetMark;
use upheld::store::{Mode, Store};

use super::{Dump, dump, raw};
use crate::dice::Dice;

const ROUNDS: usize = 200;
const GROUP: usize = 5;

/// Whoever sorts the answers rightly finds all five of a round; whoever guesses finds one, give or take one.
const CHANCE: f64 = 1.0;
/// Five standard errors of the mean over all rounds.
const MARGIN: f64 = 5.0 / 14.142_135;

/// A round's answers: who they are by, in the order in which they were given.
type Truth = BTreeMap<u32, Vec<String>>;

fn word(round: u32, person: usize) -> String {
    format!("word{round:04}by{person}")
}

/// Several rounds are open at a time, as in life, and other things are written in between.
async fn answer_all(store: &Store, dice: &mut Dice) -> Truth {
    let mut truth = Truth::new();
    for first in (0..ROUNDS).step_by(10) {
        let rounds: Vec<u32> = (first..first + 10).map(|round| u32::try_from(round).unwrap()).collect();
        let mut waiting: Vec<(u32, usize)> =
            rounds.iter().flat_map(|round| (0..GROUP).map(|person| (*round, person))).collect();
        while !waiting.is_empty() {
            let (round, person) = waiting.swap_remove(dice.index(waiting.len()));
            let ballot = Ballot {
                given: vec![Given::Score(1 + i64::try_from(dice.below(5)).unwrap())],
                texts: BTreeMap::new(),
                standing: Promise::Met,
            };
            let person_id = PersonId::new(format!("person-{round}-{person}"));
            let take = TakeAnonymous { round: RoundNumber(round), person: vec![person_id], ballot };
            let Taken::New(id) = store.write(take).await.unwrap() else { panic!() };
            let text = word(round, person);
            assert!(store.write(AddComment { id, text: text.clone() }).await.unwrap());
            truth.entry(round).or_default().push(text);
            let mark =
                SetMark { name: format!("noise/{}", dice.below(50)), value: "x".repeat(dice.index(200)) };
            store.write(mark).await.unwrap();
        }
        for round in rounds {
            let close = CloseAnonymous {
                round: RoundNumber(round),
                agreement: "acme".into(),
                minimum_group: 3,
                day: Instant::from_seconds(0).to_utc().date_naive(),
            };
            store.write(close).await.unwrap();
        }
        store.wipe_rounds().await.unwrap();
    }
    truth
}

/// How many of a round are found, on average, when `guess` gives its answers in an order.
fn found(truth: &Truth, guess: impl Fn(u32) -> Vec<String>) -> f64 {
    let right = truth.iter().map(|(round, given)| {
        let guessed = guess(*round);
        assert_eq!(guessed.len(), GROUP);
        guessed.iter().zip(given).filter(|(guessed, given)| guessed == given).count()
    });
    right.sum::<usize>() as f64 / truth.len() as f64
}

/// The answers of a round, sorted by something of their rows.
fn sorted<K: Ord>(tables: &Dump, round: u32, by: impl Fn(&[String]) -> K) -> Vec<String> {
    let mut rows: Vec<&Vec<String>> =
        tables["survey_answers"].iter().filter(|row| row[2] == round.to_string()).collect();
    rows.sort_by_key(|row| by(row));
    rows.iter().map(|row| words_in(row)).collect()
}

fn words_in(row: &[String]) -> String {
    let cell = row.iter().find(|cell| cell.contains("word")).unwrap();
    let begin = cell.find("word").unwrap();
    cell[begin..].split('"').next().unwrap().to_owned()
}

/// Where something stands in the file; a page that was cut in two may still hold it in its unused part.
fn offsets(bytes: &str, wanted: &str) -> Vec<usize> {
    bytes.match_indices(wanted).map(|(place, _)| place).collect()
}

/// How an attacker puts a round's answers in order.
type Way<'a> = dyn Fn(u32) -> Vec<String> + 'a;

#[tokio::test(flavor = "multi_thread")]
async fn no_order_tells_who_answered_first() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("upheld.db");
    let store = Store::open(&format!("sqlite://{}", database.display()), Mode::Own).await.unwrap();
    let truth = answer_all(&store, &mut Dice::seeded("ANONYMITY_SEED")).await;
    let (tables, bytes) = (dump(&database).await, raw(&database));
    store.close().await;

    // The attack works where there is an order to be found.
    assert!(found(&truth, |round| truth[&round].clone()) > 4.9);

    let number = |cell: &String| cell.parse::<i64>().unwrap();
    let ways: [(&str, &Way<'_>); 6] = [
        ("place", &|round| sorted(&tables, round, |row| number(&row[0]))),
        ("id", &|round| sorted(&tables, round, |row| number(&row[1]))),
        ("low bits", &|round| sorted(&tables, round, |row| number(&row[1]) & 0xffff)),
        ("first byte", &|round| sorted(&tables, round, |row| offsets(&bytes, &words_in(row))[0])),
        ("last byte", &|round| sorted(&tables, round, |row| offsets(&bytes, &words_in(row)).pop())),
        // The index holds round and number of each row.
        ("index", &|round| {
            sorted(&tables, round, |row| {
                let id: String = number(&row[1]).to_be_bytes().map(char::from).iter().collect();
                offsets(&bytes, &id).pop()
            })
        }),
    ];
    for (name, guess) in ways {
        let forwards = found(&truth, guess);
        let backwards = found(&truth, |round| guess(round).into_iter().rev().collect());
        for share in [forwards, backwards] {
            println!("by {name}: {share:.2} of {GROUP}");
            assert!(share < CHANCE + MARGIN, "by {name}: {share} of {GROUP}");
        }
    }
    assert!(!bytes.contains("person-"), "a person is named in the file");
}
