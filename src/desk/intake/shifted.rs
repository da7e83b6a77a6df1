//! What a write overwrote because columns were inserted, deleted or moved between the read and the write. The row is resolved by the
//! server, the columns are not; but what stood in them was read just before, so it can be put back.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Layout;
use super::joining::alike::is_same;
use crate::domain::answer::Cell;
use crate::domain::headers::Field;

/// A row as it was read before a write, and what was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Before<'a> {
    /// The header row.
    pub headers: &'a [String],
    /// The row.
    pub cells: &'a [Cell],
    /// What was sent, column by column.
    pub sent: &'a [Option<Cell>],
}

/// What people's cells are to hold again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Restoration {
    /// The cells to send; `None` leaves a cell as it is.
    pub cells: Vec<Option<Cell>>,
    /// What all cells of the row are to hold then, as far as it is known.
    pub whole: Vec<Cell>,
    /// Columns of an answer that was sent anew meanwhile: what it said there nobody knows.
    pub lost: Vec<usize>,
}

impl Restoration {
    /// The columns that it is about.
    pub fn columns(&self) -> Vec<usize> {
        let put_back = self.cells.iter().enumerate().filter(|(_, cell)| cell.is_some()).map(|(index, _)| index);
        put_back.chain(self.lost.iter().copied()).collect()
    }
}

/// Compares a row after a write with what it was before. `None` where no cell of people holds what was sent. `Err` with the columns
/// where one does, but the row is not the one that was read before.
pub fn restoration(layout: &Layout, now: &[Cell], before: &Before<'_>) -> Result<Option<Restoration>, Vec<usize>> {
    let at = |cells: &[Cell], index: usize| cells.get(index).cloned().unwrap_or_default();
    let from = origins(before.headers, &layout.headers);
    let whole: Vec<Cell> = from.iter().map(|old| old.map_or(Cell::Empty, |old| at(before.cells, old))).collect();
    let was = Layout::headed(before.headers, &BTreeMap::new());
    let is_ours = |index: usize| {
        let old = from.get(index).copied().flatten();
        layout.is_ours(index) || old.is_some_and(|old| was.is_ours(old))
    };
    // A word that was sent is found wherever columns carried it since. An emptied cell is where it was sent to; once columns have moved it
    // may be elsewhere, in a row that is otherwise what it was, but there are no more of them than were sent.
    let is_empty = |sent: &&Option<Cell>| sent.as_ref().is_some_and(Cell::is_blank);
    let emptied = before.sent.iter().filter(is_empty).count();
    let gone = |index: &usize| at(now, *index).is_blank() && !at(&whole, *index).is_blank();
    let gone = (0..whole.len()).filter(|index| !is_ours(*index)).filter(gone).count();
    let have_moved = before.headers != layout.headers.as_slice();
    let is_emptied_somewhere = have_moved && gone <= emptied && is_same_request(layout, now, &whole);
    let is_sent = |index: usize, shown: &Cell| {
        let is_emptied = || is_emptied_somewhere || before.sent.get(index).is_some_and(|sent| is_empty(&sent));
        if shown.is_blank() { is_emptied() } else { before.sent.iter().flatten().any(|sent| is_same(shown, sent)) }
    };
    let hit = |index: &usize| {
        let shown = at(now, *index);
        !is_ours(*index) && is_sent(*index, &shown) && !is_same(&shown, &at(&whole, *index))
    };
    if (0..now.len()).all(|index| is_ours(index) || at(now, index).is_blank()) {
        // The row was cut and pasted elsewhere.
        return Ok(None);
    }
    let damaged: Vec<usize> = (0..now.len().max(before.sent.len())).filter(hit).collect();
    let Some(last) = damaged.last() else { return Ok(None) };
    let mut mended = now.to_vec();
    mended.resize(mended.len().max(last + 1), Cell::Empty);
    for index in &damaged {
        mended[*index] = at(&whole, *index);
    }
    let is_that_row = layout.fingerprint(&mended) == layout.fingerprint(&whole) || is_same_request(layout, &mended, &whole);
    // An answer that was sent anew meanwhile is not what it was: nobody knows what stood in a cell of it.
    let of_answer = |index: &usize| layout.questions.columns().any(|(_, column)| column.index == *index);
    let stamp = layout.questions.column(Field::SubmittedAt).map_or(0, |column| column.index);
    let is_of_then = is_same(&at(&mended, stamp), &at(&whole, stamp));
    let (unknown, known): (Vec<usize>, Vec<usize>) = damaged.iter().partition(|index| !is_of_then && of_answer(index));
    let Some(last) = known.last().filter(|_| is_that_row) else { return Err(damaged) };
    let mut cells = vec![None; last + 1];
    for index in &known {
        cells[*index] = Some(at(&whole, *index));
    }
    Ok(Some(Restoration { cells, whole, lost: unknown }))
}

