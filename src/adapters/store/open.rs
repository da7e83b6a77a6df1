//! The open tickets, briefly. The clerk asks for them many times between two changes, so they are kept in memory and read anew once a
//! ticket was changed.
//!
//! Invariant: every function of the store that changes what is kept here holds a `Changing` while it does.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::row::TicketRow;
use super::tickets::row_from_json;
use super::{Store, StoreError, from_json, instant};
use crate::domain::answer::Fingerprint;
use crate::domain::command::Handled;
use crate::domain::rows::RowText;
use crate::domain::ticket::{Ticket, TicketNumber};

/// What is known of an open ticket without reading the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTicket {
    /// Its number.
    pub number: TicketNumber,
    /// The metadata of its row.
    pub mark: Option<i32>,
    /// What its answer is known by.
    pub fingerprint: Fingerprint,
    /// When the answer was sent in or last edited.
    pub submitted_at: Timestamp,
    /// What is to stand in its row.
    pub wanted: RowText,
    /// The text of its last command, as long as that is to be taken out of its cell.
    pub to_clear: Option<String>,
}

/// Number, metadata, fingerprint, moment, what is to stand in its row, and its last command.
type OpenRow = (String, Option<i64>, String, i64, String, Option<String>);

/// What was read last, and at which count of changes.
#[derive(Debug, Default)]
pub(super) struct Kept {
    changes: AtomicU64,
    last: Mutex<Option<(u64, Arc<[OpenTicket]>)>>,
    /// Records that could not be read, and were told of.
    unreadable: Mutex<HashSet<String>>,
}

/// Held while a ticket is changed. When it goes, whether the change was made or not, what is kept is out of date.
#[derive(Debug)]
#[must_use]
pub(super) struct Changing<'a>(&'a Kept);

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.0.changes.fetch_add(1, Ordering::AcqRel);
    }
}

impl Store {
    /// Those of some tickets that can be read; the others are told of once, and hold up nobody.
    pub(super) fn readable(&self, rows: Vec<TicketRow>) -> Vec<Ticket> {
        let read = |row: TicketRow| {
            row.ticket().inspect_err(|error| {
                let mut told = self.kept.unreadable.lock().unwrap_or_else(PoisonError::into_inner);
                if told.insert(error.to_string()) {
                    tracing::error!("{error}: the ticket is left alone; a newer version of this program may have written it");
                }
            })
        };
        rows.into_iter().filter_map(|row| read(row).ok()).collect()
    }

    /// All open tickets, by number.
    pub async fn open_tickets(&self) -> Result<Arc<[OpenTicket]>, StoreError> {
        let changes = self.kept.changes.load(Ordering::Acquire);
        let last = self.kept.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match last {
            Some((at, open)) if at == changes => Ok(open),
            _ => self.open_tickets_anew().await,
        }
    }

    /// As [`open_tickets`](Self::open_tickets), from the database whatever is kept: also what another process changed.
    pub async fn open_tickets_anew(&self) -> Result<Arc<[OpenTicket]>, StoreError> {
        // Counted before it is read: a change in between makes it out of date, never wrongly fresh.
        let changes = self.kept.changes.load(Ordering::Acquire);
        let open: Arc<[OpenTicket]> = self.read_open_tickets().await?.into();
        *self.kept.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((changes, open.clone()));
        Ok(open)
    }

    pub(super) fn changing(&self) -> Changing<'_> {
        Changing(&self.kept)
    }

    async fn read_open_tickets(&self) -> Result<Vec<OpenTicket>, StoreError> {
        let rows: Vec<OpenRow> = sqlx::query_as(
            "SELECT number, mark, fingerprint, submitted_at, row_wanted_json, command_json FROM ticket \
             WHERE desk = $1 AND closed_at IS NULL ORDER BY number",
        )
        .bind(&self.desk)
        .fetch_all(&self.pool)
        .await?;
        let open = rows.into_iter().map(|(number, mark, fingerprint, submitted_at, wanted, command)| {
            let command: Option<Handled> = command.as_deref().map(|text| from_json(&number, text)).transpose()?;
            Ok(OpenTicket {
                to_clear: command.as_ref().and_then(Handled::to_clear).map(ToOwned::to_owned),
                number: number.parse().map_err(|error| StoreError::Unreadable(number.clone(), format!("{error}")))?,
                mark: mark.and_then(|mark| i32::try_from(mark).ok()),
                fingerprint: Fingerprint(fingerprint),
                submitted_at: instant(submitted_at),
                wanted: row_from_json(&number, &wanted)?,
            })
        });
        open.collect()
    }
}
