//! Rows and columns: insert, delete, append, move, properties and groups.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::google::batch::{Context, Reply};
use crate::google::document::{Document, without_zero_ids};
use crate::google::fields;
use crate::google::grid::{Area, Cell, Dimension, Extra, Group, Row, Sheet};
use crate::google::protection;
use crate::google::shift::{self, Carry, Shift};

/// A `DimensionRange` found in the spreadsheet; ends closed to the grid.
struct Line {
    sheet: usize,
    dimension: Dimension,
    start: usize,
    end: usize,
}

fn line(document: &Document, range: &Value) -> Result<Line, String> {
    let id = range["sheetId"].as_i64().unwrap_or(0);
    let sheet = document.sheet_with(id).ok_or_else(|| format!("No grid with id: {id}"))?;
    let dimension = dimension(&range["dimension"])?;
    let index = |name: &str| match range[name].as_i64() {
        None => Ok(None),
        Some(n) => usize::try_from(n).map(Some).map_err(|_| format!("{name}[{n}] must be greater than or equal to zero.")),
    };
    let start = index("startIndex")?.unwrap_or(0);
    let end = index("endIndex")?.unwrap_or(document.sheets[sheet].count(dimension));
    if end < start {
        return Err(format!("startIndex[{start}] must be less than or equal to endIndex[{end}]."));
    }
    Ok(Line { sheet, dimension, start, end })
}

/// Reads a `Dimension`.
pub(crate) fn dimension(name: &Value) -> Result<Dimension, String> {
    match name.as_str() {
        Some("ROWS") => Ok(Dimension::Rows),
        Some("COLUMNS") => Ok(Dimension::Columns),
        _ => Err("No dimension specified.".to_owned()),
    }
}

/// The whole rows or columns as cells.
fn area_of(sheet: &Sheet, line: &Line) -> Area {
    match line.dimension {
        Dimension::Rows => Area { row: line.start, row_end: line.end, ..sheet.whole() },
        Dimension::Columns => Area { column: line.start, column_end: line.end, ..sheet.whole() },
    }
}

/// A blank cell with the format of another, and its drop-down.
fn like(cell: &Cell, validation: bool) -> Cell {
    let Some(extra) = &cell.extra else { return Cell::default() };
    let extra =
        Extra { format: extra.format.clone(), validation: extra.validation.clone().filter(|_| validation), ..Extra::default() };
    if extra == Extra::default() { Cell::default() } else { Cell { extra: Some(Box::new(extra)), ..Cell::default() } }
}

/// Inserts blank rows or columns before `at`, formatted as the ones before or after.
pub(crate) fn insert(document: &mut Document, sheet: usize, dimension: Dimension, at: usize, count: usize, inherit_before: bool) {
    let tab = &mut document.sheets[sheet];
    let model = if inherit_before { at.checked_sub(1) } else { Some(at) };
    match dimension {
        Dimension::Rows => {
            let row = model.and_then(|m| tab.rows.get(m));
            let cells = row.map(|r| r.cells.iter().map(|c| like(c, true)).collect::<Vec<_>>()).unwrap_or_default();
            let blank = Arc::new(Row { cells, props: Map::new() });
            tab.rows.splice(at..at, std::iter::repeat_n(blank, count));
        }
        Dimension::Columns => {
            tab.columns.splice(at..at, std::iter::repeat_n(Map::new(), count));
            for row in &mut tab.rows {
                if row.cells.len() <= at && model.is_none_or(|m| row.cells.len() <= m) {
                    continue;
                }
                let blank = model.and_then(|m| row.cells.get(m)).map(|c| like(c, true)).unwrap_or_default();
                let row = Arc::make_mut(row);
                let at = at.min(row.cells.len());
                row.cells.splice(at..at, std::iter::repeat_n(blank, count));
            }
        }
    }
    shift::carry(document, sheet, dimension, &Shift::Insert { at, count }, Carry::All);
}

/// Deletes rows or columns and everything anchored to them alone.
pub(crate) fn delete(document: &mut Document, sheet: usize, dimension: Dimension, from: usize, to: usize) {
    let tab = &mut document.sheets[sheet];
    match dimension {
        Dimension::Rows => {
            tab.rows.drain(from..to);
        }
        Dimension::Columns => {
            tab.columns.drain(from..to);
            for row in &mut tab.rows {
                let end = to.min(row.cells.len());
                if from < end {
                    Arc::make_mut(row).cells.drain(from..end);
                }
            }
        }
    }
    shift::carry(document, sheet, dimension, &Shift::Delete { from, to }, Carry::All);
}

