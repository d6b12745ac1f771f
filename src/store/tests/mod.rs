//! The foundation: opening, guarding, migrating, and writes that share a commit.

mod anonymous;
mod backup;
mod erase;
mod feedback_links;
mod inbox;
mod journal;
mod links;
mod outbox;
mod people;
mod review_links;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::testing::{Base, on_both};
use super::tx::{Tx, on};
use super::{Mode, Store, StoreError, Write};

/// Every statement of every file.
fn statements() -> Vec<(&'static str, &'static str)> {
    [
        super::anonymous::STATEMENTS,
        super::bindings::STATEMENTS,
        super::erase::STATEMENTS,
        super::erase::OF_MARKS,
        super::erase::OF_MESSAGES,
        super::feedback_links::STATEMENTS,
        super::ids::STATEMENTS,
        super::inbound::STATEMENTS,
        super::inbox::STATEMENTS,
        super::journal::STATEMENTS,
        super::links::STATEMENTS,
        super::outbox::STATEMENTS,
        super::people::STATEMENTS,
        super::prose::STATEMENTS,
        super::record::STATEMENTS,
        super::review_links::STATEMENTS,
        super::rooms::STATEMENTS,
        super::schema::STATEMENTS,
        super::settle::STATEMENTS,
        super::snapshots::STATEMENTS,
        super::unsaid::STATEMENTS,
        super::visits::STATEMENTS,
    ]
    .concat()
}

#[tokio::test]
async fn every_statement_is_understood_by_both() {
    on_both(async |base: Base| {
        use sqlx::{Executor as _, SqlSafeStr as _};
        let store = base.open().await;
        let mut tx = store.reader().await.unwrap();
        let dialects = super::outbox::DIALECTS.iter().chain(super::inbox::DIALECTS);
        let spelt = dialects.map(|(name, dialect)| (*name, tx.spelling(*dialect)));
        let every: Vec<_> = statements().into_iter().chain(spelt).collect();
        for (name, sql) in every {
            let prepared = on!(&mut tx, c => c.prepare(sql.into_sql_str()).await.map(drop));
            prepared.unwrap_or_else(|error| panic!("{name} on {}: {error}\n{sql}", store.name()));
        }
    })
    .await;
}

/// Notes a mark, or fails after having written it.
struct Note {
    name: String,
    fails: bool,
    tried: Arc<AtomicUsize>,
}

impl Write for Note {
    type Out = String;

    async fn apply(&self, tx: &mut Tx) -> Result<String, StoreError> {
        self.tried.fetch_add(1, Ordering::SeqCst);
        on!(tx, c => sqlx::query("INSERT INTO marks (name, value) VALUES ($1, 'x')")
            .bind(&self.name).execute(c).await.map(drop))?;
        if self.fails {
            return Err(StoreError::Conflict(format!("{} is bad", self.name)));
        }
        Ok(self.name.clone())
    }
}

async fn marks(store: &Store) -> Vec<String> {
    let mut tx = store.reader().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar("SELECT name FROM marks ORDER BY name").fetch_all(c).await).unwrap()
}

#[tokio::test]
async fn a_bad_write_never_fails_its_neighbours_and_leaves_nothing() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let tried = Arc::new(AtomicUsize::new(0));
        let writes = (0..50).map(|n| {
            let note = Note { name: format!("{n:02}"), fails: n % 7 == 3, tried: Arc::clone(&tried) };
            store.write(note)
        });
        let outcomes = futures_util::future::join_all(writes).await;
        for (n, outcome) in outcomes.into_iter().enumerate() {
            let name = format!("{n:02}");
            if n % 7 == 3 {
                assert_eq!(outcome, Err(StoreError::Conflict(format!("{name} is bad"))));
            } else {
                assert_eq!(outcome, Ok(name));
            }
        }
        let expected: Vec<String> = (0..50).filter(|n| n % 7 != 3).map(|n| format!("{n:02}")).collect();
        assert_eq!(marks(&store).await, expected);
        store.close().await;
        assert_eq!(marks(&base.open().await).await, expected);
    })
    .await;
}

#[tokio::test]
async fn waiting_writes_share_commits() {
    let base = Base::sqlite();
    let store = base.open().await;
    let tried = Arc::new(AtomicUsize::new(0));
    let writes = (0..1000)
        .map(|n| store.write(Note { name: format!("{n}"), fails: false, tried: Arc::clone(&tried) }));
    assert!(futures_util::future::join_all(writes).await.iter().all(Result::is_ok));
    // Nothing failed, so nothing ran twice.
    assert_eq!(tried.load(Ordering::SeqCst), 1000);
}

