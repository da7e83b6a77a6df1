//! Reading: one call a poll, by data filters. Rows are asked for by their metadata and by place.

use std::collections::{BTreeMap, HashMap, HashSet};

use google_sheets4::api::{
    BatchGetValuesByDataFilterRequest, BatchGetValuesByDataFilterResponse, CellData, DataFilter, DeveloperMetadataLookup,
    GridRange,
};
use google_sheets4::common::remove_json_null_values;
use serde_json::Value;

use super::door::{Quantum, SheetDoor};
use crate::domain::answer::Cell;
use crate::domain::outcome::Outcome;

/// What is needed of an answer: rows with their places, and by which metadata they were found. The rest would repeat the question.
const FIELDS: &str = "valueRanges(valueRange(range,values),dataFilters/developerMetadataLookup/metadataId)";
/// About the bytes around the cells of a row that is asked for by its metadata: its place with the tab's title, and the metadata's id.
const FRAME_BYTES: usize = 150;

/// Rows from `start` (included) to `end` (excluded), zero-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// The first row.
    pub start: u32,
    /// The row after the last; `None`: to the end of the grid.
    pub end: Option<u32>,
}

/// What a read gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Every row that came back, by its zero-based place; trailing empty cells are not there.
    pub rows: BTreeMap<u32, Vec<Cell>>,
    /// In which row each metadata was found.
    pub marks: HashMap<i32, u32>,
    /// The metadata that was asked for.
    pub asked: HashSet<i32>,
}

impl Reading {
    /// About the bytes that some rows took in the answer; one that was found by its metadata came with a frame of its own.
    pub fn bytes<'a>(&self, rows: impl Iterator<Item = &'a u32>, framed: bool) -> usize {
        let frame = if framed { FRAME_BYTES } else { 0 };
        rows.filter_map(|row| self.rows.get(row)).map(|cells| cells.iter().map(written).sum::<usize>() + frame).sum()
    }
}

/// About the bytes of a cell with the comma behind it.
fn written(cell: &Cell) -> usize {
    match cell {
        Cell::Text(text) => text.len() + text.matches(['"', '\\', '\n']).count() + 3,
        Cell::Empty => 3,
        other => other.text().len() + 1,
    }
}

impl SheetDoor {
    /// Reads the header row, the rows of the given metadata, and stretches of rows, in one call.
    pub async fn read(&self, tab: i32, marks: &[i32], stretches: &[Rows]) -> Outcome<Reading> {
        let mut filters = vec![stretch(tab, Rows { start: 0, end: Some(1) }, None)];
        filters.extend(stretches.iter().map(|rows| stretch(tab, *rows, None)));
        filters.extend(marks.iter().map(|mark| by_mark(*mark)));
        let asked = marks.iter().copied().collect();
        self.read_filters(filters, "ROWS").await.map(|response| Reading { asked, ..reading(response) })
    }

    /// Reads one column of a stretch of rows: places and cells. The stretch may be long, so it is asked for as one column: a list of
    /// so many rows of one cell each would take several times the memory.
    pub async fn read_column(&self, tab: i32, rows: Rows, column: usize) -> Outcome<Vec<(u32, Cell)>> {
        let filter = stretch(tab, rows, i32::try_from(column).ok());
        self.read_filters(vec![filter], "COLUMNS").await.map(column_of)
    }

    async fn read_filters(&self, filters: Vec<DataFilter>, major: &str) -> Outcome<BatchGetValuesByDataFilterResponse> {
        let request = BatchGetValuesByDataFilterRequest {
            data_filters: Some(filters),
            date_time_render_option: Some("SERIAL_NUMBER".into()),
            major_dimension: Some(major.into()),
            value_render_option: Some("UNFORMATTED_VALUE".into()),
        };
        let mut body = serde_json::to_value(&request).expect("a request is plain data: writing it as JSON cannot fail");
        remove_json_null_values(&mut body);
        let body = body.to_string().into_bytes();
        self.call("values.batchGetByDataFilter", Quantum::Read, |witness| {
            self.post("values:batchGetByDataFilter", Some(FIELDS), body.clone(), witness)
        })
        .await
    }
}

pub(super) fn by_mark(mark: i32) -> DataFilter {
    let lookup = DeveloperMetadataLookup { metadata_id: Some(mark), ..Default::default() };
    DataFilter { developer_metadata_lookup: Some(lookup), ..Default::default() }
}

pub(super) fn stretch(tab: i32, rows: Rows, column: Option<i32>) -> DataFilter {
    let place = |row: u32| i32::try_from(row).unwrap_or(i32::MAX);
    let range = GridRange {
        sheet_id: Some(tab),
        start_row_index: Some(place(rows.start)),
        end_row_index: rows.end.map(place),
        start_column_index: column,
        end_column_index: column.map(|column| column + 1),
    };
    DataFilter { grid_range: Some(range), ..Default::default() }
}

