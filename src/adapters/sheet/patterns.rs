//! Number formats of rows: they show what was typed where Google took a text for a date. Asked for only when an answer needs it.

use google_sheets4::api::{GetSpreadsheetByDataFilterRequest, Scope};

use super::door::{Quantum, SheetDoor};
use super::read::{Rows, effective, stretch};
use crate::domain::answer::Cell;
use crate::domain::outcome::Outcome;

const FIELDS: &str =
    "sheets(properties.sheetId,data(startRow,rowData.values(effectiveValue,effectiveFormat.numberFormat.pattern)))";

/// A row with the number format of each cell.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPatterns {
    /// What stands in the row.
    pub cells: Vec<Cell>,
    /// The pattern of each cell; empty where it has none of its own.
    pub patterns: Vec<String>,
}

impl SheetDoor {
    /// The rows at these places, as they are now.
    pub async fn patterns(&self, tab: i32, rows: &[u32]) -> Outcome<Vec<RowPatterns>> {
        let filters = rows.iter().map(|row| stretch(tab, Rows { start: *row, end: Some(row + 1) }, None)).collect();
        // A mask says which grid data comes back; without the flag a mask that names it is enough (Sheets API, field masks).
        let request = GetSpreadsheetByDataFilterRequest {
            data_filters: Some(filters),
            include_grid_data: Some(true),
            ..Default::default()
        };
        let (hub, id, request) = (&self.hub, &self.id, &request);
        let outcome = self
            .call("spreadsheets.getByDataFilter", Quantum::Read, |mut witness| async move {
                let call = hub.spreadsheets().get_by_data_filter(request.clone(), id);
                let call = call.add_scope(Scope::Spreadsheet).delegate(&mut witness);
                call.param("fields", FIELDS).param("prettyPrint", "false").doit().await
            })
            .await;
        outcome.map(|spreadsheet| {
            let sheets = spreadsheet.sheets.unwrap_or_default().into_iter();
            let blocks = sheets.flat_map(|sheet| sheet.data.unwrap_or_default());
            let rows = blocks.flat_map(|block| block.row_data.unwrap_or_default());
            rows.map(|row| {
                let cells = row.values.unwrap_or_default();
                let pattern = |cell: &google_sheets4::api::CellData| {
                    cell.effective_format.as_ref()?.number_format.as_ref()?.pattern.clone()
                };
                RowPatterns {
                    patterns: cells.iter().map(|cell| pattern(cell).unwrap_or_default()).collect(),
                    cells: cells.iter().map(effective).collect(),
                }
            })
            .collect()
        })
    }
}