/// What a write put into a row that was empty but for it: its words are taken away again. `None` where anything else of people stands there.
pub fn emptied(layout: &Layout, now: &[Cell], sent: &[Option<Cell>]) -> Option<Restoration> {
    let is_sent = |cell: &Cell| sent.iter().flatten().any(|sent| is_same(cell, sent));
    let filled = (0..).zip(now).filter(|(index, cell)| !layout.is_ours(*index) && !cell.is_blank());
    let filled: Vec<(usize, bool)> = filled.map(|(index, cell)| (index, is_sent(cell))).collect();
    let last = filled.last().filter(|_| filled.iter().all(|(_, is_sent)| *is_sent))?.0;
    let (mut cells, mut whole) = (vec![None; last + 1], now.to_vec());
    for (index, _) in filled {
        cells[index] = Some(Cell::Empty);
        whole[index] = Cell::Empty;
    }
    Some(Restoration { cells, whole, lost: Vec::new() })
}

/// Whether a row is by the person and about the event of which a row was read before, under the headers of then.
pub fn is_still(layout: &Layout, now: &[Cell], headers: &[String], before: &[Cell]) -> bool {
    let from = origins(headers, &layout.headers);
    let at = |old: usize| before.get(old).cloned().unwrap_or_default();
    let whole: Vec<Cell> = from.iter().map(|old| old.map_or(Cell::Empty, at)).collect();
    is_same_request(layout, now, &whole)
}

/// Whether two rows are by one person about one event, whatever else was edited.
fn is_same_request(layout: &Layout, one: &[Cell], other: &[Cell]) -> bool {
    [Field::Email, Field::Applicant, Field::Topic].into_iter().all(|field| {
        let Some(column) = layout.questions.column(field) else { return false };
        let at = |cells: &[Cell]| cells.get(column.index).cloned().unwrap_or_default();
        !at(one).is_blank() && is_same(&at(one), &at(other))
    })
}

/// Where each of today's columns was. Columns are known by their header, equal ones by their order; one with another header that
/// stands where a column has vanished was renamed. A column that was not there was nowhere.
fn origins(before: &[String], headers: &[String]) -> Vec<Option<usize>> {
    let old: HashMap<(&str, usize), usize> = named(before).into_iter().zip(0..).collect();
    let mut from: Vec<Option<usize>> = named(headers).iter().map(|name| old.get(name).copied()).collect();
    let known: HashSet<usize> = from.iter().flatten().copied().collect();
    for index in 0..from.len() {
        if from[index].is_none() {
            let next = if index == 0 { Some(0) } else { from[index - 1].map(|left| left + 1) };
            from[index] = next.filter(|next| *next < before.len() && !known.contains(next));
        }
    }
    from
}

/// Each header with how many of the same stand before it.
fn named(headers: &[String]) -> Vec<(&str, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut names = Vec::with_capacity(headers.len());
    for header in headers {
        let nth = counts.entry(header).or_default();
        *nth += 1;
        names.push((header.as_str(), *nth));
    }
    names
}
