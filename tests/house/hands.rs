//! The staff's hands on the sheet: what people do to rows and columns, each as the editor does it. Also usable within a hook, between
//! a read and a write of the daemon.

use loket_sandbox::google::{Google, SheetView};
use serde_json::{Value, json};

/// Somebody who has the sheet open.
#[derive(Debug, Clone)]
pub struct Hands {
    pub google: Google,
}

impl Hands {
    pub fn tab(&self) -> i64 {
        self.google.form_tab()
    }

    pub fn view(&self) -> SheetView {
        self.google.view(self.tab()).unwrap()
    }

    /// All values, the header row first.
    pub fn values(&self) -> Vec<Vec<Value>> {
        self.google.values(self.tab())
    }

    /// Where a header stands.
    pub fn column(&self, header: &str) -> Option<usize> {
        self.values().first()?.iter().position(|cell| cell.as_str() == Some(header))
    }

    /// The rows of a topic, zero-based.
    pub fn rows_of(&self, topic: &str) -> Vec<usize> {
        let values = self.values();
        let Some(column) = self.column("Nama Kegiatan") else { return Vec::new() };
        let is_it = |cells: &&Vec<Value>| cells.get(column).and_then(Value::as_str) == Some(topic);
        (0..values.len()).filter(|row| values.get(*row).as_ref().is_some_and(is_it)).collect()
    }

    pub fn do_it(&self, request: &Value) {
        self.google.edit(vec![request.clone()]).unwrap_or_else(|error| panic!("{request}: {error:?}"));
    }

    /// Sorts the rows of some columns by one of them.
    pub fn sort(&self, columns: std::ops::Range<usize>, by: usize, order: &str) {
        let rows = self.values().len().max(2);
        let range = self.grid(1..rows, columns);
        self.do_it(&json!({"sortRange": {"range": range, "sortSpecs": [{"dimensionIndex": by, "sortOrder": order}]}}));
    }

    /// Sorts the whole sheet by a column.
    pub fn sort_all(&self, by: usize, order: &str) {
        self.sort(0..self.view().column_count, by, order);
    }

