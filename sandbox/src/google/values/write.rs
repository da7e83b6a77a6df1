//! `values.update`, `batchUpdate`, `batchUpdateByDataFilter` and the clears.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::google::a1;
use crate::google::document::{Document, Target};
use crate::google::errors::ApiError;
use crate::google::filters;
use crate::google::grid::{Actor, Area, Cell, Entered};
use crate::google::number_format::Kind;
use crate::google::parse_entered;
use crate::google::protection;
use crate::google::render::{self, Options};
use crate::google::schema::Query;

/// `ValueInputOption`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Stored as sent.
    Raw,
    /// Understood as typed.
    UserEntered,
}

impl Input {
    /// The option by its name; it has no default.
    pub(crate) fn named(name: Option<&str>) -> Result<Input, ApiError> {
        match name {
            Some("RAW") => Ok(Input::Raw),
            Some("USER_ENTERED") => Ok(Input::UserEntered),
            // Wording unconfirmed.
            _ => Err(ApiError::invalid("'valueInputOption' is required but not specified")),
        }
    }
}

/// Whether and how an update shows what it wrote.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Echo {
    /// Whether it does.
    pub(crate) wanted: bool,
    /// How.
    pub(crate) options: Options,
}

impl Echo {
    /// From a query.
    pub(crate) fn of_query(query: &Query) -> Echo {
        Echo {
            wanted: query.is("includeValuesInResponse"),
            options: Options::named(query.text("responseValueRenderOption"), query.text("responseDateTimeRenderOption"), None),
        }
    }

    /// From a body.
    pub(crate) fn of_body(body: &Value) -> Echo {
        Echo {
            wanted: body["includeValuesInResponse"] == Value::Bool(true),
            options: Options::named(
                body["responseValueRenderOption"].as_str(),
                body["responseDateTimeRenderOption"].as_str(),
                None,
            ),
        }
    }
}

/// What one update touched.
pub(crate) struct Written {
    sheet: usize,
    area: Area,
    rows: BTreeSet<usize>,
    columns: BTreeSet<usize>,
    cells: usize,
}

impl Written {
    /// The fields of an `UpdateValuesResponse`; counts of zero are left out.
    fn describe(&self, document: &Document, echo: Echo) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("updatedRange".into(), document.shown(self.sheet, &self.area).into());
        let counts = [("updatedRows", self.rows.len()), ("updatedColumns", self.columns.len()), ("updatedCells", self.cells)];
        for (name, count) in counts {
            if count > 0 {
                out.insert(name.into(), count.into());
            }
        }
        if echo.wanted {
            out.insert("updatedData".into(), render::value_range(document, self.sheet, &self.area, echo.options));
        }
        out
    }

    /// An `UpdateValuesResponse` (recorded).
    pub(crate) fn answer(&self, document: &Document, echo: Echo) -> Value {
        let mut out = Map::new();
        out.insert("spreadsheetId".into(), document.id.as_str().into());
        out.extend(self.describe(document, echo));
        Value::Object(out)
    }
}

/// The values of a `ValueRange` turned so that the outer lists are rows; missing cells are null.
pub(crate) fn by_rows(range: &Value) -> Vec<Vec<Value>> {
    let lists: Vec<Vec<Value>> = range["values"]
        .as_array()
        .map(|outer| outer.iter().map(|inner| inner.as_array().cloned().unwrap_or_default()).collect())
        .unwrap_or_default();
    if range["majorDimension"] != "COLUMNS" {
        return lists;
    }
    let height = lists.iter().map(Vec::len).max().unwrap_or(0);
    (0..height).map(|r| lists.iter().map(|column| column.get(r).cloned().unwrap_or(Value::Null)).collect()).collect()
}

