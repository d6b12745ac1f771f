//! Row numbers that are made here, so that both databases get the same kind: in the order of time, and each
//! above every number given before.

use std::sync::atomic::{AtomicI64, Ordering};

use super::error::StoreError;
use super::tx::{Tx, on};
use crate::core::time::Instant;

super::statements! {
    LAST = "SELECT COALESCE(MAX(id), 0) FROM (SELECT MAX(id) AS id FROM inbox UNION ALL \
            SELECT MAX(id) FROM arrivals UNION ALL SELECT MAX(id) FROM outbox) AS every";
}

/// Gives row numbers.
#[derive(Debug)]
pub(super) struct Ids(AtomicI64);

/// Numbers a microsecond holds. Two processes on one PostgreSQL seldom meet, and the key refuses when they do.
const PER_MICROSECOND: i64 = 1 << 10;

impl Ids {
    /// Goes on after the greatest number in the database.
    pub async fn after_the_last(tx: &mut Tx) -> Result<Self, StoreError> {
        let last: i64 = on!(tx, c => sqlx::query_scalar(LAST).fetch_one(c).await)?;
        Ok(Self(AtomicI64::new(last)))
    }

    /// A number for a row made at `now`; a clock that steps back does not make it step back.
    pub fn next(&self, now: Instant) -> i64 {
        let wanted = now.micros().saturating_mul(PER_MICROSECOND);
        let step = |last: i64| wanted.max(last.saturating_add(1));
        match self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(step(last))) {
            Ok(last) | Err(last) => step(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_even_when_the_clock_steps_back() {
        let ids = Ids(AtomicI64::new(0));
        let first = ids.next(Instant::from_seconds(100));
        let second = ids.next(Instant::from_seconds(99));
        let third = ids.next(Instant::from_seconds(101));
        assert!(first < second && second < third, "{first} {second} {third}");
        assert_eq!(third, 101_000_000 * PER_MICROSECOND);
    }
}