/// Makes the grid at least so large.
pub(crate) fn grow(document: &mut Document, sheet: usize, rows: usize, columns: usize) {
    let tab = &mut document.sheets[sheet];
    if tab.rows.len() < rows {
        tab.rows.resize(rows, Arc::default());
    }
    if tab.columns.len() < columns {
        tab.columns.resize(columns, Map::new());
    }
}

/// `insertDimension`.
pub(crate) fn insert_request(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let range = &request["range"];
    if range.get("startIndex").is_none() || range.get("endIndex").is_none() {
        return Err("Both the start and end index must be specified.".to_owned());
    }
    let line = line(document, range)?;
    let count = document.sheets[line.sheet].count(line.dimension);
    let before = request["inheritFromBefore"] == Value::Bool(true);
    if before && line.start == 0 {
        return Err("inheritFromBefore cannot be true if startIndex is 0.".to_owned());
    }
    if line.start > count || (line.start == count && !before) {
        return Err(format!("range.startIndex[{}] is outside the grid, which has {count}.", line.start));
    }
    let area = area_of(&document.sheets[line.sheet], &line);
    protection::check(document, line.sheet, &area, context.actor)?;
    check_room(document, &line)?;
    insert(document, line.sheet, line.dimension, line.start, line.end - line.start, before);
    Ok(Value::Null)
}

/// `deleteDimension`.
pub(crate) fn delete_request(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let line = line(document, &request["range"])?;
    let tab = &document.sheets[line.sheet];
    let count = tab.count(line.dimension);
    let (one, many, frozen) = match line.dimension {
        Dimension::Rows => ("row", "rows", "frozenRowCount"),
        Dimension::Columns => ("column", "columns", "frozenColumnCount"),
    };
    if line.end > count {
        return Err(format!(
            "Cannot delete a {one} that doesn't exist. Tried to delete {one} index {} but there are only {count} {many}.",
            line.end - 1
        ));
    }
    if line.end - line.start >= count {
        return Err(format!("You can't delete all the {many} on the sheet."));
    }
    let frozen = tab.grid_props.get(frozen).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    if frozen > 0 && line.start <= frozen && line.end == count {
        return Err(format!("Sorry, it is not possible to delete all non-frozen {many}."));
    }
    protection::check(document, line.sheet, &area_of(tab, &line), context.actor)?;
    delete(document, line.sheet, line.dimension, line.start, line.end);
    Ok(Value::Null)
}

/// Refuses rows or columns beyond what a spreadsheet may hold.
fn check_room(document: &Document, line: &Line) -> Result<(), String> {
    let tab = &document.sheets[line.sheet];
    let across = match line.dimension {
        Dimension::Rows => tab.columns.len(),
        Dimension::Columns => tab.rows.len(),
    };
    document.check_room((line.end - line.start).saturating_mul(across))
}

/// `appendDimension`.
pub(crate) fn append_request(document: &mut Document, request: &Value) -> Reply {
    let id = request["sheetId"].as_i64().unwrap_or(0);
    let sheet = document.sheet_with(id).ok_or_else(|| format!("No grid with id: {id}"))?;
    let length = request["length"].as_u64().and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0);
    let length = length.ok_or("length must be greater than zero.")?;
    let dimension = dimension(&request["dimension"])?;
    let (rows, columns) = (document.sheets[sheet].rows.len(), document.sheets[sheet].columns.len());
    let start = document.sheets[sheet].count(dimension);
    check_room(document, &Line { sheet, dimension, start, end: start + length })?;
    match dimension {
        Dimension::Rows => grow(document, sheet, rows + length, columns),
        Dimension::Columns => grow(document, sheet, rows, columns + length),
    }
    Ok(Value::Null)
}

