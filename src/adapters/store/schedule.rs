//! What the web reads: the public schedule.

use jiff::Timestamp;

use super::row::{TicketRow, select_tickets};
use super::{Store, StoreError};
use crate::domain::limits::store::EVENTS_MAX;
use crate::domain::ticket::Ticket;

impl Store {
    /// Tickets with a meeting that ends after `from`, by start; also those whose meeting was called off.
    pub async fn scheduled(&self, from: Timestamp) -> Result<Vec<Ticket>, StoreError> {
        let rows: Vec<TicketRow> = sqlx::query_as(select_tickets!(
            "WHERE desk = $1 AND state IN ('scheduled', 'cancelling', 'cancelled') AND meeting_id IS NOT NULL AND slot_end > $2 ORDER BY slot_start, number LIMIT $3"
        ))
        .bind(&self.desk)
        .bind(from.as_millisecond())
        .bind(EVENTS_MAX)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TicketRow::ticket).collect()
    }
}
