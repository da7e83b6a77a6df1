//! Shows cells as values: the three render options and the two for dates (discovery document; recorded).

use serde_json::Value;

use crate::google::document::Document;
use crate::google::formula::eval::{self, Computed};
use crate::google::grid::{Area, Cell, Dimension, Entered};
use crate::google::number_format;
use crate::google::schema;

/// `ValueRenderOption`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Render {
    /// Strings as shown.
    Formatted,
    /// Numbers, truth values and text.
    Unformatted,
    /// As unformatted, formulas as written.
    Formula,
}

/// How values are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Which form.
    pub(crate) render: Render,
    /// Whether dates come as text when unformatted.
    pub(crate) dates_as_text: bool,
    /// What the outer lists are.
    pub(crate) major: Dimension,
}

impl Options {
    /// The options by their names in a query or body; missing ones take Google's defaults.
    pub(crate) fn named(render: Option<&str>, dates: Option<&str>, major: Option<&str>) -> Options {
        Options {
            render: match render {
                Some("UNFORMATTED_VALUE") => Render::Unformatted,
                Some("FORMULA") => Render::Formula,
                _ => Render::Formatted,
            },
            dates_as_text: dates == Some("FORMATTED_STRING"),
            major: if major == Some("COLUMNS") { Dimension::Columns } else { Dimension::Rows },
        }
    }
}

/// What the cell amounts to, formulas computed.
pub(crate) fn computed(document: &Document, sheet: usize, row: usize, column: usize, cell: &Cell) -> Computed {
    match &cell.entered {
        Entered::Empty => Computed::Empty,
        Entered::Number(n) => Computed::Number(*n),
        Entered::Text(t) => Computed::Text(t.clone()),
        Entered::Bool(b) => Computed::Bool(*b),
        Entered::Formula(_) => eval::value_of(document, sheet, row, column),
    }
}

/// What a person sees in the cell.
pub(crate) fn formatted(document: &Document, cell: &Cell, value: &Computed) -> String {
    match value {
        Computed::Empty => String::new(),
        Computed::Number(n) => {
            let (kind, pattern) = cell.number_format();
            number_format::show(*n, kind, pattern, &document.locale())
        }
        Computed::Text(text) => text.clone(),
        Computed::Bool(true) => "TRUE".to_owned(),
        Computed::Bool(false) => "FALSE".to_owned(),
        Computed::Error(error) => (*error).to_owned(),
    }
}

/// The cell's value in the form asked for; `""` when empty.
pub(crate) fn value(document: &Document, sheet: usize, row: usize, column: usize, options: Options) -> Value {
    let Some(cell) = document.sheets[sheet].cell(row, column) else { return Value::from("") };
    if let (Entered::Formula(formula), Render::Formula) = (&cell.entered, options.render) {
        return Value::from(formula.as_str());
    }
    let value = computed(document, sheet, row, column, cell);
    match (options.render, &value) {
        (Render::Formatted, value) => Value::from(formatted(document, cell, value)),
        (_, Computed::Number(n)) => {
            if options.dates_as_text && cell.number_format().0.is_temporal() {
                Value::from(formatted(document, cell, &value))
            } else {
                schema::number(*n)
            }
        }
        (_, Computed::Bool(b)) => Value::from(*b),
        (_, other) => Value::from(formatted(document, cell, other)),
    }
}

/// The values of an area: ragged, trailing empty cells and rows left out (recorded).
pub(crate) fn values(document: &Document, sheet: usize, area: &Area, options: Options) -> Vec<Vec<Value>> {
    let tab = &document.sheets[sheet];
    let mut out: Vec<Vec<Value>> = Vec::new();
    let last_row = (area.row..area.row_end)
        .rev()
        .find(|r| tab.rows[*r].cells.iter().take(area.column_end).skip(area.column).any(|c| c.entered != Entered::Empty));
    let Some(last_row) = last_row else { return out };
    match options.major {
        Dimension::Rows => {
            for row in area.row..=last_row {
                let cells = area.column..area.column_end.min(tab.rows[row].cells.len());
                out.push(trimmed(cells.map(|column| value(document, sheet, row, column, options)).collect()));
            }
        }
        Dimension::Columns => {
            for column in area.column..area.column_end {
                let cells = area.row..=last_row;
                out.push(trimmed(cells.map(|row| value(document, sheet, row, column, options)).collect()));
            }
        }
    }
    while out.last().is_some_and(Vec::is_empty) {
        out.pop();
    }
    out
}

