//! What a read of the sheet means. Rows are joined to tickets by their metadata, their ticket number and their fingerprint; the
//! timestamp is no part of a row's identity, since Forms changes it when an answer is edited.
//!
//! Invariant: nothing here calls anybody; the clerk carries out what comes of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::adapters::sheet::read::Reading;
use crate::adapters::store::open::OpenTicket;
use crate::domain::answer::{Answer, Cell, Display, Fingerprint};
use crate::domain::header_problem::HeaderProblem;
use crate::domain::headers::{Field, Questions};
use crate::domain::rows::{OwnColumn, RowText};
use crate::domain::serial;
use crate::domain::ticket::TicketNumber;

/// Where everything stands, as the header row says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// The header row.
    pub headers: Vec<String>,
    /// The questions found.
    pub questions: Questions,
    /// Loket's own columns found.
    pub own: BTreeMap<OwnColumn, usize>,
    /// What is wrong with the header row.
    pub problems: Vec<HeaderProblem>,
    /// How the sheet takes typed text.
    pub display: Display,
}

impl Layout {
    /// Reads the header row.
    pub fn of(header: &[Cell], configured: &BTreeMap<Field, String>) -> Layout {
        let headers: Vec<String> = header.iter().map(Cell::text).collect();
        let mut own = BTreeMap::new();
        for (index, text) in headers.iter().enumerate() {
            if let Some(column) = OwnColumn::headed(text) {
                own.entry(column).or_insert(index);
            }
        }
        let (questions, problems) = Questions::find(&headers, configured, |header| OwnColumn::headed(header).is_some());
        Layout { headers, questions, own, problems, display: Display::default() }
    }

    /// Loket's own columns that are not there.
    pub fn missing(&self) -> Vec<OwnColumn> {
        OwnColumn::ALL.into_iter().filter(|column| !self.own.contains_key(column)).collect()
    }

    /// Whether answers can be read: every field that a request needs has its column.
    pub fn readable(&self) -> bool {
        !self.problems.iter().any(|problem| matches!(problem, HeaderProblem::Missing(..)))
    }

    /// The answer in a row. `None` where there is no timestamp: such a row is no answer.
    pub fn answer(&self, cells: &[Cell], sheet_zone: &TimeZone) -> Option<Answer> {
        let at = |index: usize| cells.get(index).cloned().unwrap_or_default();
        let stamp = at(self.questions.column(Field::SubmittedAt)?.index);
        let submitted_at = moment(&stamp, sheet_zone)?;
        let known =
            self.questions.columns().map(|(field, column)| (field, at(column.index))).filter(|(_, cell)| !cell.is_blank());
        let others = self.questions.others.iter().map(|(index, header)| (header.clone(), at(*index)));
        let others = others.filter(|(_, cell)| !cell.is_blank()).collect();
        Some(Answer { submitted_at, cells: known.collect(), others, display: self.display.clone() })
    }

    /// What the content of a row is known by.
    pub fn fingerprint(&self, cells: &[Cell]) -> Fingerprint {
        let at = |index: usize| cells.get(index).cloned().unwrap_or_default();
        Fingerprint::of(&self.questions.columns().map(|(field, column)| (field, at(column.index))).collect())
    }

    /// What stands in Loket's own columns of a row.
    pub fn own_text(&self, cells: &[Cell]) -> RowText {
        let text =
            |column: OwnColumn| self.own.get(&column).and_then(|index| cells.get(*index)).map(Cell::text).unwrap_or_default();
        RowText(OwnColumn::ALL.into_iter().filter(|column| column.is_written()).map(|column| (column, text(column))).collect())
    }

    /// The ticket number in a row.
    pub fn number(&self, cells: &[Cell]) -> Option<TicketNumber> {
        let index = self.own.get(&OwnColumn::Ticket)?;
        cells.get(*index)?.text().parse().ok()
    }

