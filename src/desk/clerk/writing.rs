//! Writing rows: what is to stand there is compared with what does, and all that differs goes in one call.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use super::{Clerk, Event, ToWrite};
use crate::adapters::sheet::write::{RowWrite, RowWritten};
use crate::adapters::store::StoreError;
use crate::adapters::store::open::OpenTicket;
use crate::desk::health::Party;
use crate::desk::intake::joining::Seen;
use crate::desk::intake::joining::alike::is_same;
use crate::domain::answer::{Cell, Fingerprint};
use crate::domain::limits::{ROWS_PER_WRITE, WRITES_AT_ONCE};
use crate::domain::outcome::{Outcome, Why};
use crate::domain::rows::OwnColumn;
use crate::domain::ticket::TicketNumber;

impl Clerk {
    /// Asks for a turn to write, if anything is to be written.
    pub(super) async fn ask_turn(&mut self) {
        if self.write_at.is_some() || self.turn_asked || self.writes >= WRITES_AT_ONCE || !self.anything_to_write().await {
            return;
        }
        self.turn_asked = true;
        let house = self.house.clone();
        self.start(async move {
            house.sheet.turn_to_write().await;
            Event::Turn
        });
    }

    /// Whether a row differs from what is to stand in it.
    pub(super) async fn anything_to_write(&self) -> bool {
        if self.is_torn() {
            return false;
        }
        let (open, now) = (self.house.store.open_tickets().await, Instant::now());
        let is_due = |ticket: &OpenTicket| self.protected.allows(ticket.number, now) && self.difference(ticket).is_some();
        open.is_ok_and(|open| open.iter().any(is_due))
    }

    pub(super) fn difference(&self, ticket: &OpenTicket) -> Option<Vec<Option<Cell>>> {
        if self.writing.contains(&ticket.number) {
            return None;
        }
        ticket.mark.filter(|mark| !self.taking_off.contains(mark))?;
        let seen = self.seen.get(&ticket.number)?;
        let differs = self.layout.difference(&seen.text, &ticket.wanted);
        let Some(column) = self.cell_to_clear(seen, ticket) else { return differs };
        let mut cells = differs.unwrap_or_default();
        cells.resize(cells.len().max(column + 1), None);
        cells[column] = Some(Cell::Empty);
        Some(cells)
    }

    /// The cell of a command that was carried out, as long as its word stands there.
    fn cell_to_clear(&self, seen: &Seen, ticket: &OpenTicket) -> Option<usize> {
        let (handled, column) = (ticket.to_clear.as_ref()?, *self.layout.own.get(&OwnColumn::Command)?);
        let shown = seen.cells.get(column).map(Cell::text).unwrap_or_default();
        (shown.trim() == handled).then_some(column)
    }