#[tokio::test]
async fn a_write_whose_caller_left_is_still_whole() {
    on_both(async |base: Base| {
        let store = base.open().await;
        let tried = Arc::new(AtomicUsize::new(0));
        let mut left =
            Box::pin(store.write(Note { name: "left".into(), fails: false, tried: tried.clone() }));
        // Polled once, it is in the queue; then nobody waits for it any more.
        assert!(futures_util::poll!(&mut left).is_pending());
        drop(left);
        store.write(Note { name: "next".into(), fails: false, tried }).await.unwrap();
        assert_eq!(marks(&store).await, ["left", "next"]);
    })
    .await;
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_ends() {
    on_both(async |base: Base| {
        let first = base.open().await;
        let refused = Store::open(base.url(), Mode::Own).await.unwrap_err();
        assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
        assert!(refused.to_string().contains("another Upheld process"), "{refused}");
        Store::open(base.url(), Mode::Look).await.unwrap().close().await;
        first.close().await;
        base.open().await.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_look_changes_nothing_and_wants_the_right_schema() {
    on_both(async |base: Base| {
        if !base.is_sqlite() {
            let early = Store::open(base.url(), Mode::Look).await.unwrap_err();
            assert!(matches!(early, StoreError::Older { found: 0, .. }), "{early}");
        }
        base.open().await.close().await;
        let look = Store::open(base.url(), Mode::Look).await.unwrap();
        let tried = Arc::default();
        let refused = look.write(Note { name: "x".into(), fails: false, tried }).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))));
    })
    .await;
}

#[tokio::test]
async fn a_newer_or_changed_database_is_refused_clearly() {
    on_both(async |base: Base| {
        let change = async |sql: &'static str| {
            let store = base.open().await;
            struct Change(&'static str);
            impl Write for Change {
                type Out = ();
                async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
                    on!(tx, c => sqlx::query(self.0).execute(c).await.map(drop))?;
                    Ok(())
                }
            }
            store.write(Change(sql)).await.unwrap();
            store.close().await;
        };
        change(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 9999, description, success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        )
        .await;
        let newer = Store::open(base.url(), Mode::Own).await.unwrap_err();
        assert!(matches!(newer, StoreError::Newer { found: 9999, .. }), "{newer}");
        assert!(newer.to_string().contains("newer Upheld"), "{newer}");
    })
    .await;
    on_both(async |base: Base| {
        let store = base.open().await;
        struct Spoil;
        impl Write for Spoil {
            type Out = ();
            async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
                let empty: &[u8] = b"other";
                on!(tx, c => sqlx::query("UPDATE _sqlx_migrations SET checksum = $1")
                    .bind(empty).execute(c).await.map(drop))?;
                Ok(())
            }
        }
        store.write(Spoil).await.unwrap();
        store.close().await;
        let drift = Store::open(base.url(), Mode::Own).await.unwrap_err();
        assert!(matches!(drift, StoreError::Drift { migration: 1, .. }), "{drift}");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said() {
    let base = Base::sqlite();
    let path = base.directory().join("upheld.db");
    std::fs::write(&path, "This is no database, however long one looks at it. ".repeat(100)).unwrap();
    let corrupt = Store::open(base.url(), Mode::Own).await.unwrap_err();
    assert!(matches!(corrupt, StoreError::Corrupt { .. }), "{corrupt:?}");
    assert!(corrupt.to_string().contains("upheld restore"), "{corrupt}");

    let nowhere = Store::open("sqlite:///no/such/directory/upheld.db", Mode::Own).await.unwrap_err();
    assert!(matches!(nowhere, StoreError::Unreadable { .. }), "{nowhere:?}");
    assert!(nowhere.to_string().contains("/no/such/directory/upheld.db"), "{nowhere}");

    for wrong in ["mysql://root:secret@localhost/x", "sqlite::memory:", "upheld.db", ""] {
        let error = Store::open(wrong, Mode::Own).await.unwrap_err();
        assert!(matches!(error, StoreError::Address(_)), "{error:?}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let away = Store::open("postgres://upheld:secret@127.0.0.1:1/upheld", Mode::Own).await.unwrap_err();
    assert!(matches!(away, StoreError::Unreachable { .. }), "{away:?}");
    assert!(!away.to_string().contains("secret"), "{away}");
}

#[tokio::test]
async fn a_full_disk_fails_the_write_and_nothing_else() {
    let base = Base::sqlite();
    let store = base.open().await;
    struct Limit(&'static str);
    impl Write for Limit {
        type Out = ();
        async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
            on!(tx, c => sqlx::query(self.0).execute(c).await.map(drop))?;
            Ok(())
        }
    }
    let tried: Arc<AtomicUsize> = Arc::default();
    let note = |name: String| Note { name, fails: false, tried: Arc::clone(&tried) };
    // SQLite answers "database or disk is full" when a database has reached its greatest number of pages.
    store.write(Limit("PRAGMA max_page_count = 1")).await.unwrap();
    let long = |n: u8| format!("{n}{}", "x".repeat(100_000));
    let full = store.write(note(long(0))).await.unwrap_err();
    assert!(matches!(full, StoreError::Full { .. }), "{full:?}");
    assert!(full.to_string().contains("no room left"), "{full}");
    store.write(Limit("PRAGMA max_page_count = 1000000")).await.unwrap();
    store.write(note(long(1))).await.unwrap();
    assert_eq!(marks(&store).await, [long(1)]);
}
