//! The journal, snapshots and prose: whole or not at all, and every later change is noticed.

use super::super::commit::Commit;
use super::super::erase::Erase;
use super::super::prose::Sealed;
use super::super::snapshots::{ForgetSnapshots, KeepSnapshot, Snapshot};
use super::super::testing::{Base, on_both};
use super::super::tx::{Tx, on};
use super::super::{Store, StoreError, Write};
use crate::core::event::{Act, Entry, Event, IncidentNumber, PersonId, ProseId};
use crate::core::time::Instant;
use crate::journal::chain::{Break, Head};

fn at(second: i64) -> Instant {
    Instant::from_seconds(1_700_000_000 + second)
}

pub(super) fn tick(sequence: u64) -> Entry {
    let recorded = at(sequence as i64);
    Entry { sequence, id: format!("tick/{sequence}"), recorded, event: Event::Tick { at: recorded } }
}

fn commit(entries: Vec<Entry>) -> Commit {
    Commit { entries, ..Commit::at(at(0)) }
}

async fn read(store: &Store, after: Head) -> Result<Vec<Entry>, StoreError> {
    let mut reader = store.journal_after(after);
    let mut entries = Vec::new();
    while let Some(page) = reader.next().await? {
        entries.extend(page);
    }
    Ok(entries)
}

/// Any SQL, to damage what is there.
pub(super) struct Damage(pub &'static str);

impl Write for Damage {
    type Out = ();
    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        on!(tx, c => sqlx::query(self.0).execute(c).await.map(drop))?;
        Ok(())
    }
}

