//! The store: the ledger of tickets, letters and bookings, on SQLite.
//!
//! Invariant: each public function is one transaction; none stays open across a call to another party.

pub mod letters;
pub mod notices;
pub mod open;
pub mod probe;
pub mod row;
pub mod row_writes;
pub mod schedule;
pub mod tickets;
pub mod waits;

use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use crate::domain::finding::Flaw;
use crate::domain::limits::store::{BUSY_TIMEOUT, CONNECTIONS};

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
}

/// The ledger.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
    desk: String,
    kept: Arc<open::Kept>,
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
    /// Opens the store, and makes or changes its tables.
    pub async fn open(url: &str, desk: &str) -> Result<Store, StoreError> {
        let refuse = |error: sqlx::Error| StoreError::Address(format!("`{url}` cannot be opened: {error}"));
        let options = SqliteConnectOptions::from_str(url)
            .map_err(refuse)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        if let Some(folder) = options.get_filename().parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| StoreError::Address(format!("the folder `{}` cannot be made: {error}", folder.display())))?;
        }
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await.map_err(refuse)?;
        migrations().run(&pool).await?;
        Ok(Store { pool, desk: desk.to_owned(), kept: Arc::default() })
    }

    /// Ends all connections, so that the file is left whole and small.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Whether the store answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// The desk's record; made at the first start.
    pub async fn desk(&self, sheet: &str, take_up_from: Timestamp) -> Result<Desk, StoreError> {
        sqlx::query("INSERT INTO desk (desk, sheet, take_up_from) VALUES ($1, $2, $3) ON CONFLICT (desk) DO NOTHING")
            .bind(&self.desk)
            .bind(sheet)
            .bind(take_up_from.as_millisecond())
            .execute(&self.pool)
            .await?;
        let (recorded, tab_id, from, last_row): (String, Option<i64>, i64, i64) =
            sqlx::query_as("SELECT sheet, tab_id, take_up_from, last_row FROM desk WHERE desk = $1")
                .bind(&self.desk)
                .fetch_one(&self.pool)
                .await?;
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
        sqlx::query("UPDATE desk SET tab_id = $1, last_row = $2 WHERE desk = $3")
            .bind(i64::from(tab_id))
            .bind(i64::from(last_row))
            .bind(&self.desk)
            .execute(&self.pool)
            .await?;
        Ok(())
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
