//! What people's cells of a sheet should hold: the test's own bookkeeping of every cell through every edit. Columns are known by the
//! name that they had first, rows by a key in a column of the staff's, so that nothing here depends on where anything stands.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use loket_sandbox::answer::{Answer, title};
use loket_sandbox::google::AnswerValue;
use serde_json::Value;

use crate::hands::Hands;

/// The column by which rows are known.
pub const KEY: &str = "Kunci";
/// The staff's own column.
pub const OWN: &str = "Disposisi";
/// The column that Loket made for the staff alone.
pub const NOTE: &str = "Catatan Petugas";
/// Reads of the sheet within which a cell that was typed and a column that was moved may meet in one write of Loket's.
const RACE: u64 = 4;

/// The columns that Loket writes.
pub const LOKETS: [&str; 9] =
    ["No. Tiket", "Status", "Jadwal", "Link Zoom", "Meeting ID", "Passcode", "Akun Zoom", "Catatan Sistem", "Diperbarui"];

/// A row of people.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub key: String,
    /// By the first name of the column.
    pub cells: BTreeMap<String, Value>,
    /// Which request's answer it holds.
    pub request: usize,
    pub is_copy: bool,
    /// Forms does not know any more where it is.
    pub lost_to_forms: bool,
    /// The read at which its answer last changed.
    pub changed_at: u64,
    /// What stood in Loket's columns when the row was deleted.
    pub lokets: Vec<(String, Value)>,
    /// Cells that were typed: at which read, and what stood there.
    typed: BTreeMap<String, (u64, Value)>,
    /// Cells that were typed while columns were moved: what may stand there as well.
    pub raced: BTreeMap<String, Vec<Value>>,
}

/// The bookkeeping.
pub struct People {
    pub hands: Hands,
    /// First name and present header of each column of people.
    columns: BTreeMap<String, String>,
    /// Headers of Loket's that were renamed: its words stand under them, and nobody cares.
    pub former: HashSet<String>,
    pub lines: Vec<Line>,
    pub deleted: Vec<Line>,
    keys: usize,
    columns_moved_at: Option<u64>,
}

/// The sheet at one moment.
pub struct Look {
    pub values: Vec<Vec<Value>>,
    headers: Vec<String>,
}

impl Look {
    pub fn column(&self, header: &str) -> Option<usize> {
        self.headers.iter().position(|text| text == header)
    }

    pub fn cell(&self, row: usize, column: usize) -> Value {
        self.values.get(row).and_then(|cells| cells.get(column)).cloned().unwrap_or_default()
    }

    pub fn width(&self) -> usize {
        self.values.iter().map(Vec::len).max().unwrap_or(0)
    }

    pub fn header(&self, column: usize) -> &str {
        self.headers.get(column).map_or("", String::as_str)
    }

    /// What a row shows under a header.
    pub fn text(&self, row: usize, header: &str) -> String {
        self.column(header)
            .map(|column| self.cell(row, column))
            .and_then(|cell| cell.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    pub fn is_blank(&self, row: usize) -> bool {
        self.values.get(row).is_none_or(|cells| cells.iter().all(is_blank))
    }
}

impl People {
    /// Begins once all columns are there; staff add two of their own.
    pub fn begin(hands: Hands) -> People {
        let questions = hands.google.questions();
        let header = |question: &loket_sandbox::google::Question| question.title.clone();
        let mut columns: BTreeMap<String, String> = questions
            .iter()
            .map(header)
            .chain(["Timestamp".to_owned(), NOTE.to_owned()])
            .map(|name| (name.clone(), name))
            .collect();
        for name in [KEY, OWN] {
            let last = hands.values()[0].len();
            if last >= hands.view().column_count {
                hands.widen();
            }
            hands.type_in(0, last, name);
            columns.insert(name.to_owned(), name.to_owned());
        }
        People { hands, columns, former: HashSet::new(), lines: Vec::new(), deleted: Vec::new(), keys: 0, columns_moved_at: None }
    }

    pub fn look(&self) -> Look {
        let values = self.hands.values();
        let header = |cell: &Value| cell.as_str().unwrap_or("").to_owned();
        let headers = values.first().map(|row| row.iter().map(header).collect()).unwrap_or_default();
        Look { values, headers }
    }

    /// The sheet as far as it says whose each row is, for people who look into a failure.
    pub fn text(&self) -> String {
        let (look, view) = (self.look(), self.hands.view());
        let line = |row: usize| {
            let marks: Vec<String> =
                view.metadata.iter().filter(|(at, ..)| *at == row).map(|(_, id, _, value)| format!("{id}={value}")).collect();
            let shown = ["Timestamp", title::EMAIL, title::TOPIC, title::NOTES, "No. Tiket", KEY];
            let cells: Vec<String> = shown
                .iter()
                .map(|name| look.column(self.header(name)).map_or("-".to_owned(), |column| look.cell(row, column).to_string()))
                .collect();
            format!("row {}: {} | {}", row + 1, cells.join(" | "), marks.join(" "))
        };
        (1..look.values.len()).map(line).collect::<Vec<String>>().join("\n")
    }

    /// The present header of a column.
    pub fn header<'a>(&'a self, name: &'a str) -> &'a str {
        self.columns.get(name).map_or(name, String::as_str)
    }

    pub fn is_renamed(&self, name: &str) -> bool {
        self.header(name) != name
    }

    /// The first name of the column with this header, if it is people's.
    pub fn name_of<'a>(&'a self, header: &str) -> Option<&'a str> {
        self.columns.iter().find(|(_, now)| *now == header).map(|(name, _)| name.as_str())
    }

