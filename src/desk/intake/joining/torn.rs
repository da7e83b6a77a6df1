//! Whether columns were sorted or moved apart from each other (law 4). A person edits a row or two; a sort of some columns only puts
//! the answers of many into each other's rows, without a single new timestamp.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::alike::{is_same, same_request};
use super::{Joining, Row};
use crate::domain::answer::{Answer, Cell};
use crate::domain::headers::Field;
use crate::domain::limits::{TORN_BORROWED_MIN, TORN_ROWS_MIN};
use crate::domain::ticket::TicketNumber;

/// Fields whose answers are hardly ever the same for two requests. Dates, times and numbers are not among them: staff may well swap
/// the times of two events.
const TELLING: [Field; 5] = [Field::Email, Field::Applicant, Field::Topic, Field::ContactEmail, Field::ContactPhone];
/// Those of them that no two requests of different people share: many have the same contact person.
const WHO_AND_WHAT: [Field; 3] = [Field::Email, Field::Applicant, Field::Topic];

impl Joining<'_> {
    /// The tickets whose rows show that the sheet is torn; none where it is not.
    pub(super) fn torn(&self) -> BTreeSet<TicketNumber> {
        let recorded = self.recorded();
        let (borrowing, rows) = self.borrowing(&recorded);
        let restated: BTreeSet<TicketNumber> = self.restated.keys().copied().chain(self.told_otherwise(&recorded)).collect();
        let carried = rows.min(borrowing.len()) >= TORN_BORROWED_MIN;
        if self.mixed.is_empty() && restated.len() < TORN_ROWS_MIN && !carried {
            return BTreeSet::new();
        }
        tracing::debug!(
            "the sheet is torn: {:?} show another's number, {restated:?} other answers, {borrowing:?} what was another's",
            self.mixed
        );
        self.mixed.iter().chain(&restated).chain(&borrowing).copied().collect()
    }

    /// Tickets whose rows show the number or a telling answer of another ticket, in whose row it does not stand any more: it was carried
    /// from there, and both rows show it. What was copied still stands there, and what an edit says was nobody's. A row is known by its
    /// moment; rows that are nobody's yet, and rows without a moment, may have got what several others lost as well. With how many rows show it.
    fn borrowing(&self, recorded: &HashMap<TicketNumber, &Answer>) -> (BTreeSet<TicketNumber>, usize) {
        let mut by_moment: HashMap<Timestamp, Vec<TicketNumber>> = HashMap::new();
        for ticket in self.known.open {
            by_moment.entry(ticket.submitted_at).or_default().push(ticket.number);
        }
        // Of several that were sent at one moment it is the one whose whole answer the row holds; a number is only a word of ours, which a
        // write may have left in another's row: it tells where no answer is whole.
        let edited = self.edited_at_anothers_moment(&by_moment, recorded);
        let owners_of = |at: &u32, row: &Row<'_>| {
            if edited.contains(at) {
                return Vec::new();
            }
            let owners = row.answer.as_ref().and_then(|answer| by_moment.get(&answer.submitted_at)).cloned().unwrap_or_default();
            let whole: Vec<TicketNumber> =
                owners.iter().copied().filter(|owner| self.tickets[owner].fingerprint == row.print).collect();
            let numbered = row.number.filter(|number| owners.contains(number) && (whole.is_empty() || whole.contains(number)));
            match numbered {
                Some(number) => vec![number],
                None if whole.is_empty() => owners,
                None => whole,
            }
        };
        let mut homes: HashMap<TicketNumber, Vec<(u32, &Row<'_>)>> = HashMap::new();
        for (at, row) in &self.rows {
            for owner in owners_of(at, row) {
                homes.entry(owner).or_default().push((*at, row));
            }
        }
        let home_of = |number: &TicketNumber| homes.get(number).map_or(&[][..], Vec::as_slice);
        let numbers_lost = |number: TicketNumber| {
            let shown_at_home = home_of(&number).iter().any(|(_, row)| row.number == Some(number));
            self.tickets.contains_key(&number) && !self.known.doubted.contains(&number) && !shown_at_home
        };
        let (mut borrowing, mut shown_in) = (BTreeSet::new(), BTreeSet::new());
        for (at, row) in &self.rows {
            let owners = owners_of(at, row);
            if row.number.is_some_and(|number| !owners.is_empty() && !owners.contains(&number) && numbers_lost(number)) {
                shown_in.insert(*at);
                borrowing.extend(&owners);
            }
            if owners.iter().any(|owner| self.tickets[owner].fingerprint == row.print) {
                continue;
            }
            for field in TELLING {
                let Some(cell) = self.shown(row, field).filter(|cell| !cell.is_blank()) else { continue };
                let says = |number: &&TicketNumber| recorded.get(*number).is_some_and(|said| is_same(said.cell(field), cell));
                if owners.iter().any(|owner| says(&owner)) {
                    continue;
                }
                let has_lost = |lender: &&TicketNumber| {
                    let still = |(_, row): &(u32, &Row<'_>)| self.shown(row, field).is_some_and(|now| is_same(now, cell));
                    !home_of(lender).iter().any(still)
                };
                // Only an answer that is somebody's shows by itself what it should not.
                let is_known = |lender: &&TicketNumber| !owners.is_empty() || !home_of(lender).is_empty();
                for lender in recorded.keys().filter(says).filter(has_lost).filter(is_known) {
                    tracing::debug!("row {} of {owners:?} shows {field:?} of {lender}, whose rows do not", at + 1);
                    shown_in.insert(*at);
                    shown_in.extend(home_of(lender).iter().map(|(at, _)| *at));
                    borrowing.extend(owners.iter().chain([lender]));
                }
            }
        }
        (borrowing, shown_in.len())
    }

    /// The rows that were edited in the very millisecond in which another ticket's answer came in: each says what its own person asked for,
    /// and nothing that tells of the other one.
    fn edited_at_anothers_moment(
        &self,
        by_moment: &HashMap<Timestamp, Vec<TicketNumber>>,
        recorded: &HashMap<TicketNumber, &Answer>,
    ) -> BTreeSet<u32> {
        let tells_of = |answer: &Answer, number: &TicketNumber| {
            let same =
                |said: &Answer, field: Field| !said.cell(field).is_blank() && is_same(said.cell(field), answer.cell(field));
            recorded.get(number).is_none_or(|said| WHO_AND_WHAT.iter().any(|field| same(said, *field)))
        };
        // An edit takes the moment before it out of the sheet; a sort carries it elsewhere.
        let is_left = |moment: Timestamp| {
            self.rows.values().any(|row| row.answer.as_ref().is_some_and(|answer| answer.submitted_at == moment))
        };
        let is_edited = |(_, row): &(&u32, &Row<'_>)| {
            let Some(answer) = &row.answer else { return false };
            let Some(of_moment) = by_moment.get(&answer.submitted_at) else { return false };
            let earlier = |(number, said): (&TicketNumber, &&Answer)| {
                let is_open = self.tickets.get(number).is_some_and(|ticket| ticket.submitted_at < answer.submitted_at);
                is_open && same_request(said, answer) && !is_left(self.tickets[number].submitted_at)
            };
            recorded.iter().any(earlier) && !of_moment.iter().any(|number| tells_of(answer, number))
        };
        self.rows.iter().filter(is_edited).map(|(at, _)| *at).collect()
    }

    /// What stands in a row under a question.
    fn shown<'row>(&self, row: &'row Row<'_>, field: Field) -> Option<&'row Cell> {
        row.cells.get(self.layout.questions.column(field)?.index)
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
