//! Tickets in the ledger: taken up, changed, found again.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use sqlx::{Any, Transaction};

use super::letters::{NewLetter, insert_letters};
use super::row::{TicketRow, select_tickets};
use super::waits::withdraw_overtaken;
use super::{Store, StoreError, instant, to_json};
use crate::domain::answer::{Answer, Fingerprint};
use crate::domain::limits::{OPEN_AFTER_END, TICKETS_PER_PASS, WAIT_FOR_PEOPLE};
use crate::domain::rows::RowText;
use crate::domain::slot::Slot;
use crate::domain::step::wake_at;
use crate::domain::ticket::{Cancellation, State, Ticket, TicketNumber};

/// A stretch of a host's time that the ledger holds for a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The host.
    pub host: String,
    /// When.
    pub slot: Slot,
    /// The meeting, once made.
    pub meeting: Option<i64>,
}

/// A ticket whose number is given by the ledger.
#[derive(Debug)]
pub struct NewTicket {
    /// Everything but the number.
    pub ticket: Ticket,
    /// The year by which it is numbered.
    pub year: i16,
    /// A count that the sheet already shows; the new one is higher.
    pub above: u32,
    /// Older tickets of which it takes the place.
    pub replaces: Vec<Ticket>,
}

impl Store {
    /// Takes up a ticket: gives it its number, and records it with its first letters. `finish` makes row and letters from the numbered ticket.
    pub async fn take_up(
        &self,
        new: NewTicket,
        now: Timestamp,
        finish: impl Fn(&Ticket) -> (RowText, Vec<NewLetter>) + Send,
    ) -> Result<Ticket, StoreError> {
        let _changing = self.changing();
        let mut tx = self.begin().await?;
        let (last,): (i64,) = sqlx::query_as(
            "INSERT INTO ticket_counter (desk, year, last) VALUES ($1, $2, $3 + 1) \
             ON CONFLICT (desk, year) DO UPDATE SET \
             last = CASE WHEN ticket_counter.last > $3 THEN ticket_counter.last ELSE $3 END + 1 RETURNING last",
        )
        .bind(&self.desk)
        .bind(i64::from(new.year))
        .bind(i64::from(new.above))
        .fetch_one(&mut *tx)
        .await?;
        let mut ticket = new.ticket;
        ticket.number = TicketNumber { year: new.year, count: u32::try_from(last).unwrap_or(u32::MAX) };
        let (wanted, letters) = finish(&ticket);
        sqlx::query(
            "INSERT INTO ticket (desk, number, fingerprint, submitted_at, first_submitted_at, first_row, answer_json, \
             state, state_json, changed_at, not_before, version, created_at, row_wanted_json) \
             VALUES ($1, $2, '', 0, $3, $4, '', '', '', 0, 0, 0, $5, '')",
        )
        .bind(&self.desk)
        .bind(ticket.number.to_string())
        .bind(ticket.first_submitted_at.as_millisecond())
        .bind(i64::from(ticket.first_row))
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await?;
        ticket.version = 0;
        self.write(&mut tx, &mut ticket, &wanted, "taken_up", now).await?;
        insert_letters(&mut tx, &self.desk, &ticket.number.to_string(), letters, now).await?;
        for mut old in new.replaces {
            old.state = State::Replaced(ticket.number);
            old.changed_at = now;
            let (wanted, _) = finish(&old);
            self.write(&mut tx, &mut old, &wanted, "replaced", now).await?;
        }
        tx.commit().await?;
        Ok(ticket)
    }

    /// Open tickets that have no meeting and wait for something, oldest first: a new answer may take their place.
    pub async fn tickets_waiting(&self) -> Result<Vec<Ticket>, StoreError> {
        let rows: Vec<TicketRow> = sqlx::query_as(select_tickets!(
            "WHERE desk = $1 AND closed_at IS NULL AND state IN ('open', 'to_correct', 'full', 'needs_staff') \
             ORDER BY first_submitted_at, first_row, number"
        ))
        .bind(&self.desk)
        .fetch_all(&self.pool)
        .await?;
        Ok(self.readable(rows))
    }

