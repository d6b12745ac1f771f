//! How fast the reviews of the golden year are composed, beside the standings alone of the same agreements and
//! periods in the same run; and how much memory the year takes. Each review must be what it was when it was issued,
//! or the bench fails.
//!
//! `cargo bench --bench review`; it takes some seconds and ends by itself.

#[expect(dead_code, unused_imports, reason = "the tests use the rest of it")]
#[path = "../../tests/golden/mod.rs"]
mod golden;

use std::hint::black_box;
use std::time::{Duration, Instant as Watch};

use upheld::core::decide;
use upheld::core::event::{Entry, Event};
use upheld::core::review::compose::compose;
use upheld::core::review::{Document, Subject, Word};
use upheld::core::standing::standings;
use upheld::core::state::State;
use upheld::core::time::Span;

/// Each way is repeated so often.
const TIMES: u32 = 20;

fn main() {
    let (played, year) = timed(|| golden::play(&mut golden::issue));
    let reviews = year.entries.iter().filter(|entry| issued(entry).is_some()).count();
    println!(
        "the golden year: {} entries, {} notices, {} texts, {reviews} reviews issued, played in {played:.1?}",
        year.entries.len(),
        year.notices,
        year.texts.len(),
    );
    let (figures, composed) = again(&year.entries);
    assert_eq!(composed, reviews, "a review is not what it was when it was issued");
    for (what, figure) in ["a customer's", "the operators'"].into_iter().zip(figures) {
        let Figures { count, composing, standing } = figure;
        println!(
            "{what} reviews: {count}, each composed in {:.2?} ({:.0} a second); the standings of its period alone take {:.2?}: {:.1} times as long",
            composing / count.max(1) / TIMES,
            f64::from(count * TIMES) / composing.as_secs_f64(),
            standing / count.max(1) / TIMES,
            composing.as_secs_f64() / standing.as_secs_f64(),
        );
    }
    let peak = peak_memory().map_or_else(|| "is not known here".to_owned(), |mib| format!("{mib} MiB"));
    println!("peak memory {peak}");
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Watch::now();
    let done = run();
    (begun.elapsed(), done)
}

#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    count: u32,
    composing: Duration,
    standing: Duration,
}

/// Goes through the year once more; each review is composed at the moment at which it was issued.
fn again(entries: &[Entry]) -> ([Figures; 2], usize) {
    let mut state = State::default();
    let mut figures = [Figures::default(); 2];
    let mut same = 0;
    for entry in entries {
        if let Some(document) = issued(entry) {
            let place = usize::from(document.subject == Subject::Operators);
            same += usize::from(measure(&state, document, &mut figures[place]));
        }
        decide::step(&mut state, entry);
    }
    (figures, same)
}

/// Times both ways, and tells whether the review is what it was.
fn measure(state: &State, document: &Document, figures: &mut Figures) -> bool {
    let Some(review) = state.reviews.review(document.review) else { return false };
    let as_of = document.provenance.as_of;
    let given = golden::given();
    let (composing, composed) = timed(|| {
        let composed = || compose(state, document.review, review, &given, as_of);
        (1..TIMES).for_each(|_| drop(black_box(composed())));
        composed()
    });
    let at = document.window.end - Span::from_micros(1);
    let (standing, ()) = timed(|| {
        for _ in 0..TIMES {
            let whose: Vec<_> = match &document.subject {
                Subject::Agreement(agreement) => vec![agreement],
                Subject::Operators => state.agreements.keys().collect(),
            };
            whose.into_iter().for_each(|agreement| drop(black_box(standings(state, agreement, at, as_of))));
        }
    });
    figures.count += 1;
    figures.composing += composing;
    figures.standing += standing;
    composed.is_some_and(|composed| composed.json() == document.json())
}

fn issued(entry: &Entry) -> Option<&Document> {
    let Event::Review { word, .. } = &entry.event else { return None };
    match &**word {
        Word::Issued { document, .. } => Some(document),
        _ => None,
    }
}

/// The most memory that this process ever had, in MiB, where the system tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? / 1_024)
}
