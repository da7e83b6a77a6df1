//! Tabs and the spreadsheet's own properties.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::google::batch::{Context, Reply, cells, dimensions};
use crate::google::describe;
use crate::google::document::Document;
use crate::google::fields;
use crate::google::grid::{Dimension, NEW_GRID, Sheet};

fn free_title(document: &Document, wish: &str) -> Result<(), String> {
    if document.sheets.iter().any(|s| s.title.to_lowercase() == wish.to_lowercase()) {
        return Err(format!("A sheet with the name \"{wish}\" already exists. Please enter another name."));
    }
    Ok(())
}

fn index(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|n| usize::try_from(n).ok())
}

/// `addSheet`.
pub(crate) fn add(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let given = &request["properties"];
    // One more candidate than there are tabs: one is free.
    let numbered = || (1..=document.sheets.len() + 1).map(|n| format!("Sheet{n}")).find(|t| free_title(document, t).is_ok());
    let title = match given["title"].as_str() {
        Some(title) if !title.is_empty() => title.to_owned(),
        _ => numbered().expect("there are more candidates than tabs"),
    };
    free_title(document, &title)?;
    if given["sheetType"].as_str().is_some_and(|t| t != "GRID" && t != "SHEET_TYPE_UNSPECIFIED") {
        return Err("Only sheets of type GRID are carried out by the sandbox.".to_owned());
    }
    let id = match given["sheetId"].as_i64() {
        Some(id) if id < 0 => return Err("sheetId must be non-negative.".to_owned()),
        Some(id) if document.sheet_with(id).is_some() => {
            return Err(format!("Sheet with id: {id} already exists."));
        }
        Some(id) => id,
        None => {
            std::iter::repeat_with(|| context.id()).find(|id| document.sheet_with(*id).is_none()).expect("ids do not run out")
        }
    };
    let grid = &given["gridProperties"];
    let rows = index(&grid["rowCount"]).unwrap_or(NEW_GRID.0);
    let columns = index(&grid["columnCount"]).unwrap_or(NEW_GRID.1);
    if rows == 0 || columns == 0 {
        return Err("A sheet must have at least one row and one column.".to_owned());
    }
    document.check_room(rows.saturating_mul(columns))?;
    let mut sheet = Sheet::new(id, &title, rows, columns);
    sheet.grid_props = others(grid.as_object(), &["rowCount", "columnCount"]);
    sheet.props = others(given.as_object(), &["sheetId", "title", "index", "sheetType", "gridProperties"]);
    sheet.props = cells::with_styles(&sheet.props);
    let at = index(&given["index"]).unwrap_or(document.sheets.len()).min(document.sheets.len());
    document.sheets.insert(at, sheet);
    Ok(json!({"properties": describe::sheet_properties(document, at)}))
}

/// The object without the named fields, and without what is false or 0.
fn others(object: Option<&Map<String, Value>>, known: &[&str]) -> Map<String, Value> {
    let mut out = object.cloned().unwrap_or_default();
    out.retain(|name, value| !known.contains(&name.as_str()) && *value != Value::Bool(false) && *value != 0);
    out
}

/// `deleteSheet`, with everything anchored to the tab.
pub(crate) fn delete(document: &mut Document, request: &Value) -> Reply {
    let id = request["sheetId"].as_i64().unwrap_or(0);
    let at = document.sheet_with(id).ok_or_else(|| format!("No sheet with id: {id}"))?;
    if document.sheets.iter().enumerate().all(|(i, s)| i == at || s.hidden()) {
        return Err("You can't remove all the visible sheets in a document.".to_owned());
    }
    document.sheets.remove(at);
    document.named.retain(|n| n["range"]["sheetId"].as_i64().unwrap_or(0) != id);
    document.metadata.retain(|e| {
        use crate::google::metadata::Place;
        !matches!(e.place, Place::Sheet(s) | Place::Row(s, _) | Place::Column(s, _) if s == id)
    });
    Ok(Value::Null)
}

/// `duplicateSheet`: cells, formats and rules; developer metadata is not copied (one third-party measurement).
pub(crate) fn duplicate(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let source = request["sourceSheetId"].as_i64().unwrap_or(0);
    let from = document.sheet_with(source).ok_or_else(|| format!("No sheet with id: {source}"))?;
    let id = match request["newSheetId"].as_i64() {
        Some(id) if document.sheet_with(id).is_some() => return Err(format!("Sheet with id: {id} already exists.")),
        Some(id) => id,
        None => context.id(),
    };
    let base = format!("Copy of {}", document.sheets[from].title);
    let title = match request["newSheetName"].as_str() {
        Some(title) if !title.is_empty() => title.to_owned(),
        _ => copy_title(document, &base),
    };
    free_title(document, &title)?;
    let mut sheet = document.sheets[from].clone();
    (sheet.id, sheet.title) = (id, title);
    for (protected, _) in &mut sheet.protected {
        protected["protectedRangeId"] = context.id().into();
    }
    let ranges = sheet.conditional.iter_mut().chain(&mut sheet.filter_views).chain(&mut sheet.banded);
    for value in ranges.chain(sheet.protected.iter_mut().map(|(p, _)| p)).chain(&mut sheet.basic_filter) {
        renumber(value, source, id);
    }
    let at = index(&request["insertSheetIndex"]).unwrap_or(0).min(document.sheets.len());
    document.sheets.insert(at, sheet);
    Ok(json!({"properties": describe::sheet_properties(document, at)}))
}

/// The title of a copy: as it is, or with the first number that makes it free.
pub(crate) fn copy_title(document: &Document, base: &str) -> String {
    std::iter::once(base.to_owned())
        .chain((1..=document.sheets.len()).map(|n| format!("{base} {n}")))
        .find(|t| free_title(document, t).is_ok())
        .expect("there are more candidates than tabs")
}

