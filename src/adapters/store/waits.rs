//! Waits, outages and orphans in the ledger, and what of a host's day is given back.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::{Any, Transaction};

use super::tickets::utc_day;
use super::{Store, StoreError, instant};
use crate::domain::letter::LetterKind;
use crate::domain::limits::LETTER_UNKNOWN_AGAIN_AFTER;
use crate::domain::limits::waits::RETRY_AFTER_MAX;
use crate::domain::outage::Outage;
use crate::domain::ticket::{State, TicketNumber};
use crate::domain::withdrawing::is_overtaken;

impl Store {
    /// Records until when a limit of a party's holds. One that ends later stays.
    pub async fn record_wait(&self, party: &str, what: &str, until: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO wait (desk, party, what, until_at) VALUES ($1, $2, $3, $4) ON CONFLICT (desk, party, what) \
             DO UPDATE SET until_at = CASE WHEN wait.until_at > $4 THEN wait.until_at ELSE $4 END",
        )
        .bind(&self.desk)
        .bind(party)
        .bind(what)
        .bind(until.as_millisecond())
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// The waits of a party that are not over: what of it, and until when. None is believed for longer than any party may ask for: the
    /// clock may have been ahead when it was recorded.
    pub async fn waits(&self, party: &str, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT what, until_at FROM wait WHERE desk = $1 AND party = $2 AND until_at > $3")
                .bind(&self.desk)
                .bind(party)
                .bind(now.as_millisecond())
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().map(|(what, until)| (what, instant(until).min(now + RETRY_AFTER_MAX))).collect())
    }

    /// Wakes everything that waits for a time: by a clock that was ahead it would sleep for long. Limits that still hold put it to sleep
    /// again, for as long as they do.
    pub async fn wake_all(&self, now: Timestamp) -> Result<(), StoreError> {
        let _changing = self.changing();
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE ticket SET not_before = $2, wake_at = $2 \
             WHERE desk = $1 AND closed_at IS NULL AND state IN ('open', 'booking') AND wake_at IS NOT NULL AND not_before > $2",
        )
        .bind(&self.desk)
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await?;
        let again = now + LETTER_UNKNOWN_AGAIN_AFTER;
        for (state, at) in [("due", now), ("unknown", again)] {
            sqlx::query("UPDATE letter SET due_at = $2 WHERE desk = $1 AND state = $3 AND due_at > $2")
                .bind(&self.desk)
                .bind(at.as_millisecond())
                .bind(state)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Gives a create back to its host's day: Zoom has certainly not carried it out.
    pub async fn create_not_counted(&self, host: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE host_day SET changes = changes - 1 WHERE host = $1 AND day = $2 AND changes > 0")
            .bind(host)
            .bind(utc_day(now))
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Outages that are not over, by party.
    pub async fn outages(&self) -> Result<HashMap<String, Outage>, StoreError> {
        let rows: Vec<(String, i64, i64, Option<i64>)> =
            sqlx::query_as("SELECT party, since, told, well_since FROM outage WHERE desk = $1")
                .bind(&self.desk)
                .fetch_all(&self.pool)
                .await?;
        let outage = |(party, since, told, well): (String, i64, i64, Option<i64>)| {
            (party, Outage { since: instant(since), told: told != 0, well_since: well.map(instant) })
        };
        Ok(rows.into_iter().map(outage).collect())
    }

    /// Records that an outage began; one that is recorded stays.
    pub async fn outage_began(&self, party: &str, since: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("INSERT INTO outage (desk, party, since) VALUES ($1, $2, $3) ON CONFLICT (desk, party) DO NOTHING")
            .bind(&self.desk)
            .bind(party)
            .bind(since.as_millisecond())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Records since when a party answers again; `None` where it fails after all.
    pub async fn outage_answers(&self, party: &str, well_since: Option<Timestamp>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE outage SET well_since = $3 WHERE desk = $1 AND party = $2")
            .bind(&self.desk)
            .bind(party)
            .bind(well_since.map(Timestamp::as_millisecond))
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Records that staff were told of an outage.
    pub async fn outage_told(&self, party: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE outage SET told = 1 WHERE desk = $1 AND party = $2")
            .bind(&self.desk)
            .bind(party)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Records that an outage is over.
    pub async fn outage_over(&self, party: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM outage WHERE desk = $1 AND party = $2").bind(&self.desk).bind(party).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// Which of these meetings of a host no ticket holds, open or closed, by its number or by the marker of an intent.
    pub async fn without_ticket(&self, host: &str, found: Vec<(i64, String)>) -> Result<Vec<(i64, String)>, StoreError> {
        let ids: Vec<(i64,)> = sqlx::query_as("SELECT meeting_id FROM ticket WHERE host = $1 AND meeting_id IS NOT NULL")
            .bind(host)
            .fetch_all(&self.pool)
            .await?;
        let known: HashSet<i64> = ids.into_iter().map(|(id,)| id).collect();
        let mut orphans = Vec::new();
        for (id, marker) in found.into_iter().filter(|(id, _)| !known.contains(id)) {
            let number: Option<TicketNumber> = marker.split('/').next().and_then(|number| number.parse().ok());
            let ticket = match number {
                Some(number) => self.ticket(number).await?,
                None => None,
            };
            let held = ticket.is_some_and(|ticket| {
                ticket.meeting_in_zoom().is_some_and(|meeting| meeting.id == id)
                    || ticket.state.intent().is_some_and(|intent| intent.marker.0 == marker)
            });
            if !held {
                orphans.push((id, marker));
            }
        }
        Ok(orphans)
    }
}

/// Withdraws the letters that are due and say something else than the ticket's state now; one in doubt is not sent once more.
pub(super) async fn withdraw_overtaken(
    tx: &mut Transaction<'static, Any>,
    desk: &str,
    about: &str,
    state: &State,
    now: Timestamp,
) -> Result<(), StoreError> {
    let overtaken = LetterKind::ALL.into_iter().filter(|kind| is_overtaken(*kind, state));
    for kind in overtaken {
        withdraw(tx, desk, about, kind, None, now).await?;
    }
    Ok(())
}

/// Withdraws the letters of a kind that have not left yet: all, or those to one address.
pub(super) async fn withdraw(
    tx: &mut Transaction<'static, Any>,
    desk: &str,
    about: &str,
    kind: LetterKind,
    to: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let withdrawn = sqlx::query(
        "UPDATE letter SET state = CASE WHEN state = 'due' THEN 'withdrawn' ELSE state END, due_at = NULL, ended_at = $4 \
         WHERE desk = $1 AND ticket = $2 AND kind = $3 AND due_at IS NOT NULL AND ($5 = '' OR recipient = $5)",
    )
    .bind(desk)
    .bind(about)
    .bind(kind.name())
    .bind(now.as_millisecond())
    .bind(to.unwrap_or_default())
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if withdrawn > 0 {
        tracing::info!(
            ticket = about,
            "withdrew {withdrawn} letters `{}` of {about} before they were sent: overtaken",
            kind.name()
        );
    }
    Ok(())
}
