//! The store: the ledger of tickets, letters and bookings, on SQLite or PostgreSQL.
//!
//! Invariant: each public function is one transaction; none stays open across a call to another party. Whatever changes the ledger
//! begins with `Store::begin`, which refuses a process that has lost the desk's lease.

mod dialect;
pub mod lease;
pub mod letters;
pub mod notices;
pub mod open;
mod opening;
pub mod probe;
pub mod row;
pub mod row_writes;
pub mod schedule;
pub mod tickets;
pub mod waits;

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyPool, SqlSafeStr, Transaction};

use self::dialect::Kind;
use crate::domain::finding::Flaw;

/// The store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the store failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The database could not be brought to this version's shape.
    #[error("the store's tables could not be made or changed: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Somebody else changed the ticket in between.
    #[error("ticket {0} was changed by another in between")]
    Stale(String),
    /// A record that this version cannot read.
    #[error("the record of {0} cannot be read: {1}")]
    Unreadable(String, String),
    /// An address of a store that cannot be opened.
    #[error("`store.url`: {0}")]
    Address(String),
    /// Another process has the file.
    #[error("`store.url`: `{0}` is in use by {1}: end that one first, or give this one a store of its own")]
    InUse(String, String),
    /// Another process holds the desk's lease by now.
    #[error("this process does not hold the desk's lease any more")]
    Fenced,
}

impl StoreError {
    /// Somebody else was quicker: nothing is wrong with the store.
    pub fn is_of_another(&self) -> bool {
        matches!(self, StoreError::Stale(_) | StoreError::Fenced)
    }
}

/// The ledger.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    kind: Kind,
    desk: String,
    kept: Arc<open::Kept>,
    /// The fence of the lease that is held; zero for none.
    fence: Arc<AtomicI64>,
    /// Keeps other processes off an SQLite file.
    lock: Option<Arc<File>>,
}

/// What is recorded of a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// The response tab's id, once looked up.
    pub tab_id: Option<i32>,
    /// Answers before this are left alone.
    pub take_up_from: Timestamp,
    /// The last row that held an answer, zero-based.
    pub last_row: u32,
}

impl Store {
    /// Ends all connections, so that the file is left whole and small.
    pub async fn close(&self) {
        self.pool.close().await;
        if let Some(lock) = &self.lock {
            // Dropping the last copy frees it too; a reader may still hold one.
            let _ = lock.unlock();
        }
    }

    /// Starts a transaction that will write. It holds the desk's lease until it ends: a takeover waits for it, and after one it is
    /// refused.
    async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let fence = self.fence.load(Ordering::Acquire);
        let mut tx = self.pool.begin_with(self.kind.begin()).await?;
        let held = sqlx::query(self.kind.fenced()).bind(&self.desk).bind(fence).fetch_optional(&mut *tx).await?;
        if held.is_some() { Ok(tx) } else { Err(StoreError::Fenced) }
    }

    /// Whether the store answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// The desk's record; made at the first start.
    pub async fn desk(&self, sheet: &str, take_up_from: Timestamp) -> Result<Desk, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("INSERT INTO desk (desk, sheet, take_up_from) VALUES ($1, $2, $3) ON CONFLICT (desk) DO NOTHING")
            .bind(&self.desk)
            .bind(sheet)
            .bind(take_up_from.as_millisecond())
            .execute(&mut *tx)
            .await?;
        let (recorded, tab_id, from, last_row): (String, Option<i64>, i64, i64) =
            sqlx::query_as("SELECT sheet, tab_id, take_up_from, last_row FROM desk WHERE desk = $1")
                .bind(&self.desk)
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        if recorded != sheet {
            return Err(StoreError::Address(other_sheet(&recorded, sheet).to_string()));
        }
        Ok(Desk {
            tab_id: tab_id.and_then(|id| i32::try_from(id).ok()),
            take_up_from: instant(from),
            last_row: u32::try_from(last_row).unwrap_or(0),
        })
    }

    /// Records which tab the desk reads, and its last row with an answer.
    pub async fn record_place(&self, tab_id: i32, last_row: u32) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE desk SET tab_id = $1, last_row = $2 WHERE desk = $3")
            .bind(i64::from(tab_id))
            .bind(i64::from(last_row))
            .bind(&self.desk)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}

/// The store was made for another sheet.
fn other_sheet(recorded: &str, sheet: &str) -> Flaw {
    Flaw::new(
        format!("this store belongs to the sheet `{recorded}`, and `sheet.id` now names `{sheet}`"),
        "put another store file into `store.url`, or the former sheet into `sheet.id`",
    )
}

fn migrations() -> Migrator {
    let all = [
        (1_i64, "ledger", include_str!("../../../migrations/0001_ledger.sql")),
        (2, "notices", include_str!("../../../migrations/0002_notices.sql")),
        (3, "waits", include_str!("../../../migrations/0003_waits.sql")),
        (4, "lease", include_str!("../../../migrations/0004_lease.sql")),
        (5, "answers", include_str!("../../../migrations/0005_answers.sql")),
        (6, "commands", include_str!("../../../migrations/0006_commands.sql")),
    ];
    let list = all
        .into_iter()
        .map(|(version, name, sql)| Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false));
    Migrator::with_migrations(list.collect())
}

/// An instant of the database.
fn instant(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("records are plain data: writing them as JSON cannot fail")
}

fn from_json<T: serde::de::DeserializeOwned>(of: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Unreadable(of.to_owned(), error.to_string()))
}

#[cfg(test)]
mod tests;
