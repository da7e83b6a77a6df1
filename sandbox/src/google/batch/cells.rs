//! Cells by their fields: `updateCells`, `repeatCell`, `appendCells`, validation, borders and merges.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::google::batch::{Context, Reply, dimensions, list};
use crate::google::document::{Document, Target};
use crate::google::fields::{self, Mask};
use crate::google::formula::rewrite;
use crate::google::grid::{Area, Cell, Entered, Extra};
use crate::google::protection;

/// Sets what the mask names to what a `CellData` holds; without one, clears it.
fn apply(document: &mut Document, sheet: usize, at: (usize, usize), data: &Value, mask: &Mask) -> Result<(), String> {
    let blank = document.sheets[sheet].cell(at.0, at.1).is_none_or(Cell::is_blank);
    if blank && data.as_object().is_none_or(Map::is_empty) {
        return Ok(());
    }
    let mut formula = false;
    let cell = document.sheets[sheet].cell_mut(at.0, at.1);
    if mask.below("userEnteredValue").is_some() {
        let entered = extended(&data["userEnteredValue"])?;
        formula = matches!(entered, Entered::Formula(_));
        cell.enter(entered);
    }
    if let Some(inner) = mask.below("userEnteredFormat") {
        let empty = Map::new();
        let source = with_styles(data["userEnteredFormat"].as_object().unwrap_or(&empty));
        let mut format = cell.format().map(|f| Map::clone(f)).unwrap_or_default();
        fields::change(&mut format, &source, &styled(inner), "CellFormat");
        let format = with_styles(&format);
        set(cell, |extra| extra.format = (!format.is_empty()).then(|| Arc::new(format)));
    }
    if mask.below("note").is_some() {
        let note = data["note"].as_str().filter(|n| !n.is_empty()).map(str::to_owned);
        set(cell, |extra| extra.note = note);
    }
    if mask.below("dataValidation").is_some() {
        let rule = data["dataValidation"].as_object().cloned().map(Arc::new);
        set(cell, |extra| extra.validation = rule);
    }
    if mask.below("textFormatRuns").is_some() {
        let runs = data.get("textFormatRuns").cloned();
        set(cell, |extra| extra.runs = runs);
    }
    document.has_formulas |= formula;
    Ok(())
}

fn set(cell: &mut Cell, change: impl FnOnce(&mut Extra)) {
    change(cell.extra_mut());
    if cell.extra.as_deref() == Some(&Extra::default()) {
        cell.extra = None;
    }
}

/// The content that an `ExtendedValue` gives.
fn extended(value: &Value) -> Result<Entered, String> {
    let Some(object) = value.as_object() else { return Ok(Entered::Empty) };
    Ok(match object.iter().next() {
        None => Entered::Empty,
        Some((kind, content)) => match kind.as_str() {
            "numberValue" => Entered::Number(content.as_f64().unwrap_or(0.0)),
            "stringValue" => Entered::text(content.as_str().unwrap_or_default()),
            "boolValue" => Entered::Bool(content.as_bool().unwrap_or(false)),
            "formulaValue" => {
                let formula = content.as_str().unwrap_or_default();
                if !formula.starts_with('=') {
                    return Err(format!("A formula must begin with '=': {formula}"));
                }
                Entered::Formula(formula.to_owned())
            }
            _ => return Err("errorValue cannot be written.".to_owned()),
        },
    })
}

/// A colour and its style stand for each other (recorded: each is shown with the other).
pub(crate) fn with_styles(format: &Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, value) in format {
        let value = match value {
            Value::Object(inner) if name == "textFormat" => Value::Object(with_styles(inner)),
            other => other.clone(),
        };
        out.insert(name.clone(), value);
    }
    for color in ["backgroundColor", "foregroundColor", "tabColor"] {
        let style = format!("{color}Style");
        if let Some(rgb) = out.get(&style).and_then(|s| s.get("rgbColor")).cloned() {
            out.insert(color.to_owned(), rgb);
        } else if out.contains_key(&style) {
            out.shift_remove(color);
        } else if let Some(rgb) = out.get(color).cloned() {
            out.insert(style, serde_json::json!({"rgbColor": rgb}));
        }
    }
    out
}

/// The mask with the styles of the colours that it names.
fn styled(mask: &Mask) -> Mask {
    let Mask::Some(fields) = mask else { return Mask::All };
    let mut out = Vec::new();
    for (name, inner) in fields {
        out.push((name.clone(), styled(inner)));
        if matches!(name.as_str(), "backgroundColor" | "foregroundColor") {
            out.push((format!("{name}Style"), Mask::All));
        } else if matches!(name.as_str(), "backgroundColorStyle" | "foregroundColorStyle") {
            out.push((name.trim_end_matches("Style").to_owned(), Mask::All));
        }
    }
    Mask::Some(out)
}

