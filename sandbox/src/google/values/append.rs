//! `values.append`: looks for a table in the range and writes after it.

use serde_json::{Map, Value};

use crate::google::a1::Block;
use crate::google::batch::dimensions;
use crate::google::document::{Document, Target};
use crate::google::errors::ApiError;
use crate::google::grid::{Actor, Area, Dimension, Sheet};
use crate::google::schema::Query;
use crate::google::values::write::{self, Echo, Input};

/// `values.append`.
pub(crate) fn append(document: &mut Document, range: &str, query: &Query, body: &Value, actor: Actor) -> Result<Value, ApiError> {
    let input = Input::named(query.text("valueInputOption"))?;
    let values = write::by_rows(body);
    write::check_cells(&values, "")?;
    let target = document.find(range)?;
    let table = last_table(&document.sheets[target.sheet], &target.area);
    let (row, column) = table.map_or((target.block.row, target.block.column), |t| (t.row_end, t.column));
    let height = values.len();
    let width = values.iter().map(Vec::len).max().unwrap_or(0);
    let insert = query.text("insertDataOption") == Some("INSERT_ROWS");
    if insert && table.is_some() && row < document.sheets[target.sheet].rows.len() {
        dimensions::insert(document, target.sheet, Dimension::Rows, row, height, true);
    }
    dimensions::grow(document, target.sheet, row + height.max(1), column + width.max(1));
    let block = Block { row, column, row_end: None, column_end: None, origin: true };
    let area = document.sheets[target.sheet].whole();
    let written = write::write(document, &Target { sheet: target.sheet, block, area }, &values, input, actor)?;
    let mut out = Map::new();
    out.insert("spreadsheetId".into(), document.id.as_str().into());
    if let Some(table) = table {
        out.insert("tableRange".into(), document.shown(target.sheet, &table).into());
    }
    out.insert("updates".into(), written.answer(document, Echo::of_query(query)));
    Ok(Value::Object(out))
}

/// The last table that has part in the area. A table is a block of cells with content, bounded by blank rows and columns
/// (Google's page "Appending values"; recorded: `A1,"",C1` are two tables, and the last one is taken).
fn last_table(sheet: &Sheet, area: &Area) -> Option<Area> {
    let mut tables: Vec<Area> = Vec::new();
    for row in area.row..area.row_end {
        for column in area.column..area.column_end.min(sheet.rows[row].cells.len()) {
            let here = Area { row, column, row_end: row + 1, column_end: column + 1 };
            if sheet.has_content(row, column) && !tables.iter().any(|t| t.holds(&here)) {
                tables.push(region(sheet, here));
            }
        }
    }
    // A blank cell may lie within a table that surrounds it.
    if tables.is_empty() && area.height() == 1 && area.width() == 1 {
        let near = Area {
            row: area.row.saturating_sub(1),
            column: area.column.saturating_sub(1),
            row_end: (area.row_end + 1).min(sheet.rows.len()),
            column_end: (area.column_end + 1).min(sheet.columns.len()),
        };
        let around = (near.row..near.row_end).flat_map(|r| (near.column..near.column_end).map(move |c| (r, c)));
        let found = around
            .filter(|(r, c)| sheet.has_content(*r, *c))
            .map(|(r, c)| region(sheet, Area { row: r, column: c, row_end: r + 1, column_end: c + 1 }));
        tables.extend(found.filter(|t| t.holds(area)));
    }
    tables.into_iter().max_by_key(|t| (t.row_end, t.column_end))
}

/// Grows a block until it is bounded by blank rows and columns.
fn region(sheet: &Sheet, mut area: Area) -> Area {
    loop {
        let before = area;
        // Corners count: cells that touch diagonally belong to one table.
        let columns = area.column.saturating_sub(1)..(area.column_end + 1).min(sheet.columns.len());
        let rows = area.row.saturating_sub(1)..(area.row_end + 1).min(sheet.rows.len());
        let row_used = |row: usize| columns.clone().any(|c| sheet.has_content(row, c));
        let column_used = |column: usize| rows.clone().any(|r| sheet.has_content(r, column));
        if area.row > 0 && row_used(area.row - 1) {
            area.row -= 1;
        }
        if area.row_end < sheet.rows.len() && row_used(area.row_end) {
            area.row_end += 1;
        }
        if area.column > 0 && column_used(area.column - 1) {
            area.column -= 1;
        }
        if area.column_end < sheet.columns.len() && column_used(area.column_end) {
            area.column_end += 1;
        }
        if area == before {
            return area;
        }
    }
}
