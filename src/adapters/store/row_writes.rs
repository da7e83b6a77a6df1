//! Writes of rows that are under way, or whose effect was not looked at yet: what stood in the row before and what was sent. Columns may
//! move under a write, and the process may end before it has seen that; the next one puts back what was overwritten.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::tickets::{row_from_json, row_json};
use super::{Store, StoreError, from_json, to_json};
use crate::domain::answer::{Cell, Fingerprint};
use crate::domain::rows::RowText;
use crate::domain::ticket::TicketNumber;

/// A row under way to the sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct ToWrite {
    /// What it is known by in the ledger; zero until it is recorded.
    pub id: i64,
    /// How often this process has put back what it overwrote.
    pub put_back: u32,
    /// Staff were told by this process of what it overwrote.
    pub told: bool,
    /// By whose metadata the row is found.
    pub number: TicketNumber,
    /// Whose row it is, where that metadata is astray and the row is another open ticket's.
    pub owner: Option<TicketNumber>,
    /// The row's metadata.
    pub mark: i32,
    /// What its answer is known by.
    pub print: Fingerprint,
    /// What is to stand in the row.
    pub wanted: RowText,
    /// The cells that are sent; `None` leaves a cell as it is.
    pub sent: Vec<Option<Cell>>,
    /// The header row as it was read before.
    pub headers: Arc<[String]>,
    /// The row as it was read before.
    pub before: Vec<Cell>,
}

impl ToWrite {
    /// Whose row it is.
    pub fn whose(&self) -> TicketNumber {
        self.owner.unwrap_or(self.number)
    }

    /// The row is found by another ticket's metadata from now on.
    pub fn is_found_by(&mut self, number: TicketNumber, mark: i32) {
        self.owner = Some(self.whose()).filter(|whose| *whose != number);
        (self.number, self.mark) = (number, mark);
    }

    /// The tickets whose words may stand elsewhere for it.
    pub fn tickets(&self) -> impl Iterator<Item = TicketNumber> {
        [self.number].into_iter().chain(self.owner)
    }
}

/// What is recorded beside number and metadata.
#[derive(Serialize, Deserialize)]
struct Content {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<TicketNumber>,
    print: Fingerprint,
    wanted: String,
    sent: Vec<Option<Cell>>,
    headers: Vec<String>,
    before: Vec<Cell>,
}

impl Store {
    /// Records writes before they are sent, and gives each its id.
    pub async fn record_row_writes(&self, writes: &mut [ToWrite]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for write in writes {
            let content = Content {
                owner: write.owner,
                print: write.print.clone(),
                wanted: row_json(&write.wanted),
                sent: write.sent.clone(),
                headers: write.headers.to_vec(),
                before: write.before.clone(),
            };
            // One process at a time writes, so that the next number is nobody else's.
            let (id,): (i64,) = sqlx::query_as(
                "INSERT INTO row_write (desk, id, ticket, mark, content_json) \
                 SELECT $1, COALESCE(MAX(id), 0) + 1, $2, $3, $4 FROM row_write WHERE desk = $1 RETURNING id",
            )
            .bind(&self.desk)
            .bind(write.number.to_string())
            .bind(i64::from(write.mark))
            .bind(to_json(&content))
            .fetch_one(&mut *tx)
            .await?;
            write.id = id;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Forgets writes whose effect was looked at.
    pub async fn forget_row_writes(&self, ids: &[i64]) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for id in ids {
            sqlx::query("DELETE FROM row_write WHERE desk = $1 AND id = $2").bind(&self.desk).bind(id).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Writes whose effect nobody has looked at, in the order in which they were recorded.
    pub async fn row_writes(&self) -> Result<Vec<ToWrite>, StoreError> {
        let rows: Vec<(i64, String, i64, String)> =
            sqlx::query_as("SELECT id, ticket, mark, content_json FROM row_write WHERE desk = $1 ORDER BY id")
                .bind(&self.desk)
                .fetch_all(&self.pool)
                .await?;
        let write = |(id, number, mark, content): (i64, String, i64, String)| {
            let content: Content = from_json(&number, &content)?;
            Ok(ToWrite {
                id,
                put_back: 0,
                told: false,
                number: number.parse().map_err(|error| StoreError::Unreadable(number.clone(), format!("{error}")))?,
                owner: content.owner,
                mark: i32::try_from(mark).unwrap_or(0),
                print: content.print,
                wanted: row_from_json(&number, &content.wanted)?,
                sent: content.sent,
                headers: content.headers.into(),
                before: content.before,
            })
        };
        rows.into_iter().map(write).collect()
    }
}
