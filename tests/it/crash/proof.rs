//! What must hold when everything is over: each promise is found again, whole and once.

mod owed;
mod seen;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use upheld::core::event::{Act, Entry, Event, SignalStatus};
use upheld::directory::{Directory, Shared};
use upheld::journal::chain::Head;
use upheld::store::Store;
use upheld::store::outbox::{Row, State as Sending};
use upheld::store::record::{Chain, Outcome, Recorded};

use self::owed::Owed;
use self::seen::Seen;
use super::load::{Note, Promises};
use crate::city::{City, open};
use crate::fake::discord::Shown;
use crate::program::Program;

/// Everything the program left behind.
pub struct Evidence {
    store: Store,
    directory: Arc<Directory>,
    entries: Vec<Entry>,
    rows: BTreeMap<String, Row>,
    record: Vec<Recorded>,
}

/// What was counted.
pub struct Report {
    alerts: usize,
    accepted: usize,
    repeated: usize,
    unanswered: usize,
    acts: Acts,
    owed: Owed,
    outbox: BTreeMap<&'static str, usize>,
    seen: Seen,
    entries: usize,
}

/// What people did, and what came of it.
#[derive(Debug, Default)]
struct Acts {
    notes: usize,
    notes_unanswered: usize,
    presses: usize,
    presses_unanswered: usize,
    /// Answered that there was nothing to do.
    needless: usize,
}

/// Looks at everything, and fails on the first promise that was broken.
pub async fn of(city: &City, promises: &Promises) -> Report {
    assert!(city.program.succeed(&["journal", "verify"]).contains("The chain holds"));
    assert!(city.program.succeed(&["replay"]).contains("No difference"));
    let evidence = Evidence::gather(&city.program).await;
    let report = Report {
        alerts: evidence.alerts(promises),
        accepted: promises.accepted.load(SeqCst),
        repeated: promises.repeated.load(SeqCst),
        unanswered: promises.unanswered.load(SeqCst),
        acts: evidence.acts(city, promises).await,
        owed: Owed::of(&evidence, city),
        outbox: evidence.outbox(),
        seen: Seen::of(&evidence, city).await,
        entries: evidence.entries.len(),
    };
    evidence.store.close().await;
    report
}

impl Evidence {
    async fn gather(program: &Program) -> Self {
        let store = program.store().await;
        let directory = Shared::new(store.clone(), Arc::new(program.config())).await.unwrap().get();
        let mut entries = Vec::new();
        let mut reader = store.journal_after(Head::START);
        while let Some(page) = reader.next().await.unwrap() {
            entries.extend(page);
        }
        let mut database = open(&program.database()).await;
        let keys: Vec<String> =
            sqlx::query_scalar("SELECT key FROM outbox").fetch_all(&mut database).await.unwrap();
        let mut rows = BTreeMap::new();
        for key in keys {
            let row = store.message(&key).await.unwrap().unwrap();
            rows.insert(key, row);
        }
        let mut record = Vec::new();
        for chain in store.record_chains().await.unwrap() {
            let head = store.verify_record(&chain).await.unwrap();
            let head = head.unwrap_or_else(|broken| panic!("the record of {chain} is broken: {broken}"));
            let lines = store.record_after(&chain, 0, u32::MAX).await.unwrap();
            assert_eq!(lines.len() as u64, head.sequence);
            record.extend(lines);
        }
        assert!(record.iter().any(|line| line.chain == Chain::Operators));
        Self { store, directory, entries, rows, record }
    }

    /// Every alert that was accepted is in the journal, exactly once. How many.
    fn alerts(&self, promises: &Promises) -> usize {
        let mut found: BTreeMap<(String, &str), usize> = BTreeMap::new();
        for entry in &self.entries {
            let Event::Signals { signals, .. } = &entry.event else { continue };
            for signal in signals {
                let status = if signal.status == SignalStatus::Firing { "firing" } else { "resolved" };
                *found.entry((signal.key.clone(), status)).or_default() += 1;
            }
        }
        let promised = promises.alerts.lock().unwrap();
        for alert in promised.keys() {
            assert_eq!(found.remove(alert), Some(1), "{alert:?} was answered 202");
        }
        assert!(found.is_empty(), "nobody sent {found:?}");
        promised.len()
    }

