//! A look into the database of a killed program, at a copy, so that the next start finds it as it was left.

use serde_json::Value;

use super::load::{Promises, key, status};
use crate::city::open;
use crate::program::Program;

#[derive(Clone, Copy, Debug, Default)]
pub struct Wreck {
    /// Deliveries that were answered 202 and that the journal has not taken.
    pub unjournalled: usize,
    /// Messages that were being sent.
    pub claimed: i64,
    /// Of those for the web chat the ones that stand in a room already.
    pub taken: i64,
}

impl Wreck {
    pub async fn look(program: &Program, promises: &Promises) -> Self {
        let copy = tempfile::tempdir().unwrap();
        for name in ["upheld.db", "upheld.db-wal"] {
            let from = program.folder().join(name);
            if from.exists() {
                std::fs::copy(from, copy.path().join(name)).unwrap();
            }
        }
        let mut database = open(&copy.path().join("upheld.db")).await;
        let bodies = "SELECT body FROM arrivals JOIN inbox ON inbox.id = arrivals.inbox WHERE times = 1";
        let bodies: Vec<Vec<u8>> = sqlx::query_scalar(bodies).fetch_all(&mut database).await.unwrap();
        let claimed = "SELECT COUNT(*) FROM outbox WHERE state = 'claimed'";
        let taken = "SELECT COUNT(*) FROM outbox JOIN room_messages USING (key) \
                     WHERE state = 'claimed' AND message IS NULL";
        Self {
            unjournalled: bodies.iter().filter(|body| was_answered(body, promises)).count(),
            claimed: sqlx::query_scalar(claimed).fetch_one(&mut database).await.unwrap(),
            taken: sqlx::query_scalar(taken).fetch_one(&mut database).await.unwrap(),
        }
    }
}

fn was_answered(body: &[u8], promises: &Promises) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap();
    let alert = &body["alerts"][0];
    promises.alerts.lock().unwrap().contains_key(&(key(alert), status(alert)))
}