/// Refuses what is no cell value, in the text format of protocol buffers, as Google shows it.
pub(crate) fn check_cells(values: &[Vec<Value>], at: &str) -> Result<(), ApiError> {
    for (r, row) in values.iter().enumerate() {
        for (c, value) in row.iter().enumerate() {
            let kind = match value {
                Value::Array(_) => "list_value",
                Value::Object(_) => "struct_value",
                _ => continue,
            };
            return Err(ApiError::invalid(format!("Invalid {at}values[{r}][{c}]: {kind} {{\n{}}}\n", proto(value, 1))));
        }
    }
    Ok(())
}

fn proto(value: &Value, depth: usize) -> String {
    let pad = "  ".repeat(depth);
    let inner = |value: &Value| {
        let deeper = "  ".repeat(depth + 1);
        match value {
            Value::Null => format!("{deeper}null_value: NULL_VALUE\n"),
            Value::Bool(b) => format!("{deeper}bool_value: {b}\n"),
            Value::Number(n) => format!("{deeper}number_value: {n}\n"),
            Value::String(s) => format!("{deeper}string_value: {}\n", Value::from(s.as_str())),
            Value::Array(_) => format!("{deeper}list_value {{\n{}{deeper}}}\n", proto(value, depth + 2)),
            Value::Object(_) => format!("{deeper}struct_value {{\n{}{deeper}}}\n", proto(value, depth + 2)),
        }
    };
    match value {
        Value::Array(list) => {
            let values: Vec<String> = list.iter().map(|v| format!("{pad}values {{\n{}{pad}}}\n", inner(v))).collect();
            values.concat()
        }
        Value::Object(object) => {
            let deeper = "  ".repeat(depth + 1);
            let fields = object.iter().map(|(key, v)| {
                format!("{pad}fields {{\n{deeper}key: \"{key}\"\n{deeper}value {{\n{}{deeper}}}\n{pad}}}\n", inner(v))
            });
            fields.collect::<Vec<String>>().concat()
        }
        _ => String::new(),
    }
}

/// Writes values into a range that is not larger than asked for; `null` leaves a cell alone (recorded).
pub(crate) fn write(
    document: &mut Document,
    target: &Target,
    values: &[Vec<Value>],
    input: Input,
    actor: Actor,
) -> Result<Written, ApiError> {
    let height = values.len().max(1);
    let width = values.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let block = target.block;
    let asked = || {
        let title = a1::quoted(&document.sheets[target.sheet].title);
        format!("Requested writing within range [{title}!{}]", a1::asked(block))
    };
    if !block.origin {
        if let Some(end) = block.row_end.filter(|end| block.row + height > *end) {
            return Err(ApiError::invalid(format!("{}, but tried writing to row [{}]", asked(), end + 1)));
        }
        if let Some(end) = block.column_end.filter(|end| block.column + width > *end) {
            return Err(ApiError::invalid(format!("{}, but tried writing to column [{}]", asked(), a1::letters(end))));
        }
    }
    let tab = &document.sheets[target.sheet];
    let area = Area { row: block.row, column: block.column, row_end: block.row + height, column_end: block.column + width };
    if area.row_end > tab.rows.len() || area.column_end > tab.columns.len() {
        return Err(ApiError::invalid(format!(
            "Range ({}) exceeds grid limits. Max rows: {}, max columns: {}",
            document.shown(target.sheet, &area),
            tab.rows.len(),
            tab.columns.len()
        )));
    }
    protection::check(document, target.sheet, &area, actor).map_err(ApiError::invalid)?;
    let mut written = Written { sheet: target.sheet, area, rows: BTreeSet::new(), columns: BTreeSet::new(), cells: 0 };
    for (r, row) in values.iter().enumerate() {
        for (c, value) in row.iter().enumerate() {
            if value.is_null() {
                continue;
            }
            enter(document, target.sheet, (area.row + r, area.column + c), value, input);
            written.rows.insert(area.row + r);
            written.columns.insert(area.column + c);
            written.cells += 1;
        }
    }
    Ok(written)
}

