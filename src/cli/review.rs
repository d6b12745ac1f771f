//! `upheld review`: makes issued reviews again from the journal, and holds them against what was issued.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;
use sha2::{Digest, Sha256};

use super::{Files, open};
use crate::core::decide;
use crate::core::event::{Entry, Event};
use crate::core::review::compose::again;
use crate::core::review::{Document, ReviewNumber, Word};
use crate::core::state::State;
use crate::journal::chain::Head;
use crate::journal::restore::{BUILD, TZDB};
use crate::store::{Mode, Store};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Composes every issued review again from the journal and compares it byte by byte. Upheld may run meanwhile.
    Verify {
        #[command(flatten)]
        files: Files,
        /// Only this one, with all its revisions: `REV-7`.
        review: Option<ReviewNumber>,
    },
}

pub(super) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Verify { files, review } => verify(&files.config, review).await,
    }
}

/// What came of comparing one revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Same,
    /// Another build or other time-zone data issued it, and this one would say something else.
    Otherwise,
    Differs,
}

/// Folds the journal from its first entry on, and stops before every entry that issued a review.
async fn verify(path: &Path, only: Option<ReviewNumber>) -> Result<ExitCode> {
    let store = open(path, Mode::Look).await?;
    let mut state = State::default();
    let (mut told, mut newest) = (BTreeMap::<Verdict, u64>::new(), BTreeMap::new());
    let mut reader = store.journal_after(Head::START);
    while let Some(entries) = reader.next().await? {
        for entry in &entries {
            if let Some((sha256, document)) = issued(entry) {
                let number = document.review;
                if only.is_none_or(|only| only == number) {
                    let replaced = replaced(&store, &state, newest.get(&number).copied(), number).await?;
                    let verdict = compare(&state, sha256, document, replaced.as_ref());
                    *told.entry(verdict).or_default() += 1;
                }
                newest.insert(number, entry.sequence);
            }
            drop(decide::step(&mut state, entry));
        }
    }
    store.close().await;
    if let Some(only) = only.filter(|_| told.is_empty()) {
        bail!("{only} was never issued; `/review list` in chat says which were");
    }
    let count = |verdict| told.get(&verdict).copied().unwrap_or(0);
    let (same, otherwise, differs) =
        (count(Verdict::Same), count(Verdict::Otherwise), count(Verdict::Differs));
    println!(
        "{same} the same to the byte, {otherwise} of another build that differ, {differs} that must not differ"
    );
    Ok(if differs == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The revision that an issued one takes the place of.
async fn replaced(
    store: &Store,
    state: &State,
    sequence: Option<u64>,
    number: ReviewNumber,
) -> Result<Option<Document>> {
    let Some(sequence) = sequence else { return Ok(None) };
    match state.reviews.document(number) {
        Some(kept) => Ok(Some(kept.clone())),
        None => Ok(store.issued_review(sequence).await?),
    }
}

fn issued(entry: &Entry) -> Option<(&str, &Document)> {
    let Event::Review { word, .. } = &entry.event else { return None };
    match &**word {
        Word::Issued { sha256, document, .. } => Some((sha256, document)),
        _ => None,
    }
}

/// Says of one revision what came of it.
fn compare(state: &State, sha256: &str, document: &Document, replaced: Option<&Document>) -> Verdict {
    let (kept, anew) = (document.json(), again(state, document, replaced).map(|anew| anew.json()));
    let made = &document.provenance;
    let (hash, same) = (hex::encode(Sha256::digest(&kept)), anew.as_ref() == Some(&kept));
    let verdict = match (hash == sha256, same) {
        (true, true) => Verdict::Same,
        (true, false) if (made.build.as_str(), made.tzdb.as_str()) != (BUILD, TZDB) => Verdict::Otherwise,
        _ => Verdict::Differs,
    };
    let said = match verdict {
        Verdict::Same => "the same".to_owned(),
        Verdict::Otherwise => format!(
            "differs; it was issued by build {} with time-zone data {}, this is {BUILD} with {TZDB}",
            made.build, made.tzdb
        ),
        Verdict::Differs if hash != sha256 => format!("DIFFERS: what is kept has the hash {hash}"),
        Verdict::Differs => "DIFFERS: it does not follow from the journal; please report this".to_owned(),
    };
    println!(
        "{} revision {}, issued {}, sha256 {sha256}: {said}",
        document.review, document.revision, made.as_of
    );
    verdict
}
