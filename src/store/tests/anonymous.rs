//! Anonymous answers: one a person, and nothing left that tells whose.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::super::anonymous::{AddComment, Ballot, BallotId, CloseAnonymous, TakeAnonymous, Taken};
use super::super::testing::{Base, on_both};
use super::super::tx::{Tx, on};
use super::super::{Store, StoreError, Write};
use crate::core::event::PersonId;
use crate::core::survey::Given;
use crate::core::voice::{Counted, Promise, RoundNumber};

const ROUND: RoundNumber = RoundNumber(7);

fn person(number: usize) -> PersonId {
    PersonId::new(format!("{number:032x}"))
}

fn ballot(score: i64, standing: Promise) -> Ballot {
    let given = vec![Given::Score(score), Given::Choice("speed".to_owned()), Given::Nothing];
    let texts = BTreeMap::from([(2, format!("words of a {score}"))]);
    Ballot { given, texts, standing }
}

fn take(person: PersonId, ballot: Ballot) -> TakeAnonymous {
    TakeAnonymous { round: ROUND, person: vec![person], ballot }
}

fn close(minimum_group: u32) -> CloseAnonymous {
    let day = "2026-11-30".parse().unwrap();
    CloseAnonymous { round: ROUND, agreement: "acme".into(), minimum_group, day }
}

async fn answers(store: &Store, scores: &[i64]) -> Vec<BallotId> {
    let mut ids = Vec::new();
    for (number, score) in scores.iter().enumerate() {
        let taken = store.write(take(person(number), ballot(*score, Promise::Met))).await.unwrap();
        let Taken::New(id) = taken else { panic!("{taken:?}") };
        ids.push(id);
    }
    ids
}

async fn number(store: &Store, sql: &'static str) -> i64 {
    let mut tx = store.reader().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

const MARKS: &str = "SELECT COUNT(*) FROM survey_participation";
const BALLOTS: &str = "SELECT COUNT(*) FROM survey_ballots";
const KEYS: &str = "SELECT COUNT(*) FROM survey_keys";
const KEPT: &str = "SELECT COUNT(*) FROM survey_answers";

#[tokio::test]
async fn a_round_is_answered_counted_and_forgotten() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let ids = answers(&store, &[5, 4, 4, 1, 2]).await;
        assert_eq!(store.write(take(person(0), ballot(1, Promise::Met))).await.unwrap(), Taken::Already);
        // Linked accounts are one person.
        let both =
            TakeAnonymous { person: vec![person(99), person(3)], ..take(person(0), ballot(1, Promise::Met)) };
        assert_eq!(store.write(both).await.unwrap(), Taken::Already);
        assert!(store.took_part(ROUND, &person(3)).await.unwrap());
        assert!(!store.took_part(ROUND, &person(99)).await.unwrap());
        let comment = |text: &str| AddComment { id: ids[3], text: text.to_owned() };
        assert!(store.write(comment("too slow")).await.unwrap());
        assert!(!store.write(comment("once more")).await.unwrap(), "a comment is not changed");
        assert_eq!(store.anonymous_answers(ROUND, &"acme".into()).await.unwrap(), [], "not while it is open");

        let counted = store.write(close(5)).await.unwrap();
        assert_eq!(counted.answered, 5);
        let scores: Vec<_> = counted.scores[&Promise::Met].iter().collect();
        assert_eq!(scores, [(1, 1), (2, 1), (4, 2), (5, 1)]);
        let first = [("1", 1), ("2", 1), ("4", 2), ("5", 1)].map(|(score, times)| (score.to_owned(), times));
        let second = BTreeMap::from([("speed".to_owned(), 5)]);
        assert_eq!(counted.answers, [BTreeMap::from(first), second, BTreeMap::new()]);
        for table in [MARKS, BALLOTS, KEYS] {
            assert_eq!(number(&store, table).await, 0, "{table}");
        }
        assert!(!store.took_part(ROUND, &person(3)).await.unwrap());
        let known = store.anonymous_answers(ROUND, &"acme".into()).await.unwrap();
        let mut given: Vec<_> = known.iter().map(|known| known.ballot.given[0].clone()).collect();
        given.sort();
        assert_eq!(given, [1, 2, 4, 4, 5].map(Given::Score));
        let comments: Vec<_> = known.iter().filter_map(|known| known.ballot.texts.get(&3)).collect();
        assert_eq!(comments, ["too slow"]);
        assert_eq!(store.anonymous_answers(ROUND, &"other".into()).await.unwrap(), []);

        // Over is over, and closing again says the same.
        assert_eq!(store.write(take(person(9), ballot(1, Promise::Met))).await.unwrap(), Taken::Closed);
        assert!(!store.write(AddComment { id: ids[0], text: "late".to_owned() }).await.unwrap());
        assert_eq!(store.write(close(2)).await.unwrap(), counted);
        store.wipe_rounds().await.unwrap();
        store.close().await;
        assert_eq!(base.open().await.write(close(9)).await.unwrap(), counted);
    })
    .await;
}

