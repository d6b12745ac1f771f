//! One connection of either database, and the macros by which one text serves both.

use sqlx::pool::PoolConnection;
use sqlx::{Pool, Postgres, Sqlite};

use super::error::StoreError;

/// A connection: to read from, or inside the transaction of a [`super::Write`].
#[derive(Debug)]
pub enum Tx {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A pool of either database.
#[derive(Clone, Debug)]
pub(super) enum Connections {
    Sqlite(Pool<Sqlite>),
    Postgres(Pool<Postgres>),
}

/// A statement that the two databases spell differently. Keep these few.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

/// IMMEDIATE takes SQLite's write lock at once, so that no later statement can find it taken.
const BEGIN: Dialect = Dialect { sqlite: "BEGIN IMMEDIATE", postgres: "BEGIN" };

/// Runs an expression with the native connection: `on!(tx, c => sqlx::query(SQL).execute(c).await)`. It
/// expands to one arm for each database, so that each is compiled for its own driver.
macro_rules! on {
    ($tx:expr, $connection:ident => $body:expr) => {
        match $tx {
            $crate::store::tx::Tx::Sqlite(connection) => {
                let $connection: &mut sqlx::SqliteConnection = &mut *connection;
                $body
            }
            $crate::store::tx::Tx::Postgres(connection) => {
                let $connection: &mut sqlx::PgConnection = &mut *connection;
                $body
            }
        }
    };
}
pub(super) use on;

impl Connections {
    pub async fn acquire(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.acquire().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.acquire().await?),
        })
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Begins a transaction that will write.
    pub(super) async fn begin(&mut self) -> Result<(), StoreError> {
        let begin = self.spelling(BEGIN);
        on!(self, c => sqlx::raw_sql(begin).execute(c).await.map(drop))?;
        Ok(())
    }

    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        on!(self, c => sqlx::raw_sql("COMMIT").execute(c).await.map(drop))?;
        Ok(())
    }

    /// Takes back what was not committed. A connection that cannot even do that is thrown away.
    pub(super) async fn roll_back(mut self) {
        let done = on!(&mut self, c => sqlx::raw_sql("ROLLBACK").execute(c).await.map(drop));
        // SQLite says "no transaction is active" when it already took everything back by itself.
        let clean = done.is_ok() || matches!(&self, Self::Sqlite(_));
        if !clean {
            match &mut self {
                Self::Sqlite(connection) => connection.close_on_drop(),
                Self::Postgres(connection) => connection.close_on_drop(),
            }
        }
    }

    /// This database's spelling of `statement`.
    pub(super) const fn spelling(&self, statement: Dialect) -> &'static str {
        match self {
            Self::Sqlite(_) => statement.sqlite,
            Self::Postgres(_) => statement.postgres,
        }
    }
}
