//! The clerk: everything that is done with the sheet. It reads once a poll, joins rows to tickets, and writes what differs from what
//! is to stand there. Calls are made beside the clerk's loop, so that one that is stuck holds up no other.

mod answers;
mod commands;
mod mending;
mod protected;
mod reading;
mod watching;
mod writing;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use self::protected::Protected;
use super::health::Party;
use super::intake::Layout;
use super::intake::joining::Seen;
use super::wiring::House;
use crate::adapters::sheet::facts::SheetFacts;
use crate::adapters::sheet::marks::Marked;
use crate::adapters::sheet::patterns::RowPatterns;
use crate::adapters::sheet::read::{Reading, Rows};
use crate::adapters::sheet::write::RowWritten;
use crate::adapters::store::row_writes::ToWrite;
use crate::adapters::store::{Desk, StoreError};
use crate::domain::answer::{Answer, Cell, Display, Fingerprint};
use crate::domain::headers::Field;
use crate::domain::limits::{CLERK_EVENTS_MAX, NEW_ROWS_PER_POLL, SLICE_ROWS_MAX, TAIL_OVERLAP, TIDY_EVERY};
use crate::domain::outcome::{Outcome, Why, backoff};
use crate::domain::rows::RowText;
use crate::domain::ticket::TicketNumber;

/// A ticket whose row is to be marked.
#[derive(Debug, Clone)]
struct ToMark {
    number: TicketNumber,
    row: u32,
    print: Fingerprint,
}

/// A call ended.
#[derive(Debug)]
enum Event {
    Facts(Outcome<SheetFacts>),
    Read(Rows, Outcome<Reading>),
    Columns(Outcome<()>),
    Marked(Vec<ToMark>, Outcome<Vec<Marked>>),
    Marks(Outcome<Vec<(i32, String)>>),
    Turn,
    Written(Vec<ToWrite>, Outcome<Vec<RowWritten>>),
    /// People's cells were put back: what had been written there, and what was sent to mend it.
    Restored(Vec<(ToWrite, ToWrite)>, Outcome<Vec<RowWritten>>),
    /// A row was mended: what was answered was put back, or the words of ours that do not belong where metadata is astray were taken away.
    Mended(ToWrite, Outcome<Vec<RowWritten>>),
    /// Metadata was taken off a row that is not its ticket's, or not.
    TakenOff(TicketNumber, i32, Outcome<()>),
    Patterns(Outcome<Vec<RowPatterns>>),
    /// Metadata was taken off its rows, or some of it may still be there.
    Tidied(bool),
}