    pub fn rename(&mut self, name: &str, header: &str) {
        self.hands.rename(self.columns[name].as_str(), header);
        self.columns.insert(name.to_owned(), header.to_owned());
    }

    /// A column of people that was not there before.
    pub fn add_column(&mut self, name: &str) {
        self.columns.insert(name.to_owned(), name.to_owned());
    }

    /// Where a line stands.
    pub fn row_of(&self, look: &Look, key: &str) -> Option<usize> {
        let column = look.column(self.header(KEY))?;
        (1..look.values.len()).find(|row| look.cell(*row, column).as_str() == Some(key))
    }

    /// Which line a row is.
    pub fn line_at(&self, look: &Look, row: usize) -> Option<usize> {
        let column = look.column(self.header(KEY))?;
        let key = look.cell(row, column);
        self.lines.iter().position(|line| Some(line.key.as_str()) == key.as_str())
    }

    /// Whether all cells of people in a row are as they should be at this moment: then a person who looks at it sees no trouble.
    pub fn is_whole(&self, look: &Look, line: &Line, row: usize) -> bool {
        self.wrong_cells(look, line, row).is_empty()
    }

    /// Columns, with what stands there, that are not as they should be.
    pub fn wrong_cells(&self, look: &Look, line: &Line, row: usize) -> Vec<(String, Value)> {
        let mut wrong = Vec::new();
        for name in self.columns.keys() {
            let Some(column) = look.column(self.header(name)) else {
                wrong.push((name.clone(), Value::from("no such column")));
                continue;
            };
            let (now, should) = (look.cell(row, column), People::should(line, name));
            let may_be = line.raced.get(name).is_some_and(|others| others.iter().any(|other| is_same(other, &now)));
            if !is_same(&now, &should) && !may_be {
                wrong.push((name.clone(), now));
            }
        }
        for column in 0..look.width() {
            let header = look.header(column);
            let known = self.name_of(header).is_some() || LOKETS.contains(&header) || self.former.contains(header);
            if !known && header != "Tindakan Petugas" && !is_blank(&look.cell(row, column)) {
                wrong.push((format!("column {column} `{header}`"), look.cell(row, column)));
            }
            if header == "Tindakan Petugas" && !is_blank(&look.cell(row, column)) {
                wrong.push((header.to_owned(), look.cell(row, column)));
            }
        }
        wrong
    }

    fn should(line: &Line, name: &str) -> Value {
        if name == KEY { Value::from(line.key.clone()) } else { line.cells.get(name).cloned().unwrap_or_default() }
    }

    /// A person types into a row.
    pub fn type_in(&mut self, key: &str, name: &str, text: &str, read: u64) -> bool {
        let look = self.look();
        let (Some(row), Some(column)) = (self.row_of(&look, key), look.column(self.header(name))) else { return false };
        let Some(line) = self.lines.iter_mut().find(|line| line.key == key) else { return false };
        let was = line.cells.insert(name.to_owned(), Value::from(text)).unwrap_or_default();
        line.typed.insert(name.to_owned(), (read, was.clone()));
        line.changed_at = read;
        if self.columns_moved_at.is_some_and(|moved| moved + RACE >= read) {
            line.raced.entry(name.to_owned()).or_default().push(was);
        }
        self.hands.type_in(row, column, text);
        true
    }

