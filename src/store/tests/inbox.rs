//! The inbox: nothing answered is lost, nothing is stored twice, arrivals keep their order.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::super::commit::Commit;
use super::super::inbox::{Delivery, Prune};
use super::super::testing::{Base, on_both};
use super::super::{Store, StoreError};
use crate::core::time::{Instant, Span};

fn delivery(integration: &str, body: impl Into<Bytes>, second: i64) -> Delivery {
    Delivery {
        integration: integration.into(),
        received: Instant::from_seconds(1_700_000_000 + second),
        headers: BTreeMap::from([("content-type".to_owned(), "application/json".to_owned())]),
        body: body.into(),
    }
}

/// Body and second of each waiting arrival.
async fn waiting(store: &Store) -> Vec<(String, i64)> {
    let arrivals = store.unjournalled(10_000, u64::MAX, |_| None).await.unwrap();
    arrivals
        .iter()
        .map(|arrival| {
            let body = String::from_utf8(arrival.delivery.body.to_vec()).unwrap();
            (body, arrival.received.micros() / 1_000_000 - 1_700_000_000)
        })
        .collect()
}

#[tokio::test]
async fn repeats_are_stored_once_counted_and_keep_their_place() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let mut appended = Vec::new();
        for (second, body) in ["firing", "resolved", "firing", "firing"].into_iter().enumerate() {
            appended.push(store.append(delivery("am", body, second as i64)).await.unwrap());
        }
        let repeats: Vec<bool> = appended.iter().map(|one| one.repeat).collect();
        assert_eq!(repeats, [false, false, true, true]);
        assert_eq!(appended[0].inbox, appended[3].inbox);
        // The same bytes from another integration, or under other headers, are another delivery.
        assert!(!store.append(delivery("other", "firing", 4)).await.unwrap().repeat);
        let mut plain = delivery("am", "firing", 5);
        plain.headers.clear();
        assert!(!store.append(plain).await.unwrap().repeat);
        store.close().await;

        let store = base.open().await;
        let order = ["firing", "resolved", "firing", "firing", "firing", "firing"];
        let seen = waiting(&store).await;
        assert_eq!(seen.iter().map(|(body, _)| body.as_str()).collect::<Vec<_>>(), order);
        assert_eq!(seen.iter().map(|(_, second)| *second).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
        let kept = store.delivery(appended[0].inbox).await.unwrap().unwrap();
        assert_eq!(kept.times, 3);
        assert_eq!(kept.last_received - kept.received, Span::from_seconds(3));
        assert_eq!(kept.headers["content-type"], "application/json");
        assert_eq!(store.backlog().await.unwrap(), 6);
    })
    .await;
}

#[tokio::test]
async fn repeats_within_one_commit_are_counted_too() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let many = (0..500).map(|n| store.append(delivery("am", format!("body {}", n % 5), n)));
        let appended: Vec<_> =
            futures_util::future::join_all(many).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(appended.iter().filter(|one| !one.repeat).count(), 5);
        for one in &appended[..5] {
            assert_eq!(store.delivery(one.inbox).await.unwrap().unwrap().times, 100);
        }
        assert_eq!(waiting(&store).await.len(), 500);
    })
    .await;
}

#[tokio::test]
async fn the_journal_takes_each_arrival_once() {
    on_both(async |base: Base| {
        let store = base.open().await;
        for second in 0..5 {
            store.append(delivery("am", format!("{second}"), second)).await.unwrap();
        }
        let arrivals = store.unjournalled(2, u64::MAX, |_| None).await.unwrap();
        let ids: Vec<i64> = arrivals.iter().map(|arrival| arrival.id).collect();
        let now = Instant::from_seconds(1_700_000_100);
        let unreadable = vec![(arrivals[1].delivery.id, "not JSON\0 at line 1".to_owned())];
        let commit = Commit { taken: ids.clone(), unreadable, ..Commit::at(now) };
        store.commit(commit.clone()).await.unwrap();
        assert_eq!(waiting(&store).await.len(), 3);
        let again = store.commit(commit).await.unwrap_err();
        assert!(matches!(again, StoreError::Conflict(_)), "{again}");
        // One that is gone already, among others that are not: nothing is taken.
        let next = store.unjournalled(1, u64::MAX, |_| None).await.unwrap()[0].id;
        let mixed = Commit { taken: vec![next, ids[0]], ..Commit::at(now) };
        assert!(store.commit(mixed).await.is_err());
        assert_eq!(waiting(&store).await.len(), 3);
        let kept = store.delivery(arrivals[1].delivery.id).await.unwrap().unwrap();
        assert_eq!(kept.unreadable.as_deref(), Some("not JSON\u{fffd} at line 1"));
    })
    .await;
}

