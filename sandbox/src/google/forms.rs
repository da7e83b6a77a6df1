//! A form and the tab that it fills: rows inserted after the last answer, edited answers overwritten in place, columns for
//! new questions. Behaviour: third-party findings on response sheets; what contradicts itself is a switch.

use jiff::Timestamp;
use jiff::civil;
use serde_json::json;

use crate::google::batch::dimensions;
use crate::google::document::Document;
use crate::google::grid::{Cell, Dimension, Entered};
use crate::google::parse_entered;
use crate::google::serial;
use crate::google::shift::Shift;
use crate::google::{AnswerValue, Question, QuestionGoes, QuestionKind};

/// What Forms knows about its spreadsheet.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// `sheetId` of the tab.
    pub(crate) sheet: i64,
    /// The questions in order, each with its column unless that was deleted.
    pub(crate) questions: Vec<(Question, Option<usize>)>,
    /// Column of the timestamp.
    timestamp: Option<usize>,
    /// The row of each response, `None` once deleted; ids count from 1.
    responses: Vec<Option<usize>>,
    /// The last row that holds one.
    last: Option<usize>,
}

impl Form {
    /// A form that fills the first columns of a tab.
    pub(crate) fn new(sheet: i64, questions: &[Question]) -> Form {
        Form {
            sheet,
            questions: questions.iter().cloned().zip((1..).map(Some)).collect(),
            timestamp: Some(0),
            responses: Vec::new(),
            last: None,
        }
    }

    /// Keeps rows and columns in step with the tab.
    pub(crate) fn carry(&mut self, dimension: Dimension, shift: &Shift<'_>) {
        let moved = |at: &mut Option<usize>| *at = at.and_then(|i| shift.point(i));
        match dimension {
            // With a hundred thousand responses it matters that an insert below them costs nothing.
            Dimension::Rows if self.last.is_some_and(|last| shift.spares(last)) => {}
            Dimension::Rows => {
                self.responses.iter_mut().for_each(moved);
                self.last = self.responses.iter().flatten().max().copied();
            }
            Dimension::Columns => {
                moved(&mut self.timestamp);
                self.questions.iter_mut().for_each(|(_, at)| moved(at));
            }
        }
    }

    /// The header that a question gets.
    pub(crate) fn header(question: &Question) -> &str {
        if question.kind == QuestionKind::Email { "Email Address" } else { &question.title }
    }
}

/// A response as it was sent.
pub(crate) struct Response<'a> {
    /// Answers by question title; a question that is missing was left empty.
    pub(crate) answers: &'a [(String, AnswerValue)],
    /// The respondent's address, if the form collects it.
    pub(crate) email: Option<&'a str>,
    /// When it was sent.
    pub(crate) at: Timestamp,
    /// Whether typed text is parsed as Sheets would.
    pub(crate) parse: bool,
}

/// Puts the headers of a new form into row 1.
pub(crate) fn write_headers(document: &mut Document) {
    let Some(form) = document.form.clone() else { return };
    let Some(sheet) = document.sheet_with(form.sheet) else { return };
    let tab = &mut document.sheets[sheet];
    tab.cell_mut(0, 0).enter(Entered::text("Timestamp"));
    for (question, at) in &form.questions {
        if let Some(column) = at {
            tab.cell_mut(0, *column).enter(Entered::text(Form::header(question)));
        }
    }
}

/// Stores a new response: a row is inserted right after the last row that holds one. Returns its id.
pub(crate) fn submit(document: &mut Document, response: &Response<'_>) -> u64 {
    let Some(form) = &document.form else { return 0 };
    let Some(sheet) = document.sheet_with(form.sheet) else { return 0 };
    let last = form.last;
    let row = last.map_or(1, |r| r + 1).min(document.sheets[sheet].rows.len());
    dimensions::insert(document, sheet, Dimension::Rows, row, 1, last.is_some());
    write(document, sheet, row, response);
    let form = document.form.as_mut().expect("looked at above");
    form.responses.push(Some(row));
    form.last = Some(row);
    form.responses.len() as u64
}

/// The respondent edits a response: its row is overwritten, wherever it is now, and gets the time of the edit.
pub(crate) fn resubmit(document: &mut Document, id: u64, response: &Response<'_>) -> Result<(), String> {
    let form = document.form.as_ref().ok_or("this spreadsheet has no form")?;
    let known = usize::try_from(id).ok().and_then(|id| form.responses.get(id.checked_sub(1)?));
    let row = known.ok_or_else(|| format!("there is no response {id}"))?;
    let row = row.ok_or_else(|| format!("the row of response {id} was deleted"))?;
    let sheet = document.sheet_with(form.sheet).ok_or("the tab of the form was deleted")?;
    write(document, sheet, row, response);
    Ok(())
}