/// `moveDimension`; the destination counts as before the move.
pub(crate) fn move_request(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let line = line(document, &request["source"])?;
    let tab = &document.sheets[line.sheet];
    let count = tab.count(line.dimension);
    let to = request["destinationIndex"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let (start, end) = (line.start, line.end);
    if end > count || to > count || start == end {
        return Err("The source and destination must be within the grid.".to_owned());
    }
    if (start + 1..end).contains(&to) {
        return Err("The destination must not be within the source.".to_owned());
    }
    protection::check(document, line.sheet, &area_of(tab, &line), context.actor)?;
    let length = end - start;
    let map = move |i: usize| {
        if (start..end).contains(&i) {
            if to <= start { to + (i - start) } else { to - length + (i - start) }
        } else if to <= start && (to..start).contains(&i) {
            i + length
        } else if to >= end && (end..to).contains(&i) {
            i - length
        } else {
            i
        }
    };
    let tab = &mut document.sheets[line.sheet];
    match line.dimension {
        Dimension::Rows => tab.rows = permuted(&tab.rows, map),
        Dimension::Columns => {
            tab.columns = permuted(&tab.columns, map);
            let reach = end.max(to);
            for row in tab.rows.iter_mut().filter(|r| r.cells.len() > start.min(to)) {
                let row = Arc::make_mut(row);
                if row.cells.len() < reach {
                    row.cells.resize(reach, Cell::default());
                }
                row.cells = permuted(&row.cells, map);
            }
        }
    }
    shift::carry(document, line.sheet, line.dimension, &Shift::Permute(&map), Carry::All);
    Ok(Value::Null)
}

fn permuted<T: Clone + Default>(list: &[T], map: impl Fn(usize) -> usize) -> Vec<T> {
    let mut out = vec![T::default(); list.len()];
    for (i, item) in list.iter().enumerate() {
        out[map(i)] = item.clone();
    }
    out
}

/// `updateDimensionProperties`.
pub(crate) fn update_properties(document: &mut Document, request: &Value) -> Reply {
    let line = line(document, &request["range"])?;
    let mask = fields::for_change(request["fields"].as_str(), "DimensionProperties")?;
    let empty = Map::new();
    let source = request["properties"].as_object().unwrap_or(&empty);
    let tab = &mut document.sheets[line.sheet];
    let end = line.end.min(tab.count(line.dimension));
    for index in line.start..end {
        let props = match line.dimension {
            Dimension::Rows => &mut Arc::make_mut(&mut tab.rows[index]).props,
            Dimension::Columns => &mut tab.columns[index],
        };
        fields::change(props, source, &mask, "DimensionProperties");
        props.retain(|name, value| name != "developerMetadata" && *value != Value::Bool(false));
    }
    Ok(Value::Null)
}

/// `autoResizeDimensions`: about seven pixels a character for columns, as there is no font to measure.
pub(crate) fn auto_resize(document: &mut Document, request: &Value) -> Reply {
    let line = line(document, &request["dimensions"])?;
    let tab = &mut document.sheets[line.sheet];
    if line.dimension == Dimension::Columns {
        for column in line.start..line.end.min(tab.columns.len()) {
            let longest = |row: &Arc<Row>| match row.cells.get(column).map(|c| &c.entered) {
                Some(crate::google::grid::Entered::Text(text)) => text.chars().count(),
                _ => 0,
            };
            let width = tab.rows.iter().map(longest).max().unwrap_or(0) * 7 + 10;
            tab.columns[column].insert("pixelSize".into(), width.max(21).into());
        }
    }
    Ok(Value::Null)
}

fn groups(tab: &mut Sheet, dimension: Dimension) -> &mut Vec<Group> {
    match dimension {
        Dimension::Rows => &mut tab.row_groups,
        Dimension::Columns => &mut tab.column_groups,
    }
}

/// The groups of one dimension as answers show them (recorded).
pub(crate) fn groups_json(tab: &Sheet, dimension: Dimension) -> Vec<Value> {
    let (name, list) = match dimension {
        Dimension::Rows => ("ROWS", &tab.row_groups),
        Dimension::Columns => ("COLUMNS", &tab.column_groups),
    };
    let one = |g: &Group| {
        without_zero_ids(json!({
            "range": {"sheetId": tab.id, "dimension": name, "startIndex": g.start, "endIndex": g.end},
            "depth": g.depth
        }))
    };
    list.iter().map(one).collect()
}

/// `addDimensionGroup` and `deleteDimensionGroup`.
pub(crate) fn group(document: &mut Document, request: &Value, add: bool) -> Reply {
    let line = line(document, &request["range"])?;
    let tab = &mut document.sheets[line.sheet];
    let list = groups(tab, line.dimension);
    if add {
        let around = list.iter().filter(|g| g.start <= line.start && line.end <= g.end).count();
        for inner in list.iter_mut().filter(|g| line.start <= g.start && g.end <= line.end && around == 0) {
            inner.depth += 1;
        }
        list.push(Group { start: line.start, end: line.end, depth: around + 1 });
        list.sort_by_key(|g| (g.start, g.depth));
    } else {
        let Some(found) = list.iter().rposition(|g| g.start <= line.start && line.end <= g.end) else {
            return Err("Cannot delete a dimension group that doesn't exist.".to_owned());
        };
        list.remove(found);
    }
    let list = groups_json(tab, line.dimension);
    Ok(if list.is_empty() { json!({}) } else { json!({"dimensionGroups": list}) })
}
