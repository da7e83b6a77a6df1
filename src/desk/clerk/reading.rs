//! After a read: the layout is learnt, rows are joined to tickets, and those that went astray found again.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::{Clerk, Event, ToMark};
use crate::adapters::sheet::marks::{MarkWish, Marked};
use crate::adapters::sheet::read::{Reading, Rows};
use crate::adapters::store::StoreError;
use crate::desk::health::Party;
use crate::desk::intake::Layout;
use crate::desk::intake::joining::{Findings, Known, Seen, compare};
use crate::domain::answer::Cell;
use crate::domain::headers::Field;
use crate::domain::limits::{
    MARK_MISSES, MARKED_ROWS_MAX, MARKS_PER_CALL, NEW_ROWS_PER_POLL, POLL_BYTES, READS_KEPT_MAX, SCAN_ROWS, SLICE_BYTES,
    SLICE_ROWS_MAX,
};
use crate::domain::outcome::{Outcome, Why};
use crate::domain::rows::OwnColumn;
use crate::domain::ticket::TicketNumber;

impl Clerk {
    pub(super) async fn read(&mut self, tail: Rows, outcome: Outcome<Reading>) -> Result<(), StoreError> {
        let read = match outcome {
            Outcome::Done(read) => read,
            Outcome::NotDone(why) => {
                self.read_failed(&why);
                return Ok(());
            }
            Outcome::Unknown(why) => {
                self.read_failed(&Why::Later(why, None));
                return Ok(());
            }
        };
        self.failures = 0;
        self.house.health.polled(self.house.now());
        if !self.learn_layout(&read).await? {
            return Ok(());
        }
        let restoring = self.restore(&read).await?;
        self.keep_rows(&read);
        if restoring {
            return Ok(());
        }
        if self.add_missing_columns(&read) || !self.place(&read, tail).await? {
            return Ok(());
        }
        let open = self.house.store.open_tickets().await?;
        self.recall(&read, &open).await?;
        let doubted = self.all_doubted();
        let (unsettled, recovered) = (self.unsettled(), std::mem::take(&mut self.recovered));
        tracing::debug!("numbers that prove nothing: {doubted:?}; {unsettled:?} are unsettled");
        let (answers, zone) = (&self.answers, &self.zone);
        let known = Known { open: &open, answers, doubted: &doubted, unsettled: &unsettled, recovered: &recovered, zone };
        let found = compare(&self.layout, &read, known);
        if self.watch_for_tears(&found).await? {
            self.house.clerk.polls.fetch_add(1, Ordering::Release);
            return Ok(());
        }
        self.note_seen(&found).await?;
        self.lost_rows(&found).await?;
        self.astray_rows(&found, &open).await?;
        self.overwritten(&found, &open).await?;
        self.commands(&found, &open).await?;
        self.learn_display(&read);
        self.look_up_patterns(&found);
        for (number, _, answer) in &found.edited {
            self.edited(*number, answer.clone()).await?;
        }
        let mut to_mark: Vec<ToMark> = Vec::new();
        for (number, row) in &found.to_mark {
            let cells = read.rows.get(row).map_or(&[][..], Vec::as_slice);
            to_mark.push(ToMark { number: *number, row: *row, print: self.layout.fingerprint(cells) });
        }
        to_mark.extend(self.take_up(&found).await?);
        self.mark(to_mark, open.iter().filter(|ticket| ticket.mark.is_some()).count());
        self.watch_for_gone_rows(&found).await?;
        self.watch_for_strangers(&found).await?;
        self.watch_protection().await?;
        self.size_slice(&read, tail);
        self.house.clerk.polls.fetch_add(1, Ordering::Release);
        self.ask_turn().await;
        Ok(())
    }

    /// Keeps what was read until it is known what writes do to it.
    fn keep_rows(&mut self, read: &Reading) {
        if self.unsettled().is_empty() {
            self.last_rows.clear();
        }
        self.last_rows.push_front((self.layout.headers.clone(), read.rows.range(1..).map(|(_, cells)| cells.clone()).collect()));
        if self.last_rows.len() > READS_KEPT_MAX {
            self.last_rows.remove(1);
        }
    }

    fn read_failed(&mut self, why: &Why) {
        self.house.health.trouble(Party::Sheets, why.text(), self.house.now());
        if matches!(why, Why::Refused(_)) {
            // Rows or metadata that are not there any more: what is known of the tab and its metadata is looked up anew.
            self.tab = None;
            let house = self.house.clone();
            self.start(async move { Event::Marks(house.sheet.marks().await) });
        }
        self.rest_after(why);
    }