    /// Columns are moved: what was typed a moment ago may not have been read yet, and a write that meets the moved columns overwrites it.
    pub fn columns_move(&mut self, read: u64) {
        self.columns_moved_at = Some(read);
        for line in &mut self.lines {
            for (name, (typed, was)) in &line.typed {
                if typed + RACE >= read {
                    line.raced.entry(name.clone()).or_default().push(was.clone());
                }
            }
        }
    }

    fn new_key(&mut self) -> String {
        self.keys += 1;
        format!("K-{:03}", self.keys)
    }

    /// Somebody's answer has come in: it gets its key.
    pub fn arrived(&mut self, request: usize, answer: &Answer, extra: &[(String, AnswerValue)], read: u64) -> String {
        let key = self.new_key();
        let look = self.look();
        let (topic, keys) = (look.column(self.header(title::TOPIC)).unwrap(), look.column(self.header(KEY)).unwrap());
        let is_new = |row: &usize| look.cell(*row, topic) == answer.topic.as_str() && is_blank(&look.cell(*row, keys));
        let row = (1..look.values.len()).find(is_new).expect("the answer has a row");
        self.hands.type_in(row, keys, &key);
        let mut line = Line { key: key.clone(), request, changed_at: read, ..Line::default() };
        self.fill(&mut line, &look, row, answer);
        for (name, value) in extra {
            if let AnswerValue::Text(text) = value {
                line.cells.insert(name.clone(), Value::from(text.clone()));
            }
        }
        self.lines.push(line);
        key
    }

    /// Forms has written an answer into a line again.
    pub fn edited(&mut self, key: &str, answer: &Answer, read: u64) -> bool {
        let look = self.look();
        let Some(row) = self.row_of(&look, key) else { return false };
        let Some(at) = self.lines.iter().position(|line| line.key == key) else { return false };
        let mut line = self.lines[at].clone();
        self.fill(&mut line, &look, row, answer);
        // Forms empties what the edited answer leaves out.
        line.cells.retain(|name, _| !name.starts_with("Pertanyaan"));
        line.changed_at = read;
        self.lines[at] = line;
        true
    }

    /// What Forms writes for an answer. Only the timestamp is taken from the sheet.
    fn fill(&self, line: &mut Line, look: &Look, row: usize, answer: &Answer) {
        let mut put = |name: &str, value: Value| line.cells.insert(name.to_owned(), value);
        put("Timestamp", look.column(self.header("Timestamp")).map(|column| look.cell(row, column)).unwrap_or_default());
        put(title::EMAIL, Value::from(answer.email.clone()));
        for (name, value) in answer.values() {
            let value = match value {
                AnswerValue::Text(text) => Value::from(text),
                AnswerValue::Date { year, month, day } => Value::from(serial(jiff::civil::date(year, month, day))),
                AnswerValue::Time { hour, minute } => Value::from((f64::from(hour) * 60.0 + f64::from(minute)) / 1440.0),
                _ => Value::from(""),
            };
            put(&name, value);
        }
    }

    /// A row was copied to another: it gets a key of its own.
    pub fn copied(&mut self, from: usize, to_row: usize) -> bool {
        let look = self.look();
        let mut line = self.lines[from].clone();
        if !self.is_whole(&look, &line, to_row) {
            return false;
        }
        line.key = self.new_key();
        line.is_copy = true;
        line.typed.clear();
        let column = look.column(self.header(KEY)).expect("the column of keys is there");
        self.hands.type_in(to_row, column, &line.key);
        self.lines.push(line);
        true
    }

    /// A row is deleted, remembered as Ctrl+Z would.
    pub fn delete(&mut self, at: usize, row: usize) {
        let look = self.look();
        let mut line = self.lines.remove(at);
        line.lokets = LOKETS.iter().map(|header| ((*header).to_owned(), Value::from(look.text(row, header)))).collect();
        line.lost_to_forms = true;
        line.typed.clear();
        self.hands.delete("ROWS", row);
        self.deleted.push(line);
    }

    /// A deleted row comes back below everything.
    pub fn bring_back(&mut self, at: usize) {
        let line = self.deleted.remove(at);
        let row = self.hands.below();
        self.put_row(row, &line);
        self.lines.push(line);
    }