    /// Writes every row that differs; those that are not to go together with others come when no other is left.
    pub(super) async fn write_due(&mut self) -> Result<(), StoreError> {
        if self.write_at.is_some() || self.is_torn() {
            return Ok(());
        }
        let headers: Arc<[String]> = self.layout.headers.clone().into();
        let (mut rows, mut writes) = (Vec::new(), Vec::new());
        let open = self.house.store.open_tickets().await?;
        let due: HashMap<TicketNumber, Vec<Option<Cell>>> =
            open.iter().filter_map(|ticket| Some((ticket.number, self.difference(ticket)?))).collect();
        let apart = if due.keys().all(|number| self.protected.holds(*number)) {
            self.protected.take(Instant::now(), ROWS_PER_WRITE, |number| due.contains_key(&number))
        } else {
            Vec::new()
        };
        for ticket in open.iter().filter(|ticket| !self.protected.holds(ticket.number) || apart.contains(&ticket.number)) {
            let (Some(cells), Some(mark)) = (due.get(&ticket.number).cloned(), ticket.mark) else { continue };
            let mut before = self.seen.get(&ticket.number).map(|seen| seen.cells.clone()).unwrap_or_default();
            if let Some(column) = self.seen.get(&ticket.number).and_then(|seen| self.cell_to_clear(seen, ticket)) {
                // It is taken out on purpose, and not put back.
                before[column] = Cell::Empty;
            }
            let (print, wanted) = (self.layout.fingerprint(&before), ticket.wanted.clone());
            let (number, sent, headers) = (ticket.number, cells.clone(), headers.clone());
            rows.push(ToWrite {
                id: 0,
                put_back: 0,
                told: false,
                number,
                owner: None,
                mark,
                print,
                wanted,
                sent,
                headers,
                before,
            });
            writes.push(RowWrite { mark, cells });
            if rows.len() == ROWS_PER_WRITE {
                break;
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
        tracing::debug!("writing {:?}", rows.iter().map(|row| (row.number.to_string(), row.mark)).collect::<Vec<_>>());
        // Before it is sent, so that whoever reads next can put back what it may have overwritten.
        self.house.store.record_row_writes(&mut rows).await?;
        self.writing.extend(rows.iter().map(|row| row.number));
        self.writes += 1;
        let house = self.house.clone();
        self.start(async move {
            let outcome = house.sheet.write_rows(&writes).await;
            Event::Written(rows, outcome)
        });
        self.ask_turn().await;
        Ok(())
    }

    /// Rows were written: each answer must show the ticket's row. What is not known is read again before it is written again.
    pub(super) async fn written(&mut self, rows: Vec<ToWrite>, outcome: Outcome<Vec<RowWritten>>) -> Result<(), StoreError> {
        self.writes -= 1;
        if matches!(outcome, Outcome::NotDone(Why::Protected(_))) {
            self.house.health.well(Party::Sheets);
        } else {
            self.house.health.note(Party::Sheets, &outcome, self.house.now());
        }
        let mut known: HashSet<TicketNumber> = HashSet::new();
        for row in &rows {
            self.writing.remove(&row.number);
            if self.seen.remove(&row.number).is_some() {
                known.insert(row.number);
            }
            if !matches!(outcome, Outcome::NotDone(_)) {
                self.unverified.push((row.clone(), Instant::now()));
            }
        }
        if matches!(outcome, Outcome::NotDone(_)) {
            self.house.store.forget_row_writes(&rows.iter().map(|row| row.id).collect::<Vec<i64>>()).await?;
        }
        let written = match outcome {
            Outcome::Done(written) => {
                self.write_failures = 0;
                self.protected.accept(&rows.iter().map(|row| row.number).collect::<Vec<TicketNumber>>());
                written
            }
            Outcome::NotDone(Why::Protected(_)) => {
                self.set_aside(rows.iter().map(|row| row.number).collect(), false);
                return Ok(());
            }
            Outcome::NotDone(why) => {
                // What stands in those rows is read again before they are written again.
                self.rest_from_writing(&why);
                return Ok(());
            }
            Outcome::Unknown(_) => {
                for row in rows {
                    self.doubt(row.number, row.wanted);
                }
                self.poll_soon();
                return Ok(());
            }
        };
        for row in &rows {
            let Some(done) = written.iter().find(|done| done.mark == row.mark) else {
                self.doubt(row.number, row.wanted.clone());
                self.poll_soon();
                continue;
            };
            match self.shows(&done.cells, &row.print) {
                Some(true) if self.leaves_people_alone(&done.cells, row) => {}
                Some(true) => {
                    tracing::warn!(ticket = %row.number, "columns moved while the row of {} was written: reading again at once", row.number);
                    self.poll_soon();
                    continue;
                }
                // The answer is not part of what came back: the next read tells.
                None => {
                    self.doubt(row.number, row.wanted.clone());
                    self.poll_soon();
                }
                Some(false) => {
                    // Another row, other columns, or an edited answer: the next read tells, and mends.
                    tracing::warn!(ticket = %row.number, "the row written for {} shows another answer: reading again at once", row.number);
                    self.doubt(row.number, row.wanted.clone());
                    self.poll_soon();
                    continue;
                }
            }
            let linked = row.wanted.0.iter().any(|(column, text)| *column == OwnColumn::Link && !text.is_empty());
            if known.remove(&row.number) {
                self.seen.insert(row.number, Seen { text: row.wanted.clone(), cells: row.before.clone() });
            }
            if linked {
                self.house.store.record_linked(row.number, self.house.now()).await?;
            }
        }
        self.ask_turn().await;
        Ok(())
    }

    /// Whether the cells that came back are those of the answer; `None` where they do not reach to it.
    pub(super) fn shows(&self, cells: &[Option<Cell>], print: &Fingerprint) -> Option<bool> {
        let first = self.layout.questions.columns().map(|(_, column)| column.index).min()?;
        let last = self.layout.questions.columns().map(|(_, column)| column.index).max()?;
        let answer: Option<Vec<Cell>> = cells.iter().take(last + 1).cloned().collect();
        let reaches = cells.len() > last && cells.get(first).is_some_and(Option::is_some);
        answer.filter(|_| reaches).map(|answer| self.layout.fingerprint(&answer) == *print)
    }

    /// Whether all cells of people that came back are as they were before.
    fn leaves_people_alone(&self, cells: &[Option<Cell>], row: &ToWrite) -> bool {
        let same = |(index, cell): (usize, &Option<Cell>)| {
            let Some(cell) = cell else { return true };
            let before = row.before.get(index).cloned().unwrap_or_default();
            self.layout.is_ours(index) || is_same(cell, &before)
        };
        cells.iter().enumerate().all(same)
    }

    pub(super) fn poll_soon(&mut self) {
        self.poll_at = self.poll_at.min(Instant::now());
    }
}