    /// The cells to send so that a row shows `wanted` where it now shows `seen`; `None` where nothing differs.
    pub fn difference(&self, seen: &RowText, wanted: &RowText) -> Option<Vec<Option<String>>> {
        let mut cells: Vec<Option<String>> = Vec::new();
        for ((column, now), (_, then)) in seen.0.iter().zip(&wanted.0) {
            let Some(index) = self.own.get(column) else { continue };
            // The end of a text is trimmed when it is read, so it is when it is compared.
            if now != then.trim() {
                cells.resize(cells.len().max(index + 1), None);
                cells[*index] = Some(then.clone());
            }
        }
        (!cells.is_empty()).then_some(cells)
    }
}

/// A timestamp of Forms, in the spreadsheet's zone.
fn moment(cell: &Cell, zone: &TimeZone) -> Option<Timestamp> {
    let Cell::Number(number) = cell else { return None };
    zone.to_timestamp(serial::datetime(*number)?).ok()
}

/// Metadata on a row that is not its ticket's.
#[derive(Debug, Clone, PartialEq)]
pub struct Astray {
    /// Whose metadata it is.
    pub number: TicketNumber,
    /// The metadata.
    pub mark: i32,
    /// The row shows the ticket's number: Loket's words stand where they do not belong.
    pub written: bool,
    /// What the row's own columns show.
    pub seen: RowText,
    /// Whose answer stands there, if it is one.
    pub answer: Option<Answer>,
}

/// What is to be done after a read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Findings {
    /// What stands in the own columns of each open ticket's row, where its metadata led to it.
    pub seen: HashMap<TicketNumber, RowText>,
    /// Rows to be marked for their tickets.
    pub to_mark: Vec<(TicketNumber, u32)>,
    /// Metadata that stands on another row than its ticket's: to be taken off.
    pub astray: Vec<Astray>,
    /// Metadata that is gone with its row.
    pub gone: Vec<TicketNumber>,
    /// Open tickets whose row is not marked and not among those read.
    pub unplaced: Vec<TicketNumber>,
    /// Answers that were edited.
    pub edited: Vec<(TicketNumber, u32, Answer)>,
    /// Rows that may be new answers: what only the ledger can tell.
    pub candidates: Vec<(u32, Answer)>,
    /// Numbered rows that belong to no open ticket.
    pub strangers: Vec<TicketNumber>,
    /// The last row with a timestamp.
    pub last_row: Option<u32>,
    /// The highest ticket number that the rows show.
    pub highest: Option<TicketNumber>,
}

/// Compares what was read with the open tickets.
pub fn compare(
    layout: &Layout,
    reading: &Reading,
    open: &[OpenTicket],
    confirmed: impl Fn(TicketNumber) -> bool,
    zone: &TimeZone,
) -> Findings {
    let mut found = Findings::default();
    let mut joined: HashSet<u32> = HashSet::new();
    let mut placed: HashSet<TicketNumber> = HashSet::new();
    for ticket in open {
        let Some(mark) = ticket.mark else { continue };
        let Some(row) = reading.marks.get(&mark) else {
            // One that was recorded while the read was under way was not asked for: nothing is known of it yet.
            if reading.asked.contains(&mark) {
                found.gone.push(ticket.number);
            }
            continue;
        };
        let empty = Vec::new();
        let cells = reading.rows.get(row).unwrap_or(&empty);
        if !is_row_of(layout, cells, ticket, confirmed(ticket.number), zone) {
            found.astray.push(Astray {
                number: ticket.number,
                mark,
                written: layout.number(cells) == Some(ticket.number),
                seen: layout.own_text(cells),
                answer: layout.answer(cells, zone),
            });
            continue;
        }
        joined.insert(*row);
        placed.insert(ticket.number);
        found.seen.insert(ticket.number, layout.own_text(cells));
        note_edit(layout, (*row, cells), ticket, zone, &mut found);
    }
    // A row is marked anew only once its metadata is given up: each mark stays on its row and counts against Google's limit.
    let unmarked: Vec<&OpenTicket> = open.iter().filter(|ticket| ticket.mark.is_none()).collect();
    for (row, cells) in &reading.rows {
        if *row == 0 {
            continue;
        }
        let number = layout.number(cells);
        found.highest = found.highest.max(number);
        let Some(answer) = layout.answer(cells, zone) else { continue };
        found.last_row = found.last_row.max(Some(*row));
        if joined.contains(row) {
            continue;
        }
        if let Some(number) = number {
            match unmarked.iter().find(|ticket| ticket.number == number) {
                Some(ticket) if placed.insert(number) => {
                    found.to_mark.push((number, *row));
                    note_edit(layout, (*row, cells), ticket, zone, &mut found);
                }
                // A copy of a row, or a ticket that is closed.
                _ => found.strangers.push(number),
            }
            continue;
        }
        let print = answer.fingerprint();
        let same = |ticket: &&&OpenTicket| ticket.fingerprint == print && ticket.submitted_at == answer.submitted_at;
        match unmarked.iter().find(same) {
            Some(ticket) if placed.insert(ticket.number) => found.to_mark.push((ticket.number, *row)),
            _ => found.candidates.push((*row, answer)),
        }
    }
    let without = |ticket: &&OpenTicket| ticket.mark.is_none() && !placed.contains(&ticket.number);
    found.unplaced = open.iter().filter(without).map(|ticket| ticket.number).collect();
    found.candidates.sort_by_key(|(row, answer)| (answer.submitted_at, *row));
    found
}

