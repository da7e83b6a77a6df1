//! Blocks of cells: copy, cut, insert and delete. Developer metadata stays where it is (third-party measurement: a cut
//! block leaves its row's metadata behind).

use serde_json::Value;

use crate::google::batch::dimensions::{self, dimension};
use crate::google::batch::{Context, Reply, cells};
use crate::google::document::Document;
use crate::google::formula::rewrite;
use crate::google::grid::{Area, Cell, Dimension, Entered, Extra, Sheet};
use crate::google::protection;

fn block(sheet: &Sheet, area: &Area) -> Vec<Vec<Cell>> {
    let cell = |r, c| sheet.cell(r, c).cloned().unwrap_or_default();
    (area.row..area.row_end).map(|r| (area.column..area.column_end).map(|c| cell(r, c)).collect()).collect()
}

/// The target cell after a paste of `from` by the type of paste.
fn pasted(from: &Cell, onto: &Cell, kind: &str, computed: Entered) -> Cell {
    let part = |content: bool, format: bool, rule: bool| {
        let mut cell = onto.clone();
        if content {
            cell.enter(from.entered.clone());
            let link = from.extra.as_ref().and_then(|e| e.link.clone());
            let note = from.extra.as_ref().and_then(|e| e.note.clone());
            if link.is_some() || note.is_some() {
                let extra = cell.extra_mut();
                (extra.link, extra.note) = (link, note);
            }
        }
        if format && (cell.format().is_some() || from.format().is_some()) {
            cell.extra_mut().format = from.format().cloned();
        }
        if rule && (cell.validation().is_some() || from.validation().is_some()) {
            cell.extra_mut().validation = from.validation().cloned();
        }
        if cell.extra.as_deref() == Some(&Extra::default()) {
            cell.extra = None;
        }
        cell
    };
    match kind {
        "PASTE_VALUES" => {
            let mut cell = onto.clone();
            cell.enter(computed);
            cell
        }
        "PASTE_FORMAT" => part(false, true, false),
        "PASTE_FORMULA" => part(true, false, false),
        "PASTE_DATA_VALIDATION" => part(false, false, true),
        "PASTE_CONDITIONAL_FORMATTING" => onto.clone(),
        _ => part(true, true, true),
    }
}

fn computed(document: &Document, sheet: usize, row: usize, column: usize) -> Entered {
    use crate::google::formula::eval::{Computed, value_of};
    match value_of(document, sheet, row, column) {
        Computed::Empty => Entered::Empty,
        Computed::Number(n) => Entered::Number(n),
        Computed::Text(t) => Entered::text(&t),
        Computed::Bool(b) => Entered::Bool(b),
        Computed::Error(e) => Entered::text(e),
    }
}

/// `copyPaste`; a larger destination is filled by repetition if it is a multiple of the source.
pub(crate) fn copy(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let source = document.find_grid(&request["source"])?;
    let destination = document.find_grid(&request["destination"])?;
    let transpose = request["pasteOrientation"] == "TRANSPOSE";
    let kind = request["pasteType"].as_str().unwrap_or("PASTE_NORMAL");
    let from = source.area;
    let (height, width) = if transpose { (from.width(), from.height()) } else { (from.height(), from.width()) };
    let times = |have: usize, one: usize| if one > 0 && have.is_multiple_of(one) { have.max(one) } else { one };
    let to = Area {
        row_end: destination.area.row + times(destination.area.height(), height),
        column_end: destination.area.column + times(destination.area.width(), width),
        ..destination.area
    };
    let tab = &document.sheets[destination.sheet];
    if to.row_end > tab.rows.len() || to.column_end > tab.columns.len() {
        return Err(format!(
            "Range ({}) exceeds grid limits. Max rows: {}, max columns: {}",
            document.shown(destination.sheet, &to),
            tab.rows.len(),
            tab.columns.len()
        ));
    }
    protection::check(document, destination.sheet, &to, context.actor)?;
    let locale = document.locale();
    let cells = block(&document.sheets[source.sheet], &from);
    let mut results = Vec::new();
    for row in to.row..to.row_end {
        for column in to.column..to.column_end {
            let (r, c) = ((row - to.row) % height, (column - to.column) % width);
            let (r, c) = if transpose { (c, r) } else { (r, c) };
            let mut cell = cells[r][c].clone();
            let by = |to: usize, from: usize| isize::try_from(to).unwrap_or(0) - isize::try_from(from).unwrap_or(0);
            if let Entered::Formula(formula) = &mut cell.entered {
                *formula = rewrite::copied(formula, &locale, by(row, from.row + r), by(column, from.column + c));
            }
            let value = computed(document, source.sheet, from.row + r, from.column + c);
            let onto = document.sheets[destination.sheet].cell(row, column).cloned().unwrap_or_default();
            results.push((row, column, pasted(&cell, &onto, kind, value)));
        }
    }
    for (row, column, cell) in results {
        document.sheets[destination.sheet].put(row, column, cell);
    }
    Ok(Value::Null)
}