#[tokio::test]
async fn a_read_is_bounded_in_bytes_but_never_empty() {
    on_both(async |base: Base| {
        let store = base.open().await;
        for second in 0..4 {
            store.append(delivery("am", vec![b'a' + second as u8; 1000], second)).await.unwrap();
        }
        store.append(delivery("am", vec![b'a'; 1000], 9)).await.unwrap();
        for (bytes, expected) in [(0, 1), (1, 1), (1999, 1), (2000, 2), (3999, 3), (4000, 5), (u64::MAX, 5)] {
            assert_eq!(store.unjournalled(100, bytes, |_| None).await.unwrap().len(), expected, "{bytes}");
        }
        let shared = store.unjournalled(100, u64::MAX, |_| None).await.unwrap();
        assert!(std::sync::Arc::ptr_eq(&shared[0].delivery, &shared[4].delivery), "one body, read once");
        let known = |id| shared.iter().map(|one| &one.delivery).find(|kept| kept.id == id).cloned();
        let again = store.unjournalled(100, 0, known).await.unwrap();
        assert_eq!(again, shared, "what is known is not read again, and counts for nothing");
    })
    .await;
}

#[tokio::test]
async fn bodies_that_are_no_text_survive() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let every: Vec<u8> = (0..=255).collect();
        store.append(delivery("am", every.clone(), 0)).await.unwrap();
        store.append(delivery("am", Vec::new(), 1)).await.unwrap();
        let arrivals = store.unjournalled(10, u64::MAX, |_| None).await.unwrap();
        assert_eq!(arrivals[0].delivery.body, every);
        assert!(arrivals[1].delivery.body.is_empty());
    })
    .await;
}

#[tokio::test]
async fn old_bodies_go_but_never_what_the_journal_has_not() {
    on_both(async |base: Base| {
        let store = base.open().await;
        for second in [0, 10, 20] {
            store.append(delivery("am", format!("{second}"), second)).await.unwrap();
        }
        // The first came again later, so it is not old.
        store.append(delivery("am", "0", 30)).await.unwrap();
        let all = store.unjournalled(10, u64::MAX, |_| None).await.unwrap();
        let before = Instant::from_seconds(1_700_000_025);
        let prune = Prune { before, limit: 100 };
        assert_eq!(store.write(prune).await.unwrap(), 0);
        let taken = vec![all[0].id, all[1].id, all[3].id];
        store.commit(Commit { taken, ..Commit::at(before) }).await.unwrap();
        assert_eq!(store.write(prune).await.unwrap(), 1);
        assert!(store.delivery(all[1].delivery.id).await.unwrap().is_none());
        assert!(store.delivery(all[0].delivery.id).await.unwrap().is_some());
        assert_eq!(waiting(&store).await, [("20".to_owned(), 20)]);
        // A forgotten body that comes again is new.
        assert!(!store.append(delivery("am", "10", 40)).await.unwrap().repeat);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_steps_back_does_not_disorder_arrivals() {
    on_both(async |base: Base| {
        let store = base.open().await;
        for second in [50, 20, 40] {
            store.append(delivery("am", format!("{second}"), second)).await.unwrap();
        }
        store.close().await;
        let store = base.open().await;
        store.append(delivery("am", "10", 10)).await.unwrap();
        let bodies: Vec<String> = waiting(&store).await.into_iter().map(|(body, _)| body).collect();
        assert_eq!(bodies, ["50", "20", "40", "10"]);
    })
    .await;
}