/// Whether a row that carries a ticket's metadata is the ticket's.
fn is_row_of(layout: &Layout, cells: &[Cell], ticket: &OpenTicket, confirmed: bool, zone: &TimeZone) -> bool {
    let number = layout.number(cells);
    if number.is_some_and(|number| number != ticket.number) {
        return false;
    }
    if layout.fingerprint(cells) == ticket.fingerprint {
        return true;
    }
    // Another content: an edited answer, if the row showed the number before anyone could have written it there by mistake,
    // or if it is a later word of the same person.
    let later = layout.answer(cells, zone).is_some_and(|answer| answer.submitted_at > ticket.submitted_at);
    (number == Some(ticket.number) && confirmed) || later
}

fn note_edit(layout: &Layout, (row, cells): (u32, &[Cell]), ticket: &OpenTicket, zone: &TimeZone, found: &mut Findings) {
    if layout.fingerprint(cells) == ticket.fingerprint {
        return;
    }
    if let Some(answer) = layout.answer(cells, zone) {
        found.edited.push((ticket.number, row, answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Jakarta").unwrap()
    }

    fn text(text: &str) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.into()) }
    }

    const HEADERS: [&str; 9] =
        ["Timestamp", "Email Address", "Nama", "Nama Kegiatan", "Tanggal", "Jam Mulai", "No. Tiket", "Status", "Catatan Sistem"];

    fn layout() -> Layout {
        Layout::of(&HEADERS.map(text), &BTreeMap::new())
    }

    fn row(stamp: f64, topic: &str, number: &str, status: &str) -> Vec<Cell> {
        let mut cells = vec![Cell::Number(stamp), text("ana@example.go.id"), text("Ana"), text(topic)];
        cells.extend([Cell::Number(46_356.0), Cell::Number(0.375), text(number), text(status)]);
        cells
    }

    fn ticket(count: u32, mark: Option<i32>, stamp: f64, topic: &str) -> OpenTicket {
        let layout = layout();
        let cells = row(stamp, topic, "", "");
        OpenTicket {
            number: TicketNumber { year: 2026, count },
            mark,
            fingerprint: layout.fingerprint(&cells),
            submitted_at: layout.answer(&cells, &zone()).unwrap().submitted_at,
            wanted: RowText(vec![]),
        }
    }

    fn reading(rows: &[(u32, Vec<Cell>)], marks: &[(i32, u32)]) -> Reading {
        let asked = marks.iter().map(|(mark, _)| *mark).collect();
        Reading { rows: rows.iter().cloned().collect(), marks: marks.iter().copied().collect(), asked }
    }

    fn check(reading: &Reading, open: &[OpenTicket]) -> Findings {
        compare(&layout(), reading, open, |_| true, &zone())
    }

    #[test]
    fn a_marked_row_is_its_tickets_wherever_it_went() {
        let found = check(
            &reading(&[(7, row(46_350.5, "A", "VM-2026-0001", "Diproses"))], &[(11, 7)]),
            &[ticket(1, Some(11), 46_350.5, "A")],
        );
        let number = TicketNumber { year: 2026, count: 1 };
        assert_eq!(found.seen[&number].0[1], (OwnColumn::Status, "Diproses".to_owned()));
        assert!(found.candidates.is_empty() && found.edited.is_empty() && found.astray.is_empty());
    }

    #[test]
    fn an_unmarked_row_is_found_by_number_then_by_content() {
        let rows = [(3, row(46_350.5, "A", "VM-2026-0001", "")), (4, row(46_350.6, "B", "", ""))];
        let found = check(&reading(&rows, &[]), &[ticket(1, None, 46_350.5, "A"), ticket(2, None, 46_350.6, "B")]);
        let number = |count| TicketNumber { year: 2026, count };
        assert_eq!(found.to_mark, [(number(1), 3), (number(2), 4)]);
        assert!(found.candidates.is_empty());
    }

    #[test]
    fn metadata_on_another_tickets_row_is_astray() {
        let rows = [(3, row(46_350.6, "B", "VM-2026-0002", ""))];
        let found = check(&reading(&rows, &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A"), ticket(2, None, 46_350.6, "B")]);
        let astray: Vec<_> = found.astray.iter().map(|astray| (astray.number.count, astray.mark, astray.written)).collect();
        assert_eq!(astray, [(1, 11, false)]);
        assert_eq!(found.to_mark, [(TicketNumber { year: 2026, count: 2 }, 3)]);
    }

    #[test]
    fn a_mark_that_was_recorded_during_the_read_is_neither_gone_nor_made_again() {
        let mut read = reading(&[(3, row(46_350.5, "A", "VM-2026-0001", ""))], &[]);
        let found = check(&read, &[ticket(1, Some(11), 46_350.5, "A")]);
        assert!(found.gone.is_empty() && found.to_mark.is_empty() && found.candidates.is_empty());
        // Asked for and not found: gone, but not marked anew before it is given up.
        read.asked.insert(11);
        let found = check(&read, &[ticket(1, Some(11), 46_350.5, "A")]);
        assert_eq!((found.gone.len(), found.to_mark.len(), found.candidates.len()), (1, 0, 0));
        let found = check(&read, &[ticket(1, None, 46_350.5, "A")]);
        assert_eq!(found.to_mark, [(TicketNumber { year: 2026, count: 1 }, 3)]);
    }

    #[test]
    fn an_edit_is_told_and_keeps_its_row() {
        let rows = [(3, row(46_350.9, "A, changed", "VM-2026-0001", ""))];
        let found = check(&reading(&rows, &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A")]);
        assert_eq!(found.edited.len(), 1);
        assert_eq!(found.edited[0].2.cell(Field::Topic).text(), "A, changed");
        assert_eq!(found.seen.len(), 1);
    }

    #[test]
    fn copies_and_strangers_are_no_new_answers_and_rows_without_a_timestamp_are_none() {
        let mut blank = row(0.0, "C", "", "");
        blank[0] = Cell::Empty;
        let rows = [(3, row(46_350.5, "A", "VM-2026-0001", "")), (4, row(46_350.5, "A", "VM-2026-0001", "")), (5, blank)];
        let found = check(&reading(&rows, &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A")]);
        assert_eq!(found.strangers, [TicketNumber { year: 2026, count: 1 }]);
        assert!(found.candidates.is_empty());
        assert_eq!(found.last_row, Some(4));
    }

    #[test]
    fn new_answers_come_in_the_order_of_their_timestamps() {
        let rows = [(3, row(46_350.9, "late", "", "")), (4, row(46_350.5, "early", "", ""))];
        let order: Vec<u32> = check(&reading(&rows, &[]), &[]).candidates.iter().map(|(row, _)| *row).collect();
        assert_eq!(order, [4, 3]);
    }

    #[test]
    fn only_cells_that_differ_are_sent_and_the_rest_is_left_alone() {
        let layout = layout();
        let seen = layout.own_text(&row(1.0, "A", "VM-2026-0001", "Diproses"));
        let mut wanted = seen.clone();
        assert_eq!(layout.difference(&seen, &wanted), None);
        wanted.0[1].1 = "Terjadwal".into();
        let expected = [None, None, None, None, None, None, None, Some("Terjadwal".to_owned())];
        assert_eq!(layout.difference(&seen, &wanted), Some(expected.to_vec()));
    }
}
