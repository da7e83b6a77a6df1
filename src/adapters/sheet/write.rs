//! Writing: rows by their metadata, and the headers of Loket's own columns.

use google_sheets4::api::{
    AppendDimensionRequest, BatchUpdateSpreadsheetRequest, BatchUpdateValuesByDataFilterRequest,
    BatchUpdateValuesByDataFilterResponse, BooleanCondition, CellData, CellFormat, ConditionValue, DataFilterValueRange,
    DataValidationRule, DimensionRange, ExtendedValue, GridCoordinate, GridRange, InsertDimensionRequest, Request, RowData,
    Scope, SetDataValidationRequest, TextFormat, UpdateCellsRequest,
};
use serde_json::Value;

use super::door::{Quantum, SheetDoor};
use super::facts::SheetFacts;
use super::read::{by_mark, cell, first_column};
use crate::domain::answer::Cell;
use crate::domain::outcome::Outcome;
use crate::domain::rows::OwnColumn;

/// Words of the drop-down for staff (the contract's commands). It is not strict: a reason may follow the word.
const COMMANDS: [&str; 10] = [
    "SETUJUI",
    "TOLAK",
    "BATALKAN",
    "PROSES ULANG",
    "KIRIM ULANG",
    "PILIH 1",
    "PILIH 2",
    "PILIH 3",
    "DAFTAR TUNGGU",
    "LINK MANUAL",
];

/// Cells to write into the row of one metadata. Column by column from the first; `None` leaves the cell as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct RowWrite {
    /// The row's metadata.
    pub mark: i32,
    /// The cells.
    pub cells: Vec<Option<Cell>>,
}

/// What stands in a row after it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct RowWritten {
    /// The row's metadata.
    pub mark: i32,
    /// The cells of the range that came back, column by column from the first; `None` before its beginning. Whether cells that
    /// were left alone by `null` are part of that range, Google does not say.
    pub cells: Vec<Option<Cell>>,
}

impl SheetDoor {
    /// Writes rows in one call, whose turn was waited for. A row whose metadata is gone is missing from what comes back.
    pub async fn write_rows(&self, writes: &[RowWrite]) -> Outcome<Vec<RowWritten>> {
        let data = writes.iter().map(|write| DataFilterValueRange {
            data_filter: Some(by_mark(write.mark)),
            major_dimension: Some("ROWS".into()),
            values: Some(vec![write.cells.iter().map(|cell| cell.as_ref().map_or(Value::Null, value)).collect()]),
        });
        let request = BatchUpdateValuesByDataFilterRequest {
            data: Some(data.collect()),
            include_values_in_response: Some(true),
            response_date_time_render_option: Some("SERIAL_NUMBER".into()),
            response_value_render_option: Some("UNFORMATTED_VALUE".into()),
            value_input_option: Some("RAW".into()),
        };
        let body = serde_json::to_vec(&request).expect("a request is plain data: writing it as JSON cannot fail");
        let outcome = self
            .call("values.batchUpdateByDataFilter", Quantum::WriteInTurn, |witness| {
                self.post::<BatchUpdateValuesByDataFilterResponse>("values:batchUpdateByDataFilter", None, body.clone(), witness)
            })
            .await;
        outcome.map(|response| {
            let written = response.responses.unwrap_or_default().into_iter().filter_map(|answer| {
                let mark = answer.data_filter?.developer_metadata_lookup?.metadata_id?;
                let range = answer.updated_data?;
                let first = range.range.as_deref().and_then(first_column).unwrap_or(0);
                let mut cells = vec![None; first];
                cells.extend(range.values.unwrap_or_default().first().into_iter().flatten().map(|value| Some(cell(value))));
                Some(RowWritten { mark, cells })
            });
            written.collect()
        })
    }

    /// Adds columns of Loket's own at `first`, to the right of everything: their headers, and the drop-down for staff. The columns are
    /// inserted, so that whatever people put there since the sheet was read moves on and is not overwritten.
    pub async fn add_columns(&self, tab: &SheetFacts, first: u32, columns: &[OwnColumn]) -> Outcome<()> {
        let place = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let count = u32::try_from(columns.len()).unwrap_or(0);
        let mut requests = Vec::new();
        if first >= tab.columns {
            // Columns are inserted before another only.
            let append = AppendDimensionRequest {
                dimension: Some("COLUMNS".into()),
                length: Some(place(first - tab.columns + 1)),
                sheet_id: Some(tab.tab_id),
            };
            requests.push(Request { append_dimension: Some(append), ..Default::default() });
        }
        let range = DimensionRange {
            sheet_id: Some(tab.tab_id),
            dimension: Some("COLUMNS".into()),
            start_index: Some(place(first)),
            end_index: Some(place(first + count)),
        };
        let insert = InsertDimensionRequest { inherit_from_before: Some(false), range: Some(range) };
        requests.push(Request { insert_dimension: Some(insert), ..Default::default() });
        let start = GridCoordinate { sheet_id: Some(tab.tab_id), row_index: Some(0), column_index: Some(place(first)) };
        let headers = columns.iter().map(|column| header_cell(column.header())).collect();
        let update = UpdateCellsRequest {
            start: Some(start),
            rows: Some(vec![RowData { values: Some(headers) }]),
            fields: Some("userEnteredValue,userEnteredFormat.textFormat.bold".parse().expect("a list of field names")),
            ..Default::default()
        };
        requests.push(Request { update_cells: Some(update), ..Default::default() });
        for (offset, column) in (0_u32..).zip(columns) {
            if *column == OwnColumn::Command {
                requests.push(drop_down(tab.tab_id, place(first + offset)));
            }
        }
        let request = BatchUpdateSpreadsheetRequest { requests: Some(requests), ..Default::default() };
        let (hub, id, request) = (&self.hub, &self.id, &request);
        let outcome = self
            .call("spreadsheets.batchUpdate/columns", Quantum::Write, |mut witness| async move {
                let call = hub.spreadsheets().batch_update(request.clone(), id);
                call.add_scope(Scope::Spreadsheet).delegate(&mut witness).param("prettyPrint", "false").doit().await
            })
            .await;
        outcome.map(|_| ())
    }
}

/// A cell as it is sent. Nothing in it is the empty text, since `null` would leave the cell as it is.
fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Empty => Value::from(""),
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Number(number) => Value::from(*number),
        Cell::Bool(value) => Value::from(*value),
    }
}

fn header_cell(text: &str) -> CellData {
    let bold = TextFormat { bold: Some(true), ..Default::default() };
    CellData {
        user_entered_value: Some(ExtendedValue { string_value: Some(text.to_owned()), ..Default::default() }),
        user_entered_format: Some(CellFormat { text_format: Some(bold), ..Default::default() }),
        ..Default::default()
    }
}

fn drop_down(tab: i32, column: i32) -> Request {
    let value = |word: &&str| ConditionValue { user_entered_value: Some((*word).to_owned()), ..Default::default() };
    let condition = BooleanCondition { type_: Some("ONE_OF_LIST".into()), values: Some(COMMANDS.iter().map(value).collect()) };
    let rule =
        DataValidationRule { condition: Some(condition), strict: Some(false), show_custom_ui: Some(true), ..Default::default() };
    let range = GridRange {
        sheet_id: Some(tab),
        start_row_index: Some(1),
        start_column_index: Some(column),
        end_column_index: Some(column + 1),
        ..Default::default()
    };
    let set = SetDataValidationRequest { range: Some(range), rule: Some(rule), ..Default::default() };
    Request { set_data_validation: Some(set), ..Default::default() }
}