fn reading(response: BatchGetValuesByDataFilterResponse) -> Reading {
    let mut reading = Reading::default();
    for matched in response.value_ranges.unwrap_or_default() {
        let Some(range) = matched.value_range else { continue };
        let Some(first) = range.range.as_deref().and_then(first_row) else { continue };
        let filters = matched.data_filters.unwrap_or_default();
        let marks = filters.iter().filter_map(|filter| filter.developer_metadata_lookup.as_ref()?.metadata_id);
        reading.marks.extend(marks.map(|mark| (mark, first)));
        let rows = range.values.unwrap_or_default();
        for (row, values) in (first..).zip(rows) {
            reading.rows.insert(row, values.iter().map(cell).collect());
        }
    }
    reading
}

fn column_of(response: BatchGetValuesByDataFilterResponse) -> Vec<(u32, Cell)> {
    let ranges = response.value_ranges.unwrap_or_default().into_iter().filter_map(|matched| matched.value_range);
    let placed = ranges.filter_map(|range| Some((range.range.as_deref().and_then(first_row)?, range.values?)));
    placed
        .flat_map(|(first, columns)| (first..).zip(columns.into_iter().next().unwrap_or_default()))
        .map(|(row, value)| (row, cell(&value)))
        .collect()
}

/// A value of the API as a cell.
pub(super) fn cell(value: &Value) -> Cell {
    match value {
        Value::String(text) if !text.is_empty() => Cell::Text(text.clone()).bounded(),
        Value::Number(number) => number.as_f64().map_or(Cell::Empty, Cell::Number),
        Value::Bool(value) => Cell::Bool(*value),
        _ => Cell::Empty,
    }
}

/// A cell of grid data.
pub(super) fn effective(cell: &CellData) -> Cell {
    let Some(value) = &cell.effective_value else { return Cell::Empty };
    if let Some(number) = value.number_value {
        return Cell::Number(number);
    }
    if let Some(value) = value.bool_value {
        return Cell::Bool(value);
    }
    match &value.string_value {
        Some(text) if !text.is_empty() => Cell::Text(text.clone()).bounded(),
        _ => Cell::Empty,
    }
}

/// The first row, zero-based, of a range as Google writes it: `'My tab'!A5:Z9` is 4. A title may itself hold `!`.
pub(super) fn first_row(range: &str) -> Option<u32> {
    let cells = range.rsplit_once('!').map_or(range, |(_, cells)| cells);
    let first = cells.split(':').next()?;
    let digits: String = first.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        // Whole columns: `A:C` begins at the top.
        return Some(0);
    }
    digits.parse::<u32>().ok()?.checked_sub(1)
}

/// The first column, zero-based, of a range as Google writes it: `'My tab'!Q5:Z5` is 16.
pub(super) fn first_column(range: &str) -> Option<usize> {
    let cells = range.rsplit_once('!').map_or(range, |(_, cells)| cells);
    let mut letters = cells.split(':').next()?.bytes().take_while(u8::is_ascii_uppercase);
    letters
        .try_fold(0_usize, |sum, letter| sum.checked_mul(26)?.checked_add(usize::from(letter - b'A') + 1))
        .map(|sum| sum.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_of_a_range_is_read() {
        for (range, row) in [("Sheet1!A5:Z9", 4), ("'a!b 7'!A12:P12", 11), ("Sheet1!D4", 3), ("Sheet1!A:C", 0), ("'A1'!7:9", 6)] {
            assert_eq!(first_row(range), Some(row), "{range}");
        }
    }

    #[test]
    fn the_bytes_of_an_answer_are_foreseen() {
        let values = serde_json::json!(["Rapat \"A\"\nB", "", 46_350.549_965_277_78, true, "selesai"]);
        let cells: Vec<Cell> = values.as_array().unwrap().iter().map(cell).collect();
        let reading = Reading { rows: BTreeMap::from([(3, cells)]), ..Reading::default() };
        let there = values.to_string().len();
        let foreseen = reading.bytes([3, 4].iter(), false);
        assert!(foreseen <= there && foreseen + 2 >= there, "{foreseen} of {there}: all but the brackets");
        assert_eq!(reading.bytes([3].iter(), true), foreseen + FRAME_BYTES);
    }

    #[test]
    fn the_first_column_of_a_range_is_read() {
        for (range, column) in [("Sheet1!A5:Z9", 0), ("'a!b 7'!Q12:AB12", 16), ("Sheet1!AA4", 26), ("'A1'!7:9", 0)] {
            assert_eq!(first_column(range), Some(column), "{range}");
        }
    }
}