/// Puts one value into one cell.
pub(crate) fn enter(document: &mut Document, sheet: usize, at: (usize, usize), value: &Value, input: Input) {
    let locale = document.locale();
    let today = document.now.date();
    if document.sheets[sheet].cell(at.0, at.1).is_none() && value.as_str() == Some("") {
        return;
    }
    let cell = document.sheets[sheet].cell_mut(at.0, at.1);
    match value {
        Value::Bool(b) => cell.enter(Entered::Bool(*b)),
        Value::Number(n) => cell.enter(Entered::Number(n.as_f64().unwrap_or(0.0))),
        Value::String(text) if input == Input::Raw || cell.number_format().0 == Kind::Text => {
            cell.enter(Entered::text(text));
        }
        Value::String(text) => type_into(cell, text, &locale, today),
        _ => {}
    }
    document.has_formulas |= matches!(cell.entered, Entered::Formula(_));
}

/// Types text into a cell: it gets the number format that the text implies, unless it has one of that sort already.
fn type_into(cell: &mut Cell, text: &str, locale: &crate::google::locale::Locale, today: jiff::civil::Date) {
    let typed = parse_entered::understand(text, locale, today);
    cell.enter(typed.entered);
    if let Some((kind, pattern)) = typed.format {
        let has = cell.number_format().0;
        let fits = has == Kind::named(kind) || (has == Kind::DateTime && Kind::named(kind).is_temporal());
        if !fits {
            cell.set_number_format(kind, &pattern);
        }
    }
    if typed.link.is_some() {
        cell.extra_mut().link = typed.link;
    }
}

/// `values.update`.
pub(crate) fn update(document: &mut Document, range: &str, query: &Query, body: &Value, actor: Actor) -> Result<Value, ApiError> {
    let input = Input::named(query.text("valueInputOption"))?;
    let values = by_rows(body);
    check_cells(&values, "")?;
    if let Some(own) = body["range"].as_str() {
        // The range in the body, if given, must be the one in the path.
        let (a, b) = (document.find(range)?, document.find(own)?);
        if (a.sheet, a.area) != (b.sheet, b.area) {
            return Err(ApiError::invalid(format!("Requested writing within range [{range}], but the value range is [{own}]")));
        }
    }
    let target = document.find(range)?;
    let written = write(document, &target, &values, input, actor)?;
    Ok(written.answer(document, Echo::of_query(query)))
}

fn totals(out: &mut Map<String, Value>, all: &[Written]) {
    let distinct = |of: &dyn Fn(&Written) -> Vec<usize>| {
        let mut set = BTreeSet::new();
        for written in all {
            set.extend(of(written).into_iter().map(|i| (written.sheet, i)));
        }
        set.len()
    };
    let counts = [
        ("totalUpdatedRows", distinct(&|w| w.rows.iter().copied().collect())),
        ("totalUpdatedColumns", distinct(&|w| w.columns.iter().copied().collect())),
        ("totalUpdatedCells", all.iter().map(|w| w.cells).sum()),
        ("totalUpdatedSheets", distinct(&|w| if w.cells > 0 { vec![0] } else { Vec::new() })),
    ];
    for (name, count) in counts {
        if count > 0 {
            out.insert(name.into(), count.into());
        }
    }
}

/// `values.batchUpdate`.
pub(crate) fn batch_update(document: &mut Document, body: &Value, actor: Actor) -> Result<Value, ApiError> {
    let input = Input::named(body["valueInputOption"].as_str())?;
    let mut all = Vec::new();
    for (index, range) in body["data"].as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate() {
        let values = by_rows(range);
        check_cells(&values, &format!("data[{index}]."))?;
        let wrap = |e: ApiError| ApiError::invalid(format!("Invalid data[{index}]: {}", e.message));
        let target = document.find(range["range"].as_str().unwrap_or_default()).map_err(wrap)?;
        all.push(write(document, &target, &values, input, actor).map_err(wrap)?);
    }
    let echo = Echo::of_body(body);
    let mut out = Map::new();
    out.insert("spreadsheetId".into(), document.id.as_str().into());
    totals(&mut out, &all);
    if !all.is_empty() {
        out.insert("responses".into(), all.iter().map(|w| w.answer(document, echo)).collect());
    }
    Ok(Value::Object(out))
}