/// The clerk.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts: what is under way, and what is known")]
pub struct Clerk {
    /// Answers that are held back, and since when: each may be an edit of a ticket whose row is not found.
    held_back: HashMap<(Fingerprint, Timestamp), Instant>,
    /// How often the number formats of an answer were asked for.
    pattern_looks: HashMap<(Fingerprint, Timestamp), u32>,
    /// Tickets whose number was seen in their rows.
    numbered: HashSet<TicketNumber>,
    /// Answers that were sent anew without a change, as recorded.
    resent: HashSet<(TicketNumber, Timestamp)>,
    house: Arc<House>,
    desk: Desk,
    events: mpsc::Sender<Event>,
    inbox: mpsc::Receiver<Event>,
    tasks: TaskTracker,
    /// Goes with the clerk: a call that has not begun when the lease is lost must not begin any more.
    gone: DropGuard,
    tab: Option<SheetFacts>,
    zone: TimeZone,
    layout: Layout,
    /// The last row with an answer, zero-based; zero while there is none.
    last_row: u32,
    /// The end of the data has been found since the start.
    placed: bool,
    slice_at: u32,
    slice_rows: u32,
    /// What stands in the rows of open tickets, as last read or written.
    seen: HashMap<TicketNumber, Seen>,
    /// Recorded answers of tickets whose rows are not what they were, with what they are known by.
    answers: HashMap<TicketNumber, Answer>,
    /// Tickets whose last write may have met another row, with what was written and until when that went on.
    doubted: HashMap<TicketNumber, (RowText, Instant)>,
    /// Writes after which the header row was not read yet, with when they ended: columns may have moved under them.
    unverified: Vec<(ToWrite, Instant)>,
    /// Writes whose effect was looked at, and their tickets. The ledger keeps them as long as one of those is doubted: the next process must
    /// know of it.
    looked_at: Vec<(i64, Vec<TicketNumber>)>,
    /// Headers and rows of the last reads, the newest first, by which it is known what a write overwrote since. The oldest is the last one
    /// under which no write was under way.
    last_rows: VecDeque<(Vec<String>, Vec<Vec<Cell>>)>,
    /// Writes whose row is not where its metadata is, with the round in which that was seen: what they overwrote may stand elsewhere.
    displaced: Vec<(ToWrite, u64)>,
    /// Rows of the last read in which such a write was found.
    recovered: BTreeMap<u32, TicketNumber>,
    /// Metadata that is being taken off its row.
    taking_off: HashSet<i32>,
    /// Rounds of the slice through the whole sheet.
    round: u64,
    /// Open tickets whose row was not found, with the round in which that began.
    unplaced: HashMap<TicketNumber, u64>,
    /// Numbers in the sheet that the ledger does not know, with the round in which each was last seen.
    unknown: BTreeMap<TicketNumber, u64>,
    /// Notices to staff that are not over.
    noticed: HashSet<String>,
    /// The highest counts that the sheet shows, by year; and whether the whole sheet was looked through for them.
    highest: BTreeMap<i16, u32>,
    counted: bool,
    /// Polls in which a ticket's metadata was missing.
    missed: HashMap<TicketNumber, u32>,
    strangers: HashSet<TicketNumber>,
    /// How the sheet takes typed text, as far as its rows have shown.
    display: Display,
    /// Number formats that were looked up, by what the row's answer is known by.
    patterns: HashMap<(Fingerprint, Timestamp), BTreeMap<Field, String>>,
    looking_up: bool,
    reading: bool,
    read_began: Instant,
    adding_columns: bool,
    turn_asked: bool,
    marking: HashSet<TicketNumber>,
    writing: HashSet<TicketNumber>,
    writes: usize,
    /// Nothing is written before: Google refused a write. Reading goes on meanwhile.
    write_at: Option<Instant>,
    write_failures: u32,
    poll_at: Instant,
    failures: u32,
    /// By the wall clock, as tickets are closed.
    tidied_at: Timestamp,
    /// Rows may carry metadata of closed tickets: a process before may have died between closing and taking it off.
    marks_left: bool,
    /// Tickets whose rows are protected against being written, or may be.
    protected: Protected,
    /// The same against being marked.
    unmarkable: Protected,
}

/// How long to wait after failure number `failures` in a row: as long as the party asks, else no longer than a poll, so that its
/// return is seen within one.
fn wait(why: &Why, failures: u32, poll: Duration) -> Duration {
    match why {
        Why::Later(_, Some(wait)) => wait.unsigned_abs(),
        _ => backoff(failures).unsigned_abs().min(poll),
    }
}

/// Waits until a moment; for ever where there is none.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}

impl Clerk {
    /// A clerk who has not read anything yet. `unverified` are writes of a process before, whose effect nobody has looked at.
    pub fn new(house: Arc<House>, desk: Desk, noticed: HashSet<String>, unverified: Vec<ToWrite>) -> Clerk {
        let (events, inbox) = mpsc::channel(CLERK_EVENTS_MAX);
        let (now, tidied_at) = (Instant::now(), house.now());
        house.clerk.busy.store(true, Ordering::Release);
        house.clerk.torn.store(noticed.contains(watching::TORN), Ordering::Release);
        Clerk {
            held_back: HashMap::new(),
            pattern_looks: HashMap::new(),
            numbered: HashSet::new(),
            resent: HashSet::new(),
            last_row: desk.last_row,
            house,
            desk,
            events,
            inbox,
            tasks: TaskTracker::new(),
            gone: CancellationToken::new().drop_guard(),
            tab: None,
            zone: TimeZone::UTC,
            layout: Layout::default(),
            placed: false,
            slice_at: 1,
            slice_rows: SLICE_ROWS_MAX,
            seen: HashMap::new(),
            answers: HashMap::new(),
            doubted: unverified.iter().flat_map(|row| row.tickets().map(|number| (number, (row.wanted.clone(), now)))).collect(),
            unverified: unverified.into_iter().map(|written| (written, now)).collect(),
            looked_at: Vec::new(),
            last_rows: VecDeque::new(),
            displaced: Vec::new(),
            recovered: BTreeMap::new(),
            taking_off: HashSet::new(),
            round: 0,
            unplaced: HashMap::new(),
            unknown: BTreeMap::new(),
            noticed,
            highest: BTreeMap::new(),
            counted: false,
            missed: HashMap::new(),
            strangers: HashSet::new(),
            display: Display::default(),
            patterns: HashMap::new(),
            looking_up: false,
            reading: false,
            read_began: now,
            adding_columns: false,
            turn_asked: false,
            marking: HashSet::new(),
            writing: HashSet::new(),
            writes: 0,
            write_at: None,
            write_failures: 0,
            poll_at: now,
            failures: 0,
            tidied_at,
            marks_left: true,
            protected: Protected::default(),
            unmarkable: Protected::default(),
        }
    }

