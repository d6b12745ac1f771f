//! What one more signal costs the core when the journal already holds years: the facts and the notices of one
//! step, in memory, after 100, 2,000 and 20,000 incidents.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant as Stopwatch};

use anyhow::{Context, Result};
use upheld::app::changes;
use upheld::config::{self, Surroundings};
use upheld::core::decide;
use upheld::core::event::{Entry, Event, Severity, Signal, SignalStatus};
use upheld::core::state::State;
use upheld::core::time::{Instant, Span};

use crate::bodies::SERVICES;
use crate::program::write_files;
use crate::table::percentile;

const INCIDENTS: [usize; 3] = [100, 2_000, 20_000];
/// Steps that are measured at each size.
const MEASURED: usize = 200;
/// How long an outage lasts, and how long after its beginning the next one anywhere begins.
const LASTS: Span = Span::from_minutes(8);
const PAUSE: Span = Span::from_minutes(26);

pub fn steps() -> Result<()> {
    let mut journal = Journal::new()?;
    println!(
        "{:<34} {:>14} {:>14} {:>14}",
        "One signal after so many incidents", "step p50 µs", "step p99 µs", "tick check µs"
    );
    for wanted in INCIDENTS {
        while journal.outages < wanted {
            journal.outage();
        }
        journal.took.clear();
        for _ in 0..MEASURED / 2 {
            journal.outage();
        }
        let begun = Stopwatch::now();
        for _ in 0..MEASURED {
            std::hint::black_box(decide::next_due(&journal.state));
        }
        let look = begun.elapsed() / MEASURED as u32;
        let micros = |span: Duration| span.as_secs_f64() * 1e6;
        println!(
            "{:<34} {:>14.1} {:>14.1} {:>14.2}",
            format!("{wanted} over {SERVICES} services"),
            micros(percentile(journal.took.clone(), 50)),
            micros(percentile(journal.took.clone(), 99)),
            micros(look)
        );
    }
    Ok(())
}

/// A journal in memory that ticks when something falls due.
struct Journal {
    state: State,
    now: Instant,
    outages: usize,
    took: Vec<Duration>,
}

impl Journal {
    /// The services and customers of the other parts.
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        write_files(folder.path(), 1)?;
        let now = Instant::from_seconds(1_795_402_800);
        let loaded = config::load(&folder.path().join("config"), &Surroundings::of_process(now));
        let config = loaded.config.with_context(|| format!("{:?}", loaded.problems))?;
        let mut journal = Self { state: State::default(), now, outages: 0, took: Vec::new() };
        for (number, event) in changes(&config, &journal.state, now).into_iter().enumerate() {
            journal.append(format!("configuration/{number}"), event);
        }
        Ok(journal)
    }

    /// Takes an event and what follows from it; that is a step.
    fn append(&mut self, id: String, event: Event) {
        let mut waiting = VecDeque::from([(id, event)]);
        while let Some((id, event)) = waiting.pop_front() {
            let entry = Entry { sequence: self.state.sequence + 1, id, recorded: self.now, event };
            waiting.extend(decide::step(&mut self.state, &entry).follow);
        }
    }

    /// Lets time pass; everything is decided when it falls due.
    fn until(&mut self, moment: Instant) {
        while let Some(due) = decide::next_due(&self.state).filter(|due| *due <= moment) {
            self.now = self.now.max(due);
            self.append(format!("tick/{}", due.micros()), Event::Tick { at: due });
        }
        self.now = moment;
    }

    /// One service fails and recovers, and is left alone for long enough to settle.
    fn outage(&mut self) {
        let number = self.outages;
        self.outages += 1;
        let began = self.now + PAUSE;
        self.until(began);
        self.signal(number, SignalStatus::Firing, began);
        self.until(began + LASTS);
        self.signal(number, SignalStatus::Resolved, began);
    }

    fn signal(&mut self, number: usize, status: SignalStatus, started: Instant) {
        let labels = BTreeMap::from([("service".to_owned(), format!("service-{}", number % SERVICES))]);
        let signal = Signal {
            key: format!("{:016x}", number % SERVICES),
            status,
            severity: Severity::Critical,
            started: Some(started),
            ended: (status == SignalStatus::Resolved).then_some(self.now),
            summary: "5xx ratio above 5 %".to_owned(),
            labels,
            links: Vec::new(),
        };
        let event =
            Event::Signals { integration: "alertmanager".into(), received: self.now, signals: vec![signal] };
        let begun = Stopwatch::now();
        self.append(format!("signal/{number}/{status:?}"), event);
        self.took.push(begun.elapsed());
    }
}
