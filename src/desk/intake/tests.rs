//! Whose rows are, and what of a sheet may have been torn or overwritten.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::Layout;
use super::joining::alike::changed_fields;
use super::joining::{Findings, Known, Overwritten, Stranger, compare, suspects};
use super::shifted::{Before, restoration};
use crate::adapters::sheet::read::Reading;
use crate::adapters::store::open::OpenTicket;
use crate::domain::answer::{Answer, Cell};
use crate::domain::headers::Field;
use crate::domain::rows::{OwnColumn, RowText};
use crate::domain::ticket::TicketNumber;

const HEADERS: [&str; 9] =
    ["Timestamp", "Email Address", "Nama", "Nama Kegiatan", "Tanggal", "Jam Mulai", "No. Tiket", "Status", "Catatan Sistem"];

fn zone() -> TimeZone {
    TimeZone::get("Asia/Jakarta").unwrap()
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.into()) }
}

fn layout() -> Layout {
    Layout::of(&HEADERS.map(text), &BTreeMap::new())
}

fn number(count: u32) -> TicketNumber {
    TicketNumber { year: 2026, count }
}

/// Each topic has its own applicant: `A` is asked for by `a@example.go.id`.
fn row(stamp: f64, topic: &str, shows: &str, status: &str) -> Vec<Cell> {
    let person = topic.split(',').next().unwrap().to_lowercase();
    let mut cells = vec![Cell::Number(stamp), text(&format!("{person}@example.go.id")), text(&person), text(topic)];
    cells.extend([Cell::Number(46_356.0), Cell::Number(0.375), text(shows), text(status)]);
    cells
}

fn numbered(stamp: f64, topic: &str, count: u32) -> Vec<Cell> {
    row(stamp, topic, &number(count).to_string(), "Diproses")
}

/// A ticket and its recorded answer.
fn ticket(count: u32, mark: Option<i32>, stamp: f64, topic: &str) -> (OpenTicket, Answer) {
    let cells = row(stamp, topic, "", "");
    let answer = layout().answer(&cells, &zone()).unwrap();
    let wanted = RowText(vec![(OwnColumn::Ticket, number(count).to_string()), (OwnColumn::Status, "Diproses".into())]);
    let fingerprint = layout().fingerprint(&cells);
    (OpenTicket { number: number(count), mark, fingerprint, submitted_at: answer.submitted_at, wanted, to_clear: None }, answer)
}

fn reading(rows: &[(u32, Vec<Cell>)], marks: &[(i32, u32)]) -> Reading {
    let asked = marks.iter().map(|(mark, _)| *mark).collect();
    Reading { rows: rows.iter().cloned().collect(), marks: marks.iter().copied().collect(), asked }
}

fn check(reading: &Reading, tickets: &[(OpenTicket, Answer)]) -> Findings {
    check_doubting(reading, tickets, &[])
}

fn check_doubting(reading: &Reading, tickets: &[(OpenTicket, Answer)], doubted: &[u32]) -> Findings {
    let layout = layout();
    let open: Vec<OpenTicket> = tickets.iter().map(|(open, _)| open.clone()).collect();
    let asked = suspects(&layout, reading, &open);
    let answers = tickets.iter().filter(|(open, _)| asked.contains(&open.number));
    let answers: HashMap<TicketNumber, Answer> = answers.map(|(open, answer)| (open.number, answer.clone())).collect();
    let doubted: HashSet<TicketNumber> = doubted.iter().map(|count| number(*count)).collect();
    compare(
        &layout,
        reading,
        Known {
            open: &open,
            answers: &answers,
            doubted: &doubted,
            unsettled: &HashSet::new(),
            recovered: &BTreeMap::new(),
            zone: &zone(),
        },
    )
}

#[test]
fn a_marked_row_is_its_tickets_wherever_it_went() {
    let found = check(&reading(&[(7, numbered(46_350.5, "A", 1))], &[(11, 7)]), &[ticket(1, Some(11), 46_350.5, "A")]);
    assert_eq!(found.seen[&number(1)].text.0[1], (OwnColumn::Status, "Diproses".to_owned()));
    assert_eq!(found.seen[&number(1)].cells.len(), 8);
    assert_eq!(Findings { seen: HashMap::new(), highest: BTreeMap::new(), ..found }, Findings::default());
}