#[tokio::test]
async fn a_group_too_small_leaves_its_number_alone() {
    on_both(async |base: Base| {
        let store = base.open().await;
        answers(&store, &[5, 1, 1]).await;
        let counted = store.write(close(4)).await.unwrap();
        assert_eq!(counted, Counted { answered: 3, ..Counted::default() });
        for table in [MARKS, BALLOTS, KEYS, KEPT] {
            assert_eq!(number(&store, table).await, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_standing_that_would_tell_few_apart_tells_nobody_apart() {
    on_both(async |base: Base| {
        for (standings, groups) in [
            ([3, 3], vec![(Promise::Met, 3), (Promise::Missed, 3)]),
            ([4, 2], vec![(Promise::Unknown, 6)]),
            ([6, 0], vec![(Promise::Met, 6)]),
        ] {
            let store = base.open().await;
            let round = RoundNumber(standings[0]);
            let before = std::iter::repeat_n(Promise::Met, standings[0] as usize);
            let after = std::iter::repeat_n(Promise::Missed, standings[1] as usize);
            for (number, standing) in before.chain(after).enumerate() {
                let take = TakeAnonymous { round, ..take(person(number), ballot(5, standing)) };
                store.write(take).await.unwrap();
            }
            let counted = store.write(CloseAnonymous { round, ..close(3) }).await.unwrap();
            let told: Vec<_> =
                counted.scores.iter().map(|(promise, counts)| (*promise, counts.n())).collect();
            assert_eq!(told, groups);
            let kept = store.anonymous_answers(round, &"acme".into()).await.unwrap();
            let kept: BTreeSet<_> = kept.iter().map(|kept| kept.ballot.standing).collect();
            assert_eq!(kept, groups.iter().map(|(promise, _)| *promise).collect());
            store.close().await;
        }
    })
    .await;
}

/// What people may do to a round, in any order and at once.
#[test]
fn presses_in_any_order_give_one_answer_a_person() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let presses = proptest::collection::vec((0..6_usize, 1..6_i64), 1..40);
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    runner
        .run(&(presses, any::<bool>()), |(presses, at_once)| {
            runtime.block_on(async {
                let base = Base::sqlite();
                let store = base.open().await;
                let writes = presses
                    .iter()
                    .map(|(who, score)| store.write(take(person(*who), ballot(*score, Promise::Met))));
                let taken: Vec<Taken> = if at_once {
                    futures_util::future::join_all(writes).await.into_iter().map(Result::unwrap).collect()
                } else {
                    let mut taken = Vec::new();
                    for write in writes {
                        taken.push(write.await.unwrap());
                    }
                    taken
                };
                let people: BTreeSet<usize> = presses.iter().map(|(who, _)| *who).collect();
                let mut first = BTreeMap::new();
                for ((who, score), taken) in presses.iter().zip(&taken) {
                    if matches!(taken, Taken::New(_)) {
                        prop_assert_eq!(first.insert(*who, *score), None, "twice for one person");
                    }
                }
                prop_assert_eq!(first.keys().copied().collect::<BTreeSet<_>>(), people.clone());
                prop_assert_eq!(number(&store, BALLOTS).await, people.len() as i64);
                let counted = store.write(close(1)).await.unwrap();
                let mut scores: Vec<i64> = first.into_values().collect();
                scores.sort_unstable();
                let counts = counted.scores.values().flat_map(|counts| counts.iter());
                let counted: Vec<i64> =
                    counts.flat_map(|(score, times)| std::iter::repeat_n(score, times as usize)).collect();
                prop_assert_eq!(counted, scores);
                store.close().await;
                Ok(())
            })
        })
        .unwrap();
}

/// Everything the tables hold, to be looked for in the files.
async fn secrets(store: &Store) -> Vec<Vec<u8>> {
    let mut tx = store.reader().await.unwrap();
    let marks: Vec<i64> =
        on!(&mut tx, c => sqlx::query_scalar("SELECT mark FROM survey_participation").fetch_all(c).await)
            .unwrap();
    let keys: Vec<Vec<u8>> =
        on!(&mut tx, c => sqlx::query_scalar("SELECT key FROM survey_keys").fetch_all(c).await).unwrap();
    let sealed: Vec<Vec<u8>> =
        on!(&mut tx, c => sqlx::query_scalar("SELECT sealed FROM survey_ballots").fetch_all(c).await)
            .unwrap();
    let marks = marks.into_iter().map(|mark| mark.to_be_bytes().to_vec());
    marks.chain(keys).chain(sealed).collect()
}

fn found(base: &Base, secrets: &[Vec<u8>]) -> usize {
    let files = ["upheld.db", "upheld.db-wal"].map(|name| std::fs::read(base.directory().join(name)));
    let bytes: Vec<u8> = files.into_iter().flatten().flatten().collect();
    let windows: BTreeSet<&[u8]> = bytes.windows(8).collect();
    secrets.iter().filter(|secret| windows.contains(&secret[..8])).count()
}

#[tokio::test]
async fn after_the_close_no_byte_of_key_marks_or_ballots_is_in_the_file() {
    let base = Base::sqlite();
    let store = base.open().await;
    let many = (0..3_000)
        .map(|number| store.write(take(person(number), ballot(1 + (number % 5) as i64, Promise::Met))));
    assert!(futures_util::future::join_all(many).await.iter().all(Result::is_ok));
    let secrets = secrets(&store).await;
    assert_eq!(secrets.len(), 6_001);
    assert_eq!(found(&base, &secrets), 6_001, "they are found while they are there");
    store.write(close(5)).await.unwrap();
    store.wipe_rounds().await.unwrap();
    assert_eq!(found(&base, &secrets), 0);
    assert_eq!(number(&store, KEPT).await, 3_000);
    store.close().await;
}

#[tokio::test]
async fn a_reader_in_the_way_is_told_so_that_wiping_is_tried_again() {
    let base = Base::sqlite();
    let store = base.open().await;
    answers(&store, &[5, 4, 3]).await;
    let outside = sqlx::SqlitePool::connect(base.url()).await.unwrap();
    let mut reader = outside.begin().await.unwrap();
    sqlx::query("SELECT COUNT(*) FROM survey_keys").fetch_one(&mut *reader).await.unwrap();
    store.write(close(3)).await.unwrap();
    let refused = store.wipe_rounds().await.unwrap_err();
    assert!(refused.is_passing() && refused.to_string().contains("reader is in the way"), "{refused}");
    reader.rollback().await.unwrap();
    store.wipe_rounds().await.unwrap();
}

struct Forge(&'static str);

impl Write for Forge {
    type Out = ();

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(self.0).execute(c).await.map(drop))?;
        Ok(())
    }
}

#[tokio::test]
async fn a_ballot_that_somebody_changed_is_not_counted_as_something_else() {
    on_both(async |base: Base| {
        let store = base.open().await;
        answers(&store, &[5, 4, 3]).await;
        store.write(Forge("UPDATE survey_ballots SET sealed = (SELECT key FROM survey_keys)")).await.unwrap();
        let refused = store.write(close(3)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Unintelligible(_)), "{refused}");
        assert_eq!(number(&store, BALLOTS).await, 3, "nothing was deleted");
    })
    .await;
}
