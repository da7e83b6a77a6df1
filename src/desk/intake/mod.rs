//! What a read of the sheet means: where everything stands (here), whose each row is (`joining`), whether columns were sorted apart
//! (`joining::torn`), and what a write of ours may have overwritten (`shifted`).
//!
//! Invariant: nothing here calls anybody; the clerk carries out what comes of it.

pub mod joining;
pub mod shifted;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

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

    /// The same of a header row of which the texts are known.
    pub fn headed(headers: &[String], configured: &BTreeMap<Field, String>) -> Layout {
        Layout::of(&headers.iter().map(|text| Cell::Text(text.clone())).collect::<Vec<Cell>>(), configured)
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

    /// Whether a column is one of Loket's own that it writes. All others are people's.
    pub fn is_ours(&self, index: usize) -> bool {
        self.own.iter().any(|(column, at)| *at == index && column.is_written())
    }

    /// The cells to send so that a row shows `wanted` where it now shows `seen`; `None` where nothing differs.
    pub fn difference(&self, seen: &RowText, wanted: &RowText) -> Option<Vec<Option<Cell>>> {
        let mut cells: Vec<Option<Cell>> = Vec::new();
        for ((column, now), (_, then)) in seen.0.iter().zip(&wanted.0) {
            let Some(index) = self.own.get(column) else { continue };
            // The end of a text is trimmed when it is read, so it is when it is compared.
            if now != then.trim() {
                cells.resize(cells.len().max(index + 1), None);
                cells[*index] = Some(Cell::Text(then.clone()));
            }
        }
        (!cells.is_empty()).then_some(cells)
    }
}

/// A timestamp of Forms, in the spreadsheet's zone.
fn moment(cell: &Cell, zone: &TimeZone) -> Option<Timestamp> {
    let Cell::Number(number) = cell else { return None };
    zone.to_timestamp(serial::instant(*number)?).ok()
}
