//! The world of Google: a token endpoint, spreadsheets, and the form that fills one of them.
//! What must not be here: any knowledge of the programs that will call it.

use serde_json::Value;

use crate::google::errors::ApiError;

pub mod errors;

/// The handle on the world of Google; clones share the same world.
#[derive(Clone, Debug)]
pub struct Google {}

impl Google {
    /// A world with one form, its response spreadsheet, and one service account that may edit it.
    pub fn new(seed: u64, form: &[Question]) -> Google {
        let _ = (seed, form);
        Google {}
    }
    /// `POST /token` and everything below `/v4/spreadsheets`.
    pub fn router(&self) -> axum::Router {
        axum::Router::new()
    }
    /// Tells the world its own base address, `http://127.0.0.1:PORT/`.
    pub fn serve_at(&self, base: &str) {
        let _ = base;
    }
    /// A complete service-account key file.
    pub fn key_file(&self) -> Value {
        Value::Null
    }
    /// How long tokens live from now on, in seconds (Google: 3600).
    pub fn token_lifetime(&self, seconds: i64) {
        let _ = seconds;
    }
    /// The id of the response spreadsheet.
    pub fn spreadsheet_id(&self) -> String {
        String::new()
    }
    /// The `sheetId` of the tab that the form fills.
    pub fn form_tab(&self) -> i64 {
        0
    }
    /// `batchUpdate` requests carried out as a person in the browser would: no token, no quota, atomic.
    pub fn edit(&self, requests: Vec<Value>) -> Result<Value, ApiError> {
        let _ = requests;
        Ok(Value::Null)
    }
    /// A person types `text` into a cell (parsed by locale); row and column count from 0.
    pub fn type_in(&self, sheet_id: i64, row: usize, column: usize, text: &str) -> Result<(), ApiError> {
        let _ = (sheet_id, row, column, text);
        Ok(())
    }
    /// A tab as a person sees it.
    pub fn view(&self, sheet_id: i64) -> Option<SheetView> {
        let _ = sheet_id;
        None
    }
    /// The tabs in order: `sheetId` and title.
    pub fn tabs(&self) -> Vec<(i64, String)> {
        Vec::new()
    }
    /// A tab's values, unformatted with serial numbers, ragged and trimmed.
    pub fn values(&self, sheet_id: i64) -> Vec<Vec<Value>> {
        let _ = sheet_id;
        Vec::new()
    }
    /// A respondent sends the form; returns the response's id.
    pub fn submit(&self, answers: &[(String, AnswerValue)], email: Option<&str>, at: jiff::Timestamp) -> u64 {
        let _ = (answers, email, at);
        0
    }
    /// The respondent edits an own response.
    pub fn resubmit(
        &self,
        response: u64,
        answers: &[(String, AnswerValue)],
        email: Option<&str>,
        at: jiff::Timestamp,
    ) -> Result<(), String> {
        let _ = (response, answers, email, at);
        Ok(())
    }
    /// The form's owner adds a question.
    pub fn add_question(&self, question: Question) {
        let _ = question;
    }
    /// The form's questions in order.
    pub fn questions(&self) -> Vec<Question> {
        Vec::new()
    }
    /// Changes what is unconfirmed or configurable about this world.
    pub fn switches(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut Switches::default());
    }
    /// Sets the response spreadsheet's time zone, an IANA name.
    pub fn set_time_zone(&self, zone: &str) {
        let _ = zone;
    }
    /// Sets the response spreadsheet's locale, such as `en_US` or `in_ID`.
    pub fn set_locale(&self, locale: &str) {
        let _ = locale;
    }
    /// Adds an empty spreadsheet with one tab `Sheet1` (sheetId 0, 1000 by 26) and returns its id.
    pub fn new_spreadsheet(&self, title: &str, locale: &str, zone: &str) -> String {
        let _ = (title, locale, zone);
        String::new()
    }
}

