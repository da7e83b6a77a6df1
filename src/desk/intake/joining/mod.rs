//! Whose each row is. Three things say so, and none is trusted alone: the row's metadata, the ticket number in it, and its content.
//! The timestamp is no part of a row's identity, since Forms changes it when an answer is edited; but only an edit makes it later.

pub mod alike;
mod torn;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use self::alike::{changed_fields, is_our_word, same_person, same_request};
use super::Layout;
use crate::adapters::sheet::read::Reading;
use crate::adapters::store::open::OpenTicket;
use crate::domain::answer::{Answer, Cell, Fingerprint};
use crate::domain::headers::Field;
use crate::domain::limits::TORN_MIXED_MIN;
use crate::domain::rows::RowText;
use crate::domain::ticket::TicketNumber;

/// What stands in a ticket's row.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// In Loket's own columns.
    pub text: RowText,
    /// In all of it.
    pub cells: Vec<Cell>,
}

/// Metadata on a row that is not its ticket's.
#[derive(Debug, Clone, PartialEq)]
pub struct Astray {
    /// Whose metadata it is.
    pub number: TicketNumber,
    /// The metadata.
    pub mark: i32,
    /// The ticket number that the row shows.
    pub shows: Option<TicketNumber>,
    /// What stands in the row.
    pub seen: Seen,
    /// Whose answer stands there, if it is one.
    pub answer: Option<Answer>,
}

/// A word of Loket's in an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Overwritten {
    /// Whose answer it is.
    pub number: TicketNumber,
    /// The columns, and what was answered there.
    pub cells: Vec<(usize, Cell)>,
    /// When the answer was sent anew since it was recorded: what it said there then is not known.
    pub sent_anew_at: Option<Timestamp>,
}

/// A row that shows a ticket number of no open ticket, or of one that has its row elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stranger {
    /// The number that it shows.
    pub number: TicketNumber,
    /// An open ticket's: the row is a copy.
    pub is_copy: bool,
}

/// What is to be done after a read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Findings {
    /// What stands in each open ticket's row, where its metadata led to it.
    pub seen: HashMap<TicketNumber, Seen>,
    /// Rows to be marked for their tickets.
    pub to_mark: Vec<(TicketNumber, u32)>,
    /// Metadata that stands on another row than its ticket's: to be taken off.
    pub astray: Vec<Astray>,
    /// Metadata that is gone with its row.
    pub gone: Vec<TicketNumber>,
    /// Open tickets whose row is not among those read.
    pub unplaced: Vec<TicketNumber>,
    /// Answers that were edited.
    pub edited: Vec<(TicketNumber, u32, Answer)>,
    /// Answers that were sent anew and say what they said: a copy of such a row is no new one.
    pub resent: Vec<(TicketNumber, Answer)>,
    /// Rows that may be new answers: what only the ledger can tell.
    pub candidates: Vec<(u32, Answer)>,
    /// Those of them that show an open ticket's number: a write of ours may have left it there, or staff copied a row.
    pub misnumbered: BTreeSet<u32>,
    /// Numbered rows that are no open ticket's own.
    pub strangers: Vec<Stranger>,
    /// Answers in which a word of Loket's stands.
    pub overwritten: Vec<Overwritten>,
    /// The highest count that the rows show, by year.
    pub highest: BTreeMap<i16, u32>,
    /// Columns were sorted or moved apart from each other: these tickets' rows show it. Nothing else is to be done then.
    pub torn: BTreeSet<TicketNumber>,
}

/// What is known beside a read.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// All open tickets.
    pub open: &'a [OpenTicket],
    /// The answers of those that [`suspects`] named, as recorded.
    pub answers: &'a HashMap<TicketNumber, Answer>,
    /// Tickets whose last write may have met another row: that their number stands somewhere proves nothing.
    pub doubted: &'a HashSet<TicketNumber>,
    /// Tickets whose row is being written, or was and was not looked at yet: what stands there is not taken for an edit.
    pub unsettled: &'a HashSet<TicketNumber>,
    /// Rows that a write of ours damaged before they were moved away from their metadata: by what else stands there they are these tickets'.
    pub recovered: &'a BTreeMap<u32, TicketNumber>,
    /// The spreadsheet's zone.
    pub zone: &'a TimeZone,
}

