//! Row metadata: what ties a ticket to its row while people rearrange the sheet.
//!
//! Making metadata addresses the row by its place, so the same call gives back what stands in that row at that very moment
//! (a batch update is atomic); metadata that landed on another row is taken off at once by the caller.

use std::sync::Arc;

use google_sheets4::api::{
    BatchUpdateSpreadsheetRequest, BatchUpdateSpreadsheetResponse, CreateDeveloperMetadataRequest, DataFilter,
    DeleteDeveloperMetadataRequest, DeveloperMetadata, DeveloperMetadataLocation, DeveloperMetadataLookup, DimensionRange,
    Request, Scope, SearchDeveloperMetadataRequest,
};

use super::door::{Quantum, SheetDoor};
use super::facts::SheetFacts;
use super::read::{by_mark, effective};
use crate::domain::answer::Cell;
use crate::domain::outcome::Outcome;

/// Key of Loket's row metadata: short, since a spreadsheet holds 30,000 characters of metadata.
const KEY: &str = "lk";
/// Any project may read it: it must survive a change of the Cloud project.
const VISIBILITY: &str = "DOCUMENT";
/// Only these parts of the answer are needed to check the rows.
const FIELDS: &str = "replies,updatedSpreadsheet.sheets(properties.sheetId,data(startRow,rowData.values.effectiveValue))";

/// A row to be marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkWish {
    /// Its place, zero-based, as last read.
    pub row: u32,
    /// The ticket's short number.
    pub value: String,
}

/// A row that was marked.
#[derive(Debug, Clone, PartialEq)]
pub struct Marked {
    /// The metadata's id.
    pub mark: i32,
    /// The ticket's short number.
    pub value: String,
    /// What stood in the row at that moment; `None` if the answer does not show the row.
    pub cells: Option<Vec<Cell>>,
    /// What stood in the header row at that moment: columns may have moved since it was read.
    pub headers: Arc<[String]>,
}

impl SheetDoor {
    /// Marks rows, all or none.
    pub async fn mark(&self, tab: &SheetFacts, wishes: &[MarkWish]) -> Outcome<Vec<Marked>> {
        let requests = wishes.iter().map(|wish| create(tab.tab_id, wish)).collect();
        let title = tab.title.replace('\'', "''");
        let last = column_letters(tab.columns.max(1) - 1);
        let rows = std::iter::once(0).chain(wishes.iter().map(|wish| wish.row));
        let ranges = rows.map(|row| format!("'{title}'!A{0}:{last}{0}", row + 1)).collect();
        let request = BatchUpdateSpreadsheetRequest {
            requests: Some(requests),
            include_spreadsheet_in_response: Some(true),
            response_include_grid_data: Some(true),
            response_ranges: Some(ranges),
        };
        let (hub, id, request) = (&self.hub, &self.id, &request);
        let outcome = self
            .call("spreadsheets.batchUpdate/mark", Quantum::Write, |mut witness| async move {
                let call = hub.spreadsheets().batch_update(request.clone(), id);
                let call = call.add_scope(Scope::Spreadsheet).delegate(&mut witness);
                call.param("fields", FIELDS).param("prettyPrint", "false").doit().await
            })
            .await;
        outcome.map(|response| marked(response, wishes))
    }

    /// Takes metadata off its rows. What is not there any more is no error.
    pub async fn unmark(&self, marks: &[i32]) -> Outcome<()> {
        let delete = |mark: &i32| Request {
            delete_developer_metadata: Some(DeleteDeveloperMetadataRequest { data_filter: Some(by_mark(*mark)) }),
            ..Default::default()
        };
        let request = BatchUpdateSpreadsheetRequest { requests: Some(marks.iter().map(delete).collect()), ..Default::default() };
        let (hub, id, request) = (&self.hub, &self.id, &request);
        let outcome = self
            .call("spreadsheets.batchUpdate/unmark", Quantum::Write, |mut witness| async move {
                let call = hub.spreadsheets().batch_update(request.clone(), id);
                call.add_scope(Scope::Spreadsheet).delegate(&mut witness).param("prettyPrint", "false").doit().await
            })
            .await;
        outcome.map(|_| ())
    }

    /// All of Loket's row metadata: id and the ticket's short number.
    pub async fn marks(&self) -> Outcome<Vec<(i32, String)>> {
        let lookup = DeveloperMetadataLookup {
            metadata_key: Some(KEY.into()),
            location_type: Some("ROW".into()),
            visibility: Some(VISIBILITY.into()),
            ..Default::default()
        };
        let filter = DataFilter { developer_metadata_lookup: Some(lookup), ..Default::default() };
        let request = SearchDeveloperMetadataRequest { data_filters: Some(vec![filter]) };
        let (hub, id, request) = (&self.hub, &self.id, &request);
        let outcome = self
            .call("developerMetadata.search", Quantum::Read, |mut witness| async move {
                let call = hub.spreadsheets().developer_metadata_search(request.clone(), id);
                call.add_scope(Scope::Spreadsheet).delegate(&mut witness).param("prettyPrint", "false").doit().await
            })
            .await;
        outcome.map(|response| {
            let found = response.matched_developer_metadata.unwrap_or_default().into_iter().filter_map(|matched| {
                let metadata = matched.developer_metadata?;
                Some((metadata.metadata_id?, metadata.metadata_value.unwrap_or_default()))
            });
            found.collect()
        })
    }
}

fn create(tab: i32, wish: &MarkWish) -> Request {
    let row = i32::try_from(wish.row).unwrap_or(i32::MAX - 1);
    let range =
        DimensionRange { sheet_id: Some(tab), dimension: Some("ROWS".into()), start_index: Some(row), end_index: Some(row + 1) };
    let metadata = DeveloperMetadata {
        metadata_id: None,
        metadata_key: Some(KEY.into()),
        metadata_value: Some(wish.value.clone()),
        visibility: Some(VISIBILITY.into()),
        location: Some(DeveloperMetadataLocation { dimension_range: Some(range), ..Default::default() }),
    };
    let create = CreateDeveloperMetadataRequest { developer_metadata: Some(metadata) };
    Request { create_developer_metadata: Some(create), ..Default::default() }
}

fn marked(response: BatchUpdateSpreadsheetResponse, wishes: &[MarkWish]) -> Vec<Marked> {
    let mut rows = std::collections::HashMap::new();
    for sheet in response.updated_spreadsheet.and_then(|spreadsheet| spreadsheet.sheets).unwrap_or_default() {
        for data in sheet.data.unwrap_or_default() {
            let start = data.start_row.unwrap_or(0);
            for (row, content) in (start..).zip(data.row_data.unwrap_or_default()) {
                rows.insert(row, content.values.unwrap_or_default().iter().map(effective).collect::<Vec<Cell>>());
            }
        }
    }
    let headers: Arc<[String]> = rows.get(&0).map(|cells| cells.iter().map(Cell::text).collect()).unwrap_or_default();
    let replies = response.replies.unwrap_or_default();
    let marked = wishes.iter().zip(replies).filter_map(|(wish, reply)| {
        let mark = reply.create_developer_metadata?.developer_metadata?.metadata_id?;
        let cells = rows.remove(&i32::try_from(wish.row).ok()?);
        Some(Marked { mark, value: wish.value.clone(), cells, headers: headers.clone() })
    });
    marked.collect()
}

/// A column as people name it: 0 is A, 26 is AA.
fn column_letters(index: u32) -> String {
    let letter = |n: u32| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    if index < 26 { letter(index).to_string() } else { format!("{}{}", column_letters(index / 26 - 1), letter(index)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_people_do() {
        for (index, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(index), name);
        }
    }
}