/// `updateCells`: with a range, what the rows do not cover is cleared in the named fields.
pub(crate) fn update(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let mask = fields::for_change(request["fields"].as_str(), "CellData")?;
    let rows = list(&request["rows"]);
    let width = rows.iter().map(|r| list(&r["values"]).len()).max().unwrap_or(0);
    let (sheet, area) = if let Some(range) = request.get("range") {
        let Target { sheet, area, .. } = document.find_grid(range)?;
        if rows.len() > area.height() {
            return Err(format!(
                "Attempting to write row: {}, beyond the last requested row of: {}",
                area.row + rows.len() - 1,
                area.row_end - 1
            ));
        }
        if width > area.width() {
            return Err(format!(
                "Attempting to write column: {}, beyond the last requested column of: {}",
                area.column + width - 1,
                area.column_end - 1
            ));
        }
        (sheet, area)
    } else {
        let (sheet, row, column) = coordinate(document, request.get("start").ok_or("No area specified.")?)?;
        let tab = &document.sheets[sheet];
        let area = Area { row, column, row_end: row + rows.len(), column_end: column + width };
        if area.row_end > tab.rows.len() || area.column_end > tab.columns.len() {
            return Err(format!(
                "Attempting to write row: {}, column: {}, beyond the grid of {} rows and {} columns.",
                area.row_end.max(1) - 1,
                area.column_end.max(1) - 1,
                tab.rows.len(),
                tab.columns.len()
            ));
        }
        (sheet, area)
    };
    protection::check(document, sheet, &area, context.actor)?;
    let covers_all = request.get("range").is_some();
    for row in area.row..area.row_end {
        let values = rows.get(row - area.row).map(|r| list(&r["values"])).unwrap_or_default();
        let end = if covers_all { area.column_end } else { area.column + values.len() };
        for column in area.column..end {
            let data = values.get(column - area.column).unwrap_or(&Value::Null);
            apply(document, sheet, (row, column), data, &mask)?;
        }
    }
    Ok(Value::Null)
}