#[test]
fn an_unmarked_row_is_found_by_number_then_by_content() {
    let rows = [(3, numbered(46_350.5, "A", 1)), (4, row(46_350.6, "B", "", ""))];
    let found = check(&reading(&rows, &[]), &[ticket(1, None, 46_350.5, "A"), ticket(2, None, 46_350.6, "B")]);
    assert_eq!(found.to_mark, [(number(1), 3), (number(2), 4)]);
    assert!(found.candidates.is_empty() && found.unplaced.is_empty());
}

#[test]
fn metadata_on_another_tickets_row_is_astray_and_both_are_found_again() {
    let rows = [(3, numbered(46_350.6, "B", 2)), (4, row(46_350.5, "A", "", ""))];
    let found = check(&reading(&rows, &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A"), ticket(2, None, 46_350.6, "B")]);
    let astray: Vec<_> = found.astray.iter().map(|astray| (astray.number, astray.mark, astray.shows)).collect();
    assert_eq!(astray, [(number(1), 11, Some(number(2)))]);
    assert_eq!((found.to_mark, found.unplaced), (vec![(number(2), 3)], vec![]), "a row is marked once its metadata is given up");
    assert!(found.edited.is_empty() && found.torn.is_empty());
}

#[test]
fn a_later_answer_under_a_ticket_that_was_never_numbered_is_the_same_persons_or_anothers() {
    let mine = check(&reading(&[(3, row(46_350.9, "A, changed", "", ""))], &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A")]);
    assert_eq!((mine.edited.len(), mine.astray.len()), (1, 0));
    let theirs = check(&reading(&[(3, row(46_350.9, "C", "", ""))], &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A")]);
    assert_eq!((theirs.edited.len(), theirs.astray.len(), theirs.candidates.len()), (0, 1, 1));
    assert_eq!(theirs.unplaced, [number(1)]);
}

#[test]
fn an_edit_is_told_and_keeps_its_row_also_without_a_new_timestamp() {
    for stamp in [46_350.5, 46_350.9] {
        let found = check(&reading(&[(3, numbered(stamp, "A, changed", 1))], &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A")]);
        assert_eq!(found.edited.len(), 1);
        assert_eq!(found.edited[0].2.cell(Field::Topic).text(), "A, changed");
        assert_eq!((found.seen.len(), found.torn.len(), found.astray.len()), (1, 0, 0));
    }
}

#[test]
fn copies_and_strangers_are_no_new_answers_and_rows_without_a_timestamp_are_none() {
    let mut blank = row(0.0, "C", "", "");
    blank[0] = Cell::Empty;
    let rows = [
        (3, numbered(46_350.5, "A", 1)),
        (4, numbered(46_350.5, "A", 1)),
        (5, row(46_350.5, "A", "", "")),
        (6, blank),
        (7, numbered(46_350.5, "Z", 99)),
    ];
    let found = check(&reading(&rows, &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A")]);
    let stranger = |count, is_copy| Stranger { number: number(count), is_copy };
    assert_eq!(found.strangers, [stranger(1, true), stranger(99, false)]);
    assert!(found.candidates.is_empty() && found.to_mark.is_empty());
    assert_eq!(found.highest, BTreeMap::from([(2026, 99)]));
}

#[test]
fn a_copy_that_keeps_the_old_answer_does_not_take_the_place_of_the_edited_row() {
    let rows = [(3, numbered(46_350.5, "A", 1)), (4, numbered(46_350.9, "A, changed", 1))];
    let found = check(&reading(&rows, &[(11, 4)]), &[ticket(1, Some(11), 46_350.5, "A")]);
    assert_eq!(found.edited.iter().map(|(of, at, _)| (*of, *at)).collect::<Vec<_>>(), [(number(1), 4)]);
    assert_eq!(found.strangers, [Stranger { number: number(1), is_copy: true }]);
    let rows = [(3, row(46_350.5, "A", "", "")), (4, numbered(46_350.9, "A, changed", 1))];
    let found = check(&reading(&rows, &[(11, 4)]), &[ticket(1, Some(11), 46_350.5, "A")]);
    assert_eq!((found.edited.len(), found.candidates.len(), found.astray.len()), (1, 0, 0));
}

#[test]
fn a_row_cut_and_pasted_leaves_its_metadata_behind() {
    let found = check(&reading(&[(9, numbered(46_350.5, "A", 1))], &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A")]);
    assert_eq!((found.astray.len(), found.to_mark.len(), found.unplaced.len()), (1, 0, 0));
    let found = check(&reading(&[(9, numbered(46_350.5, "A", 1))], &[]), &[ticket(1, None, 46_350.5, "A")]);
    assert_eq!(found.to_mark, [(number(1), 9)]);
}

#[test]
fn a_row_that_is_gone_is_told() {
    let mut read = reading(&[], &[]);
    read.asked.insert(11);
    let found = check(&read, &[ticket(1, Some(11), 46_350.5, "A")]);
    assert_eq!((found.gone, found.unplaced), (vec![number(1)], vec![number(1)]));
}

#[test]
fn own_columns_pasted_from_another_row_are_written_again() {
    let rows = [(3, numbered(46_350.5, "A", 2)), (4, numbered(46_350.6, "B", 2))];
    let tickets = [ticket(1, Some(11), 46_350.5, "A"), ticket(2, Some(12), 46_350.6, "B")];
    let found = check(&reading(&rows, &[(11, 3), (12, 4)]), &tickets);
    assert!(found.torn.is_empty() && found.unplaced.is_empty(), "{found:?}");
    assert_eq!(found.seen.len(), 2);
}

#[test]
fn answers_sorted_apart_from_loket_s_columns_are_a_torn_sheet() {
    let rows = [(3, numbered(46_350.6, "B", 1)), (4, numbered(46_350.5, "A", 2))];
    for marks in [vec![(11, 3), (12, 4)], vec![(11, 4), (12, 3)], vec![]] {
        let mark = |id| Some(id).filter(|_| !marks.is_empty());
        let tickets = [ticket(1, mark(11), 46_350.5, "A"), ticket(2, mark(12), 46_350.6, "B")];
        let found = check(&reading(&rows, &marks), &tickets);
        assert_eq!(found.torn, BTreeSet::from([number(1), number(2)]), "{marks:?}");
    }
}

#[test]
fn one_column_sorted_apart_is_a_torn_sheet_and_two_events_that_change_their_times_are_none() {
    let tickets = [ticket(1, Some(11), 46_350.5, "A"), ticket(2, Some(12), 46_350.6, "B"), ticket(3, Some(13), 46_350.7, "C")];
    let marks = [(11, 3), (12, 4), (13, 5)];
    let sheet = |column: usize, cells: [Cell; 3]| {
        let mut rows = [(3, numbered(46_350.5, "A", 1)), (4, numbered(46_350.6, "B", 2)), (5, numbered(46_350.7, "C", 3))];
        for ((_, row), cell) in rows.iter_mut().zip(cells) {
            row[column] = cell;
        }
        check(&reading(&rows, &marks), &tickets)
    };
    let topics = sheet(3, [text("B"), text("A"), text("C")]);
    assert_eq!(topics.torn, BTreeSet::from([number(1), number(2)]));
    let same = [ticket(1, Some(11), 46_350.5, "A"), ticket(2, Some(12), 46_350.5, "B")];
    let (mut one, mut other) = (numbered(46_350.5, "A", 1), numbered(46_350.5, "B", 2));
    (one[3], other[3]) = (text("B"), text("A"));
    let found = check(&reading(&[(3, one), (4, other)], &marks[..2]), &same);
    assert_eq!(found.torn, BTreeSet::from([number(1), number(2)]), "of one moment");
    let times = sheet(5, [Cell::Number(0.5), Cell::Number(0.6), Cell::Number(0.375)]);
    assert_eq!((times.torn.len(), times.edited.len()), (0, 2));
    let three = sheet(5, [Cell::Number(0.5), Cell::Number(0.6), Cell::Number(0.7)]);
    assert_eq!(three.torn.len(), 3, "many rows changed without a new timestamp");
    let typo = sheet(3, [text("A."), text("B."), text("C")]);
    assert_eq!((typo.torn.len(), typo.edited.len()), (0, 2));
}

#[test]
fn a_number_that_a_write_of_ours_may_have_put_into_another_row_is_no_tear() {
    let tickets = [ticket(1, Some(11), 46_350.5, "A"), ticket(2, None, 46_350.6, "B")];
    let rows = [(3, numbered(46_350.6, "B", 1)), (4, row(46_350.5, "A", "", ""))];
    for doubted in [&[1][..], &[]] {
        let found = check_doubting(&reading(&rows, &[(11, 3)]), &tickets, doubted);
        assert!(found.torn.is_empty(), "{found:?}");
        assert_eq!(found.astray[0].shows, Some(number(1)));
        assert_eq!((found.to_mark, found.unplaced), (vec![(number(2), 3)], vec![]), "{doubted:?}");
    }
}

#[test]
fn a_renamed_question_changes_no_answer() {
    let renamed = Layout::of(
        &["Timestamp", "Email Address", "Nama", "Nama Kegiatan", "Tanggal", "Jam Mulai", "Catatan kecil"].map(text),
        &BTreeMap::new(),
    );
    let (_, mut recorded) = ticket(1, None, 46_350.5, "A");
    recorded.cells.insert(Field::Notes, text("rekam"));
    let mut cells = row(46_350.5, "A", "rekam", "");
    let now = renamed.answer(&cells, &zone()).unwrap();
    assert!(changed_fields(&renamed, &recorded, &now).is_empty());
    cells[3] = text("lain");
    assert_eq!(changed_fields(&renamed, &recorded, &renamed.answer(&cells, &zone()).unwrap()), [Field::Topic]);
}

#[test]
fn our_own_word_in_an_answer_is_put_back_and_not_taken_for_an_edit() {
    let mut cells = numbered(46_350.5, "A", 1);
    cells[3] = text("VM-2026-0001");
    let found = check(&reading(&[(3, cells)], &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A")]);
    let overwritten = Overwritten { number: number(1), cells: vec![(3, text("A"))], sent_anew_at: None };
    assert_eq!(found.overwritten, [overwritten]);
    assert!(found.edited.is_empty() && found.torn.is_empty());
    let mut cells = numbered(46_350.7, "A", 1);
    cells[3] = text("VM-2026-0001");
    let found = check(&reading(&[(3, cells)], &[(11, 3)]), &[ticket(1, Some(11), 46_350.5, "A")]);
    assert!(found.overwritten[0].sent_anew_at.is_some(), "what it said when it was sent anew nobody knows: {found:?}");
}

#[test]
fn cells_over_which_columns_were_moved_get_back_what_stood_in_them() {
    let headers: Vec<String> = HEADERS.map(str::to_owned).to_vec();
    let before = row(46_350.5, "A", "", "");
    let sent: Vec<Option<Cell>> = vec![None, None, None, None, None, None, Some(text("VM-2026-0001")), Some(text("Diproses"))];
    let mut moved: Vec<Cell> = HEADERS.map(text).to_vec();
    moved.insert(2, text("Tambahan"));
    let mut now = before.clone();
    now.insert(2, Cell::Empty);
    (now[6], now[7]) = (text("VM-2026-0001"), text("Diproses"));
    let layout = Layout::of(&moved, &BTreeMap::new());
    let with = |now: &[Cell]| restoration(&layout, now, &Before { headers: &headers, cells: &before, sent: &sent });
    let mended = with(&now).unwrap().unwrap();
    assert_eq!(mended.cells, [None, None, None, None, None, None, Some(Cell::Number(0.375))]);
    assert_eq!(mended.whole[..7], [&before[..2], &[Cell::Empty], &before[2..6]].concat());
    now[4] = text("another row");
    assert_eq!(with(&now), Err(vec![6]));
    now[6] = Cell::Number(0.375);
    assert_eq!(with(&now), Ok(None), "nothing of people was overwritten");
    // A column of Loket's that was renamed after the write is no damage.
    let renamed = Layout::of(&HEADERS.map(|header| text(if header == "Status" { "Lama" } else { header })), &BTreeMap::new());
    let written = [&before[..6], &[text("VM-2026-0001"), text("Diproses")]].concat();
    let after = Before { headers: &headers, cells: &before, sent: &sent };
    assert_eq!(restoration(&renamed, &written, &after), Ok(None));
    let mut sent_anew = before.clone();
    (sent_anew[0], sent_anew[3]) = (Cell::Number(46_350.6), text("A"));
    sent_anew.insert(2, Cell::Empty);
    (sent_anew[6], sent_anew[7]) = (text("VM-2026-0001"), text("Diproses"));
    assert_eq!(with(&sent_anew), Err(vec![6]), "what it says now nobody has read");
    let same = Layout { headers: headers.clone(), ..self::layout() };
    assert_eq!(restoration(&same, &now, &Before { headers: &headers, cells: &before, sent: &sent }), Ok(None));
    // A column that was inserted before the write and deleted after it: the header row is what it was.
    let mut there_and_back = before.clone();
    there_and_back[5] = text("VM-2026-0001");
    let mended =
        restoration(&same, &there_and_back, &Before { headers: &headers, cells: &before, sent: &sent }).unwrap().unwrap();
    assert_eq!(mended.cells, [None, None, None, None, None, Some(Cell::Number(0.375))]);
}

#[test]
fn an_answer_that_a_write_emptied_comes_back_and_an_empty_row_stays_empty() {
    let headers: Vec<String> = HEADERS.map(str::to_owned).to_vec();
    let before = numbered(46_350.5, "A", 1);
    let sent: Vec<Option<Cell>> = [vec![None; 6], vec![Some(text("")), Some(text("Ditolak"))]].concat();
    let mut moved: Vec<Cell> = HEADERS.map(text).to_vec();
    moved.insert(1, text("Tambahan"));
    let layout = Layout::of(&moved, &BTreeMap::new());
    let mut now = before.clone();
    now[5] = Cell::Empty;
    now.insert(1, Cell::Empty);
    let with = |now: &[Cell]| restoration(&layout, now, &Before { headers: &headers, cells: &before, sent: &sent });
    assert_eq!(with(&now).unwrap().unwrap().cells[6], Some(Cell::Number(0.375)));
    assert_eq!(with(&vec![Cell::Empty; 9]), Ok(None), "the row was cut and pasted elsewhere");
}

#[test]
fn only_cells_that_differ_are_sent_and_the_rest_is_left_alone() {
    let layout = layout();
    let seen = layout.own_text(&numbered(1.0, "A", 1));
    let mut wanted = seen.clone();
    assert_eq!(layout.difference(&seen, &wanted), None);
    wanted.0[1].1 = "Terjadwal".into();
    let expected = [None, None, None, None, None, None, None, Some(text("Terjadwal"))];
    assert_eq!(layout.difference(&seen, &wanted), Some(expected.to_vec()));
}

#[test]
fn new_answers_come_in_the_order_of_their_timestamps() {
    let rows = [(3, row(46_350.9, "late", "", "")), (4, row(46_350.5, "early", "", ""))];
    let order: Vec<u32> = check(&reading(&rows, &[]), &[]).candidates.iter().map(|(row, _)| *row).collect();
    assert_eq!(order, [4, 3]);
}

#[test]
fn numbers_that_were_sorted_with_some_columns_and_apart_from_the_others_are_a_torn_sheet() {
    let tickets = [ticket(1, Some(11), 46_350.5, "A"), ticket(2, Some(12), 46_350.6, "B"), ticket(3, None, 46_350.7, "C")];
    // Moment, person and topic stayed; number and times went to another row.
    let torn = |stamp: f64, topic: &str, count: u32| {
        let mut cells = numbered(stamp, topic, count);
        cells[5] = Cell::Number(0.5 + f64::from(count) / 100.0);
        cells
    };
    let rows = [(3, torn(46_350.5, "A", 2)), (4, torn(46_350.6, "B", 1)), (5, numbered(46_350.7, "C", 3))];
    let found = check(&reading(&rows, &[(11, 3), (12, 4)]), &tickets);
    assert!(found.torn.contains(&number(1)) && found.torn.contains(&number(2)), "{found:?}");
}

#[test]
fn an_answer_sent_anew_under_a_number_that_a_write_put_there_is_its_senders() {
    let tickets = [ticket(1, Some(11), 46_350.5, "A"), ticket(2, Some(12), 46_350.6, "B")];
    let anew = |topic: &str, count: u32| {
        let mut cells = numbered(46_350.8, topic, count);
        cells[5] = Cell::Number(0.5);
        cells
    };
    // Rows were sorted, their metadata stayed; both were written, and then both were edited.
    let rows = [(3, anew("B", 1)), (4, anew("A", 2))];
    let found = check(&reading(&rows, &[(11, 3), (12, 4)]), &tickets);
    let whose: Vec<(TicketNumber, u32)> = found.edited.iter().map(|(number, row, _)| (*number, *row)).collect();
    assert!(found.torn.is_empty() && whose.len() == 2, "{found:?}");
    assert!(whose.contains(&(number(1), 4)) && whose.contains(&(number(2), 3)), "{whose:?}");
}

#[test]
fn an_answer_sent_anew_as_it_was_is_told_with_its_moment() {
    let tickets = [ticket(1, Some(11), 46_350.5, "A")];
    let found = check(&reading(&[(3, numbered(46_350.7, "A", 1))], &[(11, 3)]), &tickets);
    let resent: Vec<TicketNumber> = found.resent.iter().map(|(number, _)| *number).collect();
    assert_eq!((resent, found.edited.len()), (vec![number(1)], 0));
}

#[test]
fn new_answers_that_show_what_other_rows_lost_are_a_torn_sheet() {
    let tickets = [ticket(1, Some(11), 46_350.5, "A"), ticket(2, Some(12), 46_350.6, "B")];
    // The column of addresses was sorted before the last two answers were read.
    let mut rows =
        [numbered(46_350.5, "A", 1), numbered(46_350.6, "B", 2), row(46_350.7, "C", "", ""), row(46_350.8, "D", "", "")];
    let look = |rows: &[Vec<Cell>; 4]| {
        let rows: Vec<(u32, Vec<Cell>)> = (3..).zip(rows.iter().cloned()).collect();
        check(&reading(&rows, &[(11, 3), (12, 4)]), &tickets)
    };
    for (row, of) in rows.iter_mut().zip(["c", "d", "a", "b"]) {
        row[1] = text(&format!("{of}@example.go.id"));
    }
    assert_eq!(look(&rows).torn, BTreeSet::from([number(1), number(2)]));
    for (row, of) in rows.iter_mut().zip(["a", "b", "a", "b"]) {
        row[1] = text(&format!("{of}@example.go.id"));
    }
    let found = look(&rows);
    assert!(found.torn.is_empty() && found.candidates.len() == 2, "people may ask twice: {found:?}");
}

#[test]
fn answers_that_a_sort_carried_into_empty_rows_are_a_torn_sheet() {
    let tickets = [ticket(1, Some(11), 46_350.5, "A"), ticket(2, Some(12), 46_350.6, "B")];
    // Address, name and title went up into the empty rows above.
    let carried = |from: &str| {
        let mut cells = row(46_350.5, from, "", "");
        (cells[0], cells[4], cells[5]) = (Cell::Empty, Cell::Empty, Cell::Empty);
        cells
    };
    let emptied = |stamp: f64, topic: &str, count: u32| {
        let mut cells = numbered(stamp, topic, count);
        cells[1..4].fill(Cell::Empty);
        cells
    };
    let rows = [(3, carried("A")), (4, carried("B")), (5, emptied(46_350.5, "A", 1)), (6, emptied(46_350.6, "B", 2))];
    assert_eq!(check(&reading(&rows, &[(11, 5), (12, 6)]), &tickets).torn, BTreeSet::from([number(1), number(2)]));
}

#[test]
fn the_later_answer_is_the_tickets_row_whatever_copies_there_are() {
    let tickets = [ticket(1, Some(11), 46_350.5, "A")];
    // The metadata stands on a copy without a number; the original was edited.
    let rows = [(3, row(46_350.5, "A", "", "")), (4, numbered(46_350.7, "A, baru", 1))];
    let found = check(&reading(&rows, &[(11, 3)]), &tickets);
    assert_eq!(found.edited.iter().map(|(_, row, _)| *row).collect::<Vec<u32>>(), [4]);
    assert_eq!((found.astray.len(), found.candidates.len(), found.strangers.len()), (1, 0, 0));
    // A later answer of somebody else under that number is a new one: a copy would have the moment of what was copied.
    for later in ["B", "A"] {
        let rows = [(3, numbered(46_350.5, "A", 1)), (4, numbered(46_350.7, later, 1))];
        let found = check_doubting(&reading(&rows, &[(11, 3)]), &tickets, &[1]);
        assert!(found.edited.is_empty() && found.astray.is_empty());
        assert_eq!((found.candidates.len(), found.misnumbered.len(), found.strangers.len()), (1, 1, 0), "{later}");
    }
    let rows = [(3, numbered(46_350.5, "A", 1)), (4, numbered(46_350.5, "A, lagi", 1))];
    let found = check(&reading(&rows, &[(11, 3)]), &tickets);
    assert_eq!((found.candidates.len(), found.strangers.len()), (0, 1), "a copy in which something was changed");
}

#[test]
fn a_mark_that_was_recorded_during_the_read_is_neither_gone_nor_made_again() {
    let mut read = reading(&[(3, numbered(46_350.5, "A", 1))], &[]);
    let found = check(&read, &[ticket(1, Some(11), 46_350.5, "A")]);
    assert!(found.gone.is_empty() && found.to_mark.is_empty() && found.candidates.is_empty() && found.unplaced.is_empty());
    // Asked for and not found: gone, but not marked anew before it is given up.
    read.asked.insert(11);
    let found = check(&read, &[ticket(1, Some(11), 46_350.5, "A")]);
    assert_eq!((found.gone.len(), found.to_mark.len(), found.candidates.len()), (1, 0, 0));
    let found = check(&read, &[ticket(1, None, 46_350.5, "A")]);
    assert_eq!(found.to_mark, [(number(1), 3)]);
}

/// What says whose a row is: moment, address, name, title and number.
const SAYS_WHOSE: [usize; 5] = [0, 1, 2, 3, 6];

proptest! {
    #[test]
    fn any_columns_that_are_carried_apart_from_the_others_are_a_torn_sheet(
        order in (3..9_u32).prop_flat_map(|count| Just((0..count).collect::<Vec<u32>>()).prop_shuffle()),
        from in 0..HEADERS.len(),
        width in 1..HEADERS.len(),
        marked: bool,
    ) {
        let moved = order.iter().enumerate().filter(|(at, from)| *at != **from as usize).count();
        let columns = from..(from + width).min(HEADERS.len());
        let carried = SAYS_WHOSE.iter().filter(|column| columns.contains(column)).count();
        prop_assume!(moved >= 2 && (1..SAYS_WHOSE.len()).contains(&carried));
        let name = |n: u32| char::from_u32(u32::from('A') + n).unwrap().to_string();
        let stamp = |n: u32| 46_350.0 + f64::from(n) / 10.0;
        let before: Vec<Vec<Cell>> = (0..).zip(&order).map(|(n, _)| numbered(stamp(n), &name(n), n + 1)).collect();
        let mark = |n: u32| Some(20 + i32::try_from(n).unwrap()).filter(|_| marked);
        let tickets: Vec<_> = (0..).zip(&order).map(|(n, _)| ticket(n + 1, mark(n), stamp(n), &name(n))).collect();
        let marks: Vec<(i32, u32)> = (0..).zip(&order).filter_map(|(n, _)| Some((mark(n)?, 3 + n))).collect();
        let torn: Vec<(u32, Vec<Cell>)> = (0..).zip(&order).map(|(n, from)| {
            let mut cells = before[n as usize].clone();
            cells.resize(HEADERS.len(), Cell::Empty);
            columns.clone().filter_map(|column| Some((column, before[*from as usize].get(column)?.clone()))).for_each(|(column, cell)| cells[column] = cell);
            (3 + n, cells)
        }).collect();
        let found = check(&reading(&torn, &marks), &tickets);
        prop_assert!(!found.torn.is_empty(), "{found:?}");
        let whole: Vec<(u32, Vec<Cell>)> = (3..).zip(order.iter().map(|from| before[*from as usize].clone())).collect();
        let sorted = check(&reading(&whole, &marks), &tickets);
        prop_assert!(sorted.torn.is_empty(), "whole rows that were sorted are none: {sorted:?}");
    }
}

/// Two answers of one person about one event, in whose rows numbers of others were left by writes that met them.
#[test]
fn an_answer_that_was_sent_twice_is_no_edit_of_the_first_one() {
    let tickets = [
        ticket(1, Some(11), 46_350.1, "C"),
        ticket(2, Some(12), 46_350.2, "D"),
        ticket(4, None, 46_350.4, "A"),
        ticket(5, None, 46_350.5, "A"),
    ];
    let others = [(1, row(46_350.1, "C", "", "")), (2, row(46_350.2, "D", "", ""))];
    let rows = [others[0].clone(), others[1].clone(), (3, numbered(46_350.4, "A", 1)), (4, numbered(46_350.5, "A", 2))];
    let found = check_doubting(&reading(&rows, &[(11, 3), (12, 4)]), &tickets, &[1, 2]);
    assert!(found.edited.is_empty() && found.torn.is_empty(), "{found:?}");
    assert!(found.to_mark.contains(&(number(4), 3)) && found.to_mark.contains(&(number(5), 4)), "{:?}", found.to_mark);
    assert!(found.unplaced.is_empty(), "{:?}", found.unplaced);
}

#[test]
fn answers_that_were_edited_before_they_got_a_number_are_no_torn_sheet() {
    let rows = [(1, row(46_350.7, "A", "", "")), (2, row(46_350.9, "E", "", "")), (3, row(46_350.8, "A", "", ""))];
    let tickets = [ticket(3, None, 46_350.5, "A"), ticket(6, None, 46_350.6, "E")];
    for doubted in [&[][..], &[3, 6]] {
        let found = check_doubting(&reading(&rows, &[]), &tickets, doubted);
        assert!(found.torn.is_empty(), "{:?}", found.torn);
    }
    let found = check(&reading(&rows, &[(11, 1)]), &[ticket(3, Some(11), 46_350.5, "A"), ticket(6, None, 46_350.6, "E")]);
    assert!(found.torn.is_empty(), "{:?}", found.torn);
}

#[test]
fn an_edit_in_the_millisecond_of_another_answer_is_no_torn_sheet() {
    // Each request of another day, so that an edit shows.
    let on = |day: f64, mut cells: Vec<Cell>| {
        cells[4] = Cell::Number(day);
        cells
    };
    let tickets = [ticket(1, Some(11), 46_350.1, "A"), ticket(2, Some(12), 46_350.5, "B"), ticket(3, Some(13), 46_350.2, "C")];
    let marks = [(11, 1), (12, 2), (13, 3)];
    let look = |rows: [Vec<Cell>; 3]| {
        let rows: Vec<(u32, Vec<Cell>)> = (1..).zip(rows).collect();
        check(&reading(&rows, &marks), &tickets)
    };
    for (shown, b) in [(1, numbered(46_350.5, "B", 2)), (2, on(46_359.0, numbered(46_350.7, "B", 2)))] {
        let found = look([on(46_358.0, numbered(46_350.5, "A", 1)), b, numbered(46_350.2, "C", 3)]);
        assert!(found.torn.is_empty(), "{:?}", found.torn);
        assert_eq!(found.edited.len(), shown, "{found:?}");
    }
    // Moments that were sorted apart from the days stand in each other's rows.
    let found = look([
        on(46_358.0, numbered(46_350.5, "A", 1)),
        on(46_359.0, numbered(46_350.2, "B", 2)),
        on(46_360.0, numbered(46_350.1, "C", 3)),
    ]);
    assert!(!found.torn.is_empty(), "{found:?}");
}

#[test]
fn two_answers_of_one_person_about_one_event_are_told_apart_by_their_moments() {
    let tickets = [ticket(2, Some(12), 46_350.2, "A"), ticket(4, Some(14), 46_350.4, "A")];
    // Both were sorted away from their metadata, and a write left a word in the later one.
    let mut later = numbered(46_350.4, "A", 2);
    later[4] = text("Diproses");
    let rows = [(3, row(46_350.2, "A", "", "")), (4, later), (5, row(46_350.1, "C", "", ""))];
    let found = check_doubting(&reading(&rows, &[(12, 4), (14, 5)]), &tickets, &[2, 4]);
    assert!(found.unplaced.is_empty() && found.torn.is_empty(), "{found:?}");
    assert_eq!(found.edited.iter().map(|(number, row, _)| (*number, *row)).collect::<Vec<_>>(), [(number(4), 4)]);
    assert_eq!(found.candidates.iter().map(|(row, _)| *row).collect::<Vec<u32>>(), [5]);
}

#[test]
fn an_exact_row_under_its_number_goes_before_a_later_one_that_only_has_the_metadata() {
    let tickets = [ticket(1, Some(11), 46_350.5, "A")];
    // Sorted away from its metadata, which stands on another answer of the same person now.
    for shows in ["VM-2026-0001", ""] {
        let mut later = row(46_350.7, "A", "", "");
        later[4] = Cell::Number(46_358.0);
        let found = check(&reading(&[(3, row(46_350.5, "A", shows, "")), (4, later)], &[(11, 4)]), &tickets);
        assert!(found.edited.is_empty(), "{found:?}");
        assert_eq!((found.astray.len(), found.candidates.len(), found.unplaced.len()), (1, 1, 0), "{found:?}");
    }
}

#[test]
fn an_exact_row_that_a_write_met_goes_before_a_later_one_with_number_and_metadata() {
    let tickets = [ticket(1, Some(11), 46_350.1, "C"), ticket(3, Some(13), 46_350.5, "A")];
    let mut later = numbered(46_350.7, "A", 3);
    later[4] = Cell::Number(46_358.0);
    let rows = [(2, row(46_350.1, "C", "", "")), (3, numbered(46_350.5, "A", 1)), (4, later)];
    let found = check_doubting(&reading(&rows, &[(11, 3), (13, 4)]), &tickets, &[1, 3]);
    assert!(found.edited.is_empty() && found.torn.is_empty() && found.unplaced.is_empty(), "{found:?}");
    assert_eq!(found.candidates.iter().map(|(row, _)| *row).collect::<Vec<u32>>(), [4]);
}
