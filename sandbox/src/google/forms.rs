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
}

impl Form {
    /// A form that fills the first columns of a tab.
    pub(crate) fn new(sheet: i64, questions: &[Question]) -> Form {
        Form {
            sheet,
            questions: questions.iter().cloned().zip((1..).map(Some)).collect(),
            timestamp: Some(0),
            responses: Vec::new(),
        }
    }

    /// Keeps rows and columns in step with the tab.
    pub(crate) fn carry(&mut self, dimension: Dimension, shift: &Shift<'_>) {
        let moved = |at: &mut Option<usize>| *at = at.and_then(|i| shift.point(i));
        match dimension {
            Dimension::Rows => self.responses.iter_mut().for_each(moved),
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
    let last = form.responses.iter().flatten().max().copied();
    let row = last.map_or(1, |r| r + 1).min(document.sheets[sheet].rows.len());
    dimensions::insert(document, sheet, Dimension::Rows, row, 1, last.is_some());
    write(document, sheet, row, response);
    let form = document.form.as_mut().expect("looked at above");
    form.responses.push(Some(row));
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