fn renumber(value: &mut Value, from: i64, to: i64) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|v| renumber(v, from, to)),
        Value::Object(object) => {
            if object.get("sheetId").and_then(Value::as_i64) == Some(from) {
                object.insert("sheetId".into(), to.into());
            }
            object.values_mut().for_each(|v| renumber(v, from, to));
        }
        _ => {}
    }
}

/// `updateSheetProperties`.
pub(crate) fn update(document: &mut Document, request: &Value) -> Reply {
    let mask = fields::for_change(request["fields"].as_str(), "SheetProperties")?;
    let given = &request["properties"];
    let id = given["sheetId"].as_i64().unwrap_or(0);
    let at = document.sheet_with(id).ok_or_else(|| format!("No sheet with id: {id}"))?;
    let all = mask == fields::Mask::All;
    if mask.below("title").is_some() && !(all && given.get("title").is_none()) {
        let title = given["title"].as_str().filter(|t| !t.is_empty()).ok_or("The sheet name cannot be empty.")?;
        if title.to_lowercase() != document.sheets[at].title.to_lowercase() {
            free_title(document, title)?;
        }
        title.clone_into(&mut document.sheets[at].title);
    }
    if mask.below("hidden").is_some() && given["hidden"] == Value::Bool(true) {
        let others = document.sheets.iter().enumerate().any(|(i, s)| i != at && !s.hidden());
        if !others {
            return Err("You can't hide all the sheets in a document.".to_owned());
        }
    }
    let empty = Map::new();
    let source = given.as_object().unwrap_or(&empty);
    let mut props = document.sheets[at].props.clone();
    if mask.below("tabColor").is_some() && mask.below("tabColorStyle").is_none() {
        props.shift_remove("tabColorStyle");
    }
    fields::change(&mut props, source, &mask, "SheetProperties");
    let mut props = others(Some(&props), &["sheetId", "title", "index", "sheetType", "gridProperties"]);
    // A style without a colour is none.
    if props.get("tabColorStyle").and_then(Value::as_object).is_some_and(Map::is_empty) {
        props.shift_remove("tabColorStyle");
        props.shift_remove("tabColor");
    } else if mask.below("tabColorStyle").is_some() && !props.contains_key("tabColorStyle") {
        props.shift_remove("tabColor");
    }
    document.sheets[at].props = cells::with_styles(&props);
    if let Some(inner) = mask.below("gridProperties") {
        let source = given["gridProperties"].as_object().unwrap_or(&empty);
        update_grid(document, at, source, inner)?;
    }
    if mask.below("index").is_some()
        && let Some(to) = index(&given["index"])
    {
        let sheet = document.sheets.remove(at);
        // Places count as before the move.
        let to = if to > at { to - 1 } else { to };
        document.sheets.insert(to.min(document.sheets.len()), sheet);
    }
    Ok(Value::Null)
}

fn update_grid(document: &mut Document, at: usize, source: &Map<String, Value>, mask: &fields::Mask) -> Result<(), String> {
    let mut props = document.sheets[at].grid_props.clone();
    fields::change(&mut props, source, mask, "GridProperties");
    document.sheets[at].grid_props = others(Some(&props), &["rowCount", "columnCount"]);
    for (name, dimension) in [("rowCount", Dimension::Rows), ("columnCount", Dimension::Columns)] {
        let wanted = source.get(name).and_then(index);
        if mask.below(name).is_none() || (wanted.is_none() && *mask == fields::Mask::All) {
            continue;
        }
        let wanted = wanted.filter(|n| *n > 0).ok_or_else(|| format!("gridProperties.{name} must be greater than zero."))?;
        let tab = &document.sheets[at];
        let have = tab.count(dimension);
        let across = tab.rows.len() * tab.columns.len() / have;
        document.check_room(wanted.saturating_sub(have).saturating_mul(across))?;
        if wanted < have {
            dimensions::delete(document, at, dimension, wanted, have);
        } else if dimension == Dimension::Rows {
            document.sheets[at].rows.resize(wanted, Arc::default());
        } else {
            document.sheets[at].columns.resize(wanted, Map::new());
        }
    }
    let tab = &document.sheets[at];
    for (name, dimension) in [("frozenRowCount", Dimension::Rows), ("frozenColumnCount", Dimension::Columns)] {
        let frozen = tab.grid_props.get(name).and_then(index).unwrap_or(0);
        if frozen > 0 && frozen >= tab.count(dimension) {
            let what = if dimension == Dimension::Rows { "rows" } else { "columns" };
            return Err(format!("You can't freeze all visible {what} on the sheet."));
        }
    }
    Ok(())
}

/// `updateSpreadsheetProperties`.
pub(crate) fn update_spreadsheet(document: &mut Document, request: &Value) -> Reply {
    let mask = fields::for_change(request["fields"].as_str(), "SpreadsheetProperties")?;
    let empty = Map::new();
    let source = request["properties"].as_object().unwrap_or(&empty);
    if mask.below("timeZone").is_some()
        && let Some(zone) = source.get("timeZone").and_then(Value::as_str)
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        return Err(format!("Invalid time zone: {zone}"));
    }
    let mut props = document.props.clone();
    fields::change(&mut props, source, &mask, "SpreadsheetProperties");
    for name in ["title", "locale", "timeZone", "autoRecalc", "defaultFormat", "spreadsheetTheme"] {
        // None of these can be taken away.
        if !props.contains_key(name)
            && let Some(old) = document.props.get(name)
        {
            props.insert(name.into(), old.clone());
        }
    }
    document.props = props;
    Ok(Value::Null)
}