fn write(document: &mut Document, sheet: usize, row: usize, response: &Response<'_>) {
    let Some(form) = document.form.clone() else { return };
    let locale = document.locale();
    let sent = document.zone().to_datetime(response.at);
    let mut cells = Vec::new();
    if let Some(column) = form.timestamp {
        cells.push((column, Some(number(serial::of_datetime(sent), "DATE_TIME", locale.date_time))));
    }
    for (question, column) in &form.questions {
        let Some(column) = *column else { continue };
        let given = response.answers.iter().find(|(title, _)| *title == question.title).map(|(_, a)| a);
        let cell = match (&question.kind, given) {
            (QuestionKind::Email, _) => response.email.map(|e| Cell::of(Entered::text(e))),
            (_, Some(answer)) => answer_cell(answer, document, response.parse),
            (_, None) => None,
        };
        cells.push((column, cell));
    }
    for (column, cell) in cells {
        let target = document.sheets[sheet].cell_mut(row, column);
        target.enter(cell.as_ref().map_or(Entered::Empty, |c| c.entered.clone()));
        if let Some(format) = cell.as_ref().and_then(Cell::format) {
            target.extra_mut().format = Some(format.clone());
        }
    }
}

fn number(value: f64, kind: &str, pattern: &str) -> Cell {
    let mut cell = Cell::of(Entered::Number(value));
    cell.set_number_format(kind, pattern);
    cell
}

fn answer_cell(answer: &AnswerValue, document: &Document, parse: bool) -> Option<Cell> {
    let locale = document.locale();
    let day = |year: i16, month: i8, day: i8| civil::Date::new(year, month, day).map(serial::of_date).ok();
    let time = |hour: i8, minute: i8| civil::Time::new(hour, minute, 0, 0).map(serial::of_time).ok();
    match answer {
        AnswerValue::Empty => None,
        AnswerValue::Many(list) => Some(Cell::of(Entered::text(&list.join(", ")))),
        AnswerValue::Text(text) if parse && !text.starts_with(['=', '+', '-', '@']) => {
            let typed = parse_entered::understand(text, &locale, document.now.date());
            let mut cell = Cell::of(typed.entered);
            if let Some((kind, pattern)) = typed.format {
                cell.set_number_format(kind, &pattern);
            }
            Some(cell)
        }
        AnswerValue::Text(text) => Some(Cell::of(Entered::text(text))),
        AnswerValue::Date { year, month, day: d } => Some(number(day(*year, *month, *d)?, "DATE", locale.date)),
        AnswerValue::Time { hour, minute } => Some(number(time(*hour, *minute)?, "TIME", locale.time)),
        AnswerValue::DateTime { year, month, day: d, hour, minute } => {
            Some(number(day(*year, *month, *d)? + time(*hour, *minute)?, "DATE_TIME", locale.date_time))
        }
        AnswerValue::Duration { hours, minutes, seconds } => {
            let total = f64::from(*hours) * 3600.0 + f64::from(*minutes) * 60.0 + f64::from(*seconds);
            Some(number(total / serial::real(serial::DAY), "TIME", "[h]:mm:ss"))
        }
    }
}

/// Adds a question; its column goes where the switch says.
pub(crate) fn add_question(document: &mut Document, question: Question, goes: QuestionGoes) {
    let Some(form) = &document.form else { return };
    let Some(sheet) = document.sheet_with(form.sheet) else { return };
    let last = form.questions.iter().filter_map(|(_, at)| *at).chain(form.timestamp).max().unwrap_or(0);
    let column = match goes {
        QuestionGoes::RightOfLastQuestion => {
            dimensions::insert(document, sheet, Dimension::Columns, last + 1, 1, true);
            last + 1
        }
        QuestionGoes::FarRight => {
            let column = document.sheets[sheet].used_columns();
            dimensions::grow(document, sheet, 1, column + 1);
            column
        }
    };
    document.sheets[sheet].cell_mut(0, column).enter(Entered::text(Form::header(&question)));
    let form = document.form.as_mut().expect("looked at above");
    form.questions.push((question, Some(column)));
}

