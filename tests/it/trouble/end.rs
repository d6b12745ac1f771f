//! Asked to end under load, it finishes what it accepted.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sqlx::Connection as _;

use super::{failing, until};
use crate::program::{Files, Program};

/// Monitors that post at once, each without pause.
const MONITORS: u64 = 16;
/// So many deliveries are accepted before it is asked to end.
const WARM: u64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_before_the_end_is_in_the_journal() {
    let mut program = Program::start(&Files::quick()).await;
    let (count, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let program_now = &program;
    let accepted = async {
        let monitors = (0..MONITORS).map(async |monitor| {
            let mut accepted = BTreeSet::new();
            for number in 0_u64.. {
                let name = format!("api-{monitor}-{number}");
                match program_now.post("alertmanager", &failing(&name)).await {
                    Ok(status) if status == 202 => {
                        accepted.insert(name);
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    // Refused or broken off: not taken, and the sender knows.
                    Ok(status) => assert!(status == 503, "{status}"),
                    Err(_) if over.load(Ordering::Relaxed) => break,
                    Err(error) => panic!("{error}\n{}", program_now.log()),
                }
            }
            accepted
        });
        futures_util::future::join_all(monitors).await.into_iter().flatten().collect::<BTreeSet<String>>()
    };
    let ending = async {
        until("load", async || (count.load(Ordering::Relaxed) >= WARM).then_some(())).await;
        over.store(true, Ordering::Relaxed);
        program_now.signal("-TERM");
    };
    let (accepted, ()) = futures_util::future::join(accepted, ending).await;
    assert!(program.ended().await.success(), "{}", program.log());
    assert!(accepted.len() as u64 >= WARM);

    let journal = journal(&program.database()).await;
    let lost: Vec<&String> =
        accepted.iter().filter(|name| !journal.contains(&format!("\"{name}\""))).collect();
    assert!(lost.is_empty(), "{} of {} were lost: {lost:?}", lost.len(), accepted.len());
    assert!(program.succeed(&["journal", "verify"]).contains("The chain holds"));
    assert!(program.succeed(&["replay"]).contains("No difference"));
}

/// The text of all entries.
pub(super) async fn journal(database: &Path) -> String {
    let url = format!("sqlite://{}", database.display());
    let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let waiting: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM arrivals").fetch_one(&mut database).await.unwrap();
    assert_eq!(waiting, 0, "nothing waits for a next start");
    let entries: Vec<String> =
        sqlx::query_scalar("SELECT event FROM journal").fetch_all(&mut database).await.unwrap();
    database.close().await.unwrap();
    entries.concat()
}