    /// Every act that was answered is in the journal, and none is there twice.
    async fn acts(&self, city: &City, promises: &Promises) -> Acts {
        let mut acts = Acts::default();
        let ids: BTreeSet<&str> = self.entries.iter().map(|entry| entry.id.as_str()).collect();
        let written = self.written().await;
        for (text, how) in &*promises.notes.lock().unwrap() {
            let found = written.iter().filter(|known| *known == text).count();
            let is_promised = match how {
                Note::Slash(interaction) => answer(city, *interaction).is_some(),
                Note::Message | Note::Line => true,
            };
            assert!(found == 1 || (!is_promised && found == 0), "{text:?} ({how:?}) is there {found} times");
            acts.notes += 1;
            acts.notes_unanswered += usize::from(!is_promised);
        }
        for (interaction, label) in &*promises.pressed.lock().unwrap() {
            acts.presses += 1;
            let is_there = ids.contains(format!("act/discord:interaction:{interaction}").as_str());
            match answer(city, *interaction) {
                None => acts.presses_unanswered += 1,
                Some(text) if is_needless(label, &text) => acts.needless += 1,
                Some(text) => assert!(is_there, "{label} was answered {text:?}"),
            }
        }
        for (update, label) in &*promises.touched.lock().unwrap() {
            acts.presses += 1;
            if !ids.contains(format!("act/telegram:update:{update}").as_str()) {
                // Its answer may have met a fault; the act itself may not.
                let notices = city.telegram.notices();
                let told = notices.into_iter().find(|notice| notice.query == format!("q{update}"));
                let told = told.map_or_else(|| "is yours already".to_owned(), |told| told.text);
                assert!(is_needless(label, &told), "{label} was answered {told:?}");
                acts.needless += 1;
            }
        }
        acts
    }

    /// What was noted, in the words of those who wrote it.
    async fn written(&self) -> Vec<String> {
        let noted = self.entries.iter().filter_map(|entry| match &entry.event {
            Event::Act { act: Act::Noted { text, .. }, .. } => Some(text.id.clone()),
            _ => None,
        });
        let mut written = Vec::new();
        for id in noted {
            written.extend(self.store.prose(&[id]).await.unwrap().into_values());
        }
        written
    }

    /// Every message came to an end, and its delivery record says which. Counts the endings.
    fn outbox(&self) -> BTreeMap<&'static str, usize> {
        let mut last: BTreeMap<&str, Outcome> = BTreeMap::new();
        for line in &self.record {
            last.insert(&line.said.key, line.said.outcome);
        }
        let mut counts = BTreeMap::new();
        for (key, row) in &self.rows {
            let recorded = last.get(key.as_str()).copied();
            let expected = match row.state {
                Sending::Sent => Outcome::Sent,
                Sending::Uncertain => Outcome::Uncertain,
                Sending::Failed => Outcome::Failed,
                Sending::Merged => Outcome::Merged,
                Sending::Waiting | Sending::Claimed => panic!("{key} has no end"),
            };
            assert_eq!(recorded, Some(expected), "{key}");
            assert_ne!(row.state, Sending::Failed, "no fault was final, yet {row:#?}");
            *counts.entry(row.state.name()).or_default() += 1;
        }
        counts
    }
}

/// What an interaction was finally answered; "is thinking" is no answer.
fn answer(city: &City, interaction: u64) -> Option<String> {
    let state = city.discord.lock();
    match &state.interactions[&interaction].shown {
        Some(Shown::Message(message)) => Some(state.messages[message].body.to_string()),
        _ => None,
    }
}

/// Whether an answer says that there was nothing to do.
fn is_needless(label: &str, answer: &str) -> bool {
    label == "Acknowledge" && answer.contains("is yours already")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { alerts, accepted, repeated, unanswered, acts, owed, outbox, seen, entries } = self;
        writeln!(
            f,
            "{accepted} posts answered 202 ({repeated} of them repeats), {unanswered} got no answer and were repeated"
        )?;
        writeln!(
            f,
            "{alerts} alerts and ends of alerts, {entries} entries in the journal: none lost, none twice"
        )?;
        writeln!(f, "{acts:?}: none that was answered is lost, none is there twice")?;
        writeln!(f, "{owed:?}: none missing")?;
        writeln!(f, "outbox {outbox:?}: none without an end")?;
        writeln!(f, "{seen:?}: no duplicates but these")
    }
}