/// The response tab of a new form: one tab, header frozen.
pub(crate) fn response_document(id: &str, title: &str, tab: i64, form: &[Question]) -> Document {
    let mut document = Document::empty(id, title, "in_ID", "Asia/Jakarta");
    let sheet = &mut document.sheets[0];
    sheet.id = tab;
    "Form Responses 1".clone_into(&mut sheet.title);
    sheet.grid_props.insert("frozenRowCount".into(), json!(1));
    document.form = Some(Form::new(tab, form));
    dimensions::grow(&mut document, 0, 1, form.len() + 1);
    write_headers(&mut document);
    document
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::google::Google;

    fn form() -> Google {
        let question = |title: &str, kind| Question { title: title.to_owned(), kind };
        Google::new(
            1,
            &[
                question("Email", QuestionKind::Email),
                question("Nama", QuestionKind::Text),
                question("Tanggal", QuestionKind::Date),
                question("Jam", QuestionKind::Time),
            ],
        )
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    fn answers(name: &str) -> Vec<(String, AnswerValue)> {
        vec![
            ("Nama".into(), AnswerValue::Text(name.into())),
            ("Tanggal".into(), AnswerValue::Date { year: 2026, month: 12, day: 4 }),
            ("Jam".into(), AnswerValue::Time { hour: 9, minute: 30 }),
        ]
    }

    /// What stands in the column of names.
    fn names(google: &Google) -> Vec<String> {
        let rows = google.values(google.form_tab());
        rows.iter().map(|r| r.get(2).and_then(Value::as_str).unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn a_response_is_written_as_forms_does() {
        let google = form();
        google.submit(&answers("=1+1"), Some("ana@example.com"), at("2026-02-03T06:11:57.25Z"));
        let tab = google.form_tab();
        let rows = google.values(tab);
        assert_eq!(rows[0], ["Timestamp", "Email Address", "Nama", "Tanggal", "Jam"].map(Value::from));
        assert!((rows[1][0].as_f64().expect("a serial") - 46_056.549_968_171_3).abs() < 1e-9, "{}", rows[1][0]);
        assert_eq!(rows[1][1..], [json!("ana@example.com"), json!("=1+1"), json!(46360), json!(9.5 / 24.0)]);
        let view = google.view(tab).expect("the tab is there");
        let shown: Vec<&str> = view.rows[1].iter().map(|c| c.formatted.as_str()).collect();
        assert_eq!(shown, ["03/02/2026 13.11.57", "ana@example.com", "=1+1", "04/12/2026", "9.30.00"]);
        assert!(view.rows[1].iter().all(|c| c.formula.is_none()));
    }

    #[test]
    fn rows_are_inserted_after_the_last_response_and_rows_made_by_hand_stay_below() {
        let google = form();
        let tab = google.form_tab();
        google.submit(&answers("a"), None, at("2026-01-01T00:00:00Z"));
        google.type_in(tab, 2, 2, "by hand").expect("within the grid");
        google.type_in(tab, 0, 9, "='Form Responses 1'!C3").expect("within the grid");
        google.submit(&answers("b"), None, at("2026-01-01T00:00:01Z"));
        assert_eq!(names(&google), ["Nama", "a", "b", "by hand"]);
        let view = google.view(tab).expect("the tab is there");
        assert_eq!(view.rows[0][9].formula.as_deref(), Some("='Form Responses 1'!C4"));
        assert_eq!(view.row_count, 1002);
    }

    #[test]
    fn an_edited_response_is_overwritten_where_it_is_now() {
        let google = form();
        let tab = google.form_tab();
        let [first, second] = ["a", "b"].map(|n| google.submit(&answers(n), None, at("2026-01-01T00:00:00Z")));
        let range = json!({"sheetId": tab, "startRowIndex": 1});
        let specs = json!([{"dimensionIndex": 2, "sortOrder": "DESCENDING"}]);
        google.edit(vec![json!({"sortRange": {"range": range, "sortSpecs": specs}})]).expect("sound");
        google.resubmit(first, &answers("a2"), None, at("2026-01-02T00:00:00Z")).expect("its row is there");
        assert_eq!(names(&google), ["Nama", "b", "a2"]);
        let line = json!({"sheetId": tab, "dimension": "ROWS", "startIndex": 1, "endIndex": 2});
        google.edit(vec![json!({"deleteDimension": {"range": line}})]).expect("sound");
        let error = google.resubmit(second, &answers("b2"), None, at("2026-01-02T00:00:00Z")).expect_err("deleted");
        assert_eq!(error, "the row of response 2 was deleted");
        google.submit(&answers("c"), None, at("2026-01-03T00:00:00Z"));
        assert_eq!(names(&google), ["Nama", "a2", "c"]);
    }

    #[test]
    fn a_new_question_goes_where_the_switch_says() {
        for (goes, expect) in
            [(QuestionGoes::RightOfLastQuestion, ["Jam", "Baru", "Status"]), (QuestionGoes::FarRight, ["Jam", "Status", "Baru"])]
        {
            let google = form();
            google.switches(|s| s.question_goes = goes);
            google.type_in(google.form_tab(), 0, 5, "Status").expect("within the grid");
            google.add_question(Question { title: "Baru".into(), kind: QuestionKind::Text });
            assert_eq!(google.values(google.form_tab())[0][4..], expect.map(Value::from));
            let answer = [("Baru".to_owned(), AnswerValue::Many(vec!["x".into(), "y".into()]))];
            google.submit(&answer, None, at("2026-01-01T00:00:00Z"));
            let column = google.values(google.form_tab())[0].iter().position(|h| h == "Baru").expect("the header");
            assert_eq!(google.values(google.form_tab())[1][column], "x, y");
        }
    }

    #[test]
    fn typed_text_is_parsed_only_if_so_switched_and_never_as_a_formula() {
        for (parse, expect) in [(false, json!("0812")), (true, json!(812))] {
            let google = form();
            google.switches(|s| s.forms_parses_text = parse);
            google.submit(&answers("0812"), None, at("2026-01-01T00:00:00Z"));
            google.submit(&answers("+1+1"), None, at("2026-01-01T00:00:00Z"));
            let rows = google.values(google.form_tab());
            assert_eq!((&rows[1][2], &rows[2][2]), (&expect, &json!("+1+1")));
        }
    }
}
