//! Whether columns were sorted or moved apart from each other (law 4). A person edits a row or two; a sort of some columns only puts
//! the answers of many into each other's rows, without a single new timestamp.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::{Joining, Row, is_same};
use crate::domain::answer::{Answer, Cell};
use crate::domain::headers::Field;
use crate::domain::limits::{TORN_BORROWED_MIN, TORN_ROWS_MIN};
use crate::domain::ticket::TicketNumber;

/// Fields whose answers are hardly ever the same for two requests. Dates, times and numbers are not among them: staff may well swap
/// the times of two events.
const TELLING: [Field; 5] = [Field::Email, Field::Applicant, Field::Topic, Field::ContactEmail, Field::ContactPhone];

impl Joining<'_> {
    /// The tickets whose rows show that the sheet is torn; none where it is not.
    pub(super) fn torn(&self) -> BTreeSet<TicketNumber> {
        let borrowing = self.borrowing();
        let many = self.restated.len() >= TORN_ROWS_MIN || borrowing.len() >= TORN_BORROWED_MIN;
        if self.mixed.is_empty() && !many {
            return BTreeSet::new();
        }
        tracing::debug!(
            "the sheet is torn: {:?} show another's number, {:?} other answers, {borrowing:?} what was another's",
            self.mixed,
            self.restated
        );
        self.mixed.iter().chain(self.restated.keys()).chain(&borrowing).copied().collect()
    }

    /// Tickets whose rows, known by their moment, show the number or a telling answer of another ticket, in whose row it does not stand
    /// any more: it was carried from there. What was copied still stands there, and what an edit says was nobody's.
    fn borrowing(&self) -> BTreeSet<TicketNumber> {
        let mut by_moment: HashMap<Timestamp, Vec<TicketNumber>> = HashMap::new();
        for ticket in self.known.open {
            by_moment.entry(ticket.submitted_at).or_default().push(ticket.number);
        }
        let mut rows_of: HashMap<TicketNumber, Vec<&Row<'_>>> = HashMap::new();
        for row in self.rows.values() {
            let owners = row.answer.as_ref().and_then(|answer| by_moment.get(&answer.submitted_at));
            owners.into_iter().flatten().for_each(|owner| rows_of.entry(*owner).or_default().push(row));
        }
        let recorded = self.recorded();
        let numbers_lost = |number: TicketNumber| {
            let shown_at_home = rows_of.get(&number).is_some_and(|rows| rows.iter().any(|row| row.number == Some(number)));
            self.tickets.contains_key(&number) && !self.known.doubted.contains(&number) && !shown_at_home
        };
        let has_lost = |lender: TicketNumber, field: Field, cell: &Cell| {
            let shown = |row: &&Row<'_>| row.answer.as_ref().is_some_and(|answer| is_same(answer.cell(field), cell));
            !rows_of.get(&lender).is_some_and(|rows| rows.iter().any(|row| shown(row)))
        };
        let mut borrowing = BTreeSet::new();
        for row in self.rows.values() {
            let Some(answer) = &row.answer else { continue };
            let Some(owners) = by_moment.get(&answer.submitted_at) else { continue };
            let is_whole = owners.iter().any(|owner| self.tickets[owner].fingerprint == row.print);
            let shows_anothers = row.number.is_some_and(|number| !owners.contains(&number) && numbers_lost(number));
            let borrows = |field: &Field| {
                let cell = answer.cell(*field);
                let says = |number: &TicketNumber| recorded.get(number).is_some_and(|said| is_same(said.cell(*field), cell));
                let mut lenders = recorded.keys().filter(|number| !owners.contains(number) && says(number));
                !cell.is_blank() && !owners.iter().any(says) && lenders.any(|lender| has_lost(*lender, *field, cell))
            };
            if shows_anothers || (!is_whole && TELLING.iter().any(borrows)) {
                borrowing.extend(owners);
            }
        }
        borrowing
    }

    /// The recorded answers that are at hand: those of tickets whose rows are not what they were, and those that stand in their rows.
    fn recorded(&self) -> HashMap<TicketNumber, &Answer> {
        let in_rows = self.placed.iter().filter_map(|(number, at)| {
            let row = self.rows.get(at).filter(|row| row.print == self.tickets[number].fingerprint)?;
            Some((*number, row.answer.as_ref()?))
        });
        in_rows.chain(self.known.answers.iter().map(|(number, answer)| (*number, answer))).collect()
    }
}
