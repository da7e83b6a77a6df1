//! Answers that a read showed: new ones are taken up, edited ones read anew. Where a number in a cell may be a typed text that Google
//! took for a date, the cell's number format is looked up first.

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use super::{Clerk, Event, ToMark};
use crate::adapters::sheet::patterns::RowPatterns;
use crate::adapters::sheet::read::Reading;
use crate::adapters::store::StoreError;
use crate::adapters::store::letters::LetterTrouble;
use crate::adapters::store::tickets::NewTicket;
use crate::desk::health::Party;
use crate::desk::intake::joining::Findings;
use crate::desk::intake::joining::alike::{changed_fields, same_person};
use crate::domain::answer::{Answer, Cell};
use crate::domain::headers::Field;
use crate::domain::limits::{EDIT_HELD_MAX, NEW_ROWS_PER_POLL, PATTERN_LOOKS_MAX, PATTERNS_KEPT_MAX};
use crate::domain::outcome::{Outcome, Why};
use crate::domain::problem::Problem;
use crate::domain::reading::{self, needs_patterns};
use crate::domain::replacing::{is_edit_of, replaces};
use crate::domain::request::Request;
use crate::domain::serial;
use crate::domain::ticket::{State, Ticket, TicketNumber};

/// Fields whose column may show how its questions are answered.
const DATES: [Field; 3] = [Field::Date, Field::EndDate, Field::Start];

impl Clerk {
    /// Learns from the rows which questions are answered by typing and which by picking a date.
    pub(super) fn learn_display(&mut self, read: &Reading) {
        for field in DATES {
            let Some(column) = self.layout.questions.column(field) else { continue };
            for (_, cells) in read.rows.iter().filter(|(row, _)| **row > 0) {
                match cells.get(column.index) {
                    Some(Cell::Text(_)) => self.display.typed.insert(field),
                    // Typed day first it would not have become a date in US locale.
                    Some(Cell::Number(number)) => {
                        serial::day(*number).is_some_and(|day| day.day() > 12) && self.display.picked.insert(field)
                    }
                    _ => false,
                };
            }
        }
    }

    /// Asks for the number formats of answers that cannot be read without them; the next read finds them known.
    pub(super) fn look_up_patterns(&mut self, found: &Findings) {
        let new = found.candidates.iter().filter(|(_, answer)| answer.submitted_at >= self.desk.take_up_from);
        let edited = found.edited.iter().map(|(_, row, answer)| (row, answer));
        let unknown = new.map(|(row, answer)| (row, answer)).chain(edited).filter(|(_, answer)| self.waits_for_patterns(answer));
        let unknown: Vec<(u32, &Answer)> = unknown.map(|(row, answer)| (*row, answer)).take(NEW_ROWS_PER_POLL as usize).collect();
        let Some(tab) = self.tab.clone().filter(|_| !unknown.is_empty() && !self.looking_up) else { return };
        self.pattern_looks.retain(|key, _| unknown.iter().any(|(_, answer)| *key == (answer.fingerprint(), answer.submitted_at)));
        for (_, answer) in &unknown {
            let key = (answer.fingerprint(), answer.submitted_at);
            let looks = self.pattern_looks.entry(key.clone()).or_default();
            *looks += 1;
            if *looks > PATTERN_LOOKS_MAX {
                // Its cells read otherwise each time: without the formats what is not clear is asked.
                self.patterns.insert(key, BTreeMap::new());
            }
        }
        let rows: Vec<u32> = unknown.iter().map(|(row, _)| *row).collect();
        self.looking_up = true;
        let house = self.house.clone();
        self.start(async move { Event::Patterns(house.sheet.patterns(tab.tab_id, &rows).await) });
    }

    /// Whether an answer cannot be read before its number formats are known.
    fn waits_for_patterns(&self, answer: &Answer) -> bool {
        needs_patterns(answer) && !self.patterns.contains_key(&(answer.fingerprint(), answer.submitted_at))
    }

