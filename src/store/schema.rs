//! The tables: one set of migrations for both databases, and what to do when a database is newer or older.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, PgConnection};

use super::error::StoreError;
use super::tx::{Tx, on};

/// Version, name, text. New ones are added at the end; a published one never changes.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "foundation", include_str!("../../migrations/0001_foundation.sql")),
    (2, "rooms", include_str!("../../migrations/0002_rooms.sql")),
    (3, "audience", include_str!("../../migrations/0003_audience.sql")),
    (4, "voice", include_str!("../../migrations/0004_voice.sql")),
    (5, "privacy", include_str!("../../migrations/0005_privacy.sql")),
    (6, "feedback_links", include_str!("../../migrations/0006_feedback_links.sql")),
    (7, "review_links", include_str!("../../migrations/0007_review_links.sql")),
];

/// PostgreSQL learns SQLite's way to take a JSON array apart, so that one text serves both: `FROM
/// json_each($1)` yields a row for each element, whose parts are `value ->> 0`, `value ->> 1`, ….
const PRELUDE: &str = "CREATE OR REPLACE FUNCTION json_each(text) RETURNS TABLE (value json) \
                       LANGUAGE sql IMMUTABLE AS 'SELECT e.value FROM json_array_elements($1::json) AS e'";

super::statements! {
    APPLIED = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations";
}

/// The newest version this program knows.
pub(super) fn known() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, ..)| *version)
}

/// Two words differ. SQLite's 64-bit row number is spelt `INTEGER PRIMARY KEY` (as `BIGINT` it would cost a
/// second tree), and its `BLOB` is PostgreSQL's `BYTEA`.
fn for_sqlite(text: &str) -> String {
    let mut words = text.replace("BYTEA", "BLOB");
    for gap in ["BIGINT PRIMARY KEY", "BIGINT  PRIMARY KEY"] {
        words = words.replace(gap, "INTEGER PRIMARY KEY");
    }
    words
}

fn migrator(tx: &Tx) -> Migrator {
    let sqlite = matches!(tx, Tx::Sqlite(_));
    let migrations = MIGRATIONS.iter().map(|(version, name, text)| {
        let text = if sqlite { for_sqlite(text) } else { (*text).to_owned() };
        let text = AssertSqlSafe(text).into_sql_str();
        Migration::new(*version, (*name).into(), MigrationType::Simple, text, false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Brings the schema to this program's version.
///
/// # Errors
/// [`StoreError::Newer`] when the database is ahead of the program, [`StoreError::Drift`] when a migration
/// in it is not the one this program knows.
pub(super) async fn migrate(tx: &mut Tx) -> Result<(), StoreError> {
    if let Tx::Postgres(connection) = tx {
        prelude(connection).await?;
    }
    let migrator = migrator(tx);
    on!(tx, c => migrator.run_direct(None, c, false).await)
        .map_err(|error| StoreError::from_migration(error, known()))
}

async fn prelude(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::raw_sql(PRELUDE).execute(connection).await?;
    Ok(())
}

/// Refuses a database whose schema is not this program's; changes nothing.
pub(super) async fn expect_current(tx: &mut Tx) -> Result<(), StoreError> {
    let found = expect_known(tx).await?;
    if found < known() {
        return Err(StoreError::Older { place: "the database".to_owned(), found, known: known() });
    }
    Ok(())
}

/// Refuses a database that this program did not make, or that is newer; changes nothing.
pub(super) async fn expect_ours(tx: &mut Tx) -> Result<(), StoreError> {
    if expect_known(tx).await? > 0 {
        return Ok(());
    }
    let (place, reason) = ("the database".to_owned(), "it has none of Upheld's tables".to_owned());
    Err(StoreError::Corrupt { place, reason })
}

/// Refuses a database that is newer than this program. Returns its version, 0 for an empty one.
async fn expect_known(tx: &mut Tx) -> Result<i64, StoreError> {
    let applied = on!(tx, c => sqlx::query_scalar::<_, i64>(APPLIED).fetch_one(c).await);
    let found = match applied.map_err(StoreError::from) {
        // An empty database has no table of migrations yet.
        Err(StoreError::Database { .. }) => 0,
        other => other?,
    };
    if found > known() {
        return Err(StoreError::Newer { place: "the database".to_owned(), found, known: known() });
    }
    Ok(found)
}