    pub fn grid(&self, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> Value {
        json!({"sheetId": self.tab(), "startRowIndex": rows.start, "endRowIndex": rows.end,
            "startColumnIndex": columns.start, "endColumnIndex": columns.end})
    }

    fn lines(&self, dimension: &str, at: usize) -> Value {
        json!({"sheetId": self.tab(), "dimension": dimension, "startIndex": at, "endIndex": at + 1})
    }

    pub fn insert(&self, dimension: &str, at: usize) {
        self.do_it(&json!({"insertDimension": {"range": self.lines(dimension, at), "inheritFromBefore": at > 0}}));
    }

    pub fn delete(&self, dimension: &str, at: usize) {
        self.do_it(&json!({"deleteDimension": {"range": self.lines(dimension, at)}}));
    }

    pub fn carry(&self, dimension: &str, from: usize, to: usize) {
        self.do_it(&json!({"moveDimension": {"source": self.lines(dimension, from), "destinationIndex": to}}));
    }

    pub fn hide_row(&self, at: usize, hidden: bool) {
        self.do_it(&json!({"updateDimensionProperties": {"range": self.lines("ROWS", at),
            "properties": {"hiddenByUser": hidden}, "fields": "hiddenByUser"}}));
    }

    pub fn filter(&self) {
        let range = self.grid(0..self.values().len(), 0..self.view().column_count);
        self.do_it(&json!({"setBasicFilter": {"filter": {"range": range}}}));
    }

    /// Protects a row: only the owner may edit it.
    pub fn protect_row(&self, at: usize, id: u32) {
        let range = self.grid(at..at + 1, 0..self.view().column_count);
        self.do_it(&json!({"addProtectedRange": {"protectedRange": {"protectedRangeId": id, "range": range}}}));
    }

    /// Takes a protection away.
    pub fn lift(&self, id: u32) {
        self.do_it(&json!({"deleteProtectedRange": {"protectedRangeId": id}}));
    }

    pub fn copy_row(&self, from: usize, to: usize) {
        let columns = 0..self.view().column_count;
        let (source, destination) = (self.grid(from..from + 1, columns.clone()), self.grid(to..to + 1, columns));
        self.do_it(&json!({"copyPaste": {"source": source, "destination": destination, "pasteType": "PASTE_NORMAL"}}));
    }

    pub fn cut_row(&self, from: usize, to: usize) {
        let source = self.grid(from..from + 1, 0..self.view().column_count);
        let destination = json!({"sheetId": self.tab(), "rowIndex": to, "columnIndex": 0});
        self.do_it(&json!({"cutPaste": {"source": source, "destination": destination, "pasteType": "PASTE_NORMAL"}}));
    }

    /// The first row below everything.
    pub fn below(&self) -> usize {
        let (used, count) = (self.values().len(), self.view().row_count);
        if used == count {
            self.insert("ROWS", count - 1);
            self.carry("ROWS", count - 1, count + 1);
        }
        used
    }

    pub fn type_in(&self, row: usize, column: usize, text: &str) {
        self.google.type_in(self.tab(), row, column, text).unwrap();
    }

    pub fn rename(&self, old: &str, new: &str) {
        self.type_in(0, self.column(old).unwrap_or_else(|| panic!("no header `{old}`")), new);
    }

    pub fn rename_tab(&self, title: &str) {
        let properties = json!({"sheetId": self.tab(), "title": title});
        self.do_it(&json!({"updateSheetProperties": {"properties": properties, "fields": "title"}}));
    }

    /// Takes a row out; [`Hands::bring_back`] undoes it.
    pub fn take_out(&self, at: usize) -> Vec<(String, Value)> {
        let values = self.values();
        let text = |cell: &Value| cell.as_str().unwrap_or("").to_owned();
        let row = values[0].iter().map(text).zip(values[at].iter().cloned()).collect();
        self.delete("ROWS", at);
        row
    }

    /// Brings a row back, by the headers as they stand now.
    pub fn bring_back(&self, row: &[(String, Value)]) {
        let at = self.below();
        let header = self.values().remove(0);
        let cell = |header: &Value| {
            let found = row.iter().find(|(name, _)| !name.is_empty() && Some(name.as_str()) == header.as_str());
            entered(found.map_or(&Value::Null, |(_, value)| value))
        };
        let cells: Vec<Value> = header.iter().map(cell).collect();
        self.put(at, 0, &[cells]);
    }

    /// Writes values as they stand.
    pub fn put_values(&self, row: usize, column: usize, rows: &[Vec<Value>]) {
        let rows: Vec<Vec<Value>> = rows.iter().map(|cells| cells.iter().map(entered).collect()).collect();
        self.put(row, column, &rows);
    }

    /// One more column at the end.
    pub fn widen(&self) {
        self.do_it(&json!({"appendDimension": {"sheetId": self.tab(), "dimension": "COLUMNS", "length": 1}}));
    }

    /// Writes cells as they were entered.
    fn put(&self, row: usize, column: usize, rows: &[Vec<Value>]) {
        let rows: Vec<Value> = rows.iter().map(|cells| json!({"values": cells})).collect();
        let start = json!({"sheetId": self.tab(), "rowIndex": row, "columnIndex": column});
        self.do_it(&json!({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}));
    }

    /// The cells of a column below its header.
    pub fn cells_of(&self, column: usize) -> Vec<Value> {
        let at = |cells: &Vec<Value>| cells.get(column).cloned().unwrap_or(Value::Null);
        self.values().iter().skip(1).map(at).collect()
    }

    /// Puts the cells of a column back.
    pub fn put_column(&self, column: usize, cells: &[Value]) {
        let rows: Vec<Vec<Value>> = cells.iter().map(|cell| vec![entered(cell)]).collect();
        self.put(1, column, &rows);
    }
}

fn entered(value: &Value) -> Value {
    match value {
        Value::String(text) if !text.is_empty() => json!({"userEnteredValue": {"stringValue": text}}),
        Value::Number(number) => json!({"userEnteredValue": {"numberValue": number}}),
        Value::Bool(tick) => json!({"userEnteredValue": {"boolValue": tick}}),
        _ => json!({}),
    }
}