/// Tickets whose recorded answers are needed to tell whose a row is: their rows are not where or what they were.
pub fn suspects(layout: &Layout, reading: &Reading, open: &[OpenTicket]) -> Vec<TicketNumber> {
    let differs = |row: &u32, ticket: &OpenTicket| {
        reading.rows.get(row).is_none_or(|cells| layout.fingerprint(cells) != ticket.fingerprint)
    };
    let numbered: HashSet<TicketNumber> = {
        let marked: HashSet<&u32> = reading.marks.values().collect();
        let rows = reading.rows.iter().filter(|(row, _)| **row > 0 && !marked.contains(row));
        rows.filter_map(|(_, cells)| layout.number(cells)).collect()
    };
    let suspect = |ticket: &&OpenTicket| match ticket.mark.and_then(|mark| reading.marks.get(&mark)) {
        Some(row) => differs(row, ticket) || numbered.contains(&ticket.number),
        None => true,
    };
    open.iter().filter(suspect).map(|ticket| ticket.number).collect()
}

/// Compares what was read with the open tickets.
pub fn compare(layout: &Layout, reading: &Reading, known: Known<'_>) -> Findings {
    let mut joining = Joining::new(layout, reading, known);
    joining.by_what_is_recovered();
    joining.by_later_words();
    joining.by_marks();
    joining.by_exact_rows();
    joining.by_changed_marks();
    joining.by_changed_rows();
    joining.by_content_under_another_number();
    joining.finish()
}

/// A row with an answer, or with a mark.
struct Row<'a> {
    cells: &'a [Cell],
    number: Option<TicketNumber>,
    answer: Option<Answer>,
    print: Fingerprint,
}

/// How a row fits a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It holds the ticket's answer.
    Same,
    /// A later word of the same person, by its timestamp.
    Later,
    /// Another content without a new timestamp: staff changed it, or it was torn.
    Changed,
    /// It is another's.
    No,
}

struct Joining<'a> {
    layout: &'a Layout,
    reading: &'a Reading,
    known: Known<'a>,
    rows: BTreeMap<u32, Row<'a>>,
    tickets: HashMap<TicketNumber, &'a OpenTicket>,
    owners: HashMap<(&'a Fingerprint, Timestamp), TicketNumber>,
    joined: HashSet<u32>,
    /// Where the tickets' rows are.
    placed: HashMap<TicketNumber, u32>,
    /// Tickets whose row shows another answer without a new timestamp, with the fields that differ.
    restated: BTreeMap<TicketNumber, Vec<Field>>,
    /// Rows that show one ticket's number and another's answer.
    mixed: BTreeSet<TicketNumber>,
    found: Findings,
}

impl<'a> Joining<'a> {
    fn new(layout: &'a Layout, reading: &'a Reading, known: Known<'a>) -> Joining<'a> {
        let row = |cells: &'a Vec<Cell>| Row {
            cells,
            number: layout.number(cells),
            answer: layout.answer(cells, known.zone),
            print: layout.fingerprint(cells),
        };
        Joining {
            layout,
            reading,
            known,
            rows: reading.rows.iter().filter(|(at, _)| **at > 0).map(|(at, cells)| (*at, row(cells))).collect(),
            tickets: known.open.iter().map(|ticket| (ticket.number, ticket)).collect(),
            owners: known.open.iter().map(|ticket| ((&ticket.fingerprint, ticket.submitted_at), ticket.number)).collect(),
            joined: HashSet::new(),
            placed: HashMap::new(),
            restated: BTreeMap::new(),
            mixed: BTreeSet::new(),
            found: Findings::default(),
        }
    }