    /// Runs until it is told to stop; then calls under way are brought to their end and recorded.
    pub async fn run(&mut self, stop: &CancellationToken) {
        let house = self.house.clone();
        loop {
            let poll_in = self.poll_at.saturating_duration_since(Instant::now());
            tokio::select! {
                () = stop.cancelled() => break,
                Some(event) = self.inbox.recv() => self.handle(event).await,
                () = house.bells.clerk.notified() => self.ask_turn().await,
                () = tokio::time::sleep(poll_in), if !self.reading => self.poll().await,
                () = until(self.write_at) => {
                    self.write_at = None;
                    self.ask_turn().await;
                }
            }
            self.report().await;
        }
        self.tasks.close();
        let tasks = self.tasks.clone();
        loop {
            tokio::select! {
                Some(event) = self.inbox.recv() => self.last_words(event).await,
                () = tasks.wait() => break,
            }
        }
        while let Ok(event) = self.inbox.try_recv() {
            self.last_words(event).await;
        }
    }

    /// While stopping only what was done is recorded; nothing new is begun.
    async fn last_words(&mut self, event: Event) {
        if matches!(event, Event::Marked(..) | Event::Written(..) | Event::TakenOff(..)) {
            self.handle(event).await;
        }
    }

    async fn handle(&mut self, event: Event) {
        let handled = match event {
            Event::Facts(outcome) => {
                self.reading = false;
                self.facts(outcome).await
            }
            Event::Read(tail, outcome) => {
                self.reading = false;
                self.read(tail, outcome).await
            }
            Event::Columns(outcome) => {
                self.adding_columns = false;
                self.house.health.note(Party::Sheets, &outcome, self.house.now());
                // The grid may have grown, and what was added is read before it is relied on.
                self.tab = None;
                if matches!(outcome, Outcome::Done(())) {
                    self.poll_at = Instant::now();
                }
                Ok(())
            }
            Event::Marked(wishes, outcome) => self.marked(wishes, outcome).await,
            Event::Marks(outcome) => self.found_marks(outcome).await,
            Event::Turn => {
                self.turn_asked = false;
                self.write_due().await
            }
            Event::Written(rows, outcome) => self.written(rows, outcome).await,
            Event::Restored(rows, outcome) => self.restored(rows, outcome).await,
            Event::Mended(mend, outcome) => self.mended(mend, outcome).await,
            Event::TakenOff(number, mark, outcome) => self.taken_off(number, mark, outcome).await,
            Event::Patterns(outcome) => {
                self.found_patterns(outcome);
                Ok(())
            }
            Event::Tidied(done) => {
                self.marks_left |= !done;
                Ok(())
            }
        };
        if let Err(error) = handled {
            self.house.store_failed(&error);
        }
    }

    /// Makes a call beside the loop; its end comes back as an event.
    fn start(&self, call: impl Future<Output = Event> + Send + 'static) {
        let (events, gone) = (self.events.clone(), self.gone.token().clone());
        self.tasks.spawn(async move {
            tokio::select! {
                () = gone.cancelled() => {}
                event = call => {
                    // The receiver is gone only when the clerk is.
                    let _ = events.send(event).await;
                }
            }
        });
    }

    /// Starts the next read: the tab's facts where they are not known, else the sheet.
    async fn poll(&mut self) {
        self.poll_at = Instant::now() + self.poll_every();
        self.reading = true;
        self.read_began = Instant::now();
        let house = self.house.clone();
        let Some(tab) = self.tab.clone() else {
            let (known, title) = (self.desk.tab_id, house.settings.sheet.tab.clone());
            self.start(async move { Event::Facts(house.sheet.facts(known, &title).await) });
            return;
        };
        // Either way: the clock may have been put back.
        if self.house.now().duration_since(self.tidied_at).unsigned_abs() >= TIDY_EVERY {
            self.tidy().await;
        }
        let marks: Vec<i32> = match self.house.store.open_tickets_anew().await {
            Ok(open) => open.iter().filter_map(|ticket| ticket.mark).collect(),
            Err(error) => {
                self.reading = false;
                self.house.store_failed(&error);
                return;
            }
        };
        let (tail, stretches) = self.stretches();
        self.start(async move { Event::Read(tail, house.sheet.read(tab.tab_id, &marks, &stretches).await) });
    }