#[tokio::test]
async fn what_is_appended_is_read_back_in_order_from_anywhere() {
    on_both(async |base: Base| {
        let store = base.open().await;
        assert_eq!(store.journal_head().await.unwrap(), Head::START);
        assert_eq!(read(&store, Head::START).await.unwrap(), []);
        // More than one page and more than one statement's worth.
        let entries: Vec<Entry> = (1..=10_000).map(tick).collect();
        let head = store.commit(commit(entries[..4096].to_vec())).await.unwrap();
        assert_eq!(head.sequence, 4096);
        store.commit(commit(entries[4096..].to_vec())).await.unwrap();
        store.close().await;
        let store = base.open().await;
        assert_eq!(read(&store, Head::START).await.unwrap(), entries);
        for sequence in [0, 1, 4095, 4096, 4097, 9_999, 10_000] {
            let head = store.journal_head_at(sequence).await.unwrap().unwrap();
            assert_eq!(head.sequence, sequence);
            assert_eq!(read(&store, head).await.unwrap(), entries[sequence as usize..]);
        }
        assert_eq!(store.journal_head_at(10_001).await.unwrap(), None);
        let head = store.journal_head().await.unwrap();
        assert_eq!((head.sequence, head.recorded), (10_000, at(10_000)));
        assert_eq!(store.verify_journal().await.unwrap(), Ok(head));
        let known = store.journalled(&["tick/7", "tick/0", "tick/9999"]).await.unwrap();
        assert_eq!(known.into_iter().collect::<Vec<_>>(), ["tick/7", "tick/9999"]);
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_does_not_follow_writes_nothing() {
    on_both(async |base: Base| {
        let store = base.open().await;
        store.commit(commit(vec![tick(1), tick(2)])).await.unwrap();
        let same_id = Entry { id: "tick/1".to_owned(), ..tick(3) };
        let earlier = Entry { recorded: at(1), ..tick(3) };
        for wrong in [
            vec![tick(4)],
            vec![tick(2)],
            vec![tick(3), tick(5)],
            vec![tick(3), tick(3)],
            vec![same_id],
            vec![earlier],
        ] {
            let sealed = Sealed::new("words", at(3)).unwrap();
            let id = sealed.reference().id;
            let wrong = Commit { prose: vec![sealed], handled: vec!["x".to_owned()], ..commit(wrong) };
            let error = store.commit(wrong).await.unwrap_err();
            assert!(matches!(error, StoreError::Conflict(_)), "{error}");
            assert!(store.prose(&[id]).await.unwrap().is_empty());
            assert!(!store.is_handled("x").await.unwrap());
        }
        assert_eq!(store.journal_head().await.unwrap().sequence, 2);
        store.commit(commit(vec![tick(3)])).await.unwrap();
        assert_eq!(read(&store, Head::START).await.unwrap(), [tick(1), tick(2), tick(3)]);
    })
    .await;
}

#[tokio::test]
async fn any_later_change_of_the_journal_is_found_where_it_is() {
    let first_break = async |base: Base, sql: &'static str| {
        let store = base.open().await;
        store.commit(commit((1..=20).map(tick).collect())).await.unwrap();
        store.write(Damage(sql)).await.unwrap();
        let broken = store.verify_journal().await.unwrap().unwrap_err();
        let refused = read(&store, Head::START).await.unwrap_err();
        assert_eq!(refused, StoreError::Broken(broken.to_string()));
        broken
    };
    on_both(async |base: Base| {
        let broken = first_break(base, "UPDATE journal SET event = event || ' ' WHERE sequence = 7").await;
        assert!(matches!(broken, Break::Hash { sequence: 7, .. }), "{broken}");
    })
    .await;
    on_both(async |base: Base| {
        let broken = first_break(base, "DELETE FROM journal WHERE sequence = 7").await;
        assert_eq!(broken, Break::Gap { expected: 7, found: 8 });
        assert_eq!(broken.to_string(), "entry 7 is missing; after entry 6 comes 8");
    })
    .await;
    on_both(async |base: Base| {
        let broken =
            first_break(base, "UPDATE journal SET recorded = recorded + 1 WHERE sequence = 20").await;
        assert!(matches!(broken, Break::Hash { sequence: 20, .. }), "{broken}");
    })
    .await;
    on_both(async |base: Base| {
        let broken = first_break(base, "UPDATE journal SET hash = UPPER(hash) WHERE sequence = 1").await;
        assert!(matches!(broken, Break::Hash { sequence: 1, .. }), "{broken}");
    })
    .await;
}

#[tokio::test]
async fn an_event_this_program_cannot_read_is_named() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let next = Head::START.then(at(1), "x", r#"{"event":"unheard_of"}"#);
        let row = (1, "x", at(1).micros(), r#"{"event":"unheard_of"}"#, next.hash.to_string());
        struct Insert(String);
        impl Write for Insert {
            type Out = ();
            async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
                let sql = "INSERT INTO journal (sequence, id, recorded, event, hash) \
                           SELECT CAST(w.value ->> 0 AS BIGINT), w.value ->> 1, CAST(w.value ->> 2 AS BIGINT), \
                           w.value ->> 3, w.value ->> 4 FROM json_each($1) AS w";
                on!(tx, c => sqlx::query(sql).bind(&self.0).execute(c).await.map(drop))?;
                Ok(())
            }
        }
        store.write(Insert(serde_json::to_string(&[row]).unwrap())).await.unwrap();
        assert_eq!(store.verify_journal().await.unwrap(), Ok(next));
        let error = read(&store, Head::START).await.unwrap_err();
        assert!(matches!(&error, StoreError::Unintelligible(what) if what.contains("event 1")), "{error}");
    })
    .await;
}