    fn fit(&self, row: &Row<'_>, ticket: &OpenTicket) -> Fit {
        let recorded = self.known.answers.get(&ticket.number);
        let Some(answer) = &row.answer else {
            return if row.print == ticket.fingerprint { Fit::Same } else { Fit::No };
        };
        let shows_it = row.number == Some(ticket.number) && !self.is_doubted(ticket.number);
        if self.is_anothers(row, ticket) && !(row.print == ticket.fingerprint && shows_it) {
            return Fit::No;
        }
        let same = row.print == ticket.fingerprint
            || recorded.is_some_and(|recorded| changed_fields(self.layout, recorded, answer).is_empty());
        let by_the_same = recorded.is_some_and(|recorded| same_person(recorded, answer));
        let others = self.known.answers.iter().filter(|(number, _)| **number != ticket.number);
        let others = others.filter(|(number, other)| self.tickets.contains_key(number) && same_request(other, answer));
        // Sent anew by somebody whose ticket is another: the number, and the metadata, came there by a write that met the row.
        let is_sent_by_another = || others.clone().any(|(_, other)| answer.submitted_at > other.submitted_at);
        // One person's two answers about one event are told apart by their moments.
        let is_of_anothers_moment = || others.clone().any(|(_, other)| answer.submitted_at == other.submitted_at);
        match () {
            () if same => Fit::Same,
            () if answer.submitted_at != ticket.submitted_at && is_of_anothers_moment() => Fit::No,
            () if shows_it && !by_the_same && recorded.is_some() && is_sent_by_another() => Fit::No,
            () if answer.submitted_at > ticket.submitted_at && (shows_it || by_the_same) => Fit::Later,
            () if shows_it || (answer.submitted_at == ticket.submitted_at && by_the_same) => Fit::Changed,
            () => Fit::No,
        }
    }

    /// Whether a row holds exactly the answer of another open ticket.
    fn is_anothers(&self, row: &Row<'_>, ticket: &OpenTicket) -> bool {
        let Some(answer) = &row.answer else { return false };
        let own = (&row.print, answer.submitted_at) == (&ticket.fingerprint, ticket.submitted_at);
        !own && self.owners.get(&(&row.print, answer.submitted_at)).is_some_and(|owner| *owner != ticket.number)
    }

    /// Rows that are known by what stood there before a write of ours damaged them.
    fn by_what_is_recovered(&mut self) {
        for (at, number) in self.known.recovered {
            if self.rows.contains_key(at) && self.tickets.contains_key(number) && !self.placed.contains_key(number) {
                self.place(*number, *at);
            }
        }
    }

    /// Rows that show a ticket's number and a later answer of the same person: Forms writes into the original, so the row that the
    /// ticket was joined to, if it is another one, is a copy.
    fn by_later_words(&mut self) {
        let mut latest: BTreeMap<TicketNumber, (Timestamp, bool, u32)> = BTreeMap::new();
        for (at, row) in &self.rows {
            let (Some(number), Some(answer)) = (row.number, &row.answer) else { continue };
            let Some(ticket) = self.tickets.get(&number).filter(|_| !self.is_doubted(number)) else { continue };
            let recorded = self.known.answers.get(&number);
            let by_the_same = recorded.is_some_and(|recorded| same_person(recorded, answer));
            // Of two that say the same the one with the metadata is the original.
            let marked = ticket.mark.is_some_and(|mark| self.reading.marks.get(&mark) == Some(at));
            let is_latest = latest.get(&number).is_none_or(|(stamp, by, _)| (*stamp, *by) < (answer.submitted_at, marked));
            if by_the_same && is_latest && answer.submitted_at > ticket.submitted_at && self.fit(row, ticket) != Fit::No {
                latest.insert(number, (answer.submitted_at, marked, *at));
            }
        }
        for (number, (_, _, at)) in latest {
            if !self.placed.contains_key(&number) && !self.joined.contains(&at) {
                self.join(number, at);
            }
        }
    }

    /// Metadata that stands on its ticket's row, unchanged.
    fn by_marks(&mut self) {
        for ticket in self.known.open {
            let Some(mark) = ticket.mark else { continue };
            let Some(at) = self.reading.marks.get(&mark) else {
                // One that was recorded while the read was under way was not asked for: nothing is known of it yet.
                if self.reading.asked.contains(&mark) {
                    self.found.gone.push(ticket.number);
                }
                continue;
            };
            let Some(row) = self.rows.get(at) else { continue };
            let numbered_so = row.number.is_none_or(|number| number == ticket.number);
            let waits = !self.placed.contains_key(&ticket.number);
            if waits && numbered_so && self.fit(row, ticket) == Fit::Same && self.joined.insert(*at) {
                self.placed.insert(ticket.number, *at);
            }
        }
    }

