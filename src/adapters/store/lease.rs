//! The lease of a desk: one process at a time runs it. Each change of holder has a higher number, the fence, and every transaction
//! that writes checks it: who lost the lease can change nothing any more, however late it finds out.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::error::DatabaseError;

use super::dialect::Kind;
use super::{Store, StoreError, instant};
use crate::domain::limits::store::LEASE_FOR;

/// Who holds a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Machine and process.
    pub who: String,
    /// Since when.
    pub since: Timestamp,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} since {}", self.who, self.since.strftime("%Y-%m-%d %H:%M:%S UTC"))
    }
}

/// This machine and process, as a holder.
pub(super) fn this_process() -> String {
    format!("{}, process {}", rustix::system::uname().nodename().to_string_lossy(), std::process::id())
}

impl Store {
    /// Takes the lease if it is free, has ended, or if the lock on the file proves that its holder is gone. Gives its fence.
    pub async fn take_lease(&self) -> Result<Option<i64>, StoreError> {
        // The lock on an SQLite file was taken when it was opened: whoever stands in the lease is dead.
        let dead = i64::from(self.kind == Kind::Sqlite);
        let taken: Result<Option<(i64,)>, sqlx::Error> = sqlx::query_as(self.kind.take())
            .bind(&self.desk)
            .bind(this_process())
            .bind(milliseconds(LEASE_FOR))
            .bind(dead)
            .fetch_optional(&self.pool)
            .await;
        let fence = match taken {
            Ok(Some((fence,))) => fence,
            Ok(None) => return Ok(None),
            // Two made the row of the first lease at the same moment.
            Err(error) if error.as_database_error().is_some_and(DatabaseError::is_unique_violation) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // What is kept may have been changed by the holder before.
        drop(self.changing());
        self.fence.store(fence, Ordering::Release);
        Ok(Some(fence))
    }

    /// Confirms that the lease still has this fence, and lets it go on. False: another process has it.
    pub async fn renew_lease(&self, fence: i64) -> Result<bool, StoreError> {
        let held: Option<(i64,)> = sqlx::query_as(self.kind.renew())
            .bind(&self.desk)
            .bind(fence)
            .bind(milliseconds(LEASE_FOR))
            .fetch_optional(&self.pool)
            .await?;
        Ok(held.is_some())
    }

    /// Ends the lease in order, so that another process takes it at once.
    pub async fn release_lease(&self) -> Result<(), StoreError> {
        let fence = self.fence.swap(0, Ordering::AcqRel);
        sqlx::query("UPDATE lease SET until_at = 0 WHERE desk = $1 AND fence = $2")
            .bind(&self.desk)
            .bind(fence)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Forgets the lease: another process has it, or may have it by now.
    pub fn lose_lease(&self) {
        self.fence.store(0, Ordering::Release);
    }

    /// The fence of the lease that this process holds, as far as it knows.
    pub fn fence(&self) -> Option<i64> {
        Some(self.fence.load(Ordering::Acquire)).filter(|fence| *fence > 0)
    }

    /// Whether the lease ends by itself when it is not renewed.
    pub fn lease_ends(&self) -> bool {
        self.kind == Kind::Postgres
    }

    /// Who took the lease last.
    pub async fn holder(&self) -> Result<Option<Holder>, StoreError> {
        let row: Option<(String, i64)> = sqlx::query_as("SELECT holder, since_at FROM lease WHERE desk = $1")
            .bind(&self.desk)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|(who, since)| Holder { who, since: instant(since) }))
    }
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