/// A question of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What the respondent reads, and the header of its column.
    pub title: String,
    /// How it is answered.
    pub kind: QuestionKind,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// The form collects e-mail addresses: column `Email Address`; only as the first question.
    Email,
    /// Short answer.
    Text,
    /// Paragraph.
    Paragraph,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day with a time of day.
    DateTime,
    /// A length of time.
    Duration,
    /// One of these.
    Choice(Vec<String>),
    /// Any number of these.
    Checkbox(Vec<String>),
}

/// What a respondent answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerValue {
    /// Typed or chosen text.
    Text(String),
    /// A day.
    Date {
        /// Year, such as 2026.
        year: i16,
        /// Month, 1 to 12.
        month: i8,
        /// Day of the month, 1 to 31.
        day: i8,
    },
    /// A time of day.
    Time {
        /// 0 to 23.
        hour: i8,
        /// 0 to 59.
        minute: i8,
    },
    /// A day with a time of day.
    DateTime {
        /// Year, such as 2026.
        year: i16,
        /// Month, 1 to 12.
        month: i8,
        /// Day of the month, 1 to 31.
        day: i8,
        /// 0 to 23.
        hour: i8,
        /// 0 to 59.
        minute: i8,
    },
    /// A length of time.
    Duration {
        /// Hours, may exceed 24.
        hours: i32,
        /// 0 to 59.
        minutes: i8,
        /// 0 to 59.
        seconds: i8,
    },
    /// The ticked boxes.
    Many(Vec<String>),
    /// Left empty.
    Empty,
}

/// A tab as a person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetView {
    /// The tab's title.
    pub title: String,
    /// Rows of the grid.
    pub row_count: usize,
    /// Columns of the grid.
    pub column_count: usize,
    /// Cells up to the last used row, each row up to its last used cell.
    pub rows: Vec<Vec<CellView>>,
    /// Developer metadata on rows: row (from 0), id, key, value.
    pub metadata: Vec<(usize, i64, String, String)>,
}

/// A cell as a person sees it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CellView {
    /// What is shown.
    pub formatted: String,
    /// The unformatted value, dates as serial numbers; `""` when empty.
    pub value: Value,
    /// The formula, if the cell is one, with its `=`.
    pub formula: Option<String>,
    /// Where a click leads.
    pub link: Option<String>,
    /// The words of its drop-down.
    pub validation: Vec<String>,
}

/// Where Forms puts the column of a new question; reports contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionGoes {
    /// Directly right of the last question's column; columns made by hand move right.
    RightOfLastQuestion,
    /// Right of every used column.
    FarRight,
}

/// What the spreadsheet's owner granted the service account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// May edit.
    Writer,
    /// May read.
    Reader,
    /// Not shared.
    None,
}

/// What is unconfirmed or configurable about this world.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, each a yes or no")]
pub struct Switches {
    /// Whether row metadata travels with a sorted row (two reports say so, unconfirmed).
    pub metadata_follows_sort: bool,
    /// Where Forms puts a new question's column.
    pub question_goes: QuestionGoes,
    /// Whether Forms parses typed digits and dates as Sheets would; otherwise they stay text.
    pub forms_parses_text: bool,
    /// Whether the per-minute quotas apply.
    pub quotas_on: bool,
    /// Reads per minute and user (Google: 60).
    pub reads_per_user: u32,
    /// Writes per minute and user (Google: 60).
    pub writes_per_user: u32,
    /// Reads per minute and project (Google: 300).
    pub reads_per_project: u32,
    /// Writes per minute and project (Google: 300).
    pub writes_per_project: u32,
    /// What the service account may do with the response spreadsheet.
    pub sharing: Sharing,
    /// Whether the Sheets API is enabled in the service account's project.
    pub api_enabled: bool,
}

impl Default for Switches {
    fn default() -> Switches {
        Switches {
            metadata_follows_sort: true,
            question_goes: QuestionGoes::RightOfLastQuestion,
            forms_parses_text: false,
            quotas_on: true,
            reads_per_user: 60,
            writes_per_user: 60,
            reads_per_project: 300,
            writes_per_project: 300,
            sharing: Sharing::Writer,
            api_enabled: true,
        }
    }
}