    /// Rows that hold a ticket's answer unchanged: by number, or by content where there is no number. A marked row that was changed
    /// goes before its copies, but not before a row that never got its number: then the number stands where it was written by mistake, as it
    /// may where a write was not seen to meet its row.
    fn by_exact_rows(&mut self) {
        let rows: Vec<u32> = self.rows.keys().copied().collect();
        for at in rows {
            let row = &self.rows[&at];
            let Some(answer) = &row.answer else { continue };
            if let Some(number) = row.number {
                let highest = self.found.highest.entry(number.year).or_default();
                *highest = number.count.max(*highest);
            }
            if self.joined.contains(&at) {
                continue;
            }
            // A number that a write of ours may have left there says less than the answer.
            let number = if let Some(number) = row.number.filter(|number| !self.is_doubted(*number)) {
                Some(number).filter(|number| self.marked_row_that_shows(*number).is_none())
            } else {
                let owner = self.owners.get(&(&row.print, answer.submitted_at)).copied().or_else(|| self.same_unplaced(row));
                owner.filter(|owner| self.is_doubted(*owner) || !self.marked_row_is_theirs(*owner)).or(row.number)
            };
            let Some(ticket) = number.and_then(|number| self.tickets.get(&number)) else { continue };
            if !self.placed.contains_key(&ticket.number) && self.fit(row, ticket) == Fit::Same {
                self.join(ticket.number, at);
            }
        }
    }

    fn is_doubted(&self, number: TicketNumber) -> bool {
        self.known.doubted.contains(&number)
    }

    /// A ticket without a row whose answer this is, under other headers.
    fn same_unplaced(&self, row: &Row<'_>) -> Option<TicketNumber> {
        let stamp = row.answer.as_ref()?.submitted_at;
        let waits = |number: &&TicketNumber| !self.placed.contains_key(number) && self.tickets[number].submitted_at == stamp;
        let fits = |number: &&TicketNumber| self.fit(row, self.tickets[number]) == Fit::Same;
        self.known.answers.keys().filter(|number| self.tickets.contains_key(number)).filter(waits).find(fits).copied()
    }

    /// The row on which a ticket's metadata stands, if it is the ticket's own, changed.
    fn marked_row_fits(&self, number: TicketNumber) -> Option<(u32, Fit)> {
        let ticket = self.tickets.get(&number)?;
        let at = *self.reading.marks.get(&ticket.mark?)?;
        let row = self.rows.get(&at)?;
        let numbered_so = row.number.is_none_or(|shown| shown == number);
        let fit = if numbered_so && !self.joined.contains(&at) { self.fit(row, ticket) } else { Fit::No };
        (fit != Fit::No).then_some((at, fit))
    }

