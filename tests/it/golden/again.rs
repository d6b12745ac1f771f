//! The same year again: on a machine in another time zone, from its own journal, and with its facts in another order.

use std::collections::BTreeMap;
use std::process::Command;

use upheld::core::decide;
use upheld::core::event::{Entry, Event, Signal, SignalStatus};
use upheld::core::review::compose::compose;
use upheld::core::review::{Document, Word, changes};
use upheld::core::state::State;

use super::kept::line;
use super::{YEAR, issued};
use crate::golden_year::chance::Chance;
use crate::golden_year::{Year, given, issue, play};

/// Set for a child that only plays the year and prints it.
const CHILD: &str = "UPHELD_GOLDEN_CHILD";
const TEST: &str = "the_year_is_the_same_in_whatever_zone_the_machine_stands";

/// A child with another `TZ` plays the year; it must say that its clocks really show another time.
#[test]
fn the_year_is_the_same_in_whatever_zone_the_machine_stands() {
    if std::env::var_os(CHILD).is_some() {
        let year = play(&mut issue);
        println!("offset {}", offset());
        issued(&year).for_each(|document| println!("line {}", line(document)));
        return;
    }
    let here: Vec<String> = issued(&YEAR).map(line).collect();
    let module = module_path!().split_once("::").unwrap().1;
    let child = |zone: &str| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &format!("{module}::{TEST}"), "--nocapture"])
            .env("TZ", zone)
            .env(CHILD, "1")
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    // Half an hour is nowhere else, and a text that needs no file of the machine.
    for (zone, offset) in [("GOLD-05:45", 20_700), ("LEAF+09:30", -34_200)] {
        let output = child(zone).wait_with_output().unwrap();
        assert!(output.status.success());
        let told = String::from_utf8(output.stdout).unwrap();
        let there: Vec<&str> =
            told.lines().filter_map(|told| told.split_once("line ")).map(|(_, line)| line).collect();
        assert!(told.contains(&format!("offset {offset}\n")), "the child did not stand in {zone}: {told}");
        assert_eq!(there, here, "{zone}");
    }
}

/// What the clocks of this machine are ahead of UTC, in seconds, by the machine itself.
fn offset() -> i32 {
    let date = Command::new("date").args(["-d", "@1767225600", "+%:z"]).output().unwrap();
    let told = String::from_utf8(date.stdout).unwrap();
    let (hours, minutes) = told.trim().split_once(':').unwrap();
    let sign = if hours.starts_with('-') { -1 } else { 1 };
    hours.parse::<i32>().unwrap() * 3_600 + sign * minutes.parse::<i32>().unwrap() * 60
}

/// Entry by entry: what follows is what followed, and each review is composed again to the byte from the state
/// at which it was made; by a state that went through a snapshot now and then.
#[test]
fn a_replay_gives_every_review_again_to_the_byte() {
    let mut state = State::default();
    let mut composed = 0;
    for entry in &YEAR.entries {
        if let Some(document) = of(entry) {
            let review = state.reviews.review(document.review).unwrap();
            assert_eq!(state.sequence, document.provenance.sequence);
            let again =
                compose(&state, document.review, review, &given(), document.provenance.as_of).unwrap();
            assert_eq!(again.json(), document.json(), "{}", document.review);
            composed += 1;
        }
        if entry.sequence % 9_001 == 0 {
            state = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
        }
        decide::step(&mut state, entry);
    }
    assert_eq!(composed, issued(&YEAR).count());
    assert_eq!(state, YEAR.state);
}

fn of(entry: &Entry) -> Option<&Document> {
    let Event::Review { word, .. } = &entry.event else { return None };
    match &**word {
        Word::Issued { document, .. } => Some(document),
        _ => None,
    }
}

/// Half a year or more later every review says what it said: nothing came late of what it tells.
#[test]
fn no_review_is_corrected_where_no_fact_came_late() {
    let (state, now) = (&YEAR.state, YEAR.state.now.unwrap());
    for was in issued(&YEAR) {
        let review = state.reviews.review(was.review).unwrap();
        let is = compose(state, was.review, review, &given(), now).unwrap();
        let changed = changes(was, &is);
        assert!(changed.is_empty(), "{} of {:?}: {changed:#?}", was.review, was.subject);
    }
}

/// The facts of each day in another order: what monitors said and people did. Only what a fact refers to stays
/// before it: numbers before what is done under them. A repeat, which the journal has in short, is said whole: that
/// is how it would have arrived.
#[test]
fn the_order_in_which_facts_arrive_changes_no_figure() {
    let year = &*YEAR;
    let permuted = permute(year);
    let mut state = State::default();
    for entry in &permuted {
        decide::step(&mut state, entry);
    }
    // What was announced is a matter of order, and the same for both.
    state.ledger = year.state.ledger.clone();
    let now = year.state.now.unwrap();
    let mut compared = 0;
    for (number, review) in year.state.reviews.all() {
        let said = compose(&year.state, number, review, &given(), now).unwrap();
        let says = compose(&state, number, review, &given(), now).unwrap();
        let says = Document { provenance: said.provenance.clone(), ..says };
        assert_eq!(says.json(), said.json(), "{number}");
        compared += 1;
    }
    assert!(compared > 120);
}

fn permute(year: &Year) -> Vec<Entry> {
    let mut chance = Chance::new(11);
    let mut last: BTreeMap<String, Signal> = BTreeMap::new();
    let entries =
        year.entries.iter().map(|entry| Entry { event: whole(&entry.event, &mut last), ..entry.clone() });
    let entries: Vec<Entry> = entries.collect();
    let mut permuted: Vec<Entry> = Vec::with_capacity(year.entries.len());
    let day = |entry: &Entry| entry.recorded.micros().div_euclid(86_400_000_000);
    for of_day in entries.chunk_by(|a, b| day(a) == day(b)) {
        let of_facts = |entry: &&Entry| {
            matches!(entry.event, Event::Signals { .. } | Event::Heard { .. } | Event::Act { .. })
        };
        let (facts, others): (Vec<&Entry>, Vec<&Entry>) = of_day.iter().partition(of_facts);
        // Numbers first; and of one signal the end may come before the beginning.
        let (numbers, others): (Vec<&Entry>, Vec<&Entry>) =
            others.into_iter().partition(|entry| matches!(entry.event, Event::Numbered { .. }));
        let mut facts = facts;
        chance.shuffle(&mut facts);
        let moments = of_day.iter().map(|entry| entry.recorded);
        for (recorded, entry) in moments.zip(numbers.into_iter().chain(facts).chain(others)) {
            let sequence = permuted.len() as u64 + 1;
            permuted.push(Entry { sequence, recorded, ..entry.clone() });
        }
    }
    permuted
}

/// A repeat as its monitor said it.
fn whole(event: &Event, last: &mut BTreeMap<String, Signal>) -> Event {
    match event {
        Event::Signals { signals, .. } => {
            let firing = signals.iter().filter(|signal| signal.status == SignalStatus::Firing);
            last.extend(firing.map(|signal| (signal.key.clone(), signal.clone())));
            event.clone()
        }
        Event::Confirmed { integration, at, keys } => {
            let signals = keys.iter().map(|key| last[key].clone()).collect();
            Event::Signals { integration: integration.clone(), received: *at, signals }
        }
        _ => event.clone(),
    }
}