#[tokio::test]
async fn the_newest_whole_snapshot_of_this_build_wins() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let keep = async |sequence: u64, build: &str| {
            let head = store.journal_head_at(sequence).await.unwrap().unwrap();
            let (build, tzdb, state) = (build.to_owned(), "2026a".to_owned(), format!("state {sequence}"));
            let snapshot = Snapshot { head, build, tzdb, state };
            store.write(KeepSnapshot { snapshot: snapshot.clone(), now: at(99) }).await.unwrap();
            snapshot
        };
        store.commit(commit((1..=9).map(tick).collect())).await.unwrap();
        assert_eq!(store.snapshot("one", "2026a").await.unwrap(), None);
        keep(1, "one").await;
        let old = keep(3, "one").await;
        let new = keep(5, "one").await;
        assert_eq!(store.snapshot("one", "2026a").await.unwrap(), Some(new.clone()));
        assert_eq!(store.snapshot("two", "2026a").await.unwrap(), None);
        assert_eq!(store.snapshot("one", "2026b").await.unwrap(), None);
        store.write(Damage("UPDATE snapshots SET state = 'other' WHERE sequence = 5")).await.unwrap();
        assert_eq!(store.snapshot("one", "2026a").await.unwrap(), Some(old.clone()));
        // Only two are kept; a snapshot of the same place takes the place of the one before.
        keep(5, "one").await;
        keep(5, "one").await;
        assert_eq!(store.snapshot("one", "2026a").await.unwrap(), Some(new));
        // One that does not belong to this journal is not used.
        store.write(Damage("UPDATE snapshots SET hash = 'no' WHERE sequence = 5")).await.unwrap();
        assert_eq!(store.snapshot("one", "2026a").await.unwrap(), Some(old));
        store.write(ForgetSnapshots).await.unwrap();
        assert_eq!(store.snapshot("one", "2026a").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn words_are_kept_sealed_and_erasing_leaves_the_chain_whole() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let sealed = [
            Sealed::new("Eine Datenbank fiel aus, 資料庫故障 \0", at(1)).unwrap(),
            Sealed::new("", at(1)).unwrap(),
        ];
        let [long, empty] = sealed.each_ref().map(Sealed::reference);
        let act = Act::Noted { incident: IncidentNumber(1), text: long.clone() };
        let event = Event::Act { at: at(1), by: PersonId::from("p1"), act };
        let entry = Entry { sequence: 1, id: "act/1".to_owned(), recorded: at(1), event };
        let prose = sealed.to_vec();
        let head = store.commit(Commit { prose, ..commit(vec![entry]) }).await.unwrap();
        store.close().await;

        let store = base.open().await;
        let ids = [long.id.clone(), empty.id.clone(), ProseId::from("unknown")];
        let texts = store.prose(&ids).await.unwrap();
        assert_eq!(texts.len(), 2);
        assert_eq!(texts[&long.id], "Eine Datenbank fiel aus, 資料庫故障 \0");
        assert_eq!(texts[&empty.id], "");

        store.write(Erase { prose: vec![long.id.clone()], people: Vec::new(), now: at(5) }).await.unwrap();
        store.scrub().await.unwrap();
        assert_eq!(store.prose(&ids).await.unwrap().into_keys().collect::<Vec<_>>(), [empty.id]);
        assert_eq!(store.verify_journal().await.unwrap(), Ok(head));
        let list = store.erasures().await.unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!((&list[0].prose[..], list[0].now), (&[long.id][..], at(5)));
        store.close().await;
        if base.is_sqlite() {
            for file in std::fs::read_dir(base.directory()).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                let found = bytes.windows(9).any(|window| window == b"Datenbank");
                assert!(!found, "no plain word ever lay in a file");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_erased_key_is_nowhere_in_the_file() {
    let base = Base::sqlite();
    let store = base.open().await;
    let mut ids = Vec::new();
    for n in 0..200 {
        let sealed = Sealed::new(&format!("text {n}"), at(n)).unwrap();
        ids.push(sealed.reference().id);
        store.commit(Commit { prose: vec![sealed], ..commit(vec![]) }).await.unwrap();
    }
    let mut tx = store.reader().await.unwrap();
    let key: Vec<u8> = on!(&mut tx, c => sqlx::query_scalar("SELECT key FROM prose_keys WHERE id = $1")
        .bind(ids[77].as_str()).fetch_one(c).await)
    .unwrap();
    drop(tx);
    store.write(Erase { prose: vec![ids[77].clone()], people: Vec::new(), now: at(500) }).await.unwrap();
    store.scrub().await.unwrap();
    for file in std::fs::read_dir(base.directory()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(32).any(|window| window == key), "{}", path.display());
    }
    assert_eq!(store.prose(&ids).await.unwrap().len(), 199);
    store.close().await;
}