    /// The same, if it shows the number: metadata alone is left behind by a sort.
    fn marked_row_that_shows(&self, number: TicketNumber) -> Option<&Row<'a>> {
        let marked = self.marked_row_fits(number).map(|(at, _)| &self.rows[&at]);
        marked.filter(|row| row.number == Some(number))
    }

    /// Whether a ticket's metadata stands on a row of the same person that shows its number.
    fn marked_row_is_theirs(&self, number: TicketNumber) -> bool {
        let marked = self.marked_row_that_shows(number).and_then(|row| row.answer.as_ref());
        marked.zip(self.known.answers.get(&number)).is_some_and(|(now, recorded)| same_person(recorded, now))
    }

    /// Metadata on rows that were changed, and metadata that is astray.
    fn by_changed_marks(&mut self) {
        for ticket in self.known.open {
            let Some(mark) = ticket.mark else { continue };
            let Some(at) = self.reading.marks.get(&mark).copied() else { continue };
            if self.placed.get(&ticket.number) == Some(&at) {
                continue;
            }
            if !self.placed.contains_key(&ticket.number) && self.marked_row_fits(ticket.number).is_some() {
                self.joined.insert(at);
                self.placed.insert(ticket.number, at);
                self.note_change(ticket, at);
                continue;
            }
            self.found.astray.push(self.astray(ticket.number, mark, at));
        }
    }

    fn astray(&self, number: TicketNumber, mark: i32, at: u32) -> Astray {
        let cells = self.rows.get(&at).map_or(&[][..], |row| row.cells);
        Astray {
            number,
            mark,
            shows: self.layout.number(cells),
            seen: Seen { text: self.layout.own_text(cells), cells: cells.to_vec() },
            answer: self.layout.answer(cells, self.known.zone),
        }
    }

    /// Rows with a ticket's number or person, changed.
    fn by_changed_rows(&mut self) {
        let rows: Vec<u32> = self.rows.keys().copied().collect();
        for at in rows {
            let row = &self.rows[&at];
            if row.answer.is_none() || self.joined.contains(&at) {
                continue;
            }
            if let Some(number) = row.number {
                self.numbered(number, at);
                continue;
            }
            let stamp = row.answer.as_ref().map(|answer| answer.submitted_at);
            let waits = |number: &&TicketNumber| {
                let ticket = self.tickets.get(number);
                !self.placed.contains_key(number) && ticket.is_some_and(|ticket| Some(ticket.submitted_at) == stamp)
            };
            let changed = |number: &&TicketNumber| self.fit(row, self.tickets[number]) == Fit::Changed;
            match self.known.answers.keys().filter(waits).find(changed).copied() {
                Some(number) => self.join(number, at),
                None => self.candidate(at),
            }
        }
    }

    /// A row that shows a number, and that nobody has yet.
    fn numbered(&mut self, number: TicketNumber, at: u32) {
        let row = &self.rows[&at];
        let Some(ticket) = self.tickets.get(&number) else {
            self.found.strangers.push(Stranger { number, is_copy: false });
            return;
        };
        if let Some(owner) = self.edited_under_another_number(row, number) {
            self.join(owner, at);
        } else if self.placed.contains_key(&number) {
            if self.is_of_no_ticket(row) && self.stands_as_recorded(ticket) {
                self.found.misnumbered.insert(at);
                self.candidate(at);
            } else {
                self.found.strangers.push(Stranger { number, is_copy: true });
            }
        } else if self.fit(row, ticket) != Fit::No {
            self.join(number, at);
        } else if self.is_anothers(row, ticket) && !self.is_doubted(number) {
            self.mixed.insert(number);
        }
    }

    /// Whether a row's moment is no open ticket's: a copy has the moment of what was copied.
    fn is_of_no_ticket(&self, row: &Row<'_>) -> bool {
        let moment = row.answer.as_ref().map(|answer| answer.submitted_at);
        self.known.open.iter().all(|ticket| Some(ticket.submitted_at) != moment)
    }

    /// Whether a ticket has its row, as it was recorded: an edit of it, with copies of that, would have another moment.
    fn stands_as_recorded(&self, ticket: &OpenTicket) -> bool {
        let row = self.placed.get(&ticket.number).and_then(|at| self.rows.get(at));
        row.and_then(|row| row.answer.as_ref()).is_some_and(|answer| answer.submitted_at == ticket.submitted_at)
    }

    /// A ticket without a row whose person has edited this one, or whose moment it has, where the number of somebody else was left by a write that met it.
    fn edited_under_another_number(&self, row: &Row<'_>, shown: TicketNumber) -> Option<TicketNumber> {
        let answer = row.answer.as_ref()?;
        if self.owners.contains_key(&(&row.print, answer.submitted_at)) {
            return None;
        }
        let by_them = |(number, recorded): &(&TicketNumber, &Answer)| {
            let waits = self.tickets.contains_key(number) && !self.placed.contains_key(number);
            waits && same_request(recorded, answer)
        };
        let by_them: Vec<_> = self.known.answers.iter().filter(by_them).collect();
        let of_then = by_them.iter().find(|(_, recorded)| recorded.submitted_at == answer.submitted_at);
        let of_shown = same_request(self.known.answers.get(&shown)?, answer);
        let edited = by_them.iter().find(|(_, recorded)| recorded.submitted_at < answer.submitted_at && !of_shown);
        of_then.or(edited).map(|(number, _)| **number)
    }

    /// A row that is no open ticket's: a new answer, unless it is a copy of one.
    fn candidate(&mut self, at: u32) {
        let row = &self.rows[&at];
        let Some(answer) = &row.answer else { return };
        if self.owners.contains_key(&(&row.print, answer.submitted_at)) {
            return;
        }
        self.found.candidates.push((at, answer.clone()));
    }

    /// Rows with a ticket's whole answer and somebody else's number: own columns were pasted over, and are written again; unless the
    /// other one has no row of its own, which is a sheet torn between the answers and Loket's columns.
    fn by_content_under_another_number(&mut self) {
        let rows: Vec<u32> = self.rows.keys().copied().collect();
        let mut mixed = Vec::new();
        for at in rows {
            let row = &self.rows[&at];
            let (Some(shown), Some(answer)) = (row.number, &row.answer) else { continue };
            let Some(owner) = self.owners.get(&(&row.print, answer.submitted_at)).copied() else { continue };
            if owner == shown || self.placed.contains_key(&owner) || self.joined.contains(&at) {
                continue;
            }
            let other_is_elsewhere = self.placed.contains_key(&shown) || !self.tickets.contains_key(&shown);
            if other_is_elsewhere || self.is_doubted(shown) {
                self.join(owner, at);
            } else {
                self.mixed.insert(shown);
                mixed.push((owner, at));
            }
        }
        // Columns that were sorted apart leave no single row so: one was met by a write, or pasted over.
        if self.mixed.len() < TORN_MIXED_MIN {
            self.mixed.clear();
            for (owner, at) in mixed {
                self.join(owner, at);
            }
        } else {
            self.mixed.extend(mixed.into_iter().map(|(owner, _)| owner));
        }
    }

    /// Joins a ticket to a row that does not carry its metadata, or carries it unseen so far.
    fn join(&mut self, number: TicketNumber, at: u32) {
        self.place(number, at);
        self.note_change(self.tickets[&number], at);
    }

    fn place(&mut self, number: TicketNumber, at: u32) {
        self.joined.insert(at);
        self.placed.insert(number, at);
        // A row is marked anew only once its metadata is given up: each mark stays on its row and counts against Google's limit.
        if self.tickets[&number].mark.is_none() {
            self.found.to_mark.push((number, at));
        }
    }

    fn note_change(&mut self, ticket: &OpenTicket, at: u32) {
        let row = &self.rows[&at];
        let Some(answer) = &row.answer else { return };
        let fit = self.fit(row, ticket);
        // What stands in a row whose last write was not looked at yet may be ours.
        if fit == Fit::Same || self.known.unsettled.contains(&ticket.number) {
            return;
        }
        let Some(recorded) = self.known.answers.get(&ticket.number) else {
            self.found.edited.push((ticket.number, at, answer.clone()));
            return;
        };
        let mut fields = changed_fields(self.layout, recorded, answer);
        let ours = |field: &Field| is_our_word(answer.cell(*field), &ticket.wanted);
        let overwritten: Vec<Field> = fields.iter().copied().filter(ours).collect();
        if !overwritten.is_empty() {
            let was = |field: &Field| Some((self.layout.questions.column(*field)?.index, recorded.cell(*field).clone()));
            let cells = overwritten.iter().filter_map(was).collect();
            let sent_anew_at = Some(answer.submitted_at).filter(|at| *at > ticket.submitted_at);
            self.found.overwritten.push(Overwritten { number: ticket.number, cells, sent_anew_at });
            return;
        }
        if fit == Fit::Changed {
            fields.sort_unstable();
            self.restated.insert(ticket.number, fields);
        }
        self.found.edited.push((ticket.number, at, answer.clone()));
    }

    fn finish(mut self) -> Findings {
        self.found.torn = self.torn();
        let (marks, placed) = (&self.reading.marks, &self.placed);
        self.found.astray.retain(|astray| marks.get(&astray.mark) != placed.get(&astray.number));
        for ticket in self.known.open {
            let at = ticket.mark.and_then(|mark| self.reading.marks.get(&mark));
            let is_there = at.is_some() && at == self.placed.get(&ticket.number);
            if let Some(row) = at.filter(|_| is_there).and_then(|at| self.rows.get(at)) {
                let seen = Seen { text: self.layout.own_text(row.cells), cells: row.cells.to_vec() };
                self.found.seen.insert(ticket.number, seen);
            }
            if !self.placed.contains_key(&ticket.number) {
                self.found.unplaced.push(ticket.number);
            }
            let row = self.placed.get(&ticket.number).and_then(|at| self.rows.get(at));
            let answer = row.and_then(|row| row.answer.as_ref().filter(|_| self.fit(row, ticket) == Fit::Same));
            if let Some(answer) = answer.filter(|answer| answer.submitted_at > ticket.submitted_at) {
                self.found.resent.push((ticket.number, answer.clone()));
            }
        }
        self.found.candidates.sort_by_key(|(row, answer)| (answer.submitted_at, *row));
        self.found
    }
}