fn trimmed(mut list: Vec<Value>) -> Vec<Value> {
    while list.last().is_some_and(|v| v.as_str() == Some("")) {
        list.pop();
    }
    list
}

/// A `ValueRange` (recorded): `values` is left out when nothing is in the range.
pub(crate) fn value_range(document: &Document, sheet: usize, area: &Area, options: Options) -> Value {
    let major = if options.major == Dimension::Rows { "ROWS" } else { "COLUMNS" };
    let mut out = serde_json::json!({"range": document.shown(sheet, area), "majorDimension": major});
    let values = values(document, sheet, area, options);
    if !values.is_empty() {
        out["values"] = Value::from(values);
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::google::values::write::{Input, enter};

    fn document(rows: &Value) -> Document {
        let mut document = Document::empty("id", "t", "en_US", "Etc/GMT");
        for (r, row) in rows.as_array().expect("rows").iter().enumerate() {
            for (c, value) in row.as_array().expect("cells").iter().enumerate() {
                enter(&mut document, 0, (r, c), value, Input::UserEntered);
            }
        }
        document
    }

    fn check(rows: &Value, range: &str, major: &str, expect: &Value) {
        let document = document(rows);
        let area = document.find(range).expect("in the grid").area;
        let options = Options::named(None, None, Some(major));
        assert_eq!(Value::from(values(&document, 0, &area, options)), *expect, "{range} {major}");
    }

    #[test]
    fn trailing_blanks_are_left_out_and_inner_ones_are_kept() {
        let rows = json!([["A1", "B1", "", "D1"], ["", "b2", "", ""], ["", "", "", ""], ["A4", "B4", "", "d4"]]);
        check(&rows, "A1:D4", "ROWS", &json!([["A1", "B1", "", "D1"], ["", "b2"], [], ["A4", "B4", "", "d4"]]));
        check(&rows, "A1:D4", "COLUMNS", &json!([["A1", "", "", "A4"], ["B1", "b2", "", "B4"], [], ["D1", "", "", "d4"]]));
        check(&rows, "B4:D9", "ROWS", &json!([["B4", "", "d4"]]));
        check(&rows, "C1:C9", "ROWS", &json!([]));
        let document = document(&rows);
        let area = document.find("E5:F").expect("in the grid").area;
        let empty = value_range(&document, 0, &area, Options::named(None, None, None));
        assert_eq!(empty, json!({"range": "Sheet1!E5:F1000", "majorDimension": "ROWS"}));
    }

    #[test]
    fn the_options_show_the_same_cell_differently() {
        let document = document(&json!([["=4/2", "2020-01-01", true, "x"]]));
        let show = |render, dates| {
            let options = Options::named(Some(render), Some(dates), None);
            json!((0..4).map(|c| value(&document, 0, 0, c, options)).collect::<Vec<_>>())
        };
        assert_eq!(show("FORMATTED_VALUE", "SERIAL_NUMBER"), json!(["2", "2020-01-01", "TRUE", "x"]));
        assert_eq!(show("UNFORMATTED_VALUE", "SERIAL_NUMBER"), json!([2, 43831, true, "x"]));
        assert_eq!(show("UNFORMATTED_VALUE", "FORMATTED_STRING"), json!([2, "2020-01-01", true, "x"]));
        assert_eq!(show("FORMULA", "SERIAL_NUMBER"), json!(["=4/2", 43831, true, "x"]));
    }
}
