//! Backups are whole, and coming back forgets what was erased and says nothing twice.

use std::path::Path;

use super::super::backup::{backup, restore};
use super::super::commit::Commit;
use super::super::erase::Erase;
use super::super::inbound::SetMark;
use super::super::outbox::State;
use super::super::prose::Sealed;
use super::super::testing::Base;
use super::super::{Mode, Store, StoreError};
use super::journal::{Damage, tick};
use super::outbox::{at, post};
use crate::core::event::ProseId;

async fn write(store: &Store, first: u64, last: u64) {
    let entries = (first..=last).map(tick).collect();
    store.commit(Commit { entries, ..Commit::at(at(0)) }).await.unwrap();
}

/// A store with two texts and a message that waits.
async fn filled(base: &Base) -> (Store, Vec<ProseId>) {
    let store = base.open().await;
    write(&store, 1, 100).await;
    let prose = vec![Sealed::new("one", at(1)).unwrap(), Sealed::new("two", at(1)).unwrap()];
    let ids = prose.iter().map(|text| text.reference().id).collect();
    let posts = vec![post("late", "discord:1")];
    store.commit(Commit { prose, posts, ..Commit::at(at(1)) }).await.unwrap();
    (store, ids)
}

#[tokio::test]
async fn a_backup_of_a_busy_database_is_whole_and_comes_back() {
    let base = Base::sqlite();
    let (store, ids) = filled(&base).await;
    let target = base.directory().join("copy.db");
    // While the copy is made, the service goes on writing.
    let busy = async {
        for n in 0..50_u64 {
            write(&store, 101 + n * 10, 110 + n * 10).await;
        }
    };
    let (copy, ()) = tokio::join!(backup(base.url(), &target), busy);
    let copy = copy.unwrap();
    assert!(copy.journal.sequence >= 100 && copy.journal.sequence % 10 == 0, "{copy:?}");
    assert_eq!(copy.bytes, std::fs::metadata(&target).unwrap().len());
    assert!(!base.directory().join("copy.db.partial").exists());

    // After the backup: an erasure, and more of everything.
    store.write(Erase { prose: vec![ids[0].clone()], people: Vec::new(), now: at(9) }).await.unwrap();
    let refused = restore(base.url(), &target, at(10)).await.unwrap_err();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    store.close().await;

    let before = std::fs::read(&target).unwrap();
    let done = restore(base.url(), &target, at(10)).await.unwrap();
    assert_eq!(done.journal, copy.journal);
    assert_eq!((done.uncertain, done.erased_again), (1, Some(1)));
    assert_eq!(std::fs::read(&target).unwrap(), before, "the backup itself is left as it was");
    let store = base.open().await;
    assert_eq!(store.verify_journal().await.unwrap(), Ok(copy.journal));
    assert_eq!(store.prose(&ids).await.unwrap().into_keys().collect::<Vec<_>>(), ids[1..]);
    assert_eq!(store.message("late/discord:1").await.unwrap().unwrap().state, State::Uncertain);
    write(&store, copy.journal.sequence + 1, copy.journal.sequence + 1).await;
    store.close().await;

    // What was replaced is whole too.
    let replaced = done.replaced.unwrap();
    let url = format!("sqlite://{}", replaced.display());
    let old = Store::open(&url, Mode::Look).await.unwrap();
    assert_eq!(old.journal_head().await.unwrap().sequence, 600);
    old.close().await;
    let left: Vec<String> = std::fs::read_dir(base.directory())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("restoring") || name.contains("partial"))
        .collect();
    assert_eq!(left, [] as [&str; 0]);
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_a_bad_one_changes_nothing() {
    let base = Base::sqlite();
    let (store, _) = filled(&base).await;
    let target = base.directory().join("copy.db");
    backup(base.url(), &target).await.unwrap();
    let again = backup(base.url(), &target).await.unwrap_err();
    assert!(matches!(again, StoreError::TargetExists(_)), "{again}");
    let nowhere = backup(base.url(), Path::new("/no/such/directory/copy.db")).await.unwrap_err();
    assert!(matches!(nowhere, StoreError::Unreadable { .. }), "{nowhere:?}");
    write(&store, 101, 101).await;
    store.close().await;

    let refuse = async |name: &str, spoil: &dyn Fn(&Path)| {
        let bad = base.directory().join(name);
        std::fs::copy(&target, &bad).unwrap();
        spoil(&bad);
        let refused = restore(base.url(), &bad, at(10)).await.unwrap_err();
        let store = base.open().await;
        assert_eq!(store.journal_head().await.unwrap().sequence, 101, "{refused}");
        store.close().await;
        refused
    };
    let garbage =
        refuse("garbage.db", &|path| std::fs::write(path, "no database. ".repeat(999)).unwrap()).await;
    assert!(matches!(garbage, StoreError::Corrupt { .. }), "{garbage:?}");
    let cut = refuse("cut.db", &|path| {
        let bytes = std::fs::read(path).unwrap();
        std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    })
    .await;
    assert!(matches!(cut, StoreError::Corrupt { .. }), "{cut:?}");
    let missing = refuse("missing.db", &|path| std::fs::remove_file(path).unwrap()).await;
    assert!(matches!(missing, StoreError::Unreadable { .. }), "{missing:?}");
    let empty = refuse("empty.db", &|path| std::fs::write(path, "").unwrap()).await;
    assert!(matches!(empty, StoreError::Corrupt { .. }), "{empty:?}");
}

#[tokio::test]
async fn a_backup_whose_chain_is_broken_is_not_brought_back() {
    let base = Base::sqlite();
    let (store, _) = filled(&base).await;
    let target = base.directory().join("copy.db");
    backup(base.url(), &target).await.unwrap();
    let spoilt = Store::open(&format!("sqlite://{}", target.display()), Mode::Own).await.unwrap();
    spoilt.write(Damage("UPDATE journal SET event = '{}' WHERE sequence = 50")).await.unwrap();
    spoilt.close().await;
    store.close().await;
    let refused = restore(base.url(), &target, at(10)).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Broken(what) if what.contains("entry 50")), "{refused:?}");
}

#[tokio::test]
async fn a_lost_database_comes_back_and_a_damaged_one_is_set_aside() {
    let base = Base::sqlite();
    let (store, _) = filled(&base).await;
    let target = base.directory().join("copy.db");
    backup(base.url(), &target).await.unwrap();
    store.write(SetMark { name: "x".to_owned(), value: "y".to_owned() }).await.unwrap();
    store.close().await;
    let database = base.directory().join("upheld.db");
    std::fs::write(&database, "overwritten by something else. ".repeat(500)).unwrap();
    let done = restore(base.url(), &target, at(10)).await.unwrap();
    assert_eq!(done.erased_again, None, "nobody knows what the damaged one had erased");
    assert!(std::fs::read_to_string(done.replaced.unwrap()).unwrap().starts_with("overwritten"));
    std::fs::remove_file(&database).unwrap();
    let done = restore(base.url(), &target, at(11)).await.unwrap();
    assert_eq!((done.erased_again, done.replaced), (Some(0), None));
    assert_eq!(base.open().await.journal_head().await.unwrap().sequence, 100);
}

#[tokio::test]
async fn postgresql_is_pointed_to_its_own_tools() {
    let url = "postgres://upheld:secret@localhost/upheld";
    for refused in [
        backup(url, Path::new("/tmp/never")).await.unwrap_err(),
        restore(url, Path::new("/tmp/never"), at(0)).await.unwrap_err(),
    ] {
        let words = refused.to_string();
        assert!(words.contains("pg_dump") && !words.contains("secret"), "{words}");
    }
}
