//! The shape of `Spreadsheet`, as `spreadsheets.get` answers it (recorded skeleton; the rest by discovery document).

use serde_json::{Map, Value, json};

use crate::google::batch::anchored::shown_protection;
use crate::google::batch::dimensions::groups_json;
use crate::google::document::{Document, Target, grid_range, without_zero_ids};
use crate::google::fields::Mask;
use crate::google::formula::eval::{self, Computed};
use crate::google::grid::{Area, Cell, Dimension, Entered};
use crate::google::metadata::Place;
use crate::google::render;
use crate::google::schema;

/// Default height of a row in pixels.
const ROW_PIXELS: u32 = 21;
/// Default width of a column in pixels (recorded).
const COLUMN_PIXELS: u32 = 100;

/// A tab's `SheetProperties`; `sheetId` and `index` are there also when 0 (recorded).
pub(crate) fn sheet_properties(document: &Document, at: usize) -> Value {
    let sheet = &document.sheets[at];
    let mut grid = Map::new();
    grid.insert("rowCount".into(), sheet.rows.len().into());
    grid.insert("columnCount".into(), sheet.columns.len().into());
    grid.extend(sheet.grid_props.clone());
    let mut out = Map::new();
    out.insert("sheetId".into(), sheet.id.into());
    out.insert("title".into(), sheet.title.as_str().into());
    out.insert("index".into(), at.into());
    out.insert("sheetType".into(), "GRID".into());
    out.insert("gridProperties".into(), Value::Object(grid));
    out.extend(sheet.props.clone());
    Value::Object(out)
}

/// The whole `Spreadsheet`. `ranges` limit tabs and grid data; `mask` thins the answer, and decides by itself whether grid
/// data is in it (`include_data` counts only without one).
pub(crate) fn spreadsheet(document: &Document, ranges: Option<&[Target]>, include_data: bool, mask: Option<&Mask>) -> Value {
    let data = mask.map_or(include_data, |m| m.touches("sheets.data"));
    let mut sheets = Vec::new();
    for at in 0..document.sheets.len() {
        let areas: Vec<Area> = match ranges {
            None => vec![document.sheets[at].whole()],
            Some(ranges) => ranges.iter().filter(|t| t.sheet == at).map(|t| t.area).collect(),
        };
        if !areas.is_empty() {
            sheets.push(sheet(document, at, data.then_some(areas.as_slice())));
        }
    }
    let mut out = Map::new();
    out.insert("spreadsheetId".into(), document.id.as_str().into());
    out.insert("properties".into(), Value::Object(document.props.clone()));
    out.insert("sheets".into(), sheets.into());
    if !document.named.is_empty() {
        out.insert("namedRanges".into(), without_zero_ids(Value::Array(document.named.clone())));
    }
    let url = format!("https://docs.google.com/spreadsheets/d/{}/edit", document.id);
    out.insert("spreadsheetUrl".into(), url.into());
    let metadata = metadata_on(document, Place::Spreadsheet);
    if !metadata.is_empty() {
        out.insert("developerMetadata".into(), metadata.into());
    }
    let out = Value::Object(out);
    mask.map_or(out.clone(), |m| m.apply(out))
}

fn metadata_on(document: &Document, place: Place) -> Vec<Value> {
    document.metadata.iter().filter(|e| e.place == place).map(crate::google::metadata::Entry::to_json).collect()
}

fn sheet(document: &Document, at: usize, data: Option<&[Area]>) -> Value {
    let tab = &document.sheets[at];
    let mut out = Map::new();
    out.insert("properties".into(), sheet_properties(document, at));
    if let Some(areas) = data {
        out.insert("data".into(), areas.iter().map(|a| grid_data(document, at, a)).collect());
    }
    let mut add = |name: &str, list: Vec<Value>| {
        if !list.is_empty() {
            out.insert(name.into(), list.into());
        }
    };
    let shown = |list: &[Value]| list.iter().cloned().map(without_zero_ids).collect::<Vec<_>>();
    add("merges", tab.merges.iter().map(|a| grid_range(tab.id, a)).collect());
    add("conditionalFormats", shown(&tab.conditional));
    add("filterViews", shown(&tab.filter_views));
    add("protectedRanges", tab.protected.iter().map(|(p, by)| shown_protection(p, *by)).collect());
    add("bandedRanges", shown(&tab.banded));
    add("developerMetadata", metadata_on(document, Place::Sheet(tab.id)));
    add("rowGroups", groups_json(tab, Dimension::Rows));
    add("columnGroups", groups_json(tab, Dimension::Columns));
    if let Some(filter) = &tab.basic_filter {
        out.insert("basicFilter".into(), without_zero_ids(filter.clone()));
    }
    Value::Object(out)
}

