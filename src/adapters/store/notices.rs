//! Notices to staff: one trouble is one letter until it is over, also over a restart.

use std::collections::HashSet;

use jiff::Timestamp;

use super::letters::{NewLetter, insert_letters};
use super::{Store, StoreError};
use crate::domain::letter::DESK_LABEL;

impl Store {
    /// Raises a notice: its letters become due, unless the same was raised before and is not over. Says whether they did.
    pub async fn raise_notice(&self, key: &str, letters: Vec<NewLetter>, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let raised =
            sqlx::query("INSERT INTO notice (desk, key, raised_at) VALUES ($1, $2, $3) ON CONFLICT (desk, key) DO NOTHING")
                .bind(&self.desk)
                .bind(key)
                .bind(now.as_millisecond())
                .execute(&mut *tx)
                .await?;
        let new = raised.rows_affected() == 1;
        if new {
            insert_letters(&mut tx, &self.desk, DESK_LABEL, letters, now).await?;
        }
        tx.commit().await?;
        Ok(new)
    }

    /// Ends a notice: should the same happen again, it is told again.
    pub async fn end_notice(&self, key: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM notice WHERE desk = $1 AND key = $2").bind(&self.desk).bind(key).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// The keys of all notices that are not over.
    pub async fn notices(&self) -> Result<HashSet<String>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT key FROM notice WHERE desk = $1").bind(&self.desk).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(key,)| key).collect())
    }
}