    fn put_row(&self, row: usize, line: &Line) {
        let look = self.look();
        let cell = |column: usize| {
            let header = look.header(column);
            let lokets = || line.lokets.iter().find(|(of, _)| of == header).map(|(_, value)| value.clone());
            self.name_of(header).map(|name| People::should(line, name)).or_else(lokets).unwrap_or_default()
        };
        let cells: Vec<Value> = (0..look.values[0].len()).map(cell).collect();
        self.hands.put_values(row, 0, &[cells]);
    }

    /// Puts the cells of some columns back as they belong: a torn sheet is mended. `lokets` is what stood in Loket's columns, by key.
    pub fn put_back(&self, headers: &[String], lokets: &BTreeMap<String, BTreeMap<String, Value>>) {
        for header in headers {
            let look = self.look();
            let Some(column) = look.column(header) else { continue };
            let mut cells = Vec::new();
            let is_empty = |row: usize| {
                let others = self.columns.values().filter(|other| !headers.contains(other));
                others.filter_map(|other| look.column(other)).all(|other| is_blank(&look.cell(row, other)))
            };
            for row in 1..look.values.len() {
                let line = self.line_at(&look, row).map(|at| &self.lines[at]);
                let name = self.name_of(header);
                cells.push(match (line, name) {
                    (Some(line), Some(name)) => vec![People::should(line, name)],
                    (Some(line), None) => vec![lokets.get(&line.key).and_then(|of| of.get(header)).cloned().unwrap_or_default()],
                    // A row that was empty, unless its key was overwritten at this very moment.
                    (None, _) if is_empty(row) => vec![Value::default()],
                    (None, _) => vec![look.cell(row, column)],
                });
            }
            self.hands.put_values(1, column, &cells);
        }
    }

    /// Staff put a cell right after they were told.
    pub fn put_right(&mut self, key: &str, name: &str) {
        let look = self.look();
        let Some(line) = self.lines.iter().find(|line| line.key == key) else { return };
        let is_it = |row: &usize| {
            let wrong = self.wrong_cells(&look, line, *row);
            self.line_at(&look, *row).is_none() && !look.is_blank(*row) && wrong.iter().all(|(name, _)| name == KEY)
        };
        let row = self.row_of(&look, key).or_else(|| (1..look.values.len()).find(is_it));
        let Some(row) = row else { return };
        if let Some(column) = look.column(self.header(name)) {
            self.hands.put_values(row, column, &[vec![People::should(line, name)]]);
        }
    }

    /// Whether a row holds words of Loket's and nothing else: its answer was cut and pasted away under a write, and then it was moved.
    pub fn is_left_over(look: &Look, row: usize) -> bool {
        let others = (0..look.width()).filter(|column| !LOKETS.contains(&look.header(*column)));
        !look.is_blank(row) && others.into_iter().all(|column| is_blank(&look.cell(row, column)))
    }

    /// How many such rows there are.
    pub fn left_over(&self) -> usize {
        let look = self.look();
        (1..look.values.len()).filter(|row| People::is_left_over(&look, *row)).count()
    }

    /// What is wrong with people's cells anywhere: key of the row (empty where it has none), and what.
    pub fn wrong(&self) -> Vec<(String, String, String)> {
        let look = self.look();
        let mut wrong = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for row in 1..look.values.len() {
            match self.line_at(&look, row) {
                Some(at) => {
                    let line = &self.lines[at];
                    if !seen.insert(&line.key) {
                        wrong.push((line.key.clone(), String::new(), "is there twice".into()));
                    }
                    let cells = self.wrong_cells(&look, line, row).into_iter();
                    wrong.extend(cells.map(|(name, now)| {
                        let told = format!("row {}: `{name}` is {now}, should be {}", row + 1, People::should(line, &name));
                        (line.key.clone(), name, told)
                    }));
                }
                None if look.is_blank(row) || People::is_left_over(&look, row) => {}
                None => {
                    wrong.push((String::new(), String::new(), format!("row {} is nobody's: {:?}", row + 1, look.values[row])));
                }
            }
        }
        let gone = self.lines.iter().filter(|line| !seen.contains(line.key.as_str()));
        wrong.extend(gone.map(|line| (line.key.clone(), KEY.to_owned(), "is nowhere".into())));
        wrong
    }
}

pub fn is_blank(cell: &Value) -> bool {
    cell.is_null() || cell == ""
}

pub fn is_same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-6,
        _ => (is_blank(one) && is_blank(other)) || one == other,
    }
}

/// A day as the sheet counts it.
fn serial(day: jiff::civil::Date) -> f64 {
    f64::from(day.since(jiff::civil::date(1899, 12, 30)).unwrap().get_days())
}