    pub(super) fn found_patterns(&mut self, outcome: Outcome<Vec<RowPatterns>>) {
        self.looking_up = false;
        self.house.health.note(Party::Sheets, &outcome, self.house.now());
        let rows = match outcome {
            Outcome::Done(rows) => rows,
            Outcome::NotDone(why) => return self.rest_after(&why),
            Outcome::Unknown(why) => return self.rest_after(&Why::Later(why, None)),
        };
        if self.patterns.len() + rows.len() > PATTERNS_KEPT_MAX {
            self.patterns.clear();
        }
        for row in rows {
            // Rows may have moved since they were read: each is known by what stands in it.
            let Some(answer) = self.layout.answer(&row.cells, &self.zone) else { continue };
            let columns = DATES.into_iter().filter_map(|field| Some((field, self.layout.questions.column(field)?.index)));
            let pattern = |(field, index): (Field, usize)| (field, row.patterns.get(index).cloned().unwrap_or_default());
            let patterns: BTreeMap<Field, String> = columns.map(pattern).collect();
            self.patterns.insert((answer.fingerprint(), answer.submitted_at), patterns);
        }
        self.poll_at = Instant::now();
    }

    /// The answer with what is known of its number formats.
    fn with_patterns(&self, mut answer: Answer) -> Answer {
        if let Some(patterns) = self.patterns.get(&(answer.fingerprint(), answer.submitted_at)) {
            let told = patterns.iter().filter(|(_, pattern)| !pattern.is_empty());
            answer.display.patterns = told.map(|(field, pattern)| (*field, pattern.clone())).collect();
        }
        answer
    }

    /// Gives numbers to new answers.
    pub(super) async fn take_up(&mut self, found: &Findings) -> Result<Vec<ToMark>, StoreError> {
        let mut to_mark = Vec::new();
        let mut rowless = self.without_number(found).await?;
        let candidates: HashSet<_> =
            found.candidates.iter().map(|(_, answer)| (answer.fingerprint(), answer.submitted_at)).collect();
        self.held_back.retain(|answer, _| candidates.contains(answer));
        for (row, answer) in &found.candidates {
            if answer.submitted_at < self.take_up_from() || self.waits_for_patterns(answer) {
                continue;
            }
            let print = answer.fingerprint();
            if self.house.store.knows(&print, answer.submitted_at).await?.is_some() || self.is_a_copy(answer).await? {
                // A copied row, perhaps of what was answered before an edit, or one of a ticket that is closed: no second request.
                continue;
            }
            if found.misnumbered.contains(row) && self.was_said_then(answer).await? {
                // A copy of what was answered before an edit, with its number, in which something was changed.
                continue;
            }
            if !self.unsettled().is_empty() && !self.house.store.answered_at(answer.submitted_at).await?.is_empty() {
                // Perhaps a copy over which columns were moved while a row was written: first that is looked at, and put back.
                continue;
            }
            if let Some(at) = rowless.iter().position(|ticket| is_edit_of(answer, &ticket.answer)) {
                // Perhaps edited before its row ever got its number: another ticket would be a second meeting for one event.
                let since = *self.held_back.entry((print.clone(), answer.submitted_at)).or_insert_with(Instant::now);
                let ticket = &rowless[at];
                if ticket.mark.is_none() && self.is_nowhere(ticket.number) {
                    let number = rowless.swap_remove(at).number;
                    self.edited(number, answer.clone()).await?;
                    to_mark.push(ToMark { number, row: *row, print });
                    continue;
                }
                if since.elapsed() < EDIT_HELD_MAX {
                    continue;
                }
                tracing::warn!("row {} may be an edit of {}, whose row is not found: it is taken up", row + 1, ticket.number);
            }
            if !self.count_numbers().await {
                // Without knowing which numbers the sheet shows none is given.
                break;
            }
            let ticket = self.take_up_one(*row, answer.clone()).await?;
            to_mark.push(ToMark { number: ticket.number, row: *row, print });
        }
        Ok(to_mark)
    }

    /// Open tickets that have no row and whose number never stood in one, or may have been overwritten there by a write of ours. Another row
    /// that has lost its number is none of these: people took the number away.
    async fn without_number(&self, found: &Findings) -> Result<Vec<Ticket>, StoreError> {
        let mut rowless = Vec::new();
        for number in found.unplaced.iter().filter(|_| !found.candidates.is_empty()) {
            if self.doubted.contains_key(number) || !self.house.store.is_numbered(*number).await? {
                rowless.extend(self.house.store.ticket(*number).await?);
            }
        }
        Ok(rowless)
    }