    /// Reads the header row. False where answers cannot be read.
    async fn learn_layout(&mut self, read: &Reading) -> Result<bool, StoreError> {
        let header = read.rows.get(&0).map_or(&[][..], Vec::as_slice);
        let layout = Layout::of(header, &self.house.settings.sheet.questions);
        if !layout.problems.is_empty() {
            let texts: Vec<String> = layout.problems.iter().map(ToString::to_string).collect();
            self.house.health.trouble(Party::Sheets, &format!("the header row: {}", texts.join("; ")), self.house.now());
        } else if !self.is_torn() {
            self.house.health.well(Party::Sheets);
        }
        self.layout = Layout { display: self.display.clone(), ..layout };
        self.watch_headers().await?;
        Ok(self.layout.readable())
    }

    /// Where everything stood at another moment, as the header row of then says.
    pub(super) fn layout_of(&self, headers: &[String]) -> Cow<'_, Layout> {
        if headers == self.layout.headers.as_slice() {
            return Cow::Borrowed(&self.layout);
        }
        Cow::Owned(Layout::headed(headers, &self.house.settings.sheet.questions))
    }

    /// Adds Loket's own columns that are not there. True while that is under way.
    fn add_missing_columns(&mut self, read: &Reading) -> bool {
        let missing = self.layout.missing();
        if missing.is_empty() {
            return false;
        }
        if !self.adding_columns
            && let Some(tab) = self.tab.clone()
        {
            self.adding_columns = true;
            // To the right of everything: no header and no cell that was read stands there.
            let widest = read.rows.values().map(Vec::len).max().unwrap_or(0).max(self.layout.headers.len());
            let (house, first) = (self.house.clone(), u32::try_from(widest).unwrap_or(u32::MAX));
            tracing::info!("adding {} columns to the sheet", missing.len());
            self.start(async move { Event::Columns(house.sheet.add_columns(&tab, first, &missing).await) });
        }
        true
    }

    /// Finds the end of the data. False where the sheet has to be read again from another place.
    async fn place(&mut self, read: &Reading, tail: Rows) -> Result<bool, StoreError> {
        let is_answer = |row: &u32| read.rows.get(row).is_some_and(|cells| self.layout.answer(cells, &self.zone).is_some());
        let last = read.rows.keys().filter(|row| **row >= tail.start && **row > 0).filter(|row| is_answer(row)).max().copied();
        let rows = self.tab.as_ref().map_or(0, |tab| tab.rows);
        let first_time = !self.placed && self.last_row == 0 && rows > NEW_ROWS_PER_POLL;
        if first_time || (last.is_none() && self.last_row > 0) {
            return self.scan().await.map(|()| false);
        }
        let Some(last) = last else {
            self.placed = true;
            return Ok(true);
        };
        if tail.end == Some(last + 1) {
            // The window is full: more answers may follow.
            self.poll_at = Instant::now();
        } else {
            self.placed = true;
        }
        self.moved_to(last).await?;
        Ok(true)
    }

    async fn moved_to(&mut self, last: u32) -> Result<(), StoreError> {
        if last != self.last_row {
            self.last_row = last;
            if let Some(tab) = &self.tab {
                self.house.store.record_place(tab.tab_id, last).await?;
            }
        }
        Ok(())
    }

    /// Looks through the whole column of ticket numbers, once before the first number is given: the ledger may be an older one than the
    /// sheet. False where it cannot be read.
    pub(super) async fn count_numbers(&mut self) -> bool {
        let (Some(tab), Some(column)) = (self.tab.clone(), self.layout.own.get(&OwnColumn::Ticket).copied()) else {
            return false;
        };
        let mut start = 1;
        while !self.counted && start < tab.rows.max(2) {
            let rows = Rows { start, end: Some(start + SCAN_ROWS) };
            let outcome = self.house.sheet.read_column(tab.tab_id, rows, column).await;
            self.house.health.note(Party::Sheets, &outcome, self.house.now());
            let Outcome::Done(read) = outcome else { return false };
            for number in read.iter().filter_map(|(_, cell)| cell.text().parse::<TicketNumber>().ok()) {
                let highest = self.highest.entry(number.year).or_default();
                *highest = (*highest).max(number.count);
            }
            start += SCAN_ROWS;
        }
        self.counted = true;
        true
    }

    /// Looks through the column of timestamps for the first answer to be taken up, or else the last row with one.
    async fn scan(&mut self) -> Result<(), StoreError> {
        let (Some(tab), Some(column)) = (self.tab.clone(), self.layout.questions.column(Field::SubmittedAt)) else {
            return Ok(());
        };
        let (mut start, mut last) = (1, 0);
        let mut first_to_take = None;
        while start < tab.rows.max(2) {
            let rows = Rows { start, end: Some(start + SCAN_ROWS) };
            let outcome = self.house.sheet.read_column(tab.tab_id, rows, column.index).await;
            self.house.health.note(Party::Sheets, &outcome, self.house.now());
            let Outcome::Done(read) = outcome else { return Ok(()) };
            for (row, stamp) in read {
                // One column was asked for: its cell is put where the layout expects it.
                let mut placed = vec![Cell::Empty; column.index];
                placed.push(stamp);
                let Some(answer) = self.layout.answer(&placed, &self.zone) else { continue };
                last = last.max(row);
                if answer.submitted_at >= self.take_up_from() {
                    first_to_take = Some(first_to_take.unwrap_or(row).min(row));
                }
            }
            start += SCAN_ROWS;
        }
        self.placed = true;
        self.poll_at = Instant::now();
        self.moved_to(first_to_take.map_or(last, |row| row - 1)).await
    }

    /// What stands in the rows of open tickets.
    async fn note_seen(&mut self, found: &Findings) -> Result<(), StoreError> {
        for (number, seen) in &found.seen {
            self.missed.remove(number);
            if self.doubted.get(number).is_some_and(|(_, until)| *until <= self.read_began) {
                self.doubted.remove(number);
            }
            // What a write that goes on, or ended since this read began, does or did there is not known: nothing else is written before.
            let is_settled = !self.unverified.iter().any(|(written, _)| written.tickets().any(|of| of == *number));
            if is_settled && !self.writing.contains(number) {
                self.seen.insert(*number, seen.clone());
            }
            if !self.numbered.contains(number) && seen.text.shows(*number) {
                self.house.store.record_numbered(*number).await?;
                self.numbered.insert(*number);
            }
        }
        self.forget_writes().await?;
        for (number, answer) in &found.resent {
            let known = (*number, answer.submitted_at);
            if !self.resent.contains(&known) {
                self.house.store.record_resent(*number, answer).await?;
                self.resent.insert(known);
            }
        }
        for (year, count) in &found.highest {
            let highest = self.highest.entry(*year).or_default();
            *highest = (*highest).max(*count);
        }
        Ok(())
    }

    /// Rows whose metadata is gone: after a second look the ticket is joined to its row again by number or content.
    async fn lost_rows(&mut self, found: &Findings) -> Result<(), StoreError> {
        for number in &found.gone {
            let misses = self.missed.entry(*number).or_default();
            *misses += 1;
            self.seen.remove(number);
            if *misses >= MARK_MISSES {
                self.missed.remove(number);
                tracing::warn!(ticket = %number, "the row of {number} is gone from where it was: looking for it by number and content");
                self.house.store.record_mark(*number, None).await?;
            }
        }
        Ok(())
    }

    /// Marks rows for their tickets.
    fn mark(&mut self, wishes: Vec<ToMark>, marked: usize) {
        let Some(tab) = self.tab.clone() else { return };
        let room = MARKED_ROWS_MAX.saturating_sub(marked + self.marking.len());
        let mut wishes: Vec<ToMark> = wishes.into_iter().filter(|wish| !self.marking.contains(&wish.number)).collect();
        if wishes.len() > room {
            tracing::error!("{} rows cannot be marked: {MARKED_ROWS_MAX} are, which is Google's limit", wishes.len() - room);
            wishes.truncate(room);
        }
        let (apart, together): (Vec<ToMark>, Vec<ToMark>) =
            wishes.into_iter().partition(|wish| self.unmarkable.holds(wish.number));
        let mut parts: Vec<Vec<ToMark>> = together.chunks(MARKS_PER_CALL).map(<[ToMark]>::to_vec).collect();
        loop {
            let is_due = |number| apart.iter().any(|wish| wish.number == number);
            let taken = self.unmarkable.take(Instant::now(), MARKS_PER_CALL, is_due);
            if taken.is_empty() {
                break;
            }
            parts.push(apart.iter().filter(|wish| taken.contains(&wish.number)).cloned().collect());
        }
        for part in parts {
            self.marking.extend(part.iter().map(|wish| wish.number));
            let (house, tab) = (self.house.clone(), tab.clone());
            self.start(async move {
                let asked: Vec<MarkWish> =
                    part.iter().map(|wish| MarkWish { row: wish.row, value: wish.number.short() }).collect();
                let outcome = house.sheet.mark(&tab, &asked).await;
                Event::Marked(part, outcome)
            });
        }
    }

    /// Rows were marked: each must show its ticket's answer at that very moment; else the metadata is taken off again.
    pub(super) async fn marked(&mut self, wishes: Vec<ToMark>, outcome: Outcome<Vec<Marked>>) -> Result<(), StoreError> {
        self.house.health.note(Party::Sheets, &outcome, self.house.now());
        for wish in &wishes {
            self.marking.remove(&wish.number);
        }
        let numbers: Vec<TicketNumber> = wishes.iter().map(|wish| wish.number).collect();
        let marked = match outcome {
            Outcome::Done(marked) => {
                self.unmarkable.accept(&numbers);
                marked
            }
            Outcome::NotDone(Why::Protected(_)) => {
                self.set_aside(numbers, true);
                return Ok(());
            }
            Outcome::NotDone(why) => {
                if matches!(why, Why::Refused(_)) {
                    // The tab may have been renamed: its title is part of the call. Or the metadata is used up: spare ones go.
                    self.tab = None;
                    let house = self.house.clone();
                    self.start(async move { Event::Marks(house.sheet.marks().await) });
                }
                return Ok(());
            }
            Outcome::Unknown(_) => {
                let house = self.house.clone();
                self.start(async move { Event::Marks(house.sheet.marks().await) });
                return Ok(());
            }
        };
        let mut wrong = Vec::new();
        for (wish, mark) in wishes.iter().zip(&marked) {
            match &mark.cells {
                Some(cells) if self.layout_of(&mark.headers).fingerprint(cells) != wish.print => {
                    tracing::info!(
                        ticket = %wish.number,
                        "row {} moved while it was marked for {}: the metadata is taken off",
                        wish.row + 1,
                        wish.number
                    );
                    wrong.push((wish.number, mark.mark));
                    continue;
                }
                // Under other headers the cells stand elsewhere.
                Some(cells) if mark.headers.as_ref() == self.layout.headers.as_slice() => {
                    let seen = Seen { text: self.layout.own_text(cells), cells: cells.clone() };
                    self.seen.insert(wish.number, seen);
                }
                // The next read shows whose row it is before anything is written there.
                _ => self.poll_at = Instant::now(),
            }
            self.house.store.record_mark(wish.number, Some(mark.mark)).await?;
        }
        if !wrong.is_empty() {
            self.poll_at = Instant::now();
        }
        self.take_off(wrong);
        self.ask_turn().await;
        Ok(())
    }

    /// All metadata of ours: tickets are joined to theirs where the answer to marking was lost, and forget what is gone.
    pub(super) async fn found_marks(&mut self, outcome: Outcome<Vec<(i32, String)>>) -> Result<(), StoreError> {
        self.house.health.note(Party::Sheets, &outcome, self.house.now());
        let Outcome::Done(marks) = outcome else {
            self.marks_left = true;
            return Ok(());
        };
        let mut spare = Vec::new();
        let open = self.house.store.open_tickets_anew().await?;
        let closed = self.house.store.closed_numbers().await?;
        let mut closed: HashMap<String, TicketNumber> = closed.into_iter().map(|number| (number.short(), number)).collect();
        // A short number comes again after ten years: then it is the open ticket's.
        for ticket in open.iter() {
            closed.remove(&ticket.number.short());
        }
        spare.extend(marks.iter().filter_map(|(mark, value)| Some((*closed.get(value)?, *mark))));
        for ticket in open.iter() {
            let of_it = || marks.iter().filter(|(_, value)| *value == ticket.number.short()).map(|(mark, _)| *mark);
            let kept = ticket.mark.filter(|mark| of_it().any(|found| found == *mark)).or_else(|| of_it().next());
            if kept != ticket.mark {
                self.house.store.record_mark(ticket.number, kept).await?;
            }
            spare.extend(of_it().filter(|mark| Some(*mark) != kept).map(|mark| (ticket.number, mark)));
        }
        self.take_off(spare);
        self.poll_at = Instant::now();
        Ok(())
    }

    /// Makes the slice as long as what the rest of a poll leaves of its bytes allows, and never nothing.
    fn size_slice(&mut self, read: &Reading, tail: Rows) {
        let fixed = read.rows.keys().filter(|row| **row == 0 || **row >= tail.start);
        let rest = read.bytes(fixed, false) + read.bytes(read.marks.values(), true);
        let average = (read.bytes(read.rows.keys(), false) / read.rows.len().max(1)).max(1);
        let left = POLL_BYTES.saturating_sub(rest).min(SLICE_BYTES);
        let fits = u32::try_from(left / average).unwrap_or(SLICE_ROWS_MAX);
        self.slice_rows = fits.clamp(1, SLICE_ROWS_MAX);
    }
}