/// `cutPaste`.
pub(crate) fn cut(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let source = document.find_grid(&request["source"])?;
    let (sheet, row, column) = cells::coordinate(document, &request["destination"])?;
    let kind = request["pasteType"].as_str().unwrap_or("PASTE_NORMAL");
    let from = source.area;
    let to = Area { row, column, row_end: row + from.height(), column_end: column + from.width() };
    dimensions::grow(document, sheet, to.row_end, to.column_end);
    protection::check(document, source.sheet, &from, context.actor)?;
    protection::check(document, sheet, &to, context.actor)?;
    let cells = block(&document.sheets[source.sheet], &from);
    let values: Vec<Vec<Entered>> = (from.row..from.row_end)
        .map(|r| (from.column..from.column_end).map(|c| computed(document, source.sheet, r, c)).collect())
        .collect();
    for r in from.row..from.row_end {
        for c in from.column..from.column_end {
            document.sheets[source.sheet].take(r, c);
        }
    }
    for (r, (row_cells, row_values)) in cells.iter().zip(values).enumerate() {
        for (c, (cell, value)) in row_cells.iter().zip(row_values).enumerate() {
            let onto = document.sheets[sheet].cell(row + r, column + c).cloned().unwrap_or_default();
            document.sheets[sheet].put(row + r, column + c, pasted(cell, &onto, kind, value));
        }
    }
    Ok(Value::Null)
}

/// `insertRange`: cells move down or right; the grid grows if content would fall off its end.
pub(crate) fn insert_range(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let target = document.find_grid(&request["range"])?;
    let (sheet, area) = (target.sheet, target.area);
    protection::check(document, sheet, &area, context.actor)?;
    let whole = document.sheets[sheet].whole();
    let (rest, down, right) = match dimension(&request["shiftDimension"])? {
        Dimension::Rows => (Area { row_end: whole.row_end, ..area }, area.height(), 0),
        Dimension::Columns => (Area { column_end: whole.column_end, ..area }, 0, area.width()),
    };
    let mut moved = Vec::new();
    for r in rest.row..rest.row_end {
        for c in rest.column..rest.column_end.min(document.sheets[sheet].rows[r].cells.len()) {
            let cell = document.sheets[sheet].take(r, c);
            if !cell.is_blank() {
                moved.push((r + down, c + right, cell));
            }
        }
    }
    for (row, column, cell) in moved {
        dimensions::grow(document, sheet, row + 1, column + 1);
        document.sheets[sheet].put(row, column, cell);
    }
    Ok(Value::Null)
}

/// `deleteRange`: cells from below or from the right move in.
pub(crate) fn delete_range(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let target = document.find_grid(&request["range"])?;
    let (sheet, area) = (target.sheet, target.area);
    protection::check(document, sheet, &area, context.actor)?;
    let whole = document.sheets[sheet].whole();
    let (rest, up, left) = match dimension(&request["shiftDimension"])? {
        Dimension::Rows => (Area { row_end: whole.row_end, ..area }, area.height(), 0),
        Dimension::Columns => (Area { column_end: whole.column_end, ..area }, 0, area.width()),
    };
    for r in rest.row..rest.row_end {
        for c in rest.column..rest.column_end {
            let cell = document.sheets[sheet].take(r, c);
            let kept = if up > 0 { r >= area.row_end } else { c >= area.column_end };
            if kept {
                document.sheets[sheet].put(r - up, c - left, cell);
            }
        }
    }
    Ok(Value::Null)
}