    /// Records a change of a ticket and the letters that become due with it, if nobody changed it in between.
    pub async fn change(
        &self,
        mut ticket: Ticket,
        wanted: &RowText,
        letters: Vec<NewLetter>,
        event: &str,
        now: Timestamp,
    ) -> Result<Ticket, StoreError> {
        let _changing = self.changing();
        let mut tx = self.begin().await?;
        self.write(&mut tx, &mut ticket, wanted, event, now).await?;
        insert_letters(&mut tx, &self.desk, &ticket.number.to_string(), letters, now).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// Records that a host is held for a ticket and a create is intended: the host's count of the day goes up in the same transaction.
    pub async fn reserve(&self, mut ticket: Ticket, wanted: &RowText, now: Timestamp) -> Result<Ticket, StoreError> {
        let _changing = self.changing();
        let mut tx = self.begin().await?;
        self.write(&mut tx, &mut ticket, wanted, "reserved", now).await?;
        if let Some(intent) = ticket.state.intent() {
            sqlx::query(
                "INSERT INTO host_day (host, day, changes) VALUES ($1, $2, 1) \
                 ON CONFLICT (host, day) DO UPDATE SET changes = host_day.changes + 1",
            )
            .bind(&intent.host)
            .bind(utc_day(now))
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(ticket)
    }

    /// Notes that Zoom refuses further changes of this host until the next UTC day.
    pub async fn day_used_up(&self, host: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO host_day (host, day, used_up) VALUES ($1, $2, 1) ON CONFLICT (host, day) DO UPDATE SET used_up = 1",
        )
        .bind(host)
        .bind(utc_day(now))
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Changes of the present UTC day by host; a host that Zoom refuses counts as having used all.
    pub async fn changes_today(&self, now: Timestamp) -> Result<HashMap<String, u32>, StoreError> {
        let rows: Vec<(String, i64, i64)> = sqlx::query_as("SELECT host, changes, used_up FROM host_day WHERE day = $1")
            .bind(utc_day(now))
            .fetch_all(&self.pool)
            .await?;
        let count = |changes: i64, used_up: i64| if used_up == 0 { u32::try_from(changes).unwrap_or(0) } else { u32::MAX };
        Ok(rows.into_iter().map(|(host, changes, used_up)| (host, count(changes, used_up))).collect())
    }

    async fn write(
        &self,
        tx: &mut Transaction<'static, Any>,
        ticket: &mut Ticket,
        wanted: &RowText,
        event: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let request = ticket.request.as_ref();
        let held = held(ticket);
        let slot = held.as_ref().map(|(_, slot)| *slot).or(request.map(|request| request.slot));
        let state = to_json(&ticket.state);
        let changed = sqlx::query(
            "UPDATE ticket SET fingerprint = $3, submitted_at = $4, answer_json = $5, request_json = $6, state = $7, \
             state_json = $8, changed_at = $9, tries = $10, not_before = $11, wake_at = $12, edited_since = $13, \
             version = version + 1, host = $14, slot_start = $15, slot_end = $16, meeting_id = $17, \
             row_wanted_json = $18, command_json = $20 WHERE desk = $1 AND number = $2 AND version = $19",
        )
        .bind(&self.desk)
        .bind(ticket.number.to_string())
        .bind(&ticket.answer.fingerprint().0)
        .bind(ticket.answer.submitted_at.as_millisecond())
        .bind(to_json(&ticket.answer))
        .bind(request.map(to_json))
        .bind(ticket.state.name())
        .bind(&state)
        .bind(ticket.changed_at.as_millisecond())
        .bind(i64::from(ticket.tries))
        .bind(ticket.not_before.as_millisecond())
        .bind(wake_at(ticket).map(Timestamp::as_millisecond))
        .bind(i64::from(ticket.edited_since))
        .bind(held.as_ref().map(|(host, _)| host.clone()))
        .bind(slot.map(|slot| slot.start.as_millisecond()))
        .bind(slot.map(|slot| slot.end.as_millisecond()))
        .bind(ticket.meeting_made().map(|meeting| meeting.id))
        .bind(row_json(wanted))
        .bind(ticket.version)
        .bind(ticket.command.as_ref().map(to_json))
        .execute(&mut **tx)
        .await?;
        if changed.rows_affected() != 1 {
            return Err(StoreError::Stale(ticket.number.to_string()));
        }
        ticket.version += 1;
        sqlx::query("INSERT INTO event (desk, ticket, version, at, kind, state_json) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(&self.desk)
            .bind(ticket.number.to_string())
            .bind(ticket.version)
            .bind(now.as_millisecond())
            .bind(event)
            .bind(&state)
            .execute(&mut **tx)
            .await?;
        self.insert_answer(tx, ticket.number, &ticket.answer).await?;
        withdraw_overtaken(tx, &self.desk, &ticket.number.to_string(), &ticket.state, now).await
    }

    /// Changes only what is to stand in the row, if the ticket is still the one from which that was made. The version goes up, so
    /// that a change made from older facts is refused too.
    pub async fn want_row(&self, ticket: &Ticket, wanted: &RowText) -> Result<(), StoreError> {
        let _changing = self.changing();
        let mut tx = self.begin().await?;
        let changed = sqlx::query(
            "UPDATE ticket SET row_wanted_json = $3, version = version + 1 WHERE desk = $1 AND number = $2 AND version = $4",
        )
        .bind(&self.desk)
        .bind(ticket.number.to_string())
        .bind(row_json(wanted))
        .bind(ticket.version)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        if changed.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Stale(ticket.number.to_string())) }
    }

    /// Records the metadata of a ticket's row; `None` when it went astray.
    pub async fn record_mark(&self, number: TicketNumber, mark: Option<i32>) -> Result<(), StoreError> {
        let _changing = self.changing();
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE ticket SET mark = $3 WHERE desk = $1 AND number = $2")
            .bind(&self.desk)
            .bind(number.to_string())
            .bind(mark.map(i64::from))
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Records that the number was seen in the ticket's row.
    pub async fn record_numbered(&self, number: TicketNumber) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE ticket SET numbered = 1 WHERE desk = $1 AND number = $2 AND numbered = 0")
            .bind(&self.desk)
            .bind(number.to_string())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Records that a ticket's answer was sent anew without a change: a row with that moment is no new answer.
    pub async fn record_resent(&self, number: TicketNumber, answer: &Answer) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        self.insert_answer(&mut tx, number, answer).await?;
        Ok(tx.commit().await?)
    }

    /// Every content that a ticket's answer ever had, with its moment.
    async fn insert_answer(
        &self,
        tx: &mut Transaction<'static, Any>,
        number: TicketNumber,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO answer (desk, fingerprint, submitted_at, ticket, answer_json) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        )
        .bind(&self.desk)
        .bind(&answer.fingerprint().0)
        .bind(answer.submitted_at.as_millisecond())
        .bind(number.to_string())
        .bind(to_json(answer))
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    /// Whether the number was ever seen in the ticket's row.
    pub async fn is_numbered(&self, number: TicketNumber) -> Result<bool, StoreError> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT numbered FROM ticket WHERE desk = $1 AND number = $2")
            .bind(&self.desk)
            .bind(number.to_string())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.is_some_and(|(numbered,)| numbered != 0))
    }

    /// Records when the link first stood in the row (SOP step 6), once.
    pub async fn record_linked(&self, number: TicketNumber, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE ticket SET row_linked_at = $3 WHERE desk = $1 AND number = $2 AND row_linked_at IS NULL")
            .bind(&self.desk)
            .bind(number.to_string())
            .bind(now.as_millisecond())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// A ticket by its number.
    pub async fn ticket(&self, number: TicketNumber) -> Result<Option<Ticket>, StoreError> {
        let row: Option<TicketRow> = sqlx::query_as(select_tickets!("WHERE desk = $1 AND number = $2"))
            .bind(&self.desk)
            .bind(number.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.map(TicketRow::ticket).transpose()
    }

    /// Tickets that have to be looked at now, first come first served.
    pub async fn tickets_awake(&self, now: Timestamp) -> Result<Vec<Ticket>, StoreError> {
        let rows: Vec<TicketRow> = sqlx::query_as(select_tickets!(
            "WHERE desk = $1 AND wake_at <= $2 ORDER BY first_submitted_at, first_row, number LIMIT $3"
        ))
        .bind(&self.desk)
        .bind(now.as_millisecond())
        .bind(TICKETS_PER_PASS)
        .fetch_all(&self.pool)
        .await?;
        Ok(self.readable(rows))
    }

    /// When the next ticket has to be looked at.
    pub async fn next_wake(&self) -> Result<Option<Timestamp>, StoreError> {
        let (next,): (Option<i64>,) = sqlx::query_as("SELECT MIN(wake_at) FROM ticket WHERE desk = $1 AND wake_at IS NOT NULL")
            .bind(&self.desk)
            .fetch_one(&self.pool)
            .await?;
        Ok(next.map(instant))
    }

    /// Tickets whose create was under way when the process that made it ended.
    pub async fn tickets_booking(&self) -> Result<Vec<Ticket>, StoreError> {
        let rows: Vec<TicketRow> = sqlx::query_as(select_tickets!("WHERE desk = $1 AND state = 'booking'"))
            .bind(&self.desk)
            .fetch_all(&self.pool)
            .await?;
        Ok(self.readable(rows))
    }

    /// The ticket, open or closed, whose answer has or once had this content with this timestamp.
    pub async fn knows(&self, fingerprint: &Fingerprint, submitted_at: Timestamp) -> Result<Option<TicketNumber>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as(
            "SELECT ticket FROM answer WHERE desk = $1 AND fingerprint = $2 AND submitted_at = $3 ORDER BY ticket LIMIT 1",
        )
        .bind(&self.desk)
        .bind(&fingerprint.0)
        .bind(submitted_at.as_millisecond())
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.and_then(|(number,)| number.parse().ok()))
    }

    /// What tickets, open or closed, were answered at a moment. One that cannot be read any more is nobody's copy.
    pub async fn answered_at(&self, submitted_at: Timestamp) -> Result<Vec<Answer>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT answer_json FROM answer WHERE desk = $1 AND submitted_at = $2 ORDER BY ticket")
                .bind(&self.desk)
                .bind(submitted_at.as_millisecond())
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().filter_map(|(answer,)| serde_json::from_str(&answer).ok()).collect())
    }

    /// All stretches that the ledger holds on any host from now on.
    pub async fn bookings(&self, now: Timestamp) -> Result<Vec<Booking>, StoreError> {
        let rows: Vec<(String, i64, i64, Option<i64>)> =
            sqlx::query_as("SELECT host, slot_start, slot_end, meeting_id FROM ticket WHERE host IS NOT NULL AND slot_end > $1")
                .bind(now.as_millisecond())
                .fetch_all(&self.pool)
                .await?;
        let booking =
            |(host, start, end, meeting)| Booking { host, slot: Slot { start: instant(start), end: instant(end) }, meeting };
        Ok(rows.into_iter().map(booking).collect())
    }

    /// Closes tickets whose event is long over, or that nobody has touched for long; gives the metadata to take off their rows.
    pub async fn close_old(&self, now: Timestamp) -> Result<Vec<(TicketNumber, Option<i32>)>, StoreError> {
        let _changing = self.changing();
        let mut tx = self.begin().await?;
        let before = |span: SignedDuration| (now - span).as_millisecond();
        let rows: Vec<(String, Option<i64>)> = sqlx::query_as(
            "UPDATE ticket SET closed_at = $2, wake_at = NULL WHERE desk = $1 AND closed_at IS NULL AND ( \
               (state IN ('scheduled', 'expired', 'full', 'cancelling', 'cancelled') AND slot_end < $3) OR \
               (state IN ('to_correct', 'needs_staff', 'expired', 'replaced', 'cancelled') AND changed_at < $4)) RETURNING number, mark",
        )
        .bind(&self.desk)
        .bind(now.as_millisecond())
        .bind(before(OPEN_AFTER_END))
        .bind(before(WAIT_FOR_PEOPLE))
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let closed = rows
            .into_iter()
            .filter_map(|(number, mark)| Some((number.parse().ok()?, mark.and_then(|mark| i32::try_from(mark).ok()))));
        Ok(closed.collect())
    }

    /// The numbers of all closed tickets.
    pub async fn closed_numbers(&self) -> Result<Vec<TicketNumber>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT number FROM ticket WHERE desk = $1 AND closed_at IS NOT NULL")
            .bind(&self.desk)
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().filter_map(|(number,)| number.parse().ok()).collect())
    }

    /// How many tickets are open.
    pub async fn count_open(&self) -> Result<u64, StoreError> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM ticket WHERE desk = $1 AND closed_at IS NULL")
            .bind(&self.desk)
            .fetch_one(&self.pool)
            .await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// The host and slot that a ticket holds.
fn held(ticket: &Ticket) -> Option<(String, Slot)> {
    match &ticket.state {
        State::Booking(intent) | State::NeedsStaff(_, Some(intent)) => Some((intent.host.clone(), intent.slot)),
        State::Scheduled(meeting) | State::Cancelling(Cancellation { meeting: Some(meeting), .. }) => {
            let slot = ticket.request.as_ref()?.slot;
            Some((meeting.host.clone(), slot))
        }
        _ => None,
    }
}

pub(super) fn utc_day(now: Timestamp) -> String {
    now.strftime("%Y-%m-%d").to_string()
}

pub(super) fn row_json(wanted: &RowText) -> String {
    let cells: Vec<(&str, &str)> = wanted.0.iter().map(|(column, text)| (column.header(), text.as_str())).collect();
    to_json(&cells)
}

pub(super) fn row_from_json(number: &str, text: &str) -> Result<RowText, StoreError> {
    let cells: Vec<(String, String)> = super::from_json(number, text)?;
    let column = |(header, text): (String, String)| Some((crate::domain::rows::OwnColumn::headed(&header)?, text));
    Ok(RowText(cells.into_iter().filter_map(column).collect()))
}