/// `values.batchUpdateByDataFilter`: every range that a filter selects is written; a filter that selects nothing adds no
/// response (unconfirmed).
pub(crate) fn batch_update_by_data_filter(document: &mut Document, body: &Value, actor: Actor) -> Result<Value, ApiError> {
    let input = Input::named(body["valueInputOption"].as_str())?;
    let mut all = Vec::new();
    let mut by = Vec::new();
    for (index, range) in body["data"].as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate() {
        let values = by_rows(range);
        check_cells(&values, &format!("data[{index}]."))?;
        let wrap = |e: ApiError| ApiError::invalid(format!("Invalid data[{index}]: {}", e.message));
        for target in filters::ranges(&range["dataFilter"], document, &format!("data[{index}].dataFilter"))? {
            all.push(write(document, &target, &values, input, actor).map_err(wrap)?);
            by.push(range["dataFilter"].clone());
        }
    }
    let echo = Echo::of_body(body);
    let mut out = Map::new();
    out.insert("spreadsheetId".into(), document.id.as_str().into());
    totals(&mut out, &all);
    let responses: Vec<Value> = all
        .iter()
        .zip(by)
        .map(|(written, filter)| {
            let mut one = written.describe(document, echo);
            one.insert("dataFilter".into(), filter);
            Value::Object(one)
        })
        .collect();
    if !responses.is_empty() {
        out.insert("responses".into(), responses.into());
    }
    Ok(Value::Object(out))
}

fn clear_area(document: &mut Document, sheet: usize, area: &Area, actor: Actor) -> Result<String, ApiError> {
    protection::check(document, sheet, area, actor).map_err(ApiError::invalid)?;
    let tab = &mut document.sheets[sheet];
    for row in area.row..area.row_end {
        for column in area.column..area.column_end.min(tab.rows[row].cells.len()) {
            if tab.has_content(row, column) {
                tab.cell_mut(row, column).enter(Entered::Empty);
            }
        }
    }
    Ok(document.shown(sheet, area))
}

/// `values.clear`: content only; formats and rules stay.
pub(crate) fn clear(document: &mut Document, range: &str, actor: Actor) -> Result<Value, ApiError> {
    let target = document.find(range)?;
    let cleared = clear_area(document, target.sheet, &target.area, actor)?;
    Ok(json!({"spreadsheetId": document.id, "clearedRange": cleared}))
}

/// `values.batchClear`.
pub(crate) fn batch_clear(document: &mut Document, body: &Value, actor: Actor) -> Result<Value, ApiError> {
    let mut cleared = Vec::new();
    for (index, range) in body["ranges"].as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate() {
        let wrap = |e: ApiError| ApiError::invalid(format!("Invalid range[{index}]: {}", e.message));
        let target = document.find(range.as_str().unwrap_or_default()).map_err(wrap)?;
        cleared.push(clear_area(document, target.sheet, &target.area, actor)?);
    }
    let mut out = json!({"spreadsheetId": document.id});
    if !cleared.is_empty() {
        out["clearedRanges"] = cleared.into();
    }
    Ok(out)
}

/// `values.batchClearByDataFilter`.
pub(crate) fn batch_clear_by_data_filter(document: &mut Document, body: &Value, actor: Actor) -> Result<Value, ApiError> {
    let mut cleared = Vec::new();
    for (target, _) in filters::ranges_of_all(&body["dataFilters"], document)? {
        cleared.push(clear_area(document, target.sheet, &target.area, actor)?);
    }
    let mut out = json!({"spreadsheetId": document.id});
    if !cleared.is_empty() {
        out["clearedRanges"] = cleared.into();
    }
    Ok(out)
}
