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
        let recorded = self.recorded();
        let (borrowing, rows) = self.borrowing(&recorded);
        let restated: BTreeSet<TicketNumber> = self.restated.keys().copied().chain(self.told_otherwise(&recorded)).collect();
        if self.mixed.is_empty() && restated.len() < TORN_ROWS_MIN && rows < TORN_BORROWED_MIN {
            return BTreeSet::new();
        }
        tracing::debug!(
            "the sheet is torn: {:?} show another's number, {restated:?} other answers, {borrowing:?} what was another's",
            self.mixed
        );
        self.mixed.iter().chain(&restated).chain(&borrowing).copied().collect()
    }

    /// Tickets whose rows show the number or a telling answer of another ticket, in whose row it does not stand any more: it was carried
    /// from there. What was copied still stands there, and what an edit says was nobody's. A row is known by its moment; one of a new
    /// answer that shows what another lost counts as well as the one that lost it. With how many rows show it.
    fn borrowing(&self, recorded: &HashMap<TicketNumber, &Answer>) -> (BTreeSet<TicketNumber>, usize) {
        let mut by_moment: HashMap<Timestamp, Vec<TicketNumber>> = HashMap::new();
        for ticket in self.known.open {
            by_moment.entry(ticket.submitted_at).or_default().push(ticket.number);
        }
        let mut rows_of: HashMap<TicketNumber, Vec<&Row<'_>>> = HashMap::new();
        for row in self.rows.values() {
            let owners = row.answer.as_ref().and_then(|answer| by_moment.get(&answer.submitted_at)).into_iter().flatten();
            // Of two answers of one moment the row that holds the other's is not this one's.
            let whole: Vec<&TicketNumber> = owners.clone().filter(|owner| self.tickets[owner].fingerprint == row.print).collect();
            let owners = owners.filter(|owner| whole.is_empty() || whole.contains(owner));
            owners.for_each(|owner| rows_of.entry(*owner).or_default().push(row));
        }
        let numbers_lost = |number: TicketNumber| {
            let shown_at_home = rows_of.get(&number).is_some_and(|rows| rows.iter().any(|row| row.number == Some(number)));
            self.tickets.contains_key(&number) && !self.known.doubted.contains(&number) && !shown_at_home
        };
        let has_lost = |lender: TicketNumber, field: Field, cell: &Cell| {
            let shown = |row: &&Row<'_>| row.answer.as_ref().is_some_and(|answer| is_same(answer.cell(field), cell));
            !rows_of.get(&lender).is_some_and(|rows| rows.iter().any(|row| shown(row)))
        };
        let (mut borrowing, mut borrowed) = (BTreeSet::new(), 0);
        for row in self.rows.values() {
            let Some(answer) = &row.answer else { continue };
            let owners = by_moment.get(&answer.submitted_at).map_or(&[][..], Vec::as_slice);
            let is_whole = owners.iter().any(|owner| self.tickets[owner].fingerprint == row.print);
            let lender_of = |field: &Field| {
                let cell = answer.cell(*field);
                let says = |number: &TicketNumber| recorded.get(number).is_some_and(|said| is_same(said.cell(*field), cell));
                let mut lenders = recorded.keys().filter(|number| !owners.contains(number) && says(number));
                let is_anothers = !cell.is_blank() && !owners.iter().any(says);
                is_anothers.then(|| lenders.find(|lender| has_lost(**lender, *field, cell)).copied()).flatten()
            };
            if owners.is_empty() {
                // An answer that is not known yet: what it says may well be what another said, unless that one's row has lost it since.
                let lenders = TELLING.iter().filter(|_| row.number.is_none()).filter_map(lender_of);
                let lost: Vec<TicketNumber> = lenders.filter(|lender| rows_of.contains_key(lender)).collect();
                borrowed += if lost.is_empty() { 0 } else { 2 };
                borrowing.extend(lost);
                continue;
            }
            let shows_anothers = row.number.is_some_and(|number| !owners.contains(&number) && numbers_lost(number));
            if shows_anothers || (!is_whole && TELLING.iter().any(|field| lender_of(field).is_some())) {
                borrowed += 1;
                borrowing.extend(owners);
            }
        }
        (borrowing, borrowed)
    }

    /// Tickets whose last write was not looked at yet, and whose row says another telling answer without a new timestamp: one that is no
    /// word of ours. What else differs there may be what the write did.
    fn told_otherwise(&self, recorded: &HashMap<TicketNumber, &Answer>) -> Vec<TicketNumber> {
        let is_torn_row = |number: &&TicketNumber| {
            let (Some(said), Some(ticket)) = (recorded.get(number), self.tickets.get(number)) else { return false };
            let row = self.placed.get(number).and_then(|at| self.rows.get(at)).and_then(|row| row.answer.as_ref());
            let Some(now) = row.filter(|now| now.submitted_at == ticket.submitted_at) else { return false };
            let differs = |field: &&Field| {
                let (then, now) = (said.cell(**field), now.cell(**field));
                let is_ours = ticket.wanted.0.iter().any(|(_, word)| *word == now.text());
                !then.is_blank() && !now.is_blank() && !is_same(then, now) && !is_ours
            };
            TELLING.iter().any(|field| differs(&field))
        };
        self.known.unsettled.iter().filter(is_torn_row).copied().collect()
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