/// A `GridCoordinate`: tab, row, column.
pub(crate) fn coordinate(document: &Document, start: &Value) -> Result<(usize, usize, usize), String> {
    let id = start["sheetId"].as_i64().unwrap_or(0);
    let sheet = document.sheet_with(id).ok_or_else(|| format!("No grid with id: {id}"))?;
    let index = |name: &str| start[name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let (row, column) = (index("rowIndex"), index("columnIndex"));
    let (rows, columns) = (document.sheets[sheet].rows.len(), document.sheets[sheet].columns.len());
    if row >= rows {
        return Err(format!("GridCoordinate.rowIndex[{row}] is after last row in grid[{}]", rows - 1));
    }
    if column >= columns {
        return Err(format!("GridCoordinate.columnIndex[{column}] is after last column in grid[{}]", columns - 1));
    }
    Ok((sheet, row, column))
}

/// `repeatCell`; references of a formula move along with each cell.
pub(crate) fn repeat(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let mask = fields::for_change(request["fields"].as_str(), "CellData")?;
    let Target { sheet, area, .. } = document.find_grid(&request["range"])?;
    protection::check(document, sheet, &area, context.actor)?;
    let locale = document.locale();
    let formula = request["cell"]["userEnteredValue"]["formulaValue"].as_str().map(str::to_owned);
    for row in area.row..area.row_end {
        for column in area.column..area.column_end {
            let mut data = request["cell"].clone();
            if let Some(formula) = &formula {
                let by = |at: usize, from: usize| isize::try_from(at - from).unwrap_or(0);
                let moved = rewrite::copied(formula, &locale, by(row, area.row), by(column, area.column));
                data["userEnteredValue"]["formulaValue"] = moved.into();
            }
            apply(document, sheet, (row, column), &data, &mask)?;
        }
    }
    Ok(Value::Null)
}

/// `appendCells`: after the last row with data of the tab, without looking for tables.
pub(crate) fn append(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let mask = fields::for_change(request["fields"].as_str(), "CellData")?;
    let id = request["sheetId"].as_i64().unwrap_or(0);
    let sheet = document.sheet_with(id).ok_or_else(|| format!("No grid with id: {id}"))?;
    let rows = list(&request["rows"]);
    let width = rows.iter().map(|r| list(&r["values"]).len()).max().unwrap_or(0);
    let first = document.sheets[sheet].used_rows();
    dimensions::grow(document, sheet, first + rows.len(), width);
    let area = Area { row: first, column: 0, row_end: first + rows.len(), column_end: width };
    protection::check(document, sheet, &area, context.actor)?;
    for (r, row) in rows.iter().enumerate() {
        for (c, data) in list(&row["values"]).iter().enumerate() {
            apply(document, sheet, (first + r, c), data, &mask)?;
        }
    }
    Ok(Value::Null)
}

/// `setDataValidation`; without a rule it is cleared.
pub(crate) fn set_validation(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let Target { sheet, area, .. } = document.find_grid(&request["range"])?;
    protection::check(document, sheet, &area, context.actor)?;
    let rule = request["rule"].as_object().cloned().map(Arc::new);
    if rule.as_ref().is_some_and(|r| r.get("condition").is_none_or(|c| c.get("type").is_none())) {
        return Err("rule.condition.type must be specified.".to_owned());
    }
    for row in area.row..area.row_end {
        for column in area.column..area.column_end {
            if rule.is_some() || document.sheets[sheet].cell(row, column).is_some() {
                let rule = rule.clone();
                set(document.sheets[sheet].cell_mut(row, column), |extra| extra.validation = rule);
            }
        }
    }
    Ok(Value::Null)
}

/// `updateBorders`: outer sides and inner lines become sides of the cells.
pub(crate) fn update_borders(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let Target { sheet, area, .. } = document.find_grid(&request["range"])?;
    protection::check(document, sheet, &area, context.actor)?;
    for row in area.row..area.row_end {
        for column in area.column..area.column_end {
            let sides = [
                ("top", if row == area.row { "top" } else { "innerHorizontal" }),
                ("bottom", if row + 1 == area.row_end { "bottom" } else { "innerHorizontal" }),
                ("left", if column == area.column { "left" } else { "innerVertical" }),
                ("right", if column + 1 == area.column_end { "right" } else { "innerVertical" }),
            ];
            let cell = document.sheets[sheet].cell_mut(row, column);
            let mut format = cell.format().map(|f| Map::clone(f)).unwrap_or_default();
            let mut borders = format.get("borders").and_then(Value::as_object).cloned().unwrap_or_default();
            for (side, from) in sides {
                if let Some(border) = request.get(from) {
                    borders.insert(side.to_owned(), border.clone());
                }
            }
            if !borders.is_empty() {
                format.insert("borders".into(), Value::Object(borders));
                set(cell, |extra| extra.format = Some(Arc::new(format)));
            }
        }
    }
    Ok(Value::Null)
}

/// `mergeCells`: only the first cell keeps its content (recorded).
pub(crate) fn merge(document: &mut Document, request: &Value) -> Reply {
    let Target { sheet, area, .. } = document.find_grid(&request["range"])?;
    let parts: Vec<Area> = match request["mergeType"].as_str() {
        Some("MERGE_ROWS") => (area.row..area.row_end).map(|r| Area { row: r, row_end: r + 1, ..area }).collect(),
        Some("MERGE_COLUMNS") => (area.column..area.column_end).map(|c| Area { column: c, column_end: c + 1, ..area }).collect(),
        _ => vec![area],
    };
    let tab = &mut document.sheets[sheet];
    if tab.merges.iter().any(|m| m.meets(&area) && !area.holds(m)) {
        return Err("You must select all cells in a merged range to merge or unmerge them.".to_owned());
    }
    tab.merges.retain(|m| !area.holds(m));
    for part in parts {
        if part.height() < 2 && part.width() < 2 {
            continue;
        }
        for row in part.row..part.row_end {
            for column in part.column..part.column_end {
                if (row, column) != (part.row, part.column) && tab.has_content(row, column) {
                    tab.cell_mut(row, column).enter(Entered::Empty);
                }
            }
        }
        tab.merges.push(part);
    }
    Ok(Value::Null)
}

/// `unmergeCells`.
pub(crate) fn unmerge(document: &mut Document, request: &Value) -> Reply {
    let Target { sheet, area, .. } = document.find_grid(&request["range"])?;
    let tab = &mut document.sheets[sheet];
    if tab.merges.iter().any(|m| m.meets(&area) && !area.holds(m)) {
        return Err("You must select all cells in a merged range to merge or unmerge them.".to_owned());
    }
    tab.merges.retain(|m| !area.holds(m));
    Ok(Value::Null)
}