    /// Whether this very answer was taken up before, though it reads otherwise now, since a header was renamed. Another content of the same
    /// moment is another answer: a request is worth more than a doubt.
    async fn is_a_copy(&self, answer: &Answer) -> Result<bool, StoreError> {
        let answered = self.house.store.answered_at(answer.submitted_at).await?;
        Ok(answered.iter().any(|said| same_person(said, answer) && changed_fields(&self.layout, said, answer).is_empty()))
    }

    /// Whether the same person's answer of that moment was taken up before.
    async fn was_said_then(&self, answer: &Answer) -> Result<bool, StoreError> {
        let answered = self.house.store.answered_at(answer.submitted_at).await?;
        Ok(answered.iter().any(|said| same_person(said, answer)))
    }

    async fn take_up_one(&self, row: u32, answer: Answer) -> Result<Ticket, StoreError> {
        let house = &self.house;
        let now = house.now();
        let answer = self.with_patterns(answer);
        let (request, state) = match reading::read(&answer, answer.submitted_at, &self.layout.questions, &house.rules) {
            Ok(request) => (Some(request), State::Open),
            Err(problems) => (None, State::ToCorrect(problems)),
        };
        let mut replaced = house.store.tickets_waiting().await?;
        replaced.retain(|old| replaces(old, &answer, request.as_ref()));
        let year = house.teller.wording.day_of(answer.submitted_at).year();
        let ticket = Ticket {
            number: TicketNumber { year, count: 0 },
            first_submitted_at: answer.submitted_at,
            first_row: row,
            answer,
            request,
            state,
            changed_at: now,
            tries: 0,
            not_before: now,
            mark: None,
            command: None,
            edited_since: false,
            version: 0,
        };
        let above = self.highest.get(&year).copied().unwrap_or(0);
        let finish = |ticket: &Ticket| (house.teller.row(ticket, &LetterTrouble::default()), house.teller.first_letters(ticket));
        let taken =
            house.noted(house.store.take_up(NewTicket { ticket, year, above, replaces: replaced.clone() }, now, finish).await)?;
        tracing::info!(ticket = %taken.number, state = taken.state.name(), "took up {} from row {}", taken.number, row + 1);
        for old in replaced {
            tracing::info!(ticket = %old.number, "{} took the place of {}", taken.number, old.number);
        }
        Ok(taken)
    }

    /// An answer was edited: what was not booked yet is read anew; what was, is noted for staff.
    pub(super) async fn edited(&self, number: TicketNumber, answer: Answer) -> Result<(), StoreError> {
        let Some(mut ticket) = self.house.store.ticket(number).await? else { return Ok(()) };
        if ticket.answer.fingerprint() == answer.fingerprint() || self.waits_for_patterns(&answer) {
            return Ok(());
        }
        ticket.answer = self.with_patterns(answer);
        tracing::info!(ticket = %number, "the answer of {number} was edited");
        // The place of a replaced one is another's: made anew it would be a second meeting for one event.
        let stays = matches!(ticket.state, State::Booking(_) | State::Scheduled(_) | State::NeedsStaff(_, Some(_)));
        if stays || matches!(ticket.state, State::Replaced(_) | State::Cancelling(_) | State::Cancelled(_)) {
            ticket.edited_since |= self.reading_of(&ticket).ok() != ticket.request;
            self.house.change(ticket, Vec::new(), "edited").await?;
            return Ok(());
        }
        self.read_anew(&mut ticket);
        let letters = self.house.teller.first_letters(&ticket);
        self.house.change(ticket, letters, "edited").await?;
        Ok(())
    }

    fn reading_of(&self, ticket: &Ticket) -> Result<Request, Vec<Problem>> {
        reading::read(&ticket.answer, ticket.first_submitted_at, &self.layout.questions, &self.house.rules)
    }

    /// Reads a ticket's answer as if it had just come in: an edit that was only noted so far is in it.
    pub(super) fn read_anew(&self, ticket: &mut Ticket) {
        match self.reading_of(ticket) {
            Ok(request) => {
                ticket.request = Some(request);
                ticket.state = State::Open;
            }
            Err(problems) => {
                ticket.request = None;
                ticket.state = State::ToCorrect(problems);
            }
        }
        (ticket.tries, ticket.not_before, ticket.edited_since) = (0, self.house.now(), false);
    }
}
