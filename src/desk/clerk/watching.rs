//! What only people can mend, and are told of once: a torn sheet, headers that are gone, rows that are gone, numbers that nobody gave.

use std::sync::atomic::Ordering;

use super::Clerk;
use crate::adapters::store::StoreError;
use crate::desk::health::Party;
use crate::desk::intake::joining::{Findings, Stranger};
use crate::domain::header_problem::HeaderProblem;
use crate::domain::limits::{NUMBERS_TOLD_MAX, ROUNDS_TO_MISS};
use crate::domain::ticket::TicketNumber;

/// The notice of a torn sheet.
pub(super) const TORN: &str = "torn";
/// The notice of numbers that the ledger does not know.
const UNKNOWN_ROWS: &str = "unknown-rows";
/// The notice of headers that are not there.
const HEADERS: &str = "headers";
/// Notices of single rows that are gone begin so.
const ROW_GONE: &str = "row-gone/";

impl Clerk {
    /// Tells staff of a trouble, once until it is over.
    pub(super) async fn tell(&mut self, key: &str, name: &str, values: &[(&'static str, &str)]) -> Result<(), StoreError> {
        if !self.noticed.contains(key) {
            self.house.notice(key, name, values).await?;
            self.noticed.insert(key.to_owned());
        }
        Ok(())
    }

    pub(super) async fn over(&mut self, key: &str) -> Result<(), StoreError> {
        if self.noticed.contains(key) {
            self.house.notice_over(key).await?;
            self.noticed.remove(key);
        }
        Ok(())
    }

    /// Whether all action on the sheet has stopped.
    pub(super) fn is_torn(&self) -> bool {
        self.house.clerk.torn.load(Ordering::Acquire)
    }

    /// Stops all action on a torn sheet, and goes on once its rows fit again. True while it is torn.
    pub(super) async fn watch_for_tears(&mut self, found: &Findings) -> Result<bool, StoreError> {
        if found.torn.is_empty() {
            if self.is_torn() {
                self.house.clerk.torn.store(false, Ordering::Release);
                self.house.health.well(Party::Sheets);
                self.house.bells.engine.notify_one();
            }
            return self.over(TORN).await.map(|()| false);
        }
        self.house.clerk.torn.store(true, Ordering::Release);
        let tickets = numbers(found.torn.iter());
        let text = format!(
            "the sheet is torn: the answers in the rows of {tickets} are not theirs any more, as if some columns were sorted apart from the others; nothing is taken up, written or booked until it is undone (Ctrl+Z, or File, Version history)"
        );
        self.house.health.trouble(Party::Sheets, &text, self.house.now());
        self.tell(TORN, "torn", &[("tickets", &tickets)]).await?;
        Ok(true)
    }

    /// Tells of questions whose column is not there.
    pub(super) async fn watch_headers(&mut self) -> Result<(), StoreError> {
        let missing = self.layout.problems.iter().filter(|problem| matches!(problem, HeaderProblem::Missing(..)));
        let fields: Vec<String> = missing.map(|problem| self.house.teller.words.field(problem.field())).collect();
        if fields.is_empty() {
            return self.over(HEADERS).await;
        }
        self.tell(HEADERS, "headers", &[("fields", &fields.join(", "))]).await
    }

    /// Whether a ticket's row was looked for in the whole sheet, and is not there as it was.
    pub(super) fn is_nowhere(&self, number: TicketNumber) -> bool {
        self.unplaced.get(&number).is_some_and(|since| self.round >= since + ROUNDS_TO_MISS)
    }

    /// Tells of open tickets whose row is nowhere in the sheet. Nothing is cancelled: staff may have deleted it by mistake.
    pub(super) async fn watch_for_gone_rows(&mut self, found: &Findings) -> Result<(), StoreError> {
        self.unplaced.retain(|number, _| found.unplaced.contains(number));
        for number in &found.unplaced {
            let since = *self.unplaced.entry(*number).or_insert(self.round);
            let key = format!("{ROW_GONE}{number}");
            if self.round > since + ROUNDS_TO_MISS && !self.noticed.contains(&key) {
                tracing::error!(ticket = %number, "the row of {number} is nowhere in the sheet: staff are told, nothing is cancelled; bring the row back, or delete the meeting in Zoom if it is called off");
                self.tell(&key, "row-gone", &[("ticket", &number.to_string())]).await?;
            }
        }
        let told = self.noticed.iter().filter_map(|key| key.strip_prefix(ROW_GONE)?.parse().ok());
        let back: Vec<TicketNumber> = told.filter(|number| !found.unplaced.contains(number)).collect();
        for number in back {
            self.over(&format!("{ROW_GONE}{number}")).await?;
        }
        Ok(())
    }

    /// Numbered rows of no open ticket: copies and closed tickets, which are left alone; and numbers that the ledger never gave, of
    /// which staff are told: the ledger was lost, or restored from an old backup. Nothing is made anew for them.
    pub(super) async fn watch_for_strangers(&mut self, found: &Findings) -> Result<(), StoreError> {
        for Stranger { number, is_copy } in &found.strangers {
            if let Some(round) = self.unknown.get_mut(number) {
                *round = self.round;
            } else if !self.strangers.insert(*number) {
            } else if *is_copy {
                tracing::info!(ticket = %number, "a second row shows {number}: it is a copy, and left alone");
            } else if self.house.store.ticket(*number).await?.is_none() {
                tracing::error!(ticket = %number, "the sheet shows {number}, which the ledger does not know: the row is left alone; restore the ledger's backup");
                self.unknown.insert(*number, self.round);
            }
        }
        let round = self.round;
        self.unknown.retain(|_, seen| *seen + ROUNDS_TO_MISS >= round);
        if self.unknown.is_empty() {
            // Only once the whole sheet was looked through is it sure that none is left.
            return if round > ROUNDS_TO_MISS { self.over(UNKNOWN_ROWS).await } else { Ok(()) };
        }
        let tickets = numbers(self.unknown.keys());
        self.tell(UNKNOWN_ROWS, "unknown-rows", &[("tickets", &tickets)]).await
    }
}

/// The first of some numbers in one line.
pub(super) fn numbers<'a>(all: impl Iterator<Item = &'a TicketNumber>) -> String {
    let mut texts: Vec<String> = all.take(NUMBERS_TOLD_MAX + 1).map(ToString::to_string).collect();
    if texts.len() > NUMBERS_TOLD_MAX {
        texts.truncate(NUMBERS_TOLD_MAX);
        texts.push("…".to_owned());
    }
    texts.join(", ")
}