fn grid_data(document: &Document, at: usize, area: &Area) -> Value {
    let tab = &document.sheets[at];
    let mut out = Map::new();
    if area.row > 0 {
        out.insert("startRow".into(), area.row.into());
    }
    if area.column > 0 {
        out.insert("startColumn".into(), area.column.into());
    }
    let mut rows: Vec<Value> = Vec::new();
    for r in area.row..area.row_end {
        let cells = tab.rows[r].cells.get(area.column..area.column_end.min(tab.rows[r].cells.len()));
        let cells = cells.unwrap_or_default();
        let used = cells.iter().rposition(|c| !c.is_blank()).map_or(0, |i| i + 1);
        let values: Vec<Value> =
            cells[..used].iter().enumerate().map(|(i, cell)| cell_data(document, at, r, area.column + i, cell)).collect();
        rows.push(if values.is_empty() { json!({}) } else { json!({"values": values}) });
    }
    while rows.last().is_some_and(|r| r.as_object().is_some_and(Map::is_empty)) {
        rows.pop();
    }
    if !rows.is_empty() {
        out.insert("rowData".into(), rows.into());
    }
    let line = |props: &Map<String, Value>, pixels: u32, place: Place| {
        let mut line = props.clone();
        line.entry("pixelSize").or_insert_with(|| pixels.into());
        let metadata = metadata_on(document, place);
        if !metadata.is_empty() {
            line.insert("developerMetadata".into(), metadata.into());
        }
        Value::Object(line)
    };
    let rows = (area.row..area.row_end).map(|r| line(&tab.rows[r].props, ROW_PIXELS, Place::Row(tab.id, r)));
    let columns = (area.column..area.column_end).map(|c| line(&tab.columns[c], COLUMN_PIXELS, Place::Column(tab.id, c)));
    out.insert("rowMetadata".into(), rows.collect());
    out.insert("columnMetadata".into(), columns.collect());
    Value::Object(out)
}

/// Where the cell leads: an address typed into it, or the one of its `HYPERLINK` formula.
pub(crate) fn link(document: &Document, at: usize, cell: &Cell) -> Option<String> {
    match &cell.entered {
        Entered::Formula(formula) => eval::link_of(document, at, formula),
        _ => cell.extra.as_ref().and_then(|e| e.link.clone()),
    }
}

fn cell_data(document: &Document, at: usize, row: usize, column: usize, cell: &Cell) -> Value {
    let mut out = Map::new();
    let entered = match &cell.entered {
        Entered::Empty => None,
        Entered::Number(n) => Some(json!({"numberValue": schema::number(*n)})),
        Entered::Text(t) => Some(json!({"stringValue": t})),
        Entered::Bool(b) => Some(json!({"boolValue": b})),
        Entered::Formula(f) => Some(json!({"formulaValue": f})),
    };
    if let Some(entered) = entered {
        let value = render::computed(document, at, row, column, cell);
        out.insert("userEnteredValue".into(), entered);
        if value != Computed::Empty {
            out.insert("effectiveValue".into(), effective(&value));
            out.insert("formattedValue".into(), render::formatted(document, cell, &value).into());
        }
    }
    let link = link(document, at, cell);
    if let Some(format) = cell.format() {
        out.insert("userEnteredFormat".into(), Value::Object(Map::clone(format)));
    }
    if !cell.is_blank() {
        let mut format = document.props.get("defaultFormat").and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, value) in cell.format().map(|f| Map::clone(f)).unwrap_or_default() {
            match (format.get_mut(&name), value) {
                (Some(Value::Object(base)), Value::Object(own)) if name == "textFormat" => base.extend(own),
                (_, value) => {
                    format.insert(name, value);
                }
            }
        }
        format.insert("hyperlinkDisplayType".into(), if link.is_some() { "LINKED" } else { "PLAIN_TEXT" }.into());
        out.insert("effectiveFormat".into(), Value::Object(format));
    }
    if let Some(link) = link {
        out.insert("hyperlink".into(), link.into());
    }
    if let Some(extra) = &cell.extra {
        if let Some(note) = &extra.note {
            out.insert("note".into(), note.as_str().into());
        }
        if let Some(runs) = &extra.runs {
            out.insert("textFormatRuns".into(), runs.clone());
        }
        if let Some(rule) = &extra.validation {
            out.insert("dataValidation".into(), Value::Object(Map::clone(rule)));
        }
    }
    Value::Object(out)
}

fn effective(value: &Computed) -> Value {
    match value {
        Computed::Empty => json!({}),
        Computed::Number(n) => json!({"numberValue": schema::number(*n)}),
        Computed::Text(t) => json!({"stringValue": t}),
        Computed::Bool(b) => json!({"boolValue": b}),
        Computed::Error(shown) => {
            let kind = match *shown {
                "#DIV/0!" => "DIVIDE_BY_ZERO",
                "#VALUE!" => "VALUE",
                "#REF!" => "REF",
                "#NAME?" => "NAME",
                "#NUM!" => "NUM",
                "#N/A" => "N_A",
                _ => "ERROR",
            };
            json!({"errorValue": {"type": kind}})
        }
    }
}
