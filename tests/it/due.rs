//! The binary is killed again and again around the times at which reviews are due: each is issued once, said once in
//! each place, and none is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant as Watch};

use sha2::{Digest, Sha256};
use upheld::clock::{Clock as _, SystemClock};
use upheld::core::event::{Entry, Event};
use upheld::core::review::{Document, Occasion, ReviewNumber, Section, Subject, Word};
use upheld::core::state::State;
use upheld::core::time::Span;
use upheld::core::window::{WindowKind, previous_window, window_at};
use upheld::journal::chain::Head;
use upheld::journal::restore;
use upheld::store::commit::Commit;
use upheld::store::{Mode, Store};

use crate::city::open;
use crate::dice::Dice;
use crate::program::{Files, Program};

const KILLS: usize = 30;
const REVIEWS: u32 = 40;
/// One is due after the other.
const BETWEEN: Span = Span::from_millis(700);
/// Long, because a loaded machine is slow; nothing waits longer than it must.
const PATIENCE: Duration = Duration::from_secs(240);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_review_is_issued_once_though_the_program_is_killed_around_its_time() {
    let mut dice = Dice::seeded("UPHELD_DUE_SEED");
    let mut program = Program::start(&Files::quick()).await;
    assert!(program.stop().await.success(), "{}", program.log());
    let drafted = draft(&program).await;

    let mut lives: BTreeSet<usize> = BTreeSet::new();
    let mut before = 0;
    for _ in 0..KILLS {
        match dice.below(3) {
            // While it starts.
            0 => {
                program.launch();
                tokio::time::sleep(dice.time(0, 400)).await;
            }
            // At any moment after it has started.
            _ => {
                program.run().await;
                tokio::time::sleep(dice.time(0, 900)).await;
            }
        }
        program.kill();
        let issued = issued(&program).await.len();
        if issued > before {
            lives.insert(issued);
        }
        before = issued;
    }
    program.run().await;
    let begun = Watch::now();
    while issued(&program).await.len() < drafted.len() || !is_at_rest(&program).await {
        assert!(
            begun.elapsed() < PATIENCE,
            "{} of {REVIEWS}\n{}",
            issued(&program).await.len(),
            program.log()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(program.stop().await.success(), "{}", program.log());
    assert!(program.succeed(&["journal", "verify"]).contains("The chain holds"));
    assert!(program.succeed(&["replay"]).contains("No difference"));
    let again = program.succeed(&["review", "verify"]);
    assert!(again.contains(&format!("\n{REVIEWS} the same to the byte, 0 of")), "{again}");

    let issued = issued(&program).await;
    let numbers: Vec<ReviewNumber> = issued.iter().map(|(_, document)| document.review).collect();
    let once: BTreeSet<ReviewNumber> = numbers.iter().copied().collect();
    assert_eq!((numbers.len(), &once), (drafted.len(), &drafted), "each once");
    for (sha256, document) in &issued {
        assert_eq!((document.revision, sha256.clone()), (1, hex::encode(Sha256::digest(document.json()))));
        assert!(document.provenance.as_of >= document.due, "{} came before its time", document.review);
    }
    let said = said(&program).await;
    for number in &drafted {
        // The operators and the customer have each one card of it, and it stands in each room once.
        for room in ["web:operators", "web:acme"] {
            let own: Vec<_> = said.iter().filter(|(key, _)| is_of(key, *number, room)).collect();
            assert_eq!(own.len(), 1, "{number} in {room}: {own:?} of {said:#?}");
            assert_eq!(*own[0].1, 1, "{own:?} stands there more than once");
        }
    }
    is_noticed_when_it_does_not_follow(&program, &issued[0].1).await;
    println!("{KILLS} kills, {} lives in which something was issued", lives.len());
    assert!(lives.len() > 3, "the kills never hit around a due time");
}

/// A revision with a figure that the journal does not give, written by somebody who keeps every hash right.
async fn is_noticed_when_it_does_not_follow(program: &Program, document: &Document) {
    let store = Store::open(&format!("sqlite://{}", program.database().display()), Mode::Own).await.unwrap();
    let state = restore::replay(&store, State::default(), Head::START).await.unwrap().state;
    let mut forged = Document { revision: 2, ..document.clone() };
    forged.incidents.count += 1;
    let (number, now) = (forged.review, state.now.unwrap());
    let event = upheld::core::review::compose::issued(forged, now);
    let id = format!("review/{}/issued/2", number.0);
    let entry = Entry { sequence: state.sequence + 1, id, recorded: now, event };
    store.commit(Commit { entries: vec![entry], ..Commit::at(now) }).await.unwrap();
    store.close().await;
    assert!(program.succeed(&["journal", "verify"]).contains("The chain holds"));
    let output = program.output(&["review", "verify", &number.to_string()]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("{number} revision 2,")) && said.contains("DIFFERS"), "{said}");
    assert!(said.contains("\n1 the same to the byte, 0 of another build that differ, 1 that"), "{said}");
}

/// Reviews of Acme that were drafted while the program was not running, due in a moment, one after the other.
async fn draft(program: &Program) -> BTreeSet<ReviewNumber> {
    let url = format!("sqlite://{}", program.database().display());
    let store = Store::open(&url, Mode::Own).await.unwrap();
    let state = restore::replay(&store, State::default(), Head::START).await.unwrap().state;
    let now = SystemClock.now().max(state.now.unwrap());
    let agreement = "acme".into();
    let zone = state.zone(&agreement, now);
    let window = previous_window(WindowKind::Month, zone, window_at(WindowKind::Month, zone, now));
    let first = state.reviews.next().0;
    let entries: Vec<Entry> = (0..REVIEWS)
        .map(|place| {
            let word = Word::Drafted {
                review: ReviewNumber(first + place),
                subject: Subject::Agreement(agreement.clone()),
                occasion: Occasion::Plan("due".to_owned()),
                window,
                period: Some(WindowKind::Month),
                template: vec![Section::Verdict, Section::Objectives],
                due: now + Span::from_seconds(2) + BETWEEN.saturating_mul(place.into()),
                hold: false,
            };
            Entry {
                sequence: state.sequence + 1 + u64::from(place),
                id: format!("review/{}/drafted", first + place),
                recorded: now,
                event: Event::Review { at: now, by: None, word: Box::new(word) },
            }
        })
        .collect();
    store.commit(Commit { entries, ..Commit::at(now) }).await.unwrap();
    store.close().await;
    (0..REVIEWS).map(|place| ReviewNumber(first + place)).collect()
}

/// Every review that the journal holds, with its hash.
async fn issued(program: &Program) -> Vec<(String, Document)> {
    let store = program.store().await;
    let mut reader = store.journal_after(Head::START);
    let mut issued = Vec::new();
    while let Some(page) = reader.next().await.unwrap() {
        issued.extend(page.into_iter().filter_map(|entry| match entry.event {
            Event::Review { word, .. } => match *word {
                Word::Issued { sha256, document, .. } => Some((sha256, *document)),
                _ => None,
            },
            _ => None,
        }));
    }
    drop(reader);
    store.close().await;
    issued
}

async fn is_at_rest(program: &Program) -> bool {
    let mut database = open(&program.database()).await;
    let left = "SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'claimed')";
    let left: i64 = sqlx::query_scalar(left).fetch_one(&mut database).await.unwrap();
    left == 0
}

/// How often each message stands in its room.
async fn said(program: &Program) -> BTreeMap<String, i64> {
    let mut database = open(&program.database()).await;
    let said = "SELECT key, COUNT(*) FROM room_messages WHERE key IS NOT NULL GROUP BY key";
    let said: Vec<(String, i64)> = sqlx::query_as(said).fetch_all(&mut database).await.unwrap();
    said.into_iter().collect()
}

/// Whether a key is that of a review's card in a room.
fn is_of(key: &str, number: ReviewNumber, room: &str) -> bool {
    let rest = key.strip_prefix(&format!("review/{}/", number.0)).and_then(|rest| rest.strip_suffix(room));
    rest.is_some_and(|rest| matches!(rest, "" | "customer/"))
}
