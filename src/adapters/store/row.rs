//! Tickets as rows of the database.

use sqlx::FromRow;

use super::{StoreError, from_json, instant};
use crate::domain::ticket::Ticket;

/// The columns of [`TicketRow`], for the beginning of a query.
macro_rules! select_tickets {
    ($rest:literal) => {
        concat!(
            "SELECT number, submitted_at, first_submitted_at, first_row, answer_json, request_json, state_json, ",
            "changed_at, tries, not_before, edited_since, version, mark, command_json FROM ticket ",
            $rest
        )
    };
}
pub(super) use select_tickets;

/// A ticket's row.
#[derive(FromRow)]
pub(super) struct TicketRow {
    number: String,
    first_submitted_at: i64,
    first_row: i64,
    answer_json: String,
    request_json: Option<String>,
    state_json: String,
    changed_at: i64,
    tries: i64,
    not_before: i64,
    edited_since: i64,
    version: i64,
    mark: Option<i64>,
    command_json: Option<String>,
}

impl TicketRow {
    pub(super) fn ticket(self) -> Result<Ticket, StoreError> {
        let unreadable = |what: &dyn std::fmt::Display| StoreError::Unreadable(self.number.clone(), what.to_string());
        let number = self.number.parse().map_err(|error| unreadable(&error))?;
        Ok(Ticket {
            answer: from_json(&self.number, &self.answer_json)?,
            request: self.request_json.as_deref().map(|text| from_json(&self.number, text)).transpose()?,
            state: from_json(&self.number, &self.state_json)?,
            command: self.command_json.as_deref().map(|text| from_json(&self.number, text)).transpose()?,
            number,
            first_submitted_at: instant(self.first_submitted_at),
            first_row: u32::try_from(self.first_row).unwrap_or(0),
            changed_at: instant(self.changed_at),
            tries: u32::try_from(self.tries).unwrap_or(0),
            not_before: instant(self.not_before),
            edited_since: self.edited_since != 0,
            version: self.version,
            mark: self.mark.and_then(|mark| i32::try_from(mark).ok()),
        })
    }
}