    /// The tail in which new answers appear, and a slice of the rest that goes round.
    fn stretches(&mut self) -> (Rows, Vec<Rows>) {
        let start = (self.last_row + 1).saturating_sub(TAIL_OVERLAP).max(1);
        let tail = Rows { start, end: Some(self.last_row + 1 + NEW_ROWS_PER_POLL) };
        if self.slice_at >= start {
            self.slice_at = 1;
            self.round += 1;
        }
        let slice = Rows { start: self.slice_at, end: Some((self.slice_at + self.slice_rows).min(start)) };
        let stretches = if slice.start < start { vec![tail, slice] } else { vec![tail] };
        self.slice_at += self.slice_rows;
        (tail, stretches)
    }

    async fn facts(&mut self, outcome: Outcome<SheetFacts>) -> Result<(), StoreError> {
        self.house.health.note(Party::Sheets, &outcome, self.house.now());
        match outcome {
            Outcome::Done(facts) => {
                let zone = TimeZone::get(&facts.zone);
                if zone.is_err() {
                    tracing::warn!(
                        "the spreadsheet's zone `{}` is not known: its timestamps are read in the office's",
                        facts.zone
                    );
                }
                self.zone = zone.unwrap_or_else(|_| self.house.rules.zone.clone());
                if self.desk.tab_id.is_none() {
                    tracing::info!(
                        "reading the tab `{}` ({} rows, zone {}, locale {})",
                        facts.title,
                        facts.rows,
                        facts.zone,
                        facts.locale
                    );
                }
                self.display.month_first = facts.takes_month_first();
                self.last_row = self.last_row.min(facts.rows.saturating_sub(1));
                self.failures = 0;
                self.poll_at = Instant::now();
                if self.desk.tab_id != Some(facts.tab_id) {
                    // From now on the tab may be renamed.
                    self.house.store.record_place(facts.tab_id, self.last_row).await?;
                    self.desk.tab_id = Some(facts.tab_id);
                }
                self.tab = Some(facts);
            }
            Outcome::NotDone(why) => self.rest_after(&why),
            Outcome::Unknown(why) => self.rest_after(&Why::Later(why, None)),
        }
        Ok(())
    }

    /// Reads nothing for a while: longer after each failure, and as long as the party asks.
    fn rest_after(&mut self, why: &Why) {
        self.failures += 1;
        self.poll_at = self.poll_at.max(Instant::now() + wait(why, self.failures, self.poll_every()));
    }

    /// Writes nothing for a while. New answers are read all the same: they have a quota of their own.
    fn rest_from_writing(&mut self, why: &Why) {
        if matches!(why, Why::Protected(_)) {
            // That holds of some rows only.
            return;
        }
        self.write_failures += 1;
        self.write_at = Some(Instant::now() + wait(why, self.write_failures, self.poll_every()));
    }

    /// Says whether anything is under way or waits.
    async fn report(&self) {
        let under_way = self.reading
            || self.looking_up
            || self.adding_columns
            || self.turn_asked
            || self.writes > 0
            || !self.marking.is_empty()
            || !self.taking_off.is_empty();
        let busy = under_way || !self.placed || self.anything_to_write().await;
        self.house.clerk.busy.store(busy, Ordering::Release);
    }

    /// Closes old tickets and takes the metadata off their rows.
    async fn tidy(&mut self) {
        self.tidied_at = self.house.now();
        let closed = match self.house.store.close_old(self.house.now()).await {
            Ok(closed) => closed,
            Err(error) => return self.house.store_failed(&error),
        };
        for (number, _) in &closed {
            self.seen.remove(number);
            self.doubted.remove(number);
        }
        let marks: Vec<(TicketNumber, i32)> = closed.into_iter().filter_map(|(number, mark)| Some((number, mark?))).collect();
        if std::mem::take(&mut self.marks_left) {
            // Among all metadata of ours is also that of those closed now.
            let house = self.house.clone();
            self.start(async move { Event::Marks(house.sheet.marks().await) });
        } else {
            self.take_off(marks);
        }
    }

    /// Takes metadata off its rows, and forgets it once that is done.
    fn take_off(&self, marks: Vec<(TicketNumber, i32)>) {
        if marks.is_empty() {
            return;
        }
        let house = self.house.clone();
        self.start(async move {
            let ids: Vec<i32> = marks.iter().map(|(_, mark)| *mark).collect();
            let outcome = house.sheet.unmark(&ids).await;
            house.health.note(Party::Sheets, &outcome, house.now());
            Event::Tidied(matches!(outcome, Outcome::Done(())))
        });
    }

    fn poll_every(&self) -> Duration {
        self.house.settings.sheet.poll_every.0.unsigned_abs()
    }

    fn take_up_from(&self) -> Timestamp {
        self.desk.take_up_from
    }
}
